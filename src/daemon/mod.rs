//! Wires the rooms together, supervises the tasks, stops cleanly.

pub mod intake;
pub mod office;

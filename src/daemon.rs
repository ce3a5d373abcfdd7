//! Wires the rooms together, supervises the tasks, stops cleanly.

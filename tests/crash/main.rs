//! The whole program under faults: killed at any system call, with errors from the disk, over and over, in the middle of
//! a migration, with poison among the mails. What must hold is in reliability.md section 1, by number.
//!
//! The short run takes samples with a seed that it prints (LOKET_TEST_SEED repeats it); LOKET_TEST_EXHAUSTIVE=1 takes all.

#[path = "../support/mod.rs"]
mod support;

mod daemon;
mod ground;

mod backlog;
mod errors;
mod kills;
mod model;
mod poison;
mod starts;
mod syscalls;

//! The mailbox room against a server that cuts, lags and lies: nothing is lost, nothing is taken twice, nothing but
//! reading is ever asked for. Time is paused: hours pass in milliseconds.

#[path = "../support/memory_intake.rs"]
mod memory_intake;
#[path = "../support/scripted_imap.rs"]
mod scripted_imap;

mod stage;

mod cuts;
mod enumerating;
mod intake;
mod lies;
mod signing_in;
mod sound;
mod tls;
mod waiting;

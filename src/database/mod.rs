//! The repository: all SQL, migrations and transactions, on SQLite and PostgreSQL alike.
//!
//! One set of statements runs on both through sqlx's Any driver. Writing functions take a [`Transaction`] and reading
//! ones a [`Database`]. Whatever changes state appends its event inside the function, so that no caller can forget it.

pub mod confirmations;
pub mod dues;
pub mod error;
pub mod events;
pub mod history;
pub mod lease;
pub mod ledger;
pub mod messages;
pub mod meta;
mod migrations;
mod open;
pub mod outbox;
pub mod owed;
pub mod papers;
pub mod registry;
mod row;
pub mod sessions;
mod transaction;

pub use error::{DatabaseError, Result};
pub use open::{Backend, Database};
pub use transaction::{PROGRAM, Transaction};

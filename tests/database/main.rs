//! One suite for both databases: on SQLite always, on PostgreSQL where LOKET_TEST_POSTGRES names a server
//! (`postgres://user@127.0.0.1:PORT/postgres`); each test makes a database of its own there.

#[macro_use]
mod world;

mod confirmations;
mod dues;
mod events;
mod history;
mod lease;
mod ledger;
mod messages;
mod opening;
mod outbox;
mod registry;
mod shares;
mod transactions;

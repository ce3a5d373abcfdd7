//! Opening: the file or server is made safe and looked over before anything is written (F8, F9).

use jiff::Timestamp;

use super::{Result, Transaction};
use crate::settings::DatabaseUrl;

/// Which of the two databases it is; only this room asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A handle on the database, cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {}

impl Database {
    /// Opens the database, checks that it is safe to keep evidence in, and brings its schema up to date.
    pub async fn open(url: &DatabaseUrl) -> Result<Database> {
        let _ = url;
        todo!()
    }

    /// Begins a transaction that writes; `actor` and `now` go into every event it appends. On SQLite writers wait for
    /// one another. Under a lease ([`Database::under`]) the epoch is checked inside (P29).
    pub async fn begin(&self, actor: &str, now: Timestamp) -> Result<Transaction> {
        let _ = (actor, now);
        todo!()
    }

    /// The same database for work that only the holder of this lease may do.
    pub fn under(&self, lease: &super::lease::Lease) -> Database {
        let _ = lease;
        self.clone()
    }

    pub fn backend(&self) -> Backend {
        todo!()
    }

    /// One line for `loket check`: "SQLite 3.51.3, WAL, synchronous=FULL".
    pub async fn describe(&self) -> Result<String> {
        todo!()
    }

    /// Ends all connections; on SQLite the write-ahead log is folded into the file.
    pub async fn close(&self) {
        todo!()
    }
}

//! What can go wrong with the database, told apart by what the caller has to do about it (reliability.md section 2).

use std::path::PathBuf;

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The file cannot be made or opened, or the server does not let us in.
    #[error("the database cannot be opened: {0}")]
    Open(String),
    /// It stands, but is not safe to write evidence into: too old, not durable, another schema.
    #[error("the database is refused: {0}")]
    Unsuitable(String),
    /// A newer loket has written here (P30).
    #[error(
        "the database has schema {found}, this program knows up to {known}: install the newer loket, nothing was changed"
    )]
    NewerSchema { found: i64, known: i64 },
    #[error("the database file {} is damaged: {found}; touch nothing, restore a backup beside it", file.display())]
    Damaged { file: PathBuf, found: String },
    /// Locked for longer than 5 s, a deadlock, no free connection: the whole transaction may be tried again.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// The server cannot be reached: wait; nothing of the transaction happened.
    #[error("the database cannot be reached: {0}")]
    Gone(String),
    /// No space: rolled back, pause taking in (P9).
    #[error("no space for the database: {0}")]
    Full(String),
    /// The process ends without taking in or sending anything more (P8).
    #[error("the database failed, this process must end: {0}")]
    Fatal(String),
    /// Another process holds the work now; nothing of the transaction happened (P29).
    #[error(
        "the lease {name:?} is held by another process; what this one was about to write is refused"
    )]
    LeaseLost { name: String },
    /// A stored value that cannot be what it should be.
    #[error(
        "table {table}, column {column}, row {row}: {why}; run `loket verify` and restore a backup"
    )]
    Nonsense {
        table: &'static str,
        column: &'static str,
        row: String,
        why: String,
    },
    /// The rows themselves forbid it: a reference into nothing, a second of something that exists once.
    #[error("the database's rules forbid it: {0}")]
    Forbidden(String),
    /// An earlier statement of the transaction failed and the caller tried to commit all the same.
    #[error("the transaction had failed before and cannot be committed")]
    Spoilt,
    #[error("database: {0}")]
    Other(String),
}

/// What functions of this room give back.
pub type Result<T, E = DatabaseError> = std::result::Result<T, E>;

impl DatabaseError {
    /// The process must not take in or send anything more (P8).
    pub fn is_fatal(&self) -> bool {
        matches!(
            self,
            DatabaseError::Fatal(_) | DatabaseError::Damaged { .. }
        )
    }

    /// Doing the same transaction again may work: at once a few times when busy, later when the server is gone.
    pub fn is_passing(&self) -> bool {
        matches!(self, DatabaseError::Busy(_) | DatabaseError::Gone(_))
    }
}

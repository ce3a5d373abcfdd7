//! What can go wrong with the database, told apart by what the caller has to do about it (reliability.md section 2).

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
    /// Pages that cannot be read as what they are, or a file that is no database.
    #[error("the database is damaged: {0}; touch nothing, restore a backup beside it")]
    Damaged(String),
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
        matches!(self, DatabaseError::Fatal(_) | DatabaseError::Damaged(_))
    }

    /// Doing the same transaction again may work: at once a few times when busy, later when the server is gone.
    pub fn is_passing(&self) -> bool {
        matches!(self, DatabaseError::Busy(_) | DatabaseError::Gone(_))
    }
}

/// What sqlx says, sorted by what follows from it.
impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> DatabaseError {
        match error {
            sqlx::Error::Database(error) => {
                let code = error.code().unwrap_or_default();
                let told = format!("{} (code {code})", error.message());
                match code.parse::<u32>() {
                    // SQLSTATEs of digits only have five of them; SQLite's extended codes have at most four.
                    Ok(code_number) if code.len() < 5 => of_sqlite(code_number, told),
                    _ => of_postgres(&code, told),
                }
            }
            sqlx::Error::Io(error) => DatabaseError::Gone(error.to_string()),
            sqlx::Error::Tls(error) => DatabaseError::Open(error.to_string()),
            sqlx::Error::Configuration(error) => DatabaseError::Open(error.to_string()),
            sqlx::Error::PoolTimedOut => {
                DatabaseError::Busy("no connection became free in time".to_owned())
            }
            sqlx::Error::PoolClosed => DatabaseError::Other("it was closed already".to_owned()),
            // The thread of a SQLite connection ended: nothing it held can be relied on.
            sqlx::Error::WorkerCrashed => DatabaseError::Fatal(error.to_string()),
            sqlx::Error::Protocol(told) => DatabaseError::Gone(told),
            other => DatabaseError::Other(other.to_string()),
        }
    }
}

/// Result codes of SQLite; the low byte is the primary one.
fn of_sqlite(code: u32, told: String) -> DatabaseError {
    match code & 0xff {
        5 | 6 => DatabaseError::Busy(told),
        13 => DatabaseError::Full(told),
        19 => DatabaseError::Forbidden(told),
        14 | 23 | 8 => DatabaseError::Open(told),
        // IOERR, a failed fsync among them (F10).
        10 => DatabaseError::Fatal(told),
        11 | 26 => DatabaseError::Damaged(told),
        _ => DatabaseError::Other(told),
    }
}

/// SQLSTATEs of PostgreSQL (its manual, appendix A).
fn of_postgres(code: &str, told: String) -> DatabaseError {
    match (code.get(..2).unwrap_or(""), code) {
        (_, "53100") => DatabaseError::Full(told),
        // Serialisation, deadlock, lock not available, statement took too long.
        (_, "40001" | "40P01" | "55P03" | "57014") => DatabaseError::Busy(told),
        ("08" | "53" | "57", _) | (_, "25P03") => DatabaseError::Gone(told),
        ("23", _) => DatabaseError::Forbidden(told),
        ("28" | "3D", _) => DatabaseError::Open(told),
        (_, "XX001" | "XX002") => DatabaseError::Damaged(told),
        ("58" | "XX", _) => DatabaseError::Fatal(told),
        _ => DatabaseError::Other(told),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_what_databases_say_by_what_follows_from_it() {
        type Kind = fn(&DatabaseError) -> bool;
        let busy: Kind = |e| matches!(e, DatabaseError::Busy(_));
        let full: Kind = |e| matches!(e, DatabaseError::Full(_));
        let fatal: Kind = |e| e.is_fatal();
        let gone: Kind = |e| matches!(e, DatabaseError::Gone(_));
        let forbidden: Kind = |e| matches!(e, DatabaseError::Forbidden(_));
        for (code, is) in [
            (5, busy),
            (517, busy),
            (13, full),
            (1034, fatal), // IOERR_FSYNC
            (11, fatal),
            (2067, forbidden),
        ] {
            assert!(is(&of_sqlite(code, String::new())), "{code}");
        }
        for (code, is) in [
            ("40P01", busy),
            ("57014", busy),
            ("53100", full),
            ("53300", gone),
            ("57P01", gone),
            ("08006", gone),
            ("23505", forbidden),
            ("58030", fatal),
            ("XX001", fatal),
        ] {
            assert!(is(&of_postgres(code, String::new())), "{code}");
        }
    }
}

//! A unit of work: rows and the events that tell of them commit together or not at all.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::{Any, Executor, any::AnyRow, pool::PoolConnection};

use super::{Backend, Database, DatabaseError, Result, events, lease::Lease, row::Row};
use crate::journal::Event;

/// A statement with its values, for either database.
pub(super) type Statement<'q> = sqlx::query::Query<'q, Any, sqlx::any::AnyArguments>;

/// The program itself, as it stands in events; any other actor is a person.
pub const PROGRAM: &str = "loket";

/// Changes that commit together. Dropped without [`Transaction::commit`], nothing of it happened.
///
/// Begins and ends by statements of our own: sqlx's transactions count their depth, and are out of step for good once
/// SQLite has rolled back by itself, as it may when the disk is full.
#[derive(Debug)]
pub struct Transaction {
    connection: PoolConnection<Any>,
    backend: Backend,
    actor: String,
    now: Timestamp,
    lease: Option<Lease>,
    /// Chained at the end, so that the head is locked for as short as can be and always last: no deadlocks over it.
    events: Vec<Event>,
    ended: bool,
    spoilt: bool,
}

impl Transaction {
    pub(super) async fn begin(database: &Database, actor: &str, now: Timestamp) -> Result<Self> {
        let mut tx = Transaction {
            connection: database.writer().acquire().await?,
            backend: database.backend(),
            actor: actor.to_owned(),
            now: Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now),
            lease: database.lease().cloned(),
            events: Vec::new(),
            ended: false,
            spoilt: false,
        };
        // A plain BEGIN that reads before it writes fails at once when another process writes (crates.md 2.2).
        let begin = match tx.backend {
            Backend::Sqlite => "BEGIN IMMEDIATE",
            Backend::Postgres => "BEGIN",
        };
        tx.connection.execute(begin).await?;
        if let Some(lease) = tx.lease.clone() {
            super::lease::check(&mut tx, &lease).await?;
        }
        Ok(tx)
    }

    /// The time given to [`Database::begin`](super::Database::begin), to the millisecond.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Who is at work: [`PROGRAM`], or the login name of a person.
    pub fn actor(&self) -> &str {
        &self.actor
    }

    pub(super) fn by_person(&self) -> bool {
        self.actor != PROGRAM
    }

    pub(super) fn backend(&self) -> Backend {
        self.backend
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.now.as_millisecond()
    }

    pub(super) fn tell(
        &mut self,
        action: &str,
        subject: (&str, &str),
        tender: Option<&str>,
        data: Value,
    ) {
        self.events.push(Event {
            time: self.now,
            actor: self.actor.clone(),
            action: action.to_owned(),
            subject: (subject.0.to_owned(), subject.1.to_owned()),
            tender: tender.map(str::to_owned),
            data,
        });
    }

    /// Chains the events and makes everything durable. An error that is not `Busy`, `Full`, `Forbidden` or `Spoilt` is
    /// fatal: whether the commit happened is unknown (P8).
    pub async fn commit(mut self) -> Result<()> {
        if self.spoilt {
            return Err(DatabaseError::Spoilt);
        }
        let events = std::mem::take(&mut self.events);
        events::chain(&mut self, events).await?;
        match self.connection.execute("COMMIT").await {
            Ok(_) => {
                self.ended = true;
                Ok(())
            }
            Err(error) => {
                let error = match DatabaseError::from(error) {
                    known @ (DatabaseError::Busy(_)
                    | DatabaseError::Full(_)
                    | DatabaseError::Forbidden(_)
                    | DatabaseError::Fatal(_)
                    | DatabaseError::Damaged(_)) => known,
                    unknown => DatabaseError::Fatal(format!(
                        "whether a commit happened is unknown: {unknown}"
                    )),
                };
                if error.is_fatal() {
                    // SQLite syncs its log once more when the last connection is closed, and that sync could succeed
                    // with the data gone (F10, P8): the connection stays open until the process has ended.
                    std::mem::forget(self);
                }
                Err(error)
            }
        }
    }

    /// Undoes everything, telling how that went.
    pub async fn roll_back(mut self) -> Result<()> {
        self.connection.execute("ROLLBACK").await?;
        self.ended = true;
        Ok(())
    }

    /// Runs a statement; how many rows it touched.
    pub(super) async fn execute(&mut self, statement: Statement<'_>) -> Result<u64> {
        let done = statement.execute(&mut *self.connection).await;
        Ok(self.heed(done)?.rows_affected())
    }

    /// The first row, if there is one.
    pub(super) async fn optional(
        &mut self,
        table: &'static str,
        statement: Statement<'_>,
    ) -> Result<Option<Row>> {
        let row = statement.fetch_optional(&mut *self.connection).await;
        Ok(self.heed(row)?.map(|row| Row::new(table, row)))
    }

    pub(super) async fn all(
        &mut self,
        table: &'static str,
        statement: Statement<'_>,
    ) -> Result<Vec<Row>> {
        let rows: Result<Vec<AnyRow>, _> = statement.fetch_all(&mut *self.connection).await;
        let rows = self.heed(rows)?;
        Ok(rows.into_iter().map(|row| Row::new(table, row)).collect())
    }

    /// PostgreSQL answers COMMIT after a failed statement with a quiet rollback: nobody may commit past an error.
    fn heed<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T> {
        outcome.map_err(|error| {
            self.spoilt = true;
            error.into()
        })
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        // The connection may be in any state; closing it rolls back on both databases, and the pool opens another.
        if !self.ended {
            self.connection.close_on_drop();
        }
    }
}

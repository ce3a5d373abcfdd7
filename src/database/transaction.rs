//! A unit of work: rows and the events that tell of them commit together or not at all.

use jiff::Timestamp;

use super::Result;

/// Changes that commit together. Dropped without [`Transaction::commit`], nothing of it happened.
#[derive(Debug)]
pub struct Transaction {
    now: Timestamp,
}

impl Transaction {
    /// The time given to [`Database::begin`](super::Database::begin).
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Chains the events and makes everything durable. An error that is not [`Busy`](super::DatabaseError::Busy),
    /// `Full` or `LeaseLost` is fatal: whether the commit happened is unknown (P8).
    pub async fn commit(self) -> Result<()> {
        todo!()
    }

    /// Undoes everything, telling how that went.
    pub async fn roll_back(self) -> Result<()> {
        todo!()
    }
}

//! Leases: who may do a piece of work when several processes run (P29). The epoch rises with each new holder, and every
//! transaction of a holder checks it, so that one who wakes late commits nothing.

use std::time::Duration;

use jiff::Timestamp;

use super::{Database, Result};

/// A lease held. Give it to [`Database::under`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What work it is for: the name of a mailbox, `outbox`, …
    pub name: String,
    pub holder: String,
    pub epoch: i64,
}

/// Takes the lease if nobody holds it or its holder let it run out; `None`: somebody else holds it.
pub async fn acquire(
    database: &Database,
    name: &str,
    holder: &str,
    now: Timestamp,
    ttl: Duration,
) -> Result<Option<Lease>> {
    let _ = (database, name, holder, now, ttl);
    todo!()
}

/// Holds it longer; [`LeaseLost`](super::DatabaseError::LeaseLost) when another has it.
pub async fn renew(
    database: &Database,
    lease: &Lease,
    now: Timestamp,
    ttl: Duration,
) -> Result<()> {
    let _ = (database, lease, now, ttl);
    todo!()
}

/// Gives it back at a clean stop, so that the next one need not wait.
pub async fn release(database: &Database, lease: &Lease) -> Result<()> {
    let _ = (database, lease);
    todo!()
}

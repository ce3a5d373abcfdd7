//! Leases: who may do a piece of work when several processes run (P29). The epoch rises with each new holder, and every
//! transaction of a holder checks it, so that one who wakes late commits nothing.
//!
//! On PostgreSQL a holder's transactions share the row (FOR KEY SHARE), which lets it renew beside them but makes whoever
//! wants to take the lease over wait until they have ended; on SQLite writers exclude each other anyway.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use sqlx::query;

use super::{Backend, Database, DatabaseError, PROGRAM, Result, Transaction, row::ms};

/// A lease held. Give it to [`Database::under`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What work it is for: the name of a mailbox, `outbox`, …
    pub name: String,
    pub holder: String,
    pub epoch: i64,
}

impl Lease {
    fn lost(&self) -> DatabaseError {
        DatabaseError::LeaseLost {
            name: self.name.clone(),
        }
    }
}

/// Takes the lease if nobody holds it or its holder let it run out; `None`: somebody else holds it. Event `lease.taken`.
pub async fn acquire(
    database: &Database,
    name: &str,
    holder: &str,
    now: Timestamp,
    ttl: Duration,
) -> Result<Option<Lease>> {
    let mut tx = Transaction::begin(&database.free(), PROGRAM, now).await?;
    tx.execute(
        query(
            "INSERT INTO lease (name, holder, epoch, expires_at) VALUES ($1, '', 0, 0) ON CONFLICT (name) DO NOTHING",
        )
        .bind(name),
    )
    .await?;
    let lock = match tx.backend() {
        Backend::Sqlite => "SELECT name, holder, epoch, expires_at FROM lease WHERE name = $1",
        Backend::Postgres => {
            "SELECT name, holder, epoch, expires_at FROM lease WHERE name = $1 FOR UPDATE"
        }
    };
    let Some(row) = tx.optional("lease", query(lock).bind(name)).await? else {
        return Ok(None);
    };
    if !row.text("holder")?.is_empty() && row.time("expires_at")? > now {
        tx.roll_back().await?;
        return Ok(None);
    }
    let lease = Lease {
        name: name.to_owned(),
        holder: holder.to_owned(),
        epoch: row.number::<i64>("epoch")? + 1,
    };
    tx.execute(
        query("UPDATE lease SET holder = $2, epoch = $3, expires_at = $4 WHERE name = $1")
            .bind(name)
            .bind(holder)
            .bind(lease.epoch)
            .bind(end(now, ttl)),
    )
    .await?;
    tx.tell(
        "lease.taken",
        ("lease", name),
        None,
        json!({"holder": holder, "epoch": lease.epoch}),
    );
    tx.commit().await?;
    Ok(Some(lease))
}

/// Holds it longer; [`LeaseLost`](super::DatabaseError::LeaseLost) when another has it.
pub async fn renew(
    database: &Database,
    lease: &Lease,
    now: Timestamp,
    ttl: Duration,
) -> Result<()> {
    let mut tx = Transaction::begin(&database.free(), PROGRAM, now).await?;
    let held = tx
        .execute(
            query(
                "UPDATE lease SET expires_at = $4 WHERE name = $1 AND holder = $2 AND epoch = $3",
            )
            .bind(lease.name.as_str())
            .bind(lease.holder.as_str())
            .bind(lease.epoch)
            .bind(end(now, ttl)),
        )
        .await?;
    if held == 0 {
        return Err(lease.lost());
    }
    tx.commit().await
}

/// Gives it back at a clean stop, so that the next one need not wait. The epoch stays, and rises with the next holder.
pub async fn release(database: &Database, lease: &Lease) -> Result<()> {
    let mut tx = Transaction::begin(&database.free(), PROGRAM, Timestamp::UNIX_EPOCH).await?;
    tx.execute(
        query("UPDATE lease SET holder = '', expires_at = 0 WHERE name = $1 AND holder = $2 AND epoch = $3")
            .bind(lease.name.as_str())
            .bind(lease.holder.as_str())
            .bind(lease.epoch),
    )
    .await?;
    tx.commit().await
}

/// Refuses a transaction whose lease another holds, and keeps others from taking it until the transaction has ended.
pub(super) async fn check(tx: &mut Transaction, lease: &Lease) -> Result<()> {
    let ask = match tx.backend() {
        Backend::Sqlite => "SELECT name FROM lease WHERE name = $1 AND holder = $2 AND epoch = $3",
        Backend::Postgres => {
            "SELECT name FROM lease WHERE name = $1 AND holder = $2 AND epoch = $3 FOR KEY SHARE"
        }
    };
    let held = tx
        .optional(
            "lease",
            query(ask)
                .bind(lease.name.as_str())
                .bind(lease.holder.as_str())
                .bind(lease.epoch),
        )
        .await?;
    match held {
        Some(_) => Ok(()),
        None => Err(lease.lost()),
    }
}

fn end(now: Timestamp, ttl: Duration) -> i64 {
    ms(now).saturating_add(i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX))
}

//! Facts about this instance: its secret, and when each mailbox was first watched.

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde_json::json;
use sqlx::query;

use super::{DatabaseError, Result, Transaction};

/// The instance secret: `fresh` is kept when none stands yet; what stands is returned.
pub async fn instance_secret(tx: &mut Transaction, fresh: [u8; 32]) -> Result<[u8; 32]> {
    let stands = keep(tx, "instance-secret", &HEXLOWER.encode(&fresh)).await?;
    let secret = HEXLOWER
        .decode(stands.as_bytes())
        .ok()
        .and_then(|bytes| bytes.try_into().ok());
    // The value itself stays out of the error (P33).
    secret.ok_or_else(|| nonsense("instance-secret", "not 64 hexadecimal digits"))
}

/// When this mailbox was first watched: the transaction's time if it never was. Mail from before is never answered.
/// Event `mailbox.first-started`.
pub async fn first_start(tx: &mut Transaction, mailbox: &str) -> Result<Timestamp> {
    let key = format!("first-start {mailbox}");
    let now = tx.now();
    if find(tx, &key).await?.is_none() {
        let at = format!("{now:.3}");
        tx.tell(
            "mailbox.first-started",
            ("mailbox", mailbox),
            None,
            json!({"at": at}),
        );
    }
    let stands = keep(tx, &key, &now.as_millisecond().to_string()).await?;
    stands
        .parse()
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
        .ok_or_else(|| nonsense(&key, "not a time in milliseconds"))
}

async fn find(tx: &mut Transaction, key: &str) -> Result<Option<String>> {
    tx.optional(
        "meta",
        query("SELECT key, value FROM meta WHERE key = $1").bind(key),
    )
    .await?
    .map(|row| row.text("value"))
    .transpose()
}

/// Keeps a value unless one stands already; what stands then.
async fn keep(tx: &mut Transaction, key: &str, value: &str) -> Result<String> {
    tx.execute(
        query("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING")
            .bind(key)
            .bind(value),
    )
    .await?;
    find(tx, key)
        .await?
        .ok_or_else(|| nonsense(key, "it is gone again"))
}

fn nonsense(key: &str, why: &str) -> DatabaseError {
    DatabaseError::Nonsense {
        table: "meta",
        column: "value",
        row: key.to_owned(),
        why: why.to_owned(),
    }
}

//! Facts about this instance: its secret, and when each mailbox was first watched.

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde_json::json;
use sqlx::query;

use super::{Database, DatabaseError, Result, Transaction, row::Row};

const SECRET: &str = "instance-secret";
const REGISTRY: &str = "registry-version";
const PAGES: &str = "pages-made-of";

/// The instance secret: `fresh` is kept when none stands yet; what stands is returned.
pub async fn instance_secret(tx: &mut Transaction, fresh: [u8; 32]) -> Result<[u8; 32]> {
    read_secret(&keep(tx, SECRET, &HEXLOWER.encode(&fresh)).await?)
}

/// The instance secret, if one was made: for commands that only look.
pub async fn known_secret(database: &Database) -> Result<Option<[u8; 32]>> {
    let stands = look_up(database, SECRET).await?;
    stands.map(|stands| read_secret(&stands)).transpose()
}

fn read_secret(stands: &str) -> Result<[u8; 32]> {
    let secret = HEXLOWER
        .decode(stands.as_bytes())
        .ok()
        .and_then(|bytes| bytes.try_into().ok());
    // The value itself stays out of the error (P33).
    secret.ok_or_else(|| nonsense(SECRET, "not 64 hexadecimal digits"))
}

/// When this mailbox was first watched: the transaction's time if it never was. Mail from before is never answered.
/// Event `mailbox.first-started`.
pub async fn first_start(tx: &mut Transaction, mailbox: &str) -> Result<Timestamp> {
    let key = first_start_key(mailbox);
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
    read_time(&key, &stands)
}

/// When this mailbox was first watched; `None`: never.
pub async fn known_first_start(database: &Database, mailbox: &str) -> Result<Option<Timestamp>> {
    let key = first_start_key(mailbox);
    let stands = look_up(database, &key).await?;
    stands.map(|stands| read_time(&key, &stands)).transpose()
}

/// Since when a mailbox is being tried: the first start since it was last read whole. To be told at every start, so that a
/// process that dies again and again does not begin anew each time.
pub async fn tried_since(
    tx: &mut Transaction,
    mailbox: &str,
    read_at: Option<Timestamp>,
) -> Result<Timestamp> {
    let key = format!("tried-since {mailbox}");
    let now = tx.now();
    if let Some(stands) = find(tx, &key).await? {
        let since = read_time(&key, &stands)?;
        // One that lies ahead was told by a clock that has been put back since (P32).
        if since <= now && read_at.is_none_or(|read_at| read_at < since) {
            return Ok(since);
        }
    }
    put(tx, &key, &now.as_millisecond().to_string()).await?;
    Ok(now)
}

/// The event up to which every tender's page tells what is true; 0: none was made yet.
pub async fn pages_made_of(database: &Database) -> Result<i64> {
    number(PAGES, look_up(database, PAGES).await?)
}

/// All pages tell what is true as of this event.
pub async fn note_pages_made_of(tx: &mut Transaction, seq: i64) -> Result<()> {
    put(tx, PAGES, &seq.to_string()).await
}

fn first_start_key(mailbox: &str) -> String {
    format!("first-start {mailbox}")
}

fn read_time(key: &str, stands: &str) -> Result<Timestamp> {
    let time = stands
        .parse()
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok());
    time.ok_or_else(|| nonsense(key, "not a time in milliseconds"))
}

/// Rises with every change of tenders, bidders and sessions, so that a snapshot of them is read again only then.
pub async fn registry_version(database: &Database) -> Result<i64> {
    number(REGISTRY, look_up(database, REGISTRY).await?)
}

/// 0 where nothing stands yet.
fn number(key: &str, stands: Option<String>) -> Result<i64> {
    stands.map_or(Ok(0), |stands| {
        stands.parse().map_err(|_| nonsense(key, "not a number"))
    })
}

pub(super) async fn raise_registry_version(tx: &mut Transaction) -> Result<()> {
    keep(tx, REGISTRY, "0").await?;
    tx.execute(
        query("UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE key = $1")
            .bind(REGISTRY),
    )
    .await?;
    Ok(())
}

async fn look_up(database: &Database, key: &str) -> Result<Option<String>> {
    let row: Option<Row> = database
        .optional(
            "meta",
            query("SELECT key, value FROM meta WHERE key = $1").bind(key),
        )
        .await?;
    row.map(|row| row.text("value")).transpose()
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

/// Puts a value in the place of what stands.
async fn put(tx: &mut Transaction, key: &str, value: &str) -> Result<()> {
    let upsert = query(
        "INSERT INTO meta (key, value) VALUES ($1, $2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    );
    tx.execute(upsert.bind(key).bind(value)).await?;
    Ok(())
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

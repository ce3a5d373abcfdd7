//! The ledger: a row for every mail that a folder ever listed (P1), and what is known of the folders themselves.

use jiff::Timestamp;

use super::{Database, Result, Transaction};
use crate::{digest::Digest, tender::MessageId};

/// A folder in one UIDVALIDITY epoch (0 for a Maildir).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    pub mailbox: String,
    pub folder: String,
    pub uid_validity: u32,
}

/// What names a mail in its folder: a UID (IMAP, `file` empty) or a file name (Maildir, `uid` 0).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub uid: u32,
    pub file: String,
}

/// A mail made durable.
#[derive(Clone, Debug)]
pub struct Stored {
    pub key: Key,
    pub size: u64,
    pub arrived_at: Timestamp,
    pub sha256: Digest,
    pub message: MessageId,
    /// "server announced 812 octets", or anything else worth telling.
    pub note: Option<String>,
}

/// A mail that the server lists and does not give.
#[derive(Clone, Debug, Default)]
pub struct Refused {
    pub arrived_at: Option<Timestamp>,
    pub size: Option<u64>,
    pub header: Option<Vec<u8>>,
    pub why: String,
}

/// Rows of a mailbox by state; `listed` ones are still to be fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    pub listed: u64,
    pub stored: u64,
    pub vanished: u64,
    pub refused: u64,
}

/// A folder as last seen, over all epochs.
#[derive(Clone, Debug, PartialEq)]
pub struct FolderRow {
    pub mailbox: String,
    pub folder: String,
    pub uid_validity: Option<u32>,
    /// The last complete enumeration, and what EXAMINE said then.
    pub last_sweep_at: Option<Timestamp>,
    pub exists: Option<u64>,
    /// The state shown to people (R26) and since when.
    pub health: Option<String>,
    pub health_since: Option<Timestamp>,
}

/// A row of the ledger that a person should know of: refused or vanished.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    pub folder: Folder,
    pub key: Key,
    /// `refused` or `vanished`.
    pub state: String,
    pub arrived_at: Option<Timestamp>,
    pub size: Option<u64>,
    pub note: Option<String>,
}

/// Mails that need no fetching any more: stored or refused. A vanished one is left out on purpose: should the server
/// list it again (F13), it must be fetched.
pub async fn settled(database: &Database, folder: &Folder) -> Result<Vec<Key>> {
    let _ = (database, folder);
    todo!()
}

/// Mails listed but not yet settled, with the tries so far.
pub async fn open(database: &Database, folder: &Folder) -> Result<Vec<(Key, u32)>> {
    let _ = (database, folder);
    todo!()
}

/// Rows `listed` for new mails; known ones are left as they are, vanished ones live again. Returns how many rows are new.
pub async fn listed(tx: &mut Transaction, folder: &Folder, keys: &[Key]) -> Result<u64> {
    let _ = (tx, folder, keys);
    todo!()
}

/// The mails are durable: their rows become `stored`.
pub async fn mark_stored(tx: &mut Transaction, folder: &Folder, mails: &[Stored]) -> Result<()> {
    let _ = (tx, folder, mails);
    todo!()
}

/// All mails of the folder that are known, not stored, and missing in a complete enumeration. Those missing for 60 s or
/// more become `vanished` (event `mail.vanished`); those not named are no longer missing. Returns how many vanished.
pub async fn missing(tx: &mut Transaction, folder: &Folder, keys: &[Key]) -> Result<u64> {
    let _ = (tx, folder, keys);
    todo!()
}

/// One more failed try; `last`: refused for good (event `mail.refused`). A stored row stays stored.
pub async fn refused(
    tx: &mut Transaction,
    folder: &Folder,
    key: &Key,
    refused: &Refused,
    last: bool,
) -> Result<()> {
    let _ = (tx, folder, key, refused, last);
    todo!()
}

/// A complete enumeration ended well. A changed UIDVALIDITY has the event `folder.renumbered`.
pub async fn swept(tx: &mut Transaction, folder: &Folder, exists: u64) -> Result<()> {
    let _ = (tx, folder, exists);
    todo!()
}

/// The last epoch in which a folder was completely enumerated.
pub async fn last_epoch(database: &Database, mailbox: &str, folder: &str) -> Result<Option<u32>> {
    let _ = (database, mailbox, folder);
    todo!()
}

/// The state shown to people changed; the time it began is kept while it stays the same.
pub async fn set_health(
    tx: &mut Transaction,
    mailbox: &str,
    folder: &str,
    health: &str,
) -> Result<()> {
    let _ = (tx, mailbox, folder, health);
    todo!()
}

/// All folders ever watched, for the digest and `loket check`.
pub async fn folders(database: &Database) -> Result<Vec<FolderRow>> {
    let _ = database;
    todo!()
}

/// How many rows a mailbox has in each state, over all folders and epochs.
pub async fn balance(database: &Database, mailbox: &str) -> Result<Balance> {
    let _ = (database, mailbox);
    todo!()
}

/// Refused and vanished mails of a mailbox that came to be known since then.
pub async fn troubles(
    database: &Database,
    mailbox: &str,
    since: Timestamp,
) -> Result<Vec<Trouble>> {
    let _ = (database, mailbox, since);
    todo!()
}

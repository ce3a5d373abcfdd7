//! Where mail comes from: IMAP folders and Maildirs, only ever read (P4). Hands raw mail to an [`Intake`].

use std::{collections::BTreeSet, future::Future};

use bytes::Bytes;
use jiff::Timestamp;

/// One folder of one mailbox in one UIDVALIDITY epoch (0 for a Maildir).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FolderEpoch {
    /// Name of the mailbox in the settings.
    pub mailbox: String,
    pub folder: String,
    pub uid_validity: u32,
}

/// What names a mail inside its folder and epoch.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Item {
    Uid(u32),
    /// Maildir: the file name without `:2,flags`; only a hint, the digest is the identity (R27).
    File(String),
}

/// A raw mail as the server gave it.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub item: Item,
    /// INTERNALDATE, or the file's modification time. Never the Date header (P14).
    pub arrived_at: Timestamp,
    pub raw: Bytes,
    /// RFC822.SIZE, when it differed from what came, twice (P2).
    pub announced_size: Option<u64>,
}

/// A mail that the server lists and will not give (R11): kept as a row with what is known.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub item: Item,
    pub arrived_at: Option<Timestamp>,
    pub size: Option<u64>,
    pub header: Option<Bytes>,
    pub why: String,
}

/// A complete enumeration of a folder, ended by the tagged OK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// EXISTS of EXAMINE, or files seen.
    pub exists: u64,
    /// Items listed in this enumeration.
    pub listed: u64,
    /// The whole folder was enumerated, not only what is above the highest known UID.
    pub whole: bool,
}

/// What became of an attempt to store (P8, P9).
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// No space: pause, the mail stays at the server.
    #[error("storage is full: {0}")]
    Full(String),
    /// The process must end without taking in or sending anything more.
    #[error("fatal: {0}")]
    Fatal(String),
    /// Try again later.
    #[error("{0}")]
    Later(String),
}

/// The ledger and the store behind it, as a mailbox sees them. Implemented by the daemon.
pub trait Intake: Send + Sync + 'static {
    /// Items of this folder and epoch that have a row and need no fetching any more (stored, vanished, refused).
    fn settled(
        &self,
        folder: &FolderEpoch,
    ) -> impl Future<Output = Result<BTreeSet<Item>, IntakeError>> + Send;

    /// Items listed but neither stored nor settled (a run ended between), with the tries so far.
    fn open(
        &self,
        folder: &FolderEpoch,
    ) -> impl Future<Output = Result<Vec<(Item, u32)>, IntakeError>> + Send;

    /// Rows `listed` for new items, in one commit, before any body is fetched (R5). Known items are left as they are.
    fn listed(
        &self,
        folder: &FolderEpoch,
        items: &[Item],
    ) -> impl Future<Output = Result<(), IntakeError>> + Send;

    /// Makes the mails durable: original, ledger row, message, event. When it returns Ok the server may burn.
    fn store(
        &self,
        folder: &FolderEpoch,
        arrivals: Vec<Arrival>,
    ) -> impl Future<Output = Result<(), IntakeError>> + Send;

    /// Items missing in a complete enumeration. The second time, 60 s or more after the first, they become `vanished` (P1).
    fn missing(
        &self,
        folder: &FolderEpoch,
        items: &[Item],
    ) -> impl Future<Output = Result<(), IntakeError>> + Send;

    /// One more failed try at an item; `refused` for good when `last`.
    fn refused(
        &self,
        folder: &FolderEpoch,
        refusal: Refusal,
        last: bool,
    ) -> impl Future<Output = Result<(), IntakeError>> + Send;

    /// A complete enumeration ended well: the mailbox is alive.
    fn swept(
        &self,
        folder: &FolderEpoch,
        sweep: Sweep,
    ) -> impl Future<Output = Result<(), IntakeError>> + Send;

    /// The state shown to people (R26) changed.
    fn health(&self, mailbox: &str, folder: &str, health: Health);

    /// The last epoch seen of a folder, to recognise a changed UIDVALIDITY (R8).
    fn last_epoch(
        &self,
        mailbox: &str,
        folder: &str,
    ) -> impl Future<Output = Result<Option<u32>, IntakeError>> + Send;
}

/// R26.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    Connecting,
    Working,
    Idle,
    Polling,
    /// Credentials refused (R21).
    Refused(String),
    /// Certificate not trusted.
    Trust(String),
    Degraded(String),
}

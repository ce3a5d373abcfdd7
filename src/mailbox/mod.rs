//! Where mail comes from: IMAP folders and Maildirs, only ever read (P4). Hands raw mail to an [`Intake`].

pub mod imap;
pub mod maildir;

use std::{collections::BTreeSet, fmt, future::Future, path::PathBuf, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::future::BoxFuture;
use jiff::Timestamp;

use crate::settings::Secret;
use imap::ImapError;

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

/// What a sign-in needs.
#[derive(Clone, Debug)]
pub enum Credentials {
    Password {
        user: String,
        secret: Secret,
    },
    /// XOAUTH2.
    Bearer {
        user: String,
        token: Secret,
    },
}

/// Asked before every sign-in, so that a changed password needs no restart. The error says what to do.
#[derive(Clone)]
pub struct CredentialSource(
    Arc<dyn Fn() -> BoxFuture<'static, Result<Credentials, String>> + Send + Sync>,
);

impl CredentialSource {
    pub fn new<F, R>(ask: F) -> CredentialSource
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<Credentials, String>> + Send + 'static,
    {
        CredentialSource(Arc::new(move || Box::pin(ask())))
    }

    pub async fn ask(&self) -> Result<Credentials, String> {
        (self.0)().await
    }
}

impl fmt::Debug for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialSource(…)")
    }
}

/// Sizes and times that a mailbox keeps to; the defaults are those of reliability.md sections 2 and 6.
#[derive(Clone, Debug)]
pub struct Limits {
    pub connect: Duration,
    pub greeting: Duration,
    /// Between two reads or writes.
    pub silence: Duration,
    /// For one command, whatever comes.
    pub command: Duration,
    pub idle_begin: Duration,
    pub idle_end: Duration,
    /// IDLE without a word from the server.
    pub idle_silence: Duration,
    /// IDLE until the next look in any case (R16).
    pub idle_most: Duration,
    /// Without IDLE.
    pub poll: Duration,
    pub maildir_poll: Duration,
    /// Life of a connection.
    pub life: Duration,
    /// UIDs that one SEARCH is expected to answer with.
    pub window: u32,
    /// Mails up to this size are fetched several at a time.
    pub small: u64,
    pub batch_mails: usize,
    pub batch_octets: u64,
    /// Larger mails come in pieces of this size.
    pub piece: u32,
    /// Larger mails are refused, their header is kept.
    pub largest: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        const MIB: u64 = 1024 * 1024;
        let seconds = Duration::from_secs;
        Limits {
            connect: seconds(30),
            greeting: seconds(60),
            silence: seconds(60),
            command: seconds(600),
            idle_begin: seconds(30),
            idle_end: seconds(15),
            idle_silence: seconds(300),
            idle_most: seconds(600),
            poll: seconds(60),
            maildir_poll: seconds(30),
            life: seconds(86_400),
            window: 5000,
            small: MIB,
            batch_mails: 50,
            batch_octets: MIB,
            piece: 262_144,
            largest: 150 * MIB,
        }
    }
}

/// Why a pass over a folder did not take in everything.
#[derive(Debug, thiserror::Error)]
pub enum MailboxError {
    #[error("mailbox {mailbox}, folder {folder}: {source}")]
    Imap {
        mailbox: String,
        folder: String,
        source: ImapError,
    },
    #[error("mailbox {mailbox}: {path}: {source}. Correct the path or its permissions")]
    Maildir {
        mailbox: String,
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("mailbox {mailbox}, folder {folder}: {source}")]
    Intake {
        mailbox: String,
        folder: String,
        source: IntakeError,
    },
    #[error(
        "mailbox {mailbox}, folder {folder}: {left} mails were listed and could not be taken in; the first: {why}. They are tried again at the next run"
    )]
    Incomplete {
        mailbox: String,
        folder: String,
        left: usize,
        why: String,
    },
}

/// P9: how long to wait for space, after so many waits in vain.
fn room_again(times: u32) -> Duration {
    (Duration::from_secs(30) * 2u32.saturating_pow(times.min(10))).min(Duration::from_secs(300))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_is_looked_for_again_within_five_minutes() {
        let waits: Vec<u64> = (0..6).map(|n| room_again(n).as_secs()).collect();
        assert_eq!(waits, [30, 60, 120, 240, 300, 300]);
    }
}

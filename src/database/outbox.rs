//! The outbox: a mail is queued in the transaction that makes it necessary, claimed by one worker, sent (P16-P19).

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Database, Result, Transaction};
use crate::{
    address::EmailAddress,
    correspondence::{OutboxKind, OutboxRow, OutgoingMail},
    matching::Sent,
    tender::{OutboxId, SessionId, TenderId},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queued {
    New(OutboxId),
    /// The natural key stands in the outbox already, in whatever state (P17).
    Already(OutboxId),
}

impl Queued {
    pub fn id(self) -> OutboxId {
        match self {
            Queued::New(id) | Queued::Already(id) => id,
        }
    }
}

/// What becomes of a mail after an attempt, as the desk decided.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// The server took it; its words.
    Sent {
        answer: String,
    },
    /// Nothing was delivered: once more then.
    Again {
        at: Timestamp,
        error: String,
    },
    /// It may have been delivered (P19): looked at again then.
    Unknown {
        at: Timestamp,
        error: String,
    },
    Failed {
        error: String,
    },
    Cancelled {
        why: String,
    },
    /// A report of permanent failure came; also from `sent`.
    Bounced {
        detail: String,
    },
}

/// Queues a mail, rendered (event `outbox.queued`); the natural key makes it at most one.
pub async fn queue(tx: &mut Transaction, mail: &OutgoingMail) -> Result<Queued> {
    let _ = (tx, mail);
    todo!()
}

/// Claims mails of a mailbox that are due, the most urgent kinds and oldest first; nobody else gets them for 15 minutes.
pub async fn claim_due(
    tx: &mut Transaction,
    mailbox: &str,
    holder: &str,
    limit: u32,
) -> Result<Vec<OutboxRow>> {
    let _ = (tx, mailbox, holder, limit);
    todo!()
}

/// Frees claims: of one holder, or all of them where only one process can run (SQLite, under its lock). Returns how many.
pub async fn free_claims(tx: &mut Transaction, holder: Option<&str>) -> Result<u64> {
    let _ = (tx, holder);
    todo!()
}

/// Counts an attempt and marks its outcome as unknown until told; commit before the mail's content goes to the server, so
/// that a process killed after the final dot does not send it again at once (P19): the row comes up an hour later.
/// `false`: the claim is no longer ours, do not send.
pub async fn begin_attempt(tx: &mut Transaction, id: OutboxId, holder: &str) -> Result<bool> {
    let _ = (tx, id, holder);
    todo!()
}

/// Records what became of an attempt and frees the claim. Events `outbox.sent`, `outbox.deferred`, `outbox.unknown`,
/// `outbox.failed`, `outbox.cancelled`, `outbox.bounced`. `false`: the row's state does not allow it, nothing changed.
pub async fn record_outcome(tx: &mut Transaction, id: OutboxId, next: &Next) -> Result<bool> {
    let _ = (tx, id, next);
    todo!()
}

/// Which of these Message-IDs are ours, and what they were about.
pub async fn find_sent(database: &Database, message_ids: &[String]) -> Result<Vec<Sent>> {
    let _ = (database, message_ids);
    todo!()
}

/// Rows whose Message-ID begins with these 16 hexadecimal digits (from a bounce address); content left out.
pub async fn outbox_by_bounce_prefix(database: &Database, prefix: &str) -> Result<Vec<OutboxRow>> {
    let _ = (database, prefix);
    todo!()
}

/// The row of a Message-ID of ours; content left out.
pub async fn outbox_by_message_id(
    database: &Database,
    message_id: &str,
) -> Result<Option<OutboxRow>> {
    let _ = (database, message_id);
    todo!()
}

/// One row, with its content.
pub async fn outbox_row(database: &Database, id: OutboxId) -> Result<Option<OutboxRow>> {
    let _ = (database, id);
    todo!()
}

/// Rows after a number, in order; their content (`mail.raw`) is left out.
pub async fn list_outbox(
    database: &Database,
    tender: Option<TenderId>,
    after: OutboxId,
    limit: u32,
) -> Result<Vec<OutboxRow>> {
    let _ = (database, tender, after, limit);
    todo!()
}

/// All natural keys of a kind: what `desk::due` need not make again.
pub async fn natural_keys(database: &Database, kind: OutboxKind) -> Result<BTreeSet<String>> {
    let _ = (database, kind);
    todo!()
}

/// Answers (acknowledgement, member-reply, unknown-sender-reply) to an address queued since then (P21).
pub async fn answers_since(
    database: &Database,
    address: &EmailAddress,
    since: Timestamp,
) -> Result<u64> {
    let _ = (database, address, since);
    todo!()
}

/// Answers for a session queued since then (P21).
pub async fn answers_in_session_since(
    database: &Database,
    session: SessionId,
    since: Timestamp,
) -> Result<u64> {
    let _ = (database, session, since);
    todo!()
}

/// Replies to unknown senders queued since then, in all (P21).
pub async fn unknown_replies_since(database: &Database, since: Timestamp) -> Result<u64> {
    let _ = (database, since);
    todo!()
}

/// Replies to unknown senders at one address queued since then (P21: once in 7 days).
pub async fn unknown_replies_to_since(
    database: &Database,
    address: &EmailAddress,
    since: Timestamp,
) -> Result<u64> {
    let _ = (database, address, since);
    todo!()
}

/// Answers of every kind queued since then (P21).
pub async fn answers_since_all(database: &Database, since: Timestamp) -> Result<u64> {
    let _ = (database, since);
    todo!()
}

/// When the next queued mail can be claimed; `None`: nothing is queued.
pub async fn next_due_at(database: &Database) -> Result<Option<Timestamp>> {
    let _ = database;
    todo!()
}

//! Messages: taken in, tried, planned, decided.

use jiff::Timestamp;

use super::{Database, Result, Transaction};
use crate::{
    desk::{
        FiledAttachment, Plan,
        message::{Attention, MessageKind, MessageState},
    },
    digest::Digest,
    matching::{Candidate, Reason},
    tender::{BidderId, MessageId, OutboxId, SessionId, TenderId},
};

/// What the header says of a mail: for search and show only.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heading {
    pub message_id: Option<String>,
    pub from_address: Option<String>,
    pub from_name: Option<String>,
    pub subject: String,
}

/// A mail whose original is durable.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Where it was seen first.
    pub mailbox: String,
    pub folder: String,
    /// P5: equal for every copy of the mail.
    pub identity: Digest,
    /// Of the raw mail.
    pub sha256: Digest,
    pub bytes: u64,
    pub received_at: Timestamp,
    pub heading: Heading,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenIn {
    New(MessageId),
    /// The same mail again: one message, nothing is done twice (P5).
    Known(MessageId),
}

impl TakenIn {
    pub fn id(self) -> MessageId {
        match self {
            TakenIn::New(id) | TakenIn::Known(id) => id,
        }
    }
}

/// Whether a plan was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    Now,
    /// The message had been decided before (by this plan, another process or a person); nothing was changed (P15).
    Already,
}

/// A message with all that `show` tells.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageRow {
    pub id: MessageId,
    pub mailbox: String,
    pub folder: String,
    pub identity: Digest,
    pub sha256: Digest,
    pub bytes: u64,
    pub heading: Heading,
    pub received_at: Timestamp,
    pub taken_in_at: Timestamp,
    /// `None` until it was read.
    pub kind: Option<MessageKind>,
    pub state: MessageState,
    /// Why no automatic answer went out.
    pub unanswered: Option<String>,
    pub tender: Option<TenderId>,
    pub bidder: Option<BidderId>,
    pub session: Option<SessionId>,
    pub late: bool,
    pub confidence: f64,
    pub reasons: Vec<Reason>,
    pub candidates: Vec<Candidate>,
    pub attention: Option<Attention>,
    pub sender_registered: bool,
    pub tries: u32,
    pub failure: Option<String>,
    pub owes_receipt: bool,
    /// Login name of the person who decided; `None`: the program.
    pub decided_by: Option<String>,
    pub attachments: Vec<FiledAttachment>,
    pub replies: Vec<Reply>,
}

/// A mail of ours that was queued because of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub outbox: OutboxId,
    pub message_id: String,
}

/// A filed message whose receipt is still owed.
#[derive(Clone, Debug, PartialEq)]
pub struct Owing {
    pub message: MessageId,
    pub mailbox: String,
    pub tender: TenderId,
    pub bidder: BidderId,
    pub session: SessionId,
    pub received_at: Timestamp,
    pub taken_in_at: Timestamp,
    pub heading: Heading,
    pub late: bool,
}

/// Records a durable mail as received (event `message.received`), or says that it is known. Any number fit in one
/// transaction. Its original is recorded too: each differing raw copy is kept (P5).
pub async fn take_in(tx: &mut Transaction, mail: &NewMessage) -> Result<TakenIn> {
    let _ = (tx, mail);
    todo!()
}

/// One more raw copy of a known message, or none when it is recorded already. `take_in` does this by itself.
pub async fn add_original(
    tx: &mut Transaction,
    message: MessageId,
    sha256: Digest,
    bytes: u64,
) -> Result<()> {
    let _ = (tx, message, sha256, bytes);
    todo!()
}

/// Sets what the header says, for callers that read it after taking in.
pub async fn describe(tx: &mut Transaction, message: MessageId, heading: &Heading) -> Result<()> {
    let _ = (tx, message, heading);
    todo!()
}

/// Received messages with fewer than two tries, the oldest first.
pub async fn next_received(database: &Database, limit: u32) -> Result<Vec<MessageId>> {
    let _ = (database, limit);
    todo!()
}

/// Received messages whose two tries are spent: the process died in both. They are to be failed (P10).
pub async fn out_of_tries(database: &Database, limit: u32) -> Result<Vec<MessageId>> {
    let _ = (database, limit);
    todo!()
}

/// Counts a try; commit before it starts, so that a mail that kills the process is not tried for ever (P10).
/// Returns the number of this try.
pub async fn begin_try(tx: &mut Transaction, message: MessageId) -> Result<u32> {
    let _ = (tx, message);
    todo!()
}

/// Applies a plan: message, attachments, what it is owed, and its effects (bounces, attendance). A plan of the program
/// applies to a received message only, a person's (any other actor) to every message. Events `message.filed`,
/// `message.needs-decision`, `message.set-aside`, `message.failed`.
pub async fn record_plan(
    tx: &mut Transaction,
    message: MessageId,
    plan: &Plan,
    attachments: &[FiledAttachment],
) -> Result<Recorded> {
    let _ = (tx, message, plan, attachments);
    todo!()
}

/// Two tries ended badly, or it cannot be read: state `failed`, kind `unreadable` (event `message.failed`).
pub async fn fail(tx: &mut Transaction, message: MessageId, why: &str) -> Result<Recorded> {
    let _ = (tx, message, why);
    todo!()
}

/// A person decided that it needs nothing (event `message.set-aside`). A filed one stays filed.
pub async fn set_aside(tx: &mut Transaction, message: MessageId) -> Result<Recorded> {
    let _ = (tx, message);
    todo!()
}

/// No answer will go out, and why; no receipt is owed any more (event `message.unanswered`).
pub async fn leave_unanswered(tx: &mut Transaction, message: MessageId, why: &str) -> Result<()> {
    let _ = (tx, message, why);
    todo!()
}

pub async fn message(database: &Database, id: MessageId) -> Result<Option<MessageRow>> {
    let _ = (database, id);
    todo!()
}

/// By its number or its Message-ID, with or without angle brackets. Several: same Message-ID, other content (P5).
pub async fn find_message(database: &Database, text: &str) -> Result<Vec<MessageRow>> {
    let _ = (database, text);
    todo!()
}

/// Messages after a number, in order: call again with the last number until fewer than `limit` come.
pub async fn list_messages(
    database: &Database,
    tender: Option<TenderId>,
    after: MessageId,
    limit: u32,
) -> Result<Vec<MessageRow>> {
    let _ = (database, tender, after, limit);
    todo!()
}

/// Filed messages whose receipt is owed, by session and then by time of taking in.
pub async fn owing_receipts(database: &Database) -> Result<Vec<Owing>> {
    let _ = database;
    todo!()
}

/// The receipt for these messages is queued: they owe nothing and name it as their reply.
pub async fn mark_acknowledged(
    tx: &mut Transaction,
    messages: &[MessageId],
    receipt: OutboxId,
) -> Result<()> {
    let _ = (tx, messages, receipt);
    todo!()
}

/// A mail was queued because of this message (an answer to an unknown sender, a member's question).
pub async fn add_reply(tx: &mut Transaction, message: MessageId, outbox: OutboxId) -> Result<()> {
    let _ = (tx, message, outbox);
    todo!()
}

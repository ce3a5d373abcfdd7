//! Messages: taken in, tried, decided; and what each of them came to.

mod decide;
mod read;
mod share;

pub use decide::{classify, explain_silence, fail, leave_unanswered, record_plan, set_aside};
pub use read::{find_message, for_digest, list_messages, message, of_mail, owing_receipts};
pub use share::{divide, record_share};

use jiff::Timestamp;
use serde_json::json;
use sqlx::query;

use super::{
    Database, DatabaseError, Result, Transaction,
    row::{big, clean, clean_maybe, list, ms},
};
use crate::{
    desk::{
        FiledAttachment,
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
    /// Of a share: the row of the mail itself.
    pub part_of: Option<MessageId>,
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

impl MessageRow {
    /// The number of the mail, which stands in the names of its papers wherever they are.
    pub fn mail(&self) -> MessageId {
        self.part_of.unwrap_or(self.id)
    }
}

/// A mail of ours that was queued because of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub outbox: OutboxId,
    pub message_id: String,
    /// What it was about; `None`: it told nothing about any tender.
    pub session: Option<SessionId>,
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
    if let Some(id) = known(tx, mail.identity).await? {
        add_original(tx, id, mail.sha256, mail.bytes).await?;
        return Ok(TakenIn::Known(id));
    }
    let now = tx.now_ms();
    let new = tx
        .optional(
            "message",
            query(
                "INSERT INTO message (mailbox, folder, identity, sha256, bytes, message_id, from_address, from_name,
                 subject, received_at, taken_in_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                 ON CONFLICT (identity) DO NOTHING RETURNING id",
            )
            .bind(mail.mailbox.as_str())
            .bind(mail.folder.as_str())
            .bind(mail.identity.hex())
            .bind(mail.sha256.hex())
            .bind(big(mail.bytes))
            .bind(clean_maybe(mail.heading.message_id.as_deref()))
            .bind(clean_maybe(mail.heading.from_address.as_deref()))
            .bind(clean_maybe(mail.heading.from_name.as_deref()))
            .bind(clean(&mail.heading.subject))
            .bind(ms(mail.received_at))
            .bind(now),
        )
        .await?;
    let Some(new) = new else {
        // Another process took in the same mail between the two statements, and has committed.
        let id = known(tx, mail.identity).await?.ok_or_else(|| {
            DatabaseError::Busy("a message was taken in twice at the same moment".to_owned())
        })?;
        add_original(tx, id, mail.sha256, mail.bytes).await?;
        return Ok(TakenIn::Known(id));
    };
    let id = MessageId(new.number("id")?);
    insert_original(tx, id, mail.sha256, mail.bytes).await?;
    tx.tell(
        "message.received",
        ("message", &id.to_string()),
        None,
        json!({
            "mailbox": mail.mailbox,
            "folder": mail.folder,
            "received_at": format!("{:.3}", mail.received_at),
            "from": mail.heading.from_address,
            "message_id": mail.heading.message_id,
            "sha256": mail.sha256.hex(),
            "bytes": mail.bytes,
        }),
    );
    Ok(TakenIn::New(id))
}

async fn known(tx: &mut Transaction, identity: Digest) -> Result<Option<MessageId>> {
    let row = tx
        .optional(
            "message",
            query("SELECT id FROM message WHERE identity = $1").bind(identity.hex()),
        )
        .await?;
    row.map(|row| row.number("id").map(MessageId)).transpose()
}

/// One more raw copy of a known message (event `message.copied`); nothing when it is recorded already. `take_in` does
/// this by itself.
pub async fn add_original(
    tx: &mut Transaction,
    message: MessageId,
    sha256: Digest,
    bytes: u64,
) -> Result<()> {
    if insert_original(tx, message, sha256, bytes).await? {
        tx.tell(
            "message.copied",
            ("message", &message.to_string()),
            None,
            json!({"sha256": sha256.hex(), "bytes": bytes}),
        );
    }
    Ok(())
}

async fn insert_original(
    tx: &mut Transaction,
    message: MessageId,
    sha256: Digest,
    bytes: u64,
) -> Result<bool> {
    let now = tx.now_ms();
    let inserted = tx
        .execute(
            query(
                "INSERT INTO original (sha256, message, bytes, stored_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (sha256) DO NOTHING",
            )
            .bind(sha256.hex())
            .bind(message.0)
            .bind(big(bytes))
            .bind(now),
        )
        .await?;
    Ok(inserted > 0)
}

/// Sets what the header says, for callers that read it after taking in.
pub async fn describe(tx: &mut Transaction, message: MessageId, heading: &Heading) -> Result<()> {
    tx.execute(
        query(
            "UPDATE message SET message_id = $2, from_address = $3, from_name = $4, subject = $5 WHERE id = $1",
        )
        .bind(message.0)
        .bind(clean_maybe(heading.message_id.as_deref()))
        .bind(clean_maybe(heading.from_address.as_deref()))
        .bind(clean_maybe(heading.from_name.as_deref()))
        .bind(clean(&heading.subject)),
    )
    .await?;
    Ok(())
}

/// Received messages with fewer than two tries, the oldest first; mailboxes take turns, so that the backlog of one does
/// not hold up another (P34).
pub async fn next_received(database: &Database, limit: u32) -> Result<Vec<MessageId>> {
    ids(
        database,
        query(
            "SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY mailbox ORDER BY id) AS turn
             FROM message WHERE state = 'received' AND tries < 2) AS waiting ORDER BY turn, id LIMIT $1",
        )
        .bind(i64::from(limit)),
    )
    .await
}

/// Received messages whose two tries are spent: the process died in both (P10).
pub async fn out_of_tries(database: &Database, limit: u32) -> Result<Vec<MessageId>> {
    ids(
        database,
        query(
            "SELECT id FROM message WHERE state = 'received' AND tries >= 2 ORDER BY id LIMIT $1",
        )
        .bind(i64::from(limit)),
    )
    .await
}

async fn ids(
    database: &Database,
    statement: super::transaction::Statement<'_>,
) -> Result<Vec<MessageId>> {
    let rows = database.all("message", statement).await?;
    rows.iter()
        .map(|row| row.number("id").map(MessageId))
        .collect()
}

/// Counts a try; commit before it starts, so that a mail that kills the process is not tried for ever (P10).
/// Returns the number of this try; `None`: the message is no longer to be read (decided, or out of tries).
pub async fn begin_try(tx: &mut Transaction, message: MessageId) -> Result<Option<u32>> {
    begin_try_of(tx, message, 2).await
}

/// The same for a message that may have another number of tries: one that does no harm when it is read alone.
pub async fn begin_try_of(
    tx: &mut Transaction,
    message: MessageId,
    most: u32,
) -> Result<Option<u32>> {
    let row = tx
        .optional(
            "message",
            query(
                "UPDATE message SET tries = tries + 1 WHERE id = $1 AND state = 'received' AND tries < $2
                 RETURNING id, tries",
            )
            .bind(message.0)
            .bind(i64::from(most)),
        )
        .await?;
    row.map(|row| row.number("tries")).transpose()
}

/// A try that was counted and did not begin, or that something else cut short, does not count.
pub async fn give_back_try(tx: &mut Transaction, message: MessageId) -> Result<()> {
    tx.execute(
        query("UPDATE message SET tries = tries - 1 WHERE id = $1 AND state = 'received' AND tries > 0")
            .bind(message.0),
    )
    .await?;
    Ok(())
}

/// The receipt for these messages is queued: they owe nothing and name it as their reply.
pub async fn mark_acknowledged(
    tx: &mut Transaction,
    messages: &[MessageId],
    receipt: OutboxId,
) -> Result<()> {
    tx.execute(
        query(
            "UPDATE message SET owes_receipt = 0
             WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($1))",
        )
        .bind(list(messages)),
    )
    .await?;
    for &message in messages {
        add_reply(tx, message, receipt).await?;
    }
    Ok(())
}

/// A mail was queued because of this message (an answer to an unknown sender, a member's question). Event
/// `message.answered`.
pub async fn add_reply(tx: &mut Transaction, message: MessageId, outbox: OutboxId) -> Result<()> {
    let added = tx
        .execute(
            query("INSERT INTO message_reply (message, outbox) VALUES ($1, $2) ON CONFLICT (message, outbox) DO NOTHING")
                .bind(message.0)
                .bind(outbox.0),
        )
        .await?;
    if added > 0 {
        let tender = code_of(tx, message).await?;
        tx.tell(
            "message.answered",
            ("message", &message.to_string()),
            tender.as_deref(),
            json!({"outbox": outbox.0}),
        );
    }
    Ok(())
}

/// Code of the tender where a message was filed.
async fn code_of(tx: &mut Transaction, message: MessageId) -> Result<Option<String>> {
    let row = tx
        .optional(
            "message",
            query("SELECT tender.code AS code FROM message JOIN tender ON tender.id = message.tender WHERE message.id = $1")
                .bind(message.0),
        )
        .await?;
    row.map(|row| row.text("code")).transpose()
}

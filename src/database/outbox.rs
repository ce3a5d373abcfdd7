//! The outbox: a mail is queued in the transaction that makes it necessary, claimed by one worker, sent (P16-P19).

macro_rules! outbox_columns {
    () => {
        "id, kind, natural_key, mailbox, envelope_from, recipient, subject, message_id, in_reply_to, tender, bidder, \
         session, due_at, raw, state, attempts, created_at, next_attempt_at, sent_at, last_error, outcome_unknown, made_of"
    };
}

mod read;

pub use read::{
    answers_in_session_since, answers_since, answers_since_all, find_sent, list_outbox, lost,
    natural_keys, next_due_at, outbox_by_bounce_prefix, outbox_by_message_id, outbox_row, told,
    unknown_replies_since, unknown_replies_to_since, waiting,
};

use jiff::Timestamp;
use serde_json::json;
use sqlx::query;

use super::{
    Backend, DatabaseError, Result, Transaction,
    registry::names,
    row::{clean, ms},
};
use crate::{
    correspondence::{OutboxKind, OutboxRow, OutboxState, OutgoingMail},
    tender::{BidderId, OutboxId, TenderId},
};

/// A claim of a process that died is free again after this (P16).
const CLAIM_MS: i64 = 15 * 60_000;

/// No mail waits for its next attempt or in a claim for so long: a time farther away was set by a clock that has been put
/// back since (P32).
const CLOCK_WENT_BACK_MS: i64 = 2 * 60 * 60_000;

/// How long a mail with unknown outcome is left alone (P19).
const DOUBT_MS: i64 = 60 * 60_000;

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

/// Natural key of the row that tells of a letter that could not be written: its own key stays free. (The SQL of this folder
/// knows the ending too.)
pub fn unwritten_key(natural_key: &str) -> String {
    format!("{natural_key}!gagal")
}

/// Queues a mail, rendered (event `outbox.queued`); the natural key makes it at most one.
pub async fn queue(tx: &mut Transaction, mail: &OutgoingMail) -> Result<Queued> {
    let now = tx.now_ms();
    // No conflict target: the Message-ID comes from the natural key, and of two workers that queue the same mail at once
    // the second may meet either of the two unique indexes first.
    let new = tx
        .optional(
            "outbox",
            query(
                "INSERT INTO outbox (kind, natural_key, mailbox, envelope_from, recipient, subject, message_id,
                 in_reply_to, tender, bidder, session, due_at, raw, created_at, next_attempt_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $12)
                 ON CONFLICT DO NOTHING RETURNING id",
            )
            .bind(mail.kind.word())
            .bind(mail.natural_key.as_str())
            .bind(mail.mailbox.as_str())
            .bind(mail.envelope_from.as_ref().map(|address| address.as_str()))
            .bind(mail.to.as_str())
            .bind(clean(&mail.subject))
            .bind(mail.message_id.as_str())
            .bind(mail.in_reply_to.as_deref())
            .bind(mail.tender.map(|id| id.0))
            .bind(mail.bidder.map(|id| id.0))
            .bind(mail.session.map(|id| id.0))
            .bind(ms(mail.due_at))
            .bind(mail.raw.as_slice())
            .bind(now),
        )
        .await?;
    let Some(new) = new else {
        let stands = tx
            .optional(
                "outbox",
                query("SELECT id FROM outbox WHERE natural_key = $1")
                    .bind(mail.natural_key.as_str()),
            )
            .await?
            .ok_or_else(|| {
                DatabaseError::Forbidden(format!(
                    "Message-ID {} belongs to another mail of the outbox",
                    mail.message_id
                ))
            })?;
        return Ok(Queued::Already(OutboxId(stands.number("id")?)));
    };
    let id = OutboxId(new.number("id")?);
    let (code, bidder) = names(tx, mail.tender, mail.bidder).await?;
    tx.tell(
        "outbox.queued",
        ("outbox", &id.to_string()),
        code.as_deref(),
        json!({
            "kind": mail.kind.word(),
            "mailbox": mail.mailbox,
            "to": mail.to.as_str(),
            "message_id": mail.message_id,
            "natural_key": mail.natural_key,
            "bidder": bidder,
            "due_at": format!("{:.3}", mail.due_at),
            "sha256": crate::digest::Digest::of(&mail.raw).hex(),
        }),
    );
    Ok(Queued::New(id))
}

/// A row that may be claimed; stands inside and outside of the subquery, because without the outer one two workers
/// claimed half of the rows twice on PostgreSQL (crates.md 2.2).
macro_rules! claimable {
    () => {
        "state = 'queued' AND mailbox = $3 AND (next_attempt_at <= $4 OR next_attempt_at > $6)
         AND (claimed_until IS NULL OR claimed_until <= $4 OR claimed_until > $6)"
    };
}

macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE outbox SET claimed_by = $1, claimed_until = $2 WHERE id IN (SELECT id FROM outbox WHERE ",
            claimable!(),
            // A backlog of answers must not delay what has a date (P34).
            " ORDER BY CASE WHEN kind IN ('acknowledgement', 'unknown-sender-reply') THEN 1 ELSE 0 END,",
            " next_attempt_at, id LIMIT $5",
            $lock,
            ") AND ",
            claimable!(),
            " RETURNING ",
            outbox_columns!()
        )
    };
}

/// Claims mails of a mailbox that are due, those with a date before answers and the oldest first; nobody else gets them
/// for 15 minutes.
pub async fn claim_due(
    tx: &mut Transaction,
    mailbox: &str,
    holder: &str,
    limit: u32,
) -> Result<Vec<OutboxRow>> {
    let now = tx.now_ms();
    let claim = match tx.backend() {
        Backend::Sqlite => claim!(""),
        Backend::Postgres => claim!(" FOR UPDATE SKIP LOCKED"),
    };
    let rows = tx
        .all(
            "outbox",
            query(claim)
                .bind(holder)
                .bind(now + CLAIM_MS)
                .bind(mailbox)
                .bind(now)
                .bind(i64::from(limit))
                .bind(now + CLOCK_WENT_BACK_MS),
        )
        .await?;
    let mut claimed = rows
        .iter()
        .map(read::outbox)
        .collect::<Result<Vec<OutboxRow>>>()?;
    // RETURNING keeps no order.
    claimed.sort_by_key(|row| (is_answer(row.mail.kind), row.next_attempt_at, row.id));
    Ok(claimed)
}

fn is_answer(kind: OutboxKind) -> bool {
    matches!(
        kind,
        OutboxKind::Acknowledgement | OutboxKind::UnknownSenderReply
    )
}

/// Claims one mail, if it waits and nobody else holds it.
pub async fn claim(tx: &mut Transaction, id: OutboxId, holder: &str) -> Result<bool> {
    let now = tx.now_ms();
    let claimed = tx
        .execute(
            query(
                "UPDATE outbox SET claimed_by = $2, claimed_until = $3 WHERE id = $1 AND state = 'queued'
                 AND (claimed_until IS NULL OR claimed_until <= $4)",
            )
            .bind(id.0)
            .bind(holder)
            .bind(now + CLAIM_MS)
            .bind(now),
        )
        .await?;
    Ok(claimed > 0)
}

/// Remembers what a letter was made of, in the transaction that queues it.
pub async fn made_of(tx: &mut Transaction, id: OutboxId, digest: &str) -> Result<()> {
    tx.execute(
        query("UPDATE outbox SET made_of = $2 WHERE id = $1")
            .bind(id.0)
            .bind(digest),
    )
    .await?;
    Ok(())
}

/// Frees claims: of one holder, or all of them where only one process can run (SQLite, under its lock). Returns how many.
pub async fn free_claims(tx: &mut Transaction, holder: Option<&str>) -> Result<u64> {
    tx.execute(
        query(
            "UPDATE outbox SET claimed_by = NULL, claimed_until = NULL
             WHERE state = 'queued' AND claimed_by IS NOT NULL AND ($1 IS NULL OR claimed_by = $1)",
        )
        .bind(holder),
    )
    .await
}

/// Counts an attempt and marks its outcome as unknown until told; commit as late as possible before the mail's content
/// goes to the server, so that a process killed after the final dot does not send it again at once (P19): the row comes
/// up an hour later, with `outcome_unknown`. No `doubt`: where a repeat does no harm, it comes up again at once.
/// `false`: the claim is no longer ours, do not send.
pub async fn begin_attempt(
    tx: &mut Transaction,
    id: OutboxId,
    holder: &str,
    doubt: bool,
) -> Result<bool> {
    let now = tx.now_ms();
    let begun = tx
        .execute(
            query(
                "UPDATE outbox SET attempts = attempts + 1,
                     outcome_unknown = CASE WHEN $5 = 1 THEN 1 ELSE outcome_unknown END,
                     next_attempt_at = CASE WHEN $5 = 1 THEN $3 ELSE next_attempt_at END
                 WHERE id = $1 AND state = 'queued' AND claimed_by = $2 AND claimed_until > $4",
            )
            .bind(id.0)
            .bind(holder)
            .bind(now + DOUBT_MS)
            .bind(now)
            .bind(i64::from(doubt)),
        )
        .await?;
    Ok(begun > 0)
}

/// Records what became of an attempt and frees the claim; of a row that ended, `next_attempt_at` says when. Events `outbox.sent`, `outbox.deferred`, `outbox.unknown`,
/// `outbox.failed`, `outbox.cancelled`, `outbox.bounced`. `false`: the row's state does not allow it, nothing changed.
pub async fn record_outcome(tx: &mut Transaction, id: OutboxId, next: &Next) -> Result<bool> {
    use OutboxState::{Bounced, Cancelled, Failed, Queued, Sent};
    let now = tx.now_ms();
    let (state, action, words, at, unknown) = match next {
        Next::Sent { answer } => (Sent, "outbox.sent", answer, None, false),
        Next::Again { at, error } => (Queued, "outbox.deferred", error, Some(*at), false),
        Next::Unknown { at, error } => (Queued, "outbox.unknown", error, Some(*at), true),
        Next::Failed { error } => (Failed, "outbox.failed", error, None, false),
        Next::Cancelled { why } => (Cancelled, "outbox.cancelled", why, None, false),
        Next::Bounced { detail } => (Bounced, "outbox.bounced", detail, None, false),
    };
    // A server's words, or ours: enough for a person, not enough to fill a digest.
    let words: String = clean(words).chars().take(500).collect();
    let row = tx
        .optional(
            "outbox",
            query(
                "UPDATE outbox SET state = $2, sent_at = CASE WHEN $2 = 'sent' THEN $3 ELSE sent_at END,
                 last_error = $4, next_attempt_at = COALESCE($5, $3), outcome_unknown = $6,
                 claimed_by = NULL, claimed_until = NULL
                 WHERE id = $1 AND (state = 'queued' OR (state = 'sent' AND $2 = 'bounced'))
                 RETURNING id, kind, recipient, message_id, tender, bidder, attempts",
            )
            .bind(id.0)
            .bind(state.word())
            .bind(now)
            .bind((state != Sent).then_some(words.as_str()))
            .bind(at.map(ms))
            .bind(i64::from(unknown)),
        )
        .await?;
    let Some(row) = row else { return Ok(false) };
    let tender = row.maybe_number("tender")?.map(TenderId);
    let bidder = row.maybe_number("bidder")?.map(BidderId);
    let (code, bidder) = names(tx, tender, bidder).await?;
    tx.tell(
        action,
        ("outbox", &id.to_string()),
        code.as_deref(),
        json!({
            "kind": row.text("kind")?,
            "to": row.text("recipient")?,
            "message_id": row.text("message_id")?,
            "bidder": bidder,
            "attempts": row.number::<i64>("attempts")?,
            "words": words,
        }),
    );
    Ok(true)
}

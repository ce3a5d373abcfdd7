//! Reading the outbox: rows, whose mail is ours, and the counts behind the limits on answering.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sqlx::query;

use crate::{
    address::EmailAddress,
    correspondence::{OutboxKind, OutboxRow, OutboxState, OutgoingMail},
    database::{
        Database, Result,
        row::{Row, list, ms},
        transaction::Statement,
    },
    matching::Sent,
    tender::{BidderId, OutboxId, SessionId, TenderId},
};

/// The same columns with an empty content: a list of mails must not load megabytes of negotiation files.
macro_rules! without_content {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, natural_key, mailbox, envelope_from, recipient, subject, message_id, in_reply_to, tender, ",
            "bidder, session, due_at, substr(raw, 1, 0) AS raw, state, attempts, created_at, next_attempt_at, sent_at, ",
            "last_error, outcome_unknown, made_of FROM outbox ",
            $rest
        )
    };
}

/// Answers, as the limits of P21 count them.
macro_rules! count_answers {
    ($rest:literal) => {
        concat!(
            "SELECT count(*) AS rows FROM outbox ",
            "WHERE kind IN ('acknowledgement', 'member-reply', 'unknown-sender-reply') AND created_at >= $1 ",
            $rest
        )
    };
}

/// Which of these Message-IDs are ours, and what they were about.
pub async fn find_sent(database: &Database, message_ids: &[String]) -> Result<Vec<Sent>> {
    if message_ids.is_empty() {
        return Ok(Vec::new());
    }
    // A NUL cannot be part of an id of ours, and PostgreSQL refuses it.
    let ids: Vec<_> = message_ids.iter().filter(|id| !id.contains('\0')).collect();
    let rows = database
        .all(
            "outbox",
            query(
                "SELECT id, message_id, tender, bidder, session FROM outbox
                 WHERE message_id IN (SELECT value FROM json_each($1)) ORDER BY id",
            )
            .bind(list(&ids)),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Sent {
                message_id: row.text("message_id")?,
                tender: row.maybe_number("tender")?.map(TenderId),
                bidder: row.maybe_number("bidder")?.map(BidderId),
                session: row.maybe_number("session")?.map(SessionId),
            })
        })
        .collect()
}

/// The newest letters that ask something in these sessions, as they were sent; cut behind their texts, for a negotiation file that
/// hangs on one may be large.
pub async fn told(database: &Database, sessions: &[SessionId]) -> Result<Vec<Vec<u8>>> {
    let rows = database
        .all(
            "outbox",
            query(
                "SELECT id, substr(raw, 1, 65536) AS raw FROM outbox
                 WHERE session IN (SELECT CAST(value AS BIGINT) FROM json_each($1)) AND kind IN ('invitation', 'notice', 'reminder', 'negotiation')
                 ORDER BY id DESC LIMIT 8",
            )
            .bind(list(sessions)),
        )
        .await?;
    rows.iter().map(|row| row.bytes("raw")).collect()
}

/// Rows whose Message-ID begins with these 16 hexadecimal digits (from a bounce address); content left out.
pub async fn outbox_by_bounce_prefix(database: &Database, prefix: &str) -> Result<Vec<OutboxRow>> {
    if prefix.contains('\0') {
        return Ok(Vec::new());
    }
    rows(
        database,
        query(without_content!(
            "WHERE substr(message_id, 2, 16) = $1 ORDER BY id"
        ))
        .bind(prefix),
    )
    .await
}

/// The row of a Message-ID of ours; content left out.
pub async fn outbox_by_message_id(
    database: &Database,
    message_id: &str,
) -> Result<Option<OutboxRow>> {
    if message_id.contains('\0') {
        return Ok(None);
    }
    let found = rows(
        database,
        query(without_content!("WHERE message_id = $1")).bind(message_id),
    )
    .await?;
    Ok(found.into_iter().next())
}

/// One row, with its content.
pub async fn outbox_row(database: &Database, id: OutboxId) -> Result<Option<OutboxRow>> {
    let found = rows(
        database,
        query(concat!(
            "SELECT ",
            outbox_columns!(),
            " FROM outbox WHERE id = $1"
        ))
        .bind(id.0),
    )
    .await?;
    Ok(found.into_iter().next())
}

/// Rows after a number, in order; their content (`mail.raw`) is left out.
pub async fn list_outbox(
    database: &Database,
    tender: Option<TenderId>,
    after: OutboxId,
    limit: u32,
) -> Result<Vec<OutboxRow>> {
    rows(
        database,
        query(without_content!(
            "WHERE id > $1 AND ($2 IS NULL OR tender = $2) ORDER BY id LIMIT $3"
        ))
        .bind(after.0)
        .bind(tender.map(|id| id.0))
        .bind(i64::from(limit)),
    )
    .await
}

/// Mails to bidders that failed or came back, and what changed and could not be told before all was over, of a mailbox,
/// queued since then; content left out. (Of invitations and negotiation files that came too late members hear by a letter of
/// its own, and what is over is asked of nobody.)
pub async fn lost(database: &Database, mailbox: &str, since: Timestamp) -> Result<Vec<OutboxRow>> {
    rows(
        database,
        query(without_content!(
            "WHERE mailbox = $1 AND created_at >= $2
             AND ((state IN ('failed', 'bounced')
                    AND kind IN ('invitation', 'acknowledgement', 'reminder', 'negotiation'))
                OR (state IN ('failed', 'bounced', 'cancelled')
                    AND (natural_key LIKE 'change/%' OR natural_key LIKE 'cancellation/%'))) ORDER BY id"
        ))
        .bind(mailbox)
        .bind(ms(since)),
    )
    .await
}

/// What of these kinds waits for its next attempt and is in nobody's hands; content left out.
pub async fn waiting(database: &Database, now: Timestamp) -> Result<Vec<OutboxRow>> {
    rows(
        database,
        query(without_content!(
            "WHERE state = 'queued' AND (claimed_until IS NULL OR claimed_until <= $1)
             AND kind IN ('invitation', 'negotiation', 'reminder', 'notice', 'digest') ORDER BY id"
        ))
        .bind(ms(now)),
    )
    .await
}

async fn rows(database: &Database, statement: Statement<'_>) -> Result<Vec<OutboxRow>> {
    let rows = database.all("outbox", statement).await?;
    rows.iter().map(outbox).collect()
}

pub(super) fn outbox(row: &Row) -> Result<OutboxRow> {
    Ok(OutboxRow {
        id: OutboxId(row.number("id")?),
        mail: OutgoingMail {
            kind: row.word("kind", OutboxKind::from_word)?,
            natural_key: row.text("natural_key")?,
            mailbox: row.text("mailbox")?,
            envelope_from: row.maybe_parsed("envelope_from")?,
            to: row.parsed("recipient")?,
            subject: row.text("subject")?,
            message_id: row.text("message_id")?,
            in_reply_to: row.maybe_text("in_reply_to")?,
            tender: row.maybe_number("tender")?.map(TenderId),
            bidder: row.maybe_number("bidder")?.map(BidderId),
            session: row.maybe_number("session")?.map(SessionId),
            due_at: row.time("due_at")?,
            raw: row.bytes("raw")?,
        },
        state: row.word("state", OutboxState::from_word)?,
        attempts: row.number("attempts")?,
        created_at: row.time("created_at")?,
        next_attempt_at: row.time("next_attempt_at")?,
        sent_at: row.maybe_time("sent_at")?,
        last_error: row.maybe_text("last_error")?,
        outcome_unknown: row.flag("outcome_unknown")?,
        made_of: row.maybe_text("made_of")?,
    })
}

/// All natural keys of a kind: what `desk::due` need not make again.
pub async fn natural_keys(database: &Database, kind: OutboxKind) -> Result<BTreeSet<String>> {
    let rows = database
        .all(
            "outbox",
            query("SELECT natural_key FROM outbox WHERE kind = $1").bind(kind.word()),
        )
        .await?;
    rows.iter().map(|row| row.text("natural_key")).collect()
}

/// Answers (acknowledgement, member-reply, unknown-sender-reply) to an address queued since then (P21).
pub async fn answers_since(
    database: &Database,
    address: &EmailAddress,
    since: Timestamp,
) -> Result<u64> {
    let statement = query(count_answers!("AND recipient = $2"));
    count(database, statement.bind(ms(since)).bind(address.as_str())).await
}

/// Answers for a session queued since then (P21).
pub async fn answers_in_session_since(
    database: &Database,
    session: SessionId,
    since: Timestamp,
) -> Result<u64> {
    let statement = query(count_answers!("AND session = $2"));
    count(database, statement.bind(ms(since)).bind(session.0)).await
}

/// Replies to unknown senders queued since then, in all (P21).
pub async fn unknown_replies_since(database: &Database, since: Timestamp) -> Result<u64> {
    let statement = query(count_answers!("AND kind = 'unknown-sender-reply'"));
    count(database, statement.bind(ms(since))).await
}

/// Replies to unknown senders at one address queued since then (P21: once in 7 days).
pub async fn unknown_replies_to_since(
    database: &Database,
    address: &EmailAddress,
    since: Timestamp,
) -> Result<u64> {
    let statement = query(count_answers!(
        "AND kind = 'unknown-sender-reply' AND recipient = $2"
    ));
    count(database, statement.bind(ms(since)).bind(address.as_str())).await
}

/// Answers of every kind queued since then (P21).
pub async fn answers_since_all(database: &Database, since: Timestamp) -> Result<u64> {
    count(database, query(count_answers!("")).bind(ms(since))).await
}

async fn count(database: &Database, statement: Statement<'_>) -> Result<u64> {
    let row = database.optional("outbox", statement).await?;
    row.map_or(Ok(0), |row| row.number("rows"))
}

/// When the next queued mail can be claimed; `None`: nothing is queued.
pub async fn next_due_at(database: &Database) -> Result<Option<Timestamp>> {
    let row = database
        .optional(
            "outbox",
            query(
                "SELECT min(CASE WHEN claimed_until > next_attempt_at THEN claimed_until ELSE next_attempt_at END) AS at
                 FROM outbox WHERE state = 'queued'",
            ),
        )
        .await?;
    row.map_or(Ok(None), |row| row.maybe_time("at"))
}

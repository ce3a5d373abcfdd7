//! Reading messages back, with their attachments and replies.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Deserialize;
use sqlx::query;

use super::{Heading, MessageRow, Owing, Reply};
use crate::{
    database::{
        Database, Result,
        papers::read_attachment,
        row::{Row, list, ms},
        transaction::Statement,
    },
    desk::{
        FiledAttachment,
        message::{Attention, MessageKind, MessageState},
    },
    matching::{Candidate, Reason},
    tender::{BidderId, MessageId, OutboxId, SessionId, TenderId},
};

macro_rules! select_messages {
    ($rest:literal) => {
        concat!(
            "SELECT id, part_of, mailbox, folder, identity, sha256, bytes, message_id, from_address, from_name, subject, ",
            "received_at, taken_in_at, kind, state, unanswered, tender, bidder, session, late, confidence, reasons, ",
            "candidates, attention, sender_registered, tries, failure, owes_receipt, decided_by FROM message ",
            $rest
        )
    };
}

pub async fn message(database: &Database, id: MessageId) -> Result<Option<MessageRow>> {
    let found = whole(
        database,
        query(select_messages!("WHERE id = $1")).bind(id.0),
    )
    .await?;
    Ok(found.into_iter().next())
}

/// A mail and its shares, the mail first.
pub async fn of_mail(database: &Database, mail: MessageId) -> Result<Vec<MessageRow>> {
    whole(
        database,
        query(select_messages!(
            "WHERE id = $1 OR part_of = $1 ORDER BY id"
        ))
        .bind(mail.0),
    )
    .await
}

/// By its number or its Message-ID, with or without angle brackets. Several: same Message-ID, other content (P5).
pub async fn find_message(database: &Database, text: &str) -> Result<Vec<MessageRow>> {
    let text = text.trim();
    let bracketed = format!("<{}>", text.trim_matches(['<', '>']));
    whole(
        database,
        query(select_messages!(
            "WHERE id = $1 OR message_id IN ($2, $3) ORDER BY id"
        ))
        .bind(text.parse::<i64>().ok())
        .bind(text)
        .bind(bracketed),
    )
    .await
}

/// Messages after a number, in order: call again with the last number until fewer than `limit` come.
pub async fn list_messages(
    database: &Database,
    tender: Option<TenderId>,
    after: MessageId,
    limit: u32,
) -> Result<Vec<MessageRow>> {
    whole(
        database,
        query(select_messages!(
            "WHERE id > $1 AND ($2 IS NULL OR tender = $2) ORDER BY id LIMIT $3"
        ))
        .bind(after.0)
        .bind(tender.map(|id| id.0))
        .bind(i64::from(limit)),
    )
    .await
}

/// Of one mailbox, or of its tenders: what waits for a person, and what was taken in since then. A filed mail that asks to be
/// read, or that brought a result of the negotiation, waits until it is confirmed or its session was over before `open_since`.
pub async fn for_digest(
    database: &Database,
    mailbox: &str,
    since: Timestamp,
    open_since: Timestamp,
) -> Result<Vec<MessageRow>> {
    whole(
        database,
        query(select_messages!(
            "WHERE ((tender IS NULL AND mailbox = $1) OR tender IN (SELECT id FROM tender WHERE mailbox = $1))
             AND (state IN ('needs-decision', 'failed') OR taken_in_at > $2
                OR (state = 'filed' AND session IN (SELECT session.id FROM session WHERE session.ends > $3)
                    AND (attention IS NOT NULL OR EXISTS (SELECT 1 FROM answer
                        WHERE answer.message = message.id AND answer.negotiation IS NOT NULL))
                    AND NOT EXISTS (SELECT 1 FROM confirmation WHERE confirmation.message = message.id)))
             ORDER BY id"
        ))
        .bind(mailbox)
        .bind(ms(since))
        .bind(ms(open_since)),
    )
    .await
}

async fn whole(database: &Database, statement: Statement<'_>) -> Result<Vec<MessageRow>> {
    let rows = database.all("message", statement).await?;
    let mut messages = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    let ids: Vec<_> = messages.iter().map(|message| message.id).collect();
    let mut attachments = attachments(database, &ids).await?;
    let mut replies = replies(database, &ids).await?;
    for message in &mut messages {
        message.attachments = attachments.remove(&message.id).unwrap_or_default();
        message.replies = replies.remove(&message.id).unwrap_or_default();
    }
    Ok(messages)
}

async fn attachments(
    database: &Database,
    messages: &[MessageId],
) -> Result<HashMap<MessageId, Vec<FiledAttachment>>> {
    let rows = database
        .all(
            "attachment",
            query(
                "SELECT message, position, name, media_type, bytes, sha256, container, path, document, expert, findings,
                 examined
                 FROM attachment WHERE message IN (SELECT CAST(value AS BIGINT) FROM json_each($1))
                 ORDER BY message, position",
            )
            .bind(list(messages)),
        )
        .await?;
    let mut of: HashMap<_, Vec<_>> = HashMap::new();
    for row in &rows {
        of.entry(MessageId(row.number("message")?))
            .or_default()
            .push(read_attachment(row)?);
    }
    Ok(of)
}

async fn replies(
    database: &Database,
    messages: &[MessageId],
) -> Result<HashMap<MessageId, Vec<Reply>>> {
    let rows = database
        .all(
            "message_reply",
            query(
                "SELECT message, outbox, outbox.message_id AS message_id, session
                 FROM message_reply JOIN outbox ON outbox.id = message_reply.outbox
                 WHERE message IN (SELECT CAST(value AS BIGINT) FROM json_each($1)) ORDER BY message, outbox",
            )
            .bind(list(messages)),
        )
        .await?;
    let mut of: HashMap<_, Vec<_>> = HashMap::new();
    for row in &rows {
        of.entry(MessageId(row.number("message")?))
            .or_default()
            .push(Reply {
                outbox: OutboxId(row.number("outbox")?),
                message_id: row.text("message_id")?,
                session: row.maybe_number("session")?.map(SessionId),
            });
    }
    Ok(of)
}

fn read(row: &Row) -> Result<MessageRow> {
    Ok(MessageRow {
        id: MessageId(row.number("id")?),
        part_of: row.maybe_number("part_of")?.map(MessageId),
        mailbox: row.text("mailbox")?,
        folder: row.text("folder")?,
        identity: row.digest("identity")?,
        sha256: row.digest("sha256")?,
        bytes: row.number("bytes")?,
        heading: read_heading(row)?,
        received_at: row.time("received_at")?,
        taken_in_at: row.time("taken_in_at")?,
        kind: row.maybe_word("kind", MessageKind::from_word)?,
        state: row.word("state", MessageState::from_word)?,
        unanswered: row.maybe_text("unanswered")?,
        tender: row.maybe_number("tender")?.map(TenderId),
        bidder: row.maybe_number("bidder")?.map(BidderId),
        session: row.maybe_number("session")?.map(SessionId),
        late: row.flag("late")?,
        confidence: row.double("confidence")?,
        reasons: row.json("reasons")?,
        candidates: read_candidates(row)?,
        attention: row.maybe_word("attention", Attention::from_word)?,
        sender_registered: row.flag("sender_registered")?,
        tries: row.number("tries")?,
        failure: row.maybe_text("failure")?,
        owes_receipt: row.flag("owes_receipt")?,
        decided_by: row.maybe_text("decided_by")?,
        attachments: Vec::new(),
        replies: Vec::new(),
    })
}

fn read_heading(row: &Row) -> Result<Heading> {
    Ok(Heading {
        message_id: row.maybe_text("message_id")?,
        from_address: row.maybe_text("from_address")?,
        from_name: row.maybe_text("from_name")?,
        subject: row.text("subject")?,
    })
}

/// A candidate as stored.
#[derive(Deserialize)]
struct Stored {
    tender: TenderId,
    bidder: BidderId,
    session: Option<SessionId>,
    confidence: f64,
    reasons: Vec<Reason>,
    #[serde(default)]
    against: Vec<Reason>,
}

fn read_candidates(row: &Row) -> Result<Vec<Candidate>> {
    let stored: Vec<Stored> = row.json("candidates")?;
    Ok(stored
        .into_iter()
        .map(|candidate| Candidate {
            tender: candidate.tender,
            bidder: candidate.bidder,
            session: candidate.session,
            confidence: candidate.confidence,
            reasons: candidate.reasons,
            against: candidate.against,
        })
        .collect())
}

/// Filed messages whose receipt is owed, by session and then by time of taking in.
pub async fn owing_receipts(database: &Database) -> Result<Vec<Owing>> {
    let rows = database
        .all(
            "message",
            query(
                "SELECT id, mailbox, tender, bidder, session, received_at, taken_in_at, message_id, from_address,
                 from_name, subject, late FROM message WHERE owes_receipt = 1 ORDER BY session, taken_in_at, id",
            ),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Owing {
                message: MessageId(row.number("id")?),
                mailbox: row.text("mailbox")?,
                tender: TenderId(row.number("tender")?),
                bidder: BidderId(row.number("bidder")?),
                session: SessionId(row.number("session")?),
                received_at: row.time("received_at")?,
                taken_in_at: row.time("taken_in_at")?,
                heading: read_heading(row)?,
                late: row.flag("late")?,
            })
        })
        .collect()
}

//! What each mail was understood to answer, and that a person has read it.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde_json::json;
use sqlx::query;

use super::{
    Database, DatabaseError, Result, Transaction,
    messages::Recorded,
    row::{Row, list},
    sessions::{attendance_from, attendance_word, record_negotiation},
};
use crate::{
    desk::{
        Effect,
        message::{Answers, MessageState, Negotiation, RecordingConsent},
    },
    tender::{MessageId, SessionId},
};

/// Remembers what a plan found a mail to answer, beside what it changes: the session keeps the newest of several only.
pub(super) async fn keep_answers(
    tx: &mut Transaction,
    message: MessageId,
    effects: &[Effect],
) -> Result<()> {
    tx.execute(query("DELETE FROM answer WHERE message = $1").bind(message.0))
        .await?;
    let mut of = None;
    let mut said = Answers::default();
    for effect in effects {
        match effect {
            Effect::Bounced { .. } => {}
            Effect::Attendance {
                session, answer, ..
            } => (of, said.attendance) = (Some(*session), Some(*answer)),
            Effect::RecordingConsent {
                session, consent, ..
            } => (of, said.recording_consent) = (Some(*session), Some(*consent)),
            Effect::Negotiation {
                session,
                negotiation,
                ..
            } => (of, said.negotiation) = (Some(*session), Some(*negotiation)),
        }
    }
    let Some(session) = of else {
        return Ok(());
    };
    tx.execute(
        query(
            "INSERT INTO answer (message, session, attendance, recording_consent, negotiation)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(message.0)
        .bind(session.0)
        .bind(said.attendance.map(attendance_word))
        .bind(said.recording_consent.map(|consent| consent.word()))
        .bind(said.negotiation.map(|negotiation| negotiation.word())),
    )
    .await?;
    Ok(())
}

/// What these mails were understood to answer, and about which session; those that answer nothing are left out.
pub async fn answers(
    database: &Database,
    of: &[MessageId],
) -> Result<HashMap<MessageId, (SessionId, Answers)>> {
    let rows = database
        .all(
            "answer",
            query(
                "SELECT message, session, attendance, recording_consent, negotiation FROM answer
                 WHERE message IN (SELECT CAST(value AS BIGINT) FROM json_each($1))",
            )
            .bind(list(of)),
        )
        .await?;
    let read = |row: &Row| {
        let said = Answers {
            attendance: row.maybe_word("attendance", attendance_from)?,
            recording_consent: row.maybe_word("recording_consent", RecordingConsent::from_word)?,
            negotiation: row.maybe_word("negotiation", Negotiation::from_word)?,
        };
        let session = SessionId(row.number("session")?);
        Ok((MessageId(row.number("message")?), (session, said)))
    };
    rows.iter().map(read).collect()
}

/// A person has read message N, whatever it is that waits for him; `word`: what came of the negotiation, where it is not what
/// the program took it for. The session follows, unless a newer mail or a newer file of ours says otherwise. Event
/// `message.confirmed`. The same again changes nothing.
pub async fn confirm(
    tx: &mut Transaction,
    message: MessageId,
    word: Option<Negotiation>,
) -> Result<Recorded> {
    let row = tx
        .optional(
            "message",
            query(
                "SELECT message.id AS id, state, session.kind AS kind, session.id AS session, received_at, code,
                 answer.negotiation AS brought, confirmation.message AS confirmed, confirmation.negotiation AS stands
                 FROM message LEFT JOIN session ON session.id = message.session
                 LEFT JOIN tender ON tender.id = message.tender
                 LEFT JOIN answer ON answer.message = message.id AND answer.session = message.session
                 LEFT JOIN confirmation ON confirmation.message = message.id WHERE message.id = $1",
            )
            .bind(message.0),
        )
        .await?
        .ok_or_else(|| DatabaseError::Forbidden(format!("there is no message {message}")))?;
    let forbidden = |why: &str| Err(DatabaseError::Forbidden(format!("message {message} {why}")));
    let state = row.word("state", MessageState::from_word)?;
    let (MessageState::Filed, Some(session)) = (state, row.maybe_number("session")?.map(SessionId))
    else {
        return forbidden("is not filed; decide first where it belongs with `loket assign`");
    };
    if word.is_some() && row.text("kind")? != "negotiation" {
        return forbidden("is not about a negotiation; leave --negotiation out");
    }
    let brought = row.maybe_word("brought", Negotiation::from_word)?;
    let stood = row.maybe_word("stands", Negotiation::from_word)?;
    let known = row.maybe_number::<i64>("confirmed")?.is_some();
    // A word that was set stands until another one is.
    let says = word.or(stood).or(brought);
    if known && says == stood {
        return Ok(Recorded::Already);
    }
    let (actor, now) = (tx.actor().to_owned(), tx.now_ms());
    tx.execute(
        query(
            "INSERT INTO confirmation (message, confirmed_by, confirmed_at, negotiation) VALUES ($1, $2, $3, $4)
             ON CONFLICT (message) DO UPDATE SET confirmed_by = excluded.confirmed_by,
             confirmed_at = excluded.confirmed_at, negotiation = excluded.negotiation",
        )
        .bind(message.0)
        .bind(actor)
        .bind(now)
        .bind(says.map(|says| says.word())),
    )
    .await?;
    let code = row.maybe_text("code")?;
    tx.tell(
        "message.confirmed",
        ("message", &message.to_string()),
        code.as_deref(),
        json!({"session": session.0, "negotiation": says.map(|says| says.word())}),
    );
    if let Some(says) = word {
        record_negotiation(tx, session, says, row.time("received_at")?).await?;
    }
    Ok(Recorded::Now)
}

/// That a person has read a mail.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmation {
    pub by: String,
    pub at: Timestamp,
    /// What came of the negotiation, as he says.
    pub negotiation: Option<Negotiation>,
}

/// Who has read a mail, if somebody has.
pub async fn confirmation(database: &Database, message: MessageId) -> Result<Option<Confirmation>> {
    let row = database
        .optional(
            "confirmation",
            query(
                "SELECT confirmed_by, confirmed_at, negotiation FROM confirmation WHERE message = $1",
            )
            .bind(message.0),
        )
        .await?;
    let read = |row: Row| {
        Ok(Confirmation {
            by: row.text("confirmed_by")?,
            at: row.time("confirmed_at")?,
            negotiation: row.maybe_word("negotiation", Negotiation::from_word)?,
        })
    };
    row.map(read).transpose()
}

/// Which of these mails a person has read.
pub async fn confirmed(database: &Database, of: &[MessageId]) -> Result<HashSet<MessageId>> {
    let rows = database
        .all(
            "confirmation",
            query(
                "SELECT message FROM confirmation
                 WHERE message IN (SELECT CAST(value AS BIGINT) FROM json_each($1))",
            )
            .bind(list(of)),
        )
        .await?;
    rows.iter()
        .map(|row| Ok(MessageId(row.number("message")?)))
        .collect()
}

/// Of each session the words of its negotiation that a person said are right.
pub async fn confirmed_words(database: &Database) -> Result<HashMap<SessionId, Vec<Negotiation>>> {
    let rows = database
        .all(
            "confirmation",
            query(
                "SELECT message, session, negotiation FROM confirmation JOIN message ON message.id = confirmation.message
                 WHERE negotiation IS NOT NULL AND session IS NOT NULL",
            ),
        )
        .await?;
    let mut words: HashMap<SessionId, Vec<Negotiation>> = HashMap::new();
    for row in &rows {
        let word = row.word("negotiation", Negotiation::from_word)?;
        words
            .entry(SessionId(row.number("session")?))
            .or_default()
            .push(word);
    }
    Ok(words)
}

//! What bidders answered about their sessions: attendance, consent to recording, the negotiation.

use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::query;

use super::{
    Database, Result, Transaction,
    registry::names,
    row::{Row, ms},
};
pub use crate::desk::message::{Negotiation, RecordingConsent};
use crate::{
    correspondence::OutboxState,
    letter::CalendarAnswer,
    tender::{BidderId, SessionId, TenderId},
};

/// A session with what came of it; its times stand in the registry.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRow {
    pub session: SessionId,
    pub tender: TenderId,
    pub bidder: BidderId,
    /// State of the newest invitation; `None`: none was queued.
    pub invitation: Option<OutboxState>,
    pub attendance: Option<CalendarAnswer>,
    pub recording_consent: Option<RecordingConsent>,
    pub negotiation: Option<Negotiation>,
}

/// Keeps an answer to an invitation if it is newer by (sequence, stamp) than what stands (RFC 5546 section 2.1.5).
/// Event `session.attendance`. `messages::record_plan` does this for the effects of a plan.
pub async fn record_attendance(
    tx: &mut Transaction,
    session: SessionId,
    answer: CalendarAnswer,
    sequence: i64,
    stamped_at: Option<Timestamp>,
) -> Result<bool> {
    // An answer without a stamp is older than every one with a stamp.
    let stamp = stamped_at.map_or(i64::MIN, ms);
    let word = attendance_word(answer);
    let row = tx
        .optional(
            "session",
            query(
                "UPDATE session SET attendance = $2, attendance_sequence = $3, attendance_stamp = $4
                 WHERE id = $1 AND (attendance IS NULL OR attendance_sequence < $3
                    OR (attendance_sequence = $3 AND attendance_stamp < $4))
                 RETURNING id, tender, bidder, kind",
            )
            .bind(session.0)
            .bind(word)
            .bind(sequence)
            .bind(stamp),
        )
        .await?;
    let data = json!({
        "attendance": word,
        "sequence": sequence,
        "stamped_at": stamped_at.map(|at| format!("{at:.3}")),
    });
    tell(tx, "session.attendance", session, row, data).await
}

fn attendance_word(answer: CalendarAnswer) -> &'static str {
    match answer {
        CalendarAnswer::Accepted => "accepted",
        CalendarAnswer::Declined => "declined",
        CalendarAnswer::Tentative => "tentative",
    }
}

fn attendance_from(word: &str) -> Option<CalendarAnswer> {
    [
        CalendarAnswer::Accepted,
        CalendarAnswer::Declined,
        CalendarAnswer::Tentative,
    ]
    .into_iter()
    .find(|answer| attendance_word(*answer) == word)
}

/// Event `session.recording-consent`; `false`: it stood so already.
pub async fn record_consent(
    tx: &mut Transaction,
    session: SessionId,
    consent: RecordingConsent,
) -> Result<bool> {
    let row = tx
        .optional(
            "session",
            query(
                "UPDATE session SET recording_consent = $2
                 WHERE id = $1 AND (recording_consent IS NULL OR recording_consent <> $2)
                 RETURNING id, tender, bidder, kind",
            )
            .bind(session.0)
            .bind(consent.word()),
        )
        .await?;
    let data = json!({"recording_consent": consent.word()});
    tell(tx, "session.recording-consent", session, row, data).await
}

/// Event `session.negotiation`; `false`: it stood so already.
pub async fn record_negotiation(
    tx: &mut Transaction,
    session: SessionId,
    negotiation: Negotiation,
) -> Result<bool> {
    let row = tx
        .optional(
            "session",
            query(
                "UPDATE session SET negotiation = $2
                 WHERE id = $1 AND kind = 'negotiation' AND (negotiation IS NULL OR negotiation <> $2)
                 RETURNING id, tender, bidder, kind",
            )
            .bind(session.0)
            .bind(negotiation.word()),
        )
        .await?;
    let data = json!({"negotiation": negotiation.word()});
    tell(tx, "session.negotiation", session, row, data).await
}

/// Tells of a change if there was one, with the bidder and the kind of the session.
async fn tell(
    tx: &mut Transaction,
    action: &str,
    session: SessionId,
    changed: Option<Row>,
    mut data: Value,
) -> Result<bool> {
    let Some(row) = changed else {
        return Ok(false);
    };
    let tender = TenderId(row.number("tender")?);
    let bidder = BidderId(row.number("bidder")?);
    let (code, name) = names(tx, Some(tender), Some(bidder)).await?;
    data["bidder"] = json!(name);
    data["session"] = json!(row.text("kind")?);
    let subject = session.to_string();
    tx.tell(action, ("session", &subject), code.as_deref(), data);
    Ok(true)
}

/// Sessions that are not withdrawn, in the order in which they were imported.
pub async fn list_sessions(
    database: &Database,
    tender: Option<TenderId>,
) -> Result<Vec<SessionRow>> {
    let rows = database
        .all(
            "session",
            query(
                "SELECT id, tender, bidder, attendance, recording_consent, negotiation,
                 (SELECT state FROM outbox WHERE outbox.session = session.id AND outbox.kind = 'invitation'
                  ORDER BY outbox.id DESC LIMIT 1) AS invitation
                 FROM session WHERE withdrawn = 0 AND ($1 IS NULL OR tender = $1) ORDER BY tender, id",
            )
            .bind(tender.map(|id| id.0)),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(SessionRow {
                session: SessionId(row.number("id")?),
                tender: TenderId(row.number("tender")?),
                bidder: BidderId(row.number("bidder")?),
                invitation: row.maybe_word("invitation", OutboxState::from_word)?,
                attendance: row.maybe_word("attendance", attendance_from)?,
                recording_consent: row
                    .maybe_word("recording_consent", RecordingConsent::from_word)?,
                negotiation: row.maybe_word("negotiation", Negotiation::from_word)?,
            })
        })
        .collect()
}

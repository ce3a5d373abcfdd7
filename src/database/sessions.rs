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
    /// State of the newest invitation; `None`: none was written, or it was taken back before it was sent.
    pub invitation: Option<OutboxState>,
    /// State of the newest letter with the file to be signed.
    pub file_letter: Option<OutboxState>,
    pub attendance: Option<CalendarAnswer>,
    pub recording_consent: Option<RecordingConsent>,
    pub negotiation: Option<Negotiation>,
}

/// Keeps an answer to an invitation if it is newer by (sequence, stamp) than what stands (RFC 5546 section 2.1.5), of equals
/// the one that comes later; one without a sequence, in words, answers the newest letter. Event `session.attendance`. `messages::record_plan` does this
/// for the effects of a plan.
pub async fn record_attendance(
    tx: &mut Transaction,
    session: SessionId,
    answer: CalendarAnswer,
    sequence: Option<i64>,
    stamped_at: Option<Timestamp>,
) -> Result<bool> {
    let sequence = match sequence {
        Some(sequence) => sequence,
        None => newest_sequence(tx, session).await?,
    };
    // An answer without a stamp is older than every one with a stamp.
    let stamp = stamped_at.map_or(i64::MIN, ms);
    let word = attendance_word(answer);
    let row = tx
        .optional(
            "session",
            query(
                "UPDATE session SET attendance = $2, attendance_sequence = $3, attendance_stamp = $4
                 WHERE id = $1 AND (attendance_sequence IS NULL OR attendance_sequence < $3
                    OR (attendance_sequence = $3
                        AND (attendance_stamp < $4 OR (attendance_stamp = $4 AND attendance <> $2))))
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

async fn newest_sequence(tx: &mut Transaction, session: SessionId) -> Result<i64> {
    let row = tx
        .optional(
            "announcement",
            query(
                "SELECT COALESCE(max(sequence), 0) AS sequence FROM announcement WHERE session = $1",
            )
            .bind(session.0),
        )
        .await?;
    row.map_or(Ok(0), |row| row.number("sequence"))
}

/// The session was moved: who confirmed the old time has not confirmed the new one, and an answer to an older letter says
/// nothing of it (RFC 5546 section 2.1.4). Event `session.attendance` where something stood.
pub async fn ask_again(tx: &mut Transaction, session: SessionId, sequence: u32) -> Result<()> {
    let stood = tx
        .optional(
            "session",
            query("SELECT id, attendance FROM session WHERE id = $1").bind(session.0),
        )
        .await?
        .map(|row| row.maybe_text("attendance"))
        .transpose()?
        .flatten();
    let row = tx
        .optional(
            "session",
            query(
                "UPDATE session SET attendance = NULL, attendance_sequence = $2, attendance_stamp = $3
                 WHERE id = $1 RETURNING id, tender, bidder, kind",
            )
            .bind(session.0)
            .bind(i64::from(sequence))
            .bind(i64::MIN),
        )
        .await?;
    let row = row.filter(|_| stood.is_some());
    let data = json!({"attendance": null, "sequence": sequence, "stood": stood});
    tell(tx, "session.attendance", session, row, data).await?;
    Ok(())
}

pub(super) fn attendance_word(answer: CalendarAnswer) -> &'static str {
    match answer {
        CalendarAnswer::Accepted => "accepted",
        CalendarAnswer::Declined => "declined",
        CalendarAnswer::Tentative => "tentative",
    }
}

pub(super) fn attendance_from(word: &str) -> Option<CalendarAnswer> {
    [
        CalendarAnswer::Accepted,
        CalendarAnswer::Declined,
        CalendarAnswer::Tentative,
    ]
    .into_iter()
    .find(|answer| attendance_word(*answer) == word)
}

/// What a bidder wrote then; an older word than the one that stands changes nothing. Event `session.recording-consent`;
/// `false`: it stood so already.
pub async fn record_consent(
    tx: &mut Transaction,
    session: SessionId,
    consent: RecordingConsent,
    said_at: Timestamp,
) -> Result<bool> {
    let row = tx
        .optional(
            "session",
            query(
                "UPDATE session SET recording_consent = $2, recording_consent_stamp = $3
                 WHERE id = $1 AND (recording_consent IS NULL OR recording_consent <> $2)
                 AND (recording_consent_stamp IS NULL OR recording_consent_stamp <= $3)
                 RETURNING id, tender, bidder, kind",
            )
            .bind(session.0)
            .bind(consent.word())
            .bind(ms(said_at)),
        )
        .await?;
    let data = json!({"recording_consent": consent.word()});
    tell(tx, "session.recording-consent", session, row, data).await
}

/// What was true then; an older word than the one that stands changes nothing, but a refusal that was on its way while the
/// file went out holds. Event `session.negotiation`; `false`: it
/// stood so already.
pub async fn record_negotiation(
    tx: &mut Transaction,
    session: SessionId,
    negotiation: Negotiation,
    said_at: Timestamp,
) -> Result<bool> {
    record_unless(tx, session, negotiation, said_at, None).await
}

/// The same of what a mail brought: where something better stands, that stays until a person says otherwise.
pub async fn record_brought(
    tx: &mut Transaction,
    session: SessionId,
    negotiation: Negotiation,
    said_at: Timestamp,
) -> Result<bool> {
    let stands = negotiation.stands_against();
    record_unless(tx, session, negotiation, said_at, stands).await
}

async fn record_unless(
    tx: &mut Transaction,
    session: SessionId,
    negotiation: Negotiation,
    said_at: Timestamp,
    stands: Option<Negotiation>,
) -> Result<bool> {
    let row = tx
        .optional(
            "session",
            query(
                "UPDATE session SET negotiation = $2, negotiation_stamp = $3
                 WHERE id = $1 AND kind = 'negotiation' AND (negotiation IS NULL OR negotiation <> $2)
                 AND (negotiation_stamp IS NULL OR negotiation_stamp <= $3
                    OR (negotiation = 'waiting' AND $2 IN ('refused', 'counter-offer')))
                 AND (negotiation IS NULL OR negotiation <> $4)
                 RETURNING id, tender, bidder, kind",
            )
            .bind(session.0)
            .bind(negotiation.word())
            .bind(ms(said_at))
            .bind(stands.map_or("", Negotiation::word)),
        )
        .await?;
    let data = json!({"negotiation": negotiation.word()});
    tell(tx, "session.negotiation", session, row, data).await
}

/// The file is out, and its answer is awaited; but who refused before it went is not asked, and an offer of something else
/// stands unless a file had gone out before it and this is another one. Event `session.negotiation`.
pub async fn record_waiting(
    tx: &mut Transaction,
    session: SessionId,
    at: Timestamp,
) -> Result<bool> {
    let waiting = Negotiation::Waiting.word();
    let row = tx
        .optional(
            "session",
            query(
                "UPDATE session SET negotiation = $2, negotiation_stamp = $3
                 WHERE id = $1 AND kind = 'negotiation' AND (negotiation IS NULL OR negotiation <> $2)
                 AND (negotiation_stamp IS NULL OR negotiation_stamp <= $3)
                 AND (negotiation IS NULL OR negotiation NOT IN ('refused', 'counter-offer')
                    OR (negotiation = 'counter-offer' AND EXISTS (SELECT 1 FROM outbox
                        WHERE outbox.session = $1 AND outbox.kind = 'negotiation'
                        AND outbox.created_at <= negotiation_stamp)))
                 RETURNING id, tender, bidder, kind",
            )
            .bind(session.0)
            .bind(waiting)
            .bind(ms(at)),
        )
        .await?;
    let data = json!({"negotiation": waiting});
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
                  AND state <> 'cancelled' AND natural_key NOT LIKE '%!gagal'
                  ORDER BY outbox.id DESC LIMIT 1) AS invitation,
                 (SELECT state FROM outbox WHERE outbox.session = session.id AND outbox.kind = 'negotiation'
                  ORDER BY outbox.id DESC LIMIT 1) AS file_letter
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
                file_letter: row.maybe_word("file_letter", OutboxState::from_word)?,
                attendance: row.maybe_word("attendance", attendance_from)?,
                recording_consent: row
                    .maybe_word("recording_consent", RecordingConsent::from_word)?,
                negotiation: row.maybe_word("negotiation", Negotiation::from_word)?,
            })
        })
        .collect()
}

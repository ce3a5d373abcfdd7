//! What bidders answered about their sessions: attendance, consent to recording, the negotiation.

use jiff::Timestamp;

use super::{Database, Result, Transaction};
use crate::{
    correspondence::OutboxState,
    desk::message::words,
    letter::CalendarAnswer,
    tender::{BidderId, SessionId, TenderId},
};

words! {
    RecordingConsent {
        Given = "given",
        Refused = "refused",
    }
}

words! {
    /// What the bidder sent; a person confirms.
    Negotiation {
        Waiting = "waiting",
        ReturnedSigned = "returned-signed",
        ReturnedUnsigned = "returned-unsigned",
        Differs = "differs",
        Refused = "refused",
        CounterOffer = "counter-offer",
    }
}

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
    let _ = (tx, session, answer, sequence, stamped_at);
    todo!()
}

/// Event `session.recording-consent`.
pub async fn record_consent(
    tx: &mut Transaction,
    session: SessionId,
    consent: RecordingConsent,
) -> Result<bool> {
    let _ = (tx, session, consent);
    todo!()
}

/// Event `session.negotiation`.
pub async fn record_negotiation(
    tx: &mut Transaction,
    session: SessionId,
    negotiation: Negotiation,
) -> Result<bool> {
    let _ = (tx, session, negotiation);
    todo!()
}

/// Sessions that are not withdrawn, by tender, kind and bidder as imported.
pub async fn list_sessions(
    database: &Database,
    tender: Option<TenderId>,
) -> Result<Vec<SessionRow>> {
    let _ = (database, tender);
    todo!()
}

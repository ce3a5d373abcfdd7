//! Threads: a Message-ID of ours is a keyed hash, so whoever names it has seen the mail.

use super::{Facts, Reading, Trace};
use crate::matching::Sent;

/// The mail answered. In-Reply-To is nearest, then References from the newest. Older mails to the same bidder are the
/// history of the thread and say nothing; one to another bidder is told, since it should not be there.
pub fn answered(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let ids = reading
        .letter
        .in_reply_to
        .iter()
        .chain(reading.letter.references.iter().rev());
    let mut traces: Vec<Trace> = Vec::new();
    for trace in ids.filter_map(|id| of_ours(id, facts)) {
        if traces.iter().all(|other| other.bidder != trace.bidder) {
            traces.push(trace);
        }
    }
    traces
}

/// A mail of ours that was forwarded as an attachment or in the text.
pub fn enclosed(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let ids = reading
        .letter
        .enclosed
        .iter()
        .filter_map(|mail| mail.message_id.as_ref());
    ids.filter_map(|id| of_ours(id, facts)).collect()
}

fn of_ours(id: &str, facts: &Facts) -> Option<Trace> {
    let sent: &Sent = facts.sent.iter().find(|sent| sent.message_id == id)?;
    // A session that is gone from the registry names its bidder still.
    let session = sent
        .session
        .and_then(|session| facts.registry.session(session));
    match session {
        Some(session) => Some(Trace::of_session(session, "")),
        None => {
            let bidder = facts.registry.bidder(sent.bidder?)?;
            Some(Trace::of_bidder(bidder.id, ""))
        }
    }
}

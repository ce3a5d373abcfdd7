//! Which meeting of a bidder is meant, where no key says so: by what the papers are, by what the writer calls it, by what
//! is owed, by time.

use super::{Facts, Reading};
use crate::{
    matching::sessions,
    tender::{DocumentWord, Session, SessionKind},
};

/// The signed negotiation file is the negotiation.
pub fn negotiation_file(reading: &Reading, _: &Facts, session: &Session) -> bool {
    session.kind == SessionKind::Negotiation && reading.documents.contains(&DocumentWord::Negosiasi)
}

/// The writer names this kind of meeting and no other.
pub fn words(reading: &Reading, _: &Facts, session: &Session) -> bool {
    reading.kinds == [session.kind]
}

/// Every paper in the mail is one that this session asks for.
pub fn asks_for_papers(reading: &Reading, _: &Facts, session: &Session) -> bool {
    sessions::all_within(&reading.documents, &session.documents)
}

/// Every paper in the mail is one that has not come.
pub fn owes_papers(reading: &Reading, facts: &Facts, session: &Session) -> bool {
    sessions::all_within(&reading.documents, facts.missing(session))
}

pub fn asked_last(_: &Reading, facts: &Facts, session: &Session) -> bool {
    facts.history.asked_last.contains(&session.id)
}

pub fn just_ended(_: &Reading, facts: &Facts, session: &Session) -> bool {
    sessions::has_just_ended(session, facts.received_at)
}

pub fn not_open(_: &Reading, facts: &Facts, session: &Session) -> bool {
    !sessions::is_open(session, facts.received_at)
        && !sessions::has_just_ended(session, facts.received_at)
}

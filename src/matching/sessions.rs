//! Which session is meant where only the bidder is known: by the time of arrival alone.

use jiff::{SignedDuration, Timestamp};

use super::Facts;
use crate::tender::{BidderId, Session};

/// So long after `due` a mail without a key is still taken for the late papers of that session.
pub const LATE_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);

/// What the time says.
#[derive(Debug)]
pub enum Choice<'a> {
    /// Exactly one session is open: invited, and `due` not past.
    Open(&'a Session),
    /// None is open, and exactly one ended within [`LATE_FOR`].
    JustEnded(&'a Session),
    /// A person chooses; the nearest in time first; empty when the bidder has no session.
    Unclear(Vec<&'a Session>),
}

/// Whether papers are expected: the invitation's time has come and `due`, that instant included, is not past.
pub fn is_open(session: &Session, at: Timestamp) -> bool {
    !session.withdrawn && was_invited(session, at) && at <= session.due
}

fn just_ended(session: &Session, at: Timestamp) -> bool {
    !session.withdrawn
        && was_invited(session, at)
        && session.due < at
        && at.duration_since(session.due) <= LATE_FOR
}

fn was_invited(session: &Session, at: Timestamp) -> bool {
    session.invite.is_none_or(|invite| invite <= at)
}

/// Chooses among the sessions of some bidders.
pub fn choose<'a>(bidders: &[BidderId], facts: &Facts<'a>) -> Choice<'a> {
    let at = facts.received_at;
    let mut sessions: Vec<&Session> = bidders
        .iter()
        .filter(|&&id| {
            facts
                .registry
                .bidder(id)
                .is_some_and(|bidder| !bidder.withdrawn)
        })
        .flat_map(|&id| facts.registry.sessions_of(id))
        .filter(|session| !session.withdrawn)
        .collect();
    let only = |fits: fn(&Session, Timestamp) -> bool| {
        let fitting: Vec<&'a Session> = sessions.iter().copied().filter(|s| fits(s, at)).collect();
        fitting
    };
    let open = only(is_open);
    let ended = only(just_ended);
    match (open.as_slice(), ended.as_slice()) {
        ([session], _) => Choice::Open(session),
        ([], [session]) => Choice::JustEnded(session),
        _ => {
            sessions.sort_by_key(|session| {
                let distance = at.duration_since(session.due).abs();
                (!is_open(session, at), distance, session.id)
            });
            Choice::Unclear(sessions)
        }
    }
}

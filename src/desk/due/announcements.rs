//! What tells a bidder of his session: invitation, change notice, cancellation, and the negotiation file.
//!
//! What was told last is a fact ([`Announcement`]); what is due follows from the difference to what holds now.

use jiff::{SignedDuration, Timestamp};

use super::{Announcement, DueFacts, Fate, Matter, Notice, is_gone, members, parties, reachable};
use crate::{
    desk::{facts::SessionTimes, outbox::OutboxKind},
    tender::{Bidder, Session, SessionId, SessionKind},
};

/// So long after a session the members still hear that its bidder was not told.
const MISSED_FOR: SignedDuration = SignedDuration::from_hours(3 * 24);
/// So long they hear of a bidder who was never invited at all: longer than any stop, and shorter than the keys of notices are
/// known (sixty days), so that nobody hears it twice.
const UNINVITED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// What had been over for so long when it was imported is history.
const HISTORY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Digits of the file's digest in the key: another file is another mail.
const FILE_DIGITS: usize = 16;
/// How the natural keys begin (`database::outbox::lost` knows them too).
const CHANGE: &str = "change/";
const CANCELLATION: &str = "cancellation/";

/// Natural key of a session's first invitation; its Message-ID follows from it.
pub fn invitation_key(session: SessionId) -> String {
    format!("invitation/{session}")
}

/// Whether a notice tells a bidder that something about his session changed, or that it will not be held: those to members
/// have other keys.
pub fn tells_of_change(natural_key: &str) -> bool {
    natural_key.starts_with(CHANGE) || natural_key.starts_with(CANCELLATION)
}

/// At most one of the three; and for members, what could not be told in time.
pub(super) fn announcement(session: &Session, facts: &DueFacts, now: Timestamp) -> Vec<Notice> {
    let Some((bidder, _)) = parties(session, facts) else {
        return Vec::new();
    };
    let gone = is_gone(session, bidder);
    match facts.announced.get(&session.id) {
        None if gone => Vec::new(),
        None => invitation(session, 0, facts, now),
        // What has not left and is no longer true is taken back first (`desk::outbox::still_true`).
        Some(last) if last.fate == Fate::Waiting => Vec::new(),
        // What changed could not be told before all was over.
        Some(last) if last.fate == Fate::Cancelled && last.kind == OutboxKind::Notice && !gone => {
            untold(session, last, facts, now)
        }
        // Cancelled: by a letter, or the letter itself never left.
        Some(last) if last.cancelled || last.fate == Fate::Cancelled => match gone {
            true => Vec::new(),
            false => invitation(session, last.sequence + 1, facts, now),
        },
        Some(last) if gone => cancellation(session, last, facts, now),
        // The letter came back and there is another address, or its address was no good.
        Some(last) if session.ends > now && is_misdirected(session, last, bidder, facts) => {
            invitation(session, last.sequence + 1, facts, now)
        }
        Some(last) => change(session, last, facts, now),
    }
}

fn is_misdirected(
    session: &Session,
    last: &Announcement,
    bidder: &Bidder,
    facts: &DueFacts,
) -> bool {
    match last.fate {
        Fate::Lost => reachable(session, bidder, facts)
            .is_some_and(|to| *to != last.to && !last.lost.contains(to)),
        _ => !bidder.emails.contains(&last.to),
    }
}

/// It never goes out for a session that is over; then the members hear it, once a session, whatever kept it back: a program
/// that stood still, a bidder who was added late, a tender file without a time for the invitation. Only what had been over for
/// seven days when it was first imported is nobody's news: who imports the tenders of last year asks for no invitations.
fn invitation(session: &Session, sequence: u32, facts: &DueFacts, now: Timestamp) -> Vec<Notice> {
    let key = match sequence {
        0 => invitation_key(session.id),
        _ => format!("{}/{sequence}", invitation_key(session.id)),
    };
    let invite = session.invite.unwrap_or(Timestamp::MIN);
    if now < invite || facts.stands(&key) {
        return Vec::new();
    }
    if session.ends <= now {
        let matter = Matter::InvitationMissed {
            session: session.id,
        };
        return match sequence == 0 && is_history(session, facts, now) {
            true => Vec::new(),
            false => {
                let over = (session.ends, UNINVITED_FOR);
                missed_by(session, over, "invitation-missed", matter, facts, now)
            }
        };
    }
    // Left out means at once: then it is due since now, whenever that is.
    let due_at = session.invite.filter(|_| sequence == 0).unwrap_or(now);
    let matter = Matter::Invitation {
        session: session.id,
        sequence,
    };
    to_bidder(session, key, due_at, matter, facts)
}

/// In a rehearsal the clock of the walk may stand before the import.
fn is_history(session: &Session, facts: &DueFacts, now: Timestamp) -> bool {
    let imported_at = facts
        .imported
        .get(&session.id)
        .map_or(now, |at| *at.min(&now));
    imported_at.duration_since(session.ends) >= HISTORY
}

fn cancellation(
    session: &Session,
    last: &Announcement,
    facts: &DueFacts,
    now: Timestamp,
) -> Vec<Notice> {
    if last.times.ends <= now && last.times.due <= now {
        return Vec::new();
    }
    let sequence = last.sequence + 1;
    let matter = Matter::Cancellation {
        session: session.id,
        sequence,
        announced: last.times.clone(),
    };
    let key = format!("{CANCELLATION}{}/{sequence}", session.id);
    to_bidder(session, key, now, matter, facts)
}

/// Of what is over nobody is told any more; a session that was moved and is over is told to the members, since its bidder
/// came at the wrong time.
fn change(session: &Session, last: &Announcement, facts: &DueFacts, now: Timestamp) -> Vec<Notice> {
    let (told, holds) = (&last.times, SessionTimes::of(session));
    let moved = told.starts != holds.starts;
    let meeting = moved || told.ends != holds.ends || told.meeting != holds.meeting;
    let papers = told.due != holds.due || told.asks_otherwise(&holds.documents);
    let still_of_use = (meeting && holds.ends > now) || (papers && holds.due > now);
    let sequence = last.sequence + 1;
    if still_of_use {
        let matter = Matter::ChangeNotice {
            session: session.id,
            sequence,
            before: told.clone(),
        };
        let key = format!("{CHANGE}{}/{sequence}", session.id);
        return to_bidder(session, key, now, matter, facts);
    }
    if moved {
        let matter = Matter::ChangeMissed {
            session: session.id,
        };
        let what = format!("change-missed/{sequence}");
        return missed_by(session, (holds.ends, MISSED_FOR), &what, matter, facts, now);
    }
    Vec::new()
}

/// Its letter was given up because the session was over: the members hear it; a session that was moved on since is announced
/// anew.
fn untold(session: &Session, last: &Announcement, facts: &DueFacts, now: Timestamp) -> Vec<Notice> {
    if session.ends > now || last.cancelled {
        return invitation(session, last.sequence + 1, facts, now);
    }
    if session.due > now {
        return change(session, last, facts, now);
    }
    let matter = Matter::ChangeMissed {
        session: session.id,
    };
    let what = format!("change-missed/{}", last.sequence);
    let over = session.ends.max(session.due);
    missed_by(session, (over, MISSED_FOR), &what, matter, facts, now)
}

/// The file to be signed: at its time, and never before the bidder is invited.
pub(super) fn negotiation(
    session: &Session,
    invited_now: bool,
    facts: &DueFacts,
    now: Timestamp,
) -> Vec<Notice> {
    let (Some(file), Some((bidder, _))) = (&session.file, parties(session, facts)) else {
        return Vec::new();
    };
    let last = facts.announced.get(&session.id);
    let invited = last
        .is_some_and(|last| !last.cancelled && matches!(last.fate, Fate::Going | Fate::Waiting));
    let time = session.file_at.or(session.invite);
    if session.kind != SessionKind::Negotiation
        || is_gone(session, bidder)
        // He is not asked to sign what he refused; the members heard it when he did.
        || facts.refusing.contains(&session.id)
        || time.is_some_and(|time| now < time)
    {
        return Vec::new();
    }
    if !(invited || invited_now) {
        // His invitation came back: a person must hand him the file.
        let lost = last.is_some_and(|last| !last.cancelled && last.fate == Fate::Lost);
        let matter = Matter::NegotiationMissed {
            session: session.id,
        };
        let over = time.unwrap_or(session.starts);
        return match lost {
            true => missed_by(
                session,
                (over, MISSED_FOR),
                "negotiation-lost",
                matter,
                facts,
                now,
            ),
            false => Vec::new(),
        };
    }
    let digits: String = file.sha256.chars().take(FILE_DIGITS).collect();
    let key = format!("negotiation/{}/{digits}", session.id);
    if facts.stands(&key) {
        return Vec::new();
    }
    if session.due < now {
        let matter = Matter::NegotiationMissed {
            session: session.id,
        };
        let over = (session.due, MISSED_FOR);
        return missed_by(session, over, "negotiation-missed", matter, facts, now);
    }
    let matter = Matter::Negotiation {
        session: session.id,
    };
    to_bidder(session, key, time.unwrap_or(now), matter, facts)
}

fn to_bidder(
    session: &Session,
    key: String,
    due_at: Timestamp,
    matter: Matter,
    facts: &DueFacts,
) -> Vec<Notice> {
    let Some((bidder, mailbox)) = parties(session, facts) else {
        return Vec::new();
    };
    let notice = reachable(session, bidder, facts).map(|to| Notice {
        key,
        mailbox: mailbox.to_owned(),
        to: to.clone(),
        due_at,
        matter,
    });
    notice.into_iter().collect()
}

/// For the members: it is too late for the bidder. No news any more so long after it was over.
fn missed_by(
    session: &Session,
    (over, told_for): (Timestamp, SignedDuration),
    what: &str,
    matter: Matter,
    facts: &DueFacts,
    now: Timestamp,
) -> Vec<Notice> {
    let Some((_, mailbox)) = parties(session, facts) else {
        return Vec::new();
    };
    if now.duration_since(over) >= told_for {
        return Vec::new();
    }
    let key = format!("notice/{what}/{}", session.id);
    members::tell(mailbox, &key, over, &matter, facts)
}

impl SessionTimes {
    /// What a letter about the session would say now.
    pub fn of(session: &Session) -> SessionTimes {
        SessionTimes {
            starts: session.starts,
            ends: session.ends,
            due: session.due,
            meeting: session.meeting.clone(),
            documents: session.documents.clone(),
        }
    }
}

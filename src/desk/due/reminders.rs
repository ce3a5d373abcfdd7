//! Reminders: of what a bidder has not answered or sent, at five steps at most, never at night, never of what came.
//!
//! So that nobody is pestered:
//! - what presses at leisure (the day before, half of the time) comes once a day to a bidder, whatever his sessions are: of
//!   several the one whose time is over first. It keeps three hours from his other reminders: of two that are near only the later
//!   goes;
//! - after a letter of ours about the session (invitation, change, negotiation file, receipt) it waits for another day, and what
//!   comes two hours before something until the letter is as old as that. None goes together with such a letter. A negotiation
//!   file says nothing of the session itself: two hours before it who has not said that he comes is reminded all the same;
//! - what fell due while nobody looked is left but for the last;
//! - five a session at most, of which the last is kept for the word that the time is up.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{
    DueFacts, Fate, Matter, Notice, Progress, Recent, is_gone, parties, reachable,
    timetable::{Moment, NEAR, timetable},
};
use crate::{
    address::EmailAddress,
    desk::{
        facts::{ReminderFacts, Step},
        message::Negotiation,
        outbox::OutboxKind,
    },
    letter::CalendarAnswer,
    tender::{BidderId, DocumentWord, Session, SessionId},
};

/// A step whose time it is, before anybody looked at what is missing.
struct Pending<'a> {
    step: Step,
    due_at: Timestamp,
    /// It helps nobody from here.
    until: Timestamp,
    key: String,
    mailbox: &'a str,
    to: &'a EmailAddress,
}

/// Sessions for which a reminder goes if anything is open: only of these must [`Progress`] be known.
pub fn sessions_to_remind(facts: &DueFacts, now: Timestamp) -> Vec<SessionId> {
    let open = facts.calendar.is_open(now);
    let sessions = facts.registry.sessions().iter();
    sessions
        .filter(|session| pending(session, open, facts, now).is_some())
        .map(|session| session.id)
        .collect()
}

/// A reminder that goes if no other of its bidder stands in its way.
struct Reminder {
    bidder: BidderId,
    step: Step,
    until: Timestamp,
    notice: Notice,
}

/// The reminders that are due. `told`: sessions of which another letter goes now.
pub(super) fn reminders(
    told: &HashSet<SessionId>,
    facts: &DueFacts,
    now: Timestamp,
) -> Vec<Notice> {
    let open = facts.calendar.is_open(now);
    let sessions = facts.registry.sessions().iter();
    let all: Vec<Reminder> = sessions
        .filter(|session| !told.contains(&session.id))
        .filter_map(|session| reminder(session, open, facts, now))
        .collect();
    let one_for_him: Vec<bool> = all
        .iter()
        .map(|reminder| !has_another(reminder, &all, facts, now))
        .collect();
    let chosen = all.into_iter().zip(one_for_him).filter(|(_, one)| *one);
    chosen.map(|(reminder, _)| reminder.notice).collect()
}

fn reminder(session: &Session, open: bool, facts: &DueFacts, now: Timestamp) -> Option<Reminder> {
    let pending = pending(session, open, facts, now)?;
    let progress = facts.progress.get(&session.id)?;
    let open = still_open(session, pending.step, progress)?;
    if a_file_says_it(session, &open, facts, now) {
        return None;
    }
    Some(Reminder {
        bidder: session.bidder,
        step: pending.step,
        until: pending.until,
        notice: Notice {
            key: pending.key,
            mailbox: pending.mailbox.to_owned(),
            to: pending.to.clone(),
            due_at: pending.due_at,
            matter: Matter::Reminder {
                session: session.id,
                facts: open,
            },
        },
    })
}

/// What presses at leisure goes alone: no other reminder of the same bidder, of whichever session, goes now or went just before,
/// and none that presses at leisure went today. Those two hours before something, and the word that it is over, go in any case.
fn has_another(reminder: &Reminder, all: &[Reminder], facts: &DueFacts, now: Timestamp) -> bool {
    if !once_a_day(reminder.step) {
        return false;
    }
    let goes = |other: &Reminder| {
        let rank = |of: &Reminder| (of.until, of.notice.matter.session());
        other.bidder == reminder.bidder && (!once_a_day(other.step) || rank(other) < rank(reminder))
    };
    let today = facts.calendar.day(now);
    let went = facts.reminded.iter().any(|sent| {
        let session = facts.registry.session(sent.session);
        let at_leisure = once_a_day(sent.step) && facts.calendar.day(sent.at) == today;
        session.is_some_and(|session| session.bidder == reminder.bidder)
            && (at_leisure || now.duration_since(sent.at).abs() < NEAR)
    });
    went || all.iter().any(goes)
}

/// Of several steps that fell due only the last. `open`: neither night nor a day off.
fn pending<'a>(
    session: &Session,
    open: bool,
    facts: &DueFacts<'a>,
    now: Timestamp,
) -> Option<Pending<'a>> {
    // Two hours before a session somebody is awake who wants to come.
    let near = now < session.starts && session.starts.duration_since(now) <= facts.reminders.ahead;
    if !open && !near {
        return None;
    }
    let (bidder, mailbox) = parties(session, facts)?;
    let announced = facts.announced.get(&session.id)?;
    // To an address that does not work nothing more is sent; the members know.
    if is_gone(session, bidder) || announced.cancelled || announced.fate != Fate::Going {
        return None;
    }
    // Of what he was not told nobody is reminded: the change goes first, or the members hear that it was missed.
    let told = (announced.times.starts, announced.times.due);
    if told != (session.starts, session.due) || announced.times.asks_otherwise(&session.documents) {
        return None;
    }
    let steps = timetable(session, facts);
    let last = steps
        .iter()
        .filter(|moment| moment.from <= now)
        .max_by_key(|moment| moment.place())?;
    let key = last.key(session);
    // Where the clock was put back a later step may have gone already: then this one says nothing new.
    let has_gone = |moment: &&Moment| facts.stands(&moment.key(session));
    let mut not_before = steps.iter().filter(|step| step.place() >= last.place());
    if now >= last.until || not_before.any(|step| has_gone(&step)) {
        return None;
    }
    // The letter that told of the session, or of its change, reminded enough until then.
    if last.from <= announced.at {
        return None;
    }
    if !open && last.step != Step::TwoHoursBefore {
        return None;
    }
    let reading = facts
        .readings
        .iter()
        .find(|reading| reading.mailbox == mailbox)?;
    if !reading.is_current(facts, now)
        || !may_remind_again(session, last, &steps, facts)
        || a_later_one_is_near(last, &steps, now)
        || a_letter_says_it(session, last.step, facts, now)
    {
        return None;
    }
    Some(Pending {
        step: last.step,
        due_at: last.from,
        until: last.until,
        key,
        mailbox,
        to: reachable(session, bidder, facts)?,
    })
}

/// At most so many for a session; the last of them is kept for the notice that the time is up.
fn may_remind_again(
    session: &Session,
    moment: &Moment,
    steps: &[Moment],
    facts: &DueFacts,
) -> bool {
    let asks_for_papers = !session.documents.is_empty() || session.file.is_some();
    let still_to_come = |other: &Moment| {
        other.step == Step::TimeUp
            && moment.step != Step::TimeUp
            && asks_for_papers
            && !facts.stands(&other.key(session))
    };
    let kept = usize::from(steps.iter().any(still_to_come));
    let sent = facts.reminded.iter();
    let sent = sent.filter(|sent| sent.session == session.id).count();
    sent + kept < facts.reminders.most
}

/// Those that press for something when there is time; neither those two hours before something nor the word that it is over.
fn once_a_day(step: Step) -> bool {
    matches!(step, Step::DayBefore | Step::HalfTime)
}

/// What presses at leisure and was held back until what comes two hours before is near.
fn a_later_one_is_near(moment: &Moment, steps: &[Moment], now: Timestamp) -> bool {
    let near = |other: &Moment| {
        let presses = matches!(other.step, Step::TwoHoursBefore | Step::TwoHoursLeft);
        presses && other.from > now && other.from.duration_since(now) < NEAR
    };
    once_a_day(moment.step) && steps.iter().any(near)
}

/// Who has just written gets a receipt, and that lists what is missing; what tells of the session lists it too. That the time is
/// up only a receipt tells that was written after it.
fn a_letter_says_it(session: &Session, step: Step, facts: &DueFacts, now: Timestamp) -> bool {
    let just = |at: Timestamp| now.duration_since(at).abs() < facts.reminders.ahead;
    let today = |at: Timestamp| facts.calendar.day(at) == facts.calendar.day(now);
    let receipt = |at: Timestamp| match step {
        Step::TimeUp => at >= session.due && just(at),
        Step::TwoHoursBefore | Step::TwoHoursLeft => just(at),
        Step::DayBefore | Step::HalfTime => today(at),
    };
    let owed = facts.owing.iter().any(|owing| owing.session == session.id);
    let announced = facts.announced.get(&session.id);
    let told = announced.is_some_and(|told| step != Step::TimeUp && receipt(told.at));
    owed || told || lately(OutboxKind::Acknowledgement, session, facts).any(receipt)
}

/// The file has just gone out: that it is not back is no news. Of the session, and of other papers, it says nothing.
fn a_file_says_it(
    session: &Session,
    open: &ReminderFacts,
    facts: &DueFacts,
    now: Timestamp,
) -> bool {
    let other = |word: &DocumentWord| *word != DocumentWord::Negosiasi;
    let news = open.unconfirmed || open.missing.iter().any(other);
    let says_it = |at: Timestamp| match open.step {
        Step::TwoHoursBefore if news => false,
        Step::TwoHoursBefore | Step::TwoHoursLeft => {
            now.duration_since(at).abs() < facts.reminders.ahead
        }
        Step::DayBefore | Step::HalfTime => facts.calendar.day(at) == facts.calendar.day(now),
        Step::TimeUp => false,
    };
    lately(OutboxKind::Negotiation, session, facts).any(says_it)
}

/// When letters of that kind about the session were queued in the last day.
fn lately<'a>(
    kind: OutboxKind,
    session: &'a Session,
    facts: &'a DueFacts,
) -> impl Iterator<Item = Timestamp> + 'a {
    let of = move |sent: &&Recent| sent.kind == kind && sent.session == Some(session.id);
    facts.recent.iter().filter(of).map(|sent| sent.created_at)
}

/// What is still open, if anything is.
pub fn still_open(session: &Session, step: Step, progress: &Progress) -> Option<ReminderFacts> {
    let before = matches!(step, Step::DayBefore | Step::TwoHoursBefore);
    // Who does not come, refuses, or offers something else is not pressed: the next word is the Pokja's. That the time is up
    // he hears all the same.
    let declines = progress.attendance == Some(CalendarAnswer::Declined);
    let objects = matches!(
        progress.negotiation,
        Some(Negotiation::Refused | Negotiation::CounterOffer)
    );
    if (declines || objects) && step != Step::TimeUp {
        return None;
    }
    // What came back without a signature or is another file is not back.
    let waits_for_file = matches!(
        progress.negotiation,
        Some(Negotiation::Waiting | Negotiation::ReturnedUnsigned | Negotiation::Differs)
    );
    // Before the file went out nobody can sign it; when it came back signed, or was refused, a person looks at it.
    let signed_file_is_owed = waits_for_file || (session.file.is_none() && !before);
    let mut missing: Vec<DocumentWord> = progress
        .missing
        .iter()
        .copied()
        .filter(|word| *word != DocumentWord::Negosiasi || signed_file_is_owed)
        .collect();
    if waits_for_file && !missing.contains(&DocumentWord::Negosiasi) {
        missing.push(DocumentWord::Negosiasi);
    }
    // What waits for the Pokja is not asked for again; when the time is up he hears that it came.
    let mut contested = progress.contested.clone();
    if step != Step::TimeUp {
        missing.retain(|word| !contested.contains(word));
        contested.clear();
    }
    contested.retain(|word| missing.contains(word));
    let undecided = matches!(progress.attendance, None | Some(CalendarAnswer::Tentative));
    // Who asked for another day, or sent the signed file, has answered; the Pokja has not.
    let signed = progress.negotiation == Some(Negotiation::ReturnedSigned);
    let unconfirmed = before && undecided && !progress.asks_for_another_day && !signed;
    let mut poor = progress.poor.clone();
    poor.retain(|word| missing.contains(word));
    (unconfirmed || !missing.is_empty()).then_some(ReminderFacts {
        step,
        missing,
        poor,
        contested,
        unconfirmed,
    })
}

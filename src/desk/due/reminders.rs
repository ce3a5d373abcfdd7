//! Reminders: of what a bidder has not answered or sent, at five steps at most, never at night, never of what came.

use jiff::{SignedDuration, Timestamp, civil::Time};

use super::{DueFacts, Fate, Matter, Notice, Progress, Recent, is_gone, parties, reachable};
use crate::{
    address::EmailAddress,
    desk::{
        facts::{ReminderFacts, Step},
        message::Negotiation,
        outbox::OutboxKind,
    },
    letter::CalendarAnswer,
    tender::{DocumentWord, Session, SessionId},
};

/// So long after its time somebody still hears that it is up, and on the working day after in any case, however long the
/// holidays between: a later one would tell of what is past.
const TIME_UP_FOR: SignedDuration = SignedDuration::from_hours(3 * 24);

/// One step of one session.
#[derive(Clone, Debug, PartialEq)]
struct Moment {
    step: Step,
    /// It is due from here …
    from: Timestamp,
    /// … and helps nobody from here.
    until: Timestamp,
    /// What it is counted from: a session that is moved is reminded of anew.
    about: String,
}

impl Moment {
    /// Its natural key in the outbox.
    fn key(&self, session: &Session) -> String {
        let step = self.step.word();
        format!("reminder/{}/{step}/{}", session.id, self.about)
    }

    /// Of several that fell due the last by this supersedes the others.
    fn place(&self) -> (Timestamp, Step) {
        (self.from, self.step)
    }
}

/// A step whose time it is, before anybody looked at what is missing.
struct Pending<'a> {
    step: Step,
    due_at: Timestamp,
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

/// The reminders that are due.
pub(super) fn reminders(facts: &DueFacts, now: Timestamp) -> Vec<Notice> {
    let open = facts.calendar.is_open(now);
    let sessions = facts.registry.sessions().iter();
    sessions
        .filter_map(|session| reminder(session, open, facts, now))
        .collect()
}

fn reminder(session: &Session, open: bool, facts: &DueFacts, now: Timestamp) -> Option<Notice> {
    let pending = pending(session, open, facts, now)?;
    let progress = facts.progress.get(&session.id)?;
    let open = still_open(session, pending.step, progress)?;
    Some(Notice {
        key: pending.key,
        mailbox: pending.mailbox.to_owned(),
        to: pending.to.clone(),
        due_at: pending.due_at,
        matter: Matter::Reminder {
            session: session.id,
            facts: open,
        },
    })
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
    let told_today = || facts.calendar.day(announced.at) == facts.calendar.day(now);
    if last.from <= announced.at || (last.step == Step::DayBefore && told_today()) {
        return None;
    }
    if !open && last.step != Step::TwoHoursBefore {
        return None;
    }
    let reading = facts
        .readings
        .iter()
        .find(|reading| reading.mailbox == mailbox)?;
    // He may have written to another mailbox of the office: such mail is filed under his tender too.
    let others_read = || {
        facts
            .readings
            .iter()
            .all(|other| other.is_lately_read(facts, now))
    };
    if !reading.is_current(facts, now)
        || !others_read()
        || !may_remind_again(session, last, &steps, facts, now)
        || a_receipt_says_it(session, last.step, facts, now)
    {
        return None;
    }
    Some(Pending {
        step: last.step,
        due_at: last.from,
        key,
        mailbox,
        to: reachable(session, bidder, facts)?,
    })
}

/// When each step of a session falls due.
fn timetable(session: &Session, facts: &DueFacts) -> Vec<Moment> {
    let (calendar, rules) = (facts.calendar, facts.reminders);
    let ahead_of = |at: Timestamp| at.checked_sub(rules.ahead).unwrap_or(at);
    let remaining = session.due.duration_since(session.ends);
    let half = session.ends + remaining / 2;
    let day = calendar.day(session.starts);
    let mut moments = Vec::new();
    for &step in &rules.steps {
        let (at, until) = match step {
            Step::DayBefore => match calendar.working_day_before(day) {
                Some(before) => (calendar.at(before, rules.day_before), session.starts),
                None => continue,
            },
            Step::TwoHoursBefore => (ahead_of(session.starts), session.starts),
            // Only where there is time between the session and the end.
            Step::HalfTime if half < session.due => (half, session.due),
            Step::TwoHoursLeft if ahead_of(session.due) > session.ends => {
                (ahead_of(session.due), session.due)
            }
            Step::HalfTime | Step::TwoHoursLeft => continue,
            Step::TimeUp => (session.due, Timestamp::MAX),
        };
        let from = match step {
            Step::TwoHoursBefore => at,
            _ => by_day(at, until, session, facts),
        };
        moments.push(Moment {
            step,
            from,
            until: match step {
                Step::TimeUp => time_up_until(from, facts),
                _ => until,
            },
            about: match step {
                Step::DayBefore => day.to_string(),
                Step::TwoHoursBefore => session.starts.to_string(),
                Step::HalfTime | Step::TwoHoursLeft | Step::TimeUp => session.due.to_string(),
            },
        });
    }
    moments
}

fn time_up_until(from: Timestamp, facts: &DueFacts) -> Timestamp {
    let calendar = facts.calendar;
    let next = calendar.working_day_after(calendar.day(from));
    let end_of_next = next
        .and_then(|day| day.tomorrow().ok())
        .map_or(from, |day| calendar.at(day, Time::midnight()));
    let usual = from.checked_add(TIME_UP_FOR).unwrap_or(Timestamp::MAX);
    usual.max(end_of_next)
}

/// Not at night and not on days off: in the morning after, or, where that is too late, in the evening before.
fn by_day(at: Timestamp, until: Timestamp, session: &Session, facts: &DueFacts) -> Timestamp {
    let after = facts.calendar.next_open(at);
    if after < until {
        return after;
    }
    let before = facts.calendar.last_hour_before(at);
    // Papers are not missing before the session is over; then nothing is left but silence.
    if before >= session.ends {
        before
    } else {
        after
    }
}

/// At most so many for a session, and one a day but for those two hours before something. The last of them is kept for the
/// notice that the time is up, which goes on whatever day that is.
fn may_remind_again(
    session: &Session,
    moment: &Moment,
    steps: &[Moment],
    facts: &DueFacts,
    now: Timestamp,
) -> bool {
    let asks_for_papers = !session.documents.is_empty() || session.file.is_some();
    let still_to_come = |other: &Moment| {
        other.step == Step::TimeUp
            && moment.step != Step::TimeUp
            && asks_for_papers
            && !facts.stands(&other.key(session))
    };
    let kept = usize::from(steps.iter().any(still_to_come));
    let sent = || {
        facts
            .reminded
            .iter()
            .filter(|sent| sent.session == session.id)
    };
    let today = facts.calendar.day(now);
    let one_today =
        || sent().any(|sent| once_a_day(sent.step) && facts.calendar.day(sent.at) == today);
    sent().count() + kept < facts.reminders.most && !(once_a_day(moment.step) && one_today())
}

/// Those that press for something when there is time; neither those two hours before something nor the word that it is over.
fn once_a_day(step: Step) -> bool {
    matches!(step, Step::DayBefore | Step::HalfTime)
}

/// Who has just written gets a receipt, and that lists what is missing: a step that comes once a day waits for another day,
/// one of those two hours before something until the receipt is as old as that. That the time is up only a receipt tells that
/// was written after it.
fn a_receipt_says_it(session: &Session, step: Step, facts: &DueFacts, now: Timestamp) -> bool {
    let today = facts.calendar.day(now);
    let just = |sent: &Recent| now.duration_since(sent.created_at).abs() < facts.reminders.ahead;
    let lately = |sent: &Recent| match step {
        Step::TimeUp => sent.created_at >= session.due && just(sent),
        Step::TwoHoursBefore | Step::TwoHoursLeft => just(sent),
        Step::DayBefore | Step::HalfTime => facts.calendar.day(sent.created_at) == today,
    };
    let receipt = |sent: &&Recent| {
        sent.kind == OutboxKind::Acknowledgement && sent.session == Some(session.id)
    };
    let owed = facts.owing.iter().any(|owing| owing.session == session.id);
    owed || facts.recent.iter().filter(receipt).any(lately)
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
        unconfirmed,
    })
}

//! When each reminder of a session falls due, as long as nothing speaks against it.

use jiff::{SignedDuration, Timestamp, civil::Time};

use super::DueFacts;
use crate::{desk::facts::Step, tender::Session};

/// So long after its time somebody still hears that it is up, and on the working day after in any case, however long the
/// holidays between: a later one would tell of what is past.
const TIME_UP_FOR: SignedDuration = SignedDuration::from_hours(3 * 24);

/// Of two reminders that are nearer to each other than this one says nothing.
pub(super) const NEAR: SignedDuration = SignedDuration::from_hours(3);

/// One step of one session.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Moment {
    pub step: Step,
    /// It is due from here …
    pub from: Timestamp,
    /// … and helps nobody from here.
    pub until: Timestamp,
    /// What it is counted from: a session that is moved is reminded of anew.
    about: String,
}

impl Moment {
    /// Its natural key in the outbox.
    pub fn key(&self, session: &Session) -> String {
        let step = self.step.word();
        format!("reminder/{}/{step}/{}", session.id, self.about)
    }

    /// Of several that fell due the last by this supersedes the others.
    pub fn place(&self) -> (Timestamp, Step) {
        (self.from, self.step)
    }
}

/// When each step of a session falls due.
pub(super) fn timetable(session: &Session, facts: &DueFacts) -> Vec<Moment> {
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
    leave_what_is_near(&mut moments);
    moments
}

/// Half of a short time is near to the last hours of it, before them or in them: then only those are spoken of.
fn leave_what_is_near(moments: &mut Vec<Moment>) {
    let last = moments
        .iter()
        .find(|moment| moment.step == Step::TwoHoursLeft);
    let Some(last) = last.map(|moment| moment.from) else {
        return;
    };
    let near = |from: Timestamp| last.duration_since(from).abs() < NEAR;
    moments.retain(|moment| moment.step != Step::HalfTime || !near(moment.from));
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

//! When a reminder goes, what it asks for, and when it is left.

use super::*;
use crate::tender::{SessionFile, SessionKind};

/// Wednesday: session at 9, over at 11, papers due at 14; all was told on Monday.
fn told() -> World {
    let mut office = office();
    office
        .sessions
        .retain(|session| session.id == LESTU_QUALIFICATION);
    let mut world = World {
        registry: office.registry(),
        ..quiet_world()
    };
    let to = address(LESTU);
    world.announce(LESTU_QUALIFICATION, 0, false, &to, at("2026-11-23T08:00"));
    world.lacks(&[DocumentWord::Ktp]);
    world
}

impl World {
    fn lacks(&mut self, missing: &[DocumentWord]) -> &mut Progress {
        let progress = self.progress.entry(LESTU_QUALIFICATION).or_default();
        progress.missing = missing.to_vec();
        progress
    }
}

fn at(local: &str) -> Timestamp {
    time(&format!("{local}:00+08:00"))
}

fn reading(read_at: Timestamp) -> Reading {
    Reading {
        mailbox: "pokja-3".into(),
        read_at: Some(read_at),
        settled: true,
        tried_since: read_at,
    }
}

/// The reminder that is due; the mailbox was read just before.
fn reminder(world: &World, now: &str) -> Option<ReminderFacts> {
    let mut world = world.clone();
    let now = at(now);
    if world.readings.is_empty() {
        world.readings = vec![reading(now)];
    }
    let notices = world.due(now).notices.into_iter();
    let mut reminders = notices.filter_map(|notice| match notice.matter {
        Matter::Reminder { facts, .. } => Some(facts),
        _ => None,
    });
    reminders.next()
}

fn word(world: &World, now: &str) -> Option<&'static str> {
    reminder(world, now).map(|facts| facts.step.word())
}

#[test]
fn each_step_has_its_hour() {
    let world = told();
    for (now, expected) in [
        ("2026-11-24T08:59", None),
        ("2026-11-24T09:00", Some("day-before")),
        ("2026-11-24T19:59", Some("day-before")),
        ("2026-11-24T20:00", None),
        ("2026-11-25T06:59", None),
        ("2026-11-25T07:00", Some("two-hours-before")),
        ("2026-11-25T09:00", None),
        ("2026-11-25T11:59", None),
        ("2026-11-25T12:00", Some("two-hours-left")),
        // Half of three hours is near to it: that one is left.
        ("2026-11-25T12:30", Some("two-hours-left")),
        ("2026-11-25T14:00", Some("time-up")),
        ("2026-11-25T20:00", None),
        ("2026-11-26T07:00", Some("time-up")),
        ("2026-11-28T12:00", None),
        ("2026-11-30T07:00", None),
    ] {
        assert_eq!(word(&world, now), expected, "{now}");
    }
}

#[test]
fn only_what_is_open_is_asked_for() {
    let asked = |attendance, missing: &[DocumentWord], now| {
        let mut world = told();
        let progress = world.lacks(missing);
        progress.attendance = attendance;
        progress.poor = vec![DocumentWord::Ktp];
        reminder(&world, now).map(|facts| (facts.missing, facts.poor, facts.unconfirmed))
    };
    let (before, after) = ("2026-11-24T09:00", "2026-11-25T12:00");
    let ktp = vec![DocumentWord::Ktp];
    let only_answer = Some((vec![], vec![], true));
    assert_eq!(asked(None, &[], before), only_answer);
    assert_eq!(
        asked(Some(CalendarAnswer::Tentative), &[], before),
        only_answer
    );
    assert_eq!(asked(None, &[], after), None, "the session is over");
    let comes = Some(CalendarAnswer::Accepted);
    assert_eq!(asked(comes, &[], before), None, "he has answered");
    let papers = Some((ktp.clone(), ktp.clone(), false));
    assert_eq!(asked(comes, &ktp, before), papers);
    assert_eq!(asked(comes, &ktp, after), papers);
    // Who does not come is not pressed for anything; that the time is up he hears.
    let declined = Some(CalendarAnswer::Declined);
    for now in [before, "2026-11-25T07:00", after, "2026-11-25T12:30"] {
        assert_eq!(asked(declined, &ktp, now), None, "{now}");
    }
    let up = "2026-11-25T14:00";
    assert_eq!(asked(declined, &ktp, up), papers);
    assert_eq!(asked(declined, &[], up), None, "nothing was owed");
}

#[test]
fn what_waits_for_the_pokja_is_not_asked_for_again() {
    use DocumentWord::{Ktp, Sbu};
    let asked = |missing: &[DocumentWord], now| {
        let mut world = told();
        let progress = world.lacks(missing);
        progress.attendance = Some(CalendarAnswer::Accepted);
        progress.contested = vec![Sbu];
        reminder(&world, now).map(|facts| (facts.missing, facts.contested))
    };
    for now in ["2026-11-24T09:00", "2026-11-25T12:00"] {
        assert_eq!(asked(&[Ktp, Sbu], now), Some((vec![Ktp], vec![])), "{now}");
        assert_eq!(asked(&[Sbu], now), None, "{now}");
    }
    let up = "2026-11-25T14:00";
    let told = Some((vec![Ktp, Sbu], vec![Sbu]));
    assert_eq!(asked(&[Ktp, Sbu], up), told);
}

#[test]
fn who_asked_for_another_day_is_not_told_that_he_did_not_answer() {
    let asked = |missing: &[DocumentWord]| {
        let mut world = told();
        world.lacks(missing).asks_for_another_day = true;
        reminder(&world, "2026-11-24T09:00").map(|facts| (facts.missing, facts.unconfirmed))
    };
    assert_eq!(asked(&[]), None);
    let ktp = vec![DocumentWord::Ktp];
    assert_eq!(asked(&ktp), Some((ktp, false)));
}

/// The clock was put back by more than a day: what had been said is not said more mildly once more.
#[test]
fn a_step_is_not_sent_when_a_later_one_went() {
    let mut world = told();
    let later = "reminder/11/two-hours-left/2026-11-25T06:00:00Z";
    world.known.insert(later.to_owned());
    for now in ["2026-11-24T09:00", "2026-11-25T07:00", "2026-11-25T12:00"] {
        assert_eq!(word(&world, now), None, "{now}");
    }
    assert_eq!(word(&world, "2026-11-25T12:30"), None);
    assert_eq!(word(&world, "2026-11-25T14:00"), Some("time-up"));
    // Of another `due`: that was another matter.
    world.known.clear();
    world
        .known
        .insert("reminder/11/two-hours-left/2026-11-25T07:00:00Z".to_owned());
    assert_eq!(word(&world, "2026-11-25T12:00"), Some("two-hours-left"));
}

#[test]
fn the_signed_file_is_asked_for_when_it_is_out_and_not_when_something_came_back() {
    let asked = |negotiation, now| {
        let mut world = told();
        let progress = world.lacks(&[]);
        progress.attendance = Some(CalendarAnswer::Accepted);
        progress.negotiation = negotiation;
        reminder(&world, now).map(|facts| facts.missing)
    };
    let (before, after) = ("2026-11-24T09:00", "2026-11-25T12:00");
    let signed_file = Some(vec![DocumentWord::Negosiasi]);
    assert_eq!(asked(Some(Negotiation::Waiting), before), signed_file);
    assert_eq!(asked(Some(Negotiation::Waiting), after), signed_file);
    // What came back without a signature, or is another file, is not back.
    for state in [Negotiation::ReturnedUnsigned, Negotiation::Differs] {
        for now in [before, after, "2026-11-25T14:00"] {
            assert_eq!(asked(Some(state), now), signed_file, "{state:?} {now}");
        }
    }
    use Negotiation::{CounterOffer, Refused, ReturnedSigned};
    for state in [ReturnedSigned, Refused, CounterOffer] {
        assert_eq!(asked(Some(state), after), None, "{state:?}");
    }

    let mut office = office();
    office
        .sessions
        .retain(|session| session.id == LESTU_QUALIFICATION);
    office.session_mut(LESTU_QUALIFICATION).file = Some(SessionFile {
        name: "x.pdf".into(),
        sha256: "a1".repeat(32),
        bytes: 1,
    });
    let mut world = told();
    world.registry = office.registry();
    let progress = world.lacks(&[DocumentWord::Negosiasi]);
    progress.attendance = Some(CalendarAnswer::Accepted);
    assert_eq!(word(&world, before), None, "it is not out yet");
}

/// Before the session too: his answer waits with the Pokja.
#[test]
fn who_refused_or_offers_something_else_is_not_pressed_to_come_or_to_send() {
    use Negotiation::{CounterOffer, Differs, Refused, ReturnedSigned, ReturnedUnsigned, Waiting};
    let asked = |negotiation, missing: &[DocumentWord], now| {
        let mut world = told();
        world.lacks(missing).negotiation = Some(negotiation);
        reminder(&world, now).map(|facts| (facts.missing, facts.unconfirmed))
    };
    let ktp = vec![DocumentWord::Ktp];
    let (before, after) = ("2026-11-24T09:00", "2026-11-25T12:00");
    for now in [before, "2026-11-25T07:00"] {
        for answer in [Refused, CounterOffer] {
            assert_eq!(asked(answer, &[], now), None, "{answer:?} {now}");
            assert_eq!(asked(answer, &ktp, now), None, "{answer:?} {now}");
        }
        // Who signed is asked for what he owes besides, and not whether he comes.
        assert_eq!(asked(ReturnedSigned, &[], now), None, "{now}");
        let owed = Some((ktp.clone(), false));
        assert_eq!(asked(ReturnedSigned, &ktp, now), owed, "{now}");
        for open in [Waiting, ReturnedUnsigned, Differs] {
            let owed = Some((vec![DocumentWord::Negosiasi], true));
            assert_eq!(asked(open, &[], now), owed, "{open:?} {now}");
        }
    }
    assert_eq!(asked(Refused, &ktp, after), None);
    let up = Some((ktp.clone(), false));
    assert_eq!(asked(Refused, &ktp, "2026-11-25T14:00"), up, "he hears it");
}

#[test]
fn one_a_day_but_for_the_two_hours_and_five_in_all() {
    let mut world = told();
    let sent = |step, local: &str| Reminded {
        session: LESTU_QUALIFICATION,
        step,
        at: at(local),
    };
    world.reminded = vec![sent(Step::HalfTime, "2026-11-24T07:30")];
    assert_eq!(word(&world, "2026-11-24T19:00"), None, "one went today");
    world.reminded = vec![sent(Step::HalfTime, "2026-11-25T06:30")];
    assert_eq!(word(&world, "2026-11-25T08:00"), Some("two-hours-before"));
    assert_eq!(word(&world, "2026-11-25T12:00"), Some("two-hours-left"));
    // That the time is up is no reminder: whatever went that day.
    assert_eq!(word(&world, "2026-11-25T14:00"), Some("time-up"));
    let of_another = Reminded {
        session: SEGA_QUALIFICATION,
        ..sent(Step::HalfTime, "2026-11-26T07:00")
    };
    world.reminded = vec![of_another; 9];
    assert_eq!(word(&world, "2026-11-26T08:00"), Some("time-up"));
    world.reminded = vec![sent(Step::DayBefore, "2026-11-20T09:00"); 5];
    assert_eq!(word(&world, "2026-11-26T08:00"), None);
    world.reminders.most = 6;
    assert_eq!(word(&world, "2026-11-26T08:00"), Some("time-up"));
    // The last one is kept for it.
    world.reminders.most = 5;
    world.reminded = vec![sent(Step::DayBefore, "2026-11-20T09:00"); 4];
    assert_eq!(word(&world, "2026-11-25T12:00"), None);
    assert_eq!(word(&world, "2026-11-25T14:00"), Some("time-up"));
    world.reminders.steps.retain(|step| *step != Step::TimeUp);
    assert_eq!(word(&world, "2026-11-25T12:00"), Some("two-hours-left"));
}

#[test]
fn who_has_just_written_gets_the_receipt_and_no_reminder_beside_it() {
    let mut world = told();
    let just = at("2026-11-24T09:29");
    world.owing = vec![owing(7, LESTU_QUALIFICATION, LESTU, just)];
    assert_eq!(word(&world, "2026-11-24T09:30"), None, "its receipt is due");
    world.owing = vec![owing(7, SEGA_QUALIFICATION, SEGA, just)];
    assert_eq!(word(&world, "2026-11-24T09:30"), Some("day-before"));
    world.owing.clear();
    let receipt = |session, local: &str| {
        vec![Recent {
            kind: OutboxKind::Acknowledgement,
            to: address(LESTU),
            session: Some(session),
            created_at: at(local),
        }]
    };
    for (sent, now, expected) in [
        ("2026-11-24T08:00", "2026-11-24T19:59", None),
        ("2026-11-23T18:00", "2026-11-24T09:00", Some("day-before")),
        ("2026-11-25T06:30", "2026-11-25T07:00", None),
        ("2026-11-25T06:30", "2026-11-25T08:29", None),
        (
            "2026-11-25T06:30",
            "2026-11-25T08:30",
            Some("two-hours-before"),
        ),
        (
            "2026-11-25T10:00",
            "2026-11-25T12:00",
            Some("two-hours-left"),
        ),
        // It did not say that the time is up; one that was written after it did.
        ("2026-11-25T13:50", "2026-11-25T14:00", Some("time-up")),
        ("2026-11-25T14:10", "2026-11-25T16:09", None),
        ("2026-11-25T14:10", "2026-11-25T16:10", Some("time-up")),
    ] {
        world.recent = receipt(LESTU_QUALIFICATION, sent);
        assert_eq!(word(&world, now), expected, "receipt {sent}, now {now}");
        world.recent = receipt(SEGA_QUALIFICATION, sent);
        assert!(word(&world, now).is_some(), "another's, {now}");
    }
}

#[test]
fn the_rules_are_settings() {
    let mut world = told();
    world.reminders.steps = vec![Step::TwoHoursBefore];
    world.reminders.ahead = SignedDuration::from_mins(45);
    assert_eq!(word(&world, "2026-11-24T09:00"), None);
    assert_eq!(word(&world, "2026-11-25T08:14"), None);
    assert_eq!(word(&world, "2026-11-25T08:15"), Some("two-hours-before"));
    world.reminders.steps = vec![Step::DayBefore];
    world.reminders.day_before = Time::constant(15, 30, 0, 0);
    assert_eq!(word(&world, "2026-11-24T15:29"), None);
    assert_eq!(word(&world, "2026-11-24T15:30"), Some("day-before"));
}

#[test]
fn nobody_is_reminded_of_what_he_was_not_told_or_told_just_now() {
    let told_with = |change: &dyn Fn(&mut Announcement)| {
        let mut world = told();
        world
            .announced
            .entry(LESTU_QUALIFICATION)
            .and_modify(|announced| change(announced));
        world
    };
    let late = told_with(&|told| told.at = at("2026-11-24T08:00"));
    assert_eq!(word(&late, "2026-11-24T09:00"), None, "told an hour ago");
    assert_eq!(word(&late, "2026-11-25T07:00"), Some("two-hours-before"));
    let later = told_with(&|told| told.at = at("2026-11-25T07:30"));
    assert_eq!(word(&later, "2026-11-25T08:00"), None);
    assert_eq!(word(&later, "2026-11-25T12:00"), Some("two-hours-left"));
    let spoilt: [&dyn Fn(&mut Announcement); 4] = [
        &|told| told.cancelled = true,
        &|told| told.fate = Fate::Lost,
        &|told| told.fate = Fate::Cancelled,
        &|told| told.times.due = Timestamp::UNIX_EPOCH,
    ];
    for change in spoilt {
        assert_eq!(word(&told_with(change), "2026-11-24T09:00"), None);
    }
    let mut never = told();
    never.announced.clear();
    assert_eq!(word(&never, "2026-11-24T09:00"), None);
}

/// What came while the program was down lies in the mailbox: who sent it is not asked for it.
#[test]
fn nobody_is_reminded_before_the_mailbox_was_read() {
    let mut world = told();
    let now = "2026-11-25T12:00";
    let ago = |minutes| at(now) - SignedDuration::from_mins(minutes);
    for (read, began, settled, expected) in [
        (1, 2, true, Some("two-hours-left")),
        (2, 1, true, None),
        (59, 90, true, Some("two-hours-left")),
        (60, 90, true, None),
        (1, 2, false, None),
    ] {
        let reading = reading(ago(read));
        world.watching_since = ago(began);
        world.readings = vec![Reading { settled, ..reading }];
        assert_eq!(word(&world, now), expected, "{read} {began} {settled}");
    }
    world.readings[0].read_at = None;
    assert_eq!(word(&world, now), None);
}

#[test]
fn papers_are_looked_at_only_where_a_reminder_may_go() {
    let asked = |now: &str| {
        let mut world = told();
        world.progress.clear();
        world.readings = vec![reading(at(now))];
        world.sessions_to_remind(at(now))
    };
    assert_eq!(asked("2026-11-24T09:00"), [LESTU_QUALIFICATION]);
    assert!(asked("2026-11-24T08:59").is_empty());
    assert!(asked("2026-11-24T21:00").is_empty());
}

/// A mailbox that cannot be read holds up the reminders of its own tenders, and of no others.
#[test]
fn a_mailbox_that_nobody_can_read_holds_up_its_own_bidders_only() {
    let mut world = told();
    let now = "2026-11-25T12:00";
    let of = |mailbox: &str, minutes, settled| Reading {
        mailbox: mailbox.into(),
        settled,
        ..reading(at(now) - SignedDuration::from_mins(minutes))
    };
    let left = Some("two-hours-left");
    for (minutes, settled) in [(59, true), (60, true), (600, false)] {
        world.readings = vec![of("pokja-3", 0, true), of("pokja-4", minutes, settled)];
        assert_eq!(word(&world, now), left, "{minutes} {settled}");
    }
    world.readings = vec![of("pokja-3", 60, true), of("pokja-4", 0, true)];
    assert_eq!(word(&world, now), None);
}

/// Half of the time, and two hours before its end: of two that are near only the one with the plainer word.
#[test]
fn of_two_steps_that_are_near_only_one_goes() {
    let until = |due: &str, now: &str| {
        let mut world = told();
        let mut office = office();
        office
            .sessions
            .retain(|session| session.id == LESTU_QUALIFICATION);
        office.session_mut(LESTU_QUALIFICATION).due = at(due);
        world.registry = office.registry();
        world.announce(
            LESTU_QUALIFICATION,
            0,
            false,
            &address(LESTU),
            at("2026-11-23T08:00"),
        );
        word(&world, now)
    };
    // Over at 11. Half of five hours is half an hour before the other.
    assert_eq!(until("2026-11-25T16:00", "2026-11-25T13:59"), None);
    let left = Some("two-hours-left");
    assert_eq!(until("2026-11-25T16:00", "2026-11-25T14:00"), left);
    // Of ten hours, three before.
    assert_eq!(until("2026-11-25T21:00", "2026-11-25T15:59"), None);
    let half = Some("half-time");
    assert_eq!(until("2026-11-25T21:00", "2026-11-25T16:00"), half);
    assert_eq!(until("2026-11-25T20:58", "2026-11-25T15:59"), None);
    assert_eq!(until("2026-11-25T20:58", "2026-11-25T18:58"), left);
    // It was held back until the other is near.
    assert_eq!(until("2026-11-25T21:00", "2026-11-25T16:01"), None);
    let world = told();
    assert_eq!(word(&world, "2026-11-24T19:59"), Some("day-before"));
    // Of a session at one o'clock the day before was slept through.
    let mut late = told();
    late.registry = {
        let mut office = office();
        office
            .sessions
            .retain(|session| session.id == LESTU_QUALIFICATION);
        let session = office.session_mut(LESTU_QUALIFICATION);
        (session.starts, session.ends, session.due) = (
            at("2026-11-25T13:00"),
            at("2026-11-25T14:00"),
            at("2026-11-25T16:00"),
        );
        office.registry()
    };
    late.announce(
        LESTU_QUALIFICATION,
        0,
        false,
        &address(LESTU),
        at("2026-11-23T08:00"),
    );
    assert_eq!(word(&late, "2026-11-25T08:00"), Some("day-before"));
    assert_eq!(word(&late, "2026-11-25T08:01"), None);
    assert_eq!(word(&late, "2026-11-25T11:00"), Some("two-hours-before"));
}

#[test]
fn who_had_a_letter_about_the_session_is_not_reminded_right_after_it() {
    let with_file = |sent: &str| {
        let mut world = told();
        let mut office = office();
        office
            .sessions
            .retain(|session| session.id == LESTU_QUALIFICATION);
        let session = office.session_mut(LESTU_QUALIFICATION);
        session.kind = SessionKind::Negotiation;
        session.file = Some(SessionFile {
            name: "x.pdf".into(),
            sha256: "a1".repeat(32),
            bytes: 1,
        });
        session.file_at = Some(at(sent));
        world.registry = office.registry();
        world
    };
    // The file goes in the same minute; and what would be asked for without it is asked for later.
    for (file_at, now) in [
        ("2026-11-24T09:00", "2026-11-24T09:00"),
        ("2026-11-25T07:00", "2026-11-25T07:00"),
        ("2026-11-25T12:00", "2026-11-25T12:00"),
    ] {
        let world = with_file(file_at);
        let due = |now| {
            let mut world = world.clone();
            world.readings = vec![reading(now)];
            let kinds = world.due(now).notices.into_iter();
            kinds
                .map(|notice| notice.matter.kind())
                .collect::<Vec<OutboxKind>>()
        };
        assert_eq!(due(at(now)), [OutboxKind::Negotiation], "{now}");
    }

    // It went before.
    let asks = |sent: &str, attendance, missing: &[DocumentWord], now: &str| {
        let mut world = with_file(sent);
        world.known.insert(format!(
            "negotiation/{LESTU_QUALIFICATION}/{}",
            "a1".repeat(8)
        ));
        let progress = world.lacks(missing);
        progress.negotiation = Some(Negotiation::Waiting);
        progress.attendance = attendance;
        world.recent = vec![Recent {
            kind: OutboxKind::Negotiation,
            to: address(LESTU),
            session: Some(LESTU_QUALIFICATION),
            created_at: at(sent),
        }];
        word(&world, now)
    };
    let comes = Some(CalendarAnswer::Accepted);
    let (before, left) = (Some("two-hours-before"), Some("two-hours-left"));
    for (sent, attendance, missing, now, expected) in [
        ("2026-11-24T08:00", None, &[][..], "2026-11-24T19:59", None),
        (
            "2026-11-23T18:00",
            None,
            &[],
            "2026-11-24T09:00",
            Some("day-before"),
        ),
        ("2026-11-25T06:00", comes, &[], "2026-11-25T07:59", None),
        ("2026-11-25T06:00", comes, &[], "2026-11-25T08:00", before),
        // The file says nothing of the session, and nothing of his other papers.
        ("2026-11-25T06:59", None, &[], "2026-11-25T07:00", before),
        (
            "2026-11-25T06:59",
            comes,
            &[DocumentWord::Ktp],
            "2026-11-25T07:00",
            before,
        ),
        (
            "2026-11-25T10:01",
            comes,
            &[DocumentWord::Ktp],
            "2026-11-25T12:00",
            None,
        ),
        ("2026-11-25T10:00", comes, &[], "2026-11-25T12:00", left),
        (
            "2026-11-25T13:59",
            comes,
            &[],
            "2026-11-25T14:00",
            Some("time-up"),
        ),
    ] {
        let got = asks(sent, attendance, missing, now);
        assert_eq!(got, expected, "file {sent}, {attendance:?}, now {now}");
    }

    // A change of the meeting, or a second invitation, an hour before.
    let mut world = told();
    world
        .announced
        .entry(LESTU_QUALIFICATION)
        .and_modify(|told| told.at = at("2026-11-25T11:00"));
    assert_eq!(word(&world, "2026-11-25T12:00"), None);
    assert_eq!(word(&world, "2026-11-25T13:00"), left);
    // Its letter goes in the same minute.
    let mut world = told();
    world
        .announced
        .entry(LESTU_QUALIFICATION)
        .and_modify(|told| told.times.meeting.id = Some("1".into()));
    assert_eq!(word(&world, "2026-11-24T09:00"), None);
}

/// Two sessions of one bidder: never more than one a day, but for those two hours before something.
#[test]
fn a_bidder_with_two_sessions_gets_the_more_urgent_reminder_of_the_day() {
    let other = SessionId(99);
    let mut office = office();
    office
        .sessions
        .retain(|session| session.id == LESTU_QUALIFICATION);
    let mut second = office.sessions[0].clone();
    second.id = other;
    second.kind = SessionKind::Clarification;
    // Wednesday too, at one o'clock.
    (second.starts, second.ends, second.due) = (
        at("2026-11-25T13:00"),
        at("2026-11-25T15:00"),
        at("2026-11-26T20:00"),
    );
    office.sessions.insert(0, second);
    let mut world = told();
    world.registry = office.registry();
    let to = address(LESTU);
    world.announce(other, 0, false, &to, at("2026-11-23T08:00"));
    world.progress.insert(
        other,
        Progress {
            missing: vec![DocumentWord::Ktp],
            ..Progress::default()
        },
    );
    world.known.insert("invitation/99".into());
    let mut said = Vec::new();
    for now in [
        "2026-11-24T08:59",
        "2026-11-24T09:00",
        "2026-11-24T09:01",
        "2026-11-24T19:00",
        "2026-11-25T07:00",
        "2026-11-25T07:01",
        "2026-11-25T09:59",
        "2026-11-25T10:00",
        "2026-11-25T11:00",
        "2026-11-25T12:00",
        "2026-11-25T14:00",
        "2026-11-26T07:00",
        "2026-11-26T07:01",
        "2026-11-26T18:00",
    ] {
        world.readings = vec![reading(at(now))];
        let due = world.due(at(now));
        said.extend(due.notices.iter().map(|notice| match &notice.matter {
            Matter::Reminder { session, facts } => format!("{now} {session} {}", facts.step.word()),
            other => format!("{other:?}"),
        }));
        world.send(&due, at(now));
    }
    let expected = [
        "2026-11-24T09:00 11 day-before",
        // The other's would have gone this morning: it is near to its last word.
        "2026-11-25T07:00 11 two-hours-before",
        "2026-11-25T11:00 99 two-hours-before",
        "2026-11-25T12:00 11 two-hours-left",
        "2026-11-25T14:00 11 time-up",
        "2026-11-26T07:00 99 half-time",
        "2026-11-26T18:00 99 two-hours-left",
    ];
    assert_eq!(said, expected);
}

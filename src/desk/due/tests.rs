//! What is due: by time, in any order of the facts, never twice.

mod announcing;
mod month;
mod reminding;
mod telling;

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::{matching::fixture::*, tender::calendar};

/// Facts that the tests own and change.
#[derive(Clone, Debug)]
struct World {
    registry: Registry,
    known: HashSet<String>,
    taken_back: HashSet<String>,
    owing: Vec<Owing>,
    strangers: Vec<Stranger>,
    undelivered: Vec<Undelivered>,
    recent: Vec<Recent>,
    watching_since: Timestamp,
    undecided: Vec<Undecided>,
    at_once: bool,
    held: bool,
    announced: HashMap<SessionId, Announcement>,
    imported: HashMap<SessionId, Timestamp>,
    progress: HashMap<SessionId, Progress>,
    reminded: Vec<Reminded>,
    refusals: Vec<Refusal>,
    refusing: HashSet<SessionId>,
    readings: Vec<Reading>,
    orphans: Vec<String>,
    storage_free: Option<u64>,
    digest: Option<Time>,
    reminders: ReminderRules,
}

/// Nothing is due yet: the invitations are out.
fn quiet_world() -> World {
    let office = office();
    World {
        registry: office.registry(),
        known: office
            .sessions
            .iter()
            .map(|session| format!("invitation/{}", session.id))
            .collect(),
        taken_back: HashSet::new(),
        owing: Vec::new(),
        strangers: Vec::new(),
        undelivered: Vec::new(),
        recent: Vec::new(),
        watching_since: Timestamp::MIN,
        undecided: Vec::new(),
        at_once: false,
        held: false,
        announced: HashMap::new(),
        imported: HashMap::new(),
        progress: HashMap::new(),
        reminded: Vec::new(),
        refusals: Vec::new(),
        refusing: HashSet::new(),
        readings: Vec::new(),
        orphans: Vec::new(),
        storage_free: None,
        digest: None,
        reminders: ReminderRules::default(),
    }
}

/// Working days of Berau, from seven to eight in the evening.
fn calendar() -> &'static WorkingCalendar {
    static CALENDAR: LazyLock<WorkingCalendar> = LazyLock::new(|| {
        WorkingCalendar::new(
            TimeZone::get("Asia/Makassar").expect("a zone"),
            calendar::WORKING_WEEK.to_vec(),
            calendar::built_in().iter().map(|holiday| holiday.day),
            (Time::constant(7, 0, 0, 0), Time::constant(20, 0, 0, 0)),
        )
    });
    &CALENDAR
}

fn now() -> Timestamp {
    hours(time(DUE), -1)
}

fn minutes(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

fn owing(number: i64, session: SessionId, from: &str, taken_in_at: Timestamp) -> Owing {
    Owing {
        message: MessageId(number),
        session,
        from: Some(address(from)),
        message_id: Some(format!("<{number}@surel.example>")),
        taken_in_at,
    }
}

fn stranger(number: i64, from: &str, taken_in_at: Timestamp) -> Stranger {
    Stranger {
        message: MessageId(number),
        mailbox: "pokja-3".into(),
        address: address(from),
        message_id: Some(format!("<{number}@mail.example>")),
        taken_in_at,
    }
}

impl World {
    fn due(&self, now: Timestamp) -> Due {
        self.with_facts(|facts| due(facts, now))
    }

    fn sessions_to_remind(&self, now: Timestamp) -> Vec<SessionId> {
        self.with_facts(|facts| sessions_to_remind(facts, now))
    }

    fn with_facts<T>(&self, ask: impl FnOnce(&DueFacts) -> T) -> T {
        let pokjas = [Pokja {
            mailbox: "pokja-3".into(),
            members: vec![address(MEMBER), address("budi@berau.example")],
            digest: self.digest,
        }];
        ask(&DueFacts {
            registry: &self.registry,
            pokjas: &pokjas,
            known: &self.known,
            taken_back: &self.taken_back,
            owing: &self.owing,
            strangers: &self.strangers,
            undelivered: &self.undelivered,
            recent: &self.recent,
            announced: &self.announced,
            imported: &self.imported,
            progress: &self.progress,
            reminded: &self.reminded,
            refusals: &self.refusals,
            refusing: &self.refusing,
            readings: &self.readings,
            orphans: &self.orphans,
            storage_free: self.storage_free,
            calendar: calendar(),
            reminders: &self.reminders,
            quiet: SignedDuration::from_secs(120),
            watching_since: self.watching_since,
            undecided: &self.undecided,
            at_once: self.at_once,
            held: self.held,
        })
    }

    fn keys(&self, now: Timestamp) -> Vec<String> {
        self.due(now)
            .notices
            .into_iter()
            .map(|notice| notice.key)
            .collect()
    }

    /// What the transaction does that queues the notices.
    fn send(&mut self, due: &Due, now: Timestamp) {
        for notice in &due.notices {
            self.known.insert(notice.key.clone());
            self.recent.push(Recent {
                kind: notice.matter.kind(),
                to: notice.to.clone(),
                session: notice.matter.session(),
                created_at: now,
            });
            match &notice.matter {
                Matter::Receipt { messages, .. } => {
                    self.owing
                        .retain(|owing| !messages.contains(&owing.message));
                }
                Matter::StrangerReply { messages, .. } => {
                    self.strangers
                        .retain(|mail| !messages.contains(&mail.message));
                }
                Matter::Invitation { session, sequence }
                | Matter::ChangeNotice {
                    session, sequence, ..
                } => self.announce(*session, *sequence, false, &notice.to, now),
                Matter::Cancellation {
                    session, sequence, ..
                } => self.announce(*session, *sequence, true, &notice.to, now),
                Matter::Reminder { session, facts } => self.reminded.push(Reminded {
                    session: *session,
                    step: facts.step,
                    at: now,
                }),
                Matter::Negotiation { session } => {
                    let progress = self.progress.entry(*session).or_default();
                    progress.negotiation = Some(Negotiation::Waiting);
                }
                _ => {}
            }
        }
        self.strangers.retain(|mail| {
            !due.unanswered
                .iter()
                .any(|(message, _)| *message == mail.message)
        });
    }
}

impl World {
    fn announce(
        &mut self,
        id: SessionId,
        sequence: u32,
        cancelled: bool,
        to: &EmailAddress,
        at: Timestamp,
    ) {
        let session = self.registry.session(id).expect("a session");
        let announcement = Announcement {
            outbox: OutboxId(0),
            sequence,
            kind: match sequence > 0 {
                true => OutboxKind::Notice,
                false => OutboxKind::Invitation,
            },
            cancelled,
            times: SessionTimes::of(session),
            to: to.clone(),
            at,
            fate: Fate::Going,
            lost: Vec::new(),
        };
        self.announced.insert(id, announcement);
    }
}

#[test]
fn an_invitation_is_due_from_its_time_until_its_session_ends() {
    let due = time(DUE);
    let mut office = office();
    office
        .sessions
        .retain(|session| session.id == LESTU_QUALIFICATION);
    let keys = |office: &Office, at: Timestamp| {
        let world = World {
            registry: office.registry(),
            known: HashSet::new(),
            ..quiet_world()
        };
        world.keys(at)
    };
    let invited = ["invitation/11"];
    assert!(keys(&office, hours(due, -49)).is_empty());
    assert_eq!(keys(&office, hours(due, -48)), invited);
    assert_eq!(
        keys(&office, hours(due, -4)),
        invited,
        "late, and the meeting still runs"
    );
    let missed = [
        "notice/invitation-missed/11/budi@berau.example",
        "notice/invitation-missed/11/sri@berau.example",
    ];
    assert_eq!(keys(&office, hours(due, -3)), missed);
    office.session_mut(LESTU_QUALIFICATION).invite = None;
    assert_eq!(keys(&office, hours(due, -490)), invited, "at once");
    assert_eq!(keys(&office, hours(due, -3)), missed, "nobody invited him");
    office.session_mut(LESTU_QUALIFICATION).withdrawn = true;
    assert!(keys(&office, hours(due, -490)).is_empty());
    office.session_mut(LESTU_QUALIFICATION).withdrawn = false;
    office.bidders[0].withdrawn = true;
    assert!(keys(&office, hours(due, -490)).is_empty());
}

/// Whoever was never invited is told of once, whatever kept the invitation; of old tenders nobody hears.
#[test]
fn members_hear_of_who_was_never_invited_unless_it_was_history_when_it_was_imported() {
    let mut office = office();
    office
        .sessions
        .retain(|session| session.id == LESTU_QUALIFICATION);
    office.session_mut(LESTU_QUALIFICATION).invite = None;
    let ended = office.session(LESTU_QUALIFICATION).ends;
    let told = |imported_days: Option<i64>, asked_days: i64| {
        let mut world = World {
            registry: office.registry(),
            known: HashSet::new(),
            ..quiet_world()
        };
        let imported = imported_days.map(|days| (LESTU_QUALIFICATION, hours(ended, 24 * days)));
        world.imported = imported.into_iter().collect();
        let now = hours(ended, 24 * asked_days);
        let due = world.due(now);
        let told = due.notices.len();
        world.send(&due, now);
        assert!(world.keys(hours(now, 1)).is_empty(), "once");
        told
    };
    for (imported, asked, expected) in [
        (Some(-1), 0, 2),
        // A program that stood still for weeks.
        (Some(-1), 29, 2),
        (Some(-1), 30, 0),
        // A bidder who was added when it was over, and the tenders of last month.
        (Some(6), 6, 2),
        (Some(6), 20, 2),
        (Some(7), 7, 0),
        (Some(7), 20, 0),
        // From before this was kept; and a rehearsal, whose clock stands before the import.
        (None, 6, 2),
        (None, 7, 0),
        (Some(300), 6, 2),
    ] {
        assert_eq!(told(imported, asked), expected, "{imported:?} {asked}");
    }
}

#[test]
fn after_a_start_a_burst_ends_when_the_bidder_was_quiet_while_we_looked() {
    let mut world = quiet_world();
    let session = office().sessions[0].id;
    world.owing = vec![owing(
        1,
        session,
        "tender@contohkarya.example",
        minutes(-30),
    )];
    world.watching_since = minutes(0);
    assert!(world.keys(minutes(1)).is_empty());
    assert_eq!(world.keys(minutes(2)).len(), 1);
    // A clock that was put back after the start waits for nothing.
    assert_eq!(world.keys(minutes(-5)).len(), 1);
}

#[test]
fn a_burst_waits_for_what_came_with_it_and_is_not_decided_yet() {
    let mut world = quiet_world();
    let session = office().sessions[0].id;
    let undecided = |mailbox: &str, taken_in_at| Undecided {
        mailbox: mailbox.to_owned(),
        taken_in_at,
    };
    world.owing = vec![owing(1, session, "tender@contohkarya.example", minutes(0))];
    for (others, expected) in [
        (vec![undecided("pokja-3", minutes(0))], 0),
        (vec![undecided("pokja-3", minutes(1))], 0),
        // Another mailbox's backlog, and a mail that is stuck since long ago, hold nobody up.
        (vec![undecided("pokja-9", minutes(0))], 1),
        (vec![undecided("pokja-3", minutes(-60))], 1),
        (vec![], 1),
    ] {
        world.undecided = others;
        assert_eq!(
            world.keys(minutes(5)).len(),
            expected,
            "{:?}",
            world.undecided
        );
    }
    world.undecided = vec![undecided("pokja-3", minutes(0))];
    assert_eq!(world.keys(minutes(21)).len(), 1, "not for ever");
}

#[test]
fn a_burst_gets_one_receipt_when_the_bidder_was_quiet() {
    let mut world = quiet_world();
    let lestu = LESTU_QUALIFICATION;
    world.owing = vec![
        owing(8, lestu, LESTU, minutes(1)),
        owing(7, lestu, LESTU, minutes(0)),
        owing(9, SEGA_QUALIFICATION, SEGA, minutes(-10)),
    ];
    assert_eq!(world.keys(minutes(2)), ["acknowledgement/12/9"]);
    let due = world.due(minutes(3));
    assert_eq!(due.notices.len(), 2);
    let receipt = &due.notices[1];
    assert_eq!(
        (receipt.key.as_str(), receipt.to.as_str()),
        ("acknowledgement/11/7", LESTU)
    );
    assert_eq!(
        receipt.matter,
        Matter::Receipt {
            session: lestu,
            messages: vec![MessageId(7), MessageId(8)],
            in_reply_to: Some("<8@surel.example>".into()),
        }
    );
    world.at_once = true;
    let due = world.due(minutes(1)).notices;
    assert_eq!(due.len(), 2);
    // The courier comes only once, so nothing may be due later than it comes.
    assert!(due.iter().all(|notice| notice.due_at <= minutes(1)));
    world.held = true;
    assert_eq!(world.due(minutes(3)), Due::default());
}

#[test]
fn the_lowest_number_names_the_receipt_whatever_came_first() {
    let mut world = quiet_world();
    world.owing = vec![
        owing(7, LESTU_QUALIFICATION, LESTU, minutes(1)),
        owing(8, LESTU_QUALIFICATION, LESTU, minutes(0)),
    ];
    assert_eq!(world.keys(minutes(9)), ["acknowledgement/11/7"]);
}

#[test]
fn a_burst_without_end_is_answered_after_ten_pauses() {
    let mut world = quiet_world();
    world.owing = (0..20)
        .map(|n| owing(n, LESTU_QUALIFICATION, LESTU, minutes(n)))
        .collect();
    assert!(world.keys(minutes(19)).is_empty());
    assert_eq!(world.keys(minutes(20)), ["acknowledgement/11/0"]);
}

#[test]
fn a_receipt_goes_to_the_registered_address_last_written_from() {
    let mut office = office();
    office.bidders[0]
        .emails
        .push(address("direktur@lestuwana.example"));
    let to = |froms: &[&str]| {
        let mut world = quiet_world();
        world.registry = office.registry();
        world.owing = froms
            .iter()
            .enumerate()
            .map(|(n, from)| owing(n as i64, LESTU_QUALIFICATION, from, minutes(n as i64)))
            .collect();
        world.due(minutes(60)).notices[0].to.to_string()
    };
    assert_eq!(
        to(&["direktur@lestuwana.example"]),
        "direktur@lestuwana.example"
    );
    assert_eq!(to(&["direktur@lestuwana.example", LESTU]), LESTU);
    assert_eq!(
        to(&["direktur@lestuwana.example", "private@mail.example"]),
        "direktur@lestuwana.example"
    );
    assert_eq!(to(&["private@mail.example"]), LESTU);
    assert_eq!(to(&[SEGA]), LESTU, "never a rival's");
}

#[test]
fn a_stranger_is_answered_once_in_seven_days() {
    let mut world = quiet_world();
    world.strangers = vec![
        stranger(2, "a@mail.example", minutes(0)),
        stranger(1, "a@mail.example", minutes(1)),
    ];
    assert!(
        world.keys(minutes(2)).is_empty(),
        "not before a receipt would come"
    );
    let due = world.due(minutes(3));
    assert_eq!(world.keys(minutes(3)), ["unknown-sender-reply/1"]);
    world.send(&due, minutes(3));
    world.strangers = vec![stranger(3, "a@mail.example", minutes(60))];
    let later = world.due(minutes(70));
    assert!(later.notices.is_empty());
    assert_eq!(later.unanswered.len(), 1);
    let week = minutes(3 + 7 * 24 * 60);
    assert_eq!(world.keys(week), ["unknown-sender-reply/3"]);
}

#[test]
fn limits_hold_back_and_lose_nothing_and_raise_one_alarm_a_day() {
    let mut world = quiet_world();
    world.strangers = (0..30)
        .map(|n| stranger(n, &format!("a{n}@mail.example"), minutes(-9)))
        .collect();
    let first = world.due(now());
    let replies = |due: &Due| {
        let kinds = due.notices.iter().map(|notice| notice.matter.kind());
        kinds
            .filter(|kind| *kind == OutboxKind::UnknownSenderReply)
            .count()
    };
    assert_eq!((replies(&first), first.held_back.len()), (20, 10));
    let alarms = first.notices.len() - 20;
    assert_eq!(alarms, 2, "one for each member");
    world.send(&first, now());
    let second = world.due(minutes(30));
    assert_eq!((second.notices.len(), second.held_back.len()), (0, 10));
    let third = world.due(minutes(60));
    assert_eq!((replies(&third), third.held_back.len()), (10, 0));
}

#[test]
fn members_hear_once_of_a_mail_that_did_not_arrive_and_of_their_own_never() {
    let mut world = quiet_world();
    let undelivered = |outbox, kind| Undelivered {
        outbox: OutboxId(outbox),
        kind,
        mailbox: "pokja-3".into(),
        to_bidder: false,
        since: now(),
    };
    world.undelivered = vec![
        undelivered(1, OutboxKind::Invitation),
        undelivered(2, OutboxKind::Notice),
        undelivered(3, OutboxKind::Digest),
        undelivered(4, OutboxKind::UnknownSenderReply),
    ];
    let due = world.due(now());
    assert_eq!(
        world.keys(now()),
        [
            "notice/undelivered/1/budi@berau.example",
            "notice/undelivered/1/sri@berau.example"
        ]
    );
    world.send(&due, now());
    assert!(world.keys(now()).is_empty());
}

fn any_world() -> impl Strategy<Value = World> {
    let session = prop::sample::select(vec![
        LESTU_QUALIFICATION,
        SEGA_QUALIFICATION,
        BANU_NEGOTIATION,
        SessionId(999),
    ]);
    let from = prop::sample::select(vec![LESTU, SEGA, BANU, "private@mail.example"]);
    let mails = prop::collection::btree_map(0i64..200, (session, from, -90i64..5), 0..60);
    let strangers = prop::collection::btree_map(200i64..400, (0u8..40, -90i64..5), 0..60);
    (
        mails,
        strangers,
        any::<bool>(),
        prop::collection::btree_set(1i64..9, 0..4),
    )
        .prop_map(|(mails, strangers, invited, undelivered)| {
            let mut world = quiet_world();
            if !invited {
                world.known.clear();
            }
            let owed = mails.into_iter();
            world.owing = owed
                .map(|(n, (session, from, at))| owing(n, session, from, minutes(at)))
                .collect();
            let mails = strangers.into_iter();
            world.strangers = mails
                .map(|(n, (who, at))| stranger(n, &format!("a{who}@mail.example"), minutes(at)))
                .collect();
            let came_back = undelivered.into_iter().map(|outbox| Undelivered {
                outbox: OutboxId(outbox),
                kind: OutboxKind::Invitation,
                mailbox: "pokja-3".into(),
                to_bidder: true,
                since: now(),
            });
            world.undelivered = came_back.collect();
            world
        })
}

proptest! {
    #[test]
    fn the_order_of_the_facts_makes_no_difference(world in any_world(), seed in any::<u64>()) {
        let mut shuffled = world.clone();
        let turn = |length: usize| if length == 0 { 0 } else { (seed % length as u64) as usize };
        let (owing, strangers) = (turn(shuffled.owing.len()), turn(shuffled.strangers.len()));
        shuffled.owing.rotate_left(owing);
        shuffled.owing.reverse();
        shuffled.strangers.rotate_left(strangers);
        shuffled.strangers.reverse();
        shuffled.undelivered.reverse();
        let mut sessions = shuffled.registry.sessions().to_vec();
        sessions.reverse();
        shuffled.registry = Registry::new(
            shuffled.registry.tenders().to_vec(),
            shuffled.registry.bidders().to_vec(),
            sessions,
        );
        prop_assert_eq!(world.due(now()), shuffled.due(now()));
    }

    #[test]
    fn after_sending_nothing_is_due_but_what_a_limit_holds(mut world in any_world()) {
        let first = world.due(now());
        world.send(&first, now());
        let second = world.due(now());
        prop_assert_eq!(second.notices, Vec::<Notice>::new());
        prop_assert_eq!(second.held_back.len(), first.held_back.len());
    }

    #[test]
    fn no_message_is_answered_twice_and_no_key_stands_twice(world in any_world()) {
        let mut world = world;
        let (mut keys, mut answered) = (HashSet::new(), HashSet::new());
        for hour in 0..24 {
            let due = world.due(hours(now(), hour));
            for notice in &due.notices {
                prop_assert!(keys.insert(notice.key.clone()), "{}", notice.key);
                if let Matter::Receipt { messages, .. } | Matter::StrangerReply { messages, .. } = &notice.matter {
                    for message in messages {
                        prop_assert!(answered.insert(*message), "{message}");
                    }
                }
            }
            world.send(&due, hours(now(), hour));
        }
        // Held back is not lost: a day later all are answered that can be.
        let unknown_session = world.owing.iter().all(|owing| owing.session == SessionId(999));
        prop_assert!(unknown_session && world.strangers.is_empty());
    }
}

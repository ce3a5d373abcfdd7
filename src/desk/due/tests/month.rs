//! Four weeks and more, minute by minute, against a plain model of the rules: the same notices at the same minutes, and no
//! other. The model knows no timestamps, no calendar and no facts; it keeps a diary as a clerk would.

use std::{collections::BTreeMap, ops::Range};

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;

/// Tuesday, midnight in Berau. Everything below counts minutes from here.
const START: &str = "2026-12-01T00:00:00+08:00";
const DAY: i64 = 24 * 60;
/// Christmas with its joint leave, New Year, Isra Mikraj: days from the start.
const HOLIDAYS: [i64; 4] = [23, 24, 31, 35];

fn at(minute: i64) -> Timestamp {
    time(START) + SignedDuration::from_mins(minute)
}

/// One session as it is imported, and what becomes of it.
#[derive(Clone, Debug)]
struct Story {
    /// Number of the story whose bidder it is of too; `None`: it has one of its own.
    same_as: Option<usize>,
    /// When it stands in the imported file.
    imported: i64,
    invite: i64,
    times: Times,
    /// When the last of its papers came; `None`: never.
    complete: Option<i64>,
    /// When the bidder said that he comes.
    confirmed: Option<i64>,
    /// When he said that he does not.
    declined: Option<i64>,
    moved: Vec<(i64, Times)>,
    /// When it was no longer in the file.
    removed: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Times {
    starts: i64,
    ends: i64,
    due: i64,
}

fn bidder_of(stories: &[Story], which: usize) -> usize {
    stories[which].same_as.unwrap_or(which)
}

impl Story {
    fn times(&self, minute: i64) -> Times {
        let mut moved = self.moved.iter().filter(|(when, _)| *when <= minute);
        moved.next_back().map_or(self.times, |(_, times)| *times)
    }

    fn is_removed(&self, minute: i64) -> bool {
        self.removed.is_some_and(|when| when <= minute)
    }
}

/// What went out: minute and words.
type Diary = Vec<(i64, String)>;

/// The plain model: state that is written down as time goes by.
#[derive(Default)]
struct Clerk {
    told: BTreeMap<usize, Told>,
    missed: Vec<(usize, u32)>,
    reminders: BTreeMap<usize, Vec<(i64, String)>>,
    digests: Vec<i64>,
    /// The steps of a session with these times: they do not change, and counting minutes takes long.
    steps: HashMap<Times, Vec<Stage>>,
}

/// A reminder that would go if its bidder had no other: whose session it is, its name, until when it is of use, and its key.
type Wish = (usize, &'static str, i64, String);

/// Its name, since when, until when, and what makes it another one when the times of the session change.
type Stage = (&'static str, i64, i64, i64);

#[derive(Clone, Copy)]
struct Told {
    when: i64,
    times: Times,
    cancelled: bool,
    letters: u32,
}

fn works(day: i64) -> bool {
    // The first of December 2026 is a Tuesday.
    !matches!((day + 1).rem_euclid(7), 5 | 6) && !HOLIDAYS.contains(&day)
}

fn open(minute: i64) -> bool {
    let clock = minute.rem_euclid(DAY);
    works(minute.div_euclid(DAY)) && (7 * 60..20 * 60).contains(&clock)
}

impl Clerk {
    fn minute(&mut self, now: i64, stories: &[Story], diary: &mut Diary) {
        let day = now.div_euclid(DAY);
        if works(day) && now >= day * DAY + 7 * 60 + 30 && !self.digests.contains(&day) {
            self.digests.push(day);
            diary.push((now, "digest".into()));
            diary.push((now, "digest".into()));
        }
        let mut wishes = Vec::new();
        for (which, story) in stories.iter().enumerate() {
            if story.imported > now {
                continue;
            }
            wishes.extend(self.wish(now, which, story));
            self.announce(now, which, story, diary);
        }
        let granted: Vec<&Wish> = wishes
            .iter()
            .filter(|wish| self.grants(now, wish, &wishes, stories))
            .collect();
        for (which, name, _, key) in granted {
            let sent = self.reminders.entry(*which).or_default();
            sent.push((now, key.clone()));
            diary.push((now, format!("{name} {which}")));
        }
    }

    /// One a day to a bidder of those that press at leisure, the more urgent, and three hours from any other.
    fn grants(&self, now: i64, wish: &Wish, wishes: &[Wish], stories: &[Story]) -> bool {
        let (which, name, until, _) = wish;
        let his = |other: usize| bidder_of(stories, other) == bidder_of(stories, *which);
        let another = wishes.iter().any(|(other, named, ends, _)| {
            his(*other) && (!daily(named) || (ends, other) < (until, which))
        });
        let before = self
            .reminders
            .iter()
            .filter(|(other, _)| his(**other))
            .flat_map(|(_, sent)| sent)
            .any(|(when, other)| now - when < 180 || (daily(other) && when / DAY == now / DAY));
        !daily(name) || !(another || before)
    }

    fn announce(&mut self, now: i64, which: usize, story: &Story, diary: &mut Diary) {
        let times = story.times(now);
        let told = self.told.get(&which).copied();
        let letters = told.map_or(0, |told| told.letters);
        let mut said = Vec::new();
        let mut say = |what: &str, cancelled: bool| {
            said.push((now, format!("{what} {which}")));
            Told {
                when: now,
                times,
                cancelled,
                letters: letters + 1,
            }
        };
        match told {
            _ if story.is_removed(now) => {
                let told = told.filter(|told| !told.cancelled);
                if let Some(told) = told
                    && (told.times.ends > now || told.times.due > now)
                {
                    self.told.insert(which, say("cancel", true));
                }
            }
            None if now < story.invite => {}
            None if now < times.ends => {
                self.told.insert(which, say("invite", false));
            }
            None if story.imported - times.ends >= 7 * DAY => {}
            None => self.miss(now, which, ("missed", letters, times.ends), diary),
            Some(told) => {
                let (before, after) = (told.times, times);
                let meeting = (before.starts, before.ends) != (after.starts, after.ends);
                if (meeting && after.ends > now) || (before.due != after.due && after.due > now) {
                    self.told.insert(which, say("change", false));
                } else if before.starts != after.starts {
                    self.miss(now, which, ("change-missed", letters, after.ends), diary);
                }
            }
        }
        diary.extend(said);
    }

    /// Both members hear it, once.
    fn miss(
        &mut self,
        now: i64,
        which: usize,
        (what, letters, over): (&str, u32, i64),
        diary: &mut Diary,
    ) {
        // Who was never invited at all is told of longer.
        let for_days = if what == "missed" { 30 } else { 3 };
        if now - over < for_days * DAY && !self.missed.contains(&(which, letters)) {
            self.missed.push((which, letters));
            diary.push((now, format!("{what} {which}")));
            diary.push((now, format!("{what} {which}")));
        }
    }

    fn wish(&mut self, now: i64, which: usize, story: &Story) -> Option<Wish> {
        let told = self.told.get(&which)?;
        if told.cancelled || story.is_removed(now) {
            return None;
        }
        let times = story.times(now);
        if (told.times.starts, told.times.due) != (times.starts, times.due) {
            return None;
        }
        let steps = self.steps.entry(times).or_insert_with(|| steps_of(times));
        // Of several that fell due the last; of equal times the one that stands later in the list.
        let fallen_due = steps.iter().filter(|(_, since, _, _)| *since <= now);
        let &(name, since, until, key) = fallen_due.max_by_key(|(_, since, _, _)| *since)?;
        let key = format!("{name} {key}");
        let sent = self.reminders.entry(which).or_default();
        let papers = story.complete.is_none_or(|when| when > now);
        let silent = story.confirmed.is_none_or(|when| when > now);
        let before = name == "day-before" || name == "two-hours-before";
        let today = |minute: i64| minute.div_euclid(DAY) == now.div_euclid(DAY);
        // The next would come within three hours.
        let near = steps.iter().any(|(name, other, _, _)| {
            name.starts_with("two-hours") && (now + 1..now + 180).contains(other)
        });
        // The fifth is for the last word.
        let last_word = format!("time-up {}", times.due);
        let kept = name != "time-up" && sent.iter().all(|(_, other)| *other != last_word);
        // Whoever looks at an older calendar says nothing that was said more strongly.
        let later = steps.iter().filter(|(_, other, _, _)| *other > since);
        let mut later = later.map(|(name, _, _, key)| format!("{name} {key}"));
        let declined = story.declined.is_some_and(|when| when <= now);
        let quiet = now >= until
            || sent.iter().any(|(_, other)| *other == key)
            || since <= told.when
            || (daily(name) && (today(told.when) || near))
            || (name.starts_with("two-hours") && now - told.when < 120)
            || (name != "two-hours-before" && !open(now))
            || later.any(|later| sent.iter().any(|(_, other)| *other == later))
            || (declined && name != "time-up")
            || sent.len() >= if kept { 4 } else { 5 };
        (!quiet && (papers || (before && silent))).then_some((which, name, until, key))
    }
}

/// Those that press at leisure.
fn daily(name: &str) -> bool {
    name.starts_with("day-before") || name.starts_with("half-time")
}

fn steps_of(times: Times) -> Vec<Stage> {
    let Times { starts, ends, due } = times;
    let mut day = starts.div_euclid(DAY) - 1;
    while !works(day) {
        day -= 1;
    }
    let mut steps = vec![
        (
            "day-before",
            day * DAY + 9 * 60,
            starts,
            starts.div_euclid(DAY),
        ),
        ("two-hours-before", starts - 120, starts, starts),
    ];
    let half = by_day(ends + (due - ends) / 2, due, ends);
    let left = by_day(due - 120, due, ends);
    let has_left = due - 120 > ends;
    if ends < due && (!has_left || (half - left).abs() >= 180) {
        steps.push(("half-time", half, due, due));
    }
    if has_left {
        steps.push(("two-hours-left", left, due, due));
    }
    let up = by_day(due, i64::MAX, ends);
    let mut next = up.div_euclid(DAY) + 1;
    while !works(next) {
        next += 1;
    }
    let heard_until = (up + 3 * DAY).max((next + 1) * DAY);
    steps.push(("time-up", up, heard_until, due));
    steps
}

/// Minute by minute to the next one at which the office writes; too late, back to the last hour before.
fn by_day(minute: i64, until: i64, ends: i64) -> i64 {
    let mut later = minute;
    while !open(later) {
        later += 1;
    }
    if later < until {
        return later;
    }
    let mut earlier = minute;
    while !open(earlier) {
        earlier -= 1;
    }
    // 19.59, so 19.00.
    earlier -= 59;
    if earlier >= ends { earlier } else { later }
}

/// The world as the program has it.
fn office_of(stories: &[Story], now: i64) -> Office {
    let mut office = office();
    let pattern = office.sessions[0].clone();
    let bidder = office.bidders[0].clone();
    (office.sessions, office.bidders) = (Vec::new(), Vec::new());
    for (which, story) in stories.iter().enumerate() {
        if story.imported > now {
            continue;
        }
        let id = which as i64;
        let times = story.times(now);
        let mut bidder = bidder.clone();
        let whose = bidder_of(stories, which);
        bidder.id = crate::tender::BidderId(whose as i64);
        bidder.emails = vec![address(&format!("peserta{whose}@surel.example"))];
        let mut session = pattern.clone();
        session.id = SessionId(id);
        session.bidder = bidder.id;
        session.invite = Some(at(story.invite));
        (session.starts, session.ends, session.due) =
            (at(times.starts), at(times.ends), at(times.due));
        session.withdrawn = story.is_removed(now);
        office.sessions.push(session);
        if !office.bidders.iter().any(|other| other.id == bidder.id) {
            office.bidders.push(bidder);
        }
    }
    office
}

fn words_of(notice: &Notice) -> String {
    let id = |session: &SessionId| session.0;
    match &notice.matter {
        Matter::Invitation { session, .. } => format!("invite {}", id(session)),
        Matter::ChangeNotice { session, .. } => format!("change {}", id(session)),
        Matter::Cancellation { session, .. } => format!("cancel {}", id(session)),
        Matter::InvitationMissed { session } => format!("missed {}", id(session)),
        Matter::ChangeMissed { session } => format!("change-missed {}", id(session)),
        Matter::Reminder { session, facts } => format!("{} {}", facts.step.word(), id(session)),
        Matter::Digest { .. } => "digest".into(),
        other => format!("{other:?}"),
    }
}

/// Runs both, and gives back what each wrote.
fn run(stories: &[Story], minutes: Range<i64>, step: usize, down: &[Range<i64>]) -> (Diary, Diary) {
    let (mut program, mut model) = (Diary::new(), Diary::new());
    let mut clerk = Clerk::default();
    let mut world = World {
        known: HashSet::new(),
        digest: Some(Time::constant(7, 30, 0, 0)),
        ..quiet_world()
    };
    let changes = |story: &Story| {
        let moved = story.moved.iter().map(|(when, _)| *when);
        moved
            .chain([story.imported])
            .chain(story.removed)
            .collect::<Vec<i64>>()
    };
    let mut seen = i64::MIN;
    for now in minutes.step_by(step) {
        if down.iter().any(|down| down.contains(&now)) {
            continue;
        }
        // The registry is read again only when something was imported.
        let news = |when: &i64| seen < *when && *when <= now;
        if seen == i64::MIN || stories.iter().flat_map(changes).any(|when| news(&when)) {
            world.registry = office_of(stories, now).registry();
        }
        seen = now;
        world.readings = vec![Reading {
            mailbox: "pokja-3".into(),
            read_at: Some(at(now)),
            settled: true,
            tried_since: at(0),
        }];
        for (which, story) in stories.iter().enumerate() {
            let id = SessionId(which as i64);
            world.imported.insert(id, at(story.imported));
            let progress = Progress {
                attendance: match (story.declined, story.confirmed) {
                    (Some(when), _) if when <= now => Some(CalendarAnswer::Declined),
                    (_, Some(when)) if when <= now => Some(CalendarAnswer::Accepted),
                    _ => None,
                },
                missing: match story.complete {
                    Some(when) if when <= now => Vec::new(),
                    _ => vec![DocumentWord::Ktp],
                },
                ..Progress::default()
            };
            world.progress.insert(SessionId(which as i64), progress);
        }
        let due = world.due(at(now));
        assert!(due.held_back.is_empty(), "{:?}", due.held_back);
        program.extend(due.notices.iter().map(|notice| (now, words_of(notice))));
        world.send(&due, at(now));
        world.recent.clear();
        clerk.minute(now, stories, &mut model);
    }
    program.sort();
    model.sort();
    (program, model)
}

/// At `hour`:`minute` of the day that is so many days after the first of December.
fn on(day: i64, hour: i64, minute: i64) -> i64 {
    (day - 1) * DAY + hour * 60 + minute
}

fn story(invite: i64, starts: i64, ends: i64, due: i64) -> Story {
    Story {
        same_as: None,
        imported: 0,
        invite,
        times: Times { starts, ends, due },
        complete: None,
        confirmed: None,
        declined: None,
        moved: Vec::new(),
        removed: None,
    }
}

/// Sessions as a Pokja has them in a December.
fn december() -> Vec<Story> {
    let usual = |day: i64| {
        story(
            on(day - 2, 8, 0),
            on(day, 9, 0),
            on(day, 11, 0),
            on(day, 16, 0),
        )
    };
    let moved = Times {
        starts: on(15, 13, 0),
        ends: on(15, 15, 0),
        due: on(17, 15, 0),
    };
    vec![
        // 0: says nothing, sends nothing.
        usual(4),
        // 1: answers and sends everything at once.
        Story {
            complete: Some(on(3, 10, 0)),
            confirmed: Some(on(3, 9, 0)),
            ..usual(4)
        },
        // 2: confirms, and sends between half time and the last hours.
        Story {
            complete: Some(on(9, 13, 45)),
            confirmed: Some(on(8, 8, 0)),
            ..usual(9)
        },
        // 3: on a Monday, with days to send.
        story(on(3, 8, 0), on(7, 9, 0), on(7, 10, 0), on(11, 16, 0)),
        // 4: moved on the day before.
        Story {
            moved: vec![(on(9, 14, 0), moved)],
            ..usual(10)
        },
        // 5: removed after the invitation. 6: removed before it.
        Story {
            removed: Some(on(15, 10, 0)),
            ..usual(16)
        },
        Story {
            removed: Some(on(13, 10, 0)),
            ..usual(16)
        },
        // 7: imported while it runs. 8: imported when it was over.
        Story {
            imported: on(17, 10, 0),
            ..usual(17)
        },
        Story {
            imported: on(17, 12, 0),
            ..usual(17)
        },
        // 9: after Christmas, on the first day of work; due at night.
        story(on(21, 8, 0), on(28, 8, 0), on(28, 9, 30), on(28, 23, 58)),
        // 10: due on the morning after the holidays.
        story(on(21, 8, 0), on(23, 14, 0), on(23, 16, 0), on(28, 7, 30)),
        // 11: papers are due before the session begins.
        story(on(14, 8, 0), on(18, 13, 0), on(18, 15, 0), on(18, 10, 0)),
        // 12: more time is given when it is up.
        Story {
            moved: vec![(
                on(22, 17, 0),
                Times {
                    starts: on(22, 9, 0),
                    ends: on(22, 11, 0),
                    due: on(29, 12, 0),
                },
            )],
            ..usual(22)
        },
        // 13: early in the morning, so that two hours before is night. 14: on a Saturday.
        story(on(28, 8, 0), on(30, 7, 30), on(30, 9, 0), on(30, 15, 0)),
        story(on(9, 8, 0), on(12, 9, 0), on(12, 11, 0), on(14, 12, 0)),
        // 15: moved into the past.
        Story {
            moved: vec![(
                on(10, 16, 0),
                Times {
                    starts: on(10, 9, 0),
                    ends: on(10, 10, 0),
                    due: on(10, 12, 0),
                },
            )],
            ..usual(11)
        },
        // 16, 17: two sessions of one bidder on one day.
        usual(18),
        Story {
            same_as: Some(16),
            ..story(on(16, 8, 0), on(18, 13, 0), on(18, 14, 0), on(22, 15, 0))
        },
    ]
}

fn counts(diary: &Diary) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (_, words) in diary {
        let what = words.split(' ').next().unwrap_or_default();
        *counts.entry(what.to_owned()).or_default() += 1;
    }
    counts
}

#[test]
fn a_december_minute_by_minute_is_as_the_model_has_it() {
    let (program, model) = run(&december(), 0..35 * DAY, 1, &[]);
    assert_eq!(program, model);
    let counted: Vec<(String, usize)> = counts(&program).into_iter().collect();
    let counted: Vec<(&str, usize)> = counted.iter().map(|(k, v)| (k.as_str(), *v)).collect();
    let said: Vec<String> = program
        .iter()
        .filter(|(_, words)| words != "digest")
        .map(|(when, words)| {
            let (day, hour, minute) = (when / DAY + 1, when % DAY / 60, when % 60);
            format!("{day:>2} {hour:02}.{minute:02} {words}")
        })
        .collect();
    // To be read by people: the whole month of seventeen bidders.
    insta::assert_snapshot!(said.join("\n"));
    // 22 working days in the five weeks, two members.
    assert_eq!(
        counted,
        [
            ("cancel", 1),
            ("change", 2),
            ("change-missed", 2),
            ("day-before", 15),
            ("digest", 44),
            ("half-time", 4),
            ("invite", 16),
            ("missed", 2),
            ("time-up", 13),
            ("two-hours-before", 12),
            ("two-hours-left", 10),
        ]
    );
}

#[test]
fn whatever_the_program_slept_through_it_says_the_last_word_once() {
    let nights = [
        on(3, 6, 0)..on(4, 14, 30),
        on(9, 13, 0)..on(16, 12, 0),
        on(23, 9, 0)..on(29, 9, 0),
    ];
    let (program, model) = run(&december(), 0..35 * DAY, 5, &nights);
    assert_eq!(program, model);
}

fn any_story() -> impl Strategy<Value = Story> {
    let times = (0i64..7 * 96, 1i64..16, 0i64..300).prop_map(|(starts, lasts, remains)| {
        let starts = on(22, 0, 0) + starts * 15;
        let ends = starts + lasts * 15;
        Times {
            starts,
            ends,
            due: ends + remains * 30 - 120,
        }
    });
    let some = || prop::option::of(0i64..14 * 96);
    (
        times.clone(),
        0i64..5 * 96,
        some(),
        (some(), prop::option::weighted(0.2, 0i64..14 * 96)),
        prop::collection::vec((0i64..12 * 96, times), 0..3),
        some(),
        (prop::option::of(0i64..6 * 96), any::<bool>()),
    )
        .prop_map(
            |(
                times,
                before,
                complete,
                (confirmed, declined),
                mut moved,
                removed,
                (imported, shares),
            )| {
                let minute = |quarter: i64| on(20, 0, 0) + quarter * 15;
                moved.sort_by_key(|(when, _)| *when);
                Story {
                    same_as: shares.then_some(0),
                    imported: imported.map_or(0, minute),
                    invite: times.starts - before * 15,
                    times,
                    complete: complete.map(minute),
                    confirmed: confirmed.map(minute),
                    declined: declined.map(minute),
                    moved: moved
                        .into_iter()
                        .map(|(when, times)| (minute(when), times))
                        .collect(),
                    // Most sessions are held.
                    removed: removed.filter(|quarter| quarter % 3 == 0).map(minute),
                }
            },
        )
}

fn any_down() -> impl Strategy<Value = Vec<Range<i64>>> {
    let down = (0i64..14 * 96, 1i64..4 * 96);
    let down = down.prop_map(|(from, long)| {
        let from = on(20, 0, 0) + from * 15;
        from..from + long * 15
    });
    prop::collection::vec(down, 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Holidays, moves, removals, late imports and stops of any length, over Christmas.
    #[test]
    fn any_two_weeks_are_as_the_model_has_them(
        stories in prop::collection::vec(any_story(), 1..4),
        down in any_down(),
    ) {
        let (program, model) = run(&stories, on(20, 0, 0)..on(38, 0, 0), 15, &down);
        prop_assert_eq!(program, model);
    }

    /// The rules that hold whatever else does.
    #[test]
    fn nobody_is_pestered(stories in prop::collection::vec(any_story(), 1..4), down in any_down()) {
        let (program, _) = run(&stories, on(20, 0, 0)..on(38, 0, 0), 15, &down);
        for (which, story) in stories.iter().enumerate() {
            let of = |what: &str| -> Vec<i64> {
                let words = format!("{what} {which}");
                program.iter().filter(|(_, said)| *said == words).map(|(when, _)| *when).collect()
            };
            prop_assert!(of("invite").len() <= 1);
            for when in of("invite") {
                prop_assert!(when < story.times(when).ends, "never for what has passed");
            }
            let days = ["day-before", "half-time"].map(of).concat();
            let all_his = (0..stories.len()).filter(|other| bidder_of(&stories, *other) == bidder_of(&stories, which));
            let his: Vec<i64> = all_his
                .flat_map(|other| {
                    let words = ["day-before", "half-time", "two-hours-before", "two-hours-left", "time-up"].map(|what| format!("{what} {other}"));
                    program.iter().filter(move |(_, said)| words.contains(said)).map(|(when, _)| *when)
                })
                .collect();
            for when in &days {
                let near = his.iter().filter(|other| (when - 180 + 1..=*when).contains(*other)).count();
                prop_assert_eq!(near, 1, "right after another");
            }
            let mut single: Vec<i64> = days.iter().map(|when| when.div_euclid(DAY)).collect();
            single.sort_unstable();
            single.dedup();
            prop_assert_eq!(single.len(), days.len(), "one a day");
            for when in days.iter().chain(&of("two-hours-left")).chain(&of("time-up")) {
                prop_assert!(open(*when), "not at night, not on days off");
            }
            let all = days.len() + of("time-up").len() + of("two-hours-left").len() + of("two-hours-before").len();
            prop_assert!(all <= 5);
            if let Some(complete) = story.complete {
                for what in ["half-time", "two-hours-left", "time-up"] {
                    prop_assert!(of(what).iter().all(|when| *when < complete), "never for what has come");
                }
            }
        }
    }

    /// A clock that jumps back says nothing twice.
    #[test]
    fn a_clock_that_jumps_repeats_nothing(stories in prop::collection::vec(any_story(), 1..4), back in 1i64..600) {
        let mut world = World {
            known: HashSet::new(),
            digest: Some(Time::constant(7, 30, 0, 0)),
            ..quiet_world()
        };
        let mut keys = HashSet::new();
        for round in 0..60 {
            let now = on(20, 0, 0) + round * 6 * 60 - (round % 2) * back;
            world.registry = office_of(&stories, now).registry();
            world.readings = vec![Reading {
                mailbox: "pokja-3".into(),
                read_at: Some(at(now)),
                settled: true,
                tried_since: at(now),
            }];
            for which in 0..stories.len() {
                let progress = Progress { missing: vec![DocumentWord::Ktp], ..Progress::default() };
                world.progress.insert(SessionId(which as i64), progress);
            }
            let due = world.due(at(now));
            for notice in &due.notices {
                prop_assert!(keys.insert(notice.key.clone()), "{}", notice.key);
            }
            world.send(&due, at(now));
        }
    }
}

//! The rules of who gets what and when, plainly: a table of five reminders and a walk from pass to pass. Written from the
//! rules, and not from the program, whose own code is not used here.

use std::collections::BTreeMap;

pub const DAY: i64 = 24 * 60;

/// Minutes of the office's clock since the first of March 2026, a Sunday: `at("03-17 09:00")`.
pub fn at(text: &str) -> i64 {
    let (date, clock) = text.split_once(' ').unwrap();
    let (month, day) = date.split_once('-').unwrap();
    let (hour, minute) = clock.split_once(':').unwrap();
    let number = |text: &str| text.parse::<i64>().unwrap();
    let days = (number(month) - 3) * 31 + number(day) - 1;
    days * DAY + number(hour) * 60 + number(minute)
}

/// Nyepi and Idulfitri with the days given free around them, and Good Friday.
const DAYS_OFF: [&str; 6] = ["03-18", "03-19", "03-20", "03-23", "03-24", "04-03"];

pub fn works(minute: i64) -> bool {
    let day = minute.div_euclid(DAY);
    let weekend = matches!(day.rem_euclid(7), 0 | 6);
    let off = |date: &&str| at(&format!("{date} 00:00")).div_euclid(DAY) == day;
    !weekend && !DAYS_OFF.iter().any(off)
}

pub fn open(minute: i64) -> bool {
    works(minute) && (7 * 60..20 * 60).contains(&minute.rem_euclid(DAY))
}

fn same_day(one: i64, other: i64) -> bool {
    one.div_euclid(DAY) == other.div_euclid(DAY)
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times {
    pub starts: i64,
    pub ends: i64,
    pub due: i64,
}

pub fn times(starts: &str, ends: &str, due: &str) -> Times {
    Times {
        starts: at(starts),
        ends: at(ends),
        due: at(due),
    }
}

/// One bidder's session, and what he does about it.
#[derive(Clone, Debug)]
pub struct Story {
    pub bidder: &'static str,
    pub kind: &'static str,
    /// When the tender file that holds it was imported.
    pub known: i64,
    /// `None`: at once.
    pub invite: Option<i64>,
    pub times: Times,
    pub moved: Option<(i64, Times)>,
    pub removed: Option<i64>,
    /// The invitation comes back.
    pub bounces: bool,
    /// When the file to be signed goes out.
    pub file: Option<i64>,
    /// He says for certain whether he comes.
    pub confirmed: Option<i64>,
    /// He says that he does not come.
    pub declined: Option<i64>,
    /// The last of his papers has come; of a negotiation: his answer to the file.
    pub complete: Option<i64>,
    /// He refuses or offers something else.
    pub refuses: Option<i64>,
    /// Every mail of his that a receipt is owed for.
    pub mails: Vec<i64>,
}

impl Story {
    fn times(&self, now: i64) -> Times {
        match self.moved {
            Some((when, times)) if when <= now => times,
            _ => self.times,
        }
    }
}

/// Step, from when, until when, what it is counted from.
type Step = (&'static str, i64, i64, i64);

fn steps(times: Times) -> Vec<Step> {
    let Times { starts, ends, due } = times;
    let later = |mut minute: i64| {
        while !open(minute) {
            minute += 1;
        }
        minute
    };
    let mut before = starts - starts.rem_euclid(DAY) - DAY;
    while !works(before) {
        before -= DAY;
    }
    let mut next = due - due.rem_euclid(DAY) + DAY;
    while !works(next) {
        next += DAY;
    }
    let (half, left) = (later((ends + due) / 2), later(due - 120));
    let mut steps = vec![
        (
            "the working day before",
            before + 9 * 60,
            starts,
            starts / DAY,
        ),
        ("two hours before", starts - 120, starts, starts),
        ("two hours left", left, due, due),
        (
            "time is up",
            later(due),
            (due + 3 * DAY).max(next + DAY),
            due,
        ),
    ];
    // Near to the last two hours only those are spoken of.
    if (half - left).abs() >= 180 {
        steps.push(("half of the time", half, due, due));
    }
    steps
}

/// What went to whom at which pass.
pub type Diary = Vec<(i64, String, &'static str)>;

/// What is known of one story so far.
#[derive(Default)]
struct Told {
    when: i64,
    times: Option<Times>,
    cancelled: bool,
    missed: bool,
    file: Option<i64>,
    reminders: Vec<(i64, &'static str, i64)>,
    receipts: Vec<i64>,
}

pub fn walk(stories: &[Story], passes: &[i64], members: &[&str]) -> Diary {
    let mut diary = Diary::new();
    let mut told: BTreeMap<usize, Told> = BTreeMap::new();
    let mut last = i64::MIN;
    let mut digest = i64::MIN;
    for &now in passes {
        let just = |when: i64| last < when && when <= now;
        let (mut members_hear, mut wishes) = (Vec::new(), Vec::new());
        for (which, story) in stories
            .iter()
            .enumerate()
            .filter(|(_, story)| story.known <= now)
        {
            let told = told.entry(which).or_default();
            let mut say = |what| diary.push((now, story.bidder.to_owned(), what));
            // The report of the bounce is there at the pass after.
            let lost = story.bounces && told.times.is_some();
            if lost && told.when == last {
                members_hear.push("alarm");
            }
            announce(now, story, told, &mut say, &mut members_hear);
            if !lost
                && told.times.is_some()
                && told.file.is_none()
                && story.file.is_some_and(|file| file <= now)
            {
                told.file = Some(now);
                say("negotiation");
            }
            if story.mails.iter().any(|mail| just(*mail)) {
                told.receipts.push(now);
                say("acknowledgement");
            }
            members_hear.extend(story.refuses.filter(|when| just(*when)).map(|_| "alarm"));
            if !lost {
                let wish = remind(now, story, told);
                wishes.extend(wish.map(|(step, until, about)| (until, which, step, about)));
            }
        }
        let granted: Vec<&Wish> = wishes
            .iter()
            .filter(|wish| grants(now, wish, &wishes, stories, &told))
            .collect();
        for (_, which, step, about) in granted {
            diary.push((now, stories[*which].bidder.to_owned(), "reminder"));
            let told = told.entry(*which).or_default();
            told.reminders.push((now, step, *about));
        }
        if works(now) && now.rem_euclid(DAY) >= 7 * 60 + 30 && !same_day(now, digest) {
            digest = now;
            members_hear.push("digest");
        }
        for member in members {
            diary.extend(
                members_hear
                    .iter()
                    .map(|what| (now, (*member).to_owned(), *what)),
            );
        }
        last = now;
    }
    diary.sort();
    diary
}

fn announce(
    now: i64,
    story: &Story,
    told: &mut Told,
    say: &mut impl FnMut(&'static str),
    members_hear: &mut Vec<&'static str>,
) {
    let times = story.times(now);
    let removed = story.removed.is_some_and(|when| when <= now);
    match told.times {
        _ if told.cancelled => {}
        None if removed || story.invite.is_some_and(|invite| now < invite) => {}
        None if now < times.ends => {
            (told.when, told.times) = (now, Some(times));
            say("invitation");
        }
        None if !told.missed => {
            told.missed = true;
            members_hear.push("alarm");
        }
        None => {}
        Some(_) if removed => {
            told.cancelled = true;
            say("cancellation");
        }
        Some(before) if before != times && now < times.ends => {
            (told.when, told.times) = (now, Some(times));
            say("change");
        }
        Some(_) => {}
    }
}

/// Until when a reminder is of use, whose story it is, its step, what it is counted from.
type Wish = (i64, usize, &'static str, i64);

/// One a day to a bidder of those that press at leisure, the more urgent, and three hours after any other.
fn grants(
    now: i64,
    wish: &Wish,
    wishes: &[Wish],
    stories: &[Story],
    told: &BTreeMap<usize, Told>,
) -> bool {
    let (until, which, step, _) = wish;
    let his = |other: usize| stories[other].bidder == stories[*which].bidder;
    let another = wishes.iter().any(|(ends, other, named, _)| {
        his(*other) && (!daily(named) || (ends, other) < (until, which))
    });
    let mut before = told
        .iter()
        .filter(|(other, _)| his(**other))
        .flat_map(|(_, told)| &told.reminders);
    let just =
        before.any(|(when, other, _)| now - when < 180 || (daily(other) && same_day(*when, now)));
    !daily(step) || !(another || just)
}

fn daily(step: &str) -> bool {
    matches!(step, "the working day before" | "half of the time")
}

fn remind(now: i64, story: &Story, told: &Told) -> Option<(&'static str, i64, i64)> {
    let times = told.times.filter(|_| !told.cancelled)?;
    let steps = steps(times);
    let fallen_due = steps.iter().filter(|(_, from, ..)| *from <= now);
    // Of several that fell due while nobody looked the last.
    let &(step, from, until, about) = fallen_due.max_by_key(|(_, from, ..)| *from)?;
    let next = |(step, from, ..): &Step| {
        step.starts_with("two hours") && (now + 1..now + 180).contains(from)
    };
    let by = |when: Option<i64>| when.is_some_and(|when| when <= now);
    let before = matches!(step, "the working day before" | "two hours before");
    let silent = before && !by(story.confirmed);
    let papers = match story.file {
        Some(_) => told.file.is_some_and(|sent| sent < now) && !by(story.complete),
        None => !by(story.complete),
    };
    let near = step == "two hours before";
    let two_hours = step.starts_with("two hours");
    let last_word = step == "time is up";
    // The letter that told of it, the file and the receipt have just said what is missing; that the time is up only a receipt
    // that was written after it. Of the session itself the file says nothing.
    let says_it = |when: i64| match last_word {
        true => when >= times.due && now - when < 120,
        false => (two_hours && now - when < 120) || (daily(step) && same_day(when, now)),
    };
    let file_says_it =
        |when: i64| when == now || (!(last_word || (near && silent)) && says_it(when));
    let up = told
        .reminders
        .iter()
        .any(|(_, other, of)| (*other, *of) == ("time is up", times.due));
    let most = if up || last_word { 5 } else { 4 };
    let quiet = !(silent || papers)
        || now >= until
        || !(open(now) || near)
        || from <= told.when
        || (!last_word && says_it(told.when))
        || told.file.is_some_and(file_says_it)
        || (daily(step) && steps.iter().any(next))
        || told.reminders.len() >= most
        || (!last_word && (by(story.declined) || (story.file.is_some() && by(story.refuses))))
        || told
            .reminders
            .iter()
            .any(|(_, other, of)| (*other, *of) == (step, about))
        || told.receipts.iter().any(|when| says_it(*when));
    (!quiet).then_some((step, until, about))
}

//! Four weeks over Nyepi, Idulfitri and Good Friday of 2026, from pass to pass, on the real servers: eight bidders, each with
//! his own way. What each got is read in his own mailbox and compared with the plain rules of [`rules`].

mod rules;
mod stage;

use std::collections::BTreeMap;

use crate::support::{
    mails::{Opened, everything_said},
    servers::Servers,
};
use rules::{DAY, Diary, Story, at, open, times, works};
use stage::{Month, rfc3339};

const AGREES: &str = "PT Contoh Karya Abadi";
const OFFERS: &str = "CV Lestari Wahau";
const SILENT: &str = "PT Sunyi Senyap";
const BOUNCES: &str = "CV Alamat Lama";
const MOVED: &str = "PT Geser Jadwal";
const REMOVED: &str = "CV Undur Diri";
const ADDED: &str = "PT Susulan Cepat";
const TOO_LATE: &str = "CV Terlambat Daftar";
const BIDDERS: [&str; 8] = [
    AGREES, OFFERS, SILENT, BOUNCES, MOVED, REMOVED, ADDED, TOO_LATE,
];
const MEMBERS: [&str; 2] = ["Sri Rahayu", "Budi Santoso"];

/// What a bidder does; each but the first is an answer to the newest letter that he has.
enum Answer {
    /// The button of his calendar.
    Calendar(&'static str),
    Mail(&'static str, &'static [&'static str]),
}

fn answers() -> Vec<(i64, &'static str, Answer)> {
    use Answer::{Calendar, Mail};
    let answer = |when, who, answer| (at(when), who, answer);
    vec![
        answer("03-13 10:00", AGREES, Calendar("ACCEPTED")),
        answer(
            "03-13 15:00",
            OFFERS,
            Mail("HADIR\nSETUJU REKAM", &["ktp.jpg"]),
        ),
        answer(
            "03-16 08:00",
            AGREES,
            Mail("Terlampir dokumen kami.", &["ktp.jpg", "nib.jpg"]),
        ),
        // Shortly before he would be reminded.
        answer(
            "03-16 08:30",
            OFFERS,
            Mail("Terlampir KTP yang lebih jelas.", &["ktp baru.jpg"]),
        ),
        answer("03-25 08:00", MOVED, Calendar("TENTATIVE")),
        answer(
            "03-25 17:00",
            OFFERS,
            Mail("Menyusul NIB kami.", &["nib.jpg"]),
        ),
        answer("03-26 10:00", ADDED, Calendar("DECLINED")),
        answer(
            "03-26 20:00",
            ADDED,
            Mail("Terlampir KTP direktur.", &["ktp.jpg"]),
        ),
        answer("03-31 10:00", AGREES, Mail("Kami siap hadir.", &[])),
        answer("03-31 11:00", ADDED, Mail("HADIR", &[])),
        answer(
            "04-01 11:00",
            OFFERS,
            Mail("Mohon maaf, penawaran akhir kami Rp418.000.000,00.", &[]),
        ),
        answer(
            "04-01 15:00",
            AGREES,
            Mail(
                "Kami SETUJU, file kami kembalikan.",
                &["berkas negosiasi ttd.pdf"],
            ),
        ),
        answer(
            "04-01 15:30",
            ADDED,
            Mail("Setelah kami pelajari, kami TIDAK SETUJU.", &[]),
        ),
    ]
}

fn stories() -> Vec<Story> {
    let story = |bidder, kind, times| Story {
        bidder,
        kind,
        known: at("03-09 00:00"),
        invite: None,
        times,
        moved: None,
        removed: None,
        bounces: false,
        file: None,
        confirmed: None,
        declined: None,
        complete: None,
        refuses: None,
        mails: Vec::new(),
    };
    // Over the holidays: half of the time is on one of them.
    let long = times("03-17 09:00", "03-17 11:00", "03-25 16:00");
    let first = |bidder| Story {
        invite: Some(at("03-13 08:00")),
        ..story(bidder, "qualification", long)
    };
    let second = |bidder, times| Story {
        invite: Some(at("03-25 07:00")),
        ..story(bidder, "qualification", times)
    };
    // Good Friday and a weekend come after its end.
    let signing = times("04-01 09:00", "04-01 10:00", "04-02 16:00");
    let negotiation = |bidder| Story {
        invite: Some(at("03-30 08:00")),
        file: Some(at("04-01 09:00")),
        ..story(bidder, "negotiation", signing)
    };
    vec![
        Story {
            confirmed: Some(at("03-13 10:00")),
            complete: Some(at("03-16 08:00")),
            mails: vec![at("03-16 08:00")],
            ..first(AGREES)
        },
        Story {
            confirmed: Some(at("03-13 15:00")),
            complete: Some(at("03-25 17:00")),
            mails: vec![at("03-13 15:00"), at("03-16 08:30"), at("03-25 17:00")],
            ..first(OFFERS)
        },
        first(SILENT),
        // On the same day: of two reminders the more urgent.
        Story {
            invite: Some(at("03-13 08:00")),
            ..story(
                SILENT,
                "clarification",
                times("03-17 13:00", "03-17 14:00", "03-17 17:00"),
            )
        },
        Story {
            bounces: true,
            ..first(BOUNCES)
        },
        Story {
            moved: Some((
                at("03-25 10:00"),
                times("03-30 13:00", "03-30 15:00", "03-31 12:00"),
            )),
            ..second(MOVED, times("03-26 09:00", "03-26 11:00", "03-26 16:00"))
        },
        Story {
            removed: Some(at("03-25 10:00")),
            ..second(REMOVED, times("03-26 13:00", "03-26 15:00", "03-26 18:00"))
        },
        Story {
            known: at("03-25 15:00"),
            confirmed: Some(at("03-26 10:00")),
            declined: Some(at("03-26 10:00")),
            refuses: Some(at("03-26 10:00")),
            mails: vec![at("03-26 20:00")],
            ..story(
                ADDED,
                "qualification",
                times("03-27 09:00", "03-27 10:00", "03-27 16:00"),
            )
        },
        Story {
            known: at("03-27 12:00"),
            invite: Some(at("03-26 08:00")),
            ..story(
                TOO_LATE,
                "qualification",
                times("03-27 08:00", "03-27 09:00", "03-27 17:00"),
            )
        },
        Story {
            confirmed: Some(at("03-31 10:00")),
            complete: Some(at("04-01 15:00")),
            mails: vec![at("03-31 10:00"), at("04-01 15:00")],
            ..negotiation(AGREES)
        },
        Story {
            complete: Some(at("04-01 11:00")),
            refuses: Some(at("04-01 11:00")),
            mails: vec![at("04-01 11:00")],
            ..negotiation(OFFERS)
        },
        negotiation(SILENT),
        Story {
            confirmed: Some(at("03-31 11:00")),
            complete: Some(at("04-01 15:30")),
            refuses: Some(at("04-01 15:30")),
            mails: vec![at("03-31 11:00"), at("04-01 15:30")],
            ..negotiation(ADDED)
        },
    ]
}

/// Every hour at which a rule speaks, and some at which none may.
fn passes() -> Vec<i64> {
    let mut passes = Vec::new();
    for day in (at("03-09 00:00")..=at("04-06 00:00")).step_by(DAY as usize) {
        let hours: &[&str] = match works(day) {
            true => &[
                "02:00", "07:00", "07:30", "09:00", "14:00", "16:00", "22:00",
            ],
            false => &["09:00", "14:00"],
        };
        for hour in hours {
            passes.push(day + at(&format!("03-01 {hour}")));
        }
    }
    passes
}

#[test]
fn four_weeks_bring_every_bidder_what_the_rules_say_and_nothing_else() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let month = Month::new(&servers);
    let (stories, passes) = (stories(), passes());
    let mut answers = answers().into_iter().peekable();
    let mut imported = i64::MIN;
    for &now in &passes {
        let news = |when: i64| imported < when && when <= now;
        let changes = stories.iter().flat_map(|story| {
            let moved = story.moved.map(|(when, _)| when);
            [Some(story.known), moved, story.removed]
        });
        if changes.flatten().any(news) {
            month.import(&stories, now);
        }
        imported = now;
        while let Some((when, bidder, answer)) = answers.next_if(|(when, ..)| *when <= now) {
            month.answer(when, bidder, &answer);
        }
        month.office.once_at(&rfc3339(now));
        if now == at("03-13 09:00") {
            // The report of Postfix that nobody lives at that address.
            let mut mailbox = servers.mailbox(month.office.address());
            mailbox.wait_for("INBOX", 1);
        }
    }

    let expected = rules::walk(&stories, &passes, &MEMBERS);
    let sent = month.diary();
    let said = |diary: &Diary| -> Vec<String> {
        let lines = diary.iter();
        lines
            .map(|(when, who, what)| format!("{} {what} {who}", rfc3339(*when)))
            .collect()
    };
    assert_eq!(said(&sent), said(&expected));
    let table = month.table(&sent);
    eprintln!("{table}");

    // What the program says it sent is what lies in the mailboxes.
    for who in BIDDERS.iter().chain(&MEMBERS) {
        let mut of_outbox = month.ids_to(who);
        let mails = month.mailbox(who, of_outbox.len());
        let mut found: Vec<String> = mails
            .iter()
            .map(|mail| Opened::of(mail).message_id)
            .collect();
        found.sort();
        of_outbox.sort();
        assert_eq!(found, of_outbox, "{who}");
        for mail in &mails {
            let said = everything_said(mail);
            let rivals = BIDDERS
                .iter()
                .filter(|rival| *rival != who && BIDDERS.contains(who));
            for rival in rivals {
                assert!(!said.contains(rival), "{rival} in a mail to {who}");
            }
        }
    }

    manners(&stories, &sent);
    month.what_came_of_it();
    month.digests();
}

/// Nobody is pestered: independent of which reminder it is.
fn manners(stories: &[Story], sent: &Diary) {
    let mut reminders: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for (when, who, what) in sent {
        if *what == "reminder" {
            assert!(works(*when), "on a day off: {who} {}", rfc3339(*when));
            let hour = when.rem_euclid(DAY) / 60;
            assert!(
                (7..20).contains(&hour),
                "at night: {who} {}",
                rfc3339(*when)
            );
            reminders.entry(who).or_default().push(*when);
        }
    }
    for (who, whens) in reminders {
        let own = || stories.iter().filter(|story| story.bidder == who);
        assert!(whens.len() <= 5 * own().count(), "{who}: {}", whens.len());
        // Two hours before something, or the word that it is over.
        let special = |when: i64| {
            own().any(|story| {
                let times = story.moved.map_or(story.times, |(_, times)| times);
                let near = |end: i64| (end - 120..end).contains(&when);
                let up = (times.due..).find(|minute| open(*minute)).unwrap();
                let says_so = when >= times.due && when / DAY == up / DAY;
                near(times.starts) || near(times.due) || says_so
            })
        };
        let mut days: BTreeMap<i64, usize> = BTreeMap::new();
        for when in whens.into_iter().filter(|when| !special(*when)) {
            *days.entry(when / DAY).or_default() += 1;
        }
        assert!(days.values().all(|count| *count == 1), "{who}: {days:?}");
    }
    let mut digests: BTreeMap<(i64, &str), usize> = BTreeMap::new();
    for (when, who, _) in sent.iter().filter(|(.., what)| *what == "digest") {
        *digests.entry((when / DAY, who)).or_default() += 1;
    }
    let days = (at("03-09 00:00")..=at("04-06 00:00")).step_by(DAY as usize);
    assert_eq!(digests.len(), 2 * days.filter(|day| works(*day)).count());
    assert!(digests.values().all(|count| *count == 1), "{digests:?}");
}

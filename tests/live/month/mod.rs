//! Four weeks over Nyepi, Idulfitri and Good Friday of 2026, from pass to pass, on the real servers: eight bidders, each with
//! his own way. What each got is read in his own mailbox and compared with the plain rules of [`rules`].

mod rules;

use std::collections::BTreeMap;

use crate::support::{
    imap::Mail,
    mails::{Draft, Opened, everything_said},
    office::{Bidder, OfficeUnderTest, Session, Tender},
    servers::Servers,
    with_crlf,
};
use rules::{DAY, Diary, Story, Times, at, times, works};

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
        let two_hours = |when: i64| {
            let mut near = own().flat_map(|story| {
                let times = story.moved.map_or(story.times, |(_, times)| times);
                [times.starts, times.due]
            });
            near.any(|end| (end - 120..end).contains(&when))
        };
        let mut days: BTreeMap<i64, usize> = BTreeMap::new();
        for when in whens.into_iter().filter(|when| !two_hours(*when)) {
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

struct Month {
    office: OfficeUnderTest,
    addresses: BTreeMap<&'static str, String>,
}

impl Month {
    fn new(servers: &Servers) -> Month {
        let address = |who: &&'static str| {
            let name = match *who {
                BOUNCES => "tidak-ada".to_owned(),
                who => who.to_lowercase().replace(' ', "."),
            };
            (*who, Servers::address(&name))
        };
        let addresses: BTreeMap<&str, String> =
            BIDDERS.iter().chain(&MEMBERS).map(address).collect();
        let mut office = OfficeUnderTest::new(servers);
        let mailbox = &mut office.mailboxes[0];
        mailbox.digest = Some("07:30".to_owned());
        mailbox.since = Some("2026-03-09T00:00:00+08:00".to_owned());
        let members = MEMBERS.iter();
        mailbox.members = members
            .map(|who| ((*who).to_owned(), addresses[who].clone()))
            .collect();
        office.save();
        std::fs::write(office.path("negosiasi.pdf"), "%PDF-1.4 negosiasi\n").unwrap();
        Month { office, addresses }
    }

    /// The tender file as the Pokja has it at this time.
    fn import(&self, stories: &[Story], now: i64) {
        let stands = |story: &&Story| {
            story.known <= now && story.removed.is_none_or(|removed| now < removed)
        };
        let sessions = stories.iter().filter(stands).map(|story| {
            let Times { starts, ends, due } = match story.moved {
                Some((when, times)) if when <= now => times,
                _ => story.times,
            };
            let mut more = format!("bidders = [\"{}\"]\n", story.bidder);
            if let Some(invite) = story.invite {
                more += &format!("invite = {}\n", rfc3339(invite));
            }
            if let Some(file_at) = story.file {
                let file_at = rfc3339(file_at);
                more += &format!("file = \"negosiasi.pdf\"\nfile_at = {file_at}\n");
            }
            let documents: &[&str] = match story.kind {
                "negotiation" => &["negosiasi"],
                _ => &["ktp", "nib"],
            };
            Session {
                starts: rfc3339(starts),
                ends: rfc3339(ends),
                due: rfc3339(due),
                more,
                ..Session::on_the_day(story.kind, documents)
            }
        });
        let bidders = BIDDERS
            .iter()
            .map(|who| Bidder::new(who, &self.addresses[who]));
        self.office
            .import(&Tender::new(bidders.collect(), sessions.collect()));
    }

    fn answer(&self, when: i64, bidder: &str, answer: &Answer) {
        let address = &self.addresses[bidder];
        let newest = self
            .mailbox(bidder, self.ids_to(bidder).len())
            .pop()
            .unwrap();
        let raw = match answer {
            Answer::Calendar(word) => {
                let mails = self.mailbox(bidder, 1);
                calendar_reply(address, mails.first().unwrap(), word)
            }
            Answer::Mail(body, files) => {
                let mut draft = Draft::reply(address, &newest).body(body);
                for name in *files {
                    draft = match name.ends_with(".pdf") {
                        true => draft.file(name, "application/pdf", b"%PDF-1.4 ttd\n".to_vec()),
                        false => draft.photo(name),
                    };
                }
                draft.delivered()
            }
        };
        let arrived =
            jiff::civil::date(2026, 3, 1).at(0, 0, 0, 0) + jiff::SignedDuration::from_mins(when);
        let arrived = arrived.strftime("%d-%b-%Y %H:%M:%S +0800").to_string();
        let mut mailbox = self.office.servers.mailbox(self.office.address());
        mailbox.append("INBOX", Some(&arrived), &raw);
    }

    /// What lies in somebody's mailbox, when at least so much is there.
    fn mailbox(&self, who: &str, least: usize) -> Vec<Mail> {
        if who == BOUNCES {
            return Vec::new();
        }
        let mut mailbox = self.office.servers.mailbox(&self.addresses[who]);
        mailbox.wait_for("INBOX", least)
    }

    /// Message-IDs of what was sent to somebody and did not come back.
    fn ids_to(&self, who: &str) -> Vec<String> {
        let rows = self.office.list("outbox").into_iter();
        let to = rows
            .filter(|row| row["to"] == self.addresses[who].as_str() && row["state"] != "bounced");
        to.map(|row| {
            assert_eq!(row["state"], "sent", "{row}");
            row["message_id"].as_str().unwrap().to_owned()
        })
        .collect()
    }

    fn diary(&self) -> Diary {
        let rows = self.office.list("outbox").into_iter();
        let mut diary: Diary = rows
            .map(|row| {
                let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
                let when: jiff::Timestamp = text("created_at").parse().unwrap();
                let first: jiff::Timestamp = rfc3339(0).parse().unwrap();
                let to = text("to");
                let who = self.addresses.iter().find(|(_, address)| **address == to);
                let (who, subject) = (who.unwrap().0, text("subject"));
                let what = match (text("kind").as_str(), BIDDERS.contains(who)) {
                    ("notice", true) if subject.starts_with("Perubahan Jadwal ") => "change",
                    ("notice", true) if subject.starts_with("Pembatalan ") => "cancellation",
                    ("notice", false) => "alarm",
                    ("invitation", true) => "invitation",
                    ("acknowledgement", true) => "acknowledgement",
                    ("reminder", true) => "reminder",
                    ("negotiation", true) => "negotiation",
                    ("digest", false) => "digest",
                    _ => panic!("{row}"),
                };
                (
                    when.duration_since(first).as_mins(),
                    (*who).to_owned(),
                    what,
                )
            })
            .collect();
        diary.sort();
        diary
    }

    fn table(&self, diary: &Diary) -> String {
        const WORDS: [&str; 8] = [
            "invitation",
            "change",
            "cancellation",
            "reminder",
            "negotiation",
            "acknowledgement",
            "alarm",
            "digest",
        ];
        let mut table = format!("{:<22}", "");
        for word in WORDS {
            table += &format!("{word:>16}");
        }
        for who in BIDDERS.iter().chain(&MEMBERS) {
            table += &format!("\n{who:<22}");
            for word in WORDS {
                let count = diary
                    .iter()
                    .filter(|(_, to, what)| to == who && *what == word)
                    .count();
                table += &format!("{count:>16}");
            }
        }
        table
    }

    fn what_came_of_it(&self) {
        let sessions = self.office.list("sessions");
        let found = |bidder: &str, kind: &str, key: &str| {
            let mut rows = sessions
                .iter()
                .filter(|row| row["bidder"] == bidder && row["session"] == kind);
            rows.next().unwrap()[key].as_str().unwrap_or("-").to_owned()
        };
        for (bidder, kind, key, expected) in [
            (AGREES, "qualification", "attendance", "accepted"),
            (AGREES, "negotiation", "negotiation", "returned-signed"),
            (OFFERS, "qualification", "recording_consent", "given"),
            (OFFERS, "negotiation", "negotiation", "counter-offer"),
            (SILENT, "qualification", "attendance", "-"),
            (SILENT, "negotiation", "negotiation", "waiting"),
            (BOUNCES, "qualification", "invitation", "bounced"),
            // He answered for the day that was moved.
            (MOVED, "qualification", "attendance", "-"),
            (ADDED, "qualification", "attendance", "declined"),
            (ADDED, "negotiation", "negotiation", "refused"),
            (TOO_LATE, "qualification", "invitation", "-"),
        ] {
            assert_eq!(found(bidder, kind, key), expected, "{bidder} {kind} {key}");
        }
        self.office.run(&["verify"]).succeeded();

        // Who refuses is not asked to sign, and who has no file yet is not asked for it.
        for who in [AGREES, OFFERS, ADDED] {
            let receipts = self.mailbox(who, 1);
            let of_negotiation = receipts.iter().map(Opened::of).filter(|mail| {
                mail.subject
                    .starts_with("Tanda Terima Klarifikasi dan Negosiasi Biaya")
            });
            for receipt in of_negotiation {
                let text = receipt.text;
                assert!(!text.contains("belum diterima"), "{who}: {text}");
                assert!(text.contains("bukan telah disetujui"), "{who}: {text}");
            }
        }
    }

    /// What a member reads on some mornings.
    fn digests(&self) {
        let mails = self.mailbox(MEMBERS[0], 1);
        let of = |day: &str| {
            let read = mails.iter().map(Opened::of);
            let mut digests = read.filter(|mail| mail.subject.contains(day));
            digests
                .next()
                .unwrap_or_else(|| panic!("no digest of {day}"))
                .text
        };
        for (day, words) in [
            (
                "Senin, 9 Maret 2026",
                "Tidak ada yang perlu diputuskan hari ini.",
            ),
            ("Senin, 16 Maret 2026", "TIDAK SAMPAI"),
            ("Kamis, 26 Maret 2026", "terlambat 60 menit"),
            (
                "Kamis, 2 April 2026",
                "mengajukan penawaran lain; mohon dipastikan",
            ),
            ("Kamis, 2 April 2026", "tidak setuju; mohon dipastikan"),
            ("Senin, 6 April 2026", "dan catatan seimbang"),
        ] {
            let digest = of(day);
            assert!(digest.contains(words), "{words:?} in {digest}");
        }
        // What is over is no longer said.
        assert!(!of("Kamis, 26 Maret 2026").contains("TIDAK SAMPAI"));
    }
}

/// The office's clock.
fn rfc3339(minute: i64) -> String {
    let first = jiff::civil::date(2026, 3, 1).at(0, 0, 0, 0);
    let local = first + jiff::SignedDuration::from_mins(minute);
    local.strftime("%Y-%m-%dT%H:%M:00+08:00").to_string()
}

/// What a calendar sends when a button is pressed.
fn calendar_reply(from: &str, invitation: &Mail, word: &str) -> Vec<u8> {
    let message = mail_parser::MessageParser::default()
        .parse(&invitation.raw)
        .unwrap();
    let part = message
        .parts
        .iter()
        .map(|part| String::from_utf8_lossy(part.contents()));
    let calendar = part
        .into_iter()
        .find(|part| part.contains("BEGIN:VCALENDAR"))
        .unwrap();
    let unfolded = calendar.replace("\r\n ", "");
    let line = |name: &str| {
        let mut lines = unfolded.lines();
        lines
            .find(|line| line.starts_with(name))
            .unwrap()
            .to_owned()
    };
    let to = Opened::of(invitation).from;
    let reply = format!(
        "From: {from}\nTo: {to}\nSubject: {word}\nMessage-ID: <{word}-{from}>\nMIME-Version: 1.0\n\
         Content-Type: text/calendar; method=REPLY; charset=utf-8\n\nBEGIN:VCALENDAR\nPRODID:-//X//Y//EN\nVERSION:2.0\n\
         METHOD:REPLY\nBEGIN:VEVENT\n{}\n{}\n{}\nDTSTAMP:20260313T000000Z\nORGANIZER:mailto:{to}\n\
         ATTENDEE;PARTSTAT={word}:mailto:{from}\nEND:VEVENT\nEND:VCALENDAR\n",
        line("UID:"),
        line("SEQUENCE:"),
        line("DTSTART;"),
    );
    let mut raw = format!("Return-Path: <{from}>\r\n").into_bytes();
    raw.extend(with_crlf(reply.as_bytes()));
    raw
}

//! The office of the month, and its bidders at their mailboxes.

use std::collections::BTreeMap;

use super::{
    ADDED, AGREES, Answer, BIDDERS, BOUNCES, MEMBERS, MOVED, OFFERS, SILENT, TOO_LATE,
    rules::{Diary, Story, Times},
};
use crate::support::{
    imap::Mail,
    mails::{Draft, Opened},
    office::{Bidder, OfficeUnderTest, Session, Tender},
    pdf::{pdf, signed_pdf},
    servers::Servers,
    with_crlf,
};

pub struct Month {
    pub office: OfficeUnderTest,
    addresses: BTreeMap<&'static str, String>,
}

impl Month {
    pub fn new(servers: &Servers) -> Month {
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
        std::fs::write(office.path("negosiasi.pdf"), pdf("Berita Acara Negosiasi")).unwrap();
        Month { office, addresses }
    }

    /// The tender file as the Pokja has it at this time.
    pub fn import(&self, stories: &[Story], now: i64) {
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

    pub fn answer(&self, when: i64, bidder: &str, answer: &Answer) {
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
                        true => draft.file(
                            name,
                            "application/pdf",
                            signed_pdf("Berita Acara Negosiasi").into(),
                        ),
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
    pub fn mailbox(&self, who: &str, least: usize) -> Vec<Mail> {
        if who == BOUNCES {
            return Vec::new();
        }
        let mut mailbox = self.office.servers.mailbox(&self.addresses[who]);
        mailbox.wait_for("INBOX", least)
    }

    /// Message-IDs of what was sent to somebody and did not come back.
    pub fn ids_to(&self, who: &str) -> Vec<String> {
        let rows = self.office.list("outbox").into_iter();
        let to = rows
            .filter(|row| row["to"] == self.addresses[who].as_str() && row["state"] != "bounced");
        to.map(|row| {
            assert_eq!(row["state"], "sent", "{row}");
            row["message_id"].as_str().unwrap().to_owned()
        })
        .collect()
    }

    pub fn diary(&self) -> Diary {
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
                    ("notice", true) if subject.starts_with("Perubahan ") => "change",
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

    pub fn table(&self, diary: &Diary) -> String {
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

    pub fn what_came_of_it(&self) {
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
    pub fn digests(&self) {
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
pub fn rfc3339(minute: i64) -> String {
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

//! What every letter about a session tells: who writes to whom about what, and when and where it is held.

use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::{
    Sender, Stamp,
    facts::SessionTimes,
    reply_address,
    wording::{self, one_line},
};
use crate::tender::{Bidder, Meeting, ProcurementKind, Session, Tender};

/// Who writes to whom about what: one bidder's data and nothing else (P22).
#[derive(Debug, Serialize)]
pub struct Parties {
    pub office: String,
    pub pokja: String,
    pub mailbox: String,
    pub bidder: String,
    pub director: Option<String>,
    pub activity: &'static str,
    /// "tender" or "seleksi".
    pub procurement: &'static str,
    pub package: String,
    pub code: String,
    pub reference: String,
    /// Of the official letter, where the Pokja gave one.
    pub number: Option<String>,
    pub letter_date: Option<String>,
    /// The day on which this mail is written.
    pub today: String,
    /// What opens an answer with one tap.
    pub answers: Answers,
}

impl Parties {
    pub fn of(
        sender: &Sender,
        tender: &Tender,
        bidder: &Bidder,
        session: &Session,
        stamp: &Stamp,
    ) -> Parties {
        let letter = &session.letter;
        Parties {
            office: one_line(&sender.office_name, 120),
            pokja: one_line(&sender.mailbox_title, 120),
            mailbox: sender.address.to_string(),
            bidder: one_line(&bidder.name, 160),
            director: bidder.director.as_deref().map(|name| one_line(name, 120)),
            activity: session.kind.label(),
            procurement: match tender.kind {
                ProcurementKind::Konsultansi => "seleksi",
                _ => "tender",
            },
            package: one_line(&tender.name, 300),
            code: one_line(&tender.code, 40),
            reference: session.reference.to_string(),
            number: letter.number.as_deref().map(|number| one_line(number, 120)),
            letter_date: letter.date.map(wording::day),
            today: wording::day(stamp.date.to_zoned(sender.zone.clone()).date()),
            answers: Answers::to(sender, session),
        }
    }
}

/// `mailto:` addresses that open an answer with its words in it; who reads text only types the same words.
#[derive(Debug, Serialize)]
pub struct Answers {
    pub attend: String,
    pub decline: String,
    pub record: String,
    pub no_record: String,
}

impl Answers {
    pub fn to(sender: &Sender, session: &Session) -> Answers {
        let to = reply_address(sender, session);
        let answer = |words: &str| {
            let subject = format!("{words} [{}]", session.reference);
            let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
            let (subject, body) = (encoded(&subject), encoded(words));
            // RFC 6068 section 2: of what an address may hold, these would end it.
            let to = to
                .as_str()
                .replace('%', "%25")
                .replace('?', "%3F")
                .replace('&', "%26");
            format!("mailto:{to}?subject={subject}&body={body}")
        };
        Answers {
            attend: answer("HADIR"),
            decline: answer("TIDAK HADIR"),
            record: answer("SETUJU REKAM"),
            no_record: answer("TIDAK SETUJU REKAM"),
        }
    }
}

/// When and where, each as it is told.
#[derive(Debug, Default, Serialize, PartialEq)]
pub struct Appointment {
    pub day: Option<String>,
    pub hours: Option<String>,
    pub url: Option<String>,
    pub meeting_id: Option<String>,
    pub passcode: Option<String>,
    pub due: Option<String>,
}

impl Appointment {
    pub fn of(session: &Session, sender: &Sender) -> Appointment {
        Appointment::new(
            session.starts,
            session.ends,
            session.due,
            &session.meeting,
            sender,
        )
    }

    /// What the last letter said, of it only what is different now; by the office's clock, which suffices for what is over.
    pub fn before(times: &SessionTimes, session: &Session, sender: &Sender) -> Appointment {
        let before = Appointment::told(times, sender);
        let now = Appointment::of(session, sender);
        let moved = (times.starts, times.ends) != (session.starts, session.ends);
        let differs = |before: Option<String>, now: Option<String>| {
            before.filter(|before| now.as_ref() != Some(before))
        };
        let plain = |at: Timestamp| at.to_zoned(sender.zone.clone());
        let (starts, ends) = (plain(times.starts), plain(times.ends));
        let hours = match starts.date() == ends.date() {
            true => format!(
                "pukul {}–{} {}",
                wording::hour(&starts),
                wording::hour(&ends),
                wording::zone(&ends)
            ),
            false => format!(
                "sampai dengan {}",
                wording::moment(times.ends, &sender.zone)
            ),
        };
        Appointment {
            day: differs(before.day, now.day),
            hours: Some(hours).filter(|_| moved && before.hours != now.hours),
            url: differs(before.url, now.url),
            meeting_id: differs(before.meeting_id, now.meeting_id),
            passcode: differs(before.passcode, now.passcode),
            due: (times.due != session.due).then(|| wording::moment(times.due, &sender.zone)),
        }
    }

    pub fn told(times: &SessionTimes, sender: &Sender) -> Appointment {
        Appointment::new(times.starts, times.ends, times.due, &times.meeting, sender)
    }

    fn new(
        starts: Timestamp,
        ends: Timestamp,
        due: Timestamp,
        meeting: &Meeting,
        sender: &Sender,
    ) -> Appointment {
        let given = |value: &Option<String>| value.as_deref().map(|value| one_line(value, 500));
        Appointment {
            day: Some(wording::date(&starts.to_zoned(sender.zone.clone()))),
            hours: Some(wording::hours(starts, ends, &sender.zone)),
            url: given(&meeting.url),
            meeting_id: given(&meeting.id),
            passcode: given(&meeting.passcode),
            due: Some(wording::deadline(due, &sender.zone)),
        }
    }
}

/// Held with a meeting program, and which one, as it is called where phones get it.
#[derive(Debug, Serialize)]
pub struct Online {
    pub online: bool,
    pub program: Option<&'static str>,
}

impl Online {
    pub fn of(meeting: &Meeting) -> Online {
        Online {
            online: meeting.url.is_some() || meeting.id.is_some(),
            program: meeting.url.as_deref().and_then(program),
        }
    }
}

fn program(url: &str) -> Option<&'static str> {
    let host = wording::host(url).to_ascii_lowercase();
    let of = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
    [
        ("zoom.us", "Zoom"),
        ("meet.google.com", "Google Meet"),
        ("teams.microsoft.com", "Microsoft Teams"),
        ("teams.live.com", "Microsoft Teams"),
        ("webex.com", "Webex"),
    ]
    .into_iter()
    .find_map(|(domain, name)| of(domain).then_some(name))
}

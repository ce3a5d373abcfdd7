//! The calendar part of an invitation (RFC 5545, 5546, 6047): the entry that mail programs show with buttons.
//!
//! Written here and not by a crate: the `icalendar` crate writes neither VTIMEZONE nor the order below, and needs a
//! second crate for time beside ours. It is read back in the tests by our own reader and by Python's and libical's.

use std::fmt::Write as _;

use jiff::{Timestamp, Zoned, tz::TimeZone};

use super::{
    Sender, Stamp,
    wording::{self, one_line},
};
use crate::{
    address::EmailAddress,
    tender::{Bidder, Session, Tender},
};

/// RFC 5545 section 3.1: octets of a line, its end not counted.
const LINE: usize = 75;
/// What the alarm shows, so long before the session begins.
const ALARM: &str = "-PT1H";

/// What the part asks of a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Enter it, or put it in the place of an earlier one.
    Request,
    /// Take it out.
    Cancel,
}

impl Method {
    /// As METHOD and as the parameter of Content-Type, which must be equal (RFC 6047 section 2.4).
    pub fn word(self) -> &'static str {
        match self {
            Method::Request => "REQUEST",
            Method::Cancel => "CANCEL",
        }
    }
}

/// UID of a session's entry, the same for ever. Answers are routed by the reference in it.
pub fn uid(sender: &Sender, session: &Session) -> String {
    format!("session-{}@{}", session.reference, sender.address.domain())
}

/// The calendar object: one entry, one attendee (reliability.md section 4).
pub(super) fn calendar(
    method: Method,
    sender: &Sender,
    about: (&Tender, &Bidder, &Session),
    to: &EmailAddress,
    sequence: u32,
    stamp: &Stamp,
) -> String {
    let (tender, bidder, session) = about;
    let mut lines = Lines::default();
    lines.add("BEGIN:VCALENDAR");
    lines.add("PRODID:-//Loket//Loket//ID");
    lines.add("VERSION:2.0");
    lines.add("CALSCALE:GREGORIAN");
    lines.add(&format!("METHOD:{}", method.word()));
    let when = When::of(session, &sender.zone);
    when.describe_zone(&mut lines);
    lines.add("BEGIN:VEVENT");
    lines.add(&format!("UID:{}", uid(sender, session)));
    lines.add(&format!("SEQUENCE:{sequence}"));
    lines.add(&format!("DTSTAMP:{}", utc(stamp.date)));
    when.state(&mut lines);
    let (package, code) = (one_line(&tender.name, 300), one_line(&tender.code, 40));
    lines.text("SUMMARY", &format!("{} - {package}", session.kind.label()));
    lines.text("DESCRIPTION", &description(sender, tender, session));
    if let Some(place) = place(session) {
        lines.text("LOCATION", &place);
    }
    lines.add(&format!(
        "ORGANIZER;CN={}:mailto:{}",
        quoted(&one_line(&sender.mailbox_title, 120)),
        sender.address
    ));
    lines.add(&format!(
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN={}:mailto:{to}",
        quoted(&one_line(&bidder.name, 160)),
    ));
    lines.text("CATEGORIES", &format!("Tender {code}"));
    lines.add("TRANSP:OPAQUE");
    match method {
        Method::Request => {
            lines.add("STATUS:CONFIRMED");
            lines.add("BEGIN:VALARM");
            lines.add("ACTION:DISPLAY");
            lines.text("DESCRIPTION", session.kind.label());
            lines.add(&format!("TRIGGER:{ALARM}"));
            lines.add("END:VALARM");
        }
        Method::Cancel => lines.add("STATUS:CANCELLED"),
    }
    lines.add("END:VEVENT");
    lines.add("END:VCALENDAR");
    lines.0
}

fn description(sender: &Sender, tender: &Tender, session: &Session) -> String {
    let meeting = &session.meeting;
    let mut lines = vec![
        format!("Paket: {}", one_line(&tender.name, 300)),
        format!("Kode Tender: {}", one_line(&tender.code, 40)),
    ];
    for (label, value) in [
        ("Tautan", &meeting.url),
        ("ID rapat", &meeting.id),
        ("Kode sandi", &meeting.passcode),
    ] {
        lines.extend(
            value
                .as_deref()
                .map(|value| format!("{label}: {}", one_line(value, 500))),
        );
    }
    lines.push(format!(
        "{} [{}]",
        one_line(&sender.mailbox_title, 120),
        session.reference
    ));
    lines.join("\n")
}

/// Mail programs make a button of a link that stands alone here.
fn place(session: &Session) -> Option<String> {
    let given = session.meeting.url.as_ref().or(session.meeting.id.as_ref());
    given.map(|place| one_line(place, 500))
}

/// The session's hours as a calendar is told them.
struct When {
    starts: Zoned,
    ends: Zoned,
    /// Name of the zone; `None`: in UTC.
    zone: Option<String>,
}

impl When {
    /// In the office's zone where one offset holds for the whole session; an entry that crosses a change of the clocks
    /// is told in UTC, which needs no rules.
    fn of(session: &Session, office: &TimeZone) -> When {
        let (starts, ends) = (
            session.starts.to_zoned(office.clone()),
            session.ends.to_zoned(office.clone()),
        );
        let steady = starts.offset() == ends.offset();
        let zone = office
            .iana_name()
            .filter(|name| steady && *name != "UTC")
            .map(str::to_owned);
        When { starts, ends, zone }
    }

    /// RFC 5545 section 3.6.5: a TZID is explained in the same object. The offset of the session's day is all that the
    /// entry needs.
    fn describe_zone(&self, lines: &mut Lines) {
        let Some(zone) = &self.zone else { return };
        let minutes = self.starts.offset().seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        let offset = format!("{sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60);
        lines.add("BEGIN:VTIMEZONE");
        lines.add(&format!("TZID:{zone}"));
        lines.add("BEGIN:STANDARD");
        lines.add("DTSTART:19700101T000000");
        lines.add(&format!("TZOFFSETFROM:{offset}"));
        lines.add(&format!("TZOFFSETTO:{offset}"));
        lines.text("TZNAME", &wording::zone(&self.starts));
        lines.add("END:STANDARD");
        lines.add("END:VTIMEZONE");
    }

    fn state(&self, lines: &mut Lines) {
        for (name, at) in [("DTSTART", &self.starts), ("DTEND", &self.ends)] {
            match &self.zone {
                Some(zone) => lines.add(&format!(
                    "{name};TZID={zone}:{}",
                    at.strftime("%Y%m%dT%H%M%S")
                )),
                None => lines.add(&format!("{name}:{}", utc(at.timestamp()))),
            }
        }
    }
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// RFC 5545 section 3.2: a quoted value holds no quotation mark, and needs no other care.
fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('"', "'"))
}

/// Content lines, folded.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// RFC 5545 section 3.3.11.
    fn text(&mut self, name: &str, value: &str) {
        let mut line = format!("{name}:");
        for c in value.chars() {
            match c {
                '\n' => line.push_str("\\n"),
                '\\' | ';' | ',' => {
                    line.push('\\');
                    line.push(c);
                }
                c if c.is_control() => {}
                c => line.push(c),
            }
        }
        self.add(&line);
    }

    /// Folds between characters, never inside one: some readers decode line by line.
    fn add(&mut self, line: &str) {
        let mut used = 0;
        for c in line.chars() {
            if used + c.len_utf8() > LINE {
                self.0.push_str("\r\n ");
                used = 1;
            }
            used += c.len_utf8();
            self.0.push(c);
        }
        let _infallible = self.0.write_str("\r\n");
    }
}

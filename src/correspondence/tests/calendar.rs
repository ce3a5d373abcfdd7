//! The calendar part, read back by another parser, and answers to it as calendars write them.

use bytes::Bytes;
use calcard::{
    Entry, Parser,
    icalendar::{ICalendar, ICalendarProperty, ICalendarValue},
};
use jiff::tz::TimeZone;
use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;

use super::{guards::foreign, samples::*};
use crate::{
    correspondence::{
        OutgoingMail, cancellation, change_notice,
        facts::{CancellationFacts, ChangeFacts, SessionTimes},
        invitation,
    },
    letter::{self, CalendarAnswer},
    tender::{Registry, Session, SessionKind},
};

const NOW: &str = "2026-11-23T08:00:00+08:00";

fn told(session: &Session) -> SessionTimes {
    SessionTimes {
        starts: session.starts,
        ends: session.ends,
        due: session.due,
        meeting: session.meeting.clone(),
        documents: session.documents.clone(),
    }
}

fn invite(session: &Session) -> OutgoingMail {
    invitation(
        &templates(),
        &sender(),
        &tender(),
        &bidder(),
        session,
        0,
        &stamp(NOW),
    )
    .expect("a mail")
}

/// Method of the Content-Type, and the object; the attached file must be the same.
fn calendar(mail: &OutgoingMail) -> (String, String) {
    let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
    let of = |kind: &str, subtype: &str| {
        let mut found = parsed.parts.iter().filter(|part| {
            part.content_type()
                .is_some_and(|found| found.ctype() == kind && found.subtype() == Some(subtype))
        });
        let part = found.next().expect("a part").clone();
        assert!(found.next().is_none(), "two parts {kind}/{subtype}");
        part
    };
    let (shown, attached) = (of("text", "calendar"), of("application", "ics"));
    assert_eq!(shown.contents(), attached.contents());
    assert_eq!(attached.attachment_name(), Some("invite.ics"));
    let content_type = shown.content_type().expect("a type");
    assert_eq!(content_type.attribute("charset"), Some("utf-8"));
    (
        content_type
            .attribute("method")
            .expect("a method")
            .to_owned(),
        String::from_utf8(shown.contents().to_vec()).expect("UTF-8"),
    )
}

fn read(text: &str) -> ICalendar {
    match Parser::new(text).entry() {
        Entry::ICalendar(calendar) => calendar,
        other => panic!("no calendar: {other:?}\n{text}"),
    }
}

fn text_of(calendar: &ICalendar, property: ICalendarProperty) -> Option<String> {
    let event = calendar
        .components
        .iter()
        .find(|component| component.uid().is_some())?;
    let value = event.property(&property)?.values.first()?;
    match value {
        ICalendarValue::Integer(number) => Some(number.to_string()),
        value => value.as_text().map(str::to_owned),
    }
}

fn assert_lines(text: &str) {
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    for line in text.strip_suffix("\r\n").expect("an end").split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(['\r', '\n']) && !line.is_empty(), "{line:?}");
    }
}

#[test]
fn an_invitation_a_change_and_a_cancellation_are_one_entry_that_rises() {
    let session = session(SessionKind::Qualification);
    let mails = [
        ("REQUEST", "0", invite(&session)),
        (
            "REQUEST",
            "1",
            change_notice(
                &templates(),
                &sender(),
                &tender(),
                &bidder(),
                &session,
                &ChangeFacts {
                    sequence: 1,
                    before: told(&session),
                },
                &stamp(NOW),
            )
            .expect("a mail"),
        ),
        (
            "CANCEL",
            "2",
            cancellation(
                &templates(),
                &sender(),
                &tender(),
                &bidder(),
                &session,
                &CancellationFacts {
                    sequence: 2,
                    announced: told(&session),
                },
                &stamp(NOW),
            )
            .expect("a mail"),
        ),
    ];
    let mut uids = Vec::new();
    for (method, sequence, mail) in mails {
        let (parameter, text) = calendar(&mail);
        assert_lines(&text);
        assert_eq!(parameter, method);
        assert!(text.contains(&format!("\r\nMETHOD:{method}\r\n")));
        let entry = read(&text);
        assert_eq!(
            text_of(&entry, ICalendarProperty::Sequence).as_deref(),
            Some(sequence)
        );
        uids.push(text_of(&entry, ICalendarProperty::Uid).expect("a UID"));
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, {
            insta::assert_snapshot!(format!("kalender-{sequence}.ics"), text.replace("\r\n", "\n"));
        });
    }
    uids.dedup();
    assert_eq!(uids, [format!("session-{}@berau.test", session.reference)]);
}

#[test]
fn a_cancellation_takes_out_what_was_announced_and_not_what_the_registry_says_now() {
    let mut session = session(SessionKind::Qualification);
    let facts = CancellationFacts {
        sequence: 3,
        announced: told(&session),
    };
    session.starts = at("2026-12-01T09:00:00+08:00");
    session.ends = at("2026-12-01T11:00:00+08:00");
    let (_, text) = calendar(
        &cancellation(
            &templates(),
            &sender(),
            &tender(),
            &bidder(),
            &session,
            &facts,
            &stamp(NOW),
        )
        .expect("a mail"),
    );
    assert!(
        text.contains("DTSTART;TZID=Asia/Makassar:20261125T090000"),
        "{text}"
    );
    assert!(
        text.contains("\r\nSTATUS:CANCELLED\r\n") && !text.contains("VALARM"),
        "{text}"
    );
}

#[test]
fn the_hours_are_those_of_the_office_or_of_the_world() {
    let session = session(SessionKind::Qualification);
    for (zone, starts) in [
        (
            "Asia/Makassar",
            "DTSTART;TZID=Asia/Makassar:20261125T090000",
        ),
        (
            "Asia/Jayapura",
            "DTSTART;TZID=Asia/Jayapura:20261125T100000",
        ),
        ("Asia/Kolkata", "TZOFFSETTO:+0530"),
        ("UTC", "DTSTART:20261125T010000Z"),
    ] {
        let mut sender = sender();
        sender.zone = TimeZone::get(zone).expect("a zone");
        let mail = invitation(
            &templates(),
            &sender,
            &tender(),
            &bidder(),
            &session,
            0,
            &stamp(NOW),
        );
        let (_, text) = calendar(&mail.expect("a mail"));
        assert!(
            text.contains(&format!("\r\n{starts}\r\n")),
            "{zone}: {text}"
        );
        assert_eq!(text.contains("BEGIN:VTIMEZONE"), zone != "UTC", "{zone}");
    }
    // A session over the night on which the clocks change.
    let mut sender = sender();
    sender.zone = TimeZone::get("Europe/Amsterdam").expect("a zone");
    let mut session = session;
    session.starts = at("2026-10-25T00:30:00Z");
    session.ends = at("2026-10-25T01:30:00Z");
    let mail = invitation(
        &templates(),
        &sender,
        &tender(),
        &bidder(),
        &session,
        0,
        &stamp(NOW),
    );
    let (_, text) = calendar(&mail.expect("a mail"));
    assert!(
        text.contains("\r\nDTSTART:20261025T003000Z\r\n") && !text.contains("VTIMEZONE"),
        "{text}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Folding and escaping lose nothing, and nothing that a name holds becomes a property of its own.
    #[test]
    fn any_name_is_read_back_as_it_was(package in foreign(), company in foreign(), passcode in foreign()) {
        let (mut tender, mut bidder) = (tender(), bidder());
        tender.name = package;
        bidder.name = company;
        let mut session = session(SessionKind::Qualification);
        session.meeting.passcode = Some(passcode);
        let mail = invitation(&templates(), &sender(), &tender, &bidder, &session, 0, &stamp(NOW)).expect("a mail");
        let (_, text) = calendar(&mail);
        assert_lines(&text);
        let entry = read(&text);
        prop_assert_eq!(entry.components.len(), 5, "{}", text);
        let event = entry.components.iter().find(|component| component.uid().is_some()).expect("an entry");
        let names: Vec<&str> = event.entries.iter().map(|entry| entry.name.as_str()).collect();
        prop_assert_eq!(names, ["UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION",
            "ORGANIZER", "ATTENDEE", "CATEGORIES", "TRANSP", "STATUS"]);
        let package = crate::correspondence::wording::one_line(&tender.name, 300);
        // Readers trim the ends of a line.
        let summary = text_of(&entry, ICalendarProperty::Summary).expect("a summary");
        let told = format!("Pembuktian Kualifikasi - {package}");
        prop_assert_eq!(summary.trim(), told.trim());
    }
}

/// As Python's icalendar 7.3 and libical 3.0 make it from our invitation: METHOD changed, one attendee with his answer.
const REPLIES: [&str; 2] = [
    r#"BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Python icalendar//ID
METHOD:REPLY
BEGIN:VEVENT
SUMMARY:Pembuktian Kualifikasi - Pembangunan Jembatan Sei Lanuk
DTSTART;TZID=Asia/Makassar:20261125T090000
DTEND;TZID=Asia/Makassar:20261125T110000
DTSTAMP:20261123T010203Z
UID:session-REFERENCE@berau.test
SEQUENCE:1
ATTENDEE;CN="PT Contoh Karya Abadi";CUTYPE=INDIVIDUAL;PARTSTAT=ANSWER;RO
 LE=REQ-PARTICIPANT;RSVP=TRUE:mailto:tender@contohkarya.test
ORGANIZER;CN="Pokja Pemilihan III":mailto:pokja3@berau.test
END:VEVENT
END:VCALENDAR
"#,
    r"BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//libical//test
METHOD:REPLY
BEGIN:VEVENT
UID:session-REFERENCE@berau.test
SEQUENCE:1
DTSTAMP:20261123T010203Z
DTSTART;TZID=Asia/Makassar:20261125T090000
DTEND;TZID=Asia/Makassar:20261125T110000
SUMMARY:Pembuktian Kualifikasi - Pembangunan Jembatan Sei Lanuk
DESCRIPTION:Paket: Pembangunan Jembatan Sei Lanuk\nKode Tender: 
 8231345\nTautan: https:
 //zoom.us/j/123456789?pwd=aGFsbyBkdW5pYSBpbmkgY29udG9o\nID rapat: 123 456 
 789\nKode sandi: contoh\nPokja Pemilihan III [REFERENCE]
LOCATION:https://zoom.us/j/123456789?pwd=aGFsbyBkdW5pYSBpbmkgY29udG9o
ORGANIZER;CN=Pokja Pemilihan III:mailto:pokja3@berau.test
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;RSVP=TRUE;CN=PT Contoh 
 Karya Abadi;PARTSTAT=ANSWER:mailto:tender@contohkarya.test
CATEGORIES:Tender 8231345
TRANSP:OPAQUE
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
",
];

#[test]
fn the_answer_of_another_calendar_is_understood() {
    let session = session(SessionKind::Qualification);
    let registry = Registry::new(vec![tender()], vec![bidder()], vec![session.clone()]);
    for template in REPLIES {
        for (word, answer) in [
            ("ACCEPTED", CalendarAnswer::Accepted),
            ("DECLINED", CalendarAnswer::Declined),
            ("TENTATIVE", CalendarAnswer::Tentative),
        ] {
            let object = template
                .replace("REFERENCE", session.reference.as_str())
                .replace("ANSWER", word)
                .replace('\n', "\r\n");
            let raw = format!(
                "From: tender@contohkarya.test\r\nTo: pokja3@berau.test\r\nSubject: Accepted: Pembuktian\r\n\
                 MIME-Version: 1.0\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n{object}"
            );
            let letter = letter::read(&Bytes::from(raw)).expect("a letter");
            let reply = letter.calendar_reply.expect("an answer");
            assert_eq!(reply.answer, answer);
            assert_eq!(reply.sequence, 1);
            assert_eq!(reply.stamped_at, Some(at("2026-11-23T01:02:03Z")));
            assert_eq!(reply.attendee, Some(address("tender@contohkarya.test")));
            let found = crate::desk::reports::session_of_uid(&reply.uid, &registry);
            assert_eq!(found.map(|session| session.id), Some(session.id));
        }
    }
}

/// Made by Python's icalendar 7.3.2 and libical 3.0.16, octet by octet as they wrote them: folded in their own places, times in UTC
/// or with a zone, the parameters in their own order.
#[test]
fn replies_that_other_libraries_wrote_are_understood() {
    macro_rules! reply {
        ($name:literal) => {
            (
                $name,
                include_bytes!(concat!("replies/", $name, ".ics")).as_slice(),
            )
        };
    }
    use CalendarAnswer::{Accepted, Declined, Tentative};
    let own = "tender@contohkarya.test";
    let registry = Registry::new(
        vec![tender()],
        vec![bidder()],
        vec![session(SessionKind::Qualification)],
    );
    for ((name, object), expected) in [
        (reply!("icalendar-accepted-utc"), Some((Accepted, own))),
        (reply!("icalendar-declined-tzid"), Some((Declined, own))),
        // Who sends somebody else has not answered; that one may, for himself.
        (reply!("icalendar-delegated"), None),
        (
            reply!("icalendar-accepted-by-delegate"),
            Some((Accepted, "staf@contohkarya.test")),
        ),
        (reply!("libical-accepted-tzid"), Some((Accepted, own))),
        (reply!("libical-declined-utc"), Some((Declined, own))),
        (reply!("libical-tentative-utc"), Some((Tentative, own))),
        (reply!("libical-delegated"), None),
    ] {
        for encoding in ["8bit", "base64"] {
            let mut raw = format!(
                "From: {own}\r\nTo: pokja3@berau.test\r\nSubject: Undangan\r\nMIME-Version: 1.0\r\n\
                 Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nUndangan\r\n\
                 --b\r\nContent-Type: text/calendar; charset=\"UTF-8\"; method=REPLY\r\n\
                 Content-Transfer-Encoding: {encoding}\r\n\r\n"
            )
            .into_bytes();
            match encoding {
                "base64" => {
                    let encoded = data_encoding::BASE64.encode(object);
                    for line in encoded.as_bytes().chunks(76) {
                        raw.extend_from_slice(line);
                        raw.extend_from_slice(b"\r\n");
                    }
                }
                _ => raw.extend_from_slice(object),
            }
            raw.extend_from_slice(b"\r\n--b--\r\n");
            let letter = letter::read(&Bytes::from(raw)).expect("a letter");
            assert_eq!(
                letter.automation.nature,
                letter::Nature::CalendarReply,
                "{name}"
            );
            let reply = letter.calendar_reply;
            let found = reply.as_ref().map(|reply| {
                let attendee = reply.attendee.as_ref().expect("an attendee");
                (reply.answer, attendee.as_str())
            });
            assert_eq!(found, expected, "{name} {encoding}");
            let Some(reply) = reply else { continue };
            assert_eq!(
                (reply.sequence, reply.stamped_at),
                (1, Some(at("2026-11-23T01:02:03Z"))),
                "{name}"
            );
            let of = crate::desk::reports::session_of_uid(&reply.uid, &registry);
            assert!(of.is_some(), "{name}: {}", reply.uid);
            let expected = match name {
                "icalendar-accepted-utc" => Some(
                    "Kami hadir dengan dua orang tenaga ahli, mohon diberi waktu untuk menyiapkan kamera – terima kasih; \
                     salam, “Abadi”",
                ),
                _ if name.starts_with("libical") => Some(
                    "Direktur kami hadir lewat telepon genggam – mohon nomor telepon rapat; terima kasih, salam hormat dari kami \
                     semua",
                ),
                _ => None,
            };
            assert_eq!(reply.comment.as_deref(), expected, "{name}");
        }
    }
}

/// The note that Google's calendar writes beside the answer.
#[test]
fn a_note_in_the_attendees_parameters_is_read() {
    let object = REPLIES[0]
        .replace(
            "REFERENCE",
            session(SessionKind::Qualification).reference.as_str(),
        )
        .replace(
            "PARTSTAT=ANSWER",
            "X-RESPONSE-COMMENT=\"Direktur sakit\";PARTSTAT=DECLINED",
        )
        .replace('\n', "\r\n");
    let raw = format!(
        "From: tender@contohkarya.test\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n{object}"
    );
    let letter = letter::read(&Bytes::from(raw)).expect("a letter");
    let reply = letter.calendar_reply.expect("an answer");
    assert_eq!(
        (reply.answer, reply.comment.as_deref()),
        (CalendarAnswer::Declined, Some("Direktur sakit"))
    );
}

//! What holds for any names, subjects and files that the world may send.

use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;

use super::{letters::assert_says_the_same, samples::*};
use crate::{
    correspondence::{
        ComposeError, OutgoingMail, Templates, cancellation, change_notice,
        facts::{
            CancellationFacts, ChangeFacts, NegotiationFile, ReminderFacts, SessionTimes, Step,
        },
        invitation, negotiation,
        receipt::{ReceivedFile, receipt},
        reminder,
        samples::SAMPLE_FILE,
        templates::OwnTemplate,
        unknown_sender_reply,
    },
    inspection::Finding,
    tender::{Bidder, BidderId, Session, SessionKind, Tender, TenderId},
};

const NOW: &str = "2026-11-25T09:17:00+08:00";

/// Names of the header fields, in order.
fn fields(mail: &OutgoingMail) -> Vec<String> {
    let raw = String::from_utf8(mail.raw.clone()).expect("ASCII");
    let header = raw.split("\r\n\r\n").next().unwrap_or_default().to_owned();
    header
        .split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split(':').next().unwrap_or_default().to_owned())
        .collect()
}

/// P24: whatever stood in the facts, the mail has the shape of its template.
pub fn assert_well_formed(mail: &OutgoingMail, expected: &[&str], files: &[&str]) {
    assert_eq!(fields(mail), expected);
    let raw = String::from_utf8(mail.raw.clone()).expect("ASCII");
    for line in raw.split("\r\n") {
        assert!(line.len() <= 998, "{} octets in a line", line.len());
        assert!(
            line.bytes()
                .all(|octet| octet == b'\t' || (b' '..=b'~').contains(&octet)),
            "{line:?}"
        );
    }
    assert!(raw.ends_with("\r\n"));
    let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
    let recipients: Vec<_> = parsed.to().expect("To").iter().collect();
    assert_eq!(recipients.len(), 1);
    assert_eq!(recipients[0].address(), Some(mail.to.as_str()));
    assert_eq!(parsed.from().map(|from| from.iter().count()), Some(1));
    assert_eq!(
        parsed.message_id().map(|id| format!("<{id}>")).as_deref(),
        Some(mail.message_id.as_str())
    );
    assert_eq!(parsed.subject(), Some(mail.subject.as_str()));
    assert_eq!((parsed.text_body_count(), parsed.html_body_count()), (1, 1));
    let attached: Vec<_> = parsed
        .attachments()
        .filter_map(|part| part.attachment_name())
        .collect();
    assert_eq!(attached, files);
}

/// Text as it comes: line breaks, controls, direction marks, markup, encoded words, template tags, other scripts.
pub fn foreign() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "\r\nBcc: rival@x.test\r\n\r\n",
        "\n.\n",
        "\r.\r",
        "\0",
        "\u{1b}[2J",
        "\u{202e}fdp.exe",
        "\u{200b}",
        "<script>alert(1)</script>",
        "&amp;",
        "&#x27;",
        "\"quoted\" <a@b.test>",
        "=?utf-8?q?=0D=0ABcc:_x=40y.test?=",
        "{{ passcode }}",
        "{% raw %}",
        "[LKT-000-0000]",
        "日本語 الأسماء",
        "é🏗️",
        "\u{85}",
        "%0d%0a",
        "'; --",
        ",;:\\",
    ])
    .prop_map(str::to_owned);
    prop::collection::vec(
        prop_oneof![nasty, "[ -~]{0,30}", "\\PC{0,20}", "[a-z]{200}"],
        0..6,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_receipt_keeps_its_shape_whatever_stands_in_it(
        subject in foreign(),
        name in foreign(),
        expert in foreign(),
        package in foreign(),
        company in foreign(),
        title in foreign(),
        message_id in foreign(),
    ) {
        let (mut sender, mut tender, mut bidder) = (sender(), tender(), bidder());
        sender.mailbox_title = format!("Pokja {title}");
        tender.name = package;
        bidder.name = company;
        let session = session(SessionKind::Qualification);
        let mut facts = burst();
        facts.messages[1].subject = subject;
        facts.messages[1].files[0].name = Some(name);
        facts.messages[0].files[2].expert = Some(expert);
        facts.messages[1].references.push(format!("<{message_id}>"));
        let to = bidder.emails[0].clone();
        let mail = receipt(&templates(), &sender, &tender, &bidder, &session, &to, &facts, &stamp(NOW))
            .expect("a mail");
        assert_well_formed(&mail, &[
            "Message-ID", "Date", "From", "Reply-To", "To", "Subject", "In-Reply-To", "References", "Auto-Submitted",
            "X-Auto-Response-Suppress", "X-Loop", "MIME-Version", "Content-Type",
        ], &[]);
        let reference = format!("[{}]", session.reference);
        prop_assert!(mail.subject.ends_with(&reference), "{}", mail.subject);
        assert_says_the_same("receipt", &mail);
    }

    #[test]
    fn an_invitation_keeps_its_shape_whatever_stands_in_it(
        director in foreign(),
        package in foreign(),
        passcode in foreign(),
        url in foreign(),
        office in foreign(),
        instance in foreign(),
    ) {
        let (mut sender, mut tender, mut bidder) = (sender(), tender(), bidder());
        sender.office_name = office;
        sender.instance = instance;
        tender.name = package;
        bidder.director = Some(director);
        let mut session = session(SessionKind::Qualification);
        session.meeting.passcode = Some(passcode);
        session.meeting.url = Some(url);
        let mail = invitation(&templates(), &sender, &tender, &bidder, &session, 0, &stamp(NOW)).expect("a mail");
        assert_well_formed(&mail, &[
            "Message-ID", "Date", "From", "Reply-To", "To", "Subject", "Auto-Submitted", "X-Auto-Response-Suppress",
            "X-Loop", "MIME-Version", "Content-Type",
        ], &["invite.ics"]);
        assert_says_the_same("invitation", &mail);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_letter_to_a_bidder_keeps_its_shape_whatever_stands_in_it(
        package in foreign(),
        company in foreign(),
        director in foreign(),
        number in foreign(),
        id in foreign(),
        title in foreign(),
    ) {
        let (mut tender, mut bidder) = (tender(), bidder());
        tender.name = package;
        bidder.name = company;
        bidder.director = Some(director);
        let mut session = session(SessionKind::Qualification);
        session.letter.number = Some(number);
        session.meeting.id = Some(id);
        session.meeting.passcode = Some(title);
        for (letter, mail) in all_letters(&tender, &bidder, &session) {
            let mail = mail.expect("a mail");
            let files: &[&str] = match letter {
                "receipt" | "reminder" => &[],
                "negotiation" => &["negosiasi.pdf"],
                _ => &["invite.ics"],
            };
            let mut fields = vec!["Message-ID", "Date", "From", "Reply-To", "To", "Subject"];
            if letter == "receipt" {
                fields.extend(["In-Reply-To", "References"]);
            }
            fields.extend(["Auto-Submitted", "X-Auto-Response-Suppress", "X-Loop", "MIME-Version", "Content-Type"]);
            assert_well_formed(&mail, &fields, files);
            let reference = format!("[{}]", session.reference);
            prop_assert!(mail.subject.ends_with(&reference), "{}: {}", letter, mail.subject);
            assert_says_the_same(letter, &mail);
        }
    }
}

#[test]
fn equal_facts_give_equal_octets() {
    let write = || {
        let bidder = bidder();
        let session = session(SessionKind::Qualification);
        receipt(
            &templates(),
            &sender(),
            &tender(),
            &bidder,
            &session,
            &bidder.emails[0],
            &burst(),
            &stamp(NOW),
        )
        .expect("a mail")
    };
    let first = write();
    assert_eq!(first, write());
    assert_eq!(first.natural_key, stamp(NOW).natural_key);
    assert_eq!(
        first.in_reply_to.as_deref(),
        Some("<CAF13x@mail.contohkarya.test>")
    );
    assert_eq!(first.envelope_from, None);
}

/// One letter of each kind that goes to a bidder.
fn all_letters(
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
) -> Vec<(&'static str, Result<OutgoingMail, ComposeError>)> {
    let (templates, sender, stamp) = (templates(), sender(), stamp(NOW));
    let told = SessionTimes {
        starts: session.starts - jiff::SignedDuration::from_hours(24),
        ends: session.ends,
        due: session.due,
        meeting: session.meeting.clone(),
        documents: session.documents.clone(),
    };
    let change = ChangeFacts {
        sequence: 1,
        before: told.clone(),
    };
    let cancelled = CancellationFacts {
        sequence: 2,
        announced: told,
    };
    let missing = ReminderFacts {
        step: Step::DayBefore,
        missing: session.documents.clone(),
        poor: Vec::new(),
        contested: Vec::new(),
        unconfirmed: true,
    };
    let negotiated = Session {
        file: Some(given_file()),
        ..session.clone()
    };
    let file = NegotiationFile {
        name: "negosiasi.pdf",
        content: SAMPLE_FILE,
        replaces: None,
    };
    vec![
        (
            "invitation",
            invitation(&templates, &sender, tender, bidder, session, 0, &stamp),
        ),
        (
            "change",
            change_notice(
                &templates, &sender, tender, bidder, session, &change, &stamp,
            ),
        ),
        (
            "cancellation",
            cancellation(
                &templates, &sender, tender, bidder, session, &cancelled, &stamp,
            ),
        ),
        (
            "reminder",
            reminder(
                &templates, &sender, tender, bidder, session, &missing, &stamp,
            ),
        ),
        (
            "negotiation",
            negotiation(
                &templates,
                &sender,
                tender,
                bidder,
                &negotiated,
                file,
                &stamp,
            ),
        ),
        (
            "receipt",
            receipt(
                &templates,
                &sender,
                tender,
                bidder,
                session,
                &bidder.emails[0],
                &burst(),
                &stamp,
            ),
        ),
    ]
}

#[test]
fn nothing_is_written_to_a_bidder_about_another_ones_session() {
    let (right_tender, right_bidder) = (tender(), bidder());
    let right_session = session(SessionKind::Qualification);
    let (mut other_session, mut other_tender, mut other_bidder) = (
        right_session.clone(),
        right_tender.clone(),
        right_bidder.clone(),
    );
    other_session.bidder = BidderId(5);
    other_tender.id = TenderId(2);
    other_bidder.id = BidderId(5);
    let (mut stray_session, mut stray_bidder) = (right_session.clone(), right_bidder.clone());
    stray_session.tender = TenderId(2);
    stray_bidder.tender = TenderId(2);
    for (tender, bidder, session) in [
        (&right_tender, &right_bidder, &other_session),
        (&other_tender, &right_bidder, &right_session),
        (&right_tender, &other_bidder, &right_session),
        (&right_tender, &right_bidder, &stray_session),
        (&right_tender, &stray_bidder, &right_session),
    ] {
        for (letter, mail) in all_letters(tender, bidder, session) {
            assert!(
                matches!(mail, Err(ComposeError::Mismatch { .. })),
                "{letter}: {mail:?}"
            );
        }
    }
    for (letter, mail) in all_letters(&right_tender, &right_bidder, &right_session) {
        assert!(mail.is_ok(), "{letter}: {mail:?}");
    }
}

#[test]
fn a_file_that_was_not_given_for_the_session_is_never_sent() {
    let mut session = session(SessionKind::Negotiation);
    for given in [None, Some(given_file())] {
        session.file = given;
        let file = NegotiationFile {
            name: "negosiasi.pdf",
            content: b"%PDF-1.4 milik peserta lain",
            replaces: None,
        };
        let mail = negotiation(
            &templates(),
            &sender(),
            &tender(),
            &bidder(),
            &session,
            file,
            &stamp(NOW),
        );
        assert!(
            matches!(mail, Err(ComposeError::Mismatch { .. })),
            "{mail:?}"
        );
    }
}

#[test]
fn a_receipt_goes_to_a_registered_address_only() {
    let private = address("staf.contoh@surel.example");
    let session = session(SessionKind::Qualification);
    let facts = burst();
    let mail = receipt(
        &templates(),
        &sender(),
        &tender(),
        &bidder(),
        &session,
        &private,
        &facts,
        &stamp(NOW),
    );
    assert!(
        matches!(mail, Err(ComposeError::Mismatch { .. })),
        "{mail:?}"
    );
}

#[test]
fn the_last_instant_is_in_time() {
    let bidder = bidder();
    let session = session(SessionKind::Qualification);
    let facts = burst();
    for (now, past) in [
        ("2026-11-25T16:00:00+08:00", false),
        ("2026-11-25T16:00:00.001+08:00", true),
    ] {
        let to = &bidder.emails[0];
        let mail = receipt(
            &templates(),
            &sender(),
            &tender(),
            &bidder,
            &session,
            to,
            &facts,
            &stamp(now),
        )
        .expect("a mail");
        let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
        let text = parsed.body_text(0).expect("text");
        assert_eq!(text.contains("telah lewat"), past);
        assert_eq!(text.to_lowercase().contains("mohon di"), !past, "{text}");
    }
}

#[test]
fn a_link_is_named_by_its_host_only() {
    let bidder = bidder();
    let session = session(SessionKind::Qualification);
    let mut facts = burst();
    let url = "https://user:secret@drive.example:443/d/1aBc?x=y";
    facts.messages[0].files = vec![file(Some(url), 0, None, &[Finding::LinkOnly])];
    let to = &bidder.emails[0];
    let mail = receipt(
        &templates(),
        &sender(),
        &tender(),
        &bidder,
        &session,
        to,
        &facts,
        &stamp(NOW),
    )
    .expect("a mail");
    let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
    for part in [parsed.body_text(0), parsed.body_html(0)] {
        let part = part.expect("a part");
        assert!(part.contains("Tautan ke drive.example:443"), "{part}");
        assert!(!part.contains("1aBc") && !part.contains("secret"), "{part}");
    }
}

#[test]
fn a_thousand_files_are_all_counted_and_the_enclosed_list_names_them() {
    let bidder = bidder();
    let session = session(SessionKind::Qualification);
    let files = |count: usize| -> Vec<ReceivedFile> {
        (0..count)
            .map(|n| file(Some(&format!("IMG_{n:04}.jpg")), 2_000_000, None, &[]))
            .collect()
    };
    let one_mail = |count| {
        let mut facts = burst();
        facts.messages.truncate(1);
        facts.messages[0].files = files(count);
        facts
    };
    let many_mails = || {
        let mut facts = burst();
        let mut message = facts.messages[0].clone();
        message.files = files(1);
        facts.messages = vec![message; 500];
        facts
    };
    for (facts, untold) in [
        (one_mail(100), None),
        (one_mail(1000), Some("881 berkas")),
        (many_mails(), Some("440 surat dan 440 berkas")),
    ] {
        let mail = receipt(
            &templates(),
            &sender(),
            &tender(),
            &bidder,
            &session,
            &bidder.emails[0],
            &facts,
            &stamp(NOW),
        )
        .expect("a mail");
        assert_says_the_same("a long receipt", &mail);
        let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
        let (text, html) = (parsed.body_text(0), parsed.body_html(0));
        let (text, html) = (text.expect("text"), html.expect("HTML"));
        assert!(html.len() < 100_000, "{} octets", html.len());
        for part in [&text, &html] {
            let told = part.split_once("Selain itu masih ada ").map(|(_, rest)| {
                let rest = rest.trim_start_matches("<strong>");
                untold.is_some_and(|untold| rest.starts_with(untold))
            });
            assert_eq!(told, untold.map(|_| true), "{untold:?}");
            let named = part.matches("IMG_").count();
            let all: usize = facts.messages.iter().map(|mail| mail.files.len()).sum();
            assert_eq!(named == all, untold.is_none(), "{named} of {all}");
        }
        let enclosed = parsed.attachments().next().map(|file| file.contents());
        assert_eq!(enclosed.is_some(), untold.is_some());
        if let Some(enclosed) = enclosed {
            let list = std::str::from_utf8(enclosed).expect("UTF-8");
            for file in facts.messages.iter().flat_map(|mail| &mail.files) {
                assert!(list.contains(&file.sha256.hex()));
                assert!(list.contains(file.name.as_deref().expect("a name")));
            }
        }
    }
}

/// The parts of two answers, without what says to whom and when.
fn answer(to: &str, in_reply_to: Option<&str>) -> OutgoingMail {
    let mut sender = sender();
    sender.mailbox_title = "Kelompok Kerja Pemilihan ".repeat(10);
    sender.instance = "x".repeat(100);
    let to = address(to);
    unknown_sender_reply(&templates(), &sender, &to, in_reply_to, &stamp(NOW)).expect("a mail")
}

#[test]
fn strangers_get_one_constant_text_of_at_most_4_kib() {
    let long_id = format!("<{}@x.test>", "a".repeat(240));
    let long_to = format!("{}@{}.test", "b".repeat(64), "c".repeat(60));
    let first = answer("a@b.test", None);
    let second = answer(&long_to, Some(&long_id));
    assert!(second.raw.len() <= 4096, "{} octets", second.raw.len());
    let body = |mail: &OutgoingMail| {
        let raw = String::from_utf8(mail.raw.clone()).expect("ASCII");
        raw.split_once("\r\n\r\n").expect("a body").1.to_owned()
    };
    assert_eq!(body(&first), body(&second));
    assert_eq!(first.subject, second.subject);
    assert_eq!(
        (first.tender, first.bidder, first.session),
        (None, None, None)
    );
}

#[test]
fn addresses_that_servers_take_are_written_to_even_where_a_parser_would_not() {
    let mut sender = sender();
    sender.address = address(&format!("{}@berau.test", "p".repeat(60)));
    let mut bidder = bidder();
    for odd in [
        "a..b@docomo.test",
        "dots.@x.test",
        "cv'maju@x_y.test",
        "a=b/c@x.test",
    ] {
        bidder.emails = vec![address(odd)];
        let session = session(SessionKind::Qualification);
        let mail = invitation(
            &templates(),
            &sender,
            &tender(),
            &bidder,
            &session,
            0,
            &stamp(NOW),
        )
        .expect("a mail");
        let raw = String::from_utf8(mail.raw.clone()).expect("ASCII");
        assert!(raw.contains(&format!("\r\nTo: {odd}\r\n")), "{raw}");
        let detail = format!(
            "\r\nReply-To: {}+{}@berau.test\r\n",
            "p".repeat(60),
            session.token
        );
        assert!(raw.contains(&detail), "{raw}");
    }
}

#[test]
fn an_address_outside_ascii_is_told_not_sent() {
    let stranger = address("münchen@b.test");
    let mail = unknown_sender_reply(&templates(), &sender(), &stranger, None, &stamp(NOW));
    assert!(matches!(mail, Err(ComposeError::Address(_))), "{mail:?}");
}

#[test]
fn a_template_of_the_office_replaces_ours_and_its_mistakes_are_named() {
    let own = |source: &str| {
        let own = vec![OwnTemplate {
            name: "undangan.txt".to_owned(),
            source: source.to_owned(),
            file: "surat/undangan.txt".into(),
        }];
        let templates = Templates::with_own(own).map_err(|error| error.to_string())?;
        let session = session(SessionKind::Qualification);
        invitation(
            &templates,
            &sender(),
            &tender(),
            &bidder(),
            &session,
            0,
            &stamp(NOW),
        )
        .map_err(|error| error.to_string())
    };
    let mail = own("Halo {{ bidder }}\n").expect("a mail");
    let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
    assert_eq!(
        parsed.body_text(0).expect("text").trim(),
        "Halo PT Contoh Karya Abadi"
    );
    for (source, expected) in [
        ("Halo\n{{ penyedia }}", "surat/undangan.txt:2: "),
        ("{% if %}", "surat/undangan.txt:1: "),
        (
            "{% for x in range(1000000) %}{{ x }}{% endfor %}",
            "surat/undangan.txt:1: ",
        ),
    ] {
        let error = own(source).expect_err("a mistake");
        assert!(error.contains(expected), "{error}");
    }
}

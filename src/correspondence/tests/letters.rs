//! Snapshots: read by a person whenever they change.

use mail_parser::MessageParser;

use super::samples::*;
use crate::{
    correspondence::{
        OutboxKind, OutgoingMail, invitation,
        notice::{self, Trouble},
        receipt::{ReceiptFacts, receipt},
        unknown_sender_reply,
    },
    settings::Member,
    tender::{DocumentWord, OutboxId, ProcurementKind, Session, SessionKind},
};

/// Header and text part as one snapshot, the HTML part as another, both decoded by another parser.
fn assert_letter(name: &str, mail: &OutgoingMail) {
    let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
    let raw = String::from_utf8(mail.raw.clone()).expect("ASCII");
    let header = raw.split("\r\n\r\n").next().unwrap_or_default();
    let seen = format!(
        "{}\n\n{}",
        header.replace("\r\n", "\n"),
        parsed.body_text(0).expect("a text part").replace('\r', "")
    );
    let html = parsed.body_html(0).expect("an HTML part").replace('\r', "");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, {
        insta::assert_snapshot!(format!("{name}.txt"), seen);
        insta::assert_snapshot!(format!("{name}.html"), html);
    });
    assert_says_the_same(name, mail);
}

/// The words of both parts, in order: what is read in one is read in the other.
pub fn assert_says_the_same(name: &str, mail: &OutgoingMail) {
    let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
    let text = parsed.body_text(0).expect("a text part");
    let html = parsed.body_html(0).expect("an HTML part");
    assert_eq!(words(&text), words(&without_markup(&html)), "{name}");
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn without_markup(html: &str) -> String {
    let body = html.split_once("</head>").expect("a head").1;
    let mut text = String::new();
    let mut in_tag = false;
    for c in body.chars() {
        match c {
            '<' => {
                in_tag = true;
                text.push(' ');
            }
            '>' => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    for (entity, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, character);
    }
    text
}

fn invite(session: &Session) -> OutgoingMail {
    let stamp = stamp("2026-11-23T08:00:00+08:00");
    invitation(
        &templates(),
        &sender(),
        &tender(),
        &bidder(),
        session,
        &stamp,
    )
    .expect("a mail")
}

fn acknowledge(facts: &ReceiptFacts, now: &str) -> OutgoingMail {
    let bidder = bidder();
    receipt(
        &templates(),
        &sender(),
        &tender(),
        &bidder,
        &session(SessionKind::Qualification),
        &bidder.emails[1],
        facts,
        &stamp(now),
    )
    .expect("a mail")
}

#[test]
fn an_invitation_to_an_online_session() {
    assert_letter("undangan", &invite(&session(SessionKind::Qualification)));
}

#[test]
fn an_invitation_without_papers_meeting_or_director() {
    let mut sender = sender();
    sender.subaddress = String::new();
    let mut tender = tender();
    tender.kind = ProcurementKind::Konsultansi;
    let mut bidder = bidder();
    bidder.director = None;
    let mut session = session(SessionKind::Negotiation);
    session.meeting = Default::default();
    session.documents = Vec::new();
    session.ends = at("2026-11-26T11:00:00+08:00");
    let stamp = stamp("2026-11-23T08:00:00+08:00");
    let mail = invitation(&templates(), &sender, &tender, &bidder, &session, &stamp);
    assert_letter("undangan-negosiasi", &mail.expect("a mail"));
}

#[test]
fn a_receipt_for_a_burst_with_all_that_can_be_wrong_with_a_file() {
    let mail = acknowledge(&burst(), "2026-11-25T09:17:00+08:00");
    assert_letter("tanda-terima", &mail);
}

#[test]
fn a_receipt_when_everything_has_come() {
    let mut facts = burst();
    facts.messages.truncate(1);
    facts.messages[0].files.truncate(1);
    facts.missing.clear();
    let mail = acknowledge(&facts, "2026-11-25T09:17:00+08:00");
    assert_letter("tanda-terima-lengkap", &mail);
}

#[test]
fn a_receipt_after_the_last_hour_asks_for_nothing() {
    let mut facts = burst();
    facts.messages.truncate(1);
    facts.messages[0].received_at = at("2026-11-25T18:42:10+08:00");
    facts.messages[0].late_minutes = Some(162);
    facts.messages[0].files.truncate(2);
    let mail = acknowledge(&facts, "2026-11-25T18:45:00+08:00");
    assert_letter("tanda-terima-terlambat", &mail);
}

#[test]
fn a_receipt_for_a_mail_without_attachments() {
    let mut facts = burst();
    facts.messages = vec![message(
        14,
        "2026-11-24T10:00:00+08:00",
        "Pertanyaan",
        Vec::new(),
    )];
    facts.missing = vec![DocumentWord::Nib];
    let mail = acknowledge(&facts, "2026-11-24T10:02:00+08:00");
    assert_letter("tanda-terima-tanpa-lampiran", &mail);
}

#[test]
fn the_answer_to_an_unknown_address() {
    let mail = unknown_sender_reply(
        &templates(),
        &sender(),
        &address("admin.lestuwana@surel.example"),
        Some("<CAF77@surel.example>"),
        &stamp("2026-11-24T10:02:00+08:00"),
    );
    assert_letter("pengirim-tidak-dikenal", &mail.expect("a mail"));
}

fn tell(trouble: Trouble, kind: OutboxKind) -> OutgoingMail {
    let (tender, bidder, session) = (tender(), bidder(), session(SessionKind::Qualification));
    let facts = notice::Undelivered {
        outbox: OutboxId(31),
        kind,
        address: &bidder.emails[0],
        subject: "Undangan Pembuktian Kualifikasi - 8231345 Pembangunan Jembatan Sei Lanuk [LKT-7K3-F9QM]",
        trouble,
        at: at("2026-11-23T08:01:30+08:00"),
        detail: "550 5.1.1 <tender@contohkarya.test>: Recipient address rejected: User unknown in virtual mailbox table",
        about: Some((&tender, &bidder, Some(&session))),
    };
    notice::undelivered(
        &templates(),
        &sender(),
        &member(),
        &facts,
        &stamp("2026-11-23T08:02:00+08:00"),
    )
    .expect("a mail")
}

fn member() -> Member {
    Member {
        name: "Sri Rahayu".to_owned(),
        email: address("sri@berau.test"),
    }
}

#[test]
fn a_notice_that_an_invitation_came_back() {
    let mail = tell(Trouble::Bounced, OutboxKind::Invitation);
    assert_letter("pemberitahuan", &mail);
}

#[test]
fn every_notice_says_the_same_in_both_parts() {
    for trouble in Trouble::ALL {
        let mail = tell(trouble, OutboxKind::Acknowledgement);
        assert_says_the_same(trouble.word(), &mail);
    }
}

#[test]
fn a_notice_that_a_session_passed_without_its_invitation() {
    let (tender, bidder, session) = (tender(), bidder(), session(SessionKind::Qualification));
    let mail = notice::invitation_missed(
        &templates(),
        &sender(),
        &member(),
        (&tender, &bidder, &session),
        &stamp("2026-11-25T11:00:30+08:00"),
    );
    assert_letter("undangan-terlewat", &mail.expect("a mail"));
}

#[test]
fn a_notice_that_answers_are_held_back() {
    let mail = notice::limit_reached(
        &templates(),
        &sender(),
        &member(),
        "5 jawaban per jam untuk satu alamat",
        &stamp("2026-11-25T11:00:30+08:00"),
    );
    assert_letter("jawaban-ditahan", &mail.expect("a mail"));
}

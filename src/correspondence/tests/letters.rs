//! Snapshots: read by a person whenever they change.

use mail_parser::MessageParser;

use super::samples::*;
use crate::{
    correspondence::{
        OutboxKind, OutgoingMail, alarm, cancellation, change_notice, digest,
        facts::{
            AlarmFacts, CancellationFacts, ChangeFacts, NegotiationFile, ReminderFacts,
            SessionTimes, Step,
        },
        invitation, negotiation,
        notice::{self, Trouble},
        receipt::{ReceiptFacts, ReceivedFile, Said, Standing, receipt},
        reminder,
        samples::{self, Cast},
        unknown_sender_reply,
    },
    desk::{Fault, message::Negotiation},
    inspection::{Finding, Hint},
    letter::CalendarAnswer,
    tender::{DocumentWord, Meeting, OutboxId, ProcurementKind, Session, SessionKind},
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
    assert_parts_agree(name, &text, &html);
}

fn assert_parts_agree(name: &str, text: &str, html: &str) {
    assert_eq!(words(text), words(&without_markup(html)), "{name}");
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
        0,
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
    session.letter = Default::default();
    session.documents = Vec::new();
    session.file = Some(given_file());
    session.ends = at("2026-11-26T11:00:00+08:00");
    let stamp = stamp("2026-11-23T08:00:00+08:00");
    let mail = invitation(&templates(), &sender, &tender, &bidder, &session, 0, &stamp);
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
    facts.poor.clear();
    facts.experts_unseen.clear();
    let mail = acknowledge(&facts, "2026-11-25T09:17:00+08:00");
    assert_letter("tanda-terima-lengkap", &mail);
    assert!(text_of(&mail).contains(COMPLETE));
}

#[test]
fn what_is_no_plain_paper_is_called_what_it_is() {
    let at = "2026-11-25T09:17:00+08:00";
    let said = |change: &dyn Fn(&mut ReceiptFacts)| {
        let mut facts = burst();
        facts.messages.truncate(1);
        facts.messages[0].files.truncate(1);
        facts.messages[0].files[0].document = None;
        facts.missing = vec![DocumentWord::Sbu];
        facts.poor.clear();
        change(&mut facts);
        text_of(&acknowledge(&facts, at))
    };
    const UNKNOWN: &str = "Belum dikenali";
    assert!(said(&|_| ()).contains(UNKNOWN));
    let program = said(&|facts| {
        let file = &mut facts.messages[0].files[0];
        // As rows of before have it.
        file.document = Some(DocumentWord::Akta);
        file.findings = vec![Finding::NotAllowed, Finding::Unreadable];
        file.kept = false;
    });
    assert!(program.contains("tidak dapat kami terima; mohon dokumennya dikirim sebagai foto"));
    let contested = said(&|facts| {
        facts.messages[0].files[0].contested = true;
        facts.faults = vec![(DocumentWord::Sbu, Fault::Contested)];
    });
    assert!(
        contested.contains("Nama dan isi berkas tampak tidak sama; akan diperiksa oleh Pokja.")
    );
    assert!(contested.contains(": nama dan isi berkasnya tampak tidak sama"));
    assert!(!contested.contains(COMPLETE));
    let empty = said(&|facts| {
        facts.messages[0].files[0].bytes = 0;
        facts.messages[0].files[0].findings = vec![Finding::Unreadable];
        facts.poor = vec![DocumentWord::Sbu];
        facts.faults = vec![(DocumentWord::Sbu, Fault::Empty)];
    });
    assert!(empty.contains("berkas kosong (0 byte); mohon dikirim ulang"));
    assert!(empty.contains(": berkasnya kosong"));
    let locked = said(&|facts| {
        facts.messages[0].files[0].findings = vec![Finding::Unreadable, Finding::Encrypted];
        facts.poor = vec![DocumentWord::Sbu];
        facts.faults = vec![(DocumentWord::Sbu, Fault::Locked)];
    });
    assert!(locked.contains("terkunci kata sandi; mohon dikirim ulang tanpa kata sandi"));
    assert!(locked.contains("): terkunci kata sandi"));
    let opened = said(&|facts| {
        facts.messages[0].files[0].opened = true;
        facts.messages[0].files[0].kept = false;
    });
    assert!(opened.contains("isinya dicatat satu per satu"));
    for text in [program, contested, empty, locked, opened] {
        for wrong in [
            UNKNOWN,
            "Dicatat sebagai",
            "sukar dibaca",
            "tidak dapat dibuka",
        ] {
            assert!(!text.contains(wrong), "{wrong}: {text}");
        }
    }
}

#[test]
fn a_reflection_is_hinted_at_and_nothing_is_demanded() {
    let mut facts = burst();
    facts.messages.truncate(1);
    facts.messages[0].files.truncate(1);
    facts.messages[0].files[0].hints = vec![Hint::Reflection];
    let text = text_of(&acknowledge(&facts, "2026-11-25T09:17:00+08:00"));
    assert!(text.contains("Dicatat sebagai: KTP"));
    assert!(text.contains("tampak ada pantulan cahaya; apabila ada tulisan yang tertutup"));
}

const COMPLETE: &str = "Seluruh dokumen yang diminta telah tercatat kami terima.";

fn text_of(mail: &OutgoingMail) -> String {
    let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
    parsed.body_text(0).expect("a text part").into_owned()
}

#[test]
fn completeness_is_claimed_only_where_nothing_is_doubtful() {
    let mut complete = burst();
    complete.missing.clear();
    complete.poor.clear();
    complete.experts_unseen.clear();
    let answered = |negotiation| ReceiptFacts {
        standing: Standing {
            negotiation: Some(negotiation),
            ..complete.standing
        },
        ..complete.clone()
    };
    let of_experts = ReceiptFacts {
        experts_unseen: vec!["Siti Contoh".to_owned()],
        ..complete.clone()
    };
    let nothing_owed = ReceiptFacts {
        owed: Vec::new(),
        ..complete.clone()
    };
    let poor = ReceiptFacts {
        poor: vec![DocumentWord::Negosiasi],
        ..complete.clone()
    };
    use Negotiation::{CounterOffer, Differs, Refused, ReturnedSigned, ReturnedUnsigned};
    for (facts, claimed) in [
        (&complete, true),
        (&answered(ReturnedSigned), true),
        (&answered(ReturnedUnsigned), false),
        (&answered(Differs), false),
        (&answered(Refused), false),
        (&answered(CounterOffer), false),
        (&of_experts, false),
        (&nothing_owed, false),
        (&poor, false),
    ] {
        let text = text_of(&acknowledge(facts, "2026-11-25T09:17:00+08:00"));
        assert_eq!(text.contains(COMPLETE), claimed, "{:?}", facts.standing);
        let unseen = "Dokumen atas nama Siti Contoh belum tampak kami terima.";
        assert_eq!(text.contains(unseen), !facts.experts_unseen.is_empty());
        let refuses = matches!(facts.standing.negotiation, Some(Refused | CounterOffer));
        assert_eq!(text.contains("Untuk menambah"), !refuses, "{text}");
    }
}

#[test]
fn a_receipt_says_what_was_noted_and_how_to_confirm() {
    use CalendarAnswer::{Accepted, Declined, Tentative};
    let noted = "Kehadiran Saudara telah kami catat: Rabu, 25 November 2026 pukul 09.00–11.00 WITA (08.00–10.00 WIB).";
    let passed_on = "tidak hadir telah kami catat dan kami teruskan kepada Pokja.";
    let how = "dengan HADIR atau TIDAK HADIR.";
    let later = "Untuk pertemuan nanti, dokumen berikut masih kami nantikan:";
    let overdue = "Berdasarkan catatan kami";
    let (before, during) = ("2026-11-23T10:00:00+08:00", "2026-11-25T09:17:00+08:00");
    let answered = |attendance, now_said: bool| Standing {
        announced: true,
        attendance,
        negotiation: None,
        said: Said {
            attendance: attendance.filter(|_| now_said),
            consent: None,
        },
    };
    for (standing, now, expected) in [
        (answered(Some(Accepted), true), before, vec![noted, later]),
        (answered(Some(Accepted), false), before, vec![later]),
        (answered(Some(Declined), true), before, vec![passed_on]),
        (answered(Some(Tentative), true), before, vec![later, how]),
        (answered(None, true), before, vec![later, how]),
        (Standing::default(), before, vec![later]),
        (answered(None, true), during, vec![overdue]),
        (answered(Some(Accepted), true), during, vec![noted, overdue]),
    ] {
        let facts = ReceiptFacts {
            standing,
            ..burst()
        };
        let text = text_of(&acknowledge(&facts, now));
        for words in [noted, passed_on, how, later, overdue] {
            assert_eq!(
                text.contains(words),
                expected.contains(&words),
                "{words}: {text}"
            );
        }
    }
}

#[test]
fn a_receipt_of_links_only_explains_no_digests() {
    let mut facts = burst();
    let explained = |facts: &ReceiptFacts| {
        text_of(&acknowledge(facts, "2026-11-25T09:17:00+08:00")).contains("SHA-256")
    };
    assert!(explained(&facts));
    facts.messages.remove(0);
    let links = |file: &ReceivedFile| file.findings.contains(&Finding::LinkOnly);
    facts.messages[0].files.retain(links);
    assert!(!facts.messages[0].files.is_empty() && !explained(&facts));
}

#[test]
fn a_file_in_the_place_of_another_says_so() {
    let session = Session {
        file: Some(given_file()),
        ..session(SessionKind::Negotiation)
    };
    let letter = |replaces| {
        let file = NegotiationFile {
            name: "negosiasi.pdf",
            content: samples::SAMPLE_FILE,
            replaces,
        };
        let stamp = stamp("2026-11-25T09:00:00+08:00");
        let mail = negotiation(
            &templates(),
            &sender(),
            &tender(),
            &bidder(),
            &session,
            file,
            &stamp,
        );
        text_of(&mail.expect("a mail"))
    };
    let said = "menggantikan berkas yang kami kirim pada Selasa, 24 November 2026 pukul 15.00 WITA; \
                berkas semula tidak berlaku lagi.";
    assert!(letter(Some(at("2026-11-24T15:00:00+08:00"))).contains(said));
    assert!(!letter(None).contains("menggantikan"));
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
    assert_letter("terlewat", &mail.expect("a mail"));
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

#[test]
fn a_notice_that_a_change_or_a_negotiation_file_came_too_late() {
    let (tender, bidder, session) = (tender(), bidder(), session(SessionKind::Negotiation));
    let about = (&tender, &bidder, &session);
    let stamp = stamp("2026-11-25T16:00:30+08:00");
    let change = notice::change_missed(&templates(), &sender(), &member(), about, &stamp);
    assert_letter("terlewat-perubahan", &change.expect("a mail"));
    let file = notice::negotiation_missed(&templates(), &sender(), &member(), about, &stamp);
    assert_letter("terlewat-negosiasi", &file.expect("a mail"));
}

fn times(session: &Session) -> SessionTimes {
    SessionTimes {
        starts: session.starts,
        ends: session.ends,
        due: session.due,
        meeting: session.meeting.clone(),
        documents: session.documents.clone(),
    }
}

#[test]
fn a_change_notice_tells_what_was_and_what_is() {
    let session = session(SessionKind::Qualification);
    let before = SessionTimes {
        starts: at("2026-11-24T13:30:00+08:00"),
        ends: at("2026-11-24T15:30:00+08:00"),
        due: at("2026-11-25T00:30:00+08:00"),
        meeting: Meeting {
            url: Some("https://meet.google.com/abc-defg-hij".to_owned()),
            ..Meeting::default()
        },
        documents: session.documents.clone(),
    };
    let facts = ChangeFacts {
        sequence: 1,
        before,
    };
    let stamp = stamp("2026-11-23T15:00:00+08:00");
    let mail = change_notice(
        &templates(),
        &sender(),
        &tender(),
        &bidder(),
        &session,
        &facts,
        &stamp,
    );
    assert_letter("perubahan", &mail.expect("a mail"));
}

#[test]
fn a_change_of_the_last_hour_asks_for_no_new_confirmation() {
    let session = session(SessionKind::Qualification);
    let mut before = times(&session);
    before.due = at("2026-11-25T12:00:00+08:00");
    let facts = ChangeFacts {
        sequence: 1,
        before,
    };
    let stamp = stamp("2026-11-23T15:00:00+08:00");
    let mail = change_notice(
        &templates(),
        &sender(),
        &tender(),
        &bidder(),
        &session,
        &facts,
        &stamp,
    );
    assert_letter("perubahan-batas-waktu", &mail.expect("a mail"));
}

#[test]
fn a_cancellation_asks_for_nothing() {
    let mut session = session(SessionKind::Clarification);
    let facts = CancellationFacts {
        sequence: 2,
        announced: times(&session),
    };
    // What the registry says now was never told.
    session.starts = at("2026-12-01T09:00:00+08:00");
    session.ends = at("2026-12-01T11:00:00+08:00");
    session.withdrawn = true;
    let stamp = stamp("2026-11-24T10:00:00+08:00");
    let mail = cancellation(
        &templates(),
        &sender(),
        &tender(),
        &bidder(),
        &session,
        &facts,
        &stamp,
    );
    assert_letter("pembatalan", &mail.expect("a mail"));
}

fn remind(
    kind: SessionKind,
    step: Step,
    missing: &[DocumentWord],
    unconfirmed: bool,
) -> OutgoingMail {
    remind_of(kind, step, missing, &[], unconfirmed)
}

fn remind_of(
    kind: SessionKind,
    step: Step,
    missing: &[DocumentWord],
    contested: &[DocumentWord],
    unconfirmed: bool,
) -> OutgoingMail {
    let mut session = session(kind);
    session.documents = missing.to_vec();
    let facts = ReminderFacts {
        step,
        missing: missing.to_vec(),
        poor: missing
            .iter()
            .copied()
            .filter(|d| *d == DocumentWord::Ktp)
            .collect(),
        contested: contested.to_vec(),
        unconfirmed,
    };
    let stamp = stamp("2026-11-25T14:00:00+08:00");
    reminder(
        &templates(),
        &sender(),
        &tender(),
        &bidder(),
        &session,
        &facts,
        &stamp,
    )
    .expect("a mail")
}

#[test]
fn what_waits_for_the_pokja_is_told_as_come() {
    use DocumentWord::{Nib, Sbu};
    let up = |contested: &[DocumentWord]| {
        let kind = SessionKind::Qualification;
        let mail = remind_of(kind, Step::TimeUp, &[Nib, Sbu], contested, false);
        let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
        let text = parsed.body_text(0).expect("text").into_owned();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let text = up(&[Sbu]);
    assert!(text.contains("belum kami terima atau masih akan diperiksa oleh Pokja:"));
    let sbu = format!("- {}: kiriman Saudara nama dan isi berkasnya", Sbu.label());
    assert!(text.contains(&sbu), "{text}");
    assert!(text.contains(&format!("- {} - ", Nib.label())), "{text}");
    assert!(!up(&[]).contains("diperiksa oleh Pokja"));
}

#[test]
fn each_reminder_says_only_what_is_missing() {
    use DocumentWord::{Ktp, Negosiasi, Nib, Sbu};
    use SessionKind::{Negotiation, Qualification};
    for (name, kind, step, missing, unconfirmed) in [
        (
            "pengingat-sehari-sebelum",
            Qualification,
            Step::DayBefore,
            vec![Ktp, Nib],
            true,
        ),
        (
            "pengingat-konfirmasi",
            Qualification,
            Step::TwoHoursBefore,
            vec![],
            true,
        ),
        (
            "pengingat-dokumen",
            Qualification,
            Step::TwoHoursBefore,
            vec![Nib],
            false,
        ),
        (
            "pengingat-separuh-waktu",
            Qualification,
            Step::HalfTime,
            vec![Ktp, Sbu],
            false,
        ),
        (
            "pengingat-negosiasi",
            Negotiation,
            Step::TwoHoursLeft,
            vec![Negosiasi],
            false,
        ),
        (
            "pengingat-telah-lewat",
            Qualification,
            Step::TimeUp,
            vec![Ktp, Nib],
            false,
        ),
    ] {
        let mail = remind(kind, step, &missing, unconfirmed);
        assert_letter(name, &mail);
        let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
        let text = parsed.body_text(0).expect("text");
        for document in DocumentWord::ALL {
            let named = text.contains(&format!("- {}", document.label()));
            assert_eq!(
                named,
                missing.contains(document),
                "{name}: {}",
                document.word()
            );
        }
        assert_eq!(text.contains("TIDAK HADIR"), unconfirmed, "{name}");
    }
}

#[test]
fn a_negotiation_letter_with_its_file() {
    let mut session = session(SessionKind::Negotiation);
    session.file = Some(given_file());
    let file = NegotiationFile {
        name: "negosiasi.pdf",
        content: samples::SAMPLE_FILE,
        replaces: None,
    };
    let stamp = stamp("2026-11-25T09:00:00+08:00");
    let mail = negotiation(
        &templates(),
        &sender(),
        &tender(),
        &bidder(),
        &session,
        file,
        &stamp,
    )
    .expect("a mail");
    assert_letter("negosiasi", &mail);
    let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
    use mail_parser::MimeHeaders;
    let attached: Vec<_> = parsed.attachments().collect();
    assert_eq!(attached.len(), 1);
    assert_eq!(attached[0].attachment_name(), Some("negosiasi.pdf"));
    assert_eq!(attached[0].contents(), samples::SAMPLE_FILE);
}

#[test]
fn a_receipt_in_a_negotiation_says_received_not_agreed() {
    let mut facts = burst();
    facts.messages.truncate(1);
    facts.messages[0].files = vec![file(
        Some("NEGO TTD.pdf"),
        400_000,
        Some(DocumentWord::Negosiasi),
        &[],
    )];
    facts.owed = vec![DocumentWord::Negosiasi];
    facts.missing.clear();
    facts.poor.clear();
    facts.experts_unseen.clear();
    let bidder = bidder();
    let session = session(SessionKind::Negotiation);
    let stamp = stamp("2026-11-25T09:17:00+08:00");
    let mail = receipt(
        &templates(),
        &sender(),
        &tender(),
        &bidder,
        &session,
        &bidder.emails[0],
        &facts,
        &stamp,
    );
    assert_letter("tanda-terima-negosiasi", &mail.expect("a mail"));
}

#[test]
fn a_digest_of_a_busy_day_and_of_a_quiet_one() {
    let cast = Cast::invented();
    for (name, facts) in [
        ("rekap", samples::busy_day(&cast)),
        ("rekap-hari-tenang", samples::quiet_day(&cast)),
    ] {
        let stamp = stamp("2026-11-25T07:30:00+08:00");
        let mail = digest(&templates(), &sender(), &member(), &facts, &stamp);
        assert_letter(name, &mail.expect("a mail"));
    }
}

#[test]
fn an_alarm_says_what_to_do() {
    let stamp = stamp("2026-11-25T07:30:00+08:00");
    let facts = AlarmFacts::StorageNearlyFull { free: 3 << 30 };
    let mail = alarm(&templates(), &sender(), &member(), &facts, &stamp);
    assert_letter("peringatan-penyimpanan", &mail.expect("a mail"));
}

#[test]
fn the_alarm_of_a_refusal_says_what_is_refused_and_in_which_words() {
    let cast = Cast::invented();
    let alarms = samples::samples(&cast);
    for (variant, subject, says) in [
        (
            "tidak hadir",
            "Penyedia menyatakan tidak hadir: ",
            "menyatakan tidak hadir, sejauh",
        ),
        (
            "tidak setuju",
            "Penyedia tidak setuju atas berkas negosiasi: ",
            "menyatakan tidak setuju atas berkas negosiasi, sejauh",
        ),
    ] {
        let mut of_letter = alarms.iter().filter(|sample| sample.letter == "peringatan");
        let sample = of_letter.find(|sample| sample.variant == variant);
        let letter = sample
            .expect("a sample")
            .render(&templates())
            .expect("a letter");
        assert!(letter.subject.starts_with(subject), "{}", letter.subject);
        assert!(letter.text.contains(says), "{}", letter.text);
        assert!(letter.text.contains("Isi surat: "), "{}", letter.text);
        assert!(!letter.text.contains("6403051204850000"), "{}", letter.text);
    }
}

/// Every letter in every variant: what mail programs and screen readers need.
#[test]
fn every_letter_says_the_same_in_both_parts_and_can_be_read_aloud() {
    let templates = templates();
    for sample in samples::samples(&Cast::invented()) {
        let name = format!("{} {}", sample.letter, sample.variant);
        let letter = sample.render(&templates).expect("a letter");
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, {
            let file = format!("contoh {name}").trim().replace([' ', ','], "-");
            insta::assert_snapshot!(file, format!("{}\n\n{}", letter.subject, letter.text));
        });
        assert_parts_agree(&name, &letter.text, &letter.html);
        assert!(!letter.text.contains('!'), "{name}");
        assert!(!letter.text.contains("\n\n\n"), "{name}: {}", letter.text);
        let html = &letter.html;
        assert!(html.contains("<html lang=\"id\""), "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        for table in html.split("<table").skip(1) {
            let tag = table.split('>').next().unwrap_or_default();
            let own = table.split("</table>").next().unwrap_or_default();
            assert!(
                tag.contains("role=\"presentation\"") || own.contains("<th scope="),
                "{name}: a table of data without headers"
            );
        }
        for (open, close) in [
            ("<table", "</table>"),
            ("<tr", "</tr>"),
            ("<p", "</p>"),
            ("<ul", "</ul>"),
            ("<li", "</li>"),
            ("<td", "</td>"),
        ] {
            let opened = html.matches(&format!("{open}>")).count()
                + html.matches(&format!("{open} ")).count();
            assert_eq!(opened, html.matches(close).count(), "{name}: {open}");
        }
        // Nothing is fetched when the mail is opened.
        for remote in ["<img", "<link", "<script", "<style", "url(", "src="] {
            assert!(!html.contains(remote), "{name}: {remote}");
        }
        assert!(html.len() < 100_000, "{name}: {} octets", html.len());
    }
}

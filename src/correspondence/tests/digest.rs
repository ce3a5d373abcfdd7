//! The digest: whatever there is to tell, it stays readable, says no numbers of persons, and its table runs no formula.

use std::io::Read;

use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;

use super::{
    guards::{assert_well_formed, foreign},
    letters::assert_says_the_same,
    samples::*,
};
use crate::correspondence::{
    OutgoingMail, digest,
    facts::DigestFacts,
    samples::{Cast, busy_day},
};
use crate::{desk::ContestedPaper, letter::CalendarAnswer};

fn write(facts: &DigestFacts) -> OutgoingMail {
    digest(
        &templates(),
        &sender(),
        &member(),
        facts,
        &stamp("2026-11-25T07:30:00+08:00"),
    )
    .expect("a mail")
}

fn html(mail: &OutgoingMail) -> String {
    let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
    parsed.body_html(0).expect("HTML").into_owned()
}

/// The sheets' XML and the shared strings.
fn spreadsheet(mail: &OutgoingMail) -> Vec<(String, String)> {
    let parsed = MessageParser::default().parse(&mail.raw).expect("a mail");
    let file = parsed.attachments().next().expect("a spreadsheet");
    assert_eq!(
        file.attachment_name(),
        Some("rekap pokja-3 2026-11-25.xlsx")
    );
    let mut archive =
        zip::ZipArchive::new(std::io::Cursor::new(file.contents())).expect("a workbook");
    (0..archive.len())
        .map(|at| {
            let mut entry = archive.by_index(at).expect("an entry");
            let mut text = String::new();
            entry.read_to_string(&mut text).expect("XML");
            (entry.name().expect("a name").to_string(), text)
        })
        .collect()
}

/// A day of the whole province: more than a mail can show.
fn crowded() -> DigestFacts {
    let mut facts = busy_day(&Cast::invented());
    let long = "Pengadaan ".repeat(30);
    for about in facts
        .sessions
        .iter_mut()
        .map(|line| &mut line.about)
        .chain(facts.came.iter_mut().map(|line| &mut line.about))
    {
        about.package = long.clone();
        about.bidder = format!("PT {}", "Nama Panjang ".repeat(20));
    }
    fn many<T: Clone>(lines: &mut Vec<T>) {
        *lines = lines.iter().cycle().take(400).cloned().collect();
    }
    many(&mut facts.undelivered);
    many(&mut facts.decisions);
    many(&mut facts.failed);
    many(&mut facts.to_read);
    many(&mut facts.sessions);
    many(&mut facts.negotiations);
    many(&mut facts.came);
    many(&mut facts.late);
    many(&mut facts.unanswered);
    many(&mut facts.troubles);
    facts
}

#[test]
fn a_crowded_day_stays_below_what_mail_programs_show_and_the_table_has_it_all() {
    let mail = write(&crowded());
    let html = html(&mail);
    assert!(html.len() < 100_000, "{} octets", html.len());
    assert!(html.contains("lainnya; lihat lampiran"));
    assert!(html.contains(&busy_day(&Cast::invented()).head.hash));
    assert_says_the_same("crowded", &mail);
    let sheets = spreadsheet(&mail);
    let sheet = sheets
        .iter()
        .find(|(name, _)| name.ends_with("sheet1.xml"))
        .expect("a sheet");
    assert_eq!(sheet.1.matches("<row ").count(), 401);
}

#[test]
fn nothing_that_one_bidder_sends_stops_the_digest() {
    let mut facts = busy_day(&Cast::invented());
    let mut crowd = facts.sessions.iter_mut();
    let line = crowd.find(|line| !line.contested.is_empty());
    let line = line.expect("a contested paper");
    let first = line.contested[0];
    line.contested = (1..=2000)
        .map(|part| ContestedPaper { part, ..first })
        .collect();
    // Each character has two octets.
    line.about.package = "é".repeat(40_000);
    let mail = write(&facts);
    let shown = "berkas 40/5 (SBU atau KTP), dan 1995 lainnya";
    assert!(html(&mail).contains("dan 1995 lainnya"));
    let sheets = spreadsheet(&mail);
    assert!(sheets.iter().any(|(_, xml)| xml.contains(shown)));
    assert!(!sheets.iter().any(|(_, xml)| xml.contains("berkas 40/6 ")));
}

#[test]
fn the_table_holds_no_formula_whatever_a_bidder_wrote() {
    let mut facts = busy_day(&Cast::invented());
    let formula = "=HYPERLINK(\"http://x.test\",\"buka\")";
    facts.decisions[0].subject = formula.to_owned();
    facts.decisions[0].from = Some("=1+1@x.test".to_owned());
    facts.sessions[0].about.bidder = "@SUM(A1)".to_owned();
    facts.unanswered[0].why = "+cmd|' /C calc'!A0".to_owned();
    for (name, text) in spreadsheet(&write(&facts)) {
        assert!(!text.contains("<f>") && !text.contains("<f "), "{name}");
        assert!(!text.contains("hyperlink"), "{name}");
    }
}

#[test]
fn numbers_of_persons_stand_nowhere() {
    let mut facts = busy_day(&Cast::invented());
    let numbers = "NIK 6403051204850000 NPWP 01.234.567.8-901.000";
    facts.decisions[0].subject = numbers.to_owned();
    facts.decisions[0].reasons[0].detail = numbers.to_owned();
    facts.decisions[0].candidates[0].reasons[0].detail = numbers.to_owned();
    facts.to_read[0].subject = numbers.to_owned();
    facts.failed[0].subject = numbers.to_owned();
    facts.failed[0].why = numbers.to_owned();
    facts.unanswered[0].subject = numbers.to_owned();
    facts.unanswered[0].why = numbers.to_owned();
    facts.undelivered[0].detail = numbers.to_owned();
    facts.troubles[0].note = Some(numbers.to_owned());
    let mail = write(&facts);
    let mut seen = vec![html(&mail)];
    seen.extend(spreadsheet(&mail).into_iter().map(|(_, text)| text));
    for text in seen {
        assert!(
            !text.contains("6403051204850000") && !text.contains("234.567"),
            "{text}"
        );
    }
}

#[test]
fn who_asked_for_another_day_has_answered_unless_he_comes_after_all() {
    let mut facts = busy_day(&Cast::invented());
    facts.sessions.truncate(1);
    facts.sessions[0].asks_for_another_day = true;
    for (attendance, expected) in [
        (None, true),
        (Some(CalendarAnswer::Tentative), true),
        (Some(CalendarAnswer::Accepted), false),
        (Some(CalendarAnswer::Declined), false),
    ] {
        facts.sessions[0].attendance = attendance;
        let html = html(&write(&facts));
        let asks = html.contains("▲ minta dijadwalkan ulang");
        assert_eq!(asks, expected, "{attendance:?}");
    }
}

/// Nothing is called quiet or balanced while a mailbox is not read, or something waits for a person.
#[test]
fn a_quiet_day_is_not_quiet_when_a_mailbox_is_not_read_or_a_result_waits() {
    let mut facts = busy_day(&Cast::invented());
    (facts.books.listed, facts.undelivered, facts.decisions) = (0, Vec::new(), Vec::new());
    (facts.failed, facts.to_read, facts.late) = (Vec::new(), Vec::new(), Vec::new());
    facts.sessions.clear();
    let quiet = "Tidak ada yang perlu diputuskan hari ini.";
    let told = |facts: &DigestFacts| {
        let html = html(&write(facts));
        (html.contains(quiet), html.contains("✓ pokja3"))
    };
    assert_eq!(
        told(&facts),
        (false, false),
        "a folder is behind, and a result waits"
    );
    for folder in &mut facts.books.folders {
        folder.trouble = None;
    }
    assert_eq!(told(&facts), (false, true), "a result waits");
    for line in &mut facts.negotiations {
        line.confirmed = true;
    }
    assert_eq!(told(&facts), (true, true));
}

#[test]
fn equal_facts_give_equal_octets() {
    let facts = busy_day(&Cast::invented());
    assert_eq!(write(&facts), write(&facts));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_digest_keeps_its_shape_whatever_stands_in_it(
        subject in foreign(),
        from in foreign(),
        company in foreign(),
        why in foreign(),
    ) {
        let mut facts = busy_day(&Cast::invented());
        facts.decisions[0].subject = subject.clone();
        facts.decisions[0].from = Some(from);
        facts.sessions[0].about.bidder = company.clone();
        facts.undelivered[0].about.as_mut().expect("about").bidder = company;
        facts.failed[0].why = why.clone();
        facts.books.folders[0].trouble = Some(why);
        let mail = write(&facts);
        assert_well_formed(&mail, &[
            "Message-ID", "Date", "From", "Reply-To", "To", "Subject", "Auto-Submitted", "X-Auto-Response-Suppress",
            "X-Loop", "Precedence", "MIME-Version", "Content-Type",
        ], &["rekap pokja-3 2026-11-25.xlsx"]);
        assert_says_the_same("digest", &mail);
    }
}

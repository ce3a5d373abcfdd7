//! Files as the Pokja writes them, and registries before and after.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::tender::{BidderId, Keys, OfficialLetter, Registry, SessionFile, SessionId, TenderId};

/// Of CONTRACT.md, section "A tender", to the letter.
const CONTRACT: &str = r#"
[tender]
code    = "8231345"                         # kode tender in SPSE, digits
name    = "Pembangunan Jembatan Sei Lanuk"
mailbox = "pokja-3"
kind    = "konstruksi"                      # barang | konstruksi | konsultansi | jasa-lainnya

[[bidder]]
name   = "PT Contoh Karya Abadi"
npwp   = "01.234.567.8-901.000"             # optional; so are nib, director, phone
emails = ["tender@contohkarya.test", "direktur@contohkarya.test"]
experts = ["Budi Contoh"]                   # tenaga ahli, optional

[[session]]
kind     = "qualification"                  # qualification (pembuktian kualifikasi) | clarification (klarifikasi teknis) | negotiation (klarifikasi dan negosiasi biaya)
starts   = 2026-11-25T09:00:00+08:00
ends     = 2026-11-25T11:00:00+08:00
invite   = 2026-11-23T08:00:00+08:00        # when the invitation goes out; left out: at once
due      = 2026-11-25T16:00:00+08:00        # documents until then are in time
bidders  = ["PT Contoh Karya Abadi"]        # left out: all
meeting  = { url = "https://zoom.us/j/123456789", id = "123 456 789", passcode = "contoh" }
documents = ["ktp", "nib", "npwp", "akta"]  # what each bidder must send; words of the document list
file     = "negosiasi.pdf"                  # negotiation only: the file to be signed and returned, beside this file
file_at  = 2026-11-25T09:00:00+08:00        # when it goes out, as the `negotiation` mail; left out: at the time of the invitation
"#;

const TWO: &str = r#"
[tender]
code = "99990001000"
name = "Rehabilitasi Ruang Kelas SDN 031: Batu/Rangkong"
mailbox = "pokja-3"
kind = "konstruksi"
[[bidder]]
name = "PT Banuratama"
emails = ["banuratama@cm.test"]
[[bidder]]
name = "CV Lestuwana Karya"
emails = ["cv.lestuwana@surel.test"]
[[session]]
kind = "qualification"
starts = 2027-01-01T00:30:00+08:00
ends = 2027-01-01T02:00:00+08:00
[[session]]
kind = "clarification"
starts = 2027-01-02T09:00:00+08:00
ends = 2027-01-02T10:00:00+08:00
bidders = ["cv lestuwana karya"]
"#;

fn file(text: &str) -> ImportFile {
    parse(text, "tender/a.toml").unwrap_or_else(|errors| panic!("{}", told(&errors)))
}

fn told(mistakes: &[ImportError]) -> String {
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

fn wita() -> TimeZone {
    TimeZone::get("Asia/Makassar").unwrap()
}

fn given() -> BTreeMap<PathBuf, SessionFile> {
    let file = SessionFile {
        name: "negosiasi.pdf".into(),
        sha256: "0".repeat(64),
        bytes: 12,
    };
    BTreeMap::from([("tender/negosiasi.pdf".into(), file)])
}

fn try_changes(registry: &Registry, files: &[ImportFile]) -> Result<Vec<Change>, Vec<ImportError>> {
    let context = Context {
        keys: &Keys::new([7; 32]),
        mailboxes: &["pokja-3", "pokja-4"],
        timezone: &wita(),
        now: "2026-11-23T00:00:00Z".parse().unwrap(),
        given: &given(),
    };
    diff(registry, files, &context)
}

fn changes(registry: &Registry, files: &[ImportFile]) -> Vec<Change> {
    try_changes(registry, files).unwrap_or_else(|errors| panic!("{}", told(&errors)))
}

/// Applies changes as the database does: real ids in the place of placeholders.
fn apply(registry: &Registry, changes: Vec<Change>) -> Registry {
    let mut tenders = registry.tenders().to_vec();
    let mut bidders = registry.bidders().to_vec();
    let mut sessions = registry.sessions().to_vec();
    let real = |id: i64, count: usize| if id < 0 { count as i64 - id } else { id };
    let (t, b, s) = (tenders.len(), bidders.len(), sessions.len());
    for change in changes {
        match change {
            Change::AddTender(mut tender) => {
                tender.id = TenderId(real(tender.id.0, t));
                tenders.push(tender);
            }
            Change::UpdateTender { before, after } => {
                assert_eq!(before.id, after.id);
                *tenders.iter_mut().find(|row| **row == before).unwrap() = after;
            }
            Change::AddBidder(mut bidder) => {
                bidder.id = BidderId(real(bidder.id.0, b));
                bidder.tender = TenderId(real(bidder.tender.0, t));
                assert!(tenders.iter().any(|tender| tender.id == bidder.tender));
                bidders.push(bidder);
            }
            Change::UpdateBidder { before, after } => {
                *bidders.iter_mut().find(|row| **row == before).unwrap() = after;
            }
            Change::WithdrawBidder(before) => {
                bidders
                    .iter_mut()
                    .find(|row| **row == before)
                    .unwrap()
                    .withdrawn = true;
            }
            Change::AddSession(mut session) => {
                session.id = SessionId(real(session.id.0, s));
                session.tender = TenderId(real(session.tender.0, t));
                session.bidder = BidderId(real(session.bidder.0, b));
                assert!(bidders.iter().any(|bidder| bidder.id == session.bidder));
                sessions.push(session);
            }
            Change::UpdateSession { before, after } => {
                *sessions.iter_mut().find(|row| **row == *before).unwrap() = *after;
            }
            Change::WithdrawSession(before) => {
                sessions
                    .iter_mut()
                    .find(|row| **row == before)
                    .unwrap()
                    .withdrawn = true;
            }
        }
    }
    Registry::new(tenders, bidders, sessions)
}

fn imported(text: &str) -> Registry {
    let registry = Registry::default();
    let changes = changes(&registry, &[file(text)]);
    apply(&registry, changes)
}

/// What importing `text` over `registry` says.
fn said(registry: &Registry, text: &str) -> Vec<String> {
    describe(&changes(registry, &[file(text)]), registry, &wita())
}

#[test]
fn the_example_of_the_contract_is_read() {
    let negotiation = file(&CONTRACT.replace("\"qualification\"", "\"negotiation\""));
    assert_eq!(
        negotiation.given_files(),
        [PathBuf::from("tender/negosiasi.pdf")]
    );
    assert_eq!(
        negotiation.sessions[0].file.as_deref(),
        Some("negosiasi.pdf")
    );

    let file = file(CONTRACT);
    assert_eq!(file.given_files(), Vec::<PathBuf>::new());
    insta::assert_debug_snapshot!((&file.tender, &file.bidders, &file.sessions));
    insta::assert_snapshot!(told(&file.warnings));
}

#[test]
fn every_mistake_is_told_at_once() {
    insta::assert_snapshot!(told(
        &parse(include_str!("wrong.toml"), "salah.toml").unwrap_err()
    ));
    insta::assert_snapshot!(told(&parse("", "kosong.toml").unwrap_err()));
}

#[test]
fn times_may_meet_where_no_time_is_lost() {
    let same = "2027-01-02T09:00:00+08:00";
    let with = |line: &str| {
        TWO.replace(
            "starts = 2027-01-02",
            &format!("{line}\nstarts = 2027-01-02"),
        )
    };
    for good in [format!("due = {same}"), format!("invite = {same}")] {
        assert!(parse(&with(&good), "a.toml").is_ok(), "{good}");
    }
    let earlier = same.replace("09:00:00", "08:59:59");
    let later = same.replace("09:00:00", "09:00:01");
    for wrong in [format!("due = {earlier}"), format!("invite = {later}")] {
        assert!(parse(&with(&wrong), "a.toml").is_err(), "{wrong}");
    }
    let no_length = TWO.replace("2027-01-02T10:00:00", "2027-01-02T09:00:00");
    assert!(parse(&no_length, "a.toml").is_err());
}

#[test]
fn numbers_of_persons_stand_in_no_message() {
    let text = CONTRACT.replace("01.234.567.8-901.000", "77.665.544.3-322.11");
    let errors = told(&parse(&text, "a.toml").unwrap_err());
    assert!(
        errors.contains("npwp") && !errors.contains("77"),
        "{errors}"
    );
}

#[test]
fn what_is_odd_and_no_mistake_is_a_warning() {
    let text = TWO.replace(
        "\"cv.lestuwana@surel.test\"",
        "\"Banuratama@CM.test\", \"banuratama@cm.test\"",
    );
    insta::assert_snapshot!(told(&file(&text).warnings));
}

#[test]
fn a_negotiation_file_for_more_than_one_bidder_is_told() {
    let negotiation = "kind = \"negotiation\"\ndocuments = [\"negosiasi\"]\nfile = \"nego.pdf\"\n";
    let shared = |bidders: &str| {
        let session = format!(
            "\n[[session]]\nstarts = 2027-01-03T09:00:00+08:00\nends = 2027-01-03T10:00:00+08:00\n{negotiation}{bidders}"
        );
        told(&file(&format!("{TWO}{session}")).warnings)
    };
    for (bidders, warned) in [
        ("", true),
        (
            "bidders = [\"PT Banuratama\", \"CV Lestuwana Karya\"]\n",
            true,
        ),
        ("bidders = [\"PT Banuratama\"]\n", false),
    ] {
        let warnings = shared(bidders);
        let expected = "file: berkas yang sama dikirim kepada 2 peserta";
        assert_eq!(warnings.contains(expected), warned, "{bidders}: {warnings}");
    }
}

#[test]
fn a_new_tender_is_added_with_its_rows_in_order() {
    insta::assert_debug_snapshot!(changes(&Registry::default(), &[file(TWO)]));
}

#[test]
fn the_same_file_twice_changes_nothing() {
    for text in [CONTRACT, TWO] {
        let registry = imported(text);
        assert_eq!(changes(&registry, &[file(text)]), []);
        let respelt = text.replace("Karya", "KARYA").replace("  ", " ");
        assert!(changes(&registry, &[file(&respelt)]).iter().all(|change| {
            matches!(change, Change::UpdateBidder { before, after } if before.folder == after.folder)
        }));
    }
}

#[test]
fn a_corrected_name_is_the_same_bidder_and_another_firm_is_not() {
    let numbered = TWO.replace(
        "emails = [\"banuratama@cm.test\"]",
        "emails = [\"banuratama@cm.test\"]\nnpwp = \"01.999.001.9-000.000\"",
    );
    let registry = imported(&numbered);
    let renamed = |from: &str, to: &str| changes(&registry, &[file(&numbered.replace(from, to))]);
    for (from, to) in [
        ("PT Banuratama", "PT. Banuratama"),
        ("PT Banuratama", "PT Banua Ratama"),
    ] {
        let found = renamed(from, to);
        assert!(
            matches!(&found[..], [Change::UpdateBidder { before, after }] if before.id == after.id && after.name == to),
            "{to}: {found:?}"
        );
    }
    // Without its number nothing ties the new name to the old one.
    let text = TWO.replace("PT Banuratama", "CV Banuratama");
    let other = changes(&imported(TWO), &[file(&text)]);
    let added = |change: &Change| matches!(change, Change::AddBidder(_));
    let left = |change: &Change| matches!(change, Change::WithdrawBidder(_));
    assert!(
        other.iter().any(added) && other.iter().any(left),
        "{other:?}"
    );
}

#[test]
fn each_change_is_told_in_one_line() {
    let registry = imported(TWO);
    let mut lines = said(&Registry::default(), TWO);
    for (before, after) in [
        ("name = \"Rehabilitasi", "name = \"Pembangunan"),
        ("mailbox = \"pokja-3\"", "mailbox = \"pokja-4\""),
        (
            "\"banuratama@cm.test\"",
            "\"banuratama@cm.test\", \"dir@cm.test\"]\nexperts = [\"Budi\"]\nnpwp = \"01.999.001.9-000.000\"\n#",
        ),
        (
            "2027-01-02T09:00:00+08:00",
            "2027-01-02T09:30:00+08:00\ninvite = 2027-01-01T09:00:00+08:00",
        ),
        (
            "2027-01-02T10:00:00+08:00",
            "2027-01-03T10:00:00+08:00\ndocuments = [\"ktp\", \"skk\"]",
        ),
        (
            "bidders = [\"cv",
            "letter = { date = 2026-12-28 }\nmeeting = { passcode = \"rahasia\" }\nbidders = [\"PT Banuratama\", \"cv",
        ),
        ("clarification\"", "negotiation\"\nfile = \"negosiasi.pdf\""),
        (
            "[[bidder]]\nname = \"PT Banuratama\"\nemails = [\"banuratama@cm.test\"]\n",
            "",
        ),
    ] {
        assert!(TWO.contains(before), "{before}");
        lines.push(String::new());
        lines.extend(said(&registry, &TWO.replace(before, after)));
    }
    let lines = lines.join("\n");
    assert!(
        !lines.contains("rahasia") && !lines.contains("999.001"),
        "{lines}"
    );
    insta::assert_snapshot!(lines);
}

#[test]
fn a_session_has_its_own_letter_else_the_one_of_its_tender() {
    let marked = TWO
        .replace(
            "kind = \"konstruksi\"",
            "kind = \"konstruksi\"\nletter = { number = \"000.3.3/1/UKPBJ/2026\", date = 2026-12-28 }",
        )
        .replace("bidders = [\"cv", "letter = { number = \"000.3.3/2/UKPBJ/2026\" }\nbidders = [\"cv");
    let registry = imported(&marked);
    let letters: Vec<_> = registry
        .sessions()
        .iter()
        .map(|session| &session.letter)
        .collect();
    let letter = |number: &str, date: Option<&str>| OfficialLetter {
        number: Some(number.into()),
        date: date.map(|date| date.parse().unwrap()),
    };
    let of_tender = letter("000.3.3/1/UKPBJ/2026", Some("2026-12-28"));
    assert_eq!(
        letters,
        [
            &of_tender,
            &of_tender,
            &letter("000.3.3/2/UKPBJ/2026", None)
        ]
    );
    assert!(
        imported(TWO)
            .sessions()
            .iter()
            .all(|session| session.letter == OfficialLetter::default())
    );
}

#[test]
fn who_is_withdrawn_comes_back_with_folder_reference_and_token() {
    let first = imported(TWO);
    let without = TWO.replacen(
        "[[bidder]]\nname = \"PT Banuratama\"\nemails = [\"banuratama@cm.test\"]\n",
        "",
        1,
    );
    let gone = apply(&first, changes(&first, &[file(&without)]));
    assert!(gone.bidders()[0].withdrawn && gone.sessions()[0].withdrawn);
    assert!(!gone.bidders()[1].withdrawn && !gone.sessions()[1].withdrawn);
    assert_eq!(changes(&gone, &[file(&without)]), []);
    insta::assert_snapshot!(said(&gone, TWO).join("\n"));
    let back = apply(&gone, changes(&gone, &[file(TWO)]));
    assert_eq!(
        (back.bidders(), back.sessions()),
        (first.bidders(), first.sessions())
    );
}

#[test]
fn folders_are_safe_stay_and_are_unique_whatever_the_case() {
    let registry = imported(TWO);
    assert_eq!(
        registry.tenders()[0].folder,
        "2027/99990001000 Rehabilitasi Ruang Kelas SDN 031_ Batu_Rangkong"
    );
    let renamed = TWO
        .replace("Rehabilitasi", "Pembangunan")
        .replace("PT Banuratama", "CV/Lestuwana Jaya")
        .replace("CV Lestuwana Karya", "CV_Lestuwana Jaya");
    let renamed = renamed.replace("cv lestuwana karya", "cv_lestuwana jaya");
    let registry = apply(&registry, changes(&registry, &[file(&renamed)]));
    assert_eq!(
        registry.tenders()[0].folder,
        "2027/99990001000 Rehabilitasi Ruang Kelas SDN 031_ Batu_Rangkong"
    );
    let folders: Vec<&str> = registry
        .bidders()
        .iter()
        .map(|b| b.folder.as_str())
        .collect();
    assert_eq!(
        folders,
        [
            "PT Banuratama",
            "CV Lestuwana Karya",
            "CV_Lestuwana Jaya",
            "CV_Lestuwana Jaya (2)"
        ]
    );
}

#[test]
fn a_tender_without_sessions_lies_in_the_present_year() {
    let text = &TWO[..TWO.find("[[session]]").unwrap()];
    assert!(imported(text).tenders()[0].folder.starts_with("2026/"));
}

#[test]
fn a_reference_that_is_taken_gives_way_to_the_next() {
    let registry = imported(TWO);
    let mut sessions = registry.sessions().to_vec();
    let wanted = sessions[0].reference.clone();
    sessions.truncate(1);
    sessions[0].bidder = BidderId(99);
    let occupied = Registry::new(
        registry.tenders().to_vec(),
        registry.bidders().to_vec(),
        sessions,
    );
    let added: Vec<_> = changes(&occupied, &[file(TWO)])
        .into_iter()
        .filter_map(|change| match change {
            Change::AddSession(session) => Some(session),
            _ => None,
        })
        .collect();
    assert_eq!(added.len(), 3);
    assert!(added.iter().all(|session| session.reference != wanted));
}

#[test]
fn one_wrong_file_among_several_changes_nothing() {
    let stray = TWO
        .replace("pokja-3", "pokja3")
        .replace("clarification\"", "negotiation\"\nfile = \"hilang.pdf\"");
    let stray = parse(&stray, "tender/b.toml").unwrap();
    let errors =
        try_changes(&Registry::default(), &[file(CONTRACT), file(TWO), stray]).unwrap_err();
    insta::assert_snapshot!(told(&errors));
}

proptest! {
    /// Damaged files: read, or something is said; what is read imports once.
    #[test]
    fn any_file_is_imported_once_or_told(
        edits in prop::collection::vec((0usize..20, 0usize..4, "[a-z\"\\[\\]={}, .0-9]{0,6}"), 0..3),
    ) {
        let mut lines: Vec<String> = TWO.lines().map(str::to_owned).collect();
        for (at, how, junk) in edits {
            let at = at % lines.len();
            match how {
                0 => { lines.remove(at); }
                1 => { let line = lines[at].clone(); lines.insert(at, line); }
                2 => lines[at].push_str(&junk),
                _ => lines[at] = lines[at].replace("PT", &junk),
            }
        }
        match parse(&lines.join("\n"), "a.toml") {
            Err(errors) => prop_assert!(!errors.is_empty()),
            Ok(file) => {
                let files = [file];
                for before in [Registry::default(), imported(TWO)] {
                    match try_changes(&before, &files) {
                        Err(errors) => prop_assert!(!errors.is_empty()),
                        Ok(changes) => {
                            prop_assert_eq!(describe(&changes, &before, &wita()).len(), changes.len());
                            let after = apply(&before, changes);
                            prop_assert_eq!(try_changes(&after, &files).unwrap(), vec![]);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_session_in_the_past_and_a_far_due_are_told_once_and_imported() {
    let now: Timestamp = "2026-11-26T09:00:00Z".parse().unwrap();
    let zone = TimeZone::get("Asia/Makassar").unwrap();
    let told = |text: &str| {
        let file = parse(text, "t.toml").unwrap();
        let doubts = doubts(&Registry::default(), &[file], now, &zone);
        doubts.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert!(told(TWO).is_empty());
    let past = told(&TWO.replace("2027-01-01T0", "2026-01-01T0"));
    assert_eq!(past.len(), 1, "{past:?}");
    assert!(past[0].contains("01-01-2026 00.30"), "{past:?}");
    let ends = "ends = 2027-01-02T10:00:00+08:00";
    let far = told(&TWO.replace(ends, &format!("{ends}\ndue = 2027-04-02T10:00:00+08:00")));
    assert_eq!(far.len(), 1, "{far:?}");
    assert!(far[0].contains("60 hari"), "{far:?}");
}

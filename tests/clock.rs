//! Four weeks over Christmas with `run --once --at`, from outside: a mailbox in a folder, letters in another, the clock
//! moved from hour to hour. What went out is read from the files that left and from `list outbox`.

#[path = "support/pdf.rs"]
mod pdf;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use mail_parser::MessageParser;
use serde_json::Value;
use tempfile::TempDir;

use pdf::pdf;

const SETTINGS: &str = r#"
[office]
name = "UKPBJ Kabupaten Berau"
timezone = "Asia/Makassar"
[database]
url = "sqlite:loket.db"
[storage]
url = "file:berkas"
[[mailbox]]
name = "pokja-3"
title = "Pokja Pemilihan III"
address = "pokja3@berau.test"
subaddress = "+"
digest = "07:30"
since = 2026-12-01T00:00:00+08:00
members = [ { name = "Sri Rahayu", email = "sri@berau.test" } ]
[mailbox.receive]
url = "maildir:mail"
[mailbox.send]
url = "file:out"
"#;

const TENDER: &str = r#"
[tender]
code = "8231345"
name = "Pembangunan Jembatan Sei Lanuk"
mailbox = "pokja-3"
kind = "konstruksi"
[[bidder]]
name = "PT Contoh Karya Abadi"
emails = ["pt@contohkarya.test"]
[[bidder]]
name = "CV Lestari Wahau"
emails = ["cv@lestari.test"]
[[session]]
kind = "qualification"
starts = 2026-12-16T09:00:00+08:00
ends = 2026-12-16T11:00:00+08:00
invite = 2026-12-14T08:00:00+08:00
due = 2026-12-17T15:00:00+08:00
documents = ["ktp", "nib"]
[[session]]
kind = "negotiation"
starts = 2026-12-28T09:00:00+08:00
ends = 2026-12-28T11:00:00+08:00
invite = 2026-12-21T08:00:00+08:00
due = 2026-12-29T16:00:00+08:00
bidders = ["PT Contoh Karya Abadi"]
documents = ["negosiasi"]
file = "negosiasi.pdf"
file_at = 2026-12-28T09:00:00+08:00
"#;

struct Month {
    dir: TempDir,
}

impl Month {
    fn new() -> Month {
        let month = Month {
            dir: tempfile::tempdir().unwrap(),
        };
        for folder in ["mail/new", "mail/cur", "mail/tmp", "out"] {
            fs::create_dir_all(month.path(folder)).unwrap();
        }
        fs::write(month.path("loket.toml"), SETTINGS).unwrap();
        fs::write(month.path("negosiasi.pdf"), "%PDF-1.4 negosiasi\n").unwrap();
        month.import(TENDER);
        month
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn import(&self, tender: &str) {
        fs::write(self.path("tender.toml"), tender).unwrap();
        let file = self.path("tender.toml");
        self.loket(&["import", file.to_str().unwrap()]);
    }

    #[track_caller]
    fn loket(&self, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_loket"))
            .arg("--config")
            .arg(self.path("loket.toml"))
            .args(arguments)
            .output()
            .unwrap();
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(output.status.success(), "{arguments:?}: {out}\n{err}");
        assert!(!err.contains("ERROR"), "{arguments:?}: {err}");
        out.into_owned()
    }

    fn run(&self, at: Timestamp) {
        self.loket(&["run", "--once", "--at", &at.to_string()]);
    }

    /// Each hour and each half of it that a rule names, and one at night.
    fn run_days(&self, from: &str, until: &str) {
        let (mut day, last): (Date, Date) = (from.parse().unwrap(), until.parse().unwrap());
        while day <= last {
            for clock in [
                "02:00", "07:00", "07:30", "08:00", "09:00", "12:00", "14:00", "15:00", "16:00",
                "21:00",
            ] {
                self.run(time(&format!("{day} {clock}")));
            }
            day = day.tomorrow().unwrap();
        }
    }

    fn list(&self, what: &str) -> Vec<Value> {
        let lines = self.loket(&["list", what, "--json"]);
        let lines = lines.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Kind, address, local time of each mail, but for digests.
    fn letters(&self) -> Vec<String> {
        let rows = self.list("outbox").into_iter();
        rows.filter(|row| row["kind"] != "digest")
            .map(|row| {
                let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
                let at: Timestamp = text("created_at").parse().unwrap();
                let at = at.to_zoned(zone()).strftime("%d %H.%M");
                assert_eq!(row["state"], "sent", "{row}");
                format!("{at} {} {}", text("kind"), text("to"))
            })
            .collect()
    }

    /// A mail as it arrives, in answer to the newest letter to this address.
    fn answer(&self, from: &str, at: &str, text: &str, files: &[(&str, String)]) {
        let letter = self.letters_to(from).pop().expect("a letter to answer");
        let header = |name: &str| -> String {
            let begin = letter.find(&format!("{name}: ")).unwrap() + name.len() + 2;
            letter[begin..].lines().next().unwrap().trim().to_owned()
        };
        let mut mail = format!(
            "Return-Path: <{from}>\r\nFrom: {from}\r\nTo: {}\r\nIn-Reply-To: {}\r\nSubject: Re: Undangan\r\n\
             Message-ID: <{}@x.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n",
            header("Reply-To"),
            header("Message-ID"),
            at.replace([' ', ':'], "-"),
        );
        for (name, content) in files {
            mail += &format!(
                "--b\r\nContent-Type: application/pdf; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n{content}\r\n",
            );
        }
        mail += "--b--\r\n";
        self.arrive(from, at, &mail);
    }

    /// What a calendar sends when one of its buttons is pressed.
    fn press(&self, from: &str, at: &str, word: &str) {
        let letter = self.letters_to(from).remove(0);
        let parsed = MessageParser::default().parse(letter.as_bytes()).unwrap();
        let parts = parsed.parts.iter();
        let entry = parts
            .map(|part| String::from_utf8_lossy(part.contents()).replace("\r\n ", ""))
            .find(|part| part.contains("BEGIN:VCALENDAR"))
            .unwrap();
        let line = |name: &str| {
            let mut lines = entry.lines().filter(|line| line.starts_with(name));
            lines.next().unwrap().to_owned()
        };
        let mail = format!(
            "Return-Path: <{from}>\r\nFrom: {from}\r\nTo: pokja3@berau.test\r\nSubject: {word}\r\n\
             Message-ID: <{word}@x.test>\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n\
             BEGIN:VCALENDAR\r\nPRODID:-//X//Y//EN\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n{}\r\n{}\r\n\
             {}\r\nDTSTAMP:20261214T000000Z\r\nORGANIZER:mailto:pokja3@berau.test\r\n\
             ATTENDEE;PARTSTAT={word}:mailto:{from}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            line("UID:"),
            line("SEQUENCE:"),
            line("DTSTART;"),
        );
        self.arrive(from, at, &mail);
    }

    fn arrive(&self, from: &str, at: &str, mail: &str) {
        let at = time(at);
        let path = self.path(&format!("mail/new/{}.{from}", at.as_second()));
        fs::write(&path, mail).unwrap();
        let modified = std::time::SystemTime::from(at);
        File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(modified)
            .unwrap();
    }

    fn letters_to(&self, address: &str) -> Vec<String> {
        letters_in(&self.path("out"), address)
    }

    fn session(&self, bidder: &str, kind: &str) -> Value {
        let rows = self.list("sessions").into_iter();
        let mut rows = rows.filter(|row| row["bidder"] == bidder && row["session"] == kind);
        rows.next().unwrap()
    }
}

fn letters_in(folder: &Path, address: &str) -> Vec<String> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains(address))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

fn zone() -> TimeZone {
    TimeZone::get("Asia/Makassar").unwrap()
}

/// Local time of the office.
fn time(local: &str) -> Timestamp {
    let local: jiff::civil::DateTime = local.replace(' ', "T").parse().unwrap();
    local.to_zoned(zone()).unwrap().timestamp()
}

#[test]
fn four_weeks_over_christmas_send_what_the_rules_say_and_nothing_else() {
    const PT: &str = "pt@contohkarya.test";
    const CV: &str = "cv@lestari.test";
    let month = Month::new();
    month.run_days("2026-12-07", "2026-12-14");
    month.answer(
        CV,
        "2026-12-14 22:00",
        "HADIR\r\nSETUJU REKAM",
        &[("ktp.pdf", pdf("KTP")), ("nib.pdf", pdf("NIB"))],
    );
    month.run_days("2026-12-15", "2026-12-15");
    month.answer(PT, "2026-12-15 22:00", "kami siap hadir", &[]);
    month.run_days("2026-12-16", "2026-12-24");
    // Moved before Christmas, by an hour; the program sleeps over the holidays.
    let moved = TENDER.replace(
        "2026-12-28T09:00:00+08:00\nends",
        "2026-12-28T10:00:00+08:00\nends",
    );
    assert_ne!(moved, TENDER);
    month.import(&moved);
    month.run(time("2026-12-24 22:00"));
    month.run_days("2026-12-28", "2026-12-28");
    month.answer(
        PT,
        "2026-12-28 22:00",
        "Setelah kami pelajari, kami TIDAK SETUJU.",
        &[],
    );
    month.run_days("2026-12-29", "2027-01-04");

    let expected = [
        "14 08.00 invitation pt@contohkarya.test",
        "14 08.00 invitation cv@lestari.test",
        "15 02.00 acknowledgement cv@lestari.test",
        "15 09.00 reminder pt@contohkarya.test",
        "16 02.00 acknowledgement pt@contohkarya.test",
        "16 07.00 reminder pt@contohkarya.test",
        // Half of 28 hours after the session is at night: in the morning.
        "17 07.00 reminder pt@contohkarya.test",
        "17 14.00 reminder pt@contohkarya.test",
        // The time is up.
        "17 15.00 reminder pt@contohkarya.test",
        "21 08.00 invitation pt@contohkarya.test",
        "23 09.00 reminder pt@contohkarya.test",
        "24 22.00 notice pt@contohkarya.test",
        "28 08.00 reminder pt@contohkarya.test",
        "28 09.00 negotiation pt@contohkarya.test",
        "29 02.00 notice sri@berau.test",
        "29 02.00 acknowledgement pt@contohkarya.test",
    ];
    assert_eq!(month.letters(), expected);

    let cv = month.session("CV Lestari Wahau", "qualification");
    assert_eq!(cv["attendance"], "accepted");
    assert_eq!(cv["recording_consent"], "given");
    assert_eq!(cv["documents"]["missing"], 0);
    let pt = month.session("PT Contoh Karya Abadi", "negotiation");
    assert_eq!(
        (&pt["attendance"], &pt["negotiation"]),
        (&Value::Null, &Value::from("refused"))
    );

    // A digest on each working day that the program saw.
    let mut days: BTreeMap<String, usize> = BTreeMap::new();
    for row in month.list("outbox") {
        if row["kind"] == "digest" {
            let due: Timestamp = row["due_at"].as_str().unwrap().parse().unwrap();
            let due = due.to_zoned(zone());
            assert_eq!((due.hour(), due.minute()), (7, 30));
            *days.entry(due.date().to_string()).or_default() += 1;
        }
    }
    let working = [
        7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 21, 22, 23, 28, 29, 30, 31,
    ];
    let working = working.map(|day| format!("2026-12-{day:02}"));
    let seen: Vec<&String> = days.keys().collect();
    assert!(days.values().all(|count| *count == 1), "{days:?}");
    assert_eq!(seen[..17], working.iter().collect::<Vec<_>>()[..]);
    assert_eq!(seen[17..], ["2027-01-04"]);

    // The head of the chain that the last digest carries is one that the chain had.
    let digest = month.letters_to("sri@berau.test").pop().unwrap();
    let plain = digest.replace("=\r\n", "").replace("=\n", "");
    let events = month.list("events");
    let witnessed = events
        .iter()
        .any(|event| plain.contains(event["hash"].as_str().unwrap()));
    assert!(witnessed, "{plain}");
    month.loket(&["verify"]);

    // Each mail left once, and nothing that the outbox does not know.
    let left = letters_in(&month.path("out"), ".eml");
    assert_eq!(left.len(), month.list("outbox").len());

    // What is previewed is what is known, and looking changes nothing.
    let cv = ["--tender", "8231345", "--bidder", "CV Lestari Wahau"];
    let receipt = month.loket(&[&["preview", "tanda-terima"], &cv[..]].concat());
    for words in ["ktp.pdf", "nib.pdf", "Senin, 14 Desember 2026"] {
        assert!(receipt.contains(words), "{words} in {receipt}");
    }
    let digest = month.loket(&[&["preview", "rekap"], &cv[..]].concat());
    let head = events.last().unwrap()["hash"].as_str().unwrap();
    assert!(digest.contains(head), "{head} in {digest}");
    assert_eq!(month.list("events").len(), events.len());

    let shown = month.loket(&["digest", "pokja-3", "--at", "2027-01-05T08:00:00+08:00"]);
    assert!(shown.contains("Rekap Pokja Pemilihan III"), "{shown}");
}

#[test]
fn the_same_hour_twice_and_a_clock_put_back_send_nothing_twice() {
    let month = Month::new();
    let hours = ["2026-12-14 08:00", "2026-12-15 09:00", "2026-12-16 07:00"].map(time);
    for at in hours {
        month.run(at);
        month.run(at);
        month.run(at - SignedDuration::from_hours(20));
    }
    let letters = month.letters();
    let mut once = letters.clone();
    once.sort();
    once.dedup();
    assert_eq!(letters.len(), 6, "{letters:?}");
    assert_eq!(once.len(), 6, "two invitations, twice a reminder for both");
}

/// The clock put back by a day: what was said more strongly is not said once more, and more mildly.
#[test]
fn a_clock_put_back_brings_no_step_that_was_left_out() {
    let month = Month::new();
    for at in ["2026-12-14 08:00", "2026-12-16 07:00", "2026-12-15 09:00"] {
        month.run(time(at));
    }
    let reminders = month.letters().split_off(2);
    let expected =
        ["pt@contohkarya", "cv@lestari"].map(|to| format!("16 07.00 reminder {to}.test"));
    assert_eq!(reminders, expected);
}

#[test]
fn members_hear_once_of_who_could_not_be_invited_before_his_session() {
    let month = Month::new();
    month.import(&TENDER.replace("invite = 2026-12-14T08:00:00+08:00\n", ""));
    month.run(time("2026-12-16 12:00"));
    // One for each bidder.
    assert_eq!(month.letters(), ["16 12.00 notice sri@berau.test"; 2]);
    month.run(time("2026-12-17 12:00"));
    assert_eq!(month.letters().len(), 2);
}

#[test]
fn other_papers_than_the_invitation_asked_for_are_told_to_the_bidder() {
    let month = Month::new();
    month.run(time("2026-12-14 08:00"));
    month.import(&TENDER.replace("[\"ktp\", \"nib\"]", "[\"npwp\", \"ktp\"]"));
    month.run(time("2026-12-14 10:00"));
    month.run(time("2026-12-14 11:00"));
    let subjects: Vec<String> = month
        .list("outbox")
        .into_iter()
        .filter(|row| row["kind"] == "notice")
        .map(|row| row["subject"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(subjects.len(), 2, "{subjects:?}");
    for subject in &subjects {
        assert!(
            subject.starts_with("Perubahan Undangan Pembuktian Kualifikasi"),
            "{subject}"
        );
    }
    let shown = month.letters_to("pt@contohkarya.test").pop().unwrap();
    let plain = shown.replace("=\r\n", "").replace("=\n", "");
    for words in ["kini juga diminta", "tidak diminta lagi", "NPWP", "NIB"] {
        assert!(plain.contains(words), "{words} in {plain}");
    }
}

#[test]
fn what_waits_for_a_person_stands_in_each_digest_until_he_confirms_it() {
    const PT: &str = "pt@contohkarya.test";
    let month = Month::new();
    month.run(time("2026-12-21 08:00"));
    month.run(time("2026-12-28 09:00"));
    let offer = "Mohon maaf, penawaran akhir kami Rp418.000.000,00.";
    month.answer(PT, "2026-12-28 12:00", offer, &[]);
    month.run(time("2026-12-28 14:00"));
    let number = month.list("messages")[0]["id"].to_string();
    assert!(!month.loket(&["show", &number]).contains("Dipastikan"));
    let digest = |at: &str| {
        let at = time(at).to_string();
        month.loket(&["digest", "pokja-3", "--at", &at])
    };
    let command = format!("loket confirm {number}");
    let first = digest("2026-12-29 07:30");
    assert!(first.contains(&command), "{first}");
    assert!(!first.contains("belum ditandai)"), "{first}");
    assert!(first.contains("mohon dipastikan"), "{first}");
    month.run(time("2026-12-29 07:30"));
    let again = digest("2026-12-30 07:30");
    assert!(again.contains(&command), "{again}");
    assert!(
        again.contains("mengajukan penawaran lain (belum ditandai)"),
        "{again}"
    );
    assert!(
        !again.contains("Tidak ada yang perlu diputuskan"),
        "{again}"
    );
    assert!(again.contains("(telah lewat)"), "{again}");

    let confirm = ["confirm", &number, "--negotiation", "refused"];
    month.loket(&confirm);
    let events = month.list("events").len();
    for same in [&confirm[..], &confirm[..2]] {
        assert!(month.loket(same).contains("sudah demikian"), "{same:?}");
    }
    assert_eq!(month.list("events").len(), events, "the same again");
    let session = month.session("PT Contoh Karya Abadi", "negotiation");
    assert_eq!(session["negotiation"], "refused");
    let shown = month.loket(&["show", &number]);
    let line = shown
        .lines()
        .find(|line| line.starts_with("Dipastikan"))
        .unwrap_or_else(|| panic!("{shown}"));
    assert!(line.contains(", oleh "), "{line}");
    assert!(line.contains(" WITA"), "{line}");
    assert!(line.ends_with(": menolak berkas negosiasi"), "{line}");
    let shown = month.loket(&["show", &number, "--json"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["confirmed"]["negotiation"], "refused");
    for key in ["by", "at"] {
        assert!(shown["confirmed"][key].is_string(), "{key} in {shown}");
    }
    let settled = digest("2026-12-30 07:30");
    assert!(!settled.contains("loket confirm"), "{settled}");
    assert!(
        settled.contains("tidak setuju; telah dipastikan"),
        "{settled}"
    );
    let told: Vec<Value> = month
        .list("events")
        .into_iter()
        .filter(|event| event["action"] == "message.confirmed")
        .collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["data"]["negotiation"], "refused");
    month.loket(&["verify"]);
}

#[test]
fn a_mailbox_that_is_not_read_stands_at_the_top_of_the_digest_and_nothing_balances() {
    let month = Month::new();
    month.run(time("2026-12-14 08:00"));
    let digest = |at: &str| {
        let at = time(at).to_string();
        month.loket(&["digest", "pokja-3", "--at", &at])
    };
    let read = digest("2026-12-14 08:59");
    assert!(read.contains("✓ pokja3@berau.test"), "{read}");
    assert!(!read.contains("TIDAK TERBACA"), "{read}");
    let unread = digest("2026-12-14 09:00");
    assert!(unread.contains("▲ kotak surat tidak terbaca"), "{unread}");
    assert!(!unread.contains("✓ pokja3"), "{unread}");
    assert!(!unread.contains("Tidak ada yang perlu"), "{unread}");
    let place = |words: &str| {
        unread
            .find(words)
            .unwrap_or_else(|| panic!("{words} in {unread}"))
    };
    assert!(
        place("KOTAK SURAT TIDAK TERBACA") < place("ACARA"),
        "{unread}"
    );
}

#[test]
fn an_answer_in_words_is_noted_told_and_shown_and_another_file_says_so() {
    const PT: &str = "pt@contohkarya.test";
    const CV: &str = "cv@lestari.test";
    let month = Month::new();
    let newest = |address: &str| {
        let letter = month.letters_to(address).pop().expect("a letter");
        letter.replace("=\r\n", "")
    };
    month.run(time("2026-12-14 08:00"));
    month.answer(CV, "2026-12-14 10:00", "Siap hadir jam 09.00 WIB", &[]);
    month.run(time("2026-12-14 10:30"));
    let cv = month.session("CV Lestari Wahau", "qualification");
    assert_eq!(cv["attendance"], "accepted");
    assert_eq!(month.list("messages")[0]["attention"], "question");
    let receipt = newest(CV);
    for words in [
        "Kehadiran Saudara telah kami catat: Rabu, 16 Desember 2026 pukul 09.00",
        "11.00 WITA (08.00",
        "Untuk pertemuan nanti, dokumen berikut masih kami nantikan:",
    ] {
        assert!(receipt.contains(words), "{words}: {receipt}");
    }

    let no = "TIDAK HADIR. Direktur kami sakit, NIK 6403051204850000";
    month.answer(PT, "2026-12-14 11:00", no, &[]);
    month.run(time("2026-12-14 11:30"));
    let receipt = newest(PT);
    assert!(receipt.contains("tidak hadir telah kami catat dan kami teruskan kepada Pokja."));
    assert!(!receipt.contains("Untuk menambah"), "{receipt}");
    let subjects = month.list("outbox").into_iter();
    let subjects: Vec<String> = subjects.map(|row| row["subject"].to_string()).collect();
    let told = |subject: &String| subject.contains("Penyedia menyatakan tidak hadir: PT Contoh");
    assert!(subjects.iter().any(told), "{subjects:?}");
    let alarm = newest("sri@berau.test");
    assert!(alarm.contains("Isi surat: TIDAK HADIR. Direktur kami sakit, NIK"));
    assert!(!alarm.contains("6403051204850000"), "{alarm}");
    let shown = month.loket(&["show", "2"]);
    for line in [
        "Perhatian   menolak",
        "Dipahami    tidak hadir",
        "11:00 WITA",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }

    month.run(time("2026-12-21 08:00"));
    month.run(time("2026-12-28 09:00"));
    assert!(!newest(PT).contains("menggantikan"), "the first file");
    fs::write(month.path("negosiasi.pdf"), "%PDF-1.4 harga lain\n").unwrap();
    month.import(TENDER);
    month.run(time("2026-12-28 10:30"));
    let letter = newest(PT);
    let words = "menggantikan berkas yang kami kirim pada Senin, 28 Desember 2026 pukul 09.00 WITA; \
                 berkas semula tidak berlaku lagi.";
    assert!(letter.contains(words), "{letter}");
}

/// By the button in his calendar he says what TIDAK HADIR says; who asks for another day has answered.
#[test]
fn who_declines_is_told_to_the_members_and_pressed_no_more_and_who_asks_for_another_day_has_answered()
 {
    const PT: &str = "pt@contohkarya.test";
    const CV: &str = "cv@lestari.test";
    let month = Month::new();
    month.run(time("2026-12-14 08:00"));
    month.press(PT, "2026-12-14 10:00", "DECLINED");
    month.answer(CV, "2026-12-14 10:00", "Kami mohon dijadwalkan ulang.", &[]);
    for at in [
        "2026-12-14 12:00",
        "2026-12-15 09:00",
        "2026-12-16 07:00",
        "2026-12-17 07:00",
        "2026-12-17 14:00",
        "2026-12-17 15:00",
    ] {
        month.run(time(at));
    }
    let letters = month.letters().into_iter().skip(2);
    let others: Vec<String> = letters.filter(|letter| !letter.ends_with(CV)).collect();
    let expected = [
        "14 12.00 notice sri@berau.test",
        "17 15.00 reminder pt@contohkarya.test",
    ];
    assert_eq!(others, expected);
    let alarm = month.letters_to("sri@berau.test").remove(0);
    assert!(alarm.contains("PT Contoh Karya Abadi"), "{alarm}");

    let shown = time("2026-12-15 08:00").to_string();
    let digest = month.loket(&["digest", "pokja-3", "--at", &shown]);
    assert!(
        digest.contains("CV Lestari Wahau | ▲ minta dijadwalkan ulang"),
        "{digest}"
    );
    assert!(
        digest.contains("PT Contoh Karya Abadi | ✗ tidak hadir"),
        "{digest}"
    );
    // Papers are missing; of his confirmation nothing is said.
    let reminder = month.letters_to(CV).remove(2);
    assert!(reminder.contains("Subject: Pengingat"), "{reminder}");
    assert!(!reminder.contains("TIDAK HADIR"), "{reminder}");
}

/// The file went out with the invitation, and its bidder refuses before the session.
#[test]
fn who_refuses_the_negotiation_before_its_session_is_not_reminded_of_it() {
    const PT: &str = "pt@contohkarya.test";
    let month = Month::new();
    let early = TENDER.replace("file_at = 2026-12-28T09:00:00+08:00\n", "");
    assert_ne!(early, TENDER);
    month.import(&early);
    month.run(time("2026-12-21 08:00"));
    month.answer(PT, "2026-12-21 12:00", "Kami TIDAK SETUJU.", &[]);
    for at in ["2026-12-21 13:00", "2026-12-23 09:00", "2026-12-28 07:00"] {
        month.run(time(at));
    }
    let of_negotiation: Vec<String> = month
        .list("outbox")
        .into_iter()
        .filter(|row| row["session"] == "negotiation")
        .map(|row| row["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        of_negotiation,
        ["invitation", "negotiation", "acknowledgement"]
    );
}

/// The file goes on the working day before, at the hour of the reminder: that letter is enough.
#[test]
fn no_reminder_goes_beside_or_right_after_the_file_to_be_signed() {
    let month = Month::new();
    let early = TENDER.replace(
        "file_at = 2026-12-28T09:00:00+08:00",
        "file_at = 2026-12-23T09:00:00+08:00",
    );
    assert_ne!(early, TENDER);
    month.import(&early);
    month.run(time("2026-12-21 08:00"));
    for at in ["2026-12-23 09:00", "2026-12-23 09:01", "2026-12-23 19:00"] {
        month.run(time(at));
    }
    month.run(time("2026-12-28 07:00"));
    month.run(time("2026-12-28 10:00"));
    let letters = month.letters();
    let of_pt: Vec<&String> = letters
        .iter()
        .filter(|letter| letter.contains("pt@"))
        .skip_while(|letter| !letter.starts_with("21"))
        .collect();
    let expected = [
        "21 08.00 invitation pt@contohkarya.test",
        "23 09.00 negotiation pt@contohkarya.test",
        "28 07.00 reminder pt@contohkarya.test",
    ];
    assert_eq!(of_pt, expected);
}

//! Letters that wait because sending fails, and what changes meanwhile: `run --once --at` with a folder for mail that is
//! none, from outside.

use std::{
    fs::{self, File},
    path::PathBuf,
    process::Command,
};

use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;

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
[[session]]
kind = "negotiation"
starts = 2026-12-16T09:00:00+08:00
ends = 2026-12-16T11:00:00+08:00
invite = 2026-12-14T08:00:00+08:00
due = 2026-12-17T15:00:00+08:00
documents = ["negosiasi"]
file = "negosiasi.pdf"
file_at = 2026-12-15T12:00:00+08:00
"#;

struct Desk {
    dir: TempDir,
}

impl Desk {
    fn new() -> Desk {
        let desk = Desk {
            dir: tempfile::tempdir().unwrap(),
        };
        for folder in ["mail/new", "mail/cur", "mail/tmp"] {
            fs::create_dir_all(desk.path(folder)).unwrap();
        }
        fs::write(desk.path("loket.toml"), SETTINGS).unwrap();
        fs::write(desk.path("negosiasi.pdf"), "%PDF-1.4 lama\n").unwrap();
        desk.import(TENDER);
        desk
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
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {err}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn run(&self, at: &str) {
        self.loket(&["run", "--once", "--at", &format!("2026-12-{at}:00+08:00")]);
    }

    /// Nothing can be written into a file.
    fn stop_sending(&self) {
        if self.path("out").is_dir() {
            fs::rename(self.path("out"), self.path("kept")).unwrap();
        }
        fs::write(self.path("out"), "x").unwrap();
    }

    fn resume_sending(&self) {
        fs::remove_file(self.path("out")).unwrap();
        if self.path("kept").is_dir() {
            fs::rename(self.path("kept"), self.path("out")).unwrap();
        }
    }

    fn list(&self, what: &str) -> Vec<Value> {
        let lines = self.loket(&["list", what, "--json"]);
        let lines = lines.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Address and state of each letter of a kind.
    fn outbox(&self, kind: &str) -> Vec<String> {
        let rows = self.list("outbox").into_iter();
        rows.filter(|row| row["kind"] == kind)
            .map(|row| {
                let text = |key: &str| row[key].as_str().unwrap_or_default();
                format!("{} {}", text("to"), text("state"))
            })
            .collect()
    }

    /// The newest letter to an address, as it left.
    fn letter_to(&self, address: &str) -> String {
        let mut files: Vec<PathBuf> = fs::read_dir(self.path("out"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_string_lossy().contains(address))
            .collect();
        files.sort();
        fs::read_to_string(files.last().expect("a letter")).unwrap()
    }

    fn arrive(&self, at: &str, mail: &str) {
        let at: Timestamp = format!("2026-12-{at}:00+08:00").parse().unwrap();
        let path = self.path(&format!("mail/new/{}.eml", at.as_second()));
        fs::write(&path, mail.replace('\n', "\r\n")).unwrap();
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(std::time::SystemTime::from(at)).unwrap();
    }

    fn bounce(&self, at: &str, of: &str, address: &str) {
        self.arrive(
            at,
            &format!(
                "Return-Path: <>\nFrom: MAILER-DAEMON@contohkarya.test\nTo: pokja3@berau.test\nSubject: Undelivered Mail\n\
                 Message-ID: <b{}@x.test>\nMIME-Version: 1.0\n\
                 Content-Type: multipart/report; report-type=delivery-status; boundary=r\n\n--r\n\
                 Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\n\
                 Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.2.2\n\n--r\n\
                 Content-Type: text/rfc822-headers\n\nMessage-ID: {}\n\n--r--\n",
                at.replace([' ', ':'], "-"),
                field(of, "Message-ID"),
            ),
        );
    }
}

fn field(letter: &str, name: &str) -> String {
    let begin = letter.find(&format!("{name}: ")).unwrap() + name.len() + 2;
    letter[begin..].lines().next().unwrap().trim().to_owned()
}

#[test]
fn an_invitation_that_waited_leaves_for_the_right_address_and_hour_only() {
    let desk = Desk::new();
    desk.stop_sending();
    desk.run("14T08:00");
    desk.import(
        &TENDER
            .replace("pt@contohkarya", "benar@contohkarya")
            .replace("2026-12-16T09", "2026-12-16T10"),
    );
    desk.resume_sending();
    desk.run("14T08:30");
    desk.run("14T12:00");
    let expected = [
        "pt@contohkarya.test cancelled",
        "benar@contohkarya.test sent",
    ];
    assert_eq!(desk.outbox("invitation"), expected);
    assert!(desk.letter_to("benar@").contains("10.00"));
    let told = |row: &Value| row["kind"] == "notice" && row["bidder"].is_string();
    assert!(
        !desk.list("outbox").iter().any(told),
        "no change of what he never heard"
    );
    let rows = desk.list("outbox");
    let why = rows.iter().find(|row| row["state"] == "cancelled").unwrap();
    assert_eq!(
        why["last_error"],
        "alamat ini tidak lagi terdaftar untuk peserta"
    );
}

#[test]
fn a_file_that_was_replaced_while_it_waited_never_leaves() {
    let desk = Desk::new();
    desk.run("14T08:00");
    desk.stop_sending();
    desk.run("15T12:00");
    fs::write(desk.path("negosiasi.pdf"), "%PDF-1.4 baru\n").unwrap();
    desk.import(TENDER);
    desk.resume_sending();
    desk.run("15T12:30");
    desk.run("15T16:00");
    let expected = ["pt@contohkarya.test cancelled", "pt@contohkarya.test sent"];
    assert_eq!(desk.outbox("negotiation"), expected);
}

#[test]
fn a_digest_that_waited_is_written_anew() {
    let desk = Desk::new();
    desk.stop_sending();
    desk.run("14T07:30");
    desk.run("14T09:00");
    desk.resume_sending();
    desk.run("14T09:10");
    desk.run("14T09:20");
    let expected = ["sri@berau.test cancelled", "sri@berau.test sent"];
    assert_eq!(desk.outbox("digest"), expected);
    assert!(desk.letter_to("sri@").contains("Disusun pukul 09.00 WITA"));
}

/// Nobody gets the reminder of yesterday beside the one of today, or after what it was about.
#[test]
fn a_reminder_that_waited_is_decided_anew() {
    let desk = Desk::new();
    desk.import(&TENDER.replace("2026-12-15T12:00", "2026-12-16T09:00"));
    desk.run("14T08:00");
    desk.stop_sending();
    desk.run("15T09:00");
    desk.run("16T07:00");
    desk.resume_sending();
    desk.run("16T07:10");
    let expected = ["pt@contohkarya.test cancelled", "pt@contohkarya.test sent"];
    assert_eq!(desk.outbox("reminder"), expected);

    // It is still wanted two hours later.
    let desk = Desk::new();
    desk.run("14T08:00");
    desk.stop_sending();
    desk.run("15T09:00");
    desk.resume_sending();
    desk.run("15T11:00");
    assert_eq!(desk.outbox("reminder"), expected);
}

#[test]
fn a_full_mailbox_does_not_shut_a_bidder_out() {
    let desk = Desk::new();
    desk.run("14T08:00");
    let invitation = desk.letter_to("pt@");
    desk.bounce("14T08:05", &invitation, "pt@contohkarya.test");
    desk.run("14T08:10");
    assert_eq!(desk.outbox("invitation"), ["pt@contohkarya.test bounced"]);
    desk.run("15T12:00");
    assert!(desk.outbox("negotiation").is_empty());
    let subjects = |words: &str| {
        let rows = desk.list("outbox").into_iter();
        rows.filter(|row| row["subject"].as_str().unwrap().contains(words))
            .count()
    };
    assert_eq!(
        subjects("Berkas negosiasi tidak terkirim"),
        1,
        "a person is told"
    );
    desk.arrive(
        "15T13:00",
        &format!(
            "Return-Path: <pt@contohkarya.test>\nFrom: pt@contohkarya.test\nTo: {}\nSubject: Re: Undangan\n\
             Message-ID: <hidup@x.test>\nIn-Reply-To: {}\n\nMaaf, kotak surat tadi penuh.\n",
            field(&invitation, "Reply-To"),
            field(&invitation, "Message-ID"),
        ),
    );
    desk.run("15T13:10");
    assert_eq!(desk.outbox("negotiation"), ["pt@contohkarya.test sent"]);
}

#[test]
fn a_second_address_is_invited_when_the_first_gives_the_letter_back() {
    let desk = Desk::new();
    let two = "\"pt@contohkarya.test\", \"direktur@contohkarya.test\"";
    desk.import(&TENDER.replace("\"pt@contohkarya.test\"", two));
    desk.run("14T08:00");
    let invitation = desk.letter_to("pt@");
    desk.bounce("14T08:05", &invitation, "pt@contohkarya.test");
    for at in ["14T08:10", "14T08:20", "15T12:00"] {
        desk.run(at);
    }
    let expected = [
        "pt@contohkarya.test bounced",
        "direktur@contohkarya.test sent",
    ];
    assert_eq!(desk.outbox("invitation"), expected);
    assert_eq!(desk.outbox("negotiation"), expected[1..]);
}

#[test]
fn a_letter_that_cannot_be_written_is_told_once_and_written_when_its_text_is_mended() {
    let desk = Desk::new();
    let letters = format!("{SETTINGS}[letters]\nfolder = \"surat\"\n");
    fs::write(desk.path("loket.toml"), letters).unwrap();
    fs::create_dir(desk.path("surat")).unwrap();
    let subject = "{{ 1 // (0 if 'Hulu' in package else 1) }} {{ activity }} [{{ reference }}]";
    fs::write(desk.path("surat/undangan.subject"), subject).unwrap();
    desk.import(&TENDER.replace("Jembatan Sei Lanuk", "Jembatan Sei Lanuk Hulu"));
    for at in ["14T08:00", "14T08:10", "15T08:00"] {
        desk.run(at);
    }
    assert_eq!(desk.outbox("invitation"), ["pt@contohkarya.test failed"]);
    let session = desk.list("sessions").remove(0);
    assert_eq!(session["invitation"], Value::Null, "it was never written");
    let told = desk.outbox("notice");
    assert_eq!(told, ["sri@berau.test sent"], "once");
    assert!(
        desk.letter_to("sri@").contains("tidak dapat disusun"),
        "the digest lists it"
    );
    fs::remove_file(desk.path("surat/undangan.subject")).unwrap();
    desk.run("15T08:10");
    let mended = ["pt@contohkarya.test failed", "pt@contohkarya.test sent"];
    assert_eq!(desk.outbox("invitation"), mended);
    assert_eq!(desk.list("sessions")[0]["invitation"], "sent");
}

/// The table of the negotiations is what a member works from: who could not be reached stands in it.
#[test]
fn a_bidder_whom_the_file_did_not_reach_stands_in_the_digest_among_the_negotiations() {
    let digest = |desk: &Desk| {
        let at = "2026-12-16T07:30:00+08:00";
        desk.loket(&["digest", "pokja-3", "--at", at])
    };
    let line = "PT Contoh Karya Abadi, 8231345 | ▲ berkas tidak sampai kepada peserta";
    // His invitation came back; the file was never sent.
    let desk = Desk::new();
    desk.run("14T08:00");
    let invitation = desk.letter_to("pt@");
    desk.bounce("14T08:05", &invitation, "pt@contohkarya.test");
    desk.run("14T08:10");
    let before = "2026-12-15T07:30:00+08:00";
    let early = desk.loket(&["digest", "pokja-3", "--at", before]);
    assert!(!early.contains("berkas tidak sampai"), "{early}");
    desk.run("15T12:00");
    let shown = digest(&desk);
    assert!(shown.contains(line), "{shown}");

    // The file itself came back.
    let desk = Desk::new();
    desk.run("14T08:00");
    desk.run("15T12:00");
    let waits = digest(&desk);
    assert!(waits.contains("| ○ menunggu jawaban"), "{waits}");
    let file = desk.letter_to("pt@");
    desk.bounce("15T12:05", &file, "pt@contohkarya.test");
    desk.run("15T12:10");
    let shown = digest(&desk);
    assert!(shown.contains(line), "{shown}");
}

#[test]
fn tenders_of_a_mailbox_that_was_renamed_are_told_by_check_and_to_the_members() {
    let desk = Desk::new();
    let renamed = SETTINGS.replace("name = \"pokja-3\"", "name = \"pokja-iii\"");
    fs::write(desk.path("loket.toml"), renamed).unwrap();
    desk.run("14T08:00");
    desk.run("14T09:00");
    assert_eq!(desk.outbox("notice"), ["sri@berau.test sent"]);
    let alarm = fs::read_dir(desk.path("out")).unwrap().find_map(|file| {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        text.contains("Kotak surat pokja-3 tidak ada dalam")
            .then_some(text)
    });
    assert!(alarm.expect("an alarm").contains("8231345"));
    let output = Command::new(env!("CARGO_BIN_EXE_loket"))
        .args(["check", "--config"])
        .arg(desk.path("loket.toml"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let words = "tender 8231345: belongs to mailbox pokja-3, which is not in the settings";
    assert!(said.contains(words), "{said}");
}

#[test]
fn a_member_who_forwards_a_mail_keeps_his_own_words_and_files_to_himself() {
    let desk = Desk::new();
    desk.run("14T08:00");
    desk.arrive(
        "14T09:00",
        "Return-Path: <sri@berau.test>\nFrom: sri@berau.test\nTo: pokja3@berau.test\nSubject: Fwd: RAHASIA calon gugur\n\
         Message-ID: <rahasia@berau.test>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\n\
         untuk arsip\n--a\nContent-Type: message/rfc822\n\nFrom: direktur@surel.test\nTo: sri@berau.test\n\
         Subject: berkas kami\nMessage-ID: <dalam@surel.test>\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=b\n\n--b\n\nterlampir\n--b\nContent-Type: application/pdf; name=\"ktp.pdf\"\n\
         Content-Disposition: attachment; filename=\"ktp.pdf\"\n\n%PDF-1.4 ktp\n--b--\n--a\n\
         Content-Type: application/pdf; name=\"evaluasi.pdf\"\nContent-Disposition: attachment; filename=\"evaluasi.pdf\"\n\n\
         %PDF-1.4 evaluasi\n--a--\n",
    );
    desk.run("14T09:10");
    let place = ["--tender", "8231345", "--bidder", "PT Contoh Karya Abadi"];
    desk.loket(&[&["assign", "1"], &place[..]].concat());
    desk.run("14T09:20");
    let receipt = desk.letter_to("pt@");
    for word in ["berkas kami", "ktp.pdf"] {
        assert!(receipt.contains(word), "{word} in {receipt}");
    }
    for word in ["RAHASIA", "evaluasi", "rahasia@"] {
        assert!(!receipt.contains(word), "{word} in {receipt}");
    }
    let files = desk.list("messages")[0]["attachments"].clone();
    let filed = |name: &str| {
        let mut files = files.as_array().unwrap().iter();
        files.any(|file| file["name"] == name && file["path"].is_string())
    };
    assert!(filed("ktp.pdf") && !filed("evaluasi.pdf"), "{files}");
}

//! An office in a folder: SQLite, a Maildir and letters written as files; two tenders, and mails of every kind.
//!
//! The program under test is the real binary. Its clock stands (`--at`), so that two runs that should come to the same
//! can be compared octet by octet.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, SystemTime},
};

use loket::digest::Digest;
use serde_json::Value;

/// The invitations go out.
pub const MORNING: &str = "2026-11-25T07:30:00+08:00";
/// The mails of the scenario have come; the invitation to the negotiation becomes due.
pub const NOON: &str = "2026-11-25T12:00:00+08:00";
/// All sessions are open, nothing is due.
pub const LATER: &str = "2026-11-25T14:00:00+08:00";

pub const FIRM: &str = "tender@karya.example";
pub const RIVAL: &str = "cv.saingan@surel.example";
pub const BOTH: &str = "dua@tender.example";
pub const STRANGER: &str = "toko@alat.example";
pub const OFFICE: &str = "pokja3@berau.test";

const SETTINGS: &str = r#"
[office]
name     = "UKPBJ Kabupaten Berau"
timezone = "Asia/Makassar"

[database]
url = "sqlite:loket.db"

[storage]
url = "file:berkas"

[receipt]
quiet = 1

[[mailbox]]
name       = "pokja-3"
title      = "Pokja Pemilihan III"
address    = "pokja3@berau.test"
subaddress = "+"
since      = 2026-11-23T00:00:00+08:00
members    = [ { name = "Sri Rahayu", email = "sri@berau.test" } ]

[mailbox.receive]
url = "maildir:maildir"

[mailbox.send]
url = "file:surat-keluar"
"#;

const TENDERS: [&str; 2] = [
    r#"
[tender]
code    = "8231345"
name    = "Pembangunan Jembatan Sei Lanuk"
mailbox = "pokja-3"
kind    = "konstruksi"

[[bidder]]
name   = "PT Karya Contoh"
emails = ["tender@karya.example"]

[[bidder]]
name   = "CV Saingan"
emails = ["cv.saingan@surel.example"]

[[bidder]]
name   = "CV Dua Tender"
emails = ["dua@tender.example"]

[[session]]
kind      = "qualification"
starts    = 2026-11-25T09:00:00+08:00
ends      = 2026-11-25T20:00:00+08:00
due       = 2026-11-25T21:00:00+08:00
meeting   = { url = "https://zoom.us/j/123456789" }
documents = ["ktp", "nib", "npwp"]
"#,
    r#"
[tender]
code    = "9342456"
name    = "Pengawasan Jalan Muara Kelinai"
mailbox = "pokja-3"
kind    = "konsultansi"

[[bidder]]
name   = "CV Dua Tender"
emails = ["dua@tender.example"]

[[bidder]]
name   = "PT Alamat Salah"
emails = ["tidak-ada@salah.example"]

[[session]]
kind      = "clarification"
starts    = 2026-11-25T09:00:00+08:00
ends      = 2026-11-25T20:00:00+08:00
due       = 2026-11-25T21:00:00+08:00
meeting   = { url = "https://zoom.us/j/987654321" }
documents = ["ijazah"]

[[session]]
kind      = "negotiation"
starts    = 2026-11-26T09:00:00+08:00
ends      = 2026-11-26T11:00:00+08:00
due       = 2026-11-26T16:00:00+08:00
invite    = 2026-11-25T11:00:00+08:00
bidders   = ["CV Dua Tender"]
meeting   = { url = "https://zoom.us/j/192837465" }
documents = ["negosiasi"]
"#,
];

/// One office; its folder goes with it.
pub struct Ground {
    dir: tempfile::TempDir,
}

/// What people and bidders see of an office, without the times at which it came to be.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub messages: Vec<Value>,
    pub documents: Vec<Value>,
    pub outbox: Vec<Value>,
    /// Path and SHA-256 of everything kept and everything sent.
    pub files: BTreeMap<String, Digest>,
}

impl Ground {
    /// Settings, an empty Maildir; nothing imported yet.
    pub fn bare() -> Ground {
        let ground = Ground {
            dir: tempfile::tempdir().expect("a temporary folder"),
        };
        for folder in ["maildir/cur", "maildir/new", "maildir/tmp", "tender"] {
            fs::create_dir_all(ground.path(folder)).expect("a folder");
        }
        fs::write(ground.path("loket.toml"), SETTINGS).expect("settings");
        for (number, tender) in TENDERS.iter().enumerate() {
            fs::write(ground.path(&format!("tender/{number}.toml")), tender).expect("a tender");
        }
        ground
    }

    /// The tenders are imported.
    pub fn new() -> Ground {
        let ground = Ground::bare();
        ground.import();
        ground
    }

    /// The sessions are far away and the invitations out, so that for the daemon, whose clock is the machine's, nothing
    /// is due but receipts.
    pub fn far() -> Ground {
        let ground = Ground::bare();
        for (number, tender) in TENDERS.iter().enumerate() {
            let far = tender.replace("2026-", "2099-");
            fs::write(ground.path(&format!("tender/{number}.toml")), far).expect("a tender");
        }
        ground.import();
        ok(&ground.once(MORNING));
        ground
    }

    pub fn import(&self) {
        ok(&self.run(&["import", "tender/0.toml", "tender/1.toml"]));
    }

    /// The invitations are out, and mails of every kind have come: a burst of three, one of a rival, one that fits two
    /// tenders, a stranger's, the report that an invitation did not arrive, and one whose files are for two tenders.
    pub fn with_mails() -> Ground {
        let ground = Ground::new();
        ok(&ground.once(MORNING));
        let invitation = ground
            .state()
            .outbox
            .into_iter()
            .find(|mail| mail["to"] == "tidak-ada@salah.example")
            .expect("the invitation to an address that is not there");
        let invitation = invitation["message_id"].as_str().expect("a Message-ID");
        ground.deliver(
            "01",
            &mail(FIRM, "Pembuktian 8231345 (1)", "k1", &["ktp direktur.jpg"]),
        );
        ground.deliver(
            "02",
            &mail(FIRM, "Pembuktian 8231345 (2)", "k2", &["nib.pdf"]),
        );
        ground.deliver(
            "03",
            &mail(RIVAL, "Dokumen 8231345", "s1", &["ktp.jpg", "npwp.jpg"]),
        );
        ground.deliver("04", &mail(BOTH, "Dokumen", "d1", &["scan.pdf"]));
        ground.deliver("05", &mail(STRANGER, "Tanya tender", "t1", &[]));
        ground.deliver("06", &bounce(invitation));
        ground.deliver(
            "07",
            &mail(FIRM, "Pembuktian 8231345 (3)", "k3", &["npwp.jpg"]),
        );
        ground.deliver(
            "08",
            &mail(
                BOTH,
                "Dokumen 2 paket",
                "d2",
                &["ktp 8231345.jpg", "ijazah klarifikasi 9342456.pdf"],
            ),
        );
        ground
    }

    /// The same office again, with the same secret, and so with the same references and Message-IDs.
    pub fn copy(&self) -> Ground {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let copied = Command::new("cp")
            .args(["-a", "--"])
            .arg(self.path("."))
            .arg(dir.path())
            .status();
        assert!(copied.is_ok_and(|status| status.success()));
        Ground { dir }
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    /// Puts a mail into the Maildir; it arrived at 11:00.
    pub fn deliver(&self, name: &str, raw: &[u8]) {
        self.deliver_to("maildir", name, raw);
    }

    pub fn deliver_to(&self, maildir: &str, name: &str, raw: &[u8]) {
        let aside = self.path(&format!("{maildir}/tmp/{name}"));
        fs::write(&aside, raw).expect("a mail");
        let arrived: jiff::Timestamp = "2026-11-25T11:00:00+08:00".parse().expect("a time");
        let seconds = u64::try_from(arrived.as_second()).expect("after 1970");
        fs::File::options()
            .write(true)
            .open(&aside)
            .and_then(|file| {
                file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            })
            .expect("its time");
        fs::rename(aside, self.path(&format!("{maildir}/new/{name}"))).expect("a delivery");
    }

    /// The program, at work in this office.
    pub fn loket(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loket"));
        command.args(arguments);
        self.at_home(&mut command);
        command
    }

    /// The program behind strace with these options. Not with --seccomp-bpf: strace 6.1 then counts `when=` wrongly.
    pub fn strace(&self, options: &[&str], arguments: &[&str]) -> Command {
        let mut command = Command::new("strace");
        command
            .args(["-f", "-qq"])
            .args(options)
            .arg("--")
            .arg(env!("CARGO_BIN_EXE_loket"))
            .args(arguments);
        self.at_home(&mut command);
        command
    }

    fn at_home(&self, command: &mut Command) {
        command
            .current_dir(self.dir.path())
            .env_remove("LOKET_CONFIG")
            .env_remove("JOURNAL_STREAM")
            .env_remove("NOTIFY_SOCKET")
            .env("USER", "sri")
            .env_remove("SUDO_USER")
            .stdin(Stdio::null());
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.loket(arguments).output().expect("the program starts")
    }

    pub fn once(&self, at: &str) -> Output {
        self.run(&["run", "--once", "--at", at])
    }

    /// Lines of JSON without the keys that tell when or how often.
    pub fn list(&self, what: &str) -> Vec<Value> {
        let output = self.run(&["list", what, "--json"]);
        let text = ok(&output);
        let mut rows: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        for row in rows.iter_mut().filter_map(Value::as_object_mut) {
            for key in ["created_at", "sent_at", "attempts"] {
                row.remove(key);
            }
        }
        rows
    }

    pub fn state(&self) -> State {
        let mut files = BTreeMap::new();
        for root in ["berkas", "surat-keluar"] {
            self.read_below(&self.path(root), &mut files);
        }
        State {
            messages: self.list("messages"),
            documents: self.list("documents"),
            outbox: self.list("outbox"),
            files,
        }
    }

    fn read_below(&self, folder: &Path, files: &mut BTreeMap<String, Digest>) {
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                self.read_below(&path, files);
                continue;
            }
            let name = path.strip_prefix(self.dir.path()).expect("below");
            let name = name.to_str().expect("UTF-8").to_owned();
            // What a killed writer had not named yet: `name#1` in the storage, `.name.part` among the letters.
            let staged = name
                .rsplit_once('#')
                .is_some_and(|(_, n)| n.parse::<u32>().is_ok());
            if !staged && !name.ends_with(".part") {
                let mut content = fs::read(&path).expect("a file");
                if name.ends_with("/index.html") {
                    content = without_hour(&content);
                }
                files.insert(name, Digest::of(&content));
            }
        }
    }

    /// Names and times in the Maildir: equal before and after (P4).
    pub fn maildir(&self) -> BTreeSet<(PathBuf, SystemTime)> {
        let mut seen = BTreeSet::new();
        for part in ["cur", "new", "tmp"] {
            for entry in fs::read_dir(self.path("maildir").join(part)).expect("a Maildir") {
                let path = entry.expect("an entry").path();
                let modified = fs::metadata(&path).and_then(|file| file.modified());
                seen.insert((path, modified.expect("a time")));
            }
        }
        seen
    }

    /// `loket verify` finds nothing.
    pub fn verify(&self) -> Result<(), String> {
        let output = self.run(&["verify"]);
        if output.status.success() {
            Ok(())
        } else {
            Err(format!("verify: {output:?}"))
        }
    }

    /// Message-IDs of the letters in a folder, each as often as it stands there.
    pub fn letters(&self, folder: &str) -> Vec<String> {
        let mut ids = Vec::new();
        for entry in fs::read_dir(self.path(folder)).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "eml") {
                let text = fs::read_to_string(&path).expect("a letter");
                let id = text
                    .lines()
                    .find_map(|line| line.strip_prefix("Message-ID: "));
                ids.push(id.expect("a Message-ID").to_owned());
            }
        }
        ids.sort();
        ids
    }
}

impl State {
    /// Without the numbers of our letters: an error in between may change the order in which they are queued, and so the
    /// numbers, and nothing else.
    pub fn without_numbers(mut self) -> State {
        for letter in &mut self.outbox {
            letter["id"] = Value::Null;
        }
        self.outbox
            .sort_by_key(|letter| letter["message_id"].to_string());
        self.files = std::mem::take(&mut self.files)
            .into_iter()
            .map(|(name, digest)| match name.strip_prefix("surat-keluar/") {
                Some(letter) => (
                    format!(
                        "surat-keluar/{}",
                        letter.trim_start_matches(|c: char| c.is_ascii_digit())
                    ),
                    digest,
                ),
                None => (name, digest),
            })
            .collect();
        self
    }

    /// What differs, for the message of a failed test.
    pub fn differences(&self, other: &State) -> Vec<String> {
        let mut found = Vec::new();
        for (what, ours, theirs) in [
            ("message", &self.messages, &other.messages),
            ("document", &self.documents, &other.documents),
            ("outbox", &self.outbox, &other.outbox),
        ] {
            for row in ours.iter().filter(|row| !theirs.contains(row)) {
                found.push(format!("- {what} {row}"));
            }
            for row in theirs.iter().filter(|row| !ours.contains(row)) {
                found.push(format!("+ {what} {row}"));
            }
        }
        let names: BTreeSet<_> = self.files.keys().chain(other.files.keys()).collect();
        for name in names {
            if self.files.get(name) != other.files.get(name) {
                let sign = |files: &BTreeMap<String, Digest>| files.get(name).map(Digest::short);
                let (ours, theirs) = (sign(&self.files), sign(&other.files));
                found.push(format!("file {name}: {ours:?}, {theirs:?}"));
            }
        }
        found
    }
}

/// A tender's page without the hour at which it was made: an error in between may have it made in a later pass.
fn without_hour(page: &[u8]) -> Vec<u8> {
    let page = String::from_utf8(page.to_vec()).expect("UTF-8");
    let (before, rest) = page.split_once("keadaan ").expect("the hour of the page");
    let (_, after) = rest.split_once(" ·").expect("its end");
    format!("{before}{after}").into_bytes()
}

/// Standard output of a command that went well.
pub fn ok(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A mail as the office's server delivers it. `key` makes its Message-ID and the content of its files.
pub fn mail(from: &str, subject: &str, key: &str, files: &[&str]) -> Vec<u8> {
    let mut text = format!(
        "Return-Path: <{from}>\r\nDelivered-To: {OFFICE}\r\n\
         Received: from mx.surel.example by mail.berau.test with ESMTPS id {key}; Wed, 25 Nov 2026 11:00:00 +0800\r\n\
         From: {from}\r\nTo: {OFFICE}\r\nSubject: {subject}\r\nDate: Wed, 25 Nov 2026 10:59:00 +0800\r\n\
         Message-ID: <{key}@surel.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBersama ini kami kirimkan dokumen.\r\n"
    );
    for file in files {
        let media_type = match file.rsplit_once('.') {
            Some((_, "pdf")) => "application/pdf",
            _ => "image/jpeg",
        };
        let content = data_encoding::BASE64.encode(format!("{key} {file}").as_bytes());
        text.push_str(&format!(
            "--b\r\nContent-Type: {media_type}; name=\"{file}\"\r\n\
             Content-Disposition: attachment; filename=\"{file}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{content}\r\n"
        ));
    }
    text.push_str("--b--\r\n");
    text.into_bytes()
}

/// The report that a mail of ours did not arrive.
pub fn bounce(message_id: &str) -> Vec<u8> {
    let local = message_id.trim_matches(['<', '>']);
    let prefix = local.get(..16).unwrap_or(local);
    format!(
        "Return-Path: <>\r\nDelivered-To: pokja3+b-{prefix}@berau.test\r\n\
         Received: from mx.salah.example by mail.berau.test; Wed, 25 Nov 2026 11:00:00 +0800\r\n\
         From: Mail Delivery System <MAILER-DAEMON@mx.salah.example>\r\nTo: pokja3+b-{prefix}@berau.test\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nDate: Wed, 25 Nov 2026 11:00:00 +0800\r\n\
         Message-ID: <bounce@mx.salah.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"r\"\r\n\r\n\
         --r\r\nContent-Type: text/plain\r\n\r\nThe address does not exist.\r\n\
         --r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.salah.example\r\n\r\n\
         Final-Recipient: rfc822; tidak-ada@salah.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n\
         --r\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\
         To: tidak-ada@salah.example\r\n\r\n--r--\r\n"
    )
    .into_bytes()
}

/// Nightly: everything instead of a sample.
pub fn exhaustive() -> bool {
    std::env::var_os("LOKET_TEST_EXHAUSTIVE").is_some()
}

/// The machine lets us trace.
pub fn strace_works() -> bool {
    let works = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "-e", "trace=fsync", "true"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !works {
        eprintln!("SKIPPED: strace is not installed, or may not trace here");
    }
    works
}

/// Random numbers that can be had again: the seed is printed, and LOKET_TEST_SEED sets it.
pub struct Dice(u64);

impl Dice {
    pub fn new(test: &str) -> Dice {
        let seed = match std::env::var("LOKET_TEST_SEED") {
            Ok(seed) => seed.parse().expect("LOKET_TEST_SEED is a number"),
            Err(_) => {
                use std::hash::{BuildHasher as _, RandomState};
                RandomState::new().hash_one(0)
            }
        };
        eprintln!("{test}: LOKET_TEST_SEED={seed}");
        Dice(seed)
    }

    /// splitmix64
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).expect("small")
    }

    /// So many different numbers from 1 to `highest`, or all of them.
    pub fn some(&mut self, highest: usize, count: usize) -> BTreeSet<usize> {
        if count >= highest {
            return (1..=highest).collect();
        }
        let mut chosen = BTreeSet::new();
        while chosen.len() < count {
            chosen.insert(1 + self.below(highest));
        }
        chosen
    }
}

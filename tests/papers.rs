//! Papers that are not what they are called, through the whole program: a Maildir, a folder for sent mail, no server.

mod support;

use std::{
    fs,
    io::Write as _,
    path::PathBuf,
    process::Command,
    time::{Duration, SystemTime},
};

use serde_json::Value;
use support::{
    imap::Mail,
    mails::{Draft, everything_said, page},
    pdf::page_of,
};
use tempfile::TempDir;

const CODE: &str = "8231345";
const PT: &str = "PT Contoh Karya Abadi";
const PT_AT: &str = "direktur@contohkarya.test";
const CV: &str = "CV Lestari Wahau";
const CV_AT: &str = "admin@lestari.test";
const POKJA_AT: &str = "pokja3@berau.test";
const MORNING: &str = "2025-11-25T08:00:00+08:00";
const TEN: &str = "2025-11-25T10:00:00+08:00";
const ELEVEN: &str = "2025-11-25T11:00:00+08:00";
/// 09.30 WITA of that day, in seconds since 1970.
const ARRIVED: u64 = 1_764_034_200;

const SETTINGS: &str = r#"
[office]
name     = "UKPBJ Kabupaten Berau"
timezone = "Asia/Makassar"

[database]
url = "sqlite:loket.db"

[storage]
url = "file:berkas"

[[mailbox]]
name       = "pokja-3"
title      = "Pokja Pemilihan III"
address    = "pokja3@berau.test"
subaddress = "+"
members    = [ { name = "Sri Rahayu", email = "sri@berau.test" } ]

[mailbox.receive]
url = "maildir:maildir"

[mailbox.send]
url = "file:surat-keluar"
"#;

struct Office {
    dir: TempDir,
}

impl Office {
    fn new() -> Office {
        let office = Office {
            dir: tempfile::tempdir().unwrap(),
        };
        for folder in ["maildir/cur", "maildir/new", "maildir/tmp"] {
            fs::create_dir_all(office.path(folder)).unwrap();
        }
        fs::write(office.path("loket.toml"), SETTINGS).unwrap();
        office.import("2025-11-25T16:00:00+08:00");
        office.run(&["run", "--once", "--at", MORNING]);
        office
    }

    fn import(&self, due: &str) {
        let tender = format!(
            "[tender]\ncode = \"{CODE}\"\nname = \"Pembangunan Jembatan Sei Lanuk\"\nmailbox = \"pokja-3\"\nkind = \"konstruksi\"\n\
             [[bidder]]\nname = \"{PT}\"\nemails = [\"{PT_AT}\"]\n[[bidder]]\nname = \"{CV}\"\nemails = [\"{CV_AT}\"]\n\
             [[session]]\nkind = \"qualification\"\nstarts = 2025-11-25T09:00:00+08:00\nends = 2025-11-25T11:00:00+08:00\n\
             due = {due}\ndocuments = [\"sbu\", \"akta\"]\n"
        );
        fs::write(self.path("tender.toml"), tender).unwrap();
        self.run(&["import", "tender.toml"]);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_loket"))
            .args(arguments)
            .current_dir(self.dir.path())
            .env("LOKET_CONFIG", self.path("loket.toml"))
            .env("USER", "sri")
            .env_remove("SUDO_USER")
            .output()
            .expect("the program runs");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        assert!(output.status.success(), "{arguments:?}: {said}");
        said
    }

    /// The arrival is the file's time.
    fn deliver(&self, draft: &Draft, name: &str) {
        let at = self.path("maildir/new").join(name);
        fs::write(&at, draft.delivered()).unwrap();
        let arrived = SystemTime::UNIX_EPOCH + Duration::from_secs(ARRIVED);
        let file = fs::File::options().write(true).open(&at).unwrap();
        file.set_modified(arrived).unwrap();
    }

    fn list(&self, what: &str) -> Vec<Value> {
        let lines = self.run(&["list", what, "--json"]);
        let objects = lines.lines().filter(|line| line.starts_with('{'));
        objects
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// State and number of files of a paper.
    fn state(&self, bidder: &str, document: &str) -> (String, usize) {
        let rows = self.list("documents");
        let row = rows
            .iter()
            .find(|row| row["bidder"] == bidder && row["document"] == document)
            .unwrap_or_else(|| panic!("{bidder} {document}: {rows:?}"));
        let files = row["files"].as_array().unwrap().len();
        (row["state"].as_str().unwrap().to_owned(), files)
    }

    /// All that was told to an address.
    fn told(&self, address: &str) -> String {
        let rows = self.list("outbox");
        let of_address = rows.iter().filter(|row| row["to"] == address);
        let ids: Vec<&str> = of_address
            .filter_map(|row| row["message_id"].as_str())
            .collect();
        let mut told = String::new();
        for entry in fs::read_dir(self.path("surat-keluar")).unwrap().flatten() {
            let mail = Mail {
                uid: 0,
                raw: fs::read(entry.path()).unwrap(),
            };
            if ids.contains(&mail.header("Message-ID").unwrap_or_default().as_str()) {
                told.push_str(&everything_said(&mail));
            }
        }
        told
    }

    fn page(&self) -> String {
        let folders = fs::read_dir(self.path("berkas/2025")).unwrap().flatten();
        let mut pages =
            folders.filter_map(|folder| fs::read_to_string(folder.path().join("index.html")).ok());
        pages.next().expect("the tender's page")
    }
}

/// An identity card as its text stands in a PDF.
fn card() -> Vec<u8> {
    page_of(&[
        "PROVINSI KALIMANTAN TIMUR",
        "KABUPATEN BERAU",
        "NIK : 6403010101800001",
        "Nama : BUDI CONTOH",
        "Tempat/Tgl Lahir : TANJUNG REDEB, 01-01-1980",
        "Jenis Kelamin : LAKI-LAKI  Gol. Darah : O",
        "Alamat : JL. MERDEKA",
        "RT/RW : 001/002",
        "Kel/Desa : GAYAM",
        "Kecamatan : TANJUNG REDEB",
        "Agama : ISLAM",
        "Status Perkawinan : KAWIN",
        "Pekerjaan : WIRASWASTA",
        "Kewarganegaraan : WNI",
        "Berlaku Hingga : SEUMUR HIDUP",
    ])
    .into_bytes()
}

fn zip(name: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.write_all(content).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_paper_that_is_not_what_it_is_called_waits_for_a_person_who_settles_it() {
    let office = Office::new();
    let draft = Draft::new(PT_AT, POKJA_AT, &format!("dokumen tender {CODE}"))
        .file("SBU.pdf", "application/pdf", card())
        .file(
            "akta.pdf.exe",
            "application/pdf",
            b"MZ\x90\x00 program".repeat(100),
        )
        .file(
            "akta.zip",
            "application/zip",
            zip("akta.js", b"WScript.Echo(1)"),
        )
        .file("kosong.jpg", "image/jpeg", Vec::new());
    office.deliver(&draft, "1.mail");
    office.run(&["run", "--once", "--at", TEN]);
    let missing = || ("missing".to_owned(), 0);
    assert_eq!(office.state(PT, "sbu"), missing());
    assert_eq!(office.state(PT, "akta"), missing());
    let told = office.told(PT_AT);
    for said in [
        "Nama dan isi berkas tampak tidak sama; akan diperiksa oleh Pokja.",
        "nama dan isi berkasnya tampak tidak sama, akan diperiksa oleh Pokja",
        "tidak dapat kami terima; mohon dokumennya dikirim sebagai foto (JPG atau PNG) atau PDF",
        "berkas kosong (0 byte)",
        "isinya dicatat satu per satu",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
    for never in [
        "Dicatat sebagai",
        "Belum dikenali",
        "sukar dibaca",
        "Seluruh dokumen",
    ] {
        assert!(!told.contains(never), "{never}: {told}");
    }
    let digest = office.run(&["digest", "pokja-3", "--at", ELEVEN]);
    assert!(
        digest.contains("mohon dipastikan: berkas 1/1 (SBU atau KTP)"),
        "{digest}"
    );
    assert!(office.page().contains("Nama dan isi tidak sama"));
    let shown = office.run(&["show", "1"]);
    assert!(shown.contains("loket classify 1/1 KATA"), "{shown}");
    // He looks, and it stays so wherever the mail goes.
    office.run(&["classify", "1/1", "sbu"]);
    assert_eq!(office.state(PT, "sbu"), ("received".to_owned(), 1));
    let digest = office.run(&["digest", "pokja-3", "--at", ELEVEN]);
    assert!(!digest.contains("mohon dipastikan: berkas"), "{digest}");
    assert!(!office.page().contains("Nama dan isi tidak sama"));
    office.run(&["assign", "1", "--tender", CODE, "--bidder", CV]);
    assert_eq!(office.state(CV, "sbu"), ("received".to_owned(), 1));
    assert_eq!(office.state(PT, "sbu"), missing());
    office.run(&["verify"]);
}

#[test]
fn the_same_paper_of_two_bidders_is_noted_for_the_pokja_and_told_to_nobody_else() {
    let office = Office::new();
    let akta = page("akta yang sama", 255);
    for (from, name, file) in [
        (PT_AT, "akta.jpg", "1.mail"),
        (CV_AT, "akta pendirian.jpg", "2.mail"),
    ] {
        let draft = Draft::new(from, POKJA_AT, &format!("dokumen tender {CODE}")).file(
            name,
            "image/jpeg",
            akta.clone(),
        );
        office.deliver(&draft, file);
    }
    office.run(&["run", "--once", "--at", TEN]);
    let page = office.page();
    let numbers: Vec<(String, String)> = office
        .list("messages")
        .iter()
        .map(|row| {
            (
                row["id"].to_string(),
                row["bidder"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    assert_eq!(numbers.len(), 2);
    for (number, bidder) in numbers {
        let (other, own_address) = match bidder == PT {
            true => (CV, PT_AT),
            false => (PT, CV_AT),
        };
        let note = format!("berkas yang sama persis juga diterima dari peserta lain: {other}");
        let shown = office.run(&["show", &number]);
        assert!(shown.contains(&note), "{shown}");
        assert!(page.contains(&note), "{page}");
        let told = office.told(own_address);
        assert!(told.contains("Dicatat sebagai"), "{told}");
        for never in [other, "peserta lain", "sama persis"] {
            assert!(!told.contains(never), "{never}: {told}");
        }
    }
}

#[test]
fn what_was_late_stays_late_against_the_deadline_of_then() {
    let office = Office::new();
    office.import("2025-11-25T09:15:00+08:00");
    let draft = Draft::new(PT_AT, POKJA_AT, &format!("dokumen tender {CODE}")).photo("akta.jpg");
    office.deliver(&draft, "1.mail");
    office.run(&["run", "--once", "--at", TEN]);
    let late = "terlambat terhadap batas semula";
    assert!(office.run(&["show", "1"]).contains("(terlambat)"));
    assert!(!office.page().contains(late));
    office.import("2025-11-25T16:00:00+08:00");
    office.run(&["run", "--once", "--at", ELEVEN]);
    assert!(office.run(&["show", "1"]).contains(late));
    assert!(office.page().contains(late));
    assert_eq!(office.list("messages")[0]["late"], true);
    assert_eq!(office.state(PT, "akta"), ("received-late".to_owned(), 1));
}

#[test]
fn of_a_mail_that_a_person_puts_with_a_rival_the_rival_hears_no_word() {
    let office = Office::new();
    let subject = format!("Penawaran Budi Rahasia tender {CODE}");
    let draft =
        Draft::new(PT_AT, POKJA_AT, &subject).file("ktp Budi.pdf", "application/pdf", card());
    office.deliver(&draft, "1.mail");
    office.run(&["run", "--once", "--at", TEN]);
    assert!(
        office.told(PT_AT).contains("Budi Rahasia"),
        "the writer hears his own words"
    );
    let sessions = office.run(&[
        "assign",
        "1",
        "--tender",
        CODE,
        "--bidder",
        CV,
        "--session",
        "qualification",
    ]);
    assert!(sessions.contains("disimpan"), "{sessions}");
    office.run(&["run", "--once", "--at", ELEVEN]);
    let told = office.told(CV_AT);
    assert!(told.contains("Tanda Terima"), "{told}");
    assert!(
        !told.contains("Budi") && !told.contains("contohkarya"),
        "{told}"
    );
}

//! One mail for two tenders through the whole program, with a Maildir and no server: divided by itself where each file says
//! where it belongs, by a person where not.

mod support;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime},
};

use serde_json::Value;
use support::{
    imap::Mail,
    mails::{Draft, everything_said, sha256},
};
use tempfile::TempDir;

const PT: &str = "PT Contoh Karya Abadi";
const PT_AT: &str = "direktur@contohkarya.test";
const POKJA_AT: &str = "pokja3@berau.test";
const BRIDGE: &str = "8231345";
const SCHOOL: &str = "8231346";
const MORNING: &str = "2025-11-25T08:00:00+08:00";
const TEN: &str = "2025-11-25T10:00:00+08:00";
const HALF_PAST_TEN: &str = "2025-11-25T10:30:00+08:00";
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
    /// Two tenders in which one firm takes part with one address, each with a rival; they are invited.
    fn new() -> Office {
        let office = Office {
            dir: tempfile::tempdir().unwrap(),
        };
        for folder in ["maildir/cur", "maildir/new", "maildir/tmp"] {
            fs::create_dir_all(office.path(folder)).unwrap();
        }
        fs::write(office.path("loket.toml"), SETTINGS).unwrap();
        for (code, name, rival) in [
            (BRIDGE, "Pembangunan Jembatan Sei Lanuk", "CV Lestari Wahau"),
            (SCHOOL, "Rehabilitasi Sekolah Batu Rangkong", "CV Segarindo"),
        ] {
            let tender = format!(
                "[tender]\ncode = \"{code}\"\nname = \"{name}\"\nmailbox = \"pokja-3\"\nkind = \"konstruksi\"\n\
                 [[bidder]]\nname = \"{PT}\"\nemails = [\"{PT_AT}\"]\n\
                 [[bidder]]\nname = \"{rival}\"\nemails = [\"{code}@saingan.test\"]\n\
                 [[session]]\nkind = \"qualification\"\nstarts = 2025-11-25T09:00:00+08:00\n\
                 ends = 2025-11-25T11:00:00+08:00\ndue = 2025-11-25T16:00:00+08:00\ndocuments = [\"ktp\", \"nib\", \"akta\"]\n"
            );
            let file = format!("{code}.toml");
            fs::write(office.path(&file), tender).unwrap();
            office.run(&["import", &file]);
        }
        office.once(MORNING);
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> (i32, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_loket"))
            .args(arguments)
            .current_dir(self.dir.path())
            .env("LOKET_CONFIG", self.path("loket.toml"))
            .env("USER", "sri")
            .env_remove("SUDO_USER")
            .output()
            .expect("the program runs");
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.code().unwrap_or(-1),
            String::from_utf8(said).expect("UTF-8"),
        )
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> String {
        let (code, said) = self.command(arguments);
        assert_eq!(code, 0, "{arguments:?}: {said}");
        said
    }

    #[track_caller]
    fn refused(&self, arguments: &[&str]) -> String {
        let (code, said) = self.command(arguments);
        assert_eq!(code, 1, "{arguments:?}: {said}");
        said
    }

    #[track_caller]
    fn once(&self, at: &str) {
        self.run(&["run", "--once", "--at", at]);
    }

    /// The arrival is the file's time.
    fn deliver(&self, draft: &Draft, name: &str) {
        let at = self.path("maildir/new").join(name);
        fs::write(&at, draft.delivered()).unwrap();
        let arrived = SystemTime::UNIX_EPOCH + Duration::from_secs(ARRIVED);
        let file = fs::File::options().write(true).open(&at).unwrap();
        file.set_modified(arrived).unwrap();
    }

    #[track_caller]
    fn list(&self, what: &str) -> Vec<Value> {
        let lines = self.run(&["list", what, "--json"]);
        let objects = lines.lines().filter(|line| line.starts_with('{'));
        objects
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Everything that is known, and everything in the tree: equal where nothing was done.
    fn all(&self) -> (Vec<Value>, Vec<Value>, Vec<Value>, BTreeSet<String>) {
        let papers = self.papers();
        (
            self.list("messages"),
            self.list("outbox"),
            self.list("events"),
            papers,
        )
    }

    /// Papers in the tree.
    fn papers(&self) -> BTreeSet<String> {
        let mut papers = BTreeSet::new();
        let mut folders = vec![self.path("berkas/2025")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|end| end != "html")
                    && !path.display().to_string().contains("pratinjau")
                {
                    let inside = path.strip_prefix(self.path("berkas")).unwrap();
                    papers.insert(inside.display().to_string());
                }
            }
        }
        papers
    }

    /// What each receipt for a tender says, in the order in which they were queued.
    fn receipts(&self, code: &str) -> Vec<String> {
        let rows = self.list("outbox").into_iter();
        let receipts = rows.filter(|row| row["kind"] == "acknowledgement" && row["tender"] == code);
        receipts
            .map(|row| {
                assert_eq!(row["to"], PT_AT);
                everything_said(&self.sent(row["message_id"].as_str().unwrap()))
            })
            .collect()
    }

    fn sent(&self, message_id: &str) -> Mail {
        let mut mails = fs::read_dir(self.path("surat-keluar")).unwrap().flatten();
        mails
            .find_map(|entry| {
                let raw = fs::read(entry.path()).ok()?;
                let mail = Mail { uid: 0, raw };
                (mail.header("Message-ID").as_deref() == Some(message_id)).then_some(mail)
            })
            .unwrap_or_else(|| panic!("{message_id} was not sent"))
    }

    fn assign(&self, number: &str, code: &str, files: &str) -> String {
        let mut arguments = vec!["assign", number, "--tender", code, "--bidder", PT];
        if !files.is_empty() {
            arguments.extend(["--files", files]);
        }
        self.run(&arguments)
    }
}

/// Numbers and names of the files of a message, and where they lie.
fn files(message: &Value) -> Vec<(u64, String, String)> {
    let files = message["attachments"].as_array().unwrap().iter();
    files
        .map(|file| {
            (
                file["part"].as_u64().unwrap(),
                file["name"].as_str().unwrap().to_owned(),
                file["path"].as_str().unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

/// A receipt names these files of a mail, by name and digest, and no other.
#[track_caller]
fn names_only(receipt: &str, draft: &Draft, parts: &[usize]) {
    for (part, (name, _, content)) in (1..).zip(&draft.files) {
        let digest = sha256(content);
        for word in [name.as_str(), &digest] {
            let named = receipt.contains(word);
            assert_eq!(
                named,
                parts.contains(&part),
                "file {part}, {word}: {receipt}"
            );
        }
    }
}

fn read(berkas: &Path, path: &str) -> Vec<u8> {
    fs::read(berkas.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn files_that_each_say_their_tender_go_there_and_each_tender_gets_its_own_receipt() {
    let office = Office::new();
    let draft = Draft::new(PT_AT, POKJA_AT, "dokumen 2 paket")
        .body("Sekalian untuk 2 paket ya pak.\n")
        .photo(&format!("ktp {BRIDGE}.jpg"))
        .photo(&format!("nib {SCHOOL}.jpg"))
        .photo(&format!("akta {BRIDGE}.jpg"));
    office.deliver(&draft, "1.mail");
    office.once(TEN);

    let messages = office.list("messages");
    let [own, share] = &messages[..] else {
        panic!("one mail, two places: {messages:#?}");
    };
    assert_eq!(
        (&own["part_of"], &share["part_of"]),
        (&Value::Null, &own["id"])
    );
    for (message, code, parts) in [(own, BRIDGE, &[1, 3][..]), (share, SCHOOL, &[2])] {
        assert_eq!(message["state"], "filed", "{message:#}");
        assert_eq!(
            (&message["tender"], &message["bidder"]),
            (&code.into(), &PT.into())
        );
        assert_eq!(message["message_id"], draft.message_id);
        assert_eq!(message["sha256"], own["sha256"]);
        assert_eq!(message["replies"].as_array().unwrap().len(), 1);
        let files = files(message);
        let numbers: Vec<u64> = files.iter().map(|(part, ..)| *part).collect();
        assert_eq!(numbers, parts);
        for (part, name, path) in files {
            let folder = format!("/{code} ");
            assert!(path.contains(&folder) && path.contains(PT), "{path}");
            assert!(path.contains(&format!(" 0001-{part:02} {name}")), "{path}");
            let content = &draft.files[part as usize - 1].2;
            assert_eq!(read(&office.path("berkas"), &path), *content);
        }
    }
    assert_eq!(office.papers().len(), 3);
    let (bridge, school) = (office.receipts(BRIDGE), office.receipts(SCHOOL));
    assert_eq!((bridge.len(), school.len()), (1, 1));
    names_only(&bridge[0], &draft, &[1, 3]);
    names_only(&school[0], &draft, &[2]);
    let owes = |code: &str| {
        let rows = office.list("sessions");
        let row = rows
            .iter()
            .find(|r| r["tender"] == code && r["bidder"] == PT);
        row.unwrap()["documents"]["missing"].clone()
    };
    assert_eq!((owes(BRIDGE), owes(SCHOOL)), (1.into(), 2.into()));

    // It is one mail: the same again, another round, and today's rules change nothing.
    let before = office.all();
    office.once(HALF_PAST_TEN);
    assert_eq!(office.all(), before);
    office.deliver(&draft, "1.again");
    office.once(ELEVEN);
    assert_eq!(office.all(), before);
    assert_eq!(office.run(&["replay", "--json"]), "");
    office.run(&["verify"]);
    let digest = office.run(&["digest", "pokja-3", "--at", ELEVEN]);
    assert!(
        digest.contains(BRIDGE) && digest.contains(SCHOOL),
        "{digest}"
    );

    // Each says where the other is.
    let shown = office.run(&["show", "1"]);
    let other = format!("pesan 2, berkas 2: {SCHOOL} / {PT} / qualification");
    assert!(shown.contains(&other), "{shown}");
    assert!(shown.contains("berkas 1, 3 menyebut tender ini"), "{shown}");
    let shown = office.run(&["show", "2"]);
    assert!(shown.contains("pesan 1, berkas 1, 3"), "{shown}");

    // The tree can be made again, and each dossier proves itself.
    let (_, _, path) = files(share).remove(0);
    fs::remove_file(office.path("berkas").join(&path)).unwrap();
    office.run(&["rebuild"]);
    assert_eq!(read(&office.path("berkas"), &path), draft.files[1].2);
    for code in [BRIDGE, SCHOOL] {
        office.run(&["export", code, code]);
        office.run(&["verify", code]);
    }
}

#[test]
fn a_person_divides_what_the_program_asked_about() {
    let office = Office::new();
    let draft = Draft::new(PT_AT, POKJA_AT, "dokumen 2 paket")
        .body(&format!("untuk tender {BRIDGE} dan {SCHOOL}\n"))
        .photo("ktp.jpg")
        .photo("nib.jpg")
        .photo("akta.jpg");
    office.deliver(&draft, "1.mail");
    office.once(TEN);
    let messages = office.list("messages");
    assert_eq!(
        (messages.len(), &messages[0]["state"]),
        (1, &"needs-decision".into())
    );
    let shown = office.run(&["show", "1"]);
    assert!(
        shown.contains("--files") && shown.contains("Berkas 3"),
        "{shown}"
    );
    assert_eq!(office.papers(), BTreeSet::new());

    // Some go to the second tender; the rest waits.
    let said = office.assign("1", SCHOOL, "2,3");
    assert!(
        said.contains("berkas 2, 3") && said.contains("pesan 2"),
        "{said}"
    );
    office.once(HALF_PAST_TEN);
    let messages = office.list("messages");
    let states: Vec<&Value> = messages.iter().map(|message| &message["state"]).collect();
    assert_eq!(states, ["needs-decision", "filed"]);
    assert_eq!(messages[1]["decided_by"], "sri");
    assert_eq!(
        files(&messages[0]),
        [(1, "ktp.jpg".to_owned(), String::new())]
    );
    assert!(
        files(&messages[1])
            .iter()
            .all(|(.., path)| path.contains(SCHOOL))
    );
    assert_eq!(
        (office.receipts(BRIDGE).len(), office.receipts(SCHOOL).len()),
        (0, 1)
    );
    names_only(&office.receipts(SCHOOL)[0], &draft, &[2, 3]);
    office.run(&["verify"]);
    // The same again does nothing, what is not there is told.
    let before = office.all();
    assert!(office.assign("1", SCHOOL, "2,3").contains("sudah ada"));
    let known = ["assign", "1", "--tender", BRIDGE, "--bidder", PT, "--files"];
    let said = office.refused(&[&known[..], &["2"]].concat());
    assert!(said.contains("no file 2; it has: 1"), "{said}");
    office.refused(&[&known[..], &["1,9"]].concat());
    assert_eq!(office.all(), before);

    // The rest is decided as any mail is.
    office.assign("1", BRIDGE, "");
    office.once(ELEVEN);
    let messages = office.list("messages");
    assert!(files(&messages[0])[0].2.contains(BRIDGE), "{messages:#?}");
    assert_eq!(messages.len(), 2);
    let receipts = office.receipts(BRIDGE);
    assert_eq!(receipts.len(), 1);
    names_only(&receipts[0], &draft, &[1]);
    assert_eq!(office.papers().len(), 3);
    let told = office.run(&["replay", "--json"]);
    assert_eq!(
        told.lines().count(),
        1,
        "a person decided otherwise: {told}"
    );

    // A file of the share moves on to the first tender, and leaves nothing behind.
    office.assign("2", BRIDGE, "3");
    office.once(ELEVEN);
    let messages = office.list("messages");
    assert_eq!(messages[2]["part_of"], messages[0]["id"]);
    assert_eq!(files(&messages[1]).len(), 1);
    assert!(files(&messages[2])[0].2.contains(BRIDGE));
    assert_eq!(office.papers().len(), 3);
    let schools = office.papers();
    let schools = schools.iter().filter(|path| path.contains(SCHOOL));
    assert_eq!(schools.count(), 1);
    office.run(&["verify"]);
    // By the same numbers a person says what a file is, and moves a share whole.
    let said = office.run(&["classify", "3/3", "lainnya"]);
    assert!(said.contains("lainnya 0001-03 akta.jpg"), "{said}");
    let said = office.assign("3", SCHOOL, "");
    assert!(said.contains("disimpan"), "{said}");
    let back = office.list("messages").remove(2);
    assert_eq!((&back["tender"], files(&back)[0].0), (&SCHOOL.into(), 3));
    // What he said that it is holds at its new place too.
    let path = &files(&back)[0].2;
    assert!(path.ends_with("lainnya 0001-03 akta.jpg"), "{path}");
    assert_eq!(back["attachments"][0]["document"], "lainnya");
    office.run(&["verify"]);
    office.once(ELEVEN);
    let before = office.all();
    office.once(ELEVEN);
    assert_eq!(office.all(), before);
}

#[test]
fn files_leave_the_place_where_they_were_filed_and_the_rest_stays() {
    let office = Office::new();
    let draft = Draft::new(PT_AT, POKJA_AT, &format!("dokumen tender {BRIDGE}"))
        .photo("ktp.jpg")
        .photo("nib.jpg");
    office.deliver(&draft, "1.mail");
    office.once(TEN);
    let first = office.list("messages").remove(0);
    assert_eq!(first["tender"], BRIDGE);
    let kept = files(&first).remove(0);
    office.assign("1", SCHOOL, "2");
    let messages = office.list("messages");
    assert_eq!(files(&messages[0]), [kept]);
    assert_eq!(messages[0]["state"], "filed");
    let withdrawn = office.list("events").into_iter();
    let withdrawn = withdrawn.filter(|event| event["action"] == "paper.withdrawn");
    assert_eq!(withdrawn.count(), 1);
    assert_eq!(office.papers().len(), 2);
    // All that is left is the whole message, and it goes as such.
    let said = office.assign("1", SCHOOL, "1");
    assert!(said.contains("Pesan 1: disimpan"), "{said}");
    assert_eq!(office.list("messages").len(), 2);
    assert!(office.papers().iter().all(|path| path.contains(SCHOOL)));
    office.run(&["verify"]);
}

//! `loket.toml` as a whole: what loads, and everything that is said about what does not.

use std::{collections::BTreeSet, path::Path};

use proptest::prelude::*;

use super::{
    load::{Surroundings, from_text},
    *,
};

/// Of CONTRACT.md, section "Settings", to the letter.
const CONTRACT: &str = r#"
[office]
name     = "UKPBJ Kabupaten Berau"
timezone = "Asia/Makassar"
holidays = ["2026-12-25"]                  # days on which nothing is due, beside Saturday and Sunday

[database]
url = "sqlite:/var/lib/loket/loket.db"     # or postgres://user@host/name

[storage]
url = "file:/var/lib/loket/berkas"         # or s3://bucket/prefix

[[mailbox]]
name       = "pokja-3"                     # short, unique, used on the command line
title      = "Pokja Pemilihan III"
address    = "pokja3@berau.test"
subaddress = "+"                           # delimiter; "" where the server has no sub-addressing
digest     = "07:30"                       # local time on working days, also on quiet ones; leave out for none
since      = 2026-11-23T00:00:00+08:00     # mail that arrived before is taken in and filed, never answered; left out: the moment of the first start
members    = [ { name = "Sri Rahayu", email = "sri@berau.test" } ]

[mailbox.receive]
url           = "imaps://pokja3@berau.test@mail.berau.test:993/INBOX"   # imap://…?tls=starttls, imap://…?tls=none, or maildir:PATH
password_file = "/etc/loket/pokja3.password"
also          = ["Junk"]                   # further folders to watch

[mailbox.send]
url           = "smtps://pokja3@berau.test@mail.berau.test:465"         # smtp://…:587?tls=starttls, smtp://…?tls=none, or file:DIR (one .eml a mail)
password_file = "/etc/loket/pokja3.password"
"#;

const SMALL: &str = r#"
[office]
name = "UKPBJ"
timezone = "Asia/Jakarta"
[database]
url = "sqlite:loket.db"
[storage]
url = "file:berkas"
[[mailbox]]
name = "pokja"
address = "pokja@berau.test"
[mailbox.receive]
url = "maildir:mail"
[mailbox.send]
url = "file:out"
"#;

fn read(text: &str) -> Result<Settings, SettingsErrors> {
    let around = Surroundings::new("/etc/loket".into(), None);
    from_text(
        text,
        "loket.toml",
        Path::new("/etc/loket/loket.toml"),
        &around,
    )
    .0
}

fn told(text: &str) -> String {
    match read(text) {
        Ok(settings) => panic!("it was accepted: {settings:#?}"),
        Err(errors) => errors.to_string(),
    }
}

/// `SMALL` with a line replaced.
fn small_with(line: &str, other: &str) -> String {
    assert!(SMALL.contains(line), "{line}");
    SMALL.replace(line, other)
}

#[test]
fn the_example_of_the_contract_loads() {
    insta::assert_debug_snapshot!(read(CONTRACT).unwrap());
}

#[test]
fn what_is_left_out_has_its_default_and_paths_begin_at_the_file() {
    let settings = read(SMALL).unwrap();
    assert_eq!(
        settings.database,
        DatabaseUrl::Sqlite("/etc/loket/loket.db".into())
    );
    assert_eq!(
        settings.storage,
        StorageUrl::File("/etc/loket/berkas".into())
    );
    assert_eq!(settings.receipt.quiet, Duration::from_secs(120));
    let mailbox = &settings.mailboxes[0];
    assert_eq!(
        (mailbox.title.as_str(), mailbox.subaddress.as_str()),
        ("pokja", "")
    );
    assert_eq!((mailbox.digest, mailbox.since), (None, None));
    assert!(
        matches!(&mailbox.receive, Receive::Maildir { path, .. } if path == Path::new("/etc/loket/mail"))
    );
    assert!(matches!(&mailbox.send, Send::File { dir } if dir == Path::new("/etc/loket/out")));
}

#[test]
fn the_example_of_config_loads_and_names_every_key() {
    let example = include_str!("../../config/loket.toml");
    let around = Surroundings::new("/etc/loket".into(), None);
    let (settings, asked) = from_text(
        example,
        "loket.toml",
        Path::new("/etc/loket/loket.toml"),
        &around,
    );
    assert_eq!(settings.unwrap().notes(), Vec::<String>::new());

    let named = keys_named(example);
    let asked: BTreeSet<String> = asked.into_iter().map(|key| key.replace("[]", "")).collect();
    let is_table = |key: &String| {
        asked
            .iter()
            .any(|other| other.starts_with(&format!("{key}.")))
    };
    let known: BTreeSet<String> = asked.iter().filter(|key| !is_table(key)).cloned().collect();
    assert_eq!(named, known);
}

/// Every key that stands in the text, also behind `# `.
fn keys_named(text: &str) -> BTreeSet<String> {
    let key = regex::Regex::new(r"([a-z_]+) = ").unwrap();
    let mut keys = BTreeSet::new();
    let mut section = String::new();
    for line in text.lines() {
        let line = line.strip_prefix("# ").unwrap_or(line).trim();
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_matches(['[', ']']).to_owned();
        } else if let Some(found) = key
            .captures(line)
            .filter(|found| line.starts_with(&found[0]))
        {
            keys.insert(format!("{section}.{}", &found[1]));
        } else if line.starts_with('{') {
            keys.extend(
                key.captures_iter(line)
                    .map(|found| format!("{section}.members.{}", &found[1])),
            );
        }
    }
    keys.remove("mailbox.members");
    keys
}

#[test]
fn every_mistake_is_told_at_once() {
    insta::assert_snapshot!(told(include_str!("wrong.toml")));
}

#[test]
fn texts_of_the_offices_own_are_read_by_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let around = Surroundings::new(folder.path().into(), None);
    let text = format!("{SMALL}\n[letters]\nfolder = \"surat\"\nmegabytes = 8\n");
    let read = || {
        from_text(
            &text,
            "loket.toml",
            Path::new("/etc/loket/loket.toml"),
            &around,
        )
        .0
    };
    let told = read().unwrap_err().to_string();
    assert!(
        told.starts_with("loket.toml:") && told.contains("cannot be read"),
        "{told}"
    );

    let surat = folder.path().join("surat");
    std::fs::create_dir(&surat).unwrap();
    std::fs::write(surat.join("undangan.txt"), "\u{feff}Halo {{ bidder }}\r\n").unwrap();
    std::fs::write(surat.join(".undangan.txt.swp"), "").unwrap();
    std::fs::create_dir(surat.join("lama")).unwrap();
    let letters = read().unwrap().letters;
    assert_eq!(letters.megabytes, 8);
    let own: Vec<_> = letters
        .own
        .iter()
        .map(|own| (own.name.as_str(), own.source.as_str()))
        .collect();
    assert_eq!(own, [("undangan.txt", "Halo {{ bidder }}\n")]);
    assert_eq!(letters.own[0].file, surat.join("undangan.txt"));

    std::fs::write(surat.join("undngan.html"), "").unwrap();
    std::fs::write(surat.join("rekap.txt"), [0xff, 0xfe]).unwrap();
    let told = read().unwrap_err().to_string();
    assert!(
        told.contains("undngan.html: no letter has such a text. Did you mean `undangan.html`?"),
        "{told}"
    );
    assert!(told.contains("rekap.txt"), "{told}");

    // What no letter reads is not passed over: somebody believes that it counts.
    for (name, near) in [
        ("undangan.md", "undangan.html"),
        ("undangan.txt.tmpl", "undangan.txt"),
    ] {
        std::fs::write(surat.join(name), "").unwrap();
        let told = read().unwrap_err().to_string();
        let expected = format!("{name}: no letter has such a text.");
        assert!(told.contains(&expected) && told.contains(near), "{told}");
    }
}

#[test]
fn a_file_that_is_no_toml_is_told_with_its_lines_and_without_its_text() {
    let told = told("[office]\nname = hunter2\ntimezone = \"Asia/Jakarta\nurl = = 3\n");
    assert!(!told.contains("hunter2"), "{told}");
    insta::assert_snapshot!(told);
}

#[test]
fn an_empty_file_is_told_what_it_needs() {
    insta::assert_snapshot!(told(""));
}

#[test]
fn each_of_these_is_a_mistake_with_its_key() {
    let server = |url: &str, more: &str| {
        small_with(
            "url = \"maildir:mail\"",
            &format!("url = \"{url}\"\n{more}"),
        )
    };
    let smtp = |url: &str, more: &str| {
        small_with("url = \"file:out\"", &format!("url = \"{url}\"\n{more}"))
    };
    let password = "password_file = \"p\"";
    let all: Vec<String> = [
        server("imap://u@mail.test?tls=none", password),
        server("imaps://mail.test", password),
        server("imaps://mail.test", ""),
        server("imaps://u@mail.test", ""),
        server("imaps://u@mail.test", "password_file = \"p\"\npassword_env = \"P\""),
        server("imaps://u@mail.test", "password_env = \"my pass word\""),
        server("imaps://u@mail.test", "password = \"hunter2\""),
        server("imaps://u:hunter2@mail.test", password),
        server("imaps://u@mail.test", "token_command = \"token 'a b'\""),
        server("imaps://u@mail.test", "token_command = []"),
        server("imaps://u@mail.test", "password_file = \"p\"\nalso = [\"inbox\", \"Junk\", \"Junk\", \"\"]"),
        server("imaps://u@mail.test", "password_file = 3\nallow_cleartext = \"yes\"\nca_file = \"\""),
        server("maildir:mail", password),
        smtp("smtp://mail.test", password),
        smtp("smtp://u@mail.test?tls=none", password),
        smtp("file:out", "ca_file = \"ca.pem\""),
        small_with("name = \"pokja\"", "name = \"Pokja 3\""),
        small_with("name = \"pokja\"", "name = \"pokja\"\nsubaddress = \"ab\""),
        small_with("name = \"pokja\"", "name = \"pokja\"\nsubaddress = \"@\""),
        small_with("name = \"pokja\"", "name = \"pokja\"\ndigest = \"7.30\""),
        small_with("name = \"pokja\"", "name = \"pokja\"\ndigest = 2026-11-23T07:30:00"),
        small_with("name = \"pokja\"", "name = \"pokja\"\nsince = 2026-11-23T07:30:00"),
        small_with("name = \"pokja\"", "name = \"pokja\"\nsince = 2026-11-23"),
        small_with("name = \"pokja\"", "name = \"pokja\"\nmembers = [{ name = \"A\" }, { email = \"pokja@berau.test\" }, \"x\"]"),
        small_with("[[mailbox]]", "[mailbox]"),
        small_with("timezone = \"Asia/Jakarta\"", "timezone = \"Asia/Makasar\""),
        small_with("timezone = \"Asia/Jakarta\"", "timezone = \"WITA\""),
        small_with("timezone = \"Asia/Jakarta\"", "timezone = \"Asia/Jakarta\"\nholidays = [\"25-12-2026\", 3, 2026-12-25T00:00:00]"),
        small_with("url = \"sqlite:loket.db\"", "url = \"sqlite:loket.db\"\npassword_env = \"P\""),
        small_with("url = \"sqlite:loket.db\"", "url = \"postgres://u@h/n\"\npassword_file = \"/nowhere/p\""),
        small_with("url = \"file:berkas\"", "url = \"s3://bucket/prefix\""),
        small_with("timezone = \"Asia/Jakarta\"", "timezone = \"Asia/Jakarta\"\nweekdays = [\"Monday\", \"senin\"]\nholidays_file = \"nowhere.toml\""),
        small_with("timezone = \"Asia/Jakarta\"", "timezone = \"Asia/Jakarta\"\nweekdays = []"),
        format!("{SMALL}[reminder]\nsteps = [\"day-before\", \"week-before\"]\nday_before = \"9\"\nminutes_before = 0\nmost = 99\n"),
        format!("{SMALL}[reminder]\nsteps = \"day-before\"\nfrom = \"20:00\"\nuntil = \"07:00\"\n"),
        format!("{SMALL}[receipt]\nquiet = -1\n"),
        format!("{SMALL}[receipt]\nquiet = 1.5\nloud = 3\n"),
        format!("{SMALL}[reciept]\nquiet = 1\n"),
        format!("{SMALL}{}", &SMALL[SMALL.find("[[").unwrap()..]),
    ]
    .iter()
    .map(|text| told(text))
    .collect();
    let all = all.join("\n\n");
    assert!(
        !all.contains("hunter2") && !all.contains("my pass"),
        "{all}"
    );
    insta::assert_snapshot!(all);
}

#[test]
fn these_are_no_mistakes() {
    let server = |url: &str, more: &str| {
        small_with(
            "url = \"maildir:mail\"",
            &format!("url = \"{url}\"\n{more}"),
        )
    };
    for text in [
        server("imap://u@127.0.0.1:1143?tls=none", "password_env = \"P\""),
        server(
            "imap://u@mail.test?tls=none",
            "password_env = \"P\"\nallow_cleartext = true",
        ),
        server(
            "imap://u@mail.test?tls=starttls",
            "token_command = \"token u\"\nca_file = \"ca.pem\"",
        ),
        small_with("url = \"file:out\"", "url = \"smtp://localhost?tls=none\""),
        small_with(
            "timezone = \"Asia/Jakarta\"",
            "timezone = \"Asia/Jakarta\"\nholidays = [2026-12-25]",
        ),
        small_with("name = \"pokja\"", "name = \"pokja\"\ndigest = 07:30:00"),
        small_with(
            "name = \"pokja\"",
            "name = \"pokja\"\nsince = \"2026-11-23T00:00:00+08:00\"",
        ),
        small_with("url = \"sqlite:loket.db\"", "url = \"postgres://u:p@h/n\""),
        format!("\u{feff}{SMALL}"),
        SMALL.replace('\n', "\r\n"),
    ] {
        read(&text).unwrap_or_else(|errors| panic!("{errors}\n{text}"));
    }
}

#[test]
fn holidays_come_from_the_built_in_file_or_from_the_one_that_is_named_and_more_from_the_settings() {
    let day = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
    let built_in = read(&small_with(
        "timezone = \"Asia/Jakarta\"",
        "timezone = \"Asia/Jakarta\"\nholidays = [\"2026-09-15\"]",
    ));
    let calendar = built_in.unwrap().office.calendar;
    assert!(!calendar.is_working_day(day("2026-12-24")));
    assert!(!calendar.is_working_day(day("2026-09-15")));
    assert!(calendar.is_working_day(day("2026-12-23")));

    let folder = tempfile::tempdir().unwrap();
    let other = "libur_nasional = [{ tanggal = 2026-12-23, hari = \"Hari Jadi\" }]";
    std::fs::write(folder.path().join("libur.toml"), other).unwrap();
    let around = Surroundings::new(folder.path().to_owned(), None);
    let text = small_with(
        "timezone = \"Asia/Jakarta\"",
        "timezone = \"Asia/Jakarta\"\nholidays_file = \"libur.toml\"\nweekdays = [\"wednesday\", \"Saturday\"]",
    );
    let file = folder.path().join("loket.toml");
    let named = from_text(&text, "loket.toml", &file, &around).0.unwrap();
    let calendar = named.office.calendar;
    let working: Vec<bool> = ["2026-12-23", "2026-12-26", "2026-12-24", "2026-12-30"]
        .iter()
        .map(|text| calendar.is_working_day(day(text)))
        .collect();
    assert_eq!(working, [false, true, false, true]);
}

#[test]
fn a_password_file_is_looked_for_among_the_credentials_first() {
    let credentials = tempfile::tempdir().unwrap();
    std::fs::write(credentials.path().join("here"), "x").unwrap();
    let around = Surroundings::new("/etc/loket".into(), Some(credentials.path().to_owned()));
    assert_eq!(
        around.password_file("here"),
        credentials.path().join("here")
    );
    assert_eq!(
        around.password_file("elsewhere"),
        Path::new("/etc/loket/elsewhere")
    );
    assert_eq!(around.password_file("/etc/here"), Path::new("/etc/here"));
}

#[test]
fn the_password_of_postgres_comes_from_its_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p"), "hunter 2\n").unwrap();
    let around = Surroundings::new(folder.path().to_owned(), None);
    let text = small_with(
        "url = \"sqlite:loket.db\"",
        "url = \"postgres://u@h/n\"\npassword_file = \"p\"",
    );
    let settings = from_text(
        &text,
        "loket.toml",
        &folder.path().join("loket.toml"),
        &around,
    )
    .0;
    let whole = Secret("postgres://u:hunter%202@h/n".into());
    assert_eq!(settings.unwrap().database, DatabaseUrl::Postgres(whole));
}

#[test]
fn no_secret_is_shown() {
    let text = small_with(
        "url = \"sqlite:loket.db\"",
        "url = \"postgres://u:hunter2@h/n\"",
    );
    let shown = format!("{:?}", read(&text).unwrap());
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_file_that_is_not_there_is_told_by_name() {
    let error = Settings::load(Path::new("/nowhere/loket.toml")).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("/nowhere/loket.toml: cannot be read"),
        "{error}"
    );
}

proptest! {
    /// Lines lost, doubled or swapped: it is accepted, or something is said.
    #[test]
    fn any_damage_is_told(cuts in prop::collection::vec((0usize..40, 0usize..3), 1..4), junk in "\\PC{0,12}") {
        let mut lines: Vec<String> = CONTRACT.lines().map(str::to_owned).collect();
        for (at, how) in cuts {
            let at = at % lines.len();
            match how {
                0 => { lines.remove(at); }
                1 => { let half = lines[at].chars().take(lines[at].chars().count() / 2).collect(); lines[at] = half; }
                _ => lines[at].push_str(&junk),
            }
        }
        if let Err(errors) = read(&lines.join("\n")) {
            prop_assert!(!errors.0.is_empty());
        }
    }
}

//! `loket run` on a real Dovecot and a real Postfix, killed again and again while mails keep coming (T7).
//!
//! What P19 allows: a kill between the final dot of a mail and the record of its outcome leaves that unknown. For an hour
//! nothing is repeated; then an invitation goes once more (with the same Message-ID: the only duplicate there may be),
//! and an acknowledgement ends as `failed`, of which the members hear. What P10 allows: a mail in whose walk the process
//! was killed twice waits for a person.

use std::{collections::BTreeMap, fs, path::Path};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sqlx::{Connection as _, Row as _};

use super::{
    daemon::Daemon,
    ground::{Dice, Ground, exhaustive, ok, strace_works},
    support::servers::Servers,
};

/// One bidder, its tender, and the mails that it sent.
struct Bidder {
    address: String,
    code: String,
    mails: Vec<String>,
    /// All lay in the mailbox before the program started, so that they were taken in together.
    together: bool,
}

fn settings(servers: &Servers, office: &str, member: &str) -> String {
    let (ca, password) = (servers.ca.display(), servers.password_file.display());
    format!(
        r#"
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
address    = "{office}"
subaddress = "+"
since      = 2000-01-01T00:00:00+08:00
members    = [ {{ name = "Sri Rahayu", email = "{member}" }} ]
[mailbox.receive]
url           = "{}"
password_file = "{password}"
ca_file       = "{ca}"
[mailbox.send]
url           = "{}"
password_file = "{password}"
ca_file       = "{ca}"
"#,
        servers.imaps_url(office),
        servers.smtps_url(office),
    )
}

/// A tender of one bidder, whose invitation is due at once.
fn import(ground: &Ground, bidder: &Bidder) {
    let tender = format!(
        r#"
[tender]
code    = "{code}"
name    = "Pekerjaan {code}"
mailbox = "pokja-3"
kind    = "konstruksi"
[[bidder]]
name   = "CV Peserta {code}"
emails = ["{address}"]
[[session]]
kind      = "qualification"
starts    = 2099-11-25T09:00:00+08:00
ends      = 2099-11-25T11:00:00+08:00
due       = 2099-11-25T16:00:00+08:00
meeting   = {{ url = "https://zoom.us/j/123456789" }}
documents = ["ktp", "nib"]
"#,
        code = bidder.code,
        address = bidder.address,
    );
    let file = format!("tender/{}.toml", bidder.code);
    fs::write(ground.path(&file), tender).expect("a tender");
    ok(&ground.run(&["import", &file]));
}

fn send(servers: &Servers, office: &str, bidder: &mut Bidder) {
    let number = bidder.mails.len() + 1;
    let id = format!("<{}.{number}@surel.example>", bidder.code);
    let content = data_encoding::BASE64.encode(id.as_bytes());
    let mail = format!(
        "From: {from}\r\nTo: {office}\r\nSubject: Dokumen {code} ({number})\r\nMessage-ID: {id}\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n\r\nTerlampir.\r\n\
         --b\r\nContent-Type: image/jpeg; name=\"ktp {number}.jpg\"\r\n\
         Content-Disposition: attachment; filename=\"ktp {number}.jpg\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{content}\r\n--b--\r\n",
        from = bidder.address,
        code = bidder.code,
    );
    servers.deliver_now(&bidder.address, &[office], mail.as_bytes());
    bidder.mails.push(id);
}

/// The database is whole after every kill.
fn check_database(file: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        sqlx::any::install_default_drivers();
        let url = format!("sqlite:{}", file.display());
        let mut connection = sqlx::AnyConnection::connect(&url)
            .await
            .expect("the database opens");
        let rows = sqlx::query("PRAGMA integrity_check")
            .fetch_all(&mut connection)
            .await
            .expect("a check");
        let told: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        assert_eq!(told, ["ok"]);
        let rows = sqlx::query("PRAGMA foreign_key_check")
            .fetch_all(&mut connection)
            .await
            .expect("a check");
        assert!(rows.is_empty());
        connection.close().await.expect("an end");
    });
}

#[test]
fn killed_again_and_again_every_mail_is_one_message_and_named_in_one_receipt() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let mut dice = Dice::new("killed_again_and_again");
    let rounds = match std::env::var("LOKET_TEST_ROUNDS") {
        Ok(rounds) => rounds.parse().expect("LOKET_TEST_ROUNDS is a number"),
        Err(_) if exhaustive() => 200,
        Err(_) => 20,
    };
    let (office, member) = (
        Servers::address("pokja-kill"),
        Servers::address("anggota-kill"),
    );
    let ground = Ground::bare();
    fs::write(
        ground.path("loket.toml"),
        settings(&servers, &office, &member),
    )
    .expect("settings");
    drop(servers.mailbox(&office));

    let traced = strace_works();
    let mut in_talk = 0;
    let mut bidders: Vec<Bidder> = Vec::new();
    for round in 0..rounds {
        let mut bidder = Bidder {
            address: Servers::address("peserta-kill"),
            code: format!("{}", 7_000_000 + round),
            mails: Vec::new(),
            together: dice.below(2) == 0,
        };
        import(&ground, &bidder);
        let (count, mut after) = (1 + dice.below(3), dice.below(5_000));
        if bidder.together {
            for _ in 0..count {
                send(&servers, &office, &mut bidder);
            }
        }
        // The moment: so many octets of its log, or before the n-th thing that a thread says to a server; at the latest
        // when the receipt of this or an earlier round went out.
        let mut daemon = match (traced, dice.below(2)) {
            (true, 0) => {
                let inject = format!(
                    "inject=sendto,writev:signal=KILL:when={}",
                    1 + dice.below(14)
                );
                let options = [
                    "-o",
                    "/dev/null",
                    "-e",
                    "trace=sendto,writev",
                    "-e",
                    &inject,
                ];
                after = usize::MAX;
                Daemon::of(ground.strace(&options, &["run"]))
            }
            _ => Daemon::spawn(&ground),
        };
        let mut heard = 0;
        loop {
            let Some(line) = daemon.hear() else {
                in_talk += 1;
                break;
            };
            heard += line.len();
            let acknowledged = line.contains("outbox.attempt") && line.contains("acknowledgement");
            if !bidder.together && bidder.mails.len() < count {
                send(&servers, &office, &mut bidder);
            } else if heard > after || acknowledged {
                break;
            }
        }
        daemon.kill();
        check_database(&ground.path("loket.db"));
        bidders.push(bidder);
    }

    eprintln!("{in_talk} of {rounds} kills met it while it talked to a server");
    settle(&ground);
    check_messages(&ground, &bidders);
    check_outbox(&ground, &bidders, rounds);
    check_mailboxes(&servers, &ground, &bidders);
    let mut mailbox = servers.mailbox(&office);
    let snapshot = mailbox.snapshot("INBOX");
    assert!(
        snapshot.flags.values().all(|flags| flags.is_empty()),
        "P4: {snapshot:?}"
    );
    let sent: usize = bidders.iter().map(|bidder| bidder.mails.len()).sum();
    assert_eq!(snapshot.flags.len(), sent);
    ground.verify().expect("all is sound");
}

/// Everything that came is taken in, what waits for certainty gets none, and a person places what was left to people.
fn settle(ground: &Ground) {
    ok(&ground.run(&["run", "--once"]));
    for hours in [2, 4] {
        let at = Timestamp::now() + SignedDuration::from_hours(hours);
        ok(&ground.once(&at.to_string()));
    }
    let mut left = 0;
    for message in ground.list("messages") {
        if message["state"] != "failed" {
            continue;
        }
        assert!(
            message["failure"]
                .as_str()
                .is_some_and(|why| why.contains("berhenti dua kali")),
            "{message}"
        );
        left += 1;
        let number = message["id"].to_string();
        let original = message["sha256"].as_str().expect("a digest");
        let original = ground.path(&format!(
            "berkas/originals/{}/{original}.eml",
            &original[..2]
        ));
        let text = fs::read_to_string(original).expect("the original");
        let code = text
            .split_once("Subject: Dokumen ")
            .map(|(_, rest)| &rest[..7])
            .expect("its subject");
        ok(&ground.run(&[
            "assign",
            &number,
            "--tender",
            code,
            "--bidder",
            &format!("CV Peserta {code}"),
        ]));
    }
    eprintln!("{left} mails were left to a person after two kills in their walk (P10)");
    let at = Timestamp::now() + SignedDuration::from_hours(6);
    ok(&ground.once(&at.to_string()));
    assert!(ok(&ground.once(&at.to_string())).contains("decided 0, queued 0, sent 0, waiting 0"));
}

fn check_messages(ground: &Ground, bidders: &[Bidder]) {
    let messages = ground.list("messages");
    for bidder in bidders {
        for id in &bidder.mails {
            let found: Vec<&Value> = messages
                .iter()
                .filter(|message| message["message_id"] == id.as_str())
                .collect();
            assert_eq!(found.len(), 1, "{id}: {found:?}");
            assert_eq!(found[0]["state"], "filed", "{}", found[0]);
            assert_eq!(found[0]["tender"], bidder.code.as_str(), "{}", found[0]);
            assert_eq!(
                found[0]["replies"].as_array().map(Vec::len),
                Some(1),
                "P17: {}",
                found[0]
            );
        }
    }
    let sent: usize = bidders.iter().map(|bidder| bidder.mails.len()).sum();
    assert_eq!(messages.len(), sent);
}

fn check_outbox(ground: &Ground, bidders: &[Bidder], rounds: usize) {
    let (outbox, messages) = (ground.list("outbox"), ground.list("messages"));
    let mut unknown = 0;
    for mail in &outbox {
        match mail["state"].as_str() {
            Some("sent") => {}
            Some("failed") => {
                unknown += 1;
                let why = mail["last_error"].as_str().unwrap_or_default();
                assert!(why.contains("kepastian"), "{mail}");
            }
            _ => panic!("P16: not at an end: {mail}"),
        }
    }
    for bidder in bidders {
        let of = |kind: &str| {
            let of_kind =
                |mail: &&Value| mail["kind"] == kind && mail["to"] == bidder.address.as_str();
            outbox.iter().filter(of_kind).count()
        };
        assert_eq!(of("invitation"), 1);
        let receipts = of("acknowledgement");
        // What a person placed is acknowledged by itself.
        let placed = messages.iter().any(|message| {
            message["tender"] == bidder.code.as_str() && !message["decided_by"].is_null()
        });
        let most = if bidder.together && !placed {
            1
        } else {
            bidder.mails.len()
        };
        assert!(
            (1..=most).contains(&receipts),
            "{receipts} receipts for {:?}",
            bidder.mails
        );
    }
    eprintln!(
        "{rounds} rounds: {} letters, {unknown} with an unknown outcome given up (P19)",
        outbox.len()
    );
}

/// What really arrived: nothing twice, but for invitations whose outcome was unknown.
fn check_mailboxes(servers: &Servers, ground: &Ground, bidders: &[Bidder]) {
    let outbox = ground.list("outbox");
    let mut repeated = 0;
    for bidder in bidders {
        let mine: Vec<&Value> = outbox
            .iter()
            .filter(|mail| mail["to"] == bidder.address.as_str())
            .collect();
        let sent = mine.iter().filter(|mail| mail["state"] == "sent").count();
        servers.mailbox(&bidder.address).wait_for("INBOX", sent);
        // The last one to come: behind it nothing of ours is on its way.
        servers.deliver(
            "penanda@surel.example",
            &[&bidder.address],
            b"Subject: penanda\r\n\r\n.\r\n",
        );
        let mut mailbox = servers.mailbox(&bidder.address);
        let mut mails = mailbox.wait_for("INBOX", sent + 1);
        let is_mark = |mail: &super::support::imap::Mail| {
            mail.header("Subject").as_deref() == Some("penanda")
        };
        while !mails.iter().any(is_mark) {
            mails = mailbox.wait_for("INBOX", mails.len() + 1);
        }
        let mut octets: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for mail in mails.iter().filter(|mail| !is_mark(mail)) {
            let id = mail.header("Message-ID").expect("a Message-ID");
            let text = mail.text();
            // Above stands what Postfix and Dovecot wrote.
            let ours = text
                .find("Message-ID: ")
                .map(|_| text.split_once("\r\n\r\n").expect("a body").1.to_owned());
            octets
                .entry(id)
                .or_default()
                .push(format!("{:?} {ours:?}", mail.header("Date")));
        }
        for row in mine {
            let copies = octets
                .remove(row["message_id"].as_str().expect("an id"))
                .unwrap_or_default();
            match (row["state"].as_str(), row["kind"].as_str(), copies.len()) {
                (Some("sent"), _, 1) | (Some("failed"), _, 0 | 1) => {}
                (Some("sent"), Some("invitation"), 2) => {
                    repeated += 1;
                    assert_eq!(copies[0], copies[1], "P18");
                }
                (_, _, count) => panic!("{count} copies of {row}"),
            }
        }
        assert!(octets.is_empty(), "{octets:?}");
    }
    eprintln!("{repeated} invitations arrived twice after an unknown outcome (P19)");
}

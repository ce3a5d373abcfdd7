//! A mailbox with a backlog holds up no other (P34).

use std::{fs, time::Instant};

use super::{
    daemon::Daemon,
    ground::{FIRM, Ground, MORNING, OFFICE, exhaustive, mail, ok},
};

const SECOND: &str = r#"
[[mailbox]]
name       = "pokja-4"
title      = "Pokja Pemilihan IV"
address    = "pokja4@berau.test"
subaddress = "+"
since      = 2026-11-23T00:00:00+08:00

[mailbox.receive]
url = "maildir:maildir-4"

[mailbox.send]
url = "file:surat-keluar-4"
"#;

const TENDER: &str = r#"
[tender]
code    = "5550001"
name    = "Pengadaan Kapal"
mailbox = "pokja-4"
kind    = "barang"

[[bidder]]
name   = "CV Empat"
emails = ["empat@surel.example"]

[[session]]
kind      = "qualification"
starts    = 2099-11-25T09:00:00+08:00
ends      = 2099-11-25T11:00:00+08:00
due       = 2099-11-25T16:00:00+08:00
meeting   = { url = "https://zoom.us/j/123456789" }
documents = ["ktp"]
"#;

/// The number of a decided message in a line of the log.
fn decided(line: &str) -> Option<u64> {
    let rest = line.split_once("message.decided")?.1;
    let number = rest.split_once("number=")?.1;
    number.split_whitespace().next()?.parse().ok()
}

#[test]
fn a_mail_of_another_mailbox_is_answered_while_a_backlog_is_walked() {
    let ground = Ground::far();
    for folder in ["maildir-4/cur", "maildir-4/new", "maildir-4/tmp"] {
        fs::create_dir_all(ground.path(folder)).expect("a folder");
    }
    let settings = fs::read_to_string(ground.path("loket.toml")).expect("settings") + SECOND;
    fs::write(ground.path("loket.toml"), settings).expect("settings");
    fs::write(ground.path("tender/4.toml"), TENDER).expect("a tender");
    ok(&ground.run(&["import", "tender/4.toml"]));
    ok(&ground.once(MORNING));

    let backlog = if exhaustive() { 10_000 } else { 300 };
    for number in 0..backlog {
        let name = format!("{number:05}");
        ground.deliver(&name, &mail(FIRM, "Dokumen 8231345", &name, &["ktp.jpg"]));
    }
    let other = String::from_utf8(mail(
        "empat@surel.example",
        "Dokumen 5550001",
        "x",
        &["ktp.jpg"],
    ))
    .expect("ASCII");
    let other = other.replace(OFFICE, "pokja4@berau.test");
    let deliver = || ground.deliver_to("maildir-4", "x", other.as_bytes());
    // A Maildir is looked at every half minute, which only the long run waits for.
    if !exhaustive() {
        deliver();
    }
    let mut daemon = Daemon::start(&ground);
    if exhaustive() {
        daemon.wait_for("message.decided");
        deliver();
    }
    let delivered = Instant::now();
    let answered = loop {
        let line = daemon.hear().expect("it lives").to_owned();
        if line.contains("outbox.attempt") && line.contains("acknowledgement") {
            // The other one is the invitation.
            if ground.letters("surat-keluar-4").len() == 2 {
                break delivered.elapsed();
            }
        }
    };
    let walked = daemon
        .said
        .iter()
        .filter(|line| decided(line).is_some())
        .count();
    eprintln!("answered after {answered:?}, with {walked} of {backlog} walked");
    assert!(answered.as_secs() < 120, "{answered:?}");
    assert!(!daemon.said.iter().any(|line| line.contains("task.stuck")));
    assert!(walked < backlog, "the backlog was over before");
    let (status, _) = daemon.terminate();
    assert_eq!(status.code(), Some(0));
    // Whatever was left is walked by the next run.
    ok(&ground.run(&["run", "--once"]));
    let messages = ground.list("messages");
    assert_eq!(messages.len(), backlog + 1);
    assert!(messages.iter().all(|message| message["state"] == "filed"));
}

//! The commands that people type: what they say, how they end, what they change.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::{
    CV, MORNING, PT, Scene, TEN,
    support::{
        mails::Draft,
        office::{Bidder, MailboxLayout, OfficeUnderTest},
        servers::Servers,
    },
};

const ARRIVED: Option<&str> = Some("25-Nov-2025 09:30:00 +0800");

/// The keys of CONTRACT.md, which must always be there.
#[rustfmt::skip]
const KEYS: &[(&str, &[&str])] = &[
    ("messages", &["id", "mailbox", "message_id", "sha256", "received_at", "from", "subject", "kind", "state",
        "unanswered", "tender", "bidder", "session", "late", "confidence", "reasons", "attention",
        "sender_registered", "candidates", "attachments", "replies"]),
    ("documents", &["tender", "bidder", "session", "document", "expert", "state", "files"]),
    ("sessions", &["tender", "session", "bidder", "starts", "ends", "due", "invitation", "attendance",
        "recording_consent", "negotiation", "documents"]),
    ("events", &["seq", "time", "actor", "action", "subject", "data", "prev", "hash"]),
    ("outbox", &["id", "kind", "to", "subject", "message_id", "in_reply_to", "tender", "bidder", "session", "state",
        "attempts", "created_at", "due_at", "sent_at", "last_error"]),
];

fn keys(object: &Value) -> BTreeSet<&str> {
    object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// A stranger's mail about PT, from an address that nobody registered, without any key.
fn stranger(office: &OfficeUnderTest) -> Draft {
    let from = Servers::address("pribadi");
    Draft::new(&from, office.address(), "berkas").photo("ktp.jpg")
}

#[test]
fn every_list_has_the_keys_of_the_contract() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, pt, .. } = &Scene::new(&servers);
    office.once_at(MORNING);
    let mut mailbox = servers.mailbox(office.address());
    let drafts = [
        Draft::new(pt, office.address(), "dokumen")
            .photo("ktp.jpg")
            .body("Berkas lain: https://drive.google.com/file/d/1AbCdEfGh/view\n"),
        stranger(office),
    ];
    for draft in &drafts {
        mailbox.append("INBOX", ARRIVED, &draft.delivered());
    }
    office.once_at(TEN);
    for (what, expected) in KEYS {
        let rows = office.list(what);
        assert!(!rows.is_empty(), "no {what}");
        for row in &rows {
            for key in *expected {
                assert!(keys(row).contains(key), "{what} without {key}: {row}");
            }
            for key in [
                "received_at",
                "created_at",
                "due_at",
                "sent_at",
                "starts",
                "ends",
                "due",
                "time",
            ] {
                if let Some(time) = row[key].as_str() {
                    assert!(time.ends_with('Z'), "{what}: {key} is not in UTC: {time}");
                    time.parse::<jiff::Timestamp>().unwrap();
                }
            }
        }
    }
    let message = office.message(&drafts[0].message_id);
    assert_eq!(
        office
            .run(&["show", &drafts[0].message_id, "--json"])
            .objects(),
        std::slice::from_ref(&message)
    );
    assert_eq!(office.run(&["show", "1", "--json"]).objects()[0]["id"], 1);
    for file in message["attachments"].as_array().unwrap() {
        let expected = [
            "name",
            "media_type",
            "bytes",
            "sha256",
            "path",
            "document",
            "expert",
            "container",
            "findings",
        ];
        for key in expected {
            assert!(keys(file).contains(key), "no {key} in {file}");
        }
    }
    let link = &message["attachments"][1];
    assert_eq!(link["media_type"], "text/uri-list");
    assert_eq!(link["findings"], serde_json::json!(["link-only"]));
    assert_eq!(message["attention"], "link");
    let reason = &message["reasons"][0];
    assert!(reason["signal"].is_string() && reason["detail"].is_string());
    let documents = &office.list("sessions")[0]["documents"];
    assert!(
        ["owed", "received", "missing"]
            .iter()
            .all(|key| documents[key].is_u64())
    );
    let document = office
        .list("documents")
        .into_iter()
        .find(|row| row["state"] == "received");
    let document = document.expect("a received one");
    for key in ["path", "sha256", "message"] {
        assert!(keys(&document["files"][0]).contains(key), "{document}");
    }
    // A table for people says the same in the office's own time.
    let table = office.run(&["list", "messages"]).succeeded().stdout;
    assert!(table.contains("2025-11-25 09:30"), "{table}");
    // Only what concerns the tender.
    assert_eq!(
        office
            .run(&["list", "messages", "--json", "--tender", "8231345"])
            .objects()
            .len(),
        1
    );
}

#[test]
fn commands_end_with_0_for_done_1_for_failed_and_2_for_wrong_usage_or_settings() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, .. } = &Scene::new(&servers);
    let dossier = office.path("berkas-tender").display().to_string();
    let taken = office.path("").display().to_string();
    #[rustfmt::skip]
    let table: &[(&[&str], i32)] = &[
        (&["--help"], 0),
        (&["--version"], 0),
        (&["check"], 0),
        (&["list", "tenders"], 0),
        (&["list", "events", "--json"], 0),
        (&["run", "--once", "--at", MORNING], 0),
        (&["export", "8231345", &dossier], 0),
        (&["verify"], 0),
        (&["verify", &dossier], 0),
        (&["rebuild"], 0),
        (&["import", "8231345.toml"], 0),
        (&["import", "8231345.toml", "--dry-run"], 0),
        (&["export", "8231345", &taken], 1),
        (&["export", "999", &dossier], 1),
        (&["show", "4711"], 1),
        (&["ignore", "4711"], 1),
        (&["assign", "4711", "--tender", "8231345", "--bidder", PT], 1),
        (&["list", "messages", "--tender", "999"], 1),
        (&["import", "tidak-ada.toml"], 1),
        (&["verify", &taken], 1),
        (&[], 2),
        (&["berjalan"], 2),
        (&["list"], 2),
        (&["list", "apa"], 2),
        (&["run", "--at", MORNING], 2),
        (&["run", "--once", "--at", "besok"], 2),
        (&["assign", "1", "--tender", "8231345", "--bidder", PT, "--session", "rapat"], 2),
        (&["import"], 2),
    ];
    for (arguments, code) in table {
        let ran = office.run(arguments);
        assert_eq!(ran.code, *code, "{arguments:?}: {}", ran.said());
        if *code != 0 {
            assert!(!ran.stderr.is_empty(), "{arguments:?} says nothing");
        }
    }
    let settings = fs::read_to_string(office.path("loket.toml")).unwrap();
    let broken = settings
        .replace("timezone", "timezoen")
        .replace("quiet = 120", "quiet = \"lama\"");
    fs::write(office.path("loket.toml"), broken).unwrap();
    for arguments in [
        &["check"][..],
        &["run", "--once"],
        &["list", "events"],
        &["import", "8231345.toml"],
    ] {
        let ran = office.run(arguments).ended_with(2);
        for words in ["loket.toml", "timezoen", "quiet"] {
            assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
        }
    }
    fs::write(office.path("loket.toml"), settings).unwrap();
}

#[test]
fn check_names_what_works_and_what_does_not() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let mut office = OfficeUnderTest::new(&servers);
    let good = office.run(&["check"]).succeeded().stdout;
    for line in [
        "database",
        "storage",
        "disk",
        "clock",
        "receive pokja-3",
        "send pokja-3",
    ] {
        let found = good
            .lines()
            .any(|ok| ok.starts_with("ok ") && ok.contains(line));
        assert!(found, "{line} in {good}");
    }
    assert!(
        good.contains("IDLE") && good.contains("folder INBOX"),
        "{good}"
    );

    let sound = office.mailboxes[0].clone();
    let other_ca = office.path("other-ca.pem");
    let made = rcgen::generate_simple_self_signed(vec!["ca.test".to_owned()]).unwrap();
    fs::write(&other_ca, made.cert.pem()).unwrap();
    fs::write(office.path("wrong"), "bukan-sandi\n").unwrap();
    let change: [(&str, MailboxLayout, &[&str]); 4] = [
        (
            "another authority",
            MailboxLayout {
                ca_file: other_ca,
                ..sound.clone()
            },
            &[
                "FAILED  receive pokja-3",
                "FAILED  send pokja-3",
                "certificate",
            ],
        ),
        (
            "a wrong password",
            MailboxLayout {
                password_file: office.path("wrong"),
                ..sound.clone()
            },
            &["FAILED  receive pokja-3", "FAILED  send pokja-3"],
        ),
        (
            "nobody listens",
            MailboxLayout {
                receive: format!("imaps://{}@localhost:1/INBOX", sound.address),
                ..sound.clone()
            },
            &[
                "FAILED  receive pokja-3",
                "ok      send pokja-3",
                "localhost:1",
            ],
        ),
        (
            "no such folder",
            MailboxLayout {
                also: vec!["Tidak Ada".to_owned()],
                ..sound.clone()
            },
            &["Tidak Ada", "ok      send pokja-3"],
        ),
    ];
    for (name, layout, expected) in change {
        office.mailboxes = vec![layout];
        office.save();
        let ran = office.run(&["check"]).ended_with(1);
        for words in expected {
            assert!(
                ran.stdout.contains(words),
                "{name}: {words:?} in {}",
                ran.stdout
            );
        }
        assert!(!ran.said().contains("bukan-sandi"), "{}", ran.said());
        assert!(ran.stdout.contains("ok      database"), "{}", ran.stdout);
    }
}

#[test]
fn an_import_with_mistakes_lists_them_all_and_changes_nothing() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, tender, .. } = &Scene::new(&servers);
    let (before, events) = (office.list("tenders"), office.list("events").len());
    // The same once more: nothing.
    let said = office.import(tender).stdout;
    assert!(said.contains("tidak ada perubahan"), "{said}");
    assert_eq!(office.list("events").len(), events);

    let mut good = tender.clone();
    good.name = "Pembangunan Jembatan Sei Lanuk Tahap II".to_owned();
    let mut bad = tender.clone();
    bad.code = "82-A".to_owned();
    bad.bidders.push(Bidder::new(PT, "bukan-alamat"));
    bad.sessions[0].kind = "rapat".to_owned();
    bad.sessions[0].documents.push("kartu-remi".to_owned());
    fs::write(office.path("good.toml"), good.toml()).unwrap();
    fs::write(office.path("bad.toml"), bad.toml()).unwrap();
    let ran = office
        .run(&["import", "good.toml", "bad.toml"])
        .ended_with(1);
    for words in [
        "tender.code",
        "bidder[2].name",
        "bukan-alamat",
        "session[0].kind",
        "documents[4]",
    ] {
        let named = ran
            .stderr
            .lines()
            .any(|line| line.contains("bad.toml") && line.contains(words));
        assert!(named, "{words} in {}", ran.stderr);
    }
    assert_eq!(office.list("tenders"), before);
    assert_eq!(office.list("events").len(), events);

    let said = office
        .run(&["import", "good.toml", "--dry-run"])
        .succeeded()
        .stdout;
    assert!(said.contains("Tahap II"), "{said}");
    assert_eq!(office.list("tenders"), before);
    office.run(&["import", "good.toml"]).succeeded();
    assert_eq!(office.list("tenders")[0]["name"], good.name.as_str());
}

#[test]
fn a_person_assigns_what_needed_a_decision_and_the_bidder_gets_his_receipt() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, pt, .. } = &Scene::new(&servers);
    office.once_at(MORNING);
    let draft = stranger(office);
    servers
        .mailbox(office.address())
        .append("INBOX", ARRIVED, &draft.delivered());
    office.once_at(TEN);
    let message = office.message(&draft.message_id);
    assert_eq!(message["state"], "needs-decision");
    assert_eq!(message["attachments"][0]["path"], Value::Null);
    let number = message["id"].to_string();
    let shown = office.run(&["show", &number]).succeeded().stdout;
    assert!(shown.contains("loket assign"), "{shown}");
    assert_eq!(office.outbox("unknown-sender-reply").len(), 1);

    office
        .run(&[
            "assign",
            &number,
            "--tender",
            "8231345",
            "--bidder",
            "pt. contoh karya ABADI",
        ])
        .succeeded();
    office.once_at("2025-11-25T10:30:00+08:00");
    let message = office.message(&draft.message_id);
    assert_eq!(
        (&message["state"], &message["bidder"]),
        (&"filed".into(), &PT.into())
    );
    assert_eq!(message["decided_by"], "sri");
    assert_eq!(message["replies"].as_array().unwrap().len(), 2);
    let path = message["attachments"][0]["path"].as_str().unwrap();
    assert_eq!(
        fs::read(office.berkas().join(path)).unwrap(),
        draft.files[0].2
    );
    // To the registered address, whoever wrote (P25).
    let receipts = office.outbox("acknowledgement");
    assert_eq!(
        (receipts.len(), &receipts[0]["to"]),
        (1, &pt.as_str().into())
    );
    servers.mailbox(pt).wait_for("INBOX", 2);

    // The same again does nothing.
    let events = office.list("events").len();
    office
        .run(&["assign", &number, "--tender", "8231345", "--bidder", PT])
        .succeeded();
    assert_eq!(office.list("events").len(), events);
    office.run(&["ignore", &number]).ended_with(1);
}

#[test]
fn a_person_sets_aside_what_needs_nothing() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, .. } = &Scene::new(&servers);
    office.once_at(MORNING);
    let draft = stranger(office);
    servers
        .mailbox(office.address())
        .append("INBOX", ARRIVED, &draft.delivered());
    office.once_at(TEN);
    let number = office.message(&draft.message_id)["id"].to_string();
    office.run(&["ignore", &number]).succeeded();
    assert_eq!(office.message(&draft.message_id)["state"], "set-aside");
    let events = office.list("events");
    let last = events.last().unwrap();
    assert_eq!(
        (&last["action"], &last["actor"]),
        (&"message.set-aside".into(), &"sri".into())
    );
    office.run(&["ignore", &number]).succeeded();
    assert_eq!(office.list("events").len(), events.len());
    // Not for ever: it may be assigned all the same.
    office
        .run(&["assign", &number, "--tender", "8231345", "--bidder", CV])
        .succeeded();
    assert_eq!(office.message(&draft.message_id)["state"], "filed");
}

#[test]
fn a_message_moved_to_another_bidder_leaves_nothing_with_the_first() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, pt, cv, .. } = &Scene::new(&servers);
    office.once_at(MORNING);
    let draft = Draft::new(pt, office.address(), "dokumen")
        .photo("ktp.jpg")
        .photo("nib.jpg");
    let mut mailbox = servers.mailbox(office.address());
    mailbox.append("INBOX", ARRIVED, &draft.delivered());
    office.once_at(TEN);
    let first = office.message(&draft.message_id);
    assert_eq!(first["bidder"], PT);
    let papers = || office.papers();
    let of = |bidder: &str| papers().iter().filter(|path| path.contains(bidder)).count();
    assert_eq!((of(PT), of(CV)), (2, 0));
    let number = first["id"].to_string();
    let assign = |bidder: &str| {
        office
            .run(&["assign", &number, "--tender", "8231345", "--bidder", bidder])
            .succeeded()
    };

    assign(CV);
    assert_eq!((of(PT), of(CV)), (0, 2));
    office.run(&["verify"]).succeeded();
    office.once_at("2025-11-25T10:30:00+08:00");
    let receipts = office.outbox("acknowledgement");
    assert_eq!(receipts.len(), 2, "{receipts:#?}");
    assert_eq!(receipts[1]["to"], cv.as_str());
    let withdrawn: Vec<Value> = office
        .list("events")
        .into_iter()
        .filter(|event| event["action"] == "paper.withdrawn")
        .collect();
    assert_eq!(withdrawn.len(), 2);
    assert_eq!(withdrawn[0]["data"]["outcome"], "removed");
    let missing = |bidder: &str| {
        let rows = office.list("sessions");
        let row = rows.iter().find(|row| row["bidder"] == bidder).unwrap();
        row["documents"]["missing"].clone()
    };
    assert_eq!((missing(PT), missing(CV)), (4.into(), 2.into()));

    // And back; nobody is told twice of the same.
    assign(PT);
    office.once_at("2025-11-25T10:40:00+08:00");
    assert_eq!((of(PT), of(CV)), (2, 0));
    assert_eq!(
        office.message(&draft.message_id)["attachments"],
        first["attachments"]
    );
    assert_eq!(office.outbox("acknowledgement").len(), 2);
    office.run(&["verify"]).succeeded();

    // What a person changed in the folder is not ours to remove: it stays, and verify names it.
    let path = first["attachments"][0]["path"].as_str().unwrap();
    fs::write(office.berkas().join(path), "catatan Pokja").unwrap();
    assign(CV);
    assert_eq!((of(PT), of(CV)), (1, 2));
    let said = office.run(&["verify"]).ended_with(1).stdout;
    assert!(said.contains(path), "{said}");
}

#[test]
fn what_came_twice_stays_with_the_first_bidder_when_one_of_the_mails_is_moved() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, pt, .. } = &Scene::new(&servers);
    office.once_at(MORNING);
    let first = Draft::new(pt, office.address(), "dokumen").photo("ktp.jpg");
    let mut again = Draft::new(pt, office.address(), "dokumen, sekali lagi");
    again.files = first.files.clone();
    let mut mailbox = servers.mailbox(office.address());
    mailbox.append("INBOX", ARRIVED, &first.delivered());
    mailbox.append(
        "INBOX",
        Some("25-Nov-2025 09:40:00 +0800"),
        &again.delivered(),
    );
    office.once_at(TEN);
    let filed = |draft: &Draft| office.message(&draft.message_id)["attachments"][0].clone();
    assert_eq!(filed(&again)["findings"], serde_json::json!(["duplicate"]));
    let number = office.message(&first.message_id)["id"].to_string();
    office
        .run(&["assign", &number, "--tender", "8231345", "--bidder", CV])
        .succeeded();
    let kept = filed(&again);
    assert_eq!(kept["findings"], serde_json::json!([]), "{kept}");
    let path = office.berkas().join(kept["path"].as_str().unwrap());
    assert!(path.display().to_string().contains(PT));
    assert_eq!(fs::read(path).unwrap(), first.files[0].2);
    office.run(&["verify"]).succeeded();
}

#[test]
fn a_bidders_answer_in_a_foreign_thread_waits_for_a_person() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, pt, cv, .. } = &Scene::new(&servers);
    office.once_at(MORNING);
    let invited = servers.mailbox(pt).wait_for("INBOX", 1)[0].clone();
    // CV has got hold of PT's invitation and answers it.
    let draft = Draft::reply(cv, &invited).photo("ktp.jpg");
    servers
        .mailbox(office.address())
        .append("INBOX", ARRIVED, &draft.delivered());
    office.once_at(TEN);
    let message = office.message(&draft.message_id);
    assert_eq!(message["state"], "needs-decision");
    assert_eq!(message["replies"], serde_json::json!([]));
    let named: BTreeSet<&str> = message["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|candidate| candidate["bidder"].as_str().unwrap())
        .collect();
    assert_eq!(named, BTreeSet::from([PT, CV]));
    assert_eq!(office.outbox("acknowledgement").len(), 0);
}

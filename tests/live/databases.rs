//! The same on SQLite and on PostgreSQL: equal results, one process at a time, and life after a kill.

use std::collections::HashMap;

use regex::Regex;
use serde_json::Value;

use crate::{
    MORNING, Scene, TEN,
    support::{
        mails::Draft,
        office::{OfficeUnderTest, Session},
        servers::Servers,
    },
};

fn on_postgres(servers: &Servers) -> OfficeUnderTest {
    let mut office = OfficeUnderTest::new(servers);
    office.database = servers.fresh_database();
    office.save();
    office
}

/// A day in the office: answers, a burst, a stranger, a machine, a contradiction, a decision, an export.
fn a_day(servers: &Servers, office: OfficeUnderTest) -> Vec<String> {
    let scene = Scene::in_office(office);
    let Scene { office, pt, cv, .. } = &scene;
    office.once_at(MORNING);
    let invited = servers.mailbox(pt).wait_for("INBOX", 1)[0].clone();
    let mut mailbox = servers.mailbox(office.address());
    let stranger = Servers::address("orang");
    let drafts = [
        Draft::reply(pt, &invited)
            .photo("ktp.jpg")
            .photo("npwp.jpg"),
        Draft::reply(pt, &invited).photo("nib.jpg"),
        Draft::new(cv, office.address(), "Dokumen kualifikasi").photo("akta perusahaan.jpg"),
        Draft::new(&stranger, office.address(), "Mohon informasi"),
        Draft::reply(pt, &invited).header("Auto-Submitted", "auto-replied"),
        Draft::reply(cv, &invited).photo("foto.jpg"),
    ];
    for (draft, minute) in drafts.iter().zip(10..) {
        let arrived = format!("25-Nov-2025 09:{minute}:00 +0800");
        mailbox.append("INBOX", Some(&arrived), &draft.delivered());
    }
    office.once_at(TEN);
    let contradiction = office.message(&drafts[5].message_id)["id"].to_string();
    let arguments = ["--tender", "8231345", "--bidder", crate::CV];
    office
        .run(&[&["assign", contradiction.as_str()][..], &arguments].concat())
        .succeeded();
    let stranger_mail = office.message(&drafts[3].message_id)["id"].to_string();
    office.run(&["ignore", &stranger_mail]).succeeded();
    let late = Draft::reply(pt, &invited).photo("akta.jpg");
    mailbox.append(
        "INBOX",
        Some("25-Nov-2025 16:30:00 +0800"),
        &late.delivered(),
    );
    office.once_at("2025-11-25T17:00:00+08:00");
    office.run(&["verify"]).succeeded();
    let dossier = office.path("dossier").display().to_string();
    office.run(&["export", "8231345", &dossier]).succeeded();
    office.run(&["verify", &dossier]).succeeded();

    let mut said = Vec::new();
    let mut masks = Masks::default();
    let known = [
        (office.address(), "POKJA"),
        (pt, "PT"),
        (cv, "CV"),
        (&stranger, "ORANG"),
    ];
    for what in [
        "tenders",
        "sessions",
        "messages",
        "documents",
        "outbox",
        "events",
    ] {
        for mut row in office.list(what) {
            // Only PostgreSQL has a lease, so numbers of events differ.
            if row["action"] == "lease.taken" {
                continue;
            }
            if let (Some(row), "events") = (row.as_object_mut(), what) {
                for key in ["seq", "prev", "hash"] {
                    row.remove(key);
                }
            }
            let mut text = row.to_string();
            for (address, name) in known {
                text = text.replace(address, name);
            }
            said.push(format!("{what}: {}", masks.apply(&text)));
        }
    }
    said
}

/// What is different in each office by its nature gets a name by the order in which it comes.
#[derive(Default)]
struct Masks(HashMap<String, String>);

impl Masks {
    fn apply(&mut self, text: &str) -> String {
        let unlike = Regex::new(
            r#"[0-9a-f]{64}|<[0-9a-f]{32}@[a-z.]+>|LKT-\w{3}-\w{4}|surat-\d+-\d+|queued as \w+|"time":"20(2[6-9]|[3-9]\d)[^"]*""#,
        )
        .unwrap();
        let count = &mut self.0;
        unlike
            .replace_all(text, |found: &regex::Captures| {
                let next = format!("#{}", count.len());
                count.entry(found[0].to_owned()).or_insert(next).clone()
            })
            .into_owned()
    }
}

#[test]
fn a_day_in_the_office_has_the_same_results_on_both_databases() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let sqlite = a_day(&servers, OfficeUnderTest::new(&servers));
    let postgres = a_day(&servers, on_postgres(&servers));
    assert!(sqlite.len() > 60, "{}", sqlite.len());
    for (one, other) in sqlite.iter().zip(&postgres) {
        assert_eq!(one, other);
    }
    assert_eq!(sqlite.len(), postgres.len());
}

#[test]
fn a_second_process_is_refused_at_once_and_reading_commands_work_beside_the_daemon() {
    let Some(servers) = Servers::get() else {
        return;
    };
    for office in [OfficeUnderTest::new(&servers), on_postgres(&servers)] {
        let scene = Scene::with(office, Session::now("qualification", &["ktp"]));
        let office = &scene.office;
        let daemon = office.daemon();
        for arguments in [&["run", "--once"][..], &["run"]] {
            let ran = office.run(arguments).ended_with(1);
            assert!(
                ran.stderr.contains("another loket is running"),
                "{}",
                ran.stderr
            );
        }
        assert_eq!(office.list("tenders").len(), 1);
        office.import(&scene.tender);
        office.run(&["verify"]).succeeded();
        assert_eq!(daemon.stop().0.code(), Some(0));
        // A clean stop gives the right back: nobody waits.
        office.once();
    }
}

#[test]
fn after_a_kill_the_next_process_goes_on_on_sqlite_at_once_and_on_postgres_when_the_lease_is_over()
{
    let Some(servers) = Servers::get() else {
        return;
    };
    for office in [OfficeUnderTest::new(&servers), on_postgres(&servers)] {
        let scene = Scene::with(office, Session::now("qualification", &["ktp", "npwp"]));
        let Scene { office, pt, .. } = &scene;
        let mut daemon = office.daemon();
        // Both invitations are sent and recorded.
        daemon.wait_for("outbox.attempt");
        daemon.wait_for("outbox.attempt");
        let invited = servers.mailbox(pt).wait_for("INBOX", 1)[0].clone();
        let answer = Draft::reply(pt, &invited).photo("ktp.jpg");
        servers.deliver_now(pt, &[&answer.to], &answer.raw());
        daemon.kill();
        let on_postgres = office.database.starts_with("postgres:");
        if on_postgres {
            let ran = office.run(&["run", "--once"]).ended_with(1);
            assert!(
                ran.stderr.contains("another loket is running"),
                "{}",
                ran.stderr
            );
            // A minute passes.
            Servers::sql(&office.database, "UPDATE lease SET expires_at = 1");
        }
        office.once();
        let message = office.message(&answer.message_id);
        assert_eq!(message["state"], "filed");
        assert_eq!(message["replies"].as_array().unwrap().len(), 1, "{message}");
        let mails = servers.mailbox(pt).wait_for("INBOX", 2);
        assert_eq!(mails.len(), 2);
        let invitations: Vec<Value> = office.outbox("invitation");
        assert!(
            invitations.iter().all(|row| row["state"] == "sent"),
            "{invitations:#?}"
        );
        office.run(&["verify"]).succeeded();
        if on_postgres {
            let epoch = Servers::sql(&office.database, "SELECT epoch FROM lease");
            assert_eq!(epoch, "2", "the epoch rises with each holder");
        }
    }
}

#[test]
fn a_holder_that_lost_its_lease_ends_and_writes_nothing_more() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let scene = Scene::with(
        on_postgres(&servers),
        Session::now("qualification", &["ktp"]),
    );
    let Scene { office, pt, .. } = &scene;
    let mut daemon = office.daemon();
    servers.mailbox(pt).wait_for("INBOX", 1);
    // Somebody else took it over, as after a long pause of this process.
    Servers::sql(
        &office.database,
        "UPDATE lease SET holder = 'another', epoch = epoch + 1, expires_at = 9999999999999",
    );
    let draft = Draft::new(pt, office.address(), "dokumen").photo("ktp.jpg");
    servers.deliver_now(pt, &[office.address()], &draft.raw());
    daemon.wait_for("loket: ");
    assert!(
        daemon.log.last().unwrap().contains("lease"),
        "{:?}",
        daemon.log.last()
    );
    assert_eq!(office.list("messages").len(), 0);
    assert_eq!(office.outbox("acknowledgement").len(), 0);
}

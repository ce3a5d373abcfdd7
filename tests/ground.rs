//! The test ground itself: other tests rely on these servers and this client to behave like the world outside.

mod support;

use support::servers::Servers;

fn mail(subject: &str) -> Vec<u8> {
    format!("From: cv@surel.example\r\nSubject: {subject}\r\n\r\nSatu\r\n.\r\n..dua\r\n\u{e9}\r\n")
        .into_bytes()
}

#[test]
fn a_mail_from_elsewhere_arrives_unchanged_below_the_delivery_block() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let address = Servers::address("pokja");
    let tagged = address.replace('@', "+k7x@");
    servers.deliver("cv@surel.example", &[&address], &mail("satu"));
    servers.deliver("", &[&tagged], &mail("dua"));

    let mut mails = servers.mailbox(&address).wait_for("INBOX", 2);
    mails.sort_by_key(|mail| mail.header("Subject"));
    for (arrived, (subject, to)) in mails.iter().zip([("dua", &tagged), ("satu", &address)]) {
        assert!(arrived.raw.ends_with(&mail(subject)), "{}", arrived.text());
        assert_eq!(arrived.header("Delivered-To").as_ref(), Some(to));
        assert!(arrived.header("Received").is_some());
        // A client on this machine is no reason to add what the sender left out.
        assert_eq!(arrived.header("Message-ID"), None);
    }
    assert_eq!(mails[0].header("Return-Path").as_deref(), Some("<>"));
    assert_eq!(
        mails[1].header("Return-Path").as_deref(),
        Some("<cv@surel.example>")
    );
}

#[test]
fn a_mailbox_that_is_not_there_bounces_refuses_or_delays_as_its_name_says() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let sender = Servers::address("pengirim");
    let nobody = Servers::address("tidak-ada");
    servers.deliver(&sender, &[&nobody], &mail("hilang"));
    let bounces = servers.mailbox(&sender).wait_for("INBOX", 1);
    let report = bounces[0].text();
    assert!(
        report.contains("Content-Type: message/delivery-status"),
        "{report}"
    );
    assert!(
        report.contains(&format!("Final-Recipient: rfc822; {nobody}")),
        "{report}"
    );
    assert!(
        report.contains("Action: failed") && report.contains("Status: 5.1.1"),
        "{report}"
    );

    for (name, code) in [("ditolak", "550"), ("tertunda", "451")] {
        let refused = servers.try_deliver(&sender, &[&Servers::address(name)], &mail("x"));
        assert!(
            refused.as_ref().is_err_and(|text| text.starts_with(code)),
            "{refused:?}"
        );
    }
    let outside = servers.try_deliver(&sender, &["someone@gmail.com"], &mail("x"));
    assert!(outside.is_err(), "a test must not write to the world");
}

#[test]
fn people_mark_move_and_remove_and_a_reader_leaves_no_trace() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let address = Servers::address("pokja");
    let mut mailbox = servers.mailbox(&address);
    let arrived = Some("25-Nov-2026 09:30:00 +0800");
    let uids: Vec<u32> = ["a", "b", "c"]
        .map(|subject| mailbox.append("INBOX", arrived, &mail(subject)))
        .to_vec();
    mailbox.mark("INBOX", uids[0], "\\Seen");
    let before = mailbox.snapshot("INBOX");
    assert!(before.flags[&uids[0]].contains("\\Seen"));
    assert_eq!(mailbox.mails("INBOX").len(), 3);
    assert_eq!(mailbox.snapshot("INBOX"), before);

    mailbox.expunge("INBOX", uids[1]);
    mailbox.move_to("INBOX", uids[2], "Arsip");
    let left: Vec<u32> = mailbox.snapshot("INBOX").flags.into_keys().collect();
    assert_eq!(left, [uids[0]]);
    assert_eq!(mailbox.mails("Arsip")[0].raw, mail("c"));
    assert_eq!(mailbox.examine("Junk"), 0);
}

#[test]
fn a_renumbered_folder_has_another_uid_validity_and_the_same_mails() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let address = Servers::address("pokja");
    for subject in ["a", "b"] {
        servers.deliver_now("cv@surel.example", &[&address], &mail(subject));
    }
    let mut mailbox = servers.mailbox(&address);
    let first = mailbox.append("INBOX", None, &mail("c"));
    mailbox.expunge("INBOX", first - 1);
    let before = mailbox.snapshot("INBOX");
    servers.renumber(&address, "INBOX");
    let mut mailbox = servers.mailbox(&address);
    let after = mailbox.snapshot("INBOX");
    assert!(
        after.uid_validity > before.uid_validity,
        "{before:?} {after:?}"
    );
    assert_eq!(after.flags.len(), 2);
    assert_ne!(after.flags, before.flags);
    let texts: Vec<String> = mailbox
        .mails("INBOX")
        .iter()
        .map(|mail| mail.text())
        .collect();
    assert!(
        texts.iter().any(|text| text.contains("Subject: c")),
        "{texts:?}"
    );
}

#[test]
fn a_fresh_database_is_empty_and_nobody_elses() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let (one, other) = (servers.fresh_database(), servers.fresh_database());
    assert_ne!(one, other);
    let ask = |url: &str, sql: &str| {
        let output = std::process::Command::new("psql")
            .args([url, "-At", "-c", sql])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(ask(&one, "SHOW fsync"), "on");
    ask(&one, "CREATE TABLE t (x BIGINT)");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(ask(&one, tables), "1");
    assert_eq!(ask(&other, tables), "0");
}

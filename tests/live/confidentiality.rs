//! What must never be seen: one bidder's data by another (P22), secrets and personal numbers in logs and errors (P33).

use std::collections::BTreeMap;

use crate::{
    CV, Scene,
    support::{
        imap::Mail,
        mails::{Draft, everything_said, photo, sha256},
        office::{Bidder, OfficeUnderTest, Session, Tender},
        servers::Servers,
    },
};

/// Strings of one bidder that nobody else may ever read, each with what it is.
struct Canaries(BTreeMap<&'static str, String>);

impl Canaries {
    /// Where in these mails, raw or decoded, one of them stands.
    fn found_in(&self, mails: &[Mail]) -> Vec<String> {
        let mut found = Vec::new();
        for mail in mails {
            let said = everything_said(mail).to_lowercase();
            // Folding, soft line ends and blanks hide nothing.
            let dense: String = said.replace("=\r\n", "").split_whitespace().collect();
            for (what, canary) in &self.0 {
                let canary = canary.to_lowercase();
                let canary_dense: String = canary.split_whitespace().collect();
                if said.contains(&canary) || dense.contains(&canary_dense) {
                    found.push(format!("{what} in mail {}", mail.uid));
                }
            }
        }
        found
    }
}

#[test]
fn nothing_of_one_bidder_reaches_the_other() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let office = OfficeUnderTest::new(&servers);
    let one = Servers::address_at("zebrafin", "quokkabau.example");
    let two = Servers::address_at("zebrafon", "quokkabau.example");
    let rival = Servers::address("saingan");
    let mut first = Bidder::new("PT Zirkonia Quagga Nusantara", &one);
    first.emails.push(two.clone());
    first.more = "npwp = \"09.876.543.2-109.000\"\nnib = \"9120987654321\"\ndirector = \"Xaverius Qomarudin\"\n\
                  phone = \"0812-9988-7766\"\nexperts = [\"Yolanda Wxyzrini\"]"
        .to_owned();
    let documents = ["ktp", "npwp", "ijazah", "cv"];
    let tender = Tender::new(
        vec![first.clone(), Bidder::new(CV, &rival)],
        vec![Session::now("clarification", &documents)],
    );
    office.import(&tender);
    office.once();
    let invited = servers.mailbox(&one).wait_for("INBOX", 1)[0].clone();
    let rival_invited = servers.mailbox(&rival).wait_for("INBOX", 1)[0].clone();

    let file = photo("kenari", 5000);
    let answer = Draft::reply(&one, &invited)
        .body("Kami dari Zirkonia. Rahasia kami: vexillologi-4471.\n")
        .file("ktp Xaverius wombat-77.jpg", "image/jpeg", file.clone());
    let answer = Draft {
        subject: format!("{} jerapah-ungu-31", answer.subject),
        ..answer
    };
    let other = Draft::new(&two, office.address(), "susulan trenggiling-52")
        .body("NPWP 09.876.543.2-109.000\n")
        .photo("ijazah Yolanda okapi-93.jpg");
    let rival_answer = Draft::reply(&rival, &rival_invited).photo("ktp.jpg");
    // What goes wrong between them must not tell either: the rival in the other's thread, and with the other's code.
    let poacher = Draft::reply(&rival, &invited).photo("npwp.jpg");
    let forwarded = Draft::new(&rival, office.address(), "FW: dokumen")
        .body("Dari perusahaan Zirkonia? Mohon dicek.\n")
        .photo("cv.jpg");
    for draft in [&answer, &other, &rival_answer, &poacher, &forwarded] {
        let to = draft.to.clone();
        servers.deliver_now(&draft.from, &[&to], &draft.raw());
    }
    office.once();
    let late = Draft::reply(&rival, &rival_invited).photo("ijazah.jpg");
    servers.deliver_now(&rival, &[&late.to], &late.raw());
    office.once();

    let session = office.list("sessions");
    let own = session
        .iter()
        .find(|row| row["bidder"] == first.name.as_str());
    let own_mail = |name: &str| invited.header(name).unwrap();
    let text = |text: &str| text.to_owned();
    let canaries = Canaries(BTreeMap::from([
        ("name", first.name.clone()),
        ("short name", text("zirkonia")),
        ("first address", one.clone()),
        ("second address", two.clone()),
        ("domain", text("quokkabau")),
        ("npwp", text("09.876.543.2-109.000")),
        ("npwp digits", text("098765432109000")),
        ("nib", text("9120987654321")),
        ("director", text("Xaverius Qomarudin")),
        ("phone", text("0812-9988-7766")),
        ("expert", text("Yolanda Wxyzrini")),
        ("file name", text("wombat-77")),
        ("second file name", text("okapi-93")),
        ("file digest", sha256(&file)),
        ("subject", text("jerapah-ungu-31")),
        ("second subject", text("trenggiling-52")),
        ("body", text("vexillologi-4471")),
        (
            "message id",
            answer.message_id.trim_matches(['<', '>']).to_owned(),
        ),
        (
            "second message id",
            other.message_id.trim_matches(['<', '>']).to_owned(),
        ),
        (
            "invitation id",
            own_mail("Message-ID").trim_matches(['<', '>']).to_owned(),
        ),
        ("secret address", own_mail("Reply-To")),
        (
            "reference",
            own.unwrap()["reference"].as_str().unwrap().to_owned(),
        ),
    ]));

    let rivals = servers.mailbox(&rival).mails("INBOX");
    assert!(
        rivals.len() >= 3,
        "invitation and receipts, {}",
        rivals.len()
    );
    assert_eq!(canaries.found_in(&rivals), Vec::<String>::new());
    // The search is no search if it cannot find: in the first bidder's own mails it does.
    let mut own_mails = servers.mailbox(&one).wait_for("INBOX", 1);
    own_mails.extend(servers.mailbox(&two).wait_for("INBOX", 1));
    let found = canaries.found_in(&own_mails).join("\n");
    for what in [
        "name",
        "file name",
        "file digest",
        "subject",
        "second file name",
        "director",
        "expert",
        "second message id",
        "invitation id",
        "secret address",
        "reference",
        "first address",
    ] {
        assert!(
            found.contains(&format!("{what} in mail")),
            "{what}: {found}"
        );
    }
    // Nor the other way round.
    let names = Canaries(BTreeMap::from([
        ("rival", CV.to_owned()),
        ("its address", rival.clone()),
    ]));
    assert_eq!(names.found_in(&own_mails), Vec::<String>::new());
    assert!(!names.found_in(&rivals).is_empty());
    // Nobody outside is in copy: each mail went to one address.
    for mail in rivals.iter().chain(&own_mails) {
        assert_eq!(mail.header("Cc"), None);
        assert!(!mail.header("To").unwrap().contains(','));
    }
}

#[test]
fn secrets_and_words_of_bidders_stand_in_no_log_and_no_error() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let password = servers.password.clone();
    let mut office = OfficeUnderTest::new(&servers);
    office.quiet = 1;
    office
        .environment
        .insert("LOKET_LOG".to_owned(), "trace".to_owned());
    office.save();
    let Scene { office, pt, .. } =
        &mut Scene::with(office, Session::now("qualification", &["ktp", "npwp"]));
    let daemon = office.daemon();
    let invited = servers.mailbox(pt).wait_for("INBOX", 1)[0].clone();
    let answer = Draft::reply(pt, &invited)
        .body("NPWP kami 07.654.321.0-987.000, NIK 6403055512800001, kata kunci palawija-8844.\n")
        .photo("ktp.jpg");
    servers.deliver(pt, &[&answer.to], &answer.raw());
    let unreadable = Draft::new(&Servers::address("x"), office.address(), "")
        .body("NPWP 07.654.321.0-987.000 palawija-8844\n");
    servers.deliver(&unreadable.from, &[&unreadable.to], &unreadable.raw());
    servers.mailbox(pt).wait_for("INBOX", 2);
    let (status, _, mut log) = daemon.stop();
    assert!(status.success(), "{log}");
    // The log is no empty promise: at this level it tells much.
    assert!(log.contains("TRACE") || log.contains("DEBUG"), "{log}");

    log.push_str(&office.once().said());
    log.push_str(&office.run(&["check"]).said());
    log.push_str(&office.run(&["verify"]).said());
    std::fs::write(office.path("wrong"), "kata-sandi-salah-5566\n").unwrap();
    let sound = office.mailboxes[0].clone();
    office.mailboxes[0].password_file = office.path("wrong");
    office.save();
    log.push_str(&office.run(&["run", "--once"]).ended_with(1).said());
    log.push_str(&office.run(&["check"]).ended_with(1).said());
    // A program that prints a token; the server knows none.
    let token = office.path("token");
    std::fs::write(&token, "#!/bin/sh\necho token-rahasia-7788\n").unwrap();
    std::process::Command::new("chmod")
        .arg("755")
        .arg(&token)
        .status()
        .unwrap();
    office.mailboxes[0] = sound;
    office.save();
    let settings = std::fs::read_to_string(office.path("loket.toml")).unwrap();
    let line = format!("password_file = \"{}\"", servers.password_file.display());
    let command = format!("token_command = [\"{}\"]", token.display());
    std::fs::write(office.path("loket.toml"), settings.replace(&line, &command)).unwrap();
    log.push_str(&office.run(&["run", "--once"]).ended_with(1).said());
    log.push_str(&office.run(&["check"]).ended_with(1).said());
    let with_password = line.replace("password_file", "password");
    let with_password = with_password.replace(
        &servers.password_file.display().to_string(),
        "sandi-di-berkas-3344",
    );
    std::fs::write(
        office.path("loket.toml"),
        settings.replace(&line, &with_password),
    )
    .unwrap();
    log.push_str(&office.run(&["check"]).ended_with(2).said());
    office.save();

    let encoded =
        data_encoding::BASE64.encode(format!("\0{}\0{password}", office.address()).as_bytes());
    let words = [
        ("the password", password.as_str()),
        ("the password, encoded", &encoded),
        ("a wrong password", "kata-sandi-salah-5566"),
        ("a token", "token-rahasia-7788"),
        ("a password in the settings", "sandi-di-berkas-3344"),
        ("an NPWP", "07.654.321.0-987.000"),
        ("a NIK", "6403055512800001"),
        ("words of a body", "palawija-8844"),
    ];
    for (what, word) in words {
        // The servers' folder may be named like anything; it never is like these.
        let line = log.lines().find(|line| line.contains(word));
        assert_eq!(line, None, "{what} stands in the log");
    }
}

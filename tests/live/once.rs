//! `run --once`, and the same with the clock standing.

use crate::{
    CV, MORNING, PT, Scene, TEN,
    support::{
        imap::Mail,
        mails::{Draft, Opened, PAGE_SIZE, sha256},
        office::{MailboxLayout, OfficeUnderTest, Session, Tender},
        servers::Servers,
    },
};

/// The invitation that lies in a bidder's mailbox.
fn invitation(servers: &Servers, bidder: &str) -> Mail {
    let mails = servers.mailbox(bidder).wait_for("INBOX", 1);
    assert_eq!(mails.len(), 1, "one invitation, and nothing else");
    mails[0].clone()
}

#[test]
fn an_answer_to_the_invitation_is_filed_and_one_receipt_names_every_file_and_what_is_missing() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, pt, cv, .. } = Scene::new(&servers);
    office.once_at(MORNING);

    let invited = invitation(&servers, &pt);
    let read = Opened::of(&invited);
    assert_eq!(read.from, office.address());
    assert_eq!(read.to, pt);
    for words in ["25 November 2025", "16.00 WITA", "3. NIB", "SPSE"] {
        assert!(read.text.contains(words), "{words:?} in {}", read.text);
    }
    let reference = office.list("sessions")[0]["reference"].clone();
    let reference = format!("[{}]", reference.as_str().unwrap());
    assert!(read.subject.ends_with(&reference), "{}", read.subject);
    let reply_to = read.reply_to.clone().unwrap();
    let (local, _) = office.address().split_once('@').unwrap();
    assert!(reply_to.starts_with(&format!("{local}+")), "{reply_to}");
    assert_ne!(
        Opened::of(&invitation(&servers, &cv)).reply_to,
        read.reply_to,
        "each bidder has an address of its own"
    );

    let answer = Draft::reply(&pt, &invited)
        .photo("ktp direktur.jpg")
        .photo("npwp.jpg")
        .photo("IMG_0001.jpg");
    servers.mailbox(office.address()).append(
        "INBOX",
        Some("25-Nov-2025 09:30:00 +0800"),
        &answer.delivered(),
    );
    office.once_at(TEN);

    let message = office.message(&answer.message_id);
    assert_eq!(message["state"], "filed");
    assert_eq!(message["kind"], "bidder");
    assert_eq!(message["bidder"], PT);
    assert_eq!(message["session"], "qualification");
    assert_eq!(message["received_at"], "2025-11-25T01:30:00Z");
    assert_eq!(message["late"], false);
    assert_eq!(message["sha256"], sha256(&answer.delivered()));
    let files = message["attachments"].as_array().unwrap();
    assert_eq!(files.len(), 3);
    for (file, (name, _, content)) in files.iter().zip(&answer.files) {
        assert_eq!(file["name"], name.as_str());
        assert_eq!(file["sha256"], sha256(content));
        let path = office.berkas().join(file["path"].as_str().unwrap());
        assert_eq!(&std::fs::read(path).unwrap(), content);
    }

    let mails = servers.mailbox(&pt).wait_for("INBOX", 2);
    assert_eq!(mails.len(), 2);
    let receipt = Opened::of(&mails[1]);
    assert_eq!(receipt.in_reply_to.as_deref(), Some(&*answer.message_id));
    assert_eq!(message["replies"], serde_json::json!([receipt.message_id]));
    assert!(receipt.subject.ends_with(&reference), "{}", receipt.subject);
    assert_eq!(receipt.reply_to.as_deref(), Some(&*reply_to));
    let number = message["id"].to_string();
    for said in [&receipt.text, &receipt.html] {
        for (name, _, content) in &answer.files {
            assert!(said.contains(name.as_str()), "{name} in {said}");
            assert!(said.contains(&sha256(content)), "{name}'s digest in {said}");
        }
        for words in [
            number.as_str(),
            PAGE_SIZE,
            "NIB",
            "Akta Pendirian",
            "16.00 WITA",
            "bukan merupakan penilaian atas keabsahan",
        ] {
            assert!(said.contains(words), "{words:?} in {said}");
        }
    }
    let header = |name| mails[1].header(name).unwrap_or_default();
    assert_eq!(header("Auto-Submitted"), "auto-replied");
    assert_eq!(header("X-Auto-Response-Suppress"), "OOF, AutoReply");
    assert_eq!(header("Return-Path"), "<>");
    let acknowledgement = &office.outbox("acknowledgement")[0];
    assert_eq!(acknowledgement["state"], "sent");
    assert_eq!(acknowledgement["to"], pt.as_str());

    // Nothing more, however often it runs.
    let said = office.once_at(TEN).stdout;
    assert!(said.starts_with("decided 0, queued 0, sent 0"), "{said}");
    assert_eq!(servers.mailbox(&cv).mails("INBOX").len(), 1);
}

#[test]
fn a_mail_exactly_at_due_is_in_time_and_a_second_later_late() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, pt, .. } = Scene::new(&servers);
    office.once_at(MORNING);
    let invited = invitation(&servers, &pt);
    let mut mailbox = servers.mailbox(office.address());
    let in_time = Draft::reply(&pt, &invited).photo("ktp.jpg");
    let late = Draft::reply(&pt, &invited).photo("npwp.jpg");
    for (draft, arrived) in [(&in_time, "16:00:00"), (&late, "16:00:01")] {
        let arrived = format!("25-Nov-2025 {arrived} +0800");
        mailbox.append("INBOX", Some(&arrived), &draft.delivered());
    }
    office.once_at("2025-11-25T17:00:00+08:00");
    assert_eq!(office.message(&in_time.message_id)["late"], false);
    assert_eq!(office.message(&late.message_id)["late"], true);
    let states: Vec<(String, String)> = office
        .list("documents")
        .iter()
        .filter(|row| row["bidder"] == PT)
        .map(|row| (row["document"].to_string(), row["state"].to_string()))
        .collect();
    let expected = [
        ("ktp", "received"),
        ("npwp", "received-late"),
        ("nib", "missing"),
        ("akta", "missing"),
    ]
    .map(|(word, state)| (format!("{word:?}"), format!("{state:?}")));
    for row in &expected {
        assert!(states.contains(row), "{row:?} in {states:?}");
    }
    // The invitation and the receipt, which says what is missing; that the time is up he hears the next morning.
    let letters = servers.mailbox(&pt).wait_for("INBOX", 2);
    assert_eq!(letters.len(), 2);
    let receipt = letters
        .iter()
        .map(Opened::of)
        .find(|letter| letter.text.contains("TANDA TERIMA"))
        .expect("a receipt");
    assert!(receipt.text.contains("Terlambat"), "{}", receipt.text);
    office.once_at("2025-11-26T08:00:00+08:00");
    let letters = servers.mailbox(&pt).wait_for("INBOX", 3);
    let last = Opened::of(letters.last().unwrap());
    assert!(last.subject.starts_with("Batas Waktu Telah Lewat:"));
}

#[test]
fn what_came_before_the_first_start_is_filed_and_never_answered() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, pt, .. } = Scene::new(&servers);
    let stranger = Servers::address("orang");
    let mut mailbox = servers.mailbox(office.address());
    let before = Draft::new(&pt, office.address(), "Dokumen kualifikasi").photo("ktp.jpg");
    let unknown = Draft::new(&stranger, office.address(), "Penawaran");
    let just_after = Draft::new(&pt, office.address(), "Susulan").photo("nib.jpg");
    for (draft, arrived) in [
        (&before, "07:59:59"),
        (&unknown, "07:00:00"),
        (&just_after, "08:00:00"),
    ] {
        let arrived = format!("25-Nov-2025 {arrived} +0800");
        mailbox.append("INBOX", Some(&arrived), &draft.delivered());
    }
    office.once_at(MORNING);
    let message = office.message(&before.message_id);
    assert_eq!(message["state"], "filed");
    assert_eq!(message["replies"], serde_json::json!([]));
    assert!(
        message["unanswered"].as_str().unwrap().contains("since"),
        "{message}"
    );
    assert_eq!(
        office.message(&unknown.message_id)["replies"],
        serde_json::json!([])
    );
    assert_eq!(office.outbox("unknown-sender-reply").len(), 0);
    let receipts = office.outbox("acknowledgement");
    assert_eq!(receipts.len(), 1, "{receipts:#?}");
    assert_eq!(receipts[0]["in_reply_to"], just_after.message_id.as_str());
    // The first start stays the first.
    office.once_at(TEN);
    assert_eq!(office.outbox("acknowledgement").len(), 1);
}

#[test]
fn a_burst_of_three_mails_gets_one_receipt_that_answers_the_last() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, pt, .. } = Scene::new(&servers);
    office.once_at(MORNING);
    let invited = invitation(&servers, &pt);
    let mut mailbox = servers.mailbox(office.address());
    let drafts: Vec<Draft> = ["ktp.jpg", "npwp.jpg", "nib.jpg"]
        .iter()
        .zip(1..)
        .map(|(photo, minute)| {
            let draft = Draft::reply(&pt, &invited).photo(photo);
            let arrived = format!("25-Nov-2025 09:0{minute}:00 +0800");
            mailbox.append("INBOX", Some(&arrived), &draft.delivered());
            draft
        })
        .collect();
    office.once_at(TEN);
    let receipts = office.outbox("acknowledgement");
    assert_eq!(receipts.len(), 1, "{receipts:#?}");
    assert_eq!(receipts[0]["in_reply_to"], drafts[2].message_id.as_str());
    for draft in &drafts {
        let replies = &office.message(&draft.message_id)["replies"];
        assert_eq!(*replies, serde_json::json!([receipts[0]["message_id"]]));
    }
    let mails = servers.mailbox(&pt).wait_for("INBOX", 2);
    let receipt = Opened::of(&mails[1]);
    for draft in &drafts {
        let digest = sha256(&draft.files[0].2);
        assert!(receipt.text.contains(&digest), "{}", receipt.text);
    }
}

#[test]
fn one_mail_in_three_places_is_one_message_and_nobody_sees_that_a_reader_was_there() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let mut layouts = ["pokja-3", "pokja-4"].map(|name| MailboxLayout::new(&servers, name));
    layouts[0].also = vec!["Junk".to_owned()];
    let office = OfficeUnderTest::with(&servers, layouts.to_vec());
    let Scene { office, pt, .. } = Scene::in_office(office);
    office.once_at(MORNING);
    let invited = invitation(&servers, &pt);
    let (first, second) = (
        office.mailboxes[0].address.clone(),
        office.mailboxes[1].address.clone(),
    );
    let answer = Draft::reply(&pt, &invited).photo("ktp.jpg");
    let arrived = Some("25-Nov-2025 09:30:00 +0800");
    // Each delivery writes its own block on top.
    let as_delivered = |to: &str| {
        let block = format!(
            "Delivered-To: {to}\r\nReceived: from mx.surel.example by mail.berau.test for <{to}>;\r\n\
             \tTue, 25 Nov 2025 09:30:00 +0800\r\n"
        );
        let mail = answer.delivered();
        let (path, rest) = mail.split_at(mail.iter().position(|&b| b == b'\n').unwrap() + 1);
        [path, block.as_bytes(), rest].concat()
    };
    let mut mailbox = servers.mailbox(&first);
    mailbox.append("INBOX", arrived, &as_delivered(&first));
    mailbox.append("Junk", arrived, &as_delivered(&first));
    servers
        .mailbox(&second)
        .append("INBOX", arrived, &as_delivered(&second));
    let before = [
        mailbox.snapshot("INBOX"),
        mailbox.snapshot("Junk"),
        servers.mailbox(&second).snapshot("INBOX"),
    ];

    office.once_at(TEN);
    let messages = office.list("messages");
    assert_eq!(messages.len(), 1, "{messages:#?}");
    assert_eq!(messages[0]["state"], "filed");
    assert_eq!(office.outbox("acknowledgement").len(), 1);
    let after = [
        mailbox.snapshot("INBOX"),
        mailbox.snapshot("Junk"),
        servers.mailbox(&second).snapshot("INBOX"),
    ];
    assert_eq!(before, after);
    let papers = office.papers();
    assert_eq!(papers.len(), 1, "{papers:?}");
}

#[test]
fn a_renumbered_mailbox_gives_nothing_twice_and_misses_nothing() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, pt, .. } = Scene::new(&servers);
    office.once_at(MORNING);
    let invited = invitation(&servers, &pt);
    let mut mailbox = servers.mailbox(office.address());
    let mut put = |draft: &Draft, minute: u32| {
        let arrived = format!("25-Nov-2025 09:{minute:02}:00 +0800");
        mailbox.append("INBOX", Some(&arrived), &draft.delivered());
    };
    let early: Vec<Draft> = (0..12)
        .map(|number| Draft::reply(&pt, &invited).photo(&format!("foto {number}.jpg")))
        .collect();
    for (draft, minute) in early.iter().zip(0..) {
        put(draft, minute);
    }
    office.once_at(TEN);
    let before = office.list("messages");
    assert_eq!(before.len(), 12);
    let receipts = office.outbox("acknowledgement").len();

    // Renumbered, and before anybody looked a further mail came: its new UID is one that another mail had.
    let later = Draft::reply(&pt, &invited).photo("akta.jpg");
    servers.renumber(office.address(), "INBOX");
    let mut mailbox = servers.mailbox(office.address());
    mailbox.append(
        "INBOX",
        Some("25-Nov-2025 10:30:00 +0800"),
        &later.delivered(),
    );
    let snapshot = mailbox.snapshot("INBOX");
    office.once_at("2025-11-25T11:00:00+08:00");
    assert_eq!(mailbox.snapshot("INBOX"), snapshot);
    let after = office.list("messages");
    assert_eq!(after.len(), 13);
    for message in &before {
        // Nothing about it changed, not even when it came.
        let same = after.iter().find(|other| other["id"] == message["id"]);
        assert_eq!(same, Some(message));
    }
    assert_eq!(office.message(&later.message_id)["state"], "filed");
    assert_eq!(office.outbox("acknowledgement").len(), receipts + 1);
}

#[test]
fn what_people_do_in_the_mailbox_keeps_no_mail_from_being_taken_in() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let mut layout = MailboxLayout::new(&servers, "pokja-3");
    layout.also = vec!["Arsip".to_owned()];
    let office = OfficeUnderTest::with(&servers, vec![layout]);
    let Scene { office, pt, .. } = Scene::in_office(office);
    let mut mailbox = servers.mailbox(office.address());
    let drafts: Vec<Draft> = ["terbaca", "terhapus", "terpindah", "dijawab"]
        .iter()
        .map(|subject| Draft::new(&pt, office.address(), subject).photo("ktp.jpg"))
        .collect();
    let arrived = Some("25-Nov-2025 09:30:00 +0800");
    let uids: Vec<u32> = drafts
        .iter()
        .map(|draft| mailbox.append("INBOX", arrived, &draft.delivered()))
        .collect();
    mailbox.mark("INBOX", uids[0], "\\Seen");
    mailbox.mark("INBOX", uids[1], "\\Deleted");
    mailbox.move_to("INBOX", uids[2], "Arsip");
    mailbox.mark("INBOX", uids[3], "\\Answered \\Flagged");
    let before = (mailbox.snapshot("INBOX"), mailbox.snapshot("Arsip"));
    office.once_at(TEN);
    for draft in &drafts {
        assert_eq!(office.message(&draft.message_id)["state"], "filed");
    }
    // What was taken in may go: it is ours now.
    mailbox.expunge("INBOX", uids[1]);
    mailbox.move_to("INBOX", uids[0], "Arsip");
    office.once_at(TEN);
    assert_eq!(office.list("messages").len(), 4);
    assert_eq!(mailbox.snapshot("Arsip").flags.len(), 2);
    assert!(before.0.flags.len() == 3 && before.1.flags.len() == 1);
    assert!(office.run(&["verify"]).code == 0);
}

#[test]
fn a_stranger_gets_the_constant_text_once_in_seven_days_whatever_he_guesses() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, .. } = Scene::new(&servers);
    office.once_at(MORNING);
    let reference = office.list("sessions")[0]["reference"].clone();
    let reference = reference.as_str().unwrap();
    let mut mailbox = servers.mailbox(office.address());
    let (right, wrong) = (Servers::address("tebak-1"), Servers::address("tebak-2"));
    let mut put = |from: &str, subject: &str, arrived: &str| {
        let draft = Draft::new(from, office.address(), subject).photo("ktp.jpg");
        mailbox.append("INBOX", Some(arrived), &draft.delivered());
        draft
    };
    let morning = "25-Nov-2025 09:30:00 +0800";
    let guess = put(&right, &format!("Dokumen [{reference}]"), morning);
    put(&wrong, "Dokumen [LKT-7K3-F9QM]", morning);
    office.once_at(TEN);
    let mails: Vec<Mail> = [&right, &wrong]
        .iter()
        .map(|address| {
            let mails = servers.mailbox(address).wait_for("INBOX", 1);
            assert_eq!(mails.len(), 1);
            mails[0].clone()
        })
        .collect();
    // What stands between the two is only whom it answers, and when.
    let masked: Vec<Vec<String>> = mails
        .iter()
        .zip([&right, &wrong])
        .map(|(mail, address)| {
            let header = ["Message-ID", "In-Reply-To"].map(|name| mail.header(name).unwrap());
            let id = header[0].trim_matches(['<', '>']);
            let text = mail
                .text()
                .replace(id, "ID")
                .replace(header[1].trim_matches(['<', '>']), "ANSWERED")
                .replace(address.as_str(), "ADDRESS");
            let from = text.find("\r\nMessage-ID:").expect("our own header");
            let boundary = text[from..].split("boundary=\"").nth(1).unwrap();
            let boundary = boundary.split('"').next().unwrap().to_owned();
            text[from..]
                .replace(&boundary, "BOUNDARY")
                .lines()
                .map(str::to_owned)
                .collect()
        })
        .collect();
    assert_eq!(masked[0], masked[1]);
    let said = Opened::of(&mails[0]);
    for word in ["8231345", PT, CV, "Sei Lanuk", reference] {
        assert!(!said.text.contains(word), "{word} in {}", said.text);
        assert!(!said.subject.contains(word));
    }
    // A right reference files the mail all the same; the receipt goes to the registered address.
    assert_eq!(office.message(&guess.message_id)["state"], "filed");

    let second = put(&wrong, "Lagi", "28-Nov-2025 09:00:00 +0800");
    office.once_at("2025-11-28T10:00:00+08:00");
    assert_eq!(office.outbox("unknown-sender-reply").len(), 2);
    let message = office.message(&second.message_id);
    assert_eq!(message["replies"], serde_json::json!([]));
    assert!(message["unanswered"].as_str().unwrap().contains("7 hari"));
    let third = put(&wrong, "Sekali lagi", "28-Nov-2025 11:00:00 +0800");
    office.once_at("2025-12-03T12:00:00+08:00");
    assert_eq!(office.outbox("unknown-sender-reply").len(), 3);
    let replies = office.message(&third.message_id)["replies"].clone();
    assert_eq!(replies.as_array().unwrap().len(), 1);
}

#[test]
fn a_tender_of_another_mailbox_of_the_office_is_filed_there_and_answered_from_there() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let layouts = ["pokja-3", "pokja-4"].map(|name| MailboxLayout::new(&servers, name));
    let office = OfficeUnderTest::with(&servers, layouts.to_vec());
    let Scene { office, pt, .. } = Scene::in_office(office);
    let other = Tender {
        code: "8231999".to_owned(),
        name: "Pengawasan Jalan Kelinai".to_owned(),
        mailbox: "pokja-4".to_owned(),
        ..Tender::new(
            vec![crate::support::office::Bidder::new(PT, &pt)],
            vec![Session::on_the_day("clarification", &["cv"])],
        )
    };
    office.import(&other);
    office.once_at(MORNING);
    let mails = servers.mailbox(&pt).wait_for("INBOX", 2);
    let from_fourth = mails
        .iter()
        .find(|mail| Opened::of(mail).from == office.mailboxes[1].address)
        .expect("an invitation from the other Pokja");
    // He writes the reference into a mail to the Pokja that he knows better.
    let read = Opened::of(from_fourth);
    let answer = Draft::new(&pt, office.address(), &read.subject).photo("cv budi.jpg");
    servers.mailbox(office.address()).append(
        "INBOX",
        Some("25-Nov-2025 09:30:00 +0800"),
        &answer.delivered(),
    );
    office.once_at(TEN);
    let message = office.message(&answer.message_id);
    assert_eq!(
        (&message["state"], &message["tender"], &message["mailbox"]),
        (&"filed".into(), &"8231999".into(), &"pokja-3".into())
    );
    let mails = servers.mailbox(&pt).wait_for("INBOX", 3);
    let receipt = Opened::of(mails.last().unwrap());
    assert_eq!(receipt.from, office.mailboxes[1].address);
}

#[test]
fn a_mail_in_the_second_of_the_first_start_is_answered() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, pt, .. } = &Scene::new(&servers);
    let draft = Draft::new(pt, office.address(), "dokumen").photo("ktp.jpg");
    servers.mailbox(office.address()).append(
        "INBOX",
        Some("25-Nov-2025 08:00:00 +0800"),
        &draft.delivered(),
    );
    office.once_at("2025-11-25T08:00:00.9+08:00");
    let message = office.message(&draft.message_id);
    assert_eq!(message["replies"].as_array().unwrap().len(), 1, "{message}");
}

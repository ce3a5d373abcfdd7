//! What papers are and how good: told in the receipt, shown to the Pokja on the tender's page, named by a person.

use std::{
    fs,
    io::{Cursor, Write as _},
};

use serde_json::{Value, json};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    CV, MORNING, PT, Scene, TEN,
    support::{
        mails::{Draft, Opened, page},
        office::{Bidder, OfficeUnderTest, Session, Tender},
        pdf::{pdf, signed_pdf},
        servers::Servers,
    },
};

const ARRIVED: Option<&str> = Some("25-Nov-2025 09:30:00 +0800");

/// The invitation answered with these files; what the office lists of the mail, and the receipt.
fn answer(servers: &Servers, scene: &Scene, files: &[(&str, &str, Vec<u8>)]) -> (Value, Opened) {
    let Scene { office, pt, .. } = scene;
    office.once_at(MORNING);
    let invited = servers.mailbox(pt).wait_for("INBOX", 1)[0].clone();
    let draft = files.iter().fold(
        Draft::reply(pt, &invited),
        |draft, (name, media_type, content)| draft.file(name, media_type, content.clone()),
    );
    let mut mailbox = servers.mailbox(office.address());
    mailbox.append("INBOX", ARRIVED, &draft.delivered());
    office.once_at(TEN);
    let mails = servers.mailbox(pt).wait_for("INBOX", 2);
    (office.message(&draft.message_id), Opened::of(&mails[1]))
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The page of the only tender.
fn index(office: &OfficeUnderTest) -> String {
    let papers = office.papers();
    let tender: Vec<&str> = papers[0].split('/').take(2).collect();
    fs::read_to_string(office.berkas().join(tender.join("/")).join("index.html")).unwrap()
}

#[test]
fn a_poor_photo_is_told_at_once_and_what_may_not_be_kept_is_named() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let scene = Scene::new(&servers);
    let jpeg = "image/jpeg";
    let (message, receipt) = answer(
        &servers,
        &scene,
        &[
            ("ktp.jpg", jpeg, page("terang", 255)),
            ("npwp.jpg", jpeg, page("gelap", 40)),
            ("nib.jpg", jpeg, b"\xff\xd8\xff\xe0 rusak".repeat(100)),
            ("akta.pdf.exe", "application/pdf", b"MZ program".repeat(50)),
            (
                "surat kuasa.pdf",
                "application/pdf",
                page("foto bernama pdf", 255),
            ),
        ],
    );
    let findings: Vec<&Value> = message["attachments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| &file["findings"])
        .collect();
    assert_eq!(
        findings,
        [
            &json!([]),
            &json!(["dark"]),
            &json!(["unreadable"]),
            &json!(["not-allowed"]),
            &json!([])
        ]
    );
    assert_eq!(message["attachments"][3]["path"], Value::Null);
    let photo = message["attachments"][4]["path"].as_str().unwrap();
    assert!(
        photo.ends_with("surat kuasa.pdf.jpg"),
        "it opens by its end: {photo}"
    );
    for said in [&receipt.text, &receipt.html] {
        for words in ["gelap", "difoto ulang", "akta.pdf.exe", "nib.jpg"] {
            assert!(said.contains(words), "{words:?} in {said}");
        }
        assert!(!said.contains("piksel"), "notes are the Pokja's: {said}");
    }
    let page = index(&scene.office);
    for words in [
        "600 × 800 piksel",
        "gelap",
        "src=\"pratinjau",
        "berakhiran .pdf, isinya foto JPEG",
    ] {
        assert!(page.contains(words), "{words:?} in {page}");
    }
    scene.office.run(&["verify"]).succeeded();
}

#[test]
fn an_archive_is_filed_as_what_is_in_it_and_comes_back_after_a_loss() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let scene = Scene::new(&servers);
    let (ktp, npwp) = (page("ktp", 255), page("npwp", 255));
    let archive = zip(&[("berkas/ktp direktur.jpg", &ktp), ("npwp.jpg", &npwp)]);
    let (message, receipt) = answer(
        &servers,
        &scene,
        &[("dokumen.zip", "application/zip", archive.clone())],
    );
    let office = &scene.office;
    let files = message["attachments"].as_array().unwrap();
    assert_eq!(files.len(), 3, "{files:#?}");
    assert_eq!(
        files[0]["path"],
        Value::Null,
        "its wrapper stays with the mail"
    );
    for (file, (word, content)) in files[1..].iter().zip([("ktp", &ktp), ("npwp", &npwp)]) {
        assert_eq!(file["document"], word);
        assert_eq!(file["container"], files[0]["sha256"]);
        let path = office.berkas().join(file["path"].as_str().unwrap());
        assert_eq!(&fs::read(path).unwrap(), content);
    }
    assert!(
        receipt.text.contains("ktp direktur.jpg"),
        "{}",
        receipt.text
    );
    let before = office.papers();
    for path in &before {
        fs::remove_file(office.berkas().join(path)).unwrap();
    }
    office.run(&["rebuild"]).succeeded();
    assert_eq!(office.papers(), before);
    office.run(&["verify"]).succeeded();
}

#[test]
fn a_person_names_a_paper_and_the_tree_and_the_page_follow() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let scene = Scene::new(&servers);
    let photos = ["IMG_1.jpg", "IMG_2.jpg"].map(|name| (name, "image/jpeg", page(name, 255)));
    let (message, _) = answer(&servers, &scene, &photos);
    let office = &scene.office;
    let unnamed = office.papers();
    assert!(
        unnamed.iter().all(|path| path.contains("/belum-dikenali ")),
        "{unnamed:?}"
    );
    let place = |part: u32| format!("{}/{part}", message["id"]);
    let said = office
        .run(&["classify", &place(2), "akta"])
        .succeeded()
        .stdout;
    assert!(said.contains("akta"), "{said}");
    let papers = office.papers();
    assert!(
        papers[0].contains("/akta ") && papers[1].contains("/belum-dikenali "),
        "{papers:?}"
    );
    let states = office.list("documents");
    let akta = states
        .iter()
        .find(|row| row["bidder"] == PT && row["document"] == "akta");
    assert_eq!(akta.unwrap()["state"], "received");
    assert!(index(office).contains("Belum dikenali"));
    office.run(&["verify"]).succeeded();
    // Again is no mistake; a word or a place that is none is told.
    office.run(&["classify", &place(2), "akta"]).succeeded();
    office.run(&["classify", &place(9), "akta"]).ended_with(1);
    office
        .run(&["classify", &place(1), "rahasia"])
        .ended_with(2);
    assert_eq!(office.papers(), papers);
}

#[test]
fn a_negotiation_file_that_came_back_is_held_against_the_one_that_was_sent() {
    let Some(servers) = Servers::get() else {
        return;
    };
    for (name, returned, state, finding) in [
        (
            "signed",
            signed_pdf("Nilai Rp 1.250.000.000"),
            "returned-signed",
            None,
        ),
        (
            "unsigned",
            pdf("Nilai Rp 1.250.000.000") + "% salinan\n",
            "returned-unsigned",
            Some("unsigned"),
        ),
        (
            "differs",
            signed_pdf("Nilai Rp 1.350.000.000"),
            "differs",
            Some("differs-from-sent"),
        ),
    ] {
        let office = OfficeUnderTest::new(&servers);
        fs::write(office.path("negosiasi.pdf"), pdf("Nilai Rp 1.250.000.000")).unwrap();
        let mut session = Session::on_the_day("negotiation", &["negosiasi"]);
        session.more = "file = \"negosiasi.pdf\"".to_owned();
        let scene = Scene::with(office, session);
        let file = (
            "berita acara negosiasi.pdf",
            "application/pdf",
            returned.into_bytes(),
        );
        // Who signed shows who he is: that photo is no other version of the file.
        let card = ("IMG_2.jpg", "image/jpeg", page(name, 255));
        let files = if name == "signed" {
            vec![file, card]
        } else {
            vec![file]
        };
        let (message, receipt) = answer(&servers, &scene, &files);
        let beside = &message["attachments"][1]["findings"];
        assert!(beside.is_null() || beside == &json!([]), "{beside}");
        let findings = &message["attachments"][0]["findings"];
        assert_eq!(findings, &json!(finding.as_slice()), "{name}: {message:#}");
        let sessions = scene.office.list("sessions");
        let ours = sessions.iter().find(|row| row["bidder"] == PT).unwrap();
        assert_eq!(ours["negotiation"], state, "{name}");
        assert!(receipt.text.contains("terima"), "{}", receipt.text);
        assert!(
            index(&scene.office).contains("-banding.jpg"),
            "both pictures, side by side"
        );
    }
}

#[test]
fn a_paper_that_shows_the_rivals_number_waits_for_a_person() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let office = OfficeUnderTest::new(&servers);
    let (pt, cv) = (Servers::address("direktur"), Servers::address("cv.lestari"));
    let mut bidders = vec![Bidder::new(PT, &pt), Bidder::new(CV, &cv)];
    for (bidder, npwp) in bidders.iter_mut().zip(["019990019", "029990027"]) {
        bidder.more = format!("npwp = \"{npwp}722000\"");
    }
    let session = Session::on_the_day("qualification", &["ktp", "npwp"]);
    let tender = Tender::new(bidders, vec![session]);
    office.import(&tender);
    let scene = Scene {
        office,
        tender,
        pt,
        cv,
    };
    let card =
        |number: &str| pdf(&format!("DIREKTORAT JENDERAL PAJAK  NPWP {number}")).into_bytes();
    let own = ("npwp.pdf", "application/pdf", card("01.999.001.9-722.000"));
    let (message, _) = answer(&servers, &scene, &[own]);
    assert_eq!(message["state"], "filed", "{message:#}");
    let notes = message["attachments"][0]["notes"].to_string();
    assert!(notes.contains("NPWP sama dengan data tender"), "{notes}");

    let office = &scene.office;
    let invited = servers.mailbox(&scene.pt).mails("INBOX")[0].clone();
    let rivals = Draft::new(&scene.pt, &Opened::of(&invited).from, "susulan").file(
        "npwp.pdf",
        "application/pdf",
        card("02.999.002.7-722.000"),
    );
    let mut mailbox = servers.mailbox(office.address());
    mailbox.append("INBOX", ARRIVED, &rivals.delivered());
    office.once_at(TEN);
    let message = office.message(&rivals.message_id);
    assert_eq!(message["state"], "needs-decision", "{message:#}");
    assert_eq!(
        message["candidates"].as_array().unwrap().len(),
        2,
        "{message:#}"
    );
}

#[test]
fn a_stop_does_not_wait_for_a_mail_full_of_photos() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let office = OfficeUnderTest::new(&servers);
    let scene = Scene::with(office, Session::now("qualification", &["ktp"]));
    let office = &scene.office;
    office.once();
    let invited = servers.mailbox(&scene.pt).wait_for("INBOX", 1)[0].clone();
    let draft = (0..40).fold(Draft::reply(&scene.pt, &invited), |draft, at| {
        draft.photo(&format!("IMG_{at}.jpg"))
    });
    let mut mailbox = servers.mailbox(office.address());
    mailbox.append("INBOX", None, &draft.delivered());
    let mut daemon = office.daemon();
    // Everything there is was taken in.
    daemon.wait_for("health=Idle");
    let (status, took, said) = daemon.stop();
    assert!(status.success() && took.as_secs() < 10, "{took:?} {said}");
    assert_eq!(
        office.list("messages")[0]["state"],
        Value::Null,
        "not decided"
    );
    office.once();
    let message = office.message(&draft.message_id);
    assert_eq!(message["state"], "filed");
    assert_eq!(message["attachments"].as_array().unwrap().len(), 40);
}

//! Mails of a firm that takes part in two tenders with one address: what divides them, and what leaves them to a person.

use crate::{
    digest::Digest,
    letter::{Attachment, Letter},
    matching::{History, Index, PaperText, Verdict, decision::decide, fixture::*, references_of},
    tender::{DocumentWord, SessionId},
};

const LAB: &str = "99990003000";
const CLEANING: &str = "99990004000";

type Places = Option<Vec<(SessionId, Vec<u32>)>>;

/// The whole mail in one place, as the rules for a mail with one tender have it.
fn placed(session: SessionId) -> Places {
    Some(vec![(session, Vec::new())])
}

/// The places with the numbers of their files; nothing where a person is asked.
fn divided_in(letter: &Letter, office: &Office, papers: &[PaperText]) -> Places {
    let registry = office.registry();
    let index = Index::of(&registry);
    let mailboxes = mailboxes();
    let ids = references_of(letter);
    let ours = office
        .sessions
        .iter()
        .map(|session| office.sent(session.id));
    let sent: Vec<_> = ours.filter(|sent| ids.contains(&sent.message_id)).collect();
    let mut facts = facts(&registry, &index, &sent, &mailboxes);
    facts.history = History {
        paper_texts: papers,
        ..History::none()
    };
    match decide(letter, &facts).verdict {
        Verdict::Divided {
            portions,
            candidates,
        } => {
            assert!(!candidates.is_empty(), "a person may still have to choose");
            let place = |portion: &crate::matching::Portion| {
                assert!(portion.confidence >= 0.96, "{portion:?}");
                (portion.placement.session, portion.files.clone())
            };
            Some(portions.iter().map(place).collect())
        }
        Verdict::Ask(_) => None,
        Verdict::Placed(place) => placed(place.session),
        Verdict::Nothing => panic!("the writer is known"),
    }
}

fn divided(letter: &Letter) -> Places {
    divided_in(letter, &office(), &[])
}

fn both(first: &[u32], second: &[u32]) -> Places {
    Some(vec![
        (BANU_NEGOTIATION, first.to_vec()),
        (BANU_QUALIFICATION, second.to_vec()),
    ])
}

fn mail(text: &str, files: &[&str]) -> Letter {
    letter_with(BANU, "dokumen", text, files)
}

fn certain() -> Letter {
    mail(
        "sekalian untuk 2 paket ya pak",
        &[&format!("{LAB} ktp.pdf"), &format!("NIB_{CLEANING}.pdf")],
    )
}

#[test]
fn files_that_each_say_their_tender_go_there() {
    let mut wrong = Vec::new();
    for (text, files, places) in [
        (
            "",
            &["99990003000 ktp.pdf", "99990004000 ktp.pdf"][..],
            both(&[1], &[2]),
        ),
        (
            "untuk tender 99990003000 dan 99990004000",
            &[
                "KTP_Jasa Kebersihan Kantor.pdf",
                "nib alat laboratorium puskesmas.pdf",
                "NIB-99990004000.pdf",
            ],
            Some(vec![
                (BANU_QUALIFICATION, vec![1, 3]),
                (BANU_NEGOTIATION, vec![2]),
            ]),
        ),
        // Nothing, something, or two in a name.
        (
            "",
            &["99990003000 ktp.pdf", "ktp.pdf"],
            placed(BANU_NEGOTIATION),
        ),
        (
            "juga untuk 99990004000",
            &["99990003000 ktp.pdf", "ktp.pdf"],
            None,
        ),
        (
            "untuk 2 paket",
            &["99990003000 ktp.pdf", "ktp kebersihan kantor.pdf"],
            None,
        ),
        (
            "",
            &[
                "99990003000 ktp.pdf",
                "99990004000.pdf",
                "99990003000 99990004000 nib.pdf",
            ],
            None,
        ),
        (
            "",
            &["99990003000 jasa kebersihan kantor.pdf", "99990004000.pdf"],
            None,
        ),
        // A tender in which he takes no part, or another office's.
        (
            "",
            &["99990003000.pdf", "99990004000.pdf", "99990001000.pdf"],
            None,
        ),
        (
            "",
            &["99990003000.pdf", "99990001000.pdf"],
            placed(BANU_NEGOTIATION),
        ),
        (
            "Kode tender 48650064",
            &["99990003000.pdf", "99990004000.pdf"],
            None,
        ),
        // He asks, or takes it back.
        (
            "yang 99990003000 sudah benar?",
            &["99990003000.pdf", "99990004000.pdf"],
            None,
        ),
        (
            "maaf nama berkas tertukar",
            &["99990003000.pdf", "99990004000.pdf"],
            None,
        ),
        // A rival, by name and by number.
        (
            "a.n. UD Tirtamorgana Berjaya",
            &["99990003000.pdf", "99990004000.pdf"],
            None,
        ),
        (
            "",
            &["99990003000_85.999.042.6-000.000.pdf", "99990004000.pdf"],
            None,
        ),
        (
            "",
            &[
                "99990003000.pdf",
                "99990004000 Koperasi Jasa Bungkarsa Mulya.pdf",
            ],
            None,
        ),
    ] {
        let came = divided(&mail(text, files));
        if came != places {
            wrong.push(format!("{text:?} {files:?}: {came:?}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn the_writer_must_be_one_firm_that_is_known_in_each_tender() {
    let certain = certain();
    assert_eq!(divided(&certain), both(&[1], &[2]));
    // Somebody else, though the names of the files say the same.
    let from = |address_of: &str| Letter {
        attachments: certain.attachments.clone(),
        ..letter(address_of, "dokumen PT Banuratama Cipta Mandau", "")
    };
    for stranger in ["siapa@gmail.com", KOP, LESTU] {
        assert_eq!(divided(&from(stranger)), None, "{stranger}");
    }
    // A second writer; a server that took it for spam.
    let mut two = certain.clone();
    two.from.push(letter(KOP, "", "").from[0].clone());
    assert_eq!(divided(&two), None);
    let mut spam = certain.clone();
    spam.automation.spam_verdict = true;
    assert_eq!(divided(&spam), None);
    // The address is registered for two bidders of one tender.
    let mut clerk = office();
    let kop = clerk.bidders.iter_mut().find(|bidder| bidder.id.0 == 42);
    kop.unwrap().emails.push(address(BANU));
    assert_eq!(divided_in(&certain, &clerk, &[]), None);
    // His secret addresses of both tie an unregistered writer, one of them does not.
    let office = office();
    let mut private = from("siapa@gmail.com");
    private.subject = "dokumen".into();
    private.visible_recipients = vec![office.token_address(BANU_NEGOTIATION)];
    assert_eq!(divided(&private), None);
    private
        .visible_recipients
        .push(office.token_address(BANU_QUALIFICATION));
    assert_eq!(divided(&private), both(&[1], &[2]));
}

#[test]
fn an_answer_in_the_thread_of_one_of_them_goes_to_a_person() {
    let mut answer = certain();
    // The file of the other may be left from before.
    answer.in_reply_to = vec![our_id(BANU_QUALIFICATION)];
    assert_eq!(divided(&answer), None);
    // A rival's thread.
    answer.in_reply_to = vec![our_id(TIRTA_QUALIFICATION)];
    assert_eq!(divided(&answer), None);
}

#[test]
fn what_is_nobodys_paper_goes_with_the_first_and_a_link_or_a_nameless_photo_to_a_person() {
    let mut logo = file("image001.png");
    (logo.inline, logo.media_type) = (true, "image/png".into());
    logo.content = logo.content.slice(..4096);
    let with = |more: Attachment| {
        let mut letter = certain();
        letter.attachments.insert(0, more);
        divided(&letter)
    };
    assert_eq!(with(logo.clone()), both(&[1, 2], &[3]));
    let photo = Attachment {
        content: vec![7; 60_000].into(),
        ..logo
    };
    assert_eq!(with(photo), None);
    let link = Attachment {
        name: Some(format!("https://drive.example/{LAB}")),
        link: true,
        ..file("x")
    };
    assert_eq!(with(link), None);
}

#[test]
fn only_what_nobody_could_mean_otherwise_is_divided() {
    let names = ["99990003000 ktp.pdf", "99990004000 nib.jpg"];
    let is_divided = |text: &str, names: &[&str]| {
        let found = divided(&mail(text, names));
        found.is_some_and(|places| places.len() == 2)
    };
    for text in [
        "Sekalian untuk 2 paket ya pak.",
        "Yth. Pokja Pemilihan UKPBJ Kabupaten Berau\n\nDengan hormat,\nBersama ini kami sampaikan dokumen pembuktian \
         kualifikasi untuk kedua tender yang kami ikuti.\n\nAtas perhatian dan kerja sama Bapak/Ibu kami ucapkan terima \
         kasih.\n\nHormat kami,\nPT Banuratama Cipta Mandau\nRudi Hartawan Saputra\nDirektur\nKantor: Jl. Mangga Gang Rahmat RT 5 \
         dekat simpang empat lampu merah, Balikpapan, HP 0822-5510-7703",
    ] {
        assert!(is_divided(text, &names), "{text}");
    }
    assert!(is_divided(
        "",
        &["akta perubahan 99990003000.pdf", "NIB_99990004000.pdf"]
    ));
    for text in [
        "Mohon maaf ada kesalahan penamaan berkas, file pertama untuk Rehabilitasi Sekolah dan sebaliknya.",
        "Mohon nama kedua berkas ditukar.",
        "Nama berkas terbalik.",
        "99990003000 ktp.pdf -> untuk tender 99990004000",
        "KTP dan NIB untuk kedua tender, sama.",
        "ktp untuk tender 99990004000, nib untuk 99990003000",
        "sudah benar?",
        "Yang jpg untuk paket kedua.",
        "Terlampir.\n\nHormat kami,\nRudi Hartawan Saputra\nNB: nama berkas tertukar",
        // In words of no list.
        "Namanya kesilang pak",
        "nama file slh",
        "Nama file ga sesuai ya pak, cek isinya",
        "Kodenya td asal ketik",
        "Mohon dipilah pak, masih campur",
        "gak jadi yg nib",
        "ini dari CV teman saya, titip",
        "please use the first one for the school",
        // Which is for which.
        "KTP untuk laboratorium, NIB untuk kebersihan",
        "File 1 untuk kebersihan, file 2 untuk laboratorium",
        "Yang atas untuk kebersihan",
        "KTP dan NIB berlaku untuk kedua paket",
        "Berkas 99990003000 untuk tender 99990004000, berkas 99990004000 untuk tender 99990003000",
        // An opening is no closing, and below a closing he only signs.
        "Salam,\nNama filenya kesilang pak",
        "Salam hormat,\nkode di file asal ketik, tolong dicocokkan isinya",
        "Terlampir.\n\nHormat kami,\nRudi Hartawan\nisi file belum saya cek, takutnya silang",
        "CONFIDENTIALITY NOTICE: e-mail dari luar.\nMaaf pak, nama kedua file tertukar",
        // One of them only.
        "Ini untuk laboratorium saja ya pak",
        "Dokumen untuk tender 99990003000",
        "Dokumen Jasa Kebersihan Kantor",
        "Terlampir.\n\nHormat kami,\nRudi Hartawan Saputra\nyang jpg untuk laboratorium",
    ] {
        assert!(!is_divided(text, &names), "{text}");
    }
    for subject in ["KTP kebersihan, NIB laboratorium", "Dokumen 99990003000"] {
        let mut letter = certain();
        letter.subject = subject.into();
        assert_eq!(divided(&letter), None, "{subject}");
    }
    let mut letter = certain();
    letter.quoted = "nama file kebalik ya, KTP itu untuk kebersihan".into();
    assert_eq!(divided(&letter), None, "a colleague's words below");
    for name in [
        "NIB 99990003000 (sama untuk 4000).pdf",
        "KTP 99990003000-4000.pdf",
        "KTP 99990003000-46.pdf",
        "99990003000 ktp kebersihan.pdf",
        "99990003000 nib untuk kantor.pdf",
        "99990003000-4 nib.pdf",
        "NIB 99990003000 n 99990004.pdf",
        "NIB 99990003000 salah.pdf",
        "99990003000 surat.docx",
        "99990003000 surat.txt",
        "99990003000.zip",
        "NIB 99990003000 9999.0004.000.pdf",
    ] {
        assert!(!is_divided("berkas", &[names[1], name]), "{name}");
    }
    let mut letter = certain();
    letter.attachments[0].container = Some(letter.attachments[1].sha256);
    assert_eq!(divided(&letter), None, "out of an archive");
    let mut letter = certain();
    letter.signature = "NB: nama berkas tertukar".into();
    assert_eq!(divided(&letter), None, "below the signature");
}

#[test]
fn what_is_read_in_a_paper_says_it_too_or_speaks_against_it() {
    use DocumentWord::{Kontrak, Ktp, PaktaIntegritas};
    let read = |names: [&str; 2], document, text: &str| {
        let papers = [PaperText {
            part: 2,
            document,
            text: text.to_owned(),
        }];
        divided_in(&mail("", &names), &office(), &papers)
    };
    let mut wrong = Vec::new();
    let unnamed = ["99990003000 ktp.pdf", "scan.pdf"];
    let named = ["99990003000 ktp.pdf", "99990004000 scan.pdf"];
    let work = "PAKTA INTEGRITAS\npaket pekerjaan Jasa Kebersihan Kantor tahun 2026";
    for (names, document, text, places) in [
        (unnamed, Some(PaktaIntegritas), work, both(&[1], &[2])),
        (unnamed, None, "Kode Tender 99990004000", both(&[1], &[2])),
        (unnamed, Some(Kontrak), work, placed(BANU_NEGOTIATION)),
        (
            unnamed,
            None,
            "jasa bersih kantor",
            placed(BANU_NEGOTIATION),
        ),
        (named, Some(Ktp), "NIK", both(&[1], &[2])),
        (named, None, "kode tender 99990003000", None),
        (
            named,
            None,
            "pekerjaan Lab Laboratorium dan Puskesmas",
            None,
        ),
        (named, None, "kode tender 10888123000", None),
        (named, Some(Kontrak), "Alat Laboratorium Puskesmas", None),
        (named, None, "NPWP 85.999.042.6-000.000", None),
        (named, Some(Kontrak), "UD Tirtamorgana Berjaya", None),
        (
            named,
            None,
            "NPWP 92.999.105.7-000.000 PT Banuratama Cipta Mandau",
            both(&[1], &[2]),
        ),
    ] {
        let came = read(names, document, text);
        if came != places {
            wrong.push(format!("{names:?} {document:?} {text}: {came:?}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn each_session_must_be_certain_by_itself_and_all_of_them_open_or_all_over() {
    let certain = certain();
    let moved = |session: SessionId, hours_from_due: i64| {
        let mut office = office();
        office.session_mut(session).due = hours(time(DUE), hours_from_due);
        divided_in(&certain, &office, &[])
    };
    assert_eq!(moved(BANU_NEGOTIATION, -72), None, "one of them is over");
    let mut over = office();
    for session in [BANU_NEGOTIATION, BANU_QUALIFICATION] {
        over.session_mut(session).due = hours(time(DUE), -72);
    }
    assert_eq!(divided_in(&certain, &over, &[]), both(&[1], &[2]));
    // Two open sessions in one of the tenders that ask for the same.
    let mut two = office();
    let mut second = two.session(BANU_QUALIFICATION).clone();
    (second.id, second.kind) = (SessionId(99), crate::tender::SessionKind::Clarification);
    second.token = "another".into();
    second.reference = crate::tender::Reference::from_bits(4711);
    two.sessions.push(second);
    assert_eq!(divided_in(&certain, &two, &[]), None);
    let mut gone = office();
    gone.session_mut(BANU_QUALIFICATION).withdrawn = true;
    assert_eq!(divided_in(&certain, &gone, &[]), None);
}

#[test]
fn of_twins_only_the_marked_name_is_certain() {
    let mut office = office();
    office.tenders[2].name = "Pembangunan Jembatan Sei Lanuk Tahap I".into();
    office.tenders[3].name = "Pembangunan Jembatan Sei Lanuk Tahap II".into();
    let of = |names: [&str; 2]| divided_in(&mail("untuk 2 paket", &names), &office, &[]);
    assert_eq!(
        of([
            "KTP Pembangunan Jembatan Sei Lanuk Tahap I.pdf",
            "KTP Pembangunan Jembatan Sei Lanuk Tahap 2.pdf"
        ]),
        both(&[1], &[2])
    );
    assert_eq!(
        of([
            "KTP Pembangunan Jembatan Sei Lanuk.pdf",
            "KTP Pembangunan Jembatan Sei Lanuk Tahap 2.pdf"
        ]),
        None
    );
}

#[test]
fn a_list_of_tenders_in_the_text_is_no_list_of_files() {
    let mut letter = mail("1. 99990003000\n2. 99990004000", &["a.jpg", "b.jpg"]);
    for (file, line) in letter.attachments.iter_mut().zip([LAB, CLEANING]) {
        file.caption = Some(line.to_owned());
    }
    assert_eq!(divided(&letter), None);
    // And one that says otherwise than the name is a doubt.
    let mut letter = certain();
    letter.attachments[0].caption = Some(CLEANING.to_owned());
    assert_eq!(divided(&letter), None);
}

#[test]
fn the_same_scan_under_two_names_goes_to_both() {
    let mut letter = certain();
    letter.attachments[1].content = letter.attachments[0].content.clone();
    letter.attachments[1].sha256 = Digest::of(&letter.attachments[0].content);
    assert_eq!(divided(&letter), both(&[1], &[2]));
}

//! Answers as bidders write them (domain.md 4.2), and their near misses.

use super::*;
use crate::matching::fixture;

fn of(text: &str) -> Answers {
    understand(&Letter {
        text: text.into(),
        in_reply_to: vec!["<1@berau.example>".into()],
        ..Letter::default()
    })
}

#[test]
fn whether_he_comes() {
    use CalendarAnswer::{Accepted, Declined, Tentative};
    for (text, expected) in [
        ("HADIR", Some(Accepted)),
        ("hadir.", Some(Accepted)),
        ("Hadir, diwakili Sdr. Ramberani", Some(Accepted)),
        ("TIDAK HADIR", Some(Declined)),
        ("HADIR\nSETUJU REKAM\n\nCV Lestuwana Karya", Some(Accepted)),
        ("kami siap hadir", Some(Accepted)),
        ("Kami siap hadir, insya Allah tepat waktu.", Some(Accepted)),
        (
            "InsyaAllah hadir, diwakili Sdr. Ramberani (surat kuasa menyusul)",
            Some(Accepted),
        ),
        ("Kami hadir jam 10.00 WIB", Some(Accepted)),
        (
            "Dengan ini kami konfirmasi bahwa kami akan mengikuti pembuktian",
            Some(Accepted),
        ),
        (
            "Kami bersedia menghadiri klarifikasi pada hari Rabu.",
            Some(Accepted),
        ),
        ("Mohon maaf kami tidak dapat hadir", Some(Declined)),
        ("mohon maaf kami tdk bisa hadir pak", Some(Declined)),
        ("Direktur kami berhalangan hadir.", Some(Declined)),
        (
            "Kami tidak akan mengikuti tahapan selanjutnya",
            Some(Declined),
        ),
        (
            "Mungkin kami bisa hadir, masih kami usahakan",
            Some(Tentative),
        ),
        ("Mungkin kami tidak bisa hadir", Some(Tentative)),
        ("Kami usahakan hadir tepat waktu", Some(Tentative)),
        ("Kami belum bisa memastikan hadir", Some(Tentative)),
        ("Kehadiran kami belum pasti", Some(Tentative)),
        ("Apakah mungkin kami hadir lewat telepon", None),
        // Both: a person reads it. So is our own instruction, should it slip through as his words.
        (
            "Direktur tidak dapat hadir, kami akan hadir dengan kuasa.",
            None,
        ),
        ("Balas HADIR atau TIDAK HADIR.", None),
        ("HADIR\nTIDAK HADIR", None),
        // To a person.
        ("mohon dijadwalkan ulang hari Rabu", None),
        (
            "Kami siap hadir, tetapi mohon dijadwalkan ulang hari Rabu",
            None,
        ),
        (
            "Direktur kami sakit dan tidak dapat hadir, mohon penjadwalan ulang",
            None,
        ),
        // Questions, conditions, mere mentions.
        ("Apakah kami wajib hadir?", None),
        ("Apakah direktur harus hadir langsung", None),
        ("Kami akan hadir jika diizinkan diwakili", None),
        ("kami bisa hadir jam 10?", None),
        ("Terlampir daftar hadir peserta", None),
        ("Pihak yang hadir: direktur dan tenaga ahli", None),
        ("Bersama ini kami sampaikan konfirmasi kehadiran", None),
        ("Terima kasih atas kehadiran Bapak", None),
        ("Terlampir foto dokumen asli", None),
        ("", None),
    ] {
        assert_eq!(of(text).attendance, expected, "{text}");
    }
}

#[test]
fn whether_the_session_may_be_recorded() {
    use RecordingConsent::{Given, Refused};
    for (text, expected) in [
        ("SETUJU REKAM", Some(Given)),
        ("TIDAK SETUJU REKAM", Some(Refused)),
        ("HADIR, SETUJU REKAM", Some(Given)),
        ("Kami setuju kegiatan ini direkam.", Some(Given)),
        ("kami tidak keberatan direkam", Some(Given)),
        ("silakan direkam pak", Some(Given)),
        ("Kami mengizinkan perekaman.", Some(Given)),
        ("Kami tidak mengizinkan perekaman", Some(Refused)),
        ("kami keberatan bila", None),
        ("Namun kami keberatan bila acara direkam", Some(Refused)),
        ("kami berkeberatan jika rapat ini direkam", Some(Refused)),
        ("Kami tidak berkenan bila direkam.", Some(Refused)),
        ("kami tidak berkenan direkam", Some(Refused)),
        ("Kami menolak direkam", Some(Refused)),
        ("Kami tidak keberatan bila direkam", Some(Given)),
        (
            "Kami tidak keberatan direkam bila salinannya diberikan",
            None,
        ),
        ("mungkin kami setuju direkam", None),
        ("Kami keberatan direkam", Some(Refused)),
        ("Kami menolak perekaman", Some(Refused)),
        ("mohon tidak direkam", Some(Refused)),
        ("kami belum setuju direkam", Some(Refused)),
        ("Apakah kegiatan ini direkam?", None),
        ("Kami setuju direkam asalkan salinannya diberikan", None),
        ("Rekaman rapat mohon dikirim", None),
        ("kami setuju", None),
        ("SETUJU REKAM\nTIDAK SETUJU REKAM", None),
    ] {
        assert_eq!(of(text).consent, expected, "{text}");
    }
}

#[test]
fn what_he_says_to_the_negotiation_file() {
    use Opinion::{Agrees, OffersElse, Refuses};
    for (text, expected) in [
        (
            "Setelah kami pelajari, kami setuju dengan nilai Rp. 412.500.000,-. Terlampir hasil scan.",
            Some(Agrees),
        ),
        ("oke pak setuju 👍", Some(Agrees)),
        ("Kami menyetujui hasil negosiasi tersebut.", Some(Agrees)),
        ("kami sepakat", Some(Agrees)),
        ("Kami menerima nilai tersebut", Some(Agrees)),
        ("kami tidak keberatan dan setuju", Some(Agrees)),
        ("Mohon maaf kami TIDAK SETUJU.", Some(Refuses)),
        (
            "Mohon maaf kami TIDAK SETUJU. Harga tersebut di bawah biaya tenaga ahli kami. Penawaran akhir kami Rp418.000.000,00",
            Some(OffersElse),
        ),
        ("kami tdk setuju", Some(Refuses)),
        ("Kami belum dapat menyetujui nilai tersebut", Some(Refuses)),
        ("Kami tidak dapat menerima nilai negosiasi", Some(Refuses)),
        ("Dengan berat hati kami menolak", Some(Refuses)),
        ("Kami mengundurkan diri dari proses ini", Some(Refuses)),
        (
            "Pada prinsipnya setuju, namun mohon item mobilisasi dikembalikan seperti penawaran.",
            Some(OffersElse),
        ),
        ("pada prinsipnya setuju", Some(OffersElse)),
        (
            "Kami setuju dengan catatan waktu pelaksanaan ditambah",
            Some(OffersElse),
        ),
        (
            "Kami setuju asalkan PPN dihitung terpisah",
            Some(OffersElse),
        ),
        ("kami setuju apabila uang muka 30%", Some(OffersElse)),
        (
            "Kami setuju. Namun harga besi mohon dinaikkan",
            Some(OffersElse),
        ),
        ("kami menawarkan Rp 400.000.000", Some(OffersElse)),
        (
            "Kami telah menerima file negosiasi, akan kami pelajari",
            None,
        ),
        ("Surat sudah kami terima, terima kasih", None),
        ("SETUJU REKAM", None),
        ("TIDAK SETUJU REKAM", None),
        ("Apakah kami harus setuju?", None),
        ("Terlampir hasil scan", None),
        ("", None),
    ] {
        assert_eq!(of(text).opinion, expected, "{text}");
    }
}

#[test]
fn a_subject_counts_when_it_is_his_own() {
    let letter = |subject: &str, reply: bool| Letter {
        subject: subject.into(),
        text: "PT Contoh".into(),
        in_reply_to: reply
            .then(|| "<1@x.example>".to_owned())
            .into_iter()
            .collect(),
        ..Letter::default()
    };
    let hadir = |subject, reply| understand(&letter(subject, reply)).attendance;
    assert_eq!(hadir("HADIR", false), Some(CalendarAnswer::Accepted));
    assert_eq!(hadir("Re: HADIR", true), None);
    let mut bare = letter("HADIR", true);
    bare.text.clear();
    assert_eq!(understand(&bare).attendance, Some(CalendarAnswer::Accepted));
}

#[test]
fn the_file_tells_what_words_do_not() {
    let office = fixture::office();
    let mut session = office.session(fixture::KONSUL_NEGOTIATION).clone();
    let given = fixture::file("negosiasi.pdf");
    session.file = Some(crate::tender::SessionFile {
        name: "negosiasi.pdf".into(),
        sha256: given.sha256.hex(),
        bytes: 1,
    });
    let state = |text: &str, files: &[&str], documents: &[Option<DocumentWord>]| {
        let letter = fixture::letter_with(fixture::KONSUL, "nego", text, files);
        negotiation(&letter, &session, documents, None)
    };
    let nego = Some(DocumentWord::Negosiasi);
    assert_eq!(
        state("", &["NEGO TTD.pdf"], &[nego]),
        Some(Negotiation::ReturnedSigned)
    );
    assert_eq!(
        state("setuju", &["negosiasi.pdf"], &[nego]),
        Some(Negotiation::ReturnedUnsigned)
    );
    assert_eq!(
        state("setuju", &["negosiasi.pdf", "NEGO TTD.pdf"], &[nego, nego]),
        Some(Negotiation::ReturnedSigned)
    );
    assert_eq!(
        state("tidak setuju", &["NEGO TTD.pdf"], &[nego]),
        Some(Negotiation::Refused)
    );
    assert_eq!(
        state("setuju", &[], &[]),
        None,
        "agreement without a signature is none"
    );
    assert_eq!(state("", &["ktp.jpg"], &[Some(DocumentWord::Ktp)]), None);
    let other = office.session(fixture::LESTU_QUALIFICATION);
    let letter = fixture::letter(fixture::LESTU, "x", "tidak setuju");
    assert_eq!(
        negotiation(&letter, other, &[], None),
        None,
        "no negotiation"
    );
}

#[test]
fn an_hour_that_is_the_sessions_in_another_zone_only_is_noticed() {
    let office = fixture::office();
    let mut session = office.session(fixture::LESTU_QUALIFICATION).clone();
    session.starts = fixture::time("2026-11-25T13:00:00+08:00");
    for (text, expected) in [
        ("siap hadir jam 13.00 WIB", true),
        ("Siap hadir, pukul 13:00 wib", true),
        ("kami hadir jam 13 WIB", true),
        ("siap hadir jam 13.00 WITA", false),
        ("siap hadir jam 12.00 WIB", false),
        ("siap hadir jam 12.00 WIB / 13.00 WITA", false),
        ("siap hadir jam 12.00 WITA", true),
        ("siap hadir jam 13.00", false),
        ("Siap hadir. Dokumen kami kirim pukul 15.30 WITA", false),
        ("Siap hadir, WIB", false),
    ] {
        let letter = fixture::letter(fixture::LESTU, "Re: Undangan", text);
        assert_eq!(names_another_hour(&letter, &session), expected, "{text}");
    }
}

#[test]
fn what_a_refusal_refuses() {
    let office = fixture::office();
    let of = |id, text: &str| {
        let letter = fixture::letter(fixture::KONSUL, "Re: Undangan", text);
        objection(&letter, office.session(id))
    };
    let (negotiation, other) = (fixture::KONSUL_NEGOTIATION, fixture::KONSUL_CLARIFICATION);
    for (id, text, expected) in [
        (negotiation, "TIDAK HADIR", Objection::Attendance),
        (negotiation, "Kami tidak setuju.", Objection::Negotiation),
        (
            negotiation,
            "Tidak setuju. Penawaran akhir kami Rp418.000.000",
            Objection::CounterOffer,
        ),
        (
            other,
            "Mohon maaf kami tidak dapat hadir",
            Objection::Attendance,
        ),
        (other, "Kami tidak setuju.", Objection::Other),
    ] {
        assert_eq!(of(id, text), expected, "{text}");
    }
}

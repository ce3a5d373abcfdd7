//! An office, a tender with two bidders, and a burst of mails: invented, but as they come.

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    address::EmailAddress,
    correspondence::{
        Sender, Stamp, Templates,
        receipt::{ReceiptFacts, ReceivedFile, ReceivedMessage, Standing},
        samples::SAMPLE_FILE,
    },
    digest::Digest,
    inspection::Finding,
    letter::CalendarAnswer,
    settings::Member,
    tender::{
        Bidder, BidderId, DocumentWord, Meeting, MessageId, OfficialLetter, ProcurementKind,
        Reference, Session, SessionFile, SessionId, SessionKind, Tender, TenderId,
    },
};

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

pub fn address(text: &str) -> EmailAddress {
    text.parse().expect("an address")
}

pub fn templates() -> Templates {
    Templates::embedded().expect("the embedded templates")
}

pub fn sender() -> Sender {
    Sender {
        office_name: "UKPBJ Kabupaten Berau".to_owned(),
        mailbox_name: "pokja-3".to_owned(),
        mailbox_title: "Pokja Pemilihan III".to_owned(),
        address: address("pokja3@berau.test"),
        subaddress: "+".to_owned(),
        zone: TimeZone::get("Asia/Makassar").expect("a zone"),
        megabytes: 18,
        instance: "loket-7f3a".to_owned(),
    }
}

pub fn member() -> Member {
    Member {
        name: "Sri Rahayu".to_owned(),
        email: address("sri@berau.test"),
    }
}

pub fn stamp(time: &str) -> Stamp {
    Stamp {
        natural_key: "invitation/9".to_owned(),
        message_id: "<0123456789abcdef0123456789abcdef@berau.test>".to_owned(),
        date: at(time),
        due_at: at(time),
        envelope_from: None,
    }
}

pub fn tender() -> Tender {
    Tender {
        id: TenderId(1),
        code: "8231345".to_owned(),
        name: "Pembangunan Jembatan Sei Lanuk".to_owned(),
        mailbox: "pokja-3".to_owned(),
        kind: ProcurementKind::Konstruksi,
        folder: "2026/8231345 Pembangunan Jembatan Sei Lanuk".to_owned(),
    }
}

pub fn bidder() -> Bidder {
    Bidder {
        id: BidderId(4),
        tender: TenderId(1),
        name: "PT Contoh Karya Abadi".to_owned(),
        npwp: Some("01.234.567.8-901.000".to_owned()),
        nib: Some("1234567890123".to_owned()),
        director: Some("Hendrawan Tirta".to_owned()),
        phone: Some("0812-0000-1111".to_owned()),
        emails: vec![
            address("tender@contohkarya.test"),
            address("direktur@contohkarya.test"),
        ],
        experts: vec!["Budi Contoh".to_owned(), "Ir. Sari Misalnya".to_owned()],
        folder: "PT Contoh Karya Abadi".to_owned(),
        withdrawn: false,
    }
}

pub fn session(kind: SessionKind) -> Session {
    Session {
        id: SessionId(9),
        tender: TenderId(1),
        bidder: BidderId(4),
        kind,
        starts: at("2026-11-25T09:00:00+08:00"),
        ends: at("2026-11-25T11:00:00+08:00"),
        invite: Some(at("2026-11-23T08:00:00+08:00")),
        due: at("2026-11-25T16:00:00+08:00"),
        meeting: Meeting {
            url: Some("https://zoom.us/j/123456789?pwd=aGFsbyBkdW5pYSBpbmkgY29udG9o".to_owned()),
            id: Some("123 456 789".to_owned()),
            passcode: Some("contoh".to_owned()),
        },
        letter: OfficialLetter {
            number: Some("000.3.3/27/Pokja-III/UKPBJ/2026".to_owned()),
            date: Some(jiff::civil::date(2026, 11, 20)),
        },
        documents: vec![
            DocumentWord::Ktp,
            DocumentWord::Nib,
            DocumentWord::Npwp,
            DocumentWord::Akta,
            DocumentWord::Sbu,
            DocumentWord::LaporanKeuangan,
        ],
        file: None,
        file_at: None,
        reference: Reference::from_bits(0x1234_5678_9abc),
        token: "k7f3q2mzabcd4567".to_owned(),
        withdrawn: false,
    }
}

pub fn given_file() -> SessionFile {
    SessionFile {
        name: "negosiasi.pdf".to_owned(),
        sha256: Digest::of(SAMPLE_FILE).hex(),
        bytes: SAMPLE_FILE.len() as u64,
    }
}

pub fn file(
    name: Option<&str>,
    bytes: u64,
    document: Option<DocumentWord>,
    findings: &[Finding],
) -> ReceivedFile {
    ReceivedFile {
        name: name.map(str::to_owned),
        bytes,
        sha256: Digest::of(name.unwrap_or("").as_bytes()),
        document,
        contested: false,
        expert: None,
        findings: findings.to_vec(),
        hints: Vec::new(),
        opened: false,
        kept: !findings.contains(&Finding::LinkOnly),
    }
}

pub fn message(
    number: i64,
    time: &str,
    subject: &str,
    files: Vec<ReceivedFile>,
) -> ReceivedMessage {
    ReceivedMessage {
        number: MessageId(number),
        received_at: at(time),
        subject: subject.to_owned(),
        message_id: Some(format!("<CAF{number}x@mail.contohkarya.test>")),
        references: vec!["<aaaa000011112222@berau.test>".to_owned()],
        late_minutes: None,
        files,
    }
}

/// Two mails with all that a receipt can tell of a file.
pub fn burst() -> ReceiptFacts {
    let mut expert = file(
        Some("KTP tenaga ahli.jpg"),
        1_310_720,
        Some(DocumentWord::Ktp),
        &[Finding::Blurred],
    );
    expert.expert = Some("Budi Contoh".to_owned());
    ReceiptFacts {
        messages: vec![
            message(
                12,
                "2026-11-25T09:12:04+08:00",
                "PEMBUKTIAN KUALIFIKASI PT CONTOH KARYA (1)",
                vec![
                    file(
                        Some("scan ktp direktur.jpg"),
                        843_000,
                        Some(DocumentWord::Ktp),
                        &[],
                    ),
                    file(
                        Some("WhatsApp Image 2026-11-25 at 09.03.11_a7f3c2d1e5b64f0f9.jpeg"),
                        64_211,
                        None,
                        &[Finding::LowResolution, Finding::Dark],
                    ),
                    expert,
                ],
            ),
            message(
                13,
                "2026-11-25T09:14:40+08:00",
                "",
                vec![
                    file(
                        Some("akta.pdf"),
                        12_400_000,
                        Some(DocumentWord::Akta),
                        &[Finding::Encrypted],
                    ),
                    file(None, 512, None, &[Finding::NotAllowed]),
                    file(
                        Some(
                            "https://drive.example/file/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789/view?usp=sharing",
                        ),
                        0,
                        None,
                        &[Finding::LinkOnly],
                    ),
                ],
            ),
        ],
        owed: session(SessionKind::Qualification).documents,
        missing: vec![
            DocumentWord::Nib,
            DocumentWord::Npwp,
            DocumentWord::Sbu,
            DocumentWord::LaporanKeuangan,
        ],
        poor: vec![DocumentWord::Npwp],
        faults: Vec::new(),
        experts_unseen: vec!["Ir. Sari Misalnya".to_owned()],
        standing: Standing {
            announced: true,
            attendance: Some(CalendarAnswer::Accepted),
            ..Standing::default()
        },
    }
}

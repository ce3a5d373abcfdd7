//! The invented office of domain.md 4.2, for the tests of `matching` and `desk`.

use jiff::{SignedDuration, Timestamp};

use super::{Facts, History, Index, MailboxIdentity, Sent};
use crate::{
    address::EmailAddress,
    digest::Digest,
    letter::{Attachment, Correspondent, Letter, ReturnPath},
    tender::{
        Bidder, BidderId, DocumentWord, Meeting, ProcurementKind, Reference, Registry, Session,
        SessionId, SessionKind, Tender, TenderId,
    },
};

/// The day of the sessions at 14.00 WITA, when papers are due.
pub const DUE: &str = "2026-11-25T14:00:00+08:00";

pub const LESTU_QUALIFICATION: SessionId = SessionId(11);
pub const SEGA_QUALIFICATION: SessionId = SessionId(12);
pub const KONSUL_CLARIFICATION: SessionId = SessionId(21);
pub const KONSUL_NEGOTIATION: SessionId = SessionId(22);
pub const TIRTA_QUALIFICATION: SessionId = SessionId(31);
pub const BANU_QUALIFICATION: SessionId = SessionId(41);
/// Banuratama takes part in two tenders with one address.
pub const BANU_NEGOTIATION: SessionId = SessionId(32);
pub const KOP_QUALIFICATION: SessionId = SessionId(42);

pub const LESTU: &str = "cv.lestuwana@surel.example";
pub const SEGA: &str = "segarindo.wt@surel.example";
pub const KONSUL: &str = "info@rekavara.example";
pub const TIRTA: &str = "tirtamorgana@surel.example";
pub const BANU: &str = "banuratama@cm.example";
pub const KOP: &str = "kop.bungkarsa@surel.example";
pub const MEMBER: &str = "sri@berau.example";
pub const POKJA: &str = "pokja3@berau.example";

pub struct Office {
    pub tenders: Vec<Tender>,
    pub bidders: Vec<Bidder>,
    pub sessions: Vec<Session>,
}

pub fn address(text: &str) -> EmailAddress {
    text.parse().expect("an address")
}

pub fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

pub fn hours(at: Timestamp, hours: i64) -> Timestamp {
    at + SignedDuration::from_hours(hours)
}

pub fn office() -> Office {
    use SessionKind::{Clarification, Negotiation, Qualification};
    let mut office = Office {
        tenders: vec![
            tender(
                1,
                "99990001000",
                "Rehabilitasi Ruang Kelas SDN 031 Batu Rangkong",
            ),
            tender(2, "99990002000", "Pengawasan Jalan Muara Kelinai"),
            tender(3, "99990003000", "Alat Laboratorium Puskesmas"),
            tender(4, "99990004000", "Jasa Kebersihan Kantor"),
        ],
        bidders: vec![
            bidder(11, 1, "CV Lestuwana Karya", LESTU, "01.999.001.9-000.000"),
            bidder(
                12,
                1,
                "CV Segarindo Wahau Teknik",
                SEGA,
                "02.999.017.3-000.000",
            ),
            bidder(
                21,
                2,
                "PT Konsulindo Rekavara",
                KONSUL,
                "31.999.023.0-000.000",
            ),
            bidder(
                31,
                3,
                "UD Tirtamorgana Berjaya",
                TIRTA,
                "85.999.042.6-000.000",
            ),
            bidder(
                32,
                3,
                "PT Banuratama Cipta Mandau",
                BANU,
                "92.999.105.7-000.000",
            ),
            bidder(
                41,
                4,
                "PT. BANURATAMA CIPTA MANDAU",
                BANU,
                "092.999.105.7-000.000",
            ),
            bidder(
                42,
                4,
                "Koperasi Jasa Bungkarsa Mulya",
                KOP,
                "03.999.777.0-000.000",
            ),
        ],
        sessions: vec![
            session(LESTU_QUALIFICATION, 1, 11, Qualification),
            session(SEGA_QUALIFICATION, 1, 12, Qualification),
            session(KONSUL_CLARIFICATION, 2, 21, Clarification),
            session(KONSUL_NEGOTIATION, 2, 21, Negotiation),
            session(TIRTA_QUALIFICATION, 3, 31, Qualification),
            session(BANU_NEGOTIATION, 3, 32, Negotiation),
            session(BANU_QUALIFICATION, 4, 41, Qualification),
            session(KOP_QUALIFICATION, 4, 42, Qualification),
        ],
    };
    office.bidders[0].experts = vec!["Ir. Budi Contoh, S.T.".into()];
    office.session_mut(KONSUL_NEGOTIATION).documents = vec![DocumentWord::Negosiasi];
    office
}

impl Office {
    pub fn registry(&self) -> Registry {
        Registry::new(
            self.tenders.clone(),
            self.bidders.clone(),
            self.sessions.clone(),
        )
    }

    pub fn tender(&self, id: TenderId) -> &Tender {
        self.tenders
            .iter()
            .find(|tender| tender.id == id)
            .expect("a tender")
    }

    pub fn bidder(&self, id: BidderId) -> &Bidder {
        self.bidders
            .iter()
            .find(|bidder| bidder.id == id)
            .expect("a bidder")
    }

    pub fn session(&self, id: SessionId) -> &Session {
        self.sessions
            .iter()
            .find(|session| session.id == id)
            .expect("a session")
    }

    pub fn session_mut(&mut self, id: SessionId) -> &mut Session {
        self.sessions
            .iter_mut()
            .find(|session| session.id == id)
            .expect("a session")
    }

    /// A mail of ours about a session.
    pub fn sent(&self, id: SessionId) -> Sent {
        let session = self.session(id);
        Sent {
            message_id: our_id(id),
            tender: Some(session.tender),
            bidder: Some(session.bidder),
            session: Some(id),
        }
    }

    pub fn token_address(&self, id: SessionId) -> EmailAddress {
        address(POKJA).with_detail("+", &self.session(id).token)
    }
}

pub fn our_id(id: SessionId) -> String {
    format!("<{id:0>32}@berau.example>")
}

pub fn mailboxes() -> Vec<MailboxIdentity> {
    let mailbox = |name: &str, at: &str| MailboxIdentity {
        name: name.into(),
        address: address(at),
        subaddress: "+".into(),
    };
    vec![
        mailbox("pokja-3", POKJA),
        mailbox("pokja-2", "pokja2@berau.example"),
    ]
}

/// One hour before the papers are due.
pub fn facts<'a>(
    registry: &'a Registry,
    index: &'a Index,
    sent: &'a [Sent],
    mailboxes: &'a [MailboxIdentity],
) -> Facts<'a> {
    Facts {
        registry,
        index,
        sent,
        mailboxes,
        mailbox: "pokja-3",
        history: History::none(),
        received_at: hours(time(DUE), -1),
    }
}

fn tender(id: i64, code: &str, name: &str) -> Tender {
    Tender {
        id: TenderId(id),
        code: code.into(),
        name: name.into(),
        mailbox: "pokja-3".into(),
        kind: ProcurementKind::Konstruksi,
        folder: format!("2026/{code} {name}"),
    }
}

fn bidder(id: i64, tender: i64, name: &str, email: &str, npwp: &str) -> Bidder {
    Bidder {
        id: BidderId(id),
        tender: TenderId(tender),
        name: name.into(),
        npwp: Some(npwp.into()),
        nib: Some(format!("12345678901{id}")),
        director: None,
        phone: None,
        emails: vec![address(email)],
        experts: Vec::new(),
        folder: name.trim_end_matches('.').into(),
        withdrawn: false,
    }
}

fn session(id: SessionId, tender: i64, bidder: i64, kind: SessionKind) -> Session {
    let due = time(DUE);
    Session {
        id,
        tender: TenderId(tender),
        bidder: BidderId(bidder),
        kind,
        starts: hours(due, -5),
        ends: hours(due, -3),
        invite: Some(hours(due, -48)),
        due,
        meeting: Meeting::default(),
        letter: Default::default(),
        documents: vec![DocumentWord::Ktp, DocumentWord::Nib],
        file: None,
        file_at: None,
        reference: Reference::from_bits(id.0 as u64 * 7_919_777),
        token: format!("abcdefghijklmn{id}"),
        withdrawn: false,
    }
}

/// A mail that a person wrote to the Pokja.
pub fn letter(from: &str, subject: &str, text: &str) -> Letter {
    let from = Correspondent {
        name: None,
        address: address(from),
    };
    Letter {
        message_id: Some("<1@surel.example>".into()),
        return_path: ReturnPath::Address(from.address.clone()),
        from: vec![from],
        visible_recipients: vec![address(POKJA)],
        subject: subject.into(),
        text: text.into(),
        ..Letter::default()
    }
}

/// A file of 20 KiB; equal names have equal bytes.
pub fn file(name: &str) -> Attachment {
    let mut content = name.as_bytes().to_vec();
    content.resize(20 * 1024, b'.');
    let sha256 = Digest::of(&content);
    Attachment {
        name: Some(name.into()),
        media_type: "application/pdf".into(),
        content: content.into(),
        sha256,
        inline: false,
        damaged: false,
        container: None,
        caption: None,
        link: false,
    }
}

pub fn letter_with(from: &str, subject: &str, text: &str, files: &[&str]) -> Letter {
    Letter {
        attachments: files.iter().map(|name| file(name)).collect(),
        ..letter(from, subject, text)
    }
}

//! The vocabulary every room speaks: tender, bidder, session, document words; and the registry that holds them.

pub mod calendar;
pub mod document;
pub mod import;
pub mod keys;
pub mod reference;
pub mod registry;
pub mod safe_name;

pub use calendar::WorkingCalendar;
pub use document::DocumentWord;
pub use keys::Keys;
pub use reference::Reference;
pub use registry::Registry;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::address::EmailAddress;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// Row of a tender.
    TenderId,
    /// Row of a bidder of one tender; the same firm in two tenders is two bidders.
    BidderId,
    /// Row of one bidder's session of one kind.
    SessionId,
    /// The number of a message, as people type it (`loket show 12`).
    MessageId,
    /// Row of an outgoing mail.
    OutboxId
}

/// One selection (tender or seleksi) of SPSE.
#[derive(Clone, Debug, PartialEq)]
pub struct Tender {
    pub id: TenderId,
    /// Kode tender in SPSE: digits.
    pub code: String,
    pub name: String,
    /// Name of the Pokja's mailbox in the settings.
    pub mailbox: String,
    pub kind: ProcurementKind,
    /// Its folder in the tree, `YEAR/CODE NAME`; fixed at the first import, so that a renamed tender keeps its place.
    pub folder: String,
}

/// A bidder (peserta) of one tender.
#[derive(Clone, Debug, PartialEq)]
pub struct Bidder {
    pub id: BidderId,
    pub tender: TenderId,
    pub name: String,
    pub npwp: Option<String>,
    pub nib: Option<String>,
    pub director: Option<String>,
    pub phone: Option<String>,
    /// Registered addresses; the first is written to when no other was used. Never empty.
    pub emails: Vec<EmailAddress>,
    pub experts: Vec<String>,
    /// The last part of its folder, unique in the tender whatever the case; fixed at the first import.
    pub folder: String,
    /// No longer in the imported file: invited to nothing, but its papers stay.
    pub withdrawn: bool,
}

/// One bidder's meeting of one kind. A tender has at most one of a kind for a bidder, so (bidder, kind) names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub id: SessionId,
    pub tender: TenderId,
    pub bidder: BidderId,
    pub kind: SessionKind,
    pub starts: Timestamp,
    pub ends: Timestamp,
    /// When the invitation goes out; `None`: at once.
    pub invite: Option<Timestamp>,
    /// Papers until then, this instant included, are in time.
    pub due: Timestamp,
    pub meeting: Meeting,
    pub letter: OfficialLetter,
    pub documents: Vec<DocumentWord>,
    /// Negotiation only: the file to be signed and returned.
    pub file: Option<SessionFile>,
    /// When the file goes out; `None`: at the time of the invitation.
    pub file_at: Option<Timestamp>,
    /// The short code in square brackets that every mail about this session carries.
    pub reference: Reference,
    /// Detail of the secret sub-address (80 bits of a keyed hash, RFC 4648 base32, lowercase).
    pub token: String,
    /// No longer in the imported file.
    pub withdrawn: bool,
}

/// Where an online session is held.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    pub url: Option<String>,
    pub id: Option<String>,
    pub passcode: Option<String>,
}

/// Number and date of the official letter that the invitation is, as they stand in the office's register book. Numbers
/// are given by people (domain.md 2.2): where there is none, none is made up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficialLetter {
    pub number: Option<String>,
    pub date: Option<Date>,
}

/// The negotiation file as the Pokja gave it, kept in storage under its digest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionFile {
    /// Its name as given, without folders.
    pub name: String,
    /// SHA-256 in hexadecimal; the bytes are in storage under it.
    pub sha256: String,
    pub bytes: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProcurementKind {
    Barang,
    Konstruksi,
    Konsultansi,
    JasaLainnya,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionKind {
    /// Pembuktian kualifikasi.
    Qualification,
    /// Klarifikasi teknis.
    Clarification,
    /// Klarifikasi dan negosiasi biaya.
    Negotiation,
}

impl SessionKind {
    pub const ALL: [SessionKind; 3] = [
        SessionKind::Qualification,
        SessionKind::Clarification,
        SessionKind::Negotiation,
    ];

    /// The word of the contract.
    pub fn word(self) -> &'static str {
        match self {
            SessionKind::Qualification => "qualification",
            SessionKind::Clarification => "clarification",
            SessionKind::Negotiation => "negotiation",
        }
    }

    /// As people in the office say it.
    pub fn label(self) -> &'static str {
        match self {
            SessionKind::Qualification => "Pembuktian Kualifikasi",
            SessionKind::Clarification => "Klarifikasi Teknis",
            SessionKind::Negotiation => "Klarifikasi dan Negosiasi Biaya",
        }
    }

    pub fn from_word(word: &str) -> Option<SessionKind> {
        SessionKind::ALL
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

impl ProcurementKind {
    pub const ALL: [ProcurementKind; 4] = [
        ProcurementKind::Barang,
        ProcurementKind::Konstruksi,
        ProcurementKind::Konsultansi,
        ProcurementKind::JasaLainnya,
    ];

    /// The word of the contract.
    pub fn word(self) -> &'static str {
        match self {
            ProcurementKind::Barang => "barang",
            ProcurementKind::Konstruksi => "konstruksi",
            ProcurementKind::Konsultansi => "konsultansi",
            ProcurementKind::JasaLainnya => "jasa-lainnya",
        }
    }

    pub fn from_word(word: &str) -> Option<ProcurementKind> {
        ProcurementKind::ALL
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

//! The words and rows of a tender's page, from what the database knows.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, tz::TimeZone};
use minijinja::{AutoEscape, Environment, value::Serde};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;

use super::PREVIEWS;
use crate::{
    correspondence::wording,
    database::{papers::Paper, sessions::Negotiation},
    desk::{self, DocumentRow, DocumentState, FiledPaper},
    digest::Digest,
    inspection::Finding,
    storage::Storage,
    tender::{Bidder, Registry, Session, SessionId, Tender},
};

/// What the page shows.
pub struct Facts<'a> {
    pub registry: &'a Registry,
    pub tender: &'a Tender,
    /// Who looks after the tender.
    pub pokja: &'a str,
    pub zone: &'a TimeZone,
    pub now: Timestamp,
    pub papers: &'a [Paper],
    pub negotiations: &'a BTreeMap<SessionId, Negotiation>,
    /// Names of the pictures there are.
    pub previews: &'a BTreeSet<String>,
}

/// The page as HTML. Fails only where the page's own text is wrong.
pub fn write(facts: &Facts) -> Result<String, minijinja::Error> {
    let page = Page {
        code: &facts.tender.code,
        name: &facts.tender.name,
        pokja: facts.pokja,
        made: facts.local(facts.now),
        bidders: facts
            .registry
            .bidders_of(facts.tender.id)
            .map(|bidder| facts.bidder(bidder))
            .collect(),
    };
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.render_str(include_str!("page.html"), Serde(&page))
}

#[derive(Serialize)]
struct Page<'a> {
    code: &'a str,
    name: &'a str,
    pokja: &'a str,
    made: String,
    bidders: Vec<BidderPart<'a>>,
}

#[derive(Serialize)]
struct BidderPart<'a> {
    name: &'a str,
    anchor: String,
    sessions: Vec<SessionPart>,
    owed: usize,
    received: usize,
    poor: usize,
}

#[derive(Serialize)]
struct SessionPart {
    label: &'static str,
    due: String,
    negotiation: Option<&'static str>,
    rows: Vec<Row>,
    unknown: Vec<FilePart>,
}

#[derive(Serialize)]
struct Row {
    document: String,
    state: &'static str,
    class: &'static str,
    files: Vec<FilePart>,
}

#[derive(Clone, Serialize)]
struct FilePart {
    name: String,
    href: Option<String>,
    thumbnail: Option<String>,
    comparison: Option<String>,
    received: String,
    late: bool,
    message: i64,
    original: String,
    findings: Vec<&'static str>,
    notes: Vec<String>,
}

impl<'a> Facts<'a> {
    fn bidder(&self, bidder: &'a Bidder) -> BidderPart<'a> {
        let own = self.papers.iter().filter(|paper| paper.bidder == bidder.id);
        let filed: Vec<FiledPaper> = own.cloned().map(FiledPaper::from).collect();
        let mut part = BidderPart {
            name: &bidder.name,
            anchor: format!("p{}", bidder.id.0),
            sessions: Vec::new(),
            owed: 0,
            received: 0,
            poor: 0,
        };
        for session in self.registry.sessions_of(bidder.id) {
            let rows = desk::documents([session], &filed);
            let count = |states: &[DocumentState]| {
                rows.iter()
                    .filter(|row| states.contains(&row.state))
                    .count()
            };
            part.owed += rows.len() - count(&[DocumentState::Unasked]);
            part.received += count(&[DocumentState::Received, DocumentState::ReceivedLate]);
            part.poor += count(&[DocumentState::Poor]);
            part.sessions.push(self.session(session, &rows));
        }
        part
    }

    fn session(&self, session: &Session, rows: &[DocumentRow]) -> SessionPart {
        let papers = || {
            self.papers
                .iter()
                .filter(|paper| paper.session == session.id)
        };
        let unknown = papers().filter(|paper| {
            let file = &paper.attachment;
            file.document.is_none() && (file.path.is_some() || !file.findings.is_empty())
        });
        SessionPart {
            label: session.kind.label(),
            due: self.local(session.due),
            negotiation: self
                .negotiations
                .get(&session.id)
                .copied()
                .map(negotiation_words),
            rows: rows.iter().map(|row| self.row(row, papers())).collect(),
            unknown: unknown.map(|paper| self.file(paper)).collect(),
        }
    }

    fn row<'p>(&self, row: &DocumentRow, papers: impl Iterator<Item = &'p Paper>) -> Row {
        let is_of_row = |paper: &&Paper| {
            let file = &paper.attachment;
            let listed = row
                .files
                .iter()
                .any(|listed| listed.message == paper.message && listed.sha256 == file.sha256);
            listed && file.document == Some(row.document) && file.expert == row.expert
        };
        Row {
            document: match &row.expert {
                Some(expert) => format!("{} – {expert}", row.document.label()),
                None => row.document.label().to_owned(),
            },
            state: state_words(row.state),
            class: row.state.word(),
            files: papers
                .filter(is_of_row)
                .map(|paper| self.file(paper))
                .collect(),
        }
    }

    /// With the zone, since a page may be printed and read elsewhere.
    fn local(&self, time: Timestamp) -> String {
        let zoned = time.to_zoned(self.zone.clone());
        format!(
            "{} {}",
            zoned.strftime("%d-%m-%Y %H:%M"),
            wording::zone(&zoned)
        )
    }

    fn file(&self, paper: &Paper) -> FilePart {
        let file = &paper.attachment;
        let below = |path: &str| {
            path.strip_prefix(&format!("{}/", self.tender.folder))
                .map(href)
        };
        let preview = |name: String| {
            self.previews
                .contains(&name)
                .then(|| href(&format!("{PREVIEWS}/{name}")))
        };
        let up = "../".repeat(self.tender.folder.matches('/').count() + 1);
        FilePart {
            name: file.name.clone().unwrap_or_else(|| "tanpa nama".to_owned()),
            href: file.path.as_deref().and_then(below),
            thumbnail: preview(thumbnail_name(&file.sha256)),
            comparison: preview(comparison_name(&file.sha256)),
            received: self.local(paper.received_at),
            late: paper.late,
            message: paper.message.0,
            original: format!("{up}{}", Storage::original_path(&paper.original)),
            findings: file
                .findings
                .iter()
                .map(|&finding| finding_words(finding))
                .collect(),
            notes: file.examined.notes.clone(),
        }
    }
}

pub fn thumbnail_name(file: &Digest) -> String {
    format!("{}.jpg", &file.hex()[..32])
}

pub fn comparison_name(file: &Digest) -> String {
    format!("{}-banding.jpg", &file.hex()[..32])
}

/// Everything but what never means anything in a relative address.
const IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'\\')
    .add(b':');

fn href(path: &str) -> String {
    utf8_percent_encode(path, IN_PATH).to_string()
}

fn state_words(state: DocumentState) -> &'static str {
    match state {
        DocumentState::Missing => "belum ada",
        DocumentState::Received => "diterima",
        DocumentState::ReceivedLate => "diterima terlambat",
        DocumentState::Poor => "sulit digunakan",
        DocumentState::Unasked => "tidak diminta",
    }
}

fn negotiation_words(negotiation: Negotiation) -> &'static str {
    match negotiation {
        Negotiation::Waiting => "menunggu kembali",
        Negotiation::ReturnedSigned => "kembali, tampak ditandatangani – mohon dipastikan",
        Negotiation::ReturnedUnsigned => "kembali, tidak tampak tanda tangan – mohon dipastikan",
        Negotiation::Differs => "kembali, berbeda dari yang dikirim – mohon diperiksa",
        Negotiation::Refused => "ditolak peserta",
        Negotiation::CounterOffer => "penawaran balik",
    }
}

fn finding_words(finding: Finding) -> &'static str {
    match finding {
        Finding::Blurred => "buram",
        Finding::Dark => "gelap",
        Finding::LowResolution => "terlalu kecil",
        Finding::Unreadable => "tidak dapat dibuka",
        Finding::Encrypted => "berkata sandi",
        Finding::NotAllowed => "jenis berkas tidak diterima",
        Finding::Infected => "mengandung virus",
        Finding::Duplicate => "kiriman ulang",
        Finding::Unsigned => "belum ditandatangani",
        Finding::DiffersFromSent => "berbeda dari yang dikirim",
        Finding::LinkOnly => "hanya tautan",
    }
}

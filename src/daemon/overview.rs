//! `index.html` in a tender's folder: bidders and their papers with state, thumbnail and findings, for the Pokja.
//!
//! A static page that works from a network share, without scripts and without anything from outside. It is never mailed:
//! it names all bidders of a tender. Made again after each round that changed something; losing it loses nothing.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{AutoEscape, Environment, value::Serde};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;

use super::office::Office;
use crate::{
    database::{self, papers::Paper},
    desk::{self, DocumentState, FiledPaper, Plan, naming::TreePath},
    digest::Digest,
    inspection::{Examination, Finding},
    letter::Letter,
    storage::Storage,
    tender::{Bidder, Registry, Tender, TenderId},
};

/// The folder of thumbnails and comparisons beside the bidders' folders.
pub const PREVIEWS: &str = "pratinjau";
pub const PAGE: &str = "index.html";

#[derive(Serialize)]
struct Page<'a> {
    code: &'a str,
    name: &'a str,
    pokja: String,
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

/// Makes the pages of these tenders anew. A page that cannot be written is told in the log and holds nothing up.
pub async fn publish(office: &Office, tenders: &BTreeSet<TenderId>) {
    for &tender in tenders {
        if let Err(why) = publish_one(office, tender).await {
            tracing::warn!(tender = tender.0, %why, "overview.not-written");
        }
    }
}

/// Puts thumbnails and comparisons beside the papers. Losing one loses nothing, so none of them stops a mail.
pub async fn keep_previews(
    office: &Office,
    registry: &Registry,
    letter: &Letter,
    plan: &Plan,
    examined: &[Examination],
) {
    let tender = plan
        .placement
        .and_then(|placement| registry.tender(placement.tender));
    let Some(tender) = tender else { return };
    for ((attachment, file), told) in letter.attachments.iter().zip(&plan.files).zip(examined) {
        let digest = &attachment.sha256;
        for (name, picture) in [
            (thumbnail_name(digest), &told.thumbnail),
            (comparison_name(digest), &told.side_by_side),
        ] {
            if file.path.is_none() || picture.is_empty() {
                continue;
            }
            let Ok(path) = TreePath::new(&format!("{}/{PREVIEWS}/{name}", tender.folder)) else {
                continue;
            };
            if let Err(error) = office.storage.publish(&path, picture.clone()).await {
                tracing::warn!(%error, "preview.not-written");
            }
        }
    }
}

async fn publish_one(office: &Office, id: TenderId) -> anyhow::Result<()> {
    let registry = office.registry().await?;
    let Some(tender) = registry.tender(id) else {
        return Ok(());
    };
    let papers = database::papers::attachments_of_tender(&office.database, id).await?;
    let sessions = database::sessions::list_sessions(&office.database, Some(id)).await?;
    let negotiations: BTreeMap<_, _> = sessions
        .iter()
        .filter_map(|row| Some((row.session, negotiation_words(row.negotiation?))))
        .collect();
    let mut originals = BTreeMap::new();
    for paper in &papers {
        if !originals.contains_key(&paper.message)
            && let Some(row) = database::messages::message(&office.database, paper.message).await?
        {
            originals.insert(paper.message, row.sha256);
        }
    }
    let previews: BTreeSet<String> = office
        .storage
        .names(&format!("{}/{PREVIEWS}", tender.folder))
        .await?;
    let scene = Scene {
        office,
        tender,
        registry: &registry,
        originals: &originals,
        previews: &previews,
    };
    let zone = &office.settings.office.timezone;
    let page = Page {
        code: &tender.code,
        name: &tender.name,
        pokja: office
            .mailbox(&tender.mailbox)
            .map(|m| m.title.clone())
            .unwrap_or_default(),
        made: local(office.clock.now(), zone),
        bidders: registry
            .bidders_of(id)
            .map(|bidder| scene.bidder(bidder, &papers, &negotiations))
            .collect(),
    };
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    prune(office, tender, &papers, &previews).await?;
    let html = environment.render_str(include_str!("overview.html"), Serde(&page))?;
    let path = TreePath::new(&format!("{}/{PAGE}", tender.folder))?;
    office.storage.publish(&path, html.into()).await?;
    Ok(())
}

/// A paper that a person moved elsewhere leaves no picture behind.
async fn prune(
    office: &Office,
    tender: &Tender,
    papers: &[Paper],
    previews: &BTreeSet<String>,
) -> anyhow::Result<()> {
    let digests = papers.iter().map(|paper| &paper.attachment.sha256);
    let wanted: BTreeSet<String> = digests
        .flat_map(|digest| [thumbnail_name(digest), comparison_name(digest)])
        .collect();
    for name in previews.difference(&wanted) {
        let path = TreePath::new(&format!("{}/{PREVIEWS}/{name}", tender.folder))?;
        office.storage.unpublish(&path).await?;
    }
    Ok(())
}

struct Scene<'a> {
    office: &'a Office,
    tender: &'a Tender,
    registry: &'a Registry,
    originals: &'a BTreeMap<crate::tender::MessageId, Digest>,
    previews: &'a BTreeSet<String>,
}

impl<'a> Scene<'a> {
    fn bidder(
        &self,
        bidder: &'a Bidder,
        papers: &[Paper],
        negotiations: &BTreeMap<crate::tender::SessionId, &'static str>,
    ) -> BidderPart<'a> {
        let filed: Vec<FiledPaper> = papers.iter().cloned().map(FiledPaper::from).collect();
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
            for row in &rows {
                let owed = row.state != DocumentState::Unasked;
                part.owed += usize::from(owed);
                part.received += usize::from(matches!(
                    row.state,
                    DocumentState::Received | DocumentState::ReceivedLate
                ));
                part.poor += usize::from(row.state == DocumentState::Poor);
            }
            let of_session = || papers.iter().filter(|paper| paper.session == session.id);
            let rows = rows.into_iter().map(|row| Row {
                document: match &row.expert {
                    Some(expert) => format!("{} – {expert}", row.document.label()),
                    None => row.document.label().to_owned(),
                },
                state: state_words(row.state),
                class: row.state.word(),
                files: of_session()
                    .filter(|paper| {
                        row.files.iter().any(|file| {
                            file.message == paper.message && file.sha256 == paper.attachment.sha256
                        })
                    })
                    .filter(|paper| {
                        paper.attachment.document == Some(row.document)
                            && paper.attachment.expert == row.expert
                    })
                    .map(|paper| self.file(paper))
                    .collect(),
            });
            part.sessions.push(SessionPart {
                label: session.kind.label(),
                due: local(session.due, &self.office.settings.office.timezone),
                negotiation: negotiations.get(&session.id).copied(),
                rows: rows.collect(),
                unknown: of_session()
                    .filter(|paper| paper.attachment.document.is_none())
                    .filter(|paper| {
                        paper.attachment.path.is_some() || !paper.attachment.findings.is_empty()
                    })
                    .map(|paper| self.file(paper))
                    .collect(),
            });
        }
        part
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
            received: local(paper.received_at, &self.office.settings.office.timezone),
            late: paper.late,
            message: paper.message.0,
            original: self
                .originals
                .get(&paper.message)
                .map_or_else(String::new, |digest| {
                    format!("{up}{}", Storage::original_path(digest))
                }),
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

fn local(time: jiff::Timestamp, zone: &jiff::tz::TimeZone) -> String {
    time.to_zoned(zone.clone())
        .strftime("%d-%m-%Y %H:%M")
        .to_string()
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

fn negotiation_words(negotiation: database::sessions::Negotiation) -> &'static str {
    use database::sessions::Negotiation;
    match negotiation {
        Negotiation::Waiting => "menunggu kembali",
        Negotiation::ReturnedSigned => "kembali, tampak ditandatangani – mohon dipastikan",
        Negotiation::ReturnedUnsigned => "kembali, tidak tampak tanda tangan – mohon dipastikan",
        Negotiation::Differs => "kembali, berbeda dari yang dikirim – mohon diperiksa",
        Negotiation::Refused => "ditolak peserta",
        Negotiation::CounterOffer => "penawaran balik",
    }
}

pub fn finding_words(finding: Finding) -> &'static str {
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

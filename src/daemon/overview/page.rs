//! The words and rows of a tender's page, from what the database knows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{Timestamp, tz::TimeZone};
use minijinja::{AutoEscape, Environment, value::Serde};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;

use super::PREVIEWS;
use crate::{
    correspondence::wording,
    database::{papers::Paper, sessions::Negotiation},
    desk::{self, DocumentRow, DocumentState, FiledAttachment, FiledPaper, Owned, Twins, Wanted},
    digest::Digest,
    inspection::Finding,
    storage::Storage,
    tender::{Bidder, MessageId, Registry, Session, SessionId, Tender, TenderId},
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
    /// As [`twins_of`] found them.
    pub twins: &'a HashMap<(MessageId, u32), Twins>,
    pub negotiations: &'a BTreeMap<SessionId, Negotiation>,
    /// Names of the pictures there are.
    pub previews: &'a BTreeSet<String>,
}

/// What two bidders of a tender sent alike.
pub fn twins_of(
    registry: &Registry,
    tender: TenderId,
    papers: &[Paper],
) -> HashMap<(MessageId, u32), Twins> {
    let owned: Vec<Owned> = papers
        .iter()
        .map(|paper| Owned {
            bidder: paper.bidder,
            message: paper.message,
            file: &paper.attachment,
        })
        .collect();
    let sessions = registry.sessions().iter();
    let ours: Vec<Digest> = sessions
        .filter(|session| session.tender == tender)
        .filter_map(|session| session.file.as_ref()?.sha256.parse().ok())
        .collect();
    desk::twins(&owned, &ours)
}

/// The page as HTML. Fails only where the page's own text is wrong.
pub fn write(facts: &Facts) -> Result<String, minijinja::Error> {
    let shown = Shown { facts };
    let page = Page {
        code: &facts.tender.code,
        name: &facts.tender.name,
        pokja: facts.pokja,
        made: facts.local(facts.now),
        bidders: facts
            .registry
            .bidders_of(facts.tender.id)
            .map(|bidder| shown.bidder(bidder))
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
    /// Called one paper, reading as another.
    contested: Vec<FilePart>,
    unknown: Vec<FilePart>,
    /// Links, programs, empty and locked files: there is nothing to name.
    others: Vec<FilePart>,
}

#[derive(Serialize)]
struct Row {
    document: String,
    state: String,
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
    late: Option<&'static str>,
    message: i64,
    original: String,
    findings: Vec<&'static str>,
    notes: Vec<String>,
}

/// What is shown of the facts.
struct Shown<'a> {
    facts: &'a Facts<'a>,
}

impl<'a> Shown<'a> {
    fn bidder(&self, bidder: &'a Bidder) -> BidderPart<'a> {
        let own = self
            .facts
            .papers
            .iter()
            .filter(|paper| paper.bidder == bidder.id);
        let filed: Vec<FiledPaper> = own.cloned().map(FiledPaper::from).collect();
        let mut part = BidderPart {
            name: &bidder.name,
            anchor: format!("p{}", bidder.id.0),
            sessions: Vec::new(),
            owed: 0,
            received: 0,
            poor: 0,
        };
        for session in self.facts.registry.sessions_of(bidder.id) {
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
            self.facts
                .papers
                .iter()
                .filter(|paper| paper.session == session.id)
        };
        let waits = |which: Wanted| -> Vec<FilePart> {
            let waiting = papers().filter(|paper| desk::wanted(&paper.attachment) == Some(which));
            waiting.map(|paper| self.file(paper, session)).collect()
        };
        SessionPart {
            label: session.kind.label(),
            due: self.facts.local(session.due),
            negotiation: self
                .facts
                .negotiations
                .get(&session.id)
                .copied()
                .map(negotiation_words),
            rows: rows
                .iter()
                .map(|row| self.row(row, session, papers()))
                .collect(),
            contested: waits(Wanted::Choice),
            unknown: waits(Wanted::Name),
            others: waits(Wanted::Nothing),
        }
    }

    fn row<'p>(
        &self,
        row: &DocumentRow,
        session: &Session,
        papers: impl Iterator<Item = &'p Paper>,
    ) -> Row {
        let is_of_row = |paper: &&Paper| {
            let file = &paper.attachment;
            let listed = row
                .files
                .iter()
                .any(|listed| listed.message == paper.message && listed.sha256 == file.sha256);
            listed && file.document == Some(row.document) && file.expert == row.expert
        };
        let papers: Vec<&Paper> = papers.filter(is_of_row).collect();
        // The deadline that it missed was moved since.
        let in_time_now = papers.iter().any(|paper| paper.received_at <= session.due);
        let moved = row.state == DocumentState::ReceivedLate && in_time_now;
        Row {
            document: match &row.expert {
                Some(expert) => format!("{} – {expert}", row.document.label()),
                None => row.document.label().to_owned(),
            },
            state: match moved {
                true => format!("{} {}", state_words(row.state), wording::FIRST_DUE),
                false => state_words(row.state).to_owned(),
            },
            class: row.state.word(),
            files: papers
                .into_iter()
                .map(|paper| self.file(paper, session))
                .collect(),
        }
    }

    fn file(&self, paper: &Paper, session: &Session) -> FilePart {
        let file = &paper.attachment;
        let tender = self.facts.tender;
        let below = |path: &str| path.strip_prefix(&format!("{}/", tender.folder)).map(href);
        let preview = |name: String| {
            self.facts
                .previews
                .contains(&name)
                .then(|| href(&format!("{PREVIEWS}/{name}")))
        };
        let name_of = |bidder| {
            let bidder = self.facts.registry.bidder(bidder);
            bidder.map_or("-", |bidder| &bidder.name)
        };
        let twins = self.facts.twins.get(&(paper.message, file.part));
        let twins = twins.map(|twins| twins.notes(name_of)).unwrap_or_default();
        let up = "../".repeat(tender.folder.matches('/').count() + 1);
        FilePart {
            name: file.name.clone().unwrap_or_else(|| "tanpa nama".to_owned()),
            href: file.path.as_deref().and_then(below),
            thumbnail: preview(thumbnail_name(&file.sha256)),
            comparison: preview(comparison_name(&file.sha256)),
            received: self.facts.local(paper.received_at),
            late: paper
                .late
                .then(|| wording::late(paper.received_at, session.due)),
            message: paper.message.0,
            original: format!("{up}{}", Storage::original_path(&paper.original)),
            findings: findings(file),
            notes: twins
                .into_iter()
                .chain(file.examined.notes.iter().cloned())
                .collect(),
        }
    }
}

impl Facts<'_> {
    /// With the zone, since a page may be printed and read elsewhere.
    fn local(&self, time: Timestamp) -> String {
        let zoned = time.to_zoned(self.zone.clone());
        format!(
            "{} {}",
            zoned.strftime("%d-%m-%Y %H:%M"),
            wording::zone(&zoned)
        )
    }
}

/// An empty file, and one that is locked, do not open for a reason that is told.
fn findings(file: &FiledAttachment) -> Vec<&'static str> {
    let locked = file.findings.contains(&Finding::Encrypted);
    let told = file
        .findings
        .iter()
        .filter(|finding| **finding != Finding::Unreadable || !locked);
    told.map(|&finding| match finding {
        Finding::Unreadable if file.bytes == 0 => "berkas kosong",
        finding => finding_words(finding),
    })
    .chain(
        file.examined
            .unexamined
            .then_some("belum dapat diperiksa otomatis"),
    )
    .collect()
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
        Finding::Encrypted => "terkunci kata sandi",
        Finding::NotAllowed => "program, tidak diterima",
        Finding::Infected => "mengandung virus",
        Finding::Duplicate => "kiriman ulang",
        Finding::Unsigned => "belum ditandatangani",
        Finding::DiffersFromSent => "berbeda dari yang dikirim",
        Finding::LinkOnly => "hanya tautan",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        desk::Examined,
        inspection::Contested,
        matching::fixture::{LESTU_QUALIFICATION, SEGA_QUALIFICATION, hours, office},
        tender::DocumentWord,
    };

    /// A paper as it lies in the tree.
    fn paper(session: &Session, message: i64, name: &str, document: Option<DocumentWord>) -> Paper {
        let folder = office().tender(session.tender).folder.clone();
        Paper {
            message: MessageId(message),
            position: 1,
            tender: session.tender,
            bidder: session.bidder,
            session: session.id,
            received_at: hours(session.due, -1),
            late: false,
            original: Digest::of(&message.to_be_bytes()),
            attachment: FiledAttachment {
                part: 1,
                name: Some(name.to_owned()),
                media_type: "image/jpeg".into(),
                bytes: 200_000,
                sha256: Digest::of(name.as_bytes()),
                container: None,
                path: Some(format!("{folder}/{message}.jpg")),
                document,
                expert: None,
                findings: Vec::new(),
                examined: Examined::default(),
            },
        }
    }

    fn written(papers: &[Paper]) -> String {
        let office = office();
        let registry = office.registry();
        let session = office.session(LESTU_QUALIFICATION);
        let facts = Facts {
            registry: &registry,
            tender: office.tender(session.tender),
            pokja: "Pokja Pemilihan III",
            zone: &TimeZone::get("Asia/Makassar").expect("a zone"),
            now: session.due,
            papers,
            twins: &twins_of(&registry, session.tender, papers),
            negotiations: &BTreeMap::new(),
            previews: &BTreeSet::new(),
        };
        write(&facts).expect("the page's own text is right")
    }

    #[test]
    fn what_a_person_must_settle_is_told_from_what_has_no_name_and_what_cannot_be_seen() {
        let office = office();
        let session = office.session(LESTU_QUALIFICATION);
        let mut contested = paper(session, 1, "SBU.jpg", None);
        contested.attachment.examined.contested = Some(Contested {
            named: DocumentWord::Sbu,
            read: DocumentWord::Ktp,
        });
        let mut unknown = paper(session, 2, "IMG_1.jpg", None);
        unknown.attachment.examined.unexamined = true;
        let mut program = paper(session, 3, "akta.pdf.exe", None);
        program.attachment.path = None;
        program.attachment.findings = vec![Finding::NotAllowed];
        let mut empty = paper(session, 4, "kosong.jpg", None);
        empty.attachment.bytes = 0;
        empty.attachment.findings = vec![Finding::Unreadable];
        let mut archive = paper(session, 5, "berkas.zip", None);
        archive.attachment.path = None;
        let page = written(&[contested, unknown, program, empty, archive]);
        let place = |what: &str| page.find(what).unwrap_or_else(|| panic!("{what}: {page}"));
        let order = [
            "Nama dan isi tidak sama",
            ">SBU.jpg<",
            "Belum dikenali",
            ">IMG_1.jpg<",
            "belum dapat diperiksa otomatis<",
            "Tautan, program, berkas kosong atau terkunci",
            "akta.pdf.exe",
            "program, tidak diterima",
            ">kosong.jpg<",
            ">berkas kosong<",
        ];
        let places: Vec<usize> = order.iter().map(|what| place(what)).collect();
        assert!(places.is_sorted(), "{places:?}");
        assert_eq!(page.matches("mohon dinamai").count(), 1);
        assert!(!page.contains("berkas.zip") && !page.contains("tidak dapat dibuka"));
    }

    #[test]
    fn late_is_told_against_the_deadline_that_held() {
        let office = office();
        let session = office.session(LESTU_QUALIFICATION);
        let came = |received_at| {
            let mut paper = paper(session, 1, "ktp.jpg", Some(DocumentWord::Ktp));
            (paper.late, paper.received_at) = (true, received_at);
            written(&[paper])
        };
        let moved = came(hours(session.due, -1));
        assert!(
            moved.contains("diterima terlambat terhadap batas semula"),
            "{moved}"
        );
        assert!(moved.contains(r#"<span class="late">terlambat terhadap batas semula"#));
        let still = came(hours(session.due, 1));
        assert!(
            still.contains(r#"<span class="late">terlambat</span>"#),
            "{still}"
        );
        assert!(!still.contains("batas semula"));
    }

    #[test]
    fn the_same_file_from_two_bidders_is_noted_with_both() {
        let office = office();
        let (one, two) = (
            office.session(LESTU_QUALIFICATION),
            office.session(SEGA_QUALIFICATION),
        );
        assert_eq!(one.tender, two.tender);
        let mut copy = paper(two, 2, "akta kami.pdf", Some(DocumentWord::Akta));
        let first = paper(one, 1, "akta.pdf", Some(DocumentWord::Akta));
        copy.attachment.sha256 = first.attachment.sha256;
        let page = written(&[first, copy]);
        for bidder in [one.bidder, two.bidder] {
            let name = &office.bidder(bidder).name;
            let note = format!("juga diterima dari peserta lain: {name}");
            assert_eq!(page.matches(&note).count(), 1, "{page}");
        }
    }
}

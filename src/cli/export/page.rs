//! The dossier's `index.html`: a list to read, without scripts and without anything from outside.

use jiff::tz::TimeZone;
use minijinja::{AutoEscape, Environment, value::Serde};
use serde::Serialize;

use super::{incoming_name, outgoing_name, paper_name};
use crate::{
    cli::{Failure, list::local},
    correspondence::OutboxRow,
    correspondence::wording,
    database::{messages::MessageRow, papers::Paper},
    tender::{Registry, Tender},
};

#[derive(Serialize)]
struct Page<'a> {
    code: &'a str,
    name: &'a str,
    bidders: Vec<BidderPart<'a>>,
    messages: Vec<Line>,
    sent: Vec<Line>,
}

#[derive(Serialize)]
struct BidderPart<'a> {
    name: &'a str,
    papers: Vec<PaperLine>,
}

#[derive(Serialize)]
struct PaperLine {
    session: String,
    document: String,
    name: String,
    href: Option<String>,
    received: String,
    sha256: String,
    late: Option<&'static str>,
}

#[derive(Serialize)]
struct Line {
    number: i64,
    time: String,
    who: String,
    subject: String,
    state: String,
    href: String,
}

pub fn index(
    tender: &Tender,
    registry: &Registry,
    messages: &[MessageRow],
    papers: &[Paper],
    sent: &[OutboxRow],
    zone: &TimeZone,
) -> Result<String, Failure> {
    let bidders = registry
        .bidders_of(tender.id)
        .map(|bidder| BidderPart {
            name: &bidder.name,
            papers: papers
                .iter()
                .filter(|paper| paper.bidder == bidder.id)
                .map(|p| paper(p, tender, registry, zone))
                .collect(),
        })
        .collect();
    let page = Page {
        code: &tender.code,
        name: &tender.name,
        bidders,
        messages: messages
            .iter()
            .map(|row| Line {
                number: row.id.0,
                time: local(row.received_at, zone),
                who: row.heading.from_address.clone().unwrap_or_default(),
                subject: row.heading.subject.clone(),
                state: row.state.word().to_owned(),
                href: href(&incoming_name(row)),
            })
            .collect(),
        sent: sent
            .iter()
            .map(|row| Line {
                number: row.id.0,
                time: row
                    .sent_at
                    .map_or_else(String::new, |sent| local(sent, zone)),
                who: row.mail.to.to_string(),
                subject: row.mail.subject.clone(),
                state: row.state.word().to_owned(),
                href: href(&outgoing_name(row)),
            })
            .collect(),
    };
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment
        .render_str(include_str!("index.html"), Serde(&page))
        .map_err(|error| Failure::Work(format!("index.html: {error:#}")))
}

fn paper(paper: &Paper, tender: &Tender, registry: &Registry, zone: &TimeZone) -> PaperLine {
    let file = &paper.attachment;
    PaperLine {
        session: registry
            .session(paper.session)
            .map_or("", |session| session.kind.label())
            .to_owned(),
        document: file
            .document
            .map_or("belum dikenali", |document| document.label())
            .to_owned(),
        name: file.name.clone().unwrap_or_else(|| "tanpa nama".to_owned()),
        href: file
            .path
            .as_deref()
            .map(|path| href(&paper_name(tender, path))),
        received: local(paper.received_at, zone),
        sha256: file.sha256.hex(),
        late: registry
            .session(paper.session)
            .filter(|_| paper.late)
            .map(|session| wording::late(paper.received_at, session.due)),
    }
}

/// A relative link: everything but unreserved characters and slashes is percent-encoded (RFC 3986).
fn href(path: &str) -> String {
    const KEEP: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'/');
    percent_encoding::utf8_percent_encode(path, KEEP).to_string()
}

//! The negotiation letter: the Pokja's file, and what to do if the bidder agrees or does not.

use serde::Serialize;

use super::{
    ComposeError, OutboxKind, OutgoingMail, Sender, Stamp, Templates,
    assembly::{EnclosedFile, Enclosures},
    belong_together,
    facts::NegotiationFile,
    first_address,
    parties::Parties,
    to_bidder,
    wording::{self, one_line},
};
use crate::{
    digest::Digest,
    tender::{Bidder, Session, Tender},
};

#[derive(Debug, Serialize)]
pub(super) struct NegotiationView {
    #[serde(flatten)]
    parties: Parties,
    file: String,
    size: String,
    sha256: String,
    /// The day on which the file went out in whose place this one stands.
    replaces: Option<String>,
    due: String,
    megabytes: u32,
}

/// Sends the file that is to be signed and returned, to the first registered address.
pub fn negotiation(
    templates: &Templates,
    sender: &Sender,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    file: NegotiationFile<'_>,
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    belong_together("the negotiation letter", tender, bidder, session)?;
    // Another bidder's prices would be the worst of all leaks: the octets must be the ones that were given for him.
    let given = session.file.as_ref().map(|file| file.sha256.as_str());
    if given != Some(Digest::of(file.content).hex().as_str()) {
        return Err(ComposeError::Mismatch {
            letter: "the negotiation letter",
            what: "the file is not the one that was given for this session",
        });
    }
    let to = first_address("the negotiation letter", bidder)?;
    let view = view(sender, tender, bidder, session, file, stamp);
    let letter = templates.render("negosiasi", &view)?;
    let enclosures = Enclosures {
        calendar: None,
        files: vec![EnclosedFile {
            name: view.file,
            media_type: media_type(file.name),
            content: file.content.to_vec(),
        }],
    };
    let (kind, about) = (OutboxKind::Negotiation, (tender, bidder, session));
    to_bidder(sender, stamp, kind, about, to, letter, enclosures)
}

pub(super) fn view(
    sender: &Sender,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    file: NegotiationFile<'_>,
    stamp: &Stamp,
) -> NegotiationView {
    NegotiationView {
        parties: Parties::of(sender, tender, bidder, session, stamp),
        file: one_line(file.name, 120),
        size: wording::size(file.content.len() as u64),
        sha256: Digest::of(file.content).hex(),
        replaces: file
            .replaces
            .map(|sent| wording::moment(sent, &sender.zone)),
        due: wording::deadline(session.due, &sender.zone),
        megabytes: sender.megabytes,
    }
}

/// By the name's ending: phones choose the program by it.
fn media_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending.to_ascii_lowercase().as_str() {
        "pdf" => "application/pdf",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "doc" => "application/msword",
        "xls" => "application/vnd.ms-excel",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}

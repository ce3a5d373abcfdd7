//! The invitation: what for, when, where, who, which papers, and how to send them. One for each bidder and session.

use serde::Serialize;

use super::{
    ComposeError, OutboxKind, OutgoingMail, Sender, Stamp, Templates,
    assembly::Enclosures,
    belong_together,
    calendar::{Method, calendar},
    first_address,
    parties::{Appointment, Online, Parties},
    to_bidder,
    wording::one_line,
};
use crate::{
    desk::personal_papers,
    tender::{Bidder, DocumentWord, Session, SessionKind, Tender},
};

#[derive(Debug, Serialize)]
pub(super) struct InvitationView {
    #[serde(flatten)]
    parties: Parties,
    #[serde(flatten)]
    online: Online,
    now: Appointment,
    /// Nothing: an invitation tells no change.
    was: Appointment,
    experts: Vec<String>,
    /// Papers to be shown and photographed.
    documents: Vec<&'static str>,
    /// Those of them that each expert has of his own.
    personal: Vec<&'static str>,
    /// How such a file is best named; `None`: no papers of experts are asked for.
    example: Option<String>,
    /// A file to be signed comes with a letter of its own.
    file: bool,
    megabytes: u32,
}

/// The invitation to one bidder's session, to the first registered address. `sequence` is the calendar part's: above 0
/// when the session was announced before.
pub fn invitation(
    templates: &Templates,
    sender: &Sender,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    sequence: u32,
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    belong_together("the invitation", tender, bidder, session)?;
    let to = first_address("the invitation", bidder)?;
    let view = view(sender, tender, bidder, session, stamp);
    let letter = templates.render("undangan", &view)?;
    let about = (tender, bidder, session);
    let entry = calendar(Method::Request, sender, about, to, sequence, stamp);
    let enclosures = Enclosures {
        calendar: Some((Method::Request, entry)),
        files: Vec::new(),
    };
    let kind = OutboxKind::Invitation;
    to_bidder(sender, stamp, kind, about, to, letter, enclosures)
}

pub(super) fn view(
    sender: &Sender,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    stamp: &Stamp,
) -> InvitationView {
    InvitationView {
        parties: Parties::of(sender, tender, bidder, session, stamp),
        online: Online::of(&session.meeting),
        now: Appointment::of(session, sender),
        was: Appointment::default(),
        // Prices are negotiated with the director; experts show themselves before (domain.md 1.3).
        experts: match session.kind {
            SessionKind::Negotiation => Vec::new(),
            _ => bidder
                .experts
                .iter()
                .map(|name| one_line(name, 120))
                .collect(),
        },
        documents: session
            .documents
            .iter()
            .filter(|&&document| document != DocumentWord::Negosiasi)
            .map(|document| document.label())
            .collect(),
        personal: personal_papers(session)
            .map(|document| document.label())
            .collect(),
        example: personal_papers(session)
            .zip(&bidder.experts)
            .next()
            .map(|(document, expert)| format!("{} {}.jpg", document.word(), one_line(expert, 120))),
        file: session.file.is_some(),
        megabytes: sender.megabytes,
    }
}

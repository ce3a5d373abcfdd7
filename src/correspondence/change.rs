//! What was announced no longer holds: the change notice, and the cancellation. Both reach the bidder's calendar.

use serde::Serialize;

use super::{
    ComposeError, OutboxKind, OutgoingMail, Sender, Stamp, Templates,
    assembly::Enclosures,
    belong_together,
    calendar::{Method, calendar},
    facts::{CancellationFacts, ChangeFacts},
    first_address,
    parties::{Appointment, Online, Parties},
    to_bidder,
};
use crate::tender::{Bidder, DocumentWord, Session, Tender};

#[derive(Debug, Serialize)]
pub(super) struct ChangeView {
    #[serde(flatten)]
    parties: Parties,
    #[serde(flatten)]
    online: Online,
    now: Appointment,
    /// What the last letter said, where it differs.
    was: Appointment,
    /// Another day or hour: who said that he comes is asked again.
    moved: bool,
    /// Papers are owed, so that the last hour for them matters.
    documents: bool,
    /// Papers that the last letter did not ask for …
    added: Vec<&'static str>,
    /// … and those that it did ask for.
    dropped: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
pub(super) struct CancellationView {
    #[serde(flatten)]
    parties: Parties,
    /// What the last letter said.
    now: Appointment,
    was: Appointment,
}

/// Tells a bidder what is different about his session.
pub fn change_notice(
    templates: &Templates,
    sender: &Sender,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    facts: &ChangeFacts,
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    belong_together("the change notice", tender, bidder, session)?;
    let to = first_address("the change notice", bidder)?;
    let view = change_view(sender, tender, bidder, session, facts, stamp);
    let letter = templates.render("perubahan", &view)?;
    let about = (tender, bidder, session);
    let entry = calendar(Method::Request, sender, about, to, facts.sequence, stamp);
    let enclosures = Enclosures {
        calendar: Some((Method::Request, entry)),
        files: Vec::new(),
    };
    to_bidder(
        sender,
        stamp,
        OutboxKind::Notice,
        about,
        to,
        letter,
        enclosures,
    )
}

/// Tells a bidder that his session will not be held. The calendar takes out what was announced, so the entry has its
/// times, whatever the session says now.
pub fn cancellation(
    templates: &Templates,
    sender: &Sender,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    facts: &CancellationFacts,
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    belong_together("the cancellation", tender, bidder, session)?;
    let to = first_address("the cancellation", bidder)?;
    let view = cancellation_view(sender, tender, bidder, session, facts, stamp);
    let letter = templates.render("pembatalan", &view)?;
    let announced = Session {
        starts: facts.announced.starts,
        ends: facts.announced.ends,
        due: facts.announced.due,
        meeting: facts.announced.meeting.clone(),
        ..session.clone()
    };
    let about = (tender, bidder, &announced);
    let entry = calendar(Method::Cancel, sender, about, to, facts.sequence, stamp);
    let enclosures = Enclosures {
        calendar: Some((Method::Cancel, entry)),
        files: Vec::new(),
    };
    to_bidder(
        sender,
        stamp,
        OutboxKind::Notice,
        about,
        to,
        letter,
        enclosures,
    )
}

pub(super) fn change_view(
    sender: &Sender,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    facts: &ChangeFacts,
    stamp: &Stamp,
) -> ChangeView {
    let before = &facts.before;
    let only_in = |list: &[DocumentWord], other: &[DocumentWord]| {
        let only = list.iter().filter(|document| !other.contains(document));
        let mut names: Vec<&'static str> = only.map(|document| document.label()).collect();
        names.dedup();
        names
    };
    ChangeView {
        parties: Parties::of(sender, tender, bidder, session, stamp),
        online: Online::of(&session.meeting),
        now: Appointment::of(session, sender),
        was: Appointment::before(before, session, sender),
        moved: (before.starts, before.ends) != (session.starts, session.ends),
        documents: !session.documents.is_empty(),
        added: only_in(&session.documents, &before.documents),
        dropped: only_in(&before.documents, &session.documents),
    }
}

pub(super) fn cancellation_view(
    sender: &Sender,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    facts: &CancellationFacts,
    stamp: &Stamp,
) -> CancellationView {
    let told = Appointment::told(&facts.announced, sender);
    CancellationView {
        parties: Parties::of(sender, tender, bidder, session, stamp),
        // Nobody is to join: day and hours suffice.
        now: Appointment {
            day: told.day,
            hours: told.hours,
            ..Appointment::default()
        },
        was: Appointment::default(),
    }
}

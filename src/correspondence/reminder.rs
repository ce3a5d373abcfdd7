//! The reminder: only what has not come, in the words of its step; and the notice that the time is up.

use serde::Serialize;

use super::{
    ComposeError, OutboxKind, OutgoingMail, Sender, Stamp, Templates,
    assembly::Enclosures,
    belong_together,
    facts::{ReminderFacts, Step},
    first_address,
    parties::{Appointment, Online, Parties},
    to_bidder, wording,
};
use crate::{
    desk::Fault,
    tender::{Bidder, DocumentWord, Session, Tender},
};

#[derive(Debug, Serialize)]
pub(super) struct ReminderView {
    #[serde(flatten)]
    parties: Parties,
    #[serde(flatten)]
    online: Online,
    /// The word of the step: `day-before`, `two-hours-before`, `half-time`, `two-hours-left`, `time-up`.
    step: &'static str,
    /// The session is still to come.
    before: bool,
    time_up: bool,
    now: Appointment,
    was: Appointment,
    unconfirmed: bool,
    missing: Vec<MissingView>,
    /// Some of them came, but can hardly be read.
    poor: bool,
    /// Some of them came, and a person has to look at them first.
    waits: bool,
    /// The signed negotiation file is among what is missing.
    negotiation: bool,
    due: String,
}

#[derive(Debug, Serialize)]
pub(super) struct MissingView {
    label: &'static str,
    /// Something came, but not as it is wanted.
    poor: bool,
    /// What is wrong with it.
    fault: Option<&'static str>,
}

impl MissingView {
    pub(super) fn of(missing: &[DocumentWord], poor: &[DocumentWord]) -> Vec<MissingView> {
        let view = |document: &DocumentWord| MissingView {
            label: document.label(),
            poor: poor.contains(document),
            fault: poor.contains(document).then_some(match document {
                // Not signed, or not what was sent.
                DocumentWord::Negosiasi => "belum sesuai",
                _ => "belum dapat dibaca",
            }),
        };
        missing.iter().map(view).collect()
    }

    /// The same where it is known what is wrong.
    pub(super) fn with(
        missing: &[DocumentWord],
        poor: &[DocumentWord],
        faults: &[(DocumentWord, Fault)],
    ) -> Vec<MissingView> {
        let mut views = MissingView::of(missing, poor);
        for (view, document) in views.iter_mut().zip(missing) {
            let known = faults.iter().find(|(of, _)| of == document);
            view.fault = known.map(|(_, fault)| in_words(*fault)).or(view.fault);
        }
        views
    }
}

fn in_words(fault: Fault) -> &'static str {
    match fault {
        Fault::Empty => "berkasnya kosong",
        Fault::Locked => "terkunci kata sandi",
        Fault::Illegible => "sukar dibaca",
        Fault::NotAsSent => "belum sesuai",
        Fault::Contested => "nama dan isi berkasnya tampak tidak sama, akan diperiksa oleh Pokja",
    }
}

/// Reminds a bidder of what is missing, to the first registered address.
pub fn reminder(
    templates: &Templates,
    sender: &Sender,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    facts: &ReminderFacts,
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    belong_together("the reminder", tender, bidder, session)?;
    let to = first_address("the reminder", bidder)?;
    let view = view(sender, tender, bidder, session, facts, stamp);
    let letter = templates.render("pengingat", &view)?;
    let (kind, about) = (OutboxKind::Reminder, (tender, bidder, session));
    to_bidder(
        sender,
        stamp,
        kind,
        about,
        to,
        letter,
        Enclosures::default(),
    )
}

pub(super) fn view(
    sender: &Sender,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    facts: &ReminderFacts,
    stamp: &Stamp,
) -> ReminderView {
    let now = Appointment::of(session, sender);
    let waits = |document: &DocumentWord| (*document, Fault::Contested);
    let waiting: Vec<(DocumentWord, Fault)> = facts.contested.iter().map(waits).collect();
    ReminderView {
        parties: Parties::of(sender, tender, bidder, session, stamp),
        online: Online::of(&session.meeting),
        step: facts.step.word(),
        before: matches!(facts.step, Step::DayBefore | Step::TwoHoursBefore),
        time_up: facts.step == Step::TimeUp,
        // The last hour for papers is told with the papers.
        now: Appointment { due: None, ..now },
        was: Appointment::default(),
        unconfirmed: facts.unconfirmed,
        missing: MissingView::with(&facts.missing, &facts.poor, &waiting),
        poor: facts
            .missing
            .iter()
            .any(|document| facts.poor.contains(document)),
        waits: !waiting.is_empty(),
        negotiation: facts.missing.contains(&DocumentWord::Negosiasi),
        due: wording::deadline(session.due, &sender.zone),
    }
}

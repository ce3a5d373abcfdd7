//! The invitation: what for, when, where, which papers, and how to send them. One for each bidder and session.

use serde::Serialize;

use super::{
    ComposeError, OutboxKind, OutgoingMail, Sender, Stamp, Templates,
    assembly::{Heading, Origin},
    belong_together, outgoing, reply_address,
    wording::{self, one_line},
};
use crate::tender::{Bidder, ProcurementKind, Session, SessionKind, Tender};

/// One bidder's data and nothing else (P22).
#[derive(Debug, Serialize)]
struct InvitationView {
    office: String,
    pokja: String,
    mailbox: String,
    today: String,
    bidder: String,
    director: Option<String>,
    activity: &'static str,
    /// "tender" or "seleksi".
    procurement: &'static str,
    package: String,
    code: String,
    reference: String,
    online: bool,
    day: String,
    hours: String,
    url: Option<String>,
    meeting_id: Option<String>,
    passcode: Option<String>,
    experts: Vec<String>,
    documents: Vec<&'static str>,
    due: String,
}

/// The invitation to one bidder's session, to the first registered address.
pub fn invitation(
    templates: &Templates,
    sender: &Sender,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    belong_together("the invitation", tender, bidder, session)?;
    let to = bidder.emails.first().ok_or(ComposeError::Mismatch {
        letter: "the invitation",
        what: "the bidder has no address",
    })?;
    let view = view(sender, tender, bidder, session, stamp);
    let letter = templates.render("undangan", &view)?;
    let heading = Heading {
        kind: OutboxKind::Invitation,
        origin: Origin::Generated,
        to,
        reply_to: &reply_address(sender, session),
        in_reply_to: None,
        references: &[],
    };
    let about = Some((tender, bidder, Some(session)));
    outgoing(sender, stamp, &heading, about, letter)
}

fn view(
    sender: &Sender,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    stamp: &Stamp,
) -> InvitationView {
    let starts = session.starts.to_zoned(sender.zone.clone());
    let ends = session.ends.to_zoned(sender.zone.clone());
    let zone = wording::zone(&ends);
    let hours = if starts.date() == ends.date() {
        format!(
            "pukul {}–{} {zone}",
            wording::hour(&starts),
            wording::hour(&ends)
        )
    } else {
        format!(
            "pukul {} {zone} sampai dengan {}",
            wording::hour(&starts),
            wording::moment(session.ends, &sender.zone)
        )
    };
    let meeting = &session.meeting;
    let given = |value: &Option<String>| value.as_deref().map(|value| one_line(value, 500));
    InvitationView {
        office: one_line(&sender.office_name, 120),
        pokja: one_line(&sender.mailbox_title, 120),
        mailbox: sender.address.to_string(),
        today: wording::date(&stamp.date.to_zoned(sender.zone.clone())),
        bidder: one_line(&bidder.name, 160),
        director: bidder.director.as_deref().map(|name| one_line(name, 120)),
        activity: session.kind.label(),
        procurement: match tender.kind {
            ProcurementKind::Konsultansi => "seleksi",
            _ => "tender",
        },
        package: one_line(&tender.name, 300),
        code: one_line(&tender.code, 40),
        reference: session.reference.to_string(),
        online: meeting.url.is_some() || meeting.id.is_some(),
        day: wording::date(&starts),
        hours,
        url: given(&meeting.url),
        meeting_id: given(&meeting.id),
        passcode: given(&meeting.passcode),
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
            .map(|document| document.label())
            .collect(),
        due: wording::moment(session.due, &sender.zone),
    }
}

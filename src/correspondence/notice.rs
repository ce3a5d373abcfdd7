//! Notices to a member of the Pokja: what did not arrive, was not sent or is held back, and what to do.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    ComposeError, OutboxKind, OutgoingMail, Sender, Stamp, Templates,
    assembly::{Heading, Origin},
    outgoing,
    wording::{self, one_line},
};
use crate::{
    address::EmailAddress,
    settings::Member,
    tender::{Bidder, OutboxId, Session, Tender},
};

/// What happened to a mail of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// A report of permanent failure came.
    Bounced,
    /// The server refused it for good.
    Refused,
    /// Tried for days in vain.
    GivenUp,
    /// Not through for hours; it is still being tried.
    Delayed,
    /// The server's answer was lost: it may have arrived.
    Unknown,
}

impl Trouble {
    pub const ALL: [Trouble; 5] = [
        Trouble::Bounced,
        Trouble::Refused,
        Trouble::GivenUp,
        Trouble::Delayed,
        Trouble::Unknown,
    ];

    /// The word of the template.
    pub fn word(self) -> &'static str {
        match self {
            Trouble::Bounced => "bounced",
            Trouble::Refused => "refused",
            Trouble::GivenUp => "given-up",
            Trouble::Delayed => "delayed",
            Trouble::Unknown => "unknown",
        }
    }

    fn headline(self) -> &'static str {
        match self {
            Trouble::Bounced | Trouble::Refused => "Surat tidak sampai",
            Trouble::GivenUp => "Surat tidak terkirim",
            Trouble::Delayed => "Surat tertunda",
            Trouble::Unknown => "Surat belum pasti sampai",
        }
    }
}

/// Which mail, and what became of it. Members may know all that concerns their own tenders.
#[derive(Clone, Debug)]
pub struct Undelivered<'a> {
    pub outbox: OutboxId,
    pub kind: OutboxKind,
    /// To whom that mail went.
    pub address: &'a EmailAddress,
    pub subject: &'a str,
    pub trouble: Trouble,
    pub at: Timestamp,
    /// The server's own words.
    pub detail: &'a str,
    /// Of a mail to a bidder.
    pub about: Option<(&'a Tender, &'a Bidder, Option<&'a Session>)>,
}

/// Tells a member that one of our mails did not arrive. The sender is the mailbox that it left from.
pub fn undelivered(
    templates: &Templates,
    sender: &Sender,
    member: &Member,
    facts: &Undelivered<'_>,
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    let view = undelivered_view(sender, member, facts);
    let letter = templates.render("pemberitahuan", &view)?;
    outgoing(sender, stamp, &heading(sender, member), facts.about, letter)
}

/// What the clock overtook before it could be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    Invitation,
    Change,
    Negotiation,
}

impl Missed {
    pub const ALL: [Missed; 3] = [Missed::Invitation, Missed::Change, Missed::Negotiation];

    /// The word of the template.
    pub fn word(self) -> &'static str {
        match self {
            Missed::Invitation => "invitation",
            Missed::Change => "change",
            Missed::Negotiation => "negotiation",
        }
    }
}

/// Tells a member that a session passed before its invitation could go out.
pub fn invitation_missed(
    templates: &Templates,
    sender: &Sender,
    member: &Member,
    about: (&Tender, &Bidder, &Session),
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    missed(templates, sender, member, about, Missed::Invitation, stamp)
}

/// Tells a member that a session passed before its bidder could be told what changed.
pub fn change_missed(
    templates: &Templates,
    sender: &Sender,
    member: &Member,
    about: (&Tender, &Bidder, &Session),
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    missed(templates, sender, member, about, Missed::Change, stamp)
}

/// Tells a member that the time for papers is over and the negotiation file did not go out before.
pub fn negotiation_missed(
    templates: &Templates,
    sender: &Sender,
    member: &Member,
    about: (&Tender, &Bidder, &Session),
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    missed(templates, sender, member, about, Missed::Negotiation, stamp)
}

fn missed(
    templates: &Templates,
    sender: &Sender,
    member: &Member,
    about: (&Tender, &Bidder, &Session),
    missed: Missed,
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    let (tender, bidder, session) = about;
    let view = missed_view(sender, member, about, missed);
    let letter = templates.render("terlewat", &view)?;
    let about = Some((tender, bidder, Some(session)));
    outgoing(sender, stamp, &heading(sender, member), about, letter)
}

pub(super) fn missed_view(
    sender: &Sender,
    member: &Member,
    (tender, bidder, session): (&Tender, &Bidder, &Session),
    missed: Missed,
) -> MissedView {
    MissedView {
        office: one_line(&sender.office_name, 120),
        pokja: one_line(&sender.mailbox_title, 120),
        member: one_line(&member.name, 120),
        missed: missed.word(),
        headline: match missed {
            Missed::Invitation => "Undangan tidak terkirim",
            Missed::Change => "Perubahan tidak tersampaikan",
            Missed::Negotiation => "Berkas negosiasi tidak terkirim",
        },
        bidder: one_line(&bidder.name, 160),
        phone: phone(bidder),
        package: one_line(&tender.name, 300),
        code: one_line(&tender.code, 40),
        activity: session.kind.label(),
        session: wording::moment(session.starts, &sender.zone),
        due: wording::moment(session.due, &sender.zone),
    }
}

/// Tells a member that answers are held back (P21). `limit` in words: "5 jawaban per jam untuk satu alamat".
pub fn limit_reached(
    templates: &Templates,
    sender: &Sender,
    member: &Member,
    limit: &str,
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    let view = limit_view(sender, member, limit);
    let letter = templates.render("jawaban-ditahan", &view)?;
    outgoing(sender, stamp, &heading(sender, member), None, letter)
}

pub(super) fn limit_view(sender: &Sender, member: &Member, limit: &str) -> LimitView {
    LimitView {
        office: one_line(&sender.office_name, 120),
        pokja: one_line(&sender.mailbox_title, 120),
        mailbox: sender.address.to_string(),
        member: one_line(&member.name, 120),
        limit: one_line(limit, 160),
    }
}

pub(super) fn heading<'a>(sender: &'a Sender, member: &'a Member) -> Heading<'a> {
    Heading {
        kind: OutboxKind::Notice,
        origin: Origin::Generated,
        to: &member.email,
        reply_to: &sender.address,
        in_reply_to: None,
        references: &[],
    }
}

#[derive(Debug, Serialize)]
pub(super) struct MissedView {
    office: String,
    pokja: String,
    member: String,
    /// `invitation`, `change` or `negotiation`.
    missed: &'static str,
    headline: &'static str,
    bidder: String,
    phone: Option<String>,
    package: String,
    code: String,
    activity: &'static str,
    session: String,
    due: String,
}

#[derive(Debug, Serialize)]
pub(super) struct LimitView {
    office: String,
    pokja: String,
    mailbox: String,
    member: String,
    limit: String,
}

#[derive(Debug, Serialize)]
pub(super) struct UndeliveredView {
    office: String,
    pokja: String,
    member: String,
    headline: &'static str,
    trouble: &'static str,
    /// "Undangan", "Tanda terima", …
    letter: &'static str,
    kind: &'static str,
    number: i64,
    address: String,
    subject: String,
    at: String,
    detail: String,
    bidder: Option<String>,
    phone: Option<String>,
    package: Option<String>,
    code: Option<String>,
    activity: Option<&'static str>,
    session: Option<String>,
}

pub(super) fn undelivered_view(
    sender: &Sender,
    member: &Member,
    facts: &Undelivered<'_>,
) -> UndeliveredView {
    let tender = facts.about.map(|(tender, _, _)| tender);
    let bidder = facts.about.map(|(_, bidder, _)| bidder);
    let session = facts.about.and_then(|(_, _, session)| session);
    UndeliveredView {
        office: one_line(&sender.office_name, 120),
        pokja: one_line(&sender.mailbox_title, 120),
        member: one_line(&member.name, 120),
        headline: facts.trouble.headline(),
        trouble: facts.trouble.word(),
        letter: letter_name(facts.kind),
        kind: facts.kind.word(),
        number: facts.outbox.0,
        address: facts.address.to_string(),
        subject: one_line(facts.subject, 300),
        at: wording::moment(facts.at, &sender.zone),
        detail: one_line(facts.detail, 300),
        bidder: bidder.map(|bidder| one_line(&bidder.name, 160)),
        phone: bidder.and_then(phone),
        package: tender.map(|tender| one_line(&tender.name, 300)),
        code: tender.map(|tender| one_line(&tender.code, 40)),
        activity: session.map(|session| session.kind.label()),
        session: session.map(|session| wording::moment(session.starts, &sender.zone)),
    }
}

fn phone(bidder: &Bidder) -> Option<String> {
    bidder.phone.as_deref().map(|phone| one_line(phone, 60))
}

pub(super) fn letter_name(kind: OutboxKind) -> &'static str {
    match kind {
        OutboxKind::Invitation => "Undangan",
        OutboxKind::Acknowledgement => "Tanda terima",
        OutboxKind::Reminder => "Pengingat",
        OutboxKind::Negotiation => "Berkas negosiasi",
        OutboxKind::Notice => "Pemberitahuan perubahan atau pembatalan",
        OutboxKind::Digest => "Rekap harian",
        OutboxKind::MemberReply => "Jawaban untuk anggota Pokja",
        OutboxKind::UnknownSenderReply => "Jawaban untuk pengirim tidak dikenal",
    }
}

//! A notice to a member of the Pokja: one of our mails did not arrive, which one, and what to do.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    ComposeError, OutboxKind, OutgoingMail, Sender, Stamp, Templates,
    assembly::{Heading, Origin, assemble},
    wording::{self, one_line},
};
use crate::{
    address::EmailAddress,
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

    /// Steady word, part of the natural key.
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
pub struct NoticeFacts<'a> {
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

#[derive(Debug, Serialize)]
struct NoticeView {
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

/// One notice for each member, mail and kind of trouble.
pub fn natural_key(outbox: OutboxId, trouble: Trouble, member: &EmailAddress) -> String {
    format!("notice/{outbox}/{}/{member}", trouble.word())
}

/// Tells one member. The sender is the mailbox that the lost mail left from.
pub fn notice(
    templates: &Templates,
    sender: &Sender,
    member: (&str, &EmailAddress),
    facts: &NoticeFacts<'_>,
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    let (name, to) = member;
    let letter = templates.render("pemberitahuan", &view(sender, name, facts))?;
    let heading = Heading {
        kind: OutboxKind::Notice,
        origin: Origin::Generated,
        to,
        reply_to: &sender.address,
        in_reply_to: None,
        references: &[],
    };
    Ok(OutgoingMail {
        kind: heading.kind,
        natural_key: natural_key(facts.outbox, facts.trouble, to),
        mailbox: sender.mailbox_name.clone(),
        envelope_from: stamp.envelope_from.clone(),
        to: to.clone(),
        raw: assemble(sender, stamp, &heading, &letter)?,
        subject: letter.subject,
        message_id: stamp.message_id.clone(),
        in_reply_to: None,
        tender: facts.about.map(|(tender, _, _)| tender.id),
        bidder: facts.about.map(|(_, bidder, _)| bidder.id),
        session: facts
            .about
            .and_then(|(_, _, session)| session.map(|session| session.id)),
        due_at: stamp.date,
    })
}

fn view(sender: &Sender, member: &str, facts: &NoticeFacts<'_>) -> NoticeView {
    let tender = facts.about.map(|(tender, _, _)| tender);
    let bidder = facts.about.map(|(_, bidder, _)| bidder);
    let session = facts.about.and_then(|(_, _, session)| session);
    NoticeView {
        office: one_line(&sender.office_name, 120),
        pokja: one_line(&sender.mailbox_title, 120),
        member: one_line(member, 120),
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
        phone: bidder
            .and_then(|bidder| bidder.phone.as_deref())
            .map(|phone| one_line(phone, 60)),
        package: tender.map(|tender| one_line(&tender.name, 300)),
        code: tender.map(|tender| one_line(&tender.code, 40)),
        activity: session.map(|session| session.kind.label()),
        session: session.map(|session| wording::moment(session.starts, &sender.zone)),
    }
}

fn letter_name(kind: OutboxKind) -> &'static str {
    match kind {
        OutboxKind::Invitation => "Undangan",
        OutboxKind::Acknowledgement => "Tanda terima",
        OutboxKind::Reminder => "Pengingat",
        OutboxKind::Negotiation => "Berkas negosiasi",
        OutboxKind::Notice => "Pemberitahuan",
        OutboxKind::Digest => "Rekap harian",
        OutboxKind::MemberReply => "Jawaban untuk anggota Pokja",
        OutboxKind::UnknownSenderReply => "Jawaban untuk pengirim tidak dikenal",
    }
}

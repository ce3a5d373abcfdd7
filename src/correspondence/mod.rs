//! What we write: invitations, receipts, notices; composed from a view that holds one bidder's data only. Pure.
//!
//! Each letter has its file: a view (plain data for the template) and one function that makes the mail. The same facts
//! give the same octets: what is random, keyed or read from a clock comes in with the [`Stamp`].

mod alarm;
mod assembly;
mod calendar;
mod change;
mod digest;
mod invitation;
mod negotiation;
pub mod notice;
mod parties;
pub mod receipt;
mod reminder;
pub mod samples;
pub mod templates;
#[cfg(test)]
mod tests;
pub mod unknown_sender;
pub mod wording;

pub use alarm::alarm;
pub use change::{cancellation, change_notice};
pub use digest::{digest, digest_letter};
pub use invitation::invitation;
pub use negotiation::negotiation;
pub use receipt::receipt;
pub use reminder::reminder;
pub use templates::Templates;
pub use unknown_sender::unknown_sender_reply;

pub use crate::desk::{
    facts,
    outbox::{OutboxKind, OutboxState},
};

use jiff::{Timestamp, tz::TimeZone};

use assembly::{Enclosures, Heading, Origin, assemble};
use templates::Rendered;

use crate::{
    address::EmailAddress,
    tender::{Bidder, BidderId, OutboxId, Reference, Session, SessionId, Tender, TenderId},
};

/// Who writes: the mailbox of one Pokja.
#[derive(Clone, Debug)]
pub struct Sender {
    pub office_name: String,
    pub mailbox_name: String,
    pub mailbox_title: String,
    pub address: EmailAddress,
    /// Delimiter of sub-addresses; empty where the server has none.
    pub subaddress: String,
    pub zone: TimeZone,
    /// The largest mail that bidders are told to send, in megabytes.
    pub megabytes: u32,
    /// Value of X-Loop: by it this installation knows its own mails when they come back.
    pub instance: String,
}

/// What is fixed before a mail is rendered, so that rendering is a pure function.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    /// Chosen by the desk when the mail became due (P17).
    pub natural_key: String,
    /// With angle brackets; derived from the natural key, so equal keys give the same mail.
    pub message_id: String,
    /// Now: the time of rendering (RFC 3834 section 3.1.4).
    pub date: Timestamp,
    pub due_at: Timestamp,
    /// MAIL FROM; `None`: the null sender, for everything that answers (RFC 3834 section 3.3).
    pub envelope_from: Option<EmailAddress>,
}

/// Why a mail could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    #[error(transparent)]
    Template(#[from] templates::TemplateError),
    /// The guard of the second promise: a word of one bidder must never reach another.
    #[error("refused to write {letter}: {what}")]
    Mismatch {
        letter: &'static str,
        what: &'static str,
    },
    #[error(
        "the address {0} has letters outside ASCII, which most servers refuse: register another address"
    )]
    Address(EmailAddress),
    /// Without it an answer may lose its way (contract: every mail to a bidder ends its subject so).
    #[error("the subject of the letter does not end in the reference [{0}]: mend the template")]
    ReferenceLost(Reference),
    #[error("the mail could not be built: {0}")]
    Build(String),
}

/// Refuses tender, bidder and session that do not belong together (P22).
fn belong_together(
    letter: &'static str,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
) -> Result<(), ComposeError> {
    let refuse = |what| Err(ComposeError::Mismatch { letter, what });
    if session.bidder != bidder.id {
        return refuse("the session is another bidder's");
    }
    if session.tender != tender.id || bidder.tender != tender.id {
        return refuse("the bidder or the session is of another tender");
    }
    Ok(())
}

/// The mail to a bidder that time or an event asks for, to his first registered address.
fn to_bidder(
    sender: &Sender,
    stamp: &Stamp,
    kind: OutboxKind,
    about: (&Tender, &Bidder, &Session),
    to: &EmailAddress,
    letter: Rendered,
    enclosures: Enclosures,
) -> Result<OutgoingMail, ComposeError> {
    let (tender, bidder, session) = about;
    keeps_reference(session, &letter)?;
    let heading = Heading {
        kind,
        origin: Origin::Generated,
        to,
        reply_to: &reply_address(sender, session),
        in_reply_to: None,
        references: &[],
    };
    let about = Some((tender, bidder, Some(session)));
    outgoing_with(sender, stamp, &heading, about, letter, enclosures)
}

fn keeps_reference(session: &Session, letter: &Rendered) -> Result<(), ComposeError> {
    let reference = &session.reference;
    match letter.subject.ends_with(&format!("[{reference}]")) {
        true => Ok(()),
        false => Err(ComposeError::ReferenceLost(reference.clone())),
    }
}

/// Where letters that nobody asked for go (P25).
fn first_address<'b>(
    letter: &'static str,
    bidder: &'b Bidder,
) -> Result<&'b EmailAddress, ComposeError> {
    bidder.emails.first().ok_or(ComposeError::Mismatch {
        letter,
        what: "the bidder has no address",
    })
}

/// A mail without enclosures.
fn outgoing(
    sender: &Sender,
    stamp: &Stamp,
    heading: &Heading<'_>,
    about: Option<(&Tender, &Bidder, Option<&Session>)>,
    letter: Rendered,
) -> Result<OutgoingMail, ComposeError> {
    outgoing_with(sender, stamp, heading, about, letter, Enclosures::default())
}

/// The mail made of its octets and of what the outbox must know.
fn outgoing_with(
    sender: &Sender,
    stamp: &Stamp,
    heading: &Heading<'_>,
    about: Option<(&Tender, &Bidder, Option<&Session>)>,
    letter: Rendered,
    enclosures: Enclosures,
) -> Result<OutgoingMail, ComposeError> {
    Ok(OutgoingMail {
        kind: heading.kind,
        natural_key: stamp.natural_key.clone(),
        mailbox: sender.mailbox_name.clone(),
        envelope_from: stamp.envelope_from.clone(),
        to: heading.to.clone(),
        raw: assemble(sender, stamp, heading, &letter, enclosures)?,
        subject: letter.subject,
        message_id: stamp.message_id.clone(),
        in_reply_to: heading.in_reply_to.map(str::to_owned),
        tender: about.map(|(tender, _, _)| tender.id),
        bidder: about.map(|(_, bidder, _)| bidder.id),
        session: about.and_then(|(_, _, session)| session.map(|session| session.id)),
        due_at: stamp.due_at,
    })
}

/// Reply-To of a mail to a bidder: the secret sub-address of his session, where the server has them.
fn reply_address(sender: &Sender, session: &Session) -> EmailAddress {
    match sender.subaddress.as_str() {
        "" => sender.address.clone(),
        delimiter => sender.address.with_detail(delimiter, &session.token),
    }
}

/// A mail as rendered, once: every attempt carries these octets (P18).
#[derive(Clone, Debug, PartialEq)]
pub struct OutgoingMail {
    pub kind: OutboxKind,
    /// Why it exists at most once: session, bidder, kind, step (P17). Unique in the outbox.
    pub natural_key: String,
    /// Name of the mailbox it leaves from.
    pub mailbox: String,
    /// MAIL FROM; `None` is the null sender of acknowledgements (RFC 3834 section 3.3).
    pub envelope_from: Option<EmailAddress>,
    pub to: EmailAddress,
    pub subject: String,
    pub message_id: String,
    pub in_reply_to: Option<String>,
    pub tender: Option<TenderId>,
    pub bidder: Option<BidderId>,
    pub session: Option<SessionId>,
    pub due_at: Timestamp,
    /// The whole mail, pure ASCII with CRLF, without Bcc.
    pub raw: Vec<u8>,
}

/// A row of the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    pub id: OutboxId,
    pub mail: OutgoingMail,
    pub state: OutboxState,
    pub attempts: u32,
    pub created_at: Timestamp,
    pub next_attempt_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub last_error: Option<String>,
    /// The final dot was sent and no answer came: it may have arrived (P19).
    pub outcome_unknown: bool,
    /// See [`crate::desk::outbox::made_of`]; `None`: nothing of it can cease to be true.
    pub made_of: Option<String>,
}

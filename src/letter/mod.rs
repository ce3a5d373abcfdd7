//! Raw bytes -> a mail understood: who wrote, what is new in the text, which papers came, machine or person. No I/O.

mod absence;
mod authentication;
pub mod automation;
pub mod bounce;
pub mod calendar;
mod caption;
mod charset;
mod collector;
mod content;
mod declaration;
pub mod delivery_status;
mod form;
mod forward;
mod gate;
mod header;
mod html;
mod identity;
pub mod limits;
mod links;
mod names;
mod parameters;
mod parsed;
mod people;
mod quotes;
mod reading;
mod structure;
mod text;
mod transfer;
mod uuencode;
mod winmail;
mod words;

pub use identity::identity;
pub use names::file_name;
pub use reading::{HeaderSummary, plain_header_summary, read};

use jiff::Timestamp;

use crate::{address::EmailAddress, digest::Digest};

/// A mail as read from its original. Reading the same octets gives the same letter for ever (P12).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Letter {
    /// Header value with angle brackets, as it stands; `None` when absent.
    pub message_id: Option<String>,
    /// Message-IDs with angle brackets, in order of the header.
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    /// All mailboxes of all From fields: more than one is unproven (RFC 7103 section 7.5).
    pub from: Vec<Correspondent>,
    pub sender: Option<Correspondent>,
    pub reply_to: Vec<Correspondent>,
    pub return_path: ReturnPath,
    /// To, Cc and Resent-To/Cc.
    pub visible_recipients: Vec<EmailAddress>,
    /// Delivered-To, X-Original-To, Envelope-To and the `for` of Received: where the server brought it.
    pub delivered_to: Vec<EmailAddress>,
    /// Decoded, one line, without control or direction characters.
    pub subject: String,
    /// The sender's own Date: only shown, never trusted (P14).
    pub date: Option<Timestamp>,
    /// What the sender wrote now.
    pub text: String,
    /// What he quoted or forwarded below or above it.
    pub quoted: String,
    /// His signature.
    pub signature: String,
    pub attachments: Vec<Attachment>,
    /// Mails inside this one: message/rfc822 parts and inline forwards.
    pub enclosed: Vec<EnclosedMail>,
    /// Parts left out of the attachments and why (P12): "text/plain: body", "limit: more than 1000 parts".
    pub left_out: Vec<String>,
    /// What the reply gate found; see [`automation`].
    pub automation: Automation,
    /// Failed deliveries reported by this mail.
    pub bounce: Option<Bounce>,
    pub calendar_reply: Option<CalendarReply>,
}

/// A named address.
#[derive(Clone, Debug, PartialEq)]
pub struct Correspondent {
    pub name: Option<String>,
    pub address: EmailAddress,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub enum ReturnPath {
    #[default]
    Missing,
    /// `<>`: a notice, never answered (RFC 5321 section 4.5.5).
    Null,
    Address(EmailAddress),
    /// Unreadable, or several that differ.
    Malformed,
}

/// A paper, or anything else that came as a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// Decoded name as sent: NFC, control and direction characters removed, at most 120 characters; `None` when none was given.
    pub name: Option<String>,
    /// Lowercased `type/subtype` as declared.
    pub media_type: String,
    /// Decoded content; undecodable content as it stands, with `damaged` set. Empty for a link.
    pub content: bytes::Bytes,
    pub sha256: Digest,
    /// Content-Disposition inline or referenced by cid.
    pub inline: bool,
    /// The transfer encoding or container could not be decoded whole.
    pub damaged: bool,
    /// SHA-256 of the attached mail, winmail.dat or archive it came in.
    pub container: Option<Digest>,
    /// The line of text just before an inline picture, or the line of a numbered list that fits its place.
    pub caption: Option<String>,
    /// A link to a cloud drive instead of a file: `media_type` is `text/uri-list`, the URL is the name.
    pub link: bool,
}

/// A mail that came inside another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EnclosedMail {
    pub from: Option<Correspondent>,
    pub subject: String,
    pub message_id: Option<String>,
    pub text: String,
}

/// What says that a machine wrote, in the order of the reply gate (reliability.md section 4).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Automation {
    /// First hit of the gate that does not depend on the registry or on limits; `None`: nothing speaks for a machine.
    pub hit: Option<GateHit>,
    pub nature: Nature,
    /// The mail carries our own loop header or was sent from here.
    pub loop_header: Option<String>,
    /// The receiving server's own verdicts (Authentication-Results), without comments; those of other servers are left out.
    pub authentication_results: Vec<String>,
    pub spam_verdict: bool,
}

/// What a mail is by its form alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nature {
    /// Written by somebody, as far as its form tells.
    #[default]
    Person,
    /// A delivery that failed for good.
    Bounce,
    AutoReply,
    CalendarReply,
    /// Delay, success and relay reports, read receipts, complaint reports.
    Report,
    /// Any other mail made by a machine.
    Bulk,
}

/// Which rule of the reply gate was hit, with the words that hit it.
#[derive(Clone, Debug, PartialEq)]
pub struct GateHit {
    pub rule: GateRule,
    /// The header field and value, cut to 120 characters.
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateRule {
    NullReturnPath,
    AutoSubmitted,
    Report,
    List,
    Precedence,
    ResponseSuppress,
    AutoReplyHeader,
    Loop,
    SystemSender,
    /// Only words say so: "Automatic reply: …", "Otomatis: …", an absence text.
    AbsenceWords,
    SystemMail,
    TooManyHops,
}

/// A report of permanent failure (RFC 3464 and the common non-standard forms).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounce {
    /// Addresses that failed.
    pub recipients: Vec<FailedRecipient>,
    /// Message-ID of the mail that came back, from the returned headers.
    pub original_message_id: Option<String>,
    /// ENVID we gave (RFC 3461 section 4.4).
    pub envelope_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct FailedRecipient {
    pub address: EmailAddress,
    /// `5.1.1` where told.
    pub status: Option<String>,
    /// The remote server's words, cut to 300 characters.
    pub diagnostic: Option<String>,
}

/// An answer to an invitation (RFC 5546 section 3.2.3 REPLY).
#[derive(Clone, Debug, PartialEq)]
pub struct CalendarReply {
    pub uid: String,
    pub attendee: Option<EmailAddress>,
    pub answer: CalendarAnswer,
    pub sequence: i64,
    pub stamped_at: Option<Timestamp>,
    pub comment: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarAnswer {
    Accepted,
    Declined,
    Tentative,
}

/// Why a mail could not be read; it becomes a message in state `failed`, its original is kept.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Unreadable {
    #[error("no header field could be found: this is not a mail")]
    NotAMail,
    #[error("{what}: {found} found, at most {limit} are opened")]
    Limit {
        what: &'static str,
        found: usize,
        limit: usize,
    },
}

impl Letter {
    /// The address that wrote: the only mailbox of From, else the first.
    pub fn writer(&self) -> Option<&Correspondent> {
        self.from.first()
    }
}

//! Raw bytes -> a mail understood: who wrote, what is new in the text, which papers came, machine or person. No I/O.

pub mod automation;
mod caption;
mod charset;
mod contents;
mod forward;
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
mod structure;
mod text;
mod transfer;
mod uuencode;
mod winmail;
mod words;

pub use identity::identity;

use bytes::Bytes;
use jiff::Timestamp;
use mail_parser::{Header, HeaderName};

use contents::{Body, Collector, Content, Source};
use header::Field;
use html::PICTURE;
use structure::Opened;

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
    /// The receiving server's own verdict (Authentication-Results with the configured authserv-id is judged later).
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

/// Characters of a subject.
const SUBJECT_CHARS: usize = 500;
/// Message-IDs of one mail's thread that are looked at.
const THREAD_IDS: usize = 1_000;

/// Reads a mail. Pure: the same octets give the same letter for ever (P12); it never panics.
pub fn read(raw: &Bytes) -> Result<Letter, Unreadable> {
    let raw = tidy(raw);
    let mut opened = Opened::default();
    let parts = structure::split(&raw, &mut opened)?;
    let root = parts.first().ok_or(Unreadable::NotAMail)?;
    let block = header::scan(&raw, 0, true, b'\n', &|_| false)?;
    let fields = header::fields(&raw, block, b'\n');
    if fields.is_empty() && !is_text(&raw) {
        return Err(Unreadable::NotAMail);
    }
    let contents: Vec<Content> = parts
        .iter()
        .map(|part| contents::decode(&raw, part))
        .collect();
    let source = Source {
        raw: &raw,
        parts: &parts,
        contents: &contents,
    };
    let judgement = automation::judge(&raw, &parsed::message(source, 0));
    let mut collector = Collector::new(opened);
    let body = collector.mail(source)?;
    let mut letter = envelope(&root.headers, &fields);
    fill(&mut letter, collector, body);
    letter.automation = judgement.automation;
    letter.bounce = judgement.bounce;
    letter.calendar_reply = judgement.calendar_reply;
    Ok(letter)
}

/// All that stands in the header.
fn envelope(headers: &[Header<'_>], fields: &[Field<'_>]) -> Letter {
    let visible = [
        HeaderName::To,
        HeaderName::Cc,
        HeaderName::ResentTo,
        HeaderName::ResentCc,
    ];
    Letter {
        message_id: message_id(fields),
        in_reply_to: message_ids(fields, "In-Reply-To"),
        references: message_ids(fields, "References"),
        from: people::correspondents(headers, fields, HeaderName::From),
        sender: people::correspondents(headers, fields, HeaderName::Sender)
            .into_iter()
            .next(),
        reply_to: people::correspondents(headers, fields, HeaderName::ReplyTo),
        return_path: people::return_path(fields),
        visible_recipients: people::addresses(headers, fields, &visible),
        delivered_to: people::delivered_to(fields),
        subject: subject(fields),
        date: date(headers),
        ..Letter::default()
    }
}

/// All that stands below it.
fn fill(letter: &mut Letter, collector: Collector, body: Body) {
    let split = quotes::split(&body.chosen);
    let others: Vec<String> = body
        .others
        .iter()
        .map(|text| quotes::split(text).new)
        .collect();
    letter.text = quotes::tidy(&contents::without_marks(&split.new));
    letter.quoted = quotes::tidy(&contents::without_marks(&split.quoted));
    letter.signature = quotes::tidy(&contents::without_marks(&split.signature));
    letter.attachments = collector.attachments;
    letter.left_out = collector.left_out;
    letter.enclosed = collector.enclosed;
    letter
        .enclosed
        .extend(forward::enclosed(&letter.quoted, &letter.subject));
    // A picture that the text shows is inline, whatever its part says.
    let shown = |id: &str| {
        let mark = format!("{PICTURE}{id}{PICTURE}");
        body.chosen.contains(&mark) || body.others.iter().any(|text| text.contains(&mark))
    };
    for (id, index) in &collector.content_ids {
        if shown(id)
            && let Some(attachment) = letter.attachments.get_mut(*index)
        {
            attachment.inline = true;
        }
    }
    let place = |mark: &str| match mark.strip_prefix('#') {
        Some(index) => index.parse().ok(),
        None => collector
            .content_ids
            .iter()
            .find(|(id, _)| id == mark)
            .map(|(_, index)| *index),
    };
    // The form in which pictures have their places goes first; marks between parts tell less.
    let mut marked = others.clone();
    marked.push(split.new);
    caption::caption(&mut letter.attachments, &marked, &place, &letter.text);
    links::find(&letter.text, &mut letter.attachments);
    for text in &others {
        links::find(text, &mut letter.attachments);
    }
}

/// From, subject and Message-ID as far as they can be found: for the list, when a mail cannot be read.
pub fn plain_header_summary(raw: &[u8]) -> HeaderSummary {
    let head = raw.get(..limits::HEADER_BYTES).unwrap_or(raw);
    let end = header::line_end(head);
    // A header above the limits still shows its beginning.
    let block = header::scan(head, 0, true, end, &|_| false).unwrap_or(header::Block {
        start: 0,
        end: head.len().min(64 * 1024),
        body: head.len(),
        fields: 0,
    });
    let fields = header::fields(head, block, end);
    let from = fields.iter().find(|field| field.is("From"));
    HeaderSummary {
        from: from.and_then(|field| people::from_text(&words::decode(field.body))),
        subject: subject(&fields),
        message_id: message_id(&fields),
    }
}

/// What [`plain_header_summary`] finds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeaderSummary {
    pub from: Option<Correspondent>,
    pub subject: String,
    pub message_id: Option<String>,
}

/// The mail with LF in it (old Macintosh mails end their lines with CR alone) and a header that is UTF-8, as RFC 6532 wants
/// it and all that read it expect. Nearly always the mail as it is, without a copy.
fn tidy(raw: &Bytes) -> Bytes {
    if header::line_end(raw) == b'\r' {
        let lines: Vec<u8> = raw
            .iter()
            .map(|byte| if *byte == b'\r' { b'\n' } else { *byte })
            .collect();
        return tidy_header(&Bytes::from(lines));
    }
    tidy_header(raw)
}

fn tidy_header(raw: &Bytes) -> Bytes {
    let Ok(block) = header::scan(raw, 0, true, b'\n', &|_| false) else {
        return raw.clone();
    };
    let head = raw.get(..block.end).unwrap_or_default();
    if std::str::from_utf8(head).is_ok() {
        return raw.clone();
    }
    let lines = head
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| charset::decode(line, None));
    let mut mended = lines.collect::<String>().into_bytes();
    mended.extend_from_slice(raw.get(block.end..).unwrap_or_default());
    Bytes::from(mended)
}

/// Whether something without any header is at least a text.
fn is_text(raw: &[u8]) -> bool {
    let is_control =
        |byte: &u8| *byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x0c | 0x1b);
    !raw.trim_ascii().is_empty() && !raw.iter().any(is_control) && std::str::from_utf8(raw).is_ok()
}

fn subject(fields: &[Field<'_>]) -> String {
    let decoded = contents::field_text(fields, "Subject").unwrap_or_default();
    names::one_line(&decoded, SUBJECT_CHARS)
}

/// As it stands, on one line; what stands beside the brackets is none of it.
fn message_id(fields: &[Field<'_>]) -> Option<String> {
    if let Some(id) = message_ids(fields, "Message-ID").into_iter().next() {
        return Some(id);
    }
    let field = fields.iter().find(|field| field.is("Message-ID"))?;
    Some(names::one_line(&words::unfold(field.body), 998)).filter(|id| !id.is_empty())
}

/// The Message-IDs of a field with their brackets; a blank within one came from folding it.
fn message_ids(fields: &[Field<'_>], name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for field in fields.iter().filter(|field| field.is(name)) {
        let text = words::unfold(field.body);
        let mut rest = text.as_str();
        while let Some(open) = rest.find('<')
            && found.len() < THREAD_IDS
        {
            rest = &rest[open..];
            let Some(close) = rest.find('>') else { break };
            let id: String = rest[..=close]
                .chars()
                .filter(|c| !c.is_whitespace() && !c.is_control())
                .collect();
            if id.len() > 2 {
                found.push(id);
            }
            rest = &rest[close + 1..];
        }
    }
    found
}

fn date(headers: &[Header<'_>]) -> Option<Timestamp> {
    let header = headers
        .iter()
        .find(|header| header.name == HeaderName::Date)?;
    let date = header.value.as_datetime().filter(|date| date.is_valid())?;
    Timestamp::from_second(date.to_timestamp()).ok()
}

impl Letter {
    /// The address that wrote: the only mailbox of From, else the first.
    pub fn writer(&self) -> Option<&Correspondent> {
        self.from.first()
    }
}

//! A rendered letter becomes a mail: the header of CONTRACT.md, two parts that say the same, pure ASCII, CRLF.

use jiff::{Timestamp, fmt::rfc2822, tz::TimeZone};
use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{
            ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue,
        },
    },
};

use super::{
    ComposeError, OutboxKind, Sender, Stamp,
    calendar::Method,
    templates::Rendered,
    wording::{header_line, one_line},
};
use crate::{address::EmailAddress, digest::Digest};

/// Longest Message-ID of a foreign mail that we repeat; longer ones would make lines that servers refuse.
const LONGEST_ID: usize = 250;
/// References that are kept: the first, which opens the thread, and the newest.
const MOST_REFERENCES: usize = 20;

/// How a mail came to be (RFC 3834 section 5): never to be swapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In answer to a mail.
    Replied,
    /// By time or by an event.
    Generated,
}

/// What stands on the envelope and in the header of one mail.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    pub kind: OutboxKind,
    pub origin: Origin,
    pub to: &'a EmailAddress,
    pub reply_to: &'a EmailAddress,
    pub in_reply_to: Option<&'a str>,
    pub references: &'a [String],
}

/// What goes with the text.
#[derive(Clone, Debug, Default)]
pub struct Enclosures {
    /// The calendar object and what it asks.
    pub calendar: Option<(Method, String)>,
    pub files: Vec<EnclosedFile>,
}

#[derive(Clone, Debug)]
pub struct EnclosedFile {
    pub name: String,
    pub media_type: &'static str,
    pub content: Vec<u8>,
}

/// The octets of a mail. Equal arguments give equal octets: the boundary comes from the Message-ID.
pub fn assemble(
    sender: &Sender,
    stamp: &Stamp,
    heading: &Heading<'_>,
    letter: &Rendered,
    enclosures: Enclosures,
) -> Result<Vec<u8>, ComposeError> {
    // Only so that lettre does not read one back from the header; the envelope that counts is [`super::OutgoingMail`]'s.
    let envelope = Envelope::new(None, vec![checked(heading.to)])
        .map_err(|error| ComposeError::Build(error.to_string()))?;
    let title = header_line(&one_line(&sender.mailbox_title, 120));
    let mut builder = Message::builder()
        .message_id(Some(stamp.message_id.clone()))
        .date(stamp.date.into())
        .from(mailbox(Some(title), &sender.address)?)
        .reply_to(mailbox(None, heading.reply_to)?)
        .to(mailbox(None, heading.to)?)
        .subject(letter.subject.clone())
        .envelope(envelope);
    if let Some(id) = heading.in_reply_to {
        builder = builder
            .in_reply_to(id.to_owned())
            .references(references(heading.references, id));
    }
    builder = builder
        .raw_header(header(
            "Auto-Submitted",
            match heading.origin {
                Origin::Replied => "auto-replied",
                Origin::Generated => "auto-generated",
            },
        ))
        .raw_header(header("X-Auto-Response-Suppress", "OOF, AutoReply"))
        .raw_header(header("X-Loop", &one_line(&sender.instance, 200)));
    if heading.kind == OutboxKind::Digest {
        builder = builder.raw_header(header("Precedence", "bulk"));
    }
    let mut message = builder
        .multipart(body(&stamp.message_id, letter, enclosures)?)
        .map_err(|error| ComposeError::Build(error.to_string()))?;
    // lettre writes UTC only, and would put the present time in place of a date it cannot read: so here, in place.
    message
        .headers_mut()
        .insert_raw(header("Date", &office_date(stamp.date, &sender.zone)?));
    let raw = message.formatted();
    match raw.is_ascii() {
        true => Ok(raw),
        false => Err(ComposeError::Build("it is not pure ASCII".to_owned())),
    }
}

/// alternative(text, HTML, calendar), and around it mixed(…, invite.ics, files) where there is anything to attach: Gmail
/// and phones show buttons for the calendar part, others for the file.
fn body(
    message_id: &str,
    letter: &Rendered,
    enclosures: Enclosures,
) -> Result<MultiPart, ComposeError> {
    let boundary = boundary(message_id);
    let mut alternative = MultiPart::alternative()
        .boundary(boundary.clone())
        .singlepart(part(ContentType::TEXT_PLAIN, &letter.text))
        .singlepart(part(ContentType::TEXT_HTML, &letter.html));
    let mut files = enclosures.files;
    if let Some((method, calendar)) = enclosures.calendar {
        // RFC 6047 section 2.4: the method stands here, too, and is the same.
        let media_type = format!("text/calendar; method={}; charset=utf-8", method.word());
        alternative = alternative.singlepart(octets(&media_type, None, calendar.clone().into())?);
        files.insert(
            0,
            EnclosedFile {
                name: "invite.ics".to_owned(),
                media_type: "application/ics",
                content: calendar.into(),
            },
        );
    }
    if files.is_empty() {
        return Ok(alternative);
    }
    let mut mixed = MultiPart::mixed()
        .boundary(boundary.replace("loket-", "loket-mixed-"))
        .multipart(alternative);
    for file in files {
        let name = ContentDisposition::attachment(&header_line(&file.name));
        mixed = mixed.singlepart(octets(file.media_type, Some(name), file.content)?);
    }
    Ok(mixed)
}

/// Base64, so that every octet arrives as it is.
fn octets(
    media_type: &str,
    name: Option<ContentDisposition>,
    content: Vec<u8>,
) -> Result<SinglePart, ComposeError> {
    let content_type = ContentType::parse(media_type)
        .map_err(|error| ComposeError::Build(format!("its part {media_type}: {error}")))?;
    let mut part = SinglePart::builder()
        .header(content_type)
        .header(ContentTransferEncoding::Base64);
    if let Some(name) = name {
        part = part.header(name);
    }
    Ok(part.body(content))
}

/// A foreign Message-ID that may be repeated in our header.
pub fn sound_id(id: &str) -> Option<&str> {
    let inner = id.strip_prefix('<')?.strip_suffix('>')?;
    let sound = id.len() <= LONGEST_ID
        && !inner.is_empty()
        && inner
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'<' && byte != b'>');
    sound.then_some(id)
}

/// References of the mail answered, and the mail itself at the end (RFC 5322 section 3.6.4).
fn references(earlier: &[String], answered: &str) -> String {
    let mut ids: Vec<&str> = Vec::new();
    for id in earlier.iter().filter_map(|id| sound_id(id)) {
        if id != answered && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.push(answered);
    if ids.len() > MOST_REFERENCES {
        ids.drain(1..=ids.len() - MOST_REFERENCES);
    }
    ids.join(" ")
}

fn mailbox(name: Option<String>, address: &EmailAddress) -> Result<Mailbox, ComposeError> {
    if !address.as_str().is_ascii() {
        return Err(ComposeError::Address(address.clone()));
    }
    Ok(Mailbox::new(
        name.filter(|name| !name.is_empty()),
        checked(address),
    ))
}

/// `EmailAddress` was parsed at our door. lettre's own check is stricter than mail servers are: it refuses two dots in a
/// row, which phones in use have, and a sub-address that is longer than 64 octets with its token.
fn checked(address: &EmailAddress) -> Address {
    Address::new_dangerous(address.local(), address.domain())
}

/// Names of headers are constants of this file, values one line without control characters (F7).
fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), header_line(value))
}

fn office_date(date: Timestamp, zone: &TimeZone) -> Result<String, ComposeError> {
    rfc2822::to_string(&date.to_zoned(zone.clone()))
        .map_err(|error| ComposeError::Build(format!("its date: {error}")))
}

fn boundary(message_id: &str) -> String {
    format!("loket-{}", &Digest::of(message_id.as_bytes()).hex()[..32])
}

fn part(content_type: ContentType, text: &str) -> SinglePart {
    SinglePart::builder()
        .header(content_type)
        .header(ContentTransferEncoding::QuotedPrintable)
        .body(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_sound_foreign_message_id_is_repeated() {
        let long = format!("<{}@x.test>", "a".repeat(300));
        for (id, sound) in [
            ("<a@b.test>", true),
            ("<no-at-sign>", true),
            ("a@b.test", false),
            ("<>", false),
            ("<a b@c.test>", false),
            ("<a@b.test>\r\nBcc: x@y.test", false),
            ("<a\r\nBcc:x@y.test>", false),
            ("<a><b>", false),
            ("<é@b.test>", false),
            (long.as_str(), false),
        ] {
            assert_eq!(sound_id(id).is_some(), sound, "{id:?}");
        }
    }

    #[test]
    fn references_keep_the_first_and_the_newest_and_end_with_the_mail_answered() {
        let ids: Vec<String> = (0..50).map(|n| format!("<{n}@x.test>")).collect();
        let kept = references(&ids, "<answered@x.test>");
        let kept: Vec<&str> = kept.split(' ').collect();
        assert_eq!(kept.len(), MOST_REFERENCES);
        assert_eq!(kept.first(), Some(&"<0@x.test>"));
        assert_eq!(kept[kept.len() - 2..], ["<49@x.test>", "<answered@x.test>"]);
        let repeated = ["<a@x.test>", "<b@x.test>", "<a@x.test>", "broken"].map(str::to_owned);
        assert_eq!(references(&repeated, "<b@x.test>"), "<a@x.test> <b@x.test>");
    }
}

//! The walk of one mail through this room: parts, contents, judgement, envelope, text.

use bytes::Bytes;
use jiff::Timestamp;
use mail_parser::{Header, HeaderName};

use super::{
    Correspondent, Letter, Unreadable, automation, caption, charset,
    collector::{self, Body, Collector},
    content::{self, Content, Source},
    forward,
    header::{self, Field},
    html::PICTURE,
    limits, links, names, parsed, people, quotes,
    structure::{self, Opened},
    words,
};

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
        .map(|part| content::decode(&raw, part))
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
    letter.text = quotes::tidy(&collector::without_marks(&split.new));
    letter.quoted = quotes::tidy(&collector::without_marks(&split.quoted));
    letter.signature = quotes::tidy(&collector::without_marks(&split.signature));
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
pub fn tidy(raw: &Bytes) -> Bytes {
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

/// Whether something without any header is at least a text that a person can read: in UTF-8 or mostly in letters that all
/// charsets share, and a stray control octet among a hundred others does no harm.
fn is_text(raw: &[u8]) -> bool {
    let is_control =
        |byte: &&u8| **byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x0c | 0x1b);
    let controls = raw.iter().filter(is_control).count();
    let is_written = || {
        let shared = raw.iter().filter(|byte| byte.is_ascii()).count();
        shared > raw.len() / 2 || std::str::from_utf8(raw).is_ok()
    };
    !raw.trim_ascii().is_empty() && controls <= raw.len() / 100 && is_written()
}

pub fn subject(fields: &[Field<'_>]) -> String {
    let decoded = content::field_text(fields, "Subject").unwrap_or_default();
    names::one_line(&decoded, SUBJECT_CHARS)
}

/// As it stands, on one line; what stands beside the brackets is none of it.
pub fn message_id(fields: &[Field<'_>]) -> Option<String> {
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

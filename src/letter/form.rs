//! The form of a mail as the judges of [`super::automation`] read it: header fields, texts and mails enclosed in it.

use std::{borrow::Cow, cell::OnceCell, str::FromStr, sync::LazyLock};

use mail_parser::{Message, MessagePart, MimeHeaders, PartType, decoders::html::html_to_text};
use regex::Regex;

use crate::address::EmailAddress;

/// More than this of one text is never looked at: notices are short, words of a machine stand at the top, and an
/// answer to an invitation is smaller (reliability.md section 4, RFC 5546).
const TEXT_LIMIT: usize = 64 * 1024;

/// What the judges need of a mail; nothing of a mail enclosed in it is mixed in.
pub(super) struct Form<'m> {
    fields: Vec<Field>,
    pub subject: String,
    pub from: Vec<Mailbox>,
    /// `type/subtype` of the whole mail, lowercased; empty when undeclared.
    pub media_type: String,
    pub report_type: String,
    pub parts: Vec<Part<'m>>,
    pub enclosed: Vec<&'m Message<'m>>,
    texts: OnceCell<Vec<String>>,
}

struct Field {
    name: String,
    value: String,
}

/// One entry of a From field; notices often have a half or no address (`MAILER-DAEMON <>`).
#[derive(Debug, Default, PartialEq)]
pub(super) struct Mailbox {
    pub name: String,
    /// As written, lowercased.
    pub address: String,
}

/// A leaf that is not itself a mail.
pub(super) struct Part<'m> {
    /// Lowercased `type/subtype`; `text/plain` when undeclared.
    pub media_type: String,
    /// Parameter `method` of a calendar part.
    pub method: Option<String>,
    pub attached: bool,
    /// Decoded; empty for what is no text.
    pub text: Cow<'m, str>,
    /// It went on beyond [`TEXT_LIMIT`].
    pub cut: bool,
}

impl<'m> Form<'m> {
    pub fn read(message: &'m Message<'m>) -> Form<'m> {
        let root = message.parts.first();
        let fields = root.map_or_else(Vec::new, |part| read_fields(part, &message.raw_message));
        let mut form = Form {
            fields,
            subject: String::new(),
            from: Vec::new(),
            media_type: root.and_then(media_type).unwrap_or_default(),
            report_type: root
                .and_then(|part| part.content_type())
                .and_then(|declared| declared.attribute("report-type"))
                .unwrap_or_default()
                .to_lowercase(),
            parts: Vec::new(),
            enclosed: Vec::new(),
            texts: OnceCell::new(),
        };
        form.subject = one_line(message.subject().unwrap_or_default());
        form.from = form.read_from(message);
        for part in &message.parts {
            match &part.body {
                PartType::Multipart(_) => {}
                PartType::Message(inner) if inner.parts.is_empty() => {}
                PartType::Message(inner) => form.enclosed.push(inner),
                _ => form.parts.push(Part::read(part)),
            }
        }
        form
    }

    /// Values of every field of that (lowercase) name, unfolded, in order.
    pub fn values<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.fields
            .iter()
            .filter(move |field| field.name == name)
            .map(|field| field.value.as_str())
    }

    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|field| field.name == name)
            .map(|field| field.value.as_str())
    }

    /// Every field as (lowercase name, unfolded value), in order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields
            .iter()
            .map(|field| (field.name.as_str(), field.value.as_str()))
    }

    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// The texts that a reader sees first: plain ones, or HTML where there is no plain one.
    pub fn texts(&self) -> &[String] {
        self.texts.get_or_init(|| {
            let of = |media_type: &str| {
                self.parts
                    .iter()
                    .filter(|part| part.media_type == media_type && !part.text.trim().is_empty())
                    .map(|part| part.text.as_ref())
                    .collect::<Vec<&str>>()
            };
            let plain = of("text/plain");
            if !plain.is_empty() {
                return plain.into_iter().map(str::to_owned).collect();
            }
            let html = of("text/html").into_iter().map(shown);
            // A multipart whose boundary is lost is one text of an odd type.
            let others = self
                .parts
                .iter()
                .filter(|part| !part.media_type.starts_with("text/") && !part.text.is_empty())
                .map(|part| part.text.to_string());
            html.chain(others).collect()
        })
    }

    /// Something that a person may have sent as a paper.
    pub fn has_papers(&self) -> bool {
        !self.enclosed.is_empty()
            || self.parts.iter().any(|part| {
                part.media_type.starts_with("image/")
                    || part.media_type.starts_with("application/")
                        && part.media_type != "application/ics"
                        && part.media_type != "application/pgp-signature"
                        && !part.media_type.ends_with("pkcs7-signature")
                    || part.attached && part.media_type != "text/calendar"
            })
    }

    /// `<>`, also as `<MAILER-DAEMON>`, which some servers write for it.
    pub fn has_null_return_path(&self) -> bool {
        self.values("return-path")
            .map(|value| strip_comments(value).to_lowercase())
            .any(|value| {
                let bare = value
                    .trim()
                    .trim_start_matches('<')
                    .trim_end_matches('>')
                    .trim();
                value.contains('<') && bare.is_empty() || bare == "mailer-daemon"
            })
    }

    fn read_from(&self, message: &Message<'_>) -> Vec<Mailbox> {
        let mut from: Vec<Mailbox> = message
            .header_values(mail_parser::HeaderName::From)
            .filter_map(|value| value.as_address())
            .flat_map(|addresses| addresses.iter())
            .map(|entry| Mailbox {
                name: one_line(entry.name.as_deref().unwrap_or_default()),
                address: entry
                    .address
                    .as_deref()
                    .unwrap_or_default()
                    .trim()
                    .to_lowercase(),
            })
            .collect();
        if from.iter().all(|mailbox| mailbox.address.is_empty()) {
            // "MAILER-DAEMON <>", or a field whose name a byte order mark hides.
            from.extend(self.values("from").map(|value| {
                Mailbox {
                    name: one_line(value),
                    address: addresses_in(value)
                        .next()
                        .map_or_else(String::new, |address| address.as_str().to_owned()),
                }
            }));
        }
        from
    }
}

impl<'m> Part<'m> {
    fn read(part: &'m MessagePart<'m>) -> Part<'m> {
        let media_type = media_type(part).unwrap_or_else(|| "text/plain".to_owned());
        let text = match &part.body {
            PartType::Text(text) | PartType::Html(text) => Cow::Borrowed(&**text),
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) if is_told(&media_type) => {
                String::from_utf8_lossy(bytes)
            }
            _ => Cow::Borrowed(""),
        };
        Part {
            method: part
                .content_type()
                .and_then(|declared| declared.attribute("method"))
                .map(str::to_uppercase),
            attached: part
                .content_disposition()
                .is_some_and(|disposition| disposition.is_attachment()),
            cut: text.len() > TEXT_LIMIT,
            text: limited(text),
            media_type,
        }
    }
}

/// Yahoo declares plain text as HTML: there the lines must stay lines.
fn shown(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    if lower.contains("</") || lower.contains("<br") || lower.contains("<p>") {
        html_to_text(html)
    } else {
        html.to_owned()
    }
}

/// Parts that are text although mail-parser, rightly, keeps them as octets.
fn is_told(media_type: &str) -> bool {
    media_type.starts_with("message/") || media_type == "application/ics"
}

fn limited(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.len() <= TEXT_LIMIT {
        return text;
    }
    let end = (0..=TEXT_LIMIT)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[..end]),
        Cow::Owned(mut text) => {
            text.truncate(end);
            Cow::Owned(text)
        }
    }
}

fn media_type(part: &MessagePart<'_>) -> Option<String> {
    let declared = part.content_type()?;
    let subtype = declared.subtype().unwrap_or("plain");
    Some(format!("{}/{subtype}", declared.ctype()).to_lowercase())
}

fn read_fields(part: &MessagePart<'_>, raw: &[u8]) -> Vec<Field> {
    part.headers
        .iter()
        .map(|header| {
            let octets = raw
                .get(header.offset_start as usize..header.offset_end as usize)
                .unwrap_or_default();
            Field {
                name: header
                    .name
                    .as_str()
                    .trim_start_matches('\u{feff}')
                    .to_lowercase(),
                value: one_line(&String::from_utf8_lossy(octets)),
            }
        })
        .collect()
}

/// White space of any kind becomes one blank, control characters vanish.
pub(super) fn one_line(text: &str) -> String {
    let words = text
        .split(|c: char| c.is_whitespace() || c == '\u{a0}')
        .map(|word| word.replace(|c: char| c.is_control(), ""));
    let mut line = String::with_capacity(text.len().min(256));
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    line
}

/// At most `limit` characters, on one line.
pub(super) fn cut(text: &str, limit: usize) -> String {
    one_line(text).chars().take(limit).collect()
}

/// Takes away `(comments)`, nested ones too (RFC 5322 section 3.2.2).
pub(super) fn strip_comments(value: &str) -> String {
    let mut depth = 0usize;
    value
        .chars()
        .filter(|&c| {
            match c {
                '(' => depth += 1,
                ')' if depth > 0 => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

/// Every mail address in a text, in order.
pub(super) fn addresses_in(text: &str) -> impl Iterator<Item = EmailAddress> + '_ {
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\p{L}\p{N}](?:[\p{L}\p{N}._-]*[\p{L}\p{N}])?")
            .expect("constant pattern")
    });
    ADDRESS.find_iter(text).filter_map(|found| {
        let mut text = found
            .as_str()
            .trim_start_matches(['\'', '*', '=', '/', '|', '`', '{', '-', '.']);
        // X.400 style of Exchange 5.5: "dda:SMTP=name@domain".
        if text
            .get(..5)
            .is_some_and(|head| head.eq_ignore_ascii_case("smtp="))
        {
            text = text.get(5..)?;
        }
        address(text)
    })
}

/// One address that mail can go to. "david...@gmail.com" was shortened by an archive and is nobody's.
pub(super) fn address(text: &str) -> Option<EmailAddress> {
    EmailAddress::from_str(text)
        .ok()
        .filter(|address| !address.local().ends_with('.') && address.domain().contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_the_forms_that_notices_use() {
        let found: Vec<String> = addresses_in(
            "<a@x.test>: 'b@x.test', dda:SMTP=C@X.test; mailto:d+e@x.test. david...@x.test @ f@localhost",
        )
        .map(|address| address.to_string())
        .collect();
        assert_eq!(found, ["a@x.test", "b@x.test", "c@x.test", "d+e@x.test"]);
    }

    #[test]
    fn comments_are_stripped_even_when_nested_or_open() {
        assert_eq!(
            strip_comments("auto-generated (a (b) c) x"),
            "auto-generated  x"
        );
        assert_eq!(strip_comments("no (open"), "no ");
        assert_eq!(strip_comments("a) b"), "a) b");
    }
}

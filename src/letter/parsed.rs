//! The mail as mail-parser's own types, for those who judge it: built from our parts, so that no hostile nesting reaches a
//! parser that recurses.

use std::borrow::Cow;

use mail_parser::{Encoding, Message, MessagePart, MessagePartId, PartType};

use super::{
    content::{Content, Source},
    structure::{Kind, Part},
    text, transfer,
};

/// Text parts above this stay octets: what judges a mail reads reports and notices.
const TEXT_BYTES: usize = 1_000_000;

/// The mail whose root is `source.parts[root]`.
pub fn message<'s>(source: Source<'s>, root: usize) -> Message<'s> {
    let mut message = Message::default();
    let raw: &[u8] = match source.parts.get(root) {
        Some(part) if root > 0 => source
            .raw
            .get(part.header.start..part.body.end.min(source.raw.len()))
            .unwrap_or_default(),
        _ => source.raw,
    };
    message.raw_message = Cow::Borrowed(raw);
    let shift = source
        .parts
        .get(root)
        .map_or(0, |part| if root > 0 { part.header.start } else { 0 });
    add(source, root, shift, false, &mut message);
    message
}

/// Adds a part with all below it; the recursion is bounded as the depth of parts is.
fn add<'s>(
    source: Source<'s>,
    index: usize,
    shift: usize,
    other_form: bool,
    message: &mut Message<'s>,
) -> Option<MessagePartId> {
    let part = source.parts.get(index)?;
    let content = source.contents.get(index)?;
    let id = MessagePartId::try_from(message.parts.len()).ok()?;
    message.parts.push(MessagePart {
        headers: shifted(part, shift),
        is_encoding_problem: content.damaged,
        body: PartType::default(),
        encoding: match part.encoding {
            transfer::Encoding::Base64 => Encoding::Base64,
            transfer::Encoding::QuotedPrintable => Encoding::QuotedPrintable,
            _ => Encoding::None,
        },
        offset_header: offset(part.header.start, shift),
        offset_body: offset(part.body.start, shift),
        offset_end: offset(part.body.end.min(source.raw.len()), shift),
    });
    let body = match part.kind {
        Kind::Multipart => {
            let alternative = part.media_type == "multipart/alternative";
            let mut children = Vec::new();
            for child in &part.children {
                children.extend(add(
                    source,
                    *child,
                    shift,
                    other_form || alternative,
                    message,
                ));
            }
            PartType::Multipart(children)
        }
        Kind::Mail => {
            message.attachments.push(id);
            match part.children.first() {
                Some(root) => PartType::Message(self::message(source, *root)),
                None => PartType::Binary(Cow::Borrowed(&content.bytes)),
            }
        }
        Kind::Leaf => leaf(part, content, id, other_form, message),
    };
    if let Some(part) = message.parts.get_mut(id as usize) {
        part.body = body;
    }
    Some(id)
}

fn leaf<'s>(
    part: &'s Part<'s>,
    content: &'s Content,
    id: MessagePartId,
    other_form: bool,
    message: &mut Message<'s>,
) -> PartType<'s> {
    let is_text = part.media_type.starts_with("text/") && content.bytes.len() <= TEXT_BYTES;
    let is_html = part.media_type == "text/html";
    let is_body = is_text
        && !part.is_attachment()
        && part.name().is_none()
        && (is_html || part.media_type == "text/plain");
    if !is_body {
        message.attachments.push(id);
    } else if other_form {
        if is_html {
            message.html_body.push(id);
        } else {
            message.text_body.push(id);
        }
    } else {
        message.html_body.push(id);
        message.text_body.push(id);
    }
    if !is_text {
        return PartType::Binary(Cow::Borrowed(&content.bytes));
    }
    let text = Cow::Owned(text::decode(&content.bytes, &part.content_type));
    if is_html {
        PartType::Html(text)
    } else {
        PartType::Text(text)
    }
}

fn offset(at: usize, shift: usize) -> u32 {
    u32::try_from(at.saturating_sub(shift)).unwrap_or(u32::MAX)
}

fn shifted<'s>(part: &'s Part<'s>, shift: usize) -> Vec<mail_parser::Header<'s>> {
    let mut headers = part.headers.clone();
    let shift = u32::try_from(shift).unwrap_or(u32::MAX);
    for header in &mut headers {
        header.offset_field = header.offset_field.saturating_sub(shift);
        header.offset_start = header.offset_start.saturating_sub(shift);
        header.offset_end = header.offset_end.saturating_sub(shift);
    }
    headers
}

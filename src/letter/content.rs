//! The content of a leaf, freed of its transfer encoding.

use bytes::Bytes;

use super::{
    header::{self, Field},
    structure::{Kind, Part},
    transfer::{self, Encoding},
    uuencode, words,
};

/// A leaf without its transfer encoding.
#[derive(Clone, Debug, Default)]
pub struct Content {
    pub bytes: Bytes,
    pub damaged: bool,
    /// The name in a uuencode header.
    pub name: Option<String>,
}

/// Decodes a leaf; what stands as it is shares the mail's memory.
pub fn decode(raw: &Bytes, part: &Part<'_>) -> Content {
    if part.kind == Kind::Multipart {
        return Content::default();
    }
    let end = part.body.end.min(raw.len());
    let body = raw.slice(part.body.start.min(end)..end);
    let decoded = match part.encoding {
        _ if part.kind == Kind::Mail => {
            return Content {
                bytes: body,
                ..Content::default()
            };
        }
        Encoding::Identity => {
            return Content {
                bytes: body,
                ..Content::default()
            };
        }
        // A single word that only claims to be base64 decodes to nothing readable.
        Encoding::Base64 if part.media_type.starts_with("text/") => {
            let decoded = transfer::base64(&body);
            let utf8 = part
                .content_type
                .get("charset")
                .is_none_or(|label| label.eq_ignore_ascii_case("utf-8"));
            if decoded.damaged
                && utf8
                && std::str::from_utf8(&decoded.bytes).is_err()
                && body.len() < 100
            {
                return Content {
                    bytes: body,
                    damaged: true,
                    name: None,
                };
            }
            decoded
        }
        Encoding::Base64 => transfer::base64(&body),
        Encoding::QuotedPrintable => transfer::quoted_printable(&body),
        Encoding::Uuencode => {
            return match uuencode::take(&body).1.into_iter().next() {
                Some(file) => Content {
                    bytes: file.bytes.into(),
                    damaged: file.damaged,
                    name: Some(file.name),
                },
                None => match uuencode::bare(&body) {
                    Some(bytes) => Content {
                        bytes: bytes.into(),
                        damaged: false,
                        name: None,
                    },
                    None => Content {
                        damaged: !body.trim_ascii().is_empty(),
                        bytes: body,
                        name: None,
                    },
                },
            };
        }
    };
    Content {
        bytes: decoded.bytes.into(),
        damaged: decoded.damaged,
        name: None,
    }
}

/// A mail and its parts.
#[derive(Clone, Copy)]
pub struct Source<'s> {
    pub raw: &'s Bytes,
    pub parts: &'s [Part<'s>],
    pub contents: &'s [Content],
}

impl<'s> Source<'s> {
    pub fn part(&self, index: usize) -> Option<(&'s Part<'s>, &'s Content)> {
        Some((self.parts.get(index)?, self.contents.get(index)?))
    }

    pub fn fields(&self, part: &Part<'_>) -> Vec<Field<'s>> {
        let block = header::Block {
            start: part.header.start,
            end: part.header.end,
            body: part.body.start,
            fields: 0,
        };
        header::fields(self.raw, block, b'\n')
    }
}

/// A field's text on one line, encoded words decoded.
pub fn field_text(fields: &[Field<'_>], name: &str) -> Option<String> {
    fields
        .iter()
        .find(|field| field.is(name))
        .map(|field| words::decode(field.body))
}

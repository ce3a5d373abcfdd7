//! Encoded words in a header (RFC 2047), the broken ones too.

use super::{charset, transfer};

/// The text of a header field: unfolded, encoded words decoded. Words cut within a character, as some programs
/// write them against RFC 2047 section 5, are joined before the charset is applied.
pub fn decode(raw: &[u8]) -> String {
    decode_text(&unfold(raw))
}

/// The field as text on one line, encoded words left as they are.
pub fn unfold(raw: &[u8]) -> String {
    let text = charset::decode(raw, None);
    let mut line = String::with_capacity(text.len());
    for part in text.split(['\r', '\n']) {
        line.push_str(part);
    }
    line.trim().to_owned()
}

pub fn decode_text(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut pending: Option<(String, Vec<u8>)> = None;
    let mut rest = text;
    while let Some(start) = rest.find("=?") {
        let Some(word) = word_at(&rest[start..]) else {
            flush(&mut pending, &mut decoded);
            decoded.push_str(&rest[..start + 2]);
            rest = &rest[start + 2..];
            continue;
        };
        let between = &rest[..start];
        let follows = pending.is_some() && between.trim().is_empty();
        if !follows {
            flush(&mut pending, &mut decoded);
            decoded.push_str(between);
        }
        match &mut pending {
            Some((label, bytes)) if *label == word.charset => bytes.extend(word.bytes),
            _ => {
                flush(&mut pending, &mut decoded);
                pending = Some((word.charset, word.bytes));
            }
        }
        rest = &rest[start + word.length..];
    }
    flush(&mut pending, &mut decoded);
    decoded.push_str(rest);
    decoded
}

fn flush(pending: &mut Option<(String, Vec<u8>)>, decoded: &mut String) {
    if let Some((label, bytes)) = pending.take() {
        decoded.push_str(&charset::decode(&bytes, Some(&label)));
    }
}

struct Word {
    charset: String,
    bytes: Vec<u8>,
    length: usize,
}

/// The encoded word that `text` begins with (`=?charset*language?B?...?=`).
fn word_at(text: &str) -> Option<Word> {
    let (label, behind) = text.get(2..)?.split_once('?')?;
    if label.is_empty() || label.len() > 40 || label.contains(char::is_whitespace) {
        return None;
    }
    let (encoding, behind) = behind.split_once('?')?;
    let quoted = match encoding {
        "q" | "Q" => true,
        "b" | "B" => false,
        _ => return None,
    };
    let close = behind.find("?=")?;
    let body = &behind[..close];
    let length = 2 + label.len() + 1 + encoding.len() + 1 + close + 2;
    let charset = label
        .split('*')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    if quoted && !body.is_ascii() {
        // Characters that ought to have been encoded were text already when the field was read.
        return Some(Word {
            bytes: mixed(body, &charset).into_bytes(),
            charset: "utf-8".to_owned(),
            length,
        });
    }
    let bytes = if quoted {
        transfer::quoted_word(body.as_bytes())
    } else {
        transfer::base64(body.as_bytes()).bytes
    };
    Some(Word {
        charset,
        bytes,
        length,
    })
}

fn mixed(body: &str, label: &str) -> String {
    let mut text = String::new();
    for run in body.split_inclusive(|c: char| !c.is_ascii()) {
        let bare = run.trim_end_matches(|c: char| !c.is_ascii());
        text.push_str(&charset::decode(
            &transfer::quoted_word(bare.as_bytes()),
            Some(label),
        ));
        text.push_str(&run[bare.len()..]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_read_as_their_writers_meant_them() {
        let table = [
            (
                "Undangan =?utf-8?Q?Pembuktian_Kualifikasi?=",
                "Undangan Pembuktian Kualifikasi",
            ),
            ("=?UTF-8?B?QW5kcsOp?=", "André"),
            ("=?UTF-8?B?QW5kcsM=?= =?UTF-8?B?qSBidWRp?=", "André budi"),
            ("=?utf-8?q?satu?=\r\n =?utf-8?q?dua?=", "satudua"),
            ("=?iso-8859-1*id?q?Andr=E9?= biasa", "André biasa"),
            ("=?utf-8?q?satu?= dan =?utf-8?q?dua?=", "satu dan dua"),
            ("=?utf-8?B?UE5H", "=?utf-8?B?UE5H"),
            ("=?utf-8?X?UE5H?=", "=?utf-8?X?UE5H?="),
            ("=?utf-8?Q?dokumen asli?=", "dokumen asli"),
            ("a =?= b =?", "a =?= b =?"),
            ("=?iso-8859-1?Q?Fr\u{f6}sche_=E9?=", "Frösche é"),
            ("=?us-ascii?q?satu?= =?utf-8?q?_dua?=", "satu dua"),
        ];
        for (raw, text) in table {
            assert_eq!(decode(raw.as_bytes()), text, "{raw}");
        }
    }
}

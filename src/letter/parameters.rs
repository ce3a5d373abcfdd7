//! The value of Content-Type and Content-Disposition: a word and its parameters, with RFC 2231 and everything that
//! programs write instead of it.

use super::{charset, transfer, words};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    /// What stands before the first semicolon, lowercased, without blanks.
    pub word: String,
    values: Vec<(String, String)>,
}

impl Parameters {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Reads a raw field body.
pub fn parse(body: &[u8]) -> Parameters {
    let text = words::unfold(body);
    let (word, mut rest) = split_word(&text);
    let mut found: Vec<(String, String)> = Vec::new();
    while let Some((name, value, behind)) = next(rest) {
        if found.len() >= 200 {
            break;
        }
        found.push((name, value));
        rest = behind;
    }
    let word = word
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>();
    Parameters {
        word: words::decode_text(&word).to_lowercase(),
        values: join(found),
    }
}

/// The word ends at a semicolon, or at a blank before `name=` where the semicolon was forgotten.
fn split_word(text: &str) -> (&str, &str) {
    let semicolon = text.find(';').unwrap_or(text.len());
    let (word, rest) = text.split_at(semicolon);
    let forgotten = word
        .find('=')
        .and_then(|equals| word[..equals].trim_end().rfind(char::is_whitespace));
    match forgotten {
        Some(blank) if !word.starts_with('=') && !word.trim_start().starts_with("=?") => {
            text.split_at(blank)
        }
        _ => (word, rest),
    }
}

/// The next `name=value`, and what stands behind it.
fn next(text: &str) -> Option<(String, String, &str)> {
    let text = text.trim_start_matches(|c: char| c == ';' || c.is_whitespace());
    let equals = text.find('=')?;
    let semicolon = text.find(';').unwrap_or(text.len());
    if semicolon < equals {
        // A word without a value.
        return next_after(text, semicolon);
    }
    let name = text[..equals].trim().to_ascii_lowercase();
    let behind = text[equals + 1..].trim_start();
    if let Some(quoted) = behind.strip_prefix('"') {
        let (value, rest) = quoted_string(quoted);
        return Some((name, value, rest));
    }
    let is_name = name.starts_with("name") || name.starts_with("filename");
    let end = behind
        .find(|c: char| c == ';' || (!is_name && c.is_whitespace()))
        .unwrap_or(behind.len());
    Some((name, behind[..end].trim().to_owned(), &behind[end..]))
}

fn next_after(text: &str, semicolon: usize) -> Option<(String, String, &str)> {
    // A loop rather than recursion: ten thousand semicolons are no reason to run out of stack.
    let mut rest = &text[semicolon..];
    loop {
        rest = rest.trim_start_matches(|c: char| c == ';' || c.is_whitespace());
        let equals = rest.find('=')?;
        match rest.find(';') {
            Some(semicolon) if semicolon < equals => rest = &rest[semicolon..],
            _ => return next(rest),
        }
    }
}

/// Up to the closing quote: the one with a semicolon, a blank and a name, or nothing behind it, as names with bare quotes
/// in them occur. A backslash escapes only a quote or a backslash: Windows paths occur too.
fn quoted_string(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.peek() {
                Some((_, next)) if matches!(next, '"' | '\\') => {
                    value.push(*next);
                    chars.next();
                }
                _ => value.push('\\'),
            },
            '"' => {
                let behind = &text[at + 1..];
                let trimmed = behind.trim_start();
                let closes = trimmed.is_empty()
                    || trimmed.starts_with(';')
                    || (trimmed.len() < behind.len() && trimmed.contains('='))
                    || !behind.contains('"');
                if closes {
                    return (value, behind);
                }
                value.push('"');
            }
            c => value.push(c),
        }
    }
    (value, "")
}

/// Joins the pieces of RFC 2231 (`name*0*=`, `name*1=`) and decodes; an extended value goes before a plain one.
fn join(found: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut plain: Vec<(String, String)> = Vec::new();
    let mut pieces: Vec<(String, u32, bool, String)> = Vec::new();
    for (name, value) in found {
        match name.split_once('*') {
            None => plain.push((name, value)),
            Some((base, suffix)) => {
                let encoded = suffix.is_empty() || suffix.ends_with('*');
                let number = suffix.trim_end_matches('*').parse().unwrap_or(0);
                pieces.push((base.to_owned(), number, encoded, value));
            }
        }
    }
    pieces.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let mut values: Vec<(String, String)> = Vec::new();
    for group in pieces.chunk_by(|a, b| a.0 == b.0) {
        if let Some(first) = group.first() {
            values.push((first.0.clone(), extended(group)));
        }
    }
    for (name, value) in plain {
        let value = if looks_extended(&value) {
            extended(&[(String::new(), 0, true, value)])
        } else {
            words::decode_text(&value)
        };
        values.push((name, value));
    }
    values
}

/// `utf-8''ktp%20direktur.jpg` in a parameter without the asterisk.
fn looks_extended(value: &str) -> bool {
    value.split_once("''").is_some_and(|(label, rest)| {
        !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && rest.contains('%')
    })
}

fn extended(pieces: &[(String, u32, bool, String)]) -> String {
    let mut label = None;
    let mut bytes = Vec::new();
    for (n, (_, _, encoded, value)) in pieces.iter().enumerate() {
        let mut value = value.as_str();
        if n == 0 && *encoded {
            let mut parts = value.splitn(3, '\'');
            if let (Some(charset), Some(_), Some(rest)) = (parts.next(), parts.next(), parts.next())
            {
                label = Some(charset);
                value = rest;
            }
        }
        if *encoded {
            bytes.extend(transfer::percent(value.as_bytes()));
        } else {
            bytes.extend_from_slice(value.as_bytes());
        }
    }
    words::decode_text(&charset::decode(&bytes, label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_however_they_are_written() {
        let table: [(&[u8], &str); 20] = [
            (b"attachment; filename=ktp.jpg", "ktp.jpg"),
            (b"attachment; filename=\"ktp direktur.jpg\"; size=12", "ktp direktur.jpg"),
            (b"attachment; filename=ktp direktur utama.jpg", "ktp direktur utama.jpg"),
            (b"attachment;\r\n filename*=utf-8''akta%20pendirian%20%C3%A9.pdf", "akta pendirian é.pdf"),
            (b"attachment; filename=\"x.pdf\"; filename*=UTF-8'id'nib.pdf", "nib.pdf"),
            (b"attachment;\n filename*0*=utf-8''laporan%20;\n filename*1=keuangan;\n filename*2*=%202025.pdf", "laporan keuangan 2025.pdf"),
            (b"attachment; filename*1=\"dua.pdf\"; filename*0=\"satu \"", "satu dua.pdf"),
            (b"attachment; filename=\"=?UTF-8?B?w6kucGRm?=\"", "é.pdf"),
            (b"attachment; filename==?utf-8?Q?akta_1.pdf?=", "akta 1.pdf"),
            (b"attachment; filename=\"=?UTF-8?B?ww==?= =?UTF-8?B?qS5wZGY=?=\"", "é.pdf"),
            (b"attachment; filename=\"surat \"kuasa\".pdf\"", "surat \"kuasa\".pdf"),
            (b"attachment; filename=\"a\\\"b.pdf\"", "a\"b.pdf"),
            (b"attachment; filename=\"C:\\Data\\ktp.pdf\"", "C:\\Data\\ktp.pdf"),
            (b"attachment; filename=\"Andr\xe9.pdf\"", "André.pdf"),
            ("attachment; filename=\"André.pdf\"".as_bytes(), "André.pdf"),
            (b"attachment; filename=utf-8''spt%202025.pdf", "spt 2025.pdf"),
            (b"attachment; ;; filename=\"a;b.pdf\"", "a;b.pdf"),
            (b"attachment filename=\"nib.pdf\"", "nib.pdf"),
            (b"attachment; filename=\"tanpa akhir.pdf", "tanpa akhir.pdf"),
            (b"attachment; creation; filename*0=\"=?UTF-8?Q?skk_\"; filename*1=\"satu.pdf?=\"", "skk satu.pdf"),
        ];
        for (body, name) in table {
            let found = parse(body);
            assert_eq!(
                found.word,
                "attachment",
                "{}",
                String::from_utf8_lossy(body)
            );
            assert_eq!(
                found.get("filename"),
                Some(name),
                "{}",
                String::from_utf8_lossy(body)
            );
        }
    }

    #[test]
    fn a_media_type_is_read_though_the_semicolon_is_missing() {
        for body in [
            "Text/Plain charset=utf-8 format=flowed",
            "text/plain; charset=utf-8; format=flowed",
            "text / plain;charset = \"utf-8\" ;format=flowed",
        ] {
            let found = parse(body.as_bytes());
            assert_eq!(found.word, "text/plain", "{body}");
            assert_eq!(found.get("charset"), Some("utf-8"), "{body}");
            assert_eq!(found.get("format"), Some("flowed"), "{body}");
        }
    }

    #[test]
    fn a_long_row_of_semicolons_is_no_danger() {
        assert_eq!(parse("a;".repeat(200_000).as_bytes()).word, "a");
    }
}

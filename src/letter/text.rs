//! A text part as lines: charset applied, line ends one kind, soft ends of format=flowed joined (RFC 3676).

use super::{charset, parameters::Parameters};

/// Decodes a text part; only LF ends its lines.
pub fn decode(bytes: &[u8], content_type: &Parameters) -> String {
    let label = content_type
        .get("charset")
        .or_else(|| meta_charset(bytes, content_type));
    let text = charset::decode(bytes, label);
    let text = if text.contains(['\r', '\0']) {
        one_line_end(&text)
    } else {
        text
    };
    let flowed = content_type
        .get("format")
        .is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
    if flowed && content_type.word != "text/html" {
        let drops_blank = content_type
            .get("delsp")
            .is_some_and(|delsp| delsp.eq_ignore_ascii_case("yes"));
        return unflow(&text, drops_blank);
    }
    text
}

fn one_line_end(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\0' => {}
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    lines.push('\n');
                }
            }
            c => lines.push(c),
        }
    }
    lines
}

/// The charset that an HTML text names itself, where its header names none.
fn meta_charset<'x>(bytes: &'x [u8], content_type: &Parameters) -> Option<&'x str> {
    if content_type.word != "text/html" || std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    let head = bytes.get(..2_048).unwrap_or(bytes);
    let at = head
        .windows(8)
        .position(|window| window.eq_ignore_ascii_case(b"charset="))?
        + 8;
    let label = head[at..].trim_ascii_start();
    let label = label.strip_prefix(b"\"").unwrap_or(label);
    let end = label
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric() && !b"-_:".contains(byte))
        .unwrap_or(label.len());
    std::str::from_utf8(&label[..end])
        .ok()
        .filter(|label| !label.is_empty())
}

/// Joins lines that end in a blank with the next one of the same quoting; the mark of a signature stays.
fn unflow(text: &str, drops_blank: bool) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let content = line.trim_start_matches('>');
        let depth = line.len() - content.len();
        let content = content.strip_prefix(' ').unwrap_or(content);
        if open == Some(depth) && content != "-- " {
            joined.push_str(content);
        } else {
            if !joined.is_empty() || open.is_some() {
                joined.push('\n');
            }
            joined.push_str(&">".repeat(depth));
            if depth > 0 && !content.is_empty() {
                joined.push(' ');
            }
            joined.push_str(content);
        }
        open = (content.ends_with(' ') && content != "-- ").then_some(depth);
        if open.is_some() && drops_blank {
            joined.pop();
        }
        if open.is_none() && joined.is_empty() {
            // A blank first line is a line.
            joined.push('\n');
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::parameters;

    #[test]
    fn soft_line_ends_are_joined() {
        let flowed = parameters::parse(b"text/plain; format=flowed; charset=utf-8");
        let table = [
            ("satu \ndua\ntiga", "satu dua\ntiga"),
            ("> satu \n> dua\nbaru", "> satu dua\nbaru"),
            ("> satu \nbaru", "> satu \nbaru"),
            ("isi\n-- \nBudi", "isi\n-- \nBudi"),
            ("satu\r\n\r\ndua\r\n", "satu\n\ndua\n"),
        ];
        for (text, joined) in table {
            assert_eq!(decode(text.as_bytes(), &flowed), joined, "{text:?}");
        }
        let drops = parameters::parse(b"text/plain; format=flowed; delsp=yes");
        assert_eq!(decode(b"sa \ntu", &drops), "satu");
    }

    #[test]
    fn html_may_name_its_charset_itself() {
        let html = parameters::parse(b"text/html");
        let text = decode(
            b"<meta content=\"text/html; charset=windows-1251\">\xcf\xf0\xe8",
            &html,
        );
        assert!(text.ends_with("При"), "{text}");
    }
}

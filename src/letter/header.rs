//! The header as it stands: where it ends, and its fields one by one, before anybody interprets them.

use std::ops::Range;

use super::{Unreadable, limits};

/// One field; `range` covers it with its folded lines and line end.
#[derive(Clone, Debug)]
pub struct Field<'x> {
    pub name: &'x str,
    /// Behind the colon, still folded.
    pub body: &'x [u8],
    pub range: Range<usize>,
}

impl Field<'_> {
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Where a header ends and its body begins (offsets in the raw mail).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    pub start: usize,
    pub end: usize,
    pub body: usize,
    pub fields: usize,
}

/// LF, or CR in a mail written on a system that knows no LF at all (old Macintosh).
pub fn line_end(raw: &[u8]) -> u8 {
    let head = raw.get(..limits::HEADER_BYTES).unwrap_or(raw);
    if head.contains(&b'\r') && !head.contains(&b'\n') {
        b'\r'
    } else {
        b'\n'
    }
}

/// The line at `at` without its end, and where the next one starts.
pub fn line_at(raw: &[u8], at: usize, end: u8) -> (&[u8], usize) {
    let rest = raw.get(at..).unwrap_or_default();
    match rest.iter().position(|byte| *byte == end) {
        Some(length) => {
            let mut line = &rest[..length];
            while let [shorter @ .., b'\r'] = line {
                line = shorter;
            }
            (line, at + length + 1)
        }
        None => (rest, raw.len()),
    }
}

/// The field name of a line that can begin a field: printable, no blank but before the colon (RFC 5322 sections 2.2 and 4.5).
fn field_name(line: &[u8]) -> Option<&str> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = line[..colon].trim_ascii_end();
    let fits = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic());
    // A web address at the start of a text is no field.
    if !fits || line[colon..].starts_with(b"://") {
        return None;
    }
    std::str::from_utf8(name).ok()
}

/// Whether a line begins a field.
pub fn begins_field(line: &[u8]) -> bool {
    field_name(line).is_some()
}

/// Names that end all doubt whether a header goes on behind a line that is no field.
fn is_well_known(name: &str) -> bool {
    const KNOWN: [&str; 14] = [
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "received",
        "return-path",
        "reply-to",
        "references",
        "in-reply-to",
        "sender",
        "importance",
    ];
    let name = name.to_ascii_lowercase();
    KNOWN.contains(&name.as_str()) || name.starts_with("content-") || name.starts_with("x-")
}

/// Finds the end of the header at `start`. `stops` says that a line belongs to something else (a boundary of the multipart
/// around it). `message`: blank lines before the first field are skipped, as reports put one before a returned mail.
pub fn scan(
    raw: &[u8],
    start: usize,
    message: bool,
    end: u8,
    stops: &dyn Fn(&[u8]) -> bool,
) -> Result<Block, Unreadable> {
    let mut at = start;
    if message {
        at = first_field(raw, start, end, stops);
    }
    let first = at;
    let mut fields = 0;
    while at < raw.len() {
        let (line, next) = line_at(raw, at, end);
        if line.is_empty() {
            return Ok(Block {
                start: first,
                end: at,
                body: next,
                fields,
            });
        }
        if stops(line) {
            break;
        }
        // A first line pushed in by a blank is a field nevertheless.
        if begins_field(if fields == 0 {
            line.trim_ascii_start()
        } else {
            line
        }) {
            fields += 1;
        } else if matches!(line[0], b' ' | b'\t') && fields > 0 {
            // folded
        } else if at == first && (line.starts_with(b"From ") || line.starts_with(b">From ")) {
            // the separator of an mbox file, left there by an export
        } else if !goes_on(raw, next, end, stops) {
            // A body without the blank line before it (RFC 7103 section 7.7).
            break;
        }
        limits::hold("header fields", fields, limits::HEADER_FIELDS)?;
        limits::hold("octets of a header", next - first, limits::HEADER_BYTES)?;
        at = next;
    }
    Ok(Block {
        start: first,
        end: at,
        body: at,
        fields,
    })
}

/// Skips blank lines before the first field; without any field behind them they stay.
fn first_field(raw: &[u8], start: usize, end: u8, stops: &dyn Fn(&[u8]) -> bool) -> usize {
    let mut at = start;
    for _ in 0..16 {
        let (line, next) = line_at(raw, at, end);
        if !line.trim_ascii().is_empty() {
            let fits = !stops(line)
                && (begins_field(line.trim_ascii_start()) || line.starts_with(b"From "));
            return if fits { at } else { start };
        }
        at = next;
    }
    start
}

/// Whether a well-known field follows before the next blank line: then the line before was junk in the header.
fn goes_on(raw: &[u8], from: usize, end: u8, stops: &dyn Fn(&[u8]) -> bool) -> bool {
    let mut at = from;
    for _ in 0..40 {
        let (line, next) = line_at(raw, at, end);
        if line.is_empty() || at >= raw.len() || stops(line) {
            return false;
        }
        if field_name(line).is_some_and(is_well_known) {
            return true;
        }
        at = next;
    }
    false
}

/// The fields of a header block, in order. Junk lines and an mbox separator are passed over.
pub fn fields<'x>(raw: &'x [u8], block: Block, end: u8) -> Vec<Field<'x>> {
    let raw = raw.get(..block.end).unwrap_or(raw);
    let mut found: Vec<Field<'x>> = Vec::new();
    let mut folds = false;
    let mut at = block.start;
    while at < raw.len() {
        let (line, next) = line_at(raw, at, end);
        let start = if found.is_empty() {
            line.trim_ascii_start()
        } else {
            line
        };
        if let Some(name) = field_name(start) {
            let body = at
                + line
                    .iter()
                    .position(|byte| *byte == b':')
                    .map_or(0, |colon| colon + 1);
            found.push(Field {
                name,
                body: raw.get(body..next).unwrap_or_default(),
                range: at..next,
            });
            folds = true;
        } else if folds
            && line
                .first()
                .is_some_and(|byte| matches!(byte, b' ' | b'\t'))
        {
            if let Some(last) = found.last_mut() {
                let body = last.range.end - last.body.len();
                last.range.end = next;
                last.body = raw.get(body..next).unwrap_or_default();
            }
        } else {
            folds = false;
        }
        at = next;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(raw: &[u8]) -> (Vec<String>, Vec<u8>) {
        let end = line_end(raw);
        let block = scan(raw, 0, true, end, &|_| false).unwrap();
        let names = fields(raw, block, end)
            .iter()
            .map(|field| field.name.to_owned())
            .collect();
        (names, raw[block.body..].to_vec())
    }

    #[test]
    fn the_header_ends_where_a_careful_reader_would_end_it() {
        let table: [(&[u8], &[&str], &[u8]); 8] = [
            (b"From: a\r\nTo: b\r\n\r\nhello", &["From", "To"], b"hello"),
            (
                b"From: a\nSubject: b\n  c\n\nhello",
                &["From", "Subject"],
                b"hello",
            ),
            (b"From: a\rTo: b\r\rhello", &["From", "To"], b"hello"),
            (b"\n\nFrom: a\n\nhello", &["From"], b"hello"),
            (
                b"From a@b Mon Nov 23 09:00:00 2026\nFrom: a\n\nhello",
                &["From"],
                b"hello",
            ),
            (
                b"From: a\njunk in between\nSubject: b\n\nhello",
                &["From", "Subject"],
                b"hello",
            ),
            (
                b"From: a\nSelamat pagi\nini berkasnya\n\nlagi",
                &["From"],
                b"Selamat pagi\nini berkasnya\n\nlagi",
            ),
            (
                b"From : a\nhttps://contoh.test/\n",
                &["From"],
                b"https://contoh.test/\n",
            ),
        ];
        for (raw, fields, body) in table {
            let (found, rest) = names(raw);
            assert_eq!(found, fields, "{}", String::from_utf8_lossy(raw));
            assert_eq!(rest, body, "{}", String::from_utf8_lossy(raw));
        }
    }

    #[test]
    fn a_folded_field_is_one_field() {
        let raw = b"Subject: satu\r\n\tdua\r\n tiga\r\nTo: x\r\n\r\n";
        let block = scan(raw, 0, true, b'\n', &|_| false).unwrap();
        let found = fields(raw, block, b'\n');
        assert_eq!(found[0].body, b" satu\r\n\tdua\r\n tiga\r\n");
        assert_eq!(&raw[found[1].range.clone()], b"To: x\r\n");
    }

    #[test]
    fn too_large_a_header_is_refused_without_reading_it_all() {
        let many = "A: b\n".repeat(limits::HEADER_FIELDS + 1);
        let long = format!("A: {}\n", "b\n ".repeat(limits::HEADER_BYTES));
        for raw in [many, long] {
            let found = scan(raw.as_bytes(), 0, true, b'\n', &|_| false);
            assert!(matches!(found, Err(Unreadable::Limit { .. })));
        }
    }
}

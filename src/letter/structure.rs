//! The parts of a mail: where each begins and ends. Our own walk over the lines, since a boundary of any multipart that is
//! open ends a part (a writer that forgets to close the inner one must not swallow the papers behind it), and since the
//! limits hold while counting, not after a million parts were built.

use std::ops::Range;

use mail_parser::{Header, HeaderName, MessageParser};

use super::{
    Unreadable, charset,
    header::{self, line_at},
    limits,
    parameters::{self, Parameters},
    transfer::{self, Encoding},
    words,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Leaf,
    Multipart,
    /// An attached mail that stands here as it is; its only child is the root of that mail.
    Mail,
}

/// One part. Offsets are those of the mail it was split from.
#[derive(Debug)]
pub struct Part<'x> {
    pub kind: Kind,
    /// Lowercased `type/subtype`.
    pub media_type: String,
    pub content_type: Parameters,
    pub disposition: Option<Parameters>,
    pub encoding: Encoding,
    /// As mail-parser reads them.
    pub headers: Vec<Header<'x>>,
    pub header: Range<usize>,
    pub body: Range<usize>,
    pub children: Vec<usize>,
}

/// How much was opened so far, in the mail and all mails inside it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Opened {
    pub parts: usize,
    pub depth: usize,
}

struct Open {
    part: usize,
    /// `None` for an attached mail.
    boundary: Option<Vec<u8>>,
    /// Its last boundary was seen; parts that follow nevertheless are still its own.
    closed: bool,
}

/// Splits a mail into its parts; the first is the mail itself.
pub fn split<'x>(raw: &'x [u8], opened: &mut Opened) -> Result<Vec<Part<'x>>, Unreadable> {
    let mut walk = Walk {
        raw,
        parts: Vec::new(),
        stack: Vec::new(),
        opened: *opened,
    };
    walk.run()?;
    opened.parts = walk.opened.parts;
    Ok(walk.parts)
}

struct Walk<'x> {
    raw: &'x [u8],
    parts: Vec<Part<'x>>,
    stack: Vec<Open>,
    opened: Opened,
}

struct Hit {
    /// Where the content before it ends.
    end: usize,
    /// Where the line after it starts.
    next: usize,
    /// Which open multipart it belongs to.
    index: usize,
    closes: bool,
}

impl<'x> Walk<'x> {
    fn run(&mut self) -> Result<(), Unreadable> {
        let mut at = 0;
        let mut is_mail = true;
        loop {
            let part = self.begin(at, is_mail)?;
            at = self.parts[part].body.start;
            is_mail = false;
            match self.parts[part].kind {
                Kind::Mail => {
                    self.open(part, None)?;
                    is_mail = true;
                    continue;
                }
                Kind::Multipart => at = self.open_multipart(part, at)?,
                Kind::Leaf => {}
            }
            loop {
                let Some(hit) = self.seek(at) else {
                    let end = self.raw.len();
                    self.end(part, end);
                    self.close_to(0, end);
                    return Ok(());
                };
                self.end(part, hit.end);
                self.close_to(hit.index + 1, hit.end);
                at = hit.next;
                if !hit.closes {
                    break;
                }
                self.stack[hit.index].closed = true;
            }
        }
    }

    /// Reads the header at `at` and adds the part.
    fn begin(&mut self, at: usize, is_mail: bool) -> Result<usize, Unreadable> {
        let stack = &self.stack;
        let stops = |line: &[u8]| boundary_of(stack, line).is_some();
        let block = header::scan(self.raw, at, is_mail, b'\n', &stops)?;
        let number = self.parts.len();
        self.opened.parts += 1;
        limits::hold("parts of a mail", self.opened.parts, limits::PARTS)?;
        let parent = self.stack.last().map(|open| open.part);
        let in_digest =
            parent.is_some_and(|parent| self.parts[parent].media_type == "multipart/digest");
        let part = describe(self.raw, block, in_digest && !is_mail);
        if let Some(parent) = parent {
            self.parts[parent].children.push(number);
        }
        self.parts.push(part);
        Ok(number)
    }

    fn open(&mut self, part: usize, boundary: Option<Vec<u8>>) -> Result<(), Unreadable> {
        self.stack.push(Open {
            part,
            boundary,
            closed: false,
        });
        limits::hold(
            "parts in one another",
            self.opened.depth + self.stack.len(),
            limits::DEPTH,
        )
    }

    /// Opens a multipart under its boundary, or the one that its lines show where the header tells none or another;
    /// without any it is a text (RFC 2046 section 5.1: better shown than lost).
    fn open_multipart(&mut self, part: usize, at: usize) -> Result<usize, Unreadable> {
        let told = self.parts[part]
            .content_type
            .get("boundary")
            .map(str::trim_end)
            .filter(|boundary| !boundary.is_empty());
        let own = self.stack.len();
        if let Some(boundary) = told {
            let boundary = boundary.as_bytes().to_vec();
            self.open(part, Some(boundary))?;
            // A last boundary without any other before it would leave no part at all.
            if self
                .seek(at)
                .is_some_and(|hit| hit.index == own && !hit.closes)
            {
                return Ok(at);
            }
            self.stack.pop();
        }
        let end = self.seek(at).map_or(self.raw.len(), |hit| hit.end.max(at));
        if let Some(boundary) = shown_boundary(&self.raw[at..end]) {
            self.open(part, Some(boundary))?;
            return Ok(at);
        }
        self.parts[part].kind = Kind::Leaf;
        if self.parts[part].media_type != "text/html" {
            self.parts[part].media_type = "text/plain".to_owned();
        }
        Ok(at)
    }

    /// The next boundary of any open multipart.
    fn seek(&self, from: usize) -> Option<Hit> {
        if self.stack.iter().all(|open| open.boundary.is_none()) {
            return None;
        }
        let mut at = from;
        while at < self.raw.len() {
            let (line, next) = line_at(self.raw, at, b'\n');
            if line.starts_with(b"--")
                && let Some((index, closes)) = boundary_of(&self.stack, line)
            {
                // The line end before a boundary belongs to the boundary (RFC 2046 section 5.1.1).
                let content = self.raw.get(from..at).unwrap_or_default();
                let content = content.strip_suffix(b"\n").unwrap_or(content);
                let content = content.strip_suffix(b"\r").unwrap_or(content);
                return Some(Hit {
                    end: from + content.len(),
                    next,
                    index,
                    closes,
                });
            }
            at = next;
        }
        None
    }

    fn end(&mut self, part: usize, end: usize) {
        let body = &mut self.parts[part].body;
        if body.end == usize::MAX {
            body.end = end.max(body.start);
        }
    }

    /// Ends everything that stands inside the first `keep` open ones.
    fn close_to(&mut self, keep: usize, end: usize) {
        while self.stack.len() > keep {
            if let Some(open) = self.stack.pop() {
                self.end(open.part, end);
            }
        }
    }
}

/// Which open multipart a line belongs to, and whether it is the last boundary. The innermost open one goes first,
/// then one that was closed too early; blanks behind are allowed, anything else is not, so that `--a` and `--ab` differ.
fn boundary_of(stack: &[Open], line: &[u8]) -> Option<(usize, bool)> {
    let behind = line.strip_prefix(b"--")?;
    let matches = |open: &Open| {
        let rest = behind.strip_prefix(open.boundary.as_deref()?)?.trim_ascii();
        match rest {
            b"" => Some(false),
            b"--" => Some(true),
            _ => None,
        }
    };
    let first = |closed: bool| {
        let open = stack
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, open)| open.closed == closed);
        open.filter_map(|(index, open)| Some((index, matches(open)?)))
            .next()
    };
    first(false).or_else(|| first(true))
}

/// The boundary that the text itself shows: the first line of two dashes and a word with a Content field below it.
fn shown_boundary(text: &[u8]) -> Option<Vec<u8>> {
    let mut at = 0;
    for _ in 0..200 {
        if at >= text.len() {
            return None;
        }
        let (line, next) = line_at(text, at, b'\n');
        let word = line
            .strip_prefix(b"--")
            .unwrap_or_default()
            .trim_ascii_end();
        if !word.is_empty() && word.len() <= 200 && !word.contains(&b' ') {
            let (below, _) = line_at(text, next, b'\n');
            if below
                .get(..8)
                .is_some_and(|start| start.eq_ignore_ascii_case(b"content-"))
            {
                return Some(word.to_vec());
            }
        }
        at = next;
    }
    None
}

fn describe<'x>(raw: &'x [u8], block: header::Block, in_digest: bool) -> Part<'x> {
    let fields = header::fields(raw, block, b'\n');
    let field = |name: &str| {
        fields
            .iter()
            .find(|field| field.is(name))
            .map(|field| field.body)
    };
    let content_type = field("Content-Type")
        .map(parameters::parse)
        .unwrap_or_default();
    let disposition = field("Content-Disposition").map(parameters::parse);
    let encoding = field("Content-Transfer-Encoding").map_or(Encoding::Identity, |body| {
        transfer::encoding(&words::unfold(body))
    });
    let media_type = match content_type.word.as_str() {
        "" if in_digest => "message/rfc822",
        "" | "text" | "plain" => "text/plain",
        "html" => "text/html",
        word => word,
    }
    .to_owned();
    let stands =
        encoding == Encoding::Identity || is_header(raw.get(block.body..).unwrap_or_default());
    let kind = match media_type.as_str() {
        word if word.starts_with("multipart/") => Kind::Multipart,
        "message/rfc822" | "message/global" if stands => Kind::Mail,
        _ => Kind::Leaf,
    };
    Part {
        kind,
        media_type,
        content_type,
        disposition,
        encoding,
        headers: parse_headers(raw, block),
        header: block.start..block.end,
        body: block.body..usize::MAX,
        children: Vec::new(),
    }
}

/// Whether a mail stands here openly although its part claims base64, as Lotus writes it.
fn is_header(body: &[u8]) -> bool {
    let (line, next) = line_at(body, 0, b'\n');
    let (second, _) = line_at(body, next, b'\n');
    header::begins_field(line)
        && (header::begins_field(second) || second.starts_with(b" ") || second.starts_with(b"\t"))
}

/// The fields as mail-parser reads them; octets that are no UTF-8 are made text first, or it would replace them.
fn parse_headers<'x>(raw: &'x [u8], block: header::Block) -> Vec<Header<'x>> {
    let octets = raw.get(block.start..block.end).unwrap_or_default();
    let parser = MessageParser::default();
    let mut headers = if std::str::from_utf8(octets).is_ok() {
        parser
            .parse_headers(octets)
            .map(take_headers)
            .unwrap_or_default()
    } else {
        let text: String = octets
            .split_inclusive(|byte| *byte == b'\n')
            .map(|line| charset::decode(line, None))
            .collect();
        let parsed = parser
            .parse_headers(text.as_bytes())
            .map(take_headers)
            .unwrap_or_default();
        parsed.into_iter().map(Header::into_owned).collect()
    };
    let shift = u32::try_from(block.start).unwrap_or(u32::MAX);
    for header in &mut headers {
        header.offset_field = header.offset_field.saturating_add(shift);
        header.offset_start = header.offset_start.saturating_add(shift);
        header.offset_end = header.offset_end.saturating_add(shift);
    }
    headers
}

fn take_headers(mut message: mail_parser::Message<'_>) -> Vec<Header<'_>> {
    message
        .parts
        .first_mut()
        .map(|part| std::mem::take(&mut part.headers))
        .unwrap_or_default()
}

impl Part<'_> {
    /// The name as sent, before it is made safe to show.
    pub fn name(&self) -> Option<&str> {
        let told = self.disposition.as_ref().and_then(|disposition| {
            disposition
                .get("filename")
                .or_else(|| disposition.get("name"))
        });
        told.or_else(|| self.content_type.get("name"))
            .or_else(|| self.content_type.get("filename"))
            .filter(|name| !name.trim().is_empty())
    }

    pub fn is_attachment(&self) -> bool {
        self.disposition
            .as_ref()
            .is_some_and(|disposition| disposition.word == "attachment")
    }

    pub fn is_inline(&self) -> bool {
        self.disposition
            .as_ref()
            .is_some_and(|disposition| disposition.word == "inline")
    }

    pub fn content_id(&self) -> Option<&str> {
        let field = self
            .headers
            .iter()
            .find(|header| header.name == HeaderName::ContentId)?;
        field
            .value
            .as_text()
            .map(|id| id.trim_matches(['<', '>', ' ']))
    }
}

//! HTML to text: lines as a reader sees them, quoted blocks behind `> `, the place of each inline picture marked.

use mail_parser::decoders::html::add_html_token;

use super::{
    links,
    transfer::{self, Decoded},
};

/// Stands around the Content-ID of an inline picture in a text that is not yet finished; never left in a letter.
pub const PICTURE: char = '\u{fffc}';
/// Begins the mark of a picture that stood in the text itself; its number follows.
pub const EMBEDDED: &str = "data:";
/// Pictures of one text that are taken out of it.
const PICTURES: usize = 100;
/// Deeper quoting tells nobody anything.
const QUOTE_DEPTH: usize = 20;
/// Blocks in one another whose ends are waited for.
const BLOCK_DEPTH: usize = 200;
/// Octets of text; behind them nobody reads on.
const TEXT_BYTES: usize = 4 * super::limits::TEXT_CHARS;

/// A picture that stood in the HTML itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedded {
    pub media_type: String,
    pub content: Decoded,
}

/// `data:image/png;base64,…` (RFC 2397), as some webmail pastes photos.
fn embedded(source: &str) -> Option<Embedded> {
    let (declared, data) = source.strip_prefix("data:")?.split_once(',')?;
    let media_type = declared
        .strip_suffix(";base64")?
        .split(';')
        .next()?
        .to_ascii_lowercase();
    if !media_type.starts_with("image/") {
        return None;
    }
    let content = transfer::base64(data.as_bytes());
    (!content.bytes.is_empty()).then_some(Embedded {
        media_type,
        content,
    })
}

/// Turns HTML into text, and the pictures that stood in it.
pub fn to_text(html: &str) -> (String, Vec<Embedded>) {
    let mut writer = Writer::default();
    let mut rest = html;
    // The last `>` of all: a `<` behind it opens nothing, and need not be searched for its end again and again.
    let last = html.rfind('>').unwrap_or(0);
    while let Some(open) = rest.find('<') {
        if writer.out.len() > TEXT_BYTES {
            return writer.finish();
        }
        writer.text(&rest[..open]);
        rest = &rest[open..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let is_tag = rest[1..]
            .starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let end = if is_tag && html.len() - rest.len() < last {
            tag_end(rest)
        } else {
            None
        };
        match end {
            Some(end) => rest = writer.tag(&rest[1..end], &rest[end + 1..]),
            None => {
                writer.text("<");
                rest = &rest[1..];
            }
        }
    }
    writer.text(rest);
    writer.finish()
}

/// The `>` that ends a tag; one inside a quoted attribute does not, unless that attribute never ends.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    let mut before = b' ';
    for (at, byte) in tag.bytes().enumerate().take(4_096) {
        match quote {
            None if byte == b'>' => return Some(at),
            None if matches!(byte, b'"' | b'\'') && before == b'=' => quote = Some(byte),
            Some(open) if open == byte => quote = None,
            _ => {}
        }
        before = byte;
    }
    tag.find('>')
}

#[derive(Default)]
struct Writer {
    out: String,
    line: String,
    /// A blank is owed before the next word.
    space: bool,
    quotes: usize,
    /// Open `blockquote` and `div`: whether each is a quote.
    blocks: Vec<(String, bool)>,
    /// Open lists: the number of the next point, or `None` in an unordered one.
    lists: Vec<Option<u32>>,
    link: Option<(String, usize)>,
    preformatted: usize,
    pictures: Vec<Embedded>,
    /// Elements without text that were found never to end.
    endless: Vec<String>,
}

impl Writer {
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if c == '&'
                && let Some(end) = rest.bytes().take(34).position(|byte| byte == b';')
                && rest[1..end]
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
            {
                let mut decoded = String::new();
                add_html_token(&mut decoded, &rest.as_bytes()[..=end], false);
                decoded.chars().for_each(|c| self.char(c, true));
                rest = &rest[end + 1..];
                continue;
            }
            self.char(c, false);
            rest = &rest[c.len_utf8()..];
        }
    }

    fn char(&mut self, c: char, entity: bool) {
        if c == PICTURE {
            return;
        }
        let blank = c.is_ascii_whitespace() || c == '\u{a0}';
        if !blank {
            if std::mem::take(&mut self.space) && !self.line.is_empty() {
                self.line.push(' ');
            }
            self.line.push(c);
        } else if self.preformatted > 0 && !entity {
            match c {
                '\n' => self.flush(true),
                '\r' => {}
                c => self.line.push(c),
            }
        } else {
            self.space = true;
        }
    }

    /// Ends the line; `always` ends an empty one too.
    fn flush(&mut self, always: bool) {
        let line = self.line.trim_end();
        if !line.is_empty() || always {
            for _ in 0..self.quotes.min(QUOTE_DEPTH) {
                self.out.push_str("> ");
            }
            if line.is_empty() {
                let kept = self.out.trim_end_matches(' ').len();
                self.out.truncate(kept);
            }
            self.out.push_str(line);
            self.out.push('\n');
        }
        self.line.clear();
        self.space = false;
    }

    /// One blank line, not two.
    fn paragraph(&mut self) {
        self.flush(false);
        if !self.out.is_empty() && !self.out.ends_with("\n\n") && !self.out.ends_with(">\n") {
            self.flush(true);
        }
    }

    /// Handles one tag; returns where to go on.
    fn tag<'x>(&mut self, tag: &str, behind: &'x str) -> &'x str {
        let closes = tag.starts_with('/');
        let body = tag.trim_start_matches('/');
        let end = body
            .find(|c: char| !c.is_ascii_alphanumeric() && c != ':')
            .unwrap_or(body.len());
        let name = body[..end].to_ascii_lowercase();
        let attributes = &body[end..];
        match name.as_str() {
            "style" | "script" | "title" | "template" | "noscript" | "xml"
                if !closes && !tag.ends_with('/') && !self.endless.contains(&name) =>
            {
                match skip(behind, &name) {
                    Some(rest) => return rest,
                    // Never closed: what follows is better shown than lost.
                    None => self.endless.push(name),
                }
            }
            // Text that no reader sees says nothing: it would speak for the sender and he never saw it.
            _ if !closes
                && is_hidden(attributes)
                && !matches!(name.as_str(), "html" | "body" | "br" | "hr" | "img")
                && !self.endless.contains(&name) =>
            {
                match skip_nested(behind, &name) {
                    Some(rest) => return rest,
                    None => self.endless.push(name),
                }
            }
            "br" => self.flush(true),
            "hr" => self.flush(false),
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if closes => self.paragraph(),
            "blockquote" | "div" => self.block(name, closes, attributes),
            "pre" => {
                self.flush(false);
                self.preformatted = if closes {
                    self.preformatted.saturating_sub(1)
                } else {
                    self.preformatted + 1
                };
            }
            "ol" | "ul" => {
                self.flush(false);
                if closes {
                    self.lists.pop();
                } else {
                    let start = attribute(attributes, "start")
                        .and_then(|start| start.parse().ok())
                        .unwrap_or(1);
                    self.lists.push((name == "ol").then_some(start));
                }
            }
            "li" if !closes => {
                self.flush(false);
                match self.lists.last_mut() {
                    Some(Some(number)) => {
                        self.line = format!("{number}. ");
                        *number = number.saturating_add(1);
                    }
                    _ => self.line.push_str("- "),
                }
            }
            "td" | "th" => self.space = true,
            "a" => self.anchor(closes, attributes),
            "img" => self.picture(attributes),
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "tr" | "li" | "table" | "section"
            | "article" | "header" | "footer" | "center" | "dl" | "dt" | "dd" | "address"
            | "form" | "fieldset" | "body" | "html" | "tbody" => {
                self.flush(false);
            }
            _ => {}
        }
        behind
    }

    /// Marks the place of a picture; one that stands in the text itself (`data:`) is taken out of it.
    fn picture(&mut self, attributes: &str) {
        let Some(source) = attribute(attributes, "src") else {
            return;
        };
        let id = if let Some(id) = source.strip_prefix("cid:") {
            id.chars()
                .filter(|c| !c.is_control() && *c != PICTURE)
                .collect()
        } else if let Some(picture) = embedded(&source)
            && self.pictures.len() < PICTURES
        {
            self.pictures.push(picture);
            format!("{EMBEDDED}{}", self.pictures.len() - 1)
        } else {
            return;
        };
        if std::mem::take(&mut self.space) && !self.line.is_empty() {
            self.line.push(' ');
        }
        self.line.push_str(&format!("{PICTURE}{id}{PICTURE}"));
    }

    fn block(&mut self, name: String, closes: bool, attributes: &str) {
        self.flush(false);
        if closes {
            // The nearest one of that name ends, with what was left open in it.
            if let Some(at) = self.blocks.iter().rposition(|(open, _)| *open == name) {
                for (_, quote) in self.blocks.drain(at..) {
                    self.quotes -= usize::from(quote);
                }
            }
            return;
        }
        let quote = is_quote(&name, attributes);
        if is_signature(attributes) {
            self.line = "-- ".to_owned();
            self.out
                .push_str(&"> ".repeat(self.quotes.min(QUOTE_DEPTH)));
            self.out.push_str("-- \n");
            self.line.clear();
        }
        self.quotes += usize::from(quote);
        if self.blocks.len() < BLOCK_DEPTH {
            self.blocks.push((name, quote));
        } else {
            self.quotes -= usize::from(quote);
        }
    }

    /// The address of a link to a cloud drive is shown where its text hides it.
    fn anchor(&mut self, closes: bool, attributes: &str) {
        if !closes {
            self.link = attribute(attributes, "href")
                .filter(|href| links::is_drive(href))
                .map(|href| (href, self.line.len()));
        } else if let Some((href, start)) = self.link.take()
            && !self
                .line
                .get(start..)
                .unwrap_or_default()
                .contains(href.as_str())
        {
            self.line.push_str(&format!(" <{href}>"));
        }
    }

    fn finish(mut self) -> (String, Vec<Embedded>) {
        self.flush(false);
        (self.out, self.pictures)
    }
}

/// Behind the end tag of an element whose content is no text.
fn skip<'x>(behind: &'x str, name: &str) -> Option<&'x str> {
    let mut from = 0;
    while let Some(open) = behind[from..].find("</") {
        let at = from + open + 2;
        let rest = &behind[at..];
        if rest
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
        {
            return Some(rest.find('>').map_or("", |end| &rest[end + 1..]));
        }
        from = at;
    }
    None
}

/// Behind the end tag that belongs to an element, with its like inside it.
fn skip_nested<'x>(behind: &'x str, name: &str) -> Option<&'x str> {
    let mut depth = 1;
    let mut rest = behind;
    while let Some(open) = rest.find('<') {
        rest = &rest[open + 1..];
        let closes = rest.starts_with('/');
        let tag = rest.trim_start_matches('/');
        let same = tag
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
            && !tag[name.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == ':');
        if !same {
            continue;
        }
        match closes {
            true => depth -= 1,
            false => depth += 1,
        }
        if depth == 0 {
            return Some(rest.find('>').map_or("", |end| &rest[end + 1..]));
        }
    }
    None
}

fn is_hidden(attributes: &str) -> bool {
    // A cheap look first: every tag comes by here.
    let lower = attributes.to_ascii_lowercase();
    if !["none", "hidden", "font-size", "opacity"]
        .iter()
        .any(|mark| lower.contains(mark))
    {
        return false;
    }
    let style = attribute(attributes, "style").unwrap_or_default();
    let style: String = style
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    let nothing = |property: &str| {
        style.split(';').any(|rule| {
            let value = rule
                .strip_prefix(property)
                .and_then(|rule| rule.strip_prefix(':'));
            value.is_some_and(|value| value.starts_with('0') && !value.starts_with("0."))
        })
    };
    let marked = lower.split_ascii_whitespace().any(|one| one == "hidden");
    marked
        || style.contains("display:none")
        || style.contains("visibility:hidden")
        || nothing("font-size")
        || nothing("opacity")
}

/// What the programs write around the mail that is answered. A blockquote without a border is only indented text.
fn is_quote(name: &str, attributes: &str) -> bool {
    let attributes = attributes.to_ascii_lowercase();
    let indented = attributes.contains("border:none") || attributes.contains("border: none");
    let marks = [
        "gmail_quote",
        "yahoo_quoted",
        "zmail_extra",
        "protonmail_quote",
        "moz-cite-prefix",
        "replyforwardmsg",
    ];
    (name == "blockquote" && !indented) || marks.iter().any(|mark| attributes.contains(mark))
}

fn is_signature(attributes: &str) -> bool {
    let attributes = attributes.to_ascii_lowercase();
    [
        "id=\"signature\"",
        "id=signature",
        "ms-outlook-mobile-signature",
    ]
    .iter()
    .any(|mark| attributes.contains(mark))
}

/// The value of an attribute, entities decoded.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let lower = attributes.to_ascii_lowercase();
    let mut from = 0;
    loop {
        let at = from + lower[from..].find(name)?;
        let behind = attributes[at + name.len()..].trim_start();
        let starts = at == 0
            || lower.as_bytes()[at - 1].is_ascii_whitespace()
            || matches!(lower.as_bytes()[at - 1], b'"' | b'\'');
        if starts && let Some(value) = behind.strip_prefix('=') {
            let value = value.trim_start();
            let raw = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split(quote).next(),
                _ => value.split(|c: char| c.is_whitespace() || c == '>').next(),
            };
            return raw.map(|raw| decode_entities(raw.trim()));
        }
        from = at + name.len();
    }
}

fn decode_entities(text: &str) -> String {
    let mut writer = Writer {
        preformatted: 1,
        ..Writer::default()
    };
    writer.text(text);
    writer.line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_the_lines_that_a_reader_sees() {
        let table = [
            (
                "<p>Yth. Pokja,</p><p>Berikut KTP &amp; NPWP&nbsp;kami.</p>",
                "Yth. Pokja,\n\nBerikut KTP & NPWP kami.\n\n",
            ),
            ("satu<br>dua<br/><br>tiga", "satu\ndua\n\ntiga\n"),
            (
                "<div>satu</div><div><br></div><div>dua</div>",
                "satu\n\ndua\n",
            ),
            (
                "<html><head><title>x</title><style>p{a:b}</style></head><body>isi<script>y<z</script></body>",
                "isi\n",
            ),
            ("<ol><li>KTP<li>NPWP</ol>", "1. KTP\n2. NPWP\n"),
            ("<ul><li>KTP</li></ul>", "- KTP\n"),
            (
                "<table><tr><td>KTP</td><td>ada</td></tr><tr><td>NIB</td></tr></table>",
                "KTP ada\nNIB\n",
            ),
            (
                "halo<blockquote type=\"cite\"><div>lama</div><blockquote>lebih lama</blockquote></blockquote>baru",
                "halo\n> lama\n> > lebih lama\nbaru\n",
            ),
            (
                "<blockquote style=\"margin:0 0 0 40px;border:none\">hanya menjorok</blockquote>",
                "hanya menjorok\n",
            ),
            (
                "<div class=\"gmail_quote\"><div>Pada Sen ... menulis:</div><div>isi</div></div>",
                "> Pada Sen ... menulis:\n> isi\n",
            ),
            ("1 < 2 dan 3 > 2", "1 < 2 dan 3 > 2\n"),
            ("a<!-- b -- c > -->d", "ad\n"),
            (
                "<a href=\"https://drive.google.com/x?a=1&amp;b=2\">klik di sini</a>",
                "klik di sini <https://drive.google.com/x?a=1&b=2>\n",
            ),
            (
                "<a href=\"https://contoh.test/\">situs kami</a>",
                "situs kami\n",
            ),
            (
                "KTP:<br><img alt=\"x\" src=\"cid:a1@b\">",
                "KTP:\n\u{fffc}a1@b\u{fffc}\n",
            ),
            ("<pre>satu  dua\n tiga</pre>", "satu  dua\n tiga\n"),
            ("<title>tanpa akhir", "tanpa akhir\n"),
            (
                "<div>Terima kasih</div><div style=\"display: none\"><div>TIDAK</div> HADIR</div><span style='color:#fff;font-size:0px'>SETUJU REKAM</span><p hidden>HADIR</p>KTP",
                "Terima kasih\nKTP\n",
            ),
            (
                "<div style=\"font-size:0.9em;opacity:0.8\">HADIR</div><div style=\"display:none\">tanpa akhir",
                "HADIR\ntanpa akhir\n",
            ),
            ("<p title=\"a>b\">isi</p>", "isi\n\n"),
        ];
        for (html, text) in table {
            assert_eq!(to_text(html).0, text, "{html}");
        }
    }

    #[test]
    fn a_picture_in_the_text_itself_is_taken_out() {
        let (text, pictures) = to_text(
            "KTP<br><img src=\"data:image/png;base64,aGFsbw==\"><img src='data:text/plain,x'>",
        );
        assert_eq!(text, "KTP\n\u{fffc}data:0\u{fffc}\n");
        assert_eq!(pictures.len(), 1);
        assert_eq!(pictures[0].media_type, "image/png");
        assert_eq!(pictures[0].content.bytes, b"halo");
    }

    #[test]
    fn deep_or_endless_markup_is_read_in_time() {
        to_text(&"<blockquote>".repeat(100_000));
        to_text(&"<div ".repeat(20_000));
        to_text(&"<a href=\"".repeat(20_000));
        to_text(&"&amp".repeat(100_000));
        to_text(&"<style>".repeat(50_000));
    }
}

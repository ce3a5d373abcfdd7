//! Every leaf of the parts becomes an attachment or an entry of what was left out (P12); the texts among them become the body.

use mail_parser::HeaderName;

use super::{
    Attachment, EnclosedMail, Unreadable,
    content::{self, Content, Source},
    header,
    html::{self, EMBEDDED, PICTURE},
    limits, names, people, quotes, reading,
    structure::{self, Kind, Opened, Part},
    text, uuencode, winmail,
};
use crate::digest::Digest;

/// The text of one mail.
#[derive(Debug, Default)]
pub struct Body {
    /// What is read; [`PICTURE`] marks stand in it.
    pub chosen: String,
    /// The same in another form, as text: pictures and links may stand only there.
    pub others: Vec<String>,
}

/// Where a leaf stands.
#[derive(Clone, Copy, Debug)]
struct Scope {
    container: Option<Digest>,
    mails: usize,
    depth: usize,
    /// Of a multipart/alternative, a form that was not chosen.
    other_form: bool,
}

/// Collects the leaves of a mail and of the mails inside it.
#[derive(Default)]
pub struct Collector {
    pub attachments: Vec<Attachment>,
    pub left_out: Vec<String>,
    pub enclosed: Vec<EnclosedMail>,
    /// Content-ID and place of each attachment that has one.
    pub content_ids: Vec<(String, usize)>,
    opened: Opened,
}

impl Collector {
    pub fn new(opened: Opened) -> Collector {
        Collector {
            opened,
            ..Collector::default()
        }
    }

    /// Reads the mail that `source` is.
    pub fn mail(&mut self, source: Source<'_>) -> Result<Body, Unreadable> {
        let mut body = Body::default();
        let scope = Scope {
            container: None,
            mails: 0,
            depth: 0,
            other_form: false,
        };
        self.part(source, 0, &mut body, scope)?;
        self.take_winmail_text(&mut body);
        Ok(body)
    }

    fn take_winmail_text(&mut self, body: &mut Body) {
        // A text that stands in the winmail.dat only was put among the other forms.
        if body.chosen.trim().is_empty() && !body.others.is_empty() {
            body.chosen = body.others.remove(0);
        }
    }

    /// `source.parts[index]` and all below it. The recursion is bounded: [`limits::DEPTH`] held when the parts were split.
    fn part(
        &mut self,
        source: Source<'_>,
        index: usize,
        body: &mut Body,
        scope: Scope,
    ) -> Result<(), Unreadable> {
        let Some((part, content)) = source.part(index) else {
            return Ok(());
        };
        let below = Scope {
            depth: scope.depth + 1,
            ..scope
        };
        match part.kind {
            Kind::Multipart if part.media_type == "multipart/alternative" => {
                let chosen = chosen_form(source, part);
                for child in &part.children {
                    let other_form = scope.other_form || Some(*child) != chosen;
                    self.part(
                        source,
                        *child,
                        body,
                        Scope {
                            other_form,
                            ..below
                        },
                    )?;
                }
            }
            Kind::Multipart => {
                if part.children.is_empty() {
                    self.left_out
                        .push(format!("{}: no parts in it", part.media_type));
                }
                for child in &part.children {
                    self.part(source, *child, body, below)?;
                }
            }
            Kind::Mail => self.attached_mail(source, part, content, scope)?,
            Kind::Leaf => self.leaf(part, content, body, scope)?,
        }
        Ok(())
    }

    /// A mail that stands openly in this one.
    fn attached_mail(
        &mut self,
        source: Source<'_>,
        part: &Part<'_>,
        content: &Content,
        scope: Scope,
    ) -> Result<(), Unreadable> {
        let digest = self.attach(part, content, scope);
        if self.stays_closed(part, scope) {
            return Ok(());
        }
        if let Some(root) = part.children.first() {
            let scope = Scope {
                container: Some(digest),
                mails: scope.mails + 1,
                depth: scope.depth + 1,
                other_form: false,
            };
            self.inner_mail(source, *root, scope)?;
        }
        Ok(())
    }

    fn inner_mail(
        &mut self,
        source: Source<'_>,
        root: usize,
        scope: Scope,
    ) -> Result<(), Unreadable> {
        let mut body = Body::default();
        let place = self.enclosed.len();
        self.enclosed.push(EnclosedMail::default());
        self.part(source, root, &mut body, scope)?;
        self.take_winmail_text(&mut body);
        let Some((part, _)) = source.part(root) else {
            return Ok(());
        };
        let fields = source.fields(part);
        let from = people::correspondents(&part.headers, &fields, HeaderName::From);
        if let Some(mail) = self.enclosed.get_mut(place) {
            *mail = EnclosedMail {
                from: from.into_iter().next(),
                subject: reading::subject(&fields),
                message_id: reading::message_id(&fields),
                text: quotes::tidy(&without_marks(&body.chosen)),
            };
        }
        Ok(())
    }

    fn leaf(
        &mut self,
        part: &Part<'_>,
        content: &Content,
        body: &mut Body,
        scope: Scope,
    ) -> Result<(), Unreadable> {
        let kind = part.media_type.as_str();
        let nameless = part.name().is_none() && !part.is_attachment();
        let inside = if scope.container.is_some() {
            " (attached mail)"
        } else {
            ""
        };
        if nameless && matches!(kind, "text/plain" | "text/html") {
            self.text(part, content, body, scope, inside);
            return Ok(());
        }
        if nameless && let Some(reason) = no_paper(kind) {
            self.left_out.push(format!("{kind}: {reason}{inside}"));
            return Ok(());
        }
        if nameless && scope.other_form && kind.starts_with("text/") {
            self.left_out
                .push(format!("{kind}: another form of the text{inside}"));
            return Ok(());
        }
        if content.bytes.is_empty() && nameless {
            self.left_out.push(format!("{kind}: empty{inside}"));
            return Ok(());
        }
        let place = self.attachments.len();
        let digest = self.attach(part, content, scope);
        if kind == "text/plain"
            && !part.is_attachment()
            && body.chosen.trim().is_empty()
            && scope.container.is_none()
        {
            // Some phones give the text of the mail itself a name.
            body.others
                .push(text::decode(short(&content.bytes), &part.content_type));
        }
        if kind.starts_with("image/") && !part.is_attachment() && !scope.other_form {
            body.chosen
                .push_str(&format!("\n{PICTURE}#{place}{PICTURE}\n"));
        }
        if is_winmail(part) {
            self.winmail(place, content, digest, body);
        } else if is_mail_file(part, content) {
            if self.stays_closed(part, scope) {
                return Ok(());
            }
            self.mail_file(content, digest, scope)?;
        }
        Ok(())
    }

    /// Whether an attached mail stands too deep to be opened. It stays one file then: people forward forwarded mails, and
    /// what stands above can be read; what was built to do harm meets [`limits::DEPTH`] and [`limits::PARTS`].
    fn stays_closed(&mut self, part: &Part<'_>, scope: Scope) -> bool {
        let closed = scope.mails >= limits::ATTACHED_MAILS;
        if closed {
            self.left_out.push(format!(
                "limit: {} inside {} attached mails is kept and not opened",
                part.media_type, scope.mails
            ));
        }
        closed
    }

    fn text(
        &mut self,
        part: &Part<'_>,
        content: &Content,
        body: &mut Body,
        scope: Scope,
        inside: &str,
    ) {
        let kind = part.media_type.as_str();
        let (rest, files) = if kind == "text/plain" && uuencode::occurs(&content.bytes) {
            uuencode::take(&content.bytes)
        } else {
            (Vec::new(), Vec::new())
        };
        let bytes = if files.is_empty() {
            content.bytes.as_ref()
        } else {
            &rest
        };
        if bytes.trim_ascii().is_empty() {
            self.left_out.push(format!("{kind}: empty{inside}"));
        } else {
            if bytes.len() > limits::TEXT_CHARS && kind == "text/plain" {
                // Read as far as the limit goes, and kept whole.
                self.attach(part, content, scope);
            }
            let decoded = if kind == "text/html" {
                self.html(&text::decode(bytes, &part.content_type), scope)
            } else {
                text::decode(short(bytes), &part.content_type).replace(PICTURE, "")
            };
            if scope.other_form {
                self.left_out
                    .push(format!("{kind}: another form of the text{inside}"));
                body.others.push(decoded);
            } else {
                self.left_out.push(format!("{kind}: body{inside}"));
                if !body.chosen.is_empty() && !body.chosen.ends_with('\n') {
                    body.chosen.push('\n');
                }
                body.chosen.push_str(&decoded);
            }
        }
        for file in files {
            let content = Content {
                bytes: file.bytes.into(),
                damaged: file.damaged,
                name: Some(file.name),
            };
            let name = content.name.as_deref().and_then(names::file_name);
            self.push(
                name,
                "application/octet-stream".to_owned(),
                &content,
                false,
                scope.container,
            );
        }
    }

    /// The text of an HTML part; pictures that stand in it become attachments.
    fn html(&mut self, html: &str, scope: Scope) -> String {
        let (mut text, pictures) = html::to_text(html);
        for (n, picture) in pictures.into_iter().enumerate() {
            // The number is that of the picture in this text; from here on it is that of the attachment.
            let place = self.attachments.len();
            let mark = |number: usize| format!("{PICTURE}{EMBEDDED}{number}{PICTURE}");
            text = text.replace(&mark(n), &format!("{PICTURE}#{place}{PICTURE}"));
            let content = Content {
                bytes: picture.content.bytes.into(),
                damaged: picture.content.damaged,
                name: None,
            };
            self.push(
                None,
                media_type(&picture.media_type),
                &content,
                true,
                scope.container,
            );
        }
        text
    }

    /// Adds a part to the attachments.
    fn attach(&mut self, part: &Part<'_>, content: &Content, scope: Scope) -> Digest {
        let name = part
            .name()
            .or(content.name.as_deref())
            .and_then(names::file_name);
        if let Some(id) = part.content_id() {
            self.content_ids
                .push((id.to_owned(), self.attachments.len()));
        }
        self.push(
            name,
            media_type(&part.media_type),
            content,
            part.is_inline(),
            scope.container,
        )
    }

    fn push(
        &mut self,
        name: Option<String>,
        media_type: String,
        content: &Content,
        inline: bool,
        container: Option<Digest>,
    ) -> Digest {
        let sha256 = Digest::of(&content.bytes);
        self.attachments.push(Attachment {
            name,
            media_type,
            content: content.bytes.clone(),
            sha256,
            inline,
            damaged: content.damaged,
            container,
            caption: None,
            link: false,
        });
        sha256
    }

    fn winmail(&mut self, place: usize, content: &Content, digest: Digest, body: &mut Body) {
        let Some(opened) = winmail::open(&content.bytes) else {
            if let Some(attachment) = self.attachments.get_mut(place) {
                attachment.damaged = true;
            }
            return;
        };
        if let Some(attachment) = self.attachments.get_mut(place) {
            attachment.damaged |= opened.damaged;
        }
        for file in opened.files {
            if let Some(id) = file.content_id {
                self.content_ids.push((id, self.attachments.len()));
            }
            let declared = file
                .media_type
                .unwrap_or_else(|| "application/octet-stream".to_owned());
            let content = Content {
                bytes: file.content,
                damaged: false,
                name: None,
            };
            let name = file.name.as_deref().and_then(names::file_name);
            self.push(name, media_type(&declared), &content, false, Some(digest));
        }
        body.others.extend(
            opened
                .text
                .filter(|text| !text.trim().is_empty())
                .map(|text| text.replace(PICTURE, "").replace("\r\n", "\n")),
        );
    }

    /// A mail that came as a file or in base64: opened like one that stands openly.
    fn mail_file(
        &mut self,
        content: &Content,
        digest: Digest,
        scope: Scope,
    ) -> Result<(), Unreadable> {
        let raw = reading::tidy(&content.bytes);
        let mut opened = Opened {
            parts: self.opened.parts,
            depth: scope.depth + 1,
        };
        let parts = structure::split(&raw, &mut opened)?;
        self.opened.parts = opened.parts;
        let contents: Vec<Content> = parts
            .iter()
            .map(|part| content::decode(&raw, part))
            .collect();
        let source = Source {
            raw: &raw,
            parts: &parts,
            contents: &contents,
        };
        let scope = Scope {
            container: Some(digest),
            mails: scope.mails + 1,
            depth: scope.depth + 1,
            other_form: false,
        };
        self.inner_mail(source, 0, scope)
    }
}

/// Plain text goes first where it says anything, else the last form that is a text: the richest (RFC 2046 section 5.1.4).
fn chosen_form(source: Source<'_>, part: &Part<'_>) -> Option<usize> {
    let offers = |index: &usize, kind: &str| {
        source.part(*index).is_some_and(|(part, content)| {
            part.kind == Kind::Leaf
                && part.media_type == kind
                && !content.bytes.trim_ascii().is_empty()
        })
    };
    let plain = part
        .children
        .iter()
        .find(|child| offers(child, "text/plain"));
    let html = part
        .children
        .iter()
        .rfind(|child| offers(child, "text/html"));
    let nested = part.children.iter().rfind(|child| {
        source
            .part(**child)
            .is_some_and(|(part, _)| part.kind == Kind::Multipart)
    });
    plain.or(nested).or(html).copied()
}

/// Parts that tell something about the mail and are no paper.
fn no_paper(kind: &str) -> Option<&'static str> {
    match kind {
        "text/calendar" => Some("calendar part"),
        "message/delivery-status" | "message/global-delivery-status" => Some("delivery report"),
        "message/disposition-notification" | "message/global-disposition-notification" => {
            Some("read receipt")
        }
        "message/feedback-report" => Some("complaint report"),
        "text/rfc822-headers" | "message/global-headers" => {
            Some("header of the mail that came back")
        }
        _ => None,
    }
}

fn is_winmail(part: &Part<'_>) -> bool {
    matches!(
        part.media_type.as_str(),
        "application/ms-tnef" | "application/vnd.ms-tnef"
    ) || part
        .name()
        .is_some_and(|name| name.trim().eq_ignore_ascii_case("winmail.dat"))
}

/// Whether a leaf is a mail: declared as one, or a file named so that begins with a header.
fn is_mail_file(part: &Part<'_>, content: &Content) -> bool {
    if matches!(
        part.media_type.as_str(),
        "message/rfc822" | "message/global"
    ) {
        return !content.bytes.is_empty();
    }
    let named = part
        .name()
        .is_some_and(|name| name.trim().to_ascii_lowercase().ends_with(".eml"));
    named
        && header::scan(&reading::tidy(&content.bytes), 0, true, b'\n', &|_| false)
            .is_ok_and(|block| block.fields >= 3)
}

/// `type/subtype` as declared, unless it is neither.
fn media_type(declared: &str) -> String {
    let declared = names::one_line(declared, 100).to_lowercase();
    if declared.contains('/') && !declared.contains(' ') {
        declared
    } else {
        "application/octet-stream".to_owned()
    }
}

fn short(bytes: &[u8]) -> &[u8] {
    bytes.get(..limits::TEXT_CHARS).unwrap_or(bytes)
}

/// The text without the marks of pictures.
pub fn without_marks(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if !line.contains(PICTURE) {
            clean.push_str(line);
            continue;
        }
        let kept: String = line.split(PICTURE).step_by(2).collect();
        // A line that held nothing but pictures was no line of text.
        if !kept.trim().is_empty() {
            clean.push_str(kept.trim_end());
            clean.push('\n');
        }
    }
    clean
}

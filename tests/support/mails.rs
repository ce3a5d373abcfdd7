//! Mails as bidders write them, and what they read: built and opened with none of the program's own code.

use std::sync::atomic::{AtomicU32, Ordering};

use data_encoding::{BASE64, HEXLOWER};
use mail_parser::{MessageParser, MimeHeaders};
use sha2::{Digest, Sha256};

use super::imap::Mail;

/// A mail to be written; `raw` gives its octets.
#[derive(Clone, Debug)]
pub struct Draft {
    pub from: String,
    pub to: String,
    pub subject: String,
    pub body: String,
    pub message_id: String,
    pub in_reply_to: Option<String>,
    pub files: Vec<(String, String, Vec<u8>)>,
    pub headers: Vec<(String, String)>,
}

impl Draft {
    pub fn new(from: &str, to: &str, subject: &str) -> Draft {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Draft {
            from: from.to_owned(),
            to: to.to_owned(),
            subject: subject.to_owned(),
            body: "Dengan hormat,\n\nTerlampir dokumen kami.\n\nTerima kasih.\n".to_owned(),
            message_id: format!("<surat-{count:04}-{}@surel.example>", std::process::id()),
            in_reply_to: None,
            files: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// What a mail program makes of "reply": to Reply-To, in the thread, with the subject.
    pub fn reply(from: &str, answered: &Mail) -> Draft {
        let opened = Opened::of(answered);
        let to = answered
            .header("Reply-To")
            .or_else(|| answered.header("From"))
            .expect("an address to reply to");
        let mut draft = Draft::new(from, &to, &format!("Re: {}", opened.subject));
        draft.in_reply_to = answered.header("Message-ID");
        draft
    }

    pub fn body(mut self, body: &str) -> Draft {
        self.body = body.to_owned();
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Draft {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn file(mut self, name: &str, media_type: &str, content: Vec<u8>) -> Draft {
        self.files
            .push((name.to_owned(), media_type.to_owned(), content));
        self
    }

    /// A photo of its own.
    pub fn photo(self, name: &str) -> Draft {
        let content = page(&format!("{name} {}", self.message_id), 255);
        self.file(name, "image/jpeg", content)
    }

    /// As it lies in a mailbox where the server wrote the envelope down.
    pub fn delivered(&self) -> Vec<u8> {
        let mut raw = format!("Return-Path: <{}>\r\n", self.from).into_bytes();
        raw.extend(self.raw());
        raw
    }

    pub fn raw(&self) -> Vec<u8> {
        let mut mail = String::new();
        let mut line = |name: &str, value: &str| mail.push_str(&format!("{name}: {value}\n"));
        line("From", &self.from);
        line("To", &self.to);
        line("Subject", &self.subject);
        line("Message-ID", &self.message_id);
        line("Date", "Tue, 25 Nov 2025 09:00:00 +0800");
        if let Some(answered) = &self.in_reply_to {
            line("In-Reply-To", answered);
            line("References", answered);
        }
        for (name, value) in &self.headers {
            line(name, value);
        }
        line("MIME-Version", "1.0");
        if self.files.is_empty() {
            line("Content-Type", "text/plain; charset=utf-8");
            mail.push('\n');
            mail.push_str(&self.body);
            return super::with_crlf(mail.as_bytes());
        }
        line("Content-Type", "multipart/mixed; boundary=\"batas-1\"");
        mail.push_str("\n--batas-1\nContent-Type: text/plain; charset=utf-8\n\n");
        mail.push_str(&self.body);
        for (name, media_type, content) in &self.files {
            mail.push_str(&format!(
                "\n--batas-1\nContent-Type: {media_type}; name=\"{name}\"\nContent-Disposition: attachment; \
                 filename=\"{name}\"\nContent-Transfer-Encoding: base64\n\n"
            ));
            let encoded = BASE64.encode(content);
            for line in encoded.as_bytes().chunks(76) {
                mail.push_str(std::str::from_utf8(line).unwrap());
                mail.push('\n');
            }
        }
        mail.push_str("--batas-1--\n");
        super::with_crlf(mail.as_bytes())
    }
}

/// A page photographed well: lines of print on paper of that brightness (255: in full light), like no other's.
pub fn page(seed: &str, light: u8) -> Vec<u8> {
    const SIZE: (usize, usize) = (600, 800);
    let mut pixels = vec![light; SIZE.0 * SIZE.1];
    let mut letters = Sha256::digest(seed.as_bytes());
    for line in 0..18 {
        letters = Sha256::digest(letters);
        for (at, letter) in letters.iter().enumerate() {
            for stroke in (0..8).filter(|stroke| letter >> stroke & 1 == 1) {
                let (left, top) = (
                    44 + at * 16 + stroke % 4 * 4,
                    40 + line * 40 + stroke / 4 * 10,
                );
                for y in top..top + 8 {
                    pixels[y * SIZE.0 + left..][..2].fill(light / 8);
                }
            }
        }
    }
    let mut jpeg = Vec::new();
    jpeg_encoder::Encoder::new(&mut jpeg, 60)
        .encode(&pixels, 600, 800, jpeg_encoder::ColorType::Luma)
        .unwrap();
    // Readers of pictures do not look behind their end; so all are equally large.
    assert!(jpeg.len() < PAGE_BYTES, "{}", jpeg.len());
    jpeg.resize(PAGE_BYTES, 0);
    jpeg
}

/// Octets of a [`page`].
const PAGE_BYTES: usize = 64 << 10;
/// The same, as letters say it.
pub const PAGE_SIZE: &str = "64 KB";

/// Octets that begin as a JPEG does and are like no other's; no picture.
pub fn photo(seed: &str, size: usize) -> Vec<u8> {
    let mut content = vec![0xff, 0xd8, 0xff, 0xe0];
    let mut block = Sha256::digest(seed.as_bytes());
    while content.len() < size {
        content.extend_from_slice(&block);
        block = Sha256::digest(block);
    }
    content.truncate(size);
    content
}

pub fn sha256(content: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(content))
}

/// A mail as its reader sees it.
#[derive(Clone, Debug)]
pub struct Opened {
    pub from: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub message_id: String,
    pub in_reply_to: Option<String>,
    pub reply_to: Option<String>,
}

impl Opened {
    pub fn of(mail: &Mail) -> Opened {
        let message = MessageParser::default().parse(&mail.raw).expect("a mail");
        let address = |list: Option<&mail_parser::Address<'_>>| {
            list.and_then(|list| list.first()?.address.as_ref().map(ToString::to_string))
        };
        Opened {
            from: address(message.from()).unwrap_or_default(),
            to: address(message.to()).unwrap_or_default(),
            subject: message.subject().unwrap_or_default().to_owned(),
            text: message.body_text(0).unwrap_or_default().into_owned(),
            html: message.body_html(0).unwrap_or_default().into_owned(),
            message_id: mail.header("Message-ID").unwrap_or_default(),
            in_reply_to: mail.header("In-Reply-To"),
            reply_to: address(message.reply_to()),
        }
    }
}

/// Everything that a mail says, raw and decoded, in one text to search: headers decoded, every part opened.
pub fn everything_said(mail: &Mail) -> String {
    let message = MessageParser::default().parse(&mail.raw).expect("a mail");
    let mut said = mail.text();
    for part in &message.parts {
        for header in &part.headers {
            said.push('\n');
            said.push_str(&format!("{:?}", header.value));
        }
        said.push('\n');
        said.push_str(&String::from_utf8_lossy(part.contents()));
        said.push_str(part.attachment_name().unwrap_or_default());
    }
    said
}

//! A mail on the way to its octets: what a bidder's mail program would send.

use data_encoding::BASE64;
use jiff::{SignedDuration, Timestamp};
use loket::{
    matching::Seen,
    tender::{BidderId, Session, SessionId},
};

use super::{
    Label, Labelled,
    world::{DUE, World, our_id, time},
};

#[derive(Clone, Debug)]
pub struct Draft {
    from: String,
    subject: String,
    text: String,
    to: String,
    cc: Option<String>,
    reply_to: Option<String>,
    answers: Vec<String>,
    files: Vec<String>,
    enclosed: Option<String>,
    head: Vec<&'static str>,
    null_sender: bool,
    html: bool,
    received_at: Timestamp,
    mailbox: &'static str,
    seen: Vec<Seen>,
    label: Label,
    late: bool,
}

impl Draft {
    /// One hour before the papers are due, to the right Pokja.
    pub fn from(
        writer: impl Into<String>,
        subject: impl Into<String>,
        text: impl Into<String>,
    ) -> Draft {
        Draft {
            from: writer.into(),
            subject: subject.into(),
            text: text.into(),
            to: "pokja3@berau.example".into(),
            cc: None,
            reply_to: None,
            answers: Vec::new(),
            files: Vec::new(),
            enclosed: None,
            head: Vec::new(),
            null_sender: false,
            html: false,
            received_at: time(DUE) - SignedDuration::from_hours(1),
            mailbox: "pokja-3",
            seen: Vec::new(),
            label: Label::Ask(None),
            late: false,
        }
    }

    pub fn files(mut self, names: &[&str]) -> Draft {
        self.files
            .extend(names.iter().map(|name| (*name).to_owned()));
        self
    }

    pub fn answers(mut self, session: &Session) -> Draft {
        self.answers.push(our_id(session.id));
        self
    }

    pub fn to(mut self, to: impl Into<String>) -> Draft {
        self.to = to.into();
        self
    }

    pub fn cc(mut self, cc: impl Into<String>) -> Draft {
        self.cc = Some(cc.into());
        self
    }

    pub fn reply_to(mut self, address: impl Into<String>) -> Draft {
        self.reply_to = Some(address.into());
        self
    }

    /// With another mail attached as message/rfc822.
    pub fn enclosing(mut self, mail: impl Into<String>) -> Draft {
        self.enclosed = Some(mail.into());
        self
    }

    pub fn quoting(mut self, style: usize, world: &World, session: &Session) -> Draft {
        self.text = quoted(&self.text, style, &invitation(world, session, true));
        self
    }

    pub fn quoting_without_reference(
        mut self,
        style: usize,
        world: &World,
        session: &Session,
    ) -> Draft {
        self.text = quoted(&self.text, style, &invitation(world, session, false));
        self
    }

    pub fn marked_as_spam(self) -> Draft {
        self.head("X-Spam-Flag: YES")
    }

    /// One field more.
    pub fn head(mut self, field: &'static str) -> Draft {
        self.head.push(field);
        self
    }

    /// With the envelope of a report.
    pub fn null_sender(mut self) -> Draft {
        self.null_sender = true;
        self
    }

    /// Seconds after the session's `due`; negative before it.
    pub fn at(mut self, session: &Session, seconds: i64) -> Draft {
        self.received_at = session.due + SignedDuration::from_secs(seconds);
        self.late = seconds > 0;
        self
    }

    pub fn into_mailbox(mut self, mailbox: &'static str) -> Draft {
        self.mailbox = mailbox;
        self
    }

    pub fn seen(mut self, bidder: BidderId, mails: u32) -> Draft {
        self.seen.push(Seen { bidder, mails });
        self
    }

    pub fn late(mut self) -> Draft {
        self.late = true;
        self
    }

    pub fn file(mut self, session: &Session) -> Draft {
        self.label = Label::File(session.id);
        self
    }

    /// Files for two tenders, by their numbers.
    pub fn divide(mut self, places: &[(&Session, &[u32])]) -> Draft {
        let place = |(session, files): &(&Session, &[u32])| (session.id, files.to_vec());
        self.label = Label::Divide(places.iter().map(place).collect());
        self
    }

    pub fn ask(mut self, truth: Option<SessionId>) -> Draft {
        self.label = Label::Ask(truth);
        self
    }

    /// The text is HTML, and there is no other.
    pub fn in_html(mut self) -> Draft {
        self.html = true;
        self
    }

    pub fn set_aside(mut self) -> Draft {
        self.label = Label::SetAside;
        self
    }

    pub fn sealed(
        self,
        situation: &'static str,
        world: usize,
        wording: usize,
        of: &World,
    ) -> Labelled {
        let raw = self.raw(situation, of.number * 10 + wording);
        Labelled {
            situation,
            world,
            raw,
            received_at: self.received_at,
            mailbox: self.mailbox,
            seen: self.seen,
            label: self.label,
            late: self.late,
        }
    }

    fn raw(&self, situation: &str, number: usize) -> Vec<u8> {
        let date = self.received_at.strftime("%a, %d %b %Y %H:%M:%S +0000");
        let bare = self
            .from
            .rsplit_once('<')
            .map_or(self.from.as_str(), |(_, at)| at.trim_end_matches('>'));
        let bare = if self.null_sender { "" } else { bare };
        let mut head = format!(
            "Return-Path: <{bare}>\r\nReceived: from mx.example (mx.example [192.0.2.7]) by mail.berau.example; {date}\r\n\
             Message-ID: <{}.{number}@program.example>\r\nDate: {date}\r\nFrom: {}\r\nTo: {}\r\n",
            situation.replace(' ', "."),
            encoded_name(&self.from),
            self.to
        );
        for (field, value) in [("Cc", &self.cc), ("Reply-To", &self.reply_to)] {
            if let Some(value) = value {
                head += &format!("{field}: {value}\r\n");
            }
        }
        if !self.subject.is_empty() {
            head += &format!("Subject: {}\r\n", encoded(&self.subject));
        }
        if let Some(answered) = self.answers.last() {
            head += &format!(
                "In-Reply-To: {answered}\r\nReferences: {}\r\n",
                self.answers.join(" ")
            );
        }
        for field in &self.head {
            head += &format!("{field}\r\n");
        }
        head += "MIME-Version: 1.0\r\n";
        let form = if self.html { "html" } else { "plain" };
        let text = format!(
            "Content-Type: text/{form}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            in_lines(self.text.as_bytes())
        );
        if self.files.is_empty() && self.enclosed.is_none() {
            return (head + &text).into_bytes();
        }
        let mut body = format!("--grenze\r\n{text}");
        for (at, name) in self.files.iter().enumerate() {
            let content = format!(
                "%PDF-1.4 {situation} {number} {at} {name}\n{}",
                "x".repeat(12_000)
            );
            body += &format!(
                "--grenze\r\nContent-Type: application/octet-stream; name=\"{0}\"\r\nContent-Disposition: attachment; filename=\"{0}\"\r\n\
                 Content-Transfer-Encoding: base64\r\n\r\n{1}\r\n",
                encoded(name),
                in_lines(content.as_bytes())
            );
        }
        if let Some(mail) = &self.enclosed {
            body += &format!(
                "--grenze\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n{mail}\r\n"
            );
        }
        format!("{head}Content-Type: multipart/mixed; boundary=grenze\r\n\r\n{body}--grenze--\r\n")
            .into_bytes()
    }
}

fn encoded(text: &str) -> String {
    match text.is_ascii() {
        true => text.to_owned(),
        false => format!("=?utf-8?B?{}?=", BASE64.encode(text.as_bytes())),
    }
}

fn encoded_name(from: &str) -> String {
    match from.split_once(" <") {
        Some((name, at)) => format!("\"{name}\" <{at}"),
        None => from.to_owned(),
    }
}

fn in_lines(content: &[u8]) -> String {
    let lines: Vec<String> = content.chunks(57).map(|line| BASE64.encode(line)).collect();
    lines.join("\r\n")
}

/// The text of our invitation, as far as it matters here.
pub fn invitation(world: &World, session: &Session, with_reference: bool) -> String {
    let bidder = world.bidder(session);
    let tender = world
        .tenders
        .iter()
        .find(|tender| tender.id == session.tender)
        .expect("its tender");
    let reference = match with_reference {
        true => format!(" dengan kode [{}] pada subjek", session.reference),
        false => String::new(),
    };
    format!(
        "Pokja Pemilihan III\n\nHal: Undangan {activity}\nYth. Direktur {name}\n\nDengan hormat,\n\nSehubungan dengan pelaksanaan tender paket {package} (Kode Tender {code}), dengan ini\n\
         kami mengundang Saudara untuk mengikuti {activity} secara daring.\n\nBalas surat elektronik ini dan lampirkan berkasnya{reference}.\n\nDemikian disampaikan, terima kasih.\n\nPokja Pemilihan III",
        activity = session.kind.label(),
        name = bidder.name,
        package = tender.name,
        code = tender.code,
    )
}

/// The new text above an older mail, as six mail programs put it.
fn quoted(text: &str, style: usize, older: &str) -> String {
    let marked = || {
        older
            .lines()
            .map(|line| format!("> {line}"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    match style % 6 {
        0 => format!(
            "{text}\n\nPada tanggal Sen, 23 Nov 2026 pukul 09.12 Pokja III <pokja3@berau.example>\nmenulis:\n\n{}",
            marked()
        ),
        1 => format!(
            "{text}\n\n________________________________\nDari: Pokja III <pokja3@berau.example>\nDikirim: Senin, 23 November 2026 09.12\nKepada: peserta\nPerihal: Undangan\n\n{older}"
        ),
        2 => format!(
            "{text}\n\nDikirim dari iPhone saya\n\n> Pada 23 Nov 2026, pukul 09.12, Pokja III <pokja3@berau.example> menulis:\n> \n{}",
            marked()
        ),
        3 => format!(
            "{text}\n\nTerkirim dari HP Samsung saya\n\n-------- Pesan asli --------\nDari: Pokja III <pokja3@berau.example>\nTanggal: 23/11/26 09.12 (GMT+08:00)\nKe: peserta\nJudul: Undangan\n\n{older}"
        ),
        4 => format!(
            "{text}\n\nOn Mon, Nov 23, 2026 at 9:12 AM Pokja III <pokja3@berau.example> wrote:\n\n{}",
            marked()
        ),
        _ => format!(
            "{text}\n\n---------- Pesan terusan ---------\nDari: Pokja III <pokja3@berau.example>\nDate: Sen, 23 Nov 2026 pukul 09.12\nSubject: Undangan\nTo: <peserta@x.example>\n\n{older}"
        ),
    }
}

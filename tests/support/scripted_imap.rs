//! An IMAP server inside the test, exact to the octet: honest by itself, and at any command it does what the test says.
//!
//! It talks over a pipe in memory, so that a test on paused time sees hours of pauses and deadlines in milliseconds.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use loket::{
    mailbox::imap::{Dial, ImapError, Octets},
    settings::Server as ServerSettings,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    sync::watch,
};

/// A mail on the server.
#[derive(Clone, Debug, PartialEq)]
pub struct Mail {
    pub uid: u32,
    /// As INTERNALDATE gives it, without quotes.
    pub date: String,
    pub raw: Vec<u8>,
}

impl Mail {
    pub fn new(uid: u32, raw: impl Into<Vec<u8>>) -> Mail {
        Mail {
            uid,
            date: "25-Nov-2026 09:00:00 +0800".to_owned(),
            raw: raw.into(),
        }
    }
}

/// What the server holds.
#[derive(Clone, Debug)]
pub struct Folder {
    pub uid_validity: u32,
    /// Ascending by UID.
    pub mails: Vec<Mail>,
    pub uid_next: Option<u32>,
    pub capabilities: String,
    /// What it says first.
    pub greeting: Vec<u8>,
}

/// What happens instead of the honest answer.
pub enum Reply {
    Honest,
    /// These octets; `{tag}` becomes the command's tag.
    Say(Vec<u8>),
    SayAndClose(Vec<u8>),
    /// These octets, then nothing for ever.
    SayAndHang(Vec<u8>),
}

pub fn say(text: impl AsRef<[u8]>) -> Reply {
    Reply::Say(text.as_ref().to_vec())
}

/// A command as it came.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Counted from 1.
    pub connection: usize,
    pub tag: String,
    /// Without tag and line end.
    pub command: String,
    /// What an honest server would answer.
    pub honest: Vec<u8>,
}

impl Heard {
    pub fn is(&self, prefix: &str) -> bool {
        self.command.starts_with(prefix)
    }

    pub fn fetches_body(&self) -> bool {
        self.command.contains("BODY.PEEK[]")
    }
}

type Behaviour = Box<dyn FnMut(&Heard) -> Reply + Send>;

struct Shared {
    folder: Mutex<Folder>,
    behaviour: Mutex<Behaviour>,
    /// Octets after which the n-th connection is closed.
    cuts: Mutex<BTreeMap<usize, usize>>,
    sent: Mutex<BTreeMap<usize, usize>>,
    connections: Mutex<usize>,
    lines: Mutex<Vec<(usize, String)>>,
    /// Rises when something should be pushed into a waiting IDLE.
    push: watch::Sender<Vec<u8>>,
    tls: Mutex<Option<Arc<rustls::ServerConfig>>>,
    start_tls: Mutex<Option<StartTls>>,
}

/// How STARTTLS goes.
#[derive(Clone)]
pub struct StartTls {
    pub config: Arc<rustls::ServerConfig>,
    /// In clear, right behind the OK: what an attacker in between would add.
    pub injected: Vec<u8>,
}

#[derive(Clone)]
pub struct Server(Arc<Shared>);

impl Server {
    pub fn holding(mails: Vec<Mail>) -> Server {
        let folder = Folder {
            uid_validity: 1_763_000_000,
            uid_next: mails.last().map(|mail| mail.uid + 1).or(Some(1)),
            mails,
            capabilities: "IMAP4rev1 IDLE ID".to_owned(),
            greeting: b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n".to_vec(),
        };
        Server(Arc::new(Shared {
            folder: Mutex::new(folder),
            behaviour: Mutex::new(Box::new(|_| Reply::Honest)),
            cuts: Mutex::default(),
            sent: Mutex::default(),
            connections: Mutex::default(),
            lines: Mutex::default(),
            push: watch::Sender::new(Vec::new()),
            tls: Mutex::default(),
            start_tls: Mutex::default(),
        }))
    }

    pub fn behave(self, behaviour: impl FnMut(&Heard) -> Reply + Send + 'static) -> Server {
        *self.0.behaviour.lock().unwrap() = Box::new(behaviour);
        self
    }

    pub fn with_tls(self, config: Arc<rustls::ServerConfig>) -> Server {
        *self.0.tls.lock().unwrap() = Some(config);
        self
    }

    pub fn with_start_tls(self, start_tls: StartTls) -> Server {
        *self.0.start_tls.lock().unwrap() = Some(start_tls);
        self
    }

    /// Closes the n-th connection after so many octets.
    pub fn cut(&self, connection: usize, octets: usize) {
        self.0.cuts.lock().unwrap().insert(connection, octets);
    }

    pub fn change(&self, change: impl FnOnce(&mut Folder)) {
        change(&mut self.0.folder.lock().unwrap());
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.0.folder.lock().unwrap().mails.clone()
    }

    /// Adds a mail, silently.
    pub fn deliver(&self, raw: impl Into<Vec<u8>>) -> u32 {
        let mut folder = self.0.folder.lock().unwrap();
        let uid = folder.mails.last().map_or(1, |mail| mail.uid + 1);
        folder.mails.push(Mail::new(uid, raw));
        folder.uid_next = Some(uid + 1);
        uid
    }

    /// Says so in every IDLE.
    pub fn push(&self, octets: impl Into<Vec<u8>>) {
        self.0.push.send_replace(octets.into());
    }

    pub fn deliver_and_push(&self, raw: impl Into<Vec<u8>>) -> u32 {
        let uid = self.deliver(raw);
        let exists = self.mails().len();
        self.push(format!("* {exists} EXISTS\r\n"));
        uid
    }

    /// Octets sent over the n-th connection so far.
    pub fn sent(&self, connection: usize) -> usize {
        let sent = self.0.sent.lock().unwrap();
        sent.get(&connection).copied().unwrap_or(0)
    }

    pub fn connections(&self) -> usize {
        *self.0.connections.lock().unwrap()
    }

    /// Every line that the client wrote, without tags.
    pub fn lines(&self) -> Vec<String> {
        let lines = self.0.lines.lock().unwrap();
        lines.iter().map(|(_, line)| line.clone()).collect()
    }

    pub fn count(&self, prefix: &str) -> usize {
        self.lines()
            .iter()
            .filter(|line| line.starts_with(prefix))
            .count()
    }

    /// P4: what was written can change nothing in a mailbox.
    pub fn assert_only_read(&self) {
        for line in self.lines() {
            assert!(only_reads(&line), "the client wrote {line:?}");
        }
    }

    pub fn dial(&self) -> Dial {
        let server = self.clone();
        Arc::new(move |_: ServerSettings| {
            let (near, far) = tokio::io::duplex(64 * 1024);
            let number = {
                let mut connections = server.0.connections.lock().unwrap();
                *connections += 1;
                *connections
            };
            let server = server.clone();
            tokio::spawn(async move {
                let tls = server.0.tls.lock().unwrap().clone();
                match tls {
                    None => server.serve(number, far).await,
                    Some(config) => {
                        let acceptor = tokio_rustls::TlsAcceptor::from(config);
                        if let Ok(stream) = acceptor.accept(far).await {
                            server.serve(number, stream).await;
                        }
                    }
                }
            });
            Box::pin(async move {
                let octets: Box<dyn Octets> = Box::new(near);
                Ok::<_, ImapError>(octets)
            })
        })
    }

    async fn serve(
        &self,
        number: usize,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) {
        let mut line = Wire::new(self, number, stream);
        let greeting = self.0.folder.lock().unwrap().greeting.clone();
        let start_tls = self.0.start_tls.lock().unwrap().clone();
        if line.send(&greeting).await.is_none() {
            return;
        }
        let Some(start_tls) = start_tls else {
            line.talk().await;
            return;
        };
        let Some(command) = line.read().await else {
            return;
        };
        let (tag, command) = command.split_once(' ').unwrap_or_default();
        assert_eq!(command, "STARTTLS", "before TLS nothing else is said");
        let mut answer = format!("{tag} OK begin\r\n").into_bytes();
        answer.extend(&start_tls.injected);
        if line.send(&answer).await.is_none() {
            return;
        }
        let acceptor = tokio_rustls::TlsAcceptor::from(start_tls.config);
        if let Ok(stream) = acceptor.accept(line.stream.into_inner()).await {
            Wire::new(self, number, stream).talk().await;
        }
    }
}

struct Wire<S> {
    server: Server,
    number: usize,
    stream: BufReader<S>,
    /// What was pushed since the connection began and has not been said.
    push: watch::Receiver<Vec<u8>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Wire<S> {
    fn new(server: &Server, number: usize, stream: S) -> Wire<S> {
        Wire {
            server: server.clone(),
            number,
            stream: BufReader::new(stream),
            push: server.0.push.subscribe(),
        }
    }

    /// `None`: the connection is over.
    async fn talk(&mut self) -> Option<()> {
        loop {
            let line = self.read().await?;
            let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
            let (tag, command) = (tag.to_owned(), command.to_owned());
            let honest = self.server.honest(&tag, &command);
            let heard = Heard {
                connection: self.number,
                tag: tag.clone(),
                command: command.clone(),
                honest: honest.clone(),
            };
            let reply = (self.server.0.behaviour.lock().unwrap())(&heard);
            match reply {
                Reply::Honest if command == "IDLE" => self.idle(&tag).await?,
                Reply::Honest if command.starts_with("AUTHENTICATE") => {
                    if command.split(' ').count() < 3 {
                        self.send(b"+ \r\n").await?;
                        self.read().await?;
                    }
                    self.send(&honest).await?;
                }
                Reply::Honest => self.send(&honest).await?,
                Reply::Say(octets) => self.send(&tagged(octets, &tag)).await?,
                Reply::SayAndClose(octets) => {
                    self.send(&tagged(octets, &tag)).await?;
                    return None;
                }
                Reply::SayAndHang(octets) => {
                    self.send(&tagged(octets, &tag)).await?;
                    // Until the client goes away.
                    let mut rest = Vec::new();
                    let _ = self.stream.read_to_end(&mut rest).await;
                    return None;
                }
            }
            if command == "LOGOUT" {
                return None;
            }
        }
    }

    async fn idle(&mut self, tag: &str) -> Option<()> {
        let mut push = self.push.clone();
        self.send(b"+ idling\r\n").await?;
        loop {
            tokio::select! {
                line = self.read() => {
                    assert_eq!(line?, "DONE", "in IDLE only DONE is said");
                    return self.send(format!("{tag} OK done\r\n").as_bytes()).await;
                }
                changed = push.changed() => {
                    changed.ok()?;
                    let octets = push.borrow_and_update().clone();
                    self.push.mark_unchanged();
                    self.send(&octets).await?;
                    if octets.starts_with(b"* BYE") {
                        return None;
                    }
                }
            }
        }
    }

    async fn read(&mut self) -> Option<String> {
        let mut line = Vec::new();
        // Cancelled in IDLE only before its first octet: DONE comes in one piece.
        self.stream.read_until(b'\n', &mut line).await.ok()?;
        let line = String::from_utf8_lossy(line.strip_suffix(b"\r\n")?).into_owned();
        let untagged = match line.split_once(' ') {
            Some((tag, rest)) if tag.starts_with(['L', 'T']) && tag.len() <= 6 => rest.to_owned(),
            _ => line.clone(),
        };
        let mut lines = self.server.0.lines.lock().unwrap();
        lines.push((self.number, untagged));
        Some(line)
    }

    /// Up to the cut.
    async fn send(&mut self, octets: &[u8]) -> Option<()> {
        let shared = &self.server.0;
        let before = self.server.sent(self.number);
        let cut = shared.cuts.lock().unwrap().get(&self.number).copied();
        let room = cut.map_or(usize::MAX, |cut| cut - before).min(octets.len());
        self.stream.write_all(&octets[..room]).await.ok()?;
        self.stream.flush().await.ok()?;
        *shared.sent.lock().unwrap().entry(self.number).or_default() += room;
        (room == octets.len()).then_some(())
    }
}

fn tagged(octets: Vec<u8>, tag: &str) -> Vec<u8> {
    let Some(at) = octets.windows(5).position(|window| window == b"{tag}") else {
        return octets;
    };
    [&octets[..at], tag.as_bytes(), &octets[at + 5..]].concat()
}

impl Server {
    fn honest(&self, tag: &str, command: &str) -> Vec<u8> {
        let folder = self.0.folder.lock().unwrap();
        let ok = format!("{tag} OK done\r\n").into_bytes();
        let with = |data: Vec<u8>| [data, ok.clone()].concat();
        let words: Vec<&str> = command.split(' ').collect();
        match words.as_slice() {
            ["CAPABILITY"] => with(format!("* CAPABILITY {}\r\n", folder.capabilities).into()),
            ["ID", ..] => with(b"* ID NIL\r\n".to_vec()),
            ["LIST", ..] => with(
                b"* LIST (\\HasNoChildren) \".\" INBOX\r\n* LIST (\\HasNoChildren \\Junk) \".\" Junk\r\n".to_vec(),
            ),
            ["EXAMINE", ..] => {
                let mut text = format!(
                    "* FLAGS (\\Answered \\Seen)\r\n* OK [PERMANENTFLAGS ()] none\r\n* {} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY {}] valid\r\n",
                    folder.mails.len(),
                    folder.uid_validity
                );
                if let Some(next) = folder.uid_next {
                    let _ = write!(text, "* OK [UIDNEXT {next}] next\r\n");
                }
                format!("{text}{tag} OK [READ-ONLY] done\r\n").into()
            }
            ["UID", "SEARCH", "SINCE", _] => with(search(folder.mails.iter())),
            ["UID", "SEARCH", "UID", set] => {
                with(search(folder.mails.iter().filter(|mail| in_set(&folder, set, mail.uid))))
            }
            ["UID", "FETCH", set, ..] => {
                let items = command.splitn(4, ' ').nth(3).unwrap_or_default();
                let mut data = Vec::new();
                for (at, mail) in folder.mails.iter().enumerate() {
                    if in_set(&folder, set, mail.uid) {
                        data.extend(fetch(at + 1, mail, items));
                    }
                }
                with(data)
            }
            ["GETQUOTAROOT", ..] => with(b"* QUOTAROOT INBOX \"\"\r\n* QUOTA \"\" (STORAGE 10 512)\r\n".to_vec()),
            ["LOGOUT"] => with(b"* BYE logging out\r\n".to_vec()),
            ["LOGIN", ..] | ["AUTHENTICATE", ..] | ["NOOP"] | ["IDLE"] => ok,
            _ => format!("{tag} BAD unknown command\r\n").into(),
        }
    }
}

fn search<'a>(mails: impl Iterator<Item = &'a Mail>) -> Vec<u8> {
    let mut text = "* SEARCH".to_owned();
    for mail in mails {
        let _ = write!(text, " {}", mail.uid);
    }
    text.push_str("\r\n");
    text.into()
}

fn in_set(folder: &Folder, set: &str, uid: u32) -> bool {
    let last = folder.mails.last().map_or(0, |mail| mail.uid);
    let number = |text: &str| match text {
        "*" => last,
        text => text.parse().expect("a number"),
    };
    set.split(',').any(|run| {
        let (from, to) = run.split_once(':').unwrap_or((run, run));
        let (from, to) = (number(from), number(to));
        (from.min(to)..=from.max(to)).contains(&uid)
    })
}

/// One FETCH response, attributes in the order in which they were asked for.
pub fn fetch(sequence: usize, mail: &Mail, items: &str) -> Vec<u8> {
    let mut data = format!("* {sequence} FETCH (").into_bytes();
    let items = items.trim_start_matches('(').trim_end_matches(')');
    for (at, item) in items.split(' ').enumerate() {
        if at > 0 {
            data.push(b' ');
        }
        let header = mail
            .raw
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .map_or(mail.raw.len(), |at| at + 4);
        let literal = |name: String, octets: &[u8]| {
            let mut text = format!("{name} {{{}}}\r\n", octets.len()).into_bytes();
            text.extend(octets);
            text
        };
        match item {
            "UID" => data.extend(format!("UID {}", mail.uid).bytes()),
            "RFC822.SIZE" => data.extend(format!("RFC822.SIZE {}", mail.raw.len()).bytes()),
            "INTERNALDATE" => data.extend(format!("INTERNALDATE \"{}\"", mail.date).bytes()),
            "BODY.PEEK[]" => data.extend(literal("BODY[]".to_owned(), &mail.raw)),
            "BODY.PEEK[HEADER]" => {
                data.extend(literal("BODY[HEADER]".to_owned(), &mail.raw[..header]));
            }
            "BODY.PEEK[TEXT]" => {
                data.extend(literal("BODY[TEXT]".to_owned(), &mail.raw[header..]));
            }
            piece => {
                let range = piece
                    .strip_prefix("BODY.PEEK[]<")
                    .and_then(|rest| rest.strip_suffix('>'))
                    .expect("a piece");
                let (offset, count) = range.split_once('.').expect("offset and count");
                let offset: usize = offset.parse().expect("a number");
                let count: usize = count.parse().expect("a number");
                let from = offset.min(mail.raw.len());
                let to = (offset + count).min(mail.raw.len());
                data.extend(literal(format!("BODY[]<{offset}>"), &mail.raw[from..to]));
            }
        }
    }
    data.extend(b")\r\n");
    data
}

/// The commands of P4, letter by letter.
fn only_reads(line: &str) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    let set = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_digit() || ":,*".contains(c))
    };
    match words.as_slice() {
        ["CAPABILITY"] | ["NOOP"] | ["IDLE"] | ["DONE"] | ["LOGOUT"] | ["STARTTLS"] => true,
        ["ID", ..] | ["LOGIN", _, ..] | ["AUTHENTICATE", _, ..] => true,
        ["LIST", "\"\"", "\"*\""] => true,
        ["EXAMINE" | "GETQUOTAROOT", folder] => folder.starts_with('"') && folder.ends_with('"'),
        ["UID", "SEARCH", "UID", uids] => set(uids),
        ["UID", "SEARCH", "SINCE", _] => true,
        ["UID", "FETCH", uids, items @ ..] => {
            let items = items.join(" ");
            let piece = regex::Regex::new(
                r"^\((UID|UID RFC822\.SIZE INTERNALDATE( BODY\.PEEK\[\](<\d+\.\d+>)?)?|UID BODY\.PEEK\[((HEADER|TEXT)\]|\]<\d+\.\d+>))\)$",
            );
            set(uids) && piece.expect("a pattern").is_match(&items)
        }
        // An answer to a challenge: base64 or nothing.
        [answer] => answer
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+/=".contains(c)),
        _ => false,
    }
}

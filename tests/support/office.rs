//! An office on the test servers: settings and tenders in a folder of its own, the real program run on them.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{DEADLINE, servers::Servers};

/// One `[[mailbox]]` of the settings.
#[derive(Clone, Debug)]
pub struct MailboxLayout {
    pub name: String,
    pub address: String,
    /// RFC 3339; left out: the first start.
    pub since: Option<String>,
    /// Local time; left out: none.
    pub digest: Option<String>,
    pub members: Vec<(String, String)>,
    pub receive: String,
    pub send: String,
    pub also: Vec<String>,
    pub password_file: PathBuf,
    pub ca_file: PathBuf,
}

impl MailboxLayout {
    /// IMAPS and SMTPS, an address of its own.
    pub fn new(servers: &Servers, name: &str) -> MailboxLayout {
        let address = Servers::address(name);
        MailboxLayout {
            name: name.to_owned(),
            receive: servers.imaps_url(&address),
            send: servers.smtps_url(&address),
            address,
            since: None,
            digest: None,
            members: Vec::new(),
            also: Vec::new(),
            password_file: servers.password_file.clone(),
            ca_file: servers.ca.clone(),
        }
    }

    fn toml(&self) -> String {
        let quoted = |text: &str| Value::from(text).to_string();
        let members: Vec<String> = self
            .members
            .iter()
            .map(|(name, email)| {
                format!("{{ name = {}, email = {} }}", quoted(name), quoted(email))
            })
            .collect();
        let also: Vec<String> = self.also.iter().map(|folder| quoted(folder)).collect();
        let since = self.since.as_ref();
        let mut since = since.map_or(String::new(), |since| format!("since = {since}\n"));
        if let Some(digest) = &self.digest {
            since += &format!("digest = \"{digest}\"\n");
        }
        let server = |url: &str| match url.starts_with("maildir:") || url.starts_with("file:") {
            true => String::new(),
            false => format!(
                "password_file = {}\nca_file = {}\n",
                quoted(&self.password_file.display().to_string()),
                quoted(&self.ca_file.display().to_string())
            ),
        };
        format!(
            "\n[[mailbox]]\nname = \"{}\"\ntitle = \"Pokja Pemilihan {}\"\naddress = \"{}\"\nsubaddress = \"+\"\n{since}\
             members = [ {} ]\n\n[mailbox.receive]\nurl = {}\n{}also = [ {} ]\n\n[mailbox.send]\nurl = {}\n{}",
            self.name,
            self.name,
            self.address,
            members.join(", "),
            quoted(&self.receive),
            server(&self.receive),
            also.join(", "),
            quoted(&self.send),
            server(&self.send),
        )
    }
}

/// A folder with settings, and the program.
pub struct OfficeUnderTest {
    pub servers: Servers,
    pub dir: TempDir,
    pub mailboxes: Vec<MailboxLayout>,
    /// `sqlite:…` or `postgres://…`.
    pub database: String,
    /// Seconds.
    pub quiet: u32,
    pub environment: BTreeMap<String, String>,
}

/// How a command ended.
#[derive(Clone, Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    #[track_caller]
    pub fn succeeded(self) -> Ran {
        assert_eq!(self.code, 0, "{}\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub fn ended_with(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// Both outputs.
    pub fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// JSON Lines.
    pub fn objects(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| {
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
            })
            .collect()
    }
}

impl OfficeUnderTest {
    /// One mailbox, SQLite. Change its fields and `save` before the first command.
    pub fn new(servers: &Servers) -> OfficeUnderTest {
        OfficeUnderTest::with(servers, vec![MailboxLayout::new(servers, "pokja-3")])
    }

    pub fn with(servers: &Servers, mailboxes: Vec<MailboxLayout>) -> OfficeUnderTest {
        let office = OfficeUnderTest {
            servers: servers.clone(),
            dir: tempfile::tempdir().unwrap(),
            mailboxes,
            database: "sqlite:loket.db".to_owned(),
            quiet: 120,
            environment: BTreeMap::new(),
        };
        office.save();
        office
    }

    /// Writes the settings as they are now.
    pub fn save(&self) {
        let mut text = format!(
            "[office]\nname = \"UKPBJ Kabupaten Berau\"\ntimezone = \"Asia/Makassar\"\n\n[database]\nurl = \"{}\"\n\n\
             [storage]\nurl = \"file:berkas\"\n\n[receipt]\nquiet = {}\n",
            self.database, self.quiet
        );
        for mailbox in &self.mailboxes {
            text.push_str(&mailbox.toml());
        }
        fs::write(self.path("loket.toml"), text).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The storage's root.
    pub fn berkas(&self) -> PathBuf {
        self.path("berkas")
    }

    /// The papers in the tree, relative to the storage's root; not what the program itself makes beside them.
    pub fn papers(&self) -> Vec<String> {
        let mut papers = files_below(&self.berkas());
        papers.retain(|path| {
            let in_tree = path.starts_with(|c: char| c.is_ascii_digit());
            in_tree && !path.contains("/pratinjau/") && !path.ends_with("/index.html")
        });
        papers
    }

    pub fn address(&self) -> &str {
        &self.mailboxes[0].address
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loket"));
        command
            .arg("--config")
            .arg(self.path("loket.toml"))
            .args(arguments)
            .current_dir(self.dir.path())
            .env_remove("LOKET_LOG")
            .env_remove("NOTIFY_SOCKET")
            .env_remove("JOURNAL_STREAM")
            .env("USER", "sri")
            .env_remove("SUDO_USER")
            .envs(&self.environment)
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().expect("the program runs");
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    #[track_caller]
    pub fn import(&self, tender: &Tender) -> Ran {
        let file = self.path(&format!("{}.toml", tender.code));
        fs::write(&file, tender.toml()).unwrap();
        self.run(&["import", &file.display().to_string()])
            .succeeded()
    }

    #[track_caller]
    pub fn once(&self) -> Ran {
        self.run(&["run", "--once"]).succeeded()
    }

    #[track_caller]
    pub fn once_at(&self, time: &str) -> Ran {
        self.run(&["run", "--once", "--at", time]).succeeded()
    }

    /// `loket list WHAT --json`.
    #[track_caller]
    pub fn list(&self, what: &str) -> Vec<Value> {
        self.run(&["list", what, "--json"]).succeeded().objects()
    }

    /// The one message with this Message-ID.
    #[track_caller]
    pub fn message(&self, message_id: &str) -> Value {
        let messages = self.list("messages");
        let mut found = messages
            .iter()
            .filter(|message| message["message_id"] == message_id);
        let message = found
            .next()
            .unwrap_or_else(|| panic!("no {message_id} in {messages:#?}"));
        assert!(found.next().is_none(), "{message_id} twice");
        message.clone()
    }

    /// Outbox rows of one kind.
    #[track_caller]
    pub fn outbox(&self, kind: &str) -> Vec<Value> {
        let mut rows = self.list("outbox");
        rows.retain(|row| row["kind"] == kind);
        rows
    }

    /// Starts `loket run` and waits until it is ready.
    pub fn daemon(&self) -> Daemon {
        let mut child = self
            .command(&["run"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let (send, lines) = channel();
        let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let also = send.clone();
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = also.send(line);
            }
        });
        let mut daemon = Daemon {
            child: Some(child),
            lines,
            log: Vec::new(),
        };
        daemon.wait_for("loket.ready");
        daemon
    }
}

/// A test that fails tells what the office knew.
impl Drop for OfficeUnderTest {
    fn drop(&mut self) {
        if thread::panicking() {
            for what in ["messages", "outbox"] {
                eprintln!("--- {what}\n{}", self.run(&["list", what, "--json"]).said());
            }
        }
    }
}

/// A running `loket run`; killed when dropped.
pub struct Daemon {
    child: Option<Child>,
    lines: Receiver<String>,
    pub log: Vec<String>,
}

impl Daemon {
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("a running daemon").id()
    }

    /// Reads the log until a line holds these words.
    #[track_caller]
    pub fn wait_for(&mut self, words: &str) {
        let started = Instant::now();
        loop {
            let left = DEADLINE.saturating_sub(started.elapsed());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    self.log.push(line);
                    if self.log.last().is_some_and(|line| line.contains(words)) {
                        return;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    panic!("no {words:?} in the log:\n{}", self.log.join("\n"))
                }
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("it ended before {words:?}:\n{}", self.log.join("\n"))
                }
            }
        }
    }

    /// The most memory it ever had, in KiB.
    pub fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        number.expect("VmHWM")
    }

    /// SIGTERM; how it ended, how long that took, and all that it logged.
    pub fn stop(self) -> (ExitStatus, Duration, String) {
        self.end("TERM")
    }

    pub fn kill(self) -> String {
        self.end("KILL").2
    }

    fn end(mut self, signal: &str) -> (ExitStatus, Duration, String) {
        let mut child = self.child.take().expect("a running daemon");
        let started = Instant::now();
        let sent = Command::new("kill")
            .arg(format!("-{signal}"))
            .arg(child.id().to_string())
            .status()
            .unwrap();
        assert!(sent.success());
        let (send, ended) = channel();
        let pid = child.id();
        thread::spawn(move || send.send(child.wait()));
        let status = match ended.recv_timeout(DEADLINE) {
            Ok(status) => status.unwrap(),
            Err(_) => {
                let _ = Command::new("kill")
                    .args(["-KILL", &pid.to_string()])
                    .status();
                panic!("it did not end:\n{}", self.log.join("\n"));
            }
        };
        let took = started.elapsed();
        let mut log = std::mem::take(&mut self.log);
        log.extend(self.lines.iter());
        (status, took, log.join("\n"))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A tender file.
#[derive(Clone, Debug)]
pub struct Tender {
    pub code: String,
    pub name: String,
    pub mailbox: String,
    pub bidders: Vec<Bidder>,
    pub sessions: Vec<Session>,
}

#[derive(Clone, Debug)]
pub struct Bidder {
    pub name: String,
    pub emails: Vec<String>,
    /// Further lines as they stand in the file.
    pub more: String,
}

#[derive(Clone, Debug)]
pub struct Session {
    pub kind: String,
    pub starts: String,
    pub ends: String,
    pub due: String,
    pub documents: Vec<String>,
    /// Further lines as they stand in the file.
    pub more: String,
}

impl Bidder {
    pub fn new(name: &str, email: &str) -> Bidder {
        Bidder {
            name: name.to_owned(),
            emails: vec![email.to_owned()],
            more: String::new(),
        }
    }
}

impl Session {
    /// On 25 November 2025, 09.00 to 11.00 WITA, papers until 16.00; open since the day before.
    pub fn on_the_day(kind: &str, documents: &[&str]) -> Session {
        Session {
            kind: kind.to_owned(),
            starts: "2025-11-25T09:00:00+08:00".to_owned(),
            ends: "2025-11-25T11:00:00+08:00".to_owned(),
            due: "2025-11-25T16:00:00+08:00".to_owned(),
            documents: documents.iter().map(|&word| word.to_owned()).collect(),
            more: String::new(),
        }
    }

    /// Now: began an hour ago, papers until tomorrow.
    pub fn now(kind: &str, documents: &[&str]) -> Session {
        let at = |hours: i64| {
            let time = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours);
            time.strftime("%Y-%m-%dT%H:%M:00Z").to_string()
        };
        Session {
            starts: at(-1),
            ends: at(3),
            due: at(24),
            ..Session::on_the_day(kind, documents)
        }
    }
}

impl Tender {
    pub fn new(bidders: Vec<Bidder>, sessions: Vec<Session>) -> Tender {
        Tender {
            code: "8231345".to_owned(),
            name: "Pembangunan Jembatan Sei Lanuk".to_owned(),
            mailbox: "pokja-3".to_owned(),
            bidders,
            sessions,
        }
    }

    pub fn toml(&self) -> String {
        let quoted = |text: &str| Value::from(text).to_string();
        let list = |texts: &[String]| Value::from(texts.to_vec()).to_string();
        let mut text = format!(
            "[tender]\ncode = {}\nname = {}\nmailbox = {}\nkind = \"konstruksi\"\n",
            quoted(&self.code),
            quoted(&self.name),
            quoted(&self.mailbox)
        );
        for bidder in &self.bidders {
            text.push_str(&format!(
                "\n[[bidder]]\nname = {}\nemails = {}\n{}\n",
                quoted(&bidder.name),
                list(&bidder.emails),
                bidder.more
            ));
        }
        for session in &self.sessions {
            text.push_str(&format!(
                "\n[[session]]\nkind = {}\nstarts = {}\nends = {}\ndue = {}\ndocuments = {}\n{}\n",
                quoted(&session.kind),
                session.starts,
                session.ends,
                session.due,
                list(&session.documents),
                session.more
            ));
        }
        text
    }
}

/// Every file below a folder, relative, sorted.
pub fn files_below(root: &Path) -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(root).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}

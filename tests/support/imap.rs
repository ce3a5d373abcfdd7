//! A small IMAP client for tests: what a person's mail program does to a mailbox, and what it sees there.
//! On purpose none of the program's own code.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use super::{DEADLINE, Wire};

/// A signed-in connection to one mailbox.
pub struct Mailbox {
    wire: Wire,
    tag: u32,
}

/// What a folder looks like: equal before and after when nobody but a reader was there (P4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub uid_validity: u32,
    /// The flags of each UID, sorted; `\Recent` left out, which every session changes.
    pub flags: BTreeMap<u32, BTreeSet<String>>,
}

/// One mail of a folder.
#[derive(Clone, Debug)]
pub struct Mail {
    pub uid: u32,
    pub raw: Vec<u8>,
}

impl Mail {
    /// The octets as text, whatever their charset.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    /// The first header field of this name, unfolded, not decoded.
    pub fn header(&self, name: &str) -> Option<String> {
        let text = self.text().replace("\r\n", "\n");
        let header = text
            .split("\n\n")
            .next()?
            .replace("\n ", " ")
            .replace("\n\t", " ");
        header.lines().find_map(|line| {
            let (field, value) = line.split_once(':')?;
            (field.eq_ignore_ascii_case(name)).then(|| value.trim().to_owned())
        })
    }
}

/// One response: its text, with every literal cut out and kept aside.
struct Response {
    text: String,
    literals: Vec<Vec<u8>>,
}

impl Mailbox {
    pub fn sign_in(port: u16, user: &str, password: &str) -> Mailbox {
        let mut mailbox = Mailbox {
            wire: Wire::connect(port),
            tag: 0,
        };
        let greeting = mailbox.wire.line();
        assert!(greeting.starts_with("* OK"), "{greeting}");
        mailbox.ok(&format!("LOGIN \"{user}\" \"{password}\""));
        mailbox
    }

    /// Puts a mail into a folder, as it is. `arrived` is an INTERNALDATE such as `25-Nov-2026 09:30:00 +0800`; left
    /// out: now. Returns its UID.
    pub fn append(&mut self, folder: &str, arrived: Option<&str>, raw: &[u8]) -> u32 {
        let arrived = arrived
            .map(|date| format!("\"{date}\" "))
            .unwrap_or_default();
        let tag = self.next_tag();
        let length = raw.len();
        self.wire
            .send(format!("{tag} APPEND \"{folder}\" {arrived}{{{length}+}}\r\n").as_bytes());
        self.wire.send(raw);
        self.wire.send(b"\r\n");
        let (_, end) = self.until(&tag);
        let uid = end.split_once("APPENDUID ").and_then(|(_, rest)| {
            let uid = rest.split(']').next()?.split(' ').nth(1)?;
            uid.parse().ok()
        });
        uid.unwrap_or_else(|| panic!("APPEND failed: {end}"))
    }

    /// Every mail of a folder, read without leaving a trace.
    pub fn mails(&mut self, folder: &str) -> Vec<Mail> {
        self.examine(folder);
        let fetched = self.ok("UID FETCH 1:* (UID BODY.PEEK[])");
        let mails = fetched.into_iter().filter_map(|response| {
            let raw = response.literals.into_iter().next()?;
            let uid = number_after(&response.text, "UID ")?;
            Some(Mail { uid, raw })
        });
        mails.collect()
    }

    /// Waits, without polling, until a folder holds at least so many mails, and reads them all.
    pub fn wait_for(&mut self, folder: &str, count: usize) -> Vec<Mail> {
        let started = Instant::now();
        let mut exists = self.examine(folder);
        while exists < count {
            assert!(
                started.elapsed() < DEADLINE,
                "{exists} mails in {folder} after {DEADLINE:?}, expected {count}"
            );
            let tag = self.next_tag();
            self.wire.send(format!("{tag} IDLE\r\n").as_bytes());
            // "Still here" every two minutes is longer than the read deadline, which fails the test.
            loop {
                let line = self.wire.line();
                if let Some(now) = line.strip_suffix(" EXISTS") {
                    exists = now.trim_start_matches("* ").parse().unwrap();
                    break;
                }
            }
            self.wire.send(b"DONE\r\n");
            let (responses, _) = self.until(&tag);
            exists = last_exists(&responses).unwrap_or(exists);
        }
        self.mails(folder)
    }

    pub fn snapshot(&mut self, folder: &str) -> Snapshot {
        let opened = self.ok(&format!("EXAMINE \"{folder}\""));
        let validity = opened
            .iter()
            .find_map(|response| number_after(&response.text, "UIDVALIDITY "));
        let fetched = self.ok("UID FETCH 1:* (UID FLAGS)");
        let flags = fetched.iter().filter_map(|response| {
            let uid = number_after(&response.text, "UID ")?;
            let list = response.text.split_once("FLAGS (")?.1.split(')').next()?;
            let flags = list.split_whitespace().filter(|&flag| flag != "\\Recent");
            Some((uid, flags.map(str::to_owned).collect()))
        });
        Snapshot {
            uid_validity: validity.expect("UIDVALIDITY"),
            flags: flags.collect(),
        }
    }

    /// Marks as a person's mail program does: `mark("INBOX", 3, "\\Seen")`.
    pub fn mark(&mut self, folder: &str, uid: u32, flag: &str) {
        self.ok(&format!("SELECT \"{folder}\""));
        self.ok(&format!("UID STORE {uid} +FLAGS ({flag})"));
    }

    /// Removes a mail for good.
    pub fn expunge(&mut self, folder: &str, uid: u32) {
        self.mark(folder, uid, "\\Deleted");
        self.ok(&format!("UID EXPUNGE {uid}"));
    }

    /// Moves a mail to another folder, making that when it is not there.
    pub fn move_to(&mut self, folder: &str, uid: u32, target: &str) {
        let _ = self.command(&format!("CREATE \"{target}\""));
        self.ok(&format!("SELECT \"{folder}\""));
        self.ok(&format!("UID MOVE {uid} \"{target}\""));
    }

    /// Opens a folder for reading only; how many mails it holds.
    pub fn examine(&mut self, folder: &str) -> usize {
        let responses = self.ok(&format!("EXAMINE \"{folder}\""));
        last_exists(&responses).expect("EXISTS")
    }

    fn ok(&mut self, command: &str) -> Vec<Response> {
        self.command(command)
            .unwrap_or_else(|refusal| panic!("{command}: {refusal}"))
    }

    fn command(&mut self, command: &str) -> Result<Vec<Response>, String> {
        let tag = self.next_tag();
        self.wire.send(format!("{tag} {command}\r\n").as_bytes());
        match self.until(&tag) {
            (responses, end) if end.starts_with("OK") => Ok(responses),
            (_, end) => Err(end),
        }
    }

    fn next_tag(&mut self) -> String {
        self.tag += 1;
        format!("T{}", self.tag)
    }

    /// All responses up to the tagged one, and the text of that.
    fn until(&mut self, tag: &str) -> (Vec<Response>, String) {
        let mut responses = Vec::new();
        loop {
            let response = self.response();
            let tagged = response.text.strip_prefix(tag);
            match tagged.and_then(|rest| rest.strip_prefix(' ')) {
                Some(end) => return (responses, end.to_owned()),
                None => responses.push(response),
            }
        }
    }

    fn response(&mut self) -> Response {
        let mut text = String::new();
        let mut literals = Vec::new();
        loop {
            let line = self.wire.line();
            let literal = line.strip_suffix('}').and_then(|rest| {
                let (before, count) = rest.rsplit_once('{')?;
                Some((before.to_owned(), count.parse::<usize>().ok()?))
            });
            match literal {
                Some((before, count)) => {
                    text.push_str(&before);
                    literals.push(self.wire.bytes(count));
                }
                None => {
                    text.push_str(&line);
                    return Response { text, literals };
                }
            }
        }
    }
}

fn last_exists(responses: &[Response]) -> Option<usize> {
    responses.iter().rev().find_map(|response| {
        let count = response.text.strip_prefix("* ")?.strip_suffix(" EXISTS")?;
        count.parse().ok()
    })
}

/// The number that follows a word: `UID ` in `* 1 FETCH (UID 7 FLAGS ())`.
fn number_after(text: &str, word: &str) -> Option<u32> {
    let rest = text.split_once(word)?.1;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

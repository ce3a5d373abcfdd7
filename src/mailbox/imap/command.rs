//! Everything we can say to a server: no other command can be written, so the mailbox is only read (P4).

use std::{fmt::Write as _, ops::RangeInclusive};

use data_encoding::BASE64;
use jiff::civil::Date;

use super::error::ImapError;

/// One command. Into the text go only integers, quoted settings and constants (R25).
#[derive(Clone)]
pub enum Command<'a> {
    Capability,
    Id,
    Login {
        user: &'a str,
        password: &'a str,
    },
    /// With the initial response where the server takes one (RFC 4959).
    Authenticate {
        mechanism: Mechanism,
        initial: Option<&'a str>,
    },
    List,
    /// Never SELECT: EXAMINE cannot change a flag (R3).
    Examine(&'a str),
    /// UIDs in a range; the end `None` is `*`.
    Search {
        from: u32,
        to: Option<u32>,
    },
    SearchSince(Date),
    /// The same by FETCH, for servers whose SEARCH fails.
    FetchUids {
        from: u32,
        to: Option<u32>,
    },
    FetchSizes(&'a UidSet),
    FetchMails(&'a UidSet),
    FetchPiece {
        uid: u32,
        offset: u64,
        octets: u32,
        /// Without size and date.
        bare: bool,
    },
    FetchHeader(u32),
    FetchText(u32),
    Noop,
    Idle,
    GetQuotaRoot(&'a str),
    Logout,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    Plain,
    Xoauth2,
}

impl Command<'_> {
    /// The word that errors and deadlines name.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Capability => "CAPABILITY",
            Command::Id => "ID",
            Command::Login { .. } => "LOGIN",
            Command::Authenticate { .. } => "AUTHENTICATE",
            Command::List => "LIST",
            Command::Examine(_) => "EXAMINE",
            Command::Search { .. } | Command::SearchSince(_) => "UID SEARCH",
            Command::FetchUids { .. }
            | Command::FetchSizes(_)
            | Command::FetchMails(_)
            | Command::FetchPiece { .. }
            | Command::FetchHeader(_)
            | Command::FetchText(_) => "UID FETCH",
            Command::Noop => "NOOP",
            Command::Idle => "IDLE",
            Command::GetQuotaRoot(_) => "GETQUOTAROOT",
            Command::Logout => "LOGOUT",
        }
    }

    /// The command without tag and line end.
    pub fn text(&self) -> Result<String, ImapError> {
        Ok(match self {
            Command::Capability => "CAPABILITY".to_owned(),
            Command::Id => {
                format!(
                    "ID (\"name\" \"loket\" \"version\" \"{}\")",
                    env!("CARGO_PKG_VERSION")
                )
            }
            Command::Login { user, password } => format!(
                "LOGIN {} {}",
                quoted("the user name", user)?,
                quoted("the password", password)?
            ),
            Command::Authenticate { mechanism, initial } => {
                let mut text = format!("AUTHENTICATE {}", mechanism.word());
                if let Some(initial) = initial {
                    let _ = write!(text, " {}", BASE64.encode(initial.as_bytes()));
                }
                text
            }
            Command::List => "LIST \"\" \"*\"".to_owned(),
            Command::Examine(folder) => format!("EXAMINE {}", folder_name(folder)?),
            Command::Search { from, to } => format!("UID SEARCH UID {}", range(*from, *to)),
            Command::SearchSince(date) => format!("UID SEARCH SINCE {}", search_date(*date)),
            Command::FetchUids { from, to } => format!("UID FETCH {} (UID)", range(*from, *to)),
            Command::FetchSizes(uids) => {
                format!("UID FETCH {uids} (UID RFC822.SIZE INTERNALDATE)")
            }
            Command::FetchMails(uids) => {
                format!("UID FETCH {uids} (UID RFC822.SIZE INTERNALDATE BODY.PEEK[])")
            }
            Command::FetchPiece {
                uid,
                offset,
                octets,
                bare,
            } => {
                let facts = if *bare {
                    "UID"
                } else {
                    "UID RFC822.SIZE INTERNALDATE"
                };
                format!("UID FETCH {uid} ({facts} BODY.PEEK[]<{offset}.{octets}>)")
            }
            Command::FetchHeader(uid) => format!("UID FETCH {uid} (UID BODY.PEEK[HEADER])"),
            Command::FetchText(uid) => format!("UID FETCH {uid} (UID BODY.PEEK[TEXT])"),
            Command::Noop => "NOOP".to_owned(),
            Command::Idle => "IDLE".to_owned(),
            Command::GetQuotaRoot(folder) => format!("GETQUOTAROOT {}", folder_name(folder)?),
            Command::Logout => "LOGOUT".to_owned(),
        })
    }
}

impl Mechanism {
    fn word(self) -> &'static str {
        match self {
            Mechanism::Plain => "PLAIN",
            Mechanism::Xoauth2 => "XOAUTH2",
        }
    }
}

fn range(from: u32, to: Option<u32>) -> String {
    match to {
        Some(to) => format!("{from}:{to}"),
        None => format!("{from}:*"),
    }
}

fn quoted(what: &'static str, text: &str) -> Result<String, ImapError> {
    if text.contains(['\r', '\n', '\0']) {
        return Err(ImapError::Unsendable { what });
    }
    Ok(format!(
        "\"{}\"",
        text.replace('\\', "\\\\").replace('"', "\\\"")
    ))
}

fn folder_name(folder: &str) -> Result<String, ImapError> {
    quoted("the folder name", &sent_folder_name(folder))
}

/// A name in plain ASCII goes out as LIST gives it (R4); any other in modified UTF-7 (RFC 3501 section 5.1.3).
pub(super) fn sent_folder_name(folder: &str) -> String {
    if folder.is_ascii() {
        folder.to_owned()
    } else {
        modified_utf7(folder)
    }
}

fn modified_utf7(name: &str) -> String {
    let mut text = String::new();
    let mut shifted: Vec<u8> = Vec::new();
    let close = |shifted: &mut Vec<u8>, text: &mut String| {
        if !shifted.is_empty() {
            let base64 = data_encoding::BASE64_NOPAD.encode(shifted);
            text.push('&');
            text.push_str(&base64.replace('/', ","));
            text.push('-');
            shifted.clear();
        }
    };
    for c in name.chars() {
        match c {
            '&' => {
                close(&mut shifted, &mut text);
                text.push_str("&-");
            }
            ' '..='~' => {
                close(&mut shifted, &mut text);
                text.push(c);
            }
            _ => {
                let mut units = [0u16; 2];
                for unit in c.encode_utf16(&mut units) {
                    shifted.extend(unit.to_be_bytes());
                }
            }
        }
    }
    close(&mut shifted, &mut text);
    text
}

fn search_date(date: Date) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = usize::try_from(date.month() - 1)
        .ok()
        .and_then(|m| MONTHS.get(m))
        .unwrap_or(&"Jan");
    format!("{}-{month}-{:04}", date.day(), date.year())
}

/// UIDs as a sequence set, runs of neighbours drawn together; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UidSet {
    runs: Vec<RangeInclusive<u32>>,
}

impl UidSet {
    /// Of ascending UIDs; `None` when there are none.
    pub fn of(uids: impl IntoIterator<Item = u32>) -> Option<UidSet> {
        let mut runs: Vec<RangeInclusive<u32>> = Vec::new();
        for uid in uids {
            match runs.last_mut() {
                Some(run) if run.end().checked_add(1) == Some(uid) => *run = *run.start()..=uid,
                _ => runs.push(uid..=uid),
            }
        }
        (!runs.is_empty()).then_some(UidSet { runs })
    }
}

impl std::fmt::Display for UidSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, run) in self.runs.iter().enumerate() {
            if at > 0 {
                f.write_char(',')?;
            }
            if run.start() == run.end() {
                write!(f, "{}", run.start())?;
            } else {
                write!(f, "{}:{}", run.start(), run.end())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn commands_read_as_the_protocol_wants_them() {
        let set = UidSet::of([1, 2, 3, 7, 9, 10]).expect("not empty");
        let table = [
            (
                Command::Search {
                    from: 4,
                    to: Some(9),
                },
                "UID SEARCH UID 4:9",
            ),
            (Command::Search { from: 4, to: None }, "UID SEARCH UID 4:*"),
            (
                Command::SearchSince(jiff::civil::date(2026, 11, 5)),
                "UID SEARCH SINCE 5-Nov-2026",
            ),
            (
                Command::FetchSizes(&set),
                "UID FETCH 1:3,7,9:10 (UID RFC822.SIZE INTERNALDATE)",
            ),
            (
                Command::FetchPiece {
                    uid: 7,
                    offset: 262_144,
                    octets: 262_144,
                    bare: false,
                },
                "UID FETCH 7 (UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<262144.262144>)",
            ),
            (
                Command::Examine("Kotak \"Masuk\""),
                "EXAMINE \"Kotak \\\"Masuk\\\"\"",
            ),
            (
                Command::Examine("~peter/台北"),
                "EXAMINE \"~peter/&U,BTFw-\"",
            ),
            (
                Command::Login {
                    user: "pokja3@berau.test",
                    password: "a\"b\\c d",
                },
                "LOGIN \"pokja3@berau.test\" \"a\\\"b\\\\c d\"",
            ),
        ];
        for (command, text) in table {
            assert_eq!(command.text().expect("sendable"), text);
        }
    }

    #[test]
    fn a_setting_with_a_line_break_never_reaches_the_wire() {
        for bad in ["a\r\nA2 DELETE INBOX", "a\nb", "a\0b"] {
            assert!(Command::Examine(bad).text().is_err());
            assert!(
                Command::Login {
                    user: bad,
                    password: "x"
                }
                .text()
                .is_err()
            );
            assert!(
                Command::Login {
                    user: "x",
                    password: bad
                }
                .text()
                .is_err()
            );
            assert!(Command::GetQuotaRoot(bad).text().is_err());
        }
    }

    proptest! {
        #[test]
        fn no_text_of_ours_breaks_a_line(folder in "\\PC*", user in ".*", password in ".*") {
            for command in [
                Command::Examine(&folder),
                Command::Login { user: &user, password: &password },
                Command::Authenticate { mechanism: Mechanism::Plain, initial: Some(&password) },
            ] {
                if let Ok(text) = command.text() {
                    prop_assert!(!text.contains(['\r', '\n', '\0']));
                }
            }
        }

        #[test]
        fn a_set_names_exactly_its_uids(uids in prop::collection::btree_set(1u32..300, 1..80)) {
            let text = UidSet::of(uids.iter().copied()).expect("not empty").to_string();
            let mut named = Vec::new();
            for run in text.split(',') {
                let (from, to) = run.split_once(':').unwrap_or((run, run));
                named.extend(from.parse::<u32>().expect("a number")..=to.parse().expect("a number"));
            }
            prop_assert_eq!(named, uids.into_iter().collect::<Vec<_>>());
        }
    }
}

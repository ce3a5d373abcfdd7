//! `loket.toml`, typed: checked once at the start, every mistake at once, secrets that cannot be printed.

mod letters;
mod load;
mod mailbox;
mod office;
pub mod secret;
mod server_url;
#[cfg(test)]
mod tests;
mod url;

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::{Timestamp, civil::Time, tz::TimeZone};

use crate::{
    address::EmailAddress, correspondence::templates::OwnTemplate, desk::due::ReminderRules,
    form::Mistake, tender::WorkingCalendar,
};

/// Every mistake in the settings, in the order of their lines.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub struct SettingsErrors(pub Vec<Mistake>);

impl fmt::Display for SettingsErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(Mistake::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// The settings file that counts: the one named, else `$LOKET_CONFIG`, else `./loket.toml` where there is one, else
/// `/etc/loket/loket.toml`.
pub fn find(explicit: Option<PathBuf>) -> PathBuf {
    let from_environment = || {
        std::env::var_os("LOKET_CONFIG")
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let here = || {
        let here = PathBuf::from("loket.toml");
        here.exists().then_some(here)
    };
    explicit
        .or_else(from_environment)
        .or_else(here)
        .unwrap_or_else(|| PathBuf::from("/etc/loket/loket.toml"))
}

impl Settings {
    /// Reads and checks a settings file. Secrets are read later, at each sign-in.
    pub fn load(path: &Path) -> Result<Settings, SettingsErrors> {
        load::load(path)
    }

    /// What is allowed and yet hardly meant; for `loket check`.
    pub fn notes(&self) -> Vec<String> {
        let nobody =
            |mailbox: &&MailboxSettings| mailbox.digest.is_some() && mailbox.members.is_empty();
        self.mailboxes
            .iter()
            .filter(nobody)
            .map(|mailbox| {
                format!(
                    "mailbox {}: a digest is set, but `members` is empty: nobody will get it",
                    mailbox.name
                )
            })
            .collect()
    }
}

/// All settings, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The file they came from.
    pub file: PathBuf,
    pub office: Office,
    pub database: DatabaseUrl,
    pub storage: StorageUrl,
    pub mailboxes: Vec<MailboxSettings>,
    pub receipt: ReceiptSettings,
    pub reminder: ReminderRules,
    pub letters: LettersSettings,
}

#[derive(Clone, Debug)]
pub struct Office {
    pub name: String,
    pub timezone: TimeZone,
    /// Office days without holidays, and the hours in which reminders go.
    pub calendar: WorkingCalendar,
}

#[derive(Clone, Debug, PartialEq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    /// The whole URL, password and all: never printed.
    Postgres(Secret),
}

#[derive(Clone, Debug, PartialEq)]
pub enum StorageUrl {
    File(PathBuf),
}

#[derive(Clone, Debug)]
pub struct ReceiptSettings {
    /// A receipt goes out when the bidder was quiet for so long. Default 120 s.
    pub quiet: Duration,
}

/// How letters look.
#[derive(Clone, Debug)]
pub struct LettersSettings {
    /// Texts of the office's own, in the place of the embedded ones.
    pub own: Vec<OwnTemplate>,
    /// The largest mail that bidders are told to send.
    pub megabytes: u32,
}

#[derive(Clone, Debug)]
pub struct MailboxSettings {
    /// Short, unique, used on the command line.
    pub name: String,
    pub title: String,
    pub address: EmailAddress,
    /// Delimiter of sub-addresses; empty where the server has none.
    pub subaddress: String,
    pub digest: Option<Time>,
    /// Mail that arrived before is taken in and filed, never answered; `None`: the moment of the first start.
    pub since: Option<Timestamp>,
    pub members: Vec<Member>,
    pub receive: Receive,
    pub send: Send,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub name: String,
    pub email: EmailAddress,
}

#[derive(Clone, Debug)]
pub enum Receive {
    Imap {
        server: Server,
        folders: Vec<String>,
    },
    Maildir {
        path: PathBuf,
        also: Vec<String>,
    },
}

#[derive(Clone, Debug)]
pub enum Send {
    Smtp { server: Server },
    File { dir: PathBuf },
}

/// A server to sign in to.
#[derive(Clone, Debug)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    /// Certificate authority to trust beside the system's, PEM.
    pub ca_file: Option<PathBuf>,
    /// `None`: no sign-in (SMTP on loopback).
    pub login: Option<Login>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    Implicit,
    StartTls,
    /// Loopback, or `allow_cleartext`.
    None,
}

#[derive(Clone, Debug)]
pub struct Login {
    pub user: String,
    pub secret: SecretSource,
}

/// Where a secret comes from; read anew at each sign-in, so that a changed password needs no restart.
#[derive(Clone, Debug, PartialEq)]
pub enum SecretSource {
    /// Already resolved against `$CREDENTIALS_DIRECTORY` and the settings' folder.
    File(PathBuf),
    Env(String),
    /// XOAUTH2: a program and its arguments that print an access token; run without a shell, 30 s, 16 KiB.
    TokenCommand(Vec<String>),
}

/// A value that cannot be printed (P33).
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

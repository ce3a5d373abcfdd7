//! From settings to open doors: folders to read from and transports to send by, with secrets read at each sign-in.

use std::sync::Arc;

use jiff::Timestamp;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

use crate::{
    database::ledger::FolderRow,
    delivery::{SecretReader, Transport},
    mailbox::{
        CredentialSource, Credentials, Intake, IntakeError, Limits, MailboxError, Sweep,
        imap::{self, Account},
        maildir::{self, Maildir},
    },
    settings::{MailboxSettings, Receive, SecretSource, Send, Server, Tls, secret},
    tls::{self, TlsError},
};

/// One mailbox to read from, whatever kind it is.
#[derive(Clone)]
pub enum Source {
    Imap(Account),
    Maildir(Maildir),
}

impl Source {
    pub fn of(mailbox: &MailboxSettings) -> Source {
        match &mailbox.receive {
            Receive::Imap { server, folders } => Source::Imap(Account::new(
                mailbox.name.clone(),
                server.clone(),
                folders.clone(),
                credentials(server),
            )),
            Receive::Maildir { path, also } => Source::Maildir(Maildir {
                mailbox: mailbox.name.clone(),
                path: path.clone(),
                also: also.clone(),
            }),
        }
    }

    pub fn mailbox(&self) -> &str {
        match self {
            Source::Imap(account) => &account.mailbox,
            Source::Maildir(maildir) => &maildir.mailbox,
        }
    }

    pub fn folders(&self) -> Vec<String> {
        match self {
            Source::Imap(account) => account.folders.clone(),
            Source::Maildir(maildir) => maildir.folders(),
        }
    }

    /// The last time that the whole list of every folder had been read. A folder that was never read does not count: it may be
    /// misspelt, and `loket check` says so.
    pub fn last_read_whole(&self, rows: &[FolderRow]) -> Option<Timestamp> {
        let folders = self.folders();
        rows.iter()
            .filter(|row| row.mailbox == self.mailbox() && folders.contains(&row.folder))
            .filter_map(|row| row.last_sweep_at)
            .min()
    }

    /// Takes in whatever comes into a folder, until `stop`.
    pub async fn watch<I: Intake>(
        self,
        folder: String,
        intake: Arc<I>,
        stop: CancellationToken,
    ) -> Result<(), IntakeError> {
        match self {
            Source::Imap(account) => {
                imap::watch(account, folder, intake, Limits::default(), stop).await
            }
            Source::Maildir(maildir) => {
                maildir::watch(maildir, folder, intake, Limits::default(), stop).await
            }
        }
    }

    /// Takes in what is in a folder now.
    pub async fn take_in_once<I: Intake>(
        self,
        folder: String,
        intake: Arc<I>,
        stop: CancellationToken,
    ) -> Result<Sweep, MailboxError> {
        match self {
            Source::Imap(account) => {
                imap::take_in_once(account, folder, intake, Limits::default(), stop).await
            }
            Source::Maildir(maildir) => {
                maildir::take_in_once(maildir, folder, intake, Limits::default(), stop).await
            }
        }
    }
}

fn credentials(server: &Server) -> CredentialSource {
    let login = server.login.clone();
    CredentialSource::new(move || {
        let login = login.clone();
        async move {
            let login = login.ok_or("the IMAP URL names no user: write imaps://user@host/INBOX")?;
            let secret = secret::read(&login.secret)
                .await
                .map_err(|error| error.to_string())?;
            Ok(match login.secret {
                SecretSource::TokenCommand(_) => Credentials::Bearer {
                    user: login.user,
                    token: secret,
                },
                _ => Credentials::Password {
                    user: login.user,
                    secret,
                },
            })
        }
    })
}

/// The way out of a mailbox.
pub fn transport(mailbox: &MailboxSettings) -> Result<Transport, TlsError> {
    let (tls, login) = match &mailbox.send {
        Send::File { .. } => (None, None),
        Send::Smtp { server } => (encryption(server)?, server.login.clone()),
    };
    let secret: SecretReader = Arc::new(move || {
        let login = login.clone();
        Box::pin(async move {
            let login = login.ok_or("the SMTP URL names no user")?;
            secret::read(&login.secret)
                .await
                .map_err(|error| error.to_string())
        })
    });
    Ok(Transport::new(
        &mailbox.send,
        tls,
        secret,
        mailbox.address.clone(),
    ))
}

fn encryption(server: &Server) -> Result<Option<TlsConnector>, TlsError> {
    match server.tls {
        Tls::None => Ok(None),
        Tls::Implicit | Tls::StartTls => tls::connector(server.ca_file.as_deref()).map(Some),
    }
}

//! What every test stands on.

use std::sync::Arc;

use loket::{
    mailbox::{
        CredentialSource, Credentials, IntakeError, Item, Limits, MailboxError, Sweep,
        imap::{self, Account, Class},
    },
    settings::{Secret, Server as ServerSettings, Tls},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    memory_intake::Memory,
    scripted_imap::{Mail, Server},
};

pub const FOLDER: &str = "INBOX";

/// A server, a mailbox on it and an intake; at its end it looks at everything that the client wrote (P4).
pub struct Stage {
    pub server: Server,
    pub memory: Arc<Memory>,
    pub account: Account,
    pub limits: Limits,
    pub stop: CancellationToken,
}

impl Stage {
    pub fn new(server: Server) -> Stage {
        Stage::with(server, Memory::default())
    }

    pub fn with(server: Server, memory: Memory) -> Stage {
        let account = account(&server, Tls::None, None);
        Stage::of(account, server, memory)
    }

    pub fn of(account: Account, server: Server, memory: Memory) -> Stage {
        Stage {
            account,
            server,
            memory: Arc::new(memory),
            limits: Limits::default(),
            stop: CancellationToken::new(),
        }
    }

    pub async fn once(&self) -> Result<Sweep, MailboxError> {
        imap::take_in_once(
            self.account.clone(),
            FOLDER.to_owned(),
            self.memory.clone(),
            self.limits.clone(),
            self.stop.clone(),
        )
        .await
    }

    pub fn watch(&self) -> JoinHandle<Result<(), IntakeError>> {
        tokio::spawn(imap::watch(
            self.account.clone(),
            FOLDER.to_owned(),
            self.memory.clone(),
            self.limits.clone(),
            self.stop.clone(),
        ))
    }

    /// Until every mail on the server is stored.
    pub async fn until_taken_in(&self) {
        let mails = self.server.mails().len();
        self.memory
            .until("all taken in", |contents| contents.kept.len() >= mails)
            .await;
        self.assert_taken_in();
    }

    pub async fn finish(&self, watching: JoinHandle<Result<(), IntakeError>>) {
        self.stop.cancel();
        watching.await.expect("no panic").expect("a clean end");
    }

    /// Every mail of the server, each exactly once, octet for octet, with its time of arrival.
    pub fn assert_taken_in(&self) {
        let contents = self.memory.contents();
        let validity = {
            let mut validity = 0;
            self.server.change(|folder| validity = folder.uid_validity);
            validity
        };
        let mut kept: Vec<(u32, &[u8])> = contents
            .kept
            .iter()
            .filter(|kept| kept.folder.uid_validity == validity)
            .map(|kept| match kept.item {
                Item::Uid(uid) => (uid, kept.raw.as_ref()),
                Item::File(_) => panic!("not a Maildir"),
            })
            .collect();
        kept.sort_unstable();
        let mails = self.server.mails();
        let there: Vec<(u32, &[u8])> = mails
            .iter()
            .map(|mail| (mail.uid, mail.raw.as_slice()))
            .collect();
        assert_eq!(kept, there);
        for kept in &contents.kept {
            assert_eq!(kept.arrived_at, "2026-11-25T01:00:00Z".parse().unwrap());
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.server.assert_only_read();
        }
    }
}

pub fn account(server: &Server, tls: Tls, ca_file: Option<std::path::PathBuf>) -> Account {
    let settings = ServerSettings {
        host: "mail.berau.test".to_owned(),
        port: 993,
        tls,
        ca_file,
        login: None,
    };
    let credentials = CredentialSource::new(|| async {
        Ok(Credentials::Password {
            user: "pokja3@berau.test".to_owned(),
            secret: Secret("a \"secret\"".to_owned()),
        })
    });
    Account::new(
        "pokja-3".to_owned(),
        settings,
        vec![FOLDER.to_owned()],
        credentials,
    )
    .dialing(server.dial())
}

pub fn mail(uid: u32) -> Mail {
    Mail::new(
        uid,
        format!("From: peserta{uid}@contoh.test\r\nSubject: berkas {uid}\r\n\r\nIsi {uid}\r\n"),
    )
}

pub fn three() -> Vec<Mail> {
    vec![mail(3), mail(4), mail(9)]
}

/// A mail of this many octets, no two stretches of it alike.
pub fn large(uid: u32, octets: usize) -> Mail {
    let mut raw = b"Subject: foto\r\n\r\n".to_vec();
    let mut n = 0u32;
    while raw.len() < octets {
        n += 1;
        raw.extend(format!("{n:x}\r\n").bytes());
    }
    raw.truncate(octets);
    Mail::new(uid, raw)
}

/// Class and text of the error of one pass.
pub async fn refused(stage: &Stage) -> (Class, String) {
    match stage.once().await {
        Err(MailboxError::Imap { source, .. }) => (source.class(), source.to_string()),
        other => panic!("{other:?}"),
    }
}

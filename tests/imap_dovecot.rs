//! The mailbox room against a real Dovecot: what people see of their mailbox is the same before and after (P4).

#[path = "support/memory_intake.rs"]
mod memory_intake;
mod support;

use std::{path::PathBuf, sync::Arc, time::Duration};

use loket::{
    mailbox::{
        CredentialSource, Credentials, Health, IntakeError, Limits, MailboxError, Sweep,
        imap::{self, Account, Class},
        maildir::{self, Maildir},
    },
    settings::{Secret, Server, Tls},
};
use memory_intake::Memory;
use support::{servers::Servers, with_crlf};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const SENDER: &str = "peserta@contoh.test";

fn account(servers: &Servers, address: &str, tls: Tls, folders: &[&str]) -> Account {
    signing_in(servers, address, tls, folders, &servers.password)
}

fn signing_in(
    servers: &Servers,
    address: &str,
    tls: Tls,
    folders: &[&str],
    password: &str,
) -> Account {
    let (user, secret) = (address.to_owned(), Secret(password.to_owned()));
    let credentials = CredentialSource::new(move || {
        let (user, secret) = (user.clone(), secret.clone());
        async move { Ok(Credentials::Password { user, secret }) }
    });
    let server = Server {
        host: servers.host.clone(),
        port: match tls {
            Tls::Implicit => servers.imaps_port,
            Tls::StartTls | Tls::None => servers.imap_port,
        },
        tls,
        ca_file: (tls != Tls::None).then(|| PathBuf::from(&servers.ca)),
        login: None,
    };
    let folders = folders.iter().map(|&folder| folder.to_owned()).collect();
    Account::new("pokja-3".to_owned(), server, folders, credentials)
}

async fn once(
    account: &Account,
    folder: &str,
    memory: &Arc<Memory>,
) -> Result<Sweep, MailboxError> {
    imap::take_in_once(
        account.clone(),
        folder.to_owned(),
        memory.clone(),
        Limits::default(),
        CancellationToken::new(),
    )
    .await
}

fn watch(
    account: &Account,
    folder: &str,
    memory: &Arc<Memory>,
    stop: &CancellationToken,
) -> JoinHandle<Result<(), IntakeError>> {
    tokio::spawn(imap::watch(
        account.clone(),
        folder.to_owned(),
        memory.clone(),
        Limits::default(),
        stop.clone(),
    ))
}

fn mail(n: usize) -> Vec<u8> {
    format!("From: <{SENDER}>\r\nSubject: berkas {n}\r\nMessage-ID: <{n}@contoh.test>\r\n\r\nIsi {n}\r\n").into()
}

/// The raw mails of a folder, as its owner's mail program gets them.
fn raws(servers: &Servers, address: &str) -> Vec<Vec<u8>> {
    let mut mailbox = servers.mailbox(address);
    let mails = mailbox.mails("INBOX");
    mails.into_iter().map(|mail| mail.raw).collect()
}

fn kept(memory: &Memory) -> Vec<Vec<u8>> {
    let mut kept = memory.raws();
    kept.sort();
    kept
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_connection_takes_in_every_mail_and_changes_nothing() {
    let Some(servers) = Servers::get() else {
        return;
    };
    for tls in [Tls::Implicit, Tls::StartTls, Tls::None] {
        let address = Servers::address("pokja");
        for n in 0..130 {
            servers.deliver_now(SENDER, &[&address], &mail(n));
        }
        let mut photos = b"From: <peserta@contoh.test>\r\nSubject: foto\r\n\r\n".to_vec();
        while photos.len() < 25 * 1024 * 1024 {
            photos.extend(format!("{:076x}\r\n", photos.len()).bytes());
        }
        servers.deliver_now(SENDER, &[&address], &photos);
        servers.mailbox(&address).mark("INBOX", 3, "\\Deleted");
        servers.mailbox(&address).mark("INBOX", 5, "\\Seen");
        let before = servers.mailbox(&address).snapshot("INBOX");
        let memory = Arc::new(Memory::default());
        let account = account(&servers, &address, tls, &["INBOX"]);
        let sweep = once(&account, "INBOX", &memory).await.expect("taken in");
        assert_eq!(
            sweep,
            Sweep {
                exists: 131,
                listed: 131,
                whole: true
            }
        );
        assert_eq!(servers.mailbox(&address).snapshot("INBOX"), before);
        let mut there = raws(&servers, &address);
        there.sort();
        assert_eq!(kept(&memory).len(), there.len());
        assert!(kept(&memory) == there, "octet for octet");
        assert!(
            memory
                .contents()
                .kept
                .iter()
                .all(|kept| kept.announced_size.is_none())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_arrives_wakes_idle_in_each_watched_folder() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let address = Servers::address("pokja");
    servers.deliver_now(SENDER, &[&address], &mail(0));
    let account = account(&servers, &address, Tls::Implicit, &["INBOX", "Junk"]);
    let (inbox, junk) = (Arc::new(Memory::default()), Arc::new(Memory::default()));
    let stop = CancellationToken::new();
    let watching = [
        watch(&account, "INBOX", &inbox, &stop),
        watch(&account, "Junk", &junk, &stop),
    ];
    inbox
        .until("the first", |contents| contents.kept.len() == 1)
        .await;
    let idle = |health: Option<&Health>| health == Some(&Health::Idle);
    inbox
        .until("idle", |contents| idle(contents.health.last()))
        .await;
    junk.until("idle", |contents| idle(contents.health.last()))
        .await;
    for n in 1..=3 {
        servers.deliver_now(SENDER, &[&address], &mail(n));
        let waking = inbox.until("woken", |contents| contents.kept.len() == n + 1);
        tokio::time::timeout(Duration::from_secs(20), waking)
            .await
            .expect("woken by IDLE");
    }
    // A person drags one into the other folder: seen there too, and no trouble here.
    servers.mailbox(&address).move_to("INBOX", 2, "Junk");
    let waking = junk.until("woken", |contents| contents.kept.len() == 1);
    tokio::time::timeout(Duration::from_secs(20), waking)
        .await
        .expect("woken by IDLE");
    assert_eq!(junk.raws()[0], inbox.raws()[1]);
    stop.cancel();
    for watching in watching {
        let ending = tokio::time::timeout(Duration::from_secs(5), watching);
        ending
            .await
            .expect("soon")
            .expect("no panic")
            .expect("a clean end");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renumbered_folder_is_taken_in_again_under_its_new_numbers() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let address = Servers::address("pokja");
    for n in 0..5 {
        servers.deliver_now(SENDER, &[&address], &mail(n));
    }
    let account = account(&servers, &address, Tls::Implicit, &["INBOX"]);
    let memory = Arc::new(Memory::default());
    once(&account, "INBOX", &memory).await.expect("taken in");
    let before = servers.mailbox(&address).snapshot("INBOX");
    servers.renumber(&address, "INBOX");
    servers.deliver_now(SENDER, &[&address], &mail(5));
    once(&account, "INBOX", &memory).await.expect("taken in");
    let after = servers.mailbox(&address).snapshot("INBOX");
    assert_ne!(before.uid_validity, after.uid_validity);
    let contents = memory.contents();
    let of = |validity: u32| {
        let kept = contents
            .kept
            .iter()
            .filter(|kept| kept.folder.uid_validity == validity);
        kept.map(|kept| (kept.arrived_at, kept.raw.clone()))
            .collect::<Vec<_>>()
    };
    let (old, new) = (of(before.uid_validity), of(after.uid_validity));
    assert_eq!((old.len(), new.len()), (5, 6));
    assert!(
        old.iter().all(|mail| new.contains(mail)),
        "same octets, same time of arrival"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_a_missing_folder_are_told_apart() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let address = Servers::address("pokja");
    servers.deliver_now(SENDER, &[&address], &mail(0));
    let class = |result: Result<Sweep, MailboxError>| match result {
        Err(MailboxError::Imap { source, .. }) => source.class(),
        other => panic!("{other:?}"),
    };
    let memory = Arc::new(Memory::default());
    let wrong = signing_in(&servers, &address, Tls::Implicit, &["INBOX"], "salah");
    assert_eq!(class(once(&wrong, "INBOX", &memory).await), Class::Refused);
    let account = account(&servers, &address, Tls::Implicit, &["INBOX"]);
    assert_eq!(
        class(once(&account, "Tidak Ada", &memory).await),
        Class::Setup
    );
    let report = imap::probe(&account, &Limits::default())
        .await
        .expect("a report");
    assert!(report.idle);
    assert_eq!(report.examined[0].mails, 1);
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.contains("Junk"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_maildir_of_the_same_mailbox_gives_the_same_mails() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let address = Servers::address("pokja");
    for n in 0..60 {
        servers.deliver_now(SENDER, &[&address], &mail(n));
    }
    // Dovecot moves what it was asked for from new/ to cur/.
    servers.mailbox(&address).mark("INBOX", 3, "\\Seen");
    servers.deliver_now(SENDER, &[&address], &mail(60));
    let source = Maildir {
        mailbox: "pokja-3".to_owned(),
        path: servers.maildir(&address, "INBOX"),
        also: Vec::new(),
    };
    let memory = Arc::new(Memory::default());
    let sweep = maildir::take_in_once(
        source,
        maildir::INBOX.to_owned(),
        memory.clone(),
        Limits::default(),
        CancellationToken::new(),
    )
    .await
    .expect("taken in");
    assert_eq!(
        sweep,
        Sweep {
            exists: 61,
            listed: 61,
            whole: true
        }
    );
    let mut there = raws(&servers, &address);
    there.sort();
    let mut kept: Vec<Vec<u8>> = memory.raws().iter().map(|raw| with_crlf(raw)).collect();
    kept.sort();
    assert!(kept == there, "the same but for line ends");
}

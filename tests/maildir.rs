//! The Maildir half of the mailbox room: everything once, and nothing in the folder is ever touched.

#[path = "support/memory_intake.rs"]
mod memory_intake;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use loket::mailbox::{
    Health, IntakeError, Item, Limits, MailboxError, Sweep,
    maildir::{self, Maildir},
};
use memory_intake::{Memory, State};
use tokio_util::sync::CancellationToken;

struct Stage {
    folder: tempfile::TempDir,
    memory: Arc<Memory>,
    limits: Limits,
}

impl Stage {
    fn new() -> Stage {
        Stage::with(Memory::default())
    }

    fn with(memory: Memory) -> Stage {
        let folder = tempfile::tempdir().expect("a folder");
        make(folder.path());
        Stage {
            folder,
            memory: Arc::new(memory),
            limits: Limits::default(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, raw: &str) {
        write(&self.path(name), raw);
    }

    fn source(&self) -> Maildir {
        Maildir {
            mailbox: "pokja-3".to_owned(),
            path: self.folder.path().to_owned(),
            also: vec!["Junk".to_owned()],
        }
    }

    async fn once(&self, folder: &str) -> Result<Sweep, MailboxError> {
        maildir::take_in_once(
            self.source(),
            folder.to_owned(),
            self.memory.clone(),
            self.limits.clone(),
            CancellationToken::new(),
        )
        .await
    }

    fn kept(&self) -> Vec<(String, String)> {
        let mut kept: Vec<_> = self
            .memory
            .contents()
            .kept
            .iter()
            .map(|kept| match &kept.item {
                Item::File(name) => (
                    name.clone(),
                    String::from_utf8_lossy(&kept.raw).into_owned(),
                ),
                Item::Uid(_) => panic!("not IMAP"),
            })
            .collect();
        kept.sort();
        kept
    }
}

fn make(folder: &Path) {
    for part in ["new", "cur", "tmp"] {
        fs::create_dir_all(folder.join(part)).expect("a folder");
    }
}

/// Yesterday's.
fn write(path: &Path, raw: &str) {
    fs::write(path, raw).expect("written");
    let file = fs::File::options().append(true).open(path).expect("open");
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_600_000))
        .expect("dated");
}

fn pair(name: &str, raw: &str) -> (String, String) {
    (name.to_owned(), raw.to_owned())
}

/// Every name below, with time of change and size.
fn everything(folder: &Path) -> Vec<(PathBuf, SystemTime, u64)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("listed") {
        let path = entry.expect("an entry").path();
        let metadata = fs::metadata(&path).expect("there");
        found.push((
            path.clone(),
            metadata.modified().expect("a time"),
            metadata.len(),
        ));
        if metadata.is_dir() {
            found.extend(everything(&path));
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn new_and_read_mail_is_taken_in_once_and_nothing_is_touched() {
    let stage = Stage::new();
    stage.write("new/1.a", "Subject: one\n\n");
    stage.write("cur/2.b:2,RS", "Subject: two\n\n");
    stage.write("tmp/3.c", "Subject: half wri");
    stage.write("new/.hidden", "x");
    fs::create_dir(stage.path("cur/folder")).expect("a folder");
    let before = everything(stage.folder.path());
    let sweep = stage.once(maildir::INBOX).await.expect("taken in");
    assert_eq!(
        sweep,
        Sweep {
            exists: 2,
            listed: 2,
            whole: true
        }
    );
    let expected = [
        pair("1.a", "Subject: one\n\n"),
        pair("2.b", "Subject: two\n\n"),
    ];
    assert_eq!(stage.kept(), expected);
    stage.once(maildir::INBOX).await.expect("taken in");
    assert_eq!(stage.kept(), expected);
    assert_eq!(everything(stage.folder.path()), before);
    for kept in stage.memory.contents().kept {
        assert_eq!(
            kept.arrived_at.as_second(),
            1_795_600_000,
            "the file's time"
        );
        assert_eq!(kept.folder.uid_validity, 0);
    }
}

#[tokio::test]
async fn a_mail_that_a_person_reads_is_not_a_new_one() {
    let stage = Stage::new();
    stage.write("new/1.a", "Subject: one\n\n");
    stage.once(maildir::INBOX).await.expect("taken in");
    for name in ["cur/1.a:2,", "cur/1.a:2,S", "cur/1.a:2,ST"] {
        let old = fs::read_dir(stage.path("cur")).expect("listed").next();
        let old = old.map_or(stage.path("new/1.a"), |entry| {
            entry.expect("an entry").path()
        });
        fs::rename(old, stage.path(name)).expect("renamed");
        stage.once(maildir::INBOX).await.expect("taken in");
    }
    assert_eq!(stage.kept().len(), 1);
    assert!(stage.memory.contents().missing.is_empty());
}

#[tokio::test]
async fn a_mail_that_is_renamed_between_listing_and_opening_is_found_under_its_new_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    let mut renamed = false;
    let memory = Memory::default().failing(move |_| {
        // The first was stored: now, before the second is opened, a person reads it.
        if !std::mem::replace(&mut renamed, true) {
            fs::rename(path.join("new/2.b"), path.join("cur/2.b:2,S")).expect("renamed");
        }
        Ok(())
    });
    make(folder.path());
    let stage = Stage {
        folder,
        memory: Arc::new(memory),
        limits: Limits {
            batch_mails: 1,
            ..Limits::default()
        },
    };
    stage.write("new/1.a", "Subject: one\n\n");
    stage.write("new/2.b", "Subject: two\n\n");
    stage.once(maildir::INBOX).await.expect("taken in");
    assert_eq!(
        stage.kept(),
        [
            pair("1.a", "Subject: one\n\n"),
            pair("2.b", "Subject: two\n\n")
        ]
    );
}

#[tokio::test]
async fn further_folders_are_maildir_plus_plus_folders() {
    let stage = Stage::new();
    assert_eq!(stage.source().folders(), ["INBOX", "Junk"]);
    let error = stage.once("Junk").await.expect_err("not there");
    assert!(error.to_string().contains(".Junk"), "{error}");
    make(&stage.path(".Junk"));
    stage.write(".Junk/new/1.a", "Subject: junk?\n\n");
    stage.once("Junk").await.expect("taken in");
    assert_eq!(stage.kept(), [pair("1.a", "Subject: junk?\n\n")]);
    assert_eq!(stage.memory.contents().kept[0].folder.folder, "Junk");
}

#[tokio::test]
async fn a_mail_that_is_too_large_is_refused_with_its_header() {
    let mut stage = Stage::new();
    stage.limits.largest = 100;
    stage.write("new/1.a", "Subject: small\n\n");
    stage.write("new/2.b", &format!("Subject: large\n\n{}", "x".repeat(200)));
    stage.once(maildir::INBOX).await.expect("each has its end");
    assert_eq!(stage.kept(), [pair("1.a", "Subject: small\n\n")]);
    let rows = stage.memory.contents().rows;
    let refused = rows
        .values()
        .find(|row| row.state == State::Refused)
        .expect("refused");
    assert_eq!(
        refused.header.as_deref(),
        Some(b"Subject: large\n\n".as_slice())
    );
    stage.once(maildir::INBOX).await.expect("and stays so");
}

#[tokio::test(start_paused = true)]
async fn watching_sees_new_mail_every_half_minute_waits_for_space_and_reports_what_went_missing() {
    let mut calls = 0;
    let memory = Memory::default().failing(move |_| {
        calls += 1;
        match calls {
            1 | 2 => Err(IntakeError::Full("no space".to_owned())),
            _ => Ok(()),
        }
    });
    let stage = Stage::with(memory);
    stage.write("new/1.a", "Subject: one\n\n");
    let stop = CancellationToken::new();
    let watching = tokio::spawn(maildir::watch(
        stage.source(),
        maildir::INBOX.to_owned(),
        stage.memory.clone(),
        stage.limits.clone(),
        stop.clone(),
    ));
    stage
        .memory
        .until("stored after the pauses", |contents| {
            contents.kept.len() == 1
        })
        .await;
    stage
        .memory
        .until("well again", |contents| {
            contents.health.last() == Some(&Health::Polling)
        })
        .await;
    stage.write("new/2.b", "Subject: two\n\n");
    let start = tokio::time::Instant::now();
    stage
        .memory
        .until("seen", |contents| contents.kept.len() == 2)
        .await;
    assert!(
        start.elapsed() <= Duration::from_secs(31),
        "{:?}",
        start.elapsed()
    );
    stop.cancel();
    watching.await.expect("no panic").expect("a clean end");
}

#[tokio::test]
async fn a_listed_mail_that_is_gone_is_reported_missing() {
    let stage =
        Stage::with(Memory::default().failing(|_| Err(IntakeError::Later("locked".to_owned()))));
    stage.write("new/1.a", "Subject: one\n\n");
    stage.once(maildir::INBOX).await.expect_err("not stored");
    fs::remove_file(stage.path("new/1.a")).expect("removed");
    stage.once(maildir::INBOX).await.expect("taken in");
    assert_eq!(
        stage.memory.contents().missing,
        [vec![Item::File("1.a".to_owned())]]
    );
}

#[tokio::test]
async fn a_fatal_intake_ends_the_watch() {
    let stage =
        Stage::with(Memory::default().failing(|_| Err(IntakeError::Fatal("disk".to_owned()))));
    stage.write("new/1.a", "Subject: one\n\n");
    let ended = maildir::watch(
        stage.source(),
        maildir::INBOX.to_owned(),
        stage.memory.clone(),
        stage.limits.clone(),
        CancellationToken::new(),
    );
    assert!(matches!(ended.await, Err(IntakeError::Fatal(_))));
}

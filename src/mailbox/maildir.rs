//! Mail from a Maildir: looked at every half minute, nothing in it is ever renamed or removed (P4, R27).
//!
//! A mail's file name without `:2,flags` is only a hint for the ledger; who the mail is, its digest says.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{
    Arrival, FolderEpoch, Health, Intake, IntakeError, Item, Limits, MailboxError, Refusal, Sweep,
    room_again,
};

/// So long what the process lacks is waited for.
const WANT: Duration = Duration::from_millis(100);

/// The main folder in the ledger and in reports.
pub const INBOX: &str = "INBOX";

/// One mailbox in the file system.
#[derive(Clone, Debug)]
pub struct Maildir {
    /// Name of the mailbox in the settings.
    pub mailbox: String,
    pub path: PathBuf,
    /// Maildir++ sub-folders: `Junk` is the folder `.Junk` below the path.
    pub also: Vec<String>,
}

impl Maildir {
    /// The folders to watch, by the names that `watch` and `take_in_once` take.
    pub fn folders(&self) -> Vec<String> {
        std::iter::once(INBOX.to_owned())
            .chain(self.also.iter().cloned())
            .collect()
    }

    fn path_of(&self, folder: &str) -> PathBuf {
        if folder == INBOX {
            return self.path.clone();
        }
        let name = folder.trim_start_matches('.').replace('/', ".");
        self.path.join(format!(".{name}"))
    }
}

/// Takes in everything that comes into one folder, until `stop` or until the intake says that the process must end.
pub async fn watch<I: Intake>(
    maildir: Maildir,
    folder: String,
    intake: Arc<I>,
    limits: Limits,
    stop: CancellationToken,
) -> Result<(), IntakeError> {
    let mut full = 0;
    let mut shown = None;
    while !stop.is_cancelled() {
        let pass = Pass::new(&maildir, &folder, intake.as_ref(), &limits, &stop);
        let mut pause = limits.maildir_poll;
        match pass.run().await {
            Ok(_) => {
                full = 0;
                show(
                    intake.as_ref(),
                    &maildir,
                    &folder,
                    &mut shown,
                    Health::Polling,
                );
            }
            Err(MailboxError::Intake {
                source: error @ IntakeError::Fatal(_),
                ..
            }) => return Err(error),
            Err(error) => {
                if let MailboxError::Intake {
                    source: IntakeError::Full(_),
                    ..
                } = error
                {
                    pause = room_again(full);
                    full = full.saturating_add(1);
                }
                tracing::error!(mailbox = %maildir.mailbox, folder = %folder, %error, "the Maildir was not taken in whole");
                let health = Health::Degraded(error.to_string());
                show(intake.as_ref(), &maildir, &folder, &mut shown, health);
            }
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            () = tokio::time::sleep(pause) => {}
        }
    }
    Ok(())
}

/// Tells what people are shown, when it changes.
fn show<I: Intake>(
    intake: &I,
    maildir: &Maildir,
    folder: &str,
    shown: &mut Option<Health>,
    health: Health,
) {
    if shown.as_ref() != Some(&health) {
        *shown = Some(health.clone());
        intake.health(&maildir.mailbox, folder, health);
    }
}

/// One complete pass: every file against the ledger, every mail that is not settled.
pub async fn take_in_once<I: Intake>(
    maildir: Maildir,
    folder: String,
    intake: Arc<I>,
    limits: Limits,
    stop: CancellationToken,
) -> Result<Sweep, MailboxError> {
    Pass::new(&maildir, &folder, intake.as_ref(), &limits, &stop)
        .run()
        .await
}

struct Pass<'a, I> {
    maildir: &'a Maildir,
    intake: &'a I,
    limits: &'a Limits,
    stop: &'a CancellationToken,
    key: FolderEpoch,
    path: PathBuf,
}

impl<'a, I: Intake> Pass<'a, I> {
    fn new(
        maildir: &'a Maildir,
        folder: &str,
        intake: &'a I,
        limits: &'a Limits,
        stop: &'a CancellationToken,
    ) -> Self {
        Pass {
            maildir,
            intake,
            limits,
            stop,
            key: FolderEpoch {
                mailbox: maildir.mailbox.clone(),
                folder: folder.to_owned(),
                uid_validity: 0,
            },
            path: maildir.path_of(folder),
        }
    }

    async fn run(&self) -> Result<Sweep, MailboxError> {
        let files = self.list().await?;
        let settled = self.told(self.intake.settled(&self.key).await)?;
        let open = self.told(self.intake.open(&self.key).await)?;
        let open: BTreeMap<Item, u32> = open.into_iter().collect();
        let fresh: Vec<Item> = files
            .keys()
            .map(|name| Item::File(name.clone()))
            .filter(|item| !settled.contains(item) && !open.contains_key(item))
            .collect();
        if !fresh.is_empty() {
            self.told(self.intake.listed(&self.key, &fresh).await)?;
        }
        let missing: Vec<Item> = open
            .keys()
            .filter(|item| matches!(item, Item::File(name) if !files.contains_key(name)))
            .cloned()
            .collect();
        if !missing.is_empty() {
            self.told(self.intake.missing(&self.key, &missing).await)?;
        }
        let sweep = Sweep {
            exists: files.len() as u64,
            listed: files.len() as u64,
            whole: true,
        };
        self.told(self.intake.swept(&self.key, sweep).await)?;
        let wanted: Vec<(String, PathBuf)> = files
            .into_iter()
            .filter(|(name, _)| !settled.contains(&Item::File(name.clone())))
            .collect();
        drop(settled);
        let left = self.take_in(wanted).await?;
        match left.first() {
            None => Ok(sweep),
            Some(why) => Err(MailboxError::Incomplete {
                mailbox: self.key.mailbox.clone(),
                folder: self.key.folder.clone(),
                left: left.len(),
                why: why.clone(),
            }),
        }
    }

    /// Reads and hands over in batches; says of each mail that stays open why.
    async fn take_in(&self, wanted: Vec<(String, PathBuf)>) -> Result<Vec<String>, MailboxError> {
        let mut left = Vec::new();
        let mut batch: Vec<Arrival> = Vec::new();
        let mut octets = 0;
        let mut wanted = wanted.into_iter();
        while let Some((name, path)) = wanted.next() {
            if self.stop.is_cancelled() {
                break;
            }
            match self.read_patiently(&name, &path).await {
                Ok(Found::Mail(arrival)) => {
                    octets += arrival.raw.len() as u64;
                    batch.push(arrival);
                    if octets >= self.limits.batch_octets || batch.len() >= self.limits.batch_mails
                    {
                        self.store(&mut batch).await?;
                        octets = 0;
                    }
                }
                Ok(Found::TooLarge(refusal)) => {
                    tracing::error!(mailbox = %self.key.mailbox, file = %name, "{}: refused", refusal.why);
                    self.told(self.intake.refused(&self.key, refusal, true).await)?;
                }
                // Removed by a person: the next passes find it missing and the ledger decides.
                Ok(Found::Gone) => {}
                Err(error) => {
                    let why = format!("{name}: {error}");
                    tracing::warn!(mailbox = %self.key.mailbox, file = %name, %error, "mail cannot be read, tried again");
                    left.push(why);
                    // The next would fail as well, or overtake this one: numbers follow the order of arrival.
                    if is_want(&error) {
                        left.extend(wanted.by_ref().map(|(name, _)| name));
                    }
                }
            }
        }
        self.store(&mut batch).await?;
        Ok(left)
    }

    async fn store(&self, batch: &mut Vec<Arrival>) -> Result<(), MailboxError> {
        if batch.is_empty() {
            return Ok(());
        }
        let arrivals = std::mem::take(batch);
        self.told(self.intake.store(&self.key, arrivals).await)
    }

    async fn list(&self) -> Result<BTreeMap<String, PathBuf>, MailboxError> {
        let path = self.path.clone();
        let listing = blocking(move || list(&path)).await;
        listing.map_err(|source| MailboxError::Maildir {
            mailbox: self.maildir.mailbox.clone(),
            path: self.path.clone(),
            source,
        })
    }

    /// What the process lacks for a moment it often has at the next: the mail keeps its place in the order of arrival.
    async fn read_patiently(&self, name: &str, listed: &Path) -> io::Result<Found> {
        for _ in 0..2 {
            match self.read(name, listed).await {
                Err(error) if is_want(&error) => tokio::time::sleep(WANT).await,
                result => return result,
            }
        }
        self.read(name, listed).await
    }

    /// A file that went away between listing and opening was probably renamed: `new/` to `cur/`, or a flag (R27).
    async fn read(&self, name: &str, listed: &Path) -> io::Result<Found> {
        let (name, listed) = (name.to_owned(), listed.to_owned());
        let (folder, largest) = (self.path.clone(), self.limits.largest);
        blocking(move || {
            let mut path = listed;
            for _ in 0..5 {
                match read(&name, &path, largest) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {
                        match list(&folder)?.remove(&name) {
                            Some(renamed) => path = renamed,
                            None => return Ok(Found::Gone),
                        }
                    }
                    result => return result,
                }
            }
            Ok(Found::Gone)
        })
        .await
    }

    fn told<T>(&self, result: Result<T, IntakeError>) -> Result<T, MailboxError> {
        result.map_err(|source| MailboxError::Intake {
            mailbox: self.key.mailbox.clone(),
            folder: self.key.folder.clone(),
            source,
        })
    }
}

/// It is the process or the machine that lacks something, not this mail.
fn is_want(error: &io::Error) -> bool {
    use rustix::io::Errno;
    [Errno::MFILE, Errno::NFILE]
        .iter()
        .any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

enum Found {
    Mail(Arrival),
    TooLarge(Refusal),
    Gone,
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error)))
}

/// Names without flags, and where each file is now. `tmp/` holds what is still being written.
///
/// A rename between reading the two folders hides a mail when `cur/` is read first, and shows it twice when `new/` is:
/// so `new/` first, once more at the end.
fn list(folder: &Path) -> io::Result<BTreeMap<String, PathBuf>> {
    let mut files = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for part in ["new", "cur", "new"] {
        let part = folder.join(part);
        for entry in fs::read_dir(&part)? {
            let entry = entry?;
            // A name that is no Unicode cannot stand in the ledger; delivery agents do not make such.
            let Ok(file) = entry.file_name().into_string() else {
                tracing::error!(path = %entry.path().display(), "file name is not UTF-8, rename it: the mail is not taken in");
                continue;
            };
            if file.starts_with('.') || !seen.insert(entry.path()) {
                continue;
            }
            // A pipe would be waited for at its opening for ever.
            let kind = entry.file_type()?;
            let file_behind = || fs::metadata(entry.path()).is_ok_and(|behind| behind.is_file());
            if !(kind.is_file() || kind.is_symlink() && file_behind()) {
                continue;
            }
            let name = file.split(":2,").next().unwrap_or(&file).to_owned();
            files.insert(name, entry.path());
        }
    }
    Ok(files)
}

fn read(name: &str, path: &Path, largest: u64) -> io::Result<Found> {
    const HEADER: u64 = 256 * 1024;
    let mut file = fs::File::open(path)?;
    let metadata = file.metadata()?;
    let arrived_at = Timestamp::try_from(metadata.modified()?).map_err(io::Error::other)?;
    let item = Item::File(name.to_owned());
    if metadata.len() > largest {
        let mut header = Vec::new();
        file.take(HEADER).read_to_end(&mut header)?;
        return Ok(Found::TooLarge(Refusal {
            item,
            arrived_at: Some(arrived_at),
            size: Some(metadata.len()),
            header: Some(header_of(header)),
            why: format!(
                "the mail has {} MiB, at most {} MiB are taken in",
                metadata.len() / (1024 * 1024),
                largest / (1024 * 1024)
            ),
        }));
    }
    let mut raw = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    file.read_to_end(&mut raw)?;
    Ok(Found::Mail(Arrival {
        item,
        arrived_at,
        raw: raw.into(),
        announced_size: None,
    }))
}

/// Up to and with the empty line.
fn header_of(start: Vec<u8>) -> Bytes {
    let start = Bytes::from(start);
    let end = |mark: &[u8]| {
        start
            .windows(mark.len())
            .position(|window| window == mark)
            .map(|at| at + mark.len())
    };
    let end = match (end(b"\r\n\r\n"), end(b"\n\n")) {
        (Some(one), Some(other)) => one.min(other),
        (one, other) => one.or(other).unwrap_or(start.len()),
    };
    start.slice(..end)
}

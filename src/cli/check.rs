//! `loket check`: proves that the settings work, one line a check; exit 1 when one fails.

mod round_trip;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use super::{Done, Failure, load_settings};
use crate::{
    clock::Clock,
    daemon::{
        connections::{Source, transport},
        office::orphans,
    },
    database::{Database, registry},
    examiner::{
        Examiner,
        clamd::{self, Scan},
        worker::{Proof, Task, picture::jpeg_of},
    },
    inspection::raster::Gray,
    mailbox::{Limits, imap},
    settings::{MailboxSettings, Settings, secret},
    storage::Storage,
};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Also send one mail to each mailbox itself, to a sub-address where it has them, and wait for it
    #[arg(long)]
    send: bool,
}

/// Free space below which a person is warned: about a busy month of photos.
const AMPLE: u64 = 10 << 30;

pub async fn execute(config: Option<PathBuf>, arguments: Arguments) -> Done {
    let settings = load_settings(config)?;
    let mut report = Report::default();
    report.good("settings", &settings.file.display().to_string());
    for note in settings.notes() {
        report.note("settings", &note);
    }
    match settings.letters.own.len() {
        0 => report.good("letters", "the texts of the program"),
        own => report.good("letters", &format!("{own} text(s) of the office's own")),
    }
    database(&settings, &mut report).await;
    storage(&settings, &mut report).await;
    clock(&mut report);
    for mailbox in &settings.mailboxes {
        receive(mailbox, &mut report).await;
        send(mailbox, &mut report).await;
        if arguments.send {
            match round_trip::prove(mailbox).await {
                Ok(words) => report.good(&format!("round trip {}", mailbox.name), &words),
                Err(why) => report.bad(&format!("round trip {}", mailbox.name), &why),
            }
        }
    }
    examiner(&mut report).await;
    match report.failed {
        0 => Ok(()),
        failed => Err(Failure::Work(format!("{failed} check(s) failed"))),
    }
}

async fn database(settings: &Settings, report: &mut Report) {
    match Database::open(&settings.database).await {
        Ok(database) => {
            match database.describe().await {
                Ok(words) => report.good("database", &words),
                Err(error) => report.bad("database", &error.to_string()),
            }
            match registry::load_registry(&database).await {
                Ok(registry) => {
                    for tender in orphans(settings, &registry, Clock::System.now()) {
                        report.bad(
                            &format!("tender {}", tender.code),
                            &format!(
                                "belongs to mailbox {}, which is not in the settings: nothing is sent or answered for it; \
                                 give a [[mailbox]] this name, or import the tender with another",
                                tender.mailbox
                            ),
                        );
                    }
                }
                Err(error) => report.bad("database", &error.to_string()),
            }
            if let Err(error) = database.close().await {
                report.bad("database", &error.to_string());
            }
        }
        Err(error) => report.bad("database", &error.to_string()),
    }
}

async fn storage(settings: &Settings, report: &mut Report) {
    let storage = match Storage::open(&settings.storage) {
        Ok(storage) => storage,
        Err(error) => return report.bad("storage", &error.to_string()),
    };
    match storage.prove().await {
        Ok(()) => report.good("storage", "a file was written and read back"),
        Err(error) => report.bad("storage", &error.to_string()),
    }
    match storage.free_space() {
        Some(free) if free < AMPLE => {
            report.note("disk", &format!("only {} GiB are free", free >> 30))
        }
        Some(free) => report.good("disk", &format!("{} GiB are free", free >> 30)),
        None => report.note("disk", "the storage does not tell how much is free"),
    }
}

/// The sandbox is proven by trying to break out of it; optional helpers are found or missed.
async fn examiner(report: &mut Report) {
    let examiner = Examiner::of_this_machine();
    match examiner.ask(&Task::Prove, &[]).await {
        Ok(reply) if reply.answer.proof == Some(Proof::default()) => {
            let walls = reply.answer.walls;
            report.good(
                "sandbox",
                "decoders reach no network, no file and no program",
            );
            if !walls.landlock {
                report.note(
                    "sandbox",
                    "this kernel has no Landlock; the filter of system calls stands alone",
                );
            }
        }
        Ok(reply) => report.bad(
            "sandbox",
            &format!(
                "decoders can break out: {:?}; a kernel with seccomp is needed",
                reply.answer.proof
            ),
        ),
        Err(why) => report.bad("sandbox", &why.to_string()),
    }
    let helpers = &examiner.helpers;
    // Found is not yet working: a language may be missing, a daemon down.
    let silent = match &helpers.tesseract {
        Some(_) => helpers.read_text(&examiner, white_paper()).await.is_none(),
        None => false,
    };
    let silent = silent.then_some("reads nothing: apt install tesseract-ocr-ind");
    helper(
        report,
        "tesseract",
        helpers.tesseract.as_deref(),
        silent,
        "photos are not read (apt install tesseract-ocr tesseract-ocr-ind)",
    );
    helper(
        report,
        "heif-convert",
        helpers.heif_convert.as_deref(),
        None,
        "iPhone photos are kept unexamined (apt install libheif-examples)",
    );
    let silent = match &helpers.clamd {
        Some(socket) => clamd::scan(socket, &Bytes::from_static(b"loket check")).await,
        None => Scan::Clean,
    };
    let silent = match &silent {
        Scan::Unknown(why) => Some(why.as_str()),
        _ => None,
    };
    helper(
        report,
        "clamd",
        helpers.clamd.as_deref(),
        silent,
        "files are not scanned for viruses (apt install clamav-daemon)",
    );
}

/// A helper that is missing costs what it does; one that is there and does not work is for somebody to mend.
fn helper(
    report: &mut Report,
    name: &str,
    found: Option<&Path>,
    silent: Option<&str>,
    without: &str,
) {
    match (found, silent) {
        (Some(path), None) => report.good(name, &path.display().to_string()),
        (Some(path), Some(why)) => report.bad(name, &format!("{}: {why}", path.display())),
        (None, _) => report.note(name, &format!("not found: {without}")),
    }
}

/// An empty page, for OCR to find nothing on.
fn white_paper() -> Bytes {
    jpeg_of(&Gray::filled(400, 300, 255), 80).into()
}

/// A clock before the program was made is wrong, and every deadline with it.
fn clock(report: &mut Report) {
    let now = Clock::System.now();
    let made = Timestamp::from_second(1_793_000_000).unwrap_or(Timestamp::UNIX_EPOCH);
    if now.duration_since(made) < SignedDuration::ZERO {
        report.bad(
            "clock",
            &format!("{now} is in the past: set the time (timedatectl set-ntp true)"),
        );
    } else {
        report.good("clock", &now.to_string());
    }
}

async fn receive(mailbox: &MailboxSettings, report: &mut Report) {
    let what = format!("receive {}", mailbox.name);
    let account = match Source::of(mailbox) {
        Source::Imap(account) => account,
        Source::Maildir(maildir) => {
            return match maildir.path.join("cur").is_dir() && maildir.path.join("new").is_dir() {
                true => report.good(&what, &format!("Maildir {}", maildir.path.display())),
                false => report.bad(
                    &what,
                    &format!(
                        "{} has no folders cur and new: no Maildir",
                        maildir.path.display()
                    ),
                ),
            };
        }
    };
    if let Some(note) = account
        .server
        .login
        .as_ref()
        .and_then(|login| secret::note(&login.secret))
    {
        report.note(&what, &note);
    }
    match imap::probe(&account, &Limits::default()).await {
        Ok(found) => report.probe(&what, &found),
        Err(error) => report.bad(&what, &error.to_string()),
    }
}

async fn send(mailbox: &MailboxSettings, report: &mut Report) {
    let what = format!("send {}", mailbox.name);
    let transport = match transport(mailbox) {
        Ok(transport) => transport,
        Err(error) => return report.bad(&what, &error.to_string()),
    };
    match transport.probe().await {
        Ok(probe) => {
            let encrypted = if probe.encrypted {
                "encrypted"
            } else {
                "not encrypted"
            };
            let signed_in = probe
                .signed_in
                .map_or("no sign-in".to_owned(), |how| format!("signed in ({how})"));
            let place = format!("{}, {encrypted}, {signed_in}", probe.place);
            report.good(&what, &with_capabilities(place, &probe.capabilities));
        }
        Err(error) => report.bad(&what, &error.to_string()),
    }
}

/// A folder to send into has none.
fn with_capabilities(words: String, capabilities: &[String]) -> String {
    match capabilities {
        [] => words,
        some => format!("{words}; {}", some.join(" ")),
    }
}

/// The lines on standard output.
#[derive(Default)]
struct Report {
    failed: u32,
}

impl Report {
    fn good(&mut self, what: &str, words: &str) {
        say!("ok      {what}: {words}");
    }

    fn note(&mut self, what: &str, words: &str) {
        say!("note    {what}: {words}");
    }

    fn bad(&mut self, what: &str, words: &str) {
        self.failed += 1;
        say!("FAILED  {what}: {words}");
    }

    fn probe(&mut self, what: &str, found: &imap::ProbeReport) {
        self.good(
            what,
            &with_capabilities("signed in".to_owned(), &found.capabilities),
        );
        for folder in &found.examined {
            self.good(
                what,
                &format!("folder {}: {} mails", folder.folder, folder.mails),
            );
        }
        for warning in &found.warnings {
            self.note(what, warning);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_capabilities_ends_where_it_ends() {
        let words = || "out, not encrypted, no sign-in".to_owned();
        assert_eq!(with_capabilities(words(), &[]), words());
        let some = ["SIZE".to_owned(), "DSN".to_owned()];
        assert_eq!(
            with_capabilities("signed in".to_owned(), &some),
            "signed in; SIZE DSN"
        );
    }
}

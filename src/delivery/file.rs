//! `file:DIR`: one `.eml` for each mail, whole or not there at all, the same however often it is written.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use super::Outcome;
use crate::{correspondence::OutgoingMail, digest::Digest, tender::OutboxId};

/// Why a mail was not written.
enum Failed {
    /// Nothing of it stands under its name.
    Written(io::Error),
    /// The disk would not say that it wrote: the process ends, whatever it says the next time (P8, F10).
    Synced(io::Error),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Failed {
        Failed::Written(error)
    }
}

/// Writes one mail. The octets are on the disk when this returns [`Outcome::Accepted`]. `Err`: a sync failed.
pub fn write(dir: &Path, id: OutboxId, mail: &OutgoingMail) -> Result<Outcome, String> {
    let failed = |error| format!("cannot write into {}: {error}", dir.display());
    match place(dir, &name(id, mail), &mail.raw) {
        Ok(name) => Ok(Outcome::Accepted(format!(
            "written to {}",
            dir.join(name).display()
        ))),
        Err(Failed::Written(error)) => Ok(Outcome::Temporary(failed(error))),
        Err(Failed::Synced(error)) => Err(failed(error)),
    }
}

/// Proves that mails could be written.
pub fn prove(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let trial = dir.join(".loket-check");
    match store(&trial, b"") {
        Ok(()) => fs::remove_file(trial),
        Err(Failed::Written(error) | Failed::Synced(error)) => Err(error),
    }
}

/// `000012-acknowledgement-tender_contohkarya.test`: safe on every file system.
fn name(id: OutboxId, mail: &OutgoingMail) -> String {
    let to: String = mail
        .to
        .as_str()
        .chars()
        .map(|c| match c {
            'a'..='z' | '0'..='9' | '.' | '-' | '_' | '+' | '@' => c,
            _ => '_',
        })
        .take(120)
        .collect();
    format!("{:06}-{}-{to}", id.0, mail.kind.word())
}

/// Another mail of that name, from an older database, is never written over: the digest then tells them apart.
fn place(dir: &Path, name: &str, raw: &[u8]) -> Result<String, Failed> {
    make(dir)?;
    let plain = format!("{name}.eml");
    let apart = format!("{name}-{}.eml", Digest::of(raw).short());
    for candidate in [&plain, &apart] {
        let path = dir.join(candidate);
        match fs::read(&path) {
            Ok(there) if there == raw => {
                // Whoever wrote it may have died before it was safe.
                sync(&path)?;
                sync(dir)?;
                return Ok(candidate.clone());
            }
            Ok(_) => continue,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        let half = dir.join(format!(".{candidate}.part"));
        store(&half, raw)?;
        fs::rename(&half, &path)?;
        sync(dir)?;
        return Ok(candidate.clone());
    }
    Err(Failed::Written(io::Error::other(format!(
        "{apart} is there and holds something else"
    ))))
}

/// The folder, made durable up to what was there before.
fn make(dir: &Path) -> Result<(), Failed> {
    let new = dir.ancestors().take_while(|at| !at.exists()).count();
    fs::create_dir_all(dir)?;
    for parent in dir.ancestors().skip(1).take(new) {
        // A relative path ends in the empty one: the folder we work in.
        sync(if parent == Path::new("") {
            Path::new(".")
        } else {
            parent
        })?;
    }
    Ok(())
}

fn store(path: &Path, bytes: &[u8]) -> Result<(), Failed> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all().map_err(Failed::Synced)
}

fn sync(path: &Path) -> Result<(), Failed> {
    File::open(path)?.sync_all().map_err(Failed::Synced)
}

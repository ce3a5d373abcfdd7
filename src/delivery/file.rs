//! `file:DIR`: one `.eml` for each mail, whole or not there at all, the same however often it is written.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use super::Outcome;
use crate::{correspondence::OutgoingMail, digest::Digest, tender::OutboxId};

/// Writes one mail. The octets are on the disk when this returns [`Outcome::Accepted`].
pub fn write(dir: &Path, id: OutboxId, mail: &OutgoingMail) -> Outcome {
    match place(dir, &name(id, mail), &mail.raw) {
        Ok(name) => Outcome::Accepted(format!("written to {}", dir.join(name).display())),
        Err(error) => Outcome::Temporary(format!("cannot write into {}: {error}", dir.display())),
    }
}

/// Proves that mails could be written.
pub fn prove(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let trial = dir.join(".loket-check");
    store(&trial, b"")?;
    fs::remove_file(trial)
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
fn place(dir: &Path, name: &str, raw: &[u8]) -> io::Result<String> {
    fs::create_dir_all(dir)?;
    let plain = format!("{name}.eml");
    let apart = format!("{name}-{}.eml", Digest::of(raw).short());
    for candidate in [&plain, &apart] {
        let path = dir.join(candidate);
        match fs::read(&path) {
            Ok(there) if there == raw => return Ok(candidate.clone()),
            Ok(_) => continue,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let half = dir.join(format!(".{candidate}.part"));
        store(&half, raw)?;
        fs::rename(&half, &path)?;
        File::open(dir)?.sync_all()?;
        return Ok(candidate.clone());
    }
    Err(io::Error::other(format!(
        "{apart} is there and holds something else"
    )))
}

fn store(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

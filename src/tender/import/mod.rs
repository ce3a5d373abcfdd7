//! Tenders as the Pokja writes them: [`parse`] reads a file and lists every mistake in it, [`diff`] tells what would
//! change in the registry. The same file twice changes nothing; one mistake, and nothing changes at all. Pure.

mod checks;
mod diff;
mod doubts;
mod parse;
mod session;
mod tell;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{
    Bidder, DocumentWord, Meeting, OfficialLetter, ProcurementKind, Session, SessionKind, Tender,
};
use crate::{address::EmailAddress, form::Places};

pub use crate::form::Mistake as ImportError;
pub use diff::{Context, diff};
pub use doubts::doubts;
pub use parse::parse;
pub use tell::describe;

/// One file that holds no mistake of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportFile {
    /// Its name as the person gave it.
    pub name: String,
    pub tender: ImportedTender,
    pub bidders: Vec<ImportedBidder>,
    pub sessions: Vec<ImportedSession>,
    /// Oddities that are no mistakes: a person should look at them.
    pub warnings: Vec<ImportError>,
    places: Places,
}

impl ImportFile {
    /// The negotiation files that the sessions name, beside this file; who calls [`diff`] reads and stores them.
    pub fn given_files(&self) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = self
            .sessions
            .iter()
            .filter_map(|session| session.file.as_deref())
            .map(|file| self.beside(file))
            .collect();
        paths.sort();
        paths.dedup();
        paths
    }

    fn beside(&self, file: &str) -> PathBuf {
        match Path::new(&self.name).parent() {
            Some(folder) => folder.join(file),
            None => PathBuf::from(file),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct ImportedTender {
    pub code: String,
    pub name: String,
    pub mailbox: String,
    pub kind: ProcurementKind,
    /// Of every session that has none of its own.
    pub letter: Option<OfficialLetter>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ImportedBidder {
    pub name: String,
    pub npwp: Option<String>,
    pub nib: Option<String>,
    pub director: Option<String>,
    pub phone: Option<String>,
    pub emails: Vec<EmailAddress>,
    pub experts: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ImportedSession {
    pub kind: SessionKind,
    pub starts: Timestamp,
    pub ends: Timestamp,
    pub invite: Option<Timestamp>,
    pub due: Timestamp,
    /// Indices into the bidders of the file; all of them where the file names none.
    pub bidders: Vec<usize>,
    pub meeting: Meeting,
    pub letter: Option<OfficialLetter>,
    pub documents: Vec<DocumentWord>,
    /// As written: beside the tender's file.
    pub file: Option<String>,
    pub file_at: Option<Timestamp>,
}

/// One change of the registry. Whoever applies them keeps the order: a tender stands before its bidders, a bidder before
/// its sessions. A new row has a placeholder id below zero (-1, -2, … for each kind of row, over all files); the
/// database puts the real one in its place, also where a later change refers to it. Rows that exist keep their id.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    AddTender(Tender),
    UpdateTender {
        before: Tender,
        after: Tender,
    },
    AddBidder(Bidder),
    /// Also a withdrawn bidder that came back: `before.withdrawn` and not `after.withdrawn`.
    UpdateBidder {
        before: Bidder,
        after: Bidder,
    },
    /// As it stood before; from now on `withdrawn`.
    WithdrawBidder(Bidder),
    AddSession(Session),
    /// Also a withdrawn session that came back. Reference and token never change.
    UpdateSession {
        before: Box<Session>,
        after: Box<Session>,
    },
    /// As it stood before; from now on `withdrawn`.
    WithdrawSession(Session),
}

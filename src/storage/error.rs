//! What can go wrong with kept things, by what a caller must do about it.

use std::{error::Error, io};

use rustix::io::Errno;

use crate::digest::Digest;

/// Why a file was not kept or not given back.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Pause; the mail stays at the server (P9).
    #[error("storage is full at {path}: {why}; free some space, the work goes on by itself")]
    Full { path: String, why: String },
    /// The disk failed, or would not say that it wrote: end the process, do not try again in it (P8, F10).
    #[error(
        "storage failed at {path}: {why}; the disk must be looked at, nothing more is taken in until a new start"
    )]
    Fatal { path: String, why: String },
    /// Not the octets that were kept.
    #[error(
        "{path} is damaged: its SHA-256 is {found}, expected {expected}; it was left as it is, a sound copy may lie beside it as *.sound*"
    )]
    Corrupt {
        path: String,
        expected: Digest,
        found: Digest,
    },
    #[error("{path} is missing in the storage; bring it back from a backup")]
    Missing { path: String },
    /// Another file has this name; it was not touched.
    #[error("{path} is taken by another file, which was not touched; move it away and try again")]
    Occupied { path: String },
    /// Try again later.
    #[error("storage, at {path}: {why}")]
    Other { path: String, why: String },
}

impl StorageError {
    /// The process must end without taking in or sending anything more.
    pub fn is_fatal(&self) -> bool {
        matches!(self, StorageError::Fatal { .. })
    }

    /// Reads what `object_store` says. Its local errors are private, so the number of the operating system counts, and
    /// for a failed sync the one constant beginning of its text.
    pub(super) fn of(path: &str, error: object_store::Error) -> StorageError {
        if let object_store::Error::NotFound { .. } = error {
            return StorageError::Missing {
                path: path.to_owned(),
            };
        }
        let mut innermost: &(dyn Error + 'static) = &error;
        let mut failed_sync = false;
        let mut number = None;
        loop {
            failed_sync |= innermost
                .to_string()
                .starts_with("Unable to sync data to disk");
            if let Some(io) = innermost.downcast_ref::<io::Error>() {
                number = Errno::from_io_error(io).or(number);
            }
            match innermost.source() {
                Some(source) => innermost = source,
                None => break,
            }
        }
        let classed = StorageError::classed(path, number, innermost.to_string());
        if failed_sync {
            classed.into_fatal()
        } else {
            classed
        }
    }

    /// Any failed sync is fatal, whatever its number.
    pub(super) fn of_sync(path: &str, error: io::Error) -> StorageError {
        StorageError::of_io(path, error).into_fatal()
    }

    pub(super) fn of_io(path: &str, error: io::Error) -> StorageError {
        StorageError::classed(path, Errno::from_io_error(&error), error.to_string())
    }

    fn classed(path: &str, number: Option<Errno>, why: String) -> StorageError {
        let path = path.to_owned();
        match number {
            Some(Errno::NOSPC | Errno::DQUOT) => StorageError::Full { path, why },
            // ROFS: what Linux turns a file system into when it meets an error.
            Some(Errno::IO | Errno::ROFS) => StorageError::Fatal { path, why },
            Some(Errno::NOENT) => StorageError::Missing { path },
            _ => StorageError::Other { path, why },
        }
    }

    pub(super) fn into_fatal(self) -> StorageError {
        match self {
            StorageError::Full { path, why } | StorageError::Other { path, why } => {
                StorageError::Fatal { path, why }
            }
            StorageError::Missing { path } => StorageError::Fatal {
                path,
                why: "it vanished while it was written".to_owned(),
            },
            other => other,
        }
    }
}

//! What a folder on this machine needs beside `LocalFileSystem`: durable parents, sealed originals, space, sweeping.

use std::{
    collections::HashSet,
    fs::{self, File, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{
        LazyLock, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::{Timestamp, ToSpan};
use object_store::local::LocalFileSystem;
use regex::Regex;

use super::{GIVEN, ORIGINALS, StorageError};

#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    /// Folders whose own names this process has seen synced, up to the root.
    synced: Mutex<HashSet<PathBuf>>,
    /// A sync failed. The kernel tells that once and may call the next one good, so none is asked for any more (P8).
    broken: AtomicBool,
}

impl Folder {
    pub(super) fn open(root: &Path) -> Result<Folder, StorageError> {
        let shown = root.display().to_string();
        let failed = |error| StorageError::of_io(&shown, error);
        let made = root.ancestors().take_while(|at| !at.exists()).count();
        fs::create_dir_all(root).map_err(failed)?;
        let root = fs::canonicalize(root).map_err(failed)?;
        for parent in root.ancestors().skip(1).take(made) {
            sync(parent)?;
        }
        Ok(Folder {
            root,
            synced: Mutex::default(),
            broken: AtomicBool::new(false),
        })
    }

    pub(super) fn store(&self) -> Result<LocalFileSystem, StorageError> {
        LocalFileSystem::new_with_prefix(&self.root)
            .map(|store| store.with_fsync(true))
            .map_err(|error| StorageError::of(&self.root.display().to_string(), error))
    }

    /// `LocalFileSystem` syncs the folders that it made itself in one call. Those that another writer made a moment
    /// ago, or one that was killed before its sync, it takes for granted; we do not.
    pub(super) fn sync_parents(&self, path: &str) -> Result<(), StorageError> {
        let file = self.root.join(path);
        let Some(parent) = file.parent() else {
            return Ok(());
        };
        let known = |folder: &Path| {
            let synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
            synced.contains(folder)
        };
        let new: Vec<&Path> = parent
            .ancestors()
            .take_while(|folder| folder.starts_with(&self.root) && !known(folder))
            .collect();
        for folder in &new {
            self.sync(folder)?;
        }
        let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
        synced.extend(new.into_iter().map(Path::to_owned));
        Ok(())
    }

    /// Syncs a file that is there already, and the folder that holds its name.
    pub(super) fn settle(&self, path: &str) -> Result<(), StorageError> {
        let file = self.root.join(path);
        self.sync(&file)?;
        if let Some(parent) = file.parent() {
            self.sync(parent)?;
        }
        self.sync_parents(path)
    }

    /// Makes the absence of a removed file durable.
    pub(super) fn sync_folder_of(&self, path: &str) -> Result<(), StorageError> {
        match self.root.join(path).parent() {
            Some(parent) => self.sync(parent),
            None => Ok(()),
        }
    }

    /// While the process ends, others of its tasks still come by: they are told the same.
    fn sync(&self, path: &Path) -> Result<(), StorageError> {
        if self.broken.load(Ordering::Acquire) {
            let earlier = io::Error::other("an earlier sync failed");
            return Err(StorageError::of_sync(&path.display().to_string(), earlier));
        }
        sync(path).inspect_err(|_| self.broken.store(true, Ordering::Release))
    }

    /// `LocalFileSystem` makes files by the umask. Mode 0400 keeps honest programs from writing to an original.
    pub(super) fn seal(&self, path: &str) -> Result<(), StorageError> {
        fs::set_permissions(self.root.join(path), Permissions::from_mode(0o400))
            .map_err(|error| StorageError::of_io(path, error))
    }

    pub(super) fn free_space(&self) -> Option<u64> {
        let space = rustix::fs::statvfs(&self.root).ok()?;
        Some(space.f_bavail.saturating_mul(space.f_frsize))
    }

    pub(super) fn sweep_staged(&self, now: Timestamp) -> Result<Vec<String>, StorageError> {
        let before = now.saturating_sub(36.hours()).unwrap_or(Timestamp::MIN);
        let mut swept = Vec::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            let shown = folder.display().to_string();
            let failed = |error| StorageError::of_io(&shown, error);
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let kind = entry.file_type().map_err(failed)?;
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file()
                    && self.is_ours_to_sweep(&entry.path())
                    && is_older(&entry, before)
                {
                    match fs::remove_file(entry.path()) {
                        Ok(()) => swept.push(entry.path().display().to_string()),
                        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                        Err(error) => return Err(failed(error)),
                    }
                }
            }
        }
        swept.sort();
        Ok(swept)
    }

    /// In the tree a person may have put a file that is called `Lampiran #2`: there, only names of our making count.
    fn is_ours_to_sweep(&self, file: &Path) -> bool {
        static MADE_BY_US: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"^\S+ \d{4,}-\d{2,}\b").expect("a constant pattern"));
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let ours = file.starts_with(self.root.join(ORIGINALS))
            || file.starts_with(self.root.join(GIVEN))
            || MADE_BY_US.is_match(&name);
        ours && is_staged(&name)
    }
}

/// The names under which `LocalFileSystem` writes before it publishes: `name#1`.
pub(super) fn is_staged(name: &str) -> bool {
    name.rsplit_once('#').is_some_and(|(_, number)| {
        !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
    })
}

fn is_older(entry: &fs::DirEntry, before: Timestamp) -> bool {
    let written = entry.metadata().and_then(|metadata| metadata.modified());
    written
        .ok()
        .and_then(|time| Timestamp::try_from(time).ok())
        .is_some_and(|time| time < before)
}

fn sync(path: &Path) -> Result<(), StorageError> {
    let shown = path.display().to_string();
    let file = File::open(path).map_err(|error| StorageError::of_io(&shown, error))?;
    file.sync_all()
        .map_err(|error| StorageError::of_sync(&shown, error))
}

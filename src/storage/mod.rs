//! Originals by digest, and the tree that people open, behind `object_store`: nothing outside this room knows a local path.
//!
//! Nothing here overwrites or truncates what was kept, and nothing removes an original (P11); every write is create-only
//! and durable when it returns. Files in the tree are copies, never hard links: who edits one must not reach the original (F15).

mod error;
mod folder;
#[cfg(test)]
mod tests;

pub use error::StorageError;

use std::{collections::BTreeSet, sync::Arc};

use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use jiff::Timestamp;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, path::Path};

use crate::{desk::naming::TreePath, digest::Digest, settings::StorageUrl};
use folder::Folder;

/// Raw mails, nothing else.
const ORIGINALS: &str = "originals";
/// Files that the Pokja gave to be signed and returned.
const GIVEN: &str = "given";

/// Where everything is kept. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    /// What only a folder on this machine can and must do; `None` for an object store elsewhere.
    folder: Option<Arc<Folder>>,
}

/// What became of a file that was to be put into the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    New,
    /// The same octets are there under that name: somebody was here before (P15).
    Already,
}

/// What became of a paper that was to leave the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawn {
    Removed,
    /// Nothing bears that name: somebody was here before.
    Missing,
    /// A person changed it: it was left where it is, for people to look at.
    Changed,
}

impl Withdrawn {
    pub fn word(self) -> &'static str {
        match self {
            Withdrawn::Removed => "removed",
            Withdrawn::Missing => "missing",
            Withdrawn::Changed => "changed",
        }
    }
}

/// One kept file, as listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Below the storage root, parts joined by `/`.
    pub path: String,
    pub bytes: u64,
}

impl Storage {
    /// Opens the storage, making its root when it is not there.
    pub fn open(url: &StorageUrl) -> Result<Storage, StorageError> {
        match url {
            StorageUrl::File(root) => {
                let folder = Folder::open(root)?;
                Ok(Storage {
                    store: Arc::new(folder.store()?),
                    folder: Some(Arc::new(folder)),
                })
            }
        }
    }

    /// Keeps a raw mail under its SHA-256. When it returns `Ok`, the mail survives a power cut.
    pub async fn put_original(&self, raw: Bytes) -> Result<Digest, StorageError> {
        self.put_by_digest(ORIGINALS, ".eml", raw).await
    }

    /// A raw mail, hashed again: what comes back is what came in, or an error.
    pub async fn original(&self, digest: &Digest) -> Result<Bytes, StorageError> {
        self.by_digest(ORIGINALS, ".eml", digest).await
    }

    /// Keeps a file that the Pokja gave to be signed, under its SHA-256.
    pub async fn put_given(&self, file: Bytes) -> Result<Digest, StorageError> {
        self.put_by_digest(GIVEN, "", file).await
    }

    /// A file that the Pokja gave, hashed again.
    pub async fn given(&self, digest: &Digest) -> Result<Bytes, StorageError> {
        self.by_digest(GIVEN, "", digest).await
    }

    /// Where the original of this digest lies, below the storage root: for `export`, `verify` and people.
    pub fn original_path(digest: &Digest) -> String {
        digest_path(ORIGINALS, ".eml", digest)
    }

    /// Puts a file into the tree. Doing it again changes nothing; another file under the name is never touched.
    pub async fn place(&self, at: &TreePath, content: Bytes) -> Result<Placed, StorageError> {
        self.place_at(at.as_str(), content).await
    }

    async fn place_at(&self, at: &str, content: Bytes) -> Result<Placed, StorageError> {
        let path = parse(at)?;
        if self.create(&path, content.clone()).await? {
            return Ok(Placed::New);
        }
        match self.get(&path).await {
            Ok(present) if present == content => {
                self.settle(&path).await?;
                Ok(Placed::Already)
            }
            Ok(_) => Err(StorageError::Occupied {
                path: path.to_string(),
            }),
            // A folder bears the name.
            Err(StorageError::Missing { path }) => Err(StorageError::Occupied { path }),
            Err(other) => Err(other),
        }
    }

    /// Writes a page made from what is kept, over the one before: nothing that anybody sent, and made again at any time.
    pub async fn publish(&self, at: &TreePath, page: Bytes) -> Result<(), StorageError> {
        let path = parse(at.as_str())?;
        self.store
            .put(&path, PutPayload::from_bytes(page))
            .await
            .map(drop)
            .map_err(|error| StorageError::of(path.as_ref(), error))
    }

    /// Takes away what [`Storage::publish`] wrote; it is made again when it is wanted.
    pub async fn unpublish(&self, at: &TreePath) -> Result<(), StorageError> {
        let path = parse(at.as_str())?;
        match self.store.delete(&path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(StorageError::of(path.as_ref(), error)),
        }
    }

    /// Names of the files in one folder.
    pub async fn names(&self, folder: &str) -> Result<BTreeSet<String>, StorageError> {
        let mut names = BTreeSet::new();
        let mut listed = self.list(folder);
        while let Some(stored) = listed.next().await {
            if let Some(name) = stored?.path.rsplit('/').next() {
                names.insert(name.to_owned());
            }
        }
        Ok(names)
    }

    /// Takes a paper out of the tree that a person's decision moved elsewhere: the one removal there is, for copies whose
    /// mail is kept under [`ORIGINALS`]. Only the octets that were filed go; doing it again changes nothing.
    pub async fn withdraw(&self, at: &TreePath, filed: &Digest) -> Result<Withdrawn, StorageError> {
        let path = parse(at.as_str())?;
        let room = at.as_str().split('/').next().unwrap_or_default();
        if [ORIGINALS, GIVEN].contains(&room) {
            return Err(StorageError::Other {
                path: path.to_string(),
                why: "only papers of the tree may be taken away".to_owned(),
            });
        }
        let present = match self.get(&path).await {
            Ok(present) => present,
            Err(StorageError::Missing { .. }) => return Ok(Withdrawn::Missing),
            Err(error) => return Err(error),
        };
        if digest_of(present).await? != *filed {
            return Ok(Withdrawn::Changed);
        }
        match self.store.delete(&path).await {
            Ok(()) => {}
            Err(object_store::Error::NotFound { .. }) => return Ok(Withdrawn::Missing),
            Err(error) => return Err(StorageError::of(path.as_ref(), error)),
        }
        if let Some(folder) = &self.folder {
            let (folder, path) = (folder.clone(), path.clone());
            off_the_runtime(move || folder.sync_folder_of(path.as_ref())).await??;
        }
        Ok(Withdrawn::Removed)
    }

    /// A file of the tree as it is now; people may have changed it.
    pub async fn read(&self, at: &TreePath) -> Result<Bytes, StorageError> {
        self.get(&parse(at.as_str())?).await
    }

    /// Every file below a prefix (whole parts of a path; empty: all), in no order. Staged files are left out.
    pub fn list(&self, prefix: &str) -> BoxStream<'static, Result<Stored, StorageError>> {
        let prefix = match parse(prefix) {
            Ok(prefix) => prefix,
            Err(error) => return futures::stream::iter([Err(error)]).boxed(),
        };
        self.store
            .list(Some(&prefix))
            .filter_map(async |found| match found {
                Ok(meta) if folder::is_staged(meta.location.filename().unwrap_or_default()) => None,
                Ok(meta) => Some(Ok(Stored {
                    path: meta.location.to_string(),
                    bytes: meta.size,
                })),
                Err(error) => Some(Err(StorageError::of("the list of kept files", error))),
            })
            .boxed()
    }

    /// Proves, for `loket check`, that a file can be written and read back. Doing it again writes nothing new.
    pub async fn prove(&self) -> Result<(), StorageError> {
        let proof = Bytes::from_static(b"loket check\n");
        let digest = self.put_given(proof).await?;
        self.given(&digest).await.map(drop)
    }

    /// Octets that may still be written; `None` where the storage does not tell.
    pub fn free_space(&self) -> Option<u64> {
        self.folder.as_ref()?.free_space()
    }

    /// Removes what writers that were killed left behind more than 36 hours ago, and names it.
    pub async fn sweep_staged(&self, now: Timestamp) -> Result<Vec<String>, StorageError> {
        match &self.folder {
            Some(folder) => {
                let folder = folder.clone();
                off_the_runtime(move || folder.sweep_staged(now)).await?
            }
            None => Ok(Vec::new()),
        }
    }

    async fn put_by_digest(
        &self,
        room: &str,
        extension: &str,
        content: Bytes,
    ) -> Result<Digest, StorageError> {
        let digest = digest_of(content.clone()).await?;
        let path = parse(&digest_path(room, extension, &digest))?;
        if !self.create(&path, content.clone()).await? {
            // The name is there. A writer may have died between the name and its sync, so it is proven and synced anew.
            match self.by_digest(room, extension, &digest).await {
                Ok(_) => self.settle(&path).await?,
                Err(StorageError::Corrupt { path, found, .. }) => {
                    // The damaged file stays as it is, for the people who must find out why; the sound one goes beside it.
                    let beside = parse(&digest_path(room, &format!(".sound{extension}"), &digest))?;
                    if !self.create(&beside, content).await? {
                        self.settle(&beside).await?;
                    }
                    self.seal(&beside).await?;
                    return Err(StorageError::Corrupt {
                        path,
                        expected: digest,
                        found,
                    });
                }
                Err(other) => return Err(other),
            }
        }
        self.seal(&path).await?;
        Ok(digest)
    }

    async fn by_digest(
        &self,
        room: &str,
        extension: &str,
        digest: &Digest,
    ) -> Result<Bytes, StorageError> {
        let path = parse(&digest_path(room, extension, digest))?;
        let content = self.get(&path).await?;
        let found = digest_of(content.clone()).await?;
        if found == *digest {
            Ok(content)
        } else {
            Err(StorageError::Corrupt {
                path: path.to_string(),
                expected: *digest,
                found,
            })
        }
    }

    /// `false`: the name is taken, nothing was written.
    async fn create(&self, path: &Path, content: Bytes) -> Result<bool, StorageError> {
        let create = PutOptions::from(PutMode::Create);
        match self
            .store
            .put_opts(path, PutPayload::from_bytes(content), create)
            .await
        {
            Ok(_) => {
                if let Some(folder) = &self.folder {
                    let (folder, path) = (folder.clone(), path.clone());
                    off_the_runtime(move || folder.sync_parents(path.as_ref())).await??;
                }
                Ok(true)
            }
            Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
            Err(error) => {
                let error = StorageError::of(path.as_ref(), error);
                // `LocalFileSystem` gives one error for "no name made" and "name made, folder not synced". A name that
                // is there all the same means that a sync failed, whatever its number (P8).
                if matches!(error, StorageError::Full { .. }) && self.store.head(path).await.is_ok()
                {
                    return Err(error.into_fatal());
                }
                Err(error)
            }
        }
    }

    /// Makes a file durable that somebody else put there.
    async fn settle(&self, path: &Path) -> Result<(), StorageError> {
        match &self.folder {
            Some(folder) => {
                let (folder, path) = (folder.clone(), path.clone());
                off_the_runtime(move || folder.settle(path.as_ref())).await?
            }
            None => Ok(()),
        }
    }

    /// Takes away every right to write.
    async fn seal(&self, path: &Path) -> Result<(), StorageError> {
        match &self.folder {
            Some(folder) => {
                let (folder, path) = (folder.clone(), path.clone());
                off_the_runtime(move || folder.seal(path.as_ref())).await?
            }
            None => Ok(()),
        }
    }

    async fn get(&self, path: &Path) -> Result<Bytes, StorageError> {
        let found = self.store.get(path).await;
        let content = match found {
            Ok(found) => found.bytes().await,
            Err(error) => Err(error),
        };
        content.map_err(|error| StorageError::of(path.as_ref(), error))
    }
}

/// Names go through as they are: `Path::from` would percent-encode brackets, `#`, `~` and more.
fn parse(path: &str) -> Result<Path, StorageError> {
    Path::parse(path).map_err(|error| StorageError::Other {
        path: path.to_owned(),
        why: error.to_string(),
    })
}

fn digest_path(room: &str, extension: &str, digest: &Digest) -> String {
    let hex = digest.hex();
    format!("{room}/{}/{hex}{extension}", &hex[..2])
}

/// A mail of 25 MB takes long enough to hash that other mailboxes would notice.
async fn digest_of(content: Bytes) -> Result<Digest, StorageError> {
    if content.len() < 64 * 1024 {
        return Ok(Digest::of(&content));
    }
    off_the_runtime(move || Digest::of(&content)).await
}

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StorageError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StorageError::Other {
            path: "a storage task".to_owned(),
            why: error.to_string(),
        })
}

//! The ledger and the store behind it, as a mailbox sees them: original, row, message and event are durable before
//! anything else happens (reliability.md P1, P3).

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::sync::Notify;

use super::office::Office;
use crate::{
    database::{
        self, DatabaseError,
        ledger::{Folder, Key, Refused, Stored},
        messages::{Heading, NewMessage},
    },
    digest::Digest,
    letter,
    mailbox::{Arrival, FolderEpoch, Health, Intake, IntakeError, Item, Refusal, Sweep},
    storage::StorageError,
};

/// Free space below which taking in pauses (P9): 4 times the largest mail, at least 1 GiB.
const SPACE_NEEDED: u64 = 1 << 30;

/// Originals written at one time.
const AT_ONCE: usize = 8;

/// Takes mail in for all mailboxes of the office.
pub struct Counter {
    office: Arc<Office>,
    /// Something was taken in: the clerk has work.
    pub arrived: Notify,
    /// By mailbox and folder what was last kept as the cause that it is not read.
    causes: Mutex<HashMap<(String, String), String>>,
}

impl Counter {
    pub fn new(office: Arc<Office>) -> Counter {
        Counter {
            office,
            arrived: Notify::new(),
            causes: Mutex::default(),
        }
    }

    async fn keep(&self, folder: &FolderEpoch, arrivals: Vec<Arrival>) -> Result<(), IntakeError> {
        if self
            .office
            .storage
            .free_space()
            .is_some_and(|free| free < SPACE_NEEDED)
        {
            return Err(IntakeError::Full(
                "less than 1 GiB is free where papers are kept; free some space".into(),
            ));
        }
        // Several at once: the disk syncs them together. In order, so that numbers follow the order of arrival.
        let keeping: Vec<_> = arrivals
            .into_iter()
            .map(|arrival| {
                let storage = self.office.storage.clone();
                async move {
                    Ok::<_, StorageError>((
                        storage.put_original(arrival.raw.clone()).await?,
                        arrival,
                    ))
                }
            })
            .collect();
        let kept: Vec<(Digest, Arrival)> = stream::iter(keeping)
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let mut tx = self.office.begin().await?;
        let mut stored = Vec::with_capacity(kept.len());
        for (sha256, arrival) in kept {
            let mail = NewMessage {
                mailbox: folder.mailbox.clone(),
                folder: folder.folder.clone(),
                identity: letter::identity(&arrival.raw),
                sha256,
                bytes: arrival.raw.len() as u64,
                received_at: arrival.arrived_at,
                heading: Heading::default(),
            };
            let taken_in = database::messages::take_in(&mut tx, &mail).await?;
            stored.push(Stored {
                key: key(&arrival.item),
                size: arrival.raw.len() as u64,
                arrived_at: arrival.arrived_at,
                sha256,
                message: taken_in.id(),
                note: arrival
                    .announced_size
                    .map(|size| format!("the server announced {size} octets")),
            });
        }
        database::ledger::mark_stored(&mut tx, &place(folder), &stored).await?;
        tx.commit().await?;
        self.arrived.notify_one();
        Ok(())
    }
}

impl Intake for Counter {
    async fn settled(&self, folder: &FolderEpoch) -> Result<BTreeSet<Item>, IntakeError> {
        let keys = database::ledger::settled(&self.office.database, &place(folder)).await?;
        Ok(keys.into_iter().map(item).collect())
    }

    async fn open(&self, folder: &FolderEpoch) -> Result<Vec<(Item, u32)>, IntakeError> {
        let rows = database::ledger::open(&self.office.database, &place(folder)).await?;
        Ok(rows
            .into_iter()
            .map(|(key, tries)| (item(key), tries))
            .collect())
    }

    async fn listed(&self, folder: &FolderEpoch, items: &[Item]) -> Result<(), IntakeError> {
        if items.is_empty() {
            return Ok(());
        }
        let keys: Vec<Key> = items.iter().map(key).collect();
        let mut tx = self.office.begin().await?;
        database::ledger::listed(&mut tx, &place(folder), &keys).await?;
        Ok(tx.commit().await?)
    }

    async fn store(&self, folder: &FolderEpoch, arrivals: Vec<Arrival>) -> Result<(), IntakeError> {
        self.keep(folder, arrivals).await
    }

    async fn missing(&self, folder: &FolderEpoch, items: &[Item]) -> Result<(), IntakeError> {
        let keys: Vec<Key> = items.iter().map(key).collect();
        let mut tx = self.office.begin().await?;
        database::ledger::missing(&mut tx, &place(folder), &keys).await?;
        Ok(tx.commit().await?)
    }

    async fn refused(
        &self,
        folder: &FolderEpoch,
        refusal: Refusal,
        last: bool,
    ) -> Result<(), IntakeError> {
        let refused = Refused {
            arrived_at: refusal.arrived_at,
            size: refusal.size,
            header: refusal.header.map(|header| header.to_vec()),
            why: refusal.why,
        };
        let mut tx = self.office.begin().await?;
        database::ledger::refused(&mut tx, &place(folder), &key(&refusal.item), &refused, last)
            .await?;
        Ok(tx.commit().await?)
    }

    async fn swept(&self, folder: &FolderEpoch, sweep: Sweep) -> Result<(), IntakeError> {
        let mut tx = self.office.begin().await?;
        database::ledger::swept(&mut tx, &place(folder), sweep.exists).await?;
        Ok(tx.commit().await?)
    }

    /// Told in the log, and kept for the people who ask why a mailbox is not read.
    fn health(&self, mailbox: &str, folder: &str, health: Health) {
        tracing::info!(mailbox, folder, health = ?health, "mailbox.health");
        let Some(cause) = cause(&health) else {
            return;
        };
        let (office, mailbox, folder) =
            (self.office.clone(), mailbox.to_owned(), folder.to_owned());
        // A folder that is well goes from idle to working and back all day.
        let kept = {
            let mut causes = self.causes.lock().unwrap_or_else(PoisonError::into_inner);
            causes.insert((mailbox.clone(), folder.clone()), cause.clone())
        };
        if kept.as_ref() == Some(&cause) {
            return;
        }
        tokio::spawn(async move {
            let kept = async {
                let mut tx = office.begin().await?;
                database::ledger::set_health(&mut tx, &mailbox, &folder, &cause).await?;
                tx.commit().await
            };
            if let Err(error) = kept.await {
                tracing::warn!(mailbox, folder, %error, "mailbox.health-not-kept");
            }
        });
    }

    async fn last_epoch(&self, mailbox: &str, folder: &str) -> Result<Option<u32>, IntakeError> {
        Ok(database::ledger::last_epoch(&self.office.database, mailbox, folder).await?)
    }
}

/// What keeps a folder from being read, for people; empty: nothing does. `None`: it is tried again, and what was said holds.
fn cause(health: &Health) -> Option<String> {
    match health {
        Health::Connecting => None,
        Health::Working | Health::Idle | Health::Polling => Some(String::new()),
        Health::Refused(why) => Some(format!("server menolak nama atau kata sandi: {why}")),
        Health::Trust(why) => Some(format!("sertifikat server tidak dipercaya: {why}")),
        Health::Degraded(why) => Some(format!("gangguan: {why}")),
    }
}

fn place(folder: &FolderEpoch) -> Folder {
    Folder {
        mailbox: folder.mailbox.clone(),
        folder: folder.folder.clone(),
        uid_validity: folder.uid_validity,
    }
}

fn key(item: &Item) -> Key {
    match item {
        Item::Uid(uid) => Key {
            uid: *uid,
            file: String::new(),
        },
        Item::File(file) => Key {
            uid: 0,
            file: file.clone(),
        },
    }
}

fn item(key: Key) -> Item {
    if key.file.is_empty() {
        Item::Uid(key.uid)
    } else {
        Item::File(key.file)
    }
}

impl From<StorageError> for IntakeError {
    fn from(error: StorageError) -> IntakeError {
        match error {
            StorageError::Full { .. } => IntakeError::Full(error.to_string()),
            error if error.is_fatal() => IntakeError::Fatal(error.to_string()),
            error => IntakeError::Later(error.to_string()),
        }
    }
}

impl From<DatabaseError> for IntakeError {
    fn from(error: DatabaseError) -> IntakeError {
        match error {
            DatabaseError::Full(_) => IntakeError::Full(error.to_string()),
            error if error.is_fatal() => IntakeError::Fatal(error.to_string()),
            error => IntakeError::Later(error.to_string()),
        }
    }
}

//! A ledger and a store in memory, keeping the rules of [`Intake`] to the letter.

// Each test program uses a part of it.
#![allow(dead_code)]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
    time::Duration,
};

use bytes::Bytes;
use jiff::Timestamp;
use loket::mailbox::{Arrival, FolderEpoch, Health, Intake, IntakeError, Item, Refusal, Sweep};
use tokio::{sync::watch, time::Instant};

#[derive(Clone, Debug, PartialEq)]
pub enum State {
    Listed,
    Stored,
    Vanished,
    Refused,
}

#[derive(Clone, Debug)]
pub struct Row {
    pub state: State,
    pub tries: u32,
    pub missing_since: Option<Instant>,
    pub why: Option<String>,
    pub header: Option<Bytes>,
}

/// A mail that was handed over.
#[derive(Clone, Debug)]
pub struct Kept {
    pub folder: FolderEpoch,
    pub item: Item,
    pub arrived_at: Timestamp,
    pub raw: Bytes,
    pub announced_size: Option<u64>,
}

#[derive(Clone, Debug, Default)]
pub struct Contents {
    pub rows: BTreeMap<(FolderEpoch, Item), Row>,
    pub kept: Vec<Kept>,
    pub sweeps: Vec<Sweep>,
    pub health: Vec<Health>,
    pub epochs: BTreeMap<(String, String), u32>,
    /// What each call of `missing` named.
    pub missing: Vec<Vec<Item>>,
}

type Fault = Box<dyn FnMut(&[Arrival]) -> Result<(), IntakeError> + Send>;

pub struct Memory {
    contents: watch::Sender<Contents>,
    fault: Mutex<Fault>,
}

impl Default for Memory {
    fn default() -> Self {
        Memory {
            contents: watch::Sender::new(Contents::default()),
            fault: Mutex::new(Box::new(|_| Ok(()))),
        }
    }
}

impl Memory {
    /// Storing fails as this says.
    pub fn failing(
        self,
        fault: impl FnMut(&[Arrival]) -> Result<(), IntakeError> + Send + 'static,
    ) -> Memory {
        *self.fault.lock().unwrap() = Box::new(fault);
        self
    }

    pub fn contents(&self) -> Contents {
        self.contents.borrow().clone()
    }

    /// Until it holds; fails after three days of the test's time.
    pub async fn until(&self, what: &str, mut holds: impl FnMut(&Contents) -> bool) -> Contents {
        let mut changes = self.contents.subscribe();
        let waiting = changes.wait_for(|contents| holds(contents));
        match tokio::time::timeout(Duration::from_secs(3 * 86_400), waiting).await {
            Ok(contents) => contents.expect("the intake lives").clone(),
            Err(_) => panic!("never: {what}; {:#?}", self.contents()),
        }
    }

    pub fn raws(&self) -> Vec<Vec<u8>> {
        self.contents()
            .kept
            .iter()
            .map(|kept| kept.raw.to_vec())
            .collect()
    }

    pub fn row(&self, uid: u32) -> Row {
        let contents = self.contents();
        let found = contents
            .rows
            .iter()
            .rev()
            .find(|((_, item), _)| *item == Item::Uid(uid));
        found
            .unwrap_or_else(|| panic!("no row for {uid}"))
            .1
            .clone()
    }

    fn change(&self, change: impl FnOnce(&mut Contents)) {
        self.contents.send_modify(change);
    }
}

impl Intake for Memory {
    async fn settled(&self, folder: &FolderEpoch) -> Result<BTreeSet<Item>, IntakeError> {
        let contents = self.contents.borrow();
        Ok(contents
            .rows
            .iter()
            .filter(|((of, _), row)| of == folder && row.state != State::Listed)
            .map(|((_, item), _)| item.clone())
            .collect())
    }

    async fn open(&self, folder: &FolderEpoch) -> Result<Vec<(Item, u32)>, IntakeError> {
        let contents = self.contents.borrow();
        Ok(contents
            .rows
            .iter()
            .filter(|((of, _), row)| of == folder && row.state == State::Listed)
            .map(|((_, item), row)| (item.clone(), row.tries))
            .collect())
    }

    async fn listed(&self, folder: &FolderEpoch, items: &[Item]) -> Result<(), IntakeError> {
        self.change(|contents| {
            for item in items {
                let key = (folder.clone(), item.clone());
                contents.rows.entry(key).or_insert(Row {
                    state: State::Listed,
                    tries: 0,
                    missing_since: None,
                    why: None,
                    header: None,
                });
            }
            let name = (folder.mailbox.clone(), folder.folder.clone());
            contents.epochs.insert(name, folder.uid_validity);
        });
        Ok(())
    }

    async fn store(&self, folder: &FolderEpoch, arrivals: Vec<Arrival>) -> Result<(), IntakeError> {
        assert!(!arrivals.is_empty(), "nothing to store");
        (self.fault.lock().unwrap())(&arrivals)?;
        self.change(|contents| {
            for arrival in arrivals {
                let key = (folder.clone(), arrival.item.clone());
                let row = contents
                    .rows
                    .get_mut(&key)
                    .expect("listed before it is stored");
                row.state = State::Stored;
                contents.kept.push(Kept {
                    folder: folder.clone(),
                    item: arrival.item,
                    arrived_at: arrival.arrived_at,
                    raw: arrival.raw,
                    announced_size: arrival.announced_size,
                });
            }
        });
        Ok(())
    }

    async fn missing(&self, folder: &FolderEpoch, items: &[Item]) -> Result<(), IntakeError> {
        let now = Instant::now();
        self.change(|contents| {
            contents.missing.push(items.to_vec());
            for item in items {
                let key = (folder.clone(), item.clone());
                let row = contents.rows.get_mut(&key).expect("a row");
                match row.missing_since {
                    Some(since) if now - since >= Duration::from_secs(60) => {
                        row.state = State::Vanished;
                    }
                    Some(_) => {}
                    None => row.missing_since = Some(now),
                }
            }
        });
        Ok(())
    }

    async fn refused(
        &self,
        folder: &FolderEpoch,
        refusal: Refusal,
        last: bool,
    ) -> Result<(), IntakeError> {
        self.change(|contents| {
            let key = (folder.clone(), refusal.item);
            let row = contents.rows.get_mut(&key).expect("a row");
            row.tries += 1;
            row.why = Some(refusal.why);
            row.header = refusal.header;
            if last {
                row.state = State::Refused;
            }
        });
        Ok(())
    }

    async fn swept(&self, folder: &FolderEpoch, sweep: Sweep) -> Result<(), IntakeError> {
        self.change(|contents| {
            contents.sweeps.push(sweep);
            let name = (folder.mailbox.clone(), folder.folder.clone());
            contents.epochs.insert(name, folder.uid_validity);
        });
        Ok(())
    }

    fn health(&self, _mailbox: &str, _folder: &str, health: Health) {
        self.change(|contents| contents.health.push(health));
    }

    async fn last_epoch(&self, mailbox: &str, folder: &str) -> Result<Option<u32>, IntakeError> {
        let contents = self.contents.borrow();
        let name = (mailbox.to_owned(), folder.to_owned());
        Ok(contents.epochs.get(&name).copied())
    }
}

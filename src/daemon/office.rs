//! Everything one process works with, built once from the settings: database, storage, keys, templates, clock.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::{Context as _, Result};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::RwLock;

use super::connections::Source;
use crate::{
    address::EmailAddress,
    clock::Clock,
    correspondence::{Sender, Templates},
    database::{self, Database, Transaction},
    examiner::Examiner,
    matching::{Index, MailboxIdentity},
    settings::{MailboxSettings, Settings},
    storage::Storage,
    tender::{Registry, Tender, keys::Keys},
};

/// What stands in the journal as the one who did it, when the program did.
pub const PROGRAM: &str = "loket";

/// The rooms of one process, opened.
pub struct Office {
    pub settings: Settings,
    pub database: Database,
    pub storage: Storage,
    pub keys: Keys,
    pub templates: Templates,
    pub examiner: Examiner,
    pub clock: Clock,
    /// Since when this process looks at the mailboxes.
    pub started: Timestamp,
    /// Who acts: [`PROGRAM`], or the person at the command line.
    pub actor: String,
    /// For each mailbox the time from which its mail is answered.
    since: BTreeMap<String, Timestamp>,
    /// For each mailbox the first start since it was last read whole.
    tried_since: BTreeMap<String, Timestamp>,
    registry: RwLock<(i64, Arc<Registry>)>,
    /// With the registry that it was made from.
    index: RwLock<(Arc<Registry>, Arc<Index>)>,
}

/// A tender that is over for so long is nobody's worry.
const ORPHANED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// See [`Office::orphans`].
pub fn orphans<'r>(settings: &Settings, registry: &'r Registry, now: Timestamp) -> Vec<&'r Tender> {
    let named = |tender: &Tender| {
        let mut mailboxes = settings.mailboxes.iter();
        mailboxes.any(|mailbox| mailbox.name == tender.mailbox)
    };
    let lives = |tender: &Tender| {
        registry.sessions().iter().any(|session| {
            session.tender == tender.id
                && !session.withdrawn
                && now.duration_since(session.due.max(session.ends)) < ORPHANED_FOR
        })
    };
    let tenders = registry.tenders().iter();
    tenders
        .filter(|tender| !named(tender) && lives(tender))
        .collect()
}

impl Office {
    /// Opens database and storage; the instance's secret is made when there is none yet.
    pub async fn open(settings: Settings, clock: Clock, actor: &str) -> Result<Office> {
        let database = Database::open(&settings.database).await?;
        let storage = Storage::open(&settings.storage)?;
        let secret = match database::meta::known_secret(&database).await? {
            Some(secret) => secret,
            None => make_secret(&database, actor, clock.now()).await?,
        };
        let mut since = BTreeMap::new();
        for mailbox in &settings.mailboxes {
            let first_start = database::meta::known_first_start(&database, &mailbox.name).await?;
            since.extend(
                mailbox
                    .since
                    .or(first_start)
                    .map(|since| (mailbox.name.clone(), since)),
            );
        }

        Ok(Office {
            database,
            storage,
            keys: Keys::new(secret),
            templates: Templates::with_own(settings.letters.own.clone())?,
            examiner: Examiner::of_this_machine(),
            started: clock.now(),
            clock,
            actor: actor.to_owned(),
            since,
            tried_since: BTreeMap::new(),
            registry: RwLock::new((-1, Arc::default())),
            index: RwLock::default(),
            settings,
        })
    }

    /// For the process that does the work, once it has the right to: remembers the first start of each mailbox (mail from
    /// before is never answered), and frees what a process that died had claimed.
    pub async fn start(&mut self) -> Result<()> {
        let folders = database::ledger::folders(&self.database).await?;
        let mut tx = self.begin().await?;
        database::outbox::free_claims(&mut tx, None).await?;
        for mailbox in &self.settings.mailboxes {
            let first_start = database::meta::first_start(&mut tx, &mailbox.name).await?;
            self.since
                .insert(mailbox.name.clone(), mailbox.since.unwrap_or(first_start));
            let read_at = Source::of(mailbox).last_read_whole(&folders);
            let tried = database::meta::tried_since(&mut tx, &mailbox.name, read_at).await?;
            self.tried_since.insert(mailbox.name.clone(), tried);
        }
        tx.commit().await?;
        let registry = self.registry().await?;
        for tender in self.orphans(&registry, self.clock.now()) {
            tracing::error!(
                tender = tender.code,
                mailbox = tender.mailbox,
                "tender.mailbox-not-in-settings"
            );
        }
        Ok(())
    }

    /// A transaction in the name of whoever this process acts for, at the present time.
    pub async fn begin(&self) -> database::Result<Transaction> {
        self.database.begin(&self.actor, self.clock.now()).await
    }

    /// Tenders with something ahead, or over for less than a month, whose mailbox the settings do not name.
    pub fn orphans<'r>(&self, registry: &'r Registry, now: Timestamp) -> Vec<&'r Tender> {
        orphans(&self.settings, registry, now)
    }

    /// The registry as it stands; read again only after an import.
    pub async fn registry(&self) -> database::Result<Arc<Registry>> {
        let version = database::meta::registry_version(&self.database).await?;
        {
            let known = self.registry.read().await;
            if known.0 == version {
                return Ok(known.1.clone());
            }
        }
        let registry = Arc::new(database::registry::load_registry(&self.database).await?);
        *self.registry.write().await = (version, registry.clone());
        Ok(registry)
    }

    /// What of this registry is recognised in letters; made again only after an import.
    pub async fn index(&self, registry: &Arc<Registry>) -> Arc<Index> {
        {
            let known = self.index.read().await;
            if Arc::ptr_eq(&known.0, registry) {
                return known.1.clone();
            }
        }
        let index = Arc::new(Index::of(registry));
        *self.index.write().await = (registry.clone(), index.clone());
        index
    }

    pub fn mailbox(&self, name: &str) -> Option<&MailboxSettings> {
        self.settings
            .mailboxes
            .iter()
            .find(|mailbox| mailbox.name == name)
    }

    /// The time from which mail in this mailbox is answered; never, before its first start.
    pub fn since(&self, mailbox: &str) -> Timestamp {
        let since = self.since.get(mailbox).copied().unwrap_or(Timestamp::MAX);
        // IMAP tells an arrival in whole seconds: what comes right after a first start must not look older than it.
        Timestamp::from_second(since.as_second()).unwrap_or(since)
    }

    /// Since when this mailbox is being tried: the first start since it was last read whole.
    pub fn tried_since(&self, mailbox: &str) -> Timestamp {
        let tried_since = self.tried_since.get(mailbox).copied();
        tried_since.unwrap_or(self.started)
    }

    /// The office's mailboxes as matching and the desk know them.
    pub fn identities(&self) -> Vec<MailboxIdentity> {
        self.settings
            .mailboxes
            .iter()
            .map(|mailbox| MailboxIdentity {
                name: mailbox.name.clone(),
                address: mailbox.address.clone(),
                subaddress: mailbox.subaddress.clone(),
            })
            .collect()
    }

    pub fn members(&self) -> Vec<EmailAddress> {
        self.settings
            .mailboxes
            .iter()
            .flat_map(|mailbox| &mailbox.members)
            .map(|member| member.email.clone())
            .collect()
    }

    /// What a letter from this mailbox needs to know of who writes it.
    pub fn sender(&self, mailbox: &MailboxSettings) -> Sender {
        Sender {
            office_name: self.settings.office.name.clone(),
            mailbox_name: mailbox.name.clone(),
            mailbox_title: mailbox.title.clone(),
            address: mailbox.address.clone(),
            subaddress: mailbox.subaddress.clone(),
            zone: self.settings.office.timezone.clone(),
            megabytes: self.settings.letters.megabytes,
            instance: self.keys.instance(),
        }
    }
}

async fn make_secret(database: &Database, actor: &str, now: Timestamp) -> Result<[u8; 32]> {
    let mut fresh = [0_u8; 32];
    getrandom::fill(&mut fresh).context("the system gives no random numbers")?;
    let mut tx = database.begin(actor, now).await?;
    let secret = database::meta::instance_secret(&mut tx, fresh).await?;
    tx.commit().await?;
    Ok(secret)
}

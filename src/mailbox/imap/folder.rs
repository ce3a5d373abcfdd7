//! The loop of one folder: connect, examine, enumerate, list, fetch, wait; and what it remembers between connections.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{
    account::Account,
    command::Command,
    error::{Class, ImapError},
    fetch::{Doubt, Partial},
    pace::{Backoff, Bucket, IdleTrust, Looks, Reach, Renumberings},
    session::{Examined, Session, Woken},
    stream::Caps,
};
use crate::mailbox::{
    FolderEpoch, Health, Intake, IntakeError, Limits, MailboxError, Sweep, room_again,
};

/// Either side of a folder can fail.
#[derive(Debug)]
pub(super) enum Trouble {
    Imap(ImapError),
    Intake(IntakeError),
}

impl From<ImapError> for Trouble {
    fn from(error: ImapError) -> Self {
        Trouble::Imap(error)
    }
}

impl From<IntakeError> for Trouble {
    fn from(error: IntakeError) -> Self {
        Trouble::Intake(error)
    }
}

pub(super) struct Folder<I> {
    account: Account,
    name: String,
    pub(super) intake: Arc<I>,
    pub(super) limits: Limits,
    stop: CancellationToken,
    /// One pass only: nothing is put off to a later hour.
    pub(super) once: bool,
    pub(super) started: Instant,
    /// Counts connections: some doubts need a second one.
    pub(super) connection: u64,
    pub(super) epoch: Epoch,
    looks: Looks,
    backoff: Backoff,
    bucket: Bucket,
    idle_trust: IdleTrust,
    renumberings: Renumberings,
    quota_asked: Option<Instant>,
    full: u32,
    /// The last pause was for refused credentials: shown until a sign-in works.
    refused: bool,
    shown: Option<Health>,
}

/// What is remembered of one UIDVALIDITY epoch; a new one begins empty (R8, R9).
#[derive(Default)]
pub(super) struct Epoch {
    pub uid_validity: u32,
    /// The epoch before, while rows of it are open.
    pub former: Option<u32>,
    pub uid_next: Option<u32>,
    /// Highest UID that has a row.
    pub highest: Option<u32>,
    /// Mails that did not come at once.
    pub doubts: BTreeMap<u32, Doubt>,
    /// The large mail under way when a connection ended.
    pub partial: Option<Partial>,
    /// Open rows that the last whole enumeration did not list.
    pub missing: BTreeSet<u32>,
    /// Where they were reported last.
    pub missing_on: Option<u64>,
    /// When to look for them a second time, on another connection (P1).
    pub second_look: Option<Instant>,
    pub looks_again: u32,
    /// SEARCH was refused: list by FETCH.
    pub search_refused: bool,
    /// The next enumeration is a whole one.
    pub look_whole: bool,
    /// Something waits for another connection.
    pub reconnect: bool,
    /// Why the last mail did not come.
    pub why: Option<String>,
}

impl<I: Intake> Folder<I> {
    pub fn new(
        account: Account,
        name: String,
        intake: Arc<I>,
        limits: Limits,
        stop: CancellationToken,
    ) -> Folder<I> {
        Folder {
            account,
            name,
            intake,
            limits,
            stop,
            once: false,
            started: Instant::now(),
            connection: 0,
            epoch: Epoch::default(),
            looks: Looks::default(),
            backoff: Backoff::default(),
            bucket: Bucket::new(),
            idle_trust: IdleTrust::default(),
            renumberings: Renumberings::default(),
            quota_asked: None,
            full: 0,
            refused: false,
            shown: None,
        }
    }

    pub(super) fn key(&self) -> FolderEpoch {
        self.key_of(self.epoch.uid_validity)
    }

    pub(super) fn key_of(&self, uid_validity: u32) -> FolderEpoch {
        FolderEpoch {
            mailbox: self.account.mailbox.clone(),
            folder: self.name.clone(),
            uid_validity,
        }
    }

    /// Tells what people are shown, when it changes.
    pub(super) fn health(&mut self, health: Health) {
        if self.shown.as_ref() != Some(&health) {
            self.shown = Some(health.clone());
            self.intake
                .health(&self.account.mailbox, &self.name, health);
        }
    }

    pub async fn watch(mut self) -> Result<(), IntakeError> {
        while !self.stop.is_cancelled() {
            if !self.refused {
                self.health(Health::Connecting);
            }
            let turn = self.bucket.take(Instant::now());
            if !self.wait_until(turn).await {
                break;
            }
            match self.sit().await {
                Ok(()) => {}
                Err(Trouble::Intake(error @ IntakeError::Fatal(_))) => return Err(error),
                Err(trouble) => {
                    let Some(pause) = self.pause_after(trouble) else {
                        break;
                    };
                    if !self.wait_until(Instant::now() + pause).await {
                        break;
                    }
                }
            }
        }
        tracing::debug!("stopped watching");
        Ok(())
    }

    /// Says and shows what is wrong and how long to rest; `None`: we were stopped.
    fn pause_after(&mut self, trouble: Trouble) -> Option<Duration> {
        let now = Instant::now();
        let error = match trouble {
            Trouble::Intake(IntakeError::Full(why)) => {
                let pause = room_again(self.full);
                self.full = self.full.saturating_add(1);
                tracing::error!(%why, "storage is full: taking in pauses, the mail stays at the server");
                self.health(Health::Degraded(format!("storage is full: {why}")));
                return Some(pause);
            }
            Trouble::Intake(error) => {
                tracing::warn!(%error, "could not be stored, tried again");
                self.health(Health::Degraded(error.to_string()));
                return Some(self.backoff.failed(now, dice()));
            }
            Trouble::Imap(ImapError::Stopped) => return None,
            Trouble::Imap(ImapError::Renumbered { was, is }) => {
                tracing::warn!(was, is, "the folder was renumbered under way");
                return Some(Duration::ZERO);
            }
            Trouble::Imap(error) => error,
        };
        self.refused = false;
        let text = error.to_string();
        match error.class() {
            Class::Refused => {
                tracing::error!(%error, "tried again at most three times an hour");
                self.refused = true;
                self.health(Health::Refused(text));
                // The account itself rests, for all its folders.
                Some(Duration::ZERO)
            }
            Class::Trust => {
                tracing::error!(%error, "server not trusted, tried again in 15 minutes");
                self.health(Health::Trust(text));
                Some(Duration::from_secs(15 * 60))
            }
            Class::Setup => {
                tracing::error!(%error, "the folder cannot be read");
                self.health(Health::Degraded(text));
                Some(self.limits.poll)
            }
            Class::Network | Class::PerhapsRefused => {
                let pause = self.backoff.failed(now, dice());
                tracing::warn!(%error, pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX), "connection ended");
                self.health(Health::Degraded(text));
                Some(pause)
            }
        }
    }

    /// One connection, from the sign-in to its end: stopped, old enough, or something needs another one.
    async fn sit(&mut self) -> Result<(), Trouble> {
        let mut session = self.begin().await?;
        let mut reconnected = true;
        loop {
            session.take_news();
            let reach = if std::mem::take(&mut self.epoch.look_whole) {
                Reach::Whole
            } else {
                self.looks.reach(Instant::now(), reconnected)
            };
            self.look(&mut session, reach).await?;
            reconnected = false;
            self.fetch_open(&mut session).await?;
            self.full = 0;
            self.watch_quota(&mut session).await?;
            let now = Instant::now();
            let again_due = self.epoch.second_look.is_some_and(|at| at <= now);
            self.epoch.look_whole |= again_due;
            if self.epoch.reconnect || again_due || now >= session.born + self.limits.life {
                session.log_out().await;
                return Ok(());
            }
            if !self.wait(&mut session).await? {
                session.log_out().await;
                return Ok(());
            }
        }
    }

    /// Signs in and opens the folder, noticing a new epoch.
    async fn begin(&mut self) -> Result<Session, Trouble> {
        self.connection += 1;
        self.epoch.reconnect = false;
        let patient = !self.once;
        let signing_in = self.account.sign_in(&self.limits, &self.stop, patient);
        let mut session = signing_in.await?;
        self.refused = false;
        let examined = session.examine(&self.name).await?;
        self.enter(examined).await?;
        Ok(session)
    }

    async fn enter(&mut self, examined: Examined) -> Result<(), Trouble> {
        let is = examined.uid_validity;
        let was = match self.epoch.uid_validity {
            0 => self
                .intake
                .last_epoch(&self.account.mailbox, &self.name)
                .await?
                .filter(|&was| was != 0),
            known => Some(known),
        };
        if let Some(was) = was.filter(|&was| was != is) {
            tracing::warn!(
                was,
                is,
                "the folder was renumbered: every mail in it is looked at again, none is taken twice"
            );
            self.renumberings.happened(Instant::now());
            if self.renumberings.too_many(Instant::now()) {
                tracing::error!("renumbered more than three times in a day: looked at hourly only");
            }
            self.looks.forget();
            self.epoch = Epoch {
                former: Some(was),
                ..Epoch::default()
            };
        }
        self.epoch.uid_validity = is;
        // R7: UIDNEXT going back without a new epoch means that the server lost track.
        if let (Some(before), Some(now)) = (self.epoch.uid_next, examined.uid_next) {
            self.epoch.look_whole |= now < before;
        }
        self.epoch.uid_next = examined.uid_next;
        Ok(())
    }

    /// One complete enumeration, told to the ledger.
    async fn look(&mut self, session: &mut Session, reach: Reach) -> Result<Sweep, Trouble> {
        let sweep = self.enumerate(session, reach).await?;
        self.looks.looked(Instant::now(), reach);
        self.backoff.succeeded();
        self.intake.swept(&self.key(), sweep).await?;
        Ok(sweep)
    }

    /// Until there may be something new; false: end the connection.
    async fn wait(&mut self, session: &mut Session) -> Result<bool, Trouble> {
        let now = Instant::now();
        if session.take_news() {
            // Not at once: a server that talks after every command must not make us spin.
            return Ok(self.wait_until(now + Duration::from_secs(1)).await);
        }
        let second_look = self.epoch.second_look.map(|at| at - now);
        let too_many = self.renumberings.too_many(now);
        if session.can("IDLE") && self.idle_trust.may_idle(now) && !too_many {
            self.health(Health::Idle);
            let most = self
                .limits
                .idle_most
                .min(second_look.unwrap_or(Duration::MAX));
            match session.idle(most, self.limits.idle_silence).await {
                Ok(Woken::News | Woken::Silence | Woken::Due) => return Ok(true),
                Ok(Woken::Stopped | Woken::Suspended) => return Ok(false),
                Err(error) if error.is_denial() => {
                    tracing::info!(%error, "IDLE refused, the folder is polled");
                    self.idle_trust.failed(now);
                }
                Err(error) => {
                    self.idle_trust.failed(now);
                    return Err(error.into());
                }
            }
        }
        self.health(if too_many {
            Health::Degraded(
                "renumbered more than three times in a day, looked at hourly".to_owned(),
            )
        } else {
            Health::Polling
        });
        let poll = if too_many {
            self.limits.poll.max(Duration::from_secs(3600))
        } else {
            self.limits.poll
        };
        let poll = poll.min(second_look.unwrap_or(Duration::MAX));
        if !self.wait_until(Instant::now() + poll).await {
            return Ok(false);
        }
        // Some servers show new mail only after a NOOP.
        session
            .run(&Command::Noop, Caps::SMALL, |_| ())
            .await
            .or_else(|error| {
                if error.is_denial() {
                    Ok(())
                } else {
                    Err(error)
                }
            })?;
        Ok(true)
    }

    /// R23: a full mailbox bounces bids.
    async fn watch_quota(&mut self, session: &mut Session) -> Result<(), Trouble> {
        const HOUR: Duration = Duration::from_secs(3600);
        let now = Instant::now();
        let asked = self.quota_asked.is_some_and(|at| now < at + HOUR);
        if self.once || asked || !session.can("QUOTA") {
            return Ok(());
        }
        self.quota_asked = Some(now);
        match session.fullest_quota(&self.name).await? {
            Some(percent) if percent >= 95 => {
                tracing::error!(
                    percent,
                    "the mailbox at the server is almost full: bids will bounce"
                );
            }
            Some(percent) if percent >= 80 => {
                tracing::warn!(percent, "the mailbox at the server is filling up");
            }
            _ => {}
        }
        Ok(())
    }

    /// False when we are stopped before.
    async fn wait_until(&self, at: Instant) -> bool {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => false,
            () = sleep_until(at) => true,
        }
    }

    pub async fn take_in_once(mut self) -> Result<Sweep, MailboxError> {
        self.once = true;
        let result = self.pass().await;
        result.map_err(|trouble| {
            let (mailbox, folder) = (self.account.mailbox.clone(), self.name.clone());
            match trouble {
                Trouble::Imap(source) => MailboxError::Imap {
                    mailbox,
                    folder,
                    source,
                },
                Trouble::Intake(source) => MailboxError::Intake {
                    mailbox,
                    folder,
                    source,
                },
            }
        })?
    }

    /// Over up to four connections: what one could not give, or lost, the next may.
    async fn pass(&mut self) -> Result<Result<Sweep, MailboxError>, Trouble> {
        const CONNECTIONS: u64 = 4;
        loop {
            let tried = self.pass_over_one_connection().await;
            let more = self.connection < CONNECTIONS;
            match tried {
                Ok(_) if self.epoch.reconnect && more => {}
                Ok(sweep) => return Ok(self.all_taken_in(sweep).await?),
                Err(Trouble::Imap(error))
                    if more
                        && error.class() == Class::Network
                        && !matches!(error, ImapError::Stopped) =>
                {
                    tracing::warn!(%error, "connection ended, once more");
                    let pause = self.backoff.failed(Instant::now(), dice());
                    sleep(pause).await;
                }
                Err(trouble) => return Err(trouble),
            }
        }
    }

    async fn pass_over_one_connection(&mut self) -> Result<Sweep, Trouble> {
        let mut session = self.begin().await?;
        let sweep = self.look(&mut session, Reach::Whole).await?;
        self.fetch_open(&mut session).await?;
        session.log_out().await;
        Ok(sweep)
    }

    async fn all_taken_in(
        &mut self,
        sweep: Sweep,
    ) -> Result<Result<Sweep, MailboxError>, IntakeError> {
        let left = self.open_uids().await?;
        let left = left
            .iter()
            .filter(|(uid, _)| !self.epoch.missing.contains(uid))
            .count();
        if left == 0 {
            return Ok(Ok(sweep));
        }
        Ok(Err(MailboxError::Incomplete {
            mailbox: self.account.mailbox.clone(),
            folder: self.name.clone(),
            left,
            why: self
                .epoch
                .why
                .take()
                .unwrap_or_else(|| "the server did not give it".to_owned()),
        }))
    }
}

/// A number from 0 to 1 for the jitter.
fn dice() -> f64 {
    let mut octets = [0u8; 4];
    // Without randomness the pause is simply the longest one.
    match getrandom::fill(&mut octets) {
        Ok(()) => f64::from(u32::from_ne_bytes(octets)) / f64::from(u32::MAX),
        Err(_) => 1.0,
    }
}

//! Which mails a folder holds: every UID listed gets a row before anything of it is fetched (P1, R5 to R8).

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response};
use jiff::{ToSpan, tz::TimeZone};
use tokio::time::Instant;

use super::{
    command::Command,
    error::ImapError,
    folder::{Folder, Trouble},
    pace::Reach,
    session::Session,
    stream::Caps,
};
use crate::{
    clock::Clock,
    mailbox::{Intake, IntakeError, Item, Sweep},
};

impl<I: Intake> Folder<I> {
    pub(super) async fn enumerate(
        &mut self,
        session: &mut Session,
        reach: Reach,
    ) -> Result<Sweep, Trouble> {
        if reach == Reach::Above
            && let Some(highest) = self.epoch.highest
        {
            let listed = self.above(session, highest).await?;
            return Ok(self.sweep(session, listed, false));
        }
        // Not kept: with 100 000 mails this is the largest thing we hold (P34).
        let settled = self.intake.settled(&self.key()).await?;
        let open = self.open_uids().await?;
        let mut known = |uid: u32| settled.contains(&Item::Uid(uid)) || open.contains_key(&uid);
        let highest = settled
            .iter()
            .next_back()
            .and_then(uid_of)
            .max(open.keys().next_back().copied());
        self.epoch.highest = self.epoch.highest.max(highest);
        if reach == Reach::Whole {
            let mut sighted = open.keys().copied().collect::<BTreeSet<u32>>();
            let mut listed = self.whole(session, &mut known, &mut sighted).await?;
            if listed < u64::from(session.exists()) && !self.epoch.search_refused {
                // Absence from an answer is not a fact (F2): look again by other means.
                tracing::info!(
                    listed,
                    exists = session.exists(),
                    "SEARCH lists fewer mails than the folder holds"
                );
                self.epoch.search_refused = true;
                let again = self.whole(session, &mut known, &mut sighted).await;
                self.epoch.search_refused = false;
                listed = listed.max(again?);
            }
            self.report_missing(sighted).await?;
            return Ok(self.sweep(session, listed, true));
        }
        let mut listed = self.this_month(session, &mut known).await?;
        listed += self.above(session, self.epoch.highest.unwrap_or(0)).await?;
        Ok(self.sweep(session, listed, false))
    }

    fn sweep(&self, session: &Session, listed: u64, whole: bool) -> Sweep {
        Sweep {
            exists: u64::from(session.exists()),
            listed,
            whole,
        }
    }

    /// Open rows with the tries so far.
    pub(super) async fn open_uids(&self) -> Result<BTreeMap<u32, u32>, IntakeError> {
        let open = self.intake.open(&self.key()).await?;
        Ok(open
            .iter()
            .filter_map(|(item, tries)| Some((uid_of(item)?, *tries)))
            .collect())
    }

    async fn above(&mut self, session: &mut Session, highest: u32) -> Result<u64, Trouble> {
        let Some(from) = highest.checked_add(1) else {
            return Ok(0);
        };
        let mut uids = self.list(session, from, None).await?;
        // `n:*` names the last mail even when it lies below n (RFC 3501 section 6.4.8).
        uids = uids.split_off(&from);
        let listed = uids.len() as u64;
        self.row(uids.into_iter().collect()).await?;
        Ok(listed)
    }

    async fn this_month(
        &mut self,
        session: &mut Session,
        known: &mut impl FnMut(u32) -> bool,
    ) -> Result<u64, Trouble> {
        if self.epoch.search_refused {
            return Ok(0);
        }
        // The server compares days in a zone of its own: one day more.
        let today = Clock::System.now().to_zoned(TimeZone::UTC).date();
        let since = today.saturating_sub(31.days());
        let mut uids = BTreeSet::new();
        let command = Command::SearchSince(since);
        let result = session.run(&command, Caps::NUMBERS, |response| {
            found(response, &mut uids)
        });
        match result.await {
            Ok(()) => {}
            // The whole enumeration of the night sees what this one would have.
            Err(error) if error.is_denial() => return Ok(0),
            Err(error) => return Err(error.into()),
        }
        let highest = self.epoch.highest;
        uids.retain(|&uid| highest.is_some_and(|highest| uid <= highest));
        let listed = uids.len() as u64;
        self.row(uids.into_iter().filter(|&uid| !known(uid)).collect())
            .await?;
        Ok(listed)
    }

    /// The whole folder in windows, each made rows before the next is asked for. Takes what it sees out of `sighted`.
    async fn whole(
        &mut self,
        session: &mut Session,
        known: &mut impl FnMut(u32) -> bool,
        sighted: &mut BTreeSet<u32>,
    ) -> Result<u64, Trouble> {
        let mut listed = 0;
        let mut next = Some(1u32);
        let exists = session.exists();
        if exists > self.limits.window {
            // The last mail, however far its number lies from the count of mails.
            let last = self.list(session, u32::MAX, None).await?;
            let last = last.last().copied().unwrap_or(0);
            // Numbers may lie far apart: as many mails a window, not as many numbers.
            let sparse = (last / exists.max(1)).max(1);
            let width = self.limits.window.saturating_mul(sparse);
            while let Some(from) = next.filter(|&from| from <= last) {
                let to = from.saturating_add(width - 1).min(last);
                let uids = self.list(session, from, Some(to)).await?;
                let uids = uids.into_iter().filter(|uid| (from..=to).contains(uid));
                listed += self.row_new(uids.collect(), known, sighted).await?;
                next = to.checked_add(1);
            }
        }
        if let Some(from) = next {
            let mut uids = self.list(session, from, None).await?;
            uids = uids.split_off(&from);
            listed += self.row_new(uids, known, sighted).await?;
        }
        Ok(listed)
    }

    async fn row_new(
        &mut self,
        uids: BTreeSet<u32>,
        known: &mut impl FnMut(u32) -> bool,
        sighted: &mut BTreeSet<u32>,
    ) -> Result<u64, Trouble> {
        let listed = uids.len() as u64;
        let mut fresh = Vec::new();
        for uid in uids {
            sighted.remove(&uid);
            if known(uid) {
                self.epoch.highest = self.epoch.highest.max(Some(uid));
            } else {
                fresh.push(uid);
            }
        }
        self.row(fresh).await?;
        Ok(listed)
    }

    /// Makes `listed` rows in one commit; only then do we count these mails as known.
    async fn row(&mut self, uids: Vec<u32>) -> Result<(), Trouble> {
        let Some(last) = uids.iter().max().copied() else {
            return Ok(());
        };
        let items: Vec<Item> = uids.into_iter().map(Item::Uid).collect();
        self.intake.listed(&self.key(), &items).await?;
        self.epoch.highest = self.epoch.highest.max(Some(last));
        Ok(())
    }

    /// UIDs in a range, by SEARCH, or by FETCH where that is refused. Complete, or an error.
    async fn list(
        &mut self,
        session: &mut Session,
        from: u32,
        to: Option<u32>,
    ) -> Result<BTreeSet<u32>, ImapError> {
        let mut uids = BTreeSet::new();
        if !self.epoch.search_refused {
            let command = Command::Search { from, to };
            let result = session.run(&command, Caps::NUMBERS, |response| {
                found(response, &mut uids)
            });
            match result.await {
                Err(error) if error.is_denial() => {
                    tracing::warn!(%error, "mails are listed by FETCH instead");
                    self.epoch.search_refused = true;
                    uids.clear();
                }
                result => return result.map(|()| uids),
            }
        }
        if session.exists() == 0 {
            // `UID FETCH 1:*` of an empty folder is an error with some servers.
            return Ok(uids);
        }
        let command = Command::FetchUids { from, to };
        let result = session.run(&command, Caps::SMALL, |response| {
            if let Response::Fetch(_, attributes) = response {
                uids.extend(attributes.iter().find_map(|attribute| match attribute {
                    AttributeValue::Uid(uid) => Some(*uid),
                    _ => None,
                }));
            }
        });
        result.await?;
        Ok(uids)
    }

    /// Rows that a whole enumeration did not see, once a connection; the ledger decides when they are gone (P1).
    async fn report_missing(&mut self, missing: BTreeSet<u32>) -> Result<(), Trouble> {
        if let Some(former) = self.epoch.former {
            let key = self.key_of(former);
            let open = self.intake.open(&key).await?;
            let items: Vec<Item> = open.into_iter().map(|(item, _)| item).collect();
            if items.is_empty() {
                self.epoch.former = None;
            } else if self.epoch.missing_on != Some(self.connection) {
                self.intake.missing(&key, &items).await?;
            }
        }
        let first_here = self.epoch.missing_on != Some(self.connection);
        if !missing.is_empty() && first_here {
            tracing::info!(
                count = missing.len(),
                "listed before, not taken in yet, and now gone from the folder"
            );
            let items: Vec<Item> = missing.iter().copied().map(Item::Uid).collect();
            self.intake.missing(&self.key(), &items).await?;
        }
        if missing.is_empty() && self.epoch.former.is_none() {
            self.epoch.missing_on = None;
            self.epoch.second_look = None;
            self.epoch.looks_again = 0;
        } else if first_here {
            self.epoch.missing_on = Some(self.connection);
            self.epoch.looks_again += 1;
            // Two would do; the nightly look follows in any case.
            self.epoch.second_look =
                (self.epoch.looks_again < 3).then(|| Instant::now() + Duration::from_secs(61));
        }
        self.epoch.missing = missing;
        Ok(())
    }
}

fn found(response: &Response<'_>, uids: &mut BTreeSet<u32>) {
    if let Response::MailboxData(MailboxDatum::Search(found)) = response {
        uids.extend(found.iter().filter(|&&uid| uid != 0));
    }
}

fn uid_of(item: &Item) -> Option<u32> {
    match item {
        Item::Uid(uid) => Some(*uid),
        Item::File(_) => None,
    }
}

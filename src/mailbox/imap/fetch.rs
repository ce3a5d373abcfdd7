//! From open rows to raw mails in the intake: small ones several at a time, the rest alone and in pieces (R10, R11, P2).
//!
//! Nothing is settled here: a row is done only when the intake said so. What comes oddly is asked for once more alone,
//! then on another connection, then at growing distances, and ends as refused.

mod answer;
mod pieces;
mod plan;

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use tokio::time::Instant;

use answer::{Told, Wanted, told};
pub(super) use pieces::Partial;
use pieces::{End, next_piece};
use plan::{Step, plan};

use super::{
    command::{Command, UidSet},
    error::ImapError,
    folder::{Folder, Trouble},
    pace,
    session::Session,
    stream::Caps,
};
use crate::{
    clock::Clock,
    mailbox::{Arrival, Health, Intake, IntakeError, Item, Refusal},
};

/// Why a mail did not come at the first asking.
#[derive(Clone, Debug)]
pub(super) struct Doubt {
    what: Oddity,
    connection: u64,
    not_before: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Oddity {
    /// Other length than RFC822.SIZE (P2).
    Length,
    /// NIL or empty, though RFC822.SIZE says more (R11).
    Empty,
    /// Left out of an answer that ended well.
    LeftOut,
    /// The connection ended while it was on its way.
    CutOff,
    /// Asked for alone, its answer could not be parsed.
    Unreadable,
    /// Tagged NO or BAD.
    Denied,
}

/// What came of asking for one mail alone.
enum Alone {
    Whole(Told),
    TooLarge(Told),
    Empty(Told),
    LeftOut,
}

impl<I: Intake> Folder<I> {
    /// Fetches every open row that may be tried now.
    pub(super) async fn fetch_open(&mut self, session: &mut Session) -> Result<(), Trouble> {
        let now = Instant::now();
        let mut plain = Vec::new();
        let mut doubtful = Vec::new();
        let open = self.open_uids().await?;
        self.epoch.doubts.retain(|uid, _| open.contains_key(uid));
        for (&uid, &tries) in &open {
            if self.epoch.missing.contains(&uid) {
                continue;
            }
            match self.epoch.doubts.get(&uid) {
                None if tries == 0 => plain.push(uid),
                // From an earlier run: how long ago is not known, so the pause begins with this one.
                None if self.once || now >= self.started + pace::next_try(tries, false) => {
                    doubtful.push((uid, tries));
                }
                Some(doubt) if doubt.not_before <= now || self.once => {
                    let elsewhere = doubt.connection != self.connection;
                    if elsewhere || doubt.what == Oddity::Denied {
                        doubtful.push((uid, tries));
                    } else {
                        self.epoch.reconnect = true;
                    }
                }
                _ => {}
            }
        }
        drop(open);
        if !(plain.is_empty() && doubtful.is_empty()) {
            self.health(Health::Working);
        }
        // A large mail under way goes on first: fetching another would drop what is there of it.
        let under_way = self.epoch.partial.as_ref().map(|partial| partial.uid);
        if let Some(at) = doubtful.iter().position(|&(uid, _)| Some(uid) == under_way) {
            let (uid, tries) = doubtful.remove(at);
            self.fetch_alone(session, uid, tries).await?;
        }
        for uids in plain.chunks(500) {
            self.fetch_new(session, uids).await?;
        }
        // Last, so that one mail over which a server dies does not keep the others waiting.
        for (uid, tries) in doubtful {
            self.fetch_alone(session, uid, tries).await?;
        }
        Ok(())
    }

    async fn fetch_new(&mut self, session: &mut Session, uids: &[u32]) -> Result<(), Trouble> {
        let sizes = self.sizes(session, uids).await?;
        let mut waiting: Vec<Arrival> = Vec::new();
        let mut odd = Vec::new();
        for step in plan(uids, &sizes, &self.limits) {
            match step {
                Step::Together(batch) => {
                    // The store works on one batch while the next is on its way: memory holds two.
                    let intake = self.intake.clone();
                    let key = self.key();
                    let storing = async {
                        match std::mem::take(&mut waiting) {
                            none if none.is_empty() => Ok(()),
                            arrivals => intake.store(&key, arrivals).await,
                        }
                    };
                    let (fetched, stored) = tokio::join!(fetch_batch(session, &batch), storing);
                    stored?;
                    let mut told = match fetched {
                        Ok(told) => told,
                        Err(error) if error.is_denial() => BTreeMap::new(),
                        Err(error) => {
                            self.cut_off(batch.iter().map(|&(uid, _)| uid), &error);
                            return Err(error.into());
                        }
                    };
                    for (uid, size) in batch {
                        match told.remove(&uid).and_then(|told| sound(uid, size, told)) {
                            Some(arrival) => waiting.push(arrival),
                            None => odd.push(uid),
                        }
                    }
                }
                // One large mail in memory at a time.
                Step::Alone(uid) => {
                    self.store(std::mem::take(&mut waiting)).await?;
                    self.fetch_alone(session, uid, 0).await?;
                }
                Step::Refuse(uid, size) => {
                    self.store(std::mem::take(&mut waiting)).await?;
                    let told = Told {
                        size: Some(size),
                        ..Told::default()
                    };
                    self.refuse_too_large(session, uid, told).await?;
                }
            }
        }
        self.store(waiting).await?;
        for uid in odd {
            self.fetch_alone(session, uid, 0).await?;
        }
        Ok(())
    }

    async fn store(&self, arrivals: Vec<Arrival>) -> Result<(), IntakeError> {
        if arrivals.is_empty() {
            return Ok(());
        }
        self.intake.store(&self.key(), arrivals).await
    }

    /// Announced sizes. A mail that is not in the answer has none and is asked for alone.
    async fn sizes(
        &mut self,
        session: &mut Session,
        uids: &[u32],
    ) -> Result<BTreeMap<u32, u64>, Trouble> {
        let mut sizes = BTreeMap::new();
        let Some(set) = UidSet::of(uids.iter().copied()) else {
            return Ok(sizes);
        };
        let command = Command::FetchSizes(&set);
        let result = session.run(&command, Caps::SMALL, |response| {
            if let Some((
                uid,
                Told {
                    size: Some(size), ..
                },
            )) = told(response, &Wanted::Nothing)
            {
                sizes.insert(uid, size);
            }
        });
        match result.await {
            Ok(()) => Ok(sizes),
            Err(error) if error.is_denial() => Ok(BTreeMap::new()),
            Err(error) => {
                self.cut_off(uids.iter().copied(), &error);
                Err(error.into())
            }
        }
    }

    /// These were on their way when the connection ended: each is asked for alone, and last, over the next.
    fn cut_off(&mut self, uids: impl Iterator<Item = u32>, error: &ImapError) {
        if matches!(error, ImapError::Stopped) {
            return;
        }
        for uid in uids {
            self.doubt(uid, Oddity::CutOff, Instant::now());
        }
    }

    fn doubt(&mut self, uid: u32, what: Oddity, not_before: Instant) {
        let doubt = Doubt {
            what,
            connection: self.connection,
            not_before,
        };
        self.epoch.doubts.insert(uid, doubt);
    }

    /// In pieces, whatever its size: bounded memory, and a broken connection costs one piece.
    async fn fetch_alone(
        &mut self,
        session: &mut Session,
        uid: u32,
        tries: u32,
    ) -> Result<(), Trouble> {
        let had = self.partial_length(uid);
        let before = self.epoch.doubts.get(&uid).map(|doubt| doubt.what);
        // Perhaps it is the date of this mail that cannot be read. Not for less: without it, `arrived_at` is false (P14).
        let bare = before == Some(Oddity::Unreadable) && tries > 0;
        match self.pieces(session, uid, bare).await {
            Ok(Alone::Whole(told)) => {
                let length = told.body.as_ref().map_or(0, |body| body.len() as u64);
                let differs = told.size.is_some_and(|size| size != length);
                if differs && before != Some(Oddity::Length) {
                    self.later(uid, Oddity::Length, "its length differs from RFC822.SIZE");
                    return Ok(());
                }
                self.settle(uid, told).await?;
            }
            Ok(Alone::TooLarge(told)) => self.refuse_too_large(session, uid, told).await?,
            Ok(Alone::Empty(told)) if before == Some(Oddity::Empty) => {
                self.by_header_and_text(session, uid, told, tries).await?;
            }
            Ok(Alone::Empty(_)) => self.later(uid, Oddity::Empty, "the server gave an empty body"),
            Ok(Alone::LeftOut) if before == Some(Oddity::LeftOut) => {
                // Perhaps somebody removed it: the next enumeration is a whole one and tells.
                self.epoch.look_whole = true;
                self.tried(
                    uid,
                    Oddity::LeftOut,
                    tries,
                    "the server lists it and leaves it out of its answers",
                )
                .await?;
            }
            Ok(Alone::LeftOut) => {
                self.later(uid, Oddity::LeftOut, "the server left it out of its answer")
            }
            Err(error) if error.is_denial() => {
                self.tried(uid, Oddity::Denied, tries, &error.to_string())
                    .await?;
            }
            Err(error @ ImapError::Stopped) => return Err(error.into()),
            Err(error) => {
                let what = match error {
                    ImapError::Unusable { .. } => Oddity::Unreadable,
                    _ => Oddity::CutOff,
                };
                if self.partial_length(uid) > had || before.is_none() {
                    self.doubt(uid, what, Instant::now());
                } else {
                    self.tried(uid, what, tries, &error.to_string()).await?;
                }
                return Err(error.into());
            }
        }
        Ok(())
    }

    fn partial_length(&self, uid: u32) -> usize {
        let partial = self.epoch.partial.as_ref().filter(|p| p.uid == uid);
        partial.map_or(0, |partial| partial.octets.len())
    }

    /// Once more, on another connection.
    fn later(&mut self, uid: u32, what: Oddity, why: &str) {
        tracing::info!(uid, "{why}; asked for again on another connection");
        self.epoch.why = Some(format!("mail {uid}: {why}"));
        self.epoch.reconnect = true;
        self.doubt(uid, what, Instant::now());
    }

    /// One try of a few over a day is used up.
    async fn tried(
        &mut self,
        uid: u32,
        what: Oddity,
        tries: u32,
        why: &str,
    ) -> Result<(), IntakeError> {
        let tries = tries.saturating_add(1);
        // A run of its own every few minutes must not use up the tries of a day.
        let broke = what == Oddity::CutOff;
        let last = pace::last_try(tries, broke || self.once);
        tracing::warn!(uid, tries, last, "mail not given: {why}");
        self.epoch.why = Some(format!("mail {uid}: {why}"));
        self.doubt(uid, what, Instant::now() + pace::next_try(tries, broke));
        let refusal = Refusal {
            item: Item::Uid(uid),
            arrived_at: None,
            size: None,
            header: None,
            why: why.to_owned(),
        };
        self.intake.refused(&self.key(), refusal, last).await
    }

    async fn settle(&mut self, uid: u32, told: Told) -> Result<(), IntakeError> {
        let raw = told.body.unwrap_or_default();
        let announced_size = told.size.filter(|&size| size != raw.len() as u64);
        let arrival = Arrival {
            item: Item::Uid(uid),
            arrived_at: arrived(uid, told.arrived_at),
            raw,
            announced_size,
        };
        self.store(vec![arrival]).await?;
        self.epoch.doubts.remove(&uid);
        Ok(())
    }

    async fn pieces(
        &mut self,
        session: &mut Session,
        uid: u32,
        bare: bool,
    ) -> Result<Alone, ImapError> {
        let started = self
            .epoch
            .partial
            .take()
            .filter(|partial| partial.uid == uid);
        let mut partial = started.unwrap_or(Partial {
            uid,
            size: None,
            arrived_at: None,
            octets: Vec::new(),
        });
        let end = loop {
            match next_piece(session, &mut partial, &self.limits, bare).await {
                Ok(None) => {}
                Ok(Some(end)) => break end,
                Err(error) => {
                    if !error.is_denial() && !partial.octets.is_empty() {
                        self.epoch.partial = Some(partial);
                    }
                    return Err(error);
                }
            }
        };
        let mut told = Told {
            size: partial.size,
            arrived_at: partial.arrived_at,
            body: None,
        };
        Ok(match end {
            End::LeftOut => Alone::LeftOut,
            End::TooLarge => Alone::TooLarge(told),
            End::Complete if partial.octets.is_empty() && partial.size != Some(0) => {
                Alone::Empty(told)
            }
            End::Complete => {
                told.body = Some(partial.octets.into());
                Alone::Whole(told)
            }
        })
    }

    /// R11: HEADER and TEXT are often there when the whole is not; else the mail is refused for good.
    async fn by_header_and_text(
        &mut self,
        session: &mut Session,
        uid: u32,
        mut told: Told,
        tries: u32,
    ) -> Result<(), Trouble> {
        let room = told.size.unwrap_or(self.limits.largest);
        let header = self.section(session, uid, Wanted::Header, room).await?;
        let text = self.section(session, uid, Wanted::Text, room).await?;
        match (header, text) {
            (Some(header), Some(text)) if !header.is_empty() => {
                told.body = Some([header, text].concat().into());
                self.settle(uid, told).await?;
            }
            (header, _) => {
                let why = "the server lists this mail and gives no body for it, on two connections";
                tracing::error!(uid, tries, "{why}: refused");
                self.refuse(uid, told, header, why.to_owned()).await?;
            }
        }
        Ok(())
    }

    async fn refuse_too_large(
        &mut self,
        session: &mut Session,
        uid: u32,
        told: Told,
    ) -> Result<(), Trouble> {
        const HEADER: u64 = 1024 * 1024;
        let header = self.section(session, uid, Wanted::Header, HEADER).await?;
        let largest = self.limits.largest / (1024 * 1024);
        let size = told.size.unwrap_or_default() / (1024 * 1024);
        let why = format!("the mail has {size} MiB, at most {largest} MiB are taken in");
        tracing::error!(uid, "{why}: refused");
        self.refuse(uid, told, header, why).await?;
        Ok(())
    }

    async fn refuse(
        &mut self,
        uid: u32,
        told: Told,
        header: Option<Bytes>,
        why: String,
    ) -> Result<(), IntakeError> {
        let refusal = Refusal {
            item: Item::Uid(uid),
            arrived_at: told.arrived_at,
            size: told.size,
            header: header.filter(|header| !header.is_empty()),
            why,
        };
        self.intake.refused(&self.key(), refusal, true).await?;
        self.epoch.doubts.remove(&uid);
        Ok(())
    }

    /// One section of a mail; `None` where the server does not give it.
    async fn section(
        &mut self,
        session: &mut Session,
        uid: u32,
        wanted: Wanted,
        room: u64,
    ) -> Result<Option<Bytes>, ImapError> {
        let command = match wanted {
            Wanted::Header => Command::FetchHeader(uid),
            _ => Command::FetchText(uid),
        };
        let mut section = None;
        let asking = session.run(&command, Caps::body(room), |response| {
            if let Some((
                of,
                Told {
                    body: Some(body), ..
                },
            )) = told(response, &wanted)
                && of == uid
            {
                section.get_or_insert(body);
            }
        });
        match asking.await {
            Ok(()) => Ok(section),
            Err(error) if error.is_denial() => Ok(None),
            Err(error) => {
                self.cut_off(std::iter::once(uid), &error);
                Err(error)
            }
        }
    }
}

/// Several small mails in one command. What the answer holds of other mails is set aside (R10).
async fn fetch_batch(
    session: &mut Session,
    batch: &[(u32, u64)],
) -> Result<BTreeMap<u32, Told>, ImapError> {
    let mut came = BTreeMap::new();
    let Some(set) = UidSet::of(batch.iter().map(|&(uid, _)| uid)) else {
        return Ok(came);
    };
    let largest = batch.iter().map(|&(_, size)| size).max().unwrap_or(0);
    let command = Command::FetchMails(&set);
    let asking = session.run(&command, Caps::body(largest), |response| {
        if let Some((uid, told)) = told(response, &Wanted::Piece(0))
            && told.body.is_some()
            && batch.binary_search_by_key(&uid, |&(uid, _)| uid).is_ok()
        {
            came.entry(uid).or_insert(told);
        }
    });
    asking.await?;
    Ok(came)
}

/// A mail of a batch with the length announced for it; anything else is asked for alone.
fn sound(uid: u32, size: u64, told: Told) -> Option<Arrival> {
    let raw = told.body?;
    let length = raw.len() as u64;
    if length != size || told.size.is_some_and(|size| size != length) {
        return None;
    }
    Some(Arrival {
        item: Item::Uid(uid),
        arrived_at: arrived(uid, told.arrived_at),
        raw,
        announced_size: None,
    })
}

/// P14: INTERNALDATE; where a server gives none, the moment we first saw the mail, never its own Date.
fn arrived(uid: u32, arrived_at: Option<Timestamp>) -> Timestamp {
    arrived_at.unwrap_or_else(|| {
        tracing::warn!(uid, "no usable INTERNALDATE, taken as arrived now");
        Clock::System.now()
    })
}

//! The walk of one message: original → letter → match → plan → papers placed → one transaction (DESIGN.md, steps 3-7).
//!
//! Everything here can be done any number of times: a plan is recorded for a received message only, and where a decoder
//! took too long the first time and the second plan is another one, the places of the first are remembered and cleared.

mod division;
mod facts;
mod filing;

pub use division::{compare_some, plan};
pub use facts::Facts;
pub use filing::{apply, clear_misplaced, divide};

use std::{collections::HashMap, sync::Arc, time::Duration};

use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use filing::{intend, place, record, summary, take_back, tell};

use super::{
    examination::{self, examine},
    office::Office,
    overview, quarantine,
};
use crate::{
    database::{
        self, DatabaseError,
        messages::{MessageRow, Recorded},
    },
    desk::{self, FiledPaper},
    examiner::NoAnswer,
    inspection::Examination,
    letter::{self, Letter},
    matching::{self, History, Match, Verdict},
    storage::StorageError,
    tender::{MessageId, Registry},
};

/// Longer than this on one mail is a hang (P10).
const PATIENCE: Duration = Duration::from_secs(20);
/// So often the clerk tells that it lives.
const TICK: Duration = Duration::from_secs(10);
/// Messages fetched from the queue at a time.
const BATCH: u32 = 64;
/// A mail that does no harm when it is read alone, and in whose walk the process died so often, is left to people as well.
const MOST_TRIES: u32 = 6;
/// So many stuck messages in one round are no longer the messages' fault.
const MANY: usize = 32;

/// Why the walk of a message stopped.
#[derive(Debug, thiserror::Error)]
pub enum ClerkError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("an archive could not be opened now: {0}")]
    Archive(NoAnswer),
}

impl ClerkError {
    /// The process must end (P8).
    pub fn is_fatal(&self) -> bool {
        match self {
            ClerkError::Database(error) => error.is_fatal(),
            ClerkError::Storage(error) => error.is_fatal(),
            ClerkError::Archive(_) => false,
        }
    }

    /// What will not be different at the next try and touches no other mail.
    fn is_this_mails(&self) -> bool {
        matches!(
            self,
            ClerkError::Storage(
                StorageError::Occupied { .. }
                    | StorageError::Corrupt { .. }
                    | StorageError::Missing { .. }
            )
        )
    }

    /// What no other mail would fare better with: the round ends.
    fn is_everybodys(&self) -> bool {
        match self {
            ClerkError::Database(error) => {
                error.is_fatal()
                    || error.is_passing()
                    || matches!(
                        error,
                        DatabaseError::Full(_) | DatabaseError::LeaseLost { .. }
                    )
            }
            ClerkError::Storage(error) => {
                error.is_fatal() || matches!(error, StorageError::Full { .. })
            }
            ClerkError::Archive(_) => false,
        }
    }
}

/// How a round over the received messages went.
#[derive(Debug, Default)]
pub struct Walked {
    pub decided: u64,
    /// Messages that wait for another round, and why.
    pub stuck: Vec<(MessageId, String)>,
}

/// Tells that the clerk lives.
type Beat<'a> = dyn Fn() + Sync + 'a;
/// When to stop, and whom to tell.
type Signals<'a> = (&'a CancellationToken, &'a Beat<'a>);

/// A message that came to its end.
#[derive(Debug, Default)]
struct Passed {
    /// Which try of the next message began with it.
    begun: Option<u32>,
}

/// A message on which something went wrong that might be its own fault or everybody's.
struct Stuck {
    message: MessageId,
    /// Number of the try.
    tried: u32,
    error: ClerkError,
    /// Messages decided before it.
    decided: u64,
}

/// Walks every received message to its end. `beat` is called for each, so that a long backlog does not look like a hang.
pub async fn walk_all(
    office: &Office,
    stop: &CancellationToken,
    beat: &Beat<'_>,
) -> Result<Walked, ClerkError> {
    clear_misplaced(office).await?;
    let mut walked = Walked::default();
    let mut stuck: Vec<Stuck> = Vec::new();
    let ended = walk_round(office, stop, beat, &mut walked, &mut stuck).await;
    if ended.as_ref().is_err_and(ClerkError::is_fatal) {
        return ended.map(|()| walked);
    }
    overview::refresh(office).await?;
    for Stuck {
        message,
        tried,
        error,
        decided,
    } in stuck
    {
        // Others went through after it, so the fault is its own; else the next round is the same try.
        let its_own = walked.decided > decided;
        match (its_own, tried) {
            (true, 2..) => fail(office, message, &error.to_string()).await?,
            (true, _) => walked.stuck.push((message, error.to_string())),
            (false, _) => {
                give_back(office, message).await?;
                walked.stuck.push((message, error.to_string()));
            }
        }
    }
    ended.map(|()| walked)
}

async fn walk_round(
    office: &Office,
    stop: &CancellationToken,
    beat: &Beat<'_>,
    walked: &mut Walked,
    stuck: &mut Vec<Stuck>,
) -> Result<(), ClerkError> {
    loop {
        for spent in database::messages::out_of_tries(&office.database, BATCH).await? {
            if stuck.iter().any(|stuck| stuck.message == spent) || stop.is_cancelled() {
                continue;
            }
            beat();
            match once_more(office, spent).await? {
                Ok(tried) => {
                    attempt(office, (spent, tried), None, (stop, beat), walked, stuck).await?;
                }
                Err(why) => fail(office, spent, &why).await?,
            }
        }
        let mut waiting = database::messages::next_received(&office.database, BATCH).await?;
        waiting.retain(|id| !stuck.iter().any(|stuck| stuck.message == *id));
        if waiting.is_empty() || stuck.len() >= MANY {
            return Ok(());
        }
        let mut begun = None;
        for (at, &message) in waiting.iter().enumerate() {
            beat();
            let counted = begun.take();
            if stop.is_cancelled() {
                if counted.is_some() {
                    give_back(office, message).await?;
                }
                return Ok(());
            }
            let tried = match counted {
                Some(tried) => tried,
                None => match begin(office, message).await? {
                    Some(tried) => tried,
                    // A person was quicker.
                    None => continue,
                },
            };
            let next = waiting.get(at + 1).copied();
            begun = attempt(office, (message, tried), next, (stop, beat), walked, stuck).await?;
        }
    }
}

/// One try at one message, and what follows from how it went.
async fn attempt(
    office: &Office,
    (message, tried): (MessageId, u32),
    next: Option<MessageId>,
    signals: Signals<'_>,
    walked: &mut Walked,
    stuck: &mut Vec<Stuck>,
) -> Result<Option<u32>, ClerkError> {
    match walk(office, message, next, signals).await {
        Ok(Some(passed)) => {
            walked.decided += 1;
            return Ok(passed.begun);
        }
        // Not the mail's fault: its try does not count.
        Ok(None) => give_back(office, message).await?,
        Err(error) if error.is_this_mails() => {
            fail(office, message, &error.to_string()).await?;
        }
        Err(error) if error.is_everybodys() => {
            if !matches!(&error, ClerkError::Database(error) if error.is_fatal()) {
                give_back(office, message).await?;
            }
            return Err(error);
        }
        Err(error) => {
            tracing::error!(number = message.0, %error, "message.stuck");
            stuck.push(Stuck {
                message,
                tried,
                error,
                decided: walked.decided,
            });
        }
    }
    Ok(None)
}

/// The process died in two walks of this message: by its fault, or because somebody pulled the plug. A process of its own
/// reads it first; if that one dies as well, the message has failed. `Ok`: number of the next try.
async fn once_more(office: &Office, message: MessageId) -> Result<Result<u32, String>, ClerkError> {
    let Some(row) = database::messages::message(&office.database, message).await? else {
        return Ok(Err("the message is gone".to_owned()));
    };
    let harmless = match office.storage.original(&row.sha256).await {
        Ok(raw) => quarantine::survives(raw).await,
        // The walk says what is wrong with the original.
        Err(_) => Ok(()),
    };
    let tried = match harmless {
        Ok(()) => {
            let mut tx = office.begin().await?;
            let tried = database::messages::begin_try_of(&mut tx, message, MOST_TRIES).await?;
            tx.commit().await?;
            tried
        }
        Err(why) => {
            tracing::error!(number = message.0, why, "message.kills-its-reader");
            None
        }
    };
    Ok(tried.ok_or_else(|| "program berhenti dua kali saat membaca surat ini".to_owned()))
}

/// Counts a try before it begins (P10). `None`: it is no longer to be read.
async fn begin(office: &Office, message: MessageId) -> database::Result<Option<u32>> {
    let mut tx = office.begin().await?;
    let tried = database::messages::begin_try(&mut tx, message).await?;
    tx.commit().await?;
    Ok(tried)
}

async fn give_back(office: &Office, message: MessageId) -> database::Result<()> {
    let mut tx = office.begin().await?;
    database::messages::give_back_try(&mut tx, message).await?;
    tx.commit().await
}

/// One message. A mail that cannot be read ends as `failed`; it never stops the next one. The try of the `next` message is
/// counted in the transaction that ends this one, so that it costs no commit of its own. `None`: the program is to stop,
/// and looking at twenty photos would take too long.
async fn walk(
    office: &Office,
    id: MessageId,
    next: Option<MessageId>,
    (stop, beat): Signals<'_>,
) -> Result<Option<Passed>, ClerkError> {
    let Some(row) = database::messages::message(&office.database, id).await? else {
        return Ok(Some(Passed::default()));
    };
    let fetching = office.storage.original(&row.sha256);
    let raw = tokio::time::timeout(PATIENCE, fetching)
        .await
        .unwrap_or_else(|_elapsed| {
            Err(StorageError::Other {
                path: crate::storage::Storage::original_path(&row.sha256),
                why: "it could not be read within 20 seconds".to_owned(),
            })
        })?;
    let mut letter = match read(raw.clone()).await {
        Ok(letter) => letter,
        Err(why) => {
            let mut tx = office.begin().await?;
            database::messages::describe(&mut tx, id, &summary(&raw)).await?;
            tx.commit().await?;
            fail(office, id, &why).await?;
            return Ok(Some(Passed::default()));
        }
    };
    let registry = office.registry().await?;
    // Papers may tell whose a mail is; but a stranger's must not hold up everybody else's.
    let mut matched = find_place(office, &registry, &letter, &[], &row).await?;
    let patience = match matched.verdict {
        Verdict::Nothing => examination::LITTLE_PATIENCE,
        Verdict::Placed(_) | Verdict::Divided { .. } | Verdict::Ask(_) => examination::PATIENCE,
    };
    let attached = letter.attachments.len();
    let mut examined = tokio::select! {
        examined = examine(office, &mut letter, patience, beat) => examined,
        () = stop.cancelled() => return Ok(None),
    };
    if letter.attachments.len() > attached || examined.iter().any(|told| !told.text.is_empty()) {
        matched = find_place(office, &registry, &letter, &examined, &row).await?;
    }
    let comparing = division::compare(office, &registry, &matched, &letter, &mut examined);
    if !patiently(comparing, stop, beat).await {
        return Ok(None);
    }
    let plan = plan(office, &registry, &row, &letter, &matched, &examined).await?;
    if !intend(office, id, &letter, &plan).await? {
        return Ok(Some(Passed::default()));
    }
    let filed = place(office, &letter, &plan).await?;
    overview::keep_previews(office, &registry, &letter, &plan, &examined).await;
    let mut tx = office.begin().await?;
    let recorded = record(&mut tx, &row, &letter, &plan, &filed).await?;
    let begun = match next {
        Some(next) => database::messages::begin_try(&mut tx, next).await?,
        None => None,
    };
    tx.commit().await?;
    match recorded {
        Recorded::Now => tell(&row, &plan),
        Recorded::Already => take_back(office, id, &filed).await?,
    }
    Ok(Some(Passed { begun }))
}

/// Does what may take minutes, tells that the clerk lives, and gives it up after five. `false`: the program is to stop.
async fn patiently(
    work: impl Future<Output = ()>,
    stop: &CancellationToken,
    beat: &Beat<'_>,
) -> bool {
    tokio::pin!(work);
    let mut ticks = 0;
    loop {
        tokio::select! {
            () = &mut work => return true,
            () = stop.cancelled() => return false,
            () = tokio::time::sleep(TICK) => {
                beat();
                ticks += 1;
                if TICK * ticks > examination::PATIENCE {
                    tracing::warn!("negotiation.not-compared");
                    return true;
                }
            }
        }
    }
}

/// Reads a mail off the runtime's threads. A panic or a hang there is this mail's failure and nobody else's (P10).
pub async fn read(raw: Bytes) -> Result<Letter, String> {
    let reading = tokio::task::spawn_blocking(move || letter::read(&raw));
    match tokio::time::timeout(PATIENCE, reading).await {
        Ok(Ok(Ok(letter))) => Ok(letter),
        Ok(Ok(Err(unreadable))) => Err(unreadable.to_string()),
        Ok(Err(_panicked)) => {
            Err("pembacaan surat ini menggagalkan program; surat asli tersimpan".to_owned())
        }
        Err(_elapsed) => Err("pembacaan surat ini memakan waktu lebih dari 20 detik".to_owned()),
    }
}

/// Where a letter belongs, as far as what was there before it tells: an earlier mail is never read by a later one.
pub async fn find_place(
    office: &Office,
    registry: &Arc<Registry>,
    letter: &Letter,
    examined: &[Examination],
    row: &MessageRow,
) -> database::Result<Match> {
    let sent =
        database::outbox::find_sent(&office.database, &matching::references_of(letter)).await?;
    let identities = office.identities();
    let index = office.index(registry).await;
    let facts = matching::Facts {
        registry,
        index: &index,
        sent: &sent,
        mailboxes: &identities,
        mailbox: &row.mailbox,
        history: History::none(),
        received_at: row.received_at,
    };
    let mut seen = Vec::new();
    if let Some(writer) = letter.writer() {
        seen = database::history::seen_sender(&office.database, &writer.address, row.id).await?;
    }
    let (mut missing, mut asked_last) = (HashMap::new(), Vec::new());
    for bidder in matching::concerned(letter, &facts) {
        let last = database::history::asked_last(&office.database, bidder, row.received_at).await?;
        asked_last.extend(last);
        for session in registry.sessions_of(bidder) {
            let papers =
                database::papers::attachments_of_session(&office.database, session.id).await?;
            let earlier = papers.into_iter().filter(|paper| paper.message < row.id);
            let earlier: Vec<FiledPaper> = earlier.map(FiledPaper::from).collect();
            missing.insert(session.id, desk::missing_documents(session, &earlier));
        }
    }
    let texts = desk::paper_texts(letter, examined);
    let facts = matching::Facts {
        history: History {
            seen: &seen,
            missing: &missing,
            asked_last: &asked_last,
            paper_texts: &texts,
        },
        ..facts
    };
    Ok(matching::find(letter, &facts))
}

async fn fail(office: &Office, id: MessageId, why: &str) -> Result<(), ClerkError> {
    tracing::error!(number = id.0, why, "message.failed");
    let mut tx = office.begin().await?;
    database::messages::fail(&mut tx, id, why).await?;
    tx.commit().await?;
    Ok(())
}

//! The walk of one message: original → letter → match → plan → papers placed → one transaction (DESIGN.md, steps 3-7).
//!
//! Everything here can be done any number of times with the same result: names in the tree do not depend on when or how
//! often it is done, and a plan is recorded for a received message only.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio_util::sync::CancellationToken;

use super::{office::Office, quarantine};
use crate::{
    database::{
        self, DatabaseError, Transaction,
        messages::{Heading, MessageRow, Recorded},
        papers::Misplaced,
    },
    desk::{
        self, FilePlan, FiledAttachment, FiledPaper, OurMail, Plan, ReceiveFacts,
        message::Finding,
        naming::{PaperName, TreePath, paper_path},
    },
    digest::Digest,
    letter::{self, Attachment, Letter},
    matching::{self, History, Match, Placement, Verdict},
    storage::{StorageError, Withdrawn},
    tender::{MessageId, Registry},
};

/// Longer than this on one mail is a hang (P10).
const PATIENCE: Duration = Duration::from_secs(20);
/// Papers written at one time.
const AT_ONCE: usize = 8;
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
}

impl ClerkError {
    /// The process must end (P8).
    pub fn is_fatal(&self) -> bool {
        match self {
            ClerkError::Database(error) => error.is_fatal(),
            ClerkError::Storage(error) => error.is_fatal(),
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
    beat: &(dyn Fn() + Sync),
) -> Result<Walked, ClerkError> {
    clear_misplaced(office).await?;
    let mut walked = Walked::default();
    let mut stuck: Vec<Stuck> = Vec::new();
    let ended = walk_round(office, stop, beat, &mut walked, &mut stuck).await;
    if ended.as_ref().is_err_and(ClerkError::is_fatal) {
        return ended.map(|()| walked);
    }
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
    beat: &(dyn Fn() + Sync),
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
                    attempt(office, spent, tried, None, walked, stuck).await?;
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
            begun = attempt(office, message, tried, next, walked, stuck).await?;
        }
    }
}

/// One try at one message, and what follows from how it went.
async fn attempt(
    office: &Office,
    message: MessageId,
    tried: u32,
    next: Option<MessageId>,
    walked: &mut Walked,
    stuck: &mut Vec<Stuck>,
) -> Result<Option<u32>, ClerkError> {
    match walk(office, message, next).await {
        Ok(begun) => {
            walked.decided += 1;
            return Ok(begun);
        }
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
            tracing::error!(message = message.0, %error, "message.stuck");
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
            tracing::error!(message = message.0, why, "message.kills-its-reader");
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
/// counted in the transaction that ends this one, so that it costs no commit of its own; gives back which try that is.
async fn walk(
    office: &Office,
    id: MessageId,
    next: Option<MessageId>,
) -> Result<Option<u32>, ClerkError> {
    let Some(row) = database::messages::message(&office.database, id).await? else {
        return Ok(None);
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
    let letter = match read(raw.clone()).await {
        Ok(letter) => letter,
        Err(why) => {
            let mut tx = office.begin().await?;
            database::messages::describe(&mut tx, id, &summary(&raw)).await?;
            tx.commit().await?;
            fail(office, id, &why).await?;
            return Ok(None);
        }
    };
    let registry = office.registry().await?;
    let matched = find_place(office, &registry, &letter, &row).await?;
    let placement = match matched.verdict {
        Verdict::Placed(placement) => Some(placement),
        _ => None,
    };
    let facts = Facts::gather(office, &registry, &letter, &row, placement).await?;
    let plan = desk::receive(id, &letter, &matched, &facts.for_desk(office, &registry));
    let filed = place(office, &letter, &plan).await?;
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
    Ok(begun)
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
    let facts = matching::Facts {
        history: History {
            seen: &seen,
            missing: &missing,
            asked_last: &asked_last,
            paper_texts: &[],
        },
        ..facts
    };
    Ok(matching::find(letter, &facts))
}

/// Places the papers and records the plan in one transaction. Papers first: a row never names a file that is not there.
pub async fn apply(
    office: &Office,
    row: &MessageRow,
    letter: &Letter,
    plan: &Plan,
) -> Result<Recorded, ClerkError> {
    let filed = place(office, letter, plan).await?;
    let mut tx = office.begin().await?;
    let recorded = record(&mut tx, row, letter, plan, &filed).await?;
    tx.commit().await?;
    tell(row, plan);
    if recorded == Recorded::Already {
        take_back(office, row.id, &filed).await?;
    }
    clear_misplaced(office).await?;
    Ok(recorded)
}

async fn place(
    office: &Office,
    letter: &Letter,
    plan: &Plan,
) -> Result<Vec<FiledAttachment>, StorageError> {
    // Several at once: the disk syncs them together.
    let placing: Vec<_> = letter
        .attachments
        .iter()
        .zip(&plan.files)
        .filter_map(|(attachment, file)| Some((file.path.clone()?, attachment.content.clone())))
        .map(|(path, content)| {
            let storage = office.storage.clone();
            async move { storage.place(&path, content).await }
        })
        .collect();
    stream::iter(placing)
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<_>>()
        .await?;
    let files = letter.attachments.iter().zip(&plan.files);
    Ok(files.map(filed).collect())
}

async fn record(
    tx: &mut Transaction,
    row: &MessageRow,
    letter: &Letter,
    plan: &Plan,
    filed: &[FiledAttachment],
) -> database::Result<Recorded> {
    database::messages::describe(tx, row.id, &heading(letter)).await?;
    database::messages::record_plan(tx, row.id, plan, filed).await
}

fn tell(row: &MessageRow, plan: &Plan) {
    tracing::info!(
        message = row.id.0,
        state = plan.state.word(),
        kind = plan.kind.word(),
        "message.decided"
    );
}

/// The message was decided meanwhile by somebody else: papers that were placed for this plan and that the deciding one
/// does not name must not stay, since they may lie in a rival's folder.
async fn take_back(
    office: &Office,
    id: MessageId,
    placed: &[FiledAttachment],
) -> Result<(), ClerkError> {
    let Some(decided) = database::messages::message(&office.database, id).await? else {
        return Ok(());
    };
    for paper in placed {
        let stays = decided
            .attachments
            .iter()
            .any(|file| file.path == paper.path);
        if let Some(Ok(path)) = paper.path.as_deref().map(TreePath::new)
            && !stays
        {
            office.storage.withdraw(&path, &paper.sha256).await?;
        }
    }
    Ok(())
}

fn filed((attachment, file): (&Attachment, &FilePlan)) -> FiledAttachment {
    FiledAttachment {
        name: attachment.name.clone(),
        media_type: attachment.media_type.clone(),
        bytes: attachment.content.len() as u64,
        sha256: attachment.sha256,
        container: attachment.container,
        path: file.path.as_ref().map(ToString::to_string),
        document: file.document,
        expert: file.expert.clone(),
        findings: file.findings.clone(),
    }
}

/// Takes out of the tree what a person's decision moved elsewhere: after the commit that says so, by whoever comes next,
/// so that a kill between the two leaves nothing in a wrong folder. Done twice, the second finds nothing.
async fn clear_misplaced(office: &Office) -> Result<(), ClerkError> {
    loop {
        let papers = database::papers::misplaced(&office.database, BATCH).await?;
        if papers.is_empty() {
            return Ok(());
        }
        for paper in papers {
            place_duplicate_of(office, &paper).await?;
            let outcome = match TreePath::new(&paper.path) {
                Ok(path) => office.storage.withdraw(&path, &paper.sha256).await?,
                // Not of our making: nothing of ours lies there.
                Err(_) => Withdrawn::Missing,
            };
            if outcome == Withdrawn::Changed {
                tracing::warn!(message = paper.message.0, "paper.changed-and-left");
            }
            let mut tx = office.begin().await?;
            database::papers::forget_misplaced(&mut tx, &paper, outcome.word()).await?;
            tx.commit().await?;
        }
    }
}

fn heading(letter: &Letter) -> Heading {
    let writer = letter.writer();
    Heading {
        message_id: letter.message_id.clone(),
        from_address: writer.map(|writer| writer.address.to_string()),
        from_name: writer.and_then(|writer| writer.name.clone()),
        subject: letter.subject.clone(),
    }
}

/// What an unreadable mail shows in lists.
fn summary(raw: &[u8]) -> Heading {
    let summary = letter::plain_header_summary(raw);
    Heading {
        message_id: summary.message_id,
        from_address: summary.from.map(|from| from.address.to_string()),
        from_name: None,
        subject: summary.subject,
    }
}

async fn fail(office: &Office, id: MessageId, why: &str) -> Result<(), ClerkError> {
    tracing::error!(message = id.0, why, "message.failed");
    let mut tx = office.begin().await?;
    database::messages::fail(&mut tx, id, why).await?;
    tx.commit().await?;
    Ok(())
}

/// The same octets may have come to the first place by another mail too, and were not filed a second time: now they are.
async fn place_duplicate_of(office: &Office, moved: &Misplaced) -> Result<(), ClerkError> {
    let papers = database::papers::attachments_of_session(&office.database, moved.session).await?;
    let mut same = papers
        .into_iter()
        .filter(|paper| paper.attachment.sha256 == moved.sha256)
        .peekable();
    let Some(paper) = same.peek().cloned() else {
        return Ok(());
    };
    let duplicate = Finding::Duplicate;
    if same.any(|other| other.attachment.path.is_some())
        || !paper.attachment.findings.contains(&duplicate)
    {
        return Ok(());
    }
    let registry = office.registry().await?;
    let rows = (
        registry.tender(paper.tender),
        registry.bidder(paper.bidder),
        registry.session(paper.session),
        database::messages::message(&office.database, paper.message).await?,
    );
    let (Some(tender), Some(bidder), Some(session), Some(row)) = rows else {
        return Ok(());
    };
    let raw = office.storage.original(&row.sha256).await?;
    let Ok(letter) = read(raw).await else {
        return Ok(());
    };
    let brought = |file: &&letter::Attachment| file.sha256 == paper.attachment.sha256;
    let Some(file) = letter.attachments.iter().find(brought) else {
        return Ok(());
    };
    let name = PaperName {
        document: paper.attachment.document,
        number: paper.message,
        part: paper.position as usize,
        sent_name: paper.attachment.name.as_deref(),
        media_type: &paper.attachment.media_type,
    };
    let path = paper_path(tender, bidder, session, &name);
    office.storage.place(&path, file.content.clone()).await?;
    let mut findings = paper.attachment.findings.clone();
    findings.retain(|finding| *finding != duplicate);
    let mut tx = office.begin().await?;
    database::papers::put_into_tree(&mut tx, &paper, path.as_str(), &findings).await?;
    tx.commit().await?;
    Ok(())
}

/// What the desk needs to know of one letter, loaded.
pub struct Facts {
    row: MessageRow,
    mailboxes: Vec<matching::MailboxIdentity>,
    members: Vec<crate::address::EmailAddress>,
    loop_header: String,
    already_answered: bool,
    last_stranger_reply: Option<jiff::Timestamp>,
    ours: Vec<OurMail>,
    missing: Vec<crate::tender::DocumentWord>,
    filed: BTreeSet<Digest>,
}

impl Facts {
    /// `placement`: where matching or a person put the letter.
    pub async fn gather(
        office: &Office,
        registry: &Registry,
        letter: &Letter,
        row: &MessageRow,
        placement: Option<Placement>,
    ) -> database::Result<Facts> {
        let mailboxes = office.identities();
        let mut ours = Vec::new();
        let keys = desk::bounce_keys(letter, &mailboxes);
        let mut found = Vec::new();
        for detail in &keys.details {
            let prefix = detail.trim_start_matches("b-");
            found
                .extend(database::outbox::outbox_by_bounce_prefix(&office.database, prefix).await?);
        }
        if let Some(message_id) = &keys.message_id {
            found.extend(
                database::outbox::outbox_by_message_id(&office.database, message_id).await?,
            );
        }
        if let Some(id) = keys.envelope_id.as_deref().and_then(|id| id.parse().ok()) {
            found.extend(
                database::outbox::outbox_row(&office.database, crate::tender::OutboxId(id)).await?,
            );
        }
        for row in found {
            let mail = OurMail {
                outbox: row.id,
                message_id: row.mail.message_id,
                to: row.mail.to,
            };
            if !ours.contains(&mail) {
                ours.push(mail);
            }
        }
        // The constant text for strangers, or a receipt for another place, is no receipt for the place decided now.
        let session = placement.map(|placement| placement.session);
        let already_answered = row
            .replies
            .iter()
            .any(|reply| session.is_none() || reply.session == session);
        let (mut missing, mut filed) = (Vec::new(), BTreeSet::new());
        if let Some(session) = placement.and_then(|placement| registry.session(placement.session)) {
            let papers =
                database::papers::attachments_of_session(&office.database, session.id).await?;
            let others: Vec<FiledPaper> = papers
                .into_iter()
                .filter(|paper| paper.message != row.id)
                .map(FiledPaper::from)
                .collect();
            missing = desk::missing_documents(session, &others);
            filed = others.iter().map(|paper| paper.attachment.sha256).collect();
        }
        let last_stranger_reply = match letter.writer() {
            Some(writer) => database::owed::last_note(&office.database, &writer.address).await?,
            None => None,
        };
        Ok(Facts {
            row: row.clone(),
            mailboxes,
            members: office.members(),
            loop_header: office.keys.instance(),
            already_answered,
            last_stranger_reply,
            ours,
            missing,
            filed,
        })
    }

    pub fn for_desk<'a>(&'a self, office: &Office, registry: &'a Registry) -> ReceiveFacts<'a> {
        ReceiveFacts {
            registry,
            mailboxes: &self.mailboxes,
            members: &self.members,
            loop_header: &self.loop_header,
            since: office.since(&self.row.mailbox),
            received_at: self.row.received_at,
            now: office.clock.now(),
            held: false,
            already_answered: self.already_answered,
            last_stranger_reply: self.last_stranger_reply,
            ours: &self.ours,
            missing: &self.missing,
            filed: &self.filed,
        }
    }
}

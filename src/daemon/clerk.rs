//! The walk of one message: original → letter → match → plan → papers placed → one transaction (DESIGN.md, steps 3-7).
//!
//! Everything here can be done any number of times with the same result: names in the tree do not depend on when or how
//! often it is done, and a plan is recorded for a received message only.

use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio_util::sync::CancellationToken;

use super::{intake::Counter, office::Office};
use crate::{
    database::{
        self, DatabaseError,
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
    matching::{self, Match, Placement, Verdict},
    storage::{StorageError, Withdrawn},
    tender::{MessageId, Registry},
};

/// Longer than this on one mail is a hang (P10).
const PATIENCE: Duration = Duration::from_secs(20);
/// Papers written at one time.
const AT_ONCE: usize = 8;
/// Messages fetched from the queue at a time.
const BATCH: u32 = 64;

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
}

/// Walks every received message to its end; gives back how many were decided.
pub async fn walk_all(
    office: &Office,
    counter: &Counter,
    stop: &CancellationToken,
) -> Result<u64, ClerkError> {
    clear_misplaced(office).await?;
    let mut decided = 0;
    loop {
        for spent in database::messages::out_of_tries(&office.database, BATCH).await? {
            fail(
                office,
                spent,
                "program berhenti dua kali saat membaca surat ini",
            )
            .await?;
        }
        let waiting = database::messages::next_received(&office.database, BATCH).await?;
        if waiting.is_empty() || stop.is_cancelled() {
            return Ok(decided);
        }
        for message in waiting {
            if stop.is_cancelled() {
                return Ok(decided);
            }
            if !counter.take_fresh(message) {
                let mut tx = office.begin().await?;
                database::messages::begin_try(&mut tx, message).await?;
                tx.commit().await?;
            }
            match walk(office, message).await {
                Ok(()) => decided += 1,
                Err(ClerkError::Storage(error)) if is_this_mails(&error) => {
                    fail(office, message, &error.to_string()).await?;
                }
                Err(error) => {
                    // Not the mail's fault: its try does not count.
                    counter.give_back(message);
                    return Err(error);
                }
            }
        }
    }
}

/// What will not be different at the next try and touches no other mail.
fn is_this_mails(error: &StorageError) -> bool {
    matches!(
        error,
        StorageError::Occupied { .. } | StorageError::Corrupt { .. } | StorageError::Missing { .. }
    )
}

/// One message. A mail that cannot be read ends as `failed`; it never stops the next one.
async fn walk(office: &Office, id: MessageId) -> Result<(), ClerkError> {
    let Some(row) = database::messages::message(&office.database, id).await? else {
        return Ok(());
    };
    let raw = office.storage.original(&row.sha256).await?;
    let letter = match read(raw.clone()).await {
        Ok(letter) => letter,
        Err(why) => {
            let mut tx = office.begin().await?;
            database::messages::describe(&mut tx, id, &summary(&raw)).await?;
            tx.commit().await?;
            return fail(office, id, &why).await;
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
    apply(office, &row, &letter, &plan).await?;
    Ok(())
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

async fn find_place(
    office: &Office,
    registry: &Registry,
    letter: &Letter,
    row: &MessageRow,
) -> database::Result<Match> {
    let sent =
        database::outbox::find_sent(&office.database, &matching::references_of(letter)).await?;
    let identities = office.identities();
    let facts = matching::Facts {
        registry,
        sent: &sent,
        mailboxes: &identities,
        received_at: row.received_at,
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
    let filed: Vec<FiledAttachment> = letter
        .attachments
        .iter()
        .zip(&plan.files)
        .map(filed)
        .collect();
    let mut tx = office.begin().await?;
    database::messages::describe(&mut tx, row.id, &heading(letter)).await?;
    let recorded = database::messages::record_plan(&mut tx, row.id, plan, &filed).await?;
    tx.commit().await?;
    tracing::info!(
        message = row.id.0,
        state = plan.state.word(),
        kind = plan.kind.word(),
        "message.decided"
    );
    if recorded == Recorded::Already {
        take_back(office, row.id, &filed).await?;
    }
    clear_misplaced(office).await?;
    Ok(recorded)
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

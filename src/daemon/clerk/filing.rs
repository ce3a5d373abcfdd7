//! Carries a plan out: papers into the tree first, then one transaction; and what must leave a wrong folder leaves it.

use std::collections::HashSet;

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{BATCH, ClerkError, division::each, read};
use crate::{
    daemon::{examination::unpack, office::Office},
    database::{
        self, Transaction,
        messages::{Heading, MessageRow, Recorded},
        papers::Misplaced,
    },
    desk::{
        FilePlan, FiledAttachment, Plan,
        naming::{PaperName, TreePath, paper_path},
    },
    inspection::Finding,
    letter::{self, Attachment, Letter},
    storage::{StorageError, Withdrawn},
    tender::MessageId,
};

/// Papers written at one time.
const AT_ONCE: usize = 8;

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
    match recorded {
        Recorded::Already => take_back(office, row.mail(), &filed).await?,
        // Moved there and back again quickly, its first place may just have been cleared.
        Recorded::Now => drop(place(office, letter, plan).await?),
    }
    clear_misplaced(office).await?;
    Ok(recorded)
}

/// A person moves some files of a message to a place of their own: a share of its mail. `None`: they are not where he saw
/// them any more, and nothing was changed.
pub async fn divide(
    office: &Office,
    row: &MessageRow,
    letter: &Letter,
    plan: &Plan,
) -> Result<Option<MessageId>, ClerkError> {
    let filed = place(office, letter, plan).await?;
    let mut tx = office.begin().await?;
    let ids = (row.mail(), row.id);
    let files = filed.first().map_or(&[][..], Vec::as_slice);
    let share = database::messages::divide(&mut tx, ids, plan, files).await?;
    match share {
        None => {
            tx.roll_back().await?;
            take_back(office, row.mail(), &filed).await?;
        }
        Some(_) => {
            tx.commit().await?;
            tell(row, plan);
            // As in `apply`.
            place(office, letter, plan).await?;
        }
    }
    clear_misplaced(office).await?;
    Ok(share)
}

/// What was placed, for the plan and for each of its shares.
pub(super) async fn place(
    office: &Office,
    letter: &Letter,
    plan: &Plan,
) -> Result<Vec<Vec<FiledAttachment>>, StorageError> {
    // Several at once: the disk syncs them together.
    let placing: Vec<_> = each(plan)
        .flat_map(|plan| files(letter, plan))
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
    Ok(each(plan)
        .map(|plan| files(letter, plan).map(filed).collect())
        .collect())
}

/// The attachments of a letter that a plan speaks of.
fn files<'a>(
    letter: &'a Letter,
    plan: &'a Plan,
) -> impl Iterator<Item = (&'a Attachment, &'a FilePlan)> {
    plan.files.iter().filter_map(|file| {
        let at = (file.part as usize).checked_sub(1)?;
        Some((letter.attachments.get(at)?, file))
    })
}

/// Remembers the places before anything is placed. `false`: a person was quicker.
pub(super) async fn intend(
    office: &Office,
    id: MessageId,
    letter: &Letter,
    plan: &Plan,
) -> database::Result<bool> {
    let papers = |plan| {
        let files = files(letter, plan);
        let placed = files.filter_map(|(attachment, file)| {
            Some((file.path.as_ref()?.as_str(), attachment.sha256))
        });
        placed.collect::<Vec<_>>()
    };
    let mut intended: Vec<_> = each(plan)
        .filter_map(|plan| Some((plan.placement?.session, papers(plan))))
        .collect();
    intended.retain(|(_, papers)| !papers.is_empty());
    if intended.is_empty() {
        return Ok(true);
    }
    let mut tx = office.begin().await?;
    let mut waits = true;
    for (session, papers) in &intended {
        waits &= database::papers::intend(&mut tx, id, *session, papers).await?;
    }
    tx.commit().await?;
    Ok(waits)
}

pub(super) async fn record(
    tx: &mut Transaction,
    row: &MessageRow,
    letter: &Letter,
    plan: &Plan,
    filed: &[Vec<FiledAttachment>],
) -> database::Result<Recorded> {
    database::messages::describe(tx, row.id, &heading(letter)).await?;
    let (mut recorded, mut filed) = (Recorded::Already, filed.iter());
    if let Some(own) = filed.next() {
        recorded = database::messages::record_plan(tx, row.id, plan, own).await?;
    }
    if recorded == Recorded::Now {
        for (share, files) in plan.shares.iter().zip(filed) {
            database::messages::record_share(tx, row.mail(), share, files).await?;
        }
    }
    Ok(recorded)
}

pub(super) fn tell(row: &MessageRow, plan: &Plan) {
    tracing::info!(
        number = row.id.0,
        state = plan.state.word(),
        kind = plan.kind.word(),
        shares = plan.shares.len(),
        "message.decided"
    );
}

/// The message was decided meanwhile by somebody else: papers that were placed for this plan and that the deciding one
/// does not name must not stay, since they may lie in a rival's folder.
pub(super) async fn take_back(
    office: &Office,
    mail: MessageId,
    placed: &[Vec<FiledAttachment>],
) -> Result<(), ClerkError> {
    let decided = database::messages::of_mail(&office.database, mail).await?;
    for paper in placed.iter().flatten() {
        let mut named = decided.iter().flat_map(|row| &row.attachments);
        let stays = named.any(|file| file.path == paper.path);
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
        part: file.part,
        name: attachment.name.clone(),
        media_type: attachment.media_type.clone(),
        bytes: attachment.content.len() as u64,
        sha256: attachment.sha256,
        container: attachment.container,
        path: file.path.as_ref().map(ToString::to_string),
        document: file.document,
        expert: file.expert.clone(),
        findings: file.findings.clone(),
        examined: file.examined.clone(),
    }
}

/// Takes out of the tree what a person's decision moved elsewhere: after the commit that says so, by whoever comes next,
/// so that a kill between the two leaves nothing in a wrong folder. Done twice, the second finds nothing.
pub async fn clear_misplaced(office: &Office) -> Result<(), ClerkError> {
    let mut later = HashSet::new();
    loop {
        let most = BATCH.saturating_add(u32::try_from(later.len()).unwrap_or(u32::MAX));
        let mut papers = database::papers::misplaced(&office.database, most).await?;
        papers.retain(|paper| !later.contains(&paper.path));
        if papers.is_empty() {
            return Ok(());
        }
        for paper in papers {
            if let Err(error) = place_duplicate_of(office, &paper).await {
                if !matches!(error, ClerkError::Archive(_)) {
                    return Err(error);
                }
                tracing::warn!(message = paper.message.0, %error, "paper.withdrawn-later");
                later.insert(paper.path);
                continue;
            }
            // The row is held while its file goes: who names that place anew meanwhile waits, and puts it back.
            let mut tx = office.begin().await?;
            if !database::papers::forget_misplaced(&mut tx, &paper).await? {
                tx.roll_back().await?;
                continue;
            }
            let withdrawn = match TreePath::new(&paper.path) {
                Ok(path) => office.storage.withdraw(&path, &paper.sha256).await,
                // Not of our making: nothing of ours lies there.
                Err(_) => Ok(Withdrawn::Missing),
            };
            let outcome = match withdrawn {
                Ok(outcome) => outcome,
                Err(error) if error.is_fatal() => return Err(error.into()),
                Err(error) => {
                    // It stays on the list; nobody's mail waits for it.
                    tx.roll_back().await?;
                    tracing::warn!(message = paper.message.0, %error, "paper.withdrawn-later");
                    later.insert(paper.path);
                    continue;
                }
            };
            if outcome == Withdrawn::Changed {
                tracing::warn!(message = paper.message.0, "paper.changed-and-left");
            }
            database::papers::tell_withdrawn(&mut tx, &paper, outcome.word()).await?;
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
pub(super) fn summary(raw: &[u8]) -> Heading {
    let summary = letter::plain_header_summary(raw);
    Heading {
        message_id: summary.message_id,
        from_address: summary.from.map(|from| from.address.to_string()),
        from_name: None,
        subject: summary.subject,
    }
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
    let Ok(mut letter) = read(raw).await else {
        return Ok(());
    };
    unpack(office, &mut letter)
        .await
        .map_err(ClerkError::Archive)?;
    let brought = |file: &&letter::Attachment| file.sha256 == paper.attachment.sha256;
    let Some(file) = letter.attachments.iter().find(brought) else {
        return Ok(());
    };
    let name = PaperName {
        document: paper.attachment.document,
        number: row.mail(),
        part: paper.position as usize,
        sent_name: paper.attachment.name.as_deref(),
        media_type: &paper.attachment.media_type,
        kind: paper.attachment.examined.kind,
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

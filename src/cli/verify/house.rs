//! Verifies the house itself: the journal, the originals, the papers in the tree.

use std::collections::HashSet;

use futures::StreamExt as _;

use super::Findings;
use crate::{
    cli::Failure,
    daemon::{
        office::Office,
        overview::{PAGE, PREVIEWS},
    },
    database::{self, papers::Original},
    desk::naming::TreePath,
    digest::Digest,
    journal::{Line, Verifier, Witness},
    storage::{Storage, StorageError},
    tender::MessageId,
};

const CHUNK: u32 = 500;

pub async fn verify(office: &Office, witnesses: &[Witness]) -> Result<Findings, Failure> {
    let mut findings = Findings::default();
    chain(office, witnesses, &mut findings).await?;
    let mut known = originals(office, &mut findings).await?;
    known.extend(papers(office, &mut findings).await?);
    strangers(office, &known, &mut findings).await?;
    Ok(findings)
}

async fn chain(
    office: &Office,
    witnesses: &[Witness],
    findings: &mut Findings,
) -> Result<(), Failure> {
    let mut verifier = Verifier::new(witnesses);
    let (mut after, mut count, mut last) = (0, 0_u64, None);
    loop {
        let events = database::events::events_after(&office.database, None, after, CHUNK).await?;
        let Some(end) = events.last() else { break };
        after = end.seq;
        last = Some(end.hash.clone());
        count += events.len() as u64;
        for event in events {
            verifier.check(&Line::Full(event));
        }
    }
    findings
        .differences
        .extend(verifier.finish().iter().map(ToString::to_string));
    let head = database::events::head(&office.database).await?;
    if head.seq != after || last.is_some_and(|last| last != head.hash) {
        findings.differences.push(format!(
            "the head of the chain says event {}, the last event there is has number {after}",
            head.seq
        ));
    }
    findings
        .looked_at
        .push(format!("{count} events, head {}:{}", head.seq, head.hash));
    Ok(())
}

/// Every original against its digest; gives back the paths that must be there.
async fn originals(office: &Office, findings: &mut Findings) -> Result<HashSet<String>, Failure> {
    let (mut paths, mut after, mut bytes) = (HashSet::new(), None::<Original>, 0_u64);
    loop {
        let originals =
            database::papers::originals_after(&office.database, None, after.as_ref(), CHUNK)
                .await?;
        let Some(last) = originals.last() else { break };
        after = Some(last.clone());
        for original in &originals {
            bytes += original.bytes;
            paths.insert(Storage::original_path(&original.sha256));
            if let Err(error) = office.storage.original(&original.sha256).await {
                findings
                    .differences
                    .push(format!("message {}: {error}", original.message));
            }
        }
    }
    findings
        .looked_at
        .push(format!("{} originals, {bytes} octets", paths.len()));
    Ok(paths)
}

/// Every paper in the tree against the digest in the manifest; gives back the paths that must be there.
async fn papers(office: &Office, findings: &mut Findings) -> Result<HashSet<String>, Failure> {
    let (mut paths, mut after) = (HashSet::new(), (MessageId(0), 0));
    loop {
        let papers = database::papers::papers_after(&office.database, after, CHUNK).await?;
        let Some(last) = papers.last() else { break };
        after = (last.message, last.position);
        for paper in &papers {
            let Some(path) = &paper.attachment.path else {
                continue;
            };
            paths.insert(path.clone());
            let said = paper.attachment.sha256;
            let read = match TreePath::new(path) {
                Ok(path) => office.storage.read(&path).await,
                Err(error) => {
                    findings
                        .differences
                        .push(format!("message {}: {error}", paper.message));
                    continue;
                }
            };
            match read {
                Ok(content) if Digest::of(&content) == said => {}
                Ok(content) => findings.differences.push(format!(
                    "{path} was changed: its SHA-256 is {}, message {} brought {said}",
                    Digest::of(&content),
                    paper.message
                )),
                Err(StorageError::Missing { .. }) => findings.differences.push(format!(
                    "{path} is missing; message {} brought it, `loket rebuild` puts it back from the original",
                    paper.message
                )),
                Err(error) => findings.differences.push(error.to_string()),
            }
        }
    }
    findings
        .looked_at
        .push(format!("{} papers in the tree", paths.len()));
    Ok(paths)
}

/// The page of a tender and its thumbnails: made by the program from the papers, and made again at any time.
fn is_overview(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    matches!(parts[..], [_, _, PAGE] | [_, _, PREVIEWS, _])
}

/// Files that nobody brought.
async fn strangers(
    office: &Office,
    known: &HashSet<String>,
    findings: &mut Findings,
) -> Result<(), Failure> {
    let mut listed = office.storage.list("");
    while let Some(stored) = listed.next().await {
        let stored = stored?;
        let ours = stored.path.starts_with("given/") || is_overview(&stored.path);
        if !known.contains(&stored.path) && !ours {
            findings.differences.push(format!(
                "{} was brought by no mail: it does not belong to the papers",
                stored.path
            ));
        }
    }
    Ok(())
}

//! `index.html` in a tender's folder: bidders and their papers with state, thumbnail and findings, for the Pokja.
//!
//! A static page that works from a network share, without scripts and without anything from outside. It is never mailed:
//! it names all bidders of a tender. Made again after each round that changed something: up to which event the pages tell
//! what is true is kept, so that one that could not be written, or whose process died, is made in a later round.

mod page;

use std::collections::{BTreeMap, BTreeSet};

use super::office::Office;
use crate::{
    database::{self, papers::Paper},
    desk::{Plan, naming::TreePath},
    inspection::Examination,
    letter::Letter,
    tender::{Registry, Tender, TenderId},
};
pub use page::twins_of;
use page::{comparison_name, thumbnail_name};

/// The folder of thumbnails and comparisons beside the bidders' folders.
pub const PREVIEWS: &str = "pratinjau";
pub const PAGE: &str = "index.html";

/// Makes the pages anew of all tenders on which something changed since the last time.
///
/// # Errors
/// Where the database does not answer; a page that cannot be written waits for the next round.
pub async fn refresh(office: &Office) -> database::Result<()> {
    let made_of = database::meta::pages_made_of(&office.database).await?;
    // First how far, then what is true: what changes in between makes its page twice.
    let head = database::events::head(&office.database).await?;
    let changed = database::events::tenders_changed_after(&office.database, made_of).await?;
    if changed.is_empty() {
        return Ok(());
    }
    let registry = office.registry().await?;
    let tenders = changed
        .iter()
        .filter_map(|code| registry.tender_by_code(code));
    if publish(office, &tenders.map(|tender| tender.id).collect()).await {
        let mut tx = office.begin().await?;
        database::meta::note_pages_made_of(&mut tx, head.seq).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Makes the pages of these tenders anew, and tells whether all were written. A page that cannot be written is told in the log and holds nothing up.
pub async fn publish(office: &Office, tenders: &BTreeSet<TenderId>) -> bool {
    let mut written = true;
    for &tender in tenders {
        if let Err(why) = publish_one(office, tender).await {
            tracing::warn!(tender = tender.0, %why, "overview.not-written");
            written = false;
        }
    }
    written
}

/// Puts thumbnails and comparisons beside the papers. Losing one loses nothing, so none of them stops a mail.
pub async fn keep_previews(
    office: &Office,
    registry: &Registry,
    letter: &Letter,
    plan: &Plan,
    examined: &[Examination],
) {
    for share in &plan.shares {
        // A share has none.
        Box::pin(keep_previews(office, registry, letter, share, examined)).await;
    }
    let tender = plan
        .placement
        .and_then(|placement| registry.tender(placement.tender));
    let Some(tender) = tender else { return };
    for file in &plan.files {
        let at = (file.part as usize).wrapping_sub(1);
        let (Some(attachment), Some(told)) = (letter.attachments.get(at), examined.get(at)) else {
            continue;
        };
        let digest = &attachment.sha256;
        for (name, picture) in [
            (thumbnail_name(digest), &told.thumbnail),
            (comparison_name(digest), &told.side_by_side),
        ] {
            if file.path.is_none() || picture.is_empty() {
                continue;
            }
            let Ok(path) = TreePath::new(&format!("{}/{PREVIEWS}/{name}", tender.folder)) else {
                continue;
            };
            if let Err(error) = office.storage.publish(&path, picture.clone()).await {
                tracing::warn!(%error, "preview.not-written");
            }
        }
    }
}

async fn publish_one(office: &Office, id: TenderId) -> anyhow::Result<()> {
    let registry = office.registry().await?;
    let Some(tender) = registry.tender(id) else {
        return Ok(());
    };
    // First the pictures, then the papers: what comes in between has its row, and is not taken for a leftover.
    let previews = office
        .storage
        .names(&format!("{}/{PREVIEWS}", tender.folder))
        .await?;
    let papers = database::papers::attachments_of_tender(&office.database, id).await?;
    let sessions = database::sessions::list_sessions(&office.database, Some(id)).await?;
    let negotiations: BTreeMap<_, _> = sessions
        .iter()
        .filter_map(|row| Some((row.session, row.negotiation?)))
        .collect();
    prune(office, tender, &papers, &previews).await?;
    // Two bidders may have sent thousands of photos.
    let known = registry.clone();
    let (papers, twins) = tokio::task::spawn_blocking(move || {
        let twins = twins_of(&known, id, &papers);
        (papers, twins)
    })
    .await?;
    let mailbox = office.mailbox(&tender.mailbox);
    let html = page::write(&page::Facts {
        registry: &registry,
        tender,
        pokja: mailbox.map_or("", |mailbox| &mailbox.title),
        zone: &office.settings.office.timezone,
        now: office.clock.now(),
        papers: &papers,
        twins: &twins,
        negotiations: &negotiations,
        previews: &previews,
    })?;
    let path = TreePath::new(&format!("{}/{PAGE}", tender.folder))?;
    office.storage.publish(&path, html.into()).await?;
    Ok(())
}

/// A paper that a person moved elsewhere leaves no picture behind.
async fn prune(
    office: &Office,
    tender: &Tender,
    papers: &[Paper],
    previews: &BTreeSet<String>,
) -> anyhow::Result<()> {
    let digests = papers.iter().map(|paper| &paper.attachment.sha256);
    let wanted: BTreeSet<String> = digests
        .flat_map(|digest| [thumbnail_name(digest), comparison_name(digest)])
        .collect();
    for name in previews.difference(&wanted) {
        let path = TreePath::new(&format!("{}/{PREVIEWS}/{name}", tender.folder))?;
        office.storage.unpublish(&path).await?;
    }
    Ok(())
}

//! `list documents`: one row for each document that a bidder owes or sent.

use serde_json::json;

use super::Page;
use crate::{
    cli::Done,
    daemon::office::Office,
    database,
    desk::{self, FiledPaper},
    tender::{Registry, Tender},
};

pub async fn list(
    office: &Office,
    registry: &Registry,
    only: Option<&Tender>,
    page: &mut Page,
) -> Done {
    page.head(&["TENDER", "BIDDER", "SESSION", "DOCUMENT", "STATE", "FILES"]);
    for tender in registry
        .tenders()
        .iter()
        .filter(|tender| only.is_none_or(|only| only.id == tender.id))
    {
        let papers = database::papers::attachments_of_tender(&office.database, tender.id).await?;
        let papers: Vec<FiledPaper> = papers.into_iter().map(FiledPaper::from).collect();
        for bidder in registry.bidders_of(tender.id) {
            for row in desk::documents(registry.sessions_of(bidder.id), &papers) {
                let session = registry
                    .session(row.session)
                    .map_or("-", |session| session.kind.word());
                page.entry(
                    || {
                        let files = row.files.iter().map(|file| {
                            json!({ "path": file.path, "sha256": file.sha256.hex(), "message": file.message })
                        });
                        json!({
                            "tender": tender.code,
                            "bidder": bidder.name,
                            "session": session,
                            "document": row.document.word(),
                            "expert": row.expert,
                            "state": row.state.word(),
                            "files": files.collect::<Vec<_>>(),
                        })
                    },
                    |_| {
                        vec![
                            tender.code.clone(),
                            bidder.name.clone(),
                            session.to_owned(),
                            row.document.word().to_owned(),
                            row.state.word().to_owned(),
                            row.files.len().to_string(),
                        ]
                    },
                )?;
            }
        }
    }
    Ok(())
}

//! `list documents`: one row for each document that a bidder owes or sent.

use serde_json::json;

use super::Page;
use crate::{
    cli::Done,
    daemon::office::Office,
    database,
    desk::documents,
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
        for bidder in registry.bidders_of(tender.id) {
            for session in registry.sessions_of(bidder.id) {
                for row in documents::rows(session, &papers_of(&papers, session.id)) {
                    page.entry(
                        || {
                            json!({
                                "tender": tender.code,
                                "bidder": bidder.name,
                                "session": session.kind.word(),
                                "document": row.document.map(|document| document.word()),
                                "expert": row.expert,
                                "state": row.state.word(),
                                "files": row.files.iter().map(|file| json!({
                                    "path": file.path,
                                    "sha256": file.sha256.hex(),
                                    "message": file.message,
                                })).collect::<Vec<_>>(),
                            })
                        },
                        |_| {
                            vec![
                                tender.code.clone(),
                                bidder.name.clone(),
                                session.kind.word().to_owned(),
                                row.document
                                    .map_or("belum dikenali", |document| document.word())
                                    .to_owned(),
                                row.state.word().to_owned(),
                                row.files.len().to_string(),
                            ]
                        },
                    )?;
                }
            }
        }
    }
    Ok(())
}

//! `list tenders`: what was imported.

use serde_json::json;

use super::Page;
use crate::{
    cli::Done,
    tender::{Registry, Tender},
};

pub fn list(registry: &Registry, only: Option<&Tender>, page: &mut Page) -> Done {
    page.head(&["CODE", "NAME", "MAILBOX", "KIND", "BIDDERS", "SESSIONS"]);
    for tender in registry
        .tenders()
        .iter()
        .filter(|tender| only.is_none_or(|only| only.id == tender.id))
    {
        let bidders: Vec<&str> = registry
            .bidders_of(tender.id)
            .filter(|bidder| !bidder.withdrawn)
            .map(|bidder| bidder.name.as_str())
            .collect();
        let sessions = registry
            .sessions()
            .iter()
            .filter(|s| s.tender == tender.id && !s.withdrawn)
            .count();
        page.entry(
            || {
                json!({
                    "tender": tender.code,
                    "code": tender.code,
                    "name": tender.name,
                    "mailbox": tender.mailbox,
                    "kind": tender.kind.word(),
                    "folder": tender.folder,
                    "bidders": bidders,
                    "sessions": sessions,
                })
            },
            |_| {
                vec![
                    tender.code.clone(),
                    tender.name.clone(),
                    tender.mailbox.clone(),
                    tender.kind.word().to_owned(),
                    bidders.len().to_string(),
                    sessions.to_string(),
                ]
            },
        )?;
    }
    Ok(())
}

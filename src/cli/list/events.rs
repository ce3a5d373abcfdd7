//! `list events`: the journal, in order.

use super::{CHUNK, Page, local};
use crate::{cli::Done, daemon::office::Office, database, journal, tender::Tender};

pub async fn list(office: &Office, only: Option<&Tender>, page: &mut Page) -> Done {
    page.head(&["SEQ", "TIME", "ACTOR", "ACTION", "SUBJECT", "HASH"]);
    let mut after = 0;
    loop {
        let code = only.map(|tender| tender.code.as_str());
        let events = database::events::events_after(&office.database, code, after, CHUNK).await?;
        let Some(last) = events.last() else {
            return Ok(());
        };
        after = last.seq;
        for chained in &events {
            page.entry(
                || journal::to_json(chained),
                |zone| {
                    let (kind, id) = &chained.event.subject;
                    vec![
                        chained.seq.to_string(),
                        local(chained.event.time, zone),
                        chained.event.actor.clone(),
                        chained.event.action.clone(),
                        format!("{kind} {id}"),
                        chained.hash.chars().take(12).collect(),
                    ]
                },
            )?;
        }
    }
}

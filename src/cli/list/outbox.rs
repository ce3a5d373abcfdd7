//! `list outbox`: every mail of ours and what became of it.

use serde_json::json;

use super::{CHUNK, Names, Page, local, utc, utc_or_null};
use crate::{
    cli::Done,
    daemon::office::Office,
    database,
    tender::{OutboxId, Registry, Tender},
};

pub async fn list(
    office: &Office,
    registry: &Registry,
    only: Option<&Tender>,
    page: &mut Page,
) -> Done {
    page.head(&[
        "ID", "STATE", "KIND", "TO", "DUE", "SENT", "ATTEMPTS", "SUBJECT", "ERROR",
    ]);
    let names = Names { registry };
    let mut after = OutboxId(0);
    loop {
        let rows =
            database::outbox::list_outbox(&office.database, only.map(|t| t.id), after, CHUNK)
                .await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.id;
        for row in &rows {
            page.entry(
                || {
                    json!({
                        "id": row.id,
                        "kind": row.mail.kind.word(),
                        "to": row.mail.to.as_str(),
                        "subject": row.mail.subject,
                        "message_id": row.mail.message_id,
                        "in_reply_to": row.mail.in_reply_to,
                        "tender": names.tender(row.mail.tender),
                        "bidder": names.bidder(row.mail.bidder),
                        "session": names.session(row.mail.session),
                        "state": row.state.word(),
                        "attempts": row.attempts,
                        "created_at": utc(row.created_at),
                        "due_at": utc(row.mail.due_at),
                        "sent_at": utc_or_null(row.sent_at),
                        "last_error": row.last_error,
                        "mailbox": row.mail.mailbox,
                    })
                },
                |zone| {
                    vec![
                        row.id.to_string(),
                        row.state.word().to_owned(),
                        row.mail.kind.word().to_owned(),
                        row.mail.to.to_string(),
                        local(row.mail.due_at, zone),
                        row.sent_at.map_or("-".to_owned(), |sent| local(sent, zone)),
                        row.attempts.to_string(),
                        row.mail.subject.clone(),
                        row.last_error.clone().unwrap_or_default(),
                    ]
                },
            )?;
        }
    }
}

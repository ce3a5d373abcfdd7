//! `list sessions`: one row for each bidder of each session.

use std::collections::HashMap;

use serde_json::json;

use super::{Page, local, utc};
use crate::{
    cli::Done,
    daemon::office::Office,
    database,
    desk::{self, FiledPaper, outbox::OutboxState},
    letter::CalendarAnswer,
    tender::{Registry, SessionId, Tender},
};

pub async fn list(
    office: &Office,
    registry: &Registry,
    only: Option<&Tender>,
    page: &mut Page,
) -> Done {
    page.head(&[
        "TENDER",
        "SESSION",
        "BIDDER",
        "STARTS",
        "DUE",
        "INVITATION",
        "ATTENDANCE",
        "PAPERS",
    ]);
    let rows =
        database::sessions::list_sessions(&office.database, only.map(|tender| tender.id)).await?;
    let mut received: HashMap<SessionId, Vec<FiledPaper>> = HashMap::new();
    for tender in registry
        .tenders()
        .iter()
        .filter(|tender| only.is_none_or(|only| only.id == tender.id))
    {
        for paper in database::papers::attachments_of_tender(&office.database, tender.id).await? {
            received
                .entry(paper.session)
                .or_default()
                .push(paper.into());
        }
    }
    for row in rows {
        let (Some(session), Some(bidder), Some(tender)) = (
            registry.session(row.session),
            registry.bidder(row.bidder),
            registry.tender(row.tender),
        ) else {
            continue;
        };
        let papers = received.remove(&session.id).unwrap_or_default();
        let owed = session.documents.len();
        let missing = desk::missing_documents(session, &papers).len();
        let attendance = row.attendance.map(|answer| match answer {
            CalendarAnswer::Accepted => "accepted",
            CalendarAnswer::Declined => "declined",
            CalendarAnswer::Tentative => "tentative",
        });
        let invitation = row.invitation.map(outward);
        page.entry(
            || {
                json!({
                    "tender": tender.code,
                    "session": session.kind.word(),
                    "bidder": bidder.name,
                    "starts": utc(session.starts),
                    "ends": utc(session.ends),
                    "due": utc(session.due),
                    "invitation": invitation,
                    "attendance": attendance,
                    "recording_consent": row.recording_consent.map(|consent| consent.word()),
                    "negotiation": row.negotiation.map(|negotiation| negotiation.word()),
                    "documents": { "owed": owed, "received": owed - missing, "missing": missing },
                    "reference": session.reference.as_str(),
                })
            },
            |zone| {
                vec![
                    tender.code.clone(),
                    session.kind.word().to_owned(),
                    bidder.name.clone(),
                    local(session.starts, zone),
                    local(session.due, zone),
                    invitation.unwrap_or("-").to_owned(),
                    attendance.unwrap_or("-").to_owned(),
                    format!("{}/{owed}", owed - missing),
                ]
            },
        )?;
    }
    Ok(())
}

/// The contract knows three words: what was refused for good is as lost as what came back.
fn outward(invitation: OutboxState) -> &'static str {
    match invitation {
        OutboxState::Failed => OutboxState::Bounced.word(),
        other => other.word(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_has_the_words_of_the_contract() {
        // One that was taken back before it was sent is none (`database::sessions`).
        use OutboxState::{Bounced, Failed, Queued, Sent};
        let words = [Queued, Sent, Bounced, Failed].map(outward);
        assert_eq!(words, ["queued", "sent", "bounced", "bounced"]);
    }
}

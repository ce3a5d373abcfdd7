//! `loket assign`: a person decides where a message belongs; it is filed and acknowledged as if matched.

use std::path::PathBuf;

use super::{Done, Failure, ignore::find, list::find_tender, open_office};
use crate::{
    daemon::{
        clerk::{self, Facts},
        examination::{PATIENCE, examine},
        negotiation, overview,
    },
    database::messages::{MessageRow, Recorded},
    desk,
    matching::Placement,
    tender::{Bidder, Registry, Session, SessionKind, Tender},
};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Number of the message
    #[arg(value_name = "N")]
    message: i64,
    /// Code of the tender
    #[arg(long, value_name = "CODE")]
    tender: String,
    /// Name of the bidder
    #[arg(long, value_name = "NAME")]
    bidder: String,
    /// Kind of the session; may be left out where only one fits
    #[arg(long, value_name = "KIND", value_parser = read_kind)]
    session: Option<SessionKind>,
}

pub async fn execute(config: Option<PathBuf>, arguments: Arguments) -> Done {
    let office = open_office(config).await?;
    let row = find(&office, arguments.message).await?;
    let registry = office.registry().await?;
    let tender = find_tender(&registry, &arguments.tender)?;
    let bidder = find_bidder(&registry, tender, &arguments.bidder)?;
    let session = choose_session(&registry, bidder, arguments.session, &row)?;
    let placement = Placement {
        tender: tender.id,
        bidder: bidder.id,
        session: session.id,
    };

    let raw = office.storage.original(&row.sha256).await?;
    let mut letter = clerk::read(raw)
        .await
        .map_err(|why| Failure::Work(format!("message {}: {why}", row.id)))?;
    let mut examined = examine(&office, &mut letter, PATIENCE, &|| ()).await;
    negotiation::compare(&office, &registry, Some(placement), &letter, &mut examined).await;
    let facts = Facts::gather(&office, &registry, &letter, &row, Some(placement))
        .await
        .map_err(anyhow::Error::from)?;
    let facts = facts.for_desk(&office, &registry, &examined);
    let plan = desk::assign(row.id, &letter, placement, &facts);
    overview::keep_previews(&office, &registry, &letter, &plan, &examined).await;
    let recorded = clerk::apply(&office, &row, &letter, &plan)
        .await
        .map_err(anyhow::Error::from)?;
    let changed = [Some(tender.id), row.tender];
    overview::publish(&office, &changed.into_iter().flatten().collect()).await;
    let place = format!(
        "{} / {} / {}",
        tender.code,
        bidder.name,
        session.kind.word()
    );
    match recorded {
        Recorded::Now => say!("Pesan {}: disimpan di {place}.", row.id),
        Recorded::Already => say!("Pesan {}: sudah ada di {place}.", row.id),
    }
    Ok(())
}

/// By name, whatever the case, the dots and the blanks.
fn find_bidder<'r>(
    registry: &'r Registry,
    tender: &Tender,
    name: &str,
) -> Result<&'r Bidder, Failure> {
    let plain = |name: &str| -> String {
        name.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    registry
        .bidders_of(tender.id)
        .find(|bidder| plain(&bidder.name) == plain(name))
        .ok_or_else(|| {
            let known: Vec<&str> = registry
                .bidders_of(tender.id)
                .map(|bidder| bidder.name.as_str())
                .collect();
            Failure::Work(format!(
                "tender {} has no bidder {name:?}; it has: {}",
                tender.code,
                known.join(", ")
            ))
        })
}

/// The session named; else the only one, or the only one that was open when the message came.
fn choose_session<'r>(
    registry: &'r Registry,
    bidder: &Bidder,
    kind: Option<SessionKind>,
    row: &MessageRow,
) -> Result<&'r Session, Failure> {
    let sessions: Vec<&Session> = registry.sessions_of(bidder.id).collect();
    let kinds = || {
        sessions
            .iter()
            .map(|session| session.kind.word())
            .collect::<Vec<_>>()
            .join(", ")
    };
    if let Some(kind) = kind {
        return sessions
            .iter()
            .find(|session| session.kind == kind)
            .copied()
            .ok_or_else(|| {
                Failure::Work(format!(
                    "{} has no session {:?}; it has: {}",
                    bidder.name,
                    kind.word(),
                    kinds()
                ))
            });
    }
    let open: Vec<&Session> = sessions
        .iter()
        .copied()
        .filter(|session| {
            session
                .invite
                .is_none_or(|invite| invite <= row.received_at)
                && row.received_at <= session.due
        })
        .collect();
    match (&sessions[..], &open[..]) {
        ([only], _) | (_, [only]) => Ok(only),
        _ => Err(Failure::Usage(format!(
            "which session of {}? Add --session with one of: {}",
            bidder.name,
            kinds()
        ))),
    }
}

fn read_kind(word: &str) -> Result<SessionKind, String> {
    SessionKind::from_word(word).ok_or_else(|| {
        format!("{word:?} is no session; write qualification, clarification or negotiation")
    })
}

//! `loket assign`: a person decides where a message belongs; it is filed and acknowledged as if matched. With `--files` only
//! some of its files: a mail for two tenders is divided between them.

use std::{collections::BTreeSet, path::PathBuf};

use super::{Done, Failure, classify::no_such_file, ignore::find, list::find_tender, open_office};
use crate::{
    daemon::{
        clerk::{self, Facts},
        examination::{PATIENCE, examine},
        office::Office,
        overview,
    },
    database::{
        self,
        messages::{MessageRow, Recorded},
    },
    desk::{self, Plan, ReceiveFacts, message::MessageState},
    letter::Letter,
    matching::Placement,
    tender::{Bidder, Registry, Session, SessionId, SessionKind, Tender},
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
    /// Only these files of the message, by the numbers that `loket show N` prints; the rest stays as it is
    #[arg(long, value_name = "1,3", value_delimiter = ',')]
    files: Vec<u32>,
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

    let place = format!(
        "{} / {} / {}",
        tender.code,
        bidder.name,
        session.kind.word()
    );
    let rows = database::messages::of_mail(&office.database, row.mail()).await?;
    let Some(chosen) = choose_files(&row, &rows, placement, &arguments.files)? else {
        say!("Pesan {}: sudah ada di {place}.", row.id);
        return Ok(());
    };

    let raw = office.storage.original(&row.sha256).await?;
    let mut letter = clerk::read(raw)
        .await
        .map_err(|why| Failure::Work(format!("message {}: {why}", row.id)))?;
    let mut examined = examine(&office, &mut letter, PATIENCE, &|| ()).await;
    let parts = match chosen {
        Chosen::Whole if rows.len() == 1 => (1..).take(letter.attachments.len()).collect(),
        Chosen::Whole => numbers(&row),
        Chosen::Some(ref parts) => parts.clone(),
    };
    are_there(&row, &letter, &parts)?;
    clerk::compare_some(
        &office,
        &registry,
        placement,
        &parts,
        &letter,
        &mut examined,
    )
    .await;
    let (some, told) = desk::selected(&letter, &examined, &parts);
    let facts = Facts::gather(&office, &registry, &some, &row, Some(placement))
        .await
        .map_err(anyhow::Error::from)?;
    let facts = ReceiveFacts {
        parts: &parts,
        ..facts.for_desk(&office, &registry, &told)
    };
    let plan = match (&chosen, row.part_of) {
        (Chosen::Whole, None) => desk::assign(row.mail(), &some, placement, &facts),
        _ => desk::assign_share(row.mail(), &some, placement, &facts),
    };
    overview::keep_previews(&office, &registry, &letter, &plan, &examined).await;
    let said = match chosen {
        Chosen::Whole => assign(&office, &row, &letter, &plan, &place).await?,
        Chosen::Some(parts) => divide(&office, &row, &letter, &plan, &parts, &place).await?,
    };
    let changed = [Some(tender.id), row.tender];
    overview::publish(&office, &changed.into_iter().flatten().collect()).await;
    say!("{said}");
    Ok(())
}

/// What of a message is to go to a place.
enum Chosen {
    /// All that it has.
    Whole,
    Some(Vec<u32>),
}

/// The files named, with what belongs to them. `None`: they are there already.
fn choose_files(
    row: &MessageRow,
    rows: &[MessageRow],
    placement: Placement,
    named: &[u32],
) -> Result<Option<Chosen>, Failure> {
    if named.is_empty() {
        return Ok(Some(Chosen::Whole));
    }
    let is_there = |row: &MessageRow| {
        row.state == MessageState::Filed && row.session == Some(placement.session)
    };
    let lies_there = |part: u32| {
        let mut there = rows.iter().filter(|row| is_there(row));
        there.any(|row| row.attachments.iter().any(|file| file.part == part))
    };
    if named.iter().all(|part| lies_there(*part)) {
        return Ok(None);
    }
    if matches!(row.state, MessageState::Received | MessageState::Failed) {
        return Err(Failure::Work(format!(
            "message {0} was not read, so that nobody knows its files; `loket assign {0}` without --files moves it whole",
            row.id
        )));
    }
    let known = numbers(row);
    if let Some(part) = named.iter().find(|part| !known.contains(part)) {
        return Err(no_such_file(row, *part));
    }
    let files: Vec<_> = row
        .attachments
        .iter()
        .map(|file| (file.part, file.sha256, file.container))
        .collect();
    if let Some((part, twin)) = desk::twin_left_behind(&files, named) {
        return Err(Failure::Usage(format!(
            "files {part} and {twin} of message {} are the same archive, and nobody can tell what is in which; name both, or what is in them",
            row.id
        )));
    }
    let chosen = desk::whole_selection(&files, named);
    Ok(Some(match chosen.len() == known.len() {
        true => Chosen::Whole,
        false => Chosen::Some(chosen),
    }))
}

fn numbers(row: &MessageRow) -> Vec<u32> {
    row.attachments.iter().map(|file| file.part).collect()
}

/// A number means the same file as when the message was read; an archive that does not open now would shift them.
fn are_there(row: &MessageRow, letter: &Letter, parts: &[u32]) -> Result<(), Failure> {
    let changed = row.attachments.iter().find(|file| {
        let at = (file.part as usize).wrapping_sub(1);
        let now = letter.attachments.get(at).map(|now| now.sha256);
        parts.contains(&file.part) && now != Some(file.sha256)
    });
    match changed {
        Some(file) if parts.len() < letter.attachments.len() => Err(Failure::Work(format!(
            "file {} of message {} could not be taken out of its mail now, perhaps an archive did not open; run this again",
            file.part, row.id
        ))),
        _ => Ok(()),
    }
}

async fn assign(
    office: &Office,
    row: &MessageRow,
    letter: &Letter,
    plan: &Plan,
    place: &str,
) -> Result<String, Failure> {
    let recorded = clerk::apply(office, row, letter, plan)
        .await
        .map_err(anyhow::Error::from)?;
    Ok(match recorded {
        Recorded::Now => format!("Pesan {}: disimpan di {place}.", row.id),
        Recorded::Already => format!("Pesan {}: sudah ada di {place}.", row.id),
    })
}

async fn divide(
    office: &Office,
    row: &MessageRow,
    letter: &Letter,
    plan: &Plan,
    parts: &[u32],
    place: &str,
) -> Result<String, Failure> {
    let share = clerk::divide(office, row, letter, plan)
        .await
        .map_err(anyhow::Error::from)?;
    let parts: Vec<String> = parts.iter().map(u32::to_string).collect();
    match share {
        Some(share) => Ok(format!(
            "Pesan {}, berkas {}: disimpan di {place} sebagai pesan {share}.",
            row.id,
            parts.join(", ")
        )),
        None => Err(Failure::Work(format!(
            "message {0} was decided anew meanwhile; look at `loket show {0}` and run this again",
            row.id
        ))),
    }
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

/// The session named; else the only one that can be meant.
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
    let is_open = |session: &Session| {
        let invited = session
            .invite
            .is_none_or(|invite| invite <= row.received_at);
        invited && row.received_at <= session.due
    };
    let candidates = row.candidates.iter();
    let named = candidates
        .filter(|candidate| candidate.bidder == bidder.id)
        .filter_map(|candidate| candidate.session)
        .collect();
    only_session(&sessions, is_open, &named).ok_or_else(|| {
        Failure::Usage(format!(
            "which session of {}? Add --session with one of: {}",
            bidder.name,
            kinds()
        ))
    })
}

/// Where a person leaves the session out: the only one, or the only one that was open, unless those `named` by the
/// candidates of the message say otherwise.
fn only_session<'r>(
    sessions: &[&'r Session],
    is_open: impl Fn(&Session) -> bool,
    named: &BTreeSet<SessionId>,
) -> Option<&'r Session> {
    let open: Vec<&Session> = sessions.iter().copied().filter(|s| is_open(s)).collect();
    let (([only], _) | (_, [only])) = (sessions, &open[..]) else {
        return None;
    };
    let agrees = named.is_empty() || *named == BTreeSet::from([only.id]);
    (sessions.len() == 1 || agrees).then_some(*only)
}

fn read_kind(word: &str) -> Result<SessionKind, String> {
    SessionKind::from_word(word).ok_or_else(|| {
        format!("{word:?} is no session; write qualification, clarification or negotiation")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fixture::{BANU_NEGOTIATION, BANU_QUALIFICATION, office};

    #[test]
    fn a_session_that_nobody_named_is_taken_only_where_nothing_speaks_for_another() {
        let office = office();
        let (first, second) = (
            office.session(BANU_QUALIFICATION),
            office.session(BANU_NEGOTIATION),
        );
        let named = |ids: &[SessionId]| ids.iter().copied().collect::<BTreeSet<_>>();
        let first_open = |session: &Session| session.id == first.id;
        let chosen = |sessions: &[&Session], ids: &[SessionId]| {
            only_session(sessions, first_open, &named(ids)).map(|session| session.id)
        };
        let both = [first, second];
        assert_eq!(chosen(&both, &[]), Some(first.id));
        assert_eq!(chosen(&both, &[first.id]), Some(first.id));
        assert_eq!(chosen(&both, &[second.id]), None, "the candidate is over");
        assert_eq!(chosen(&both, &[first.id, second.id]), None);
        assert_eq!(chosen(&[second], &[]), Some(second.id), "there is no other");
        assert!(only_session(&both, |_| true, &named(&[])).is_none());
    }
}

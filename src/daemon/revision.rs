//! Letters that wait, held against the facts: what ceased to be true is taken back before anything is sent or made anew.

use jiff::Timestamp;

use super::{office::Office, secretary};
use crate::{
    correspondence::OutboxRow,
    database::{self, outbox::Next},
    desk::{
        due::still_open,
        facts::Step,
        outbox::{Holds, OutboxKind, Waiting, Why, still_true},
        retry::was_refused,
    },
    tender::Registry,
};

/// Whoever takes a letter back holds it for the time of one transaction.
const HOLDER: &str = "revision";

/// Whether a letter may go out as it is.
pub async fn check(
    office: &Office,
    registry: &Registry,
    row: &OutboxRow,
    now: Timestamp,
) -> database::Result<Result<(), Why>> {
    let session = row.mail.session.and_then(|id| registry.session(id));
    let mut announced = None;
    let mut open = None;
    if let Some(session) = session {
        announced = database::dues::announcement(&office.database, session.id).await?;
        if let Some(step) = step(row) {
            let progress = secretary::progress(office, registry, &[session.id]).await?;
            open = progress
                .get(&session.id)
                .and_then(|progress| still_open(session, step, progress));
        }
    }
    let letter = Waiting {
        outbox: row.id,
        kind: row.mail.kind,
        natural_key: &row.mail.natural_key,
        to: &row.mail.to,
        session: row.mail.session,
        queued_at: row.created_at,
        refused: was_refused(row.attempts, row.outcome_unknown, row.last_error.as_deref()),
        made_of: row.made_of.as_deref(),
    };
    let holds = Holds {
        registry,
        members: &office.members(),
        announced: announced.as_ref(),
        open: open.as_ref(),
    };
    Ok(still_true(&letter, &holds, now))
}

fn step(row: &OutboxRow) -> Option<Step> {
    // reminder/SESSION/STEP/…
    let step = row.mail.natural_key.split('/').nth(2);
    step.and_then(Step::from_word)
        .filter(|_| row.mail.kind == OutboxKind::Reminder)
}

/// What becomes of a letter that is no longer true: one that may have arrived is given up, so that its bidder hears of what
/// changed.
pub fn verdict(row: &OutboxRow, why: Why) -> Next {
    match row.outcome_unknown {
        true => Next::Failed {
            error: format!(
                "server tidak memberi kepastian, surat mungkin sudah diterima; tidak diulang: {}",
                why.words()
            ),
        },
        false => Next::Cancelled {
            why: why.words().to_owned(),
        },
    }
}

/// Takes back what waits, is in nobody's hands and is no longer true. Returns how many.
pub async fn take_back(
    office: &Office,
    registry: &Registry,
    now: Timestamp,
) -> database::Result<u64> {
    let mut taken_back = 0;
    for row in database::outbox::waiting(&office.database, now).await? {
        let Err(why) = check(office, registry, &row, now).await? else {
            continue;
        };
        let mut tx = office.begin().await?;
        if database::outbox::claim(&mut tx, row.id, HOLDER).await? {
            let next = verdict(&row, why);
            database::outbox::record_outcome(&mut tx, row.id, &next).await?;
            if matches!(next, Next::Cancelled { .. }) {
                database::dues::retract(&mut tx, row.id).await?;
            }
            tracing::info!(
                outbox = row.id.0,
                kind = row.mail.kind.word(),
                ?why,
                "outbox.taken-back"
            );
            taken_back += 1;
        }
        tx.commit().await?;
    }
    Ok(taken_back)
}

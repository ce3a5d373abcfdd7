//! The outbox worker of one mailbox: claims what is due, hands it to delivery, records what became of it (P16-P19).

use tokio_util::sync::CancellationToken;

use super::{office::Office, revision};
use crate::{
    correspondence::OutboxRow,
    database::{self, DatabaseError, outbox::Next},
    delivery::{Connection, OpenError, Transport},
    desk::{self, Attempt, NextStep, Outcome},
};

/// Mails carried over one connection before the next are claimed.
const BATCH: u32 = 50;

/// How one round ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    pub sent: u64,
    /// Stayed queued: a temporary failure, or no connection stands.
    pub deferred: u64,
    /// Failed for good or cancelled.
    pub ended: u64,
}

/// Why a round stopped.
#[derive(Debug, thiserror::Error)]
pub enum CourierError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("{0}; the disk must be looked at, nothing more is sent until a new start")]
    Disk(String),
}

impl CourierError {
    /// The process must end (P8).
    pub fn is_fatal(&self) -> bool {
        match self {
            CourierError::Database(error) => error.is_fatal(),
            CourierError::Disk(_) => true,
        }
    }
}

/// Delivers everything of a mailbox that is due now, each mail at most once.
pub async fn deliver_due(
    office: &Office,
    mailbox: &str,
    transport: &Transport,
    holder: &str,
    stop: &CancellationToken,
) -> Result<Round, CourierError> {
    let mut round = Round::default();
    let mut connection: Option<Connection> = None;
    loop {
        let mut tx = office.begin().await?;
        let rows = database::outbox::claim_due(&mut tx, mailbox, holder, BATCH).await?;
        tx.commit().await?;
        if rows.is_empty() || stop.is_cancelled() {
            break;
        }
        for row in rows {
            if stop.is_cancelled() {
                // Claimed and not begun: free again at the next start, or after a while.
                break;
            }
            let step = attempt(office, transport, &mut connection, &row, holder).await?;
            match step {
                None => {}
                Some(NextStep::Sent) => round.sent += 1,
                Some(NextStep::RetryAt(_) | NextStep::AwaitProof(_)) => round.deferred += 1,
                Some(NextStep::GiveUp(_) | NextStep::Cancelled(_)) => round.ended += 1,
            }
        }
    }
    if let Some(connection) = connection {
        connection.close().await;
    }
    Ok(round)
}

/// One attempt at one mail. `None`: the claim was lost, nothing was sent.
async fn attempt(
    office: &Office,
    transport: &Transport,
    connection: &mut Option<Connection>,
    row: &OutboxRow,
    holder: &str,
) -> Result<Option<NextStep>, CourierError> {
    let registry = office.registry().await?;
    let session = row.mail.session.and_then(|id| registry.session(id));
    let useful_until = desk::retry::useful_until(
        row.mail.kind,
        &row.mail.natural_key,
        row.mail.due_at,
        row.created_at,
        session,
    );
    let about = Attempt {
        kind: row.mail.kind,
        attempts: row.attempts + 1,
        created_at: row.created_at,
        outcome_unknown: row.outcome_unknown,
        useful_until,
    };
    let now = office.clock.now();
    if desk::retry::is_pointless(useful_until, now) {
        let step = NextStep::Cancelled("jadwalnya sudah lewat".to_owned());
        return Ok(Some(record(office, row, step, "").await?));
    }
    if let Err(why) = revision::check(office, &registry, row, now).await? {
        let next = revision::verdict(row, why);
        let mut tx = office.begin().await?;
        database::outbox::record_outcome(&mut tx, row.id, &next).await?;
        if matches!(next, Next::Cancelled { .. }) {
            database::dues::retract(&mut tx, row.id).await?;
        }
        tx.commit().await?;
        tracing::info!(
            outbox = row.id.0,
            kind = row.mail.kind.word(),
            ?why,
            "outbox.taken-back"
        );
        return Ok(Some(NextStep::Cancelled(why.words().to_owned())));
    }
    if row.outcome_unknown {
        let step = desk::after_silence(&about, now);
        if !matches!(step, NextStep::RetryAt(_)) {
            let words = "the answer to the final dot was lost";
            return Ok(Some(record(office, row, step, words).await?));
        }
    }
    if connection.is_none() {
        match transport.open().await {
            Ok(open) => *connection = Some(open),
            Err(OpenError::Unreachable(error) | OpenError::Refused(error)) => {
                tracing::warn!(mailbox = row.mail.mailbox, error, "delivery.no-connection");
                let step =
                    desk::after_attempt(&Outcome::Temporary(error.clone()), &about, now, jitter());
                return Ok(Some(record(office, row, step, &error).await?));
            }
        }
    }
    let Some(open) = connection.as_mut() else {
        return Ok(None);
    };
    // Counted before the content leaves: a process killed after the final dot must not send it again at once.
    let doubt = !transport.repeats_without_harm();
    let mut tx = office.begin().await?;
    let ours = database::outbox::begin_attempt(&mut tx, row.id, holder, doubt).await?;
    tx.commit().await?;
    if !ours {
        return Ok(None);
    }
    let outcome = open.deliver(row.id, &row.mail).await;
    if let Some(why) = open.disk_failed() {
        return Err(CourierError::Disk(why.to_owned()));
    }
    let step = desk::after_attempt(&outcome, &about, office.clock.now(), jitter());
    Ok(Some(record(office, row, step, outcome.words()).await?))
}

async fn record(
    office: &Office,
    row: &OutboxRow,
    step: NextStep,
    words: &str,
) -> database::Result<NextStep> {
    let next = match step.clone() {
        NextStep::Sent => Next::Sent {
            answer: words.to_owned(),
        },
        NextStep::RetryAt(at) => Next::Again {
            at,
            error: words.to_owned(),
        },
        NextStep::AwaitProof(at) => Next::Unknown {
            at,
            error: words.to_owned(),
        },
        NextStep::GiveUp(error) => Next::Failed { error },
        NextStep::Cancelled(why) => Next::Cancelled { why },
    };
    let mut tx = office.begin().await?;
    database::outbox::record_outcome(&mut tx, row.id, &next).await?;
    tx.commit().await?;
    tracing::info!(outbox = row.id.0, kind = row.mail.kind.word(), step = ?step, "outbox.attempt");
    Ok(step)
}

/// From 0 to 1, so that many waiting mails do not all come back at one moment.
fn jitter() -> f64 {
    let mut bytes = [0_u8; 4];
    // Without random numbers the middle is as good.
    match getrandom::fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 0.5,
    }
}

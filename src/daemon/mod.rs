//! Wires the rooms together, supervises the tasks, stops cleanly.
//!
//! Folders take in ([`intake`]), the clerk walks each message ([`clerk`]), the secretary walks the time ([`secretary`]),
//! couriers empty the outbox ([`courier`]). They meet in the database only; a signal between them merely says "look
//! again", so that a lost one costs a pause and nothing else.

pub mod clerk;
pub mod connections;
pub mod courier;
pub mod examination;
pub mod intake;
pub mod lock;
pub mod negotiation;
pub mod office;
pub mod once;
pub mod overview;
pub mod quarantine;
mod revision;
pub mod secretary;
mod supervision;

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use connections::{Source, transport};
use intake::Counter;
use lock::Held;
use office::Office;
use supervision::{Ended, Pulse, Supervisor};

/// Without any signal the walk of time and the couriers look again so often.
const LOOK_AGAIN: Duration = Duration::from_secs(15);
/// After `stop` every task has so long for the step in hand (contract: 10 s in all).
const GRACE: Duration = Duration::from_secs(8);

/// Runs until `stop`, or until something happened after which nothing more may be taken in or sent (P8).
pub async fn run(office: Arc<Office>, held: Held, stop: CancellationToken) -> Result<()> {
    let counter = Arc::new(Counter::new(office.clone()));
    let look = Arc::new(Look::default());
    let mut supervisor = Supervisor::new(stop.clone());
    let holder = held.holder.clone();

    for mailbox in &office.settings.mailboxes {
        let source = Source::of(mailbox);
        for folder in source.folders() {
            let name = format!("folder {}/{folder}", mailbox.name);
            let (source, counter) = (source.clone(), counter.clone());
            // A folder feeds no pulse: a server that is away for a day is no reason to restart.
            supervisor.task(name, None, move |stop, _| {
                let watch = source.clone().watch(folder.clone(), counter.clone(), stop);
                async move { watch.await.map_err(|error| Ended::Fatal(error.to_string())) }
            });
        }
        let name = mailbox.name.clone();
        let (office, look, holder) = (office.clone(), look.clone(), holder.clone());
        let transport = transport(mailbox)?;
        supervisor.task(format!("courier {name}"), None, move |stop, _| {
            let (office, look, holder) = (office.clone(), look.clone(), holder.clone());
            let (transport, name) = (transport.clone(), name.clone());
            async move { carry(&office, &name, &transport, &holder, &look, stop).await }
        });
    }
    {
        let (office, counter, look) = (office.clone(), counter.clone(), look.clone());
        supervisor.task(
            "clerk".to_owned(),
            Some(Duration::from_secs(120)),
            move |stop, pulse| {
                let (office, counter, look) = (office.clone(), counter.clone(), look.clone());
                async move { decide(&office, &counter, &look, stop, &pulse).await }
            },
        );
    }
    {
        let (office, look) = (office.clone(), look.clone());
        supervisor.task(
            "secretary".to_owned(),
            Some(Duration::from_secs(120)),
            move |stop, pulse| {
                let (office, look) = (office.clone(), look.clone());
                async move { keep_time(&office, &look, stop, &pulse).await }
            },
        );
    }

    let office_for_lease = office.clone();
    let ended = supervisor
        .run(GRACE, || {
            let office = office_for_lease.clone();
            let held = &held;
            async move {
                held.renew(&office.database, office.clock.now())
                    .await
                    .map_err(|error| error.to_string())
            }
        })
        .await;
    held.release(&office.database).await;
    if ended.is_ok() {
        office.database.close().await?;
    }
    ended
}

/// "Look again": for the secretary, and for every courier.
#[derive(Default)]
struct Look {
    decided: Notify,
    /// Counts up; a courier that was busy at the moment sees it all the same.
    queued: watch::Sender<u64>,
}

/// The clerk's loop.
async fn decide(
    office: &Office,
    counter: &Counter,
    look: &Look,
    stop: CancellationToken,
    pulse: &Pulse,
) -> Result<(), Ended> {
    while !stop.is_cancelled() {
        pulse.beat();
        // A backlog takes longer than the pulse may be silent.
        match clerk::walk_all(office, &stop, &|| pulse.beat()).await {
            Ok(walked) if walked.decided == 0 => {}
            Ok(_) => look.decided.notify_one(),
            Err(error) if error.is_fatal() => return Err(Ended::Fatal(error.to_string())),
            Err(error) => tracing::error!(%error, "clerk.again-later"),
        }
        pause(counter.arrived.notified(), LOOK_AGAIN, &stop).await;
    }
    Ok(())
}

/// The secretary's loop.
async fn keep_time(
    office: &Office,
    look: &Look,
    stop: CancellationToken,
    pulse: &Pulse,
) -> Result<(), Ended> {
    // The end of a bidder's silence is no signal: a short one must not wait for a long round.
    let again = LOOK_AGAIN.min(office.settings.receipt.quiet.max(Duration::from_secs(1)));
    while !stop.is_cancelled() {
        pulse.beat();
        match secretary::queue_due(office, false).await {
            Ok(0) => {}
            Ok(_) => look.queued.send_modify(|rounds| *rounds += 1),
            Err(error) if error.is_fatal() => return Err(Ended::Fatal(error.to_string())),
            Err(error) => tracing::error!(%error, "secretary.again-later"),
        }
        pause(look.decided.notified(), again, &stop).await;
    }
    Ok(())
}

/// A courier's loop.
async fn carry(
    office: &Office,
    mailbox: &str,
    transport: &crate::delivery::Transport,
    holder: &str,
    look: &Look,
    stop: CancellationToken,
) -> Result<(), Ended> {
    let mut queued = look.queued.subscribe();
    while !stop.is_cancelled() {
        match courier::deliver_due(office, mailbox, transport, holder, &stop).await {
            Ok(round) if round.ended > 0 => look.decided.notify_one(),
            Ok(_) => {}
            Err(error) if error.is_fatal() => return Err(Ended::Fatal(error.to_string())),
            Err(error) => tracing::error!(mailbox, %error, "courier.again-later"),
        }
        pause(queued.changed(), LOOK_AGAIN, &stop).await;
    }
    Ok(())
}

async fn pause(signal: impl Future, most: Duration, stop: &CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        _ = timeout(most, signal) => {}
    }
}

//! `run --once`: every mail now in the mailboxes, all that is due, the outbox once.

use std::sync::Arc;

use anyhow::{Context as _, bail};
use futures::future::join_all;
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use super::{
    clerk,
    connections::{Source, transport},
    courier,
    intake::Counter,
    lock::Held,
    office::Office,
    secretary,
};
use crate::mailbox::IntakeError;

/// What one pass did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pass {
    pub decided: u64,
    pub queued: u64,
    pub sent: u64,
    pub deferred: u64,
    pub ended: u64,
}

/// One pass over everything. Mailboxes that could not be read are named, and do not hold up the others.
pub async fn run(
    office: Arc<Office>,
    held: &Held,
    stop: CancellationToken,
) -> anyhow::Result<(Pass, Vec<String>)> {
    let counter = Arc::new(Counter::new(office.clone()));
    let mut pass = Pass::default();
    let reading = Arc::new(Notify::new());
    let mut folders = JoinSet::new();
    for mailbox in &office.settings.mailboxes {
        let source = Source::of(mailbox);
        for folder in source.folders() {
            folders.spawn(
                source
                    .clone()
                    .take_in_once(folder, counter.clone(), stop.clone()),
            );
        }
    }

    // The clerk walks what has come while the folders are still being read.
    let clerk = {
        let (office, counter, reading) = (office.clone(), counter.clone(), reading.clone());
        let stop = stop.clone();
        tokio::spawn(async move {
            let mut decided = 0;
            loop {
                decided += clerk::walk_all(&office, &stop, &|| ()).await?.decided;
                tokio::select! {
                    biased;
                    () = counter.arrived.notified() => {}
                    () = reading.notified() => break,
                }
            }
            let last = clerk::walk_all(&office, &stop, &|| ()).await?;
            Ok::<_, clerk::ClerkError>((decided + last.decided, last.stuck))
        })
    };
    let clerk = AbortOnDropHandle::new(clerk);
    tokio::pin!(clerk);
    let mut unread = Vec::new();
    loop {
        let ended = tokio::select! {
            ended = folders.join_next() => ended,
            // Before the folders are read the clerk ends by an error only: then nothing more is taken in (P8).
            ended = &mut clerk => {
                ended??;
                bail!("the clerk ended before the folders were read");
            }
        };
        match ended.transpose()? {
            None => break,
            Some(Ok(_)) => {}
            Some(Err(crate::mailbox::MailboxError::Intake {
                source: error @ IntakeError::Fatal(_),
                ..
            })) => return Err(error.into()),
            Some(Err(error)) => unread.push(error.to_string()),
        }
    }
    reading.notify_one();
    let (decided, stuck) = clerk.await??;
    pass.decided = decided;
    let whole = stuck.is_empty();
    unread.extend(
        stuck
            .into_iter()
            .map(|(message, why)| format!("message {message}: {why}")),
    );

    // A message that could not be walked may belong to a burst: then its receipt waits for the pause all the same.
    pass.queued += secretary::queue_due(&office, whole).await?;
    // Side by side: a server that answers slowly, or not at all, holds up its own mailbox only.
    let rounds = office.settings.mailboxes.iter().map(async |mailbox| {
        let transport = transport(mailbox)?;
        let name = &mailbox.name;
        let round = courier::deliver_due(&office, name, &transport, &held.holder, &stop).await?;
        anyhow::Ok(round)
    });
    for (round, mailbox) in join_all(rounds)
        .await
        .into_iter()
        .zip(&office.settings.mailboxes)
    {
        let round = round.with_context(|| format!("sending from {}", mailbox.name))?;
        (pass.sent, pass.deferred, pass.ended) = (
            pass.sent + round.sent,
            pass.deferred + round.deferred,
            pass.ended + round.ended,
        );
    }
    Ok((pass, unread))
}

//! `run --once`: every mail now in the mailboxes, all that is due, the outbox once.

use std::sync::Arc;

use anyhow::Context as _;
use futures::future::join_all;
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

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
    let begun = office.clock.now();
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
                decided += clerk::walk_all(&office, &counter, &stop).await?;
                tokio::select! {
                    biased;
                    () = counter.arrived.notified() => {}
                    () = reading.notified() => break,
                }
            }
            Ok::<u64, clerk::ClerkError>(decided + clerk::walk_all(&office, &counter, &stop).await?)
        })
    };
    let mut unread = Vec::new();
    while let Some(ended) = folders.join_next().await {
        match ended? {
            Ok(_) => {}
            Err(crate::mailbox::MailboxError::Intake {
                source: error @ IntakeError::Fatal(_),
                ..
            }) => {
                return Err(error.into());
            }
            Err(error) => unread.push(error.to_string()),
        }
    }
    reading.notify_one();
    pass.decided = clerk.await??;

    pass.queued += secretary::queue_due(&office, secretary::Watch::Once(begun)).await?;
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

//! `loket run`: the daemon; with `--once`, one pass over everything.

use std::{path::PathBuf, sync::Arc};

use jiff::Timestamp;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::{Done, Failure, load_settings, read_time, telemetry};
use crate::{
    clock::Clock,
    daemon::{
        self, lock,
        office::{Office, PROGRAM},
        once::Pass,
    },
};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Take in every mail now in the mailboxes, do all that is due, deliver the outbox once, and end
    #[arg(long)]
    once: bool,
    /// With --once: the clock stands at this time (RFC 3339)
    #[arg(long, value_name = "TIME", requires = "once", value_parser = read_time)]
    at: Option<Timestamp>,
}

pub async fn execute(config: Option<PathBuf>, arguments: Arguments) -> Done {
    telemetry::start(arguments.once);
    let settings = load_settings(config)?;
    let clock = arguments.at.map_or(Clock::System, Clock::Standing);
    let stop = CancellationToken::new();
    stop_on_signals(&stop)?;
    if arguments.once {
        let pass = once(settings, clock, stop).await?;
        say!(
            "decided {}, queued {}, sent {}, waiting {}, given up {}",
            pass.decided,
            pass.queued,
            pass.sent,
            pass.deferred,
            pass.ended
        );
        return Ok(());
    }
    let mut office = Office::open(settings, clock, PROGRAM).await?;
    // The lease counts real time even when the office's clock stands.
    let (held, database) = lock::take(
        &office.settings.database,
        &office.database,
        Clock::System.now(),
    )
    .await?;
    office.database = database;
    office.start().await?;
    Ok(daemon::run(Arc::new(office), held, stop).await?)
}

/// One pass; an unread mailbox is a failure, told after everything else was done.
pub async fn once(
    settings: crate::settings::Settings,
    clock: Clock,
    stop: CancellationToken,
) -> Result<Pass, Failure> {
    let mut office = Office::open(settings, clock, PROGRAM).await?;
    let (held, database) = lock::take(
        &office.settings.database,
        &office.database,
        Clock::System.now(),
    )
    .await?;
    office.database = database;
    office.start().await?;
    let office = Arc::new(office);
    let ended = tokio::select! {
        ended = daemon::once::run(office.clone(), &held, stop) => ended,
        lost = keep(&held, &office) => Err(lost.into()),
    };
    held.release(&office.database).await;
    let (pass, unread) = ended?;
    office.database.close().await?;
    if unread.is_empty() {
        Ok(pass)
    } else {
        Err(Failure::Work(unread.join("\n")))
    }
}

/// Renews the right to do the work until it is lost.
async fn keep(held: &lock::Held, office: &Office) -> crate::database::DatabaseError {
    loop {
        tokio::time::sleep(lock::LEASE_TIME / 3).await;
        if let Err(lost) = held.renew(&office.database, Clock::System.now()).await {
            return lost;
        }
    }
}

fn stop_on_signals(stop: &CancellationToken) -> std::io::Result<()> {
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let mut signals = signal(kind)?;
        let stop = stop.clone();
        tokio::spawn(async move {
            signals.recv().await;
            stop.cancel();
        });
    }
    Ok(())
}

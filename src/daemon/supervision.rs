//! Keeps the daemon's tasks alive: a task that panics starts again after a pause, a fatal end stops all; tells systemd
//! how it stands, and feeds its watchdog only while the work moves.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Result, anyhow};
use sd_notify::NotifyState;
use tokio::{
    task::JoinSet,
    time::{Instant, interval, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// A task that panicked rests so long.
const REST: Duration = Duration::from_secs(10);
/// How often the supervisor looks at the pulses.
const ROUND: Duration = Duration::from_secs(10);

/// How a task ended before it was told to.
#[derive(Debug)]
pub enum Ended {
    /// Nothing more may be taken in or sent by this process (P8).
    Fatal(String),
}

/// Beats when a loop comes round: liveness is fed by work done, not by a timer.
pub struct Pulse {
    started: Instant,
    last: AtomicU64,
}

impl Pulse {
    fn new() -> Pulse {
        Pulse {
            started: Instant::now(),
            last: AtomicU64::new(0),
        }
    }

    pub fn beat(&self) {
        self.last
            .store(self.started.elapsed().as_secs(), Ordering::Relaxed);
    }

    fn silent_for(&self) -> Duration {
        Duration::from_secs(
            self.started
                .elapsed()
                .as_secs()
                .saturating_sub(self.last.load(Ordering::Relaxed)),
        )
    }
}

/// The tasks and what is known of them.
pub struct Supervisor {
    stop: CancellationToken,
    tasks: JoinSet<(String, Result<(), Ended>)>,
    pulses: Vec<(String, Duration, Arc<Pulse>)>,
}

impl Supervisor {
    pub fn new(stop: CancellationToken) -> Supervisor {
        Supervisor {
            stop,
            tasks: JoinSet::new(),
            pulses: Vec::new(),
        }
    }

    /// Starts a task and starts it again whenever it panics. `patience`: so long its pulse may be silent.
    pub fn task<F, R>(&mut self, name: String, patience: Option<Duration>, begin: F)
    where
        F: Fn(CancellationToken, Arc<Pulse>) -> R + Send + 'static,
        R: Future<Output = Result<(), Ended>> + Send + 'static,
    {
        let pulse = Arc::new(Pulse::new());
        if let Some(patience) = patience {
            self.pulses.push((name.clone(), patience, pulse.clone()));
        }
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            loop {
                match tokio::spawn(begin(stop.clone(), pulse.clone())).await {
                    Ok(ended) => return (name, ended),
                    Err(panicked) => {
                        tracing::error!(task = name, %panicked, "task.panicked; it starts again")
                    }
                }
                tokio::select! {
                    () = stop.cancelled() => return (name, Ok(())),
                    () = sleep(REST) => {}
                }
            }
        });
    }

    /// Waits for the stop, or for a fatal end; then gives every task `grace` for the step in hand. `renew` is called
    /// every round; its error is fatal.
    pub async fn run<R, F>(mut self, grace: Duration, renew: R) -> Result<()>
    where
        R: Fn() -> F,
        F: Future<Output = Result<(), String>>,
    {
        tell(&[NotifyState::Ready]);
        tracing::info!(tasks = self.tasks.len(), "loket.ready");
        let mut rounds = interval(ROUND);
        let mut fatal = None;
        loop {
            tokio::select! {
                () = self.stop.cancelled() => break,
                ended = self.tasks.join_next() => match ended {
                    None => break,
                    Some(Ok((name, Err(Ended::Fatal(why))))) => {
                        tracing::error!(task = name, why, "loket.fatal");
                        fatal = Some(anyhow!("{name}: {why}"));
                        break;
                    }
                    Some(Ok((name, Ok(())))) => tracing::warn!(task = name, "task.ended"),
                    Some(Err(error)) => tracing::error!(%error, "task.lost"),
                },
                _ = rounds.tick() => {
                    if let Err(why) = renew().await {
                        fatal = Some(anyhow!("{why}"));
                        break;
                    }
                    self.report();
                }
            }
        }
        self.stop.cancel();
        tell(&[NotifyState::Stopping]);
        // After a fatal error the process must be gone within 5 s.
        let grace = if fatal.is_some() {
            grace.min(Duration::from_secs(4))
        } else {
            grace
        };
        let all_ended = timeout(grace, async {
            while self.tasks.join_next().await.is_some() {}
        })
        .await;
        if all_ended.is_err() {
            tracing::warn!("some tasks did not end in time; what they did is safe to do again");
            self.tasks.abort_all();
        }
        fatal.map_or(Ok(()), Err)
    }

    /// Feeds systemd's watchdog, unless a loop has not come round for too long.
    fn report(&self) {
        let stuck: Vec<&str> = self
            .pulses
            .iter()
            .filter(|(_, patience, pulse)| pulse.silent_for() > *patience)
            .map(|(name, ..)| name.as_str())
            .collect();
        if stuck.is_empty() {
            tell(&[NotifyState::Watchdog, NotifyState::Status("working")]);
        } else {
            tracing::error!(tasks = stuck.join(", "), "task.stuck");
            tell(&[NotifyState::Status(&format!("stuck: {}", stuck.join(", ")))]);
        }
    }
}

/// Without systemd there is nobody to tell.
fn tell(states: &[NotifyState]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd was not told");
    }
}

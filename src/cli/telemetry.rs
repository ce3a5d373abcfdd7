//! Structured logs: to the journal when systemd gave us one, else to standard error; never a secret (reliability.md P33).

use tracing::{Level, level_filters::LevelFilter};
use tracing_subscriber::{
    Layer as _,
    filter::{EnvFilter, Targets},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

/// Libraries that log whole commands, passwords and mails below these levels (reliability.md F5, F7): capped in code, so
/// that no environment variable can open them.
fn capped() -> Targets {
    Targets::new()
        .with_default(Level::TRACE)
        .with_target("async_imap", LevelFilter::OFF)
        .with_target("imap_proto", LevelFilter::OFF)
        .with_target("lettre", Level::INFO)
        .with_target("rustls", Level::WARN)
        .with_target("sqlx", Level::WARN)
}

/// Starts logging. `quiet`: only warnings, for commands whose output a person reads.
pub fn start(quiet: bool) {
    let wanted = std::env::var("LOKET_LOG")
        .unwrap_or_else(|_| if quiet { "warn" } else { "info" }.to_owned());
    let filter = EnvFilter::try_new(&wanted).unwrap_or_else(|error| {
        eprintln!("loket: LOKET_LOG is not a filter ({error}); logging at info");
        EnvFilter::new("info")
    });
    let registry = tracing_subscriber::registry().with(filter);
    // The layer cannot be made where there is no journal socket (crates.md section 1): then standard error.
    let journal = std::env::var_os("JOURNAL_STREAM").and_then(|_| tracing_journald::layer().ok());
    let started = match journal {
        Some(journal) => registry.with(journal.with_filter(capped())).try_init(),
        None => registry
            .with(
                tracing_subscriber::fmt::layer()
                    .with_writer(std::io::stderr)
                    .with_ansi(false)
                    .with_filter(capped()),
            )
            .try_init(),
    };
    if let Err(error) = started {
        eprintln!("loket: logging could not be started: {error}");
    }
}

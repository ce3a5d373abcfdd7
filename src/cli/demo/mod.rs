//! `loket demo`: a rehearsal without any server, on invented tenders and mails, by the real pipeline.
//!
//! Day 0 is played twice: at 07:30 the invitations go out; then the sample mails lie in the Maildir, with the references,
//! secret addresses and Message-IDs that those invitations really carry; at 17:00 everything that came is taken in.

pub mod material;
mod report;
mod stage;

use std::path::PathBuf;

use jiff::{ToSpan as _, civil::Date, tz::TimeZone};
use tokio_util::sync::CancellationToken;

use super::{Done, Failure, import, run::once, telemetry};
use crate::{
    clock::Clock,
    daemon::office::{Office, PROGRAM},
    settings::Settings,
};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder to make
    #[arg(value_name = "DIR", default_value = "./loket-demo")]
    dir: PathBuf,
}

pub async fn execute(arguments: Arguments) -> Done {
    telemetry::start(true);
    let dir = arguments.dir;
    let made = stage::build(
        &dir,
        working_day(Clock::System.now().to_zoned(zone()?).date()),
    )?;
    say!("{} {}", if made { "made" } else { "found" }, dir.display());
    let config = dir.join("loket.toml");
    let load = || Settings::load(&config).map_err(|errors| Failure::Usage(errors.to_string()));

    let settings = load()?;
    let day = stage::day(&settings)?;
    let at = |hour: i8, minute: i8| -> Result<Clock, Failure> {
        let at = day
            .at(hour, minute, 0, 0)
            .to_zoned(zone()?)
            .map_err(|error| Failure::Work(error.to_string()))?;
        Ok(Clock::Standing(at.timestamp()))
    };
    let office = Office::open(settings, at(7, 30)?, PROGRAM).await?;
    import::import(&office, &stage::tenders(&dir), false).await?;
    office.database.close().await?;
    say!("{day} 07:30  two tenders imported; the invitations go out");
    once(load()?, at(7, 30)?, CancellationToken::new()).await?;

    let office = Office::open(load()?, at(7, 30)?, PROGRAM).await?;
    let mails = stage::deliver(&dir, &office, day).await?;
    office.database.close().await?;
    say!(
        "{day} 17:00  {mails} mails lie in the mailbox; they are taken in, matched, filed and answered"
    );
    once(load()?, at(17, 0)?, CancellationToken::new()).await?;

    let office = Office::open(load()?, at(17, 0)?, PROGRAM).await?;
    report::tell(&office, &dir).await?;
    office.database.close().await?;
    Ok(())
}

fn zone() -> Result<TimeZone, Failure> {
    TimeZone::get("Asia/Makassar").map_err(|error| Failure::Work(error.to_string()))
}

/// Today, or the Monday after a weekend day: the office would not hold a session then.
fn working_day(today: Date) -> Date {
    let ahead = match today.weekday() {
        jiff::civil::Weekday::Saturday => 2,
        jiff::civil::Weekday::Sunday => 1,
        _ => 0,
    };
    today.checked_add(ahead.days()).unwrap_or(today)
}

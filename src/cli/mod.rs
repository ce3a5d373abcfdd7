//! The command line: one file a command; nothing is decided here.
//!
//! Exit status: 0 done, 1 the work failed, 2 wrong usage or wrong settings.

/// Prints a line. Who reads may have closed the pipe (`loket verify | head -1`): that is no failure, and what is done is
/// done all the same.
macro_rules! say {
    ($($line:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($line)*);
    }};
}

mod assign;
mod check;
mod classify;
mod confirm;
mod demo;
mod digest;
mod export;
mod ignore;
mod import;
mod inspect_worker;
mod list;
mod preview;
mod rebuild;
mod replay;
mod run;
mod show;
mod telemetry;
mod verify;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::{Parser, Subcommand};
use jiff::Timestamp;

use crate::{
    clock::Clock,
    correspondence::{Templates, samples},
    daemon::{office::Office, quarantine},
    settings::{self, Settings},
};

/// Loket: penerimaan berkas peserta melalui surat elektronik untuk Pokja Pemilihan.
///
/// The counter where bidders hand in their papers by email: takes in each mail, matches it to the right tender, bidder
/// and session, files the papers and answers with a receipt.
#[derive(Debug, Parser)]
#[command(name = "loket", version, about, max_term_width = 110)]
pub struct Arguments {
    /// Settings file [default: ./loket.toml, then /etc/loket/loket.toml]
    #[arg(long, global = true, env = "LOKET_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the daemon: all mailboxes, until SIGTERM or SIGINT
    Run(run::Arguments),
    /// Rehearse with sample mail and no server: makes DIR and tells what happened
    Demo(demo::Arguments),
    /// Prove that the settings work: mailboxes, database, storage, clock; one line a check
    Check(check::Arguments),
    /// Read tenders from .toml files; the same file twice changes nothing
    Import(import::Arguments),
    /// List tenders, sessions, messages, documents, outbox or events
    List(list::Arguments),
    /// Show one message: what it is, where it went and why, what was answered
    Show(show::Arguments),
    /// Decide where a message belongs; it is filed and acknowledged as if matched
    Assign(assign::Arguments),
    /// Say which document a file of a message is; it gets its name in the tree
    Classify(classify::Arguments),
    /// Decide all kept mails again with today's rules; list what would differ, change nothing
    Replay(replay::Arguments),
    /// Decide that a message needs nothing
    Ignore(ignore::Arguments),
    /// Say that a message was read and is settled: the digest shows it until then
    Confirm(confirm::Arguments),
    /// Show a letter with real or sample data, as it would be sent
    Preview(preview::Arguments),
    /// Print the digest of a mailbox as it would be sent now, without sending it
    Digest(digest::Arguments),
    /// Write the whole dossier of a tender into a folder
    Export(export::Arguments),
    /// Put every missing paper of the tree back from the original mails; what is there is never touched
    Rebuild(rebuild::Arguments),
    /// Check the event chain and every stored file against its digest
    Verify(verify::Arguments),
    #[command(hide = true)]
    InspectWorker(inspect_worker::WorkerArguments),
    #[command(hide = true)]
    InspectHelper(inspect_worker::HelperArguments),
    /// Read one mail from standard input, in a process that may die of it
    #[command(name = quarantine::COMMAND, hide = true)]
    ReadAlone,
}

/// How a command ended badly.
#[derive(Debug)]
pub enum Failure {
    /// Wrong usage or wrong settings: exit 2.
    Usage(String),
    /// The work failed: exit 1.
    Work(String),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Failure {
        Failure::Work(format!("{error:#}"))
    }
}

macro_rules! work_failures {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Failure {
                Failure::Work(error.to_string())
            }
        }
    )+};
}
work_failures!(
    crate::database::DatabaseError,
    crate::storage::StorageError,
    std::io::Error
);

pub type Done = Result<(), Failure>;

/// So long what still blocks a thread is waited for at the end.
const LAST_GRACE: Duration = Duration::from_millis(500);

/// Runs one command to its end and says how it went.
pub fn execute(arguments: Arguments) -> ExitCode {
    let arguments = match arguments.command {
        Command::InspectWorker(inner) => return inspect_worker::work(inner),
        Command::InspectHelper(inner) => return inspect_worker::help(inner),
        command => Arguments {
            command,
            ..arguments
        },
    };
    // One crypto provider in the whole graph, chosen before anything opens a connection (crates.md section 0).
    let _already_chosen = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            return tell(Failure::Work(format!(
                "the runtime does not start: {error}"
            )));
        }
    };
    let done = runtime.block_on(dispatch(arguments));
    // A mail that hangs its reader, or a disk that does not answer, must not keep the process from ending.
    runtime.shutdown_timeout(LAST_GRACE);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => tell(failure),
    }
}

async fn dispatch(Arguments { config, command }: Arguments) -> Done {
    match command {
        Command::Run(arguments) => run::execute(config, arguments).await,
        Command::Demo(arguments) => demo::execute(arguments).await,
        Command::Check(arguments) => check::execute(config, arguments).await,
        Command::Import(arguments) => import::execute(config, arguments).await,
        Command::List(arguments) => list::execute(config, arguments).await,
        Command::Show(arguments) => show::execute(config, arguments).await,
        Command::Assign(arguments) => assign::execute(config, arguments).await,
        Command::Classify(arguments) => classify::execute(config, arguments).await,
        Command::Replay(arguments) => replay::execute(config, arguments).await,
        Command::Ignore(arguments) => ignore::execute(config, arguments).await,
        Command::Confirm(arguments) => confirm::execute(config, arguments).await,
        Command::Preview(arguments) => preview::execute(config, arguments).await,
        Command::Digest(arguments) => digest::execute(config, arguments).await,
        Command::Export(arguments) => export::execute(config, arguments).await,
        Command::Rebuild(arguments) => rebuild::execute(config, arguments).await,
        Command::Verify(arguments) => verify::execute(config, arguments).await,
        Command::InspectWorker(_) | Command::InspectHelper(_) => Err(Failure::Usage(
            "this command runs before all others".to_owned(),
        )),
        Command::ReadAlone => Ok(quarantine::read_alone()?),
    }
}

fn tell(failure: Failure) -> ExitCode {
    let (text, code) = match failure {
        Failure::Usage(text) => (text, 2),
        Failure::Work(text) => (text, 1),
    };
    eprintln!("loket: {text}");
    ExitCode::from(code)
}

/// The settings, or every mistake in them (exit 2).
fn load_settings(config: Option<PathBuf>) -> Result<Settings, Failure> {
    let settings = Settings::load(&settings::find(config))
        .map_err(|errors| Failure::Usage(errors.to_string()))?;
    check_letters(&settings)?;
    Ok(settings)
}

/// Proves that the office's own texts can be written with any data, before the first letter is due.
fn check_letters(settings: &Settings) -> Result<(), Failure> {
    let own = settings.letters.own.clone();
    if own.is_empty() {
        return Ok(());
    }
    let errors = match Templates::with_own(own) {
        Ok(templates) => samples::check(&templates),
        Err(error) => vec![error],
    };
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    match lines.is_empty() {
        true => Ok(()),
        false => Err(Failure::Usage(lines.join("\n"))),
    }
}

/// Opens database and storage for a command that a person typed.
async fn open_office(config: Option<PathBuf>) -> Result<Office, Failure> {
    let settings = load_settings(config)?;
    Ok(Office::open(settings, Clock::System, &person()).await?)
}

/// Who stands in the journal as the one who did it.
fn person() -> String {
    ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_else(|| "operator".to_owned())
}

/// Reads an RFC 3339 time given on the command line.
fn read_time(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is not a time; write it as 2026-11-25T09:00:00+08:00"))
}

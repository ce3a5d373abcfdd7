//! Reads a mail in a process of its own, to learn whether it kills its reader (P10): a stack that overflows or memory
//! that runs out takes the whole process along, and no error handling helps.

use std::{
    io::{self, Read as _},
    process::Stdio,
    time::Duration,
};

use bytes::Bytes;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{io::AsyncWriteExt as _, process::Command, time::timeout};

use crate::letter;

/// The command line's word for [`read_alone`].
pub const COMMAND: &str = "read-alone";
/// P10.
const PATIENCE: Duration = Duration::from_secs(20);
const MEMORY: u64 = 512 * 1024 * 1024;

/// Whether the mail can be read; `Err` says how its reader ended. A mail that is found unreadable does no harm.
pub async fn survives(raw: Bytes) -> Result<(), String> {
    let reading = async {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(COMMAND)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        if let Some(mut input) = child.stdin.take() {
            // Who dies while it reads says so by its status.
            let _broken_pipe = input.write_all(&raw).await;
        }
        child.wait().await
    };
    match timeout(PATIENCE, reading).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(status.to_string()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_elapsed) => Err("it takes longer than 20 seconds".to_owned()),
    }
}

/// What the child does: reads a mail from standard input, and survives it.
pub fn read_alone() -> io::Result<()> {
    let mut raw = Vec::new();
    io::stdin().read_to_end(&mut raw)?;
    // Nobody may be left to stop it; and no core file may hold a bidder's papers (P33).
    limit(Resource::Cpu, PATIENCE.as_secs())?;
    limit(Resource::Core, 0)?;
    limit(Resource::As, MEMORY.saturating_add(raw.len() as u64 * 2))?;
    let _unreadable_is_harmless = letter::read(&raw.into());
    Ok(())
}

fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let maximum = getrlimit(resource).maximum;
    let limits = Rlimit {
        current: Some(maximum.map_or(most, |maximum| most.min(maximum))),
        maximum,
    };
    Ok(setrlimit(resource, limits)?)
}

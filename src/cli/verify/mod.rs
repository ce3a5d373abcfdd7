//! `loket verify`: the event chain and every stored file against its digest; with DIR, a dossier and nothing else.

mod dossier;
mod house;

use std::path::PathBuf;

use super::{Done, Failure, open_office};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// An exported dossier: checked with nothing but itself
    #[arg(value_name = "DIR")]
    dossier: Option<PathBuf>,
    /// The head of the chain that a digest carried, as `SEQ:HASH`; may be given several times
    #[arg(long, value_name = "SEQ:HASH", value_parser = read_witness)]
    witness: Vec<crate::journal::Witness>,
}

/// What was looked at, and everything that is not as it should be.
#[derive(Debug, Default)]
pub struct Findings {
    pub looked_at: Vec<String>,
    pub differences: Vec<String>,
}

pub async fn execute(config: Option<PathBuf>, arguments: Arguments) -> Done {
    let findings = match &arguments.dossier {
        Some(dir) => dossier::verify(dir, &arguments.witness)?,
        None => house::verify(&open_office(config).await?, &arguments.witness).await?,
    };
    for line in &findings.looked_at {
        say!("{line}");
    }
    if findings.differences.is_empty() {
        say!("everything is as it was written");
        return Ok(());
    }
    for difference in &findings.differences {
        say!("DIFFERENCE {difference}");
    }
    Err(Failure::Work(format!(
        "{} difference(s) found",
        findings.differences.len()
    )))
}

fn read_witness(text: &str) -> Result<crate::journal::Witness, String> {
    let wrong =
        || format!("{text:?} is not a witness; write it as 1234:0f3a… as the digest shows it");
    let (seq, hash) = text.split_once(':').ok_or_else(wrong)?;
    let seq = seq.parse().map_err(|_| wrong())?;
    hash.parse::<crate::digest::Digest>().map_err(|_| wrong())?;
    Ok(crate::journal::Witness {
        seq,
        hash: hash.to_owned(),
    })
}

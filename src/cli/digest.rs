//! `loket digest`: the digest that would be sent now, printed and not sent.

use std::path::PathBuf;

use jiff::Timestamp;

use super::{Done, Failure, load_settings, person, read_time};
use crate::{
    clock::Clock,
    correspondence,
    daemon::{office::Office, secretary},
    settings::Member,
};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Name of the mailbox in the settings
    mailbox: String,
    /// As it would be at this time (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = read_time)]
    at: Option<Timestamp>,
    /// Write the HTML part into this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

pub async fn execute(config: Option<PathBuf>, arguments: Arguments) -> Done {
    let settings = load_settings(config)?;
    let clock = arguments.at.map_or(Clock::System, Clock::Standing);
    let office = Office::open(settings, clock, &person()).await?;
    let Some(mailbox) = office.mailbox(&arguments.mailbox) else {
        let mailboxes = office.settings.mailboxes.iter();
        let known: Vec<&str> = mailboxes.map(|mailbox| mailbox.name.as_str()).collect();
        return Err(Failure::Usage(format!(
            "there is no mailbox {:?} in the settings; known: {}",
            arguments.mailbox,
            known.join(", ")
        )));
    };
    let registry = office.registry().await?;
    let facts = secretary::digest_facts(&office, &registry, mailbox, office.clock.now()).await?;
    // The first member stands for all: their digests differ in the salutation only.
    let nobody = || Member {
        name: mailbox.title.clone(),
        email: mailbox.address.clone(),
    };
    let member = mailbox.members.first().cloned().unwrap_or_else(nobody);
    let sender = office.sender(mailbox);
    let letter = correspondence::digest_letter(&office.templates, &sender, &member, &facts)
        .map_err(|error| Failure::Work(error.to_string()))?;
    say!("Subjek: {}\n\n{}", letter.subject, letter.text.trim_end());
    if let Some(file) = &arguments.html {
        std::fs::write(file, &letter.html)
            .map_err(|error| Failure::Work(format!("{}: {error}", file.display())))?;
    }
    Ok(())
}

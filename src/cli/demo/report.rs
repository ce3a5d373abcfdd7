//! What the demo did, for a person at a terminal: each mail, the decisions that wait, the tree, the letters, and where next.

use std::path::Path;

use futures::StreamExt as _;

use super::material::MAILS;
use crate::{
    cli::{
        Failure,
        list::{Names, local},
    },
    correspondence::OutboxKind,
    daemon::{office::Office, overview::PREVIEWS},
    database::{self, messages::MessageRow},
    desk::message::MessageState,
    tender::{MessageId, OutboxId},
};

pub async fn tell(office: &Office, dir: &Path) -> Result<(), Failure> {
    let registry = office.registry().await?;
    let names = Names {
        registry: &registry,
    };
    let messages =
        database::messages::list_messages(&office.database, None, MessageId(0), 1000).await?;

    say!("\nWHAT CAME, WHERE IT WENT AND WHY");
    for message in &messages {
        tell_message(message, &names, office);
    }
    say!("\nWHAT NEEDS A PERSON");
    for message in messages
        .iter()
        .filter(|message| message.state == MessageState::NeedsDecision)
    {
        say!("  {:>2}  {}", message.id, heading(message));
        for candidate in &message.candidates {
            let bidder = names.bidder(Some(candidate.bidder)).unwrap_or("-");
            let tender = names.tender(Some(candidate.tender)).unwrap_or("-");
            say!(
                "      perhaps {tender} / {bidder} ({:.0} %)",
                candidate.confidence * 100.0
            );
        }
    }
    tell_tree(office).await?;
    tell_letters(office, dir).await?;
    let config = dir.join("loket.toml");
    say!(
        "\nWHERE TO LOOK NEXT\n  \
         {dir}/berkas        the papers, by tender, bidder and session; the original mails below originals/\n  \
         {dir}/berkas/*/*/index.html  the page of each tender, for a browser: papers with pictures and what is wrong with them\n  \
         {dir}/surat-keluar  the letters as they would have been sent (any mail program opens them)\n  \
         loket --config {config} show 4\n  \
         loket --config {config} assign 8 --tender 99990001000 --bidder 'CV Lestuwana Karya'\n  \
         loket --config {config} list documents\n  \
         loket --config {config} export 99990001000 /tmp/berkas && loket verify /tmp/berkas",
        dir = dir.display(),
        config = config.display(),
    );
    Ok(())
}

fn heading(message: &MessageRow) -> String {
    let from = message
        .heading
        .from_address
        .as_deref()
        .unwrap_or("(nobody)");
    let subject = if message.heading.subject.is_empty() {
        "(no subject)"
    } else {
        &message.heading.subject
    };
    format!("{from}: {subject}")
}

fn tell_message(message: &MessageRow, names: &Names, office: &Office) {
    let shows = usize::try_from(message.id.0 - 1)
        .ok()
        .and_then(|at| MAILS.get(at))
        .map_or("", |mail| mail.shows);
    let time = local(message.received_at, &office.settings.office.timezone);
    say!(
        "  {:>2}  {}  {}",
        message.id,
        &time[time.len().saturating_sub(5)..],
        heading(message)
    );
    if !shows.is_empty() {
        say!("      ({shows})");
    }
    match message.state {
        MessageState::Filed => {
            let late = if message.late { ", late" } else { "" };
            say!(
                "      filed: {} / {} / {}{late}; {} file(s)",
                names.tender(message.tender).unwrap_or("-"),
                names.bidder(message.bidder).unwrap_or("-"),
                names.session(message.session).unwrap_or("-"),
                message
                    .attachments
                    .iter()
                    .filter(|file| file.path.is_some())
                    .count(),
            );
        }
        state => say!(
            "      {}: {}",
            state.word(),
            message.kind.map_or("-", |kind| kind.word())
        ),
    }
    for reason in &message.reasons {
        say!("      because: {}", reason.detail);
    }
    if let Some(why) = &message.unanswered {
        say!("      not answered: {why}");
    }
}

async fn tell_tree(office: &Office) -> Result<(), Failure> {
    say!("\nTHE FOLDERS");
    let mut paths: Vec<String> = Vec::new();
    let mut listed = office.storage.list("");
    while let Some(stored) = listed.next().await {
        let path = stored?.path;
        if path.starts_with("20") && !path.contains(&format!("/{PREVIEWS}/")) {
            paths.push(path);
        }
    }
    paths.sort();
    let mut shown: Vec<&str> = Vec::new();
    for path in &paths {
        let parts: Vec<&str> = path.split('/').collect();
        let same = parts
            .iter()
            .zip(&shown)
            .take_while(|(now, before)| now == before)
            .count();
        for (depth, part) in parts.iter().enumerate().skip(same) {
            say!("  {}{part}", "  ".repeat(depth));
        }
        shown = parts;
    }
    Ok(())
}

async fn tell_letters(office: &Office, dir: &Path) -> Result<(), Failure> {
    say!("\nTHE LETTERS THAT WERE WRITTEN");
    let rows = database::outbox::list_outbox(&office.database, None, OutboxId(0), 1000).await?;
    for row in &rows {
        say!(
            "  {:>2}  {:<20}  {:<28}  {}",
            row.id,
            row.mail.kind.word(),
            row.mail.to.as_str(),
            row.mail.subject
        );
    }
    if let Some(receipt) = rows
        .iter()
        .find(|row| row.mail.kind == OutboxKind::Acknowledgement)
        && let Some(whole) = database::outbox::outbox_row(&office.database, receipt.id).await?
        && let Some(parsed) = mail_parser::MessageParser::default().parse(&whole.mail.raw)
        && let Some(text) = parsed.body_text(0)
    {
        say!(
            "\nONE OF THE RECEIPTS (all of them: {}/surat-keluar)",
            dir.display()
        );
        for line in text.lines() {
            say!("  | {line}");
        }
    }
    Ok(())
}

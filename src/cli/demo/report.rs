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
    daemon::office::Office,
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

    println!("\nWHAT CAME, WHERE IT WENT AND WHY");
    for message in &messages {
        tell_message(message, &names, office);
    }
    println!("\nWHAT NEEDS A PERSON");
    for message in messages
        .iter()
        .filter(|message| message.state == MessageState::NeedsDecision)
    {
        println!("  {:>2}  {}", message.id, heading(message));
        for candidate in &message.candidates {
            let bidder = names.bidder(Some(candidate.bidder)).unwrap_or("-");
            let tender = names.tender(Some(candidate.tender)).unwrap_or("-");
            println!(
                "      perhaps {tender} / {bidder} ({:.0} %)",
                candidate.confidence * 100.0
            );
        }
    }
    tell_tree(office).await?;
    tell_letters(office, dir).await?;
    let config = dir.join("loket.toml");
    println!(
        "\nWHERE TO LOOK NEXT\n  \
         {dir}/berkas        the papers, by tender, bidder and session; the original mails below originals/\n  \
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
    println!(
        "  {:>2}  {}  {}",
        message.id,
        &time[time.len().saturating_sub(5)..],
        heading(message)
    );
    if !shows.is_empty() {
        println!("      ({shows})");
    }
    match message.state {
        MessageState::Filed => {
            let late = if message.late { ", late" } else { "" };
            println!(
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
        state => println!(
            "      {}: {}",
            state.word(),
            message.kind.map_or("-", |kind| kind.word())
        ),
    }
    for reason in &message.reasons {
        println!("      because: {}", reason.detail);
    }
    if let Some(why) = &message.unanswered {
        println!("      not answered: {why}");
    }
}

async fn tell_tree(office: &Office) -> Result<(), Failure> {
    println!("\nTHE FOLDERS");
    let mut paths: Vec<String> = Vec::new();
    let mut listed = office.storage.list("");
    while let Some(stored) = listed.next().await {
        let path = stored?.path;
        if path.starts_with("20") {
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
            println!("  {}{part}", "  ".repeat(depth));
        }
        shown = parts;
    }
    Ok(())
}

async fn tell_letters(office: &Office, dir: &Path) -> Result<(), Failure> {
    println!("\nTHE LETTERS THAT WERE WRITTEN");
    let rows = database::outbox::list_outbox(&office.database, None, OutboxId(0), 1000).await?;
    for row in &rows {
        println!(
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
        println!(
            "\nONE OF THE RECEIPTS (all of them: {}/surat-keluar)",
            dir.display()
        );
        for line in text.lines() {
            println!("  | {line}");
        }
    }
    Ok(())
}

//! `loket list`: tenders, sessions, messages, documents, outbox, events; as a table, or JSON Lines for scripts.

mod documents;
mod events;
pub mod messages;
mod outbox;
mod sessions;
mod tenders;

use std::{
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use clap::ValueEnum;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::{Done, Failure, open_office};
use crate::tender::{Registry, Tender};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    what: What,
    /// Only what concerns this tender
    #[arg(long, value_name = "CODE")]
    tender: Option<String>,
    /// JSON Lines on standard output: one object a line, times in UTC
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    Tenders,
    Sessions,
    Messages,
    Documents,
    Outbox,
    Events,
}

/// Rows read from the database at a time.
const CHUNK: u32 = 500;

pub async fn execute(config: Option<PathBuf>, arguments: Arguments) -> Done {
    let office = open_office(config).await?;
    let registry = office.registry().await?;
    let tender = match &arguments.tender {
        None => None,
        Some(code) => Some(find_tender(&registry, code)?),
    };
    let mut page = Page::new(arguments.json, office.settings.office.timezone.clone());
    match arguments.what {
        What::Tenders => tenders::list(&registry, tender, &mut page)?,
        What::Sessions => sessions::list(&office, &registry, tender, &mut page).await?,
        What::Messages => messages::list(&office, &registry, tender, &mut page).await?,
        What::Documents => documents::list(&office, &registry, tender, &mut page).await?,
        What::Outbox => outbox::list(&office, &registry, tender, &mut page).await?,
        What::Events => events::list(&office, tender, &mut page).await?,
    }
    page.end()?;
    Ok(())
}

/// The tender with this code, or an error that names those there are.
pub fn find_tender<'r>(registry: &'r Registry, code: &str) -> Result<&'r Tender, Failure> {
    registry.tender_by_code(code).ok_or_else(|| {
        let known: Vec<&str> = registry
            .tenders()
            .iter()
            .take(10)
            .map(|tender| tender.code.as_str())
            .collect();
        Failure::Work(format!(
            "no tender has the code {code:?}; known: {}",
            known.join(", ")
        ))
    })
}

/// What is listed, either as JSON Lines at once or as a table whose columns fit what stands in them.
pub struct Page {
    json: bool,
    zone: TimeZone,
    out: BufWriter<io::Stdout>,
    rows: Vec<Vec<String>>,
}

impl Page {
    pub fn new(json: bool, zone: TimeZone) -> Page {
        Page {
            json,
            zone,
            out: BufWriter::new(io::stdout()),
            rows: Vec::new(),
        }
    }

    /// The table's first line.
    pub fn head(&mut self, columns: &[&str]) {
        self.rows
            .push(columns.iter().map(|&column| column.to_owned()).collect());
    }

    /// One entry: its object for scripts and its cells for people.
    pub fn entry(
        &mut self,
        object: impl FnOnce() -> Value,
        cells: impl FnOnce(&TimeZone) -> Vec<String>,
    ) -> Done {
        if self.json {
            match writeln!(self.out, "{}", object()) {
                // The reader has seen enough: `loket list … | head`.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
                written => written?,
            }
        } else {
            self.rows.push(cells(&self.zone));
        }
        Ok(())
    }

    pub fn end(mut self) -> io::Result<()> {
        if !self.json {
            let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
            let widths: Vec<usize> = (0..columns)
                .map(|at| {
                    self.rows
                        .iter()
                        .filter_map(|row| row.get(at))
                        .map(|cell| cell.chars().count())
                        .max()
                })
                .map(|width| width.unwrap_or(0).min(48))
                .collect();
            for row in &self.rows {
                let cells: Vec<String> = row
                    .iter()
                    .zip(&widths)
                    .map(|(cell, &width)| format!("{:<width$}", shorten(cell, width)))
                    .collect();
                writeln!(self.out, "{}", cells.join("  ").trim_end())?;
            }
        }
        match self.out.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
}

fn shorten(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars()
        .take(width.saturating_sub(1))
        .chain(['…'])
        .collect()
}

/// RFC 3339 in UTC.
pub fn utc(time: Timestamp) -> String {
    time.to_string()
}

pub fn utc_or_null(time: Option<Timestamp>) -> Value {
    time.map_or(Value::Null, |time| json!(utc(time)))
}

/// The office's time, for people: `2026-11-25 16:00 WITA`.
pub fn local(time: Timestamp, zone: &TimeZone) -> String {
    time.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M %Z")
        .to_string()
}

/// The names by which the outside knows a tender, a bidder and a session.
pub struct Names<'r> {
    pub registry: &'r Registry,
}

impl<'r> Names<'r> {
    pub fn tender(&self, id: Option<crate::tender::TenderId>) -> Option<&'r str> {
        self.registry.tender(id?).map(|tender| tender.code.as_str())
    }

    pub fn bidder(&self, id: Option<crate::tender::BidderId>) -> Option<&'r str> {
        self.registry.bidder(id?).map(|bidder| bidder.name.as_str())
    }

    pub fn session(&self, id: Option<crate::tender::SessionId>) -> Option<&'static str> {
        self.registry
            .session(id?)
            .map(|session| session.kind.word())
    }
}

//! `loket export`: the whole dossier of a tender, which proves itself with `sha256sum` alone.
//!
//! Events of other tenders stand in it as stubs: they prove their place in the chain and say nothing.

mod page;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use super::{Done, Failure, list::find_tender, open_office};
use crate::{
    daemon::office::Office,
    database::{self, messages::MessageRow, papers::Paper},
    digest::Digest,
    journal,
    tender::{MessageId, OutboxId, Tender},
};

/// Papers as filed, by bidder and session.
pub const PAPERS: &str = "berkas/";
/// Raw mails that came.
pub const INCOMING: &str = "surat-masuk/";
/// Raw mails that we sent.
pub const OUTGOING: &str = "surat-keluar/";
/// Files that the Pokja gave to be signed.
pub const GIVEN: &str = "diberikan/";
pub const EVENTS: &str = "events.jsonl";
/// The head of the chain, as `SEQ:HASH`.
pub const HEAD: &str = "HEAD";
pub const SUMS: &str = "SHA256SUMS";

const CHUNK: u32 = 200;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Code of the tender
    tender: String,
    /// Folder to make; it must not exist or be empty
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

pub async fn execute(config: Option<PathBuf>, arguments: Arguments) -> Done {
    let office = open_office(config).await?;
    let registry = office.registry().await?;
    let tender = find_tender(&registry, &arguments.tender)?;
    let mut dossier = Dossier::begin(&arguments.dir)?;

    let messages = incoming(&office, tender, &mut dossier).await?;
    let papers = papers(&office, tender, &mut dossier).await?;
    let sent = outgoing(&office, tender, &mut dossier).await?;
    given(&office, tender, &registry, &mut dossier).await?;
    let zone = &office.settings.office.timezone;
    dossier.write(
        "index.html",
        page::index(tender, &registry, &messages, &papers, &sent, zone)?.as_bytes(),
    )?;
    dossier.write("BACA-SAYA.txt", include_bytes!("BACA-SAYA.txt"))?;

    // Reading evidence out is itself an event, and the last one in the dossier.
    let mut tx = office.begin().await?;
    let note = serde_json::json!({ "messages": messages.len(), "papers": papers.len(), "sent": sent.len() });
    database::events::append(
        &mut tx,
        "dossier.exported",
        ("tender", &tender.code),
        Some(&tender.code),
        note,
    );
    tx.commit().await?;
    events(&office, tender, &mut dossier).await?;
    let files = dossier.end()?;
    say!(
        "{}: {files} berkas; periksa dengan `sha256sum -c {SUMS}` atau `loket verify {0}`",
        arguments.dir.display()
    );
    Ok(())
}

async fn incoming(
    office: &Office,
    tender: &Tender,
    dossier: &mut Dossier,
) -> Result<Vec<MessageRow>, Failure> {
    let (mut all, mut after) = (Vec::new(), MessageId(0));
    loop {
        let rows =
            database::messages::list_messages(&office.database, Some(tender.id), after, CHUNK)
                .await?;
        let Some(last) = rows.last() else {
            return Ok(all);
        };
        after = last.id;
        for row in &rows {
            let raw = office.storage.original(&row.sha256).await?;
            dossier.write(&incoming_name(row), &raw)?;
        }
        all.extend(rows);
    }
}

pub fn incoming_name(row: &MessageRow) -> String {
    format!("{INCOMING}{:06}.eml", row.id.0)
}

async fn papers(
    office: &Office,
    tender: &Tender,
    dossier: &mut Dossier,
) -> Result<Vec<Paper>, Failure> {
    let papers = database::papers::attachments_of_tender(&office.database, tender.id).await?;
    for paper in &papers {
        let Some(path) = &paper.attachment.path else {
            continue;
        };
        let at = crate::desk::naming::TreePath::new(path)
            .map_err(|error| Failure::Work(error.to_string()))?;
        let content = office.storage.read(&at).await?;
        if Digest::of(&content) != paper.attachment.sha256 {
            return Err(Failure::Work(format!(
                "{path} was changed since it came: run `loket verify` and mend it first"
            )));
        }
        dossier.write(&paper_name(tender, path), &content)?;
    }
    Ok(papers)
}

/// The tree without the tender's own folder, which the dossier is.
pub fn paper_name(tender: &Tender, path: &str) -> String {
    let inside = path
        .strip_prefix(&tender.folder)
        .unwrap_or(path)
        .trim_start_matches('/');
    format!("{PAPERS}{inside}")
}

async fn outgoing(
    office: &Office,
    tender: &Tender,
    dossier: &mut Dossier,
) -> Result<Vec<crate::correspondence::OutboxRow>, Failure> {
    let (mut all, mut after) = (Vec::new(), OutboxId(0));
    loop {
        let rows =
            database::outbox::list_outbox(&office.database, Some(tender.id), after, CHUNK).await?;
        let Some(last) = rows.last() else {
            return Ok(all);
        };
        after = last.id;
        for row in rows {
            if let Some(whole) = database::outbox::outbox_row(&office.database, row.id).await? {
                dossier.write(&outgoing_name(&row), &whole.mail.raw)?;
            }
            all.push(row);
        }
    }
}

pub fn outgoing_name(row: &crate::correspondence::OutboxRow) -> String {
    format!("{OUTGOING}{:06}-{}.eml", row.id.0, row.mail.kind.word())
}

async fn given(
    office: &Office,
    tender: &Tender,
    registry: &crate::tender::Registry,
    dossier: &mut Dossier,
) -> Result<(), Failure> {
    let mut written = Vec::new();
    for file in registry
        .sessions()
        .iter()
        .filter(|s| s.tender == tender.id)
        .filter_map(|s| s.file.as_ref())
    {
        if let Ok(digest) = file.sha256.parse::<Digest>()
            && !written.contains(&digest)
        {
            let name = crate::tender::safe_name::safe_file_name(&file.name, 120);
            dossier.write(
                &format!("{GIVEN}{}-{name}", digest.short()),
                &office.storage.given(&digest).await?,
            )?;
            written.push(digest);
        }
    }
    Ok(())
}

async fn events(office: &Office, tender: &Tender, dossier: &mut Dossier) -> Done {
    let (mut text, mut after) = (String::new(), 0);
    let mut head = format!("0:{}", journal::BEGINNING);
    loop {
        let events = database::events::events_after(&office.database, None, after, CHUNK).await?;
        let Some(last) = events.last() else { break };
        after = last.seq;
        head = format!("{}:{}", last.seq, last.hash);
        for event in &events {
            let ours = event.event.tender.as_deref() == Some(tender.code.as_str());
            let line = if ours {
                journal::to_json(event)
            } else {
                journal::to_stub(event)
            };
            text.push_str(&line.to_string());
            text.push('\n');
        }
    }
    dossier.write(EVENTS, text.as_bytes())?;
    dossier.write(HEAD, format!("{head}\n").as_bytes())
}

/// A folder being filled; every file in it is written once and named in [`SUMS`].
struct Dossier {
    dir: PathBuf,
    sums: Vec<(String, Digest)>,
}

impl Dossier {
    fn begin(dir: &Path) -> Result<Dossier, Failure> {
        if dir.exists() && fs::read_dir(dir)?.next().is_some() {
            return Err(Failure::Work(format!(
                "{} is not empty; name a new folder",
                dir.display()
            )));
        }
        fs::create_dir_all(dir)?;
        Ok(Dossier {
            dir: dir.to_owned(),
            sums: Vec::new(),
        })
    }

    fn write(&mut self, path: &str, content: &[u8]) -> Done {
        let at = self.dir.join(path);
        if let Some(parent) = at.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::File::create_new(&at)?.write_all(content)?;
        self.sums.push((path.to_owned(), Digest::of(content)));
        Ok(())
    }

    /// Writes the list of digests; gives back how many files it names.
    fn end(mut self) -> Result<usize, Failure> {
        self.sums.sort();
        let text: String = self
            .sums
            .iter()
            .map(|(path, digest)| format!("{digest}  {path}\n"))
            .collect();
        fs::write(self.dir.join(SUMS), text)?;
        Ok(self.sums.len())
    }
}

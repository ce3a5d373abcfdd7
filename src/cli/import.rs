//! `loket import`: tenders from files into the registry; one mistake anywhere, and nothing changes at all.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::PathBuf,
};

use bytes::Bytes;

use super::{Done, Failure, open_office};
use crate::{
    daemon::{office::Office, overview},
    database::{self, Transaction, registry as rows},
    digest::Digest,
    tender::{
        BidderId, SessionFile, TenderId,
        import::{self, Change, Context, ImportError, ImportFile},
    },
};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Tenders as .toml files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Tell what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub async fn execute(config: Option<PathBuf>, arguments: Arguments) -> Done {
    let office = open_office(config).await?;
    let lines = import(&office, &arguments.files, arguments.dry_run).await?;
    for line in &lines {
        say!("{line}");
    }
    let summary = match (lines.len(), arguments.dry_run) {
        (0, _) => "tidak ada perubahan".to_owned(),
        (count, true) => format!("{count} perubahan, belum disimpan (--dry-run)"),
        (count, false) => format!("{count} perubahan disimpan"),
    };
    say!("{summary}");
    Ok(())
}

/// Imports the files, all or none; gives the changes back in words.
pub async fn import(
    office: &Office,
    paths: &[PathBuf],
    dry_run: bool,
) -> Result<Vec<String>, Failure> {
    let files = read_files(paths)?;
    for warning in files.iter().flat_map(|file| &file.warnings) {
        eprintln!("perhatian: {warning}");
    }
    let (given, contents) = read_given(&files);
    let mailboxes: Vec<&str> = office
        .settings
        .mailboxes
        .iter()
        .map(|mailbox| mailbox.name.as_str())
        .collect();
    let context = Context {
        keys: &office.keys,
        mailboxes: &mailboxes,
        timezone: &office.settings.office.timezone,
        now: office.clock.now(),
        given: &given,
    };

    // Under the writer's lock, so that two imports at once see each other.
    let mut tx = office.begin().await?;
    let registry = rows::load_registry(&office.database).await?;
    let changes =
        import::diff(&registry, &files, &context).map_err(|errors| list_errors(&errors))?;
    for doubt in import::doubts(&registry, &files, context.now, context.timezone) {
        eprintln!("perhatian: {doubt}");
    }
    let lines = import::describe(&changes, &registry, context.timezone);
    if dry_run || changes.is_empty() {
        tx.roll_back().await?;
        return Ok(lines);
    }
    for content in contents {
        office.storage.put_given(content).await?;
    }
    apply(&mut tx, changes).await?;
    tx.commit().await?;
    overview::refresh(office)
        .await
        .map_err(anyhow::Error::from)?;
    Ok(lines)
}

fn read_files(paths: &[PathBuf]) -> Result<Vec<ImportFile>, Failure> {
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        let name = path.display().to_string();
        if path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"))
        {
            errors.push(format!(
                "{name}: this version reads tenders from .toml files only"
            ));
            continue;
        }
        match fs::read_to_string(path) {
            Err(error) => errors.push(format!("{name}: cannot be read: {error}")),
            Ok(text) => match import::parse(&text, &name) {
                Ok(file) => files.push(file),
                Err(mistakes) => errors.extend(mistakes.iter().map(ImportError::to_string)),
            },
        }
    }
    if errors.is_empty() {
        Ok(files)
    } else {
        Err(nothing_changed(errors))
    }
}

/// The negotiation files that stand beside the tenders. One that cannot be read is left out: `diff` tells where it is named.
fn read_given(files: &[ImportFile]) -> (BTreeMap<PathBuf, SessionFile>, Vec<Bytes>) {
    let (mut given, mut contents) = (BTreeMap::new(), Vec::new());
    for path in files.iter().flat_map(ImportFile::given_files) {
        let Ok(content) = fs::read(&path) else {
            continue;
        };
        let file = SessionFile {
            name: path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            sha256: Digest::of(&content).hex(),
            bytes: content.len() as u64,
        };
        given.insert(path, file);
        contents.push(Bytes::from(content));
    }
    (given, contents)
}

/// Applies the changes in their order; placeholder ids of new rows give way to the real ones.
async fn apply(tx: &mut Transaction, changes: Vec<Change>) -> database::Result<()> {
    let mut tenders: HashMap<TenderId, TenderId> = HashMap::new();
    let mut bidders: HashMap<BidderId, BidderId> = HashMap::new();
    for change in changes {
        match change {
            Change::AddTender(mut tender) => {
                let placeholder = std::mem::replace(&mut tender.id, TenderId(0));
                tenders.insert(placeholder, rows::upsert_tender(tx, &tender).await?);
            }
            Change::UpdateTender { after, .. } => {
                rows::upsert_tender(tx, &after).await?;
            }
            Change::AddBidder(mut bidder) => {
                let placeholder = std::mem::replace(&mut bidder.id, BidderId(0));
                bidder.tender = tenders
                    .get(&bidder.tender)
                    .copied()
                    .unwrap_or(bidder.tender);
                bidders.insert(placeholder, rows::upsert_bidder(tx, &bidder).await?);
            }
            Change::UpdateBidder { after, .. } => {
                rows::upsert_bidder(tx, &after).await?;
            }
            Change::WithdrawBidder(bidder) => rows::withdraw_bidder(tx, bidder.id).await?,
            Change::AddSession(mut session) => {
                session.id = crate::tender::SessionId(0);
                session.tender = tenders
                    .get(&session.tender)
                    .copied()
                    .unwrap_or(session.tender);
                session.bidder = bidders
                    .get(&session.bidder)
                    .copied()
                    .unwrap_or(session.bidder);
                rows::upsert_session(tx, &session).await?;
            }
            Change::UpdateSession { after, .. } => {
                rows::upsert_session(tx, &after).await?;
            }
            Change::WithdrawSession(session) => rows::withdraw_session(tx, session.id).await?,
        }
    }
    Ok(())
}

fn list_errors(errors: &[ImportError]) -> Failure {
    nothing_changed(errors.iter().map(ImportError::to_string).collect())
}

fn nothing_changed(errors: Vec<String>) -> Failure {
    Failure::Work(format!("nothing was imported:\n{}", errors.join("\n")))
}

//! `loket rebuild`: puts every missing paper of the tree back from the originals; what is there is never touched.

use std::path::PathBuf;

use super::{Done, Failure, open_office};
use crate::{
    daemon::{clerk, examination::unpack, office::Office, overview},
    database::{self, messages::MessageRow},
    desk::{FiledAttachment, message::MessageState, naming::TreePath},
    digest::Digest,
    letter::Letter,
    storage::StorageError,
    tender::MessageId,
};

#[derive(Debug, clap::Args)]
pub struct Arguments {}

const CHUNK: u32 = 200;

/// What was found and done.
#[derive(Debug, Default)]
struct Report {
    sound: u64,
    restored: u64,
    differences: Vec<String>,
}

pub async fn execute(config: Option<PathBuf>, _arguments: Arguments) -> Done {
    let office = open_office(config).await?;
    let (mut report, mut after) = (Report::default(), MessageId(0));
    loop {
        let rows = database::messages::list_messages(&office.database, None, after, CHUNK).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in rows.iter().filter(|row| row.state == MessageState::Filed) {
            rebuild(&office, row, &mut report).await?;
        }
    }
    let registry = office.registry().await?;
    let tenders = registry.tenders().iter().map(|tender| tender.id);
    overview::publish(&office, &tenders.collect()).await;
    say!(
        "{} berkas sudah ada, {} dikembalikan dari surat asli",
        report.sound,
        report.restored
    );
    if report.differences.is_empty() {
        return Ok(());
    }
    for difference in &report.differences {
        say!("DIFFERENCE {difference}");
    }
    Err(Failure::Work(format!(
        "{} paper(s) could not be put back or are not as they came; they were left as they are",
        report.differences.len()
    )))
}

/// The papers of one message. Its original is opened only when one of them is missing.
async fn rebuild(office: &Office, row: &MessageRow, report: &mut Report) -> Result<(), Failure> {
    let mut letter = None;
    for paper in &row.attachments {
        let Some(path) = &paper.path else { continue };
        let path = match TreePath::new(path) {
            Ok(path) => path,
            Err(error) => {
                report
                    .differences
                    .push(format!("message {}: {error}", row.id));
                continue;
            }
        };
        match office.storage.read(&path).await {
            Ok(present) if Digest::of(&present) == paper.sha256 => report.sound += 1,
            Ok(_) => report.differences.push(format!(
                "{path} is another file than message {} brought: move it away and run this again",
                row.id
            )),
            Err(StorageError::Missing { .. }) => {
                if letter.is_none() {
                    letter = Some(read_original(office, row).await?);
                }
                match &letter {
                    Some(Ok(letter)) => restore(office, row, letter, paper, &path, report).await?,
                    Some(Err(why)) => report.differences.push(format!("{path}: {why}")),
                    None => {}
                }
            }
            Err(error) if error.is_fatal() => return Err(error.into()),
            Err(error) => report.differences.push(error.to_string()),
        }
    }
    Ok(())
}

/// `Err` inside: this one mail cannot be read.
async fn read_original(
    office: &Office,
    row: &MessageRow,
) -> Result<Result<Letter, String>, Failure> {
    let raw = match office.storage.original(&row.sha256).await {
        Ok(raw) => raw,
        Err(error) if error.is_fatal() => return Err(error.into()),
        Err(error) => return Ok(Err(error.to_string())),
    };
    let mut letter = match clerk::read(raw).await {
        Ok(letter) => letter,
        Err(why) => return Ok(Err(why)),
    };
    Ok(unpack(office, &mut letter)
        .await
        .map(|()| letter)
        .map_err(|why| format!("an archive could not be opened now ({why}); run this again")))
}

async fn restore(
    office: &Office,
    row: &MessageRow,
    letter: &Letter,
    paper: &FiledAttachment,
    path: &TreePath,
    report: &mut Report,
) -> Result<(), Failure> {
    let content = letter
        .attachments
        .iter()
        .find(|attachment| attachment.sha256 == paper.sha256)
        .map(|attachment| attachment.content.clone());
    let Some(content) = content else {
        report.differences.push(format!(
            "{path}: the original of message {} does not hold it; this must not happen, keep everything as it is",
            row.id
        ));
        return Ok(());
    };
    match office.storage.place(path, content).await {
        Ok(_) => {
            report.restored += 1;
            say!("{path}");
        }
        Err(error) if error.is_fatal() => return Err(error.into()),
        Err(error) => report.differences.push(error.to_string()),
    }
    Ok(())
}

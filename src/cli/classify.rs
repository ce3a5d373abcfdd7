//! `loket classify`: a person says which document a file is; it gets its name in the tree.

use std::path::PathBuf;

use bytes::Bytes;

use super::{Done, Failure, ignore::find, open_office};
use crate::{
    daemon::{clerk, overview},
    database::{self, messages::MessageRow},
    desk::{
        message::MessageState,
        naming::{PaperName, TreePath, paper_path},
    },
    digest::Digest,
    tender::DocumentWord,
};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Number of the message and of the file in it, as 12/3
    #[arg(value_name = "N/PART", value_parser = read_place)]
    file: (i64, u32),
    /// Word of the document list, as ktp or surat-kuasa
    #[arg(value_name = "WORD", value_parser = read_word)]
    document: DocumentWord,
}

pub async fn execute(config: Option<PathBuf>, arguments: Arguments) -> Done {
    let office = open_office(config).await?;
    let (number, part) = arguments.file;
    let row = find(&office, number).await?;
    let registry = office.registry().await?;
    let place = (
        row.tender.and_then(|id| registry.tender(id)),
        row.bidder.and_then(|id| registry.bidder(id)),
        row.session.and_then(|id| registry.session(id)),
    );
    let (MessageState::Filed, (Some(tender), Some(bidder), Some(session))) = (row.state, place)
    else {
        return Err(Failure::Work(format!(
            "message {number} is not filed; `loket assign {number}` files it first"
        )));
    };
    let Some(file) = row.attachments.iter().find(|file| file.part == part) else {
        return Err(no_such_file(&row, part));
    };
    let (mut paths, mut content) = (None, Bytes::new());
    if let Some(old) = &file.path {
        let old = TreePath::new(old).map_err(anyhow::Error::from)?;
        let name = PaperName {
            document: Some(arguments.document),
            number: row.mail(),
            part: part as usize,
            sent_name: file.name.as_deref(),
            media_type: &file.media_type,
            kind: file.examined.kind,
        };
        let new = paper_path(tender, bidder, session, &name);
        // The new name first, then the row, then the old name goes: at no time does the row name a file that is not there.
        content = office.storage.read(&old).await?;
        if Digest::of(&content) != file.sha256 {
            return Err(Failure::Work(format!(
                "{old} was changed by hand and is not what message {number} brought; move it away, run `loket rebuild`, then this again"
            )));
        }
        office.storage.place(&new, content.clone()).await?;
        paths = Some((old, new));
    }
    let named = paths
        .as_ref()
        .map(|(old, new)| (old.as_str(), new.as_str()));
    let mut tx = office.begin().await?;
    let classified =
        database::messages::classify(&mut tx, row.id, part, arguments.document, named).await?;
    tx.commit().await?;
    if !classified {
        if let Some((_, new)) = paths.as_ref().filter(|(old, new)| old != new) {
            office.storage.withdraw(new, &file.sha256).await?;
        }
        return Err(Failure::Work(format!(
            "message {number} was decided anew meanwhile; look at `loket show {number}` and run this again"
        )));
    }
    if let Some((_, new)) = &paths {
        // Named there and back again quickly, its first place may just have been cleared.
        office.storage.place(new, content).await?;
    }
    clerk::clear_misplaced(&office)
        .await
        .map_err(anyhow::Error::from)?;
    let new = named.map(|(_, new)| new);
    overview::refresh(&office)
        .await
        .map_err(anyhow::Error::from)?;
    say!(
        "Pesan {number}, berkas {part}: {} ({}).",
        arguments.document.word(),
        new.unwrap_or("hanya di surat asli")
    );
    Ok(())
}

/// Says which numbers there are: of a mail for two tenders each place has some of them.
pub fn no_such_file(row: &MessageRow, part: u32) -> Failure {
    let parts: Vec<String> = row
        .attachments
        .iter()
        .map(|file| file.part.to_string())
        .collect();
    let known = match parts.is_empty() {
        true => "none".to_owned(),
        false => parts.join(", "),
    };
    Failure::Work(format!(
        "message {} has no file {part}; it has: {known}",
        row.id
    ))
}

fn read_place(text: &str) -> Result<(i64, u32), String> {
    let parts = text
        .split_once('/')
        .and_then(|(number, part)| Some((number.parse().ok()?, part.parse().ok()?)));
    parts.ok_or_else(|| {
        format!("{text:?} is no file; write the numbers of message and file, as 12/3")
    })
}

fn read_word(text: &str) -> Result<DocumentWord, String> {
    DocumentWord::from_word(text)
        .ok_or_else(|| format!("{text:?} is no word of the document list, as ktp or surat-kuasa"))
}

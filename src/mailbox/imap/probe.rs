//! What `loket check` asks of an IMAP server.

use async_imap::imap_proto::{MailboxDatum, NameAttribute, Response};
use tokio_util::sync::CancellationToken;

use super::{
    account::Account,
    command::{Command, sent_folder_name},
    error::ImapError,
    stream::Caps,
};
use crate::mailbox::{Limits, MailboxError};

/// Everything found; `warnings` are for a person.
#[derive(Clone, Debug)]
pub struct ProbeReport {
    pub capabilities: Vec<String>,
    /// Names as LIST gives them.
    pub folders: Vec<String>,
    pub examined: Vec<FolderReport>,
    pub idle: bool,
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct FolderReport {
    pub folder: String,
    pub mails: u32,
    pub uid_validity: u32,
}

/// Signs in, lists, and opens each watched folder read-only.
pub async fn probe(account: &Account, limits: &Limits) -> Result<ProbeReport, MailboxError> {
    let failed = |folder: &str, source: ImapError| MailboxError::Imap {
        mailbox: account.mailbox.clone(),
        folder: folder.to_owned(),
        source,
    };
    let first = account.folders.first().map_or("INBOX", String::as_str);
    let stop = CancellationToken::new();
    let signing_in = account.sign_in(limits, &stop, false);
    let mut session = signing_in.await.map_err(|error| failed(first, error))?;
    let mut report = ProbeReport {
        capabilities: session.capabilities().map(str::to_owned).collect(),
        folders: Vec::new(),
        examined: Vec::new(),
        idle: session.can("IDLE"),
        warnings: Vec::new(),
    };
    if !report.idle {
        report.warnings.push(format!(
            "the server has no IDLE: new mail is seen every {} s",
            limits.poll.as_secs()
        ));
    }
    let mut junk = Vec::new();
    let listing = session.run(&Command::List, Caps::SMALL, |response| {
        if let Response::MailboxData(MailboxDatum::List(found)) = response {
            let last = found
                .delimiter
                .as_deref()
                .and_then(|delimiter| found.name.rsplit(delimiter).next())
                .unwrap_or(&found.name);
            let selectable = !found.name_attributes.contains(&NameAttribute::NoSelect);
            if selectable
                && (found.name_attributes.contains(&NameAttribute::Junk) || sounds_like_junk(last))
            {
                junk.push(found.name.to_string());
            }
            report.folders.push(found.name.to_string());
        }
    });
    listing.await.map_err(|error| failed(first, error))?;
    report.warnings.extend(
        junk.iter()
            .filter(|name| !account.folders.iter().any(|watched| same(watched, name)))
            .map(|name| {
                format!(
                    "folder {name:?} takes what the server holds for junk and is not watched: a bid may lie there unseen. Add it to `also`"
                )
            }),
    );
    for folder in &account.folders {
        let examined = session
            .examine(folder)
            .await
            .map_err(|error| failed(folder, error))?;
        report.examined.push(FolderReport {
            folder: folder.clone(),
            mails: examined.exists,
            uid_validity: examined.uid_validity,
        });
    }
    session.log_out().await;
    Ok(report)
}

fn same(watched: &str, listed: &str) -> bool {
    watched == listed
        || sent_folder_name(watched) == listed
        || watched.eq_ignore_ascii_case("INBOX") && listed.eq_ignore_ascii_case("INBOX")
}

fn sounds_like_junk(name: &str) -> bool {
    [
        "junk",
        "spam",
        "junk e-mail",
        "junk email",
        "bulk mail",
        "bulk",
    ]
    .iter()
    .any(|junk| name.eq_ignore_ascii_case(junk))
}

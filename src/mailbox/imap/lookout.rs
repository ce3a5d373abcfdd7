//! Waits for one mail to come into a folder: how `loket check --send` sees that what it sent arrives.

use std::time::Duration;

use async_imap::imap_proto::{AttributeValue, MailboxDatum, MessageSection, Response, SectionPath};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{account::Account, command::Command, error::ImapError, session::Session, stream::Caps};
use crate::mailbox::{Limits, MailboxError};

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(2);

/// A look at the end of the first folder, from before a mail is sent.
pub struct Lookout {
    session: Session,
    mailbox: String,
    folder: String,
    /// The lowest UID that a new mail can have, as far as the server tells.
    next: u32,
}

impl Lookout {
    /// Signs in and notes where the folder ends now.
    pub async fn open(account: &Account, limits: &Limits) -> Result<Lookout, MailboxError> {
        let folder = account
            .folders
            .first()
            .map_or("INBOX", String::as_str)
            .to_owned();
        let failed = |source| MailboxError::Imap {
            mailbox: account.mailbox.clone(),
            folder: folder.clone(),
            source,
        };
        let mut session = account
            .sign_in(limits, &CancellationToken::new(), false)
            .await
            .map_err(failed)?;
        let examined = session.examine(&folder).await.map_err(failed)?;
        let next = match examined.uid_next {
            Some(next) => next,
            None => highest(&mut session, 1)
                .await
                .map_err(failed)?
                .map_or(1, |uid| uid.saturating_add(1)),
        };
        Ok(Lookout {
            session,
            mailbox: account.mailbox.clone(),
            folder,
            next,
        })
    }

    /// Waits until a mail whose header names this Message-ID is in the folder; `false`: it did not come in time.
    pub async fn wait_for(
        mut self,
        message_id: &str,
        patience: Duration,
    ) -> Result<bool, MailboxError> {
        let looking = async {
            while !self.look(message_id).await? {
                sleep(PAUSE).await;
            }
            Ok(())
        };
        let looked = timeout(patience, looking).await;
        let arrived = match looked {
            Ok(Ok(())) => Ok(true),
            Ok(Err(source)) => Err(MailboxError::Imap {
                mailbox: self.mailbox,
                folder: self.folder,
                source,
            }),
            Err(_elapsed) => Ok(false),
        };
        self.session.log_out().await;
        arrived
    }

    async fn look(&mut self, message_id: &str) -> Result<bool, ImapError> {
        self.session
            .run(&Command::Noop, Caps::SMALL, |_| ())
            .await?;
        while let Some(uid) = highest(&mut self.session, self.next).await? {
            let mut found = false;
            for uid in self.next..=uid {
                let command = Command::FetchHeader(uid);
                let fetching = self.session.run(&command, Caps::SMALL, |response| {
                    found |= header_of(response).is_some_and(|header| names(header, message_id));
                });
                fetching.await?;
            }
            if found {
                return Ok(true);
            }
            self.next = uid.saturating_add(1);
        }
        Ok(false)
    }
}

/// The highest UID from `from` on. `n:*` may answer with an older one (R5).
async fn highest(session: &mut Session, from: u32) -> Result<Option<u32>, ImapError> {
    let mut highest = None;
    let command = Command::Search { from, to: None };
    let searching = session.run(&command, Caps::NUMBERS, |response| {
        if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
            highest = highest.max(uids.iter().copied().filter(|&uid| uid >= from).max());
        }
    });
    searching.await?;
    Ok(highest)
}

fn header_of<'r>(response: &'r Response<'_>) -> Option<&'r [u8]> {
    let Response::Fetch(_, attributes) = response else {
        return None;
    };
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection {
            section: Some(SectionPath::Full(MessageSection::Header)),
            data,
            ..
        } => data.as_deref(),
        _ => None,
    })
}

fn names(header: &[u8], message_id: &str) -> bool {
    header
        .windows(message_id.len())
        .any(|window| window == message_id.as_bytes())
}

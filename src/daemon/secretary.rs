//! The walk of time: what is due is computed from the facts, written, and queued in one transaction each (P16, P17).

mod digest;
mod facts;
mod letters;

use jiff::Timestamp;

use super::{office::Office, revision};
use crate::{
    correspondence::{ComposeError, OutgoingMail, facts::SessionTimes},
    database::{
        self, DatabaseError, Transaction,
        outbox::{Next, Queued, unwritten_key},
    },
    desk::{self, Matter, Notice},
    tender::{Registry, SessionId},
};
pub use digest::digest_facts;
use facts::Facts;
pub use facts::progress;
pub use letters::{alarm_facts, receipt_facts};

/// Why a round of the walk of time stopped.
#[derive(Debug, thiserror::Error)]
pub enum SecretaryError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Storage(#[from] crate::storage::StorageError),
    #[error(transparent)]
    Compose(#[from] ComposeError),
}

impl SecretaryError {
    pub fn is_fatal(&self) -> bool {
        match self {
            SecretaryError::Database(error) => error.is_fatal(),
            SecretaryError::Storage(error) => error.is_fatal(),
            SecretaryError::Compose(_) => false,
        }
    }
}

/// Queues everything that is due now; gives back how many mails were queued. One letter that cannot be written is told
/// in the log and does not hold the others.
pub async fn queue_due(office: &Office, at_once: bool) -> Result<u64, SecretaryError> {
    let now = office.clock.now();
    let registry = office.registry().await?;
    revision::take_back(office, &registry, now).await?;
    let facts = Facts::gather(office, &registry, at_once, now).await?;
    let due = desk::due(&facts.for_desk(office, &registry, at_once), now);
    if !due.unanswered.is_empty() {
        let mut tx = office.begin().await?;
        database::owed::spare(&mut tx, &due.unanswered).await?;
        tx.commit().await?;
    }
    for (key, limit) in &due.held_back {
        tracing::warn!(key, limit = limit.word(), "notice.held-back");
    }
    let mut queued = 0;
    for notice in &due.notices {
        match queue(office, &registry, notice, now).await {
            Ok(true) => queued += 1,
            Ok(false) => {}
            Err(error) if error.is_fatal() => return Err(error),
            Err(error) => {
                tracing::error!(key = notice.key, %error, "notice.not-queued");
                tell_of_unwritten(office, &registry, notice, &error).await?;
            }
        }
    }
    Ok(queued)
}

/// A letter that cannot be written stands in the outbox as failed, once, so that members hear of it and the digest lists it.
/// It is tried again in each round: its own key stays free.
async fn tell_of_unwritten(
    office: &Office,
    registry: &Registry,
    notice: &Notice,
    error: &SecretaryError,
) -> Result<(), SecretaryError> {
    let (SecretaryError::Compose(_), Some(mailbox)) = (error, office.mailbox(&notice.mailbox))
    else {
        return Ok(());
    };
    let session = notice.matter.session().and_then(|id| registry.session(id));
    let key = unwritten_key(&notice.key);
    let mail = OutgoingMail {
        kind: notice.matter.kind(),
        message_id: office.keys.message_id(&key, mailbox.address.domain()),
        natural_key: key,
        mailbox: mailbox.name.clone(),
        envelope_from: None,
        to: notice.to.clone(),
        subject: "(surat tidak dapat disusun)".to_owned(),
        in_reply_to: None,
        tender: session.map(|session| session.tender),
        bidder: session.map(|session| session.bidder),
        session: session.map(|session| session.id),
        due_at: notice.due_at,
        // For the dossier, which holds a file for each row.
        raw: b"Subject: (surat tidak dapat disusun)\r\n\r\nSurat ini tidak pernah disusun dan tidak pernah dikirim.\r\n".to_vec(),
    };
    let mut tx = office.begin().await?;
    if let Queued::New(id) = database::outbox::queue(&mut tx, &mail).await? {
        let failed = Next::Failed {
            error: format!("surat tidak dapat disusun: {error}"),
        };
        database::outbox::record_outcome(&mut tx, id, &failed).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Writes one letter and queues it with what it settles. `false`: it was queued before.
async fn queue(
    office: &Office,
    registry: &Registry,
    notice: &Notice,
    now: Timestamp,
) -> Result<bool, SecretaryError> {
    let Some(mailbox) = office.mailbox(&notice.mailbox) else {
        tracing::error!(
            mailbox = notice.mailbox,
            key = notice.key,
            "notice.mailbox-not-in-settings"
        );
        return Ok(false);
    };
    let Some(mail) = letters::write(office, registry, mailbox, notice, now).await? else {
        return Ok(false);
    };
    let mut tx = office.begin().await?;
    let queued = database::outbox::queue(&mut tx, &mail).await?;
    settle(&mut tx, registry, notice, queued, now).await?;
    if let (Queued::New(id), Some(made_of)) = (queued, made_of(registry, notice)) {
        database::outbox::made_of(&mut tx, id, &made_of).await?;
    }
    tx.commit().await?;
    Ok(matches!(queued, Queued::New(_)))
}

/// What the letter tells and what may change while it waits.
fn made_of(registry: &Registry, notice: &Notice) -> Option<String> {
    let session = registry.session(notice.matter.session()?)?;
    let bidder = registry.bidder(session.bidder)?;
    let open = match &notice.matter {
        Matter::Reminder { facts, .. } => Some(facts),
        _ => None,
    };
    desk::outbox::made_of(notice.matter.kind(), &notice.key, session, bidder, open)
}

/// What is true as soon as the letter is queued.
async fn settle(
    tx: &mut Transaction,
    registry: &Registry,
    notice: &Notice,
    queued: Queued,
    now: Timestamp,
) -> database::Result<()> {
    match &notice.matter {
        Matter::Receipt { messages, .. } => {
            // A receipt that stands already names those of its time only; the others get one of their own (P17).
            let named = match queued {
                Queued::New(_) => messages.len(),
                Queued::Already(_) => 1,
            };
            let named = messages.get(..named).unwrap_or(messages);
            database::messages::mark_acknowledged(tx, named, queued.id()).await?;
        }
        Matter::StrangerReply { messages, .. } => {
            database::owed::mark_noted(tx, messages, queued.id()).await?;
        }
        Matter::Invitation { session, sequence } => {
            announce(tx, registry, (*session, *sequence), queued, None).await?;
            // To another address the same is no new question.
            if *sequence > 0 && !database::dues::repeats(tx, *session, *sequence).await? {
                database::sessions::ask_again(tx, *session, *sequence).await?;
            }
        }
        Matter::ChangeNotice {
            session,
            sequence,
            before,
        } => {
            announce(tx, registry, (*session, *sequence), queued, None).await?;
            let moved = |now: &SessionTimes| now.starts != before.starts || now.ends != before.ends;
            let holds = registry.session(*session).map(SessionTimes::of);
            if holds.as_ref().is_some_and(moved) {
                database::sessions::ask_again(tx, *session, *sequence).await?;
            }
        }
        Matter::Cancellation {
            session,
            sequence,
            announced,
        } => {
            announce(tx, registry, (*session, *sequence), queued, Some(announced)).await?;
        }
        Matter::Negotiation { session } => {
            database::sessions::record_waiting(tx, *session, now).await?;
        }
        _ => {}
    }
    Ok(())
}

/// Remembers what the letter told; `cancelled`: what it took back.
async fn announce(
    tx: &mut Transaction,
    registry: &Registry,
    (session, sequence): (SessionId, u32),
    queued: Queued,
    cancelled: Option<&SessionTimes>,
) -> database::Result<()> {
    let holds = registry.session(session).map(SessionTimes::of);
    match (cancelled, holds) {
        (Some(times), _) => {
            database::dues::announced(tx, session, sequence, queued.id(), true, times).await
        }
        (None, Some(times)) => {
            database::dues::announced(tx, session, sequence, queued.id(), false, &times).await
        }
        (None, None) => Ok(()),
    }
}

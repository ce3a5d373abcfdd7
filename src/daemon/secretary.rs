//! The walk of time: what is due is computed from the facts, written, and queued in one transaction each (P16, P17).

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::office::Office;
use crate::{
    correspondence::{
        self, ComposeError, OutboxKind, OutboxRow, OutboxState, OutgoingMail, Stamp,
        notice::{self, Trouble},
        receipt::{ReceiptFacts, ReceivedFile, ReceivedMessage},
    },
    database::{self, DatabaseError, outbox::Queued},
    desk::{
        self, DueFacts, FiledPaper, Matter, Notice,
        due::{Owing, Pokja, Recent, Stranger, Undelivered},
    },
    settings::{MailboxSettings, Member},
    tender::{Bidder, MessageId, Registry, Session, SessionId, Tender, keys::bounce_detail},
};

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Failures older than this are no news (they stand in the list of the outbox), and a stranger may be answered again.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

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
    let facts = Facts::gather(office, now).await?;
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
            Err(error) => tracing::error!(key = notice.key, %error, "notice.not-queued"),
        }
    }
    Ok(queued)
}

struct Facts {
    pokjas: Vec<Pokja>,
    known: HashSet<String>,
    owing: Vec<Owing>,
    strangers: Vec<Stranger>,
    undelivered: Vec<Undelivered>,
    recent: Vec<Recent>,
}

impl Facts {
    async fn gather(office: &Office, now: Timestamp) -> database::Result<Facts> {
        let database = &office.database;
        let pokjas = office.settings.mailboxes.iter().map(|mailbox| Pokja {
            mailbox: mailbox.name.clone(),
            members: mailbox
                .members
                .iter()
                .map(|member| member.email.clone())
                .collect(),
        });
        let ago = |span: SignedDuration| now.checked_sub(span).unwrap_or(Timestamp::MIN);
        let mut known = HashSet::new();
        // Receipts and answers are owed by messages, so only these two are told apart by their key alone.
        for kind in [OutboxKind::Invitation, OutboxKind::Notice] {
            known.extend(database::outbox::natural_keys(database, kind).await?);
        }
        let owing = database::messages::owing_receipts(database).await?;
        Ok(Facts {
            pokjas: pokjas.collect(),
            known,
            owing: owing.into_iter().map(owing_of).collect(),
            strangers: database::owed::strangers(database).await?,
            undelivered: database::owed::undelivered(database, ago(WEEK)).await?,
            recent: database::owed::recent(database, ago(DAY), ago(WEEK)).await?,
        })
    }

    fn for_desk<'a>(
        &'a self,
        office: &Office,
        registry: &'a Registry,
        at_once: bool,
    ) -> DueFacts<'a> {
        DueFacts {
            registry,
            pokjas: &self.pokjas,
            known: &self.known,
            owing: &self.owing,
            strangers: &self.strangers,
            undelivered: &self.undelivered,
            recent: &self.recent,
            quiet: SignedDuration::try_from(office.settings.receipt.quiet)
                .unwrap_or(SignedDuration::MAX),
            at_once,
            held: false,
        }
    }
}

fn owing_of(row: database::messages::Owing) -> Owing {
    Owing {
        message: row.message,
        session: row.session,
        from: row.heading.from_address.and_then(|from| from.parse().ok()),
        message_id: row.heading.message_id,
        taken_in_at: row.taken_in_at,
    }
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
    let Some(mail) = write(office, registry, mailbox, notice, now).await? else {
        return Ok(false);
    };
    let mut tx = office.begin().await?;
    let queued = database::outbox::queue(&mut tx, &mail).await?;
    match &notice.matter {
        Matter::Receipt { messages, .. } => {
            database::messages::mark_acknowledged(&mut tx, messages, queued.id()).await?;
        }
        Matter::StrangerReply { messages, .. } => {
            database::owed::mark_noted(&mut tx, messages, queued.id()).await?;
        }
        _ => {}
    }
    tx.commit().await?;
    Ok(matches!(queued, Queued::New(_)))
}

/// The letter of a notice, rendered. `None`: what it was about is no longer there.
async fn write(
    office: &Office,
    registry: &Registry,
    mailbox: &MailboxSettings,
    notice: &Notice,
    now: Timestamp,
) -> Result<Option<OutgoingMail>, SecretaryError> {
    let sender = office.sender(mailbox);
    let stamp = stamp(office, mailbox, notice, now);
    let templates = &office.templates;
    let mail = match &notice.matter {
        Matter::Invitation { session, sequence } => {
            let Some((tender, bidder, session)) = parties(registry, *session) else {
                return Ok(None);
            };
            correspondence::invitation(
                templates, &sender, tender, bidder, session, *sequence, &stamp,
            )?
        }
        Matter::Receipt {
            session, messages, ..
        } => {
            let Some((tender, bidder, session)) = parties(registry, *session) else {
                return Ok(None);
            };
            let facts = receipt_facts(office, session, messages).await?;
            correspondence::receipt(
                templates, &sender, tender, bidder, session, &notice.to, &facts, &stamp,
            )?
        }
        Matter::StrangerReply { in_reply_to, .. } => correspondence::unknown_sender_reply(
            templates,
            &sender,
            &notice.to,
            in_reply_to.as_deref(),
            &stamp,
        )?,
        Matter::Undelivered { outbox } => {
            let (Some(member), Some(row)) = (
                member(mailbox, notice),
                database::outbox::outbox_row(&office.database, *outbox).await?,
            ) else {
                return Ok(None);
            };
            let facts = notice::Undelivered {
                outbox: *outbox,
                kind: row.mail.kind,
                address: &row.mail.to,
                subject: &row.mail.subject,
                trouble: trouble(&row),
                at: now,
                detail: row.last_error.as_deref().unwrap_or_default(),
                about: row
                    .mail
                    .session
                    .and_then(|session| parties(registry, session))
                    .map(|(t, b, s)| (t, b, Some(s))),
            };
            notice::undelivered(templates, &sender, member, &facts, &stamp)?
        }
        Matter::InvitationMissed { session } => {
            let (Some(member), Some(about)) =
                (member(mailbox, notice), parties(registry, *session))
            else {
                return Ok(None);
            };
            notice::invitation_missed(templates, &sender, member, about, &stamp)?
        }
        Matter::LimitReached { limit } => {
            let Some(member) = member(mailbox, notice) else {
                return Ok(None);
            };
            notice::limit_reached(templates, &sender, member, limit.label(), &stamp)?
        }
        Matter::ChangeNotice { .. }
        | Matter::Cancellation { .. }
        | Matter::Reminder { .. }
        | Matter::Negotiation { .. }
        | Matter::Digest { .. }
        | Matter::Alarm(_)
        | Matter::ChangeMissed { .. }
        | Matter::NegotiationMissed { .. } => return Ok(None),
    };
    Ok(Some(mail))
}

/// What fixes a letter before it is rendered; equal natural keys give equal Message-IDs (P18).
fn stamp(office: &Office, mailbox: &MailboxSettings, notice: &Notice, now: Timestamp) -> Stamp {
    let message_id = office
        .keys
        .message_id(&notice.key, mailbox.address.domain());
    let answers = matches!(
        notice.matter.kind(),
        OutboxKind::Acknowledgement | OutboxKind::UnknownSenderReply
    );
    let envelope_from = match mailbox.subaddress.as_str() {
        // RFC 3834 section 3.3: what answers has nobody to report to.
        _ if answers => None,
        "" => Some(mailbox.address.clone()),
        delimiter => Some(
            mailbox
                .address
                .with_detail(delimiter, &bounce_detail(&message_id)),
        ),
    };
    Stamp {
        natural_key: notice.key.clone(),
        message_id,
        date: now,
        due_at: notice.due_at,
        envelope_from,
    }
}

fn parties(registry: &Registry, session: SessionId) -> Option<(&Tender, &Bidder, &Session)> {
    let session = registry.session(session)?;
    Some((
        registry.tender(session.tender)?,
        registry.bidder(session.bidder)?,
        session,
    ))
}

fn member<'m>(mailbox: &'m MailboxSettings, notice: &Notice) -> Option<&'m Member> {
    mailbox
        .members
        .iter()
        .find(|member| member.email == notice.to)
}

fn trouble(row: &OutboxRow) -> Trouble {
    match row.state {
        OutboxState::Bounced => Trouble::Bounced,
        _ if row.outcome_unknown => Trouble::Unknown,
        _ if row.attempts > 1 => Trouble::GivenUp,
        _ => Trouble::Refused,
    }
}

/// What the receipt certifies: the messages of the burst, and what the whole session still misses.
async fn receipt_facts(
    office: &Office,
    session: &Session,
    burst: &[MessageId],
) -> database::Result<ReceiptFacts> {
    let mut messages = Vec::with_capacity(burst.len());
    for &number in burst {
        let Some(row) = database::messages::message(&office.database, number).await? else {
            continue;
        };
        let late = row
            .late
            .then(|| row.received_at.duration_since(session.due));
        messages.push(ReceivedMessage {
            number,
            received_at: row.received_at,
            subject: row.heading.subject,
            message_id: row.heading.message_id,
            references: Vec::new(),
            // A minute begun is a minute late.
            late_minutes: late.map(|late| late.as_secs() / 60 + i64::from(late.as_secs() % 60 > 0)),
            files: row
                .attachments
                .into_iter()
                .map(|file| ReceivedFile {
                    name: file.name,
                    bytes: file.bytes,
                    sha256: file.sha256,
                    document: file.document,
                    expert: file.expert,
                    findings: file.findings,
                    kept: file.path.is_some(),
                })
                .collect(),
        });
    }
    messages.sort_by_key(|message| (message.received_at, message.number));
    let papers = database::papers::attachments_of_session(&office.database, session.id).await?;
    let papers: Vec<FiledPaper> = papers.into_iter().map(FiledPaper::from).collect();
    Ok(ReceiptFacts {
        messages,
        owed: session.documents.clone(),
        missing: desk::missing_documents(session, &papers),
    })
}

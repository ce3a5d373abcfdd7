//! The letter of each matter: its facts loaded, the letter written.

use std::collections::HashSet;

use bytes::Bytes;
use jiff::Timestamp;

use super::{
    SecretaryError,
    digest::{digest_facts, folders},
};
use crate::{
    address::EmailAddress,
    correspondence::{
        self, OutboxKind, OutboxRow, OutboxState, OutgoingMail, Stamp,
        facts::{About, AlarmFacts, CancellationFacts, ChangeFacts, NegotiationFile, Objection},
        notice::{self, Trouble},
        receipt::{ReceiptFacts, ReceivedFile, ReceivedMessage},
    },
    daemon::{clerk, office::Office},
    database,
    desk::{self, Alarm, FiledPaper, Matter, Notice, message::MessageKind},
    digest::Digest,
    inspection::Finding,
    settings::{MailboxSettings, Member},
    storage::StorageError,
    tender::{
        Bidder, MessageId, Registry, Session, SessionFile, SessionId, Tender, keys::bounce_detail,
    },
};

/// The letter of a notice, rendered. `None`: what it was about is no longer there.
pub async fn write(
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
            let Some((tender, bidder, session)) = addressed(registry, *session, &notice.to) else {
                return Ok(None);
            };
            correspondence::invitation(
                templates, &sender, tender, &bidder, session, *sequence, &stamp,
            )?
        }
        Matter::ChangeNotice {
            session,
            sequence,
            before,
        } => {
            let Some((tender, bidder, session)) = addressed(registry, *session, &notice.to) else {
                return Ok(None);
            };
            let facts = ChangeFacts {
                sequence: *sequence,
                before: before.clone(),
            };
            correspondence::change_notice(
                templates, &sender, tender, &bidder, session, &facts, &stamp,
            )?
        }
        Matter::Cancellation {
            session,
            sequence,
            announced,
        } => {
            let Some((tender, bidder, session)) = addressed(registry, *session, &notice.to) else {
                return Ok(None);
            };
            let facts = CancellationFacts {
                sequence: *sequence,
                announced: announced.clone(),
            };
            correspondence::cancellation(
                templates, &sender, tender, &bidder, session, &facts, &stamp,
            )?
        }
        Matter::Reminder { session, facts } => {
            let Some((tender, bidder, session)) = addressed(registry, *session, &notice.to) else {
                return Ok(None);
            };
            correspondence::reminder(templates, &sender, tender, &bidder, session, facts, &stamp)?
        }
        Matter::Negotiation { session } => {
            let Some((tender, bidder, session)) = addressed(registry, *session, &notice.to) else {
                return Ok(None);
            };
            let Some(given) = &session.file else {
                return Ok(None);
            };
            let content = given_file(office, given).await?;
            let file = NegotiationFile {
                name: &given.name,
                content: &content,
                replaces: database::history::other_file_sent(
                    &office.database,
                    session.id,
                    &notice.key,
                )
                .await?,
            };
            correspondence::negotiation(templates, &sender, tender, &bidder, session, file, &stamp)?
        }
        Matter::Digest { .. } => {
            let Some(member) = member(mailbox, notice) else {
                return Ok(None);
            };
            let facts = digest_facts(office, registry, mailbox, now).await?;
            correspondence::digest(templates, &sender, member, &facts, &stamp)?
        }
        Matter::Alarm(alarm) => {
            let (Some(member), Some(facts)) = (
                member(mailbox, notice),
                alarm_facts(office, registry, mailbox, alarm, now).await?,
            ) else {
                return Ok(None);
            };
            correspondence::alarm(templates, &sender, member, &facts, &stamp)?
        }
        Matter::Receipt {
            session, messages, ..
        } => {
            let Some((tender, bidder, session)) = parties(registry, *session) else {
                return Ok(None);
            };
            let facts = receipt_facts(office, bidder, session, messages).await?;
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
        Matter::ChangeMissed { session } => {
            let (Some(member), Some(about)) =
                (member(mailbox, notice), parties(registry, *session))
            else {
                return Ok(None);
            };
            notice::change_missed(templates, &sender, member, about, &stamp)?
        }
        Matter::NegotiationMissed { session } => {
            let (Some(member), Some(about)) =
                (member(mailbox, notice), parties(registry, *session))
            else {
                return Ok(None);
            };
            notice::negotiation_missed(templates, &sender, member, about, &stamp)?
        }
        Matter::LimitReached { limit } => {
            let Some(member) = member(mailbox, notice) else {
                return Ok(None);
            };
            notice::limit_reached(templates, &sender, member, limit.label(), &stamp)?
        }
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

/// The same, for a letter to this one of the bidder's addresses.
fn addressed<'r>(
    registry: &'r Registry,
    session: SessionId,
    to: &EmailAddress,
) -> Option<(&'r Tender, Bidder, &'r Session)> {
    let (tender, bidder, session) = parties(registry, session)?;
    let mut bidder = bidder.clone();
    // Letters go to the first.
    bidder.emails.sort_by_key(|email| email != to);
    (bidder.emails.first() == Some(to)).then_some((tender, bidder, session))
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

/// The octets that the Pokja gave, as they were imported.
async fn given_file(office: &Office, given: &SessionFile) -> Result<Bytes, StorageError> {
    let digest: Digest = given.sha256.parse().map_err(|_| StorageError::Missing {
        path: format!("given/{}", given.name),
    })?;
    office.storage.given(&digest).await
}

/// `None`: there is nothing to tell any more.
pub async fn alarm_facts(
    office: &Office,
    registry: &Registry,
    mailbox: &MailboxSettings,
    alarm: &Alarm,
    now: Timestamp,
) -> database::Result<Option<AlarmFacts>> {
    Ok(match alarm {
        Alarm::MailboxUnread { since, .. } => Some(AlarmFacts::MailboxUnread {
            since: *since,
            folders: folders(office, mailbox, now).await?,
        }),
        Alarm::MailboxMissing { mailbox } => Some(AlarmFacts::MailboxMissing {
            mailbox: mailbox.clone(),
            tenders: office
                .orphans(registry, now)
                .into_iter()
                .filter(|tender| tender.mailbox == *mailbox)
                .map(|tender| tender.code.clone())
                .collect(),
        }),
        Alarm::StorageNearlyFull { free } => Some(AlarmFacts::StorageNearlyFull { free: *free }),
        Alarm::RefusalOrCounterOffer { message } => {
            let Some(row) = database::messages::message(&office.database, *message).await? else {
                return Ok(None);
            };
            let said = database::confirmations::answers(&office.database, &[row.id]).await?;
            let said = said.get(&row.id);
            // A calendar's answer has no place of its own: it names its session.
            let session = row.session.or(said.map(|(session, _)| *session));
            let Some((tender, bidder, session)) = session.and_then(|id| parties(registry, id))
            else {
                return Ok(None);
            };
            let objection = said.map_or(Objection::Other, |(_, said)| Objection::of(said));
            let raw = office.storage.original(&row.sha256).await.ok();
            let letter = match raw {
                Some(raw) => clerk::read(raw).await.ok(),
                None => None,
            };
            About::of(tender.id, bidder.id, Some(session.id), registry).map(|about| {
                AlarmFacts::RefusalOrCounterOffer {
                    message: row.id,
                    received_at: row.received_at,
                    subject: row.heading.subject,
                    from: row.heading.from_address,
                    about,
                    objection,
                    words: letter.map(|letter| letter.text).unwrap_or_default(),
                }
            })
        }
    })
}

/// Subject and Message-ID of the bidder's mail that a member forwarded: the member's own words stay in the office.
async fn forwarded(office: &Office, original: &Digest) -> (String, Option<String>) {
    let read = async {
        let raw = office.storage.original(original).await.ok()?;
        clerk::read(raw).await.ok()
    };
    let enclosed = read
        .await
        .and_then(|letter| letter.enclosed.into_iter().next());
    enclosed.map_or_else(Default::default, |mail| (mail.subject, mail.message_id))
}

/// Who wrote a mail, as far as its receipt must know.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writer {
    Bidder,
    /// Nobody registered the address: what he writes may be about the bidder instead of from him.
    Unknown,
    /// Another firm's.
    Another,
}

fn writer(registry: &Registry, bidder: &Bidder, from: Option<&str>) -> Writer {
    let is_from = |email: &EmailAddress| {
        from.is_some_and(|from| from.eq_ignore_ascii_case(&email.to_string()))
    };
    let mut others = registry.bidders().iter();
    match bidder.emails.iter().any(is_from) {
        true => Writer::Bidder,
        false if others.any(|other| other.emails.iter().any(is_from)) => Writer::Another,
        false => Writer::Unknown,
    }
}

/// That a rival sent the same is a word about the rival.
fn told(mut findings: Vec<Finding>, foreign: bool) -> Vec<Finding> {
    findings.retain(|finding| !(foreign && *finding == Finding::Duplicate));
    findings
}

/// What the receipt certifies: the messages of the burst, and what the whole session still misses.
pub async fn receipt_facts(
    office: &Office,
    bidder: &Bidder,
    session: &Session,
    burst: &[MessageId],
) -> database::Result<ReceiptFacts> {
    let registry = office.registry().await?;
    let mut messages = Vec::with_capacity(burst.len());
    for &number in burst {
        let Some(row) = database::messages::message(&office.database, number).await? else {
            continue;
        };
        let forward = row.kind == Some(MessageKind::Member);
        let writer = writer(&registry, bidder, row.heading.from_address.as_deref());
        let (subject, message_id) = match (forward, writer) {
            (true, _) => forwarded(office, &row.sha256).await,
            (false, Writer::Bidder) => {
                (row.heading.subject.clone(), row.heading.message_id.clone())
            }
            (false, Writer::Unknown) => (String::new(), row.heading.message_id.clone()),
            (false, Writer::Another) => (String::new(), None),
        };
        // Of a mail of another firm that a person put here, not a word goes to this one.
        let foreign = !forward && writer == Writer::Another;
        let late = row
            .late
            .then(|| row.received_at.duration_since(session.due));
        let containers: HashSet<Digest> = row
            .attachments
            .iter()
            .filter_map(|file| file.container)
            .collect();
        messages.push(ReceivedMessage {
            number,
            received_at: row.received_at,
            subject,
            message_id,
            references: Vec::new(),
            // A minute begun is a minute late.
            // Nothing is late against a deadline that was moved since.
            late_minutes: late
                .filter(|late| late.is_positive())
                .map(|late| late.as_secs() / 60 + i64::from(late.as_secs() % 60 > 0)),
            files: row
                .attachments
                .into_iter()
                // What a member attached beside the mail that he forwards is none of the bidder's business.
                .filter(|file| !forward || file.path.is_some() || !file.findings.is_empty())
                .map(|file| ReceivedFile {
                    name: file.name.filter(|_| !foreign),
                    bytes: file.bytes,
                    sha256: file.sha256,
                    document: file.document,
                    contested: file.examined.contested.is_some(),
                    expert: file.expert,
                    findings: told(file.findings, foreign),
                    hints: file.examined.hints,
                    opened: file.path.is_none() && containers.contains(&file.sha256),
                    kept: file.path.is_some(),
                })
                .collect(),
        });
    }
    messages.sort_by_key(|message| (message.received_at, message.number));
    let papers = database::papers::attachments_of_session(&office.database, session.id).await?;
    let papers: Vec<FiledPaper> = papers.into_iter().map(FiledPaper::from).collect();
    let came: Vec<Timestamp> = messages.iter().map(|mail| mail.received_at).collect();
    let standing = database::history::standing(&office.database, session.id, &came).await?;
    let (owed, missing) = desk::owed_now(session, standing.negotiation, &papers);
    let mut poor = desk::poor_documents(session, &papers);
    poor.retain(|document| missing.contains(document));
    Ok(ReceiptFacts {
        faults: desk::faults(session, &papers, &missing),
        messages,
        owed,
        missing,
        poor,
        experts_unseen: desk::experts_unseen(session, bidder, &papers),
        standing,
    })
}

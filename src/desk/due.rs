//! What is due at a time: the second of the two hearts. Nothing is scheduled ahead; the answer follows from the facts,
//! so that down-time loses nothing and doubles nothing (P17). Each notice has a natural key that is unique in the outbox.

use std::collections::{BTreeMap, HashSet};

use jiff::{SignedDuration, Timestamp, civil::Date};

pub use super::limits::{Limit, Recent};
use super::{gate::STRANGER_PAUSE, limits::Tally};
use crate::{
    address::EmailAddress,
    correspondence::{
        OutboxKind,
        facts::{SessionTimes, Step},
    },
    tender::{Bidder, MessageId, OutboxId, Registry, Session, SessionId},
};

/// A burst that never ends is answered after so many times the pause all the same.
const LONGEST_BURST: i32 = 10;
/// So long after a session the members still hear that its invitation never went out.
const MISSED_FOR: SignedDuration = SignedDuration::from_hours(3 * 24);

/// A filed message that a receipt is owed for.
#[derive(Clone, Debug, PartialEq)]
pub struct Owing {
    pub message: MessageId,
    pub session: SessionId,
    /// Who wrote; the receipt goes there if it is registered with the bidder.
    pub from: Option<EmailAddress>,
    pub message_id: Option<String>,
    pub taken_in_at: Timestamp,
}

/// A message that the constant text is owed for.
#[derive(Clone, Debug, PartialEq)]
pub struct Stranger {
    pub message: MessageId,
    pub mailbox: String,
    pub address: EmailAddress,
    pub message_id: Option<String>,
    pub taken_in_at: Timestamp,
}

/// A mail of ours that failed or came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Undelivered {
    pub outbox: OutboxId,
    pub kind: OutboxKind,
    pub mailbox: String,
    pub since: Timestamp,
}

/// A mailbox with those who are told.
#[derive(Clone, Debug, PartialEq)]
pub struct Pokja {
    pub mailbox: String,
    pub members: Vec<EmailAddress>,
}

/// What is known at the moment.
#[derive(Clone, Copy, Debug)]
pub struct DueFacts<'a> {
    pub registry: &'a Registry,
    pub pokjas: &'a [Pokja],
    /// Natural keys in the outbox, whatever their state.
    pub known: &'a HashSet<String>,
    pub owing: &'a [Owing],
    pub strangers: &'a [Stranger],
    pub undelivered: &'a [Undelivered],
    /// What was queued in the last day, and replies to strangers of the last seven.
    pub recent: &'a [Recent],
    /// A receipt waits until the bidder was quiet for so long.
    pub quiet: SignedDuration,
    /// `run --once`: there will be no later; nothing waits for a pause.
    pub at_once: bool,
    /// Sending is held: nothing is due.
    pub held: bool,
}

/// Something to be written and sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Unique in the outbox; the Message-ID follows from it.
    pub key: String,
    /// Name of the mailbox it leaves from.
    pub mailbox: String,
    pub to: EmailAddress,
    pub due_at: Timestamp,
    pub matter: Matter,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Matter {
    /// `sequence`: SEQUENCE of the calendar part; above 0 when a session that was cancelled, or whose invitation did not
    /// arrive, is announced once more.
    Invitation {
        session: SessionId,
        sequence: u32,
    },
    /// What was announced no longer holds.
    ChangeNotice {
        session: SessionId,
        sequence: u32,
        before: SessionTimes,
    },
    /// What was announced will not be held.
    Cancellation {
        session: SessionId,
        sequence: u32,
        announced: SessionTimes,
    },
    Reminder {
        session: SessionId,
        step: Step,
    },
    /// The file to be signed and returned.
    Negotiation {
        session: SessionId,
    },
    /// To a member: what the day holds.
    Digest {
        mailbox: String,
        day: Date,
    },
    /// To a member, at once.
    Alarm(Alarm),
    /// One for a burst. In the transaction that queues it, the messages cease to owe; if one owes no more by then,
    /// the whole is computed again.
    Receipt {
        session: SessionId,
        messages: Vec<MessageId>,
        /// Message-ID of the last mail.
        in_reply_to: Option<String>,
    },
    StrangerReply {
        messages: Vec<MessageId>,
        in_reply_to: Option<String>,
    },
    /// To a member: a mail did not arrive.
    Undelivered {
        outbox: OutboxId,
    },
    /// To a member: the session passed before its invitation could go out.
    InvitationMissed {
        session: SessionId,
    },
    /// To a member: the session passed, and what changed about it could not be told before.
    ChangeMissed {
        session: SessionId,
    },
    /// To a member: the time for papers is over and the negotiation file could not go out before.
    NegotiationMissed {
        session: SessionId,
    },
    /// To a member: answers are being held back.
    LimitReached {
        limit: Limit,
    },
}

/// What members hear at once (an invitation that did not arrive is [`Matter::Undelivered`]).
#[derive(Clone, Debug, PartialEq)]
pub enum Alarm {
    MailboxUnread {
        mailbox: String,
        /// The last time it was read whole.
        since: Option<Timestamp>,
    },
    RefusalOrCounterOffer {
        message: MessageId,
    },
    StorageNearlyFull {
        free: u64,
    },
}

/// What is due, and what a limit holds back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Due {
    /// In the order in which they should be queued.
    pub notices: Vec<Notice>,
    /// Not lost: due again when the limit allows. Key and limit.
    pub held_back: Vec<(String, Limit)>,
    /// Messages of strangers whose address had the constant text within seven days: they get none, and why.
    pub unanswered: Vec<(MessageId, String)>,
}

impl Matter {
    pub fn kind(&self) -> OutboxKind {
        match self {
            Matter::Invitation { .. } => OutboxKind::Invitation,
            Matter::Receipt { .. } => OutboxKind::Acknowledgement,
            Matter::StrangerReply { .. } => OutboxKind::UnknownSenderReply,
            Matter::Reminder { .. } => OutboxKind::Reminder,
            Matter::Negotiation { .. } => OutboxKind::Negotiation,
            Matter::Digest { .. } => OutboxKind::Digest,
            Matter::ChangeNotice { .. }
            | Matter::Cancellation { .. }
            | Matter::Alarm(_)
            | Matter::Undelivered { .. }
            | Matter::InvitationMissed { .. }
            | Matter::ChangeMissed { .. }
            | Matter::NegotiationMissed { .. }
            | Matter::LimitReached { .. } => OutboxKind::Notice,
        }
    }

    pub fn session(&self) -> Option<SessionId> {
        match self {
            Matter::Invitation { session, .. }
            | Matter::ChangeNotice { session, .. }
            | Matter::Cancellation { session, .. }
            | Matter::Reminder { session, .. }
            | Matter::Negotiation { session }
            | Matter::Receipt { session, .. }
            | Matter::InvitationMissed { session }
            | Matter::ChangeMissed { session }
            | Matter::NegotiationMissed { session } => Some(*session),
            Matter::Digest { .. }
            | Matter::Alarm(_)
            | Matter::StrangerReply { .. }
            | Matter::Undelivered { .. }
            | Matter::LimitReached { .. } => None,
        }
    }

    /// Members first, since there are few and they can act; then what bidders wait for; strangers last.
    fn rank(&self) -> u8 {
        match self {
            Matter::Alarm(_)
            | Matter::Undelivered { .. }
            | Matter::InvitationMissed { .. }
            | Matter::ChangeMissed { .. }
            | Matter::NegotiationMissed { .. } => 0,
            Matter::Invitation { .. }
            | Matter::ChangeNotice { .. }
            | Matter::Cancellation { .. } => 1,
            Matter::Negotiation { .. } => 2,
            Matter::Receipt { .. } => 3,
            Matter::Reminder { .. } => 4,
            Matter::Digest { .. } => 5,
            Matter::StrangerReply { .. } => 6,
            Matter::LimitReached { .. } => 7,
        }
    }
}

/// Everything that is due now and not in the outbox. The order of the facts makes no difference.
pub fn due(facts: &DueFacts, now: Timestamp) -> Due {
    let mut due = Due::default();
    if facts.held {
        return due;
    }
    let mut wanted = Vec::new();
    for session in facts.registry.sessions() {
        wanted.extend(invitation(session, facts, now));
    }
    wanted.extend(receipts(facts, now));
    let (replies, unanswered) = stranger_replies(facts, now);
    wanted.extend(replies);
    due.unanswered = unanswered;
    for undelivered in facts.undelivered {
        wanted.extend(tell_undelivered(undelivered, facts));
    }
    wanted.retain(|notice| !facts.known.contains(&notice.key));
    wanted.sort_by(|a, b| {
        (a.matter.rank(), a.due_at, &a.key).cmp(&(b.matter.rank(), b.due_at, &b.key))
    });
    admit(wanted, facts, now, &mut due);
    due
}

/// Limits, and one alarm a day for each that was reached.
fn admit(wanted: Vec<Notice>, facts: &DueFacts, now: Timestamp, due: &mut Due) {
    let mut tally = Tally::new(facts.recent);
    let mut reached: BTreeMap<(Limit, String), ()> = BTreeMap::new();
    for notice in wanted {
        // What members hear is bounded by its keys, and must come through when all else is held.
        let verdict = match notice.matter.kind() {
            OutboxKind::Notice => Ok(()),
            kind => tally.admit(Recent {
                kind,
                to: notice.to.clone(),
                session: notice.matter.session(),
                created_at: now,
            }),
        };
        match verdict {
            Ok(()) => due.notices.push(notice),
            Err(limit) => {
                reached.insert((limit, notice.mailbox.clone()), ());
                due.held_back.push((notice.key, limit));
            }
        }
    }
    let day = now.strftime("%Y-%m-%d");
    for (limit, mailbox) in reached.into_keys() {
        let key = format!("notice/limit/{}/{mailbox}/{day}", limit.word());
        let alarms = tell_members(&mailbox, &key, now, Matter::LimitReached { limit }, facts);
        let new = alarms
            .into_iter()
            .filter(|alarm| !facts.known.contains(&alarm.key));
        due.notices.extend(new);
    }
}

/// Natural key of a session's invitation; its Message-ID follows from it.
pub fn invitation_key(session: SessionId) -> String {
    format!("invitation/{session}")
}

/// One per bidder and session. It never goes out for a session that is over; then the members hear it.
fn invitation(session: &Session, facts: &DueFacts, now: Timestamp) -> Vec<Notice> {
    let Some((bidder, mailbox)) = parties(session, facts) else {
        return Vec::new();
    };
    let key = invitation_key(session.id);
    let invite = session.invite.unwrap_or(Timestamp::MIN);
    if session.withdrawn || bidder.withdrawn || now < invite || facts.known.contains(&key) {
        return Vec::new();
    }
    if session.ends <= now {
        // What was over when it was imported needs no alarm: only a time that was set and then missed does.
        let missed = session.invite.is_some() && now.duration_since(session.ends) < MISSED_FOR;
        if !missed {
            return Vec::new();
        }
        let matter = Matter::InvitationMissed {
            session: session.id,
        };
        let key = format!("notice/invitation-missed/{}", session.id);
        return tell_members(mailbox, &key, session.ends, matter, facts);
    }
    let Some(to) = bidder.emails.first() else {
        return Vec::new();
    };
    vec![Notice {
        key,
        mailbox: mailbox.to_owned(),
        to: to.clone(),
        // Left out means at once: then it is due since now, whenever that is.
        due_at: session.invite.unwrap_or(now),
        matter: Matter::Invitation {
            session: session.id,
            sequence: 0,
        },
    }]
}

/// One receipt for all owing messages of a session, when its bidder was quiet.
fn receipts(facts: &DueFacts, now: Timestamp) -> Vec<Notice> {
    let mut bursts: BTreeMap<SessionId, Vec<&Owing>> = BTreeMap::new();
    for owing in facts.owing {
        bursts.entry(owing.session).or_default().push(owing);
    }
    let receipt = |(id, mut burst): (SessionId, Vec<&Owing>)| {
        burst.sort_by_key(|owing| (owing.taken_in_at, owing.message));
        let session = facts.registry.session(id)?;
        let (bidder, mailbox) = parties(session, facts)?;
        let (first, last) = (burst.first()?, burst.last()?);
        let due_at = end_of_burst(first.taken_in_at, last.taken_in_at, facts);
        if now < due_at && !facts.at_once {
            return None;
        }
        let mut messages: Vec<MessageId> = burst.iter().map(|owing| owing.message).collect();
        messages.sort();
        let to = receipt_address(bidder, &burst)?;
        Some(Notice {
            // The lowest number: a message is in one receipt only, and two processes that see the burst at different
            // lengths claim the same key.
            key: format!("acknowledgement/{id}/{}", messages.first()?),
            mailbox: mailbox.to_owned(),
            to: to.clone(),
            due_at,
            matter: Matter::Receipt {
                session: id,
                messages,
                in_reply_to: last.message_id.clone(),
            },
        })
    };
    bursts.into_iter().filter_map(receipt).collect()
}

/// P25: the registered address that was last written from, else the first.
fn receipt_address<'a>(bidder: &'a Bidder, burst: &[&Owing]) -> Option<&'a EmailAddress> {
    let registered = burst.iter().rev().find_map(|owing| {
        let from = owing.from.as_ref()?;
        bidder.emails.iter().find(|email| *email == from)
    });
    registered.or_else(|| bidder.emails.first())
}

/// One constant text for an address, after the same pause as a receipt (P23).
fn stranger_replies(facts: &DueFacts, now: Timestamp) -> (Vec<Notice>, Vec<(MessageId, String)>) {
    let mut by_address: BTreeMap<&EmailAddress, Vec<&Stranger>> = BTreeMap::new();
    for stranger in facts.strangers {
        by_address
            .entry(&stranger.address)
            .or_default()
            .push(stranger);
    }
    let (mut notices, mut unanswered) = (Vec::new(), Vec::new());
    for (address, mut mails) in by_address {
        mails.sort_by_key(|mail| (mail.taken_in_at, mail.message));
        let (Some(first), Some(last)) = (mails.first(), mails.last()) else {
            continue;
        };
        let mut messages: Vec<MessageId> = mails.iter().map(|mail| mail.message).collect();
        messages.sort();
        let was_answered = facts.recent.iter().any(|recent| {
            recent.kind == OutboxKind::UnknownSenderReply
                && recent.to == *address
                && now.duration_since(recent.created_at) < STRANGER_PAUSE
        });
        if was_answered {
            let why = "alamat ini sudah dijawab dalam 7 hari terakhir";
            unanswered.extend(
                messages
                    .into_iter()
                    .map(|message| (message, why.to_owned())),
            );
            continue;
        }
        let due_at = end_of_burst(first.taken_in_at, last.taken_in_at, facts);
        let Some(lowest) = messages.first() else {
            continue;
        };
        if now >= due_at || facts.at_once {
            notices.push(Notice {
                key: format!("unknown-sender-reply/{lowest}"),
                mailbox: last.mailbox.clone(),
                to: address.clone(),
                due_at,
                matter: Matter::StrangerReply {
                    messages,
                    in_reply_to: last.message_id.clone(),
                },
            });
        }
    }
    unanswered.sort();
    (notices, unanswered)
}

/// Quiet since the newest, or ten pauses since the oldest, whichever comes first.
fn end_of_burst(oldest: Timestamp, newest: Timestamp, facts: &DueFacts) -> Timestamp {
    let quiet = newest.checked_add(facts.quiet).unwrap_or(Timestamp::MAX);
    let patience = facts.quiet.checked_mul(LONGEST_BURST);
    let latest = patience.and_then(|patience| oldest.checked_add(patience).ok());
    latest.map_or(quiet, |latest| quiet.min(latest))
}

/// What bidders do not get, members hear: once for a mail. Mails to members are left out, or one would follow another.
fn tell_undelivered(undelivered: &Undelivered, facts: &DueFacts) -> Vec<Notice> {
    let matters = matches!(
        undelivered.kind,
        OutboxKind::Invitation
            | OutboxKind::Acknowledgement
            | OutboxKind::Reminder
            | OutboxKind::Negotiation
    );
    if !matters {
        return Vec::new();
    }
    let key = format!("notice/undelivered/{}", undelivered.outbox);
    let matter = Matter::Undelivered {
        outbox: undelivered.outbox,
    };
    tell_members(&undelivered.mailbox, &key, undelivered.since, matter, facts)
}

fn tell_members(
    mailbox: &str,
    key: &str,
    due_at: Timestamp,
    matter: Matter,
    facts: &DueFacts,
) -> Vec<Notice> {
    let pokja = facts.pokjas.iter().filter(|pokja| pokja.mailbox == mailbox);
    pokja
        .flat_map(|pokja| &pokja.members)
        .map(|member| Notice {
            key: format!("{key}/{member}"),
            mailbox: mailbox.to_owned(),
            to: member.clone(),
            due_at,
            matter: matter.clone(),
        })
        .collect()
}

/// The bidder, and the mailbox of the tender's Pokja: a receipt leaves from there, wherever the mail came in.
fn parties<'a>(session: &Session, facts: &DueFacts<'a>) -> Option<(&'a Bidder, &'a str)> {
    let bidder = facts.registry.bidder(session.bidder)?;
    let tender = facts.registry.tender(session.tender)?;
    Some((bidder, &tender.mailbox))
}

#[cfg(test)]
mod tests;

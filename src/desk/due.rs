//! What is due at a time: the second of the two hearts. Nothing is scheduled ahead; the answer follows from the facts,
//! so that down-time loses nothing and doubles nothing (P17). Each notice has a natural key that is unique in the outbox.
//!
//! [`announcements`] tell bidders of their sessions, [`reminders`] of what is missing, [`receipts`] of what came;
//! [`members`] hear what a person must know.

mod announcements;
mod members;
mod receipts;
mod reminders;
mod timetable;

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
};

use super::limits::Tally;
pub use super::limits::{Limit, Recent};
use crate::{
    address::EmailAddress,
    desk::{
        facts::{ReminderFacts, SessionTimes, Step},
        message::Negotiation,
        outbox::OutboxKind,
    },
    letter::CalendarAnswer,
    tender::{
        Bidder, DocumentWord, MessageId, OutboxId, Registry, Session, SessionId, WorkingCalendar,
    },
};
pub use announcements::{invitation_key, tells_of_change};
pub use reminders::{sessions_to_remind, still_open};

/// So often one letter is made at most: a fault that takes each back must not fill the outbox.
const MOST_AGAIN: u32 = 100;

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
    /// Not to a member.
    pub to_bidder: bool,
    pub since: Timestamp,
}

/// A message that was not walked yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Undecided {
    pub mailbox: String,
    pub taken_in_at: Timestamp,
}

/// A mailbox with those who are told.
#[derive(Clone, Debug, PartialEq)]
pub struct Pokja {
    pub mailbox: String,
    pub members: Vec<EmailAddress>,
    /// Local time of the digest; `None`: none.
    pub digest: Option<Time>,
}

/// The last letter that told a bidder of his session: invitation, change notice or cancellation.
#[derive(Clone, Debug, PartialEq)]
pub struct Announcement {
    pub outbox: OutboxId,
    pub sequence: u32,
    /// Invitation, or notice of a change or cancellation.
    pub kind: OutboxKind,
    /// It said that the session will not be held.
    pub cancelled: bool,
    /// What it said.
    pub times: SessionTimes,
    pub to: EmailAddress,
    pub at: Timestamp,
    pub fate: Fate,
    /// Addresses from which letters about the session came back, and nothing was heard from the bidder since.
    pub lost: Vec<EmailAddress>,
}

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Queued, and nothing of it has arrived as far as we know.
    Waiting,
    /// Sent and not come back.
    Going,
    /// It failed or came back.
    Lost,
    /// It was not sent: the session was over.
    Cancelled,
}

/// How far a bidder is with his session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    pub attendance: Option<CalendarAnswer>,
    /// He asked for another time, and the session stands where it stood.
    pub asks_for_another_day: bool,
    pub negotiation: Option<Negotiation>,
    /// Of the papers that the session asks for, what has not come in a usable form.
    pub missing: Vec<DocumentWord>,
    /// Those of `missing` of which only files came that are hard to use.
    pub poor: Vec<DocumentWord>,
    /// Those of `missing` of which a file came that waits for a person's word.
    pub contested: Vec<DocumentWord>,
}

/// A reminder in the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Reminded {
    pub session: SessionId,
    pub step: Step,
    pub at: Timestamp,
}

/// A message in which a bidder refuses or offers something else.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub message: MessageId,
    pub session: SessionId,
    pub mailbox: String,
    pub received_at: Timestamp,
}

/// How far the mail of one mailbox is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub mailbox: String,
    /// The last time that every folder's whole list had been read; `None`: never.
    pub read_at: Option<Timestamp>,
    /// Everything that was listed then is stored and decided.
    pub settled: bool,
    /// Since when the program has tried: its first start since it was last read, or since ever.
    pub tried_since: Timestamp,
}

/// When bidders are reminded, and how often at most.
#[derive(Clone, Debug, PartialEq)]
pub struct ReminderRules {
    /// Those that are taken; the others are left out.
    pub steps: Vec<Step>,
    /// On the working day before the session, at this local time.
    pub day_before: Time,
    /// So long before the session, and once more so long before `due`.
    pub ahead: SignedDuration,
    /// Reminders of one session, all in all.
    pub most: usize,
}

impl Default for ReminderRules {
    fn default() -> ReminderRules {
        ReminderRules {
            steps: Step::ALL.to_vec(),
            day_before: Time::constant(9, 0, 0, 0),
            ahead: SignedDuration::from_hours(2),
            most: 5,
        }
    }
}

/// What is known at the moment.
#[derive(Clone, Copy, Debug)]
pub struct DueFacts<'a> {
    pub registry: &'a Registry,
    pub pokjas: &'a [Pokja],
    /// Natural keys in the outbox, whatever their state.
    pub known: &'a HashSet<String>,
    /// Those of them whose letter was taken back before it was sent, since it was no longer true.
    pub taken_back: &'a HashSet<String>,
    pub owing: &'a [Owing],
    pub strangers: &'a [Stranger],
    pub undelivered: &'a [Undelivered],
    /// The last announcement of each session that has one.
    pub announced: &'a HashMap<SessionId, Announcement>,
    /// When each session was first imported; those of which it is not known are left out.
    pub imported: &'a HashMap<SessionId, Timestamp>,
    /// Of sessions for which a reminder may be due.
    pub progress: &'a HashMap<SessionId, Progress>,
    pub reminded: &'a [Reminded],
    pub refusals: &'a [Refusal],
    /// Sessions whose bidder refuses the negotiation.
    pub refusing: &'a HashSet<SessionId>,
    pub readings: &'a [Reading],
    /// Mailboxes of tenders that the settings do not name.
    pub orphans: &'a [String],
    /// Free octets where papers are kept.
    pub storage_free: Option<u64>,
    pub calendar: &'a WorkingCalendar,
    pub reminders: &'a ReminderRules,
    /// What was queued in the last day, and replies to strangers of the last seven.
    pub recent: &'a [Recent],
    /// A receipt waits until the bidder was quiet for so long.
    pub quiet: SignedDuration,
    /// Since when the mailboxes have been watched: that a bidder was quiet while nobody looked is not known.
    pub watching_since: Timestamp,
    /// Taken in and not yet decided: each may belong to a burst.
    pub undecided: &'a [Undecided],
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
    /// Never later than the moment for which it was asked: what is due now leaves now.
    pub due_at: Timestamp,
    pub matter: Matter,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Matter {
    /// `sequence`: SEQUENCE of the calendar part; above 0 when a session that was cancelled, or whose invitation did not
    /// arrive, is announced once more.
    Invitation { session: SessionId, sequence: u32 },
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
        facts: ReminderFacts,
    },
    /// The file to be signed and returned.
    Negotiation { session: SessionId },
    /// To a member: what the day holds.
    Digest { mailbox: String, day: Date },
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
    Undelivered { outbox: OutboxId },
    /// To a member: the session passed before its invitation could go out.
    InvitationMissed { session: SessionId },
    /// To a member: the session passed, and what changed about it could not be told before.
    ChangeMissed { session: SessionId },
    /// To a member: the time for papers is over and the negotiation file could not go out before.
    NegotiationMissed { session: SessionId },
    /// To a member: answers are being held back.
    LimitReached { limit: Limit },
}

/// What members hear at once (an invitation that did not arrive is [`Matter::Undelivered`]).
#[derive(Clone, Debug, PartialEq)]
pub enum Alarm {
    MailboxUnread {
        mailbox: String,
        /// The last time it was read whole.
        since: Option<Timestamp>,
    },
    /// Of tenders whose mailbox the settings do not name.
    MailboxMissing {
        mailbox: String,
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
        let announced = announcements::announcement(session, facts, now);
        let invited = announced
            .iter()
            .any(|notice| matches!(notice.matter, Matter::Invitation { .. }));
        wanted.extend(announced);
        wanted.extend(announcements::negotiation(session, invited, facts, now));
    }
    let told: HashSet<SessionId> = wanted
        .iter()
        .filter(|notice| !facts.stands(&notice.key))
        .filter_map(|notice| notice.matter.session())
        .collect();
    wanted.extend(reminders::reminders(&told, facts, now));
    wanted.extend(receipts::receipts(facts, now));
    let (replies, unanswered) = receipts::stranger_replies(facts, now);
    wanted.extend(replies);
    due.unanswered = unanswered;
    wanted.extend(members::undelivered(facts));
    wanted.extend(members::alarms(facts, now));
    wanted.extend(members::digests(facts, now));
    wanted.retain_mut(|notice| match facts.free_key(&notice.key) {
        Some(free) => {
            notice.key = free;
            true
        }
        None => false,
    });
    for notice in &mut wanted {
        // Where the clock was put back, what happened lies ahead; what is due is due now.
        notice.due_at = notice.due_at.min(now);
    }
    wanted.sort_by(|a, b| {
        (a.matter.rank(), a.due_at, &a.key).cmp(&(b.matter.rank(), b.due_at, &b.key))
    });
    admit(wanted, facts, now, &mut due);
    due
}

/// Limits, and one alarm a day for each that was reached.
fn admit(wanted: Vec<Notice>, facts: &DueFacts, now: Timestamp, due: &mut Due) {
    let mut tally = Tally::new(facts.recent);
    let mut reached: BTreeSet<(Limit, String)> = BTreeSet::new();
    for notice in wanted {
        // What members hear is bounded by its keys, and must come through when all else is held; so must a change.
        let verdict = match notice.matter.kind() {
            OutboxKind::Notice | OutboxKind::Digest => Ok(()),
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
                reached.insert((limit, notice.mailbox.clone()));
                due.held_back.push((notice.key, limit));
            }
        }
    }
    let day = now.strftime("%Y-%m-%d");
    for (limit, mailbox) in reached {
        let key = format!("notice/limit/{}/{mailbox}/{day}", limit.word());
        let matter = Matter::LimitReached { limit };
        let alarms = members::tell(&mailbox, &key, now, &matter, facts);
        let new = alarms
            .into_iter()
            .filter(|alarm| !facts.known.contains(&alarm.key));
        due.notices.extend(new);
    }
}

impl DueFacts<'_> {
    /// The key under which a letter is queued: what was taken back before it was sent does not stand in its way. `None`:
    /// the letter is out, or on its way.
    fn free_key(&self, key: &str) -> Option<String> {
        let mut free = key.to_owned();
        for again in 2..=MOST_AGAIN {
            if !self.known.contains(&free) {
                return Some(free);
            }
            if !self.taken_back.contains(&free) {
                return None;
            }
            free = format!("{key}~{again}");
        }
        None
    }

    fn stands(&self, key: &str) -> bool {
        self.free_key(key).is_none()
    }
}

/// Where letters about a session go: the first registered address from which none of them came back.
fn reachable<'a>(
    session: &Session,
    bidder: &'a Bidder,
    facts: &DueFacts,
) -> Option<&'a EmailAddress> {
    let last = facts.announced.get(&session.id);
    let lost = |email: &EmailAddress| last.is_some_and(|last| last.lost.contains(email));
    let works = bidder.emails.iter().find(|email| !lost(email));
    works.or(bidder.emails.first())
}

/// The bidder, and the mailbox of the tender's Pokja: a receipt leaves from there, wherever the mail came in.
fn parties<'a>(session: &Session, facts: &DueFacts<'a>) -> Option<(&'a Bidder, &'a str)> {
    let bidder = facts.registry.bidder(session.bidder)?;
    let tender = facts.registry.tender(session.tender)?;
    Some((bidder, &tender.mailbox))
}

/// The session, or its bidder, is no longer in the imported file.
fn is_gone(session: &Session, bidder: &Bidder) -> bool {
    session.withdrawn || bidder.withdrawn
}

#[cfg(test)]
mod tests;

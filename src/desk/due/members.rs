//! What members hear: what did not arrive, alarms at once, the digest of each working day.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{Alarm, DueFacts, Matter, Notice, Pokja, Reading};
use crate::desk::outbox::OutboxKind;

/// So long a mailbox may go unread before somebody hears it.
const UNREAD: SignedDuration = SignedDuration::from_hours(1);
/// An older refusal is no news: it stands in the digest.
const NEWS: SignedDuration = SignedDuration::from_hours(3 * 24);
/// Free space below these is told, each once a week: at 1 GiB nothing more is taken in.
const NEARLY_FULL: [u64; 2] = [5 << 30, 2 << 30];

/// What bidders do not get, members hear: once for a mail. Mails to members are left out, or one would follow another.
pub(super) fn undelivered(facts: &DueFacts) -> Vec<Notice> {
    let matters = |kind| {
        matches!(
            kind,
            OutboxKind::Invitation
                | OutboxKind::Acknowledgement
                | OutboxKind::Reminder
                | OutboxKind::Negotiation
        )
    };
    facts
        .undelivered
        .iter()
        .filter(|mail| matters(mail.kind) || (mail.kind == OutboxKind::Notice && mail.to_bidder))
        .flat_map(|mail| {
            let key = format!("notice/undelivered/{}", mail.outbox);
            let matter = Matter::Undelivered {
                outbox: mail.outbox,
            };
            tell(&mail.mailbox, &key, mail.since, &matter, facts)
        })
        .collect()
}

/// One mail a matter, not a stream: as long as it stays as it is, the key stays the same.
pub(super) fn alarms(facts: &DueFacts, now: Timestamp) -> Vec<Notice> {
    let mut alarms = Vec::new();
    for reading in facts.readings {
        alarms.extend(unread(reading, facts, now));
    }
    // One of a bidder's session and day: what follows stands in the digest.
    let mut told = BTreeSet::new();
    for refusal in facts.refusals {
        let day = facts.calendar.day(refusal.received_at);
        if now.duration_since(refusal.received_at) < NEWS && told.insert((refusal.session, day)) {
            let key = format!("alarm/refusal/{}/{day}", refusal.session);
            let matter = Matter::Alarm(Alarm::RefusalOrCounterOffer {
                message: refusal.message,
            });
            alarms.extend(tell(
                &refusal.mailbox,
                &key,
                refusal.received_at,
                &matter,
                facts,
            ));
        }
    }
    alarms.extend(nearly_full(facts, now));
    alarms.extend(orphaned(facts, now));
    alarms
}

/// Tenders of a mailbox that was renamed or taken out of the settings get nothing any more: everybody hears it, once a day.
fn orphaned(facts: &DueFacts, now: Timestamp) -> Vec<Notice> {
    let day = facts.calendar.day(now);
    let alarm = |orphan: &String| {
        let key = format!("alarm/orphan/{orphan}/{day}");
        let matter = Matter::Alarm(Alarm::MailboxMissing {
            mailbox: orphan.clone(),
        });
        to_everybody(&key, now, &matter, facts)
    };
    facts.orphans.iter().flat_map(alarm).collect()
}

/// Once, also to who is in several Pokja.
fn to_everybody(key: &str, now: Timestamp, matter: &Matter, facts: &DueFacts) -> Vec<Notice> {
    let mut alarms: Vec<Notice> = Vec::new();
    for pokja in facts.pokjas {
        for alarm in tell(&pokja.mailbox, key, now, matter, facts) {
            if !alarms.iter().any(|other| other.to == alarm.to) {
                alarms.push(alarm);
            }
        }
    }
    alarms
}

impl Reading {
    /// All that came to it until now is known, as far as anyone can tell: who reminds must not overlook what lies in the mailbox
    /// since the program was down. Who wrote to another mailbox that cannot be read is reminded all the same: one that nobody
    /// mends would silence the whole office.
    pub(super) fn is_current(&self, facts: &DueFacts, now: Timestamp) -> bool {
        let current = |read_at: Timestamp| {
            // Where the clock was put back the start tells nothing.
            let since_start = read_at >= facts.watching_since || now < facts.watching_since;
            since_start && now.duration_since(read_at) < UNREAD
        };
        self.settled && self.read_at.is_some_and(current)
    }
}

/// Not before the program tried for an hour, however often it was started meanwhile: after a night without power the first
/// reading is on its way, and one that dies every ten minutes never reads.
fn unread(reading: &Reading, facts: &DueFacts, now: Timestamp) -> Vec<Notice> {
    let since = match (reading.read_at, facts.at_once) {
        (Some(read_at), true) => read_at,
        // A single pass says by itself that it could not read.
        (None, true) => return Vec::new(),
        (read_at, false) => read_at.map_or(reading.tried_since, |at| at.max(reading.tried_since)),
    };
    if now.duration_since(since) < UNREAD {
        return Vec::new();
    }
    let outage = reading
        .read_at
        .map_or("never".to_owned(), |at| at.as_second().to_string());
    let key = format!("alarm/unread/{}/{outage}", reading.mailbox);
    let matter = Matter::Alarm(Alarm::MailboxUnread {
        mailbox: reading.mailbox.clone(),
        since: reading.read_at,
    });
    tell(&reading.mailbox, &key, now, &matter, facts)
}

/// To everybody once, also to who is in several Pokja.
fn nearly_full(facts: &DueFacts, now: Timestamp) -> Vec<Notice> {
    let Some(free) = facts.storage_free else {
        return Vec::new();
    };
    let Some(level) = NEARLY_FULL.iter().rposition(|level| free < *level) else {
        return Vec::new();
    };
    let week = facts.calendar.day(now).iso_week_date();
    let key = format!("alarm/storage/{level}/{}-W{}", week.year(), week.week());
    let matter = Matter::Alarm(Alarm::StorageNearlyFull { free });
    to_everybody(&key, now, &matter, facts)
}

/// At its hour on working days, quiet ones too; of days that went by without, only today's.
pub(super) fn digests(facts: &DueFacts, now: Timestamp) -> Vec<Notice> {
    let day = facts.calendar.day(now);
    if !facts.calendar.is_working_day(day) {
        return Vec::new();
    }
    let digest = |pokja: &Pokja| {
        let due_at = facts.calendar.at(day, pokja.digest?);
        (due_at <= now).then(|| {
            let matter = Matter::Digest {
                mailbox: pokja.mailbox.clone(),
                day,
            };
            let mut notices = tell(&pokja.mailbox, "", due_at, &matter, facts);
            for notice in &mut notices {
                notice.key = format!("digest/{}/{}/{day}", pokja.mailbox, notice.to);
            }
            notices
        })
    };
    facts.pokjas.iter().filter_map(digest).flatten().collect()
}

/// One notice for each member of a mailbox.
pub(super) fn tell(
    mailbox: &str,
    key: &str,
    due_at: Timestamp,
    matter: &Matter,
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

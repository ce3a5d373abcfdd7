//! Receipts for bursts of mails, and the constant text for strangers: what is owed because mail came.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{DueFacts, Matter, Notice, Owing, Stranger, Undecided, parties};
use crate::{
    address::EmailAddress,
    desk::{gate::STRANGER_PAUSE, outbox::OutboxKind},
    tender::{Bidder, MessageId, SessionId},
};

/// A burst that never ends is answered after so many times the pause all the same.
const LONGEST_BURST: i32 = 10;

/// One receipt for all owing messages of a session, when its bidder was quiet.
pub(super) fn receipts(facts: &DueFacts, now: Timestamp) -> Vec<Notice> {
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
        if !facts.at_once && !is_over(mailbox, first.taken_in_at, last.taken_in_at, facts, now) {
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
            due_at: due_at.min(now),
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
pub(super) fn stranger_replies(
    facts: &DueFacts,
    now: Timestamp,
) -> (Vec<Notice>, Vec<(MessageId, String)>) {
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
        let (mailbox, oldest, newest) = (&last.mailbox, first.taken_in_at, last.taken_in_at);
        if facts.at_once || is_over(mailbox, oldest, newest, facts, now) {
            notices.push(Notice {
                key: format!("unknown-sender-reply/{lowest}"),
                mailbox: last.mailbox.clone(),
                to: address.clone(),
                due_at: due_at.min(now),
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

/// Whether a burst has ended. After a start that is known only when the bidder was quiet while we looked, and not while a
/// mail that came at the same time waits to be decided: it may be the rest of it (P17).
fn is_over(
    mailbox: &str,
    oldest: Timestamp,
    newest: Timestamp,
    facts: &DueFacts,
    now: Timestamp,
) -> bool {
    if clock_went_back(newest, now, facts) {
        return true;
    }
    let watched = now.duration_since(facts.watching_since);
    if now < end_of_burst(oldest, newest, facts)
        || (SignedDuration::ZERO..facts.quiet).contains(&watched)
    {
        return false;
    }
    let too_long = facts
        .quiet
        .checked_mul(LONGEST_BURST)
        .is_some_and(|longest| now.duration_since(oldest.max(facts.watching_since)) > longest);
    let may_belong = |message: &Undecided| {
        message.mailbox == mailbox
            && message.taken_in_at.duration_since(newest).abs() <= facts.quiet
    };
    too_long || !facts.undecided.iter().any(may_belong)
}

/// Quiet since the newest, or ten pauses since the oldest, whichever comes first.
fn end_of_burst(oldest: Timestamp, newest: Timestamp, facts: &DueFacts) -> Timestamp {
    let quiet = newest.checked_add(facts.quiet).unwrap_or(Timestamp::MAX);
    let patience = facts.quiet.checked_mul(LONGEST_BURST);
    let latest = patience.and_then(|patience| oldest.checked_add(patience).ok());
    latest.map_or(quiet, |latest| quiet.min(latest))
}

/// A mail that was taken in at a time still to come: the clock has been put back since, and its receipt must not wait for
/// that time (P32).
fn clock_went_back(taken_in_at: Timestamp, now: Timestamp, facts: &DueFacts) -> bool {
    taken_in_at.duration_since(now) > facts.quiet
}

//! Receipts for bursts of mails, and the constant text for strangers: what is owed because mail came.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{DueFacts, Matter, Notice, Owing, Stranger, parties};
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
        let due_at = end_of_burst(first.taken_in_at, last.taken_in_at, facts, now);
        if now < due_at {
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
        let due_at = end_of_burst(first.taken_in_at, last.taken_in_at, facts, now);
        let Some(lowest) = messages.first() else {
            continue;
        };
        if now >= due_at {
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

/// Quiet since the newest, or ten pauses since the oldest, whichever comes first; now at the latest where there is no
/// later, or the courier would leave it in the outbox.
fn end_of_burst(
    oldest: Timestamp,
    newest: Timestamp,
    facts: &DueFacts,
    now: Timestamp,
) -> Timestamp {
    let quiet = newest.checked_add(facts.quiet).unwrap_or(Timestamp::MAX);
    let patience = facts.quiet.checked_mul(LONGEST_BURST);
    let latest = patience.and_then(|patience| oldest.checked_add(patience).ok());
    let end = latest.map_or(quiet, |latest| quiet.min(latest));
    if facts.at_once { end.min(now) } else { end }
}

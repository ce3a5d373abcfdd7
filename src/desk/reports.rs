//! What machines report about our own mails: a delivery that failed, an answer to an invitation.

use super::{Asked, Effect, ReceiveFacts, attention, message::Attention, receive::is_doubtful};
use crate::{
    address::EmailAddress,
    letter::Letter,
    matching::MailboxIdentity,
    tender::{
        OutboxId, Reference, Registry, Session,
        keys::{bounce_detail, envelope_id},
    },
};

/// A mail of ours that a report may be about.
#[derive(Clone, Debug, PartialEq)]
pub struct OurMail {
    pub outbox: OutboxId,
    pub message_id: String,
    pub to: EmailAddress,
}

/// By what a bounce names our mail: look these up and pass what was found as [`ReceiveFacts::ours`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BounceKeys {
    /// Details of bounce addresses, `b-` and 16 digits of the Message-ID.
    pub details: Vec<String>,
    pub envelope_id: Option<String>,
    pub message_id: Option<String>,
}

/// Only for a report of failure; empty otherwise.
pub fn bounce_keys(letter: &Letter, mailboxes: &[MailboxIdentity]) -> BounceKeys {
    let Some(bounce) = &letter.bounce else {
        return BounceKeys::default();
    };
    let recipients = letter.visible_recipients.iter().chain(&letter.delivered_to);
    let mut details: Vec<String> = recipients
        .flat_map(|to| {
            mailboxes
                .iter()
                .filter_map(|own| to.detail_of(&own.address, &own.subaddress))
        })
        .filter(|detail| detail.starts_with("b-"))
        .map(str::to_owned)
        .collect();
    details.sort();
    details.dedup();
    BounceKeys {
        details,
        envelope_id: bounce.envelope_id.clone(),
        message_id: bounce.original_message_id.clone(),
    }
}

/// Which of our mails failed. The bounce address, the Message-ID and the ENVID are keyed hashes: whoever names them has seen
/// the mail or carried it (RFC 3464: reports are forged easily).
pub fn bounced(letter: &Letter, facts: &ReceiveFacts) -> Vec<Effect> {
    let Some(bounce) = &letter.bounce else {
        return Vec::new();
    };
    let keys = bounce_keys(letter, facts.mailboxes);
    let failed_at = |mail: &OurMail| {
        bounce
            .recipients
            .iter()
            .find(|failed| failed.address == mail.to)
    };
    let by_key = |mail: &&OurMail| {
        keys.details.contains(&bounce_detail(&mail.message_id))
            || keys.message_id.as_deref() == Some(mail.message_id.as_str())
    };
    let by_envelope = |mail: &&OurMail| {
        let envelope = envelope_id(&mail.message_id);
        !envelope.is_empty() && keys.envelope_id.as_deref() == Some(envelope)
    };
    let ours = facts.ours.iter();
    ours.filter(|mail| by_key(mail) || by_envelope(mail))
        .map(|mail| {
            let failed = failed_at(mail).or_else(|| bounce.recipients.first());
            let address = failed.map_or(&mail.to, |failed| &failed.address);
            let words = failed.map(|failed| [&failed.status, &failed.diagnostic]);
            let words = words.into_iter().flatten().flatten().map(String::as_str);
            Effect::Bounced {
                outbox: mail.outbox,
                address: address.to_string(),
                detail: words.collect::<Vec<_>>().join(" "),
            }
        })
        .collect()
}

/// Whether a report names one of our mails by a number at most, as those did that left before the ENVID was keyed.
pub fn names_a_number(letter: &Letter) -> bool {
    let envelope = letter
        .bounce
        .as_ref()
        .and_then(|bounce| bounce.envelope_id.as_deref());
    envelope.is_some_and(|id| !id.is_empty() && id.bytes().all(|digit| digit.is_ascii_digit()))
}

/// The session of an invitation: its calendar entry's UID holds the reference, `session-LKT-7K3-F9QM@…`.
pub fn session_of_uid<'a>(uid: &str, registry: &'a Registry) -> Option<&'a Session> {
    let references = Reference::find_all(uid);
    let [reference] = references.as_slice() else {
        return None;
    };
    registry.session_by_reference(reference)
}

/// Whether a calendar's answer holds what a person must see: a note beside it, another time proposed, the meeting handed on to
/// somebody else, an answer that counts for no session of ours.
pub fn says_more(letter: &Letter, facts: &ReceiveFacts) -> bool {
    let Some(reply) = &letter.calendar_reply else {
        return true;
    };
    // To a cancellation calendars answer by themselves.
    let over = session_of_uid(&reply.uid, facts.registry).is_some_and(|session| session.withdrawn);
    let asks = matches!(
        attention::attention(letter, &letter.text),
        Some(Attention::Objection | Attention::Reschedule)
    );
    reply.comment.is_some() || asks || (!over && attendance(letter, facts).is_none())
}

/// RFC 5546 section 3.2.3: only the invited attendee answers, and only for himself. Nothing else in a calendar part
/// changes anything. An answer to a time that no longer holds is for a person, as is whatever else comes to nothing here.
pub fn attendance(letter: &Letter, facts: &ReceiveFacts) -> Option<Effect> {
    let reply = letter.calendar_reply.as_ref()?;
    let session = session_of_uid(&reply.uid, facts.registry)?;
    let bidder = facts.registry.bidder(session.bidder)?;
    let writer = &letter.writer()?.address;
    let invited = |address: &EmailAddress| bidder.emails.contains(address);
    let asked = facts.asked.filter(|asked| asked.session == session.id);
    let newest = asked.map_or(0, Asked::newest);
    if session.withdrawn
        || is_doubtful(letter)
        || asked.is_some_and(|asked| asked.is_past(reply.sequence))
        || letter.from.len() != 1
        || !invited(writer)
        || !reply.attendee.as_ref().is_none_or(invited)
    {
        return None;
    }
    Some(Effect::Attendance {
        session: session.id,
        answer: reply.answer,
        // What was made with a wrong clock, or counts on from nothing of ours, must not outweigh every later answer.
        sequence: Some(reply.sequence.min(newest)),
        stamped_at: Some(
            reply
                .stamped_at
                .map_or(facts.received_at, |at| at.min(facts.received_at)),
        ),
    })
}

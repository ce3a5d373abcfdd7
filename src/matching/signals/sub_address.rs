//! The secret sub-address: every mail of ours asks for answers to one that names the session.

use super::{Facts, Reading, Trace};
use crate::{address::EmailAddress, matching::text};

/// In any visible recipient, and where the server brought it: a bidder may have us in Bcc.
pub fn written_to(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let letter = reading.letter;
    let recipients = letter.visible_recipients.iter().chain(&letter.delivered_to);
    recipients
        .filter_map(|address| named(address, facts))
        .collect()
}

/// In the fields that a program quotes above an older mail, or typed: perhaps from a mail to somebody else.
pub fn quoted(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let own = reading.own.iter().map(|told| told.text);
    let mut traces = Vec::new();
    let all = own.chain(text::quoted(reading.letter));
    for text in all.filter(|text| text.contains('@')) {
        let parts = text.split(|c: char| c.is_whitespace() || "<>()[],;:\"'".contains(c));
        for part in parts.filter(|part| part.contains('@')) {
            let address: Option<EmailAddress> = part.trim_end_matches('.').parse().ok();
            traces.extend(address.and_then(|address| named(&address, facts)));
        }
    }
    traces
}

fn named(address: &EmailAddress, facts: &Facts) -> Option<Trace> {
    facts.mailboxes.iter().find_map(|mailbox| {
        let detail = address.detail_of(&mailbox.address, &mailbox.subaddress)?;
        let session = facts.registry.session_by_token(detail)?;
        Some(Trace::of_session(session, ""))
    })
}

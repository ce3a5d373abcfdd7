//! The secret sub-address: every mail of ours asks for answers to one that names the session.

use super::{Facts, Letter, Trace};

/// In any visible recipient, and where the server brought it: a bidder may have us in Bcc.
pub fn find(letter: &Letter, facts: &Facts) -> Vec<Trace> {
    let recipients = letter.visible_recipients.iter().chain(&letter.delivered_to);
    recipients
        .flat_map(|recipient| {
            facts.mailboxes.iter().filter_map(|mailbox| {
                let detail = recipient.detail_of(&mailbox.address, &mailbox.subaddress)?;
                facts.registry.session_by_token(detail)
            })
        })
        .map(|session| Trace::of_session(session, ""))
        .collect()
}

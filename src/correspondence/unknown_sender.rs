//! The one constant text for addresses that nobody registered: no fact about any tender, not even its existence (P23).

use serde::Serialize;

use super::{
    ComposeError, OutboxKind, OutgoingMail, Sender, Stamp, Templates,
    assembly::{Heading, Origin, sound_id},
    outgoing,
    wording::one_line,
};
use crate::address::EmailAddress;

/// The only thing that may differ between two of these letters.
#[derive(Debug, Serialize)]
pub(super) struct UnknownSenderView {
    pokja: String,
}

/// The constant answer. Takes nothing from the mail answered but its Message-ID, and knows no registry.
pub fn unknown_sender_reply(
    templates: &Templates,
    sender: &Sender,
    to: &EmailAddress,
    in_reply_to: Option<&str>,
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    let letter = templates.render("pengirim-tidak-dikenal", &view(sender))?;
    let heading = Heading {
        kind: OutboxKind::UnknownSenderReply,
        origin: Origin::Replied,
        to,
        reply_to: &sender.address,
        in_reply_to: in_reply_to.and_then(sound_id),
        // His thread is not ours to repeat: the answer stays short (P21).
        references: &[],
    };
    outgoing(sender, stamp, &heading, None, letter)
}

pub(super) fn view(sender: &Sender) -> UnknownSenderView {
    UnknownSenderView {
        pokja: one_line(&sender.mailbox_title, 120),
    }
}

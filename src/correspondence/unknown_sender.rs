//! The one constant text for addresses that nobody registered: no fact about any tender, not even its existence (P23).

use serde::Serialize;

use super::{
    ComposeError, OutboxKind, OutgoingMail, Sender, Stamp, Templates,
    assembly::{Heading, Origin, assemble, sound_id},
    wording::one_line,
};
use crate::{address::EmailAddress, tender::MessageId};

/// The only thing that may differ between two of these letters.
#[derive(Debug, Serialize)]
struct UnknownSenderView {
    pokja: String,
}

/// The mail answered names it; that there is one in seven days only is for the desk to see to (RFC 5230 section 4.2).
pub fn natural_key(message: MessageId) -> String {
    format!("unknown-sender-reply/{message}")
}

/// The constant answer to message `number`. Takes nothing from it but its Message-ID, and knows no registry.
pub fn unknown_sender_reply(
    templates: &Templates,
    sender: &Sender,
    to: &EmailAddress,
    number: MessageId,
    in_reply_to: Option<&str>,
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    let view = UnknownSenderView {
        pokja: one_line(&sender.mailbox_title, 120),
    };
    let letter = templates.render("pengirim-tidak-dikenal", &view)?;
    let in_reply_to = in_reply_to.and_then(sound_id);
    let heading = Heading {
        kind: OutboxKind::UnknownSenderReply,
        origin: Origin::Replied,
        to,
        reply_to: &sender.address,
        in_reply_to,
        // His thread is not ours to repeat: the answer stays short (P21).
        references: &[],
    };
    Ok(OutgoingMail {
        kind: heading.kind,
        natural_key: natural_key(number),
        mailbox: sender.mailbox_name.clone(),
        envelope_from: stamp.envelope_from.clone(),
        to: to.clone(),
        raw: assemble(sender, stamp, &heading, &letter)?,
        subject: letter.subject,
        message_id: stamp.message_id.clone(),
        in_reply_to: in_reply_to.map(str::to_owned),
        tender: None,
        bidder: None,
        session: None,
        due_at: stamp.date,
    })
}

//! What we write: invitations, receipts, notices; composed from a view that holds one bidder's data only. Pure.

use jiff::Timestamp;

use crate::{
    address::EmailAddress,
    desk::message::words,
    tender::{BidderId, OutboxId, SessionId, TenderId},
};

words! {
    OutboxKind {
        Invitation = "invitation",
        Acknowledgement = "acknowledgement",
        Reminder = "reminder",
        Negotiation = "negotiation",
        Notice = "notice",
        Digest = "digest",
        MemberReply = "member-reply",
        UnknownSenderReply = "unknown-sender-reply",
    }
}

words! {
    /// queued → sent, failed or cancelled; sent → bounced. See reliability.md P16-P19.
    OutboxState {
        Queued = "queued",
        Sent = "sent",
        Failed = "failed",
        Bounced = "bounced",
        Cancelled = "cancelled",
    }
}

/// A mail as rendered, once: every attempt carries these octets (P18).
#[derive(Clone, Debug, PartialEq)]
pub struct OutgoingMail {
    pub kind: OutboxKind,
    /// Why it exists at most once: session, bidder, kind, step (P17). Unique in the outbox.
    pub natural_key: String,
    /// Name of the mailbox it leaves from.
    pub mailbox: String,
    /// MAIL FROM; `None` is the null sender of acknowledgements (RFC 3834 section 3.3).
    pub envelope_from: Option<EmailAddress>,
    pub to: EmailAddress,
    pub subject: String,
    pub message_id: String,
    pub in_reply_to: Option<String>,
    pub tender: Option<TenderId>,
    pub bidder: Option<BidderId>,
    pub session: Option<SessionId>,
    pub due_at: Timestamp,
    /// The whole mail, pure ASCII with CRLF, without Bcc.
    pub raw: Vec<u8>,
}

/// A row of the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    pub id: OutboxId,
    pub mail: OutgoingMail,
    pub state: OutboxState,
    pub attempts: u32,
    pub created_at: Timestamp,
    pub next_attempt_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub last_error: Option<String>,
    /// The final dot was sent and no answer came: it may have arrived (P19).
    pub outcome_unknown: bool,
}

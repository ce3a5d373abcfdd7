//! What kinds of mail we send, and the states of one on its way out (reliability.md P16-P19).
//!
//! | state | what is true |
//! | --- | --- |
//! | queued | written and kept; nothing of it has arrived as far as we know |
//! | sent | a server took responsibility |
//! | bounced | a report of permanent failure came |
//! | failed | refused for good, or tried for days; a person is told |
//! | cancelled | nobody needs it any more |
//!
//! queued → sent, failed or cancelled; sent → bounced.

use crate::words::words;

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
    OutboxState {
        Queued = "queued",
        Sent = "sent",
        Failed = "failed",
        Bounced = "bounced",
        Cancelled = "cancelled",
    }
}

//! The states of a message, each in a sentence, and the words of the contract for what it is.
//!
//! | state | what is true |
//! | --- | --- |
//! | received | original, ledger row and event are durable; nothing was decided (outwardly: null) |
//! | filed | its place is certain; its papers are in the tree |
//! | needs-decision | a person chooses between candidates; its papers are in the original only |
//! | set-aside | needs nothing: a machine's mail, a member's own, or a person said so |
//! | failed | two tries ended badly; the original is kept, the reason is stored |
//!
//! received → any other; needs-decision, set-aside and failed → filed (assign) or set-aside (ignore); filed stays filed,
//! but a person may move it to another place.

use crate::{letter::CalendarAnswer, words::words};

words! {
    /// What a mail is.
    MessageKind {
        Bidder = "bidder",
        Member = "member",
        UnknownSender = "unknown-sender",
        Bounce = "bounce",
        AutoReply = "auto-reply",
        CalendarReply = "calendar-reply",
        Report = "report",
        Bulk = "bulk",
        Unreadable = "unreadable",
    }
}

words! {
    MessageState {
        Received = "received",
        Filed = "filed",
        NeedsDecision = "needs-decision",
        SetAside = "set-aside",
        Failed = "failed",
    }
}

words! {
    /// Why a person should read a filed mail.
    Attention {
        Question = "question",
        Objection = "objection",
        Refused = "refused",
        Reschedule = "reschedule",
        Link = "link",
    }
}

words! {
    /// Whether the bidder lets the session be recorded.
    RecordingConsent {
        Given = "given",
        Refused = "refused",
    }
}

/// What one mail was understood to answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    pub attendance: Option<CalendarAnswer>,
    pub recording_consent: Option<RecordingConsent>,
    pub negotiation: Option<Negotiation>,
}

words! {
    /// What came of the negotiation file; what the bidder sent, a person confirms.
    Negotiation {
        /// The file is out, nothing came back.
        Waiting = "waiting",
        ReturnedSigned = "returned-signed",
        ReturnedUnsigned = "returned-unsigned",
        Differs = "differs",
        Refused = "refused",
        CounterOffer = "counter-offer",
    }
}

impl Negotiation {
    /// What stands against a file that came back like this later: the worse file takes nothing away by itself, a person
    /// who sees both says so. `None`: the newer one counts.
    pub fn stands_against(self) -> Option<Negotiation> {
        use Negotiation::{
            CounterOffer, Differs, Refused, ReturnedSigned, ReturnedUnsigned, Waiting,
        };
        match self {
            ReturnedUnsigned | Differs => Some(ReturnedSigned),
            Waiting | ReturnedSigned | Refused | CounterOffer => None,
        }
    }
}

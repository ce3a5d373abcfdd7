//! The two pure hearts: what to do with a letter ([`receive`]), and what is due at a time ([`due`]).

pub mod answers;
mod asked;
mod attention;
pub mod digest;
pub mod documents;
pub mod due;
pub mod facts;
mod files;
mod gate;
mod limits;
pub mod message;
pub mod naming;
pub mod outbox;
pub mod receive;
pub mod reports;
pub mod retry;
pub mod share;
mod twins;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    digest::Digest,
    inspection::{Contested, FileKind, Finding, Hint},
    letter::CalendarAnswer,
    matching::{Candidate, Placement, Reason},
    tender::{DocumentWord, OutboxId, SessionId},
};
use message::{Attention, MessageKind, MessageState, Negotiation, RecordingConsent};
use naming::TreePath;

pub use answers::same_words;
pub use asked::{Announced, Asked, OurLetter};
pub use digest::{DayFacts, digest};
pub use documents::{
    ContestedPaper, DocumentRow, DocumentState, Fault, FiledPaper, Wanted, contested_documents,
    contested_papers, documents, experts_unseen, faults, guessable_documents, missing_documents,
    owed_now, personal_papers, poor_documents, unexamined_papers, wanted,
};
pub use due::{Alarm, Due, DueFacts, Matter, Notice, due};
pub use files::{Look, paper_texts};
pub use receive::{ReceiveFacts, assign, receive};
pub use reports::{OurMail, bounce_keys};
pub use retry::{Attempt, NextStep, Outcome, after_attempt, after_silence};
pub use share::{Half, assign_share, receive_divided, selected, twin_left_behind, whole_selection};
pub use twins::{Owned, Twins, twins};

/// What is to be done with one message: data that can be printed, stored, compared and replayed.
/// Applying it twice, or by two processes at once, changes nothing more (P15).
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub kind: MessageKind,
    pub state: MessageState,
    pub placement: Option<Placement>,
    pub candidates: Vec<Candidate>,
    pub confidence: f64,
    pub reasons: Vec<Reason>,
    pub sender_registered: bool,
    /// Arrived after the session's `due`.
    pub late: bool,
    pub attention: Option<Attention>,
    /// One for each attachment of the letter that belongs here, in its order.
    pub files: Vec<FilePlan>,
    pub answer: Answer,
    /// The writer's unregistered address gets the constant text besides the receipt that goes to the registered one:
    /// silence there would tell that its token or reference was right (P23).
    pub note_to_stranger: bool,
    pub effects: Vec<Effect>,
    /// Of a mail for two tenders: what goes to each further place. A share has none of its own.
    pub shares: Vec<Plan>,
}

/// Where one attachment goes and what it is taken for.
#[derive(Clone, Debug, PartialEq)]
pub struct FilePlan {
    /// Its number among the mail's attachments, from 1; a mail may be divided between several places.
    pub part: u32,
    /// `None`: kept in the original only.
    pub path: Option<TreePath>,
    pub document: Option<DocumentWord>,
    pub expert: Option<String>,
    pub findings: Vec<Finding>,
    pub examined: Examined,
}

/// What the examination of a file told beside findings; for the Pokja only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Examined {
    /// By content.
    pub kind: FileKind,
    /// What the bidder may be told of them.
    pub hints: Vec<Hint>,
    /// In Indonesian.
    pub notes: Vec<String>,
    pub pages: Option<u32>,
    /// By which a visibly equal picture is found again.
    pub look: String,
    /// What was read in it, cut: so that deciding again need not read it again. Never listed, mailed or logged: it holds
    /// what stands on an identity card.
    pub text: String,
    /// Its name says one paper and its text another: it has no word until a person gives it one.
    pub contested: Option<Contested>,
    /// The program or its virus scanner could not look at it.
    pub unexamined: bool,
    /// What a person said that it is: it stays that wherever the message is moved.
    pub settled: Option<DocumentWord>,
}

/// Whether the message is answered by the program, and if not, why.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A receipt is owed; it goes out with those of the same burst.
    Acknowledge,
    /// The constant text for addresses that nobody registered.
    UnknownSender,
    /// Why not, in Indonesian, for the Pokja.
    None(String),
}

/// Facts that a message reports beside papers.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// A mail of ours did not arrive.
    Bounced {
        outbox: OutboxId,
        address: String,
        detail: String,
    },
    /// The invited attendee answered; the newest (sequence, stamp) counts (RFC 5546 section 2.1.5). In words he answers
    /// the newest letter, so that there is no sequence.
    Attendance {
        session: SessionId,
        answer: CalendarAnswer,
        sequence: Option<i64>,
        stamped_at: Option<Timestamp>,
    },
    /// Whether the session may be recorded.
    RecordingConsent {
        session: SessionId,
        consent: RecordingConsent,
        said_at: Timestamp,
    },
    /// What came of the negotiation file, as far as it can be told; a person confirms.
    Negotiation {
        session: SessionId,
        negotiation: Negotiation,
        said_at: Timestamp,
    },
}

/// One attachment as kept in the database: the manifest from which the tree can be made again.
#[derive(Clone, Debug, PartialEq)]
pub struct FiledAttachment {
    /// Its number among the mail's attachments, from 1.
    pub part: u32,
    pub name: Option<String>,
    pub media_type: String,
    pub bytes: u64,
    pub sha256: Digest,
    pub container: Option<Digest>,
    pub path: Option<String>,
    pub document: Option<DocumentWord>,
    pub expert: Option<String>,
    pub findings: Vec<Finding>,
    pub examined: Examined,
}

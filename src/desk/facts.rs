//! What the letters of the clock tell, as plain data: computed by the desk, written by the letters.
//!
//! What goes to a bidder holds that bidder's data only (P22); a digest goes to members, who may know all of their
//! mailbox's tenders.

use jiff::Timestamp;

use super::{
    documents::ContestedPaper,
    message::{Answers, Attention, Negotiation, RecordingConsent},
    outbox::{OutboxKind, OutboxState},
};
use crate::{
    letter::CalendarAnswer,
    matching::Reason,
    tender::{DocumentWord, Meeting, MessageId, OutboxId, SessionId, SessionKind},
    words::words,
};

words! {
    /// A step of the reminders of one session, in the order in which they usually fall due.
    Step {
        /// The working day before the session.
        DayBefore = "day-before",
        TwoHoursBefore = "two-hours-before",
        /// Papers are missing after the session: half of the time until `due` is over.
        HalfTime = "half-time",
        /// Two hours before `due`.
        TwoHoursLeft = "two-hours-left",
        /// `due` is over.
        TimeUp = "time-up",
    }
}

/// When and where of a session, and with which papers, as it was told to its bidder.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionTimes {
    pub starts: Timestamp,
    pub ends: Timestamp,
    pub due: Timestamp,
    pub meeting: Meeting,
    /// What he is to send.
    pub documents: Vec<DocumentWord>,
}

impl SessionTimes {
    /// Other papers are asked for now than were then; their order says nothing.
    pub fn asks_otherwise(&self, now: &[DocumentWord]) -> bool {
        let lacks = |list: &[DocumentWord], of: &[DocumentWord]| {
            of.iter().any(|document| !list.contains(document))
        };
        lacks(&self.documents, now) || lacks(now, &self.documents)
    }
}

/// Of a change notice: what the last letter said. What holds now stands in the session.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeFacts {
    /// SEQUENCE of the calendar part (RFC 5546 section 2.1.4): one more than in the last letter.
    pub sequence: u32,
    pub before: SessionTimes,
}

/// Of a cancellation: what the last letter said.
#[derive(Clone, Debug, PartialEq)]
pub struct CancellationFacts {
    pub sequence: u32,
    pub announced: SessionTimes,
}

/// Of a reminder: only what has not come.
#[derive(Clone, Debug, PartialEq)]
pub struct ReminderFacts {
    pub step: Step,
    /// Papers that have not come in a usable form, in the order of the list; the signed negotiation file among them.
    pub missing: Vec<DocumentWord>,
    /// Those of `missing` of which only files came that are hard to use.
    pub poor: Vec<DocumentWord>,
    /// Those of `missing` of which a file came that waits for a person's word; only once the time is up.
    pub contested: Vec<DocumentWord>,
    /// Whether the bidder has not said that he comes or not. Never set after the session.
    pub unconfirmed: bool,
}

/// The file that is to be signed and returned, with its bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NegotiationFile<'a> {
    pub name: &'a str,
    pub content: &'a [u8],
    /// When the letter with another file went out: that file is void.
    pub replaces: Option<Timestamp>,
}

/// An alarm goes to all members at once, one mail for a matter. (An invitation that bounced has its own letter,
/// `correspondence::notice::undelivered`.)
#[derive(Clone, Debug, PartialEq)]
pub enum AlarmFacts {
    /// No folder list could be read whole since then.
    MailboxUnread {
        since: Option<Timestamp>,
        /// The folders that are behind, with what the server said last.
        folders: Vec<FolderLine>,
    },
    /// Tenders belong to a mailbox that the settings do not name (any more).
    MailboxMissing {
        mailbox: String,
        /// Their codes.
        tenders: Vec<String>,
    },
    /// A bidder refuses, or offers something else.
    RefusalOrCounterOffer {
        message: MessageId,
        received_at: Timestamp,
        subject: String,
        from: Option<String>,
        about: About,
        /// As far as it can be told from his words; a person confirms.
        objection: Objection,
        /// What he wrote; empty where it can no longer be read.
        words: String,
    },
    StorageNearlyFull {
        free: u64,
    },
}

/// What a bidder says no to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objection {
    /// To the negotiation file, and offers something else.
    CounterOffer,
    /// To the negotiation file.
    Negotiation,
    /// To coming.
    Attendance,
    /// To something that only a person can tell.
    Other,
}

impl Objection {
    /// The gravest of what a mail was understood to say.
    pub fn of(said: &Answers) -> Objection {
        match (said.negotiation, said.attendance) {
            (Some(Negotiation::CounterOffer), _) => Objection::CounterOffer,
            (Some(Negotiation::Refused), _) => Objection::Negotiation,
            (_, Some(CalendarAnswer::Declined)) => Objection::Attendance,
            _ => Objection::Other,
        }
    }
}

/// Which tender, bidder and session something is about, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    pub code: String,
    pub package: String,
    pub bidder: String,
    /// For a call, where the tender file gives it.
    pub phone: Option<String>,
    pub session: Option<SessionKind>,
}

/// Everything that a digest shows, true at the moment it is written. Empty lists are shown as good news or left out.
#[derive(Clone, Debug, PartialEq)]
pub struct DigestFacts {
    /// Name of the mailbox.
    pub mailbox: String,
    pub at: Timestamp,
    /// When the one before was written; `None`: this is the first.
    pub since: Option<Timestamp>,
    /// Letters to bidders that did not arrive and whose session is not over: red, at the top.
    pub undelivered: Vec<UndeliveredLine>,
    /// What needs a decision, the oldest first.
    pub decisions: Vec<Decision>,
    /// Mails that could not be read, until a person decides.
    pub failed: Vec<FailedLine>,
    /// Filed mails that a person should read (a question, a result of the negotiation, …) and has not confirmed, the new first.
    pub to_read: Vec<ToRead>,
    /// Sessions of today and of the next working days, by time and bidder; those over whose papers are still due too.
    pub sessions: Vec<SessionLine>,
    /// Negotiations that are not finished: the file is out, or what came back waits for a person.
    pub negotiations: Vec<NegotiationLine>,
    /// What was filed since the last digest, by tender and bidder.
    pub came: Vec<CameLine>,
    /// Of what came since the last digest, what came after `due`.
    pub late: Vec<LateLine>,
    /// Mails of people since the last digest that were not answered by the program, and why.
    pub unanswered: Vec<UnansweredLine>,
    pub books: Books,
    /// Mails that the server refused to give or that vanished before they were fetched, since the last digest.
    pub troubles: Vec<TroubleLine>,
    /// Free octets where papers are kept, when they become few.
    pub storage_free: Option<u64>,
    /// The end of the journal's chain: each morning the members' mailboxes hold a witness.
    pub head: ChainHead,
}

#[derive(Clone, Debug, PartialEq)]
pub struct UndeliveredLine {
    pub outbox: OutboxId,
    pub kind: OutboxKind,
    pub to: String,
    pub subject: String,
    /// The server's words.
    pub detail: String,
    pub about: Option<About>,
    pub starts: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub message: MessageId,
    pub received_at: Timestamp,
    pub from: Option<String>,
    pub subject: String,
    pub files: usize,
    /// Best first.
    pub candidates: Vec<CandidateLine>,
    /// Why no place was certain.
    pub reasons: Vec<Reason>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CandidateLine {
    pub about: About,
    /// 0 to 1.
    pub confidence: f64,
    pub reasons: Vec<Reason>,
    /// What speaks against it.
    pub against: Vec<Reason>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct FailedLine {
    pub message: MessageId,
    pub received_at: Timestamp,
    pub from: Option<String>,
    pub subject: String,
    pub why: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ToRead {
    pub message: MessageId,
    pub received_at: Timestamp,
    pub from: Option<String>,
    pub subject: String,
    pub matter: ToReadMatter,
    /// It came since the last digest.
    pub new: bool,
    pub about: About,
}

/// Why a person should read a filed mail, and say that he did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToReadMatter {
    Attention(Attention),
    /// The bidder does not come.
    Declined,
    /// It was taken for an answer to the negotiation file.
    Negotiation(Negotiation),
}

/// One bidder's session.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionLine {
    pub session: SessionId,
    pub about: About,
    pub kind: SessionKind,
    pub starts: Timestamp,
    pub ends: Timestamp,
    pub due: Timestamp,
    /// It starts on the local day of the digest.
    pub today: bool,
    /// State of the newest invitation; `None`: not yet sent.
    pub invitation: Option<OutboxState>,
    pub attendance: Option<CalendarAnswer>,
    pub recording_consent: Option<RecordingConsent>,
    /// He asked for another time, and it stands where it stood.
    pub asks_for_another_day: bool,
    /// `due` has passed.
    pub over: bool,
    /// How many papers are owed, and which have not come in a usable form.
    pub owed: usize,
    pub missing: Vec<DocumentWord>,
    /// Those of `missing` of which only files came that are hard to use.
    pub poor: Vec<DocumentWord>,
    /// Files that a person is to give their word.
    pub contested: Vec<ContestedPaper>,
    /// Files that could not be examined, or not scanned for viruses, when they came.
    pub unexamined: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct NegotiationLine {
    pub session: SessionId,
    pub about: About,
    pub starts: Timestamp,
    pub due: Timestamp,
    /// `due` has passed.
    pub over: bool,
    pub state: Negotiation,
    /// He waits for the file, or we for him, and it did not reach him.
    pub undelivered: bool,
    /// A person said that it is so.
    pub confirmed: bool,
    /// Name of the file that was given.
    pub file: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CameLine {
    pub message: MessageId,
    pub received_at: Timestamp,
    pub about: About,
    /// What its files were taken for; `None`: not recognised.
    pub documents: Vec<Option<DocumentWord>>,
    /// What it was understood to answer.
    pub answers: Answers,
    pub attention: Option<Attention>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LateLine {
    pub message: MessageId,
    pub received_at: Timestamp,
    pub about: About,
    /// A minute begun is a minute late.
    pub minutes: i64,
    pub documents: Vec<Option<DocumentWord>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct UnansweredLine {
    pub message: MessageId,
    pub received_at: Timestamp,
    pub from: Option<String>,
    pub subject: String,
    pub why: String,
}

/// Mailbox against ledger: `listed` are still to be fetched; all the others are settled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Books {
    pub listed: u64,
    pub stored: u64,
    pub vanished: u64,
    pub refused: u64,
    pub folders: Vec<FolderLine>,
}

impl Books {
    /// Everything that was ever listed is settled, and nothing is known to lie unlisted.
    pub fn balance(&self) -> bool {
        self.listed == 0 && !self.behind()
    }

    /// Some folder is not being read: what lies in it nobody knows.
    pub fn behind(&self) -> bool {
        self.folders.iter().any(|folder| folder.trouble.is_some())
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct FolderLine {
    pub folder: String,
    /// The last time that its whole list was read; `None`: never.
    pub last_read_at: Option<Timestamp>,
    /// Mails in it then.
    pub mails: Option<u64>,
    /// What is wrong with it, in words; `None`: nothing.
    pub trouble: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TroubleLine {
    pub folder: String,
    /// `true`: the server would not give it; `false`: it vanished before it was fetched.
    pub refused: bool,
    pub arrived_at: Option<Timestamp>,
    pub bytes: Option<u64>,
    pub note: Option<String>,
}

/// The newest event of the journal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChainHead {
    pub seq: i64,
    pub hash: String,
}

//! Letter + registry -> which tender, bidder and session, with reasons. Pure; the table of signals is made to be added to.
//!
//! [`reading`] looks a letter through for what the [`index`] of the registry knows, [`signals`] says what of it speaks for
//! whom, [`contradictions`] what speaks against filing at all, [`weighing`] adds up, [`decision`] decides.

mod contradictions;
mod decision;
mod decoration;
mod doubts;
#[cfg(test)]
pub mod fixture;
pub mod index;
mod name_search;
pub mod names;
mod packages;
mod reading;
mod sessions;
pub mod signals;
mod text;
mod weighing;

use std::{
    collections::{BTreeSet, HashMap},
    sync::LazyLock,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use decoration::{DECORATION, is_decoration};
pub use index::Index;

use crate::{
    address::EmailAddress,
    letter::Letter,
    tender::{BidderId, DocumentWord, Registry, Session, SessionId, TenderId},
};
use signals::{Kind, SIGNALS};

/// Message-IDs of one letter that are looked up; a mail with a thousand References costs no more than others.
const REFERENCES_LIMIT: usize = 50;

/// Where a mail belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Placement {
    pub tender: TenderId,
    pub bidder: BidderId,
    pub session: SessionId,
}

/// One piece of evidence, in words that a member of the Pokja understands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Steady name of the signal: `sub-address`, `thread`, `reference`, `registered-address`, …
    pub signal: String,
    /// Indonesian: "dikirim ke alamat balasan khusus milik PT Contoh Karya Abadi".
    pub detail: String,
}

/// A place that a person may choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub tender: TenderId,
    pub bidder: BidderId,
    pub session: Option<SessionId>,
    pub confidence: f64,
    pub reasons: Vec<Reason>,
    /// What speaks against it.
    pub against: Vec<Reason>,
}

/// What matching says of a letter.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    pub verdict: Verdict,
    /// 0 to 1: of the placement, or of the best candidate.
    pub confidence: f64,
    /// The strongest first.
    pub reasons: Vec<Reason>,
    /// The writer's address is registered with some bidder.
    pub sender_registered: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Certain enough that no person need look.
    Placed(Placement),
    /// One mail for several tenders, and each of its files is certain.
    Divided {
        portions: Vec<Portion>,
        /// From which a person chooses where the mail cannot be divided after all.
        candidates: Vec<Candidate>,
    },
    /// A person decides; at most three, best first; empty when a registered bidder's mail fits no session.
    Ask(Vec<Candidate>),
    /// Nothing ties it to any bidder.
    Nothing,
}

/// Where some files of a mail belong.
#[derive(Clone, Debug, PartialEq)]
pub struct Portion {
    pub placement: Placement,
    /// Their numbers among the letter's attachments, from 1, in order.
    pub files: Vec<u32>,
    pub confidence: f64,
    /// The strongest first.
    pub reasons: Vec<Reason>,
}

/// A mail that we sent, found by a Message-ID that the letter names in In-Reply-To or References.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    pub message_id: String,
    pub tender: Option<TenderId>,
    pub bidder: Option<BidderId>,
    pub session: Option<SessionId>,
}

/// A mailbox of the office, as far as its addresses matter.
#[derive(Clone, Debug, PartialEq)]
pub struct MailboxIdentity {
    /// Name in the settings.
    pub name: String,
    pub address: EmailAddress,
    /// Delimiter of sub-addresses; empty where the server has none.
    pub subaddress: String,
}

/// That mails of an address were filed with a bidder before: by a person, or by their keys. Seen, never registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub bidder: BidderId,
    pub mails: u32,
}

/// What happened before the letter came. All of it may be empty: it adds, and nothing rests on it alone.
#[derive(Clone, Copy, Debug)]
pub struct History<'a> {
    /// Earlier mails of the writer's address.
    pub seen: &'a [Seen],
    /// Of the sessions of [`concerned`] bidders: the papers that have not come.
    pub missing: &'a HashMap<SessionId, Vec<DocumentWord>>,
    /// The session of our last mail to each concerned bidder.
    pub asked_last: &'a [SessionId],
    /// Text of the letter's papers, as far as they were read.
    pub paper_texts: &'a [PaperText],
}

/// What was read in a paper.
#[derive(Clone, Debug, PartialEq)]
pub struct PaperText {
    /// Its number among the letter's attachments, from 1.
    pub part: u32,
    /// What the paper is, where that is known: a firm's own NPWP says more than a contract that names it.
    pub document: Option<DocumentWord>,
    pub text: String,
}

impl History<'static> {
    /// Nothing is known of before.
    pub fn none() -> History<'static> {
        static NOTHING_MISSING: LazyLock<HashMap<SessionId, Vec<DocumentWord>>> =
            LazyLock::new(HashMap::new);
        History {
            seen: &[],
            missing: &NOTHING_MISSING,
            asked_last: &[],
            paper_texts: &[],
        }
    }
}

/// What a letter is weighed against.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub registry: &'a Registry,
    /// Made from that registry.
    pub index: &'a Index,
    /// Our own mails among [`references_of`] the letter.
    pub sent: &'a [Sent],
    /// Every mailbox of the office: a secret address of one Pokja may come to another's mailbox.
    pub mailboxes: &'a [MailboxIdentity],
    /// Name of the mailbox that it came to.
    pub mailbox: &'a str,
    pub history: History<'a>,
    pub received_at: Timestamp,
}

impl Facts<'_> {
    /// What a session still waits for; all it asks for, where nobody looked.
    fn missing<'s>(&'s self, session: &'s Session) -> &'s [DocumentWord] {
        let known = self.history.missing.get(&session.id);
        known.unwrap_or(&session.documents)
    }
}

/// The bidders of whom the letter's history is worth loading: those that a key or the sender's address names.
pub fn concerned(letter: &Letter, facts: &Facts) -> BTreeSet<BidderId> {
    let keys = decision::named_by_keys(letter, facts);
    let writers = letter.from.iter();
    let registered = writers.flat_map(|from| facts.registry.bidders_at(&from.address));
    keys.into_iter()
        .chain(registered.map(|bidder| bidder.id))
        .collect()
}

/// Where the letter belongs, and why.
pub fn find(letter: &Letter, facts: &Facts) -> Match {
    decision::decide(letter, facts)
}

/// The Message-IDs by which a letter may name a mail of ours: look them up and pass what was found as [`Facts::sent`].
/// The nearest come first: In-Reply-To, then References from the newest, then mails enclosed.
pub fn references_of(letter: &Letter) -> Vec<String> {
    let enclosed = letter
        .enclosed
        .iter()
        .filter_map(|mail| mail.message_id.as_ref());
    let mut references: Vec<String> = Vec::new();
    for reference in letter
        .in_reply_to
        .iter()
        .chain(letter.references.iter().rev())
        .chain(enclosed)
    {
        if references.len() == REFERENCES_LIMIT {
            break;
        }
        if !references.contains(reference) {
            references.push(reference.clone());
        }
    }
    references
}

/// Whether anything but identifiers in the text speaks for a bidder: a key, or an address.
pub fn rests_on_firm_signal(matched: &Match) -> bool {
    let firm = |name: &str| {
        let signal = SIGNALS.iter().find(|signal| signal.name == name);
        signal.is_some_and(|signal| matches!(signal.kind, Kind::Conclusive(_) | Kind::Strong))
    };
    matched.reasons.iter().any(|reason| firm(&reason.signal))
}

/// What a person decided, as a match: nothing is left to weigh.
pub fn decided(placement: Placement, sender_registered: bool) -> Match {
    Match {
        verdict: Verdict::Placed(placement),
        confidence: 1.0,
        reasons: vec![Reason {
            signal: "decided".into(),
            detail: "ditetapkan oleh anggota Pokja".into(),
        }],
        sender_registered,
    }
}

//! Letter + registry -> which tender, bidder and session, with reasons. Pure; the table of signals is made to be added to.

use serde::{Deserialize, Serialize};

use crate::tender::{BidderId, SessionId, TenderId};

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
    /// Indonesian: "alamat balasan khusus milik PT Contoh Karya Abadi".
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
    /// A person decides; at most three, best first; empty when a registered bidder's mail fits no session.
    Ask(Vec<Candidate>),
    /// Nothing ties it to any bidder.
    Nothing,
}

/// A mail that we sent, found by a Message-ID that the letter names in In-Reply-To or References.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    pub message_id: String,
    pub tender: Option<TenderId>,
    pub bidder: Option<BidderId>,
    pub session: Option<SessionId>,
}

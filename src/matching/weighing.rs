//! Adding up: log-odds of each place against a written prior. What is certain is decided elsewhere; here is told how
//! certain it is, and in which order a person sees what is not.

use std::collections::{BTreeSet, HashMap};

use super::{
    Candidate, Reason,
    decision::Case,
    signals::{self, Evidence, Family, Key, Kind},
};
use crate::tender::{BidderId, Session, SessionId};

/// Log-odds that a mail of which nothing is known belongs to a given open session: one to ninety. An office has a hundred
/// open sessions at most, and they are what people write about.
pub const PRIOR: f64 = -4.5;
/// A placement needs this posterior, and to be e^3 = 20 times as likely as the next place.
pub const THRESHOLD: f64 = 0.96;
pub const MARGIN: f64 = 3.0;
/// No evidence makes more certain than that.
pub const CERTAIN: f64 = 0.999;
/// Where a person is asked something speaks against the best candidate too: measured on the labelled mailbox.
pub const ASKED: f64 = 0.9;
const CONTRADICTED: f64 = 0.6;
/// Above this evidence repeats itself; what more there is counts by its logarithm, so that a rival's key is never drowned.
const REPEATS: f64 = 9.0;
/// Below this part of the best a candidate only distracts.
const NOISE: f64 = 0.005;
const CANDIDATES: usize = 3;

/// A place with what speaks for and against it.
#[derive(Clone, Debug)]
pub struct Weighed<'a> {
    pub bidder: BidderId,
    pub session: Option<&'a Session>,
    /// Log-odds.
    pub odds: f64,
    /// What of it rests on lists of papers and on our own last mail: that tells meetings of one bidder apart, not tenders.
    pub by_lists: f64,
    pub reasons: Vec<Reason>,
    pub against: Vec<Reason>,
}

impl<'a> Case<'a> {
    /// The sessions of some bidders, the likeliest first; a bidder without one stands for itself.
    pub fn weigh(&self, bidders: &BTreeSet<BidderId>) -> Vec<Weighed<'a>> {
        let mut weighed = Vec::new();
        let by_bidder = self.by_bidder();
        for &bidder in bidders {
            let own = by_bidder.get(&bidder).map_or(&[][..], Vec::as_slice);
            let sessions = self.facts.registry.sessions_of(bidder);
            let mut sessions = sessions
                .filter(|session| !session.withdrawn || self.keyed(session.id))
                .peekable();
            if sessions.peek().is_none() {
                weighed.push(self.weigh_place(bidder, None, own));
            }
            weighed.extend(sessions.map(|session| self.weigh_place(bidder, Some(session), own)));
        }
        weighed.sort_by(|a, b| {
            let nearer = || self.distance(a.session).cmp(&self.distance(b.session));
            b.odds.total_cmp(&a.odds).then_with(nearer)
        });
        weighed
    }

    fn distance(&self, session: Option<&Session>) -> i64 {
        let at = self.facts.received_at;
        session.map_or(i64::MAX, |session| {
            at.duration_since(session.due).as_secs().abs()
        })
    }

    /// What his address sent before says nothing where he names another firm now: one clerk serves several.
    fn names_another_firm(&self, bidder: BidderId) -> bool {
        let families = [Family::Name, Family::Npwp, Family::Nib];
        let mut named = families
            .into_iter()
            .flat_map(|family| self.of_family(family))
            .peekable();
        named.peek().is_some() && !named.any(|id| self.same_firm(id, bidder))
    }

    /// A key names this session: its time is then no matter.
    fn keyed(&self, session: SessionId) -> bool {
        let mut keys = self.keys();
        !self.moved_on && keys.any(|key| key.session == Some(session))
    }

    /// What speaks for or against each, the keys of an old thread with its whole firm.
    fn by_bidder(&self) -> HashMap<BidderId, Vec<&Evidence>> {
        let mut all: HashMap<BidderId, Vec<&Evidence>> = HashMap::new();
        for evidence in &self.evidence {
            let is_key = matches!(evidence.signal.kind, Kind::Conclusive(_));
            let Some(own) = evidence.bidder else { continue };
            let of = match self.moved_on && is_key {
                true => self.facts.index.firm_of(own),
                false => BTreeSet::from([own]),
            };
            for bidder in of {
                all.entry(bidder).or_default().push(evidence);
            }
        }
        all
    }

    fn weigh_place(
        &self,
        bidder: BidderId,
        session: Option<&'a Session>,
        evidence: &[&Evidence],
    ) -> Weighed<'a> {
        let (mut evidence_sum, mut session_sum, mut by_lists) = (0.0, 0.0, 0.0);
        let (mut reasons, mut against) = (Vec::new(), Vec::new());
        let id = session.map(|session| session.id);
        for evidence in evidence {
            if evidence.signal.name == "seen-sender" && self.names_another_firm(bidder) {
                continue;
            }
            let elsewhere = evidence.session.is_some() && evidence.session != id;
            evidence_sum += self.weight(evidence, elsewhere);
            match evidence.signal.kind {
                Kind::Contradicting => against.push(evidence.reason.clone()),
                _ if elsewhere && !self.moved_on => {}
                _ => reasons.push(evidence.reason.clone()),
            }
        }
        if let Some(session) = session {
            let keyed = self.keyed(session.id);
            for line in signals::of_session(&self.reading, self.facts, session) {
                if keyed && line.weight < 0.0 {
                    continue;
                }
                session_sum += line.weight;
                if matches!(line.name, "papers-asked" | "papers-owed" | "asked-last") {
                    by_lists += line.weight;
                }
                match line.weight > 0.0 {
                    true => reasons.push(line.reason(session)),
                    false => against.push(line.reason(session)),
                }
            }
        }
        Weighed {
            bidder,
            session,
            odds: PRIOR + evidence_sum + session_sum,
            by_lists,
            reasons,
            against,
        }
    }

    fn weight(&self, evidence: &Evidence, elsewhere: bool) -> f64 {
        // So much of a key's weight is for its session; the rest is for the bidder.
        let for_session = match evidence.signal.kind {
            Kind::Conclusive(Key::Direct) => 10.5,
            Kind::Conclusive(Key::Written) => 8.5,
            Kind::Conclusive(Key::Quoted) => 4.5,
            _ => 0.0,
        };
        match elsewhere && !self.moved_on {
            true => evidence.signal.weight - for_session,
            false => evidence.signal.weight,
        }
    }

    /// Everything that some evidence names.
    pub fn all_named(&self) -> Vec<Weighed<'a>> {
        let named = self.evidence.iter().filter_map(|evidence| evidence.bidder);
        self.weigh(&named.collect())
    }

    /// The posterior of a place among all that some evidence names.
    pub fn confidence(&self, session: SessionId) -> f64 {
        let all = self.all_named();
        let own = all
            .iter()
            .find(|place| place.session.is_some_and(|s| s.id == session));
        own.map_or(0.0, |own| posterior(own, &all).min(CERTAIN))
    }

    /// The bidders that are named by more than what names every bidder of its tender.
    fn named_themselves(&self) -> BTreeSet<BidderId> {
        let of_all = |evidence: &Evidence| {
            evidence.signal.kind == Kind::Identifier(Family::Code)
                || matches!(evidence.signal.name, "package-name" | "package-words")
        };
        self.bidders(|evidence| !of_all(evidence))
    }

    /// What a person may choose from, the best first.
    pub fn candidates(&self, why: &Reason, contradicted: bool) -> Vec<Candidate> {
        let mut all = self.all_named();
        // The other bidders of a tender that a known sender names only distract; they are weighed, and not shown.
        let distracts = self.any(|kind| matches!(kind, Kind::Conclusive(_) | Kind::Strong));
        let named = self.named_themselves();
        let is_shown = |place: &&Weighed| !distracts || named.contains(&place.bidder);
        for place in &mut all {
            let sum = place.odds - PRIOR;
            if sum > REPEATS {
                place.odds = PRIOR + REPEATS + (1.0 + sum - REPEATS).ln();
            }
        }
        let best = all
            .iter()
            .filter(is_shown)
            .map(|place| place.odds)
            .fold(f64::NEG_INFINITY, f64::max);
        let most = if contradicted { CONTRADICTED } else { ASKED };
        let clear = |place: &&Weighed| place.odds >= best + NOISE.ln();
        let shown = all.iter().filter(is_shown).filter(clear);
        let candidates = shown.take(CANDIDATES).filter_map(|place| {
            let mut against = place.against.clone();
            against.extend(contradicted.then(|| why.clone()));
            Some(Candidate {
                tender: self.facts.registry.bidder(place.bidder)?.tender,
                bidder: place.bidder,
                session: place.session.map(|session| session.id),
                confidence: posterior(place, &all).min(most),
                reasons: place.reasons.clone(),
                against,
            })
        });
        candidates.collect()
    }
}

/// Among these places and "none of them".
pub fn posterior(own: &Weighed, all: &[Weighed]) -> f64 {
    let highest = all.iter().map(|place| place.odds).fold(0.0, f64::max);
    let none = (-highest).exp();
    let sum: f64 = all.iter().map(|place| (place.odds - highest).exp()).sum();
    (own.odds - highest).exp() / (none + sum)
}

//! From evidence to a verdict. Strong signals that contradict each other never average out: they go to a person.
//!
//! What may place a mail at all: a key; else the registered sender; else two independent identifiers of one bidder
//! (CONTRACT.md). Everything else only tells places apart, by [`super::weighing`].

mod division;
mod keys;
mod plainness;
#[cfg(test)]
mod properties;
mod senders;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashSet};

use super::{
    Facts, Match, Placement, Portion, Reason, Verdict,
    reading::Reading,
    sessions,
    signals::{Evidence, Family, Kind, gather, gather_of},
    weighing::{MARGIN, THRESHOLD, Weighed, posterior},
};
use crate::{
    letter::Letter,
    tender::{BidderId, Session, TenderId},
};

/// A verdict before it is dressed with reasons.
enum Ruling<'a> {
    /// With what settled the session, where no key did.
    Place(&'a Session, Option<Reason>),
    /// Why a person must choose among all that the evidence names.
    Ask(Reason),
    Nothing,
}

/// A letter, what it is weighed against, and what speaks for whom.
pub struct Case<'a> {
    pub reading: Reading<'a>,
    pub facts: &'a Facts<'a>,
    pub evidence: Vec<Evidence>,
    /// The thread is an old one, answered for a new matter: its session counts no more than any other.
    pub moved_on: bool,
}

pub fn decide(letter: &Letter, facts: &Facts) -> Match {
    let reading = Reading::of(letter, facts.index);
    let evidence = gather(&reading, facts);
    let mut case = Case {
        reading,
        facts,
        evidence,
        moved_on: false,
    };
    let ruling = if case.any(|kind| matches!(kind, Kind::Conclusive(_))) {
        case.by_keys()
    } else if !case.registered().is_empty() {
        case.by_sender()
    } else if case.is_worth_asking() {
        case.by_identifiers()
    } else {
        Ruling::Nothing
    };
    let matched = case.dress(ruling);
    match case.divide() {
        Some(portions) => case.divided(matched, portions),
        None => matched,
    }
}

/// The bidders whom a key in the letter names.
pub fn named_by_keys(letter: &Letter, facts: &Facts) -> BTreeSet<BidderId> {
    let is_key = |kind| matches!(kind, Kind::Conclusive(_));
    let keys = gather_of(&Reading::of_texts(letter), facts, is_key);
    keys.iter().filter_map(|evidence| evidence.bidder).collect()
}

impl<'a> Case<'a> {
    /// Something names a bidder; in what the server took for spam, something clear.
    fn is_worth_asking(&self) -> bool {
        let spam = self.reading.letter.automation.spam_verdict;
        self.evidence.iter().any(|evidence| {
            evidence.bidder.is_some()
                && (!spam
                    || !matches!(evidence.signal.kind, Kind::Supporting | Kind::Contradicting))
        })
    }

    /// The session of these bidders that papers, words and time point to, if it is clear.
    fn settle(&self, pool: &BTreeSet<BidderId>) -> Ruling<'a> {
        let at = self.facts.received_at;
        let weighed: Vec<Weighed<'a>> = self.weigh(pool);
        let Some(session) = weighed.first().and_then(|best| best.session) else {
            return Ruling::Ask(reason("no-session", "peserta ini belum mempunyai jadwal"));
        };
        let clear = weighed[1..].iter().all(|other| {
            // What a list of papers says beyond what the other's says tells no two tenders apart.
            let by_lists = match other.bidder == session.bidder {
                true => 0.0,
                false => (weighed[0].by_lists - other.by_lists).max(0.0),
            };
            weighed[0].odds - by_lists - other.odds >= MARGIN
        });
        let open = sessions::is_open(session, at);
        if !clear
            || posterior(&weighed[0], &weighed) < THRESHOLD
            || !(open || sessions::has_just_ended(session, at))
        {
            return several_sessions();
        }
        let others = || weighed[1..].iter().filter_map(|place| place.session);
        let by_time = match open {
            true if others().any(|other| sessions::is_open(other, at)) => None,
            true => Some(reason(
                "open-session",
                "hanya jadwal ini yang masih menerima berkas",
            )),
            false => Some(reason("ended-session", "jadwal yang belum lama berakhir")),
        };
        self.place(session, by_time)
    }

    fn place(&self, session: &'a Session, by: Option<Reason>) -> Ruling<'a> {
        let bidder = self.facts.registry.bidder(session.bidder);
        if session.withdrawn || bidder.is_none_or(|bidder| bidder.withdrawn) {
            return Ruling::Ask(reason(
                "withdrawn",
                "peserta atau jadwal ini sudah ditarik dari daftar",
            ));
        }
        Ruling::Place(session, by)
    }

    fn dress(&self, ruling: Ruling<'a>) -> Match {
        let sender_registered = !self.registered().is_empty();
        match ruling {
            Ruling::Place(session, by) => {
                let confidence = self.confidence(session.id);
                if confidence < THRESHOLD {
                    let why = reason("unclear", "petunjuk untuk peserta lain hampir sama kuat");
                    return self.asked(why, sender_registered);
                }
                Match {
                    verdict: Verdict::Placed(Placement {
                        tender: session.tender,
                        bidder: session.bidder,
                        session: session.id,
                    }),
                    confidence,
                    reasons: self.reasons_for(session, by),
                    sender_registered,
                }
            }
            Ruling::Ask(why) => self.asked(why, sender_registered),
            Ruling::Nothing => Match {
                verdict: Verdict::Nothing,
                confidence: 0.0,
                reasons: Vec::new(),
                sender_registered,
            },
        }
    }

    fn reasons_for(&self, session: &Session, by: Option<Reason>) -> Vec<Reason> {
        let all = self.all_named();
        let own = all
            .into_iter()
            .find(|place| place.session.is_some_and(|own| own.id == session.id));
        let mut reasons = own.map(|place| place.reasons).unwrap_or_default();
        reasons.extend(by);
        let tender = self.facts.registry.tender(session.tender);
        if let Some(tender) = tender.filter(|tender| tender.mailbox != self.facts.mailbox) {
            let detail = format!(
                "surat masuk ke {}, tender ini ditangani {}",
                self.facts.mailbox, tender.mailbox
            );
            reasons.push(reason("other-mailbox", &detail));
        }
        reasons
    }

    fn asked(&self, why: Reason, sender_registered: bool) -> Match {
        let candidates = self.candidates(&why, why.signal == "contradiction");
        let mut known = HashSet::new();
        let mut reasons: Vec<Reason> = Vec::new();
        for Evidence { reason, .. } in &self.evidence {
            if known.insert((&reason.signal, &reason.detail)) {
                reasons.push(reason.clone());
            }
        }
        reasons.push(why);
        Match {
            confidence: candidates.first().map_or(0.0, |best| best.confidence),
            verdict: Verdict::Ask(candidates),
            reasons,
            sender_registered,
        }
    }

    pub fn any(&self, fits: impl Fn(Kind) -> bool) -> bool {
        self.evidence
            .iter()
            .any(|evidence| fits(evidence.signal.kind))
    }

    /// Keys stand before everything else.
    pub fn keys(&self) -> impl Iterator<Item = &Evidence> {
        let is_key = |evidence: &&Evidence| matches!(evidence.signal.kind, Kind::Conclusive(_));
        self.evidence.iter().take_while(is_key)
    }

    pub fn bidders(&self, fits: impl Fn(&Evidence) -> bool) -> BTreeSet<BidderId> {
        let fitting = self.evidence.iter().filter(|evidence| fits(evidence));
        fitting.filter_map(|evidence| evidence.bidder).collect()
    }

    pub fn named(&self, signal: &str) -> BTreeSet<BidderId> {
        self.bidders(|evidence| evidence.signal.name == signal)
    }

    pub fn of_family(&self, family: Family) -> BTreeSet<BidderId> {
        self.bidders(|evidence| evidence.signal.kind == Kind::Identifier(family))
    }

    pub fn registered(&self) -> BTreeSet<BidderId> {
        self.named("registered-address")
    }

    pub fn tender_of(&self, bidder: BidderId) -> Option<TenderId> {
        self.facts
            .registry
            .bidder(bidder)
            .map(|bidder| bidder.tender)
    }
}

pub fn contradiction(detail: &str) -> Reason {
    reason("contradiction", detail)
}

fn reason(signal: &str, detail: &str) -> Reason {
    Reason {
        signal: signal.into(),
        detail: detail.into(),
    }
}

fn several_sessions<'a>() -> Ruling<'a> {
    Ruling::Ask(reason(
        "several-sessions",
        "belum pasti jadwal mana yang dimaksud",
    ))
}

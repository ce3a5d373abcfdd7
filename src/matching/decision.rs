//! From evidence to a verdict. Strong signals that contradict each other never average out: they go to a person.
//!
//! Confidence: independent findings for the same place combine as `1 - Π(1 - weight)`, at most 0.999; a place found by
//! time alone counts [`JUST_ENDED`] where its session is over. A candidate has its part of the sum of all candidates'
//! confidence, at most [`ASKED`]: where a person is asked, nothing is certain.

use std::collections::BTreeSet;

use super::{
    Candidate, Facts, Match, Placement, Reason, Verdict,
    names::CompanyName,
    sessions::{Choice, choose},
    signals::{Evidence, Key, Kind, gather},
};
use crate::{
    letter::Letter,
    tender::{BidderId, Registry, Session, SessionId},
};

const CERTAIN: f64 = 0.999;
const JUST_ENDED: f64 = 0.9;
const ASKED: f64 = 0.6;
const CANDIDATES: usize = 3;
/// Below this part of the best a candidate only distracts: the other bidders of a tender whose code was named.
const NOISE: f64 = 0.25;

/// A verdict before it is dressed with reasons.
enum Ruling<'a> {
    /// With the reason that the time gave, and the factor for it.
    Place(&'a Session, Option<Reason>, f64),
    /// Why a person must choose among all that the evidence names.
    Ask(Reason),
    Nothing,
}

struct Case<'a> {
    facts: &'a Facts<'a>,
    evidence: Vec<Evidence>,
}

pub fn decide(letter: &Letter, facts: &Facts) -> Match {
    let case = Case {
        facts,
        evidence: gather(letter, facts),
    };
    let ruling = if case.any(|kind| matches!(kind, Kind::Conclusive(_))) {
        case.by_keys()
    } else if !case.registered().is_empty() {
        case.by_sender()
    } else if case.any(|kind| kind != Kind::Contradicting) {
        case.by_identifiers()
    } else {
        Ruling::Nothing
    };
    let sender_registered = !case.registered().is_empty();
    match ruling {
        Ruling::Place(session, by_time, factor) => {
            case.placed(session, by_time, factor, sender_registered)
        }
        Ruling::Ask(why) => case.ask(why, sender_registered),
        Ruling::Nothing => Match {
            verdict: Verdict::Nothing,
            confidence: 0.0,
            reasons: Vec::new(),
            sender_registered,
        },
    }
}

impl<'a> Case<'a> {
    /// Secret address, thread or reference: enough alone, whoever writes, unless somebody else is in it.
    fn by_keys(&self) -> Ruling<'a> {
        let keys = self.bidders(|evidence| matches!(evidence.signal.kind, Kind::Conclusive(_)));
        let Some(&bidder) = keys.first() else {
            return ask("contradiction", "kunci tidak dikenali");
        };
        if keys.len() > 1 {
            return ask(
                "contradiction",
                "tanda-tandanya menunjuk ke peserta yang berbeda",
            );
        }
        // The writer, whom he wants answered, whose mail he encloses: each set may hold several firms of one clerk, but
        // the key's own bidder must be among them.
        for signal in ["registered-address", "reply-address", "enclosed-sender"] {
            let named = self.bidders(|evidence| evidence.signal.name == signal);
            if !named.is_empty() && !named.iter().any(|&other| self.same_firm(other, bidder)) {
                return ask(
                    "contradiction",
                    "tanda milik seorang peserta dipakai oleh alamat peserta lain",
                );
            }
        }
        if let Some(contradiction) = self.text_contradicts(bidder) {
            return contradiction;
        }
        self.key_session(bidder)
    }

    /// What the writer says beside his key: a second tender in which he takes part too, or, from an address that
    /// nobody registered, another firm's name or number.
    fn text_contradicts(&self, bidder: BidderId) -> Option<Ruling<'a>> {
        let registered = self.registered();
        let named = |signal: &str| self.bidders(|evidence| evidence.signal.name == signal);
        let tender_of = |id: BidderId| self.facts.registry.bidder(id).map(|bidder| bidder.tender);
        let second_tender = named("tender-code").into_iter().any(|other| {
            tender_of(other) != tender_of(bidder)
                && (registered.contains(&other) || self.same_firm(other, bidder))
        });
        if second_tender {
            return Some(ask(
                "contradiction",
                "surat ini menyebut lebih dari satu tender",
            ));
        }
        let stranger = registered.is_empty();
        let other_firm = ["company-name", "npwp", "nib"].into_iter().any(|signal| {
            let named = named(signal);
            !named.is_empty() && !named.iter().any(|&other| self.same_firm(other, bidder))
        });
        (stranger && other_firm).then(|| {
            ask(
                "contradiction",
                "surat ini menyebut perusahaan lain, dari alamat yang tidak terdaftar",
            )
        })
    }

    /// The session that the keys of one bidder name.
    ///
    /// The address written to and the mail answered settle it; a typed reference among others is then only a mention,
    /// but one that names another session alone contradicts them. Without them a typed reference settles it, without
    /// that a quoted one. Two of the same rank that differ go to a person.
    fn key_session(&self, bidder: BidderId) -> Ruling<'a> {
        let of_rank = |rank: Key| -> BTreeSet<SessionId> {
            self.evidence
                .iter()
                .filter(|evidence| evidence.signal.kind == Kind::Conclusive(rank))
                .filter_map(|evidence| evidence.session)
                .collect()
        };
        let (direct, written, quoted) = (
            of_rank(Key::Direct),
            of_rank(Key::Written),
            of_rank(Key::Quoted),
        );
        let named = [&direct, &written, &quoted]
            .into_iter()
            .find(|named| !named.is_empty());
        let Some(named) = named else {
            return self.by_time(&[bidder]);
        };
        let only = (named.len() == 1).then(|| named.first()).flatten();
        let Some(session) = only.and_then(|&id| self.facts.registry.session(id)) else {
            return ask(
                "contradiction",
                "tanda-tandanya menunjuk ke jadwal yang berbeda",
            );
        };
        if !written.is_empty() && !written.contains(&session.id) {
            return ask(
                "contradiction",
                "nomor rujukan yang ditulis bukan milik jadwal yang dibalas",
            );
        }
        self.place(session, None, 1.0)
    }

    /// The registered sender with exactly one session that is open for it.
    fn by_sender(&self) -> Ruling<'a> {
        let sender = self.registered();
        let firm = |other: BidderId| sender.iter().any(|&own| self.same_firm(own, other));
        for signal in ["reply-address", "enclosed-sender"] {
            let named = self.bidders(|evidence| evidence.signal.name == signal);
            if !named.is_empty() && !named.into_iter().any(firm) {
                return ask("contradiction", "alamat dalam surat ini milik peserta lain");
            }
        }
        // One address may stand for several bidders: one firm in two tenders, or a clerk of several firms. What he
        // names narrows them; naming none of them speaks against all.
        let mut pool: Vec<BidderId> = sender.iter().copied().collect();
        for signal in ["tender-code", "company-name", "npwp", "nib"] {
            let named = self.bidders(|evidence| evidence.signal.name == signal);
            if named.is_empty() {
                continue;
            }
            pool.retain(|bidder| named.contains(bidder));
            if pool.is_empty() {
                return ask(
                    "contradiction",
                    "isi surat menyebut tender atau perusahaan lain",
                );
            }
        }
        let everything: Vec<BidderId> = sender.into_iter().collect();
        match (choose(&pool, self.facts), choose(&everything, self.facts)) {
            // "Old tender in the subject" is a usual fault: papers may well be meant for what is open elsewhere.
            (Choice::JustEnded(_), Choice::Open(_)) => ask(
                "contradiction",
                "tender yang disebut sudah lewat, sedangkan yang lain masih terbuka",
            ),
            _ => self.by_time(&pool),
        }
    }

    /// Two independent identifiers of exactly one bidder, and nothing that speaks against it.
    fn by_identifiers(&self) -> Ruling<'a> {
        let unclear = || {
            ask(
                "unregistered",
                "pengirim tidak terdaftar dan buktinya belum cukup",
            )
        };
        if self.any(|kind| matches!(kind, Kind::Contradicting)) {
            return unclear();
        }
        let mut named: Option<BTreeSet<BidderId>> = None;
        let mut kinds = 0;
        for signal in ["tender-code", "company-name", "npwp", "nib"] {
            let found = self.bidders(|evidence| evidence.signal.name == signal);
            if found.is_empty() {
                continue;
            }
            // Two codes, or two firms: which one is meant?
            let one_tender = self.tenders(&found) == 1;
            let one_firm = found
                .iter()
                .all(|&a| found.iter().all(|&b| self.same_firm(a, b)));
            if (signal == "tender-code" && !one_tender) || (signal != "tender-code" && !one_firm) {
                return unclear();
            }
            kinds += 1;
            named = Some(match named {
                None => found,
                Some(before) => before.intersection(&found).copied().collect(),
            });
        }
        let named: Vec<BidderId> = named.unwrap_or_default().into_iter().collect();
        let [bidder] = named[..] else {
            return unclear();
        };
        let others = self.bidders(|evidence| evidence.signal.kind == Kind::Strong);
        if kinds < 2 || others.iter().any(|&other| !self.same_firm(other, bidder)) {
            return unclear();
        }
        self.by_time(&[bidder])
    }

    fn by_time(&self, bidders: &[BidderId]) -> Ruling<'a> {
        let reason = |signal: &str, detail: &str| {
            Some(Reason {
                signal: signal.into(),
                detail: detail.into(),
            })
        };
        match choose(bidders, self.facts) {
            Choice::Open(session) => self.place(
                session,
                reason(
                    "open-session",
                    "satu-satunya jadwal yang masih menerima berkas",
                ),
                1.0,
            ),
            Choice::JustEnded(session) => self.place(
                session,
                reason(
                    "ended-session",
                    "satu-satunya jadwal yang belum lama berakhir",
                ),
                JUST_ENDED,
            ),
            Choice::Unclear(sessions) if sessions.is_empty() => {
                ask("no-session", "peserta ini tidak mempunyai jadwal")
            }
            Choice::Unclear(_) => ask("several-sessions", "jadwal yang dimaksud tidak pasti"),
        }
    }

    fn place(&self, session: &'a Session, by_time: Option<Reason>, factor: f64) -> Ruling<'a> {
        let bidder = self.facts.registry.bidder(session.bidder);
        if session.withdrawn || bidder.is_none_or(|bidder| bidder.withdrawn) {
            return ask(
                "withdrawn",
                "peserta atau jadwal ini sudah ditarik dari daftar",
            );
        }
        Ruling::Place(session, by_time, factor)
    }

    fn placed(
        &self,
        session: &Session,
        by_time: Option<Reason>,
        factor: f64,
        sender_registered: bool,
    ) -> Match {
        let (confidence, mut reasons) = self.weigh(session.bidder, Some(session.id));
        reasons.extend(by_time);
        Match {
            verdict: Verdict::Placed(Placement {
                tender: session.tender,
                bidder: session.bidder,
                session: session.id,
            }),
            confidence: confidence * factor,
            reasons,
            sender_registered,
        }
    }

    fn ask(&self, why: Reason, sender_registered: bool) -> Match {
        let candidates = self.candidates();
        let mut reasons: Vec<Reason> = Vec::new();
        for evidence in &self.evidence {
            if !reasons.contains(&evidence.reason) {
                reasons.push(evidence.reason.clone());
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

    /// Every place that some evidence names, the best three.
    fn candidates(&self) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = Vec::new();
        for bidder in self.bidders(|evidence| evidence.bidder.is_some()) {
            let Some(tender) = self
                .facts
                .registry
                .bidder(bidder)
                .map(|bidder| bidder.tender)
            else {
                continue;
            };
            for (session, factor) in self.candidate_sessions(bidder) {
                let (confidence, reasons) = self.weigh(bidder, session);
                candidates.push(Candidate {
                    tender,
                    bidder,
                    session,
                    confidence: confidence * factor,
                    reasons,
                });
            }
        }
        // Stable: of equals the nearer session stays before the other.
        candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        let best = candidates.first().map_or(0.0, |best| best.confidence);
        candidates.retain(|candidate| candidate.confidence >= best * NOISE);
        let sum: f64 = candidates
            .iter()
            .map(|candidate| candidate.confidence)
            .sum();
        candidates.truncate(CANDIDATES);
        for candidate in &mut candidates {
            let part = candidate.confidence / sum.max(f64::MIN_POSITIVE);
            candidate.confidence = (candidate.confidence * part).min(ASKED);
        }
        candidates
    }

    /// Those that its keys name, else those that the time offers, the likelier first.
    fn candidate_sessions(&self, bidder: BidderId) -> Vec<(Option<SessionId>, f64)> {
        let named: BTreeSet<SessionId> = self
            .evidence
            .iter()
            .filter(|evidence| evidence.bidder == Some(bidder))
            .filter_map(|evidence| evidence.session)
            .collect();
        if !named.is_empty() {
            return named.into_iter().map(|id| (Some(id), 1.0)).collect();
        }
        match choose(&[bidder], self.facts) {
            Choice::Open(session) => vec![(Some(session.id), 1.0)],
            Choice::JustEnded(session) => vec![(Some(session.id), JUST_ENDED)],
            Choice::Unclear(sessions) if sessions.is_empty() => vec![(None, 1.0)],
            Choice::Unclear(sessions) => sessions
                .iter()
                .map(|session| (Some(session.id), 1.0))
                .collect(),
        }
    }

    /// The evidence for a place, combined, and its reasons, the strongest first.
    fn weigh(&self, bidder: BidderId, session: Option<SessionId>) -> (f64, Vec<Reason>) {
        let speaks = self.evidence.iter().filter(|evidence| {
            evidence.bidder == Some(bidder)
                && (evidence.session.is_none() || evidence.session == session)
        });
        let mut doubt = 1.0;
        let mut reasons = Vec::new();
        for evidence in speaks {
            doubt *= 1.0 - evidence.signal.weight;
            reasons.push(evidence.reason.clone());
        }
        ((1.0 - doubt).min(CERTAIN), reasons)
    }

    fn any(&self, fits: impl Fn(Kind) -> bool) -> bool {
        self.evidence
            .iter()
            .any(|evidence| fits(evidence.signal.kind))
    }

    fn bidders(&self, fits: impl Fn(&Evidence) -> bool) -> BTreeSet<BidderId> {
        let fitting = self.evidence.iter().filter(|evidence| fits(evidence));
        fitting.filter_map(|evidence| evidence.bidder).collect()
    }

    fn registered(&self) -> BTreeSet<BidderId> {
        self.bidders(|evidence| evidence.signal.name == "registered-address")
    }

    fn tenders(&self, bidders: &BTreeSet<BidderId>) -> usize {
        let tenders = bidders
            .iter()
            .filter_map(|&id| self.facts.registry.bidder(id));
        tenders
            .map(|bidder| bidder.tender)
            .collect::<BTreeSet<_>>()
            .len()
    }

    fn same_firm(&self, a: BidderId, b: BidderId) -> bool {
        a == b || same_firm(self.facts.registry, a, b)
    }
}

/// One firm in two tenders is two bidders: equal name with equal legal form, or equal NPWP.
fn same_firm(registry: &Registry, a: BidderId, b: BidderId) -> bool {
    let (Some(a), Some(b)) = (registry.bidder(a), registry.bidder(b)) else {
        return false;
    };
    let npwp = |npwp: &Option<String>| {
        let digits: String = npwp
            .iter()
            .flat_map(|n| n.chars())
            .filter(char::is_ascii_digit)
            .collect();
        let bare = digits.strip_prefix('0').unwrap_or(&digits).to_owned();
        (bare.len() >= 14).then_some(bare)
    };
    CompanyName::read(&a.name) == CompanyName::read(&b.name)
        || npwp(&a.npwp).is_some_and(|number| npwp(&b.npwp) == Some(number))
}

fn ask<'a>(signal: &str, detail: &str) -> Ruling<'a> {
    Ruling::Ask(Reason {
        signal: signal.into(),
        detail: detail.into(),
    })
}

#[cfg(test)]
mod tests;

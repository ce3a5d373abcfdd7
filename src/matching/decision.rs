//! From evidence to a verdict. Strong signals that contradict each other never average out: they go to a person.
//!
//! What may place a mail at all: a key; else the registered sender; else two independent identifiers of one bidder
//! (CONTRACT.md). Everything else only tells places apart, by [`super::weighing`].

use std::collections::BTreeSet;

use super::{
    Facts, Match, Placement, Reason, Verdict,
    reading::Reading,
    sessions,
    signals::{Evidence, Family, Key, Kind, gather},
    text,
    weighing::{MARGIN, THRESHOLD, Weighed, posterior},
};
use crate::{
    letter::Letter,
    tender::{BidderId, DocumentWord, Reference, Session, SessionId, SessionKind, TenderId},
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
    case.dress(ruling)
}

/// The bidders whom a key in the letter names.
pub fn named_by_keys(reading: &Reading, facts: &Facts) -> BTreeSet<BidderId> {
    let evidence = gather(reading, facts);
    let keys = evidence
        .iter()
        .filter(|evidence| matches!(evidence.signal.kind, Kind::Conclusive(_)));
    keys.filter_map(|evidence| evidence.bidder).collect()
}

impl<'a> Case<'a> {
    /// Secret address, thread or reference: enough alone, whoever writes, unless somebody else is in it.
    fn by_keys(&mut self) -> Ruling<'a> {
        let keys = self.bidders(|evidence| matches!(evidence.signal.kind, Kind::Conclusive(_)));
        let Some(&bidder) = keys.first() else {
            return Ruling::Ask(contradiction("kunci tidak dikenali"));
        };
        if keys.iter().any(|&other| !self.same_firm(other, bidder)) {
            return Ruling::Ask(contradiction(
                "tanda-tandanya menunjuk ke peserta yang berbeda",
            ));
        }
        if let Some(why) = self.other_address(&keys) {
            return Ruling::Ask(why);
        }
        if let Some(why) = self.rival(&keys).or_else(|| self.several_of_one_clerk()) {
            return Ruling::Ask(why);
        }
        if self.registered().is_empty()
            && let Some(why) = self.other_firm(&keys).or_else(|| self.other_person(&keys))
        {
            return Ruling::Ask(why);
        }
        if let Some(ruling) = self.by_new_matter() {
            self.moved_on = matches!(ruling, Ruling::Place(..));
            return ruling;
        }
        if keys.len() > 1 {
            return Ruling::Ask(contradiction(
                "tanda-tandanya menunjuk ke tender yang berbeda",
            ));
        }
        if let Some(why) = self.second_tender(&keys) {
            return Ruling::Ask(why);
        }
        self.key_session(bidder)
    }

    /// The session that the keys of one bidder name.
    ///
    /// The address written to and the mail answered settle it; a typed reference among others is then only a mention,
    /// but one that names another session alone contradicts them. Without them a typed reference settles it, without
    /// that a quoted one. Two of the same rank that differ go to a person.
    fn key_session(&self, bidder: BidderId) -> Ruling<'a> {
        let ranks = [Key::Direct, Key::Written, Key::Quoted].map(|rank| self.keyed_sessions(rank));
        let Some(named) = ranks.iter().find(|named| !named.is_empty()) else {
            return self.settle(&BTreeSet::from([bidder]));
        };
        let only = (named.len() == 1).then(|| named.first()).flatten();
        let Some(session) = only.and_then(|&id| self.facts.registry.session(id)) else {
            return Ruling::Ask(contradiction(
                "tanda-tandanya menunjuk ke jadwal yang berbeda",
            ));
        };
        if !ranks[1].is_empty() && !ranks[1].contains(&session.id) {
            return Ruling::Ask(contradiction(
                "nomor rujukan yang ditulis bukan milik jadwal yang dibalas",
            ));
        }
        let open_negotiation = || {
            let mut others = self.facts.registry.sessions_of(bidder);
            others.any(|other| {
                other.kind == SessionKind::Negotiation
                    && sessions::is_open(other, self.facts.received_at)
            })
        };
        let negotiates = self.reading.documents.contains(&DocumentWord::Negosiasi);
        if negotiates && session.kind != SessionKind::Negotiation && open_negotiation() {
            return Ruling::Ask(contradiction(
                "berkas negosiasi dikirim sebagai balasan atas jadwal lain",
            ));
        }
        self.place(session, None)
    }

    fn keyed_sessions(&self, rank: Key) -> BTreeSet<SessionId> {
        let of_rank = self
            .evidence
            .iter()
            .filter(|evidence| evidence.signal.kind == Kind::Conclusive(rank));
        of_rank.filter_map(|evidence| evidence.session).collect()
    }

    /// An old thread answered for a new matter: its session is over, and reference, code or papers clearly belong to
    /// another session of the firm that is open.
    fn by_new_matter(&self) -> Option<Ruling<'a>> {
        let at = self.facts.received_at;
        let registry = self.facts.registry;
        let ranks = [Key::Direct, Key::Written, Key::Quoted].map(|rank| self.keyed_sessions(rank));
        let answered = ranks.iter().find(|named| !named.is_empty())?;
        let old = match answered.len() {
            1 => registry.session(*answered.first()?)?,
            _ => return None,
        };
        if !sessions::is_over(old, at) {
            return None;
        }
        let firm = self.facts.index.firm_of(old.bidder).into_iter();
        let open: Vec<&Session> = firm
            .flat_map(|bidder| registry.sessions_of(bidder))
            .filter(|session| sessions::is_open(session, at))
            .collect();
        let moved = |session| {
            self.place(
                session,
                Some(reason(
                    "new-matter",
                    "surat lama dibalas untuk jadwal yang sedang terbuka",
                )),
            )
        };

        let typed: BTreeSet<SessionId> = text::fresh(self.reading.letter)
            .flat_map(|(_, text)| Reference::find_all(text))
            .filter_map(|reference| {
                registry
                    .session_by_reference(&reference)
                    .map(|session| session.id)
            })
            .collect();
        if let (1, Some(session)) = (
            typed.len(),
            open.iter().find(|session| typed.contains(&session.id)),
        ) {
            return Some(moved(session));
        }
        let named_anew = |tender: TenderId| {
            let code = registry.tender(tender).map(|tender| &tender.code);
            code.is_some_and(|code| self.reading.fresh_numbers.contains(code))
                || self.reading.fresh_packages.contains(&tender)
        };
        let coded: BTreeSet<BidderId> = open
            .iter()
            .filter(|session| session.tender != old.tender && named_anew(session.tender))
            .map(|session| session.bidder)
            .collect();
        if !coded.is_empty() {
            if named_anew(old.tender) {
                return Some(Ruling::Ask(contradiction(
                    "surat ini menyebut lebih dari satu tender",
                )));
            }
            return match self.settle(&coded) {
                Ruling::Place(session, _) => Some(moved(session)),
                other => Some(other),
            };
        }
        let own = open
            .iter()
            .filter(|session| session.bidder == old.bidder && session.id != old.id);
        let fitting: Vec<&&Session> = own.filter(|new| self.belongs_to(new, old)).collect();
        match fitting[..] {
            [] => None,
            [session] => Some(moved(session)),
            _ => Some(several_sessions()),
        }
    }

    /// Whether papers, or without any the words, are of the new session and not of the old one.
    fn belongs_to(&self, new: &Session, old: &Session) -> bool {
        let documents = &self.reading.documents;
        let kinds = sessions::named_kinds(text::fresh(self.reading.letter));
        if kinds.contains(&old.kind) {
            return false;
        }
        if documents.is_empty() {
            return kinds == [new.kind];
        }
        let none_in =
            |list: &[DocumentWord]| !documents.iter().any(|document| list.contains(document));
        let negotiates =
            *documents == [DocumentWord::Negosiasi] && new.kind == SessionKind::Negotiation;
        let asked_only_there =
            sessions::all_within(documents, &new.documents) && none_in(&old.documents);
        let owed_only_there = sessions::all_within(documents, self.facts.missing(new))
            && none_in(self.facts.missing(old));
        negotiates || asked_only_there || owed_only_there
    }

    /// The registered sender with one session that is clearly meant, and open for it.
    fn by_sender(&self) -> Ruling<'a> {
        let sender = self.registered();
        if let Some(why) = self
            .other_address(&sender)
            .or_else(|| self.other_firm(&sender))
            .or_else(|| self.rival(&sender))
            .or_else(|| self.several_of_one_clerk())
            .or_else(|| self.other_package(&sender))
        {
            return Ruling::Ask(why);
        }
        // One address may stand for several bidders: one firm in two tenders, or a clerk of several firms. What he names
        // narrows them; naming none of them speaks against all.
        let mut pool = sender.clone();
        let names: BTreeSet<BidderId> = ["company-name", "mistyped-name", "member-name"]
            .iter()
            .flat_map(|signal| self.named(signal))
            .collect();
        for named in [
            self.of_family(Family::Code),
            names,
            self.named("npwp"),
            self.named("nib"),
        ] {
            if named.is_empty() {
                continue;
            }
            pool.retain(|bidder| named.contains(bidder));
            if pool.is_empty() {
                return Ruling::Ask(contradiction(
                    "isi surat menyebut tender atau perusahaan lain",
                ));
            }
        }
        let tenders = |bidders: &BTreeSet<BidderId>| -> BTreeSet<TenderId> {
            bidders
                .iter()
                .filter_map(|&id| self.tender_of(id))
                .collect()
        };
        let coded = self.of_family(Family::Code);
        let in_two = !coded.is_empty() && tenders(&pool).len() > 1;
        if in_two || (self.speaks_of_several() && tenders(&sender).len() > 1) {
            return Ruling::Ask(contradiction("surat ini menyebut lebih dari satu tender"));
        }
        let at = self.facts.received_at;
        let any_open = |bidders: &BTreeSet<BidderId>| {
            let mut sessions = bidders
                .iter()
                .flat_map(|&id| self.facts.registry.sessions_of(id));
            sessions.any(|session| sessions::is_open(session, at))
        };
        // "Old tender in the subject" is a usual fault: papers may well be meant for what is open elsewhere.
        if !any_open(&pool) && any_open(&sender) {
            return Ruling::Ask(contradiction(
                "tender yang disebut sudah lewat, sedangkan yang lain masih terbuka",
            ));
        }
        self.settle(&pool)
    }

    /// Two independent identifiers of exactly one bidder, and nothing that speaks against it.
    fn by_identifiers(&self) -> Ruling<'a> {
        let unclear = || {
            Ruling::Ask(reason(
                "unregistered",
                "pengirim tidak terdaftar dan buktinya belum cukup",
            ))
        };
        let mut named: Option<BTreeSet<BidderId>> = None;
        let mut families = 0;
        for family in [Family::Code, Family::Name, Family::Npwp, Family::Nib] {
            let found = self.of_family(family);
            if found.is_empty() {
                continue;
            }
            // Two codes, or two firms: which one is meant?
            if self.two_in_family(family) {
                return unclear();
            }
            families += 1;
            named = Some(match named {
                None => found,
                Some(before) => before.intersection(&found).copied().collect(),
            });
        }
        let own = named.unwrap_or_default();
        if own.len() != 1 || families < 2 {
            return unclear();
        }
        let against = self
            .other_address(&own)
            .or_else(|| self.against_identifiers(&own))
            .or_else(|| self.second_tender(&own));
        match against {
            Some(why) => Ruling::Ask(why),
            None => self.settle(&own),
        }
    }

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
            return Ruling::Ask(reason("no-session", "peserta ini tidak mempunyai jadwal"));
        };
        let clear = weighed[1..].iter().all(|other| {
            let by_lists = match other.bidder == session.bidder {
                true => 0.0,
                false => weighed[0].by_lists,
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
                "satu-satunya jadwal yang masih menerima berkas",
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
                    let why = reason("unclear", "bukti untuk peserta lain hampir sama kuat");
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

    pub fn any(&self, fits: impl Fn(Kind) -> bool) -> bool {
        self.evidence
            .iter()
            .any(|evidence| fits(evidence.signal.kind))
    }

    fn bidders(&self, fits: impl Fn(&Evidence) -> bool) -> BTreeSet<BidderId> {
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
        "jadwal yang dimaksud tidak pasti",
    ))
}

#[cfg(test)]
mod tests;

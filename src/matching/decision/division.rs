//! One mail for two tenders: which of its files belongs to which, where each of them says so itself. A careful clerk divides
//! such a mail only when nothing is left to guess; everything else leaves the whole mail to a person.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, Match, Portion, Ruling, Verdict, contradiction, reason};
use crate::{
    letter::{Attachment, Letter},
    matching::{
        Placement, is_decoration,
        reading::Reading,
        sessions,
        signals::{Key, Kind},
        text,
        weighing::{CERTAIN, posterior},
    },
    tender::{BidderId, DocumentWord, Reference, SessionKind, TenderId},
};

/// A shorter code is anybody's house number.
const PLAIN_CODE: usize = 6;

/// Whoever is named by one of these must be the writer's firm.
const FIRMS: [&str; 10] = [
    "company-name",
    "mistyped-name",
    "formless-name",
    "npwp",
    "nib",
    "member-name",
    "own-papers",
    "in-papers",
    "quoted-name",
    "mentioned-address",
];

/// What a file says of the tender that it is for.
#[derive(Clone, Debug, Default)]
struct Said {
    /// By an exact code, a reference, or the whole name of the work.
    certain: BTreeSet<TenderId>,
    /// Of these something stands there.
    faint: BTreeSet<TenderId>,
}

impl Said {
    fn one(&self) -> Option<TenderId> {
        let only = (self.certain.len() == 1).then(|| self.certain.first().copied())?;
        only.filter(|_| self.faint.is_subset(&self.certain))
    }

    fn is_silent(&self) -> bool {
        self.certain.is_empty() && self.faint.is_empty()
    }
}

impl Case<'_> {
    /// The places of a mail for several tenders, each with its files; the first takes what is nobody's paper. `None`: a
    /// person looks.
    pub(super) fn divide(&self) -> Option<Vec<Portion>> {
        let tied = self.tied()?;
        let own: BTreeSet<BidderId> = tied.values().copied().collect();
        if self.reading.letter.attachments.len() < 2
            || self.names_others(&own)
            || !self.is_plain(&tied)
        {
            return None;
        }
        let files = self.divided_files(&tied)?;
        let tenders: BTreeSet<TenderId> = files.iter().map(|(tender, _)| *tender).collect();
        if tenders.len() < 2 || !self.named_tenders().is_subset(&tenders) {
            return None;
        }
        let portions: Option<Vec<Portion>> = files
            .into_iter()
            .map(|(tender, files)| self.portion(*tied.get(&tender)?, files))
            .collect();
        let portions = portions?;
        let open = portions.iter().filter(|portion| self.is_open(portion));
        // Of an old tender and an open one the old may be a slip.
        let count = open.count();
        (count == 0 || count == portions.len()).then_some(portions)
    }

    /// With what a person is asked where the mail cannot be divided after all.
    pub(super) fn divided(&self, matched: Match, portions: Vec<Portion>) -> Match {
        let asked = match matched.verdict {
            Verdict::Ask(_) => matched,
            _ => {
                let why = contradiction("surat ini menyebut lebih dari satu tender");
                self.asked(why, matched.sender_registered)
            }
        };
        let candidates = match asked.verdict {
            Verdict::Ask(candidates) => candidates,
            _ => Vec::new(),
        };
        Match {
            verdict: Verdict::Divided {
                portions,
                candidates,
            },
            ..asked
        }
    }

    fn is_open(&self, portion: &Portion) -> bool {
        let session = self.facts.registry.session(portion.placement.session);
        session.is_some_and(|session| sessions::is_open(session, self.facts.received_at))
    }

    /// The bidders as which the writer may send papers, one a tender: by his registered address, or by a secret address or
    /// a thread that names him there.
    fn tied(&self) -> Option<BTreeMap<TenderId, BidderId>> {
        let letter = self.reading.letter;
        if letter.from.len() != 1 || letter.automation.spam_verdict {
            return None;
        }
        let direct = self.bidders(|found| found.signal.kind == Kind::Conclusive(Key::Direct));
        let all: BTreeSet<BidderId> = self.registered().union(&direct).copied().collect();
        let mut tied = BTreeMap::new();
        for &bidder in &all {
            let tender = self.tender_of(bidder)?;
            if tied.insert(tender, bidder).is_some() {
                return None;
            }
        }
        let keyed = self.bidders(|found| matches!(found.signal.kind, Kind::Conclusive(_)));
        let one_firm = all
            .iter()
            .all(|&a| all.iter().all(|&b| self.same_firm(a, b)));
        (tied.len() >= 2 && one_firm && keyed.is_subset(&all)).then_some(tied)
    }

    /// Another firm anywhere, another office's tender, or anything that speaks against the writer.
    fn names_others(&self, own: &BTreeSet<BidderId>) -> bool {
        let named = FIRMS.iter().flat_map(|signal| self.named(signal));
        let foreign = named.collect::<BTreeSet<_>>();
        let against = |kind| matches!(kind, Kind::Contradicting);
        let codes_in_papers = self.facts.history.paper_texts.iter().any(|paper| {
            let called = text::called_codes(text::beginning(&paper.text));
            let unknown = |code: &String| !self.facts.index.codes.contains_key(code);
            called.iter().any(unknown)
        });
        foreign.iter().any(|&id| !self.is_firm_of(id, own))
            || self.any(against)
            || codes_in_papers
            || self.other_address(own).is_some()
            || self.rival(own).is_some()
            || self.several_of_one_clerk().is_some()
    }

    /// Tenders that the mail names anywhere by code or by the name of the work.
    fn named_tenders(&self) -> BTreeSet<TenderId> {
        let named = ["tender-code", "package-name"];
        let bidders = named.iter().flat_map(|signal| self.named(signal));
        bidders.filter_map(|id| self.tender_of(id)).collect()
    }

    /// The files of each tender by their numbers, in the order in which the tenders come first. `None`: of one file it is
    /// not certain where it belongs.
    fn divided_files(
        &self,
        tied: &BTreeMap<TenderId, BidderId>,
    ) -> Option<Vec<(TenderId, Vec<u32>)>> {
        let files = &self.reading.letter.attachments;
        let mut divided: Vec<(TenderId, Vec<u32>)> = Vec::new();
        let mut nobodys = Vec::new();
        for (part, file) in (1..).zip(files) {
            let said = self.said_by(part, file);
            let Some(tender) = said.one() else {
                if !said.is_silent() || !is_decoration(file) {
                    return None;
                }
                nobodys.push(part);
                continue;
            };
            if !tied.contains_key(&tender) {
                return None;
            }
            match divided.iter_mut().find(|(other, _)| *other == tender) {
                Some((_, parts)) => parts.push(part),
                None => divided.push((tender, vec![part])),
            }
        }
        let (_, first) = divided.first_mut()?;
        first.extend(nobodys);
        first.sort_unstable();
        Some(divided)
    }

    /// What a file says by its name and its text.
    fn said_by(&self, part: u32, file: &Attachment) -> Said {
        let packages = &self.facts.index.packages;
        let mut said = Said::default();
        if let Some(name) = file.name.as_deref().map(text::beginning) {
            let (whole, partly) = packages.told_by_name(&text::words(text::stem(name)));
            said.certain
                .extend(self.by_number(name).into_iter().chain(whole));
            said.faint.extend(partly);
        }
        let papers = self.facts.history.paper_texts.iter();
        for paper in papers.filter(|paper| paper.part == part) {
            let told = text::beginning(&paper.text);
            let by_work = packages.told_in_text(&text::words(told));
            let named = self.by_number(told).into_iter().chain(by_work);
            // Of earlier work it tells with its name: that is not what it is for.
            match paper.document.is_some_and(tells_of_earlier_work) {
                true => said.faint.extend(named),
                false => said.certain.extend(named),
            }
        }
        said
    }

    /// Exact codes, and references of ours.
    fn by_number(&self, text: &str) -> Vec<TenderId> {
        let numbers = text::numbers(text).into_iter();
        let long = numbers.filter(|number| number.len() >= PLAIN_CODE);
        let codes = long.filter_map(|number| self.facts.index.codes.get(&number).copied());
        let references = Reference::find_all(text).into_iter();
        let sessions =
            references.filter_map(|reference| self.facts.registry.session_by_reference(&reference));
        codes
            .chain(sessions.map(|session| session.tender))
            .collect()
    }

    /// The place of some files, if its session is certain by the rule that holds for a mail with these files alone.
    fn portion(&self, bidder: BidderId, files: Vec<u32>) -> Option<Portion> {
        let at = |part: &u32| {
            self.reading
                .letter
                .attachments
                .get(*part as usize - 1)
                .cloned()
        };
        let letter = Letter {
            attachments: files.iter().filter_map(at).collect(),
            ..self.reading.letter.clone()
        };
        let case = Case {
            reading: Reading::of(&letter, self.facts.index),
            facts: self.facts,
            evidence: self.evidence.clone(),
            moved_on: false,
        };
        let pool = BTreeSet::from([bidder]);
        let Ruling::Place(session, by) = case.settle(&pool) else {
            return None;
        };
        let keyed: BTreeSet<_> = case
            .keys()
            .filter(|key| key.bidder == Some(bidder))
            .filter_map(|key| key.session)
            .collect();
        let negotiates = case.reading.documents.contains(&DocumentWord::Negosiasi);
        if (!keyed.is_empty() && !keyed.contains(&session.id))
            || keyed.len() > 1
            || (negotiates && session.kind != SessionKind::Negotiation)
        {
            return None;
        }
        let weighed = case.weigh(&pool);
        let confidence = posterior(weighed.first()?, &weighed).min(CERTAIN);
        let numbers: Vec<String> = files.iter().map(u32::to_string).collect();
        let divided = reason(
            "own-files",
            &format!(
                "berkas {} menyebut tender ini; berkas lain dalam surat yang sama untuk tender lain",
                numbers.join(", ")
            ),
        );
        let mut reasons = vec![divided];
        reasons.extend(case.reasons_for(session, by));
        Some(Portion {
            placement: Placement {
                tender: session.tender,
                bidder,
                session: session.id,
            },
            files,
            confidence,
            reasons,
        })
    }
}

/// Contracts and the like name the works of other years.
fn tells_of_earlier_work(document: DocumentWord) -> bool {
    use DocumentWord::{Bast, Cv, Kontrak, Referensi};
    matches!(document, Kontrak | Bast | Cv | Referensi)
}

#[cfg(test)]
mod tests;

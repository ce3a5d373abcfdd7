//! What the papers themselves say, where they were read.

use super::{Facts, Reading, Trace};
use crate::{
    matching::{
        PaperText, index,
        name_search::{How, find_names},
        text::{self, Place},
    },
    tender::{BidderId, DocumentWord},
};

/// A firm's name stands at the head of its paper; a contract of sixty pages names half the trade.
const HEAD: usize = 400;

/// NPWP or NIB in a paper that is a firm's own: whose it is stands on it.
pub fn of_the_firm(_: &Reading, facts: &Facts) -> Vec<Trace> {
    let papers = facts.history.paper_texts.iter();
    let own = papers.filter(|paper| paper.document.is_some_and(is_firms_own));
    own.flat_map(|paper| {
        let label = paper.document.map_or("", DocumentWord::label);
        let named = numbers(paper, facts).into_iter();
        named.map(move |bidder| Trace::of_bidder(bidder, label))
    })
    .collect()
}

/// A number or a name in any other paper. Contracts and leases name others too, so this only adds.
pub fn mentioned(_: &Reading, facts: &Facts) -> Vec<Trace> {
    let mut traces = Vec::new();
    for paper in facts.history.paper_texts {
        let label = paper.document.map_or("lampiran", DocumentWord::label);
        let numbers = match paper.document.is_some_and(is_firms_own) {
            true => Vec::new(),
            false => numbers(paper, facts),
        };
        let named = numbers.into_iter().chain(names(paper, facts));
        traces.extend(named.map(|bidder| Trace::of_bidder(bidder, label)));
    }
    traces
}

pub fn is_firms_own(document: DocumentWord) -> bool {
    use DocumentWord::*;
    matches!(
        document,
        Npwp | Nib | Sbu | Siujk | Akta | SkKemenkumham | Spt | Kswp | PaktaIntegritas
    )
}

fn numbers(paper: &PaperText, facts: &Facts) -> Vec<BidderId> {
    let mut named = Vec::new();
    for number in text::numbers(text::beginning(&paper.text)) {
        let npwps = facts.index.npwps.get(index::without_zeros(&number));
        let nibs = facts.index.nibs.get(&number);
        named.extend(npwps.into_iter().chain(nibs).flatten());
    }
    named.sort();
    named
}

/// The companies that the head of a paper names.
pub fn names(paper: &PaperText, facts: &Facts) -> Vec<BidderId> {
    let mut words = text::words(text::beginning(&paper.text));
    words.truncate(HEAD);
    let mut hits = Vec::new();
    find_names(&words, Place::Text, facts.index, false, &mut hits);
    let exact = hits.iter().filter(|hit| hit.how == How::Exact);
    let phrases = exact.map(|hit| &facts.index.phrases[hit.phrase]);
    phrases
        .filter(|phrase| matches!(phrase.naming, index::Naming::Company(_)))
        .flat_map(|phrase| phrase.owners.clone())
        .collect()
}

/// Contracts and the like name the works of other years.
pub fn tells_of_earlier_work(document: DocumentWord) -> bool {
    use DocumentWord::{Bast, Cv, Kontrak, Referensi};
    matches!(document, Kontrak | Bast | Cv | Referensi)
}

#[cfg(test)]
mod tests {
    use crate::{
        matching::{History, PaperText, Verdict, decision::decide, fixture::*},
        tender::{DocumentWord, SessionId},
    };

    fn placed(from: &str, document: Option<DocumentWord>, text: &str) -> Option<SessionId> {
        let office = office();
        let registry = office.registry();
        let index = crate::matching::Index::of(&registry);
        let mailboxes = mailboxes();
        let papers = [PaperText {
            part: 1,
            document,
            text: text.into(),
        }];
        let mut facts = facts(&registry, &index, &[], &mailboxes);
        facts.history = History {
            paper_texts: &papers,
            ..History::none()
        };
        match decide(&letter_with(from, "berkas", "", &["scan.pdf"]), &facts).verdict {
            Verdict::Placed(place) => Some(place.session),
            _ => None,
        }
    }

    #[test]
    fn a_rivals_own_paper_goes_to_a_person_and_a_contract_that_names_him_does_not() {
        use DocumentWord::{Kontrak, Npwp};
        let (own, rival) = ("01.999.001.9-000.000", "NPWP 02.999.017.3-000.000");
        for (document, text, place) in [
            (Some(Npwp), own, Some(LESTU_QUALIFICATION)),
            (Some(Npwp), rival, None),
            (Some(Kontrak), rival, Some(LESTU_QUALIFICATION)),
            (None, "PT Entah Berantah", Some(LESTU_QUALIFICATION)),
        ] {
            assert_eq!(placed(LESTU, document, text), place, "{document:?} {text}");
        }
    }

    #[test]
    fn papers_alone_place_nothing() {
        let text = "CV Lestuwana Karya NPWP 01.999.001.9-000.000";
        let document = Some(DocumentWord::Npwp);
        assert_eq!(placed("siapa@gmail.com", document, text), None);
    }
}

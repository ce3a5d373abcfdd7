//! The name of the work. It speaks for every bidder of the tender; of twins it speaks for both.

use std::collections::HashSet;

use super::{Facts, Reading, Trace};
use crate::matching::{packages::Clarity, text};

pub fn named(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    found(reading, facts, Clarity::Name)
}

pub fn hinted(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    found(reading, facts, Clarity::Words)
}

fn found(reading: &Reading, facts: &Facts, clarity: Clarity) -> Vec<Trace> {
    let texts: Vec<&str> = text::own(reading.letter).map(|(_, text)| text).collect();
    let words: Vec<_> = texts.iter().flat_map(|text| text::words(text)).collect();
    let words: HashSet<&str> = words.iter().map(|word| word.upper.as_str()).collect();
    let tenders = facts.index.packages.named(&words, &texts);
    let mut traces = Vec::new();
    for (tender, _) in tenders.into_iter().filter(|(_, found)| *found == clarity) {
        let name = facts
            .registry
            .tender(tender)
            .map_or("", |tender| &tender.name);
        let bidders = facts.registry.bidders_of(tender);
        traces.extend(bidders.map(|bidder| Trace::of_bidder(bidder.id, name)));
    }
    traces
}

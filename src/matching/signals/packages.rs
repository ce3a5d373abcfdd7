//! The name of the work. It speaks for every bidder of the tender; of twins it speaks for both.

use super::{Facts, Reading, Trace};
use crate::matching::packages::Clarity;

pub fn named(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    found(reading, facts, Clarity::Name)
}

pub fn hinted(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    found(reading, facts, Clarity::Words)
}

fn found(reading: &Reading, facts: &Facts, clarity: Clarity) -> Vec<Trace> {
    let mut traces = Vec::new();
    let tenders = reading.packages.iter();
    for &(tender, _) in tenders.filter(|(_, found)| *found == clarity) {
        let name = facts
            .registry
            .tender(tender)
            .map_or("", |tender| &tender.name);
        let bidders = facts.registry.bidders_of(tender);
        traces.extend(bidders.map(|bidder| Trace::of_bidder(bidder.id, name)));
    }
    traces
}

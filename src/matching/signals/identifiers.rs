//! What names a bidder exactly: codes and numbers from the registry, never "something that looks like a code"
//! (domain.md 2.1). Only in the writer's own words; a quoted invitation names its addressee, not the writer.

use super::{Facts, Reading, Trace};
use crate::{matching::index, tender::BidderId};

/// Shorter codes (of old local SPSE installations) are anybody's house number: the letter must speak of a tender.
const PLAIN_CODE: usize = 6;

/// The code speaks for every bidder of the tender.
pub fn tender_code(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let of_tenders = || {
        let text = format!("{} {}", reading.letter.subject, reading.letter.text).to_lowercase();
        ["tender", "kode", "paket", "lelang", "seleksi"]
            .iter()
            .any(|word| text.contains(word))
    };
    let codes = reading.numbers.iter().filter_map(|number| {
        let tender = facts.index.codes.get(number)?;
        (number.len() >= PLAIN_CODE || of_tenders()).then_some((number, *tender))
    });
    let mut traces: Vec<Trace> = codes
        .flat_map(|(code, tender)| {
            let bidders = facts.registry.bidders_of(tender);
            bidders.map(move |bidder| Trace::of_bidder(bidder.id, code))
        })
        .collect();
    traces.sort_by_key(|trace| trace.bidder);
    traces
}

pub fn npwp(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let numbers = reading.numbers.iter();
    named(numbers.filter_map(|number| facts.index.npwps.get(index::without_zeros(number))))
}

pub fn nib(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    named(
        reading
            .numbers
            .iter()
            .filter_map(|number| facts.index.nibs.get(number)),
    )
}

/// In a signature, mostly.
pub fn phone(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let numbers = reading.numbers.iter();
    named(numbers.filter_map(|number| facts.index.phones.get(&index::phone(number)?)))
}

fn named<'a>(found: impl Iterator<Item = &'a Vec<BidderId>>) -> Vec<Trace> {
    let mut bidders: Vec<BidderId> = found.flatten().copied().collect();
    bidders.sort();
    bidders.dedup();
    bidders
        .into_iter()
        .map(|bidder| Trace::of_bidder(bidder, ""))
        .collect()
}

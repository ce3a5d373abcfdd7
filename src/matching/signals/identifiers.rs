//! What names a bidder exactly: codes and numbers from the registry, never "something that looks like a code"
//! (domain.md 2.1). Only in the writer's own words; a quoted invitation names its addressee, not the writer.

use super::{Facts, Reading, Trace};
use crate::{
    matching::{index, text},
    tender::BidderId,
};

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

/// A number that he calls a tender's code and that is none of ours, nor one of ours with a slip: another office's tender,
/// or one of years ago.
pub fn foreign_code(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let ours = |code: &str| {
        let slip = |own: &String| {
            own.len().abs_diff(code.len()) <= 1 && strsim::osa_distance(own, code) <= 1
        };
        facts.index.codes.contains_key(code) || facts.index.codes.keys().any(slip)
    };
    let called = reading
        .own
        .iter()
        .flat_map(|told| text::called_codes(told.text));
    let foreign = called.filter(|code| !ours(code));
    foreign
        .take(1)
        .map(|trace| Trace {
            bidder: None,
            session: None,
            trace,
        })
        .collect()
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

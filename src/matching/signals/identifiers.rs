//! What names a bidder exactly: codes and numbers from the registry, never "something that looks like a code"
//! (domain.md 2.1). Only in the writer's own words; a quoted invitation names its addressee, not the writer.

use std::collections::HashSet;

use super::{Facts, Letter, Trace};
use crate::{
    matching::{names::CompanyName, text},
    tender::Bidder,
};

/// The code speaks for every bidder of the tender.
pub fn tender_code(letter: &Letter, facts: &Facts) -> Vec<Trace> {
    let numbers = numbers(letter);
    let registry = facts.registry;
    let named = registry.tenders().iter();
    let named: HashSet<_> = named
        .filter(|tender| numbers.contains(&tender.code))
        .map(|tender| tender.id)
        .collect();
    if named.is_empty() {
        return Vec::new();
    }
    let bidders = registry.bidders().iter();
    bidders
        .filter(|bidder| named.contains(&bidder.tender))
        .map(|bidder| {
            let code = registry
                .tender(bidder.tender)
                .map_or("", |tender| &tender.code);
            Trace::of_bidder(bidder.id, code)
        })
        .collect()
}

/// 15 digits, or 16 with the zero before them; compared without it (domain.md 2.1).
pub fn npwp(letter: &Letter, facts: &Facts) -> Vec<Trace> {
    let numbers: HashSet<String> = numbers(letter).iter().map(|number| bare(number)).collect();
    numbered(facts, |bidder| {
        let digits = bare(&digits(bidder.npwp.as_deref()?));
        (digits.len() >= 14 && numbers.contains(&digits)).then_some(())
    })
}

pub fn nib(letter: &Letter, facts: &Facts) -> Vec<Trace> {
    let numbers = numbers(letter);
    numbered(facts, |bidder| {
        let digits = digits(bidder.nib.as_deref()?);
        (digits.len() >= 10 && numbers.contains(&digits)).then_some(())
    })
}

/// The name with its legal form, whole.
pub fn company_name(letter: &Letter, facts: &Facts) -> Vec<Trace> {
    let texts: Vec<_> = text::own(letter)
        .map(|(place, text)| (place, text::words(text)))
        .collect();
    let present: HashSet<&str> = texts
        .iter()
        .flat_map(|(_, words)| words.iter().map(|word| word.upper.as_str()))
        .collect();
    let mut traces = Vec::new();
    for bidder in facts.registry.bidders() {
        let name = CompanyName::read(&bidder.name);
        // A look-up a word keeps 5,000 names cheap; few get to the second step.
        if !name
            .words
            .iter()
            .all(|word| present.contains(word.as_str()))
        {
            continue;
        }
        if let Some((place, _)) = texts.iter().find(|(_, words)| name.stands_in(words)) {
            traces.push(Trace::of_bidder(bidder.id, place.words()));
        }
    }
    traces
}

fn numbered(facts: &Facts, holds: impl Fn(&Bidder) -> Option<()>) -> Vec<Trace> {
    let bidders = facts.registry.bidders().iter();
    bidders
        .filter(|bidder| holds(bidder).is_some())
        .map(|bidder| Trace::of_bidder(bidder.id, ""))
        .collect()
}

fn numbers(letter: &Letter) -> HashSet<String> {
    text::own(letter)
        .flat_map(|(_, text)| text::numbers(text))
        .collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn bare(digits: &str) -> String {
    digits.strip_prefix('0').unwrap_or(digits).to_owned()
}

//! Names of companies and people, as [`Reading`] found them.

use std::collections::HashSet;

use super::{Facts, Reading, Trace};
use crate::matching::{
    index::Naming,
    name_search::{Hit, How},
};

/// The bidder's name with its legal form; of a joint operation every member's, or one's where the writer speaks of a
/// joint operation.
pub fn exact(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let mut traces = owners(&reading.hits, facts, is_company, |how| how == How::Exact);
    traces.extend(joint_operation(reading, facts));
    traces
}

fn joint_operation(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let named = |how: How| matches!(how, How::Exact | How::Formless);
    let mut traces = owners(&reading.hits, facts, is_member, named);
    traces.dedup_by_key(|trace| trace.bidder);
    if reading.joint {
        return traces;
    }
    let found: HashSet<usize> = reading
        .hits
        .iter()
        .filter(|hit| named(hit.how))
        .map(|hit| hit.phrase)
        .collect();
    let all_members = |trace: &Trace| {
        let members = trace
            .bidder
            .map_or(&[][..], |id| facts.index.members_of(id));
        !members.is_empty() && members.iter().all(|at| found.contains(at))
    };
    traces.retain(all_members);
    traces
}

pub fn mistyped(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let mut traces = Vec::new();
    for hit in &reading.hits {
        let phrase = &facts.index.phrases[hit.phrase];
        if let (How::Mistyped(likeness), true) = (hit.how, is_company(phrase.naming)) {
            let trace = format!("{} ({:.0} %)", hit.place.words(), likeness * 100.0);
            traces.extend(
                phrase
                    .owners
                    .iter()
                    .map(|&owner| Trace::of_bidder(owner, trace.clone())),
            );
        }
    }
    traces
}

/// Only where no other company of the registry has the same words.
pub fn formless(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let alone = |hit: &&Hit| hit.how == How::Formless && facts.index.phrases[hit.phrase].alone;
    let hits: Vec<Hit> = reading.hits.iter().filter(alone).cloned().collect();
    owners(&hits, facts, is_company, |_| true)
}

/// "Karya Borneo" without a form may be short for Karya Borneo Utama.
pub fn shortened(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let formless = reading.hits.iter().filter(|hit| hit.how == How::Formless);
    let longer = formless.flat_map(|hit| {
        let within = facts.index.phrases[hit.phrase].within.iter();
        within.map(|&phrase| Hit {
            phrase,
            ..hit.clone()
        })
    });
    let hits: Vec<Hit> = longer.collect();
    owners(&hits, facts, is_company, |_| true)
}

pub fn member(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    owners(&reading.hits, facts, is_member, |how| {
        matches!(how, How::Exact | How::Mistyped(_) | How::Formless)
    })
}

pub fn part(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    owners(&reading.hits, facts, is_company, |how| how == How::Part)
}

pub fn director(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    owners(
        &reading.hits,
        facts,
        |naming| naming == Naming::Director,
        |_| true,
    )
}

pub fn expert(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    owners(
        &reading.hits,
        facts,
        |naming| naming == Naming::Expert,
        |_| true,
    )
}

/// In quoted text a name says whose letter was quoted, not who writes.
pub fn quoted(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    owners(&reading.quoted_hits, facts, is_company, |how| {
        how == How::Exact
    })
}

/// "PT X" is not "CV X"; unless that very company is in the registry too, and meant.
pub fn other_form(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let meant = |hit: &&Hit| {
        let words = &facts.index.phrases[hit.phrase].words;
        let other = |other: &Hit| {
            other.how == How::Exact && facts.index.phrases[other.phrase].words == *words
        };
        hit.how == How::OtherForm && !reading.hits.iter().any(other)
    };
    let hits: Vec<Hit> = reading.hits.iter().filter(meant).cloned().collect();
    owners(&hits, facts, is_company, |_| true)
}

/// "X Abadi" is not "X".
pub fn longer(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let right = |phrase: usize| {
        reading
            .hits
            .iter()
            .any(|hit| hit.phrase == phrase && hit.how == How::Exact)
    };
    let hits: Vec<Hit> = reading
        .hits
        .iter()
        .filter(|hit| hit.how == How::Longer && !right(hit.phrase))
        .cloned()
        .collect();
    owners(&hits, facts, is_company, |_| true)
}

fn is_company(naming: Naming) -> bool {
    matches!(naming, Naming::Company(_))
}

fn is_member(naming: Naming) -> bool {
    matches!(naming, Naming::Member(_))
}

fn owners(
    hits: &[Hit],
    facts: &Facts,
    naming: impl Fn(Naming) -> bool,
    how: impl Fn(How) -> bool,
) -> Vec<Trace> {
    let mut traces: Vec<Trace> = Vec::new();
    for hit in hits {
        let phrase = &facts.index.phrases[hit.phrase];
        if naming(phrase.naming) && how(hit.how) {
            let of = phrase.owners.iter();
            traces.extend(of.map(|&owner| Trace::of_bidder(owner, hit.place.words())));
        }
    }
    traces
}

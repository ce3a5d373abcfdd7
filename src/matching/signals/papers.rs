//! What the papers themselves say, where they were read.

use super::{Facts, Reading, Trace};
use crate::matching::{index, text};

/// NPWP or NIB of a bidder. Contracts and lease papers name others, so this only adds.
pub fn read(_: &Reading, facts: &Facts) -> Vec<Trace> {
    let mut traces = Vec::new();
    for content in facts.history.paper_texts {
        for number in text::numbers(content) {
            let npwps = facts.index.npwps.get(index::without_zeros(&number));
            let nibs = facts.index.nibs.get(&number);
            for (found, what) in [(npwps, "NPWP"), (nibs, "NIB")] {
                traces.extend(
                    found
                        .into_iter()
                        .flatten()
                        .map(|&id| Trace::of_bidder(id, what)),
                );
            }
        }
    }
    traces
}

//! The reference in square brackets, as typed: the check character refuses what was mistyped beyond repair.

use super::{Facts, Reading, Trace};
use crate::{matching::text, tender::Reference};

/// In the subject, in what was written now, in the names of the files.
pub fn written(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let own = reading.own.iter();
    own.flat_map(|told| traces(told.text, told.place.words(), facts))
        .collect()
}

/// In what was quoted, forwarded or enclosed: perhaps a mail of ours to somebody else.
pub fn quoted(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    text::quoted(reading.letter)
        .flat_map(|text| {
            let references = Reference::find_all(text).into_iter();
            references.flat_map(|reference| traces(reference.as_str(), reference.as_str(), facts))
        })
        .collect()
}

fn traces(text: &str, trace: &str, facts: &Facts) -> Vec<Trace> {
    Reference::find_all(text)
        .iter()
        .filter_map(|reference| facts.registry.session_by_reference(reference))
        .map(|session| Trace::of_session(session, trace))
        .collect()
}

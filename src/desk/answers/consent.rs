//! Whether the session may be recorded.

use super::{
    Said,
    limits::{is_open_beside, not_minding},
    sentence::Sentence,
    words::{
        ASKING, ASKING_LEAVE, BUT, CHAIN, COME, CONDITIONS, CONSENT_CHAIN, CONSENTS, DOUBTS,
        OBJECTS, RECORD, UNSURE, UNWANTED, WHETHER,
    },
};

pub(super) fn consent(sentence: &Sentence) -> Option<Said> {
    let records = sentence.all(RECORD);
    if records.is_empty() {
        return None;
    }
    let minding = not_minding(sentence);
    let negations: Vec<usize> = (0..sentence.words.len())
        .filter(|at| sentence.negates(*at) && !minding.contains(at))
        .collect();
    let refusing = |at: &&usize| {
        let objects = sentence.is(**at, OBJECTS)
            && records
                .iter()
                .any(|record| sentence.reaches(**at, *record, &[CHAIN, CONSENT_CHAIN, WHETHER]));
        objects || denies_recording(sentence, **at)
    };
    let refused = negations.iter().filter(refusing).count();
    let consents = sentence.all(CONSENTS);
    let is_clear = |at: &&usize| {
        let chain = &[CHAIN, CONSENT_CHAIN, WHETHER];
        let denied = negations
            .iter()
            .any(|denial| denial < at && sentence.reaches(*denial, **at, chain));
        // "setuju tidak direkam"
        let turned = negations.contains(&(**at + 1)) || sentence.denied_behind(**at);
        !denied && !turned
    };
    let clear = consents.iter().filter(is_clear).count() + minding.len();
    let says = consents.iter().chain(&negations).chain(&minding);
    let between = match (says.min(), records.first()) {
        (Some(says), Some(record)) => *says..*record,
        _ => 0..0,
    };
    // "Namun kami keberatan" objects as plainly as without the "but".
    let limits: &[&[&str]] = match refused > 0 && clear == 0 {
        true => &[ASKING, CONDITIONS, UNSURE],
        false => &[ASKING, ASKING_LEAVE, CONDITIONS, BUT, DOUBTS, UNSURE],
    };
    if is_open_beside(sentence, limits, between) {
        return (refused + clear > 0).then_some(Said::Unclear);
    }
    if refused > 0 {
        let plain = clear == 0 || consents.iter().all(|at| sentence.denied_behind(at + 1));
        return Some(if plain { Said::No } else { Said::Unclear });
    }
    match (clear > 0, negations.is_empty()) {
        (true, true) => Some(Said::Yes),
        (true, false) => Some(Said::Unclear),
        (false, _) => None,
    }
}

/// Denials that speak of the recording alone.
pub(super) fn denials_of_recording(sentence: &Sentence) -> Vec<usize> {
    if !sentence.has(RECORD) {
        return Vec::new();
    }
    let of_recording =
        |denial: &usize| sentence.negates(*denial) && denies_recording(sentence, *denial);
    (0..sentence.words.len()).filter(of_recording).collect()
}

fn denies_recording(sentence: &Sentence, denial: usize) -> bool {
    let topics = [RECORD, CONSENTS, COME].concat();
    let next = sentence
        .all(&topics)
        .into_iter()
        .find(|topic| *topic > denial);
    let behind = denial
        .checked_sub(1)
        .filter(|before| sentence.is(*before, RECORD));
    let turned = behind
        .is_some_and(|before| sentence.denied_behind(before) || sentence.is(denial + 1, UNWANTED));
    turned
        || next.is_some_and(|next| {
            !sentence.is(next, COME)
                && sentence.text(next) != "rekaman"
                && sentence.reaches(denial, next, &[CHAIN, CONSENT_CHAIN, WHETHER])
        })
}

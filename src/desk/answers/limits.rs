//! What denies, limits or opens a sentence, whatever it speaks of.

use super::{
    sentence::{Gap, Sentence},
    words::{ASKING, BARE_NO, BUT, CONDITIONS, DOUBTS, MIND, NAMED, POLITE, UNSURE, WHETHER},
};

/// What stands in a sentence and makes nothing in it certain.
pub(super) fn is_open(sentence: &Sentence) -> bool {
    is_open_beside(sentence, &[ASKING, CONDITIONS, BUT, DOUBTS, UNSURE], 0..0)
}

/// The same, but for a "whether" in that part of it: "keberatan bila direkam".
pub(super) fn is_open_beside(
    sentence: &Sentence,
    by: &[&[&str]],
    part: std::ops::Range<usize>,
) -> bool {
    let open = by.concat();
    let whether = |at: &usize| part.contains(at) && sentence.is(*at, WHETHER);
    sentence.asks || sentence.all(&open).iter().any(|at| !whether(at))
}

/// The nearest denial before a word.
pub(super) fn denial_before(sentence: &Sentence, at: usize) -> Option<usize> {
    (0..at).rev().find(|&before| sentence.negates(before))
}

/// A denial that itself is denied, or that is the name of a paper or a choice: "surat tidak hadir", "atau tidak hadir".
pub(super) fn is_plain(sentence: &Sentence, denial: usize) -> bool {
    let before = denial
        .checked_sub(1)
        .filter(|_| sentence.gap(denial) <= Gap::Line);
    before.is_none_or(|before| !sentence.negates(before) && !sentence.is(before, NAMED))
}

/// "tidak keberatan": both words of it.
pub(super) fn not_minding(sentence: &Sentence) -> Vec<usize> {
    let mut minding = Vec::new();
    for at in sentence.all(MIND) {
        let denial = (0..at).rev().find(|before| sentence.denies(*before));
        let between = |denial: usize| {
            (denial + 1..at).all(|at| sentence.is(at, &["ada", "akan", "merasa", "sama", "sekali"]))
                && (denial + 1..=at).all(|at| sentence.gap(at) <= Gap::Line)
        };
        if let Some(denial) =
            denial.filter(|denial| between(*denial) && is_plain(sentence, *denial))
        {
            minding.extend([denial, at]);
        }
    }
    minding
}

/// "Tidak.", "Maaf tidak bisa pak"
pub(super) fn is_bare_no(sentence: &Sentence) -> bool {
    !sentence.asks
        && sentence.has(BARE_NO)
        && (0..sentence.words.len()).all(|at| sentence.is(at, BARE_NO) || sentence.is(at, POLITE))
}

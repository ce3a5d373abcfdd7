//! Finding phrases in what was read, misread letters and lost spaces included, and weighing them.

use std::{collections::HashMap, sync::LazyLock};

use crate::{
    inspection::{
        phrases::PHRASES,
        text_lines::{alike, fold, folded, may_be, plain_words},
    },
    tender::DocumentWord,
};

static WEIGHED: LazyLock<Vec<(DocumentWord, f32, Vec<String>)>> = LazyLock::new(|| {
    let phrases = PHRASES.iter().flat_map(|(document, weight, phrases)| {
        phrases
            .iter()
            .map(|phrase| (*document, f32::from(*weight), plain_words(phrase)))
    });
    phrases.collect()
});

pub(super) fn of_documents(table: &[(DocumentWord, &[&str])]) -> Vec<(DocumentWord, Vec<String>)> {
    let phrases = table.iter().flat_map(|(document, phrases)| {
        phrases
            .iter()
            .map(|phrase| (*document, plain_words(phrase)))
    });
    phrases.collect()
}

/// What of a paper's phrases stands in a text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    pub(super) weight: f32,
    pub(super) phrases: usize,
}

pub(super) fn weigh(words: &[&str]) -> HashMap<DocumentWord, Found> {
    let mut weights: HashMap<DocumentWord, Found> = HashMap::new();
    for (document, weight, phrase) in WEIGHED.iter() {
        if holds(words, phrase) {
            let found = weights.entry(*document).or_default();
            found.weight += weight;
            found.phrases += 1;
        }
    }
    weights
}

pub(super) fn holds(words: &[&str], phrase: &[String]) -> bool {
    (0..words.len()).any(|at| stands_at(&words[at..], phrase))
}

/// Where the phrase begins among the first two words; letters that run together or fall apart do not matter.
pub(super) fn opens(words: &[String], phrase: &[String]) -> Option<usize> {
    (0..words.len().min(2)).find(|&start| stands_at(&words[start..], phrase))
}

fn stands_at<W: AsRef<str>>(words: &[W], phrase: &[String]) -> bool {
    let first = |word: &str| word.chars().next().map(fold);
    let (Some(read), Some(meant)) = (words.first(), phrase.first()) else {
        return false;
    };
    // Most words fall here: neither a misread word nor one run together begins with another letter.
    if first(read.as_ref()) != first(meant) {
        return false;
    }
    let exact = words.len() >= phrase.len()
        && words
            .iter()
            .zip(phrase)
            .all(|(read, meant)| alike(read.as_ref(), meant));
    let letters: usize = phrase.iter().map(String::len).sum();
    exact || (letters >= 9 && runs_together(words, &phrase.concat()))
}

fn runs_together<W: AsRef<str>>(words: &[W], meant: &str) -> bool {
    let mut read = String::with_capacity(meant.len() + 12);
    for word in words {
        read.push_str(word.as_ref());
        if read.len() + 1 >= meant.len() {
            break;
        }
    }
    let misread = meant.len() / 9;
    read.len().abs_diff(meant.len()) <= misread
        && may_be(&read, meant, misread)
        && (strsim::levenshtein(&read, meant) <= misread
            || strsim::levenshtein(&folded(&read), &folded(meant)) <= misread / 2)
}

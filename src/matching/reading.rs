//! A letter looked through once for everything that the registry knows: its words, numbers, names and papers. The signals
//! only look at what stands here.

use std::collections::HashSet;

use super::{
    index::Index,
    name_search::{Hit, find_names},
    names,
    packages::Clarity,
    text::{self, Place, Word},
};
use crate::{
    inspection::{Duty, document_word},
    letter::Letter,
    tender::{DocumentWord, TenderId},
};

/// A letter with what was found in it.
#[derive(Debug)]
pub struct Reading<'a> {
    pub letter: &'a Letter,
    /// In his own words.
    pub hits: Vec<Hit>,
    /// In what he quoted, forwarded or enclosed.
    pub quoted_hits: Vec<Hit>,
    pub numbers: HashSet<String>,
    /// He speaks of a joint operation (KSO).
    pub joint: bool,
    /// Numbers of what he wrote for this mail ([`text::fresh`]).
    pub fresh_numbers: HashSet<String>,
    /// Works named in it, as good as whole.
    pub fresh_packages: Vec<TenderId>,
    /// What the files are, as far as their names and captions tell.
    pub documents: Vec<DocumentWord>,
}

impl<'a> Reading<'a> {
    pub fn of(letter: &'a Letter, index: &Index) -> Reading<'a> {
        let numbers =
            |texts: &mut dyn Iterator<Item = &str>| texts.flat_map(text::numbers).collect();
        let mut hits = Vec::new();
        let mut joint = false;
        for (place, text) in text::own(letter) {
            let words = text::words(text);
            joint |= words.iter().any(|word| names::joins(&word.upper));
            find_names(&words, place, index, true, &mut hits);
        }
        let mut quoted_hits = Vec::new();
        for text in text::quoted(letter) {
            find_names(
                &text::words(text),
                Place::Text,
                index,
                false,
                &mut quoted_hits,
            );
        }
        Reading {
            letter,
            hits,
            joint,
            quoted_hits,
            numbers: numbers(&mut text::own(letter).map(|(_, text)| text)),
            fresh_numbers: numbers(&mut text::fresh(letter).map(|(_, text)| text)),
            fresh_packages: packages(text::fresh(letter), index)
                .into_iter()
                .filter(|(_, clarity)| *clarity == Clarity::Name)
                .map(|(tender, _)| tender)
                .collect(),
            documents: documents(letter),
        }
    }
}

/// The packages that some texts name together.
pub fn packages<'t>(
    texts: impl Iterator<Item = (Place, &'t str)>,
    index: &Index,
) -> Vec<(TenderId, Clarity)> {
    let texts: Vec<&str> = texts.map(|(_, text)| text).collect();
    let words: Vec<Word> = texts.iter().flat_map(|text| text::words(text)).collect();
    let words: HashSet<&str> = words.iter().map(|word| word.upper.as_str()).collect();
    index.packages.named(&words, &texts)
}

fn documents(letter: &Letter) -> Vec<DocumentWord> {
    let files = letter.attachments.iter().filter(|file| !file.link);
    let mut documents: Vec<DocumentWord> = files
        .filter_map(|file| {
            document_word(
                file.name.as_deref(),
                file.caption.as_deref(),
                &Duty::default(),
            )
        })
        .map(|(document, _)| document)
        .filter(|document| *document != DocumentWord::Lainnya)
        .collect();
    documents.sort();
    documents.dedup();
    documents
}

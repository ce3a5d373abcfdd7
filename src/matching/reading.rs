//! A letter looked through once for everything that the registry knows: its words, numbers, names and papers. The signals
//! only look at what stands here.

use std::collections::HashSet;

use super::{
    index::Index,
    name_search::{Hit, find_names},
    names,
    packages::Clarity,
    sessions::named_kinds,
    text::{self, Place, Word},
};
use crate::{
    inspection::{Duty, document_word},
    letter::Letter,
    tender::{DocumentWord, SessionKind, TenderId},
};

/// One text of the writer's own, taken apart.
#[derive(Debug)]
pub struct Told<'a> {
    pub place: Place,
    pub text: &'a str,
    pub words: Vec<Word>,
    /// The kinds of meeting that it names.
    pub kinds: Vec<SessionKind>,
    /// Written for this mail ([`text::is_fresh`]).
    pub fresh: bool,
}

/// A letter with what was found in it.
#[derive(Debug)]
pub struct Reading<'a> {
    pub letter: &'a Letter,
    /// His own texts, the clearest place first.
    pub own: Vec<Told<'a>>,
    /// In his own words.
    pub hits: Vec<Hit>,
    /// In what he quoted, forwarded or enclosed.
    pub quoted_hits: Vec<Hit>,
    pub numbers: HashSet<String>,
    /// Numbers of what he wrote for this mail.
    pub fresh_numbers: HashSet<String>,
    /// He speaks of a joint operation (KSO).
    pub joint: bool,
    /// Works that he names.
    pub packages: Vec<(TenderId, Clarity)>,
    /// The kinds of meeting that he names.
    pub kinds: Vec<SessionKind>,
    pub fresh_kinds: Vec<SessionKind>,
    /// What the files are, as far as their names and captions tell.
    pub documents: Vec<DocumentWord>,
}

impl<'a> Reading<'a> {
    pub fn of(letter: &'a Letter, index: &Index) -> Reading<'a> {
        let own: Vec<Told> = text::own(letter)
            .map(|(place, text)| {
                let words = text::words(text);
                Told {
                    place,
                    text,
                    kinds: named_kinds(&words),
                    words,
                    fresh: text::is_fresh(letter, place),
                }
            })
            .collect();
        let mut reading = Reading {
            packages: packages(own.iter(), index),
            kinds: kinds(own.iter()),
            fresh_kinds: kinds(own.iter().filter(|told| told.fresh)),
            documents: documents(letter),
            ..Reading::blank(letter)
        };
        for told in &own {
            let joins = |word: &Word| names::joins(&word.upper);
            reading.joint |= told.words.iter().any(joins);
            find_names(&told.words, told.place, index, true, &mut reading.hits);
            let numbers = text::numbers(told.text);
            if told.fresh {
                reading.fresh_numbers.extend(numbers.iter().cloned());
            }
            reading.numbers.extend(numbers);
        }
        for text in text::quoted(letter) {
            let words = text::words(text);
            find_names(&words, Place::Text, index, false, &mut reading.quoted_hits);
        }
        reading.own = own;
        reading
    }

    /// His texts as they are, for those who look for keys only: nothing in them is looked up.
    pub fn of_texts(letter: &'a Letter) -> Reading<'a> {
        let told = |(place, text)| Told {
            place,
            text,
            words: Vec::new(),
            kinds: Vec::new(),
            fresh: text::is_fresh(letter, place),
        };
        Reading {
            own: text::own(letter).map(told).collect(),
            ..Reading::blank(letter)
        }
    }

    fn blank(letter: &'a Letter) -> Reading<'a> {
        Reading {
            letter,
            own: Vec::new(),
            hits: Vec::new(),
            quoted_hits: Vec::new(),
            numbers: HashSet::new(),
            fresh_numbers: HashSet::new(),
            joint: false,
            packages: Vec::new(),
            kinds: Vec::new(),
            fresh_kinds: Vec::new(),
            documents: Vec::new(),
        }
    }

    /// Works named in what he wrote for this mail, as good as whole.
    pub fn fresh_packages(&self, index: &Index) -> Vec<TenderId> {
        let named = packages(self.fresh(), index).into_iter();
        let whole = named.filter(|(_, clarity)| *clarity == Clarity::Name);
        whole.map(|(tender, _)| tender).collect()
    }

    /// What he wrote for this mail.
    pub fn fresh(&self) -> impl Iterator<Item = &Told<'a>> {
        self.own.iter().filter(|told| told.fresh)
    }
}

/// The packages that some texts name together.
fn packages<'t, 'a: 't>(
    texts: impl Iterator<Item = &'t Told<'a>>,
    index: &Index,
) -> Vec<(TenderId, Clarity)> {
    let texts: Vec<&[Word]> = texts.map(|told| told.words.as_slice()).collect();
    index.packages.named(&texts)
}

fn kinds<'t>(texts: impl Iterator<Item = &'t Told<'t>>) -> Vec<SessionKind> {
    let mut kinds: Vec<SessionKind> = texts.flat_map(|told| told.kinds.clone()).collect();
    kinds.sort();
    kinds.dedup();
    kinds
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

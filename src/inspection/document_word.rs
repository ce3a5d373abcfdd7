//! Which document a file is, as far as its name, its caption and the bidder's duty tell.
//!
//! Careful on purpose: a file without a word waits as *belum dikenali* for a person; a wrong word hides a missing paper.

use std::sync::LazyLock;

use super::keywords::{FILLERS, JOINTS, KEYWORDS, PERSON};
use crate::tender::DocumentWord;

/// What the word rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    FileName,
    Caption,
    /// It is the only paper still missing, and this the only file without a word.
    OnlyOwed,
}

/// A file, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper<'a> {
    pub name: Option<&'a str>,
    pub caption: Option<&'a str>,
    /// Large enough to be a paper, and not a decoration: may be taken for the only one owed.
    pub substantial: bool,
}

/// What the bidder owes in the session.
#[derive(Clone, Copy, Debug, Default)]
pub struct Duty<'a> {
    pub owed: &'a [DocumentWord],
    /// Of those, what has not come.
    pub missing: &'a [DocumentWord],
    /// Names of its tenaga ahli.
    pub experts: &'a [String],
}

/// The word of one file by its name, else by its caption. The duty tells only whether `cv` is a curriculum vitae.
pub fn document_word(
    name: Option<&str>,
    caption: Option<&str>,
    duty: &Duty,
) -> Option<(DocumentWord, Basis)> {
    let stem = name.map(|name| match name.rsplit_once('.') {
        Some((stem, end)) if !stem.is_empty() && end.len() <= 5 && !end.contains(' ') => stem,
        _ => name,
    });
    let by_name = stem.and_then(|stem| read(stem, duty));
    let by_caption = || caption.and_then(|caption| read(caption, duty));
    match by_name {
        Some(word) => Some((word, Basis::FileName)),
        None => by_caption().map(|word| (word, Basis::Caption)),
    }
}

/// The words of all files of one mail. When exactly one owed paper stays missing and exactly one substantial file has
/// no word, that file is taken for it.
pub fn document_words(papers: &[Paper], duty: &Duty) -> Vec<Option<(DocumentWord, Basis)>> {
    let mut words: Vec<Option<(DocumentWord, Basis)>> = papers
        .iter()
        .map(|paper| document_word(paper.name, paper.caption, duty))
        .collect();
    let mut still_missing = duty.missing.iter().filter(|&&document| {
        let came = |word: &Option<(DocumentWord, Basis)>| word.is_some_and(|(w, _)| w == document);
        !words.iter().any(came)
    });
    let mut unnamed = (0..papers.len()).filter(|&at| words[at].is_none() && papers[at].substantial);
    if let (Some(&document), None, Some(at), None) = (
        still_missing.next(),
        still_missing.next(),
        unnamed.next(),
        unnamed.next(),
    ) {
        words[at] = Some((document, Basis::OnlyOwed));
    }
    words
}

/// The expert whose name stands in the file's name or caption; `None` when two do.
pub fn expert<'a>(
    name: Option<&str>,
    caption: Option<&str>,
    experts: &'a [String],
) -> Option<&'a str> {
    let named = |text: &str| {
        let text = tokens(text);
        let mut hits = experts.iter().filter(|expert| names(&text, expert));
        match (hits.next(), hits.next()) {
            (Some(expert), None) => Some(expert.as_str()),
            _ => None,
        }
    };
    name.and_then(named).or_else(|| caption.and_then(named))
}

fn names(text: &[String], expert: &str) -> bool {
    let expert = person(expert);
    !expert.is_empty() && positions(text, &expert).next().is_some()
}

/// A person's name without titles: "Ir. Budi Contoh, S.T., M.T." is BUDI CONTOH.
fn person(name: &str) -> Vec<String> {
    const TITLES: &[&str] = &[
        "ir", "dr", "drs", "dra", "prof", "h", "hj", "sdr", "sdri", "bapak", "ibu",
    ];
    let bare = name.split(',').next().unwrap_or(name);
    let mut words = tokens(bare);
    while words.len() > 1
        && words
            .first()
            .is_some_and(|word| TITLES.contains(&word.as_str()))
    {
        words.remove(0);
    }
    words
}

/// Lowercase words; letters and digits part, and so do a small letter and a capital after it.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for c in text.chars() {
        if c.is_alphanumeric() {
            let parts = match before {
                None => true,
                Some(b) => {
                    b.is_numeric() != c.is_numeric() || (b.is_lowercase() && c.is_uppercase())
                }
            };
            if parts {
                tokens.push(String::new());
            }
            if let Some(token) = tokens.last_mut() {
                token.extend(c.to_lowercase());
            }
            before = Some(c);
        } else {
            if matches!(c, '&' | '+') {
                tokens.push("dan".into());
            }
            before = None;
        }
    }
    tokens
}

/// The keywords, taken apart as names are.
static PHRASES: LazyLock<Vec<(DocumentWord, Vec<String>)>> = LazyLock::new(|| {
    let phrases = |(document, phrases): &(DocumentWord, &[&str])| {
        let document = *document;
        let phrases: Vec<_> = phrases
            .iter()
            .map(|phrase| (document, tokens(phrase)))
            .collect();
        phrases
    };
    KEYWORDS.iter().flat_map(phrases).collect()
});

/// A phrase found in a name.
#[derive(Clone, Copy, Debug)]
struct Hit {
    document: DocumentWord,
    start: usize,
    length: usize,
}

fn read(text: &str, duty: &Duty) -> Option<DocumentWord> {
    let words = tokens(text);
    let hits = covering(hits(&words));
    let documents = |hits: &[Hit]| {
        let mut documents: Vec<DocumentWord> = hits.iter().map(|hit| hit.document).collect();
        documents.sort();
        documents.dedup();
        documents
    };
    match documents(&hits)[..] {
        [] => person_cv(&words, duty).then_some(DocumentWord::Cv),
        [document] => Some(document),
        // Two papers in one file, said so or not: the more specific phrase decides unless they are joined by a word.
        _ if words.iter().any(|word| JOINTS.contains(&word.as_str())) => None,
        _ => {
            let longest = hits.iter().map(|hit| hit.length).max()?;
            let longest: Vec<Hit> = hits
                .into_iter()
                .filter(|hit| hit.length == longest)
                .collect();
            match documents(&longest)[..] {
                [document] => Some(document),
                _ => None,
            }
        }
    }
}

fn hits(words: &[String]) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (document, phrase) in PHRASES.iter() {
        let hit = |start| Hit {
            document: *document,
            start,
            length: phrase.len(),
        };
        hits.extend(positions(words, phrase).map(hit));
        if let [keyword] = &phrase[..] {
            let glued = words
                .iter()
                .enumerate()
                .filter(|(_, word)| is_glued(word, keyword));
            hits.extend(glued.map(|(start, _)| hit(start)));
        }
    }
    hits
}

/// "scanktp" and "ktpdirektur", but not "skt" in "abstrakt".
fn is_glued(word: &str, keyword: &str) -> bool {
    let rest = word
        .strip_prefix(keyword)
        .or_else(|| word.strip_suffix(keyword));
    keyword.len() >= 3 && rest.is_some_and(|rest| FILLERS.contains(&rest))
}

/// Hits that lie inside no longer one.
fn covering(hits: Vec<Hit>) -> Vec<Hit> {
    let inside = |small: &Hit, large: &Hit| {
        large.length > small.length
            && large.start <= small.start
            && small.start + small.length <= large.start + large.length
    };
    let outer = hits
        .iter()
        .filter(|hit| !hits.iter().any(|other| inside(hit, other)));
    outer.copied().collect()
}

/// `cv` is a curriculum vitae beside a person's word or an expert's name, or alone in the name when one is owed; else
/// it is a legal form.
fn person_cv(words: &[String], duty: &Duty) -> bool {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if !has(&["cv"]) {
        return false;
    }
    let alone = words.iter().all(|word| {
        word == "cv" || FILLERS.contains(&word.as_str()) || word.chars().all(char::is_numeric)
    });
    let of_expert = duty.experts.iter().any(|expert| names(words, expert));
    has(PERSON) || of_expert || (alone && duty.owed.contains(&DocumentWord::Cv))
}

fn positions<'a>(words: &'a [String], phrase: &'a [String]) -> impl Iterator<Item = usize> + 'a {
    words
        .windows(phrase.len().max(1))
        .enumerate()
        .filter(move |(_, window)| *window == phrase)
        .map(|(at, _)| at)
}

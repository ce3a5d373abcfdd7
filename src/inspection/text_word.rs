//! Which document a text is: by the heading that opens one of its first lines, and the phrases that only it has.
//!
//! A wrong word hides a missing paper, a missing one is seen by a person. Papers name each other all the time: what a
//! list, a letter or a sentence names is no heading.

mod heading;
mod phrase;
mod sheets;

use std::{collections::HashMap, sync::LazyLock};

use self::{
    heading::{Heading, headings, opens_letter, quiet_heading},
    phrase::{Found, holds, of_documents, weigh},
    sheets::{is_divider, listed, names_two, opens_sheet},
};
use super::{
    keywords::KEYWORDS,
    phrases::{AGAINST, FORMS, KINDS_OF_PAPER, TALK},
    text_lines::{Line, alike, lines, plain_words},
};
use crate::tender::DocumentWord;

/// Below this a text stays *belum dikenali*.
pub const SURE: f32 = 0.7;
/// Lines in which a heading stands; letterheads take some.
const HEAD: usize = 18;
/// Fewer letters say nothing.
const LETTERS: usize = 20;
/// A paper without a heading (a card, a cut page) needs this weight of phrases.
const BARE: f32 = 7.0;
/// Letters of a title that hardly begins a sentence.
const PLAIN: usize = 20;
/// Words of the longest sheet between papers.
const FEW: usize = 40;
/// What a heading written small needs beside it.
const QUIET: f32 = 2.0;
/// From here on a heading in small letters is told by the page.
const LATE: usize = 7;
/// Headings of so many papers are a list of papers.
const LIST: usize = 3;

/// The document that a text is, and how sure that is (0 to 1); `None`: nothing in it says so.
pub fn word_of_text(text: &str) -> Option<(DocumentWord, f32)> {
    let lines = lines(text);
    let words: Vec<&str> = lines.iter().flat_map(Line::words).take(4000).collect();
    if words.iter().map(|word| word.len()).sum::<usize>() < LETTERS {
        return None;
    }
    let phrases = weigh(&words);
    let mut found = headings(&lines, &words);
    if found.is_empty() {
        found.extend(quiet_heading(&lines, &words));
    }
    let Some(first) = found.first() else {
        return bare(&lines, &words, &phrases);
    };
    let first = paper_of_partners(&found, &phrases).unwrap_or(first);
    let document = first.document?;
    let mut named: Vec<_> = found
        .iter()
        .filter_map(|heading| heading.document)
        .collect();
    named.sort();
    named.dedup();
    if named.len() >= LIST || listed(&lines) >= LIST || names_two(&lines[first.line]) {
        return Some((document, 0.4));
    }
    let own = phrases.get(&document).map_or(0.0, |found| found.weight);
    let between = own <= 1.0 && words.len() < FEW && opens_sheet(&lines[..first.line]);
    if !first.together && (between || is_divider(&lines, first)) {
        return Some((document, 0.6));
    }
    // Another paper's phrases, or a second heading with more phrases behind it: a person looks.
    let other = phrases
        .iter()
        .filter(|(other, _)| **other != document)
        .map(|(other, found)| {
            if named.contains(other) {
                found.weight + 2.0
            } else {
                found.weight
            }
        })
        .fold(0.0, f32::max);
    let talked = || words.iter().any(|word| TALK.contains(word));
    let enough = if first.length < PLAIN { QUIET } else { 1.0 };
    if first.quiet && (own < enough || other > own + 1.0 || talked()) {
        return bare(&lines, &words, &phrases);
    }
    // A line far down is a field or a part of the page as easily as its heading.
    if first.line >= LATE && !lines[first.line].shouted && other > own {
        return bare(&lines, &words, &phrases);
    }
    let mut doubt = ((other - own - 3.0) * 0.06).clamp(0.0, 0.4);
    if speaks_against(document, &words) || is_form(&words) {
        doubt = 0.4;
    }
    if titled(&lines[..first.line], document) {
        doubt += 0.1;
    }
    Some((document, (0.88 + own.min(4.0) * 0.03 - doubt).max(0.1)))
}

/// The partners of a KSO write its name above their papers, as others write their letterhead: "KERJA SAMA OPERASI ... SURAT
/// KUASA".
fn paper_of_partners<'a>(
    found: &'a [Heading],
    phrases: &HashMap<DocumentWord, Found>,
) -> Option<&'a Heading> {
    let [first, second, ..] = found else {
        return None;
    };
    let own = phrases.get(&second.document?)?.weight;
    let letterhead = first.document == Some(DocumentWord::Kso)
        && second.document != first.document
        && first.line < 3
        && second.line < first.line + 5;
    (letterhead && own >= 2.0).then_some(second)
}

/// A phrase that makes the page another paper than its heading or its phrases say.
fn speaks_against(document: DocumentWord, words: &[&str]) -> bool {
    let against =
        |(of, phrase): &(DocumentWord, Vec<String>)| *of == document && holds(words, phrase);
    AGAINST_IT.iter().any(against)
}

/// A form of a tender document, not filled in, or what explains it.
fn is_form(words: &[&str]) -> bool {
    IN_FORMS.iter().any(|phrase| holds(words, phrase))
}

/// How many numbers of three figures: accounts are full of them, what speaks of accounts is not.
fn amounts(words: &[&str]) -> usize {
    let is_amount = |word: &&&str| word.len() >= 3 && word.bytes().all(|b| b.is_ascii_digit());
    words.iter().filter(is_amount).count()
}

/// Above stands a title of a paper that nobody here knows ("SURAT KETERANGAN ...", "SERTIFIKAT ...").
fn titled(lines: &[Line], document: DocumentWord) -> bool {
    let names_it = |line: &Line| {
        let words: Vec<&str> = line.words().collect();
        let mut phrases = KEYWORDS
            .iter()
            .filter(|(of, _)| *of == document)
            .flat_map(|(_, phrases)| *phrases);
        phrases.any(|phrase| holds(&words, &plain_words(phrase)))
    };
    lines.iter().take(TITLE_LINES).any(|line| {
        line.stands_out
            && !line.listed
            && !line.field
            && line.words.len() <= 12
            && line.words().filter(|word| word.len() > 2).count() >= 2
            && KINDS_OF_PAPER
                .iter()
                .any(|kind| alike(&line.words[0], kind))
            && !names_it(line)
    })
}

/// Amounts of a page of accounts.
const AMOUNTS: usize = 3;

/// In how many of the first lines a title is looked for.
const TITLE_LINES: usize = 6;

/// By phrases alone: several of them, and much more for one paper than for any other.
fn bare(
    lines: &[Line],
    words: &[&str],
    phrases: &HashMap<DocumentWord, Found>,
) -> Option<(DocumentWord, f32)> {
    let mut weights: Vec<(DocumentWord, Found)> = phrases.iter().map(|(d, f)| (*d, *f)).collect();
    weights.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight).then(a.0.cmp(&b.0)));
    let (document, found) = *weights.first()?;
    let second = weights.get(1).map_or(0.0, |(_, found)| found.weight);
    let clear = ((found.weight - second) / (BARE / 2.0)).min(1.0);
    let sure = (found.weight / BARE).min(1.0) * 0.85 * clear;
    // A letter, a list, or a page with a title of its own speaks of papers.
    let letter = lines.iter().take(HEAD).any(opens_letter);
    // What a contract or a handover says of itself, every paper around it says too.
    let of_papers = letter
        || matches!(document, DocumentWord::Kontrak | DocumentWord::Bast)
        || found.phrases < 3
        || listed(lines) >= LIST
        || titled(lines, document)
        || speaks_against(document, words)
        || is_form(words)
        || (document == DocumentWord::LaporanKeuangan && amounts(words) < AMOUNTS);
    Some((document, if of_papers { sure.min(0.6) } else { sure }))
}

static IN_FORMS: LazyLock<Vec<Vec<String>>> =
    LazyLock::new(|| FORMS.iter().map(|phrase| plain_words(phrase)).collect());

static AGAINST_IT: LazyLock<Vec<(DocumentWord, Vec<String>)>> =
    LazyLock::new(|| of_documents(AGAINST));

#[cfg(test)]
mod tests;

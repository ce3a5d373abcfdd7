//! Sheets that name papers and are none: dividers, covers, lists.

use super::{
    HEAD,
    heading::{Heading, TITLES, Title},
    phrase::opens,
};
use crate::{
    inspection::{
        keywords::{FILLERS, KEYWORDS, PERSON},
        phrases::{COMPANY, SHEET},
        text_lines::{Line, alike, plain_words},
    },
    tender::DocumentWord,
};

/// Nothing beside the heading but whose it is and where it belongs: a divider sheet or a cover.
pub(super) fn is_divider(lines: &[Line], heading: &Heading) -> bool {
    let (above, on) = lines.split_at(heading.line);
    let of_line: usize = on.iter().take(1).flat_map(Line::words).map(str::len).sum();
    let below = on
        .iter()
        .skip(1 + usize::from(heading.length > of_line + 2));
    above.iter().chain(below).all(|line| {
        let is = |list: &[&str]| {
            let of_list = |word: &&str| list.iter().any(|meant| alike(word, meant));
            line.words().filter(of_list).count()
        };
        let number = line
            .words()
            .any(|word| word.bytes().all(|b| b.is_ascii_digit()));
        let company = is(COMPANY) == 1 && COMPANY.contains(&&*line.words[0]) && !number;
        let year = |word: &str| {
            word == "tahun" || word.parse().is_ok_and(|year| (1990..2100).contains(&year))
        };
        let sheet = is(SHEET) > 0 && (line.words.len() <= 4 || SHEET.contains(&&*line.words[0]));
        line.words.len() <= 8 && (company || sheet || line.words().all(year))
    })
}

/// Two papers named in one heading: "IJAZAH & SKK", "KTP dan NPWP Direktur".
pub(super) fn names_two(line: &Line) -> bool {
    let of_part = |part: &Vec<String>| {
        let beside = |word: &str| {
            FILLERS.contains(&word)
                || PERSON.contains(&word)
                || word.bytes().all(|b| b.is_ascii_digit())
        };
        let named = |phrase: &&str| {
            let phrase = plain_words(phrase);
            part.starts_with(&phrase) && part[phrase.len()..].iter().all(|word| beside(word))
        };
        let mut keywords = KEYWORDS.iter();
        keywords
            .find(|(_, phrases)| phrases.iter().any(named))
            .map(|(document, _)| *document)
            .or_else(|| {
                let of_title =
                    |title: &&Title| title.is_plain() && opens(part, &title.words) == Some(0);
                TITLES
                    .iter()
                    .filter(of_title)
                    .find_map(|title| title.document)
            })
    };
    let mut papers: Vec<DocumentWord> = line.parts.iter().filter_map(of_part).collect();
    papers.sort();
    papers.dedup();
    papers.len() > 1
}

/// Of how many papers the bare names stand in lines of their own ("KTP", "NPWP", "Akta Pendirian").
pub(super) fn listed(lines: &[Line]) -> usize {
    let mut named: Vec<DocumentWord> = KEYWORDS
        .iter()
        .filter(|(_, phrases)| {
            let of_name = |line: &Line| phrases.contains(&&*line.words.join(" "));
            lines.iter().take(4 * HEAD).any(of_name)
        })
        .map(|(document, _)| *document)
        .collect();
    named.dedup();
    named.len()
}

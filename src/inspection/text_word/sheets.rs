//! Sheets that name papers and are none: dividers, covers, lists.

use super::{
    HEAD,
    heading::{Heading, TITLES, Title},
    phrase::opens,
};
use crate::{
    inspection::{
        keywords::{FILLERS, KEYWORDS, PERSON},
        phrases::{COMPANY, PLACES, SHEET},
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

/// Above the heading stands where the sheet belongs: "TAB 3", "PEMISAH", "BAGIAN III".
pub(super) fn opens_sheet(above: &[Line]) -> bool {
    let counts =
        |word: &str| word.len() <= 3 && word.bytes().all(|b| b"ivx0123456789abc".contains(&b));
    above.iter().any(|line| {
        line.words.len() <= 3
            && line.words().any(|word| PLACES.contains(&word))
            && line
                .words()
                .all(|word| PLACES.contains(&word) || counts(word))
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
            .find(|(of, phrases)| *of != DocumentWord::Lainnya && phrases.iter().any(named))
            .map(|(document, _)| *document)
            .or_else(|| {
                let of_title = |title: &&Title| {
                    title.is_plain()
                        && opens(part, &title.words) == Some(0)
                        && title.document != Some(DocumentWord::Lainnya)
                        && !part
                            .get(title.words.len())
                            .is_some_and(|word| is_deed(word))
                };
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

/// "SURAT KUASA MENGHADIRI KLARIFIKASI DAN NEGOSIASI" is one paper, and says what for.
fn is_deed(word: &str) -> bool {
    word == "untuk" || word == "guna" || (word.starts_with("me") && word.len() > 6)
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

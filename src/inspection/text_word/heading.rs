//! Reading the headings: which line opens with the title of which paper.

use std::sync::LazyLock;

use super::{
    HEAD,
    phrase::{holds, of_documents, opens},
};
use crate::{
    inspection::{
        headings::{ALONE, COPIES, HEADINGS, LETTER, SPEECH},
        headings_together::TOGETHER,
        phrases::{COMPANY, OFFICES, STATES, SUBJECTS},
        text_lines::{Line, plain_words},
    },
    tender::DocumentWord,
};

/// A heading found. `None`: of a paper that is none of those asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heading {
    pub(super) document: Option<DocumentWord>,
    letters: usize,
    /// Letters of the title.
    pub(super) length: usize,
    pub(super) line: usize,
    /// Something else on the page stands for it too.
    pub(super) together: bool,
    /// Written small: the page must say more for it.
    pub(super) quiet: bool,
}

pub(super) fn opens_letter(line: &Line) -> bool {
    opens_with(line, &LETTER_OPENINGS)
}

fn opens_with(line: &Line, openings: &[Vec<String>]) -> bool {
    let opens_it = |phrase: &Vec<String>| opens(&line.words, phrase) == Some(0);
    !line.listed && openings.iter().any(opens_it)
}

/// In the order of the lines, of each line the longest.
pub(super) fn headings(lines: &[Line], words: &[&str]) -> Vec<Heading> {
    let mut found: Vec<Heading> = Vec::new();
    let mut in_letter = false;
    for (at, line) in lines.iter().enumerate().take(HEAD) {
        let opens_letter = opens_letter(line) || opens_with(line, &SPEECH_OPENINGS);
        if line.quiet && !opens_letter {
            continue;
        }
        let best = if opens_letter && line.words.len() > 1 {
            subject(line).map(|heading| Heading {
                line: at,
                ..heading
            })
        } else {
            None
        };
        let best = best.or_else(|| {
            best_heading(lines, at, words, opens_letter && line.words.len() > 1).filter(|heading| {
                // A letter is told by its own subject and by what stands above it; the rest it only speaks of.
                heading.document.is_none() || !(in_letter || opens_letter)
            })
        });
        in_letter |= opens_letter;
        found.extend(best);
    }
    found
}

/// A heading in the first lines of those who write no capitals: hardly more than the title, and nothing in capitals above.
pub(super) fn quiet_heading(lines: &[Line], words: &[&str]) -> Option<Heading> {
    let first = lines.iter().take(QUIET).enumerate();
    let letterhead =
        |line: &Line| COMPANY.contains(&&*line.words[0]) || OFFICES.contains(&&*line.words[0]);
    first
        .take_while(|(at, _)| lines[..*at].iter().all(letterhead))
        .filter(|(_, line)| line.quiet && !line.words().any(|word| STATES.contains(&word)))
        .find_map(|(at, line)| {
            let letters: usize = line.words().map(str::len).sum();
            best_heading(lines, at, words, false)
                .filter(|heading| heading.document.is_none() || 2 * heading.length >= letters)
        })
}

/// In how many lines such a heading stands.
const QUIET: usize = 4;

/// What a letter is by its own subject, where that is one of the papers.
fn subject(line: &Line) -> Option<Heading> {
    let of_line = |(document, phrase): &(DocumentWord, Vec<String>)| {
        (opens(&line.words[1..], phrase) == Some(0)).then(|| Heading {
            document: Some(*document),
            letters: phrase.iter().map(String::len).sum(),
            length: phrase.iter().map(String::len).sum(),
            line: 0,
            together: true,
            quiet: false,
        })
    };
    SUBJECT_LINES
        .iter()
        .filter_map(of_line)
        .max_by_key(|heading| heading.letters)
}

fn best_heading(lines: &[Line], at: usize, words: &[&str], subject: bool) -> Option<Heading> {
    let line = &lines[at];
    if line.listed || !(line.stands_out || line.quiet) {
        return None;
    }
    // A heading may go on in the next line.
    let mut run = line.words.clone();
    if subject {
        run.remove(0);
    }
    let own = run.len();
    if let Some(next) = lines
        .get(at + 1)
        .filter(|next| line.stands_out && next.stands_out && !next.listed)
    {
        run.extend(next.words.iter().cloned());
    }
    // "FOTOKOPI IJAZAH", "FORMULIR DAFTAR RIWAYAT HIDUP"
    let copied = run[..own.saturating_sub(1)]
        .iter()
        .take_while(|word| COPIES.contains(&word.as_str()))
        .count();
    let parts = line.parts.iter().skip(1).chain(&line.beside);
    let written: Vec<String> = [run.concat(), run[copied..].concat()]
        .into_iter()
        .chain(parts.clone().map(|part| part.concat()))
        .collect();
    let mut best: Option<Heading> = None;
    for title in TITLES.iter() {
        // One stray word before it, read from a stamp or a rule; "SK MENTERI ..." is a notary's letterhead.
        let in_line = opens(&run, &title.words)
            .or_else(|| (copied > 0 && opens(&run[copied..], &title.words) == Some(0)).then_some(0))
            .filter(|start| *start < own && (*start == 0 || (run[0].len() <= 2 && run[0] != "sk")));
        // "POWER OF ATTORNEY / SURAT KUASA"
        let in_part = || {
            let opens_part = |part: &Vec<String>| opens(part, &title.words) == Some(0);
            (title.document.is_some() && !subject && parts.clone().any(opens_part)).then_some(0)
        };
        let Some(start) = in_line.or_else(in_part) else {
            continue;
        };
        if title.alone && (start > 0 || own != title.words.len()) {
            continue;
        }
        if !title.with.is_empty() && !title.with.iter().any(|phrase| holds(words, phrase)) {
            continue;
        }
        let meant = title.words.concat();
        let as_written = written.iter().any(|text| text.starts_with(&meant));
        // What stands there to the letter beats what it may be misread from ("kerja sama" and "kerja jasa").
        let letters =
            meant.len() + usize::from(!title.with.is_empty()) + 6 * usize::from(as_written);
        if best.is_none_or(|best| letters > best.letters) {
            best = Some(Heading {
                document: title.document,
                letters,
                length: meant.len(),
                line: at,
                together: !title.with.is_empty(),
                quiet: line.quiet,
            });
        }
    }
    best
}

pub(super) struct Title {
    pub(super) document: Option<DocumentWord>,
    pub(super) words: Vec<String>,
    alone: bool,
    with: Vec<Vec<String>>,
}

impl Title {
    /// It says enough by itself.
    pub(super) fn is_plain(&self) -> bool {
        !self.alone && self.with.is_empty()
    }
}

pub(super) static TITLES: LazyLock<Vec<Title>> = LazyLock::new(|| {
    let plain = |document: Option<DocumentWord>, phrase: &str, alone| Title {
        document,
        words: plain_words(phrase),
        alone,
        with: Vec::new(),
    };
    let headings = HEADINGS.iter().flat_map(|(document, phrases)| {
        phrases.iter().map(|phrase| plain(*document, phrase, false))
    });
    let alone = ALONE.iter().flat_map(|(document, phrases)| {
        phrases
            .iter()
            .map(|phrase| plain(Some(*document), phrase, true))
    });
    let together = TOGETHER.iter().map(|(document, phrase, with)| Title {
        with: with.iter().map(|phrase| plain_words(phrase)).collect(),
        ..plain(*document, phrase, false)
    });
    headings.chain(alone).chain(together).collect()
});

static LETTER_OPENINGS: LazyLock<Vec<Vec<String>>> =
    LazyLock::new(|| LETTER.iter().map(|phrase| plain_words(phrase)).collect());

static SPEECH_OPENINGS: LazyLock<Vec<Vec<String>>> =
    LazyLock::new(|| SPEECH.iter().map(|phrase| plain_words(phrase)).collect());

static SUBJECT_LINES: LazyLock<Vec<(DocumentWord, Vec<String>)>> =
    LazyLock::new(|| of_documents(SUBJECTS));

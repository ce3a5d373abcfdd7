//! Sentences as a reader hears them: they go on over the end of a line, and blank lines, points of a list and full stops end them.

use std::sync::LazyLock;

use regex::Regex;

use super::words::{
    ABBREVIATIONS, BUT, CLOSINGS, CONDITIONS, DENIALS, HARMLESS, HINDRANCES, LABELS, MENU,
};

/// So many words beyond [`super::words::CHAIN`] may stand between a denial and what it denies.
const REACH: usize = 4;

/// What stands before a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    Blank,
    Line,
    Comma,
    /// "Hadir: tidak", "REKAM (TIDAK)".
    Label,
    Slash,
}

#[derive(Clone, Debug)]
pub struct Word {
    pub text: String,
    pub gap: Gap,
}

#[derive(Clone, Debug, Default)]
pub struct Sentence {
    pub words: Vec<Word>,
    /// As it was written.
    pub raw: String,
    /// It ended in a question mark.
    pub asks: bool,
    /// It stands below "Hormat kami".
    pub closing: bool,
}

/// Lowercase words.
pub fn fold(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

pub fn sentences(text: &str) -> Vec<Sentence> {
    static FILE_NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\S+\.(pdf|jpe?g|png|heic|docx?|xlsx?|zip|rar|7z|txt)\b")
            .expect("a constant pattern")
    });
    // What nobody sees joins or parts no words.
    let invisible = |c: &char| {
        matches!(
            c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
    };
    let seen: String = text.chars().filter(|c| !invisible(c)).collect();
    let named = FILE_NAME.replace_all(&seen, " ");
    let mut read = Reading::default();
    let lines: Vec<&str> = named.lines().map(str::trim).collect();
    for (at, line) in lines.iter().enumerate() {
        read.line(line, lines.get(at + 1).copied().unwrap_or_default());
    }
    read.flush();
    read.sentences
}

#[derive(Default)]
struct Reading {
    open: String,
    closing: bool,
    sentences: Vec<Sentence>,
}

impl Reading {
    fn line(&mut self, line: &str, next: &str) {
        let words = fold(line);
        if words.is_empty() {
            // A rule of dashes ends what stood above it, like an empty line.
            return self.flush();
        }
        if words.len() <= 3 && CLOSINGS.contains(&words.join(" ").as_str()) {
            self.flush();
            self.closing = true;
            return;
        }
        let point = without_bullet(line);
        if point.len() < line.len() {
            self.flush();
        }
        let stands_alone = MENU.contains(&words.join(" ").as_str()) && !goes_on(next);
        if (stands_alone || is_label(point)) && !self.hangs() {
            self.flush();
            self.open.push_str(point);
            return self.flush();
        }
        if !self.open.is_empty() {
            self.open.push('\n');
        }
        self.open.push_str(point);
    }

    /// What was begun denies or sets a condition: the next line is a part of it, whatever it looks like.
    fn hangs(&self) -> bool {
        let begun = self.open.rsplit(['.', '!', '?']).next().unwrap_or_default();
        let begun = Sentence::of(begun, false, false);
        (0..begun.words.len()).any(|at| begun.negates(at))
            || begun.has(CONDITIONS)
            || begun.has(BUT)
    }

    /// Cuts what is open at full stops.
    fn flush(&mut self) {
        let open = std::mem::take(&mut self.open);
        let mut begin = 0;
        for (at, c) in open.char_indices() {
            if !matches!(c, '.' | '!' | '?' | ';') {
                continue;
            }
            let behind = &open[at + c.len_utf8()..];
            let inside = c == '.'
                && (behind.starts_with(char::is_alphanumeric)
                    || ends_in_abbreviation(&open[begin..at]));
            if !inside {
                self.push(&open[begin..at], c == '?');
                begin = at + c.len_utf8();
            }
        }
        self.push(&open[begin..], false);
    }

    fn push(&mut self, raw: &str, asks: bool) {
        let sentence = Sentence::of(raw, asks, self.closing);
        match self.sentences.last_mut() {
            // "hadir ??", "hadir .?"
            Some(last) if sentence.words.is_empty() => last.asks |= asks && raw.trim().is_empty(),
            _ if sentence.words.is_empty() => {}
            _ => self.sentences.push(sentence),
        }
    }
}

/// "HADIR" and on the next line "(tidak)" or "jika diizinkan".
fn goes_on(next: &str) -> bool {
    let next = Sentence::of(next, false, false);
    let whole: Vec<&str> = next.words.iter().map(|word| word.text.as_str()).collect();
    let begins = |table: &[&str]| table.iter().any(|phrase| next.stands_at(0, phrase));
    !MENU.contains(&whole.join(" ").as_str())
        && ((!whole.is_empty() && next.negates(0)) || begins(BUT) || begins(CONDITIONS))
}

/// "Hadir : tidak", and a word or two more.
fn is_label(line: &str) -> bool {
    let Some((label, answer)) = line.split_once([':', '=']) else {
        return false;
    };
    let (label, answer) = (fold(label), fold(answer));
    (1..=4).contains(&label.len())
        && (1..=4).contains(&answer.len())
        && label.iter().any(|word| LABELS.contains(&word.as_str()))
}

fn without_bullet(line: &str) -> &str {
    static BULLET: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:[-*•●▪◦·–—+]+\s+|\(?\d{1,2}[.)]\s+|\(?[a-zA-Z][.)]\s+)")
            .expect("a constant pattern")
    });
    BULLET.find(line).map_or(line, |mark| &line[mark.end()..])
}

fn ends_in_abbreviation(before: &str) -> bool {
    let last = before.rsplit(|c: char| !c.is_alphanumeric()).next();
    last.is_some_and(|word| ABBREVIATIONS.contains(&word.to_lowercase().as_str()))
}

impl Sentence {
    fn of(raw: &str, asks: bool, closing: bool) -> Sentence {
        let mut words: Vec<Word> = Vec::new();
        let mut gap = Gap::Blank;
        let mut word = String::new();
        let mut before = ' ';
        for c in raw.chars().chain([' ']) {
            if c.is_alphanumeric() {
                word.extend(c.to_lowercase());
                before = c;
                continue;
            }
            if !word.is_empty() {
                words.push(Word {
                    text: std::mem::take(&mut word),
                    gap,
                });
                gap = Gap::Blank;
            }
            gap = gap.max(match c {
                '/' | '|' | '\\' => Gap::Slash,
                ':' | '=' | '(' | ')' | '[' | ']' | '?' => Gap::Label,
                ',' => Gap::Comma,
                '–' | '—' => Gap::Comma,
                '-' if before.is_whitespace() => Gap::Comma,
                '\n' => Gap::Line,
                _ => Gap::Blank,
            });
            before = c;
        }
        let mut sentence = Sentence {
            words,
            raw: raw.to_owned(),
            asks,
            closing,
        };
        sentence.forget_harmless();
        sentence
    }

    /// A word that stands in no table takes the place of a phrase that means nothing.
    fn forget_harmless(&mut self) {
        let mut at = 0;
        while at < self.words.len() {
            if let Some(phrase) = HARMLESS.iter().find(|phrase| self.stands_at(at, phrase)) {
                let end = at + phrase.split(' ').count();
                self.words.drain(at + 1..end);
                if let Some(word) = self.words.get_mut(at) {
                    "…".clone_into(&mut word.text);
                }
            }
            at += 1;
        }
    }

    pub fn text(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.text.as_str())
    }

    pub fn gap(&self, at: usize) -> Gap {
        self.words.get(at).map_or(Gap::Blank, |word| word.gap)
    }

    pub fn is(&self, at: usize, table: &[&str]) -> bool {
        table.contains(&self.text(at))
    }

    pub fn stands_at(&self, at: usize, phrase: &str) -> bool {
        let mut words = self.words.get(at..).unwrap_or_default().iter();
        phrase
            .split(' ')
            .all(|word| words.next().is_some_and(|own| own.text == word))
    }

    /// Where words or phrases of a table stand.
    pub fn all(&self, table: &[&str]) -> Vec<usize> {
        let here = |at: &usize| table.iter().any(|phrase| self.stands_at(*at, phrase));
        (0..self.words.len()).filter(here).collect()
    }

    pub fn has(&self, table: &[&str]) -> bool {
        !self.all(table).is_empty()
    }

    pub fn denies(&self, at: usize) -> bool {
        self.is(at, DENIALS)
    }

    pub fn negates(&self, at: usize) -> bool {
        self.denies(at) || self.is(at, HINDRANCES)
    }

    /// Whether a denial reaches a word behind it: over nothing but words of the chain and line ends, or over a few words of
    /// the same clause.
    pub fn reaches(&self, denial: usize, at: usize, chain: &[&[&str]]) -> bool {
        let between = denial + 1..at;
        let gaps = |most: Gap| (denial + 1..=at).all(|at| self.gap(at) <= most);
        let chained = between
            .clone()
            .all(|at| chain.iter().any(|table| self.is(at, table)));
        let near = between.len() < REACH
            && gaps(Gap::Blank)
            && !between
                .clone()
                .any(|at| self.is(at, super::words::CONJUNCTIONS));
        (chained && gaps(Gap::Line)) || near
    }

    /// "Hadir: tidak", "REKAM (TIDAK)".
    pub fn denied_behind(&self, at: usize) -> bool {
        self.denies(at + 1) && self.gap(at + 1) == Gap::Label
    }

    /// A sentence without the clauses (between commas and slashes) in which a word of the table stands.
    pub fn without_clauses(&self, table: &[&str]) -> Sentence {
        let mut words: Vec<Word> = Vec::new();
        for clause in self.clauses() {
            let named = clause
                .iter()
                .any(|word| table.contains(&word.text.as_str()));
            if !named {
                words.extend(clause.iter().cloned());
            }
        }
        Sentence {
            words,
            ..self.clone()
        }
    }

    pub fn clauses(&self) -> impl Iterator<Item = &[Word]> {
        self.words
            .chunk_by(|_, next| !matches!(next.gap, Gap::Comma | Gap::Slash))
    }
}

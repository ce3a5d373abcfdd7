//! What the writer himself wrote, and its words: quoted text is kept apart, since it may be anybody's.

use std::collections::HashSet;

use crate::letter::Letter;

/// So much of each text is read: a name or a code stands at the beginning, and a mail of 20 MB of text must not cost more.
const READ: usize = 128 * 1024;

/// Where the writer named something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Subject,
    Text,
    Signature,
    FileName,
    DisplayName,
}

impl Place {
    pub fn words(self) -> &'static str {
        match self {
            Place::Subject => "perihal",
            Place::Text => "isi surat",
            Place::Signature => "tanda tangan",
            Place::FileName => "nama berkas",
            Place::DisplayName => "nama pengirim",
        }
    }
}

/// The writer's own texts, each with its place; the clearest place first.
pub fn own(letter: &Letter) -> impl Iterator<Item = (Place, &str)> {
    let names = letter.attachments.iter().filter(|file| !file.link);
    let names = names.filter_map(|file| file.name.as_deref());
    let writers = letter.from.iter().filter_map(|from| from.name.as_deref());
    [
        (Place::Subject, letter.subject.as_str()),
        (Place::Text, letter.text.as_str()),
        (Place::Signature, letter.signature.as_str()),
    ]
    .into_iter()
    .chain(names.map(|name| (Place::FileName, name)))
    .chain(writers.map(|name| (Place::DisplayName, name)))
    .map(|(place, text)| (place, beginning(text)))
}

/// What he quoted, forwarded or enclosed.
pub fn quoted(letter: &Letter) -> impl Iterator<Item = &str> {
    let enclosed = letter
        .enclosed
        .iter()
        .flat_map(|mail| [mail.subject.as_str(), mail.text.as_str()]);
    std::iter::once(letter.quoted.as_str())
        .chain(enclosed)
        .map(beginning)
}

fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(READ)]
}

/// A word as it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// In uppercase.
    pub upper: String,
    /// It began with a capital or a digit.
    pub capital: bool,
    /// Something other than blanks follows, or nothing.
    pub ends: bool,
}

/// The words of letters and digits; case and punctuation are kept only as what they say about where a name ends.
pub fn words(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut inside = false;
    for c in text.chars() {
        if c.is_alphanumeric() {
            if !inside {
                found.push(Word {
                    upper: String::new(),
                    capital: !c.is_lowercase(),
                    ends: false,
                });
                inside = true;
            }
            if let Some(word) = found.last_mut() {
                word.upper.extend(c.to_uppercase());
            }
        } else {
            inside = false;
            if !matches!(c, ' ' | '\u{a0}')
                && let Some(word) = found.last_mut()
            {
                word.ends = true;
            }
        }
    }
    if let Some(word) = found.last_mut() {
        word.ends = true;
    }
    found
}

/// Every number in a text as bare digits: `01.234.567.8-901.000` is one number, and `8231345/2026` are two.
pub fn numbers(text: &str) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut whole = String::new();
    let mut run = String::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if c.is_ascii_digit() {
            run.push(c);
            whole.push(c);
            continue;
        }
        if !run.is_empty() {
            found.insert(std::mem::take(&mut run));
        }
        // Single dots, hyphens and blanks group the digits of an NPWP or a NIB; anything else ends the number.
        let groups = matches!(c, '.' | '-' | ' ' | '\u{a0}')
            && characters.peek().is_some_and(char::is_ascii_digit);
        if !groups && !whole.is_empty() {
            found.insert(std::mem::take(&mut whole));
        }
    }
    found.extend([run, whole].into_iter().filter(|digits| !digits.is_empty()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grouped_number_is_read_whole_and_in_its_parts() {
        let found = numbers("NPWP 01.999.001.9-000.000, kode 8231345/2026 dan 99990001000.");
        for number in ["019990019000000", "8231345", "2026", "99990001000"] {
            assert!(found.contains(number), "{number} in {found:?}");
        }
        assert!(!found.contains("82313452026"));
    }

    #[test]
    fn words_forget_case_and_punctuation() {
        let found = words("Cv. Lestu-wana\nkarya 1 x");
        let upper: Vec<&str> = found.iter().map(|word| word.upper.as_str()).collect();
        assert_eq!(upper, ["CV", "LESTU", "WANA", "KARYA", "1", "X"]);
        let ends: Vec<bool> = found.iter().map(|word| word.ends).collect();
        assert_eq!(ends, [true, true, true, false, false, true]);
    }
}

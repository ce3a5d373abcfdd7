//! Text as it was read, in lines and words: how a line is written, and whether two words are one but for a misread letter.

/// Words that headings write small.
const LINKS: &[&str] = &[
    "dan", "atau", "untuk", "dari", "dengan", "atas", "dalam", "tentang", "antara", "pada", "per",
    "and", "for",
];

pub(super) struct Line {
    pub words: Vec<String>,
    /// Written as headings are: most words begin with a capital, and no sentence ends in it.
    pub stands_out: bool,
    /// "1. KTP", "- NPWP", or a dotted line to a page number.
    pub listed: bool,
}

impl Line {
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }
}

pub(super) fn lines(text: &str) -> Vec<Line> {
    let line = |line: &str| {
        let line = line.trim();
        let written: Vec<&str> = line
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.chars().any(char::is_alphabetic))
            .collect();
        // "Surat Kuasa sudah ada" is a sentence, "Serah Terima dari Penyedia" may be a heading.
        let in_headings = |word: &&str| {
            word.starts_with(char::is_uppercase) || word.len() <= 2 || LINKS.contains(word)
        };
        let shouted = !line.chars().any(char::is_lowercase);
        let ends = line.ends_with(['.', ',', ';']);
        Line {
            words: plain_words(line),
            stands_out: shouted
                || (!ends
                    && written
                        .first()
                        .is_some_and(|word| word.starts_with(char::is_uppercase))
                    && written.iter().all(in_headings)),
            listed: is_listed(line) || line.contains("...."),
        }
    };
    text.lines()
        .map(line)
        .filter(|line| line.words().map(str::len).sum::<usize>() >= 3)
        .collect()
}

/// "1.", "2)", "a.", "IV.", "-", "•" and a number in a column of its own before the words.
fn is_listed(line: &str) -> bool {
    let line = line.trim_start_matches(['|', ' ', '[', '(']);
    if line.starts_with(['-', '•', '*', '·', '»', '>']) {
        return true;
    }
    let mark: String = line.chars().take_while(|c| c.is_alphanumeric()).collect();
    let after = line[mark.len()..].chars().next();
    let number = !mark.is_empty() && mark.len() <= 2 && mark.bytes().all(|b| b.is_ascii_digit());
    let letter = mark.len() <= 3 && mark.bytes().all(|b| b"IVXivxlabcdef".contains(&b));
    let ended = matches!(after, Some('.' | ')'));
    (ended && !mark.is_empty() && (number || letter))
        || (number && matches!(after, Some(' ' | '|' | ']' | ',')))
}

/// Lowercase words without signs, letters and digits apart; what OCR takes for digits in a row of letters is put right.
pub(super) fn plain_words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let lower = word.to_lowercase();
        let letters = lower.chars().filter(|c| c.is_alphabetic()).count();
        if letters * 2 > lower.chars().count() {
            let split = lower.trim_end_matches(|c: char| c.is_ascii_digit());
            let (body, number) = if letters == split.chars().count() && split.len() <= 4 {
                lower.split_at(split.len())
            } else {
                (&lower[..], "")
            };
            words.push(
                body.replace('0', "o")
                    .replace(['1', '|'], "l")
                    .replace('5', "s")
                    .replace('8', "b"),
            );
            if !number.is_empty() {
                words.push(number.to_owned());
            }
        } else {
            words.push(lower);
        }
    }
    words
}

/// Of a long word one letter may be misread.
pub(super) fn alike(read: &str, meant: &str) -> bool {
    if read == meant {
        return true;
    }
    let (a, b) = (read.len(), meant.len());
    let misread = match b {
        0..=4 => return false,
        5..=8 => 1,
        _ => 2,
    };
    a.abs_diff(b) <= misread
        && read.chars().next() == meant.chars().next()
        && strsim::levenshtein(read, meant) <= misread
}

//! What the writer himself wrote, and its words: quoted text is kept apart, since it may be anybody's.

use std::{borrow::Cow, collections::HashSet, sync::LazyLock};

use regex::Regex;

use crate::letter::Letter;

/// So much of each text is read: a name or a code stands at the beginning, and a mail of 20 MB of text must not cost more.
const READ: usize = 128 * 1024;

/// So many numbers of one text are taken for codes.
const CALLED_MOST: usize = 10;

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
    let files = letter.attachments.iter().filter(|file| !file.link);
    let names = files
        .clone()
        .filter_map(|file| file.name.as_deref())
        .map(stem);
    let captions = files.filter_map(|file| file.caption.as_deref());
    let writers = letter.from.iter().filter_map(|from| from.name.as_deref());
    [
        (Place::Subject, letter.subject.as_str()),
        (Place::Text, letter.text.as_str()),
        (Place::Signature, letter.signature.as_str()),
    ]
    .into_iter()
    .chain(
        names
            .chain(captions)
            .map(|text| (Place::FileName, beginning(text))),
    )
    .chain(writers.map(|name| (Place::DisplayName, name)))
    .map(|(place, text)| (place, beginning(text)))
}

/// Whether what stands in this place was written for this mail: a subject that a program put there with "Re:" belongs to
/// the mail answered, and a signature stands below everything.
pub fn is_fresh(letter: &Letter, place: Place) -> bool {
    match place {
        Place::Subject => !is_answer(&letter.subject),
        Place::Text | Place::FileName => true,
        Place::Signature | Place::DisplayName => false,
    }
}

/// Whether a subject is another mail's: with a prefix of the mail programs known here (domain.md 4.1).
pub fn is_answer(subject: &str) -> bool {
    const PREFIXES: &[&str] = &[
        "re",
        "fw",
        "fwd",
        "bls",
        "balas",
        "balasan",
        "trs",
        "terusan",
        "teruskan",
        "penerusan",
        "aw",
        "antw",
        "sv",
    ];
    let subject = subject.trim_start().to_lowercase();
    let end = subject.find([':', '\u{ff1a}']).unwrap_or(0);
    let prefix = subject.get(..end).unwrap_or_default();
    let word = prefix.split(['[', '(', ' ']).next().unwrap_or_default();
    PREFIXES.contains(&word)
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

/// So much of it as is read.
pub fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(READ)]
}

/// A file's name without its end: "KARYA.pdf" is no company of two words.
pub fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, end)) if !stem.is_empty() && end.len() <= 5 && !end.contains(' ') => stem,
        _ => name,
    }
}

/// "Hormat kami," and the like, alone in its line: below it he signs.
pub fn closes(line: &str) -> bool {
    const CLOSINGS: [&str; 8] = [
        "HORMAT KAMI",
        "HORMAT SAYA",
        "SALAM HORMAT",
        "WASSALAM",
        "WASSALAMUALAIKUM",
        "WASSALAMUALAIKUM WR WB",
        "DEMIKIAN TERIMA KASIH",
        "TTD",
    ];
    // A longer line is a sentence.
    if line.len() > 40 {
        return false;
    }
    let words: Vec<String> = words(line).into_iter().map(|word| word.upper).collect();
    CLOSINGS.contains(&words.join(" ").as_str())
}

/// The text above and below its last closing; people open with one, too, and then nothing stands above it.
pub fn parted_at_closing(text: &str) -> (String, String) {
    let lines: Vec<&str> = text.lines().collect();
    let end = lines.iter().rposition(|line| closes(line));
    let written = |lines: &[&str]| lines.iter().any(|line| !line.trim().is_empty());
    let end = end.filter(|&end| written(&lines[..end]));
    let (above, below) = lines.split_at(end.unwrap_or(lines.len()));
    (above.join("\n"), below.join("\n"))
}

/// A word as it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// In uppercase.
    pub upper: String,
    /// It began with a capital or a digit.
    pub capital: bool,
    /// Something stands behind it that parts a name from what follows, or nothing at all.
    pub ends: bool,
}

/// From this column on a line's end may be the mail program's: it ends no name.
const WRAPPED: usize = 55;

/// The words of letters and digits; case and punctuation are kept only as what they say about where a name ends.
/// Underscores, and hyphens or dots within a word, are the blanks of file names.
pub fn words(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut inside = false;
    let mut column = 0;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let wraps = matches!(c, '\r' | '\n') && column >= WRAPPED;
        column = if c == '\n' { 0 } else { column + 1 };
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
                match c.is_ascii() {
                    true => word.upper.push(c.to_ascii_uppercase()),
                    false => word.upper.extend(c.to_uppercase()),
                }
            }
            continue;
        }
        let tight = inside
            && matches!(c, '-' | '.' | '\'')
            && characters.peek().is_some_and(|next| next.is_alphanumeric());
        inside = false;
        if !tight
            && !wraps
            && !matches!(c, ' ' | '\u{a0}' | '_')
            && let Some(word) = found.last_mut()
        {
            word.ends = true;
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
    let text = with_digits(text);
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

/// Numbers that the writer calls a tender's code: "Kode Tender : 10061011000".
pub fn called_codes(text: &str) -> Vec<String> {
    static CALLED: LazyLock<Regex> = LazyLock::new(|| {
        let work = "tender|paket|lelang|seleksi";
        Regex::new(&format!(
            r"(?i)\b(?:kode[ \t]+(?:{work})|kode|{work})[ \t]*(?:no\.?|nomor|kode)?[ \t]*[:=.-]?[ \t]*([1-9][0-9]{{6,10}})\b"
        ))
        .expect("a constant pattern")
    });
    let mut codes: Vec<String> = CALLED
        .captures_iter(text)
        .take(CALLED_MOST)
        .map(|called| called[1].to_owned())
        .collect();
    codes.dedup();
    codes
}

/// Letters that stand for digits in what is mostly a number: `99990OO1000`. Only numbers of the registry are ever looked
/// for, so nothing is made up by this.
fn with_digits(text: &str) -> Cow<'_, str> {
    let digit = |c: char| match c {
        'O' | 'o' => Some('0'),
        'I' | 'l' | 'i' => Some('1'),
        'S' | 's' => Some('5'),
        'B' => Some('8'),
        c if c.is_ascii_digit() => Some(c),
        _ => None,
    };
    let mends = |token: &str| {
        let digits = token.chars().filter(char::is_ascii_digit).count();
        digits >= 3
            && digits < token.len()
            && digits * 3 >= token.len()
            && token.chars().all(|c| digit(c).is_some())
    };
    let tokens = || text.split_inclusive(|c: char| !c.is_alphanumeric());
    if !tokens().any(|token| mends(bare(token))) {
        return Cow::Borrowed(text);
    }
    let mended = tokens().map(|token| match mends(bare(token)) {
        true => token
            .chars()
            .map(|c| digit(c).unwrap_or(c))
            .collect::<String>(),
        false => token.to_owned(),
    });
    Cow::Owned(mended.collect())
}

fn bare(token: &str) -> &str {
    token.trim_end_matches(|c: char| !c.is_alphanumeric())
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
    fn a_number_is_a_code_where_it_is_called_so() {
        for (text, codes) in [
            ("Kode Tender : 10061011000", &["10061011000"][..]),
            (
                "tender no. 48650064 dan kode 8231345",
                &["48650064", "8231345"],
            ),
            ("tender 2026, HP 081255441101, kode pos 77311", &[]),
            ("paket 2 1234567890123", &[]),
        ] {
            assert_eq!(called_codes(text), codes, "{text}");
        }
    }

    #[test]
    fn letters_in_a_number_are_the_digits_they_look_like() {
        for typed in [
            "99990OO1000",
            "9999000l000",
            "[99990001ooo]",
            "9999 0001 000",
        ] {
            assert!(numbers(typed).contains("99990001000"), "{typed}");
        }
        assert!(numbers("SOLO BILLS oO1").is_empty() || !numbers("SOLO").contains("5010"));
    }

    #[test]
    fn words_forget_case_and_punctuation() {
        let found = words("Cv. Lestu-wana\nkarya 1 x");
        let upper: Vec<&str> = found.iter().map(|word| word.upper.as_str()).collect();
        assert_eq!(upper, ["CV", "LESTU", "WANA", "KARYA", "1", "X"]);
        let ends: Vec<bool> = found.iter().map(|word| word.ends).collect();
        assert_eq!(ends, [true, false, true, false, false, true]);
        let ends: Vec<bool> = words("CV_LESTUWANA_KARYA_ABADI")
            .iter()
            .map(|word| word.ends)
            .collect();
        assert_eq!(ends, [false, false, false, true]);
    }

    #[test]
    fn a_subject_of_another_mail_is_known_by_its_prefix() {
        for subject in [
            "Re: Undangan",
            "RE[2]: x",
            "Bls: x",
            "TRS： x",
            "fwd : x",
            "Balasan: x",
        ] {
            assert!(is_answer(subject), "{subject}");
        }
        for subject in ["Undangan", "Rehabilitasi: SDN", "", "dokumen: re"] {
            assert!(!is_answer(subject), "{subject}");
        }
    }
}

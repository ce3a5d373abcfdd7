//! Text as it was read, in lines and words: how a line is written, and whether two words are one but for a misread letter.

use super::keywords::JOINTS;

/// Words that headings write small.
const LINKS: &[&str] = &[
    "dan", "atau", "untuk", "dari", "dengan", "atas", "dalam", "tentang", "antara", "pada", "per",
    "and", "for", "of", "the", "to", "between",
];

pub(super) struct Line {
    pub words: Vec<String>,
    /// Written as headings are: most words begin with a capital, and no sentence ends in it.
    pub stands_out: bool,
    /// Written small as in a sentence, but short and without the end of one: a heading of those who write no capitals.
    pub quiet: bool,
    /// Nothing in it is written small.
    pub shouted: bool,
    /// "1. KTP", "- NPWP", or a dotted line to a page number.
    pub listed: bool,
    /// What stands between joints: "KTP dan NPWP" has two, "POWER OF ATTORNEY / SURAT KUASA" too.
    pub parts: Vec<Vec<String>>,
    /// "Nama : Budi": a field of a form.
    pub field: bool,
    /// What stands in capitals to the right of a letterhead: "PT SATU        INVOICE".
    pub beside: Option<Vec<String>>,
}

impl Line {
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }
}

pub(super) fn lines(text: &str) -> Vec<Line> {
    text.lines()
        .flat_map(columns)
        .map(line)
        .filter(|line| line.words().map(str::len).sum::<usize>() >= 3)
        .collect()
}

/// What stands far apart in one line was written in columns: "REFERENSI KERJA        halaman ke-2" is a heading and more.
fn columns(line: &str) -> Vec<&str> {
    let line = line.trim();
    let cut = line.split_once("   ").filter(|(left, right)| {
        let words = left
            .split(' ')
            .filter(|word| word.chars().any(char::is_alphabetic));
        // Who writes no capitals at all writes columns too.
        let apart = (shouts(left) && !shouts(right)) || !line.chars().any(char::is_uppercase);
        words.count() >= 2 && apart && !right.trim().starts_with(':')
    });
    cut.map_or_else(|| vec![line], |(left, right)| vec![left, right])
}

fn line(line: &str) -> Line {
    let line = line.trim();
    let written: Vec<&str> = line
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().any(char::is_alphabetic))
        .collect();
    // "Surat Kuasa sudah ada" is a sentence, "Serah Terima dari Penyedia" may be a heading.
    let in_headings = |word: &&str| {
        word.starts_with(char::is_uppercase) || word.len() <= 2 || LINKS.contains(word)
    };
    let shouted = shouts(line);
    let ends = line.ends_with(['.', ',', ';']);
    let stands_out = shouted
        || (!ends
            && written
                .first()
                .is_some_and(|word| word.starts_with(char::is_uppercase))
            && written.iter().all(in_headings));
    let listed = is_listed(line) || line.contains("....");
    let field = line.contains(':');
    let told = ends || line.ends_with(['?', '!']) || field || listed;
    let beside = line
        .split_once("   ")
        .map(|(_, right)| right.trim())
        .filter(|right| shouts(right) && !field && !right.contains("   "));
    Line {
        words: plain_words(line),
        stands_out,
        quiet: !stands_out && !told && written.len() <= SHORT,
        shouted,
        listed,
        parts: parts(line),
        field,
        beside: beside.map(plain_words),
    }
}

fn shouts(text: &str) -> bool {
    !text.chars().any(char::is_lowercase)
}

/// Words of the longest heading that is written small.
const SHORT: usize = 9;

fn parts(line: &str) -> Vec<Vec<String>> {
    let joint = |word: &String| JOINTS.contains(&word.as_str());
    line.split(['/', '&', '+', ','])
        .flat_map(|part| {
            let words = plain_words(part);
            let parts: Vec<_> = words.split(joint).map(<[String]>::to_vec).collect();
            parts
        })
        .filter(|part| !part.is_empty())
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
                    .replace('3', "e")
                    .replace('4', "a")
                    .replace('5', "s")
                    .replace('6', "g")
                    .replace('8', "b"),
            );
            if !number.is_empty() {
                words.push(number.to_owned());
            }
        } else {
            words.push(lower);
        }
    }
    together(words)
}

/// Spaced letters are a word: "I J A Z A H".
fn together(words: Vec<String>) -> Vec<String> {
    let single = |word: &String| word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    let mut joined: Vec<String> = Vec::new();
    for run in words.chunk_by(|a, b| single(a) && single(b)) {
        if run.len() >= 3 {
            joined.push(run.concat());
        } else {
            joined.extend_from_slice(run);
        }
    }
    joined
}

/// Letters that OCR takes for each other become one.
pub(super) fn folded(word: &str) -> String {
    word.chars().map(fold).collect()
}

pub(super) fn fold(letter: char) -> char {
    match letter {
        'l' | 't' | 'f' | 'j' | '1' => 'i',
        'e' | 'a' => 'c',
        'h' => 'b',
        'm' | 'u' | 'r' => 'n',
        other => other,
    }
}

/// Whether so few letters differ at all, wherever they stand: cheap, before the distance is measured.
pub(super) fn may_be(read: &str, meant: &str, misread: usize) -> bool {
    let mut letters = [0i32; 32];
    for c in read.chars().map(fold) {
        letters[c as usize % 32] += 1;
    }
    for c in meant.chars().map(fold) {
        letters[c as usize % 32] -= 1;
    }
    letters
        .iter()
        .map(|n| n.unsigned_abs() as usize)
        .sum::<usize>()
        <= 2 * misread
}

/// Of a long word a letter or two may be misread, and those that look alike.
pub(super) fn alike(read: &str, meant: &str) -> bool {
    if read == meant {
        return true;
    }
    let same_start = read.chars().next().map(fold) == meant.chars().next().map(fold);
    if !same_start {
        return false;
    }
    let (of_read, of_meant) = (read.chars().map(fold), meant.chars().map(fold));
    if meant.len() >= 5 && read.len() == meant.len() && of_read.eq(of_meant) {
        return true;
    }
    let (a, b) = (read.len(), meant.len());
    let misread = match b {
        0..=4 => return false,
        5..=8 => 1,
        _ => 2,
    };
    a.abs_diff(b) <= misread
        && may_be(read, meant, misread)
        && strsim::levenshtein(read, meant) <= misread
}

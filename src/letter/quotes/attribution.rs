//! "On … wrote:" in the languages of programs: where it stands, the older mail begins.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::is_quoted;

/// "On … wrote:" on one line, with a year, a time or an address in it: "On the form he wrote:" is a sentence.
static ATTRIBUTION: LazyLock<RegexSet> = LazyLock::new(|| {
    const STARTS: &str =
        "on|pada( tanggal| hari)?|tanggal|le|am|el|em|il|op|den|på|w dniu|dnia|dne|vào";
    // Where the verb stands before the name (German, Dutch, Scandinavian, Polish), the line still ends in the colon.
    const VERBS: &str = "wrote|writes|menulis|tulis|berkata|a écrit|schrieb|escribió|escreveu|ha scritto|schreef|geschreven|skrev|napisał|napisała|napsal|đã viết";
    let dated = format!(
        r"(?i)^({STARTS})\b.*(\d{{4}}|\d{{1,2}}[:.]\d{{2}}|@).*\b({VERBS})\b(\s*:|[^.!?]*[<(][^\s<>@]+@[^\s<>@]+[>)]\s*:)$"
    );
    RegexSet::new([
        dated.as_str(),
        r"(?i)^.*<?[^\s<>@]+@[^\s<>@]+>?.*\b(wrote|writes|menulis|tulis|написала?|пишет)\s*:$",
        r"(?i)^\d{1,2}[ /.-].+\d{4}.*\b(wrote|menulis|написала?|пишет)\s*:$",
        // Gmail in some languages closes with the address alone
        r"(?i)^\d{4}.+<\s*[^\s<>@]+@[^\s<>@]+>\s*:$",
        r"(写道|寫道|のメール)\s*[:：]$",
    ])
    .expect("constant patterns")
});

/// An attribution that does not begin its line: the sender wrote right before it.
static LATE_ATTRIBUTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(.*\S)(?:\s+|-{2,}\s*)((?:-{2,}\s*)?(?:on|pada) [^<>]{0,40}\d{4}.{0,300}\b(?:wrote|menulis):)$")
        .expect("a constant pattern")
});

/// Yahoo on phones: the older mail goes on in the same line.
static RUN_ON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(on|pada)\b.*\d{4}.*@[^\s<>@]+>?\s*(wrote|menulis):\s")
        .expect("a constant pattern")
});

/// What the sender wrote before an attribution on the same line, and the attribution.
pub fn late_attribution(line: &str) -> Option<[Option<&str>; 2]> {
    // A cheap look first: every line of every mail comes by here.
    if !line.ends_with(':') || line.len() > 800 || is_quoted(line) || begins_with_start(line) {
        return None;
    }
    let found = LATE_ATTRIBUTION.captures(line)?;
    Some([
        found
            .get(1)
            .map(|before| before.as_str().trim_end_matches(['-', ' '])),
        found.get(2).map(|attribution| attribution.as_str()),
    ])
}

/// How many lines "On … wrote:" takes here: programs wrap it.
pub fn attribution(lines: &[&str]) -> Option<usize> {
    // A cheap look first: every line of every mail comes by here.
    let first = lines[0].trim();
    if first.is_empty() || first.len() > 400 {
        return None;
    }
    let mut joined = String::new();
    for (n, line) in lines.iter().take(4).enumerate() {
        let line = line.trim();
        if line.is_empty() || is_quoted(line) || joined.len() > 600 {
            return None;
        }
        if n > 0 {
            joined.push(' ');
        }
        joined.push_str(line);
        if line.ends_with([':', '：']) {
            let told =
                ATTRIBUTION.is_match(&joined) || is_foreign_attribution(&joined, &lines[n + 1..]);
            return told.then_some(n + 1);
        }
        if n == 0 && line.ends_with('>') && is_foreign_attribution(line, &lines[1..]) {
            return Some(1);
        }
        // Only a line that begins like one may go on below.
        if n == 0 && !starts_attribution(line) {
            return None;
        }
    }
    None
}

/// In any language: who wrote and when, right above marked lines.
fn is_foreign_attribution(line: &str, below: &[&str]) -> bool {
    let dated = line.chars().filter(char::is_ascii_digit).count() >= 4;
    let marked = below.iter().find(|line| !line.trim().is_empty());
    line.contains('@') && dated && marked.is_some_and(|line| is_quoted(line))
}

fn starts_attribution(line: &str) -> bool {
    let dated = line.chars().any(|c| c.is_ascii_digit());
    // Gmail in some languages begins with the date, and wraps before the address.
    let opens_address = line.ends_with('<') && line.starts_with(|c: char| c.is_ascii_digit());
    dated && begins_with_start(line) || opens_address || line.contains('@')
}

fn begins_with_start(line: &str) -> bool {
    const STARTS: [&str; 14] = [
        "on ", "pada ", "tanggal ", "le ", "am ", "el ", "em ", "il ", "op ", "den ", "på ",
        "w dniu ", "dnia ", "dne ",
    ];
    let lower: String = line.chars().take(12).collect::<String>().to_lowercase();
    STARTS.iter().any(|start| lower.starts_with(start))
}

/// The older mail begins behind the colon.
pub fn goes_on_in_the_line(line: &str) -> bool {
    begins_with_start(line) && RUN_ON.is_match(line)
}

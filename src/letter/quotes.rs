//! One text, three voices: what the sender writes now, what he quotes, his signature. Quoted text must not speak for him: it
//! holds our own words, and sometimes another bidder's.

mod attribution;
mod block;

use std::sync::LazyLock;

use regex::RegexSet;

use attribution::{attribution, goes_on_in_the_line, late_attribution};
pub use block::{begins_block, block_field};

/// A text told apart. Together the three hold every line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Split {
    pub new: String,
    pub quoted: String,
    pub signature: String,
}

/// Lines below which everything is an older mail, whatever it looks like.
static CUTS: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new([
        // Outlook, Lotus, Yahoo and their Indonesian versions
        r"(?i)^[-_ ]{2,}\s*(original message|original appointment|ursprüngliche nachricht|pesan asli|pesan awal|reply message|balas pesan|pesan balasan)\s*[-_ ]{2,}$",
        // Gmail, Yahoo, Zoho, Apple: forwarded
        r"(?i)^[-_= ]{2,}\s*(forwarded message|forwarded by .+|pesan (yang )?diteruskan|pesan terusan|diteruskan oleh .+)\s*[-_= ]{2,}$",
        r"(?i)^(begin forwarded message|mulai pesan terusan|awal pesan yang diteruskan|pesan yang diteruskan|memulai pesan terusan)\s*:$",
        // Zoho, with and without the date
        r"(?i)^[-= ]{2,}\s*.+\b(wrote|menulis)\s*[-= ]{2,}$",
    ])
    .expect("constant patterns")
});

/// Lines that programs add by themselves; asked only of short lines.
static SIGNATURE: LazyLock<RegexSet> = LazyLock::new(|| {
    // Only with the name of a device or program: "Dikirim oleh admin PT Contoh" is the sender's own word.
    const DEVICES: &str = "(iphone|ipad|hp|handphone|ponsel|smartphone|perangkat|tablet|samsung|galaxy|xiaomi|redmi|poco|oppo|vivo|realme|infinix|huawei|nokia|android|windows|blackberry|yahoo|outlook|gmail|hotmail|zoho|mail|aplikasi|bluemail|spark|proton)";
    let device = format!(
        r"(?i)^(dikirim|terkirim|dikirimkan|sent) (dari|melalui|menggunakan|dengan|via|from|using|with) .*\b{DEVICES}\b.*$"
    );
    RegexSet::new([
        device.as_str(),
        r"(?i)^sent from my .+$",
        r"(?i)^(get|dapatkan|download|unduh) outlook (for|untuk) .+$",
        r"(?i)^(yahoo|ymail|mail|aol).*(search|find, organize|cari, atur|all new|semua).*$",
        r"(?i)^envoyé de mon .+$",
        r"(?i)^von meinem .+ gesendet$",
    ])
    .expect("constant patterns")
});

/// Longer than this it is a sentence.
const SIGNATURE_BYTES: usize = 80;

/// Whether a line starts a forwarded mail.
pub fn is_forward_line(line: &str) -> bool {
    let found = CUTS.matches(line.trim());
    found.matched(1) || found.matched(2)
}

#[derive(Clone, Copy, PartialEq)]
enum Voice {
    New,
    Quoted,
    Signature,
}

/// Tells the text apart.
pub fn split(text: &str) -> Split {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim_end)
        .flat_map(|line| late_attribution(line).unwrap_or([Some(line), None]))
        .flatten()
        .collect();
    let mut voices = vec![Voice::New; lines.len()];
    mark_quotes(&lines, &mut voices);
    mark_signature(&lines, &mut voices);
    let of = |voice: Voice| {
        let mut joined = String::new();
        for (line, _) in lines
            .iter()
            .zip(&voices)
            .filter(|(_, other)| **other == voice)
        {
            joined.push_str(line);
            joined.push('\n');
        }
        tidy(&joined)
    };
    Split {
        new: of(Voice::New),
        quoted: of(Voice::Quoted),
        signature: of(Voice::Signature),
    }
}

fn is_quoted(line: &str) -> bool {
    line.starts_with('>') || line.starts_with("|>") || line.starts_with(" >")
}

fn mark_quotes(lines: &[&str], voices: &mut [Voice]) {
    let mut at = 0;
    while at < lines.len() {
        let rest = &lines[at..];
        if is_quoted(lines[at]) {
            voices[at] = Voice::Quoted;
            at += 1;
            continue;
        }
        let line = lines[at].trim();
        if is_cut(line) || begins_block(rest) || is_rule_above_block(rest) {
            voices[at..].fill(Voice::Quoted);
            return;
        }
        match attribution(rest) {
            // Programs that mark no line put the older mail last; those that do may be answered below or in between.
            Some(length) => {
                let below = rest
                    .iter()
                    .skip(length)
                    .find(|line| !line.trim().is_empty());
                if below.is_some_and(|line| is_quoted(line)) {
                    voices[at..at + length].fill(Voice::Quoted);
                    at += length;
                } else {
                    voices[at..].fill(Voice::Quoted);
                    return;
                }
            }
            None => at += 1,
        }
    }
    // Blank lines between quoted ones belong to them.
    for at in 1..lines.len().saturating_sub(1) {
        if lines[at].is_empty()
            && voices[at - 1] == Voice::Quoted
            && voices[at + 1] == Voice::Quoted
        {
            voices[at] = Voice::Quoted;
        }
    }
}

fn is_cut(line: &str) -> bool {
    let may_cut = line.starts_with(['-', '_', '=']) || line.ends_with(':');
    may_cut && CUTS.is_match(line) || goes_on_in_the_line(line)
}

/// The line that Outlook draws above the fields of the older mail.
fn is_rule_above_block(lines: &[&str]) -> bool {
    let rule = lines[0].trim();
    if rule.len() < 5
        || !rule
            .chars()
            .all(|c| matches!(c, '_' | '-' | '=' | '*' | '\u{2500}' | '\u{2014}'))
    {
        return false;
    }
    let below = lines
        .iter()
        .skip(1)
        .take(3)
        .position(|line| !line.trim().is_empty());
    below.is_some_and(|below| begins_block(&lines[below + 1..]))
}

/// The signature is what stands below "-- " in the new text, and the line that a phone adds.
fn mark_signature(lines: &[&str], voices: &mut [Voice]) {
    let mut below = false;
    for at in 0..lines.len() {
        if voices[at] != Voice::New {
            // Text below a quote is no longer below the signature mark above it.
            below = false;
            continue;
        }
        // The blank behind the dashes is often lost (and was trimmed here).
        below |= lines[at] == "--";
        let line = lines[at].trim().trim_matches(['_', '*', '.']);
        if below || (line.len() <= SIGNATURE_BYTES && SIGNATURE.is_match(line)) {
            voices[at] = Voice::Signature;
        }
    }
}

/// Without blank lines at the ends and without more than one between.
pub fn tidy(text: &str) -> String {
    let mut tidied = String::new();
    let mut blank = false;
    for line in text.lines() {
        if line.trim().is_empty() {
            blank = !tidied.is_empty();
            continue;
        }
        if std::mem::take(&mut blank) {
            tidied.push('\n');
        }
        tidied.push_str(line);
        tidied.push('\n');
    }
    tidied.truncate(tidied.trim_end().len());
    tidied
}

#[cfg(test)]
mod tests;

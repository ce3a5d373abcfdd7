//! One text, three voices: what the sender writes now, what he quotes, his signature. Quoted text must not speak for him: it
//! holds our own words, and sometimes another bidder's.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

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
        // Zoho
        r"(?i)^[-= ]{2,}\s*(on|pada)\b.+\b(wrote|menulis)\s*[-= ]{2,}$",
    ])
    .expect("constant patterns")
});

/// "On … wrote:" on one line, with a year, a time or an address in it: "On the form he wrote:" is a sentence.
static ATTRIBUTION: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSet::new([
        r"(?i)^(on|pada( tanggal| hari)?|tanggal|le|am|el)\b.*(\d{4}|\d{1,2}[:.]\d{2}|@).*\b(wrote|writes|menulis|tulis|berkata|a écrit|schrieb|escribió)\s*:$",
        r"(?i)^.*<?[^\s<>@]+@[^\s<>@]+>?.*\b(wrote|writes|menulis|tulis)\s*:$",
        r"(?i)^\d{1,2}[ /.-].+\d{4}.*\b(wrote|menulis)\s*:$",
        // Gmail in some languages closes with the address alone
        r"(?i)^\d{4}.+<[^\s<>@]+@[^\s<>@]+>\s*:$",
    ])
    .expect("constant patterns")
});

/// Yahoo on phones: the older mail goes on in the same line.
static RUN_ON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(on|pada)\b.*\d{4}.*@[^\s<>@]+>?\s*(wrote|menulis):\s")
        .expect("a constant pattern")
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

/// A line of the block of fields that Outlook and phones put above an older mail.
static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\*{0,2}(from|dari|sent|dikirim|terkirim|date|tanggal|to|kepada|ke|untuk|cc|tembusan|subject|perihal|subjek|judul|reply-to|balas ke)\s*:\*{0,2}(?:\s|$)")
        .expect("a constant pattern")
});

/// Which mail field a line of such a block is.
pub fn block_field(line: &str) -> Option<(&'static str, &str)> {
    let found = FIELD.captures(line)?;
    let name = match found[1].to_lowercase().as_str() {
        "from" | "dari" => "from",
        "sent" | "dikirim" | "terkirim" | "date" | "tanggal" => "date",
        "to" | "kepada" | "ke" | "untuk" => "to",
        "cc" | "tembusan" => "cc",
        "subject" | "perihal" | "subjek" | "judul" => "subject",
        _ => "reply-to",
    };
    Some((
        name,
        line.get(found[0].len()..)
            .unwrap_or_default()
            .trim()
            .trim_matches('*')
            .trim(),
    ))
}

/// Whether an older mail's fields begin here: its sender first, then two more within the next lines.
pub fn begins_block(lines: &[&str]) -> bool {
    let Some(("from", sender)) = lines.first().and_then(|line| block_field(line.trim())) else {
        return false;
    };
    let mut seen: Vec<&str> = Vec::new();
    let mut blank = 0;
    for line in lines.iter().skip(1).take(14) {
        let line = line.trim();
        match block_field(line) {
            Some((name, _)) if name != "from" && !seen.contains(&name) => seen.push(name),
            _ if line.is_empty() => blank += 1,
            _ => {}
        }
        if blank > 4 {
            break;
        }
    }
    let dated = seen.contains(&"date");
    // "Dari: PT X / Kepada: Pokja / Perihal: …" is how letters begin here; an older mail has its date or an address too.
    seen.len() >= 2 && (dated || sender.contains('@'))
}

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
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
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
        if CUTS.is_match(line)
            || RUN_ON.is_match(line)
            || begins_block(rest)
            || is_rule_above_block(rest)
        {
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

/// How many lines "On … wrote:" takes here: programs wrap it.
fn attribution(lines: &[&str]) -> Option<usize> {
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
        if line.ends_with(':') {
            return ATTRIBUTION.is_match(&joined).then_some(n + 1);
        }
        // Only a line that begins like one may go on below.
        if n == 0 && !starts_attribution(line) {
            return None;
        }
    }
    None
}

fn starts_attribution(line: &str) -> bool {
    let lower = line.to_lowercase();
    let dated = line.chars().any(|c| c.is_ascii_digit());
    dated
        && ["on ", "pada ", "tanggal ", "le ", "am ", "el "]
            .iter()
            .any(|start| lower.starts_with(start))
        || line.contains('@')
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
mod tests {
    use super::*;

    /// Name, text, new text, the beginning of the quoted text, signature.
    const SAMPLES: &[(&str, &str, &str, &str, &str)] = &[
        (
            "plain",
            "Yth. Pokja,\nTerlampir KTP.",
            "Yth. Pokja,\nTerlampir KTP.",
            "",
            "",
        ),
        (
            "gmail english",
            "Baik.\n\nOn Mon, Nov 23, 2026 at 9:12 AM Pokja III <pokja3@berau.test> wrote:\n\n> Mohon KTP\n> dan NPWP\n",
            "Baik.",
            "On Mon",
            "",
        ),
        (
            "gmail wrapped",
            "Baik.\n\nOn Mon, Nov 23, 2026 at 9:12 AM Pokja Pemilihan III Kabupaten Berau <\npokja3+abc@berau.test> wrote:\n\n> Mohon KTP\n",
            "Baik.",
            "On Mon",
            "",
        ),
        (
            "gmail indonesian",
            "Siap pak\n\nPada tanggal Sen, 23 Nov 2026 pukul 09.12 Pokja III <pokja3@berau.test>\nmenulis:\n\n> Mohon KTP\n",
            "Siap pak",
            "Pada tanggal Sen",
            "",
        ),
        (
            "gmail indonesian short",
            "Siap\n\nPada Sen, 23 Nov 2026 09.12, Pokja III <pokja3@berau.test> menulis:\n> Mohon KTP\n",
            "Siap",
            "Pada Sen",
            "",
        ),
        (
            "apple",
            "Ini KTP.\n\nDikirim dari iPhone saya\n\n> Pada 23 Nov 2026, pukul 09.12, Pokja III <pokja3@berau.test> menulis:\n> \n> Mohon\n",
            "Ini KTP.",
            "> Pada 23",
            "Dikirim dari iPhone saya",
        ),
        (
            "apple english",
            "KTP attached\n\nSent from my iPhone\n\nOn 23 Nov 2026, at 09.12, Pokja <p@b.test> wrote:\n\n> Mohon\n",
            "KTP attached",
            "On 23",
            "Sent from my iPhone",
        ),
        (
            "outlook english",
            "Terlampir.\n\nFrom: Pokja III <pokja3@berau.test>\nSent: Monday, November 23, 2026 9:12 AM\nTo: direktur@contohkarya.test\nSubject: Undangan\n\nMohon KTP",
            "Terlampir.",
            "From: Pokja",
            "",
        ),
        (
            "outlook rule",
            "Terlampir.\n\n________________________________\nFrom: Pokja III <pokja3@berau.test>\nSent: Monday\nTo: x\nSubject: Undangan\n\nMohon KTP",
            "Terlampir.",
            "______",
            "",
        ),
        (
            "outlook indonesian",
            "Terlampir.\n\nDari: Pokja III <pokja3@berau.test>\nDikirim: Senin, 23 November 2026 09.12\nKepada: direktur@contohkarya.test\nPerihal: Undangan\n\nMohon KTP",
            "Terlampir.",
            "Dari: Pokja",
            "",
        ),
        (
            "outlook bold",
            "Ok.\n\n*Dari:* Pokja III <pokja3@berau.test>\n*Dikirim:* Senin\n*Kepada:* x\n*Subjek:* Undangan\n\nMohon",
            "Ok.",
            "*Dari:*",
            "",
        ),
        (
            "original message",
            "Ok.\n\n-----Original Message-----\nFrom: Pokja\nMohon KTP",
            "Ok.",
            "-----Original",
            "",
        ),
        (
            "pesan asli",
            "Ok.\n\n-----Pesan Asli-----\nDari: Pokja\nMohon KTP",
            "Ok.",
            "-----Pesan Asli",
            "",
        ),
        (
            "yahoo android",
            "Ini\n\nDikirim dari Yahoo Mail di Android \n \n  Pada Sen, 23 Nov 2026 pada 9:12, Pokja III<pokja3@berau.test> menulis:   Mohon KTP\ndan NPWP",
            "Ini",
            "  Pada Sen",
            "Dikirim dari Yahoo Mail di Android",
        ),
        (
            "yahoo web",
            "Berikut\n\n    On Monday, November 23, 2026 at 09:12:00 AM GMT+8, Pokja III <pokja3@berau.test> wrote:  \n \n Mohon KTP",
            "Berikut",
            "    On Monday",
            "",
        ),
        (
            "samsung",
            "Foto KTP\n\nTerkirim dari HP Samsung saya\n\n-------- Pesan asli --------\nDari: Pokja\nTanggal: 23/11/26 09.12 (GMT+08:00)\nKe: x\nJudul: Undangan\n\nMohon",
            "Foto KTP",
            "-------- Pesan asli",
            "Terkirim dari HP Samsung saya",
        ),
        (
            "samsung english",
            "Foto\n\nSent from my Galaxy\n\n-------- Original message --------\nFrom: Pokja\nDate: 23/11/2026\nTo: x\n\nMohon",
            "Foto",
            "-------- Original",
            "Sent from my Galaxy",
        ),
        (
            "zoho",
            "Terlampir\n\nSent using Zoho Mail\n\n---- On Mon, 23 Nov 2026 09:12:00 +0800 Pokja III <pokja3@berau.test> wrote ----\n\nMohon",
            "Terlampir",
            "---- On Mon",
            "Sent using Zoho Mail",
        ),
        (
            "zoho indonesian",
            "Terlampir\n\n---- Pada Sen, 23 Nov 2026 09:12:00 +0800 Pokja <p@b.test> menulis ----\n\nMohon",
            "Terlampir",
            "---- Pada",
            "",
        ),
        (
            "outlook phone",
            "Baik\n\nDapatkan Outlook untuk Android\n________________________________\nDari: Pokja <p@b.test>\nDikirim: Senin\nKepada: x\nPerihal: Undangan\n\nMohon",
            "Baik",
            "______",
            "Dapatkan Outlook untuk Android",
        ),
        (
            "bottom posting",
            "On Mon, 23 Nov 2026 at 09:12, Pokja <p@b.test> wrote:\n> Mohon KTP\n>\n> Terima kasih\n\nIni KTP kami.\n",
            "Ini KTP kami.",
            "On Mon",
            "",
        ),
        (
            "in between",
            "> KTP direktur?\nTerlampir.\n> NPWP?\nMenyusul.",
            "Terlampir.\nMenyusul.",
            "> KTP direktur?",
            "",
        ),
        (
            "signature",
            "Terlampir.\n\n-- \nBudi Contoh\nPT Contoh Karya Abadi\n0812-0000-0000",
            "Terlampir.",
            "",
            "--\nBudi Contoh\nPT Contoh Karya Abadi\n0812-0000-0000",
        ),
        (
            "signature then quote",
            "Ok\n--\nBudi\n\nOn 23 Nov 2026, Pokja <p@b.test> wrote:\n> Mohon",
            "Ok",
            "On 23",
            "--\nBudi",
        ),
        (
            "gmail forward",
            "Mohon diterima bu\n\n---------- Forwarded message ---------\nDari: Budi <b@c.test>\nDate: Sen, 23 Nov 2026 pukul 09.12\nSubject: KTP\nTo: <x@y.test>\n\nIni KTP",
            "Mohon diterima bu",
            "---------- Forwarded",
            "",
        ),
        (
            "gmail forward indonesian",
            "---------- Pesan terusan ---------\nDari: Budi <b@c.test>\nDate: Sen\nSubject: KTP\nTo: <x@y.test>\n\nIni KTP",
            "",
            "---------- Pesan terusan",
            "",
        ),
        (
            "apple forward",
            "Cek\n\nBegin forwarded message:\n\nFrom: Budi <b@c.test>\nSubject: KTP\nDate: 23 November 2026\nTo: x\n\nIni",
            "Cek",
            "Begin forwarded",
            "",
        ),
        (
            "who sends is no signature",
            "Dikirim oleh admin PT Contoh Karya Abadi",
            "Dikirim oleh admin PT Contoh Karya Abadi",
            "",
            "",
        ),
        (
            "letter head is no quote",
            "Dari: PT Contoh Karya Abadi\nKepada: Pokja Pemilihan III\nPerihal: Penyampaian dokumen\n\nDengan hormat, terlampir KTP.",
            "Dari: PT Contoh Karya Abadi\nKepada: Pokja Pemilihan III\nPerihal: Penyampaian dokumen\n\nDengan hormat, terlampir KTP.",
            "",
            "",
        ),
        (
            "a sentence with wrote",
            "On the form he wrote:\nsetuju",
            "On the form he wrote:\nsetuju",
            "",
            "",
        ),
        (
            "pada hari is no quote",
            "Pada hari Senin kami hadir:\n1. Direktur\n2. Tenaga ahli",
            "Pada hari Senin kami hadir:\n1. Direktur\n2. Tenaga ahli",
            "",
            "",
        ),
        (
            "dates in a sentence are no quote",
            "Pada tanggal 23 November 2026 kami kirim KTP.\nTerima kasih",
            "Pada tanggal 23 November 2026 kami kirim KTP.\nTerima kasih",
            "",
            "",
        ),
    ];

    #[test]
    fn new_text_quoted_text_and_signature_are_told_apart() {
        for (name, text, new, quoted, signature) in SAMPLES {
            let split = split(text);
            assert_eq!(split.new, *new, "new text of {name:?}");
            assert!(
                split.quoted.starts_with(quoted) && split.quoted.is_empty() == quoted.is_empty(),
                "quoted text of {name:?}: {}",
                split.quoted
            );
            assert_eq!(split.signature, *signature, "signature of {name:?}");
        }
    }

    #[test]
    fn every_word_stands_in_one_of_the_three() {
        for (name, text, ..) in SAMPLES {
            let split = split(text);
            let together = [split.new, split.quoted, split.signature].join("\n");
            let count = |text: &str| text.split_whitespace().count();
            assert_eq!(count(&together), count(text), "{name}");
        }
    }

    #[test]
    fn long_texts_are_told_apart_in_time() {
        split(&"On 1 Jan 2026 pokja@berau.test\n".repeat(20_000));
        split(&"From: a@b.test\n".repeat(20_000));
        split(&format!("On {} wrote:", "1".repeat(500_000)));
    }
}

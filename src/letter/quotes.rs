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
        // Zoho, with and without the date
        r"(?i)^[-= ]{2,}\s*.+\b(wrote|menulis)\s*[-= ]{2,}$",
    ])
    .expect("constant patterns")
});

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
    let words: Vec<&str> = FIELD_WORDS
        .iter()
        .flat_map(|(_, words)| *words)
        .copied()
        .collect();
    Regex::new(&format!(
        r"(?i)^\*{{0,2}}({})\s*[:：]\*{{0,2}}(?:\s|$|[^\x00-\x7f])",
        words.join("|")
    ))
    .expect("a constant pattern")
});

/// What programs call the fields in the languages they are run in here, and in those of firms that bid from abroad.
const FIELD_WORDS: &[(&str, &[&str])] = &[
    (
        "from",
        &[
            "from",
            "dari",
            "daripada",
            "von",
            "de",
            "da",
            "van",
            "fra",
            "från",
            "od",
            "от",
            "发件人",
            "寄件者",
            "差出人",
            "보낸 사람",
        ],
    ),
    (
        "date",
        &[
            "sent",
            "date",
            "dikirim",
            "terkirim",
            "tanggal",
            "dihantar",
            "gesendet",
            "datum",
            "envoyé",
            "enviado el",
            "enviado",
            "enviada em",
            "inviato",
            "verzonden",
            "sendt",
            "skickat",
            "wysłano",
            "отправлено",
            "дата",
            "发送时间",
            "寄件日期",
            "日期",
            "送信日時",
            "日時",
            "보낸 날짜",
        ],
    ),
    (
        "to",
        &[
            "to",
            "kepada",
            "ke",
            "untuk",
            "an",
            "à",
            "para",
            "a",
            "aan",
            "til",
            "till",
            "do",
            "кому",
            "收件人",
            "收件者",
            "宛先",
            "받는 사람",
        ],
    ),
    (
        "cc",
        &[
            "cc", "tembusan", "salinan", "kopie", "copie", "抄送", "副本", "참조",
        ],
    ),
    (
        "subject",
        &[
            "subject",
            "perihal",
            "subjek",
            "judul",
            "perkara",
            "betreff",
            "objet",
            "asunto",
            "assunto",
            "oggetto",
            "onderwerp",
            "emne",
            "ämne",
            "temat",
            "тема",
            "主题",
            "主旨",
            "件名",
            "제목",
        ],
    ),
    ("reply-to", &["reply-to", "balas ke"]),
];

/// Which mail field a line of such a block is.
pub fn block_field(line: &str) -> Option<(&'static str, &str)> {
    // A cheap look first: every line of every mail comes by here.
    let head = line.as_bytes().get(..40).unwrap_or(line.as_bytes());
    if !head.contains(&b':') && head.is_ascii() {
        return None;
    }
    let found = FIELD.captures(line)?;
    let word = found[1].to_lowercase();
    let (name, _) = FIELD_WORDS
        .iter()
        .find(|(_, words)| words.contains(&word.as_str()))?;
    let colon = line.find([':', '：'])?;
    Some((
        name,
        line.get(colon..)
            .unwrap_or_default()
            .trim_start_matches([':', '：', '*'])
            .trim()
            .trim_matches('*')
            .trim(),
    ))
}

/// Whether an older mail's fields begin here: its sender first, then two more within the next lines. Hotmail and some
/// phones begin with another field; then the sender has an address and the date a time, which the head of a letter
/// ("Tanggal: …, Dari: …, Perihal: …") has not.
pub fn begins_block(lines: &[&str]) -> bool {
    static TIME: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\d{1,2}[:.]\d{2}").expect("a constant pattern"));
    let Some((first, value)) = lines.first().and_then(|line| block_field(line.trim())) else {
        return false;
    };
    let mut sender = (first == "from").then_some(value);
    let mut seen: Vec<&str> = vec![first];
    let mut timed = first == "date" && TIME.is_match(value);
    let mut blank = 0;
    for line in lines.iter().skip(1).take(14) {
        let line = line.trim();
        match block_field(line) {
            // The next older mail begins.
            Some((name, _)) if name == first => break,
            Some((name, value)) if !seen.contains(&name) => {
                seen.push(name);
                timed |= name == "date" && TIME.is_match(value);
                if name == "from" {
                    sender = Some(value);
                }
            }
            _ if line.is_empty() => blank += 1,
            _ => {}
        }
        if blank > if first == "from" { 4 } else { 0 } {
            break;
        }
    }
    let addressed = sender.is_some_and(|sender| sender.contains('@'));
    if first != "from" {
        return seen.len() >= 3 && addressed && timed;
    }
    // "Dari: PT X / Kepada: Pokja / Perihal: …" is how letters begin here; an older mail has its date or an address too.
    seen.len() >= 3 && (seen.contains(&"date") || addressed)
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

/// What the sender wrote before an attribution on the same line, and the attribution.
fn late_attribution(line: &str) -> Option<[Option<&str>; 2]> {
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
    may_cut && CUTS.is_match(line) || begins_with_start(line) && RUN_ON.is_match(line)
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
            "the answer stands before it on the same line",
            "Baik, siap hadir. On Mon, Nov 23, 2026 at 9:12 AM, Pokja <p@b.test> wrote:\n> Mohon KTP\n",
            "Baik, siap hadir.",
            "On Mon",
            "",
        ),
        (
            "german, the verb in the middle",
            "Baik.\n\nAm 23.11.2026 um 09:12 schrieb Pokja III <pokja3@berau.test>:\n\nMohon KTP\n",
            "Baik.",
            "Am 23.11",
            "",
        ),
        (
            "dutch outlook",
            "Baik.\n\nVan: Pokja III <pokja3@berau.test>\nVerzonden: maandag 23 november 2026 09:12\nAan: x\nOnderwerp: Undangan\n\nMohon KTP",
            "Baik.",
            "Van: Pokja",
            "",
        ),
        (
            "chinese outlook",
            "Baik.\n\n发件人: Pokja III <pokja3@berau.test>\n发送时间: 2026年11月23日 9:12\n收件人: x\n主题: Undangan\n\nMohon KTP",
            "Baik.",
            "发件人",
            "",
        ),
        (
            "malay outlook",
            "Baik.\n\nDaripada: Pokja III <pokja3@berau.test>\nDihantar: 23 November 2026 09:12\nKepada: x\nPerkara: Undangan\n\nMohon KTP",
            "Baik.",
            "Daripada",
            "",
        ),
        (
            "hotmail begins with the date",
            "Baik.\n\nDate: Mon, 23 Nov 2026 09:12:00 +0800\nSubject: Undangan\nFrom: pokja3@berau.test\nTo: x@y.test\n\nMohon KTP",
            "Baik.",
            "Date: Mon",
            "",
        ),
        (
            "the head of a letter is the sender's own",
            "Tanggal: 23 November 2026\nDari: PT Contoh Karya Abadi\nKepada: Pokja III\nPerihal: Dokumen\n\nTerlampir dokumen kami.",
            "Tanggal: 23 November 2026\nDari: PT Contoh Karya Abadi\nKepada: Pokja III\nPerihal: Dokumen\n\nTerlampir dokumen kami.",
            "",
            "",
        ),
        (
            "any language, right above marked lines",
            "Baik.\n\n23.11.2026 09:12 foo \"Pokja\" <\npokja3@berau.test> bar:\n\n> Mohon KTP\n",
            "Baik.",
            "23.11.2026",
            "",
        ),
        (
            "zoho without the date",
            "Baik.\n\n---- Pokja III wrote ----\n\nMohon KTP",
            "Baik.",
            "---- Pokja",
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

//! The block of fields that Outlook and phones put above an older mail.

use std::sync::LazyLock;

use regex::Regex;

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

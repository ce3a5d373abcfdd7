//! The words of automatic replies, for those that carry no mark in their header (peers.md: nobody knows Indonesian ones).
//!
//! A person may write of absence too ("direktur kami sedang cuti"), so a subject decides only where it *opens* with a
//! responder's own words; vaguer words need a sentence of the text that only a responder writes.

use super::{
    declaration,
    form::{Form, one_line},
    quotes,
};

/// A subject that opens with one of these, and then ends or goes on behind a sign, was written by a responder.
/// Those that end in a colon are too common a word without it.
const OPENINGS: &[&str] = &[
    // Indonesian, Malay
    "balasan otomatis",
    "jawaban otomatis",
    "respon otomatis",
    "respons otomatis",
    "tanggapan otomatis",
    "pesan otomatis",
    "pesan balasan otomatis",
    "balas otomatis",
    "notifikasi otomatis",
    "pemberitahuan otomatis",
    "email otomatis",
    "e-mail otomatis",
    "sedang cuti",
    "cuti re:",
    "dinas luar re:",
    "otomatis:",
    "di luar kantor",
    "diluar kantor",
    "sedang di luar kantor",
    "sedang tidak di kantor",
    "tidak di kantor:",
    "balasan automatik",
    "jawapan automatik",
    // English
    "automatic reply",
    "automatic response",
    "automatic answer",
    "automatically generated reply",
    "automatically generated response",
    "automated reply",
    "automated response",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "auto-response",
    "autoresponse",
    "auto responder",
    "auto-responder",
    "autoresponder",
    "auto-respond",
    "auto respond",
    "auto:",
    "yahoo! auto response",
    "out of office",
    "out-of-office",
    "out of the office",
    "ooo:",
    "o.o.o",
    "[ooo]",
    "away from the office",
    "away from my mail",
    "away from my email",
    "away from email",
    "away until",
    "vacation reply",
    "vacation response",
    "vacation message",
    "vacation notice",
    "vacation:",
    "on vacation:",
    "absence notification",
    "absence notice",
    "absence:",
    "i am out of",
    "i'm out of",
    "i am away",
    "i'm away",
    "i am on leave",
    "i'm on leave",
    "i am on vacation",
    "i'm on vacation",
    // German, Dutch, Scandinavian
    "automatische antwort",
    "automatische rückantwort",
    "automatische abwesenheit",
    "autoantwort",
    "abwesenheitsnotiz",
    "abwesenheitsnachricht",
    "abwesenheitsmeldung",
    "abwesenheitsassistent",
    "abwesenheit:",
    "abwesend:",
    "nicht im büro",
    "automatisch antwoord",
    "automatische beantwoording",
    "automatisch bericht",
    "afwezigheidsbericht",
    "afwezigheid:",
    "afwezig:",
    "autosvar",
    "automatiskt svar",
    "automatisk svar",
    "frånvaromeddelande",
    "fraværsmelding",
    "fraværsbesked",
    // Romance
    "réponse automatique",
    "reponse automatique",
    "réponse d'absence",
    "message d'absence",
    "absence du bureau",
    "absent du bureau",
    "absente du bureau",
    "respuesta automática",
    "respuesta automatica",
    "mensaje de respuesta automática",
    "contestación automática",
    "fuera de la oficina",
    "fuera de oficina",
    "resposta automática",
    "resposta automatica",
    "ausência temporária",
    "fora do escritório",
    "risposta automatica",
    "risposta automatizzata",
    "fuori ufficio",
    "fuori sede",
    "răspuns automat",
    "resposta automàtica",
    // Slavonic and Baltic
    "автоматический ответ",
    "автоответ",
    "автоматична відповідь",
    "автоматичен отговор",
    "odpowiedź automatyczna",
    "automatyczna odpowiedź",
    "automatická odpověď",
    "automatická odpoveď",
    "automatski odgovor",
    "samodejni odgovor",
    "automatinis atsakymas",
    "automātiskā atbilde",
    // Others
    "automaattinen vastaus",
    "automaatvastus",
    "automatikus válasz",
    "otomatik yanıt",
    "otomatik cevap",
    "αυτόματη απάντηση",
    "trả lời tự động",
    "thư trả lời tự động",
    "ตอบกลับอัตโนมัติ",
    "การตอบกลับอัตโนมัติ",
    "رد تلقائي",
    "الرد التلقائي",
    "תשובה אוטומטית",
    "自動応答",
    "自動返信",
    "自動回覆",
    "自動回復",
    "自动回复",
    "自动答复",
    "自动回覆",
    "不在通知",
    "자동 회신",
    "자동 응답",
    "자동회신",
    "부재 중",
    "부재중",
];

/// Anywhere in a subject that is no reply: Lotus Notes and rules of a mail program write so.
const CLAUSES: &[&str] = &[
    "is out of the office",
    "is out of office",
    "is currently out of the office",
    "will be out of the office",
    "(out of office)",
    "[out of office]",
    "(auto reply)",
    "[auto reply]",
    "(auto-reply)",
    "[auto-reply]",
    "(autoreply)",
    "[autoreply]",
    "(automatic reply)",
    "[automatic reply]",
    "(balasan otomatis)",
    "[balasan otomatis]",
    "(away from the office)",
];

/// Words in a subject, a reply's too, that make a responder likely: the text has to confirm.
const HINTS: &[&str] = &[
    "otomatis",
    "cuti",
    "dinas luar",
    "libur",
    "luar kantor",
    "tidak di kantor",
    "automatic",
    "automated",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "auto-response",
    "out of office",
    "out of the office",
    "out-of-office",
    "away",
    "vacation",
    "on leave",
    "annual leave",
    "maternity leave",
    "parental leave",
    "sick leave",
    "on holiday",
    "holidays",
    "absence",
    "absent",
    "urlaub",
    "abwesen",
    "vacances",
    "congés",
    "vacaciones",
    "ausente",
    "férias",
    "ferie",
    "vakantie",
];

/// Sentences of somebody absent. Only the first person: "direktur kami sedang cuti" is a bidder's news.
const ABSENT: &[&str] = &[
    "saya sedang cuti",
    "saya sedang dalam cuti",
    "saya sedang menjalani cuti",
    "saya sedang tidak berada di kantor",
    "saya sedang tidak di kantor",
    "saya tidak berada di kantor",
    "saya sedang berada di luar kantor",
    "saya sedang di luar kantor",
    "saat ini saya tidak berada di",
    "saat ini saya sedang cuti",
    "saat ini saya sedang tidak",
    "out of the office",
    "out of office",
    "i am away",
    "i'm away",
    "i will be away",
    "i'll be away",
    "i am currently away",
    "i am on vacation",
    "i'm on vacation",
    "i am on holiday",
    "i'm on holiday",
    "i will be on vacation",
    "i am on leave",
    "i'm on leave",
    "i will be on leave",
    "i am currently on",
    "i'm currently on",
    "on annual leave",
    "on maternity leave",
    "limited access to email",
    "limited access to e-mail",
    "limited access to my email",
    "limited access to my mail",
    "no access to email",
    "no access to my email",
    "respond to your email when i return",
    "reply to your email when i return",
    "upon my return",
    "when i return",
    "nicht im büro",
    "nicht im hause",
    "nicht erreichbar",
    "absent du bureau",
    "absente du bureau",
    "fuera de la oficina",
    "fora do escritório",
    "fuori ufficio",
    "niet aanwezig",
];

/// How far into the sender's own text a sentence may stand.
const TEXT_WINDOW: usize = 600;

/// Whether the words say that a responder wrote, and which words. `null_sender`: the envelope says it too.
pub(super) fn words(form: &Form<'_>, null_sender: bool) -> Option<String> {
    let subject = form.subject.to_lowercase();
    let (rest, is_reply) = without_prefixes(&subject);
    let told = || Some(format!("Subject: {}", form.subject));
    let speaks = opens_with_one(rest)
        || CLAUSES.iter().any(|clause| rest.contains(clause))
        || rest.ends_with(": out of office");
    if !is_reply && speaks {
        return told();
    }
    // Papers are somebody's doing: what the text says is a footer then.
    if form.has_papers() {
        return None;
    }
    let own = own_lines(form);
    let first = own
        .trim_start_matches(['*', '-', '=', '#', ' '])
        .lines()
        .next();
    if let Some(first) = first.map(str::to_lowercase)
        && (first.contains("auto") || first.contains("otom"))
        && opens_with_one(&first)
    {
        return Some(format!("text: {first}"));
    }
    let text = squeezed(&own);
    // The subject of a reply is ours.
    let said = if is_reply {
        text.clone()
    } else {
        format!("{rest}. {text}")
    };
    if let Some(words) = declaration::words(&said, is_reply || form.has("in-reply-to")) {
        return Some(format!("text: {words}"));
    }
    let absent = ABSENT.iter().find(|words| text.contains(*words))?;
    // Who asks something is there.
    let hinted = HINTS.iter().any(|hint| rest.contains(hint)) && !text.contains('?');
    (hinted || null_sender).then(|| format!("text: {absent}"))
}

/// Whether the subject alone, even behind "Re:", holds a responder's own words: enough beside a header that says the same.
pub(super) fn subject_speaks(form: &Form<'_>) -> bool {
    let subject = form.subject.to_lowercase();
    let (rest, _) = without_prefixes(&subject);
    opens_with_one(rest)
        || CLAUSES.iter().any(|clause| rest.contains(clause))
        || HINTS.iter().any(|hint| rest.contains(hint))
}

/// Whether the text speaks of absence or of an automatic answer: enough beside a header that says the same.
pub(super) fn text_speaks(form: &Form<'_>) -> bool {
    let text = own_text(form);
    declaration::words(&text, true).is_some() || ABSENT.iter().any(|words| text.contains(words))
}

/// Words that may follow an opening; "automatic reply machine, offer" is about something else.
const CONTINUATIONS: &[&str] = &[
    "from",
    "to",
    "until",
    "till",
    "through",
    "for",
    "by",
    "on",
    "of",
    "re",
    "is",
    "and",
    "with",
    "auto",
    "autoreply",
    "auto-reply",
    "reply",
    "response",
    "message",
    "notification",
    "notice",
    "assistant",
    "today",
    "this",
    "next",
    "returning",
    "return",
    "back",
    "limited",
    "the",
    "dari",
    "untuk",
    "sampai",
    "hingga",
    "atas",
    "kepada",
    "tanggal",
    "von",
    "vom",
    "bis",
    "der",
    "de",
    "du",
    "da",
    "di",
    "del",
    "la",
    "van",
    "auf",
    "zu",
    "à",
    "a",
    "att",
];

fn opens_with_one(subject: &str) -> bool {
    let subject = subject.trim_start_matches(['[', '(', '{', '*', '<', '#', ' ']);
    OPENINGS.iter().any(|opening| {
        let Some(rest) = subject.strip_prefix(opening) else {
            return false;
        };
        if opening.ends_with(':')
            || !opening.is_ascii() && rest.starts_with(|c: char| !c.is_ascii())
        {
            return true;
        }
        // "Sedang di luar kantor, izin kirim besok" goes on as a person does.
        let goes_on =
            rest.starts_with(',') && !opening.contains("auto") && !opening.contains("otom");
        if goes_on || rest.starts_with(|c: char| c.is_alphanumeric()) {
            return false;
        }
        let word: String = rest
            .trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '-')
            .collect();
        word.chars().all(|c| c.is_ascii_digit() || c == '-')
            || CONTINUATIONS.contains(&word.as_str())
    })
}

/// Takes tags of gateways ("[EXTERNAL]", "***SPAM***") and reply prefixes from the front.
pub(super) fn without_prefixes(subject: &str) -> (&str, bool) {
    const TAGS: &[&str] = &[
        "[external]",
        "[ext]",
        "[extern]",
        "[spam]",
        "***spam***",
        "*** spam ***",
        "*****spam*****",
        "{spam?}",
        "{disarmed}",
        "[suspected spam]",
        "external:",
        "caution:",
    ];
    const REPLIES: &[&str] = &[
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
        "wg",
        "antw",
        "sv",
        "vs",
        "tr",
        "rv",
        "res",
        "enc",
        "rif",
        "回复",
        "答复",
        "转发",
        "回覆",
        "轉寄",
    ];
    let mut rest = subject.trim();
    let mut is_reply = false;
    'peel: loop {
        for tag in TAGS {
            if let Some(behind) = rest.strip_prefix(tag) {
                rest = behind.trim_start();
                continue 'peel;
            }
        }
        for prefix in REPLIES {
            let Some(behind) = rest.strip_prefix(prefix) else {
                continue;
            };
            // "Re[2]:" and the full-width colon of Asian keyboards (domain.md section 4.1).
            let behind = behind.trim_start();
            let behind = match behind
                .strip_prefix('[')
                .and_then(|inner| inner.split_once(']'))
            {
                Some((count, behind)) if count.chars().all(|c| c.is_ascii_digit()) => behind,
                _ => behind,
            };
            if let Some(behind) = behind.strip_prefix([':', '：']) {
                rest = behind.trim_start();
                is_reply = true;
                continue 'peel;
            }
        }
        return (rest, is_reply);
    }
}

/// The first lines that the sender wrote himself: our own mails, quoted below, speak of automatic answers too.
fn own_lines(form: &Form<'_>) -> String {
    let Some(text) = form.texts().first() else {
        return String::new();
    };
    let head: Vec<&str> = text.lines().take(80).collect();
    quotes::split(&head.join("\n")).new
}

/// The same as one lowercase line.
pub(super) fn own_text(form: &Form<'_>) -> String {
    squeezed(&own_lines(form))
}

fn squeezed(text: &str) -> String {
    one_line(text)
        .to_lowercase()
        .replace('\u{2019}', "'")
        .chars()
        .take(TEXT_WINDOW)
        .collect()
}

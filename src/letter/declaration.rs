//! Texts that give a machine away by themselves: automatic answers, acknowledgements of ticket systems, challenges, read
//! receipts in words. For mails that carry no mark in their header.
//!
//! Every pattern is a sentence that somebody who writes to a committee has no use for. "Undangan telah kami terima" is
//! a bidder's answer and our own letters end in "Surat ini dibuat secara otomatis": both stand outside on purpose.

use std::sync::LazyLock;

use regex::Regex;

use super::form::Form;

/// Patterns over lowercase text on one line.
fn compiled(patterns: &[&str]) -> Vec<Regex> {
    let regex = |pattern: &&str| Regex::new(pattern).expect("constant patterns");
    patterns.iter().map(regex).collect()
}

fn first(patterns: &[Regex], text: &str) -> Option<String> {
    let found = patterns.iter().find_map(|pattern| pattern.find(text))?;
    Some(found.as_str().trim().to_owned())
}

/// A text says of itself that no person wrote it.
static AUTOMATIC: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    compiled(&[
        // "Email ini dikirim secara otomatis", "pesan ini merupakan balasan otomatis dari sistem kami"
        r"\b(?:pesan|e-?mail|balasan|notifikasi|pemberitahuan|respons?|tanggapan) ini (?:(?:adalah|merupakan|ialah|[dt][ie]r?\w+|secara|dan|oleh|sistem|yang|dari|sebuah|balasan|jawaban|pesan|e-?mail|respons?|tanggapan|notifikasi|pemberitahuan) ){0,6}(?:otomatis|automatis|automatik)\b",
        // "Ini adalah pesan otomatis"
        r"\bini (?:(?:adalah|merupakan|ialah|hanya|sebuah|suatu) )?(?:pesan|e-?mail|balasan|jawaban|respons?|tanggapan|notifikasi|pemberitahuan)(?: (?:e-?mail|balasan|pesan|yang|di\w+|secara|dari|oleh|sistem)){0,4} (?:otomatis|automatis|automatik)\b",
        // "(balasan otomatis)", "*** Pesan otomatis ***"
        r"[(\[*] *(?:balasan|jawaban|pesan|e-?mail|respons?|tanggapan|dijawab|dibalas)(?: (?:e-?mail|ini|di\w+|secara))* otomatis *[)\]*]",
        r"(?:^|[.!)] )(?:balasan|jawaban|pesan|respons?|tanggapan|notifikasi) otomatis *(?:[.:!)]|$)",
        r"\b(?:dibalas|dijawab) secara otomatis\b",
        // "This is an automated message", "this email was automatically generated"
        r"\bthis(?: (?:e-?mail|message|mail|reply|response|notification|notice|acknowledge?ment))? (?:is|was|has been)(?: (?:just|only|being))?(?: an?)? (?:auto|automatic|automatically|automated)[- ]?(?:generated|sent|created|produced|reply|response|respond\w*|answer|acknowledge?ment|notification|notice|message|e-?mail|mail|confirmation|receipt)\b",
        r"\bthis (?:e-?mail|message|mail|reply|response) (?:is|was|has been) (?:generated|created|sent|produced) automatically\b",
        r"\bthis is an? (?:system|computer)[- ]generated (?:e-?mail|message|reply|notification|response)\b",
        r"(?:^|[.!*(\[] ?)(?:auto|automatic|automated)[- ]?(?:reply|response|responder) *[:.)*\]-]",
        // Others
        r"\bdies ist eine automatisch(?:e antwort| generierte)\b",
        r"\bceci est une réponse automatique\b",
        r"\besta es una respuesta automática\b",
        r"\besta é uma resposta automática\b",
        r"\bquesta è una risposta automatica\b",
        r"\bdit is een automatisch antwoord\b",
        r"это автоматический ответ",
    ])
});

/// Nobody reads what is answered. Newsletters of people say so too: it counts in an answer to us only.
static UNREAD: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    compiled(&[
        r"\b(?:please |kindly )?(?:do not|don't) (?:reply|respond)(?: directly)? to this (?:e-?mail|message|mail|address|notification)\b",
        r"\b(?:mohon|harap|tolong|dimohon)(?: untuk| agar)? (?:tidak|jangan) (?:membalas|me-?reply|dibalas|di-?reply|balas) (?:e-?mail|pesan|alamat|notifikasi) ini\b",
        r"\bjangan (?:di|mem)?balas (?:e-?mail|pesan|notifikasi) ini\b",
        r"\bthis (?:mailbox|inbox|e-?mail address|address|account|e-?mail) is (?:not|no longer|un)[ -]?(?:monitored|attended|checked|read)\b",
        r"\bunmonitored (?:mailbox|inbox|address|e-?mail)\b",
        r"\b(?:alamat )?(?:e-?mail|kotak surat|kotak masuk|mailbox) ini tidak (?:dipantau|dimonitor)\b",
    ])
});

/// A guard in front of a mailbox that wants the sender to prove himself.
static CHALLENGE: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    compiled(&[
        r"\b(?:click|visit|follow|use|reply)\b[^.!?]{0,120}\b(?:so (?:that )?(?:i|we) can receive your|have your address added|added to (?:the|my|our) (?:recipient's )?(?:allow|white|safe|guest)|ensure delivery of your|your (?:e-?mail|message) (?:will|can|to) be (?:delivered|released))",
        r"\byour (?:e-?mail|message)\b[^.!?]{0,80}\b(?:is being held|has been held|was held|was waitlisted|has been quarantined until)\b",
        r"\badd yourself to (?:my|the|our) (?:guest|allow|white) ?list\b",
        r"\bthis (?:account|mailbox|address|e-?mail) is protected by\b",
        r"\b(?:verify|confirm|prove)\b[^.!?]{0,40}\b(?:you are|that you're|you're) (?:a )?(?:human|real person|not a (?:robot|spammer|machine))\b",
        r"\bauthori[sz]ation required to post to\b",
        r"\b(?:e-?mail|pesan) (?:anda|saudara)\b[^.!?]{0,60}\b(?:ditahan|dikarantina)\b",
        r"\bmemverifikasi bahwa anda bukan (?:robot|spam)",
    ])
});

/// The first half of an acknowledgement: thanks to whoever wrote.
static THANKS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    compiled(&[
        r"\bterima ?kasih (?:telah|sudah|karena telah|anda telah) (?:menghubungi|mengirim(?:kan)?|berkirim)\b",
        r"\bterima ?kasih atas (?:e-?mail|pesan|pertanyaan|surat elektronik)(?: yang)? (?:anda|saudara|bapak/ibu)",
        r"\b(?:e-?mail|pesan|permintaan|pertanyaan|laporan|pengaduan) anda (?:telah|sudah)(?: kami)? (?:terima|diterima|masuk|tercatat|terdaftar)\b",
        r"\b(?:thank you|thanks) for (?:contacting|reaching out|getting in touch|writing to|e-?mailing|your (?:e-?mail|message|inquiry|enquiry|request|interest))\b",
        r"\b(?:we have|we've|we) received your (?:e-?mail|message|request|inquiry|enquiry)\b",
        r"\byour (?:e-?mail|message|request|inquiry|enquiry|ticket) (?:\(?#?\d+\)? )?(?:has been|was|is) (?:received|logged|registered|recorded)\b",
    ])
});

/// The second half: a promise of nobody in particular.
static PROMISE: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    compiled(&[
        r"\b(?:akan|dapat)(?: segera)?(?: kami| saya| admin)? (?:balas|membalas|dibalas|merespons?|direspons?|respons?)\b[^.!?]{0,80}\b(?:jam|hari|kerja|operasional|secepat\w*|segera)\b",
        r"\b(?:tim|petugas|admin|staf|customer service|layanan pelanggan)(?: \w+){0,2} (?:kami )?akan(?: segera)? (?:menghubungi|membalas|meninjau|merespons?|menindaklanjuti|memproses)\b",
        r"\b(?:dalam|maksimal|paling lambat|selambat-lambatnya)(?: waktu)? ?\d ?x ?24 jam\b",
        r"(?:\bwill|'ll) (?:get back to you|reply|respond|be in touch|answer)\b[^.!?]{0,60}\b(?:within|business|working) (?:\w+ )?(?:\d|hours?|days?|one|two|24|48)",
        r"\b(?:one of our|a member of our|our support|our customer|a support|our service|an?)\b[^.!?]{0,40}\b(?:team|agents?|representatives?|staff|specialists?|colleagues)\b[^.!?]{0,20}\bwill\b",
        r"\b(?:we|i) (?:typically|usually|normally|aim to|try to) (?:reply|respond|answer)\b[^.!?]{0,40}\b(?:within|hours?|days?)\b",
        r"\bbalasan\b[^.!?]{0,60}\b(?:hari|jam) (?:kerja|operasional)\b",
        r"\bis being reviewed by our\b",
        r"\bplease (?:type your )?reply above this line\b",
    ])
});

/// A ticket was opened for the mail.
static TICKET: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    compiled(&[
        r"\b(?:tiket|nomor tiket|ticket)(?: (?:anda|dengan nomor|nomor|number|id))*[ :#]*#?[\w-]*\d[\w-]* (?:telah|sudah|has been|was) (?:dibuat|diterima|terdaftar|tercatat|dibuka|created|opened|received|logged|registered)\b",
        r"\b(?:a|your|new)(?: support| new)? (?:ticket|case) (?:has been|was) (?:created|opened|received|logged|registered)\b",
        r"\byour (?:ticket|case|request) (?:id|number|no\.?|reference) (?:is|:)",
        r"\b(?:nomor|id) tiket anda(?: adalah| ialah|:| #| ?\d)",
        r"\btiket anda (?:telah|sudah|dengan)\b",
    ])
});

/// Absence in the first person, or of the whole office.
static ABSENT: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    compiled(&[
        r"\bsaya (?:sedang |tengah |masih )?(?:dalam |menjalani |menjalankan )?cuti\b",
        r"\bsaya (?:sedang |tengah )?(?:tidak )?(?:berada |ada )?di ?(?:luar )?(?:kantor|kota)\b",
        r"\bsaya (?:sedang |tengah )?(?:dinas|tugas)(?: ke)? luar\b",
        r"\bcuti yang saya\b",
        r"\b(?:tidak|sulit) (?:dapat|bisa)? ?(?:mengakses|membuka|membaca|membalas) e-?mail\b",
        r"\b(?:kantor kami|kami) (?:sedang |akan )?(?:libur|tutup)\b",
        r"\bout[- ]of[- ](?:the[- ])?office\b",
        r"\b(?:i am|i'm|i will be|i'll be)(?: currently| now)? (?:away|on (?:annual |maternity |paternity |sick |parental )?(?:leave|vacation|holiday))\b",
        r"\b(?:our office|we)(?: is| are| will be) closed\b",
    ])
});

/// What somebody absent has a machine say: who stands in, when it is read.
static STANDS_IN: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    compiled(&[
        r"\b(?:untuk|jika|bila|apabila)(?: ada)? (?:hal|hal-hal|keperluan|kebutuhan|urusan)?(?: yang)?(?: bersifat)? ?(?:mendesak|urgent|penting)\b",
        r"\buntuk (?:hal|urusan|keperluan)[^.!?]{0,40}\b(?:menghubungi|hubungi)\b",
        r"\bselama saya (?:cuti|tidak|absen)\b",
        r"\btidak (?:akan )?diteruskan\b",
        r"\b(?:di|mem|men|me)?(?:balas|jawab|respons?|baca)\b[^.!?]{0,60}\b(?:setelah|ketika|saat|begitu|sekembali)(?: saya| kami)?(?:nya)? ?(?:kembali|masuk)?\b",
        r"\b(?:for|if|in case of)(?: anything| any| it's| it is| this is| your (?:e-?mail|message|matter|request) is)? ?urgent\b",
        r"\bfor immediate (?:assistance|help|attention)\b",
        r"\bin my absence\b",
        r"\bnot be forwarded\b",
        r"\b(?:respond|reply|answer|get back|read)\b[^.!?]{0,60}\b(?:return|am back)\b",
        r"\b(?:without|no|limited) access to (?:my )?e-?mails?\b",
    ])
});

/// The words by which a text declares itself a machine's. `text`: what the sender wrote himself, lowercase, on one line;
/// `is_reply`: it answers a mail.
pub(super) fn words(text: &str, is_reply: bool) -> Option<String> {
    if let Some(declared) = first(&AUTOMATIC, text)
        .filter(|_| !asks_whether_automatic(text))
        .or_else(|| first(&UNREAD, text).filter(|_| is_reply))
        .or_else(|| first(&CHALLENGE, text))
        .or_else(|| first(&TICKET, text))
    {
        return Some(declared);
    }
    // Each half alone is what people write too.
    let pair = |one: &[Regex], other: &[Regex]| first(other, text).and_then(|_| first(one, text));
    pair(&THANKS, &PROMISE).or_else(|| {
        // Who asks something is there.
        let asks = text.contains('?');
        pair(&ABSENT, &STANDS_IN).filter(|_| !asks)
    })
}

/// Whether the text gives thanks for a mail: beside a header that says the same it is an acknowledgement.
pub(super) fn gives_thanks(text: &str) -> bool {
    first(&THANKS, text).is_some()
}

/// "Apakah ini balasan otomatis?"
fn asks_whether_automatic(text: &str) -> bool {
    AUTOMATIC
        .iter()
        .filter_map(|pattern| pattern.find(text))
        .all(|found| {
            let behind = text.get(found.end()..).unwrap_or_default();
            behind
                .find(['.', '!', '?'])
                .is_some_and(|at| at < 60 && behind[at..].starts_with('?'))
        })
}

/// A read receipt in words, as programs write it that know no disposition notification.
pub(super) fn is_read_receipt(form: &Form<'_>, text: impl FnOnce() -> String) -> bool {
    const SUBJECTS: [&str; 8] = [
        "read:",
        "not read:",
        "dibaca:",
        "terbaca:",
        "tidak dibaca:",
        "belum dibaca:",
        "return receipt",
        "read receipt",
    ];
    const TEXTS: [&str; 8] = [
        "was read on ",
        "was deleted without being read",
        "telah dibaca pada ",
        "telah dibaca oleh ",
        "dihapus tanpa dibaca",
        "this is a return receipt for the mail",
        "has been displayed on the recipient's",
        "return receipt for the mail that you sent",
    ];
    let subject = form.subject.to_lowercase();
    if !SUBJECTS.iter().any(|start| subject.starts_with(start)) {
        return false;
    }
    let text = text();
    TEXTS.iter().any(|words| text.contains(words))
}

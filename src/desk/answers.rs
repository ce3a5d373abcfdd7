//! What a bidder answered in words: that he comes, that the session may be recorded, what he says to the negotiation file.
//!
//! Read clause by clause, since Indonesian denies just before the word that counts. Where clauses contradict each other,
//! or the sentence asks or sets a condition, nothing is understood and a person reads it. All words stand in tables.

use jiff::tz::TimeZone;

use super::{
    facts::Objection,
    message::{Negotiation, RecordingConsent},
};
use crate::{
    inspection::{Examination, Return},
    letter::{CalendarAnswer, Letter},
    tender::{DocumentWord, Session, SessionKind},
};

/// So much of a text is read: an answer stands at the beginning.
const READ: usize = 16 * 1024;
/// Words before the one that counts in which a denial turns it.
const REACH: usize = 4;

#[rustfmt::skip]
const DENIALS: &[&str] = &["tidak", "tdk", "tak", "ga", "gak", "nggak", "ngga", "enggak", "engga", "bukan", "belum", "blm", "tanpa", "kurang", "batal", "berhalangan"];

/// A clause with one of these asks or sets a condition.
#[rustfmt::skip]
const OPEN: &[&str] = &["apakah", "apa", "bagaimana", "gimana", "mengapa", "kenapa", "kapan", "bolehkah", "bisakah", "haruskah", "wajibkah",
    "jika", "bila", "apabila", "kalau", "kalo", "seandainya", "asal", "asalkan", "kecuali", "sepanjang", "agar", "supaya"];

/// He does not know yet.
#[rustfmt::skip]
const UNSURE: &[&str] = &["mungkin", "kemungkinan", "barangkali", "usahakan", "mengusahakan", "diusahakan", "upayakan", "mengupayakan", "diupayakan",
    "belum pasti", "blm pasti", "belum tentu", "blm tentu", "belum bisa memastikan", "belum dapat memastikan", "belum memastikan", "belum bisa dipastikan",
    "belum dapat dipastikan", "masih menunggu", "masih dikonfirmasi"];

/// "Keberatan bila direkam" sets no condition: it names what he objects to.
const WHETHER: &[&str] = &["bila", "jika", "apabila", "kalau", "kalo"];

/// What follows takes back or limits what was said.
#[rustfmt::skip]
const BUT: &[&str] = &["namun", "tetapi", "tapi", "tp", "akan tetapi", "hanya saja", "cuma", "dengan catatan", "dengan syarat", "asal", "asalkan",
    "apabila", "jika", "bila", "kalau", "kecuali", "sepanjang"];

#[rustfmt::skip]
const COME: &[&str] = &["hadir", "menghadiri", "ikut", "mengikuti", "bergabung"];
/// What a clause that says "we come" begins with, or has before that word; a list of those who come has none of them.
#[rustfmt::skip]
const COMING: &[&str] = &["siap", "akan", "kami", "kita", "saya", "insyaallah", "insya", "bersedia", "dapat", "bisa", "pasti", "konfirmasi", "ya", "ok",
    "oke", "baik", "tetap", "bahwa"];
/// A mere mention: "daftar hadir", "yang hadir", "wajib hadir", "mohon hadir".
#[rustfmt::skip]
const MENTION: &[&str] = &["daftar", "yang", "yg", "pihak", "wajib", "harus", "mohon", "diminta", "undangan", "absen", "konfirmasi kehadiran"];

#[rustfmt::skip]
const RECORD: &[&str] = &["rekam", "direkam", "merekam", "perekaman", "rekaman"];
#[rustfmt::skip]
const CONSENTS: &[&str] = &["setuju", "menyetujui", "bersedia", "mengizinkan", "izinkan", "diizinkan", "izin", "boleh", "silakan", "silahkan", "berkenan", "memperkenankan"];
#[rustfmt::skip]
const OBJECTS: &[&str] = &["menolak", "keberatan", "berkeberatan", "melarang", "jangan"];

#[rustfmt::skip]
const AGREES: &[&str] = &["setuju", "stuju", "menyetujui", "disetujui", "sepakat", "menyepakati", "disepakati", "menerima", "terima nilai", "terima hasil", "acc", "deal"];
#[rustfmt::skip]
const REFUSES: &[&str] = &["menolak", "kami tolak", "ditolak", "keberatan", "berkeberatan", "mengundurkan diri", "mundur"];
/// Something else instead.
#[rustfmt::skip]
const OFFERS: &[&str] = &["penawaran akhir kami", "harga akhir kami", "harga terakhir kami", "penawaran terakhir kami", "penawaran balik", "kami menawarkan", "kami tawarkan",
    "kami mengajukan harga", "kami ajukan harga", "kami mengusulkan", "kami usulkan", "usulan kami", "dikembalikan seperti penawaran", "sesuai penawaran awal",
    "mohon dinaikkan", "mohon dinaikan", "mohon dipertimbangkan kembali", "harga kami rp", "kami hanya sanggup", "kami sanggup di", "kami mampu di"];
/// "We received the file" says nothing about it.
#[rustfmt::skip]
const RECEIVED: &[&str] = &["menerima surat", "menerima file", "menerima berkas", "menerima undangan", "menerima email", "menerima e mail", "menerima surel",
    "menerima kiriman", "menerima dokumen", "telah menerima", "sudah menerima", "belum menerima", "tidak menerima undangan"];

/// Zones as Indonesians name them, and the hours by which they are ahead of UTC.
const ZONES: &[(&str, i8)] = &[("wib", 7), ("wita", 8), ("wit", 9)];

/// What was understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    pub attendance: Option<CalendarAnswer>,
    pub consent: Option<RecordingConsent>,
    pub opinion: Option<Opinion>,
}

/// What the words say to the negotiation file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opinion {
    Agrees,
    Refuses,
    /// Something else, or agreement with a condition: that is none.
    OffersElse,
}

/// What the writer's own words say; what he quoted is not his.
pub fn understand(letter: &Letter) -> Answers {
    let text = &letter.text[..letter.text.floor_char_boundary(READ)];
    let mut clauses = clauses(text);
    if clauses.is_empty() || letter.in_reply_to.is_empty() {
        // A subject of his own; "Re: …" is ours.
        clauses.extend(self::clauses(&letter.subject));
    }
    Answers {
        attendance: attendance(&clauses),
        consent: consent(&clauses),
        opinion: opinion(&clauses),
    }
}

/// He says that he comes, at an hour that is the session's by the clock of another zone only: "13.00 WIB" where 13.00 WITA was
/// told (domain.md 4.2 no. 6). A person reads it before he stands at a closed door.
pub fn names_another_hour(letter: &Letter, session: &Session) -> bool {
    let text = &letter.text[..letter.text.floor_char_boundary(READ)];
    let starts_at = |ahead: i8| {
        let zone = TimeZone::fixed(jiff::tz::offset(ahead));
        let starts = session.starts.to_zoned(zone);
        (starts.hour(), starts.minute())
    };
    let clauses = clauses(text);
    let mut named = clauses.iter().flat_map(Clause::hours);
    named.any(|(hour, minute, ahead)| {
        let told = |zone: &(&str, i8)| starts_at(zone.1) == (hour, minute);
        starts_at(ahead) != (hour, minute) && ZONES.iter().any(told)
    })
}

/// What the comparison of the files that came back with the one that was sent says. Of several the one that looks signed
/// counts; a person sees them all.
pub fn compared(examined: &[Examination]) -> Option<Negotiation> {
    let outcome = examined.iter().filter_map(|told| told.negotiation).min();
    outcome.map(|outcome| match outcome {
        Return::ReturnedSigned => Negotiation::ReturnedSigned,
        Return::ReturnedUnsigned => Negotiation::ReturnedUnsigned,
        Return::Differs => Negotiation::Differs,
    })
}

/// State of the negotiation, as far as it can be told: what the file is and what the words say. A person confirms.
pub fn negotiation(
    letter: &Letter,
    session: &Session,
    documents: &[Option<DocumentWord>],
    compared: Option<Negotiation>,
) -> Option<Negotiation> {
    if session.kind != SessionKind::Negotiation {
        return None;
    }
    match understand(letter).opinion {
        Some(Opinion::OffersElse) => return Some(Negotiation::CounterOffer),
        Some(Opinion::Refuses) => return Some(Negotiation::Refused),
        Some(Opinion::Agrees) | None => {}
    }
    if compared.is_some() {
        return compared;
    }
    let given = |hex: &str| {
        let given = session.file.as_ref();
        given.is_some_and(|file| file.sha256.eq_ignore_ascii_case(hex))
    };
    let files = letter.attachments.iter().zip(documents);
    let (mut unsigned, mut other) = (false, false);
    for (file, document) in files.filter(|(file, _)| !file.link) {
        if given(&file.sha256.hex()) {
            unsigned = true;
        } else if *document == Some(DocumentWord::Negosiasi) {
            other = true;
        }
    }
    match (other, unsigned) {
        (true, _) => Some(Negotiation::ReturnedSigned),
        (false, true) => Some(Negotiation::ReturnedUnsigned),
        (false, false) => None,
    }
}

/// What a letter that refuses something refuses, as far as it can be told.
pub fn objection(letter: &Letter, session: &Session) -> Objection {
    let said = understand(letter);
    let opinion = said
        .opinion
        .filter(|_| session.kind == SessionKind::Negotiation);
    let by_button = letter.calendar_reply.as_ref().map(|reply| reply.answer);
    match (opinion, said.attendance.or(by_button)) {
        (Some(Opinion::OffersElse), _) => Objection::CounterOffer,
        (Some(Opinion::Refuses), _) => Objection::Negotiation,
        (_, Some(CalendarAnswer::Declined)) => Objection::Attendance,
        _ => Objection::Other,
    }
}

/// A clause as lowercase words, and whether it ended in a question mark.
#[derive(Debug)]
struct Clause {
    words: Vec<String>,
    asks: bool,
}

/// Cut at the marks of a sentence, at line ends, and before a "but".
fn clauses(text: &str) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let mut begin = 0;
    let mut end_at = |begin: usize, end: usize, mark: char| {
        let words: Vec<String> = text[begin..end]
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        if !words.is_empty() {
            clauses.push(Clause {
                words,
                asks: mark == '?',
            });
        }
    };
    for (at, c) in text.char_indices() {
        // A dot or comma inside a number or an abbreviation ends nothing.
        let next = text[at + c.len_utf8()..].chars().next();
        let inside = match c {
            '.' | ',' => next.is_some_and(char::is_alphanumeric),
            // "13:00"
            ':' => next.is_some_and(|next| next.is_ascii_digit()),
            _ => false,
        };
        if matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\n' | '(' | ')') && !inside {
            end_at(begin, at, c);
            begin = at + c.len_utf8();
        }
    }
    end_at(begin, text.len(), '\n');
    clauses
}

impl Clause {
    /// Where a word or phrase of the table stands.
    fn find(&self, table: &[&str]) -> Option<usize> {
        (0..self.words.len()).find(|&at| table.iter().any(|phrase| self.stands_at(at, phrase)))
    }

    fn stands_at(&self, at: usize, phrase: &str) -> bool {
        let mut words = self.words[at..].iter();
        phrase
            .split(' ')
            .all(|word| words.next().is_some_and(|own| own == word))
    }

    fn has(&self, table: &[&str]) -> bool {
        self.find(table).is_some()
    }

    /// An odd number of denials shortly before: "tidak keberatan" denies, "bukan tidak setuju" does not.
    fn denied(&self, at: usize) -> bool {
        let before = &self.words[at.saturating_sub(REACH)..at];
        let denials = before
            .iter()
            .filter(|word| DENIALS.contains(&word.as_str()));
        denials.count() % 2 == 1
    }

    fn open(&self) -> bool {
        self.asks || self.has(OPEN)
    }

    /// Open in another way than by a "whether" between the two words.
    fn open_beside(&self, word: usize, what: usize) -> bool {
        let between = word..what.max(word);
        let opens = |at: usize| OPEN.iter().any(|phrase| self.stands_at(at, phrase));
        let whether = |at: usize| WHETHER.contains(&self.words[at].as_str());
        self.asks
            || (0..self.words.len()).any(|at| opens(at) && !(between.contains(&at) && whether(at)))
    }

    /// Hours with their zone: "13.00 WIB", "jam 10 WITA".
    fn hours(&self) -> impl Iterator<Item = (i8, i8, i8)> + '_ {
        self.words.iter().enumerate().filter_map(|(at, word)| {
            let (_, ahead) = ZONES.iter().find(|(zone, _)| zone == word)?;
            let number = |back: usize| -> Option<i8> {
                let word = self.words.get(at.checked_sub(back)?)?;
                (word.len() <= 2).then(|| word.parse().ok()).flatten()
            };
            let (hour, minute) = match (number(2), number(1)) {
                (Some(hour), Some(minute)) => (hour, minute),
                (None, Some(hour)) => (hour, 0),
                _ => return None,
            };
            Some((hour, minute, *ahead))
        })
    }
}

/// All say the same, or nothing is understood.
fn agreed<T: PartialEq + Copy>(said: impl Iterator<Item = T>) -> Option<T> {
    let mut said = said.peekable();
    let first = *said.peek()?;
    said.all(|other| other == first).then_some(first)
}

fn attendance(clauses: &[Clause]) -> Option<CalendarAnswer> {
    let says = |clause: &Clause| {
        let unsure = clause.has(UNSURE);
        if unsure && !clause.open() && clause.has(&["kehadiran"]) {
            return Some(CalendarAnswer::Tentative);
        }
        let at = clause.find(COME)?;
        if clause.open() {
            return None;
        }
        if unsure {
            return Some(CalendarAnswer::Tentative);
        }
        if clause.denied(at) {
            return Some(CalendarAnswer::Declined);
        }
        let before = &clause.words[..at];
        let plain = before.is_empty() && clause.words[at] == "hadir";
        let mention = before.iter().any(|word| MENTION.contains(&word.as_str()));
        let coming = before.iter().any(|word| COMING.contains(&word.as_str()));
        ((plain || coming) && !mention).then_some(CalendarAnswer::Accepted)
    };
    // Who asks for another day has not said that he comes on this one: a person reads it.
    let asks_for_another_day = clauses.iter().any(|clause| {
        clause.words.iter().any(|word| {
            [
                "jadwal",
                "jadwalkan",
                "dijadwalkan",
                "penjadwalan",
                "reschedule",
                "diundur",
                "ditunda",
            ]
            .contains(&word.as_str())
        }) && clause.has(&[
            "mohon",
            "minta",
            "ulang",
            "reschedule",
            "diundur",
            "ditunda",
        ])
    });
    match asks_for_another_day {
        true => None,
        false => agreed(clauses.iter().filter_map(says)),
    }
}

fn consent(clauses: &[Clause]) -> Option<RecordingConsent> {
    let says = |clause: &Clause| {
        let at = clause.find(RECORD)?;
        let (given, refused) = (RecordingConsent::Given, RecordingConsent::Refused);
        let (objects, consents) = (clause.find(OBJECTS), clause.find(CONSENTS));
        let unsure = clause.has(UNSURE);
        if unsure || clause.open_beside(objects.or(consents).unwrap_or(at), at) {
            return None;
        }
        if let Some(objects) = objects {
            return Some(if clause.denied(objects) {
                given
            } else {
                refused
            });
        }
        if let Some(consents) = consents {
            // "setuju tidak direkam"
            let denied = clause.denied(consents) || clause.denied(at);
            return Some(if denied { refused } else { given });
        }
        clause.denied(at).then_some(refused)
    };
    agreed(clauses.iter().filter_map(says))
}

fn opinion(clauses: &[Clause]) -> Option<Opinion> {
    let mut opinions = Vec::new();
    for (at, clause) in clauses.iter().enumerate() {
        // "SETUJU REKAM" agrees to the recording and to nothing else.
        if clause.has(RECORD) || clause.asks {
            continue;
        }
        if clause.has(OFFERS) {
            opinions.push(Opinion::OffersElse);
            continue;
        }
        if let Some(refuses) = clause.find(REFUSES) {
            opinions.push(match clause.denied(refuses) {
                true => Opinion::Agrees,
                false => Opinion::Refuses,
            });
            continue;
        }
        let Some(agrees) = clause.find(AGREES) else {
            continue;
        };
        if clause.has(RECEIVED) {
            continue;
        }
        if clause.denied(agrees) {
            opinions.push(Opinion::Refuses);
            continue;
        }
        let next = clauses.get(at + 1);
        let conditional = clause.has(OPEN)
            || clause.has(UNSURE)
            || clause.has(BUT)
            || clause.has(&["prinsipnya", "dasarnya"])
            || next.is_some_and(|next| BUT.iter().any(|but| next.stands_at(0, but)));
        opinions.push(match conditional {
            true => Opinion::OffersElse,
            false => Opinion::Agrees,
        });
    }
    // The gravest counts: an offer says more than the refusal that stands before it, and both outweigh a polite agreement.
    [Opinion::OffersElse, Opinion::Refuses, Opinion::Agrees]
        .into_iter()
        .find(|opinion| opinions.contains(opinion))
}

#[cfg(test)]
mod tests;

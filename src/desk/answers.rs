//! What a bidder answered in words: that he comes, that the session may be recorded, what he says to the negotiation file.
//!
//! Read sentence by sentence. What he promises is kept only where it stands clear: no denial, condition or doubt in the same
//! sentence, and nothing said against it elsewhere; a plain denial is kept as one. Everything else is nobody's answer, and a
//! person reads it: a needless question costs a glance, a promise that nobody gave may cost a tender. All words stand in tables.

mod echo;
mod sentence;
mod words;

pub use echo::{own_text, same_words};

use sentence::{Gap, Sentence, sentences};
use words::{
    AGREES, ASKING, ASKING_LEAVE, BARE_NO, BUT, CALLS, CHAIN, COME, COMING, CONDITIONS,
    CONSENT_CHAIN, CONSENTS, DOUBTS, FILLERS, HAGGLES, IN_PRINCIPLE, JOINED, MENTIONS, MIND, NAMED,
    OBJECTS, OFFERS, OTHERS, OURSELVES, PAST, POLITE, RECEIVED, RECORD, REFUSES, RESCHEDULES,
    RESCHEDULES_HOW, TAGLINES, UNSURE, UNWANTED, WHETHER, ZONES,
};

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use regex::Regex;

use super::message::{Attention, Negotiation, RecordingConsent};
use crate::{
    inspection::{Examination, Return},
    letter::{CalendarAnswer, Letter},
    tender::{DocumentWord, Session, SessionKind},
};

/// So much of a text is read: an answer stands at the beginning.
const READ: usize = 16 * 1024;
/// An answer that is nothing but no has no more words, the greeting among them.
const SHORT: usize = 8;

/// What was understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    pub attendance: Option<CalendarAnswer>,
    pub consent: Option<RecordingConsent>,
    pub opinion: Option<Opinion>,
    /// He spoke of coming or of the recording, and not clearly.
    pub unclear: bool,
    /// He spoke of the negotiation file, and not clearly.
    pub unclear_opinion: bool,
}

/// What the words say to the negotiation file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opinion {
    Agrees,
    Refuses,
    /// Something else, or agreement with a condition: that is none.
    OffersElse,
}

/// What one sentence says to one matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Yes,
    No,
    /// He does not know yet.
    Maybe,
    Unclear,
}

impl Answers {
    /// What is left where the letter as a whole refuses, objects or asks for another day: a promise in it does not stand clear.
    pub fn beside(mut self, attention: Option<Attention>) -> Answers {
        use Attention::{Objection, Refused, Reschedule};
        if matches!(attention, Some(Refused | Objection | Reschedule)) {
            self.attendance = self
                .attendance
                .filter(|answer| *answer == CalendarAnswer::Declined);
            self.consent = self
                .consent
                .filter(|consent| *consent == RecordingConsent::Refused);
            self.opinion = self.opinion.filter(|opinion| *opinion != Opinion::Agrees);
        }
        self
    }

    /// What a person should know of the answer.
    pub fn attention(&self, kind: SessionKind) -> Option<Attention> {
        let negotiation = kind == SessionKind::Negotiation;
        let refuses = matches!(self.opinion, Some(Opinion::Refuses | Opinion::OffersElse));
        if self.attendance == Some(CalendarAnswer::Declined) || (negotiation && refuses) {
            Some(Attention::Refused)
        } else if self.unclear || (negotiation && self.unclear_opinion) {
            Some(Attention::Question)
        } else {
            None
        }
    }
}

/// What the writer's own words say; `own`: his text without what he quoted and without lines of ours.
pub fn understand(letter: &Letter, own: &str) -> Answers {
    let mut said = sentences(&own[..own.floor_char_boundary(READ)]);
    if said.is_empty() || letter.in_reply_to.is_empty() {
        // A subject of his own; "Re: …" is ours.
        said.extend(sentences(&letter.subject));
    }
    let attended: Vec<Said> = said.iter().filter_map(attendance).collect();
    let consented: Vec<Said> = said.iter().filter_map(consent).collect();
    let (opinion, unclear_opinion) = opinion(&said);
    let (comes, unclear_coming) = agreed(&attended);
    let (records, unclear_recording) = agreed(&consented);
    // Who asks for another day has not said that he comes on this one, nor that he never will: a person reads it.
    let other_day = said
        .iter()
        .any(|sentence| sentence.has(RESCHEDULES) && sentence.has(RESCHEDULES_HOW));
    // An answer that is nothing but no.
    let no = said.first().is_some_and(is_bare_no) && own_words(&said) <= SHORT;
    Answers {
        attendance: comes.filter(|_| !other_day).and_then(|says| match says {
            Said::Yes => Some(CalendarAnswer::Accepted),
            Said::No => Some(CalendarAnswer::Declined),
            Said::Maybe => Some(CalendarAnswer::Tentative),
            Said::Unclear => None,
        }),
        consent: records.and_then(|says| match says {
            Said::Yes => Some(RecordingConsent::Given),
            Said::No => Some(RecordingConsent::Refused),
            Said::Maybe | Said::Unclear => None,
        }),
        opinion,
        unclear: unclear_coming || unclear_recording || (no && attended.is_empty()),
        unclear_opinion,
    }
}

/// The words without the clauses that speak of the recording.
pub fn beside_the_recording(text: &str) -> String {
    let mut words = Vec::new();
    for sentence in sentences(text) {
        let beside = sentence.without_clauses(RECORD);
        words.extend(beside.words.into_iter().map(|word| word.text));
    }
    words.join(" ")
}

fn own_words(said: &[Sentence]) -> usize {
    said.iter().map(|sentence| sentence.words.len()).sum()
}

/// All say the same, or nothing is understood and a person must look.
fn agreed(said: &[Said]) -> (Option<Said>, bool) {
    let first = said.first().copied();
    let clear =
        first.filter(|first| *first != Said::Unclear && said.iter().all(|other| other == first));
    (clear, clear.is_none() && first.is_some())
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
    let said = sentences(text);
    let mut named = said.iter().flat_map(hours);
    named.any(|(hour, minute, ahead)| {
        let told = |zone: &(&str, i8)| starts_at(zone.1) == (hour, minute);
        starts_at(ahead) != (hour, minute) && ZONES.iter().any(told)
    })
}

/// Hours with their zone: "13.00 WIB", "jam 10 WITA".
fn hours(sentence: &Sentence) -> impl Iterator<Item = (i8, i8, i8)> + '_ {
    (0..sentence.words.len()).filter_map(|at: usize| {
        let (_, ahead) = ZONES.iter().find(|(zone, _)| *zone == sentence.text(at))?;
        let number = |back: usize| -> Option<i8> {
            let word = sentence.text(at.checked_sub(back)?);
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
    opinion: Option<Opinion>,
    session: &Session,
    documents: &[Option<DocumentWord>],
    compared: Option<Negotiation>,
) -> Option<Negotiation> {
    if session.kind != SessionKind::Negotiation {
        return None;
    }
    match opinion {
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

/// What stands in a sentence and makes nothing in it certain.
fn is_open(sentence: &Sentence) -> bool {
    is_open_beside(sentence, &[ASKING, CONDITIONS, BUT, DOUBTS, UNSURE], 0..0)
}

/// The same, but for a "whether" in that part of it: "keberatan bila direkam".
fn is_open_beside(sentence: &Sentence, by: &[&[&str]], part: std::ops::Range<usize>) -> bool {
    let open = by.concat();
    let whether = |at: &usize| part.contains(at) && sentence.is(*at, WHETHER);
    sentence.asks || sentence.all(&open).iter().any(|at| !whether(at))
}

/// The nearest denial before a word.
fn denial_before(sentence: &Sentence, at: usize) -> Option<usize> {
    (0..at).rev().find(|&before| sentence.negates(before))
}

/// A denial that itself is denied, or that is the name of a paper or a choice: "surat tidak hadir", "atau tidak hadir".
fn is_plain(sentence: &Sentence, denial: usize) -> bool {
    let before = denial
        .checked_sub(1)
        .filter(|_| sentence.gap(denial) <= Gap::Line);
    before.is_none_or(|before| !sentence.negates(before) && !sentence.is(before, NAMED))
}

fn attendance(sentence: &Sentence) -> Option<Said> {
    let hits: Vec<usize> = sentence.all(COME);
    let of_recording = denials_of_recording(sentence);
    let denials =
        (0..sentence.words.len()).filter(|at| sentence.negates(*at) && !of_recording.contains(at));
    let denied = denials.count() > 0;
    let mut said: Vec<Said> = Vec::new();
    if sentence.has(JOINED) {
        said.push(Said::No);
    }
    for &at in &hits {
        if let Some(says) = one_coming(sentence, at, &hits, &of_recording) {
            said.push(says);
        }
    }
    // "Kehadiran: tidak"
    let labelled = sentence.all(&["kehadiran"]);
    if hits.is_empty() && labelled.iter().any(|at| sentence.denied_behind(*at)) {
        said.push(Said::No);
    }
    let asks = sentence.asks || sentence.has(ASKING) || sentence.has(CONDITIONS);
    let speaks = !said.is_empty() || !labelled.is_empty() || sentence.has(&["memastikan"]);
    if sentence.has(UNSURE) && speaks && !asks {
        return Some(Said::Maybe);
    }
    let says = match agreed(&said) {
        (Some(Said::Yes), _) if denied || is_open(sentence) => Said::Unclear,
        (Some(says), _) => says,
        (None, true) => Said::Unclear,
        (None, false) => return None,
    };
    // Of a firm that says so below its name, of what is over, nothing is kept.
    let tagline = sentence.has(TAGLINES) || sentence.closing || sentence.has(PAST);
    match says {
        Said::Yes if tagline => None,
        Said::Unclear if tagline && !denied => None,
        Said::No if sentence.has(PAST) => None,
        says => Some(says),
    }
}

fn one_coming(
    sentence: &Sentence,
    at: usize,
    hits: &[usize],
    of_recording: &[usize],
) -> Option<Said> {
    if sentence.denied_behind(at) {
        return Some(Said::No);
    }
    let denial = denial_before(sentence, at).filter(|denial| !of_recording.contains(denial));
    if let Some(denial) = denial
        && sentence.reaches(denial, at, &[CHAIN])
    {
        let chosen = sentence.gap(denial) == Gap::Slash && hits.iter().any(|hit| *hit < denial);
        let open = sentence.asks || sentence.has(CONDITIONS) || sentence.has(ASKING);
        let plain = is_plain(sentence, denial) && !chosen && !open && !sentence.has(OTHERS);
        return Some(if plain { Said::No } else { Said::Unclear });
    }
    says_coming(sentence, at)
}

/// "HADIR", "kami siap hadir"; whether something speaks against it is told elsewhere.
fn says_coming(sentence: &Sentence, at: usize) -> Option<Said> {
    let begins = |at: usize| at == 0 || sentence.gap(at) >= Gap::Comma;
    let start = (0..=at).rev().find(|at| begins(*at)).unwrap_or_default();
    let ours = (start..at).rev().find(|at| sentence.is(*at, OURSELVES));
    if (start..at).any(|before| sentence.is(before, MENTIONS))
        || (ours.unwrap_or(start)..at).any(|before| sentence.is(before, CALLS))
    {
        return None;
    }
    let yes = match sentence.has(OTHERS) && sentence.has(&["lain"]) {
        true => Said::Unclear,
        false => Said::Yes,
    };
    if sentence.text(at) == "hadir" && (at == start || sentence.gap(at) == Gap::Line) {
        return Some(yes);
    }
    for before in (start..at).rev() {
        if sentence.is(before, COMING) {
            return Some(yes);
        }
        if !sentence.is(before, FILLERS) {
            // A word between that is not known may turn it: "kami t1dak hadir".
            let ours = ours.is_some_and(|ours| ours < before);
            let short = sentence.words.len() <= 4;
            return (ours || short).then_some(Said::Unclear);
        }
    }
    None
}

/// Denials that speak of the recording alone.
fn denials_of_recording(sentence: &Sentence) -> Vec<usize> {
    if !sentence.has(RECORD) {
        return Vec::new();
    }
    let of_recording =
        |denial: &usize| sentence.negates(*denial) && denies_recording(sentence, *denial);
    (0..sentence.words.len()).filter(of_recording).collect()
}

fn denies_recording(sentence: &Sentence, denial: usize) -> bool {
    let topics = [RECORD, CONSENTS, COME].concat();
    let next = sentence
        .all(&topics)
        .into_iter()
        .find(|topic| *topic > denial);
    let behind = denial
        .checked_sub(1)
        .filter(|before| sentence.is(*before, RECORD));
    let turned = behind
        .is_some_and(|before| sentence.denied_behind(before) || sentence.is(denial + 1, UNWANTED));
    turned
        || next.is_some_and(|next| {
            !sentence.is(next, COME)
                && sentence.text(next) != "rekaman"
                && sentence.reaches(denial, next, &[CHAIN, CONSENT_CHAIN, WHETHER])
        })
}

/// "tidak keberatan": both words of it.
fn not_minding(sentence: &Sentence) -> Vec<usize> {
    let mut minding = Vec::new();
    for at in sentence.all(MIND) {
        let denial = (0..at).rev().find(|before| sentence.denies(*before));
        let between = |denial: usize| {
            (denial + 1..at).all(|at| sentence.is(at, &["ada", "akan", "merasa", "sama", "sekali"]))
                && (denial + 1..=at).all(|at| sentence.gap(at) <= Gap::Line)
        };
        if let Some(denial) =
            denial.filter(|denial| between(*denial) && is_plain(sentence, *denial))
        {
            minding.extend([denial, at]);
        }
    }
    minding
}

fn consent(sentence: &Sentence) -> Option<Said> {
    let records = sentence.all(RECORD);
    if records.is_empty() {
        return None;
    }
    let minding = not_minding(sentence);
    let negations: Vec<usize> = (0..sentence.words.len())
        .filter(|at| sentence.negates(*at) && !minding.contains(at))
        .collect();
    let refusing = |at: &&usize| {
        let objects = sentence.is(**at, OBJECTS)
            && records
                .iter()
                .any(|record| sentence.reaches(**at, *record, &[CHAIN, CONSENT_CHAIN, WHETHER]));
        objects || denies_recording(sentence, **at)
    };
    let refused = negations.iter().filter(refusing).count();
    let consents = sentence.all(CONSENTS);
    let is_clear = |at: &&usize| {
        let chain = &[CHAIN, CONSENT_CHAIN, WHETHER];
        let denied = negations
            .iter()
            .any(|denial| denial < at && sentence.reaches(*denial, **at, chain));
        // "setuju tidak direkam"
        let turned = negations.contains(&(**at + 1)) || sentence.denied_behind(**at);
        !denied && !turned
    };
    let clear = consents.iter().filter(is_clear).count() + minding.len();
    let says = consents.iter().chain(&negations).chain(&minding);
    let between = match (says.min(), records.first()) {
        (Some(says), Some(record)) => *says..*record,
        _ => 0..0,
    };
    // "Namun kami keberatan" objects as plainly as without the "but".
    let limits: &[&[&str]] = match refused > 0 && clear == 0 {
        true => &[ASKING, CONDITIONS, UNSURE],
        false => &[ASKING, ASKING_LEAVE, CONDITIONS, BUT, DOUBTS, UNSURE],
    };
    if is_open_beside(sentence, limits, between) {
        return (refused + clear > 0).then_some(Said::Unclear);
    }
    if refused > 0 {
        let plain = clear == 0 || consents.iter().all(|at| sentence.denied_behind(at + 1));
        return Some(if plain { Said::No } else { Said::Unclear });
    }
    match (clear > 0, negations.is_empty()) {
        (true, true) => Some(Said::Yes),
        (true, false) => Some(Said::Unclear),
        (false, _) => None,
    }
}

fn opinion(said: &[Sentence]) -> (Option<Opinion>, bool) {
    let mut opinions = Vec::new();
    let mut unclear = false;
    for (at, sentence) in said.iter().enumerate() {
        match one_opinion(sentence, said.get(at + 1)) {
            Some(Ok(opinion)) => opinions.push(opinion),
            Some(Err(Unclear)) => unclear = true,
            None => {}
        }
    }
    if opinions.is_empty() && said.first().is_some_and(is_bare_no) && own_words(said) <= SHORT {
        opinions.push(Opinion::Refuses);
    }
    // The gravest counts: an offer says more than the refusal that stands before it, and both outweigh a polite agreement.
    for grave in [Opinion::OffersElse, Opinion::Refuses] {
        if opinions.contains(&grave) {
            return (Some(grave), false);
        }
    }
    (opinions.first().copied().filter(|_| !unclear), unclear)
}

/// "Tidak.", "Maaf tidak bisa pak"
fn is_bare_no(sentence: &Sentence) -> bool {
    !sentence.asks
        && sentence.has(BARE_NO)
        && (0..sentence.words.len()).all(|at| sentence.is(at, BARE_NO) || sentence.is(at, POLITE))
}

struct Unclear;

fn one_opinion(sentence: &Sentence, next: Option<&Sentence>) -> Option<Result<Opinion, Unclear>> {
    // "SETUJU REKAM" agrees to the recording and to nothing else.
    let sentence = &sentence.without_clauses(RECORD);
    let minding = not_minding(sentence);
    let agrees: Vec<usize> = match sentence.has(RECEIVED) {
        true => Vec::new(),
        false => sentence.all(AGREES),
    };
    let refuses: Vec<usize> = sentence.all(REFUSES);
    let refuses = refuses.iter().filter(|at| !minding.contains(at));
    let mut refusals: Vec<Said> = refuses.map(|at| refusal(sentence, *at)).collect();
    let offers = sentence.has(OFFERS);
    let haggles = sentence.has(HAGGLES) && names_an_amount(&sentence.raw);
    let mut clear = minding.len();
    for &at in &agrees {
        match disagreement(sentence, at, &agrees, &minding) {
            Some(says) => refusals.push(says),
            None => clear += 1,
        }
    }
    if sentence.asks {
        return (clear + refusals.len() > 0 || offers || haggles).then_some(Err(Unclear));
    }
    if offers || (haggles && clear == 0) {
        return Some(Ok(Opinion::OffersElse));
    }
    if refusals.contains(&Said::No) && clear == 0 {
        return Some(Ok(Opinion::Refuses));
    }
    if !refusals.is_empty() || (haggles && clear > 0) {
        return Some(Err(Unclear));
    }
    if clear == 0 {
        return None;
    }
    let limits = [CONDITIONS, BUT, IN_PRINCIPLE];
    let limited = limits.iter().any(|table| sentence.has(table)) || next.is_some_and(takes_back);
    let denied = (0..sentence.words.len()).any(|at| sentence.negates(at) && !minding.contains(&at));
    Some(if limited {
        Ok(Opinion::OffersElse)
    } else if denied
        || [ASKING, DOUBTS, UNSURE]
            .iter()
            .any(|table| sentence.has(table))
    {
        Err(Unclear)
    } else {
        Ok(Opinion::Agrees)
    })
}

/// "kami menolak"; "mohon tidak ditolak" is none, and "apabila menolak" is not his own.
fn refusal(sentence: &Sentence, at: usize) -> Said {
    let denial = denial_before(sentence, at);
    let denied = denial.is_some_and(|denial| sentence.reaches(denial, at, &[CHAIN, &["yang"]]));
    match denied || begins_open(sentence, at) {
        true => Said::Unclear,
        false => Said::No,
    }
}

/// What stands against a word of agreement; `None`: nothing that reaches it.
fn disagreement(
    sentence: &Sentence,
    at: usize,
    agrees: &[usize],
    minding: &[usize],
) -> Option<Said> {
    if sentence.denied_behind(at) {
        return Some(Said::No);
    }
    let denial = (0..at)
        .rev()
        .find(|before| sentence.negates(*before) && !minding.contains(before))?;
    if !sentence.reaches(denial, at, &[CHAIN]) {
        // What denies something else may stand beside it; that is told by the sentence as a whole.
        return None;
    }
    let chosen = sentence.gap(denial) == Gap::Slash && agrees.iter().any(|other| *other < denial);
    let plain = is_plain(sentence, denial) && !chosen && !begins_open(sentence, denial);
    Some(if plain { Said::No } else { Said::Unclear })
}

/// A condition or question stands before it: "apabila tidak menyetujui".
fn begins_open(sentence: &Sentence, at: usize) -> bool {
    let open = [CONDITIONS, ASKING].concat();
    sentence.all(&open).iter().any(|open| *open < at)
}

/// The next sentence limits this one; "apabila tidak menyetujui …" tells what otherwise is to be done.
fn takes_back(next: &Sentence) -> bool {
    let begins = |table: &[&str]| table.iter().any(|phrase| next.stands_at(0, phrase));
    begins(BUT) && !(begins(CONDITIONS) && next.has(AGREES))
}

fn names_an_amount(text: &str) -> bool {
    static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\brp\.?\s*\d|\b\d[\d.,]*\s*(?:jt|juta|rb|ribu|milyar|miliar|m)\b|\d{1,3}(?:\.\d{3}){2,}")
            .expect("a constant pattern")
    });
    AMOUNT.is_match(text)
}

#[cfg(test)]
mod tests;

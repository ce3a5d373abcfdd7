//! What a bidder answered in words: that he comes, that the session may be recorded, what he says to the negotiation file.
//!
//! Read sentence by sentence. What he promises is kept only where it stands clear: no denial, condition or doubt in the same
//! sentence, and nothing said against it elsewhere; a plain denial is kept as one. Everything else is nobody's answer, and a
//! person reads it: a needless question costs a glance, a promise that nobody gave may cost a tender. All words stand in tables.

mod attendance;
mod consent;
mod echo;
mod limits;
mod opinion;
mod sentence;
mod words;

pub use echo::{own_text, same_words};

use attendance::attendance;
use consent::consent;
use limits::is_bare_no;
use opinion::opinion;
use sentence::{Sentence, sentences};
use words::{RECORD, RESCHEDULES, RESCHEDULES_HOW, ZONES};

use jiff::tz::TimeZone;

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

#[cfg(test)]
mod tests;

//! What he says to the negotiation file.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    Opinion, SHORT, Said,
    limits::{denial_before, is_bare_no, is_plain, not_minding},
    own_words,
    sentence::{Gap, Sentence},
    words::{
        AGREES, ASKING, BUT, CHAIN, CONDITIONS, DOUBTS, HAGGLES, IN_PRINCIPLE, OFFERS, RECEIVED,
        RECORD, REFUSES, UNSURE,
    },
};

pub(super) fn opinion(said: &[Sentence]) -> (Option<Opinion>, bool) {
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

//! Whether he comes.

use super::{
    Said, agreed,
    consent::denials_of_recording,
    limits::{denial_before, is_open, is_plain},
    sentence::{Gap, Sentence},
    words::{
        ASKING, CALLS, CHAIN, COME, COMING, CONDITIONS, FILLERS, JOINED, MENTIONS, OTHERS,
        OURSELVES, PAST, TAGLINES, UNSURE,
    },
};

pub(super) fn attendance(sentence: &Sentence) -> Option<Said> {
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

//! The sessions of bidders in time, and what a letter may call them.

use jiff::{SignedDuration, Timestamp};

use super::text::Word;
use crate::tender::{DocumentWord, Session, SessionKind};

/// So long after `due` a mail without a key is still taken for the late papers of that session.
pub const LATE_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Whether papers are expected: the invitation's time has come and `due`, that instant included, is not past.
pub fn is_open(session: &Session, at: Timestamp) -> bool {
    !session.withdrawn && was_invited(session, at) && at <= session.due
}

pub fn has_just_ended(session: &Session, at: Timestamp) -> bool {
    !session.withdrawn
        && was_invited(session, at)
        && session.due < at
        && at.duration_since(session.due) <= LATE_FOR
}

/// Its time is past for whoever answers an old thread.
pub fn is_over(session: &Session, at: Timestamp) -> bool {
    session.due < at
}

fn was_invited(session: &Session, at: Timestamp) -> bool {
    session.invite.is_none_or(|invite| invite <= at)
}

/// Whether there are papers, and each is on the list.
pub fn all_within(papers: &[DocumentWord], list: &[DocumentWord]) -> bool {
    !papers.is_empty() && papers.iter().all(|paper| list.contains(paper))
}

/// The kinds of meeting that a text names. "Klarifikasi dan negosiasi" is the negotiation.
pub fn named_kinds(words: &[Word]) -> Vec<SessionKind> {
    let kind = |at: usize| words.get(at).and_then(|word| kind_of(&word.upper));
    let mut kinds = Vec::new();
    for at in 0..words.len() {
        let Some(named) = kind(at) else { continue };
        let joined = words.get(at + 1).is_some_and(|word| word.upper == "DAN");
        let next = kind(at + 1 + usize::from(joined));
        let of_both = named == SessionKind::Clarification && next == Some(SessionKind::Negotiation);
        if !of_both && !kinds.contains(&named) {
            kinds.push(named);
        }
    }
    kinds.sort();
    kinds
}

/// "negoisasi", "kwalifikasi": slips; the two longest words are three apart.
fn kind_of(word: &str) -> Option<SessionKind> {
    use SessionKind::{Clarification, Negotiation, Qualification};
    const NAMES: &[(&str, usize, SessionKind)] = &[
        ("PEMBUKTIAN", 1, Qualification),
        ("KUALIFIKASI", 1, Qualification),
        ("KLARIFIKASI", 1, Clarification),
        ("NEGOSIASI", 2, Negotiation),
        ("NEGO", 0, Negotiation),
    ];
    // Nobody mistypes the first letter unseen, and comparing every word with five names costs more than all the rest.
    let near = |meant: &str, slips: usize| {
        word.as_bytes().first() == meant.as_bytes().first()
            && word.len().abs_diff(meant.len()) <= slips
            && strsim::osa_distance(word, meant) <= slips
    };
    let mut named = NAMES.iter().filter(|(meant, slips, _)| near(meant, *slips));
    named.next().map(|(.., kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::text;

    #[test]
    fn a_meeting_has_its_usual_names() {
        use SessionKind::*;
        for (text, kinds) in [
            ("Undangan Pembuktian Kualifikasi", &[Qualification][..]),
            ("klarifikasi teknis", &[Clarification]),
            ("Klarifikasi dan Negosiasi Biaya", &[Negotiation]),
            ("NEGO TTD", &[Negotiation]),
            ("berkas negoisasi", &[Negotiation]),
            ("pembuktian kwalifikasi", &[Qualification]),
            ("klarifikasi", &[Clarification]),
            ("kualifikasi", &[Qualification]),
            ("pembuktian dan nego", &[Qualification, Negotiation]),
            ("berkas", &[]),
        ] {
            assert_eq!(named_kinds(&text::words(text)), kinds, "{text}");
        }
    }
}

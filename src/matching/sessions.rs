//! The sessions of bidders in time, and what a letter may call them.

use jiff::{SignedDuration, Timestamp};

use super::text::{self, Place};
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

/// The kinds of meeting that some texts name. "Klarifikasi dan negosiasi" is the negotiation.
pub fn named_kinds<'a>(texts: impl Iterator<Item = (Place, &'a str)>) -> Vec<SessionKind> {
    let mut kinds = Vec::new();
    for (_, text) in texts {
        let words = text::words(text);
        let mut joined = String::from(" ");
        for word in &words {
            joined.push_str(&word.upper);
            joined.push(' ');
        }
        for phrase in [
            "KLARIFIKASI DAN NEGOSIASI",
            "KLARIFIKASI NEGOSIASI",
            "KLARIFIKASI DAN NEGO",
            "KLARIFIKASI NEGO",
        ] {
            joined = joined.replace(&format!(" {phrase} "), " NEGOSIASI ");
        }
        // "negoisasi", "kwalifikasi": slips; the two longest words are three apart.
        let has = |meant: &str| {
            let near = |word: &str| match meant.len() {
                ..9 => word == meant,
                9 => strsim::osa_distance(word, meant) <= 2,
                _ => strsim::osa_distance(word, meant) <= 1,
            };
            joined.split(' ').any(near)
        };
        let named = [
            (
                SessionKind::Qualification,
                has("PEMBUKTIAN") || has("KUALIFIKASI"),
            ),
            (SessionKind::Clarification, has("KLARIFIKASI")),
            (SessionKind::Negotiation, has("NEGOSIASI") || has("NEGO")),
        ];
        kinds.extend(
            named
                .into_iter()
                .filter(|(_, is)| *is)
                .map(|(kind, _)| kind),
        );
    }
    kinds.sort();
    kinds.dedup();
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(
                named_kinds([(Place::Subject, text)].into_iter()),
                kinds,
                "{text}"
            );
        }
    }
}

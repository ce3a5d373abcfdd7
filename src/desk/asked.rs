//! Which of our letters a bidder answers: who confirms a time that no longer holds has confirmed nothing.

use jiff::Timestamp;

use crate::{letter::Letter, tender::SessionId};

/// Our letters about a session.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub session: SessionId,
    /// In the order in which they were queued.
    pub letters: Vec<OurLetter>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OurLetter {
    pub message_id: String,
    /// `None`: it has not left, so nobody answers it.
    pub sent_at: Option<Timestamp>,
    /// Of an invitation, a change notice, a cancellation.
    pub announced: Option<Announced>,
}

/// What a letter told of the session's time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Announced {
    pub sequence: i64,
    pub starts: Timestamp,
    pub ends: Timestamp,
    pub cancelled: bool,
}

impl Asked {
    /// SEQUENCE of the last letter; an answer with a higher one answers nothing that we sent.
    pub fn newest(&self) -> i64 {
        let sequences = self.letters.iter().filter_map(|letter| letter.announced);
        sequences.map(|told| told.sequence).max().unwrap_or(0)
    }

    /// The letter that first told the time that holds, and its place: since then the bidder is asked anew.
    fn holding(&self) -> Option<(usize, Announced)> {
        let mut holding: Option<(usize, Announced)> = None;
        let mut last: Option<Announced> = None;
        for (at, letter) in self.letters.iter().enumerate() {
            let Some(told) = letter.announced else {
                continue;
            };
            let same = last.is_some_and(|last| {
                (last.starts, last.ends, last.cancelled) == (told.starts, told.ends, told.cancelled)
            });
            if !same {
                holding = Some((at, told));
            }
            last = Some(told);
        }
        holding
    }

    /// An answer by a calendar to a letter before the one that told the time that holds.
    pub fn is_past(&self, sequence: i64) -> bool {
        self.holding()
            .is_some_and(|(_, told)| sequence < told.sequence)
    }

    /// An answer in words to such a letter, or written before that one was sent.
    pub fn was_answered_before(&self, letter: &Letter, received_at: Timestamp) -> bool {
        let Some((at, told)) = self.holding() else {
            return false;
        };
        if told.sequence == 0 {
            return false;
        }
        let (before, since) = self.letters.split_at(at);
        let sent_at = since.first().and_then(|letter| letter.sent_at);
        let named = |letters: &[OurLetter]| {
            let mut ids = letter.in_reply_to.iter().chain(&letter.references);
            ids.any(|id| letters.iter().any(|ours| ours.message_id == *id))
        };
        sent_at.is_none_or(|sent_at| received_at < sent_at) || (named(before) && !named(since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(hour * 3600).expect("a time")
    }

    fn ours(id: &str, hour: i64, announced: Option<(i64, i64, bool)>) -> OurLetter {
        OurLetter {
            message_id: format!("<{id}@x>"),
            sent_at: Some(at(hour)),
            announced: announced.map(|(sequence, starts, cancelled)| Announced {
                sequence,
                starts: at(starts),
                ends: at(starts + 2),
                cancelled,
            }),
        }
    }

    fn answer(to: &[&str]) -> Letter {
        let mut ids = to.iter().map(|id| format!("<{id}@x>"));
        Letter {
            in_reply_to: ids.next_back().into_iter().collect(),
            references: ids.collect(),
            ..Letter::default()
        }
    }

    #[test]
    fn an_answer_to_the_old_time_does_not_confirm_the_new_one() {
        let asked = Asked {
            session: SessionId(1),
            letters: vec![
                ours("invitation", 1, Some((0, 100, false))),
                ours("reminder", 5, None),
                ours("moved", 10, Some((1, 150, false))),
                ours("later-due", 12, Some((2, 150, false))),
                ours("receipt", 13, None),
            ],
        };
        assert_eq!(asked.newest(), 2);
        for (to, hour, before) in [
            (&["invitation"][..], 20, true),
            (&["reminder"], 20, true),
            (&["moved"], 20, false),
            (&["later-due"], 20, false),
            (&["receipt"], 20, false),
            (&["invitation", "moved"], 20, false),
            (&["of somebody else"], 20, false),
            (&[], 20, false),
            (&[], 9, true),
            (&["moved"], 9, true),
        ] {
            let said = asked.was_answered_before(&answer(to), at(hour));
            assert_eq!(said, before, "{to:?} {hour}");
        }
        assert!(asked.is_past(0));
        assert!(
            !asked.is_past(1),
            "only the time for papers was moved since"
        );
        assert!(!asked.is_past(2));
    }

    #[test]
    fn the_only_time_that_was_told_is_answered_whenever() {
        let mut asked = Asked {
            session: SessionId(1),
            letters: vec![ours("invitation", 1, Some((0, 100, false)))],
        };
        assert!(!asked.was_answered_before(&answer(&["invitation"]), at(0)));
        asked
            .letters
            .push(ours("cancelled", 5, Some((1, 100, true))));
        asked.letters.push(ours("again", 6, Some((2, 100, false))));
        assert!(asked.was_answered_before(&answer(&["invitation"]), at(9)));
        asked.letters[2].sent_at = None;
        assert!(
            asked.was_answered_before(&answer(&[]), at(9)),
            "not out yet"
        );
        asked.letters.clear();
        assert!(!asked.was_answered_before(&answer(&["invitation"]), at(9)));
        assert_eq!(asked.newest(), 0);
    }
}

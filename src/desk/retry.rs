//! What follows an attempt to send (reliability.md P18, P19 and section 2, row SMTP). Every row ends somewhere.

use jiff::{SignedDuration, Timestamp};

use crate::{
    desk::{due::tells_of_change, outbox::OutboxKind},
    tender::Session,
};

/// After the first failure; doubled each time.
const FIRST_DELAY: SignedDuration = SignedDuration::from_mins(5);
const LONGEST_DELAY: SignedDuration = SignedDuration::from_secs(4000);
/// RFC 5321 section 4.5.4.1: give up after 4 to 5 days.
const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(5 * 24);
/// So long a report of delivery is awaited when the answer to the final dot was lost.
const PROOF_WAIT: SignedDuration = SignedDuration::from_mins(60);
/// A bare 5.5.0 is what some milters say when they were only busy.
const SECOND_TRY: SignedDuration = SignedDuration::from_hours(1);
/// What tells of a day is not sent the next day.
const STALE: SignedDuration = SignedDuration::from_hours(20);

/// What one attempt came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The server took responsibility; its words.
    Accepted(String),
    /// 4xx, or the network failed before the final dot: nothing was delivered.
    Temporary(String),
    /// 5xx.
    Permanent(String),
    /// The final dot was sent and no answer came (P19).
    Unknown(String),
}

impl Outcome {
    /// What the server or the network said.
    pub fn words(&self) -> &str {
        match self {
            Outcome::Accepted(words)
            | Outcome::Temporary(words)
            | Outcome::Permanent(words)
            | Outcome::Unknown(words) => words,
        }
    }
}

/// The row after the attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attempt {
    pub kind: OutboxKind,
    /// How often it was tried, this time included.
    pub attempts: u32,
    pub created_at: Timestamp,
    /// The outcome of an earlier attempt is unknown: it may have arrived.
    pub outcome_unknown: bool,
    /// See [`useful_until`].
    pub useful_until: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum NextStep {
    Sent,
    /// The same octets again (P18).
    RetryAt(Timestamp),
    /// `failed`; a person is told.
    GiveUp(String),
    /// `cancelled`: nobody needs it any more.
    Cancelled(String),
    /// It may have arrived: outwardly `queued`; until then a report or our own copy is looked for, then [`after_silence`].
    AwaitProof(Timestamp),
}

/// What follows. `jitter` from 0 to 1 spreads the retries, so that a relay that comes back is not met by all at once.
pub fn after_attempt(
    outcome: &Outcome,
    attempt: &Attempt,
    now: Timestamp,
    jitter: f64,
) -> NextStep {
    match outcome {
        Outcome::Accepted(_) => NextStep::Sent,
        Outcome::Permanent(words) if attempt.attempts <= 1 && is_bare_550(words) => {
            retry_at(attempt, after(now, SECOND_TRY), now)
        }
        Outcome::Permanent(words) => NextStep::GiveUp(words.clone()),
        Outcome::Temporary(words) => {
            if now.duration_since(attempt.created_at) >= GIVE_UP_AFTER {
                return NextStep::GiveUp(format!("tidak terkirim selama 5 hari: {words}"));
            }
            retry_at(attempt, after(now, delay(attempt.attempts, jitter)), now)
        }
        // Never more than one duplicate: the second time nothing is repeated.
        Outcome::Unknown(words) if attempt.outcome_unknown => NextStep::GiveUp(format!(
            "dikirim dua kali tanpa kepastian diterima: {words}"
        )),
        Outcome::Unknown(_) => NextStep::AwaitProof(after(now, PROOF_WAIT)),
    }
}

/// Whether a row that waits was refused, and only because of the words of the refusal is tried once more.
pub fn was_refused(attempts: u32, outcome_unknown: bool, last_error: Option<&str>) -> bool {
    attempts > 0 && !outcome_unknown && last_error.is_some_and(is_bare_550)
}

/// No proof came in time: what must arrive goes once more, with the same Message-ID, the rest is given up.
pub fn after_silence(attempt: &Attempt, now: Timestamp) -> NextStep {
    match attempt.kind {
        OutboxKind::Invitation | OutboxKind::Negotiation => retry_at(attempt, now, now),
        _ => NextStep::GiveUp(
            "server tidak memberi kepastian; surat mungkin sudah diterima dan tidak diulang".into(),
        ),
    }
}

/// From when a mail helps nobody any more: an invitation to what is over, a reminder of what is past, a digest of
/// yesterday. `due_at`: when the mail was due; `queued_at`: when it was written, which may be days later where holidays lie
/// between.
pub fn useful_until(
    kind: OutboxKind,
    natural_key: &str,
    due_at: Timestamp,
    queued_at: Timestamp,
    session: Option<&Session>,
) -> Option<Timestamp> {
    match (kind, session) {
        (OutboxKind::Invitation, Some(session)) => Some(session.ends),
        (OutboxKind::Negotiation, Some(session)) => Some(session.due.max(session.ends)),
        // A change or a cancellation, of which its bidder would read when all is over.
        (OutboxKind::Notice, Some(session)) if tells_of_change(natural_key) => {
            Some(session.due.max(session.ends))
        }
        (OutboxKind::Reminder, Some(session)) if due_at < session.starts => Some(session.starts),
        (OutboxKind::Reminder, Some(session)) if due_at < session.due => Some(session.due),
        (OutboxKind::Reminder, _) => Some(after(queued_at, STALE)),
        (OutboxKind::Digest, _) => Some(after(due_at, STALE)),
        _ => None,
    }
}

/// Whether it still makes sense to send it: asked before every attempt.
pub fn is_pointless(useful_until: Option<Timestamp>, now: Timestamp) -> bool {
    useful_until.is_some_and(|end| end <= now)
}

fn retry_at(attempt: &Attempt, at: Timestamp, now: Timestamp) -> NextStep {
    // What would come too late is not tried in between either: it ends when its time ends, not before.
    match attempt.useful_until {
        ends if is_pointless(ends, now) => NextStep::Cancelled("jadwalnya sudah lewat".into()),
        Some(ends) if is_pointless(Some(ends), at) => {
            // One last try just before the end.
            let last = ends
                .checked_sub(SignedDuration::from_mins(1))
                .unwrap_or(ends);
            if last > now {
                NextStep::RetryAt(last)
            } else {
                NextStep::Cancelled("jadwalnya sudah lewat".into())
            }
        }
        _ => NextStep::RetryAt(at),
    }
}

/// 5 min × 2ⁿ to 4000 s, ± 25 %.
fn delay(attempts: u32, jitter: f64) -> SignedDuration {
    let doublings = attempts.saturating_sub(1).min(16);
    let plain = FIRST_DELAY.as_secs_f64() * f64::from(1u32 << doublings);
    let capped = plain.min(LONGEST_DELAY.as_secs_f64());
    let jitter = if jitter.is_finite() {
        jitter.clamp(0.0, 1.0)
    } else {
        0.5
    };
    SignedDuration::from_millis((capped * (0.75 + 0.5 * jitter) * 1000.0) as i64)
}

fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// The only place that reads a server's words: the code 5.5.0, and no other enhanced code.
fn is_bare_550(words: &str) -> bool {
    words
        .split_whitespace()
        .any(|word| word.trim_matches(|c: char| !c.is_ascii_digit()) == "5.5.0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        let start: Timestamp = "2026-11-25T00:00:00Z".parse().expect("a time");
        after(start, SignedDuration::from_mins(minutes))
    }

    fn attempt(kind: OutboxKind, attempts: u32) -> Attempt {
        Attempt {
            kind,
            attempts,
            created_at: at(0),
            outcome_unknown: false,
            useful_until: (kind == OutboxKind::Invitation).then(|| at(600)),
        }
    }

    fn busy() -> Outcome {
        Outcome::Temporary("451 4.7.1 try again".into())
    }

    #[test]
    fn a_refusal_that_is_tried_once_more_is_known_by_its_words() {
        let bare = "550 5.5.0 command rejected";
        assert!(was_refused(1, false, Some(bare)));
        assert!(!was_refused(0, false, Some(bare)));
        assert!(!was_refused(1, true, Some(bare)));
        assert!(!was_refused(1, false, Some("451 4.7.1 try again")));
        assert!(!was_refused(1, false, None));
        let once = attempt(OutboxKind::Reminder, 1);
        let refusal = Outcome::Permanent(bare.to_owned());
        let next = after_attempt(&refusal, &once, at(10), 0.5);
        assert_eq!(next, NextStep::RetryAt(after(at(10), SECOND_TRY)));
    }

    #[test]
    fn the_pause_doubles_to_4000_seconds() {
        let receipt = |attempts| attempt(OutboxKind::Acknowledgement, attempts);
        for (attempts, seconds) in [
            (1, 300),
            (2, 600),
            (3, 1200),
            (4, 2400),
            (5, 4000),
            (60, 4000),
        ] {
            let expected = after(at(10), SignedDuration::from_secs(seconds));
            assert_eq!(
                after_attempt(&busy(), &receipt(attempts), at(10), 0.5),
                NextStep::RetryAt(expected),
                "{attempts}"
            );
        }
        assert_eq!(
            after_attempt(&busy(), &receipt(1), at(0), 0.0),
            NextStep::RetryAt(after(at(0), SignedDuration::from_secs(225)))
        );
        assert_eq!(
            after_attempt(&busy(), &receipt(1), at(0), 1.0),
            NextStep::RetryAt(after(at(0), SignedDuration::from_secs(375)))
        );
        assert!(matches!(
            after_attempt(&busy(), &receipt(1), at(0), f64::NAN),
            NextStep::RetryAt(_)
        ));
    }

    #[test]
    fn after_five_days_a_person_is_told() {
        let receipt = attempt(OutboxKind::Acknowledgement, 90);
        let days = |days: i64| at(days * 24 * 60);
        let step = |now| after_attempt(&busy(), &receipt, now, 0.5);
        assert!(matches!(step(days(4)), NextStep::RetryAt(_)));
        assert!(matches!(step(days(5)), NextStep::GiveUp(_)));
    }

    #[test]
    fn an_invitation_ends_with_its_session_and_a_receipt_does_not() {
        let invitation = attempt(OutboxKind::Invitation, 5);
        let step = |now| after_attempt(&busy(), &invitation, now, 0.5);
        assert!(matches!(step(at(100)), NextStep::RetryAt(_)));
        assert_eq!(step(at(570)), NextStep::RetryAt(at(599)));
        assert!(matches!(step(at(599)), NextStep::Cancelled(_)));
        assert!(matches!(step(at(601)), NextStep::Cancelled(_)));
        assert!(is_pointless(Some(at(600)), at(600)));
        assert!(!is_pointless(None, at(700)));
        let receipt = attempt(OutboxKind::Acknowledgement, 5);
        assert!(matches!(
            after_attempt(&busy(), &receipt, at(700), 0.5),
            NextStep::RetryAt(_)
        ));
    }

    #[test]
    fn each_kind_is_of_use_until_what_it_is_about_is_past() {
        let office = crate::matching::fixture::office();
        let mut session = office.sessions[0].clone();
        (session.starts, session.ends, session.due) = (at(100), at(200), at(300));
        for (kind, due_at, until) in [
            (OutboxKind::Invitation, 0, Some(at(200))),
            (OutboxKind::Negotiation, 0, Some(at(300))),
            (OutboxKind::Reminder, 50, Some(at(100))),
            (OutboxKind::Reminder, 250, Some(at(300))),
            (OutboxKind::Reminder, 300, Some(at(300 + 20 * 60))),
            (OutboxKind::Digest, 0, Some(at(20 * 60))),
            (OutboxKind::Acknowledgement, 0, None),
            (OutboxKind::Notice, 0, None),
        ] {
            let found = useful_until(kind, "x/1", at(due_at), at(due_at), Some(&session));
            assert_eq!(found, until, "{kind:?} {due_at}");
        }
        for (key, until) in [
            ("change/1/1", Some(at(300))),
            ("cancellation/1/2", Some(at(300))),
            ("notice/change-missed/1/1/sri@berau.example", None),
        ] {
            let found = useful_until(OutboxKind::Notice, key, at(0), at(0), Some(&session));
            assert_eq!(found, until, "{key}");
        }
        // That the time is up is said after the holidays, and must then leave.
        let monday = at(300 + 4 * 24 * 60);
        let found = useful_until(OutboxKind::Reminder, "x", at(300), monday, Some(&session));
        assert_eq!(found, Some(after(monday, STALE)));
    }

    #[test]
    fn a_refusal_is_final_but_for_one_bare_5_5_0() {
        let receipt = |attempts| attempt(OutboxKind::Acknowledgement, attempts);
        let step = |words: &str, attempts| {
            after_attempt(
                &Outcome::Permanent(words.into()),
                &receipt(attempts),
                at(0),
                0.5,
            )
        };
        assert!(matches!(
            step("550 5.1.1 no such user", 1),
            NextStep::GiveUp(_)
        ));
        assert_eq!(step("554 5.5.0 rejected", 1), NextStep::RetryAt(at(60)));
        assert!(matches!(step("554 5.5.0 rejected", 2), NextStep::GiveUp(_)));
    }

    #[test]
    fn a_lost_answer_means_at_most_one_repeat_and_only_of_what_must_arrive() {
        let lost = Outcome::Unknown("connection closed after the dot".into());
        let mut invitation = attempt(OutboxKind::Invitation, 1);
        assert_eq!(
            after_attempt(&lost, &invitation, at(0), 0.5),
            NextStep::AwaitProof(at(60))
        );
        assert_eq!(
            after_silence(&invitation, at(60)),
            NextStep::RetryAt(at(60))
        );
        invitation.outcome_unknown = true;
        assert!(matches!(
            after_attempt(&lost, &invitation, at(61), 0.5),
            NextStep::GiveUp(_)
        ));
        assert!(matches!(
            after_silence(&invitation, at(600)),
            NextStep::Cancelled(_)
        ));
        let receipt = attempt(OutboxKind::Acknowledgement, 1);
        assert!(matches!(
            after_silence(&receipt, at(60)),
            NextStep::GiveUp(_)
        ));
    }
}

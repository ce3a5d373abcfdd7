//! How much may be answered (P21). Above a limit nothing is lost: it stays due and goes out when the hour allows.

use jiff::{SignedDuration, Timestamp};

use crate::{address::EmailAddress, desk::outbox::OutboxKind, tender::SessionId};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A mail that was queued lately.
#[derive(Clone, Debug, PartialEq)]
pub struct Recent {
    pub kind: OutboxKind,
    pub to: EmailAddress,
    pub session: Option<SessionId>,
    pub created_at: Timestamp,
}

/// Which breaker opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Limit {
    AddressHour,
    AddressDay,
    SessionHour,
    StrangersHour,
    AllHour,
}

impl Limit {
    /// Steady: part of the alarm's natural key.
    pub fn word(self) -> &'static str {
        match self {
            Limit::AddressHour => "address-hour",
            Limit::AddressDay => "address-day",
            Limit::SessionHour => "session-hour",
            Limit::StrangersHour => "strangers-hour",
            Limit::AllHour => "all-hour",
        }
    }

    /// For the Pokja.
    pub fn label(self) -> &'static str {
        match self {
            Limit::AddressHour => "5 jawaban per jam untuk satu alamat",
            Limit::AddressDay => "20 jawaban per hari untuk satu alamat",
            Limit::SessionHour => "50 jawaban per jam untuk satu jadwal",
            Limit::StrangersHour => "20 jawaban per jam untuk pengirim yang tidak terdaftar",
            Limit::AllHour => "300 surat per jam untuk seluruhnya",
        }
    }

    fn most(self) -> usize {
        match self {
            Limit::AddressHour => 5,
            Limit::AddressDay => 20,
            Limit::SessionHour => 50,
            Limit::StrangersHour => 20,
            Limit::AllHour => 300,
        }
    }

    fn window(self) -> SignedDuration {
        match self {
            Limit::AddressDay => DAY,
            _ => HOUR,
        }
    }

    /// Whether a mail of the past and the one that wants to go count together.
    fn counts(self, past: &Recent, wanted: &Recent) -> bool {
        match self {
            Limit::AddressHour | Limit::AddressDay => is_answer(past.kind) && past.to == wanted.to,
            Limit::SessionHour => is_answer(past.kind) && past.session == wanted.session,
            Limit::StrangersHour => past.kind == OutboxKind::UnknownSenderReply,
            Limit::AllHour => true,
        }
    }

    fn concerns(self, wanted: &Recent) -> bool {
        match self {
            Limit::AddressHour | Limit::AddressDay => is_answer(wanted.kind),
            Limit::SessionHour => is_answer(wanted.kind) && wanted.session.is_some(),
            Limit::StrangersHour => wanted.kind == OutboxKind::UnknownSenderReply,
            Limit::AllHour => true,
        }
    }
}

const LIMITS: [Limit; 5] = [
    Limit::StrangersHour,
    Limit::AddressHour,
    Limit::AddressDay,
    Limit::SessionHour,
    Limit::AllHour,
];

/// Sent because a mail came; invitations and reminders are not.
fn is_answer(kind: OutboxKind) -> bool {
    matches!(
        kind,
        OutboxKind::Acknowledgement | OutboxKind::UnknownSenderReply | OutboxKind::MemberReply
    )
}

/// The mails of the last day, and those admitted since.
#[derive(Debug)]
pub struct Tally {
    mails: Vec<Recent>,
}

impl Tally {
    pub fn new(recent: &[Recent]) -> Tally {
        Tally {
            mails: recent.to_vec(),
        }
    }

    /// Counts the mail when it may go; else the first limit in its way.
    pub fn admit(&mut self, wanted: Recent) -> Result<(), Limit> {
        for limit in LIMITS.into_iter().filter(|limit| limit.concerns(&wanted)) {
            // Both ways: what a clock that ran ahead has stamped must not hold answers back until that time comes (P32).
            let in_window = |past: &&Recent| {
                wanted.created_at.duration_since(past.created_at).abs() < limit.window()
            };
            let counted = self.mails.iter().filter(in_window);
            if counted.filter(|past| limit.counts(past, &wanted)).count() >= limit.most() {
                return Err(limit);
            }
        }
        self.mails.push(wanted);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(kind: OutboxKind, to: usize, session: Option<i64>, minute: i64) -> Recent {
        let start: Timestamp = "2026-11-25T00:00:00Z".parse().expect("a time");
        Recent {
            kind,
            to: format!("a{to}@surel.example").parse().expect("an address"),
            session: session.map(SessionId),
            created_at: start + SignedDuration::from_mins(minute),
        }
    }

    fn first_refusal(mails: impl Iterator<Item = Recent>) -> Option<(usize, Limit)> {
        let mut tally = Tally::new(&[]);
        mails
            .enumerate()
            .find_map(|(at, mail)| tally.admit(mail).err().map(|limit| (at, limit)))
    }

    #[test]
    fn each_limit_opens_at_its_number() {
        use OutboxKind::{Acknowledgement, Invitation, UnknownSenderReply};
        let same = (0..9).map(|_| mail(Acknowledgement, 1, Some(1), 0));
        assert_eq!(first_refusal(same), Some((5, Limit::AddressHour)));
        let spread = (0..30).map(|n| mail(Acknowledgement, 1, Some(n), 20 * n));
        assert_eq!(first_refusal(spread), Some((20, Limit::AddressDay)));
        let session = (0..60).map(|n| mail(Acknowledgement, n, Some(1), 0));
        assert_eq!(first_refusal(session), Some((50, Limit::SessionHour)));
        let strangers = (0..60).map(|n| mail(UnknownSenderReply, n, None, 0));
        assert_eq!(first_refusal(strangers), Some((20, Limit::StrangersHour)));
        let invitations = (0..400).map(|n| mail(Invitation, 1, Some(n), 0));
        assert_eq!(first_refusal(invitations), Some((300, Limit::AllHour)));
    }

    #[test]
    fn an_hour_later_it_goes_on() {
        let recent: Vec<Recent> = (0..5)
            .map(|_| mail(OutboxKind::Acknowledgement, 1, Some(1), 0))
            .collect();
        let wanted = |minute| mail(OutboxKind::Acknowledgement, 1, Some(1), minute);
        assert!(Tally::new(&recent).admit(wanted(59)).is_err());
        assert!(Tally::new(&recent).admit(wanted(60)).is_ok());
    }
}

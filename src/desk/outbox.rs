//! What kinds of mail we send, and the states of one on its way out (reliability.md P16-P19).
//!
//! | state | what is true |
//! | --- | --- |
//! | queued | written and kept; nothing of it has arrived as far as we know |
//! | sent | a server took responsibility |
//! | bounced | a report of permanent failure came |
//! | failed | refused for good, or tried for days; a person is told |
//! | cancelled | nobody needs it any more |
//!
//! queued → sent, failed or cancelled; sent → bounced.
//!
//! A letter may wait for days. Before each attempt it is held against the facts ([`still_true`]): what ceased to be true is
//! taken back, and [`due`](super::due) makes what is right now.

use jiff::{SignedDuration, Timestamp};

use super::{
    due::{Announcement, Fate, tells_of_change},
    facts::{ReminderFacts, SessionTimes},
};
use crate::{
    address::EmailAddress,
    digest::Digest,
    tender::{Bidder, OutboxId, Registry, Session, SessionId},
    words::words,
};

/// A digest that waited for so long is written anew; a reminder too, if it is still wanted: it must not go beside the next one,
/// or after what it was about.
const HOLDS_FOR: SignedDuration = SignedDuration::from_hours(1);
/// Digits of the digest of what a letter was made of.
const DIGITS: usize = 16;

words! {
    OutboxKind {
        Invitation = "invitation",
        Acknowledgement = "acknowledgement",
        Reminder = "reminder",
        Negotiation = "negotiation",
        Notice = "notice",
        Digest = "digest",
        MemberReply = "member-reply",
        UnknownSenderReply = "unknown-sender-reply",
    }
}

words! {
    OutboxState {
        Queued = "queued",
        Sent = "sent",
        Failed = "failed",
        Bounced = "bounced",
        Cancelled = "cancelled",
    }
}

/// A letter that waits.
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'a> {
    pub outbox: OutboxId,
    pub kind: OutboxKind,
    pub natural_key: &'a str,
    pub to: &'a EmailAddress,
    pub session: Option<SessionId>,
    pub queued_at: Timestamp,
    /// A server refused it, and it is tried a second time: written anew it would be tried twice again, for ever.
    pub refused: bool,
    /// As [`made_of`] said when it was written.
    pub made_of: Option<&'a str>,
}

/// What holds now.
#[derive(Clone, Copy, Debug)]
pub struct Holds<'a> {
    pub registry: &'a Registry,
    /// Members of every Pokja.
    pub members: &'a [EmailAddress],
    /// The last announcement of the letter's session.
    pub announced: Option<&'a Announcement>,
    /// Of a reminder: what its step would tell now.
    pub open: Option<&'a ReminderFacts>,
}

/// Why a letter is no longer true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    Withdrawn,
    HeldAgain,
    Superseded,
    AddressChanged,
    AddressDead,
    Changed,
    FileReplaced,
    NothingOpen,
    Old,
    NoMember,
}

impl Why {
    /// For the list of the outbox.
    pub fn words(self) -> &'static str {
        match self {
            Why::Withdrawn => "sesi atau peserta sudah dihapus dari jadwal sebelum surat terkirim",
            Why::HeldAgain => "sesi diadakan kembali sebelum pembatalan terkirim",
            Why::Superseded => "sudah digantikan surat yang lebih baru",
            Why::AddressChanged => "alamat ini tidak lagi terdaftar untuk peserta",
            Why::AddressDead => "undangan ke alamat ini kembali",
            Why::Changed => "isinya tidak lagi sesuai dengan jadwal atau data sekarang",
            Why::FileReplaced => "berkas negosiasi sudah diganti",
            Why::NothingOpen => "yang diingatkan sudah dipenuhi peserta",
            Why::Old => "sudah terlalu lama tertunda; disusun ulang bila masih diperlukan",
            Why::NoMember => "penerima bukan lagi anggota Pokja",
        }
    }
}

/// Digest of what a letter about a session says and what may change while it waits. `open`: of a reminder. `None`: of other
/// letters.
pub fn made_of(
    kind: OutboxKind,
    natural_key: &str,
    session: &Session,
    bidder: &Bidder,
    open: Option<&ReminderFacts>,
) -> Option<String> {
    let times = SessionTimes::of(session);
    let said = match kind {
        OutboxKind::Invitation => {
            let papers = (&session.documents, &bidder.experts, &session.letter);
            format!("{times:?} {papers:?} {}", bidder.name)
        }
        OutboxKind::Notice if tells_of_change(natural_key) && !cancels(natural_key) => {
            format!("{times:?} {}", bidder.name)
        }
        OutboxKind::Negotiation => format!("{times:?} {:?} {}", session.file, bidder.name),
        OutboxKind::Reminder => format!("{times:?} {open:?} {}", bidder.name),
        _ => return None,
    };
    let digest = Digest::of(said.as_bytes()).hex();
    Some(digest.chars().take(DIGITS).collect())
}

/// Whether a letter that waits may go out. A receipt tells of what came: that stays true.
pub fn still_true(letter: &Waiting, holds: &Holds, now: Timestamp) -> Result<(), Why> {
    let tells_bidder = tells_of_change(letter.natural_key);
    match letter.kind {
        OutboxKind::Acknowledgement | OutboxKind::MemberReply | OutboxKind::UnknownSenderReply => {
            Ok(())
        }
        OutboxKind::Digest | OutboxKind::Reminder
            if !letter.refused && now.duration_since(letter.queued_at) > HOLDS_FOR =>
        {
            Err(Why::Old)
        }
        OutboxKind::Notice if tells_bidder => to_bidder(letter, holds),
        OutboxKind::Digest | OutboxKind::Notice => match holds.members.contains(letter.to) {
            true => Ok(()),
            false => Err(Why::NoMember),
        },
        OutboxKind::Invitation | OutboxKind::Negotiation | OutboxKind::Reminder => {
            to_bidder(letter, holds)
        }
    }
}

fn to_bidder(letter: &Waiting, holds: &Holds) -> Result<(), Why> {
    let parties = letter.session.and_then(|id| {
        let session = holds.registry.session(id)?;
        Some((session, holds.registry.bidder(session.bidder)?))
    });
    let Some((session, bidder)) = parties else {
        return Err(Why::Withdrawn);
    };
    let announces = letter.kind == OutboxKind::Invitation || letter.kind == OutboxKind::Notice;
    if announces
        && holds
            .announced
            .is_some_and(|last| last.outbox != letter.outbox)
    {
        return Err(Why::Superseded);
    }
    let gone = session.withdrawn || bidder.withdrawn;
    match (gone, cancels(letter.natural_key)) {
        (true, false) => return Err(Why::Withdrawn),
        (false, true) => return Err(Why::HeldAgain),
        _ => {}
    }
    if !bidder.emails.contains(letter.to) {
        return Err(Why::AddressChanged);
    }
    let lost = |last: &Announcement| last.fate == Fate::Lost && last.to == *letter.to;
    if !announces && holds.announced.is_some_and(lost) {
        return Err(Why::AddressDead);
    }
    if letter.kind == OutboxKind::Reminder && holds.open.is_none() {
        return Err(Why::NothingOpen);
    }
    let now = made_of(letter.kind, letter.natural_key, session, bidder, holds.open);
    match letter.made_of {
        Some(then) if now.as_deref() != Some(then) => Err(match letter.kind {
            OutboxKind::Negotiation if !names_file(letter.natural_key, session) => {
                Why::FileReplaced
            }
            _ => Why::Changed,
        }),
        _ => Ok(()),
    }
}

fn cancels(natural_key: &str) -> bool {
    natural_key.starts_with("cancellation/")
}

/// `negotiation/SESSION/DIGITS`, and what the letter is the second of.
fn names_file(natural_key: &str, session: &Session) -> bool {
    let digits = natural_key.split(['/', '~']).nth(2);
    let file = session.file.as_ref();
    digits.is_some_and(|digits| file.is_some_and(|file| file.sha256.starts_with(digits)))
}

#[cfg(test)]
mod tests;

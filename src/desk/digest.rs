//! What the digest of one mailbox shows: only what is true at the moment it is written.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Time};

use super::{
    documents::{
        FiledPaper, contested_papers, missing_documents, poor_documents, unexamined_papers,
    },
    due::{Announcement, Fate},
    facts::{
        About, Books, CameLine, CandidateLine, ChainHead, Decision, DigestFacts, FailedLine,
        LateLine, NegotiationLine, SessionLine, ToRead, ToReadMatter, TroubleLine, UnansweredLine,
        UndeliveredLine,
    },
    message::{Answers, Attention, MessageKind, MessageState, Negotiation, RecordingConsent},
    outbox::{OutboxKind, OutboxState},
};
use crate::{
    letter::CalendarAnswer,
    matching::{Candidate, Reason},
    tender::{
        BidderId, DocumentWord, MessageId, OutboxId, Registry, Session, SessionId, TenderId,
        WorkingCalendar,
    },
};

/// Sessions of so many further working days are shown.
const DAYS_AHEAD: usize = 3;
/// What a first digest looks back on.
const FIRST: SignedDuration = SignedDuration::from_hours(3 * 24);
/// A negotiation that nobody speaks of any more is left out so long after its papers were due.
const NEGOTIATION_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);
/// What a person did not confirm is asked for until its session was over so long.
pub const UNCONFIRMED_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);
/// The signal of [`crate::matching`] that a bidder or his session was no longer in the imported file.
const WITHDRAWN: &str = "withdrawn";
/// Less free space than this is told.
pub const FEW_OCTETS: u64 = 5 << 30;

/// A message as far as a digest tells of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mail {
    pub message: MessageId,
    pub received_at: Timestamp,
    pub taken_in_at: Timestamp,
    pub from: Option<String>,
    pub subject: String,
    pub kind: Option<MessageKind>,
    pub state: MessageState,
    pub unanswered: Option<String>,
    pub tender: Option<TenderId>,
    pub bidder: Option<BidderId>,
    pub session: Option<SessionId>,
    pub late: bool,
    pub attention: Option<Attention>,
    pub reasons: Vec<Reason>,
    pub candidates: Vec<Candidate>,
    pub failure: Option<String>,
    /// One for each file.
    pub documents: Vec<Option<DocumentWord>>,
    /// What it was understood to answer.
    pub answers: Answers,
    /// A person has read it.
    pub confirmed: bool,
}

/// What came of a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    pub invitation: Option<OutboxState>,
    /// State of the newest letter with the file to be signed.
    pub file_letter: Option<OutboxState>,
    pub attendance: Option<CalendarAnswer>,
    pub recording_consent: Option<RecordingConsent>,
    /// He asked for another time, and the session stands where it stood.
    pub asks_for_another_day: bool,
    pub negotiation: Option<Negotiation>,
    /// A person said that this is what came of the negotiation.
    pub negotiation_confirmed: bool,
}

/// A mail of ours to a bidder that failed or came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Lost {
    pub outbox: OutboxId,
    pub kind: OutboxKind,
    pub to: String,
    pub subject: String,
    pub detail: String,
    pub session: Option<SessionId>,
    /// When it failed, came back, or was given up.
    pub ended_at: Timestamp,
    /// It was given up because its session was over.
    pub too_late: bool,
}

/// What is known of one mailbox.
#[derive(Clone, Copy, Debug)]
pub struct DayFacts<'a> {
    pub mailbox: &'a str,
    pub registry: &'a Registry,
    pub calendar: &'a WorkingCalendar,
    /// When the digest before was written.
    pub since: Option<Timestamp>,
    /// Mail from before is history: it is filed and no news.
    pub answered_from: Timestamp,
    /// What waits for a person, and what was taken in since.
    pub mails: &'a [Mail],
    pub standings: &'a HashMap<SessionId, Standing>,
    pub announced: &'a HashMap<SessionId, Announcement>,
    pub papers: &'a [FiledPaper],
    pub lost: &'a [Lost],
    pub books: &'a Books,
    pub troubles: &'a [TroubleLine],
    pub storage_free: Option<u64>,
    pub head: &'a ChainHead,
}

/// The sessions of a mailbox that a digest shows: whose papers it must be given.
pub fn sessions_shown<'a>(
    mailbox: &'a str,
    registry: &'a Registry,
    calendar: &'a WorkingCalendar,
    since: Option<Timestamp>,
    now: Timestamp,
) -> impl Iterator<Item = &'a Session> {
    let today = calendar.at(calendar.day(now), Time::midnight());
    let until = end_of_outlook(calendar, now);
    let since = since.unwrap_or(now).min(now);
    registry.sessions().iter().filter(move |session| {
        let ours = registry
            .tender(session.tender)
            .is_some_and(|tender| tender.mailbox == mailbox);
        let bidder = registry.bidder(session.bidder);
        let gone = session.withdrawn || bidder.is_none_or(|bidder| bidder.withdrawn);
        // Of today, of the days ahead, and what was not finished when the last digest went.
        let begun = session.starts >= today || session.due >= since;
        ours && !gone && begun && session.starts < until
    })
}

/// The beginning of the day after the last one that is shown.
fn end_of_outlook(calendar: &WorkingCalendar, now: Timestamp) -> Timestamp {
    let mut day = calendar.day(now);
    for _ in 0..DAYS_AHEAD {
        day = calendar.working_day_after(day).unwrap_or(day);
    }
    match day.checked_add(1.day()) {
        Ok(after) => calendar.at(after, Time::midnight()),
        Err(_) => Timestamp::MAX,
    }
}

/// The whole digest. The order of the facts makes no difference.
pub fn digest(facts: &DayFacts, now: Timestamp) -> DigestFacts {
    let mut mails: Vec<&Mail> = facts.mails.iter().collect();
    mails.sort_by_key(|mail| (mail.received_at, mail.message));
    let first = now.checked_sub(FIRST).unwrap_or(Timestamp::MIN);
    let since = facts.since.unwrap_or(first);
    let news: Vec<&Mail> = mails
        .iter()
        .copied()
        .filter(|mail| mail.taken_in_at > since && mail.received_at >= facts.answered_from)
        .collect();
    let filed = || {
        let filed = news.iter().filter(|mail| mail.state == MessageState::Filed);
        filed.filter_map(|mail| Some((*mail, about_mail(mail, facts)?)))
    };
    let mut came: Vec<CameLine> = filed()
        .map(|(mail, about)| CameLine {
            message: mail.message,
            received_at: mail.received_at,
            about,
            documents: mail.documents.clone(),
            answers: mail.answers,
            attention: mail.attention,
        })
        .collect();
    came.sort_by(|a, b| {
        let place = |line: &CameLine| (line.about.code.clone(), line.about.bidder.clone());
        (place(a), a.received_at, a.message).cmp(&(place(b), b.received_at, b.message))
    });
    DigestFacts {
        mailbox: facts.mailbox.to_owned(),
        at: now,
        since: facts.since,
        undelivered: undelivered(facts, since, now),
        decisions: mails
            .iter()
            .filter(|mail| mail.state == MessageState::NeedsDecision)
            .map(|mail| decision(mail, facts))
            .collect(),
        failed: mails
            .iter()
            .filter(|mail| mail.state == MessageState::Failed)
            .map(|mail| FailedLine {
                message: mail.message,
                received_at: mail.received_at,
                from: mail.from.clone(),
                subject: mail.subject.clone(),
                why: mail.failure.clone().unwrap_or_default(),
            })
            .collect(),
        to_read: to_read(&mails, since, facts, now),
        sessions: sessions(facts, now),
        negotiations: negotiations(facts, now),
        late: filed()
            .filter_map(|(mail, about)| late(mail, about, facts))
            .collect(),
        came,
        unanswered: news
            .iter()
            .filter(|mail| wrote_to_us(mail))
            .filter_map(|mail| {
                Some(UnansweredLine {
                    message: mail.message,
                    received_at: mail.received_at,
                    from: mail.from.clone(),
                    subject: mail.subject.clone(),
                    why: mail.unanswered.clone()?,
                })
            })
            .collect(),
        books: facts.books.clone(),
        troubles: facts.troubles.to_vec(),
        storage_free: facts.storage_free.filter(|free| *free < FEW_OCTETS),
        head: facts.head.clone(),
    }
}

/// Filed mails that no person has confirmed: what came since the last digest first, and each part the oldest first.
fn to_read(mails: &[&Mail], since: Timestamp, facts: &DayFacts, now: Timestamp) -> Vec<ToRead> {
    let line = |mail: &&Mail| {
        let session = facts.registry.session(mail.session?)?;
        let waits = mail.state == MessageState::Filed
            && !mail.confirmed
            && mail.received_at >= facts.answered_from
            && now.duration_since(session.ends) < UNCONFIRMED_FOR;
        let matter = match (
            mail.answers.negotiation,
            mail.attention,
            mail.answers.attendance,
        ) {
            _ if !waits => None,
            // An objection is graver than whatever was answered.
            (_, Some(Attention::Objection), _) => {
                Some(ToReadMatter::Attention(Attention::Objection))
            }
            (Some(result), ..) => Some(ToReadMatter::Negotiation(result)),
            (None, Some(Attention::Refused), Some(CalendarAnswer::Declined)) => {
                Some(ToReadMatter::Declined)
            }
            (None, Some(attention), _) => Some(ToReadMatter::Attention(attention)),
            (None, None, _) => None,
        };
        Some(ToRead {
            message: mail.message,
            received_at: mail.received_at,
            from: mail.from.clone(),
            subject: mail.subject.clone(),
            matter: matter?,
            new: mail.taken_in_at > since,
            about: about_mail(mail, facts)?,
        })
    };
    let mut lines: Vec<ToRead> = mails.iter().filter_map(line).collect();
    lines.sort_by_key(|line| !line.new);
    lines
}

/// What stands among the decisions and failures is not told twice, and of machines nobody expects an answer.
fn wrote_to_us(mail: &Mail) -> bool {
    let settled = matches!(mail.state, MessageState::Filed | MessageState::SetAside);
    let person = matches!(
        mail.kind,
        Some(MessageKind::Bidder | MessageKind::UnknownSender)
    );
    settled && (person || mail.state == MessageState::Filed)
}

fn decision(mail: &Mail, facts: &DayFacts) -> Decision {
    let is_gone = |candidate: &Candidate| {
        let bidder = facts.registry.bidder(candidate.bidder);
        let session = candidate.session.map(|id| facts.registry.session(id));
        bidder.is_none_or(|bidder| bidder.withdrawn)
            || session.is_some_and(|session| session.is_none_or(|session| session.withdrawn))
    };
    let all_are_back = !mail.candidates.iter().any(is_gone);
    // Why it was left to a person then; what stands in the list now may be something else.
    let reword = |reason: &Reason| match reason.signal == WITHDRAWN && all_are_back {
        true => Reason {
            detail: "peserta kini terdaftar kembali".to_owned(),
            ..reason.clone()
        },
        false => reason.clone(),
    };
    let candidates = mail.candidates.iter().filter_map(|candidate| {
        Some(CandidateLine {
            about: about(candidate.tender, candidate.bidder, candidate.session, facts)?,
            confidence: candidate.confidence,
            reasons: candidate.reasons.iter().map(reword).collect(),
            against: candidate.against.iter().map(reword).collect(),
        })
    });
    Decision {
        message: mail.message,
        received_at: mail.received_at,
        from: mail.from.clone(),
        subject: mail.subject.clone(),
        files: mail.documents.len(),
        candidates: candidates.collect(),
        reasons: mail.reasons.iter().map(reword).collect(),
    }
}

fn late(mail: &Mail, about: About, facts: &DayFacts) -> Option<LateLine> {
    let session = facts.registry.session(mail.session?)?;
    let late = mail.received_at.duration_since(session.due).as_secs();
    (mail.late && late > 0).then(|| LateLine {
        message: mail.message,
        received_at: mail.received_at,
        about,
        minutes: late / 60 + i64::from(late % 60 > 0),
        documents: mail.documents.clone(),
    })
}

fn sessions(facts: &DayFacts, now: Timestamp) -> Vec<SessionLine> {
    let shown = sessions_shown(
        facts.mailbox,
        facts.registry,
        facts.calendar,
        facts.since,
        now,
    );
    let today = facts.calendar.day(now);
    let line = |session: &Session| {
        let standing = facts
            .standings
            .get(&session.id)
            .cloned()
            .unwrap_or_default();
        let missing = missing_documents(session, facts.papers);
        Some(SessionLine {
            session: session.id,
            about: about(session.tender, session.bidder, Some(session.id), facts)?,
            kind: session.kind,
            starts: session.starts,
            ends: session.ends,
            due: session.due,
            today: facts.calendar.day(session.starts) == today,
            invitation: standing.invitation,
            attendance: standing.attendance,
            recording_consent: standing.recording_consent,
            asks_for_another_day: standing.asks_for_another_day,
            over: session.due <= now,
            owed: owed(session),
            poor: poor_documents(session, facts.papers),
            contested: contested_papers(session, facts.papers),
            unexamined: unexamined_papers(session, facts.papers),
            missing,
        })
    };
    let mut lines: Vec<SessionLine> = shown.filter_map(line).collect();
    lines.sort_by(|a, b| {
        (a.starts, &a.about.code, &a.about.bidder, a.session).cmp(&(
            b.starts,
            &b.about.code,
            &b.about.bidder,
            b.session,
        ))
    });
    lines
}

fn owed(session: &Session) -> usize {
    let mut owed: Vec<DocumentWord> = session.documents.clone();
    owed.sort();
    owed.dedup();
    owed.len()
}

fn negotiations(facts: &DayFacts, now: Timestamp) -> Vec<NegotiationLine> {
    let line = |session: &Session| {
        let tender = facts.registry.tender(session.tender)?;
        let open = now.duration_since(session.due) < NEGOTIATION_FOR;
        if session.withdrawn || !open || tender.mailbox != facts.mailbox {
            return None;
        }
        let standing = facts.standings.get(&session.id)?;
        let undelivered = has_not_arrived(session, standing, facts, now);
        let state = match standing.negotiation {
            None if undelivered => Negotiation::Waiting,
            state => state?,
        };
        Some(NegotiationLine {
            session: session.id,
            about: about(session.tender, session.bidder, Some(session.id), facts)?,
            starts: session.starts,
            due: session.due,
            over: session.due <= now,
            state,
            undelivered,
            confirmed: standing.negotiation_confirmed,
            file: session.file.as_ref().map(|file| file.name.clone()),
        })
    };
    let mut lines: Vec<NegotiationLine> =
        facts.registry.sessions().iter().filter_map(line).collect();
    lines.sort_by_key(|line| (line.starts, line.session));
    lines
}

/// The file to be signed did not reach its bidder: its letter was lost, or could not even go since his invitation was.
fn has_not_arrived(
    session: &Session,
    standing: &Standing,
    facts: &DayFacts,
    now: Timestamp,
) -> bool {
    let lost = matches!(
        standing.file_letter,
        Some(OutboxState::Failed | OutboxState::Bounced | OutboxState::Cancelled)
    );
    let never_sent = || {
        let last = facts.announced.get(&session.id);
        let time = session.file_at.or(session.invite);
        session.file.is_some()
            && time.is_none_or(|time| time <= now)
            && last.is_some_and(|last| !last.cancelled && last.fate == Fate::Lost)
    };
    match (standing.negotiation, standing.file_letter) {
        (None, None) => never_sent(),
        (None | Some(Negotiation::Waiting), _) => lost,
        _ => false,
    }
}

/// A letter that told of a session stays until another one reached its bidder, or the session is over; any other mail is
/// told once.
fn undelivered(facts: &DayFacts, since: Timestamp, now: Timestamp) -> Vec<UndeliveredLine> {
    let holds = |lost: &&Lost| {
        let session = lost.session.and_then(|id| facts.registry.session(id));
        let announces = matches!(lost.kind, OutboxKind::Invitation | OutboxKind::Notice);
        match (session, announces) {
            (Some(session), true) if !lost.too_late => {
                let last = facts.announced.get(&session.id);
                let over = session.ends <= now && session.due <= now;
                !over && last.is_none_or(|last| last.fate == Fate::Lost)
            }
            _ => lost.ended_at > since,
        }
    };
    let line = |lost: &Lost| {
        let session = lost.session.and_then(|id| facts.registry.session(id));
        UndeliveredLine {
            outbox: lost.outbox,
            kind: lost.kind,
            to: lost.to.clone(),
            subject: lost.subject.clone(),
            detail: lost.detail.clone(),
            about: session
                .and_then(|session| about(session.tender, session.bidder, Some(session.id), facts)),
            starts: session.map(|session| session.starts),
        }
    };
    let mut lines: Vec<UndeliveredLine> = facts.lost.iter().filter(holds).map(line).collect();
    lines.sort_by_key(|line| line.outbox);
    lines
}

fn about_mail(mail: &Mail, facts: &DayFacts) -> Option<About> {
    about(mail.tender?, mail.bidder?, mail.session, facts)
}

fn about(
    tender: TenderId,
    bidder: BidderId,
    session: Option<SessionId>,
    facts: &DayFacts,
) -> Option<About> {
    About::of(tender, bidder, session, facts.registry)
}

impl About {
    /// In words; `None`: it is no longer in the registry.
    pub fn of(
        tender: TenderId,
        bidder: BidderId,
        session: Option<SessionId>,
        registry: &Registry,
    ) -> Option<About> {
        let (tender, bidder) = (registry.tender(tender)?, registry.bidder(bidder)?);
        Some(About {
            code: tender.code.clone(),
            package: tender.name.clone(),
            bidder: bidder.name.clone(),
            phone: bidder.phone.clone(),
            session: session
                .and_then(|session| registry.session(session))
                .map(|session| session.kind),
        })
    }
}

#[cfg(test)]
mod tests;

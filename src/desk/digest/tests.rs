//! What stands in a digest, and what does not.

use jiff::{civil::Time, tz::TimeZone};

use super::*;
use crate::{
    desk::{FiledAttachment, facts::SessionTimes},
    inspection::Finding,
    matching::fixture::{self, *},
    tender::calendar::{self, WORKING_WEEK},
};

/// Half past seven on the day of the sessions.
const MORNING: &str = "2026-11-25T07:30:00+08:00";

fn calendar() -> WorkingCalendar {
    let holidays = calendar::built_in().iter().map(|holiday| holiday.day);
    let hours = (Time::constant(7, 0, 0, 0), Time::constant(20, 0, 0, 0));
    let zone = TimeZone::get("Asia/Makassar").expect("a zone");
    WorkingCalendar::new(zone, WORKING_WEEK.to_vec(), holidays, hours)
}

struct Day {
    office: Office,
    mails: Vec<Mail>,
    standings: HashMap<SessionId, Standing>,
    announced: HashMap<SessionId, Announcement>,
    papers: Vec<FiledPaper>,
    lost: Vec<Lost>,
    since: Option<Timestamp>,
    storage_free: Option<u64>,
}

impl Day {
    fn new() -> Day {
        Day {
            office: office(),
            mails: Vec::new(),
            standings: HashMap::new(),
            announced: HashMap::new(),
            papers: Vec::new(),
            lost: Vec::new(),
            since: Some(hours(time(MORNING), -24)),
            storage_free: Some(100 << 30),
        }
    }

    fn digest_of(&self, mailbox: &str, now: Timestamp) -> DigestFacts {
        let facts = DayFacts {
            mailbox,
            registry: &self.office.registry(),
            calendar: &calendar(),
            since: self.since,
            answered_from: hours(time(MORNING), -1000),
            mails: &self.mails,
            standings: &self.standings,
            announced: &self.announced,
            papers: &self.papers,
            lost: &self.lost,
            books: &Books::default(),
            troubles: &[],
            storage_free: self.storage_free,
            head: &ChainHead::default(),
        };
        digest(&facts, now)
    }

    fn digest(&self) -> DigestFacts {
        self.digest_of("pokja-3", time(MORNING))
    }
}

fn mail(number: i64, state: MessageState, hours_ago: i64) -> Mail {
    let at = hours(time(MORNING), -hours_ago);
    let filed = state == MessageState::Filed;
    Mail {
        message: MessageId(number),
        received_at: at,
        taken_in_at: at,
        from: Some(LESTU.into()),
        subject: "berkas".into(),
        kind: Some(MessageKind::Bidder),
        state,
        unanswered: None,
        tender: filed.then_some(TenderId(1)),
        bidder: filed.then_some(BidderId(11)),
        session: filed.then_some(LESTU_QUALIFICATION),
        late: false,
        attention: None,
        reasons: Vec::new(),
        candidates: Vec::new(),
        failure: None,
        documents: vec![Some(DocumentWord::Ktp), None],
        answers: Answers::default(),
        confirmed: false,
    }
}

/// What a person has not confirmed stays, the new first; no longer than two weeks after its session.
#[test]
fn what_was_not_confirmed_stands_in_every_digest_until_it_is() {
    let mut day = Day::new();
    let asks = |number, hours_ago| Mail {
        attention: Some(Attention::Question),
        ..mail(number, MessageState::Filed, hours_ago)
    };
    let brings = |answers, attention| Mail {
        answers,
        attention,
        ..mail(4, MessageState::Filed, 1)
    };
    day.mails = vec![
        asks(1, 100),
        asks(2, 2),
        Mail {
            confirmed: true,
            ..asks(3, 2)
        },
        mail(5, MessageState::Filed, 1),
        // From before the mailbox's time.
        asks(6, 2000),
    ];
    let numbers = |digest: &DigestFacts| -> Vec<(i64, bool)> {
        let lines = digest.to_read.iter();
        lines.map(|line| (line.message.0, line.new)).collect()
    };
    assert_eq!(numbers(&day.digest()), [(2, true), (1, false)]);
    let session = office().session(LESTU_QUALIFICATION).clone();
    day.since = Some(hours(session.ends, 24 * 13));
    let late = day.digest_of("pokja-3", hours(session.ends, 24 * 14 - 1));
    assert_eq!(numbers(&late), [(1, false), (2, false)]);
    let over = day.digest_of("pokja-3", hours(session.ends, 24 * 14));
    assert!(over.to_read.is_empty());

    let refused = Some(Attention::Refused);
    let said = |attendance, negotiation| Answers {
        attendance,
        negotiation,
        ..Answers::default()
    };
    let declined = Some(CalendarAnswer::Declined);
    let offer = Some(Negotiation::CounterOffer);
    use ToReadMatter::{Attention as Asks, Declined, Negotiation as Result};
    for (answers, attention, expected) in [
        (
            said(None, offer),
            refused,
            Some(Result(Negotiation::CounterOffer)),
        ),
        (
            said(None, offer),
            None,
            Some(Result(Negotiation::CounterOffer)),
        ),
        (
            said(None, offer),
            Some(Attention::Objection),
            Some(Asks(Attention::Objection)),
        ),
        (said(declined, None), refused, Some(Declined)),
        (said(None, None), refused, Some(Asks(Attention::Refused))),
        (said(declined, None), None, None),
    ] {
        day.since = Some(hours(time(MORNING), -24));
        day.mails = vec![brings(answers, attention)];
        let line = day.digest().to_read.first().map(|line| line.matter);
        assert_eq!(line, expected, "{answers:?} {attention:?}");
    }
}

#[test]
fn a_doubt_that_holds_no_longer_is_not_told() {
    let mut day = Day::new();
    let withdrawn = Reason {
        signal: "withdrawn".into(),
        detail: "peserta atau jadwal ini sudah ditarik dari daftar".into(),
    };
    day.mails = vec![Mail {
        reasons: vec![withdrawn.clone()],
        candidates: vec![Candidate {
            tender: TenderId(1),
            bidder: BidderId(12),
            session: Some(SEGA_QUALIFICATION),
            confidence: 0.5,
            reasons: vec![withdrawn.clone()],
            against: vec![withdrawn.clone()],
        }],
        ..mail(1, MessageState::NeedsDecision, 2)
    }];
    let told = |day: &Day| {
        let decision = day.digest().decisions.remove(0);
        let candidate = &decision.candidates[0];
        [&decision.reasons, &candidate.reasons, &candidate.against]
            .map(|told| told[0].detail.clone())
    };
    assert_eq!(told(&day), ["peserta kini terdaftar kembali"; 3]);
    day.office.session_mut(SEGA_QUALIFICATION).withdrawn = true;
    assert_eq!(told(&day), [withdrawn.detail.as_str(); 3]);
}

#[test]
fn a_quiet_day_has_its_sessions_and_nothing_else() {
    let digest = Day::new().digest();
    assert_eq!(digest.sessions.len(), 8);
    assert!(digest.sessions.iter().all(|line| line.today));
    assert_eq!(digest.sessions[0].about.bidder, "CV Lestuwana Karya");
    assert_eq!(digest.sessions[0].owed, 2);
    assert_eq!(digest.storage_free, None);
    let empty = [
        digest.undelivered.len(),
        digest.decisions.len(),
        digest.failed.len(),
        digest.to_read.len(),
        digest.negotiations.len(),
        digest.came.len(),
        digest.late.len(),
        digest.unanswered.len(),
    ];
    assert_eq!(empty, [0; 8]);
    let other = Day::new().digest_of("pokja-2", time(MORNING));
    assert!(other.sessions.is_empty(), "of another Pokja");
}

#[test]
fn sessions_are_shown_three_working_days_ahead_and_until_their_papers_were_due() {
    let mut day = Day::new();
    day.office
        .sessions
        .retain(|session| session.id == LESTU_QUALIFICATION);
    let shown = |day: &Day, now: &str| day.digest_of("pokja-3", time(now)).sessions.len();
    day.since = None;
    // Wednesday; three working days before is Friday.
    assert_eq!(shown(&day, "2026-11-19T07:30:00+08:00"), 0);
    assert_eq!(shown(&day, "2026-11-20T07:30:00+08:00"), 1);
    assert_eq!(shown(&day, MORNING), 1);
    day.since = Some(time(MORNING));
    let after = "2026-11-26T07:30:00+08:00";
    assert_eq!(shown(&day, after), 1, "its papers were due since");
    day.since = Some(time("2026-11-25T15:00:00+08:00"));
    assert_eq!(shown(&day, after), 0);
    day.office.session_mut(LESTU_QUALIFICATION).withdrawn = true;
    assert_eq!(shown(&day, MORNING), 0);
}

#[test]
fn what_waits_for_a_person_stays_and_news_are_told_once() {
    let mut day = Day::new();
    let old = |number, state| mail(number, state, 100);
    day.mails = vec![
        Mail {
            candidates: vec![Candidate {
                tender: TenderId(1),
                bidder: BidderId(12),
                session: Some(SEGA_QUALIFICATION),
                confidence: 0.5,
                reasons: Vec::new(),
                against: Vec::new(),
            }],
            ..old(1, MessageState::NeedsDecision)
        },
        Mail {
            failure: Some("rusak".into()),
            ..old(2, MessageState::Failed)
        },
        old(3, MessageState::Filed),
        mail(4, MessageState::Filed, 2),
        Mail {
            attention: Some(Attention::Question),
            unanswered: Some("surat massal".into()),
            ..mail(5, MessageState::Filed, 1)
        },
        Mail {
            kind: Some(MessageKind::AutoReply),
            unanswered: Some("balasan otomatis".into()),
            ..mail(6, MessageState::SetAside, 1)
        },
    ];
    let digest = day.digest();
    let numbers = |numbers: Vec<MessageId>| -> Vec<i64> { numbers.iter().map(|n| n.0).collect() };
    let of = |lines: &[CameLine]| numbers(lines.iter().map(|line| line.message).collect());
    assert_eq!(digest.decisions[0].message, MessageId(1));
    assert_eq!(
        digest.decisions[0].candidates[0].about.bidder,
        "CV Segarindo Wahau Teknik"
    );
    assert_eq!(digest.failed[0].why, "rusak");
    assert_eq!(of(&digest.came), [4, 5]);
    assert_eq!(digest.to_read.len(), 1);
    assert_eq!(digest.unanswered.len(), 1, "machines expect no answer");
    assert_eq!(digest.unanswered[0].message, MessageId(5));
}

#[test]
fn late_papers_stand_with_their_minutes() {
    let mut day = Day::new();
    let due = time(DUE);
    let late = |number: i64, seconds: i64| Mail {
        late: true,
        received_at: due + SignedDuration::from_secs(seconds),
        taken_in_at: due + SignedDuration::from_secs(seconds),
        ..mail(number, MessageState::Filed, 0)
    };
    day.mails = vec![late(1, 162 * 60), late(2, 1)];
    let digest = day.digest_of("pokja-3", hours(due, 17));
    let minutes: Vec<i64> = digest.late.iter().map(|line| line.minutes).collect();
    assert_eq!(minutes, [1, 162]);
}

#[test]
fn a_session_shows_what_is_missing_and_what_must_be_sent_again() {
    let mut day = Day::new();
    let paper = |document, findings: &[Finding]| FiledPaper {
        session: LESTU_QUALIFICATION,
        message: MessageId(1),
        late: false,
        attachment: FiledAttachment {
            part: 1,
            name: None,
            media_type: "image/jpeg".into(),
            bytes: 1,
            sha256: fixture::file("x").sha256,
            container: None,
            path: None,
            document: Some(document),
            expert: None,
            findings: findings.to_vec(),
            examined: crate::desk::Examined::default(),
        },
    };
    day.papers = vec![paper(DocumentWord::Ktp, &[Finding::Blurred])];
    let standing = Standing {
        invitation: Some(OutboxState::Sent),
        attendance: Some(CalendarAnswer::Declined),
        ..Standing::default()
    };
    day.standings.insert(LESTU_QUALIFICATION, standing);
    let digest = day.digest();
    let line = &digest.sessions[0];
    assert_eq!(line.missing, [DocumentWord::Ktp, DocumentWord::Nib]);
    assert_eq!(line.poor, [DocumentWord::Ktp]);
    assert_eq!(line.invitation, Some(OutboxState::Sent));
    assert_eq!(line.attendance, Some(CalendarAnswer::Declined));
}

#[test]
fn an_invitation_that_came_back_stays_until_another_reached_him_or_all_is_over() {
    let mut day = Day::new();
    let lost = |kind| Lost {
        outbox: OutboxId(1),
        kind,
        to: LESTU.into(),
        subject: "Undangan".into(),
        detail: "550 5.1.1".into(),
        session: Some(LESTU_QUALIFICATION),
        ended_at: hours(time(MORNING), -48),
        too_late: false,
    };
    let announced = |fate| Announcement {
        outbox: OutboxId(1),
        kind: OutboxKind::Invitation,
        sequence: 0,
        cancelled: false,
        times: SessionTimes::of(office().session(LESTU_QUALIFICATION)),
        to: address(LESTU),
        at: hours(time(MORNING), -48),
        fate,
        lost: Vec::new(),
    };
    day.lost = vec![lost(OutboxKind::Invitation)];
    day.announced
        .insert(LESTU_QUALIFICATION, announced(Fate::Lost));
    assert_eq!(day.digest().undelivered.len(), 1);
    assert!(
        day.digest_of("pokja-3", hours(time(DUE), 1))
            .undelivered
            .is_empty()
    );
    day.announced
        .insert(LESTU_QUALIFICATION, announced(Fate::Going));
    assert!(day.digest().undelivered.is_empty());
    day.lost = vec![lost(OutboxKind::Acknowledgement)];
    assert!(day.digest().undelivered.is_empty(), "told the day before");
    day.lost[0].ended_at = hours(time(MORNING), -3);
    assert_eq!(day.digest().undelivered.len(), 1);
    // A change that could not be told before all was over: once, in the digest after.
    let after = hours(time(DUE), 17);
    day.lost = vec![Lost {
        too_late: true,
        ended_at: time(DUE),
        ..lost(OutboxKind::Notice)
    }];
    day.announced
        .insert(LESTU_QUALIFICATION, announced(Fate::Cancelled));
    assert_eq!(day.digest_of("pokja-3", after).undelivered.len(), 1);
    day.since = Some(after);
    let next = hours(after, 24);
    assert!(day.digest_of("pokja-3", next).undelivered.is_empty());
}

#[test]
fn open_negotiations_stand_with_their_state_and_full_storage_with_its_rest() {
    let mut day = Day::new();
    let standing = Standing {
        negotiation: Some(Negotiation::CounterOffer),
        ..Standing::default()
    };
    day.standings.insert(KONSUL_NEGOTIATION, standing);
    day.storage_free = Some(3 << 30);
    let digest = day.digest();
    assert_eq!(digest.negotiations.len(), 1);
    assert_eq!(digest.negotiations[0].state, Negotiation::CounterOffer);
    assert_eq!(digest.storage_free, Some(3 << 30));
    let later = hours(time(DUE), 24 * 15);
    assert!(day.digest_of("pokja-3", later).negotiations.is_empty());
}

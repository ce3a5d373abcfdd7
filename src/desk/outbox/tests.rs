use super::*;
use crate::{desk::facts::Step, matching::fixture::*, tender::DocumentWord, tender::SessionFile};

const PRIVATE: &str = "hendrawan88@mail.example";
const LATER: &str = "2026-12-01T00:00:00Z";

/// A letter about the first session, made two minutes ago.
struct Scene {
    office: Office,
    kind: OutboxKind,
    key: String,
    to: EmailAddress,
    made_of: Option<String>,
    announced: Announcement,
    open: Option<ReminderFacts>,
    age: SignedDuration,
    refused: bool,
}

impl Scene {
    fn new(kind: OutboxKind, key: &str) -> Scene {
        let mut office = office();
        office.session_mut(LESTU_QUALIFICATION).file = file("a1");
        let session = office.session(LESTU_QUALIFICATION).clone();
        let open = (kind == OutboxKind::Reminder).then(|| reminder(&[DocumentWord::Ktp]));
        let made_of = made_of(kind, key, &session, &office.bidders[0], open.as_ref());
        let announced = Announcement {
            outbox: OutboxId(7),
            sequence: 0,
            kind: OutboxKind::Invitation,
            cancelled: false,
            times: SessionTimes::of(&session),
            to: address(LESTU),
            at: session.starts,
            fate: Fate::Waiting,
            lost: Vec::new(),
        };
        Scene {
            to: address(LESTU),
            key: key.to_owned(),
            age: SignedDuration::from_mins(2),
            refused: false,
            office,
            kind,
            made_of,
            announced,
            open,
        }
    }

    fn ask(&self) -> Result<(), Why> {
        let now = time(DUE);
        let letter = Waiting {
            outbox: OutboxId(7),
            kind: self.kind,
            natural_key: &self.key,
            to: &self.to,
            session: Some(LESTU_QUALIFICATION),
            queued_at: now - self.age,
            refused: self.refused,
            made_of: self.made_of.as_deref(),
        };
        let holds = Holds {
            registry: &self.office.registry(),
            members: &[address(MEMBER)],
            announced: Some(&self.announced),
            open: self.open.as_ref(),
        };
        still_true(&letter, &holds, now)
    }

    /// What becomes of the letter when this changes.
    fn after(mut self, change: impl FnOnce(&mut Scene)) -> Result<(), Why> {
        assert_eq!(
            self.ask(),
            Ok(()),
            "{:?} before anything changed",
            self.kind
        );
        change(&mut self);
        self.ask()
    }
}

fn file(sha256: &str) -> Option<SessionFile> {
    Some(SessionFile {
        name: "negosiasi.pdf".into(),
        sha256: sha256.repeat(32),
        bytes: 9,
    })
}

fn reminder(missing: &[DocumentWord]) -> ReminderFacts {
    ReminderFacts {
        step: Step::DayBefore,
        missing: missing.to_vec(),
        poor: Vec::new(),
        contested: Vec::new(),
        unconfirmed: false,
    }
}

fn invitation() -> Scene {
    Scene::new(OutboxKind::Invitation, "invitation/11")
}

#[test]
fn an_invitation_waits_only_for_the_session_bidder_and_address_it_was_made_for() {
    type Change = fn(&mut Scene);
    let changes: [(Change, Why); 6] = [
        (
            |s| s.office.session_mut(LESTU_QUALIFICATION).withdrawn = true,
            Why::Withdrawn,
        ),
        (|s| s.office.bidders[0].withdrawn = true, Why::Withdrawn),
        (
            |s| s.office.session_mut(LESTU_QUALIFICATION).starts = time(DUE),
            Why::Changed,
        ),
        (
            |s| s.office.session_mut(LESTU_QUALIFICATION).documents.clear(),
            Why::Changed,
        ),
        (
            |s| s.office.bidders[0].emails = vec![address(PRIVATE)],
            Why::AddressChanged,
        ),
        (|s| s.announced.outbox = OutboxId(8), Why::Superseded),
    ];
    for (change, why) in changes {
        assert_eq!(invitation().after(change), Err(why));
    }
    let another_first = |s: &mut Scene| s.office.bidders[0].emails.insert(0, address(PRIVATE));
    assert_eq!(
        invitation().after(another_first),
        Ok(()),
        "still registered"
    );
}

#[test]
fn a_cancellation_waits_while_the_session_is_gone_and_a_change_while_nothing_else_changes() {
    let moved = |s: &mut Scene| s.office.session_mut(LESTU_QUALIFICATION).ends = time(DUE);
    let change = || Scene::new(OutboxKind::Notice, "change/11/1");
    assert_eq!(change().after(moved), Err(Why::Changed));
    let mut cancellation = Scene::new(OutboxKind::Notice, "cancellation/11/1~2");
    cancellation
        .office
        .session_mut(LESTU_QUALIFICATION)
        .withdrawn = true;
    let held = |s: &mut Scene| s.office.session_mut(LESTU_QUALIFICATION).withdrawn = false;
    assert_eq!(cancellation.after(held), Err(Why::HeldAgain));
}

#[test]
fn another_file_takes_the_negotiation_letter_back() {
    let key = "negotiation/11/a1a1a1a1a1a1a1a1~2";
    let letter = || Scene::new(OutboxKind::Negotiation, key);
    let replaced = |s: &mut Scene| s.office.session_mut(LESTU_QUALIFICATION).file = file("b2");
    assert_eq!(letter().after(replaced), Err(Why::FileReplaced));
    let longer = |s: &mut Scene| s.office.session_mut(LESTU_QUALIFICATION).due = time(LATER);
    assert_eq!(letter().after(longer), Err(Why::Changed));
    let lost = |s: &mut Scene| s.announced.fate = Fate::Lost;
    assert_eq!(letter().after(lost), Err(Why::AddressDead));
}

#[test]
fn a_reminder_never_asks_for_what_came_while_it_waited() {
    let letter = || Scene::new(OutboxKind::Reminder, "reminder/11/day-before/2026-11-25");
    assert_eq!(letter().after(|s| s.open = None), Err(Why::NothingOpen));
    let more = |s: &mut Scene| s.open = Some(reminder(&[DocumentWord::Nib]));
    assert_eq!(letter().after(more), Err(Why::Changed));
    let old = |s: &mut Scene| s.age = SignedDuration::from_mins(61);
    assert_eq!(letter().after(old), Err(Why::Old));
}

/// Written anew its attempts would be counted from nought, and it would be refused every hour for ever.
#[test]
fn what_was_refused_once_waits_for_its_second_try_as_it_is() {
    for (kind, key, to) in [
        (
            OutboxKind::Reminder,
            "reminder/11/day-before/2026-11-25",
            LESTU,
        ),
        (OutboxKind::Digest, "digest/pokja-3/x", MEMBER),
    ] {
        let letter = || {
            let mut scene = Scene::new(kind, key);
            scene.to = address(to);
            scene.refused = true;
            scene
        };
        let old = |s: &mut Scene| s.age = SignedDuration::from_mins(61);
        assert_eq!(letter().after(old), Ok(()));
        let gone = |s: &mut Scene| {
            s.open = None;
            s.to = address(PRIVATE);
        };
        assert!(
            letter().after(gone).is_err(),
            "still held against the facts"
        );
    }
}

#[test]
fn a_digest_is_written_anew_after_an_hour_and_goes_to_members_only() {
    let letter = || {
        let mut scene = Scene::new(OutboxKind::Digest, "digest/pokja-3/x");
        scene.to = address(MEMBER);
        scene
    };
    let old = |s: &mut Scene| s.age = SignedDuration::from_mins(61);
    assert_eq!(letter().after(old), Err(Why::Old));
    assert_eq!(
        letter().after(|s| s.to = address(PRIVATE)),
        Err(Why::NoMember)
    );
}

#[test]
fn a_receipt_tells_of_what_came_and_stays_true() {
    let receipt = Scene::new(OutboxKind::Acknowledgement, "acknowledgement/11/1");
    let all = |s: &mut Scene| {
        s.office.session_mut(LESTU_QUALIFICATION).withdrawn = true;
        s.office.bidders[0].emails = vec![address(PRIVATE)];
        s.age = SignedDuration::from_hours(90);
    };
    assert_eq!(receipt.after(all), Ok(()));
}

//! Invitations, change notices, cancellations and the negotiation file, one case at a time.

use super::*;
use crate::tender::{SessionFile, SessionKind};

/// One session, announced two days before.
fn told() -> (World, Office) {
    let mut office = office();
    office
        .sessions
        .retain(|session| session.id == LESTU_QUALIFICATION);
    let mut world = World {
        registry: office.registry(),
        ..quiet_world()
    };
    world.announce(LESTU_QUALIFICATION, 0, false, &address(LESTU), at(48));
    (world, office)
}

fn keys(world: &mut World, office: &Office, at: Timestamp) -> Vec<String> {
    world.registry = office.registry();
    world.keys(at)
}

/// Asks, and queues what is due.
fn send(world: &mut World, office: &Office, at: Timestamp) -> Vec<String> {
    world.registry = office.registry();
    let due = world.due(at);
    world.send(&due, at);
    due.notices.into_iter().map(|notice| notice.key).collect()
}

/// So many hours before papers are due; the session is from the fifth to the third.
fn at(hours_before: i64) -> Timestamp {
    hours(time(DUE), -hours_before)
}

#[test]
fn each_change_is_told_once_with_a_rising_sequence() {
    let (mut world, mut office) = told();
    let id = LESTU_QUALIFICATION;
    assert!(send(&mut world, &office, at(30)).is_empty());
    office.session_mut(id).starts = at(4);
    assert_eq!(send(&mut world, &office, at(30)), ["change/11/1"]);
    assert!(send(&mut world, &office, at(29)).is_empty());
    office.session_mut(id).meeting.passcode = Some("baru".into());
    assert_eq!(send(&mut world, &office, at(29)), ["change/11/2"]);
    // Back to what it was: he must hear that too.
    office.session_mut(id).starts = at(5);
    office.session_mut(id).meeting.passcode = None;
    assert_eq!(send(&mut world, &office, at(28)), ["change/11/3"]);
    // Other papers; in another order they are the same.
    office.session_mut(id).documents.reverse();
    assert!(send(&mut world, &office, at(28)).is_empty());
    office.session_mut(id).documents.push(DocumentWord::Cv);
    assert_eq!(send(&mut world, &office, at(28)), ["change/11/4"]);
    assert!(send(&mut world, &office, at(28)).is_empty());
    office.session_mut(id).documents.clear();
    assert_eq!(send(&mut world, &office, at(28)), ["change/11/5"]);
    office.session_mut(id).withdrawn = true;
    assert_eq!(send(&mut world, &office, at(27)), ["cancellation/11/6"]);
    assert!(send(&mut world, &office, at(26)).is_empty());
    office.session_mut(id).withdrawn = false;
    assert_eq!(send(&mut world, &office, at(25)), ["invitation/11/7"]);
    assert!(send(&mut world, &office, at(25)).is_empty());
}

#[test]
fn a_change_tells_what_was_said_before() {
    let (mut world, mut office) = told();
    let before = SessionTimes::of(office.session(LESTU_QUALIFICATION));
    office.session_mut(LESTU_QUALIFICATION).due = at(-24);
    world.registry = office.registry();
    let due = world.due(at(30));
    let expected = Matter::ChangeNotice {
        session: LESTU_QUALIFICATION,
        sequence: 1,
        before,
    };
    assert_eq!(due.notices[0].matter, expected);
    assert_eq!(due.notices[0].to.as_str(), LESTU);
}

#[test]
fn other_papers_are_told_until_they_are_due() {
    let (mut world, mut office) = told();
    let papers = &mut office.session_mut(LESTU_QUALIFICATION).documents;
    papers.push(DocumentWord::Cv);
    assert_eq!(keys(&mut world, &office, at(1)), ["change/11/1"]);
    assert!(keys(&mut world, &office, at(0)).is_empty());
}

#[test]
fn a_bidder_who_is_removed_is_told_and_when_all_is_over_no_longer() {
    let (mut world, mut office) = told();
    office.bidders[0].withdrawn = true;
    assert_eq!(keys(&mut world, &office, at(30)), ["cancellation/11/1"]);
    assert!(keys(&mut world, &office, at(-1)).is_empty());
}

#[test]
fn more_time_for_papers_is_told_after_the_session_and_a_move_into_the_past_to_the_members() {
    let (mut world, mut office) = told();
    let id = LESTU_QUALIFICATION;
    office.session_mut(id).due = at(-24);
    assert_eq!(keys(&mut world, &office, at(1)), ["change/11/1"]);
    office.session_mut(id).due = time(DUE);
    office.session_mut(id).starts = at(6);
    let missed = [
        "notice/change-missed/1/11/budi@berau.example",
        "notice/change-missed/1/11/sri@berau.example",
    ];
    assert_eq!(keys(&mut world, &office, at(2)), missed);
    office.session_mut(id).starts = at(5);
    office.session_mut(id).ends = at(2);
    assert!(
        keys(&mut world, &office, at(1)).is_empty(),
        "it only took longer"
    );
}

#[test]
fn a_change_that_was_held_up_until_all_was_over_is_told_to_the_members() {
    let (mut world, mut office) = told();
    let session = office.session_mut(LESTU_QUALIFICATION);
    (session.starts, session.ends) = (at(4), at(2));
    assert_eq!(send(&mut world, &office, at(30)), ["change/11/1"]);
    world
        .announced
        .entry(LESTU_QUALIFICATION)
        .and_modify(|announced| announced.fate = Fate::Cancelled);
    let missed = [
        "notice/change-missed/1/11/budi@berau.example",
        "notice/change-missed/1/11/sri@berau.example",
    ];
    assert_eq!(keys(&mut world, &office, at(-1)), missed);
    assert!(keys(&mut world, &office, at(-80)).is_empty(), "no news");
    // More time, or another day: he hears of it.
    office.session_mut(LESTU_QUALIFICATION).due = at(-24);
    assert_eq!(keys(&mut world, &office, at(-1)), ["change/11/2"]);
    let session = office.session_mut(LESTU_QUALIFICATION);
    (session.starts, session.ends) = (at(-20), at(-22));
    assert_eq!(keys(&mut world, &office, at(-1)), ["invitation/11/2"]);
}

#[test]
fn a_letter_that_came_back_goes_out_again_when_another_address_is_registered() {
    let (mut world, mut office) = told();
    world
        .announced
        .entry(LESTU_QUALIFICATION)
        .and_modify(|announced| announced.fate = Fate::Lost);
    assert!(keys(&mut world, &office, at(30)).is_empty());
    let other = address("baru@lestuwana.example");
    office.bidders[0].emails.insert(0, other.clone());
    world.registry = office.registry();
    let due = world.due(at(30));
    assert_eq!(due.notices[0].key, "invitation/11/1");
    assert_eq!(due.notices[0].to, other);
    assert!(keys(&mut world, &office, at(2)).is_empty(), "it is over");
}

#[test]
fn a_second_address_is_tried_once_and_letters_follow_to_the_one_that_works() {
    let (mut world, mut office) = told();
    let second = address("direktur@lestuwana.example");
    office.bidders[0].emails.push(second.clone());
    let lose = |world: &mut World, to: &EmailAddress| {
        let last = world.announced.get_mut(&LESTU_QUALIFICATION).unwrap();
        last.fate = Fate::Lost;
        last.lost.push(to.clone());
    };
    lose(&mut world, &address(LESTU));
    world.registry = office.registry();
    let due = world.due(at(30));
    assert_eq!(
        (&*due.notices[0].key, &due.notices[0].to),
        ("invitation/11/1", &second)
    );
    world.send(&due, at(30));
    let last = world.announced.get_mut(&LESTU_QUALIFICATION).unwrap();
    last.lost = vec![address(LESTU)];
    office.session_mut(LESTU_QUALIFICATION).starts = at(4);
    world.registry = office.registry();
    let change = &world.due(at(29)).notices[0];
    assert_eq!((&*change.key, &change.to), ("change/11/2", &second));
    office.session_mut(LESTU_QUALIFICATION).starts = at(5);
    lose(&mut world, &second);
    assert!(
        keys(&mut world, &office, at(28)).is_empty(),
        "never in a circle"
    );
}

#[test]
fn an_address_that_was_corrected_is_invited_while_there_is_time() {
    let (mut world, mut office) = told();
    let corrected = address("benar@lestuwana.example");
    office.bidders[0].emails = vec![corrected.clone()];
    world.registry = office.registry();
    let due = world.due(at(30));
    assert_eq!(
        (&*due.notices[0].key, &due.notices[0].to),
        ("invitation/11/1", &corrected)
    );
    world.send(&due, at(30));
    assert!(keys(&mut world, &office, at(29)).is_empty());
    let (mut late, _) = told();
    assert!(keys(&mut late, &office, at(2)).is_empty());
}

#[test]
fn what_was_taken_back_does_not_stand_in_the_way_of_what_is_right() {
    let (mut world, office) = told();
    world.announced.clear();
    world.known.insert("invitation/11".into());
    assert!(keys(&mut world, &office, at(30)).is_empty());
    world.taken_back.insert("invitation/11".into());
    assert_eq!(send(&mut world, &office, at(30)), ["invitation/11~2"]);
    world.announced.clear();
    assert!(
        keys(&mut world, &office, at(30)).is_empty(),
        "that one is out"
    );
    world.taken_back.insert("invitation/11~2".into());
    assert_eq!(keys(&mut world, &office, at(30)), ["invitation/11~3"]);
}

#[test]
fn of_what_still_waits_nobody_is_told_a_change() {
    let (mut world, mut office) = told();
    let last = world.announced.get_mut(&LESTU_QUALIFICATION).unwrap();
    last.fate = Fate::Waiting;
    office.session_mut(LESTU_QUALIFICATION).starts = at(4);
    assert!(keys(&mut world, &office, at(30)).is_empty());
    office.session_mut(LESTU_QUALIFICATION).withdrawn = true;
    assert!(keys(&mut world, &office, at(30)).is_empty());
}

#[test]
fn whose_invitation_came_back_gets_no_file_and_the_members_hand_it_to_him() {
    let mut office = office();
    let id = KONSUL_NEGOTIATION;
    office.sessions.retain(|session| session.id == id);
    office.session_mut(id).file = file("a1");
    office.session_mut(id).file_at = Some(at(5));
    let mut world = World {
        known: HashSet::new(),
        ..quiet_world()
    };
    send(&mut world, &office, at(48));
    let last = world.announced.get_mut(&id).unwrap();
    last.fate = Fate::Lost;
    last.lost = office
        .bidders
        .iter()
        .flat_map(|bidder| bidder.emails.clone())
        .collect();
    assert!(keys(&mut world, &office, at(6)).is_empty());
    let told = send(&mut world, &office, at(5));
    assert_eq!(told[1], "notice/negotiation-lost/22/sri@berau.example");
    assert!(keys(&mut world, &office, at(4)).is_empty());
    // He wrote: his mailbox works again.
    let last = world.announced.get_mut(&id).unwrap();
    (last.fate, last.lost) = (Fate::Going, Vec::new());
    assert_eq!(
        keys(&mut world, &office, at(4)),
        ["negotiation/22/a1a1a1a1a1a1a1a1"]
    );
}

#[test]
fn an_invitation_that_was_held_up_until_its_session_was_over_is_told_to_the_members() {
    let (mut world, mut office) = told();
    world
        .announced
        .entry(LESTU_QUALIFICATION)
        .and_modify(|announced| announced.fate = Fate::Cancelled);
    let missed = keys(&mut world, &office, at(2));
    assert_eq!(missed[0], "notice/invitation-missed/11/budi@berau.example");
    let session = office.session_mut(LESTU_QUALIFICATION);
    (session.starts, session.ends) = (at(1), at(0));
    assert_eq!(keys(&mut world, &office, at(2)), ["invitation/11/1"]);
}

fn file(sha256: &str) -> Option<SessionFile> {
    Some(SessionFile {
        name: "negosiasi.pdf".into(),
        sha256: sha256.repeat(32),
        bytes: 9,
    })
}

#[test]
fn the_negotiation_file_goes_at_its_time_to_who_is_invited_once_for_each_file() {
    let mut office = office();
    let id = KONSUL_NEGOTIATION;
    office.sessions.retain(|session| session.id == id);
    office.session_mut(id).file = file("a1");
    let mut world = World {
        known: HashSet::new(),
        ..quiet_world()
    };
    assert!(keys(&mut world, &office, at(49)).is_empty());
    // Without a time of its own: with the invitation, and after it.
    let both = ["invitation/22", "negotiation/22/a1a1a1a1a1a1a1a1"];
    assert_eq!(keys(&mut world, &office, at(48)), both);
    office.session_mut(id).file_at = Some(at(5));
    assert_eq!(send(&mut world, &office, at(48)), both[..1]);
    assert!(send(&mut world, &office, at(6)).is_empty());
    assert_eq!(send(&mut world, &office, at(5)), both[1..]);
    assert_eq!(world.progress[&id].negotiation, Some(Negotiation::Waiting));
    assert!(send(&mut world, &office, at(4)).is_empty());
    office.session_mut(id).file = file("b2");
    let other = "negotiation/22/b2b2b2b2b2b2b2b2";
    assert_eq!(
        keys(&mut world, &office, at(0)),
        [other],
        "to the last moment"
    );
    world.refusing.insert(id);
    assert!(keys(&mut world, &office, at(0)).is_empty(), "he refused");
    world.refusing.clear();
    let missed = keys(&mut world, &office, at(-1));
    assert_eq!(missed[1], "notice/negotiation-missed/22/sri@berau.example");
    office.session_mut(id).kind = SessionKind::Clarification;
    assert!(keys(&mut world, &office, at(4)).is_empty());
}

#[test]
fn who_was_never_invited_gets_no_file() {
    let mut office = office();
    office.session_mut(KONSUL_NEGOTIATION).file = file("a1");
    assert!(keys(&mut quiet_world(), &office, at(48)).is_empty());
}

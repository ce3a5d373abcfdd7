//! Digests and alarms.

use super::*;

fn at(local: &str) -> Timestamp {
    time(&format!("{local}:00+08:00"))
}

fn reading(read_at: Option<Timestamp>) -> Reading {
    Reading {
        mailbox: "pokja-3".into(),
        read_at,
        settled: true,
        tried_since: at("2026-11-26T08:00"),
    }
}

#[test]
fn the_digest_comes_once_a_member_on_every_working_day_from_its_hour_on() {
    let mut world = quiet_world();
    world.digest = Some(Time::constant(7, 30, 0, 0));
    let count = |world: &World, now: &str| world.keys(at(now)).len();
    assert_eq!(count(&world, "2026-11-26T07:29"), 0);
    assert_eq!(
        world.keys(at("2026-11-26T07:30")),
        [
            "digest/pokja-3/budi@berau.example/2026-11-26",
            "digest/pokja-3/sri@berau.example/2026-11-26"
        ]
    );
    assert_eq!(
        count(&world, "2026-11-26T17:00"),
        2,
        "after a stop, today's"
    );
    for day_off in ["2026-11-28T08:00", "2026-11-29T08:00", "2026-12-24T08:00"] {
        assert_eq!(count(&world, day_off), 0, "{day_off}");
    }
    let due = world.due(at("2026-11-26T07:30"));
    world.send(&due, at("2026-11-26T07:30"));
    assert_eq!(count(&world, "2026-11-26T23:59"), 0);
    assert_eq!(count(&world, "2026-11-27T07:30"), 2);
    world.digest = None;
    assert_eq!(count(&world, "2026-11-27T07:30"), 0);
}

#[test]
fn an_unread_mailbox_is_told_once_for_each_outage_and_not_because_the_program_slept() {
    let mut world = quiet_world();
    let read = at("2026-11-25T17:00");
    let tried = |world: &mut World, read_at, since: &str| {
        let tried_since = at(since);
        let reading = reading(read_at);
        world.readings = vec![Reading {
            tried_since,
            ..reading
        }];
    };
    tried(&mut world, Some(read), "2026-11-26T08:00");
    assert!(world.keys(at("2026-11-26T08:59")).is_empty());
    // Started again meanwhile: it has been tried for an hour all the same.
    world.watching_since = at("2026-11-26T08:55");
    let due = world.due(at("2026-11-26T09:00"));
    let second = read.as_second();
    let outage = format!("alarm/unread/pokja-3/{second}/sri@berau.example");
    assert_eq!((due.notices.len(), &due.notices[1].key), (2, &outage));
    world.send(&due, at("2026-11-26T09:00"));
    assert!(world.keys(at("2026-11-27T09:00")).is_empty());
    // Still the same outage.
    world.watching_since = at("2026-11-27T10:00");
    assert!(world.keys(at("2026-11-27T12:00")).is_empty());
    world.readings[0].read_at = Some(at("2026-11-27T12:00"));
    assert!(world.keys(at("2026-11-27T12:59")).is_empty());
    assert_eq!(world.keys(at("2026-11-27T13:00")).len(), 2, "another");
    tried(&mut world, None, "2026-11-26T08:00");
    assert_eq!(world.keys(at("2026-11-26T09:00")).len(), 2, "never read");
    world.at_once = true;
    assert!(world.keys(at("2026-11-26T09:00")).is_empty());
    world.known.clear();
    tried(&mut world, Some(read), "2026-11-26T08:00");
    let told = world.keys(at("2026-11-26T08:00"));
    assert!(told.contains(&outage), "no later pass is sure to come");
}

#[test]
fn a_refusal_is_told_at_once_and_once() {
    let mut world = quiet_world();
    let refusal = |message, session, received_at| Refusal {
        message: MessageId(message),
        session,
        mailbox: "pokja-3".into(),
        received_at: at(received_at),
    };
    // A disclaimer below each of his mails: one alarm a day, the rest stands in the digest.
    world.refusals = (7..40)
        .map(|message| refusal(message, LESTU_QUALIFICATION, "2026-11-28T23:00"))
        .collect();
    let now = at("2026-11-28T23:01");
    let due = world.due(now);
    assert_eq!(
        world.keys(now),
        [
            "alarm/refusal/11/2026-11-28/budi@berau.example",
            "alarm/refusal/11/2026-11-28/sri@berau.example"
        ],
        "on a Saturday night"
    );
    world.send(&due, now);
    world
        .refusals
        .push(refusal(40, LESTU_QUALIFICATION, "2026-11-28T23:30"));
    assert!(world.keys(at("2026-11-30T08:00")).is_empty());
    world
        .refusals
        .push(refusal(41, SEGA_QUALIFICATION, "2026-11-28T23:30"));
    assert_eq!(
        world.keys(at("2026-11-30T08:00")).len(),
        2,
        "another bidder"
    );
    world.refusals.pop();
    world
        .refusals
        .push(refusal(42, LESTU_QUALIFICATION, "2026-11-29T00:30"));
    assert_eq!(world.keys(at("2026-11-30T08:00")).len(), 2, "another day");
    world.refusals.pop();
    let mut later = quiet_world();
    later.refusals = world.refusals;
    assert!(later.keys(at("2026-12-03T08:00")).is_empty(), "no news");
}

#[test]
fn storage_that_fills_is_told_at_each_of_two_levels_once_a_week() {
    let mut world = quiet_world();
    let mut said = |mebibytes: u64, now: &str| {
        world.storage_free = Some(mebibytes << 20);
        let due = world.due(at(now));
        world.send(&due, at(now));
        due.notices.len()
    };
    assert_eq!(said(6000, "2026-11-23T08:00"), 0);
    assert_eq!(said(5000, "2026-11-23T09:00"), 2);
    assert_eq!(said(4000, "2026-11-27T09:00"), 0);
    assert_eq!(said(2000, "2026-11-27T10:00"), 2);
    assert_eq!(said(2000, "2026-11-30T10:00"), 2);
}

#[test]
fn a_change_notice_that_came_back_is_told_and_a_notice_to_a_member_is_not() {
    let mut world = quiet_world();
    let lost = |to_bidder| Undelivered {
        outbox: OutboxId(5),
        kind: OutboxKind::Notice,
        mailbox: "pokja-3".into(),
        to_bidder,
        since: now(),
    };
    world.undelivered = vec![lost(true)];
    assert_eq!(world.keys(now()).len(), 2);
    // The clock was put back since: it is told now, not when the clock has come so far again.
    let earlier = at("2026-11-26T07:00");
    let due = world.due(earlier);
    assert!(
        due.notices.iter().all(|notice| notice.due_at <= earlier),
        "{due:?}"
    );
    world.undelivered = vec![lost(false)];
    assert!(world.keys(now()).is_empty());
}

#[test]
fn tenders_of_a_mailbox_that_left_the_settings_are_told_to_everybody_once_a_day() {
    let mut world = quiet_world();
    world.orphans = vec!["pokja-9".into()];
    let now = at("2026-11-26T08:00");
    let due = world.due(now);
    assert_eq!(
        world.keys(now),
        [
            "alarm/orphan/pokja-9/2026-11-26/budi@berau.example",
            "alarm/orphan/pokja-9/2026-11-26/sri@berau.example"
        ]
    );
    world.send(&due, now);
    assert!(world.keys(at("2026-11-26T20:00")).is_empty());
    assert_eq!(world.keys(at("2026-11-27T08:00")).len(), 2);
}

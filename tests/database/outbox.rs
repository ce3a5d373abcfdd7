use std::collections::BTreeSet;

use loket::{
    correspondence::{OutboxKind, OutboxState, OutgoingMail},
    database::{
        Database, PROGRAM,
        outbox::{self, Next, Queued},
        owed,
    },
    tender::{MessageId, OutboxId},
};

use crate::world::{World, actions, differences, minutes, noon, outgoing, sample};

on_both!(
    the_natural_key_makes_a_mail_at_most_one,
    a_queued_mail_reads_back_to_the_octet,
    claims_by_six_workers_are_never_double,
    a_claim_of_a_dead_process_is_free_after_a_quarter_of_an_hour,
    what_has_a_date_goes_before_answers,
    only_the_claimant_may_send_and_a_lost_answer_is_remembered,
    each_outcome_leads_to_its_state_and_no_other,
    our_own_message_ids_are_known,
    answers_are_counted_for_the_limits,
    the_next_due_time_is_told,
    mails_of_other_mailboxes_and_of_later_are_left_alone,
);

async fn queue(database: &Database, mail: &OutgoingMail) -> OutboxId {
    write!(database, |tx| outbox::queue(&mut tx, mail)).id()
}

async fn ack(database: &Database, key: &str) -> OutboxId {
    queue(database, &outgoing(key, OutboxKind::Acknowledgement)).await
}

async fn claim(database: &Database, holder: &str, after: i64) -> Vec<OutboxId> {
    let claimed = write!(database, noon() + minutes(after), |tx| outbox::claim_due(
        &mut tx, "pokja-3", holder, 10
    ));
    claimed.into_iter().map(|row| row.id).collect()
}

async fn the_natural_key_makes_a_mail_at_most_one(world: World) {
    let database = world.open().await;
    let queuers: Vec<_> = (0..4)
        .map(|_| {
            let database = database.clone();
            tokio::spawn(async move {
                let mut new = 0;
                for number in 0..25 {
                    let mail = outgoing(&format!("key {number}"), OutboxKind::Reminder);
                    let queued = write!(database, |tx| outbox::queue(&mut tx, &mail));
                    new += usize::from(matches!(queued, Queued::New(_)));
                }
                new
            })
        })
        .collect();
    let mut new = 0;
    for queuer in queuers {
        new += queuer.await.unwrap();
    }
    assert_eq!(new, 25);
    let keys = outbox::natural_keys(&database, OutboxKind::Reminder)
        .await
        .unwrap();
    assert_eq!(keys.len(), 25);
    assert!(keys.contains("key 7"));
    let stolen = OutgoingMail {
        message_id: outgoing("key 7", OutboxKind::Reminder).message_id,
        ..outgoing("another key", OutboxKind::Reminder)
    };
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    let refused = outbox::queue(&mut tx, &stolen).await;
    assert!(crate::world::is_forbidden(&refused), "{refused:?}");
    drop(tx);
    assert_eq!(actions(&database).await, ["outbox.queued"; 25]);
    assert_eq!(differences(&database).await, []);
}

async fn a_queued_mail_reads_back_to_the_octet(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let mail = OutgoingMail {
        envelope_from: Some("pokja3+b-0123456789abcdef@berau.test".parse().unwrap()),
        tender: Some(sample.tender),
        bidder: Some(sample.first.bidder),
        session: Some(sample.first.session),
        due_at: noon() + minutes(3),
        raw: (0..=255).collect(),
        ..outgoing("octets", OutboxKind::Invitation)
    };
    let id = queue(&database, &mail).await;
    let row = outbox::outbox_row(&database, id).await.unwrap().unwrap();
    assert_eq!(row.mail, mail);
    assert_eq!((row.state, row.attempts), (OutboxState::Queued, 0));
    assert_eq!((row.created_at, row.next_attempt_at), (noon(), mail.due_at));
    assert_eq!((row.sent_at, row.last_error), (None, None));
    assert!(!row.outcome_unknown);
    let listed = outbox::list_outbox(&database, Some(sample.tender), OutboxId(0), 9)
        .await
        .unwrap();
    let without = OutgoingMail {
        raw: Vec::new(),
        ..mail.clone()
    };
    assert_eq!(listed[0].mail, without);
    let claimed = write!(database, noon() + minutes(3), |tx| outbox::claim_due(
        &mut tx, "pokja-3", "a", 1
    ));
    assert_eq!(claimed[0].mail, mail);
}

async fn claims_by_six_workers_are_never_double(world: World) {
    let database = world.open().await;
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    for number in 0..600 {
        let mail = outgoing(&format!("mail {number}"), OutboxKind::Acknowledgement);
        outbox::queue(&mut tx, &mail).await.unwrap();
    }
    tx.commit().await.unwrap();
    let workers: Vec<_> = (0..6)
        .map(|number| {
            let database = database.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let holder = format!("worker {number}");
                    let claimed = write!(database, |tx| outbox::claim_due(
                        &mut tx, "pokja-3", &holder, 10
                    ));
                    if claimed.is_empty() {
                        return mine;
                    }
                    mine.extend(claimed.into_iter().map(|row| row.id));
                }
            })
        })
        .collect();
    let mut claimed = Vec::new();
    for worker in workers {
        claimed.extend(worker.await.unwrap());
    }
    let once: BTreeSet<_> = claimed.iter().copied().collect();
    assert_eq!(claimed.len(), once.len(), "claimed twice");
    // A worker that meets only rows being claimed by others may stop early; nothing is lost by it.
    let left = write!(database, |tx| outbox::claim_due(
        &mut tx, "pokja-3", "last", 600
    ));
    assert_eq!(once.len() + left.len(), 600);
}

async fn a_claim_of_a_dead_process_is_free_after_a_quarter_of_an_hour(world: World) {
    let database = world.open().await;
    let id = ack(&database, "a").await;
    assert_eq!(claim(&database, "dead", 0).await, [id]);
    assert_eq!(claim(&database, "alive", 14).await, []);
    assert_eq!(claim(&database, "alive", 15).await, [id]);
    let freed = write!(database, |tx| outbox::free_claims(&mut tx, Some("dead")));
    assert_eq!(freed, 0);
    let freed = write!(database, |tx| outbox::free_claims(&mut tx, None));
    assert_eq!(freed, 1);
    assert_eq!(claim(&database, "next", 15).await, [id]);
}

async fn what_has_a_date_goes_before_answers(world: World) {
    let database = world.open().await;
    let first = ack(&database, "answer").await;
    let reminder = queue(&database, &outgoing("reminder", OutboxKind::Reminder)).await;
    let earlier = OutgoingMail {
        due_at: noon() - minutes(1),
        ..outgoing("invitation", OutboxKind::Invitation)
    };
    let earlier = queue(&database, &earlier).await;
    assert_eq!(claim(&database, "a", 0).await, [earlier, reminder, first]);
}

async fn only_the_claimant_may_send_and_a_lost_answer_is_remembered(world: World) {
    let database = world.open().await;
    let id = ack(&database, "a").await;
    claim(&database, "a", 0).await;
    let begin = async |holder: &str, after| {
        write!(database, noon() + minutes(after), |tx| {
            outbox::begin_attempt(&mut tx, id, holder, true)
        })
    };
    assert!(!begin("b", 0).await);
    assert!(!begin("a", 15).await, "the claim has run out");
    assert!(begin("a", 1).await);
    // The process dies here: not sent again at once, and the doubt is known when it comes up.
    assert_eq!(claim(&database, "b", 30).await, []);
    let later = write!(database, noon() + minutes(61), |tx| outbox::claim_due(
        &mut tx, "pokja-3", "b", 10
    ));
    assert_eq!(later.len(), 1);
    assert!(later[0].outcome_unknown);
    assert_eq!(later[0].attempts, 1);
}

async fn each_outcome_leads_to_its_state_and_no_other(world: World) {
    use OutboxState::{Bounced, Cancelled, Failed, Queued, Sent};
    let database = world.open().await;
    let at = noon() + minutes(5);
    let words = || "451 try later".to_owned();
    let sent = || Next::Sent { answer: words() };
    let again = || Next::Again { at, error: words() };
    let unknown = || Next::Unknown { at, error: words() };
    let failed = || Next::Failed { error: words() };
    let cancelled = || Next::Cancelled { why: words() };
    let bounced = || Next::Bounced { detail: words() };
    for (number, (steps, state, action)) in [
        (vec![(sent(), true)], Sent, "outbox.sent"),
        (vec![(again(), true)], Queued, "outbox.deferred"),
        (vec![(unknown(), true)], Queued, "outbox.unknown"),
        (vec![(failed(), true)], Failed, "outbox.failed"),
        (vec![(cancelled(), true)], Cancelled, "outbox.cancelled"),
        (
            vec![(sent(), true), (bounced(), true)],
            Bounced,
            "outbox.bounced",
        ),
        (
            vec![(unknown(), true), (bounced(), true)],
            Bounced,
            "outbox.bounced",
        ),
        (vec![(again(), true), (sent(), true)], Sent, "outbox.sent"),
        (vec![(sent(), true), (again(), false)], Sent, "outbox.sent"),
        (vec![(sent(), true), (failed(), false)], Sent, "outbox.sent"),
        (
            vec![(cancelled(), true), (sent(), false)],
            Cancelled,
            "outbox.cancelled",
        ),
        (
            vec![(failed(), true), (bounced(), false)],
            Failed,
            "outbox.failed",
        ),
        (
            vec![(bounced(), true), (bounced(), false)],
            Bounced,
            "outbox.bounced",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let lately = || async { owed::recent(&database, noon(), noon()).await.unwrap().len() };
        let before = lately().await;
        let id = ack(&database, &format!("mail {number}")).await;
        for (next, expected) in &steps {
            let done = write!(database, |tx| outbox::record_outcome(&mut tx, id, next));
            assert_eq!(done, *expected, "{steps:?}");
        }
        let row = outbox::outbox_row(&database, id).await.unwrap().unwrap();
        assert_eq!(row.state, state, "{steps:?}");
        assert_eq!(row.sent_at.is_some(), steps[0].0 == sent() || state == Sent);
        // Of what ended it tells when.
        let next = if state == Queued { at } else { noon() };
        assert_eq!(row.next_attempt_at, next, "{steps:?}");
        assert_eq!(row.last_error.is_some(), state != Sent, "{steps:?}");
        assert_eq!(row.outcome_unknown, action == "outbox.unknown", "{steps:?}");
        assert_eq!(actions(&database).await.last().unwrap(), action);
        // What was taken back was no letter.
        let counts = usize::from(state != Cancelled);
        assert_eq!(lately().await, before + counts, "{steps:?}");
    }
}

async fn our_own_message_ids_are_known(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let mail = OutgoingMail {
        tender: Some(sample.tender),
        bidder: Some(sample.second.bidder),
        session: Some(sample.second.session),
        ..outgoing("invitation", OutboxKind::Invitation)
    };
    let id = queue(&database, &mail).await;
    ack(&database, "other").await;
    let asked = [
        "<made-up@x.test>".to_owned(),
        mail.message_id.clone(),
        "a\0b".to_owned(),
    ];
    let found = outbox::find_sent(&database, &asked).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].session, Some(sample.second.session));
    assert_eq!(outbox::find_sent(&database, &[]).await.unwrap(), []);
    let prefix = &mail.message_id[1..17];
    let found = outbox::outbox_by_bounce_prefix(&database, prefix)
        .await
        .unwrap();
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [id]);
    for odd in ["", "0123456789abcdef", "%", "\0"] {
        let found = outbox::outbox_by_bounce_prefix(&database, odd)
            .await
            .unwrap();
        assert_eq!(found, [], "{odd:?}");
    }
    let found = outbox::outbox_by_message_id(&database, &mail.message_id)
        .await
        .unwrap();
    assert_eq!(found.unwrap().id, id);
    let message = crate::world::take_in(&database, 1).await;
    write!(database, |tx| loket::database::messages::add_reply(
        &mut tx, message, id
    ));
    let page = loket::database::messages::list_messages(&database, None, MessageId(0), 9)
        .await
        .unwrap();
    assert_eq!(page[0].replies[0].message_id, mail.message_id);
}

async fn answers_are_counted_for_the_limits(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let other: loket::address::EmailAddress = "lain@contoh.test".parse().unwrap();
    for (number, (kind, minute, to, session)) in [
        (OutboxKind::Acknowledgement, 0, None, true),
        (OutboxKind::Acknowledgement, 30, None, false),
        (OutboxKind::MemberReply, 30, None, false),
        (OutboxKind::UnknownSenderReply, 30, Some(&other), false),
        (OutboxKind::Reminder, 30, None, true),
    ]
    .into_iter()
    .enumerate()
    {
        let mut mail = outgoing(&format!("mail {number}"), kind);
        if let Some(to) = to {
            mail.to = to.clone();
        }
        if session {
            mail.tender = Some(sample.tender);
            mail.bidder = Some(sample.first.bidder);
            mail.session = Some(sample.first.session);
        }
        write!(database, noon() + minutes(minute), |tx| outbox::queue(
            &mut tx, &mail
        ));
    }
    let bidder = outgoing("x", OutboxKind::Reminder).to;
    let (start, later) = (noon(), noon() + minutes(1));
    let session = sample.first.session;
    let database = &database;
    assert_eq!(
        outbox::answers_since(database, &bidder, start)
            .await
            .unwrap(),
        3
    );
    assert_eq!(
        outbox::answers_since(database, &bidder, later)
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        outbox::answers_since(database, &other, start)
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        outbox::answers_in_session_since(database, session, start)
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        outbox::answers_in_session_since(database, session, later)
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        outbox::unknown_replies_since(database, start)
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        outbox::unknown_replies_to_since(database, &other, start)
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        outbox::unknown_replies_to_since(database, &bidder, start)
            .await
            .unwrap(),
        0
    );
    assert_eq!(outbox::answers_since_all(database, start).await.unwrap(), 4);
}

async fn the_next_due_time_is_told(world: World) {
    let database = world.open().await;
    let next = async || outbox::next_due_at(&database).await.unwrap();
    assert_eq!(next().await, None);
    let later = OutgoingMail {
        due_at: noon() + minutes(90),
        ..outgoing("later", OutboxKind::Reminder)
    };
    queue(&database, &later).await;
    assert_eq!(next().await, Some(noon() + minutes(90)));
    let id = ack(&database, "now").await;
    assert_eq!(next().await, Some(noon()));
    claim(&database, "a", 0).await;
    assert_eq!(next().await, Some(noon() + minutes(15)));
    let sent = Next::Sent {
        answer: "250".to_owned(),
    };
    write!(database, |tx| outbox::record_outcome(&mut tx, id, &sent));
    assert_eq!(next().await, Some(noon() + minutes(90)));
}

async fn mails_of_other_mailboxes_and_of_later_are_left_alone(world: World) {
    let database = world.open().await;
    let other = OutgoingMail {
        mailbox: "pokja-4".to_owned(),
        ..outgoing("other", OutboxKind::Reminder)
    };
    let later = OutgoingMail {
        due_at: noon() + minutes(1),
        ..outgoing("later", OutboxKind::Reminder)
    };
    queue(&database, &other).await;
    let later = queue(&database, &later).await;
    assert_eq!(claim(&database, "a", 0).await, []);
    assert_eq!(claim(&database, "a", 1).await, [later]);
}

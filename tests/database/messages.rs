use loket::{
    database::{
        Database, DatabaseError, PROGRAM,
        messages::{self, MessageRow, Recorded, TakenIn},
        outbox, papers, sessions,
    },
    desk::{
        Answer, Effect,
        message::{Attention, MessageKind, MessageState},
    },
    digest::Digest,
    letter::CalendarAnswer,
    matching::{Candidate, Placement, Reason},
    tender::MessageId,
};

use loket::inspection::Contested;

use crate::world::{
    World, actions, differences, filed, mail, minutes, noon, outgoing, paper, sample, take_in,
};

on_both!(
    the_same_mail_again_is_the_same_message_and_its_copy_is_kept,
    the_same_mail_taken_in_by_four_at_once_is_one_message,
    a_mail_is_tried_twice_and_then_failed,
    mailboxes_take_turns,
    a_plan_is_kept_as_it_was_made,
    a_word_of_a_person_ends_the_contest_between_name_and_text,
    a_plan_applied_twice_changes_nothing_more,
    people_decide_what_was_left_to_them_and_move_what_is_filed,
    papers_of_a_moved_message_are_misplaced_until_somebody_took_them_away,
    what_was_to_be_placed_and_is_named_by_no_row_leaves_the_tree,
    a_message_never_names_the_session_of_one_bidder_and_another_bidder,
    two_papers_never_share_a_path,
    what_is_filed_has_a_place,
    receipts_are_owed_until_one_names_all_mails_of_the_burst,
    the_effects_of_a_plan_commit_with_it,
    text_from_outside_is_kept_whatever_it_holds,
    messages_are_found_by_number_and_message_id,
    lists_come_in_pages_and_by_tender,
    papers_and_originals_are_listed_for_verify,
    a_failure_is_kept_with_its_reason,
);

async fn row(database: &Database, id: MessageId) -> MessageRow {
    messages::message(database, id).await.unwrap().unwrap()
}

async fn record(database: &Database, id: MessageId, plan: &loket::desk::Plan) -> Recorded {
    write!(database, |tx| messages::record_plan(&mut tx, id, plan, &[]))
}

async fn by_person(database: &Database, id: MessageId, plan: &loket::desk::Plan) -> Recorded {
    let mut tx = database.begin("sri", noon()).await.unwrap();
    let recorded = messages::record_plan(&mut tx, id, plan, &[]).await.unwrap();
    tx.commit().await.unwrap();
    recorded
}

async fn the_same_mail_again_is_the_same_message_and_its_copy_is_kept(world: World) {
    let database = world.open().await;
    let first = write!(database, |tx| messages::take_in(&mut tx, &mail(1)));
    let again = write!(database, |tx| messages::take_in(&mut tx, &mail(1)));
    let copy = messages::NewMessage {
        sha256: Digest::of(b"the same mail with another Received field"),
        received_at: noon() + minutes(5),
        folder: "Junk".to_owned(),
        ..mail(1)
    };
    let copied = write!(database, |tx| messages::take_in(&mut tx, &copy));
    let TakenIn::New(id) = first else {
        panic!("{first:?}")
    };
    assert_eq!((again, copied), (TakenIn::Known(id), TakenIn::Known(id)));
    let row = row(&database, id).await;
    assert_eq!((row.received_at, row.folder.as_str()), (noon(), "INBOX"));
    let originals = papers::originals_after(&database, None, None, 10).await;
    assert_eq!(originals.unwrap().len(), 2);
    assert_eq!(
        actions(&database).await,
        ["message.received", "message.copied"]
    );
}

async fn the_same_mail_taken_in_by_four_at_once_is_one_message(world: World) {
    let database = world.open().await;
    let takers: Vec<_> = (0..4)
        .map(|_| {
            let database = database.clone();
            tokio::spawn(async move {
                let mut new = 0;
                for number in 0..40 {
                    let taken = write!(database, |tx| messages::take_in(&mut tx, &mail(number)));
                    new += usize::from(matches!(taken, TakenIn::New(_)));
                }
                new
            })
        })
        .collect();
    let mut new = 0;
    for taker in takers {
        new += taker.await.unwrap();
    }
    assert_eq!(new, 40);
    assert_eq!(actions(&database).await.len(), 40);
    assert_eq!(differences(&database).await, []);
}

async fn a_mail_is_tried_twice_and_then_failed(world: World) {
    let database = world.open().await;
    let id = take_in(&database, 1).await;
    let other = take_in(&database, 2).await;
    for expected in [Some(1), Some(2), None] {
        let tried = write!(database, |tx| messages::begin_try(&mut tx, id));
        assert_eq!(tried, expected);
    }
    assert_eq!(
        messages::next_received(&database, 10).await.unwrap(),
        [other]
    );
    assert_eq!(messages::out_of_tries(&database, 10).await.unwrap(), [id]);
    for (message, tries) in [(other, Some(1)), (id, None)] {
        let begun = write!(database, |tx| messages::begin_try(&mut tx, message));
        assert_eq!(begun, tries);
    }
    let failed = write!(database, |tx| messages::fail(
        &mut tx,
        id,
        "the reader panicked"
    ));
    assert_eq!(failed, Recorded::Now);
    assert_eq!(messages::out_of_tries(&database, 10).await.unwrap(), []);
    assert_eq!(row(&database, other).await.tries, 1);
}

async fn mailboxes_take_turns(world: World) {
    let database = world.open().await;
    let mut ids = Vec::new();
    for number in 0..12 {
        let mut mail = mail(number);
        if number >= 10 {
            mail.mailbox = format!("pokja-{number}");
        }
        ids.push(write!(database, |tx| messages::take_in(&mut tx, &mail)).id());
    }
    let next = messages::next_received(&database, 4).await.unwrap();
    assert_eq!(next, [ids[0], ids[10], ids[11], ids[1]]);
}

async fn a_failure_is_kept_with_its_reason(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let id = take_in(&database, 1).await;
    write!(database, |tx| messages::fail(
        &mut tx,
        id,
        "no header\0field"
    ));
    let failed = row(&database, id).await;
    assert_eq!(failed.state, MessageState::Failed);
    assert_eq!(failed.kind, Some(MessageKind::Unreadable));
    assert_eq!(failed.failure.as_deref(), Some("no header\u{fffd}field"));
    let again = write!(database, |tx| messages::fail(&mut tx, id, "once more"));
    assert_eq!(again, Recorded::Already);
    // A person may still say where it belongs.
    let assigned = by_person(&database, id, &filed(sample.first)).await;
    assert_eq!(assigned, Recorded::Now);
    assert_eq!(row(&database, id).await.failure, None);
}

async fn a_word_of_a_person_ends_the_contest_between_name_and_text(world: World) {
    use loket::tender::DocumentWord::{Akta, Ktp, Sbu};
    let database = world.open().await;
    let sample = sample(&database).await;
    let id = take_in(&database, 1).await;
    let (path, named) = ("2026/a/SBU 0001-01.jpg", "2026/a/akta 0001-01.jpg");
    let mut waiting = paper(1, path);
    waiting.document = None;
    waiting.examined.contested = Some(Contested {
        named: Sbu,
        read: Ktp,
    });
    write!(database, |tx| messages::record_plan(
        &mut tx,
        id,
        &filed(sample.first),
        &[waiting]
    ));
    let paths = Some((path, named));
    let heard = write!(database, |tx| messages::classify(
        &mut tx, id, 1, Akta, paths
    ));
    assert!(heard);
    let file = &row(&database, id).await.attachments[0];
    assert_eq!(file.document, Some(Akta));
    assert_eq!(file.examined.settled, Some(Akta));
    assert_eq!(file.examined.contested, None);
}

async fn a_plan_is_kept_as_it_was_made(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let id = take_in(&database, 1).await;
    let plan = loket::desk::Plan {
        late: true,
        attention: Some(Attention::Question),
        ..filed(sample.first)
    };
    let papers = [
        paper(1, "2026/a/ktp 0001-01.jpg"),
        paper(2, "2026/a/ktp 0001-02.jpg"),
    ];
    write!(database, |tx| messages::record_plan(
        &mut tx, id, &plan, &papers
    ));
    let row = row(&database, id).await;
    assert_eq!(row.kind, Some(MessageKind::Bidder));
    assert_eq!(row.state, MessageState::Filed);
    assert_eq!(row.tender, Some(sample.tender));
    assert_eq!(row.bidder, Some(sample.first.bidder));
    assert_eq!(row.session, Some(sample.first.session));
    assert_eq!((row.confidence, row.late), (0.97, true));
    assert_eq!(row.reasons, plan.reasons);
    assert_eq!(row.attention, Some(Attention::Question));
    assert!(row.sender_registered && row.owes_receipt);
    assert_eq!(row.decided_by, None);
    assert_eq!(row.attachments, papers);

    let doubtful = take_in(&database, 2).await;
    let candidates: Vec<_> = [sample.first, sample.second]
        .map(|place| Candidate {
            tender: place.tender,
            bidder: place.bidder,
            session: (place == sample.first).then_some(place.session),
            confidence: 0.5,
            reasons: vec![Reason {
                signal: "registered-address".to_owned(),
                detail: "alamat terdaftar \"x\"".to_owned(),
            }],
            against: vec![Reason {
                signal: "just-ended".to_owned(),
                detail: "batas waktunya belum lama lewat".to_owned(),
            }],
        })
        .to_vec();
    let plan = loket::desk::Plan {
        state: MessageState::NeedsDecision,
        placement: None,
        candidates: candidates.clone(),
        answer: Answer::None("menunggu keputusan".to_owned()),
        ..filed(sample.first)
    };
    record(&database, doubtful, &plan).await;
    let row = messages::message(&database, doubtful)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.candidates, candidates);
    assert_eq!(row.unanswered.as_deref(), Some("menunggu keputusan"));
    assert!(!row.owes_receipt);
    assert_eq!(
        actions(&database).await[5..],
        [
            "message.received",
            "message.filed",
            "message.received",
            "message.needs-decision"
        ]
    );
}

async fn a_plan_applied_twice_changes_nothing_more(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let id = take_in(&database, 1).await;
    let papers = [paper(1, "2026/a/ktp 0001-01.jpg")];
    let appliers: Vec<_> = [sample.first, sample.second, sample.first, sample.first]
        .map(|place| {
            let (database, papers) = (database.clone(), papers.clone());
            tokio::spawn(async move {
                write!(database, |tx| messages::record_plan(
                    &mut tx,
                    id,
                    &filed(place),
                    &papers
                ))
            })
        })
        .into_iter()
        .collect();
    let mut now = 0;
    for applier in appliers {
        now += usize::from(applier.await.unwrap() == Recorded::Now);
    }
    assert_eq!(now, 1);
    let row = row(&database, id).await;
    assert_eq!(row.attachments, papers);
    let filings = actions(&database).await;
    let filings = filings.iter().filter(|action| *action == "message.filed");
    assert_eq!(filings.count(), 1);
}

async fn people_decide_what_was_left_to_them_and_move_what_is_filed(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let id = take_in(&database, 1).await;
    let doubtful = loket::desk::Plan {
        state: MessageState::NeedsDecision,
        placement: None,
        ..filed(sample.first)
    };
    record(&database, id, &doubtful).await;
    // The program never decides what it has left to people.
    let again = record(&database, id, &filed(sample.first)).await;
    assert_eq!(again, Recorded::Already);
    let assigned = by_person(&database, id, &filed(sample.second)).await;
    assert_eq!(assigned, Recorded::Now);
    let decided = row(&database, id).await;
    assert_eq!(decided.session, Some(sample.second.session));
    assert_eq!(decided.decided_by.as_deref(), Some("sri"));
    assert!(decided.owes_receipt);
    let receipt = outgoing(
        "receipt 1",
        loket::correspondence::OutboxKind::Acknowledgement,
    );
    let receipt = write!(database, |tx| outbox::queue(&mut tx, &receipt)).id();
    write!(database, |tx| messages::mark_acknowledged(
        &mut tx,
        &[id],
        receipt
    ));
    // The same decision once more owes no second receipt; another place does.
    let same = by_person(&database, id, &filed(sample.second)).await;
    assert_eq!(same, Recorded::Already);
    assert!(!row(&database, id).await.owes_receipt);
    let moved = by_person(&database, id, &filed(sample.first)).await;
    assert_eq!(moved, Recorded::Now);
    let ignored = write!(database, |tx| messages::set_aside(&mut tx, id));
    assert_eq!(ignored, Recorded::Already, "what is filed stays filed");

    let other = take_in(&database, 2).await;
    let mut tx = database.begin("sri", noon()).await.unwrap();
    let ignored = messages::set_aside(&mut tx, other).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ignored, Recorded::Now);
    let ignored = row(&database, other).await;
    assert_eq!(ignored.state, MessageState::SetAside);
    assert_eq!(ignored.decided_by.as_deref(), Some("sri"));
}

async fn papers_of_a_moved_message_are_misplaced_until_somebody_took_them_away(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let id = take_in(&database, 1).await;
    let move_to = async |place: Placement, path: &str| {
        let mut tx = database.begin("sri", noon()).await.unwrap();
        let papers = [paper(1, path)];
        messages::record_plan(&mut tx, id, &filed(place), &papers)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    let misplaced = async || papers::misplaced(&database, 10).await.unwrap();
    let (first, second) = ("2026/a/ktp 0001-01.jpg", "2026/b/ktp 0001-01.jpg");
    move_to(sample.first, first).await;
    assert_eq!(misplaced().await, []);
    move_to(sample.second, second).await;
    let waiting = misplaced().await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].path, first);
    assert_eq!(waiting[0].session, sample.first.session);
    // Moved back before anybody took it away: the first is right again, the second is not.
    move_to(sample.first, first).await;
    let waiting = misplaced().await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].path, second);
    for listed in [true, false] {
        let mut tx = database.begin("sri", noon()).await.unwrap();
        let mine = papers::forget_misplaced(&mut tx, &waiting[0]).await;
        assert_eq!(mine.unwrap(), listed);
        if listed {
            let told = papers::tell_withdrawn(&mut tx, &waiting[0], "removed").await;
            told.unwrap();
        }
        tx.commit().await.unwrap();
    }
    assert_eq!(misplaced().await, []);
    let told = actions(&database).await;
    let withdrawn = told.iter().filter(|action| *action == "paper.withdrawn");
    assert_eq!(withdrawn.count(), 1);
    assert_eq!(differences(&database).await, []);
}

async fn what_was_to_be_placed_and_is_named_by_no_row_leaves_the_tree(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let id = take_in(&database, 1).await;
    let digest = paper(1, "x").sha256;
    let (first, second) = ("2026/a/ktp 0001-01.jpg", "2026/b/ktp 0001-01.jpg");
    let intend = async |place: Placement, path: &str| {
        let papers = [(path, digest)];
        write!(database, |tx| papers::intend(
            &mut tx,
            id,
            place.session,
            &papers
        ))
    };
    let misplaced = async || papers::misplaced(&database, 10).await.unwrap();
    // Killed after the papers were placed; the next walk decides otherwise.
    assert!(intend(sample.first, first).await);
    assert!(intend(sample.second, second).await);
    assert_eq!(misplaced().await, [], "still to be decided");
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    let papers = [paper(1, second)];
    let recorded = messages::record_plan(&mut tx, id, &filed(sample.second), &papers).await;
    assert_eq!(recorded.unwrap(), Recorded::Now);
    tx.commit().await.unwrap();
    let paths: Vec<_> = misplaced()
        .await
        .into_iter()
        .map(|paper| paper.path)
        .collect();
    assert_eq!(paths, [first]);
    assert!(!intend(sample.first, first).await, "it is decided");
    assert_eq!(differences(&database).await, []);
}

async fn a_message_never_names_the_session_of_one_bidder_and_another_bidder(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let id = take_in(&database, 1).await;
    let crossed = Placement {
        session: sample.second.session,
        ..sample.first
    };
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    let refused = messages::record_plan(&mut tx, id, &filed(crossed), &[]).await;
    assert!(crate::world::is_forbidden(&refused), "{refused:?}");
    drop(tx);
    let mail = loket::correspondence::OutgoingMail {
        tender: Some(crossed.tender),
        bidder: Some(crossed.bidder),
        session: Some(crossed.session),
        ..outgoing("crossed", loket::correspondence::OutboxKind::Reminder)
    };
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    let refused = outbox::queue(&mut tx, &mail).await;
    assert!(crate::world::is_forbidden(&refused), "{refused:?}");
    drop(tx);
    assert_eq!(row(&database, id).await.state, MessageState::Received);
}

async fn two_papers_never_share_a_path(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let (one, two) = (take_in(&database, 1).await, take_in(&database, 2).await);
    let same = [paper(1, "2026/a/ktp.jpg")];
    let plan = filed(sample.first);
    write!(database, |tx| messages::record_plan(
        &mut tx, one, &plan, &same
    ));
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    let refused = messages::record_plan(&mut tx, two, &plan, &same).await;
    assert!(crate::world::is_forbidden(&refused), "{refused:?}");
}

async fn what_is_filed_has_a_place(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let id = take_in(&database, 1).await;
    let nowhere = loket::desk::Plan {
        placement: None,
        ..filed(sample.first)
    };
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    let refused = messages::record_plan(&mut tx, id, &nowhere, &[]).await;
    assert!(crate::world::is_forbidden(&refused), "{refused:?}");
    drop(tx);
    let unknown = MessageId(999);
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    let refused = messages::record_plan(&mut tx, unknown, &filed(sample.first), &[]).await;
    assert!(
        matches!(&refused, Err(DatabaseError::Forbidden(told)) if told.contains("999")),
        "{refused:?}"
    );
}

async fn receipts_are_owed_until_one_names_all_mails_of_the_burst(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let mut ids = Vec::new();
    for (number, place) in [(1, sample.first), (2, sample.second), (3, sample.first)] {
        let id = take_in(&database, number).await;
        record(&database, id, &filed(place)).await;
        ids.push(id);
    }
    let owing = messages::owing_receipts(&database).await.unwrap();
    let told: Vec<_> = owing
        .iter()
        .map(|owing| (owing.session, owing.message))
        .collect();
    assert_eq!(
        told,
        [
            (sample.first.session, ids[0]),
            (sample.first.session, ids[2]),
            (sample.second.session, ids[1]),
        ]
    );
    assert_eq!(owing[0].heading, mail(1).heading);
    assert_eq!(owing[0].taken_in_at, noon());
    let receipt = outgoing("burst", loket::correspondence::OutboxKind::Acknowledgement);
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    let queued = outbox::queue(&mut tx, &receipt).await.unwrap().id();
    for _ in 0..2 {
        messages::mark_acknowledged(&mut tx, &[ids[0], ids[2]], queued)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let owing = messages::owing_receipts(&database).await.unwrap();
    assert_eq!(owing.len(), 1);
    for id in [ids[0], ids[2]] {
        let replies = row(&database, id).await.replies;
        assert_eq!(replies.len(), 1);
        assert_eq!(replies[0].message_id, receipt.message_id);
    }
    write!(database, |tx| messages::leave_unanswered(
        &mut tx,
        ids[1],
        "batas jawaban"
    ));
    assert_eq!(messages::owing_receipts(&database).await.unwrap(), []);
    let row = row(&database, ids[1]).await;
    assert_eq!(row.unanswered.as_deref(), Some("batas jawaban"));
}

async fn the_effects_of_a_plan_commit_with_it(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let invitation = loket::correspondence::OutgoingMail {
        tender: Some(sample.tender),
        bidder: Some(sample.first.bidder),
        session: Some(sample.first.session),
        ..outgoing("invitation", loket::correspondence::OutboxKind::Invitation)
    };
    let queued = write!(database, |tx| outbox::queue(&mut tx, &invitation)).id();
    let sent = outbox::Next::Sent {
        answer: "250 ok".to_owned(),
    };
    write!(database, |tx| outbox::record_outcome(
        &mut tx, queued, &sent
    ));
    let id = take_in(&database, 1).await;
    let plan = loket::desk::Plan {
        kind: MessageKind::Bounce,
        state: MessageState::SetAside,
        answer: Answer::None("laporan mesin".to_owned()),
        effects: vec![
            Effect::Bounced {
                outbox: queued,
                address: "direktur@contohkarya.test".to_owned(),
                detail: "5.1.1 no such user".to_owned(),
            },
            Effect::Attendance {
                session: sample.second.session,
                answer: CalendarAnswer::Tentative,
                sequence: Some(0),
                stamped_at: None,
            },
        ],
        ..filed(sample.first)
    };
    record(&database, id, &plan).await;
    let sessions = sessions::list_sessions(&database, Some(sample.tender))
        .await
        .unwrap();
    assert_eq!(
        sessions[0].invitation,
        Some(loket::correspondence::OutboxState::Bounced)
    );
    assert_eq!(sessions[1].attendance, Some(CalendarAnswer::Tentative));
    assert_eq!(
        actions(&database).await[8..],
        ["message.set-aside", "outbox.bounced", "session.attendance"]
    );
    let row = outbox::outbox_row(&database, queued)
        .await
        .unwrap()
        .unwrap();
    assert!(row.last_error.unwrap().contains("5.1.1"));
}

async fn text_from_outside_is_kept_whatever_it_holds(world: World) {
    let database = world.open().await;
    let odd = "a\0b 'c' \"d\" \u{1f600} \u{202e} \\ $1 ?";
    let heading = messages::Heading {
        message_id: Some(odd.to_owned()),
        from_address: Some(odd.to_owned()),
        from_name: Some(odd.to_owned()),
        subject: odd.to_owned(),
    };
    let mail = messages::NewMessage {
        heading: heading.clone(),
        ..mail(1)
    };
    let id = write!(database, |tx| messages::take_in(&mut tx, &mail)).id();
    let kept = odd.replace('\0', "\u{fffd}");
    assert_eq!(row(&database, id).await.heading.subject, kept);
    write!(database, |tx| messages::describe(&mut tx, id, &heading));
    assert_eq!(row(&database, id).await.heading.from_name, Some(kept));
    assert_eq!(differences(&database).await, []);
}

async fn messages_are_found_by_number_and_message_id(world: World) {
    let database = world.open().await;
    let one = take_in(&database, 1).await;
    let twin = messages::NewMessage {
        identity: Digest::of(b"other content, same Message-ID"),
        sha256: Digest::of(b"other"),
        ..mail(1)
    };
    let twin = write!(database, |tx| messages::take_in(&mut tx, &twin)).id();
    for (text, expected) in [
        (one.to_string(), vec![one]),
        ("<1@contohkarya.test>".to_owned(), vec![one, twin]),
        (" 1@contohkarya.test ".to_owned(), vec![one, twin]),
        ("nobody@contohkarya.test".to_owned(), vec![]),
        ("99999999999999999999".to_owned(), vec![]),
        (String::new(), vec![]),
    ] {
        let found = messages::find_message(&database, &text).await.unwrap();
        let found: Vec<_> = found.iter().map(|message| message.id).collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

async fn lists_come_in_pages_and_by_tender(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    for number in 1..=5 {
        let id = take_in(&database, number).await;
        if number % 2 == 0 {
            record(&database, id, &filed(sample.first)).await;
        }
    }
    let page = async |tender, after| {
        let page = messages::list_messages(&database, tender, MessageId(after), 3).await;
        let ids = page.unwrap().into_iter().map(|message| message.id.0);
        ids.collect::<Vec<_>>()
    };
    assert_eq!(page(None, 0).await, [1, 2, 3]);
    assert_eq!(page(None, 3).await, [4, 5]);
    assert_eq!(page(Some(sample.tender), 0).await, [2, 4]);
}

async fn papers_and_originals_are_listed_for_verify(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    for number in 1..=3 {
        let id = take_in(&database, number).await;
        let mut papers = [
            paper(number, &format!("2026/a/{number}-1.jpg")),
            paper(number, &format!("2026/a/{number}-2.jpg")),
        ];
        (papers[0].part, papers[1].part) = (1, 2);
        if number == 2 {
            papers[0].path = None;
        }
        let place = if number == 3 {
            sample.second
        } else {
            sample.first
        };
        write!(database, |tx| messages::record_plan(
            &mut tx,
            id,
            &filed(place),
            &papers
        ));
    }
    let mut paths = Vec::new();
    let mut after = (MessageId(0), 0);
    loop {
        let some = papers::papers_after(&database, after, 2).await.unwrap();
        let Some(last) = some.last() else { break };
        after = (last.message, last.position);
        paths.extend(some.into_iter().filter_map(|paper| paper.attachment.path));
    }
    assert_eq!(
        paths,
        ["1-1", "1-2", "2-2", "3-1", "3-2"].map(|name| format!("2026/a/{name}.jpg"))
    );
    let of = papers::attachments_of_session(&database, sample.first.session).await;
    assert_eq!(of.unwrap().len(), 4);
    let of = papers::attachments_of_tender(&database, sample.tender).await;
    assert_eq!(of.unwrap().len(), 6);
    let first = papers::originals_after(&database, Some(sample.tender), None, 2)
        .await
        .unwrap();
    let rest = papers::originals_after(&database, None, first.last(), 9)
        .await
        .unwrap();
    assert_eq!((first.len(), rest.len()), (2, 1));
    assert_eq!(rest[0].sha256, mail(3).sha256);
}

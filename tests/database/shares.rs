//! A mail for two tenders: one mail, a row for each place.

use loket::{
    database::{
        Database, PROGRAM,
        messages::{self, MessageRow, Recorded, TakenIn},
        papers,
    },
    desk::{
        Answer, FiledAttachment, Plan,
        message::{Attention, MessageState},
    },
    matching::Placement,
    tender::MessageId,
};

use crate::world::{
    Sample, World, actions, differences, filed, mail, noon, outgoing, paper, sample, take_in,
};

on_both!(
    a_divided_mail_has_a_row_for_each_place_and_is_one_mail,
    half_a_division_is_never_kept,
    a_person_divides_what_waits_and_what_is_filed,
    what_came_back_to_its_first_place_stays_there,
    two_people_who_divide_a_mail_move_each_file_once,
    each_place_owes_a_receipt_of_its_own,
);

const FIRST: &str = "2026/a/ktp 0001-01.jpg";
const SECOND: &str = "2026/b/nib 0001-02.jpg";

async fn mail_of(database: &Database, id: MessageId) -> Vec<MessageRow> {
    messages::of_mail(database, id).await.unwrap()
}

/// As the clerk records it.
async fn divided(database: &Database, sample: &Sample) -> (MessageId, MessageId) {
    let id = take_in(database, 1).await;
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    let recorded = messages::record_plan(&mut tx, id, &filed(sample.first), &[paper(1, FIRST)])
        .await
        .unwrap();
    assert_eq!(recorded, Recorded::Now);
    let share = messages::record_share(&mut tx, id, &filed(sample.second), &[paper(2, SECOND)])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (id, share)
}

async fn by_person(
    database: &Database,
    ids: (MessageId, MessageId),
    place: Placement,
    files: &[FiledAttachment],
) -> Option<MessageId> {
    let mut tx = database.begin("sri", noon()).await.unwrap();
    let share = messages::divide(&mut tx, ids, &filed(place), files)
        .await
        .unwrap();
    match share {
        Some(_) => tx.commit().await.unwrap(),
        None => tx.roll_back().await.unwrap(),
    }
    share
}

fn parts(row: &MessageRow) -> Vec<u32> {
    row.attachments.iter().map(|file| file.part).collect()
}

async fn misplaced(database: &Database) -> Vec<String> {
    let papers = papers::misplaced(database, 10).await.unwrap();
    papers.into_iter().map(|paper| paper.path).collect()
}

async fn a_divided_mail_has_a_row_for_each_place_and_is_one_mail(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let (id, share) = divided(&database, &sample).await;
    let [own, other] = &mail_of(&database, id).await[..] else {
        panic!("two rows");
    };
    assert_eq!((own.id, own.part_of, own.mail()), (id, None, id));
    assert_eq!(
        (other.id, other.part_of, other.mail()),
        (share, Some(id), id)
    );
    assert_eq!(
        (own.session, other.session),
        (Some(sample.first.session), Some(sample.second.session))
    );
    assert_eq!((parts(own), parts(other)), (vec![1], vec![2]));
    assert_eq!((own.sha256, &own.heading), (other.sha256, &other.heading));
    assert_eq!(own.received_at, other.received_at);
    assert_ne!(own.identity, other.identity);
    // The same mail again is the mail, never its share; nothing waits, and there is one original.
    let again = write!(database, |tx| messages::take_in(&mut tx, &mail(1)));
    assert_eq!(again, TakenIn::Known(id));
    assert_eq!(messages::next_received(&database, 9).await.unwrap(), []);
    assert_eq!(messages::out_of_tries(&database, 9).await.unwrap(), []);
    let originals = papers::originals_after(&database, None, None, 9).await;
    let originals: Vec<_> = originals.unwrap().iter().map(|o| o.message).collect();
    assert_eq!(originals, [id]);
    // Each place has its own papers.
    for (place, path) in [(sample.first, FIRST), (sample.second, SECOND)] {
        let papers = papers::attachments_of_session(&database, place.session).await;
        let paths: Vec<_> = papers
            .unwrap()
            .into_iter()
            .map(|paper| paper.attachment.path.unwrap())
            .collect();
        assert_eq!(paths, [path]);
    }
    let told = actions(&database).await;
    assert_eq!(
        told[told.len() - 4..],
        [
            "message.received",
            "message.filed",
            "message.divided",
            "message.filed"
        ]
    );
    assert_eq!(differences(&database).await, []);
}

async fn half_a_division_is_never_kept(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let id = take_in(&database, 1).await;
    let before = actions(&database).await;
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    messages::record_plan(&mut tx, id, &filed(sample.first), &[paper(1, FIRST)])
        .await
        .unwrap();
    messages::record_share(&mut tx, id, &filed(sample.second), &[paper(2, SECOND)])
        .await
        .unwrap();
    drop(tx);
    let rows = mail_of(&database, id).await;
    assert_eq!((rows.len(), rows[0].state), (1, MessageState::Received));
    assert_eq!(actions(&database).await, before);
    // A share of a share is none.
    let (id, share) = divided(&database, &sample).await;
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    let refused = messages::record_share(&mut tx, share, &filed(sample.first), &[]).await;
    assert!(crate::world::is_forbidden(&refused), "{refused:?}");
    drop(tx);
    assert_eq!(mail_of(&database, id).await.len(), 2);
}

async fn a_person_divides_what_waits_and_what_is_filed(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let id = take_in(&database, 1).await;
    let waiting = Plan {
        state: MessageState::NeedsDecision,
        placement: None,
        answer: Answer::None("menunggu keputusan Pokja".to_owned()),
        attention: None::<Attention>,
        ..filed(sample.first)
    };
    let unplaced = |part: u32| FiledAttachment {
        path: None,
        ..paper(part, "")
    };
    let files = [unplaced(1), unplaced(2), unplaced(3)];
    write!(database, |tx| messages::record_plan(
        &mut tx, id, &waiting, &files
    ));
    let share = by_person(&database, (id, id), sample.second, &[paper(2, SECOND)]).await;
    let share = share.expect("a share");
    let rows = mail_of(&database, id).await;
    assert_eq!((parts(&rows[0]), parts(&rows[1])), (vec![1, 3], vec![2]));
    assert_eq!(rows[0].state, MessageState::NeedsDecision);
    assert_eq!(rows[1].decided_by.as_deref(), Some("sri"));
    // Once more: it is not there any more.
    let again = by_person(&database, (id, id), sample.second, &[paper(2, SECOND)]).await;
    assert_eq!(again, None);
    let events = actions(&database).await.len();

    // The rest is filed; one of its files moves on to the second place.
    let mut tx = database.begin("sri", noon()).await.unwrap();
    let third = "2026/a/akta 0001-03.jpg";
    let rest = [paper(1, FIRST), paper(3, third)];
    messages::record_plan(&mut tx, id, &filed(sample.first), &rest)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(actions(&database).await.len(), events + 1);
    let moved = paper(3, "2026/b/akta 0001-03.jpg");
    let second = by_person(&database, (id, id), sample.second, &[moved]).await;
    let second = second.expect("another share");
    let rows = mail_of(&database, id).await;
    let all: Vec<_> = rows.iter().map(|row| (row.id, parts(row))).collect();
    assert_eq!(all, [(id, vec![1]), (share, vec![2]), (second, vec![3])]);
    assert_eq!(misplaced(&database).await, [third]);
    // From a share as well; it is the mail's all the same.
    let back = paper(2, "2026/a/nib 0001-02.jpg");
    by_person(&database, (id, share), sample.first, &[back])
        .await
        .expect("a third");
    let rows = mail_of(&database, id).await;
    assert_eq!(rows.len(), 4);
    assert_eq!((parts(&rows[1]), parts(&rows[3])), (vec![], vec![2]));
    assert_eq!(differences(&database).await, []);
}

async fn what_came_back_to_its_first_place_stays_there(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let id = take_in(&database, 1).await;
    let other = "2026/a/nib 0001-02.jpg";
    let files = [paper(1, FIRST), paper(2, other)];
    write!(database, |tx| messages::record_plan(
        &mut tx,
        id,
        &filed(sample.first),
        &files
    ));
    let moved = [paper(2, SECOND)];
    let share = by_person(&database, (id, id), sample.second, &moved).await;
    assert_eq!(misplaced(&database).await, [other]);
    // Before anybody took it away the share is moved to where the file was: it lies there rightly.
    let mut tx = database.begin("sri", noon()).await.unwrap();
    let back = [paper(2, other)];
    let recorded = messages::record_plan(&mut tx, share.unwrap(), &filed(sample.first), &back)
        .await
        .unwrap();
    assert_eq!(recorded, Recorded::Now);
    tx.commit().await.unwrap();
    assert_eq!(misplaced(&database).await, [SECOND]);
}

async fn two_people_who_divide_a_mail_move_each_file_once(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let id = take_in(&database, 1).await;
    let files: Vec<_> = (1..=4)
        .map(|part| paper(part, &format!("2026/a/{part}.jpg")))
        .collect();
    write!(database, |tx| messages::record_plan(
        &mut tx,
        id,
        &filed(sample.first),
        &files
    ));
    let dividers: Vec<_> = [[1, 2], [2, 3], [3, 1]]
        .map(|wanted: [u32; 2]| {
            let (database, place) = (database.clone(), sample.second);
            tokio::spawn(async move {
                let files = wanted.map(|part| paper(part, &format!("2026/b/{part}.jpg")));
                by_person(&database, (id, id), place, &files).await
            })
        })
        .into_iter()
        .collect();
    let mut shares = Vec::new();
    for divider in dividers {
        shares.extend(divider.await.unwrap());
    }
    assert_eq!(shares.len(), 1, "each two want a file in common");
    let rows = mail_of(&database, id).await;
    assert_eq!((parts(&rows[0]).len(), parts(&rows[1]).len()), (2, 2));
    assert_eq!(misplaced(&database).await.len(), 2);
    assert_eq!(differences(&database).await, []);
}

async fn each_place_owes_a_receipt_of_its_own(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let (id, share) = divided(&database, &sample).await;
    let owing = messages::owing_receipts(&database).await.unwrap();
    let told: Vec<_> = owing.iter().map(|o| (o.session, o.message)).collect();
    assert_eq!(
        told,
        [(sample.first.session, id), (sample.second.session, share)]
    );
    let receipt = outgoing(
        "acknowledgement/2",
        loket::correspondence::OutboxKind::Acknowledgement,
    );
    let receipt = write!(database, |tx| loket::database::outbox::queue(
        &mut tx, &receipt
    ))
    .id();
    write!(database, |tx| messages::mark_acknowledged(
        &mut tx,
        &[share],
        receipt
    ));
    let rows = mail_of(&database, id).await;
    assert_eq!((rows[0].replies.len(), rows[1].replies.len()), (0, 1));
    assert!(rows[0].owes_receipt && !rows[1].owes_receipt);
}

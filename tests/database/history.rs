//! What matching is told of the time before a letter.

use loket::{
    address::EmailAddress,
    correspondence::{OutboxKind, receipt::Said},
    database::{history, messages, outbox, sessions},
    desk::message::RecordingConsent,
    letter::CalendarAnswer,
    matching::Seen,
    tender::MessageId,
};

use super::world::*;

on_both!(
    an_address_is_seen_where_its_earlier_mails_were_filed,
    the_last_mail_to_a_bidder_names_its_session,
    what_mails_said_of_a_session_is_told_from_what_stood_before,
    a_letter_with_another_negotiation_file_is_found
);

async fn an_address_is_seen_where_its_earlier_mails_were_filed(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let address: EmailAddress = "budi@surel.example".parse().unwrap();
    let mut ids = Vec::new();
    for (number, plan) in [
        (1, filed(sample.first)),
        (2, filed(sample.first)),
        (3, filed(sample.second)),
    ] {
        let id = take_in(&database, number).await;
        let heading = messages::Heading {
            message_id: None,
            from_address: Some(address.to_string()),
            from_name: None,
            subject: "berkas".into(),
        };
        write!(database, |tx| messages::describe(&mut tx, id, &heading));
        write!(database, |tx| messages::record_plan(
            &mut tx,
            id,
            &plan,
            &[]
        ));
        ids.push(id);
    }
    let seen = async |before: MessageId| {
        let found = history::seen_sender(&database, &address, before).await;
        found.unwrap()
    };
    assert_eq!(seen(ids[0]).await, []);
    let first = Seen {
        bidder: sample.first.bidder,
        mails: 2,
    };
    assert_eq!(seen(ids[2]).await, [first]);
    assert_eq!(seen(MessageId(1_000)).await.len(), 2);
    let stranger = "lain@surel.example".parse().unwrap();
    let found = history::seen_sender(&database, &stranger, MessageId(1_000)).await;
    assert_eq!(found.unwrap(), []);
}

async fn the_last_mail_to_a_bidder_names_its_session(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let mut mail = outgoing("invitation/1", OutboxKind::Invitation);
    (mail.tender, mail.bidder, mail.session) = (
        Some(sample.tender),
        Some(sample.first.bidder),
        Some(sample.first.session),
    );
    write!(database, |tx| outbox::queue(&mut tx, &mail));
    let last = async |bidder, before| {
        history::asked_last(&database, bidder, before)
            .await
            .unwrap()
    };
    let (first, second) = (sample.first, sample.second);
    assert_eq!(
        last(first.bidder, noon() + minutes(1)).await,
        Some(first.session)
    );
    assert_eq!(last(first.bidder, noon() - minutes(1)).await, None);
    assert_eq!(last(second.bidder, noon() + minutes(1)).await, None);
}

async fn what_mails_said_of_a_session_is_told_from_what_stood_before(world: World) {
    let database = world.open().await;
    let session = sample(&database).await.first.session;
    let (earlier, now) = (noon() - minutes(60), noon());
    let standing = async |came: &[jiff::Timestamp]| {
        let found = history::standing(&database, session, came).await;
        found.unwrap()
    };
    assert_eq!(standing(&[now]).await, Default::default());
    let accepted = CalendarAnswer::Accepted;
    write!(database, |tx| sessions::record_attendance(
        &mut tx,
        session,
        accepted,
        None,
        Some(now)
    ));
    let given = RecordingConsent::Given;
    write!(database, |tx| sessions::record_consent(
        &mut tx, session, given, earlier
    ));
    let found = standing(&[now]).await;
    assert_eq!(found.attendance, Some(accepted));
    assert!(!found.announced);
    let said = |attendance, consent| Said {
        attendance,
        consent,
    };
    assert_eq!(found.said, said(Some(accepted), None));
    let found = standing(&[now, earlier]).await;
    assert_eq!(found.said, said(Some(accepted), Some(given)));
    assert_eq!(standing(&[now + minutes(1)]).await.said, said(None, None));
}

async fn a_letter_with_another_negotiation_file_is_found(world: World) {
    let database = world.open().await;
    let place = sample(&database).await.first;
    let queue = async |key: &str| {
        let mut mail = outgoing(key, OutboxKind::Negotiation);
        mail.session = Some(place.session);
        write!(database, |tx| outbox::queue(&mut tx, &mail));
    };
    let other = async |key: &str| {
        let found = history::other_file_sent(&database, place.session, key).await;
        found.unwrap()
    };
    assert_eq!(other("negotiation/1/aa").await, None);
    queue("negotiation/1/aa").await;
    assert_eq!(other("negotiation/1/aa").await, None);
    assert_eq!(other("negotiation/1/bb").await, Some(noon()));
}

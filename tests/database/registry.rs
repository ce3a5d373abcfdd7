use loket::{
    database::{
        PROGRAM, registry,
        sessions::{self, Negotiation, RecordingConsent},
    },
    letter::CalendarAnswer,
    tender::{BidderId, SessionFile, SessionKind},
};

use crate::world::{
    World, actions, all_events, bidder, is_forbidden, minutes, noon, sample, session, tender,
};

on_both!(
    what_was_imported_reads_back_equal,
    importing_the_same_again_changes_nothing_and_tells_nothing,
    a_change_is_told_by_the_names_of_what_changed,
    two_bidders_never_share_a_folder_whatever_the_case,
    the_withdrawn_stay_and_can_come_back,
    the_newest_answer_to_an_invitation_stands,
    consent_and_negotiation_are_told_once,
);

async fn what_was_imported_reads_back_equal(world: World) {
    let database = world.open().await;
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    let mut tender = tender("8231345");
    tender.id = registry::upsert_tender(&mut tx, &tender).await.unwrap();
    let mut bidder = bidder(tender.id, "PT Contoh \u{e9} 'Abadi'");
    bidder.id = registry::upsert_bidder(&mut tx, &bidder).await.unwrap();
    let mut session = session(tender.id, bidder.id, SessionKind::Negotiation);
    session.invite = Some(noon() - minutes(600));
    session.file_at = Some(noon());
    session.file = Some(SessionFile {
        name: "negosiasi.pdf".to_owned(),
        sha256: "ab".repeat(32),
        bytes: 4096,
    });
    session.id = registry::upsert_session(&mut tx, &session).await.unwrap();
    tx.commit().await.unwrap();
    let registry = registry::load_registry(&database).await.unwrap();
    assert_eq!(registry.tenders(), [tender]);
    assert_eq!(registry.bidders(), [bidder]);
    assert_eq!(registry.sessions(), [session]);
}

async fn importing_the_same_again_changes_nothing_and_tells_nothing(world: World) {
    let database = world.open().await;
    sample(&database).await;
    let before = all_events(&database).await;
    let registry = registry::load_registry(&database).await.unwrap();
    let mut tx = database.begin(PROGRAM, noon() + minutes(5)).await.unwrap();
    for tender in registry.tenders() {
        registry::upsert_tender(&mut tx, tender).await.unwrap();
    }
    for bidder in registry.bidders() {
        registry::upsert_bidder(&mut tx, bidder).await.unwrap();
    }
    for session in registry.sessions() {
        registry::upsert_session(&mut tx, session).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(all_events(&database).await, before);
}

async fn a_change_is_told_by_the_names_of_what_changed(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let registry = registry::load_registry(&database).await.unwrap();
    let mut bidder = registry.bidder(sample.first.bidder).unwrap().clone();
    bidder.npwp = Some("99.999.999.9-999.999".to_owned());
    bidder.emails.reverse();
    let mut session = registry.session(sample.first.session).unwrap().clone();
    session.due += minutes(60);
    let mut tx = database.begin("sri", noon()).await.unwrap();
    registry::upsert_bidder(&mut tx, &bidder).await.unwrap();
    registry::upsert_session(&mut tx, &session).await.unwrap();
    tx.commit().await.unwrap();
    let events = all_events(&database).await;
    let [.., of_bidder, of_session] = events.as_slice() else {
        panic!()
    };
    assert_eq!(of_bidder.event.action, "bidder.changed");
    assert_eq!(of_bidder.event.actor, "sri");
    assert_eq!(
        of_bidder.event.data["changed"],
        serde_json::json!(["npwp", "emails"])
    );
    assert!(
        !of_bidder.event.data.to_string().contains("99.999"),
        "numbers of people stay out"
    );
    assert_eq!(of_session.event.data["changed"], serde_json::json!(["due"]));
    let registry = registry::load_registry(&database).await.unwrap();
    assert_eq!(registry.bidder(bidder.id), Some(&bidder));
    assert_eq!(registry.session(session.id), Some(&session));
    assert_eq!(registry.bidders().len(), 2);
}

async fn two_bidders_never_share_a_folder_whatever_the_case(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let mut twin = bidder(sample.tender, "Twin");
    twin.folder = "pt contoh KARYA abadi".to_owned();
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    let refused = registry::upsert_bidder(&mut tx, &twin).await;
    assert!(is_forbidden(&refused), "{refused:?}");
    drop(tx);
    let mut gone = bidder(sample.tender, "Gone");
    gone.id = BidderId(999);
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    // A row that is not there is inserted anew rather than lost.
    let id = registry::upsert_bidder(&mut tx, &gone).await.unwrap();
    assert_ne!(id, BidderId(999));
}

async fn the_withdrawn_stay_and_can_come_back(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    for _ in 0..2 {
        let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
        registry::withdraw_bidder(&mut tx, sample.first.bidder)
            .await
            .unwrap();
        registry::withdraw_session(&mut tx, sample.first.session)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let told = actions(&database).await;
    assert_eq!(told[5..], ["bidder.withdrawn", "session.withdrawn"]);
    let registry = registry::load_registry(&database).await.unwrap();
    let session = registry.session(sample.first.session).unwrap();
    assert!(session.withdrawn);
    let listed = sessions::list_sessions(&database, None).await.unwrap();
    assert_eq!(listed.len(), 1);
    let mut back = session.clone();
    back.withdrawn = false;
    write!(database, |tx| registry::upsert_session(&mut tx, &back));
    let listed = sessions::list_sessions(&database, Some(sample.tender))
        .await
        .unwrap();
    assert_eq!(listed.len(), 2);
}

async fn the_newest_answer_to_an_invitation_stands(world: World) {
    use CalendarAnswer::{Accepted, Declined, Tentative};
    let database = world.open().await;
    let session = sample(&database).await.first.session;
    for (answer, sequence, stamp, counts, stands) in [
        (Tentative, 0, None, true, Tentative),
        (Accepted, 0, Some(10), true, Accepted),
        (Declined, 0, Some(5), false, Accepted), // overtaken on the way
        (Accepted, 0, Some(10), false, Accepted),
        (Declined, 0, Some(10), true, Declined), // of the same second: the later one
        (Declined, 1, Some(1), true, Declined),
        (Accepted, 0, Some(99), false, Declined), // answers the former invitation
        (Accepted, 1, None, false, Declined),
    ] {
        let stamp = stamp.map(|minute| noon() + minutes(minute));
        let counted = write!(database, |tx| sessions::record_attendance(
            &mut tx,
            session,
            answer,
            Some(sequence),
            stamp
        ));
        assert_eq!(counted, counts, "{answer:?} {sequence} {stamp:?}");
        let rows = sessions::list_sessions(&database, None).await.unwrap();
        assert_eq!(rows[0].attendance, Some(stands));
    }
    let told = actions(&database).await;
    assert_eq!(told[5..], ["session.attendance"; 4]);
}

async fn consent_and_negotiation_are_told_once(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let (tender, place) = (sample.tender, sample.first);
    let negotiation = session(tender, place.bidder, SessionKind::Negotiation);
    let negotiation = write!(database, |tx| registry::upsert_session(
        &mut tx,
        &negotiation
    ));
    for expected in [true, false] {
        let told = write!(database, |tx| sessions::record_consent(
            &mut tx,
            place.session,
            RecordingConsent::Refused,
            noon(),
        ));
        assert_eq!(told, expected);
        let told = write!(database, |tx| sessions::record_negotiation(
            &mut tx,
            negotiation,
            Negotiation::CounterOffer,
            noon(),
        ));
        assert_eq!(told, expected);
    }
    let elsewhere = write!(database, |tx| sessions::record_negotiation(
        &mut tx,
        place.session,
        Negotiation::Waiting,
        noon(),
    ));
    assert!(!elsewhere, "a session that is no negotiation has none");
    let rows = sessions::list_sessions(&database, Some(tender))
        .await
        .unwrap();
    let of = |id| rows.iter().find(|row| row.session == id).unwrap();
    assert_eq!(
        of(place.session).recording_consent,
        Some(RecordingConsent::Refused)
    );
    assert_eq!(of(negotiation).negotiation, Some(Negotiation::CounterOffer));
    // The file that goes out later takes no refusal back; an earlier word does, however late it is read.
    use Negotiation::{CounterOffer, Refused, Waiting};
    let state = async || {
        let rows = sessions::list_sessions(&database, Some(tender))
            .await
            .unwrap();
        rows.iter()
            .find(|row| row.session == negotiation)
            .unwrap()
            .negotiation
    };
    let goes = write!(database, |tx| sessions::record_waiting(
        &mut tx,
        negotiation,
        noon() + minutes(5)
    ));
    assert!(!goes);
    assert_eq!(state().await, Some(CounterOffer));
    for (said, minute, counts, stands) in [
        (Waiting, 10, true, Waiting),
        (Refused, 9, true, Refused),
        (Waiting, 8, false, Refused),
        (Waiting, 11, true, Waiting),
    ] {
        let counted = write!(database, |tx| sessions::record_negotiation(
            &mut tx,
            negotiation,
            said,
            noon() + minutes(minute),
        ));
        assert_eq!(
            (counted, state().await),
            (counts, Some(stands)),
            "{said:?} {minute}"
        );
    }
    // A worse file takes nothing away from a better one by itself; a person's word does.
    use Negotiation::{Differs, ReturnedSigned, ReturnedUnsigned};
    for (brought, minute, stands) in [
        (ReturnedUnsigned, 12, ReturnedUnsigned),
        (Differs, 13, Differs),
        (ReturnedSigned, 14, ReturnedSigned),
        (ReturnedUnsigned, 15, ReturnedSigned),
        (Differs, 16, ReturnedSigned),
        (Refused, 17, Refused),
        (ReturnedSigned, 18, ReturnedSigned),
    ] {
        write!(database, |tx| sessions::record_brought(
            &mut tx,
            negotiation,
            brought,
            noon() + minutes(minute),
        ));
        assert_eq!(state().await, Some(stands), "{brought:?} {minute}");
    }
    write!(database, |tx| sessions::record_negotiation(
        &mut tx,
        negotiation,
        Differs,
        noon() + minutes(19),
    ));
    assert_eq!(state().await, Some(Differs));
    assert_eq!(of(place.session).invitation, None);
}

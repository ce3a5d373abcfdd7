use jiff::Timestamp;
use loket::{
    correspondence::OutboxKind,
    database::{
        Database, dues,
        outbox::{self, Next},
        registry,
        sessions::{self, Negotiation, RecordingConsent},
    },
    desk::{
        due::{Fate, Reminded},
        facts::{SessionTimes, Step},
    },
    letter::CalendarAnswer,
    matching::Placement,
    tender::{OutboxId, SessionKind},
};

use crate::world::{World, actions, minutes, noon, outgoing, sample, session};

on_both!(
    the_last_announcement_of_a_session_is_what_was_told,
    invitations_from_before_the_table_are_remembered,
    who_is_asked_again_has_not_answered_and_an_older_letter_is_not_answered_any_more,
    letters_to_a_bidder_are_known_when_he_answers,
    of_several_words_the_newest_stands_whatever_the_order,
    reminders_are_counted_by_session_and_step,
    keys_of_long_ago_are_known_of_letters_about_sessions_only,
    the_digest_looks_back_to_the_one_of_an_earlier_day,
);

async fn queue(
    database: &Database,
    key: &str,
    kind: OutboxKind,
    place: Option<Placement>,
) -> OutboxId {
    let mut mail = outgoing(key, kind);
    mail.tender = place.map(|place| place.tender);
    mail.bidder = place.map(|place| place.bidder);
    mail.session = place.map(|place| place.session);
    write!(database, |tx| outbox::queue(&mut tx, &mail)).id()
}

fn times(minute: i64) -> SessionTimes {
    SessionTimes {
        starts: noon() + minutes(minute),
        ends: noon() + minutes(minute + 60),
        due: noon() + minutes(minute + 120),
        meeting: loket::tender::Meeting {
            passcode: Some("é'x".to_owned()),
            ..Default::default()
        },
        documents: vec![loket::tender::DocumentWord::Ktp],
    }
}

async fn the_last_announcement_of_a_session_is_what_was_told(world: World) {
    let database = world.open().await;
    let place = sample(&database).await.first;
    assert!(dues::announcements(&database).await.unwrap().is_empty());
    for (sequence, cancelled) in [(0, false), (1, false), (2, true)] {
        let key = format!("change/{sequence}");
        let id = queue(&database, &key, OutboxKind::Notice, Some(place)).await;
        let told = times(i64::from(sequence));
        write!(database, |tx| dues::announced(
            &mut tx,
            place.session,
            sequence,
            id,
            cancelled,
            &told
        ));
        // A repeat changes nothing.
        write!(database, |tx| dues::announced(
            &mut tx,
            place.session,
            sequence,
            id,
            false,
            &times(9)
        ));
        let all = dues::announcements(&database).await.unwrap();
        let last = &all[&place.session];
        assert_eq!(
            (all.len(), last.sequence, last.cancelled),
            (1, sequence, cancelled)
        );
        assert_eq!(
            (&last.times, last.at, last.fate),
            (&told, noon(), Fate::Waiting)
        );
        let bounced = Next::Bounced {
            detail: "550".to_owned(),
        };
        write!(database, |tx| outbox::record_outcome(&mut tx, id, &bounced));
        let last = &dues::announcements(&database).await.unwrap()[&place.session];
        assert_eq!(last.fate, Fate::Lost);
    }
}

/// What the migration does with rows that stand: its own statement, run once more.
async fn invitations_from_before_the_table_are_remembered(world: World) {
    let database = world.open().await;
    let place = sample(&database).await.first;
    let key = format!("invitation/{}", place.session);
    queue(&database, &key, OutboxKind::Invitation, Some(place)).await;
    let sql = include_str!("../../migrations/sqlite/0007_announcements.sql");
    let begin = sql.find("INSERT INTO announcement").unwrap();
    let statement = &sql[begin..begin + sql[begin..].find(';').unwrap()];
    world.raw(statement).await.unwrap();
    let all = dues::announcements(&database).await.unwrap();
    let registry = registry::load_registry(&database).await.unwrap();
    let session = registry.session(place.session).unwrap();
    assert_eq!(all[&place.session].times, SessionTimes::of(session));
}

async fn who_is_asked_again_has_not_answered_and_an_older_letter_is_not_answered_any_more(
    world: World,
) {
    let database = world.open().await;
    let place = sample(&database).await.first;
    let of = async || {
        let answers = dues::answers(&database, &[place.session]).await.unwrap();
        answers[&place.session].0
    };
    let answer = async |answer, sequence, at: Option<Timestamp>| {
        write!(database, |tx| sessions::record_attendance(
            &mut tx,
            place.session,
            answer,
            sequence,
            at
        ))
    };
    assert!(answer(CalendarAnswer::Accepted, Some(0), Some(noon())).await);
    write!(database, |tx| sessions::ask_again(
        &mut tx,
        place.session,
        1
    ));
    assert_eq!(of().await, None);
    let later = Some(noon() + minutes(5));
    assert!(!answer(CalendarAnswer::Accepted, Some(0), later).await);
    assert_eq!(of().await, None);
    // In words, he answers the newest letter.
    let id = queue(&database, "change/1", OutboxKind::Notice, Some(place)).await;
    write!(database, |tx| dues::announced(
        &mut tx,
        place.session,
        1,
        id,
        false,
        &times(1)
    ));
    assert!(answer(CalendarAnswer::Declined, None, later).await);
    assert_eq!(of().await, Some(CalendarAnswer::Declined));
    let told = actions(&database).await;
    let asked = told.iter().filter(|action| *action == "session.attendance");
    assert_eq!(asked.count(), 3);
}

async fn letters_to_a_bidder_are_known_when_he_answers(world: World) {
    let database = world.open().await;
    let place = sample(&database).await.first;
    let sessions = [place.session];
    let id = queue(
        &database,
        "invitation/x",
        OutboxKind::Invitation,
        Some(place),
    )
    .await;
    let told = times(1);
    write!(database, |tx| dues::announced(
        &mut tx,
        place.session,
        0,
        id,
        false,
        &told
    ));
    let receipt = queue(
        &database,
        "receipt/x",
        OutboxKind::Acknowledgement,
        Some(place),
    )
    .await;
    let asked = async || dues::asked(&database, place.session).await.unwrap();
    let letters = asked().await.letters;
    assert_eq!(letters.len(), 2);
    assert_eq!((letters[0].sent_at, letters[1].announced), (None, None));
    let first = letters[0].announced.unwrap();
    assert_eq!((first.sequence, first.cancelled), (0, false));
    assert_eq!((first.starts, first.ends), (told.starts, told.ends));
    let last = async |before| {
        dues::last_letter(&database, &sessions, before)
            .await
            .unwrap()
    };
    assert_eq!(last(noon()).await, None);
    let answer = "250".to_owned();
    write!(database, |tx| outbox::record_outcome(
        &mut tx,
        id,
        &Next::Sent {
            answer: answer.clone()
        }
    ));
    assert_eq!(asked().await.letters[0].sent_at, Some(noon()));
    assert_eq!(last(noon()).await, Some(noon()));
    assert_eq!(last(noon() - minutes(1)).await, None);
    // What asks for an answer, and not a receipt.
    let texts = outbox::told(&database, &sessions).await.unwrap();
    assert_eq!(texts.len(), 1);
    let row = outbox::outbox_row(&database, id).await.unwrap().unwrap();
    assert_eq!(texts[0], row.mail.raw);
    let bare = async |since| {
        dues::bare_receipts(&database, place.bidder, since)
            .await
            .unwrap()
    };
    assert_eq!(bare(noon()).await, 1, "{receipt}");
    assert_eq!(bare(noon() + minutes(1)).await, 0);
    assert!(dues::refusing(&database).await.unwrap().is_empty());
}

async fn of_several_words_the_newest_stands_whatever_the_order(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let negotiation = session(sample.tender, sample.first.bidder, SessionKind::Negotiation);
    let negotiation = write!(database, |tx| registry::upsert_session(
        &mut tx,
        &negotiation
    ));
    for (state, consent, minute, counts) in [
        (Negotiation::Waiting, RecordingConsent::Given, 10, true),
        (Negotiation::Refused, RecordingConsent::Refused, 20, true),
        (
            Negotiation::ReturnedSigned,
            RecordingConsent::Given,
            15,
            false,
        ),
        (Negotiation::CounterOffer, RecordingConsent::Given, 20, true),
    ] {
        let at = noon() + minutes(minute);
        let told = write!(database, |tx| sessions::record_negotiation(
            &mut tx,
            negotiation,
            state,
            at
        ));
        let consented = write!(database, |tx| sessions::record_consent(
            &mut tx,
            negotiation,
            consent,
            at
        ));
        assert_eq!((told, consented), (counts, counts), "{state:?}");
    }
}

async fn reminders_are_counted_by_session_and_step(world: World) {
    let database = world.open().await;
    let place = sample(&database).await.first;
    let id = place.session;
    let key = format!("reminder/{id}/half-time/2026-11-25T08:00:00Z");
    queue(&database, &key, OutboxKind::Reminder, Some(place)).await;
    queue(&database, "reminder/x", OutboxKind::Reminder, Some(place)).await;
    let expected = Reminded {
        session: id,
        step: Step::HalfTime,
        at: noon(),
    };
    assert_eq!(dues::reminded(&database).await.unwrap(), [expected]);
}

async fn keys_of_long_ago_are_known_of_letters_about_sessions_only(world: World) {
    let database = world.open().await;
    for (key, kind) in [
        ("invitation/1", OutboxKind::Invitation),
        ("reminder/1/time-up/x", OutboxKind::Reminder),
        ("negotiation/1/x", OutboxKind::Negotiation),
        ("notice/x", OutboxKind::Notice),
        ("digest/x", OutboxKind::Digest),
        ("acknowledgement/1", OutboxKind::Acknowledgement),
    ] {
        queue(&database, key, kind, None).await;
    }
    let known = async |since| dues::known_keys(&database, since).await.unwrap().len();
    assert_eq!(known(noon()).await, 5);
    assert_eq!(known(noon() + minutes(1)).await, 3);
}

async fn the_digest_looks_back_to_the_one_of_an_earlier_day(world: World) {
    let database = world.open().await;
    let last = async |before| {
        dues::last_digest(&database, "pokja-3", before)
            .await
            .unwrap()
    };
    assert_eq!(last(noon()).await, None);
    queue(&database, "digest/1", OutboxKind::Digest, None).await;
    assert_eq!(last(noon()).await, None, "of today");
    assert_eq!(last(noon() + minutes(1)).await, Some(noon()));
}

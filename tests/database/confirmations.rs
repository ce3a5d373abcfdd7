use loket::{
    database::{confirmations, dues, messages, messages::Recorded, registry},
    desk::{
        Effect,
        message::{Answers, Attention, MessageKind, MessageState},
    },
    letter::CalendarAnswer,
    matching::Placement,
    tender::SessionKind,
};

use crate::world::{World, actions, filed, is_forbidden, minutes, noon, sample, session, take_in};
use loket::database::sessions::{Negotiation, list_sessions};

on_both!(
    a_person_confirms_what_a_mail_brought_or_says_what_is_right,
    a_calendars_no_is_told_of_as_long_as_it_holds,
);

async fn a_person_confirms_what_a_mail_brought_or_says_what_is_right(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let row = session(sample.tender, sample.first.bidder, SessionKind::Negotiation);
    let negotiation = write!(database, |tx| registry::upsert_session(&mut tx, &row));
    let place = Placement {
        session: negotiation,
        ..sample.first
    };
    let message = take_in(&database, 1).await;
    let mut tx = database.begin("sri", noon()).await.unwrap();
    let early = confirmations::confirm(&mut tx, message, None).await;
    assert!(is_forbidden(&early), "it is not filed yet: {early:?}");
    drop(tx);
    let mut plan = filed(place);
    plan.attention = Some(Attention::Refused);
    plan.effects = vec![Effect::Negotiation {
        session: negotiation,
        negotiation: Negotiation::CounterOffer,
        said_at: noon(),
    }];
    write!(database, |tx| messages::record_plan(
        &mut tx,
        message,
        &plan,
        &[]
    ));
    let said = confirmations::answers(&database, &[message]).await.unwrap();
    let brought = Answers {
        negotiation: Some(Negotiation::CounterOffer),
        ..Answers::default()
    };
    assert_eq!(said[&message], (negotiation, brought));
    let waits = || async {
        let (since, open) = (noon() + minutes(9999), noon() - minutes(9999));
        let mailbox = registry::load_registry(&database).await.unwrap().tenders()[0]
            .mailbox
            .clone();
        let mails = messages::for_digest(&database, &mailbox, since, open)
            .await
            .unwrap();
        mails.len()
    };
    assert_eq!(waits().await, 1);

    let stands = || async {
        let rows = list_sessions(&database, None).await.unwrap();
        let row = rows.into_iter().find(|row| row.session == negotiation);
        row.unwrap().negotiation
    };
    for (word, recorded, expected) in [
        (None, Recorded::Now, Negotiation::CounterOffer),
        (None, Recorded::Already, Negotiation::CounterOffer),
        (
            Some(Negotiation::Differs),
            Recorded::Now,
            Negotiation::Differs,
        ),
        (
            Some(Negotiation::Differs),
            Recorded::Already,
            Negotiation::Differs,
        ),
        (None, Recorded::Already, Negotiation::Differs),
    ] {
        let done = write!(database, |tx| confirmations::confirm(
            &mut tx, message, word
        ));
        assert_eq!(done, recorded, "{word:?}");
        assert_eq!(stands().await, Some(expected), "{word:?}");
        let words = confirmations::confirmed_words(&database).await.unwrap();
        assert_eq!(words[&negotiation], [expected]);
    }
    assert_eq!(waits().await, 0);
    let confirmed = confirmations::confirmed(&database, &[message])
        .await
        .unwrap();
    assert!(confirmed.contains(&message));
    let told = actions(&database).await;
    let told = told.iter().filter(|action| *action == "message.confirmed");
    assert_eq!(told.count(), 2);

    // Of another kind of session there is no such word.
    let other = take_in(&database, 2).await;
    let plan = filed(sample.first);
    write!(database, |tx| messages::record_plan(
        &mut tx,
        other,
        &plan,
        &[]
    ));
    let mut tx = database.begin("sri", noon()).await.unwrap();
    let wrong = confirmations::confirm(&mut tx, other, Some(Negotiation::Refused)).await;
    assert!(is_forbidden(&wrong), "{wrong:?}");
}

async fn a_calendars_no_is_told_of_as_long_as_it_holds(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let message = take_in(&database, 1).await;
    let mut plan = filed(sample.first);
    (plan.kind, plan.state) = (MessageKind::CalendarReply, MessageState::SetAside);
    plan.placement = None;
    plan.answer = loket::desk::Answer::None("x".to_owned());
    plan.effects = vec![Effect::Attendance {
        session: sample.first.session,
        answer: CalendarAnswer::Declined,
        sequence: Some(0),
        stamped_at: Some(noon()),
    }];
    write!(database, |tx| messages::record_plan(
        &mut tx,
        message,
        &plan,
        &[]
    ));
    let told = || async {
        dues::refusals(&database, noon() - minutes(9999))
            .await
            .unwrap()
    };
    assert_eq!(told().await.len(), 1);
    assert_eq!(told().await[0].message, message);
    let comes = CalendarAnswer::Accepted;
    let later = Some(noon() + minutes(1));
    write!(database, |tx| loket::database::sessions::record_attendance(
        &mut tx,
        sample.first.session,
        comes,
        Some(0),
        later
    ));
    assert!(told().await.is_empty());
}

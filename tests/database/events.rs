use loket::{
    database::{PROGRAM, events},
    journal::Difference,
};
use serde_json::json;

use crate::world::{World, actions, all_events, differences, noon, sample, take_in};

on_both!(
    events_never_change_and_never_go,
    what_the_owner_of_the_database_changes_is_told,
    events_of_a_tender_are_found_by_its_code,
    an_event_reads_back_as_it_was_hashed,
);

async fn events_never_change_and_never_go(world: World) {
    let database = world.open().await;
    sample(&database).await;
    let before = all_events(&database).await;
    for statement in [
        "UPDATE event SET actor = 'nobody' WHERE seq = 1",
        "DELETE FROM event WHERE seq = 2",
        "DELETE FROM event",
    ] {
        let refused = world.raw(statement).await.unwrap_err();
        assert!(refused.to_string().contains("events never"), "{refused}");
    }
    assert_eq!(all_events(&database).await, before);
}

async fn what_the_owner_of_the_database_changes_is_told(world: World) {
    let database = world.open().await;
    sample(&database).await;
    take_in(&database, 1).await;
    assert_eq!(differences(&database).await, [] as [Difference; 0]);
    if world.is_postgres() {
        world
            .raw("DROP TRIGGER event_never_changes ON event")
            .await
            .unwrap();
    } else {
        world.raw("DROP TRIGGER event_never_changes").await.unwrap();
        world.raw("DROP TRIGGER event_never_goes").await.unwrap();
    }
    world
        .raw("UPDATE event SET actor = 'nobody' WHERE seq = 2")
        .await
        .unwrap();
    world
        .raw("UPDATE event SET tender = '999' WHERE seq = 3")
        .await
        .unwrap();
    world.raw("DELETE FROM event WHERE seq = 4").await.unwrap();
    let found = differences(&database).await;
    assert!(found.contains(&Difference::Changed { seq: 2 }), "{found:?}");
    assert!(
        found.contains(&Difference::Removed { from: 4, to: 4 }),
        "{found:?}"
    );
    assert!(
        matches!(&found[1], Difference::OtherTender { seq: 3, .. }),
        "{found:?}"
    );
    assert_eq!(found.len(), 3);
}

async fn events_of_a_tender_are_found_by_its_code(world: World) {
    let database = world.open().await;
    sample(&database).await;
    take_in(&database, 1).await;
    let ours = events::events_after(&database, Some("8231345"), 0, 100)
        .await
        .unwrap();
    assert_eq!(ours.len(), 5);
    assert!(
        ours.iter()
            .all(|event| event.event.data["tender"] == "8231345")
    );
    let others = events::events_after(&database, Some("1"), 0, 100).await;
    assert_eq!(others.unwrap(), []);
}

async fn an_event_reads_back_as_it_was_hashed(world: World) {
    let database = world.open().await;
    let mut tx = database.begin("sri\0rahayu", noon()).await.unwrap();
    events::append(
        &mut tx,
        "dossier.exported",
        ("tender", "8231345"),
        Some("8231345"),
        json!({"folder": "a\u{0}b \u{1f600} \"q\"", "files": [1, 2, -3], "none": null, "\u{fb33}": "x"}),
    );
    tx.commit().await.unwrap();
    assert_eq!(actions(&database).await, ["dossier.exported"]);
    assert_eq!(differences(&database).await, [] as [Difference; 0]);
    let event = &all_events(&database).await[0].event;
    assert_eq!(event.data["folder"], "a\u{0}b \u{1f600} \"q\"");
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    events::append(&mut tx, "loket.started", ("loket", "1"), None, json!({}));
    tx.commit().await.unwrap();
    assert_eq!(events::head(&database).await.unwrap().seq, 2);
}

use loket::{
    database::{DatabaseError, PROGRAM, messages, registry},
    journal::Difference,
    tender::{BidderId, SessionKind, TenderId},
};

use crate::world::{World, all_events, differences, mail, noon, sample, session, take_in};

on_both!(
    a_dropped_transaction_leaves_nothing_behind,
    nobody_commits_past_a_failed_statement,
    an_undone_transaction_frees_its_connection,
    four_that_write_at_once_all_succeed_and_keep_the_chain_whole,
    a_task_stopped_in_the_middle_harms_nobody,
);

async fn a_dropped_transaction_leaves_nothing_behind(world: World) {
    let database = world.open().await;
    for number in 0..5 {
        let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
        messages::take_in(&mut tx, &mail(number)).await.unwrap();
        drop(tx);
    }
    assert_eq!(all_events(&database).await, []);
    take_in(&database, 1).await;
    assert_eq!(all_events(&database).await.len(), 1);
}

async fn nobody_commits_past_a_failed_statement(world: World) {
    let database = world.open().await;
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    messages::take_in(&mut tx, &mail(1)).await.unwrap();
    let orphan = session(TenderId(99), BidderId(99), SessionKind::Qualification);
    let refused = registry::upsert_session(&mut tx, &orphan).await;
    assert!(crate::world::is_forbidden(&refused), "{refused:?}");
    assert!(matches!(tx.commit().await, Err(DatabaseError::Spoilt)));
    assert_eq!(all_events(&database).await, []);
    take_in(&database, 1).await;
}

async fn an_undone_transaction_frees_its_connection(world: World) {
    let database = world.open().await;
    for number in 0..20 {
        let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
        messages::take_in(&mut tx, &mail(number)).await.unwrap();
        tx.roll_back().await.unwrap();
    }
    assert_eq!(all_events(&database).await, []);
}

async fn four_that_write_at_once_all_succeed_and_keep_the_chain_whole(world: World) {
    let database = world.open().await;
    sample(&database).await;
    let before = all_events(&database).await.len();
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let database = database.clone();
            tokio::spawn(async move {
                for number in 0..50 {
                    take_in(&database, writer * 1000 + number).await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let events = all_events(&database).await;
    assert_eq!(events.len(), before + 200);
    assert_eq!(differences(&database).await, [] as [Difference; 0]);
}

async fn a_task_stopped_in_the_middle_harms_nobody(world: World) {
    let database = world.open().await;
    for number in 0..20 {
        let inner = database.clone();
        let task = tokio::spawn(async move {
            let mut tx = inner.begin(PROGRAM, noon()).await.unwrap();
            for number in 0..1000 {
                messages::take_in(&mut tx, &mail(10_000 + number))
                    .await
                    .unwrap();
                tokio::task::yield_now().await;
            }
            tx.commit().await.unwrap();
        });
        // Stopped somewhere else each time.
        for _ in 0..number * 5 {
            tokio::task::yield_now().await;
        }
        task.abort();
        let _ = task.await;
        take_in(&database, number).await;
    }
    assert_eq!(all_events(&database).await.len(), 20);
    assert_eq!(differences(&database).await, [] as [Difference; 0]);
}

use std::time::Duration;

use loket::database::{
    DatabaseError, PROGRAM,
    lease::{self, Lease},
    messages,
};

use crate::world::{World, all_events, mail, minutes, noon, take_in};

const TTL: Duration = Duration::from_secs(60);

on_both!(
    one_holder_at_a_time_and_a_rising_epoch,
    a_holder_that_wakes_late_commits_nothing,
    whoever_takes_over_waits_for_what_the_holder_has_begun,
    of_six_that_want_it_one_gets_it,
    a_lease_given_back_is_free_at_once,
);

async fn one_holder_at_a_time_and_a_rising_epoch(world: World) {
    let database = world.open().await;
    let take = async |holder: &str, after| {
        lease::acquire(&database, "pokja-3", holder, noon() + minutes(after), TTL)
            .await
            .unwrap()
    };
    let first = take("a", 0).await.unwrap();
    assert_eq!(take("b", 0).await, None);
    lease::renew(&database, &first, noon() + minutes(1), TTL)
        .await
        .unwrap();
    assert_eq!(take("b", 1).await, None);
    let second = take("b", 2).await.unwrap();
    assert!(second.epoch > first.epoch);
    let renewed = lease::renew(&database, &first, noon() + minutes(2), TTL).await;
    assert!(matches!(renewed, Err(DatabaseError::LeaseLost { .. })));
    let other = lease::acquire(&database, "pokja-4", "a", noon(), TTL).await;
    assert!(other.unwrap().is_some());
}

async fn a_holder_that_wakes_late_commits_nothing(world: World) {
    let database = world.open().await;
    let old = lease::acquire(&database, "pokja-3", "a", noon(), TTL)
        .await
        .unwrap()
        .unwrap();
    let of_old = database.under(&old);
    take_in(&of_old, 1).await;
    let new = lease::acquire(&database, "pokja-3", "b", noon() + minutes(5), TTL)
        .await
        .unwrap()
        .unwrap();
    let before = all_events(&database).await.len();
    let refused = of_old.begin(PROGRAM, noon()).await;
    assert!(matches!(refused, Err(DatabaseError::LeaseLost { name }) if name == "pokja-3"));
    assert_eq!(all_events(&database).await.len(), before);
    take_in(&database.under(&new), 2).await;
    let forged = Lease {
        epoch: new.epoch + 1,
        ..new
    };
    assert!(
        database
            .under(&forged)
            .begin(PROGRAM, noon())
            .await
            .is_err()
    );
}

async fn whoever_takes_over_waits_for_what_the_holder_has_begun(world: World) {
    let database = world.open().await;
    let old = lease::acquire(&database, "pokja-3", "a", noon(), TTL)
        .await
        .unwrap()
        .unwrap();
    let mut tx = database.under(&old).begin(PROGRAM, noon()).await.unwrap();
    messages::take_in(&mut tx, &mail(1)).await.unwrap();
    let taker = {
        let database = database.clone();
        tokio::spawn(async move {
            lease::acquire(&database, "pokja-3", "b", noon() + minutes(5), TTL).await
        })
    };
    tokio::task::yield_now().await;
    // The holder renews beside its own transaction where the database lets two write.
    if world.is_postgres() {
        lease::renew(&database, &old, noon(), TTL).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert!(taker.await.unwrap().unwrap().is_some());
    assert!(database.under(&old).begin(PROGRAM, noon()).await.is_err());
}

async fn of_six_that_want_it_one_gets_it(world: World) {
    let database = world.open().await;
    let wanting: Vec<_> = (0..6)
        .map(|number| {
            let database = database.clone();
            tokio::spawn(async move {
                lease::acquire(
                    &database,
                    "outbox",
                    &format!("worker {number}"),
                    noon(),
                    TTL,
                )
                .await
            })
        })
        .collect();
    let mut got = 0;
    for taker in wanting {
        got += usize::from(taker.await.unwrap().unwrap().is_some());
    }
    assert_eq!(got, 1);
}

async fn a_lease_given_back_is_free_at_once(world: World) {
    let database = world.open().await;
    let first = lease::acquire(&database, "pokja-3", "a", noon(), TTL)
        .await
        .unwrap()
        .unwrap();
    lease::release(&database, &first).await.unwrap();
    assert!(database.under(&first).begin(PROGRAM, noon()).await.is_err());
    let second = lease::acquire(&database, "pokja-3", "b", noon(), TTL)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(second.epoch, first.epoch + 1);
    // Giving back what was lost takes nothing from the new holder.
    lease::release(&database, &first).await.unwrap();
    take_in(&database.under(&second), 1).await;
}

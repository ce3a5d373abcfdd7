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
    // Two by the same handle, two by another: as a command does beside the running daemon.
    let other = world.open().await;
    let writers: Vec<_> = [&database, &database, &other, &other]
        .into_iter()
        .zip(0..)
        .map(|(database, writer)| {
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

/// A disk of a few megabytes in a mount namespace of our own, on which this test is run once more.
#[test]
fn a_full_disk_undoes_the_transaction_and_writing_goes_on_when_there_is_room() {
    const NAME: &str =
        "transactions::a_full_disk_undoes_the_transaction_and_writing_goes_on_when_there_is_room";
    const NO_MOUNT: i32 = 77;
    if let Ok(disk) = std::env::var("LOKET_TEST_SMALL_DISK") {
        return fill(disk.into());
    }
    let disk = tempfile::tempdir().unwrap();
    let script = format!(
        "mount -t tmpfs -o size=4m tmpfs \"$1\" || exit {NO_MOUNT}; exec \"$2\" --exact {NAME} --nocapture"
    );
    let ran = std::process::Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", &script, "sh"])
        .arg(disk.path())
        .arg(std::env::current_exe().unwrap())
        .env("LOKET_TEST_SMALL_DISK", disk.path())
        .output();
    match ran {
        Ok(ran) if ran.status.success() => {
            let told = String::from_utf8_lossy(&ran.stdout);
            assert!(told.contains("1 passed"), "{told}");
        }
        Ok(ran) if ran.status.code() == Some(101) => {
            panic!("{}", String::from_utf8_lossy(&ran.stderr))
        }
        other => eprintln!("SKIPPED: no small disk could be mounted here ({other:?})"),
    }
}

fn fill(disk: std::path::PathBuf) {
    crate::world::on_sqlite(|_| async move {
        let url = loket::settings::DatabaseUrl::Sqlite(disk.join("loket.db"));
        let database = loket::database::Database::open(&url).await.unwrap();
        std::fs::write(disk.join("filler"), vec![0; 1 << 21]).unwrap();
        let mut taken = 0;
        let full = loop {
            let mut large = mail(taken);
            large.heading.subject = "x".repeat(200_000);
            let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
            let outcome = match messages::take_in(&mut tx, &large).await {
                Ok(_) => tx.commit().await,
                Err(error) => Err(error),
            };
            match outcome {
                Ok(()) => taken += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(full, DatabaseError::Full(_)), "{full:?}");
        assert!(taken > 2 && all_events(&database).await.len() == taken as usize);
        std::fs::remove_file(disk.join("filler")).unwrap();
        take_in(&database, 1000).await;
        assert_eq!(all_events(&database).await.len(), taken as usize + 1);
        assert_eq!(differences(&database).await, [] as [Difference; 0]);
    });
}

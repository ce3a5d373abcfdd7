//! A store that is full, busy or broken.

use std::collections::BTreeMap;

use loket::mailbox::{Health, IntakeError, MailboxError};
use tokio::time::Instant;

use crate::{
    memory_intake::Memory,
    scripted_imap::Server,
    stage::{Stage, mail, three},
};

#[tokio::test(start_paused = true)]
async fn a_full_storage_pauses_taking_in_and_it_goes_on_by_itself() {
    let mut tries = 0;
    let memory = Memory::default().failing(move |_| {
        tries += 1;
        if tries <= 4 {
            Err(IntakeError::Full("1 GiB left".to_owned()))
        } else {
            Ok(())
        }
    });
    let stage = Stage::with(Server::holding(three()), memory);
    let start = Instant::now();
    let watching = stage.watch();
    stage.until_taken_in().await;
    assert!(
        (450..700).contains(&start.elapsed().as_secs()),
        "{:?}",
        start.elapsed()
    );
    let full =
        |health: &Health| matches!(health, Health::Degraded(why) if why.contains("1 GiB left"));
    assert!(stage.memory.contents().health.iter().any(full));
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn a_fatal_intake_ends_the_watch() {
    let memory = Memory::default().failing(|_| Err(IntakeError::Fatal("fsync failed".to_owned())));
    let stage = Stage::with(Server::holding(three()), memory);
    let error = stage.watch().await.expect("no panic").expect_err("fatal");
    assert!(matches!(error, IntakeError::Fatal(_)));
    assert!(matches!(
        stage.once().await,
        Err(MailboxError::Intake {
            source: IntakeError::Fatal(_),
            ..
        })
    ));
}

#[tokio::test(start_paused = true)]
async fn what_the_intake_could_not_store_is_fetched_again() {
    let mut calls = BTreeMap::new();
    let memory = Memory::default().failing(move |arrivals| {
        let call = calls.entry(arrivals[0].item.clone()).or_insert(0);
        *call += 1;
        if *call == 1 {
            Err(IntakeError::Later("database is locked".to_owned()))
        } else {
            Ok(())
        }
    });
    let mails = (1..=120).map(mail).collect();
    let stage = Stage::with(Server::holding(mails), memory);
    let watching = stage.watch();
    stage.until_taken_in().await;
    stage.finish(watching).await;
}

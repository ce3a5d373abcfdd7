//! IDLE, polling, and the end of a watch.

use std::time::Duration;

use loket::mailbox::Health;
use tokio::time::Instant;

use crate::{
    scripted_imap::{Reply, Server, say},
    stage::{Stage, three},
};

#[tokio::test(start_paused = true)]
async fn idle_wakes_at_once() {
    let stage = Stage::new(Server::holding(three()));
    let watching = stage.watch();
    stage.until_taken_in().await;
    stage
        .memory
        .until("idle", |contents| {
            contents.health.last() == Some(&Health::Idle)
        })
        .await;
    for pushed in [
        "* 4 EXISTS\r\n",
        "* 1 RECENT\r\n",
        "* 1 EXPUNGE\r\n",
        "* 2 FETCH (FLAGS (\\Seen))\r\n",
    ] {
        stage.server.deliver(format!("Subject: {pushed:?}\r\n\r\n"));
        let start = Instant::now();
        stage.server.push(pushed);
        stage.until_taken_in().await;
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{pushed:?} {:?}",
            start.elapsed()
        );
    }
    assert_eq!(stage.server.connections(), 1);
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn a_lost_push_costs_ten_minutes_at_most() {
    let stage = Stage::new(Server::holding(three()));
    let watching = stage.watch();
    stage.until_taken_in().await;
    let sweeps = stage
        .memory
        .until("a look at nothing", |contents| contents.sweeps.len() == 2)
        .await;
    // `10:*` is answered with the last mail, which is no news.
    assert_eq!(sweeps.sweeps[1].listed, 0);
    for _ in 0..3 {
        stage.server.deliver("Subject: silent\r\n\r\n");
        let start = Instant::now();
        stage.until_taken_in().await;
        assert!(
            start.elapsed() <= Duration::from_secs(602),
            "{:?}",
            start.elapsed()
        );
    }
    assert_eq!(stage.server.connections(), 1);
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn bye_in_idle_is_an_end_and_not_news() {
    let stage = Stage::new(Server::holding(three()));
    let watching = stage.watch();
    stage.until_taken_in().await;
    stage
        .memory
        .until("idle", |contents| {
            contents.health.last() == Some(&Health::Idle)
        })
        .await;
    stage.server.deliver("Subject: meanwhile\r\n\r\n");
    let start = Instant::now();
    stage.server.push("* BYE server shutting down\r\n");
    stage.until_taken_in().await;
    assert!(
        start.elapsed() <= Duration::from_secs(62),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(stage.server.connections(), 2);
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn refused_idle_means_polling() {
    for answer in [
        "{tag} NO not here\r\n",
        "{tag} BAD what?\r\n",
        "{tag} OK done\r\n",
    ] {
        let server = Server::holding(three()).behave(move |heard| {
            if heard.is("IDLE") {
                say(answer)
            } else {
                Reply::Honest
            }
        });
        let stage = Stage::new(server);
        let watching = stage.watch();
        stage.until_taken_in().await;
        for _ in 0..20 {
            stage.server.deliver("Subject: new\r\n\r\n");
            let start = Instant::now();
            stage.until_taken_in().await;
            assert!(
                start.elapsed() <= Duration::from_secs(125),
                "{:?}",
                start.elapsed()
            );
        }
        assert!(stage.server.count("IDLE") <= 3, "given up for six hours");
        stage.finish(watching).await;
    }
}

#[tokio::test(start_paused = true)]
async fn without_idle_the_folder_is_polled() {
    let stage = Stage::new(Server::holding(three()));
    stage
        .server
        .change(|folder| folder.capabilities = "IMAP4rev1".to_owned());
    let watching = stage.watch();
    stage.until_taken_in().await;
    stage.server.deliver("Subject: new\r\n\r\n");
    let start = Instant::now();
    stage.until_taken_in().await;
    assert!(
        start.elapsed() <= Duration::from_secs(61),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(stage.server.count("IDLE"), 0);
    assert_eq!(stage.server.connections(), 1);
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_lives_a_day_at_most() {
    let stage = Stage::new(Server::holding(three()));
    let watching = stage.watch();
    stage.until_taken_in().await;
    tokio::time::sleep(Duration::from_secs(86_400 + 700)).await;
    stage.server.deliver("Subject: new\r\n\r\n");
    stage.until_taken_in().await;
    stage
        .memory
        .until("idle", |contents| {
            contents.health.last() == Some(&Health::Idle)
        })
        .await;
    assert_eq!(stage.server.connections(), 2);
    assert_eq!(stage.server.count("LOGOUT"), 1);
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn stopping_ends_every_step_at_once() {
    let steps = [
        "CAPABILITY",
        "LOGIN",
        "EXAMINE",
        "UID SEARCH",
        "UID FETCH",
        "IDLE",
        "LOGOUT",
        "never",
    ];
    for step in steps {
        let (reached, mut reaches) = tokio::sync::watch::channel(false);
        let server = Server::holding(three()).behave(move |heard| {
            if heard.is(step) {
                reached.send_replace(true);
                return Reply::SayAndHang(Vec::new());
            }
            Reply::Honest
        });
        let stage = Stage::new(server);
        let watching = stage.watch();
        match step {
            "LOGOUT" => stage.stop.cancel(),
            "never" => stage.until_taken_in().await,
            _ => {
                reaches.wait_for(|reached| *reached).await.expect("reached");
            }
        }
        let start = Instant::now();
        stage.finish(watching).await;
        assert!(
            start.elapsed() <= Duration::from_secs(2),
            "{step}: {:?}",
            start.elapsed()
        );
    }
}

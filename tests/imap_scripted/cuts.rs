//! A connection that ends, falls silent or trickles, anywhere.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use loket::mailbox::imap::{self};
use tokio::time::Instant;

use crate::{
    scripted_imap::{Mail, Reply, Server},
    stage::{FOLDER, Stage, large, mail, three},
};

/// Octets of a whole sound session with these mails.
async fn session_length(mails: &[Mail]) -> usize {
    let stage = Stage::new(Server::holding(mails.to_vec()));
    stage.once().await.expect("taken in");
    stage.server.sent(1)
}

#[tokio::test(start_paused = true)]
async fn cut_after_every_octet_of_a_session_everything_comes_exactly_once() {
    let mails = three();
    let length = session_length(&mails).await;
    assert!(length > 1000, "{length}");
    for cut in 0..length {
        let stage = Stage::new(Server::holding(mails.clone()));
        stage.server.cut(1, cut);
        stage
            .once()
            .await
            .unwrap_or_else(|error| panic!("cut after {cut}: {error}"));
        stage.assert_taken_in();
    }
}

#[tokio::test(start_paused = true)]
async fn cut_twice_everything_comes_exactly_once() {
    let mails = three();
    let length = session_length(&mails).await;
    for cut in (0..length).step_by(23) {
        let stage = Stage::new(Server::holding(mails.clone()));
        stage.server.cut(1, cut);
        stage.server.cut(2, length - cut);
        stage
            .once()
            .await
            .unwrap_or_else(|error| panic!("cut after {cut}: {error}"));
        stage.assert_taken_in();
    }
}

#[tokio::test(start_paused = true)]
async fn watching_goes_on_after_a_cut_anywhere() {
    let mails = three();
    let length = session_length(&mails).await;
    for cut in (0..length).step_by(17) {
        let stage = Stage::new(Server::holding(mails.clone()));
        stage.server.cut(1, cut);
        let watching = stage.watch();
        stage.until_taken_in().await;
        stage.finish(watching).await;
    }
}

#[tokio::test(start_paused = true)]
async fn silence_anywhere_is_noticed_and_everything_comes_exactly_once() {
    let commands = [
        "CAPABILITY",
        "LOGIN",
        "ID",
        "EXAMINE",
        "UID SEARCH",
        "UID FETCH",
    ];
    for command in commands {
        for half in [false, true] {
            let server = Server::holding(three()).behave(move |heard| {
                if heard.connection == 1 && heard.is(command) {
                    let end = if half { heard.honest.len() / 2 } else { 0 };
                    return Reply::SayAndHang(heard.honest[..end].to_vec());
                }
                Reply::Honest
            });
            let stage = Stage::new(server);
            let start = Instant::now();
            let watching = stage.watch();
            stage.until_taken_in().await;
            assert!(
                start.elapsed() <= Duration::from_secs(125),
                "{command}: {:?}",
                start.elapsed()
            );
            stage.finish(watching).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_trickles_is_given_up_after_ten_minutes() {
    // An octet every 50 s keeps the read deadline quiet; the command has its own.
    let server = Server::holding(three());
    let stage = Stage::new(server);
    let dial = stage.server.dial();
    let slow: imap::Dial = {
        let tried = Arc::new(AtomicUsize::new(0));
        Arc::new(move |settings| {
            if tried.fetch_add(1, Ordering::Relaxed) > 0 {
                return dial(settings);
            }
            Box::pin(async {
                let (near, mut far) = tokio::io::duplex(1024);
                tokio::spawn(async move {
                    use tokio::io::AsyncWriteExt;
                    far.write_all(b"* OK ready\r\n* OK ").await.unwrap();
                    loop {
                        tokio::time::sleep(Duration::from_secs(50)).await;
                        if far.write_all(b"x").await.is_err() {
                            return;
                        }
                    }
                });
                let octets: Box<dyn imap::Octets> = Box::new(near);
                Ok(octets)
            })
        })
    };
    let start = Instant::now();
    let account = stage.account.clone().dialing(slow);
    let watching = tokio::spawn(imap::watch(
        account,
        FOLDER.to_owned(),
        stage.memory.clone(),
        stage.limits.clone(),
        stage.stop.clone(),
    ));
    stage.until_taken_in().await;
    assert!(
        (600..700).contains(&start.elapsed().as_secs()),
        "{:?}",
        start.elapsed()
    );
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn a_large_mail_goes_on_where_the_connection_broke() {
    let mails = vec![large(1, 2_000_000), large(2, 1_100_000), mail(3)];
    let stage = Stage::new(Server::holding(mails));
    for connection in 1..=3 {
        stage.server.cut(connection, 650_000);
    }
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
    let starts = stage
        .server
        .lines()
        .iter()
        .filter(|line| line.starts_with("UID FETCH 1 ") && line.contains("BODY.PEEK[]<0."))
        .count();
    assert_eq!(starts, 1, "begun once");
    assert_eq!(
        stage.memory.row(1).tries,
        0,
        "a cut is not the mail's fault"
    );
}

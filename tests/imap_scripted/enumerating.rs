//! Which mails there are: refused searches, missing numbers, new numbers, removed mails.

use std::time::Duration;

use loket::mailbox::Item;
use tokio::time::Instant;

use crate::{
    memory_intake::{self, State},
    scripted_imap::{Reply, Server, say},
    stage::{Stage, large, mail, three},
};

#[tokio::test(start_paused = true)]
async fn refused_searches_are_answered_by_listing_with_fetch() {
    for status in ["NO [CANNOT] no index", "BAD unknown"] {
        let server = Server::holding(three()).behave(move |heard| {
            if heard.is("UID SEARCH") {
                return Reply::Say(format!("* SEARCH\r\n{{tag}} {status}\r\n").into_bytes());
            }
            Reply::Honest
        });
        let stage = Stage::new(server);
        stage.once().await.expect("taken in");
        stage.assert_taken_in();
    }
}

#[tokio::test(start_paused = true)]
async fn a_search_that_lists_less_than_the_folder_holds_is_not_believed() {
    for answer in [
        "* SEARCH\r\n{tag} OK done\r\n",
        "{tag} OK done\r\n",
        "* SEARCH 3 9\r\n{tag} OK done\r\n",
    ] {
        let server = Server::holding(three()).behave(move |heard| {
            if heard.is("UID SEARCH") {
                say(answer)
            } else {
                Reply::Honest
            }
        });
        let stage = Stage::new(server);
        let sweep = stage.once().await.expect("taken in");
        assert_eq!(sweep.listed, 3);
        stage.assert_taken_in();
    }
}

#[tokio::test(start_paused = true)]
async fn uidnext_may_be_absent_or_wrong() {
    for uid_next in [None, Some(1), Some(5), Some(4_000_000_000)] {
        let stage = Stage::new(Server::holding(three()));
        stage.server.change(|folder| folder.uid_next = uid_next);
        let watching = stage.watch();
        stage.until_taken_in().await;
        stage.server.deliver_and_push("Subject: new\r\n\r\n");
        stage.server.change(|folder| folder.uid_next = uid_next);
        stage.until_taken_in().await;
        stage.finish(watching).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_uid_below_the_highest_that_turns_up_late_is_found_at_night() {
    // Not in answers about the last days either: an old mail moved in by a person, say.
    let stage = Stage::new(Server::holding(three()).behave(|heard| {
        if heard.is("UID SEARCH SINCE") {
            say("* SEARCH\r\n{tag} OK done\r\n")
        } else {
            Reply::Honest
        }
    }));
    let watching = stage.watch();
    stage.until_taken_in().await;
    let start = Instant::now();
    stage
        .server
        .change(|folder| folder.mails.insert(2, mail(6)));
    stage.until_taken_in().await;
    assert!(
        start.elapsed() <= Duration::from_secs(86_400 + 700),
        "{:?}",
        start.elapsed()
    );
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn a_uid_below_the_highest_of_these_days_is_found_within_the_hour() {
    let stage = Stage::new(Server::holding(three()));
    let watching = stage.watch();
    stage.until_taken_in().await;
    let start = Instant::now();
    stage
        .server
        .change(|folder| folder.mails.insert(2, mail(6)));
    stage.until_taken_in().await;
    assert!(
        start.elapsed() <= Duration::from_secs(3600 + 700),
        "{:?}",
        start.elapsed()
    );
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn renumbered_between_two_runs_every_mail_gets_a_row_in_the_new_epoch() {
    let stage = Stage::new(Server::holding(three()));
    stage.once().await.expect("taken in");
    stage.server.change(|folder| {
        folder.uid_validity += 1;
        for (uid, mail) in (1..).zip(&mut folder.mails) {
            mail.uid = uid;
        }
        folder.mails.push(mail(20));
    });
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
    assert_eq!(stage.memory.contents().rows.len(), 3 + 4);
}

#[tokio::test(start_paused = true)]
async fn renumbered_under_way_nothing_of_the_old_numbers_is_used() {
    let (mut one, mut other) = (large(9, 2_000_000), large(9, 2_000_000));
    one.raw[20] = b'A';
    other.raw[20] = b'B';
    let server = Server::holding(vec![mail(3), one]);
    let stage = Stage::new(server.clone().behave({
        let server = server.clone();
        move |heard| {
            if heard.connection == 1 && heard.command.contains("<524288.") {
                server.change(|folder| {
                    folder.uid_validity += 7;
                    // The same number now names another mail, of the same size.
                    folder.mails[1] = other.clone();
                });
                return Reply::SayAndClose(b"* BYE restarting\r\n".to_vec());
            }
            Reply::Honest
        }
    }));
    let watching = stage.watch();
    stage
        .memory
        .until("all of the new epoch", |contents| {
            let new = |kept: &&memory_intake::Kept| kept.folder.uid_validity == 1_763_000_007;
            contents.kept.iter().filter(new).count() == 2
        })
        .await;
    stage.assert_taken_in();
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn a_new_uidvalidity_said_in_mid_session_begins_a_new_session() {
    let server = Server::holding(three());
    let stage = Stage::new(server.clone().behave({
        let server = server.clone();
        move |heard| {
            if heard.connection == 1 && heard.fetches_body() {
                server.change(|folder| folder.uid_validity += 1);
                let said = b"* OK [UIDVALIDITY 1763000001] renumbered\r\n".to_vec();
                return Reply::Say([said, heard.honest.clone()].concat());
            }
            Reply::Honest
        }
    }));
    let watching = stage.watch();
    stage.until_taken_in().await;
    let old = stage
        .memory
        .contents()
        .kept
        .iter()
        .filter(|kept| kept.folder.uid_validity == 1_763_000_000)
        .count();
    assert_eq!(old, 0);
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn a_mail_removed_before_it_was_fetched_is_missed_twice_a_minute_apart_and_vanishes() {
    let server = Server::holding(three());
    let stage = Stage::new(server.clone().behave({
        let server = server.clone();
        move |heard| {
            if heard.is("UID FETCH") && heard.connection == 1 {
                server.change(|folder| folder.mails.retain(|mail| mail.uid != 4));
                return Reply::SayAndClose(Vec::new());
            }
            Reply::Honest
        }
    }));
    let watching = stage.watch();
    stage
        .memory
        .until("vanished", |contents| {
            contents
                .rows
                .values()
                .any(|row| row.state == State::Vanished)
        })
        .await;
    assert_eq!(stage.memory.row(4).state, State::Vanished);
    assert_eq!(stage.memory.row(3).state, State::Stored);
    assert_eq!(stage.memory.row(9).state, State::Stored);
    let named = vec![Item::Uid(4)];
    assert_eq!(stage.memory.contents().missing, [named.clone(), named]);
    stage.finish(watching).await;
}

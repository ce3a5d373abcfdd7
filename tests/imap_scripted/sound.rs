//! A server as it should be.

use loket::mailbox::Sweep;

use crate::{
    scripted_imap::{Mail, Reply, Server, fetch},
    stage::{Stage, large, mail, three},
};

#[tokio::test(start_paused = true)]
async fn a_folder_is_taken_in_once_and_a_second_pass_fetches_nothing() {
    let stage = Stage::new(Server::holding(three()));
    let sweep = stage.once().await.expect("taken in");
    assert_eq!(
        sweep,
        Sweep {
            exists: 3,
            listed: 3,
            whole: true
        }
    );
    stage.assert_taken_in();
    let fetches = stage.server.count("UID FETCH");
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
    assert_eq!(stage.server.count("UID FETCH"), fetches);
    assert!(stage.memory.contents().missing.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_empty_folder_is_no_error() {
    let stage = Stage::new(Server::holding(Vec::new()));
    let sweep = stage.once().await.expect("taken in");
    assert_eq!(
        sweep,
        Sweep {
            exists: 0,
            listed: 0,
            whole: true
        }
    );
}

#[tokio::test(start_paused = true)]
async fn small_mails_share_commands_and_large_ones_come_in_pieces() {
    let mut mails: Vec<Mail> = (1..=120).map(mail).collect();
    mails.push(large(121, 3 * 262_144));
    mails.push(large(122, 2_000_001));
    mails.push(mail(123));
    let stage = Stage::new(Server::holding(mails));
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
    let bodies = |line: &&String| line.contains("BODY.PEEK[])");
    assert_eq!(stage.server.lines().iter().filter(bodies).count(), 3);
    let pieces = |line: &&String| line.contains("BODY.PEEK[]<");
    // 786 432 octets fit a batch; 2 000 001 are eight pieces.
    assert_eq!(stage.server.lines().iter().filter(pieces).count(), 8);
}

#[tokio::test(start_paused = true)]
async fn a_mail_of_exactly_so_many_pieces_ends_where_it_ends() {
    let mails = vec![
        large(1, 2_097_152),
        large(2, 2_097_153),
        large(3, 2_097_151),
    ];
    let stage = Stage::new(Server::holding(mails));
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
}

#[tokio::test(start_paused = true)]
async fn many_mails_far_apart_are_enumerated_in_windows() {
    let mails: Vec<Mail> = (1..=300).map(|n| mail(n * 1000)).collect();
    let mut stage = Stage::new(Server::holding(mails));
    stage.limits.window = 50;
    let sweep = stage.once().await.expect("taken in");
    assert_eq!(
        sweep,
        Sweep {
            exists: 300,
            listed: 300,
            whole: true
        }
    );
    stage.assert_taken_in();
    let searches = stage.server.count("UID SEARCH UID");
    assert!((6..=12).contains(&searches), "{searches} searches");
}

#[tokio::test(start_paused = true)]
async fn the_highest_uid_there_can_be_is_taken_in() {
    let stage = Stage::new(Server::holding(vec![mail(1), mail(u32::MAX - 1)]));
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
}

#[tokio::test(start_paused = true)]
async fn what_comes_unasked_is_set_aside() {
    let stranger = Mail::new(77, "Subject: not asked for\r\n\r\nx\r\n");
    let server = Server::holding(three()).behave(move |heard| {
        let mut octets =
            b"* 3 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen) UID 4)\r\n* OK still here\r\n".to_vec();
        octets.extend(b"* 1 FETCH (FLAGS (\\Deleted))\r\n");
        if heard.fetches_body() {
            octets.extend(fetch(7, &stranger, "(UID RFC822.SIZE BODY.PEEK[])"));
        }
        octets.extend(&heard.honest);
        if heard.is("LOGIN") || heard.is("CAPABILITY") || heard.is("IDLE") {
            return Reply::Honest;
        }
        Reply::Say(octets)
    });
    let stage = Stage::new(server);
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
}

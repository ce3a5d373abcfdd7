//! Answers that are wrong, incomplete or malicious.

use std::time::Duration;

use loket::mailbox::MailboxError;
use tokio::time::Instant;

use crate::{
    memory_intake::State,
    scripted_imap::{self, Mail, Reply, Server, fetch, say},
    stage::{Stage, large, mail, three},
};

/// Answers the first command that fetches bodies of several mails with these octets.
fn first_batch_says(mails: Vec<Mail>, octets: Vec<u8>) -> Server {
    let mut said = false;
    Server::holding(mails).behave(move |heard| {
        if heard.fetches_body() && !said {
            said = true;
            return Reply::Say(octets.clone());
        }
        Reply::Honest
    })
}

#[tokio::test(start_paused = true)]
async fn a_refusal_half_way_is_not_the_end_of_the_list() {
    for status in ["NO [SERVERBUG] sorry", "BAD what?", "NO"] {
        let mails = three();
        let mut octets = fetch(1, &mails[0], "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[])");
        octets.extend(format!("{{tag}} {status}\r\n").bytes());
        let stage = Stage::new(first_batch_says(mails, octets));
        stage.once().await.expect("taken in");
        stage.assert_taken_in();
    }
}

#[tokio::test(start_paused = true)]
async fn a_mail_left_out_of_an_answer_is_asked_for_alone() {
    let mails = three();
    let mut octets = fetch(1, &mails[0], "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[])");
    octets.extend(b"{tag} OK done\r\n");
    let stage = Stage::new(first_batch_says(mails, octets));
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
    assert_eq!(stage.server.connections(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_mail_left_out_of_every_answer_of_a_connection_is_asked_for_over_another() {
    let server = Server::holding(three()).behave(|heard| {
        if heard.connection == 1 && heard.is("UID FETCH") {
            return say("{tag} OK done\r\n");
        }
        Reply::Honest
    });
    let stage = Stage::new(server);
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
    assert_eq!(stage.server.connections(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_mail_that_is_listed_and_never_given_is_tried_five_times_over_a_day_and_refused() {
    for answer in ["{tag} OK done\r\n", "{tag} NO [SERVERBUG] damaged\r\n"] {
        never_given(answer).await;
    }
}

async fn never_given(answer: &'static str) {
    let server = Server::holding(three()).behave(move |heard| {
        if heard.is("UID FETCH 4 ") {
            return say(answer);
        }
        if heard.is("UID FETCH 3:4,9 ") && heard.fetches_body() {
            return say("{tag} NO\r\n");
        }
        Reply::Honest
    });
    let stage = Stage::new(server);
    let start = Instant::now();
    let watching = stage.watch();
    stage
        .memory
        .until("refused", |contents| {
            contents
                .rows
                .values()
                .any(|row| row.state == State::Refused)
        })
        .await;
    assert!(
        (20..30).contains(&(start.elapsed().as_secs() / 3600)),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(stage.memory.row(4).state, State::Refused);
    assert_eq!(stage.memory.row(4).tries, 5);
    assert_eq!(stage.memory.row(3).state, State::Stored);
    assert_eq!(stage.memory.row(9).state, State::Stored);
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn one_pass_says_which_mail_it_could_not_take_in_and_takes_in_the_others() {
    let server = Server::holding(three()).behave(|heard| {
        if heard.is("UID FETCH 4 ") || heard.is("UID FETCH 3:4,9 ") && heard.fetches_body() {
            return say("{tag} NO [SERVERBUG] mail is damaged\r\n");
        }
        Reply::Honest
    });
    let stage = Stage::new(server);
    let error = stage.once().await.expect_err("incomplete");
    let text = error.to_string();
    assert!(
        matches!(error, MailboxError::Incomplete { left: 1, .. }),
        "{text}"
    );
    assert!(text.contains("mail is damaged"), "{text}");
    let contents = stage.memory.contents();
    assert_eq!(contents.kept.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_answer_to_another_command_is_not_taken_for_ours() {
    for stale in [
        "L0001 OK done\r\n",
        "A0001 OK done\r\n",
        "L9999 NO never\r\n",
        "x OK\r\n",
    ] {
        let server = Server::holding(three()).behave(move |heard| {
            if heard.connection == 1 && heard.is("UID SEARCH") {
                return Reply::SayAndClose(stale.as_bytes().to_vec());
            }
            Reply::Say([stale.as_bytes(), &heard.honest].concat())
        });
        let stage = Stage::new(server);
        let sweep = stage.once().await.expect("taken in");
        assert_eq!(sweep.listed, 3);
        stage.assert_taken_in();
        assert_eq!(stage.server.connections(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn an_enormous_literal_ends_the_session_at_once_and_not_the_memory() {
    // async-imap would set aside up to 512 MiB and wait for them.
    for announced in [300_000_000u64, 4_294_967_295] {
        let octets = format!("* 1 FETCH (UID 3 BODY[] {{{announced}}}\r\nabc");
        let stage = Stage::new(first_batch_says(three(), octets.into_bytes()));
        let start = Instant::now();
        stage.once().await.expect("taken in");
        stage.assert_taken_in();
        assert_eq!(stage.server.connections(), 2);
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "{:?}",
            start.elapsed()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_piece_from_another_place_is_not_put_into_the_mail() {
    let wrong = large(1, 2_000_000);
    let server = Server::holding(vec![large(1, 2_000_000)]).behave(move |heard| {
        if heard.connection == 1 && heard.command.contains("<524288.") {
            let items = "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<262144.262144>)";
            return Reply::Say([fetch(1, &wrong, items), b"{tag} OK done\r\n".to_vec()].concat());
        }
        Reply::Honest
    });
    let stage = Stage::new(server);
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
}

#[tokio::test(start_paused = true)]
async fn a_literal_that_is_longer_or_shorter_than_announced_spoils_nothing() {
    for by in [-30i64, -5, -1, 1, 5, 30, 5000] {
        let mails = three();
        let honest = fetch(1, &mails[0], "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[])");
        let text = String::from_utf8(honest).expect("text");
        let length = mails[0].raw.len();
        let false_length = usize::try_from(length as i64 + by).expect("a length");
        let octets = text.replace(&format!("{{{length}}}"), &format!("{{{false_length}}}"));
        let stage = Stage::new(first_batch_says(
            mails,
            [octets.as_bytes(), b"{tag} OK done\r\n"].concat(),
        ));
        let watching = stage.watch();
        stage.until_taken_in().await;
        stage.finish(watching).await;
    }
}

#[tokio::test(start_paused = true)]
async fn lines_that_cannot_be_parsed_end_the_session_and_not_the_program() {
    let lines: [&[u8]; 8] = [
        b"* 1 FETCH (UID 3 INTERNALDATE NIL)\r\n",
        b"* OK [ALERT]\xc3\xa9\r\n",
        b"* OK [ALERT]\xff\r\n",
        b"* 1 FETCH\r\n",
        b"\0\0\0\r\n",
        b"* SEARCH 99999999999999\r\n",
        b"* 1 FETCH (UID 0 BODY[] {3}\r\nabc)\r\n* \r\n",
        &[b'x'; 70_000],
    ];
    for line in lines {
        let server = Server::holding(three()).behave(move |heard| {
            if heard.connection == 1 && heard.is("UID FETCH") {
                return Reply::Say([line, &heard.honest].concat());
            }
            Reply::Honest
        });
        let stage = Stage::new(server);
        stage
            .once()
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", String::from_utf8_lossy(line)));
        stage.assert_taken_in();
    }
}

#[tokio::test(start_paused = true)]
async fn a_mail_over_which_the_server_dies_does_not_stop_the_others() {
    let server = Server::holding((1..=20).map(mail).collect()).behave(|heard| {
        let alone = heard.is("UID FETCH 7 ");
        let together = heard.is("UID FETCH 1:20 ") && heard.fetches_body();
        if alone || together {
            return Reply::SayAndClose(Vec::new());
        }
        Reply::Honest
    });
    let stage = Stage::new(server);
    let start = Instant::now();
    let watching = stage.watch();
    stage
        .memory
        .until("the others", |contents| contents.kept.len() == 19)
        .await;
    assert!(
        start.elapsed() < Duration::from_secs(300),
        "{:?}",
        start.elapsed()
    );
    stage
        .memory
        .until("tried", |contents| {
            contents.rows.values().any(|row| row.tries == 3)
        })
        .await;
    // Between the tries the connection lives.
    assert!(
        stage.server.connections() <= 9,
        "{}",
        stage.server.connections()
    );
    stage.server.deliver_and_push("Subject: later\r\n\r\n");
    stage
        .memory
        .until("a later one", |contents| contents.kept.len() == 20)
        .await;
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn a_mail_whose_date_the_server_does_not_know_comes_without_it() {
    // imap-proto 0.17 panics over such an answer; that must cost the session and not the mail.
    let server = Server::holding(three()).behave(|heard| {
        let dated = String::from_utf8_lossy(&heard.honest).into_owned();
        if heard.command.contains("INTERNALDATE") && dated.contains("UID 4 ") {
            let at = dated.find("UID 4 ").unwrap();
            let (before, after) = dated.split_at(at);
            let after = after.replacen("\"25-Nov-2026 09:00:00 +0800\"", "NIL", 1);
            return Reply::Say(format!("{before}{after}").into_bytes());
        }
        Reply::Honest
    });
    let stage = Stage::new(server);
    let watching = stage.watch();
    stage
        .memory
        .until("taken in", |contents| contents.kept.len() == 3)
        .await;
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn a_length_other_than_announced_is_fetched_over_a_second_connection_and_then_flagged() {
    let server = Server::holding(three()).behave(|heard| {
        let text = heard.honest.clone();
        let size = format!("RFC822.SIZE {}", mail(4).raw.len());
        let at = text
            .windows(size.len())
            .position(|window| window == size.as_bytes());
        match at {
            Some(at) => {
                let wrong = format!("RFC822.SIZE {}", mail(4).raw.len() + 2);
                Reply::Say([&text[..at], wrong.as_bytes(), &text[at + size.len()..]].concat())
            }
            None => Reply::Honest,
        }
    });
    let stage = Stage::new(server);
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
    assert_eq!(stage.server.connections(), 2);
    let flagged: Vec<_> = stage
        .memory
        .contents()
        .kept
        .iter()
        .filter_map(|kept| Some((kept.item.clone(), kept.announced_size?)))
        .collect();
    // The three mails are of equal length: the lie concerned the first that had it.
    assert_eq!(flagged.len(), 1, "{flagged:?}");
    assert_eq!(flagged[0].1, mail(4).raw.len() as u64 + 2);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_nil_is_put_together_from_header_and_text_over_a_second_connection() {
    let nil = |heard: &scripted_imap::Heard| {
        (heard.fetches_body()).then(|| {
            let mut octets = Vec::new();
            for (at, mail) in three().iter().enumerate() {
                if heard.command.contains(&mail.uid.to_string()) || heard.command.contains("3:4,9")
                {
                    octets.extend(fetch(at + 1, mail, "(UID RFC822.SIZE INTERNALDATE)"));
                    octets.truncate(octets.len() - 3);
                    octets.extend(b" BODY[]<0> NIL)\r\n");
                }
            }
            octets.extend(b"{tag} OK done\r\n");
            Reply::Say(octets)
        })
    };
    let stage = Stage::new(
        Server::holding(three()).behave(move |heard| nil(heard).unwrap_or(Reply::Honest)),
    );
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
    assert_eq!(stage.server.connections(), 2);
    // And refused, with what is known of it, when even those are not given.
    let stage = Stage::new(Server::holding(three()).behave(move |heard| {
        if heard.command.contains("BODY.PEEK[TEXT]") {
            return say("{tag} OK done\r\n");
        }
        nil(heard).unwrap_or(Reply::Honest)
    }));
    stage.once().await.expect("each row has its end");
    for uid in [3, 4, 9] {
        let row = stage.memory.row(uid);
        assert_eq!(row.state, State::Refused);
        assert!(
            row.header
                .expect("the header")
                .starts_with(b"From: peserta")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_mail_that_is_too_large_is_refused_with_its_header() {
    let mut stage = Stage::new(Server::holding(vec![mail(1), large(2, 100_000), mail(3)]));
    stage.limits.largest = 99_999;
    stage.once().await.expect("each row has its end");
    let row = stage.memory.row(2);
    assert_eq!(row.state, State::Refused);
    assert_eq!(
        row.header.as_deref(),
        Some(b"Subject: foto\r\n\r\n".as_slice())
    );
    assert_eq!(stage.memory.contents().kept.len(), 2);
    assert_eq!(
        stage.server.count("UID FETCH 2 (UID RFC822"),
        0,
        "its body is not fetched"
    );
}

#[tokio::test(start_paused = true)]
async fn an_empty_mail_is_a_mail() {
    let stage = Stage::new(Server::holding(vec![mail(1), Mail::new(2, ""), mail(3)]));
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
}

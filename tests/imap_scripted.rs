//! The mailbox room against a server that cuts, lags and lies: nothing is lost, nothing is taken twice, nothing but
//! reading is ever asked for. Time is paused: hours pass in milliseconds.

#[path = "support/memory_intake.rs"]
mod memory_intake;
#[path = "support/scripted_imap.rs"]
mod scripted_imap;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use loket::{
    mailbox::{
        CredentialSource, Credentials, Health, IntakeError, Item, Limits, MailboxError, Sweep,
        imap::{self, Account, Class},
    },
    settings::{Secret, Server as ServerSettings, Tls},
};
use memory_intake::{Memory, State};
use scripted_imap::{Mail, Reply, Server, StartTls, fetch, say};
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

const FOLDER: &str = "INBOX";

/// A server, a mailbox on it and an intake; at its end it looks at everything that the client wrote (P4).
struct Stage {
    server: Server,
    memory: Arc<Memory>,
    account: Account,
    limits: Limits,
    stop: CancellationToken,
}

impl Stage {
    fn new(server: Server) -> Stage {
        Stage::with(server, Memory::default())
    }

    fn with(server: Server, memory: Memory) -> Stage {
        let account = account(&server, Tls::None, None);
        Stage::of(account, server, memory)
    }

    fn of(account: Account, server: Server, memory: Memory) -> Stage {
        Stage {
            account,
            server,
            memory: Arc::new(memory),
            limits: Limits::default(),
            stop: CancellationToken::new(),
        }
    }

    async fn once(&self) -> Result<Sweep, MailboxError> {
        imap::take_in_once(
            self.account.clone(),
            FOLDER.to_owned(),
            self.memory.clone(),
            self.limits.clone(),
            self.stop.clone(),
        )
        .await
    }

    fn watch(&self) -> JoinHandle<Result<(), IntakeError>> {
        tokio::spawn(imap::watch(
            self.account.clone(),
            FOLDER.to_owned(),
            self.memory.clone(),
            self.limits.clone(),
            self.stop.clone(),
        ))
    }

    /// Until every mail on the server is stored.
    async fn until_taken_in(&self) {
        let mails = self.server.mails().len();
        self.memory
            .until("all taken in", |contents| contents.kept.len() >= mails)
            .await;
        self.assert_taken_in();
    }

    async fn finish(&self, watching: JoinHandle<Result<(), IntakeError>>) {
        self.stop.cancel();
        watching.await.expect("no panic").expect("a clean end");
    }

    /// Every mail of the server, each exactly once, octet for octet, with its time of arrival.
    fn assert_taken_in(&self) {
        let contents = self.memory.contents();
        let validity = {
            let mut validity = 0;
            self.server.change(|folder| validity = folder.uid_validity);
            validity
        };
        let mut kept: Vec<(u32, &[u8])> = contents
            .kept
            .iter()
            .filter(|kept| kept.folder.uid_validity == validity)
            .map(|kept| match kept.item {
                Item::Uid(uid) => (uid, kept.raw.as_ref()),
                Item::File(_) => panic!("not a Maildir"),
            })
            .collect();
        kept.sort_unstable();
        let mails = self.server.mails();
        let there: Vec<(u32, &[u8])> = mails
            .iter()
            .map(|mail| (mail.uid, mail.raw.as_slice()))
            .collect();
        assert_eq!(kept, there);
        for kept in &contents.kept {
            assert_eq!(kept.arrived_at, "2026-11-25T01:00:00Z".parse().unwrap());
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.server.assert_only_read();
        }
    }
}

fn account(server: &Server, tls: Tls, ca_file: Option<std::path::PathBuf>) -> Account {
    let settings = ServerSettings {
        host: "mail.berau.test".to_owned(),
        port: 993,
        tls,
        ca_file,
        login: None,
    };
    let credentials = CredentialSource::new(|| async {
        Ok(Credentials::Password {
            user: "pokja3@berau.test".to_owned(),
            secret: Secret("a \"secret\"".to_owned()),
        })
    });
    Account::new(
        "pokja-3".to_owned(),
        settings,
        vec![FOLDER.to_owned()],
        credentials,
    )
    .dialing(server.dial())
}

fn mail(uid: u32) -> Mail {
    Mail::new(
        uid,
        format!("From: peserta{uid}@contoh.test\r\nSubject: berkas {uid}\r\n\r\nIsi {uid}\r\n"),
    )
}

fn three() -> Vec<Mail> {
    vec![mail(3), mail(4), mail(9)]
}

/// A mail of this many octets, no two stretches of it alike.
fn large(uid: u32, octets: usize) -> Mail {
    let mut raw = b"Subject: foto\r\n\r\n".to_vec();
    let mut n = 0u32;
    while raw.len() < octets {
        n += 1;
        raw.extend(format!("{n:x}\r\n").bytes());
    }
    raw.truncate(octets);
    Mail::new(uid, raw)
}

// --- a sound server -----------------------------------------------------------------------------------------------

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

// --- cuts ---------------------------------------------------------------------------------------------------------

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
    let mails = vec![large(1, 2_000_000)];
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
        .filter(|line| line.contains("BODY.PEEK[]<0."))
        .count();
    assert_eq!(starts, 1, "begun once");
    assert_eq!(
        stage.memory.row(1).tries,
        0,
        "a cut is not the mail's fault"
    );
}

// --- answers that lie ---------------------------------------------------------------------------------------------

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
async fn a_literal_of_four_gigabytes_ends_the_session_and_not_the_memory() {
    let octets = b"* 1 FETCH (UID 3 BODY[] {4294967295}\r\nabc".to_vec();
    let stage = Stage::new(first_batch_says(three(), octets));
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
    assert_eq!(stage.server.connections(), 2);
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

// --- enumerating --------------------------------------------------------------------------------------------------

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
    let mut mails = three();
    mails.push(large(10, 3_000_000));
    let server = Server::holding(mails);
    let stage = Stage::new(server.clone().behave({
        let server = server.clone();
        move |heard| {
            if heard.connection == 1 && heard.command.contains("<524288.") {
                server.change(|folder| {
                    folder.uid_validity += 7;
                    // The numbers now mean other mails.
                    folder.mails.reverse();
                    for (uid, mail) in [3, 4, 9, 10].into_iter().zip(&mut folder.mails) {
                        mail.uid = uid;
                    }
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
            contents
                .kept
                .iter()
                .filter(|kept| kept.folder.uid_validity == 1_763_000_007)
                .count()
                == 4
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

// --- waiting ------------------------------------------------------------------------------------------------------

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

// --- greeting, sign-in, folder ------------------------------------------------------------------------------------

/// Class and text of the error of one pass.
async fn refused(stage: &Stage) -> (Class, String) {
    match stage.once().await {
        Err(MailboxError::Imap { source, .. }) => (source.class(), source.to_string()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn odd_greetings_are_read_and_wrong_ones_refused() {
    let stage = Stage::new(Server::holding(three()));
    stage
        .server
        .change(|folder| folder.greeting = b"* OK Selamat \xe9\xff\r\n".to_vec());
    stage.once().await.expect("taken in");
    let wrong: [&[u8]; 5] = [
        b"* PREAUTH welcome back\r\n",
        b"* BYE too many connections\r\n",
        b"* NO\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"220 mail.berau.test ESMTP\r\n",
    ];
    for greeting in wrong {
        let stage = Stage::new(Server::holding(three()));
        stage
            .server
            .change(|folder| folder.greeting = greeting.to_vec());
        refused(&stage).await;
        assert_eq!(
            stage.server.count("LOGIN"),
            0,
            "no password to such a server"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_are_tried_three_times_in_the_first_hour() {
    let codes = [
        "AUTHENTICATIONFAILED",
        "AUTHORIZATIONFAILED",
        "EXPIRED",
        "PRIVACYREQUIRED",
        "CONTACTADMIN",
    ];
    for code in codes {
        let server = Server::holding(three()).behave(move |heard| {
            if heard.is("LOGIN") {
                return Reply::Say(format!("{{tag}} NO [{code}] no\r\n").into_bytes());
            }
            Reply::Honest
        });
        let mut stage = Stage::new(server);
        assert_eq!(refused(&stage).await.0, Class::Refused, "{code}");
        assert_eq!(stage.server.count("LOGIN"), 1, "one pass tries once");
        // Three folders of one account share the limit.
        stage.account = account(&stage.server, Tls::None, None);
        let watching = [stage.watch(), stage.watch(), stage.watch()];
        tokio::time::sleep(Duration::from_secs(3595)).await;
        let logins = stage.server.count("LOGIN") - 1;
        assert!((2..=3).contains(&logins), "{code}: {logins} sign-ins");
        assert!(matches!(
            stage.memory.contents().health.last(),
            Some(Health::Refused(_))
        ));
        // Mended by the administrator.
        stage.server.clone().behave(|_| Reply::Honest);
        stage
            .memory
            .until("signed in", |contents| contents.kept.len() >= 3)
            .await;
        stage.stop.cancel();
        for watching in watching {
            watching.await.expect("no panic").expect("a clean end");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_passing_fault_at_the_sign_in_is_not_a_refusal() {
    for code in ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "OVERQUOTA"] {
        let mut tries = 0;
        let server = Server::holding(three()).behave(move |heard| {
            if heard.is("LOGIN") {
                tries += 1;
                if tries <= 5 {
                    return Reply::Say(format!("{{tag}} NO [{code}] later\r\n").into_bytes());
                }
            }
            Reply::Honest
        });
        let stage = Stage::new(server);
        let start = Instant::now();
        let watching = stage.watch();
        stage.until_taken_in().await;
        // One sign-in a minute.
        assert!(
            (180..420).contains(&start.elapsed().as_secs()),
            "{code} {:?}",
            start.elapsed()
        );
        stage.finish(watching).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_bare_no_to_the_sign_in_counts_as_refused_at_the_third() {
    let server = Server::holding(three()).behave(|heard| {
        if heard.is("LOGIN") {
            say("{tag} NO login failed\r\n")
        } else {
            Reply::Honest
        }
    });
    let stage = Stage::new(server);
    let watching = stage.watch();
    tokio::time::sleep(Duration::from_secs(1000)).await;
    assert_eq!(stage.server.count("LOGIN"), 3);
    assert!(matches!(
        stage.memory.contents().health.last(),
        Some(Health::Refused(_))
    ));
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_fails_right_after_every_sign_in_sees_one_a_minute() {
    let server = Server::holding(three()).behave(|heard| {
        if heard.is("EXAMINE") {
            Reply::SayAndClose(Vec::new())
        } else {
            Reply::Honest
        }
    });
    let stage = Stage::new(server);
    let watching = stage.watch();
    tokio::time::sleep(Duration::from_secs(600)).await;
    let logins = stage.server.count("LOGIN");
    assert!((5..=12).contains(&logins), "{logins}");
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn a_folder_that_cannot_be_opened_is_asked_for_at_poll_speed() {
    let answers = [
        "{tag} NO [NONEXISTENT] no such folder\r\n",
        "* 3 EXISTS\r\n{tag} OK [READ-ONLY] no uidvalidity\r\n",
        "* 3 EXISTS\r\n* OK [UIDVALIDITY 0] x\r\n{tag} OK [READ-ONLY] no uidvalidity\r\n",
    ];
    for answer in answers {
        let server = Server::holding(three()).behave(move |heard| {
            if heard.is("EXAMINE") {
                say(answer)
            } else {
                Reply::Honest
            }
        });
        let stage = Stage::new(server);
        assert_eq!(refused(&stage).await.0, Class::Setup);
        let before = stage.server.count("EXAMINE");
        let watching = stage.watch();
        tokio::time::sleep(Duration::from_secs(590)).await;
        let asked = stage.server.count("EXAMINE") - before;
        assert!((8..=11).contains(&asked), "{asked}");
        assert!(matches!(
            stage.memory.contents().health.last(),
            Some(Health::Degraded(_) | Health::Connecting)
        ));
        stage.server.clone().behave(|_| Reply::Honest);
        stage.until_taken_in().await;
        stage.finish(watching).await;
    }
}

/// Stage with an account that signs in with a token, a new one each time.
fn with_token(server: Server) -> (Stage, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let credentials = CredentialSource::new(move || {
        let token = format!("token-{}", counter.fetch_add(1, Ordering::Relaxed) + 1);
        async move {
            Ok(Credentials::Bearer {
                user: "pokja3@berau.test".to_owned(),
                token: Secret(token),
            })
        }
    });
    let settings = account(&server, Tls::None, None).server;
    let account = Account::new(
        "pokja-3".to_owned(),
        settings,
        vec![FOLDER.to_owned()],
        credentials,
    )
    .dialing(server.dial());
    (Stage::of(account, server, Memory::default()), asked)
}

const TOKEN_1: &str = "dXNlcj1wb2tqYTNAYmVyYXUudGVzdAFhdXRoPUJlYXJlciB0b2tlbi0xAQE=";

#[tokio::test(start_paused = true)]
async fn a_token_is_sent_by_xoauth2_in_one_step_or_two() {
    for (capabilities, line) in [
        (
            "IMAP4rev1 SASL-IR AUTH=XOAUTH2",
            format!("AUTHENTICATE XOAUTH2 {TOKEN_1}"),
        ),
        ("IMAP4rev1 AUTH=XOAUTH2", TOKEN_1.to_owned()),
    ] {
        let (stage, _) = with_token(Server::holding(three()));
        stage
            .server
            .change(|folder| folder.capabilities = capabilities.to_owned());
        stage.once().await.expect("taken in");
        assert!(
            stage.server.lines().contains(&line),
            "{:?}",
            stage.server.lines()
        );
        assert_eq!(stage.server.count("LOGIN"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_renewed_once_and_its_challenge_answered_with_an_empty_line() {
    let mut tries = 0;
    let server = Server::holding(three()).behave(move |heard| {
        if heard.is("AUTHENTICATE") {
            tries += 1;
            if tries == 1 {
                return say("+ eyJzdGF0dXMiOiI0MDEifQ==\r\n");
            }
        }
        // What came of the empty line.
        if heard.tag.is_empty() && heard.command.is_empty() {
            return say("L0002 NO [AUTHENTICATIONFAILED] token expired\r\n");
        }
        Reply::Honest
    });
    let (stage, asked) = with_token(server);
    stage
        .server
        .change(|folder| folder.capabilities = "IMAP4rev1 SASL-IR AUTH=XOAUTH2".to_owned());
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    assert!(
        stage.server.lines().contains(&String::new()),
        "{:?}",
        stage.server.lines()
    );
}

#[tokio::test(start_paused = true)]
async fn a_password_beyond_ascii_goes_by_authenticate_plain() {
    let server = Server::holding(three());
    server.change(|folder| folder.capabilities = "IMAP4rev1 AUTH=PLAIN SASL-IR".to_owned());
    let credentials = CredentialSource::new(|| async {
        Ok(Credentials::Password {
            user: "u".to_owned(),
            secret: Secret("rahasiä".to_owned()),
        })
    });
    let settings = account(&server, Tls::None, None).server;
    let account = Account::new(
        "pokja-3".to_owned(),
        settings,
        vec![FOLDER.to_owned()],
        credentials,
    )
    .dialing(server.dial());
    let stage = Stage::of(account, server, Memory::default());
    stage.once().await.expect("taken in");
    assert_eq!(stage.server.count("AUTHENTICATE PLAIN AHUAcmFoYXNpw6Q="), 1);
}

#[tokio::test(start_paused = true)]
async fn unreadable_credentials_never_reach_the_server_and_are_asked_for_again() {
    let server = Server::holding(three());
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let credentials = CredentialSource::new(move || {
        let first = counter.fetch_add(1, Ordering::Relaxed) == 0;
        async move {
            if first {
                return Err("password_file /etc/loket/x: not readable".to_owned());
            }
            Ok(Credentials::Password {
                user: "u".to_owned(),
                secret: Secret("p".to_owned()),
            })
        }
    });
    let settings = account(&server, Tls::None, None).server;
    let account = Account::new(
        "pokja-3".to_owned(),
        settings,
        vec![FOLDER.to_owned()],
        credentials,
    )
    .dialing(server.dial());
    let stage = Stage::of(account, server, Memory::default());
    let watching = stage.watch();
    stage.until_taken_in().await;
    let degraded =
        |health: &Health| matches!(health, Health::Degraded(why) if why.contains("/etc/loket/x"));
    assert!(stage.memory.contents().health.iter().any(degraded));
    stage.finish(watching).await;
}

#[tokio::test(start_paused = true)]
async fn the_probe_names_capabilities_folders_and_junk_that_nobody_watches() {
    let stage = Stage::new(Server::holding(three()));
    let report = imap::probe(&stage.account, &stage.limits)
        .await
        .expect("a report");
    assert_eq!(report.folders, ["INBOX", "Junk"]);
    assert!(report.idle && report.capabilities.contains(&"IDLE".to_owned()));
    assert_eq!(report.examined.len(), 1);
    assert_eq!(report.examined[0].mails, 3);
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.contains("Junk")),
        "{:?}",
        report.warnings
    );
    let mut watched = stage.account.clone();
    watched.folders.push("Junk".to_owned());
    let report = imap::probe(&watched, &stage.limits)
        .await
        .expect("a report");
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
}

// --- the intake ---------------------------------------------------------------------------------------------------

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

// --- TLS ----------------------------------------------------------------------------------------------------------

struct Authority {
    issuer: rcgen::CertifiedIssuer<'static, rcgen::KeyPair>,
    file: tempfile::NamedTempFile,
}

impl Authority {
    fn new() -> Authority {
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = rcgen::KeyPair::generate().expect("a key");
        let issuer = rcgen::CertifiedIssuer::self_signed(params, key).expect("an authority");
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), issuer.pem()).expect("written");
        Authority { issuer, file }
    }

    fn server(&self, name: &str) -> Arc<rustls::ServerConfig> {
        let key = rcgen::KeyPair::generate().expect("a key");
        let leaf = rcgen::CertificateParams::new([name.to_owned()])
            .expect("a name")
            .signed_by(&key, &self.issuer)
            .expect("a leaf");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![leaf.der().clone()],
                rustls_pki_types::PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            );
        Arc::new(config.expect("a server"))
    }

    fn stage(&self, server: Server, tls: Tls) -> Stage {
        let account = account(&server, tls, Some(self.file.path().to_owned()));
        Stage::of(account, server, Memory::default())
    }
}

#[tokio::test(start_paused = true)]
async fn mail_comes_over_tls_and_over_starttls() {
    let authority = Authority::new();
    let config = authority.server("mail.berau.test");
    let server = Server::holding(three()).with_tls(config.clone());
    let stage = authority.stage(server, Tls::Implicit);
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
    let server = Server::holding(three()).with_start_tls(StartTls {
        config,
        injected: Vec::new(),
    });
    let stage = authority.stage(server, Tls::StartTls);
    stage.once().await.expect("taken in");
    stage.assert_taken_in();
    assert_eq!(
        stage.server.lines()[..2],
        ["STARTTLS", "CAPABILITY"],
        "asked anew behind TLS"
    );
}

#[tokio::test(start_paused = true)]
async fn cut_after_every_octet_of_a_starttls_session_no_password_leaves_in_clear() {
    let authority = Authority::new();
    let config = authority.server("mail.berau.test");
    for cut in 0..75 {
        let start_tls = StartTls {
            config: config.clone(),
            injected: Vec::new(),
        };
        let server = Server::holding(three()).with_start_tls(start_tls);
        let stage = authority.stage(server, Tls::StartTls);
        stage.server.cut(1, cut);
        stage
            .once()
            .await
            .unwrap_or_else(|error| panic!("cut after {cut}: {error}"));
        stage.assert_taken_in();
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_slipped_in_before_the_handshake_is_never_believed() {
    let authority = Authority::new();
    let config = authority.server("mail.berau.test");
    let injected = b"* CAPABILITY IMAP4rev1 AUTH=NONE\r\n".to_vec();
    let server = Server::holding(three()).with_start_tls(StartTls {
        config: config.clone(),
        injected,
    });
    let stage = authority.stage(server, Tls::StartTls);
    refused(&stage).await;
    assert_eq!(stage.server.count("LOGIN"), 0);
    // Signed in before TLS, or no TLS at all.
    for greeting in ["* PREAUTH hello\r\n", "* BYE busy\r\n", "220 smtp\r\n"] {
        let start_tls = StartTls {
            config: config.clone(),
            injected: Vec::new(),
        };
        let server = Server::holding(three()).with_start_tls(start_tls);
        server.change(|folder| folder.greeting = greeting.into());
        let stage = authority.stage(server, Tls::StartTls);
        refused(&stage).await;
        assert!(
            stage.server.lines().is_empty(),
            "nothing is said to such a server"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_certificate_that_is_not_trusted_is_an_alarm_and_tried_every_15_minutes() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    for config in [
        theirs.server("mail.berau.test"),
        ours.server("mail.kutai.test"),
    ] {
        let stage = ours.stage(Server::holding(three()).with_tls(config), Tls::Implicit);
        let (class, text) = refused(&stage).await;
        assert_eq!(class, Class::Trust);
        assert!(
            text.contains("ca_file") && text.contains("mail.berau.test"),
            "{text}"
        );
        let before = stage.server.connections();
        let watching = stage.watch();
        tokio::time::sleep(Duration::from_secs(3590)).await;
        assert_eq!(stage.server.connections() - before, 4);
        assert!(matches!(
            stage.memory.contents().health.last(),
            Some(Health::Trust(_))
        ));
        assert!(stage.server.lines().is_empty(), "no octet to such a server");
        stage.finish(watching).await;
    }
}

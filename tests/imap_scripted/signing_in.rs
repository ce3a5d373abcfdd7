//! Greeting, credentials, the folder, and what `loket check` asks.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use loket::{
    mailbox::{
        CredentialSource, Credentials, Health,
        imap::{self, Account, Class},
    },
    settings::{Secret, Tls},
};
use tokio::time::Instant;

use crate::{
    memory_intake::Memory,
    scripted_imap::{Reply, Server, say},
    stage::{FOLDER, Stage, account, refused, three},
};

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

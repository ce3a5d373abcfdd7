//! The way out against a server that drops, lags and lies: each attempt must come to the outcome that keeps P19.

#[path = "support/scripted_smtp.rs"]
mod scripted_smtp;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use jiff::Timestamp;
use loket::{
    address::EmailAddress,
    correspondence::{OutboxKind, OutgoingMail},
    delivery::{OpenError, Outcome, SecretReader, Transport, smtp::Smtp},
    settings::{self, Login, Secret, SecretSource, Server, Tls},
    tender::OutboxId,
};
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use scripted_smtp::{Log, Manner, Taken, converse, listen};
use tokio::{io::duplex, time::Instant};
use tokio_rustls::{
    TlsAcceptor, TlsConnector,
    rustls::{ClientConfig, RootCertStore, ServerConfig, crypto::ring},
};

const RAW: &[u8] = b"Subject: satu\r\n\r\n.titik\r\n..dua\r\n.\r\nakhir\r\n";

fn address(text: &str) -> EmailAddress {
    text.parse().expect("an address")
}

fn mail(kind: OutboxKind, to: &str, raw: &[u8]) -> OutgoingMail {
    let answers = matches!(
        kind,
        OutboxKind::Acknowledgement | OutboxKind::UnknownSenderReply
    );
    OutgoingMail {
        kind,
        natural_key: "k".to_owned(),
        mailbox: "pokja-3".to_owned(),
        envelope_from: (!answers).then(|| address("pokja3+b-00ff@berau.test")),
        to: address(to),
        subject: "satu".to_owned(),
        message_id: "<1@berau.test>".to_owned(),
        in_reply_to: None,
        tender: None,
        bidder: None,
        session: None,
        due_at: Timestamp::UNIX_EPOCH,
        raw: raw.to_vec(),
    }
}

fn invitation(to: &str) -> OutgoingMail {
    mail(OutboxKind::Invitation, to, RAW)
}

fn server(at: SocketAddr, host: &str, tls: Tls, login: Option<Login>) -> settings::Send {
    settings::Send::Smtp {
        server: Server {
            host: host.to_owned(),
            port: at.port(),
            tls,
            ca_file: None,
            login,
        },
    }
}

fn knows(secret: &'static str) -> SecretReader {
    Arc::new(move || Box::pin(async move { Ok(Secret(secret.to_owned())) }))
}

/// A way out in plain text, without sign-in.
fn plain(at: SocketAddr) -> Transport {
    let send = server(at, "127.0.0.1", Tls::None, None);
    Transport::new(&send, None, knows(""), address("pokja3@berau.test"))
}

fn login(source: SecretSource) -> Option<Login> {
    Some(Login {
        user: "pokja3@berau.test".to_owned(),
        secret: source,
    })
}

fn password() -> Option<Login> {
    login(SecretSource::Env("UNUSED".to_owned()))
}

fn taken(log: &Log) -> Vec<Taken> {
    log.lock().expect("the log").taken.clone()
}

fn commands(log: &Log) -> Vec<String> {
    log.lock().expect("the log").commands.clone()
}

fn connections(log: &Log) -> usize {
    log.lock().expect("the log").connections
}

/// The kind of an outcome, and its words.
fn told(outcome: &Outcome) -> (&'static str, &str) {
    match outcome {
        Outcome::Accepted(words) => ("accepted", words),
        Outcome::Temporary(words) => ("temporary", words),
        Outcome::Permanent(words) => ("permanent", words),
        Outcome::Unknown(words) => ("unknown", words),
    }
}

#[tokio::test]
async fn each_fault_has_its_outcome_and_the_next_mail_still_goes() {
    let (at, log) = listen(Manner::default()).await;
    let mut connection = plain(at).open().await.expect("a connection");
    for (to, outcome, words, arrived) in [
        (
            "tender@x.test",
            "accepted",
            "250 2.0.0 Ok: queued as 4F7A",
            true,
        ),
        (
            "550-rcpt@x.test",
            "permanent",
            "RCPT: 550 5.1.1 no such user 5.1.1 here",
            false,
        ),
        (
            "452-rcpt@x.test",
            "temporary",
            "RCPT: 452 4.2.2 mailbox full",
            false,
        ),
        (
            "421-rcpt@x.test",
            "temporary",
            "RCPT: 421 4.3.2 closing",
            false,
        ),
        (
            "451-data@x.test",
            "temporary",
            "DATA: 451 4.3.0 try later",
            false,
        ),
        (
            "554-data@x.test",
            "permanent",
            "DATA: 554 5.6.0 never",
            false,
        ),
        ("250-data@x.test", "temporary", "DATA: 250 what?", false),
        ("451-dot@x.test", "temporary", "451 4.3.0 try later", false),
        (
            "552-dot@x.test",
            "permanent",
            "552 5.2.2 quota exceeded",
            false,
        ),
        ("354-dot@x.test", "unknown", "strange answer", false),
        (
            "drop-after-dot@x.test",
            "unknown",
            "the server closed the connection",
            true,
        ),
        ("endless-line@x.test", "unknown", "longer than", true),
        ("endless-reply@x.test", "unknown", "longer than", true),
        ("nonsense@x.test", "unknown", "not an SMTP reply", true),
        (
            "latin@x.test",
            "accepted",
            "250 2.0.0 pesan diterima ??",
            true,
        ),
        ("bare@x.test", "accepted", "250", true),
        ("bare-lf@x.test", "accepted", "250 2.0.0 taken", true),
    ] {
        let (before, called) = (taken(&log).len(), connections(&log));
        let got = connection.deliver(OutboxId(7), &invitation(to)).await;
        assert_eq!(told(&got).0, outcome, "{to}: {got:?}");
        assert!(told(&got).1.contains(words), "{to}: {got:?}");
        assert_eq!(taken(&log).len() > before, arrived, "{to}");
        let next = connection
            .deliver(OutboxId(8), &invitation("next@x.test"))
            .await;
        assert_eq!(told(&next).0, "accepted", "after {to}: {next:?}");
        // A late answer must not be taken for the answer to the next command.
        if outcome == "unknown" {
            assert!(
                connections(&log) > called,
                "{to}: the connection was used on"
            );
        }
    }
    connection.close().await;
}

#[tokio::test]
async fn a_connection_lost_before_the_final_dot_delivered_nothing() {
    let (at, log) = listen(Manner::default()).await;
    let big = "x".repeat(78).into_bytes();
    let big: Vec<u8> = std::iter::repeat_n([&big[..], b"\r\n"].concat(), 200_000)
        .flatten()
        .collect();
    for (to, outcome, words) in [
        ("drop-before-dot@x.test", "temporary", ""),
        ("early-552@x.test", "permanent", "552 5.3.4 too big"),
    ] {
        let mut connection = plain(at).open().await.expect("a connection");
        let mail = mail(OutboxKind::Invitation, to, &big);
        let got = connection.deliver(OutboxId(7), &mail).await;
        assert_eq!(told(&got).0, outcome, "{to}: {got:?}");
        assert!(told(&got).1.contains(words), "{to}: {got:?}");
    }
    assert_eq!(taken(&log), []);
}

#[tokio::test]
async fn a_server_that_said_no_under_way_gets_no_final_dot() {
    let (ours, theirs) = duplex(1024);
    let log = Log::default();
    let sink = tokio::spawn(converse(theirs, Manner::default(), log.clone()));
    let mut smtp = Smtp::start(ours, "[127.0.0.1]").await.expect("a session");
    let long = b"0123456789abcde\r\n".repeat(1000);
    let mail = mail(OutboxKind::Invitation, "early-552@x.test", &long);
    let outcome = smtp.transact(&mail, &address("pokja3@berau.test")).await;
    assert_eq!(told(&outcome), ("permanent", "DATA: 552 5.3.4 too big"));
    drop(smtp);
    sink.await.expect("the sink").expect("an end");
    assert!(!commands(&log).contains(&"final dot after 552".to_owned()));
}

#[tokio::test]
async fn what_arrives_is_what_was_rendered() {
    let (at, log) = listen(Manner::default()).await;
    let mut connection = plain(at).open().await.expect("a connection");
    let smuggled = b"Subject: x\r\n\r\na\n.\nMAIL FROM:<evil@x.test>\r.\rb\r\r\n\n.\r\nend";
    let mended =
        b"Subject: x\r\n\r\na\r\n.\r\nMAIL FROM:<evil@x.test>\r\n.\r\nb\r\n\r\n\r\n.\r\nend\r\n";
    let long = [b"Subject: x\r\n\r\n".to_vec(), b".....\r\n".repeat(30_000)].concat();
    for (raw, expected) in [
        (RAW, RAW),
        (&smuggled[..], &mended[..]),
        (&long[..], &long[..]),
        (b"", b""),
    ] {
        let mail = mail(OutboxKind::Invitation, "tender@x.test", raw);
        let outcome = connection.deliver(OutboxId(7), &mail).await;
        assert_eq!(told(&outcome).0, "accepted", "{outcome:?}");
        let arrived = taken(&log).pop().expect("a mail").data;
        assert!(
            arrived == expected,
            "{:?}",
            String::from_utf8_lossy(&arrived)
        );
    }
    assert_eq!(connections(&log), 1);
}

#[tokio::test]
async fn a_mail_that_is_not_ascii_is_refused_before_mail_is_said() {
    let (at, log) = listen(Manner::default()).await;
    let mut connection = plain(at).open().await.expect("a connection");
    for (to, raw) in [
        ("tender@x.test", "Subject: é\r\n\r\n"),
        ("münchen@x.test", "Subject: e\r\n\r\n"),
    ] {
        let mail = mail(OutboxKind::Invitation, to, raw.as_bytes());
        let outcome = connection.deliver(OutboxId(7), &mail).await;
        assert_eq!(told(&outcome).0, "permanent", "{outcome:?}");
    }
    assert!(!commands(&log).iter().any(|line| line.starts_with("MAIL")));
}

#[tokio::test]
async fn delivery_reports_are_asked_for_where_they_are_wanted_and_offered() {
    let lines = |offers: Vec<&'static str>, kind| async move {
        let manner = Manner {
            offers,
            ..Manner::default()
        };
        let (at, log) = listen(manner).await;
        let mut connection = plain(at).open().await.expect("a connection");
        let outcome = connection
            .deliver(OutboxId(42), &mail(kind, "tender@x.test", RAW))
            .await;
        assert_eq!(told(&outcome).0, "accepted", "{outcome:?}");
        let taken = taken(&log).pop().expect("a mail");
        format!("{} | {}", taken.mail, taken.rcpt)
    };
    let (all, none) = (vec!["PIPELINING", "SIZE 1000000", "dsn"], Vec::new());
    assert_eq!(
        lines(all.clone(), OutboxKind::Invitation).await,
        "MAIL FROM:<pokja3+b-00ff@berau.test> SIZE=42 RET=HDRS ENVID=1 | RCPT TO:<tender@x.test> NOTIFY=FAILURE,DELAY"
    );
    assert_eq!(
        lines(all, OutboxKind::Acknowledgement).await,
        "MAIL FROM:<> SIZE=42 | RCPT TO:<tender@x.test> NOTIFY=NEVER"
    );
    assert_eq!(
        lines(none, OutboxKind::Invitation).await,
        "MAIL FROM:<pokja3+b-00ff@berau.test> | RCPT TO:<tender@x.test>"
    );
}

#[tokio::test]
async fn where_the_null_sender_is_refused_the_mailbox_itself_sends() {
    let manner = Manner {
        refuses_null_sender: true,
        ..Manner::default()
    };
    let (at, log) = listen(manner).await;
    let mut connection = plain(at).open().await.expect("a connection");
    let mail = mail(OutboxKind::Acknowledgement, "tender@x.test", RAW);
    // As the daemon does it: in a task that may move between threads.
    let task = tokio::spawn(async move { connection.deliver(OutboxId(7), &mail).await });
    let outcome = task.await.expect("the task");
    assert_eq!(told(&outcome).0, "accepted", "{outcome:?}");
    assert_eq!(taken(&log)[0].mail, "MAIL FROM:<pokja3@berau.test>");
}

#[tokio::test]
async fn a_batch_is_one_connection_and_a_server_that_leaves_is_called_again() {
    let (at, log) = listen(Manner::default()).await;
    let mut connection = plain(at).open().await.expect("a connection");
    for id in 0..20 {
        let outcome = connection
            .deliver(OutboxId(id), &invitation("tender@x.test"))
            .await;
        assert_eq!(told(&outcome).0, "accepted", "{outcome:?}");
    }
    connection.close().await;
    assert_eq!((taken(&log).len(), connections(&log)), (20, 1));
    assert_eq!(commands(&log).last().map(String::as_str), Some("QUIT"));

    let manner = Manner {
        one_mail_a_connection: true,
        ..Manner::default()
    };
    let (at, log) = listen(manner).await;
    let mut connection = plain(at).open().await.expect("a connection");
    for id in 0..5 {
        let outcome = connection
            .deliver(OutboxId(id), &invitation("tender@x.test"))
            .await;
        assert_eq!(told(&outcome).0, "accepted", "{outcome:?}");
    }
    assert_eq!((taken(&log).len(), connections(&log)), (5, 5));
}

#[tokio::test]
async fn sign_in_takes_what_the_server_offers() {
    let token = || login(SecretSource::TokenCommand(vec!["token".to_owned()]));
    for (offers, login, secret, expected) in [
        ("AUTH LOGIN PLAIN", password(), "rahasia", Ok(Some("PLAIN"))),
        ("AUTH LOGIN", password(), "rahasia", Ok(Some("LOGIN"))),
        ("AUTH=LOGIN", password(), "rahasia", Ok(Some("LOGIN"))),
        ("auth plain", password(), "rahasia", Ok(Some("PLAIN"))),
        (
            "AUTH PLAIN XOAUTH2",
            token(),
            "rahasia",
            Ok(Some("XOAUTH2")),
        ),
        ("AUTH PLAIN", password(), "salah", Err("535")),
        ("AUTH LOGIN", password(), "salah", Err("535")),
        ("AUTH XOAUTH2", token(), "salah", Err("535")),
        (
            "AUTH XOAUTH2 CRAM-MD5",
            password(),
            "rahasia",
            Err("XOAUTH2 CRAM-MD5"),
        ),
        ("PIPELINING", password(), "rahasia", Err("none")),
    ] {
        let manner = Manner {
            offers: vec![offers],
            login: Some(("pokja3@berau.test", "rahasia")),
            ..Manner::default()
        };
        let (at, log) = listen(manner).await;
        let send = server(at, "127.0.0.1", Tls::None, login);
        let transport = Transport::new(&send, None, knows(secret), address("pokja3@berau.test"));
        match (transport.probe().await, expected) {
            (Ok(probe), Ok(mechanism)) => {
                assert_eq!(probe.signed_in, mechanism);
                assert_eq!(probe.greeting, "sink.test ready");
                assert_eq!(probe.capabilities, ["sink.test", offers]);
            }
            (Err(OpenError::Refused(why)), Err(words)) => {
                assert!(why.contains(words), "{why}");
                assert!(!why.contains(secret), "{why}");
            }
            (got, expected) => panic!("{offers} {secret}: {got:?}, expected {expected:?}"),
        }
        assert_eq!(taken(&log), []);
    }
}

#[tokio::test]
async fn a_server_that_asks_on_and_on_signs_nobody_in() {
    let manner = Manner {
        offers: vec!["AUTH LOGIN"],
        login: Some(("pokja3@berau.test", "rahasia")),
        endless_challenges: true,
        ..Manner::default()
    };
    let (at, _log) = listen(manner).await;
    let send = server(at, "127.0.0.1", Tls::None, password());
    let transport = Transport::new(&send, None, knows("rahasia"), address("pokja3@berau.test"));
    let error = transport.open().await.err().expect("a refusal");
    assert!(error.to_string().contains("challenges"), "{error}");
}

#[tokio::test]
async fn a_forgotten_login_fails_no_mail_for_good() {
    let manner = Manner {
        login: Some(("pokja3@berau.test", "rahasia")),
        ..Manner::default()
    };
    let (at, log) = listen(manner).await;
    let mut connection = plain(at).open().await.expect("a connection");
    for kind in [OutboxKind::Invitation, OutboxKind::Acknowledgement] {
        let outcome = connection
            .deliver(OutboxId(7), &mail(kind, "tender@x.test", RAW))
            .await;
        assert_eq!(
            told(&outcome),
            ("temporary", "MAIL: 530 5.7.0 authentication required")
        );
    }
    assert_eq!(taken(&log), []);
}

#[tokio::test]
async fn no_server_or_one_that_is_not_ready_is_a_matter_of_later() {
    let (at, _log) = listen(Manner {
        not_ready: true,
        ..Manner::default()
    })
    .await;
    let error = plain(at).open().await.err().expect("an error");
    assert!(
        matches!(&error, OpenError::Unreachable(why) if why.contains("421 4.3.2 not now")),
        "{error}"
    );
    let unused = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let nobody = unused.local_addr().expect("an address");
    drop(unused);
    let error = plain(nobody).open().await.err().expect("an error");
    assert!(
        matches!(&error, OpenError::Unreachable(why) if why.contains(&nobody.to_string())),
        "{error}"
    );
}

/// A certificate authority, a server certificate for `localhost` by it, and a client that trusts it.
fn certificates() -> (TlsAcceptor, TlsConnector) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(Vec::<String>::new()).expect("parameters");
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, key).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])
        .and_then(|params| params.signed_by(&key, &authority))
        .expect("a certificate");
    let provider = Arc::new(ring::default_provider());
    let server = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            key.serialize_der().try_into().expect("a key"),
        )
        .expect("a server");
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).expect("a root");
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    (
        TlsAcceptor::from(Arc::new(server)),
        TlsConnector::from(Arc::new(client)),
    )
}

fn secured(at: SocketAddr, host: &str, tls: Tls, connector: TlsConnector) -> Transport {
    let send = server(at, host, tls, password());
    Transport::new(
        &send,
        Some(connector),
        knows("rahasia"),
        address("pokja3@berau.test"),
    )
}

#[tokio::test]
async fn the_password_is_said_only_behind_tls() {
    let (acceptor, connector) = certificates();
    for tls in [Tls::Implicit, Tls::StartTls] {
        let manner = Manner {
            offers: vec!["AUTH PLAIN"],
            implicit_tls: (tls == Tls::Implicit).then(|| acceptor.clone()),
            start_tls: (tls == Tls::StartTls).then(|| acceptor.clone()),
            login: Some(("pokja3@berau.test", "rahasia")),
            ..Manner::default()
        };
        let (at, log) = listen(manner).await;
        let mut connection = secured(at, "localhost", tls, connector.clone())
            .open()
            .await
            .expect("a connection");
        let outcome = connection
            .deliver(OutboxId(7), &invitation("tender@x.test"))
            .await;
        assert_eq!(told(&outcome).0, "accepted", "{outcome:?}");
        connection.close().await;
        let in_the_clear: Vec<String> = commands(&log)
            .into_iter()
            .filter(|command| !command.starts_with("TLS "))
            .map(|command| command.split(' ').next().unwrap_or_default().to_owned())
            .collect();
        let expected: &[&str] = match tls {
            Tls::StartTls => &["EHLO", "STARTTLS"],
            _ => &[],
        };
        assert_eq!(in_the_clear, expected);
        assert_eq!(taken(&log)[0].data, RAW);
    }
}

#[tokio::test]
async fn tls_that_cannot_be_trusted_ends_before_the_password() {
    let (acceptor, connector) = certificates();
    let (_, stranger) = certificates();
    let implicit = || Manner {
        implicit_tls: Some(acceptor.clone()),
        ..Manner::default()
    };
    let starting = |injects| Manner {
        start_tls: Some(acceptor.clone()),
        injects,
        ..Manner::default()
    };
    for (manner, host, tls, connector, words) in [
        (
            implicit(),
            "localhost",
            Tls::Implicit,
            &stranger,
            "TLS failed",
        ),
        (
            implicit(),
            "127.0.0.1",
            Tls::Implicit,
            &connector,
            "TLS failed",
        ),
        (
            starting(""),
            "localhost",
            Tls::StartTls,
            &stranger,
            "TLS failed",
        ),
        // STARTTLS stripped by somebody in between: no way back to plain text.
        (
            Manner::default(),
            "localhost",
            Tls::StartTls,
            &connector,
            "STARTTLS was refused: 502",
        ),
        (
            starting("250-x\r\n250 AUTH PLAIN\r\n"),
            "localhost",
            Tls::StartTls,
            &connector,
            "spoke on before TLS",
        ),
    ] {
        let mut manner = manner;
        manner.offers = vec!["AUTH PLAIN"];
        let (at, log) = listen(manner).await;
        let error = secured(at, host, tls, connector.clone()).open().await.err();
        let error = error.expect("an error");
        assert!(
            matches!(&error, OpenError::Unreachable(why) if why.contains(words)),
            "{error}"
        );
        assert!(
            !commands(&log)
                .iter()
                .any(|command| command.contains("AUTH"))
        );
    }
}

/// A session over a pipe, so that the clock can stand.
async fn piped(manner: Manner, log: &Log) -> Result<Smtp, OpenError> {
    let (ours, theirs) = duplex(16 * 1024);
    tokio::spawn(converse(theirs, manner, log.clone()));
    Smtp::start(ours, "[127.0.0.1]").await
}

#[tokio::test(start_paused = true)]
async fn every_wait_ends_at_its_deadline_and_not_before() {
    let own = address("pokja3@berau.test");
    let body = b"0123456789abcde\r\n".repeat(100_000);
    for (to, outcome, minutes) in [
        ("silent-rcpt@x.test", "temporary", 5),
        ("deaf@x.test", "temporary", 3),
        ("trickle@x.test", "temporary", 30),
        ("silent-dot@x.test", "unknown", 10),
    ] {
        let log = Log::default();
        let mut smtp = piped(Manner::default(), &log).await.expect("a session");
        let begun = Instant::now();
        let got = smtp
            .transact(&mail(OutboxKind::Invitation, to, &body), &own)
            .await;
        assert_eq!(told(&got).0, outcome, "{to}: {got:?}");
        assert_eq!(begun.elapsed().as_secs(), minutes * 60, "{to}: {got:?}");
        assert!(smtp.broken());
    }
    let begun = Instant::now();
    let manner = Manner {
        mute: true,
        ..Manner::default()
    };
    let error = piped(manner, &Log::default())
        .await
        .err()
        .expect("an error");
    assert!(error.to_string().contains("no answer"), "{error}");
    assert_eq!(begun.elapsed(), Duration::from_secs(300));
}

#[tokio::test]
async fn a_file_is_written_once_whole_and_never_over_another() {
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("keluar");
    let send = settings::Send::File { dir: out.clone() };
    let transport = Transport::new(&send, None, knows(""), address("pokja3@berau.test"));
    let names = || {
        let mut names: Vec<String> = std::fs::read_dir(&out)
            .expect("the folder")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    };
    transport.probe().await.expect("a folder to write into");
    assert_eq!(names(), [""; 0]);
    let mut connection = transport.open().await.expect("a way out");
    let first = mail(OutboxKind::Acknowledgement, "te'n%d/er@x.test", RAW);
    for _ in 0..3 {
        let outcome = connection.deliver(OutboxId(12), &first).await;
        assert_eq!(told(&outcome).0, "accepted", "{outcome:?}");
        assert_eq!(names(), ["000012-acknowledgement-te_n_d_er@x.test.eml"]);
    }
    let other = mail(
        OutboxKind::Acknowledgement,
        "te'n%d/er@x.test",
        b"other\r\n",
    );
    for _ in 0..2 {
        let outcome = connection.deliver(OutboxId(12), &other).await;
        assert_eq!(told(&outcome).0, "accepted", "{outcome:?}");
    }
    assert_eq!(names().len(), 2);
    let kept = std::fs::read(out.join("000012-acknowledgement-te_n_d_er@x.test.eml"));
    assert_eq!(kept.expect("the first"), RAW);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_a_matter_of_later() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("bukan-folder");
    std::fs::write(&file, b"").expect("a file");
    let send = settings::Send::File { dir: file };
    let transport = Transport::new(&send, None, knows(""), address("pokja3@berau.test"));
    assert!(transport.probe().await.is_err());
    let mut connection = transport.open().await.expect("a way out");
    let outcome = connection
        .deliver(OutboxId(1), &invitation("tender@x.test"))
        .await;
    assert_eq!(told(&outcome).0, "temporary", "{outcome:?}");
}

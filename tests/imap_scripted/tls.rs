//! Encryption: nothing is said to a server that is not the one we were sent to.

use std::{sync::Arc, time::Duration};

use loket::{
    mailbox::{Health, imap::Class},
    settings::Tls,
};

use crate::{
    memory_intake::Memory,
    scripted_imap::{Server, StartTls},
    stage::{Stage, account, refused, three},
};

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

//! How a mail leaves: over SMTP phase by phase with deadlines, or as a file. Knows nothing of the outbox's rows.

mod file;
pub mod smtp;
pub mod wire;

use std::{future::Future, path::PathBuf, pin::Pin, sync::Arc, time::Duration};

use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

use crate::{
    address::EmailAddress,
    correspondence::OutgoingMail,
    settings::{self, Secret, SecretSource, Server, Tls},
    tender::OutboxId,
};
use smtp::{Login, Smtp};

pub use crate::desk::Outcome;

/// Why no connection stands; every mail stays queued.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OpenError {
    /// Network, TLS or a server that is not ready: try again later.
    #[error("{0}")]
    Unreachable(String),
    /// The credentials: at most three tries an hour, or the server locks the account (P28).
    #[error("{0}")]
    Refused(String),
}

/// Gives the password or the access token, read anew at every sign-in.
pub type SecretReader =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Secret, String>> + Send>> + Send + Sync>;

/// The way out of one mailbox.
#[derive(Clone)]
pub struct Transport(Arc<Way>);

enum Way {
    Smtp {
        server: Server,
        tls: Option<TlsConnector>,
        secret: SecretReader,
        sender: EmailAddress,
    },
    File(PathBuf),
}

/// A way out that stands open for a batch of mails.
pub struct Connection {
    transport: Transport,
    /// `None` for files, and for a connection that broke.
    smtp: Option<Smtp>,
    /// Mails that this connection has carried.
    carried: u32,
    /// Why this process must not send anything more.
    disk_failed: Option<String>,
}

/// What a server says of itself, for `loket check`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Probe {
    /// Where: `mail.berau.test:465`, or the folder.
    pub place: String,
    pub greeting: String,
    /// The lines of EHLO, as they stand.
    pub capabilities: Vec<String>,
    pub encrypted: bool,
    /// The mechanism that signed in; `None`: no sign-in is configured.
    pub signed_in: Option<&'static str>,
}

impl Transport {
    /// `tls` is needed unless the settings say `tls=none`. `sender` is the mailbox's own address: MAIL FROM where a
    /// server refuses the null sender, as some submission servers do (RFC 3834 section 3.3).
    pub fn new(
        send: &settings::Send,
        tls: Option<TlsConnector>,
        secret: SecretReader,
        sender: EmailAddress,
    ) -> Transport {
        Transport(Arc::new(match send {
            settings::Send::Smtp { server } => Way::Smtp {
                server: server.clone(),
                tls,
                secret,
                sender,
            },
            settings::Send::File { dir } => Way::File(dir.clone()),
        }))
    }

    /// Whether a mail that goes once more arrives only once all the same: a file is written over by itself, so that its
    /// outcome is never unknown (P19).
    pub fn repeats_without_harm(&self) -> bool {
        matches!(&*self.0, Way::File(_))
    }

    /// Connects, encrypts and signs in.
    pub async fn open(&self) -> Result<Connection, OpenError> {
        let smtp = match &*self.0 {
            Way::File(_) => None,
            Way::Smtp {
                server,
                tls,
                secret,
                ..
            } => {
                let mut smtp = dial(server, tls.as_ref()).await?;
                if let Some(login) = &server.login {
                    smtp.sign_in(&credentials(login, secret).await?).await?;
                }
                Some(smtp)
            }
        };
        Ok(Connection {
            transport: self.clone(),
            smtp,
            carried: 0,
            disk_failed: None,
        })
    }

    /// Proves that the way out works, without sending anything.
    pub async fn probe(&self) -> Result<Probe, OpenError> {
        match &*self.0 {
            Way::File(dir) => {
                file::prove(dir).map_err(|error| {
                    OpenError::Unreachable(format!("cannot write into {}: {error}", dir.display()))
                })?;
                Ok(Probe {
                    place: dir.display().to_string(),
                    ..Probe::default()
                })
            }
            Way::Smtp { server, .. } => {
                let mut connection = self.open().await?;
                let smtp = connection.smtp.as_mut();
                let probe = smtp.map(|smtp| Probe {
                    place: place(server),
                    greeting: smtp.greeting().to_owned(),
                    capabilities: smtp.capabilities().to_vec(),
                    encrypted: server.tls != Tls::None,
                    signed_in: smtp.signed_in(),
                });
                connection.close().await;
                Ok(probe.unwrap_or_default())
            }
        }
    }
}

impl Connection {
    /// Tries once to hand over one mail to its one recipient.
    pub async fn deliver(&mut self, id: OutboxId, mail: &OutgoingMail) -> Outcome {
        let transport = self.transport.clone();
        let sender = match &*transport.0 {
            Way::File(dir) => {
                let (dir, mail) = (dir.clone(), mail.clone());
                let writing = tokio::task::spawn_blocking(move || file::write(&dir, id, &mail));
                return match writing.await {
                    Ok(Ok(outcome)) => outcome,
                    Ok(Err(why)) => {
                        self.disk_failed = Some(why.clone());
                        Outcome::Unknown(why)
                    }
                    Err(panicked) => Outcome::Temporary(panicked.to_string()),
                };
            }
            Way::Smtp { sender, .. } => sender,
        };
        // A server may end a connection after some mails; before MAIL is accepted nothing was sent, so once anew.
        if let Some(smtp) = &mut self.smtp
            && self.carried > 0
            && !smtp.still_there().await
        {
            self.smtp = None;
        }
        if self.smtp.is_none() {
            match transport.open().await {
                Ok(fresh) => *self = fresh,
                Err(error) => return Outcome::Temporary(error.to_string()),
            }
        }
        let Some(smtp) = &mut self.smtp else {
            return Outcome::Temporary("no connection".to_owned());
        };
        self.carried += 1;
        let outcome = smtp.transact(mail, sender).await;
        if smtp.broken() {
            self.smtp = None;
        }
        outcome
    }

    /// After a failed sync: the process ends, nothing is recorded (P8).
    pub fn disk_failed(&self) -> Option<&str> {
        self.disk_failed.as_deref()
    }

    /// Says goodbye; a server that does not answer is left.
    pub async fn close(mut self) {
        if let Some(smtp) = self.smtp.take() {
            smtp.quit().await;
        }
    }
}

async fn credentials(login: &settings::Login, secret: &SecretReader) -> Result<Login, OpenError> {
    let Secret(secret_text) = secret().await.map_err(OpenError::Unreachable)?;
    Ok(Login {
        user: login.user.clone(),
        secret: Secret(secret_text),
        token: matches!(login.secret, SecretSource::TokenCommand(_)),
    })
}

fn place(server: &Server) -> String {
    format!("{}:{}", server.host, server.port)
}

/// A connection that has been greeted and, where the settings say so, encrypted.
async fn dial(server: &Server, tls: Option<&TlsConnector>) -> Result<Smtp, OpenError> {
    let place = place(server);
    let unreachable = |why: String| OpenError::Unreachable(format!("{place}: {why}"));
    let connecting = TcpStream::connect((server.host.as_str(), server.port));
    let stream = timeout(wire::CONNECT, connecting)
        .await
        .map_err(|_| {
            unreachable(format!(
                "no connection within {} s",
                wire::CONNECT.as_secs()
            ))
        })?
        .map_err(|error| unreachable(error.to_string()))?;
    // The body and the final dot are two writes: with Nagle's algorithm each mail would wait 40 ms (crates.md 2.3).
    stream
        .set_nodelay(true)
        .map_err(|error| unreachable(error.to_string()))?;
    let hello = match stream.local_addr().map(|address| address.ip()) {
        Ok(std::net::IpAddr::V4(ip)) => format!("[{ip}]"),
        Ok(std::net::IpAddr::V6(ip)) => format!("[IPv6:{ip}]"),
        Err(_) => "[127.0.0.1]".to_owned(),
    };
    let connector = || tls.ok_or_else(|| unreachable("no TLS was prepared".to_owned()));
    match server.tls {
        Tls::None => Smtp::start(stream, &hello).await,
        Tls::Implicit => {
            let stream = wire::encrypt(stream, connector()?, &server.host).await;
            Smtp::start(stream.map_err(unreachable)?, &hello).await
        }
        Tls::StartTls => Smtp::start_tls(stream, &hello, connector()?, &server.host).await,
    }
    .map_err(|error| match error {
        OpenError::Unreachable(why) => unreachable(why),
        OpenError::Refused(why) => OpenError::Refused(format!("{place}: {why}")),
    })
}

/// `still_there` and QUIT are courtesies: nobody waits long for them.
const COURTESY: Duration = Duration::from_secs(10);

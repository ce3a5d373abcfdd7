//! From host and port to a guarded stream that may carry a password: TCP, its options, TLS or STARTTLS.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use rustix::net::sockopt;
use rustls_pki_types::ServerName;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    error::{ImapError, shorten},
    stream::{Guarded, Octets},
};
use crate::{
    mailbox::Limits,
    settings::{Server, Tls},
    tls,
};

/// Makes the bare connection, before any TLS. [`tcp`] but where a test brings its own.
pub type Dial =
    Arc<dyn Fn(Server) -> BoxFuture<'static, Result<Box<dyn Octets>, ImapError>> + Send + Sync>;

/// Over the network.
pub fn tcp() -> Dial {
    Arc::new(|server| Box::pin(dial(server)))
}

/// A stream up to, but without, the greeting; after STARTTLS the server's word before it is forgotten.
pub(super) struct Opened {
    pub stream: Guarded,
    /// STARTTLS: the greeting was read in clear, none comes again.
    pub greeted: bool,
}

pub(super) async fn open(
    server: &Server,
    dial: &Dial,
    limits: &Limits,
) -> Result<Opened, ImapError> {
    let unreachable = |why: String| ImapError::Unreachable {
        place: format!("{}:{}", server.host, server.port),
        why,
    };
    let connecting = tokio::time::timeout(limits.connect, dial(server.clone()));
    let mut bare = connecting
        .await
        .map_err(|_| unreachable(format!("no answer in {} s", limits.connect.as_secs())))??;
    let greeted = server.tls == Tls::StartTls;
    if greeted {
        let asking = tokio::time::timeout(limits.greeting, start_tls(&mut bare));
        asking.await.map_err(|_| ImapError::Late {
            command: "STARTTLS",
            why: format!("nothing in {} s", limits.greeting.as_secs()),
        })??;
    }
    let stream: Box<dyn Octets> = match server.tls {
        Tls::None => bare,
        Tls::Implicit | Tls::StartTls => {
            let shaking = tokio::time::timeout(limits.connect, secure(server, bare));
            shaking.await.map_err(|_| ImapError::Late {
                command: "TLS",
                why: format!("no handshake in {} s", limits.connect.as_secs()),
            })??
        }
    };
    Ok(Opened {
        stream: Guarded::new(stream, limits.greeting),
        greeted,
    })
}

async fn dial(server: Server) -> Result<Box<dyn Octets>, ImapError> {
    let place = format!("{}:{}", server.host, server.port);
    let unreachable = |why: String| ImapError::Unreachable {
        place: place.clone(),
        why,
    };
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host((server.host.as_str(), server.port))
        .await
        .map_err(|error| unreachable(format!("the name is not known: {error}")))?
        .collect();
    let mut why = "the name has no address".to_owned();
    for address in addresses {
        // One silent address (IPv6 that leads nowhere) must not use up the time of the next.
        match tokio::time::timeout(Duration::from_secs(10), TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                prepare(&stream).map_err(|error| unreachable(error.to_string()))?;
                return Ok(Box::new(stream));
            }
            Ok(Err(error)) => why = format!("{address}: {error}"),
            Err(_) => why = format!("{address}: no answer in 10 s"),
        }
    }
    Err(unreachable(why))
}

/// R18: a peer that is gone is noticed within about two minutes, also while nothing is being sent.
fn prepare(stream: &TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    sockopt::set_socket_keepalive(stream, true)?;
    sockopt::set_tcp_keepidle(stream, Duration::from_secs(60))?;
    sockopt::set_tcp_keepintvl(stream, Duration::from_secs(15))?;
    sockopt::set_tcp_keepcnt(stream, 4)?;
    sockopt::set_tcp_user_timeout(stream, 60_000)?;
    Ok(())
}

/// Greeting and STARTTLS in clear, read octet by octet so that nothing that came before the handshake is left in a
/// buffer and taken for the server's word after it (CVE-2011-0411 and its kin).
async fn start_tls(bare: &mut Box<dyn Octets>) -> Result<(), ImapError> {
    const COMMAND: &str = "STARTTLS";
    let unusable = |why: String| ImapError::Unusable {
        command: COMMAND,
        why,
    };
    let greeting = clear_line(bare).await?;
    let word = |line: &str, n: usize| {
        line.split_ascii_whitespace()
            .nth(n)
            .unwrap_or_default()
            .to_ascii_uppercase()
    };
    match word(&greeting, 1).as_str() {
        "OK" => {}
        // Signed in before TLS: whoever did that is not the server we were sent to (RFC 9051 section 7.1.4).
        "PREAUTH" => return Err(unusable("greeted with PREAUTH before TLS".to_owned())),
        _ => return Err(unusable(format!("greeted with {}", shorten(&greeting)))),
    }
    let lost = |error: std::io::Error| ImapError::from_io(COMMAND, &error);
    bare.write_all(b"T1 STARTTLS\r\n").await.map_err(lost)?;
    bare.flush().await.map_err(lost)?;
    for _ in 0..100 {
        let line = clear_line(bare).await?;
        if word(&line, 0) == "T1" {
            return match word(&line, 1).as_str() {
                "OK" => Ok(()),
                _ => Err(unusable(format!(
                    "{}. Use imaps:// where the server has it",
                    shorten(&line)
                ))),
            };
        }
    }
    Err(unusable("a hundred lines and no answer".to_owned()))
}

async fn clear_line(bare: &mut Box<dyn Octets>) -> Result<String, ImapError> {
    const COMMAND: &str = "STARTTLS";
    let mut line = Vec::new();
    loop {
        let octet = bare.read_u8().await.map_err(|error| ImapError::Lost {
            command: COMMAND,
            why: error.to_string(),
        })?;
        line.push(octet);
        if octet == b'\n' {
            return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
        if line.len() > 8192 {
            return Err(ImapError::Unusable {
                command: COMMAND,
                why: "a line of more than 8192 octets".to_owned(),
            });
        }
    }
}

async fn secure(server: &Server, bare: Box<dyn Octets>) -> Result<Box<dyn Octets>, ImapError> {
    let untrusted = |why: String| ImapError::Untrusted {
        host: server.host.clone(),
        why,
    };
    let name = ServerName::try_from(server.host.clone())
        .map_err(|_| untrusted("this is not a host name".to_owned()))?;
    let ca_file = server.ca_file.clone();
    // Reads certificate files: not on a thread that others wait for.
    let connector = tokio::task::spawn_blocking(move || tls::connector(ca_file.as_deref()))
        .await
        .map_err(|error| untrusted(error.to_string()))??;
    match connector.connect(name, bare).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => match error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<rustls::Error>())
        {
            Some(rustls::Error::InvalidCertificate(why)) => Err(untrusted(why.to_string())),
            _ => Err(ImapError::Lost {
                command: "TLS",
                why: shorten(&error.to_string()),
            }),
        },
    }
}

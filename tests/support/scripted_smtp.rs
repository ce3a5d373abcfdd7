//! An SMTP server in this process that does as the recipient's name says: `550-rcpt@`, `drop-after-dot@`, `silent-dot@`, …
//! An idea from KumoMTA's sink; it speaks over TCP, TLS, or a pipe in a test whose clock stands.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use data_encoding::BASE64;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

/// How the server behaves to everybody; the faults of one mail stand in its recipient.
#[derive(Clone, Default)]
pub struct Manner {
    /// Keywords of EHLO after the name.
    pub offers: Vec<&'static str>,
    /// Encrypted from the first octet.
    pub implicit_tls: Option<TlsAcceptor>,
    /// Encrypted after STARTTLS, which is then offered.
    pub start_tls: Option<TlsAcceptor>,
    /// What it says right after its answer to STARTTLS, in plain text: an attack.
    pub injects: &'static str,
    /// User and password, or access token; nobody sends mail without.
    pub login: Option<(&'static str, &'static str)>,
    /// 421 in place of a greeting.
    pub not_ready: bool,
    /// No greeting at all.
    pub mute: bool,
    /// `MAIL FROM:<>` is refused, as some submission servers do.
    pub refuses_null_sender: bool,
    /// Leaves after each mail without a word.
    pub one_mail_a_connection: bool,
    /// Asks for ever during AUTH.
    pub endless_challenges: bool,
}

/// What arrived whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The lines of MAIL and RCPT.
    pub mail: String,
    pub rcpt: String,
    /// The octets of the mail, dots unstuffed.
    pub data: Vec<u8>,
}

/// What was seen on all connections.
#[derive(Default)]
pub struct Seen {
    pub taken: Vec<Taken>,
    /// Every command, `TLS` in front where it came encrypted.
    pub commands: Vec<String>,
    pub connections: usize,
}

pub type Log = Arc<Mutex<Seen>>;

/// Listens on loopback until the test ends.
pub async fn listen(manner: Manner) -> (SocketAddr, Log) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let log = Log::default();
    let seen = log.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (manner, seen) = (manner.clone(), seen.clone());
            tokio::spawn(async move {
                // A client that leaves is part of the test.
                let _ = receive(stream, manner, seen).await;
            });
        }
    });
    (address, log)
}

async fn receive(stream: TcpStream, manner: Manner, log: Log) -> io::Result<()> {
    match manner.implicit_tls.clone() {
        Some(acceptor) => converse(acceptor.accept(stream).await?, manner, log).await,
        None => converse(stream, manner, log).await,
    }
}

/// One connection, whatever it runs over.
pub async fn converse<S>(mut stream: S, manner: Manner, log: Log) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    log.lock().expect("the log").connections += 1;
    if manner.mute {
        return std::future::pending().await;
    }
    if manner.not_ready {
        return say(&mut stream, "421 4.3.2 not now\r\n").await;
    }
    say(&mut stream, "220-sink.test\r\n220 ready\r\n").await?;
    let encrypted = manner.implicit_tls.is_some();
    if !session(&mut stream, &manner, &log, encrypted).await? {
        return Ok(());
    }
    // STARTTLS was accepted.
    let Some(acceptor) = manner.start_tls.clone() else {
        return Ok(());
    };
    let mut stream = acceptor.accept(stream).await?;
    session(&mut stream, &manner, &log, true).await?;
    Ok(())
}

/// True when the client asked for TLS.
async fn session<S>(stream: &mut S, manner: &Manner, log: &Log, encrypted: bool) -> io::Result<bool>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut mail, mut rcpt, mut signed_in) = (String::new(), String::new(), false);
    loop {
        let line = read_line(stream).await?;
        let mark = if encrypted { "TLS " } else { "" };
        log.lock()
            .expect("the log")
            .commands
            .push(format!("{mark}{line}"));
        let verb = line.split(' ').next().unwrap_or_default();
        match verb {
            "EHLO" => {
                let mut lines = vec!["sink.test".to_owned()];
                lines.extend(manner.offers.iter().map(|&offer| offer.to_owned()));
                if manner.start_tls.is_some() && !encrypted {
                    lines.push("STARTTLS".to_owned());
                }
                let last = lines.len() - 1;
                for (at, line) in lines.iter().enumerate() {
                    let mark = if at == last { ' ' } else { '-' };
                    say(stream, &format!("250{mark}{line}\r\n")).await?;
                }
            }
            "STARTTLS" if manner.start_tls.is_some() => {
                say(stream, &format!("220 go ahead\r\n{}", manner.injects)).await?;
                return Ok(true);
            }
            "AUTH" => {
                let good = authenticate(stream, manner, &line).await?;
                signed_in = good;
                let reply = match good {
                    true => "235 2.7.0 welcome\r\n",
                    false => "535 5.7.8 no such user or wrong password\r\n",
                };
                say(stream, reply).await?;
            }
            "MAIL" if manner.login.is_some() && !signed_in => {
                say(stream, "530 5.7.0 authentication required\r\n").await?;
            }
            "MAIL" if manner.refuses_null_sender && line.starts_with("MAIL FROM:<>") => {
                say(stream, "550 5.7.60 not allowed to send as this sender\r\n").await?;
            }
            "MAIL" => {
                mail = line;
                say(stream, "250 2.1.0 ok\r\n").await?;
            }
            "RCPT" => {
                rcpt = line;
                match fault(&rcpt) {
                    "550-rcpt" => {
                        say(stream, "550-5.1.1 no such user\r\n550 5.1.1 here\r\n").await?
                    }
                    "452-rcpt" => say(stream, "452 4.2.2 mailbox full\r\n").await?,
                    "421-rcpt" => {
                        return say(stream, "421 4.3.2 closing\r\n").await.map(|()| false);
                    }
                    "silent-rcpt" => std::future::pending().await,
                    _ => say(stream, "250 2.1.5 ok\r\n").await?,
                }
            }
            "DATA" => {
                let done = data(stream, manner, log, (&mail, &rcpt)).await?;
                if done {
                    return Ok(false);
                }
            }
            "RSET" | "NOOP" => say(stream, "250 2.0.0 ok\r\n").await?,
            "QUIT" => return say(stream, "221 2.0.0 bye\r\n").await.map(|()| false),
            _ => say(stream, "502 5.5.1 unknown\r\n").await?,
        }
    }
}

/// True when the connection is over.
async fn data<S>(stream: &mut S, manner: &Manner, log: &Log, to: (&str, &str)) -> io::Result<bool>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mail, rcpt) = to;
    let fault = fault(rcpt);
    match fault {
        "451-data" => return say(stream, "451 4.3.0 try later\r\n").await.map(|()| false),
        "554-data" => return say(stream, "554 5.6.0 never\r\n").await.map(|()| false),
        "250-data" => return say(stream, "250 what?\r\n").await.map(|()| false),
        _ => say(stream, "354 go on\r\n").await?,
    }
    match fault {
        "drop-before-dot" => {
            stream.read_exact(&mut [0; 1024]).await?;
            return Ok(true);
        }
        "early-552" => {
            stream.read_exact(&mut [0; 1024]).await?;
            say(stream, "552 5.3.4 too big\r\n").await?;
            // Takes the rest, so that the client can read why, but never answers the dot.
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await?;
            if rest.ends_with(b"\r\n.\r\n") {
                let commands = &mut log.lock().expect("the log").commands;
                commands.push("final dot after 552".to_owned());
            }
            return Ok(true);
        }
        "deaf" => std::future::pending().await,
        "trickle" => loop {
            stream.read_exact(&mut [0; 32 * 1024]).await?;
            tokio::time::sleep(std::time::Duration::from_secs(100)).await;
        },
        _ => {}
    }
    let data = read_data(stream).await?;
    let taken = Taken {
        mail: mail.to_owned(),
        rcpt: rcpt.to_owned(),
        data,
    };
    let reply = match fault {
        "451-dot" => "451 4.3.0 try later\r\n",
        "552-dot" => "552 5.2.2 quota exceeded\r\n",
        "354-dot" => "354 go on\r\n",
        "drop-after-dot" | "silent-dot" | "endless-line" | "endless-reply" | "nonsense" => {
            log.lock().expect("the log").taken.push(taken);
            match fault {
                "silent-dot" => std::future::pending().await,
                "endless-line" => loop {
                    say(stream, "250 and so on and on and on and on").await?;
                },
                "endless-reply" => loop {
                    say(stream, "250-and so on\r\n").await?;
                },
                "nonsense" => say(stream, "HTTP/1.1 200 OK\r\n").await?,
                _ => {}
            }
            return Ok(true);
        }
        "latin" => "",
        "bare" => "250\r\n",
        "bare-lf" => "250 2.0.0 taken\n",
        "421-after" => "250 2.0.0 taken\r\n",
        _ => "250 2.0.0 Ok: queued as 4F7A\r\n",
    };
    let accepted = reply.is_empty() || reply.starts_with("250");
    if accepted {
        log.lock().expect("the log").taken.push(taken);
    }
    match fault {
        "latin" => {
            stream
                .write_all(b"250 2.0.0 pesan diterima \xe9\xff\r\n")
                .await?
        }
        _ => say(stream, reply).await?,
    }
    Ok(manner.one_mail_a_connection)
}

/// The local part of the recipient.
fn fault(rcpt: &str) -> &str {
    let address = rcpt.split(['<', '>']).nth(1).unwrap_or_default();
    address.split('@').next().unwrap_or_default()
}

async fn authenticate<S>(stream: &mut S, manner: &Manner, line: &str) -> io::Result<bool>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (user, secret) = manner.login.unwrap_or_default();
    let decode = |text: &str| BASE64.decode(text.as_bytes()).unwrap_or_default();
    if manner.endless_challenges {
        for _ in 0..100 {
            say(stream, "334 VXNlcm5hbWU6\r\n").await?;
            read_line(stream).await?;
        }
        return Ok(false);
    }
    let mut words = line.split(' ').skip(1);
    match (words.next(), words.next()) {
        (Some("PLAIN"), Some(first)) => {
            Ok(decode(first) == format!("\0{user}\0{secret}").into_bytes())
        }
        (Some("LOGIN"), None) => {
            say(stream, "334 VXNlcm5hbWU6\r\n").await?;
            let given_user = decode(&read_line(stream).await?);
            say(stream, "334 UGFzc3dvcmQ6\r\n").await?;
            let given_secret = decode(&read_line(stream).await?);
            Ok(given_user == user.as_bytes() && given_secret == secret.as_bytes())
        }
        (Some("XOAUTH2"), Some(first)) => {
            let good = format!("user={user}\x01auth=Bearer {secret}\x01\x01").into_bytes();
            if decode(first) == good {
                return Ok(true);
            }
            // Google tells what is wrong in a challenge and waits for an empty line.
            say(stream, "334 eyJzdGF0dXMiOiI0MDAifQ==\r\n").await?;
            read_line(stream).await?;
            Ok(false)
        }
        _ => Ok(false),
    }
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes()).await?;
    stream.flush().await
}

async fn read_line<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<String> {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.push(stream.read_u8().await?);
    }
    line.truncate(line.len() - 2);
    Ok(String::from_utf8_lossy(&line).into_owned())
}

/// Strictly as RFC 5321 says: only CR LF dot CR LF ends a mail; a bare CR or LF in it is an error of the client.
async fn read_data<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Vec<u8>> {
    let mut data = Vec::new();
    loop {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(stream.read_u8().await?);
        }
        let text = &line[..line.len() - 2];
        assert!(
            !text.contains(&b'\r') && !text.contains(&b'\n'),
            "a bare CR or LF: {text:?}"
        );
        if text == b"." {
            return Ok(data);
        }
        data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

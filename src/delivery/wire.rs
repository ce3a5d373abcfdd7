//! SMTP on the wire: commands out, replies in, every wait with its deadline and every reply with its limit (F6).
//!
//! lettre's connection hides the phase in which a mail failed, waits for ever, and cannot tell whether the server
//! offers DSN; so these few lines are ours, as with IMAP.

use std::{io, pin::Pin, task::Poll, time::Duration};

use tokio::{
    io::{AsyncBufRead, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream, rustls::pki_types::ServerName};

/// RFC 5321 section 4.5.3.2; shorter after the dot means duplicates (RFC 1047).
pub const CONNECT: Duration = Duration::from_secs(30);
pub const GREETING: Duration = Duration::from_secs(5 * 60);
pub const COMMAND: Duration = Duration::from_secs(5 * 60);
pub const DATA: Duration = Duration::from_secs(2 * 60);
pub const BLOCK: Duration = Duration::from_secs(3 * 60);
/// A server that takes a block now and then must still come to an end.
pub const BODY: Duration = Duration::from_secs(30 * 60);
pub const AFTER_DOT: Duration = Duration::from_secs(10 * 60);

/// Postfix's `line_length_limit` and `smtp_response_limit` are of this order.
const LONGEST_LINE: usize = 4096;
const LONGEST_REPLY: usize = 64 * 1024;
const BLOCK_BYTES: usize = 32 * 1024;

/// What a wire runs over: TCP, TLS over TCP, or a pipe in a test.
pub trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for S {}

/// A reply: its code and its lines without the code.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub code: u16,
    pub lines: Vec<String>,
}

impl Reply {
    pub fn is_positive(&self) -> bool {
        (200..400).contains(&self.code)
    }

    /// `550 5.1.1 no such user`, on one line.
    pub fn words(&self) -> String {
        let text = self.lines.join(" ");
        let words: String = text.trim().chars().take(400).collect();
        format!("{} {words}", self.code).trim_end().to_owned()
    }
}

/// Why no reply came.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    #[error("no answer to {phase} within {} s", .after.as_secs())]
    Silent {
        phase: &'static str,
        after: Duration,
    },
    #[error("the server closed the connection")]
    Closed,
    #[error("{0}")]
    Network(#[from] io::Error),
    #[error("the server sent what is not an SMTP reply: {0:?}")]
    Nonsense(String),
    #[error("the server's reply is longer than {0} bytes")]
    TooLong(usize),
}

/// One SMTP connection at the level of lines.
pub struct Wire<S> {
    stream: BufReader<S>,
}

impl<S: Stream> Wire<S> {
    pub fn new(stream: S) -> Wire<S> {
        Wire {
            stream: BufReader::new(stream),
        }
    }

    /// The bare stream, for TLS. `None` when octets wait that came before it: they would be taken for the server's
    /// encrypted words (RFC 8314; CVE-2021-38371 and its kin).
    pub fn into_stream(self) -> Option<S> {
        self.stream
            .buffer()
            .is_empty()
            .then(|| self.stream.into_inner())
    }

    /// Sends one command and waits for its reply.
    pub async fn command(
        &mut self,
        phase: &'static str,
        line: &str,
        patience: Duration,
    ) -> Result<Reply, WireError> {
        let exchange = async {
            self.write(format!("{line}\r\n").as_bytes()).await?;
            self.reply().await
        };
        timeout(patience, exchange)
            .await
            .unwrap_or(Err(WireError::Silent {
                phase,
                after: patience,
            }))
    }

    pub async fn greeting(&mut self) -> Result<Reply, WireError> {
        timeout(GREETING, self.reply())
            .await
            .unwrap_or(Err(WireError::Silent {
                phase: "the connection",
                after: GREETING,
            }))
    }

    /// The mail, dot-stuffed, without its final dot. An error here means that the server has no whole mail.
    pub async fn body(&mut self, raw: &[u8]) -> Result<(), WireError> {
        let stuffed = stuff(raw);
        let silent = |after| WireError::Silent {
            phase: "the mail's text",
            after,
        };
        let blocks = async {
            for block in stuffed.chunks(BLOCK_BYTES) {
                timeout(BLOCK, self.write(block))
                    .await
                    .unwrap_or(Err(silent(BLOCK)))?;
            }
            Ok(())
        };
        timeout(BODY, blocks).await.unwrap_or(Err(silent(BODY)))
    }

    /// What the server said, or that it left, before it had the whole mail; `None`: it listens quietly.
    pub async fn interruption(&mut self) -> Option<Result<Reply, WireError>> {
        let first_look = std::future::poll_fn(|context| {
            Poll::Ready(Pin::new(&mut self.stream).poll_fill_buf(context).is_ready())
        });
        if !first_look.await {
            return None;
        }
        let spoken = timeout(COMMAND, self.reply()).await;
        Some(spoken.unwrap_or(Err(WireError::Closed)))
    }

    /// Sends the final dot. An error here means that it did not go out: the server has no whole mail.
    pub async fn dot(&mut self) -> Result<(), WireError> {
        let silent = WireError::Silent {
            phase: "the final dot",
            after: BLOCK,
        };
        timeout(BLOCK, self.write(b".\r\n"))
            .await
            .unwrap_or(Err(silent))
    }

    /// The answer to the final dot.
    pub async fn verdict(&mut self) -> Result<Reply, WireError> {
        timeout(AFTER_DOT, self.reply())
            .await
            .unwrap_or(Err(WireError::Silent {
                phase: "the final dot",
                after: AFTER_DOT,
            }))
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        let stream = self.stream.get_mut();
        stream.write_all(bytes).await?;
        Ok(stream.flush().await?)
    }

    async fn reply(&mut self) -> Result<Reply, WireError> {
        let mut lines = Vec::new();
        let mut total = 0;
        loop {
            let line = self.line().await?;
            total += line.len();
            if total > LONGEST_REPLY {
                return Err(WireError::TooLong(LONGEST_REPLY));
            }
            let nonsense = || WireError::Nonsense(line.chars().take(120).collect());
            let code: u16 = line
                .get(..3)
                .filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|code| code.parse().ok())
                .filter(|code| (200..600).contains(code))
                .ok_or_else(nonsense)?;
            // A bare code without text is allowed (RFC 5321 section 4.2).
            let (more, text) = match line.as_bytes().get(3) {
                None => (false, ""),
                Some(b' ') => (false, line.get(4..).unwrap_or("")),
                Some(b'-') => (true, line.get(4..).unwrap_or("")),
                Some(_) => return Err(nonsense()),
            };
            lines.push(text.to_owned());
            if !more {
                return Ok(Reply { code, lines });
            }
        }
    }

    /// One line without its end. Octets outside printable ASCII become `?`: a reply in Latin-1 is still a reply, and
    /// after the dot it decides whether a mail goes out twice.
    async fn line(&mut self) -> Result<String, WireError> {
        let mut line = String::new();
        loop {
            match self.stream.read_u8().await {
                Ok(b'\n') => break,
                Ok(b'\r') => {}
                Ok(byte @ b' '..=b'~') => line.push(char::from(byte)),
                Ok(b'\t') => line.push(' '),
                Ok(_) => line.push('?'),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Err(WireError::Closed);
                }
                Err(error) => return Err(error.into()),
            }
            if line.len() > LONGEST_LINE {
                return Err(WireError::TooLong(LONGEST_LINE));
            }
        }
        Ok(line)
    }
}

/// TLS with the name checked; 30 s, like connecting.
pub async fn encrypt<S: Stream>(
    stream: S,
    connector: &TlsConnector,
    host: &str,
) -> Result<TlsStream<S>, String> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| format!("{host:?} is not a name that a certificate can have"))?;
    timeout(CONNECT, connector.connect(name, stream))
        .await
        .map_err(|_| format!("no TLS within {} s", CONNECT.as_secs()))?
        .map_err(|error| format!("TLS failed: {error}"))
}

/// The octets of the DATA phase: every line end CRLF, so that no bare CR or LF can be read as the end of the mail by
/// the next server (SMTP smuggling), a dot before every leading dot, and a line end at the end.
fn stuff(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 64 + 2);
    let mut start = true;
    let mut octets = raw.iter().copied().peekable();
    while let Some(octet) = octets.next() {
        match octet {
            b'\r' | b'\n' => {
                if octet == b'\r' && octets.peek() == Some(&b'\n') {
                    octets.next();
                }
                out.extend_from_slice(b"\r\n");
                start = true;
            }
            _ => {
                if start && octet == b'.' {
                    out.push(b'.');
                }
                out.push(octet);
                start = false;
            }
        }
    }
    if !start {
        out.extend_from_slice(b"\r\n");
    }
    out
}

//! The octets from a server, counted before anything is built from them: caps of R24 and a deadline for silence (R18).
//!
//! async-imap holds a whole response in memory, up to 512 MiB, and has no timeouts (F5). Both are kept here, below it.

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep},
};

/// What a connection runs over: TCP, TLS over it, or a pipe in a test.
pub trait Octets: AsyncRead + AsyncWrite + fmt::Debug + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + fmt::Debug + Unpin + Send> Octets for T {}

/// Caps for the answer to one command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Octets of one response outside its literals.
    pub line: usize,
    /// Octets of all literals of one response.
    pub literal: u64,
}

impl Caps {
    /// Where no literal of ours is expected.
    pub const SMALL: Caps = Caps {
        line: 64 * 1024,
        literal: 64 * 1024,
    };
    /// A list of up to 200 000 numbers.
    pub const NUMBERS: Caps = Caps {
        line: 200_000 * 11 + 64 * 1024,
        literal: 64 * 1024,
    };

    /// A mail, or a piece of one, of this many octets.
    pub fn body(octets: u64) -> Caps {
        Caps {
            line: 64 * 1024,
            literal: octets + 64 * 1024,
        }
    }
}

pub struct Guarded {
    inner: Box<dyn Octets>,
    scanner: Scanner,
    /// Longest silence while an answer is awaited.
    patience: Duration,
    alarm: Pin<Box<Sleep>>,
    waiting: bool,
}

impl Guarded {
    pub fn new(inner: Box<dyn Octets>, patience: Duration) -> Guarded {
        Guarded {
            inner,
            scanner: Scanner::new(Caps::SMALL),
            patience,
            alarm: Box::pin(tokio::time::sleep(patience)),
            waiting: false,
        }
    }

    pub fn allow(&mut self, caps: Caps) {
        self.scanner.caps = caps;
    }

    pub fn be_patient(&mut self, patience: Duration) {
        self.patience = patience;
        self.waiting = false;
    }
}

impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guarded(…)")
    }
}

impl AsyncRead for Guarded {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        match Pin::new(&mut this.inner).poll_read(cx, buf) {
            Poll::Ready(result) => {
                this.waiting = false;
                result?;
                let fresh = buf.filled().get(before..).unwrap_or_default();
                Poll::Ready(
                    this.scanner
                        .feed(fresh)
                        .map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why)),
                )
            }
            Poll::Pending => {
                if !this.waiting {
                    this.waiting = true;
                    this.alarm.as_mut().reset(Instant::now() + this.patience);
                }
                ready!(this.alarm.as_mut().poll(cx));
                this.waiting = false;
                Poll::Ready(Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    format!("nothing came for {} s", this.patience.as_secs()),
                )))
            }
        }
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

/// Follows responses octet by octet, seeing literals as imap-proto will see them.
#[derive(Debug)]
struct Scanner {
    caps: Caps,
    /// Octets of this response outside literals.
    line: usize,
    /// Octets of this response in literals announced so far.
    literals: u64,
    /// Octets still to come of the literal under way.
    literal_left: u64,
    /// First octets of the response: status lines end in free text that may look like a literal.
    head: Tail<10>,
    /// Last octets of the line, where `{n}` CR LF would stand.
    tail: Tail<16>,
}

impl Scanner {
    fn new(caps: Caps) -> Scanner {
        Scanner {
            caps,
            line: 0,
            literals: 0,
            literal_left: 0,
            head: Tail::default(),
            tail: Tail::default(),
        }
    }

    fn feed(&mut self, mut octets: &[u8]) -> Result<(), String> {
        while !octets.is_empty() {
            if self.literal_left > 0 {
                let skip = usize::try_from(self.literal_left)
                    .unwrap_or(usize::MAX)
                    .min(octets.len());
                self.literal_left -= skip as u64;
                octets = octets.get(skip..).unwrap_or_default();
                continue;
            }
            let end = octets.iter().position(|&o| o == b'\n').map(|at| at + 1);
            let (part, rest) = octets.split_at(end.unwrap_or(octets.len()));
            octets = rest;
            self.line += part.len();
            if self.line > self.caps.line {
                return Err(format!("a line of more than {} octets", self.caps.line));
            }
            if self.literals == 0 {
                self.head.fill(part);
            }
            self.tail.push(part);
            if end.is_some() {
                self.end_of_line()?;
            }
        }
        Ok(())
    }

    fn end_of_line(&mut self) -> Result<(), String> {
        let announced = announced(self.tail.as_slice())
            .filter(|_| self.literals > 0 || may_hold_literals(self.head.as_slice()));
        self.tail = Tail::default();
        let Some(octets) = announced else {
            self.line = 0;
            self.literals = 0;
            self.head = Tail::default();
            return Ok(());
        };
        // An empty literal counts one, so that `literals` also says that we are inside a response.
        self.literals = self.literals.saturating_add(octets.max(1));
        self.literal_left = octets;
        if self.literals > self.caps.literal {
            return Err(format!(
                "a literal of {octets} octets where at most {} were expected",
                self.caps.literal
            ));
        }
        Ok(())
    }
}

/// The number in `…{n}` CR LF.
fn announced(line: &[u8]) -> Option<u64> {
    let inner = line.strip_suffix(b"}\r\n")?;
    let open = inner.iter().rposition(|&o| o == b'{')?;
    let digits = inner.get(open + 1..)?;
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Tagged answers, continuations and status responses end in text for people; only data can announce a literal.
fn may_hold_literals(head: &[u8]) -> bool {
    let Some(data) = head.strip_prefix(b"* ") else {
        return false;
    };
    let word: Vec<u8> = data
        .iter()
        .take_while(|o| o.is_ascii_alphanumeric())
        .map(u8::to_ascii_uppercase)
        .collect();
    !matches!(
        word.as_slice(),
        b"OK" | b"NO" | b"BAD" | b"BYE" | b"PREAUTH"
    )
}

/// The first or last few octets of something.
#[derive(Debug)]
struct Tail<const N: usize> {
    octets: Vec<u8>,
}

impl<const N: usize> Default for Tail<N> {
    fn default() -> Self {
        Tail { octets: Vec::new() }
    }
}

impl<const N: usize> Tail<N> {
    /// Keeps the first N.
    fn fill(&mut self, part: &[u8]) {
        let room = N.saturating_sub(self.octets.len()).min(part.len());
        self.octets.extend(part.iter().take(room));
    }

    /// Keeps the last N.
    fn push(&mut self, part: &[u8]) {
        self.octets
            .extend(part.iter().skip(part.len().saturating_sub(N)));
        let surplus = self.octets.len().saturating_sub(N);
        self.octets.drain(..surplus);
    }

    fn as_slice(&self) -> &[u8] {
        &self.octets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CAPS: Caps = Caps {
        line: 100,
        literal: 50,
    };

    fn feed(octets: &[u8]) -> Result<(), String> {
        Scanner::new(CAPS).feed(octets)
    }

    #[test]
    fn sound_answers_pass() {
        let sound: [&[u8]; 8] = [
            b"* OK ready\r\n",
            b"* 1 FETCH (UID 7 BODY[] {11}\r\n{99999999}\r)\r\n",
            b"* 1 FETCH (UID 7 BODY[] {0}\r\n)\r\n* 2 FETCH (UID 8 BODY[] {50}\r\n",
            b"* OK the text may end in {4294967295}\r\n",
            b"A1 OK so may this one {4294967295}\r\n",
            b"* BYE {4294967295}\r\nA1 NO {4294967295}\r\n+ {4294967295}\r\n",
            b"* LIST () \"/\" {5}\r\nINBOX\r\n",
            b"* 1 FETCH (FLAGS () {x}\r\n",
        ];
        for answer in sound {
            assert_eq!(feed(answer), Ok(()), "{}", String::from_utf8_lossy(answer));
        }
    }

    #[test]
    fn what_is_larger_than_expected_is_refused_before_it_is_read() {
        let refused: [&[u8]; 5] = [
            b"* 1 FETCH (UID 7 BODY[] {51}\r\n",
            b"* 1 FETCH (UID 7 BODY[] {4294967295}\r\n",
            b"* 1 FETCH (BODY[] {30}\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx RFC822 {30}\r\n",
            b"* 1 FETCH (BODY[] {0}\r\n BODY[] {51}\r\n",
            &[b'a'; 101],
        ];
        for answer in refused {
            assert!(feed(answer).is_err(), "{}", String::from_utf8_lossy(answer));
        }
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_the_octets_are_cut(
            cuts in prop::collection::vec(0usize..120, 0..6),
            octets in prop::collection::vec(prop::sample::select(b"* 1FETCHOK{5}20\r\n{}".to_vec()), 0..120),
        ) {
            let whole = feed(&octets);
            let mut scanner = Scanner::new(CAPS);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(octets.len())).collect();
            cuts.push(octets.len());
            cuts.sort_unstable();
            let mut from = 0;
            let mut pieces = Ok(());
            for cut in cuts {
                pieces = pieces.and_then(|()| scanner.feed(&octets[from..cut]));
                from = cut;
            }
            prop_assert_eq!(whole, pieces);
        }
    }
}

//! What the tests of the whole program stand on: real servers, and a mail client as a bidder or a Pokja member has one.
//!
//! Everything here blocks, so that it also serves tests without a runtime. A test whose program under test runs in the
//! same tokio runtime needs `flavor = "multi_thread"`.

// Each test program uses a part of it.
#![allow(dead_code)]

pub mod imap;
pub mod mails;
pub mod office;
pub mod pdf;
pub mod servers;
pub mod smtp;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

/// How long anything on loopback may take before a test fails: servers start slowly on a busy machine.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// A connection that talks in lines.
pub struct Wire {
    reader: BufReader<TcpStream>,
}

impl Wire {
    pub fn connect(port: u16) -> Wire {
        let stream = TcpStream::connect(("127.0.0.1", port))
            .unwrap_or_else(|error| panic!("nothing listens on port {port}: {error}"));
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream.set_write_timeout(Some(DEADLINE)).unwrap();
        Wire {
            reader: BufReader::new(stream),
        }
    }

    /// A line without its end.
    pub fn line(&mut self) -> String {
        let mut line = Vec::new();
        self.reader
            .read_until(b'\n', &mut line)
            .unwrap_or_else(|error| panic!("no answer from the server: {error}"));
        assert!(line.ends_with(b"\n"), "the server closed the connection");
        String::from_utf8_lossy(&line).trim_end().to_owned()
    }

    /// As many bytes as announced.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.reader
            .read_exact(&mut bytes)
            .expect("the announced bytes");
        bytes
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.reader
            .get_mut()
            .write_all(bytes)
            .expect("a live connection");
    }
}

/// Line ends as they travel.
pub fn with_crlf(mail: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(mail.len() + mail.len() / 40);
    let mut before = 0;
    for &byte in mail {
        if byte == b'\n' && before != b'\r' {
            out.push(b'\r');
        }
        out.push(byte);
        before = byte;
    }
    out
}

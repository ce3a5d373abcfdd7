//! A virus scanner over its socket (clamd's INSTREAM). What it finds is a label; what it could not scan is not clean.

use std::{path::Path, time::Duration};

use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(30);
const CHUNK: usize = 64 << 10;

/// What clamd said of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scan {
    Clean,
    /// The name of what was found.
    Infected(String),
    /// Too large for it, or it answered something else: nothing is known.
    Unknown(String),
}

pub async fn scan(socket: &Path, content: &Bytes) -> Scan {
    match timeout(PATIENCE, ask(socket, content)).await {
        Ok(Ok(answer)) => read(&answer),
        Ok(Err(error)) => Scan::Unknown(error.to_string()),
        Err(_) => Scan::Unknown("lebih dari 30 detik".to_owned()),
    }
}

async fn ask(socket: &Path, content: &Bytes) -> std::io::Result<String> {
    let mut stream = UnixStream::connect(socket).await?;
    stream.write_all(b"zINSTREAM\0").await?;
    for chunk in content.chunks(CHUNK) {
        // It closes when the stream grows too long, and says why.
        let length = (chunk.len() as u32).to_be_bytes();
        if stream.write_all(&length).await.is_err() || stream.write_all(chunk).await.is_err() {
            break;
        }
    }
    let _ = stream.write_all(&0_u32.to_be_bytes()).await;
    let mut answer = Vec::new();
    stream.take(1024).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn read(answer: &str) -> Scan {
    let answer = answer.trim_end_matches('\0').trim();
    let said = answer.strip_prefix("stream:").unwrap_or(answer).trim();
    match said.strip_suffix(" FOUND") {
        Some(name) => Scan::Infected(name.chars().filter(|c| !c.is_control()).take(80).collect()),
        None if said == "OK" => Scan::Clean,
        None => Scan::Unknown(said.chars().take(120).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ok_is_clean() {
        assert_eq!(read("stream: OK\0"), Scan::Clean);
        assert_eq!(
            read("stream: Loket.Test.UNOFFICIAL FOUND\0"),
            Scan::Infected("Loket.Test.UNOFFICIAL".into())
        );
        assert_eq!(
            read("INSTREAM size limit exceeded. ERROR\0"),
            Scan::Unknown("INSTREAM size limit exceeded. ERROR".into())
        );
        assert_eq!(read(""), Scan::Unknown(String::new()));
    }
}

//! One child process: its life, what it is fed, and how its answer is read. What it babbles is never believed.

use std::{process::Stdio, time::Duration};

use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::Command,
};

use super::worker::Answer;
use crate::inspection::measure::Unread;

/// A child ends with this where its walls could not be built, or its pipes broke: no file is to blame.
pub const OF_THIS_MACHINE: u8 = 71;
/// Longest life of a child.
const PATIENCE: Duration = match cfg!(debug_assertions) {
    false => Duration::from_secs(20),
    // An unoptimised decoder is ten times slower, comparing pages twenty times, and tests run several at a time.
    true => Duration::from_secs(240),
};
/// Most that a child may answer: what an archive may unpack to, and the words around it.
pub(super) const ANSWER: u64 = 120 << 20;
/// The words alone.
pub(super) const WORDS: u64 = 4 << 20;

/// Why a child gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    #[error("pemeriksa tidak dapat dijalankan: {0}")]
    NotStarted(String),
    #[error("lebih dari 20 detik")]
    TooLong,
    #[error("pemeriksa berhenti: {0}")]
    Died(String),
    #[error("jawaban pemeriksa tidak terbaca")]
    Babble,
}

impl From<NoAnswer> for Unread {
    fn from(why: NoAnswer) -> Unread {
        match why {
            NoAnswer::TooLong => Unread::TooLong,
            why => Unread::Stopped(why.to_string()),
        }
    }
}

/// Answer and octets of a child.
pub struct Reply {
    pub answer: Answer,
    pub picture: Bytes,
    pub members: Vec<Bytes>,
}

pub(super) async fn run(
    mut command: Command,
    contents: &[Bytes],
    most: u64,
) -> Result<Bytes, NoAnswer> {
    let mut child = command
        .env_clear()
        .env("OMP_THREAD_LIMIT", "1")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| NoAnswer::NotStarted(error.to_string()))?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let feed = async {
        if let Some(mut stdin) = stdin {
            for content in contents {
                // A child that died no longer reads; its end tells why.
                if stdin.write_all(content).await.is_err() {
                    return;
                }
            }
        }
    };
    let read = async {
        let mut output = Vec::new();
        if let Some(stdout) = stdout {
            let _ = stdout.take(most + 1).read_to_end(&mut output).await;
        }
        output
    };
    let complain = async {
        let mut words = Vec::new();
        if let Some(stderr) = stderr {
            let mut stderr = stderr;
            let _ = (&mut stderr).take(2048).read_to_end(&mut words).await;
            // A talkative one must not die of a closed pipe.
            let _ = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
        }
        words
    };
    let life = async {
        let ((), output, words) = tokio::join!(feed, read, complain);
        (child.wait().await, output, words)
    };
    let Ok((ended, output, words)) = tokio::time::timeout(PATIENCE, life).await else {
        return Err(NoAnswer::TooLong);
    };
    match ended {
        Ok(status) if status.success() && output.len() as u64 <= most => Ok(output.into()),
        Ok(status) if status.success() => Err(NoAnswer::Babble),
        Ok(status) => {
            let of_this_machine = status.code() == Some(i32::from(OF_THIS_MACHINE));
            let words = String::from_utf8_lossy(&words);
            let last: String = words
                .lines()
                .last()
                .unwrap_or_default()
                .chars()
                .take(200)
                .collect();
            if of_this_machine {
                return Err(NoAnswer::NotStarted(last));
            }
            Err(NoAnswer::Died(
                format!("{status} {last}").trim_end().to_owned(),
            ))
        }
        Err(error) => Err(NoAnswer::Died(error.to_string())),
    }
}

/// The answer, and the octets it announces; anything else is babble.
pub(super) fn read(output: Bytes) -> Result<Reply, NoAnswer> {
    let mut rest = output;
    let mut take = |length: u64| -> Result<Bytes, NoAnswer> {
        let length = usize::try_from(length).map_err(|_| NoAnswer::Babble)?;
        if length > rest.len() {
            return Err(NoAnswer::Babble);
        }
        Ok(rest.split_to(length))
    };
    let length = take(8)?;
    let length = u64::from_le_bytes(length[..].try_into().map_err(|_| NoAnswer::Babble)?);
    if length > WORDS {
        return Err(NoAnswer::Babble);
    }
    let answer: Answer = serde_json::from_slice(&take(length)?).map_err(|_| NoAnswer::Babble)?;
    let picture = take(answer.picture)?;
    let members = answer
        .members
        .iter()
        .map(|&length| take(length))
        .collect::<Result<_, _>>()?;
    Ok(Reply {
        answer,
        picture,
        members,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_announces_more_than_it_brings_is_babble() {
        let answer = Answer {
            picture: 5,
            members: vec![2, 1],
            ..Answer::default()
        };
        let json = serde_json::to_vec(&answer).expect("plain data");
        let mut output = (json.len() as u64).to_le_bytes().to_vec();
        output.extend(&json);
        output.extend(b"thumbabc");
        let reply = read(output.clone().into()).expect("whole");
        assert_eq!(
            (&reply.picture[..], &reply.members[..]),
            (&b"thumb"[..], &[Bytes::from("ab"), Bytes::from("c")][..])
        );
        for end in 0..output.len() {
            assert_eq!(
                read(Bytes::copy_from_slice(&output[..end])).err(),
                Some(NoAnswer::Babble),
                "{end}"
            );
        }
    }
}

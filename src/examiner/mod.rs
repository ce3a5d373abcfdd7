//! Has files examined by a child process behind walls (edge), and turns what it measured into an [`Examination`].
//!
//! Every decoder of outside octets runs there, one process for one file: nothing of one bidder's file is in the memory
//! that reads another's. A child that dies, hangs or babbles makes the file `unreadable`, and the mail goes on.

pub mod helpers;
pub mod worker;

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::Command,
    sync::Semaphore,
};

use crate::inspection::{Examination, FileKind, Member, judge, measure::Measurement, sniff};
use helpers::Helpers;
use worker::{Answer, Task};

/// Longest life of a child.
const PATIENCE: Duration = Duration::from_secs(20);
/// Children at a time: photos are large, and two processors are what a small office has.
const POOL: usize = 2;
/// Most that a child may answer: what an archive may unpack to, and the words around it.
const ANSWER: u64 = 120 << 20;
/// The words alone.
const WORDS: u64 = 4 << 20;

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

/// Answer and octets of a child.
pub struct Reply {
    pub answer: Answer,
    pub picture: Bytes,
    pub members: Vec<Bytes>,
}

/// Where children come from.
#[derive(Debug)]
pub struct Examiner {
    /// This very program.
    program: PathBuf,
    pub helpers: Helpers,
    places: Semaphore,
}

impl Examiner {
    /// `program`: the binary whose `inspect-worker` is run.
    pub fn new(program: PathBuf, helpers: Helpers) -> Examiner {
        Examiner {
            program,
            helpers,
            places: Semaphore::new(POOL),
        }
    }

    /// This process's own binary, and the helpers that this machine has.
    pub fn of_this_machine() -> std::io::Result<Examiner> {
        Ok(Examiner::new(std::env::current_exe()?, Helpers::find()))
    }

    /// Examines one file. Never fails: what cannot be examined is a finding.
    pub async fn examine(&self, content: &Bytes) -> Examination {
        let sniffed = sniff(content);
        let mut measured = Measurement::default();
        let mut picture = Bytes::new();
        let mut members = Vec::new();
        match sniffed.kind {
            FileKind::Heif => match self.helpers.heif_to_jpeg(self, content).await {
                Some(Ok(jpeg)) => {
                    (measured, picture, _) = self.measure(FileKind::Jpeg, &jpeg).await
                }
                Some(Err(why)) => measured.unreadable = Some(why.to_string()),
                None => {}
            },
            kind if kind.is_picture() || matches!(kind, FileKind::Pdf | FileKind::Zip) => {
                (measured, picture, members) = self.measure(kind, content).await;
            }
            _ => {}
        }
        let mut examination = judge(sniffed, &measured);
        examination.thumbnail = picture;
        if let Some(archive) = &measured.archive {
            examination.members = archive
                .members
                .iter()
                .zip(members)
                .map(|(member, content)| Member {
                    name: member.name.clone(),
                    content,
                    encrypted: member.encrypted,
                    damaged: member.damaged,
                })
                .collect();
        }
        examination
    }

    async fn measure(&self, kind: FileKind, content: &Bytes) -> (Measurement, Bytes, Vec<Bytes>) {
        match self.ask(&Task::Measure { kind }, &[content.clone()]).await {
            Ok(reply) => (reply.answer.measurement, reply.picture, reply.members),
            Err(why) => {
                tracing::warn!(kind = kind.label(), %why, "examiner.no-answer");
                let measurement = Measurement {
                    unreadable: Some(why.to_string()),
                    ..Measurement::default()
                };
                (measurement, Bytes::new(), Vec::new())
            }
        }
    }

    /// Runs one child on one task.
    pub async fn ask(&self, task: &Task, contents: &[Bytes]) -> Result<Reply, NoAnswer> {
        let mut command = Command::new(&self.program);
        command.arg("inspect-worker").arg(task.argument());
        let output = self.run(command, contents, ANSWER).await?;
        read(output)
    }

    /// Runs a helper program behind walls of its own; it may write below `scratch` only.
    pub async fn help(
        &self,
        program: &Path,
        arguments: &[&str],
        scratch: &Path,
        input: &[Bytes],
    ) -> Result<Bytes, NoAnswer> {
        let mut command = Command::new(&self.program);
        command
            .arg("inspect-helper")
            .arg(scratch)
            .arg(program)
            .args(arguments)
            .current_dir(scratch);
        self.run(command, input, WORDS).await
    }

    async fn run(
        &self,
        mut command: Command,
        contents: &[Bytes],
        most: u64,
    ) -> Result<Bytes, NoAnswer> {
        let _place = self.places.acquire().await;
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
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
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
                let _ = stderr.take(2048).read_to_end(&mut words).await;
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
                let words = String::from_utf8_lossy(&words);
                let last: String = words
                    .lines()
                    .last()
                    .unwrap_or_default()
                    .chars()
                    .take(200)
                    .collect();
                Err(NoAnswer::Died(
                    format!("{status} {last}").trim_end().to_owned(),
                ))
            }
            Err(error) => Err(NoAnswer::Died(error.to_string())),
        }
    }
}

/// The answer, and the octets it announces; anything else is babble.
fn read(output: Bytes) -> Result<Reply, NoAnswer> {
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

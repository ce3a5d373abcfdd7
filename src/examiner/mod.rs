//! Has files examined by a child process behind walls (edge), and turns what it measured into an [`Examination`].
//!
//! Every decoder of outside octets runs there, one process for one file: nothing of one bidder's file is in the memory
//! that reads another's. A child that dies, hangs or babbles makes the file `unreadable`, and the mail goes on.

pub mod clamd;
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

use crate::inspection::Finding;
use crate::inspection::{
    Examination, FileKind, Member, Return, conclude, judge, measure::Measurement, sniff,
};
use clamd::Scan;
use helpers::Helpers;
use worker::{Answer, Task};

/// A child ends with this where its walls could not be built, or its pipes broke: no file is to blame.
pub const OF_THIS_MACHINE: u8 = 71;
/// Longest life of a child.
const PATIENCE: Duration = match cfg!(debug_assertions) {
    false => Duration::from_secs(20),
    // An unoptimised decoder is ten times slower, and tests run several at a time; the limit of processor time stays.
    true => Duration::from_secs(90),
};
/// The shorter side of what OCR reads: about 180 dots an inch on a page, where its errors stop falling.
const OCR_SIDE: u32 = 1500;
/// Pages of a file for signing that are read.
const OCR_PAGES: u32 = 6;
/// Children at a time: photos are large, and two processors are what a small office has.
pub const POOL: usize = 2;
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

/// Names and octets of an archive's members.
fn together(measured: &Measurement, contents: Vec<Bytes>) -> Vec<Member> {
    let Some(archive) = &measured.archive else {
        return Vec::new();
    };
    let members = archive.members.iter().zip(contents);
    members
        .map(|(member, content)| Member {
            name: member.name.clone(),
            content,
            encrypted: member.encrypted,
            damaged: member.damaged,
        })
        .collect()
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
            // Helpers run in a folder of their own.
            program: std::path::absolute(&program).unwrap_or(program),
            helpers,
            places: Semaphore::new(POOL),
        }
    }

    /// This process's own binary, and the helpers that this machine has.
    pub fn of_this_machine() -> Examiner {
        // The very file that runs, also after an upgrade put another one under its name: they would not understand each other.
        Examiner::new(PathBuf::from("/proc/self/exe"), Helpers::find())
    }

    /// Examines one file. Never fails: what cannot be examined is a finding.
    pub async fn examine(&self, content: &Bytes) -> Examination {
        let sniffed = sniff(content);
        let mut measured = Measurement::default();
        let mut picture = Bytes::new();
        let mut drawable = (sniffed.kind, content.clone());
        let mut undone = None;
        let mut members = Vec::new();
        match sniffed.kind {
            FileKind::Heif => match self.helpers.heif_to_jpeg(self, content).await {
                Some(Ok(jpeg)) => {
                    (measured, picture, _, undone) = self.measure(FileKind::Jpeg, &jpeg).await;
                    drawable = (FileKind::Jpeg, jpeg);
                }
                Some(Err(why @ NoAnswer::NotStarted(_))) => undone = Some(why.to_string()),
                Some(Err(why)) => measured.unreadable = Some(why.to_string()),
                None => {}
            },
            kind if kind.is_picture() || matches!(kind, FileKind::Pdf | FileKind::Zip) => {
                (measured, picture, members, undone) = self.measure(kind, content).await;
            }
            _ => {}
        }
        let mut examination = judge(sniffed, &measured);
        examination.thumbnail = picture;
        if let Some(why) = undone {
            examination.note(format!("belum diperiksa: {why}"));
        }
        self.scan(content, &mut examination).await;
        if wants_reading(&measured, &examination) {
            examination.text = self
                .read_text(drawable.0, &drawable.1, 0)
                .await
                .unwrap_or_default();
        }
        examination.members = together(&measured, members);
        examination
    }

    /// What is in an archive, and nothing else of it.
    pub async fn unpack(&self, content: &Bytes) -> Result<Vec<Member>, NoAnswer> {
        let kind = sniff(content).kind;
        if kind != FileKind::Zip {
            return Ok(Vec::new());
        }
        let task = Task::Measure { kind };
        let reply = self.ask(&task, std::slice::from_ref(content)).await?;
        Ok(together(&reply.answer.measurement, reply.members))
    }

    async fn scan(&self, content: &Bytes, examination: &mut Examination) {
        let Some(socket) = &self.helpers.clamd else {
            return;
        };
        match clamd::scan(socket, content).await {
            Scan::Clean => {}
            Scan::Infected(name) => {
                examination.find(Finding::Infected);
                examination.note(format!("pemindai virus: {name}"));
            }
            Scan::Unknown(why) => {
                tracing::warn!(why, "clamd.no-verdict");
                examination.note("belum dipindai virus".to_owned());
            }
        }
    }

    /// A page, read by OCR where this machine has it.
    async fn read_text(&self, kind: FileKind, content: &Bytes, page: u32) -> Option<String> {
        self.helpers.tesseract.as_ref()?;
        let task = Task::Draw {
            kind,
            page,
            side: OCR_SIDE,
        };
        let drawn = self.ask(&task, std::slice::from_ref(content)).await.ok()?;
        if drawn.picture.is_empty() {
            return None;
        }
        self.helpers.read_text(self, drawn.picture).await
    }

    /// The last: why nobody looked at the file. That is this machine's trouble, and no finding about a paper.
    async fn measure(
        &self,
        kind: FileKind,
        content: &Bytes,
    ) -> (Measurement, Bytes, Vec<Bytes>, Option<String>) {
        let nothing = Measurement::default();
        match self
            .ask(&Task::Measure { kind }, std::slice::from_ref(content))
            .await
        {
            Ok(reply) => (reply.answer.measurement, reply.picture, reply.members, None),
            Err(why @ NoAnswer::NotStarted(_)) => {
                tracing::error!(%why, "examiner.not-started");
                (nothing, Bytes::new(), Vec::new(), Some(why.to_string()))
            }
            Err(why) => {
                tracing::warn!(kind = kind.label(), %why, "examiner.no-answer");
                let measurement = Measurement {
                    unreadable: Some(why.to_string()),
                    ..nothing
                };
                (measurement, Bytes::new(), Vec::new(), None)
            }
        }
    }

    /// The file that was sent to be signed, and one that came back: what came of it, notes for the Pokja, and both side by
    /// side for a person. `None`: they cannot be compared by machine.
    pub async fn compare(
        &self,
        sent: &Bytes,
        returned: &Bytes,
        returned_kind: FileKind,
    ) -> Option<(Return, Vec<String>, Bytes)> {
        let task = Task::Compare {
            sent: sniff(sent).kind,
            sent_bytes: sent.len() as u64,
            returned: returned_kind,
        };
        let reply = self
            .ask(&task, &[sent.clone(), returned.clone()])
            .await
            .ok()?;
        let comparison = reply.answer.comparison?;
        let (sent_text, _) = self.words(FileKind::Pdf, sent, comparison.sent_pages).await;
        let (returned_text, signed) = self
            .words(returned_kind, returned, comparison.returned_pages)
            .await;
        let (outcome, notes) = conclude(&comparison, &sent_text, &returned_text, signed);
        Some((outcome, notes, reply.picture))
    }

    /// The text of all pages, by OCR where there is none, and whether a digital signature is in it.
    async fn words(&self, kind: FileKind, content: &Bytes, pages: u32) -> (String, bool) {
        let mut text = String::new();
        let mut signed = false;
        if kind == FileKind::Pdf {
            let (measured, ..) = self.measure(kind, content).await;
            let pdf = measured.pdf.unwrap_or_default();
            signed = !pdf.signatures.is_empty();
            text = pdf.text;
            if pdf.scanned_pages == 0 {
                return (text, signed);
            }
        }
        for page in 0..pages.min(OCR_PAGES) {
            text.push_str(
                &self
                    .read_text(kind, content, page)
                    .await
                    .unwrap_or_default(),
            );
            text.push('\n');
        }
        (text, signed)
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
}

/// A picture of a paper, sharp enough to be read, that has no text of its own.
fn wants_reading(measured: &Measurement, examination: &Examination) -> bool {
    let picture = measured.photo.is_some();
    let scan = measured
        .pdf
        .as_ref()
        .is_some_and(|pdf| pdf.scanned_pages > 0);
    let legible = [Finding::Blurred, Finding::Dark, Finding::Unreadable]
        .iter()
        .all(|finding| !examination.findings.contains(finding));
    (picture || scan) && legible && examination.text.trim().len() < 40
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

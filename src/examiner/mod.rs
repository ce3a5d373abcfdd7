//! Has files examined by a child process behind walls (edge), and turns what it measured into an [`Examination`].
//!
//! Every decoder of outside octets runs there, one process for one file: nothing of one bidder's file is in the memory
//! that reads another's. A child that dies, hangs or babbles makes the file `unreadable`, and the mail goes on.

mod child;
pub mod clamd;
pub mod helpers;
pub mod worker;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use tokio::{process::Command, sync::Semaphore};

use crate::inspection::{
    Examination, FileKind, Finding, Member, Return, conclude, judge, measure::Measurement, sniff,
    worth_reading,
};
use child::{ANSWER, WORDS};
pub use child::{NoAnswer, OF_THIS_MACHINE, Reply};
use clamd::Scan;
use helpers::Helpers;
pub use worker::MOST_PHOTOS;
use worker::Task;

/// The shorter side of what OCR reads: about 180 dots an inch on a page, where its errors stop falling.
const OCR_SIDE: u32 = 1500;
/// Pages of a file for signing that are read; what would have to be read beyond stays to be looked at.
const OCR_PAGES: usize = 6;
/// Children at a time: photos are large, and two processors are what a small office has.
pub const POOL: usize = 2;

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

/// What a comparison told.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    pub outcome: Return,
    /// For the Pokja.
    pub notes: Vec<String>,
    /// Both beside each other, as JPEG.
    pub side_by_side: Bytes,
    /// The returned pages that are pages of the sent file, counted from 0: of photos, which of them.
    pub found: Vec<u32>,
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
        let mut undone = false;
        let mut members = Vec::new();
        match sniffed.kind {
            FileKind::Heif => match self.helpers.heif_to_jpeg(self, content).await {
                Some(Ok(jpeg)) => {
                    (measured, picture, _, undone) = self.measure(FileKind::Jpeg, &jpeg).await;
                    drawable = (FileKind::Jpeg, jpeg);
                }
                Some(Err(why @ NoAnswer::NotStarted(_))) => {
                    tracing::error!(%why, "examiner.not-started");
                    undone = true;
                }
                Some(Err(why)) => measured.unread = Some(why.into()),
                None => {}
            },
            kind if kind.is_picture() || matches!(kind, FileKind::Pdf | FileKind::Zip) => {
                (measured, picture, members, undone) = self.measure(kind, content).await;
            }
            _ => {}
        }
        let mut examination = judge(sniffed, &measured);
        examination.thumbnail = picture;
        if let Some(why) = &measured.unread {
            tracing::info!(kind = sniffed.kind.label(), ?why, "examiner.unread");
        }
        if let Some(why) = measured
            .archive
            .as_ref()
            .and_then(|archive| archive.detail.as_ref())
        {
            tracing::info!(why, "examiner.archive");
        }
        if undone {
            examination.unexamined = true;
            examination.note("belum diperiksa: pemeriksa tidak dapat dijalankan".to_owned());
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
                examination.unexamined = true;
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

    /// The last: nobody looked at the file. That is this machine's trouble, and no finding about a paper.
    async fn measure(
        &self,
        kind: FileKind,
        content: &Bytes,
    ) -> (Measurement, Bytes, Vec<Bytes>, bool) {
        let nothing = Measurement::default();
        match self
            .ask(&Task::Measure { kind }, std::slice::from_ref(content))
            .await
        {
            Ok(reply) => (
                reply.answer.measurement,
                reply.picture,
                reply.members,
                false,
            ),
            Err(why @ NoAnswer::NotStarted(_)) => {
                tracing::error!(%why, "examiner.not-started");
                (nothing, Bytes::new(), Vec::new(), true)
            }
            Err(why) => {
                tracing::warn!(kind = kind.label(), %why, "examiner.no-answer");
                let measurement = Measurement {
                    unread: Some(why.into()),
                    ..nothing
                };
                (measurement, Bytes::new(), Vec::new(), false)
            }
        }
    }

    /// The file that was sent to be signed, and what came back: one file, or a photo of each page, [`MOST_PHOTOS`] at most.
    /// `None`: they cannot be compared by machine.
    pub async fn compare(&self, sent: &Bytes, returned: &[(FileKind, Bytes)]) -> Option<Compared> {
        let mut shown = Vec::new();
        for (kind, content) in returned {
            shown.push(match kind {
                FileKind::Heif => {
                    let jpeg = self.helpers.heif_to_jpeg(self, content).await?.ok()?;
                    (FileKind::Jpeg, jpeg)
                }
                kind => (*kind, content.clone()),
            });
        }
        let lengths = shown.iter().map(|(kind, file)| (*kind, file.len() as u64));
        let task = Task::Compare {
            sent: sniff(sent).kind,
            returned: lengths.collect(),
        };
        let files = shown.iter().map(|(_, file)| file);
        let contents: Vec<Bytes> = std::iter::once(sent).chain(files).cloned().collect();
        let reply = self.ask(&task, &contents).await.ok()?;
        let comparison = reply.answer.comparison?;
        // Pictures tell figures apart better than OCR does; it is asked where they leave something open.
        let open = worth_reading(&comparison);
        let (sent_text, _) = self.words(FileKind::Pdf, sent, &[]).await;
        let (returned_text, signed) = match &shown[..] {
            [(kind, file)] => self.words(*kind, file, &open).await,
            photos => (self.words_of_photos(photos, &open).await, false),
        };
        let (outcome, notes) = conclude(&comparison, &sent_text, &returned_text, signed);
        let found = comparison.matches.iter();
        Some(Compared {
            outcome,
            notes,
            side_by_side: reply.picture,
            found: found.filter_map(|page| page.returned).collect(),
        })
    }

    async fn words_of_photos(&self, photos: &[(FileKind, Bytes)], pages: &[u32]) -> String {
        let mut text = String::new();
        for &page in pages.iter().take(OCR_PAGES) {
            if let Some((kind, photo)) = photos.get(page as usize) {
                text += &self.read_text(*kind, photo, 0).await.unwrap_or_default();
                text.push('\n');
            }
        }
        text
    }

    /// The text that stands in a file, these of its pages read by OCR where it has none, and whether a digital signature is
    /// in it.
    async fn words(&self, kind: FileKind, content: &Bytes, pages: &[u32]) -> (String, bool) {
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
        for &page in pages.iter().take(OCR_PAGES) {
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
        child::read(output)
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
        command: Command,
        contents: &[Bytes],
        most: u64,
    ) -> Result<Bytes, NoAnswer> {
        let _place = self.places.acquire().await;
        child::run(command, contents, most).await
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

//! The inside of the walls: one file comes in on standard input, numbers go out on standard output, the process ends.
//!
//! What leaves is an [`Answer`]: its length, itself as JSON, then the octets it announces. The daemon reads it as it reads
//! anything from outside: a decoder that was taken over may write what it likes.

mod archive;
mod jpeg;
mod pages;
mod pdf;
pub mod picture;
mod side_by_side;
mod signature;

pub use pages::MOST as MOST_PHOTOS;

use std::io::{Read as _, Write as _};

use serde::{Deserialize, Serialize};

use crate::{
    inspection::{
        Comparison, FileKind,
        measure::{Measurement, Unread},
        raster::Gray,
    },
    sandbox::{self, Rights, Walls},
};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Measure the file that follows.
    Measure { kind: FileKind },
    /// Draw the file's page for OCR: a grey JPEG.
    Draw {
        kind: FileKind,
        page: u32,
        side: u32,
    },
    /// Compare the file that was sent with what came back, which is one file or a photo of each page. The sent one comes
    /// first, and so many octets of each of the others behind it.
    Compare {
        sent: FileKind,
        returned: Vec<(FileKind, u64)>,
    },
    /// Try to break out, and tell what worked.
    Prove,
    /// Take memory until there is none.
    Devour,
}

/// What came of it. The octets follow in the order of the fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub walls: Walls,
    pub measurement: Measurement,
    pub comparison: Option<Comparison>,
    pub proof: Option<Proof>,
    /// Length of the picture that follows: thumbnail, drawn page, or both files side by side.
    pub picture: u64,
    /// Lengths of the members of an archive.
    pub members: Vec<u64>,
}

/// What a decoder that was taken over could do. All of it must be false.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    pub network: bool,
    pub unix_socket: bool,
    pub wrote_file: bool,
    pub read_file: bool,
    pub started_program: bool,
}

/// The task as it is written on the command line, and back.
impl Task {
    pub fn argument(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub fn from_argument(text: &str) -> Result<Task, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}

/// The child's whole life. An error is told on standard error; the parent sees that no answer came.
pub fn work(task: Task) -> Result<(), String> {
    let walls = sandbox::confine(Rights::Nothing)?;
    let mut content = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut content)
        .map_err(|error| error.to_string())?;
    let mut answer = Answer {
        walls,
        ..Answer::default()
    };
    let mut picture = Vec::new();
    let mut members = Vec::new();
    match task {
        Task::Measure { kind } => {
            (picture, members) = measure(kind, content, &mut answer.measurement);
        }
        Task::Draw { kind, page, side } => match draw(kind, content, page as usize, side) {
            Ok(gray) => picture = picture::jpeg_of(&gray, 85),
            Err(why) => answer.measurement.unread = Some(why),
        },
        Task::Compare { sent, returned } => {
            let mut parts = Vec::new();
            for (kind, bytes) in returned.into_iter().rev() {
                let length = usize::try_from(bytes).unwrap_or(usize::MAX);
                let at = content.len().saturating_sub(length);
                parts.push((kind, content.split_off(at)));
            }
            parts.reverse();
            match pages::compare((sent, content), parts) {
                Ok((comparison, side_by_side)) => {
                    answer.comparison = Some(comparison);
                    picture = side_by_side;
                }
                Err(why) => answer.measurement.unread = Some(why),
            }
        }
        Task::Prove => answer.proof = Some(prove()),
        Task::Devour => devour(),
    }
    answer.picture = picture.len() as u64;
    answer.members = members.iter().map(|member| member.len() as u64).collect();
    write(&answer, &picture, &members).map_err(|error| error.to_string())
}

fn write(answer: &Answer, picture: &[u8], members: &[Vec<u8>]) -> std::io::Result<()> {
    let json = serde_json::to_vec(answer)?;
    let mut out = std::io::stdout().lock();
    out.write_all(&(json.len() as u64).to_le_bytes())?;
    out.write_all(&json)?;
    out.write_all(picture)?;
    for member in members {
        out.write_all(member)?;
    }
    out.flush()
}

/// Fills the measurement; gives back the thumbnail and the members of an archive.
fn measure(
    kind: FileKind,
    content: Vec<u8>,
    measurement: &mut Measurement,
) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut members = Vec::new();
    let measured: Result<Option<Gray>, Unread> = match kind {
        FileKind::Pdf => pdf::measure(content).map(|(pdf, first)| {
            measurement.pdf = Some(pdf);
            first
        }),
        FileKind::Zip => {
            let (archive, contents) = archive::open(&content);
            measurement.archive = Some(archive);
            members = contents;
            Ok(None)
        }
        kind => picture::measure(kind, &content).map(|(photo, small)| {
            measurement.photo = Some(photo);
            Some(small)
        }),
    };
    match measured {
        Ok(Some(gray)) => (picture::thumbnail(&gray), members),
        Ok(None) => (Vec::new(), members),
        Err(why) => {
            measurement.unread = Some(why);
            (Vec::new(), members)
        }
    }
}

fn draw(kind: FileKind, content: Vec<u8>, page: usize, side: u32) -> Result<Gray, Unread> {
    if kind == FileKind::Pdf {
        return pdf::Document::open(content.into())
            .map_err(|_| "no PDF that can be read")?
            .draw(page, side as f32)
            .ok_or_else(|| "no such page".into());
    }
    let orientation = picture::Exif::read(&content).orientation;
    let picture = picture::decode(kind, &content)?;
    Ok(picture.gray.shrunk(side as usize).oriented(orientation))
}

/// Everything that must not work, tried for real.
fn prove() -> Proof {
    let target = std::env::temp_dir().join("loket-sandbox-proof");
    Proof {
        network: std::net::TcpListener::bind("127.0.0.1:0").is_ok()
            || std::net::UdpSocket::bind("127.0.0.1:0").is_ok(),
        unix_socket: std::os::unix::net::UnixDatagram::unbound().is_ok(),
        wrote_file: std::fs::write(&target, b"out").is_ok(),
        read_file: std::fs::read("/etc/hostname").is_ok() || std::fs::read_dir("/").is_ok(),
        started_program: std::process::Command::new("/bin/true").status().is_ok(),
    }
}

fn devour() {
    let mut held: Vec<Vec<u8>> = Vec::new();
    loop {
        held.push(vec![1; 16 << 20]);
    }
}

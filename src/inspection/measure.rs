//! What the examiner's child measured of a file: plain numbers and words, no verdict. Verdicts are [`super::judge`]'s.

use serde::{Deserialize, Serialize};

/// Everything measured of one file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    pub photo: Option<PhotoMeasure>,
    pub pdf: Option<PdfMeasure>,
    pub archive: Option<ArchiveMeasure>,
    /// Why the file could not be read; `None`: it could.
    pub unread: Option<Unread>,
}

/// Why nothing could be measured. A decoder's words are for the log: they are English, and often of no help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unread {
    Damaged(String),
    /// Perhaps whole, but of a kind or a size that this program does not decode.
    NotDecoded(String),
    /// Reading it took longer than a file may take.
    TooLong,
    /// The program that read it ended.
    Stopped(String),
}

impl From<String> for Unread {
    fn from(why: String) -> Unread {
        Unread::Damaged(why)
    }
}

impl From<&str> for Unread {
    fn from(why: &str) -> Unread {
        Unread::Damaged(why.to_owned())
    }
}

/// A picture, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PhotoMeasure {
    /// As shown, after EXIF rotation.
    pub width: u32,
    pub height: u32,
    /// EXIF orientation, 1 to 8.
    pub orientation: u8,
    pub taken: Option<String>,
    pub camera: Option<String>,
    pub software: Option<String>,
    pub pages: u32,
    pub light: Light,
    pub edges: Edges,
    /// Print and paper by which a visibly equal picture is found again, in hex.
    pub look: String,
    /// The file ends before the picture does.
    pub truncated: bool,
}

/// How a picture is lit, on a scale of 0 to 255.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Light {
    pub mean: f32,
    pub p05: u8,
    pub p50: u8,
    pub p95: u8,
    /// Share of the picture that is burnt out in one piece while the rest of the paper is not.
    pub glare: f32,
    pub borders: Borders,
}

/// Where the page stands in the picture. Of four the order is top, right, bottom, left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Borders {
    /// Share of each border that paper reaches.
    pub paper: [f32; 4],
    /// How far from each border paper begins, as a share of the side.
    pub gap: [f32; 4],
    /// Strokes of print that each border cuts.
    pub ink: [u16; 4],
    /// Brightness of the paper.
    pub level: u8,
    /// Share of the picture that is paper.
    pub share: f32,
    /// How unevenly the paper is lit.
    pub spread: u8,
}

/// How sharp a picture is, measured at a fixed size (the shorter side at most 768 pixels).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Edges {
    /// The usual number: the variance of the Laplacian. Faint pencil in focus and dark print out of focus have the same.
    pub laplace_variance: f32,
    /// Width of an edge in pixels (the standard deviation of its blur), taken where there is something to see:
    /// it does not depend on contrast. The wider of the two directions, so that a shaken camera shows.
    pub width: f32,
    /// Share of tiles with something to see.
    pub detail: f32,
}

/// A PDF file, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PdfMeasure {
    pub pages: u32,
    /// Does not open without a password.
    pub locked: bool,
    /// Encrypted, and opens all the same.
    pub protected: bool,
    /// The file ends before it should.
    pub truncated: bool,
    /// Pages that are a picture without text.
    pub scanned_pages: u32,
    /// Of the first page, in millimetres.
    pub page_size: Option<(u32, u32)>,
    pub producer: Option<String>,
    pub signatures: Vec<SignatureMeasure>,
    /// Text that stands in it, cut.
    pub text: String,
    /// Edges of the scanned pages that were looked at.
    pub page_edges: Vec<Edges>,
    pub page_light: Vec<Light>,
    pub look: String,
}

/// A digital signature that is present. Whether it is valid is for the official checker.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SignatureMeasure {
    pub signer: Option<String>,
    /// The signed ranges reach to the end of the file.
    pub covers_file: bool,
}

/// An archive, as its directory tells and as it unpacked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ArchiveMeasure {
    pub entries: u32,
    pub encrypted: bool,
    /// Entries that did not come out: packed in a way that is not read here, links, second ones of the same name.
    pub left_out: u32,
    /// Why it was not opened whole, for people; `None`: it was.
    pub refused: Option<String>,
    /// The same in the library's words, for the log.
    pub detail: Option<String>,
    /// What came out, in order; their contents follow the measurement.
    pub members: Vec<MemberMeasure>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MemberMeasure {
    /// Path inside the archive, as it stands there.
    pub name: String,
    pub bytes: u64,
    pub encrypted: bool,
    pub damaged: bool,
}

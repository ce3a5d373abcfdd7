//! ZIP archives, one level, with every limit counted while reading. Runs behind the walls only.

use std::io::{Cursor, Read as _};

use zip::{ZipArchive, result::ZipError};

use crate::inspection::{
    measure::{ArchiveMeasure, MemberMeasure},
    zip_names,
};

/// Limits of reliability.md section 5; what all members may hold together is lower there where the daemon that takes them
/// over has to stay small.
const ENTRIES: usize = 1000;
const TOTAL: u64 = 100 << 20;
const RATIO: u64 = 100;
/// Below this a high ratio is no bomb: an empty spreadsheet is.
const HARMLESS: u64 = 1 << 20;

/// What is in the archive, and the contents of the members in the same order. A bomb gives no member at all: what it
/// would leave behind is half of something.
pub fn open(content: &[u8]) -> (ArchiveMeasure, Vec<Vec<u8>>) {
    let mut measure = ArchiveMeasure::default();
    match members(content, &mut measure) {
        Ok(contents) => (measure, contents),
        Err(why) => {
            measure.members.clear();
            measure.detail = why.detail;
            measure.refused = Some(why.told);
            (measure, Vec::new())
        }
    }
}

/// Why it was not opened.
struct Refused {
    told: String,
    detail: Option<String>,
}

impl From<String> for Refused {
    fn from(told: String) -> Refused {
        Refused { told, detail: None }
    }
}

impl From<ZipError> for Refused {
    fn from(error: ZipError) -> Refused {
        Refused {
            told: "isinya rusak atau tidak lengkap".to_owned(),
            detail: Some(error.to_string()),
        }
    }
}

fn members(content: &[u8], measure: &mut ArchiveMeasure) -> Result<Vec<Vec<u8>>, Refused> {
    let mut archive = ZipArchive::new(Cursor::new(content))?;
    measure.entries = u32::try_from(archive.len()).unwrap_or(u32::MAX);
    if archive.len() > ENTRIES {
        return Err(format!(
            "berisi {} berkas, paling banyak {ENTRIES} yang dibuka",
            archive.len()
        )
        .into());
    }
    if archive.has_overlapping_entries()? {
        return Err("isinya saling menimpa".to_owned().into());
    }
    // The library keeps the last of entries with the same name.
    let named = zip_names(content).map_or(archive.len(), |names| names.len());
    measure.left_out = u32::try_from(named.saturating_sub(archive.len())).unwrap_or(u32::MAX);
    let mut contents = Vec::new();
    let mut left = TOTAL;
    for index in 0..archive.len() {
        match member(&mut archive, index, &mut left)? {
            Entry::File(member, bytes) => {
                measure.encrypted |= member.encrypted;
                measure.members.push(member);
                contents.push(bytes);
            }
            Entry::LeftOut => measure.left_out += 1,
            Entry::Litter => {}
        }
    }
    Ok(contents)
}

fn member(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    left: &mut u64,
) -> Result<Entry, String> {
    let name = match archive.name_for_index(index) {
        Some(Ok(name)) => name.into_owned(),
        _ => String::new(),
    };
    let unread = |encrypted: bool| MemberMeasure {
        name: name.clone(),
        encrypted,
        damaged: !encrypted,
        bytes: 0,
    };
    match archive.by_index_raw(index) {
        Ok(entry) if entry.is_dir() || is_litter(&name) => return Ok(Entry::Litter),
        Ok(entry) if entry.is_symlink() => return Ok(Entry::LeftOut),
        Ok(entry) if entry.encrypted() => return Ok(Entry::File(unread(true), Vec::new())),
        Ok(_) => {}
        Err(_) => return Ok(Entry::File(unread(false), Vec::new())),
    }
    let mut entry = match archive.by_index(index) {
        Ok(entry) => entry,
        Err(ZipError::UnsupportedArchive(_)) => return Ok(Entry::LeftOut),
        Err(_) => return Ok(Entry::File(unread(false), Vec::new())),
    };
    let packed = entry.compressed_size().max(1);
    // The declared size is the sender's word; what comes out is counted.
    let most = (*left).min(packed.saturating_mul(RATIO).max(HARMLESS));
    let mut bytes = Vec::new();
    let read = entry.by_ref().take(most + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > most {
        return Err(format!(
            "{name:?} menjadi lebih dari {most} byte bila dibuka"
        ));
    }
    *left -= bytes.len() as u64;
    let member = MemberMeasure {
        name,
        bytes: bytes.len() as u64,
        encrypted: false,
        damaged: read.is_err(),
    };
    Ok(Entry::File(member, bytes))
}

/// What became of an entry.
enum Entry {
    File(MemberMeasure, Vec<u8>),
    /// Somebody put it there, and it is not read here.
    LeftOut,
    /// Nobody put it there.
    Litter,
}

/// What systems put beside the files.
fn is_litter(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.starts_with("__MACOSX/") || matches!(last, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

//! Names in the tree that people open, made by us: safe on every file system, the same however often they are made.
//!
//! `2026/8231345 Pembangunan Jembatan/PT Contoh Karya Abadi/1 Pembuktian Kualifikasi/ktp 0012-01 scan ktp direktur.jpg`:
//! the number of the message and of the attachment make every name unique, so nothing is ever written over.

use std::fmt;

use crate::inspection::FileKind;
use crate::tender::{
    Bidder, DocumentWord, MessageId, Session, SessionKind, Tender, safe_name::safe_part,
};

/// Most that a file system takes for one part.
const PART: usize = 255;
/// Of the sent name so much is kept: with the folders before it a path stays below what Windows opens without tricks.
const SENT_NAME: usize = 80;
/// For a file that nobody could tell the kind of yet.
const UNRECOGNISED: &str = "belum-dikenali";

/// A path below the storage root, parts joined by `/`; every part passed [`TreePath::new`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct TreePath(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a path of the tree: {path:?} (the part {part:?} is not a safe name)")]
pub struct NotATreePath {
    path: String,
    part: String,
}

impl TreePath {
    /// Reads a path back, as from the database: each part must be just what [`safe_part`] would make of it.
    pub fn new(path: &str) -> Result<TreePath, NotATreePath> {
        match path.split('/').find(|part| safe_part(part, PART) != **part) {
            None => Ok(TreePath(path.to_owned())),
            Some(part) => Err(NotATreePath {
                path: path.chars().take(300).collect(),
                part: part.chars().take(80).collect(),
            }),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What one file in the tree is called after.
#[derive(Clone, Copy, Debug)]
pub struct PaperName<'a> {
    pub document: Option<DocumentWord>,
    pub number: MessageId,
    /// 1 for the first attachment of the letter.
    pub part: usize,
    pub sent_name: Option<&'a str>,
    pub media_type: &'a str,
    /// By content.
    pub kind: FileKind,
}

/// `YEAR/CODE NAME/BIDDER/N SESSION`.
pub fn session_folder(tender: &Tender, bidder: &Bidder, session: &Session) -> TreePath {
    let number = match session.kind {
        SessionKind::Qualification => 1,
        SessionKind::Clarification => 2,
        SessionKind::Negotiation => 3,
    };
    let label = format!("{number} {}", session.kind.label());
    let parts: Vec<String> = tender
        .folder
        .split('/')
        .chain([bidder.folder.as_str(), label.as_str()])
        .map(|part| safe_part(part, PART))
        .collect();
    TreePath(parts.join("/"))
}

/// Where a paper goes.
pub fn paper_path(
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    paper: &PaperName,
) -> TreePath {
    let folder = session_folder(tender, bidder, session);
    TreePath(format!("{folder}/{}", file_name(paper)))
}

fn file_name(paper: &PaperName) -> String {
    let word = paper.document.map_or(UNRECOGNISED, DocumentWord::word);
    let sent = paper.sent_name.unwrap_or_default();
    let (stem, extension) = split(sent);
    // A photo named .pdf opens nowhere: the end that fits its content goes behind the sent one.
    let (stem, extension) = match (paper.kind.extensions(), extension) {
        ([], extension) => (stem, extension),
        (fitting, Some(end)) if fitting.contains(&end.as_str()) => (stem, Some(end)),
        (fitting, Some(_)) => (sent, fitting.first().map(|&end| end.to_owned())),
        (fitting, None) => (stem, fitting.first().map(|&end| end.to_owned())),
    };
    let extension = extension.or_else(|| by_media_type(paper.media_type).map(str::to_owned));
    let mut name = format!("{word} {:04}-{:02}", paper.number.0, paper.part);
    if !stem.trim().is_empty() {
        name.push(' ');
        name.push_str(&safe_part(stem, SENT_NAME));
    }
    if let Some(extension) = extension {
        name.push('.');
        name.push_str(&extension);
    }
    safe_part(&name, PART)
}

/// The sent name without its end, and the end where it is a plausible one.
fn split(sent: &str) -> (&str, Option<String>) {
    match sent.trim_end_matches(['.', ' ']).rsplit_once('.') {
        Some((stem, end))
            if (1..=5).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphanumeric()) =>
        {
            (stem, Some(end.to_ascii_lowercase()))
        }
        _ => (sent, None),
    }
}

fn by_media_type(media_type: &str) -> Option<&'static str> {
    Some(match media_type {
        "application/pdf" => "pdf",
        "image/jpeg" | "image/jpg" | "image/pjpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/heic" => "heic",
        "image/heif" => "heif",
        "image/tiff" => "tif",
        "image/bmp" => "bmp",
        "text/plain" => "txt",
        "text/csv" => "csv",
        "text/calendar" => "ics",
        "message/rfc822" => "eml",
        "application/zip" | "application/x-zip-compressed" => "zip",
        "application/vnd.rar" | "application/x-rar-compressed" | "application/x-rar" => "rar",
        "application/x-7z-compressed" => "7z",
        "application/msword" => "doc",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "pptx",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::matching::fixture;

    fn path(document: Option<DocumentWord>, sent_name: Option<&str>, media_type: &str) -> String {
        let office = fixture::office();
        let session = office.session(fixture::TIRTA_QUALIFICATION);
        let (tender, bidder) = (office.tender(session.tender), office.bidder(session.bidder));
        let paper = PaperName {
            document,
            number: MessageId(12),
            part: 1,
            sent_name,
            media_type,
            kind: FileKind::Unknown,
        };
        paper_path(tender, bidder, session, &paper).to_string()
    }

    #[test]
    fn a_paper_is_found_by_year_tender_bidder_session_and_word() {
        assert_eq!(
            path(
                Some(DocumentWord::Ktp),
                Some("scan ktp direktur.JPG"),
                "image/jpeg"
            ),
            "2026/99990003000 Alat Laboratorium Puskesmas/UD Tirtamorgana Berjaya/1 Pembuktian Kualifikasi/\
             ktp 0012-01 scan ktp direktur.jpg"
        );
    }

    #[test]
    fn the_end_of_the_name_is_the_sent_one_or_follows_from_the_type() {
        for (name, media_type, file) in [
            (None, "image/jpeg", "belum-dikenali 0012-01.jpg"),
            (None, "application/x-strange", "belum-dikenali 0012-01"),
            (
                Some("DOC-20260512-WA0007."),
                "application/pdf",
                "belum-dikenali 0012-01 DOC-20260512-WA0007.pdf",
            ),
            (
                Some("CamScanner 05-12-2026 10.21"),
                "application/pdf",
                "belum-dikenali 0012-01 CamScanner 05-12-2026 10.21",
            ),
            (
                Some("../../etc/passwd"),
                "text/plain",
                "belum-dikenali 0012-01 _.._etc_passwd.txt",
            ),
            (
                Some("a/b\\c.pdf"),
                "application/pdf",
                "belum-dikenali 0012-01 a_b_c.pdf",
            ),
        ] {
            let path = path(None, name, media_type);
            assert_eq!(path.rsplit('/').next(), Some(file), "{name:?}");
        }
    }

    #[test]
    fn only_safe_paths_are_read_back() {
        assert!(TreePath::new("2026/8231345 Jembatan/PT X/1 Pembuktian/ktp 0001-01.jpg").is_ok());
        for bad in [
            "",
            "/a",
            "a//b",
            "a/../b",
            "a/./b",
            "a/b.",
            "a\\b",
            "con/x",
            "a/\u{202e}b",
            "a/b\0",
        ] {
            assert!(TreePath::new(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn any_sent_name_gives_one_safe_path(name in any::<String>(), long in "[a-zé/.]{0,400}", media_type in any::<String>()) {
            for sent in [name, long] {
                let path = path(None, Some(&sent), &media_type);
                prop_assert!(TreePath::new(&path).is_ok(), "{path}");
                prop_assert_eq!(path.split('/').count(), 5);
                prop_assert!(path.split('/').all(|part| part.len() <= 255));
                prop_assert!(path.len() <= 300, "{}", path.len());
            }
        }
    }
}

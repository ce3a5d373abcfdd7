//! From numbers to words: what is wrong with a file, and what the Pokja should know of it.
//!
//! Findings are the contract's; the bidder reads them in his receipt. Notes are for the Pokja only.

use bytes::Bytes;

use super::{
    finding::{Finding, Hint},
    kind::{FileKind, Sniffed},
    measure::{ArchiveMeasure, Measurement, Unread},
    pdf_verdict::pdf_verdict,
    photo_verdict::photo_verdict,
    verdict::Return,
};

/// What was found out about one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Examination {
    pub kind: FileKind,
    pub macros: bool,
    pub findings: Vec<Finding>,
    /// Of the notes those that are plain enough for the bidder.
    pub hints: Vec<Hint>,
    /// For the Pokja, in Indonesian; never shown to others.
    pub notes: Vec<String>,
    /// Text that stands in the file or was read from its picture.
    pub text: String,
    pub pages: Option<u32>,
    /// By which a visibly equal picture is found again; empty: it has none.
    pub look: String,
    /// A small grey JPEG; empty: there is none.
    pub thumbnail: Bytes,
    /// What came out of an archive.
    pub members: Vec<Member>,
    /// Not all of it came out: the archive itself is a paper then.
    pub incomplete: bool,
    /// The program or its virus scanner could not look at it: that is this machine's trouble, and no finding.
    pub unexamined: bool,
    /// Held against the file that was sent to be signed.
    pub negotiation: Option<Return>,
    /// Both beside each other, as JPEG; empty: they were not compared.
    pub side_by_side: Bytes,
}

/// A file that was in an archive.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member {
    pub name: String,
    pub content: Bytes,
    pub encrypted: bool,
    pub damaged: bool,
}

/// The verdict on one file.
pub fn judge(sniffed: Sniffed, measured: &Measurement) -> Examination {
    let mut told = Examination {
        kind: sniffed.kind,
        macros: sniffed.macros,
        ..Examination::default()
    };
    if sniffed.kind.is_forbidden() || sniffed.macros {
        told.find(Finding::NotAllowed);
    }
    if sniffed.macros {
        told.note("berisi makro".to_owned());
    }
    if sniffed.encrypted {
        told.find(Finding::Encrypted);
    }
    if let Some(why) = &measured.unread {
        unread(why, &mut told);
    }
    if let Some(photo) = &measured.photo {
        photo_verdict(photo, &mut told);
    }
    if let Some(pdf) = &measured.pdf {
        pdf_verdict(pdf, &mut told);
    }
    if let Some(archive) = &measured.archive {
        archive_verdict(archive, &mut told);
    }
    match sniffed.kind {
        FileKind::Rar | FileKind::SevenZip | FileKind::OtherArchive => {
            told.note(format!(
                "{} tidak dibuka otomatis, mohon dibuka sendiri",
                sniffed.kind.label()
            ));
        }
        FileKind::Gif | FileKind::Bmp | FileKind::Jpeg2000 => not_looked_at(&mut told),
        FileKind::Heif if measured == &Measurement::default() => {
            told.unexamined = true;
            told.note("foto HEIC belum diperiksa: heif-convert tidak terpasang".to_owned());
        }
        _ => {}
    }
    told
}

impl Examination {
    pub fn find(&mut self, finding: Finding) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    pub fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// The sender is told that a file does not open only where it is the file's fault.
fn unread(why: &Unread, told: &mut Examination) {
    let note = match why {
        Unread::NotDecoded(_) => return not_looked_at(told),
        Unread::Damaged(_) => "tidak dapat dibuka: isinya rusak atau tidak lengkap",
        Unread::TooLong => "tidak dapat dibuka: pemeriksaannya terlalu lama dan dihentikan",
        Unread::Stopped(_) => "tidak dapat dibuka: pemeriksaannya terhenti",
    };
    told.find(Finding::Unreadable);
    told.note(note.to_owned());
}

fn not_looked_at(told: &mut Examination) {
    told.unexamined = true;
    told.note("tidak dapat diperiksa otomatis, mohon dilihat sendiri".to_owned());
}

fn archive_verdict(archive: &ArchiveMeasure, told: &mut Examination) {
    if archive.encrypted {
        told.find(Finding::Encrypted);
    }
    match &archive.refused {
        Some(why) => {
            told.find(Finding::Unreadable);
            told.note(format!("arsip tidak dibuka: {why}"));
        }
        None => told.note(format!("arsip berisi {} berkas", archive.members.len())),
    }
    let damaged = archive.members.iter().any(|member| member.damaged);
    told.incomplete = archive.left_out > 0 || damaged;
    if archive.left_out > 0 {
        let note = "berkas dalam arsip tidak dapat diambil; mohon arsipnya dibuka sendiri";
        told.note(format!("{} {note}", archive.left_out));
    }
}

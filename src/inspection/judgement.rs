//! From numbers to words: what is wrong with a file, and what the Pokja should know of it.
//!
//! Findings are the contract's; the bidder reads them in his receipt. Notes are for the Pokja only. Thresholds were set on
//! labelled pictures: `cargo run --example sharpness` prints the measure of any picture or folder, and the curve.

use bytes::Bytes;

use super::{
    comparison::Return,
    finding::Finding,
    kind::{FileKind, Sniffed},
    measure::{ArchiveMeasure, Edges, Light, Measurement, PdfMeasure, PhotoMeasure},
};

/// Edges wider than this (pixels at the fixed size, standard deviation) are blurred.
pub const BLURRED: f32 = 0.94;
/// A picture with less to see than this share of tiles is not judged for sharpness.
const DETAIL: f32 = 0.01;
/// The brightest parts of a photo of paper that was lit at all are above this.
const DARK: u8 = 85;
/// Below these a page cannot be read, and a card hardly.
const SHORT_SIDE: u32 = 380;
const LONG_SIDE: u32 = 560;
/// Share of the picture that a lamp's reflection burnt out.
const GLARE: f32 = 0.015;

/// What was found out about one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Examination {
    pub kind: FileKind,
    pub macros: bool,
    pub findings: Vec<Finding>,
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
    if let Some(why) = &measured.unreadable {
        told.find(Finding::Unreadable);
        told.note(format!("tidak dapat dibuka: {why}"));
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
        FileKind::Heif if measured == &Measurement::default() => {
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

fn photo_verdict(photo: &PhotoMeasure, told: &mut Examination) {
    told.pages = Some(photo.pages);
    told.look.clone_from(&photo.look);
    if photo.truncated {
        told.find(Finding::Unreadable);
        told.note("berkas terpotong: bagian bawah foto hilang".to_owned());
    }
    quality(photo.edges, photo.light, told);
    let (short, long) = (photo.width.min(photo.height), photo.width.max(photo.height));
    if short < SHORT_SIDE || long < LONG_SIDE {
        told.find(Finding::LowResolution);
    }
    told.note(format!("{} × {} piksel", photo.width, photo.height));
    if photo.light.glare > GLARE {
        told.note("ada pantulan cahaya".to_owned());
    }
    if let Some(taken) = &photo.taken {
        told.note(format!("diambil {taken} menurut kamera"));
    }
    if let Some(camera) = &photo.camera {
        told.note(format!("kamera {camera}"));
    }
    if let Some(software) = &photo.software {
        told.note(software_note(software));
    }
}

/// Sharpness and light, of a photo or of a scanned page.
fn quality(edges: Edges, light: Light, told: &mut Examination) {
    let dark = light.p95 < DARK;
    if dark {
        told.find(Finding::Dark);
    }
    if is_blurred(edges) {
        told.find(Finding::Blurred);
    }
}

/// Nothing to see is not blurred: an empty page is somebody's question, not this program's.
pub fn is_blurred(edges: Edges) -> bool {
    edges.detail >= DETAIL && edges.width > BLURRED
}

/// Programs by which pictures are changed, and by which papers are scanned.
const EDITORS: &[&str] = &[
    "photoshop",
    "gimp",
    "snapseed",
    "picsart",
    "canva",
    "pixlr",
    "photopea",
    "lightroom",
    "paint.net",
    "affinity",
    "corel",
    "illustrator",
    "inkscape",
    "facetune",
    "photoscape",
    "imagemagick",
];
const SCANNERS: &[&str] = &[
    "camscanner",
    "adobe scan",
    "genius scan",
    "lens",
    "scanbot",
    "tiny scanner",
    "clear scan",
    "turboscan",
    "vflat",
    "notebloc",
    "scanner pro",
    "simple scan",
    "naps2",
];

fn software_note(software: &str) -> String {
    let lower = software.to_lowercase();
    let made_by = |names: &[&str]| names.iter().any(|name| lower.contains(name));
    if made_by(EDITORS) {
        format!("jejak program penyunting: {software}")
    } else if made_by(SCANNERS) {
        format!("dipindai dengan {software}")
    } else {
        format!("perangkat lunak {software}")
    }
}

fn pdf_verdict(pdf: &PdfMeasure, told: &mut Examination) {
    if pdf.locked {
        told.find(Finding::Encrypted);
        told.note("PDF meminta kata sandi".to_owned());
        return;
    }
    told.pages = Some(pdf.pages);
    told.look.clone_from(&pdf.look);
    told.text.clone_from(&pdf.text);
    told.note(match pdf.page_size {
        Some((width, height)) => format!("PDF {} halaman, {width} × {height} mm", pdf.pages),
        None => format!("PDF {} halaman", pdf.pages),
    });
    if pdf.truncated {
        told.find(Finding::Unreadable);
        told.note("PDF terpotong: bagian akhirnya hilang".to_owned());
    }
    if pdf.protected {
        told.note("PDF dilindungi dari perubahan, tetapi dapat dibuka".to_owned());
    }
    if pdf.scanned_pages > 0 {
        told.note(format!("{} halaman hasil pindai", pdf.scanned_pages));
    }
    let blurred = pdf
        .page_edges
        .iter()
        .filter(|&&edges| is_blurred(edges))
        .count();
    if blurred > 0 && blurred * 2 >= pdf.page_edges.len() {
        told.find(Finding::Blurred);
    }
    if !pdf.page_light.is_empty() && pdf.page_light.iter().all(|light| light.p95 < DARK) {
        told.find(Finding::Dark);
    }
    if let Some(producer) = &pdf.producer {
        told.note(software_note(producer));
    }
    signatures(pdf, told);
}

fn signatures(pdf: &PdfMeasure, told: &mut Examination) {
    let Some(last) = pdf.signatures.last() else {
        return;
    };
    let names: Vec<&str> = pdf
        .signatures
        .iter()
        .filter_map(|s| s.signer.as_deref())
        .collect();
    let by = if names.is_empty() {
        "tanpa nama".to_owned()
    } else {
        names.join(", ")
    };
    told.note(format!(
        "tanda tangan elektronik: {by} (keabsahan belum diperiksa)"
    ));
    // Of several signatures each covers what stood there when it was made; the last must cover the file.
    if !last.covers_file && !pdf.signatures.iter().any(|s| s.covers_file) {
        told.note("PDF berubah setelah ditandatangani secara elektronik".to_owned());
    }
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

/// What the name or the declared type promises and the content does not keep; `None`: they agree, or promise nothing.
pub fn mismatch(name: Option<&str>, media_type: &str, kind: FileKind) -> Option<String> {
    if matches!(kind, FileKind::Unknown | FileKind::Empty | FileKind::Text)
        && kind.extensions().is_empty()
    {
        let promised = promised(name, media_type)?;
        return Some(format!("isi berkas bukan {promised}"));
    }
    let fits = kind.extensions();
    if fits.is_empty() {
        return None;
    }
    let end = extension(name)?;
    // An end that nobody knows promises nothing.
    let known = ALL
        .iter()
        .any(|kind| kind.extensions().contains(&end.as_str()));
    (known && !fits.contains(&end.as_str()))
        .then(|| format!("nama berkas berakhiran .{end}, isinya {}", kind.label()))
}

const ALL: &[FileKind] = &[
    FileKind::Jpeg,
    FileKind::Png,
    FileKind::Webp,
    FileKind::Tiff,
    FileKind::Heif,
    FileKind::Gif,
    FileKind::Bmp,
    FileKind::Pdf,
    FileKind::Zip,
    FileKind::Rar,
    FileKind::SevenZip,
    FileKind::Document,
    FileKind::Spreadsheet,
    FileKind::Presentation,
];

/// What an unreadable content was said to be, where it was said to be something that is read here.
fn promised(name: Option<&str>, media_type: &str) -> Option<&'static str> {
    let end = extension(name);
    let by_name = end.and_then(|end| {
        ALL.iter()
            .find(|kind| kind.extensions().contains(&end.as_str()))
    });
    let by_type = || match media_type {
        "application/pdf" => Some(&FileKind::Pdf),
        "image/jpeg" | "image/jpg" | "image/pjpeg" => Some(&FileKind::Jpeg),
        "image/png" => Some(&FileKind::Png),
        "application/zip" => Some(&FileKind::Zip),
        _ => None,
    };
    by_name.or_else(by_type).map(|kind| kind.label())
}

fn extension(name: Option<&str>) -> Option<String> {
    let (_, end) = name?.trim_end_matches(['.', ' ']).rsplit_once('.')?;
    let plain = (1..=5).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphanumeric());
    plain.then(|| end.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_name_promises_is_held_against_the_content() {
        for (name, media_type, kind, told) in [
            (
                Some("ktp.pdf"),
                "application/pdf",
                FileKind::Jpeg,
                Some("nama berkas berakhiran .pdf, isinya foto JPEG"),
            ),
            (
                Some("ktp.jpeg"),
                "application/octet-stream",
                FileKind::Jpeg,
                None,
            ),
            (Some("ktp"), "image/png", FileKind::Jpeg, None),
            (Some("akta no. 7"), "application/pdf", FileKind::Pdf, None),
            (
                Some("akta.pdf"),
                "application/pdf",
                FileKind::Unknown,
                Some("isi berkas bukan PDF"),
            ),
            (
                None,
                "application/pdf",
                FileKind::Text,
                Some("isi berkas bukan PDF"),
            ),
            (Some("daftar.txt"), "text/plain", FileKind::Text, None),
            (
                Some("rab.xls"),
                "application/vnd.ms-excel",
                FileKind::Spreadsheet,
                None,
            ),
        ] {
            assert_eq!(
                mismatch(name, media_type, kind).as_deref(),
                told,
                "{name:?} {kind:?}"
            );
        }
    }

    #[test]
    fn a_cut_photo_is_unreadable_and_a_dark_one_dark() {
        let photo = |p95, truncated| Measurement {
            photo: Some(PhotoMeasure {
                width: 4000,
                height: 3000,
                light: Light {
                    p95,
                    ..Light::default()
                },
                edges: Edges {
                    width: 0.7,
                    detail: 0.5,
                    ..Edges::default()
                },
                truncated,
                ..PhotoMeasure::default()
            }),
            ..Measurement::default()
        };
        let jpeg = Sniffed {
            kind: FileKind::Jpeg,
            ..Sniffed::default()
        };
        assert_eq!(judge(jpeg, &photo(230, false)).findings, []);
        assert_eq!(judge(jpeg, &photo(40, false)).findings, [Finding::Dark]);
        assert_eq!(
            judge(jpeg, &photo(230, true)).findings,
            [Finding::Unreadable]
        );
    }

    #[test]
    fn a_file_changed_after_its_signature_is_noted() {
        let pdf = |covers: &[bool]| PdfMeasure {
            pages: 1,
            signatures: covers
                .iter()
                .map(|&covers_file| super::super::measure::SignatureMeasure {
                    signer: Some("Budi".into()),
                    covers_file,
                })
                .collect(),
            ..PdfMeasure::default()
        };
        let changed = |covers: &[bool]| {
            let measured = Measurement {
                pdf: Some(pdf(covers)),
                ..Measurement::default()
            };
            let told = judge(
                Sniffed {
                    kind: FileKind::Pdf,
                    ..Sniffed::default()
                },
                &measured,
            );
            told.notes.iter().any(|note| note.contains("berubah"))
        };
        assert!(!changed(&[]));
        assert!(!changed(&[false, true]));
        assert!(changed(&[false]));
    }
}

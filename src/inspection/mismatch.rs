//! A file's name and declared type, held against its content.

use super::kind::FileKind;

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
    FileKind::Jpeg2000,
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
}

//! What a file is, told by its content: names and declared types are what the sender says, and senders err or lie.

use serde::{Deserialize, Serialize};

/// What a file is, as far as its first octets and the names inside it tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    Jpeg,
    Png,
    Webp,
    Tiff,
    Heif,
    Jpeg2000,
    Gif,
    Bmp,
    Pdf,
    Zip,
    Rar,
    SevenZip,
    OtherArchive,
    Document,
    Spreadsheet,
    Presentation,
    OtherOffice,
    Text,
    Html,
    Svg,
    Mail,
    Winmail,
    Audio,
    Video,
    Program,
    Script,
    Shortcut,
    DiskImage,
    Empty,
    #[default]
    Unknown,
}

/// A file as its content shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sniffed {
    pub kind: FileKind,
    /// It carries macros, whatever the end of its name says.
    pub macros: bool,
    /// An office file that opens with a password only.
    pub encrypted: bool,
}

impl FileKind {
    /// Whether it holds other files that only a person can take out.
    pub fn is_closed_archive(self) -> bool {
        matches!(
            self,
            FileKind::Rar | FileKind::SevenZip | FileKind::OtherArchive
        )
    }

    /// For the Pokja.
    pub fn label(self) -> &'static str {
        match self {
            FileKind::Jpeg => "foto JPEG",
            FileKind::Png => "gambar PNG",
            FileKind::Webp => "gambar WebP",
            FileKind::Tiff => "gambar TIFF",
            FileKind::Heif => "foto HEIC",
            FileKind::Jpeg2000 => "gambar JPEG 2000",
            FileKind::Gif => "gambar GIF",
            FileKind::Bmp => "gambar BMP",
            FileKind::Pdf => "PDF",
            FileKind::Zip => "arsip ZIP",
            FileKind::Rar => "arsip RAR",
            FileKind::SevenZip => "arsip 7z",
            FileKind::OtherArchive => "arsip",
            FileKind::Document => "dokumen Word",
            FileKind::Spreadsheet => "lembar kerja",
            FileKind::Presentation => "presentasi",
            FileKind::OtherOffice => "berkas Office",
            FileKind::Text => "teks",
            FileKind::Html => "halaman web",
            FileKind::Svg => "gambar SVG",
            FileKind::Mail => "surat elektronik",
            FileKind::Winmail => "winmail.dat",
            FileKind::Audio => "rekaman suara",
            FileKind::Video => "video",
            FileKind::Program => "program",
            FileKind::Script => "skrip",
            FileKind::Shortcut => "pintasan",
            FileKind::DiskImage => "citra cakram",
            FileKind::Empty => "berkas kosong",
            FileKind::Unknown => "tidak dikenali",
        }
    }

    /// Ends of names that fit; the first is the one to give. Empty: any end fits.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            FileKind::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            FileKind::Png => &["png"],
            FileKind::Webp => &["webp"],
            FileKind::Tiff => &["tif", "tiff"],
            FileKind::Heif => &["heic", "heif", "hif", "avif"],
            FileKind::Jpeg2000 => &["jp2", "j2k", "jpf", "jpx"],
            FileKind::Gif => &["gif"],
            FileKind::Bmp => &["bmp"],
            FileKind::Pdf => &["pdf"],
            FileKind::Zip => &["zip"],
            FileKind::Rar => &["rar"],
            FileKind::SevenZip => &["7z"],
            FileKind::Document => &["docx", "doc", "rtf", "odt", "docm", "dotx"],
            FileKind::Spreadsheet => &["xlsx", "xls", "ods", "xlsm", "xlsb", "xltx"],
            FileKind::Presentation => &["pptx", "ppt", "odp", "pptm", "ppsx", "pps"],
            _ => &[],
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            FileKind::Jpeg => "image/jpeg",
            FileKind::Png => "image/png",
            FileKind::Webp => "image/webp",
            FileKind::Tiff => "image/tiff",
            FileKind::Heif => "image/heic",
            FileKind::Jpeg2000 => "image/jp2",
            FileKind::Gif => "image/gif",
            FileKind::Bmp => "image/bmp",
            FileKind::Svg => "image/svg+xml",
            FileKind::Pdf => "application/pdf",
            FileKind::Zip => "application/zip",
            FileKind::Rar => "application/vnd.rar",
            FileKind::SevenZip => "application/x-7z-compressed",
            FileKind::Text => "text/plain",
            FileKind::Html => "text/html",
            _ => "application/octet-stream",
        }
    }

    pub fn is_picture(self) -> bool {
        matches!(
            self,
            FileKind::Jpeg | FileKind::Png | FileKind::Webp | FileKind::Tiff | FileKind::Heif
        )
    }

    /// What runs when it is opened, or may: kept in the original only.
    pub fn is_forbidden(self) -> bool {
        matches!(
            self,
            FileKind::Program
                | FileKind::Script
                | FileKind::Shortcut
                | FileKind::DiskImage
                | FileKind::Html
                | FileKind::Svg
        )
    }
}

/// Looks at the content; linear in its length, decodes nothing.
pub fn sniff(content: &[u8]) -> Sniffed {
    let plain = |kind| Sniffed {
        kind,
        ..Sniffed::default()
    };
    if content.is_empty() {
        return plain(FileKind::Empty);
    }
    if content.starts_with(b"PK\x03\x04") || content.starts_with(b"PK\x05\x06") {
        return zip(content);
    }
    if content.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return compound(content);
    }
    if let Some(kind) = by_magic(content) {
        return plain(kind);
    }
    // Readers look for the header of a PDF in the first kilobyte; scanners put junk before it.
    if find(content.get(..1024).unwrap_or(content), b"%PDF-") {
        return plain(FileKind::Pdf);
    }
    plain(by_text(content))
}

#[rustfmt::skip]
const MAGIC: &[(&[u8], FileKind)] = &[
    (b"\xff\xd8\xff", FileKind::Jpeg),
    (b"\x89PNG\r\n\x1a\n", FileKind::Png),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", FileKind::Jpeg2000),
    (b"\xff\x4f\xff\x51", FileKind::Jpeg2000),
    (b"GIF87a", FileKind::Gif),
    (b"GIF89a", FileKind::Gif),
    (b"BM", FileKind::Bmp),
    (b"II*\0", FileKind::Tiff),
    (b"MM\0*", FileKind::Tiff),
    (b"II+\0", FileKind::Tiff),
    (b"MM\0+", FileKind::Tiff),
    (b"%PDF-", FileKind::Pdf),
    (b"Rar!\x1a\x07", FileKind::Rar),
    (b"7z\xbc\xaf\x27\x1c", FileKind::SevenZip),
    (b"\x1f\x8b", FileKind::OtherArchive),
    (b"BZh", FileKind::OtherArchive),
    (b"\xfd7zXZ\0", FileKind::OtherArchive),
    (b"\x28\xb5\x2f\xfd", FileKind::OtherArchive),
    (b"MSCF", FileKind::OtherArchive),
    (b"{\\rtf", FileKind::Document),
    (b"\x78\x9f\x3e\x22", FileKind::Winmail),
    (b"ID3", FileKind::Audio),
    (b"OggS", FileKind::Audio),
    (b"fLaC", FileKind::Audio),
    (b"\x1a\x45\xdf\xa3", FileKind::Video),
    (b"MZ", FileKind::Program),
    (b"\x7fELF", FileKind::Program),
    (b"\xca\xfe\xba\xbe", FileKind::Program),
    (b"\xfe\xed\xfa\xce", FileKind::Program),
    (b"\xfe\xed\xfa\xcf", FileKind::Program),
    (b"\xcf\xfa\xed\xfe", FileKind::Program),
    (b"\xce\xfa\xed\xfe", FileKind::Program),
    (b"dex\n", FileKind::Program),
    (b"\x00asm", FileKind::Program),
    (b"#!", FileKind::Script),
    (b"\x4c\x00\x00\x00\x01\x14\x02\x00", FileKind::Shortcut),
    (b"[InternetShortcut]", FileKind::Shortcut),
    (b"[Desktop Entry]", FileKind::Shortcut),
    (b"ITSF", FileKind::Program),
    (b"vhdxfile", FileKind::DiskImage),
    (b"conectix", FileKind::DiskImage),
];

fn by_magic(content: &[u8]) -> Option<FileKind> {
    let at = |range: std::ops::Range<usize>| content.get(range).unwrap_or_default();
    if at(0..4) == b"RIFF" {
        return match at(8..12) {
            b"WEBP" => Some(FileKind::Webp),
            b"WAVE" => Some(FileKind::Audio),
            b"AVI " => Some(FileKind::Video),
            _ => None,
        };
    }
    if at(4..8) == b"ftyp" {
        return Some(match at(8..12) {
            b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1"
            | b"avif" | b"avis" => FileKind::Heif,
            b"M4A " | b"M4B " => FileKind::Audio,
            _ => FileKind::Video,
        });
    }
    if at(257..262) == b"ustar" {
        return Some(FileKind::OtherArchive);
    }
    if at(32769..32774) == b"CD001" {
        return Some(FileKind::DiskImage);
    }
    let hit = MAGIC.iter().find(|(magic, _)| content.starts_with(magic));
    match hit {
        // Two letters begin many a text: a bitmap tells its size, a program has a table.
        Some((_, FileKind::Bmp)) if at(6..10) != [0; 4] => None,
        Some((b"MZ", _)) if content.len() < 64 => None,
        Some((_, kind)) => Some(*kind),
        // FF FE begins a text in UTF-16.
        None if matches!(content, [0xff, second, ..] if second & 0xe0 == 0xe0 && *second != 0xfe) => {
            Some(FileKind::Audio)
        }
        None => None,
    }
}

/// Names in a ZIP stand openly in it: enough to tell an office file or a program from an archive. An archive with an office
/// file in it has that one's names inside a member, and none of them in its own directory.
fn zip(content: &[u8]) -> Sniffed {
    let head = content.get(..4096).unwrap_or(content);
    let names = zip_names(content);
    let has = |wanted: &[u8]| match &names {
        Some(names) => names.iter().any(|name| find(name, wanted)),
        None => find(content, wanted),
    };
    let macros = has(b"vbaProject.bin") || has(b"xl/macrosheets/") || has(b"Basic/script-lc.xml");
    let kind = if find(head, b"mimetypeapplication/vnd.oasis.opendocument.text") {
        FileKind::Document
    } else if find(
        head,
        b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
    ) {
        FileKind::Spreadsheet
    } else if find(
        head,
        b"mimetypeapplication/vnd.oasis.opendocument.presentation",
    ) {
        FileKind::Presentation
    } else if has(b"[Content_Types].xml") && has(b"_rels/.rels") {
        match () {
            () if has(b"word/document") => FileKind::Document,
            () if has(b"xl/workbook") => FileKind::Spreadsheet,
            () if has(b"ppt/presentation") => FileKind::Presentation,
            () => FileKind::OtherOffice,
        }
    } else if has(b"AndroidManifest.xml") || (find(head, b"META-INF/") && has(b".class")) {
        FileKind::Program
    } else {
        FileKind::Zip
    };
    Sniffed {
        kind,
        macros: macros && kind != FileKind::Zip,
        encrypted: false,
    }
}

/// The names in a ZIP's directory (APPNOTE 4.3.12, 4.3.16). `None`: it has none that can be read, as where the end is cut off.
pub fn zip_names(content: &[u8]) -> Option<Vec<&[u8]>> {
    let number = |at: usize, octets: usize| -> Option<usize> {
        let bytes = content.get(at..at.checked_add(octets)?)?;
        Some(
            bytes
                .iter()
                .rev()
                .fold(0, |sum, &byte| sum << 8 | usize::from(byte)),
        )
    };
    // A comment of at most 64 KB stands behind the end record.
    let tail = content.len().saturating_sub(22 + 0xffff);
    let end = tail + memchr::memmem::rfind(content.get(tail..)?, b"PK\x05\x06")?;
    let (count, mut at) = (number(end + 10, 2)?, number(end + 16, 4)?);
    let mut names = Vec::with_capacity(count.min(1024));
    while content.get(at..at.checked_add(4)?)? == b"PK\x01\x02" {
        let (name, extra, comment) = (
            number(at + 28, 2)?,
            number(at + 30, 2)?,
            number(at + 32, 2)?,
        );
        names.push(content.get(at + 46..at + 46 + name)?);
        at += 46 + name + extra + comment;
    }
    (names.len() == count).then_some(names)
}

/// Names of streams in an OLE compound file are UTF-16.
fn compound(content: &[u8]) -> Sniffed {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        find(content, &wide)
    };
    let encrypted = has("EncryptedPackage");
    let kind = match () {
        () if encrypted => FileKind::OtherOffice,
        () if has("WordDocument") => FileKind::Document,
        () if has("Workbook") || has("Book\0") => FileKind::Spreadsheet,
        () if has("PowerPoint Document") => FileKind::Presentation,
        () if has("__properties_version1.0") => FileKind::Mail,
        () => FileKind::OtherOffice,
    };
    Sniffed {
        kind,
        macros: has("_VBA_PROJECT"),
        encrypted,
    }
}

fn by_text(content: &[u8]) -> FileKind {
    let head = content.get(..8192).unwrap_or(content);
    let wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    if !wide && head.contains(&0) {
        return FileKind::Unknown;
    }
    let controls = head
        .iter()
        .filter(|&&b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b));
    if !wide && controls.count() * 50 > head.len() {
        return FileKind::Unknown;
    }
    let start: Vec<u8> = head
        .iter()
        .copied()
        .skip_while(|b| b.is_ascii_whitespace() || matches!(b, 0xef | 0xbb | 0xbf))
        .map(|b| b.to_ascii_lowercase())
        .collect();
    let begins = |with: &[&[u8]]| with.iter().any(|with| start.starts_with(with));
    if begins(&[b"<!doctype html", b"<html", b"<head", b"<script", b"<body"]) {
        return FileKind::Html;
    }
    if begins(&[b"<svg"]) || (begins(&[b"<?xml", b"<!--"]) && find(&start, b"<svg")) {
        return FileKind::Svg;
    }
    if begins(&[b"@echo off", b"<?php", b"<%@", b"wscript.", b"powershell "]) {
        return FileKind::Script;
    }
    FileKind::Text
}

fn find(content: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(content, needle).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_the_kind_and_names_do_not_matter() {
        let mut iso = vec![0; 40_000];
        iso[32769..32774].copy_from_slice(b"CD001");
        for (content, kind) in [
            (&b"\xff\xd8\xff\xe0\0\x10JFIF"[..], FileKind::Jpeg),
            (b"\0\0\0\x18ftypheic\0\0\0\0", FileKind::Heif),
            (b"\0\0\0\x18ftypisom\0\0\0\0", FileKind::Video),
            (b"RIFF\x10\0\0\0WEBPVP8 ", FileKind::Webp),
            (b"\n\n%PDF-1.7\n", FileKind::Pdf),
            (b"Rar!\x1a\x07\x01\0", FileKind::Rar),
            (
                b"BM is how this text begins, and it is no bitmap",
                FileKind::Text,
            ),
            (b"MZ", FileKind::Text),
            (b"#!/bin/sh\n", FileKind::Script),
            (b"\xef\xbb\xbf <!DOCTYPE HTML><p>", FileKind::Html),
            (b"<?xml version='1.0'?><svg onload='x'/>", FileKind::Svg),
            (b"Yth. Pokja,\nterlampir KTP.\n", FileKind::Text),
            (b"\x01\x02\x03\x04\x05\0\0", FileKind::Unknown),
            (b"", FileKind::Empty),
            (&iso, FileKind::DiskImage),
        ] {
            let shown = String::from_utf8_lossy(&content[..content.len().min(12)]).into_owned();
            assert_eq!(sniff(content).kind, kind, "{shown:?}");
        }
    }

    #[test]
    fn macros_are_found_whatever_the_name_says() {
        let docm =
            b"PK\x03\x04..[Content_Types].xml.._rels/.rels..word/document.xml..word/vbaProject.bin";
        assert_eq!(
            sniff(docm),
            Sniffed {
                kind: FileKind::Document,
                macros: true,
                encrypted: false
            }
        );
        let archive = b"PK\x03\x04..a.txt..notes/vbaProject.bin";
        assert_eq!(
            sniff(archive),
            Sniffed {
                kind: FileKind::Zip,
                ..Sniffed::default()
            }
        );
    }

    #[test]
    fn an_archive_with_an_office_file_in_it_is_an_archive() {
        let entry = |name: &str, content: &[u8]| {
            let mut local = b"PK\x03\x04".to_vec();
            local.extend([0; 22]);
            local.extend((name.len() as u16).to_le_bytes());
            local.extend([0; 2]);
            local.extend(name.as_bytes());
            local.extend(content);
            local
        };
        let archive = |entries: &[(&str, &[u8])]| {
            let (mut file, mut directory) = (Vec::new(), Vec::new());
            for (name, content) in entries {
                file.extend(entry(name, content));
                directory.extend(b"PK\x01\x02");
                directory.extend([0; 24]);
                directory.extend((name.len() as u16).to_le_bytes());
                directory.extend([0; 16]);
                directory.extend(name.as_bytes());
            }
            let start = file.len() as u32;
            file.extend(&directory);
            file.extend(b"PK\x05\x06\0\0\0\0");
            file.extend([entries.len() as u16; 2].map(u16::to_le_bytes).concat());
            file.extend((directory.len() as u32).to_le_bytes());
            file.extend(start.to_le_bytes());
            file.extend([0; 2]);
            file
        };
        let letter = archive(&[
            ("[Content_Types].xml", b""),
            ("_rels/.rels", b""),
            ("word/document.xml", b""),
            ("word/vbaProject.bin", b""),
        ]);
        let alone = sniff(&letter);
        assert_eq!((alone.kind, alone.macros), (FileKind::Document, true));
        let packed = archive(&[("surat.docm", &letter), ("ktp.jpg", b"x")]);
        let sniffed = sniff(&packed);
        assert_eq!((sniffed.kind, sniffed.macros), (FileKind::Zip, false));
        assert_eq!(zip_names(&packed).unwrap().len(), 2);
        let cut = &letter[..letter.len() - 30];
        assert_eq!(
            (zip_names(cut), sniff(cut).kind),
            (None, FileKind::Document)
        );
        assert_eq!(sniff(b"\xff\xfeY\0t\0h\0").kind, FileKind::Text);
    }
}

//! The examiner and its child against real files: the walls hold, bombs end, archives open one level.

#[path = "support/pdf.rs"]
mod pdf;

use std::{
    io::{Cursor, Write as _},
    path::PathBuf,
};

use bytes::Bytes;
use loket::{
    examiner::{
        Examiner, NoAnswer,
        helpers::Helpers,
        worker::{Proof, Task},
    },
    inspection::{Examination, FileKind, Finding, Return},
};
use zip::{ZipWriter, write::SimpleFileOptions};
use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::JpegDecoder;

/// Without OCR: reading takes seconds a page and nothing here is about words.
fn examiner() -> Examiner {
    let helpers = Helpers {
        tesseract: None,
        clamd: None,
        ..Helpers::find()
    };
    Examiner::new(PathBuf::from(env!("CARGO_BIN_EXE_loket")), helpers)
}

fn corpus(file: &str) -> Option<Bytes> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpus")
        .join(file);
    match std::fs::read(&path) {
        Ok(content) => Some(content.into()),
        Err(error) => {
            eprintln!("SKIPPED: {}: {error}", path.display());
            None
        }
    }
}

fn zip_of(files: &[(&str, &[u8])]) -> Bytes {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner().into()
}

fn names(examination: &Examination) -> Vec<&str> {
    examination
        .members
        .iter()
        .map(|member| member.name.as_str())
        .collect()
}

#[tokio::test]
async fn a_decoder_that_was_taken_over_reaches_no_network_and_no_file() {
    let reply = examiner().ask(&Task::Prove, &[]).await.expect("an answer");
    assert_eq!(
        reply.answer.proof,
        Some(Proof::default()),
        "{:?}",
        reply.answer.walls
    );
    assert!(reply.answer.walls.seccomp);
}

#[tokio::test]
async fn a_decoder_that_eats_memory_dies_alone() {
    let ended = examiner().ask(&Task::Devour, &[]).await.err();
    assert!(matches!(ended, Some(NoAnswer::Died(_))), "{ended:?}");
}

#[tokio::test]
async fn a_helper_reads_no_secrets_writes_only_its_folder_and_has_no_network() {
    let scratch = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("password");
    std::fs::write(&secret, "rahasia").unwrap();
    let script = format!(
        "cat {secret} && echo READ; echo x > {outside}/new && echo WROTE; echo x > inside && echo INSIDE; \
         (exec 3<>/dev/tcp/127.0.0.1/{port}) && echo NETWORK; true",
        secret = secret.display(),
        outside = outside.path().display(),
        port = listener_port(),
    );
    let bash = PathBuf::from("/bin/bash");
    let output = examiner()
        .help(&bash, &["-c", &script], scratch.path(), &[])
        .await
        .expect("bash runs");
    assert_eq!(String::from_utf8_lossy(&output), "INSIDE\n");
}

/// A port where somebody listens, so that only a wall can keep a connection from being made.
fn listener_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    Box::leak(Box::new(listener));
    port
}

#[tokio::test]
async fn an_archive_opens_one_level_and_its_litter_stays() {
    let inner = zip_of(&[("akta.txt", b"isi")]);
    let outer = zip_of(&[
        ("KTP/IMG_1.txt", b"satu"),
        ("__MACOSX/KTP/._IMG_1.txt", b"sampah"),
        ("lain.zip", &inner),
        (".DS_Store", b"sampah"),
    ]);
    let told = examiner().examine(&outer).await;
    assert_eq!(told.kind, FileKind::Zip);
    assert_eq!(names(&told), ["KTP/IMG_1.txt", "lain.zip"]);
    assert_eq!(told.members[0].content, "satu");
    assert_eq!(told.members[1].content, inner);
    assert_eq!(told.findings, []);
}

#[tokio::test]
async fn archives_that_are_bombs_give_nothing_and_say_so() {
    let zeros = vec![0; 200 << 20];
    let many: Vec<(String, &[u8])> = (0..1001).map(|n| (format!("{n}.txt"), &b"x"[..])).collect();
    let many: Vec<(&str, &[u8])> = many
        .iter()
        .map(|(name, content)| (name.as_str(), *content))
        .collect();
    for bomb in [
        zip_of(&[("ktp.jpg", b"x"), ("besar.jpg", &zeros)]),
        zip_of(&many),
    ] {
        let told = examiner().examine(&bomb).await;
        assert_eq!(told.findings, [Finding::Unreadable], "{:?}", told.notes);
        assert_eq!(names(&told), [""; 0]);
    }
}

#[tokio::test]
async fn odd_archives_of_the_corpus_end_well() {
    for (file, findings, members) in [
        (
            "google+wuffs/archive.password-is-asdf.zip",
            Some(Finding::Encrypted),
            None,
        ),
        (
            "zip-rs+zip2/aes_archive.zip",
            Some(Finding::Encrypted),
            None,
        ),
        ("apache+tika/testZip_relative.zip", None, None),
        ("apache+tika/testZip_absolutePath.zip", None, None),
        ("apache+tika/droste.zip", None, Some(2)),
        ("zip-rs+zip2/symlink.zip", None, Some(0)),
        ("zip-rs+zip2/chinese.zip", None, None),
        ("zip-rs+zip2/non_utf8.zip", None, None),
        ("zip-rs+zip2/zip64_demo.zip", None, None),
    ] {
        let found = find_in_corpus(file);
        let Some(content) = found else { continue };
        let told = examiner().examine(&content).await;
        assert_eq!(
            told.findings.first().copied(),
            findings,
            "{file}: {:?}",
            told.notes
        );
        if let Some(members) = members {
            assert_eq!(told.members.len(), members, "{file}");
        }
    }
}

/// By the last part of the name, wherever in the source's folder it is.
fn find_in_corpus(file: &str) -> Option<Bytes> {
    let manifest = corpus("manifest.jsonl")?;
    let (source, name) = file.split_once('/')?;
    let line = manifest.split(|&b| b == b'\n').find_map(|line| {
        let line: serde_json::Value = serde_json::from_slice(line).ok()?;
        let path = line["file"].as_str()?.to_owned();
        (path.starts_with(source) && path.ends_with(name)).then_some(path)
    });
    match line {
        Some(path) => corpus(&path),
        None => panic!("{file} is not in the corpus"),
    }
}

fn of_kind(kind: &str) -> Vec<(String, serde_json::Value, Bytes)> {
    let Some(manifest) = corpus("manifest.jsonl") else {
        return Vec::new();
    };
    manifest
        .split(|&b| b == b'\n')
        .filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok())
        .filter(|line| line["kind"] == kind)
        .filter_map(|line| {
            let file = line["file"].as_str()?.to_owned();
            let content = corpus(&file)?;
            Some((file, line["expect"].clone(), content))
        })
        .collect()
}

#[tokio::test]
async fn pages_locks_and_signatures_of_pdf_are_those_that_other_programs_see() {
    let examiner = examiner();
    let mut wrong = Vec::new();
    for (file, expect, content) in of_kind("pdf") {
        let reply = examiner
            .ask(
                &Task::Measure {
                    kind: FileKind::Pdf,
                },
                &[content],
            )
            .await;
        let Ok(reply) = reply else {
            wrong.push(format!("{file}: {:?}", reply.err()));
            continue;
        };
        let measured = reply.answer.measurement;
        let tool = &expect["tool"];
        let locked = tool["needs_password"] == true || tool["needs_certificate"] == true;
        let Some(pdf) = measured.pdf else {
            if tool["pages"].is_u64() && tool["qpdf_check"] == "ok" && !locked {
                wrong.push(format!("{file}: {:?}, {tool}", measured.unread));
            }
            continue;
        };
        if pdf.locked != locked {
            wrong.push(format!("{file}: locked {} but {tool}", pdf.locked));
        }
        // Programs read broken page trees each in their own way.
        let sound = tool["qpdf_check"] == "ok";
        if let Some(pages) = tool["pages"].as_u64()
            && !locked
            && sound
            && u64::from(pdf.pages) != pages
        {
            wrong.push(format!("{file}: {} pages but {tool}", pdf.pages));
        }
        let signed = tool["signed_fields"].as_u64().unwrap_or(0);
        if !locked
            && sound
            && tool.get("signature_unreadable").is_none()
            && (pdf.signatures.is_empty()) != (signed == 0)
        {
            wrong.push(format!("{file}: {:?} but {tool}", pdf.signatures));
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_picture_of_the_corpus_ends_well_and_shows_its_size() {
    let examiner = examiner();
    let mut wrong = Vec::new();
    for (file, expect, content) in of_kind("image") {
        let told = examiner.examine(&content).await;
        let tool = &expect["tool"];
        let (Some(width), Some(height)) = (tool["width"].as_u64(), tool["height"].as_u64()) else {
            continue;
        };
        let turned = tool["orientation"]
            .as_u64()
            .is_some_and(|orientation| orientation >= 5);
        let (width, height) = if turned {
            (height, width)
        } else {
            (width, height)
        };
        let size = format!("{width} × {height} piksel");
        let readable = tool["decodes"] != false && expect["maybe_broken"] != true;
        let read_here = told.kind.is_picture()
            && (told.kind != FileKind::Heif || examiner.helpers.heif_convert.is_some());
        if readable && read_here && !told.notes.contains(&size) {
            wrong.push(format!(
                "{file}: {:?} {:?}, {tool}",
                told.findings, told.notes
            ));
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
}

/// A clamd of the test's own, with one signature of the test's own.
struct Clamd {
    _child: tokio::process::Child,
    folder: tempfile::TempDir,
}

impl Clamd {
    async fn start(marker: &str) -> Option<Clamd> {
        use tokio::io::{AsyncBufReadExt as _, BufReader};
        let program = ["/usr/sbin/clamd", "/usr/bin/clamd"]
            .into_iter()
            .find(|path| std::path::Path::new(path).exists());
        let Some(program) = program else {
            eprintln!("SKIPPED: no clamd on this machine (apt install clamav-daemon)");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().display();
        let hex = data_encoding::HEXLOWER.encode(marker.as_bytes());
        std::fs::create_dir(folder.path().join("db")).unwrap();
        std::fs::write(
            folder.path().join("db/loket.ndb"),
            format!("Loket.Uji:0:*:{hex}\n"),
        )
        .unwrap();
        let settings = format!(
            "LocalSocket {at}/clamd.sock\nDatabaseDirectory {at}/db\nForeground yes\nUser root\nStreamMaxLength 1M\n"
        );
        std::fs::write(folder.path().join("clamd.conf"), settings).unwrap();
        let mut child = tokio::process::Command::new(program)
            .arg("-c")
            .arg(folder.path().join("clamd.conf"))
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains("Self checking") {
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Some(Clamd {
                    _child: child,
                    folder,
                });
            }
        }
        panic!("clamd ended before it listened");
    }
}

#[tokio::test]
async fn what_a_real_clamd_finds_is_infected_and_what_it_cannot_scan_is_not_clean() {
    let marker = "LOKET-UJI-VIRUS-7f3a";
    let Some(clamd) = Clamd::start(marker).await else {
        return;
    };
    let mut examiner = examiner();
    examiner.helpers.clamd = Some(clamd.folder.path().join("clamd.sock"));
    let infected = zip_of(&[("surat.txt", b"aman")]);
    assert_eq!(examiner.examine(&infected).await.findings, []);
    let told = examiner
        .examine(&Bytes::from(format!("Yth. Pokja, {marker}")))
        .await;
    assert_eq!(told.findings, [Finding::Infected], "{:?}", told.notes);
    let large = examiner.examine(&Bytes::from(vec![b'a'; 3 << 20])).await;
    assert_eq!(large.findings, []);
    assert!(
        large
            .notes
            .iter()
            .any(|note| note.contains("belum dipindai")),
        "{:?}",
        large.notes
    );
}

#[tokio::test]
async fn a_file_is_not_to_blame_where_no_decoder_can_be_started() {
    let nowhere = Examiner::new(PathBuf::from("/nowhere/loket"), Helpers::default());
    let told = nowhere.examine(&zip_of(&[("a.txt", b"isi")])).await;
    assert_eq!((told.kind, &told.findings[..]), (FileKind::Zip, &[][..]));
    assert!(
        told.notes[0].starts_with("belum diperiksa"),
        "{:?}",
        told.notes
    );
}

/// Of a 16-bit little-endian TIFF: entries of its directory, then the octets of its only strip.
fn tiff_of(entries: &[(u16, u16, u32, u32)], strip: &[u8]) -> Bytes {
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    let at = 8 + 2 + entries.len() as u32 * 12 + 4;
    file.extend((entries.len() as u16).to_le_bytes());
    for &(tag, kind, count, value) in entries {
        // The strip stands behind the directory.
        let value = if tag == 273 { at } else { value };
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend([0; 4]);
    file.extend(strip);
    file.into()
}

/// A PNG's head that announces this size; nothing comes behind it.
fn png_head(width: u32, height: u32) -> Bytes {
    let mut chunk = b"IHDR".to_vec();
    chunk.extend(width.to_be_bytes());
    chunk.extend(height.to_be_bytes());
    chunk.extend([8, 0, 0, 0, 0]);
    let mut crc = u32::MAX;
    for octet in &chunk {
        crc ^= u32::from(*octet);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 * (crc & 1));
        }
    }
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    file.extend(&chunk);
    file.extend((!crc).to_be_bytes());
    file.extend(b"\0\0\0\x10IDAT");
    file.into()
}

#[tokio::test]
async fn what_is_not_decoded_here_is_no_broken_file_and_what_is_broken_is_told_in_indonesian() {
    let by_eye = "tidak dapat diperiksa otomatis, mohon dilihat sendiri";
    let broken = "tidak dapat dibuka: isinya rusak atau tidak lengkap";
    // Width, height, bits, no compression, colours by a palette that is missing or of 64 bits, one strip.
    let float = [
        (256, 3, 1, 2),
        (257, 3, 1, 2),
        (258, 3, 1, 32),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 0),
        (277, 3, 1, 1),
        (278, 3, 1, 2),
        (279, 4, 1, 16),
        (339, 3, 1, 3),
    ];
    let mut jp2 = b"\0\0\0\x0cjP  \r\n\x87\n".to_vec();
    jp2.resize(4000, 7);
    for (what, content, undecoded) in [
        (
            "a picture of 400 megapixels",
            png_head(20_000, 20_000),
            true,
        ),
        ("a TIFF of floating points", tiff_of(&float, &[0; 16]), true),
        ("JPEG 2000", jp2.into(), true),
        ("a PNG that ends behind its head", png_head(600, 800), false),
        (
            "half a PDF",
            Bytes::from_static(b"%PDF-1.4\n1 0 obj"),
            false,
        ),
        (
            "half an archive",
            Bytes::from_static(b"PK\x03\x04\x14\0"),
            false,
        ),
    ] {
        let told = examiner().examine(&content).await;
        let unreadable = told.findings.contains(&Finding::Unreadable);
        assert_eq!(unreadable, !undecoded, "{what}: {:?}", told.notes);
        assert_eq!(told.unexamined, undecoded, "{what}");
        let [note] = &told.notes[..] else {
            panic!("{what}: {:?}", told.notes);
        };
        match (undecoded, what) {
            (true, _) => assert_eq!(note, by_eye, "{what}"),
            (false, "half an archive") => {
                assert_eq!(note, "arsip tidak dibuka: isinya rusak atau tidak lengkap")
            }
            (false, "half a PDF") => assert!(
                note == broken || note.starts_with("PDF terpotong"),
                "{note}"
            ),
            (false, _) => assert_eq!(note, broken, "{what}"),
        }
    }
}

/// A file as a bad disk, a cut connection or an ill will leave it. The same number damages the same way.
fn damaged(content: &[u8], number: u64) -> Bytes {
    let mut state = number;
    let mut below = |most: usize| {
        // SplitMix64: any well-mixed sequence will do.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) as usize % most.max(1)
    };
    let mut file = content.to_vec();
    match number % 4 {
        0 => file.truncate(below(file.len())),
        1 => {
            for _ in 0..1 + below(64) {
                let at = below(file.len());
                file[at] = below(256) as u8;
            }
        }
        2 => {
            let at = below(file.len());
            let end = (at + below(4096)).min(file.len());
            file[at..end].fill(0xff);
        }
        _ => {
            // Where sizes and counts stand.
            for _ in 0..8 {
                let at = below(file.len().min(512));
                file[at] = 0xff;
            }
        }
    }
    file.into()
}

/// So many files by default; `LOKET_DAMAGED=500` for the number of the requirement.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_files_end_within_their_time_and_memory() {
    let whole: Vec<Bytes> = ["image", "pdf", "archive"]
        .into_iter()
        .flat_map(of_kind)
        .map(|(_, _, content)| content)
        .filter(|content| (64..400_000).contains(&content.len()))
        .collect();
    if whole.is_empty() {
        return;
    }
    let count = std::env::var("LOKET_DAMAGED").map_or(60, |count| count.parse().unwrap());
    let examiner = examiner();
    let start = std::time::Instant::now();
    let (mut longest, mut unreadable) = (0.0_f64, 0);
    for number in 0..count {
        let content = damaged(&whole[number as usize * 7 % whole.len()], number);
        let begun = std::time::Instant::now();
        let told = examiner.examine(&content).await;
        longest = longest.max(begun.elapsed().as_secs_f64());
        unreadable += u64::from(told.findings.contains(&Finding::Unreadable));
    }
    let peak = peak_of_children();
    eprintln!(
        "{count} damaged files in {:.0} s, the longest {longest:.1} s; {unreadable} unreadable; a child had at most {} MB",
        start.elapsed().as_secs_f64(),
        peak >> 20
    );
    assert!(longest < 22.0, "{longest}");
    assert!(peak < 512 << 20, "{peak}");
    assert!(unreadable > 0, "damage must show");
}

/// Largest memory that a child which has ended held, in octets.
fn peak_of_children() -> u64 {
    // SAFETY: the structure is plain numbers, filled by the call.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage);
        usage
    };
    usage.ru_maxrss as u64 * 1024
}

const AGREED: &[&str] = &[
    "BERITA ACARA NEGOSIASI BIAYA",
    "Pada hari ini kedua pihak menyepakati harga pekerjaan",
    "Penawaran semula Rp 1.234.567.890,00",
    "Galian tanah biasa 125 m3 Rp 48.906.000,00",
    "Beton mutu sedang Rp 713.205.400,00",
    "Harga hasil negosiasi Rp 1.187.450.000,00",
    "Harga sudah termasuk pajak pertambahan nilai",
    "Jangka waktu pelaksanaan 150 hari kalender",
    "Demikian berita acara ini dibuat untuk dipergunakan",
];

/// A file as a scanner gives it back: its page as a picture, paler.
async fn scanned(examiner: &Examiner, file: String) -> Bytes {
    let task = Task::Draw {
        kind: FileKind::Pdf,
        page: 0,
        side: 1240,
    };
    let drawn = examiner.ask(&task, &[file.into()]).await.expect("drawn");
    let grey = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&drawn.picture[..]), grey);
    let mut pixels = decoder.decode().expect("a JPEG");
    let (width, height) = decoder.dimensions().expect("a size");
    assert_eq!(pixels.len(), width * height, "grey");
    for pixel in &mut pixels {
        *pixel = 30 + *pixel / 5 * 4;
    }
    let mut jpeg = Vec::new();
    let (width, height) = (width.try_into().unwrap(), height.try_into().unwrap());
    jpeg_encoder::Encoder::new(&mut jpeg, 80)
        .encode(&pixels, width, height, jpeg_encoder::ColorType::Luma)
        .unwrap();
    jpeg.into()
}

#[tokio::test]
async fn a_negotiation_file_comes_back_signed_unsigned_or_with_another_digit() {
    let examiner = examiner();
    let altered: Vec<String> = AGREED
        .iter()
        .map(|line| line.replace("1.187.450", "1.137.450"))
        .collect();
    let altered: Vec<&str> = altered.iter().map(String::as_str).collect();
    let sent = Bytes::from(pdf::page_of(AGREED));
    for (file, outcome, note) in [
        (
            pdf::signed_page_of(AGREED),
            Return::ReturnedSigned,
            "ada tinta",
        ),
        (pdf::page_of(AGREED), Return::ReturnedUnsigned, ""),
        (
            pdf::signed_page_of(&altered),
            Return::Differs,
            "1.187.450.000,00 menjadi 1.137.450.000,00",
        ),
    ] {
        let returned = scanned(&examiner, file).await;
        let told = examiner.compare(&sent, &[(FileKind::Jpeg, returned)]).await;
        let told = told.expect("compared");
        assert_eq!(told.outcome, outcome, "{:?}", told.notes);
        assert!(told.notes.join("; ").contains(note), "{:?}", told.notes);
        assert!(
            told.side_by_side.starts_with(b"\xff\xd8"),
            "both side by side"
        );
    }
}

#[tokio::test]
async fn photos_of_one_mail_are_the_pages_of_one_return() {
    let examiner = examiner();
    let other = [
        "Kartu Anggota Koperasi",
        "Nama Budi Contoh",
        "Nomor 000123",
        "Berlaku sampai 2030",
    ];
    let sent = Bytes::from(pdf::page_of(AGREED));
    let card = scanned(&examiner, pdf::page_of(&other)).await;
    let page = scanned(&examiner, pdf::signed_page_of(AGREED)).await;
    let photos = [(FileKind::Jpeg, card), (FileKind::Jpeg, page)];
    let told = examiner.compare(&sent, &photos).await.expect("compared");
    assert_eq!(told.found, [1], "{:?}", told.notes);
    assert_eq!(told.outcome, Return::ReturnedSigned, "{:?}", told.notes);
}

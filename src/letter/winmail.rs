//! winmail.dat: the files that Outlook hides in it (TNEF, [MS-OXTNEF]). Read here because the crate `tnef` 0.1.1 opened one
//! of the nine samples of the corpus: it stops at any attribute it does not know.

use bytes::Bytes;

use super::charset;

/// Messages inside messages; Outlook packs an attached mail as another TNEF stream.
const DEPTH: usize = 3;
const FILES: usize = 1_000;

/// What a winmail.dat holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opened {
    pub files: Vec<File>,
    /// The text of the mail, where it is not compressed.
    pub text: Option<String>,
    /// Something could not be read; what was found before it stands.
    pub damaged: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    pub name: Option<String>,
    pub media_type: Option<String>,
    pub content_id: Option<String>,
    pub content: Bytes,
}

/// Opens a winmail.dat; `None` when it is none.
pub fn open(bytes: &Bytes) -> Option<Opened> {
    let mut opened = Opened::default();
    read(bytes, &mut opened, 1)?;
    opened
        .files
        .retain(|file| file.name.is_some() || !file.content.is_empty());
    Some(opened)
}

const SIGNATURE: u32 = 0x223e_9f78;
// Attributes, by the low half of their number.
const BODY: u16 = 0x800c;
const ATTACH_DATA: u16 = 0x800f;
const ATTACH_TITLE: u16 = 0x8010;
const ATTACH_TRANSPORT_NAME: u16 = 0x9001;
const ATTACH_REND_DATA: u16 = 0x9002;
const ATTACHMENT: u16 = 0x9005;
const OEM_CODE_PAGE: u16 = 0x9007;
// Properties of an attachment.
const DATA: u16 = 0x3701;
const SHORT_NAME: u16 = 0x3704;
const LONG_NAME: u16 = 0x3707;
const MIME_TAG: u16 = 0x370e;
const CONTENT_ID: u16 = 0x3712;

fn read(bytes: &Bytes, opened: &mut Opened, depth: usize) -> Option<()> {
    let mut cursor = Cursor(bytes);
    if cursor.u32()? != SIGNATURE {
        return None;
    }
    cursor.u16()?;
    let mut code_page = "windows-1252".to_owned();
    let first = opened.files.len();
    while !cursor.0.is_empty() {
        let Some((level, id, data)) = attribute(&mut cursor) else {
            opened.damaged = true;
            break;
        };
        if level == 2 && (id == ATTACH_REND_DATA || opened.files.len() == first) {
            if opened.files.len() >= FILES {
                opened.damaged = true;
                break;
            }
            opened.files.push(File::default());
        }
        let text = || {
            charset::decode(
                data.split(|byte| *byte == 0).next().unwrap_or_default(),
                Some(&code_page),
            )
        };
        match (level, id) {
            (1, OEM_CODE_PAGE) => {
                if let Some(page) = Cursor(data).u32() {
                    code_page = format!("windows-{page}");
                }
            }
            (1, BODY) => opened.text = opened.text.take().or_else(|| Some(text())),
            (2, _) => {
                let Some(file) = opened.files.last_mut() else {
                    continue;
                };
                match id {
                    ATTACH_DATA => file.content = bytes.slice_ref(data),
                    ATTACH_TITLE => file.name = file.name.take().or_else(|| Some(text())),
                    ATTACH_TRANSPORT_NAME if file.name.is_none() => file.name = Some(text()),
                    ATTACHMENT => {
                        let inner = properties(bytes, data, file, &code_page);
                        if let Some(inner) = inner
                            && depth < DEPTH
                        {
                            let text = opened.text.take();
                            read(&inner, opened, depth + 1);
                            opened.text = text;
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Some(())
}

/// Level, number and data of the next attribute. A wrong checksum does not make the data unusable, old writers set it to zero.
fn attribute<'x>(cursor: &mut Cursor<'x>) -> Option<(u8, u16, &'x [u8])> {
    let level = cursor
        .take(1)?
        .first()
        .copied()
        .filter(|level| matches!(level, 1 | 2))?;
    let id = cursor.u32()? as u16;
    let length = cursor.u32()? as usize;
    let data = cursor.take(length)?;
    cursor.u16()?;
    Some((level, id, data))
}

/// Reads the properties of an attachment; returns the TNEF stream of an attached mail. Stops at what it cannot read.
fn properties(bytes: &Bytes, data: &[u8], file: &mut File, code_page: &str) -> Option<Bytes> {
    let mut cursor = Cursor(data);
    let mut inner = None;
    for _ in 0..cursor.u32()?.min(4_096) {
        let Some((kind, id, value)) = property(&mut cursor) else {
            break;
        };
        let text = || {
            let text = match kind {
                0x1f => charset::decode(value, Some("utf-16le")),
                _ => charset::decode(value, Some(code_page)),
            };
            Some(text.trim_end_matches('\0').to_owned()).filter(|text| !text.is_empty())
        };
        match (id, kind) {
            (LONG_NAME, 0x1e | 0x1f) => file.name = text().or_else(|| file.name.take()),
            (SHORT_NAME, 0x1e | 0x1f) if file.name.is_none() => file.name = text(),
            (MIME_TAG, 0x1e | 0x1f) => file.media_type = text(),
            (CONTENT_ID, 0x1e | 0x1f) => file.content_id = text(),
            (DATA, 0x102) if file.content.is_empty() => file.content = bytes.slice_ref(value),
            (DATA, 0x0d) => {
                // Behind the interface's identifier stands the object itself.
                let object = value.get(16..).unwrap_or_default();
                if Cursor(object).u32() == Some(SIGNATURE) {
                    inner = Some(bytes.slice_ref(object));
                } else if file.content.is_empty() {
                    file.content = bytes.slice_ref(object);
                }
            }
            _ => {}
        }
    }
    inner
}

/// Type, number and (first) value of the next property.
fn property<'x>(cursor: &mut Cursor<'x>) -> Option<(u16, u16, &'x [u8])> {
    let kind = cursor.u16()?;
    let id = cursor.u16()?;
    if id >= 0x8000 {
        cursor.take(16)?;
        if cursor.u32()? == 0 {
            cursor.u32()?;
        } else {
            let length = cursor.u32()? as usize;
            cursor.padded(length)?;
        }
    }
    let single = kind & !0x1000;
    let variable = matches!(single, 0x0d | 0x1e | 0x1f | 0x102);
    let count = if kind != single || variable {
        cursor.u32()?
    } else {
        1
    };
    let mut first: &[u8] = &[];
    for n in 0..count {
        let length = match single {
            0x02 | 0x03 | 0x04 | 0x0a | 0x0b => 4,
            0x05 | 0x06 | 0x07 | 0x14 | 0x40 => 8,
            0x48 => 16,
            0x00 | 0x01 => 0,
            _ if variable => cursor.u32()? as usize,
            _ => return None,
        };
        // A count without data behind it must not be counted through.
        if length == 0 && cursor.0.is_empty() {
            break;
        }
        let value = cursor.padded(length)?;
        if n == 0 {
            first = value;
        }
    }
    Some((single, id, first))
}

struct Cursor<'x>(&'x [u8]);

impl<'x> Cursor<'x> {
    fn take(&mut self, length: usize) -> Option<&'x [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// Values are filled up to four octets; the last filling may be missing.
    fn padded(&mut self, length: usize) -> Option<&'x [u8]> {
        let value = self.take(length)?;
        let filling = (4 - length % 4) % 4;
        self.take(filling.min(self.0.len()))?;
        Some(value)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn push(stream: &mut Vec<u8>, level: u8, id: u16, data: &[u8]) {
        stream.push(level);
        stream.extend(u32::from(id).to_le_bytes());
        stream.extend((data.len() as u32).to_le_bytes());
        stream.extend(data);
        stream.extend([0, 0]);
    }

    fn sample() -> Vec<u8> {
        let mut stream = SIGNATURE.to_le_bytes().to_vec();
        stream.extend([1, 0]);
        push(
            &mut stream,
            1,
            OEM_CODE_PAGE,
            &[0xe4, 0x04, 0, 0, 0, 0, 0, 0],
        );
        push(&mut stream, 1, 0x7777, b"never heard of");
        push(&mut stream, 1, BODY, b"Terlampir KTP.\0");
        for (name, data) in [("KTPDIR~1.JPG", "satu"), ("nib.pdf", "dua")] {
            push(&mut stream, 2, ATTACH_REND_DATA, &[0; 14]);
            push(&mut stream, 2, ATTACH_DATA, data.as_bytes());
            push(&mut stream, 2, ATTACH_TITLE, format!("{name}\0").as_bytes());
        }
        let name: Vec<u8> = "ktp dir é.jpg\0"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let mut properties = 1u32.to_le_bytes().to_vec();
        properties.extend([0x1f, 0, 0x07, 0x37, 1, 0, 0, 0]);
        properties.extend((name.len() as u32).to_le_bytes());
        properties.extend(name);
        push(&mut stream, 2, ATTACHMENT, &properties);
        stream
    }

    #[test]
    fn files_come_out_with_their_long_names() {
        let opened = open(&Bytes::from(sample())).unwrap();
        assert!(!opened.damaged);
        assert_eq!(opened.text.as_deref(), Some("Terlampir KTP."));
        let files: Vec<_> = opened
            .files
            .iter()
            .map(|file| (file.name.as_deref().unwrap(), file.content.as_ref()))
            .collect();
        assert_eq!(
            files,
            [
                ("KTPDIR~1.JPG", &b"satu"[..]),
                ("ktp dir é.jpg", &b"dua"[..])
            ]
        );
    }

    #[test]
    fn a_cut_stream_gives_what_came_before_and_says_so() {
        let stream = sample();
        let opened = open(&Bytes::copy_from_slice(&stream[..stream.len() - 30])).unwrap();
        assert!(opened.damaged);
        assert_eq!(opened.files.len(), 2);
        assert_eq!(open(&Bytes::from_static(b"%PDF-1.7")), None);
    }

    #[test]
    fn samples_of_the_corpus_give_the_listed_files() {
        let folder = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../shared/corpus/jstedfast+MimeKit/tnef"
        );
        let Ok(entries) = std::fs::read_dir(folder) else {
            eprintln!("SKIPPED: no corpus at {folder}");
            return;
        };
        let mut seen = 0;
        for path in entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|e| e == "tnef"))
        {
            let listed =
                std::fs::read_to_string(format!("{}.expect.list", path.display())).unwrap();
            // The list counts the text of the mail as a file; here it is text.
            let mut listed: Vec<&str> = listed
                .lines()
                .filter(|name| !name.starts_with("body."))
                .collect();
            let opened = open(&Bytes::from(std::fs::read(&path).unwrap())).unwrap();
            let mut found: Vec<&str> = opened
                .files
                .iter()
                .filter_map(|file| file.name.as_deref())
                .collect();
            if path.ends_with("long-filename.tnef") {
                // MimeKit's list leaves it out, GNU tnef finds it too.
                listed.push("allproductsmar2000.dat");
            }
            listed.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, listed, "{}", path.display());
            seen += 1;
        }
        assert_eq!(seen, 9);
    }

    proptest! {
        #[test]
        fn no_stream_makes_it_panic(noise in proptest::collection::vec(any::<u8>(), 0..400), at in 0usize..400, byte: u8) {
            let mut stream = sample();
            let length = stream.len();
            stream[at % length] = byte;
            open(&Bytes::from(stream));
            let mut noisy = SIGNATURE.to_le_bytes().to_vec();
            noisy.extend(noise);
            open(&Bytes::from(noisy));
        }
    }
}

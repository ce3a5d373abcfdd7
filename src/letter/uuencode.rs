//! Files in uuencode, as old programs put them between `begin 644 name` and `end`, in a part of their own or amid the text.

use super::{charset, words};

/// A file found in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Uufile {
    pub name: String,
    pub bytes: Vec<u8>,
    pub damaged: bool,
}

/// Takes the files out of a text and leaves the rest of it.
pub fn take(text: &[u8]) -> (Vec<u8>, Vec<Uufile>) {
    let mut rest = Vec::with_capacity(text.len());
    let mut files = Vec::new();
    let mut lines = text.split_inclusive(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        // "begin" is a word too: only with a mode, a name and a first line of the right length it is a file.
        let name = begin(line).filter(|_| lines.peek().is_some_and(|next| is_data(next)));
        let Some(name) = name else {
            rest.extend_from_slice(line);
            continue;
        };
        let mut file = Uufile {
            name,
            bytes: Vec::new(),
            damaged: false,
        };
        let mut ended = false;
        while let Some(next) = lines.peek() {
            let trimmed = next.trim_ascii_end();
            if trimmed == b"end" {
                ended = true;
                lines.next();
                break;
            }
            if !trimmed.is_empty() && !is_data(next) {
                break;
            }
            decode_line(next, &mut file.bytes);
            lines.next();
        }
        file.damaged = !ended;
        files.push(file);
    }
    (rest, files)
}

/// A part in uuencode that lost its `begin` line.
pub fn bare(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let trimmed = line.trim_ascii();
        if trimmed.is_empty() || trimmed == b"end" {
            continue;
        }
        if !is_data(line) {
            return None;
        }
        decode_line(line, &mut bytes);
    }
    (!bytes.is_empty()).then_some(bytes)
}

/// Whether there is anything to [`take`]: cheap, for every text is asked.
pub fn occurs(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n')
        .any(|line| begin(line).is_some())
}

fn begin(line: &[u8]) -> Option<String> {
    let rest = line.strip_prefix(b"begin ")?.trim_ascii();
    let space = rest.iter().position(|byte| *byte == b' ')?;
    let (mode, name) = rest.split_at(space);
    let mode_fits =
        (3..=4).contains(&mode.len()) && mode.iter().all(|digit| (b'0'..=b'7').contains(digit));
    mode_fits.then(|| words::decode_text(charset::decode(name, None).trim()))
}

fn value(byte: u8) -> u8 {
    byte.wrapping_sub(b' ') & 0x3f
}

/// The first sign of a line tells how many octets it holds; trailing blanks (zero bits) may have been cut off on the way.
fn is_data(line: &[u8]) -> bool {
    let line = trim_line_end(line);
    let Some((first, data)) = line.split_first() else {
        return false;
    };
    let fits =
        (b' '..=b'`').contains(first) && data.iter().all(|byte| (b' '..=b'`').contains(byte));
    let octets = usize::from(value(*first));
    // Some writers add one check sign, some fill up to whole lines.
    fits && octets <= 45
        && data.len() <= octets.div_ceil(3) * 4 + 4
        && data.len() + 8 >= octets.div_ceil(3) * 4
}

fn trim_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn decode_line(line: &[u8], bytes: &mut Vec<u8>) {
    let Some((first, data)) = trim_line_end(line).split_first() else {
        return;
    };
    let mut left = usize::from(value(*first));
    for group in data.chunks(4) {
        let sign = |n: usize| u32::from(value(group.get(n).copied().unwrap_or(b' ')));
        let held = sign(0) << 18 | sign(1) << 12 | sign(2) << 6 | sign(3);
        for shift in [16, 8, 0] {
            if left > 0 {
                bytes.push((held >> shift & 0xff) as u8);
                left -= 1;
            }
        }
    }
    bytes.extend(std::iter::repeat_n(0, left));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_amid_the_text_is_taken_out() {
        let text = b"Terlampir:\nbegin 644 ktp direktur.txt\n#0V%T\n`\nend\nTerima kasih\n";
        let (rest, files) = take(text);
        assert_eq!(rest, b"Terlampir:\nTerima kasih\n");
        assert_eq!(
            files,
            [Uufile {
                name: "ktp direktur.txt".into(),
                bytes: b"Cat".to_vec(),
                damaged: false
            }]
        );
    }

    #[test]
    fn a_part_without_its_begin_line_is_read_all_the_same() {
        assert_eq!(
            bare(b"\n,2&5L;&\\@6F%M;6%D\n`\n").as_deref(),
            Some(&b"Hello Zammad"[..])
        );
        assert_eq!(bare(b"Selamat pagi\n"), None);
    }

    #[test]
    fn a_file_without_its_end_is_kept_and_called_damaged() {
        let (rest, files) = take(b"begin 644 a.bin\r\n#0V%T\r\nsalam hangat dari kami semua\r\n");
        assert_eq!(rest, b"salam hangat dari kami semua\r\n");
        assert_eq!(files[0].bytes, b"Cat");
        assert!(files[0].damaged);
    }

    #[test]
    fn a_sentence_that_begins_with_begin_is_text() {
        for text in [
            "begin with the NIB please\nthen the NPWP\n",
            "begin 644 words\nare not a file\n",
        ] {
            let (rest, files) = take(text.as_bytes());
            assert_eq!(rest, text.as_bytes());
            assert!(files.is_empty());
        }
    }
}

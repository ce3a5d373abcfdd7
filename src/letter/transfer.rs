//! Transfer encodings, read tolerantly: a damaged paper is filed as far as it can be decoded, and says so.

/// What a transfer encoding held.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    pub bytes: Vec<u8>,
    /// Something was not as the encoding wants it.
    pub damaged: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// 7bit, 8bit, binary, none or unknown: as it stands.
    Identity,
    Base64,
    QuotedPrintable,
    Uuencode,
}

/// The encoding that a Content-Transfer-Encoding field names, misspelt ones too.
pub fn encoding(field: &str) -> Encoding {
    let word = field.trim().to_ascii_lowercase();
    if word.contains("base64") || word == "base-64" {
        Encoding::Base64
    } else if word.contains("quoted") && word.contains("printable") {
        Encoding::QuotedPrintable
    } else if word.contains("uue") || word == "x-uu" {
        Encoding::Uuencode
    } else {
        Encoding::Identity
    }
}

const NOT: u8 = 0xff;

const fn base64_values() -> [u8; 256] {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [NOT; 256];
    let mut n = 0;
    while n < 64 {
        values[alphabet[n] as usize] = n as u8;
        n += 1;
    }
    values
}

static BASE64: [u8; 256] = base64_values();

/// Base64 (RFC 2045 section 6.8). Octets outside the alphabet are passed over; a text below the padding, as a list
/// server appends one, ends it; when most of it is no base64 at all, it is returned as it stands.
pub fn base64(encoded: &[u8]) -> Decoded {
    if is_prose(encoded) {
        return Decoded {
            bytes: encoded.to_vec(),
            damaged: true,
        };
    }
    let mut bytes = Vec::with_capacity(encoded.len() / 4 * 3);
    let (mut held, mut bits, mut foreign, mut padded, mut late) =
        (0u32, 0u32, 0usize, false, false);
    for byte in encoded {
        match BASE64[usize::from(*byte)] {
            NOT if byte.is_ascii_whitespace() => {}
            NOT if *byte == b'=' => {
                padded = true;
                (held, bits) = (0, 0);
            }
            // "-- " or any other sign that cannot be base64, after the end of the data.
            NOT if padded => {
                late = true;
                break;
            }
            NOT => foreign += 1,
            value => {
                // Several encoded pieces after one another are all read.
                held = (held << 6 | u32::from(value)) & 0xff_ffff;
                bits += 6;
                if bits >= 8 {
                    bits -= 8;
                    bytes.push((held >> bits) as u8);
                }
            }
        }
    }
    // Signs left over without padding: the end is missing.
    let cut = bits > 0;
    if foreign * 3 > bytes.len() {
        return Decoded {
            bytes: encoded.to_vec(),
            damaged: true,
        };
    }
    Decoded {
        bytes,
        damaged: foreign > 0 || late || cut,
    }
}

/// Whether words stand where base64 was promised: blanks within the lines, as often as between words.
fn is_prose(text: &[u8]) -> bool {
    let head = text.get(..4_096).unwrap_or(text);
    let blanks = head
        .windows(3)
        .filter(|window| {
            window[1] == b' ' && window[0].is_ascii_graphic() && window[2].is_ascii_graphic()
        })
        .count();
    blanks > 2 && blanks * 20 > head.len()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

/// Quoted-printable (RFC 2045 section 6.7): blanks at the end of a line were added on the way.
pub fn quoted_printable(encoded: &[u8]) -> Decoded {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut damaged = false;
    for line in encoded.split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii_end();
        let ends: &[u8] = match line {
            [.., b'\r', b'\n'] => b"\r\n",
            [.., b'\n'] => b"\n",
            _ => b"",
        };
        // The last line has no end to have had blanks before.
        let text = if ends.is_empty() { line } else { text };
        let mut at = 0;
        let mut soft = false;
        while let Some(byte) = text.get(at) {
            if *byte != b'=' {
                bytes.push(*byte);
                at += 1;
                continue;
            }
            let high = text.get(at + 1).copied().and_then(hex);
            let low = text.get(at + 2).copied().and_then(hex);
            if let (Some(high), Some(low)) = (high, low) {
                bytes.push(high << 4 | low);
                at += 3;
            } else if text[at + 1..].trim_ascii().is_empty() {
                soft = true;
                break;
            } else {
                damaged = true;
                bytes.push(b'=');
                at += 1;
            }
        }
        if !soft {
            bytes.extend_from_slice(ends);
        }
    }
    Decoded { bytes, damaged }
}

/// The Q encoding of a header word (RFC 2047 section 4.2).
pub fn quoted_word(encoded: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut at = 0;
    while let Some(byte) = encoded.get(at) {
        let high = encoded.get(at + 1).copied().and_then(hex);
        let low = encoded.get(at + 2).copied().and_then(hex);
        match (byte, high, low) {
            (b'=', Some(high), Some(low)) => {
                bytes.push(high << 4 | low);
                at += 2;
            }
            (b'_', _, _) => bytes.push(b' '),
            (byte, _, _) => bytes.push(*byte),
        }
        at += 1;
    }
    bytes
}

/// Percent encoding of RFC 2231; a wrong one stays as it stands.
pub fn percent(encoded: &[u8]) -> Vec<u8> {
    percent_encoding::percent_decode(encoded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_survives_what_mail_does_to_it() {
        let table: [(&str, &str, bool); 8] = [
            ("aGFsbw==", "halo", false),
            ("aGFs\r\nbw==\r\n", "halo", false),
            ("aGFsbw", "halo", true),
            ("aG*Fsbw==", "halo", true),
            ("aGFsbw==\n-- \nmilis pengadaan\n", "halo", true),
            ("aGFsbw==aGFsbw==", "halohalo", false),
            ("aGFsbG", "hall", true),
            ("aGFsb", "hal", true),
        ];
        for (encoded, text, damaged) in table {
            let found = base64(encoded.as_bytes());
            assert_eq!(String::from_utf8_lossy(&found.bytes), text, "{encoded}");
            assert_eq!(found.damaged, damaged, "{encoded}");
        }
    }

    #[test]
    fn what_is_no_base64_stays_as_it_stands() {
        let text = b"Selamat pagi, *** ini (bukan) [base64] {sama} <sekali> !!! ??? ;;; ... ,,, --- ___ ''' ~~~";
        assert_eq!(
            base64(text),
            Decoded {
                bytes: text.to_vec(),
                damaged: true
            }
        );
    }

    #[test]
    fn a_sentence_is_no_base64() {
        let text = b"Yth Pokja kami kirim KTP dan NPWP";
        assert_eq!(base64(text).bytes, text);
    }

    #[test]
    fn quoted_printable_survives_what_mail_does_to_it() {
        let table: [(&str, &str, bool); 6] = [
            ("satu=20dua", "satu dua", false),
            ("satu =\r\ndua", "satu dua", false),
            ("satu =  \ndua", "satu dua", false),
            ("satu   \r\ndua", "satu\r\ndua", false),
            ("50=% lunas", "50=% lunas", true),
            ("akhir=", "akhir", false),
        ];
        for (encoded, text, damaged) in table {
            let found = quoted_printable(encoded.as_bytes());
            assert_eq!(String::from_utf8_lossy(&found.bytes), text, "{encoded}");
            assert_eq!(found.damaged, damaged, "{encoded}");
        }
    }

    #[test]
    fn misspelt_encodings_are_understood() {
        for (field, expected) in [
            ("BASE64", Encoding::Base64),
            (" base64;", Encoding::Base64),
            ("quoted printable", Encoding::QuotedPrintable),
            ("x-uuencode", Encoding::Uuencode),
            ("8bit", Encoding::Identity),
            ("", Encoding::Identity),
        ] {
            assert_eq!(encoding(field), expected, "{field}");
        }
    }
}

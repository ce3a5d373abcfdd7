//! Octets to text: by the declared charset where it fits, by the likeliest one where it doesn't.

use mail_parser::decoders::charsets::map::charset_decoder;

/// Decodes text. Never fails: what no charset explains becomes U+FFFD.
pub fn decode(bytes: &[u8], label: Option<&str>) -> String {
    let label = label.unwrap_or_default().trim().to_ascii_lowercase();
    match label.as_str() {
        "utf-8" | "utf8" => utf8(bytes),
        // "us-ascii" with octets above 127 means that the writer's program did not know.
        "" | "us-ascii" | "ascii" | "unknown-8bit" | "x-unknown" | "8bit" | "default" => {
            guess(bytes)
        }
        known => match charset_decoder(known.as_bytes()) {
            Some(decoder) => decoder(bytes),
            None => guess(bytes),
        },
    }
}

fn utf8(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let lossy = String::from_utf8_lossy(bytes);
            let wrong = lossy.chars().filter(|c| *c == '\u{fffd}').count();
            let right = lossy.chars().filter(|c| !c.is_ascii()).count() - wrong;
            // One cut character in a UTF-8 text is damage; hardly any right one means that the declaration is wrong.
            if right >= wrong {
                lossy.into_owned()
            } else {
                western(bytes)
            }
        }
    }
}

fn guess(bytes: &[u8]) -> String {
    let japanese = [&b"\x1b$B"[..], b"\x1b$@", b"\x1b(J"];
    if japanese
        .iter()
        .any(|mark| bytes.windows(3).any(|window| window == *mark))
        && let Some(decoder) = charset_decoder(b"iso-2022-jp")
    {
        return decoder(bytes);
    }
    utf8(bytes)
}

/// Windows-1252, which holds ISO 8859-1: what programs here write when they say nothing.
fn western(bytes: &[u8]) -> String {
    match charset_decoder(b"windows-1252") {
        Some(decoder) => decoder(bytes),
        None => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_or_missing_charset_still_gives_readable_text() {
        let table: [(&[u8], Option<&str>, &str); 9] = [
            (b"Andr\xe9", None, "André"),
            (b"Andr\xe9", Some("us-ascii"), "André"),
            (b"Andr\xe9", Some("utf-8"), "André"),
            ("André".as_bytes(), Some("US-ASCII"), "André"),
            ("\u{feff}André".as_bytes(), Some("UTF-8"), "André"),
            (
                "Andrés é".as_bytes().split_last().unwrap().1,
                Some("utf-8"),
                "Andrés \u{fffd}",
            ),
            (b"Andr\xe9", Some("x-never-heard-of"), "André"),
            (b"\x1b$B%O\x1b(B", None, "ハ"),
            (b"\xcf\xf0\xe8", Some("windows-1251"), "При"),
        ];
        for (bytes, label, text) in table {
            assert_eq!(decode(bytes, label), text, "{bytes:?} {label:?}");
        }
    }
}

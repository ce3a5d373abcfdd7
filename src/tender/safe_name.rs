//! Names made by others, made safe as one part of a path: on Linux, on Windows, in a ZIP and on a screen. Pure.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

/// What Windows allows in no name, beside the controls.
const FORBIDDEN: &[char] = &['<', '>', ':', '"', '/', '\\', '|', '?', '*'];

/// Device names of Windows, reserved in every folder and with any extension. The superscripts are reserved too.
const RESERVED: &[&str] = &[
    "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$", //
    "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", //
    "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", //
    "COM¹", "COM²", "COM³", "LPT¹", "LPT²", "LPT³",
];

/// One part of a path that is safe everywhere: NFC, no control, direction or invisible character, none of
/// `<>:"/\|?*`, single blanks, no blank or dot at either end, no device name, at most `max_bytes` bytes of UTF-8 (1 at
/// least), never empty. Letters of every script stay. Making it twice changes nothing.
pub fn safe_part(text: &str, max_bytes: usize) -> String {
    let shown: String = text
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| match c {
            c if c.is_whitespace() => ' ',
            c if c.is_control() || FORBIDDEN.contains(&c) => '_',
            c => c,
        })
        .nfc()
        .collect();
    let single_blanks = shown.split(' ').filter(|word| !word.is_empty());
    let joined = single_blanks.collect::<Vec<_>>().join(" ");

    let mut part = cut(trim(&joined), max_bytes).to_owned();
    if is_reserved(&part) {
        part = cut(&format!("_{part}"), max_bytes).to_owned();
    }
    if part.is_empty() { "_".into() } else { part }
}

/// The same for a file: where the name is too long, its end (`.pdf`) is kept and the middle goes.
pub fn safe_file_name(name: &str, max_bytes: usize) -> String {
    let whole = safe_part(name, usize::MAX);
    if whole.len() <= max_bytes {
        return whole;
    }
    match whole.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty()
                && (1..=10).contains(&extension.len())
                && extension.len() + 2 <= max_bytes
                && extension.bytes().all(|b| b.is_ascii_alphanumeric()) =>
        {
            let stem = safe_part(stem, max_bytes - extension.len() - 1);
            format!("{stem}.{extension}")
        }
        _ => safe_part(&whole, max_bytes),
    }
}

/// The form under which two names are the same to a file system that does not tell case.
pub fn case_blind(part: &str) -> String {
    part.nfkc()
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfkc()
        .collect()
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '.'])
}

/// At most so many bytes, cut between characters and trimmed again. Never shorter than one byte is allowed to be.
fn cut(text: &str, max_bytes: usize) -> &str {
    let max_bytes = max_bytes.max(1);
    if text.len() <= max_bytes {
        return text;
    }
    let end = text.floor_char_boundary(max_bytes);
    trim(&text[..end])
}

/// Zero width, direction, soft hyphen, fillers, private use: they hide or turn what a person would read.
fn is_invisible(c: char) -> bool {
    static INVISIBLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}\x{2800}]$")
            .expect("a constant pattern")
    });
    !c.is_ascii() && INVISIBLE.is_match(c.encode_utf8(&mut [0; 4]))
}

fn is_reserved(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end();
    RESERVED.iter().any(|device| stem.to_uppercase() == *device)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_become_safe_and_stay_readable() {
        for (sent, safe) in [
            ("KTP direktur.jpg", "KTP direktur.jpg"),
            ("  a \t\n b\u{a0} ", "a b"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("C:\\Users\\budi\\ktp.jpg", "C__Users_budi_ktp.jpg"),
            ("x\u{202e}gpj.exe", "xgpj.exe"),
            ("e\u{200d}\u{301}", "é"),
            ("con", "_con"),
            ("Com1.tar.gz", "_Com1.tar.gz"),
            ("nul .txt", "_nul .txt"),
            ("COM¹", "_COM¹"),
            ("COM10", "COM10"),
            (".htaccess", "htaccess"),
            ("PT Maju.", "PT Maju"),
            ("...", "_"),
            ("", "_"),
            ("\u{200b}", "_"),
            ("a\0b", "a_b"),
            ("中文 Ω", "中文 Ω"),
        ] {
            assert_eq!(safe_part(sent, 255), safe, "{sent:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_between_characters_and_a_file_keeps_its_end() {
        assert_eq!(safe_part("ééé", 5), "éé");
        assert_eq!(safe_part("CONTRACT", 3), "_CO");
        assert_eq!(safe_part("ab . cd", 4), "ab");
        assert_eq!(safe_file_name("scan ktp direktur.jpeg", 12), "scan kt.jpeg");
        assert_eq!(safe_file_name("CONTRACT.txt", 7), "_CO.txt");
        assert_eq!(safe_file_name("PT. Maju Jaya Abadi", 10), "PT. Maju J");
        assert_eq!(safe_file_name("a.pdf", 3), "a.p");
    }

    #[test]
    fn names_that_differ_only_in_case_or_form_are_one() {
        assert_eq!(case_blind("PT Straße"), case_blind("pt STRASSE"));
        assert_eq!(case_blind("É"), case_blind("e\u{301}"));
        assert_ne!(case_blind("PT Maju"), case_blind("PT Maju 2"));
    }

    /// Any text, with more of what hurts than chance gives.
    fn nasty() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<char>().prop_map(String::from),
            prop::sample::select(vec![
                " ", ".", "..", "/", "\\", ":", "con", "NUL", "lpt1", ".txt", "\u{202e}",
                "\u{200b}", "\u{301}", "<", "\u{338}", "a", "\u{2028}", "\0", "\u{feff}",
                "\u{1160}", "\u{1161}", "COM¹",
            ])
            .prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    fn assert_safe(part: &str, max_bytes: usize) {
        assert!(!part.is_empty() && part.len() <= max_bytes, "{part:?}");
        assert!(!part.contains(FORBIDDEN), "{part:?}");
        assert!(!part.chars().any(|c| c.is_control() || is_invisible(c)));
        assert!(!part.starts_with([' ', '.']) && !part.ends_with([' ', '.']));
        assert!(!part.contains("  ") && !is_reserved(part), "{part:?}");
        assert!(unicode_normalization::is_nfc(part), "{part:?}");
    }

    proptest! {
        #[test]
        fn every_part_is_safe_on_every_system(text in nasty(), max in 1usize..260) {
            let part = safe_part(&text, max);
            assert_safe(&part, max);
            prop_assert_eq!(safe_part(&part, max), part);
        }

        #[test]
        fn every_file_name_is_safe_on_every_system(text in nasty(), max in 1usize..260) {
            let name = safe_file_name(&text, max);
            assert_safe(&name, max);
            prop_assert_eq!(safe_file_name(&name, max), name);
        }
    }
}

//! Text from outside made fit to be shown: one line, without signs that nobody sees.

use unicode_normalization::UnicodeNormalization;

/// Characters of a file name (reliability.md section 5, "File names").
const NAME_CHARS: usize = 120;
/// Longer than this it is no extension but a sentence with a dot in it.
const EXTENSION_CHARS: usize = 12;

/// Controls, direction marks and characters without width: they make a name look like another one.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}' | '\u{fffc}')
}

/// One line without invisible characters, runs of blanks made one, at most `limit` characters.
pub fn one_line(text: &str, limit: usize) -> String {
    let mut line = String::new();
    let mut chars = 0;
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}')) {
        let word: String = word.chars().filter(|c| !is_invisible(*c)).collect();
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
            chars += 1;
        }
        for c in word.chars() {
            if chars >= limit {
                return line.trim_end().to_owned();
            }
            line.push(c);
            chars += 1;
        }
    }
    line
}

/// A file name as sent: NFC, no invisible characters, at most 120 characters with its extension kept; `None` when nothing is left.
pub fn file_name(text: &str) -> Option<String> {
    let composed: String = text.nfc().collect();
    let line = one_line(&composed, usize::MAX);
    if line.is_empty() {
        return None;
    }
    if line.chars().count() <= NAME_CHARS {
        return Some(line);
    }
    let extension = line
        .rsplit_once('.')
        .map(|(_, extension)| extension)
        .filter(|extension| {
            !extension.is_empty()
                && extension.chars().count() <= EXTENSION_CHARS
                && !extension.contains(' ')
        });
    let keep = NAME_CHARS - extension.map_or(0, |extension| extension.chars().count() + 1);
    let mut short: String = line.chars().take(keep).collect();
    if let Some(extension) = extension {
        short.push('.');
        short.push_str(extension);
    }
    Some(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_shows_all_that_it_holds() {
        let table = [
            ("ktp.jpg", Some("ktp.jpg")),
            ("ktp\u{202e}gpj.exe", Some("ktpgpj.exe")),
            ("a\u{200b}k\u{feff}ta\r\n .pdf", Some("akta .pdf")),
            ("e\u{301}.pdf", Some("é.pdf")),
            ("\u{7}\u{0}\u{2066}", None),
            ("  ", None),
        ];
        for (sent, shown) in table {
            assert_eq!(file_name(sent).as_deref(), shown, "{sent:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = file_name(&format!("{}.pdf", "sangat panjang ".repeat(30))).unwrap();
        assert_eq!(name.chars().count(), 120);
        assert!(name.ends_with(".pdf"), "{name}");
        let name = file_name(&"é".repeat(500)).unwrap();
        assert_eq!(name.chars().count(), 120);
    }

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(
            one_line("satu\r\n\tdua\u{0}  \u{2028}tiga", 500),
            "satu dua tiga"
        );
        assert_eq!(one_line(&"x".repeat(900), 500).len(), 500);
    }
}

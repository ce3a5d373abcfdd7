//! What stands in a bidder's mail and came from us: our own "HADIR atau TIDAK HADIR", left below his words by a program that
//! marks no quote, pasted by hand, or wrapped so that the rest of a quoted line lost its mark. It does not speak for him.

use super::{
    sentence::fold,
    words::{AGREES, COME, MENU, RECORD},
};
use crate::letter::Letter;

/// Fewer words may be anybody's.
const FRAGMENT: usize = 3;
/// Lines of a quote that are searched for one that was broken off.
const QUOTED: usize = 500;

/// The writer's words without the lines that stand in `told`, the texts of our letters to him.
pub fn own_text(letter: &Letter, told: &[String]) -> String {
    if told.is_empty() {
        return letter.text.clone();
    }
    let ours = Ours {
        lines: told
            .iter()
            .flat_map(|text| text.lines())
            .map(squeeze)
            .filter(|line| !line.is_empty())
            .collect(),
        whole: told.iter().map(|text| squeeze(text)).collect(),
    };
    let quoted: Vec<String> = letter.quoted.lines().take(QUOTED).map(squeeze).collect();
    let mut own = String::new();
    let mut above = String::new();
    for line in letter.text.lines() {
        let squeezed = squeeze(line);
        let echoed = ours.has(line, &squeezed) || ours.broken_off(line, &squeezed, &above, &quoted);
        if !echoed {
            own.push_str(line);
        }
        // A line of ours leaves an empty one: what stands above and below it is not one sentence.
        own.push('\n');
        if !squeezed.is_empty() {
            above = squeezed;
        }
    }
    own
}

struct Ours {
    lines: Vec<String>,
    whole: Vec<String>,
}

impl Ours {
    /// The line, or a part of it; his own "TIDAK SETUJU REKAM" is in our words, as we asked for it.
    fn has(&self, line: &str, squeezed: &str) -> bool {
        fold(line).len() >= FRAGMENT
            && !MENU.iter().any(|answer| squeeze(answer) == squeezed)
            && self.whole.iter().any(|text| text.contains(squeezed))
    }

    /// The end of a line of ours whose beginning stands right above or in the quote, and whose end is missing there.
    fn broken_off(&self, line: &str, squeezed: &str, above: &str, quoted: &[String]) -> bool {
        let words = fold(line);
        let speaks = |word: &String| [COME, RECORD, AGREES].concat().contains(&word.as_str());
        if words.len() > FRAGMENT || !words.iter().any(speaks) {
            return false;
        }
        let begins = |start: &str| {
            start.len() > 2 * squeezed.len() && {
                let whole = format!("{start}{squeezed}");
                self.lines.iter().any(|ours| ours.contains(&whole))
            }
        };
        let mut starts = quoted.iter().enumerate().filter(|(at, _)| {
            let next = quoted.get(at + 1);
            next.is_none_or(|next| !next.starts_with(squeezed))
        });
        begins(above) || starts.any(|(_, start)| begins(start))
    }
}

/// Letters and digits alone: programs change marks, blanks and the ends of lines.
fn squeeze(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Equal but for marks, blanks and case.
pub fn same_words(one: &str, other: &str) -> bool {
    squeeze(one) == squeeze(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: &str = "Yth. Direktur PT Contoh\n\nKEHADIRAN\n- Mohon konfirmasi kehadiran melalui tombol pada undangan kalender dalam surat ini, atau dengan membalas surat elektronik ini: HADIR atau TIDAK HADIR.\n- Kegiatan ini akan direkam atas izin Saudara. Mohon membalas: SETUJU REKAM atau TIDAK SETUJU REKAM.\n";

    fn own(text: &str, quoted: &str) -> String {
        let letter = Letter {
            text: text.into(),
            quoted: quoted.into(),
            ..Letter::default()
        };
        let own = own_text(&letter, &[TOLD.to_owned()]);
        let lines = own.lines().filter(|line| !line.trim().is_empty());
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn our_letter_left_below_his_words_says_nothing() {
        let marked = |mark: &str| {
            let lines = TOLD.lines().map(|line| format!("{mark}{line}\n"));
            format!("Terima kasih.\n\n{}", lines.collect::<String>())
        };
        for text in [marked(""), marked("| "), marked("* ")] {
            let said = own(&text, "").replace(['|', '*', ' '], "");
            assert_eq!(
                said.replace("\n\n", "\n"),
                "Terimakasih.\nKEHADIRAN",
                "{text}"
            );
        }
        assert_eq!(
            own("Balasan: Mohon membalas: SETUJU REKAM", ""),
            "Balasan: Mohon membalas: SETUJU REKAM"
        );
    }

    #[test]
    fn a_line_of_ours_wrapped_anywhere_is_ours() {
        for cut in ["HADIR atau TIDAK", "HADIR atau TID", "HADIR", "HADIR atau"] {
            let line = TOLD.lines().nth(3).unwrap();
            let at = line.find(": HADIR").unwrap() + 2 + cut.len();
            let (start, end) = line.split_at(at);
            assert_eq!(
                own(&format!("Terima kasih\n{start}\n{end}"), ""),
                "Terima kasih",
                "{cut}"
            );
            assert_eq!(own(end, start), "", "{cut}");
        }
    }

    #[test]
    fn his_own_answer_stays_though_it_is_in_our_words() {
        for answer in [
            "HADIR",
            "TIDAK HADIR",
            "SETUJU REKAM",
            "TIDAK SETUJU REKAM",
            "T I D A K  H A D I R",
            "Kami siap hadir",
        ] {
            assert_eq!(own(answer, TOLD), answer);
            assert_eq!(
                own(&format!("{answer}\n\n{TOLD}"), ""),
                format!("{answer}\nKEHADIRAN")
            );
            // Wrapped within the quote, the rest of the line stands there too.
            let wrapped = TOLD
                .replace("TIDAK HADIR", "TIDAK\nHADIR")
                .replace("atau TIDAK SETUJU", "atau\nTIDAK SETUJU");
            assert_eq!(own(answer, &wrapped), answer);
        }
    }
}

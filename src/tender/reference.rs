//! The reference: the short code in square brackets that ties a mail to a session, made to survive retyping.

use std::{fmt, sync::LazyLock};

use regex::Regex;

/// 29 symbols that a phone keyboard or a scan does not confuse: no B I L O S U Z. 29 is prime, so that a weighted sum
/// finds every single wrong symbol and every swap of two.
const SYMBOLS: &[u8; 29] = b"0123456789ACDEFGHJKMNPQRTVWXY";
const PREFIX: &str = "LKT";

/// `LKT-7K3-F9QM`: six symbols from a keyed hash and one check symbol. It routes; it gives no rights.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Reference(String);

impl Reference {
    /// Makes a reference from any 64 bits; equal bits give the equal reference.
    pub fn from_bits(bits: u64) -> Reference {
        let mut rest = bits;
        let mut code: Vec<u8> = Vec::with_capacity(7);
        for _ in 0..6 {
            code.push(SYMBOLS[(rest % 29) as usize]);
            rest /= 29;
        }
        code.push(SYMBOLS[check(&code)]);
        Reference::from_code(&code)
    }

    fn from_code(code: &[u8]) -> Reference {
        let code: String = code.iter().map(|&symbol| symbol as char).collect();
        Reference(format!("{PREFIX}-{}-{}", &code[..3], &code[3..]))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads one reference, as typed: any case, O for 0, I or l for 1, hyphens lost or doubled.
    pub fn parse(text: &str) -> Option<Reference> {
        Reference::find_all(text).into_iter().next()
    }

    /// Every reference in a text whose check symbol is right, in order, each once.
    pub fn find_all(text: &str) -> Vec<Reference> {
        static TYPED: LazyLock<Regex> = LazyLock::new(|| {
            let hyphen = r"[-\s_.\u{2010}-\u{2015}]{0,3}";
            let symbol = r"[0-9A-Za-z]";
            Regex::new(&format!(
                r"(?i)(?:^|[^0-9A-Za-z])[L1I]KT{hyphen}((?:{symbol}{hyphen}){{6}}{symbol})"
            ))
            .expect("a constant pattern")
        });
        let mut found = Vec::new();
        for capture in TYPED.captures_iter(text) {
            let code: Option<Vec<u8>> = capture[1]
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .map(meant)
                .collect();
            if let Some(code) = code
                && code.len() == 7
                && SYMBOLS[check(&code[..6])] == code[6]
            {
                let reference = Reference::from_code(&code);
                if !found.contains(&reference) {
                    found.push(reference);
                }
            }
        }
        found
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The symbol that was meant by a typed character.
fn meant(typed: char) -> Option<u8> {
    let symbol = match typed.to_ascii_uppercase() {
        'O' => b'0',
        'I' | 'L' => b'1',
        'S' => b'5',
        'B' => b'8',
        'Z' => b'2',
        'U' => b'V',
        other => other as u8,
    };
    SYMBOLS.contains(&symbol).then_some(symbol)
}

/// Index of the check symbol: the sum of value times place (2, 3, …), modulo 29.
fn check(code: &[u8]) -> usize {
    let value = |symbol: u8| SYMBOLS.iter().position(|&s| s == symbol).unwrap_or(0);
    code.iter()
        .enumerate()
        .map(|(place, &symbol)| (place + 2) * value(symbol))
        .sum::<usize>()
        % 29
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_people_retype_it() {
        let reference = Reference::from_bits(0x1234_5678_9abc);
        let text = reference.as_str();
        for typed in [
            text.to_lowercase(),
            text.replace('-', ""),
            text.replace('-', " "),
            format!("Re: [{text}]"),
            format!("ktp_{text}_direktur.pdf"),
            text.replace('0', "O").replace('1', "l"),
            text.replace("LKT", "lkt")
                .replace('5', "S")
                .replace('8', "B"),
        ] {
            assert_eq!(
                Reference::parse(&typed).as_ref(),
                Some(&reference),
                "{typed}"
            );
        }
    }

    #[test]
    fn one_wrong_or_two_swapped_symbols_are_refused() {
        for seed in 0..200u64 {
            let reference = Reference::from_bits(seed * 7_919_777);
            let plain: Vec<char> = reference.as_str()[4..].replace('-', "").chars().collect();
            for place in 0..7 {
                for &other in SYMBOLS {
                    let mut wrong = plain.clone();
                    wrong[place] = other as char;
                    let read =
                        Reference::parse(&format!("LKT-{}", wrong.iter().collect::<String>()));
                    assert_eq!(read.is_some(), wrong == plain);
                }
                let mut swapped = plain.clone();
                swapped.swap(place, (place + 1) % 7);
                let read = Reference::parse(&format!("LKT-{}", swapped.iter().collect::<String>()));
                assert_eq!(read.is_some(), swapped == plain, "{swapped:?}");
            }
        }
    }
}

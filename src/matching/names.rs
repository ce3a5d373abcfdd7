//! Company names as people write them: the legal form apart from the rest (domain.md 2.3). PT X is not CV X.

use super::text::{Word, words};

/// Legal forms, the longer spelling first. `P.T.` and `C.V.` reach here as two words.
const FORMS: &[(&[&str], &str)] = &[
    (&["PERSEROAN", "TERBATAS"], "PT"),
    (&["PERUSAHAAN", "DAERAH"], "PD"),
    (&["P", "T"], "PT"),
    (&["C", "V"], "CV"),
    (&["U", "D"], "UD"),
    (&["PT"], "PT"),
    (&["CV"], "CV"),
    (&["UD"], "UD"),
    (&["FIRMA"], "FA"),
    (&["FA"], "FA"),
    (&["PERUMDA"], "PERUMDA"),
    (&["PD"], "PD"),
    (&["KOPERASI"], "KOPERASI"),
    (&["KOP"], "KOPERASI"),
    (&["KSU"], "KOPERASI"),
    (&["YAYASAN"], "YAYASAN"),
];

/// Words behind a name that do not tell companies apart.
const SUFFIXES: &[&str] = &["PERSERO", "TBK"];

/// Words that follow a name without being part of it, for texts in capitals throughout.
const FOLLOWERS: &[&str] = &[
    "DAN",
    "UNTUK",
    "DALAM",
    "DENGAN",
    "PADA",
    "DI",
    "YANG",
    "ATAS",
    "SELAKU",
    "NPWP",
    "NIB",
    "ALAMAT",
    "DIREKTUR",
    "TENDER",
    "PAKET",
    "KODE",
    "DOKUMEN",
    "BERKAS",
    "PEMBUKTIAN",
    "KUALIFIKASI",
    "KLARIFIKASI",
    "NEGOSIASI",
    "NEGO",
    "KTP",
    "SUSULAN",
    "PERSERO",
    "TBK",
    "UNDANGAN",
];

/// A name made comparable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CompanyName {
    /// `PT`, `CV`, …; `None`: a person, or left out.
    pub form: Option<&'static str>,
    /// Uppercase words without the form.
    pub words: Vec<String>,
}

impl CompanyName {
    pub fn read(name: &str) -> CompanyName {
        let mut words: Vec<String> = words(name).into_iter().map(|word| word.upper).collect();
        let strip = |words: &mut Vec<String>| {
            while words.len() > 1 && words.last().is_some_and(|w| SUFFIXES.contains(&w.as_str())) {
                words.pop();
            }
        };
        strip(&mut words);
        let mut form = None;
        for (spelling, short) in FORMS {
            if words.len() <= spelling.len() {
                continue;
            }
            // SPSE prints both "CV. LESTUWANA KARYA" and "LESTUWANA KARYA, CV".
            if words.iter().zip(*spelling).all(|(word, part)| word == part) {
                words.drain(..spelling.len());
            } else if words[words.len() - spelling.len()..]
                .iter()
                .eq(spelling.iter())
            {
                words.truncate(words.len() - spelling.len());
            } else {
                continue;
            }
            form = Some(*short);
            break;
        }
        strip(&mut words);
        CompanyName { form, words }
    }

    /// Whether a text names this very company: its words in a row, its own form beside them, and nothing that carries
    /// the name on. "Lestuwana Karya" alone may be PT or CV, and "PT Contoh" is not "PT Contoh Karya".
    pub fn stands_in(&self, text: &[Word]) -> bool {
        let length = self.words.len();
        if length == 0 || text.len() < length {
            return false;
        }
        (0..=text.len() - length).any(|at| {
            let (before, rest) = text.split_at(at);
            let (name, after) = rest.split_at(length);
            name.iter().map(|word| &word.upper).eq(&self.words)
                && match self.form {
                    None => length > 1 && ends_here(name, after),
                    Some(form) => spellings(form).any(|spelling| {
                        (ends_with(before, spelling) && ends_here(name, after))
                            || starts_with(after, spelling)
                    }),
                }
        })
    }
}

/// Punctuation, a line's end, a small letter after a capital, a number, or a word that begins no name.
fn ends_here(name: &[Word], after: &[Word]) -> bool {
    let (Some(last), Some(next)) = (name.last(), after.first()) else {
        return true;
    };
    last.ends
        || (last.capital && !next.capital)
        || next.upper.chars().all(|c| c.is_ascii_digit())
        || FOLLOWERS.contains(&next.upper.as_str())
}

fn ends_with(before: &[Word], spelling: &[&str]) -> bool {
    before.len() >= spelling.len()
        && starts_with(&before[before.len() - spelling.len()..], spelling)
}

fn starts_with(after: &[Word], spelling: &[&str]) -> bool {
    after.len() >= spelling.len()
        && after
            .iter()
            .zip(spelling)
            .all(|(word, part)| word.upper == *part)
}

fn spellings(form: &str) -> impl Iterator<Item = &'static [&'static str]> {
    FORMS
        .iter()
        .filter(move |(_, short)| *short == form)
        .map(|(spelling, _)| *spelling)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stands(name: &str, text: &str) -> bool {
        CompanyName::read(name).stands_in(&words(text))
    }

    #[test]
    fn one_company_has_many_spellings() {
        for same in [
            "CV Lestuwana Karya",
            "CV. LESTUWANA KARYA",
            "C.V. Lestuwana  Karya",
            "LESTUWANA KARYA, CV",
        ] {
            assert_eq!(
                CompanyName::read(same),
                CompanyName::read("cv lestuwana karya"),
                "{same}"
            );
        }
        assert_eq!(CompanyName::read("PT X Y (Persero) Tbk").words, ["X", "Y"]);
        assert_eq!(CompanyName::read("PT").words, ["PT"]);
        assert!(CompanyName::read("").words.is_empty());
    }

    #[test]
    fn another_legal_form_is_another_company() {
        assert_ne!(
            CompanyName::read("PT Lestuwana"),
            CompanyName::read("CV Lestuwana")
        );
        assert!(!stands("PT Lestuwana Karya", "dari CV Lestuwana Karya"));
        assert!(!stands("PT Lestuwana Karya", "dari Lestuwana Karya"));
    }

    #[test]
    fn a_name_is_found_whole_with_its_form_and_to_its_end() {
        for (text, there) in [
            ("PEMBUKTIAN KUALIFIKASI CV. LESTUWANA KARYA (1)", true),
            ("DOKUMEN CV LESTUWANA KARYA PEMBUKTIAN", true),
            ("a.n. Lestuwana Karya, CV", true),
            ("kami dari c.v. lestuwana\nkarya\nmengirim", true),
            ("Dari CV Lestuwana Karya mohon diterima", true),
            ("CV Lestuwana", false),
            ("CV Lestuwana Karya Abadi", false),
            ("CV LESTUWANA KARYA ABADI", false),
        ] {
            assert_eq!(stands("CV Lestuwana Karya", text), there, "{text}");
        }
    }
}

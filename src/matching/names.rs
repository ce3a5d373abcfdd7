//! Company names as people write them: the legal form apart from the rest (domain.md 2.3). PT X is not CV X, X is not
//! X Abadi, and a joint operation has the names of its members.

use std::{collections::HashSet, sync::LazyLock};

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

/// What joins several companies to one bidder.
const JOINT: &[&str] = &["KSO", "JO", "KONSORSIUM", "KEMITRAAN"];

/// Words of ordinary letters: a name ends before them, also in a text that is all capitals or all small. Data, meant to grow.
static ORDINARY: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| list(include_str!("ordinary_words.txt")));

/// Words of which companies make their names: what differs in one of them is another company, not a slip of the finger.
static COMPANY_WORDS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| list(include_str!("company_words.txt")));

/// Words that say nothing about files. Data, meant to grow.
static COURTESY: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| list(include_str!("courtesy_words.txt")));

/// Where firms sit: behind a name that is no part of it.
static PLACES: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| list(include_str!("place_names.txt")));

fn list(text: &'static str) -> HashSet<&'static str> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .collect()
}

/// A word of any covering mail.
pub fn is_courtesy(upper: &str) -> bool {
    ORDINARY.contains(upper) || COURTESY.contains(upper)
}

pub fn is_company_word(upper: &str) -> bool {
    COMPANY_WORDS.contains(upper)
}

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
        CompanyName::of_words(words(name).into_iter().map(|word| word.upper).collect())
    }

    fn of_words(mut words: Vec<String>) -> CompanyName {
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
}

/// Whether a word joins companies to one bidder.
pub fn joins(upper: &str) -> bool {
    JOINT.contains(&upper)
}

/// The companies of a joint operation ("PT A – CV B KSO", "KSO A - B", "PT A JO CV B"); empty for a single company.
pub fn members(name: &str) -> Vec<CompanyName> {
    let all = words(name);
    if !all.iter().any(|word| joins(&word.upper)) {
        return Vec::new();
    }
    let mut members: Vec<CompanyName> = Vec::new();
    let mut member: Vec<String> = Vec::new();
    let mut close = |member: &mut Vec<String>| {
        let closed = std::mem::take(member);
        if !closed.is_empty() {
            members.push(CompanyName::of_words(closed));
        }
    };
    for word in &all {
        let upper = word.upper.as_str();
        let is_form = FORMS.iter().any(|(spelling, _)| *spelling == [upper]);
        let new_form = !member.is_empty() && is_form;
        if joins(upper) || new_form || upper == "DAN" {
            close(&mut member);
        }
        if !joins(upper) && upper != "DAN" {
            member.push(upper.to_owned());
            // "PT." ends nothing.
            if word.ends && !is_form {
                close(&mut member);
            }
        }
    }
    close(&mut member);
    members.retain(|member| {
        member.words.len() > 1 || (member.form.is_some() && !member.words.is_empty())
    });
    if members.len() < 2 {
        members.clear();
    }
    members
}

/// The legal form that stands beside `length` words from `at`, before or behind them.
pub fn form_beside(text: &[Word], at: usize, length: usize) -> Option<&'static str> {
    let (before, after) = (
        text.get(..at).unwrap_or_default(),
        text.get(at + length..).unwrap_or_default(),
    );
    let is = |text: &[Word], spelling: &[&str]| {
        text.len() == spelling.len()
            && text
                .iter()
                .zip(spelling)
                .all(|(word, part)| word.upper == *part)
    };
    let found = |fits: &dyn Fn(&[&str]) -> bool| {
        FORMS
            .iter()
            .find(|(spelling, _)| fits(spelling))
            .map(|(_, form)| *form)
    };
    found(&|spelling| {
        before
            .len()
            .checked_sub(spelling.len())
            .is_some_and(|from| is(&before[from..], spelling))
    })
    .or_else(|| {
        found(&|spelling| {
            // "Lestuwana Karya, CV" ends with its form; in "KTP Lestuwana CV Segarindo" it belongs to the next.
            after.get(..spelling.len()).is_some_and(|form| {
                is(form, spelling)
                    && (form.last().is_some_and(|word| word.ends)
                        || after
                            .get(spelling.len())
                            .is_none_or(|next| ends_before(&form[spelling.len() - 1], next)))
            })
        })
    })
}

/// Whether a name may begin at `at`: nothing before it that could be its own first word.
pub fn begins_at(text: &[Word], at: usize) -> bool {
    match (
        at.checked_sub(1).and_then(|before| text.get(before)),
        text.get(at),
    ) {
        (Some(before), Some(first)) => {
            before.ends
                || (!before.capital && first.capital)
                || ORDINARY.contains(before.upper.as_str())
        }
        _ => true,
    }
}

/// Whether a name of which `at` is the last word ends there: punctuation, a line's end, a small letter after a capital, a
/// number, a word of ordinary letters, or a place and nothing more of a name follows; in a text of small letters anything
/// but a word of companies.
pub fn ends_at(text: &[Word], at: usize) -> bool {
    match (text.get(at), text.get(at + 1), text.get(at + 2)) {
        (Some(last), Some(place), after) if PLACES.contains(place.upper.as_str()) => {
            last.ends || place.ends || after.is_none_or(|after| ends_before(place, after))
        }
        (Some(last), Some(next), _) => last.ends || ends_before(last, next),
        _ => true,
    }
}

fn ends_before(last: &Word, next: &Word) -> bool {
    (last.capital && !next.capital)
        || next.upper.starts_with(|c: char| c.is_ascii_digit())
        || SUFFIXES.contains(&next.upper.as_str())
        || joins(&next.upper)
        || FORMS
            .iter()
            .any(|(spelling, _)| *spelling == [next.upper.as_str()])
        || (!last.capital && !next.capital && !is_company_word(&next.upper))
        || (ORDINARY.contains(next.upper.as_str()) && !is_company_word(&next.upper))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_ne!(
            CompanyName::read("PT Lestuwana"),
            CompanyName::read("CV Lestuwana")
        );
    }

    #[test]
    fn a_joint_operation_has_members() {
        let read = |name: &str| -> Vec<String> {
            let members = members(name).into_iter();
            members
                .map(|m| format!("{} {}", m.form.unwrap_or("-"), m.words.join(" ")))
                .collect()
        };
        let both = ["PT SINAR PALARAN", "CV WAHAU RAYA"];
        for name in [
            "PT Sinar Palaran – CV Wahau Raya KSO",
            "KSO PT. Sinar Palaran - CV. Wahau Raya",
            "PT SINAR PALARAN JO CV WAHAU RAYA",
            "KSO PT Sinar Palaran dan CV Wahau Raya",
            "PT Sinar Palaran, CV Wahau Raya (KSO)",
        ] {
            assert_eq!(read(name), both, "{name}");
        }
        assert_eq!(
            read("KSO Sinar Palaran - Wahau Raya"),
            ["- SINAR PALARAN", "- WAHAU RAYA"]
        );
        assert!(read("PT Sinar Palaran").is_empty());
    }

    #[test]
    fn data_lists_are_uppercase() {
        for word in ORDINARY
            .iter()
            .chain(COMPANY_WORDS.iter())
            .chain(PLACES.iter())
        {
            assert_eq!(*word, word.to_uppercase());
        }
    }
}

//! Package names, told apart from their near-twins: "Tahap I" and "Tahap II", a tender and its "Tender Ulang".

use std::collections::{HashMap, HashSet};

use super::text;
use crate::tender::{Registry, TenderId};

/// What makes a twin: these words with the number behind them, or alone.
const MARKERS: &[&str] = &[
    "TAHAP", "TAHAPAN", "PAKET", "LOT", "SEGMEN", "SEKSI", "ZONA", "BLOK", "UNIT",
];
const REPEATED: &[&str] = &[
    "ULANG", "ULANGAN", "LANJUTAN", "RETENDER", "LELANG", "TENDER", "SELEKSI",
];
/// Words that every second package has.
const COMMON: &[&str] = &[
    "DAN",
    "DI",
    "KE",
    "DARI",
    "UNTUK",
    "PADA",
    "KABUPATEN",
    "KAB",
    "KECAMATAN",
    "KEC",
    "BERAU",
    "PEKERJAAN",
    "PENGADAAN",
    "BELANJA",
    "PAKET",
];

/// Kinds of work: people leave them out.
const WORKS: &[&str] = &[
    "PEMBANGUNAN",
    "REHABILITASI",
    "PENINGKATAN",
    "PENGAWASAN",
    "PERENCANAAN",
    "PEMELIHARAAN",
    "JASA",
    "KONSULTANSI",
    "LANJUTAN",
    "PEMASANGAN",
];

#[derive(Debug)]
struct Package {
    tender: TenderId,
    /// Words of the name without markers, each once.
    core: Vec<String>,
    /// "TAHAP 2", "ULANG"; empty for the plain one.
    markers: HashSet<String>,
}

/// How clearly a package is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clarity {
    /// Some of its rarer words.
    Words,
    /// As good as the whole name.
    Name,
}

#[derive(Debug, Default)]
pub struct Packages {
    all: Vec<Package>,
    /// Tenders whose name has a word; words of too many packages are left out.
    having: HashMap<String, Vec<usize>>,
    weights: HashMap<String, f64>,
}

impl Packages {
    pub fn of(registry: &Registry) -> Packages {
        let mut packages = Packages::default();
        for tender in registry.tenders() {
            let (core, markers) = take_apart(&tender.name);
            packages.all.push(Package {
                tender: tender.id,
                core,
                markers,
            });
        }
        let mut having: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, package) in packages.all.iter().enumerate() {
            for word in &package.core {
                having.entry(word.clone()).or_default().push(at);
            }
        }
        let count = packages.all.len().max(1) as f64;
        for (word, tenders) in &having {
            let rarity = 1.0 + (count / tenders.len() as f64).ln();
            let weight = match word.as_str() {
                word if COMMON.contains(&word) => 0.1,
                word if WORKS.contains(&word) => rarity.min(0.4),
                _ => rarity,
            };
            packages.weights.insert(word.clone(), weight);
        }
        packages.having = having;
        packages
    }

    /// The packages that these words name; twins are told apart by their marker, and all named where none stands there.
    pub fn named(&self, words: &HashSet<&str>, texts: &[&str]) -> Vec<(TenderId, Clarity)> {
        let rare = self.all.len() / 20 + 50;
        let mut touched: HashSet<usize> = HashSet::new();
        for word in words {
            let having = self.having.get(*word).map_or(&[][..], Vec::as_slice);
            if having.len() <= rare {
                touched.extend(having);
            }
        }
        let mut found: Vec<(usize, Clarity)> = touched
            .into_iter()
            .filter_map(|at| Some((at, self.clarity(at, words)?)))
            .collect();
        found.sort_unstable();
        let marks: HashSet<String> = texts.iter().flat_map(|text| take_apart(text).1).collect();
        let twins = |a: usize, b: usize| self.all[a].core == self.all[b].core;
        let marked =
            |at: usize| !self.all[at].markers.is_empty() && self.all[at].markers.is_subset(&marks);
        let hits = |at: usize| -> HashSet<&String> {
            let core = self.all[at].core.iter();
            core.filter(|word| words.contains(word.as_str())).collect()
        };
        // "Gedung Camat Segah", whole, also has most of "Gedung Camat Kelay": what is only its part is not meant.
        let part_of_another = |at: usize| {
            let own = hits(at);
            found.iter().any(|&(other, _)| {
                let others = hits(other);
                !twins(at, other)
                    && others.len() == self.all[other].core.len()
                    && own.len() < self.all[at].core.len()
                    && own.is_subset(&others)
            })
        };
        let kept = found.iter().filter(|(at, _)| {
            if part_of_another(*at) {
                return false;
            }
            let rivals = || {
                found
                    .iter()
                    .filter(|(other, _)| twins(*at, *other) && other != at)
            };
            marked(*at) || !rivals().any(|(other, _)| marked(*other))
        });
        kept.map(|&(at, clarity)| (self.all[at].tender, clarity))
            .collect()
    }

    /// Whether two tenders differ by a marker only.
    pub fn are_twins(&self, a: TenderId, b: TenderId) -> bool {
        let core = |id: TenderId| self.all.iter().find(|package| package.tender == id);
        match (core(a), core(b)) {
            (Some(a), Some(b)) => a.core == b.core,
            _ => false,
        }
    }

    fn clarity(&self, at: usize, words: &HashSet<&str>) -> Option<Clarity> {
        let weight = |word: &String| self.weights.get(word).copied().unwrap_or(0.0);
        let core = &self.all[at].core;
        let hits = core.iter().filter(|word| words.contains(word.as_str()));
        let (count, sum) = hits.fold((0, 0.0), |(count, sum), word| {
            (count + 1, sum + weight(word))
        });
        let whole: f64 = core.iter().map(weight).sum();
        if count >= 3.min(core.len()) && count >= 2 && sum >= 0.8 * whole {
            Some(Clarity::Name)
        } else if count >= 2 && sum >= 0.35 * whole {
            Some(Clarity::Words)
        } else {
            None
        }
    }
}

/// The words of a name in order, each once, and its markers.
fn take_apart(name: &str) -> (Vec<String>, HashSet<String>) {
    let words = text::words(name);
    let mut core: Vec<String> = Vec::new();
    let mut markers = HashSet::new();
    let mut at = 0;
    while let Some(word) = words.get(at).map(|word| word.upper.as_str()) {
        let number = words.get(at + 1).and_then(|next| number(&next.upper));
        if MARKERS.contains(&word)
            && let Some(number) = number
        {
            markers.insert(format!("{word} {number}"));
            at += 2;
            continue;
        }
        if REPEATED.contains(&word) {
            if !matches!(word, "TENDER" | "SELEKSI" | "LELANG") {
                markers.insert("ULANG".to_owned());
            }
        } else if !core.iter().any(|known| known == word) {
            core.push(word.to_owned());
        }
        at += 1;
    }
    (core, markers)
}

/// "II", "2" and "DUA" are one number; a letter may number lots.
fn number(word: &str) -> Option<String> {
    const ROMAN: &[&str] = &["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"];
    const WORDS: &[&str] = &[
        "SATU", "DUA", "TIGA", "EMPAT", "LIMA", "ENAM", "TUJUH", "DELAPAN", "SEMBILAN", "SEPULUH",
    ];
    let place = |list: &[&str]| {
        list.iter()
            .position(|item| *item == word)
            .map(|at| (at + 1).to_string())
    };
    place(ROMAN)
        .or_else(|| place(WORDS))
        .or_else(|| word.parse::<u16>().ok().map(|n| n.to_string()))
        .or_else(|| (word.len() == 1).then(|| word.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        matching::fixture,
        tender::{Registry, TenderId},
    };

    fn named(names: &[&str], text: &str) -> Vec<(i64, Clarity)> {
        let office = fixture::office();
        let tenders = names.iter().enumerate().map(|(at, name)| {
            let mut tender = office.tenders[0].clone();
            (tender.id, tender.name) = (TenderId(at as i64), (*name).to_owned());
            tender
        });
        let registry = Registry::new(tenders.collect(), Vec::new(), Vec::new());
        let words = text::words(text);
        let words: HashSet<&str> = words.iter().map(|word| word.upper.as_str()).collect();
        let found = Packages::of(&registry).named(&words, &[text]);
        found
            .into_iter()
            .map(|(id, clarity)| (id.0, clarity))
            .collect()
    }

    #[test]
    fn twins_are_told_apart_by_their_marker_only() {
        use Clarity::{Name, Words};
        let names = [
            "Pembangunan Jembatan Sei Lanuk Tahap I",
            "Pembangunan Jembatan Sei Lanuk Tahap II",
            "Pengawasan Jalan Muara Kelinai",
            "Pengawasan Jalan Muara Kelinai (Tender Ulang)",
        ];
        for (text, expected) in [
            ("jembatan sei lanuk tahap 2", vec![(1, Name)]),
            ("Pembangunan Jembatan Sei Lanuk Tahap I", vec![(0, Name)]),
            ("Pembangunan Jembatan Sei Lanuk", vec![(0, Name), (1, Name)]),
            ("Pengawasan Jalan Muara Kelinai ULANG", vec![(3, Name)]),
            ("pengawasan jalan muara kelinai", vec![(2, Name), (3, Name)]),
            ("Muara Kelinai", vec![(2, Words), (3, Words)]),
            ("pengawasan", vec![]),
            ("tahap II", vec![]),
        ] {
            assert_eq!(named(&names, text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_only_part_of_a_whole_name_is_not_meant() {
        use Clarity::{Name, Words};
        let names = [
            "Pembangunan Gedung Kantor Camat Segah",
            "Pembangunan Gedung Kantor Camat Kelay",
        ];
        assert_eq!(named(&names, names[0]), [(0, Name)]);
        assert_eq!(
            named(&names, "gedung kantor camat"),
            [(0, Words), (1, Words)]
        );
    }
}

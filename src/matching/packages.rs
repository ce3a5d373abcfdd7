//! Package names, told apart from their near-twins: "Tahap I" and "Tahap II", a tender and its "Tender Ulang".

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{
    doubts::is_telling,
    text::{self, Word},
};
use crate::tender::{Registry, TenderId};

/// What makes a twin: these words with the number behind them, or alone.
const MARKERS: &[&str] = &[
    "TAHAP", "TAHAPAN", "PAKET", "LOT", "SEGMEN", "SEKSI", "ZONA", "BLOK", "UNIT",
];
const REPEATED: &[&str] = &["ULANG", "ULANGAN", "LANJUTAN", "RETENDER"];
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

/// Of them those that join anything to anything.
const JOINING: &[&str] = &["DAN", "DI", "KE", "DARI", "UNTUK", "PADA"];

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
    /// The same for packages that differ by their markers only.
    twins: usize,
}

/// How clearly a package is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clarity {
    /// Some of its rarer words.
    Words,
    /// As good as the whole name.
    Name,
}

/// A text that names more works than that is a list of works: it speaks for none of them.
const LISTED: usize = 40;

#[derive(Debug, Default)]
pub struct Packages {
    all: Vec<Package>,
    by_tender: HashMap<TenderId, usize>,
    /// Packages whose name has a word.
    having: HashMap<String, Vec<usize>>,
    weights: HashMap<String, f64>,
}

/// A package some of whose words stand in a text.
struct Found<'t> {
    at: usize,
    clarity: Clarity,
    /// Words of the core that stand there.
    hits: Vec<&'t str>,
    whole: bool,
    /// Its marker stands there.
    marked: bool,
}

impl Packages {
    pub fn of(registry: &Registry) -> Packages {
        let mut packages = Packages::default();
        let mut twins: HashMap<Vec<String>, usize> = HashMap::new();
        for (at, tender) in registry.tenders().iter().enumerate() {
            let (core, markers) = take_apart(&text::words(&tender.name));
            for word in &core {
                packages.having.entry(word.clone()).or_default().push(at);
            }
            packages.by_tender.insert(tender.id, at);
            packages.all.push(Package {
                tender: tender.id,
                twins: *twins.entry(core.clone()).or_insert(at),
                core,
                markers,
            });
        }
        let count = packages.all.len().max(1) as f64;
        for (word, tenders) in &packages.having {
            let rarity = 1.0 + (count / tenders.len() as f64).ln();
            let weight = match word.as_str() {
                word if COMMON.contains(&word) => 0.1,
                word if WORKS.contains(&word) => rarity.min(0.4),
                _ => rarity,
            };
            packages.weights.insert(word.clone(), weight);
        }
        packages
    }

    /// The packages that these texts name together; twins are told apart by their marker, and all named where none stands
    /// there.
    pub fn named(&self, texts: &[&[Word]]) -> Vec<(TenderId, Clarity)> {
        let meant = self.meant(self.found(texts));
        let mut named: Vec<(TenderId, Clarity)> = meant
            .iter()
            .map(|found| (self.all[found.at].tender, found.clarity))
            .collect();
        for clarity in [Clarity::Words, Clarity::Name] {
            let is = |named: &&(TenderId, Clarity)| named.1 == clarity;
            if named.iter().filter(is).count() > LISTED {
                named.retain(|named| named.1 != clarity);
            }
        }
        named
    }

    /// The packages that a short text, as the name of a file, names: those whose whole name stands there with its marker,
    /// and those of which only something does.
    pub fn told_by_name(&self, words: &[Word]) -> (Vec<TenderId>, Vec<TenderId>) {
        let meant = self.meant(self.found(&[words]));
        let is_certain = |found: &&Found| {
            let unmarked = self.all[found.at].markers.is_empty();
            found.whole && (found.marked || unmarked)
        };
        let (certain, faint): (Vec<&Found>, Vec<&Found>) = meant.iter().partition(is_certain);
        let tenders = |found: Vec<&Found>| found.iter().map(|f| self.all[f.at].tender).collect();
        (tenders(certain), tenders(faint))
    }

    /// The packages whose whole names stand in a long text; of twins all, since the marker may stand anywhere.
    pub fn told_in_text(&self, words: &[Word]) -> Vec<TenderId> {
        let found = self.found(&[words]);
        let whole = found.iter().filter(|found| found.whole);
        whole
            .map(|found| &self.all[found.at])
            .filter(|package| stand_together(&package.core, words))
            .map(|package| package.tender)
            .collect()
    }

    /// Of twins those whose marker stands there, and nothing that is only part of another name.
    fn meant<'t>(&self, mut found: Vec<Found<'t>>) -> Vec<Found<'t>> {
        let marked = found.iter().filter(|found| found.marked);
        let marked_twins: HashSet<usize> = marked.map(|found| self.all[found.at].twins).collect();
        let wholes: HashSet<usize> = found.iter().filter(|f| f.whole).map(|f| f.at).collect();
        found.retain(|one| {
            let twin_is_meant = marked_twins.contains(&self.all[one.at].twins);
            (one.marked || !twin_is_meant) && !self.is_part_of_another(one, &wholes)
        });
        found
    }

    fn found<'t>(&self, texts: &[&'t [Word]]) -> Vec<Found<'t>> {
        let words = texts.iter().copied().flatten();
        let words: HashSet<&'t str> = words.map(|word| word.upper.as_str()).collect();
        let rare = self.all.len() / 20 + 50;
        let mut hits: BTreeMap<usize, Vec<&'t str>> = BTreeMap::new();
        let mut common: Vec<(&'t str, &Vec<usize>)> = Vec::new();
        for word in words {
            match self.having.get(word) {
                Some(having) if having.len() <= rare => {
                    for &at in having {
                        hits.entry(at).or_default().push(word);
                    }
                }
                Some(having) => common.push((word, having)),
                None => {}
            }
        }
        for (word, having) in common {
            for at in having {
                // A common word alone names nothing.
                if let Some(hits) = hits.get_mut(at) {
                    hits.push(word);
                }
            }
        }
        hits.retain(|_, hits| hits.len() >= 2);
        if hits.is_empty() {
            return Vec::new();
        }
        let marks: Vec<Mark> = texts.iter().flat_map(|text| marks(text)).collect();
        let found = hits.into_iter().filter_map(|(at, hits)| {
            let package = &self.all[at];
            let beside = |marker: &String| {
                let mut marks = marks.iter().filter(|mark| mark.marker == *marker);
                marks.any(|mark| mark.stands_at(&package.core))
            };
            Some(Found {
                at,
                clarity: self.clarity(package, &hits)?,
                whole: hits.len() == package.core.len(),
                marked: !package.markers.is_empty() && package.markers.iter().all(beside),
                hits,
            })
        });
        found.collect()
    }

    /// "Gedung Camat Segah", whole, also has most of "Gedung Camat Kelay": what is only its part is not meant.
    fn is_part_of_another(&self, found: &Found, wholes: &HashSet<usize>) -> bool {
        let having = |word: &&str| self.having.get(*word).map_or(&[][..], Vec::as_slice);
        let rarest = found.hits.iter().map(having).min_by_key(|at| at.len());
        let is_part_of = |other: usize| {
            let core = &self.all[other].core;
            self.all[other].twins != self.all[found.at].twins
                && found
                    .hits
                    .iter()
                    .all(|hit| core.iter().any(|word| word == hit))
        };
        let mut others = rarest.into_iter().flatten();
        !found.whole && others.any(|&other| wholes.contains(&other) && is_part_of(other))
    }

    /// The words of a name that no other of these tenders has, and no letter about anything: "jembatan", "sekolah".
    pub fn words_of_its_own(&self, tender: TenderId, among: &BTreeSet<TenderId>) -> Vec<String> {
        let core = |id: TenderId| {
            let at = self.by_tender.get(&id);
            at.map_or(&[][..], |&at| &self.all[at].core)
        };
        let others = || among.iter().filter(|&&other| other != tender);
        let own = core(tender).iter().filter(|word| {
            !COMMON.contains(&word.as_str())
                && !WORKS.contains(&word.as_str())
                && is_telling(word)
                && !others().any(|&other| core(other).contains(word))
        });
        own.cloned().collect()
    }

    /// Every word of a name that none of these other tenders has, kinds of work and ordinary words too: behind "untuk" they
    /// mean a work.
    pub fn words_not_of(&self, tender: TenderId, others: &BTreeSet<TenderId>) -> Vec<String> {
        let core = |id: TenderId| {
            let at = self.by_tender.get(&id);
            at.map_or(&[][..], |&at| &self.all[at].core)
        };
        let elsewhere = |word: &String| {
            let mut others = others.iter().filter(|&&other| other != tender);
            others.any(|&other| core(other).contains(word))
        };
        let own = core(tender).iter();
        own.filter(|word| !COMMON.contains(&word.as_str()) && !elsewhere(word))
            .cloned()
            .collect()
    }

    /// Whether every word of a name stands there, and its marker.
    pub fn is_whole_in(&self, tender: TenderId, words: &[Word]) -> bool {
        let stands = |part: &String| words.iter().any(|word| word.upper == *part);
        let package = self.by_tender.get(&tender).map(|&at| &self.all[at]);
        package.is_some_and(|package| package.core.iter().all(stands))
            && (self.is_unmarked(tender) || self.is_marked_in(tender, words))
    }

    /// Whether the marker of a package stands there: "tahap II".
    pub fn is_marked_in(&self, tender: TenderId, words: &[Word]) -> bool {
        let marks: HashSet<String> = markers(words).collect();
        let package = self.by_tender.get(&tender).map(|&at| &self.all[at]);
        package
            .is_some_and(|package| !package.markers.is_empty() && package.markers.is_subset(&marks))
    }

    fn is_unmarked(&self, tender: TenderId) -> bool {
        let package = self.by_tender.get(&tender).map(|&at| &self.all[at]);
        package.is_some_and(|package| package.markers.is_empty())
    }

    /// Whether two tenders differ by a marker only.
    pub fn are_twins(&self, a: TenderId, b: TenderId) -> bool {
        let twins = |id: TenderId| Some(self.all[*self.by_tender.get(&id)?].twins);
        matches!((twins(a), twins(b)), (Some(a), Some(b)) if a == b)
    }

    fn clarity(&self, package: &Package, hits: &[&str]) -> Option<Clarity> {
        let weight = |word: &str| self.weights.get(word).copied().unwrap_or(0.0);
        let (count, sum) = (hits.len(), hits.iter().map(|hit| weight(hit)).sum::<f64>());
        let whole: f64 = package.core.iter().map(|word| weight(word)).sum();
        if count >= 3.min(package.core.len()) && count >= 2 && sum >= 0.8 * whole {
            Some(Clarity::Name)
        } else if count >= 2 && sum >= 0.35 * whole {
            Some(Clarity::Words)
        } else {
            None
        }
    }
}

/// Whether all these words stand near each other somewhere: the words of a name are strewn over any long text.
fn stand_together(core: &[String], words: &[Word]) -> bool {
    let near = core.len() * 2 + 4;
    let mut starts = (0..words.len()).filter(|at| core.contains(&words[*at].upper));
    starts.any(|at| {
        let window = &words[at..words.len().min(at + near)];
        core.iter()
            .all(|part| window.iter().any(|word| word.upper == *part))
    })
}

/// The words of a name in order, each once, and its markers.
fn take_apart(words: &[Word]) -> (Vec<String>, HashSet<String>) {
    let mut core: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match marker(words, at) {
            Some((_, length)) => at += length,
            None => {
                if !core.contains(&word.upper) {
                    core.push(word.upper.clone());
                }
                at += 1;
            }
        }
    }
    (core, markers(words).collect())
}

fn markers(words: &[Word]) -> impl Iterator<Item = String> {
    let mut skip = 0;
    (0..words.len()).filter_map(move |at| {
        if at < skip {
            return None;
        }
        let (marker, length) = marker(words, at)?;
        skip = at + length;
        marker
    })
}

/// A marker with the words before and behind it.
struct Mark<'t> {
    marker: String,
    before: Option<&'t str>,
    behind: Option<&'t str>,
}

impl Mark<'_> {
    /// "Lanjutan dokumen …" continues a mail and "tahap 1 dari 2 email" counts mails: a work's marker stands at its name.
    fn stands_at(&self, core: &[String]) -> bool {
        let beside = [self.before, self.behind].into_iter().flatten();
        beside
            .filter(|word| !JOINING.contains(word))
            .any(|word| core.iter().any(|part| part == word))
    }
}

fn marks(words: &[Word]) -> Vec<Mark<'_>> {
    let mut marks: Vec<Mark> = Vec::new();
    // Those of which the word behind is not known yet.
    let mut open = 0;
    let (mut at, mut before) = (0, None);
    while let Some(word) = words.get(at) {
        match marker(words, at) {
            Some((marker, length)) => {
                at += length;
                marks.extend(marker.map(|marker| Mark {
                    marker,
                    before,
                    behind: None,
                }));
            }
            None => {
                let word = word.upper.as_str();
                for mark in &mut marks[open..] {
                    mark.behind = Some(word);
                }
                (open, before, at) = (marks.len(), Some(word), at + 1);
            }
        }
    }
    marks
}

/// The marker that begins there, and of how many words it is; "Tender" in "(Tender Ulang)" is none, and no part of the
/// name either.
fn marker(words: &[Word], at: usize) -> Option<(Option<String>, usize)> {
    let word = words.get(at)?.upper.as_str();
    let numbered = || number(&words.get(at + 1)?.upper);
    if MARKERS.contains(&word)
        && let Some(number) = numbered()
    {
        return Some((Some(format!("{word} {number}")), 2));
    }
    match word {
        "TENDER" | "SELEKSI" | "LELANG" => Some((None, 1)),
        word if REPEATED.contains(&word) => Some((Some("ULANG".to_owned()), 1)),
        _ => None,
    }
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
        let found = Packages::of(&registry).named(&[&text::words(text)]);
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
    fn a_marker_counts_beside_the_name_only() {
        let names = [
            "Pembangunan Gedung Kantor BPKAD",
            "Pembangunan Gedung Kantor BPKAD (Lanjutan)",
            "Peningkatan Jalan Labanan Tahap I",
            "Peningkatan Jalan Labanan Tahap II",
        ];
        let of = |text: &str| -> Vec<i64> {
            named(&names, text).into_iter().map(|(id, _)| id).collect()
        };
        for (text, expected) in [
            (
                "Lanjutan dokumen Pembangunan Gedung Kantor BPKAD",
                vec![0, 1],
            ),
            ("scan ulang nib Pembangunan Gedung Kantor BPKAD", vec![0, 1]),
            ("Pembangunan Gedung Kantor BPKAD lanjutan", vec![1]),
            ("lanjutan Pembangunan Gedung Kantor BPKAD", vec![1]),
            (
                "tahap 1 dari 2 email, peningkatan jalan labanan",
                vec![2, 3],
            ),
            ("peningkatan jalan labanan (tender ulang) tahap 1", vec![2]),
        ] {
            assert_eq!(of(text), expected, "{text}");
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

//! Names of the registry in a text: whole or mistyped, with their legal form or another, and nothing that carries them on.

use std::collections::{HashMap, HashSet};

use super::{
    index::{Index, Naming, Phrase},
    names::{begins_at, ends_at, form_beside, is_company_word},
    text::{Place, Word},
};

/// Words at the beginning of a text, and at its end, of which mistyped names are looked for: they stand in a heading or
/// below a letter, and the whole of a pasted contract costs more than it tells.
const NEAR_FIRST: usize = 400;
const NEAR_LAST: usize = 200;
/// Slips of the finger in one name; fewer in a short one.
const MOST_SLIPS: usize = 2;
/// Looks around a word in one text: a text made of company words only must not cost more than others.
const LOOKS: usize = 20_000;
/// Letters of a name written without its legal form that make it unmistakable.
const FORMLESS_LETTERS: usize = 10;

/// How a name stood there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum How {
    /// Word by word, with its legal form where it has one.
    Exact,
    /// With its legal form and a slip of the finger; how much of it is right, 0 to 1.
    Mistyped(f64),
    /// Word by word, without any legal form.
    Formless,
    /// Word by word, with another legal form: another company.
    OtherForm,
    /// With a word more: another company.
    Longer,
    /// Its rarest word with its form, and nothing more.
    Part,
}

/// A name of the registry in a letter.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// In [`Index::phrases`].
    pub phrase: usize,
    pub how: How,
    pub place: Place,
}

/// A stretch of words that may be a name.
#[derive(Clone, Copy, Debug)]
struct Window {
    at: usize,
    length: usize,
}

impl Window {
    fn end(self) -> usize {
        self.at + self.length
    }
}

pub fn find_names(
    words: &[Word],
    place: Place,
    index: &Index,
    mistyped: bool,
    hits: &mut Vec<Hit>,
) {
    let mut found: Vec<(Hit, Window)> = Vec::new();
    let mut near: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut looks = 0;
    let text = Text::of(words);
    let (mut pair, mut phrases) = (String::new(), Vec::new());
    for at in 0..words.len() {
        let word = words[at].upper.as_str();
        phrases.clear();
        phrases.extend(index.phrases_at(word));
        if let Some(next) = words.get(at + 1) {
            pair.clear();
            pair.push_str(word);
            pair.push_str(&next.upper);
            phrases.extend(index.phrases_at(&pair));
        }
        if mistyped && (at < NEAR_FIRST || at + NEAR_LAST >= words.len()) {
            phrases.extend(
                near.entry(word)
                    .or_insert_with(|| index.phrases_near(word))
                    .iter(),
            );
        }
        looks += phrases.len();
        if looks > LOOKS {
            break;
        }
        for &phrase in &phrases {
            if let Some((how, window)) = fits(&text, at, phrase, index) {
                let hit = Hit { phrase, how, place };
                found.push((hit, window));
            }
        }
    }
    let outer = Outer::of(&found, words.len());
    let mut known: HashSet<(usize, u8)> = HashSet::new();
    for (hit, window) in found {
        if !outer.covers(window) && known.insert((hit.phrase, rank(hit.how))) {
            hits.push(hit);
        }
    }
}

/// "CV Tenaga Karya" inside "CV Tenaga Karya Mandiri": what lies within another name is none.
struct Outer {
    /// Where the furthest of the whole names that begin at a word ends.
    ends: Vec<usize>,
    /// The same for those that begin anywhere before it.
    ends_before: Vec<usize>,
}

impl Outer {
    fn of(found: &[(Hit, Window)], words: usize) -> Outer {
        let mut ends = vec![0; words];
        for (hit, window) in found {
            let whole = matches!(hit.how, How::Exact | How::Mistyped(_) | How::Formless);
            if whole && let Some(end) = ends.get_mut(window.at) {
                *end = window.end().max(*end);
            }
        }
        let mut furthest = 0;
        let mut ends_before = Vec::with_capacity(words);
        for &end in &ends {
            ends_before.push(furthest);
            furthest = furthest.max(end);
        }
        Outer { ends, ends_before }
    }

    fn covers(&self, window: Window) -> bool {
        let at = |ends: &[usize]| ends.get(window.at).copied().unwrap_or(0);
        at(&self.ends_before) >= window.end() || at(&self.ends) > window.end()
    }
}

/// Words, and how many octets they are up to each: most stretches are far too long or too short to be a name, which is
/// seen without looking at them.
struct Text<'t> {
    words: &'t [Word],
    octets: Vec<usize>,
}

impl<'t> Text<'t> {
    fn of(words: &'t [Word]) -> Text<'t> {
        let mut octets = Vec::with_capacity(words.len() + 1);
        let mut sum = 0;
        octets.push(sum);
        for word in words {
            sum += word.upper.len();
            octets.push(sum);
        }
        Text { words, octets }
    }

    /// The words of a window, where they are of about the length of this name.
    fn stretch(&self, window: Window, name: &Phrase, form: Option<&str>) -> Option<&'t [Word]> {
        let length = self.octets.get(window.end())? - self.octets.get(window.at)?;
        let glued = name.joined.len() + form.map_or(0, str::len);
        let near = length.abs_diff(name.joined.len()) <= 2 * MOST_SLIPS || length == glued;
        near.then(|| self.words.get(window.at..window.end()))?
            .filter(|stretch| !stretch.is_empty())
    }
}

/// Whether a phrase stands around the word at `at`, and how.
fn fits(text: &Text, at: usize, phrase: usize, index: &Index) -> Option<(How, Window)> {
    let words = text.words;
    let of = index.phrases.get(phrase)?;
    let form = match of.naming {
        Naming::Company(form) | Naming::Member(form) => Some(form),
        Naming::Director | Naming::Expert => None,
    };
    let count = of.words.len();
    let mut best: Option<(How, Window)> = None;
    for length in [count, count + 1, count.saturating_sub(1), 1] {
        for start in (at + 1).saturating_sub(length.max(1))..=at {
            let window = Window { at: start, length };
            let Some(stretch) = text.stretch(window, of, form.flatten()) else {
                continue;
            };
            let Some(likeness) = likeness(stretch, &of.words, &of.joined, form.flatten(), index)
            else {
                continue;
            };
            let how = match form {
                Some(form) => company(words, window, form, likeness, of),
                None => (likeness == 1.0).then_some(How::Exact),
            };
            let Some(how) = how else { continue };
            let better = |(known, _): &(How, Window)| rank(how) < rank(*known);
            if best.as_ref().is_none_or(better) {
                best = Some((how, window));
            }
        }
        if matches!(best, Some((How::Exact, _))) {
            break;
        }
    }
    best.or_else(|| part(words, at, of.words.len(), form??, index, phrase))
}

fn rank(how: How) -> u8 {
    match how {
        How::Exact => 0,
        How::Formless => 1,
        How::Mistyped(_) => 2,
        How::OtherForm => 3,
        How::Longer => 4,
        How::Part => 5,
    }
}

/// What the words around a company's name make of it.
fn company(
    words: &[Word],
    window: Window,
    own: Option<&'static str>,
    likeness: f64,
    of: &Phrase,
) -> Option<How> {
    let last = window.at + window.length - 1;
    // "CVLestuwanaKarya" has its form within.
    let written: String = words[window.at..=last]
        .iter()
        .map(|word| word.upper.as_str())
        .collect();
    let glued = own.is_some_and(|form| written.strip_prefix(form) == Some(of.joined.as_str()));
    let form = if glued {
        own
    } else {
        form_beside(words, window.at, window.length)
    };
    let ends = ends_at(words, last)
        || (form.is_some()
            && form_beside(words, window.at, window.length) == form
            && form_follows(words, last, own));
    let exact = likeness == 1.0;
    Some(match (form, own) {
        (Some(found), Some(own)) if found == own => match (exact, ends) {
            (true, true) => How::Exact,
            (true, false) => How::Longer,
            (false, true) => How::Mistyped(likeness),
            (false, false) => return None,
        },
        (Some(_), Some(_)) if exact => How::OtherForm,
        (None, Some(_)) if exact && ends && of.words.len() > 1 && begins_at(words, window.at) => {
            if of.joined.len() < FORMLESS_LETTERS {
                return None;
            }
            How::Formless
        }
        (None, None) if exact && ends && of.words.len() > 1 => How::Exact,
        _ => return None,
    })
}

/// "Lestuwana Karya, CV"
fn form_follows(words: &[Word], last: usize, own: Option<&str>) -> bool {
    let next = |at: usize| words.get(last + at).map(|word| word.upper.as_str());
    own.is_some_and(|own| {
        next(1) == Some(own)
            || matches!((next(1), next(2)), (Some(a), Some(b)) if format!("{a}{b}") == own)
    })
}

/// 1 where the stretch is the name, blanks aside; less where a word of it was mistyped; `None` where it is another.
fn likeness(
    stretch: &[Word],
    name: &[String],
    joined: &str,
    form: Option<&str>,
    index: &Index,
) -> Option<f64> {
    let same = |a: &Word, b: &String| a.upper == *b;
    if stretch.len() == name.len() && stretch.iter().zip(name).all(|(a, b)| same(a, b)) {
        return Some(1.0);
    }
    let written: String = stretch.iter().map(|word| word.upper.as_str()).collect();
    if written == joined || form.is_some_and(|form| written.strip_prefix(form) == Some(joined)) {
        return Some(1.0);
    }
    let letters = joined.chars().count();
    if letters < 9 {
        return None;
    }
    let mut slips = 0;
    if stretch.len() == name.len() {
        for (word, meant) in stretch.iter().zip(name) {
            if same(word, meant) {
                continue;
            }
            let most = if meant.chars().count() < 9 {
                1
            } else {
                MOST_SLIPS
            };
            let apart = strsim::osa_distance(&word.upper, meant);
            // Another word that companies use is another name: Sinar Raya is not Sinar Jaya.
            if apart > most || meant.chars().count() < 4 || index.is_name_word(&word.upper) {
                return None;
            }
            slips += apart;
        }
    } else if letters >= 12 && written.chars().count().abs_diff(letters) <= 1 {
        slips = strsim::osa_distance(&written, joined);
        if slips > 1 {
            return None;
        }
    } else {
        return None;
    }
    let most = if letters < 14 { 1 } else { MOST_SLIPS };
    (slips <= most).then(|| 1.0 - slips as f64 / letters as f64)
}

/// "Admin CV Lestuwana": the first word of one company's name only, with its form before it.
fn part(
    words: &[Word],
    at: usize,
    count: usize,
    form: &'static str,
    index: &Index,
    phrase: usize,
) -> Option<(How, Window)> {
    let word = words.get(at)?;
    let of = index.phrases.get(phrase)?;
    let alone =
        count > 1 && of.words.first() == Some(&word.upper) && word.upper.chars().count() >= 5;
    let only = index.phrases_at(&word.upper).count() == 1 && !is_company_word(&word.upper);
    let here = alone && only && form_beside(words, at, 1) == Some(form) && ends_at(words, at);
    here.then_some((How::Part, Window { at, length: 1 }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        letter::Letter,
        matching::{fixture, reading::Reading},
        tender::Registry,
    };

    /// How each of these bidders is named in a text.
    fn named(names: &[&str], text: &str) -> Vec<Option<How>> {
        let office = fixture::office();
        let bidders: Vec<_> = names
            .iter()
            .enumerate()
            .map(|(at, name)| {
                let mut bidder = office.bidders[0].clone();
                bidder.id = crate::tender::BidderId(at as i64);
                bidder.name = (*name).to_owned();
                bidder.experts.clear();
                bidder
            })
            .collect();
        let registry = Registry::new(Vec::new(), bidders, Vec::new());
        let index = Index::of(&registry);
        let letter = Letter {
            text: text.into(),
            ..Letter::default()
        };
        let reading = Reading::of(&letter, &index);
        let of = |at: usize| {
            let owner = crate::tender::BidderId(at as i64);
            let hits = reading
                .hits
                .iter()
                .filter(|hit| index.phrases[hit.phrase].owners.contains(&owner));
            hits.map(|hit| hit.how).min_by_key(|how| rank(*how))
        };
        (0..names.len()).map(of).collect()
    }

    #[test]
    fn a_name_is_found_whole_with_its_form_and_to_its_end() {
        let exact = Some(How::Exact);
        for (text, found) in [
            ("PEMBUKTIAN KUALIFIKASI CV. LESTUWANA KARYA (1)", exact),
            ("DOKUMEN CV LESTUWANA KARYA PEMBUKTIAN", exact),
            ("a.n. Lestuwana Karya, CV", exact),
            ("kami dari c.v. lestuwana\nkarya\nmengirim", exact),
            ("kami dari cv lestuwana karya mengirim", exact),
            ("Dari CV Lestuwana Karya mohon diterima", exact),
            ("KTP_CV_LESTUWANA_KARYA", exact),
            ("CV LestuwanaKarya", exact),
            ("berkas CVLestuwanaKarya", exact),
            ("CV Lestu wana Karya", exact),
            ("Lestuwana Karya", Some(How::Formless)),
            ("Admin CV Lestuwana", Some(How::Part)),
            ("PT Lestuwana Karya", Some(How::OtherForm)),
            ("CV Lestuwana Karya Abadi", Some(How::Longer)),
            ("CV Lestuwana Karya Samarinda mengirim", exact),
            ("CV Lestuwana Karya Berau Abadi", Some(How::Longer)),
            ("CV LESTUWANA KARYA ABADI", Some(How::Longer)),
            ("CV_LESTUWANA_KARYA_ABADI", Some(How::Longer)),
            ("Mega Lestuwana Karya", None),
            ("Lestuwana", None),
        ] {
            assert_eq!(named(&["CV Lestuwana Karya"], text), [found], "{text}");
        }
    }

    #[test]
    fn a_slip_of_the_finger_is_told_from_another_company() {
        let mistyped = |text: &str, name: &str| matches!(named(&[name], text)[0], Some(How::Mistyped(likeness)) if likeness > 0.85);
        for (text, name, is) in [
            ("CV Lestuwana Krya", "CV Lestuwana Karya", true),
            ("CV Lestuwna Karya", "CV Lestuwana Karya", true),
            ("CV Lestuwanna Karya", "CV Lestuwana Karya", true),
            ("CV Letsuwana Karya", "CV Lestuwana Karya", true),
            ("CV Lestuwana Karyaa", "CV Lestuwana Karya", true),
            ("PT Lestuwna Karya", "CV Lestuwana Karya", false),
            ("Lestuwna Karya", "CV Lestuwana Karya", false),
            ("CV Lestuwna Karya Abadi", "CV Lestuwana Karya", false),
            ("CV Sinar Raya", "CV Sinar Jaya", false),
            ("CV Maja Jaya", "CV Maju Jaya", false),
            (
                "PT Banuratama Cpita Mandua",
                "PT Banuratama Cipta Mandau",
                true,
            ),
        ] {
            assert_eq!(mistyped(text, name), is, "{text}");
        }
    }

    #[test]
    fn the_nearest_of_two_names_is_meant() {
        let both = ["CV Segarindo Wahau", "CV Segarindo Wahau Teknik"];
        assert_eq!(
            named(&both, "CV Segarindo Wahau Teknik"),
            [None, Some(How::Exact)]
        );
        assert_eq!(
            named(&both, "CV Segarindo Wahau, Berau")[0],
            Some(How::Exact)
        );
        let forms = ["CV Lestuwana Karya", "PT Lestuwana Karya"];
        assert_eq!(
            named(&forms, "PT Lestuwana Karya"),
            [Some(How::OtherForm), Some(How::Exact)]
        );
        let near = ["CV Bantara Utama", "CV Bantala Utama"];
        assert_eq!(named(&near, "CV Bantara Utama"), [Some(How::Exact), None]);
    }
}

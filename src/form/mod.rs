//! A TOML file read as a form that a person filled in: every key is asked for once, what was not asked for is unknown,
//! and every mistake is kept with its line, so that all of them are told at once. Settings and tenders both read it.
//!
//! Values come from `config`, which keeps no lines; `toml` reads the same text once more to say where each stands.

mod places;

use std::{
    cell::{Ref, RefCell},
    collections::BTreeSet,
    fmt,
};

use config::{FileFormat, Format, Map, Value, ValueKind};

pub use places::{Place, Places};

/// The language in which the mistakes are told: the administrator's, or the Pokja's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    Indonesian,
}

/// One mistake: where, what is wrong, what to do. Shown as `FILE:LINE:COLUMN: KEY: what. Remedy.`
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Mistake {
    pub file: String,
    /// `None` where no line can be named.
    pub place: Option<Place>,
    /// Such as `mailbox[0].receive.url`; empty for the file as a whole.
    pub key: String,
    pub what: String,
    pub remedy: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}. {}", self.what, self.remedy)
    }
}

/// A file that is TOML; what stands in it is still to be asked for through [`Sheet::form`].
pub struct Sheet {
    root: Map<String, Value>,
    places: Places,
    language: Language,
    mistakes: RefCell<Vec<Mistake>>,
    asked: RefCell<BTreeSet<String>>,
}

impl Sheet {
    /// Fails with every syntax error. A message never repeats the text, which may hold a misplaced password.
    pub fn read(file: &str, text: &str, language: Language) -> Result<Sheet, Vec<Mistake>> {
        let told = |(place, what): (Option<Place>, String)| Mistake {
            file: file.to_owned(),
            place,
            key: String::new(),
            what: match language {
                Language::English => format!("not TOML: {what}"),
                Language::Indonesian => format!("bukan TOML yang benar: {what}"),
            },
            remedy: match language {
                Language::English => "Correct this line; text stands in \"quotes\".".into(),
                Language::Indonesian => {
                    "Perbaiki baris ini; teks ditulis di antara \"tanda kutip\".".into()
                }
            },
        };
        // Notepad puts a byte order mark in front.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let places = Places::read(file, text)
            .map_err(|errors| errors.into_iter().map(told).collect::<Vec<_>>())?;
        let root = FileFormat::Toml
            .parse(None, text)
            .map_err(|error| vec![told((None, error.to_string()))])?;
        Ok(Sheet {
            root,
            places,
            language,
            mistakes: RefCell::default(),
            asked: RefCell::default(),
        })
    }

    pub fn form(&self) -> Form<'_> {
        Form {
            sheet: self,
            path: String::new(),
            table: &self.root,
            known: RefCell::default(),
            refused: RefCell::default(),
        }
    }

    pub fn places(&self) -> &Places {
        &self.places
    }

    /// Every key that was asked for, `[]` for any index: what the program knows.
    pub fn asked(&self) -> Ref<'_, BTreeSet<String>> {
        self.asked.borrow()
    }

    /// The mistakes, in the order of their lines.
    pub fn into_mistakes(self) -> (Vec<Mistake>, Places) {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.sort_by(|a, b| (a.place, &a.key).cmp(&(b.place, &b.key)));
        mistakes.dedup();
        (mistakes, self.places)
    }
}

/// One table of the sheet.
pub struct Form<'a> {
    sheet: &'a Sheet,
    path: String,
    table: &'a Map<String, Value>,
    known: RefCell<Vec<&'static str>>,
    refused: RefCell<Vec<&'static str>>,
}

impl<'a> Form<'a> {
    /// Notes a mistake in `key` of this table; empty for the table itself.
    pub fn wrong(&self, key: &str, what: impl Into<String>, remedy: impl Into<String>) {
        let mistake = self.mistake(key, what, remedy);
        self.sheet.mistakes.borrow_mut().push(mistake);
    }

    /// A mistake that is not noted: a warning.
    pub fn mistake(
        &self,
        key: &str,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Mistake {
        self.sheet.places.mistake(&self.key(key), what, remedy)
    }

    /// The full name of a key of this table.
    pub fn key(&self, key: &str) -> String {
        join(&self.path, key)
    }

    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub fn text(&self, key: &'static str) -> Option<String> {
        let value = self.value(key)?;
        self.text_of(key, value)
    }

    /// A text that, where it is given, is not blank.
    pub fn filled_text(&self, key: &'static str, remedy: &str) -> Option<String> {
        let text = self.text(key)?;
        if text.trim().is_empty() {
            self.wrong(key, self.say("is empty", "kosong"), remedy);
            return None;
        }
        Some(text)
    }

    /// A text that must be there, and not blank.
    pub fn required_text(&self, key: &'static str, remedy: &str) -> Option<String> {
        if !self.has(key) {
            self.missing(key, remedy);
        }
        self.filled_text(key, remedy)
    }

    pub fn missing(&self, key: &str, remedy: &str) {
        self.wrong(key, self.say("is missing", "belum diisi"), remedy);
    }

    pub fn whole_number(&self, key: &'static str) -> Option<i64> {
        match &self.value(key)?.kind {
            ValueKind::I64(number) => Some(*number),
            other => {
                self.wrong_kind(key, other, ("a whole number", "bilangan bulat"));
                None
            }
        }
    }

    pub fn truth(&self, key: &'static str) -> Option<bool> {
        match &self.value(key)?.kind {
            ValueKind::Boolean(truth) => Some(*truth),
            other => {
                self.wrong_kind(key, other, ("true or false", "true atau false"));
                None
            }
        }
    }

    /// The texts of a list, each with its own key (`holidays[2]`); `None` when the key is left out or no list.
    pub fn texts(&self, key: &'static str) -> Option<Vec<(String, String)>> {
        match &self.value(key)?.kind {
            ValueKind::Array(items) => Some(
                items
                    .iter()
                    .enumerate()
                    .filter_map(|(index, item)| {
                        let key = format!("{key}[{index}]");
                        self.text_of(&key, item).map(|text| (key, text))
                    })
                    .collect(),
            ),
            other => {
                let expected = ("a list: [\"…\", \"…\"]", "daftar: [\"…\", \"…\"]");
                self.wrong_kind(key, other, expected);
                None
            }
        }
    }

    /// Whether the value of `key` is a list.
    pub fn is_list(&self, key: &str) -> bool {
        matches!(
            self.table.get(key).map(|v| &v.kind),
            Some(ValueKind::Array(_))
        )
    }

    pub fn table(&self, key: &'static str) -> Option<Form<'a>> {
        let value = self.value(key)?;
        match &value.kind {
            ValueKind::Table(table) => Some(self.inner(key, table)),
            other => {
                let expected = (
                    format!(
                        "a table: a line [{}], its keys below",
                        plain(&self.key(key))
                    ),
                    format!(
                        "tabel: satu baris [{}], isinya di bawahnya",
                        plain(&self.key(key))
                    ),
                );
                self.wrong_kind(key, other, (&expected.0, &expected.1));
                None
            }
        }
    }

    /// The tables of a list (`[[mailbox]]`); none when the key is left out.
    pub fn tables(&self, key: &'static str) -> Vec<Form<'a>> {
        let expected = (
            format!(
                "a list of tables: a line [[{}]] before each",
                plain(&self.key(key))
            ),
            format!(
                "daftar tabel: satu baris [[{}]] di atas setiap isi",
                plain(&self.key(key))
            ),
        );
        let expected = (expected.0.as_str(), expected.1.as_str());
        let items = match self.value(key).map(|value| &value.kind) {
            None => return Vec::new(),
            Some(ValueKind::Array(items)) => items,
            Some(other) => {
                self.wrong_kind(key, other, expected);
                return Vec::new();
            }
        };
        let form = |(index, item): (usize, &'a Value)| {
            let key = format!("{key}[{index}]");
            match &item.kind {
                ValueKind::Table(table) => Some(self.inner(&key, table)),
                other => {
                    self.wrong_kind(&key, other, expected);
                    None
                }
            }
        };
        items.iter().enumerate().filter_map(form).collect()
    }

    /// A key that people may well write and that has no place here.
    pub fn refuse(&self, key: &'static str, what: &str, remedy: &str) {
        if self.has(key) {
            self.refused.borrow_mut().push(key);
            self.wrong(key, what, remedy);
        }
    }

    /// Ends the reading of this table: a key that was not asked for is a mistake, with the nearest known one.
    pub fn finish(self) {
        let (known, refused) = (self.known.take(), self.refused.take());
        let is_unknown =
            |key: &&String| !known.contains(&key.as_str()) && !refused.contains(&key.as_str());
        for key in self.table.keys().filter(is_unknown) {
            let shown: String = key.chars().take(60).collect();
            let remedy = match (self.sheet.language, nearest(key, known.iter().copied())) {
                (Language::English, Some(near)) => format!("Did you mean `{near}`?"),
                (Language::Indonesian, Some(near)) => format!("Mungkin maksudnya `{near}`?"),
                (Language::English, None) => format!("Known here: {}.", known.join(", ")),
                (Language::Indonesian, None) => {
                    format!("Yang dikenal di sini: {}.", known.join(", "))
                }
            };
            let path = join(&self.path, key);
            let mut mistake = self.sheet.places.mistake(
                &path,
                self.say("is not a known key", "isian tidak dikenal"),
                remedy,
            );
            mistake.place = self.sheet.places.of_key(&path).or(mistake.place);
            mistake.key = join(&self.path, &shown);
            self.sheet.mistakes.borrow_mut().push(mistake);
        }
    }

    fn inner(&self, key: &str, table: &'a Map<String, Value>) -> Form<'a> {
        Form {
            sheet: self.sheet,
            path: self.key(key),
            table,
            known: RefCell::default(),
            refused: RefCell::default(),
        }
    }

    fn value(&self, key: &'static str) -> Option<&'a Value> {
        let mut known = self.known.borrow_mut();
        if !known.contains(&key) {
            known.push(key);
        }
        self.sheet
            .asked
            .borrow_mut()
            .insert(pattern(&self.key(key)));
        self.table.get(key)
    }

    /// TOML's dates and times arrive as text.
    fn text_of(&self, key: &str, value: &Value) -> Option<String> {
        match &value.kind {
            ValueKind::String(text) => Some(text.clone()),
            other => {
                let expected = ("text in \"quotes\"", "teks di antara \"tanda kutip\"");
                self.wrong_kind(key, other, expected);
                None
            }
        }
    }

    fn wrong_kind(&self, key: &str, found: &ValueKind, expected: (&str, &str)) {
        let what = match self.sheet.language {
            Language::English => format!("is {}", kind(found).0),
            Language::Indonesian => format!("berisi {}", kind(found).1),
        };
        let remedy = match self.sheet.language {
            Language::English => format!("Expected is {}.", expected.0),
            Language::Indonesian => format!("Seharusnya {}.", expected.1),
        };
        self.wrong(key, what, remedy);
    }

    fn say(&self, english: &'static str, indonesian: &'static str) -> &'static str {
        match self.sheet.language {
            Language::English => english,
            Language::Indonesian => indonesian,
        }
    }
}

/// The known word that was most likely meant.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|near| {
            (
                strsim::damerau_levenshtein(&word, &near.to_lowercase()),
                near,
            )
        })
        .filter(|(distance, near)| *distance <= 1 + near.chars().count() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, near)| near)
}

/// What stands there, never its content: it may be a misplaced password.
fn kind(value: &ValueKind) -> (&'static str, &'static str) {
    match value {
        ValueKind::Nil => ("nothing", "nilai kosong"),
        ValueKind::Boolean(_) => ("true or false", "true atau false"),
        ValueKind::Float(_) => ("a number with a fraction", "bilangan pecahan"),
        ValueKind::String(_) => ("text", "teks"),
        ValueKind::Table(_) => ("a table", "tabel"),
        ValueKind::Array(_) => ("a list", "daftar"),
        ValueKind::I64(_) | ValueKind::I128(_) | ValueKind::U64(_) | ValueKind::U128(_) => {
            ("a number", "bilangan")
        }
    }
}

fn join(path: &str, key: &str) -> String {
    match (path.is_empty(), key.is_empty()) {
        (true, _) => key.to_owned(),
        (_, true) => path.to_owned(),
        _ => format!("{path}.{key}"),
    }
}

/// `mailbox[0].receive` becomes `mailbox[].receive`.
fn pattern(key: &str) -> String {
    key.split_inclusive(['[', ']'])
        .filter(|part| {
            !part.ends_with(']') || !part[..part.len() - 1].bytes().all(|b| b.is_ascii_digit())
        })
        .map(|part| {
            if part.ends_with('[') {
                format!("{part}]")
            } else {
                part.to_owned()
            }
        })
        .collect()
}

/// `mailbox[0].receive` becomes `mailbox.receive`, as in the header of its table.
fn plain(key: &str) -> String {
    pattern(key).replace("[]", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_proposed_and_no_far_one() {
        let words = ["ktp", "npwp", "nib", "laporan-keuangan"];
        for (typed, near) in [
            ("NIB", Some("nib")),
            ("npw", Some("npwp")),
            ("laporan keuangn", Some("laporan-keuangan")),
            ("surat", None),
        ] {
            assert_eq!(nearest(typed, words), near, "{typed}");
        }
    }

    #[test]
    fn indices_are_no_part_of_a_known_key() {
        assert_eq!(
            pattern("mailbox[12].members[0].name"),
            "mailbox[].members[].name"
        );
        assert_eq!(plain("mailbox[12].receive"), "mailbox.receive");
    }
}

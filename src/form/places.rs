//! Where each key of a file stands, for messages.

use std::collections::HashMap;

use toml::de::{DeTable, DeValue};

use super::{Mistake, join};

/// Line and column, from 1.
pub type Place = (usize, usize);

/// Where each key of a file stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    file: String,
    of_key: HashMap<String, Place>,
    of_value: HashMap<String, Place>,
}

impl Places {
    /// A mistake in the value of `key`, or where there is none, in the table that should hold it.
    pub fn mistake(
        &self,
        key: &str,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Mistake {
        let mut at = key;
        let mut place = self.of_value.get(key).copied();
        while place.is_none() && !at.is_empty() {
            at = at.rfind(['.', '[']).map_or("", |end| &at[..end]);
            place = self
                .of_key
                .get(at)
                .or_else(|| self.of_value.get(at))
                .copied();
        }
        Mistake {
            file: self.file.clone(),
            place,
            key: key.to_owned(),
            what: what.into(),
            remedy: remedy.into(),
        }
    }

    /// Fails with every syntax error and its place.
    pub(super) fn read(file: &str, text: &str) -> Result<Places, Vec<(Option<Place>, String)>> {
        let lines = Lines::of(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            let told = |error: &toml::de::Error| {
                let place = error.span().map(|span| lines.place(span.start));
                (place, error.message().replace('\n', ", "))
            };
            let mut errors: Vec<_> = errors.iter().map(told).collect();
            errors.sort();
            return Err(errors);
        }
        let mut places = Places {
            file: file.to_owned(),
            ..Places::default()
        };
        places.note_table(&lines, "", table.get_ref());
        Ok(places)
    }

    /// The place of a key itself, not of its value.
    pub(super) fn of_key(&self, key: &str) -> Option<Place> {
        self.of_key.get(key).copied()
    }

    fn note_table(&mut self, lines: &Lines, path: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = join(path, key.get_ref());
            self.of_key
                .insert(path.clone(), lines.place(key.span().start));
            self.of_value
                .insert(path.clone(), lines.place(value.span().start));
            self.note_value(lines, &path, value.get_ref());
        }
    }

    fn note_value(&mut self, lines: &Lines, path: &str, value: &DeValue<'_>) {
        match value {
            DeValue::Table(table) => self.note_table(lines, path, table),
            DeValue::Array(array) => {
                for (index, item) in array.iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    self.of_value
                        .insert(path.clone(), lines.place(item.span().start));
                    self.note_value(lines, &path, item.get_ref());
                }
            }
            _ => {}
        }
    }
}

/// Byte offsets to lines and columns.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl Lines<'_> {
    fn of(text: &str) -> Lines<'_> {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Lines {
            text,
            starts: std::iter::once(0).chain(after_breaks).collect(),
        }
    }

    fn place(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.wrapping_sub(1)).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_stands_at_its_value_or_else_at_the_table_around() {
        let text = "# é\n[office]\nname = \"é\" # x\n[[mailbox]]\nmembers = [{ name = \"a\" },\r\n  { name = 3 }]\n";
        let places = Places::read("f", text).unwrap();
        for (key, place) in [
            ("office.name", Some((3, 8))),
            ("office.timezone", Some((2, 2))),
            ("mailbox[0].address", Some((4, 1))),
            ("mailbox[0].members[1].name", Some((6, 12))),
            ("mailbox[0].members[1].email", Some((6, 3))),
            ("storage", None),
        ] {
            assert_eq!(places.mistake(key, "", "").place, place, "{key}");
        }
    }
}

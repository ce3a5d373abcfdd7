//! Reading columns into our types; a value that cannot be is told with its table, column and row.

use std::{fmt::Display, str::FromStr};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::{Any, Decode, Row as _, Type, any::AnyRow};

use super::{DatabaseError, Result};
use crate::digest::Digest;

pub(super) struct Row {
    table: &'static str,
    row: AnyRow,
}

impl Row {
    pub(super) fn new(table: &'static str, row: AnyRow) -> Row {
        Row { table, row }
    }

    fn get<'r, T>(&'r self, column: &'static str) -> Result<T>
    where
        T: Decode<'r, Any> + Type<Any>,
    {
        self.row
            .try_get(column)
            .map_err(|error| self.nonsense(column, error))
    }

    /// The row is named by its first column.
    fn nonsense(&self, column: &'static str, why: impl Display) -> DatabaseError {
        let row = self
            .row
            .try_get::<i64, _>(0)
            .map(|id| id.to_string())
            .or_else(|_| self.row.try_get::<String, _>(0))
            .unwrap_or_else(|_| "?".to_owned());
        DatabaseError::Nonsense {
            table: self.table,
            column,
            row,
            why: why.to_string(),
        }
    }

    pub(super) fn text(&self, column: &'static str) -> Result<String> {
        self.get(column)
    }

    pub(super) fn maybe_text(&self, column: &'static str) -> Result<Option<String>> {
        self.get(column)
    }

    pub(super) fn bytes(&self, column: &'static str) -> Result<Vec<u8>> {
        self.get(column)
    }

    pub(super) fn double(&self, column: &'static str) -> Result<f64> {
        self.get(column)
    }

    pub(super) fn flag(&self, column: &'static str) -> Result<bool> {
        Ok(self.get::<i64>(column)? != 0)
    }

    pub(super) fn number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T> {
        let number: i64 = self.get(column)?;
        T::try_from(number).map_err(|_| self.nonsense(column, format!("{number} is out of range")))
    }

    pub(super) fn maybe_number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<Option<T>> {
        match self.get::<Option<i64>>(column)? {
            Some(_) => self.number(column).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn time(&self, column: &'static str) -> Result<Timestamp> {
        Timestamp::from_millisecond(self.get(column)?).map_err(|error| self.nonsense(column, error))
    }

    pub(super) fn maybe_time(&self, column: &'static str) -> Result<Option<Timestamp>> {
        match self.get::<Option<i64>>(column)? {
            Some(_) => self.time(column).map(Some),
            None => Ok(None),
        }
    }

    /// A text with a meaning: a digest, an address.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&self, column: &'static str) -> Result<T> {
        self.text(column)?
            .parse()
            .map_err(|error| self.nonsense(column, error))
    }

    pub(super) fn maybe_parsed<T: FromStr<Err: Display>>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>> {
        match self.maybe_text(column)? {
            Some(_) => self.parsed(column).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn digest(&self, column: &'static str) -> Result<Digest> {
        self.parsed(column)
    }

    /// A word of the contract.
    pub(super) fn word<T>(
        &self,
        column: &'static str,
        from_word: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T> {
        let word = self.text(column)?;
        from_word(&word).ok_or_else(|| self.nonsense(column, format!("unknown word {word:?}")))
    }

    pub(super) fn maybe_word<T>(
        &self,
        column: &'static str,
        from_word: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        match self.maybe_text(column)? {
            Some(_) => self.word(column, from_word).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        serde_json::from_str(&self.text(column)?).map_err(|error| self.nonsense(column, error))
    }

    pub(super) fn maybe_json<T: DeserializeOwned>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>> {
        match self.maybe_text(column)? {
            Some(_) => self.json(column).map(Some),
            None => Ok(None),
        }
    }
}

/// A list for `json_each`, so that one statement takes any number of values.
pub(super) fn list<T: serde::Serialize>(values: &[T]) -> String {
    serde_json::to_string(values).unwrap_or_else(|_| "[]".to_owned())
}

/// JSON for a text column. Our types hold nothing that has no JSON form.
pub(super) fn json<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// Text from outside: PostgreSQL keeps no NUL in a text.
pub(super) fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

pub(super) fn clean_maybe(text: Option<&str>) -> Option<String> {
    text.map(clean)
}

pub(super) fn ms(time: Timestamp) -> i64 {
    time.as_millisecond()
}

/// Sizes and counts; nothing we meet comes near the limit.
pub(super) fn big(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

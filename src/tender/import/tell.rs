//! The changes in words, one line each, for `--dry-run` and for the person who imported.

use jiff::tz::TimeZone;

use super::Change;
use crate::tender::Registry;

/// One line for each change, in Indonesian, times in the office's zone. `registry` is the one before the changes.
pub fn describe(changes: &[Change], registry: &Registry, timezone: &TimeZone) -> Vec<String> {
    let _ = (changes, registry, timezone);
    Vec::new()
}

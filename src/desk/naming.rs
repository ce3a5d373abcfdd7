//! Names in the tree that people open, made by us: safe on every file system, the same however often they are made.

use std::fmt;

/// A path below the storage root, parts joined by `/`; every part passed [`TreePath::new`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct TreePath(String);

impl TreePath {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

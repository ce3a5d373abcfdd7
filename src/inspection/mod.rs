//! An attachment -> which document it is and whether it is good. Here so far: the document word by name, caption and duty.

pub mod document_word;
mod keywords;

pub use document_word::{Basis, Duty, Paper, document_word, document_words, expert};

//! An attachment -> which document it is and whether it is good.
//!
//! No decoder stands here: the examiner's child decodes and measures ([`measure`]), this room says what the numbers mean.

pub mod document_word;
mod judgement;
mod keywords;
mod kind;
pub mod measure;
pub mod photo;
pub mod raster;

pub use document_word::{Basis, Duty, Paper, document_word, document_words, expert};
pub use judgement::{BLURRED, Examination, Member, is_blurred, judge, mismatch};
pub use kind::{FileKind, Sniffed, sniff};

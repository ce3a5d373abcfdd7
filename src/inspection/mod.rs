//! An attachment -> which document it is and whether it is good.
//!
//! No decoder stands here: the examiner's child decodes and measures ([`measure`]), this room says what the numbers mean.

mod alignment;
mod amounts;
mod bends;
mod blocks;
mod borders;
pub mod comparison;
pub mod document_word;
mod expert;
pub mod figures;
pub mod finding;
mod glyphs;
mod headings;
mod headings_together;
mod identifiers;
mod judgement;
mod keywords;
mod kind;
#[cfg(test)]
mod made;
pub mod measure;
mod mismatch;
pub mod paper;
mod pdf_verdict;
pub mod photo;
mod photo_verdict;
mod phrases;
mod plane;
mod print;
pub mod raster;
mod recognition;
pub mod regions;
pub mod samples;
mod shapes;
mod text_lines;
mod text_word;
mod verdict;

pub use comparison::Comparison;
pub use document_word::{Basis, Contested, Duty, Paper, contested, document_word, document_words};
pub use expert::{expert, expert_in_text};
pub use finding::{Finding, Hint};
pub use identifiers::identifier_notes;
pub use judgement::{Examination, Member, judge};
pub use kind::{FileKind, Sniffed, sniff, zip_names};
pub use mismatch::mismatch;
pub use photo::{Telling, looks_alike};
pub use photo_verdict::{BLURRED, is_blurred};
pub use text_word::{SURE, word_of_text};
pub use verdict::{Return, conclude, worth_reading};

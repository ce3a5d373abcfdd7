//! An attachment -> which document it is and whether it is good.
//!
//! No decoder stands here: the examiner's child decodes and measures ([`measure`]), this room says what the numbers mean.

mod alignment;
mod borders;
pub mod comparison;
pub mod document_word;
mod expert;
pub mod finding;
mod headings;
mod identifiers;
mod judgement;
mod keywords;
mod kind;
pub mod measure;
mod mismatch;
mod pdf_verdict;
pub mod photo;
mod photo_verdict;
mod phrases;
pub mod raster;
mod text_lines;
mod text_word;

pub use comparison::{Comparison, Return, conclude};
pub use document_word::{Basis, Duty, Paper, document_word, document_words};
pub use expert::{expert, expert_in_text};
pub use finding::Finding;
pub use identifiers::identifier_notes;
pub use judgement::{Examination, Member, judge};
pub use kind::{FileKind, Sniffed, sniff, zip_names};
pub use mismatch::mismatch;
pub use photo::looks_alike;
pub use photo_verdict::{BLURRED, is_blurred};
pub use text_word::{SURE, word_of_text};

//! An attachment -> which document it is and whether it is good.
//!
//! No decoder stands here: the examiner's child decodes and measures ([`measure`]), this room says what the numbers mean.

mod alignment;
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
pub mod photo;
pub mod raster;
mod text_word;

pub use comparison::{Comparison, Return, conclude};
pub use document_word::{Basis, Duty, Paper, document_word, document_words};
pub use expert::{expert, expert_in_text};
pub use finding::Finding;
pub use identifiers::identifier_notes;
pub use judgement::{BLURRED, Examination, Member, is_blurred, judge, mismatch};
pub use kind::{FileKind, Sniffed, sniff};
pub use photo::looks_alike;
pub use text_word::{SURE, word_of_text};

//! Whether the names of the files are all that a mail for two tenders says of where they belong. Names can be wrong, and the
//! writer can say so in more ways than anybody can list: so a mail is divided without a person only when next to nothing
//! stands beside them.

use std::collections::{BTreeMap, HashSet};

use super::Case;
use crate::{
    inspection::{Duty, document_word},
    letter::Attachment,
    matching::{
        is_decoration, names,
        text::{self, Place, Word},
    },
    tender::{BidderId, DocumentWord, TenderId},
};

/// A covering mail has no more words than these.
const WORDS: usize = 120;

/// Of them so many may be neither courtesy nor names of the registry: who signs, and from where.
const UNKNOWN: usize = 6;

/// A shorter number in a file's name counts pages or years of a title.
const LONG_NUMBER: usize = 3;

/// Whatever stands before and after them in a word: the names are wrong, or a file is for both, or not for these.
const DOUBTS: [&str; 34] = [
    "SALAH", "KELIRU", "TUKAR", "TUKER", "BALIK", "BATAL", "HARUSNYA", "JANGAN", "MILIK", "PUNYA",
    "SUSUL", "BUKAN", "JUGA", "TERNYATA", "MAAF", "RALAT", "KOREKSI", "ABAI", "GANTI", "UBAH",
    "PINDAH", "PAKAI", "KECUALI", "HANYA", "SEMUA", "SELURUH", "PERTAMA", "KETIGA", "TERAKHIR",
    "SATUNYA", "LAIN", "SISA", "BEDA", "HAPUS",
];

/// The same as whole words: they stand within others that say nothing.
const DOUBTING_WORDS: [&str; 9] = [
    "SAMA", "MANA", "ATAU", "TAPI", "TETAPI", "NAMUN", "TIDAK", "TDK", "BAWAH",
];

/// Papers and a city with one of the doubts in their names.
const INNOCENT: [&str; 4] = ["PERUBAHAN", "KEPEMILIKAN", "PEMILIK", "BALIKPAPAN"];

/// "Kedua tender" are both; "paket kedua" is one of them.
const BOTH: [&str; 5] = ["TENDER", "PAKET", "PEKERJAAN", "LELANG", "KEGIATAN"];

/// What can be looked at: its text is read, and held against its name.
const SHOWN: [&str; 9] = [
    "pdf", "jpg", "jpeg", "png", "webp", "heic", "heif", "tif", "tiff",
];

impl Case<'_> {
    /// `tied`: the writer's firm in each of the tenders.
    pub(super) fn is_plain(&self, tied: &BTreeMap<TenderId, BidderId>) -> bool {
        let letter = self.reading.letter;
        let known = self.own_words(tied);
        let all_plain = letter.attachments.iter().all(is_plain_file);
        let doubted = self.reading.own.iter().any(|told| {
            let asks = told.text.contains('?') && told.place != Place::FileName;
            asks || has_arrow(told.text) || raises_doubt(&told.words, &known)
        });
        all_plain
            && !doubted
            && text::words(&letter.text).len() <= WORDS
            && self.unknown_words(&known) <= UNKNOWN
            && !self.tells_papers_and_tenders()
    }

    /// Words before the closing that no covering mail needs. Below it he signs, with his street and his telephone.
    fn unknown_words(&self, known: &HashSet<String>) -> usize {
        let letter = self.reading.letter;
        let lines = letter.text.lines();
        let said = lines.take_while(|line| !closes(line));
        let words = said
            .chain([letter.subject.as_str()])
            .flat_map(text::words)
            .filter(|word| {
                let numbered = word.upper.chars().any(|c| c.is_ascii_digit());
                !numbered && !names::is_courtesy(&word.upper) && !known.contains(&word.upper)
            });
        words.count()
    }

    /// Names that the registry knows: they are no words about files.
    fn own_words(&self, tied: &BTreeMap<TenderId, BidderId>) -> HashSet<String> {
        let registry = self.facts.registry;
        let tenders = tied.keys().filter_map(|id| registry.tender(*id));
        let bidders = tied.values().filter_map(|id| registry.bidder(*id));
        let people =
            bidders.flat_map(|bidder| [Some(bidder.name.as_str()), bidder.director.as_deref()]);
        tenders
            .map(|tender| tender.name.as_str())
            .chain(people.flatten())
            .flat_map(text::words)
            .map(|word| word.upper)
            .collect()
    }

    /// "KTP untuk 8231345": a list beside the names of the files, that may say otherwise than they.
    fn tells_papers_and_tenders(&self) -> bool {
        let text = &self.reading.letter.text;
        let is_paper = |word: &Word| {
            let named = document_word(None, Some(&word.upper), &Duty::default());
            named.is_some_and(|(document, _)| document != DocumentWord::Lainnya)
        };
        let papers = text::words(text).iter().any(is_paper);
        let codes = text::numbers(text);
        let coded = codes
            .iter()
            .any(|code| self.facts.index.codes.contains_key(code));
        papers && (coded || !self.reading.fresh_packages(self.facts.index).is_empty())
    }
}

/// A photo or PDF that came by itself, with at most one number in its name, or what is nobody's paper.
fn is_plain_file(file: &Attachment) -> bool {
    if is_decoration(file) {
        return true;
    }
    let name = file.name.as_deref().unwrap_or_default();
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_lowercase());
    // Phones and web mail call anything application/octet-stream.
    let declared = ["application/pdf", "application/octet-stream"];
    let shown = ending.is_some_and(|ending| SHOWN.contains(&ending.as_str()))
        && (file.media_type.starts_with("image/") || declared.contains(&file.media_type.as_str()));
    let digits = name.split(|c: char| !c.is_ascii_digit());
    let numbers = digits.filter(|digits| digits.len() >= LONG_NUMBER);
    let alone = file.container.is_none() && !file.link && file.caption.is_none();
    shown && alone && numbers.count() <= 1
}

/// "Hormat kami," and the like, alone in its line.
fn closes(line: &str) -> bool {
    const CLOSINGS: [&str; 8] = [
        "HORMAT KAMI",
        "HORMAT SAYA",
        "SALAM",
        "SALAM HORMAT",
        "WASSALAM",
        "WASSALAMUALAIKUM",
        "TTD",
        "DIREKTUR",
    ];
    let words: Vec<String> = text::words(line)
        .into_iter()
        .map(|word| word.upper)
        .collect();
    CLOSINGS.contains(&words.join(" ").as_str())
}

fn has_arrow(text: &str) -> bool {
    text.contains('=') || text.contains("->") || text.contains(['→', '⇒', '➡'])
}

fn raises_doubt(words: &[Word], known: &HashSet<String>) -> bool {
    // What lawyers have mail programs append speaks of mistakes in every mail.
    let is_boilerplate =
        |word: &Word| matches!(word.upper.as_str(), "DISCLAIMER" | "CONFIDENTIALITY");
    let words = words.split(is_boilerplate).next().unwrap_or_default();
    let upper = |at: usize| words.get(at).map_or("", |word| word.upper.as_str());
    (0..words.len()).any(|at| {
        let word = upper(at);
        let both = word.starts_with("KEDUA") && BOTH.contains(&upper(at + 1));
        let thanks = word == "SAMA" && at > 0 && upper(at - 1) == "KERJA";
        let doubts = DOUBTS.iter().any(|stem| word.contains(stem))
            || DOUBTING_WORDS.contains(&word)
            || word.starts_with("KEDUA");
        doubts && !both && !thanks && !INNOCENT.contains(&word) && !known.contains(word)
    })
}

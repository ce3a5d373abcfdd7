//! Whether the names of the files are all that a mail for two tenders says of where they belong. Names can be wrong, and the
//! writer can say so in more ways than anybody can list: so a mail is divided without a person only when nothing but
//! courtesy and names stands beside them.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::LazyLock,
};

use regex::Regex;

use super::{Case, Portion};
use crate::{
    inspection::{Duty, document_word},
    letter::Attachment,
    matching::{
        is_decoration, names,
        signals::tells_of_earlier_work,
        text::{self, Place, Word},
    },
    tender::{BidderId, DocumentWord, TenderId},
};

/// Longer than this it is no covering mail; in octets.
const COVER: usize = 4000;

/// Whatever stands before and after them in a word: the names are wrong, or a file is for both, or not for these.
const DOUBTS: [&str; 34] = [
    "SALAH", "KELIRU", "TUKAR", "TUKER", "BALIK", "BATAL", "HARUSNYA", "JANGAN", "MILIK", "PUNYA",
    "SUSUL", "BUKAN", "JUGA", "TERNYATA", "MAAF", "RALAT", "KOREKSI", "ABAI", "GANTI", "UBAH",
    "PINDAH", "PAKAI", "KECUALI", "HANYA", "SEMUA", "SELURUH", "PERTAMA", "KETIGA", "TERAKHIR",
    "SATUNYA", "LAIN", "SISA", "BEDA", "HAPUS",
];

/// The same as whole words: they stand within others that say nothing.
const DOUBTING_WORDS: [&str; 14] = [
    "MANA", "ATAU", "TAPI", "TETAPI", "NAMUN", "TIDAK", "TDK", "GAK", "GA", "BAWAH", "NB", "PS",
    "CATATAN", "NOTE",
];

/// Papers and a city with one of the doubts in their names.
const INNOCENT: [&str; 4] = ["PERUBAHAN", "KEPEMILIKAN", "PEMILIK", "BALIKPAPAN"];

/// "Kedua tender" are both; "paket kedua" is one of them.
const BOTH: [&str; 5] = ["TENDER", "PAKET", "PEKERJAAN", "LELANG", "KEGIATAN"];

/// "Tahap 2" counts nothing.
const STAGES: [&str; 5] = ["TAHAP", "TAHAPAN", "LOT", "SEGMEN", "SEKSI"];

/// What can be looked at: its text is read, and held against its name.
const SHOWN: [&str; 9] = [
    "pdf", "jpg", "jpeg", "png", "webp", "heic", "heif", "tif", "tiff",
];

impl Case<'_> {
    /// `tied`: the writer's firm in each of his tenders; `portions`: where the names of the files lead.
    pub(super) fn is_plain(
        &self,
        tied: &BTreeMap<TenderId, BidderId>,
        portions: &[Portion],
    ) -> bool {
        let letter = self.reading.letter;
        let tenders: BTreeSet<TenderId> = portions
            .iter()
            .map(|portion| portion.placement.tender)
            .collect();
        let by_himself = letter.quoted.trim().is_empty() && letter.enclosed.is_empty();
        let short = self.said().map(|(_, text)| text.len()).sum::<usize>() <= COVER;
        by_himself
            && short
            && self.names_all_or_none(&tenders)
            && self.only_covers(tied)
            && portions.iter().all(|portion| {
                // Not only those that the files name: he may mean a third.
                let tenders: BTreeSet<TenderId> = tied.keys().copied().collect();
                let tender = portion.placement.tender;
                portion.files.iter().all(|&part| {
                    let file = letter.attachments.get(part as usize - 1);
                    file.is_some_and(|file| {
                        is_decoration(file)
                            || self.is_plain_file(file, tender, &tenders)
                                && !self.reads_of_another(part, tender, &tenders)
                    })
                })
            })
    }

    /// Subject, text and signature, with what kind of place each is.
    fn said(&self) -> impl Iterator<Item = (Place, &str)> {
        let letter = self.reading.letter;
        [
            (Place::Subject, letter.subject.as_str()),
            (Place::Text, letter.text.as_str()),
            (Place::Signature, letter.signature.as_str()),
        ]
        .into_iter()
    }

    /// All the tenders by code or by the whole name of the work, or none by anything; a thread and a secret address name
    /// one. Of what names one and sends for two a file of the other may be left from before.
    fn names_all_or_none(&self, tenders: &BTreeSet<TenderId>) -> bool {
        let packages = &self.facts.index.packages;
        let said: Vec<&str> = self.said().map(|(_, text)| text).collect();
        let said = said.join("\n");
        let words = text::words(&said);
        let numbers = text::numbers(&said);
        let coded = |id: TenderId| {
            let tender = self.facts.registry.tender(id);
            tender.is_some_and(|tender| numbers.contains(&tender.code))
        };
        let whole = |id: TenderId| packages.is_whole_in(id, &words);
        let hinted = |id: TenderId| {
            let own = packages.words_of_its_own(id, tenders);
            coded(id)
                || packages.is_marked_in(id, &words)
                || words.iter().any(|word| own.contains(&word.upper))
        };
        let keyed: BTreeSet<TenderId> = self
            .keys()
            .filter_map(|key| self.tender_of(key.bidder?))
            .collect();
        let none = || !tenders.iter().any(|&id| hinted(id));
        let all = || tenders.iter().all(|&id| coded(id) || whole(id));
        (keyed.is_empty() || keyed == *tenders) && (none() || all())
    }

    /// Nothing but courtesy, names and codes, down to where he signs; no paper is named and nothing doubted anywhere.
    fn only_covers(&self, tied: &BTreeMap<TenderId, BidderId>) -> bool {
        let known = self.own_words(tied);
        let codes: HashSet<&str> = tied
            .keys()
            .filter_map(|id| self.facts.registry.tender(*id))
            .map(|tender| tender.code.as_str())
            .collect();
        let covers = |word: &Word| {
            let upper = word.upper.as_str();
            names::is_covering(upper)
                || known.contains(upper)
                || codes.contains(upper)
                || is_count(upper)
        };
        self.said().all(|(place, text)| {
            let (above, below) = match place {
                Place::Signature => (String::new(), before_boilerplate(text).to_owned()),
                _ => text::parted_at_closing(&without_list_numbers(text)),
            };
            let cover = text::words(&above);
            let mut signature = below.lines().skip(usize::from(place != Place::Signature));
            let words = [&cover, &text::words(&below)];
            let once = |code: &&str| text.matches(*code).count() <= 1;
            !text.contains('?')
                && !has_arrow(text)
                && codes.iter().all(once)
                && (0..cover.len()).all(|at| covers(&cover[at]) || numbers_the_office(&cover, at))
                && (place == Place::Signature || signature.all(|line| is_signature(line, covers)))
                && words.iter().all(|words| {
                    !words.iter().any(|word| is_paper(&word.upper)) && !raises_doubt(words, &known)
                })
        })
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

    /// A photo or PDF that came by itself, whose name says this tender and nothing that may mean another.
    fn is_plain_file(
        &self,
        file: &Attachment,
        tender: TenderId,
        tenders: &BTreeSet<TenderId>,
    ) -> bool {
        let name = file.name.as_deref().unwrap_or_default();
        let ending = name
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_lowercase());
        // Phones and web mail call anything application/octet-stream.
        let declared = ["application/pdf", "application/octet-stream"];
        let shown = ending.is_some_and(|ending| SHOWN.contains(&ending.as_str()))
            && (file.media_type.starts_with("image/")
                || declared.contains(&file.media_type.as_str()));
        let alone = file.container.is_none() && !file.link && file.caption.is_none();
        let words = text::words(text::stem(name));
        let packages = &self.facts.index.packages;
        let own = BTreeSet::from([tender]);
        let mut others = tenders.iter().filter(|&&other| other != tender);
        let of_another = others.any(|&other| {
            let loose = packages.words_not_of(other, &own);
            words.iter().any(|word| loose.contains(&word.upper))
                || packages.is_marked_in(other, &words) && !packages.is_marked_in(tender, &words)
        });
        shown
            && alone
            && !of_another
            && !raises_doubt(&words, &HashSet::new())
            && self.has_one_number(&words, tender)
    }

    /// Several words in its text that only another work of his has: "Rehab Sekolah Batu Rangkong".
    fn reads_of_another(&self, part: u32, tender: TenderId, tenders: &BTreeSet<TenderId>) -> bool {
        const SEVERAL: usize = 2;
        let packages = &self.facts.index.packages;
        let papers = self.facts.history.paper_texts.iter();
        let mut papers = papers.filter(|paper| {
            paper.part == part && !paper.document.is_some_and(tells_of_earlier_work)
        });
        papers.any(|paper| {
            let words = text::words(text::beginning(&paper.text));
            let mut others = tenders.iter().filter(|&&other| other != tender);
            others.any(|&other| {
                let own = packages.words_of_its_own(other, tenders);
                let stands = |word: &&String| words.iter().any(|read| read.upper == **word);
                own.iter().filter(stands).count() >= SEVERAL.min(own.len().max(1))
            })
        })
    }

    /// Its code once, or none, and no other number but a year, a digit that counts pages, or one of the work's name.
    fn has_one_number(&self, words: &[Word], tender: TenderId) -> bool {
        let Some(tender) = self.facts.registry.tender(tender) else {
            return false;
        };
        let of_the_work: HashSet<String> = text::words(&tender.name)
            .into_iter()
            .map(|word| word.upper)
            .collect();
        // "8231345-6" is two tenders.
        let follows = words.windows(2).any(|pair| {
            pair[0].upper == tender.code && pair[1].upper.chars().all(|c| c.is_ascii_digit())
        });
        let mut numbers = words.iter().map(|word| word.upper.as_str()).filter(|word| {
            word.chars().filter(char::is_ascii_digit).count() > 1 && !of_the_work.contains(*word)
        });
        let mut coded = 0;
        let all_known = numbers.all(|word| {
            coded += usize::from(word == tender.code);
            word == tender.code || is_year(word)
        });
        all_known && coded <= 1 && !follows
    }
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.starts_with("20") && word.chars().all(|c| c.is_ascii_digit())
}

/// "2", "dua", "kedua": what they count is asked elsewhere.
fn is_count(upper: &str) -> bool {
    matches!(upper, "2" | "DUA" | "KEDUA") || is_year(upper)
}

fn is_paper(upper: &str) -> bool {
    let named = document_word(None, Some(upper), &Duty::default());
    named.is_some_and(|(document, _)| document != DocumentWord::Lainnya)
}

/// The numbers of a list are no numbers of files.
fn without_list_numbers(text: &str) -> String {
    static NUMBERED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?m)^\s*[1-9][.)]\s").expect("a constant pattern"));
    NUMBERED.replace_all(text, " ").into_owned()
}

/// A line below the closing: a street or a telephone, or a few names.
fn is_signature(line: &str, covers: impl Fn(&Word) -> bool) -> bool {
    const ADDRESS: [&str; 15] = [
        "JL", "JLN", "JALAN", "ALAMAT", "KANTOR", "TELP", "TELEPON", "TLP", "HP", "WA", "MOBILE",
        "EMAIL", "FAX", "RT", "DIKIRIM",
    ];
    const NAMES: usize = 5;
    const LONGEST: usize = 20;
    let words = text::words(line);
    let Some(first) = words.first() else {
        return true;
    };
    let is_name = |word: &Word| covers(word) || word.capital && !names::is_ordinary(&word.upper);
    ADDRESS.contains(&first.upper.as_str()) && words.len() <= LONGEST
        || words.len() <= NAMES && words.iter().all(is_name)
        || words.iter().all(covers)
}

/// "Pokja Pemilihan III"
fn numbers_the_office(words: &[Word], at: usize) -> bool {
    const NUMBERS: [&str; 10] = ["I", "II", "III", "IV", "V", "1", "2", "3", "4", "5"];
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    let office = before.is_some_and(|word| matches!(word.upper.as_str(), "POKJA" | "PEMILIHAN"));
    office && NUMBERS.contains(&words[at].upper.as_str())
}

/// What lawyers have mail programs append speaks of mistakes in every mail.
fn before_boilerplate(text: &str) -> &str {
    let starts = ["DISCLAIMER", "CONFIDENTIALITY"].iter();
    let at = starts.filter_map(|start| text.find(start)).min();
    at.and_then(|at| text.get(..at)).unwrap_or(text)
}

fn has_arrow(text: &str) -> bool {
    text.contains('=') || text.contains("->") || text.contains(['→', '⇒', '➡', '👉'])
}

fn raises_doubt(words: &[Word], known: &HashSet<String>) -> bool {
    let upper = |at: usize| words.get(at).map_or("", |word| word.upper.as_str());
    (0..words.len()).any(|at| {
        let word = upper(at);
        let counts = matches!(word, "2" | "DUA") || word.starts_with("KEDUA");
        // "2 (dua) paket"
        let both = || BOTH.contains(&upper(at + 1)) || word == "2" && BOTH.contains(&upper(at + 2));
        let staged = at > 0 && STAGES.contains(&upper(at - 1));
        let thanks = word == "SAMA" && at > 0 && upper(at - 1) == "KERJA";
        let doubts = DOUBTS.iter().any(|stem| word.contains(stem))
            || DOUBTING_WORDS.contains(&word)
            || word == "SAMA" && !thanks
            || counts && !both() && !staged;
        doubts && !INNOCENT.contains(&word) && !known.contains(word)
    })
}

//! Which document a file is, as far as its name, its caption and the bidder's duty tell.
//!
//! Careful on purpose: a file without a word waits as *belum dikenali* for a person; a wrong word hides a missing paper.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{
    expert::names,
    keywords::{FILLERS, JOINTS, KEYWORDS, PERSON},
};
use crate::tender::DocumentWord;

/// What the word rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    FileName,
    Caption,
    /// What stands in it, read by machine.
    Text,
    /// It is the only paper still missing, and this the only file without a word.
    OnlyOwed,
}

/// A file, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper<'a> {
    pub name: Option<&'a str>,
    pub caption: Option<&'a str>,
    /// The word that its text leaves no doubt of.
    pub text: Option<DocumentWord>,
    /// Large enough to be a paper, and not a decoration: may be taken for the only one owed.
    pub substantial: bool,
}

/// What the bidder owes in the session.
#[derive(Clone, Copy, Debug, Default)]
pub struct Duty<'a> {
    pub owed: &'a [DocumentWord],
    /// Of those, what has not come.
    pub missing: &'a [DocumentWord],
    /// Names of its tenaga ahli.
    pub experts: &'a [String],
}

/// The word of one file by its name, else by its caption. The duty tells only whether `cv` is a curriculum vitae.
pub fn document_word(
    name: Option<&str>,
    caption: Option<&str>,
    duty: &Duty,
) -> Option<(DocumentWord, Basis)> {
    let stem = name.map(|name| match name.rsplit_once('.') {
        Some((stem, end)) if !stem.is_empty() && end.len() <= 5 && !end.contains(' ') => stem,
        _ => name,
    });
    let by_name = stem.and_then(|stem| read(stem, duty));
    let by_caption = || caption.and_then(|caption| read(caption, duty));
    match by_name {
        Some(word) => Some((word, Basis::FileName)),
        None => by_caption().map(|word| (word, Basis::Caption)),
    }
}

/// A file that is called one paper and reads as another: which of the two, a person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contested {
    pub named: DocumentWord,
    pub read: DocumentWord,
}

impl Contested {
    /// Another paper than any of the list says nothing against a name, nor for it: the name stands.
    pub fn is_open(self) -> bool {
        ![self.named, self.read].contains(&DocumentWord::Lainnya)
    }
}

/// Whether the name, or the line above it, says another paper than the text does beyond doubt.
pub fn contested(paper: &Paper, duty: &Duty) -> Option<Contested> {
    let (named, _) = document_word(paper.name, paper.caption, duty)?;
    let read = paper.text?;
    (named != read).then_some(Contested { named, read })
}

/// The words of all files of one mail; one that is [`contested`] has none while that [is open](Contested::is_open). When exactly one owed paper stays missing and
/// exactly one substantial file has no word, that file is taken for it.
pub fn document_words(papers: &[Paper], duty: &Duty) -> Vec<Option<(DocumentWord, Basis)>> {
    let is_open = |paper: &Paper| contested(paper, duty).is_some_and(Contested::is_open);
    let mut words: Vec<Option<(DocumentWord, Basis)>> = papers
        .iter()
        .map(|paper| {
            if is_open(paper) {
                return None;
            }
            let by_text = || paper.text.map(|word| (word, Basis::Text));
            document_word(paper.name, paper.caption, duty).or_else(by_text)
        })
        .collect();
    let mut still_missing = duty.missing.iter().filter(|&&document| {
        let came = |word: &Option<(DocumentWord, Basis)>| word.is_some_and(|(w, _)| w == document);
        !words.iter().any(came)
    });
    let mut unnamed = (0..papers.len()).filter(|&at| words[at].is_none() && papers[at].substantial);
    if let (Some(&document), None, Some(at), None) = (
        still_missing.next(),
        still_missing.next(),
        unnamed.next(),
        unnamed.next(),
    ) && !papers.iter().any(is_open)
    {
        words[at] = Some((document, Basis::OnlyOwed));
    }
    words
}

/// Lowercase words; letters and digits part, and so do a small letter and a capital after it.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for c in text.chars() {
        if c.is_alphanumeric() {
            let parts = match before {
                None => true,
                Some(b) => {
                    b.is_numeric() != c.is_numeric() || (b.is_lowercase() && c.is_uppercase())
                }
            };
            if parts {
                tokens.push(String::new());
            }
            if let Some(token) = tokens.last_mut() {
                token.extend(c.to_lowercase());
            }
            before = Some(c);
        } else {
            if matches!(c, '&' | '+') {
                tokens.push("dan".into());
            }
            before = None;
        }
    }
    tokens
}

/// The keywords, taken apart as names are.
static PHRASES: LazyLock<Vec<(DocumentWord, Vec<String>)>> = LazyLock::new(|| {
    let phrases = |(document, phrases): &(DocumentWord, &[&str])| {
        let document = *document;
        let phrases: Vec<_> = phrases
            .iter()
            .map(|phrase| (document, tokens(phrase)))
            .collect();
        phrases
    };
    KEYWORDS.iter().flat_map(phrases).collect()
});

/// A phrase found in a name.
#[derive(Clone, Copy, Debug)]
struct Hit {
    document: DocumentWord,
    start: usize,
    length: usize,
}

fn read(text: &str, duty: &Duty) -> Option<DocumentWord> {
    let words = tokens(text);
    let hits = covering(hits(&words));
    let documents = |hits: &[Hit]| {
        let mut documents: Vec<DocumentWord> = hits.iter().map(|hit| hit.document).collect();
        documents.sort();
        documents.dedup();
        documents
    };
    match documents(&hits)[..] {
        [] => person_cv(&words, duty).then_some(DocumentWord::Cv),
        [document] => Some(document),
        // Two papers in one file, said so or not: the more specific phrase decides unless they are joined by a word.
        _ if words.iter().any(|word| JOINTS.contains(&word.as_str())) => None,
        _ => {
            let longest = hits.iter().map(|hit| hit.length).max()?;
            let longest: Vec<Hit> = hits
                .into_iter()
                .filter(|hit| hit.length == longest)
                .collect();
            match documents(&longest)[..] {
                [document] => Some(document),
                _ => None,
            }
        }
    }
}

fn hits(words: &[String]) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (document, phrase) in PHRASES.iter() {
        let hit = |start| Hit {
            document: *document,
            start,
            length: phrase.len(),
        };
        hits.extend(positions(words, phrase).map(hit));
        if let [keyword] = &phrase[..] {
            let glued = words
                .iter()
                .enumerate()
                .filter(|(_, word)| is_glued(word, keyword));
            hits.extend(glued.map(|(start, _)| hit(start)));
        }
    }
    hits
}

/// "scanktp" and "ktpdirektur", but not "skt" in "abstrakt".
fn is_glued(word: &str, keyword: &str) -> bool {
    let rest = word
        .strip_prefix(keyword)
        .or_else(|| word.strip_suffix(keyword));
    keyword.len() >= 3 && rest.is_some_and(|rest| FILLERS.contains(&rest))
}

/// Hits that lie inside no longer one.
fn covering(hits: Vec<Hit>) -> Vec<Hit> {
    let inside = |small: &Hit, large: &Hit| {
        large.length > small.length
            && large.start <= small.start
            && small.start + small.length <= large.start + large.length
    };
    let outer = hits
        .iter()
        .filter(|hit| !hits.iter().any(|other| inside(hit, other)));
    outer.copied().collect()
}

/// `cv` is a curriculum vitae beside a person's word or an expert's name, or alone in the name when one is owed; else
/// it is a legal form.
fn person_cv(words: &[String], duty: &Duty) -> bool {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if !has(&["cv"]) {
        return false;
    }
    let alone = words.iter().all(|word| {
        word == "cv" || FILLERS.contains(&word.as_str()) || word.chars().all(char::is_numeric)
    });
    let of_expert = duty.experts.iter().any(|expert| names(words, expert));
    has(PERSON) || of_expert || (alone && duty.owed.contains(&DocumentWord::Cv))
}

fn positions<'a>(words: &'a [String], phrase: &'a [String]) -> impl Iterator<Item = usize> + 'a {
    words
        .windows(phrase.len().max(1))
        .enumerate()
        .filter(move |(_, window)| *window == phrase)
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inspection::expert;
    use DocumentWord::*;

    fn by_name(name: &str) -> Option<DocumentWord> {
        document_word(Some(name), None, &Duty::default()).map(|(word, _)| word)
    }

    #[test]
    fn the_usual_names_of_the_field_are_read() {
        for (name, word) in [
            ("NIB_CV.pdf", Some(Nib)),
            ("oss rba.pdf", Some(Nib)),
            ("NIB TERBARU 2026.pdf", Some(Nib)),
            ("SBU BG002 kecil.pdf", Some(Sbu)),
            ("SIUJK baru.jpg", Some(Siujk)),
            ("NPWP PT.jpg", Some(Npwp)),
            ("npwp cv.jpeg", Some(Npwp)),
            ("npwp16.pdf", Some(Npwp)),
            ("KSWP.pdf", Some(Kswp)),
            ("status wp valid.png", Some(Kswp)),
            ("SPT 2025.pdf", Some(Spt)),
            ("BPE SPT.pdf", Some(Spt)),
            ("AKTA PENDIRIAN.pdf", Some(Akta)),
            ("akte cv hal 1-12.pdf", Some(Akta)),
            ("AKTA PERUBAHAN NO 7.pdf", Some(Akta)),
            ("SK KEMENKUMHAM.pdf", Some(SkKemenkumham)),
            ("AHU.pdf", Some(SkKemenkumham)),
            ("scan ktp direktur.jpg", Some(Ktp)),
            ("KTP.jpeg", Some(Ktp)),
            ("e-KTP dirut.jpg", Some(Ktp)),
            ("scanktp.jpg", Some(Ktp)),
            ("ktpDirektur.jpg", Some(Ktp)),
            ("Surat Kuasa ttd.pdf", Some(SuratKuasa)),
            ("KONTRAK 2024.pdf", Some(Kontrak)),
            ("SPK Dinkes.pdf", Some(Kontrak)),
            ("BAST & PHO.pdf", Some(Bast)),
            ("Neraca 2025.xlsx", Some(LaporanKeuangan)),
            ("LAP KEUANGAN.pdf", Some(LaporanKeuangan)),
            ("STNK dump truck.jpg", Some(BuktiPeralatan)),
            ("sewa excavator.pdf", Some(BuktiPeralatan)),
            ("surat perjanjian sewa alat.pdf", Some(BuktiPeralatan)),
            ("BPKB hal 2.jpg", Some(BuktiPeralatan)),
            ("ijazah Ir Ahli.pdf", Some(Ijazah)),
            ("ijasah.pdf", Some(Ijazah)),
            ("SKK K3 muda.pdf", Some(Skk)),
            ("Sertifikat K3.pdf", Some(Skk)),
            ("CV TENAGA AHLI.docx", Some(Cv)),
            ("curiculum vitae.pdf", Some(Cv)),
            ("surat referensi kerja.pdf", Some(Referensi)),
            ("Perjanjian KSO.pdf", Some(Kso)),
            ("surat perjanjian kso.pdf", Some(Kso)),
            ("PAKTA INTEGRITAS.pdf", Some(PaktaIntegritas)),
            ("fakta integritas.jpg", Some(PaktaIntegritas)),
            ("NEGO TTD.pdf", Some(Negosiasi)),
            ("BA NEGO SIGNED.pdf", Some(Negosiasi)),
            ("nego_fix_rev2.pdf", Some(Negosiasi)),
            ("1721 A1 2025.pdf", Some(Lainnya)),
            ("RKK ttd.pdf", Some(Lainnya)),
        ] {
            assert_eq!(by_name(name), word, "{name}");
        }
    }

    #[test]
    fn traps_do_not_catch() {
        for (name, word) in [
            ("KTP penerima kuasa.jpg", Some(Ktp)),
            ("surat tugas.pdf", Some(Lainnya)),
            ("CV LESTUWANA KARYA.pdf", None),
            ("CV.pdf", None),
            ("KTP dan NPWP.pdf", None),
            ("KTP NPWP NIB.pdf", None),
            ("KTP+NPWP.jpg", None),
            ("Surat Kuasa dan KTP.pdf", None),
            ("surat kuasa ktp.pdf", Some(SuratKuasa)),
            ("abstrakt.pdf", None),
            ("ahunan.pdf", None),
            ("IMG-20260512-WA0003.jpg", None),
            ("Scan0001.pdf", None),
            ("DOC-20260512-WA0007.", None),
            ("CamScanner 05-12-2026 10.21.pdf", None),
            ("photo.heic", None),
            ("image0.jpeg", None),
            ("dokumen.zip", None),
            ("BA.pdf", None),
            ("", None),
        ] {
            assert_eq!(by_name(name), word, "{name}");
        }
    }

    #[test]
    fn cv_is_a_curriculum_vitae_only_beside_a_person() {
        let experts = ["Ir. Budi Contoh, S.T.".to_owned()];
        let duty = Duty {
            owed: &[Cv],
            experts: &experts,
            ..Duty::default()
        };
        let read = |name| document_word(Some(name), None, &duty).map(|(word, _)| word);
        assert_eq!(read("CV Budi Contoh.docx"), Some(Cv));
        assert_eq!(read("CV.pdf"), Some(Cv));
        assert_eq!(read("CV LESTUWANA KARYA.pdf"), None);
        assert_eq!(by_name("CV Budi Contoh.docx"), None);
    }

    #[test]
    fn the_caption_speaks_where_the_name_does_not() {
        let read = |name, caption| document_word(Some(name), Some(caption), &Duty::default());
        assert_eq!(read("image0.jpeg", "1. KTP"), Some((Ktp, Basis::Caption)));
        assert_eq!(read("nib.jpeg", "1. KTP"), Some((Nib, Basis::FileName)));
        assert_eq!(read("image0.jpeg", "berikut fotonya"), None);
    }

    #[test]
    fn the_only_paper_owed_is_guessed_only_when_nothing_else_fits() {
        let paper = |name, substantial| Paper {
            name: Some(name),
            caption: None,
            text: None,
            substantial,
        };
        let words = |papers: &[Paper], missing: &[DocumentWord]| {
            let duty = Duty {
                missing,
                ..Duty::default()
            };
            let words = document_words(papers, &duty);
            words
                .into_iter()
                .map(|word| word.map(|(word, _)| word))
                .collect::<Vec<_>>()
        };
        let scan = paper("scan1.pdf", true);
        assert_eq!(words(&[scan], &[Nib]), [Some(Nib)]);
        assert_eq!(words(&[scan], &[Nib, Ktp]), [None]);
        assert_eq!(words(&[scan], &[]), [None]);
        assert_eq!(words(&[scan, scan], &[Nib]), [None, None]);
        let read = Paper {
            text: Some(Akta),
            ..scan
        };
        assert_eq!(words(&[read, scan], &[Nib]), [Some(Akta), Some(Nib)]);
        assert_eq!(
            words(&[scan, paper("logo.png", false)], &[Nib]),
            [Some(Nib), None]
        );
        assert_eq!(
            words(&[scan, paper("ktp.jpg", true)], &[Nib, Ktp]),
            [Some(Nib), Some(Ktp)]
        );
        assert_eq!(
            words(&[scan, paper("nib.jpg", true)], &[Nib]),
            [None, Some(Nib)]
        );
    }

    #[test]
    fn an_expert_is_found_without_titles_and_two_are_nobody() {
        let experts = ["Ir. Budi Contoh, S.T.".to_owned(), "Siti Misal".to_owned()];
        let find = |name, caption| expert(Some(name), caption, &experts);
        assert_eq!(
            find("ijazah budi_contoh.pdf", None),
            Some("Ir. Budi Contoh, S.T.")
        );
        assert_eq!(find("img1.jpg", Some("KTP Siti Misal")), Some("Siti Misal"));
        assert_eq!(find("budi contoh dan siti misal.pdf", None), None);
        assert_eq!(find("budi.pdf", None), None);
    }

    #[test]
    fn no_phrase_names_two_papers() {
        for (at, (document, phrase)) in PHRASES.iter().enumerate() {
            assert!(!phrase.is_empty());
            let other = PHRASES[..at].iter().find(|(_, earlier)| earlier == phrase);
            assert!(other.is_none(), "{phrase:?} of {document:?}");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_read_without_a_panic(name in any::<String>(), caption in any::<String>()) {
            let experts = [caption.clone()];
            let duty = Duty { owed: &[Cv], missing: &[Nib], experts: &experts };
            let _ = document_word(Some(&name), Some(&caption), &duty);
            let _ = expert(Some(&name), Some(&caption), &experts);
        }
    }
}

//! Which document a text is: by the heading that opens one of its first lines, and the phrases that only it has.
//!
//! A wrong word hides a missing paper, a missing one is seen by a person. Papers name each other all the time: what a
//! list, a letter or a sentence names is no heading.

use std::{collections::HashMap, sync::LazyLock};

use super::{
    headings::{ALONE, HEADINGS, LETTER, SPEECH, TOGETHER},
    keywords::{FILLERS, KEYWORDS, PERSON},
    phrases::{AGAINST, COMPANY, KINDS_OF_PAPER, PHRASES, SHEET, SUBJECTS},
    text_lines::{Line, alike, fold, folded, lines, may_be, plain_words},
};
use crate::tender::DocumentWord;

/// Below this a text stays *belum dikenali*.
pub const SURE: f32 = 0.8;
/// Lines in which a heading stands; letterheads take some.
const HEAD: usize = 18;
/// Fewer letters say nothing.
const LETTERS: usize = 20;
/// A paper without a heading (a card, a cut page) needs this weight of phrases.
const BARE: f32 = 7.0;
/// Headings of so many papers are a list of papers.
const LIST: usize = 3;

/// The document that a text is, and how sure that is (0 to 1); `None`: nothing in it says so.
pub fn word_of_text(text: &str) -> Option<(DocumentWord, f32)> {
    let lines = lines(text);
    let words: Vec<&str> = lines.iter().flat_map(Line::words).take(4000).collect();
    if words.iter().map(|word| word.len()).sum::<usize>() < LETTERS {
        return None;
    }
    let phrases = weigh(&words);
    let found = headings(&lines, &words);
    let Some(first) = found.first() else {
        return bare(&lines, &words, &phrases);
    };
    let document = first.document?;
    let mut named: Vec<_> = found
        .iter()
        .filter_map(|heading| heading.document)
        .collect();
    named.sort();
    named.dedup();
    if named.len() >= LIST || listed(&lines) >= LIST || names_two(&lines[first.line]) {
        return Some((document, 0.4));
    }
    let own = phrases.get(&document).map_or(0.0, |found| found.weight);
    if !first.together && is_divider(&lines, first) {
        return Some((document, 0.6));
    }
    // Another paper's phrases, or a second heading with more phrases behind it: a person looks.
    let other = phrases
        .iter()
        .filter(|(other, _)| **other != document)
        .map(|(other, found)| {
            if named.contains(other) {
                found.weight + 2.0
            } else {
                found.weight
            }
        })
        .fold(0.0, f32::max);
    let mut doubt = ((other - own - 3.0) * 0.06).clamp(0.0, 0.4);
    if speaks_against(document, &words) {
        doubt = 0.4;
    }
    if titled(&lines[..first.line], document) {
        doubt += 0.1;
    }
    Some((document, (0.88 + own.min(4.0) * 0.03 - doubt).max(0.1)))
}

/// Nothing beside the heading but whose it is and where it belongs: a divider sheet or a cover.
fn is_divider(lines: &[Line], heading: &Heading) -> bool {
    let (above, on) = lines.split_at(heading.line);
    let of_line: usize = on.iter().take(1).flat_map(Line::words).map(str::len).sum();
    let below = on
        .iter()
        .skip(1 + usize::from(heading.length > of_line + 2));
    above.iter().chain(below).all(|line| {
        let is = |list: &[&str]| {
            let of_list = |word: &&str| list.iter().any(|meant| alike(word, meant));
            line.words().filter(of_list).count()
        };
        let number = line
            .words()
            .any(|word| word.bytes().all(|b| b.is_ascii_digit()));
        let company = is(COMPANY) == 1 && COMPANY.contains(&&*line.words[0]) && !number;
        let year = |word: &str| {
            word == "tahun" || word.parse().is_ok_and(|year| (1990..2100).contains(&year))
        };
        let sheet = is(SHEET) > 0 && (line.words.len() <= 4 || SHEET.contains(&&*line.words[0]));
        line.words.len() <= 8 && (company || sheet || line.words().all(year))
    })
}

/// Two papers named in one heading: "IJAZAH & SKK", "KTP dan NPWP Direktur".
fn names_two(line: &Line) -> bool {
    let of_part = |part: &Vec<String>| {
        let beside = |word: &str| {
            FILLERS.contains(&word)
                || PERSON.contains(&word)
                || word.bytes().all(|b| b.is_ascii_digit())
        };
        let named = |phrase: &&str| {
            let phrase = plain_words(phrase);
            part.starts_with(&phrase) && part[phrase.len()..].iter().all(|word| beside(word))
        };
        let mut keywords = KEYWORDS.iter();
        keywords
            .find(|(_, phrases)| phrases.iter().any(named))
            .map(|(document, _)| *document)
            .or_else(|| {
                let of_title =
                    |title: &&Title| title.is_plain() && opens(part, &title.words) == Some(0);
                TITLES
                    .iter()
                    .filter(of_title)
                    .find_map(|title| title.document)
            })
    };
    let mut papers: Vec<DocumentWord> = line.parts.iter().filter_map(of_part).collect();
    papers.sort();
    papers.dedup();
    papers.len() > 1
}

/// A phrase that makes the page another paper than its heading or its phrases say.
fn speaks_against(document: DocumentWord, words: &[&str]) -> bool {
    let against =
        |(of, phrase): &(DocumentWord, Vec<String>)| *of == document && holds(words, phrase);
    AGAINST_IT.iter().any(against)
}

/// Above stands a title of a paper that nobody here knows ("SURAT KETERANGAN ...", "SERTIFIKAT ...").
fn titled(lines: &[Line], document: DocumentWord) -> bool {
    let names_it = |line: &Line| {
        let words: Vec<&str> = line.words().collect();
        let mut phrases = KEYWORDS
            .iter()
            .filter(|(of, _)| *of == document)
            .flat_map(|(_, phrases)| *phrases);
        phrases.any(|phrase| holds(&words, &plain_words(phrase)))
    };
    lines.iter().take(TITLE_LINES).any(|line| {
        line.stands_out
            && !line.listed
            && !line.field
            && (2..=12).contains(&line.words.len())
            && KINDS_OF_PAPER
                .iter()
                .any(|kind| alike(&line.words[0], kind))
            && !names_it(line)
    })
}

/// In how many of the first lines a title is looked for.
const TITLE_LINES: usize = 6;

/// Of how many papers the bare names stand in lines of their own ("KTP", "NPWP", "Akta Pendirian").
fn listed(lines: &[Line]) -> usize {
    let mut named: Vec<DocumentWord> = KEYWORDS
        .iter()
        .filter(|(_, phrases)| {
            let of_name = |line: &Line| phrases.contains(&&*line.words.join(" "));
            lines.iter().take(4 * HEAD).any(of_name)
        })
        .map(|(document, _)| *document)
        .collect();
    named.dedup();
    named.len()
}

/// By phrases alone: several of them, and much more for one paper than for any other.
fn bare(
    lines: &[Line],
    words: &[&str],
    phrases: &HashMap<DocumentWord, Found>,
) -> Option<(DocumentWord, f32)> {
    let mut weights: Vec<(DocumentWord, Found)> = phrases.iter().map(|(d, f)| (*d, *f)).collect();
    weights.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight).then(a.0.cmp(&b.0)));
    let (document, found) = *weights.first()?;
    let second = weights.get(1).map_or(0.0, |(_, found)| found.weight);
    let clear = ((found.weight - second) / (BARE / 2.0)).min(1.0);
    let sure = (found.weight / BARE).min(1.0) * 0.85 * clear;
    // A letter, a list, or a page with a title of its own speaks of papers.
    let letter = lines.iter().take(HEAD).any(opens_letter);
    // What a contract or a handover says of itself, every paper around it says too.
    let of_papers = letter
        || matches!(document, DocumentWord::Kontrak | DocumentWord::Bast)
        || found.phrases < 3
        || listed(lines) >= LIST
        || titled(lines, document)
        || speaks_against(document, words);
    Some((document, if of_papers { sure.min(0.6) } else { sure }))
}

/// A heading found. `None`: of a paper that is none of those asked for.
#[derive(Clone, Copy)]
struct Heading {
    document: Option<DocumentWord>,
    letters: usize,
    /// Letters of the title.
    length: usize,
    line: usize,
    /// Something else on the page stands for it too.
    together: bool,
}

fn opens_letter(line: &Line) -> bool {
    opens_with(line, &LETTER_OPENINGS)
}

fn opens_with(line: &Line, openings: &[Vec<String>]) -> bool {
    let opens_it = |phrase: &Vec<String>| opens(&line.words, phrase) == Some(0);
    !line.listed && openings.iter().any(opens_it)
}

/// In the order of the lines, of each line the longest.
fn headings(lines: &[Line], words: &[&str]) -> Vec<Heading> {
    let mut found: Vec<Heading> = Vec::new();
    let mut in_letter = false;
    for (at, line) in lines.iter().enumerate().take(HEAD) {
        let opens_letter = opens_letter(line) || opens_with(line, &SPEECH_OPENINGS);
        let best = if opens_letter && line.words.len() > 1 {
            subject(line).map(|heading| Heading {
                line: at,
                ..heading
            })
        } else {
            None
        };
        let best = best.or_else(|| {
            best_heading(lines, at, words, opens_letter && line.words.len() > 1).filter(|heading| {
                // A letter is told by its own subject and by what stands above it; the rest it only speaks of.
                heading.document.is_none() || !(in_letter || opens_letter)
            })
        });
        in_letter |= opens_letter;
        found.extend(best);
    }
    found
}

/// What a letter is by its own subject, where that is one of the papers.
fn subject(line: &Line) -> Option<Heading> {
    let of_line = |(document, phrase): &(DocumentWord, Vec<String>)| {
        (opens(&line.words[1..], phrase) == Some(0)).then(|| Heading {
            document: Some(*document),
            letters: phrase.iter().map(String::len).sum(),
            length: phrase.iter().map(String::len).sum(),
            line: 0,
            together: true,
        })
    };
    SUBJECT_LINES
        .iter()
        .filter_map(of_line)
        .max_by_key(|heading| heading.letters)
}

fn best_heading(lines: &[Line], at: usize, words: &[&str], subject: bool) -> Option<Heading> {
    let line = &lines[at];
    if line.listed || !line.stands_out {
        return None;
    }
    // A heading may go on in the next line.
    let mut run = line.words.clone();
    if subject {
        run.remove(0);
    }
    let own = run.len();
    if let Some(next) = lines
        .get(at + 1)
        .filter(|next| next.stands_out && !next.listed)
    {
        run.extend(next.words.iter().cloned());
    }
    let mut best: Option<Heading> = None;
    for title in TITLES.iter() {
        // One stray word before it, read from a stamp or a rule.
        let in_line = opens(&run, &title.words)
            .filter(|start| *start < own && (*start == 0 || run[0].len() <= 2));
        // "POWER OF ATTORNEY / SURAT KUASA"
        let in_part = || {
            let opens_part = |part: &Vec<String>| opens(part, &title.words) == Some(0);
            (title.document.is_some() && !subject && line.parts.iter().skip(1).any(opens_part))
                .then_some(0)
        };
        let Some(start) = in_line.or_else(in_part) else {
            continue;
        };
        if title.alone && (start > 0 || own != title.words.len()) {
            continue;
        }
        if !title.with.is_empty() && !title.with.iter().any(|phrase| holds(words, phrase)) {
            continue;
        }
        let meant = title.words.concat();
        let as_written = run.concat().starts_with(&meant);
        // What stands there to the letter beats what it may be misread from ("kerja sama" and "kerja jasa").
        let letters =
            meant.len() + usize::from(!title.with.is_empty()) + 2 * usize::from(as_written);
        if best.is_none_or(|best| letters > best.letters) {
            best = Some(Heading {
                document: title.document,
                letters,
                length: meant.len(),
                line: at,
                together: !title.with.is_empty(),
            });
        }
    }
    best
}

struct Title {
    document: Option<DocumentWord>,
    words: Vec<String>,
    alone: bool,
    with: Vec<Vec<String>>,
}

impl Title {
    /// It says enough by itself.
    fn is_plain(&self) -> bool {
        !self.alone && self.with.is_empty()
    }
}

static TITLES: LazyLock<Vec<Title>> = LazyLock::new(|| {
    let plain = |document: Option<DocumentWord>, phrase: &str, alone| Title {
        document,
        words: plain_words(phrase),
        alone,
        with: Vec::new(),
    };
    let headings = HEADINGS.iter().flat_map(|(document, phrases)| {
        phrases.iter().map(|phrase| plain(*document, phrase, false))
    });
    let alone = ALONE.iter().flat_map(|(document, phrases)| {
        phrases
            .iter()
            .map(|phrase| plain(Some(*document), phrase, true))
    });
    let together = TOGETHER.iter().map(|(document, phrase, with)| Title {
        with: with.iter().map(|phrase| plain_words(phrase)).collect(),
        ..plain(*document, phrase, false)
    });
    headings.chain(alone).chain(together).collect()
});

static LETTER_OPENINGS: LazyLock<Vec<Vec<String>>> =
    LazyLock::new(|| LETTER.iter().map(|phrase| plain_words(phrase)).collect());

static SPEECH_OPENINGS: LazyLock<Vec<Vec<String>>> =
    LazyLock::new(|| SPEECH.iter().map(|phrase| plain_words(phrase)).collect());

static WEIGHED: LazyLock<Vec<(DocumentWord, f32, Vec<String>)>> = LazyLock::new(|| {
    let phrases = PHRASES.iter().flat_map(|(document, weight, phrases)| {
        phrases
            .iter()
            .map(|phrase| (*document, f32::from(*weight), plain_words(phrase)))
    });
    phrases.collect()
});

static SUBJECT_LINES: LazyLock<Vec<(DocumentWord, Vec<String>)>> =
    LazyLock::new(|| of_documents(SUBJECTS));

static AGAINST_IT: LazyLock<Vec<(DocumentWord, Vec<String>)>> =
    LazyLock::new(|| of_documents(AGAINST));

fn of_documents(table: &[(DocumentWord, &[&str])]) -> Vec<(DocumentWord, Vec<String>)> {
    let phrases = table.iter().flat_map(|(document, phrases)| {
        phrases
            .iter()
            .map(|phrase| (*document, plain_words(phrase)))
    });
    phrases.collect()
}

/// What of a paper's phrases stands in a text.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    weight: f32,
    phrases: usize,
}

fn weigh(words: &[&str]) -> HashMap<DocumentWord, Found> {
    let mut weights: HashMap<DocumentWord, Found> = HashMap::new();
    for (document, weight, phrase) in WEIGHED.iter() {
        if holds(words, phrase) {
            let found = weights.entry(*document).or_default();
            found.weight += weight;
            found.phrases += 1;
        }
    }
    weights
}

fn holds(words: &[&str], phrase: &[String]) -> bool {
    let letters: usize = phrase.iter().map(String::len).sum();
    let meant = phrase.concat();
    (0..words.len()).any(|at| {
        let exact = words[at..].len() >= phrase.len()
            && words[at..]
                .iter()
                .zip(phrase)
                .all(|(read, meant)| alike(read, meant));
        exact || (letters >= 9 && runs_together(&words[at..], &meant))
    })
}

/// Where the phrase begins among the first two words; letters that run together or fall apart do not matter.
fn opens(words: &[String], phrase: &[String]) -> Option<usize> {
    let meant: String = phrase.concat();
    (0..words.len().min(2)).find(|&start| {
        let exact = words.len() >= start + phrase.len()
            && words[start..]
                .iter()
                .zip(phrase)
                .all(|(read, meant)| alike(read, meant));
        exact || (meant.len() >= 9 && runs_together(&words[start..], &meant))
    })
}

fn runs_together<W: AsRef<str>>(words: &[W], meant: &str) -> bool {
    let start = |word: &str| word.chars().next().map(fold);
    if words.first().map(|word| start(word.as_ref())) != Some(start(meant)) {
        return false;
    }
    let mut read = String::with_capacity(meant.len() + 12);
    for word in words {
        read.push_str(word.as_ref());
        if read.len() + 1 >= meant.len() {
            break;
        }
    }
    let misread = meant.len() / 9;
    read.len().abs_diff(meant.len()) <= misread
        && may_be(&read, meant, misread)
        && (strsim::levenshtein(&read, meant) <= misread
            || strsim::levenshtein(&folded(&read), &folded(meant)) <= misread / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use DocumentWord::*;

    fn sure(text: &str) -> Option<DocumentWord> {
        word_of_text(text)
            .filter(|(_, sure)| *sure >= SURE)
            .map(|(word, _)| word)
    }

    #[test]
    fn the_heading_names_the_paper_and_not_what_it_speaks_of() {
        for (text, word) in [
            (
                "PROVINSI KALIMANTAN TIMUR\nKABUPATEN BERAU\nNIK : 6403051204850000\nNama : BUDI\nTempat/Tgl Lahir : BERAU\n\
                 Gol. Darah : O\nKewarganegaraan : WNI\nStatus Perkawinan : KAWIN\nBerlaku Hingga : SEUMUR HIDUP",
                Some(Ktp),
            ),
            (
                "SURAT KUASA\nYang bertanda tangan di bawah ini, direktur berdasarkan Akta Pendirian nomor 7, memberikan kuasa kepada\n\
                 penerima kuasa dengan KTP ... untuk menghadiri pembuktian kualifikasi dan menandatangani berita acara",
                Some(SuratKuasa),
            ),
            (
                "PERIZINAN BERUSAHA BERBASIS RISIKO\nNOMOR INDUK BERUSAHA: 1234567890123\nPemerintah menerbitkan NIB kepada",
                Some(Nib),
            ),
            // The same heading stands above, but another paper's below it.
            (
                "PERIZINAN BERUSAHA BERBASIS RISIKO\nSERTIFIKAT STANDAR: 01234\n1. Nama : PT X\n2. Nomor Induk Berusaha (NIB) : 1234567890123",
                Some(Sbu),
            ),
            (
                "N0MOR INDUK BERUSAHÁ 1234567890123\nkode KBLI 41011 Konstruksi Gedung",
                Some(Nib),
            ),
            (
                "SURATKUASA\nKami memberi kuasa kepada Sdr. Budi Contoh",
                Some(SuratKuasa),
            ),
            (
                "S U R A T  K U A S A\nKami memberi kuasa kepada Sdr. Budi Contoh",
                Some(SuratKuasa),
            ),
            (
                "SURAT PERJANJIAN\nKERJA SAMA OPERASI (KSO)\nantara PT Satu dan CV Dua",
                Some(Kso),
            ),
            (
                "SURAT PERJANJIAN SEWA PERALATAN\nNomor 7 tentang sewa excavator",
                Some(BuktiPeralatan),
            ),
            (
                "SURAT PERJANJIAN\nuntuk melaksanakan paket pekerjaan konstruksi\nNomor 12/SP/2024",
                Some(Kontrak),
            ),
            (
                "INVOICE\nNo. 12 Bill to PT Satu\nHydraulic Excavator 1 unit",
                Some(BuktiPeralatan),
            ),
            ("INVOICE\nNo. 12 Bill to PT Satu\nKertas HVS 20 rim", None),
            (
                "DIREKTORAT JENDERAL PAJAK\nSURAT KETERANGAN TERDAFTAR\nNomor Pokok Wajib Pajak 01.999",
                Some(Npwp),
            ),
            (
                "DIREKTORAT JENDERAL ADMINISTRASI HUKUM UMUM\nSURAT KETERANGAN TERDAFTAR\nPersekutuan Komanditer CV Dua",
                Some(SkKemenkumham),
            ),
        ] {
            assert_eq!(sure(text), word, "{text:?} {:?}", word_of_text(text));
        }
    }

    #[test]
    fn what_lists_letters_and_sentences_name_is_no_heading() {
        for text in [
            "Yth. Pokja, mohon maaf kami terlambat mengirim dokumen karena gangguan jaringan di lokasi",
            "ktp npwp nib akta surat kuasa pakta integritas daftar isi dokumen kualifikasi perusahaan",
            "PT SATU\nNomor : 1\nPerihal : Penyampaian Dokumen\nDengan hormat\nSurat Kuasa\nAkta Pendirian",
            "PT SATU\nKepada Yth. Pokja Pemilihan\nSURAT KUASA DAN KTP ASLI KAMI BAWA BESOK",
            "DAFTAR ISI\nPakta Integritas 1\nAkta Pendirian 3\nSurat Kuasa 9",
            "Kelengkapan berkas kami\n1. Surat Kuasa\n2. Akta Pendirian\n- Pakta Integritas",
            "Surat Kuasa\nAkta Pendirian\nPakta Integritas\nDaftar Peralatan",
            "Pekerjaan dimulai dengan mobilisasi alat ke lokasi sesuai kontrak dan\nsurat perintah kerja.",
            "Yang kami bawa\nKTP\nNPWP\nSBU\nAkta Pendirian",
            "Hasil pemeriksaan\nSurat Kuasa ada",
            "UNDANGAN\nPembuktian kualifikasi: akta pendirian, surat kuasa",
            "KARTU KELUARGA\nNIK 6403 Jenis Kelamin LAKI-LAKI Status Perkawinan KAWIN Kewarganegaraan WNI Agama ISLAM RT/RW 1/2 Kel/Desa BUGIS",
            "BERITA ACARA PEMBUKTIAN KUALIFIKASI\nPokja memeriksa Akta Pendirian dan Surat Kuasa",
        ] {
            assert_eq!(sure(text), None, "{text:?} {:?}", word_of_text(text));
        }
    }

    #[test]
    fn a_noun_behind_the_heading_makes_it_another_paper() {
        for (text, word) in [
            (
                "PERJANJIAN SEWA MENYEWA RUKO\nPihak pertama menyewakan 1 unit ruko, harga sewa Rp 30.000.000",
                None,
            ),
            (
                "PERJANJIAN SEWA MENYEWA\nPihak pertama menyewakan kepada pihak kedua 1 unit excavator",
                Some(BuktiPeralatan),
            ),
            (
                "DIREKTORAT JENDERAL PAJAK\nKPP PRATAMA CONTOH\nSURAT PENGUKUHAN PENGUSAHA KENA PAJAK\nNPWP : 01.999.001.9-000.000",
                None,
            ),
            (
                "DAFTAR PERALATAN UTAMA\n1 Excavator milik sendiri baik\n2 Dump Truck sewa baik",
                None,
            ),
            (
                "BERITA ACARA SERAH TERIMA LAPANGAN\nPPK menyerahkan lapangan kepada penyedia",
                None,
            ),
            (
                "ADDENDUM KONTRAK I\nHarga kontrak semula Rp 8.112.000.000,00 menjadi Rp 8.540.000.000,00",
                Some(Kontrak),
            ),
            (
                "ADDENDUM DOKUMEN PEMILIHAN\nPokja mengubah syarat penyedia jasa",
                None,
            ),
            (
                "SURAT PERJANJIAN\nPihak pertama meminjamkan uang kepada pihak kedua selama enam bulan",
                None,
            ),
            (
                "BUKTI PENERIMAAN ELEKTRONIK\nJenis SPT : SPT Masa PPN\nTahun Pajak : 2026",
                None,
            ),
            (
                "BUKTI PENERIMAAN ELEKTRONIK\nJenis SPT : SPT Tahunan PPh Badan\nTahun Pajak : 2025",
                Some(Spt),
            ),
        ] {
            assert_eq!(sure(text), word, "{text:?} {:?}", word_of_text(text));
        }
    }

    #[test]
    fn a_sheet_between_papers_is_none_of_them() {
        for text in [
            "IJAZAH & SKK\nTENAGA AHLI\n(pembatas)\nPT SATU DUA\n2026",
            "KTP dan NPWP Direktur\nberikut salinan keduanya yang masih berlaku",
            "PAKTA INTEGRITAS\nPT SATU DUA TIGA\n2026",
            "LAMPIRAN II\nAKTA PENDIRIAN\nCV DUA SAUDARA",
        ] {
            assert_eq!(sure(text), None, "{text:?} {:?}", word_of_text(text));
        }
        let paper = "PAKTA INTEGRITAS\nPT SATU DUA TIGA\nNomor 12/PI/2026";
        assert_eq!(sure(paper), Some(PaktaIntegritas));
    }

    #[test]
    fn a_page_without_its_heading_is_told_by_what_only_it_says() {
        for (text, word) in [
            (
                "para penghadap saya, Notaris kenal.\n- DEMIKIAN AKTA INI -\n-Dibuat sebagai minuta di Contoh\n\
                 Nona RINI, pegawai kantor Notaris ; segera akta ini ditanda-tangani\n-Diberikan sebagai SALINAN yang sama bunyinya.",
                Some(Akta),
            ),
            (
                "Pasal 7\nPara anggota KSO sepakat:\nLeadfirm melaksanakan pekerjaan struktur\nPasal 8 REKENING BANK KSO\nPasal 9 PEMBUBARAN KSO",
                Some(Kso),
            ),
            // The same in a letter, and under a title of its own.
            (
                "Kepada Yth. Pokja\nPara anggota KSO sepakat, Leadfirm melaksanakan pekerjaan, rekening bank KSO, pembubaran KSO",
                None,
            ),
            (
                "SURAT KETERANGAN PENGADILAN\nPara anggota KSO sepakat, Leadfirm melaksanakan pekerjaan, rekening bank KSO, pembubaran KSO",
                None,
            ),
        ] {
            assert_eq!(sure(text), word, "{text:?} {:?}", word_of_text(text));
        }
    }

    #[test]
    fn letters_that_look_alike_and_spaces_do_not_matter() {
        for (text, word) in [
            (
                "KWIIANSl\nNo. 0021 Teleh terima untuk 1 unit Concrete Mixer",
                Some(BuktiPeralatan),
            ),
            (
                "I J A Z A H\nMemberikan kepada MARIA gelar Magister Teknik",
                Some(Ijazah),
            ),
            (
                "POWER OF ATTORNEY / SURAT KUASA\nNo. 088 hereby authorizes / dengan ini memberi kuasa",
                Some(SuratKuasa),
            ),
            (
                "PERJANJIAN KERJA SAMA\nDistribusi alat kesehatan antara PT Satu dan PT Dua",
                None,
            ),
        ] {
            assert_eq!(sure(text), word, "{text:?} {:?}", word_of_text(text));
        }
    }

    #[test]
    fn a_few_letters_say_nothing() {
        assert_eq!(word_of_text("KTP"), None);
        assert_eq!(word_of_text(""), None);
    }

    #[test]
    fn each_heading_says_its_own_paper() {
        for (document, phrases) in HEADINGS {
            for phrase in *phrases {
                let text = format!("{}\nPT SATU DUA TIGA EMPAT LIMA", phrase.to_uppercase());
                let read = word_of_text(&text).map(|(word, _)| word);
                // "Surat dukungan alat" and the like are longer phrases of another paper: none is here.
                assert_eq!(read, *document, "{phrase}");
            }
        }
    }
}

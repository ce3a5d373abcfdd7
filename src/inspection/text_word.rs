//! Which document a text is: the headings and fixed phrases that only that document has. Data, meant to grow.
//!
//! A wrong word hides a missing paper, a missing one is seen by a person: a word needs a heading of its own, and twice
//! the weight of any other.

use std::sync::LazyLock;

use crate::tender::DocumentWord::{self, *};

/// Below this a text stays *belum dikenali*.
pub const SURE: f32 = 0.8;

/// How much a phrase says: 3 is a heading that stands on no other paper, 1 is a word that supports.
#[rustfmt::skip]
const PHRASES: &[(DocumentWord, u8, &[&str])] = &[
    (Ktp, 3, &["kartu tanda penduduk"]),
    (Ktp, 2, &["berlaku hingga seumur hidup", "gol darah", "kewarganegaraan wni", "status perkawinan"]),
    (Ktp, 1, &["nik", "tempat tgl lahir", "kel desa", "rt rw", "jenis kelamin", "berlaku hingga", "kewarganegaraan", "pekerjaan karyawan"]),
    (Npwp, 3, &["nomor pokok wajib pajak", "kartu nomor pokok wajib pajak"]),
    (Npwp, 2, &["npwp16", "kpp pratama", "surat keterangan terdaftar"]),
    (Npwp, 1, &["direktorat jenderal pajak", "kementerian keuangan republik indonesia", "npwp"]),
    (Nib, 3, &["nomor induk berusaha", "perizinan berusaha berbasis risiko"]),
    (Nib, 2, &["oss rba", "pemerintah republik indonesia perizinan berusaha", "lembaga oss", "angka pengenal importir"]),
    (Nib, 1, &["kode kbli", "kbli", "nib", "sistem oss", "skala usaha"]),
    (Sbu, 3, &["sertifikat badan usaha", "sertifikat standar", "perizinan berusaha untuk menunjang kegiatan usaha"]),
    (Sbu, 2, &["subklasifikasi", "kualifikasi kecil", "kualifikasi menengah", "pb umku", "badan usaha jasa konstruksi"]),
    (Sbu, 1, &["lembaga sertifikasi badan usaha", "lpjk", "klasifikasi bangunan"]),
    (Siujk, 3, &["izin usaha jasa konstruksi"]),
    (Akta, 3, &["akta pendirian", "akta perubahan", "pernyataan keputusan rapat", "akta notaris", "perseroan komanditer akta"]),
    (Akta, 2, &["berhadapan dengan saya", "menghadap kepada saya", "notaris di kabupaten", "notaris di kota", "minuta akta"]),
    (Akta, 1, &["notaris", "penghadap", "para penghadap", "anggaran dasar", "pesero"]),
    (SkKemenkumham, 3, &["pengesahan pendirian badan hukum", "keputusan menteri hukum dan hak asasi manusia", "surat keterangan terdaftar persekutuan",
        "penerimaan pemberitahuan perubahan", "keputusan menteri hukum"]),
    (SkKemenkumham, 2, &["direktorat jenderal administrasi hukum umum", "ahu ah 01", "daftar perseroan nomor ahu"]),
    (SkKemenkumham, 1, &["ahu", "badan hukum perseroan", "kementerian hukum"]),
    (SuratKuasa, 3, &["surat kuasa"]),
    (SuratKuasa, 2, &["penerima kuasa", "pemberi kuasa", "memberikan kuasa", "memberi kuasa"]),
    (Spt, 3, &["bukti penerimaan elektronik", "surat pemberitahuan tahunan", "spt tahunan pajak penghasilan"]),
    (Spt, 2, &["tahun pajak", "nomor tanda terima elektronik", "status spt"]),
    (Kswp, 3, &["konfirmasi status wajib pajak", "surat keterangan fiskal", "status wajib pajak valid"]),
    (Kswp, 2, &["status valid", "kswp", "bebas tunggakan pajak"]),
    (LaporanKeuangan, 3, &["laporan keuangan", "laporan auditor independen", "laporan posisi keuangan", "neraca per", "laporan laba rugi"]),
    (LaporanKeuangan, 1, &["neraca", "aset lancar", "aktiva lancar", "ekuitas", "liabilitas", "jumlah aktiva", "laba bersih", "kantor akuntan publik"]),
    (Kontrak, 3, &["surat perintah kerja", "surat perjanjian kerja", "kontrak pengadaan", "surat perjanjian pekerjaan", "surat pesanan", "perjanjian kontrak"]),
    (Kontrak, 2, &["pejabat penandatangan kontrak", "syarat syarat umum kontrak", "nilai kontrak", "surat perjanjian"]),
    (Kontrak, 1, &["pejabat pembuat komitmen", "jangka waktu pelaksanaan", "masa pelaksanaan", "penyedia"]),
    (Bast, 3, &["berita acara serah terima", "berita acara serah terima pertama", "berita acara penyerahan"]),
    (Bast, 2, &["serah terima pertama", "serah terima akhir", "provisional hand over", "telah menyerahkan", "menerima penyerahan"]),
    (BuktiPeralatan, 3, &["surat tanda nomor kendaraan", "buku pemilik kendaraan bermotor", "perjanjian sewa alat", "perjanjian sewa menyewa",
        "perjanjian sewa peralatan", "daftar peralatan"]),
    (BuktiPeralatan, 2, &["nomor rangka", "nomor mesin", "isi silinder", "faktur penjualan", "sewa alat"]),
    (BuktiPeralatan, 1, &["nopol", "nomor registrasi", "excavator", "dump truck", "invoice", "kwitansi"]),
    (Ijazah, 3, &["ijazah", "transkrip nilai", "telah lulus ujian sarjana", "surat tanda tamat belajar"]),
    (Ijazah, 2, &["gelar sarjana", "sarjana teknik", "telah menyelesaikan pendidikan", "telah memenuhi semua persyaratan akademik", "dinyatakan lulus"]),
    (Ijazah, 1, &["universitas", "fakultas", "rektor", "dekan", "program studi", "institut teknologi", "nomor induk mahasiswa"]),
    (Skk, 3, &["sertifikat kompetensi kerja", "sertifikat kompetensi", "sertifikat keahlian", "sertifikat keterampilan", "certificate of competence"]),
    (Skk, 2, &["badan nasional sertifikasi profesi", "lembaga sertifikasi profesi", "jabatan kerja", "ahli muda", "ahli madya", "ahli utama"]),
    (Skk, 1, &["bnsp", "kkni", "jenjang", "kualifikasi jenjang"]),
    (Cv, 3, &["daftar riwayat hidup", "curriculum vitae", "riwayat hidup"]),
    (Cv, 1, &["posisi yang diusulkan", "pendidikan formal", "pengalaman kerja", "penguasaan bahasa", "uraian tugas", "pendidikan non formal"]),
    (Referensi, 3, &["surat referensi", "referensi kerja", "surat keterangan pengalaman", "surat keterangan kerja"]),
    (Referensi, 1, &["menerangkan dengan sebenarnya", "telah bekerja pada", "pernah bekerja", "telah melaksanakan tugas"]),
    (PaktaIntegritas, 3, &["pakta integritas", "fakta integritas"]),
    (PaktaIntegritas, 2, &["tidak akan melakukan praktek korupsi", "tidak akan melakukan praktik korupsi", "korupsi kolusi dan nepotisme"]),
    (Kso, 3, &["perjanjian kerja sama operasi", "kerja sama operasi", "kerjasama operasi", "perjanjian kemitraan", "surat perjanjian kso"]),
    (Kso, 1, &["leadfirm", "anggota kso", "kso"]),
    (Negosiasi, 3, &["berita acara klarifikasi dan negosiasi", "berita acara negosiasi", "berita acara hasil negosiasi", "klarifikasi dan negosiasi teknis dan biaya",
        "klarifikasi dan negosiasi biaya"]),
    (Negosiasi, 2, &["hasil negosiasi", "harga negosiasi", "penawaran terkoreksi", "negosiasi harga"]),
    (Lainnya, 3, &["surat tugas", "surat pernyataan", "rencana keselamatan konstruksi", "bukti pemotongan pajak penghasilan", "surat dukungan",
        "surat penawaran", "surat keterangan domisili", "kartu peserta bpjs", "tingkat komponen dalam negeri"]),
];

struct Phrase {
    document: DocumentWord,
    weight: f32,
    words: Vec<String>,
}

static TAKEN_APART: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    let phrases = PHRASES.iter().flat_map(|(document, weight, phrases)| {
        phrases.iter().map(|phrase| Phrase {
            document: *document,
            weight: f32::from(*weight),
            words: plain_words(phrase),
        })
    });
    phrases.collect()
});

/// The document that a text is, and how sure that is (0 to 1); `None`: nothing in it says so.
pub fn word_of_text(text: &str) -> Option<(DocumentWord, f32)> {
    let words = plain_words(text);
    let letters: usize = words.iter().map(String::len).sum();
    if letters < 20 {
        return None;
    }
    // What stands above says what the paper is; below it other papers are named ("berdasarkan akta pendirian").
    let head = words.len().min(45);
    let mut scores: Vec<(DocumentWord, f32, bool)> = Vec::new();
    for phrase in TAKEN_APART.iter() {
        let Some(place) = place(&words, &phrase.words) else {
            continue;
        };
        let above = place < head;
        let weight = if above || phrase.weight < 3.0 {
            phrase.weight
        } else {
            1.0
        };
        let heading = above && phrase.weight >= 3.0;
        // The first heading is the paper's own; later ones are what it speaks of.
        let weight = if heading {
            weight + 3.0 * (1.0 - place as f32 / 45.0)
        } else {
            weight
        };
        match scores
            .iter_mut()
            .find(|(document, ..)| *document == phrase.document)
        {
            Some((_, score, has_heading)) => {
                *score += weight;
                *has_heading |= heading;
            }
            None => scores.push((phrase.document, weight, heading)),
        }
    }
    scores.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (document, score, heading) = *scores.first()?;
    let second = scores.get(1).map_or(0.0, |(_, score, _)| *score);
    // Enough weight, and clearly more than anything else.
    let enough = (score / 5.0).min(1.0);
    let clear = 1.0 - second / score;
    let sure = enough * (0.55 + 0.45 * (clear * 2.0).min(1.0)) * if heading { 1.0 } else { 0.85 };
    Some((document, sure))
}

/// Lowercase words without signs; what OCR takes for letters in a row of letters is put right.
fn plain_words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let lower = word.to_lowercase();
            let letters = lower.chars().filter(|c| c.is_alphabetic()).count();
            if letters * 2 > lower.chars().count() {
                lower
                    .replace('0', "o")
                    .replace(['1', '|'], "l")
                    .replace('5', "s")
                    .replace('8', "b")
            } else {
                lower
            }
        })
        .take(4000)
        .collect()
}

/// Where the phrase stands. Of a long word one letter may be misread.
fn place(words: &[String], phrase: &[String]) -> Option<usize> {
    words.windows(phrase.len().max(1)).position(|window| {
        window
            .iter()
            .zip(phrase)
            .all(|(read, meant)| alike(read, meant))
    })
}

fn alike(read: &str, meant: &str) -> bool {
    if read == meant {
        return true;
    }
    let (a, b) = (read.len(), meant.len());
    let misread = match b {
        0..=4 => return false,
        5..=8 => 1,
        _ => 2,
    };
    a.abs_diff(b) <= misread
        && read.chars().next() == meant.chars().next()
        && strsim::levenshtein(read, meant) <= misread
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sure(text: &str) -> Option<DocumentWord> {
        word_of_text(text)
            .filter(|(_, sure)| *sure >= SURE)
            .map(|(word, _)| word)
    }

    #[test]
    fn the_heading_names_the_paper_and_not_what_it_speaks_of() {
        for (text, word) in [
            (
                "PROVINSI KALIMANTAN TIMUR\nKABUPATEN BERAU\nNIK : 6403051204850000\nNama : BUDI\nTempat/Tgl Lahir : BERAU\nGol. Darah : O\n\
              Kewarganegaraan : WNI\nStatus Perkawinan : KAWIN\nBerlaku Hingga : SEUMUR HIDUP",
                Some(Ktp),
            ),
            (
                "SURAT KUASA\nYang bertanda tangan di bawah ini, direktur berdasarkan Akta Pendirian nomor 7, memberikan kuasa kepada penerima kuasa \
              dengan KTP ... untuk menghadiri pembuktian kualifikasi dan menandatangani berita acara",
                Some(SuratKuasa),
            ),
            (
                "PEMERINTAH REPUBLIK INDONESIA\nPERIZINAN BERUSAHA BERBASIS RISIKO\nNOMOR INDUK BERUSAHA: 1234567890123",
                Some(Nib),
            ),
            (
                "N0MOR INDUK BERUSAHÁ 1234567890123 perizinan berusaha berbasis risik0 kode KBLI 41011",
                Some(Nib),
            ),
            (
                "Yth. Pokja, mohon maaf kami terlambat mengirim dokumen karena gangguan jaringan di lokasi",
                None,
            ),
            (
                "ktp npwp nib akta surat kuasa pakta integritas daftar isi dokumen kualifikasi perusahaan",
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
}

//! The document words of the contract: what a bidder can owe, and how the office calls it.

use serde::{Deserialize, Serialize};

macro_rules! documents {
    ($($variant:ident $word:literal $label:literal),+ $(,)?) => {
        /// One kind of paper.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum DocumentWord {
            $(#[serde(rename = $word)] $variant),+
        }

        impl DocumentWord {
            pub const ALL: &'static [DocumentWord] = &[$(DocumentWord::$variant),+];

            /// The word of the contract.
            pub fn word(self) -> &'static str {
                match self { $(DocumentWord::$variant => $word),+ }
            }

            /// As it stands in letters.
            pub fn label(self) -> &'static str {
                match self { $(DocumentWord::$variant => $label),+ }
            }
        }
    };
}

documents! {
    Ktp "ktp" "KTP",
    Npwp "npwp" "NPWP",
    Nib "nib" "NIB",
    Sbu "sbu" "Sertifikat Badan Usaha (SBU)",
    Siujk "siujk" "SIUJK",
    Akta "akta" "Akta Pendirian/Perubahan",
    SkKemenkumham "sk-kemenkumham" "SK Kemenkumham",
    SuratKuasa "surat-kuasa" "Surat Kuasa",
    Spt "spt" "SPT Tahunan",
    Kswp "kswp" "Konfirmasi Status Wajib Pajak (KSWP)",
    LaporanKeuangan "laporan-keuangan" "Laporan Keuangan",
    Kontrak "kontrak" "Kontrak Pengalaman",
    Bast "bast" "Berita Acara Serah Terima (BAST)",
    BuktiPeralatan "bukti-peralatan" "Bukti Peralatan",
    Ijazah "ijazah" "Ijazah",
    Skk "skk" "Sertifikat Kompetensi Kerja (SKK)",
    Cv "cv" "Daftar Riwayat Hidup",
    Referensi "referensi" "Referensi Kerja",
    PaktaIntegritas "pakta-integritas" "Pakta Integritas",
    Kso "kso" "Perjanjian KSO",
    Negosiasi "negosiasi" "Berkas Negosiasi yang Ditandatangani",
    Lainnya "lainnya" "Dokumen Lainnya",
}

impl DocumentWord {
    pub fn from_word(word: &str) -> Option<DocumentWord> {
        DocumentWord::ALL
            .iter()
            .copied()
            .find(|document| document.word() == word)
    }
}

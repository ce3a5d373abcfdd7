use super::*;
use crate::inspection::headings::HEADINGS;
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
        // A form of a tender document that nobody has filled in, and accounts that only are spoken of.
        (
            "Standar Dokumen Pemilihan\nPara anggota KSO sepakat, Leadfirm melaksanakan pekerjaan, rekening bank KSO, pembubaran KSO",
            None,
        ),
        (
            "Modal kerja, kekayaan bersih, aset lancar dan total aset, laba ditahan dan aset tetap sebagai syarat",
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
fn a_heading_in_small_letters_needs_a_page_that_says_the_same() {
    for (text, word) in [
        (
            "surat perintah kerja (spk)\nnomor 027/11/spk/2020\nnilai kontrak rp 145.000.000\nwaktu pelaksanaan 30 hari",
            Some(Kontrak),
        ),
        (
            "surat perjanjian sewa alat\nmenyewakan 1 unit excavator dan 2 dump truck\nharga sewa rp 350.000 per jam",
            Some(BuktiPeralatan),
        ),
        // A chat, a note and an announcement name papers in small letters too.
        (
            "surat kuasa menyusul besok pak\npemberi kuasa sedang di luar kota\npenerima kuasa rudi",
            None,
        ),
        (
            "CATATAN HASIL PEMBUKTIAN\nKTP ada\nSurat Kuasa ada\nAkta Pendirian ada",
            None,
        ),
        (
            "pengumuman hasil negosiasi\npaket konsultan\nharga negosiasi rp 200 juta",
            None,
        ),
        (
            "surat kuasa baru\npemberi kuasa di luar kota\npenerima kuasa rudi\nmohon ditunggu",
            None,
        ),
        (
            "surat kuasa ada\npemberi kuasa direktur\npenerima kuasa rudi",
            None,
        ),
        ("surat kuasa\nbelum kami terima sampai hari ini", None),
        (
            "lowongan kerja\ndibutuhkan segera\nsertifikat kompetensi kerja\nlembaga sertifikasi profesi, jabatan kerja pelaksana",
            None,
        ),
    ] {
        assert_eq!(sure(text), word, "{text:?} {:?}", word_of_text(text));
    }
}

#[test]
fn copies_forms_and_columns_do_not_hide_the_heading() {
    for (text, word) in [
        (
            "FOTOKOPI IJAZAH\nUNIVERSITAS CONTOH\nmemberikan ijazah kepada BUDI, gelar sarjana teknik",
            Some(Ijazah),
        ),
        (
            "FORMULIR DAFTAR RIWAYAT HIDUP\n1. Posisi yang diusulkan : Pelaksana\n2. Riwayat pekerjaan : Jembatan",
            Some(Cv),
        ),
        (
            "REFERENSI KERJA              halaman ke-2 dari daftar\nDiberikan kepada : Budi\nPenilaian : sangat memuaskan",
            Some(Referensi),
        ),
        (
            "PT ALAT JAYA             INVOICE\nHydraulic Excavator 1 unit Rp 900.000.000",
            Some(BuktiPeralatan),
        ),
        (
            "Lampiran I Perka LKPP             PAKTA INTEGRITAS\nTidak akan melakukan KKN, bersedia dimasukkan dalam daftar hitam",
            Some(PaktaIntegritas),
        ),
        (
            "surat perintah kerja        lembar ke-2\nnilai kontrak rp 145.000.000\nwaktu pelaksanaan 30 hari",
            Some(Kontrak),
        ),
        // A list of copies, and a form that asks for a paper.
        ("Fotokopi KTP\nFotokopi NPWP\nFotokopi Ijazah", None),
        (
            "FORMULIR PERMOHONAN NPWP\nDIREKTORAT JENDERAL PAJAK\nKPP Pratama\nTanggal Terdaftar",
            None,
        ),
        (
            "DAFTAR PENGALAMAN\nNama Paket      Kontrak       BAST\nJalan A    600/12/2020    12/PHO/2020",
            None,
        ),
    ] {
        assert_eq!(sure(text), word, "{text:?} {:?}", word_of_text(text));
    }
}

#[test]
fn english_issues_and_old_forms_are_told_and_what_looks_like_them_is_not() {
    for (text, word) in [
        (
            "BUSINESS IDENTIFICATION NUMBER (NIB)\nRisk-Based Business Licensing\nName of business actor: PT X",
            Some(Nib),
        ),
        (
            "MINUTES OF CONTRACT NEGOTIATION\nFinal negotiated contract price: Rp 918,255,000",
            Some(Negosiasi),
        ),
        (
            "SUBCONTRACT AGREEMENT\nbetween PT A (Main Contractor) and PT B, Contract Price Rp 3.000.000.000",
            Some(Kontrak),
        ),
        (
            "KEPUTUSAN KEPALA DINAS PEKERJAAN UMUM\nIJIN USAHA JASA KONSTRUKSI (IUJK)\nDiberikan kepada CV TIRTA, Gred 2",
            Some(Siujk),
        ),
        (
            "SBU KONSTRUKSI\nPB-UMKU 0505\nPT SEBATIK JAYA\nBG009 Konstruksi Gedung Lainnya",
            Some(Sbu),
        ),
        (
            "KEMENTERIAN KETENAGAKERJAAN\nSERTIFIKAT\ntelah mengikuti pembinaan dan dinyatakan lulus sebagai\nAHLI K3 KONSTRUKSI",
            Some(Skk),
        ),
        (
            "SURAT PERNYATAAN TANGGUNG JAWAB DIREKSI\nATAS LAPORAN KEUANGAN\nKami bertanggung jawab atas penyajian laporan keuangan",
            Some(LaporanKeuangan),
        ),
        (
            "SERVICE AGREEMENT\nInternet Fiber Optic, pelanggan PT X, monthly fee",
            None,
        ),
        (
            "AGREEMENT\nNon-disclosure between PT A and PT B; confidential information",
            None,
        ),
        (
            "PURCHASE ORDER\nNo. PO 123 kepada Toko Sinar\nSemen 100 sak, paku 10 kg",
            None,
        ),
        (
            "BADAN NASIONAL SERTIFIKASI PROFESI\nSERTIFIKAT LISENSI\nMemberikan lisensi kepada Lembaga Sertifikasi Profesi",
            None,
        ),
        (
            "BERITA ACARA PEMERIKSAAN BARANG BUKTI\nPada hari ini penyidik memeriksa barang bukti",
            None,
        ),
        (
            "SURAT KETERANGAN\nBank Contoh menerangkan bahwa CV Marga telah bekerja sama dengan kami sejak 2010",
            None,
        ),
        (
            "PROVINSI KALIMANTAN TIMUR\nDINAS KEPENDUDUKAN\nSURAT KETERANGAN PINDAH\nNIK 6403 Kewarganegaraan WNI",
            None,
        ),
    ] {
        assert_eq!(sure(text), word, "{text:?} {:?}", word_of_text(text));
    }
}

#[test]
fn letterheads_that_name_a_paper_are_none() {
    for (text, word) in [
        (
            "KERJA SAMA OPERASI (KSO)\nPT SATU - CV DUA\nSURAT KUASA\nPara pemberi kuasa memberi kuasa kepada Budi sebagai wakil kemitraan",
            Some(SuratKuasa),
        ),
        (
            "KERJA SAMA OPERASI (KSO)\nPT SATU - CV DUA\nKedua pihak sepakat membentuk KSO, leadfirm PT SATU",
            Some(Kso),
        ),
        (
            "NOTARIS\nRATNA, S.H.\nSK. MENTERI HUKUM DAN HAK ASASI MANUSIA REPUBLIK INDONESIA\nTanggal penetapan AHU-1\nAKTA PENDIRIAN\nNomor 3",
            Some(Akta),
        ),
    ] {
        assert_eq!(sure(text), word, "{text:?} {:?}", word_of_text(text));
    }
}

#[test]
fn a_sheet_that_says_where_it_belongs_is_no_paper() {
    for text in [
        "TAB 3\n\nAKTA PENDIRIAN\nDAN\nAKTA PERUBAHAN",
        "PEMISAH\nLAMPIRAN 4\nAKTA PENDIRIAN\nCV TUNAS\n(asli ditunjukkan saat zoom)\nDokumen ini milik perusahaan",
    ] {
        assert_eq!(sure(text), None, "{text:?} {:?}", word_of_text(text));
    }
    let form = "BENTUK SURAT KUASA\n[Kop surat badan usaha]\nSURAT KUASA\nPenerima kuasa mewakili pemberi kuasa";
    assert_eq!(sure(form), None);
    let annex = "LAMPIRAN I\nSURAT PERINTAH KERJA\nNilai kontrak Rp 10.000.000, waktu pelaksanaan 30 hari, penyedia";
    assert_eq!(sure(annex), Some(Kontrak));
    let purpose =
        "SURAT KUASA MENGHADIRI KLARIFIKASI DAN NEGOSIASI\nPenerima kuasa mewakili pemberi kuasa";
    assert_eq!(sure(purpose), Some(SuratKuasa));
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

//! A third invented office, written by somebody who had read neither the rules nor the sheets of the other parts: what a
//! careful clerk would do who knows the registry and the mail in hand and nothing else. `disputable` marks a line over which
//! two careful clerks might fairly differ.

use jiff::SignedDuration;
use loket::tender::{
    Bidder, BidderId, DocumentWord, Meeting, ProcurementKind, Reference, Session, SessionId,
    SessionKind, Tender, TenderId,
};

use super::{
    draft::Draft,
    world::{DUE, Vocabulary, World, address, time},
};

type Write = fn(&World, usize) -> Draft;

use SessionKind::{Clarification, Negotiation, Qualification};

/// Firms by their part in the play.
mod firm {
    pub const FIRST: usize = 0;
    pub const RIVAL: usize = 1;
    pub const THIRD: usize = 2;
    /// In both stages of one work.
    pub const STAGES: usize = 3;
    pub const STAGE_RIVAL: usize = 4;
    pub const ADVISER: usize = 5;
    /// In a tender that failed and in the one that came after.
    pub const AGAIN: usize = 6;
    pub const ELSEWHERE: usize = 7;
    /// Two competitors with one administrator and one address.
    pub const SHARED_A: usize = 8;
    pub const SHARED_B: usize = 9;
    pub const KSO: usize = 10;
    pub const LATE: usize = 11;
    pub const BARGAINER: usize = 12;
    /// Three names that differ in the form or in one more word, all in one tender.
    pub const NAME_CV: usize = 13;
    pub const NAME_PT: usize = 14;
    pub const NAME_LONGER: usize = 15;
    /// In two tenders that have nothing to do with each other.
    pub const TWICE: usize = 16;
    pub const TWICE_RIVAL: usize = 17;
    /// With a domain of its own and a branch office.
    pub const BRANCH: usize = 18;
    /// Two firms of different tenders with one address.
    pub const DUO_A: usize = 19;
    pub const DUO_B: usize = 20;
}

mod work {
    pub const HALL: usize = 0;
    pub const STAGE_ONE: usize = 1;
    pub const STAGE_TWO: usize = 2;
    pub const SUPERVISION: usize = 3;
    pub const PIPE_FAILED: usize = 4;
    pub const PIPE_AGAIN: usize = 5;
    /// Of the other Pokja.
    pub const LAMPS: usize = 6;
    pub const CLEANING: usize = 7;
    pub const BRIDGE: usize = 8;
    pub const MARKET: usize = 9;
    pub const DESIGN: usize = 10;
    pub const FURNITURE: usize = 11;
    pub const PARK: usize = 12;
    pub const FENCE: usize = 13;
    pub const SEEDS: usize = 14;
    pub const GENSET: usize = 15;
}

struct Names {
    firms: [&'static str; 21],
    emails: [&'static str; 21],
    directors: [&'static str; 21],
    works: [&'static str; 16],
    /// The stages of the work, as its name has them.
    stages: [&'static str; 2],
    /// The members of the joint operation.
    members: [&'static str; 2],
}

#[rustfmt::skip]
const NAMES: [Names; 2] = [
    Names {
        firms: ["CV Ranting Emas Sejati", "PT Bukit Selindung Raya", "CV Tiga Muara Teknik", "PT. LEMBAH KUNING PERSADA", "CV Gerbang Segara", "PT Wahana Ukur Tata Konsultan",
            "CV Anak Sungai Dumaring", "PT Prima Kendali Elektrik", "CV Putri Junjung Buih", "CV Lintas Pulau Raba", "PT Tonggak Baja Nusantara - CV Karya Rimbun KSO", "CV Sirih Pinang Lestari",
            "PT Matra Selaras Engineering", "CV Bintang Delapan Sukses", "PT Bintang Delapan Sukses", "CV Bintang Delapan Sukses Bersama", "CV Halimun Pagi", "CV Gemilang Tepian Kota",
            "PT Citra Gading Mekatronika", "CV Kumala Borneo Teknik", "UD Sumber Tani Segah"],
        emails: ["rantingemas.sejati@gmail.com", "bukitselindung@yahoo.co.id", "tigamuara.teknik@gmail.com", "lembahkuning.persada@gmail.com", "gerbangsegara@gmail.com", "wahanaukurtata@gmail.com",
            "anaksungaidumaring@gmail.com", "lelang@primakendali.test", "berkas.tender.bersama@gmail.com", "berkas.tender.bersama@gmail.com", "tonggakbaja.tender@gmail.com", "sirihpinang@yahoo.com",
            "matraselaras@engineering.test", "bintangdelapan.cv@gmail.com", "pt.bintangdelapan@yahoo.co.id", "bdsb.redeb@gmail.com", "halimunpagi.cv@gmail.com", "gemilangtepian@gmail.com",
            "tender@gadingmekatronika.test", "adm.kumala@gmail.com", "adm.kumala@gmail.com"],
        directors: ["Ardiansyah Mahmud", "Ir. Hotman Situngkir", "Norhayati Basri", "H. Jamaluddin Akbar", "Simon Petrus Bilung", "Dr. Ir. Sigit Purnomohadi, M.T.", "Rustam Effendi Lubis", "Ferry Salimin", "Hj. Masdiana",
            "Zulkifli Ramdan", "Gunadi Prakoso", "Maimunah Tahir", "Bonifasius Laga, S.T.", "Syarifuddin Anwar", "Andreas Wijanarko", "Sukardi Mulyo", "Erwin Saputro", "Yusuf Hamdani", "Lim Hendra", "Rahmad Fauzi", "Paiman Hadi"],
        works: ["Pembangunan Balai Pertemuan Umum Kampung Pilanjau", "Pematangan Lahan Islamic Center Labanan Tahap I", "Pematangan Lahan Islamic Center Labanan Tahap II", "Pengawasan Teknis Rumah Sakit Pratama Batu Putih",
            "Perluasan Jaringan Perpipaan Kampung Long Ayap", "Perluasan Jaringan Perpipaan Kampung Long Ayap (Tender Ulang)", "Pemasangan PJU Tenaga Surya Pulau Maratua", "Jasa Pengelolaan Kebersihan Pasar Inpres",
            "Pembangunan Jembatan Gantung Sungai Malinau Kecil", "Rehabilitasi Los Pasar Teluk Bayur", "Perencanaan Embung Kampung Tembudan", "Belanja Meubelair Ruang Sidang DPRD", "Penataan Taman Bawah Jembatan Segah",
            "Pembangunan Pagar Keliling Kantor Camat Kelay", "Pengadaan Bibit Lada dan Pupuk Organik", "Pengadaan Genset Puskesmas Rawat Inap"],
        stages: ["Tahap I", "Tahap II"],
        members: ["PT Tonggak Baja Nusantara", "CV Karya Rimbun"],
    },
    Names {
        firms: ["CV Batu Lesung Makmur", "PT Kencana Sungai Ulak", "CV Empat Penjuru Redeb", "PT. PUSAKA RIMBA MULIA", "CV Teratai Biduk", "PT Sarana Citra Teknika Konsultan",
            "CV Pinang Sebatang Raya", "PT Surya Lentera Bahari", "CV Dayang Etam", "CV Kuala Merancang", "PT Pilar Agung Konstruksindo - CV Rezeki Anak Rantau KSO", "CV Embun Kelapa Gading",
            "PT Disain Karsa Bentala", "CV Mitra Sanggalau", "PT Mitra Sanggalau", "CV Mitra Sanggalau Perdana", "CV Telaga Seribu", "CV Hulu Kelay Bersatu",
            "PT Nusa Diesel Pratama", "CV Rantau Bedungun", "UD Tani Merdeka Suaran"],
        emails: ["batulesungmakmur@gmail.com", "kencanaulak@yahoo.co.id", "empatpenjuru@gmail.com", "pusakarimba.mulia@gmail.com", "terataibiduk@gmail.com", "saranacitrateknika@gmail.com",
            "pinangsebatang.cv@gmail.com", "pengadaan@suryalentera.test", "jasa.berkas.redeb@yahoo.com", "jasa.berkas.redeb@yahoo.com", "pilaragung.kso@gmail.com", "embunkelapa@yahoo.com",
            "karsabentala@disain.test", "mitrasanggalau.cv@gmail.com", "pt.sanggalau@yahoo.co.id", "msperdana22@gmail.com", "telagaseribu.cv@gmail.com", "hulukelay@gmail.com",
            "tender@nusadiesel.test", "rantau.adm@gmail.com", "rantau.adm@gmail.com"],
        directors: ["Taufik Nur Rahman", "Ir. Parlindungan Sihotang", "Salmah Yunus", "H. Rusdi Abdullah", "Yosef Liah", "Prof. Dr. Ir. Hariadi Kusnanto", "Idris Mulyono", "Willy Tandean", "Hj. Norlela",
            "Samsudin Noor", "Djoko Harimurti", "Rabiatul Jannah", "Marcelinus Ajang, S.T.", "Abdul Gafur", "Handoko Lesmana", "Jumadi Slamet", "Agung Priyono", "Matius Ding", "Kusuma Halim", "Heriyanto Bakri", "Wagimin Karto"],
        works: ["Rehabilitasi Gedung Serbaguna Kampung Sukan Tengah", "Pembangunan Siring Tepian Ahmad Yani Tahap 1", "Pembangunan Siring Tepian Ahmad Yani Tahap 2", "Pengawasan Terminal Penumpang Bandara Kalimarau",
            "Pembangunan Intake Air Baku Kampung Batu Rajang", "Pembangunan Intake Air Baku Kampung Batu Rajang (Tender Ulang)", "Pengadaan Lampu Navigasi Pelabuhan Rakyat Derawan", "Jasa Tenaga Kebersihan RSUD Tipe B",
            "Penggantian Jembatan Kayu Kampung Tumbit Dayak", "Pemeliharaan Mess Pemda Samarinda", "DED Kawasan Wisata Labuan Cermin", "Pengadaan Meja Kursi Siswa SMP Negeri", "Pembangunan Ruang Terbuka Hijau Gunung Panjang",
            "Pembangunan Drainase Lingkungan Perum Korpri", "Belanja Bibit Kelapa Dalam dan Saprodi", "Pengadaan Genset dan Panel ATS Kantor Bupati"],
        stages: ["Tahap 1", "Tahap 2"],
        members: ["PT Pilar Agung Konstruksindo", "CV Rezeki Anak Rantau"],
    },
];

/// Who, in which work, and for each session its kind and hours from [`DUE`] to its due.
type Play = (usize, usize, &'static [(SessionKind, i64)]);

#[rustfmt::skip]
const PLAYS: &[Play] = &[
    (firm::FIRST, work::HALL, &[(Qualification, 0)]),
    (firm::RIVAL, work::HALL, &[(Qualification, 0)]),
    (firm::THIRD, work::HALL, &[(Qualification, 0)]),
    (firm::STAGES, work::STAGE_ONE, &[(Qualification, 0)]),
    (firm::STAGES, work::STAGE_TWO, &[(Qualification, 2)]),
    (firm::STAGE_RIVAL, work::STAGE_TWO, &[(Qualification, 0)]),
    (firm::ADVISER, work::SUPERVISION, &[(Clarification, 0), (Negotiation, 26)]),
    (firm::AGAIN, work::PIPE_FAILED, &[(Qualification, -24 * 35)]),
    (firm::AGAIN, work::PIPE_AGAIN, &[(Qualification, 0)]),
    (firm::ELSEWHERE, work::LAMPS, &[(Qualification, 0)]),
    (firm::SHARED_A, work::CLEANING, &[(Qualification, 0)]),
    (firm::SHARED_B, work::CLEANING, &[(Qualification, 0)]),
    (firm::KSO, work::BRIDGE, &[(Qualification, 0)]),
    (firm::LATE, work::MARKET, &[(Qualification, -6)]),
    (firm::BARGAINER, work::DESIGN, &[(Qualification, -24 * 15), (Negotiation, 0)]),
    (firm::NAME_CV, work::FURNITURE, &[(Qualification, 0)]),
    (firm::NAME_PT, work::FURNITURE, &[(Qualification, 0)]),
    (firm::NAME_LONGER, work::FURNITURE, &[(Qualification, 0)]),
    (firm::TWICE, work::PARK, &[(Qualification, 0)]),
    (firm::TWICE, work::FENCE, &[(Qualification, 1)]),
    (firm::TWICE_RIVAL, work::PARK, &[(Qualification, 0)]),
    (firm::DUO_A, work::FENCE, &[(Qualification, 1)]),
    (firm::DUO_B, work::SEEDS, &[(Qualification, 0)]),
    (firm::BRANCH, work::GENSET, &[(Qualification, 0)]),
];

/// What every other firm of the registry is named of.
const OTHERS: [&str; 10] = [
    "Bina",
    "Cipta",
    "Sumber",
    "Usaha",
    "Makmur",
    "Sentosa",
    "Prima",
    "Kalimantan",
    "Teknik",
    "Lestari",
];
const OTHER_IDS: i64 = 500_000;

impl World {
    pub fn third(number: usize) -> World {
        let names = &NAMES[number];
        let mut world = World::empty(number, &Vocabulary::NONE);
        for (at, name) in names.works.iter().enumerate() {
            let mailbox = if at == work::LAMPS {
                "pokja-2"
            } else {
                "pokja-3"
            };
            let tender = third_tender(number, at, (*name).to_owned(), mailbox);
            world.tenders.push(tender);
        }
        for (who, tender, sessions) in PLAYS {
            let bidder = third_bidder(number, *who, *tender);
            for (kind, due) in *sessions {
                world
                    .sessions
                    .push(third_session(number, &bidder, *kind, *due));
            }
            world.bidders.push(bidder);
        }
        for at in 0..25 {
            let tender = names.works.len() + at;
            let name = format!(
                "Peningkatan Jalan Usaha Tani Kelompok {} {}",
                OTHERS[at % 10],
                at + 2
            );
            world
                .tenders
                .push(third_tender(number, tender, name, "pokja-3"));
            for nth in 0..3 {
                let name = format!(
                    "{} {} {} {}",
                    ["PT", "CV"][nth % 2],
                    OTHERS[(at + nth) % 10],
                    OTHERS[(at * 3 + nth * 4 + 1) % 10],
                    OTHERS[(at * 7 + nth + 5) % 10]
                );
                let id = OTHER_IDS + (at * 10 + nth) as i64;
                world.bidders.push(Bidder {
                    id: BidderId(id),
                    tender: TenderId(tender as i64 + 1),
                    folder: format!("{name} {nth}"),
                    name,
                    npwp: None,
                    nib: None,
                    director: None,
                    phone: None,
                    emails: vec![address(&format!("penyedia{id}@gmail.com"))],
                    experts: Vec::new(),
                    withdrawn: false,
                });
            }
        }
        world
    }
}

/// The second world has the short codes of an old local SPSE.
fn third_tender(number: usize, at: usize, name: String, mailbox: &str) -> Tender {
    let code = match number {
        0 => format!("10447{:03}000", at * 17 + 107),
        _ => format!("{}", 29_071_045 + at * 1_000),
    };
    Tender {
        id: TenderId(at as i64 + 1),
        folder: format!("2026/{code} {name}"),
        code,
        name,
        mailbox: mailbox.into(),
        kind: ProcurementKind::Konstruksi,
    }
}

fn third_bidder(number: usize, who: usize, tender: usize) -> Bidder {
    let names = &NAMES[number];
    Bidder {
        id: BidderId((who * 100 + tender) as i64),
        tender: TenderId(tender as i64 + 1),
        name: names.firms[who].to_owned(),
        npwp: Some(third_npwp(number, who)),
        nib: Some(format!(
            "14112{}{:07}",
            3 + number,
            who * 40_127 + 1_200_503
        )),
        director: Some(names.directors[who].to_owned()),
        phone: Some(format!(
            "0852{:08}",
            who * 1_203_457 + number * 77 + 30_114_209
        )),
        emails: vec![address(names.emails[who])],
        experts: Vec::new(),
        folder: names.firms[who].to_owned(),
        withdrawn: false,
    }
}

/// Of a tax office that does not exist, with the right check digit.
fn third_npwp(number: usize, who: usize) -> String {
    let digits = format!("8{}999{:03}", 3 + number, who * 31 + 204);
    let mut sum = 0;
    for (at, digit) in digits.bytes().enumerate() {
        let product = usize::from(digit - b'0') * (1 + at % 2);
        sum += if product > 9 { product - 9 } else { product };
    }
    format!(
        "{}.{}.{}.{}-000.000",
        &digits[0..2],
        &digits[2..5],
        &digits[5..8],
        (10 - sum % 10) % 10
    )
}

fn third_session(number: usize, bidder: &Bidder, kind: SessionKind, due: i64) -> Session {
    use DocumentWord::{Akta, BuktiPeralatan, Kontrak, Ktp, Negosiasi, Nib, Npwp, Sbu};
    let hours = SignedDuration::from_hours;
    let due = time(DUE) + hours(due);
    let id = SessionId(bidder.id.0 * 10 + kind as i64);
    Session {
        id,
        tender: bidder.tender,
        bidder: bidder.id,
        kind,
        starts: due - hours(5),
        ends: due - hours(3),
        invite: Some(due - hours(72)),
        due,
        meeting: Meeting::default(),
        letter: Default::default(),
        documents: match kind {
            Qualification => vec![Ktp, Npwp, Nib, Akta, Sbu],
            Clarification => vec![Kontrak, BuktiPeralatan],
            Negotiation => vec![Negosiasi],
        },
        file: None,
        file_at: None,
        reference: Reference::from_bits(
            (id.0 as u64 + (number as u64 + 21) * 1_000_003) * 86_028_121,
        ),
        token: format!("t{:0>15}", id.0 + (number as i64 + 13) * 100_000),
        withdrawn: false,
    }
}

fn the(w: &World, who: usize, tender: usize) -> &Session {
    w.session(who, tender, Qualification)
}

fn of(w: &World, who: usize) -> &Bidder {
    w.bidders
        .iter()
        .find(|bidder| bidder.id.0 < OTHER_IDS && bidder.id.0 / 100 == who as i64)
        .expect("a firm of the play")
}

fn name(w: &World, who: usize) -> &str {
    &of(w, who).name
}

/// Without the form.
fn bare(w: &World, who: usize) -> &str {
    let name = name(w, who);
    name.split_once(' ').map_or(name, |(_, rest)| rest)
}

fn director(w: &World, who: usize) -> &str {
    of(w, who).director.as_deref().unwrap_or("")
}

fn npwp(w: &World, who: usize) -> &str {
    of(w, who).npwp.as_deref().unwrap_or("")
}

fn nib(w: &World, who: usize) -> &str {
    of(w, who).nib.as_deref().unwrap_or("")
}

fn email(w: &World, who: usize) -> String {
    of(w, who).emails[0].to_string()
}

fn stage(w: &World, at: usize) -> &'static str {
    NAMES[w.number].stages[at]
}

fn member(w: &World, at: usize) -> &'static str {
    NAMES[w.number].members[at]
}

/// The registered address, under the names that people give it.
fn registered(w: &World, who: usize, v: usize) -> String {
    let email = email(w, who);
    match v {
        0 => format!("{} <{email}>", bare(w, who).to_lowercase()),
        1 => email,
        _ => format!("Galaxy A15 <{email}>"),
    }
}

/// Addresses that nobody has registered.
fn private(v: usize) -> &'static str {
    [
        "Mas Yudhi <yudhi.prasetia.91@gmail.com>",
        "nurul_hdy@yahoo.com",
        "Bang Ipul <ipoel_tjredeb@hotmail.com>",
    ][v]
}

/// The director's own free-mail account, which is not registered.
fn own_account(w: &World, who: usize, v: usize) -> String {
    let director = director(w, who).split(',').next().unwrap_or("");
    let at = ["gmail.com", "yahoo.co.id", "icloud.com"][v];
    format!("{director} <pribadi.{who}{v}.{}@{at}>", w.number)
}

/// Signature blocks as firms have them.
fn block(w: &World, who: usize, v: usize) -> String {
    let (firm, director) = (name(w, who), director(w, who));
    match v {
        0 => format!(
            "Hormat kami,\n\n{firm}\nttd + cap\n\n{director}\nDirektur Utama\n\nKantor : Jl. Murjani II Gg. Rahmat RT {who:02}, Tanjung Redeb 77311\nTelp/Fax : (0554) 270{who:02}9   HP/WA : 0822-5510-77{who:02}"
        ),
        1 => format!(
            "-- \nBest Regards,\n{director}\n{firm}\nGeneral Contractor & Supplier\nJl. H. Isa III No. {who}, Berau, Kaltim\nMobile: 0811 580 4{who:02}0\n\nDISCLAIMER: Email ini hanya untuk penerima yang dituju."
        ),
        _ => format!("Wassalam,\n{director} ({firm})\n\nDikirim dari Ponsel Xiaomi saya"),
    }
}

/// Our invitation.
fn invitation(w: &World, session: &Session) -> String {
    let tender = w.tenders.iter().find(|tender| tender.id == session.tender);
    let tender = tender.expect("its tender");
    let activity = session.kind.label();
    format!(
        "UKPBJ Kabupaten Berau\nPokja Pemilihan III\n\nHal: Undangan {activity}\n\nYth. Pimpinan {}\ndi tempat\n\nSehubungan dengan pelaksanaan tender paket {} (Kode Tender {}), dengan ini kami mengundang Saudara untuk mengikuti {activity} secara daring pada:\n\n\
         Hari, tanggal: Rabu, 25 November 2026\nWaktu: pukul 09.00 s.d. 11.00 WITA\n\nMohon balas surat elektronik ini dengan melampirkan foto dokumen asli. Bila menulis surat baru, cantumkan kode [{}] pada subjek.\n\n\
         Kegiatan ini akan direkam atas izin Saudara. Atas perhatiannya diucapkan terima kasih.\n\nPokja Pemilihan III",
        w.bidder(session).name,
        tender.name,
        tender.code,
        session.reference,
    )
}

/// The older mail below, as Gmail, Outlook and Yahoo put it.
fn above(text: &str, v: usize, older: &str) -> String {
    let marked: String = older.lines().map(|line| format!("> {line}\n")).collect();
    match v {
        0 => format!(
            "{text}\n\nPada tanggal Sel, 24 Nov 2026 pukul 08.05 Pokja Pemilihan III <pokja3@berau.example> menulis:\n\n{marked}"
        ),
        1 => format!(
            "{text}\n\n________________________________\nDari: Pokja Pemilihan III <pokja3@berau.example>\nDikirim: Selasa, 24 November 2026 08:05\nKepada: Peserta\nPerihal: Undangan\n\n{older}"
        ),
        _ => format!(
            "{text}\n\nDikirim dari Yahoo Mail untuk iPhone\n\nPada Selasa, November 24, 2026, 8:05 AM, Pokja Pemilihan III <pokja3@berau.example> menulis:\n\n{marked}"
        ),
    }
}

const PHOTOS: [&[&str]; 3] = [
    &[
        "20261125_101122.jpg",
        "20261125_101140.jpg",
        "20261125_101203.jpg",
    ],
    &[
        "Foto KTP Direktur.jpg",
        "Foto NPWP.jpg",
        "Foto NIB.jpg",
        "Akta pendirian hal 1-10.pdf",
    ],
    &["DOC-20261125-WA0021..pdf", "IMG-20261125-WA0034.jpg"],
];

/// With another digit near the front: a code that no tender has.
fn mistyped(code: &str) -> String {
    format!("{}6{}", &code[..2], &code[3..])
}

/// The two works of [`firm::TWICE`], as people call them for short.
fn short(w: &World, tender: usize) -> &'static str {
    match (w.number, tender) {
        (0, work::PARK) => "taman bawah jembatan",
        (0, _) => "pagar kantor camat",
        (_, work::PARK) => "RTH Gunung Panjang",
        _ => "drainase Perum Korpri",
    }
}

pub const SITUATIONS: &[(&str, Write)] = &[
    // File: thread, registered address and signature agree.
    ("third a full answer in the thread", |w, v| {
        let s = the(w, firm::FIRST, work::HALL);
        let text = [
            "Yth. Pokja Pemilihan III,\n\nMenindaklanjuti undangan Bapak/Ibu, bersama ini kami lampirkan foto dokumen asli perusahaan kami. Mohon dapat diterima dengan baik.",
            "Selamat siang Bpk/Ibu Pokja,\n\nSbgmn dimaksud dlm undangan tsb di bawah, terlampir kami kirimkan berkasnya. Mhn konfirmasi bila ada yg kurang, tks.",
            "Ass. wr. wb.\nIzin mengirim berkas pembuktian ya Pak 🙏",
        ][v];
        let text = format!("{text}\n\n{}", block(w, firm::FIRST, v));
        let subject = [
            "Re: Undangan Pembuktian Kualifikasi",
            "BLS: UNDANGAN PEMBUKTIAN KUALIFIKASI",
            "Re: Re: Fwd: Undangan",
        ][v];
        Draft::from(
            registered(w, firm::FIRST, v),
            subject,
            above(&text, v, &invitation(w, s)),
        )
        .answers(s)
        .files(PHOTOS[v])
        .file(s)
    }),
    // File: he is registered in one tender only and its session is open; nothing speaks against it.
    ("third phone words from a registered address", |w, v| {
        let s = the(w, firm::THIRD, work::HALL);
        let (subject, text) = [
            (
                "brks",
                "siang min, ini brks yg td diminta ya.. maap baru smpt krm, sinyal lg jelek 🙏🙏",
            ),
            (
                "kirim",
                "Assalamualaikum pak. Ini pang berkasnya nang pian minta samalam, mun ada nang kurang habari ulun lah. Tarima kasih",
            ),
            (
                "",
                "mas/mbak monggo niki berkas e, nuwun sewu ngirime kawanen",
            ),
        ][v];
        Draft::from(registered(w, firm::THIRD, v), subject, text)
            .files(PHOTOS[v])
            .file(s)
    }),
    // File: registered in one tender, one open session; an empty mail with photos on the day of the proof is the proof.
    (
        "third nothing but attachments from a registered address",
        |w, v| {
            let s = the(w, firm::RIVAL, work::HALL);
            let subject = ["", "Foto", "(tanpa subjek)"][v];
            let text = ["", "Dikirim dari iPhone saya", "\n\n"][v];
            Draft::from(registered(w, firm::RIVAL, v), subject, text)
                .files(PHOTOS[v])
                .file(s)
        },
    ),
    // File: the secret address was given to this bidder alone for this session, and the text names no other.
    ("third the secret address from an unknown writer", |w, v| {
        let s = the(w, firm::RIVAL, work::HALL);
        let text = match v {
            0 => "Selamat pagi, saya diminta pak direktur meneruskan berkas ini. Terima kasih."
                .to_owned(),
            1 => format!(
                "Berkas {} terlampir.\n\nStaf administrasi",
                name(w, firm::RIVAL)
            ),
            _ => String::new(),
        };
        Draft::from(
            private(v),
            ["berkas", "Fwd: dokumen asli", "Re: Undangan"][v],
            text,
        )
        .to(format!("pokja3+{}@berau.example", s.token))
        .files(PHOTOS[v])
        .file(s)
    }),
    // File: the reference is this session's however it was retyped, and the firm named is its bidder.
    (
        "third the reference retyped by hand from a private account",
        |w, v| {
            let s = the(w, firm::FIRST, work::HALL);
            let code = s.reference.to_string();
            let code = match v {
                0 => code.to_lowercase().replace('-', " "),
                1 => code.replace('0', "O").replace('-', ""),
                _ => format!("( {} )", code.replace('1', "l")),
            };
            let text = format!(
                "Dokumen pembuktian {} kami kirim lewat email pribadi karena email kantor penuh.\n\n{}",
                name(w, firm::FIRST),
                director(w, firm::FIRST)
            );
            Draft::from(
                own_account(w, firm::FIRST, v),
                format!("dokumen {code}"),
                text,
            )
            .files(PHOTOS[v])
            .file(s)
        },
    ),
    // File: last year is only a slip of his template; he is registered in one tender alone.
    ("third last year in the subject", |w, v| {
        let s = the(w, firm::FIRST, work::HALL);
        let subject = [
            "PEMBUKTIAN KUALIFIKASI TA. 2025",
            "Dokumen Asli Kualifikasi Tahun Anggaran 2025",
            "Re: pembuktian 25 nopember 2025",
        ][v];
        let text = format!(
            "Kepada Yth.\nPokja Pemilihan III\ndi - Tanjung Redeb\n\nBersama surat elektronik ini kami sampaikan dokumen asli untuk paket {}.\n\n{}",
            w.package(work::HALL),
            block(w, firm::FIRST, v)
        );
        Draft::from(registered(w, firm::FIRST, v), subject, text)
            .files(PHOTOS[v])
            .file(s)
    }),
    // File: the code is no tender's, one digit is off; address, firm and package all say the same place.
    (
        "third a digit of the code mistyped by a registered bidder",
        |w, v| {
            let s = the(w, firm::RIVAL, work::HALL);
            let code = mistyped(w.code(work::HALL));
            let subject = [
                format!("{code} - {}", name(w, firm::RIVAL)),
                format!("Kode Tender {code}"),
                format!("pembuktian {code}"),
            ];
            let text = format!(
                "Dengan hormat,\nberikut kami sampaikan dokumen pembuktian pekerjaan {}.\n\n{}",
                w.package(work::HALL),
                block(w, firm::RIVAL, v)
            );
            Draft::from(registered(w, firm::RIVAL, v), subject[v].clone(), text)
                .files(PHOTOS[v])
                .file(s)
        },
    ),
    // File: two independent identifiers of exactly one bidder (NIB and the full name), and the code read with O for 0 besides.
    (
        "third a code typed with the letter O and the NIB",
        |w, v| {
            let s = the(w, firm::RIVAL, work::HALL);
            let code = w.code(work::HALL).replace('0', "O");
            let firm = name(w, firm::RIVAL);
            let text = format!(
                "Kepada Yth. Pokja,\n\n{firm}\nNIB : {}\nKode tender : {code}\n\nTerlampir foto dokumen asli. Terima kasih.\n\n{}",
                nib(w, firm::RIVAL),
                director(w, firm::RIVAL)
            );
            let subject = [
                format!("{code} {firm}"),
                "dokumen pembuktian".to_owned(),
                format!("Tender {code}"),
            ];
            Draft::from(private(v), subject[v].clone(), text)
                .files(PHOTOS[v])
                .file(s)
        },
    ),
    // File: exact code and full name are two identifiers of exactly one bidder.
    (
        "third the director from his own account with code and firm",
        |w, v| {
            let s = the(w, firm::THIRD, work::HALL);
            let (firm, code) = (name(w, firm::THIRD), w.code(work::HALL));
            let (subject, text) = match v {
                0 => (
                    format!("{code} – {firm} – Pembuktian Kualifikasi"),
                    "Mohon maaf memakai email pribadi. Dokumen terlampir.".to_owned(),
                ),
                1 => (
                    "dok pembuktian".to_owned(),
                    format!(
                        "pak sy dr {firm}, ini dok utk kode {code}. email kantor lupa password 😅"
                    ),
                ),
                _ => (
                    format!("Kode Tender: {code}"),
                    format!(
                        "Dengan hormat, terlampir dokumen asli kami.\n\n{}",
                        block(w, firm::THIRD, 0)
                    ),
                ),
            };
            Draft::from(own_account(w, firm::THIRD, v), subject, text)
                .files(PHOTOS[v])
                .file(s)
        },
    ),
    // File: NPWP and full name are two identifiers of one firm, which is in one tender with one open session.
    ("third NPWP and firm from a private account", |w, v| {
        let s = the(w, firm::RIVAL, work::HALL);
        let (firm, npwp) = (name(w, firm::RIVAL), npwp(w, firm::RIVAL));
        let digits: String = npwp.chars().filter(char::is_ascii_digit).collect();
        let text = match v {
            0 => format!(
                "Nama perusahaan: {firm}\nNPWP: {npwp}\nKeperluan: pembuktian kualifikasi\n\nTerima kasih"
            ),
            1 => format!("Berikut dokumen kami.\n\n{firm} | NPWP {digits}"),
            _ => format!("{firm}\nN.P.W.P  0{digits}\n\nlampiran = dokumen asli, mohon diterima"),
        };
        Draft::from(private(v), "Dokumen pembuktian kualifikasi", text)
            .files(PHOTOS[v])
            .file(s)
    }),
    // File: code and NPWP are exact and agree; one wrong letter in the name speaks against nothing.
    (
        "third code and NPWP exact and the name a letter off",
        |w, v| {
            let s = the(w, firm::FIRST, work::HALL);
            let firm = name(w, firm::FIRST).replacen('e', "", 1);
            let text = format!(
                "Yth Bapak Ibu Pokja\n\nkami dari {firm} NPWP {} menyampaikan dokumen asli sebagaimana undangan.\n\n{}",
                npwp(w, firm::FIRST),
                director(w, firm::FIRST)
            );
            let subject = [
                format!("Tender {}", w.code(work::HALL)),
                format!("{} {firm}", w.code(work::HALL)),
                format!("Pembuktian Kualifikasi ({})", w.code(work::HALL)),
            ];
            Draft::from(private(v), subject[v].clone(), text)
                .files(PHOTOS[v])
                .file(s)
        },
    ),
    // File: as plain as the others; that it is HTML alone changes nothing.
    ("third HTML alone with a letterhead in a table", |w, v| {
        let s = the(w, firm::FIRST, work::HALL);
        let (firm, code) = (name(w, firm::FIRST), w.code(work::HALL));
        let head = format!(
            "<table width=\"600\"><tr><td><b>{}</b><br>Contractor &amp; Leveransir<br>Jl.&nbsp;Durian III, Tanjung&nbsp;Redeb</td></tr></table><hr>",
            firm.to_uppercase()
        );
        let text = match v {
            0 => format!(
                "<html><body>{head}<p>Nomor : 021/RES-BRU/XI/2026<br>Perihal : <u>Penyampaian dokumen</u></p><p>Dengan hormat,</p><p>Bersama ini kami sampaikan dokumen asli untuk kode tender <b>{code}</b>.</p><p>Hormat kami,<br>{}</p></body></html>",
                director(w, firm::FIRST)
            ),
            1 => format!(
                "<div dir=\"ltr\">Siang pak, dokumen <i>terlampir</i> semua ya.</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">Pada Sel, 24 Nov 2026 pukul 08.05 Pokja Pemilihan III &lt;<a href=\"mailto:pokja3@berau.example\">pokja3@berau.example</a>&gt; menulis:<br></div><blockquote class=\"gmail_quote\">Yth. Pimpinan {firm}<br>Kode Tender {code}<br>[{}]</blockquote></div>",
                s.reference
            ),
            _ => format!(
                "<div style=\"font-family:Calibri\">{head}<p>Terlampir foto dokumen asli perusahaan.</p><p>{firm}</p></div>"
            ),
        };
        let from = [
            own_account(w, firm::FIRST, 0),
            registered(w, firm::FIRST, 1),
            registered(w, firm::FIRST, 2),
        ];
        Draft::from(
            from[v].clone(),
            ["Penyampaian dokumen", "Re: Undangan", "Dokumen"][v],
            text,
        )
        .in_html()
        .files(PHOTOS[v])
        .file(s)
    }),
    // File: the firm forwarded our invitation to its clerk, who answers above it; its reference, code and name agree.
    (
        "third a clerk answers above the forwarded invitation",
        |w, v| {
            let s = the(w, firm::THIRD, work::HALL);
            let text = format!(
                "{}\n\n---------- Forwarded message ---------\nDari: {} <{}>\nDate: Sel, 24 Nov 2026 pukul 10.31\nSubject: Fwd: Undangan Pembuktian Kualifikasi\nTo: staf\n\n\n---------- Forwarded message ---------\nDari: Pokja Pemilihan III <pokja3@berau.example>\nDate: Sel, 24 Nov 2026 pukul 08.05\nSubject: Undangan Pembuktian Kualifikasi [{}]\nTo: <{}>\n\n{}",
                [
                    "Menjawab undangan di bawah, terlampir dokumen yang diminta.",
                    "sesuai arahan bos, ini filenya pak",
                    "Berikut terlampir. Atas kerjasamanya kami ucapkan terimakasih",
                ][v],
                director(w, firm::THIRD),
                email(w, firm::THIRD),
                s.reference,
                email(w, firm::THIRD),
                invitation(w, s),
            );
            Draft::from(
                private(v),
                [
                    "Fwd: Fwd: Undangan Pembuktian Kualifikasi",
                    "Trs: Undangan",
                    "FW: Undangan Pokja",
                ][v],
                text,
            )
            .files(PHOTOS[v])
            .file(s)
        },
    ),
    // File: exact code and name; that the registered address stands in Cc agrees.
    (
        "third the office in copy of a private mail with code and firm",
        |w, v| {
            let s = the(w, firm::RIVAL, work::HALL);
            let (firm, code) = (name(w, firm::RIVAL), w.code(work::HALL));
            let text = [
                format!("Bersama ini kami sampaikan dokumen {firm} untuk kode tender {code}."),
                format!("tender {code}\n{firm}\n\nberkas menyusul sebagian, ini dulu pak"),
                format!("Mohon diterima. (cc: kantor)\n\nTim {firm}"),
            ];
            let subject = [
                "Dokumen asli".to_owned(),
                "dokumen".to_owned(),
                format!("[{code}] dokumen"),
            ];
            Draft::from(private(v), subject[v].clone(), text[v].clone())
                .cc(email(w, firm::RIVAL))
                .files(PHOTOS[v])
                .file(s)
        },
    ),
    // File: papers of a registered bidder are papers whatever a filter or a mailing program put into the header.
    (
        "third a registered bidder with marks of spam or bulk",
        |w, v| {
            let s = the(w, firm::BRANCH, work::GENSET);
            let text = format!(
                "Bersama ini kami sampaikan dokumen pembuktian.\n\n{}",
                block(w, firm::BRANCH, v)
            );
            let draft = Draft::from(
                registered(w, firm::BRANCH, v),
                "Dokumen Pembuktian Kualifikasi",
                text,
            )
            .files(PHOTOS[1])
            .file(s);
            match v {
                0 => draft.marked_as_spam(),
                1 => draft.head("Precedence: bulk"),
                _ => draft.null_sender(),
            }
        },
    ),
    // File: the place is certain though the papers cannot be read, which is another question.
    (
        "third a link or a locked archive from a registered address",
        |w, v| {
            let s = the(w, firm::THIRD, work::HALL);
            let text = match v {
            0 => "Pak filenya kegedean, sy taruh drive: https://drive.google.com/file/d/1hJk92ksLLqPz0/view?usp=sharing mohon request akses".to_owned(),
            1 => format!("berkas lengkap, password nya sy wa ya\n\n{}", block(w, firm::THIRD, 1)),
            _ => "https://we.tl/t-9sKq1LmXyz\nlink berlaku 3 hari".to_owned(),
        };
            let files: [&[&str]; 3] = [&[], &["berkas_lengkap.rar"], &[]];
            Draft::from(registered(w, firm::THIRD, v), "berkas pembuktian", text)
                .files(files[v])
                .file(s)
        },
    ),
    // File: a registered bidder with one open session; parts and a letterhead change nothing, the number of his letter is no code.
    ("third a letterhead and parts of one sending", |w, v| {
        let s = the(w, firm::RIVAL, work::HALL);
        let firm = name(w, firm::RIVAL);
        let letterhead = format!(
            "{}\nGENERAL CONTRACTOR - SUPPLIER - LEVERANSIR\nJl. SA Maulana No. 17 Tanjung Redeb, Email : {}\n==========================================\n\nNomor    : 112/BSR-TR/XI/2026\nLampiran : 1 (satu) berkas\nPerihal  : Penyampaian Dokumen Pembuktian\n\nKepada Yth.\nPokja Pemilihan III\ndi -\n      Tempat",
            firm.to_uppercase(),
            email(w, firm::RIVAL)
        );
        let (subject, text) = match v {
            0 => (
                "Penyampaian dokumen".to_owned(),
                format!(
                    "{letterhead}\n\nDengan hormat,\nBersama ini kami sampaikan dokumen dimaksud.\n\n{}",
                    block(w, firm::RIVAL, 0)
                ),
            ),
            1 => (format!("{firm} bagian 2 dari 3"), "lanjutan".to_owned()),
            _ => (
                "(3/3) TERAKHIR".to_owned(),
                "sdh semua ya pak, total 3 email".to_owned(),
            ),
        };
        Draft::from(registered(w, firm::RIVAL, v), subject, text)
            .files(PHOTOS[v])
            .file(s)
    }),
    // File: words without papers belong where thread and address say; a person reads them there.
    (
        "third a question or an objection or a plea in the thread",
        |w, v| {
            let s = the(w, firm::RIVAL, work::HALL);
            let text = [
                "Izin bertanya Pak/Bu, apakah SBU yang masih proses konversi di OSS dapat diterima? Mohon pencerahannya.",
                "Dengan ini kami menyatakan KEBERATAN atas waktu pembuktian yang terlalu singkat dan meminta penjelasan tertulis. Tembusan: Inspektorat.",
                "mohon maaf pak direktur kami lg di luar kota sampai kamis, apa bisa dijadwal ulang?",
            ][v];
            let text = format!("{text}\n\n{}", block(w, firm::RIVAL, v));
            Draft::from(
                registered(w, firm::RIVAL, v),
                "Re: Undangan Pembuktian Kualifikasi",
                above(&text, v, &invitation(w, s)),
            )
            .answers(s)
            .file(s)
        },
    ),
    // File: that he will come, in a new mail; registered in one tender with one open session.
    ("third he will come by hours of Java", |w, v| {
        let s = the(w, firm::BRANCH, work::GENSET);
        let text = [
            "Insya Allah kami hadir pak, diwakili Sdr. Bagas (surat kuasa menyusul).",
            "Kami siap mengikuti pembuktian jam 08.00 WIB. Mohon link zoom dikirim ulang.",
            "hadir 👍",
        ][v];
        Draft::from(
            registered(w, firm::BRANCH, v),
            ["Konfirmasi kehadiran", "konfirmasi", "Re: undangan"][v],
            text,
        )
        .file(s)
    }),
    // File: another bidder of the registry is named only as lessor or supplier of this one; thread, address and signature agree.
    (
        "third another firm of the registry named as lessor",
        |w, v| {
            let s = the(w, firm::FIRST, work::HALL);
            let other = name(w, firm::BRANCH);
            let text = [
                format!(
                    "Terlampir dokumen perusahaan kami beserta surat dukungan alat dari {other}."
                ),
                format!("Berikut: 1) KTP 2) NPWP 3) NIB 4) perjanjian sewa genset dengan {other}"),
                format!("ini pak, yg terakhir kwitansi sewa dr {other}"),
            ];
            let text = format!("{}\n\n{}", text[v], block(w, firm::FIRST, v));
            Draft::from(
                registered(w, firm::FIRST, v),
                "Re: Undangan Pembuktian Kualifikasi",
                above(&text, v, &invitation(w, s)),
            )
            .answers(s)
            .files(&["KTP.jpg", "NPWP.jpg", "NIB.pdf", "surat dukungan.pdf"])
            .file(s)
        },
    ),
    // File: a wrong salutation is no other tender; code, address and firm say the place.
    (
        "third addressed to the other Pokja by its words alone",
        |w, v| {
            let s = the(w, firm::FIRST, work::HALL);
            let salutation = [
                "Kepada Yth. Pokja Pemilihan II",
                "Yth. Ketua Pokja 2 UKPBJ",
                "Kpd Pokja II di tempat",
            ][v];
            let text = format!(
                "{salutation}\n\nBersama ini kami sampaikan dokumen pembuktian kualifikasi paket {}.\n\n{}",
                w.package(work::HALL),
                block(w, firm::FIRST, v)
            );
            Draft::from(
                registered(w, firm::FIRST, v),
                format!("{} Pembuktian Kualifikasi", w.code(work::HALL)),
                text,
            )
            .files(PHOTOS[v])
            .file(s)
        },
    ),
    // File: a mail for a tender of another mailbox of the office is filed under that tender.
    ("third for a tender of the other mailbox", |w, v| {
        let s = the(w, firm::ELSEWHERE, work::LAMPS);
        let (firm, code) = (name(w, firm::ELSEWHERE), w.code(work::LAMPS));
        let text = format!(
            "Dengan hormat,\nberikut kami sampaikan dokumen asli untuk paket {}.\n\n{}",
            w.package(work::LAMPS),
            block(w, firm::ELSEWHERE, v)
        );
        let from = [
            registered(w, firm::ELSEWHERE, 0),
            registered(w, firm::ELSEWHERE, 1),
            private(2).to_owned(),
        ];
        Draft::from(from[v].clone(), format!("{code} {firm}"), text)
            .files(PHOTOS[v])
            .file(s)
    }),
    // File: code and name are exact, and the address is of the firm's own domain.
    (
        "third the branch office on the firm's domain with code and firm",
        |w, v| {
            let s = the(w, firm::BRANCH, work::GENSET);
            let (firm, code) = (name(w, firm::BRANCH), w.code(work::GENSET));
            let address = email(w, firm::BRANCH);
            let domain = address.rsplit('@').next().unwrap_or("");
            let from = [
                format!("Cabang Berau <cabang.berau@{domain}>"),
                format!("finance-kaltim@{domain}"),
                format!("Rini - Admin Site <rini@{domain}>"),
            ];
            let text = match v {
                0 => format!(
                    "Bersama ini kami sampaikan dokumen pembuktian.\n\n{firm}\nKantor Cabang Berau\nJl. Pemuda 40"
                ),
                1 => format!(
                    "Kode tender {code}\nPeserta: {firm} (Cabang Kalimantan Timur)\n\nDokumen terlampir."
                ),
                _ => format!("pagi pak, dokumen {firm} tender {code} sdh sy scan semua ya"),
            };
            Draft::from(
                from[v].clone(),
                [
                    format!("Dokumen {code}"),
                    "Dokumen".to_owned(),
                    "scan".to_owned(),
                ][v]
                    .clone(),
                text,
            )
            .files(PHOTOS[v])
            .file(s)
        },
    ),
    // File: the lead firm answers in the thread from the joint operation's address; it is one of the two and no other bidder.
    (
        "third the lead of a KSO signs for itself in the thread",
        |w, v| {
            let s = the(w, firm::KSO, work::BRIDGE);
            let text = [
                format!(
                    "Terlampir dokumen {} selaku leadfirm KSO. Dokumen anggota menyusul.",
                    member(w, 0)
                ),
                format!(
                    "Berikut dokumen kedua anggota KSO, {} dan {}.",
                    member(w, 0),
                    member(w, 1)
                ),
                format!("dok pak\n\n{}\n{}", member(w, 0), director(w, firm::KSO)),
            ];
            Draft::from(
                registered(w, firm::KSO, v),
                "Re: Undangan Pembuktian Kualifikasi",
                above(&text[v], v, &invitation(w, s)),
            )
            .answers(s)
            .files(PHOTOS[v])
            .file(s)
        },
    ),
    // File: exact code and the full name of the joint operation, in another spelling of the same.
    (
        "third the KSO by its full name and code from a private account",
        |w, v| {
            let s = the(w, firm::KSO, work::BRIDGE);
            let code = w.code(work::BRIDGE);
            let (a, b) = (member(w, 0), member(w, 1));
            let joint = [
                format!("{a} - {b} KSO"),
                format!("KSO {a} - {b}"),
                format!("{a} – {b} (KSO)"),
            ];
            let text = format!(
                "Dengan hormat,\n\nkami {} menyampaikan foto dokumen asli untuk tender {code}.\n\nSalam,\nAdministrasi KSO",
                joint[v]
            );
            Draft::from(
                private(v),
                ["Dokumen KSO", "pembuktian kualifikasi", "dok kso jembatan"][v],
                text,
            )
            .files(PHOTOS[v])
            .file(s)
        },
    ),
    // File, disputable: one member of the joint operation and the exact code; nobody else in that tender has that name, but the
    // member alone is not the bidder.
    (
        "third one member of the KSO with the code from a private account",
        |w, v| {
            let s = the(w, firm::KSO, work::BRIDGE);
            let (b, code) = (member(w, 1), w.code(work::BRIDGE));
            let text = [
                format!("Kami {b} selaku anggota KSO menyampaikan dokumen perusahaan kami."),
                format!("dokumen anggota kso ({b}) terlampir"),
                format!("Berikut dokumen {b} (anggota KSO dengan {})", member(w, 0)),
            ];
            Draft::from(
                private(v),
                format!("{code} dokumen anggota KSO"),
                text[v].clone(),
            )
            .files(PHOTOS[v])
            .file(s)
        },
    ),
    // File: code and the full name with its form; that two others have nearly that name is why the form was read.
    (
        "third the namesake by form and code from a private account",
        |w, v| {
            let s = the(w, firm::NAME_PT, work::FURNITURE);
            let (bare, code) = (bare(w, firm::NAME_PT), w.code(work::FURNITURE));
            let firm = [
                format!("PT. {}", bare.to_uppercase()),
                format!("P.T. {bare}"),
                format!("PT {bare}"),
            ];
            let text = format!(
                "Dengan hormat,\nBersama ini {} menyampaikan dokumen asli.\n\n{}\nDirektur",
                firm[v],
                director(w, firm::NAME_PT)
            );
            Draft::from(
                own_account(w, firm::NAME_PT, v),
                format!("{code} - {}", firm[v]),
                text,
            )
            .files(PHOTOS[v])
            .file(s)
        },
    ),
    // File: the longer name is written out in full, with the code; the shorter ones are only its beginning.
    (
        "third the longer namesake with code from a private account",
        |w, v| {
            let s = the(w, firm::NAME_LONGER, work::FURNITURE);
            let (firm, code) = (name(w, firm::NAME_LONGER), w.code(work::FURNITURE));
            let (subject, text) = match v {
                0 => (
                    format!("{code} {firm}"),
                    "Terlampir, terima kasih.".to_owned(),
                ),
                1 => (
                    "Dokumen meubelair".to_owned(),
                    format!("Tender {code}, peserta {firm}. Mohon diterima dokumen kami."),
                ),
                _ => (
                    format!("kode {code}"),
                    format!("Berikut dokumennya.\n\n{}", block(w, firm::NAME_LONGER, 0)),
                ),
            };
            Draft::from(private(v), subject, text)
                .files(PHOTOS[v])
                .file(s)
        },
    ),
    // File: registered in both stages and says which; nothing says the other.
    (
        "third a registered bidder of two stages says which",
        |w, v| {
            let (at, tender) = [
                (1, work::STAGE_TWO),
                (0, work::STAGE_ONE),
                (1, work::STAGE_TWO),
            ][v];
            let s = the(w, firm::STAGES, tender);
            let (subject, text) = match v {
                0 => (
                    format!("Dokumen {}", w.package(tender)),
                    "Bersama ini kami sampaikan dokumennya.".to_owned(),
                ),
                1 => (
                    format!("{} pembuktian", w.code(tender)),
                    format!("Dokumen untuk {} ya pak", stage(w, at)),
                ),
                _ => (
                    format!(
                        "PEMBUKTIAN KUALIFIKASI {}",
                        w.package(tender).to_uppercase()
                    ),
                    format!("Kode tender {}", w.code(tender)),
                ),
            };
            let text = format!("{text}\n\n{}", block(w, firm::STAGES, v));
            Draft::from(registered(w, firm::STAGES, v), subject, text)
                .files(PHOTOS[v])
                .file(s)
        },
    ),
    // File: the failed tender's session ended five weeks ago, the one that came after is open today, and the papers are new.
    (
        "third a bidder of the tender and its repetition sends today",
        |w, v| {
            let s = the(w, firm::AGAIN, work::PIPE_AGAIN);
            let (subject, text) = match v {
                0 => (
                    "Pembuktian Kualifikasi Tender Ulang".to_owned(),
                    "Bersama ini kami sampaikan dokumen asli untuk tender ulang.".to_owned(),
                ),
                1 => (
                    format!("{} dokumen", w.code(work::PIPE_AGAIN)),
                    "ini pak dokumennya, yg hari ini".to_owned(),
                ),
                _ => (
                    "dokumen pembuktian hari ini".to_owned(),
                    format!(
                        "Sesuai undangan pembuktian hari ini Rabu 25 November 2026.\n\n{}",
                        block(w, firm::AGAIN, 2)
                    ),
                ),
            };
            Draft::from(registered(w, firm::AGAIN, v), subject, text)
                .files(PHOTOS[v])
                .file(s)
        },
    ),
    // File: the answer button was pressed on the old thread, but he names the repetition by its code and in words.
    (
        "third on the failed tender's thread for the repetition",
        |w, v| {
            let (old, s) = (
                the(w, firm::AGAIN, work::PIPE_FAILED),
                the(w, firm::AGAIN, work::PIPE_AGAIN),
            );
            let code = w.code(work::PIPE_AGAIN);
            let text = [
                format!(
                    "Mohon maaf kami balas di email lama. Terlampir dokumen asli untuk TENDER ULANG kode {code}."
                ),
                format!("ini untuk yang tender ulang ya bu ({code})"),
                format!("Dokumen pembuktian kualifikasi tender ulang, kode tender {code}."),
            ];
            let text = format!("{}\n\n{}", text[v], block(w, firm::AGAIN, v));
            Draft::from(
                registered(w, firm::AGAIN, v),
                format!("Re: Undangan - {code} (Tender Ulang)"),
                text,
            )
            .answers(old)
            .files(&["KTP.jpg", "NPWP.jpg", "NIB.pdf", "Akta.pdf"])
            .file(s)
        },
    ),
    // File: the shared address is registered for both; the firm is named in full and the other nowhere.
    (
        "third a shared address that names one of its firms",
        |w, v| {
            let (who, s) = match v {
                1 => (firm::SHARED_B, the(w, firm::SHARED_B, work::CLEANING)),
                _ => (firm::SHARED_A, the(w, firm::SHARED_A, work::CLEANING)),
            };
            let firm = name(w, who);
            let (subject, text) = match v {
                0 => (
                    format!("Pembuktian Kualifikasi {firm}"),
                    "Bersama ini kami sampaikan dokumennya.".to_owned(),
                ),
                1 => (
                    "dokumen pembuktian".to_owned(),
                    format!("Siang pak, berkas {firm} ya\n\nadmin"),
                ),
                _ => (
                    "Penyampaian Dokumen".to_owned(),
                    format!(
                        "Dengan hormat,\n\nbersama ini kami sampaikan dokumen asli.\n\n{}",
                        block(w, who, 0)
                    ),
                ),
            };
            Draft::from(registered(w, who, 1), subject, text)
                .files(PHOTOS[v])
                .file(s)
        },
    ),
    // File: one address for two firms of two tenders; code or name say which, and nothing says the other.
    (
        "third an administrator of two firms names the tender",
        |w, v| {
            let (who, tender) = [
                (firm::DUO_B, work::SEEDS),
                (firm::DUO_A, work::FENCE),
                (firm::DUO_B, work::SEEDS),
            ][v];
            let s = the(w, who, tender);
            let (subject, text) = match v {
                0 => (
                    format!("{} pembuktian kualifikasi", w.code(tender)),
                    "terlampir pak".to_owned(),
                ),
                1 => (
                    format!("Dokumen {}", name(w, who)),
                    format!("Paket {}.", w.package(tender)),
                ),
                _ => (
                    "berkas".to_owned(),
                    format!("kode {} a.n. {}", w.code(tender), name(w, who)),
                ),
            };
            Draft::from(registered(w, who, v), subject, text)
                .files(PHOTOS[v])
                .file(s)
        },
    ),
    // File: in two tenders, but the code or the whole package name of one is there and of the other nothing.
    ("third a bidder of two tenders names one", |w, v| {
        let tender = [work::FENCE, work::PARK, work::FENCE][v];
        let s = the(w, firm::TWICE, tender);
        let (subject, text) = match v {
            0 => (
                format!("{} - {}", w.code(tender), name(w, firm::TWICE)),
                "Berkas terlampir.".to_owned(),
            ),
            1 => (
                "Dokumen asli".to_owned(),
                format!(
                    "Dengan hormat, terlampir dokumen asli untuk paket {}.",
                    w.package(tender)
                ),
            ),
            _ => (
                w.package(tender).to_uppercase(),
                "siap pak ini berkasnya".to_owned(),
            ),
        };
        let text = format!("{text}\n\n{}", block(w, firm::TWICE, v));
        Draft::from(registered(w, firm::TWICE, v), subject, text)
            .files(PHOTOS[v])
            .file(s)
    }),
    // Divide: every file carries the code of one of his two tenders, the text says so and nothing else.
    (
        "third two tenders and every file named by its code",
        |w, v| {
            let (park, fence) = (
                the(w, firm::TWICE, work::PARK),
                the(w, firm::TWICE, work::FENCE),
            );
            let (a, b) = (w.code(work::PARK), w.code(work::FENCE));
            let text = [
                "Dengan hormat,\n\nBersama ini kami sampaikan dokumen pembuktian kualifikasi untuk 2 (dua) paket yang kami ikuti, nama berkas sesuai kode tender masing-masing.\n\nDemikian kami sampaikan, atas perhatian Bapak/Ibu diucapkan terima kasih.",
                "Yth. Pokja Pemilihan III\n\nBersama ini kami sampaikan foto dokumen asli kedua paket.\n\nDemikian disampaikan, terima kasih.",
                "Selamat pagi,\n\nBersama ini kami sampaikan dokumen sebagaimana undangan. Terima kasih.",
            ][v];
            let text = format!("{text}\n\n{}", block(w, firm::TWICE, v));
            let files = [
                [
                    format!("{a} KTP Direktur.jpg"),
                    format!("{a} NPWP.jpg"),
                    format!("{b} KTP Direktur.jpg"),
                    format!("{b} NPWP.jpg"),
                ],
                [
                    format!("KTP_{b}.jpg"),
                    format!("KTP_{a}.jpg"),
                    format!("NIB_{b}.pdf"),
                    format!("NIB_{a}.pdf"),
                ],
                [
                    format!("{a} - NIB.pdf"),
                    format!("{b} - NIB.pdf"),
                    format!("{b} - Akta Pendirian.pdf"),
                    format!("{b} - SBU.pdf"),
                ],
            ];
            let places: [(&[u32], &[u32]); 3] =
                [(&[1, 2], &[3, 4]), (&[2, 4], &[1, 3]), (&[1], &[2, 3, 4])];
            let names: Vec<&str> = files[v].iter().map(String::as_str).collect();
            Draft::from(
                registered(w, firm::TWICE, v),
                "Dokumen Pembuktian Kualifikasi",
                text,
            )
            .files(&names)
            .divide(&[(park, places[v].0), (fence, places[v].1)])
        },
    ),
    // Divide, disputable: the text lists both codes with their packages and the files carry the codes; certain for a clerk,
    // but more is said than the names of files.
    (
        "third two tenders listed in the letter and in the file names",
        |w, v| {
            let (park, fence) = (
                the(w, firm::TWICE, work::PARK),
                the(w, firm::TWICE, work::FENCE),
            );
            let (a, b) = (w.code(work::PARK), w.code(work::FENCE));
            let text = format!(
                "Kepada Yth.\nPokja Pemilihan III UKPBJ Kabupaten Berau\n\nBersama ini kami sampaikan dokumen pembuktian kualifikasi untuk:\n1. {} (Kode Tender {a})\n2. {} (Kode Tender {b})\n\nDemikian disampaikan, atas kerja samanya kami ucapkan terima kasih.\n\n{}",
                w.package(work::PARK),
                w.package(work::FENCE),
                block(w, firm::TWICE, v),
            );
            let subject = [
                format!("{a} dan {b}"),
                format!("Dokumen {} - 2 paket", name(w, firm::TWICE)),
                "Penyampaian dokumen asli".to_owned(),
            ];
            Draft::from(registered(w, firm::TWICE, v), subject[v].clone(), text)
                .files(&[
                    &format!("{a}_KTP.jpg"),
                    &format!("{a}_NPWP.jpg"),
                    &format!("{b}_KTP.jpg"),
                    &format!("{b}_NPWP.jpg"),
                ])
                .divide(&[(park, &[1, 2]), (fence, &[3, 4])])
        },
    ),
    // Divide, disputable: the files name the stage in words; each is certain for a clerk who knows that he is in both.
    (
        "third two stages and every file named by its stage",
        |w, v| {
            let (one, two) = (
                the(w, firm::STAGES, work::STAGE_ONE),
                the(w, firm::STAGES, work::STAGE_TWO),
            );
            let (a, b) = (stage(w, 0), stage(w, 1));
            let text = format!(
                "Dengan hormat,\n\nBersama ini kami sampaikan dokumen pembuktian kualifikasi {a} dan {b}, terima kasih.\n\n{}",
                block(w, firm::STAGES, v)
            );
            Draft::from(registered(w, firm::STAGES, v), "Dokumen pembuktian", text)
                .files(&[
                    &format!("KTP {a}.jpg"),
                    &format!("NIB {a}.pdf"),
                    &format!("KTP {b}.jpg"),
                    &format!("NIB {b}.pdf"),
                ])
                .divide(&[(one, &[1, 2]), (two, &[3, 4])])
        },
    ),
    // File late: the place is as certain as ever, the hour is past.
    ("third late with an apology", |w, v| {
        let s = the(w, firm::LATE, work::MARKET);
        let text = [
            "Mohon maaf terlambat pak, listrik dan internet di kampung padam dari pagi.",
            "Mohon izin menyusulkan kekurangan dokumen, mohon kebijaksanaannya.",
            "maap telat min 🙏 macet di jalan poros",
        ][v];
        let text = format!("{text}\n\n{}", block(w, firm::LATE, v));
        let draft = Draft::from(
            registered(w, firm::LATE, v),
            ["Re: Undangan", "susulan dokumen", "telat"][v],
            text,
        )
        .files(PHOTOS[v])
        .at(s, [2 * 3600 + 40, 65, 26 * 3600][v])
        .file(s);
        if v == 1 { draft } else { draft.answers(s) }
    }),
    // File: exactly at the hour is in time, a second later is not.
    ("third at the very second", |w, v| {
        let s = the(w, firm::FIRST, work::HALL);
        let text = format!(
            "Terlampir dokumen kami, mohon diterima.\n\n{}",
            block(w, firm::FIRST, v)
        );
        Draft::from(
            registered(w, firm::FIRST, v),
            "Re: Undangan Pembuktian Kualifikasi",
            above(&text, v, &invitation(w, s)),
        )
        .answers(s)
        .files(PHOTOS[v])
        .at(s, [0, 1, -1][v])
        .file(s)
    }),
    // File: qualification is two weeks over, negotiation is open, and a signed negotiation file is the negotiation.
    ("third the signed negotiation in a new mail", |w, v| {
        let s = w.session(firm::BARGAINER, work::DESIGN, Negotiation);
        let (subject, text, file) = [
            (
                "NEGO TTD",
                "Terlampir hasil nego yg sudah ditandatangani direktur.",
                "NEGO TTD.pdf",
            ),
            (
                "Penyampaian BA Negosiasi",
                "Dengan hormat, bersama ini kami sampaikan kembali berkas negosiasi biaya yang telah kami setujui dan tanda tangani.",
                "BA Nego signed stempel.pdf",
            ),
            (
                "Bls: File negosiasi",
                "kami setuju dgn nilai nego pak, scan ttd terlampir",
                "scan_nego_final.pdf",
            ),
        ][v];
        let text = format!("{text}\n\n{}", block(w, firm::BARGAINER, v));
        Draft::from(registered(w, firm::BARGAINER, v), subject, text)
            .files(&[file])
            .file(s)
    }),
    // File: a refusal or another figure in the negotiation's thread; a person reads it there.
    (
        "third a refusal in the thread of the negotiation",
        |w, v| {
            let s = w.session(firm::ADVISER, work::SUPERVISION, Negotiation);
            let text = [
                "Setelah kami pelajari, dengan berat hati kami TIDAK DAPAT menyetujui nilai tersebut. Penawaran akhir kami Rp. 476.300.000,-",
                "Pada prinsipnya kami setuju, namun biaya langsung non personil mohon dikembalikan seperti penawaran semula.",
                "blm bisa setuju pak, mentok di 476,3 jt",
            ][v];
            let text = format!("{text}\n\n{}", block(w, firm::ADVISER, v));
            Draft::from(
                registered(w, firm::ADVISER, v),
                "Re: Re: Undangan Klarifikasi dan Negosiasi Biaya",
                above(&text, v, &invitation(w, s)),
            )
            .answers(s)
            .file(s)
        },
    ),
    // File: both sessions are open; what the papers are says which: a signed negotiation file, or the contracts and proofs of
    // equipment that only the clarification asked for.
    ("third the adviser's papers say which session", |w, v| {
        let kind = [Negotiation, Clarification, Negotiation][v];
        let s = w.session(firm::ADVISER, work::SUPERVISION, kind);
        let (subject, text) = [
            (
                "Berkas negosiasi",
                "Bersama ini kami kirim kembali berkas negosiasi biaya yang sudah ditandatangani.",
            ),
            (
                "Dokumen Klarifikasi Teknis",
                "Bersama ini kami sampaikan kontrak pengalaman dan bukti kepemilikan peralatan untuk klarifikasi teknis.",
            ),
            ("BA NEGO", "sdh ttd pak"),
        ][v];
        let files: [&[&str]; 3] = [
            &["Berkas Negosiasi TTD.pdf"],
            &["Kontrak 2024.pdf", "Bukti alat total station.pdf"],
            &["BA NEGO TTD direktur.pdf"],
        ];
        let text = format!("{text}\n\n{}", block(w, firm::ADVISER, v));
        Draft::from(registered(w, firm::ADVISER, v), subject, text)
            .files(files[v])
            .file(s)
    }),
    // Ask, disputable: both sessions are open and files without a word belong to either, though the clarification is due first.
    ("third the adviser's papers say nothing", |w, v| {
        let text = [
            "berikut yang diminta pak",
            "",
            "Terlampir ya bu, terima kasih",
        ][v];
        let files: [&[&str]; 3] = [
            &["IMG-20261125-WA0051.jpg", "IMG-20261125-WA0052.jpg"],
            &["Scan0007.pdf"],
            &["dokumen.zip"],
        ];
        Draft::from(
            registered(w, firm::ADVISER, v),
            ["dokumen", "", "lampiran"][v],
            text,
        )
        .files(files[v])
        .ask(None)
    }),
    // Ask: anybody can write the name of a firm; one identifier is not two.
    (
        "third a private account that names a firm and no tender",
        |w, v| {
            let s = the(w, firm::RIVAL, work::HALL);
            let firm = name(w, firm::RIVAL);
            let (subject, text) = match v {
                0 => (
                    format!("Dokumen {firm}"),
                    "Terlampir, mohon diterima".to_owned(),
                ),
                1 => (
                    "berkas ktp dir".to_owned(),
                    format!("mohon diterima bu, email kantor gangguan. admin {firm}"),
                ),
                _ => (
                    "Pembuktian".to_owned(),
                    format!(
                        "Dengan hormat, terlampir dokumen kami untuk paket balai.\n\n{}",
                        block(w, firm::RIVAL, 1)
                    ),
                ),
            };
            Draft::from(private(v), subject, text)
                .files(PHOTOS[v])
                .ask(Some(s.id))
        },
    ),
    // Ask: the code names a tender of three bidders and nobody of them, or somebody who is not in the registry.
    (
        "third a private account with a code and no bidder of it",
        |w, v| {
            let code = w.code(work::HALL);
            let text = [
                "Bersama ini kami sampaikan dokumen pembuktian kualifikasi. Hormat kami."
                    .to_owned(),
                format!("kode {code}\n\nCV Sinar Tujuh Belas Agustus"),
                "ini berkasnya pak".to_owned(),
            ];
            Draft::from(
                private(v),
                format!("Dokumen tender {code}"),
                text[v].clone(),
            )
            .files(PHOTOS[v])
            .ask(None)
        },
    ),
    // Ask: the code is exact, but letters for the firm and a director's name are not the firm's name.
    (
        "third code and director and only letters of the firm",
        |w, v| {
            let s = the(w, firm::RIVAL, work::HALL);
            let letters: String = name(w, firm::RIVAL)
                .split(' ')
                .skip(1)
                .filter_map(|word| word.chars().next())
                .collect();
            let text = [
                format!(
                    "Terlampir dokumen PT. {letters}.\n\n{}",
                    director(w, firm::RIVAL)
                ),
                format!(
                    "sy {}, dir {letters}. ini dok nya",
                    director(w, firm::RIVAL)
                ),
                format!("dok {letters} pak"),
            ];
            Draft::from(
                own_account(w, firm::RIVAL, v),
                format!("{} pembuktian", w.code(work::HALL)),
                text[v].clone(),
            )
            .files(PHOTOS[v])
            .ask(Some(s.id))
        },
    ),
    // Ask: in both stages, due on the same afternoon, and nothing says which.
    (
        "third a registered bidder of two stages says nothing",
        |w, v| {
            let text = match v {
                0 => format!(
                    "Bersama ini kami sampaikan dokumen pembuktian.\n\n{}",
                    block(w, firm::STAGES, 0)
                ),
                1 => "dokumen pak".to_owned(),
                _ => w
                    .package(work::STAGE_ONE)
                    .replace(stage(w, 0), "")
                    .trim()
                    .to_owned(),
            };
            Draft::from(
                registered(w, firm::STAGES, v),
                ["Dokumen Pembuktian Kualifikasi", "", "Dokumen"][v],
                text,
            )
            .files(PHOTOS[v])
            .ask(None)
        },
    ),
    // Ask: thread or code say one stage and his own words the other.
    (
        "third thread or code say one stage and the words the other",
        |w, v| {
            let one = the(w, firm::STAGES, work::STAGE_ONE);
            let (a, b) = (w.code(work::STAGE_ONE), stage(w, 1));
            let text = [
                format!(
                    "Terlampir dokumen untuk {} kode {}.",
                    w.package(work::STAGE_TWO),
                    w.code(work::STAGE_TWO)
                ),
                format!("Dokumen untuk paket {}", w.package(work::STAGE_TWO)),
                format!("ini yg kode {} pak ({b})", w.code(work::STAGE_TWO)),
            ];
            let subject = [
                "Re: Undangan Pembuktian Kualifikasi".to_owned(),
                format!("{a} pembuktian"),
                a.to_owned(),
            ];
            let draft = Draft::from(
                registered(w, firm::STAGES, v),
                subject[v].clone(),
                text[v].clone(),
            )
            .files(PHOTOS[v])
            .ask(None);
            if v == 0 { draft.answers(one) } else { draft }
        },
    ),
    // Ask, disputable: he types the failed tender's code on the day of its repetition; likely a slip, but a code is a code.
    (
        "third the failed tender's code on the day of the repetition",
        |w, v| {
            let s = the(w, firm::AGAIN, work::PIPE_AGAIN);
            let code = w.code(work::PIPE_FAILED);
            let subject = [
                format!("{code} Pembuktian Kualifikasi"),
                format!("Dokumen Kode Tender {code}"),
                format!("pembuktian {code}"),
            ];
            let text = format!(
                "Bersama ini kami sampaikan dokumen.\n\n{}",
                block(w, firm::AGAIN, v)
            );
            Draft::from(registered(w, firm::AGAIN, v), subject[v].clone(), text)
                .files(PHOTOS[v])
                .ask(Some(s.id))
        },
    ),
    // Ask: competitors with one address, and neither is named, or both are.
    (
        "third a shared address that names neither or both",
        |w, v| {
            let text = match v {
            0 => "Bersama ini kami sampaikan dokumen pembuktian kualifikasi, terima kasih.\n\nadmin".to_owned(),
            1 => format!("sekalian ya pak, berkas {} dan {}", name(w, firm::SHARED_A), name(w, firm::SHARED_B)),
            _ => format!("Dokumen {} terlampir.\n\n{}", name(w, firm::SHARED_B), block(w, firm::SHARED_A, 0)),
        };
            Draft::from(
                registered(w, firm::SHARED_A, 1),
                format!("Dokumen {}", w.code(work::CLEANING)),
                text,
            )
            .files(PHOTOS[v])
            .ask(None)
        },
    ),
    // Ask: the thread is of one competitor, the letter of the other, and the address is registered for both.
    (
        "third the thread of one competitor and the letter of the other",
        |w, v| {
            let s = the(w, firm::SHARED_A, work::CLEANING);
            let text = [
                format!(
                    "Bersama ini kami sampaikan dokumen.\n\n{}",
                    block(w, firm::SHARED_B, 0)
                ),
                format!("ini punya {} pak", name(w, firm::SHARED_B)),
                format!(
                    "{}\nNPWP {}\n\nDokumen terlampir",
                    name(w, firm::SHARED_B),
                    npwp(w, firm::SHARED_B)
                ),
            ];
            Draft::from(
                registered(w, firm::SHARED_A, v),
                "Re: Undangan Pembuktian Kualifikasi",
                text[v].clone(),
            )
            .answers(s)
            .files(PHOTOS[v])
            .ask(None)
        },
    ),
    // Ask: the address of one competitor under a letter, an NPWP or a name of another.
    (
        "third the address of one competitor under the letter of another",
        |w, v| {
            let text = match v {
                0 => format!(
                    "Dengan hormat,\nbersama ini kami sampaikan dokumen asli.\n\n{}",
                    block(w, firm::RIVAL, 0)
                ),
                1 => format!(
                    "{}\nNPWP {}\nNIB {}\n\nDokumen pembuktian terlampir.",
                    name(w, firm::RIVAL),
                    npwp(w, firm::RIVAL),
                    nib(w, firm::RIVAL)
                ),
                _ => format!(
                    "pak numpang kirim berkas {} lewat email kami",
                    name(w, firm::RIVAL)
                ),
            };
            Draft::from(
                registered(w, firm::FIRST, v),
                format!("{} dokumen", w.code(work::HALL)),
                text,
            )
            .files(PHOTOS[v])
            .ask(None)
        },
    ),
    // Ask: he holds another bidder's key or invitation; whose papers these are, and how he came by it, is a person's question.
    (
        "third the key or invitation of another bidder in his mail",
        |w, v| {
            let s = the(w, firm::RIVAL, work::HALL);
            let text = "Berikut dokumen kami, terima kasih.";
            match v {
                0 => Draft::from(
                    registered(w, firm::FIRST, 0),
                    "Re: Re: Fwd: Bls: Undangan Pembuktian",
                    above(text, 0, &invitation(w, s)),
                ),
                1 => Draft::from(
                    registered(w, firm::THIRD, 1),
                    "dokumen",
                    format!("{text}\n\n{}", block(w, firm::THIRD, 1)),
                )
                .to(format!("pokja3+{}@berau.example", s.token)),
                _ => Draft::from(
                    registered(w, firm::FIRST, 2),
                    format!("Dokumen [{}]", s.reference),
                    format!("{text}\n\n{}", block(w, firm::FIRST, 2)),
                ),
            }
            .files(PHOTOS[v])
            .ask(None)
        },
    ),
    // Ask: CV and PT of the same words are two firms, and the form is not there or is the other's.
    (
        "third namesakes without the form or with the other's",
        |w, v| {
            let (code, bare) = (w.code(work::FURNITURE), bare(w, firm::NAME_CV));
            match v {
                0 => Draft::from(
                    private(0),
                    format!("{code} {bare}"),
                    format!("Dokumen {bare} terlampir."),
                ),
                1 => Draft::from(
                    registered(w, firm::NAME_CV, 1),
                    format!("{code} dokumen"),
                    format!(
                        "Bersama ini kami sampaikan dokumen.\n\n{}",
                        block(w, firm::NAME_PT, 0)
                    ),
                ),
                _ => Draft::from(
                    private(2),
                    "dokumen",
                    format!("kode tender {code}\nperusahaan : {}", bare.to_uppercase()),
                ),
            }
            .files(PHOTOS[v])
            .ask(None)
        },
    ),
    // Ask: firm and code contradict each other: this firm is not in that tender.
    (
        "third the code of a tender in which the firm is not",
        |w, v| {
            let code = w.code(work::MARKET);
            let text = format!(
                "Dengan hormat, terlampir dokumen {} untuk kode tender {code}.",
                name(w, firm::TWICE_RIVAL)
            );
            let from = [
                private(0).to_owned(),
                registered(w, firm::TWICE_RIVAL, 1),
                private(2).to_owned(),
            ];
            Draft::from(from[v].clone(), format!("Pembuktian {code}"), text)
                .files(PHOTOS[v])
                .ask(None)
        },
    ),
    // Ask: two tenders in one mail and files that say neither.
    ("third two tenders and files without a name", |w, v| {
        let (a, b) = (w.code(work::PARK), w.code(work::FENCE));
        let text = [
            format!(
                "sekalian untuk 2 paket ya pak, {} sama {}",
                short(w, work::PARK),
                short(w, work::FENCE)
            ),
            format!(
                "Bersama ini kami sampaikan dokumen untuk kode tender {a} dan {b}.\n\n{}",
                block(w, firm::TWICE, 1)
            ),
            "dokumen kedua paket".to_owned(),
        ];
        Draft::from(
            registered(w, firm::TWICE, v),
            [
                "2 paket".to_owned(),
                format!("{a} & {b}"),
                "Dokumen".to_owned(),
            ][v]
                .clone(),
            text[v].clone(),
        )
        .files(PHOTOS[v])
        .ask(None)
    }),
    // Ask: of some files the tender is certain, of one it is not: without a code, with both, or with another's.
    (
        "third two tenders and one file of neither or of both",
        |w, v| {
            let (a, b, other) = (w.code(work::PARK), w.code(work::FENCE), w.code(work::SEEDS));
            let last = [
                "Surat Kuasa.pdf".to_owned(),
                format!("Akta untuk {a} dan {b}.pdf"),
                format!("{other} NIB.pdf"),
            ];
            let text = format!(
                "Dengan hormat,\n\nBersama ini kami sampaikan dokumen pembuktian kualifikasi.\n\n{}",
                block(w, firm::TWICE, v)
            );
            Draft::from(
                registered(w, firm::TWICE, v),
                "Dokumen Pembuktian Kualifikasi",
                text,
            )
            .files(&[&format!("{a} KTP.jpg"), &format!("{b} KTP.jpg"), &last[v]])
            .ask(None)
        },
    ),
    // Ask: registered in two tenders, both open, and not a word which.
    (
        "third a bidder or administrator of two tenders names none",
        |w, v| {
            let who = [firm::TWICE, firm::DUO_A, firm::TWICE][v];
            let text = match v {
                0 => format!(
                    "Bersama ini kami sampaikan dokumen asli.\n\n{}",
                    block(w, who, 0)
                ),
                1 => "ini berkas pembuktiannya pak".to_owned(),
                _ => "susulan ktp".to_owned(),
            };
            Draft::from(
                registered(w, who, v),
                ["Pembuktian Kualifikasi", "berkas", "susulan"][v],
                text,
            )
            .files(PHOTOS[v])
            .ask(None)
        },
    ),
    // Ask: the registered address only stands where the name of the writer is, or the domain alone is the firm's.
    ("third an address that only looks registered", |w, v| {
        let s = the(w, firm::BRANCH, work::GENSET);
        let address = email(w, firm::BRANCH);
        let domain = address.rsplit('@').next().unwrap_or("");
        let from = [
            format!("{address} <kurir.dokumen77@gmail.com>"),
            format!("Gudang <gudang@{domain}>"),
            format!("Tender <tender@{}>", domain.replace(".test", ".example")),
        ];
        Draft::from(
            from[v].clone(),
            ["dokumen pembuktian", "berkas genset", "dokumen"][v],
            "Terlampir berkasnya, terima kasih.",
        )
        .files(PHOTOS[v])
        .ask(Some(s.id))
    }),
    // Ask: a member forwards what a bidder sent him; the contract leaves that to a person.
    ("third a member forwards what a bidder sent him", |w, v| {
        let s = the(w, firm::FIRST, work::HALL);
        let (from, code) = (email(w, firm::FIRST), w.code(work::HALL));
        let draft = Draft::from(
            "Sri <sri@berau.example>",
            ["Fwd: dokumen", "TRS: Pembuktian Kualifikasi", "Fwd: berkas peserta"][v],
            format!("Masuk ke email saya, mohon diproses.\n\n---------- Pesan terusan ---------\nDari: <{from}>\nDate: Rab, 25 Nov 2026 pukul 11.20\nSubject: dokumen {code}\nTo: <sri@berau.example>\n\nTerlampir dokumen {}.", name(w, firm::FIRST)),
        )
        .ask(Some(s.id));
        match v {
            1 => draft.enclosing(format!(
                "From: <{from}>\r\nTo: sri@berau.example\r\nSubject: dokumen {code}\r\nMessage-ID: <terusan.{}@gmail.example>\r\nDate: Wed, 25 Nov 2026 03:20:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nTerlampir dokumen.\r\n",
                w.number
            )),
            _ => draft.files(PHOTOS[1]),
        }
    }),
    // Set aside: machines, and a member's own words.
    ("third machines and a member's own words", |w, v| {
        match v {
        0 => Draft::from(registered(w, firm::RIVAL, 1), "Balasan otomatis: Undangan Pembuktian Kualifikasi", "Terima kasih atas email Anda. Saya sedang cuti sampai 1 Desember 2026 dan akan membalas setelahnya.")
            .head("Auto-Submitted: auto-replied")
            .set_aside(),
        1 => Draft::from("Promo Bimtek PBJ <info@bimtek-promo.example>", "Undangan BIMTEK Pengadaan, diskon 20%", "Ikuti bimtek e-purchasing versi 6 di Balikpapan. Klik berhenti berlangganan di bawah.")
            .head("List-Unsubscribe: <mailto:stop@bimtek-promo.example>")
            .head("Precedence: bulk")
            .set_aside(),
        _ => Draft::from("Sri <sri@berau.example>", "catatan rapat", "Besok kumpul jam 8 di ruang rapat ya, siapkan daftar hadir.").set_aside(),
    }
    }),
];

//! A second invented office for the part of the mailbox that was written by somebody who had not read the first: firms
//! named of the words that all of them use, packages of one road in two parts, a consultant who writes for two bidders.

use jiff::SignedDuration;
use loket::tender::{
    Bidder, BidderId, DocumentWord, Meeting, ProcurementKind, Reference, Session, SessionId,
    SessionKind, Tender, TenderId,
};

use super::world::{DUE, Vocabulary, World, address, time};

/// Bidders by their part in the play.
pub mod firm {
    pub const ALPHA: usize = 0;
    /// The same words in another order.
    pub const BETA: usize = 1;
    /// Alpha's name without its last word.
    pub const GAMMA: usize = 2;
    /// In both parts of one road.
    pub const ROADS: usize = 3;
    pub const ROAD_RIVAL: usize = 4;
    pub const ADVISER: usize = 5;
    pub const REPEATED: usize = 6;
    pub const OTHER_POKJA: usize = 7;
    /// Two bidders with one consultant.
    pub const SHARED_ONE: usize = 8;
    pub const SHARED_TWO: usize = 9;
    pub const JOINT: usize = 10;
    pub const LATE: usize = 11;
    pub const BARGAINER: usize = 12;
    /// With a domain of its own.
    pub const DOMAIN: usize = 13;
    pub const SUPPLIER: usize = 14;
}

pub mod work {
    pub const SCHOOL: usize = 0;
    pub const ROAD_ONE: usize = 1;
    pub const ROAD_TWO: usize = 2;
    pub const STUDY: usize = 3;
    pub const WATER_FAILED: usize = 4;
    pub const WATER_AGAIN: usize = 5;
    pub const BOATS: usize = 6;
    pub const CLINIC: usize = 7;
    pub const BRIDGE: usize = 8;
    pub const MARKET: usize = 9;
    pub const DESIGN: usize = 10;
    pub const COMPUTERS: usize = 11;
}

struct Names {
    firms: [&'static str; 15],
    emails: [&'static str; 15],
    works: [&'static str; 12],
    directors: [&'static str; 15],
}

#[rustfmt::skip]
const NAMES: [Names; 2] = [
    Names {
        firms: ["CV Karya Borneo Utama", "CV Borneo Karya Utama", "PT Karya Borneo", "PT. SUMBER REZEKI SANGGAM", "CV Dua Putra Redeb", "PT Cipta Rancang Mandiri Konsultan",
            "CV Anugerah Bumi Segah", "PT Mitra Bahari Maratua", "CV Rizky Utama", "CV Barokah Jaya Mandiri", "PT Wijaya Perkasa - CV Tunggal Karya KSO", "CV Sinar Lati Abadi",
            "PT Geo Struktur Consultant", "PT Nusantara Data Solusindo", "CV Multi Alat Berat"],
        emails: ["karyaborneo.utama@gmail.com", "borneokaryautama22@gmail.com", "pt.karyaborneo@yahoo.co.id", "srs.sanggam@gmail.com", "duaputra_redeb@yahoo.com", "ciptarancang.mk@gmail.com",
            "anugerahbumisegah@gmail.com", "mitrabahari@mbm-maratua.test", "konsultan.tender88@gmail.com", "konsultan.tender88@gmail.com", "wijayaperkasa.tender@gmail.com", "sinarlatiabadi@gmail.com",
            "geostruktur@consultant.test", "tender@nusantaradata.test", "multialatberat@gmail.com"],
        works: ["Rehabilitasi Sedang Ruang Kelas SDN 007 Sambaliung", "Peningkatan Jalan Simpang Empat - Long Lanuk Paket 1", "Peningkatan Jalan Simpang Empat - Long Lanuk Paket 2", "Studi Kelayakan Pelabuhan Penyeberangan Tanjung Batu",
            "Pembangunan Sistem Penyediaan Air Minum Kampung Merabu", "Pembangunan Sistem Penyediaan Air Minum Kampung Merabu (Tender Ulang)", "Belanja Modal Kapal Penumpang Dinas Perhubungan", "Pembangunan Ruang Rawat Inap Puskesmas Talisayan", "Penggantian Jembatan Rangka Baja Sungai Suaran", "Revitalisasi Pasar Sanggam Adji Dilayas", "DED Gedung Kantor Inspektorat", "Pengadaan Komputer Server Dinas Kominfo"],
        directors: ["H. Abdul Rasyid", "Muhammad Yusran", "Ir. Paulus Njuk", "Hj. Siti Aisyah Noor, S.E.", "Dedi Kurniawan", "Dr. Ir. Ridwan Hanafi, M.T.", "Yuliansyah", "Kapten Samsul Bahri", "Rizky Ramadhan", "Nurhayati Daud", "Antonius Wijaya", "Bahrun Efendi", "Imam Syafii, S.T., M.Eng.", "Kevin Hartanto", "Suparman Giyanto"],
    },
    Names {
        firms: ["CV Putra Mandiri Jaya", "CV Mandiri Putra Jaya", "PT Putra Mandiri", "PT. BUMI PERKASA LESTARI", "CV Sahabat Sejati", "PT Arsi Bina Karya Konsulindo",
            "CV Tiga Saudara Kelay", "PT Samudera Lintas Derawan", "CV Amanah Berkah", "CV Harapan Kita Bersama", "PT Graha Prima Sentosa - CV Teknika Utama KSO", "CV Cahaya Gunung Tabur",
            "PT Delta Mega Consultant", "PT Global Medika Persada", "CV Perkakas Jaya Abadi"],
        emails: ["cvputramandirijaya@gmail.com", "mandiriputrajaya.cv@gmail.com", "putramandiri.pt@outlook.com", "bumiperkasalestari@gmail.com", "sahabatsejati.berau@gmail.com", "arsibinakarya@yahoo.com",
            "tigasaudara.kelay@gmail.com", "ops@samuderalintas.test", "jasa.adm.tender@yahoo.co.id", "jasa.adm.tender@yahoo.co.id", "grahaprimasentosa@gmail.com", "cahaya_gntabur@yahoo.co.id",
            "deltamega@konsultan.test", "sales@globalmedika.test", "perkakasjaya@gmail.com"],
        works: ["Pembangunan Talud Pengaman Pantai Pulau Balikukup", "Pemeliharaan Berkala Jalan Poros Kelay - Muara Wahau Paket A", "Pemeliharaan Berkala Jalan Poros Kelay - Muara Wahau Paket B", "Penyusunan Rencana Induk Pariwisata Biduk-Biduk",
            "Rehabilitasi Jaringan Irigasi Rawa Buyung-Buyung", "Rehabilitasi Jaringan Irigasi Rawa Buyung-Buyung (Tender Ulang)", "Pengadaan Kapal Pengawas Perikanan", "Pembangunan Gedung Arsip Daerah", "Pembangunan Dermaga Tambat Kampung Teluk Semanting", "Penataan Kawasan Kuliner Tepian Segah", "Perencanaan Teknis Stadion Mini Sambarata", "Pengadaan Alat Kesehatan RSUD Abdul Rivai"],
        directors: ["Slamet Riyadi Wibowo", "Hendra Gunawan Saputra", "Drs. Laurensius Ding", "Ir. Bambang Sutrisno", "Muhammad Ilyas", "Prof. Eko Budihardjanto", "Marthen Laing", "Hasanuddin Arif", "Amanda Putri Lestari", "Fathurrahman", "Robby Tanuwijaya", "Gusti Rahmadi", "Ir. Lilis Suryani, M.Sc.", "Steven Halim", "Wagiman"],
    },
];

/// A registry is never only the bidders of the play.
const OTHERS: [&str; 12] = [
    "Karya",
    "Utama",
    "Borneo",
    "Mandiri",
    "Jaya",
    "Sejahtera",
    "Berkah",
    "Mulia",
    "Perkasa",
    "Kaltim",
    "Sarana",
    "Abadi",
];

type Play = (usize, usize, &'static [(SessionKind, i64)]);

impl World {
    /// Who, in which work, and for each session its kind and hours from [`DUE`] to its due.
    #[rustfmt::skip]
    pub fn second(number: usize) -> World {
        use SessionKind::{Clarification, Negotiation, Qualification};
        let plays: &[Play] = &[
            (firm::ALPHA, work::SCHOOL, &[(Qualification, 0)]),
            (firm::BETA, work::SCHOOL, &[(Qualification, 0)]),
            (firm::GAMMA, work::SCHOOL, &[(Qualification, 1)]),
            (firm::ROADS, work::ROAD_ONE, &[(Qualification, 0)]),
            (firm::ROADS, work::ROAD_TWO, &[(Qualification, 2)]),
            (firm::ROAD_RIVAL, work::ROAD_TWO, &[(Qualification, 0)]),
            (firm::ADVISER, work::STUDY, &[(Clarification, 0), (Negotiation, 3)]),
            (firm::REPEATED, work::WATER_FAILED, &[(Qualification, -24 * 33)]),
            (firm::REPEATED, work::WATER_AGAIN, &[(Qualification, 0)]),
            (firm::OTHER_POKJA, work::BOATS, &[(Qualification, 0)]),
            (firm::SHARED_ONE, work::CLINIC, &[(Qualification, 0)]),
            (firm::SHARED_TWO, work::CLINIC, &[(Qualification, 0)]),
            (firm::JOINT, work::BRIDGE, &[(Qualification, 0)]),
            (firm::LATE, work::MARKET, &[(Qualification, -4)]),
            (firm::BARGAINER, work::DESIGN, &[(Qualification, -24 * 18), (Negotiation, 0)]),
            (firm::DOMAIN, work::COMPUTERS, &[(Qualification, 0)]),
            (firm::SUPPLIER, work::COMPUTERS, &[(Qualification, 0)]),
        ];
        let mut world = World::empty(number, &Vocabulary::NONE);
        for (at, name) in NAMES[number].works.iter().enumerate() {
            let mailbox = if at == work::BOATS { "pokja-2" } else { "pokja-3" };
            world.add_second_tender(at, (*name).to_owned(), mailbox);
        }
        for (who, tender, sessions) in plays {
            let bidder = world.add_second_bidder(*who, *tender);
            for (kind, due) in *sessions {
                world.add_second_session(bidder, *kind, *due);
            }
        }
        for at in 0..30 {
            let tender = NAMES[number].works.len() + at;
            world.add_second_tender(tender, format!("Pembangunan Jalan Lingkungan RT {} Kelurahan {}", at + 3, OTHERS[at % 12]), "pokja-3");
            for nth in 0..3 {
                let (a, b, c) = (at % 12, (at * 5 + nth * 3 + 1) % 12, (at * 7 + nth + 2) % 12);
                let name = format!("{} {} {} {}", ["CV", "PT"][nth % 2], OTHERS[a], OTHERS[b], OTHERS[c]);
                world.add_other(tender, 1_000 + at * 10 + nth, name);
            }
        }
        world
    }

    fn add_second_tender(&mut self, at: usize, name: String, mailbox: &str) {
        let code = format!("100{:02}{:03}000", 61 + self.number, at * 29 + 11);
        self.tenders.push(Tender {
            id: TenderId(at as i64 + 1),
            folder: format!("2026/{code} {name}"),
            code,
            name,
            mailbox: mailbox.into(),
            kind: ProcurementKind::Konstruksi,
        });
    }

    fn add_second_bidder(&mut self, who: usize, tender: usize) -> BidderId {
        let names = &NAMES[self.number];
        let id = self.add_other(tender, who * 100 + tender, names.firms[who].to_owned());
        if let Some(bidder) = self.bidders.last_mut() {
            bidder.emails = vec![address(names.emails[who])];
            bidder.director = Some(names.directors[who].to_owned());
            bidder.phone = Some(format!(
                "0813-4{:03}-{:04}",
                who * 7 + 100,
                who * 911 + 1_203
            ));
            bidder.npwp = Some(format!(
                "0{}.888.{:03}.{}-72{}.000",
                2 + self.number,
                who * 13 + 5,
                who % 9,
                who % 3
            ));
            bidder.nib = Some(format!(
                "02207{:02}{:06}",
                self.number,
                who * 3_571 + 100_003
            ));
            if who == firm::ADVISER {
                bidder.experts = vec![
                    format!("{}, S.T.", expert(self.number, 0)),
                    expert(self.number, 1).to_owned(),
                ];
            }
        }
        id
    }

    fn add_other(&mut self, tender: usize, id: usize, name: String) -> BidderId {
        let id = BidderId(id as i64);
        self.bidders.push(Bidder {
            id,
            tender: self.tenders[tender].id,
            folder: name.clone(),
            name,
            npwp: None,
            nib: None,
            director: None,
            phone: None,
            emails: vec![address(&format!("peserta{}@gmail.com", id.0))],
            experts: Vec::new(),
            withdrawn: false,
        });
        id
    }

    fn add_second_session(&mut self, bidder: BidderId, kind: SessionKind, due: i64) {
        let hours = SignedDuration::from_hours;
        let due = time(DUE) + hours(due);
        let id = SessionId(bidder.0 * 10 + kind as i64);
        let of = self.bidders.iter().find(|b| b.id == bidder);
        use DocumentWord::{Akta, BuktiPeralatan, Kontrak, Ktp, Negosiasi, Nib, Npwp, Sbu};
        self.sessions.push(Session {
            id,
            tender: of.expect("its bidder").tender,
            bidder,
            kind,
            starts: due - hours(4),
            ends: due - hours(3),
            invite: Some(due - hours(72)),
            due,
            meeting: Meeting::default(),
            letter: Default::default(),
            documents: match kind {
                SessionKind::Qualification => vec![Ktp, Nib, Npwp, Akta, Sbu],
                SessionKind::Clarification => vec![Kontrak, BuktiPeralatan],
                SessionKind::Negotiation => vec![Negosiasi],
            },
            file: None,
            file_at: None,
            reference: Reference::from_bits(
                (id.0 as u64 + (self.number as u64 + 9) * 1_000_003) * 104_395_301,
            ),
            token: format!("z{:0>15}", id.0 + (self.number as i64 + 7) * 100_000),
            withdrawn: false,
        });
    }
}

pub fn expert(world: usize, at: usize) -> &'static str {
    [
        ["Galih Pramudito", "Theresia Bulan"],
        ["Yoga Adiputra", "Monika Ubung"],
    ][world][at]
}

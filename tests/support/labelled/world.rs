//! An invented office: sixteen tenders in every state that a mail may meet.

use jiff::{SignedDuration, Timestamp};
use loket::{
    address::EmailAddress,
    matching::{MailboxIdentity, Sent},
    tender::{
        Bidder, BidderId, DocumentWord, Meeting, ProcurementKind, Reference, Registry, Session,
        SessionId, SessionKind, Tender, TenderId,
    },
};

/// When papers are due in the open sessions.
pub const DUE: &str = "2026-11-25T14:00:00+08:00";

/// Bidders by their part in the play; each plays one firm, `Twice` in two tenders and so on.
pub mod who {
    pub const FIRST: usize = 0;
    pub const RIVAL: usize = 1;
    pub const OLD_HAND: usize = 2;
    pub const ADVISER: usize = 3;
    pub const STAGED: usize = 4;
    pub const AGAIN: usize = 5;
    pub const ELSEWHERE: usize = 6;
    pub const LATE: usize = 7;
    pub const BETWEEN: usize = 8;
    pub const SHARING: usize = 9;
    pub const SHARER: usize = 10;
    pub const NAMESAKE_CV: usize = 11;
    pub const NAMESAKE_PT: usize = 12;
    pub const EARLY: usize = 13;
    pub const BARGAINER: usize = 14;
    pub const TWICE: usize = 15;
    pub const LEADER: usize = 16;
    pub const PARTNER: usize = 17;
    pub const GONE: usize = 18;
    pub const ALONE: usize = 19;
}

/// Who, in which tender, and for each session: its kind, hours from [`DUE`] to its due, hours its invitation went out before that.
type Play = (usize, usize, &'static [(SessionKind, i64, i64)]);

/// Words of which firms and works are named; four worlds, nothing shared but what all of them use.
pub struct Vocabulary {
    /// Two words a firm; the first is coined, the second usual.
    firms: [&'static str; 20],
    /// Works: what, where.
    works: [(&'static str, &'static str); 9],
    people: [&'static str; 8],
    domain: &'static str,
}

impl Vocabulary {
    /// Of a world that brings names of its own.
    pub const NONE: Vocabulary = Vocabulary {
        firms: [""; 20],
        works: [("", ""); 9],
        people: [""; 8],
        domain: "",
    };
}

#[rustfmt::skip]
const VOCABULARIES: [Vocabulary; 4] = [
    Vocabulary {
        firms: ["Lestuwana Karya", "Segarindo Wahau Teknik", "Banuratama Cipta Mandau", "Konsulindo Rekavara", "Tirtamorgana Berjaya", "Bungkarsa Mulya",
            "Palandara Utama", "Sambaliung Perkasa", "Wirakencana Abadi", "Darmatala Jaya", "Kertanusa Mandiri", "Sinarmuda Borneo", "", "Gantarasa Teknik",
            "Mulawarna Konsultan", "Batupanjang Sejahtera", "Tanjungsari Prima", "Wanadara Sakti", "Teluksulai Makmur", "Rimbatama Persada"],
        works: [("Rehabilitasi Ruang Kelas", "SDN 031 Batu Rangkong"), ("Pengawasan Jalan", "Muara Kelinai"), ("Alat Laboratorium", "Puskesmas Sungai Lati"), ("Jasa Kebersihan", "Kantor Dinas Perkebunan"),
            ("Pembangunan Jembatan", "Sei Lanuk"), ("Peningkatan Drainase", "Kampung Bukit Makam"), ("Perencanaan Gedung", "Perpustakaan Tasik Biru"), ("Pengadaan Perahu", "Patroli Pulau Kakaban Kecil"), ("Pemeliharaan Taman", "Cendana Pesisir")],
        people: ["Hendrawan Tirtakusuma", "Ramberani Salewang", "Siti Maharanita", "Budi Contohwan", "Yohanes Palimbong", "Dewi Kartalaras", "Agus Renjana", "Maria Lembunai"],
        domain: "surel.example",
    },
    Vocabulary {
        firms: ["Arungbuana Jaya", "Pelitahati Karya Nusantara", "Cahyadaru Sentosa", "Metraplan Konsultan", "Giriwangsa Putra", "Sekarlautan Abadi",
            "Nagamerah Utama", "Kayumanis Lestari", "Bentanglaut Perkasa", "Surapati Mandiri", "Ombakputih Teknik", "Randusari Makmur", "", "Pasirmas Raya",
            "Rancangbina Pratama", "Elangtimur Persada", "Bintangkarang Prima", "Ulinperkasa Sakti", "Merantibaru Mulia", "Sungaikelay Berkah"],
        works: [("Pembangunan Pasar", "Rakyat Gunung Tabur Hilir"), ("Pengawasan Gedung", "Balai Pelatihan Merancang"), ("Pengadaan Mebel", "SMPN 88 Talisayan Barat"), ("Jasa Keamanan", "Kompleks Rumah Jabatan"),
            ("Peningkatan Jalan", "Simpang Pegat Bukur"), ("Rehabilitasi Irigasi", "Labanan Kidul"), ("Perencanaan Embung", "Biatan Ulu Dua"), ("Pengadaan Bibit", "Kakao Unggul Segah"), ("Pemeliharaan Dermaga", "Apung Derawan Selatan")],
        people: ["Suhartono Wiranegara", "Fransiskus Belareq", "Nur Halimatun", "Joko Prasodjo", "Lukas Apuilah", "Rina Sasmitara", "Teguh Handaru", "Kristina Lawing"],
        domain: "pos.example",
    },
    Vocabulary {
        firms: ["Jagatrimba Nusa", "Telagawarna Multi Sarana", "Kilaukencono Group", "Bangunreka Cendekia", "Hulubayur Jaya", "Samuderantau Mitra",
            "Tunasborneo Alam", "Gemaruang Citra", "Labuhancermin Karya", "Pucukdaun Sejati", "Batukarang Lestari", "Lembahhijau Perdana", "", "Kotaminyak Energi",
            "Studiomatra Konsulindo", "Mahligaisakti Utama", "Rantaupanjang Teknik", "Segahraya Buana", "Inhulu Trikarya", "Dumaring Agung"],
        works: [("Pembangunan Puskesmas", "Pembantu Long Ayan Hulu"), ("Supervisi Jembatan", "Kelay Tengah Lama"), ("Pengadaan Komputer", "Dinas Kearsipan Wilayah"), ("Jasa Katering", "Asrama Atlet Porprov"),
            ("Rehabilitasi Bendung", "Merasa Permai"), ("Pemasangan Pipa", "Transmisi Teluk Bayur"), ("Perencanaan Rusunawa", "Kelapa Dua Redeb"), ("Pengadaan Speedboat", "Ambulans Maratua Timur"), ("Pemeliharaan Lampu", "Jalan Protokol Pemuda")],
        people: ["Bambang Setyanugraha", "Petrus Jalung", "Aminah Syarifatun", "Gunawan Hadikusumo", "Markus Ngau", "Lestari Wulansari", "Rahmat Mulyadani", "Yuliana Bit"],
        domain: "kotakpos.example",
    },
    Vocabulary {
        firms: ["Karangtigau Mandiri", "Sumberbanyu Indah Pratama", "Nilakandi Persada", "Triwastu Konsultan", "Bahteramas Samudra", "Anggrekhitam Abadi",
            "Ketapangjaya Makmur", "Puriwastu Karya", "Tebingtinggi Sejahtera", "Melatiputih Mulia", "Randualas Perkasa", "Sangkuliat Bersama", "", "Derasarus Hidro",
            "Wastucitra Rekayasa", "Padangluas Nusantara", "Gununghitam Jasa", "Lautbiru Sakti", "Kampungbaru Utama", "Tepianbuah Prima"],
        works: [("Renovasi Gedung", "Olahraga Sei Bedungun"), ("Pengawasan Renovasi", "Masjid Agung Baitul Amin"), ("Pengadaan Alkes", "Ruang Bersalin Tanjung Batu"), ("Jasa Angkutan", "Sampah Kecamatan Pulau Derawan"),
            ("Normalisasi Sungai", "Kuran Sambaliung"), ("Pembangunan Turap", "Bantaran Segah Ilir"), ("Perencanaan Terminal", "Agribisnis Talisayan Utara"), ("Pengadaan Ternak", "Sapi Bali Batu Putih"), ("Pemeliharaan Gapura", "Batas Kota Redeb")],
        people: ["Sugeng Priyambodo", "Stepanus Lejau", "Khadijah Ramlah", "Wahyu Adikresna", "Benediktus Usat", "Sri Retnaningtyas", "Taufik Ilhamsyah", "Veronika Lahang"],
        domain: "maya.example",
    },
];

pub struct World {
    pub number: usize,
    pub tenders: Vec<Tender>,
    pub bidders: Vec<Bidder>,
    pub sessions: Vec<Session>,
    vocabulary: &'static Vocabulary,
}

pub fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

pub fn address(text: &str) -> EmailAddress {
    text.parse().expect("an address")
}

/// Tenders by their state; the index is the place in [`World::tenders`].
pub mod tender {
    pub const OPEN: usize = 0;
    pub const ADVICE: usize = 1;
    pub const STAGE_ONE: usize = 2;
    pub const STAGE_TWO: usize = 3;
    pub const FAILED: usize = 4;
    pub const AGAIN: usize = 5;
    pub const OTHER_POKJA: usize = 6;
    pub const LONG_OVER: usize = 7;
    pub const JUST_OVER: usize = 8;
    pub const BETWEEN: usize = 9;
    pub const SHARED: usize = 10;
    pub const NAMESAKES: usize = 11;
    pub const NOT_YET: usize = 12;
    pub const BARGAIN: usize = 13;
    pub const SECOND: usize = 14;
    pub const JOINT: usize = 15;
}

impl World {
    pub fn empty(number: usize, vocabulary: &'static Vocabulary) -> World {
        World {
            number,
            tenders: Vec::new(),
            bidders: Vec::new(),
            sessions: Vec::new(),
            vocabulary,
        }
    }

    pub fn new(number: usize) -> World {
        let vocabulary = &VOCABULARIES[number];
        let mut world = World::empty(number, vocabulary);
        let work = |at: usize| format!("{} {}", vocabulary.works[at].0, vocabulary.works[at].1);
        for (name, mailbox) in [
            (work(0), "pokja-3"),
            (work(1), "pokja-3"),
            (format!("{} Tahap I", work(4)), "pokja-3"),
            (format!("{} Tahap II", work(4)), "pokja-3"),
            (work(5), "pokja-3"),
            (format!("{} (Tender Ulang)", work(5)), "pokja-3"),
            (work(2), "pokja-2"),
            (format!("{} 2025", work(3)), "pokja-3"),
            (work(3), "pokja-3"),
            (work(6), "pokja-3"),
            (work(7), "pokja-3"),
            (work(8), "pokja-3"),
            (format!("Perluasan {}", vocabulary.works[0].1), "pokja-3"),
            (
                format!("Manajemen Konstruksi {}", vocabulary.works[2].1),
                "pokja-3",
            ),
            (format!("Penataan {}", vocabulary.works[7].1), "pokja-3"),
            (format!("Preservasi {}", vocabulary.works[1].1), "pokja-3"),
        ] {
            world.add_tender(name, mailbox);
        }
        world.fill();
        world
    }

    #[rustfmt::skip]
    fn fill(&mut self) {
        use SessionKind::{Clarification, Negotiation, Qualification};
        let plays: &[Play] = &[
            (who::FIRST, tender::OPEN, &[(Qualification, 0, 48)]),
            (who::RIVAL, tender::OPEN, &[(Qualification, 0, 48)]),
            (who::OLD_HAND, tender::OPEN, &[(Qualification, 0, 48)]),
            (who::OLD_HAND, tender::LONG_OVER, &[(Qualification, -24 * 90, 48)]),
            (who::ADVISER, tender::ADVICE, &[(Clarification, 0, 48), (Negotiation, 0, 48)]),
            (who::STAGED, tender::STAGE_ONE, &[(Qualification, 0, 48)]),
            (who::STAGED, tender::STAGE_TWO, &[(Qualification, 2, 48)]),
            (who::RIVAL, tender::STAGE_TWO, &[(Qualification, -24 * 60, 48)]),
            (who::AGAIN, tender::FAILED, &[(Qualification, -24 * 40, 48)]),
            (who::AGAIN, tender::AGAIN, &[(Qualification, 0, 48)]),
            (who::ELSEWHERE, tender::OTHER_POKJA, &[(Qualification, 0, 48)]),
            (who::LATE, tender::JUST_OVER, &[(Qualification, -5, 48)]),
            (who::BETWEEN, tender::BETWEEN, &[(Qualification, -30, 48), (Negotiation, 24, 48)]),
            (who::SHARING, tender::SHARED, &[(Qualification, 0, 48)]),
            (who::SHARER, tender::SHARED, &[(Qualification, 0, 48)]),
            (who::NAMESAKE_CV, tender::NAMESAKES, &[(Qualification, 0, 48)]),
            (who::NAMESAKE_PT, tender::NAMESAKES, &[(Qualification, 0, 48)]),
            (who::EARLY, tender::NOT_YET, &[(Qualification, 72, 48)]),
            (who::BARGAINER, tender::BARGAIN, &[(Qualification, -24 * 20, 48), (Negotiation, 0, 48)]),
            (who::TWICE, tender::OPEN, &[(Qualification, 0, 48)]),
            (who::TWICE, tender::SECOND, &[(Qualification, 0, 48)]),
            (who::LEADER, tender::JOINT, &[(Qualification, 0, 48)]),
            (who::GONE, tender::OPEN, &[(Qualification, 0, 48)]),
            (who::ALONE, tender::OPEN, &[(Qualification, 0, 48)]),
        ];
        for (who, tender, sessions) in plays {
            let bidder = self.add_bidder(*who, *tender);
            for (kind, due, invited) in *sessions {
                self.add_session(bidder, *kind, *due, *invited);
            }
        }
    }

    fn add_tender(&mut self, name: String, mailbox: &str) {
        let id = self.tenders.len() as i64 + 1;
        // Every second world has the short codes of the old local SPSE.
        let code = match self.number % 2 {
            0 => format!("1{:03}{:04}000", 4 + self.number, id * 37 + 1000),
            _ => format!("{}", 48_650_064 + id * 1000 + self.number as i64),
        };
        self.tenders.push(Tender {
            id: TenderId(id),
            folder: format!("2026/{code} {name}"),
            code,
            name,
            mailbox: mailbox.into(),
            kind: ProcurementKind::Konstruksi,
        });
    }

    pub fn name(&self, who: usize) -> String {
        let firms = &self.vocabulary.firms;
        match who {
            who::NAMESAKE_PT => format!("PT {}", firms[who::NAMESAKE_CV]),
            who::LEADER => format!("PT {} - CV {} KSO", firms[who::LEADER], firms[who::PARTNER]),
            _ if who % 3 == 1 => format!("PT. {}", firms[who].to_uppercase()),
            _ => format!("CV {}", firms[who]),
        }
    }

    /// The name without its form.
    pub fn bare(&self, who: usize) -> &'static str {
        self.vocabulary.firms[who]
    }

    pub fn person(&self, at: usize) -> &'static str {
        self.vocabulary.people[at % 8]
    }

    pub fn email(&self, who: usize) -> EmailAddress {
        let plain: String = self.vocabulary.firms[who]
            .split(' ')
            .next()
            .unwrap_or("x")
            .to_lowercase();
        match who {
            who::SHARER => self.email(who::SHARING),
            who::NAMESAKE_PT => address(&format!(
                "pt.{}@{}",
                self.bare(who::NAMESAKE_CV).to_lowercase().replace(' ', ""),
                self.vocabulary.domain
            )),
            who::ADVISER | who::LATE => address(&format!("info@{plain}.example")),
            who if who % 2 == 0 => address(&format!("{plain}.{who}@{}", self.vocabulary.domain)),
            _ => address(&format!("{plain}{}@gmail.com", 70 + who)),
        }
    }

    fn add_bidder(&mut self, who: usize, tender: usize) -> BidderId {
        let id = BidderId((who * 100 + tender) as i64);
        let mut npwp = format!(
            "0{}.999.{:03}.1-00{}.000",
            1 + self.number,
            who + 1,
            who % 9 + 1
        );
        if who % 4 == 2 {
            npwp = npwp.chars().filter(char::is_ascii_digit).collect();
        }
        self.bidders.push(Bidder {
            id,
            tender: self.tenders[tender].id,
            name: self.name(who),
            npwp: Some(npwp),
            nib: Some(format!(
                "91202{:02}{:03}{:03}",
                self.number,
                who,
                who * 7 + 11
            )),
            director: Some(self.person(who).to_owned()),
            phone: Some(format!(
                "08125{:07}",
                who * 7919 + self.number * 104_729 + 1_000_000
            )),
            emails: vec![self.email(who)],
            experts: match who {
                who::FIRST => vec![format!("Ir. {}, S.T.", self.person(3))],
                _ => Vec::new(),
            },
            folder: self.name(who),
            withdrawn: who == who::GONE,
        });
        id
    }

    fn add_session(&mut self, bidder: BidderId, kind: SessionKind, due: i64, invited: i64) {
        let hours = SignedDuration::from_hours;
        let due = time(DUE) + hours(due);
        let id = SessionId(bidder.0 * 10 + kind as i64);
        self.sessions.push(Session {
            id,
            tender: self
                .bidders
                .iter()
                .find(|b| b.id == bidder)
                .expect("its bidder")
                .tender,
            bidder,
            kind,
            starts: due - hours(5),
            ends: due - hours(3),
            invite: Some(due - hours(invited)),
            due,
            meeting: Meeting::default(),
            letter: Default::default(),
            documents: match kind {
                SessionKind::Qualification => vec![
                    DocumentWord::Ktp,
                    DocumentWord::Nib,
                    DocumentWord::Npwp,
                    DocumentWord::Akta,
                ],
                SessionKind::Clarification => {
                    vec![DocumentWord::Kontrak, DocumentWord::BuktiPeralatan]
                }
                SessionKind::Negotiation => vec![DocumentWord::Negosiasi],
            },
            file: None,
            file_at: None,
            reference: Reference::from_bits(
                (id.0 as u64 + self.number as u64 * 1_000_003) * 7_919_777,
            ),
            token: format!("q{:0>15}", id.0 + self.number as i64 * 100_000),
            withdrawn: false,
        });
    }

    pub fn registry(&self) -> Registry {
        Registry::new(
            self.tenders.clone(),
            self.bidders.clone(),
            self.sessions.clone(),
        )
    }

    pub fn session(&self, who: usize, tender: usize, kind: SessionKind) -> &Session {
        let bidder = BidderId((who * 100 + tender) as i64);
        let mut sessions = self.sessions.iter();
        sessions
            .find(|session| session.bidder == bidder && session.kind == kind)
            .expect("a session of the play")
    }

    pub fn code(&self, tender: usize) -> &str {
        &self.tenders[tender].code
    }

    pub fn package(&self, tender: usize) -> &str {
        &self.tenders[tender].name
    }

    pub fn bidder(&self, session: &Session) -> &Bidder {
        self.bidders
            .iter()
            .find(|bidder| bidder.id == session.bidder)
            .expect("its bidder")
    }

    /// The invitation of every session.
    pub fn sent(&self) -> Vec<Sent> {
        let sent = |session: &Session| Sent {
            message_id: our_id(session.id),
            tender: Some(session.tender),
            bidder: Some(session.bidder),
            session: Some(session.id),
        };
        self.sessions.iter().map(sent).collect()
    }

    pub fn mailboxes(&self) -> Vec<MailboxIdentity> {
        [
            ("pokja-3", "pokja3@berau.example"),
            ("pokja-2", "pokja2@berau.example"),
        ]
        .map(|(name, at)| MailboxIdentity {
            name: name.into(),
            address: address(at),
            subaddress: "+".into(),
        })
        .into()
    }

    pub fn members(&self) -> Vec<EmailAddress> {
        vec![address("sri@berau.example")]
    }
}

pub fn our_id(session: SessionId) -> String {
    format!("<{:0>32}@berau.example>", session.0)
}

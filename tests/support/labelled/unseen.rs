//! The unseen part: written by somebody who had not read the wordings of the other two, for another office. What a
//! careful clerk would do was written down before any of it was run.

use loket::tender::{Session, SessionKind};

use super::{
    draft::Draft,
    second_office::{expert, firm, work},
    world::World,
};

pub type Write = fn(&World, usize) -> Draft;

use SessionKind::{Clarification, Negotiation, Qualification};

pub fn the(w: &World, who: usize, tender: usize) -> &Session {
    w.session(who, tender, Qualification)
}

pub fn name(w: &World, who: usize) -> &str {
    let mut bidders = w.bidders.iter();
    let of = |id: i64| (id / 100) as usize == who && id < 1_000_000;
    bidders
        .find(|bidder| of(bidder.id.0))
        .map_or("", |bidder| &bidder.name)
}

pub fn director(w: &World, who: usize) -> &str {
    let mut bidders = w.bidders.iter();
    let found = bidders.find(|bidder| bidder.id.0 as usize / 100 == who);
    found
        .and_then(|bidder| bidder.director.as_deref())
        .unwrap_or("")
}

pub fn mail(w: &World, who: usize) -> String {
    let mut bidders = w.bidders.iter();
    let found = bidders.find(|bidder| bidder.id.0 as usize / 100 == who);
    found.map_or(String::new(), |bidder| bidder.emails[0].to_string())
}

/// Without the form.
pub fn bare(w: &World, who: usize) -> String {
    name(w, who)
        .trim_start_matches("PT. ")
        .trim_start_matches("PT ")
        .trim_start_matches("CV ")
        .to_owned()
}

pub fn private(v: usize) -> &'static str {
    [
        "Rudi Hartono <rudi.hartono.9@gmail.com>",
        "admin lelang <admlelang2020@yahoo.com>",
        "Fitri <fitri_amalia@icloud.com>",
    ][v]
}

pub fn signature(w: &World, who: usize, v: usize) -> String {
    let (firm, director) = (name(w, who), director(w, who));
    match v {
        0 => format!(
            "Hormat kami,\n{firm}\n\n\n{director}\nDirektur\n\nJl. Pulau Panjang No. 12, Tanjung Redeb\nTelp. (0554) 2021{who:02} / HP 0812 5544 11{who:02}"
        ),
        1 => format!(
            "--\nSalam,\nTim Tender\n{firm}\nGedung Graha Lt. 2 | Tanjung Redeb | Kalimantan Timur\n\nPesan ini beserta lampirannya bersifat rahasia dan hanya ditujukan kepada penerima. Bila Anda bukan penerima yang dituju, mohon menghapus pesan ini."
        ),
        _ => format!("Terima kasih\n\n{director}\n{firm}"),
    }
}

pub const PAPERS: [&[&str]; 3] = [
    &[
        "KTP DIREKTUR.jpg",
        "NPWP perusahaan.jpg",
        "NIB terbaru.pdf",
        "Akte Pendirian.pdf",
    ],
    &["IMG-20261125-WA0011.jpg", "IMG-20261125-WA0012.jpg"],
    &["CamScanner 25-11-2026 09.33.pdf"],
];

/// Our invitation as it is sent, as far as it matters here.
pub fn invitation(w: &World, session: &Session) -> String {
    let tender = w.tenders.iter().find(|tender| tender.id == session.tender);
    let tender = tender.expect("its tender");
    let activity = session.kind.label();
    format!(
        "Pokja Pemilihan III\nUKPBJ Kabupaten Berau\n----------------------------------------\n\nUNDANGAN {}\nNomor: 000.3.3/31/Pokja-III/UKPBJ/2026\n\nYth. Direktur {}\n\n\
         Dengan hormat,\n\nSehubungan dengan pelaksanaan tender paket {} (Kode Tender {}), dengan ini kami mengundang Saudara untuk mengikuti {activity} secara daring pada:\n\n\
         Hari, tanggal: Rabu, 25 November 2026\nWaktu: pukul 09.00–11.00 WITA (08.00–10.00 WIB)\n\nCara mengirim:\n- Balas surat elektronik ini dengan melampirkan fotonya. Apabila menulis surat baru, \
         kirim ke pokja3@berau.example dengan kode [{}] pada subjek.\n\nDemikian disampaikan, atas perhatian dan kerja samanya diucapkan terima kasih.\n\nPokja Pemilihan III",
        activity.to_uppercase(),
        w.bidder(session).name,
        tender.name,
        tender.code,
        session.reference,
    )
}

/// As Gmail, Outlook and Yahoo put the older mail below.
pub fn below(text: &str, v: usize, older: &str) -> String {
    let marked: String = older.lines().map(|line| format!("> {line}\n")).collect();
    match v {
        0 => format!(
            "{text}\n\nPada Sen, 23 Nov 2026 13.40 Pokja Pemilihan III <pokja3@berau.example> menulis:\n\n{marked}"
        ),
        1 => format!(
            "{text}\n\n\nFrom: Pokja Pemilihan III <pokja3@berau.example>\nSent: Monday, November 23, 2026 1:40 PM\nTo: tender\nSubject: Undangan\n\n{older}"
        ),
        _ => format!(
            "{text}\n\nDikirim dari Yahoo Mail di Android\n\n  Pada Sen, 23 Nov 2026 pada 13:40, Pokja Pemilihan III<pokja3@berau.example> menulis:   {older}"
        ),
    }
}

pub fn code(w: &World, tender: usize) -> &str {
    w.code(tender)
}

/// A mail in the thread of our invitation, quoting it.
pub fn answer(w: &World, from: &str, session: &Session, v: usize, text: &str) -> Draft {
    let subject = [
        format!(
            "Re: Undangan {} [{}]",
            session.kind.label(),
            session.reference
        ),
        format!("Bls: Undangan {}", session.kind.label()),
        format!("RE: Undangan {}", session.kind.label()),
    ];
    let text = below(text, v, &invitation(w, session));
    Draft::from(from, subject[v].clone(), text).answers(session)
}

#[rustfmt::skip]
pub const SITUATIONS: &[(&str, Write)] = &[
    ("a full reply with signature block and quote", |w, v| {
        let s = the(w, firm::ALPHA, work::SCHOOL);
        let text = ["Yth. Bapak/Ibu Pokja,\n\nBerikut kami sampaikan dokumen asli yang diminta.", "Selamat siang Bapak Ibu,\nTerlampir foto-foto dokumen kualifikasi kami. Mohon dicek.", "Assalamualaikum wr wb, bersama email ini kami kirimkan berkasnya pak."][v];
        answer(w, &mail(w, firm::ALPHA), s, v, &format!("{text}\n\n{}", signature(w, firm::ALPHA, v))).files(PAPERS[v]).file(s)
    }),
    ("two words from a phone in the thread", |w, v| {
        let s = the(w, firm::BETA, work::SCHOOL);
        answer(w, &mail(w, firm::BETA), s, v, ["ini pak", "siap", "trims"][v]).files(PAPERS[1]).file(s)
    }),
    ("a cover letter from the registered address", |w, v| {
        let s = the(w, firm::REPEATED, work::WATER_AGAIN);
        let package = w.package(work::WATER_AGAIN);
        let text = [
            format!("Nomor   : 014/{}/XI/2026\nHal     : Penyampaian Dokumen Pembuktian Kualifikasi\n\nKepada Yth.\nPokja Pemilihan III\ndi -\nTempat\n\nMenindaklanjuti undangan pembuktian kualifikasi paket {package}, kami sampaikan dokumen sebagaimana terlampir.", "DIR"),
            format!("Yth Pokja. Dokumen untuk {package} kami lampirkan semua ya."),
            format!("Mohon diterima dokumen tender {package}."),
        ];
        Draft::from(mail(w, firm::REPEATED), ["Penyampaian Dokumen", "", "dokumen pembuktian"][v], format!("{}\n\n{}", text[v], signature(w, firm::REPEATED, v))).files(PAPERS[v]).file(s)
    }),
    ("twin packages, the number written another way", |w, v| {
        let s = the(w, firm::ROADS, work::ROAD_ONE);
        let package = w.package(work::ROAD_ONE);
        let subject = [package.to_uppercase(), format!("Dok. {}", package.to_lowercase()), format!("{package} - pembuktian")];
        Draft::from(mail(w, firm::ROADS), subject[v].clone(), "Terlampir.").files(PAPERS[v]).file(s)
    }),
    ("twin packages, no number", |w, v| {
        let package = w.package(work::ROAD_ONE);
        let plain = package.rsplit_once(" Paket").map_or(package, |(name, _)| name);
        Draft::from(mail(w, firm::ROADS), [plain, "berkas jalan", "Pembuktian"][v], "Bersama ini kami kirim dokumennya.").files(PAPERS[v]).ask(None)
    }),
    ("twin packages, the code of one", |w, v| {
        let s = the(w, firm::ROADS, work::ROAD_TWO);
        let c = code(w, work::ROAD_TWO);
        Draft::from(mail(w, firm::ROADS), [format!("Kode tender {c}"), c.to_owned(), format!("Pembuktian Kualifikasi_{c}_paket kedua jalan")][v].clone(), "Mohon diterima").files(PAPERS[v]).file(s)
    }),
    ("two tenders in one mail by their codes", |w, v| {
        let (a, b) = (code(w, work::ROAD_ONE), code(w, work::ROAD_TWO));
        let text = [format!("Dokumen pembuktian untuk kode tender {a} dan {b}."), format!("1. {a}\n2. {b}\nDokumennya sama pak jadi kami gabung."), format!("dok utk {a} / {b}")];
        Draft::from(mail(w, firm::ROADS), "Dokumen", text[v].clone()).files(PAPERS[v]).ask(None)
    }),
    ("two tenders in one mail, papers named by package", |w, v| {
        let files: [&[&str]; 3] = [&["KTP paket 1.jpg", "KTP paket 2.jpg"], &["Paket A akta.pdf", "Paket B akta.pdf"], &["jalan 1 nib.pdf", "jalan 2 nib.pdf"]];
        Draft::from(mail(w, firm::ROADS), "Dokumen 2 paket jalan", ["untuk kedua paket", "mohon dipilah per paket ya bu", "dua paket sekaligus"][v]).files(files[v]).ask(None)
    }),
    ("private admin, code and company", |w, v| {
        let s = the(w, firm::DOMAIN, work::COMPUTERS);
        let c = code(w, work::COMPUTERS);
        let text = [format!("Yth. Pokja,\nEmail perusahaan sedang perbaikan, kami kirim dari email pribadi. Kode tender {c}."), format!("Mohon ijin kirim dokumen pembuktian kode {c}"), format!("Dokumen tender no {c}")];
        Draft::from(private(v), "dokumen pembuktian kualifikasi", format!("{}\n\n{}", text[v], signature(w, firm::DOMAIN, v))).files(PAPERS[v]).file(s)
    }),
    ("words of one name in two orders, code", |w, v| {
        let s = the(w, firm::BETA, work::SCHOOL);
        let n = name(w, firm::BETA);
        let subject = [format!("{} {n}", code(w, work::SCHOOL)), format!("{} - {}", n.to_uppercase(), code(w, work::SCHOOL)), format!("Dokumen Tender {} an {n}", code(w, work::SCHOOL))];
        Draft::from(private(v), subject[v].clone(), "Mohon diterima, terima kasih.").files(PAPERS[v]).file(s)
    }),
    ("words of one name in two orders, mistyped", |w, v| {
        let s = the(w, firm::ALPHA, work::SCHOOL);
        let n = name(w, firm::ALPHA);
        let wrong = [n.replacen("ar", "r", 1).replacen("Putra", "Ptura", 1), n.replacen("Utama", "Utma", 1).replacen("Jaya", "Jayaa", 1), n.replacen("Borneo", "Bornoe", 1).replacen("Mandiri", "Mandri", 1)];
        Draft::from(private(v), format!("pembuktian kode tender {}", code(w, work::SCHOOL)), format!("Kami dari {}, berikut dokumen kami.", wrong[v])).files(PAPERS[v]).file(s)
    }),
    ("a part of two names without form, code", |w, v| {
        let n = bare(w, firm::GAMMA);
        Draft::from(private(v), format!("Kode {}", code(w, work::SCHOOL)), [format!("dari {n}"), format!("{n} kirim ktp pak"), format!("berkas {} terlampir", n.to_lowercase())][v].clone()).files(PAPERS[v]).ask(None)
    }),
    ("another form than any firm's, code", |w, v| {
        let n = format!("{} {}", if name(w, firm::ALPHA).starts_with("CV") { "PT" } else { "CV" }, bare(w, firm::ALPHA));
        Draft::from(private(v), format!("Kode Tender {}", code(w, work::SCHOOL)), format!("Dari {n}.\n\nDirektur {n}")).files(PAPERS[v]).ask(None)
    }),
    ("a shared consultant, one firm named", |w, v| {
        let s = the(w, firm::SHARED_ONE, work::CLINIC);
        let n = name(w, firm::SHARED_ONE);
        let text = [format!("Berikut dokumen pembuktian {n}.\n\nHormat kami\n{n}"), format!("PAK INI BERKAS {}", n.to_uppercase()), format!("kami mewakili {n} menyampaikan dokumen yg diminta")];
        Draft::from(mail(w, firm::SHARED_ONE), "Dokumen Pembuktian", text[v].clone()).files(PAPERS[v]).file(s)
    }),
    ("a shared consultant, neither named", |w, v| {
        Draft::from(mail(w, firm::SHARED_ONE), ["Dokumen", "Pembuktian kualifikasi puskesmas", "berkas"][v], ["Terlampir", "mohon dicek pak", "berikut"][v]).files(PAPERS[v]).ask(None)
    }),
    ("a shared consultant, both named", |w, v| {
        let (a, b) = (name(w, firm::SHARED_ONE), name(w, firm::SHARED_TWO));
        Draft::from(mail(w, firm::SHARED_TWO), "dokumen pembuktian", [format!("Dokumen {a} dan {b} kami kirim sekaligus"), format!("1. {a}\n2. {b}"), format!("ktp {a}\nnpwp {b}")][v].clone()).files(PAPERS[v]).ask(None)
    }),
    ("a shared consultant in the thread of one, files of the other", |w, v| {
        let s = the(w, firm::SHARED_ONE, work::CLINIC);
        let file = format!("NIB {}.pdf", name(w, firm::SHARED_TWO));
        answer(w, &mail(w, firm::SHARED_ONE), s, v, "Berikut kami lampirkan").files(&[&file]).ask(None)
    }),
    ("a joint operation by its name and code", |w, v| {
        let s = the(w, firm::JOINT, work::BRIDGE);
        let n = name(w, firm::JOINT);
        let text = [format!("Kami {n} menyampaikan dokumen pembuktian. Kode Tender {}.", code(w, work::BRIDGE)), format!("{n}\n{}", code(w, work::BRIDGE)), format!("Dokumen KSO kami ({n}) untuk tender {}", code(w, work::BRIDGE))];
        Draft::from(private(v), "Dokumen KSO", text[v].clone()).files(PAPERS[v]).file(s)
    }),
    ("a joint operation answers in its thread as one member", |w, v| {
        let s = the(w, firm::JOINT, work::BRIDGE);
        let n = name(w, firm::JOINT);
        let leader = n.split(" - ").next().unwrap_or(n);
        answer(w, &mail(w, firm::JOINT), s, v, &format!("Terlampir dokumen.\n\n{leader}\n(Leadfirm KSO)")).files(PAPERS[v]).file(s)
    }),
    ("the repeated tender, code from a private address", |w, v| {
        let s = the(w, firm::REPEATED, work::WATER_AGAIN);
        let n = name(w, firm::REPEATED);
        Draft::from(private(v), format!("Tender ulang {}", code(w, work::WATER_AGAIN)), format!("Dokumen {n}\n{}", signature(w, firm::REPEATED, v))).files(PAPERS[v]).file(s)
    }),
    ("the failed tender's thread for the repeated one", |w, v| {
        let (old, new) = (the(w, firm::REPEATED, work::WATER_FAILED), the(w, firm::REPEATED, work::WATER_AGAIN));
        let text = ["Untuk tender ulang kode", "Dokumen pembuktian paket ulang, kode tender", "maaf balas email lama. ini utk tender"][v];
        answer(w, &mail(w, firm::REPEATED), old, v, &format!("{text} {}", code(w, work::WATER_AGAIN))).files(PAPERS[0]).file(new)
    }),
    ("into another Pokja's mailbox", |w, v| {
        let s = the(w, firm::ALPHA, work::SCHOOL);
        Draft::from(mail(w, firm::ALPHA), "Dokumen Pembuktian Kualifikasi", format!("Yth. Pokja Pemilihan II\n\nBerikut dokumen kami.\n\n{}", signature(w, firm::ALPHA, v))).to("pokja2@berau.example").into_mailbox("pokja-2").files(PAPERS[v]).file(s)
    }),
    ("another Pokja's bidder by code and name", |w, v| {
        let s = the(w, firm::OTHER_POKJA, work::BOATS);
        let n = name(w, firm::OTHER_POKJA);
        Draft::from(private(v), [format!("Tender {}", code(w, work::BOATS)), n.to_owned(), format!("kapal {}", code(w, work::BOATS))][v].clone(), format!("Kode Tender : {}\nNama Perusahaan : {n}\nDokumen : terlampir", code(w, work::BOATS))).files(PAPERS[v]).file(s)
    }),
    ("late by an hour and a half with an excuse", |w, v| {
        let s = the(w, firm::LATE, work::MARKET);
        Draft::from(mail(w, firm::LATE), "Susulan dokumen", ["Mohon maaf terlambat, listrik padam di Talisayan.", "maaf pak jaringan telkomsel gangguan", "Kami mohon maaf atas keterlambatan pengiriman ini."][v]).files(PAPERS[v]).at(s, 5_400).file(s)
    }),
    ("at the last second and one after it", |w, v| {
        let s = the(w, firm::ALPHA, work::SCHOOL);
        answer(w, &mail(w, firm::ALPHA), s, v, "Terlampir dokumen kami").files(PAPERS[v]).at(s, [0, 1, -1][v]).file(s)
    }),
    ("an expert with firm and code", |w, v| {
        let s = w.session(firm::ADVISER, work::STUDY, Clarification);
        let (e, n) = (expert(w.number, 0), name(w, firm::ADVISER));
        Draft::from(format!("{e} <ahli.{v}@gmail.com>"), "klarifikasi teknis", format!("Saya {e}, tenaga ahli {n} untuk tender {}. Berikut KTP dan ijazah saya untuk klarifikasi.", code(w, work::STUDY))).files(&["KTP.jpg", "ijazah S1.pdf"]).file(s)
    }),
    ("an expert with his firm only", |w, v| {
        let (e, n) = (expert(w.number, 1), name(w, firm::ADVISER));
        Draft::from(format!("{e} <t.{v}@gmail.com>"), "foto KTP", format!("Selamat siang, saya {e} ahli dari {n}. ini foto pegang ktp.")).files(&["IMG_4411.jpg"]).ask(None)
    }),
    ("a bounce of our invitation", |w, v| {
        let at = mail(w, firm::GAMMA);
        Draft::from("Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "Delivery Status Notification (Failure)", format!("** Address not found **\n\nYour message wasn't delivered to {at} because the address couldn't be found. ({v})")).head("Auto-Submitted: auto-replied").null_sender().set_aside()
    }),
    ("out of office", |w, v| {
        Draft::from(mail(w, firm::DOMAIN), ["Automatic reply: Undangan Pembuktian Kualifikasi", "Balasan otomatis: Undangan", "Sedang cuti Re: Undangan"][v], "Saya sedang dinas luar sampai tanggal 30 November. Untuk hal mendesak hubungi kantor.").answers(the(w, firm::DOMAIN, work::COMPUTERS)).head("Auto-Submitted: auto-replied").set_aside()
    }),
    ("a newsletter", |w, v| {
        Draft::from(["Promo Alat Berat <promo@alatberat.example>", "Webinar PBJ <info@webinar.example>", "LPSE News <news@kabar.example>"][v], "Diskon akhir tahun!", format!("Dapatkan penawaran terbaik. Rekanan kami antara lain {}.", name(w, firm::SUPPLIER))).head("List-Unsubscribe: <https://alatberat.example/u>").head("Precedence: bulk").set_aside()
    }),
    ("a stranger with an offer", |_, v| {
        Draft::from(["Budi <budi@vendor.example>", "Jasa SBU Cepat <sbu.cepat@gmail.com>", "mhs <mahasiswa.unmul@gmail.com>"][v], ["Penawaran ATK", "Jasa pengurusan SBU dan SKK", "Permohonan data skripsi"][v], ["Kami menawarkan ATK murah untuk kantor Bapak.", "Urus SBU 3 hari jadi, hub WA.", "Saya mahasiswa mohon izin wawancara tentang tender elektronik."][v]).ask(None)
    }),
    ("a negotiation refused in its thread", |w, v| {
        let s = w.session(firm::BARGAINER, work::DESIGN, Negotiation);
        answer(w, &mail(w, firm::BARGAINER), s, v, ["Setelah kami hitung ulang, kami belum dapat menyetujui nilai negosiasi tersebut.", "Kami keberatan dgn nilai nego, mohon ditinjau.", "Mohon maaf kami tidak setuju."][v]).file(s)
    }),
    ("a counter-offer as a new mail", |w, v| {
        let s = w.session(firm::ADVISER, work::STUDY, Negotiation);
        Draft::from(mail(w, firm::ADVISER), ["Tanggapan atas Negosiasi Biaya", "hasil nego", "Penawaran setelah negosiasi"][v], format!("Nilai akhir yang dapat kami berikan untuk negosiasi biaya adalah Rp 387.250.000,-\n\n{}", signature(w, firm::ADVISER, v))).files(&["Surat Negosiasi ttd.pdf"]).file(s)
    }),
    ("answers to technical questions as a new mail", |w, v| {
        let s = w.session(firm::ADVISER, work::STUDY, Clarification);
        Draft::from(mail(w, firm::ADVISER), ["Jawaban Klarifikasi Teknis", "klarifikasi metodologi", "Klarifikasi"][v], format!("Berikut jawaban kami atas klarifikasi.\n{}", signature(w, firm::ADVISER, v))).files(&["jawaban.pdf"]).file(s)
    }),
    ("two meetings open and nothing said", |w, v| {
        Draft::from(mail(w, firm::ADVISER), ["", "terima kasih", "file"][v], ["ok", "baik pak", "terlampir"][v]).files(&[["dokumen.pdf"], ["scan0001.pdf"], ["img123.jpg"]][v]).ask(None)
    }),
    ("the old thread with the signed negotiation file", |w, v| {
        let old = the(w, firm::BARGAINER, work::DESIGN);
        let s = w.session(firm::BARGAINER, work::DESIGN, Negotiation);
        answer(w, &mail(w, firm::BARGAINER), old, v, ["Berikut BA negosiasi yang telah kami tandatangani.", "nego sdh ttd pak", "Terlampir berkas negosiasi"][v]).files(&[["BA Negosiasi ttd.pdf"], ["nego ttd dir.pdf"], ["NEGOSIASI SIGNED.pdf"]][v]).file(s)
    }),
    ("the registered address forwards a clerk's mail", |w, v| {
        let s = the(w, firm::SUPPLIER, work::COMPUTERS);
        let inner = format!("---------- Pesan terusan ---------\nDari: {}\nDate: Sel, 24 Nov 2026 pukul 20.15\nSubject: scan dokumen\nTo: <{}>\n\nbos ini scan nya", private(v), mail(w, firm::SUPPLIER));
        Draft::from(mail(w, firm::SUPPLIER), ["Fwd: scan dokumen", "Trs: scan dokumen", "FW: scan dokumen"][v], format!("Mohon diterima.\n\n{inner}")).files(PAPERS[v]).file(s)
    }),
    ("our invitation forwarded from a private address", |w, v| {
        let s = the(w, firm::DOMAIN, work::COMPUTERS);
        Draft::from(private(v), "Fwd: Undangan Pembuktian Kualifikasi", below(&format!("Dengan hormat, terlampir dokumen kami.\n{}", name(w, firm::DOMAIN)), v, &invitation(w, s))).files(PAPERS[v]).file(s)
    }),
    ("a rival's invitation quoted by a registered bidder", |w, v| {
        let (own, rival) = (the(w, firm::ALPHA, work::SCHOOL), the(w, firm::BETA, work::SCHOOL));
        Draft::from(mail(w, firm::ALPHA), "Fwd: Undangan", below("berikut dokumennya", v, &invitation(w, rival))).files(PAPERS[v]).ask(Some(own.id))
    }),
    ("the reference without its brackets and hyphens", |w, v| {
        let s = the(w, firm::DOMAIN, work::COMPUTERS);
        let r = s.reference.to_string();
        let typed = [r.replace('-', " "), r.to_lowercase(), r.replace('-', "")];
        Draft::from(private(v), format!("dokumen {}", typed[v]), "terlampir").files(PAPERS[v]).file(s)
    }),
    ("the reference read aloud in the text", |w, v| {
        let s = the(w, firm::SUPPLIER, work::COMPUTERS);
        let r = s.reference.to_string();
        Draft::from(private(v), "Pengiriman berkas", [format!("kode surat: {r}"), format!("No. ref ({})", r.to_lowercase()), format!("Kode [{r}] sesuai undangan")][v].clone()).files(PAPERS[v]).file(s)
    }),
    ("the secret address from a stranger's phone", |w, v| {
        let s = the(w, firm::GAMMA, work::SCHOOL);
        Draft::from(private(v), ["", "foto", "KTP & NPWP"][v], "Dikirim dari iPhone saya").to(format!("pokja3+{}@berau.example", s.token)).files(PAPERS[v]).file(s)
    }),
    ("a colleague at the firm's domain names package and firm", |w, v| {
        let s = the(w, firm::DOMAIN, work::COMPUTERS);
        let domain = mail(w, firm::DOMAIN).split('@').nth(1).unwrap_or("x").to_owned();
        Draft::from(format!("marketing{v}@{domain}"), w.package(work::COMPUTERS), format!("Berikut dokumen kami.\n\n{}", signature(w, firm::DOMAIN, v))).files(PAPERS[v]).ask(Some(s.id))
    }),
    ("NPWP in a form and the firm's name", |w, v| {
        let s = the(w, firm::DOMAIN, work::COMPUTERS);
        let npwp = w.bidder(s).npwp.clone().unwrap_or_default();
        let digits: String = npwp.chars().filter(char::is_ascii_digit).collect();
        let written = [npwp, format!("0{digits}"), digits];
        Draft::from(private(v), "Data perusahaan", format!("Nama Perusahaan : {}\nNPWP : {}\nAlamat : Tanjung Redeb", name(w, firm::DOMAIN), written[v])).files(PAPERS[v]).file(s)
    }),
    ("NIB and code", |w, v| {
        let s = the(w, firm::GAMMA, work::SCHOOL);
        let nib = w.bidder(s).nib.clone().unwrap_or_default();
        Draft::from(private(v), format!("tender {}", code(w, work::SCHOOL)), [format!("NIB {nib}"), format!("Nomor Induk Berusaha: {nib}"), format!("NIB : {} {}", &nib[..4], &nib[4..])][v].clone()).files(PAPERS[v]).file(s)
    }),
    ("director and telephone only", |w, v| {
        let s = the(w, firm::SUPPLIER, work::COMPUTERS);
        let phone = w.bidder(s).phone.clone().unwrap_or_default();
        Draft::from(private(v), "dokumen", format!("Mohon diterima\n\n{}\nHP {phone}", director(w, firm::SUPPLIER))).files(PAPERS[v]).ask(Some(s.id))
    }),
    ("a bidder sends for another one of his tender", |w, v| {
        let n = name(w, firm::BETA);
        Draft::from(mail(w, firm::ALPHA), ["Dokumen", "Pembuktian", "Titipan"][v], format!("Berikut dokumen pembuktian {n}.\n\nHormat kami\n{n}")).files(PAPERS[v]).ask(None)
    }),
    ("an objection that names its writer and a rival", |w, v| {
        let s = the(w, firm::ALPHA, work::SCHOOL);
        let (a, b) = (name(w, firm::ALPHA), name(w, firm::BETA));
        Draft::from(mail(w, firm::ALPHA), "Keberatan", [format!("Kami {a} menyampaikan keberatan karena {b} diundang padahal SBU-nya tidak berlaku."), format!("{a} mempertanyakan dokumen {b}."), format!("Mohon penjelasan pak, kenapa {b} dipanggil juga?\n\n{a}")][v].clone()).file(s)
    }),
    ("a private address with code and two firms of the tender", |w, v| {
        let (a, b) = (name(w, firm::ALPHA), name(w, firm::BETA));
        Draft::from(private(v), format!("kode {}", code(w, work::SCHOOL)), format!("{a}\n{b}\nberkas terlampir ({v})")).files(PAPERS[v]).ask(None)
    }),
    ("ordinary words that are words of names, code", |w, v| {
        let text = ["Demi karya utama bagi daerah yang mandiri dan jaya, kami kirim dokumen.", "Semoga tetap jaya dan mandiri. Berkas utama terlampir.", "Putra daerah siap berkarya untuk Borneo."][v];
        Draft::from(private(v), format!("tender {}", code(w, work::SCHOOL)), text).files(PAPERS[v]).ask(None)
    }),
    ("a lessor who is a bidder elsewhere, own name signed", |w, v| {
        let s = the(w, firm::ALPHA, work::SCHOOL);
        Draft::from(mail(w, firm::ALPHA), "Bukti peralatan", format!("Terlampir perjanjian sewa alat dengan {}.\n\n{}", name(w, firm::SUPPLIER), signature(w, firm::ALPHA, v))).files(&["Perjanjian sewa alat.pdf", "KTP direktur.jpg"]).file(s)
    }),
    ("a lessor who is a bidder elsewhere, in the thread", |w, v| {
        let s = the(w, firm::GAMMA, work::SCHOOL);
        let text = format!("Surat dukungan alat dari {} terlampir.", name(w, firm::SUPPLIER));
        answer(w, &mail(w, firm::GAMMA), s, v, &text).files(&["surat dukungan.pdf"]).file(s)
    }),
    ("parts of a large delivery", |w, v| {
        let s = the(w, firm::SUPPLIER, work::COMPUTERS);
        Draft::from(mail(w, firm::SUPPLIER), format!("Dokumen bagian {} dari 3", v + 1), "").files(&[["akta hal 1-20.pdf"], ["akta hal 21-40.pdf"], ["sbu.pdf"]][v]).file(s)
    }),
    ("an archive and nothing else", |w, v| {
        let s = the(w, firm::GAMMA, work::SCHOOL);
        Draft::from(mail(w, firm::GAMMA), ["DOKUMEN LENGKAP", "zip", ""][v], "").files(&[["dokumen.zip"], ["BERKAS KUALIFIKASI.rar"], ["all.7z"]][v]).file(s)
    }),
    ("a rival's clerk writes to another's secret address", |w, v| {
        let s = the(w, firm::GAMMA, work::SCHOOL);
        Draft::from(mail(w, firm::BETA), ["Dokumen", "Re: Undangan", "berkas kami"][v], format!("Terlampir.\n\n{}", signature(w, firm::BETA, v))).to(format!("pokja3+{}@berau.example", s.token)).files(PAPERS[v]).ask(None)
    }),
    ("another day asked for", |w, v| {
        let s = the(w, firm::ROAD_RIVAL, work::ROAD_TWO);
        let text = ["Direktur kami sedang umrah, mohon dijadwalkan ulang.", "Mohon kebijaksanaan Pokja untuk menunda pembuktian sampai hari Jumat.", "Bisa diundur ke sore pak? pesawat delay"][v];
        Draft::from(mail(w, firm::ROAD_RIVAL), "Permohonan penjadwalan ulang", format!("{text}\n\n{}", signature(w, firm::ROAD_RIVAL, v))).file(s)
    }),
    ("a link in the thread", |w, v| {
        let s = the(w, firm::DOMAIN, work::COMPUTERS);
        answer(w, &mail(w, firm::DOMAIN), s, v, ["Dokumen kami unggah di https://drive.google.com/file/d/abc123", "https://we.tl/t-AbCdEf mohon diunduh", "link: https://1drv.ms/u/s!xyz"][v]).file(s)
    }),
    ("copy to the registered address, code and name", |w, v| {
        let s = the(w, firm::GAMMA, work::SCHOOL);
        Draft::from(private(v), format!("Tender {}", code(w, work::SCHOOL)), signature(w, firm::GAMMA, v)).cc(mail(w, firm::GAMMA)).files(PAPERS[v]).file(s)
    }),
    ("an address seen before, name only", |w, v| {
        let s = the(w, firm::SUPPLIER, work::COMPUTERS);
        Draft::from(private(v), "tambahan dokumen", format!("susulan dari {}", name(w, firm::SUPPLIER))).files(PAPERS[v]).seen(s.bidder, 2).ask(Some(s.id))
    }),
];

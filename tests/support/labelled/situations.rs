//! The situations, each in three wordings, with what a careful clerk does. The third wording is held aside.

use loket::tender::SessionKind::{Clarification, Negotiation, Qualification};

use super::{
    draft::{Draft, invitation},
    world::{World, our_id, tender, who},
};

pub type Write = fn(&World, usize) -> Draft;

const PHOTOS: &[&str] = &["IMG-20261125-WA0003.jpg", "IMG-20261125-WA0004.jpg"];
const PAPERS: &[&str] = &["scan ktp direktur.jpg", "NIB TERBARU 2026.pdf"];

fn one_of(wording: usize, all: [&'static str; 3]) -> &'static str {
    all[wording]
}

/// An address that nobody registered.
fn private(world: &World, wording: usize) -> String {
    let first = world
        .person(wording + world.number)
        .split(' ')
        .next()
        .unwrap_or("x")
        .to_lowercase();
    format!(
        "{first}{}@{}",
        81 + wording,
        ["yahoo.co.id", "gmail.com", "kotaksurat.example"][wording]
    )
}

fn token(world: &World, session: &loket::tender::Session) -> String {
    let _ = world;
    format!("pokja3+{}@berau.example", session.token)
}

/// A reference as a hurried hand types it.
fn typed(reference: &str, wording: usize) -> String {
    match wording {
        0 => reference.to_lowercase().replace('-', ""),
        1 => reference.replace('0', "O").replace('1', "l"),
        _ => reference
            .replace('-', " ")
            .replace('5', "S")
            .replace('8', "B"),
    }
}

/// A slip of the finger in the longest word.
fn mistyped(name: &str, wording: usize) -> String {
    let longest = name
        .split(' ')
        .max_by_key(|word| word.len())
        .unwrap_or(name);
    let mut letters: Vec<char> = longest.chars().collect();
    let middle = letters.len() / 2;
    match wording {
        0 => letters.swap(middle, middle + 1),
        1 => {
            letters.remove(middle);
        }
        _ => letters.insert(middle, letters[middle]),
    }
    let slipped: String = letters.into_iter().collect();
    name.replace(longest, &slipped)
}

#[rustfmt::skip]
pub const SITUATIONS: &[(&str, Write)] = &[
    ("clean reply to the invitation", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let subject = format!("{}Undangan Pembuktian Kualifikasi - {} {} [{}]", one_of(v, ["Re: ", "Bls: ", "RE: Fwd: "]), w.code(0), w.package(0), s.reference);
        Draft::from(w.email(who::FIRST).to_string(), subject, one_of(v, ["Yth. Pokja Pemilihan III. Bersama ini kami sampaikan foto dokumen asli sebagaimana daftar dalam undangan.",
            "Siap pak, ini berkasnya", "Berikut kami lampirkan dokumen yang diminta, terima kasih"])).files(PAPERS).answers(s).quoting(v, w, s).file(s)
    }),
    ("nothing but photos from a registered address", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(w.email(who::FIRST).to_string(), one_of(v, ["dokumen", "foto", "berkas2"]), "").files(PHOTOS).file(s)
    }),
    ("no subject from a registered address", |w, v| {
        let s = w.session(who::RIVAL, tender::OPEN, Qualification);
        Draft::from(w.email(who::RIVAL).to_string(), "", one_of(v, ["pagi pak ini yg td diminta", "ini ya bu", "mohon dicek kembali, sdh lengkap"])).files(&["CamScanner 11-25-2026 10.21.pdf"]).file(s)
    }),
    ("parts of one delivery", |w, v| {
        let s = w.session(who::RIVAL, tender::OPEN, Qualification);
        let subject = format!("PEMBUKTIAN KUALIFIKASI {} {}", w.name(who::RIVAL).to_uppercase(), one_of(v, ["(1)", "(2 dari 3)", "(3 TERAKHIR)"]));
        Draft::from(w.email(who::RIVAL).to_string(), subject, "").files(PHOTOS).file(s)
    }),
    ("private address in our thread", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(private(w, v), one_of(v, ["Re: Undangan", "Balasan: Undangan", "TRS: Undangan"]), one_of(v, ["Ini pakai email pribadi pak", "email kantor lagi gangguan", "terlampir"]))
            .files(PAPERS).answers(s).file(s)
    }),
    ("private address to the secret sub-address", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(private(w, v), one_of(v, ["ktp", "", "susulan berkas"]), "").to(token(w, s)).files(PHOTOS).file(s)
    }),
    ("reference typed by hand in the subject", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(private(w, v), format!("{} {}", one_of(v, ["berkas", "dok kualifikasi", "Kirim ulang"]), typed(s.reference.as_str(), v)), "mohon diterima").files(PHOTOS).file(s)
    }),
    ("reference typed by hand in the text", |w, v| {
        let s = w.session(who::RIVAL, tender::OPEN, Qualification);
        let text = format!("{} {}", one_of(v, ["Kode kami", "no ref:", "Rujukan surat undangan ="]), typed(s.reference.as_str(), (v + 1) % 3));
        Draft::from(private(w, v), "dokumen", text).files(PHOTOS).file(s)
    }),
    ("reference in a file name", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let name = match v { 0 => format!("ktp_{}.pdf", s.reference), 1 => format!("{}_npwp.jpg", s.reference.as_str().replace('-', "")), _ => format!("AKTA-{}.pdf", s.reference) };
        Draft::from(private(w, v), "berkas", "terlampir").files(&[name.as_str()]).file(s)
    }),
    ("private address, code and company name in the signature", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let text = format!("Mohon diterima dokumen tender {}.\n\n{}\n{}\n{}", w.code(0), one_of(v, ["-- ", "Hormat kami,", "Salam,"]), w.person(5), w.name(who::FIRST));
        Draft::from(private(w, v), one_of(v, ["dokumen", "Pengiriman berkas", "kelengkapan"]), text).files(PAPERS).file(s)
    }),
    ("private address, code in the subject, company as display name", |w, v| {
        let s = w.session(who::RIVAL, tender::OPEN, Qualification);
        let from = format!("{} <{}>", w.name(who::RIVAL), private(w, v));
        Draft::from(from, format!("{} {}", one_of(v, ["Tender", "kode", "Pembuktian"]), w.code(0)), "terlampir").files(PHOTOS).file(s)
    }),
    ("private address, code and name in file names", |w, v| {
        let s = w.session(who::RIVAL, tender::OPEN, Qualification);
        let name = format!("KTP_{}.jpg", w.name(who::RIVAL).replace(['.'], "").replace(' ', "_"));
        Draft::from(private(w, v), format!("{} {}", w.code(0), one_of(v, ["", "berkas", "lanjutan"])), "").files(&[name.as_str()]).file(s)
    }),
    ("private address, company name and NPWP", |w, v| {
        let s = w.session(who::ALONE, tender::OPEN, Qualification);
        let npwp = w.bidder(s).npwp.clone().unwrap_or_default();
        let npwp = match v { 0 => npwp, 1 => format!("0{}", npwp.replace(['.', '-'], "")), _ => npwp.replace(['.', '-'], "") };
        Draft::from(private(w, v), "Penyampaian dokumen", format!("Nama perusahaan: {}\nNPWP: {npwp}\nTerlampir dokumen.", w.name(who::ALONE))).files(PAPERS).file(s)
    }),
    ("private address, code and NIB", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let nib = w.bidder(s).nib.clone().unwrap_or_default();
        Draft::from(private(w, v), format!("Tender {}", w.code(0)), format!("{} {nib}", one_of(v, ["NIB kami", "nib", "Nomor Induk Berusaha:"]))).files(PHOTOS).file(s)
    }),
    ("private address, code with letters for digits, company name", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let code = match v { 0 => w.code(0).replace('0', "O"), 1 => w.code(0).replacen('0', "o", 1), _ => w.code(0).replace('1', "l") };
        Draft::from(private(w, v), format!("dokumen {code}"), format!("dari {}", w.name(who::FIRST))).files(PHOTOS).file(s)
    }),
    ("private address, code and mistyped name", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(private(w, v), format!("{} {}", w.code(0), mistyped(&w.name(who::FIRST), v)), one_of(v, ["mohon diterima", "", "ini dokumen kami"])).files(PAPERS).file(s)
    }),
    ("private address, code and name without its form", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let text = format!("Salam,\n{}\n{}", w.person(6), w.bare(who::FIRST));
        Draft::from(private(w, v), format!("{} {}", one_of(v, ["tender", "berkas", "kode tender"]), w.code(0)), text).files(PAPERS).file(s)
    }),
    ("private address, company name only", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(private(w, v), one_of(v, ["berkas", "Fwd: berkas ktp dir", "dokumen perusahaan"]), format!("Mohon diterima bu, email kantor lagi gangguan. Admin {}", w.name(who::FIRST))).files(PHOTOS).ask(Some(s.id))
    }),
    ("private address, code only", |w, v| {
        Draft::from(private(w, v), format!("{} {}", one_of(v, ["Tender", "dok", "Re: tender"]), w.code(0)), "terlampir").files(PHOTOS).ask(None)
    }),
    ("private address, nothing at all", |w, v| {
        Draft::from(private(w, v), one_of(v, ["berkas", "", "foto ktp"]), one_of(v, ["", "mohon diterima", "ini pak"])).files(PHOTOS).ask(None)
    }),
    ("private address, mistyped name only", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(private(w, v), format!("Dokumen {}", mistyped(&w.name(who::FIRST), v)), "").files(PHOTOS).ask(Some(s.id))
    }),
    ("private address, code and part of the name", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let first = w.bare(who::FIRST).split(' ').next().unwrap_or("");
        Draft::from(private(w, v), w.code(0), format!("Admin CV {first}{}", one_of(v, [".", "", ", mohon diterima"]))).files(PHOTOS).ask(Some(s.id))
    }),
    ("namesakes told apart by their form", |w, v| {
        let (s, name) = match v { 1 => (w.session(who::NAMESAKE_CV, tender::NAMESAKES, Qualification), w.name(who::NAMESAKE_CV)),
            _ => (w.session(who::NAMESAKE_PT, tender::NAMESAKES, Qualification), w.name(who::NAMESAKE_PT)) };
        Draft::from(private(w, v), w.code(tender::NAMESAKES), format!("Kami dari {name} mengirim dokumen")).files(PAPERS).file(s)
    }),
    ("namesakes without their form", |w, v| {
        Draft::from(private(w, v), format!("{} {}", w.code(tender::NAMESAKES), w.bare(who::NAMESAKE_CV)), one_of(v, ["terlampir", "", "mohon dicek"])).files(PAPERS).ask(None)
    }),
    ("namesake's address, the other's name", |w, v| {
        let text = format!("{} {}", one_of(v, ["Kami dari", "Berkas", "Hormat kami,\nDirektur"]), w.name(who::NAMESAKE_PT));
        Draft::from(w.email(who::NAMESAKE_CV).to_string(), "dokumen", text).files(PAPERS).ask(None)
    }),
    ("another legal form than the bidder's", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let text = format!("{} PT {}", one_of(v, ["dari", "a.n.", "Hormat kami"]), w.bare(who::FIRST));
        Draft::from(private(w, v), w.code(0), text).files(PAPERS).ask(Some(s.id))
    }),
    ("a longer name than the bidder's", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let text = format!("{} CV {} {}", one_of(v, ["dari", "Berkas", "kami"]), w.bare(who::FIRST), one_of(v, ["Abadi", "Sejahtera", "Grup"]));
        Draft::from(private(w, v), format!("Tender {}", w.code(0)), text).files(PAPERS).ask(Some(s.id))
    }),
    ("a rival's invitation forwarded by a bidder", |w, v| {
        let own = w.session(who::FIRST, tender::OPEN, Qualification);
        let rival = w.session(who::RIVAL, tender::OPEN, Qualification);
        Draft::from(w.email(who::FIRST).to_string(), one_of(v, ["Fwd: Undangan", "Re: Re: Fwd: Bls: Undangan Pembuktian", "TRS: undangan"]), one_of(v, ["Pak, ini kok masuk ke kami?", "berikut berkas kami", "terlampir"]))
            .files(PAPERS).quoting(5 - v, w, rival).ask(Some(own.id))
    }),
    ("a rival's invitation quoted without its reference", |w, v| {
        let own = w.session(who::FIRST, tender::OPEN, Qualification);
        let rival = w.session(who::RIVAL, tender::OPEN, Qualification);
        Draft::from(w.email(who::FIRST).to_string(), one_of(v, ["Re: Undangan", "Fwd: Undangan", "undangan"]), "terlampir berkas").files(PAPERS).quoting_without_reference(v, w, rival).ask(Some(own.id))
    }),
    ("a rival's invitation forwarded from a private address", |w, v| {
        let rival = w.session(who::RIVAL, tender::OPEN, Qualification);
        let text = format!("{}\n\n{}\n{}", one_of(v, ["Berikut dokumen kami", "ini ya pak", "Terlampir"]), one_of(v, ["Hormat kami", "--", "Admin"]), w.name(who::FIRST));
        Draft::from(private(w, v), "Fwd: Undangan", text).files(PAPERS).quoting(v + 3, w, rival).ask(None)
    }),
    ("a rival's invitation attached as a mail", |w, v| {
        let rival = w.session(who::RIVAL, tender::OPEN, Qualification);
        let mail = format!("From: Pokja III <pokja3@berau.example>\r\nTo: {}\r\nSubject: Undangan [{}]\r\nMessage-ID: {}\r\n\r\n{}", w.email(who::RIVAL), rival.reference, our_id(rival.id), invitation(w, rival, true).replace('\n', "\r\n"));
        Draft::from(w.email(who::FIRST).to_string(), one_of(v, ["Fwd: Undangan", "undangan siapa ini", "FW: Undangan"]), "").enclosing(mail).ask(None)
    }),
    ("a sister company's registered address", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let text = format!("{} {}", one_of(v, ["Kami kirimkan berkas", "Mewakili", "Dokumen"]), w.name(who::FIRST));
        Draft::from(w.email(who::ELSEWHERE).to_string(), format!("Tender {}", w.code(0)), text).files(PAPERS).ask(Some(s.id))
    }),
    ("a sister company that nobody knows, in our thread", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let text = format!("Terlampir.\n\nSalam,\nCV {} {}", w.bare(who::FIRST), one_of(v, ["Group", "Utama", "Bersama"]));
        Draft::from(format!("admin@saudara{v}.example"), "Re: Undangan", text).files(PAPERS).answers(s).quoting(v, w, s).file(s)
    }),
    ("a bidder writes to another's secret address", |w, v| {
        let other = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(w.email(who::RIVAL).to_string(), one_of(v, ["berkas", "Re: Undangan", ""]), "terlampir").to(token(w, other)).files(PAPERS).ask(None)
    }),
    ("one mail for two tenders", |w, v| {
        let words = |at: usize| w.package(at).split(' ').skip(2).take(3).collect::<Vec<_>>().join(" ");
        let (subject, text) = match v {
            0 => (format!("Dokumen tender {} dan {}", words(tender::OPEN), words(tender::SECOND)), "sekalian untuk 2 paket ya pak".to_owned()),
            1 => (format!("Tender {} dan {}", w.code(tender::OPEN), w.code(tender::SECOND)), "terlampir".to_owned()),
            _ => ("dokumen kedua paket".to_owned(), "Mohon diterima untuk kedua tender kami".to_owned()),
        };
        Draft::from(w.email(who::TWICE).to_string(), subject, text).files(PAPERS).ask(None)
    }),
    ("one mail for two tenders in the thread of one", |w, v| {
        let s = w.session(who::TWICE, tender::OPEN, Qualification);
        let text = match v { 0 => format!("sekalian untuk tender {}", w.code(tender::SECOND)), 1 => "ini sekalian untuk dua paket".to_owned(), _ => format!("Berikut juga berkas paket {}", w.package(tender::SECOND)) };
        Draft::from(w.email(who::TWICE).to_string(), format!("Re: Undangan [{}]", s.reference), text).files(PAPERS).answers(s).ask(None)
    }),
    ("a firm in two tenders names neither", |w, v| {
        Draft::from(w.email(who::TWICE).to_string(), one_of(v, ["dokumen", "", "Pembuktian Kualifikasi"]), one_of(v, ["", "berikut berkas kami", "terlampir dokumen asli"])).files(PHOTOS).ask(None)
    }),
    ("a firm in two tenders that was filed in one before", |w, v| {
        let s = w.session(who::TWICE, tender::OPEN, Qualification);
        Draft::from(w.email(who::TWICE).to_string(), one_of(v, ["dokumen", "", "susulan"]), "").files(PHOTOS).seen(s.bidder, 3).ask(None)
    }),
    ("a firm in two tenders names some words of the package", |w, v| {
        let s = w.session(who::TWICE, tender::OPEN, Qualification);
        let words: Vec<&str> = w.package(tender::OPEN).split(' ').collect();
        let some = words[words.len() - 3..].join(" ");
        Draft::from(w.email(who::TWICE).to_string(), format!("{} {some}", one_of(v, ["dok", "berkas paket", ""])), "").files(PHOTOS).file(s)
    }),
    ("a firm in two tenders names the code", |w, v| {
        let s = w.session(who::TWICE, tender::SECOND, Qualification);
        let (subject, text) = match v { 0 => (format!("Tender {}", w.code(tender::SECOND)), String::new()), 1 => ("dokumen".into(), format!("untuk kode tender {}.", w.code(tender::SECOND))), _ => (format!("{} - {}", w.code(tender::SECOND), w.name(who::TWICE)), String::new()) };
        Draft::from(w.email(who::TWICE).to_string(), subject, text).files(PHOTOS).file(s)
    }),
    ("a firm in two tenders names the package", |w, v| {
        let s = w.session(who::TWICE, tender::SECOND, Qualification);
        let package = w.package(tender::SECOND);
        let (subject, text) = match v { 0 => (package.to_owned(), String::new()), 1 => ("berkas".into(), format!("Dokumen untuk paket {}", package.to_lowercase())), _ => (format!("PEMBUKTIAN {}", package.to_uppercase()), String::new()) };
        Draft::from(w.email(who::TWICE).to_string(), subject, text).files(PHOTOS).file(s)
    }),
    ("twin packages told apart by their stage", |w, v| {
        let s = w.session(who::STAGED, tender::STAGE_TWO, Qualification);
        let core = w.package(tender::STAGE_TWO).replace(" Tahap II", "");
        let subject = format!("{core} {}", one_of(v, ["Tahap II", "tahap 2", "TAHAP KE II"]).replace(" KE ", " "));
        Draft::from(w.email(who::STAGED).to_string(), subject, "terlampir").files(PHOTOS).file(s)
    }),
    ("twin packages without their stage", |w, v| {
        let core = w.package(tender::STAGE_TWO).replace(" Tahap II", "");
        Draft::from(w.email(who::STAGED).to_string(), format!("{} {core}", one_of(v, ["Dokumen", "berkas", ""])), "terlampir").files(PHOTOS).ask(None)
    }),
    ("the repeated tender of a failed one", |w, v| {
        let s = w.session(who::AGAIN, tender::AGAIN, Qualification);
        let subject = match v { 0 => w.package(tender::AGAIN).to_owned(), 1 => w.package(tender::FAILED).to_owned(), _ => "dokumen kualifikasi".to_owned() };
        Draft::from(w.email(who::AGAIN).to_string(), subject, "terlampir").files(PAPERS).file(s)
    }),
    ("the repeated tender by code from a private address", |w, v| {
        let s = w.session(who::AGAIN, tender::AGAIN, Qualification);
        Draft::from(private(w, v), format!("{} {}", w.code(tender::AGAIN), one_of(v, ["tender ulang", "", "kualifikasi"])), w.name(who::AGAIN)).files(PAPERS).file(s)
    }),
    ("name and NPWP of a firm in two tenders", |w, v| {
        let s = w.session(who::TWICE, tender::OPEN, Qualification);
        let npwp = w.bidder(s).npwp.clone().unwrap_or_default();
        Draft::from(private(w, v), one_of(v, ["dokumen", "berkas", ""]), format!("{}\nNPWP {npwp}", w.name(who::TWICE))).files(PAPERS).ask(None)
    }),
    ("to the wrong Pokja from a registered address", |w, v| {
        let s = w.session(who::ELSEWHERE, tender::OTHER_POKJA, Qualification);
        Draft::from(w.email(who::ELSEWHERE).to_string(), one_of(v, ["dokumen", "berkas pembuktian", ""]), "Kpd Yth Pokja").files(PAPERS).file(s)
    }),
    ("to the wrong Pokja from a private address", |w, v| {
        let s = w.session(who::ELSEWHERE, tender::OTHER_POKJA, Qualification);
        Draft::from(private(w, v), format!("{} {}", one_of(v, ["Kpd Yth Pokja II,", "Tender", "paket"]), w.code(tender::OTHER_POKJA)), w.name(who::ELSEWHERE)).files(PAPERS).file(s)
    }),
    ("an old thread answered with the negotiation file", |w, v| {
        let old = w.session(who::BARGAINER, tender::BARGAIN, Qualification);
        let s = w.session(who::BARGAINER, tender::BARGAIN, Negotiation);
        Draft::from(w.email(who::BARGAINER).to_string(), format!("Re: Undangan Pembuktian Kualifikasi [{}]", old.reference), one_of(v, ["oke pak setuju", "Terlampir", ""]))
            .files(&[one_of(v, ["NEGO TTD.pdf", "BA NEGO SIGNED.pdf", "berkas negosiasi.pdf"])]).answers(old).quoting(v, w, old).file(s)
    }),
    ("an old thread answered with words of the negotiation", |w, v| {
        let old = w.session(who::BARGAINER, tender::BARGAIN, Qualification);
        let s = w.session(who::BARGAINER, tender::BARGAIN, Negotiation);
        Draft::from(w.email(who::BARGAINER).to_string(), format!("Re: Undangan [{}]", old.reference), one_of(v, ["Terlampir hasil scan file negosiasi yang sudah ditandatangani", "ini nego nya pak", "Kami setuju dengan nilai negosiasi"]))
            .files(&["Scan0001.pdf"]).answers(old).file(s)
    }),
    ("an old thread answered with its own late papers", |w, v| {
        let old = w.session(who::BARGAINER, tender::BARGAIN, Qualification);
        Draft::from(w.email(who::BARGAINER).to_string(), format!("Re: Undangan [{}]", old.reference), one_of(v, ["susulan ktp", "maaf terlambat", "kekurangan kemarin"]))
            .files(&[one_of(v, ["ktp.jpg", "NIB.pdf", "akta pendirian.pdf"])]).answers(old).late().file(old)
    }),
    ("an old tender's thread answered for the present one", |w, v| {
        let old = w.session(who::OLD_HAND, tender::LONG_OVER, Qualification);
        let s = w.session(who::OLD_HAND, tender::OPEN, Qualification);
        let text = format!("{} {}", one_of(v, ["Ini berkas untuk tender", "Mohon maaf balas di email lama, dokumen tender kode", "kode tender"]), w.code(tender::OPEN));
        Draft::from(w.email(who::OLD_HAND).to_string(), format!("Re: Undangan [{}]", old.reference), text).files(PAPERS).answers(old).quoting(v, w, old).file(s)
    }),
    ("an old thread and nothing new", |w, v| {
        let old = w.session(who::OLD_HAND, tender::LONG_OVER, Qualification);
        Draft::from(w.email(who::OLD_HAND).to_string(), format!("Re: Undangan [{}]", old.reference), one_of(v, ["Terima kasih pak", "sudah kami kirim ya", "baik"])).answers(old).late().file(old)
    }),
    ("the wrong year in the subject, in the right thread", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(w.email(who::FIRST).to_string(), one_of(v, ["Pembuktian Kualifikasi TA 2025", "Pembuktian 2024", "dokumen tahun anggaran 2025"]), "").files(PHOTOS).answers(s).file(s)
    }),
    ("the wrong year in the subject, no thread", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(w.email(who::FIRST).to_string(), one_of(v, ["Pembuktian Kualifikasi TA 2025", "Pembuktian 2024", "dokumen TA. 2025"]), "").files(PHOTOS).file(s)
    }),
    ("an old tender in the subject, in the right thread", |w, v| {
        let s = w.session(who::OLD_HAND, tender::OPEN, Qualification);
        Draft::from(w.email(who::OLD_HAND).to_string(), format!("{} {}", one_of(v, ["Tender", "dokumen", "kode"]), w.code(tender::LONG_OVER)), "").files(PHOTOS).answers(s).file(s)
    }),
    ("an old tender in the subject, no thread", |w, v| {
        let s = w.session(who::OLD_HAND, tender::OPEN, Qualification);
        Draft::from(w.email(who::OLD_HAND).to_string(), format!("{} {}", one_of(v, ["Tender", "dokumen", "kode"]), w.code(tender::LONG_OVER)), "").files(PHOTOS).ask(Some(s.id))
    }),
    ("answer to our receipt", |w, v| {
        let s = w.session(who::RIVAL, tender::OPEN, Qualification);
        Draft::from(w.email(who::RIVAL).to_string(), format!("{}: Tanda Terima Pembuktian Kualifikasi - {} {} [{}]", one_of(v, ["Re", "Bls", "Balas"]), w.code(0), w.package(0), s.reference), one_of(v, ["Terima kasih", "ini yang kurang", "siap"]))
            .answers(s).quoting(v + 1, w, s).file(s)
    }),
    ("our invitation attached as a mail, private address", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let mail = format!("From: Pokja III <pokja3@berau.example>\r\nTo: {}\r\nSubject: Undangan [{}]\r\nMessage-ID: {}\r\n\r\n{}", w.email(who::FIRST), s.reference, our_id(s.id), invitation(w, s, true).replace('\n', "\r\n"));
        Draft::from(private(w, v), one_of(v, ["Fwd: Undangan", "FW: Undangan", "undangan dan berkas"]), "terlampir").files(PAPERS).enclosing(mail).file(s)
    }),
    ("our invitation forwarded in the text, private address", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(private(w, v), "Fwd: Undangan", one_of(v, ["Mohon diterima, email kantor penuh", "", "ini berkas nya"])).files(PAPERS).quoting(5 - v, w, s).file(s)
    }),
    ("a bidder's mail attached, private address", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let mail = format!("From: {}\r\nTo: staf@x.example\r\nSubject: berkas\r\nMessage-ID: <dalam{v}@x.example>\r\n\r\nTolong kirim ke Pokja", w.email(who::FIRST));
        Draft::from(private(w, v), one_of(v, ["Fwd: berkas", "FW: berkas", "TRS: berkas"]), "").enclosing(mail).files(PHOTOS).ask(Some(s.id))
    }),
    ("a bidder's mail forwarded in the text, private address", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let text = format!("{}\n\n---------- Forwarded message ---------\nFrom: {}\nDate: Sen, 23 Nov 2026\nSubject: berkas\nTo: <staf@x.example>\n\nTolong kirim ke Pokja", one_of(v, ["Cek pak", "diteruskan", ""]), w.email(who::FIRST));
        Draft::from(private(w, v), "Fwd: berkas", text).files(PHOTOS).ask(Some(s.id))
    }),
    ("one address of two bidders, neither named", |w, v| {
        Draft::from(w.email(who::SHARING).to_string(), one_of(v, ["dokumen", "", "Pembuktian"]), "terlampir").files(PHOTOS).ask(None)
    }),
    ("one address of two bidders, one named", |w, v| {
        let (s, name) = match v { 0 => (who::SHARING, w.name(who::SHARING)), 1 => (who::SHARER, w.name(who::SHARER)), _ => (who::SHARER, w.name(who::SHARER).to_lowercase()) };
        Draft::from(w.email(who::SHARING).to_string(), format!("Dokumen {name}"), "").files(PHOTOS).file(w.session(s, tender::SHARED, Qualification))
    }),
    ("one address of two bidders, in the thread of one", |w, v| {
        let s = w.session(who::SHARER, tender::SHARED, Qualification);
        Draft::from(w.email(who::SHARING).to_string(), "Re: Undangan", one_of(v, ["terlampir", "", "ini pak"])).files(PHOTOS).answers(s).file(s)
    }),
    ("one address of two bidders, in the thread of one for the other", |w, v| {
        let s = w.session(who::SHARER, tender::SHARED, Qualification);
        Draft::from(w.email(who::SHARING).to_string(), "Re: Undangan", format!("{} {}", one_of(v, ["Berkas", "Ini untuk", "dokumen"]), w.name(who::SHARING))).files(PHOTOS).answers(s).ask(None)
    }),
    ("a joint operation's own address", |w, v| {
        let s = w.session(who::LEADER, tender::JOINT, Qualification);
        Draft::from(w.email(who::LEADER).to_string(), one_of(v, ["dokumen KSO", "berkas", "Pembuktian"]), format!("{} CV {}", one_of(v, ["termasuk dokumen anggota", "Berikut berkas", "a.n."]), w.bare(who::PARTNER))).files(&["akta cv partner.pdf"]).file(s)
    }),
    ("a partner of a joint operation writes", |w, v| {
        let s = w.session(who::LEADER, tender::JOINT, Qualification);
        let names = format!("PT {} - CV {}", w.bare(who::LEADER), w.bare(who::PARTNER));
        let text = match v { 0 => format!("Kami anggota KSO {names}"), 1 => format!("{names} KSO, tender {}", w.code(tender::JOINT)), _ => format!("CV {} selaku anggota KSO bersama PT {}", w.bare(who::PARTNER), w.bare(who::LEADER)) };
        Draft::from(private(w, v), format!("Tender {}", w.code(tender::JOINT)), text).files(PAPERS).file(s)
    }),
    ("a partner of a joint operation names himself only", |w, v| {
        let s = w.session(who::LEADER, tender::JOINT, Qualification);
        let text = format!("{} CV {}", one_of(v, ["dari anggota KSO,", "Kami mitra KSO", "KSO -"]), w.bare(who::PARTNER));
        Draft::from(private(w, v), format!("Tender {}", w.code(tender::JOINT)), text).files(PAPERS).file(s)
    }),
    ("an expert writes with code and company", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let text = format!("Saya {}, tenaga ahli {}{} {}", w.person(3), w.name(who::FIRST), one_of(v, [", tender", " untuk kode tender", ". Kode:"]), w.code(0));
        Draft::from(private(w, v), "SKK dan ijazah", text).files(&["ijazah.pdf"]).file(s)
    }),
    ("an expert writes with his name only", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(private(w, v), one_of(v, ["foto ktp tenaga ahli", "ijazah", "SKK"]), format!("{} {}", one_of(v, ["Saya", "dari", "a.n."]), w.person(3))).files(PHOTOS).ask(Some(s.id))
    }),
    ("from a phone", |w, v| {
        let s = w.session(who::RIVAL, tender::OPEN, Qualification);
        Draft::from(w.email(who::RIVAL).to_string(), one_of(v, ["foto", "", "ktp"]), one_of(v, ["Dikirim dari iPhone saya", "Terkirim dari HP Samsung", "Dikirim dari Yahoo Mail di Android"])).files(&["IMG_2201.HEIC"]).file(s)
    }),
    ("nothing but words", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(w.email(who::FIRST).to_string(), one_of(v, ["Konfirmasi kehadiran", "hadir", "konfirmasi"]), one_of(v, ["InsyaAllah hadir, diwakili Sdr. Ramberani (surat kuasa menyusul)", "Kami siap hadir jam 10.00 WIB", "HADIR"])).file(s)
    }),
    ("late by hours", |w, v| {
        let s = w.session(who::LATE, tender::JUST_OVER, Qualification);
        Draft::from(w.email(who::LATE).to_string(), one_of(v, ["susulan ktp tenaga ahli", "kekurangan berkas", ""]), one_of(v, ["maaf terlambat", "", "baru sempat pak"])).files(PHOTOS).late().file(s)
    }),
    ("exactly at due", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(w.email(who::FIRST).to_string(), one_of(v, ["berkas", "", "dokumen"]), "").files(PHOTOS).at(s, 0).file(s)
    }),
    ("a second after due", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(w.email(who::FIRST).to_string(), one_of(v, ["berkas", "", "dokumen"]), "").files(PHOTOS).at(s, 1).file(s)
    }),
    ("late in our thread", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(private(w, v), "Re: Undangan", one_of(v, ["susulan", "", "maaf telat"])).files(PHOTOS).answers(s).at(s, 3600 * 24 * 30).file(s)
    }),
    ("before the invitation", |w, v| {
        let s = w.session(who::EARLY, tender::NOT_YET, Qualification);
        Draft::from(w.email(who::EARLY).to_string(), one_of(v, ["dokumen", "berkas", ""]), "").files(PHOTOS).at(s, -3600 * 60).ask(Some(s.id))
    }),
    ("two meetings open, one named", |w, v| {
        let (kind, subject) = match v { 0 => (Clarification, "Dokumen klarifikasi teknis"), 1 => (Negotiation, "Klarifikasi dan Negosiasi"), _ => (Clarification, "jawaban klarifikasi") };
        Draft::from(w.email(who::ADVISER).to_string(), subject, "terlampir").files(PHOTOS).file(w.session(who::ADVISER, tender::ADVICE, kind))
    }),
    ("two meetings open, the negotiation file", |w, v| {
        let s = w.session(who::ADVISER, tender::ADVICE, Negotiation);
        Draft::from(w.email(who::ADVISER).to_string(), one_of(v, ["NEGO TTD", "berkas", ""]), "").files(&[one_of(v, ["NEGO TTD.pdf", "BA negosiasi signed.pdf", "hasil nego.pdf"])]).file(s)
    }),
    ("two meetings open, papers of one", |w, v| {
        let s = w.session(who::ADVISER, tender::ADVICE, Clarification);
        Draft::from(w.email(who::ADVISER).to_string(), one_of(v, ["berkas", "", "dokumen"]), "").files(&[one_of(v, ["KONTRAK 2024.pdf", "STNK dump truck.jpg", "SPK Dinkes.pdf"])]).file(s)
    }),
    ("two meetings open, nothing tells which", |w, v| {
        Draft::from(w.email(who::ADVISER).to_string(), one_of(v, ["dokumen", "", "berkas"]), one_of(v, ["terlampir", "ini pak", "mohon diterima"])).files(PHOTOS).ask(None)
    }),
    ("one meeting just over, one open, photos", |w, v| {
        let s = w.session(who::BETWEEN, tender::BETWEEN, Negotiation);
        Draft::from(w.email(who::BETWEEN).to_string(), one_of(v, ["foto", "", "dokumen"]), "").files(PHOTOS).file(s)
    }),
    ("one meeting just over, one open, late papers named", |w, v| {
        let s = w.session(who::BETWEEN, tender::BETWEEN, Qualification);
        Draft::from(w.email(who::BETWEEN).to_string(), one_of(v, ["susulan ktp pembuktian kualifikasi", "Kekurangan pembuktian", "kualifikasi susulan"]), "").files(&["ktp.jpg"]).late().file(s)
    }),
    ("copy to a registered address", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(private(w, v), one_of(v, ["berkas", "dokumen", ""]), "terlampir").cc(w.email(who::FIRST).to_string()).files(PHOTOS).ask(Some(s.id))
    }),
    ("answers to a registered address", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(private(w, v), one_of(v, ["berkas", "dokumen", ""]), "terlampir").reply_to(w.email(who::FIRST).to_string()).files(PHOTOS).ask(Some(s.id))
    }),
    ("a colleague at the company's domain", |w, v| {
        let s = w.session(who::LATE, tender::JUST_OVER, Qualification);
        let domain = w.email(who::LATE).domain().to_owned();
        Draft::from(format!("staf{v}@{domain}"), one_of(v, ["berkas", "dokumen", ""]), "terlampir").files(PHOTOS).late().ask(Some(s.id))
    }),
    ("a colleague at the company's domain, in our thread", |w, v| {
        let s = w.session(who::LATE, tender::JUST_OVER, Qualification);
        let domain = w.email(who::LATE).domain().to_owned();
        Draft::from(format!("staf{v}@{domain}"), "Re: Undangan", one_of(v, ["ini pak", "", "terlampir"])).files(PHOTOS).answers(s).late().file(s)
    }),
    ("a member forwards a bidder's mail", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let text = format!("{}\n\n---------- Forwarded message ---------\nFrom: {}\nDate: Sen, 23 Nov 2026\nSubject: berkas\nTo: <sri@berau.example>\n\nini bu", one_of(v, ["masuk ke saya", "", "tolong disimpan"]), w.email(who::FIRST));
        Draft::from("sri@berau.example", "Fwd: berkas", text).files(PHOTOS).ask(Some(s.id))
    }),
    ("a registered bidder names a rival", |w, v| {
        Draft::from(w.email(who::FIRST).to_string(), format!("{} {}", one_of(v, ["Berkas", "Kepada", "dokumen"]), w.name(who::RIVAL)), "terlampir").files(PAPERS).ask(None)
    }),
    ("a registered bidder sends a rival's NPWP", |w, v| {
        let rival = w.session(who::RIVAL, tender::OPEN, Qualification);
        Draft::from(w.email(who::FIRST).to_string(), one_of(v, ["berkas", "dokumen", ""]), format!("NPWP {}", w.bidder(rival).npwp.clone().unwrap_or_default())).files(PAPERS).ask(None)
    }),
    ("a rival is named in a bidder's own thread", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(w.email(who::FIRST).to_string(), "Re: Undangan", format!("{} {}", one_of(v, ["Berikut berkas", "untuk", "Dokumen milik"]), w.name(who::RIVAL))).files(PAPERS).answers(s).ask(None)
    }),
    ("an address that was settled before", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(private(w, v), one_of(v, ["susulan", "", "lagi"]), "terlampir").files(PHOTOS).seen(s.bidder, 1 + v as u32).ask(Some(s.id))
    }),
    ("settled before with one, identifiers of another", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        let rival = w.session(who::RIVAL, tender::OPEN, Qualification);
        Draft::from(private(w, v), w.code(0), format!("{} {}", one_of(v, ["dari", "kami", ""]), w.name(who::FIRST))).files(PHOTOS).seen(rival.bidder, 2).file(s)
    }),
    ("identifiers in what the server took for spam", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(private(w, v), format!("{} {}", one_of(v, ["Tender", "dok", ""]), w.code(0)), w.name(who::FIRST)).files(PAPERS).marked_as_spam().ask(Some(s.id))
    }),
    ("two codes from a private address", |w, v| {
        Draft::from(private(w, v), format!("{} {} {}", w.code(0), one_of(v, ["dan", "/", "serta"]), w.code(1)), w.name(who::FIRST)).files(PAPERS).ask(None)
    }),
    ("two firms from a private address", |w, v| {
        Draft::from(private(w, v), w.code(0), format!("{} {} {}", w.name(who::FIRST), one_of(v, ["dan", "serta", "/"]), w.name(who::RIVAL))).files(PAPERS).ask(None)
    }),
    ("a code of one tender and a firm of another", |w, v| {
        Draft::from(private(w, v), format!("{} {}", one_of(v, ["tender", "", "dokumen"]), w.code(0)), w.name(who::ELSEWHERE)).files(PAPERS).ask(None)
    }),
    ("a bidder who was withdrawn", |w, v| {
        let s = w.session(who::GONE, tender::OPEN, Qualification);
        Draft::from(w.email(who::GONE).to_string(), one_of(v, ["berkas", "Re: Undangan", ""]), "").files(PHOTOS).answers(s).ask(Some(s.id))
    }),
    ("only the package name from a private address", |w, v| {
        Draft::from(private(w, v), format!("{} {}", one_of(v, ["Dokumen", "", "berkas"]), w.package(0)), "terlampir").files(PHOTOS).ask(None)
    }),
    ("company and package name from a private address", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(private(w, v), w.package(0), format!("{} {}", one_of(v, ["dari", "Hormat kami,", "a.n"]), w.name(who::FIRST))).files(PHOTOS).ask(Some(s.id))
    }),
    ("mistyped name from a registered address", |w, v| {
        let s = w.session(who::FIRST, tender::OPEN, Qualification);
        Draft::from(w.email(who::FIRST).to_string(), format!("Dokumen {}", mistyped(&w.name(who::FIRST), v)), "").files(PHOTOS).file(s)
    }),
];

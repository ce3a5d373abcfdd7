//! One mail for two tenders: divided where each file says where it belongs, else a person's.

use loket::tender::{Session, SessionKind::Qualification};

use super::{
    draft::Draft,
    situations::Write,
    world::{World, tender, who},
};

const FIRST: usize = tender::OPEN;
const SECOND: usize = tender::SECOND;

fn session(world: &World, tender: usize) -> &Session {
    world.session(who::TWICE, tender, Qualification)
}

/// From the firm that takes part in both.
fn from(world: &World, subject: &str, text: &str) -> Draft {
    Draft::from(world.email(who::TWICE).to_string(), subject, text)
}

fn named(draft: Draft, names: &[String]) -> Draft {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    draft.files(&names)
}

const SUBJECTS: [&str; 3] = ["dokumen 2 paket", "", "Dokumen pembuktian kualifikasi"];
const TEXTS: [&str; 3] = [
    "sekalian untuk 2 paket ya pak",
    "",
    "Berikut kami sampaikan dokumen untuk kedua tender yang kami ikuti, terima kasih",
];

#[rustfmt::skip]
pub const SITUATIONS: &[(&str, Write)] = &[
    ("two tenders, each file names its code", |w, v| {
        let (a, b) = (w.code(FIRST), w.code(SECOND));
        let files = [
            vec![format!("{a} ktp direktur.pdf"), format!("{b} ktp direktur.pdf")],
            vec![format!("NIB-{b}.pdf"), format!("KTP_{a}.jpg"), format!("NIB_{a}.pdf")],
            vec![format!("ktp ({a}).pdf"), format!("nib ({a}).pdf"), format!("ktp ({b}).pdf"), format!("nib ({b}).pdf")],
        ];
        let parts: [[&[u32]; 2]; 3] = [[&[1], &[2]], [&[2, 3], &[1]], [&[1, 2], &[3, 4]]];
        named(from(w, SUBJECTS[v], TEXTS[v]), &files[v]).divide(&[(session(w, FIRST), parts[v][0]), (session(w, SECOND), parts[v][1])])
    }),
    ("two tenders, each file names the work", |w, v| {
        let (a, b) = (w.package(FIRST), w.package(SECOND));
        let files = [
            vec![format!("KTP - {a}.pdf"), format!("KTP - {b}.pdf")],
            vec![format!("nib {}.pdf", b.to_lowercase()), format!("{}_ktp.pdf", a.replace(' ', "_"))],
            vec![format!("{a}, ktp.pdf"), format!("{} nib.pdf", b.to_uppercase())],
        ];
        let parts: [[&[u32]; 2]; 3] = [[&[1], &[2]], [&[2], &[1]], [&[1], &[2]]];
        named(from(w, SUBJECTS[v], TEXTS[v]), &files[v]).divide(&[(session(w, FIRST), parts[v][0]), (session(w, SECOND), parts[v][1])])
    }),
    // The thread is for one of them: the file of the other may be left from before.
    ("two tenders in the thread of one, each file names its code", |w, v| {
        let (a, b) = (w.code(FIRST), w.code(SECOND));
        let s = session(w, [FIRST, SECOND, FIRST][v]);
        let subject = format!("Re: Undangan Pembuktian Kualifikasi [{}]", s.reference);
        let files = [format!("{a} ktp.pdf"), format!("{b} ktp.pdf")];
        named(from(w, &subject, TEXTS[v]), &files).answers(s).quoting(v, w, s).ask(None)
    }),
    ("two tenders, one file says nothing", |w, v| {
        let (a, b) = (w.code(FIRST), w.code(SECOND));
        let third = ["ktp direktur.pdf", "IMG-20261125-WA0003.jpg", "scan0001.pdf"][v];
        named(from(w, SUBJECTS[v], TEXTS[v]), &[format!("{a} nib.pdf"), format!("{b} nib.pdf"), third.to_owned()]).ask(None)
    }),
    ("two tenders, one file names both", |w, v| {
        let (a, b) = (w.code(FIRST), w.code(SECOND));
        let both = [format!("ktp untuk {a} dan {b}.pdf"), format!("{a}_{b}_nib.pdf"), format!("{a} {}.pdf", w.package(SECOND))];
        named(from(w, SUBJECTS[v], TEXTS[v]), &[format!("{a} nib.pdf"), format!("{b} nib.pdf"), both[v].clone()]).ask(None)
    }),
    ("two tenders, one file only hints at the work", |w, v| {
        let words: Vec<&str> = w.package(SECOND).split(' ').collect();
        let part = words[1..].join(" ");
        named(from(w, SUBJECTS[v], &format!("tender {} dan {}", w.code(FIRST), w.code(SECOND))), &[format!("{} nib.pdf", w.code(FIRST)), format!("nib {part}.pdf")]).ask(None)
    }),
    ("two tenders, a rival's name on a file", |w, v| {
        let (a, b) = (w.code(FIRST), w.code(SECOND));
        let rival = [w.name(who::RIVAL), w.name(who::FIRST), w.name(who::OLD_HAND)][v].clone();
        named(from(w, SUBJECTS[v], TEXTS[v]), &[format!("{a} nib {rival}.pdf"), format!("{b} nib.pdf")]).ask(None)
    }),
    ("two tenders, a rival's number in the text", |w, v| {
        let (a, b) = (w.code(FIRST), w.code(SECOND));
        let rival = w.bidder(w.session(who::RIVAL, tender::OPEN, Qualification)).npwp.clone().unwrap_or_default();
        named(from(w, SUBJECTS[v], &format!("NPWP {rival}")), &[format!("{a} nib.pdf"), format!("{b} nib.pdf")]).ask(None)
    }),
    ("two tenders, and a file for a tender of others", |w, v| {
        let (a, b) = (w.code(FIRST), w.code(SECOND));
        let other = w.code([tender::SHARED, tender::OTHER_POKJA, tender::NAMESAKES][v]);
        named(from(w, SUBJECTS[v], TEXTS[v]), &[format!("{a} nib.pdf"), format!("{b} nib.pdf"), format!("{other} ktp.pdf")]).ask(None)
    }),
    ("two tenders, the writer asks or takes it back", |w, v| {
        let (a, b) = (w.code(FIRST), w.code(SECOND));
        let text = ["Apakah sudah benar begini pak?", "maaf nama filenya tertukar", "yang NIB itu salah paket, mohon disesuaikan"][v];
        named(from(w, SUBJECTS[v], text), &[format!("{a} nib.pdf"), format!("{b} nib.pdf")]).ask(None)
    }),
    ("two tenders named by files from an address that nobody registered", |w, v| {
        let (a, b) = (w.code(FIRST), w.code(SECOND));
        let from = ["budi81@yahoo.com", "admin.tender@gmail.com", "siti@kotaksurat.example"][v];
        named(Draft::from(from, SUBJECTS[v], w.name(who::TWICE)), &[format!("{a} nib.pdf"), format!("{b} nib.pdf")]).ask(None)
    }),
];

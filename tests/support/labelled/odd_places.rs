//! The unseen part, second sheet: names, codes and references where people really put them, and what looks like them.

use loket::tender::SessionKind::Clarification;

use super::{
    draft::Draft,
    second_office::{expert, firm, work},
    unseen::{
        PAPERS, Write, answer, bare, code, director, invitation, mail, name, private, signature,
        the,
    },
};

#[rustfmt::skip]
pub const SITUATIONS: &[(&str, Write)] = &[
    ("HTML only, the name broken over two lines, code", |w, v| {
        let s = the(w, firm::ALPHA, work::SCHOOL);
        let n = name(w, firm::ALPHA);
        let broken = [n.replacen(' ', "<br>", 1), n.replace(' ', "&nbsp;"), n.split(' ').map(|word| format!("<span>{word}</span>")).collect::<Vec<_>>().join(" ")];
        let text = format!("<html><body><p>Yth. Pokja,</p><p>Kode Tender: <b>{}</b></p><table><tr><td>Hormat kami,</td></tr><tr><td><b>{}</b></td></tr></table></body></html>", code(w, work::SCHOOL), broken[v]);
        Draft::from(private(v), "dokumen", text).in_html().files(PAPERS[v]).file(s)
    }),
    ("HTML only, a rival's invitation quoted", |w, v| {
        let (own, rival) = (the(w, firm::ALPHA, work::SCHOOL), the(w, firm::BETA, work::SCHOOL));
        let older = invitation(w, rival).replace('\n', "<br>");
        let text = [
            format!("<div>terlampir pak</div><div class=\"gmail_quote\"><div class=\"gmail_attr\">Pada Sen, 23 Nov 2026 Pokja III &lt;pokja3@berau.example&gt; menulis:<br></div><blockquote class=\"gmail_quote\">{older}</blockquote></div>"),
            format!("<p>terlampir</p><div id=\"divRplyFwdMsg\"><b>From:</b> Pokja III &lt;pokja3@berau.example&gt;<br><b>Sent:</b> Monday, November 23, 2026<br><b>To:</b> x<br><b>Subject:</b> Undangan</div><div>{older}</div>"),
            format!("<div>terlampir</div><blockquote type=\"cite\">{older}</blockquote>"),
        ];
        Draft::from(mail(w, firm::ALPHA), "Re: Undangan", text[v].clone()).in_html().files(PAPERS[v]).ask(Some(own.id))
    }),
    ("HTML only, own invitation quoted", |w, v| {
        let s = the(w, firm::GAMMA, work::SCHOOL);
        let older = invitation(w, s).replace('\n', "<br>");
        Draft::from(mail(w, firm::GAMMA), "Re: Undangan", format!("<div dir=\"ltr\">Berikut</div><br><div class=\"gmail_quote\"><blockquote>{older}</blockquote></div>")).in_html().answers(s).files(PAPERS[v]).file(s)
    }),
    ("a list of all who take part, code", |w, v| {
        let list: Vec<String> = [firm::ALPHA, firm::BETA, firm::GAMMA].iter().enumerate().map(|(at, who)| format!("{}. {}", at + 1, name(w, *who))).collect();
        Draft::from(private(v), format!("Kode tender {}", code(w, work::SCHOOL)), format!("Daftar peserta:\n{}", list.join("\n"))).files(PAPERS[v]).ask(None)
    }),
    ("the code within an address of the procurement site", |w, v| {
        let s = the(w, firm::SUPPLIER, work::COMPUTERS);
        let c = code(w, work::COMPUTERS);
        let link = [format!("https://spse.inaproc.id/beraukab/lelang/{c}/pengumumanlelang"), format!("spse.inaproc.id/beraukab/lelang/{c}"), format!("<https://spse.inaproc.id/beraukab/evaluasi/{c}/hasil>")];
        Draft::from(private(v), "pembuktian", format!("{}\n\nKami {} mengirim dokumen.", link[v], name(w, firm::SUPPLIER))).files(PAPERS[v]).file(s)
    }),
    ("a code with a wrong digit and the name", |w, v| {
        let s = the(w, firm::SUPPLIER, work::COMPUTERS);
        let c = code(w, work::COMPUTERS);
        let wrong = [format!("{}7{}", &c[..3], &c[4..]), c[..c.len() - 1].to_owned(), format!("{c}0")];
        Draft::from(private(v), format!("Kode tender {}", wrong[v]), format!("dari {}", name(w, firm::SUPPLIER))).files(PAPERS[v]).ask(Some(s.id))
    }),
    ("a city behind the name, code", |w, v| {
        let s = the(w, firm::BETA, work::SCHOOL);
        let city = ["Samarinda", "Tanjung Redeb", "Berau"][v];
        Draft::from(private(v), format!("Kode tender {}", code(w, work::SCHOOL)), format!("Kami dari {} {city} menyampaikan dokumen.", name(w, firm::BETA))).files(PAPERS[v]).file(s)
    }),
    ("a branch behind the name, code", |w, v| {
        let s = the(w, firm::OTHER_POKJA, work::BOATS);
        let branch = ["Cabang Berau", "Kantor Perwakilan Kaltim", "(Cab. Tanjung Redeb)"][v];
        Draft::from(private(v), format!("tender {}", code(w, work::BOATS)), format!("{} {branch}", name(w, firm::OTHER_POKJA))).files(PAPERS[v]).file(s)
    }),
    ("the name as display name, code as subject", |w, v| {
        let s = the(w, firm::GAMMA, work::SCHOOL);
        let shown = [name(w, firm::GAMMA).to_owned(), name(w, firm::GAMMA).to_uppercase(), format!("Admin {}", name(w, firm::GAMMA))];
        Draft::from(format!("{} <adm.{v}@gmail.com>", shown[v]), code(w, work::SCHOOL), "").files(PAPERS[v]).file(s)
    }),
    ("the name in the address only, code", |w, v| {
        let s = the(w, firm::SUPPLIER, work::COMPUTERS);
        let local = bare(w, firm::SUPPLIER).to_lowercase().replace(' ', ["", ".", "_"][v]);
        Draft::from(format!("{local}@ymail.com"), format!("tender {}", code(w, work::COMPUTERS)), "terlampir").files(PAPERS[v]).ask(Some(s.id))
    }),
    ("a rival gets a copy, in the thread", |w, v| {
        let s = the(w, firm::ALPHA, work::SCHOOL);
        answer(w, &mail(w, firm::ALPHA), s, v, &format!("Terlampir.\n{}", signature(w, firm::ALPHA, v))).cc(mail(w, firm::BETA)).files(PAPERS[v]).file(s)
    }),
    ("one part of a road in the thread of the other, both open", |w, v| {
        let s = the(w, firm::ROADS, work::ROAD_ONE);
        Draft::from(mail(w, firm::ROADS), "Re: Undangan Pembuktian Kualifikasi", [format!("untuk kode tender {}", code(w, work::ROAD_TWO)), format!("Dokumen {}", w.package(work::ROAD_TWO)), format!("Kode {}", code(w, work::ROAD_TWO))][v].clone()).answers(s).files(PAPERS[v]).ask(None)
    }),
    ("a joint operation's members without forms, code", |w, v| {
        let s = the(w, firm::JOINT, work::BRIDGE);
        let n = name(w, firm::JOINT).replace("PT ", "").replace("CV ", "");
        let written = [format!("KSO {}", n.replace(" KSO", "")), n.clone(), n.replace(" - ", " dan ")];
        Draft::from(private(v), format!("Kode tender {}", code(w, work::BRIDGE)), format!("Dari {}", written[v])).files(PAPERS[v]).file(s)
    }),
    ("the director writes, firm named, no code", |w, v| {
        let s = the(w, firm::SUPPLIER, work::COMPUTERS);
        Draft::from(format!("{} <dir.{v}@gmail.com>", director(w, firm::SUPPLIER)), ["Berkas", "Dokumen kami", ""][v], format!("Saya direktur {}.", name(w, firm::SUPPLIER))).files(PAPERS[v]).ask(Some(s.id))
    }),
    ("all capitals or none, without punctuation", |w, v| {
        let s = the(w, firm::ALPHA, work::SCHOOL);
        let text = format!("dengan hormat kami dari {} menyampaikan dokumen pembuktian kode tender {} terima kasih", name(w, firm::ALPHA), code(w, work::SCHOOL));
        let texts = [text.to_uppercase(), text.to_lowercase(), format!("slmt siang pak sy dr {} mau krm dok pembuktian kode tender {} trims", name(w, firm::ALPHA).to_lowercase(), code(w, work::SCHOOL))];
        Draft::from(private(v), "", texts[v].clone()).files(PAPERS[v]).file(s)
    }),
    ("the shorter of two names with its form, code", |w, v| {
        let s = the(w, firm::GAMMA, work::SCHOOL);
        let n = name(w, firm::GAMMA);
        Draft::from(private(v), format!("tender {}", code(w, work::SCHOOL)), [format!("Dari: {n}"), format!("{n}, Tanjung Redeb"), format!("berkas {} ya pak", n.to_uppercase())][v].clone()).files(PAPERS[v]).file(s)
    }),
    ("code and name in file names only", |w, v| {
        let s = the(w, firm::BETA, work::SCHOOL);
        let (c, n) = (code(w, work::SCHOOL), name(w, firm::BETA));
        let file = [format!("{c}_{}_KTP.pdf", n.to_uppercase()), format!("{c} - {n} - NPWP.jpg"), format!("Akta {} ({c}).pdf", n.replace(' ', "_"))];
        Draft::from(private(v), ["", "kirim", "dok"][v], "").files(&[&file[v]]).file(s)
    }),
    ("an expert answers in the thread from his own address", |w, v| {
        let s = w.session(firm::ADVISER, work::STUDY, Clarification);
        let from = format!("{} <ahli{v}@yahoo.com>", expert(w.number, 0));
        answer(w, &from, s, v, &format!("Berikut ijazah saya.\n\n{}\nTenaga Ahli", expert(w.number, 0))).files(&["ijazah.pdf"]).file(s)
    }),
    ("the form spelt with dots or blanks, code", |w, v| {
        let s = the(w, firm::BETA, work::SCHOOL);
        let n = name(w, firm::BETA);
        let written = [n.replace("CV ", "C.V. "), n.replace("CV ", "C V "), n.replace("CV ", "cv.")];
        Draft::from(private(v), format!("tender {}", code(w, work::SCHOOL)), format!("Dari {}", written[v])).files(PAPERS[v]).file(s)
    }),
    ("NPWP of a firm in both parts of a road", |w, v| {
        let s = the(w, firm::ROADS, work::ROAD_TWO);
        let npwp = w.bidder(s).npwp.clone().unwrap_or_default();
        Draft::from(private(v), ["dokumen jalan", "pembuktian", ""][v], format!("NPWP {npwp}\n{}", name(w, firm::ROADS))).files(PAPERS[v]).ask(None)
    }),
    ("a stranger in one bidder's thread signs as another", |w, v| {
        let s = the(w, firm::ALPHA, work::SCHOOL);
        answer(w, private(v), s, v, &format!("terlampir\n\n{}", signature(w, firm::GAMMA, v))).files(PAPERS[v]).ask(None)
    }),
    ("a reference of one tender, the code of another", |w, v| {
        let s = the(w, firm::ALPHA, work::SCHOOL);
        Draft::from(private(v), format!("dokumen [{}]", s.reference), format!("Untuk kode tender {} a.n. {}", code(w, work::COMPUTERS), name(w, firm::SUPPLIER))).files(PAPERS[v]).ask(None)
    }),
    ("the lender's number in a lease, own name nowhere", |w, _| {
        let own = the(w, firm::ALPHA, work::SCHOOL);
        let npwp = w.bidder(the(w, firm::SUPPLIER, work::COMPUTERS)).npwp.clone().unwrap_or_default();
        Draft::from(mail(w, firm::ALPHA), "bukti sewa", format!("NPWP pemilik alat {npwp}")).files(&["sewa alat.pdf"]).ask(Some(own.id))
    }),
    // Added after the first run of this part.
    ("another office's code from a registered address", |w, v| {
        let own = the(w, firm::GAMMA, work::SCHOOL);
        Draft::from(mail(w, firm::GAMMA), ["Kode Tender 39471064", "Pembuktian tender 10999877000", "dokumen"][v], ["Terlampir", "Mohon diterima", "Kode Tender: 10741222000\nNama paket: Gedung SMA 4 Bontang"][v]).files(PAPERS[v]).ask(Some(own.id))
    }),
    ("another office's code with name and NPWP", |w, v| {
        let s = the(w, firm::DOMAIN, work::COMPUTERS);
        let npwp = w.bidder(s).npwp.clone().unwrap_or_default();
        Draft::from(private(v), "Kode tender: 10888123000", format!("{}\nNPWP {npwp}", name(w, firm::DOMAIN))).files(PAPERS[v]).ask(Some(s.id))
    }),
    ("the own code with a slip from a registered address", |w, v| {
        let s = the(w, firm::GAMMA, work::SCHOOL);
        let c = code(w, work::SCHOOL);
        let wrong = [c[..c.len() - 1].to_owned(), format!("{c}0"), format!("{}9{}", &c[..5], &c[6..])];
        Draft::from(mail(w, firm::GAMMA), format!("Kode tender {}", wrong[v]), "terlampir").files(PAPERS[v]).file(s)
    }),
    ("a copied list of works", |w, v| {
        let s = the(w, firm::GAMMA, work::SCHOOL);
        let list: Vec<String> = w.tenders.iter().take(40).map(|tender| tender.name.clone()).collect();
        answer(w, &mail(w, firm::GAMMA), s, v, &format!("Pengalaman kami:\n{}", list.join("\n"))).files(PAPERS[v]).file(s)
    }),
];

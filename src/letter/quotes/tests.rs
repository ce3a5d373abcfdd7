//! Mails of many programs, told apart.

use super::*;

/// Name, text, new text, the beginning of the quoted text, signature.
const SAMPLES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "plain",
        "Yth. Pokja,\nTerlampir KTP.",
        "Yth. Pokja,\nTerlampir KTP.",
        "",
        "",
    ),
    (
        "gmail english",
        "Baik.\n\nOn Mon, Nov 23, 2026 at 9:12 AM Pokja III <pokja3@berau.test> wrote:\n\n> Mohon KTP\n> dan NPWP\n",
        "Baik.",
        "On Mon",
        "",
    ),
    (
        "gmail wrapped",
        "Baik.\n\nOn Mon, Nov 23, 2026 at 9:12 AM Pokja Pemilihan III Kabupaten Berau <\npokja3+abc@berau.test> wrote:\n\n> Mohon KTP\n",
        "Baik.",
        "On Mon",
        "",
    ),
    (
        "gmail indonesian",
        "Siap pak\n\nPada tanggal Sen, 23 Nov 2026 pukul 09.12 Pokja III <pokja3@berau.test>\nmenulis:\n\n> Mohon KTP\n",
        "Siap pak",
        "Pada tanggal Sen",
        "",
    ),
    (
        "gmail indonesian short",
        "Siap\n\nPada Sen, 23 Nov 2026 09.12, Pokja III <pokja3@berau.test> menulis:\n> Mohon KTP\n",
        "Siap",
        "Pada Sen",
        "",
    ),
    (
        "the answer stands before it on the same line",
        "Baik, siap hadir. On Mon, Nov 23, 2026 at 9:12 AM, Pokja <p@b.test> wrote:\n> Mohon KTP\n",
        "Baik, siap hadir.",
        "On Mon",
        "",
    ),
    (
        "german, the verb in the middle",
        "Baik.\n\nAm 23.11.2026 um 09:12 schrieb Pokja III <pokja3@berau.test>:\n\nMohon KTP\n",
        "Baik.",
        "Am 23.11",
        "",
    ),
    (
        "dutch outlook",
        "Baik.\n\nVan: Pokja III <pokja3@berau.test>\nVerzonden: maandag 23 november 2026 09:12\nAan: x\nOnderwerp: Undangan\n\nMohon KTP",
        "Baik.",
        "Van: Pokja",
        "",
    ),
    (
        "chinese outlook",
        "Baik.\n\n发件人: Pokja III <pokja3@berau.test>\n发送时间: 2026年11月23日 9:12\n收件人: x\n主题: Undangan\n\nMohon KTP",
        "Baik.",
        "发件人",
        "",
    ),
    (
        "malay outlook",
        "Baik.\n\nDaripada: Pokja III <pokja3@berau.test>\nDihantar: 23 November 2026 09:12\nKepada: x\nPerkara: Undangan\n\nMohon KTP",
        "Baik.",
        "Daripada",
        "",
    ),
    (
        "hotmail begins with the date",
        "Baik.\n\nDate: Mon, 23 Nov 2026 09:12:00 +0800\nSubject: Undangan\nFrom: pokja3@berau.test\nTo: x@y.test\n\nMohon KTP",
        "Baik.",
        "Date: Mon",
        "",
    ),
    (
        "the head of a letter is the sender's own",
        "Tanggal: 23 November 2026\nDari: PT Contoh Karya Abadi\nKepada: Pokja III\nPerihal: Dokumen\n\nTerlampir dokumen kami.",
        "Tanggal: 23 November 2026\nDari: PT Contoh Karya Abadi\nKepada: Pokja III\nPerihal: Dokumen\n\nTerlampir dokumen kami.",
        "",
        "",
    ),
    (
        "any language, right above marked lines",
        "Baik.\n\n23.11.2026 09:12 foo \"Pokja\" <\npokja3@berau.test> bar:\n\n> Mohon KTP\n",
        "Baik.",
        "23.11.2026",
        "",
    ),
    (
        "zoho without the date",
        "Baik.\n\n---- Pokja III wrote ----\n\nMohon KTP",
        "Baik.",
        "---- Pokja",
        "",
    ),
    (
        "apple",
        "Ini KTP.\n\nDikirim dari iPhone saya\n\n> Pada 23 Nov 2026, pukul 09.12, Pokja III <pokja3@berau.test> menulis:\n> \n> Mohon\n",
        "Ini KTP.",
        "> Pada 23",
        "Dikirim dari iPhone saya",
    ),
    (
        "apple english",
        "KTP attached\n\nSent from my iPhone\n\nOn 23 Nov 2026, at 09.12, Pokja <p@b.test> wrote:\n\n> Mohon\n",
        "KTP attached",
        "On 23",
        "Sent from my iPhone",
    ),
    (
        "outlook english",
        "Terlampir.\n\nFrom: Pokja III <pokja3@berau.test>\nSent: Monday, November 23, 2026 9:12 AM\nTo: direktur@contohkarya.test\nSubject: Undangan\n\nMohon KTP",
        "Terlampir.",
        "From: Pokja",
        "",
    ),
    (
        "outlook rule",
        "Terlampir.\n\n________________________________\nFrom: Pokja III <pokja3@berau.test>\nSent: Monday\nTo: x\nSubject: Undangan\n\nMohon KTP",
        "Terlampir.",
        "______",
        "",
    ),
    (
        "outlook indonesian",
        "Terlampir.\n\nDari: Pokja III <pokja3@berau.test>\nDikirim: Senin, 23 November 2026 09.12\nKepada: direktur@contohkarya.test\nPerihal: Undangan\n\nMohon KTP",
        "Terlampir.",
        "Dari: Pokja",
        "",
    ),
    (
        "outlook bold",
        "Ok.\n\n*Dari:* Pokja III <pokja3@berau.test>\n*Dikirim:* Senin\n*Kepada:* x\n*Subjek:* Undangan\n\nMohon",
        "Ok.",
        "*Dari:*",
        "",
    ),
    (
        "original message",
        "Ok.\n\n-----Original Message-----\nFrom: Pokja\nMohon KTP",
        "Ok.",
        "-----Original",
        "",
    ),
    (
        "pesan asli",
        "Ok.\n\n-----Pesan Asli-----\nDari: Pokja\nMohon KTP",
        "Ok.",
        "-----Pesan Asli",
        "",
    ),
    (
        "yahoo android",
        "Ini\n\nDikirim dari Yahoo Mail di Android \n \n  Pada Sen, 23 Nov 2026 pada 9:12, Pokja III<pokja3@berau.test> menulis:   Mohon KTP\ndan NPWP",
        "Ini",
        "  Pada Sen",
        "Dikirim dari Yahoo Mail di Android",
    ),
    (
        "yahoo web",
        "Berikut\n\n    On Monday, November 23, 2026 at 09:12:00 AM GMT+8, Pokja III <pokja3@berau.test> wrote:  \n \n Mohon KTP",
        "Berikut",
        "    On Monday",
        "",
    ),
    (
        "samsung",
        "Foto KTP\n\nTerkirim dari HP Samsung saya\n\n-------- Pesan asli --------\nDari: Pokja\nTanggal: 23/11/26 09.12 (GMT+08:00)\nKe: x\nJudul: Undangan\n\nMohon",
        "Foto KTP",
        "-------- Pesan asli",
        "Terkirim dari HP Samsung saya",
    ),
    (
        "samsung english",
        "Foto\n\nSent from my Galaxy\n\n-------- Original message --------\nFrom: Pokja\nDate: 23/11/2026\nTo: x\n\nMohon",
        "Foto",
        "-------- Original",
        "Sent from my Galaxy",
    ),
    (
        "zoho",
        "Terlampir\n\nSent using Zoho Mail\n\n---- On Mon, 23 Nov 2026 09:12:00 +0800 Pokja III <pokja3@berau.test> wrote ----\n\nMohon",
        "Terlampir",
        "---- On Mon",
        "Sent using Zoho Mail",
    ),
    (
        "zoho indonesian",
        "Terlampir\n\n---- Pada Sen, 23 Nov 2026 09:12:00 +0800 Pokja <p@b.test> menulis ----\n\nMohon",
        "Terlampir",
        "---- Pada",
        "",
    ),
    (
        "outlook phone",
        "Baik\n\nDapatkan Outlook untuk Android\n________________________________\nDari: Pokja <p@b.test>\nDikirim: Senin\nKepada: x\nPerihal: Undangan\n\nMohon",
        "Baik",
        "______",
        "Dapatkan Outlook untuk Android",
    ),
    (
        "bottom posting",
        "On Mon, 23 Nov 2026 at 09:12, Pokja <p@b.test> wrote:\n> Mohon KTP\n>\n> Terima kasih\n\nIni KTP kami.\n",
        "Ini KTP kami.",
        "On Mon",
        "",
    ),
    (
        "in between",
        "> KTP direktur?\nTerlampir.\n> NPWP?\nMenyusul.",
        "Terlampir.\nMenyusul.",
        "> KTP direktur?",
        "",
    ),
    (
        "signature",
        "Terlampir.\n\n-- \nBudi Contoh\nPT Contoh Karya Abadi\n0812-0000-0000",
        "Terlampir.",
        "",
        "--\nBudi Contoh\nPT Contoh Karya Abadi\n0812-0000-0000",
    ),
    (
        "signature then quote",
        "Ok\n--\nBudi\n\nOn 23 Nov 2026, Pokja <p@b.test> wrote:\n> Mohon",
        "Ok",
        "On 23",
        "--\nBudi",
    ),
    (
        "gmail forward",
        "Mohon diterima bu\n\n---------- Forwarded message ---------\nDari: Budi <b@c.test>\nDate: Sen, 23 Nov 2026 pukul 09.12\nSubject: KTP\nTo: <x@y.test>\n\nIni KTP",
        "Mohon diterima bu",
        "---------- Forwarded",
        "",
    ),
    (
        "gmail forward indonesian",
        "---------- Pesan terusan ---------\nDari: Budi <b@c.test>\nDate: Sen\nSubject: KTP\nTo: <x@y.test>\n\nIni KTP",
        "",
        "---------- Pesan terusan",
        "",
    ),
    (
        "apple forward",
        "Cek\n\nBegin forwarded message:\n\nFrom: Budi <b@c.test>\nSubject: KTP\nDate: 23 November 2026\nTo: x\n\nIni",
        "Cek",
        "Begin forwarded",
        "",
    ),
    (
        "who sends is no signature",
        "Dikirim oleh admin PT Contoh Karya Abadi",
        "Dikirim oleh admin PT Contoh Karya Abadi",
        "",
        "",
    ),
    (
        "letter head is no quote",
        "Dari: PT Contoh Karya Abadi\nKepada: Pokja Pemilihan III\nPerihal: Penyampaian dokumen\n\nDengan hormat, terlampir KTP.",
        "Dari: PT Contoh Karya Abadi\nKepada: Pokja Pemilihan III\nPerihal: Penyampaian dokumen\n\nDengan hormat, terlampir KTP.",
        "",
        "",
    ),
    (
        "a sentence with wrote",
        "On the form he wrote:\nsetuju",
        "On the form he wrote:\nsetuju",
        "",
        "",
    ),
    (
        "pada hari is no quote",
        "Pada hari Senin kami hadir:\n1. Direktur\n2. Tenaga ahli",
        "Pada hari Senin kami hadir:\n1. Direktur\n2. Tenaga ahli",
        "",
        "",
    ),
    (
        "dates in a sentence are no quote",
        "Pada tanggal 23 November 2026 kami kirim KTP.\nTerima kasih",
        "Pada tanggal 23 November 2026 kami kirim KTP.\nTerima kasih",
        "",
        "",
    ),
];

#[test]
fn new_text_quoted_text_and_signature_are_told_apart() {
    for (name, text, new, quoted, signature) in SAMPLES {
        let split = split(text);
        assert_eq!(split.new, *new, "new text of {name:?}");
        assert!(
            split.quoted.starts_with(quoted) && split.quoted.is_empty() == quoted.is_empty(),
            "quoted text of {name:?}: {}",
            split.quoted
        );
        assert_eq!(split.signature, *signature, "signature of {name:?}");
    }
}

#[test]
fn every_word_stands_in_one_of_the_three() {
    for (name, text, ..) in SAMPLES {
        let split = split(text);
        let together = [split.new, split.quoted, split.signature].join("\n");
        let count = |text: &str| text.split_whitespace().count();
        assert_eq!(count(&together), count(text), "{name}");
    }
}

#[test]
fn long_texts_are_told_apart_in_time() {
    split(&"On 1 Jan 2026 pokja@berau.test\n".repeat(20_000));
    split(&"From: a@b.test\n".repeat(20_000));
    split(&format!("On {} wrote:", "1".repeat(500_000)));
}

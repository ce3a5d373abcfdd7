//! Words for which a person should read a filed mail, however certain its place is. Simple on purpose: a mail flagged
//! needlessly costs a glance, and nothing is decided by it.

use std::sync::LazyLock;

use regex::Regex;

use super::message::Attention;
use crate::letter::Letter;

/// In this order: the graver first. Phrases are whole words in the writer's own text.
#[rustfmt::skip]
const PHRASES: &[(Attention, &[&str])] = &[
    (Attention::Objection, &["keberatan", "berkeberatan", "sanggah", "sanggahan", "menyanggah", "sanggah banding", "somasi", "protes",
        "memprotes", "pengaduan", "mengadukan"]),
    (Attention::Refused, &["tidak setuju", "tdk setuju", "tak setuju", "tidak menyetujui", "tidak sepakat", "tidak menyepakati", "kurang setuju",
        "belum setuju", "belum sepakat", "belum dapat menyetujui", "belum bisa menyetujui", "tidak dapat menyetujui", "tidak bisa menyetujui",
        "tidak dapat menerima", "tidak bisa menerima", "tidak bersedia", "menolak", "kami tolak", "mengundurkan diri", "mundur dari",
        "setuju namun", "setuju tetapi", "setuju tapi", "setuju akan tetapi", "setuju dengan catatan", "setuju dengan syarat", "setuju asalkan",
        "setuju apabila", "setuju jika", "setuju bila", "sepakat namun", "sepakat tetapi", "sepakat dengan catatan", "penawaran akhir kami",
        "harga terakhir kami", "penawaran balik"]),
    (Attention::Reschedule, &["jadwal ulang", "dijadwal ulang", "dijadwalkan ulang", "dijadwalkan kembali", "menjadwalkan ulang", "penjadwalan ulang",
        "penjadwalan kembali", "jadwalkan ulang", "reschedule", "re schedule", "rescedule", "diundur", "pengunduran jadwal", "ditunda", "penundaan", "perubahan jadwal",
        "pindah jadwal", "ganti jadwal", "ubah jadwal", "perpanjangan waktu", "tambahan waktu", "penambahan waktu", "diperpanjang waktunya",
        "minta waktu", "mohon waktu", "diberikan waktu", "kelonggaran waktu"]),
    (Attention::Refused, &["tidak dapat hadir", "tidak bisa hadir", "tdk bisa hadir", "tdk dapat hadir", "berhalangan hadir", "tidak hadir",
        "tidak ikut", "tidak dapat mengikuti", "tidak bisa mengikuti"]),
    (Attention::Question, &["apakah", "apakah boleh", "bagaimana", "gimana", "mengapa", "kenapa", "pertanyaan", "bertanya", "menanyakan", "mau tanya",
        "mohon penjelasan", "minta penjelasan", "mohon petunjuk", "mohon arahan", "mohon informasi", "mohon info", "mohon dijelaskan",
        "tidak bisa masuk", "ga bisa masuk", "gak bisa masuk", "nggak bisa masuk", "tdk bisa masuk", "gagal masuk", "tidak dapat masuk",
        "tidak bisa dibuka", "tidak dapat dibuka", "ga bisa dibuka", "tidak dapat diakses", "tidak bisa diakses"]),
];

/// Standing phrases that hold a word of the table and mean nothing of the kind; taken out before.
#[rustfmt::skip]
const HARMLESS: &[&str] = &[
    "masa sanggah", "tidak keberatan", "tdk keberatan", "tidak berkeberatan", "tanpa keberatan", "tidak ada keberatan", "tidak mengajukan keberatan",
    "tidak ada sanggahan", "tidak mengajukan sanggahan", "tidak menolak", "apabila ada pertanyaan", "bila ada pertanyaan",
    "jika ada pertanyaan", "kalau ada pertanyaan", "apabila terdapat pertanyaan", "jika terdapat pertanyaan", "jawaban atas pertanyaan",
    "menjawab pertanyaan", "tidak ditunda", "jangan ditunda",
];

/// What a person should know before he opens it; the gravest.
pub fn attention(letter: &Letter) -> Option<Attention> {
    let own = format!("{}\n{}", letter.subject, letter.text);
    let bare = without_recording(&without_links(&own));
    let mut words = format!(" {} ", plain(&bare));
    for harmless in HARMLESS {
        // A mark between the words, so that no new phrase grows together.
        words = words.replace(&format!(" {harmless} "), " | ");
    }
    let says = |phrase: &&str| words.contains(&format!(" {phrase} "));
    let by_phrase = PHRASES
        .iter()
        .find(|(_, phrases)| phrases.iter().any(says))
        .map(|(attention, _)| *attention);
    let asks = || has_question_mark(&bare).then_some(Attention::Question);
    let links = || {
        let link = letter.attachments.iter().any(|file| file.link);
        link.then_some(Attention::Link)
    };
    by_phrase.or_else(asks).or_else(links)
}

/// Lowercase words, single blanks.
fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join(" ")
}

fn without_links(text: &str) -> String {
    static LINK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:[a-z][a-z0-9+.-]*://|www\.)\S+").expect("a constant pattern")
    });
    LINK.replace_all(text, " ").into_owned()
}

/// What he says of the recording is an answer, not a refusal of anything else.
fn without_recording(text: &str) -> String {
    static RECORDING: LazyLock<Regex> = LazyLock::new(|| {
        let says = "setuju|bersedia|berkenan|mengizinkan|keberatan|berkeberatan|menolak";
        let between = "bila|jika|apabila|kalau|kalo|untuk|atas|dengan|terhadap|adanya|di|acara|kegiatan|rapat|pertemuan|sesi|proses|ini|kami";
        let record = "rekam|direkam|merekam|perekaman|rekaman";
        let pattern = format!(
            r"(?i)\b(?:(?:tidak|tdk|tak|belum|kurang)\s+)?(?:{says})(?:\s+(?:{between}))*\s+(?:{record})\b"
        );
        Regex::new(&pattern).expect("a constant pattern")
    });
    RECORDING.replace_all(text, " | ").into_owned()
}

/// Behind a word: a lost emoji or a broken character set leaves question marks of its own.
fn has_question_mark(text: &str) -> bool {
    static ASKED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"[\p{L}\p{N})"'](?:\?{1,3}| \?)(?:[\s"')!.]|$)"#).expect("a constant pattern")
    });
    ASKED.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(subject: &str, text: &str) -> Option<Attention> {
        attention(&Letter {
            subject: subject.into(),
            text: text.into(),
            ..Letter::default()
        })
    }

    #[test]
    fn the_examples_that_a_person_should_read_are_flagged() {
        use Attention::*;
        for (subject, text, expected) in [
            (
                "Re: File Negosiasi Biaya",
                "Mohon maaf kami TIDAK SETUJU. Harga tersebut di bawah biaya tenaga ahli kami. Penawaran akhir kami Rp418.000.000,00",
                Some(Refused),
            ),
            (
                "Re: File Negosiasi Biaya",
                "Pada prinsipnya setuju, namun mohon item mobilisasi dikembalikan seperti penawaran.",
                Some(Refused),
            ),
            (
                "Mohon penjadwalan ulang",
                "Direktur kami sakit (surat dokter terlampir), mohon dijadwalkan ulang hari Rabu",
                Some(Reschedule),
            ),
            (
                "zoom",
                "link nya ga bisa masuk pak, ID meeting salah?",
                Some(Question),
            ),
            (
                "Pertanyaan",
                "Apakah SKK boleh yang masih proses perpanjangan?",
                Some(Question),
            ),
            (
                "KEBERATAN ATAS UNDANGAN",
                "Dengan hormat, …",
                Some(Objection),
            ),
            (
                "Re: Undangan",
                "Kami keberatan atas jadwal ini. Rekaman rapat mohon dikirim",
                Some(Objection),
            ),
            (
                "Re: Undangan",
                "Mohon maaf kami tidak dapat hadir",
                Some(Refused),
            ),
            (
                "Re: Undangan",
                "Kami tidak dapat hadir, mohon dijadwalkan ulang",
                Some(Reschedule),
            ),
        ] {
            assert_eq!(of(subject, text), expected, "{subject}: {text}");
        }
    }

    #[test]
    fn usual_answers_are_not_flagged() {
        for (subject, text) in [
            (
                "Re: Undangan",
                "Bersama ini kami sampaikan foto dokumen asli. Demikian, terima kasih.",
            ),
            ("nego", "oke pak setuju 👍"),
            (
                "Re: File Negosiasi Biaya",
                "Setelah kami pelajari, kami setuju dengan nilai Rp. 412.500.000,-.",
            ),
            (
                "Konfirmasi kehadiran",
                "InsyaAllah hadir, diwakili Sdr. Ramberani (surat kuasa menyusul)",
            ),
            (
                "berkas",
                "Apabila ada pertanyaan silakan hubungi kami. Kami tidak keberatan direkam.",
            ),
            (
                "berkas",
                "link rapat https://zoom.example/j/1?pwd=x sudah kami terima",
            ),
            (
                "Re: Undangan",
                "HADIR. Namun kami keberatan bila acara direkam",
            ),
            ("Re: Undangan", "TIDAK SETUJU REKAM"),
            ("Re: Undangan", "Kami tidak bersedia untuk direkam"),
            ("berkas ????", "terima kasih ?? "),
            ("dokumen", "SKK perpanjangan terlampir, sebagaimana diminta"),
        ] {
            assert_eq!(of(subject, text), None, "{subject}: {text}");
        }
    }
}

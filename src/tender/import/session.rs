//! One `[[session]]` of a tender's file, for one bidder or many.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::{
    ImportedSession, checks,
    parse::{Roll, accept, choice, optional, same_name},
};
use crate::{
    form::{Form, Mistake, nearest},
    tender::{DocumentWord, Meeting, OfficialLetter, SessionKind},
};

/// `taken`: which session (its number) a bidder has of a kind.
pub(super) fn session(
    form: Form<'_>,
    number: usize,
    roll: &Roll,
    taken: &mut HashMap<(SessionKind, usize), usize>,
    warnings: &mut Vec<Mistake>,
) -> Option<ImportedSession> {
    let kind = choice(&form, "kind", &SessionKind::ALL.map(SessionKind::word))
        .and_then(|word| SessionKind::from_word(&word));
    let times = Times::read(&form);
    let bidders = bidders(&form, roll);
    if let Some(kind) = kind {
        for &bidder in &bidders {
            if let Some(other) = taken.insert((kind, bidder), number) {
                let name = roll.names.get(bidder).map_or("", String::as_str);
                form.wrong(
                    if form.has("bidders") { "bidders" } else { "" },
                    format!("{name} sudah mempunyai sesi {} (session[{other}])", kind.word()),
                    "Satu peserta hanya mempunyai satu sesi dari setiap jenis; tulis nama peserta pada bidders.",
                );
            }
        }
    }
    let meeting = form.table("meeting").map_or_else(Meeting::default, meeting);
    let letter = form.table("letter").map(official_letter);
    let documents = documents(&form);
    let file = file(
        &form,
        kind,
        &times,
        documents.contains(&DocumentWord::Negosiasi),
        warnings,
    );
    if file.is_some() && bidders.len() > 1 {
        let what = format!(
            "berkas yang sama dikirim kepada {} peserta, termasuk harga di dalamnya",
            bidders.len()
        );
        let remedy = "Tulis satu [[session]] untuk setiap peserta, masing-masing dengan bidders dan file sendiri.";
        warnings.push(form.mistake("file", what, remedy));
    }
    form.finish();
    Some(ImportedSession {
        kind: kind?,
        starts: times.starts?,
        ends: times.ends?,
        invite: times.invite,
        due: times.due.or(times.ends)?,
        bidders,
        meeting,
        letter,
        documents,
        file_at: times.file_at.filter(|_| file.is_some()),
        file,
    })
}

struct Times {
    starts: Option<Timestamp>,
    ends: Option<Timestamp>,
    invite: Option<Timestamp>,
    due: Option<Timestamp>,
    file_at: Option<Timestamp>,
}

impl Times {
    fn read(form: &Form<'_>) -> Times {
        let time = |key| {
            let text = form.text(key)?;
            accept(form, key, checks::time(&text))
        };
        let required = |key| {
            if !form.has(key) {
                form.missing(key, "Tulis misalnya 2026-11-25T09:00:00+08:00.");
            }
            time(key)
        };
        let times = Times {
            starts: required("starts"),
            ends: required("ends"),
            invite: time("invite"),
            due: time("due"),
            file_at: time("file_at"),
        };
        let before = |key, early, late, what: &str| {
            if let (Some(early), Some(late)) = (early, late)
                && early > late
            {
                form.wrong(key, what, "Periksa tanggal, jam dan selisih dari UTC.");
            }
        };
        let just_before = |time: Timestamp| time - SignedDuration::from_nanos(1);
        before(
            "ends",
            times.starts,
            times.ends.map(just_before),
            "sesi berakhir sebelum atau tepat saat dimulai",
        );
        before(
            "due",
            times.starts,
            times.due,
            "batas waktu dokumen sebelum sesi dimulai",
        );
        before(
            "invite",
            times.invite,
            times.starts,
            "undangan dikirim setelah sesi dimulai",
        );
        let last = times.due.or(times.ends);
        before(
            "file_at",
            times.file_at,
            last,
            "berkas dikirim setelah batas waktu",
        );
        times
    }
}

fn bidders(form: &Form<'_>, roll: &Roll) -> Vec<usize> {
    let Some(names) = form.texts("bidders") else {
        return (0..roll.names.len()).collect();
    };
    if names.is_empty() && form.is_list("bidders") {
        form.wrong(
            "bidders",
            "daftar kosong",
            "Tulis nama peserta, atau hapus isian ini untuk semua peserta.",
        );
    }
    let mut bidders = Vec::new();
    for (key, name) in names {
        match roll.by_name.get(&same_name(&name)) {
            None => {
                let known = roll.names.iter().map(String::as_str);
                let remedy = match nearest(&name, known) {
                    Some(near) => format!("Mungkin maksudnya “{near}”?"),
                    None => "Tulis nama persis seperti pada [[bidder]].".into(),
                };
                form.wrong(&key, "peserta tidak dikenal", remedy);
            }
            Some(bidder) if bidders.contains(bidder) => {
                form.wrong(&key, "peserta tertulis dua kali", "Hapus salah satu.");
            }
            Some(bidder) => bidders.push(*bidder),
        }
    }
    bidders
}

fn meeting(form: Form<'_>) -> Meeting {
    let line = |key| optional(&form, key).and_then(|text| accept(&form, key, checks::name(&text)));
    let meeting = Meeting {
        url: line("url"),
        id: line("id"),
        passcode: line("passcode"),
    };
    if let Some(url) = &meeting.url {
        let host = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        if host.is_none_or(str::is_empty) || url.contains(char::is_whitespace) {
            form.wrong(
                "url",
                "bukan tautan",
                "Salin tautan rapat seutuhnya, mulai dari https://.",
            );
        }
    }
    form.finish();
    meeting
}

/// Number and date of the letter, each where there is one.
pub(super) fn official_letter(form: Form<'_>) -> OfficialLetter {
    let number =
        optional(&form, "number").and_then(|number| accept(&form, "number", checks::name(&number)));
    let date = optional(&form, "date").and_then(|date| accept(&form, "date", checks::date(&date)));
    form.finish();
    OfficialLetter { number, date }
}

fn documents(form: &Form<'_>) -> Vec<DocumentWord> {
    let mut documents = Vec::new();
    for (key, word) in form.texts("documents").unwrap_or_default() {
        match DocumentWord::from_word(word.trim()) {
            None => {
                let words: Vec<&str> = DocumentWord::ALL.iter().map(|d| d.word()).collect();
                let remedy = match nearest(&word, words.iter().copied()) {
                    Some(near) => format!("Mungkin maksudnya `{near}`?"),
                    None => format!("Yang dikenal: {}.", words.join(", ")),
                };
                form.wrong(&key, "dokumen tidak dikenal", remedy);
            }
            Some(document) if documents.contains(&document) => {
                form.wrong(&key, "dokumen tertulis dua kali", "Hapus salah satu.");
            }
            Some(document) => documents.push(document),
        }
    }
    documents
}

fn file(
    form: &Form<'_>,
    kind: Option<SessionKind>,
    times: &Times,
    owed_back: bool,
    warnings: &mut Vec<Mistake>,
) -> Option<String> {
    let file = form.filled_text("file", "Tulis nama berkas, atau hapus isian ini.");
    if times.file_at.is_some() && !form.has("file") {
        form.wrong(
            "file_at",
            "tidak berarti tanpa file",
            "Tulis nama berkas pada file, atau hapus isian ini.",
        );
    }
    if file.is_some() && kind.is_some_and(|kind| kind != SessionKind::Negotiation) {
        let what = "hanya untuk sesi negotiation: berkas ini tidak akan dikirim";
        warnings.push(form.mistake("file", what, "Hapus isian ini, atau periksa kind."));
        return None;
    }
    if file.is_some() && !owed_back {
        let remedy = "Tambahkan \"negosiasi\" bila berkas yang ditandatangani harus dikembalikan.";
        warnings.push(form.mistake(
            "documents",
            "berkas dikirim, tetapi \"negosiasi\" tidak diminta kembali",
            remedy,
        ));
    }
    file
}

//! A tender's `.toml` to [`ImportFile`]: the whole file is read before anything is said.

use std::collections::HashMap;

use super::{
    ImportError, ImportFile, ImportedBidder, ImportedSession, ImportedTender,
    checks::{self, Wrong},
    session::{official_letter, session},
};
use crate::{
    address::EmailAddress,
    form::{Form, Language, Mistake, Sheet, nearest},
    tender::{ProcurementKind, safe_name},
};

/// Reads one file; its name is used in messages and to find what lies beside it.
pub fn parse(text: &str, file_name: &str) -> Result<ImportFile, Vec<ImportError>> {
    let sheet = Sheet::read(file_name, text, Language::Indonesian)?;
    let mut warnings = Vec::new();
    let read = whole(&sheet, &mut warnings);
    let (mistakes, places) = sheet.into_mistakes();
    match read {
        Some((tender, bidders, sessions)) if mistakes.is_empty() => Ok(ImportFile {
            name: file_name.to_owned(),
            tender,
            bidders,
            sessions,
            warnings,
            places,
        }),
        _ => Err(mistakes),
    }
}

/// Two names that a person would take for one: case, blanks and width do not count.
pub(super) fn same_name(name: &str) -> String {
    let single_blanks: Vec<&str> = name.split_whitespace().collect();
    safe_name::case_blind(&single_blanks.join(" "))
}

type Parts = (ImportedTender, Vec<ImportedBidder>, Vec<ImportedSession>);

/// `None` only where a mistake was noted.
fn whole(sheet: &Sheet, warnings: &mut Vec<Mistake>) -> Option<Parts> {
    let form = sheet.form();
    let tender = form.table("tender");
    if tender.is_none() && !form.has("tender") {
        form.missing(
            "tender",
            "Tambahkan baris [tender] dengan code, name, mailbox dan kind.",
        );
    }
    let tender = tender.map(tender_of);

    let forms = form.tables("bidder");
    if forms.is_empty() && (!form.has("bidder") || form.is_list("bidder")) {
        form.missing(
            "bidder",
            "Tambahkan baris [[bidder]] dengan name dan emails untuk setiap peserta.",
        );
    }
    let mut roll = Roll::default();
    let bidders: Vec<Option<ImportedBidder>> = forms
        .into_iter()
        .map(|form| bidder(form, &mut roll, warnings))
        .collect();

    let mut taken = HashMap::new();
    let sessions: Vec<Option<ImportedSession>> = form
        .tables("session")
        .into_iter()
        .enumerate()
        .map(|(number, form)| session(form, number, &roll, &mut taken, warnings))
        .collect();
    form.finish();
    Some((
        tender??,
        bidders.into_iter().collect::<Option<_>>()?,
        sessions.into_iter().collect::<Option<_>>()?,
    ))
}

fn tender_of(form: Form<'_>) -> Option<ImportedTender> {
    let remedy = "Tulis kode tender dari SPSE, hanya angka, di antara tanda kutip.";
    let code = form.required_text("code", remedy).filter(|code| {
        let good = code.len() <= 20 && code.bytes().all(|b| b.is_ascii_digit());
        if !good {
            form.wrong("code", "bukan kode tender", remedy);
        }
        good
    });
    let name = form
        .required_text("name", "Tulis nama paket seperti di SPSE.")
        .and_then(|name| accept(&form, "name", checks::name(&name)));
    let mailbox = form.required_text("mailbox", "Tulis nama kotak surat Pokja dari loket.toml.");
    let kinds = ProcurementKind::ALL.map(ProcurementKind::word);
    let kind = choice(&form, "kind", &kinds).and_then(|word| ProcurementKind::from_word(&word));
    let letter = form.table("letter").map(official_letter);
    form.finish();
    Some(ImportedTender {
        code: code?,
        name: name?,
        mailbox: mailbox?.trim().to_owned(),
        kind: kind?,
        letter,
    })
}

/// The bidders as far as they are read: what later tables refer to.
#[derive(Default)]
pub(super) struct Roll {
    /// Index, by name.
    pub(super) by_name: HashMap<String, usize>,
    pub(super) names: Vec<String>,
    /// Name of the first bidder at an address.
    by_address: HashMap<EmailAddress, String>,
}

fn bidder(form: Form<'_>, roll: &mut Roll, warnings: &mut Vec<Mistake>) -> Option<ImportedBidder> {
    let name = form
        .required_text("name", "Tulis nama perusahaan seperti di SPSE.")
        .and_then(|name| accept(&form, "name", checks::name(&name)));
    let shown = name.clone().unwrap_or_default();
    if name.is_some() && roll.by_name.contains_key(&same_name(&shown)) {
        let remedy = "Setiap peserta ditulis satu kali; gabungkan kedua isian itu.";
        form.wrong("name", "peserta ini sudah ada di atas", remedy);
    }
    // Also when its name is wrong: the indices of those below must be right.
    roll.by_name
        .entry(same_name(&shown))
        .or_insert(roll.names.len());
    roll.names.push(shown.clone());

    let npwp = optional(&form, "npwp").inspect(|npwp| {
        let checked = accept(&form, "npwp", checks::npwp(npwp));
        if checked.is_some() && checks::npwp_is_doubtful(npwp) {
            let what = "angka pemeriksa NPWP tidak cocok";
            warnings.push(form.mistake("npwp", what, "Periksa kembali pada data kualifikasi."));
        }
    });
    let nib = optional(&form, "nib").inspect(|nib| {
        accept(&form, "nib", checks::nib(nib));
    });
    let line = |key| optional(&form, key).and_then(|text| accept(&form, key, checks::name(&text)));
    let (director, phone) = (line("director"), line("phone"));
    let emails = emails(&form, &shown, roll, warnings);
    let experts = experts(&form);
    form.finish();
    Some(ImportedBidder {
        name: name?,
        npwp,
        nib,
        director,
        phone,
        emails: emails?,
        experts,
    })
}

fn emails(
    form: &Form<'_>,
    name: &str,
    roll: &mut Roll,
    warnings: &mut Vec<Mistake>,
) -> Option<Vec<EmailAddress>> {
    let remedy = "Tulis seperti emails = [\"nama@contoh.test\"].";
    let texts = form.texts("emails");
    if !form.has("emails") || texts.as_ref().is_some_and(Vec::is_empty) {
        form.wrong(
            "emails",
            "belum diisi",
            "Setiap peserta perlu sedikitnya satu alamat surel. ".to_owned() + remedy,
        );
    }
    let mut emails: Vec<EmailAddress> = Vec::new();
    for (key, text) in texts? {
        let Ok(address) = text.parse::<EmailAddress>() else {
            let shown: String = text.chars().filter(|c| !c.is_control()).take(80).collect();
            form.wrong(&key, format!("“{shown}” bukan alamat surel"), remedy);
            continue;
        };
        if emails.contains(&address) {
            warnings.push(form.mistake(
                &key,
                "alamat ini tertulis dua kali",
                "Satu saja sudah cukup.",
            ));
            continue;
        }
        match roll.by_address.get(&address) {
            // A hint of collusion, too, that only the Pokja may see (domain.md 4.1).
            Some(other) => warnings.push(form.mistake(
                &key,
                format!("alamat ini juga milik peserta {other}"),
                "Surel dari alamat ini hanya dapat dikenali dari balasan atau nomor rujukannya.",
            )),
            None => {
                roll.by_address.insert(address.clone(), name.to_owned());
            }
        }
        emails.push(address);
    }
    (!emails.is_empty()).then_some(emails)
}

fn experts(form: &Form<'_>) -> Vec<String> {
    let mut experts: Vec<String> = Vec::new();
    for (key, text) in form.texts("experts").unwrap_or_default() {
        let Some(name) = accept(form, &key, checks::name(&text)) else {
            continue;
        };
        if name.is_empty() {
            form.wrong(&key, "kosong", "Isi nama tenaga ahli, atau hapus.");
        } else if experts
            .iter()
            .any(|other| same_name(other) == same_name(&name))
        {
            form.wrong(
                &key,
                "tenaga ahli ini tertulis dua kali",
                "Hapus salah satu.",
            );
        } else {
            experts.push(name);
        }
    }
    experts
}

/// A text that may be left out; an empty one counts as left out, as a cell of a spreadsheet would.
pub(super) fn optional(form: &Form<'_>, key: &'static str) -> Option<String> {
    let text = form.text(key)?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// One of a few words.
pub(super) fn choice(form: &Form<'_>, key: &'static str, words: &[&str]) -> Option<String> {
    let all = format!("Pilih salah satu: {}.", words.join(", "));
    let typed = form.required_text(key, &all)?;
    let word = typed.trim();
    if words.contains(&word) {
        return Some(word.to_owned());
    }
    let remedy = match nearest(word, words.iter().copied()) {
        Some(near) => format!("Mungkin maksudnya `{near}`? {all}"),
        None => all,
    };
    form.wrong(key, "kata tidak dikenal", remedy);
    None
}

pub(super) fn accept<T>(form: &Form<'_>, key: &str, checked: Result<T, Wrong>) -> Option<T> {
    checked
        .map_err(|Wrong(what, remedy)| form.wrong(key, what, remedy))
        .ok()
}

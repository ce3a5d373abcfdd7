//! Single values of a tender's file: what is right, and how to say what is wrong.

use jiff::{Timestamp, civil::Date};

/// Something that is wrong with a value, and what to do.
pub struct Wrong(pub String, pub String);

/// A time with its offset, as TOML writes it.
pub fn time(text: &str) -> Result<Timestamp, Wrong> {
    let remedy = "Tulis tanggal, jam dan selisih dari UTC, misalnya 2026-11-25T09:00:00+08:00 (WITA; WIB +07:00, WIT +09:00).";
    let typed = text.trim();
    if let Ok(time) = typed.parse::<Timestamp>() {
        return Ok(time);
    }
    let what = if typed.parse::<jiff::civil::DateTime>().is_ok() {
        "waktu tanpa selisih dari UTC tidak pasti"
    } else {
        "bukan waktu yang dapat dibaca"
    };
    Err(Wrong(what.into(), remedy.into()))
}

/// A day, as TOML writes it.
pub fn date(text: &str) -> Result<Date, Wrong> {
    // jiff would also take the day out of a time.
    match text.trim().parse() {
        Ok(date) if text.trim().len() == 10 => Ok(date),
        _ => {
            let remedy = "Tulis tahun, bulan dan tanggal, misalnya 2026-11-20.";
            Err(Wrong("bukan tanggal".into(), remedy.into()))
        }
    }
}

/// A name: no controls, not too long, single blanks.
pub fn name(text: &str) -> Result<String, Wrong> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.chars().any(char::is_control) {
        let remedy = "Hapus karakter itu; biasanya ikut tersalin dari berkas lain.";
        return Err(Wrong("memuat karakter kendali".into(), remedy.into()));
    }
    if name.chars().count() > 300 {
        return Err(Wrong("lebih dari 300 huruf".into(), "Persingkat.".into()));
    }
    Ok(name)
}

/// The digits of a number that people group by dots, hyphens, slashes and blanks; `None` when anything else is in it.
fn digits(text: &str) -> Option<String> {
    let rest: String = text
        .chars()
        .filter(|c| !matches!(c, '.' | '-' | '/') && !c.is_whitespace())
        .collect();
    rest.bytes().all(|b| b.is_ascii_digit()).then_some(rest)
}

/// 15 or 16 digits. The number itself never stands in a message.
pub fn npwp(text: &str) -> Result<(), Wrong> {
    match digits(text).map_or(0, |digits| digits.len()) {
        15 | 16 => Ok(()),
        _ => Err(Wrong(
            "NPWP bukan 15 atau 16 angka".into(),
            "Tulis seperti 01.234.567.8-901.000 atau 16 angka; kosongkan bila belum diketahui."
                .into(),
        )),
    }
}

/// The check digit of the first nine digits (Luhn). A 16-digit number has a 0 before them; one that begins otherwise
/// is a citizen's or one from after Coretax: nothing can be said about it (domain.md section 2).
pub fn npwp_is_doubtful(text: &str) -> bool {
    let Some(digits) = digits(text) else {
        return false;
    };
    let old = match digits.len() {
        15 => digits.as_str(),
        16 => match digits.strip_prefix('0') {
            Some(old) => old,
            None => return false,
        },
        _ => return false,
    };
    let sum: u32 = old
        .bytes()
        .take(9)
        .enumerate()
        .map(|(place, digit)| {
            let weighed = u32::from(digit - b'0') * if place % 2 == 0 { 1 } else { 2 };
            if weighed > 9 { weighed - 9 } else { weighed }
        })
        .sum();
    !sum.is_multiple_of(10)
}

/// 13 digits.
pub fn nib(text: &str) -> Result<(), Wrong> {
    match digits(text).map_or(0, |digits| digits.len()) {
        13 => Ok(()),
        _ => Err(Wrong(
            "NIB bukan 13 angka".into(),
            "Salin dari OSS; kosongkan bila belum diketahui.".into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_of_an_npwp_raises_a_doubt_only_where_there_is_one() {
        for (npwp, doubtful) in [
            ("02.183.241.5-000.000", false),
            ("021832415000000", false),
            ("0021832415000000", false),
            ("01.234.567.8-012.000", true),
            ("0012345678012000", true),
            ("6403051204850000", false),
            ("31.999.023.0-000.000", false),
            ("x", false),
        ] {
            assert_eq!(npwp_is_doubtful(npwp), doubtful, "{npwp}");
        }
    }

    #[test]
    fn a_time_needs_its_offset() {
        assert_eq!(
            time("2026-11-25T09:00:00+08:00").ok(),
            "2026-11-25T01:00:00Z".parse().ok()
        );
        assert!(time("2026-11-25T09:00+08:00").is_ok());
        for wrong in ["2026-11-25T09:00:00", "2026-11-25", "09.00 WITA", ""] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }
}

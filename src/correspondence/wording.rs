//! How things are put in a letter: dates, hours with their zone, sizes, and foreign text made harmless.

use jiff::{Timestamp, Zoned, tz::TimeZone};

const WEEKDAYS: [&str; 7] = [
    "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu",
];
const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

/// "Rabu, 25 November 2026".
pub fn date(at: &Zoned) -> String {
    let weekday = WEEKDAYS[at.weekday().to_monday_zero_offset() as usize];
    let month = MONTHS[at.month() as usize - 1];
    format!("{weekday}, {} {month} {}", at.day(), at.year())
}

/// "09.00".
pub fn hour(at: &Zoned) -> String {
    format!("{:02}.{:02}", at.hour(), at.minute())
}

/// "WITA": bidders on Java read a bare hour as theirs, so no hour stands without its zone (domain.md 1.5).
pub fn zone(at: &Zoned) -> String {
    match at.time_zone().iana_name() {
        Some("Asia/Jakarta" | "Asia/Pontianak") => "WIB".to_owned(),
        Some("Asia/Makassar" | "Asia/Ujung_Pandang") => "WITA".to_owned(),
        Some("Asia/Jayapura") => "WIT".to_owned(),
        _ => {
            let minutes = at.offset().seconds() / 60;
            let sign = if minutes < 0 { '-' } else { '+' };
            match (minutes.abs() / 60, minutes.abs() % 60) {
                (hours, 0) => format!("UTC{sign}{hours}"),
                (hours, rest) => format!("UTC{sign}{hours}.{rest:02}"),
            }
        }
    }
}

/// "Rabu, 25 November 2026 pukul 16.00 WITA".
pub fn moment(at: Timestamp, office: &TimeZone) -> String {
    let at = at.to_zoned(office.clone());
    format!("{} pukul {} {}", date(&at), hour(&at), zone(&at))
}

/// "842 KB", "1,2 MB": of 1024, as the computers of bidder and Pokja show it.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["KB", "MB", "GB"];
    if bytes < 1024 {
        return format!("{bytes} byte");
    }
    let (mut tenths, mut unit) = ((u128::from(bytes) * 10 + 512) / 1024, 0);
    while tenths >= 10_235 && unit + 1 < UNITS.len() {
        tenths = (tenths + 512) / 1024;
        unit += 1;
    }
    match (tenths / 10, tenths % 10) {
        (whole, tenth) if whole < 10 && tenth > 0 => format!("{whole},{tenth} {}", UNITS[unit]),
        (whole, tenth) => format!("{} {}", whole + u128::from(tenth >= 5), UNITS[unit]),
    }
}

/// "162 menit (2 jam 42 menit)".
pub fn lateness(minutes: i64) -> String {
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let parts: Vec<String> = [(days, "hari"), (hours, "jam"), (rest, "menit")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    match minutes {
        ..1 => "kurang dari 1 menit".to_owned(),
        1..60 => format!("{minutes} menit"),
        _ => format!("{minutes} menit ({})", parts.join(" ")),
    }
}

/// Foreign text as one harmless line: no control, direction or invisible characters, at most `most` characters.
pub fn one_line(text: &str, most: usize) -> String {
    let words: Vec<String> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .map(|word| word.chars().filter(|&c| !is_invisible(c)).collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    let line = words.join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let mut cut: String = line.chars().take(most.saturating_sub(1)).collect();
    cut.truncate(cut.trim_end().len());
    cut + "…"
}

/// Direction, zero width, soft hyphen, variation, tag and interlinear characters: they make a name look like another.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

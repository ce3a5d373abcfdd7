//! How things are put in a letter: dates, hours with their zone, sizes, and foreign text made harmless.

use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};

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

/// "25 November 2026": the date of a letter.
pub fn day(at: Date) -> String {
    let month = MONTHS[at.month() as usize - 1];
    format!("{} {month} {}", at.day(), at.year())
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

/// "pukul 09.00–11.00 WITA (08.00–10.00 WIB)"; over midnight both ends with their dates.
pub fn hours(starts: Timestamp, ends: Timestamp, office: &TimeZone) -> String {
    let span = |zone: &TimeZone| {
        let (starts, ends) = (starts.to_zoned(zone.clone()), ends.to_zoned(zone.clone()));
        let one_day = starts.date() == ends.date();
        let (first, last, name) = (hour(&starts), hour(&ends), self::zone(&ends));
        match one_day {
            true => format!("{first}–{last} {name}"),
            false => format!(
                "{first} {name} sampai dengan {} pukul {last} {name}",
                date(&ends)
            ),
        }
    };
    let own = java(office)
        .filter(|java| same_day(starts, office, java))
        .map(|java| format!(" ({})", span(&java)));
    format!("pukul {}{}", span(office), own.unwrap_or_default())
}

/// "Rabu, 25 November 2026 pukul 16.00 WITA (15.00 WIB)": the last hour, as the office's and the bidder's clock show it.
pub fn deadline(at: Timestamp, office: &TimeZone) -> String {
    let own = java(office).map(|java| {
        let own = at.to_zoned(java.clone());
        match same_day(at, office, &java) {
            true => format!(" ({} {})", hour(&own), zone(&own)),
            false => format!(" ({})", moment(at, &java)),
        }
    });
    moment(at, office) + &own.unwrap_or_default()
}

/// Most firms sit on Java and read a bare hour as theirs (domain.md 1.5): beside the hours of WITA and WIT stand theirs.
fn java(office: &TimeZone) -> Option<TimeZone> {
    match office.iana_name() {
        Some("Asia/Makassar" | "Asia/Ujung_Pandang" | "Asia/Jayapura") => {
            TimeZone::get("Asia/Jakarta").ok()
        }
        _ => None,
    }
}

fn same_day(at: Timestamp, one: &TimeZone, other: &TimeZone) -> bool {
    at.to_zoned(one.clone()).date() == at.to_zoned(other.clone()).date()
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

/// Foreign text for the Pokja without the numbers of persons and tax payers: 15 digits and more, grouped or not, as in
/// NIK, NPWP and NIP. Codes of tenders, NIB and telephones are shorter.
pub fn without_numbers(text: &str) -> String {
    const MOST: usize = 15;
    let mut shown = String::with_capacity(text.len());
    let mut run = String::new();
    let end_run = |run: &mut String, shown: &mut String| {
        let tail = run.trim_end_matches(|c: char| !c.is_ascii_digit()).len();
        match run.bytes().filter(u8::is_ascii_digit).count() < MOST {
            true => shown.push_str(run),
            false => {
                shown.push_str("•••");
                shown.push_str(&run[tail..]);
            }
        }
        run.clear();
    };
    for c in text.chars() {
        let separates =
            matches!(c, '.' | '-' | ' ' | '/') && run.ends_with(|c: char| c.is_ascii_digit());
        if c.is_ascii_digit() || separates {
            run.push(c);
        } else {
            end_run(&mut run, &mut shown);
            shown.push(c);
        }
    }
    end_run(&mut run, &mut shown);
    shown
}

/// One line that may stand in a header: nothing in it is read as an encoded word, which could hold anything (P24).
pub fn header_line(text: &str) -> String {
    one_line(text, usize::MAX).replace("=?", "= ?")
}

/// Where a link leads: host and port, without user and path.
pub fn host(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or("");
    authority.rsplit('@').next().unwrap_or("")
}

/// Direction, zero width, soft hyphen, variation, tag and interlinear characters: they make a name look like another.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Said of what was late when the deadline stood earlier.
pub const FIRST_DUE: &str = "terhadap batas semula";

/// Of what came late: whether it is so still, with the deadline as it stands.
pub fn late(received_at: Timestamp, due: Timestamp) -> &'static str {
    match received_at > due {
        true => "terlambat",
        false => "terlambat terhadap batas semula",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_zone(time: &str, zone: &str) -> Zoned {
        let time: Timestamp = time.parse().expect("a time");
        time.in_tz(zone).expect("a zone")
    }

    #[test]
    fn every_hour_names_the_zone_of_the_office() {
        let time = "2026-11-25T08:05:00Z".parse().expect("a time");
        for (name, expected) in [
            ("Asia/Jakarta", "Rabu, 25 November 2026 pukul 15.05 WIB"),
            ("Asia/Pontianak", "Rabu, 25 November 2026 pukul 15.05 WIB"),
            ("Asia/Makassar", "Rabu, 25 November 2026 pukul 16.05 WITA"),
            ("Asia/Jayapura", "Rabu, 25 November 2026 pukul 17.05 WIT"),
            ("Asia/Singapore", "Rabu, 25 November 2026 pukul 16.05 UTC+8"),
            (
                "Asia/Kolkata",
                "Rabu, 25 November 2026 pukul 13.35 UTC+5.30",
            ),
            (
                "America/St_Johns",
                "Rabu, 25 November 2026 pukul 04.35 UTC-3.30",
            ),
            ("UTC", "Rabu, 25 November 2026 pukul 08.05 UTC+0"),
        ] {
            assert_eq!(
                moment(time, &TimeZone::get(name).expect("a zone")),
                expected
            );
        }
    }

    #[test]
    fn days_and_months_are_indonesian() {
        for (time, expected) in [
            ("2026-01-05T00:00:00Z", "Senin, 5 Januari 2026"),
            ("2026-02-03T00:00:00Z", "Selasa, 3 Februari 2026"),
            ("2026-05-01T00:00:00Z", "Jumat, 1 Mei 2026"),
            ("2026-08-08T00:00:00Z", "Sabtu, 8 Agustus 2026"),
            ("2026-12-31T15:59:00Z", "Kamis, 31 Desember 2026"),
            ("2026-12-31T16:00:00Z", "Jumat, 1 Januari 2027"),
        ] {
            assert_eq!(date(&in_zone(time, "Asia/Makassar")), expected);
        }
    }

    #[test]
    fn hours_and_deadlines_are_told_by_the_clock_of_java_too() {
        let (wita, wit, wib) = ("Asia/Makassar", "Asia/Jayapura", "Asia/Jakarta");
        for (starts, ends, office, hours_told, deadline_told) in [
            (
                "2026-11-25T09:00:00+08:00",
                "2026-11-25T11:00:00+08:00",
                wita,
                "pukul 09.00–11.00 WITA (08.00–10.00 WIB)",
                "Rabu, 25 November 2026 pukul 11.00 WITA (10.00 WIB)",
            ),
            (
                "2026-11-25T09:00:00+08:00",
                "2026-11-25T11:00:00+08:00",
                wit,
                "pukul 10.00–12.00 WIT (08.00–10.00 WIB)",
                "Rabu, 25 November 2026 pukul 12.00 WIT (10.00 WIB)",
            ),
            (
                "2026-11-25T09:00:00+08:00",
                "2026-11-25T11:00:00+08:00",
                wib,
                "pukul 08.00–10.00 WIB",
                "Rabu, 25 November 2026 pukul 10.00 WIB",
            ),
            (
                "2026-11-25T09:00:00+08:00",
                "2026-11-26T00:30:00+08:00",
                wita,
                "pukul 09.00 WITA sampai dengan Kamis, 26 November 2026 pukul 00.30 WITA (08.00–23.30 WIB)",
                "Kamis, 26 November 2026 pukul 00.30 WITA (Rabu, 25 November 2026 pukul 23.30 WIB)",
            ),
        ] {
            let office = TimeZone::get(office).expect("a zone");
            let (starts, ends) = (
                starts.parse().expect("a time"),
                ends.parse().expect("a time"),
            );
            assert_eq!(hours(starts, ends, &office), hours_told);
            assert_eq!(deadline(ends, &office), deadline_told);
        }
    }

    #[test]
    fn numbers_of_persons_are_not_shown() {
        for (text, expected) in [
            ("KTP 6403051204850000 direktur", "KTP ••• direktur"),
            (
                "NPWP 01.234.567.8-901.000, terlampir",
                "NPWP •••, terlampir",
            ),
            ("6403 0512 0485 0000 ", "••• "),
            (
                "tender 10080116000 NIB 1234567890123",
                "tender 10080116000 NIB 1234567890123",
            ),
            ("0812-0000-1111", "0812-0000-1111"),
            ("2026-11-25 09.00", "2026-11-25 09.00"),
            ("", ""),
        ] {
            assert_eq!(without_numbers(text), expected);
        }
    }

    #[test]
    fn sizes_have_a_comma_and_few_digits() {
        for (bytes, expected) in [
            (0, "0 byte"),
            (1023, "1023 byte"),
            (1024, "1 KB"),
            (1536, "1,5 KB"),
            (10 * 1024, "10 KB"),
            (863_232, "843 KB"),
            (1_048_575, "1 MB"),
            (1_258_291, "1,2 MB"),
            (26_214_400, "25 MB"),
            (5_368_709_120, "5 GB"),
            (u64::MAX, "17179869184 GB"),
        ] {
            assert_eq!(size(bytes), expected, "{bytes}");
        }
    }

    #[test]
    fn lateness_is_told_in_minutes_first() {
        for (minutes, expected) in [
            (0, "kurang dari 1 menit"),
            (1, "1 menit"),
            (59, "59 menit"),
            (60, "60 menit (1 jam)"),
            (162, "162 menit (2 jam 42 menit)"),
            (1500, "1500 menit (1 hari 1 jam)"),
        ] {
            assert_eq!(lateness(minutes), expected);
        }
    }

    #[test]
    fn foreign_text_is_one_line_without_tricks() {
        for (text, most, expected) in [
            ("scan  ktp\r\nBcc: a@b.test\0", 80, "scan ktp Bcc: a@b.test"),
            ("\u{202e}gpj.exe\u{200b}", 80, "gpj.exe"),
            ("a\u{85}b\u{2028}c\u{1b}[31m", 80, "a b c [31m"),
            ("   ", 80, ""),
            ("0123456789", 10, "0123456789"),
            ("0123456789a", 10, "012345678…"),
            ("0123456 89a", 9, "0123456…"),
        ] {
            assert_eq!(one_line(text, most), expected, "{text:?}");
        }
    }
}

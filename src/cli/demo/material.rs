//! What the demo works on: two invented tenders, sample mails, and the placeholders in them. Pure.
//!
//! A placeholder stands in double braces. The day that the demo plays on is day 0; times are those of the office.
//!
//! | placeholder | becomes |
//! | --- | --- |
//! | `day+N` | the date N days after day 0, as in TOML: `2026-11-25` |
//! | `date+N HH:MM` | a time on it, as in a mail's header: `Wed, 25 Nov 2026 09:42:00 +0800` |
//! | `long+N` | the date as people write it: `Rabu, 25 November 2026` |
//! | `file:NAME` | one of [`FILES`] in base64 |
//! | `mailbox`, `member` | the address of the Pokja's mailbox, and of one of its members |
//! | `reply:CODE:BIDDER:KIND` | the bidder's secret sub-address for the session |
//! | `bounce:CODE:BIDDER:KIND` | the address that bounces of that session's invitation come back to |
//! | `reference:CODE:BIDDER:KIND` | the session's reference, without brackets |
//! | `invitation:CODE:BIDDER:KIND` | the Message-ID of its invitation, with its angle brackets |

use data_encoding::BASE64;
use jiff::{
    ToSpan,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};

/// Name of the mailbox in the tenders.
pub const MAILBOX: &str = "pokja-3";

/// File name and template of each tender to import.
pub const TENDERS: [(&str, &str); 2] = [
    ("99990001000.toml", include_str!("tenders/99990001000.toml")),
    ("99990002000.toml", include_str!("tenders/99990002000.toml")),
];

/// Files that must lie beside the tenders.
pub const BESIDE_TENDERS: [&str; 1] = ["negosiasi.pdf"];

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        /// The pictures and papers that mails carry; every one is made up and says so.
        pub const FILES: &[(&str, &[u8])] = &[$(($name, include_bytes!(concat!("files/", $name)))),+];
    };
}

files! {
    "akta.pdf", "foto.jpg", "ijazah.jpg", "ktp.jpg", "ktp-lestuwana.jpg", "ktp-segarindo.jpg", "negosiasi.pdf",
    "negosiasi-ttd.pdf", "nib.pdf", "npwp.jpg", "npwp-lestuwana.jpg", "npwp-segarindo.jpg", "sbu.pdf", "skk.png",
    "surat-kuasa.pdf",
}

/// A mail as it will lie in the Maildir.
#[derive(Clone, Copy, Debug)]
pub struct SampleMail {
    /// File name, in the order of arrival.
    pub name: &'static str,
    pub template: &'static str,
    /// When the server took it, in minutes after midnight of day 0 at the office.
    pub arrives: u16,
    /// What it shows, for people who read along.
    pub shows: &'static str,
}

macro_rules! mails {
    ($($at:literal $name:literal $shows:literal),+ $(,)?) => {
        /// In the order of arrival: all on day 0, after the invitations went out at 07:30.
        pub const MAILS: &[SampleMail] = &[$(SampleMail {
            name: $name,
            template: include_str!(concat!("mails/", $name)),
            arrives: $at / 100 * 60 + $at % 100,
            shows: $shows,
        }),+];
    };
}

mails! {
    731 "01-undangan-kembali.eml" "an invitation that could not be delivered comes back",
    734 "02-sedang-cuti.eml" "an automatic absence reply, which nobody answers",
    812 "03-dari-anggota.eml" "a member's own mail, which needs nothing",
    942 "04-lengkap.eml" "the clean case: a reply to the invitation with every paper",
    1005 "05-tanpa-subjek.eml" "no subject, one photo, from a registered address",
    1020 "06-bagian-1.eml" "the first of two mails sent in one go",
    1022 "07-bagian-2.eml" "the second; one receipt names the files of both",
    1040 "08-alamat-pribadi.eml" "a private address, but the bidder's secret reply address",
    1103 "09-kunci-orang-lain.eml" "one bidder writes to another bidder's reply address: a person decides",
    1130 "10-tidak-dikenal.eml" "a stranger asks about a tender and is told nothing",
    1320 "11-gambar-sebaris.eml" "pictures inside the text, named by the lines above them",
    1345 "12-tautan-drive.eml" "a link to a cloud drive instead of a file",
    1410 "13-terusan.eml" "a forwarded mail with the paper inside it",
    1530 "14-negosiasi-ttd.eml" "the negotiation file, signed and returned",
    1642 "15-terlambat.eml" "a paper after the deadline: filed, and marked late",
}

/// A template that cannot be filled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    #[error("{{{{{0}}}}} means nothing here")]
    Unknown(String),
    #[error("a placeholder is not closed: {{{{{0}")]
    Open(String),
}

/// Puts what `lookup` knows in place of each placeholder; `file:` needs no lookup.
pub fn fill(template: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<String, FillError> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (key, behind) = after
            .split_once("}}")
            .ok_or_else(|| FillError::Open(after.chars().take(40).collect()))?;
        let value = match key.strip_prefix("file:") {
            Some(name) => file(name).map(in_lines),
            None => lookup(key),
        };
        filled.push_str(before);
        filled.push_str(&value.ok_or_else(|| FillError::Unknown(key.to_owned()))?);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// The octets of one of [`FILES`].
pub fn file(name: &str) -> Option<&'static [u8]> {
    let found = FILES.iter().find(|(known, _)| *known == name);
    found.map(|(_, content)| *content)
}

/// The placeholders that depend on the day only: `day+N`, `date+N HH:MM`, `long+N`.
pub fn on_day(key: &str, day: Date, zone: &TimeZone) -> Option<String> {
    let (word, rest) = key.split_once('+')?;
    let (days, time) = match rest.split_once(' ') {
        Some((days, time)) => (days, Some(time)),
        None => (rest, None),
    };
    let date = day
        .checked_add(i64::from(days.parse::<u8>().ok()?).days())
        .ok()?;
    match (word, time) {
        ("day", None) => Some(date.to_string()),
        ("long", None) => Some(long(date)),
        ("date", Some(time)) => {
            let time: Time = time.parse().ok()?;
            let at = date.to_datetime(time).to_zoned(zone.clone()).ok()?;
            jiff::fmt::rfc2822::to_string(&at).ok()
        }
        _ => None,
    }
}

fn long(date: Date) -> String {
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
    let weekday = match date.weekday() {
        Weekday::Monday => "Senin",
        Weekday::Tuesday => "Selasa",
        Weekday::Wednesday => "Rabu",
        Weekday::Thursday => "Kamis",
        Weekday::Friday => "Jumat",
        Weekday::Saturday => "Sabtu",
        Weekday::Sunday => "Minggu",
    };
    let month = usize::from(date.month().unsigned_abs()).saturating_sub(1);
    let month = MONTHS.get(month).unwrap_or(&"");
    format!("{weekday}, {} {month} {}", date.day(), date.year())
}

/// Base64 in lines of 76 characters (RFC 2045 section 6.8), the last one without its end.
fn in_lines(content: &[u8]) -> String {
    let lines: Vec<String> = content.chunks(57).map(|line| BASE64.encode(line)).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;
    use mail_parser::{MessageParser, MimeHeaders};

    use super::*;
    use crate::tender::import::{self, ImportFile};

    const DAY: Date = date(2026, 11, 25);

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Makassar").unwrap()
    }

    /// Every placeholder the demo can fill: the sessions are read from the tenders themselves.
    fn known(key: &str) -> Option<String> {
        if let Some(text) = on_day(key, DAY, &zone()) {
            return Some(text);
        }
        let place = |word: &str| format!("{word}+x@berau.test");
        match key.split(':').collect::<Vec<_>>()[..] {
            ["mailbox" | "member"] => Some(place(key)),
            [word, code, bidder, kind]
                if sessions().contains(&(code.into(), bidder.into(), kind.into())) =>
            {
                match word {
                    "reply" | "bounce" => Some(place(word)),
                    "reference" => Some("LKT-7K3-F9QM".into()),
                    "invitation" => Some("<5ed06e38a5c0707c70a7098c8f17363a@berau.test>".into()),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn tenders() -> Vec<ImportFile> {
        let only_days = |key: &str| on_day(key, DAY, &zone());
        let parse = |(name, template): &(&str, &str)| {
            let text = fill(template, &only_days).unwrap();
            import::parse(&text, name).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:?}"))
        };
        TENDERS.iter().map(parse).collect()
    }

    /// (code, bidder, kind)
    fn sessions() -> BTreeSet<(String, String, String)> {
        let mut found = BTreeSet::new();
        for file in tenders() {
            for session in &file.sessions {
                for &bidder in &session.bidders {
                    let bidder = file.bidders[bidder].name.clone();
                    found.insert((
                        file.tender.code.clone(),
                        bidder,
                        session.kind.word().to_owned(),
                    ));
                }
            }
        }
        found
    }

    #[test]
    fn every_placeholder_of_every_mail_is_known() {
        for mail in MAILS {
            let filled =
                fill(mail.template, &known).unwrap_or_else(|e| panic!("{}: {e}", mail.name));
            assert!(
                !filled.contains("{{") && !filled.contains("}}"),
                "{}",
                mail.name
            );
            assert!(
                filled.lines().all(|line| line.len() <= 998),
                "{}",
                mail.name
            );
        }
    }

    #[test]
    fn the_tenders_hold_four_bidders_and_the_files_they_name() {
        let mut bidders = BTreeSet::new();
        let mut files = BTreeSet::new();
        for file in tenders() {
            assert_eq!(file.tender.mailbox, MAILBOX);
            bidders.extend(file.bidders.into_iter().map(|bidder| bidder.name));
            files.extend(file.sessions.into_iter().filter_map(|session| session.file));
        }
        assert_eq!(bidders.len(), 4);
        assert_eq!(files, BESIDE_TENDERS.map(String::from).into());
        assert!(BESIDE_TENDERS.iter().all(|name| file(name).is_some()));
    }

    #[test]
    fn each_mail_is_dated_when_it_arrives_and_they_come_in_order() {
        assert!(MAILS.is_sorted_by_key(|mail| (mail.arrives, mail.name)));
        for mail in MAILS {
            let at = format!("{:02}:{:02}", mail.arrives / 60, mail.arrives % 60);
            let date = format!("\nDate: {{{{date+0 {at}}}}}\n");
            let received = format!("; {{{{date+0 {at}}}}}\n");
            assert!(mail.template.contains(&date), "{}: {date}", mail.name);
            assert!(
                mail.template.contains(&received),
                "{}: {received}",
                mail.name
            );
        }
    }

    #[test]
    fn files_travel_unharmed() {
        let mut used: BTreeSet<&[u8]> = BESIDE_TENDERS
            .iter()
            .filter_map(|name| file(name))
            .collect();
        for mail in MAILS {
            let filled = fill(mail.template, &known).unwrap();
            let parsed = MessageParser::default().parse(filled.as_bytes()).unwrap();
            let mut opened = vec![parsed];
            while let Some(message) = opened.pop() {
                for part in message.attachments() {
                    if let Some(inner) = part.message() {
                        opened.push(inner.clone().into_owned());
                    } else if part.attachment_name().is_some() {
                        let content = part.contents();
                        let kept = FILES.iter().find(|(_, kept)| *kept == content);
                        let (_, kept) = kept.unwrap_or_else(|| panic!("{}: harmed", mail.name));
                        used.insert(kept);
                    }
                }
            }
        }
        let unused: Vec<&str> = FILES
            .iter()
            .filter(|(_, content)| !used.contains(content))
            .map(|(name, _)| *name)
            .collect();
        assert_eq!(unused, [""; 0]);
    }

    #[test]
    fn days_are_written_as_each_reader_expects() {
        let written = |key| on_day(key, DAY, &zone());
        for (key, text) in [
            ("day+0", "2026-11-25"),
            ("day+7", "2026-12-02"),
            ("long+0", "Rabu, 25 November 2026"),
            ("long+38", "Sabtu, 2 Januari 2027"),
            ("date+0 09:42", "Wed, 25 Nov 2026 09:42:00 +0800"),
        ] {
            assert_eq!(written(key).as_deref(), Some(text), "{key}");
        }
        for key in [
            "day",
            "day+",
            "day+x",
            "day+0 09:42",
            "date+0",
            "date+0 25:00",
            "week+0",
        ] {
            assert_eq!(written(key), None, "{key}");
        }
    }

    #[test]
    fn a_mistake_in_a_template_is_named() {
        let nothing = |_: &str| None;
        assert_eq!(fill("plain } text {", &nothing).unwrap(), "plain } text {");
        let unknown = fill("a {{b}} c", &nothing).unwrap_err();
        assert_eq!(unknown.to_string(), "{{b}} means nothing here");
        let open = fill("a {{b", &nothing).unwrap_err();
        assert_eq!(open.to_string(), "a placeholder is not closed: {{b");
        let no_file = fill("{{file:x.jpg}}", &|_| Some("y".into()));
        assert_eq!(no_file, Err(FillError::Unknown("file:x.jpg".into())));
    }
}

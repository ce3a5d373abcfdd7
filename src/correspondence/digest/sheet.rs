//! The digest's table as a spreadsheet: everything, one sheet a matter. Every cell is a text, a number or a time; nothing
//! that a bidder wrote can be a formula.

use jiff::{Timestamp, tz::TimeZone};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, XlsxError,
};

use super::{
    lines::{
        against, content, doubts, files, foreign, matter, negotiation_state, percent, reasons,
        sender, subject,
    },
    sessions::{coming, recording, unsettled, words},
};
use crate::correspondence::{
    facts::{About, DigestFacts, SessionLine},
    notice::letter_name,
    wording,
};

/// A workbook refuses longer texts (32,767); what a stranger wrote must not stop a digest.
const LONGEST_TEXT: usize = 32_000;

enum Cell {
    Text(String),
    Number(f64),
    Time(Option<Timestamp>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<Timestamp> for Cell {
    fn from(at: Timestamp) -> Cell {
        Cell::Time(Some(at))
    }
}

impl From<Option<Timestamp>> for Cell {
    fn from(at: Option<Timestamp>) -> Cell {
        Cell::Time(at)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Cell {
        Cell::Number(number as f64)
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Cell {
        Cell::Number(number as f64)
    }
}

macro_rules! row {
    ($($cell:expr),+ $(,)?) => { vec![$(Cell::from($cell)),+] };
}

/// Heading and width of a column.
type Column = (&'static str, f64);

struct Sheet {
    name: &'static str,
    columns: &'static [Column],
    rows: Vec<Vec<Cell>>,
}

/// Equal facts give equal octets: the time of making is the digest's.
pub fn workbook(facts: &DigestFacts, zone: &TimeZone) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(
        &DocProperties::new()
            .set_title("Rekap")
            .set_creation_datetime(&excel_time(facts.at, zone)?),
    );
    let heading = Format::new()
        .set_bold()
        .set_border_bottom(FormatBorder::Thin)
        .set_background_color(Color::RGB(0xE7EBEF))
        .set_text_wrap();
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let time = Format::new()
        .set_num_format("dd/mm/yyyy hh:mm")
        .set_align(FormatAlign::Top);
    for Sheet {
        name,
        columns,
        rows,
    } in sheets(facts)
    {
        let sheet = workbook.add_worksheet().set_name(name)?;
        sheet
            .set_landscape()
            .set_paper_size(9)
            .set_print_fit_to_pages(1, 0);
        sheet.set_repeat_rows(0, 0)?.set_freeze_panes(1, 0)?;
        for (at, (title, width)) in (0..).zip(columns) {
            sheet.write_string_with_format(0, at, *title, &heading)?;
            sheet.set_column_width(at, *width)?;
        }
        for (line, row) in (1..).zip(&rows) {
            for (at, cell) in (0..).zip(row) {
                match cell {
                    Cell::Text(words) => {
                        let words = cut(words);
                        sheet.write_string_with_format(line, at, words, &text)?
                    }
                    Cell::Number(number) => {
                        sheet.write_number_with_format(line, at, *number, &text)?
                    }
                    Cell::Time(Some(when)) => {
                        let when = excel_time(*when, zone)?;
                        sheet.write_datetime_with_format(line, at, &when, &time)?
                    }
                    Cell::Time(None) => sheet.write_string_with_format(line, at, "", &text)?,
                };
            }
        }
        let (last_row, last_column) = (rows.len(), columns.len());
        if let (Ok(last_row), Ok(columns)) = (u32::try_from(last_row), u16::try_from(last_column)) {
            sheet.autofilter(0, 0, last_row, columns.saturating_sub(1))?;
        }
    }
    workbook.save_to_buffer()
}

/// Octets: never fewer than the characters that a workbook counts.
fn cut(words: &str) -> &str {
    &words[..words.floor_char_boundary(LONGEST_TEXT)]
}

/// The office's clock, without its seconds' fraction; a spreadsheet knows no zones.
fn excel_time(at: Timestamp, zone: &TimeZone) -> Result<ExcelDateTime, XlsxError> {
    let at = at.to_zoned(zone.clone());
    let part = |value: i8| u8::try_from(value).unwrap_or(0);
    ExcelDateTime::from_ymd(
        u16::try_from(at.year()).unwrap_or(1900),
        part(at.month()),
        part(at.day()),
    )?
    .and_hms(
        u16::try_from(at.hour()).unwrap_or(0),
        part(at.minute()),
        part(at.second()),
    )
}

/// The sessions always; of the others what is not empty.
fn sheets(facts: &DigestFacts) -> Vec<Sheet> {
    let mut sheets = vec![sessions(facts)];
    let others = [
        undelivered(facts),
        decisions(facts),
        failed(facts),
        to_read(facts),
        negotiations(facts),
        came(facts),
        late(facts),
        unanswered(facts),
        mailbox(facts),
    ];
    sheets.extend(others.into_iter().filter(|sheet| !sheet.rows.is_empty()));
    sheets
}

fn activity(about: &About) -> &'static str {
    about.session.map_or("", |kind| kind.label())
}

fn sessions(facts: &DigestFacts) -> Sheet {
    let row = |line: &SessionLine| {
        row![
            line.kind.label(),
            line.about.code.clone(),
            line.about.package.clone(),
            line.about.bidder.clone(),
            line.about.phone.clone().unwrap_or_default(),
            line.starts,
            line.ends,
            line.due,
            coming(line).1,
            line.recording_consent.map_or("", recording),
            line.owed,
            line.missing.len(),
            words(&line.missing),
            words(&line.poor),
            unsettled(line),
            line.unexamined,
        ]
    };
    Sheet {
        name: "Acara",
        columns: &[
            ("Acara", 24.0),
            ("Kode tender", 14.0),
            ("Paket", 34.0),
            ("Peserta", 28.0),
            ("Telepon", 16.0),
            ("Mulai", 17.0),
            ("Selesai", 17.0),
            ("Batas dokumen", 17.0),
            ("Kehadiran", 18.0),
            ("Rekaman", 15.0),
            ("Diminta", 9.0),
            ("Kurang", 9.0),
            ("Dokumen yang kurang", 40.0),
            ("Belum terbaca", 24.0),
            ("Mohon dipastikan", 30.0),
            ("Belum diperiksa", 15.0),
        ],
        rows: facts.sessions.iter().map(row).collect(),
    }
}

fn undelivered(facts: &DigestFacts) -> Sheet {
    Sheet {
        name: "Tidak sampai",
        columns: &[
            ("Surat", 18.0),
            ("Kepada", 30.0),
            ("Peserta", 28.0),
            ("Telepon", 16.0),
            ("Kode tender", 14.0),
            ("Acara", 24.0),
            ("Mulai", 17.0),
            ("Keterangan server", 50.0),
        ],
        rows: facts
            .undelivered
            .iter()
            .map(|line| {
                let about = line.about.as_ref();
                let of = |part: fn(&About) -> String| about.map(part).unwrap_or_default();
                row![
                    letter_name(line.kind),
                    line.to.clone(),
                    of(|about| about.bidder.clone()),
                    of(|about| about.phone.clone().unwrap_or_default()),
                    of(|about| about.code.clone()),
                    about.map_or("", activity),
                    line.starts,
                    foreign(&line.detail, 500),
                ]
            })
            .collect(),
    }
}

fn decisions(facts: &DigestFacts) -> Sheet {
    let mut rows = Vec::new();
    for line in &facts.decisions {
        let head = || {
            row![
                line.message.0,
                line.received_at,
                sender(line.from.as_deref()),
                subject(&line.subject),
                line.files,
                reasons(&doubts(line)),
            ]
        };
        if line.candidates.is_empty() {
            rows.push(head());
        }
        for candidate in &line.candidates {
            let mut row = head();
            row.extend(row![
                candidate.about.bidder.clone(),
                candidate.about.code.clone(),
                activity(&candidate.about),
                percent(candidate.confidence),
                reasons(&candidate.reasons),
                reasons(&against(candidate, line)),
            ]);
            rows.push(row);
        }
    }
    Sheet {
        name: "Perlu keputusan",
        columns: &[
            ("Nomor surat", 10.0),
            ("Diterima", 17.0),
            ("Dari", 30.0),
            ("Subjek", 34.0),
            ("Berkas", 9.0),
            ("Mengapa belum pasti", 40.0),
            ("Calon peserta", 28.0),
            ("Kode tender", 14.0),
            ("Acara", 24.0),
            ("Keyakinan (%)", 11.0),
            ("Alasan", 50.0),
            ("Meragukan", 40.0),
        ],
        rows,
    }
}

fn failed(facts: &DigestFacts) -> Sheet {
    Sheet {
        name: "Tidak terbaca",
        columns: &[
            ("Nomor surat", 10.0),
            ("Diterima", 17.0),
            ("Dari", 30.0),
            ("Subjek", 34.0),
            ("Sebab", 50.0),
        ],
        rows: facts
            .failed
            .iter()
            .map(|line| {
                row![
                    line.message.0,
                    line.received_at,
                    sender(line.from.as_deref()),
                    subject(&line.subject),
                    foreign(&line.why, 500),
                ]
            })
            .collect(),
    }
}

fn to_read(facts: &DigestFacts) -> Sheet {
    Sheet {
        name: "Perlu dibaca",
        columns: &[
            ("Nomor surat", 10.0),
            ("Diterima", 17.0),
            ("Perihal", 26.0),
            ("Peserta", 28.0),
            ("Kode tender", 14.0),
            ("Dari", 30.0),
            ("Subjek", 34.0),
        ],
        rows: facts
            .to_read
            .iter()
            .map(|line| {
                row![
                    line.message.0,
                    line.received_at,
                    matter(line.matter),
                    line.about.bidder.clone(),
                    line.about.code.clone(),
                    sender(line.from.as_deref()),
                    subject(&line.subject),
                ]
            })
            .collect(),
    }
}

fn negotiations(facts: &DigestFacts) -> Sheet {
    Sheet {
        name: "Negosiasi",
        columns: &[
            ("Peserta", 28.0),
            ("Kode tender", 14.0),
            ("Paket", 34.0),
            ("Berkas", 26.0),
            ("Keadaan", 40.0),
            ("Mulai", 17.0),
            ("Batas", 17.0),
        ],
        rows: facts
            .negotiations
            .iter()
            .map(|line| {
                row![
                    line.about.bidder.clone(),
                    line.about.code.clone(),
                    line.about.package.clone(),
                    line.file.clone().unwrap_or_default(),
                    negotiation_state(line),
                    line.starts,
                    line.due,
                ]
            })
            .collect(),
    }
}

fn came(facts: &DigestFacts) -> Sheet {
    Sheet {
        name: "Masuk",
        columns: &[
            ("Nomor surat", 10.0),
            ("Diterima", 17.0),
            ("Peserta", 28.0),
            ("Kode tender", 14.0),
            ("Acara", 24.0),
            ("Isi", 50.0),
        ],
        rows: facts
            .came
            .iter()
            .map(|line| {
                row![
                    line.message.0,
                    line.received_at,
                    line.about.bidder.clone(),
                    line.about.code.clone(),
                    activity(&line.about),
                    content(line),
                ]
            })
            .collect(),
    }
}

fn late(facts: &DigestFacts) -> Sheet {
    Sheet {
        name: "Terlambat",
        columns: &[
            ("Nomor surat", 10.0),
            ("Diterima", 17.0),
            ("Terlambat (menit)", 12.0),
            ("Peserta", 28.0),
            ("Kode tender", 14.0),
            ("Acara", 24.0),
            ("Berkas", 50.0),
        ],
        rows: facts
            .late
            .iter()
            .map(|line| {
                row![
                    line.message.0,
                    line.received_at,
                    line.minutes,
                    line.about.bidder.clone(),
                    line.about.code.clone(),
                    activity(&line.about),
                    files(&line.documents),
                ]
            })
            .collect(),
    }
}

fn unanswered(facts: &DigestFacts) -> Sheet {
    Sheet {
        name: "Tidak dijawab",
        columns: &[
            ("Nomor surat", 10.0),
            ("Diterima", 17.0),
            ("Dari", 30.0),
            ("Subjek", 34.0),
            ("Sebab", 50.0),
        ],
        rows: facts
            .unanswered
            .iter()
            .map(|line| {
                row![
                    line.message.0,
                    line.received_at,
                    sender(line.from.as_deref()),
                    subject(&line.subject),
                    foreign(&line.why, 500),
                ]
            })
            .collect(),
    }
}

fn mailbox(facts: &DigestFacts) -> Sheet {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for folder in &facts.books.folders {
        let mails = folder
            .mails
            .map_or_else(String::new, |mails| mails.to_string());
        rows.push(row![
            folder.folder.clone(),
            "dibaca seutuhnya",
            folder.last_read_at,
            mails,
            folder
                .trouble
                .as_deref()
                .map_or_else(String::new, |words| foreign(words, 500)),
        ]);
    }
    for line in &facts.troubles {
        let size = line.bytes.map_or_else(String::new, wording::size);
        let what = match line.refused {
            true => "tidak diberikan server",
            false => "hilang sebelum diambil",
        };
        rows.push(row![
            line.folder.clone(),
            what,
            line.arrived_at,
            size,
            line.note
                .as_deref()
                .map_or_else(String::new, |note| foreign(note, 500)),
        ]);
    }
    Sheet {
        name: "Kotak surat",
        columns: &[
            ("Map", 20.0),
            ("Keadaan", 26.0),
            ("Waktu", 17.0),
            ("Surat atau ukuran", 16.0),
            ("Keterangan", 50.0),
        ],
        rows,
    }
}

//! The sessions of a digest: one small table for each meeting, a line for each bidder.

use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;

use crate::{
    correspondence::{
        OutboxState,
        facts::SessionLine,
        wording::{self, one_line},
    },
    desk::{ContestedPaper, message::RecordingConsent},
    inspection::Contested,
    letter::CalendarAnswer,
    tender::DocumentWord,
};

/// The sessions of one kind and tender at one time.
#[derive(Debug, Serialize)]
pub struct MeetingView {
    today: bool,
    when: String,
    activity: &'static str,
    package: String,
    code: String,
    due: String,
    /// `due` has passed.
    over: bool,
    rows: Vec<AttendeeView>,
}

/// One bidder. A sign stands before each word; they tell apart in black and white, too.
#[derive(Debug, Serialize)]
struct AttendeeView {
    bidder: String,
    coming_sign: &'static str,
    coming: &'static str,
    recording: Option<&'static str>,
    papers_sign: &'static str,
    papers: String,
}

/// Meetings by time, of at most so many bidders; and how many bidders were left out.
pub fn meetings(lines: &[SessionLine], zone: &TimeZone, most: usize) -> (Vec<MeetingView>, usize) {
    let key = |line: &SessionLine| (line.starts, line.ends, line.about.code.clone(), line.kind);
    let mut sorted: Vec<&SessionLine> = lines.iter().collect();
    sorted.sort_by_cached_key(|line| (key(line), line.about.bidder.clone()));
    let hidden = sorted.len().saturating_sub(most);
    sorted.truncate(most);
    let meetings = sorted
        .chunk_by(|a, b| key(a) == key(b))
        .filter_map(|lines| {
            let first = *lines.first()?;
            Some(MeetingView {
                today: first.today,
                when: when(first.starts, first.ends, first.today, zone),
                activity: first.kind.label(),
                package: one_line(&first.about.package, 160),
                code: one_line(&first.about.code, 40),
                due: wording::moment(first.due, zone),
                over: first.over,
                rows: lines.iter().map(|line| attendee(line)).collect(),
            })
        })
        .collect();
    (meetings, hidden)
}

fn when(starts: Timestamp, ends: Timestamp, today: bool, zone: &TimeZone) -> String {
    let (starts, ends) = (starts.to_zoned(zone.clone()), ends.to_zoned(zone.clone()));
    let day = match today {
        true => "Hari ini".to_owned(),
        false => wording::date(&starts),
    };
    let name = wording::zone(&ends);
    format!(
        "{day} pukul {}–{} {name}",
        wording::hour(&starts),
        wording::hour(&ends)
    )
}

fn attendee(line: &SessionLine) -> AttendeeView {
    let (coming_sign, coming) = coming(line);
    let (papers_sign, papers) = papers(line);
    AttendeeView {
        bidder: one_line(&line.about.bidder, 100),
        coming_sign,
        coming,
        recording: line.recording_consent.map(recording),
        papers_sign,
        papers,
    }
}

/// What the bidder answered; before that, what became of his invitation.
pub fn coming(line: &SessionLine) -> (&'static str, &'static str) {
    match (line.attendance, line.invitation) {
        (Some(CalendarAnswer::Accepted), _) => ("✓", "hadir"),
        (Some(CalendarAnswer::Declined), _) => ("✗", "tidak hadir"),
        (Some(CalendarAnswer::Tentative) | None, _) if line.asks_for_another_day => {
            ("▲", "minta dijadwalkan ulang")
        }
        (Some(CalendarAnswer::Tentative), _) => ("?", "belum pasti"),
        (None, Some(OutboxState::Sent)) => ("?", "belum menjawab"),
        (None, Some(OutboxState::Bounced | OutboxState::Failed)) => ("▲", "undangan tidak sampai"),
        (None, Some(OutboxState::Queued)) => ("…", "undangan sedang dikirim"),
        (None, Some(OutboxState::Cancelled) | None) => ("–", "belum diundang"),
    }
}

pub fn recording(consent: RecordingConsent) -> &'static str {
    match consent {
        RecordingConsent::Given => "rekam disetujui",
        RecordingConsent::Refused => "rekam ditolak",
    }
}

fn papers(line: &SessionLine) -> (&'static str, String) {
    let (symbol, mut told) = owed_papers(line);
    if !line.contested.is_empty() {
        told.push_str(&format!("; mohon dipastikan: {}", unsettled(line)));
    }
    if line.unexamined > 0 {
        told.push_str(&format!(
            "; {} berkas belum dapat diperiksa otomatis",
            line.unexamined
        ));
    }
    (symbol, told)
}

/// The others stand on the tender's page.
const MOST_UNSETTLED: usize = 5;

/// "berkas 12/2 (SBU atau KTP)": as `loket classify` takes it.
pub fn unsettled(line: &SessionLine) -> String {
    let paper = |paper: &ContestedPaper| {
        let Contested { named, read } = paper.contested;
        let (named, read) = (short(named), short(read));
        format!(
            "berkas {}/{} ({named} atau {read})",
            paper.message, paper.part
        )
    };
    let shown = line.contested.iter().take(MOST_UNSETTLED).map(paper);
    let more = line.contested.len().saturating_sub(MOST_UNSETTLED);
    let more = (more > 0).then(|| format!("dan {more} lainnya"));
    let papers: Vec<String> = shown.chain(more).collect();
    papers.join(", ")
}

fn owed_papers(line: &SessionLine) -> (&'static str, String) {
    let (owed, missing) = (line.owed, line.missing.len());
    if owed == 0 {
        return ("–", "tidak diminta".to_owned());
    }
    if missing == 0 {
        return ("●", format!("lengkap, {owed} dari {owed}"));
    }
    let poor = match line.poor.as_slice() {
        [] => String::new(),
        poor => format!("; belum terbaca: {}", words(poor)),
    };
    match missing < owed {
        true => (
            "◐",
            format!(
                "kurang {missing} dari {owed}: {}{poor}",
                words(&line.missing)
            ),
        ),
        false => ("○", format!("belum ada, 0 dari {owed}{poor}")),
    }
}

/// The documents by their short words, as the office writes them in its own lists.
pub fn words(documents: &[DocumentWord]) -> String {
    let words: Vec<String> = documents.iter().map(|document| short(*document)).collect();
    words.join(", ")
}

fn short(document: DocumentWord) -> String {
    match document {
        DocumentWord::Ktp
        | DocumentWord::Npwp
        | DocumentWord::Nib
        | DocumentWord::Sbu
        | DocumentWord::Siujk
        | DocumentWord::Spt
        | DocumentWord::Kswp
        | DocumentWord::Bast
        | DocumentWord::Skk
        | DocumentWord::Kso => document.word().to_uppercase(),
        DocumentWord::Akta => "Akta".to_owned(),
        DocumentWord::Kontrak => "Kontrak".to_owned(),
        DocumentWord::Negosiasi => "Berkas Negosiasi".to_owned(),
        _ => document.label().to_owned(),
    }
}

//! The entries of a digest, each in words. Foreign text is cut, and the numbers of persons in it are not shown.

use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;

use super::sessions::words;
use crate::{
    correspondence::{
        facts::{
            About, Books, CameLine, CandidateLine, Decision, FailedLine, FolderLine, LateLine,
            NegotiationLine, ToRead, ToReadMatter, TroubleLine, UnansweredLine, UndeliveredLine,
        },
        notice::letter_name,
        wording::{self, one_line, without_numbers},
    },
    desk::message::{Answers, Attention, Negotiation, RecordingConsent},
    letter::CalendarAnswer,
    matching::Reason,
    tender::DocumentWord,
};

/// Reasons that are told of one candidate, the strongest first.
const REASONS: usize = 4;
/// Candidates of one mail.
const CANDIDATES: usize = 4;

/// "Rab 25/11 09.12": short enough for a list, and without doubt in it.
pub fn short_time(at: Timestamp, zone: &TimeZone) -> String {
    let at = at.to_zoned(zone.clone());
    let day: String = wording::date(&at).chars().take(3).collect();
    format!(
        "{day} {}/{} {} {}",
        at.day(),
        at.month(),
        wording::hour(&at),
        wording::zone(&at)
    )
}

/// Foreign text for the eyes of the Pokja.
pub fn foreign(text: &str, most: usize) -> String {
    without_numbers(&one_line(text, most))
}

pub fn sender(from: Option<&str>) -> String {
    from.map_or_else(
        || "pengirim tidak terbaca".to_owned(),
        |from| one_line(from, 120),
    )
}

pub fn subject(subject: &str) -> String {
    match foreign(subject, 120) {
        subject if subject.is_empty() => "(tanpa subjek)".to_owned(),
        subject => subject,
    }
}

#[derive(Debug, Serialize)]
struct AboutView {
    bidder: String,
    code: String,
    package: String,
    phone: Option<String>,
    activity: Option<&'static str>,
}

impl AboutView {
    fn of(about: &About) -> AboutView {
        AboutView {
            bidder: one_line(&about.bidder, 120),
            code: one_line(&about.code, 40),
            package: one_line(&about.package, 160),
            phone: about.phone.as_deref().map(|phone| one_line(phone, 60)),
            activity: about.session.map(|kind| kind.label()),
        }
    }
}

#[derive(Debug, Serialize)]
pub struct UndeliveredView {
    letter: &'static str,
    to: String,
    detail: String,
    about: Option<AboutView>,
    starts: Option<String>,
}

impl UndeliveredView {
    pub fn of(line: &UndeliveredLine, zone: &TimeZone) -> UndeliveredView {
        UndeliveredView {
            letter: letter_name(line.kind),
            to: one_line(&line.to, 160),
            detail: foreign(&line.detail, 200),
            about: line.about.as_ref().map(AboutView::of),
            starts: line.starts.map(|starts| wording::moment(starts, zone)),
        }
    }
}

#[derive(Debug, Serialize)]
pub struct DecisionView {
    number: i64,
    received: String,
    from: String,
    subject: String,
    files: usize,
    candidates: Vec<CandidateView>,
    reasons: String,
}

#[derive(Debug, Serialize)]
struct CandidateView {
    about: AboutView,
    percent: i64,
    reasons: String,
    against: String,
}

impl DecisionView {
    pub fn of(line: &Decision, zone: &TimeZone) -> DecisionView {
        DecisionView {
            number: line.message.0,
            received: short_time(line.received_at, zone),
            from: sender(line.from.as_deref()),
            subject: subject(&line.subject),
            files: line.files,
            candidates: line
                .candidates
                .iter()
                .take(CANDIDATES)
                .map(|candidate| CandidateView::of(candidate, line))
                .collect(),
            reasons: reasons(&doubts(line)),
        }
    }
}

/// What speaks against every candidate: the rest is told with them.
pub fn doubts(line: &Decision) -> Vec<Reason> {
    let of_candidates = |reason: &&Reason| {
        let mut candidates = line.candidates.iter();
        !candidates.any(|candidate| candidate.reasons.contains(reason))
    };
    line.reasons.iter().filter(of_candidates).cloned().collect()
}

impl CandidateView {
    fn of(line: &CandidateLine, decision: &Decision) -> CandidateView {
        CandidateView {
            about: AboutView::of(&line.about),
            percent: percent(line.confidence),
            reasons: reasons(&line.reasons),
            against: reasons(&against(line, decision)),
        }
    }
}

/// What speaks against this candidate and not against every one.
pub fn against(line: &CandidateLine, decision: &Decision) -> Vec<Reason> {
    let told = doubts(decision);
    let against = line.against.iter();
    against
        .filter(|reason| !told.contains(reason))
        .cloned()
        .collect()
}

/// Never 100: what is certain needs no decision.
pub fn percent(confidence: f64) -> i64 {
    ((confidence * 100.0).round() as i64).clamp(0, 99)
}

pub fn reasons(reasons: &[Reason]) -> String {
    let told = reasons.iter().map(|reason| foreign(&reason.detail, 120));
    let told: Vec<String> = told.filter(|told| !told.is_empty()).take(REASONS).collect();
    told.join("; ")
}

#[derive(Debug, Serialize)]
pub struct FailedView {
    number: i64,
    received: String,
    from: String,
    subject: String,
    why: String,
}

impl FailedView {
    pub fn of(line: &FailedLine, zone: &TimeZone) -> FailedView {
        FailedView {
            number: line.message.0,
            received: short_time(line.received_at, zone),
            from: sender(line.from.as_deref()),
            subject: subject(&line.subject),
            why: foreign(&line.why, 200),
        }
    }
}

#[derive(Debug, Serialize)]
pub struct ToReadView {
    number: i64,
    received: String,
    from: String,
    subject: String,
    what: &'static str,
    /// It stood in an earlier digest already.
    again: bool,
    about: AboutView,
}

impl ToReadView {
    pub fn of(line: &ToRead, zone: &TimeZone) -> ToReadView {
        ToReadView {
            number: line.message.0,
            received: short_time(line.received_at, zone),
            from: sender(line.from.as_deref()),
            subject: subject(&line.subject),
            what: matter(line.matter),
            again: !line.new,
            about: AboutView::of(&line.about),
        }
    }
}

pub fn matter(matter: ToReadMatter) -> &'static str {
    match matter {
        ToReadMatter::Attention(what) => attention(what),
        ToReadMatter::Declined => "menyatakan tidak hadir",
        ToReadMatter::Negotiation(result) => negotiation(result).1,
    }
}

fn attention(attention: Attention) -> &'static str {
    match attention {
        Attention::Question => "pertanyaan",
        Attention::Objection => "keberatan",
        Attention::Refused => "penolakan",
        Attention::Reschedule => "permohonan penjadwalan ulang",
        Attention::Link => "tautan sebagai pengganti berkas",
    }
}

#[derive(Debug, Serialize)]
pub struct NegotiationView {
    about: AboutView,
    sign: &'static str,
    state: String,
    due: String,
    over: bool,
}

impl NegotiationView {
    pub fn of(line: &NegotiationLine, zone: &TimeZone) -> NegotiationView {
        NegotiationView {
            about: AboutView::of(&line.about),
            sign: match line.undelivered {
                true => "▲",
                false => negotiation(line.state).0,
            },
            state: negotiation_state(line),
            due: short_time(line.due, zone),
            over: line.over,
        }
    }
}

/// What came of it, and whether a person has looked.
pub fn negotiation_state(line: &NegotiationLine) -> String {
    let (_, state) = negotiation(line.state);
    if line.undelivered {
        return "berkas tidak sampai kepada peserta; mohon disampaikan dengan cara lain".to_owned();
    }
    match (line.state, line.confirmed) {
        (Negotiation::Waiting, _) => state.to_owned(),
        (_, true) => format!("{state}; telah dipastikan"),
        (_, false) => format!("{state}; mohon dipastikan"),
    }
}

/// As far as it could be told from answer and file; people look.
fn negotiation(state: Negotiation) -> (&'static str, &'static str) {
    match state {
        Negotiation::Waiting => ("○", "menunggu jawaban"),
        Negotiation::ReturnedSigned => ("●", "kembali, tampak bertanda tangan"),
        Negotiation::ReturnedUnsigned => ("◐", "kembali, belum tampak tanda tangan"),
        Negotiation::Differs => ("▲", "kembali, berbeda dari berkas kami"),
        Negotiation::Refused => ("✗", "tidak setuju"),
        Negotiation::CounterOffer => ("▲", "mengajukan penawaran lain"),
    }
}

/// What came from one bidder.
#[derive(Debug, Serialize)]
pub struct CameView {
    about: AboutView,
    mails: Vec<MailView>,
}

#[derive(Debug, Serialize)]
struct MailView {
    number: i64,
    received: String,
    files: String,
}

/// By bidder, in the order of the facts; of at most so many mails, and how many were left out.
pub fn came(lines: &[CameLine], zone: &TimeZone, most: usize) -> (Vec<CameView>, usize) {
    let key = |line: &CameLine| (line.about.code.clone(), line.about.bidder.clone());
    let shown = lines.get(..most).unwrap_or(lines);
    let groups = shown
        .chunk_by(|a, b| key(a) == key(b))
        .filter_map(|group| {
            let mails = group.iter().map(|line| MailView {
                number: line.message.0,
                received: short_time(line.received_at, zone),
                files: content(line),
            });
            Some(CameView {
                about: AboutView::of(&group.first()?.about),
                mails: mails.collect(),
            })
        })
        .collect();
    (groups, lines.len() - shown.len())
}

/// What it said, as far as that was understood, and what it brought: "konfirmasi hadir; KTP, NIB".
pub fn content(line: &CameLine) -> String {
    let Answers {
        attendance,
        recording_consent,
        negotiation,
    } = line.answers;
    let said = [
        attendance.map(|answer| match answer {
            CalendarAnswer::Accepted => "konfirmasi hadir",
            CalendarAnswer::Declined => "menyatakan tidak hadir",
            CalendarAnswer::Tentative => "belum pasti hadir",
        }),
        recording_consent.map(|consent| match consent {
            RecordingConsent::Given => "setuju direkam",
            RecordingConsent::Refused => "menolak direkam",
        }),
        negotiation.and_then(|result| match result {
            Negotiation::Waiting => None,
            Negotiation::ReturnedSigned | Negotiation::ReturnedUnsigned | Negotiation::Differs => {
                Some("mengembalikan berkas negosiasi")
            }
            Negotiation::Refused => Some("menolak hasil negosiasi"),
            Negotiation::CounterOffer => Some("mengajukan penawaran lain"),
        }),
    ];
    let said: Vec<&str> = said.into_iter().flatten().collect();
    match (said.is_empty(), line.documents.is_empty(), line.attention) {
        (false, true, _) => said.join(", "),
        (false, false, _) => format!("{}; {}", said.join(", "), files(&line.documents)),
        (true, true, Some(what)) => attention(what).to_owned(),
        (true, ..) => files(&line.documents),
    }
}

/// "KTP, NIB, 2 belum dikenali".
pub fn files(documents: &[Option<DocumentWord>]) -> String {
    let mut known: Vec<DocumentWord> = Vec::new();
    for document in documents.iter().flatten() {
        if !known.contains(document) {
            known.push(*document);
        }
    }
    let unknown = documents
        .iter()
        .filter(|document| document.is_none())
        .count();
    match (known.is_empty(), unknown) {
        (true, 0) => "tanpa berkas".to_owned(),
        (true, unknown) => format!("{unknown} berkas belum dikenali"),
        (false, 0) => words(&known),
        (false, unknown) => format!("{}, {unknown} berkas belum dikenali", words(&known)),
    }
}

#[derive(Debug, Serialize)]
pub struct LateView {
    number: i64,
    received: String,
    about: AboutView,
    late: String,
    files: String,
}

impl LateView {
    pub fn of(line: &LateLine, zone: &TimeZone) -> LateView {
        LateView {
            number: line.message.0,
            received: short_time(line.received_at, zone),
            about: AboutView::of(&line.about),
            late: wording::lateness(line.minutes),
            files: files(&line.documents),
        }
    }
}

#[derive(Debug, Serialize)]
pub struct UnansweredView {
    number: i64,
    received: String,
    from: String,
    subject: String,
    why: String,
}

impl UnansweredView {
    pub fn of(line: &UnansweredLine, zone: &TimeZone) -> UnansweredView {
        UnansweredView {
            number: line.message.0,
            received: short_time(line.received_at, zone),
            from: sender(line.from.as_deref()),
            subject: subject(&line.subject),
            why: foreign(&line.why, 160),
        }
    }
}

#[derive(Debug, Serialize)]
pub struct TroubleView {
    folder: String,
    refused: bool,
    arrived: Option<String>,
    size: Option<String>,
    note: Option<String>,
}

impl TroubleView {
    pub fn of(line: &TroubleLine, zone: &TimeZone) -> TroubleView {
        TroubleView {
            folder: one_line(&line.folder, 120),
            refused: line.refused,
            arrived: line.arrived_at.map(|at| short_time(at, zone)),
            size: line.bytes.map(wording::size),
            note: line.note.as_deref().map(|note| foreign(note, 200)),
        }
    }
}

/// Whether every mail that the mailbox ever listed is accounted for.
#[derive(Debug, Serialize)]
pub struct BooksView {
    balance: bool,
    /// Some folder is not being read.
    behind: bool,
    listed: u64,
    stored: u64,
    vanished: u64,
    refused: u64,
    folders: Vec<FolderView>,
}

#[derive(Debug, Serialize)]
struct FolderView {
    name: String,
    last_read: Option<String>,
    mails: Option<u64>,
    trouble: Option<String>,
}

impl BooksView {
    pub fn of(books: &Books, zone: &TimeZone) -> BooksView {
        let folder = |line: &FolderLine| FolderView {
            name: one_line(&line.folder, 120),
            last_read: line.last_read_at.map(|at| short_time(at, zone)),
            mails: line.mails,
            trouble: line.trouble.as_deref().map(|words| foreign(words, 200)),
        };
        BooksView {
            balance: books.balance(),
            behind: books.behind(),
            listed: books.listed,
            stored: books.stored,
            vanished: books.vanished,
            refused: books.refused,
            folders: books.folders.iter().map(folder).collect(),
        }
    }
}

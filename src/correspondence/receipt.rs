//! The receipt (tanda terima): what came, file by file, what is still missing, and until when. One for a burst of mails.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    ComposeError, OutboxKind, OutgoingMail, Sender, Stamp, Templates,
    assembly::{EnclosedFile, Enclosures, Heading, Origin, sound_id},
    belong_together, keeps_reference, outgoing_with,
    parties::Answers,
    reminder::MissingView,
    reply_address,
    templates::{Rendered, TemplateError},
    wording::{self, one_line},
};
use crate::{
    address::EmailAddress,
    desk::{
        Fault,
        message::{Negotiation, RecordingConsent},
    },
    digest::Digest,
    inspection::{Finding, Hint},
    letter::CalendarAnswer,
    tender::{Bidder, DocumentWord, MessageId, Session, SessionKind, Tender},
};

/// Gmail cuts what is longer than 102 KB.
const LARGEST_HTML: usize = 95_000;
/// Mails and files that are told one by one: the first number with which the whole stays below that.
const ENTRIES: [usize; 5] = [usize::MAX, 120, 80, 40, 20];

/// What the receipt certifies.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceiptFacts {
    /// The mails of the burst, in order of arrival; never empty.
    pub messages: Vec<ReceivedMessage>,
    /// What the session asks for.
    pub owed: Vec<DocumentWord>,
    /// What has not come, with these mails counted in.
    pub missing: Vec<DocumentWord>,
    /// Those of `missing` of which only files came that are hard to use.
    pub poor: Vec<DocumentWord>,
    /// What is wrong with what came for those of `missing`.
    pub faults: Vec<(DocumentWord, Fault)>,
    /// Experts for whom nothing of the papers that each has of his own has come.
    pub experts_unseen: Vec<String>,
    pub standing: Standing,
}

/// What the bidder answered of his session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The session was announced to him: a confirmation is awaited.
    pub announced: bool,
    pub attendance: Option<CalendarAnswer>,
    pub negotiation: Option<Negotiation>,
    /// What these mails themselves said.
    pub said: Said,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub attendance: Option<CalendarAnswer>,
    pub consent: Option<RecordingConsent>,
}

/// One mail of the burst.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedMessage {
    pub number: MessageId,
    pub received_at: Timestamp,
    /// As the bidder wrote it: stands cut in the text, never in a header (RFC 3834 section 3.1.5).
    pub subject: String,
    pub message_id: Option<String>,
    pub references: Vec<String>,
    /// Minutes after the session's `due`; `None`: in time.
    pub late_minutes: Option<i64>,
    pub files: Vec<ReceivedFile>,
}

/// One file of a mail, or a link in place of one.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedFile {
    pub name: Option<String>,
    pub bytes: u64,
    pub sha256: Digest,
    pub document: Option<DocumentWord>,
    /// Its name says one paper and its text another.
    pub contested: bool,
    pub expert: Option<String>,
    pub findings: Vec<Finding>,
    pub hints: Vec<Hint>,
    /// An archive or a mail whose files stand beside it.
    pub opened: bool,
    /// It stands in the tree of the Pokja; what does not is in the original mail only.
    pub kept: bool,
}

/// One bidder's data and nothing else (P22).
#[derive(Debug, Serialize)]
pub(super) struct ReceiptView {
    office: String,
    pokja: String,
    mailbox: String,
    bidder: String,
    activity: &'static str,
    package: String,
    code: String,
    reference: String,
    numbers: String,
    messages: Vec<MessageView>,
    /// Mails and files in all, told one by one or not.
    mails: usize,
    files: usize,
    /// What is not told one by one: "3 surat dan 812 berkas".
    untold: Option<String>,
    /// What these mails said of the session: `accepted`, `declined`, `tentative`.
    attendance: Option<&'static str>,
    day: String,
    hours: String,
    /// What they said of the recording: `given`, `refused`.
    consent: Option<&'static str>,
    /// He has not said yet whether he comes, and may still.
    unconfirmed: bool,
    answers: Answers,
    /// The session is still to come: what is missing is not overdue.
    before: bool,
    missing: Vec<MissingView>,
    poor: bool,
    /// Of the experts' own papers.
    experts_unseen: Option<String>,
    /// Everything that is wanted came in a usable form.
    complete: bool,
    due: String,
    past_due: bool,
    /// He comes not, or does not agree: no more papers are asked of him.
    refused: bool,
    /// The bidder answers a negotiation: received is not agreed.
    negotiation: bool,
    /// What he answered to its file goes to people: it refuses, or offers something else.
    objects: bool,
    /// Digests are shown, and what they are for is told.
    digests: bool,
}

#[derive(Debug, Serialize)]
struct MessageView {
    number: i64,
    received: String,
    subject: String,
    late: Option<String>,
    /// It came without any file.
    empty: bool,
    files: Vec<FileView>,
}

#[derive(Debug, Serialize)]
struct FileView {
    /// Place in the whole receipt, from 1.
    place: usize,
    name: String,
    link: bool,
    size: String,
    sha256: String,
    recognised: Option<String>,
    contested: bool,
    /// Nobody knows yet what it is, and people will look.
    unknown: bool,
    notes: Vec<String>,
}

/// The receipt for a burst of mails, to a registered address: the one written from, else the first (P25).
#[allow(clippy::too_many_arguments)] // Each is one thing the letter needs; a struct of them would be built once and taken apart here.
pub fn receipt(
    templates: &Templates,
    sender: &Sender,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    to: &EmailAddress,
    facts: &ReceiptFacts,
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    belong_together("the receipt", tender, bidder, session)?;
    let refuse = |what| ComposeError::Mismatch {
        letter: "the receipt",
        what,
    };
    if !bidder.emails.contains(to) {
        return Err(refuse("its address is not registered with the bidder"));
    }
    let last = facts
        .messages
        .last()
        .ok_or(refuse("it acknowledges no message"))?;
    let (letter, whole) = letter(
        templates, sender, tender, bidder, session, facts, stamp.date,
    )?;
    keeps_reference(session, &letter)?;
    let heading = Heading {
        kind: OutboxKind::Acknowledgement,
        origin: Origin::Replied,
        to,
        reply_to: &reply_address(sender, session),
        in_reply_to: last.message_id.as_deref().and_then(sound_id),
        references: &last.references,
    };
    let about = Some((tender, bidder, Some(session)));
    let enclosures = Enclosures {
        calendar: None,
        files: whole.into_iter().map(whole_list).collect(),
    };
    outgoing_with(sender, stamp, &heading, about, letter, enclosures)
}

/// Its parts, with as many files told one by one as mail programs show; and where those are not all, the text that tells all.
fn letter(
    templates: &Templates,
    sender: &Sender,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    facts: &ReceiptFacts,
    now: Timestamp,
) -> Result<(Rendered, Option<String>), TemplateError> {
    let render = |most| {
        let view = view(sender, tender, bidder, session, facts, now, most);
        templates.render("tanda-terima", &view)
    };
    let whole = render(ENTRIES[0])?;
    if whole.html.len() <= LARGEST_HTML {
        return Ok((whole, None));
    }
    let mut letter = render(ENTRIES[1])?;
    for most in ENTRIES.into_iter().skip(2) {
        if letter.html.len() <= LARGEST_HTML {
            break;
        }
        letter = render(most)?;
    }
    Ok((letter, Some(whole.text)))
}

fn whole_list(text: String) -> EnclosedFile {
    EnclosedFile {
        name: "tanda terima lengkap.txt".to_owned(),
        media_type: "text/plain",
        content: text.into_bytes(),
    }
}

/// `most`: mails and files that are told one by one.
pub(super) fn view(
    sender: &Sender,
    tender: &Tender,
    bidder: &Bidder,
    session: &Session,
    facts: &ReceiptFacts,
    now: Timestamp,
    most: usize,
) -> ReceiptView {
    let past_due = now > session.due;
    let standing = &facts.standing;
    let objects = matches!(
        standing.negotiation,
        Some(Negotiation::Refused | Negotiation::CounterOffer)
    );
    let declined = standing.attendance == Some(CalendarAnswer::Declined);
    let refused = objects || declined;
    let before = now < session.starts;
    // Who does not come is not told what he should bring.
    let wanted = !(declined && before);
    let (mut place, mut left) = (0, most);
    let mut messages = Vec::new();
    for message in &facts.messages {
        if left == 0 {
            break;
        }
        left -= 1;
        let shown = message.files.iter().take(left);
        let files: Vec<FileView> = shown
            .map(|file| {
                place += 1;
                file_view(place, file, past_due)
            })
            .collect();
        left -= files.len();
        messages.push(MessageView {
            number: message.number.0,
            received: wording::moment(message.received_at, &sender.zone),
            subject: one_line(&message.subject, 80),
            late: message.late_minutes.map(wording::lateness),
            empty: message.files.is_empty(),
            files,
        });
    }
    let files: usize = facts.messages.iter().map(|mail| mail.files.len()).sum();
    let untold = [
        (facts.messages.len() - messages.len(), "surat"),
        (files - place, "berkas"),
    ];
    let untold: Vec<String> = untold
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    ReceiptView {
        office: one_line(&sender.office_name, 120),
        pokja: one_line(&sender.mailbox_title, 120),
        mailbox: sender.address.to_string(),
        bidder: one_line(&bidder.name, 160),
        activity: session.kind.label(),
        package: one_line(&tender.name, 300),
        code: one_line(&tender.code, 40),
        reference: session.reference.to_string(),
        numbers: facts
            .messages
            .iter()
            .map(|message| message.number.to_string())
            .collect::<Vec<_>>()
            .join(", "),
        mails: facts.messages.len(),
        files,
        untold: (!untold.is_empty()).then(|| untold.join(" dan ")),
        attendance: standing.said.attendance.map(answer_word),
        day: wording::date(&session.starts.to_zoned(sender.zone.clone())),
        hours: wording::hours(session.starts, session.ends, &sender.zone),
        consent: standing.said.consent.map(RecordingConsent::word),
        unconfirmed: before && standing.announced && !is_settled(standing.attendance),
        answers: Answers::to(sender, session),
        before: before && !past_due,
        missing: match wanted {
            true => MissingView::with(&facts.missing, &facts.poor, &facts.faults),
            false => Vec::new(),
        },
        poor: !facts.poor.is_empty(),
        experts_unseen: names(&facts.experts_unseen).filter(|_| wanted),
        complete: is_complete(facts) && !refused,
        due: wording::deadline(session.due, &sender.zone),
        past_due,
        refused,
        negotiation: session.kind == SessionKind::Negotiation,
        objects,
        digests: messages
            .iter()
            .any(|mail| mail.files.iter().any(|file| !file.link)),
        messages,
    }
}

/// A claim that a person may rely on: nothing is missing, hard to use, or waits for a look at the negotiation file.
fn is_complete(facts: &ReceiptFacts) -> bool {
    let doubtful = matches!(
        facts.standing.negotiation,
        Some(Negotiation::ReturnedUnsigned | Negotiation::Differs)
    );
    !facts.owed.is_empty()
        && facts.missing.is_empty()
        && facts.poor.is_empty()
        && facts.experts_unseen.is_empty()
        && !doubtful
}

/// He said that he comes, or that he does not.
fn is_settled(attendance: Option<CalendarAnswer>) -> bool {
    matches!(
        attendance,
        Some(CalendarAnswer::Accepted | CalendarAnswer::Declined)
    )
}

fn answer_word(answer: CalendarAnswer) -> &'static str {
    match answer {
        CalendarAnswer::Accepted => "accepted",
        CalendarAnswer::Declined => "declined",
        CalendarAnswer::Tentative => "tentative",
    }
}

/// "Budi Contoh, Siti Contoh dan Sari Misalnya".
fn names(experts: &[String]) -> Option<String> {
    let names: Vec<String> = experts.iter().map(|name| one_line(name, 120)).collect();
    let (last, others) = names.split_last()?;
    Some(match others {
        [] => last.clone(),
        others => format!("{} dan {last}", others.join(", ")),
    })
}

/// What a file was taken for. That the negotiation file is signed is for a person to say.
fn recognised(document: DocumentWord) -> &'static str {
    match document {
        DocumentWord::Negosiasi => "Berkas Negosiasi",
        other => other.label(),
    }
}

fn file_view(place: usize, file: &ReceivedFile, past_due: bool) -> FileView {
    let found = |finding| file.findings.contains(&finding);
    let link = found(Finding::LinkOnly);
    // What is no paper is not taken for one, and is no bad one either.
    let refused = found(Finding::NotAllowed);
    let sealed = found(Finding::Encrypted);
    let told = |finding: &&Finding| match finding {
        Finding::NotAllowed | Finding::Infected => true,
        Finding::Unreadable => !refused && !sealed,
        _ => !refused,
    };
    let mut notes: Vec<String> = file
        .findings
        .iter()
        .filter(told)
        .map(|&finding| match finding {
            Finding::Unreadable if file.bytes == 0 => EMPTY,
            finding => in_words(finding),
        })
        .chain(file.hints.iter().map(|&hint| hint_in_words(hint)))
        .map(|(what, remedy)| {
            // After the last hour nothing more is asked for; what is wrong is still told.
            match past_due || remedy.is_empty() {
                true => what.to_owned(),
                false => format!("{what}; {remedy}"),
            }
        })
        .collect();
    if file.opened {
        notes.push("isinya dicatat satu per satu".to_owned());
    } else if !file.kept && file.findings.is_empty() {
        notes.push("tersimpan bersama surat aslinya".to_owned());
    }
    let document = file
        .document
        .filter(|&document| document != DocumentWord::Lainnya && !refused);
    let contested = file.contested && document.is_none();
    let told_of = file.kept || !file.findings.is_empty();
    let unsettled = told_of && !file.opened && file.bytes > 0;
    FileView {
        place,
        name: match file.name.as_deref().map(|name| one_line(name, 160)) {
            // Only where it led: a forged mail must not make us carry its link to the bidder.
            Some(url) if link => format!("Tautan ke {}", wording::host(&url)),
            Some(name) if !name.is_empty() => name,
            _ => "tanpa nama".to_owned(),
        },
        link,
        size: wording::size(file.bytes),
        sha256: file.sha256.hex(),
        contested,
        unknown: document.is_none()
            && unsettled
            && !(contested || link || refused || sealed || found(Finding::Infected)),
        recognised: document.map(|document| match &file.expert {
            Some(expert) => format!("{} – {}", recognised(document), one_line(expert, 120)),
            None => recognised(document).to_owned(),
        }),
        notes,
    }
}

const EMPTY: (&str, &str) = ("berkas kosong (0 byte)", "mohon dikirim ulang");

/// Shyly: people judge.
fn hint_in_words(hint: Hint) -> (&'static str, &'static str) {
    match hint {
        Hint::Reflection => (
            "tampak ada pantulan cahaya",
            "apabila ada tulisan yang tertutup, foto ulang akan membantu",
        ),
        Hint::CutOff => (
            "tepi halaman tampak terpotong",
            "apabila ada bagian yang tidak terlihat, foto ulang akan membantu",
        ),
    }
}

/// What is wrong with a file, and what the bidder can do.
fn in_words(finding: Finding) -> (&'static str, &'static str) {
    match finding {
        Finding::Blurred => ("gambar kurang tajam", "mohon difoto ulang"),
        Finding::Dark => (
            "gambar terlalu gelap",
            "mohon difoto ulang di tempat yang terang",
        ),
        Finding::LowResolution => (
            "gambar terlalu kecil untuk dibaca",
            "mohon dikirim foto aslinya, bukan hasil kiriman ulang dari aplikasi pesan",
        ),
        Finding::Unreadable => ("berkas tidak dapat dibuka", "mohon dikirim ulang"),
        Finding::Encrypted => (
            "terkunci kata sandi",
            "mohon dikirim ulang tanpa kata sandi",
        ),
        Finding::NotAllowed => (
            "berkas program, atau berkas yang dapat menjalankan program, tidak dapat kami terima",
            "mohon dokumennya dikirim sebagai foto (JPG atau PNG) atau PDF",
        ),
        Finding::Infected => (
            "terindikasi mengandung program berbahaya",
            "mohon diperiksa dan dikirim ulang dari perangkat yang bersih",
        ),
        Finding::Duplicate => ("sama dengan berkas yang telah Saudara kirim", ""),
        Finding::Unsigned => (
            "tidak tampak tanda tangan",
            "mohon ditandatangani, dipindai, dan dikirim ulang",
        ),
        Finding::DiffersFromSent => (
            "tampak berbeda dengan berkas yang kami kirim",
            "mohon ditandatangani berkas dari kami tanpa perubahan",
        ),
        Finding::LinkOnly => (
            "tautan, bukan berkas",
            "isi tautan tidak kami buka, mohon dikirim sebagai lampiran",
        ),
    }
}

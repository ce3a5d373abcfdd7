//! Every letter with sample data: what `loket preview` shows, and what templates are checked against at the start.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use minijinja::{
    HtmlEscape, Value,
    value::{Serde, ValueKind},
};
use serde::Serialize;

use super::{
    ComposeError, OutboxKind, OutboxState, Sender, Stamp, Templates, alarm, change, digest,
    facts::{
        About, AlarmFacts, Books, CameLine, CancellationFacts, CandidateLine, ChainHead,
        ChangeFacts, Decision, DigestFacts, FailedLine, FolderLine, LateLine, NegotiationFile,
        NegotiationLine, Objection, ReminderFacts, SessionLine, SessionTimes, Step, ToRead,
        ToReadMatter, TroubleLine, UnansweredLine, UndeliveredLine,
    },
    invitation, negotiation,
    notice::{self, Missed, Trouble},
    receipt::{self, ReceiptFacts, ReceivedFile, ReceivedMessage, Said, Standing},
    reminder,
    templates::{EMBEDDED, Rendered, TemplateError},
    unknown_sender,
};
use crate::{
    address::EmailAddress,
    desk::{
        ContestedPaper,
        message::{Answers, Attention, Negotiation, RecordingConsent},
    },
    digest::Digest,
    inspection::{Contested, Finding},
    letter::CalendarAnswer,
    matching::Reason,
    settings::Member,
    tender::{
        Bidder, BidderId, DocumentWord, Meeting, MessageId, OfficialLetter, OutboxId,
        ProcurementKind, Reference, Session, SessionFile, SessionId, SessionKind, Tender, TenderId,
    },
};

/// What a letter to a bidder may not lose where the program's own text has it: by these he comes, answers, and is heard.
const FACTS: &[&str] = &[
    "reference",
    "code",
    "numbers",
    "now.day",
    "now.hours",
    "now.url",
    "now.meeting_id",
    "now.passcode",
    "now.due",
    "day",
    "hours",
    "due",
    "file",
    "sha256",
    "replaces",
];

/// HTML that mail programs show whole.
const LARGEST_HTML: usize = 100_000;

/// Who and what the letters are about, real or invented.
#[derive(Clone, Debug)]
pub struct Cast {
    pub sender: Sender,
    pub member: Member,
    pub tender: Tender,
    pub bidder: Bidder,
    pub session: Session,
    /// The time at which the letters are written.
    pub now: Timestamp,
    /// What is true of them, in place of what is invented.
    pub known: Known,
}

/// What a database knows, where one was asked. A letter of which something is known is shown with that, and in no other way.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The newest receipt, or the one that would be written.
    pub receipt: Option<ReceiptFacts>,
    /// Papers that are missing, and those of which only files came that are hard to use.
    pub missing: Option<(Vec<DocumentWord>, Vec<DocumentWord>)>,
    pub digest: Option<DigestFacts>,
    pub alarms: Vec<AlarmFacts>,
}

/// One letter with its data.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Name of its templates: `undangan`.
    pub letter: &'static str,
    /// What is special about it: `telah lewat`.
    pub variant: &'static str,
    view: Value,
    /// Ends up with a bidder, and so must carry the reference.
    to_bidder: bool,
}

impl Sample {
    pub fn render(&self, templates: &Templates) -> Result<Rendered, ComposeError> {
        Ok(templates.render_value(self.letter, &self.view)?)
    }
}

/// What a template of this letter may name: `bidder`, `now.day`. Of a list or a group only what is in its first entry.
pub fn fields(samples: &[Sample], letter: &str) -> Vec<String> {
    let mut found = BTreeSet::new();
    for sample in samples.iter().filter(|sample| sample.letter == letter) {
        name_fields(&sample.view, "", &mut found);
    }
    found.into_iter().collect()
}

fn name_fields(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    let inner = |key: &str| match path {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    };
    let keys = || value.try_iter().into_iter().flatten();
    match value.kind() {
        ValueKind::Map => {
            for key in keys() {
                let of_key = value.get_item(&key).unwrap_or_default();
                name_fields(&of_key, &inner(&key.to_string()), found);
            }
        }
        ValueKind::Seq => match keys().next() {
            Some(first) => name_fields(&first, &format!("{path}[]"), found),
            None => {
                found.insert(format!("{path}[]"));
            }
        },
        _ => {
            found.insert(path.to_owned());
        }
    }
}

/// Proves that every letter can be written: no template asks for a field that its letter does not have, none of those to
/// bidders loses the reference at the end of its subject or what a bidder needs to know, none becomes larger than mail
/// programs show. What an office's own shared part breaks in a letter of the program is told of that part.
pub fn check(templates: &Templates) -> Vec<TemplateError> {
    let mut cast = Cast::invented();
    // No fact may be found in another one's words: the day in that of the last hour.
    cast.session.due += SignedDuration::from_hours(24);
    cast.session.meeting.passcode = Some("Sandi-7Q".to_owned());
    let samples = samples(&cast);
    let mut errors: Vec<TemplateError> = Vec::new();
    for &(name, _) in EMBEDDED {
        let letter = name.rsplit_once('.').map_or(name, |(letter, _)| letter);
        let of_letter = samples.iter().filter(|sample| sample.letter == letter);
        let mut views: Vec<&Value> = of_letter.map(|sample| &sample.view).collect();
        if views.is_empty() {
            // Parts that several letters share.
            views = samples.iter().map(|sample| &sample.view).collect();
        }
        errors.extend(templates.unknown_fields(name, &views));
    }
    let own_words = match Templates::embedded() {
        Ok(own_words) => own_words,
        Err(error) => return vec![error],
    };
    let mut lost: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let end = format!("[{}]", cast.session.reference);
    for sample in &samples {
        let part = |suffix| format!("{}.{suffix}", sample.letter);
        match templates.render_value(sample.letter, &sample.view) {
            Err(error) => errors.push(templates.blame(error, sample.letter, &sample.view)),
            Ok(letter) => {
                if let Ok(whole) = own_words.render_value(sample.letter, &sample.view)
                    && sample.to_bidder
                {
                    let parts = [
                        ("txt", &letter.text, &whole.text),
                        ("html", &letter.html, &whole.html),
                    ];
                    for (suffix, told, whole) in parts {
                        let facts = lost_facts(&sample.view, told, whole);
                        if !facts.is_empty() {
                            lost.entry(part(suffix)).or_default().extend(facts);
                        }
                    }
                }
                if sample.to_bidder && !letter.subject.ends_with(&end) {
                    let why = "the subject must end in [{{ reference }}]".to_owned();
                    let mut error = templates.wrong(&part("subject"), None, why);
                    error.line = Some(1);
                    errors.push(error);
                }
                if letter.html.len() > LARGEST_HTML {
                    let why = format!("the letter is larger than {} KB", LARGEST_HTML / 1000);
                    errors.push(templates.wrong(&part("html"), None, why));
                }
            }
        }
    }
    errors.sort();
    // One field in one place is found by both ways.
    errors.dedup_by(|a, b| (&a.name, a.line) == (&b.name, b.line));
    errors.extend(
        lost.iter()
            .map(|(name, facts)| told_lost(templates, &own_words, &samples, name, facts)),
    );
    errors.sort();
    errors
}

/// Facts that stand in the whole letter and not in this one.
fn lost_facts(view: &Value, told: &str, whole: &str) -> Vec<&'static str> {
    let lost = |fact: &&&str| {
        let words = words_of(view, fact);
        stands(&words, whole) && !stands(&words, told)
    };
    FACTS.iter().filter(lost).copied().collect()
}

/// A field that is text; nothing where the letter has none.
fn words_of(view: &Value, path: &str) -> String {
    let inner = |value: Value, part: &str| value.get_attr(part).ok();
    let value = path.split('.').try_fold(view.clone(), inner);
    let words = value.as_ref().and_then(Value::as_str);
    words.unwrap_or_default().to_owned()
}

/// As it stands in a text, or as templates put it into HTML.
fn stands(words: &str, text: &str) -> bool {
    !words.is_empty() && (text.contains(words) || text.contains(&HtmlEscape(words).to_string()))
}

/// What is lost in the part `name` of a letter, told of the office's text that loses it.
fn told_lost(
    templates: &Templates,
    own_words: &Templates,
    samples: &[Sample],
    name: &str,
    facts: &BTreeSet<&str>,
) -> TemplateError {
    let fields: Vec<String> = facts
        .iter()
        .map(|fact| format!("{{{{ {fact} }}}}"))
        .collect();
    let why = format!("the letter must tell {}", fields.join(", "));
    let (letter, suffix) = name.rsplit_once('.').unwrap_or((name, "txt"));
    let part = |templates: &Templates, sample: &Sample| {
        let rendered = templates.render_value(letter, &sample.view).ok()?;
        Some(match suffix {
            "html" => rendered.html,
            _ => rendered.text,
        })
    };
    let loses = |templates: &Templates| {
        let mut of_letter = samples.iter().filter(|sample| sample.letter == letter);
        of_letter.any(|sample| {
            let parts = part(templates, sample).zip(part(own_words, sample));
            parts.is_some_and(|(told, whole)| !lost_facts(&sample.view, &told, &whole).is_empty())
        })
    };
    templates.at_the_end_of_own(name, why, &loses)
}

impl Cast {
    /// An office, a tender and a bidder that do not exist.
    pub fn invented() -> Cast {
        let tender = Tender {
            id: TenderId(1),
            code: "8231345".to_owned(),
            name: "Pembangunan Jembatan Sei Lanuk".to_owned(),
            mailbox: "pokja-3".to_owned(),
            kind: ProcurementKind::Konstruksi,
            folder: "2026/8231345 Pembangunan Jembatan Sei Lanuk".to_owned(),
        };
        let bidder = Bidder {
            id: BidderId(4),
            tender: TenderId(1),
            name: "PT Contoh Karya Abadi".to_owned(),
            npwp: None,
            nib: None,
            director: Some("Hendrawan Tirta".to_owned()),
            phone: Some("0812-0000-1111".to_owned()),
            emails: vec![address("tender", "contohkarya.test")],
            experts: vec!["Budi Contoh".to_owned(), "Ir. Sari Misalnya".to_owned()],
            folder: "PT Contoh Karya Abadi".to_owned(),
            withdrawn: false,
        };
        let session = Session {
            id: SessionId(9),
            tender: TenderId(1),
            bidder: BidderId(4),
            kind: SessionKind::Qualification,
            starts: at("2026-11-25T09:00:00+08:00"),
            ends: at("2026-11-25T11:00:00+08:00"),
            invite: Some(at("2026-11-23T08:00:00+08:00")),
            due: at("2026-11-25T16:00:00+08:00"),
            meeting: Meeting {
                url: Some(
                    "https://zoom.us/j/123456789?pwd=aGFsbyBkdW5pYSBpbmkgY29udG9o".to_owned(),
                ),
                id: Some("123 456 789".to_owned()),
                passcode: Some("contoh".to_owned()),
            },
            letter: OfficialLetter {
                number: Some("000.3.3/27/Pokja-III/UKPBJ/2026".to_owned()),
                date: Some(jiff::civil::date(2026, 11, 20)),
            },
            documents: vec![
                DocumentWord::Ktp,
                DocumentWord::Nib,
                DocumentWord::Npwp,
                DocumentWord::Akta,
                DocumentWord::Sbu,
                DocumentWord::LaporanKeuangan,
            ],
            file: None,
            file_at: None,
            reference: Reference::from_bits(0x1234_5678_9abc),
            token: "k7f3q2mzabcd4567".to_owned(),
            withdrawn: false,
        };
        Cast {
            sender: Sender {
                office_name: "UKPBJ Kabupaten Berau".to_owned(),
                mailbox_name: "pokja-3".to_owned(),
                mailbox_title: "Pokja Pemilihan III".to_owned(),
                address: address("pokja3", "berau.test"),
                subaddress: "+".to_owned(),
                zone: TimeZone::get("Asia/Makassar").unwrap_or(TimeZone::UTC),
                megabytes: 18,
                instance: "loket-contoh".to_owned(),
            },
            member: Member {
                name: "Sri Rahayu".to_owned(),
                email: address("sri", "berau.test"),
            },
            tender,
            bidder,
            session,
            now: at("2026-11-25T07:30:00+08:00"),
            known: Known::default(),
        }
    }

    fn stamp(&self) -> Stamp {
        Stamp {
            natural_key: "preview".to_owned(),
            message_id: format!("<preview@{}>", self.sender.address.domain()),
            date: self.now,
            due_at: self.now,
            envelope_from: None,
        }
    }

    /// The same bidder's session to negotiate, with its file.
    fn negotiation(&self) -> Session {
        match (self.session.kind, &self.session.file) {
            (SessionKind::Negotiation, Some(_)) => self.session.clone(),
            _ => Session {
                kind: SessionKind::Negotiation,
                documents: vec![DocumentWord::Negosiasi],
                file: Some(SessionFile {
                    name: "negosiasi.pdf".to_owned(),
                    sha256: Digest::of(SAMPLE_FILE).hex(),
                    bytes: SAMPLE_FILE.len() as u64,
                }),
                ..self.session.clone()
            },
        }
    }
}

pub(super) const SAMPLE_FILE: &[u8] = b"%PDF-1.4 contoh";

/// Constants of this file.
fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

fn address(local: &str, domain: &str) -> EmailAddress {
    format!("{local}@{domain}")
        .parse()
        .expect("a constant address")
}

fn sample<V: Serialize>(
    letter: &'static str,
    variant: &'static str,
    view: &V,
    to_bidder: bool,
) -> Sample {
    Sample {
        letter,
        variant,
        view: Serde(view).into(),
        to_bidder,
    }
}

/// Every letter, each in all the ways that its data can take; the usual one first.
pub fn samples(cast: &Cast) -> Vec<Sample> {
    let mut samples = invitations(cast);
    samples.extend(changes(cast));
    samples.extend(reminders(cast));
    samples.extend(negotiations(cast));
    samples.extend(receipts(cast));
    samples.push(sample(
        "pengirim-tidak-dikenal",
        "",
        &unknown_sender::view(&cast.sender),
        false,
    ));
    samples.extend(digests(cast));
    samples.extend(alarms(cast));
    samples.extend(notices(cast));
    samples
}

fn invitations(cast: &Cast) -> Vec<Sample> {
    let Cast {
        sender,
        tender,
        bidder,
        session,
        ..
    } = cast;
    let stamp = cast.stamp();
    let plain_bidder = Bidder {
        director: None,
        ..bidder.clone()
    };
    let plain = Session {
        meeting: Meeting::default(),
        letter: OfficialLetter::default(),
        ..cast.negotiation()
    };
    let view = |bidder, session| invitation::view(sender, tender, bidder, session, &stamp);
    vec![
        sample("undangan", "", &view(bidder, session), true),
        sample("undangan", "negosiasi", &view(&plain_bidder, &plain), true),
    ]
}

fn changes(cast: &Cast) -> Vec<Sample> {
    let Cast {
        sender,
        tender,
        bidder,
        session,
        ..
    } = cast;
    let stamp = cast.stamp();
    let moved = ChangeFacts {
        sequence: 1,
        before: SessionTimes {
            starts: session.starts - SignedDuration::from_hours(26),
            ends: session.ends - SignedDuration::from_hours(26),
            due: session.due - SignedDuration::from_hours(24),
            meeting: Meeting {
                url: Some("https://zoom.us/j/987654321".to_owned()),
                id: Some("987 654 321".to_owned()),
                passcode: session.meeting.passcode.clone(),
            },
            documents: session.documents.clone(),
        },
    };
    let only_due = ChangeFacts {
        sequence: 1,
        before: SessionTimes {
            starts: session.starts,
            ends: session.ends,
            due: session.due - SignedDuration::from_hours(2),
            meeting: session.meeting.clone(),
            documents: session.documents.clone(),
        },
    };
    let mut only_papers = only_due.clone();
    only_papers.before.due = session.due;
    only_papers.before.documents.pop();
    only_papers.before.documents.push(DocumentWord::Siujk);
    let cancelled = CancellationFacts {
        sequence: 1,
        announced: only_due.before.clone(),
    };
    let change = |facts| change::change_view(sender, tender, bidder, session, facts, &stamp);
    vec![
        sample("perubahan", "", &change(&moved), true),
        sample("perubahan", "hanya batas waktu", &change(&only_due), true),
        sample("perubahan", "hanya dokumen", &change(&only_papers), true),
        sample(
            "pembatalan",
            "",
            &change::cancellation_view(sender, tender, bidder, session, &cancelled, &stamp),
            true,
        ),
    ]
}

fn reminders(cast: &Cast) -> Vec<Sample> {
    let Cast {
        sender,
        tender,
        bidder,
        ..
    } = cast;
    let stamp = cast.stamp();
    let (papers, poor) = cast.known.missing.clone().unwrap_or_else(|| {
        let papers = vec![DocumentWord::Ktp, DocumentWord::Nib, DocumentWord::Sbu];
        (papers, vec![DocumentWord::Ktp])
    });
    let view = |session: &Session, step, missing: &[DocumentWord], unconfirmed| {
        let facts = ReminderFacts {
            step,
            poor: poor
                .iter()
                .copied()
                .filter(|document| missing.contains(document))
                .collect(),
            missing: missing.to_vec(),
            contested: Vec::new(),
            unconfirmed,
        };
        reminder::view(sender, tender, bidder, session, &facts, &stamp)
    };
    let (session, negotiation) = (&cast.session, cast.negotiation());
    let file = [DocumentWord::Negosiasi];
    vec![
        sample(
            "pengingat",
            "",
            &view(session, Step::DayBefore, &papers, true),
            true,
        ),
        sample(
            "pengingat",
            "dua jam sebelumnya",
            &view(session, Step::TwoHoursBefore, &[], true),
            true,
        ),
        sample(
            "pengingat",
            "separuh waktu",
            &view(session, Step::HalfTime, &papers, false),
            true,
        ),
        sample(
            "pengingat",
            "negosiasi",
            &view(&negotiation, Step::TwoHoursLeft, &file, false),
            true,
        ),
        sample(
            "pengingat",
            "telah lewat",
            &view(session, Step::TimeUp, &papers, false),
            true,
        ),
    ]
}

fn negotiations(cast: &Cast) -> Vec<Sample> {
    let session = cast.negotiation();
    let name = session
        .file
        .as_ref()
        .map_or("negosiasi.pdf", |file| file.name.as_str());
    let file = |replaces| NegotiationFile {
        name,
        content: SAMPLE_FILE,
        replaces,
    };
    let Cast {
        sender,
        tender,
        bidder,
        ..
    } = cast;
    let view = |replaces| {
        let file = file(replaces);
        negotiation::view(sender, tender, bidder, &session, file, &cast.stamp())
    };
    let earlier = cast.now - SignedDuration::from_hours(20);
    vec![
        sample("negosiasi", "", &view(None), true),
        sample("negosiasi", "pengganti", &view(Some(earlier)), true),
    ]
}

fn receipts(cast: &Cast) -> Vec<Sample> {
    let Cast {
        sender,
        tender,
        bidder,
        session,
        ..
    } = cast;
    let file = |name: &str, bytes, document, findings: &[Finding]| ReceivedFile {
        name: Some(name.to_owned()),
        bytes,
        sha256: Digest::of(name.as_bytes()),
        document,
        contested: false,
        expert: None,
        findings: findings.to_vec(),
        hints: Vec::new(),
        opened: false,
        kept: !findings.contains(&Finding::LinkOnly),
    };
    let files = vec![
        file(
            "scan ktp direktur.jpg",
            843_000,
            Some(DocumentWord::Ktp),
            &[],
        ),
        file("IMG-20261125-WA0003.jpg", 64_211, None, &[Finding::Blurred]),
        file("https://drive.example/d/1", 0, None, &[Finding::LinkOnly]),
    ];
    let message = |number, minutes, late_minutes, files: &[ReceivedFile]| ReceivedMessage {
        number: MessageId(number),
        received_at: session.starts + SignedDuration::from_mins(minutes),
        subject: "Dokumen pembuktian".to_owned(),
        message_id: None,
        references: Vec::new(),
        late_minutes,
        files: files.to_vec(),
    };
    let facts = |messages, missing: &[DocumentWord]| ReceiptFacts {
        messages,
        owed: session.documents.clone(),
        missing: missing.to_vec(),
        poor: Vec::new(),
        faults: Vec::new(),
        experts_unseen: Vec::new(),
        standing: Standing {
            announced: true,
            attendance: Some(CalendarAnswer::Accepted),
            ..Standing::default()
        },
    };
    let now = session.starts + SignedDuration::from_mins(20);
    let after = session.due + SignedDuration::from_hours(3);
    let view = |session: &Session, facts: &ReceiptFacts, now| {
        receipt::view(sender, tender, bidder, session, facts, now, usize::MAX)
    };
    if let Some(known) = &cast.known.receipt {
        let view = view(session, known, cast.now);
        return vec![sample("tanda-terima", "", &view, true)];
    }
    let burst = facts(
        vec![message(12, 12, None, &files), message(13, 14, None, &[])],
        &[DocumentWord::Nib, DocumentWord::Sbu],
    );
    let complete = facts(vec![message(12, 12, None, &files[..1])], &[]);
    let late = facts(
        vec![message(23, 582, Some(162), &files[..2])],
        &[DocumentWord::Nib],
    );
    let empty = facts(vec![message(14, 10, None, &[])], &[DocumentWord::Nib]);
    let agreed = facts(
        vec![message(
            31,
            30,
            None,
            &[file(
                "NEGO TTD.pdf",
                400_000,
                Some(DocumentWord::Negosiasi),
                &[],
            )],
        )],
        &[],
    );
    let earlier = session.starts - SignedDuration::from_hours(40);
    let standing = |attendance, consent, negotiation| Standing {
        announced: true,
        attendance,
        negotiation,
        said: Said {
            attendance,
            consent,
        },
    };
    let words = |missing, standing| ReceiptFacts {
        standing,
        ..facts(vec![message(15, -2400, None, &[])], missing)
    };
    let attends = words(
        &[DocumentWord::Ktp, DocumentWord::Nib],
        standing(
            Some(CalendarAnswer::Accepted),
            Some(RecordingConsent::Given),
            None,
        ),
    );
    let declines = words(
        &[DocumentWord::Ktp, DocumentWord::Nib],
        standing(Some(CalendarAnswer::Declined), None, None),
    );
    let unsure = words(
        &[DocumentWord::Nib],
        standing(Some(CalendarAnswer::Tentative), None, None),
    );
    let unconfirmed = ReceiptFacts {
        standing: standing(None, None, None),
        experts_unseen: bidder.experts.clone(),
        ..facts(vec![message(16, -2400, None, &files[..1])], &[])
    };
    let unsigned = ReceiptFacts {
        poor: vec![DocumentWord::Negosiasi],
        standing: standing(None, None, Some(Negotiation::ReturnedUnsigned)),
        ..facts(
            vec![message(
                32,
                40,
                None,
                &[file(
                    "NEGO.pdf",
                    400_000,
                    Some(DocumentWord::Negosiasi),
                    &[Finding::Unsigned],
                )],
            )],
            &[DocumentWord::Negosiasi],
        )
    };
    let disagrees = ReceiptFacts {
        standing: standing(None, None, Some(Negotiation::Refused)),
        ..facts(vec![message(33, 50, None, &[])], &[])
    };
    vec![
        sample("tanda-terima", "", &view(session, &burst, now), true),
        sample(
            "tanda-terima",
            "lengkap",
            &view(session, &complete, now),
            true,
        ),
        sample(
            "tanda-terima",
            "terlambat",
            &view(session, &late, after),
            true,
        ),
        sample(
            "tanda-terima",
            "tanpa lampiran",
            &view(session, &empty, now),
            true,
        ),
        sample(
            "tanda-terima",
            "negosiasi",
            &view(&cast.negotiation(), &agreed, now),
            true,
        ),
        sample(
            "tanda-terima",
            "hadir",
            &view(session, &attends, earlier),
            true,
        ),
        sample(
            "tanda-terima",
            "tidak hadir",
            &view(session, &declines, earlier),
            true,
        ),
        sample(
            "tanda-terima",
            "belum pasti",
            &view(session, &unsure, earlier),
            true,
        ),
        sample(
            "tanda-terima",
            "belum konfirmasi",
            &view(session, &unconfirmed, earlier),
            true,
        ),
        sample(
            "tanda-terima",
            "belum ditandatangani",
            &view(&cast.negotiation(), &unsigned, now),
            true,
        ),
        sample(
            "tanda-terima",
            "tidak setuju",
            &view(&cast.negotiation(), &disagrees, now),
            true,
        ),
    ]
}

fn alarms(cast: &Cast) -> Vec<Sample> {
    let view = |facts: &AlarmFacts| alarm::view(&cast.sender, &cast.member, facts);
    let folder = FolderLine {
        folder: "INBOX".to_owned(),
        last_read_at: Some(cast.now - SignedDuration::from_mins(72)),
        mails: Some(120),
        trouble: Some("server menolak kata sandi".to_owned()),
    };
    let unread = |since, folders| AlarmFacts::MailboxUnread { since, folders };
    let answer = |objection, words: &str| AlarmFacts::RefusalOrCounterOffer {
        message: MessageId(41),
        received_at: cast.now,
        subject: "Re: Berkas Negosiasi".to_owned(),
        from: Some("tender@contohkarya.test".to_owned()),
        about: about(cast, &cast.bidder.name),
        objection,
        words: words.to_owned(),
    };
    let known = &cast.known.alarms;
    if !known.is_empty() {
        return known
            .iter()
            .map(|facts| sample("peringatan", variant(facts), &view(facts), false))
            .collect();
    }
    vec![
        sample(
            "peringatan",
            "",
            &view(&unread(folder.last_read_at, vec![folder.clone()])),
            false,
        ),
        sample(
            "peringatan",
            "belum pernah",
            &view(&unread(None, Vec::new())),
            false,
        ),
        sample(
            "peringatan",
            "tidak setuju",
            &view(&answer(
                Objection::Negotiation,
                "Mohon maaf kami TIDAK SETUJU.\nHarga tersebut di bawah biaya kami.",
            )),
            false,
        ),
        sample(
            "peringatan",
            "tidak hadir",
            &view(&answer(
                Objection::Attendance,
                "TIDAK HADIR\nDirektur kami sedang di luar kota, KTP 6403051204850000.",
            )),
            false,
        ),
        sample(
            "peringatan",
            "penolakan",
            &view(&answer(Objection::Other, "")),
            false,
        ),
        sample(
            "peringatan",
            "penawaran lain",
            &view(&answer(
                Objection::CounterOffer,
                "Kami TIDAK SETUJU. Penawaran akhir kami Rp418.000.000,00",
            )),
            false,
        ),
        sample(
            "peringatan",
            "penyimpanan",
            &view(&AlarmFacts::StorageNearlyFull { free: 3 << 30 }),
            false,
        ),
    ]
}

fn variant(alarm: &AlarmFacts) -> &'static str {
    match alarm {
        AlarmFacts::MailboxUnread { .. } => "",
        AlarmFacts::MailboxMissing { .. } => "tidak ada",
        AlarmFacts::StorageNearlyFull { .. } => "penyimpanan",
        AlarmFacts::RefusalOrCounterOffer { objection, .. } => match objection {
            Objection::Negotiation => "tidak setuju",
            Objection::CounterOffer => "penawaran lain",
            Objection::Attendance => "tidak hadir",
            Objection::Other => "penolakan",
        },
    }
}

fn notices(cast: &Cast) -> Vec<Sample> {
    let Cast {
        sender,
        member,
        tender,
        bidder,
        session,
        ..
    } = cast;
    let undelivered = |trouble, kind, about| {
        let facts = notice::Undelivered {
            outbox: OutboxId(31),
            kind,
            address: &bidder.emails[0],
            subject: "Undangan Pembuktian Kualifikasi",
            trouble,
            at: cast.now,
            detail: "550 5.1.1 User unknown",
            about,
        };
        notice::undelivered_view(sender, member, &facts)
    };
    let whole = Some((tender, bidder, Some(session)));
    let mut samples: Vec<Sample> = Trouble::ALL
        .into_iter()
        .map(|trouble| {
            let view = undelivered(trouble, OutboxKind::Invitation, whole);
            sample("pemberitahuan", trouble.word(), &view, false)
        })
        .collect();
    let stranger = undelivered(Trouble::Refused, OutboxKind::UnknownSenderReply, None);
    samples.push(sample("pemberitahuan", "tanpa penyedia", &stranger, false));
    for missed in Missed::ALL {
        let view = notice::missed_view(sender, member, (tender, bidder, session), missed);
        samples.push(sample("terlewat", missed.word(), &view, false));
    }
    let view = notice::limit_view(sender, member, "5 jawaban per jam untuk satu alamat");
    samples.push(sample("jawaban-ditahan", "", &view, false));
    samples
}

fn about(cast: &Cast, bidder: &str) -> About {
    About {
        code: cast.tender.code.clone(),
        package: cast.tender.name.clone(),
        bidder: bidder.to_owned(),
        phone: cast.bidder.phone.clone(),
        session: Some(cast.session.kind),
    }
}

fn digests(cast: &Cast) -> Vec<Sample> {
    let view = |facts| digest::view(&cast.sender, &cast.member, facts, 50);
    if let Some(known) = &cast.known.digest {
        return vec![sample("rekap", "", &view(known), false)];
    }
    vec![
        sample("rekap", "", &view(&busy_day(cast)), false),
        sample("rekap", "hari tenang", &view(&quiet_day(cast)), false),
    ]
}

/// A day on which nothing came and nothing is to be done.
pub(super) fn quiet_day(cast: &Cast) -> DigestFacts {
    DigestFacts {
        mailbox: cast.sender.mailbox_name.clone(),
        at: cast.now,
        since: Some(cast.now - SignedDuration::from_hours(24)),
        undelivered: Vec::new(),
        decisions: Vec::new(),
        failed: Vec::new(),
        to_read: Vec::new(),
        sessions: Vec::new(),
        negotiations: Vec::new(),
        came: Vec::new(),
        late: Vec::new(),
        unanswered: Vec::new(),
        books: Books {
            listed: 0,
            stored: 120,
            vanished: 0,
            refused: 0,
            folders: vec![FolderLine {
                folder: "INBOX".to_owned(),
                last_read_at: Some(cast.now - SignedDuration::from_mins(1)),
                mails: Some(120),
                trouble: None,
            }],
        },
        troubles: Vec::new(),
        storage_free: None,
        head: ChainHead {
            seq: 1234,
            hash: Digest::of(b"contoh").hex(),
        },
    }
}

/// A day with everything that a digest can tell.
pub(super) fn busy_day(cast: &Cast) -> DigestFacts {
    let minutes = |minutes| cast.now - SignedDuration::from_mins(minutes);
    let reason = |signal: &str, detail: &str| Reason {
        signal: signal.to_owned(),
        detail: detail.to_owned(),
    };
    let first = about(cast, &cast.bidder.name);
    let second = about(cast, "CV Lestuwana Karya");
    let third = about(cast, "UD Tirtamorgana Berjaya");
    let from = |text: &str| Some(text.to_owned());
    let quiet = quiet_day(cast);
    DigestFacts {
        undelivered: vec![UndeliveredLine {
            outbox: OutboxId(31),
            kind: OutboxKind::Invitation,
            to: "tirtamorgana@surel.example".to_owned(),
            subject: "Undangan".to_owned(),
            detail: "550 5.1.1 User unknown in virtual mailbox table".to_owned(),
            about: Some(third.clone()),
            starts: Some(cast.session.starts),
        }],
        decisions: vec![
            Decision {
                message: MessageId(44),
                received_at: minutes(600),
                from: from("admin.lestuwana@surel.example"),
                subject: "Fwd: berkas ktp dir".to_owned(),
                files: 2,
                candidates: vec![
                    CandidateLine {
                        about: second.clone(),
                        confidence: 0.82,
                        reasons: vec![
                            reason("name", "nama perusahaan dalam isi surat"),
                            reason("code", "kode tender dalam subjek"),
                        ],
                        against: Vec::new(),
                    },
                    CandidateLine {
                        about: About {
                            session: None,
                            ..first.clone()
                        },
                        confidence: 0.31,
                        reasons: Vec::new(),
                        against: vec![reason("closed", "jadwal ini tidak sedang menerima berkas")],
                    },
                ],
                reasons: vec![reason("sender", "alamat pengirim tidak terdaftar")],
            },
            Decision {
                message: MessageId(45),
                received_at: minutes(590),
                from: None,
                subject: String::new(),
                files: 0,
                candidates: Vec::new(),
                reasons: Vec::new(),
            },
        ],
        failed: vec![FailedLine {
            message: MessageId(46),
            received_at: minutes(500),
            from: from("info@rekavara.example"),
            subject: "dokumen".to_owned(),
            why: "surat rusak: bagian ke-3 tidak dapat diurai".to_owned(),
        }],
        to_read: vec![
            ToRead {
                message: MessageId(47),
                received_at: minutes(480),
                from: from("tender@contohkarya.test"),
                subject: "Mohon penjadwalan ulang".to_owned(),
                matter: ToReadMatter::Attention(Attention::Reschedule),
                new: true,
                about: first.clone(),
            },
            ToRead {
                message: MessageId(39),
                received_at: minutes(2480),
                from: from("segarindo.wt@surel.example"),
                subject: "Re: Berkas Negosiasi".to_owned(),
                matter: ToReadMatter::Negotiation(Negotiation::CounterOffer),
                new: false,
                about: About {
                    session: Some(SessionKind::Negotiation),
                    ..second.clone()
                },
            },
        ],
        sessions: session_lines(cast, [&first, &second, &third]),
        negotiations: vec![
            NegotiationLine {
                session: SessionId(20),
                about: About {
                    session: Some(SessionKind::Negotiation),
                    ..first.clone()
                },
                starts: cast.session.starts,
                due: cast.session.due,
                over: false,
                state: Negotiation::Waiting,
                undelivered: false,
                confirmed: false,
                file: Some("negosiasi.pdf".to_owned()),
            },
            NegotiationLine {
                session: SessionId(21),
                about: About {
                    session: Some(SessionKind::Negotiation),
                    ..second.clone()
                },
                starts: cast.session.starts,
                due: cast.session.due,
                over: true,
                state: Negotiation::CounterOffer,
                undelivered: false,
                confirmed: false,
                file: Some("negosiasi.pdf".to_owned()),
            },
            NegotiationLine {
                session: SessionId(22),
                about: About {
                    session: Some(SessionKind::Negotiation),
                    ..third.clone()
                },
                starts: cast.session.starts,
                due: cast.session.due,
                over: false,
                state: Negotiation::Waiting,
                undelivered: true,
                confirmed: false,
                file: Some("negosiasi.pdf".to_owned()),
            },
        ],
        came: vec![
            CameLine {
                message: MessageId(40),
                received_at: minutes(700),
                about: first.clone(),
                documents: vec![Some(DocumentWord::Ktp), Some(DocumentWord::Nib), None, None],
                answers: Answers {
                    attendance: Some(CalendarAnswer::Accepted),
                    recording_consent: Some(RecordingConsent::Given),
                    negotiation: None,
                },
                attention: None,
            },
            CameLine {
                message: MessageId(42),
                received_at: minutes(690),
                about: second.clone(),
                documents: Vec::new(),
                answers: Answers::default(),
                attention: None,
            },
        ],
        late: vec![LateLine {
            message: MessageId(43),
            received_at: minutes(650),
            about: second.clone(),
            minutes: 162,
            documents: vec![Some(DocumentWord::Ktp)],
        }],
        unanswered: vec![UnansweredLine {
            message: MessageId(48),
            received_at: minutes(450),
            from: from("segarindo.wt@surel.example"),
            subject: "Automatic reply: Undangan".to_owned(),
            why: "jawaban otomatis dari penerima".to_owned(),
        }],
        books: Books {
            listed: 3,
            stored: 120,
            vanished: 1,
            refused: 1,
            folders: vec![
                FolderLine {
                    folder: "INBOX".to_owned(),
                    last_read_at: Some(minutes(1)),
                    mails: Some(123),
                    trouble: None,
                },
                FolderLine {
                    folder: "Junk".to_owned(),
                    last_read_at: None,
                    mails: None,
                    trouble: Some("map tidak ada di server".to_owned()),
                },
            ],
        },
        troubles: vec![
            TroubleLine {
                folder: "INBOX".to_owned(),
                refused: true,
                arrived_at: Some(minutes(300)),
                bytes: Some(31_457_280),
                note: Some("server menjawab NO".to_owned()),
            },
            TroubleLine {
                folder: "INBOX".to_owned(),
                refused: false,
                arrived_at: None,
                bytes: None,
                note: None,
            },
        ],
        storage_free: Some(3 << 30),
        ..quiet
    }
}

fn session_lines(cast: &Cast, [first, second, third]: [&About; 3]) -> Vec<SessionLine> {
    let session = &cast.session;
    let line = |id, about: &About, days: i64| {
        let later = SignedDuration::from_hours(24 * days);
        SessionLine {
            session: SessionId(id),
            about: about.clone(),
            kind: session.kind,
            starts: session.starts + later,
            ends: session.ends + later,
            due: session.due + later,
            today: days == 0,
            invitation: Some(OutboxState::Sent),
            attendance: None,
            recording_consent: None,
            asks_for_another_day: false,
            over: false,
            owed: session.documents.len(),
            missing: session.documents.clone(),
            poor: Vec::new(),
            contested: Vec::new(),
            unexamined: 0,
        }
    };
    vec![
        SessionLine {
            attendance: Some(CalendarAnswer::Accepted),
            recording_consent: Some(RecordingConsent::Given),
            missing: Vec::new(),
            ..line(9, first, 0)
        },
        SessionLine {
            recording_consent: Some(RecordingConsent::Refused),
            missing: vec![DocumentWord::Nib, DocumentWord::LaporanKeuangan],
            poor: vec![DocumentWord::Nib],
            contested: vec![ContestedPaper {
                message: MessageId(40),
                part: 3,
                contested: Contested {
                    named: DocumentWord::Sbu,
                    read: DocumentWord::Ktp,
                },
            }],
            unexamined: 2,
            ..line(10, second, 0)
        },
        SessionLine {
            invitation: Some(OutboxState::Bounced),
            ..line(11, third, 0)
        },
        SessionLine {
            attendance: Some(CalendarAnswer::Declined),
            ..line(12, first, 1)
        },
        SessionLine {
            attendance: Some(CalendarAnswer::Tentative),
            owed: 0,
            missing: Vec::new(),
            ..line(13, second, 1)
        },
        SessionLine {
            invitation: None,
            ..line(14, third, 1)
        },
    ]
}

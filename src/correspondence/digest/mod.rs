//! The digest: what a member must know this morning, the most urgent first; and the whole table as a spreadsheet.

mod lines;
mod sessions;
mod sheet;

use serde::Serialize;

use super::{
    ComposeError, OutboxKind, OutgoingMail, Sender, Stamp, Templates,
    assembly::{EnclosedFile, Enclosures, Heading, Origin},
    facts::{DigestFacts, ToReadMatter},
    outgoing_with,
    templates::{Rendered, TemplateError},
    wording::{self, one_line},
};
use crate::{desk::message::Negotiation, settings::Member};
use lines::{
    BooksView, CameView, DecisionView, FailedView, LateView, NegotiationView, ToReadView,
    TroubleView, UnansweredView, UndeliveredView,
};
use sessions::MeetingView;

/// Gmail cuts what is longer than 102 KB, and with it the end of the chain.
const LARGEST_HTML: usize = 95_000;
/// Entries of each part: the first number with which the whole stays below the limit. The spreadsheet holds all.
const ENTRIES: [usize; 6] = [50, 25, 12, 6, 3, 1];

#[derive(Debug, Serialize)]
pub(super) struct DigestView {
    office: String,
    pokja: String,
    mailbox: String,
    member: String,
    day: String,
    hour: String,
    since: Option<String>,
    /// What it is all about, in a few words each; empty on a quiet day.
    summary: Vec<String>,
    undelivered: Part<UndeliveredView>,
    decisions: Part<DecisionView>,
    failed: Part<FailedView>,
    to_read: Part<ToReadView>,
    /// A result of the negotiation is among them: it may have been misread.
    may_correct: bool,
    meetings: Part<MeetingView>,
    negotiations: Part<NegotiationView>,
    late: Part<LateView>,
    came: Part<CameView>,
    unanswered: Part<UnansweredView>,
    troubles: Part<TroubleView>,
    books: BooksView,
    storage_free: Option<String>,
    head_number: i64,
    head: String,
}

/// Some entries of a list, and how many more there are.
#[derive(Debug, Serialize)]
struct Part<T> {
    rows: Vec<T>,
    more: usize,
}

impl<T> Part<T> {
    fn of<F>(facts: &[F], most: usize, view: impl Fn(&F) -> T) -> Part<T> {
        Part {
            rows: facts.iter().take(most).map(view).collect(),
            more: facts.len().saturating_sub(most),
        }
    }
}

/// The digest to one member.
pub fn digest(
    templates: &Templates,
    sender: &Sender,
    member: &Member,
    facts: &DigestFacts,
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    let letter = digest_letter(templates, sender, member, facts)?;
    let day = facts.at.to_zoned(sender.zone.clone()).date();
    let enclosures = Enclosures {
        calendar: None,
        files: vec![EnclosedFile {
            name: format!("rekap {} {day}.xlsx", one_line(&facts.mailbox, 60)),
            media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            content: sheet::workbook(facts, &sender.zone)
                .map_err(|error| ComposeError::Build(format!("its spreadsheet: {error}")))?,
        }],
    };
    let heading = Heading {
        kind: OutboxKind::Digest,
        origin: Origin::Generated,
        to: &member.email,
        reply_to: &sender.address,
        in_reply_to: None,
        references: &[],
    };
    outgoing_with(sender, stamp, &heading, None, letter, enclosures)
}

/// Its parts, without the mail around them.
pub fn digest_letter(
    templates: &Templates,
    sender: &Sender,
    member: &Member,
    facts: &DigestFacts,
) -> Result<Rendered, TemplateError> {
    let mut letter = templates.render("rekap", &view(sender, member, facts, ENTRIES[0]))?;
    for most in ENTRIES.into_iter().skip(1) {
        if letter.html.len() <= LARGEST_HTML {
            break;
        }
        letter = templates.render("rekap", &view(sender, member, facts, most))?;
    }
    Ok(letter)
}

pub(super) fn view(
    sender: &Sender,
    member: &Member,
    facts: &DigestFacts,
    most: usize,
) -> DigestView {
    let zone = &sender.zone;
    let at = facts.at.to_zoned(zone.clone());
    let (meetings, hidden) = sessions::meetings(&facts.sessions, zone, most);
    let (came, came_hidden) = lines::came(&facts.came, zone, most);
    DigestView {
        office: one_line(&sender.office_name, 120),
        pokja: one_line(&sender.mailbox_title, 120),
        mailbox: sender.address.to_string(),
        member: one_line(&member.name, 120),
        day: wording::date(&at),
        hour: format!("{} {}", wording::hour(&at), wording::zone(&at)),
        since: facts.since.map(|since| wording::moment(since, zone)),
        summary: summary(facts),
        undelivered: Part::of(&facts.undelivered, most, |line| {
            UndeliveredView::of(line, zone)
        }),
        decisions: Part::of(&facts.decisions, most, |line| DecisionView::of(line, zone)),
        failed: Part::of(&facts.failed, most, |line| FailedView::of(line, zone)),
        to_read: Part::of(&facts.to_read, most, |line| ToReadView::of(line, zone)),
        may_correct: facts
            .to_read
            .iter()
            .any(|line| matches!(line.matter, ToReadMatter::Negotiation(_))),
        meetings: Part {
            rows: meetings,
            more: hidden,
        },
        negotiations: Part::of(&facts.negotiations, most, |line| {
            NegotiationView::of(line, zone)
        }),
        late: Part::of(&facts.late, most, |line| LateView::of(line, zone)),
        came: Part {
            rows: came,
            more: came_hidden,
        },
        unanswered: Part::of(&facts.unanswered, most, |line| {
            UnansweredView::of(line, zone)
        }),
        troubles: Part::of(&facts.troubles, most, |line| TroubleView::of(line, zone)),
        books: BooksView::of(&facts.books, zone),
        storage_free: facts.storage_free.map(wording::size),
        head_number: facts.head.seq,
        head: facts.head.hash.clone(),
    }
}

/// What waits, counted: the reader knows from it whether he must read on.
fn summary(facts: &DigestFacts) -> Vec<String> {
    let behind = facts.books.behind();
    let behind = behind.then(|| "▲ kotak surat tidak terbaca".to_owned());
    let unconfirmed = facts.negotiations.iter().filter(|line| {
        let mut mails = facts.to_read.iter();
        line.state != Negotiation::Waiting
            && !line.confirmed
            && !mails.any(|mail| mail.about == line.about)
    });
    let today = facts.sessions.iter().filter(|line| line.today).count();
    let counted = [
        (facts.undelivered.len(), "surat tidak sampai"),
        (facts.decisions.len(), "surat perlu keputusan"),
        (facts.failed.len(), "surat tidak terbaca"),
        (facts.to_read.len(), "surat perlu dibaca"),
        (unconfirmed.count(), "hasil negosiasi perlu dipastikan"),
        (today, "peserta dijadwalkan hari ini"),
        (facts.late.len(), "kiriman terlambat"),
    ];
    let counted = counted.into_iter().filter(|(count, _)| *count > 0);
    let counted = counted.map(|(count, what)| format!("{count} {what}"));
    behind.into_iter().chain(counted).collect()
}

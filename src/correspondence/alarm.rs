//! Alarms: what members must hear at once, one mail for a matter. (What did not arrive is told by [`super::notice`].)

use serde::Serialize;

use super::{
    ComposeError, OutgoingMail, Sender, Stamp, Templates,
    facts::{AlarmFacts, FolderLine, Objection},
    notice::heading,
    outgoing,
    wording::{self, one_line, without_numbers},
};
use crate::settings::Member;

#[derive(Debug, Default, Serialize)]
pub(super) struct AlarmView {
    office: String,
    pokja: String,
    mailbox: String,
    member: String,
    /// `mailbox-unread`, `mailbox-missing`, `storage-full`, `counter-offer`, `refused` (the negotiation), `absent` or `declined`
    /// (anything else).
    alarm: &'static str,
    headline: &'static str,
    since: Option<String>,
    folders: Vec<FolderView>,
    free: Option<String>,
    bidder: Option<String>,
    phone: Option<String>,
    package: Option<String>,
    code: Option<String>,
    activity: Option<&'static str>,
    message: Option<i64>,
    received: Option<String>,
    from: Option<String>,
    subject: Option<String>,
    /// The first lines of what the bidder wrote.
    words: Option<String>,
}

#[derive(Debug, Serialize)]
struct FolderView {
    name: String,
    last_read: Option<String>,
    trouble: Option<String>,
}

/// Tells a member what cannot wait for the digest.
pub fn alarm(
    templates: &Templates,
    sender: &Sender,
    member: &Member,
    facts: &AlarmFacts,
    stamp: &Stamp,
) -> Result<OutgoingMail, ComposeError> {
    let letter = templates.render("peringatan", &view(sender, member, facts))?;
    outgoing(sender, stamp, &heading(sender, member), None, letter)
}

pub(super) fn view(sender: &Sender, member: &Member, facts: &AlarmFacts) -> AlarmView {
    let common = AlarmView {
        office: one_line(&sender.office_name, 120),
        pokja: one_line(&sender.mailbox_title, 120),
        mailbox: sender.address.to_string(),
        member: one_line(&member.name, 120),
        ..AlarmView::default()
    };
    match facts {
        AlarmFacts::MailboxUnread { since, folders } => AlarmView {
            alarm: "mailbox-unread",
            headline: "Kotak surat tidak terbaca",
            since: since.map(|since| wording::moment(since, &sender.zone)),
            folders: folders.iter().map(|line| folder(line, sender)).collect(),
            ..common
        },
        AlarmFacts::MailboxMissing { mailbox, tenders } => AlarmView {
            alarm: "mailbox-missing",
            headline: "Kotak surat tidak ada dalam pengaturan",
            mailbox: one_line(mailbox, 120),
            code: Some(one_line(&tenders.join(", "), 300)),
            ..common
        },
        AlarmFacts::RefusalOrCounterOffer {
            message,
            received_at,
            subject,
            from,
            about,
            objection,
            words,
        } => {
            let (alarm, headline) = match objection {
                Objection::CounterOffer => ("counter-offer", "Penawaran lain dari penyedia"),
                Objection::Negotiation => {
                    ("refused", "Penyedia tidak setuju atas berkas negosiasi")
                }
                Objection::Attendance => ("absent", "Penyedia menyatakan tidak hadir"),
                Objection::Other => ("declined", "Penolakan dari penyedia"),
            };
            AlarmView {
                alarm,
                headline,
                bidder: Some(one_line(&about.bidder, 160)),
                phone: about.phone.as_deref().map(|phone| one_line(phone, 60)),
                package: Some(one_line(&about.package, 300)),
                code: Some(one_line(&about.code, 40)),
                activity: about.session.map(|kind| kind.label()),
                message: Some(message.0),
                received: Some(wording::moment(*received_at, &sender.zone)),
                from: from.as_deref().map(|from| one_line(from, 160)),
                subject: Some(without_numbers(&one_line(subject, 160)))
                    .filter(|subject| !subject.is_empty()),
                words: Some(without_numbers(&one_line(words, 300)))
                    .filter(|words| !words.is_empty()),
                ..common
            }
        }
        AlarmFacts::StorageNearlyFull { free } => AlarmView {
            alarm: "storage-full",
            headline: "Ruang penyimpanan hampir penuh",
            free: Some(wording::size(*free)),
            ..common
        },
    }
}

fn folder(line: &FolderLine, sender: &Sender) -> FolderView {
    FolderView {
        name: one_line(&line.folder, 120),
        last_read: line
            .last_read_at
            .map(|at| wording::moment(at, &sender.zone)),
        trouble: line.trouble.as_deref().map(|words| one_line(words, 300)),
    }
}

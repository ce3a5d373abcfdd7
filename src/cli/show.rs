//! `loket show`: one message, what it is, where it went and why, what was answered.

use std::{collections::HashMap, path::PathBuf};

use serde_json::json;

use super::{
    Done, Failure,
    list::{
        Names, local,
        messages::{object, words},
        utc,
    },
    open_office,
};
use crate::{
    correspondence::wording,
    daemon::{office::Office, overview},
    database::{self, confirmations::Confirmation, messages::MessageRow},
    desk::{
        self, Twins, Wanted,
        message::{Answers, MessageState},
    },
    tender::{DocumentWord, MessageId},
};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Number of the message, or its Message-ID
    #[arg(value_name = "MESSAGE-ID-OR-NUMBER")]
    message: String,
    #[arg(long)]
    json: bool,
}

pub async fn execute(config: Option<PathBuf>, arguments: Arguments) -> Done {
    let office = open_office(config).await?;
    let rows = database::messages::find_message(&office.database, &arguments.message).await?;
    if rows.is_empty() {
        return Err(Failure::Work(format!(
            "no message has the number or Message-ID {:?}; `loket list messages` shows them all",
            arguments.message
        )));
    }
    let registry = office.registry().await?;
    let names = Names {
        registry: &registry,
    };
    for row in &rows {
        let confirmed = database::confirmations::confirmation(&office.database, row.id).await?;
        if arguments.json {
            let mut shown = object(row, &names);
            // Not where nobody did: the object is then the very one of `list messages`.
            if let Some(confirmed) = confirmed {
                shown["confirmed"] = json!({
                    "by": confirmed.by,
                    "at": utc(confirmed.at),
                    "negotiation": confirmed.negotiation.map(|word| word.word()),
                });
            }
            say!("{shown}");
        } else {
            let mail = database::messages::of_mail(&office.database, row.mail()).await?;
            let said = database::confirmations::answers(&office.database, &[row.id]).await?;
            let said = said.get(&row.id).map(|(_, said)| *said);
            let confirmed = confirmed.map(|confirmed| settled(&confirmed, &office));
            let twins = match row.tender.filter(|_| row.state == MessageState::Filed) {
                Some(tender) => {
                    let papers =
                        database::papers::attachments_of_tender(&office.database, tender).await?;
                    overview::twins_of(&registry, tender, &papers)
                }
                None => HashMap::new(),
            };
            let known = Known {
                mail: &mail,
                said: said.unwrap_or_default(),
                confirmed,
                twins: &twins,
            };
            tell(row, &known, &names, &office);
        }
    }
    Ok(())
}

/// "2026-11-25 16:00 WITA, oleh sri: menolak berkas negosiasi".
fn settled(confirmed: &Confirmation, office: &Office) -> String {
    let at = local(confirmed.at, &office.settings.office.timezone);
    let who = format!("{at}, oleh {}", confirmed.by);
    match confirmed.negotiation.map(words::negotiation) {
        Some(result) => format!("{who}: {result}"),
        None => who,
    }
}

/// What the mail was understood to answer.
fn understood(said: &Answers) -> impl Iterator<Item = &'static str> {
    let attendance = said.attendance.map(words::attendance);
    let consent = said.recording_consent.map(words::consent);
    let negotiation = said.negotiation.map(words::negotiation);
    attendance.into_iter().chain(consent).chain(negotiation)
}

/// What is told of a message beside its own row.
struct Known<'a> {
    /// The message with all its shares.
    mail: &'a [MessageRow],
    /// What it answers.
    said: Answers,
    /// When a person confirmed it, and who.
    confirmed: Option<String>,
    /// Of its tender's papers those that another bidder sent too.
    twins: &'a HashMap<(MessageId, u32), Twins>,
}

fn tell(row: &MessageRow, known: &Known, names: &Names, office: &Office) {
    let zone = &office.settings.office.timezone;
    let line = |label: &str, value: &str| say!("{label:<12}{value}");
    line("Pesan", &format!("{} ({})", row.id, row.mailbox));
    line("Diterima", &local(row.received_at, zone));
    line("Dari", row.heading.from_address.as_deref().unwrap_or("-"));
    line("Perihal", &row.heading.subject);
    line(
        "Message-ID",
        row.heading.message_id.as_deref().unwrap_or("-"),
    );
    line("SHA-256", &row.sha256.hex());
    line("Jenis", row.kind.map_or("belum dibaca", words::kind));
    line("Keadaan", words::state(row.state));
    if let Some(failure) = &row.failure {
        line("Sebab", failure);
    }
    if let Some(tender) = names.tender(row.tender) {
        let bidder = names.bidder(row.bidder).unwrap_or("-");
        let session = names.session(row.session).unwrap_or("-");
        let due = row.session.and_then(|id| names.registry.session(id));
        let late = match due.filter(|_| row.late) {
            Some(session) => format!(" ({})", wording::late(row.received_at, session.due)),
            None => String::new(),
        };
        line("Tempat", &format!("{tender} / {bidder} / {session}{late}"));
    }
    for other in known.mail.iter().filter(|other| other.id != row.id) {
        line("Juga di", &elsewhere(other, names));
    }
    if let Some(attention) = row.attention {
        line("Perhatian", words::attention(attention));
    }
    for words in understood(&known.said) {
        line("Dipahami", words);
    }
    if let Some(confirmed) = &known.confirmed {
        line("Dipastikan", confirmed);
    }
    if let Some(person) = &row.decided_by {
        line("Diputuskan", person);
    }
    if !row.reasons.is_empty() {
        line("Keyakinan", &format!("{:.0} %", row.confidence * 100.0));
    }
    for reason in &row.reasons {
        line("Alasan", &reason.detail);
    }
    if row.state == MessageState::NeedsDecision {
        for (at, candidate) in row.candidates.iter().enumerate() {
            let tender = names.tender(Some(candidate.tender)).unwrap_or("-");
            let bidder = names.bidder(Some(candidate.bidder)).unwrap_or("-");
            let session = names.session(candidate.session).unwrap_or("-");
            line(
                &format!("Calon {}", at + 1),
                &format!(
                    "{tender} / {bidder} / {session} ({:.0} %)",
                    candidate.confidence * 100.0
                ),
            );
            for reason in &candidate.reasons {
                line("", &format!("+ {}", reason.detail));
            }
            for reason in &candidate.against {
                line("", &format!("- {}", reason.detail));
            }
        }
        line(
            "Lanjut",
            &format!(
                "loket assign {0} --tender KODE --bidder NAMA --session JADWAL, atau loket ignore {0}",
                row.id
            ),
        );
        if row.attachments.len() > 1 {
            let some = format!(
                "untuk sebagian berkas: loket assign {} --files 1,2 --tender KODE --bidder NAMA --session JADWAL",
                row.id
            );
            line("", &some);
        }
    }
    for file in &row.attachments {
        let wants_name = matches!(desk::wanted(file), Some(Wanted::Name | Wanted::Choice));
        let unnamed = if wants_name { "belum dikenali" } else { "-" };
        let document = file.document.map_or(unnamed, DocumentWord::word);
        let findings: Vec<&str> = file.findings.iter().map(|finding| finding.word()).collect();
        let path = file.path.as_deref().unwrap_or("(hanya di surat asli)");
        let name = file.name.as_deref().unwrap_or("tanpa nama");
        line(
            &format!("Berkas {}", file.part),
            &format!(
                "{name}, {} byte, {document} {}",
                file.bytes,
                findings.join(" ")
            ),
        );
        line("", path);
        let name_of = |bidder| names.bidder(Some(bidder)).unwrap_or("-");
        let twins = known.twins.get(&(row.id, file.part));
        for note in twins.into_iter().flat_map(|twins| twins.notes(name_of)) {
            line("", &format!("- {note}"));
        }
        for note in &file.examined.notes {
            line("", &format!("- {note}"));
        }
        if file.document.is_none() && file.examined.contested.is_some() {
            line(
                "",
                &format!("  loket classify {}/{} KATA", row.id, file.part),
            );
        }
    }
    for reply in &row.replies {
        line("Dijawab", &reply.message_id);
    }
    if let Some(why) = &row.unanswered {
        line("Tak dijawab", why);
    }
}

/// Where the other files of the same mail are: "pesan 13, berkas 2, 3: 8231345 / PT Contoh / qualification".
fn elsewhere(row: &MessageRow, names: &Names) -> String {
    let parts: Vec<String> = row
        .attachments
        .iter()
        .map(|file| file.part.to_string())
        .collect();
    let files = match parts.is_empty() {
        true => "tanpa berkas".to_owned(),
        false => format!("berkas {}", parts.join(", ")),
    };
    let place = match names.tender(row.tender) {
        Some(tender) => format!(
            "{tender} / {} / {}",
            names.bidder(row.bidder).unwrap_or("-"),
            names.session(row.session).unwrap_or("-")
        ),
        None => words::state(row.state).to_owned(),
    };
    format!("pesan {}, {files}: {place}", row.id)
}

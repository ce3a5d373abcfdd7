//! `loket show`: one message, what it is, where it went and why, what was answered.

use std::path::PathBuf;

use super::{
    Done, Failure,
    list::{
        Names, local,
        messages::{object, words},
    },
    open_office,
};
use crate::{
    daemon::{clerk, office::Office},
    database::{self, messages::MessageRow},
    desk::{
        self, Effect,
        message::{MessageKind, MessageState, Negotiation},
    },
    inspection::Finding,
    tender::Registry,
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
        if arguments.json {
            say!("{}", object(row, &names));
        } else {
            let said = understood(row, &registry, &office).await;
            tell(row, &names, &office, &said);
        }
    }
    Ok(())
}

/// What of the bidder's own words counts, read once more from the original; nothing where it cannot be read.
async fn understood(row: &MessageRow, registry: &Registry, office: &Office) -> Vec<&'static str> {
    let by_button = row.kind == Some(MessageKind::CalendarReply);
    if row.state != MessageState::Filed && !by_button {
        return Vec::new();
    }
    let Ok(raw) = office.storage.original(&row.sha256).await else {
        return Vec::new();
    };
    let Ok(letter) = clerk::read(raw).await else {
        return Vec::new();
    };
    if let Some(reply) = &letter.calendar_reply {
        return vec![words::attendance(reply.answer)];
    }
    let bidder = row.bidder.and_then(|bidder| registry.bidder(bidder));
    let session = row.session.and_then(|session| registry.session(session));
    let Some((bidder, session)) = bidder.zip(session) else {
        return Vec::new();
    };
    let documents: Vec<_> = row.attachments.iter().map(|file| file.document).collect();
    let found = |finding| {
        row.attachments
            .iter()
            .any(|file| file.findings.contains(&finding))
    };
    let compared = match (found(Finding::DiffersFromSent), found(Finding::Unsigned)) {
        (true, _) => Some(Negotiation::Differs),
        (_, true) => Some(Negotiation::ReturnedUnsigned),
        _ => None,
    };
    let said = desk::understood(
        &letter,
        bidder,
        session,
        &documents,
        compared,
        row.received_at,
    );
    said.iter()
        .filter_map(|effect| match effect {
            Effect::Attendance { answer, .. } => Some(words::attendance(*answer)),
            Effect::RecordingConsent { consent, .. } => Some(words::consent(*consent)),
            Effect::Negotiation { negotiation, .. } => Some(words::negotiation(*negotiation)),
            _ => None,
        })
        .collect()
}

fn tell(row: &MessageRow, names: &Names, office: &Office, said: &[&str]) {
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
        let late = if row.late { " (terlambat)" } else { "" };
        line("Tempat", &format!("{tender} / {bidder} / {session}{late}"));
    }
    if let Some(attention) = row.attention {
        line("Perhatian", words::attention(attention));
    }
    for words in said {
        line("Dipahami", words);
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
                "loket assign {0} --tender KODE --bidder NAMA, atau loket ignore {0}",
                row.id
            ),
        );
    }
    for file in &row.attachments {
        let document = file
            .document
            .map_or("belum dikenali", |document| document.word());
        let findings: Vec<&str> = file.findings.iter().map(|finding| finding.word()).collect();
        let path = file.path.as_deref().unwrap_or("(hanya di surat asli)");
        let name = file.name.as_deref().unwrap_or("tanpa nama");
        line(
            "Berkas",
            &format!(
                "{name}, {} byte, {document} {}",
                file.bytes,
                findings.join(" ")
            ),
        );
        line("", path);
        for note in &file.examined.notes {
            line("", &format!("- {note}"));
        }
    }
    for reply in &row.replies {
        line("Dijawab", &reply.message_id);
    }
    if let Some(why) = &row.unanswered {
        line("Tak dijawab", why);
    }
}

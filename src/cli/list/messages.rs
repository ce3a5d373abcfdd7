//! `list messages`: every mail taken in, what it is and where it went.

use serde_json::{Value, json};

use super::{CHUNK, Names, Page, local, utc};
use crate::{
    cli::Done,
    daemon::office::Office,
    database::{self, messages::MessageRow},
    desk::{FiledAttachment, message::MessageState},
    tender::{MessageId, Registry, Tender},
};

pub async fn list(
    office: &Office,
    registry: &Registry,
    only: Option<&Tender>,
    page: &mut Page,
) -> Done {
    page.head(&[
        "NO", "RECEIVED", "STATE", "KIND", "FROM", "TENDER", "BIDDER", "SESSION", "SUBJECT",
    ]);
    let names = Names { registry };
    let mut after = MessageId(0);
    loop {
        let rows =
            database::messages::list_messages(&office.database, only.map(|t| t.id), after, CHUNK)
                .await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.id;
        for row in &rows {
            page.entry(
                || object(row, &names),
                |zone| {
                    let text = |value: Option<&str>| value.unwrap_or("-").to_owned();
                    vec![
                        row.id.to_string(),
                        local(row.received_at, zone),
                        row.state.word().to_owned(),
                        text(row.kind.map(|kind| kind.word())),
                        text(row.heading.from_address.as_deref()),
                        text(names.tender(row.tender)),
                        text(names.bidder(row.bidder)),
                        text(names.session(row.session)),
                        row.heading.subject.clone(),
                    ]
                },
            )?;
        }
    }
}

/// A message as the contract words it; `show --json` says the same.
pub fn object(row: &MessageRow, names: &Names) -> Value {
    let state = (row.state != MessageState::Received).then(|| row.state.word());
    let candidates = (row.state == MessageState::NeedsDecision).then(|| {
        row.candidates
            .iter()
            .map(|candidate| {
                json!({
                    "tender": names.tender(Some(candidate.tender)),
                    "bidder": names.bidder(Some(candidate.bidder)),
                    "session": names.session(candidate.session),
                    "confidence": candidate.confidence,
                    "reasons": candidate.reasons,
                    "against": candidate.against,
                })
            })
            .collect::<Vec<_>>()
    });
    json!({
        "id": row.id,
        "part_of": row.part_of,
        "mailbox": row.mailbox,
        "message_id": row.heading.message_id,
        "sha256": row.sha256.hex(),
        "received_at": utc(row.received_at),
        "from": row.heading.from_address,
        "subject": row.heading.subject,
        "kind": row.kind.map(|kind| kind.word()),
        "state": state,
        "unanswered": row.unanswered,
        "tender": names.tender(row.tender),
        "bidder": names.bidder(row.bidder),
        "session": names.session(row.session),
        "late": row.late,
        "confidence": row.confidence,
        "reasons": row.reasons,
        "attention": row.attention.map(|attention| attention.word()),
        "sender_registered": row.sender_registered,
        "candidates": candidates,
        "attachments": row.attachments.iter().map(attachment).collect::<Vec<_>>(),
        "replies": row.replies.iter().map(|reply| reply.message_id.as_str()).collect::<Vec<_>>(),
        "failure": row.failure,
        "decided_by": row.decided_by,
    })
}

fn attachment(file: &FiledAttachment) -> Value {
    json!({
        "part": file.part,
        "name": file.name,
        "media_type": file.media_type,
        "bytes": file.bytes,
        "sha256": file.sha256.hex(),
        "path": file.path,
        "document": file.document.map(|document| document.word()),
        "expert": file.expert,
        "container": file.container.map(|container| container.hex()),
        "content_type": file.examined.kind.media_type(),
        "pages": file.examined.pages,
        "notes": file.examined.notes,
        "findings": file.findings.iter().map(|finding| finding.word()).collect::<Vec<_>>(),
    })
}

/// Kinds and states as a member of the Pokja reads them.
pub mod words {
    use crate::{
        desk::message::{Attention, MessageKind, MessageState, Negotiation, RecordingConsent},
        letter::CalendarAnswer,
    };

    pub fn attention(attention: Attention) -> &'static str {
        match attention {
            Attention::Question => "ada pertanyaan atau hal yang perlu dibaca",
            Attention::Objection => "ada keberatan",
            Attention::Refused => "menolak",
            Attention::Reschedule => "meminta waktu lain",
            Attention::Link => "mengirim tautan, bukan berkas",
        }
    }

    pub fn attendance(answer: CalendarAnswer) -> &'static str {
        match answer {
            CalendarAnswer::Accepted => "hadir",
            CalendarAnswer::Declined => "tidak hadir",
            CalendarAnswer::Tentative => "belum pasti hadir",
        }
    }

    pub fn consent(consent: RecordingConsent) -> &'static str {
        match consent {
            RecordingConsent::Given => "setuju direkam",
            RecordingConsent::Refused => "tidak setuju direkam",
        }
    }

    pub fn negotiation(negotiation: Negotiation) -> &'static str {
        match negotiation {
            Negotiation::Waiting => "berkas negosiasi belum dijawab",
            Negotiation::ReturnedSigned => "berkas negosiasi kembali, tampak ditandatangani",
            Negotiation::ReturnedUnsigned => "berkas negosiasi kembali, tidak tampak tanda tangan",
            Negotiation::Differs => "berkas negosiasi kembali, tampak berbeda",
            Negotiation::Refused => "menolak berkas negosiasi",
            Negotiation::CounterOffer => "mengajukan penawaran lain",
        }
    }

    pub fn kind(kind: MessageKind) -> &'static str {
        match kind {
            MessageKind::Bidder => "surat peserta",
            MessageKind::Member => "surat anggota Pokja",
            MessageKind::UnknownSender => "pengirim tidak dikenal",
            MessageKind::Bounce => "pemberitahuan gagal kirim",
            MessageKind::AutoReply => "jawaban otomatis",
            MessageKind::CalendarReply => "jawaban undangan kalender",
            MessageKind::Report => "laporan pengiriman",
            MessageKind::Bulk => "surat massal atau otomatis",
            MessageKind::Unreadable => "tidak terbaca",
        }
    }

    pub fn state(state: MessageState) -> &'static str {
        match state {
            MessageState::Received => "diterima, belum dibaca",
            MessageState::Filed => "tersimpan di tempatnya",
            MessageState::NeedsDecision => "menunggu keputusan",
            MessageState::SetAside => "tidak perlu tindakan",
            MessageState::Failed => "gagal dibaca, surat asli tersimpan",
        }
    }
}

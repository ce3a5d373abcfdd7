//! A negotiation file that came back is held against the one that was sent, before the desk makes its plan.

use super::office::Office;
use crate::{
    digest::Digest,
    inspection::{Duty, Examination, FileKind, Finding, Return, SURE, document_word, word_of_text},
    letter::Letter,
    matching::Placement,
    tender::{DocumentWord, Registry, SessionKind},
};

const NOT_COMPARED: &str = "tidak dapat dibandingkan dengan berkas yang dikirim, mohon diperiksa";

/// Adds to the examinations what the comparison told.
pub async fn compare(
    office: &Office,
    registry: &Registry,
    placement: Option<Placement>,
    letter: &Letter,
    examined: &mut [Examination],
) {
    let Some(session) = placement.and_then(|placement| registry.session(placement.session)) else {
        return;
    };
    let (SessionKind::Negotiation, Some(file)) = (session.kind, &session.file) else {
        return;
    };
    let Ok(digest) = file.sha256.parse::<Digest>() else {
        return;
    };
    let sent = match office.storage.given(&digest).await {
        Ok(sent) => sent,
        Err(error) => {
            tracing::warn!(%error, "negotiation.sent-file");
            return;
        }
    };
    for (attachment, examination) in letter.attachments.iter().zip(examined) {
        let word = document_word(
            attachment.name.as_deref(),
            attachment.caption.as_deref(),
            &Duty::default(),
        );
        let read = word_of_text(&examination.text).filter(|(_, sure)| *sure >= SURE);
        let word = word.map(|(word, _)| word).or(read.map(|(word, _)| word));
        let may_be = word.is_none_or(|word| word == DocumentWord::Negosiasi);
        let shown = examination.kind == FileKind::Pdf || examination.kind.is_picture();
        let small = attachment.inline && attachment.content.len() < 32 * 1024;
        if !may_be || small {
            continue;
        }
        if !shown
            || examination.kind == FileKind::Heif
            || examination.findings.contains(&Finding::Unreadable)
        {
            // What calls itself the signed file counts as one; nobody looked at it.
            if word == Some(DocumentWord::Negosiasi) {
                examination.note(NOT_COMPARED.to_owned());
            }
            continue;
        }
        let compared = office
            .examiner
            .compare(&sent, &attachment.content, examination.kind)
            .await;
        let Some((outcome, notes, picture)) = compared else {
            examination.note(NOT_COMPARED.to_owned());
            continue;
        };
        examination.side_by_side = picture;
        for note in notes {
            examination.note(note);
        }
        if outcome == Return::Differs && word.is_none() {
            // An identity card beside the signed file is not the file with other figures.
            examination.note("tidak tampak seperti berkas yang dikirim".to_owned());
            continue;
        }
        match outcome {
            Return::ReturnedSigned => {}
            Return::ReturnedUnsigned => examination.find(Finding::Unsigned),
            Return::Differs => examination.find(Finding::DiffersFromSent),
        }
        examination.negotiation = Some(outcome);
    }
}

//! A negotiation file that came back is held against the one that was sent, before the desk makes its plan.

use super::office::Office;
use crate::{
    digest::Digest,
    examiner::{Compared, MOST_PHOTOS},
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
    for group in returns(letter, examined) {
        let file = |part: &Part| {
            let content = letter.attachments.get(part.at)?.content.clone();
            Some((examined.get(part.at)?.kind, content))
        };
        let files: Option<Vec<_>> = group.iter().map(file).collect();
        let compared = match files {
            Some(files) => office.examiner.compare(&sent, &files).await,
            None => None,
        };
        match compared {
            Some(compared) => tell(&compared, &group, examined),
            None => not_compared(&group, examined),
        }
    }
}

/// A file of a mail that may be the negotiation file, or a page of it.
#[derive(Clone, Copy)]
struct Part {
    /// Its place among the attachments.
    at: usize,
    /// Its name or its text says that it is.
    named: bool,
}

/// What may have come back, each to be compared by itself: every PDF, and all photos of a mail together, which are a page
/// each. What calls itself the signed file and cannot be looked at counts as one; it says that nobody looked.
fn returns(letter: &Letter, examined: &mut [Examination]) -> Vec<Vec<Part>> {
    let (mut files, mut photos, mut unseen) = (Vec::new(), Vec::new(), Vec::new());
    for (at, (file, told)) in letter.attachments.iter().zip(&*examined).enumerate() {
        let by_name = document_word(
            file.name.as_deref(),
            file.caption.as_deref(),
            &Duty::default(),
        );
        let by_text = word_of_text(&told.text).filter(|(_, sure)| *sure >= SURE);
        let word = by_name
            .map(|(word, _)| word)
            .or(by_text.map(|(word, _)| word));
        let small = file.inline && file.content.len() < 32 * 1024;
        if small || word.is_some_and(|word| word != DocumentWord::Negosiasi) {
            continue;
        }
        let named = word.is_some();
        let part = Part { at, named };
        let readable = !told.findings.contains(&Finding::Unreadable);
        match told.kind {
            FileKind::Pdf if readable => files.push(vec![part]),
            kind if kind.is_picture() && readable && photos.len() < MOST_PHOTOS => {
                photos.push(part);
            }
            kind => unseen.extend((named || kind.is_picture()).then_some(part)),
        }
    }
    not_compared(&unseen, examined);
    files.extend((!photos.is_empty()).then_some(photos));
    files
}

fn not_compared(group: &[Part], examined: &mut [Examination]) {
    for part in group {
        if let Some(told) = examined.get_mut(part.at) {
            told.note(NOT_COMPARED.to_owned());
        }
    }
}

/// Puts what the comparison told beside each file of the return.
fn tell(compared: &Compared, group: &[Part], examined: &mut [Examination]) {
    let alone = group.len() == 1;
    for (number, part) in group.iter().enumerate() {
        let Some(told) = examined.get_mut(part.at) else {
            continue;
        };
        let is_page = |&page: &u32| alone || page as usize == number;
        if !compared.found.iter().any(is_page) && !part.named {
            // An identity card beside the signed file is not the file with other figures.
            told.note("tidak tampak seperti berkas yang dikirim".to_owned());
            continue;
        }
        if told.side_by_side.is_empty() {
            told.side_by_side.clone_from(&compared.side_by_side);
        }
        for note in &compared.notes {
            told.note(note.clone());
        }
        match compared.outcome {
            Return::ReturnedSigned => {}
            Return::ReturnedUnsigned => told.find(Finding::Unsigned),
            Return::Differs => told.find(Finding::DiffersFromSent),
        }
        told.negotiation = Some(compared.outcome);
    }
}

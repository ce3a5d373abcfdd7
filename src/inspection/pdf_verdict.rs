//! What is wrong with a PDF, and what the Pokja should know of it.

use super::{
    finding::Finding,
    judgement::Examination,
    measure::PdfMeasure,
    photo_verdict::{is_blurred, is_dark, software_note},
};

pub(super) fn pdf_verdict(pdf: &PdfMeasure, told: &mut Examination) {
    if pdf.locked {
        told.find(Finding::Encrypted);
        told.note("PDF meminta kata sandi".to_owned());
        return;
    }
    told.pages = Some(pdf.pages);
    told.look.clone_from(&pdf.look);
    told.text.clone_from(&pdf.text);
    told.note(match pdf.page_size {
        Some((width, height)) => format!("PDF {} halaman, {width} × {height} mm", pdf.pages),
        None => format!("PDF {} halaman", pdf.pages),
    });
    if pdf.truncated {
        told.find(Finding::Unreadable);
        told.note("PDF terpotong: bagian akhirnya hilang".to_owned());
    }
    if pdf.protected {
        told.note("PDF dilindungi dari perubahan, tetapi dapat dibuka".to_owned());
    }
    if pdf.scanned_pages > 0 {
        told.note(format!("{} halaman hasil pindai", pdf.scanned_pages));
    }
    let blurred = pdf
        .page_edges
        .iter()
        .filter(|&&edges| is_blurred(edges))
        .count();
    if blurred > 0 && blurred * 2 >= pdf.page_edges.len() {
        told.find(Finding::Blurred);
    }
    if !pdf.page_light.is_empty() && pdf.page_light.iter().all(|&light| is_dark(light)) {
        told.find(Finding::Dark);
    }
    if let Some(producer) = &pdf.producer {
        told.note(software_note(producer));
    }
    signatures(pdf, told);
}

fn signatures(pdf: &PdfMeasure, told: &mut Examination) {
    let Some(last) = pdf.signatures.last() else {
        return;
    };
    let names: Vec<&str> = pdf
        .signatures
        .iter()
        .filter_map(|s| s.signer.as_deref())
        .collect();
    let by = if names.is_empty() {
        "tanpa nama".to_owned()
    } else {
        names.join(", ")
    };
    told.note(format!(
        "tanda tangan elektronik: {by} (keabsahan belum diperiksa)"
    ));
    // Of several signatures each covers what stood there when it was made; the last must cover the file.
    if !last.covers_file && !pdf.signatures.iter().any(|s| s.covers_file) {
        told.note("PDF berubah setelah ditandatangani secara elektronik".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspection::{
        FileKind, Sniffed, judge,
        measure::{Measurement, SignatureMeasure},
    };

    #[test]
    fn a_file_changed_after_its_signature_is_noted() {
        let pdf = |covers: &[bool]| PdfMeasure {
            pages: 1,
            signatures: covers
                .iter()
                .map(|&covers_file| SignatureMeasure {
                    signer: Some("Budi".into()),
                    covers_file,
                })
                .collect(),
            ..PdfMeasure::default()
        };
        let changed = |covers: &[bool]| {
            let measured = Measurement {
                pdf: Some(pdf(covers)),
                ..Measurement::default()
            };
            let told = judge(
                Sniffed {
                    kind: FileKind::Pdf,
                    ..Sniffed::default()
                },
                &measured,
            );
            told.notes.iter().any(|note| note.contains("berubah"))
        };
        assert!(!changed(&[]));
        assert!(!changed(&[false, true]));
        assert!(changed(&[false]));
    }
}

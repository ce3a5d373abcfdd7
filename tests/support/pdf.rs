//! The smallest PDF that shows something: one page with lines of text.

// Each test program uses a part of it.
#![allow(dead_code)]

use std::fmt::Write as _;

/// `words`: ASCII without brackets.
pub fn pdf(words: &str) -> String {
    written(&[words], "")
}

/// `lines`: one below the other.
pub fn page_of(lines: &[&str]) -> String {
    written(lines, "")
}

/// The same page with ink under its words.
pub fn signed_page_of(lines: &[&str]) -> String {
    written(lines, INK)
}

/// The same page with ink under its words.
pub fn signed_pdf(words: &str) -> String {
    written(&[words], INK)
}

const INK: &str = "2 w 340 430 m 380 500 l 360 415 l 430 490 l 395 410 l 470 480 l 480 425 l S";

fn written(lines: &[&str], ink: &str) -> String {
    let lines = lines.join(") Tj 0 -22 Td (");
    let shown = format!("BT /F1 14 Tf 60 760 Td ({lines}) Tj ET {ink}");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{shown}\nendstream", shown.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(file.len());
        let _ = writeln!(file, "{number} 0 obj\n{object}\nendobj");
    }
    let table = file.len();
    let _ = writeln!(file, "xref\n0 6\n0000000000 65535 f ");
    for place in places {
        let _ = writeln!(file, "{place:010} 00000 n ");
    }
    let _ = writeln!(
        file,
        "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF"
    );
    file
}

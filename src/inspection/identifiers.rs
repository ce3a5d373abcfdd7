//! Whether the numbers and names in a paper are the bidder's own: notes for the Pokja, never a verdict.

use crate::tender::Bidder;

/// NPWP and company name in a text, held against the register. Numbers are not repeated in the note: they are personal.
pub fn identifier_notes(text: &str, bidder: &Bidder) -> Vec<String> {
    let mut notes = Vec::new();
    let numbers = digit_runs(text);
    if let Some(npwp) = bidder.npwp.as_deref().map(digits) {
        // 15 digits, or 16 with a leading zero (domain.md section 2.1).
        let bare = |number: &str| {
            number
                .strip_prefix('0')
                .filter(|_| number.len() == 16)
                .unwrap_or(number)
                .to_owned()
        };
        let known = bare(&npwp);
        let found: Vec<String> = labelled(text, "npwp")
            .into_iter()
            .filter(|number| matches!(number.len(), 15 | 16))
            .map(|number| bare(&number))
            .collect();
        if numbers.iter().any(|number| bare(number) == known) {
            notes.push("NPWP sama dengan data tender".to_owned());
        } else if found.iter().any(|number| number.len() == 15) {
            notes.push("NPWP pada berkas tidak sama dengan data tender".to_owned());
        }
    }
    if let Some(nib) = bidder.nib.as_deref().map(digits) {
        let found: Vec<String> = labelled(text, "berusaha")
            .into_iter()
            .filter(|number| number.len() == 13)
            .collect();
        if numbers.contains(&nib) {
            notes.push("NIB sama dengan data tender".to_owned());
        } else if !found.is_empty() {
            notes.push("NIB pada berkas tidak sama dengan data tender".to_owned());
        }
    }
    let name = company_core(&bidder.name);
    if name.len() >= 6 && company_core(text).contains(&name) {
        notes.push("nama perusahaan tercantum".to_owned());
    }
    notes
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Numbers as they stand, with the dots, dashes and single blanks by which they are grouped taken out.
fn digit_runs(text: &str) -> Vec<String> {
    let mut runs = Vec::new();
    for line in text.lines() {
        let mut run = String::new();
        let mut gap = 0;
        for c in line.chars().chain(std::iter::once('\u{0}')) {
            if c.is_ascii_digit() {
                run.push(c);
                gap = 0;
            } else if matches!(c, '.' | '-' | ' ') && !run.is_empty() && gap == 0 {
                gap = 1;
            } else if !run.is_empty() {
                runs.push(std::mem::take(&mut run));
                gap = 0;
            }
        }
    }
    runs
}

/// Numbers on the line of a label, or on the next.
fn labelled(text: &str, label: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if line.to_lowercase().contains(label) {
            found.extend(digit_runs(line));
            found.extend(
                lines
                    .get(at + 1)
                    .into_iter()
                    .flat_map(|next| digit_runs(next)),
            );
        }
    }
    found
}

/// Capitals without form words, dots and blanks.
fn company_core(text: &str) -> String {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_uppercase)
        .filter(|word| !matches!(word.as_str(), "PT" | "CV" | "UD" | "TBK" | "PERSERO"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fixture;

    fn notes(text: &str) -> Vec<String> {
        let office = fixture::office();
        let session = office.session(fixture::LESTU_QUALIFICATION);
        let mut bidder = office.bidder(session.bidder).clone();
        bidder.npwp = Some("01.999.001.9-000.000".into());
        bidder.nib = Some("0102030405060".into());
        identifier_notes(text, &bidder)
    }

    #[test]
    fn a_number_is_compared_in_every_way_it_is_written() {
        for text in [
            "NPWP : 01.999.001.9-000.000",
            "NPWP16\n0019 9900 1900 0000",
            "019990019000000",
        ] {
            assert_eq!(notes(text), ["NPWP sama dengan data tender"], "{text}");
        }
        assert_eq!(
            notes("NPWP: 02.999.017.3-000.000"),
            ["NPWP pada berkas tidak sama dengan data tender"]
        );
        // A bank account beside no label is nobody's NPWP.
        assert_eq!(notes("Rekening 029990173000000"), [""; 0]);
        assert_eq!(
            notes("NOMOR INDUK BERUSAHA: 9999999999999"),
            ["NIB pada berkas tidak sama dengan data tender"]
        );
    }
}

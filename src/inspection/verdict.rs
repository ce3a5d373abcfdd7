//! What came back of a negotiation file: signed, unsigned or different, and the words in which the Pokja is told where to
//! look. A person confirms.

use super::{
    amounts::Amounts,
    comparison::{Comparison, PageMatch},
    figures::{FigureSeen, Seen},
    regions::is_ink,
};

/// What came back, in the words of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Return {
    ReturnedSigned,
    ReturnedUnsigned,
    Differs,
}

/// Figures of a page that are named; of more the count is told.
const NAMED: usize = 4;

/// The verdict: from the pictures, from the words of both files where they have some, and whether a digital signature is in it.
/// What cannot be told for certain is never silently there: a note names it, and where the picture differs too it differs.
pub fn conclude(
    comparison: &Comparison,
    sent_text: &str,
    returned_text: &str,
    signed_digitally: bool,
) -> (Return, Vec<String>) {
    let mut notes = Vec::new();
    let mut differs = missing_pages(comparison, &mut notes);
    note_order(comparison, &mut notes);
    let amounts = Amounts::of(sent_text, returned_text);
    for (number, page) in comparison.numbered() {
        if page.returned.is_some() {
            differs |= judge_page(number, page, &amounts, &mut notes);
        }
    }
    differs |= judge_text(comparison, &amounts, &mut notes);
    note_left_out(comparison, &mut notes);
    let inked: Vec<String> = comparison
        .numbered()
        .filter(|(_, page)| page.added.iter().any(is_ink))
        .map(|(number, _)| number.to_string())
        .collect();
    if !inked.is_empty() {
        notes.push(format!(
            "ada tinta yang tidak ada pada berkas kiriman: halaman {}",
            inked.join(", ")
        ));
    }
    if signed_digitally {
        notes.push("ada tanda tangan elektronik".to_owned());
    }
    let outcome = match (differs, !inked.is_empty() || signed_digitally) {
        (true, _) => Return::Differs,
        (false, true) => Return::ReturnedSigned,
        (false, false) => Return::ReturnedUnsigned,
    };
    (outcome, notes)
}

/// The returned pages whose reading may clear up what their pictures leave open, counted from 0.
pub fn worth_reading(comparison: &Comparison) -> Vec<u32> {
    let open = |page: &&PageMatch| {
        let unclear = |figure: &FigureSeen| figure.seen == Seen::Unclear;
        page.figures.iter().any(unclear)
    };
    let pages = comparison.matches.iter().filter(open);
    pages.filter_map(|page| page.returned).collect()
}

fn missing_pages(comparison: &Comparison, notes: &mut Vec<String>) -> bool {
    let missing: Vec<String> = comparison
        .numbered()
        .filter(|(_, page)| page.returned.is_none())
        .map(|(number, _)| number.to_string())
        .collect();
    let more = comparison
        .returned_pages
        .saturating_sub(comparison.sent_pages);
    if more > 0 {
        notes.push(format!(
            "ada {more} halaman lebih banyak daripada berkas kiriman"
        ));
    }
    if missing.is_empty() {
        return false;
    }
    notes.push(if missing.len() == comparison.matches.len() {
        "bukan berkas yang dikirim, atau tidak dapat dicocokkan".to_owned()
    } else {
        format!("halaman {} tidak ditemukan kembali", missing.join(", "))
    });
    true
}

fn note_order(comparison: &Comparison, notes: &mut Vec<String>) {
    let pages = comparison.matches.iter();
    let order: Vec<u32> = pages.filter_map(|page| page.returned).collect();
    if order.windows(2).any(|pair| pair[0] > pair[1]) {
        notes.push("urutan halaman berubah".to_owned());
    }
}

/// Pages that nobody looked at.
fn note_left_out(comparison: &Comparison, notes: &mut Vec<String>) {
    let compared = u32::try_from(comparison.matches.len()).unwrap_or(u32::MAX);
    if comparison.sent_pages > compared {
        // All but the last of them stand in front.
        let (from, to) = (compared, comparison.sent_pages - 1);
        let which = if from == to {
            format!("halaman {from}")
        } else {
            format!("halaman {from} sampai {to}")
        };
        notes.push(format!("{which} tidak dibandingkan, mohon diperiksa"));
    }
}

/// Notes what is different on a page; whether it makes the file a different one.
fn judge_page(number: u32, page: &PageMatch, amounts: &Amounts, notes: &mut Vec<String>) -> bool {
    let (mut changed, mut open, mut covered) = (Vec::new(), Vec::new(), Vec::new());
    for figure in &page.figures {
        let name = &figure.figure;
        let digits: String = name.chars().filter(char::is_ascii_digit).collect();
        match &figure.seen {
            Seen::Changed(now) => changed.push(format!("angka {name} menjadi {now}")),
            Seen::Struck => changed.push(format!("angka {name} dicoret atau ditimpa tulisan")),
            Seen::Longer => open.push(format!("di dekat angka {name} ada cetakan tambahan")),
            Seen::Covered => covered.push(format!("angka {name} tertutup tinta")),
            // Reading tells what the picture does not.
            Seen::Unclear if amounts.confirm(&digits) => {}
            Seen::Unclear => match amounts.instead_of(&digits) {
                Some(now) => changed.push(format!("angka {name} menjadi {now}")),
                None => open.push(format!("angka {name} tidak terbaca jelas")),
            },
        }
    }
    let most = changed.len() > NAMED && changed.len() * 2 > page.figures_sent as usize;
    if most {
        changed.truncate(1);
        changed.insert(0, "sebagian besar angka berbeda".to_owned());
    }
    if !page.changed.is_empty() || !page.lost.is_empty() {
        changed.push("ada tulisan yang berbeda (lihat tanda pada gambar)".to_owned());
    } else if !page.doubtful.is_empty() {
        open.push("ada huruf yang tampak berbeda (lihat tanda pada gambar)".to_owned());
    }
    // A figure that is not like what was sent, and that nothing confirms, is not taken for the one that was sent.
    let differs = !changed.is_empty() || !open.is_empty();
    if !page.inked.is_empty() {
        covered.push("ada tulisan yang terkena tinta (lihat tanda pada gambar)".to_owned());
    }
    if page.poor {
        covered.push(
            "cetakan terlalu kecil atau buram untuk dibandingkan huruf demi huruf".to_owned(),
        );
    }
    open.append(&mut covered);
    for (mut found, tail) in [(changed, ""), (open, ", mohon diperiksa")] {
        let more = found.len().saturating_sub(NAMED);
        found.truncate(NAMED);
        if more > 0 {
            found.push(format!("dan {more} lagi"));
        }
        if !found.is_empty() {
            notes.push(format!("halaman {number}: {}{tail}", found.join(", ")));
        }
    }
    differs
}

/// Amounts that the returned file's text has otherwise. Where the pictures were compared figure by figure they know better:
/// a scanner's program that puts its own reading under the picture misreads.
fn judge_text(comparison: &Comparison, amounts: &Amounts, notes: &mut Vec<String>) -> bool {
    let looked_up = comparison.matches.iter().any(|page| page.figures_sent > 0);
    let mut differs = false;
    for (was, now) in &amounts.changed {
        let told = comparison.matches.iter().flat_map(|page| &page.figures);
        let mut told = told.map(|figure| figure.figure.chars().filter(char::is_ascii_digit));
        if told.any(|digits| digits.eq(was.chars())) {
            continue;
        }
        if looked_up {
            notes.push(format!(
                "angka {was} terbaca {now} pada teks berkas, mohon diperiksa"
            ));
        } else {
            differs = true;
            notes.push(format!("angka {was} menjadi {now}"));
        }
    }
    differs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspection::regions::Region;

    const SIGNATURE: Region = Region {
        left: 600,
        top: 1100,
        width: 160,
        height: 70,
        pixels: 900,
    };

    fn page(returned: Option<u32>, added: Vec<Region>, figures: &[(&str, Seen)]) -> PageMatch {
        PageMatch {
            returned,
            likeness: 0.98,
            added,
            figures: figures
                .iter()
                .map(|(figure, seen)| FigureSeen {
                    figure: (*figure).to_owned(),
                    seen: seen.clone(),
                    place: Region::default(),
                })
                .collect(),
            figures_sent: 9,
            ..PageMatch::default()
        }
    }

    #[test]
    fn the_outcome_follows_from_pages_figures_and_ink() {
        use Return::{Differs, ReturnedSigned, ReturnedUnsigned};
        let first = || page(Some(0), vec![], &[]);
        let signed = |figures: &[(&str, Seen)]| page(Some(1), vec![SIGNATURE], figures);
        let changed = Seen::Changed("1.230.000".to_owned());
        let amount = "1.200.000";
        // Second page, whether a digital signature is in it, what OCR read; outcome, and what a note says.
        let cases = [
            (page(Some(1), vec![], &[]), false, "", ReturnedUnsigned, ""),
            (
                page(Some(1), vec![], &[]),
                true,
                "",
                ReturnedSigned,
                "tanda tangan elektronik",
            ),
            (
                signed(&[]),
                false,
                "",
                ReturnedSigned,
                "tinta yang tidak ada pada berkas kiriman: halaman 2",
            ),
            (
                page(None, vec![], &[]),
                true,
                "",
                Differs,
                "halaman 2 tidak ditemukan kembali",
            ),
            (
                signed(&[(amount, changed)]),
                false,
                "",
                Differs,
                "halaman 2: angka 1.200.000 menjadi 1.230.000",
            ),
            (
                signed(&[(amount, Seen::Struck)]),
                false,
                "",
                Differs,
                "dicoret",
            ),
            (
                signed(&[(amount, Seen::Covered)]),
                false,
                "",
                ReturnedSigned,
                "tertutup tinta, mohon diperiksa",
            ),
            (
                signed(&[(amount, Seen::Unclear)]),
                false,
                "",
                Differs,
                "tidak terbaca jelas, mohon diperiksa",
            ),
            (
                signed(&[(amount, Seen::Unclear)]),
                false,
                "Rp 1.200.000",
                ReturnedSigned,
                "tinta",
            ),
            (
                signed(&[(amount, Seen::Unclear)]),
                false,
                "Rp 1.230.000 9.876.543",
                Differs,
                "menjadi 1230000",
            ),
        ];
        for (second, digital, read, outcome, note) in cases {
            let comparison = Comparison {
                sent_pages: 2,
                returned_pages: 2,
                matches: vec![first(), second],
            };
            let sent = "Rp 1.200.000 dan 9.876.543";
            let (found, notes) = conclude(&comparison, sent, read, digital);
            assert_eq!(found, outcome, "{notes:?}");
            assert!(notes.join("; ").contains(note), "{notes:?}");
        }
    }

    #[test]
    fn a_text_under_a_scan_that_reads_otherwise_makes_no_file_a_different_one() {
        let told = |figures_sent| Comparison {
            sent_pages: 1,
            returned_pages: 1,
            matches: vec![PageMatch {
                figures_sent,
                ..page(Some(0), vec![SIGNATURE], &[])
            }],
        };
        let outcome = |told: &Comparison| {
            conclude(
                told,
                "Rp 1.200.000 9.876.543",
                "Rp 1.280.000 9.876.543",
                false,
            )
        };
        let (found, notes) = outcome(&told(2));
        assert_eq!(found, Return::ReturnedSigned);
        assert!(
            notes.iter().any(|note| note.contains("mohon diperiksa")),
            "{notes:?}"
        );
        // Where no figure was looked up in the picture, text is all there is.
        assert_eq!(outcome(&told(0)).0, Return::Differs);
    }

    #[test]
    fn what_was_not_looked_at_or_cannot_be_told_is_named() {
        let told = Comparison {
            sent_pages: 14,
            returned_pages: 14,
            matches: (0..8)
                .map(|at| {
                    let ink = if at == 7 { vec![SIGNATURE] } else { vec![] };
                    PageMatch {
                        poor: at == 1,
                        doubtful: vec![SIGNATURE; usize::from(at == 2)],
                        inked: vec![SIGNATURE; usize::from(at == 3)],
                        ..page(Some(at), ink, &[])
                    }
                })
                .collect(),
        };
        let (outcome, notes) = conclude(&told, "", "", false);
        let notes = notes.join("; ");
        for note in [
            "halaman 8 sampai 13 tidak dibandingkan, mohon diperiksa",
            "halaman 2: cetakan terlalu kecil atau buram untuk dibandingkan huruf demi huruf, mohon diperiksa",
            "halaman 3: ada huruf yang tampak berbeda (lihat tanda pada gambar), mohon diperiksa",
            "halaman 4: ada tulisan yang terkena tinta (lihat tanda pada gambar), mohon diperiksa",
            "berkas kiriman: halaman 14",
        ] {
            assert!(notes.contains(note), "{note} not in {notes}");
        }
        // Print that looks otherwise, and nobody can say what it is: never silently signed.
        assert_eq!(outcome, Return::Differs);
    }

    #[test]
    fn swapped_pages_and_more_pages_are_noted() {
        let swapped = Comparison {
            sent_pages: 2,
            returned_pages: 3,
            matches: vec![
                page(Some(1), vec![], &[]),
                page(Some(0), vec![SIGNATURE], &[]),
            ],
        };
        let (outcome, notes) = conclude(&swapped, "", "", false);
        assert_eq!(outcome, Return::ReturnedSigned);
        assert!(notes.iter().any(|note| note.contains("urutan")));
        assert!(
            notes
                .iter()
                .any(|note| note.contains("1 halaman lebih banyak"))
        );
    }
}

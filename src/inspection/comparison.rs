//! The negotiation file that came back, held against the one that was sent: same pages, same figures, ink where there was
//! none. A person confirms; the program says where to look.

use serde::{Deserialize, Serialize};

use super::{
    alignment::{align, found_again, ink},
    raster::Gray,
};

/// The shorter side at which pages are compared: 120 dots an inch on A4.
pub const SIDE: f32 = 1000.0;
/// How far print may lie off after alignment.
const SLACK: usize = 4;
/// So much of a page's print must be found again, block by block, for it to be that page.
const SAME: f32 = 0.6;
/// What was drawn by hand is at least so large, in pixels, and holds so much ink.
const INK_SIDE: usize = 36;
const INK_PIXELS: usize = 160;

/// Two files compared, page by page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub sent_pages: u32,
    pub returned_pages: u32,
    /// For each sent page the returned page that it is, and how well print lies on print (0 to 1).
    pub matches: Vec<PageMatch>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PageMatch {
    /// Counted from 0; `None`: it did not come back.
    pub returned: Option<u32>,
    pub likeness: f32,
    /// Regions with ink that was not sent.
    pub added: Vec<Region>,
    /// Regions whose print did not come back.
    pub lost: Vec<Region>,
}

/// In pixels of the sent page as compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
    pub pixels: u32,
}

/// What came back, in the words of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Return {
    ReturnedSigned,
    ReturnedUnsigned,
    Differs,
}

/// The pages laid on each other.
pub struct Laid {
    pub comparison: Comparison,
    /// For each sent page that came back: it, and what came back in its place.
    pub pairs: Vec<(usize, Gray)>,
}

/// Compares pages as pictures. Each returned page is at most one sent page's.
pub fn compare(sent: &[Gray], returned: &[Gray]) -> Laid {
    let mut laid: Vec<(usize, usize, f32, Gray)> = Vec::new();
    for (at, page) in sent.iter().enumerate() {
        let print = ink(page);
        // In its own place first: files come back in order.
        let order = std::iter::once(at).chain((0..returned.len()).filter(|&other| other != at));
        for candidate in order.filter(|&candidate| candidate < returned.len()) {
            let aligned = align(page, &returned[candidate]);
            let likeness = found_again(&print, &ink(&aligned));
            laid.push((at, candidate, likeness, aligned));
            if likeness > 0.93 {
                break;
            }
        }
    }
    laid.sort_by(|a, b| b.2.total_cmp(&a.2));
    let mut matches = vec![PageMatch::default(); sent.len()];
    let mut pairs: Vec<(usize, Gray)> = Vec::new();
    let mut taken = vec![false; returned.len()];
    for (at, candidate, likeness, aligned) in laid {
        let page = &mut matches[at];
        if page.returned.is_some() || taken[candidate] {
            continue;
        }
        page.likeness = page.likeness.max(likeness);
        if likeness < SAME {
            continue;
        }
        taken[candidate] = true;
        let (sent_ink, returned_ink) = (ink(&sent[at]), ink(&aligned));
        *page = PageMatch {
            returned: u32::try_from(candidate).ok(),
            likeness,
            added: regions(&returned_ink, &sent_ink, 70),
            lost: regions(&sent_ink, &returned_ink, 110),
        };
        pairs.push((at, aligned));
    }
    pairs.sort_by_key(|(at, _)| *at);
    Laid {
        comparison: Comparison {
            sent_pages: u32::try_from(sent.len()).unwrap_or(u32::MAX),
            returned_pages: u32::try_from(returned.len()).unwrap_or(u32::MAX),
            matches,
        },
        pairs,
    }
}

/// Where there is ink within so many pixels.
fn spread(ink: &Gray, limit: u8, by: usize) -> Vec<bool> {
    let (w, h) = (ink.width, ink.height);
    let mut wide = vec![false; w * h];
    for y in 0..h {
        let row = ink.row(y);
        for x in 0..w {
            if row[x] > limit {
                wide[y * w + x.saturating_sub(by)..=y * w + (x + by).min(w - 1)].fill(true);
            }
        }
    }
    let mut near = wide.clone();
    for y in 0..h {
        for x in 0..w {
            if wide[y * w + x] {
                for v in y.saturating_sub(by)..=(y + by).min(h - 1) {
                    near[v * w + x] = true;
                }
            }
        }
    }
    near
}

/// Pieces of ink in one that have none near them in the other, those close together taken as one.
fn regions(one: &Gray, other: &Gray, limit: u8) -> Vec<Region> {
    let near = spread(other, 45, SLACK);
    let (w, h) = (one.width, one.height);
    // The border of a scan is shadow and edge, not ink.
    let margin = w / 50;
    let fresh = Gray {
        pixels: one
            .pixels
            .iter()
            .zip(&near)
            .enumerate()
            .map(|(at, (&pixel, &near))| {
                let (x, y) = (at % w, at / w);
                let inside = x > margin && y > margin && x + margin < w && y + margin < h;
                u8::from(inside && !near && pixel > limit) * 255
            })
            .collect(),
        ..*one
    };
    let mut joined = spread(&fresh, 128, 8);
    let mut found = Vec::new();
    let mut stack = Vec::new();
    for start in 0..w * h {
        if !joined[start] {
            continue;
        }
        let (mut left, mut right, mut top, mut bottom, mut pixels) = (w, 0, h, 0, 0_u32);
        joined[start] = false;
        stack.push(start);
        while let Some(at) = stack.pop() {
            let (x, y) = (at % w, at / w);
            if fresh.pixels[at] > 0 {
                pixels += 1;
                (left, right) = (left.min(x), right.max(x));
                (top, bottom) = (top.min(y), bottom.max(y));
            }
            let mut visit = |next: usize| {
                if joined[next] {
                    joined[next] = false;
                    stack.push(next);
                }
            };
            if x > 0 {
                visit(at - 1);
            }
            if x + 1 < w {
                visit(at + 1);
            }
            if y > 0 {
                visit(at - w);
            }
            if y + 1 < h {
                visit(at + w);
            }
        }
        if pixels >= 12 {
            found.push(Region {
                left: left as u32,
                top: top as u32,
                width: (right + 1 - left) as u32,
                height: (bottom + 1 - top) as u32,
                pixels,
            });
        }
    }
    found
}

/// Drawn by hand, or stamped: larger than a letter, and not print that moved.
pub fn is_ink(region: &Region) -> bool {
    let (w, h) = (region.width as usize, region.height as usize);
    w.max(h) >= INK_SIDE && w.min(h) >= INK_SIDE / 3 && region.pixels as usize >= INK_PIXELS
}

/// The verdict: from the pictures, from the words of both files, and whether a digital signature is in it.
pub fn conclude(
    comparison: &Comparison,
    sent_text: &str,
    returned_text: &str,
    signed_digitally: bool,
) -> (Return, Vec<String>) {
    let mut notes = Vec::new();
    let mut differs = false;
    let missing: Vec<String> = (1..)
        .zip(&comparison.matches)
        .filter(|(_, page)| page.returned.is_none())
        .map(|(number, _): (u32, _)| number.to_string())
        .collect();
    if missing.len() == comparison.matches.len() {
        differs = true;
        notes.push("bukan berkas yang dikirim, atau tidak dapat dicocokkan".to_owned());
    } else if !missing.is_empty() {
        differs = true;
        notes.push(format!(
            "halaman {} tidak ditemukan kembali",
            missing.join(", ")
        ));
    }
    let order: Vec<u32> = comparison
        .matches
        .iter()
        .filter_map(|page| page.returned)
        .collect();
    if order.windows(2).any(|pair| pair[0] > pair[1]) {
        notes.push("urutan halaman berubah".to_owned());
    }
    for (was, now) in changed_figures(sent_text, returned_text) {
        differs = true;
        notes.push(match now {
            Some(now) => format!("angka {was} menjadi {now}"),
            None => format!("angka {was} tidak ditemukan"),
        });
    }
    let inked = comparison
        .matches
        .iter()
        .flat_map(|page| &page.added)
        .any(is_ink);
    if inked {
        notes.push("ada tinta yang tidak ada pada berkas kiriman".to_owned());
    }
    if signed_digitally {
        notes.push("ada tanda tangan elektronik".to_owned());
    }
    let outcome = match (differs, inked || signed_digitally) {
        (true, _) => Return::Differs,
        (false, true) => Return::ReturnedSigned,
        (false, false) => Return::ReturnedUnsigned,
    };
    (outcome, notes)
}

/// Amounts of the sent text that do not stand in the returned one, with what seems to stand in their place. Where the
/// returned text holds hardly any of them it was not read, and says nothing.
fn changed_figures(sent: &str, returned: &str) -> Vec<(String, Option<String>)> {
    let (sent, returned) = (amounts(sent), amounts(returned));
    let lost: Vec<&String> = sent
        .iter()
        .filter(|amount| !returned.contains(amount))
        .collect();
    let read = sent.len() - lost.len();
    if returned.is_empty() || (read == 0 && sent.len() > 2) {
        return Vec::new();
    }
    let fresh: Vec<&String> = returned
        .iter()
        .filter(|amount| !sent.contains(amount))
        .collect();
    lost.into_iter()
        .filter_map(|was| {
            let instead = fresh.iter().find(|now| {
                now.len() == was.len()
                    && now.bytes().zip(was.bytes()).filter(|(a, b)| a != b).count() <= 2
            });
            // Without anything in its place OCR lost it: the pictures say whether it is there.
            instead.map(|now| (was.clone(), Some((*now).clone())))
        })
        .collect()
}

/// Runs of at least five digits, as amounts are: the whole run, whatever groups them (domain.md section 2.4).
fn amounts(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut run = String::new();
    let mut gap = false;
    for c in text.chars().chain(std::iter::once('\n')) {
        if c.is_ascii_digit() {
            run.push(c);
            gap = false;
        } else if matches!(c, '.' | ',') && !run.is_empty() && !gap {
            gap = true;
        } else {
            // Cents that are none: 1.234.567,00.
            if run.len() >= 5 && !found.contains(&run) {
                found.push(std::mem::take(&mut run));
            }
            run.clear();
            gap = false;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of words, each of a few strokes; another seed is another page.
    fn printed(seed: usize) -> Gray {
        let mut page = Gray::filled(520, 720, 245);
        for (line, y) in (40..680).step_by(26).enumerate() {
            let mut x = 40;
            let mut word = seed * 7 + line * 13;
            while x < 470 {
                word = (word * 31 + 17) % 1009;
                for letter in 0..3 + word % 6 {
                    let strokes = word / (letter + 1) % 7;
                    for dy in 0..10 {
                        for dx in 0..5 {
                            let drawn = dx == strokes % 5
                                || (strokes > 2 && dy == strokes + 1)
                                || (dy == 0 && strokes.is_multiple_of(2));
                            if drawn && x + dx < 470 {
                                page.pixels[(y + dy) * 520 + x + dx] = 40;
                            }
                        }
                    }
                    x += 8;
                }
                x += 10;
            }
        }
        page
    }

    fn scribble(page: &mut Gray) {
        for t in 0..400 {
            let angle = t as f64 / 18.0;
            let (x, y) = (
                300.0 + t as f64 * 0.3 + 6.0 * angle.cos(),
                560.0 + 22.0 * angle.sin(),
            );
            for dy in 0..3 {
                for dx in 0..3 {
                    page.pixels[(y as usize + dy) * 520 + x as usize + dx] = 30;
                }
            }
        }
    }

    #[test]
    fn a_page_laid_askew_is_found_again_and_only_new_ink_is_ink() {
        use super::super::alignment::{Homography, warped};
        let sent = printed(1);
        let askew = Homography::of([1.03, 0.02, -14.0, -0.018, 1.02, 3.0, 0.0, 0.000_01]);
        let back = |page: &Gray| warped(page, askew, 520, 720);
        let mut signed = sent.clone();
        scribble(&mut signed);
        for (returned, inked) in [(back(&sent), false), (back(&signed), true)] {
            let told = compare(std::slice::from_ref(&sent), &[returned]).comparison;
            let page = &told.matches[0];
            assert_eq!(page.returned, Some(0), "{}", page.likeness);
            assert_eq!(page.added.iter().any(is_ink), inked, "{:?}", page.added);
        }
        let other = compare(&[sent], &[back(&printed(2))]).comparison;
        assert_eq!(
            other.matches[0].returned, None,
            "{}",
            other.matches[0].likeness
        );
    }

    fn page(likeness: f32, returned: Option<u32>, added: Vec<Region>) -> PageMatch {
        PageMatch {
            returned,
            likeness,
            added,
            lost: Vec::new(),
        }
    }

    fn two_pages(matches: Vec<PageMatch>) -> Comparison {
        Comparison {
            sent_pages: 2,
            returned_pages: 2,
            matches,
        }
    }

    const SIGNATURE: Region = Region {
        left: 600,
        top: 1100,
        width: 160,
        height: 70,
        pixels: 900,
    };

    #[test]
    fn ink_on_the_same_pages_is_signed_and_none_is_unsigned() {
        let text = "Nilai penawaran Rp1.234.567.000,00 hasil negosiasi Rp1.200.000.000,00";
        let same = |added: Vec<Region>| {
            two_pages(vec![
                page(0.99, Some(0), vec![]),
                page(0.98, Some(1), added),
            ])
        };
        let outcome = |comparison: &Comparison, returned: &str, digital| {
            conclude(comparison, text, returned, digital).0
        };
        assert_eq!(
            outcome(&same(vec![SIGNATURE]), text, false),
            Return::ReturnedSigned
        );
        assert_eq!(
            outcome(&same(vec![]), text, false),
            Return::ReturnedUnsigned
        );
        assert_eq!(outcome(&same(vec![]), text, true), Return::ReturnedSigned);
        let changed = text.replace("1.200", "1.230");
        assert_eq!(
            outcome(&same(vec![SIGNATURE]), &changed, false),
            Return::Differs
        );
        // Nothing was read: the pictures alone speak.
        assert_eq!(
            outcome(&same(vec![SIGNATURE]), "", false),
            Return::ReturnedSigned
        );
    }

    #[test]
    fn a_page_that_did_not_come_back_differs_and_swapped_pages_are_noted() {
        let lost = two_pages(vec![
            page(0.99, Some(0), vec![SIGNATURE]),
            page(0.3, None, vec![]),
        ]);
        assert_eq!(conclude(&lost, "", "", false).0, Return::Differs);
        let swapped = two_pages(vec![
            page(0.99, Some(1), vec![]),
            page(0.99, Some(0), vec![SIGNATURE]),
        ]);
        let (outcome, notes) = conclude(&swapped, "", "", false);
        assert_eq!(outcome, Return::ReturnedSigned);
        assert!(notes.iter().any(|note| note.contains("urutan")));
    }

    #[test]
    fn amounts_are_whole_runs_of_digits() {
        assert_eq!(
            amounts("Rp1.234.567,00 dan IDR 1,234,567.00; no 12; 27.500,-"),
            ["123456700", "27500"]
        );
        let changed = changed_figures(
            "Rp 1.200.000.000 dan Rp 1.234.567.000",
            "Rp 1.280.000.000 dan Rp 1.234.567.000",
        );
        assert_eq!(
            changed,
            [("1200000000".to_owned(), Some("1280000000".to_owned()))]
        );
    }
}

//! The negotiation file that came back, laid page by page over the one that was sent: what became of its figures and its
//! print, and where there is ink that was not sent. What that means is `verdict`'s.

use serde::{Deserialize, Serialize};

use super::{
    alignment::{Levels, found, laid},
    figures::{self, FigureSeen, Seen},
    glyphs,
    paper::{full_contrast, ink},
    plane::Homography,
    print::Print,
    raster::Gray,
    recognition::{Guess, Look, Paper, guess},
    regions::{Region, is_ink, regions},
    samples::{Letter, Samples},
};

/// The shorter side at which pages are compared: 180 dots an inch on A4, where a digit of the smallest print is 15 pixels high.
pub const SIDE: f32 = 1500.0;
/// So much of a page's print must be found again, block by block, for it to be that page.
const SAME: f32 = 0.7;
/// Pages whose likeness from afar is at least this share of the best's are looked at closely.
const ALIKE_FROM_AFAR: f32 = 0.75;
/// A page of the sent file.
pub struct Page {
    pub picture: Gray,
    /// Empty where it is a picture only.
    pub letters: Vec<Letter>,
}

/// Two files compared, page by page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub sent_pages: u32,
    pub returned_pages: u32,
    /// For each sent page the returned page that it is, and how well print lies on print (0 to 1). Of a long file only the
    /// first ones and the last.
    pub matches: Vec<PageMatch>,
}

impl Comparison {
    /// The pages that were looked at, with their numbers in the sent file, counted from 1.
    pub fn numbered(&self) -> impl Iterator<Item = (u32, &PageMatch)> {
        let count = self.matches.len();
        (1_u32..).zip(&self.matches).map(move |(number, page)| {
            let last = number as usize == count;
            (if last { self.sent_pages } else { number }, page)
        })
    }
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
    /// Regions where other print stands.
    pub changed: Vec<Region>,
    /// Regions whose print a person had better look at.
    pub doubtful: Vec<Region>,
    /// Figures that are not simply there.
    pub figures: Vec<FigureSeen>,
    /// Regions whose print was written or stamped over, where what stands there is not known.
    pub inked: Vec<Region>,
    /// Its print came back too poor to be told letter by letter, and what stands there is not known.
    pub poor: bool,
    /// How many figures could be looked up.
    pub figures_sent: u32,
}

/// The pages laid on each other.
pub struct Laid {
    pub comparison: Comparison,
    /// For each sent page that came back: it, and what came back in its place.
    pub pairs: Vec<(usize, Gray)>,
}

/// A sent page and a returned one, looked at together.
struct Try {
    at: usize,
    candidate: usize,
    likeness: f32,
    map: Homography,
}

/// Compares pages as pictures. Each returned page is at most one sent page's.
pub fn compare(sent: &[Page], returned: Vec<Gray>) -> Laid {
    let prints: Vec<Levels> = sent
        .iter()
        .map(|page| Levels::of(full_contrast(ink(&page.picture))))
        .collect();
    let count = returned.len();
    let returned: Vec<Levels> = returned.into_iter().map(Levels::of).collect();
    let mut tries = tries(&prints, &returned);
    tries.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
    let samples = Samples::of(
        prints
            .iter()
            .map(Levels::full)
            .zip(sent.iter().map(|page| &page.letters[..])),
    );
    let mut matches = vec![PageMatch::default(); sent.len()];
    let mut pairs: Vec<(usize, Gray)> = Vec::new();
    let mut taken = vec![false; count];
    for Try {
        at,
        candidate,
        likeness,
        map,
    } in tries
    {
        let (Some(page), Some(told)) = (prints.get(at), matches.get_mut(at)) else {
            continue;
        };
        if told.returned.is_some() || taken[candidate] {
            continue;
        }
        told.likeness = told.likeness.max(likeness);
        if likeness < SAME {
            continue;
        }
        taken[candidate] = true;
        let letters = sent.get(at).map_or(&[][..], |page| &page.letters[..]);
        let aligned = laid(page, &returned[candidate], &map);
        let print = Print::of(page.full().clone(), full_contrast(ink(&aligned)));
        let mut told_figures = figures::check(&print, letters, samples.clone());
        let added = regions(&print.added);
        for figure in &mut told_figures {
            // Ink on a figure that is no part of a signature or a stamp was written there.
            let drawn = |region: &Region| is_ink(region) && region.touches(&figure.place);
            if figure.seen == Seen::Covered && !added.iter().any(drawn) {
                figure.seen = Seen::Struck;
            }
        }
        told_figures.extend(figures::longer(letters, &added));
        let inked: Vec<Region> = added.iter().copied().filter(is_ink).collect();
        let places: Vec<Region> = told_figures.iter().map(|figure| figure.place).collect();
        let shapes = glyphs::check(&print, &inked).words_beside(letters, &places);
        *told = PageMatch {
            returned: u32::try_from(candidate).ok(),
            likeness,
            added,
            changed: shapes.changed,
            lost: shapes.lost,
            doubtful: shapes.doubtful,
            inked: shapes.inked,
            poor: shapes.poor && letters.is_empty(),
            figures: told_figures,
            figures_sent: figures::figures(letters)
                .len()
                .try_into()
                .unwrap_or(u32::MAX),
        };
        pairs.push((at, aligned));
    }
    pairs.sort_by_key(|(at, _)| *at);
    Laid {
        comparison: Comparison {
            sent_pages: u32::try_from(sent.len()).unwrap_or(u32::MAX),
            returned_pages: u32::try_from(count).unwrap_or(u32::MAX),
            matches,
        },
        pairs,
    }
}

/// Each sent page with the returned pages that look most like it from afar.
fn tries(sent: &[Levels], returned: &[Levels]) -> Vec<Try> {
    let mut tries = Vec::new();
    let mut papers: [Vec<Paper>; 2] = Default::default();
    for (at, page) in sent.iter().enumerate() {
        let full = page.full();
        let upright = full.height >= full.width;
        let papers = &mut papers[usize::from(upright)];
        if papers.is_empty() {
            papers.extend(returned.iter().map(|returned| Paper::of(returned, upright)));
        }
        let look = Look::of(full);
        let guesses = papers.iter().map(|paper| guess(&look, paper)).enumerate();
        let mut guesses: Vec<(usize, Guess)> = guesses.collect();
        guesses.sort_by(|a, b| b.1.likeness.total_cmp(&a.1.likeness));
        let best = guesses.first().map_or(0.0, |(_, guess)| guess.likeness);
        for (candidate, guess) in guesses.into_iter().take(3) {
            // Pages of one table look alike from afar; a closer look tells them apart.
            if guess.likeness < best * ALIKE_FROM_AFAR {
                break;
            }
            let (map, likeness) = found(page, &returned[candidate], &guess.map);
            tries.push(Try {
                at,
                candidate,
                likeness,
                map,
            });
        }
    }
    tries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspection::{
        Return,
        alignment::warped,
        conclude,
        made::{page, place, scribble, stroke},
    };

    const LINES: &[&str] = &[
        "BERITA ACARA NEGOSIASI BIAYA PEKERJAAN",
        "pada hari ini telah disepakati oleh",
        "kedua pihak harga sebagai berikut",
        "penawaran Rp 1.234.567.890,00",
        "galian tanah 125 m3 Rp 48.906.000,00",
        "beton mutu tinggi Rp 713.205.400,00",
        "hasil akhir Rp 1.187.450.000,00",
        "harga termasuk pajak yang berlaku",
        "waktu pelaksanaan 150 hari kerja",
        "demikian dibuat untuk digunakan",
        "pokja pemilihan       direktur",
    ];

    /// As a scanner gives it back: askew, a little larger, paler.
    fn scanned(picture: &Gray) -> Gray {
        let map = Homography::turn(1.3, 0.97, (300.0, 400.0)).then(&Homography::shift(5.0, -4.0));
        let mut back = warped(picture, map, picture.width, picture.height);
        for pixel in &mut back.pixels {
            *pixel = 40 + *pixel / 5 * 4;
        }
        back
    }

    fn with(change: (&str, &str)) -> Gray {
        let lines: Vec<String> = LINES
            .iter()
            .map(|line| line.replace(change.0, change.1))
            .collect();
        page(&lines.iter().map(String::as_str).collect::<Vec<_>>()).picture
    }

    #[test]
    fn what_came_back_is_told_signed_unsigned_or_different() {
        use Return::{Differs, ReturnedSigned};
        let plain = with(("", ""));
        let signed = |mut picture: Gray| {
            scribble(&mut picture, 330.0, 500.0);
            picture
        };
        let struck = |mut picture: Gray| {
            let ((x, y), (u, v)) = (place(6, 15), place(6, 31));
            stroke(&mut picture, (x, y + 6), (u, v + 7));
            picture
        };
        let other: Vec<String> = LINES
            .iter()
            .rev()
            .map(|line| line.replace(' ', "x"))
            .collect();
        let other = page(&other.iter().map(String::as_str).collect::<Vec<_>>()).picture;
        let cases = [
            (
                "signed, and scanned on its head",
                signed(plain.clone()).oriented(3),
                ReturnedSigned,
                "halaman 1",
            ),
            (
                "a digit",
                signed(with(("1.187", "1.137"))),
                Differs,
                "1.187.450.000,00 menjadi 1.137.450.000,00",
            ),
            (
                "struck out",
                struck(plain.clone()),
                Differs,
                "1.187.450.000,00 dicoret",
            ),
            ("another file", other, Differs, "berbeda"),
        ];
        for (case, picture, outcome, note) in cases {
            let told = compare(&[page(LINES)], vec![scanned(&picture)]).comparison;
            let (found, notes) = conclude(&told, "", "", false);
            assert_eq!(found, outcome, "{case}: {notes:?}");
            assert!(notes.join("; ").contains(note), "{case}: {notes:?}");
        }
    }

    #[test]
    fn a_changed_digit_shows_where_the_sent_file_is_a_picture_too() {
        let bare = |change| Page {
            picture: with(change),
            letters: Vec::new(),
        };
        for (change, same) in [(("", ""), true), (("1.187", "1.137"), false)] {
            let told = compare(&[bare(("", ""))], vec![scanned(&with(change))]).comparison;
            let (outcome, notes) = conclude(&told, "", "", false);
            let expected = if same {
                Return::ReturnedUnsigned
            } else {
                Return::Differs
            };
            assert_eq!(outcome, expected, "{notes:?}");
        }
    }

    #[test]
    fn pages_are_told_apart_and_one_that_did_not_come_back_is_missed() {
        let (first, second) = (page(LINES), page(&LINES[4..]));
        let back = vec![scanned(&second.picture)];
        let told = compare(&[first, second], back).comparison;
        let order: Vec<_> = told.matches.iter().map(|page| page.returned).collect();
        assert_eq!(order, [None, Some(0)]);
    }
}

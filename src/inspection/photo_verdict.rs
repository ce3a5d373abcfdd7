//! What is wrong with a photo, and what the Pokja should know of it.
//!
//! Thresholds were set on labelled pictures: `cargo run --example sharpness` prints the measure of any picture or folder,
//! and the curve.

use super::{
    finding::{Finding, Hint},
    judgement::Examination,
    measure::{Borders, Edges, Light, PhotoMeasure},
};

/// Edges wider than this (pixels at the fixed size, standard deviation) are blurred.
pub const BLURRED: f32 = 0.94;
/// A picture with less to see than this share of tiles is not judged for sharpness.
const DETAIL: f32 = 0.01;
/// The brightest parts of a photo of paper that was lit at all are above this.
const DARK: u8 = 85;
/// Below these a page cannot be read, and a card hardly.
const SHORT_SIDE: u32 = 380;
const LONG_SIDE: u32 = 560;
/// A page that is cut fills at least this share of the picture.
const PAGE: f32 = 0.3;
/// Share of the rectangle around it that a page fills, print and portraits taken out.
const RECTANGLE: f32 = 0.74;
/// Share of a border from which paper touches it.
const TOUCHES: f32 = 0.3;
/// Strokes of print that a border cuts; a rule or a stamp makes one or two.
const CUT_STROKES: u16 = 6;
/// The same where only one side is missing: pages that just touch a border are common.
const FAR_OFF: f32 = 0.12;
/// Share of the picture that is table on the side away from a missing one.
const OFF_CENTRE: f32 = 0.03;
/// Share of the picture that a lamp's reflection burnt out.
const GLARE: f32 = 0.015;
/// What the bidder is told of is so much plainer than what the Pokja is told of.
const PLAINLY: u8 = 2;

pub(super) fn photo_verdict(photo: &PhotoMeasure, told: &mut Examination) {
    told.pages = Some(photo.pages);
    told.look.clone_from(&photo.look);
    if photo.truncated {
        told.find(Finding::Unreadable);
        told.note("berkas terpotong: bagian bawah foto hilang".to_owned());
    }
    quality(photo.edges, photo.light, told);
    let (short, long) = (photo.width.min(photo.height), photo.width.max(photo.height));
    if short < SHORT_SIDE || long < LONG_SIDE {
        told.find(Finding::LowResolution);
    }
    told.note(format!("{} × {} piksel", photo.width, photo.height));
    let glare = photo.light.glare > GLARE;
    if glare {
        told.note("ada pantulan cahaya".to_owned());
    }
    // A reflection is no table and no paper.
    let cut_off = !glare && is_cut_off(photo.light.borders);
    if cut_off {
        told.note("halaman mungkin terpotong di tepi foto".to_owned());
    }
    told.hints.extend(hints(photo, (glare, cut_off)));
    if let Some(taken) = &photo.taken {
        told.note(format!("diambil {} menurut kamera", camera_time(taken)));
    }
    if let Some(camera) = &photo.camera {
        told.note(format!("kamera {camera}"));
    }
    if let Some(software) = &photo.software {
        told.note(software_note(software));
    }
}

/// EXIF writes `2026:11:25 10:12:33`, the zone behind it; people here write the day first. What is no time stays as it is.
fn camera_time(taken: &str) -> String {
    let told = || {
        let (day, rest) = taken.split_once(' ')?;
        let mut parts = day.splitn(3, ':');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let (hour, behind) = rest.split_at_checked(5)?;
        let zone = behind.split_once(' ').map(|(_, zone)| format!(" {zone}"));
        let digits = |text: &str, length| {
            text.len() == length && text.bytes().all(|octet| octet.is_ascii_digit())
        };
        let whole = digits(year, 4) && digits(month, 2) && digits(day, 2);
        let zone = zone.unwrap_or_default();
        whole.then(|| format!("{day}-{month}-{year} {hour}{zone}"))
    };
    told().unwrap_or_else(|| taken.to_owned())
}

/// Whoever is asked for a new photo is asked for one reason: nothing is hinted at beside a finding.
fn hints(photo: &PhotoMeasure, (glare, cut_off): (bool, bool)) -> Option<Hint> {
    let legible = !photo.truncated && !is_dark(photo.light) && !is_blurred(photo.edges);
    let burnt = photo.light.glare > GLARE * f32::from(PLAINLY);
    let Borders { paper, ink, .. } = photo.light.borders;
    let strokes = CUT_STROKES * u16::from(PLAINLY);
    let through_print = (0..4).any(|side| paper[side] >= TOUCHES && ink[side] >= strokes);
    match legible {
        true if glare && burnt => Some(Hint::Reflection),
        true if cut_off && through_print => Some(Hint::CutOff),
        _ => None,
    }
}

/// Sharpness and light, of a photo or of a scanned page.
fn quality(edges: Edges, light: Light, told: &mut Examination) {
    if is_dark(light) {
        told.find(Finding::Dark);
    }
    if is_blurred(edges) {
        told.find(Finding::Blurred);
    }
}

/// Whether the page goes on beyond the picture: a border cuts print, or a corner is missing while the table shows elsewhere.
fn is_cut_off(borders: Borders) -> bool {
    let Borders {
        paper,
        gap,
        ink,
        share,
        ..
    } = borders;
    // A page fills the rectangle around it; a bright table, a floor or a sky does not.
    let around = (1.0 - gap[0] - gap[2]) * (1.0 - gap[1] - gap[3]);
    if share < PAGE || share < around * RECTANGLE {
        return false;
    }
    let touches = |side: usize| paper[side] >= TOUCHES;
    let touched = (0..4).filter(|&side| touches(side)).count();
    let cuts_print = (0..4).any(|side| touches(side) && ink[side] >= CUT_STROKES);
    if !(1..=3).contains(&touched) {
        return cuts_print;
    }
    // Off centre: paper runs out on one side, and table is seen on the other.
    let beside = |side: usize| touches(side) && gap[(side + 2) % 4] >= OFF_CENTRE;
    let corner = (0..4).any(|side| beside(side) && beside((side + 1) % 4));
    let side = touched == 1 && (0..4).any(|side| touches(side) && gap[(side + 2) % 4] >= FAR_OFF);
    cuts_print || corner || side
}

pub(super) fn is_dark(light: Light) -> bool {
    light.p95 < DARK
}

/// Nothing to see is not blurred: an empty page is somebody's question, not this program's.
pub fn is_blurred(edges: Edges) -> bool {
    edges.detail >= DETAIL && edges.width > BLURRED
}

/// Programs by which pictures are changed, and by which papers are scanned.
const EDITORS: &[&str] = &[
    "photoshop",
    "gimp",
    "snapseed",
    "picsart",
    "canva",
    "pixlr",
    "photopea",
    "lightroom",
    "paint.net",
    "affinity",
    "corel",
    "illustrator",
    "inkscape",
    "facetune",
    "photoscape",
    "imagemagick",
];
const SCANNERS: &[&str] = &[
    "camscanner",
    "adobe scan",
    "genius scan",
    "lens",
    "scanbot",
    "tiny scanner",
    "clear scan",
    "turboscan",
    "vflat",
    "notebloc",
    "scanner pro",
    "simple scan",
    "naps2",
];

pub(super) fn software_note(software: &str) -> String {
    let lower = software.to_lowercase();
    let made_by = |names: &[&str]| names.iter().any(|name| lower.contains(name));
    if made_by(EDITORS) {
        format!("jejak program penyunting: {software}")
    } else if made_by(SCANNERS) {
        format!("dipindai dengan {software}")
    } else {
        format!("perangkat lunak {software}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspection::raster::Gray;
    use crate::inspection::{FileKind, Sniffed, judge, measure::Measurement};

    #[test]
    fn a_cut_photo_is_unreadable_and_a_dark_one_dark() {
        let photo = |p95, truncated| Measurement {
            photo: Some(PhotoMeasure {
                width: 4000,
                height: 3000,
                light: Light {
                    p95,
                    ..Light::default()
                },
                edges: Edges {
                    width: 0.7,
                    detail: 0.5,
                    ..Edges::default()
                },
                truncated,
                ..PhotoMeasure::default()
            }),
            ..Measurement::default()
        };
        let jpeg = Sniffed {
            kind: FileKind::Jpeg,
            ..Sniffed::default()
        };
        assert_eq!(judge(jpeg, &photo(230, false)).findings, []);
        assert_eq!(judge(jpeg, &photo(40, false)).findings, [Finding::Dark]);
        assert_eq!(
            judge(jpeg, &photo(230, true)).findings,
            [Finding::Unreadable]
        );
    }

    #[test]
    fn the_cameras_time_is_written_as_people_here_write_it() {
        for (exif, told) in [
            ("2026:11:25 10:12:33", "25-11-2026 10:12"),
            ("2026:11:25 10:12:33 +08:00", "25-11-2026 10:12 +08:00"),
            ("kemarin", "kemarin"),
            ("2026:11 x", "2026:11 x"),
            ("2026:11:25 é", "2026:11:25 é"),
        ] {
            assert_eq!(camera_time(exif), told);
        }
    }

    /// A printed page on a dark table, moved by a share of the picture.
    fn page(right: f32, down: f32, side: f32) -> Gray {
        let (w, h) = (768_usize, 1024_usize);
        let mut gray = Gray::filled(w, h, 70);
        let (pw, ph) = (side * w as f32, side * h as f32);
        let (left, top) = (
            (w as f32 - pw) / 2.0 + right * w as f32,
            (h as f32 - ph) / 2.0 + down * h as f32,
        );
        for y in 0..h {
            for x in 0..w {
                let (px, py) = ((x as f32 - left) / pw, (y as f32 - top) / ph);
                if (0.0..1.0).contains(&px) && (0.0..1.0).contains(&py) {
                    let printed = (0.08..0.92).contains(&px) && (0.06..0.94).contains(&py);
                    let stroke = printed && (x / 4) % 3 == 0 && (y / 8) % 3 == 0;
                    gray.pixels[y * w + x] = if stroke { 50 } else { 215 };
                }
            }
        }
        gray
    }

    #[test]
    fn a_page_that_runs_out_of_the_picture_is_cut_off() {
        for (right, down, side, cut) in [
            (0.0, 0.0, 0.9, false),
            (0.04, 0.0, 0.9, false),
            (0.0, 0.0, 1.04, false),
            (0.0, 0.0, 1.3, true),
            (0.3, 0.0, 0.9, true),
            (0.0, -0.3, 0.9, true),
            (0.15, 0.15, 0.9, true),
            (-0.15, 0.15, 0.9, true),
        ] {
            let borders = crate::inspection::photo::light(&page(right, down, side)).borders;
            assert_eq!(
                is_cut_off(borders),
                cut,
                "{right} {down} {side}: {borders:?}"
            );
        }
    }

    #[test]
    fn a_lamps_reflection_is_told_from_white_paper() {
        let lit = |level: u8, lamp: bool| {
            let mut gray = page(0.0, 0.0, 0.9);
            for (at, pixel) in gray.pixels.iter_mut().enumerate() {
                let (x, y) = (at % 768, at / 768);
                if *pixel > 200 {
                    *pixel = level;
                }
                if lamp && x.abs_diff(300) < 110 && y.abs_diff(400) < 110 {
                    *pixel = 255;
                }
            }
            crate::inspection::photo::light(&gray).glare > GLARE
        };
        assert!(!lit(180, false));
        assert!(lit(180, true));
        assert!(!lit(255, false), "burnt all over");
        assert!(!lit(240, true), "white already");
    }

    /// What is told of a picture with sharp print, lit well.
    fn hinted(light: Light) -> (Vec<Hint>, Vec<String>) {
        let measured = Measurement {
            photo: Some(PhotoMeasure {
                width: 3000,
                height: 4000,
                light,
                edges: Edges {
                    width: 0.7,
                    detail: 0.5,
                    ..Edges::default()
                },
                ..PhotoMeasure::default()
            }),
            ..Measurement::default()
        };
        let jpeg = Sniffed {
            kind: FileKind::Jpeg,
            ..Sniffed::default()
        };
        let told = judge(jpeg, &measured);
        (told.hints, told.notes)
    }

    #[test]
    fn the_bidder_is_hinted_at_only_what_is_plain() {
        let cut = |right, down, side| {
            let light = crate::inspection::photo::light(&page(right, down, side));
            let (hints, notes) = hinted(light);
            (hints, notes.iter().any(|note| note.contains("terpotong")))
        };
        assert_eq!(cut(0.0, 0.0, 0.9), (vec![], false));
        assert_eq!(
            cut(0.0, 0.0, 1.3),
            (vec![Hint::CutOff], true),
            "print runs out"
        );
        let glaring = |glare, p95| {
            hinted(Light {
                glare,
                p95,
                ..Light::default()
            })
        };
        let hints = |glare, p95| glaring(glare, p95).0;
        assert_eq!(hints(GLARE * 3.0, 240), [Hint::Reflection]);
        assert_eq!(hints(GLARE * 1.2, 240), [], "the Pokja's note is enough");
        assert!(
            glaring(GLARE * 1.2, 240)
                .1
                .iter()
                .any(|note| note == "ada pantulan cahaya")
        );
        assert_eq!(
            hints(GLARE * 3.0, 40),
            [],
            "dark is reason enough for another photo"
        );
    }
}

//! How good a picture is, in numbers: sharpness, light, glare, and a look by which the same picture is found again.

use super::{
    borders::borders,
    measure::{Edges, Light},
    raster::{Gray, histogram, percentile},
};

/// The shorter side at which everything is measured: thresholds mean nothing at another size.
pub const SIDE: usize = 768;
/// A tile for the measure of edges.
const TILE: usize = 32;
/// Fields of a look on each side: a bit of a row each.
const GRID: usize = 64;
/// A nearly empty page has less print, and looks like every other.
const TELLING: u32 = 100;
/// Less contrast than this is noise or paper grain, nothing to be sharp.
const CONTRAST: f32 = 40.0;
/// Nothing is left of what stood there.
const BURNT: u8 = 250;
/// Nearly burnt: a lamp's reflection has a narrow rim of it.
const RIM: u8 = 235;
/// Paper this bright is near to burnt everywhere: a bright place on it is no reflection.
const EVENLY_WHITE: u8 = 225;

/// Measures a picture that was shrunk to [`SIDE`].
pub fn edges(gray: &Gray) -> Edges {
    let mut widths: [Vec<f32>; 4] = Default::default();
    let mut tiles = 0_u32;
    for top in (1..gray.height.saturating_sub(TILE)).step_by(TILE) {
        for left in (1..gray.width.saturating_sub(TILE)).step_by(TILE) {
            tiles += 1;
            if let Some(found) = tile_widths(gray, left, top) {
                for (widths, width) in widths.iter_mut().zip(found) {
                    widths.push(width);
                }
            }
        }
    }
    let detail = widths[0].len() as f32 / tiles.max(1) as f32;
    // The sharpest tenth speaks for the focus: nobody needs the whole table in focus, but paper has print all over.
    let width = widths.iter_mut().map(|widths| {
        widths.sort_by(f32::total_cmp);
        widths.get(widths.len() / 10).copied().unwrap_or_default()
    });
    Edges {
        laplace_variance: laplace_variance(gray),
        width: width.fold(0.0, f32::max),
        detail,
    }
}

/// The width of the steepest edge of a tile in four directions, from its contrast and slope: an edge of contrast c that
/// was blurred with a standard deviation s climbs at most c / (s √2π) a pixel. A shaken camera leaves edges along its
/// movement sharp; across it none is.
fn tile_widths(gray: &Gray, left: usize, top: usize) -> Option<[f32; 4]> {
    let mut counts = [0_u32; 256];
    let mut slopes = [[0_i32; 3]; 4];
    for y in top..top + TILE {
        let (above, row, below) = (gray.row(y - 1), gray.row(y), gray.row(y + 1));
        for x in left..left + TILE {
            let pixel = |row: &[u8], x: usize| i32::from(row[x]);
            counts[usize::from(row[x])] += 1;
            let [across, down, falling, rising] = &mut slopes;
            keep_largest(across, (pixel(row, x + 1) - pixel(row, x - 1)).abs());
            keep_largest(down, (pixel(below, x) - pixel(above, x)).abs());
            keep_largest(falling, (pixel(below, x + 1) - pixel(above, x - 1)).abs());
            keep_largest(rising, (pixel(above, x + 1) - pixel(below, x - 1)).abs());
        }
    }
    let contrast = f32::from(percentile(&counts, 0.98)) - f32::from(percentile(&counts, 0.02));
    if contrast < CONTRAST {
        return None;
    }
    // The third largest: a single speck is noise. Halved: the difference spans two pixels.
    Some(slopes.map(|slopes| {
        let slope = (slopes[0] as f32 / 2.0).max(0.25);
        contrast / (slope * (2.0 * std::f32::consts::PI).sqrt())
    }))
}

/// `largest` holds the three largest, smallest first.
fn keep_largest(largest: &mut [i32; 3], value: i32) {
    if value > largest[0] {
        largest[0] = value;
        largest.sort_unstable();
    }
}

fn laplace_variance(gray: &Gray) -> f32 {
    let (mut sum, mut squares, mut count) = (0_i64, 0_i64, 0_i64);
    for y in 1..gray.height.saturating_sub(1) {
        let (above, row, below) = (gray.row(y - 1), gray.row(y), gray.row(y + 1));
        for ((around, up), down) in row.windows(3).zip(&above[1..]).zip(&below[1..]) {
            let value =
                i64::from(around[0]) + i64::from(around[2]) + i64::from(*up) + i64::from(*down)
                    - 4 * i64::from(around[1]);
            sum += value;
            squares += value * value;
            count += 1;
        }
    }
    if count == 0 {
        return 0.0;
    }
    let mean = sum as f64 / count as f64;
    (squares as f64 / count as f64 - mean * mean) as f32
}

pub fn light(gray: &Gray) -> Light {
    let counts = histogram(&gray.pixels);
    let total: u64 = gray.pixels.len().max(1) as u64;
    let sum: u64 = (0_u64..)
        .zip(&counts)
        .map(|(value, &n)| value * u64::from(n))
        .sum();
    Light {
        mean: sum as f32 / total as f32,
        p05: percentile(&counts, 0.05),
        p50: percentile(&counts, 0.5),
        p95: percentile(&counts, 0.95),
        glare: glare(gray),
        borders: borders(gray),
    }
}

/// A lamp's reflection: a burnt place in paper that is not near to burnt elsewhere.
fn glare(gray: &Gray) -> f32 {
    let small = gray.scaled(gray.width.min(96), gray.height.min(96));
    let total = small.pixels.len().max(1);
    let mean = small.pixels.iter().map(|&p| u64::from(p)).sum::<u64>() / total as u64;
    // Paper is brighter than the picture as a whole.
    let (mut burnt, mut rim, mut paper) = (0, 0, Vec::new());
    for &pixel in small.pixels.iter().filter(|&&p| u64::from(p) > mean) {
        match pixel {
            BURNT.. => burnt += 1,
            pixel => {
                rim += usize::from(pixel >= RIM);
                paper.push(pixel);
            }
        }
    }
    paper.sort_unstable();
    let level = paper.get(paper.len() / 2).copied().unwrap_or(BURNT);
    // White paper in good light turns to burnt slowly, or is burnt nearly all over.
    if level >= EVENLY_WHITE || rim > burnt || burnt > 3 * paper.len() {
        return 0.0;
    }
    // Of the burnt pixels only those that hang together.
    let mut together = 0;
    for y in 1..small.height.saturating_sub(1) {
        for x in 1..small.width.saturating_sub(1) {
            let block = (y - 1..=y + 1).all(|y| (x - 1..=x + 1).all(|x| small.at(x, y) >= BURNT));
            together += usize::from(block);
        }
    }
    together as f32 / total as f32
}

/// Two bits for each field of a grid: darker than around it (print), and not (paper). Light, size and how hard it was
/// compressed do not matter.
pub fn look(gray: &Gray) -> String {
    use std::fmt::Write as _;
    if gray.width < GRID || gray.height < GRID {
        return String::new();
    }
    let fields = gray.scaled(GRID, GRID);
    let around = |x: usize, y: usize| {
        let span = |at: usize| at.saturating_sub(3)..(at + 4).min(GRID);
        let sum: u32 = span(y)
            .flat_map(|y| span(x).map(move |x| (x, y)))
            .map(|(x, y)| u32::from(fields.at(x, y)))
            .sum();
        sum / (span(x).len() * span(y).len()) as u32
    };
    let (mut print, mut paper) = (String::new(), String::new());
    for y in 0..GRID {
        let (mut dark, mut light) = (0_u64, 0_u64);
        for x in 0..GRID {
            let (field, mean) = (u32::from(fields.at(x, y)) * 100, around(x, y));
            dark = (dark << 1) | u64::from(field < mean * 95);
            light = (light << 1) | u64::from(field > mean * 99);
        }
        let _ = write!(print, "{dark:016x}");
        let _ = write!(paper, "{light:016x}");
    }
    print + &paper
}

/// Whether a person would take one for the other: the same photo sent twice through programs that compress it anew. Two
/// papers of one form differ where a name does, so nothing at all may differ clearly.
pub fn looks_alike(a: &str, b: &str) -> bool {
    let (Some(a), Some(b)) = (Telling::read(a), Telling::read(b)) else {
        return false;
    };
    a.is_like(&b)
}

/// A look with enough print on it to be told from others, taken apart once: to be held against many.
#[derive(Clone, Debug)]
pub struct Telling(Vec<u64>);

impl Telling {
    /// `None`: an empty page, a logo, or no look at all.
    pub fn read(look: &str) -> Option<Telling> {
        let rows = rows(look)?;
        let print: u32 = rows[..GRID].iter().map(|row| row.count_ones()).sum();
        (print >= TELLING).then_some(Telling(rows))
    }

    pub fn is_like(&self, other: &Telling) -> bool {
        let against = |print: &[u64], paper: &[u64]| {
            let mut rows = print[..GRID].iter().zip(&paper[GRID..]);
            rows.any(|(print, paper)| print & paper != 0)
        };
        !against(&self.0, &other.0) && !against(&other.0, &self.0)
    }
}

/// Fields that are print in one and paper in the other; `None`: one of them is no look.
pub fn look_distance(a: &str, b: &str) -> Option<u32> {
    Some(contradictions(&rows(a)?, &rows(b)?))
}

fn contradictions(a: &[u64], b: &[u64]) -> u32 {
    let against = |print: &[u64], paper: &[u64]| -> u32 {
        let rows = print[..GRID].iter().zip(&paper[GRID..]);
        rows.map(|(print, paper)| (print & paper).count_ones())
            .sum()
    };
    against(a, b) + against(b, a)
}

fn rows(look: &str) -> Option<Vec<u64>> {
    if look.len() != 2 * GRID * 16 || !look.is_ascii() {
        return None;
    }
    let row = |at: usize| u64::from_str_radix(&look[at..at + 16], 16).ok();
    (0..look.len()).step_by(16).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_picture_is_found_again_and_empty_pages_are_not_alike() {
        let picture = |strokes: &[(usize, usize)]| {
            let mut gray = Gray {
                width: 170,
                height: 160,
                pixels: vec![240; 170 * 160],
            };
            for &(left, top) in strokes {
                for y in top..(top + 8).min(160) {
                    gray.pixels[y * 170 + left..y * 170 + (left + 20).min(170)].fill(30);
                }
            }
            gray
        };
        let print: Vec<_> = (0..40).map(|at| (at * 37 % 150, at * 53 % 152)).collect();
        let mut moved = print.clone();
        moved.rotate_left(3);
        let other: Vec<_> = (0..40).map(|at| (at * 61 % 150, at * 29 % 152)).collect();
        let full = look(&picture(&print));
        let mut duller = picture(&moved);
        duller
            .pixels
            .iter_mut()
            .for_each(|pixel| *pixel = *pixel / 2 + 40);
        assert!(
            looks_alike(&full, &look(&duller)),
            "the same strokes in duller light"
        );
        assert!(!looks_alike(&full, &look(&picture(&other))));
        let mut one_moved = print.clone();
        one_moved[7].0 = (one_moved[7].0 + 60) % 150;
        assert!(
            !looks_alike(&full, &look(&picture(&one_moved))),
            "one word of a form differs"
        );
        let empty = look(&picture(&[(20, 20)]));
        assert!(!looks_alike(&empty, &empty), "one stroke tells nothing");
        assert!(!looks_alike("", ""));
    }
}

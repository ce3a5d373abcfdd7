//! How good a picture is, in numbers: sharpness, light, glare, and a look by which the same picture is found again.

use super::{
    measure::{Edges, Light},
    raster::{Gray, histogram, percentile},
};

/// The shorter side at which everything is measured: thresholds mean nothing at another size.
pub const SIDE: usize = 768;
/// A tile for the measure of edges.
const TILE: usize = 32;
/// Of 256 bits so many differ at most where the same picture was compressed or shrunk anew.
const ALIKE: u32 = 12;
/// A nearly empty page has fewer bits set, and looks like every other.
const TELLING: u32 = 40;
const BLANK: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Less contrast than this is noise or paper grain, nothing to be sharp.
const CONTRAST: f32 = 40.0;

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
        border_paper: border_paper(gray),
    }
}

/// Burnt-out tiles while the picture as a whole is not: a scan's paper is white all over, a lamp's reflection is not.
fn glare(gray: &Gray) -> f32 {
    let small = gray.scaled(gray.width.min(96), gray.height.min(96));
    let burnt = small.pixels.iter().filter(|&&p| p >= 250).count();
    let paper = small.percentile(0.6);
    if paper >= 225 {
        return 0.0;
    }
    // Of the burnt pixels only those that hang together.
    let mut together = 0;
    for y in 1..small.height.saturating_sub(1) {
        for x in 1..small.width.saturating_sub(1) {
            let block = (y - 1..=y + 1).all(|y| (x - 1..=x + 1).all(|x| small.at(x, y) >= 250));
            together += usize::from(block);
        }
    }
    if burnt == 0 {
        return 0.0;
    }
    together as f32 / small.pixels.len().max(1) as f32
}

/// Whether the page goes on beyond the picture: print that touches the border. The share of border pixels that are
/// print (much darker than the paper beside them) in a strip one hundredth wide.
fn border_paper(gray: &Gray) -> f32 {
    let small = gray.scaled(gray.width.min(256), gray.height.min(256));
    let paper = i32::from(small.percentile(0.8));
    let (w, h) = (small.width, small.height);
    if w < 8 || h < 8 {
        return 0.0;
    }
    let top_bottom = (0..w).flat_map(|x| [(x, 1), (x, h - 2)]);
    let sides = (0..h).flat_map(|y| [(1, y), (w - 2, y)]);
    let (mut like_paper, mut all) = (0_u32, 0_u32);
    for (x, y) in top_bottom.chain(sides) {
        all += 1;
        like_paper += u32::from(i32::from(small.at(x, y)) > paper - 40);
    }
    like_paper as f32 / all.max(1) as f32
}

/// 256 bits: whether each field of a 17 by 16 grid is darker than its right neighbour. Light and size do not matter.
pub fn look(gray: &Gray) -> String {
    use std::fmt::Write as _;
    if gray.width < 17 || gray.height < 16 {
        return String::new();
    }
    let grid = gray.scaled(17, 16);
    let mut hex = String::with_capacity(64);
    for y in 0..16 {
        let bits = grid.row(y).windows(2).fold(0_u16, |bits, pair| {
            (bits << 1) | u16::from(i16::from(pair[0]) + 1 < i16::from(pair[1]))
        });
        let _ = write!(hex, "{bits:04x}");
    }
    hex
}

/// Whether a person would take one for the other: the same photo sent twice through programs that compress it anew.
pub fn looks_alike(a: &str, b: &str) -> bool {
    let telling = |look: &str| look_distance(look, BLANK).is_some_and(|bits| bits >= TELLING);
    telling(a) && telling(b) && look_distance(a, b).is_some_and(|distance| distance <= ALIKE)
}

/// How many of the 256 bits differ; `None`: one of them is no look.
pub fn look_distance(a: &str, b: &str) -> Option<u32> {
    if a.len() != 64 || b.len() != 64 || !a.is_ascii() || !b.is_ascii() {
        return None;
    }
    let mut distance = 0;
    for at in (0..64).step_by(16) {
        let half = |text: &str| u64::from_str_radix(&text[at..at + 16], 16).ok();
        distance += (half(a)? ^ half(b)?).count_ones();
    }
    Some(distance)
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
        let empty = look(&picture(&[(20, 20)]));
        assert!(!looks_alike(&empty, &empty), "one stroke tells nothing");
        assert!(!looks_alike("", ""));
    }
}

//! Whether the page goes on beyond the picture: how far paper reaches along each border, and whether print is cut there.

use super::{
    measure::Borders,
    raster::{Gray, histogram},
};

/// The shorter side at which paper is told from the table.
const SMALL: usize = 128;
/// Brightness of paper and table apart by less than this: there is no table to see.
const APART: f32 = 28.0;
/// How deep below the border print is looked for, as a share of the shorter side.
const STRIP: f32 = 0.006;
/// Longest dark run along a border that can be a letter, as a share of the shorter side; longer ones are shadow or table.
const STROKE: f32 = 0.05;

/// Measures a picture that was shrunk to [`super::photo::SIDE`].
pub fn borders(gray: &Gray) -> Borders {
    let small = gray.shrunk(SMALL);
    let (w, h) = (small.width, small.height);
    if w < 16 || h < 16 {
        return Borders::default();
    }
    let Some(threshold) = between(&small) else {
        // Paper or table alone.
        let ink = [0, 1, 2, 3].map(|side| strokes(gray, side));
        return Borders {
            paper: [1.0; 4],
            gap: [0.0; 4],
            ink,
            level: small.percentile(0.6),
            share: 1.0,
            spread: spread(&small, |_| true),
        };
    };
    let page = largest(&small, threshold);
    let count = page.iter().filter(|&&inside| inside).count();
    let inside = |x: usize, y: usize| page[y * w + x];
    let along = |side: usize| -> f32 {
        // One pixel in: the outermost is often half of something else.
        let hits = match side {
            0 => (0..w).filter(|&x| inside(x, 1)).count(),
            1 => (0..h).filter(|&y| inside(w - 2, y)).count(),
            2 => (0..w).filter(|&x| inside(x, h - 2)).count(),
            _ => (0..h).filter(|&y| inside(1, y)).count(),
        };
        hits as f32 / if side == 0 || side == 2 { w } else { h } as f32
    };
    let column = |x: usize| (0..h).filter(|&y| inside(x, y)).count() * 10 >= h;
    let row = |y: usize| (0..w).filter(|&x| inside(x, y)).count() * 10 >= w;
    let first =
        |found: Option<usize>, length: usize| found.unwrap_or(length) as f32 / length as f32;
    let paper = [0, 1, 2, 3].map(along);
    let mut levels: Vec<u8> = small
        .pixels
        .iter()
        .zip(&page)
        .filter(|(_, inside)| **inside)
        .map(|(&p, _)| p)
        .collect();
    levels.sort_unstable();
    Borders {
        paper,
        gap: [
            first((0..h).position(row), h),
            first((0..w).rev().position(column), w),
            first((0..h).rev().position(row), h),
            first((0..w).position(column), w),
        ],
        ink: [0, 1, 2, 3].map(|side| {
            if paper[side] > 0.3 {
                strokes(gray, side)
            } else {
                0
            }
        }),
        level: levels.get(levels.len() / 2).copied().unwrap_or_default(),
        share: count as f32 / (w * h) as f32,
        spread: spread(&small, |at| page[at]),
    }
}

/// The brightness that parts paper from table best (Otsu); `None`: they are not apart.
fn between(gray: &Gray) -> Option<u8> {
    let counts = histogram(&gray.pixels);
    let total = gray.pixels.len() as f64;
    let all: f64 = (0..)
        .zip(&counts)
        .map(|(value, &n)| f64::from(value) * f64::from(n))
        .sum();
    let (mut below, mut sum, mut best) = (0.0, 0.0, (0.0, 0_u8, 0.0));
    for (value, &n) in (0_u8..=255).zip(&counts) {
        below += f64::from(n);
        sum += f64::from(value) * f64::from(n);
        let above = total - below;
        if below < total * 0.02 || above < total * 0.02 {
            continue;
        }
        let apart = (all - sum) / above - sum / below;
        let variance = below * above * apart * apart;
        if variance > best.0 {
            best = (variance, value, apart);
        }
    }
    (best.2 as f32 >= APART).then(|| best.1.saturating_add(1))
}

/// The largest bright area that hangs together.
fn largest(gray: &Gray, threshold: u8) -> Vec<bool> {
    let (w, h) = (gray.width, gray.height);
    let mut area = vec![0_u32; w * h];
    let (mut sizes, mut stack) = (vec![0_usize], Vec::new());
    for start in 0..w * h {
        if area[start] != 0 || gray.pixels[start] < threshold {
            continue;
        }
        let name = sizes.len() as u32;
        sizes.push(0);
        area[start] = name;
        stack.push(start);
        while let Some(at) = stack.pop() {
            sizes[name as usize] += 1;
            let (x, y) = (at % w, at / w);
            let near = [
                (x > 0).then(|| at - 1),
                (x + 1 < w).then(|| at + 1),
                (y > 0).then(|| at - w),
                (y + 1 < h).then(|| at + w),
            ];
            for at in near.into_iter().flatten() {
                if area[at] == 0 && gray.pixels[at] >= threshold {
                    area[at] = name;
                    stack.push(at);
                }
            }
        }
    }
    let largest = (1..sizes.len())
        .max_by_key(|&name| sizes[name])
        .unwrap_or_default() as u32;
    area.iter()
        .map(|&name| name == largest && name != 0)
        .collect()
}

/// Dark strokes on paper that a line close to the border crosses (0 top, 1 right, 2 bottom, 3 left).
fn strokes(gray: &Gray, side: usize) -> u16 {
    let (w, h) = (gray.width, gray.height);
    let short = w.min(h) as f32;
    let depth = ((short * STRIP) as usize).max(1);
    let longest = (short * STROKE) as usize;
    let line: Vec<u8> = match side {
        0 => (0..w).map(|x| gray.at(x, depth)).collect(),
        1 => (0..h).map(|y| gray.at(w - 1 - depth, y)).collect(),
        2 => (0..w).map(|x| gray.at(x, h - 1 - depth)).collect(),
        _ => (0..h).map(|y| gray.at(depth, y)).collect(),
    };
    let (mut found, mut run) = (0, 0);
    for (at, &value) in line.iter().enumerate() {
        let from = at.saturating_sub(longest);
        let to = (at + longest).min(line.len());
        let paper = line[from..to].iter().copied().max().unwrap_or(255);
        if u32::from(value) * 10 < u32::from(paper) * 7 && paper > 90 {
            run += 1;
        } else {
            found += u16::from(run > 0 && run <= longest);
            run = 0;
        }
    }
    found
}

/// How unevenly the paper is lit: a lamp and a window leave a slope that no screen has.
fn spread(gray: &Gray, inside: impl Fn(usize) -> bool) -> u8 {
    let mut levels: Vec<u8> = (0..gray.pixels.len())
        .filter(|&at| inside(at))
        .map(|at| gray.pixels[at])
        .collect();
    levels.sort_unstable();
    let at = |share: usize| {
        levels
            .get(levels.len() * share / 100)
            .copied()
            .unwrap_or_default()
    };
    at(95).saturating_sub(at(35))
}

//! A returned page laid over the page that was sent: the paper is found in the photo, straightened, and shifted block by
//! block until print lies on print.

use super::raster::Gray;

/// The side of a block that is searched for, and how far it may have moved after each step.
const BLOCK: usize = 96;
const REACH: [i32; 3] = [28, 12, 6];

/// A place on the sent page, and where it lies in the returned picture.
type Pair = ((f64, f64), (f64, f64));

/// Points of a plane mapped by eight numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Homography([f64; 9]);

impl Homography {
    pub const IDENTITY: Homography = Homography([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);

    /// The ninth number is one.
    pub fn of(m: [f64; 8]) -> Homography {
        let [a, b, c, d, e, f, g, h] = m;
        Homography([a, b, c, d, e, f, g, h, 1.0])
    }

    pub fn apply(&self, x: f64, y: f64) -> (f64, f64) {
        let m = &self.0;
        let w = m[6] * x + m[7] * y + m[8];
        let w = if w.abs() < 1e-9 { 1e-9 } else { w };
        (
            (m[0] * x + m[1] * y + m[2]) / w,
            (m[3] * x + m[4] * y + m[5]) / w,
        )
    }

    /// The best for these pairs, least squares; `None`: they do not say enough.
    fn fit(pairs: &[Pair]) -> Option<Homography> {
        if pairs.len() < 4 {
            return None;
        }
        // Eight unknowns, the ninth is one; normal equations.
        let mut a = [[0.0_f64; 9]; 8];
        let mut add = |row: [f64; 8], value: f64| {
            for i in 0..8 {
                for j in 0..8 {
                    a[i][j] += row[i] * row[j];
                }
                a[i][8] += row[i] * value;
            }
        };
        const UNIT: f64 = 1000.0;
        for &((x, y), (u, v)) in pairs {
            let (x, y, u, v) = (x / UNIT, y / UNIT, u / UNIT, v / UNIT);
            add([x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y], u);
            add([0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y], v);
        }
        let h = solve(a)?;
        let [a, b, c, d, e, f, g, h] = h;
        Some(Homography::of([
            a,
            b,
            c * UNIT,
            d,
            e,
            f * UNIT,
            g / UNIT,
            h / UNIT,
        ]))
    }
}

/// Gauss with pivots.
fn solve(mut a: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for column in 0..8 {
        let pivot =
            (column..8).max_by(|&i, &j| a[i][column].abs().total_cmp(&a[j][column].abs()))?;
        if a[pivot][column].abs() < 1e-12 {
            return None;
        }
        a.swap(column, pivot);
        for row in 0..8 {
            if row != column {
                let factor = a[row][column] / a[column][column];
                let from = a[column];
                for (value, from) in a[row].iter_mut().zip(from).skip(column) {
                    *value -= factor * from;
                }
            }
        }
    }
    let mut solution = [0.0; 8];
    for (at, value) in solution.iter_mut().enumerate() {
        *value = a[at][8] / a[at][at];
    }
    Some(solution)
}

/// How dark each pixel is against the paper around it, 0 to 255: shadows and grey paper vanish, print and ink stay.
pub fn ink(gray: &Gray) -> Gray {
    let cells = 24;
    let (columns, rows) = (
        gray.width.div_ceil(cells).max(1),
        gray.height.div_ceil(cells).max(1),
    );
    let mut paper = vec![0_u8; columns * rows];
    for row in 0..rows {
        for column in 0..columns {
            let mut counts = [0_u32; 256];
            for y in (row * cells)..((row + 1) * cells).min(gray.height) {
                for &pixel in &gray.row(y)[column * cells..((column + 1) * cells).min(gray.width)] {
                    counts[usize::from(pixel)] += 1;
                }
            }
            paper[row * columns + column] = super::raster::percentile(&counts, 0.8);
        }
    }
    // Paper is the brightest around: a cell full of print borrows from its neighbours.
    let around = |column: usize, row: usize| {
        let mut brightest = 0;
        for y in row.saturating_sub(1)..(row + 2).min(rows) {
            for x in column.saturating_sub(1)..(column + 2).min(columns) {
                brightest = brightest.max(paper[y * columns + x]);
            }
        }
        brightest
    };
    let mut pixels = Vec::with_capacity(gray.pixels.len());
    for y in 0..gray.height {
        for (x, &pixel) in gray.row(y).iter().enumerate() {
            let paper = u32::from(around(x / cells, y / cells)).max(1);
            let dark = (paper.saturating_sub(u32::from(pixel))) * 255 / paper;
            pixels.push(dark.min(255) as u8);
        }
    }
    Gray { pixels, ..*gray }
}

/// The four corners of the paper: from the top left, clockwise. The picture's own where paper fills it.
fn paper_corners(gray: &Gray) -> [(f64, f64); 4] {
    let small = gray.shrunk(160);
    let (dark, bright) = (
        i32::from(small.percentile(0.05)),
        i32::from(small.percentile(0.9)),
    );
    let (w, h) = (small.width as f64 - 1.0, small.height as f64 - 1.0);
    let whole = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)];
    let scale = (
        (gray.width as f64 - 1.0) / w.max(1.0),
        (gray.height as f64 - 1.0) / h.max(1.0),
    );
    let back = |corners: [(f64, f64); 4]| corners.map(|(x, y)| (x * scale.0, y * scale.1));
    let border: Vec<u8> = (0..small.width)
        .flat_map(|x| [small.at(x, 0), small.at(x, small.height - 1)])
        .chain((0..small.height).flat_map(|y| [small.at(0, y), small.at(small.width - 1, y)]))
        .collect();
    let limit = (dark + bright) / 2;
    let bright_border = border.iter().filter(|&&p| i32::from(p) > limit).count();
    // A scan: paper reaches the border nearly everywhere.
    if bright_border * 10 > border.len() * 8 {
        return back(whole);
    }
    // Smoothed, so that print on the paper and specks on the desk do not count.
    let smooth = smoothed(&small, 3);
    let mut corners = whole;
    let mut best = [f64::MAX; 4];
    for y in 0..small.height {
        for x in 0..small.width {
            if i32::from(smooth.at(x, y)) <= limit {
                continue;
            }
            let (x, y) = (x as f64, y as f64);
            for (at, reach) in [x + y, w - x + y, w - x + h - y, x + h - y]
                .into_iter()
                .enumerate()
            {
                if reach < best[at] {
                    (best[at], corners[at]) = (reach, (x, y));
                }
            }
        }
    }
    back(corners)
}

fn smoothed(gray: &Gray, radius: usize) -> Gray {
    let mut pixels = Vec::with_capacity(gray.pixels.len());
    for y in 0..gray.height {
        for x in 0..gray.width {
            let (mut sum, mut count) = (0_u32, 0_u32);
            for y in y.saturating_sub(radius)..(y + radius + 1).min(gray.height) {
                for x in x.saturating_sub(radius)..(x + radius + 1).min(gray.width) {
                    sum += u32::from(gray.at(x, y));
                    count += 1;
                }
            }
            pixels.push((sum / count.max(1)) as u8);
        }
    }
    Gray { pixels, ..*gray }
}

/// The picture as seen through the map from the target's places to its own.
pub fn warped(gray: &Gray, map: Homography, width: usize, height: usize) -> Gray {
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let (u, v) = map.apply(x as f64, y as f64);
            pixels.push(sample(gray, u, v));
        }
    }
    Gray {
        width,
        height,
        pixels,
    }
}

fn sample(gray: &Gray, x: f64, y: f64) -> u8 {
    if x < 0.0 || y < 0.0 || x >= gray.width as f64 || y >= gray.height as f64 {
        return 255;
    }
    let (left, top) = (x as usize, y as usize);
    let (dx, dy) = (x - left as f64, y - top as f64);
    let at = |x: usize, y: usize| f64::from(gray.at(x.min(gray.width - 1), y.min(gray.height - 1)));
    let above = at(left, top) * (1.0 - dx) + at(left + 1, top) * dx;
    let below = at(left, top + 1) * (1.0 - dx) + at(left + 1, top + 1) * dx;
    (above * (1.0 - dy) + below * dy).round() as u8
}

/// The returned page in the place and size of the sent one.
pub fn align(sent: &Gray, returned: &Gray) -> Gray {
    let (w, h) = (sent.width as f64 - 1.0, sent.height as f64 - 1.0);
    let corners = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)];
    let found = paper_corners(returned);
    let pairs: Vec<_> = corners.into_iter().zip(found).collect();
    let mut map = Homography::fit(&pairs).unwrap_or(Homography::IDENTITY);
    let sent_ink = ink(sent);
    for reach in REACH {
        let laid = warped(returned, map, sent.width, sent.height);
        let moved = moves(&sent_ink, &ink(&laid), reach);
        if moved.len() < 6 {
            continue;
        }
        // Where the block of the sent page lies in the returned picture now.
        let pairs: Vec<_> = moved
            .iter()
            .map(|&(x, y, dx, dy)| ((x, y), map.apply(x + f64::from(dx), y + f64::from(dy))))
            .collect();
        if let Some(better) = robust(&pairs) {
            map = better;
        }
    }
    warped(returned, map, sent.width, sent.height)
}

/// Fitted again without the pairs that fit worst: a signature over a line moves nothing.
fn robust(pairs: &[Pair]) -> Option<Homography> {
    let mut kept = pairs.to_vec();
    let mut map = Homography::fit(&kept)?;
    for _ in 0..3 {
        let error = |map: Homography, pair: &Pair| {
            let (u, v) = map.apply(pair.0.0, pair.0.1);
            (u - pair.1.0).hypot(v - pair.1.1)
        };
        let mut errors: Vec<f64> = kept.iter().map(|pair| error(map, pair)).collect();
        errors.sort_by(f64::total_cmp);
        let limit = (errors[errors.len() / 2] * 2.5).max(1.5);
        kept.retain(|pair| error(map, pair) <= limit);
        map = Homography::fit(&kept)?;
    }
    Some(map)
}

/// The share of a page's blocks of print that are found again about where they were.
pub fn found_again(sent: &Gray, laid: &Gray) -> f32 {
    let blocks = printed_blocks(sent);
    // An empty page is found in every page.
    if blocks.len() < 2 {
        return 0.9;
    }
    let found = blocks
        .iter()
        .filter(|&&(left, top)| best_move(sent, laid, left, top, 5).is_some());
    found.count() as f32 / blocks.len() as f32
}

/// For blocks with print: how far it lies off, where that is clear.
fn moves(sent: &Gray, laid: &Gray, reach: i32) -> Vec<(f64, f64, i32, i32)> {
    let half = BLOCK as f64 / 2.0;
    printed_blocks(sent)
        .into_iter()
        .filter_map(|(left, top)| {
            let (dx, dy) = best_move(sent, laid, left, top, reach)?;
            Some((left as f64 + half, top as f64 + half, dx, dy))
        })
        .collect()
}

fn printed_blocks(page: &Gray) -> Vec<(usize, usize)> {
    let mut blocks = Vec::new();
    for top in (0..page.height.saturating_sub(BLOCK)).step_by(BLOCK * 3 / 4) {
        for left in (0..page.width.saturating_sub(BLOCK)).step_by(BLOCK * 3 / 4) {
            let inked: usize = (top..top + BLOCK)
                .map(|y| {
                    page.row(y)[left..left + BLOCK]
                        .iter()
                        .filter(|&&p| p > 90)
                        .count()
                })
                .sum();
            if inked >= BLOCK * BLOCK / 60 {
                blocks.push((left, top));
            }
        }
    }
    blocks
}

fn best_move(sent: &Gray, laid: &Gray, left: usize, top: usize, reach: i32) -> Option<(i32, i32)> {
    let coarse = if reach > 8 { 3 } else { 1 };
    let mut best = (0.0, (0, 0));
    let mut try_at = |dx: i32, dy: i32, step: usize| {
        let likeness = likeness(sent, laid, left, top, dx, dy, step);
        if likeness > best.0 {
            best = (likeness, (dx, dy));
        }
    };
    for dy in (-reach..=reach).step_by(coarse) {
        for dx in (-reach..=reach).step_by(coarse) {
            try_at(dx, dy, 3);
        }
    }
    let (_, (x, y)) = best;
    best.0 = 0.0;
    let mut try_at = |dx: i32, dy: i32| {
        let likeness = likeness(sent, laid, left, top, dx, dy, 2);
        if likeness > best.0 {
            best = (likeness, (dx, dy));
        }
    };
    for dy in y - 2..=y + 2 {
        for dx in x - 2..=x + 2 {
            try_at(dx, dy);
        }
    }
    (best.0 > 0.45).then_some(best.1)
}

/// Correlation of a block with its moved counterpart, on every `step`th pixel.
fn likeness(
    sent: &Gray,
    laid: &Gray,
    left: usize,
    top: usize,
    dx: i32,
    dy: i32,
    step: usize,
) -> f64 {
    let (mut n, mut a1, mut b1, mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for y in (top..top + BLOCK).step_by(step) {
        let v = y as i32 + dy;
        if v < 0 || v as usize >= laid.height {
            continue;
        }
        let (row, other) = (sent.row(y), laid.row(v as usize));
        for x in (left..left + BLOCK).step_by(step) {
            let u = x as i32 + dx;
            let Some(&b) = usize::try_from(u).ok().and_then(|u| other.get(u)) else {
                continue;
            };
            let (a, b) = (f64::from(row[x]), f64::from(b));
            n += 1.0;
            a1 += a;
            b1 += b;
            aa += a * a;
            bb += b * b;
            ab += a * b;
        }
    }
    if n < 50.0 {
        return 0.0;
    }
    let variance = (aa - a1 * a1 / n) * (bb - b1 * b1 / n);
    if variance <= 1.0 {
        return 0.0;
    }
    (ab - a1 * b1 / n) / variance.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_corners_give_the_map_between_two_planes() {
        let from = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 1400.0), (0.0, 1400.0)];
        let to = [
            (120.0, 80.0),
            (1500.0, 140.0),
            (1430.0, 2010.0),
            (60.0, 1900.0),
        ];
        let pairs: Vec<_> = from.into_iter().zip(to).collect();
        let map = Homography::fit(&pairs).expect("four corners");
        for ((x, y), (u, v)) in pairs {
            let (found_u, found_v) = map.apply(x, y);
            assert!((found_u - u).abs() < 0.01 && (found_v - v).abs() < 0.01);
        }
    }

    #[test]
    fn a_shadow_is_no_ink() {
        let mut page = Gray::filled(200, 200, 240);
        for y in 0..200 {
            for x in 0..200 {
                page.pixels[y * 200 + x] = 240 - (x / 2) as u8;
            }
        }
        page.pixels[100 * 200 + 100] = 20;
        let ink = ink(&page);
        assert!(ink.at(100, 100) > 150);
        let dark = ink.pixels.iter().filter(|&&p| p > 60).count();
        assert_eq!(dark, 1);
    }
}

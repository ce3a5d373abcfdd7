//! Blocks of a page's print, and how far off each lies on the other page.

use super::raster::Gray;

/// The side of a block that is searched for.
pub const BLOCK: usize = 48;
/// What a block must have in common with its counterpart to count as found.
const ALIKE: f64 = 0.5;

/// A block of print and how far it lies off.
pub struct Move {
    pub x: f64,
    pub y: f64,
    pub dx: i32,
    pub dy: i32,
}

/// So many blocks say how a page lies; more only take time.
const ENOUGH: usize = 180;

pub fn thinned(blocks: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let step = blocks.len().div_ceil(ENOUGH).max(1);
    // A step that divides the blocks of a row would look at columns only.
    let step = if step.is_multiple_of(2) {
        step + 1
    } else {
        step
    };
    blocks.into_iter().step_by(step).collect()
}

/// For blocks with print: how far it lies off, where that is clear.
pub fn moves(
    sent: &Gray,
    laid: &Gray,
    block: usize,
    reach: i32,
    blocks: Vec<(usize, usize)>,
) -> Vec<Move> {
    let half = block as f64 / 2.0;
    let sums = Sums::of(laid);
    blocks
        .into_iter()
        .filter_map(|(left, top)| {
            let (dx, dy) = best_move(sent, laid, &sums, block, left, top, reach)?;
            Some(Move {
                x: left as f64 + half,
                y: top as f64 + half,
                dx,
                dy,
            })
        })
        .collect()
}

pub fn printed_blocks(page: &Gray, block: usize) -> Vec<(usize, usize)> {
    let mut blocks = Vec::new();
    for top in (0..page.height.saturating_sub(block)).step_by(block) {
        for left in (0..page.width.saturating_sub(block)).step_by(block) {
            let inked: usize = (top..top + block)
                .map(|y| {
                    let row = &page.row(y)[left..left + block];
                    row.iter().filter(|&&p| p > 70).count()
                })
                .sum();
            if inked >= block * block / 40 {
                blocks.push((left, top));
            }
        }
    }
    blocks
}

/// Sums over rectangles, of values and of their squares.
pub struct Sums {
    width: usize,
    plain: Vec<u32>,
    squares: Vec<u64>,
}

impl Sums {
    pub fn of(gray: &Gray) -> Sums {
        let width = gray.width + 1;
        let mut plain = vec![0_u32; width * (gray.height + 1)];
        let mut squares = vec![0_u64; width * (gray.height + 1)];
        for y in 0..gray.height {
            let (mut sum, mut square) = (0_u32, 0_u64);
            let (above, here) = (y * width, (y + 1) * width);
            for (x, &pixel) in gray.row(y).iter().enumerate() {
                sum += u32::from(pixel);
                square += u64::from(pixel) * u64::from(pixel);
                plain[here + x + 1] = plain[above + x + 1] + sum;
                squares[here + x + 1] = squares[above + x + 1] + square;
            }
        }
        Sums {
            width,
            plain,
            squares,
        }
    }

    /// Of a square block.
    fn over(&self, left: usize, top: usize, side: usize) -> (f64, f64) {
        let (a, b) = (top * self.width + left, (top + side) * self.width + left);
        let plain = self.plain[b + side] + self.plain[a] - self.plain[a + side] - self.plain[b];
        let squares =
            self.squares[b + side] + self.squares[a] - self.squares[a + side] - self.squares[b];
        (f64::from(plain), squares as f64)
    }
}

/// How far a block of the sent page lies off on the laid one; `None`: nothing within reach looks like it.
pub fn best_move(
    sent: &Gray,
    laid: &Gray,
    sums: &Sums,
    block: usize,
    left: usize,
    top: usize,
    reach: i32,
) -> Option<(i32, i32)> {
    let n = (block * block) as f64;
    let (mut a, mut aa) = (0_u32, 0_u32);
    for y in top..top + block {
        for &pixel in &sent.row(y)[left..left + block] {
            a += u32::from(pixel);
            aa += u32::from(pixel) * u32::from(pixel);
        }
    }
    let a = f64::from(a);
    let spread = f64::from(aa) - a * a / n;
    let mut best = (ALIKE, None);
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            let (u, v) = (left as i32 + dx, top as i32 + dy);
            let (Ok(u), Ok(v)) = (usize::try_from(u), usize::try_from(v)) else {
                continue;
            };
            if u + block > laid.width || v + block > laid.height {
                continue;
            }
            let (b, bb) = sums.over(u, v, block);
            let variance = spread * (bb - b * b / n);
            if variance <= 1.0 {
                continue;
            }
            let mut ab = 0_u32;
            for y in 0..block {
                let one = &sent.row(top + y)[left..left + block];
                let two = &laid.row(v + y)[u..u + block];
                ab += one
                    .iter()
                    .zip(two)
                    .map(|(&a, &b)| u32::from(a) * u32::from(b))
                    .sum::<u32>();
            }
            let likeness = (f64::from(ab) - a * b / n) / variance.sqrt();
            if likeness > best.0 {
                best = (likeness, Some((dx, dy)));
            }
        }
    }
    best.1
}

//! Print held against print at one place: how alike, where exactly, and whether something was drawn over it.

use super::raster::Gray;

/// A rectangle on a page, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    pub left: i32,
    pub top: i32,
    pub width: i32,
    pub height: i32,
}

impl Window {
    pub fn moved(self, dx: i32, dy: i32) -> Window {
        Window {
            left: self.left + dx,
            top: self.top + dy,
            ..self
        }
    }

    pub fn grown(self, x: i32, y: i32) -> Window {
        Window {
            left: self.left - x,
            top: self.top - y,
            width: self.width + 2 * x,
            height: self.height + 2 * y,
        }
    }

    fn lies_in(&self, page: &Gray) -> bool {
        self.left >= 0
            && self.top >= 0
            && self.width > 0
            && self.height > 0
            && (self.left + self.width) as usize <= page.width
            && (self.top + self.height) as usize <= page.height
    }

    /// The rows of a page that lie in it; none when it sticks out.
    pub fn rows<'p>(&self, page: &'p Gray) -> impl Iterator<Item = &'p [u8]> + use<'p> {
        let inside = self.lies_in(page);
        let (left, width) = (self.left.max(0) as usize, self.width.max(0) as usize);
        let rows = if inside {
            self.top..self.top + self.height
        } else {
            0..0
        };
        rows.map(move |y| &page.row(y as usize)[left..left + width])
    }

    pub fn cut(&self, page: &Gray) -> Option<Gray> {
        let pixels = self.rows(page).flatten().copied().collect();
        Gray::new(
            self.width.max(0) as usize,
            self.height.max(0) as usize,
            pixels,
        )
    }
}

/// How alike two windows of equal size are: correlation, −1 to 1. Even windows are like nothing.
pub fn alike(one: &Gray, at: Window, other: &Gray, there: Window) -> f32 {
    let (mut n, mut a1, mut b1, mut aa, mut bb, mut ab) =
        (0_u32, 0_u32, 0_u32, 0_u64, 0_u64, 0_u64);
    for (one, other) in at.rows(one).zip(there.rows(other)) {
        let (mut row_aa, mut row_bb, mut row_ab) = (0_u32, 0_u32, 0_u32);
        for (&a, &b) in one.iter().zip(other) {
            let (a, b) = (u32::from(a), u32::from(b));
            a1 += a;
            b1 += b;
            row_aa += a * a;
            row_bb += b * b;
            row_ab += a * b;
        }
        n += one.len() as u32;
        aa += u64::from(row_aa);
        bb += u64::from(row_bb);
        ab += u64::from(row_ab);
    }
    if n == 0 {
        return 0.0;
    }
    let (n, a1, b1) = (f64::from(n), f64::from(a1), f64::from(b1));
    let spread = |squares: u64, sum: f64| squares as f64 - sum * sum / n;
    let (a, b) = (spread(aa, a1), spread(bb, b1));
    // Less than a faint grey is noise.
    if a < 60.0 * n || b < 60.0 * n {
        return 0.0;
    }
    ((ab as f64 - a1 * b1 / n) / (a * b).sqrt()) as f32
}

/// Where the window lies on the other page within reach, and how alike it is there.
pub fn nearest(
    one: &Gray,
    at: Window,
    other: &Gray,
    around: (i32, i32),
    reach: i32,
) -> (f32, i32, i32) {
    let mut best = (-1.0, around.0, around.1);
    for dy in around.1 - reach..=around.1 + reach {
        for dx in around.0 - reach..=around.0 + reach {
            let likeness = alike(one, at, other, at.moved(dx, dy));
            if likeness > best.0 {
                best = (likeness, dx, dy);
            }
        }
    }
    best
}

/// Both pages as ink, the sent one as soft as the scan is.
pub struct Print {
    pub sent: Gray,
    pub soft: Gray,
    pub laid: Gray,
    pub softness: usize,
    /// Ink that was not sent, 255 where there is some.
    pub added: Gray,
}

/// The softest that a legible scan is, in pixels.
const SOFTEST: usize = 3;

impl Print {
    pub fn of(sent: Gray, laid: Gray) -> Print {
        let mut best = (-1.0, 0, sent.clone());
        let all = Window {
            left: 0,
            top: 0,
            width: sent.width as i32,
            height: sent.height as i32,
        };
        for softness in 0..=SOFTEST {
            let soft = softened(&sent, softness);
            let likeness = alike(&soft, all, &laid, all);
            // Once it fits less it fits less and less.
            if likeness <= best.0 {
                break;
            }
            best = (likeness, softness, soft);
        }
        let (_, softness, soft) = best;
        let added = added(&soft, &laid);
        Print {
            sent,
            soft,
            laid,
            softness,
            added,
        }
    }

    /// The share of a window that ink takes which was not sent.
    pub fn drawn_over(&self, at: Window) -> f32 {
        let (mut all, mut inked) = (0_usize, 0_usize);
        for row in at.rows(&self.added) {
            all += row.len();
            inked += row.iter().filter(|&&pixel| pixel > 0).count();
        }
        inked as f32 / all.max(1) as f32
    }
}

/// As a scanner softens print.
pub fn softened(ink: &Gray, softness: usize) -> Gray {
    match softness {
        0 => ink.clone(),
        more => ink.blurred(more).blurred(more.div_ceil(2)),
    }
}

/// How far print may lie off after alignment, and still be the print that was sent.
const SLACK: usize = 3;

fn added(soft: &Gray, laid: &Gray) -> Gray {
    // Shaded cells of a table are pale, and no ink when they come back darker.
    let near = spread(soft, 28, SLACK);
    let pixels = laid.pixels.iter().zip(&near);
    Gray {
        pixels: pixels
            .map(|(&pixel, &near)| u8::from(!near && pixel > 75) * 255)
            .collect(),
        ..*laid
    }
}

/// Where there is ink within so many pixels.
pub fn spread(ink: &Gray, limit: u8, by: usize) -> Vec<bool> {
    let (w, h) = (ink.width, ink.height);
    let mut near = vec![false; w * h];
    for y in 0..h {
        for (x, &pixel) in ink.row(y).iter().enumerate() {
            if pixel > limit {
                for v in y.saturating_sub(by)..=(y + by).min(h - 1) {
                    near[v * w + x] = true;
                }
            }
        }
    }
    let mut wide = vec![false; w * h];
    for y in 0..h {
        let row = &near[y * w..(y + 1) * w];
        let target = &mut wide[y * w..(y + 1) * w];
        // The end of what was filled already: runs overlap.
        let mut filled = 0;
        for (x, _) in row.iter().enumerate().filter(|(_, near)| **near) {
            let (from, to) = (x.saturating_sub(by).max(filled), (x + by + 1).min(w));
            if from < to {
                target[from..to].fill(true);
                filled = to;
            }
        }
    }
    wide
}

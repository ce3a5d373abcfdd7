//! A grey picture, and the few things done with one: scaling, turning, blurring.

/// One byte a pixel, row by row; white is 255.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gray {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

impl Gray {
    /// `None`: the numbers do not fit together.
    pub fn new(width: usize, height: usize, pixels: Vec<u8>) -> Option<Gray> {
        let fits = width > 0 && height > 0 && width.checked_mul(height) == Some(pixels.len());
        fits.then_some(Gray {
            width,
            height,
            pixels,
        })
    }

    pub fn filled(width: usize, height: usize, value: u8) -> Gray {
        Gray {
            width,
            height,
            pixels: vec![value; width * height],
        }
    }

    pub fn row(&self, y: usize) -> &[u8] {
        let start = (y * self.width).min(self.pixels.len());
        let end = (start + self.width).min(self.pixels.len());
        &self.pixels[start..end]
    }

    /// The pixel, or white outside.
    pub fn at(&self, x: usize, y: usize) -> u8 {
        if x < self.width && y < self.height {
            self.pixels[y * self.width + x]
        } else {
            255
        }
    }

    /// Scaled down so that the shorter side has at most `most` pixels, and the longer at most four times that.
    pub fn shrunk(&self, most: usize) -> Gray {
        let (short, long) = (self.width.min(self.height), self.width.max(self.height));
        let factor = (most as f64 / short as f64)
            .min(4.0 * most as f64 / long as f64)
            .min(1.0);
        let scale = |side: usize| ((side as f64 * factor).round() as usize).max(1);
        self.scaled(scale(self.width), scale(self.height))
    }

    /// Scaled down by averaging what falls into each pixel; sides that are smaller already stay (nothing is invented).
    pub fn scaled(&self, width: usize, height: usize) -> Gray {
        let (width, height) = (width.clamp(1, self.width), height.clamp(1, self.height));
        if (width, height) == (self.width, self.height) {
            return self.clone();
        }
        let edges =
            |from: usize, to: usize| -> Vec<usize> { (0..=to).map(|at| at * from / to).collect() };
        let (columns, rows) = (edges(self.width, width), edges(self.height, height));
        let mut pixels = Vec::with_capacity(width * height);
        // Down first, a whole row at a time: this is where a large photo's time goes.
        let mut sums = vec![0_u32; self.width];
        for rows in rows.windows(2) {
            let (top, bottom) = (rows[0], rows[1]);
            sums.fill(0);
            for y in top..bottom {
                for (sum, &pixel) in sums.iter_mut().zip(self.row(y)) {
                    *sum += u32::from(pixel);
                }
            }
            for span in columns.windows(2) {
                let sum: u32 = sums[span[0]..span[1]].iter().sum();
                let count = ((span[1] - span[0]) * (bottom - top)).max(1) as u32;
                pixels.push(((sum + count / 2) / count) as u8);
            }
        }
        Gray {
            width,
            height,
            pixels,
        }
    }

    /// As EXIF says it is to be shown (orientation 1 to 8).
    pub fn oriented(self, orientation: u8) -> Gray {
        let (w, h) = (self.width, self.height);
        let (width, height) = if orientation >= 5 { (h, w) } else { (w, h) };
        let from = |x: usize, y: usize| match orientation {
            2 => (w - 1 - x, y),
            3 => (w - 1 - x, h - 1 - y),
            4 => (x, h - 1 - y),
            5 => (y, x),
            6 => (y, h - 1 - x),
            7 => (w - 1 - y, h - 1 - x),
            8 => (w - 1 - y, x),
            _ => (x, y),
        };
        if !(2..=8).contains(&orientation) {
            return self;
        }
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..height {
            for x in 0..width {
                let (x, y) = from(x, y);
                pixels.push(self.pixels[y * w + x]);
            }
        }
        Gray {
            width,
            height,
            pixels,
        }
    }

    /// Each pixel the mean of the square around it, `radius` to each side. White lies outside nothing: borders count what is there.
    pub fn blurred(&self, radius: usize) -> Gray {
        if radius == 0 {
            return self.clone();
        }
        let (w, h) = (self.width, self.height);
        let mut across = Vec::with_capacity(w * h);
        for y in 0..h {
            let row = self.row(y);
            let mut sum: u32 = row[..radius.min(w)].iter().map(|&p| u32::from(p)).sum();
            for x in 0..w {
                if x + radius < w {
                    sum += u32::from(row[x + radius]);
                }
                if x > radius {
                    sum -= u32::from(row[x - radius - 1]);
                }
                let count = (x + radius + 1).min(w) - x.saturating_sub(radius);
                across.push((sum * 16 / count as u32) as u16);
            }
        }
        let mut sums = vec![0_u32; w];
        let add = |sums: &mut [u32], y: usize, sign: bool| {
            for (sum, &value) in sums.iter_mut().zip(&across[y * w..(y + 1) * w]) {
                let value = u32::from(value);
                *sum = if sign { *sum + value } else { *sum - value };
            }
        };
        for y in 0..radius.min(h) {
            add(&mut sums, y, true);
        }
        let mut pixels = Vec::with_capacity(w * h);
        for y in 0..h {
            if y + radius < h {
                add(&mut sums, y + radius, true);
            }
            if y > radius {
                add(&mut sums, y - radius - 1, false);
            }
            let count = 16 * ((y + radius + 1).min(h) - y.saturating_sub(radius)) as u32;
            pixels.extend(sums.iter().map(|&sum| ((sum + count / 2) / count) as u8));
        }
        Gray {
            width: w,
            height: h,
            pixels,
        }
    }

    /// Halved so many times.
    pub fn halved(&self, times: u32) -> Gray {
        self.scaled(self.width >> times, self.height >> times)
    }

    pub fn percentile(&self, share: f64) -> u8 {
        percentile(&histogram(&self.pixels), share)
    }
}

pub fn histogram(pixels: &[u8]) -> [u32; 256] {
    let mut counts = [0; 256];
    for &pixel in pixels {
        counts[usize::from(pixel)] += 1;
    }
    counts
}

pub fn percentile(counts: &[u32; 256], share: f64) -> u8 {
    let total: u64 = counts.iter().map(|&n| u64::from(n)).sum();
    let wanted = (total as f64 * share) as u64;
    let mut seen = 0;
    for (value, &count) in (0_u8..=255).zip(counts) {
        seen += u64::from(count);
        if seen > wanted {
            return value;
        }
    }
    255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_keeps_the_mean_and_never_enlarges() {
        let board = Gray::new(
            8,
            4,
            (0..32).map(|n| if n % 2 == 0 { 0 } else { 200 }).collect(),
        )
        .expect("fits");
        assert_eq!(board.scaled(4, 2), Gray::filled(4, 2, 100));
        assert_eq!(board.scaled(100, 100), board);
        assert_eq!(board.shrunk(2).width, 4);
    }

    #[test]
    fn blurring_keeps_an_even_picture_and_spreads_a_dot() {
        let even = Gray::filled(9, 7, 77);
        assert_eq!(even.blurred(2), even);
        let mut dot = Gray::filled(9, 7, 0);
        dot.pixels[3 * 9 + 4] = 225;
        let spread = dot.blurred(1);
        assert_eq!(
            (spread.at(3, 2), spread.at(4, 3), spread.at(6, 3)),
            (25, 25, 0)
        );
    }

    #[test]
    fn each_orientation_brings_the_corner_home() {
        // A marked corner, as a camera held in each way stores it; shown upright it is at the top left.
        let corner = |w: usize, h: usize, x: usize, y: usize| {
            let mut gray = Gray::filled(w, h, 0);
            gray.pixels[y * w + x] = 9;
            gray
        };
        for (orientation, w, h, x, y) in [
            (1, 3, 2, 0, 0),
            (2, 3, 2, 2, 0),
            (3, 3, 2, 2, 1),
            (4, 3, 2, 0, 1),
            (5, 2, 3, 0, 0),
            (6, 2, 3, 0, 2),
            (7, 2, 3, 1, 2),
            (8, 2, 3, 1, 0),
        ] {
            assert_eq!(
                corner(w, h, x, y).oriented(orientation),
                corner(3, 2, 0, 0),
                "{orientation}"
            );
        }
    }
}

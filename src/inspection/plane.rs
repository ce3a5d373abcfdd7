//! Points of one picture mapped into another: the eight numbers of a plane seen askew, and how they are found.

/// A place on the sent page, and where it lies in the returned picture.
pub type Pair = ((f64, f64), (f64, f64));

/// Points of a plane mapped by eight numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Homography([f64; 9]);

/// A map along one row: numerators and denominator as straight lines.
pub struct Row {
    across: (f32, f32),
    down: (f32, f32),
    depth: (f32, f32),
}

impl Row {
    #[inline]
    pub fn at(&self, x: f32) -> (f32, f32) {
        let line = |(step, base): (f32, f32)| step * x + base;
        let depth = line(self.depth);
        let depth = if depth.abs() < 1e-9 { 1e-9 } else { depth };
        let once = 1.0 / depth;
        (line(self.across) * once, line(self.down) * once)
    }
}

impl Homography {
    pub const IDENTITY: Homography = Homography([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);

    /// The ninth number is one.
    pub fn of(m: [f64; 8]) -> Homography {
        let [a, b, c, d, e, f, g, h] = m;
        Homography([a, b, c, d, e, f, g, h, 1.0])
    }

    pub fn scale(x: f64, y: f64) -> Homography {
        Homography::of([x, 0.0, 0.0, 0.0, y, 0.0, 0.0, 0.0])
    }

    /// Turned by so many degrees about a point, and scaled.
    pub fn turn(degrees: f64, scale: f64, about: (f64, f64)) -> Homography {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (a, b) = (cos * scale, sin * scale);
        let (x, y) = about;
        Homography::of([a, -b, x - a * x + b * y, b, a, y - b * x - a * y, 0.0, 0.0])
    }

    pub fn shift(x: f64, y: f64) -> Homography {
        Homography::of([1.0, 0.0, x, 0.0, 1.0, y, 0.0, 0.0])
    }

    /// First this one, then the other.
    pub fn then(&self, other: &Homography) -> Homography {
        let (a, b) = (&other.0, &self.0);
        let mut product = [0.0; 9];
        for row in 0..3 {
            for column in 0..3 {
                product[row * 3 + column] = (0..3)
                    .map(|at| a[row * 3 + at] * b[at * 3 + column])
                    .sum::<f64>();
            }
        }
        Homography(product)
    }

    /// For the places of one row, quicker than one by one.
    pub fn row(&self, y: f64) -> Row {
        let m = &self.0;
        let number = |step: usize, base: f64| (m[step] as f32, base as f32);
        Row {
            across: number(0, m[1] * y + m[2]),
            down: number(3, m[4] * y + m[5]),
            depth: number(6, m[7] * y + m[8]),
        }
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
    pub fn fit(pairs: &[Pair]) -> Option<Homography> {
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

    /// Without perspective: three pairs are enough.
    fn fit_flat(pairs: &[Pair]) -> Option<Homography> {
        let n = pairs.len() as f64;
        if pairs.len() < 3 {
            return None;
        }
        let mean = |of: fn(&Pair) -> f64| pairs.iter().map(of).sum::<f64>() / n;
        let (x0, y0) = (mean(|p| p.0.0), mean(|p| p.0.1));
        let (u0, v0) = (mean(|p| p.1.0), mean(|p| p.1.1));
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        let (mut xu, mut yu, mut xv, mut yv) = (0.0, 0.0, 0.0, 0.0);
        for &((x, y), (u, v)) in pairs {
            let (x, y, u, v) = (x - x0, y - y0, u - u0, v - v0);
            xx += x * x;
            xy += x * y;
            yy += y * y;
            xu += x * u;
            yu += y * u;
            xv += x * v;
            yv += y * v;
        }
        let area = xx * yy - xy * xy;
        if area < 1e-6 * (xx + yy).powi(2) {
            return None;
        }
        let line = |one: f64, other: f64| {
            (
                (one * yy - other * xy) / area,
                (other * xx - one * xy) / area,
            )
        };
        let ((a, b), (d, e)) = (line(xu, yu), line(xv, yv));
        Some(Homography::of([
            a,
            b,
            u0 - a * x0 - b * y0,
            d,
            e,
            v0 - d * x0 - e * y0,
            0.0,
            0.0,
        ]))
    }

    fn error(&self, pair: &Pair) -> f64 {
        let (u, v) = self.apply(pair.0.0, pair.0.1);
        (u - pair.1.0).hypot(v - pair.1.1)
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

/// The map on which most pairs agree within `limit`: lines of print look alike, so many a pair is wrong. `None`: too few
/// agree to say.
pub fn agreed(pairs: &[Pair], limit: f64) -> Option<Homography> {
    let mut best: (usize, Vec<Pair>) = (0, Vec::new());
    let mut seed = 0x2545_f491_u32;
    let mut any = |below: usize| {
        // Chosen the same way every time: two runs over one file say the same.
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below.max(1)
    };
    let within = |map: &Homography| -> Vec<Pair> {
        let agreeing = pairs.iter().filter(|pair| map.error(pair) <= limit);
        agreeing.copied().collect()
    };
    for _ in 0..300 {
        let three: Vec<Pair> = (0..3)
            .filter_map(|_| pairs.get(any(pairs.len())).copied())
            .collect();
        let Some(map) = Homography::fit_flat(&three) else {
            continue;
        };
        let agreeing = within(&map);
        if agreeing.len() > best.0 {
            best = (agreeing.len(), agreeing);
        }
    }
    let kept = best.1;
    if kept.len() < 5 {
        return None;
    }
    let flat = Homography::fit_flat(&kept)?;
    // A few pairs in one corner say nothing about perspective.
    if kept.len() < 12 {
        return Some(flat);
    }
    let map = Homography::fit(&kept)?;
    Some(trimmed(&within(&map), limit).unwrap_or(map))
}

/// Fitted again without the pairs that fit worst: a signature over a line moves nothing.
pub fn trimmed(pairs: &[Pair], least: f64) -> Option<Homography> {
    let mut kept = pairs.to_vec();
    let mut map = Homography::fit(&kept)?;
    for _ in 0..3 {
        let mut errors: Vec<f64> = kept.iter().map(|pair| map.error(pair)).collect();
        errors.sort_by(f64::total_cmp);
        let limit = (errors.get(errors.len() / 2)? * 2.5).max(least);
        kept.retain(|pair| map.error(pair) <= limit);
        map = Homography::fit(&kept)?;
    }
    Some(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: [(f64, f64); 4] = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 1400.0), (0.0, 1400.0)];

    #[test]
    fn four_corners_give_the_map_between_two_planes() {
        let to = [
            (120.0, 80.0),
            (1500.0, 140.0),
            (1430.0, 2010.0),
            (60.0, 1900.0),
        ];
        let pairs: Vec<_> = FROM.into_iter().zip(to).collect();
        let map = Homography::fit(&pairs).expect("four corners");
        let twice = map.then(&Homography::scale(2.0, 3.0));
        for ((x, y), (u, v)) in pairs {
            let (found_u, found_v) = map.apply(x, y);
            assert!((found_u - u).abs() < 0.01 && (found_v - v).abs() < 0.01);
            let (found_u, found_v) = twice.apply(x, y);
            assert!((found_u - 2.0 * u).abs() < 0.02 && (found_v - 3.0 * v).abs() < 0.03);
        }
    }

    #[test]
    fn two_in_five_wrong_pairs_do_not_move_the_map() {
        let truth = Homography::turn(2.0, 0.97, (500.0, 700.0)).then(&Homography::shift(20.0, 9.0));
        let pairs: Vec<Pair> = (0..100)
            .map(|n| {
                let (x, y) = (f64::from(n % 10) * 100.0, f64::from(n / 10) * 140.0);
                let (u, v) = truth.apply(x, y);
                let wrong = if n % 5 < 2 {
                    f64::from(10 + n % 13)
                } else {
                    0.0
                };
                ((x, y), (u + wrong, v - wrong))
            })
            .collect();
        let found = agreed(&pairs, 3.0).expect("most agree");
        for (x, y) in FROM {
            let ((u, v), (a, b)) = (truth.apply(x, y), found.apply(x, y));
            assert!((u - a).hypot(v - b) < 0.5);
        }
    }
}

//! Which returned page is which sent page, and about how it lies: upright, on its side or on its head, askew, smaller.
//!
//! Looked at from afar, where the arrangement of a page is all that shows. Exact laying is `alignment`'s.

use super::{
    alignment::{Levels, warped},
    paper::{corners, ink},
    plane::Homography,
    raster::{Gray, histogram, percentile},
};

/// Longest side of the picture in which lines of text are found.
const LINES: usize = 420;
/// Longest sides of the two pictures that are held against each other.
const FAR: usize = 72;
const NEAR: usize = 200;
/// How much smaller or larger print comes back.
const SCALES: [f64; 9] = [0.88, 0.91, 0.94, 0.97, 1.0, 1.03, 1.06, 1.09, 1.12];
/// How far print may have moved, as a share of the longest side.
const MOVED: f64 = 0.1;
/// Less is paper.
const PALE: usize = 12;
/// Starts that are looked at more closely.
const CLOSER: usize = 6;

/// A page as seen from afar.
pub struct Look {
    /// Of the page, in its own pixels.
    width: f64,
    height: f64,
    far: Density,
    near: Density,
}

/// Ink in each square of a page.
struct Density {
    width: usize,
    height: usize,
    values: Vec<f32>,
    /// Square root of the sum of squares.
    norm: f32,
}

/// A guess: where the sent page's pixels lie in the returned picture, and how alike the two are so (−1 to 1).
#[derive(Clone, Copy, Debug)]
pub struct Guess {
    pub map: Homography,
    pub likeness: f32,
}

/// The paper of a returned picture, seen from afar and straightened: once for each way it may be turned.
pub struct Paper {
    turns: Vec<Turned>,
}

struct Turned {
    /// From the straightened paper to the returned picture.
    map: Homography,
    ink: Gray,
    /// The same so soft that squares of the far picture miss nothing between the points they look at.
    soft: Gray,
}

impl Look {
    pub fn of(page_ink: &Gray) -> Look {
        let small = |long: usize| {
            let side = page_ink.width.max(page_ink.height).max(1);
            let scale = |length: usize| (length * long / side).max(1);
            let small = page_ink.scaled(scale(page_ink.width), scale(page_ink.height));
            Density::of(&small.blurred(1))
        };
        Look {
            width: page_ink.width as f64,
            height: page_ink.height as f64,
            far: small(FAR),
            near: small(NEAR),
        }
    }
}

impl Density {
    fn of(ink: &Gray) -> Density {
        // Signatures and stamps are darker than print from afar, and must not outweigh it.
        let limit = print_darkness(ink);
        let mut values: Vec<f32> = ink
            .pixels
            .iter()
            .map(|&p| f32::from(p.min(limit)))
            .collect();
        let mean = values.iter().sum::<f32>() / values.len().max(1) as f32;
        for value in &mut values {
            *value -= mean;
        }
        let norm = values.iter().map(|v| v * v).sum::<f32>().sqrt();
        Density {
            width: ink.width,
            height: ink.height,
            values,
            norm,
        }
    }

    /// How alike, the other moved by so much.
    fn likeness(&self, other: &Density, dx: i32, dy: i32) -> f32 {
        let left = dx.min(0).unsigned_abs() as usize;
        let right = self.width.min((other.width as i32 - dx).max(0) as usize);
        if left >= right {
            return 0.0;
        }
        let mut sum = 0.0;
        for y in 0..self.height {
            let Ok(v) = usize::try_from(y as i32 + dy) else {
                continue;
            };
            if v >= other.height {
                break;
            }
            let one = &self.values[y * self.width + left..y * self.width + right];
            let start = (v * other.width) as i32 + left as i32 + dx;
            let two = &other.values[start as usize..start as usize + one.len()];
            sum += one.iter().zip(two).map(|(a, b)| a * b).sum::<f32>();
        }
        sum / (self.norm * other.norm).max(1.0)
    }
}

impl Paper {
    /// The paper found in a picture; `sent` tells whether it should stand or lie.
    pub fn of(returned: &Levels, upright: bool) -> Paper {
        let Levels([full, _, picture]) = returned;
        let small = picture.shrunk(LINES);
        let (w, h) = (small.width as f64 - 1.0, small.height as f64 - 1.0);
        let whole = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)];
        let found = corners(&small);
        let mut turns = Paper::turned(picture, &small, found, upright);
        // What looks like the edge of the paper may be a shadow on it.
        if found != whole {
            turns.extend(Paper::turned(picture, &small, whole, upright));
        }
        // Guesses are told in the full picture's pixels.
        let whole = Homography::scale(
            full.width as f64 / picture.width as f64,
            full.height as f64 / picture.height as f64,
        );
        for turned in &mut turns {
            turned.map = turned.map.then(&whole);
        }
        Paper { turns }
    }

    fn turned(picture: &Gray, small: &Gray, found: [(f64, f64); 4], upright: bool) -> Vec<Turned> {
        let side = |a: usize, b: usize| {
            let ((x, y), (u, v)) = (found[a], found[b]);
            (x - u).hypot(y - v)
        };
        let (w, h) = (
            (side(0, 1) + side(3, 2)) / 2.0,
            (side(0, 3) + side(1, 2)) / 2.0,
        );
        let shrink = LINES as f64 / w.max(h).max(1.0);
        let (w, h) = (w * shrink, h * shrink);
        let own = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)];
        let pairs: Vec<_> = own.into_iter().zip(found).collect();
        let from_paper = Homography::fit(&pairs).unwrap_or(Homography::IDENTITY);
        let full = Homography::scale(
            picture.width as f64 / small.width as f64,
            picture.height as f64 / small.height as f64,
        );
        let from_paper = from_paper.then(&full);
        // A page that stands came back standing or on its head, not on its side, unless paper is about square.
        let lies = w > h;
        let unclear = w.max(h) < 1.15 * w.min(h);
        let mut turns = Vec::new();
        for quarter in 0..4 {
            let stands = lies == (quarter % 2 == 1);
            if stands != upright && !unclear {
                continue;
            }
            let (tw, th) = if quarter % 2 == 1 { (h, w) } else { (w, h) };
            let turned = Homography::shift(-tw / 2.0, -th / 2.0)
                .then(&Homography::turn(
                    f64::from(quarter) * 90.0,
                    1.0,
                    (0.0, 0.0),
                ))
                .then(&Homography::shift(w / 2.0, h / 2.0));
            turns.push(Turned::straight(picture, turned.then(&from_paper), tw, th));
        }
        turns
    }
}

impl Turned {
    /// Turned so that lines of text lie level.
    fn straight(picture: &Gray, map: Homography, w: f64, h: f64) -> Turned {
        let (width, height) = (w.round().max(8.0) as usize, h.round().max(8.0) as usize);
        let small = picture.shrunk(width.min(height) * 2);
        let to_small = Homography::scale(
            small.width as f64 / picture.width as f64,
            small.height as f64 / picture.height as f64,
        );
        let seen = |map: &Homography| {
            let mut page = ink(&warped(&small, map.then(&to_small), width, height));
            // The edge of the paper, and what shows of the desk.
            let rim = width.min(height) / 40 + 1;
            for y in 0..height {
                for x in 0..width {
                    if x < rim || y < rim || x + rim >= width || y + rim >= height {
                        page.pixels[y * width + x] = 0;
                    }
                }
            }
            page
        };
        let askew = slope(&seen(&map));
        let level = Homography::turn(askew, 1.0, (w / 2.0, h / 2.0)).then(&map);
        let ink = seen(&level);
        Turned {
            soft: ink.blurred(2),
            ink: ink.blurred(1),
            map: level,
        }
    }
}

/// How dark most of the print is.
fn print_darkness(ink: &Gray) -> u8 {
    let mut counts = histogram(&ink.pixels);
    counts[..PALE].fill(0);
    percentile(&counts, 0.5).max(PALE as u8)
}

/// By how many degrees lines of text rise to one side: where rows of ink stand out sharpest.
fn slope(ink: &Gray) -> f64 {
    // Thin print is pale from so far away: each point counts as much as it is dark, but a signature no more than print.
    let limit = print_darkness(ink);
    let dark: Vec<(f64, f64, f64)> = (0..ink.height)
        .flat_map(|y| (0..ink.width).map(move |x| (x, y)))
        .filter(|&(x, y)| ink.at(x, y) > 24)
        .map(|(x, y)| {
            let weight = f64::from(ink.at(x, y).min(limit));
            (x as f64 - ink.width as f64 / 2.0, y as f64, weight)
        })
        .collect();
    if dark.len() < 100 {
        return 0.0;
    }
    let reach = ink.width / 8;
    let sharpness = |degrees: f64| {
        let tangent = degrees.to_radians().tan();
        let mut rows = vec![0.0_f64; ink.height + 2 * reach + 1];
        for &(x, y, weight) in &dark {
            let row = y - x * tangent + reach as f64;
            if row >= 0.0
                && let Some(row) = rows.get_mut(row as usize)
            {
                *row += weight;
            }
        }
        rows.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum::<f64>()
    };
    let best = |around: f64, reach: i32, step: f64| {
        (-reach..=reach)
            .map(|at| around + f64::from(at) * step)
            .map(|degrees| (sharpness(degrees), degrees))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map_or(around, |(_, degrees)| degrees)
    };
    let coarse = best(0.0, 14, 0.5);
    best(coarse, 4, 0.1)
}

/// How the sent page may lie in the returned picture, the likeliest guess.
pub fn guess(sent: &Look, returned: &Paper) -> Guess {
    struct Start {
        likeness: f32,
        turn: usize,
        scale: f64,
        /// Centre of the sent page on the straightened paper, off its centre, as shares of the sent page's longest side.
        x: f64,
        y: f64,
    }
    let long = sent.width.max(sent.height);
    let mut starts: Vec<Start> = Vec::new();
    let far = &sent.far;
    let reach = (MOVED * FAR as f64).ceil() as i32;
    for (turn, turned) in returned.turns.iter().enumerate() {
        for scale in SCALES {
            let seen = turned.density(sent, FAR, scale, (0.0, 0.0));
            let mut best: Vec<Start> = Vec::new();
            for dy in -reach..=reach {
                for dx in -reach..=reach {
                    let likeness = far.likeness(&seen, dx, dy);
                    if best.first().is_none_or(|start| start.likeness < likeness) {
                        let share = |d: i32| f64::from(d) / FAR as f64;
                        best.insert(
                            0,
                            Start {
                                likeness,
                                turn,
                                scale,
                                x: share(dx),
                                y: share(dy),
                            },
                        );
                    }
                }
            }
            // Rows of a table lie on other rows too: the next best shift is kept as well.
            best.truncate(2);
            starts.extend(best);
        }
    }
    starts.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
    starts.truncate(CLOSER);
    let mut found = Guess {
        map: Homography::IDENTITY,
        likeness: -1.0,
    };
    for start in starts {
        let Some(turned) = returned.turns.get(start.turn) else {
            continue;
        };
        for scale in [start.scale - 0.015, start.scale, start.scale + 0.015] {
            let seen = turned.density(sent, NEAR, scale, (start.x, start.y));
            let mut best = (-1.0, 0, 0);
            for (step, reach) in [(2, 4), (1, 1)] {
                let (_, x, y) = best;
                for dy in (-reach..=reach).step_by(step) {
                    for dx in (-reach..=reach).step_by(step) {
                        let likeness = sent.near.likeness(&seen, x + dx, y + dy);
                        if likeness > best.0 {
                            best = (likeness, x + dx, y + dy);
                        }
                    }
                }
            }
            if best.0 > found.likeness {
                let share = |d: i32| f64::from(d) / NEAR as f64;
                let place = (start.x + share(best.1), start.y + share(best.2));
                let page = Homography::scale(1.0 / long, 1.0 / long);
                found = Guess {
                    map: page.then(&turned.placed(sent, scale, place)),
                    likeness: best.0,
                };
            }
        }
    }
    found
}

impl Turned {
    /// From the sent page, its longest side being one, to the straightened paper's pixels.
    fn on_paper(&self, sent: &Look, scale: f64, (x, y): (f64, f64)) -> Homography {
        let long = sent.width.max(sent.height);
        let unit = self.ink.width.max(self.ink.height) as f64 * scale;
        Homography::shift(x - sent.width / long / 2.0, y - sent.height / long / 2.0)
            .then(&Homography::scale(unit, unit))
            .then(&Homography::shift(
                self.ink.width as f64 / 2.0,
                self.ink.height as f64 / 2.0,
            ))
    }

    fn placed(&self, sent: &Look, scale: f64, place: (f64, f64)) -> Homography {
        self.on_paper(sent, scale, place).then(&self.map)
    }

    fn density(&self, sent: &Look, long: usize, scale: f64, place: (f64, f64)) -> Density {
        let (of, ink) = match long {
            FAR => (&sent.far, &self.soft),
            _ => (&sent.near, &self.ink),
        };
        let cell = 1.0 / long as f64;
        let paper = Homography::scale(cell, cell).then(&self.on_paper(sent, scale, place));
        // Each square takes the mean of what falls into it.
        let times = 2;
        let fine = Homography::scale(1.0 / times as f64, 1.0 / times as f64).then(&paper);
        let mut seen = Gray::filled(of.width * times, of.height * times, 0);
        for y in 0..seen.height {
            for x in 0..seen.width {
                let (u, v) = fine.apply(x as f64 + 0.5, y as f64 + 0.5);
                if u >= 0.0 && v >= 0.0 {
                    let (u, v) = (u as usize, v as usize);
                    if u < ink.width && v < ink.height {
                        seen.pixels[y * of.width * times + x] = ink.pixels[v * ink.width + u];
                    }
                }
            }
        }
        Density::of(&seen.scaled(of.width, of.height).blurred(1))
    }
}

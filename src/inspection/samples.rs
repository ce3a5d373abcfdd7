//! Digits as the sent file prints them, in each size of its print.

use std::collections::BTreeMap;

use super::{
    alignment::warped,
    plane::Homography,
    print::{Window, softened},
    raster::Gray,
};

/// A letter of the sent file, where it stands: pixels of the page as compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    pub letter: char,
    /// Where the pen starts, on the line.
    pub x: f32,
    pub y: f32,
    /// Height of the font, and how far the pen moves.
    pub size: f32,
    pub advance: f32,
}

/// Samples of a digit that are looked at.
const SAMPLES: usize = 6;
/// Room around a sample, for softening and shifting.
pub const ROOM: i32 = 6;

#[derive(Clone)]
pub struct Sample {
    digit: char,
    size: f32,
    advance: f32,
    /// With room on each side.
    pub ink: Gray,
}

/// Digits as the sent file prints them.
#[derive(Clone)]
pub struct Samples(Vec<Sample>);

impl Samples {
    pub fn of<'p>(pages: impl Iterator<Item = (&'p Gray, &'p [Letter])>) -> Samples {
        let mut counts: BTreeMap<(char, i32), usize> = BTreeMap::new();
        let mut samples = Vec::new();
        for (ink, letters) in pages {
            for letter in letters
                .iter()
                .filter(|letter| letter.letter.is_ascii_digit())
            {
                let count = counts
                    .entry((letter.letter, (letter.size * 8.0) as i32))
                    .or_default();
                if *count >= SAMPLES * 2 {
                    continue;
                }
                if let Some(ink) = letter.cell().grown(ROOM, ROOM).cut(ink) {
                    *count += 1;
                    samples.push(Sample {
                        digit: letter.letter,
                        size: letter.size,
                        advance: letter.advance,
                        ink,
                    });
                }
            }
        }
        Samples(samples)
    }

    pub fn softened(&self, softness: usize) -> Samples {
        let soft = self.0.iter().map(|sample| Sample {
            ink: softened(&sample.ink, softness),
            ..*sample
        });
        Samples(soft.collect())
    }

    /// Every digit in each size of print that these letters have: where the file has none in that size, one of another size.
    pub fn completed(mut self, letters: &[Letter]) -> Samples {
        let mut sizes: Vec<&Letter> = Vec::new();
        for letter in letters
            .iter()
            .filter(|letter| letter.letter.is_ascii_digit())
        {
            if !sizes
                .iter()
                .any(|known| known.prints_like(letter.size, letter.advance))
            {
                sizes.push(letter);
            }
        }
        let mut made = Vec::new();
        for size in sizes {
            for digit in '0'..='9' {
                if self.like(digit, size).next().is_none() {
                    let others = self.0.iter().filter(|sample| sample.digit == digit);
                    made.extend(others.take(3).filter_map(|sample| sample.resized(size)));
                }
            }
        }
        self.0.extend(made);
        self
    }

    /// Of one digit in print of this size.
    pub fn like<'s>(&'s self, digit: char, letter: &'s Letter) -> impl Iterator<Item = &'s Sample> {
        let alike = move |sample: &&Sample| {
            sample.digit == digit && letter.prints_like(sample.size, sample.advance)
        };
        self.0.iter().filter(alike).take(SAMPLES)
    }
}

impl Sample {
    fn resized(&self, like: &Letter) -> Option<Sample> {
        let (from, to) = (
            Window::of_sample(self.size, self.advance),
            Window::of_sample(like.size, like.advance),
        );
        let scale = Homography::shift(f64::from(-ROOM), f64::from(-ROOM))
            .then(&Homography::scale(
                f64::from(from.width) / f64::from(to.width.max(1)),
                f64::from(from.height) / f64::from(to.height.max(1)),
            ))
            .then(&Homography::shift(f64::from(ROOM), f64::from(ROOM)));
        let side = |length: i32| usize::try_from(length + 2 * ROOM).ok();
        let mut ink = warped(&self.ink, scale, side(to.width)?, side(to.height)?);
        // White lies outside a picture, and none outside ink.
        let border = (ROOM / 2) as usize;
        let (w, h) = (ink.width, ink.height);
        for (at, pixel) in ink.pixels.iter_mut().enumerate() {
            let (x, y) = (at % w, at / w);
            if x < border || y < border || x + border >= w || y + border >= h {
                *pixel = 0;
            }
        }
        Some(Sample {
            digit: self.digit,
            size: like.size,
            advance: like.advance,
            ink,
        })
    }
}

impl Letter {
    fn prints_like(&self, size: f32, advance: f32) -> bool {
        (size / self.size - 1.0).abs() < 0.03 && (advance - self.advance).abs() < 1.5
    }

    pub fn cell(&self) -> Window {
        Window::of_sample(self.size, self.advance).moved(
            self.x.round() as i32,
            (self.y - self.size * 0.76).round() as i32,
        )
    }
}

impl Window {
    /// What a digit of this print takes.
    fn of_sample(size: f32, advance: f32) -> Window {
        Window {
            left: 0,
            top: 0,
            width: advance.round().max(1.0) as i32,
            height: (size * 0.80).round().max(1.0) as i32,
        }
    }
}

//! Letters and digits of the sent page looked up on the returned one by shape alone: what a file says that has no text of
//! its own, and what figures do not tell. A shape that came back as another shape of the same page was changed.

use super::{
    print::{Print, Window, alike, nearest},
    raster::Gray,
    regions::Region,
    samples::Letter,
    shapes::Shapes,
};

/// Smaller is a point or a speck, larger a line of a table, a picture or a heading's letter.
const SMALLEST: i32 = 10;
const LARGEST: i32 = 60;
/// Smaller is a stroke of a worn letter.
const NARROWEST: i32 = 3;
/// So many letters may touch.
const RUN: i32 = 14;
/// Print that fits so well needs no search for where it lies.
const PLAIN: f32 = 0.9;
/// What fits this much less than the middle of the page is held against other shapes.
const WORSE: f32 = 0.02;
/// How well shapes of a page fit differs from page to page: a poor scan spreads wide. So many spreads below the middle, at
/// least so much and at most so much, is no longer the shape that was sent.
const UNLIKE: (f32, f32, f32) = (2.0, 0.08, 0.2);
/// By so much another shape must fit better.
const BETTER: f32 = 0.08;
/// So far below the middle nothing like it came back.
const GONE: (f32, f32, f32) = (5.0, 0.25, 0.45);
/// So far below, or where another shape fits better by so much, a person had better look.
const DOUBTFUL: (f32, f32, f32) = (3.0, 0.1, 0.3);
const NEARLY: f32 = 0.05;
/// The share of its place that fresh ink takes where something was written over a shape.
const DRAWN_OVER: f32 = 0.05;
/// Shapes that fit so badly, or spread so wide, are too small or too blurred to be told one by one.
const POOR: (f32, f32) = (0.80, 0.08);

/// What a page's shapes became.
#[derive(Debug, Default)]
pub struct Differences {
    /// Another shape stands there.
    pub changed: Vec<Region>,
    /// Nothing like it stands there, and no ink over it.
    pub lost: Vec<Region>,
    /// Less like what was sent than others of the page, and like nothing else for certain.
    pub doubtful: Vec<Region>,
    /// Ink was drawn over it.
    pub inked: Vec<Region>,
    /// The print that came back is too poor to be told shape by shape.
    pub poor: bool,
}

/// Marks close together on one line: a word was changed.
const CLOSE: u32 = 240;

impl Differences {
    /// Where the letters are known, figures are looked up for themselves and a single letter that differs is a speck; two
    /// together are a word.
    pub fn words_beside(mut self, letters: &[Letter], figures: &[Region]) -> Differences {
        let all: Vec<Region> = self.changed.iter().chain(&self.lost).copied().collect();
        let close = |a: &Region, b: &Region| {
            a.top.abs_diff(b.top) < a.height.max(b.height) && a.left.abs_diff(b.left) < CLOSE
        };
        let is_known = |mark: &Region| {
            let overlap = |from: f32, to: f32, at: u32, length: u32| {
                from < (at + length) as f32 && to > at as f32
            };
            let stands = |letter: &Letter| {
                let (x, y, size) = (letter.x, letter.y, letter.size);
                overlap(x, x + letter.advance, mark.left, mark.width)
                    && overlap(y - size * 0.7, y + size * 0.2, mark.top, mark.height)
            };
            letters.iter().any(stands)
        };
        let word = |mark: &Region| {
            !is_known(mark)
                || (!figures.iter().any(|figure| figure.touches(mark))
                    && all.iter().filter(|other| close(mark, other)).count() > 1)
        };
        self.changed.retain(word);
        self.lost.retain(word);
        self.doubtful.retain(|mark| !is_known(mark));
        self.inked.retain(|mark| !is_known(mark));
        self
    }
}

/// A piece of print, and how the place looks where it should be.
pub struct Looked {
    pub at: Window,
    pub own: f32,
    /// How far off it lies.
    pub moved: (i32, i32),
}

/// `inked`: where something was drawn or stamped.
pub fn check(print: &Print, inked: &[Region]) -> Differences {
    let looked: Vec<Looked> = glyphs(&print.sent)
        .into_iter()
        .map(|at| {
            let around = at.grown(at.height * 2, 2);
            let close = nearest(&print.soft, around, &print.laid, (0, 0), 1);
            let (_, dx, dy) = if close.0 > PLAIN {
                close
            } else {
                nearest(&print.soft, around, &print.laid, (0, 0), 3)
            };
            let (own, dx, dy) = nearest(&print.soft, at.grown(1, 1), &print.laid, (dx, dy), 1);
            Looked {
                at,
                own,
                moved: (dx, dy),
            }
        })
        .collect();
    let mut sorted: Vec<f32> = looked.iter().map(|glyph| glyph.own).collect();
    sorted.sort_by(f32::total_cmp);
    let Some(&middle) = sorted.get(sorted.len() / 2) else {
        return Differences::default();
    };
    let spread = middle - sorted.get(sorted.len() / 20).copied().unwrap_or(middle);
    let beyond = |(spreads, least, most): (f32, f32, f32)| (spreads * spread).clamp(least, most);
    let shapes = Shapes::of(print, &looked);
    let mut told = Differences {
        poor: middle < POOR.0 || spread > POOR.1,
        ..Differences::default()
    };
    for (number, glyph) in looked.iter().enumerate() {
        // An even patch is like nothing, itself included.
        let patch = glyph.at.grown(1, 1);
        let even = alike(&print.soft, patch, &print.soft, patch) < 0.9;
        let place = region(glyph.at);
        if even {
            continue;
        }
        if inked.iter().any(|ink| ink.touches(&place)) {
            // A stroke through print lies on it, ink beside its strokes hides it.
            let struck = shapes.own(number, glyph, print) < middle - beyond(DOUBTFUL);
            if struck || print.drawn_over(glyph.at) > DRAWN_OVER {
                told.inked.push(place);
            }
            continue;
        }
        if glyph.own > middle - WORSE {
            continue;
        }
        let own = shapes.own(number, glyph, print);
        let better = shapes.better(number, glyph, own, print);
        let below = |limit| own < middle - beyond(limit);
        if better > BETTER && below(UNLIKE) {
            told.changed.push(place);
        } else if below(GONE) {
            told.lost.push(place);
        } else if (better > NEARLY && below(UNLIKE)) || below(DOUBTFUL) {
            told.doubtful.push(place);
        }
    }
    told
}

fn region(glyph: Window) -> Region {
    let side = |length: i32| length.max(0) as u32;
    Region {
        left: side(glyph.left),
        top: side(glyph.top),
        width: side(glyph.width),
        height: side(glyph.height),
        pixels: 0,
    }
}

/// Pieces of print of the size of letters.
fn glyphs(ink: &Gray) -> Vec<Window> {
    let (w, h) = (ink.width, ink.height);
    let mut open: Vec<bool> = ink.pixels.iter().map(|&pixel| pixel > 110).collect();
    let mut found = Vec::new();
    let mut stack = Vec::new();
    for start in 0..open.len() {
        if !open[start] {
            continue;
        }
        open[start] = false;
        stack.push(start);
        let (mut left, mut right, mut top, mut bottom) = (w, 0, h, 0);
        while let Some(at) = stack.pop() {
            let (x, y) = (at % w, at / w);
            (left, right) = (left.min(x), right.max(x));
            (top, bottom) = (top.min(y), bottom.max(y));
            for v in y.saturating_sub(1)..(y + 2).min(h) {
                for u in x.saturating_sub(1)..(x + 2).min(w) {
                    if open[v * w + u] {
                        open[v * w + u] = false;
                        stack.push(v * w + u);
                    }
                }
            }
        }
        let window = Window {
            left: left as i32,
            top: top as i32,
            width: (right + 1 - left) as i32,
            height: (bottom + 1 - top) as i32,
        };
        if (SMALLEST..=LARGEST).contains(&window.height)
            && (NARROWEST..=LARGEST * RUN).contains(&window.width)
        {
            found.extend(pieces(window));
        }
    }
    found
}

/// Bold digits touch: what is wider than a letter is looked at in pieces. A stroke alone has no shape: what stands beside it
/// is looked at too.
fn pieces(window: Window) -> impl Iterator<Item = Window> {
    let count = match window.width * 10 / window.height.max(1) {
        0..13 => 1,
        wide => (wide + 3) / 7,
    };
    let room = (window.height * 11 / 20 - window.width).max(0) / 2;
    (0..count).map(move |at| {
        let (left, right) = (window.width * at / count, window.width * (at + 1) / count);
        Window {
            left: window.left + left - room,
            width: right - left + 2 * room,
            ..window
        }
    })
}

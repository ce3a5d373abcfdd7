//! Places on a page: where print differs, and where there is ink that was not sent.

use serde::{Deserialize, Serialize};

use super::{print::spread, raster::Gray};

/// What was drawn by hand is at least so large, in pixels, and holds so much ink.
const INK_SIDE: usize = 52;
const INK_PIXELS: usize = 300;

/// In pixels of the sent page as compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
    pub pixels: u32,
}

impl Region {
    pub fn touches(&self, other: &Region) -> bool {
        self.left < other.left + other.width
            && other.left < self.left + self.width
            && self.top < other.top + other.height
            && other.top < self.top + self.height
    }
}

/// Pieces of ink that was not sent, those close together taken as one.
pub fn regions(added: &Gray) -> Vec<Region> {
    let (w, h) = (added.width, added.height);
    // The border of a scan is shadow and edge, not ink.
    let margin = w / 50;
    let mut fresh = added.clone();
    for y in 0..h {
        for x in 0..w {
            if x <= margin || y <= margin || x + margin >= w || y + margin >= h {
                fresh.pixels[y * w + x] = 0;
            }
        }
    }
    let mut joined = spread(&fresh, 128, 8);
    let mut found = Vec::new();
    let mut stack = Vec::new();
    for start in 0..w * h {
        if !joined[start] {
            continue;
        }
        let (mut left, mut right, mut top, mut bottom, mut pixels) = (w, 0, h, 0, 0_u32);
        joined[start] = false;
        stack.push(start);
        while let Some(at) = stack.pop() {
            let (x, y) = (at % w, at / w);
            if fresh.pixels[at] > 0 {
                pixels += 1;
                (left, right) = (left.min(x), right.max(x));
                (top, bottom) = (top.min(y), bottom.max(y));
            }
            let mut visit = |next: usize| {
                if joined[next] {
                    joined[next] = false;
                    stack.push(next);
                }
            };
            if x > 0 {
                visit(at - 1);
            }
            if x + 1 < w {
                visit(at + 1);
            }
            if y > 0 {
                visit(at - w);
            }
            if y + 1 < h {
                visit(at + w);
            }
        }
        let (width, height) = (
            (right + 1).saturating_sub(left),
            (bottom + 1).saturating_sub(top),
        );
        // Scanner programs print a line about themselves at the edge.
        let edge = top * 100 > h * 92 || bottom * 100 < h * 8;
        let line = width > 4 * height && height * 40 < w;
        if pixels >= 24 && !(edge && line) {
            found.push(Region {
                left: left as u32,
                top: top as u32,
                width: width as u32,
                height: height as u32,
                pixels,
            });
        }
    }
    found
}

/// Drawn by hand, or stamped: larger than a letter, and not print that moved.
pub fn is_ink(region: &Region) -> bool {
    let (w, h) = (region.width as usize, region.height as usize);
    w.max(h) >= INK_SIDE && w.min(h) >= INK_SIDE / 3 && region.pixels as usize >= INK_PIXELS
}

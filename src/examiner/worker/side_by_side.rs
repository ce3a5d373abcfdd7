//! Two pages beside each other for a person to judge: what differs framed red, what had better be looked at amber, ink that
//! was not sent blue; below, each difference enlarged. Runs behind the walls only.

use crate::inspection::{
    comparison::PageMatch,
    figures::Seen,
    paper::{full_contrast, ink},
    raster::Gray,
    regions::{Region, is_ink},
};

/// The height of a page in the picture.
const SHOWN: usize = 1100;
/// Between two pictures.
const GAP: usize = 12;
const DESK: u8 = 110;
/// Differences of a page that are shown enlarged, and what of the page is shown around one.
const ENLARGED: usize = 5;
const AROUND: (usize, usize) = (500, 84);
const RED: [u8; 3] = [214, 20, 20];
const AMBER: [u8; 3] = [235, 140, 0];
const BLUE: [u8; 3] = [20, 90, 220];

/// Three octets a pixel.
pub struct Colour {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

impl Colour {
    pub fn of(gray: &Gray) -> Colour {
        Colour {
            width: gray.width,
            height: gray.height,
            pixels: gray.pixels.iter().flat_map(|&p| [p, p, p]).collect(),
        }
    }

    fn desk(width: usize, height: usize) -> Colour {
        Colour::of(&Gray::filled(width.max(1), height.max(1), DESK))
    }

    fn put(&mut self, other: &Colour, left: usize, top: usize) {
        let width = other.width.min(self.width.saturating_sub(left));
        for y in 0..other.height.min(self.height.saturating_sub(top)) {
            let to = ((top + y) * self.width + left) * 3;
            let from = y * other.width * 3;
            self.pixels[to..to + width * 3].copy_from_slice(&other.pixels[from..from + width * 3]);
        }
    }

    /// A frame of this thickness around a rectangle, as far as it lies inside.
    fn frame(&mut self, (left, top, right, bottom): (usize, usize, usize, usize), colour: [u8; 3]) {
        const THICK: usize = 3;
        let (left, top) = (
            left.saturating_sub(THICK + 3),
            top.saturating_sub(THICK + 3),
        );
        let (right, bottom) = (right + THICK + 3, bottom + THICK + 3);
        for y in top..bottom.min(self.height) {
            for x in left..right.min(self.width) {
                let edge = y < top + THICK
                    || y + THICK >= bottom
                    || x < left + THICK
                    || x + THICK >= right;
                if edge {
                    let at = (y * self.width + x) * 3;
                    self.pixels[at..at + 3].copy_from_slice(&colour);
                }
            }
        }
    }
}

/// A place to look at, and on which of the two.
struct Mark {
    region: Region,
    colour: [u8; 3],
    left: bool,
}

fn marks(told: &PageMatch) -> Vec<Mark> {
    let on_both = |colour| {
        move |region: &Region| Mark {
            region: *region,
            colour,
            left: true,
        }
    };
    let mut marks: Vec<Mark> = Vec::new();
    for figure in &told.figures {
        let colour = match figure.seen {
            Seen::Changed(_) | Seen::Struck => RED,
            Seen::Covered | Seen::Unclear | Seen::Longer => AMBER,
        };
        marks.push(on_both(colour)(&figure.place));
    }
    marks.extend(told.changed.iter().chain(&told.lost).map(on_both(RED)));
    let look = told.doubtful.iter().chain(&told.inked);
    marks.extend(look.map(on_both(AMBER)));
    // What counts most is enlarged first.
    marks.sort_by_key(|mark| mark.colour != RED);
    let ink = told.added.iter().filter(|region| is_ink(region));
    marks.extend(ink.map(|region| Mark {
        region: *region,
        colour: BLUE,
        left: false,
    }));
    marks
}

/// How much a page is worth showing: differences first, then ink.
pub fn weight(told: &PageMatch) -> usize {
    let marks = marks(told);
    if marks.iter().any(|mark| mark.colour == RED) {
        3
    } else if told.returned.is_none() {
        2
    } else {
        usize::from(!marks.is_empty())
    }
}

/// One page and what came back in its place; `None`: nothing did.
pub fn pair(sent: &Gray, returned: Option<&Gray>, told: &PageMatch) -> Colour {
    let marks = marks(told);
    let height = SHOWN.min(sent.height);
    let width = (sent.width * height / sent.height.max(1)).max(1);
    let page = |page: &Gray, left: bool| {
        let mut shown = Colour::of(&page.scaled(width, height));
        for mark in marks.iter().filter(|mark| mark.left || !left) {
            let scaled = |at: u32| at as usize * height / sent.height.max(1);
            let Region {
                left,
                top,
                width,
                height,
                ..
            } = mark.region;
            let (right, bottom) = (scaled(left + width), scaled(top + height));
            shown.frame((scaled(left), scaled(top), right, bottom), mark.colour);
        }
        shown
    };
    let left = page(sent, true);
    // On white paper, whatever light it was photographed in.
    let returned = returned.map(on_white);
    let returned = returned.as_ref();
    let right = returned.map_or(Colour::desk(width, height), |returned| {
        page(returned, false)
    });
    let mut rows = vec![beside(&left, &right)];
    if let Some(returned) = returned {
        let mut shown: Vec<Region> = Vec::new();
        for Mark { region, .. } in marks.iter().filter(|mark| mark.left) {
            // One picture shows all that is close.
            let near = |other: &Region| {
                other.top.abs_diff(region.top) < 30 && other.left.abs_diff(region.left) < 200
            };
            if shown.len() < ENLARGED && !shown.iter().any(near) {
                shown.push(*region);
                rows.push(beside(
                    &enlarged(sent, region, width),
                    &enlarged(returned, region, width),
                ));
            }
        }
    }
    stacked(&rows)
}

fn on_white(page: &Gray) -> Gray {
    let mut page = full_contrast(ink(page));
    for pixel in &mut page.pixels {
        *pixel = 255 - *pixel;
    }
    page
}

/// The neighbourhood of a difference, as wide as a page is shown.
fn enlarged(page: &Gray, region: &Region, width: usize) -> Colour {
    let (w, h) = (AROUND.0.min(page.width), AROUND.1.min(page.height));
    let place = |at: u32, length: u32, side: usize, whole: usize| {
        let middle = at as usize + length as usize / 2;
        middle.saturating_sub(side / 2).min(whole - side)
    };
    let (left, top) = (
        place(region.left, region.width, w, page.width),
        place(region.top, region.height, h, page.height),
    );
    let height = h * width / w.max(1);
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            pixels.push(page.at(left + x * w / width, top + y * h / height));
        }
    }
    Colour::of(&Gray {
        width,
        height,
        pixels,
    })
}

fn beside(left: &Colour, right: &Colour) -> Colour {
    let mut both = Colour::desk(
        left.width + GAP + right.width,
        left.height.max(right.height),
    );
    both.put(left, 0, 0);
    both.put(right, left.width + GAP, 0);
    both
}

/// One below the other.
pub fn stacked(rows: &[Colour]) -> Colour {
    let width = rows.iter().map(|row| row.width).max().unwrap_or(1);
    let height = rows.iter().map(|row| row.height + GAP).sum();
    let mut all = Colour::desk(width, height);
    let mut top = 0;
    for row in rows {
        all.put(row, 0, top);
        top += row.height + GAP;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_framed_on_both_pages_and_ink_on_the_returned_one() {
        let page = Gray::filled(300, 400, 250);
        let region = |left| Region {
            left,
            top: 100,
            width: 80,
            height: 60,
            pixels: 2000,
        };
        let told = PageMatch {
            returned: Some(0),
            added: vec![region(180)],
            changed: vec![region(40)],
            ..PageMatch::default()
        };
        let shown = pair(&page, Some(&page), &told);
        let count = |colour: [u8; 3], columns: std::ops::Range<usize>| {
            let at = |x: usize, y: usize| (y * shown.width + x) * 3;
            (0..400)
                .flat_map(|y| columns.clone().map(move |x| (x, y)))
                .filter(|&(x, y)| shown.pixels[at(x, y)..at(x, y) + 3] == colour)
                .count()
        };
        let (left, right) = (0..300, 300 + GAP..600 + GAP);
        assert!(count(RED, left.clone()) > 500 && count(RED, right.clone()) > 500);
        assert!(count(BLUE, left) == 0 && count(BLUE, right) > 500);
        assert!(shown.height > 400 + GAP, "nothing is enlarged");
    }
}

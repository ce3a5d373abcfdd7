//! A returned page laid over the page that was sent: from a guess to print lying on print, from coarse to fine.

use super::{
    bends::Bends,
    blocks::{BLOCK, Move, Sums, best_move, moves, printed_blocks, thinned},
    paper::ink,
    plane::{Homography, Pair, agreed, trimmed},
    raster::Gray,
};

/// A picture at its size, half of it, and a quarter.
pub struct Levels(pub [Gray; 3]);

impl Levels {
    pub fn of(gray: Gray) -> Levels {
        let half = gray.halved(1);
        let quarter = half.halved(1);
        Levels([gray, half, quarter])
    }

    pub fn full(&self) -> &Gray {
        &self.0[0]
    }
}

/// From pixels of the sent page to those of the returned picture, both at the given level.
fn at_level(map: &Homography, level: u32) -> Homography {
    let times = f64::from(1 << level);
    Homography::scale(times, times)
        .then(map)
        .then(&Homography::scale(1.0 / times, 1.0 / times))
}

/// The guess made better at a quarter and at half of the size, and the share of blocks of print that were found.
pub fn found(sent: &Levels, returned: &Levels, guess: &Homography) -> (Homography, f32) {
    let mut map = *guess;
    for (level, reach, limit) in [(2, 9, 4.0), (2, 7, 4.0), (2, 5, 2.5), (1, 4, 3.0)] {
        let page = &sent.0[level as usize];
        let blocks = thinned(printed_blocks(page, BLOCK));
        let moved = moves(
            page,
            &seen(returned, &map, level, page),
            BLOCK,
            reach,
            blocks,
        );
        if let Some(better) = agreed(
            &pairs_of(&moved, &map, level),
            limit * f64::from(1 << level),
        ) {
            map = better;
        }
    }
    let likeness = found_again(&sent.0[1], &seen(returned, &map, 1, &sent.0[1]));
    (map, likeness)
}

/// The returned page in the place and size of the sent one, print on print: bends of the paper are taken out too.
pub fn laid(sent: &Levels, returned: &Levels, map: &Homography) -> Gray {
    let page = sent.full();
    let block = BLOCK * 3 / 2;
    let blocks = thinned(printed_blocks(page, block));
    let moved = moves(page, &seen(returned, map, 0, page), block, 5, blocks);
    let map = trimmed(&pairs_of(&moved, map, 0), 1.5).unwrap_or(*map);
    let blocks = printed_blocks(page, BLOCK);
    let moved = moves(page, &seen(returned, &map, 0, page), BLOCK, 3, blocks);
    Bends::of(&moved, page).straightened(returned.full(), &map, page)
}

fn seen(returned: &Levels, map: &Homography, level: u32, page: &Gray) -> Gray {
    let gray = &returned.0[level as usize];
    ink(&warped(gray, at_level(map, level), page.width, page.height))
}

/// Where blocks of the sent page lie in the returned picture now.
fn pairs_of(moved: &[Move], map: &Homography, level: u32) -> Vec<Pair> {
    let times = f64::from(1 << level);
    let pairs = moved.iter().map(|step| {
        let (x, y) = (step.x * times, step.y * times);
        let (dx, dy) = (f64::from(step.dx) * times, f64::from(step.dy) * times);
        ((x, y), map.apply(x + dx, y + dy))
    });
    pairs.collect()
}

/// The share of a page's blocks of print that are found again about where they were.
fn found_again(sent: &Gray, laid: &Gray) -> f32 {
    let blocks = thinned(printed_blocks(sent, BLOCK));
    // An empty page is found in every page.
    if blocks.len() < 2 {
        return 0.9;
    }
    let sums = Sums::of(laid);
    let found = blocks
        .iter()
        .filter(|&&(left, top)| best_move(sent, laid, &sums, BLOCK, left, top, 3).is_some());
    found.count() as f32 / blocks.len() as f32
}

/// The picture as seen through the map from the target's places to its own; white lies outside.
pub fn warped(gray: &Gray, map: Homography, width: usize, height: usize) -> Gray {
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        let row = map.row(y as f64);
        pixels.extend((0..width).map(|x| {
            let (u, v) = row.at(x as f32);
            sample(gray, u, v)
        }));
    }
    Gray {
        width,
        height,
        pixels,
    }
}

#[inline]
pub fn sample(gray: &Gray, x: f32, y: f32) -> u8 {
    if !(x >= 0.0 && y >= 0.0) {
        return 255;
    }
    // In 256ths of a pixel.
    let (x, y) = ((x * 256.0) as usize, (y * 256.0) as usize);
    let (left, top) = (x / 256, y / 256);
    if left >= gray.width || top >= gray.height {
        return 255;
    }
    let (dx, dy) = ((x % 256) as u32, (y % 256) as u32);
    let step = usize::from(left + 1 < gray.width);
    let row = top * gray.width + left;
    let below = if top + 1 < gray.height {
        row + gray.width
    } else {
        row
    };
    let mix = |at: usize| {
        let (one, two) = (
            u32::from(gray.pixels[at]),
            u32::from(gray.pixels[at + step]),
        );
        one * (256 - dx) + two * dx
    };
    ((mix(row) * (256 - dy) + mix(below) * dy + 32_768) >> 16) as u8
}

//! The paper in a picture: where it lies, and what is dark on it.

use super::raster::{Gray, percentile};

/// The side of the squares in which the paper's brightness is taken.
const CELL: usize = 24;

/// How dark each pixel is against the paper around it, 0 to 255: shadows and grey paper vanish, print and ink stay.
pub fn ink(gray: &Gray) -> Gray {
    let (columns, rows) = (
        gray.width.div_ceil(CELL).max(1),
        gray.height.div_ceil(CELL).max(1),
    );
    let mut paper = vec![0_u8; columns * rows];
    for row in 0..rows {
        for column in 0..columns {
            let mut counts = [0_u32; 256];
            let span = column * CELL..((column + 1) * CELL).min(gray.width);
            for y in (row * CELL)..((row + 1) * CELL).min(gray.height) {
                for &pixel in &gray.row(y)[span.clone()] {
                    counts[usize::from(pixel)] += 1;
                }
            }
            paper[row * columns + column] = percentile(&counts, 0.8);
        }
    }
    // Paper is the brightest around: a cell full of print borrows from its neighbours.
    let around = |column: usize, row: usize| {
        let mut brightest = 0;
        for y in row.saturating_sub(1)..(row + 2).min(rows) {
            for x in column.saturating_sub(1)..(column + 2).min(columns) {
                brightest = brightest.max(paper[y * columns + x]);
            }
        }
        u32::from(brightest).max(1)
    };
    let mut pixels = Vec::with_capacity(gray.pixels.len());
    let mut papers = vec![0; columns];
    for y in 0..gray.height {
        if y % CELL == 0 {
            for (column, paper) in papers.iter_mut().enumerate() {
                *paper = around(column, y / CELL);
            }
        }
        for (cell, &paper) in gray.row(y).chunks(CELL).zip(&papers) {
            pixels.extend(cell.iter().map(|&pixel| {
                let dark = paper.saturating_sub(u32::from(pixel)) * 255 / paper;
                dark.min(255) as u8
            }));
        }
    }
    Gray { pixels, ..*gray }
}

/// Stretched so that print is as dark on every page: a pale scan has pale print.
pub fn full_contrast(mut ink: Gray) -> Gray {
    let mut counts = [0_u32; 256];
    for &pixel in ink.pixels.iter().filter(|&&pixel| pixel > 60) {
        counts[usize::from(pixel)] += 1;
    }
    let dark = u32::from(percentile(&counts, 0.9));
    // So little is dark that there is no print, or print is black already.
    if counts.iter().sum::<u32>() < 200 || dark >= 225 {
        return ink;
    }
    for pixel in &mut ink.pixels {
        *pixel = (u32::from(*pixel) * 225 / dark.max(1)).min(255) as u8;
    }
    ink
}

/// The four corners of the paper: from the top left, clockwise. The picture's own where paper fills it.
pub fn corners(gray: &Gray) -> [(f64, f64); 4] {
    let small = gray.shrunk(160);
    let (dark, bright) = (
        i32::from(small.percentile(0.05)),
        i32::from(small.percentile(0.9)),
    );
    let (w, h) = (small.width as f64 - 1.0, small.height as f64 - 1.0);
    let whole = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)];
    let scale = (
        (gray.width as f64 - 1.0) / w.max(1.0),
        (gray.height as f64 - 1.0) / h.max(1.0),
    );
    let back = |corners: [(f64, f64); 4]| corners.map(|(x, y)| (x * scale.0, y * scale.1));
    let border: Vec<u8> = (0..small.width)
        .flat_map(|x| [small.at(x, 0), small.at(x, small.height - 1)])
        .chain((0..small.height).flat_map(|y| [small.at(0, y), small.at(small.width - 1, y)]))
        .collect();
    let limit = (dark + bright) / 2;
    // Nothing is dark: a page with little print, and the light's own gradient.
    if bright - dark < 50 {
        return back(whole);
    }
    let bright_border = border.iter().filter(|&&p| i32::from(p) > limit).count();
    // A scan: paper reaches the border nearly everywhere.
    if bright_border * 10 > border.len() * 8 {
        return back(whole);
    }
    // Smoothed, so that print on the paper and specks on the desk do not count.
    let smooth = small.blurred(3);
    let mut corners = whole;
    let mut best = [f64::MAX; 4];
    for y in 0..small.height {
        for x in 0..small.width {
            if i32::from(smooth.at(x, y)) <= limit {
                continue;
            }
            let (x, y) = (x as f64, y as f64);
            for (at, reach) in [x + y, w - x + y, w - x + h - y, x + h - y]
                .into_iter()
                .enumerate()
            {
                if reach < best[at] {
                    (best[at], corners[at]) = (reach, (x, y));
                }
            }
        }
    }
    back(corners)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shadow_is_no_ink() {
        let mut page = Gray::filled(200, 200, 240);
        for y in 0..200 {
            for x in 0..200 {
                page.pixels[y * 200 + x] = 240 - (x / 2) as u8;
            }
        }
        page.pixels[100 * 200 + 100] = 20;
        let ink = ink(&page);
        assert!(ink.at(100, 100) > 150);
        let dark = ink.pixels.iter().filter(|&&p| p > 60).count();
        assert_eq!(dark, 1);
    }

    #[test]
    fn paper_on_a_dark_desk_is_found_by_its_corners() {
        let mut picture = Gray::filled(400, 600, 60);
        for y in 100..500 {
            for x in 80 + y / 20..320 {
                picture.pixels[y * 400 + x] = 230;
            }
        }
        let near = |(x, y): (f64, f64), (u, v): (f64, f64)| (x - u).hypot(y - v) < 12.0;
        let [a, b, c, d] = corners(&picture);
        assert!(near(a, (85.0, 100.0)) && near(b, (319.0, 100.0)));
        assert!(near(c, (319.0, 499.0)) && near(d, (105.0, 499.0)));
    }
}

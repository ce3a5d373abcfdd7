//! Small pages made for tests: letters of a few strokes, in rows.

use super::{comparison::Page, raster::Gray, samples::Letter};

const WIDTH: usize = 600;
const HEIGHT: usize = 800;
/// How far the pen moves, how high a letter stands, and how far apart lines are.
const ADVANCE: usize = 13;
const TALL: usize = 15;
const LINE: usize = 34;
const LEFT: usize = 60;
const TOP: usize = 60;

/// A page with these lines of text.
pub fn page(lines: &[&str]) -> Page {
    let mut picture = Gray::filled(WIDTH, HEIGHT, 250);
    let mut letters = Vec::new();
    for (line, text) in lines.iter().enumerate() {
        for (at, letter) in text
            .chars()
            .enumerate()
            .filter(|(_, letter)| *letter != ' ')
        {
            let (x, y) = (LEFT + at * ADVANCE, TOP + line * LINE);
            draw(&mut picture, letter, x, y);
            letters.push(Letter {
                letter,
                x: x as f32,
                y: (y + TALL) as f32,
                // Digits take about three quarters of a font's height.
                size: TALL as f32 / 0.72,
                advance: ADVANCE as f32,
            });
        }
    }
    Page { picture, letters }
}

/// Where a letter of a line begins, at its top left.
pub fn place(line: usize, at: usize) -> (usize, usize) {
    (LEFT + at * ADVANCE, TOP + line * LINE)
}

/// Strokes of a clock's figures, upper middle lower, then left and right; letters have what their number says.
fn strokes(letter: char) -> u32 {
    match letter {
        '0' => 0b101_1111,
        '1' => 0b000_1010,
        '2' => 0b111_0110,
        '3' => 0b111_1010,
        '4' => 0b010_1011,
        '5' => 0b111_1001,
        '6' => 0b111_1101,
        '7' => 0b100_1010,
        '8' => 0b111_1111,
        '9' => 0b111_1011,
        '.' | ',' => 0,
        other => ((u32::from(other) * 37) % 127) | (1 << (u32::from(other) % 7)),
    }
}

fn draw(picture: &mut Gray, letter: char, x: usize, y: usize) {
    let (w, h, half) = (9, TALL, TALL / 2);
    let mut bar = |left: usize, top: usize, width: usize, height: usize| {
        for y in y + top..y + top + height {
            for x in x + left..x + left + width {
                picture.pixels[y * WIDTH + x] = 30;
            }
        }
    };
    if matches!(letter, '.' | ',') {
        bar(4, h - 3, 3, 3);
        return;
    }
    let bars = [
        (6, (0, 0, w, 2)),
        (5, (0, half - 1, w, 2)),
        (4, (0, h - 2, w, 2)),
        (3, (w - 2, half, 2, h - half)),
        (1, (w - 2, 0, 2, half)),
        (2, (0, half, 2, h - half)),
        (0, (0, 0, 2, half)),
    ];
    for (bit, (left, top, width, height)) in bars {
        if strokes(letter) >> bit & 1 == 1 {
            bar(left, top, width, height);
        }
    }
    // Letters are told from digits by their foot.
    if letter.is_ascii_alphabetic() {
        bar(u32::from(letter) as usize % 6, h - 4, 3, 4);
    }
}

/// A signature of loops.
pub fn scribble(picture: &mut Gray, x: f64, y: f64) {
    for t in 0..700 {
        let turn = f64::from(t) / 30.0;
        let (x, y) = (
            x + f64::from(t) * 0.22 + 10.0 * turn.cos(),
            y + 26.0 * turn.sin(),
        );
        dot(picture, x as usize, y as usize);
    }
}

/// A stroke of a pen from one place to another.
pub fn stroke(picture: &mut Gray, from: (usize, usize), to: (usize, usize)) {
    for t in 0..=200 {
        let at = |from: usize, to: usize| (from * (200 - t) + to * t) / 200;
        dot(picture, at(from.0, to.0), at(from.1, to.1));
    }
}

fn dot(picture: &mut Gray, x: usize, y: usize) {
    for y in y..(y + 3).min(HEIGHT) {
        for x in x..(x + 3).min(WIDTH) {
            picture.pixels[y * WIDTH + x] = 45;
        }
    }
}

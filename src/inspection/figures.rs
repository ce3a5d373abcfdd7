//! Every figure of the sent file looked up on the returned page, digit by digit: the digit that was sent is held against the
//! picture, and so are the nine others in the same print. No reading is needed where both are known.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    print::{Print, Window, alike, nearest},
    raster::Gray,
    regions::Region,
    samples::{Letter, ROOM, Samples},
};

/// What became of a figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FigureSeen {
    /// As sent: digits with the points between them.
    pub figure: String,
    pub seen: Seen,
    pub place: Region,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seen {
    /// Another figure stands there; digits that could not be told are `?`.
    Changed(String),
    /// Crossed out, or written over.
    Struck,
    /// Ink lies over it: a stamp, a signature.
    Covered,
    /// The picture does not say.
    Unclear,
    /// Print stands close before or behind it that was not sent.
    Longer,
}

/// Runs of digits, with the points and commas between them, in the order of the lines.
pub fn figures(letters: &[Letter]) -> Vec<Vec<&Letter>> {
    let mut sorted: Vec<&Letter> = letters.iter().collect();
    sorted.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut lines: Vec<Vec<&Letter>> = Vec::new();
    for letter in sorted {
        match lines.last_mut() {
            Some(line) if (letter.y - line[0].y).abs() < letter.size * 0.3 => line.push(letter),
            _ => lines.push(vec![letter]),
        }
    }
    let mut found = Vec::new();
    for line in &mut lines {
        line.sort_by(|a, b| a.x.total_cmp(&b.x));
        let mut run: Vec<&Letter> = Vec::new();
        for &letter in line.iter() {
            let digit = letter.letter.is_ascii_digit();
            let point = matches!(letter.letter, '.' | ',');
            let close = run
                .last()
                .is_some_and(|last| letter.x - last.x - last.advance < letter.size * 0.3);
            if !(digit || point) || !close {
                found.push(std::mem::take(&mut run));
            }
            if digit || (point && !run.is_empty()) {
                run.push(letter);
            }
        }
        found.push(run);
    }
    for run in &mut found {
        while run.last().is_some_and(|last| !last.letter.is_ascii_digit()) {
            run.pop();
        }
    }
    found.retain(|run| !run.is_empty());
    found
}

/// The figures that are not simply there.
pub fn check(print: &Print, letters: &[Letter], samples: Samples) -> Vec<FigureSeen> {
    let soft = samples.completed(letters).softened(print.softness);
    let looked: Vec<Looked> = figures(letters)
        .into_iter()
        .filter_map(|run| Looked::at(print, run, &soft))
        .collect();
    // A thin digit fits less well than a round one: each is held against its like on this page.
    let mut usual: BTreeMap<char, Vec<f32>> = BTreeMap::new();
    for digit in looked.iter().flat_map(|figure| &figure.digits) {
        usual.entry(digit.sent).or_default().push(digit.own);
    }
    let usual: BTreeMap<char, f32> = usual
        .into_iter()
        .map(|(digit, mut fits)| {
            fits.sort_by(f32::total_cmp);
            (digit, fits[fits.len() / 2])
        })
        .collect();
    let mut told = Vec::new();
    for Looked {
        run,
        place,
        digits,
        struck,
    } in looked
    {
        let seen = seen(&digits, struck, &usual);
        let Some(seen) = seen else {
            continue;
        };
        let seen = match seen {
            Seen::Changed(now) => Seen::Changed(pointed(&run, &now)),
            other => other,
        };
        let side = |length: i32| length.max(0) as u32;
        told.push(FigureSeen {
            figure: run.iter().map(|letter| letter.letter).collect(),
            seen,
            place: Region {
                left: side(place.left),
                top: side(place.top),
                width: side(place.width),
                height: side(place.height),
                pixels: 0,
            },
        });
    }
    told
}

/// The figures that print which was not sent stands close to, on the same line: a digit more makes another figure.
pub fn longer(letters: &[Letter], added: &[Region]) -> Vec<FigureSeen> {
    let mut told = Vec::new();
    for run in figures(letters) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        let (size, left, right) = (first.size, first.x, last.x + last.advance);
        let middle = first.y - size * 0.36;
        let beside = |region: &&Region| {
            let (from, width) = (region.left as f32, region.width as f32);
            let (top, height) = (region.top as f32, region.height as f32);
            let gap = (from - right).max(left - from - width);
            // Of a digit's height; dust is smaller, lines of a table are longer.
            (size * 0.45..size * 1.1).contains(&height)
                && (size * 0.12..size * 8.0).contains(&width)
                && (top + height / 2.0 - middle).abs() < size * 0.25
                && (-size * 0.3..size * 0.8).contains(&gap)
        };
        let printed = |region: &Region| {
            letters.iter().any(|letter| {
                let (from, to) = (letter.x, letter.x + letter.advance);
                let middle = region.left as f32 + region.width as f32 / 2.0;
                (letter.y - first.y).abs() < size * 0.5 && (from..to).contains(&middle)
            })
        };
        if let Some(region) = added.iter().find(beside).filter(|region| !printed(region)) {
            told.push(FigureSeen {
                figure: run.iter().map(|letter| letter.letter).collect(),
                seen: Seen::Longer,
                place: *region,
            });
        }
    }
    told
}

/// Digits with the points of the figure whose place they take.
fn pointed(run: &[&Letter], digits: &str) -> String {
    let mut digits = digits.chars();
    let letters = run.iter().map(|letter| match letter.letter {
        point if !point.is_ascii_digit() => Some(point),
        _ => digits.next(),
    });
    letters.flatten().collect()
}

/// A figure, looked at.
struct Looked<'l> {
    run: Vec<&'l Letter>,
    place: Window,
    digits: Vec<Told>,
    struck: bool,
}

impl<'l> Looked<'l> {
    fn at(print: &Print, run: Vec<&'l Letter>, samples: &Samples) -> Option<Looked<'l>> {
        let (first, last) = (run.first()?.cell(), run.last()?.cell());
        let place = Window {
            width: last.left + last.width - first.left,
            ..first
        };
        let (_, dx, dy) = nearest(&print.soft, place.grown(2, 2), &print.laid, (0, 0), 4);
        let digits = run
            .iter()
            .filter(|letter| letter.letter.is_ascii_digit())
            .map(|letter| look(print, letter, (dx, dy), samples))
            .collect();
        let struck = is_struck(print, place.moved(dx, dy), (dx, dy));
        Some(Looked {
            run,
            place,
            digits,
            struck,
        })
    }
}

/// By so much another digit must fit better than the one that was sent.
const BETTER: f32 = 0.07;
/// What is less like the digit that was sent is not it, whatever it is.
const UNLIKE: f32 = 0.45;
/// And what is so much less like it than others of the page are to theirs; or several of one figure by less.
const ODD: f32 = 0.17;
const SLIGHTLY_ODD: f32 = 0.10;
const SEVERAL: usize = 3;
/// What fits so well is no digit under a stroke.
const CLEAR: f32 = 0.75;
/// Ink beside the digit's own strokes, against its own: so much is drawn over it.
const DRAWN_OVER: f32 = 0.3;

/// What the digits say together; `None`: the figure is there as it was sent.
fn seen(digits: &[Told], struck: bool, usual: &BTreeMap<char, f32>) -> Option<Seen> {
    if struck {
        return Some(Seen::Struck);
    }
    let (mut over, mut odd, mut changed, mut unclear) = (0, 0, false, false);
    let mut now = String::new();
    for digit in digits {
        let inked = digit.extra > DRAWN_OVER;
        over += usize::from(inked);
        let usually = usual.get(&digit.sent).copied().unwrap_or_default();
        odd += usize::from(digit.own < usually - SLIGHTLY_ODD);
        // Under a stroke nothing fits well.
        let clear = if inked { CLEAR } else { UNLIKE };
        if digit.other > digit.own + BETTER && digit.other > clear {
            changed = true;
            now.push(digit.instead);
        } else if digit.own < UNLIKE.max(usually - ODD) && !inked {
            unclear = true;
            now.push('?');
        } else {
            now.push(digit.sent);
        }
    }
    match (changed, over, unclear || odd >= SEVERAL) {
        (true, ..) => Some(Seen::Changed(now)),
        (_, 0, true) => Some(Seen::Unclear),
        (_, 0, false) => None,
        _ => Some(Seen::Covered),
    }
}

/// Between the strokes of a figure, a line across it shows: of the places where none was printed so many are inked.
const LINE: (i32, i32) = (8, 10);

/// A line from end to end where none was printed.
fn is_struck(print: &Print, laid: Window, (dx, dy): (i32, i32)) -> bool {
    let (w, h) = (laid.width, laid.height);
    // Two or three digits may well look like a line.
    if w < 4 * h {
        return false;
    }
    let darkest = |page: &Gray, x: i32, y: i32, reach: i32| {
        let dark =
            (y - reach..=y + reach).map(|y| match (usize::try_from(x), usize::try_from(y)) {
                (Ok(x), Ok(y)) if x < page.width && y < page.height => page.at(x, y),
                _ => 0,
            });
        dark.max().unwrap_or_default()
    };
    let level = |from: i32, to: i32| {
        let (mut open, mut inked) = (0, 0);
        for x in 0..w {
            let (x, y) = (laid.left + x, laid.top + from + (to - from) * x / w);
            if darkest(&print.soft, x - dx, y - dy, 2) < 60 {
                open += 1;
                inked += i32::from(darkest(&print.laid, x, y, 1) > 110);
            }
        }
        open * 5 >= w && inked * LINE.1 >= open * LINE.0
    };
    (0..=h).any(|from| {
        ((from - h / 2).max(0)..=(from + h / 2).min(h))
            .step_by(2)
            .any(|to| level(from, to))
    })
}

/// One digit, looked at.
struct Told {
    sent: char,
    own: f32,
    /// Ink beside its strokes, as a share of its own.
    extra: f32,
    /// The best of the other nine.
    instead: char,
    other: f32,
}

/// Ink that lies beside the strokes that were sent, as a share of theirs.
fn extra(print: &Print, cell: Window, (dx, dy): (i32, i32)) -> f32 {
    let at = |page: &Gray, x: i32, y: i32| match (usize::try_from(x), usize::try_from(y)) {
        (Ok(x), Ok(y)) if x < page.width && y < page.height => u32::from(page.at(x, y)),
        _ => 0,
    };
    let (mut own, mut beside) = (0_u32, 0_u32);
    for y in cell.top..cell.top + cell.height {
        for x in cell.left..cell.left + cell.width {
            own += at(&print.soft, x, y);
            let near = (-1..=1).flat_map(|v| (-1..=1).map(move |u| (u, v)));
            let printed = near.map(|(u, v)| at(&print.soft, x + u, y + v)).max();
            if printed.unwrap_or_default() < 70 {
                beside += at(&print.laid, x + dx, y + dy).saturating_sub(70);
            }
        }
    }
    beside as f32 / own.max(1) as f32
}

fn look(print: &Print, letter: &Letter, shift: (i32, i32), samples: &Samples) -> Told {
    let cell = letter.cell();
    let mut told = Told {
        sent: letter.letter,
        own: nearest(&print.soft, cell, &print.laid, shift, 1).0,
        extra: extra(print, cell, shift),
        instead: '?',
        other: -1.0,
    };
    // Nothing can fit so much better than this.
    if told.own > 1.0 - BETTER {
        return told;
    }
    for digit in '0'..='9' {
        for sample in samples.like(digit, letter) {
            let inside = Window {
                left: ROOM,
                top: ROOM,
                width: cell.width,
                height: cell.height,
            };
            for dy in -1..=1 {
                for dx in -1..=1 {
                    let there = cell.moved(shift.0 + dx, shift.1 + dy);
                    let likeness = alike(&sample.ink, inside, &print.laid, there);
                    if digit == letter.letter {
                        told.own = told.own.max(likeness);
                    } else if likeness > told.other {
                        (told.other, told.instead) = (likeness, digit);
                    }
                }
            }
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspection::made::page;

    #[test]
    fn a_digit_more_before_or_behind_a_figure_is_seen_and_a_speck_or_a_line_is_not() {
        let letters = page(&["harga 250.000 rupiah"]).letters;
        let (first, last) = (&letters[5], &letters[11]);
        assert_eq!((first.letter, last.letter), ('2', '0'));
        let (top, height) = ((first.y - 15.0) as u32, 15);
        let region = |left: f32, top, width, height| Region {
            left: left as u32,
            top,
            width,
            height,
            pixels: 60,
        };
        let behind = last.x + last.advance + 3.0;
        for (added, longer) in [
            (region(first.x - 11.0, top, 9, height), true),
            (region(behind, top, 9, height), true),
            (region(behind, top + 12, 4, 4), false),
            (region(behind, top - 20, 3, 60), false),
            (region(behind + 40.0, top, 9, height), false),
            (region(behind, top + 40, 9, height), false),
        ] {
            let told = super::longer(&letters, &[added]);
            assert_eq!(!told.is_empty(), longer, "{added:?}");
        }
    }
}

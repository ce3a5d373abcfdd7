//! The shapes of a page: which of its pieces of print are alike, and how each shape looks on both pages. A piece that came
//! back is held against its like on the very page that came back, which has been through the same scanner.

use super::{
    glyphs::Looked,
    print::{Print, Window, alike},
    raster::Gray,
};

/// Shapes of a page that are told apart.
const SHAPES: usize = 200;
/// From here on two pieces are one shape.
const ONE_SHAPE: f32 = 0.90;
/// How well a piece fits others of its shape, where there are none.
const ALONE: f32 = 0.96;
/// What came back as another shape fits it at least so well.
const WELL: f32 = 0.75;
/// What came back so much worse than most of its like is not counted among them.
const SOUND: f32 = 0.05;
/// So many pieces make a mean that is worth comparing with.
const ENOUGH: usize = 3;

/// Pieces of print that are alike.
struct Class {
    /// The first of them, with a rim.
    window: Window,
    /// As sent, and as it came back.
    sent: Mean,
    laid: Mean,
    /// How well each came back.
    fits: Vec<f32>,
}

/// Each shape once, and which shape each piece has.
pub struct Shapes {
    classes: Vec<Class>,
    /// For each piece its class, where it lies against the first of it, and whether it is in the mean.
    members: Vec<Option<Member>>,
}

#[derive(Clone, Copy)]
struct Member {
    class: usize,
    shift: (i32, i32),
    counted: bool,
}

/// The mean of patches of one size.
struct Mean {
    sum: Vec<f32>,
    count: usize,
}

impl Shapes {
    pub fn of(print: &Print, looked: &[Looked]) -> Shapes {
        let mut shapes = Shapes {
            classes: Vec::new(),
            members: Vec::with_capacity(looked.len()),
        };
        for glyph in looked {
            let member = shapes.member(glyph, print);
            if let Some(Member { class, shift, .. }) = member {
                let class = &mut shapes.classes[class];
                let there = class.window_at(glyph.at).moved(shift.0, shift.1);
                class.sent.add(&print.soft, there);
                class.fits.push(glyph.own);
            }
            shapes.members.push(member);
        }
        for class in &mut shapes.classes {
            class.fits.sort_by(f32::total_cmp);
        }
        // Only pieces that came back as their like did say how their shape comes back.
        for (member, glyph) in shapes.members.iter_mut().zip(looked) {
            let Some(member) = member else { continue };
            let class = &mut shapes.classes[member.class];
            let usual = class.fits.get(class.fits.len() / 2);
            if usual.is_some_and(|usual| glyph.own > usual - SOUND) {
                let ((dx, dy), (x, y)) = (glyph.moved, member.shift);
                let there = class.window_at(glyph.at).moved(dx + x, dy + y);
                member.counted = class.laid.add(&print.laid, there);
            }
        }
        shapes
    }

    /// The class of a piece, a new one if need be.
    fn member(&mut self, glyph: &Looked, print: &Print) -> Option<Member> {
        let known = self
            .classes
            .iter()
            .enumerate()
            .filter(|(_, class)| class.is_of_size(glyph.at))
            .map(|(at, class)| {
                let there = class.window_at(glyph.at);
                let (fits, shift) = within(1, |dx, dy| {
                    alike(&print.soft, class.window, &print.soft, there.moved(dx, dy))
                });
                (at, fits, shift)
            })
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|(_, fits, _)| *fits > ONE_SHAPE);
        let (class, shift) = match known {
            Some((class, _, shift)) => (class, shift),
            None if self.classes.len() < SHAPES => {
                self.classes.push(Class::new(glyph.at));
                (self.classes.len() - 1, (0, 0))
            }
            None => return None,
        };
        Some(Member {
            class,
            shift,
            counted: false,
        })
    }

    /// How well a piece fits what was sent, or its like on the page that came back.
    pub fn own(&self, number: usize, glyph: &Looked, print: &Print) -> f32 {
        let Some(Some(member)) = self.members.get(number) else {
            return glyph.own;
        };
        let class = &self.classes[member.class];
        let ((dx, dy), (x, y)) = (glyph.moved, member.shift);
        let there = class.window_at(glyph.at).moved(dx + x, dy + y);
        let counted = usize::from(member.counted);
        let mut own = glyph.own.max(class.sent.fits(&print.laid, there).0);
        if class.laid.count >= ENOUGH + counted {
            let alone = member.counted.then_some((&print.laid, there));
            let mean = class.laid.without(alone);
            own = own.max(mean.fits(&print.laid, there).0);
        }
        own
    }

    /// By how much the best of the page's other shapes fits better what came back than the piece's own does, which fits so
    /// well; only a shape that the piece as sent is told from for certain counts. Below zero: none does.
    pub fn better(&self, number: usize, glyph: &Looked, own: f32, print: &Print) -> f32 {
        let member = self.members.get(number).copied().flatten();
        let (dx, dy) = glyph.moved;
        let was = member.map_or(ALONE, |member| {
            let class = &self.classes[member.class];
            let (x, y) = member.shift;
            let there = class.window_at(glyph.at).moved(x, y);
            match class.sent.count {
                ..2 => ALONE,
                _ => {
                    let others = class.sent.without(Some((&print.soft, there)));
                    others.fits(&print.soft, there).0
                }
            }
        });
        let better = |(at, class): (usize, &Class)| {
            if member.is_some_and(|member| member.class == at) || !class.is_of_size(glyph.at) {
                return None;
            }
            let there = class.window_at(glyph.at);
            let mean = if class.laid.count >= ENOUGH {
                &class.laid
            } else {
                &class.sent
            };
            let (fits, _) = mean.fits(&print.laid, there.moved(dx, dy));
            if fits < WELL || fits < own {
                return None;
            }
            // As it was sent it must have looked as little like this shape as it now looks like its own.
            let told_apart = was - class.sent.fits(&print.soft, there).0;
            Some((fits - own).min(told_apart))
        };
        let others = self.classes.iter().enumerate().filter_map(better);
        others.fold(-1.0, f32::max)
    }
}

impl Class {
    fn new(first: Window) -> Class {
        let window = first.grown(1, 1);
        Class {
            window,
            sent: Mean::new(window),
            laid: Mean::new(window),
            fits: Vec::new(),
        }
    }

    fn is_of_size(&self, piece: Window) -> bool {
        // With its rim.
        (self.window.width - 2 - piece.width).abs() <= 4
            && (self.window.height - 2 - piece.height).abs() <= 3
    }

    /// The same size of window at another piece, feet on one line.
    fn window_at(&self, piece: Window) -> Window {
        Window {
            left: piece.left + (piece.width - self.window.width) / 2,
            top: piece.top + piece.height + 1 - self.window.height,
            ..self.window
        }
    }
}

impl Mean {
    fn new(window: Window) -> Mean {
        let size = window.width.max(0) as usize * window.height.max(0) as usize;
        Mean {
            sum: vec![0.0; size],
            count: 0,
        }
    }

    /// `false`: it sticks out of the page.
    fn add(&mut self, page: &Gray, at: Window) -> bool {
        let Some(patch) = at
            .cut(page)
            .filter(|patch| patch.pixels.len() == self.sum.len())
        else {
            return false;
        };
        for (sum, &pixel) in self.sum.iter_mut().zip(&patch.pixels) {
            *sum += f32::from(pixel);
        }
        self.count += 1;
        true
    }

    fn without(&self, patch: Option<(&Gray, Window)>) -> Mean {
        let mut sum = self.sum.clone();
        let mut count = self.count;
        if let Some(patch) = patch.and_then(|(page, at)| at.cut(page)) {
            for (sum, &pixel) in sum.iter_mut().zip(&patch.pixels) {
                *sum -= f32::from(pixel);
            }
            count = count.saturating_sub(1);
        }
        Mean { sum, count }
    }

    /// How well it fits a page within a pixel of a place, and where.
    fn fits(&self, page: &Gray, at: Window) -> (f32, (i32, i32)) {
        let n = self.sum.len().max(1) as f32;
        let mean = self.sum.iter().sum::<f32>() / n;
        let spread: f32 = self.sum.iter().map(|value| (value - mean).powi(2)).sum();
        within(1, |dx, dy| {
            let (mut b1, mut bb, mut ab) = (0.0_f32, 0.0_f32, 0.0_f32);
            let pixels = at.moved(dx, dy).rows(page).flatten();
            for (value, &pixel) in self.sum.iter().zip(pixels) {
                let pixel = f32::from(pixel);
                b1 += pixel;
                bb += pixel * pixel;
                ab += (value - mean) * pixel;
            }
            let other = bb - b1 * b1 / n;
            // Less than a faint grey is noise.
            if other < 60.0 * n || spread <= 0.0 {
                return 0.0;
            }
            ab / (spread * other).sqrt()
        })
    }
}

/// The best within so many pixels, and where.
fn within(reach: i32, fits: impl Fn(i32, i32) -> f32) -> (f32, (i32, i32)) {
    let mut best = (-1.0, (0, 0));
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            let fit = fits(dx, dy);
            if fit > best.0 {
                best = (fit, (dx, dy));
            }
        }
    }
    best
}

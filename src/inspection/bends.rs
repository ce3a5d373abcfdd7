//! Bends of a page that no plane has: small moves that differ from place to place.

use super::{
    alignment::sample,
    blocks::{BLOCK, Move},
    plane::Homography,
    raster::Gray,
};

/// What is left when the page lies flat: small moves that differ from place to place.
pub struct Bends {
    columns: usize,
    rows: usize,
    moves: Vec<(f32, f32)>,
}

/// The distance between two places where a bend is known.
const MESH: usize = BLOCK * 2;

impl Bends {
    pub fn of(moved: &[Move], page: &Gray) -> Bends {
        let (columns, rows) = (page.width / MESH + 2, page.height / MESH + 2);
        let mut moves = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                let (x, y) = ((column * MESH) as f64, (row * MESH) as f64);
                // The middle one of those around: a wrong block bends nothing.
                let near: Vec<&Move> = moved
                    .iter()
                    .filter(|step| (step.x - x).abs().max((step.y - y).abs()) < MESH as f64 * 1.3)
                    .collect();
                let middle = |of: fn(&Move) -> i32| {
                    let mut values: Vec<i32> = near.iter().map(|step| of(step)).collect();
                    values.sort_unstable();
                    // The mean of the middle third: half pixels matter.
                    let third = values.len() / 3;
                    let kept = &values[third..values.len() - third];
                    kept.iter().sum::<i32>() as f32 / kept.len().max(1) as f32
                };
                moves.push(if near.len() < 3 {
                    (0.0, 0.0)
                } else {
                    (middle(|step| step.dx), middle(|step| step.dy))
                });
            }
        }
        Bends {
            columns,
            rows,
            moves,
        }
    }

    fn at(&self, x: usize, y: usize) -> (f32, f32) {
        let (column, row) = (x / MESH, y / MESH);
        let share = |at: usize| (at % MESH) as f32 / MESH as f32;
        let (dx, dy) = (share(x), share(y));
        let known = |column: usize, row: usize| {
            self.moves[row.min(self.rows - 1) * self.columns + column.min(self.columns - 1)]
        };
        let mix = |a: (f32, f32), b: (f32, f32), share: f32| {
            (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share)
        };
        mix(
            mix(known(column, row), known(column + 1, row), dx),
            mix(known(column, row + 1), known(column + 1, row + 1), dx),
            dy,
        )
    }

    pub fn straightened(&self, returned: &Gray, map: &Homography, page: &Gray) -> Gray {
        let mut pixels = Vec::with_capacity(page.pixels.len());
        for y in 0..page.height {
            for x in 0..page.width {
                let (dx, dy) = self.at(x, y);
                let (u, v) = map.apply(x as f64 + f64::from(dx), y as f64 + f64::from(dy));
                pixels.push(sample(returned, u as f32, v as f32));
            }
        }
        Gray {
            width: page.width,
            height: page.height,
            pixels,
        }
    }
}

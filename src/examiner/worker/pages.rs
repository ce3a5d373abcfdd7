//! Pages of two files drawn, compared and shown side by side. Runs behind the walls only.

use super::{pdf, picture};
use crate::inspection::{
    Comparison, FileKind,
    comparison::{self, Laid, PageMatch, SIDE, is_ink},
    raster::Gray,
};

/// A negotiation file has a few pages.
const MOST: usize = 12;
/// The height of a page in the picture for people.
const SHOWN: usize = 900;

/// The comparison, and both files side by side with the differences framed, as JPEG.
pub fn compare(
    (sent_kind, sent): (FileKind, Vec<u8>),
    (returned_kind, returned): (FileKind, Vec<u8>),
) -> Result<(Comparison, Vec<u8>), String> {
    let sent = pages(sent_kind, sent)?;
    let returned = pages(returned_kind, returned)?;
    let Laid { comparison, pairs } = comparison::compare(&sent, &returned);
    let mut rows = Vec::new();
    for (at, laid) in &pairs {
        if let (Some(page), Some(told)) = (sent.get(*at), comparison.matches.get(*at)) {
            rows.push(side_by_side(page, laid, told));
        }
    }
    if rows.is_empty()
        && let (Some(first), Some(other)) = (sent.first(), returned.first())
    {
        let other = other.scaled(first.width.min(other.width), first.height.min(other.height));
        rows.push(side_by_side(first, &other, &PageMatch::default()));
    }
    // The pages with something to see first.
    let picture = stacked(&rows.iter().take(3).collect::<Vec<_>>());
    Ok((comparison, picture::jpeg_of(&picture, 72)))
}

fn pages(kind: FileKind, content: Vec<u8>) -> Result<Vec<Gray>, String> {
    if kind == FileKind::Pdf {
        let document =
            pdf::Document::open(content.into()).map_err(|_| "PDF yang tidak terbaca".to_owned())?;
        let count = document.pages().min(MOST);
        return (0..count)
            .map(|page| {
                document
                    .draw(page, SIDE)
                    .ok_or_else(|| "halaman yang tidak terbaca".to_owned())
            })
            .collect();
    }
    let orientation = picture::Exif::read(&content).orientation;
    let photo = picture::decode(kind, &content)?;
    Ok(vec![
        photo.gray.shrunk(SIDE as usize + 400).oriented(orientation),
    ])
}

fn side_by_side(sent: &Gray, returned: &Gray, told: &PageMatch) -> Gray {
    let mut right = returned.clone();
    for region in told.added.iter().filter(|region| is_ink(region)) {
        frame(&mut right, region);
    }
    let mut left = sent.clone();
    for region in told.lost.iter().filter(|region| is_ink(region)) {
        frame(&mut left, region);
    }
    let height = SHOWN.min(left.height).min(right.height);
    let small = |page: &Gray| page.scaled((page.width * height / page.height).max(1), height);
    let (left, right) = (small(&left), small(&right));
    let gap = 12;
    let mut both = Gray::filled(left.width + gap + right.width, height, 96);
    for y in 0..height {
        let row = y * both.width;
        both.pixels[row..row + left.width].copy_from_slice(left.row(y));
        let from = row + left.width + gap;
        both.pixels[from..from + right.width].copy_from_slice(right.row(y));
    }
    both
}

fn frame(page: &mut Gray, region: &comparison::Region) {
    let (w, h) = (page.width, page.height);
    let left = (region.left as usize).saturating_sub(8);
    let top = (region.top as usize).saturating_sub(8);
    let right = ((region.left + region.width) as usize + 8).min(w.saturating_sub(1));
    let bottom = ((region.top + region.height) as usize + 8).min(h.saturating_sub(1));
    for y in top..=bottom.min(h.saturating_sub(1)) {
        for x in left..=right {
            let edge = y < top + 4 || y + 4 > bottom || x < left + 4 || x + 4 > right;
            if edge {
                page.pixels[y * w + x] = 0;
            }
        }
    }
}

fn stacked(rows: &[&Gray]) -> Gray {
    let width = rows.iter().map(|row| row.width).max().unwrap_or(1);
    let height = rows.iter().map(|row| row.height + 12).sum::<usize>().max(1);
    let mut all = Gray::filled(width, height, 96);
    let mut top = 0;
    for row in rows {
        for y in 0..row.height {
            let at = (top + y) * width;
            all.pixels[at..at + row.width].copy_from_slice(row.row(y));
        }
        top += row.height + 12;
    }
    all
}

//! Pages of two files drawn, compared and shown side by side. Runs behind the walls only.

use super::{pdf, picture, side_by_side};
use crate::inspection::{
    Comparison, FileKind,
    comparison::{self, Laid, Page, PageMatch, SIDE},
    measure::Unread,
    raster::Gray,
};

/// A negotiation file has a few pages, and so many can be compared in a child's time. Of a longer one the first are looked
/// at, and the last, where it is signed.
pub const MOST: usize = 8;
/// Pages of them that people are shown.
const SHOWN: usize = 3;

/// The comparison, and both files side by side with the differences framed, as JPEG.
pub fn compare(
    (sent_kind, sent): (FileKind, Vec<u8>),
    files: Vec<(FileKind, Vec<u8>)>,
) -> Result<(Comparison, Vec<u8>), Unread> {
    let (sent_count, sent) = sent_pages(sent_kind, sent)?;
    let (mut returned_count, mut returned, mut numbers) = (0, Vec::new(), Vec::new());
    for (kind, content) in files.into_iter().take(MOST) {
        let (count, pages) = pages(kind, content, SIDE * 1.1)?;
        numbers.extend(looked_at(count).map(|page| returned_count + page));
        returned.extend(pages);
        returned_count += count;
    }
    let first = returned.first().cloned();
    let Laid {
        mut comparison,
        pairs,
    } = comparison::compare(&sent, returned);
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    comparison.sent_pages = count(sent_count);
    comparison.returned_pages = count(returned_count);
    for told in &mut comparison.matches {
        let number = told.returned.and_then(|at| numbers.get(at as usize));
        told.returned = number.map(|&number| count(number));
    }
    let laid = |at: usize| pairs.iter().find(|(page, _)| *page == at);
    let mut shown: Vec<(usize, &PageMatch)> = comparison.matches.iter().enumerate().collect();
    // The pages with something to see; a file that is another one altogether is shown by its first page.
    shown.sort_by_key(|(at, told)| (std::cmp::Reverse(side_by_side::weight(told)), *at));
    shown.truncate(if pairs.is_empty() { 1 } else { SHOWN });
    shown.sort_by_key(|(at, _)| *at);
    let mut rows = Vec::new();
    for (at, told) in shown {
        let returned = match laid(at) {
            Some((_, laid)) => Some(laid),
            None if pairs.is_empty() => first.as_ref(),
            None => None,
        };
        if let Some(page) = sent.get(at) {
            rows.push(side_by_side::pair(&page.picture, returned, told));
        }
    }
    Ok((
        comparison,
        picture::colour_jpeg(&side_by_side::stacked(&rows), 75),
    ))
}

/// Which pages of a file with so many, counted from 0.
fn looked_at(count: usize) -> impl Iterator<Item = usize> {
    (0..count).filter(move |page| *page + 1 < MOST || *page + 1 == count)
}

/// The sent file's pages that are looked at, with the letters that stand on them, and how many there are.
fn sent_pages(kind: FileKind, content: Vec<u8>) -> Result<(usize, Vec<Page>), Unread> {
    if kind != FileKind::Pdf {
        let (count, pictures) = pages(kind, content, SIDE)?;
        let pictures = pictures.into_iter().map(|picture| Page {
            picture,
            letters: Vec::new(),
        });
        return Ok((count, pictures.collect()));
    }
    let document = open(content)?;
    let page = |page| {
        Ok(Page {
            picture: draw(&document, page, SIDE)?,
            letters: document.letters(page, SIDE),
        })
    };
    let count = document.pages();
    let pages: Result<_, Unread> = looked_at(count).map(page).collect();
    Ok((count, pages?))
}

fn pages(kind: FileKind, content: Vec<u8>, side: f32) -> Result<(usize, Vec<Gray>), Unread> {
    if kind == FileKind::Pdf {
        let document = open(content)?;
        let count = document.pages();
        let drawn = looked_at(count).map(|page| draw(&document, page, side));
        return Ok((count, drawn.collect::<Result<_, _>>()?));
    }
    let orientation = picture::Exif::read(&content).orientation;
    let photo = picture::decode(kind, &content)?;
    Ok((
        1,
        vec![photo.gray.shrunk(side as usize).oriented(orientation)],
    ))
}

fn open(content: Vec<u8>) -> Result<pdf::Document, Unread> {
    pdf::Document::open(content.into()).map_err(|_| "PDF yang tidak terbaca".into())
}

fn draw(document: &pdf::Document, page: usize, side: f32) -> Result<Gray, Unread> {
    document
        .draw(page, side)
        .ok_or_else(|| "halaman yang tidak terbaca".into())
}

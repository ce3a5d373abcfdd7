//! PDF: pages, locks, signatures, text, and pages as pictures. Runs behind the walls only.

use std::sync::Arc;

use hayro::{
    RenderCache, RenderSettings,
    hayro_interpret::{
        BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
        InterpreterCache, InterpreterSettings, SoftMask,
        font::{Glyph, GlyphRun},
        interpret_page,
    },
    hayro_syntax::{LoadPdfError, Pdf, page::Page},
    kurbo::{Affine, BezPath, Point, Rect},
    vello_cpu::{
        Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit,
        color::palette::css::WHITE,
    },
};

use super::signature::signatures;
use crate::inspection::{
    measure::{PdfMeasure, Unread},
    photo,
    raster::Gray,
    samples,
};

/// A file with more pages is not looked at page by page.
const MOST_PAGES: usize = 500;
/// Pages whose text is read.
const TEXT_PAGES: usize = 30;
/// Scanned pages whose sharpness is measured.
const LOOKED_AT: usize = 3;
const TEXT_CHARS: usize = 60_000;

/// An opened file.
pub struct Document {
    pdf: Pdf,
}

impl Document {
    pub fn open(content: Arc<Vec<u8>>) -> Result<Document, LoadPdfError> {
        Pdf::new(content).map(|pdf| Document { pdf })
    }

    pub fn pages(&self) -> usize {
        self.pdf.pages().len()
    }

    /// The letters of a page, where they stand when it is drawn with this shorter side.
    pub fn letters(&self, number: usize, side: f32) -> Vec<samples::Letter> {
        let pages = self.pdf.pages();
        let Some((page, scale)) = pages
            .get(number)
            .and_then(|page| Some((page, scale(page, side)?)))
        else {
            return Vec::new();
        };
        let (reader, _) = reader(page);
        let letters = reader.glyphs.iter().filter_map(|letter| {
            let mut chars = letter.text.chars();
            let (Some(only), None) = (chars.next(), chars.next()) else {
                return None;
            };
            let pixels = |length: f64| length as f32 * scale;
            (!only.is_whitespace() && letter.level).then(|| samples::Letter {
                letter: only,
                x: pixels(letter.x),
                y: pixels(letter.y),
                size: pixels(letter.size),
                advance: pixels(letter.width),
            })
        });
        letters.collect()
    }

    /// A page drawn so that its shorter side has `side` pixels.
    pub fn draw(&self, number: usize, side: f32) -> Option<Gray> {
        let page = self.pdf.pages().get(number)?;
        // Print in a scan keeps its shape: neither jagged nor with strokes left out.
        draw(page, side, true)
    }
}

/// Measures a PDF. Gives back the first page too.
pub fn measure(content: Vec<u8>) -> Result<(PdfMeasure, Option<Gray>), Unread> {
    let content = Arc::new(content);
    let mut measure = PdfMeasure {
        truncated: is_cut(&content),
        protected: memchr::memmem::find(&content, b"/Encrypt").is_some(),
        signatures: signatures(&content),
        ..PdfMeasure::default()
    };
    let document = match Document::open(content) {
        Ok(document) => document,
        Err(LoadPdfError::Decryption(_)) => {
            measure.locked = true;
            return Ok((measure, None));
        }
        Err(LoadPdfError::Invalid) => return Err("no PDF that can be read".into()),
    };
    let count = document.pages();
    if count == 0 {
        return Err("a PDF without a page".into());
    }
    measure.pages = u32::try_from(count).unwrap_or(u32::MAX);
    measure.producer = document
        .pdf
        .metadata()
        .creator
        .iter()
        .chain(&document.pdf.metadata().producer)
        .map(|bytes| plain(bytes))
        .find(|text| !text.is_empty());
    if count > MOST_PAGES {
        return Ok((measure, None));
    }
    let pages = document.pdf.pages();
    let mut first = None;
    for (number, page) in pages.iter().enumerate().take(TEXT_PAGES) {
        let read = read(page);
        if measure.text.len() < TEXT_CHARS {
            measure.text.push_str(&read.text);
            measure.text.push('\n');
        }
        let scanned = read.pictures > 0.5 && read.letters < 20;
        measure.scanned_pages += u32::from(scanned);
        if number == 0 {
            let millimetres =
                |points: f32| (points * 25.4 / 72.0).round().clamp(0.0, 100_000.0) as u32;
            let (width, height) = page.render_dimensions();
            measure.page_size = Some((millimetres(width), millimetres(height)));
        }
        let look = scanned && measure.page_edges.len() < LOOKED_AT;
        if number > 0 && !look {
            continue;
        }
        if let Some(gray) = draw(page, photo::SIDE as f32, false) {
            if look {
                measure.page_edges.push(photo::edges(&gray));
                measure.page_light.push(photo::light(&gray));
            }
            if number == 0 {
                measure.look = photo::look(&gray);
                first = Some(gray);
            }
        }
    }
    Ok((measure, first))
}

/// The mark at the end is missing; what a scanner wrote behind it does not matter.
fn is_cut(content: &[u8]) -> bool {
    let tail = content.len().saturating_sub(2048);
    let has = |mark: &[u8]| memchr::memmem::rfind(&content[tail..], mark).is_some();
    !has(b"%%EOF") && !has(b"startxref")
}

fn plain(bytes: &[u8]) -> String {
    let text = if bytes.starts_with(b"\xfe\xff") {
        let wide: Vec<u16> = bytes[2..]
            .chunks_exact(2)
            .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&wide)
    } else {
        String::from_utf8_lossy(bytes).into_owned()
    };
    let text: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    text.trim().to_owned()
}

/// Drawn on white. A page of strange proportions gives a picture of at least one pixel and at most 4096 a side. Pictures on
/// it are smoothed or, as the thresholds of sharpness were measured, as they are.
fn draw(page: &Page, side: f32, smooth: bool) -> Option<Gray> {
    let (width, height) = page.render_dimensions();
    let scale = scale(page, side)?;
    let pixels = |length: f32| (length * scale).round().clamp(1.0, 4096.0) as u16;
    let mut context = RenderContext::new(pixels(width), pixels(height));
    let transform = Affine::scale(f64::from(scale)) * affine(page);
    let cache = RenderCache::new();
    hayro::render_into(
        page,
        &cache,
        &InterpreterSettings::default(),
        &RenderSettings {
            force_image_interpolation: smooth,
            ..RenderSettings::default()
        },
        &mut context,
        transform,
    );
    context.flush();
    let mut pixmap = Pixmap::new(context.width(), context.height());
    let settings = RasterizerSettings {
        target_init: TargetInit::Clear(WHITE),
        ..RasterizerSettings::default()
    };
    context.render_with(&mut pixmap, &mut Resources::default(), settings);
    let gray = pixmap.data().iter().map(|pixel| {
        let [r, g, b] = [pixel.r, pixel.g, pixel.b].map(u32::from);
        ((299 * r + 587 * g + 114 * b + 500) / 1000) as u8
    });
    Gray::new(
        usize::from(pixmap.width()),
        usize::from(pixmap.height()),
        gray.collect(),
    )
}

/// Pixels a point, so that the shorter side has `side` of them.
fn scale(page: &Page, side: f32) -> Option<f32> {
    let (width, height) = page.render_dimensions();
    let (short, long) = (width.min(height), width.max(height));
    (short > 0.0 && long.is_finite()).then(|| (side / short).min(4096.0 / long))
}

fn affine(page: &Page) -> Affine {
    use hayro::hayro_interpret::util::TransformExt as _;
    page.initial_transform(true).to_kurbo()
}

/// What a page says, and how much of it is pictures.
struct PageText {
    text: String,
    letters: usize,
    /// Share of the page that pictures cover.
    pictures: f64,
}

fn read(page: &Page) -> PageText {
    let (reader, area) = reader(page);
    let pictures = (reader.pictures / area.max(1.0)).min(1.0);
    let letters = reader
        .glyphs
        .iter()
        .filter(|letter| !letter.text.trim().is_empty())
        .count();
    PageText {
        text: reader.lines(),
        letters,
        pictures,
    }
}

/// What stands on a page, and the page's area.
fn reader(page: &Page) -> (Reader, f64) {
    let (width, height) = page.render_dimensions();
    let area = f64::from(width) * f64::from(height);
    let mut reader = Reader::default();
    let cache = InterpreterCache::new();
    let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let mut context = Context::new(
        affine(page),
        bounds,
        &cache,
        page.xref(),
        InterpreterSettings::default(),
    );
    interpret_page(page, &mut context, &mut reader);
    (reader, area)
}

/// Takes down letters with their places, and the area of pictures.
#[derive(Default)]
struct Reader {
    glyphs: Vec<Letter>,
    pictures: f64,
}

struct Letter {
    text: String,
    x: f64,
    y: f64,
    size: f64,
    /// How far it is to where the next one of the same word stands.
    width: f64,
    /// Upright on a level line.
    level: bool,
}

impl Reader {
    /// Letters in the order of reading: from top to bottom, in each line from left to right.
    fn lines(mut self) -> String {
        self.glyphs.sort_by(|a, b| a.y.total_cmp(&b.y));
        let mut lines: Vec<Vec<Letter>> = Vec::new();
        for letter in self.glyphs {
            match lines.last_mut() {
                Some(line) if line[0].shares_line_with(&letter) => line.push(letter),
                _ => lines.push(vec![letter]),
            }
        }
        let mut text = String::new();
        for mut line in lines {
            line.sort_by(|a, b| a.x.total_cmp(&b.x));
            let mut end = f64::INFINITY;
            for letter in &line {
                let blank = letter.text.trim().is_empty();
                if (blank || letter.x > end + letter.size * 0.2) && !text.ends_with([' ', '\n']) {
                    text.push(' ');
                }
                if !blank {
                    text.push_str(&letter.text);
                }
                end = letter.x + letter.width;
            }
            text.truncate(text.trim_end_matches(' ').len());
            text.push('\n');
        }
        text
    }
}

impl Letter {
    fn shares_line_with(&self, next: &Letter) -> bool {
        (next.y - self.y).abs() < self.size.min(next.size).max(1.0) * 0.4
    }
}

/// About how wide letters are where the font does not tell.
fn usual_width(text: &str) -> f64 {
    let narrow = text.chars().all(|c| ",.:;il1|!'()[]jtfr-".contains(c));
    if narrow { 0.34 } else { 0.62 }
}

impl<'a> Device<'a> for Reader {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        if self.glyphs.len() > 100_000 {
            return;
        }
        for glyph in run.glyphs() {
            let Some(text) = glyph.as_unicode() else {
                continue;
            };
            let place = props.transform * glyph.transform();
            let at = place * Point::ZERO;
            let up = place * Point::new(0.0, 1000.0);
            let text = match text {
                hayro::hayro_interpret::hayro_cmap::BfString::Char(c) => c.to_string(),
                hayro::hayro_interpret::hayro_cmap::BfString::String(text) => text,
            };
            if !at.x.is_finite() || !at.y.is_finite() {
                continue;
            }
            let size = (up - at).hypot();
            let advance = match &**glyph {
                Glyph::Outline(glyph) => glyph.advance_width(),
                Glyph::Type3(glyph) => glyph.advance_width(),
            };
            let told = advance.filter(|advance| *advance > 0.0);
            let end = place * Point::new(told.map_or(500.0, f64::from), 0.0);
            let width = told.map(|_| (end - at).hypot());
            self.glyphs.push(Letter {
                x: at.x,
                y: at.y,
                size,
                width: width.unwrap_or(size * usual_width(&text)),
                level: up.y < at.y && (up.x - at.x).abs() < size * 0.3 && end.x > at.x,
                text,
            });
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let bounds = Rect::new(
            0.0,
            0.0,
            f64::from(image.width()),
            f64::from(image.height()),
        );
        self.pictures += props.transform.transform_rect_bbox(bounds).area();
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

//! JPEG, PNG, WebP and TIFF to grey, and what EXIF says. Runs behind the walls only.

use std::io::Cursor;

use super::jpeg::{self, Depth};
use super::side_by_side::Colour;
use crate::inspection::{
    FileKind,
    measure::{PhotoMeasure, Unread},
    photo,
    raster::Gray,
};

/// From the header, before anything is decoded (reliability.md section 5).
const MOST_PIXELS: u64 = 100_000_000;
/// The side of a thumbnail.
const THUMBNAIL: usize = 240;

/// A picture decoded, as stored (not turned).
pub struct Picture {
    pub gray: Gray,
    pub pages: u32,
    pub truncated: bool,
}

/// Decodes to grey.
pub fn decode(kind: FileKind, content: &[u8]) -> Result<Picture, Unread> {
    match kind {
        FileKind::Jpeg => jpeg::decode(content, Depth::Whole),
        FileKind::Png => png(content),
        FileKind::Webp => webp(content),
        FileKind::Tiff => tiff(content),
        _ => Err(Unread::NotDecoded(
            "no picture that is read here".to_owned(),
        )),
    }
}

/// Measures a picture. Gives back the small upright picture too: it becomes the thumbnail and is what OCR reads.
pub fn measure(kind: FileKind, content: &[u8]) -> Result<(PhotoMeasure, Gray), Unread> {
    let exif = Exif::read(content);
    let picture = match kind {
        FileKind::Jpeg => jpeg::decode(content, Depth::Shrunk)?,
        kind => decode(kind, content)?,
    };
    let (mut width, mut height) = (picture.gray.width as u32, picture.gray.height as u32);
    if exif.orientation >= 5 {
        std::mem::swap(&mut width, &mut height);
    }
    let full = picture.gray;
    let small = full.shrunk(photo::SIDE).oriented(exif.orientation);
    let measure = PhotoMeasure {
        width,
        height,
        orientation: exif.orientation,
        taken: exif.taken,
        camera: exif.camera,
        software: exif.software,
        pages: picture.pages,
        light: photo::light(&small),
        edges: photo::edges(&small),
        look: photo::look(&small),
        truncated: picture.truncated,
    };
    Ok((measure, small))
}

/// A small JPEG for people to recognise a paper by.
pub fn thumbnail(gray: &Gray) -> Vec<u8> {
    let long = gray.width.max(gray.height).max(1);
    let side = |side: usize| (side * THUMBNAIL / long).max(1);
    let small = if long > THUMBNAIL {
        gray.scaled(side(gray.width), side(gray.height))
    } else {
        gray.clone()
    };
    jpeg_of(&small, 70)
}

/// Empty when it cannot be written, which for a small grey picture does not happen.
pub fn jpeg_of(gray: &Gray, quality: u8) -> Vec<u8> {
    let size = (gray.width, gray.height);
    encoded(&gray.pixels, size, quality, jpeg_encoder::ColorType::Luma)
}

pub fn colour_jpeg(picture: &Colour, quality: u8) -> Vec<u8> {
    let size = (picture.width, picture.height);
    encoded(&picture.pixels, size, quality, jpeg_encoder::ColorType::Rgb)
}

fn encoded(
    pixels: &[u8],
    (width, height): (usize, usize),
    quality: u8,
    colours: jpeg_encoder::ColorType,
) -> Vec<u8> {
    let mut file = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut file, quality);
    let (Ok(width), Ok(height)) = (u16::try_from(width), u16::try_from(height)) else {
        return Vec::new();
    };
    match encoder.encode(pixels, width, height, colours) {
        Ok(()) => file,
        Err(_) => Vec::new(),
    }
}

pub(super) fn hold(width: u64, height: u64) -> Result<(), Unread> {
    if width == 0 || height == 0 {
        return Err(format!("{width} x {height} pixels").into());
    }
    if width.saturating_mul(height) > MOST_PIXELS {
        let why = format!("{width} x {height} pixels: more than is opened");
        return Err(Unread::NotDecoded(why));
    }
    Ok(())
}

pub(super) fn luma(rgb: &[u8]) -> u8 {
    let [r, g, b] = [rgb[0], rgb[1], rgb[2]].map(u32::from);
    ((299 * r + 587 * g + 114 * b + 500) / 1000) as u8
}

/// On white paper, as a viewer shows it.
fn luma_of(pixel: &[u8]) -> u8 {
    let over_white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        (value * alpha + 255 * (255 - alpha)) / 255
    };
    match *pixel {
        [value] => value,
        [value, alpha] => over_white(value, alpha) as u8,
        [r, g, b] => luma(&[r, g, b]),
        [r, g, b, alpha] => over_white(luma(&[r, g, b]), alpha) as u8,
        _ => 255,
    }
}

/// Row by row: a colour picture never stands in memory as a whole unless it is interlaced.
fn png(content: &[u8]) -> Result<Picture, Unread> {
    let limits = png::Limits { bytes: 256 << 20 };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(content), limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(of_png)?;
    let (width, height) = reader.info().size();
    hold(width.into(), height.into())?;
    let channels = reader.output_color_type().0.samples();
    let mut pixels = Vec::with_capacity(width as usize * height as usize);
    if reader.info().interlaced {
        let size = reader.output_buffer_size().ok_or("too large")?;
        let mut all = vec![0; size];
        reader.next_frame(&mut all).map_err(of_png)?;
        pixels.extend(all.chunks_exact(channels).map(luma_of));
    } else {
        while let Some(row) = reader.next_row().map_err(of_png)? {
            pixels.extend(row.data().chunks_exact(channels).map(luma_of));
        }
    }
    let gray =
        Gray::new(width as usize, height as usize, pixels).ok_or("the picture is not whole")?;
    Ok(Picture {
        gray,
        pages: 1,
        truncated: false,
    })
}

fn webp(content: &[u8]) -> Result<Picture, Unread> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(content)).map_err(of_webp)?;
    let (width, height) = decoder.dimensions();
    hold(width.into(), height.into())?;
    decoder.set_memory_limit(256 << 20);
    let mut all = vec![0; decoder.output_buffer_size().ok_or("too large")?];
    decoder.read_image(&mut all).map_err(of_webp)?;
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    let pixels = all.chunks_exact(channels).map(luma_of).collect();
    let gray =
        Gray::new(width as usize, height as usize, pixels).ok_or("the picture is not whole")?;
    Ok(Picture {
        gray,
        pages: 1,
        truncated: false,
    })
}

/// Scanners make these: grey, colour, or black and white by fax coding.
fn tiff(content: &[u8]) -> Result<Picture, Unread> {
    let mut limits = tiff::decoder::Limits::default();
    limits.decoding_buffer_size = 300 << 20;
    limits.intermediate_buffer_size = 64 << 20;
    let mut decoder = tiff::decoder::Decoder::new(Cursor::new(content))
        .map_err(of_tiff)?
        .with_limits(limits);
    let (width, height) = decoder.dimensions().map_err(of_tiff)?;
    hold(width.into(), height.into())?;
    let color = decoder.colortype().map_err(of_tiff)?;
    let all = decoder.read_image().map_err(of_tiff)?;
    let (width, height) = (width as usize, height as usize);
    let bits = usize::from(color.bit_depth());
    let channels = match color {
        tiff::ColorType::Gray(_) | tiff::ColorType::Palette(_) => 1,
        tiff::ColorType::GrayA(_) => 2,
        tiff::ColorType::RGB(_) | tiff::ColorType::YCbCr(_) => 3,
        tiff::ColorType::RGBA(_) | tiff::ColorType::CMYK(_) => 4,
        _ => return Err(Unread::NotDecoded(format!("colour {color:?}"))),
    };
    let bytes: Vec<u8> = match all {
        tiff::decoder::DecodingResult::U8(data) => data,
        tiff::decoder::DecodingResult::U16(data) => data.iter().map(|v| (v >> 8) as u8).collect(),
        _ => return Err(Unread::NotDecoded(format!("{bits} bits a sample"))),
    };
    let pixels: Vec<u8> = if bits < 8 {
        unpack(&bytes, width * channels, height, bits)
    } else if matches!(color, tiff::ColorType::CMYK(_)) {
        bytes
            .chunks_exact(4)
            .map(|p| luma(&[0, 1, 2].map(|at| 255_u8.saturating_sub(p[at]).saturating_sub(p[3]))))
            .collect()
    } else {
        bytes.chunks_exact(channels).map(luma_of).collect()
    };
    let mut pages = 1;
    while pages < 1000 && decoder.more_images() && decoder.next_image().is_ok() {
        pages += 1;
    }
    let gray = Gray::new(width, height, pixels).ok_or("the picture is not whole")?;
    Ok(Picture {
        gray,
        pages,
        truncated: false,
    })
}

fn of_png(error: png::DecodingError) -> Unread {
    match error {
        png::DecodingError::LimitsExceeded => Unread::NotDecoded(error.to_string()),
        error => error.to_string().into(),
    }
}

fn of_webp(error: image_webp::DecodingError) -> Unread {
    match error {
        image_webp::DecodingError::MemoryLimitExceeded
        | image_webp::DecodingError::ImageTooLarge
        | image_webp::DecodingError::UnsupportedFeature(_) => Unread::NotDecoded(error.to_string()),
        error => error.to_string().into(),
    }
}

fn of_tiff(error: tiff::TiffError) -> Unread {
    match error {
        tiff::TiffError::UnsupportedError(_)
        | tiff::TiffError::LimitsExceeded
        | tiff::TiffError::IntSizeError => Unread::NotDecoded(error.to_string()),
        error => error.to_string().into(),
    }
}

/// Samples of fewer than eight bits, rows beginning at an octet.
fn unpack(bytes: &[u8], width: usize, height: usize, bits: usize) -> Vec<u8> {
    let stride = (width * bits).div_ceil(8);
    let most = (1_u32 << bits) - 1;
    let mut pixels = Vec::with_capacity(width * height);
    for row in bytes.chunks_exact(stride.max(1)).take(height) {
        for x in 0..width {
            let bit = x * bits;
            let shift = 8 - bits - bit % 8;
            let value = (u32::from(row[bit / 8]) >> shift) & most;
            pixels.push((value * 255 / most) as u8);
        }
    }
    pixels
}

/// What the camera wrote beside the picture.
#[derive(Default)]
pub struct Exif {
    pub orientation: u8,
    pub taken: Option<String>,
    pub camera: Option<String>,
    pub software: Option<String>,
}

impl Exif {
    /// Broken EXIF is no EXIF.
    pub fn read(content: &[u8]) -> Exif {
        let read = exif::Reader::new()
            .continue_on_error(true)
            .read_from_container(&mut Cursor::new(content))
            .or_else(|error| error.distill_partial_result(|_| {}));
        let Ok(read) = read else {
            return Exif {
                orientation: 1,
                ..Exif::default()
            };
        };
        let field = |tag| read.get_field(tag, exif::In::PRIMARY);
        let text = |tag| {
            let exif::Value::Ascii(lines) = &field(tag)?.value else {
                return None;
            };
            let text: String = lines
                .iter()
                .flat_map(|line| String::from_utf8_lossy(line).chars().collect::<Vec<_>>())
                .filter(|c| !c.is_control())
                .take(60)
                .collect();
            let text = text.trim().to_owned();
            (!text.is_empty()).then_some(text)
        };
        let orientation = field(exif::Tag::Orientation)
            .and_then(|field| field.value.get_uint(0))
            .filter(|value| (1..=8).contains(value))
            .unwrap_or(1);
        let camera = match (text(exif::Tag::Make), text(exif::Tag::Model)) {
            (Some(make), Some(model)) if model.starts_with(&make) => Some(model),
            (Some(make), Some(model)) => Some(format!("{make} {model}")),
            (make, model) => model.or(make),
        };
        Exif {
            orientation: orientation as u8,
            taken: text(exif::Tag::DateTimeOriginal).map(|time| {
                match text(exif::Tag::OffsetTimeOriginal) {
                    Some(offset) => format!("{time} {offset}"),
                    None => time,
                }
            }),
            camera,
            software: text(exif::Tag::Software),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_become_black_and_white() {
        assert_eq!(unpack(&[0b1010_0000], 3, 1, 1), [255, 0, 255]);
        assert_eq!(unpack(&[0x1b], 4, 1, 2), [0, 85, 170, 255]);
    }
}

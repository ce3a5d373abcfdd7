//! JPEG to grey, and no more of it than is needed. Runs behind the walls only.
//!
//! A progressive JPEG comes in scans that each add to the picture. Some of them add nothing to a grey one, and some
//! nothing that is still there after shrinking: they are left out before the decoder sees them, which halves its time.

use std::{borrow::Cow, ops::Range};

use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::{JpegDecoder, errors::DecodeErrors};

use super::picture::{Picture, hold, luma};
use crate::inspection::{measure::Unread, raster::Gray};

/// How much of the picture is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Each pixel, for OCR and for comparing.
    Whole,
    /// As it looks after shrinking.
    Shrunk,
}

/// Fewer pixels lose too much, and are quick anyway.
const LARGE: u64 = 3_000_000;

/// Decodes to grey.
pub fn decode(content: &[u8], depth: Depth) -> Result<Picture, Unread> {
    let truncated = is_cut(content);
    let (width, height, grey) = headers(content)?;
    hold(width as u64, height as u64)?;
    let shrinks = depth == Depth::Shrunk && (width * height) as u64 >= LARGE;
    let pixels = if grey {
        let needed = without_idle_scans(content, shrinks);
        decoder(&needed, ColorSpace::Luma)
            .decode()
            .map_err(of_jpeg)?
    } else {
        // CMYK of a print shop, RGB of old software.
        let rgb = decoder(content, ColorSpace::RGB)
            .decode()
            .map_err(of_jpeg)?;
        rgb.chunks_exact(3).map(luma).collect()
    };
    let gray = Gray::new(width, height, pixels).ok_or("the picture is not whole")?;
    Ok(Picture {
        gray,
        pages: 1,
        truncated,
    })
}

fn of_jpeg(error: DecodeErrors) -> Unread {
    let why = format!("{error:?}");
    match error {
        DecodeErrors::Unsupported(_) | DecodeErrors::LargeDimensions(_) => Unread::NotDecoded(why),
        _ => why.into(),
    }
}

fn decoder(content: &[u8], space: ColorSpace) -> JpegDecoder<ZCursor<&[u8]>> {
    let options = DecoderOptions::default()
        .set_max_width(30_000)
        .set_max_height(30_000)
        .set_strict_mode(false)
        .jpeg_set_out_colorspace(space);
    JpegDecoder::new_with_options(ZCursor::new(content), options)
}

/// Width, height, and whether brightness is stored apart from colour.
fn headers(content: &[u8]) -> Result<(usize, usize, bool), Unread> {
    let mut decoder = decoder(content, ColorSpace::Luma);
    decoder.decode_headers().map_err(of_jpeg)?;
    let info = decoder.info().ok_or("no picture in it")?;
    let grey = matches!(
        decoder.input_colorspace(),
        Some(ColorSpace::YCbCr | ColorSpace::Luma)
    );
    Ok((usize::from(info.width), usize::from(info.height), grey))
}

const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: u8 = 0xd9;
const PROGRESSIVE: u8 = 0xc2;

/// A marker, its fields, and for a scan what is coded in it.
struct Segment {
    marker: u8,
    /// Behind the length.
    fields: Range<usize>,
    /// From the marker to the next one.
    whole: Range<usize>,
}

/// The segments up to the end of the image. The last may be missing: then the file is cut.
fn segments(content: &[u8]) -> impl Iterator<Item = Segment> {
    let mut at = 2;
    std::iter::from_fn(move || {
        let start = at + memchr::memchr(0xff, content.get(at..)?)?;
        let mut named = start + 1;
        // Fill octets.
        while *content.get(named)? == 0xff {
            named += 1;
        }
        let marker = content[named];
        if marker == END_OF_IMAGE {
            at = content.len();
            return Some(Segment {
                marker,
                fields: named + 1..named + 1,
                whole: start..named + 1,
            });
        }
        if matches!(marker, 0x00 | 0x01 | 0xd0..=0xd8) {
            at = named + 1;
            return Some(Segment {
                marker,
                fields: at..at,
                whole: start..at,
            });
        }
        let length = content.get(named + 1..named + 3)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
        let fields = named + 3..(named + 1 + length).min(content.len());
        at = fields.end.max(fields.start);
        if marker == START_OF_SCAN {
            at = coded_end(content, at);
        }
        Some(Segment {
            marker,
            fields: fields.start.min(fields.end)..fields.end,
            whole: start..at,
        })
    })
}

/// Where the coded picture ends: at a marker that is no restart and no stuffed octet.
fn coded_end(content: &[u8], mut at: usize) -> usize {
    while let Some(step) = content
        .get(at..)
        .and_then(|rest| memchr::memchr(0xff, rest))
    {
        at += step;
        match content.get(at + 1) {
            Some(0x00 | 0xd0..=0xd7) => at += 2,
            Some(0xff) => at += 1,
            _ => return at,
        }
    }
    content.len()
}

/// A cut JPEG decodes without an error: the rest is grey. Its end-of-image marker is missing (crates.md section 1).
fn is_cut(content: &[u8]) -> bool {
    let mut scans = 0;
    for segment in segments(content) {
        match segment.marker {
            START_OF_SCAN => scans += 1,
            END_OF_IMAGE => return scans == 0,
            _ => {}
        }
    }
    true
}

/// A progressive picture without the scans that add only colour; where it is shrunk at once also without those that
/// add the last bits of brightness. Anything unusual stays whole.
fn without_idle_scans(content: &[u8], shrinks: bool) -> Cow<'_, [u8]> {
    let mut kept = Vec::new();
    let (mut done, mut brightness) = (0, None);
    for segment in segments(content) {
        let fields = &content[segment.fields.clone()];
        match segment.marker {
            // Precision, height, width, number of components, and the number of the first: brightness.
            PROGRESSIVE => brightness = fields.get(6).copied(),
            START_OF_SCAN => {
                let (Some(brightness), &[1, component, _, first, _, bits]) = (brightness, fields)
                else {
                    continue;
                };
                let adds_bits = bits >> 4 != 0;
                if first > 0 && (component != brightness || (shrinks && adds_bits)) {
                    kept.extend_from_slice(&content[done..segment.whole.start]);
                    done = segment.whole.end;
                }
            }
            _ => {}
        }
    }
    if done == 0 {
        return Cow::Borrowed(content);
    }
    kept.extend_from_slice(&content[done..]);
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examiner::worker::picture::jpeg_of;

    fn strokes(width: usize, height: usize) -> Gray {
        let pixels = (0..width * height).map(|at| {
            let (x, y) = (at % width, at / width);
            if (x / 5 + y / 9) % 4 == 0 { 40 } else { 215 }
        });
        Gray::new(width, height, pixels.collect()).expect("fits")
    }

    #[test]
    fn a_cut_jpeg_is_told_from_a_whole_one() {
        let whole = jpeg_of(&strokes(64, 48), 80);
        let read = decode(&whole, Depth::Whole).expect("decodes");
        assert_eq!(
            (read.gray.width, read.gray.height, read.truncated),
            (64, 48, false)
        );
        let cut = &whole[..whole.len() * 3 / 4];
        assert!(decode(cut, Depth::Whole).map_or(true, |picture| picture.truncated));
        let with_a_tail = [&whole[..], b"motion photo \xff\xd9"].concat();
        assert!(
            !decode(&with_a_tail, Depth::Whole)
                .expect("decodes")
                .truncated
        );
    }

    fn progressive(width: u16, height: u16) -> Vec<u8> {
        let gray = strokes(width.into(), height.into());
        // Coloured, so that there are scans of colour.
        let rgb: Vec<u8> = gray
            .pixels
            .iter()
            .enumerate()
            .flat_map(|(at, &p)| [p, p / 2 + (at / 16 % 16) as u8 * 6, 255 - p])
            .collect();
        let mut file = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut file, 85);
        encoder.set_progressive(true);
        encoder
            .encode(&rgb, width, height, jpeg_encoder::ColorType::Rgb)
            .expect("encodes");
        file
    }

    #[test]
    fn without_scans_of_colour_the_grey_picture_is_the_same() {
        let file = progressive(160, 120);
        let less = without_idle_scans(&file, false);
        assert!(less.len() < file.len(), "colour was left out");
        let grey = |content: &[u8]| {
            decoder(content, ColorSpace::Luma)
                .decode()
                .expect("decodes")
        };
        assert!(grey(&less) == grey(&file));
    }

    #[test]
    fn what_is_no_progressive_picture_stays_as_it_is() {
        let plain = jpeg_of(&strokes(64, 48), 80);
        assert_eq!(&*without_idle_scans(&plain, true), &plain[..]);
        let file = progressive(64, 48);
        for end in 0..file.len() {
            // Cut anywhere: never more than there was, and no panic.
            assert!(without_idle_scans(&file[..end], true).len() <= end);
            is_cut(&file[..end]);
        }
    }
}

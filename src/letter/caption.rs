//! What a picture without a telling name shows: the line just before it, or the line of a numbered list that fits its place.

use std::sync::LazyLock;

use regex::Regex;

use super::{Attachment, html::PICTURE, names};

/// Longer than this it is a sentence, not a caption.
const CAPTION_CHARS: usize = 80;

/// Gives captions to pictures. `marked` are the texts in which [`PICTURE`] marks the places, the best first; `place` finds the
/// attachment that a mark means; `new` is the text without marks.
pub fn caption(
    attachments: &mut [Attachment],
    marked: &[String],
    place: &dyn Fn(&str) -> Option<usize>,
    new: &str,
) {
    for text in marked {
        for (index, line) in beside(text, place) {
            if let Some(attachment) = attachments.get_mut(index)
                && attachment.caption.is_none()
            {
                attachment.caption = Some(line);
            }
        }
    }
    in_order(attachments, new);
}

enum Piece {
    Line(String),
    Picture(usize),
}

fn pieces(text: &str, place: &dyn Fn(&str) -> Option<usize>) -> Vec<Piece> {
    let mut found = Vec::new();
    for line in text.lines() {
        for (n, part) in line.split(PICTURE).enumerate() {
            // Every second part stands between two marks.
            if n % 2 == 1 {
                found.extend(place(part).map(Piece::Picture));
            } else if !part.trim().is_empty() {
                found.push(Piece::Line(names::one_line(part, 500)));
            }
        }
    }
    found
}

/// Captions stand above their pictures, unless the first picture has none above and every picture one below.
fn beside(text: &str, place: &dyn Fn(&str) -> Option<usize>) -> Vec<(usize, String)> {
    let pieces = pieces(text, place);
    let label = |piece: Option<&Piece>| match piece {
        Some(Piece::Line(line)) if is_label(line) => Some(clean(line)),
        _ => None,
    };
    let pictures: Vec<usize> = (0..pieces.len())
        .filter(|at| matches!(pieces[*at], Piece::Picture(_)))
        .collect();
    let above = |at: usize| at.checked_sub(1).and_then(|at| label(pieces.get(at)));
    let below = |at: usize| label(pieces.get(at + 1));
    let are_below = pictures.len() > 1
        && pictures
            .first()
            .is_some_and(|first| above(*first).is_none())
        && pictures.iter().all(|at| below(*at).is_some());
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut last: Option<String> = None;
    for at in pictures {
        let Piece::Picture(index) = pieces[at] else {
            continue;
        };
        let line = if are_below {
            below(at)
        } else if matches!(
            at.checked_sub(1).and_then(|at| pieces.get(at)),
            Some(Piece::Picture(_))
        ) {
            // Front and back under one line.
            last.clone()
        } else {
            above(at)
        };
        last.clone_from(&line);
        found.extend(line.map(|line| (index, line)));
    }
    found
}

/// How greetings, closings and the lines of a signature begin: above a logo they are no caption.
const NO_LABELS: [&str; 18] = [
    "yth",
    "kepada",
    "dengan hormat",
    "hormat",
    "salam",
    "assalam",
    "terima kasih",
    "terimakasih",
    "demikian",
    "selamat",
    "halo",
    "hello",
    "regards",
    "best regards",
    "thanks",
    "pt ",
    "pt. ",
    "cv ",
];

/// A short line that is not a sentence, no greeting and no address.
fn is_label(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    let short = line.chars().count() <= CAPTION_CHARS && line.split_whitespace().count() <= 10;
    let sentence = line.ends_with(['.', '!', '?', ',']);
    // A telephone number has at least seven digits; a list number or a year has not.
    let reach = line.contains('@')
        || line.contains("http")
        || line.contains("www.")
        || line.chars().filter(char::is_ascii_digit).count() >= 7;
    short && !sentence && !reach && !NO_LABELS.iter().any(|start| line.starts_with(start))
}

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:\(?(\d{1,2})\s*[.)\-:]|[-*\u{2022}\u{25cf}]|([a-z])[.)])\s*(\S.*)$")
        .expect("a constant pattern")
});

fn clean(line: &str) -> String {
    let text = NUMBER
        .captures(line.trim())
        .and_then(|found| found.get(3))
        .map_or(line, |text| text.as_str());
    text.trim_matches([':', ' ', '-', '*']).to_owned()
}

/// A list with as many points as there are pictures (or files at all) tells what they are, in order.
fn in_order(attachments: &mut [Attachment], new: &str) {
    let own = |attachment: &Attachment| attachment.container.is_none() && !attachment.link;
    let pictures: Vec<usize> = (0..attachments.len())
        .filter(|at| own(&attachments[*at]) && attachments[*at].media_type.starts_with("image/"))
        .collect();
    let files: Vec<usize> = (0..attachments.len())
        .filter(|at| own(&attachments[*at]))
        .collect();
    for list in [numbered(new), after_colon(new)] {
        for places in [&pictures, &files] {
            let free = places.iter().all(|at| attachments[*at].caption.is_none());
            if list.len() < 2 || list.len() != places.len() || !free {
                continue;
            }
            for (at, line) in places.iter().zip(&list) {
                attachments[*at].caption = Some(line.clone());
            }
            return;
        }
    }
}

/// The points of a list that is numbered 1, 2, 3 without a gap.
fn numbered(new: &str) -> Vec<String> {
    let mut list = Vec::new();
    for line in new.lines() {
        let Some(found) = NUMBER.captures(line.trim()) else {
            continue;
        };
        let (Some(number), Some(text)) = (found.get(1), found.get(3)) else {
            continue;
        };
        if number.as_str().parse() == Ok(list.len() + 1) {
            list.push(names::one_line(
                clean(text.as_str()).as_str(),
                CAPTION_CHARS,
            ));
        } else if number.as_str() == "1" {
            // A second list: which one is meant nobody can tell.
            return Vec::new();
        }
    }
    list
}

static ORDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:urut(?:an|annya)?|berurutan|secara berurutan|berturut-turut|in order|order)\b[^:\n]{0,40}:\s*([^\n]{3,400})").expect("a constant pattern")
});

/// "urut: KTP, NPWP, akta".
fn after_colon(new: &str) -> Vec<String> {
    let Some(found) = ORDER.captures(new) else {
        return Vec::new();
    };
    let list = found[1].replace(" dan ", ",").replace(" & ", ",");
    list.split([',', ';', '/'])
        .map(|item| clean(item.trim_end_matches('.').trim()))
        .filter(|item| !item.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;

    fn picture(n: usize) -> Attachment {
        Attachment {
            name: None,
            media_type: "image/jpeg".to_owned(),
            content: bytes::Bytes::new(),
            sha256: Digest::of(&[n as u8]),
            inline: true,
            damaged: false,
            container: None,
            caption: None,
            link: false,
        }
    }

    fn captions(count: usize, marked: &str, new: &str) -> Vec<String> {
        let mut attachments: Vec<Attachment> = (0..count).map(picture).collect();
        let marked = marked.replace(['[', ']'], "\u{fffc}");
        caption(&mut attachments, &[marked], &|mark| mark.parse().ok(), new);
        attachments
            .into_iter()
            .map(|attachment| attachment.caption.unwrap_or_default())
            .collect()
    }

    #[test]
    fn pictures_are_told_apart_by_the_lines_beside_them() {
        let table: [(usize, &str, &[&str]); 9] = [
            (2, "Yth. Pokja\n1. KTP\n[0]\n2. NPWP\n[1]", &["KTP", "NPWP"]),
            (
                3,
                "KTP depan belakang:\n[0]\n[1]\nNPWP:\n[2]",
                &["KTP depan belakang", "KTP depan belakang", "NPWP"],
            ),
            (
                2,
                "Berikut kami kirim dokumen asli perusahaan.\n[0]\nKTP\n[1]\nNPWP",
                &["KTP", "NPWP"],
            ),
            (1, "KTP [0]", &["KTP"]),
            (
                1,
                "Demikian kami sampaikan, atas perhatiannya terima kasih.\n[0]",
                &[""],
            ),
            (1, "KTP\n[7]\nNIB\n[0]", &["NIB"]),
            (1, "Terlampir KTP.\nHormat kami\n[0]", &[""]),
            (1, "PT Contoh Karya Abadi\n[0]", &[""]),
            (1, "Telp 0541-000000\n[0]", &[""]),
        ];
        for (count, marked, expected) in table {
            assert_eq!(captions(count, marked, ""), expected, "{marked}");
        }
    }

    #[test]
    fn a_list_with_as_many_points_as_pictures_names_them() {
        let table: [(usize, &str, &[&str]); 6] = [
            (
                2,
                "Kami kirim:\n1. KTP\n2. NPWP\nTerima kasih",
                &["KTP", "NPWP"],
            ),
            (
                3,
                "Foto urut: KTP, NPWP dan akta.",
                &["KTP", "NPWP", "akta"],
            ),
            (3, "Kami kirim:\n1) KTP\n2) NPWP", &["", "", ""]),
            (2, "1. KTP\n3. NPWP", &["", ""]),
            (2, "1. KTP\n2. NPWP\n1. lagi\n2. lagi", &["", ""]),
            (1, "1. KTP", &[""]),
        ];
        for (count, new, expected) in table {
            assert_eq!(captions(count, "", new), expected, "{new}");
        }
    }
}

//! Digital signatures in a PDF: whether there is one, whether it covers the file, and whose name stands in it. Whether it
//! is valid is not judged here: that needs trust lists, and the official checker has them.

use crate::inspection::measure::SignatureMeasure;

/// Most signatures looked at.
const MOST: usize = 32;

/// Every filled signature in the file. Its dictionary stands openly in it: the ranges it names are octets of the file.
pub fn signatures(content: &[u8]) -> Vec<SignatureMeasure> {
    let finder = memchr::memmem::Finder::new(b"/ByteRange");
    finder
        .find_iter(content)
        .take(MOST)
        .filter_map(|at| signature(content, at + b"/ByteRange".len()))
        .collect()
}

fn signature(content: &[u8], at: usize) -> Option<SignatureMeasure> {
    let [first, length, second, rest] =
        four_numbers(content.get(at..at + 120.min(content.len() - at))?)?;
    let hole = content.get(first.checked_add(length)?..second)?;
    let end = second.checked_add(rest)?;
    // Some leave the angle brackets outside the hole.
    let open = hole.iter().position(|&b| b == b'<').map_or(0, |at| at + 1);
    let close = hole.iter().rposition(|&b| b == b'>').unwrap_or(hole.len());
    let der = hex(hole.get(open..close)?)?;
    // Room that was never filled is no signature.
    if der.iter().all(|&b| b == 0) {
        return None;
    }
    // Line ends after the last mark belong to nobody.
    let tail = content.get(end..)?;
    Some(SignatureMeasure {
        signer: signer(&der),
        covers_file: first == 0 && tail.iter().all(u8::is_ascii_whitespace),
    })
}

fn four_numbers(text: &[u8]) -> Option<[usize; 4]> {
    let text = std::str::from_utf8(text.split(|&b| b == b']').next()?).ok()?;
    let mut numbers = text
        .trim_start_matches(|c: char| c.is_whitespace() || c == '[')
        .split_ascii_whitespace()
        .map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some([next()?, next()?, next()?, next()?])
}

fn hex(digits: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> = digits
        .iter()
        .copied()
        .filter(|b| !b.is_ascii_whitespace())
        .collect();
    data_encoding::HEXUPPER_PERMISSIVE.decode(&digits).ok()
}

/// One element of DER: its tag, what it holds, and what follows it.
#[derive(Clone, Copy)]
struct Element<'d> {
    tag: u8,
    body: &'d [u8],
    /// With tag and length.
    whole: &'d [u8],
}

fn element(der: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&tag, &short) = (der.first()?, der.get(1)?);
    let (length, head) = if short < 0x80 {
        (usize::from(short), 2)
    } else {
        let count = usize::from(short & 0x7f);
        if count == 0 || count > 4 {
            return None;
        }
        let digits = der.get(2..2 + count)?;
        let length = digits.iter().fold(0_usize, |n, &b| n << 8 | usize::from(b));
        (length, 2 + count)
    };
    let end = head.checked_add(length)?;
    Some((
        Element {
            tag,
            body: der.get(head..end)?,
            whole: der.get(..end)?,
        },
        &der[end..],
    ))
}

fn elements(mut der: &[u8]) -> Vec<Element<'_>> {
    let mut found = Vec::new();
    while let Some((next, rest)) = element(der) {
        found.push(next);
        der = rest;
        if found.len() > 200 {
            break;
        }
    }
    found
}

/// The common name in the certificate that the signer info points to (RFC 5652 sections 5.1 and 5.3).
fn signer(der: &[u8]) -> Option<String> {
    let content_info = element(der)?.0;
    let explicit = elements(content_info.body)
        .into_iter()
        .find(|e| e.tag == 0xa0)?;
    let signed_data = elements(element(explicit.body)?.0.body);
    let certificates = signed_data.iter().find(|e| e.tag == 0xa0)?;
    let infos = signed_data.last().filter(|e| e.tag == 0x31)?;
    let identifier = *elements(elements(infos.body).first()?.body).get(1)?;
    let serial = elements(identifier.body).get(1).map(|serial| serial.body);
    let certificates: Vec<Vec<Element>> = elements(certificates.body)
        .iter()
        .filter_map(|certificate| {
            let tbs = element(certificate.body)?.0;
            let mut fields = elements(tbs.body);
            // The version is optional.
            if fields.first()?.tag == 0xa0 {
                fields.remove(0);
            }
            Some(fields)
        })
        .collect();
    let chosen = certificates
        .iter()
        .find(|fields| serial.is_some() && fields.first().map(|e| e.body) == serial)
        .or_else(|| certificates.first())?;
    common_name(chosen.get(4)?.whole)
}

fn common_name(name: &[u8]) -> Option<String> {
    let mut found = None;
    for set in elements(element(name)?.0.body) {
        for pair in elements(set.body) {
            let parts = elements(pair.body);
            if let [kind, value] = parts[..]
                && kind.body == [0x55, 0x04, 0x03]
            {
                found = Some(text(value));
            }
        }
    }
    found.filter(|name| !name.is_empty())
}

fn text(value: Element) -> String {
    let text: String = match value.tag {
        // BMPString.
        0x1e => char::decode_utf16(
            value
                .body
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]])),
        )
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect(),
        _ => String::from_utf8_lossy(value.body).into_owned(),
    };
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_for_a_signature_is_no_signature() {
        let with = |hole: &str, tail: &str| {
            let head = "%PDF /ByteRange [0 ";
            let mut file = String::new();
            // The numbers are as long as they need to be: two rounds settle them.
            for _ in 0..3 {
                let start = format!("{head}{:06} {:06} {:06}] /Contents ", 0, 0, 0).len();
                file = format!(
                    "{head}{start:06} {:06} {:06}] /Contents {hole} %%EOF",
                    start + hole.len(),
                    " %%EOF".len()
                );
            }
            file + tail
        };
        assert_eq!(signatures(with("<000000>", "").as_bytes()), []);
        let covers = |tail: &str| signatures(with("<30030201ff>", tail).as_bytes())[0].covers_file;
        assert!(covers(""));
        assert!(covers("\r\n"));
        assert!(!covers("\n1 0 obj"));
    }
}

//! Which mail this is, whatever server brought it (reliability.md P5).

use crate::digest::Digest;

use super::header::{self, Block};

/// Fields that a server adds at each delivery.
const DELIVERY_FIELDS: [&str; 4] = [
    "Return-Path",
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
];

/// SHA-256 of the mail without its delivery block, so that the same mail in two folders, mailboxes or epochs is one message:
/// everything above and including the topmost Received is left out, and every delivery field that stands below it.
pub fn identity(raw: &[u8]) -> Digest {
    let end = header::line_end(raw);
    // A header above the limits is no reason to have no identity: then the mail is what it is, as a whole.
    let Ok(block) = header::scan(raw, 0, true, end, &|_| false) else {
        return Digest::of(raw);
    };
    Digest::of_pieces(kept(raw, block, end))
}

fn kept(raw: &[u8], block: Block, end: u8) -> Vec<&[u8]> {
    let fields = header::fields(raw, block, end);
    let mut at = fields
        .iter()
        .find(|field| field.is("Received"))
        .map_or(0, |field| field.range.end);
    let mut pieces = Vec::new();
    for field in &fields {
        if field.range.start >= at && DELIVERY_FIELDS.iter().any(|name| field.is(name)) {
            pieces.push(raw.get(at..field.range.start).unwrap_or_default());
            at = field.range.end;
        }
    }
    pieces.push(raw.get(at..).unwrap_or_default());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORE: &str = "Received: from hp.contoh.test by relay.contoh.test; Mon, 23 Nov 2026 09:00:00 +0800\r\n\
        From: direktur@contohkarya.test\r\nSubject: KTP\r\n\r\nReceived: ini bukan header\r\nReturn-Path: <x@y.test>\r\n";

    #[test]
    fn the_way_it_was_delivered_does_not_change_a_mail() {
        let first = format!(
            "Return-Path: <direktur@contohkarya.test>\r\nDelivered-To: pokja3@berau.test\r\n\
             Received: from relay by mail.berau.test\r\n\tid 1; Mon, 23 Nov 2026 09:00:01 +0800\r\n{CORE}"
        );
        let second = format!(
            "X-Original-To: pokja3@berau.test\r\nReceived: from relay by mail.berau.test id 77;\r\n Tue, 24 Nov 2026\r\n{CORE}"
        );
        assert_eq!(identity(first.as_bytes()), identity(second.as_bytes()));
        assert_eq!(identity(first.as_bytes()), Digest::of(CORE.as_bytes()));
    }

    #[test]
    fn a_delivery_field_below_the_topmost_received_is_left_out_too() {
        let plain = "Received: a\nReceived: b\nFrom: c@d.test\n\ntext";
        let marked = "Received: a\nReceived: b\nDelivered-To: x@y.test\nFrom: c@d.test\nEnvelope-To: x@y.test\n\ntext";
        assert_eq!(identity(plain.as_bytes()), identity(marked.as_bytes()));
    }

    #[test]
    fn other_words_are_another_mail() {
        let table = [
            "Received: a\nFrom: c@d.test\n\nteks",
            "Received: a\nFrom: c@d.test\n\nteks.",
            "Received: a\nFrom: e@d.test\n\nteks",
            "From: c@d.test\n\nDelivered-To: teks",
            "",
        ];
        for (n, one) in table.iter().enumerate() {
            for other in &table[n + 1..] {
                assert_ne!(
                    identity(one.as_bytes()),
                    identity(other.as_bytes()),
                    "{one:?} {other:?}"
                );
            }
        }
    }
}

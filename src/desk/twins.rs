//! Papers that two bidders of one tender sent alike, for the Pokja only: found when they are shown and kept nowhere, so that
//! no word of it can stand in what a bidder is told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::FiledAttachment;
use crate::{
    digest::Digest,
    inspection::Telling,
    tender::{BidderId, MessageId},
};

/// Below this a picture is a logo or a drawing of a signature.
const SMALLEST_PICTURE: u64 = 16 * 1024;
/// Below this any other file says nothing that is somebody's own.
const SMALLEST: u64 = 1024;

/// A paper of the tender, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Owned<'a> {
    pub bidder: BidderId,
    pub message: MessageId,
    pub file: &'a FiledAttachment,
}

/// Other bidders who sent the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Twins {
    /// The very same octets.
    pub equal: BTreeSet<BidderId>,
    /// What looks the same.
    pub alike: BTreeSet<BidderId>,
}

/// By message and number of the file. `ours`: files that the office sent out itself; who returns them returns the same.
pub fn twins(papers: &[Owned], ours: &[Digest]) -> HashMap<(MessageId, u32), Twins> {
    twins_by(papers, ours, Telling::is_like)
}

fn twins_by(
    papers: &[Owned],
    ours: &[Digest],
    is_like: impl FnMut(&Telling, &Telling) -> bool,
) -> HashMap<(MessageId, u32), Twins> {
    let told: Vec<&Owned> = papers
        .iter()
        .filter(|paper| is_telling(paper.file) && !ours.contains(&paper.file.sha256))
        .collect();
    let mut senders: BTreeMap<Digest, BTreeSet<BidderId>> = BTreeMap::new();
    let mut looks: BTreeMap<Digest, Telling> = BTreeMap::new();
    for paper in &told {
        let sent = senders.entry(paper.file.sha256).or_default();
        sent.insert(paper.bidder);
        if let Some(look) = Telling::read(&paper.file.examined.look) {
            looks.entry(paper.file.sha256).or_insert(look);
        }
    }
    let alike = senders_of_like(&senders, &looks, is_like);
    let mut twins = HashMap::new();
    for paper in told {
        let digest = paper.file.sha256;
        let mut found = Twins {
            equal: senders.get(&digest).cloned().unwrap_or_default(),
            alike: alike.get(&digest).cloned().unwrap_or_default(),
        };
        found.equal.remove(&paper.bidder);
        found
            .alike
            .retain(|bidder| *bidder != paper.bidder && !found.equal.contains(bidder));
        if found != Twins::default() {
            twins.insert((paper.message, paper.file.part), found);
        }
    }
    twins
}

/// Who sent what looks like it. Held against each other is, once, only what was not sent by the same bidders: thousands of photos
/// of one bidder cost nothing.
fn senders_of_like(
    senders: &BTreeMap<Digest, BTreeSet<BidderId>>,
    looks: &BTreeMap<Digest, Telling>,
    mut is_like: impl FnMut(&Telling, &Telling) -> bool,
) -> HashMap<Digest, BTreeSet<BidderId>> {
    let mut by_senders: BTreeMap<&BTreeSet<BidderId>, Vec<(Digest, &Telling)>> = BTreeMap::new();
    for (digest, look) in looks {
        if let Some(sent) = senders.get(digest) {
            by_senders.entry(sent).or_default().push((*digest, look));
        }
    }
    let groups: Vec<_> = by_senders.into_iter().collect();
    let mut alike: HashMap<Digest, BTreeSet<BidderId>> = HashMap::new();
    for (at, (theirs, those)) in groups.iter().enumerate() {
        for (ours, these) in &groups[..at] {
            for (that, seen) in those {
                for (this, look) in these {
                    if is_like(seen, look) {
                        alike.entry(*that).or_default().extend(*ours);
                        alike.entry(*this).or_default().extend(*theirs);
                    }
                }
            }
        }
    }
    alike
}

/// A paper in the tree, or one that is not there since it came twice.
fn is_telling(file: &FiledAttachment) -> bool {
    use crate::inspection::Finding::Duplicate;
    let came = file.path.is_some() || file.findings.contains(&Duplicate);
    let smallest = match file.examined.kind.is_picture() {
        true => SMALLEST_PICTURE,
        false => SMALLEST,
    };
    came && file.bytes >= smallest
}

impl Twins {
    /// Notes for the Pokja.
    pub fn notes<'a>(&self, name: impl Fn(BidderId) -> &'a str) -> Vec<String> {
        let names = |bidders: &BTreeSet<BidderId>| {
            let names: Vec<&str> = bidders.iter().map(|bidder| name(*bidder)).collect();
            (!names.is_empty()).then(|| names.join(", "))
        };
        let equal = names(&self.equal).map(|names| {
            format!("berkas yang sama persis juga diterima dari peserta lain: {names}")
        });
        let alike = names(&self.alike).map(|names| {
            format!("berkas yang tampak sama juga diterima dari peserta lain: {names}")
        });
        equal.into_iter().chain(alike).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        desk::Examined,
        inspection::{FileKind, photo::look, raster::Gray},
    };

    fn paper(part: u32, octets: &str, bytes: u64, look: &str) -> FiledAttachment {
        FiledAttachment {
            part,
            name: None,
            media_type: "image/jpeg".into(),
            bytes,
            sha256: Digest::of(octets.as_bytes()),
            container: None,
            path: Some("x".into()),
            document: None,
            expert: None,
            findings: Vec::new(),
            examined: Examined {
                kind: FileKind::Jpeg,
                look: look.to_owned(),
                ..Examined::default()
            },
        }
    }

    /// Strokes in some light.
    fn picture(step: usize, light: u8) -> String {
        let mut gray = Gray::filled(170, 160, light);
        for at in 0..40 {
            let (left, top) = (at * step % 150, at * 53 % 152);
            for y in top..top + 8 {
                gray.pixels[y * 170 + left..y * 170 + left + 20].fill(light / 8);
            }
        }
        look(&gray)
    }

    #[test]
    fn photos_of_one_bidder_are_not_held_against_each_other() {
        let look = picture(37, 240);
        let photo = |at: u32| paper(at, &format!("foto {at}"), 200 * 1024, &look);
        let photos: Vec<FiledAttachment> = (0..3000).map(photo).collect();
        let compared = |of_another: usize| {
            let owned = photos.iter().enumerate().map(|(at, file)| Owned {
                bidder: BidderId(1 + i64::from(at < of_another)),
                message: MessageId(1),
                file,
            });
            let mut compared = 0;
            let found = twins_by(&owned.collect::<Vec<_>>(), &[], |one, other| {
                compared += 1;
                one.is_like(other)
            });
            (compared, found.len())
        };
        assert_eq!(compared(0), (0, 0));
        assert_eq!(compared(1), (2999, 3000));
    }

    #[test]
    fn what_two_bidders_sent_alike_is_noted_for_both_and_for_nobody_else() {
        let (one, two, three) = (BidderId(1), BidderId(2), BidderId(3));
        let large = 200 * 1024;
        let (strokes, duller, other) = (picture(37, 240), picture(37, 160), picture(61, 240));
        let blank = look(&Gray::filled(170, 160, 240));
        let files = [
            (one, 1, paper(1, "akta", large, &strokes)),
            (two, 2, paper(1, "akta", large, &strokes)),
            (one, 3, paper(2, "foto", large, &other)),
            (three, 4, paper(1, "dikecilkan", large, &duller)),
            // A logo, blank pages, our own file sent back, and what stays in the original.
            (one, 5, paper(1, "logo", 4 * 1024, &strokes)),
            (two, 6, paper(1, "logo", 4 * 1024, &strokes)),
            (one, 7, paper(1, "kosong a", large, &blank)),
            (two, 8, paper(1, "kosong b", large, &blank)),
            (one, 9, paper(1, "negosiasi", large, "")),
            (two, 10, paper(1, "negosiasi", large, "")),
            (
                one,
                11,
                FiledAttachment {
                    path: None,
                    ..paper(1, "arsip", large, "")
                },
            ),
            (
                two,
                12,
                FiledAttachment {
                    path: None,
                    ..paper(1, "arsip", large, "")
                },
            ),
            // The same bidder twice.
            (three, 13, paper(1, "nib", large, "")),
            (three, 14, paper(1, "nib", large, "")),
        ];
        let owned: Vec<Owned> = files
            .iter()
            .map(|(bidder, message, file)| Owned {
                bidder: *bidder,
                message: MessageId(*message),
                file,
            })
            .collect();
        let found = twins(&owned, &[Digest::of(b"negosiasi")]);
        let names = |bidder: BidderId| ["", "PT Satu", "PT Dua", "PT Tiga"][bidder.0 as usize];
        let mut notes: Vec<(i64, Vec<String>)> = found
            .iter()
            .map(|((message, _), twins)| (message.0, twins.notes(names)))
            .collect();
        notes.sort();
        let same = "berkas yang sama persis juga diterima dari peserta lain: ";
        let alike = "berkas yang tampak sama juga diterima dari peserta lain: ";
        let expected = [
            (1, vec![format!("{same}PT Dua"), format!("{alike}PT Tiga")]),
            (2, vec![format!("{same}PT Satu"), format!("{alike}PT Tiga")]),
            (4, vec![format!("{alike}PT Satu, PT Dua")]),
        ];
        assert_eq!(notes, expected);
    }
}

//! Each attachment examined, and what was in archives put beside them as if attached (CONTRACT.md, `container`).

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures::{StreamExt as _, stream};

use super::office::Office;
use crate::{
    digest::Digest,
    examiner,
    inspection::{Examination, Member, sniff},
    letter::{self, Attachment, Letter},
};

/// Most files of one mail that are examined, members of archives included; the others are filed all the same.
const MOST: usize = 1200;
/// Most that the archives of one mail may hold together: all of it is in memory (reliability.md section 5 allows more).
const MEMBERS: u64 = 150 << 20;
const TOO_MANY: &str = "belum diperiksa: terlalu banyak berkas dalam satu surat";
/// Longest time for the files of a mail that somebody waits for; those that come later are filed unexamined.
pub const PATIENCE: Duration = Duration::from_secs(300);
/// For a mail that nothing ties to a bidder: who floods the mailbox must not hold everybody up.
pub const LITTLE_PATIENCE: Duration = Duration::from_secs(20);

/// Examines every attachment, and adds the members of archives behind them: the places of the others stay, and with them
/// the names in the tree. `beat` is called after each file: a mail of twenty photos takes its time.
pub async fn examine(
    office: &Office,
    letter: &mut Letter,
    patience: Duration,
    beat: &(dyn Fn() + Sync),
) -> Vec<Examination> {
    let until = Instant::now() + patience;
    let mut known = HashMap::new();
    let mut budget = Budget::of(letter);
    let mut examined = look_at(
        office,
        &letter.attachments,
        &mut budget,
        &mut known,
        until,
        beat,
    )
    .await;
    let mut members = Vec::new();
    for (file, told) in letter.attachments.iter().zip(&mut examined) {
        members.extend(inside(std::mem::take(&mut told.members), file.sha256));
    }
    for mut told in look_at(office, &members, &mut budget, &mut known, until, beat).await {
        // One level: an archive in an archive is a file.
        told.members.clear();
        examined.push(told);
    }
    letter.attachments.extend(members);
    examined
}

/// Adds the members of archives as [`examine`] does, without looking at anything: to take a paper out of its mail again.
pub async fn unpack(office: &Office, letter: &mut Letter) -> Result<(), examiner::NoAnswer> {
    let mut budget = Budget::of(letter);
    let mut opened = HashSet::new();
    let mut members = Vec::new();
    for file in letter.attachments.iter().filter(|file| !file.link) {
        let found = office.examiner.unpack(&file.content).await?;
        if !opened.insert(file.sha256) || budget.admits(&found) {
            members.extend(inside(found, file.sha256));
        }
    }
    letter.attachments.extend(members);
    Ok(())
}

/// What the archives of one mail may still add.
struct Budget {
    files: usize,
    octets: u64,
}

impl Budget {
    fn of(letter: &Letter) -> Budget {
        Budget {
            files: MOST.saturating_sub(letter.attachments.len()),
            octets: MEMBERS,
        }
    }

    /// All of an archive or nothing of it: half an archive looks like a whole one.
    fn admits(&mut self, members: &[Member]) -> bool {
        let octets: u64 = members
            .iter()
            .map(|member| member.content.len() as u64)
            .sum();
        let admitted = members.len() <= self.files && octets <= self.octets;
        if admitted {
            self.files -= members.len();
            self.octets -= octets;
        }
        admitted
    }
}

/// What is locked in an archive could not be taken out of it.
fn inside(members: Vec<Member>, archive: Digest) -> impl Iterator<Item = Attachment> {
    let open = members.into_iter().filter(|member| !member.encrypted);
    open.map(move |member| attachment(member, archive))
}

/// What the examiner tells of each file, in their order. The same bytes are looked at once.
async fn look_at(
    office: &Office,
    files: &[Attachment],
    budget: &mut Budget,
    known: &mut HashMap<Digest, Examination>,
    until: Instant,
    beat: &(dyn Fn() + Sync),
) -> Vec<Examination> {
    let mut new: Vec<&Attachment> = Vec::new();
    for file in files.iter().filter(|file| !file.link).take(MOST) {
        let is_new = new.iter().all(|other| other.sha256 != file.sha256);
        if is_new && !known.contains_key(&file.sha256) {
            new.push(file);
        }
    }
    // Made before they run: a stream of borrowing closures does not pass for `Send`.
    let looking: Vec<_> = new
        .iter()
        .map(|file| one(office, &file.content, until))
        .collect();
    let mut told = stream::iter(looking).buffered(examiner::POOL);
    for file in &new {
        let Some(mut told) = told.next().await else {
            break;
        };
        beat();
        if !budget.admits(&told.members) {
            told.members.clear();
            told.note("isi arsip tidak diambil: terlalu banyak untuk satu surat".to_owned());
        }
        known.insert(file.sha256, told);
    }
    files
        .iter()
        .map(|file| match known.get(&file.sha256) {
            _ if file.link => Examination::default(),
            Some(told) => told.clone(),
            None => beyond(&file.content),
        })
        .collect()
}

async fn one(office: &Office, content: &Bytes, until: Instant) -> Examination {
    if Instant::now() >= until {
        return beyond(content);
    }
    office.examiner.examine(content).await
}

/// Nobody looked: that it cannot be read nobody knows.
fn beyond(content: &Bytes) -> Examination {
    let mut told = Examination {
        kind: sniff(content).kind,
        unexamined: true,
        ..Examination::default()
    };
    told.note(TOO_MANY.to_owned());
    told
}

/// The folder in the archive says what a nameless photo is: it stands where the line above a pasted picture does.
fn attachment(member: Member, archive: Digest) -> Attachment {
    let mut parts = member.name.rsplit(['/', '\\']);
    let name = parts.next().and_then(letter::file_name);
    let folder = parts.next().and_then(letter::file_name);
    let sha256 = Digest::of(&member.content);
    let kind = crate::inspection::sniff(&member.content).kind;
    Attachment {
        name,
        media_type: kind.media_type().to_owned(),
        content: member.content,
        sha256,
        inline: false,
        damaged: member.damaged,
        container: Some(archive),
        caption: folder,
        link: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspection::FileKind;

    #[test]
    fn a_file_beyond_the_limit_has_its_kind() {
        let told = beyond(&b"%PDF-1.7\n1 0 obj\n"[..].into());
        assert_eq!(told.kind, FileKind::Pdf);
        assert!(told.unexamined && told.findings.is_empty());
    }

    #[test]
    fn a_member_has_its_own_name_and_its_folder_as_caption() {
        let member = |name: &str| {
            let member = Member {
                name: name.to_owned(),
                content: "x".into(),
                ..Member::default()
            };
            let file = attachment(member, Digest::of(b"zip"));
            (file.name, file.caption)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(member("KTP/IMG_1.jpg"), (some("IMG_1.jpg"), some("KTP")));
        assert_eq!(member("a\\b\\c.pdf"), (some("c.pdf"), some("b")));
        assert_eq!(member("../../etc/passwd"), (some("passwd"), some("etc")));
        assert_eq!(member("nib.pdf"), (some("nib.pdf"), None));
    }
}

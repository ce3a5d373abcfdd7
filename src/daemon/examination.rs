//! Each attachment examined, and what was in archives put beside them as if attached (CONTRACT.md, `container`).

use std::collections::HashMap;

use super::office::Office;
use crate::{
    digest::Digest,
    inspection::{Examination, Member},
    letter::{self, Attachment, Letter},
};

/// Most files of one mail that are examined, members of archives included; the others are filed all the same.
const MOST: usize = 1200;

/// Examines every attachment, and adds the members of archives behind them: the places of the others stay, and with them
/// the names in the tree. `beat` is called after each file: a mail of twenty photos takes its time.
pub async fn examine(
    office: &Office,
    letter: &mut Letter,
    beat: &(dyn Fn() + Sync),
) -> Vec<Examination> {
    let mut examined: Vec<Examination> = Vec::new();
    let mut known: HashMap<Digest, usize> = HashMap::new();
    let mut members = Vec::new();
    for (at, file) in letter.attachments.iter().enumerate() {
        let mut told = one(office, file, &examined, &mut known, at).await;
        beat();
        members.extend(inside(std::mem::take(&mut told.members), file.sha256));
        examined.push(told);
    }
    for file in members
        .into_iter()
        .take(MOST.saturating_sub(examined.len()))
    {
        let at = examined.len();
        let mut told = one(office, &file, &examined, &mut known, at).await;
        beat();
        // One level: an archive in an archive is a file.
        told.members.clear();
        letter.attachments.push(file);
        examined.push(told);
    }
    examined
}

/// Adds the members of archives as [`examine`] does, without looking at anything: to take a paper out of its mail again.
pub async fn unpack(office: &Office, letter: &mut Letter) {
    let mut members = Vec::new();
    for file in letter.attachments.iter().filter(|file| !file.link) {
        members.extend(inside(
            office.examiner.unpack(&file.content).await,
            file.sha256,
        ));
    }
    let room = MOST.saturating_sub(letter.attachments.len());
    letter.attachments.extend(members.into_iter().take(room));
}

/// What is locked in an archive could not be taken out of it.
fn inside(members: Vec<Member>, archive: Digest) -> impl Iterator<Item = Attachment> {
    let open = members.into_iter().filter(|member| !member.encrypted);
    open.map(move |member| attachment(member, archive))
}

/// The same bytes are looked at once.
async fn one(
    office: &Office,
    file: &Attachment,
    examined: &[Examination],
    known: &mut HashMap<Digest, usize>,
    at: usize,
) -> Examination {
    if file.link || at >= MOST {
        return Examination::default();
    }
    if let Some(before) = known.get(&file.sha256).and_then(|&at| examined.get(at)) {
        return before.clone();
    }
    known.insert(file.sha256, at);
    office.examiner.examine(&file.content).await
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

//! Links to cloud drives: a paper that was not sent but only pointed at. Nothing here is ever fetched (reliability.md section 5, SSRF).

use std::sync::LazyLock;

use bytes::Bytes;
use regex::Regex;

use super::Attachment;
use crate::digest::Digest;

/// Hosts whose links mean "the file lies there"; subdomains belong to them.
const DRIVES: [&str; 16] = [
    "drive.google.com",
    "docs.google.com",
    "photos.app.goo.gl",
    "photos.google.com",
    "1drv.ms",
    "onedrive.live.com",
    "sharepoint.com",
    "wetransfer.com",
    "we.tl",
    "dropbox.com",
    "mega.nz",
    "icloud.com",
    "mediafire.com",
    "terabox.com",
    "box.com",
    "pcloud.com",
];

/// Characters of a link that are kept.
const LINK_CHARS: usize = 500;
/// Links of one mail; more is no handing in of papers.
const LINKS: usize = 50;

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)\b(?:https?://|www\.)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?::\d+)?/[^\s<>"'\\^`{|}\u{fffc}]*"#).expect("a constant pattern")
});

/// Whether a URL leads to a cloud drive.
pub fn is_drive(url: &str) -> bool {
    ADDRESS.captures(url).is_some_and(|found| {
        found.get(0).is_some_and(|all| all.start() == 0) && is_drive_host(&found[1])
    })
}

fn is_drive_host(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host.starts_with("drive.")
        || DRIVES.iter().any(|drive| {
            host.strip_suffix(drive)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
}

/// The links to cloud drives in a text, each once, in order.
pub fn find(text: &str, found: &mut Vec<Attachment>) {
    for captures in ADDRESS.captures_iter(text) {
        if !is_drive_host(&captures[1])
            || found.iter().filter(|attachment| attachment.link).count() >= LINKS
        {
            continue;
        }
        // Signs that end the sentence rather than the address.
        let url = captures[0]
            .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '*', '_', '\u{201d}']);
        let url: String = url.chars().take(LINK_CHARS).collect();
        if found
            .iter()
            .any(|attachment| attachment.link && attachment.name.as_deref() == Some(url.as_str()))
        {
            continue;
        }
        found.push(Attachment {
            name: Some(url),
            media_type: "text/uri-list".to_owned(),
            content: Bytes::new(),
            sha256: Digest::of(b""),
            inline: false,
            damaged: false,
            container: None,
            caption: None,
            link: true,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_drives_are_found_each_once() {
        let text = "Berkas: https://drive.google.com/drive/folders/1aB?usp=sharing, mohon diakses.\n\
            Juga (https://1drv.ms/f/s!abc) dan https://contohkarya-my.sharepoint.com/:f:/g/x.\n\
            we.tl/t-AbC123 serta https://drive.contoh.test/xyz\n\
            Lagi https://drive.google.com/drive/folders/1aB?usp=sharing\n\
            Situs https://www.contohkarya.test/ dan https://notdropbox.com/a dan https://zoom.us/j/1 dan box.community/x";
        let mut found = Vec::new();
        find(text, &mut found);
        let names: Vec<_> = found
            .iter()
            .map(|link| link.name.as_deref().unwrap())
            .collect();
        assert_eq!(
            names,
            [
                "https://drive.google.com/drive/folders/1aB?usp=sharing",
                "https://1drv.ms/f/s!abc",
                "https://contohkarya-my.sharepoint.com/:f:/g/x",
                "we.tl/t-AbC123",
                "https://drive.contoh.test/xyz",
            ]
        );
        assert!(
            found
                .iter()
                .all(|link| link.media_type == "text/uri-list" && link.content.is_empty())
        );
    }

    #[test]
    fn a_link_is_cut_to_what_fits_a_name() {
        let mut found = Vec::new();
        find(
            &format!("https://mega.nz/{}", "a".repeat(2_000)),
            &mut found,
        );
        assert_eq!(found[0].name.as_ref().unwrap().chars().count(), 500);
    }
}

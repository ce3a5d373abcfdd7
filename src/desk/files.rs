//! Which of a letter's files go into the tree, under which names. What does not go there stays in the original: nothing
//! is lost by any rule here.

use std::collections::{BTreeSet, HashSet};

use super::{
    Examined, FilePlan,
    naming::{PaperName, paper_path},
};
use crate::{
    digest::Digest,
    inspection::{
        Duty, Examination, FileKind, Finding, Paper, SURE, document_words, expert,
        identifier_notes, mismatch, word_of_text,
    },
    letter::{Attachment, Letter},
    tender::{Bidder, DocumentWord, MessageId, Session, Tender},
};

/// An inline picture without a caption below this is a logo or a tracking pixel: no photo of a paper is so small.
const DECORATION: usize = 8 * 1024;
/// An attached file below this is too small to be taken for the only paper owed.
const TOO_SMALL: usize = 512;

/// What a double-click would run, or what carries macros. Compared with the last end of the name.
#[rustfmt::skip]
const FORBIDDEN: &[&str] = &[
    "exe", "com", "bat", "cmd", "scr", "pif", "cpl", "msi", "msp", "msc", "dll", "sys", "drv", "ocx",
    "js", "jse", "mjs", "vbs", "vbe", "vb", "wsf", "wsh", "wsc", "hta", "ps1", "psm1", "psd1", "sh", "bash", "py", "pl", "rb", "php",
    "jar", "class", "jnlp", "apk", "ipa", "app", "dmg", "pkg", "deb", "rpm", "run", "appimage", "appx", "msix",
    "lnk", "url", "desktop", "webloc", "scf", "inf", "reg", "gadget", "application", "settingcontent-ms", "library-ms", "chm", "hlp",
    "docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "pptm", "potm", "ppam", "ppsm", "sldm", "xll",
    "html", "htm", "xhtml", "shtml", "mht", "mhtml", "svg", "svgz", "iso", "img", "vhd", "vhdx",
];

/// First octets of what runs, whatever its name says.
const FORBIDDEN_MAGIC: &[&[u8]] = &[
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\x4c\x00\x00\x00\x01\x14\x02\x00",
];

/// Signatures over the mail itself: nobody's paper.
const MAIL_SIGNATURES: &[&str] = &[
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
];

/// The place of a filed mail.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub tender: &'a Tender,
    pub bidder: &'a Bidder,
    pub session: &'a Session,
    /// Of the session's papers, those that have not come; empty where the letter gives no reason to guess.
    pub missing: &'a [DocumentWord],
    /// Digests of what is filed in the session already, from other messages.
    pub filed: &'a BTreeSet<Digest>,
}

/// One plan for each attachment, in order. Without a place nothing goes into the tree.
pub fn plan(
    number: MessageId,
    letter: &Letter,
    place: Option<&Place>,
    examined: &[Examination],
) -> Vec<FilePlan> {
    let unexamined = Examination::default();
    let containers: HashSet<Digest> = letter
        .attachments
        .iter()
        .filter_map(|file| file.container)
        .collect();
    let words = words(letter, place, &containers, examined);
    let mut seen: HashSet<Digest> = HashSet::new();
    let mut plans = Vec::new();
    for (at, (file, word)) in letter.attachments.iter().zip(words).enumerate() {
        // The papers are what was inside; their wrapper is none.
        let document = word.filter(|_| !containers.contains(&file.sha256));
        let examination = examined.get(at).unwrap_or(&unexamined);
        let promise = examined.get(at).and_then(|examination| {
            mismatch(file.name.as_deref(), &file.media_type, examination.kind)
        });
        let mut findings = findings(file, examination, promise.is_some());
        // What is locked in an archive could not be taken out of it.
        let locked = findings.contains(&Finding::Encrypted);
        let stays = stays_in_original(file, &containers) && !locked;
        let blocked = [Finding::LinkOnly, Finding::NotAllowed, Finding::Infected]
            .iter()
            .any(|finding| findings.contains(finding));
        let mut path = None;
        if let (Some(place), false, false) = (place, stays, blocked) {
            // The same bytes again are filed once and noted.
            if place.filed.contains(&file.sha256) || !seen.insert(file.sha256) {
                findings.push(Finding::Duplicate);
            } else {
                let name = PaperName {
                    document,
                    number,
                    part: at + 1,
                    sent_name: file.name.as_deref(),
                    media_type: &file.media_type,
                    kind: examination.kind,
                };
                path = Some(paper_path(place.tender, place.bidder, place.session, &name));
            }
        }
        let experts = place.map_or(&[][..], |place| &place.bidder.experts);
        plans.push(FilePlan {
            path,
            document,
            expert: expert(file.name.as_deref(), file.caption.as_deref(), experts)
                .or_else(|| {
                    expert(None, Some(&examination.text), experts).filter(|_| of_a_person(document))
                })
                .map(str::to_owned),
            findings,
            examined: told(
                examination,
                promise.filter(|_| !file.link).into_iter().chain(text_notes(
                    document,
                    examination,
                    place,
                )),
            ),
        });
    }
    plans
}

/// A file that a bidder may have meant as a paper, in a mail that a machine seems to have made.
pub fn is_paper(file: &Attachment) -> bool {
    let about_mail = [
        "message/",
        "text/calendar",
        "text/rfc822-headers",
        "text/html",
    ];
    let of_mail = about_mail
        .iter()
        .any(|kind| file.media_type.starts_with(kind));
    let small_picture = file.inline && file.content.len() < 4 * DECORATION;
    let stands_alone = !file.link && file.container.is_none() && !file.content.is_empty();
    stands_alone && !of_mail && !small_picture && !is_decoration(file)
}

fn words(
    letter: &Letter,
    place: Option<&Place>,
    containers: &HashSet<Digest>,
    examined: &[Examination],
) -> Vec<Option<DocumentWord>> {
    let duty = place.map_or(Duty::default(), |place| Duty {
        owed: &place.session.documents,
        missing: place.missing,
        experts: &place.bidder.experts,
    });
    let papers: Vec<Paper> = letter
        .attachments
        .iter()
        .enumerate()
        .map(|(at, file)| {
            let known = place.is_some_and(|place| place.filed.contains(&file.sha256));
            Paper {
                name: file.name.as_deref().filter(|_| !file.link),
                caption: file.caption.as_deref(),
                text: examined.get(at).and_then(sure_word),
                substantial: !known
                    && !file.damaged
                    && file.content.len() >= TOO_SMALL
                    && !is_forbidden(file)
                    && !stays_in_original(file, containers),
            }
        })
        .collect();
    let words = document_words(&papers, &duty);
    words
        .into_iter()
        .map(|word| word.map(|(word, _)| word))
        .collect()
}

/// What a person would say after one look at the text.
fn sure_word(examination: &Examination) -> Option<DocumentWord> {
    word_of_text(&examination.text)
        .filter(|(_, sure)| *sure >= SURE)
        .map(|(word, _)| word)
}

/// Attached mails and winmail.dat whose files stand beside them, mail signatures, decorations.
fn stays_in_original(file: &Attachment, containers: &HashSet<Digest>) -> bool {
    let opened = !file.damaged && containers.contains(&file.sha256);
    opened || is_decoration(file)
}

fn is_decoration(file: &Attachment) -> bool {
    let picture = file.inline
        && file.caption.is_none()
        && file.media_type.starts_with("image/")
        && file.content.len() < DECORATION;
    let named = || {
        let name = file.name.as_deref();
        document_words(
            &[Paper {
                name,
                caption: None,
                text: None,
                substantial: false,
            }],
            &Duty::default(),
        )
        .iter()
        .any(Option::is_some)
    };
    MAIL_SIGNATURES.contains(&file.media_type.as_str()) || (picture && !named())
}

fn findings(file: &Attachment, examination: &Examination, promise_broken: bool) -> Vec<Finding> {
    if file.link {
        return vec![Finding::LinkOnly];
    }
    let mut findings = examination.findings.clone();
    let mut find = |finding, found: bool| {
        if found && !findings.contains(&finding) {
            findings.push(finding);
        }
    };
    find(Finding::NotAllowed, is_forbidden(file));
    // Another kind than it says is only noted: it opens. What is no kind at all does not.
    let nothing_in_it = matches!(examination.kind, FileKind::Unknown | FileKind::Text);
    find(
        Finding::Unreadable,
        file.damaged || file.content.is_empty() || (promise_broken && nothing_in_it),
    );
    findings
}

/// Papers that are one person's.
fn of_a_person(document: Option<DocumentWord>) -> bool {
    matches!(
        document,
        Some(
            DocumentWord::Ktp
                | DocumentWord::Npwp
                | DocumentWord::Ijazah
                | DocumentWord::Skk
                | DocumentWord::Cv
                | DocumentWord::Referensi
        )
    )
}

/// What the text of a paper says beside its name, for the Pokja.
fn text_notes(
    document: Option<DocumentWord>,
    examination: &Examination,
    place: Option<&Place>,
) -> Vec<String> {
    let mut notes = Vec::new();
    match (document, sure_word(examination)) {
        (Some(named), Some(read)) if named != read => {
            notes.push(format!("isinya tampak seperti {}", read.label()));
        }
        _ => {}
    }
    if let Some(place) = place {
        notes.extend(identifier_notes(&examination.text, place.bidder));
    }
    notes
}

fn told(examination: &Examination, first: impl Iterator<Item = String>) -> Examined {
    Examined {
        kind: examination.kind,
        notes: first.chain(examination.notes.iter().cloned()).collect(),
        pages: examination.pages,
        look: examination.look.clone(),
    }
}

fn is_forbidden(file: &Attachment) -> bool {
    let by_name = file.name.as_deref().is_some_and(|name| {
        let name = name
            .trim_end_matches(|c: char| c == '.' || c.is_whitespace())
            .to_lowercase();
        name.rsplit_once('.')
            .is_some_and(|(_, end)| FORBIDDEN.contains(&end.trim()))
    });
    let by_type = matches!(
        file.media_type.as_str(),
        "text/html"
            | "image/svg+xml"
            | "application/hta"
            | "application/x-msdownload"
            | "application/x-msdos-program"
            | "application/javascript"
            | "text/javascript"
            | "application/java-archive"
            | "application/vnd.android.package-archive"
    );
    by_name
        || by_type
        || FORBIDDEN_MAGIC
            .iter()
            .any(|magic| file.content.starts_with(magic))
}

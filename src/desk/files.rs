//! Which of a letter's files go into the tree, under which names. What does not go there stays in the original: nothing
//! is lost by any rule here.

mod allowed;

use std::collections::{BTreeMap, HashMap, HashSet};

use allowed::is_forbidden;

use super::{
    Examined, FilePlan,
    naming::{PaperName, paper_path},
};
use crate::{
    digest::Digest,
    inspection::{
        Contested, Duty, Examination, FileKind, Finding, Paper, SURE, contested, document_words,
        expert, expert_in_text, identifier_notes, looks_alike, mismatch, word_of_text,
    },
    letter::{Attachment, Letter},
    matching::{DECORATION, PaperText, is_decoration},
    tender::{Bidder, DocumentWord, MessageId, Session, Tender},
};

/// So many octets of a paper's text are kept: what it is and whose stands at its beginning.
const KEPT_TEXT: usize = 8 * 1024;
/// An attached file below this is too small to be taken for the only paper owed.
const TOO_SMALL: usize = 512;

/// The place of a filed mail.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub tender: &'a Tender,
    pub bidder: &'a Bidder,
    pub session: &'a Session,
    /// Of the session's papers, those that have not come; empty where the letter gives no reason to guess.
    pub missing: &'a [DocumentWord],
    /// What lies in the session's folder already, from other messages, with the word of each.
    pub filed: &'a BTreeMap<Digest, Option<DocumentWord>>,
    /// Pictures among them.
    pub looks: &'a [Look],
    /// What a person said that files of this mail are.
    pub settled: &'a BTreeMap<Digest, DocumentWord>,
}

/// A picture that was filed before, by what is seen on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    pub message: MessageId,
    pub sha256: Digest,
    pub look: String,
}

/// One plan for each attachment, in order. Without a place nothing goes into the tree. `parts`: their numbers in the mail,
/// where some of its files went elsewhere.
pub fn plan(
    number: MessageId,
    letter: &Letter,
    parts: &[u32],
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
    let mut seen: HashMap<Digest, Option<DocumentWord>> = HashMap::new();
    let mut plans = Vec::new();
    for (at, (file, (word, contested))) in letter.attachments.iter().zip(words).enumerate() {
        let part = part_number(at, parts);
        let examination = examined.get(at);
        let promise = examination
            .and_then(|told| mismatch(file.name.as_deref(), &file.media_type, told.kind));
        let examination = examination.unwrap_or(&unexamined);
        // The papers are what was inside; their wrapper is none.
        let document = word.filter(|_| !containers.contains(&file.sha256));
        let mut findings = findings(file, examination, promise.is_some());
        let mut path = None;
        let opened = containers.contains(&file.sha256) && !examination.incomplete;
        if let Some(place) = place.filter(|_| goes_into_the_tree(file, &findings, opened)) {
            // The same bytes again are filed once and noted; but who sends a nameless photo again under its name is heard.
            let names_it = |word: &Option<DocumentWord>| word.is_none() && document.is_some();
            let earlier = seen.get(&file.sha256);
            let lies_there = earlier.or_else(|| place.filed.get(&file.sha256));
            let again = lies_there.is_some_and(|word| !names_it(word));
            seen.insert(file.sha256, document);
            // Nothing is like nothing.
            if !file.content.is_empty() && again {
                findings.push(Finding::Duplicate);
            } else {
                let name = PaperName {
                    document,
                    number,
                    part: part as usize,
                    sent_name: file.name.as_deref(),
                    media_type: &file.media_type,
                    kind: examination.kind,
                };
                path = Some(paper_path(place.tender, place.bidder, place.session, &name));
            }
        }
        let promise = promise.filter(|_| !file.link).into_iter();
        let notes = promise
            .chain(contested.map(in_words))
            .chain(notes(file, examination, place))
            .chain(same_in_letter(at, letter, parts, examined));
        plans.push(FilePlan {
            part,
            path,
            document,
            expert: whose(file, document, examination, place),
            findings,
            examined: Examined {
                contested: contested.filter(|contested| contested.is_open()),
                settled: place.and_then(|place| place.settled.get(&file.sha256).copied()),
                ..told(examination, notes)
            },
        });
    }
    plans
}

/// For the Pokja.
fn in_words(contested: Contested) -> String {
    format!(
        "namanya menyebut {}, isinya tampak seperti {}: mohon dipastikan",
        contested.named.label(),
        contested.read.label()
    )
}

/// The number of a file in its mail.
fn part_number(at: usize, parts: &[u32]) -> u32 {
    let counted = || u32::try_from(at + 1).unwrap_or(u32::MAX);
    parts.get(at).copied().unwrap_or_else(counted)
}

/// What was read in a letter's papers, as evidence of whose they are: known before its place is.
pub fn paper_texts(letter: &Letter, examined: &[Examination]) -> Vec<PaperText> {
    let containers = HashSet::new();
    let words = words(letter, None, &containers, examined);
    let read = examined.iter().zip(words);
    let numbered = (1..).zip(read);
    numbered
        .filter(|(_, (told, _))| !told.text.is_empty())
        .map(|(part, (told, (document, _)))| PaperText {
            part,
            document,
            text: told.text.clone(),
        })
        .collect()
}

fn goes_into_the_tree(file: &Attachment, findings: &[Finding], opened: bool) -> bool {
    let found = |finding| findings.contains(&finding);
    // What is locked in an archive could not be taken out of it.
    let stays = stays_in_original(file, opened) && !found(Finding::Encrypted);
    !stays && !found(Finding::LinkOnly) && !found(Finding::NotAllowed) && !found(Finding::Infected)
}

/// The expert named by the file or the line above it; by its text only where the paper is one person's.
fn whose(
    file: &Attachment,
    document: Option<DocumentWord>,
    examination: &Examination,
    place: Option<&Place>,
) -> Option<String> {
    let experts = place.map_or(&[][..], |place| &place.bidder.experts);
    expert(file.name.as_deref(), file.caption.as_deref(), experts)
        .or_else(|| expert_in_text(&examination.text, experts).filter(|_| of_a_person(document)))
        .map(str::to_owned)
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
) -> Vec<(Option<DocumentWord>, Option<Contested>)> {
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
            let known = place.is_some_and(|place| place.filed.contains_key(&file.sha256));
            let told = examined.get(at);
            // A program is called after a paper so that somebody opens it.
            let refused = is_refused(file, told);
            let settled = place.and_then(|place| place.settled.get(&file.sha256).copied());
            let by_itself = settled.is_none() && !file.link && !refused;
            Paper {
                name: file.name.as_deref().filter(|_| by_itself),
                caption: file.caption.as_deref().filter(|_| by_itself),
                text: settled.or_else(|| told.filter(|_| !refused).and_then(sure_word)),
                substantial: !known
                    && !file.damaged
                    // Nobody has seen what is in it.
                    && !told.is_some_and(|told| {
                        told.kind.is_closed_archive() || told.findings.contains(&Finding::Encrypted)
                    })
                    && file.content.len() >= TOO_SMALL
                    && !refused
                    && !stays_in_original(file, containers.contains(&file.sha256)),
            }
        })
        .collect();
    let words = document_words(&papers, &duty).into_iter().zip(&papers);
    words
        .map(|(word, paper)| (word.map(|(word, _)| word), contested(paper, &duty)))
        .collect()
}

/// What a person would say after one look at the text. Of a file that was held against the one we sent, that comparison
/// says more than its text about what it is.
fn sure_word(examination: &Examination) -> Option<DocumentWord> {
    word_of_text(&examination.text)
        .filter(|(_, sure)| *sure >= SURE)
        .map(|(word, _)| word)
        .filter(|&word| examination.negotiation.is_none() || word == DocumentWord::Negosiasi)
}

/// What may not be kept beside papers, by itself or by what its examination found.
fn is_refused(file: &Attachment, examination: Option<&Examination>) -> bool {
    let found = |told: &Examination| told.findings.contains(&Finding::NotAllowed);
    is_forbidden(file) || examination.is_some_and(found)
}

/// Attached mails and winmail.dat whose files stand beside them, mail signatures, decorations.
fn stays_in_original(file: &Attachment, opened: bool) -> bool {
    (opened && !file.damaged) || is_decoration(file)
}

fn findings(file: &Attachment, examination: &Examination, promise_broken: bool) -> Vec<Finding> {
    if file.link {
        return vec![Finding::LinkOnly];
    }
    let mut findings = examination.findings.clone();
    let refused = is_refused(file, Some(examination));
    if refused && !findings.contains(&Finding::NotAllowed) {
        findings.push(Finding::NotAllowed);
    }
    if is_decoration(file) || refused {
        // Nobody photographs a logo anew, and how sharp a program is matters to nobody.
        findings.retain(|finding| matches!(finding, Finding::NotAllowed | Finding::Infected));
        return findings;
    }
    let mut find = |finding, found: bool| {
        if found && !findings.contains(&finding) {
            findings.push(finding);
        }
    };
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

/// What the text and the look of a paper say beside its name, for the Pokja.
fn notes(file: &Attachment, examination: &Examination, place: Option<&Place>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(place) = place {
        notes.extend(identifier_notes(&examination.text, place.bidder));
        let alike = place.looks.iter().find(|paper| {
            paper.sha256 != file.sha256 && looks_alike(&paper.look, &examination.look)
        });
        notes.extend(
            alike.map(|paper| format!("tampak sama dengan berkas pada surat {}", paper.message)),
        );
    }
    notes
}

/// The same photo once more in one mail, compressed anew.
fn same_in_letter(
    at: usize,
    letter: &Letter,
    parts: &[u32],
    examined: &[Examination],
) -> Option<String> {
    let (file, told) = (letter.attachments.get(at)?, examined.get(at)?);
    let mut before = letter.attachments.iter().zip(examined).take(at);
    let earlier = before.position(|(other, other_told)| {
        other.sha256 != file.sha256 && looks_alike(&other_told.look, &told.look)
    })?;
    Some(format!(
        "tampak sama dengan lampiran {} surat ini",
        part_number(earlier, parts)
    ))
}

fn told(examination: &Examination, first: impl Iterator<Item = String>) -> Examined {
    Examined {
        kind: examination.kind,
        notes: first.chain(examination.notes.iter().cloned()).collect(),
        pages: examination.pages,
        look: examination.look.clone(),
        text: examination.text[..examination.text.floor_char_boundary(KEPT_TEXT)].to_owned(),
        hints: examination.hints.clone(),
        unexamined: examination.unexamined,
        ..Examined::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        inspection::{photo::look, raster::Gray},
        matching::fixture::*,
    };

    #[test]
    fn a_photo_sent_twice_in_one_mail_is_noted_and_filed_twice() {
        let names = ["ktp.jpg", "nib.jpg", "ktp lagi.jpg"];
        let letter = letter_with(LESTU, "berkas", "", &names);
        // Equal strokes in other light, and other strokes.
        let photo = |step: usize, light: u8| {
            let mut gray = Gray::filled(170, 160, light);
            for at in 0..40 {
                let (left, top) = (at * step % 150, at * 53 % 152);
                for y in top..top + 8 {
                    gray.pixels[y * 170 + left..y * 170 + left + 20].fill(light / 8);
                }
            }
            Examination {
                look: look(&gray),
                ..Examination::default()
            }
        };
        let examined = [photo(37, 240), photo(61, 240), photo(37, 160)];
        let plans = plan(MessageId(1), &letter, &[], None, &examined);
        let noted = |at: usize| -> Vec<&str> {
            let plan: &FilePlan = &plans[at];
            plan.examined.notes.iter().map(String::as_str).collect()
        };
        // The fixtures' files are no photos by their octets, and that is noted first.
        let other = "isi berkas bukan foto JPEG";
        let twin = "tampak sama dengan lampiran 1 surat ini";
        assert_eq!([noted(0), noted(1)], [[other], [other]]);
        assert_eq!(noted(2), [other, twin]);
        // By its number in the mail, where others of its files are elsewhere.
        let some = plan(MessageId(1), &letter, &[2, 4, 5], None, &examined);
        let twin = "tampak sama dengan lampiran 2 surat ini".to_owned();
        assert!(some[2].examined.notes.contains(&twin));
        let filed_each = plans.iter().all(|plan| plan.findings == plans[0].findings);
        assert!(filed_each, "no finding of its own: people judge");
    }

    const CARD: &str = "PROVINSI KALIMANTAN TIMUR\nKABUPATEN BERAU\nNIK : 6403010101800001\nNama : BUDI CONTOH\n\
        Tempat/Tgl Lahir : TANJUNG REDEB, 01-01-1980\nJenis Kelamin : LAKI-LAKI  Gol. Darah : O\nAlamat : JL. MERDEKA\n\
        RT/RW : 001/002\nKel/Desa : GAYAM\nKecamatan : TANJUNG REDEB\nAgama : ISLAM\nStatus Perkawinan : KAWIN\n\
        Pekerjaan : WIRASWASTA\nKewarganegaraan : WNI\nBerlaku Hingga : SEUMUR HIDUP";

    /// What becomes of files with these texts in a session where these papers are missing.
    fn filed(
        files: &[(&str, &str)],
        missing: &[DocumentWord],
        settled: &BTreeMap<Digest, DocumentWord>,
    ) -> Vec<FilePlan> {
        let read = |(_, text): &(&str, &str)| Examination {
            kind: FileKind::Jpeg,
            text: (*text).to_owned(),
            ..Examination::default()
        };
        let examined: Vec<_> = files.iter().map(read).collect();
        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        filed_as(&names, &examined, missing, settled)
    }

    fn filed_as(
        names: &[&str],
        examined: &[Examination],
        missing: &[DocumentWord],
        settled: &BTreeMap<Digest, DocumentWord>,
    ) -> Vec<FilePlan> {
        let office = office();
        let session = office.session(LESTU_QUALIFICATION);
        let place = Place {
            tender: office.tender(session.tender),
            bidder: office.bidder(session.bidder),
            session,
            missing,
            filed: &BTreeMap::new(),
            looks: &[],
            settled,
        };
        let letter = letter_with(LESTU, "berkas", "", names);
        plan(MessageId(1), &letter, &[], Some(&place), examined)
    }

    #[test]
    fn what_nobody_could_open_is_not_taken_for_the_only_paper_missing() {
        use DocumentWord::Sbu;
        let nobody = BTreeMap::new();
        let word = |examination: Examination| {
            filed_as(&["berkas"], &[examination], &[Sbu], &nobody)[0].document
        };
        let of_kind = |kind| Examination {
            kind,
            ..Examination::default()
        };
        assert_eq!(word(of_kind(FileKind::Jpeg)), Some(Sbu));
        assert_eq!(word(of_kind(FileKind::Rar)), None);
        let locked = Examination {
            findings: vec![Finding::Encrypted],
            ..of_kind(FileKind::Zip)
        };
        assert_eq!(word(locked), None);
    }

    #[test]
    fn a_file_that_is_called_one_paper_and_reads_as_another_has_no_word() {
        use DocumentWord::{Ktp, Sbu};
        let nobody = BTreeMap::new();
        for (name, text, word) in [
            ("SBU.jpg", CARD, None),
            ("ktp.jpg", CARD, Some(Ktp)),
            ("IMG_0012.jpg", CARD, Some(Ktp)),
            ("SBU.jpg", "tidak terbaca", Some(Sbu)),
        ] {
            // Not even as the only one that can be what is missing.
            let [plan] = &filed(&[(name, text)], &[Sbu], &nobody)[..] else {
                panic!("one file, one plan");
            };
            assert_eq!(plan.document, word, "{name}");
            assert!(plan.path.is_some());
            let contested = Contested {
                named: Sbu,
                read: Ktp,
            };
            let waits = word.is_none().then_some(contested);
            assert_eq!(plan.examined.contested, waits, "{name}");
            let told = in_words(contested);
            let noted = plan.examined.notes.contains(&told);
            assert_eq!(noted, waits.is_some());
        }
        // Which of the two files is the missing one nobody can say.
        let two = filed(&[("SBU.jpg", CARD), ("IMG_1.jpg", "")], &[Sbu], &nobody);
        assert_eq!(two[1].document, None);
    }

    #[test]
    fn the_same_photo_under_its_right_name_is_heard_beside_the_wrong_one() {
        use DocumentWord::Ktp;
        let two = filed(
            &[("SBU.jpg", CARD), ("ktp.jpg", CARD)],
            &[],
            &BTreeMap::new(),
        );
        // Two names make two contents here; the same octets are what matters.
        assert_eq!((two[0].document, two[1].document), (None, Some(Ktp)));
        let office = office();
        let session = office.session(LESTU_QUALIFICATION);
        let place = Place {
            tender: office.tender(session.tender),
            bidder: office.bidder(session.bidder),
            session,
            missing: &[],
            filed: &BTreeMap::new(),
            looks: &[],
            settled: &BTreeMap::new(),
        };
        let mut letter = letter_with(LESTU, "berkas", "", &["SBU.jpg", "ktp.jpg", "ktp lagi.jpg"]);
        let (content, sha256) = {
            let first = &letter.attachments[0];
            (first.content.clone(), first.sha256)
        };
        for file in &mut letter.attachments {
            (file.content, file.sha256) = (content.clone(), sha256);
        }
        let read = Examination {
            kind: FileKind::Jpeg,
            text: CARD.to_owned(),
            ..Examination::default()
        };
        let examined = [read.clone(), read.clone(), read];
        let plans = plan(MessageId(1), &letter, &[], Some(&place), &examined);
        let again = |at: usize| plans[at].findings.contains(&Finding::Duplicate);
        assert_eq!([again(0), again(1), again(2)], [false, false, true]);
    }

    #[test]
    fn against_another_paper_the_name_stands_with_a_note() {
        let [plan] = &filed(&[("surat tugas.jpg", CARD)], &[], &BTreeMap::new())[..] else {
            panic!("one file, one plan");
        };
        assert_eq!(plan.document, Some(DocumentWord::Lainnya));
        assert_eq!(plan.examined.contested, None);
        let told = in_words(Contested {
            named: DocumentWord::Lainnya,
            read: DocumentWord::Ktp,
        });
        assert!(plan.examined.notes.contains(&told));
    }

    #[test]
    fn what_a_person_said_stands_whatever_the_name_and_the_text_say() {
        let digest = file("SBU.jpg").sha256;
        let settled = BTreeMap::from([(digest, DocumentWord::Skk)]);
        let [plan] = &filed(&[("SBU.jpg", CARD)], &[], &settled)[..] else {
            panic!("one file, one plan");
        };
        assert_eq!(plan.document, Some(DocumentWord::Skk));
        assert_eq!(plan.examined.settled, Some(DocumentWord::Skk));
        assert_eq!(plan.examined.contested, None);
        let path = plan.path.as_ref().expect("in the tree").as_str();
        assert!(path.contains("/skk "), "{path}");
    }

    #[test]
    fn a_program_called_after_a_paper_is_no_paper() {
        let office = office();
        let session = office.session(LESTU_QUALIFICATION);
        let mut letter = letter_with(LESTU, "berkas", "", &["akta.pdf.exe", "NIB.js", "KTP.scr"]);
        for file in &mut letter.attachments {
            file.content = b"MZ\x90\x00 program".repeat(60).into();
            file.sha256 = Digest::of(&file.content);
        }
        letter.attachments[1].container = Some(Digest::of(b"arsip"));
        let place = Place {
            tender: office.tender(session.tender),
            bidder: office.bidder(session.bidder),
            session,
            missing: &[DocumentWord::Akta],
            filed: &BTreeMap::new(),
            looks: &[],
            settled: &BTreeMap::new(),
        };
        let blurred = Examination {
            findings: vec![Finding::Unreadable, Finding::Blurred],
            text: CARD.to_owned(),
            ..Examination::default()
        };
        let examined = vec![blurred; 3];
        for plan in plan(MessageId(1), &letter, &[], Some(&place), &examined) {
            assert_eq!((plan.document, plan.path), (None, None));
            assert_eq!(plan.findings, [Finding::NotAllowed]);
        }
    }

    #[test]
    fn two_empty_files_are_no_copies_of_each_other() {
        let office = office();
        let session = office.session(LESTU_QUALIFICATION);
        let mut letter = letter_with(LESTU, "berkas", "", &["ktp.jpg", "nib.pdf"]);
        for file in &mut letter.attachments {
            file.content = Default::default();
            file.sha256 = Digest::of(b"");
        }
        let place = Place {
            tender: office.tender(session.tender),
            bidder: office.bidder(session.bidder),
            session,
            missing: &[],
            filed: &BTreeMap::new(),
            looks: &[],
            settled: &BTreeMap::new(),
        };
        for plan in plan(MessageId(1), &letter, &[], Some(&place), &[]) {
            assert_eq!(plan.findings, [Finding::Unreadable]);
        }
    }
}

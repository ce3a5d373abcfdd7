//! What each bidder owes and what came: the rows of `list documents`.

use std::collections::BTreeMap;

use super::{FiledAttachment, message::Negotiation};
use crate::{
    digest::Digest,
    inspection::{Contested, Finding},
    tender::{Bidder, DocumentWord, MessageId, Session, SessionId, SessionKind},
    words::words,
};

words! {
    DocumentState {
        Missing = "missing",
        Received = "received",
        ReceivedLate = "received-late",
        /// Only files with findings that make them hard to use.
        Poor = "poor",
        Unasked = "unasked",
    }
}

/// An attachment of a filed message.
#[derive(Clone, Debug, PartialEq)]
pub struct FiledPaper {
    pub session: SessionId,
    pub message: MessageId,
    /// The message came after `due`.
    pub late: bool,
    pub attachment: FiledAttachment,
}

#[derive(Clone, Debug, PartialEq)]
pub struct DocumentFile {
    pub path: Option<String>,
    pub sha256: Digest,
    pub message: MessageId,
}

/// One document that a bidder owes or sent.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentRow {
    pub session: SessionId,
    pub document: DocumentWord,
    pub expert: Option<String>,
    pub state: DocumentState,
    pub files: Vec<DocumentFile>,
}

/// What a receipt may ask for, owed and missing: the signed negotiation file only while one is awaited, or what came back for it
/// is not signed or another one. Before it went out nobody can sign it, and who refuses it is not asked to sign.
pub fn owed_now(
    session: &Session,
    negotiation: Option<Negotiation>,
    papers: &[FiledPaper],
) -> (Vec<DocumentWord>, Vec<DocumentWord>) {
    let (mut owed, mut missing) = (
        session.documents.clone(),
        missing_documents(session, papers),
    );
    use Negotiation::{Differs, ReturnedUnsigned, Waiting};
    let awaited =
        session.file.is_none() || matches!(negotiation, Some(Waiting | ReturnedUnsigned | Differs));
    let signed = DocumentWord::Negosiasi;
    if !awaited && missing.contains(&signed) {
        owed.retain(|document| *document != signed);
        missing.retain(|document| *document != signed);
    }
    (owed, missing)
}

/// Papers that each expert has of his own.
const PERSONAL: [DocumentWord; 5] = [
    DocumentWord::Ktp,
    DocumentWord::Ijazah,
    DocumentWord::Skk,
    DocumentWord::Cv,
    DocumentWord::Referensi,
];

/// What a session asks of each of its bidder's experts.
pub fn personal_papers(session: &Session) -> impl Iterator<Item = DocumentWord> {
    let asked = session.documents.iter().copied();
    // Prices are negotiated with the director (domain.md 1.3).
    let of_experts = session.kind != SessionKind::Negotiation;
    asked.filter(move |document| of_experts && PERSONAL.contains(document))
}

/// The experts for whom nothing of these papers has come. A paper is still owed once a word; this only tells whose is not
/// seen, so a paper that names nobody speaks for none of them.
pub fn experts_unseen(session: &Session, bidder: &Bidder, papers: &[FiledPaper]) -> Vec<String> {
    let personal: Vec<DocumentWord> = personal_papers(session).collect();
    let came_for = |expert: &str| {
        papers.iter().any(|paper| {
            let file = &paper.attachment;
            paper.session == session.id
                && file.expert.as_deref() == Some(expert)
                && file.document.is_some_and(|word| personal.contains(&word))
        })
    };
    let mut unseen = bidder.experts.clone();
    unseen.retain(|expert| !personal.is_empty() && !came_for(expert));
    unseen
}

/// The rows of every session: what is owed in the order of the list, then what nobody asked for. A document that came
/// for experts has a row for each of them; then there is none without a name unless a file came without one.
pub fn documents<'a>(
    sessions: impl IntoIterator<Item = &'a Session>,
    papers: &[FiledPaper],
) -> Vec<DocumentRow> {
    let mut by_session: BTreeMap<SessionId, Vec<&FiledPaper>> = BTreeMap::new();
    for paper in papers {
        by_session.entry(paper.session).or_default().push(paper);
    }
    let mut rows = Vec::new();
    for session in sessions {
        let papers = by_session.get(&session.id).map_or(&[][..], Vec::as_slice);
        rows.extend(rows_of(session, papers));
    }
    rows
}

fn rows_of(session: &Session, papers: &[&FiledPaper]) -> Vec<DocumentRow> {
    let mut came: BTreeMap<(DocumentWord, Option<&str>), Vec<&FiledPaper>> = BTreeMap::new();
    for &paper in papers {
        if let Some(document) = paper.attachment.document {
            let expert = paper.attachment.expert.as_deref();
            came.entry((document, expert)).or_default().push(paper);
        }
    }
    let mut owed: Vec<DocumentWord> = Vec::new();
    for &document in &session.documents {
        if !owed.contains(&document) {
            owed.push(document);
        }
    }
    let mut rows = Vec::new();
    for &document in &owed {
        let of_document = came.iter().filter(|((word, _), _)| *word == document);
        let before = rows.len();
        rows.extend(
            of_document.map(|((_, expert), papers)| {
                row(session, document, *expert, state(papers), papers)
            }),
        );
        if rows.len() == before {
            rows.push(row(session, document, None, DocumentState::Missing, &[]));
        }
    }
    let unasked = came.iter().filter(|((word, _), _)| !owed.contains(word));
    rows.extend(unasked.map(|((document, expert), papers)| {
        row(session, *document, *expert, DocumentState::Unasked, papers)
    }));
    rows
}

fn row(
    session: &Session,
    document: DocumentWord,
    expert: Option<&str>,
    state: DocumentState,
    papers: &[&FiledPaper],
) -> DocumentRow {
    let mut files: Vec<DocumentFile> = papers
        .iter()
        .map(|paper| DocumentFile {
            path: paper.attachment.path.clone(),
            sha256: paper.attachment.sha256,
            message: paper.message,
        })
        .collect();
    files.sort_by(|a, b| (a.message, &a.path).cmp(&(b.message, &b.path)));
    DocumentRow {
        session: session.id,
        document,
        expert: expert.map(str::to_owned),
        state,
        files,
    }
}

/// The best file decides: one good file in time is enough.
fn state(papers: &[&FiledPaper]) -> DocumentState {
    let good = || papers.iter().filter(|paper| is_usable(&paper.attachment));
    if good().any(|paper| !paper.late) {
        DocumentState::Received
    } else if good().next().is_some() {
        DocumentState::ReceivedLate
    } else {
        DocumentState::Poor
    }
}

/// Of what the session asks for, what has not come in a usable form: told in receipts. Each once, in the order of the list.
pub fn missing_documents(session: &Session, papers: &[FiledPaper]) -> Vec<DocumentWord> {
    let mut missing = Vec::new();
    for &document in &session.documents {
        let came = papers.iter().any(|paper| {
            paper.session == session.id
                && paper.attachment.document == Some(document)
                && is_usable(&paper.attachment)
        });
        if !came && !missing.contains(&document) {
            missing.push(document);
        }
    }
    missing
}

/// Of what has not come in a usable form, that of which something came: it must be sent once more.
pub fn poor_documents(session: &Session, papers: &[FiledPaper]) -> Vec<DocumentWord> {
    let mut poor = missing_documents(session, papers);
    poor.retain(|&document| {
        papers
            .iter()
            .any(|paper| paper.session == session.id && paper.attachment.document == Some(document))
    });
    poor
}

/// Why a paper that somehow came is still wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Empty,
    Locked,
    /// Blurred, dark, damaged.
    Illegible,
    /// Not signed, or not what was sent.
    NotAsSent,
    /// Its name says that it is this paper, its text another.
    Contested,
}

/// What is wrong with the newest file of each document that is missing though something came for it.
pub fn faults(
    session: &Session,
    papers: &[FiledPaper],
    missing: &[DocumentWord],
) -> Vec<(DocumentWord, Fault)> {
    let fault = |document: DocumentWord| {
        let of_document = papers.iter().filter(|paper| {
            let file = &paper.attachment;
            let named = file.document.is_none()
                && file.examined.contested.is_some_and(|c| c.named == document);
            paper.session == session.id && (file.document == Some(document) || named)
        });
        let newest = of_document.max_by_key(|paper| (paper.message, paper.attachment.part))?;
        let file = &newest.attachment;
        Some((
            document,
            match () {
                () if file.document.is_none() => Fault::Contested,
                () if file.bytes == 0 => Fault::Empty,
                () if file.findings.contains(&Finding::Encrypted) => Fault::Locked,
                () if document == DocumentWord::Negosiasi => Fault::NotAsSent,
                () => Fault::Illegible,
            },
        ))
    };
    missing
        .iter()
        .filter_map(|&document| fault(document))
        .collect()
}

/// A file whose name says one paper and whose text another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContestedPaper {
    pub message: MessageId,
    pub part: u32,
    pub contested: Contested,
}

/// Those of a session that no person has given a word yet, in the order of their messages.
pub fn contested_papers(session: &Session, papers: &[FiledPaper]) -> Vec<ContestedPaper> {
    let of_session = papers.iter().filter(|paper| paper.session == session.id);
    let mut contested: Vec<ContestedPaper> = of_session
        .filter(|paper| paper.attachment.document.is_none() && paper.attachment.path.is_some())
        .filter_map(|paper| {
            Some(ContestedPaper {
                message: paper.message,
                part: paper.attachment.part,
                contested: paper.attachment.examined.contested?,
            })
        })
        .collect();
    contested.sort_by_key(|paper| (paper.message, paper.part));
    contested
}

/// Of what is missing, that of which a file came that waits for a person's word: whichever of the two it is, the bidder sent it.
pub fn contested_documents(session: &Session, papers: &[FiledPaper]) -> Vec<DocumentWord> {
    let waiting = contested_papers(session, papers);
    let mut missing = missing_documents(session, papers);
    missing.retain(|document| {
        waiting
            .iter()
            .any(|paper| [paper.contested.named, paper.contested.read].contains(document))
    });
    missing
}

/// What a file without a word may be taken for if it is all that is missing: nothing while a paper waits that may be one of
/// these itself.
pub fn guessable_documents(session: &Session, papers: &[FiledPaper]) -> Vec<DocumentWord> {
    match contested_documents(session, papers).is_empty() {
        true => missing_documents(session, papers),
        false => Vec::new(),
    }
}

/// Of a session's papers those that nobody and nothing has looked at.
pub fn unexamined_papers(session: &Session, papers: &[FiledPaper]) -> usize {
    let unexamined = |paper: &&FiledPaper| {
        let file = &paper.attachment;
        paper.session == session.id && file.path.is_some() && file.examined.unexamined
    };
    papers.iter().filter(unexamined).count()
}

/// What a file without a word wants of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Between its name and its text.
    Choice,
    Name,
    /// There is nothing to see, or nothing that a name would help.
    Nothing,
}

/// `None`: it has its word, or stays in the original.
pub fn wanted(file: &FiledAttachment) -> Option<Wanted> {
    use Finding::{Encrypted, Infected, LinkOnly, NotAllowed};
    if file.document.is_some() || (file.path.is_none() && file.findings.is_empty()) {
        return None;
    }
    let nothing_to_see = [Encrypted, Infected, LinkOnly, NotAllowed];
    let sealed = nothing_to_see
        .iter()
        .any(|finding| file.findings.contains(finding));
    Some(match file.examined.contested {
        _ if sealed || file.bytes == 0 => Wanted::Nothing,
        Some(_) => Wanted::Choice,
        None => Wanted::Name,
    })
}

fn is_usable(file: &FiledAttachment) -> bool {
    let to_be_signed = file.document == Some(DocumentWord::Negosiasi);
    !file.examined.kind.is_closed_archive()
        && !file.findings.iter().any(|finding| match finding {
        Finding::Blurred
        | Finding::Dark
        | Finding::LowResolution
        | Finding::Unreadable
        | Finding::Encrypted
        | Finding::NotAllowed
        | Finding::Infected
        | Finding::LinkOnly
        // The same bytes under a second word show the first paper again; under the same word the first file counts.
        | Finding::Duplicate => true,
        // What is wanted of the negotiation file is a signature under what was sent.
        Finding::Unsigned | Finding::DiffersFromSent => to_be_signed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::Examined;
    use crate::matching::fixture;

    fn paper(document: DocumentWord, message: i64, late: bool, findings: &[Finding]) -> FiledPaper {
        FiledPaper {
            session: fixture::LESTU_QUALIFICATION,
            message: MessageId(message),
            late,
            attachment: FiledAttachment {
                part: 1,
                name: None,
                media_type: "image/jpeg".into(),
                bytes: 1,
                sha256: Digest::of(&message.to_be_bytes()),
                container: None,
                path: Some(format!("x/{message}.jpg")),
                document: Some(document),
                expert: None,
                findings: findings.to_vec(),
                examined: Examined::default(),
            },
        }
    }

    fn states(papers: &[FiledPaper]) -> Vec<(&'static str, Option<String>, &'static str)> {
        let office = fixture::office();
        let session = office.session(fixture::LESTU_QUALIFICATION);
        let rows = documents([session], papers);
        let of_row = |row: DocumentRow| (row.document.word(), row.expert, row.state.word());
        rows.into_iter().map(of_row).collect()
    }

    #[test]
    fn the_best_file_decides_the_state() {
        use DocumentWord::{Ktp, Npwp};
        let blurred = &[Finding::Blurred];
        for (papers, ktp) in [
            (vec![], "missing"),
            (vec![paper(Ktp, 1, false, &[])], "received"),
            (vec![paper(Ktp, 1, true, &[])], "received-late"),
            (
                vec![paper(Ktp, 1, true, &[]), paper(Ktp, 2, false, blurred)],
                "received-late",
            ),
            (vec![paper(Ktp, 1, false, blurred)], "poor"),
            (
                vec![paper(Ktp, 1, false, blurred), paper(Ktp, 2, false, &[])],
                "received",
            ),
            (vec![paper(Ktp, 1, false, &[Finding::Unsigned])], "received"),
        ] {
            assert_eq!(
                states(&papers),
                [("ktp", None, ktp), ("nib", None, "missing")]
            );
        }
        let rows = states(&[paper(Npwp, 1, false, &[])]);
        assert_eq!(rows[2], ("npwp", None, "unasked"));
    }

    #[test]
    fn our_own_file_sent_back_without_a_signature_is_not_the_signed_one() {
        use DocumentWord::Negosiasi;
        let mut session = fixture::office()
            .session(fixture::LESTU_QUALIFICATION)
            .clone();
        session.documents = vec![Negosiasi];
        let unsigned = paper(Negosiasi, 1, false, &[Finding::Unsigned]);
        let differs = paper(Negosiasi, 2, false, &[Finding::DiffersFromSent]);
        let signed = paper(Negosiasi, 3, false, &[]);
        let state = |papers: &[FiledPaper]| documents([&session], papers)[0].state;
        for returned in [&unsigned, &differs] {
            let papers = std::slice::from_ref(returned);
            assert_eq!(state(papers), DocumentState::Poor);
            assert_eq!(missing_documents(&session, papers), [Negosiasi]);
            assert_eq!(poor_documents(&session, papers), [Negosiasi]);
        }
        assert_eq!(state(&[unsigned, differs, signed]), DocumentState::Received);
    }

    #[test]
    fn a_paper_of_an_expert_has_its_own_row() {
        let mut of_budi = paper(DocumentWord::Ktp, 1, false, &[]);
        of_budi.attachment.expert = Some("Budi".into());
        let rows = states(&[of_budi, paper(DocumentWord::Ktp, 2, false, &[])]);
        assert_eq!(
            rows[..2],
            [
                ("ktp", None, "received"),
                ("ktp", Some("Budi".into()), "received")
            ]
        );
    }

    #[test]
    fn a_receipt_asks_for_the_signed_file_only_while_an_answer_is_awaited() {
        use DocumentWord::{Ktp, Negosiasi};
        let mut session = fixture::office()
            .session(fixture::LESTU_QUALIFICATION)
            .clone();
        session.documents = vec![Ktp, Negosiasi];
        let asked = |session: &Session, negotiation| owed_now(session, negotiation, &[]);
        let all = (vec![Ktp, Negosiasi], vec![Ktp, Negosiasi]);
        assert_eq!(asked(&session, None), all, "no file of ours: he sends his");
        session.file = Some(crate::tender::SessionFile {
            name: "negosiasi.pdf".into(),
            sha256: "a1".repeat(32),
            bytes: 1,
        });
        assert_eq!(asked(&session, Some(Negotiation::Waiting)), all);
        let without = (vec![Ktp], vec![Ktp]);
        assert_eq!(asked(&session, None), without, "it is not out yet");
        use Negotiation::{CounterOffer, Differs, Refused, ReturnedSigned, ReturnedUnsigned};
        for answered in [Refused, CounterOffer, ReturnedSigned] {
            assert_eq!(asked(&session, Some(answered)), without, "{answered:?}");
        }
        let signed = [paper(Negosiasi, 1, false, &[])];
        let came = owed_now(&session, Some(Negotiation::ReturnedSigned), &signed);
        assert_eq!(came, (vec![Ktp, Negosiasi], vec![Ktp]));
        for (answered, finding) in [
            (ReturnedUnsigned, Finding::Unsigned),
            (Differs, Finding::DiffersFromSent),
        ] {
            let back = [paper(Negosiasi, 1, false, &[finding])];
            assert_eq!(
                owed_now(&session, Some(answered), &back),
                all,
                "{answered:?}"
            );
            assert_eq!(poor_documents(&session, &back), [Negosiasi]);
        }
    }

    #[test]
    fn an_expert_of_whom_nothing_personal_came_is_named() {
        use DocumentWord::{Ktp, Nib};
        let office = fixture::office();
        let mut session = office.session(fixture::LESTU_QUALIFICATION).clone();
        let of_session = |bidder: &&Bidder| bidder.id == session.bidder;
        let mut bidder = office
            .bidders
            .iter()
            .find(of_session)
            .expect("a bidder")
            .clone();
        bidder.experts = vec!["Budi Contoh".into(), "Siti Contoh".into()];
        let of = |document, expert: Option<&str>| {
            let mut paper = paper(document, 1, false, &[]);
            paper.attachment.expert = expert.map(str::to_owned);
            paper
        };
        let unseen =
            |session: &Session, papers: &[FiledPaper]| experts_unseen(session, &bidder, papers);
        let both = ["Budi Contoh", "Siti Contoh"];
        assert_eq!(unseen(&session, &[]), both);
        assert_eq!(unseen(&session, &[of(Ktp, None)]), both, "the director's");
        assert_eq!(unseen(&session, &[of(Nib, Some("Budi Contoh"))]), both);
        let of_budi = [of(Ktp, Some("Budi Contoh"))];
        assert_eq!(unseen(&session, &of_budi), ["Siti Contoh"]);
        let all = [of_budi[0].clone(), of(Ktp, Some("Siti Contoh"))];
        assert_eq!(unseen(&session, &all), Vec::<String>::new());
        session.documents = vec![Nib];
        assert_eq!(unseen(&session, &[]), Vec::<String>::new(), "not asked for");
    }

    #[test]
    fn what_waits_for_a_look_is_told_apart_from_what_did_not_come() {
        use DocumentWord::{Ktp, Nib, Sbu};
        let mut session = fixture::office()
            .session(fixture::LESTU_QUALIFICATION)
            .clone();
        session.documents = vec![Ktp, Nib, Sbu];
        let mut waiting = paper(Sbu, 1, false, &[]);
        waiting.attachment.document = None;
        waiting.attachment.examined.contested = Some(Contested {
            named: Sbu,
            read: Ktp,
        });
        let contested = |papers: &[FiledPaper]| contested_documents(&session, papers);
        let mut papers = vec![waiting, paper(Nib, 2, false, &[])];
        assert_eq!(contested(&papers), [Ktp, Sbu]);
        // A photo without a name may be the other of the two.
        assert_eq!(guessable_documents(&session, &papers), []);
        // The card itself came in another mail.
        papers.push(paper(Ktp, 3, false, &[]));
        assert_eq!(contested(&papers), [Sbu]);
        assert_eq!(guessable_documents(&session, &papers), []);
        papers[0].attachment.document = Some(Ktp);
        assert_eq!(contested(&papers), []);
        assert_eq!(guessable_documents(&session, &papers), [Sbu]);
    }

    #[test]
    fn missing_is_what_did_not_come_in_a_usable_form() {
        let office = fixture::office();
        let session = office.session(fixture::LESTU_QUALIFICATION);
        let missing = |papers: &[FiledPaper]| missing_documents(session, papers);
        assert_eq!(missing(&[]), session.documents);
        let dark = paper(DocumentWord::Nib, 2, false, &[Finding::Dark]);
        assert_eq!(
            missing(&[paper(DocumentWord::Ktp, 1, true, &[]), dark]),
            [DocumentWord::Nib]
        );
        let mut elsewhere = paper(DocumentWord::Ktp, 1, false, &[]);
        elsewhere.session = fixture::SEGA_QUALIFICATION;
        assert_eq!(missing(&[elsewhere]), session.documents);
    }
}

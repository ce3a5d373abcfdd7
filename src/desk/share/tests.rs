use super::*;
use crate::{
    desk::{
        Answer,
        message::{Attention, MessageKind},
    },
    matching::{
        Facts, Index, MailboxIdentity, find,
        fixture::{self, *},
    },
    tender::{DocumentWord, SessionId},
};

/// As the clerk divides it; matching leaves a mail with many words to a person, and this must hold without it.
fn received(letter: &Letter) -> Option<Plan> {
    let registry = office().registry();
    let (index, mailboxes) = (Index::of(&registry), fixture::mailboxes());
    let silent = Letter {
        text: String::new(),
        ..letter.clone()
    };
    let matched = find(&silent, &fixture::facts(&registry, &index, &[], &mailboxes));
    let Verdict::Divided { portions, .. } = &matched.verdict else {
        panic!("matching divides it: {matched:?}");
    };
    let letters: Vec<Letter> = portions
        .iter()
        .map(|portion| selected(letter, &[], &portion.files).0)
        .collect();
    let filed = Default::default();
    let halves: Vec<Half> = portions
        .iter()
        .zip(&letters)
        .map(|(portion, letter)| Half {
            portion,
            letter,
            facts: facts_of(&registry, &mailboxes, &filed, &portion.files),
        })
        .collect();
    receive_divided(MessageId(12), &halves)
}

fn facts_of<'a>(
    registry: &'a crate::tender::Registry,
    mailboxes: &'a [MailboxIdentity],
    filed: &'a std::collections::BTreeMap<Digest, Option<DocumentWord>>,
    parts: &'a [u32],
) -> ReceiveFacts<'a> {
    let at = hours(time(DUE), -1);
    ReceiveFacts {
        registry,
        mailboxes,
        members: &[],
        loop_header: "loket-berau",
        since: hours(at, -1000),
        received_at: at,
        now: at,
        held: false,
        already_answered: false,
        last_stranger_reply: None,
        asked: None,
        negotiation: None,
        repeats: false,
        bare_receipts: 0,
        told: &[],
        ours: &[],
        missing: &[],
        filed,
        looks: &[],
        settled: const { &std::collections::BTreeMap::new() },
        examined: &[],
        parts,
    }
}

fn mail(text: &str) -> Letter {
    let files = [
        "99990003000 ktp.pdf",
        "99990004000 ktp.pdf",
        "99990003000 nib.pdf",
    ];
    letter_with(BANU, "dokumen", text, &files)
}

fn outline(plan: &Plan) -> (Option<SessionId>, Vec<String>) {
    let session = plan.placement.map(|placement| placement.session);
    let paths = plan.files.iter().filter_map(|file| file.path.as_ref());
    let name = |path: &crate::desk::naming::TreePath| {
        let name = path.as_str().rsplit('/').next();
        name.unwrap_or_default().to_owned()
    };
    (session, paths.map(name).collect())
}

#[test]
fn each_place_gets_its_files_under_the_mails_number_and_their_own() {
    let plan = received(&mail("untuk 2 paket")).expect("a divided mail");
    assert_eq!(
        outline(&plan),
        (
            Some(BANU_NEGOTIATION),
            vec![
                "ktp 0012-01 99990003000 ktp.pdf".to_owned(),
                "nib 0012-03 99990003000 nib.pdf".to_owned()
            ]
        )
    );
    let [share] = &plan.shares[..] else {
        panic!("one share")
    };
    assert_eq!(
        outline(share),
        (
            Some(BANU_QUALIFICATION),
            vec!["ktp 0012-02 99990004000 ktp.pdf".to_owned()]
        )
    );
    for plan in [&plan, share] {
        assert_eq!(plan.kind, MessageKind::Bidder);
        assert_eq!((&plan.answer, plan.late), (&Answer::Acknowledge, false));
        assert!(plan.sender_registered && !plan.note_to_stranger);
        assert_eq!(plan.reasons[0].signal, "own-files");
    }
    assert!(share.shares.is_empty());
}

#[test]
fn what_a_mail_says_in_words_is_for_one_tender_only_and_goes_to_a_person() {
    for text in [
        "kami siap hadir",
        "setuju direkam",
        "kami mengajukan keberatan",
        "mohon penjadwalan ulang",
        "mohon penjelasan",
    ] {
        assert_eq!(received(&mail(text)), None, "{text}");
    }
    let whole = {
        let registry = office().registry();
        let (index, mailboxes) = (Index::of(&registry), fixture::mailboxes());
        let facts: Facts = fixture::facts(&registry, &index, &[], &mailboxes);
        let letter = mail("kami siap hadir");
        let filed = Default::default();
        let desk = facts_of(&registry, &mailboxes, &filed, &[]);
        receive(MessageId(12), &letter, &find(&letter, &facts), &desk)
    };
    assert_eq!(whole.state, MessageState::NeedsDecision);
    assert!(whole.shares.is_empty());
    let asked: Vec<_> = whole.candidates.iter().map(|c| c.session).collect();
    assert!(asked.contains(&Some(BANU_NEGOTIATION)) && asked.contains(&Some(BANU_QUALIFICATION)));
}

#[test]
fn what_a_person_gives_to_another_place_is_papers_and_nothing_else() {
    let letter = mail("mohon penjelasan, kami siap hadir");
    let (some, told) = selected(&letter, &[], &[2]);
    assert_eq!((some.attachments.len(), told.len()), (1, 0));
    let registry = office().registry();
    let (mailboxes, filed) = (fixture::mailboxes(), Default::default());
    let office = office();
    let session = office.session(BANU_QUALIFICATION);
    let placement = Placement {
        tender: session.tender,
        bidder: session.bidder,
        session: session.id,
    };
    let facts = facts_of(&registry, &mailboxes, &filed, &[2]);
    let whole = assign(MessageId(12), &some, placement, &facts);
    assert_eq!(whole.attention, Some(Attention::Question));
    assert!(!whole.effects.is_empty());
    let share = assign_share(MessageId(12), &some, placement, &facts);
    assert_eq!((share.attention, share.effects.len()), (None, 0));
    assert_eq!(outline(&share).1, ["ktp 0012-02 99990004000 ktp.pdf"]);
    assert_eq!(share.answer, Answer::Acknowledge);
}

#[test]
fn a_wrapper_goes_with_what_came_in_it() {
    let digest = |name: &str| Digest::of(name.as_bytes());
    // 1 a mail, 2 a zip in it with 4 and 5, 3 a file beside it in the mail, 6 by itself.
    let files = [
        (1, digest("mail"), None),
        (2, digest("zip"), Some(digest("mail"))),
        (3, digest("ktp"), Some(digest("mail"))),
        (4, digest("a"), Some(digest("zip"))),
        (5, digest("b"), Some(digest("zip"))),
        (6, digest("c"), None),
    ];
    for (named, chosen) in [
        (&[6][..], &[6][..]),
        (&[4], &[4]),
        (&[2], &[2, 4, 5]),
        (&[5, 4], &[2, 4, 5]),
        (&[3, 4, 5], &[1, 2, 3, 4, 5]),
        (&[1], &[1, 2, 3, 4, 5]),
        (&[9], &[]),
    ] {
        assert_eq!(whole_selection(&files, named), chosen, "{named:?}");
    }
}

#[test]
fn of_an_archive_that_came_twice_both_must_be_named() {
    let digest = |name: &str| Digest::of(name.as_bytes());
    let zip = digest("zip");
    let files = [
        (1, zip, None),
        (2, zip, None),
        (3, digest("ktp"), Some(zip)),
        (4, digest("ktp"), Some(zip)),
        (5, digest("photo"), None),
        (6, digest("photo"), None),
    ];
    assert_eq!(twin_left_behind(&files, &[1]), Some((1, 2)));
    assert_eq!(twin_left_behind(&files, &[2, 3]), Some((2, 1)));
    assert_eq!(twin_left_behind(&files, &[1, 2]), None);
    assert_eq!(twin_left_behind(&files, &[3, 5]), None, "no archive");
}

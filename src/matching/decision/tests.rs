//! Who is meant: tables of mails against the invented office.

use std::collections::HashMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::{
    letter::{Correspondent, EnclosedMail},
    matching::{History, Index, Seen, fixture::*, references_of, weighing::ASKED},
    tender::{DocumentWord, SessionId},
};

/// What a mail comes to: the session, or the candidates' sessions, or nothing.
#[derive(Debug, PartialEq)]
enum Came {
    Placed(SessionId),
    Asked(Vec<SessionId>),
    /// With the numbers of the files of each.
    Divided(Vec<(SessionId, Vec<u32>)>),
    Nothing,
}

fn matched(letter: &Letter, office: &Office, at: Timestamp) -> Match {
    let registry = office.registry();
    let ids = references_of(letter);
    let ours = office
        .sessions
        .iter()
        .map(|session| office.sent(session.id));
    let sent: Vec<_> = ours.filter(|sent| ids.contains(&sent.message_id)).collect();
    let mailboxes = mailboxes();
    decide(
        letter,
        &Facts {
            received_at: at,
            ..facts(&registry, &Index::of(&registry), &sent, &mailboxes)
        },
    )
}

fn came_in(letter: &Letter, office: &Office, at: Timestamp) -> Came {
    match matched(letter, office, at).verdict {
        Verdict::Placed(placement) => Came::Placed(placement.session),
        Verdict::Ask(candidates) => {
            let mut sessions: Vec<SessionId> = candidates
                .iter()
                .filter_map(|candidate| candidate.session)
                .collect();
            sessions.sort();
            Came::Asked(sessions)
        }
        Verdict::Nothing => Came::Nothing,
        Verdict::Divided { portions, .. } => {
            let of = |portion: Portion| (portion.placement.session, portion.files);
            Came::Divided(portions.into_iter().map(of).collect())
        }
    }
}

fn came(letter: &Letter) -> Came {
    came_in(letter, &office(), hours(time(DUE), -1))
}

fn reference(session: SessionId) -> String {
    format!("[{}]", office().session(session).reference)
}

fn signals(letter: &Letter) -> Vec<String> {
    let found = matched(letter, &office(), hours(time(DUE), -1));
    found
        .reasons
        .into_iter()
        .map(|reason| reason.signal)
        .collect()
}

const PRIVATE: &str = "hendrawan88@mail.example";

type Sign = fn(&mut Letter, SessionId);

/// Every way to name a session, as a change of a mail.
fn keys() -> Vec<(&'static str, Sign)> {
    vec![
        ("sub-address", |letter, id| {
            letter.visible_recipients.push(office().token_address(id));
        }),
        ("delivered to a sub-address", |letter, id| {
            letter.delivered_to.push(office().token_address(id));
        }),
        ("in reply to", |letter, id| {
            letter.in_reply_to.push(our_id(id))
        }),
        ("references", |letter, id| {
            letter
                .references
                .extend([our_id(id), "<own@surel.example>".into()]);
        }),
        ("subject", |letter, id| {
            letter.subject = format!("Re: Undangan {}", reference(id))
        }),
        ("text", |letter, id| {
            letter.text = format!("rujukan {}", reference(id).to_lowercase().replace('-', ""));
        }),
        ("quoted", |letter, id| {
            letter.quoted = format!("> Undangan {}", reference(id))
        }),
        ("file name", |letter, id| {
            letter
                .attachments
                .push(file(&format!("ktp {}.pdf", reference(id))));
        }),
        ("enclosed", |letter, id| {
            letter.enclosed.push(EnclosedMail {
                message_id: Some(our_id(id)),
                ..EnclosedMail::default()
            });
        }),
    ]
}

#[test]
fn every_key_places_a_mail_from_anywhere_even_after_due() {
    for (name, key) in keys() {
        for from in [KONSUL, PRIVATE] {
            let mut letter = letter(from, "berkas", "terlampir");
            key(&mut letter, KONSUL_CLARIFICATION);
            for at in [hours(time(DUE), -1), hours(time(DUE), 24 * 60)] {
                assert_eq!(
                    came_in(&letter, &office(), at),
                    Came::Placed(KONSUL_CLARIFICATION),
                    "{name} from {from}"
                );
            }
        }
    }
}

#[test]
fn a_key_used_by_somebody_elses_registered_address_goes_to_a_person() {
    for (name, key) in keys() {
        for other in [SEGA, TIRTA] {
            let mut letter = letter(other, "berkas", "terlampir");
            key(&mut letter, LESTU_QUALIFICATION);
            let own = if other == SEGA {
                SEGA_QUALIFICATION
            } else {
                TIRTA_QUALIFICATION
            };
            assert_eq!(
                came(&letter),
                Came::Asked(vec![LESTU_QUALIFICATION, own]),
                "{name} used by {other}"
            );
        }
    }
}

#[test]
fn two_keys_of_different_bidders_go_to_a_person() {
    for (first, one) in keys() {
        for (second, other) in keys() {
            let mut letter = letter(LESTU, "berkas", "terlampir");
            one(&mut letter, LESTU_QUALIFICATION);
            other(&mut letter, SEGA_QUALIFICATION);
            // A field that both would write holds the second only; that is then a rival's key.
            let came = came(&letter);
            assert!(
                came == Came::Asked(vec![LESTU_QUALIFICATION, SEGA_QUALIFICATION]),
                "{first} and {second}: {came:?}"
            );
        }
    }
}

#[test]
fn sessions_of_one_bidder_are_told_apart_by_rank() {
    let (one, two) = (KONSUL_CLARIFICATION, KONSUL_NEGOTIATION);
    let both = vec![one, two];
    let written = |letter: &mut Letter, id| letter.text += &reference(id);
    let thread = |letter: &mut Letter, id| letter.in_reply_to.push(our_id(id));
    let quoted = |letter: &mut Letter, id| letter.quoted += &reference(id);
    type Change<'a> = &'a dyn Fn(&mut Letter, SessionId);
    let table: &[(&[(Change, SessionId)], Came)] = &[
        (
            &[(&thread, two), (&written, one), (&written, two)],
            Came::Placed(two),
        ),
        (&[(&thread, two), (&quoted, one)], Came::Placed(two)),
        (&[(&written, two), (&quoted, one)], Came::Placed(two)),
        (
            &[(&thread, two), (&written, one)],
            Came::Asked(both.clone()),
        ),
        (
            &[(&written, two), (&written, one)],
            Came::Asked(both.clone()),
        ),
        (&[(&quoted, two), (&quoted, one)], Came::Asked(both.clone())),
    ];
    for (at, (changes, expected)) in table.iter().enumerate() {
        let mut letter = letter(KONSUL, "berkas", "");
        for (change, id) in *changes {
            change(&mut letter, *id);
        }
        assert_eq!(came(&letter), *expected, "line {at}");
    }
    let mut contrary = letter(KONSUL, "berkas", "");
    contrary.in_reply_to.push(our_id(one));
    contrary
        .visible_recipients
        .push(office().token_address(two));
    assert_eq!(came(&contrary), Came::Asked(both));
}

#[test]
fn the_mail_answered_outranks_the_history_of_its_thread() {
    let mut letter = letter(KONSUL, "Re: nego", "setuju");
    letter.in_reply_to = vec![our_id(KONSUL_NEGOTIATION)];
    letter.references = vec![our_id(KONSUL_CLARIFICATION), our_id(KONSUL_NEGOTIATION)];
    assert_eq!(came(&letter), Came::Placed(KONSUL_NEGOTIATION));
    letter.in_reply_to.clear();
    assert_eq!(
        came(&letter),
        Came::Placed(KONSUL_NEGOTIATION),
        "the newest of References"
    );
    letter.references.push(our_id(LESTU_QUALIFICATION));
    assert!(
        matches!(came(&letter), Came::Asked(_)),
        "a rival's mail in the thread"
    );
}

#[test]
fn a_registered_sender_is_placed_where_exactly_one_session_is_open() {
    let empty = |from| letter(from, "", "");
    assert_eq!(came(&empty(LESTU)), Came::Placed(LESTU_QUALIFICATION));
    assert_eq!(
        came(&empty("CV.Lestuwana@SUREL.example")),
        Came::Placed(LESTU_QUALIFICATION)
    );
    assert_eq!(
        came(&empty(KONSUL)),
        Came::Asked(vec![KONSUL_CLARIFICATION, KONSUL_NEGOTIATION])
    );
    assert_eq!(
        came(&empty(BANU)),
        Came::Asked(vec![BANU_NEGOTIATION, BANU_QUALIFICATION])
    );
    assert_eq!(came(&empty(PRIVATE)), Came::Nothing);
}

#[test]
fn a_session_is_open_from_its_invitation_to_due_inclusive() {
    let due = time(DUE);
    let mut office = office();
    office.session_mut(KONSUL_CLARIFICATION).due = hours(due, -24);
    let at = |hour: i64| came_in(&letter(KONSUL, "", ""), &office, hours(due, hour));
    assert_eq!(at(-1), Came::Placed(KONSUL_NEGOTIATION));
    assert_eq!(at(0), Came::Placed(KONSUL_NEGOTIATION));
    // Both ended lately: which one the late papers are for, a person knows.
    assert_eq!(
        at(1),
        Came::Asked(vec![KONSUL_CLARIFICATION, KONSUL_NEGOTIATION])
    );

    let office = super::tests::office();
    let lestu = |hour: i64| came_in(&letter(LESTU, "", ""), &office, hours(due, hour));
    assert_eq!(lestu(3), Came::Placed(LESTU_QUALIFICATION), "late papers");
    assert_eq!(lestu(14 * 24), Came::Placed(LESTU_QUALIFICATION));
    assert_eq!(lestu(14 * 24 + 1), Came::Asked(vec![LESTU_QUALIFICATION]));
    assert_eq!(
        lestu(-49),
        Came::Asked(vec![LESTU_QUALIFICATION]),
        "before the invitation"
    );
}

#[test]
fn what_a_firm_in_two_tenders_names_settles_which() {
    for (subject, text, expected) in [
        (
            "Re: 99990004000",
            "terlampir",
            Came::Placed(BANU_QUALIFICATION),
        ),
        (
            "berkas",
            "untuk tender 99990003000.",
            Came::Placed(BANU_NEGOTIATION),
        ),
        (
            "PT Banuratama Cipta Mandau",
            "",
            Came::Asked(vec![BANU_NEGOTIATION, BANU_QUALIFICATION]),
        ),
        (
            "tender 99990003000 dan 99990004000",
            "",
            Came::Asked(vec![BANU_NEGOTIATION, BANU_QUALIFICATION]),
        ),
    ] {
        assert_eq!(
            came(&letter(BANU, subject, text)),
            expected,
            "{subject}: {text}"
        );
    }
    let mut keyed = letter(BANU, &format!("Re: {}", reference(BANU_QUALIFICATION)), "");
    assert_eq!(came(&keyed), Came::Placed(BANU_QUALIFICATION));
    // One mail for two tenders.
    keyed.text = "sekalian untuk tender 99990003000".into();
    assert!(matches!(came(&keyed), Came::Asked(_)));
}

#[test]
fn an_old_tender_in_the_subject_of_a_sender_with_an_open_session_goes_to_a_person() {
    let mut office = office();
    office.session_mut(BANU_QUALIFICATION).due = hours(time(DUE), -72);
    let at = hours(time(DUE), -1);
    let came = |subject: &str| came_in(&letter(BANU, subject, ""), &office, at);
    assert_eq!(came("berkas"), Came::Placed(BANU_NEGOTIATION));
    assert!(matches!(came("tender 99990004000"), Came::Asked(_)));
    assert!(
        matches!(came("tender 99990001000"), Came::Asked(_)),
        "a tender of others"
    );
}

#[test]
fn a_registered_sender_who_names_another_firm_goes_to_a_person() {
    let came = |text: &str| came(&letter(LESTU, "berkas", text));
    assert!(matches!(
        came("Berkas CV Segarindo Wahau Teknik terlampir"),
        Came::Asked(_)
    ));
    assert!(matches!(came("NPWP 02.999.017.3-000.000"), Came::Asked(_)));
    assert_eq!(
        came("CV. LESTUWANA KARYA, NPWP 01.999.001.9-000.000"),
        Came::Placed(LESTU_QUALIFICATION)
    );
}

#[test]
fn two_identifiers_of_one_bidder_are_enough_and_one_is_not() {
    let lestu = LESTU_QUALIFICATION;
    for (subject, text, placed) in [
        ("99990001000", "Admin CV Lestuwana Karya", true),
        (
            "99990001000",
            "NPWP 0019990019000000 / 01.999.001.9-000.000",
            true,
        ),
        ("CV Lestuwana Karya", "NPWP 01.999.001.9-000.000", true),
        ("CV Lestuwana Karya", "NIB 1234567890111", true),
        ("99990001000", "", false),
        ("CV Lestuwana Karya", "CV Lestuwana Karya", false),
        ("99990001000", "PT Lestuwana Karya", false),
        ("99990001000", "Lestuwana", false),
        (
            "99990001000",
            "CV Lestuwana Karya dan CV Segarindo Wahau Teknik",
            false,
        ),
        ("99990001000 dan 99990004000", "CV Lestuwana Karya", false),
        ("99990002000", "CV Lestuwana Karya", false),
    ] {
        let came = came(&letter(PRIVATE, subject, text));
        assert_eq!(
            came == Came::Placed(lestu),
            placed,
            "{subject}: {text}: {came:?}"
        );
        assert_ne!(came, Came::Nothing);
    }
}

#[test]
fn identifiers_do_not_count_in_quoted_text_in_spam_or_against_another_address() {
    let certain = || letter(PRIVATE, "99990001000", "Admin CV Lestuwana Karya");
    let mut quoted = letter(PRIVATE, "halo", "");
    quoted.quoted = "99990001000 CV Lestuwana Karya".into();
    assert_eq!(came(&quoted), Came::Asked(vec![LESTU_QUALIFICATION]));
    quoted.automation.spam_verdict = true;
    assert_eq!(came(&quoted), Came::Nothing);

    let mut spam = certain();
    spam.automation.spam_verdict = true;
    assert!(matches!(came(&spam), Came::Asked(_)));

    let mut for_rival = certain();
    for_rival.reply_to.push(Correspondent {
        name: None,
        address: address(SEGA),
    });
    assert!(matches!(came(&for_rival), Came::Asked(_)));

    let rival = Letter {
        from: letter(SEGA, "", "").from,
        ..certain()
    };
    assert!(matches!(came(&rival), Came::Asked(_)));
}

#[test]
fn a_weaker_address_only_makes_candidates() {
    let mut service = letter("noreply@transfer.example", "We sent you files", "");
    service.reply_to.push(Correspondent {
        name: None,
        address: address(SEGA),
    });
    assert_eq!(came(&service), Came::Asked(vec![SEGA_QUALIFICATION]));

    let mut forward = letter(MEMBER, "Fwd: berkas", "");
    forward.enclosed.push(EnclosedMail {
        from: letter(LESTU, "", "").from.pop(),
        ..EnclosedMail::default()
    });
    assert_eq!(came(&forward), Came::Asked(vec![LESTU_QUALIFICATION]));
}

#[test]
fn what_was_withdrawn_is_asked_about() {
    let at = hours(time(DUE), -1);
    let mut keyed = letter(LESTU, "berkas", "");
    keyed.in_reply_to.push(our_id(LESTU_QUALIFICATION));
    let mut office = office();
    office.session_mut(LESTU_QUALIFICATION).withdrawn = true;
    for letter in [&keyed, &letter(LESTU, "", "")] {
        assert!(matches!(came_in(letter, &office, at), Came::Asked(_)));
    }
    let mut office = super::tests::office();
    office.bidders[0].withdrawn = true;
    for letter in [&keyed, &letter(LESTU, "", "")] {
        assert!(matches!(came_in(letter, &office, at), Came::Asked(_)));
    }
}

/// Decided with what happened before.
fn with_history(letter: &Letter, office: &Office, history: History, mailbox: &str) -> Match {
    let registry = office.registry();
    let ids = references_of(letter);
    let ours = office
        .sessions
        .iter()
        .map(|session| office.sent(session.id));
    let sent: Vec<_> = ours.filter(|sent| ids.contains(&sent.message_id)).collect();
    let (index, mailboxes) = (Index::of(&registry), mailboxes());
    let facts = Facts {
        history,
        mailbox,
        ..facts(&registry, &index, &sent, &mailboxes)
    };
    decide(letter, &facts)
}

#[test]
fn an_old_thread_is_left_where_the_papers_are_owed_elsewhere_only() {
    let mut office = office();
    office.session_mut(KONSUL_CLARIFICATION).due = hours(time(DUE), -72);
    for id in [KONSUL_CLARIFICATION, KONSUL_NEGOTIATION] {
        office.session_mut(id).documents = vec![DocumentWord::Ktp, DocumentWord::Negosiasi];
    }
    let mut letter = letter_with(KONSUL, "Re: Undangan", "", &["ktp.pdf"]);
    letter.in_reply_to.push(our_id(KONSUL_CLARIFICATION));
    let placed = |missing_old: &[DocumentWord]| {
        let missing = HashMap::from([
            (KONSUL_CLARIFICATION, missing_old.to_vec()),
            (KONSUL_NEGOTIATION, vec![DocumentWord::Ktp]),
        ]);
        let history = History {
            missing: &missing,
            ..History::none()
        };
        match with_history(&letter, &office, history, "pokja-3").verdict {
            Verdict::Placed(placement) => placement.session,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(placed(&[]), KONSUL_NEGOTIATION);
    assert_eq!(placed(&[DocumentWord::Ktp]), KONSUL_CLARIFICATION);
}

#[test]
fn a_seen_address_orders_candidates_and_never_files() {
    let seen = [Seen {
        bidder: office().session(SEGA_QUALIFICATION).bidder,
        mails: 3,
    }];
    let history = History {
        seen: &seen,
        ..History::none()
    };
    let asked = |letter: &Letter| match with_history(letter, &office(), history, "pokja-3").verdict
    {
        Verdict::Ask(candidates) => candidates.into_iter().map(|c| c.session).collect(),
        other => vec![None; 1 + usize::from(other != Verdict::Nothing)],
    };
    assert_eq!(asked(&letter(PRIVATE, "", "")), [Some(SEGA_QUALIFICATION)]);
    let coded = asked(&letter(PRIVATE, "99990001000", ""));
    assert_eq!(coded, [SEGA_QUALIFICATION, LESTU_QUALIFICATION].map(Some));
    // A firm in two tenders wrote to one of them before.
    let banu = [Seen {
        bidder: office().session(BANU_QUALIFICATION).bidder,
        mails: 3,
    }];
    let history = History {
        seen: &banu,
        ..History::none()
    };
    let found = with_history(&letter(BANU, "", ""), &office(), history, "pokja-3");
    assert!(matches!(found.verdict, Verdict::Ask(_)));
}

#[test]
fn a_mail_to_another_pokja_is_filed_and_says_so() {
    let letter = letter(LESTU, "berkas", "");
    let signals = |mailbox: &str| -> Vec<String> {
        let found = with_history(&letter, &office(), History::none(), mailbox);
        assert!(matches!(found.verdict, Verdict::Placed(_)));
        found
            .reasons
            .into_iter()
            .map(|reason| reason.signal)
            .collect()
    };
    assert!(signals("pokja-2").contains(&"other-mailbox".to_owned()));
    assert!(!signals("pokja-3").contains(&"other-mailbox".to_owned()));
}

#[test]
fn a_candidate_says_what_speaks_against_it() {
    let found = matched(
        &letter(PRIVATE, "99990001000", "PT Lestuwana Karya"),
        &office(),
        hours(time(DUE), -1),
    );
    let Verdict::Ask(candidates) = found.verdict else {
        panic!("a person should be asked");
    };
    let lestu = candidates
        .iter()
        .find(|candidate| candidate.session == Some(LESTU_QUALIFICATION))
        .unwrap();
    let against: Vec<&str> = lestu.against.iter().map(|r| r.signal.as_str()).collect();
    assert_eq!(against, ["other-form"]);
}

#[test]
fn reasons_stand_in_words_with_the_strongest_first() {
    let mut letter = letter(
        LESTU,
        &format!("Re: Undangan {}", reference(LESTU_QUALIFICATION)),
        "",
    );
    letter
        .visible_recipients
        .push(office().token_address(LESTU_QUALIFICATION));
    let found = matched(&letter, &office(), hours(time(DUE), -1));
    let details: Vec<&str> = found
        .reasons
        .iter()
        .map(|reason| reason.detail.as_str())
        .collect();
    assert_eq!(
        details,
        [
            "dikirim ke alamat balasan khusus milik CV Lestuwana Karya",
            "nomor rujukan milik CV Lestuwana Karya dalam perihal",
            "alamat pengirim terdaftar atas nama CV Lestuwana Karya",
        ]
    );
    assert!(found.sender_registered && found.confidence > 0.99);
    let alone = super::tests::letter(LESTU, "", "");
    assert_eq!(signals(&alone), ["registered-address", "open-session"]);
}

#[test]
fn candidates_are_three_at_most_and_never_certain() {
    let mut crowd = letter(
        PRIVATE,
        "99990001000 99990002000 99990003000 99990004000",
        "",
    );
    crowd.text = "CV Lestuwana Karya".into();
    let Verdict::Ask(candidates) = matched(&crowd, &office(), hours(time(DUE), -1)).verdict else {
        panic!("a person should be asked");
    };
    assert_eq!(candidates.len(), 3);
    assert_eq!(
        candidates[0].session,
        Some(LESTU_QUALIFICATION),
        "best first"
    );
    assert!(
        candidates
            .iter()
            .all(|candidate| candidate.confidence <= ASKED)
    );
}

#[test]
fn at_most_fifty_references_are_looked_up_the_nearest_first() {
    let mut long = letter(LESTU, "", "");
    long.in_reply_to = vec!["<parent@x>".into()];
    long.references = (0..500).map(|n| format!("<{n}@x>")).collect();
    long.references.push("<parent@x>".into());
    let found = references_of(&long);
    assert_eq!(found.len(), 50);
    assert_eq!(found[..2], ["<parent@x>", "<499@x>"]);
}

proptest! {
    /// The promise of the house: no mail that holds a key of one bidder only is ever placed with another.
    #[test]
    fn no_mail_is_placed_with_a_bidder_that_its_key_does_not_name(
        subject in ".{0,40}", text in ".{0,80}", quoted in ".{0,80}",
        from in prop::sample::select(vec![LESTU, SEGA, KONSUL, TIRTA, BANU, KOP, PRIVATE, MEMBER]),
        key in 0usize..9, session in prop::sample::select(vec![
            LESTU_QUALIFICATION, SEGA_QUALIFICATION, KONSUL_NEGOTIATION, TIRTA_QUALIFICATION, BANU_QUALIFICATION]),
    ) {
        let mut letter = letter(from, &subject, &text);
        letter.quoted = quoted;
        keys()[key].1(&mut letter, session);
        if let Came::Placed(placed) = came(&letter) {
            prop_assert_eq!(placed, session);
        }
    }
}

//! What holds for every mail: pieces of evidence for one bidder or several, put together at random.

use proptest::prelude::*;

use super::*;
use crate::{
    letter::{Correspondent, EnclosedMail},
    matching::{Index, Seen, fixture::*, references_of},
    tender::{Registry, SessionId},
};

/// One bidder's sign in a mail.
#[derive(Clone, Copy, Debug)]
enum Piece {
    From,
    ReplyTo,
    Cc,
    SubAddress,
    Thread,
    TypedReference,
    QuotedReference,
    Name,
    QuotedName,
    Npwp,
    Nib,
    Code,
    Package,
    FileName,
    EnclosedSender,
    Seen,
}

use Piece::*;

const PIECES: [Piece; 16] = [
    From,
    ReplyTo,
    Cc,
    SubAddress,
    Thread,
    TypedReference,
    QuotedReference,
    Name,
    QuotedName,
    Npwp,
    Nib,
    Code,
    Package,
    FileName,
    EnclosedSender,
    Seen,
];
/// Those that speak for one bidder, and clearly.
const STRONG: [Piece; 9] = [
    ReplyTo,
    SubAddress,
    Thread,
    TypedReference,
    QuotedReference,
    Name,
    Npwp,
    Nib,
    EnclosedSender,
];
/// No two of one firm.
const SESSIONS: [SessionId; 5] = [
    LESTU_QUALIFICATION,
    SEGA_QUALIFICATION,
    KONSUL_NEGOTIATION,
    TIRTA_QUALIFICATION,
    KOP_QUALIFICATION,
];

#[derive(Clone)]
struct Mail {
    letter: Letter,
    seen: Vec<Seen>,
}

fn compose(pieces: &[(Piece, SessionId)], office: &Office) -> Mail {
    let mut mail = Mail {
        letter: letter("seseorang@gmail.com", "berkas", "Terlampir."),
        seen: Vec::new(),
    };
    for &(piece, session) in pieces {
        add(&mut mail, piece, session, office);
    }
    mail
}

fn add(mail: &mut Mail, piece: Piece, session: SessionId, office: &Office) {
    let Mail { letter, seen } = mail;
    let of = office.session(session);
    let bidder = office.bidder(of.bidder);
    let own = bidder.emails[0].clone();
    let writer = || Correspondent {
        name: None,
        address: own.clone(),
    };
    let mut line = |line: &str| letter.text += &format!("\n{line}.");
    match piece {
        From => letter.from = vec![writer()],
        ReplyTo => letter.reply_to.push(writer()),
        Cc => letter.visible_recipients.push(own),
        SubAddress => letter
            .visible_recipients
            .push(office.token_address(session)),
        Thread => letter.in_reply_to.push(our_id(session)),
        TypedReference => line(&format!("[{}]", of.reference)),
        QuotedReference => letter.quoted += &format!("> [{}]\n", of.reference),
        Name => line(&bidder.name),
        QuotedName => letter.quoted += &format!("> Yth. {}\n", bidder.name),
        Npwp => line(&format!("NPWP {}", bidder.npwp.clone().unwrap_or_default())),
        Nib => line(&format!("NIB {}", bidder.nib.clone().unwrap_or_default())),
        Code => line(&format!("kode tender {}", office.tender(of.tender).code)),
        Package => line(&office.tender(of.tender).name),
        FileName => {
            let name = format!("KTP {}.pdf", bidder.name.replace('.', ""));
            letter.attachments.push(file(&name));
        }
        EnclosedSender => letter.enclosed.push(EnclosedMail {
            from: Some(writer()),
            ..EnclosedMail::default()
        }),
        Seen => seen.push(crate::matching::Seen {
            bidder: of.bidder,
            mails: 1,
        }),
    }
}

fn weighed(mail: &Mail, registry: &Registry, office: &Office) -> Match {
    let index = Index::of(registry);
    let named = references_of(&mail.letter);
    let ours = office
        .sessions
        .iter()
        .map(|session| office.sent(session.id));
    let sent: Vec<_> = ours
        .filter(|sent| named.contains(&sent.message_id))
        .collect();
    let mailboxes = mailboxes();
    let mut facts = facts(registry, &index, &sent, &mailboxes);
    facts.history.seen = &mail.seen;
    decide(&mail.letter, &facts)
}

fn placed(matched: &Match) -> Option<Placement> {
    match matched.verdict {
        Verdict::Placed(placement) => Some(placement),
        _ => None,
    }
}

/// What it says for this bidder.
fn confidence_in(matched: &Match, bidder: BidderId) -> f64 {
    match &matched.verdict {
        Verdict::Placed(placement) if placement.bidder == bidder => matched.confidence,
        Verdict::Ask(candidates) => candidates
            .iter()
            .filter(|candidate| candidate.bidder == bidder)
            .map(|candidate| candidate.confidence)
            .fold(0.0, f64::max),
        _ => 0.0,
    }
}

fn piece() -> impl Strategy<Value = (Piece, SessionId)> {
    (
        prop::sample::select(&PIECES[..]),
        prop::sample::select(&SESSIONS[..]),
    )
}

proptest! {
    #[test]
    fn evidence_for_one_bidder_never_files_with_another(
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 1..7),
        session in prop::sample::select(&SESSIONS[..]),
    ) {
        let office = office();
        let pieces: Vec<_> = pieces.into_iter().map(|piece| (piece, session)).collect();
        let found = weighed(&compose(&pieces, &office), &office.registry(), &office);
        if let Some(placement) = placed(&found) {
            prop_assert_eq!(placement.bidder, office.session(session).bidder);
        }
    }

    #[test]
    fn a_mail_is_filed_only_with_a_bidder_that_something_of_its_own_names(
        pieces in prop::collection::vec(piece(), 1..8),
    ) {
        let office = office();
        let found = weighed(&compose(&pieces, &office), &office.registry(), &office);
        if let Some(placement) = placed(&found) {
            let own = pieces.iter().any(|(piece, session)| {
                !matches!(piece, Code | Package | Cc | QuotedName)
                    && office.session(*session).bidder == placement.bidder
            });
            prop_assert!(own, "{:?}", found);
        }
    }

    #[test]
    fn the_order_of_the_registry_of_files_and_of_history_is_no_evidence(
        pieces in prop::collection::vec(piece(), 1..8), turn in 1usize..7,
    ) {
        let office = office();
        let mail = compose(&pieces, &office);
        let first = weighed(&mail, &office.registry(), &office);
        let mut turned = mail.clone();
        turned.seen.reverse();
        turned.letter.attachments.reverse();
        turned.letter.visible_recipients.reverse();
        let (mut tenders, mut bidders, mut sessions) =
            (office.tenders.clone(), office.bidders.clone(), office.sessions.clone());
        tenders.reverse();
        bidders.rotate_left(turn);
        sessions.rotate_left(turn);
        let second = weighed(&turned, &Registry::new(tenders, bidders, sessions), &office);
        prop_assert_eq!(placed(&first), placed(&second));
        prop_assert!((first.confidence - second.confidence).abs() < 1e-9);
    }

    #[test]
    fn a_clear_sign_of_another_bidder_never_raises_confidence(
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 1..6),
        own in 0usize..5, other in 1usize..5, against in prop::sample::select(&STRONG[..]),
    ) {
        let office = office();
        let (own, other) = (SESSIONS[own], SESSIONS[(own + other) % 5]);
        let pieces: Vec<_> = pieces.into_iter().map(|piece| (piece, own)).collect();
        let mut mail = compose(&pieces, &office);
        let registry = office.registry();
        let before = weighed(&mail, &registry, &office);
        add(&mut mail, against, other, &office);
        let after = weighed(&mail, &registry, &office);
        let bidder = office.session(own).bidder;
        prop_assert!(
            confidence_in(&after, bidder) <= confidence_in(&before, bidder) + 1e-9,
            "{:?}\n{:?}", before, after
        );
        if placed(&before).is_none() {
            prop_assert!(placed(&after).is_none_or(|place| place.bidder != bidder));
        }
    }
}

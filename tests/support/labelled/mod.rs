//! The labelled mailbox: some thirteen hundred mails in two hundred and twenty kinds of situation (domain.md section 4),
//! made from templates with invented names, each with what a careful clerk would do with it. Two thirds of the first six
//! hundred are for tuning ([`Part::Open`]); the last wording of each of their situations, in a world of other names, is
//! held aside ([`Part::Aside`]); the rest was written by people who had read neither ([`Part::Unseen`], [`Part::Third`]).

// The test and the example use different parts.
#![allow(dead_code)]

mod draft;
mod odd_places;
mod second_office;
mod situations;
mod third_office;
mod two_tenders;
mod unseen;
mod world;

use jiff::{SignedDuration, Timestamp};
use loket::{
    desk::{self, Half, Plan, ReceiveFacts, message::MessageState},
    letter::{self, Letter},
    matching::{self, Facts, History, Index, Match, Seen, Sent, Verdict},
    tender::{MessageId, Registry, SessionId},
};

pub use world::World;

/// Which part of the mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Open,
    Aside,
    Unseen,
    /// Written later than that, by somebody who had read none of the others.
    Third,
}

/// What a careful clerk does.
#[derive(Clone, Debug, PartialEq)]
pub enum Label {
    File(SessionId),
    /// Divides it: which files go where, by their numbers.
    Divide(Vec<(SessionId, Vec<u32>)>),
    /// Asks a person; with the place that turns out right, where there is one.
    Ask(Option<SessionId>),
    /// Keeps a machine's mail and does nothing.
    SetAside,
}

/// A mail with its label.
#[derive(Clone, Debug)]
pub struct Labelled {
    pub situation: &'static str,
    /// Which of the worlds of its part it plays in.
    pub world: usize,
    pub raw: Vec<u8>,
    pub received_at: Timestamp,
    pub mailbox: &'static str,
    pub seen: Vec<Seen>,
    pub label: Label,
    pub late: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    FiledRightly,
    Misfiled,
    AskedRightly,
    SetAsideRightly,
    AskedNeedlessly,
    /// Filed where a person should have been asked, though in the right place.
    NotAsked,
    WrongLate,
}

/// What became of a mail.
#[derive(Clone, Debug)]
pub struct Result {
    pub outcome: Outcome,
    /// Of the placement or the best candidate, and whether that is the right place; where there is one.
    pub confidence: Option<(f64, bool)>,
    pub told: String,
}

/// The worlds of a part and its mails.
pub fn mailbox(part: Part) -> (Vec<World>, Vec<Labelled>) {
    let worlds: Vec<World> = match part {
        Part::Open => vec![World::new(0), World::new(1)],
        Part::Aside => vec![World::new(2), World::new(3)],
        Part::Unseen => vec![World::second(0), World::second(1)],
        Part::Third => vec![World::third(0), World::third(1)],
    };
    let situations = match part {
        Part::Open | Part::Aside => &[situations::SITUATIONS, two_tenders::SITUATIONS].concat(),
        Part::Unseen => &[unseen::SITUATIONS, odd_places::SITUATIONS].concat(),
        Part::Third => &[third_office::SITUATIONS].concat(),
    };
    let wordings: &[usize] = match part {
        Part::Open => &[0, 1],
        Part::Aside => &[2],
        Part::Unseen | Part::Third => &[0, 1, 2],
    };
    let mut mails = Vec::new();
    for (at, world) in worlds.iter().enumerate() {
        for (name, write) in situations {
            for &wording in wordings {
                mails.push(write(world, wording).sealed(name, at, wording, world));
            }
        }
    }
    (worlds, mails)
}

/// Everything that is decided of one mail, from its octets on.
pub fn decide(world: &World, registry: &Registry, index: &Index, mail: &Labelled) -> Result {
    let letter = letter::read(&mail.raw.clone().into()).expect("a readable mail");
    let named = matching::references_of(&letter);
    let sent: Vec<Sent> = world
        .sent()
        .into_iter()
        .filter(|sent| named.contains(&sent.message_id))
        .collect();
    let mailboxes = world.mailboxes();
    let members = world.members();
    let matched = matching::find(
        &letter,
        &Facts {
            registry,
            index,
            sent: &sent,
            mailboxes: &mailboxes,
            mailbox: mail.mailbox,
            history: History {
                seen: &mail.seen,
                ..History::none()
            },
            received_at: mail.received_at,
        },
    );
    let nothing_filed = Default::default();
    let facts = ReceiveFacts {
        registry,
        mailboxes: &mailboxes,
        members: &members,
        loop_header: "loket-uji",
        since: mail.received_at - SignedDuration::from_hours(1),
        received_at: mail.received_at,
        now: mail.received_at,
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
        filed: &nothing_filed,
        looks: &[],
        settled: const { &std::collections::BTreeMap::new() },
        examined: &[],
        parts: &[],
    };
    let plan = divided(&letter, &matched, &facts)
        .unwrap_or_else(|| desk::receive(MessageId(1), &letter, &matched, &facts));
    let placed = plan.placement.map(|place| place.session);
    let places = places(&plan);
    let best = plan
        .candidates
        .first()
        .map(|best| (best.confidence, best.session));
    let (outcome, truth) = match (mail.label.clone(), plan.state) {
        // Right only when every file went to its place.
        (Label::Divide(right), MessageState::Filed) if places == sorted(&right) => {
            (Outcome::FiledRightly, placed)
        }
        (Label::Divide(_), MessageState::Filed) => (Outcome::Misfiled, None),
        (Label::Divide(_), _) => (Outcome::AskedNeedlessly, None),
        (_, MessageState::Filed) if !plan.shares.is_empty() => (Outcome::Misfiled, None),
        (Label::File(right), MessageState::Filed) if placed != Some(right) => {
            (Outcome::Misfiled, Some(right))
        }
        (Label::File(right), MessageState::Filed) if plan.late != mail.late => {
            (Outcome::WrongLate, Some(right))
        }
        (Label::File(right), MessageState::Filed) => (Outcome::FiledRightly, Some(right)),
        (Label::File(right), _) => (Outcome::AskedNeedlessly, Some(right)),
        (Label::Ask(right), MessageState::NeedsDecision) => (Outcome::AskedRightly, right),
        (Label::Ask(right), _) if right.is_some() && placed == right => (Outcome::NotAsked, right),
        (Label::Ask(right), _) => (Outcome::Misfiled, right),
        (Label::SetAside, MessageState::NeedsDecision) => (Outcome::AskedNeedlessly, None),
        (Label::SetAside, MessageState::Filed) => (Outcome::Misfiled, None),
        (Label::SetAside, _) => (Outcome::SetAsideRightly, None),
    };
    let told: Vec<&str> = plan
        .reasons
        .iter()
        .filter(|reason| reason.signal != "tender-code")
        .map(|reason| reason.detail.as_str())
        .collect();
    let confidence = match (placed, best) {
        (Some(session), _) => Some((plan.confidence, truth == Some(session))),
        (None, Some((confidence, session))) => {
            truth.map(|truth| (confidence, session == Some(truth)))
        }
        _ => None,
    };
    Result {
        outcome,
        confidence,
        told: format!(
            "{:?} {:.2} {}",
            plan.state,
            plan.confidence,
            told.join("; ")
        ),
    }
}

/// The plan of a mail that is divided, as the clerk makes it.
fn divided(letter: &Letter, matched: &Match, facts: &ReceiveFacts) -> Option<Plan> {
    let Verdict::Divided { portions, .. } = &matched.verdict else {
        return None;
    };
    let letters: Vec<Letter> = portions
        .iter()
        .map(|portion| desk::selected(letter, &[], &portion.files).0)
        .collect();
    let halves: Vec<Half> = portions
        .iter()
        .zip(&letters)
        .map(|(portion, letter)| Half {
            portion,
            letter,
            facts: ReceiveFacts {
                parts: &portion.files,
                ..*facts
            },
        })
        .collect();
    desk::receive_divided(MessageId(1), &halves)
}

/// Where the files of a mail went, in the order of the tenders' sessions.
fn places(plan: &Plan) -> Vec<(SessionId, Vec<u32>)> {
    let mut places: Vec<(SessionId, Vec<u32>)> = std::iter::once(plan)
        .chain(&plan.shares)
        .filter_map(|plan| {
            let filed = plan.files.iter().filter(|file| file.path.is_some());
            Some((
                plan.placement?.session,
                filed.map(|file| file.part).collect(),
            ))
        })
        .collect();
    places.sort();
    places
}

fn sorted(places: &[(SessionId, Vec<u32>)]) -> Vec<(SessionId, Vec<u32>)> {
    let mut places = places.to_vec();
    places.sort();
    places
}

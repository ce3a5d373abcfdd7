//! A mail for two tenders: its files go to several places, and each place has a plan, a row and a receipt of its own. What
//! the mail says in words stays with the first row; a share is papers only.

use std::collections::HashSet;

use super::{
    Effect, Plan, ReceiveFacts, assign,
    message::{MessageState, Negotiation},
    receive,
};
use crate::{
    digest::Digest,
    inspection::Examination,
    letter::Letter,
    matching::{Match, Placement, Portion, Verdict},
    tender::MessageId,
};

/// One place of a divided mail: the files that belong there, as a letter of their own, and what is known of that place.
#[derive(Clone, Copy, Debug)]
pub struct Half<'a> {
    pub portion: &'a Portion,
    pub letter: &'a Letter,
    pub facts: ReceiveFacts<'a>,
}

/// The letter with some of its files only, and what the examination told of them.
pub fn selected(
    letter: &Letter,
    examined: &[Examination],
    parts: &[u32],
) -> (Letter, Vec<Examination>) {
    let at = |part: &u32| (*part as usize).checked_sub(1);
    let files = parts.iter().filter_map(at);
    let attachments = files
        .clone()
        .filter_map(|at| letter.attachments.get(at).cloned());
    let some = Letter {
        attachments: attachments.collect(),
        ..letter.clone()
    };
    let told = files.filter_map(|at| examined.get(at).cloned()).collect();
    (some, told)
}

/// The files that a person means when he names some: a wrapper is nothing without what came in it, and when all of that
/// goes the wrapper goes along. `(number, digest, container)` of each; in the order of their numbers.
pub fn whole_selection(files: &[(u32, Digest, Option<Digest>)], named: &[u32]) -> Vec<u32> {
    let mut chosen: HashSet<u32> = named.iter().copied().collect();
    loop {
        let before = chosen.len();
        let wrappers: HashSet<Digest> = files
            .iter()
            .filter(|(part, ..)| chosen.contains(part))
            .map(|(_, digest, _)| *digest)
            .collect();
        for (part, digest, container) in files {
            let mut inside = files
                .iter()
                .filter(|(.., outer)| *outer == Some(*digest))
                .peekable();
            let emptied =
                inside.peek().is_some() && inside.all(|(inner, ..)| chosen.contains(inner));
            if emptied || container.is_some_and(|outer| wrappers.contains(&outer)) {
                chosen.insert(*part);
            }
        }
        if chosen.len() == before {
            break;
        }
    }
    let parts = files.iter().map(|(part, ..)| *part);
    parts.filter(|part| chosen.contains(part)).collect()
}

/// An archive that came twice, of which a person named only one: what was in them is told apart by nobody.
pub fn twin_left_behind(
    files: &[(u32, Digest, Option<Digest>)],
    named: &[u32],
) -> Option<(u32, u32)> {
    let holds = |digest: &Digest| files.iter().any(|(.., outer)| *outer == Some(*digest));
    let chosen = files.iter().filter(|(part, ..)| named.contains(part));
    chosen
        .filter(|(_, digest, _)| holds(digest))
        .find_map(|(part, digest, _)| {
            let twin = |(other, same, _): &&(u32, Digest, Option<Digest>)| {
                same == digest && !named.contains(other)
            };
            files.iter().find(twin).map(|(other, ..)| (*part, *other))
        })
}

/// The plan of a mail whose files matching divided between places; further places are its shares. `None`: a person must
/// look after all, since what the mail says in words cannot be meant for two tenders at once.
pub fn receive_divided(number: MessageId, halves: &[Half]) -> Option<Plan> {
    let planned = |half: &Half| receive(number, half.letter, &matched(half), &half.facts);
    let mut plans: Vec<Plan> = halves.iter().map(planned).collect();
    let speaks = |plan: &Plan| {
        let in_words = |effect: &Effect| !matches!(effect, Effect::Negotiation { .. });
        plan.attention.is_some() || plan.effects.iter().any(in_words)
    };
    let filed = |plan: &Plan| plan.state == MessageState::Filed;
    if plans.len() < 2 || !plans.iter().all(filed) || plans.iter().any(speaks) {
        return None;
    }
    let shares = plans.split_off(1);
    let first = plans.pop()?;
    Some(Plan {
        shares: shares.into_iter().map(papers_only).collect(),
        ..first
    })
}

/// A person decided where some files of a message belong. `letter`: with these files only.
pub fn assign_share(
    number: MessageId,
    letter: &Letter,
    placement: Placement,
    facts: &ReceiveFacts,
) -> Plan {
    papers_only(assign(number, letter, placement, facts))
}

fn matched(half: &Half) -> Match {
    Match {
        verdict: Verdict::Placed(half.portion.placement),
        confidence: half.portion.confidence,
        reasons: half.portion.reasons.clone(),
        // Nothing is divided for anybody else.
        sender_registered: true,
    }
}

/// Without what belongs to the mail as a whole.
fn papers_only(plan: Plan) -> Plan {
    let of_a_file = |effect: &Effect| {
        use Negotiation::{Differs, ReturnedSigned, ReturnedUnsigned};
        matches!(
            effect,
            Effect::Negotiation {
                negotiation: ReturnedSigned | ReturnedUnsigned | Differs,
                ..
            }
        )
    };
    Plan {
        attention: None,
        note_to_stranger: false,
        effects: plan.effects.into_iter().filter(of_a_file).collect(),
        ..plan
    }
}

#[cfg(test)]
mod tests;

//! The plan of a mail, be it for one place or for several: each place has facts of its own.

use std::sync::Arc;

use super::Facts;
use crate::{
    daemon::{negotiation, office::Office},
    database::{self, messages::MessageRow},
    desk::{self, Half, Plan, ReceiveFacts},
    inspection::Examination,
    letter::Letter,
    matching::{Match, Placement, Portion, Verdict},
    tender::Registry,
};

/// Holds negotiation files that came back against those that were sent, in each place with its own.
pub async fn compare(
    office: &Office,
    registry: &Registry,
    matched: &Match,
    letter: &Letter,
    examined: &mut [Examination],
) {
    for portion in portions(matched) {
        let (place, parts) = (portion.placement, &portion.files);
        compare_some(office, registry, place, parts, letter, examined).await;
    }
    if let Verdict::Placed(placement) = matched.verdict {
        negotiation::compare(office, registry, Some(placement), letter, examined).await;
    }
}

/// The same for some files of a letter.
pub async fn compare_some(
    office: &Office,
    registry: &Registry,
    placement: Placement,
    parts: &[u32],
    letter: &Letter,
    examined: &mut [Examination],
) {
    let (some, mut told) = desk::selected(letter, examined, parts);
    negotiation::compare(office, registry, Some(placement), &some, &mut told).await;
    for (part, told) in parts.iter().zip(told) {
        let at = (*part as usize).wrapping_sub(1);
        if let Some(before) = examined.get_mut(at) {
            *before = told;
        }
    }
}

/// What is to be done with a letter.
pub async fn plan(
    office: &Office,
    registry: &Arc<Registry>,
    row: &MessageRow,
    letter: &Letter,
    matched: &Match,
    examined: &[Examination],
) -> database::Result<Plan> {
    if let Some(plan) = divided(office, registry, row, letter, matched, examined).await? {
        return Ok(plan);
    }
    let placement = match matched.verdict {
        Verdict::Placed(placement) => Some(placement),
        _ => None,
    };
    let facts = Facts::gather(office, registry, letter, row, placement).await?;
    let facts = facts.for_desk(office, registry, examined);
    Ok(desk::receive(row.mail(), letter, matched, &facts))
}

async fn divided(
    office: &Office,
    registry: &Arc<Registry>,
    row: &MessageRow,
    letter: &Letter,
    matched: &Match,
    examined: &[Examination],
) -> database::Result<Option<Plan>> {
    let mut gathered = Vec::new();
    for portion in portions(matched) {
        let (some, told) = desk::selected(letter, examined, &portion.files);
        let facts = Facts::gather(office, registry, &some, row, Some(portion.placement)).await?;
        gathered.push((portion, some, told, facts));
    }
    let mut halves = Vec::new();
    for (portion, letter, told, facts) in &gathered {
        halves.push(Half {
            portion,
            letter,
            facts: ReceiveFacts {
                parts: &portion.files,
                ..facts.for_desk(office, registry, told)
            },
        });
    }
    Ok(desk::receive_divided(row.mail(), &halves))
}

fn portions(matched: &Match) -> &[Portion] {
    match &matched.verdict {
        Verdict::Divided { portions, .. } => portions,
        _ => &[],
    }
}

/// A plan and its shares.
pub fn each(plan: &Plan) -> impl Iterator<Item = &Plan> {
    std::iter::once(plan).chain(&plan.shares)
}

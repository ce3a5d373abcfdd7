//! The labelled mailbox, decided by today's rules. `cargo run --release --example calibration` prints the same by situation,
//! and draws how far `confidence` can be relied on.

#[path = "support/labelled/mod.rs"]
mod labelled;

use labelled::{Label, Outcome, Part};
use loket::matching::Index;

struct Counted {
    filed: usize,
    to_file: usize,
    asked_needlessly: usize,
    all: usize,
    wrong: Vec<String>,
}

fn count(part: Part) -> Counted {
    let (worlds, mails) = labelled::mailbox(part);
    let bases: Vec<_> = worlds
        .iter()
        .map(|world| {
            let registry = world.registry();
            let index = Index::of(&registry);
            (registry, index)
        })
        .collect();
    let mut counted = Counted {
        filed: 0,
        to_file: 0,
        asked_needlessly: 0,
        all: mails.len(),
        wrong: Vec::new(),
    };
    for mail in &mails {
        let (registry, index) = &bases[mail.world];
        let result = labelled::decide(&worlds[mail.world], registry, index, mail);
        counted.to_file += usize::from(matches!(mail.label, Label::File(_) | Label::Divide(_)));
        match result.outcome {
            Outcome::FiledRightly => counted.filed += 1,
            Outcome::AskedRightly | Outcome::SetAsideRightly => {}
            Outcome::AskedNeedlessly => {
                counted.asked_needlessly += 1;
                eprintln!(
                    "asked needlessly: {} in world {}: {}",
                    mail.situation, mail.world, result.told
                );
            }
            wrong => counted.wrong.push(format!(
                "{wrong:?}: {} in world {}: {}",
                mail.situation, mail.world, result.told
            )),
        }
    }
    counted
}

/// At least so many of the mails that can be placed are, and at most so many of all are asked about needlessly.
fn holds(part: Part, least_filed: f64, most_needless: f64) {
    let counted = count(part);
    assert_eq!(
        counted.wrong, [""; 0],
        "nothing is misfiled, everything ambiguous is asked, late is right"
    );
    let (filed, needless) = (
        counted.filed as f64 / counted.to_file as f64,
        counted.asked_needlessly as f64 / counted.all as f64,
    );
    assert!(
        filed >= least_filed,
        "placed {filed:.3} of what can be placed"
    );
    assert!(needless <= most_needless, "asked needlessly {needless:.3}");
}

#[test]
fn the_open_part_of_the_labelled_mailbox_is_decided_as_a_careful_clerk_would() {
    holds(Part::Open, 0.98, 0.01);
}

#[test]
fn the_part_held_aside_is_decided_as_well() {
    holds(Part::Aside, 0.98, 0.01);
}

#[test]
fn the_part_that_nobody_tuned_for_is_decided_as_well() {
    holds(Part::Unseen, 0.98, 0.01);
}

/// Two stages of one work that the files name by their numbers only are asked about: 6 of its 366 mails.
#[test]
fn the_third_part_is_decided_as_well() {
    holds(Part::Third, 0.97, 0.02);
}

#[test]
fn the_labelled_mailbox_is_large_and_varied() {
    let mails = [Part::Open, Part::Aside].map(|part| labelled::mailbox(part).1);
    let situations: std::collections::BTreeSet<&str> =
        mails.iter().flatten().map(|mail| mail.situation).collect();
    assert!(mails[0].len() + mails[1].len() >= 200 && situations.len() >= 40);
    assert!(
        mails[1].len() * 3 >= mails[0].len() + mails[1].len(),
        "a third is held aside"
    );
}

//! How well matching decides the labelled mailbox, by situation and for each of its parts, and how far `confidence` can be
//! relied on: `cargo run --release --example calibration` prints it and draws target/calibration.svg.

#[path = "../tests/support/labelled/mod.rs"]
mod labelled;

use std::{collections::BTreeMap, fmt::Write as _};

use labelled::{Outcome, Part};
use loket::matching::Index;

const OUTCOMES: [(Outcome, &str); 7] = [
    (Outcome::FiledRightly, "filed"),
    (Outcome::Misfiled, "MISFILED"),
    (Outcome::AskedRightly, "asked"),
    (Outcome::SetAsideRightly, "set aside"),
    (Outcome::AskedNeedlessly, "needless"),
    (Outcome::NotAsked, "NOT ASKED"),
    (Outcome::WrongLate, "WRONG LATE"),
];
const BINS: usize = 10;

/// Of mails with a confidence in one tenth: how many, their confidence in sum, how many were right.
type Bins = [(usize, f64, usize); BINS];

fn main() -> std::io::Result<()> {
    let mut drawn = Vec::new();
    for (part, title) in [
        (Part::Open, "open part"),
        (Part::Aside, "part held aside"),
        (Part::Unseen, "unseen part"),
        (Part::Third, "third part"),
    ] {
        drawn.push((title, report(part, title)));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/target/calibration.svg");
    std::fs::write(path, diagram(&drawn))?;
    println!("reliability diagram: target/calibration.svg");
    Ok(())
}

fn report(part: Part, title: &str) -> Bins {
    let (worlds, mails) = labelled::mailbox(part);
    let bases: Vec<_> = worlds
        .iter()
        .map(|world| {
            let registry = world.registry();
            let index = Index::of(&registry);
            (registry, index)
        })
        .collect();
    let mut counts: BTreeMap<&str, BTreeMap<Outcome, usize>> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    let mut bins: Bins = Default::default();
    for mail in &mails {
        let (registry, index) = &bases[mail.world];
        let result = labelled::decide(&worlds[mail.world], registry, index, mail);
        if !order.contains(&mail.situation) {
            order.push(mail.situation);
        }
        *counts
            .entry(mail.situation)
            .or_default()
            .entry(result.outcome)
            .or_default() += 1;
        if let Some((confidence, right)) = result.confidence {
            let bin = &mut bins[((confidence * BINS as f64) as usize).min(BINS - 1)];
            *bin = (bin.0 + 1, bin.1 + confidence, bin.2 + usize::from(right));
        }
    }
    println!(
        "{title}: {} mails in {} situations\n",
        mails.len(),
        order.len()
    );
    print!("{:<64}", "");
    for (_, word) in OUTCOMES {
        print!("{word:>11}");
    }
    println!();
    let mut sums: BTreeMap<Outcome, usize> = BTreeMap::new();
    for situation in order {
        print_line(situation, &counts[situation]);
        for (outcome, count) in &counts[situation] {
            *sums.entry(*outcome).or_default() += count;
        }
    }
    print_line("all", &sums);
    let of = |outcome: Outcome| sums.get(&outcome).copied().unwrap_or(0);
    let needless = of(Outcome::AskedNeedlessly);
    let placeable = of(Outcome::FiledRightly) + needless + of(Outcome::WrongLate);
    println!(
        "\nplaced {:.1} % of what can be placed; asked needlessly {:.1} % of all\n\nconfidence: mails, mean, right",
        100.0 * of(Outcome::FiledRightly) as f64 / placeable.max(1) as f64,
        100.0 * needless as f64 / mails.len().max(1) as f64,
    );
    for (count, sum, right) in bins.iter().filter(|bin| bin.0 > 0) {
        println!(
            "{count:>6} {:>6.3} {:>6.3}",
            sum / *count as f64,
            *right as f64 / *count as f64
        );
    }
    println!();
    bins
}

fn print_line(title: &str, counts: &BTreeMap<Outcome, usize>) {
    print!("{title:<64}");
    for (outcome, _) in OUTCOMES {
        match counts.get(&outcome) {
            Some(count) => print!("{count:>11}"),
            None => print!("{:>11}", "."),
        }
    }
    println!();
}

/// Mean confidence across, part that was right upwards; the size of a dot is the number of mails.
fn diagram(parts: &[(&str, Bins)]) -> String {
    let (size, margin) = (400.0, 50.0);
    let colours = ["#1f6f8b", "#c8553d", "#6a8d3a", "#7a4f9a"];
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{w}\" font-family=\"sans-serif\" font-size=\"12\">\
         <rect width=\"{w}\" height=\"{w}\" fill=\"white\"/>\
         <rect x=\"{margin}\" y=\"{margin}\" width=\"{size}\" height=\"{size}\" fill=\"none\" stroke=\"#999\"/>\
         <line x1=\"{margin}\" y1=\"{e}\" x2=\"{e}\" y2=\"{margin}\" stroke=\"#999\" stroke-dasharray=\"4\"/>\
         <text x=\"{margin}\" y=\"30\">part that was right, by confidence</text>",
        w = size + 2.0 * margin,
        e = size + margin,
    );
    for tenth in 0..=5 {
        let at = f64::from(tenth) / 5.0;
        let (x, y) = (margin + at * size, margin + size - at * size);
        let _ = write!(
            svg,
            "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{at:.1}</text><text x=\"{}\" y=\"{y}\" text-anchor=\"end\">{at:.1}</text>",
            margin + size + 18.0,
            margin - 8.0
        );
    }
    for (nth, ((title, bins), colour)) in parts.iter().zip(colours).enumerate() {
        for (count, sum, right) in bins.iter().filter(|bin| bin.0 > 0) {
            let (mean, part) = (sum / *count as f64, *right as f64 / *count as f64);
            let _ = write!(
                svg,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{:.1}\" fill=\"{colour}\" fill-opacity=\"0.5\"/>",
                margin + mean * size,
                margin + size - part * size,
                3.0 + (*count as f64).sqrt()
            );
        }
        let y = margin + 20.0 + 18.0 * nth as f64;
        let _ = write!(
            svg,
            "<circle cx=\"{}\" cy=\"{}\" r=\"5\" fill=\"{colour}\"/><text x=\"{}\" y=\"{y}\">{title}</text>",
            margin + 15.0,
            y - 4.0,
            margin + 26.0
        );
    }
    svg + "</svg>\n"
}

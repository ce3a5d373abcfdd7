//! Compares returned negotiation files with the sent one, as the daemon does, and tells the outcome:
//! `cargo run --example negotiation -- [--pictures DIR] LOKET-BINARY SENT RETURNED...`, or with a folder in place of the files:
//! each folder in it (or itself) holds a `sent.pdf` and what came back of it, named by what it is: `signed-…`, `unsigned-…`,
//! `differs-…`, or `corrected-…` (by hand: differs, or signed with a note to look). Then a table is printed, right and wrong.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Instant,
};

use bytes::Bytes;
use loket::{
    examiner::{Examiner, helpers::Helpers},
    inspection::{Return, sniff},
};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut pictures = None;
    if let Some(at) = arguments
        .iter()
        .position(|argument| argument == "--pictures")
    {
        arguments.remove(at);
        pictures = (at < arguments.len()).then(|| PathBuf::from(arguments.remove(at)));
    }
    let [program, sent, returned @ ..] = &arguments[..] else {
        eprintln!("negotiation [--pictures DIR] LOKET-BINARY (SENT RETURNED... | FOLDER)");
        return;
    };
    let mut table = Table {
        examiner: Examiner::new(PathBuf::from(program), Helpers::find()),
        pictures,
        rows: BTreeMap::new(),
        seconds: Vec::new(),
        missed: 0,
        false_alarms: 0,
    };
    let sent = PathBuf::from(sent);
    if sent.is_dir() {
        let mut sets: Vec<PathBuf> = entries(&sent)
            .into_iter()
            .filter(|path| path.is_dir())
            .collect();
        sets.insert(0, sent);
        for set in sets.iter().filter(|set| set.join("sent.pdf").is_file()) {
            for file in entries(set) {
                if file.file_name().is_some_and(|name| name != "sent.pdf") {
                    table.compare(&set.join("sent.pdf"), &file).await;
                }
            }
        }
        table.print();
    } else {
        for file in returned {
            table.compare(&sent, Path::new(file)).await;
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    entries.sort();
    entries
}

struct Table {
    examiner: Examiner,
    pictures: Option<PathBuf>,
    /// By kind of case: how often each outcome, and how often it was right.
    rows: BTreeMap<String, (BTreeMap<String, usize>, usize)>,
    seconds: Vec<f64>,
    /// A changed file told as the one that was sent: the worst mistake. And a faithful one told as another.
    missed: usize,
    false_alarms: usize,
}

impl Table {
    async fn compare(&mut self, sent: &Path, file: &Path) {
        let read = |path: &Path| std::fs::read(path).map(Bytes::from);
        let (Ok(sent_file), Ok(content)) = (read(sent), read(file)) else {
            eprintln!("{} or {} cannot be read", sent.display(), file.display());
            return;
        };
        let kind = sniff(&content).kind;
        if kind != loket::inspection::FileKind::Pdf && !kind.is_picture() {
            return;
        }
        let start = Instant::now();
        let told = self.examiner.compare(&sent_file, &[(kind, content)]).await;
        let seconds = start.elapsed().as_secs_f64();
        self.seconds.push(seconds);
        let word = |path: Option<&std::ffi::OsStr>| {
            path.map(|word| word.to_string_lossy().into_owned())
                .unwrap_or_default()
        };
        let name = word(file.file_stem());
        let set = word(file.parent().and_then(Path::file_name));
        let (outcome, notes) = match &told {
            Some(told) => (Some(told.outcome), told.notes.join("; ")),
            None => (None, "not comparable".to_owned()),
        };
        let right = is_right(&name, outcome, &notes);
        let mark = if right { ' ' } else { '!' };
        let differs = outcome == Some(Return::Differs);
        self.missed += usize::from(!right && !differs && !name.contains("signed"));
        self.false_alarms += usize::from(!right && differs);
        let shown = outcome.map_or("-".to_owned(), |outcome| format!("{outcome:?}"));
        println!("{mark} {set:<6} {name:<24} {shown:<16} {seconds:.1} s: {notes}");
        if let (Some(folder), Some(told)) = (&self.pictures, &told) {
            let picture = folder.join(format!("{set}-{name}.jpg"));
            let _ = std::fs::write(picture, &told.side_by_side);
        }
        let (outcomes, rights) = self.rows.entry(name).or_default();
        *outcomes.entry(shown).or_default() += 1;
        *rights += usize::from(right);
    }

    fn print(&mut self) {
        println!();
        let (mut all, mut right) = (0, 0);
        for (name, (outcomes, rights)) in &self.rows {
            let count: usize = outcomes.values().sum();
            let outcomes: Vec<String> = outcomes
                .iter()
                .map(|(outcome, count)| format!("{count} {outcome}"))
                .collect();
            println!(
                "{name:<24} {rights:>3} of {count:<3} right: {}",
                outcomes.join(", ")
            );
            all += count;
            right += rights;
        }
        self.seconds.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let index = (self.seconds.len() as f64 * share) as usize;
            self.seconds.get(index).copied().unwrap_or_default()
        };
        println!(
            "{right} of {all} right; {} changed but told as sent, {} as sent but told as changed; seconds: median {:.1}, \
             p95 {:.1}",
            self.missed,
            self.false_alarms,
            at(0.5),
            at(0.95)
        );
    }
}

/// By the name of the case.
fn is_right(name: &str, outcome: Option<Return>, notes: &str) -> bool {
    let wanted = name.split('-').next().unwrap_or_default();
    match (wanted, outcome) {
        ("signed", Some(Return::ReturnedSigned))
        | ("unsigned", Some(Return::ReturnedUnsigned))
        | ("differs" | "corrected", Some(Return::Differs)) => true,
        ("corrected", Some(_)) => notes.contains("mohon diperiksa"),
        _ => false,
    }
}

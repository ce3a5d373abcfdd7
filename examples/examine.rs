//! Examines files as the daemon does and tells what it would: `cargo run --example examine -- LOKET-BINARY FILE...`
//! A folder's name is taken for the label of the files in it (`ktp/1.jpg`); with `--table` a confusion table follows.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Instant,
};

use bytes::Bytes;
use loket::{
    examiner::{Examiner, helpers::Helpers},
    inspection::{SURE, word_of_text},
};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let table = arguments.iter().any(|argument| argument == "--table");
    arguments.retain(|argument| argument != "--table");
    let [program, files @ ..] = &arguments[..] else {
        eprintln!("examine [--table] LOKET-BINARY FILE...");
        return;
    };
    let examiner = Examiner::new(PathBuf::from(program), Helpers::find());
    let mut confusion: BTreeMap<(String, String), u32> = BTreeMap::new();
    for file in files {
        let Ok(content) = std::fs::read(file).map(Bytes::from) else {
            continue;
        };
        let start = Instant::now();
        let told = examiner.examine(&content).await;
        let seconds = start.elapsed().as_secs_f64();
        let word = word_of_text(&told.text);
        let sure = word
            .filter(|(_, sure)| *sure >= SURE)
            .map_or("-", |(word, _)| word.word());
        let findings: Vec<&str> = told.findings.iter().map(|finding| finding.word()).collect();
        println!(
            "{file}: {} [{}] word {sure} ({}) {seconds:.2} s; {}",
            told.kind.label(),
            findings.join(" "),
            word.map_or_else(
                || "none".to_owned(),
                |(word, sure)| format!("{} {sure:.2}", word.word())
            ),
            told.notes.join("; ")
        );
        let label = Path::new(file)
            .parent()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned());
        *confusion
            .entry((label.unwrap_or_default(), sure.to_owned()))
            .or_default() += 1;
    }
    if table {
        println!("\n{:<20} {:<20} files", "label", "taken for");
        for ((label, word), count) in &confusion {
            println!(
                "{label:<20} {word:<20} {count}{}",
                if label == word || word == "-" {
                    ""
                } else {
                    "  WRONG"
                }
            );
        }
    }
}

//! Compares a returned negotiation file with the sent one, as the daemon does, and tells the outcome:
//! `cargo run --example negotiation -- LOKET-BINARY SENT RETURNED...`. With `--pictures DIR` the side-by-side pictures go there.

use std::{path::PathBuf, time::Instant};

use bytes::Bytes;
use loket::{
    examiner::{Examiner, helpers::Helpers},
    inspection::sniff,
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
        eprintln!("negotiation [--pictures DIR] LOKET-BINARY SENT RETURNED...");
        return;
    };
    let examiner = Examiner::new(PathBuf::from(program), Helpers::find());
    let Ok(sent) = std::fs::read(sent).map(Bytes::from) else {
        eprintln!("{sent} cannot be read");
        return;
    };
    for file in returned {
        let Ok(content) = std::fs::read(file).map(Bytes::from) else {
            continue;
        };
        let start = Instant::now();
        let told = examiner
            .compare(&sent, &content, sniff(&content).kind)
            .await;
        let seconds = start.elapsed().as_secs_f64();
        let name = PathBuf::from(file)
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        match told {
            Some((outcome, notes, picture)) => {
                println!(
                    "{name:<28} {outcome:?} {seconds:.1} s: {}",
                    notes.join("; ")
                );
                if let Some(folder) = &pictures {
                    let _ = std::fs::write(folder.join(format!("{name}.jpg")), &picture);
                }
            }
            None => println!("{name:<28} not comparable {seconds:.1} s"),
        }
    }
}

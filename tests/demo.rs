//! The first thing a new user types: `loket demo`, twice.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
};

fn loket(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_loket"))
        .args(arguments)
        .output()
        .expect("loket starts");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "loket {arguments:?}: {out}\n{err}");
    out.into_owned()
}

/// Every file below a folder with its content, but for the database's own.
fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !name.starts_with("loket.db") {
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn the_demo_files_answers_and_asks_and_doing_it_again_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let demo = dir.path().join("loket-demo");
    let name = demo.to_str().unwrap();
    let config = demo.join("loket.toml");
    let config = config.to_str().unwrap();

    let told = loket(&["demo", name]);
    for heading in [
        "WHAT CAME",
        "WHAT NEEDS A PERSON",
        "THE FOLDERS",
        "THE LETTERS",
        "WHERE TO LOOK NEXT",
    ] {
        assert!(told.contains(heading), "{heading} is missing:\n{told}");
    }
    let once = tree(&demo);
    let letters = once
        .keys()
        .filter(|path| path.starts_with("surat-keluar/"))
        .count();
    let outbox = loket(&["--config", config, "list", "outbox", "--json"]);
    assert_eq!(
        letters,
        outbox.lines().count(),
        "every letter that was written was also sent:\n{outbox}"
    );
    assert!(
        outbox
            .lines()
            .filter(|line| line.contains("\"acknowledgement\""))
            .count()
            >= 5,
        "{outbox}"
    );
    assert!(
        outbox.lines().all(|line| !line.contains("\"queued\"")),
        "{outbox}"
    );
    let messages = loket(&["--config", config, "list", "messages", "--json"]);
    for state in ["filed", "needs-decision", "set-aside"] {
        assert!(
            messages.contains(&format!("\"state\":\"{state}\"")),
            "no message is {state}"
        );
    }

    loket(&["demo", name]);
    assert_eq!(once, tree(&demo), "the second run changed files");
    assert_eq!(
        messages,
        loket(&["--config", config, "list", "messages", "--json"])
    );
    assert_eq!(
        outbox,
        loket(&["--config", config, "list", "outbox", "--json"])
    );
    loket(&["--config", config, "verify"]);
    reader_that_has_seen_enough(&["--config", config, "verify"]);
    reader_that_has_seen_enough(&["--config", config, "show", "4"]);
    reader_that_has_seen_enough(&["--config", config, "list", "documents"]);
}

/// As before `| head -0`: nobody reads, and that is no failure.
fn reader_that_has_seen_enough(arguments: &[&str]) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_loket"))
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.is_empty(),
        "{arguments:?}: {said}"
    );
}

//! `loket replay` tells what today's rules would do otherwise, and does nothing.

use std::{path::Path, process::Command};

use serde_json::Value;

fn loket(dir: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_loket"))
        .args(arguments)
        .env("LOKET_CONFIG", dir.join("loket.toml"))
        .env("USER", "sri")
        .output()
        .expect("the program runs");
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn replay_lists_what_would_differ_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("demo");
    loket(&dir, &["demo", dir.to_str().unwrap()]);
    assert_eq!(loket(&dir, &["replay", "--json"]), "", "just decided");

    // A person decided otherwise.
    loket(&dir, &["ignore", "9"]);
    let all = || {
        let messages = loket(&dir, &["list", "messages", "--json"]);
        messages + &loket(&dir, &["list", "events", "--json"])
    };
    let before = all();
    let differing = loket(&dir, &["replay", "--json"]);
    let lines: Vec<Value> = differing
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 1, "{differing}");
    assert_eq!(lines[0]["id"], 9);
    assert_eq!(lines[0]["was"]["state"], "set-aside");
    assert_eq!(lines[0]["now"]["state"], "needs-decision");
    assert!(lines[0]["decided_by"].is_string());
    assert_eq!(all(), before);

    let later = ["replay", "--json", "--since", "2100-01-01T00:00:00Z"];
    assert_eq!(loket(&dir, &later), "");
    assert!(loket(&dir, &["replay"]).contains("1 akan berbeda"));
}

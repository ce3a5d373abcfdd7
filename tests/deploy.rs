//! The unit file: systemd understands every line, and finds little left to take away (reliability.md T17).

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
};

const UNIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/loket.service");

fn unit() -> String {
    fs::read_to_string(UNIT).unwrap()
}

/// `None`, said loudly, where systemd's tools are not installed.
fn systemd_analyze() -> Option<Command> {
    let there = Command::new("systemd-analyze").arg("--version").output();
    if !there.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: systemd-analyze is not installed");
        return None;
    }
    let mut command = Command::new("systemd-analyze");
    command.env("SYSTEMD_LOG_LEVEL", "warning");
    Some(command)
}

/// The unit as installed, with programs that are there: `verify` looks for them.
fn installed(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("loket.service");
    let text = unit().replace("/usr/local/bin/loket", env!("CARGO_BIN_EXE_loket"));
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn systemd_understands_every_line_of_the_unit() {
    let Some(mut command) = systemd_analyze() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let output = command
        .args(["verify", "--man=no", "--recursive-errors=no"])
        .arg(installed(folder.path()))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    // An unknown key is a warning only, and would leave a door open in silence.
    let ours: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("loket.service"))
        .collect();
    assert_eq!(ours, [""; 0]);
}

#[test]
fn little_is_left_to_take_away() {
    let Some(mut command) = systemd_analyze() else {
        return;
    };
    let output = command
        .args(["security", "--offline=true", "--threshold=20", "--no-pager"])
        .arg(UNIT)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[test]
fn the_unit_restarts_for_ever_and_names_no_key_that_debian_12_ignores() {
    let unit = unit();
    let keys: Vec<&str> = unit
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(key, _)| key)
        .collect();
    for needed in [
        "WatchdogSec",
        "LoadCredential",
        "StateDirectory",
        "LimitCORE",
        "MemoryMax",
    ] {
        assert!(keys.contains(&needed), "{needed}");
    }
    assert!(unit.contains("\nRestart=always\n") && unit.contains("\nStartLimitIntervalSec=0\n"));
    assert!(unit.contains("\nType=notify\n"));
    for newer in ["RestartSteps", "RestartMaxDelaySec"] {
        assert!(!keys.contains(&newer), "{newer} came with systemd 254");
    }
}

/// System calls of a group, and of the groups in it.
fn calls_of(group: &str) -> BTreeSet<String> {
    let output = systemd_analyze()
        .unwrap()
        .args(["syscall-filter", "--no-pager", group])
        .output()
        .unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    let mut calls = BTreeSet::new();
    for word in listed.lines().skip(1).map(str::trim) {
        match word.chars().next() {
            None | Some('#') => {}
            Some('@') => calls.extend(calls_of(word)),
            Some(_) => {
                calls.insert(word.to_owned());
            }
        }
    }
    calls
}

/// What the unit's `SystemCallFilter` lines leave, taken in their order as systemd does.
fn allowed_by_the_unit() -> BTreeSet<String> {
    let mut allowed = BTreeSet::new();
    let unit = unit();
    let lines = unit
        .lines()
        .filter_map(|line| line.strip_prefix("SystemCallFilter="));
    for line in lines {
        let (denies, words) = match line.strip_prefix('~') {
            Some(words) => (true, words),
            None => (false, line),
        };
        for word in words.split_whitespace() {
            let calls = match word.starts_with('@') {
                true => calls_of(word),
                false => BTreeSet::from([word.to_owned()]),
            };
            for call in calls {
                match denies {
                    true => allowed.remove(&call),
                    false => allowed.insert(call),
                };
            }
        }
    }
    allowed
}

#[test]
fn decoders_can_build_their_walls_inside_those_of_the_unit() {
    if systemd_analyze().is_none() {
        return;
    }
    let allowed = allowed_by_the_unit();
    assert!(allowed.contains("read") && !allowed.contains("mount"));
    let folder = tempfile::tempdir().unwrap();
    let (trace, file) = (folder.path().join("trace"), folder.path().join("file"));
    fs::write(&file, "no picture").unwrap();
    let status = Command::new("strace")
        .args(["-f", "-qq", "-e", "signal=none", "-o"])
        .arg(&trace)
        .arg(env!("CARGO_BIN_EXE_loket"))
        .args(["inspect-worker", r#"{"measure":{"kind":"jpeg"}}"#])
        .stdin(File::open(&file).unwrap())
        .stdout(Stdio::null())
        .status();
    let Ok(status) = status else {
        eprintln!("SKIPPED: strace is not installed");
        return;
    };
    assert!(status.success());
    let trace = fs::read_to_string(trace).unwrap();
    let made: BTreeSet<&str> = trace
        .lines()
        .filter_map(|line| Some(line.split_once(' ')?.1.trim_start().split_once('(')?.0))
        .collect();
    assert!(made.contains("landlock_restrict_self") && made.contains("seccomp"));
    let refused: Vec<_> = made
        .iter()
        .filter(|call| !allowed.contains(**call))
        .collect();
    assert!(refused.is_empty(), "the unit refuses {refused:?}");
}

//! The unit file: systemd understands every line, and finds little left to take away (reliability.md T17).

use std::{fs, path::Path, process::Command};

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

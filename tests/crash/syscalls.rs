//! Killed before the n-th system call of a group, in whatever thread: the next run, without anybody's help, comes to the
//! rows, files and mails of the run that was not cut (P3, P5, P7, P15-P17; T2).

use std::{collections::BTreeMap, fs, os::unix::process::ExitStatusExt as _};

use super::ground::{Dice, Ground, NOON, State, exhaustive, ok, strace_works};

/// What changes anything on the disk. `mkdir` and `chmod` as well: a folder without its right mode is half a step.
const GROUPS: [(&str, usize); 6] = [
    ("write,pwrite64,writev,pwritev", 10),
    ("fsync,fdatasync", 10),
    ("link,linkat,rename,renameat,renameat2", 6),
    ("unlink,unlinkat", 3),
    ("mkdir,mkdirat,chmod,fchmod,fchmodat", 4),
    ("ftruncate,fallocate,openat", 6),
];

/// How often the busiest thread makes a call of the group: strace counts for each thread by itself.
pub fn most_calls(ground: &Ground, group: &str, arguments: &[&str]) -> usize {
    let log = ground.path("strace.log");
    let trace = format!("trace={group}");
    let log_name = log.to_str().expect("UTF-8");
    let output = ground
        .strace(&["-o", log_name, "-e", &trace], arguments)
        .output()
        .expect("strace");
    ok(&output);
    let mut calls: BTreeMap<String, usize> = BTreeMap::new();
    for line in fs::read_to_string(&log).expect("a log").lines() {
        let thread = line.split_whitespace().next().unwrap_or_default();
        // A call that another thread interrupted in the log stands there twice.
        if !line.contains("resumed>") && !line.contains("+++") {
            *calls.entry(thread.to_owned()).or_default() += 1;
        }
    }
    fs::remove_file(log).expect("the log");
    calls.into_values().max().unwrap_or_default()
}

/// Runs with a kill before the n-th call; whether it met one.
fn cut(ground: &Ground, group: &str, when: usize, arguments: &[&str]) -> bool {
    let trace = format!("trace={group}");
    let inject = format!("inject={group}:signal=KILL:when={when}");
    let options = ["-o", "/dev/null", "-e", &trace, "-e", &inject];
    let output = ground.strace(&options, arguments).output().expect("strace");
    let killed = output.status.signal() == Some(9);
    assert!(
        killed || output.status.success(),
        "{group} {when}: {output:?}"
    );
    killed
}

/// What must hold after a cut and one run more.
fn goes_on(ground: &Ground, expected: &State, at: &str, about: &str) {
    let maildir = ground.maildir();
    ok(&ground.once(at));
    let state = ground.state();
    let differences = state.differences(expected);
    assert!(
        differences.is_empty(),
        "{about}:\n{}",
        differences.join("\n")
    );
    ground
        .verify()
        .unwrap_or_else(|why| panic!("{about}: {why}"));
    let letters = ground.letters("surat-keluar");
    let mut once = letters.clone();
    once.dedup();
    assert_eq!(letters, once, "{about}: a letter stands there twice");
    assert_eq!(
        ground.maildir(),
        maildir,
        "{about}: the Maildir was touched"
    );
    // And there is nothing left to do.
    let again = ok(&ground.once(at));
    assert!(
        again.contains("decided 0, queued 0, sent 0, waiting 0"),
        "{about}: {again}"
    );
}

#[test]
fn killed_before_any_call_the_next_run_comes_to_the_same_rows_files_and_mails() {
    if !strace_works() {
        return;
    }
    let mut dice = Dice::new("killed_before_any_call");
    let base = Ground::with_mails();
    let arguments = ["run", "--once", "--at", NOON];
    let whole = base.copy();
    ok(&whole.once(NOON));
    let expected = whole.state();
    whole.verify().expect("a sound run");
    // The scenario is what it says it is.
    let kinds = |key: &str, rows: &[serde_json::Value]| -> Vec<String> {
        rows.iter()
            .map(|row| row[key].as_str().unwrap_or("null").to_owned())
            .collect()
    };
    assert_eq!(
        kinds("state", &expected.messages),
        [
            "filed",
            "filed",
            "filed",
            "needs-decision",
            "needs-decision",
            "set-aside",
            "filed",
            // One mail for two tenders.
            "filed",
            "filed"
        ]
    );
    let outbox = kinds("kind", &expected.outbox);
    assert_eq!(
        outbox
            .iter()
            .filter(|kind| *kind == "acknowledgement")
            .count(),
        4,
        "{outbox:?}"
    );
    assert!(
        outbox.contains(&"unknown-sender-reply".to_owned()),
        "{outbox:?}"
    );
    assert!(
        expected
            .outbox
            .iter()
            .any(|mail| mail["state"] == "bounced")
    );

    let mut cuts = 0;
    for (group, samples) in GROUPS {
        let highest = most_calls(&base.copy(), group, &arguments);
        let samples = if exhaustive() { highest } else { samples };
        for when in dice.some(highest, samples) {
            let ground = base.copy();
            if cut(&ground, group, when, &arguments) {
                cuts += 1;
            }
            goes_on(
                &ground,
                &expected,
                NOON,
                &format!("killed before call {when} of {group}"),
            );
        }
    }
    eprintln!("{cuts} runs were cut");
    assert!(cuts > 20, "strace killed only {cuts} times");
}

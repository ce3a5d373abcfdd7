//! Starts and ends: one process at a time (P29), a first start killed anywhere (P30), a clock that jumps (P32), and two
//! people who decide the same at once (P5, P15).

use std::{
    collections::BTreeSet, fs, os::unix::process::ExitStatusExt as _, process::Stdio,
    time::Duration,
};

use serde_json::Value;

use super::{
    daemon::Daemon,
    ground::{Dice, FIRM, Ground, LATER, MORNING, NOON, exhaustive, mail, ok, strace_works},
    syscalls::most_calls,
};

#[test]
fn a_second_process_is_refused_at_once_and_may_start_when_the_first_is_gone() {
    let ground = Ground::far();
    let first = Daemon::start(&ground);
    for arguments in [&["run"][..], &["run", "--once"][..]] {
        let refused = ground.run(arguments);
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        let words = String::from_utf8_lossy(&refused.stderr);
        assert!(words.contains("another loket is running"), "{words}");
    }
    // Looking is allowed.
    ok(&ground.run(&["list", "messages"]));
    first.kill();
    let second = Daemon::start(&ground);
    let (status, took) = second.terminate();
    assert_eq!(status.code(), Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
    ok(&ground.run(&["run", "--once"]));
}

#[test]
fn a_first_start_killed_at_any_call_goes_on_at_the_next() {
    if !strace_works() {
        return;
    }
    let mut dice = Dice::new("a_first_start");
    let arguments = ["run", "--once", "--at", MORNING];
    let mut cuts = 0;
    for (group, samples) in [
        ("pwrite64,write", 6),
        ("fsync,fdatasync", 4),
        ("openat,ftruncate,unlink,mkdir", 4),
    ] {
        let highest = most_calls(&Ground::bare(), group, &arguments);
        let samples = if exhaustive() { highest } else { samples };
        for when in dice.some(highest, samples) {
            let ground = Ground::bare();
            let about = format!("killed before call {when} of {group}");
            let (trace, inject) = (
                format!("trace={group}"),
                format!("inject={group}:signal=KILL:when={when}"),
            );
            let options = ["-o", "/dev/null", "-e", &trace, "-e", &inject];
            let output = ground
                .strace(&options, &arguments)
                .output()
                .expect("strace");
            cuts += usize::from(output.status.signal() == Some(9));
            ground.import();
            ok(&ground.once(MORNING));
            assert_eq!(ground.letters("surat-keluar").len(), 5, "{about}");
            ground
                .verify()
                .unwrap_or_else(|why| panic!("{about}: {why}"));
        }
    }
    assert!(cuts > 6, "only {cuts} were cut");
}

/// What was sent: kind, address, session, state.
fn sent(ground: &Ground) -> Vec<[String; 4]> {
    let text = |mail: &Value, key: &str| mail[key].as_str().unwrap_or_default().to_owned();
    let mut sent: Vec<_> = ground
        .list("outbox")
        .iter()
        .map(|mail| ["kind", "to", "session", "state"].map(|key| text(mail, key)))
        .collect();
    sent.sort();
    sent
}

#[test]
fn a_clock_that_jumps_a_year_sends_nothing_twice_and_loses_nothing() {
    let whole = Ground::with_mails();
    let base = whole.copy();
    ok(&whole.once(NOON));
    let expected = sent(&whole);
    let (ahead, behind) = ("2027-11-25T12:00:00+08:00", "2025-11-25T12:00:00+08:00");
    for jumps in [
        &[NOON, ahead, behind, NOON][..],
        &[NOON, behind, ahead, NOON],
        &[behind, NOON],
        &[ahead, NOON],
        &[ahead, behind, NOON],
    ] {
        let ground = base.copy();
        for at in jumps {
            ok(&ground.once(at));
        }
        // A year on, that the invitation did not arrive is no news any more; with the right time it is told.
        assert_eq!(sent(&ground), expected, "{jumps:?}");
        // What the wrong time stamped holds back nothing that comes at the right one.
        for number in 0..5 {
            let name = format!("later-{number}");
            ground.deliver(&name, &mail(FIRM, "Susulan 8231345", &name, &["akta.pdf"]));
            ok(&ground.once(LATER));
        }
        let receipts = sent(&ground)
            .into_iter()
            .filter(|[kind, to, ..]| kind == "acknowledgement" && to == FIRM);
        assert_eq!(receipts.count(), 6, "{jumps:?}");
        ground.verify().expect("sound");
    }
}

#[test]
fn the_same_decision_by_two_people_at_once_files_and_acknowledges_once() {
    let base = Ground::with_mails();
    ok(&base.once(NOON));
    for _ in 0..if exhaustive() { 40 } else { 6 } {
        let ground = base.copy();
        let deciders: Vec<_> = (0..3)
            .map(|_| {
                let mut assign = ground.loket(&[
                    "assign",
                    "4",
                    "--tender",
                    "9342456",
                    "--bidder",
                    "CV Dua Tender",
                    "--session",
                    "clarification",
                ]);
                assign
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .expect("assign")
            })
            .collect();
        let told: Vec<String> = deciders
            .into_iter()
            .map(|decider| ok(&decider.wait_with_output().expect("assign")))
            .collect();
        let now = told
            .iter()
            .filter(|words| words.contains("disimpan di"))
            .count();
        assert_eq!(now, 1, "{told:?}");
        ok(&ground.once(LATER));
        ok(&ground.once(LATER));
        let message = &ground.list("messages")[3];
        assert_eq!(message["state"], "filed");
        assert_eq!(
            message["replies"].as_array().map(Vec::len),
            Some(1),
            "{message}"
        );
        let paper = message["attachments"][0]["path"].as_str().expect("a path");
        let papers: BTreeSet<String> = ground
            .state()
            .files
            .into_keys()
            .filter(|name| name.starts_with("berkas/2026/") && name.contains(" 0004-"))
            .collect();
        assert_eq!(papers, BTreeSet::from([format!("berkas/{paper}")]));
        ground.verify().expect("sound");
    }
}

#[test]
fn the_lock_is_not_left_behind_by_a_process_that_died() {
    let ground = Ground::far();
    Daemon::start(&ground).kill();
    assert!(fs::exists(ground.path("loket.db.lock")).expect("a folder"));
    ok(&ground.once(MORNING));
}

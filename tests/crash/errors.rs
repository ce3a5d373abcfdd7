//! Errors of the disk in the middle of the work (P8, P9, T3), and the order of what becomes durable (P3, T4).

use std::{
    collections::BTreeMap,
    fs,
    os::unix::process::CommandExt as _,
    process::{Child, Output, Stdio},
    time::{Duration, SystemTime},
};

use loket::digest::Digest;

use super::{
    ground::{Dice, FIRM, Ground, LATER, MORNING, NOON, State, exhaustive, mail, ok, strace_works},
    syscalls::most_calls,
};

const PASS: [&str; 4] = ["run", "--once", "--at", NOON];
/// P8.
const GONE_WITHIN: f64 = 5.0;

/// A line of strace's log: thread, time, call.
struct Call {
    thread: String,
    time: f64,
    text: String,
}

/// Reads a log with `-ttt`; a call that another one interrupted is put together again, at the place where it ended.
fn calls(log: &str) -> Vec<Call> {
    let mut begun: BTreeMap<String, String> = BTreeMap::new();
    let mut calls = Vec::new();
    for line in log.lines() {
        let mut words = line.splitn(3, char::is_whitespace);
        let (Some(thread), Some(rest)) = (words.next(), line.split_once(char::is_whitespace))
        else {
            continue;
        };
        let Some((time, text)) = rest.1.trim_start().split_once(' ') else {
            continue;
        };
        if let Some(start) = text.strip_suffix(" <unfinished ...>") {
            begun.insert(thread.to_owned(), start.to_owned());
            continue;
        }
        let text = match text.split_once(" resumed>") {
            Some((_, end)) => begun.remove(thread).unwrap_or_default() + end,
            None => text.to_owned(),
        };
        calls.push(Call {
            thread: thread.to_owned(),
            time: time.parse().unwrap_or_default(),
            text,
        });
    }
    calls
}

/// Runs a pass in which the n-th of some calls fails.
fn fail(ground: &Ground, group: &str, error: &str, when: &str, trace: &str) -> (Output, Vec<Call>) {
    let log = ground.path("strace.log");
    let trace = format!("trace={trace}");
    let inject = format!("inject={group}:error={error}:when={when}");
    let log_name = log.to_str().expect("UTF-8");
    let options = ["-y", "-ttt", "-o", log_name, "-e", &trace, "-e", &inject];
    let output = ground.strace(&options, &PASS).output().expect("strace");
    let text = fs::read_to_string(&log).expect("a log");
    fs::remove_file(log).expect("the log");
    (output, calls(&text))
}

fn expected_of(base: &Ground) -> State {
    let whole = base.copy();
    ok(&whole.once(NOON));
    whole.state().without_numbers()
}

fn same(ground: &Ground, expected: &State, about: &str) {
    let differences = ground.state().without_numbers().differences(expected);
    assert!(
        differences.is_empty(),
        "{about}:\n{}",
        differences.join("\n")
    );
    ground
        .verify()
        .unwrap_or_else(|why| panic!("{about}: {why}"));
}

/// The part of a call between `<` and `>`: what its descriptor stands for.
fn descriptor(call: &Call) -> Option<&str> {
    call.text
        .split_once('(')?
        .1
        .split_once('>')
        .map(|(fd, _)| fd)
}

#[test]
fn after_a_failed_sync_nothing_more_is_sent_and_the_process_ends() {
    if !strace_works() {
        return;
    }
    let mut dice = Dice::new("after_a_failed_sync");
    let base = Ground::with_mails();
    let expected = expected_of(&base);
    let highest = most_calls(&base.copy(), "fsync,fdatasync", &PASS);
    let mut met = 0;
    // Once, and from then on always.
    for (lasting, samples) in [("", 8), ("+", 4)] {
        let samples = if exhaustive() { highest } else { samples };
        for when in dice.some(highest, samples) {
            let ground = base.copy();
            let when = format!("{when}{lasting}");
            let about = format!("EIO at sync {when}");
            let trace = "fsync,fdatasync,rename,renameat,renameat2,link,linkat";
            let (output, calls) = fail(&ground, "fsync,fdatasync", "EIO", &when, trace);
            let Some(first) = calls
                .iter()
                .position(|call| call.text.contains("(INJECTED)"))
            else {
                continue;
            };
            met += 1;
            assert_eq!(output.status.code(), Some(1), "{about}: {output:?}");
            let (failed, after) = (&calls[first], &calls[first + 1..]);
            let last = calls.last().map_or(failed.time, |call| call.time);
            assert!(
                last - failed.time < GONE_WITHIN,
                "{about}: still at work after {} s",
                last - failed.time
            );
            // What other threads had begun may end; a letter takes its name only after its own sync.
            for call in after {
                assert!(
                    !(call.text.starts_with("rename") && call.text.contains("surat-keluar")),
                    "{about}: sent after it: {}",
                    call.text
                );
                // SQLite may sync its own log once more as its last connection closes: what the log says is in memory
                // still, and the process ends with 1 all the same. Files of ours are never synced again.
                let again = call.text.contains("sync(")
                    && !call.text.contains("loket.db")
                    && call.thread == failed.thread
                    && descriptor(call) == descriptor(failed);
                assert!(!again, "{about}: synced again: {}", call.text);
            }
            ok(&ground.once(NOON));
            same(&ground, &expected, &about);
        }
    }
    assert!(met > 6, "met only {met} of the failures");
}

/// The files that hold what must not be lost. The runtime writes as well, to wake its own threads: no disk does that,
/// and it must not fail.
fn files_written(base: &Ground, expected: &State) -> Vec<String> {
    let original = expected.messages[0]["sha256"]
        .as_str()
        .expect("a digest")
        .to_owned();
    let of = |what: &str| {
        let mut names = expected.files.keys();
        let name = names.find(|name| name.contains(what)).expect("a file");
        name.rsplit_once('/')
            .map(|(folder, file)| (folder.to_owned(), file.to_owned()))
            .expect("a folder")
    };
    let (papers, paper) = of("ktp 0001");
    // The number of a letter depends on its turn, which errors may change.
    let letters: Vec<String> = (6..12)
        .map(|number| format!("surat-keluar/.{number:06}-acknowledgement-{FIRM}.eml.part"))
        .collect();
    [
        format!("berkas/originals/{}/{original}.eml#1", &original[..2]),
        format!("{papers}/{paper}#1"),
        "loket.db".to_owned(),
        "loket.db-wal".to_owned(),
    ]
    .into_iter()
    .chain(letters)
    .inspect(|name| assert!(!base.path(name).exists() || name.starts_with("loket.db")))
    .collect()
}

/// A pass in which a call fails, on one of the files that matter or wherever it is made, and two passes more.
fn survives(
    base: &Ground,
    expected: &State,
    about: &str,
    inject: &str,
    only: &[&str],
) -> Option<i32> {
    let ground = base.copy();
    let maildir = ground.maildir();
    let log = ground.path("strace.log");
    let group = inject.split_once(':').map_or(inject, |(group, _)| group);
    let (trace, inject) = (format!("trace={group}"), format!("inject={inject}"));
    let paths: Vec<String> = only
        .iter()
        .map(|name| ground.path(name).display().to_string())
        .collect();
    let mut options = vec![
        "-o",
        log.to_str().expect("UTF-8"),
        "-e",
        &trace,
        "-e",
        &inject,
    ];
    for path in &paths {
        options.extend(["-P", path]);
    }
    let output = ground.strace(&options, &PASS).output().expect("strace");
    let met = fs::read_to_string(&log)
        .expect("a log")
        .contains("(INJECTED)");
    fs::remove_file(log).expect("the log");
    let code = output.status.code();
    // 127: it was the dynamic linker that could not open a library.
    assert!(matches!(code, Some(0..=2 | 127)), "{about}: {output:?}");
    assert_eq!(
        ground.maildir(),
        maildir,
        "{about}: the mails stay where they are"
    );
    ok(&ground.once(NOON));
    // A letter whose writing failed waits for its next attempt.
    ok(&ground.once("2026-11-25T13:00:00+08:00"));
    same(&ground, expected, about);
    met.then_some(code).flatten()
}

#[test]
fn a_full_disk_or_quota_loses_nothing_and_with_space_it_goes_on() {
    if !strace_works() {
        return;
    }
    let mut dice = Dice::new("a_full_disk");
    let base = Ground::with_mails();
    let expected = expected_of(&base);
    let files = files_written(&base, &expected);
    let group = "write,pwrite64,writev,ftruncate";
    let mut met = 0;
    for file in &files {
        let errors: &[&str] = match (file.contains("-acknowledgement-"), exhaustive()) {
            (true, false) => &["ENOSPC"],
            _ => &["ENOSPC", "EDQUOT"],
        };
        for error in errors {
            let first = match file.starts_with("loket.db-wal") {
                true => 1 + dice.below(60),
                false => 1,
            };
            for lasting in ["", "+"] {
                let about = format!("{error} at write {first}{lasting} of {file}");
                let inject = format!("{group}:error={error}:when={first}{lasting}");
                met += usize::from(survives(&base, &expected, &about, &inject, &[file]).is_some());
            }
        }
    }
    assert!(met >= 10, "only {met} of the failures were met");
}

#[test]
fn too_many_open_files_or_an_interrupted_call_fail_no_mail() {
    if !strace_works() {
        return;
    }
    let mut dice = Dice::new("too_many_open_files");
    let base = Ground::with_mails();
    let expected = expected_of(&base);
    for (group, error, samples) in [
        ("openat", "EMFILE", 10),
        ("pwrite64", "EINTR", 3),
        ("fsync,fdatasync", "EINTR", 3),
        ("pread64", "EINTR", 3),
    ] {
        let highest = most_calls(&base.copy(), group, &PASS);
        let samples = if exhaustive() { highest } else { samples };
        for when in dice.some(highest, samples) {
            let about = format!("{error} at call {when} of {group}");
            let inject = format!("{group}:error={error}:when={when}");
            survives(&base, &expected, &about, &inject, &[]);
        }
    }
    // A mail in the midst: those behind it do not overtake it.
    let inject = "openat:error=EMFILE:when=1";
    let met = survives(&base, &expected, "a mail", inject, &["maildir/new/05"]);
    assert!(met.is_some(), "the mail was not opened by its path");
}

#[test]
fn a_page_that_could_not_be_written_is_made_in_a_later_round() {
    let ground = Ground::with_mails();
    let page = ground.path("berkas/2026/8231345 Pembangunan Jembatan Sei Lanuk/index.html");
    // A folder stands in its place: renaming the new page over it fails.
    fs::remove_file(&page).expect("the page of the import");
    fs::create_dir(&page).expect("a folder");
    fs::write(page.join("x"), "").expect("a file");
    ok(&ground.once(NOON));
    fs::remove_dir_all(&page).expect("the folder");
    ok(&ground.once("2026-11-25T13:00:00+08:00"));
    let html = fs::read_to_string(&page).expect("the page");
    assert!(html.contains("npwp.jpg"), "{html}");
    let before = fs::metadata(&page).and_then(|data| data.modified());
    ok(&ground.once("2026-11-25T14:00:00+08:00"));
    let after = fs::metadata(&page).and_then(|data| data.modified());
    assert_eq!(before.expect("a time"), after.expect("a time"), "no change");
}

fn receipts(ground: &Ground) -> usize {
    let files = ground.state().files;
    files
        .keys()
        .filter(|name| name.contains("-acknowledgement-"))
        .count()
}

/// Waits for a child that leads its group, without sleeping longer than it lives.
fn end_of(mut child: Child, within: Duration) -> Output {
    let pid = child.id();
    let (told, done) = std::sync::mpsc::channel();
    let watcher = std::thread::spawn(move || {
        if done.recv_timeout(within).is_err() {
            let pid = rustix::process::Pid::from_raw(pid.cast_signed());
            let killed = pid
                .map(|pid| rustix::process::kill_process_group(pid, rustix::process::Signal::KILL));
            panic!("still running after {within:?}; killed: {killed:?}");
        }
    });
    let stdout = child.stdout.take();
    drop(stdout);
    let output = child.wait_with_output().expect("a child");
    let _already_gone = told.send(());
    watcher.join().expect("it ended in time");
    output
}

#[test]
fn the_daemon_ends_with_status_1_within_five_seconds_of_a_failed_sync() {
    if !strace_works() {
        return;
    }
    let ground = Ground::far();
    let raw = mail(FIRM, "Pembuktian 8231345", "k1", &["ktp.jpg"]);
    ground.deliver("01", &raw);
    let digest = Digest::of(&raw).hex();
    let paper = {
        let whole = ground.copy();
        ok(&whole.once(NOON));
        let mut files = whole.state().files.into_keys();
        files
            .find(|name| name.ends_with("ktp.jpg"))
            .expect("the paper")
    };
    let letter = "surat-keluar/.000006-acknowledgement-tender@karya.example.eml.part";
    for (path, when) in [
        (
            format!("berkas/originals/{}/{digest}.eml#1", &digest[..2]),
            1,
        ),
        (format!("berkas/originals/{}", &digest[..2]), 1),
        (format!("{paper}#1"), 1),
        (letter.to_owned(), 1),
        // Some commits are the start itself.
        ("loket.db-wal".to_owned(), 2),
        ("loket.db-wal".to_owned(), 5),
    ] {
        let ground = ground.copy();
        let (log, failing) = (ground.path("strace.log"), ground.path(&path));
        let inject = format!("inject=fsync,fdatasync:error=EIO:when={when}+");
        let options = [
            "-ttt",
            "-P",
            failing.to_str().expect("UTF-8"),
            "-o",
            log.to_str().expect("UTF-8"),
            "-e",
            "trace=fsync,fdatasync",
            "-e",
            &inject,
        ];
        let child = ground
            .strace(&options, &["run"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .expect("strace");
        let output = end_of(child, Duration::from_secs(60));
        let ended = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .expect("after 1970")
            .as_secs_f64();
        let text = fs::read_to_string(&log).expect("a log");
        let calls = calls(&text);
        let failed = calls.iter().find(|call| call.text.contains("(INJECTED)"));
        let failed = failed.unwrap_or_else(|| panic!("{path}: no failure: {output:?}\n{text}"));
        assert_eq!(output.status.code(), Some(1), "{path}: {output:?}");
        assert!(
            ended - failed.time < GONE_WITHIN,
            "{path}: {} s",
            ended - failed.time
        );
        assert_eq!(receipts(&ground), 0, "{path}: something was sent");
        // The disk is well again.
        ok(&ground.once(LATER));
        ground.verify().expect("nothing lost");
        assert_eq!(ground.list("messages")[0]["state"], "filed", "{path}");
        assert_eq!(receipts(&ground), 1, "{path}");
    }
}

#[test]
fn original_name_folder_and_log_are_on_the_disk_before_the_first_octet_of_an_answer() {
    if !strace_works() {
        return;
    }
    let ground = Ground::new();
    ok(&ground.once(MORNING));
    ground.deliver("01", &mail(FIRM, "Pembuktian 8231345", "k1", &["ktp.jpg"]));
    let log = ground.path("strace.log");
    let name = log.to_str().expect("UTF-8");
    let trace = "trace=fsync,fdatasync,link,linkat,rename,renameat,renameat2,write,pwrite64,openat";
    let options = ["-y", "-s", "300", "-ttt", "-o", name, "-e", trace];
    ok(&ground.strace(&options, &PASS).output().expect("strace"));
    let text = fs::read_to_string(&log).expect("a log");
    let calls = calls(&text);
    let find = |from: usize, what: &str, is: &dyn Fn(&str) -> bool| -> usize {
        let found = calls
            .iter()
            .skip(from)
            .position(|call| is(&call.text) && !call.text.contains("= -1"));
        from + found.unwrap_or_else(|| panic!("no {what} after line {from} of\n{text}"))
    };
    let syncs = |text: &str| text.starts_with("fsync(") || text.starts_with("fdatasync(");
    let octets = find(0, "original", &|text| {
        text.starts_with("write(") && text.contains("/originals/")
    });
    let original = find(octets, "sync of the original", &|text| {
        syncs(text) && text.contains("/originals/") && text.contains('#')
    });
    let named = find(original, "name", &|text| {
        (text.starts_with("link") || text.starts_with("rename")) && text.contains("/originals/")
    });
    let folder = find(named, "sync of the folder", &|text| {
        syncs(text) && text.contains("/originals/") && !text.contains(".eml")
    });
    let row = find(folder, "row", &|text| {
        text.starts_with("pwrite64(") && text.contains("loket.db-wal")
    });
    let log_synced = find(row, "sync of the log", &|text| {
        syncs(text) && text.contains("loket.db-wal")
    });
    let answer = find(0, "answer", &|text| {
        text.starts_with("write(")
            && text.contains("/surat-keluar/")
            && text.contains("acknowledgement")
    });
    assert!(log_synced < answer, "{log_synced} {answer}:\n{text}");
    // The paper and its name as well, before the row that names it; and the letter before its own name.
    let paper = find(0, "sync of the paper", &|text| {
        syncs(text) && text.contains("ktp 0001-01")
    });
    assert!(paper < answer);
    let letter = find(answer, "sync of the letter", &|text| {
        syncs(text) && text.contains("acknowledgement")
    });
    let letter_named = find(answer, "name of the letter", &|text| {
        text.starts_with("rename") && text.contains("acknowledgement")
    });
    find(letter_named, "sync of the letters' folder", &|text| {
        syncs(text) && text.contains("surat-keluar>")
    });
    assert!(letter < letter_named, "{letter} {letter_named}");
}

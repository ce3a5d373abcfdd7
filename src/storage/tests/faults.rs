//! The same calls in a child process: on a file system that is full, and under strace, which kills it before a system
//! call, makes the call fail, or writes down the order of calls (reliability.md T2, T3, T4, T10).
//!
//! Each test runs itself again (`CHILD` set); where the machine forbids it, it says so and is skipped.

use std::{
    env,
    process::{Command, Output},
};

use super::*;

/// The storage root that the child works on.
const CHILD: &str = "LOKET_STORAGE_CHILD";

/// Large enough for several pages, small enough to be hashed at once.
fn mail() -> Bytes {
    vec![b'm'; 20_000].into()
}

/// What a child says about its one call, as a line on standard output.
fn report(result: Result<Digest, StorageError>) {
    let word = match result {
        Ok(_) => "kept",
        Err(StorageError::Full { .. }) => "full",
        Err(error) if error.is_fatal() => "fatal",
        Err(error) => panic!("{error}"),
    };
    println!("\nchild: {word}");
}

fn said(output: &Output) -> Option<String> {
    let text = String::from_utf8_lossy(&output.stdout);
    let word = text.lines().find_map(|line| line.strip_prefix("child: "));
    word.map(str::to_owned)
}

/// In the child: puts one mail, on one thread, so that strace's count of calls means something.
fn put_as_child() -> bool {
    let Some(root) = env::var_os(CHILD) else {
        return false;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    runtime.block_on(async {
        report(match Storage::open(&StorageUrl::File(root.into())) {
            Ok(storage) => storage.put_original(mail()).await,
            Err(error) => Err(error),
        });
    });
    true
}

/// The command that runs a test of this file again, behind `wrapper`.
fn again(wrapper: &[&str], test: &str, root: &Path) -> Command {
    let mut words = wrapper.iter();
    let mut command = match words.next() {
        Some(program) => Command::new(program),
        None => Command::new(env::current_exe().unwrap()),
    };
    command.args(words);
    if !wrapper.is_empty() {
        command.arg(env::current_exe().unwrap());
    }
    command
        .args([&format!("storage::tests::faults::{test}"), "--exact"])
        .args(["--nocapture", "--test-threads=1"])
        .env(CHILD, root);
    command
}

fn strace_works() -> bool {
    let works = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !works {
        eprintln!("SKIPPED: strace is not installed, or may not trace here");
    }
    works
}

#[test]
fn a_full_file_system_means_pause_leaves_nothing_half_and_goes_on_with_space() {
    if put_as_child() {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    // A mount namespace of its own: nothing stays mounted, whatever happens.
    let script = r#"
        mount -t tmpfs -o size=64k loket-test "$LOKET_STORAGE_CHILD" || exit 77
        dd if=/dev/zero of="$LOKET_STORAGE_CHILD/ballast" bs=1k count=56 status=none || exit 77
        "$@" || exit 1
        find "$LOKET_STORAGE_CHILD" -type f | sed "s/^/left: /"
        rm "$LOKET_STORAGE_CHILD/ballast"
        "$@"
    "#;
    let wrapper = ["unshare", "-m", "sh", "-c", script, "sh"];
    let test = "a_full_file_system_means_pause_leaves_nothing_half_and_goes_on_with_space";
    let output = again(&wrapper, test, root.path()).output();
    let output = match output {
        Ok(output) if output.status.code() != Some(77) => output,
        refused => {
            eprintln!("SKIPPED: may not mount a tmpfs here: {refused:?}");
            return;
        }
    };
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() && !text.contains("running 1 test") {
        eprintln!("SKIPPED: may not make a mount namespace here: {output:?}");
        return;
    }
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("child: ") || line.starts_with("left: "))
        .collect();
    let ballast = format!("left: {}", root.path().join("ballast").display());
    assert_eq!(lines, ["child: full", &ballast, "child: kept"], "{text}");
}

/// Runs the child under strace: its calls in their order, up to the one by which it said `kept`.
fn calls_until_the_answer(test: &str, root: &Path) -> Vec<String> {
    let log = tempfile::NamedTempFile::new().unwrap();
    let log_path = log.path().display().to_string();
    let trace = "trace=fsync,link,linkat,write";
    let wrapper = ["strace", "-f", "-y", "-e", trace, "-o", &log_path];
    let output = again(&wrapper, test, root).output().unwrap();
    assert_eq!(said(&output).as_deref(), Some("kept"), "{output:?}");
    let calls = fs::read_to_string(log.path()).unwrap();
    let answer = |line: &&str| !(line.contains("write(1<") && line.contains("child: kept"));
    let until: Vec<String> = calls
        .lines()
        .take_while(answer)
        .map(str::to_owned)
        .collect();
    assert!(until.len() < calls.lines().count(), "no answer in\n{calls}");
    until
}

#[test]
fn the_mail_is_on_the_disk_before_its_name_and_the_name_before_the_answer() {
    if put_as_child() || !strace_works() {
        return;
    }
    let test = "the_mail_is_on_the_disk_before_its_name_and_the_name_before_the_answer";
    let root = tempfile::tempdir().unwrap();
    let root = root.path().canonicalize().unwrap();
    let file = root.join(Storage::original_path(&Digest::of(&mail())));
    let folder = file.parent().unwrap();
    let staged = format!("{}#1", file.display());
    // The place of the last call that went well and shows all these parts.
    let last = |calls: &[String], parts: &[&str]| {
        let found = calls.iter().rposition(|line| {
            line.ends_with("= 0") && parts.iter().all(|part| line.contains(part))
        });
        found.unwrap_or_else(|| panic!("no {parts:?} in\n{}", calls.join("\n")))
    };
    let sync_of =
        |calls: &[String], path: &Path| last(calls, &["fsync(", &format!("<{}>", path.display())]);

    let calls = calls_until_the_answer(test, &root);
    let order = [
        sync_of(&calls, Path::new(&staged)),
        last(&calls, &["link", &format!("\"{staged}\"")]),
        sync_of(&calls, folder),
    ];
    assert!(order.is_sorted(), "{order:?} in\n{}", calls.join("\n"));
    sync_of(&calls, &root.join("originals"));
    sync_of(&calls, &root);

    // Found by another process, which cannot know whether the writer lived to sync it.
    let calls = calls_until_the_answer(test, &root);
    for path in [&file, folder, &root.join("originals"), &root] {
        sync_of(&calls, path);
    }
}

#[test]
fn killed_before_any_call_there_is_no_half_mail_and_the_next_try_keeps_it() {
    if put_as_child() || !strace_works() {
        return;
    }
    let test = "killed_before_any_call_there_is_no_half_mail_and_the_next_try_keeps_it";
    // Groups that the test harness itself hardly uses, so that every number is a step of ours.
    for calls in ["fsync", "link,linkat", "mkdir", "unlink", "chmod", "write"] {
        for when in 1.. {
            assert!(when < 60, "{calls} never came to an end");
            let root = tempfile::tempdir().unwrap();
            let inject = format!("inject={calls}:signal=KILL:when={when}");
            let wrapper = ["strace", "-f", "-o", "/dev/null", "-e", &inject];
            let output = again(&wrapper, test, root.path()).output().unwrap();

            let digest = Digest::of(&mail());
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let storage = Storage::open(&StorageUrl::File(root.path().to_owned())).unwrap();
                let before = storage.original(&digest).await;
                match &before {
                    Ok(_) => {}
                    Err(StorageError::Missing { .. }) => {
                        assert_ne!(said(&output).as_deref(), Some("kept"), "{calls} {when}");
                    }
                    Err(error) => panic!("{calls} {when}: {error}"),
                }
                assert_eq!(storage.put_original(mail()).await.unwrap(), digest);
                assert_eq!(storage.original(&digest).await.unwrap(), mail());
                let listed: Vec<Stored> = storage.list("").try_collect().await.unwrap();
                assert_eq!(listed.len(), 1, "{calls} {when}: {listed:?}");
            });
            if output.status.success() {
                assert!(when > 1, "strace did not kill at any of {calls}");
                break;
            }
        }
    }
}

#[test]
fn a_disk_that_fails_to_sync_is_fatal_and_one_that_is_full_is_not() {
    if put_as_child() || !strace_works() {
        return;
    }
    let test = "a_disk_that_fails_to_sync_is_fatal_and_one_that_is_full_is_not";
    // On a fresh root the process syncs new folders, the mail, and the folder of its name; all of them count.
    let faults = [
        ("fsync:error=EIO", "fatal"),
        ("fsync:error=ENOSPC", "fatal"),
        ("openat:error=ENOSPC", "full"),
        ("write:error=ENOSPC", "full"),
        ("write:error=EIO", "fatal"),
        ("link,linkat:error=ENOSPC", "full"),
        ("link,linkat:error=EDQUOT", "full"),
        ("link,linkat:error=EIO", "fatal"),
        ("mkdir:error=EROFS", "fatal"),
    ];
    for (fault, expected) in faults {
        let mut met = 0;
        for when in 1..40 {
            let root = tempfile::tempdir().unwrap();
            let staged = Storage::original_path(&Digest::of(&mail())) + "#1";
            let staged = root.path().join(staged).display().to_string();
            let inject = format!("inject={fault}:when={when}");
            let mut wrapper = vec!["strace", "-f", "-o", "/dev/null", "-e", &inject];
            if fault.starts_with("openat") || fault.starts_with("write") {
                // The harness opens and writes as well.
                wrapper.extend(["-P", &staged]);
            }
            let output = again(&wrapper, test, root.path()).output().unwrap();
            match said(&output) {
                Some(word) if word == "kept" => {
                    assert!(output.status.success());
                    break;
                }
                Some(word) => {
                    assert_eq!(word, expected, "{fault} {when}");
                    met += 1;
                }
                None => panic!("{fault} {when}: {output:?}"),
            }
            // Nothing was told to be kept that is not.
            if expected == "full" {
                assert_eq!(files_below(root.path()), [""; 0], "{fault} {when}");
            }
        }
        assert!(met > 0, "{fault} was never met");
    }
}

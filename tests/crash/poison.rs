//! A mail that cannot be read, filed or survived is kept, told of, and stops no other (P10).

use std::{
    fs,
    os::unix::{fs::PermissionsExt as _, process::ExitStatusExt as _},
    process::Command,
    time::Duration,
};

use loket::digest::Digest;
use serde_json::Value;

use super::{
    daemon::Daemon,
    ground::{FIRM, Ground, MORNING, NOON, RIVAL, mail, ok, strace_works},
};

fn states(ground: &Ground) -> Vec<String> {
    let messages = ground.list("messages");
    let word = |message: &Value| message["state"].as_str().unwrap_or("received").to_owned();
    messages.iter().map(word).collect()
}

fn failure(ground: &Ground, number: usize) -> String {
    let messages = ground.list("messages");
    messages[number - 1]["failure"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Three mails with papers, not yet taken in.
fn three_mails() -> Ground {
    let ground = Ground::new();
    ok(&ground.once(MORNING));
    for (name, from, file) in [
        ("01", FIRM, "ktp.jpg"),
        ("02", RIVAL, "nib.pdf"),
        ("03", FIRM, "npwp.jpg"),
    ] {
        ground.deliver(name, &mail(from, "Dokumen 8231345", name, &[file]));
    }
    ground
}

/// Where the first paper of a message goes, as a run elsewhere shows.
fn paper(ground: &Ground, number: usize) -> String {
    let whole = ground.copy();
    ok(&whole.once(NOON));
    let path = &whole.list("messages")[number - 1]["attachments"][0]["path"];
    format!("berkas/{}", path.as_str().expect("a path"))
}

/// Kills a pass when it begins to write this paper.
fn killed_while_filing(ground: &Ground, paper: &str) {
    let path = ground.path(&format!("{paper}#1"));
    let group = "write,openat";
    let (trace, inject) = (
        format!("trace={group}"),
        format!("inject={group}:signal=KILL:when=1"),
    );
    let path = path.to_str().expect("UTF-8");
    let options = ["-o", "/dev/null", "-P", path, "-e", &trace, "-e", &inject];
    let output = ground
        .strace(&options, &["run", "--once", "--at", NOON])
        .output()
        .expect("strace");
    assert_eq!(output.status.signal(), Some(9), "{output:?}");
}

#[test]
fn mails_above_the_limits_are_kept_and_told_of_and_the_next_is_filed() {
    let ground = Ground::new();
    ok(&ground.once(MORNING));
    let head = String::from_utf8(mail(FIRM, "Dokumen 8231345", "x", &[])).expect("ASCII");
    let head = head
        .split_once("MIME-Version")
        .expect("a header")
        .0
        .to_owned();
    let many_fields = format!("{head}{}\r\nx\r\n", "X-A: b\r\n".repeat(2000));
    let many_parts = format!(
        "{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n{}--b--\r\n",
        "--b\r\n\r\nx\r\n".repeat(3000)
    );
    let mut deep = format!("{head}MIME-Version: 1.0\r\n");
    for level in 0..200 {
        deep.push_str(&format!(
            "Content-Type: multipart/mixed; boundary=\"b{level}\"\r\n\r\n--b{level}\r\n"
        ));
    }
    let long_header = format!("{head}X-A: {}\r\n\r\nx\r\n", "a".repeat(400_000));
    let poisons = [
        many_fields,
        many_parts,
        deep,
        long_header,
        String::new(),
        "\0\0\0".to_owned(),
    ];
    for (number, poison) in poisons.iter().enumerate() {
        ground.deliver(&format!("{number}-poison"), poison.as_bytes());
    }
    ground.deliver(
        "9-sound",
        &mail(RIVAL, "Dokumen 8231345", "s", &["ktp.jpg"]),
    );
    ok(&ground.once(NOON));

    let states = states(&ground);
    assert_eq!(
        states.last().map(String::as_str),
        Some("filed"),
        "{states:?}"
    );
    assert_eq!(
        states[..4],
        ["failed", "failed", "failed", "failed"],
        "{states:?}"
    );
    assert!(
        states[4..].iter().all(|state| state != "received"),
        "{states:?}"
    );
    for number in 1..=4 {
        assert!(!failure(&ground, number).is_empty());
        let message = &ground.list("messages")[number - 1];
        assert_eq!(message["kind"], "unreadable");
        let digest = Digest::of(poisons[number - 1].as_bytes());
        assert_eq!(message["sha256"], digest.hex());
    }
    ground.verify().expect("the originals are there");
}

#[test]
fn an_original_damaged_before_its_walk_fails_that_mail_only() {
    if !strace_works() {
        return;
    }
    let ground = three_mails();
    ground.deliver("04", &mail(RIVAL, "Dokumen 8231345", "04", &["akta.pdf"]));
    let first = paper(&ground, 1);
    killed_while_filing(&ground, &first);
    assert_eq!(states(&ground), ["received"; 4]);
    let original = |number: usize| {
        let digest = ground.list("messages")[number - 1]["sha256"]
            .as_str()
            .expect("a digest")
            .to_owned();
        ground.path(&format!("berkas/originals/{}/{digest}.eml", &digest[..2]))
    };
    let damaged = original(2);
    let mut octets = fs::read(&damaged).expect("the original");
    octets[100] ^= 1;
    fs::set_permissions(&damaged, fs::Permissions::from_mode(0o600)).expect("its mode");
    fs::write(&damaged, octets).expect("the damage");
    fs::remove_file(original(3)).expect("the loss");

    ok(&ground.once(NOON));
    assert_eq!(states(&ground), ["filed", "failed", "failed", "filed"]);
    assert!(
        failure(&ground, 2).contains("damaged"),
        "{}",
        failure(&ground, 2)
    );
    assert!(
        failure(&ground, 3).contains("missing"),
        "{}",
        failure(&ground, 3)
    );
    let found = ground.verify().expect_err("verify finds both");
    assert!(found.contains("2 difference(s) found"), "{found}");
}

#[test]
fn a_mail_that_kills_its_reader_is_left_after_two_tries_and_the_next_go_on() {
    if !strace_works() {
        return;
    }
    let ground = three_mails();
    let second = paper(&ground, 2);
    for _ in 0..2 {
        killed_while_filing(&ground, &second);
        assert_eq!(states(&ground), ["filed", "received", "received"]);
    }
    // Read alone once more it kills that process as well: of all threads only that one sets several limits. The eighth
    // such call is its.
    let inject = "inject=prlimit64:signal=KILL:when=8";
    let options = ["-o", "/dev/null", "-e", "trace=prlimit64", "-e", inject];
    let pass = ["run", "--once", "--at", NOON];
    ok(&ground.strace(&options, &pass).output().expect("strace"));
    assert_eq!(states(&ground), ["filed", "failed", "filed"]);
    let why = failure(&ground, 2);
    assert!(why.contains("berhenti dua kali"), "{why}");
    ground.verify().expect("nothing half of it is left");
    // A person can still place it.
    ok(&ground.run(&[
        "assign",
        "2",
        "--tender",
        "8231345",
        "--bidder",
        "CV Saingan",
    ]));
    ok(&ground.once(NOON));
    assert_eq!(states(&ground), ["filed", "filed", "filed"]);
    ground.verify().expect("all is sound");
}

#[test]
fn a_mail_that_does_no_harm_is_filed_however_often_the_plug_was_pulled_in_its_walk() {
    if !strace_works() {
        return;
    }
    let ground = three_mails();
    let second = paper(&ground, 2);
    for _ in 0..5 {
        killed_while_filing(&ground, &second);
    }
    ok(&ground.once(NOON));
    assert_eq!(states(&ground), ["filed", "filed", "filed"]);
    ground.verify().expect("all is sound");

    // But there is an end to it.
    let ground = three_mails();
    let second = paper(&ground, 2);
    for _ in 0..6 {
        killed_while_filing(&ground, &second);
    }
    ok(&ground.once(NOON));
    assert_eq!(states(&ground), ["filed", "failed", "filed"]);
}

#[test]
fn kills_while_others_are_walked_cost_a_mail_nothing() {
    if !strace_works() {
        return;
    }
    let ground = three_mails();
    for number in 1..=3 {
        killed_while_filing(&ground, &paper(&ground, number));
    }
    ok(&ground.once(NOON));
    assert_eq!(states(&ground), ["filed", "filed", "filed"]);
    ground.verify().expect("all is sound");
}

#[test]
fn what_only_one_mail_cannot_do_is_its_own_fault_after_two_tries() {
    let ground = three_mails();
    let first = paper(&ground, 1);
    let (folder, _) = first.rsplit_once('/').expect("a folder");
    // A file stands where the bidder's folder should be.
    let obstacle = ground.path(folder);
    fs::create_dir_all(obstacle.parent().expect("a parent")).expect("folders");
    fs::write(&obstacle, "x").expect("an obstacle");

    let told = ground.once(NOON);
    assert_eq!(told.status.code(), Some(1), "{told:?}");
    let words = String::from_utf8_lossy(&told.stderr);
    assert!(
        words.contains("message 1:") && words.contains("message 3:"),
        "{words}"
    );
    assert_eq!(states(&ground), ["received", "filed", "received"]);
    // Alone they wait: it may be everybody's fault.
    ground.once(NOON);
    ground.once(NOON);
    assert_eq!(states(&ground), ["received", "filed", "received"]);
    // Others go through, again and again.
    for name in ["04", "05"] {
        ground.deliver(name, &mail(RIVAL, "Dokumen 8231345", name, &["sbu.pdf"]));
        ground.once(NOON);
    }
    assert_eq!(
        states(&ground),
        ["failed", "filed", "failed", "filed", "filed"]
    );
    assert!(
        failure(&ground, 1).contains("PT Karya Contoh"),
        "{}",
        failure(&ground, 1)
    );
    ok(&ground.once(NOON));
    fs::remove_file(&obstacle).expect("the obstacle");
    for number in ["1", "3"] {
        ok(&ground.run(&[
            "assign",
            number,
            "--tender",
            "8231345",
            "--bidder",
            "PT Karya Contoh",
        ]));
    }
    assert_eq!(states(&ground), ["filed"; 5]);
    ground.verify().expect("all is sound");
}

#[test]
fn an_obstacle_to_every_mail_fails_none_of_them() {
    let ground = three_mails();
    let obstacle = ground.path("berkas/2026");
    // The tender's page lies there since the import; it is made anew.
    fs::remove_dir_all(&obstacle).expect("the tree");
    fs::write(&obstacle, "x").expect("an obstacle");
    for _ in 0..3 {
        assert_eq!(ground.once(NOON).status.code(), Some(1));
    }
    assert_eq!(states(&ground), ["received"; 3]);
    fs::remove_file(&obstacle).expect("the obstacle");
    ok(&ground.once(NOON));
    assert_eq!(states(&ground), ["filed"; 3]);
    ground.verify().expect("all is sound");
}

#[test]
fn a_mail_that_hangs_its_reader_does_not_keep_the_program_from_ending() {
    if !strace_works() {
        return;
    }
    let ground = three_mails();
    killed_while_filing(&ground, &paper(&ground, 1));
    // Reading a pipe that nobody writes into never ends, as with a disk at the end of a broken network.
    let digest = ground.list("messages")[1]["sha256"]
        .as_str()
        .expect("a digest")
        .to_owned();
    let original = ground.path(&format!("berkas/originals/{}/{digest}.eml", &digest[..2]));
    fs::remove_file(&original).expect("the original");
    assert!(
        Command::new("mkfifo")
            .arg(&original)
            .status()
            .is_ok_and(|status| status.success())
    );
    let mut daemon = Daemon::start(&ground);
    daemon.wait_for("message.decided");
    let (status, took) = daemon.terminate();
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert_eq!(status.code(), Some(0));
    assert_eq!(states(&ground), ["filed", "received", "received"]);
}

//! What an auditor gets, and what proves that nothing was changed: `export`, `verify`, and `rebuild`.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::{
    CV, MORNING, PT, Scene, TEN,
    support::{
        mails::Draft,
        office::{Bidder, OfficeUnderTest, Session, Tender, files_below},
        pdf::pdf,
        servers::Servers,
    },
};

const ARRIVED: Option<&str> = Some("25-Nov-2025 09:30:00 +0800");

/// Two tenders, mails of both, a given file, receipts.
fn busy_office(servers: &Servers) -> Scene {
    let scene = Scene::new(servers);
    let office = &scene.office;
    fs::write(office.path("negosiasi.pdf"), pdf("Berita Acara")).unwrap();
    let mut negotiation = Session::on_the_day("negotiation", &["negosiasi"]);
    negotiation.more = "file = \"negosiasi.pdf\"".to_owned();
    let mut tender = scene.tender.clone();
    tender.sessions.push(negotiation);
    office.import(&tender);
    let other = Tender {
        code: "8231999".to_owned(),
        name: "Tender Lain".to_owned(),
        ..Tender::new(
            vec![Bidder::new("PT Lain Sekali", &Servers::address("lain"))],
            vec![Session::on_the_day("qualification", &["ktp"])],
        )
    };
    office.import(&other);
    office.once_at(MORNING);
    let mut mailbox = servers.mailbox(office.address());
    let elsewhere = other.bidders[0].emails[0].clone();
    let sessions = office.list("sessions");
    for (bidder, from, photos) in [
        (PT, &scene.pt, &["ktp.jpg", "npwp.jpg"][..]),
        (CV, &scene.cv, &["ktp.jpg"]),
        ("PT Lain Sekali", &elsewhere, &["ktp.jpg"]),
    ] {
        let session = sessions
            .iter()
            .find(|row| row["bidder"] == bidder && row["session"] == "qualification")
            .unwrap();
        let subject = format!("Dokumen [{}]", session["reference"].as_str().unwrap());
        let draft = photos.iter().fold(
            Draft::new(from, office.address(), &subject),
            |draft, photo| draft.photo(photo),
        );
        mailbox.append("INBOX", ARRIVED, &draft.delivered());
    }
    office.once_at(TEN);
    scene
}

fn export(office: &OfficeUnderTest, name: &str) -> PathBuf {
    let dir = office.path(name);
    office
        .run(&["export", "8231345", &dir.display().to_string()])
        .succeeded();
    dir
}

fn shell(dir: &Path, script: &str) -> (bool, String) {
    let output = Command::new("sh")
        .arg("-c")
        .arg(script)
        .current_dir(dir)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn a_dossier_proves_itself_with_sha256sum_alone() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, .. } = &busy_office(&servers);
    let dir = export(office, "berkas-tender");
    let (good, said) = shell(&dir, "sha256sum --strict -c SHA256SUMS");
    assert!(good, "{said}");
    let files = files_below(&dir);
    let below = |room: &str| files.iter().filter(|path| path.starts_with(room)).count();
    assert_eq!(below("berkas/"), 3);
    assert_eq!(below("surat-masuk/"), 2);
    // Two sessions of two bidders, the negotiation file for each, two receipts.
    assert_eq!(below("surat-keluar/"), 8);
    assert_eq!(below("diberikan/"), 1);
    for file in [
        "index.html",
        "events.jsonl",
        "SHA256SUMS",
        "HEAD",
        "BACA-SAYA.txt",
    ] {
        assert!(files.iter().any(|path| path == file), "{file} in {files:?}");
    }

    // The chain, as BACA-SAYA.txt tells it: with printf and sha256sum.
    let lines = fs::read_to_string(dir.join("events.jsonl")).unwrap();
    let mut script = "set -e\nprev=$(printf '0%.0s' $(seq 64))\n".to_owned();
    let (mut full, mut stubs) = (0, 0);
    for line in lines.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let content = match event["content"].as_str() {
            Some(content) => {
                stubs += 1;
                format!("content={content}\n")
            }
            None => {
                full += 1;
                let said = serde_json::json!({
                    "action": event["action"], "actor": event["actor"], "data": event["data"],
                    "subject": event["subject"], "time": event["time"],
                });
                let said = said.to_string().replace('\'', "'\\''");
                format!("content=$(printf '%s' '{said}' | sha256sum | cut -c 1-64)\n")
            }
        };
        script.push_str(&content);
        script.push_str(&format!(
            "prev=$(printf '%s %s %s' \"$prev\" {} \"$content\" | sha256sum | cut -c 1-64)\n[ $prev = {} ]\n",
            event["seq"],
            event["hash"].as_str().unwrap()
        ));
    }
    assert!(full > 10 && stubs > 3, "{full} events, {stubs} stubs");
    script.push_str("[ \"$(cut -d : -f 2 HEAD)\" = $prev ]\n");
    fs::write(office.path("chain.sh"), script).unwrap();
    let (good, said) = shell(&dir, "sh ../chain.sh");
    assert!(good, "{said}");
    // Nothing of the other tender stands in it.
    let (found, said) = shell(&dir, "grep -rl 'PT Lain Sekali\\|8231999\\|Tender Lain' .");
    assert!(!found, "{said}");

    // And with the program, on a machine that has nothing else.
    let elsewhere = tempfile::tempdir().unwrap();
    let verify = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_loket"))
            .arg("verify")
            .args(arguments)
            .current_dir(elsewhere.path())
            .env_remove("LOKET_CONFIG")
            .output()
            .unwrap();
        output.status.code()
    };
    let dossier = dir.display().to_string();
    assert_eq!(verify(&[&dossier]), Some(0));
    let head = fs::read_to_string(dir.join("HEAD")).unwrap();
    assert_eq!(verify(&[&dossier, "--witness", head.trim()]), Some(0));
    let wrong = format!("1:{}", "ab".repeat(32));
    assert_eq!(verify(&[&dossier, "--witness", &wrong]), Some(1));
}

fn flip(path: &Path) {
    let mut content = fs::read(path).unwrap();
    let at = content.len() / 2;
    content[at] ^= 1;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(path, content).unwrap();
}

fn first(dir: &Path, room: &str) -> PathBuf {
    let found = files_below(dir)
        .into_iter()
        .find(|path| path.starts_with(room));
    dir.join(found.unwrap_or_else(|| panic!("nothing in {room}")))
}

fn edit_events(dir: &Path, change: impl FnOnce(&mut Vec<String>)) {
    let path = dir.join("events.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    fs::write(path, lines.join("\n") + "\n").unwrap();
}

/// What a forger does after changing something: new sums for everything.
fn sum_anew(dir: &Path) {
    let (good, said) = shell(
        dir,
        "rm SHA256SUMS; find . -type f ! -name SHA256SUMS -printf '%P\\0' | sort -z | xargs -0 sha256sum > ../sums && mv ../sums SHA256SUMS",
    );
    assert!(good, "{said}");
}

fn set_head(dir: &Path) {
    let text = fs::read_to_string(dir.join("events.jsonl")).unwrap();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    let head = format!("{}:{}\n", last["seq"], last["hash"].as_str().unwrap());
    fs::write(dir.join("HEAD"), head).unwrap();
}

#[test]
fn each_tampering_with_a_dossier_is_named() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, .. } = &busy_office(&servers);
    let sound = export(office, "sound");
    let head = fs::read_to_string(sound.join("HEAD")).unwrap();
    type Tamper = fn(&Path);
    let table: &[(&str, Tamper, &[&str])] = &[
        (
            "a paper",
            |dir| flip(&first(dir, "berkas/")),
            &["berkas/", "was changed"],
        ),
        (
            "a mail",
            |dir| flip(&first(dir, "surat-masuk/")),
            &["surat-masuk/", "was changed"],
        ),
        (
            "a mail of ours",
            |dir| flip(&first(dir, "surat-keluar/")),
            &["surat-keluar/", "was changed"],
        ),
        (
            "the index",
            |dir| flip(&dir.join("index.html")),
            &["index.html was changed"],
        ),
        (
            "a file more",
            |dir| fs::write(dir.join("berkas/tambahan.pdf"), "x").unwrap(),
            &["berkas/tambahan.pdf was added"],
        ),
        (
            "a file less",
            |dir| fs::remove_file(first(dir, "berkas/")).unwrap(),
            &["berkas/", "is missing"],
        ),
        (
            "events gone",
            |dir| edit_events(dir, |lines| lines.truncate(1)),
            &["events.jsonl was changed"],
        ),
        // From here on the forger knows SHA256SUMS.
        (
            "a paper, summed",
            |dir| {
                flip(&first(dir, "berkas/"));
                sum_anew(dir)
            },
            &["berkas/", "not what any event names"],
        ),
        (
            "a paper, summed",
            |dir| {
                flip(&first(dir, "berkas/"));
                sum_anew(dir)
            },
            &["came by none of the mails"],
        ),
        (
            "a mail, summed",
            |dir| {
                flip(&first(dir, "surat-masuk/"));
                sum_anew(dir)
            },
            &["surat-masuk/", "not what any event names"],
        ),
        (
            "our mail, summed",
            |dir| {
                flip(&first(dir, "surat-keluar/"));
                sum_anew(dir)
            },
            &["surat-keluar/", "not what any event names"],
        ),
        (
            "the given file, summed",
            |dir| {
                flip(&first(dir, "diberikan/"));
                sum_anew(dir)
            },
            &["diberikan/", "not what any event names"],
        ),
        (
            "a paper more, summed",
            |dir| {
                fs::write(dir.join("berkas/susulan.jpg"), "x").unwrap();
                sum_anew(dir)
            },
            &["berkas/susulan.jpg"],
        ),
        (
            "an event changed",
            |dir| {
                edit_events(dir, |lines| {
                    let at = lines
                        .iter()
                        .position(|line| line.contains("message.filed"))
                        .unwrap();
                    lines[at] = lines[at].replace("\"late\":0", "\"late\":1");
                });
                sum_anew(dir);
            },
            &["event", "changed"],
        ),
        (
            "an event removed",
            |dir| {
                edit_events(dir, |lines| {
                    lines.remove(4);
                });
                sum_anew(dir)
            },
            &["event"],
        ),
        (
            "the first event removed",
            |dir| {
                edit_events(dir, |lines| {
                    lines.remove(0);
                });
                sum_anew(dir)
            },
            &["event"],
        ),
        (
            "events swapped",
            |dir| {
                edit_events(dir, |lines| lines.swap(5, 6));
                sum_anew(dir)
            },
            &["event"],
        ),
        (
            "an event twice",
            |dir| {
                edit_events(dir, |lines| {
                    let line = lines[5].clone();
                    lines.insert(5, line);
                });
                sum_anew(dir)
            },
            &["event"],
        ),
        (
            "the chain cut",
            |dir| {
                edit_events(dir, |lines| lines.truncate(8));
                sum_anew(dir)
            },
            &["event"],
        ),
        (
            "no events at all",
            |dir| {
                fs::write(dir.join("events.jsonl"), "").unwrap();
                sum_anew(dir)
            },
            &["event"],
        ),
        (
            "a line that is none",
            |dir| {
                edit_events(dir, |lines| lines.push("{}".to_owned()));
                sum_anew(dir)
            },
            &["events.jsonl, line"],
        ),
    ];
    for (name, tamper, expected) in table {
        let dir = office.path("tampered");
        let _ = fs::remove_dir_all(&dir);
        let (good, said) = shell(office.dir.path(), "cp -r sound tampered");
        assert!(good, "{said}");
        tamper(&dir);
        let ran = office.run(&["verify", &dir.display().to_string()]);
        assert_eq!(ran.code, 1, "{name}: {}", ran.said());
        let differences: Vec<&str> = ran
            .stdout
            .lines()
            .filter(|line| line.starts_with("DIFFERENCE"))
            .collect();
        let named = differences
            .iter()
            .any(|line| expected.iter().all(|words| line.contains(words)));
        assert!(named, "{name}: {expected:?} in {differences:#?}");
    }
    // Cut, and everything made to fit: only a witness outside knows better, such as the digest in a member's mailbox.
    let (good, said) = shell(office.dir.path(), "rm -rf tampered && cp -r sound tampered");
    assert!(good, "{said}");
    let dir = office.path("tampered");
    edit_events(&dir, |lines| {
        lines.pop();
    });
    set_head(&dir);
    sum_anew(&dir);
    let dossier = dir.display().to_string();
    office.run(&["verify", &dossier]).ended_with(0);
    let said = office
        .run(&["verify", &dossier, "--witness", head.trim()])
        .ended_with(1)
        .stdout;
    assert!(said.contains("DIFFERENCE"), "{said}");
    // The export is an event itself, and the house is sound.
    office
        .run(&["verify", "--witness", head.trim()])
        .succeeded();
    let events = office.list("events");
    assert_eq!(events.last().unwrap()["action"], "dossier.exported");
}

#[test]
fn whatever_is_wrong_in_the_house_is_named() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, .. } = &busy_office(&servers);
    office.run(&["verify"]).succeeded();
    let root = office.berkas();
    let original = first(&root, "originals/");
    let papers: Vec<PathBuf> = office.papers().iter().map(|path| root.join(path)).collect();
    flip(&original);
    flip(&papers[0]);
    fs::remove_file(&papers[1]).unwrap();
    fs::write(papers[2].with_file_name("titipan.pdf"), "x").unwrap();
    let said = office.run(&["verify"]).ended_with(1).stdout;
    let name = |path: &Path| path.strip_prefix(&root).unwrap().display().to_string();
    for words in [
        format!("{} is damaged", name(&original)),
        format!("{} was changed", name(&papers[0])),
        format!("{} is missing", name(&papers[1])),
        "titipan.pdf was brought by no mail".to_owned(),
    ] {
        let named = said
            .lines()
            .any(|line| line.starts_with("DIFFERENCE") && line.contains(&words));
        assert!(named, "{words} in {said}");
    }
    assert_eq!(said.matches("DIFFERENCE").count(), 4, "{said}");

    fs::remove_file(&original).unwrap();
    let said = office.run(&["verify"]).ended_with(1).stdout;
    assert!(
        said.contains(&format!("{} is missing", name(&original))),
        "{said}"
    );
}

#[test]
fn a_lost_tree_is_rebuilt_from_the_originals_and_nothing_there_is_touched() {
    let Some(servers) = Servers::get() else {
        return;
    };
    let Scene { office, .. } = &busy_office(&servers);
    let root = office.berkas();
    let papers = |office: &OfficeUnderTest| -> Vec<(String, Vec<u8>)> {
        office
            .papers()
            .into_iter()
            .map(|path| (path.clone(), fs::read(office.berkas().join(path)).unwrap()))
            .collect()
    };
    let before = papers(office);
    assert_eq!(before.len(), 4);
    fs::remove_dir_all(root.join("2025")).unwrap();
    let said = office.run(&["verify"]).ended_with(1).stdout;
    assert!(said.contains("loket rebuild"), "{said}");
    let said = office.run(&["rebuild"]).succeeded().stdout;
    assert!(said.contains("4 dikembalikan"), "{said}");
    assert_eq!(papers(office), before);
    office.run(&["verify"]).succeeded();

    // What a person changed is left, told, and mended once he has moved it away.
    let changed = root.join(&before[0].0);
    fs::write(&changed, "catatan").unwrap();
    fs::remove_file(root.join(&before[1].0)).unwrap();
    let said = office.run(&["rebuild"]).ended_with(1).stdout;
    assert!(
        said.contains("1 dikembalikan") && said.contains(&before[0].0),
        "{said}"
    );
    assert_eq!(fs::read(&changed).unwrap(), b"catatan");
    fs::remove_file(&changed).unwrap();
    office.run(&["rebuild"]).succeeded();
    assert_eq!(papers(office), before);
    let said = office.run(&["rebuild"]).succeeded().stdout;
    assert!(
        said.starts_with("4 berkas sudah ada, 0 dikembalikan"),
        "{said}"
    );

    // A damaged original brings nothing back, and says so.
    flip(&first(&root, "originals/"));
    fs::remove_dir_all(root.join("2025")).unwrap();
    let said = office.run(&["rebuild"]).ended_with(1).stdout;
    assert!(said.contains("is damaged"), "{said}");
    assert!(!papers(office).is_empty());
}

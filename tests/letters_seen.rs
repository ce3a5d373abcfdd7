//! Every letter as a picture that a person can look at, below `target/screenshots`: headless Chromium, at the width of a
//! phone and of a reading pane, in light and in dark mode side by side. Skips loudly where there is no Chromium.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use loket::correspondence::{
    Templates,
    samples::{Cast, samples},
};

/// A phone held upright, and the pane of a mail program; each in light and in dark mode.
const WIDTHS: [u32; 2] = [360, 640];
/// Of a picture: the four frames and the gaps between them.
const SHEET: u32 = 2 * (360 + 640) + 5 * 8;
/// Chromium gives no width below 500 to a window, so the letters stand in frames of a page.
const BEFORE: &str = "<!DOCTYPE html><meta charset=utf-8><body style='margin:8px;background:#777'><script>\
    addEventListener('message', message => { const frames = [...document.querySelectorAll('iframe')]; \
    for (const frame of frames) if (frame.contentWindow === message.source) frame.height = message.data; \
    document.title = frames.map(frame => frame.height).join(); })</script>";
/// A letter tells how high it is.
const TELL: &str =
    "<script>parent.postMessage(document.documentElement.scrollHeight, '*')</script></body>";

#[test]
fn every_letter_is_painted_on_a_phone_and_in_a_reading_pane() {
    let Some(chromium) = chromium() else {
        eprintln!("SKIPPED: no Chromium here (apt-get install chromium); no letter was looked at");
        return;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
    let pages = folder.join("pages");
    fs::create_dir_all(&pages).expect("a folder");
    let profile = tempfile::tempdir().expect("a folder");
    let templates = Templates::embedded().expect("the embedded templates");
    let mut names = Vec::new();
    for sample in samples(&Cast::invented()) {
        let name = format!("{} {}", sample.letter, sample.variant);
        let name = name.trim().replace([' ', ','], "-");
        let letter = sample.render(&templates).expect("a letter");
        fs::write(
            pages.join(format!("{name}.html")),
            letter.html.replace("</body>", TELL),
        )
        .expect("a page");
        fs::write(pages.join(format!("{name} sheet.html")), sheet(&[&name])).expect("a page");
        names.push(name);
    }

    // One page with all of them tells the heights; then each gets its picture.
    let all = pages.join("all sheet.html");
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    fs::write(&all, sheet(&names)).expect("a page");
    let output = headless(&chromium, profile.path(), SHEET, 1000)
        .arg("--dump-dom")
        .arg(&all)
        .output()
        .expect("Chromium starts");
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let title = dom
        .split_once("<title>")
        .and_then(|(_, rest)| rest.split_once("</title>"));
    let heights: Vec<u32> = title
        .expect("the heights")
        .0
        .split(',')
        .filter_map(|height| height.parse().ok())
        .collect();
    assert_eq!(heights.len(), names.len() * 2 * WIDTHS.len());

    for (name, heights) in names.iter().zip(heights.chunks(2 * WIDTHS.len())) {
        let height = heights.iter().max().expect("four heights") + 16;
        let picture = folder.join(format!("{name}.png"));
        if picture.exists() {
            fs::remove_file(&picture).expect("the old picture");
        }
        let status = headless(&chromium, profile.path(), SHEET, height)
            .arg(format!("--screenshot={}", picture.display()))
            .arg(pages.join(format!("{name} sheet.html")))
            .status()
            .expect("Chromium starts");
        assert!(status.success(), "{name}: {status}");
        let painted = fs::read(&picture).expect("a picture");
        // Width and height stand at a fixed place of a PNG.
        let number = |at: usize| {
            u32::from_be_bytes([
                painted[at],
                painted[at + 1],
                painted[at + 2],
                painted[at + 3],
            ])
        };
        assert_eq!((number(16), number(20)), (SHEET, height), "{name}");
        assert!(painted.len() > 10_000, "{name}: an empty picture");
    }
    eprintln!("{} letters painted in {}", names.len(), folder.display());
}

/// Letters beside each other: phone and pane, each light and dark.
fn sheet(names: &[&str]) -> String {
    let mut page = BEFORE.to_owned();
    for name in names {
        page.push_str("<div style='display:flex;gap:8px;align-items:flex-start'>");
        for width in WIDTHS {
            for (mode, background) in [("light", "#fff"), ("dark", "#121212")] {
                page.push_str(&format!(
                    "<iframe src='{name}.html' width={width} height=100 style='border:0;background:{background};color-scheme:{mode}'></iframe>"
                ));
            }
        }
        page.push_str("</div>");
    }
    page + "</body>"
}

fn chromium() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|program| program.is_file())
}

fn headless(chromium: &Path, profile: &Path, width: u32, height: u32) -> Command {
    let mut command = Command::new(chromium);
    command
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
        ])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("--window-size={width},{height}"))
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    command
}

//! Prints how sharp and how well lit pictures are, as the examiner's child measures them, and the verdict.
//!
//! `cargo run --release --example sharpness -- FILE-OR-FOLDER...`; with `--curve` it blurs each picture in steps and
//! prints the measure at each: the curve from which the threshold was taken.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use loket::{
    examiner::worker::picture,
    inspection::{
        BLURRED, judge,
        measure::{Measurement, PhotoMeasure},
        photo,
        raster::Gray,
        sniff,
    },
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let curve = arguments.iter().any(|argument| argument == "--curve");
    let mut files = Vec::new();
    for path in arguments
        .iter()
        .filter(|argument| !argument.starts_with("--"))
    {
        collect(Path::new(path), &mut files);
    }
    println!("blurred above an edge width of {BLURRED} pixels\n");
    println!(
        "{:>6} {:>6} {:>6} {:>8} {:>4} {:>4} {:>6} {:>6} {:>5}  file: findings",
        "width", "detail", "ms", "laplace", "p50", "p95", "glare", "border", "MP"
    );
    for file in files {
        let Ok(content) = std::fs::read(&file) else {
            continue;
        };
        let sniffed = sniff(&content);
        if !sniffed.kind.is_picture() {
            continue;
        }
        let start = Instant::now();
        let measured = picture::measure(sniffed.kind, &content);
        let ms = start.elapsed().as_secs_f64() * 1000.0;
        let (photo, small) = match measured {
            Ok(measured) => measured,
            Err(why) => {
                println!("{:>6} {} {why:?}", "-", file.display());
                continue;
            }
        };
        tell(&file.display().to_string(), &photo, ms, sniffed);
        if curve {
            for sigma in [0.5_f32, 0.8, 1.0, 1.3, 1.6, 2.0, 3.0] {
                let blurred = blur(&small, sigma);
                let edges = photo::edges(&blurred);
                println!(
                    "{:>6.2} {:>6.2} {:>6} {:>8.0}  blurred by {sigma}",
                    edges.width, edges.detail, "", edges.laplace_variance
                );
            }
        }
    }
}

fn tell(name: &str, photo: &PhotoMeasure, ms: f64, sniffed: loket::inspection::Sniffed) {
    let measured = Measurement {
        photo: Some(photo.clone()),
        ..Measurement::default()
    };
    let findings: Vec<&str> = judge(sniffed, &measured)
        .findings
        .iter()
        .map(|finding| finding.word())
        .collect();
    println!(
        "{:>6.2} {:>6.2} {:>6.0} {:>8.0} {:>4} {:>4} {:>6.3} {:>6.2} {:>5.1}  {name}: {}",
        photo.edges.width,
        photo.edges.detail,
        ms,
        photo.edges.laplace_variance,
        photo.light.p50,
        photo.light.p95,
        photo.light.glare,
        photo.light.borders.paper.iter().sum::<f32>() / 4.0,
        f64::from(photo.width) * f64::from(photo.height) / 1e6,
        findings.join(" ")
    );
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(path) else {
        files.push(path.to_owned());
        return;
    };
    let mut inner: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    inner.sort();
    for path in inner {
        collect(&path, files);
    }
}

/// By a Gaussian of this standard deviation.
fn blur(gray: &Gray, sigma: f32) -> Gray {
    let radius = (sigma * 3.0).ceil() as i64;
    let weights: Vec<f32> = (-radius..=radius)
        .map(|x| (-(x * x) as f32 / (2.0 * sigma * sigma)).exp())
        .collect();
    let total: f32 = weights.iter().sum();
    let pass = |from: &Gray, dx: i64, dy: i64| {
        let mut pixels = Vec::with_capacity(from.pixels.len());
        for y in 0..from.height as i64 {
            for x in 0..from.width as i64 {
                let mut sum = 0.0;
                for (at, weight) in (-radius..=radius).zip(&weights) {
                    let x = (x + at * dx).clamp(0, from.width as i64 - 1) as usize;
                    let y = (y + at * dy).clamp(0, from.height as i64 - 1) as usize;
                    sum += weight * f32::from(from.at(x, y));
                }
                pixels.push((sum / total).round() as u8);
            }
        }
        Gray {
            pixels,
            ..from.clone()
        }
    };
    pass(&pass(gray, 1, 0), 0, 1)
}

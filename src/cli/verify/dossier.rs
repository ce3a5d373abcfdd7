//! Verifies an exported dossier on a machine that has nothing else: files, chain, and that each paper came by its mail.

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::Path,
};

use bytes::Bytes;
use serde_json::Value;

use super::Findings;
use crate::{
    cli::{
        Failure,
        export::{EVENTS, GIVEN, HEAD, INCOMING, OUTGOING, PAPERS, SUMS},
    },
    digest::Digest,
    journal::{Line, Verifier, Witness, parse_line},
    letter,
};

pub fn verify(dir: &Path, witnesses: &[Witness]) -> Result<Findings, Failure> {
    let mut findings = Findings::default();
    let sums = read_sums(dir, &mut findings)?;
    let present = files_below(dir)?;
    for (path, said) in &sums {
        match fs::read(dir.join(path)) {
            Ok(content) if Digest::of(&content) == *said => {}
            Ok(content) => {
                findings.differences.push(format!(
                    "{path} was changed: its SHA-256 is {}",
                    Digest::of(&content)
                ));
            }
            Err(error) => findings
                .differences
                .push(format!("{path} is missing: {error}")),
        }
    }
    for path in present
        .iter()
        .filter(|path| path.as_str() != SUMS && !sums.contains_key(*path))
    {
        findings
            .differences
            .push(format!("{path} was added: {SUMS} does not name it"));
    }
    findings.looked_at.push(format!("{} files", sums.len()));
    let named = chain(dir, witnesses, &mut findings)?;
    named_by_events(dir, &present, &named, &mut findings)?;
    provenance(dir, &present, &mut findings)?;
    Ok(findings)
}

fn read_sums(dir: &Path, findings: &mut Findings) -> Result<BTreeMap<String, Digest>, Failure> {
    let text = fs::read_to_string(dir.join(SUMS)).map_err(|error| {
        Failure::Work(format!("{} is no dossier: {SUMS}: {error}", dir.display()))
    })?;
    let mut sums = BTreeMap::new();
    for line in text.lines() {
        match line
            .split_once("  ")
            .and_then(|(digest, path)| Some((digest.parse().ok()?, path)))
        {
            Some((digest, path)) => {
                sums.insert(path.to_owned(), digest);
            }
            None => findings
                .differences
                .push(format!("{SUMS}: not a line of sha256sum: {line:?}")),
        }
    }
    Ok(sums)
}

/// Gives back the digests that the events name.
fn chain(
    dir: &Path,
    witnesses: &[Witness],
    findings: &mut Findings,
) -> Result<HashSet<Digest>, Failure> {
    let mut witnesses = witnesses.to_vec();
    if let Some((seq, hash)) = fs::read_to_string(dir.join(HEAD))
        .ok()
        .as_deref()
        .and_then(|head| head.trim().split_once(':'))
        && let Ok(seq) = seq.parse()
    {
        witnesses.push(Witness {
            seq,
            hash: hash.to_owned(),
        });
    } else {
        findings
            .differences
            .push(format!("{HEAD} is missing or no head of a chain"));
    }
    let text = fs::read_to_string(dir.join(EVENTS))
        .map_err(|error| Failure::Work(format!("{}: {EVENTS}: {error}", dir.display())))?;
    let mut verifier = Verifier::new(&witnesses);
    let (mut named, mut count) = (HashSet::new(), 0_u64);
    for (at, line) in text.lines().enumerate() {
        match parse_line(line) {
            Ok(line) => {
                if let Line::Full(event) = &line {
                    gather_digests(&event.event.data, &mut named);
                }
                verifier.check(&line);
            }
            Err(error) => findings
                .differences
                .push(format!("{EVENTS}, line {}: {error}", at + 1)),
        }
        count += 1;
    }
    findings
        .differences
        .extend(verifier.finish().iter().map(ToString::to_string));
    findings.looked_at.push(format!("{count} events"));
    Ok(named)
}

fn gather_digests(data: &Value, named: &mut HashSet<Digest>) {
    match data {
        Value::String(text) => named.extend(text.parse::<Digest>().ok()),
        Value::Array(items) => items.iter().for_each(|item| gather_digests(item, named)),
        Value::Object(members) => members
            .values()
            .for_each(|member| gather_digests(member, named)),
        _ => {}
    }
}

/// Whoever changes a file can write [`SUMS`] anew, but the chain says what was received, filed, sent and given.
fn named_by_events(
    dir: &Path,
    present: &[String],
    named: &HashSet<Digest>,
    findings: &mut Findings,
) -> Result<(), Failure> {
    for path in present {
        let evidence = [PAPERS, INCOMING, OUTGOING, GIVEN]
            .iter()
            .any(|room| path.starts_with(room));
        if evidence && !named.contains(&Digest::of(&fs::read(dir.join(path))?)) {
            findings
                .differences
                .push(format!("{path} is not what any event names"));
        }
    }
    Ok(())
}

/// Each paper must be an attachment of one of the mails: reading an original again gives the same files for ever (P12).
fn provenance(dir: &Path, present: &[String], findings: &mut Findings) -> Result<(), Failure> {
    let mut brought = HashSet::new();
    let mut mails = 0_u64;
    for path in present.iter().filter(|path| path.starts_with(INCOMING)) {
        mails += 1;
        let raw = Bytes::from(fs::read(dir.join(path))?);
        if let Ok(letter) = letter::read(&raw) {
            brought.extend(
                letter
                    .attachments
                    .iter()
                    .map(|attachment| attachment.sha256),
            );
        }
    }
    let mut papers = 0_u64;
    for path in present.iter().filter(|path| path.starts_with(PAPERS)) {
        papers += 1;
        if !brought.contains(&Digest::of(&fs::read(dir.join(path))?)) {
            findings
                .differences
                .push(format!("{path} came by none of the mails in {INCOMING}"));
        }
    }
    findings
        .looked_at
        .push(format!("{papers} papers, each from one of {mails} mails"));
    Ok(())
}

/// Relative paths of all files, parts joined by `/`, sorted.
fn files_below(dir: &Path) -> Result<Vec<String>, Failure> {
    let (mut files, mut folders) = (Vec::new(), vec![String::new()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(dir.join(&folder))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() {
                name
            } else {
                format!("{folder}/{name}")
            };
            if entry.file_type()?.is_dir() {
                folders.push(path)
            } else {
                files.push(path)
            }
        }
    }
    files.sort();
    Ok(files)
}

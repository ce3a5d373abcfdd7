//! Every mail of the corpus is read, and what its sources state about it holds. The corpus stands beside the worktree
//! (`../shared/corpus`); without it these tests say so loudly and do nothing.

use std::{collections::BTreeMap, fs, path::PathBuf};

use bytes::Bytes;
use loket::letter::{self, Letter};
use serde_json::Value;

fn corpus() -> Option<(PathBuf, Vec<Value>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(manifest) = fs::read_to_string(folder.join("manifest.jsonl")) else {
        eprintln!("SKIPPED: no corpus at {}", folder.display());
        return None;
    };
    let entries = manifest
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    Some((folder, entries))
}

const NO_MAIL: [&str; 6] = ["image", "pdf", "tnef", "archive", "ics", "words"];

/// File name, manifest entry, raw mail.
fn mails() -> Vec<(String, Value, Bytes)> {
    let Some((folder, entries)) = corpus() else {
        return Vec::new();
    };
    let mails: Vec<_> = entries
        .into_iter()
        .filter(|entry| !NO_MAIL.contains(&entry["kind"].as_str().unwrap()))
        .map(|entry| {
            let file = entry["file"].as_str().unwrap().to_owned();
            let raw = Bytes::from(fs::read(folder.join(&file)).unwrap());
            (file, entry, raw)
        })
        .collect();
    assert!(
        mails.len() > 250,
        "the corpus is not whole: {} mails",
        mails.len()
    );
    mails
}

fn read(file: &str, raw: &Bytes) -> Letter {
    letter::read(raw).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn every_mail_is_read_and_reads_the_same_twice() {
    for (file, _, raw) in mails() {
        let letter = read(&file, &raw);
        assert_eq!(letter, read(&file, &raw), "{file}");
        letter::identity(&raw);
        for attachment in &letter.attachments {
            let name = attachment.name.as_deref().unwrap_or_default();
            assert!(
                name.chars().count() <= 500 && !name.chars().any(char::is_control),
                "{file}: {name:?}"
            );
        }
        assert!(
            !letter.text.contains('\u{fffc}') && !letter.quoted.contains('\u{fffc}'),
            "{file}: a mark was left"
        );
    }
}

/// What the sources' facts say otherwise, and why we keep to ours.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "Pako7+zammad/mail019.box",
        "from",
        "From is empty; Zammad takes Reply-To instead, we make nothing up",
    ),
    (
        "Pako7+zammad/mail053.box",
        "from",
        "MAILER-DAEMON without a domain is no address",
    ),
    ("Pako7+zammad/mail053.box", "name", "no address, no sender"),
    (
        "Pako7+zammad/mail065.box",
        "name",
        "the encoded word is broken in two; we join it",
    ),
    (
        "stalwartlabs+mail-parser/legacy/010.eml",
        "subject",
        "a bare 8-bit octet: theirs is lost, ours is read as windows-1252",
    ),
    (
        "stalwartlabs+mail-parser/legacy/020.eml",
        "subject",
        "a bare 8-bit octet: theirs is lost, ours is read as windows-1252",
    ),
    (
        "stalwartlabs+mail-parser/malformed/002.eml",
        "attachments",
        "a multipart without parts is a text here, a file there",
    ),
    (
        "stalwartlabs+mail-parser/malformed/004.eml",
        "attachments",
        "a multipart without parts is a text here, a file there",
    ),
    (
        "stalwartlabs+mail-parser/malformed/006.eml",
        "attachments",
        "a multipart without parts is a text here, a file there",
    ),
    (
        "stalwartlabs+mail-parser/malformed/008.eml",
        "attachments",
        "the inner multipart is not closed: ours ends it at the outer boundary, both texts are body",
    ),
    (
        "stalwartlabs+mail-parser/malformed/012.eml",
        "attachments",
        "the inner multipart is not closed: theirs loses one of three attached mails",
    ),
    (
        "stalwartlabs+mail-parser/malformed/016.eml",
        "attachments",
        "a boundary without its closing quote: one text here, a file there",
    ),
    (
        "stalwartlabs+mail-parser/rfc/003.eml",
        "attachments",
        "text/enriched beside text/plain is another form of the text here, a file there",
    ),
    (
        "Pako7+zammad/mail034.box",
        "leaves",
        "two boundaries in a row: an empty part here, none there",
    ),
    (
        "apache+james-mime4j/mimetools-testmsgs/2002_06_12_doublebound.msg",
        "leaves",
        "two boundaries in a row: an empty part here, none there",
    ),
    (
        "apache+james-mime4j/testmsgs/very-long-boundary.msg",
        "leaves",
        "a last part without header: theirs passes over it",
    ),
    (
        "apple+ccs-calendarserver/dsn_failure_no_original",
        "leaves",
        "two boundaries in a row: an empty part here, none there",
    ),
    (
        "mailgun+flanker/enclosed-broken.eml",
        "leaves",
        "the attached mail is in base64 against RFC 2046: ours opens it",
    ),
    (
        "mailgun+flanker/iphone.eml",
        "leaves",
        "a line of blanks above the header: theirs sees one text",
    ),
    (
        "mailgun+flanker/mailformed-headers.eml",
        "leaves",
        "only the last boundary is right: theirs finds no part at all",
    ),
    (
        "mikel+mail/error_emails/multiple_content_types.eml",
        "leaves",
        "two Content-Type fields: ours takes the first, which has the boundary",
    ),
    (
        "sisimai+go-sisimai/mac/lhost-sendmail-01.eml",
        "leaves",
        "lines end in CR alone: theirs sees one line",
    ),
    (
        "stalwartlabs+mail-parser/malformed/000.eml",
        "leaves",
        "parts without content: theirs counts none",
    ),
    (
        "stalwartlabs+mail-parser/malformed/012.eml",
        "leaves",
        "the inner multipart is not closed: theirs loses one",
    ),
    (
        "stalwartlabs+mail-parser/malformed/014.eml",
        "leaves",
        "a last boundary without its dashes: an empty part here, none there",
    ),
    (
        "stalwartlabs+mail-parser/malformed/016.eml",
        "leaves",
        "a boundary without its closing quote: theirs takes any line that begins like it",
    ),
    (
        "stalwartlabs+mail-parser/malformed/020.eml",
        "leaves",
        "an alternative that is never closed: an empty part here, none there",
    ),
];

/// Names that Zammad makes up: HTML bodies, reports and attached mails that have no name of their own.
fn is_made_up(name: &str, letter: &Letter) -> bool {
    let body = name.starts_with("message") || name.starts_with("document");
    (body
        && name.ends_with(".html")
        && letter
            .left_out
            .iter()
            .any(|entry| entry.starts_with("text/html")))
        || (name.ends_with(".eml")
            && letter
                .attachments
                .iter()
                .any(|ours| ours.media_type == "message/rfc822"))
        || ((name == "file" || name.ends_with(".txt"))
            && letter.left_out.iter().any(|entry| entry.contains("report")))
}

fn compare(
    differences: &mut BTreeMap<(String, &'static str), String>,
    file: &str,
    fact: &'static str,
    ours: &str,
    theirs: &str,
) {
    if ours != theirs {
        differences.insert(
            (file.to_owned(), fact),
            format!("ours {ours:?}, theirs {theirs:?}"),
        );
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every difference must stand in the table, and every line of the table must be a difference.
fn settle(source: &str, facts: &[&str], differences: BTreeMap<(String, &'static str), String>) {
    let mut unexplained = String::new();
    for ((file, fact), difference) in &differences {
        if !EXCEPTIONS
            .iter()
            .any(|(known, what, _)| file == known && fact == what)
        {
            unexplained.push_str(&format!("{file} {fact}: {difference}\n"));
        }
    }
    for (file, fact, _) in EXCEPTIONS
        .iter()
        .filter(|(file, fact, _)| file.starts_with(source) && facts.contains(fact))
    {
        if !differences.contains_key(&((*file).to_owned(), *fact)) {
            unexplained.push_str(&format!("{file} {fact}: in the table, but no difference\n"));
        }
    }
    assert!(unexplained.is_empty(), "\n{unexplained}");
}

#[test]
fn the_facts_of_stalwarts_parser_hold() {
    let mut differences = BTreeMap::new();
    let mails = mails();
    for (file, entry, raw) in mails
        .iter()
        .filter(|(file, ..)| file.starts_with("stalwartlabs"))
    {
        let letter = read(file, raw);
        let (folder, _) = corpus().unwrap();
        let tree = fs::read_to_string(folder.join(format!("{file}.expect.json"))).unwrap();
        let tree: Value = serde_json::from_str(&tree).unwrap();
        let header = |name: &str| {
            let headers = tree["parts"][0]["headers"].as_array().unwrap();
            let found = headers
                .iter()
                .find(|header| header["name"].as_str() == Some(name));
            found
                .and_then(|header| header["value"]["Text"].as_str())
                .unwrap_or_default()
                .to_owned()
        };
        let own = letter
            .attachments
            .iter()
            .filter(|attachment| attachment.container.is_none())
            .count();
        compare(
            &mut differences,
            file,
            "attachments",
            &own.to_string(),
            &entry["expect"]["attachments"].to_string(),
        );
        compare(
            &mut differences,
            file,
            "subject",
            &letter.subject,
            &one_line(&header("subject")),
        );
        let id = letter.message_id.as_deref().unwrap_or_default();
        compare(
            &mut differences,
            file,
            "message-id",
            id.trim_matches(['<', '>']),
            &header("message_id"),
        );
    }
    settle(
        "stalwartlabs",
        &["attachments", "subject", "message-id"],
        differences,
    );
}

#[test]
fn the_facts_of_zammads_parser_hold() {
    let mut differences = BTreeMap::new();
    for (file, entry, raw) in mails()
        .iter()
        .filter(|(file, ..)| file.starts_with("Pako7"))
    {
        let letter = read(file, raw);
        let facts = &entry["expect"]["parse"];
        let fact = |name: &str| one_line(facts[name].as_str().unwrap_or_default());
        let from = letter.from.first();
        let address = from.map(|who| who.address.to_string()).unwrap_or_default();
        compare(
            &mut differences,
            file,
            "from",
            &address,
            &fact("from_email").to_lowercase(),
        );
        let name = from.and_then(|who| who.name.clone()).unwrap_or_default();
        compare(
            &mut differences,
            file,
            "name",
            &name,
            &fact("from_display_name"),
        );
        compare(
            &mut differences,
            file,
            "subject",
            &letter.subject,
            &fact("subject"),
        );
        for (n, attachment) in facts["attachments"]
            .as_array()
            .into_iter()
            .flatten()
            .enumerate()
        {
            let name = attachment["filename"].as_str().unwrap_or_default();
            let found = match attachment["sha256"].as_str() {
                Some(sha256) => letter
                    .attachments
                    .iter()
                    .any(|ours| ours.sha256.hex() == sha256),
                None => letter
                    .attachments
                    .iter()
                    .any(|ours| ours.name.as_deref() == Some(name)),
            };
            if !found && !is_made_up(name, &letter) {
                let ours: Vec<_> = letter
                    .attachments
                    .iter()
                    .map(|a| (a.name.clone(), a.content.len(), a.sha256.short()))
                    .collect();
                differences.insert(
                    (file.clone(), "attachment"),
                    format!("{n}: {attachment} not in {ours:?}"),
                );
            }
        }
    }
    settle(
        "Pako7",
        &["from", "name", "subject", "attachment"],
        differences,
    );
}

fn leaves(message: &mail_parser::Message<'_>) -> usize {
    message
        .parts
        .iter()
        .map(|part| match &part.body {
            mail_parser::PartType::Multipart(_) => 0,
            mail_parser::PartType::Message(inner) => leaves(inner),
            _ => 1,
        })
        .sum()
}

#[test]
fn every_leaf_is_an_attachment_or_left_out_with_a_reason() {
    let mut differences = BTreeMap::new();
    for (file, _, raw) in mails() {
        let letter = read(&file, &raw);
        let Some(parsed) = mail_parser::MessageParser::default().parse(&raw) else {
            // A text without any header: theirs is nothing, ours a body.
            assert_eq!(letter.left_out, ["text/plain: body"], "{file}");
            continue;
        };
        let papers = letter
            .attachments
            .iter()
            .filter(|paper| paper.media_type != "message/rfc822" && !paper.link)
            .count();
        compare(
            &mut differences,
            &file,
            "leaves",
            &(papers + letter.left_out.len()).to_string(),
            &leaves(&parsed).to_string(),
        );
    }
    settle("", &["leaves"], differences);
}

//! Every mail of the corpus is taken for what its source says it is, and reports name who failed.
//!
//! The corpus is no part of the repository: without it these tests say so and pass.

use std::{collections::BTreeSet, fs, path::PathBuf};

use loket::letter::{
    Nature,
    automation::{Judgement, judge},
};
use mail_parser::MessageParser;
use serde_json::Value;

struct Mail {
    file: String,
    kind: String,
    expect: Value,
    raw: Vec<u8>,
    judgement: Judgement,
}

/// Mails that are judged otherwise than the manifest says, each with the reason.
const KIND_EXCEPTIONS: &[(&str, Nature, &str)] = &[
    (
        "Pako7+zammad/mail019.box",
        Nature::Bulk,
        "neither an envelope sender nor an address in From: a machine's spam",
    ),
    (
        "Pako7+zammad/mail078-content_transfer_encoding_x_uuencode.box",
        Nature::Bulk,
        "Return-Path owner-rrga-l: came over a mailing list",
    ),
    (
        "mikel+mail/error_emails/content_transfer_encoding_x_uuencode.eml",
        Nature::Bulk,
        "Return-Path owner-rrga-l: came over a mailing list",
    ),
    (
        "Pako7+zammad/mail094.box",
        Nature::Bulk,
        "From noreply@: an order system's mail",
    ),
    (
        "Pako7+zammad/mail099.box",
        Nature::Bulk,
        "From noreply@: a form's mail",
    ),
    (
        "mikel+mail/error_emails/encoding_madness.eml",
        Nature::Bulk,
        "From no-reply@crm: a customer system's mail",
    ),
    (
        "python+cpython/msg_02.txt",
        Nature::Bulk,
        "From ppp-request@: a mailing list's digest",
    ),
];

fn corpus() -> Option<Vec<Mail>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(manifest) = fs::read_to_string(folder.join("manifest.jsonl")) else {
        eprintln!("SKIPPED: no corpus at {}", folder.display());
        return None;
    };
    let mut mails = Vec::new();
    for line in manifest.lines() {
        let entry: Value = serde_json::from_str(line).expect("manifest line");
        let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        let kind = text("kind");
        if ["image", "pdf", "archive", "tnef", "ics", "words"].contains(&kind.as_str()) {
            continue;
        }
        let raw = fs::read(folder.join(text("file"))).expect("corpus file");
        let judgement = judged(&raw);
        mails.push(Mail {
            file: text("file"),
            kind,
            expect: entry["expect"].clone(),
            raw,
            judgement,
        });
    }
    Some(mails)
}

fn judged(raw: &[u8]) -> Judgement {
    MessageParser::default()
        .parse(raw)
        .map(|parsed| judge(raw, &parsed))
        .unwrap_or_default()
}

fn wanted(kind: &str) -> Option<Nature> {
    Some(match kind {
        "normal" => Nature::Person,
        "bounce" => Nature::Bounce,
        "bounce_delayed" | "dsn_success" | "read_receipt" | "feedback_report" => Nature::Report,
        "auto_reply" => Nature::AutoReply,
        "calendar_reply" => Nature::CalendarReply,
        "calendar_other" | "automated" => Nature::Bulk,
        _ => return None,
    })
}

#[test]
fn every_mail_of_the_corpus_is_taken_for_what_it_is() {
    let Some(mails) = corpus() else { return };
    let mut wrong = Vec::new();
    let mut right = 0;
    let mut excused = 0;
    for mail in &mails {
        let Some(wanted) = wanted(&mail.kind) else {
            continue;
        };
        let nature = mail.judgement.automation.nature;
        let exception = KIND_EXCEPTIONS
            .iter()
            .find(|(file, _, _)| mail.file == *file);
        match exception {
            Some((_, expected, _)) if nature == *expected => excused += 1,
            None if nature == wanted => right += 1,
            _ => wrong.push(format!(
                "{} is {} and was called {nature:?} ({:?})",
                mail.file, mail.kind, mail.judgement.automation.hit
            )),
        }
    }
    eprintln!(
        "kinds: {right} right, {excused} excused, {} wrong of {}",
        wrong.len(),
        mails.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(mails.len() > 200, "the corpus has lost its mails");
}

#[test]
fn whatever_is_no_persons_mail_has_a_hit_in_the_gate() {
    let Some(mails) = corpus() else { return };
    for mail in &mails {
        let automation = &mail.judgement.automation;
        assert!(
            automation.nature == Nature::Person || automation.hit.is_some(),
            "{}: {automation:?}",
            mail.file
        );
    }
}

/// Reports whose failed recipients are told otherwise than the source expects, each with the reason.
const RECIPIENT_EXCEPTIONS: &[(&str, &str)] = &[
    (
        "KumoCorp+kumomta/rfc3464/3.eml",
        "nair_s is a name in an X.400 directory, no mail address",
    ),
    (
        "sisimai+go-sisimai/dos/lhost-postfix-01.eml",
        "we name Original-Recipient, the address that was written to; the source expects Final-Recipient",
    ),
];

#[test]
fn reports_name_the_addresses_that_failed() {
    let Some(mails) = corpus() else { return };
    let mut wrong = Vec::new();
    let mut right = 0;
    for mail in mails.iter().filter(|mail| mail.kind == "bounce") {
        let Some(wanted) = wanted_recipients(&mail.expect) else {
            continue;
        };
        let found: BTreeSet<String> = mail
            .judgement
            .bounce
            .iter()
            .flat_map(|bounce| &bounce.recipients)
            .map(|recipient| recipient.address.to_string())
            .collect();
        if found == wanted {
            right += 1;
        } else if !RECIPIENT_EXCEPTIONS
            .iter()
            .any(|(file, _)| mail.file == *file)
        {
            wrong.push(format!("{}: wanted {wanted:?}, found {found:?}", mail.file));
        }
    }
    eprintln!(
        "failed recipients: {right} right, {} excused, {} wrong",
        RECIPIENT_EXCEPTIONS.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn wanted_recipients(expect: &Value) -> Option<BTreeSet<String>> {
    let clean = |address: &str| address.trim_matches(['<', '>']).to_lowercase();
    if let Some(permanent) = expect["permanent"].as_array() {
        return Some(
            permanent
                .iter()
                .filter_map(Value::as_str)
                .map(clean)
                .collect(),
        );
    }
    let groups = expect["dsn"]
        .as_array()
        .filter(|groups| !groups.is_empty())?;
    Some(
        groups
            .iter()
            .filter(|group| group["action"] == "failed" || group["action"] == "error")
            .filter_map(|group| group["recipient"].as_str())
            .map(clean)
            .collect(),
    )
}

/// Statuses that are told otherwise than the source expects, each with the reason.
const STATUS_EXCEPTIONS: &[(&str, &str)] = &[
    (
        "KumoCorp+kumomta/rfc3464/3.eml",
        "the only recipient has no mail address, so no failure is named",
    ),
    (
        "apple+ccs-calendarserver/dsn_failure_no_original",
        "Status says 5.0.0, Diagnostic-Code 5.1.1: we name the one that says more",
    ),
];

#[test]
fn reports_name_the_status_of_each_failure() {
    let Some(mails) = corpus() else { return };
    let mut wrong = Vec::new();
    let mut right = 0;
    for mail in mails.iter().filter(|mail| mail.kind == "bounce") {
        let wanted = wanted_statuses(&mail.expect);
        if wanted.is_empty() {
            continue;
        }
        let found: BTreeSet<String> = mail
            .judgement
            .bounce
            .iter()
            .flat_map(|bounce| &bounce.recipients)
            .filter_map(|recipient| recipient.status.clone())
            .collect();
        if wanted.is_subset(&found) {
            right += 1;
        } else if !STATUS_EXCEPTIONS.iter().any(|(file, _)| mail.file == *file) {
            wrong.push(format!("{}: wanted {wanted:?}, found {found:?}", mail.file));
        }
    }
    eprintln!(
        "statuses: {right} right, {} excused, {} wrong",
        STATUS_EXCEPTIONS.len(),
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Statuses of the source's tables; `x.0.9xx` is Sisimai's own way to say "not told".
fn wanted_statuses(expect: &Value) -> BTreeSet<String> {
    let of = |list: &str| {
        expect[list]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|entry| entry["status"].as_str())
            .filter(|status| !status.is_empty() && !status[1..].starts_with(".0.9"))
            .map(str::to_owned)
            .collect::<BTreeSet<String>>()
    };
    let facts = of("facts");
    if facts.is_empty() { of("dsn") } else { facts }
}

#[test]
fn answers_to_invitations_are_read() {
    let Some(mails) = corpus() else { return };
    for mail in mails.iter().filter(|mail| mail.kind == "calendar_reply") {
        let reply = mail.judgement.calendar_reply.as_ref();
        assert!(
            reply.is_some_and(|reply| !reply.uid.is_empty()
                && reply.attendee.is_some()
                && reply.stamped_at.is_some()),
            "{}: {reply:?}",
            mail.file
        );
    }
}

/// Servers and copies change line ends and put fields on top; neither changes what a mail is.
#[test]
fn line_ends_and_further_trace_fields_change_no_judgement() {
    let Some(mails) = corpus() else { return };
    let mut wrong = Vec::new();
    for mail in mails.iter().filter(|mail| mail.kind != "normal") {
        if !mail.raw.contains(&b'\n') {
            continue;
        }
        let lines = || {
            mail.raw
                .split(|&octet| octet == b'\n')
                .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        };
        let lf = lines().collect::<Vec<_>>().join(&b"\n"[..]);
        let crlf = lines().collect::<Vec<_>>().join(&b"\r\n"[..]);
        let trace = b"Received: from a by b;\n\tMon, 23 Nov 2026 08:00:00 +0800\nDelivered-To: pokja3@berau.test\n";
        let traced = [&trace[..], &lf].concat();
        // A byte order mark or a mbox line has to stay on top.
        let plain = lf.first().is_some_and(u8::is_ascii_alphabetic) && !lf.starts_with(b"From ");
        for (how, raw) in [("LF", &lf), ("CRLF", &crlf), ("traced", &traced)] {
            if how == "traced" && !plain {
                continue;
            }
            let again = judged(raw);
            let names = |judgement: &Judgement| {
                judgement.bounce.clone().map(|bounce| {
                    let all = bounce.recipients.into_iter();
                    all.map(|one| (one.address, one.status)).collect::<Vec<_>>()
                })
            };
            if again.automation.nature != mail.judgement.automation.nature
                || names(&again) != names(&mail.judgement)
            {
                wrong.push(format!(
                    "{} as {how}: {:?}",
                    mail.file, again.automation.nature
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

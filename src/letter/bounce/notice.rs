//! A delivery notice in free text: what it says, what came back below it, and whose address failed.

use std::sync::LazyLock;

use regex::Regex;

use super::phrases::{FAILED, LEADS, OTHER_PEOPLE, RETURNED};
use crate::{
    address::EmailAddress,
    letter::{
        FailedRecipient,
        form::{Form, addresses_in, cut, one_line},
    },
};

const DIAGNOSTIC_LIMIT: usize = 300;
const RECIPIENT_LIMIT: usize = super::RECIPIENT_LIMIT;
const LINE_LIMIT: usize = 2000;

/// The texts of a notice, parted where the returned mail begins.
#[derive(Debug, Default)]
pub(super) struct Notice {
    pub told: String,
    pub returned: String,
}

impl Notice {
    pub fn read(form: &Form<'_>) -> Notice {
        let mut notice = Notice::default();
        for text in form.texts() {
            notice.take(text);
        }
        for part in &form.parts {
            if matches!(
                part.media_type.as_str(),
                "text/rfc822-headers"
                    | "text/rfc822"
                    | "message/rfc822"
                    | "message/rfc822-headers"
                    | "message/global"
                    | "message/global-headers"
                    | "message/partial"
            ) {
                notice.returned.push_str(&part.text);
                notice.returned.push('\n');
            }
        }
        notice
    }

    fn take(&mut self, text: &str) {
        let lines: Vec<&str> = text.lines().take(LINE_LIMIT).collect();
        let begin = (0..lines.len())
            .find(|&at| begins_returned(&lines, at))
            .unwrap_or(lines.len());
        let (told, returned) = lines.split_at(begin);
        for line in told {
            self.told.push_str(line);
            self.told.push('\n');
        }
        for line in returned {
            self.returned.push_str(line);
            self.returned.push('\n');
        }
    }

    /// What it says, squeezed to one lowercase line: the form that the tables are written in.
    pub fn squeezed(&self) -> String {
        squeeze(&self.told)
    }

    /// Message-ID of the mail that came back: from its pasted header, else from the fields that the notice names.
    pub fn message_id(&self) -> Option<String> {
        message_id_in(&self.returned).or_else(|| message_id_in(&self.told))
    }

    /// The only address in a pasted `To:`: good enough where the notice names nobody.
    pub fn only_returned_recipient(&self) -> Option<EmailAddress> {
        static TO: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"(?im)^[ \t>]*to:[ \t]*(.*)$").expect("constant pattern"));
        let field = TO
            .captures(&self.returned)
            .or_else(|| TO.captures(&self.told))?
            .get(1)?;
        let mut found = addresses_in(field.as_str());
        let only = found.next()?;
        found.next().is_none().then_some(only)
    }

    /// Who failed, as far as the words tell. `ours`: addresses of the notice's own header, which are not who failed.
    pub fn failed(
        &self,
        ours: &[EmailAddress],
        reporter_domain: Option<&str>,
    ) -> Vec<FailedRecipient> {
        let lines: Vec<&str> = self.told.lines().collect();
        let mut candidates = candidates(&lines, reporter_domain);
        let foreign = |candidate: &Candidate| {
            !ours.contains(&candidate.address) && !is_role(&candidate.address)
        };
        // Somebody who writes to himself, or to a postmaster, is told of only there.
        if candidates.iter().any(foreign) {
            candidates.retain(foreign);
        }
        let strongest = candidates.iter().map(|one| one.strength).max();
        candidates.retain(|one| Some(one.strength) == strongest);
        let mut failed: Vec<FailedRecipient> = Vec::new();
        for (at, candidate) in candidates.iter().enumerate().take(RECIPIENT_LIMIT) {
            let end = candidates
                .get(at + 1)
                .map_or(lines.len(), |next| next.line.max(candidate.line + 1))
                .min(candidate.line + 14);
            let block = lines.get(candidate.line..end).unwrap_or_default().join(" ");
            let only = candidates
                .iter()
                .all(|other| other.address == candidate.address);
            let status =
                status_in(&block).or_else(|| only.then(|| status_in(&self.told)).flatten());
            let diagnostic = Some(cut(&block, DIAGNOSTIC_LIMIT));
            match failed
                .iter_mut()
                .find(|known| known.address == candidate.address)
            {
                Some(known) => known.status = known.status.take().or(status),
                None => failed.push(FailedRecipient {
                    address: candidate.address.clone(),
                    status,
                    diagnostic,
                }),
            }
        }
        failed
    }

    /// What the notice says of one address that is known otherwise.
    pub fn about(&self, address: &EmailAddress) -> (Option<String>, Option<String>) {
        let lines: Vec<&str> = self.told.lines().collect();
        let at = lines
            .iter()
            .position(|line| line.to_lowercase().contains(address.as_str()));
        let block = at.map(|at| {
            let end = lines.len().min(at + 14);
            lines.get(at..end).unwrap_or_default().join(" ")
        });
        let status = block
            .as_deref()
            .and_then(status_in)
            .or_else(|| status_in(&self.told));
        let diagnostic = block.unwrap_or_else(|| self.told.clone());
        (
            status,
            Some(cut(&diagnostic, DIAGNOSTIC_LIMIT)).filter(|text| !text.is_empty()),
        )
    }
}

/// How much a line's shape says that its address is the one that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Mentioned,
    /// In an SMTP dialogue, on a line that tells of a failure, or below one.
    Told,
    /// The line begins with it: the form of nearly every server.
    Leading,
}

#[derive(Debug)]
struct Candidate {
    address: EmailAddress,
    line: usize,
    strength: Strength,
}

fn candidates(lines: &[&str], reporter_domain: Option<&str>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    // Lines since one announced addresses ("…to the following recipients:"); blank lines between do not count.
    let mut announced = false;
    for (line, text) in lines.iter().enumerate() {
        let lower = squeeze(text);
        if lower.is_empty() {
            continue;
        }
        if let Some(origin) = alias_origin(text) {
            // We wrote to the alias; the address it stands for is foreign to our records.
            match found.last_mut() {
                Some(last) if last.line + 1 >= line => last.address = origin,
                _ => found.push(Candidate {
                    address: origin,
                    line,
                    strength: Strength::Leading,
                }),
            }
            continue;
        }
        let other_people = OTHER_PEOPLE.iter().any(|words| lower.contains(words));
        let mut addresses = addresses_in(text).peekable();
        if addresses.peek().is_none() {
            if announced && let Some(address) = bare_name(text, reporter_domain) {
                found.push(Candidate {
                    address,
                    line,
                    strength: Strength::Told,
                });
            }
            announced = announces(&lower) || announced && lower.ends_with(':');
            continue;
        }
        let leads = leads_with_address(text);
        if other_people && !leads {
            announced = announces(&lower);
            continue;
        }
        let telling = announced
            || lower.contains("rcpt to:")
            || FAILED
                .iter()
                .chain(LEADS)
                .any(|words| lower.contains(words));
        // "…could not be delivered because they are not accepting mail from x:" announces others.
        let opens_list = lower.ends_with(':') && !announced;
        let strength = match (leads, telling && !opens_list) {
            (true, _) => Strength::Leading,
            (false, true) => Strength::Told,
            (false, false) => Strength::Mentioned,
        };
        // "name@x <name@x>: …": what stands behind the first one belongs to the reason.
        let wanted = if leads { 1 } else { RECIPIENT_LIMIT };
        found.extend(addresses.take(wanted).map(|address| Candidate {
            address,
            line,
            strength,
        }));
        announced = announced && !leads || announces(&lower);
    }
    found
}

/// "(expanded from: <x>)", "(generated from x)", "(originally addressed to x)", "Original address: x".
fn alias_origin(line: &str) -> Option<EmailAddress> {
    static ORIGIN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:expanded from|generated from|originally addressed to|original address)\b[:\s]*(\S+@\S+)")
            .expect("constant pattern")
    });
    let origin = ORIGIN.captures(line)?.get(1)?;
    addresses_in(origin.as_str()).next()
}

/// `<x@y>: …`, `  x@y`, `* x@y`, `-- x@y`, `>>> x@y`, `"x@y":`.
fn leads_with_address(line: &str) -> bool {
    static LEADING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"^[\s>*•·\-<"'(\[]*[\w.!#$%&'*+/=?^`{|}~-]+@[\p{L}\p{N}]"#)
            .expect("constant pattern")
    });
    LEADING.is_match(line)
}

fn announces(squeezed: &str) -> bool {
    (squeezed.ends_with(':') || squeezed.contains("following") || squeezed.ends_with('-'))
        && FAILED
            .iter()
            .chain(LEADS)
            .any(|words| squeezed.contains(words))
}

/// AOL names its own users without a domain.
fn bare_name(line: &str, reporter_domain: Option<&str>) -> Option<EmailAddress> {
    let name = line.trim();
    let is_name = (2..=64).contains(&name.len())
        && line.starts_with([' ', '\t'])
        && name.chars().any(|c| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if !is_name {
        return None;
    }
    format!("{name}@{}", reporter_domain?).parse().ok()
}

fn is_role(address: &EmailAddress) -> bool {
    let local = address.local();
    local == "postmaster" || local == "abuse" || local.starts_with("mailer-daemon")
}

/// A line that says so, or a header pasted without a word.
fn begins_returned(lines: &[&str], at: usize) -> bool {
    let Some(line) = lines.get(at) else {
        return false;
    };
    let squeezed = squeeze(line);
    // The first lines of sendmail's notices: "The original message was received at …".
    if squeezed.len() < 160 && RETURNED.iter().any(|words| squeezed.contains(words)) {
        return true;
    }
    if !is_trace_field(line) && !is_header_field(line) {
        return false;
    }
    let head = lines
        .iter()
        .skip(at)
        .take(14)
        .take_while(|line| !line.trim().is_empty());
    let (mut fields, mut traces) = (0, 0);
    for line in head {
        fields += usize::from(is_header_field(line) || is_trace_field(line));
        traces += usize::from(is_trace_field(line));
    }
    fields >= 3 && traces >= 1
}

fn is_trace_field(line: &str) -> bool {
    const FIELDS: [&str; 6] = [
        "received:",
        "return-path:",
        "message-id:",
        "dkim-signature:",
        "x-received:",
        "mime-version:",
    ];
    let lower = line.to_ascii_lowercase();
    FIELDS.iter().any(|name| lower.starts_with(name))
}

fn is_header_field(line: &str) -> bool {
    const FIELDS: [&str; 8] = [
        "from:",
        "to:",
        "subject:",
        "date:",
        "cc:",
        "content-type:",
        "reply-to:",
        "delivered-to:",
    ];
    let lower = line.to_ascii_lowercase();
    FIELDS.iter().any(|name| lower.starts_with(name))
        || lower.starts_with("x-") && line.contains(": ")
}

/// Of all enhanced status codes (RFC 3463) in a text the one beside a reply code, else the first; never part of an IP address.
pub(super) fn status_in(text: &str) -> Option<String> {
    static BESIDE_REPLY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r#"(?:^|[^\d.])([245])\d\d[\s-]+[('"]?#?([245]\.\d{1,3}\.\d{1,3})(?:[^\d.]|\.\s|\.?$)"#,
        )
        .expect("constant pattern")
    });
    static ANY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:^|[^\d.\w])([245]\.\d{1,2}\.\d{1,3})(?:[^\d.]|\.\s|\.?$)")
            .expect("constant pattern")
    });
    static VERSION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:version|exim|release|smtp|v)[ /]*$").expect("constant pattern")
    });
    let beside = BESIDE_REPLY.captures_iter(text).find_map(|found| {
        let (class, status) = (found.get(1)?.as_str(), found.get(2)?.as_str());
        status.starts_with(class).then(|| status.to_owned())
    });
    beside.or_else(|| {
        ANY.captures_iter(text).find_map(|found| {
            let status = found.get(1)?;
            let before = text.get(..status.start())?;
            (!VERSION.is_match(before)).then(|| status.as_str().to_owned())
        })
    })
}

/// Whether an SMTP server's refusal is quoted: `550 …`, `<<< 554`, `said: 552-…`, `#5.1.1`.
pub(super) fn quotes_refusal(told: &str) -> bool {
    static REFUSAL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?m)(?:^|[\s:<>(\[-])(?:5[0-7]\d[\s-]+\S|#?5\.\d{1,2}\.\d{1,3}\b[^.])")
            .expect("constant pattern")
    });
    REFUSAL.is_match(told)
}

pub(super) fn message_id_in(text: &str) -> Option<String> {
    static MESSAGE_ID: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?im)^[ \t>]*message-id:\s*(<[^<>\s]+>)").expect("constant pattern")
    });
    Some(MESSAGE_ID.captures(text)?.get(1)?.as_str().to_owned())
}

pub(super) fn squeeze(text: &str) -> String {
    one_line(text)
        .to_lowercase()
        .replace(['\u{2019}', '\u{2018}', '\u{b4}'], "'")
}

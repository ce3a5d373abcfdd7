//! The machine-readable part of a delivery report (RFC 3464 section 2), read as generously as servers write it.

use std::sync::LazyLock;

use regex::Regex;

use super::form::{self, addresses_in, one_line, strip_comments};
use crate::address::EmailAddress;

/// Fields about the mail as a whole, and one group a recipient.
#[derive(Debug, Default, PartialEq)]
pub struct DeliveryStatus {
    pub envelope_id: Option<String>,
    pub original_message_id: Option<String>,
    pub recipients: Vec<RecipientStatus>,
}

/// What one recipient's group says, before anybody decides on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecipientStatus {
    pub original: Option<EmailAddress>,
    pub last: Option<EmailAddress>,
    /// Some recipient stood there, readable or not.
    pub named: bool,
    pub action: Option<Action>,
    pub status: Option<String>,
    pub diagnostic: Option<String>,
}

/// RFC 3464 section 2.3.3, with the words that servers invented beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Failed,
    Delayed,
    /// Delivered, relayed or expanded.
    Delivered,
}

impl RecipientStatus {
    /// The address we wrote to, if it is told (RFC 3464 section 2.3.1), else the one that failed in the end.
    pub fn address(&self) -> Option<&EmailAddress> {
        self.original.as_ref().or(self.last.as_ref())
    }

    /// The action, or what the class of the status says (RFC 3463 section 2).
    pub fn outcome(&self) -> Option<Action> {
        let class = self.status.as_deref().and_then(|status| status.get(..1));
        self.action.or(match class {
            Some("5") => Some(Action::Failed),
            Some("4") => Some(Action::Delayed),
            Some("2") => Some(Action::Delivered),
            _ => None,
        })
    }

    fn is_begun(&self) -> bool {
        self.named || self.action.is_some() || self.status.is_some()
    }

    fn is_whole(&self) -> bool {
        self.named && (self.action.is_some() || self.status.is_some())
    }
}

/// Reads the fields wherever they stand in `text`; lines that are no such fields are passed over.
///
/// Blank lines divide groups (RFC 3464 section 2.1), but servers leave them out or put them inside a group: a group also
/// ends where one of its fields comes again, and a blank line ends it only where a recipient follows.
pub fn read(text: &str) -> DeliveryStatus {
    let mut report = DeliveryStatus::default();
    let mut group = RecipientStatus::default();
    let mut behind_blank = false;
    for field in unfolded(text) {
        let Some((name, value)) = field.split_once(':') else {
            behind_blank |= field.is_empty();
            continue;
        };
        let value = one_line(value);
        let name = name.trim().to_lowercase();
        let again = match name.as_str() {
            "final-recipient" => group.last.is_some(),
            "original-recipient" => group.original.is_some(),
            "action" => group.action.is_some(),
            "status" => group.status.is_some(),
            _ => false,
        };
        let next = behind_blank && group.is_whole() && name.ends_with("-recipient");
        if again && group.is_begun() || next {
            report.recipients.push(std::mem::take(&mut group));
        }
        behind_blank = false;
        match name.as_str() {
            "original-envelope-id" => report.envelope_id = Some(value).filter(|id| !id.is_empty()),
            "x-original-message-id" | "original-message-id" => {
                report.original_message_id = Some(value).filter(|id| !id.is_empty());
            }
            "final-recipient" => {
                group.named = true;
                group.last = address(&value);
            }
            "original-recipient" => {
                group.named = true;
                group.original = address(&value);
            }
            // Domino: the address before it rewrote it.
            "x-actual-recipient" if group.last.is_none() => group.last = address(&value),
            "action" => group.action = action(&value),
            "status" => group.status = status(&value),
            "diagnostic-code" => group.diagnostic = Some(diagnostic(&value)),
            _ => {}
        }
    }
    if group.is_begun() {
        report.recipients.push(group);
    }
    report.recipients.retain(|group| group.named);
    report
}

/// Lines with their continuations joined; a blank line stays as an empty one.
fn unfolded(text: &str) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = line.trim_end();
        match fields.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) && !last.is_empty() => {
                last.push(' ');
                last.push_str(line.trim_start());
            }
            _ => fields.push(line.trim_start().to_owned()),
        }
    }
    fields
}

/// `rfc822; name@domain`, and the forms without a type, with brackets or with a comment.
fn address(value: &str) -> Option<EmailAddress> {
    let bare = value.split_once(';').map_or(value, |(_, rest)| rest);
    let bare = strip_comments(bare);
    let bare = bare.trim().trim_start_matches('<').trim_end_matches('>');
    form::address(bare).or_else(|| addresses_in(value).next())
}

fn action(value: &str) -> Option<Action> {
    let word: String = value
        .trim()
        .chars()
        .take_while(|c| c.is_alphabetic())
        .collect();
    match word.to_lowercase().as_str() {
        "failed" | "failure" | "fail" | "error" | "bounced" | "rejected" | "undeliverable"
        | "expired" | "undelivered" => Some(Action::Failed),
        "delayed" | "delay" | "deferred" | "warning" => Some(Action::Delayed),
        "delivered" | "relayed" | "expanded" | "deliverable" | "success" => Some(Action::Delivered),
        _ => None,
    }
}

fn status(value: &str) -> Option<String> {
    static STATUS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"([245])\.(\d{1,3})\.(\d{1,3})").expect("constant pattern"));
    STATUS.find(value).map(|found| found.as_str().to_owned())
}

/// Without the type in front (`smtp;`).
fn diagnostic(value: &str) -> String {
    match value.split_once(';') {
        Some((kind, rest)) if kind.len() <= 20 && !kind.trim().contains(' ') => {
            rest.trim().to_owned()
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, Option<Action>, Option<String>)> {
        read(text)
            .recipients
            .iter()
            .map(|group| {
                (
                    group.address().map_or_else(String::new, |a| a.to_string()),
                    group.outcome(),
                    group.status.clone(),
                )
            })
            .collect()
    }

    #[test]
    fn groups_are_told_apart_with_and_without_the_blank_lines_of_the_standard() {
        let one = (
            "a@x.test".to_owned(),
            Some(Action::Failed),
            Some("5.1.1".to_owned()),
        );
        let two = (
            "b@x.test".to_owned(),
            Some(Action::Delayed),
            Some("4.4.1".to_owned()),
        );
        for text in [
            "Reporting-MTA: dns; m\n\nFinal-Recipient: rfc822; a@x.test\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822;b@x.test\nAction: delayed\nStatus: 4.4.1 (no answer)\n",
            "Reporting-MTA: dns; m\nFinal-Recipient: rfc822; a@x.test\nAction: failed\nStatus: 5.1.1\nFinal-Recipient: <b@x.test>\nAction: delayed\nStatus: 4.4.1\n",
            "Final-Recipient: rfc822; a@x.test\n\nAction: failed\n\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; b@x.test\n\nAction: delayed\n\nStatus: 4.4.1",
            "Action: failed\r\nStatus: 5.1.1\r\nFinal-Recipient: RFC822;\r\n a@x.test\r\n\r\nAction: delayed\r\nStatus: 4.4.1\r\nFinal-Recipient: b@x.test (B)\r\n",
        ] {
            assert_eq!(told(text), [one.clone(), two.clone()], "{text}");
        }
    }

    #[test]
    fn the_address_that_we_wrote_to_is_preferred_and_the_class_decides_where_no_action_stands() {
        let text = "Original-Envelope-Id: 77\n\nOriginal-Recipient: rfc822;a@x.test\nFinal-Recipient: rfc822;c@y.test\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 gone";
        let report = read(text);
        assert_eq!(report.envelope_id.as_deref(), Some("77"));
        assert_eq!(
            told(text),
            [(
                "a@x.test".to_owned(),
                Some(Action::Failed),
                Some("5.0.0".to_owned())
            )]
        );
        assert_eq!(report.recipients[0].diagnostic.as_deref(), Some("550 gone"));
    }

    #[test]
    fn text_without_such_fields_tells_nothing() {
        assert_eq!(
            read("Status: 5.1.1\nHello: world\n\nx"),
            DeliveryStatus::default()
        );
    }
}

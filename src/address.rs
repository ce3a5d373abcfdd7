//! A mail address, parsed once: nobody below checks it again.

use std::{fmt, str::FromStr};

/// One mail address (`local@domain`), lowercased as a whole: mailbox names that differ only in case belong to one person.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct EmailAddress(String);

impl EmailAddress {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// `pokja3@x` with detail `k7` and delimiter `+` is `pokja3+k7@x`.
    pub fn with_detail(&self, delimiter: &str, detail: &str) -> EmailAddress {
        EmailAddress(format!(
            "{}{delimiter}{detail}@{}",
            self.local(),
            self.domain()
        ))
    }

    /// The detail of `self` when it is `base` with a sub-address behind it (RFC 5233), else `None`.
    pub fn detail_of(&self, base: &EmailAddress, delimiter: &str) -> Option<&str> {
        if delimiter.is_empty() || self.domain() != base.domain() {
            return None;
        }
        self.local()
            .strip_prefix(base.local())?
            .strip_prefix(delimiter)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a mail address: {0:?} (expected something like nama@contoh.test)")]
pub struct NotAnAddress(pub String);

impl FromStr for EmailAddress {
    type Err = NotAnAddress;

    /// Accepts what a real server delivers to: one `@` after a local part without blanks or controls, a domain of labels.
    fn from_str(text: &str) -> Result<EmailAddress, NotAnAddress> {
        let wrong = || NotAnAddress(text.chars().take(120).collect());
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{a0}');
        let (local, domain) = text.rsplit_once('@').ok_or_else(wrong)?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && !local
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"@".contains(c));
        let label_ok = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && label
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        };
        let domain_ok = domain.len() <= 253 && domain.split('.').all(label_ok);
        if local_ok && domain_ok {
            Ok(EmailAddress(text.to_lowercase()))
        } else {
            Err(wrong())
        }
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

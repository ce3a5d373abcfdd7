//! What can go wrong between us and an IMAP server, in the classes that decide the next attempt (R21).

use std::{fmt, io};

use crate::tls::TlsError;

/// An IMAP step failed. Texts from the server are cut to 200 characters and hold no control characters.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    #[error("cannot reach {place}: {why}")]
    Unreachable { place: String, why: String },
    #[error(
        "the certificate of {host} is not trusted: {why}. Put the authority's certificate into ca_file, or correct the host name"
    )]
    Untrusted { host: String, why: String },
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The secret could not be read; says what to do.
    #[error("no credentials: {0}")]
    NoCredentials(String),
    /// The server does not let this account in, for sure.
    #[error("sign-in refused: {0}. Correct the user in the url and the password")]
    Refused(String),
    /// A tagged NO or BAD.
    #[error("the server answered {status} to {command}: {text}")]
    Denied {
        command: &'static str,
        status: Status,
        /// Response code (RFC 5530) in capitals, without brackets and arguments.
        code: Option<String>,
        text: String,
    },
    /// The stream ended, broke or said BYE before the tagged answer: nothing that came since counts.
    #[error("connection lost during {command}: {why}")]
    Lost { command: &'static str, why: String },
    #[error("no answer to {command} in time: {why}")]
    Late { command: &'static str, why: String },
    /// The server says something that the protocol forbids or that our caps refuse.
    #[error("unusable answer to {command}: {why}")]
    Unusable { command: &'static str, why: String },
    /// A text of the settings that cannot go into a command (R25).
    #[error("{what} cannot be sent to an IMAP server: it holds a line break or NUL")]
    Unsendable { what: &'static str },
    /// UIDVALIDITY changed while the folder was open: begin again (R8).
    #[error("the folder was renumbered (UIDVALIDITY {was} became {is})")]
    Renumbered { was: u32, is: u32 },
    #[error("stopped")]
    Stopped,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    No,
    Bad,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::No => "NO",
            Status::Bad => "BAD",
        })
    }
}

/// How an error is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Wrong credentials: few further attempts (P28).
    Refused,
    /// `NO` to the sign-in without a code: refused only after three in a row.
    PerhapsRefused,
    /// Goes away by itself (R20).
    Network,
    /// Certificate: alarm at once, every 15 min.
    Trust,
    /// A person must mend it (folder missing, secret unreadable) and asking again harms nobody: at poll speed (R3).
    Setup,
}

impl ImapError {
    pub fn class(&self) -> Class {
        match self {
            ImapError::Untrusted { .. } | ImapError::Tls(_) => Class::Trust,
            ImapError::Refused(_) => Class::Refused,
            ImapError::NoCredentials(_) | ImapError::Unsendable { .. } => Class::Setup,
            ImapError::Denied {
                command: "LOGIN" | "AUTHENTICATE",
                code,
                ..
            } => match code.as_deref() {
                Some(
                    "AUTHENTICATIONFAILED"
                    | "AUTHORIZATIONFAILED"
                    | "EXPIRED"
                    | "PRIVACYREQUIRED"
                    | "CONTACTADMIN",
                ) => Class::Refused,
                Some("UNAVAILABLE" | "INUSE" | "LIMIT" | "SERVERBUG" | "OVERQUOTA") => {
                    Class::Network
                }
                _ => Class::PerhapsRefused,
            },
            ImapError::Denied {
                command: "EXAMINE", ..
            }
            | ImapError::Unusable {
                command: "EXAMINE", ..
            } => Class::Setup,
            _ => Class::Network,
        }
    }

    /// A tagged NO or BAD: the session is still in step.
    pub fn is_denial(&self) -> bool {
        matches!(self, ImapError::Denied { .. })
    }

    pub(super) fn from_io(command: &'static str, error: &io::Error) -> Self {
        let why = shorten(&error.to_string());
        match error.kind() {
            io::ErrorKind::TimedOut => ImapError::Late { command, why },
            io::ErrorKind::InvalidData => ImapError::Unusable { command, why },
            _ => ImapError::Lost { command, why },
        }
    }
}

/// Server text fit for a log line: one line, at most 200 characters (async-imap's parse errors print whole buffers).
pub(super) fn shorten(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(200)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(200).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_sign_in_is_told_from_a_passing_fault_by_its_code() {
        let table = [
            (Some("AUTHENTICATIONFAILED"), Class::Refused),
            (Some("AUTHORIZATIONFAILED"), Class::Refused),
            (Some("EXPIRED"), Class::Refused),
            (Some("PRIVACYREQUIRED"), Class::Refused),
            (Some("CONTACTADMIN"), Class::Refused),
            (Some("UNAVAILABLE"), Class::Network),
            (Some("INUSE"), Class::Network),
            (Some("LIMIT"), Class::Network),
            (Some("SERVERBUG"), Class::Network),
            (Some("OVERQUOTA"), Class::Network),
            (Some("ALERT"), Class::PerhapsRefused),
            (None, Class::PerhapsRefused),
        ];
        for (code, class) in table {
            let error = ImapError::Denied {
                command: "LOGIN",
                status: Status::No,
                code: code.map(str::to_owned),
                text: String::new(),
            };
            assert_eq!(error.class(), class, "{code:?}");
        }
    }

    #[test]
    fn server_text_is_cut_and_cannot_break_a_log_line() {
        assert_eq!(shorten("a\r\nb\u{1b}[31m"), "a  b [31m");
        assert_eq!(shorten(&"é".repeat(300)).chars().count(), 201);
    }
}

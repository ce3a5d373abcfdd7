//! The hash-chained record of events, and its proof. Pure: the rows stand in `database`.
//!
//! `hash` = SHA-256 of the text `PREV SEQ CONTENT`, where CONTENT is the SHA-256 of the canonical JSON (RFC 8785) of
//! `{action, actor, data, subject, time}` and PREV the hash of the event before (64 zeros before the first). An export
//! can so leave out what concerns other tenders and still prove the whole chain with `sha256sum` alone.

use jiff::Timestamp;
use serde_json::Value;

/// Something that happened, before it has its place in the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub time: Timestamp,
    /// `loket`, or the login name of the person at the command line.
    pub actor: String,
    /// `message.filed`, `outbox.sent`, …: noun, full stop, participle.
    pub action: String,
    /// What it is about: `("message", "12")`.
    pub subject: (String, String),
    /// Code of the tender that it concerns; `None`: of no single tender.
    pub tender: Option<String>,
    /// Strings and integers only, so that the canonical form is plain.
    pub data: Value,
}

/// An event in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Chained {
    pub seq: i64,
    pub event: Event,
    pub prev: String,
    pub hash: String,
}

//! The hash-chained record of events, and its proof. Pure: the rows stand in `database`.
//!
//! `hash` = SHA-256 of the text `PREV SEQ CONTENT`, where CONTENT is the SHA-256 of the canonical JSON (RFC 8785) of
//! `{action, actor, data, subject, time}` and PREV the hash of the event before (64 zeros before the first). An export
//! can so leave out what concerns other tenders and still prove the whole chain with `sha256sum` alone. `data` names the
//! tender that an event concerns, so that the hash covers it.

mod canonical;
mod text;
mod verify;

pub use canonical::canonical;
pub use text::{Line, NotAnEvent, Stub, parse_line, to_json, to_stub};
pub use verify::{Difference, Verifier, Witness, verify};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::digest::Digest;

/// `prev` of the first event.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

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

/// Gives an event its place after the one before (0 and [`BEGINNING`] for the first). Its time is cut to milliseconds, and
/// its tender stands in `data` too, where the hash covers it.
pub fn chain(prev_seq: i64, prev_hash: &str, event: &Event) -> Chained {
    let mut event = event.clone();
    event.time = Timestamp::from_millisecond(event.time.as_millisecond()).unwrap_or(event.time);
    if let (Some(tender), Value::Object(data)) = (&event.tender, &mut event.data) {
        data.insert("tender".to_owned(), json!(tender));
    }
    let seq = prev_seq + 1;
    Chained {
        hash: hash(prev_hash, seq, &content(&event).hex()),
        prev: prev_hash.to_owned(),
        event,
        seq,
    }
}

/// CONTENT: the digest of everything that the event says.
pub fn content(event: &Event) -> Digest {
    let said = json!({
        "action": event.action,
        "actor": event.actor,
        "data": event.data,
        "subject": {"kind": event.subject.0, "id": event.subject.1},
        "time": text::time(event.time),
    });
    Digest::of(canonical(&said).as_bytes())
}

fn hash(prev: &str, seq: i64, content: &str) -> String {
    Digest::of(format!("{prev} {seq} {content}").as_bytes()).hex()
}

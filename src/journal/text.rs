//! Events as lines of JSON: whole, or as a stub that proves its place in the chain and says nothing.

use std::str::FromStr;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Chained, Event, content};
use crate::digest::Digest;

/// What stands in an exported dossier for an event of another tender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stub {
    pub seq: i64,
    /// SHA-256 of the canonical JSON of what is left out.
    pub content: String,
    pub prev: String,
    pub hash: String,
}

/// A line of `events.jsonl`.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    Full(Chained),
    Stub(Stub),
}

/// Milliseconds always, so that a time has one text.
pub(super) fn time(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// The event with the keys of the contract.
pub fn to_json(chained: &Chained) -> Value {
    let Chained {
        seq,
        event,
        prev,
        hash,
    } = chained;
    json!({
        "seq": seq,
        "time": time(event.time),
        "actor": event.actor,
        "action": event.action,
        "subject": {"kind": event.subject.0, "id": event.subject.1},
        "data": event.data,
        "prev": prev,
        "hash": hash,
    })
}

/// The event's place in the chain and nothing else.
pub fn to_stub(chained: &Chained) -> Value {
    json!({
        "seq": chained.seq,
        "content": content(&chained.event).hex(),
        "prev": chained.prev,
        "hash": chained.hash,
    })
}

/// A line that is neither an event nor a stub.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an event: {0}")]
pub struct NotAnEvent(String);

/// Reads what [`to_json`] and [`to_stub`] wrote, strictly: a time in another spelling is a changed event.
pub fn parse_line(line: &str) -> Result<Line, NotAnEvent> {
    let value: Value =
        serde_json::from_str(line).map_err(|error| NotAnEvent(format!("no JSON: {error}")))?;
    let string = |value: &Value, key: &str| {
        value
            .get(key)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .ok_or_else(|| NotAnEvent(format!("key `{key}` is missing or no text")))
    };
    let digest = |key: &str| {
        let hex = string(&value, key)?;
        Digest::from_str(&hex).map_err(|error| NotAnEvent(format!("key `{key}`: {error}")))?;
        Ok(hex)
    };
    let seq = value
        .get("seq")
        .and_then(Value::as_i64)
        .ok_or_else(|| NotAnEvent("key `seq` is missing or no number".to_owned()))?;
    let (prev, hash) = (digest("prev")?, digest("hash")?);
    if value.get("action").is_none() && value.get("content").is_some() {
        return Ok(Line::Stub(Stub {
            seq,
            content: digest("content")?,
            prev,
            hash,
        }));
    }
    let written = string(&value, "time")?;
    let at = Timestamp::from_str(&written)
        .map_err(|error| NotAnEvent(format!("key `time`: {error}")))?;
    if time(at) != written {
        return Err(NotAnEvent(format!(
            "key `time`: {written:?} is not written as loket writes it, {:?}",
            time(at)
        )));
    }
    let subject = value.get("subject").unwrap_or(&Value::Null);
    let data = value.get("data").cloned().unwrap_or(Value::Null);
    Ok(Line::Full(Chained {
        seq,
        event: Event {
            time: at,
            actor: string(&value, "actor")?,
            action: string(&value, "action")?,
            subject: (string(subject, "kind")?, string(subject, "id")?),
            tender: data
                .get("tender")
                .and_then(Value::as_str)
                .map(str::to_owned),
            data,
        },
        prev,
        hash,
    }))
}

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::journal::{BEGINNING, chain};

    fn event(data: Value) -> Event {
        Event {
            time: Timestamp::UNIX_EPOCH,
            actor: "loket".to_owned(),
            action: "message.filed".to_owned(),
            subject: ("message".to_owned(), "12".to_owned()),
            tender: Some("8231345".to_owned()),
            data,
        }
    }

    #[test]
    fn an_event_has_the_keys_of_the_contract_and_a_stub_says_nothing() {
        let chained = chain(0, BEGINNING, &event(json!({"bytes": 1})));
        let keys = |value: Value| match value {
            Value::Object(members) => members.keys().cloned().collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        assert_eq!(
            keys(to_json(&chained)),
            [
                "action", "actor", "data", "hash", "prev", "seq", "subject", "time"
            ]
        );
        assert_eq!(keys(to_stub(&chained)), ["content", "hash", "prev", "seq"]);
        assert_eq!(to_json(&chained)["time"], "1970-01-01T00:00:00.000Z");
        assert_eq!(
            to_json(&chained)["subject"],
            json!({"kind": "message", "id": "12"})
        );
    }

    #[test]
    fn what_was_written_reads_back() {
        let chained = chain(
            41,
            &"ab".repeat(32),
            &event(json!({"n": null, "s": "\u{0}\u{1f600}"})),
        );
        let line = to_json(&chained).to_string();
        assert_eq!(parse_line(&line), Ok(Line::Full(chained.clone())));
        let Ok(Line::Stub(stub)) = parse_line(&to_stub(&chained).to_string()) else {
            panic!()
        };
        assert_eq!((stub.seq, stub.hash), (42, chained.hash));
    }

    #[test]
    fn a_line_that_is_no_event_says_which_key_is_wrong() {
        let good = to_json(&chain(0, BEGINNING, &event(json!({})))).to_string();
        for (line, names) in [
            ("", "JSON"),
            ("[]", "`seq`"),
            (r#"{"seq":1}"#, "`prev`"),
            (good.replace(".000Z", "Z").as_str(), "`time`"),
            (good.replace(".000Z", ".000+00:00").as_str(), "`time`"),
            (good.replace("\"actor\"", "\"acto\"").as_str(), "`actor`"),
            (
                good.replace("\"prev\":\"0", "\"prev\":\"X").as_str(),
                "`prev`",
            ),
        ] {
            let told = parse_line(line).unwrap_err().to_string();
            assert!(told.contains(names), "{line} -> {told}");
        }
    }

    proptest! {
        #[test]
        fn no_line_makes_the_reader_panic(line in ".{0,200}") {
            let _ = parse_line(&line);
        }
    }
}

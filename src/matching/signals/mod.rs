//! The table of signals: what in a letter speaks for which bidder, how strongly, and how a person is told.
//!
//! To add one: write a small pure function that returns [`Trace`]s, and a line in [`SIGNALS`]. Nothing else changes
//! unless the new signal is a key of a new rank.

mod identifiers;
mod reference;
mod sender;
mod sub_address;
mod thread;

use super::{Facts, Reason};
use crate::{
    letter::Letter,
    tender::{BidderId, SessionId},
};

/// What a signal may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Decides alone, unless something contradicts it.
    Conclusive(Key),
    /// Names the bidder; the session follows from the time, and only for the registered sender.
    Strong,
    /// Two of them that agree are enough (the identifiers of the contract).
    Supporting,
    /// Speaks against filing on identifiers alone.
    Contradicting,
}

/// How a key came into the letter: what was made by the answer itself outranks what was typed, and that what was quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The address written to, the mail answered.
    Direct,
    /// Typed by the writer, or left in the subject.
    Written,
    /// In quoted, forwarded or enclosed text.
    Quoted,
}

/// A line of the table.
#[derive(Debug)]
pub struct Signal {
    /// Steady: stands in `reasons`.
    pub name: &'static str,
    pub kind: Kind,
    /// How often a mail with this signal alone belongs there, by judgement; issue 3 calibrates it.
    pub weight: f64,
    /// Indonesian; `{bidder}` and `{trace}` are filled in.
    pub wording: &'static str,
    find: fn(&Letter, &Facts) -> Vec<Trace>,
}

/// What a signal found.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// `None`: speaks against every bidder.
    pub bidder: Option<BidderId>,
    pub session: Option<SessionId>,
    /// The words that were found, or where.
    pub trace: String,
}

/// A trace with its line of the table.
#[derive(Clone, Debug)]
pub struct Evidence {
    pub signal: &'static Signal,
    pub bidder: Option<BidderId>,
    pub session: Option<SessionId>,
    pub reason: Reason,
}

#[rustfmt::skip]
pub static SIGNALS: &[Signal] = &[
    Signal { name: "sub-address", kind: Kind::Conclusive(Key::Direct), weight: 0.99, find: sub_address::find,
        wording: "alamat balasan khusus milik {bidder}" },
    Signal { name: "thread", kind: Kind::Conclusive(Key::Direct), weight: 0.98, find: thread::answered,
        wording: "balasan atas surat kami kepada {bidder}" },
    Signal { name: "reference", kind: Kind::Conclusive(Key::Written), weight: 0.97, find: reference::written,
        wording: "nomor rujukan milik {bidder} dalam {trace}" },
    Signal { name: "quoted-reference", kind: Kind::Conclusive(Key::Quoted), weight: 0.93, find: reference::quoted,
        wording: "nomor rujukan milik {bidder} dalam kutipan ({trace})" },
    Signal { name: "enclosed-thread", kind: Kind::Conclusive(Key::Quoted), weight: 0.93, find: thread::enclosed,
        wording: "surat kami kepada {bidder} terlampir di dalamnya" },
    Signal { name: "registered-address", kind: Kind::Strong, weight: 0.90, find: sender::registered,
        wording: "alamat pengirim terdaftar atas nama {bidder}" },
    Signal { name: "reply-address", kind: Kind::Strong, weight: 0.60, find: sender::reply_to,
        wording: "alamat balasan (Reply-To) terdaftar atas nama {bidder}" },
    Signal { name: "enclosed-sender", kind: Kind::Strong, weight: 0.60, find: sender::enclosed,
        wording: "surat yang diteruskan berasal dari alamat {bidder}" },
    Signal { name: "npwp", kind: Kind::Supporting, weight: 0.55, find: identifiers::npwp,
        wording: "NPWP {bidder} tercantum" },
    Signal { name: "nib", kind: Kind::Supporting, weight: 0.55, find: identifiers::nib,
        wording: "NIB {bidder} tercantum" },
    Signal { name: "company-name", kind: Kind::Supporting, weight: 0.50, find: identifiers::company_name,
        wording: "nama {bidder} dalam {trace}" },
    Signal { name: "tender-code", kind: Kind::Supporting, weight: 0.20, find: identifiers::tender_code,
        wording: "kode tender {trace}, yang diikuti {bidder}" },
    Signal { name: "spam-verdict", kind: Kind::Contradicting, weight: 0.0, find: sender::spam_verdict,
        wording: "ditandai sebagai spam oleh server penerima" },
];

/// Everything that the table finds in a letter, the strongest first; of equal findings one.
pub fn gather(letter: &Letter, facts: &Facts) -> Vec<Evidence> {
    let mut found: Vec<Evidence> = Vec::new();
    for signal in SIGNALS {
        for trace in (signal.find)(letter, facts) {
            let known = found.iter().any(|evidence| {
                evidence.signal.name == signal.name
                    && evidence.bidder == trace.bidder
                    && evidence.session == trace.session
            });
            if !known {
                found.push(evidence(signal, trace, facts));
            }
        }
    }
    found.sort_by(|a, b| b.signal.weight.total_cmp(&a.signal.weight));
    found
}

fn evidence(signal: &'static Signal, trace: Trace, facts: &Facts) -> Evidence {
    let bidder = trace.bidder.and_then(|id| facts.registry.bidder(id));
    let name = bidder.map_or("", |bidder| bidder.name.as_str());
    Evidence {
        signal,
        bidder: trace.bidder,
        session: trace.session,
        reason: Reason {
            signal: signal.name.into(),
            // One pass over the wording: a bidder named "{trace}" stays what it is.
            detail: fill(signal.wording, name, &trace.trace),
        },
    }
}

fn fill(wording: &str, bidder: &str, trace: &str) -> String {
    let mut filled = String::new();
    let mut rest = wording;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((key, behind)) = after.split_once('}') else {
            break;
        };
        filled.push_str(if key == "bidder" { bidder } else { trace });
        rest = behind;
    }
    filled + rest
}

impl Trace {
    fn of_session(session: &crate::tender::Session, trace: impl Into<String>) -> Trace {
        Trace {
            bidder: Some(session.bidder),
            session: Some(session.id),
            trace: trace.into(),
        }
    }

    fn of_bidder(bidder: BidderId, trace: impl Into<String>) -> Trace {
        Trace {
            bidder: Some(bidder),
            session: None,
            trace: trace.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        for (at, signal) in SIGNALS.iter().enumerate() {
            assert!((0.0..1.0).contains(&signal.weight), "{}", signal.name);
            assert!(SIGNALS[..at].iter().all(|other| other.name != signal.name));
            assert!(!fill(signal.wording, "PT X", "y").contains(['{', '}']));
        }
        assert_eq!(
            fill("a {bidder} b {trace}", "{trace}", "t"),
            "a {trace} b t"
        );
    }
}

//! The proof: walks a chain and tells what was done to it.

use std::collections::BTreeMap;

use super::{BEGINNING, Chained, Line, content, hash};

/// A head of the chain that somebody outside holds, from a digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    pub seq: i64,
    pub hash: String,
}

/// One thing that is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    #[error("event {seq} was changed: its hash does not belong to what it says")]
    Changed { seq: i64 },
    #[error(
        "event {seq} was rewritten together with its hash: event {next} was chained to another"
    )]
    Rewritten { seq: i64, next: i64 },
    #[error("events {from} to {to} were removed")]
    Removed { from: i64, to: i64 },
    #[error("events were reordered: what stands in place {seq} was written as event {written}")]
    Reordered { seq: i64, written: i64 },
    #[error("events were reordered: event {seq} stands after event {after}")]
    OutOfOrder { seq: i64, after: i64 },
    #[error("event {seq} stands there twice")]
    Twice { seq: i64 },
    #[error("the chain was cut: a digest witnessed event {witnessed}, the last one here is {last}")]
    Cut { last: i64, witnessed: i64 },
    #[error(
        "the chain was rewritten: a digest witnessed event {seq} with hash {witnessed}, here it is {found}"
    )]
    Witnessed {
        seq: i64,
        witnessed: String,
        found: String,
    },
    #[error("event {seq} was moved to another tender: filed under {filed}, it says {says}")]
    OtherTender {
        seq: i64,
        filed: String,
        says: String,
    },
}

/// Checks a chain, whole or mixed with stubs, in the order in which it stands.
pub fn verify(lines: impl IntoIterator<Item = Line>, witnesses: &[Witness]) -> Vec<Difference> {
    let mut verifier = Verifier::new(witnesses);
    for line in lines {
        verifier.check(&line);
    }
    verifier.finish()
}

/// How far around an event its true place is looked for when its hash does not fit.
const NEIGHBOURHOOD: i64 = 64;

/// The same, line by line, for chains that do not fit into memory.
#[derive(Debug)]
pub struct Verifier {
    /// The highest place seen, and the hash there.
    last: i64,
    last_hash: String,
    /// Places jumped over and not yet seen, as from → to.
    gaps: BTreeMap<i64, i64>,
    witnesses: Vec<Witness>,
    found: Vec<Difference>,
}

impl Verifier {
    pub fn new(witnesses: &[Witness]) -> Verifier {
        Verifier {
            last: 0,
            last_hash: BEGINNING.to_owned(),
            gaps: BTreeMap::new(),
            witnesses: witnesses.to_vec(),
            found: Vec::new(),
        }
    }

    pub fn check(&mut self, line: &Line) {
        let (seq, said, prev, own) = match line {
            Line::Full(event) => {
                self.check_tender(event);
                (
                    event.seq,
                    content(&event.event).hex(),
                    &event.prev,
                    &event.hash,
                )
            }
            Line::Stub(stub) => (stub.seq, stub.content.clone(), &stub.prev, &stub.hash),
        };
        if hash(prev, seq, &said) != *own {
            let written = (seq - NEIGHBOURHOOD..=seq + NEIGHBOURHOOD)
                .find(|&other| hash(prev, other, &said) == *own);
            self.found.push(match written {
                Some(written) => Difference::Reordered { seq, written },
                None => Difference::Changed { seq },
            });
        }
        for witness in self.witnesses.iter().filter(|witness| witness.seq == seq) {
            if witness.hash != *own {
                self.found.push(Difference::Witnessed {
                    seq,
                    witnessed: witness.hash.clone(),
                    found: own.clone(),
                });
            }
        }
        self.place(seq, prev, own);
    }

    /// The tender by which events are told apart is a column of its own; what counts is what the hash covers.
    fn check_tender(&mut self, event: &Chained) {
        let says = event
            .event
            .data
            .get("tender")
            .and_then(|code| code.as_str());
        let filed = event.event.tender.as_deref();
        if filed != says {
            self.found.push(Difference::OtherTender {
                seq: event.seq,
                filed: filed.unwrap_or("none").to_owned(),
                says: says.unwrap_or("none").to_owned(),
            });
        }
    }

    fn place(&mut self, seq: i64, prev: &str, own: &str) {
        if seq > self.last {
            if seq > self.last + 1 {
                self.gaps.insert(self.last + 1, seq - 1);
            } else if prev != self.last_hash {
                self.found.push(Difference::Rewritten {
                    seq: self.last,
                    next: seq,
                });
            }
            (self.last, self.last_hash) = (seq, own.to_owned());
            return;
        }
        match self.gaps.range(..=seq).next_back() {
            Some((&from, &to)) if seq <= to => {
                self.found.push(Difference::OutOfOrder {
                    seq,
                    after: self.last,
                });
                self.gaps.remove(&from);
                if from < seq {
                    self.gaps.insert(from, seq - 1);
                }
                if seq < to {
                    self.gaps.insert(seq + 1, to);
                }
            }
            _ => self.found.push(Difference::Twice { seq }),
        }
    }

    /// What was found, with what can be told only at the end.
    pub fn finish(mut self) -> Vec<Difference> {
        for (from, to) in self.gaps {
            self.found.push(Difference::Removed { from, to });
        }
        let beyond = self.witnesses.iter().map(|witness| witness.seq).max();
        if let Some(witnessed) = beyond
            && witnessed > self.last
        {
            self.found.push(Difference::Cut {
                last: self.last,
                witnessed,
            });
        }
        self.found
    }
}

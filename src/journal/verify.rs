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
    #[error(
        "event {seq} claims to be the first, but was chained to another: the beginning was removed"
    )]
    Beheaded { seq: i64 },
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
                self.found.push(match self.last {
                    0 => Difference::Beheaded { seq },
                    last => Difference::Rewritten {
                        seq: last,
                        next: seq,
                    },
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

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::journal::{Event, chain, parse_line, to_json, to_stub};

    /// Ten events, every third of another tender, and the last of none.
    fn events() -> Vec<Chained> {
        let mut chained: Vec<Chained> = Vec::new();
        for number in 1..=10 {
            let tender = match number {
                10 => None,
                _ if number % 3 == 0 => Some("999".to_owned()),
                _ => Some("8231345".to_owned()),
            };
            let event = Event {
                time: Timestamp::from_str("2026-11-25T01:00:00.123456Z").unwrap(),
                actor: "loket".to_owned(),
                action: "message.filed".to_owned(),
                subject: ("message".to_owned(), number.to_string()),
                tender,
                data: json!({"sha256": "ab", "bytes": number}),
            };
            let (seq, hash) = chained
                .last()
                .map_or((0, BEGINNING), |last| (last.seq, last.hash.as_str()));
            chained.push(chain(seq, hash, &event));
        }
        chained
    }

    /// As in the dossier of a tender: what is not its own is a stub. The lines of text are the interface.
    fn dossier(events: &[Chained]) -> Vec<String> {
        events
            .iter()
            .map(|event| match event.event.tender.as_deref() {
                Some("8231345") => to_json(event).to_string(),
                _ => to_stub(event).to_string(),
            })
            .collect()
    }

    fn proof(lines: &[String], witnesses: &[Witness]) -> Vec<Difference> {
        verify(
            lines.iter().map(|line| parse_line(line).unwrap()),
            witnesses,
        )
    }

    fn head(events: &[Chained]) -> Witness {
        let last = events.last().unwrap();
        Witness {
            seq: last.seq,
            hash: last.hash.clone(),
        }
    }

    /// Chains anew from a place on, as an owner of the database would.
    fn rebuilt(mut events: Vec<Chained>, from: usize) -> Vec<Chained> {
        for at in from..events.len() {
            let (seq, hash) = match at {
                0 => (0, BEGINNING.to_owned()),
                _ => (events[at - 1].seq, events[at - 1].hash.clone()),
            };
            events[at] = chain(seq, &hash, &events[at].event);
        }
        events
    }

    #[test]
    fn a_whole_and_a_mixed_chain_verify() {
        let events = events();
        let whole = events.iter().cloned().map(Line::Full);
        assert_eq!(verify(whole, &[head(&events), head(&events[..4])]), []);
        assert_eq!(proof(&dossier(&events), &[head(&events)]), []);
        assert_eq!(verify([], &[]), []);
    }

    /// The recipe of `journal`'s first lines, by hand.
    #[test]
    fn the_hash_is_the_one_that_an_auditor_computes() {
        let event = &events()[1];
        let content = concat!(
            r#"{"action":"message.filed","actor":"loket","data":{"bytes":2,"sha256":"ab","tender":"8231345"},"#,
            r#""subject":{"id":"2","kind":"message"},"time":"2026-11-25T01:00:00.123Z"}"#
        );
        let content = crate::digest::Digest::of(content.as_bytes()).hex();
        let text = format!("{} 2 {content}", events()[0].hash);
        assert_eq!(event.hash, crate::digest::Digest::of(text.as_bytes()).hex());
        assert_eq!(to_stub(event)["content"], content);
    }

    #[test]
    fn every_changed_word_of_every_line_is_told() {
        let events = events();
        let lines = dossier(&events);
        for (at, line) in lines.iter().enumerate() {
            let seq = events[at].seq;
            for (from, to) in [
                (r#""bytes":"#, r#""bytes":1"#),
                ("loket", "nobody"),
                ("message.filed", "message.failed"),
                (r#""id":""#, r#""id":"9"#),
                (".123Z", ".124Z"),
                (r#""data":{"#, r#""data":{"a":1,"#),
                (r#""content":"a"#, r#""content":"b"#),
                (r#""content":"0"#, r#""content":"1"#),
            ] {
                let mut changed = lines.clone();
                changed[at] = line.replace(from, to);
                if changed[at] != *line {
                    let found = proof(&changed, &[]);
                    assert_eq!(found, [Difference::Changed { seq }], "{}", changed[at]);
                }
            }
        }
    }

    #[test]
    fn a_line_removed_at_any_place_is_told() {
        let events = events();
        for at in 0..events.len() - 1 {
            let mut lines = dossier(&events);
            lines.remove(at);
            let seq = events[at].seq;
            assert_eq!(
                proof(&lines, &[head(&events)]),
                [Difference::Removed { from: seq, to: seq }]
            );
        }
    }

    #[test]
    fn lines_exchanged_are_told_as_reordered() {
        let mut lines = dossier(&events());
        lines.swap(4, 5);
        assert_eq!(
            proof(&lines, &[]),
            [Difference::OutOfOrder { seq: 5, after: 6 }]
        );
        // The numbers exchanged as well.
        let mut events = events();
        events.swap(4, 5);
        (events[4].seq, events[5].seq) = (5, 6);
        let found = proof(&dossier(&events), &[]);
        assert!(
            found.contains(&Difference::Reordered { seq: 5, written: 6 }),
            "{found:?}"
        );
        assert!(
            found.contains(&Difference::Reordered { seq: 6, written: 5 }),
            "{found:?}"
        );
        let mut lines = dossier(&self::events());
        lines.insert(7, lines[3].clone());
        assert_eq!(proof(&lines, &[]), [Difference::Twice { seq: 4 }]);
    }

    #[test]
    fn a_chain_cut_behind_a_witnessed_head_is_told() {
        let events = events();
        let witness = head(&events[..8]);
        let lines = dossier(&events[..6]);
        assert_eq!(proof(&lines, &[]), [], "without a witness nobody can know");
        assert_eq!(
            proof(&lines, &[head(&events[..3]), witness]),
            [Difference::Cut {
                last: 6,
                witnessed: 8
            }]
        );
        assert_eq!(
            proof(&[], &[head(&events)]),
            [Difference::Cut {
                last: 0,
                witnessed: 10
            }]
        );
    }

    #[test]
    fn a_chain_rebuilt_from_somewhere_is_told_by_the_witness() {
        let events = events();
        let mut changed = events.clone();
        changed[4].event.data = json!({"sha256": "cd", "bytes": 5});
        let changed = rebuilt(changed, 4);
        assert_eq!(proof(&dossier(&changed), &[]), []);
        let found = proof(
            &dossier(&changed),
            &[head(&events[..4]), head(&events[..8])],
        );
        assert!(
            matches!(&found[..], [Difference::Witnessed { seq: 8, .. }]),
            "{found:?}"
        );
    }

    #[test]
    fn an_event_rewritten_with_its_hash_alone_does_not_fit_the_next() {
        let mut events = events();
        events[4].event.actor = "nobody".to_owned();
        let one = rebuilt(events[..5].to_vec(), 4);
        events[4] = one[4].clone();
        assert_eq!(
            proof(&dossier(&events), &[]),
            [Difference::Rewritten { seq: 5, next: 6 }]
        );
    }

    #[test]
    fn a_chain_without_its_beginning_is_told() {
        let events = events();
        assert_eq!(
            proof(&dossier(&events[3..]), &[]),
            [Difference::Removed { from: 1, to: 3 }]
        );
        let mut first = events[3].clone();
        first = chain(0, &first.prev, &first.event);
        assert_eq!(
            proof(&dossier(&[first]), &[]),
            [Difference::Beheaded { seq: 1 }]
        );
    }

    #[test]
    fn an_event_filed_under_another_tender_is_told() {
        let mut events = events();
        events[0].event.tender = Some("999".to_owned());
        events[9].event.tender = Some("999".to_owned());
        let found = verify(events.into_iter().map(Line::Full), &[]);
        assert!(
            matches!(
                &found[..],
                [
                    Difference::OtherTender { seq: 1, .. },
                    Difference::OtherTender { seq: 10, .. }
                ]
            ),
            "{found:?}"
        );
    }

    #[test]
    fn each_kind_of_tampering_has_its_own_words() {
        let all = [
            Difference::Changed { seq: 1 },
            Difference::Rewritten { seq: 1, next: 2 },
            Difference::Removed { from: 1, to: 2 },
            Difference::Beheaded { seq: 1 },
            Difference::Reordered { seq: 1, written: 2 },
            Difference::OutOfOrder { seq: 1, after: 2 },
            Difference::Twice { seq: 1 },
            Difference::Cut {
                last: 1,
                witnessed: 2,
            },
        ];
        let words: std::collections::BTreeSet<_> = all
            .iter()
            .map(|difference| difference.to_string())
            .collect();
        assert_eq!(words.len(), all.len());
    }
}

//! The tables of signals: what in a letter speaks for which bidder and which of its sessions, how strongly, and how a
//! person is told.
//!
//! To add one: write a small pure function that returns [`Trace`]s, and a line in [`SIGNALS`] or [`SESSION_SIGNALS`].
//! Nothing else changes unless the new signal is a key of a new rank.
//!
//! Weights are natural logarithms of likelihood ratios: how much oftener the signal stands in a mail that belongs there
//! than in one that does not. 3 is twenty times, 7 is a thousand times. `cargo run --example calibration` measures what
//! comes of them on the labelled mailbox.

mod identifiers;
mod names;
mod packages;
mod papers;
mod reference;
mod sender;
mod sessions;
mod sub_address;
mod thread;

pub use papers::{is_firms_own, names as named_in_paper, tells_of_earlier_work};
use std::collections::HashSet;

use super::{Facts, Reason, reading::Reading};
use crate::tender::{BidderId, Session, SessionId};

/// What a signal may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Decides alone, unless something contradicts it.
    Conclusive(Key),
    /// Names the bidder; the registered sender's is enough alone, the session follows from papers and time.
    Strong,
    /// Two independent ones that agree are enough (the identifiers of the contract).
    Identifier(Family),
    /// Adds to the rest, and is never enough.
    Supporting,
    /// Speaks against filing where it stands alone with identifiers.
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

/// Identifiers of one family are not independent of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    Code,
    Name,
    Npwp,
    Nib,
}

/// A line of the table.
#[derive(Debug)]
pub struct Signal {
    /// Steady: stands in `reasons`.
    pub name: &'static str,
    pub kind: Kind,
    /// Log-odds; see above.
    pub weight: f64,
    /// Indonesian; `{bidder}` and `{trace}` are filled in.
    pub wording: &'static str,
    find: fn(&Reading, &Facts) -> Vec<Trace>,
}

/// A line of the table of sessions: it is asked for each session of the bidders that the other table names.
#[derive(Debug)]
pub struct SessionSignal {
    pub name: &'static str,
    pub weight: f64,
    /// Indonesian; `{session}` is filled in.
    pub wording: &'static str,
    holds: fn(&Reading, &Facts, &Session) -> bool,
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

use Family::{Code, Name, Nib, Npwp};
use Key::{Direct, Quoted, Written};
use Kind::{Conclusive, Contradicting, Identifier, Strong, Supporting};

#[rustfmt::skip]
pub static SIGNALS: &[Signal] = &[
    // Made by the answer itself, or copied from a mail of ours.
    Signal { name: "sub-address", kind: Conclusive(Direct), weight: 14.0, find: sub_address::written_to,
        wording: "dikirim ke alamat balasan khusus milik {bidder}" },
    Signal { name: "thread", kind: Conclusive(Direct), weight: 13.0, find: thread::answered,
        wording: "balasan atas surat kami kepada {bidder}" },
    Signal { name: "reference", kind: Conclusive(Written), weight: 12.0, find: reference::written,
        wording: "nomor rujukan milik {bidder} dalam {trace}" },
    Signal { name: "quoted-reference", kind: Conclusive(Quoted), weight: 9.0, find: reference::quoted,
        wording: "nomor rujukan milik {bidder} dalam kutipan ({trace})" },
    Signal { name: "quoted-sub-address", kind: Conclusive(Quoted), weight: 9.0, find: sub_address::quoted,
        wording: "alamat balasan khusus milik {bidder} dalam kutipan" },
    Signal { name: "enclosed-thread", kind: Conclusive(Quoted), weight: 9.0, find: thread::enclosed,
        wording: "surat kami kepada {bidder} terlampir di dalamnya" },
    // Who wrote, as far as anybody can.
    Signal { name: "registered-address", kind: Strong, weight: 13.0, find: sender::registered,
        wording: "alamat pengirim terdaftar atas nama {bidder}" },
    Signal { name: "reply-address", kind: Strong, weight: 6.0, find: sender::reply_to,
        wording: "alamat balasan (Reply-To) terdaftar atas nama {bidder}" },
    Signal { name: "enclosed-sender", kind: Strong, weight: 5.5, find: sender::enclosed,
        wording: "surat yang diteruskan berasal dari alamat {bidder}" },
    // The identifiers of the contract.
    Signal { name: "npwp", kind: Identifier(Npwp), weight: 8.5, find: identifiers::npwp,
        wording: "NPWP {bidder} tercantum" },
    Signal { name: "nib", kind: Identifier(Nib), weight: 8.5, find: identifiers::nib,
        wording: "NIB {bidder} tercantum" },
    Signal { name: "company-name", kind: Identifier(Name), weight: 8.0, find: names::exact,
        wording: "nama {bidder} dalam {trace}" },
    Signal { name: "mistyped-name", kind: Identifier(Name), weight: 7.0, find: names::mistyped,
        wording: "nama yang hampir sama dengan {bidder} dalam {trace}" },
    Signal { name: "formless-name", kind: Identifier(Name), weight: 6.0, find: names::formless,
        wording: "nama {bidder} tanpa bentuk badan usaha dalam {trace}" },
    Signal { name: "tender-code", kind: Identifier(Code), weight: 7.0, find: identifiers::tender_code,
        wording: "kode tender {trace}, yang diikuti {bidder}" },
    // What adds to the rest.
    Signal { name: "seen-sender", kind: Supporting, weight: 6.0, find: sender::seen,
        wording: "surat terdahulu dari alamat ini disimpan pada {bidder} ({trace})" },
    Signal { name: "member-name", kind: Supporting, weight: 6.0, find: names::member,
        wording: "nama anggota {bidder} dalam {trace}" },
    Signal { name: "company-domain", kind: Supporting, weight: 5.0, find: sender::domain,
        wording: "alamat pengirim memakai domain milik {bidder}" },
    Signal { name: "package-name", kind: Supporting, weight: 4.5, find: packages::named,
        wording: "nama paket yang diikuti {bidder} ({trace})" },
    Signal { name: "phone", kind: Supporting, weight: 4.5, find: identifiers::phone,
        wording: "nomor telepon {bidder} tercantum" },
    Signal { name: "part-of-name", kind: Supporting, weight: 4.0, find: names::part,
        wording: "sebagian nama {bidder} dalam {trace}" },
    Signal { name: "shortened-name", kind: Supporting, weight: 3.0, find: names::shortened,
        wording: "mungkin singkatan nama {bidder} dalam {trace}" },
    Signal { name: "mentioned-address", kind: Supporting, weight: 4.0, find: sender::mentioned,
        wording: "alamat {bidder} disebut ({trace})" },
    Signal { name: "director", kind: Supporting, weight: 4.0, find: names::director,
        wording: "nama direktur {bidder} dalam {trace}" },
    Signal { name: "expert", kind: Supporting, weight: 4.0, find: names::expert,
        wording: "nama tenaga ahli {bidder} dalam {trace}" },
    Signal { name: "own-papers", kind: Supporting, weight: 5.0, find: papers::of_the_firm,
        wording: "NPWP atau NIB {bidder} terbaca dalam berkas {trace}" },
    Signal { name: "in-papers", kind: Supporting, weight: 3.0, find: papers::mentioned,
        wording: "{bidder} disebut dalam isi berkas ({trace})" },
    Signal { name: "quoted-name", kind: Supporting, weight: 2.5, find: names::quoted,
        wording: "{bidder} disebut dalam kutipan" },
    Signal { name: "package-words", kind: Supporting, weight: 3.2, find: packages::hinted,
        wording: "sebagian nama paket yang diikuti {bidder} ({trace})" },
    // What speaks against.
    Signal { name: "other-form", kind: Contradicting, weight: -2.0, find: names::other_form,
        wording: "nama serupa {bidder} dengan bentuk badan usaha lain dalam {trace}" },
    Signal { name: "longer-name", kind: Contradicting, weight: -2.0, find: names::longer,
        wording: "nama yang lebih panjang daripada {bidder} dalam {trace}" },
    Signal { name: "foreign-code", kind: Contradicting, weight: 0.0, find: identifiers::foreign_code,
        wording: "kode tender {trace} tidak ada dalam daftar" },
    Signal { name: "spam-verdict", kind: Contradicting, weight: 0.0, find: sender::spam_verdict,
        wording: "ditandai sebagai spam oleh server penerima" },
];

#[rustfmt::skip]
pub static SESSION_SIGNALS: &[SessionSignal] = &[
    SessionSignal { name: "negotiation-file", weight: 6.0, holds: sessions::negotiation_file,
        wording: "berkas negosiasi terlampir" },
    SessionSignal { name: "session-words", weight: 5.0, holds: sessions::words,
        wording: "surat menyebut {session}" },
    SessionSignal { name: "papers-asked", weight: 3.0, holds: sessions::asks_for_papers,
        wording: "dokumen terlampir diminta pada {session}" },
    SessionSignal { name: "papers-owed", weight: 1.5, holds: sessions::owes_papers,
        wording: "dokumen terlampir masih ditunggu untuk {session}" },
    SessionSignal { name: "asked-last", weight: 1.0, holds: sessions::asked_last,
        wording: "surat kami yang terakhir mengenai {session}" },
    SessionSignal { name: "just-ended", weight: -4.0, holds: sessions::just_ended,
        wording: "batas waktu {session} baru saja lewat" },
    SessionSignal { name: "not-open", weight: -9.0, holds: sessions::not_open,
        wording: "{session} tidak sedang menerima berkas" },
];

/// Everything that the table finds in a letter, keys first and then the strongest; of equal findings one.
pub fn gather(reading: &Reading, facts: &Facts) -> Vec<Evidence> {
    let mut found = gather_of(reading, facts, |_| true);
    let is_key = |evidence: &Evidence| matches!(evidence.signal.kind, Conclusive(_));
    found.sort_by(|a, b| {
        let by_weight = || b.signal.weight.total_cmp(&a.signal.weight);
        is_key(b).cmp(&is_key(a)).then_with(by_weight)
    });
    found
}

/// What the table finds by signals of some kinds.
pub fn gather_of(reading: &Reading, facts: &Facts, of: impl Fn(Kind) -> bool) -> Vec<Evidence> {
    let mut found: Vec<Evidence> = Vec::new();
    for signal in SIGNALS.iter().filter(|signal| of(signal.kind)) {
        let mut known = HashSet::new();
        for trace in (signal.find)(reading, facts) {
            if known.insert((trace.bidder, trace.session)) {
                found.push(evidence(signal, &trace, facts));
            }
        }
    }
    found
}

fn evidence(signal: &'static Signal, trace: &Trace, facts: &Facts) -> Evidence {
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

/// What the table of sessions says of one of them: the sum of the weights, and the reasons.
pub fn of_session(
    reading: &Reading,
    facts: &Facts,
    session: &Session,
) -> Vec<&'static SessionSignal> {
    let lines = SESSION_SIGNALS.iter();
    lines
        .filter(|line| (line.holds)(reading, facts, session))
        .collect()
}

/// `{bidder}` is the first, whatever else stands in braces the second.
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

impl SessionSignal {
    pub fn reason(&self, session: &Session) -> Reason {
        Reason {
            signal: self.name.into(),
            detail: fill(self.wording, "", session.kind.label()),
        }
    }
}

impl Trace {
    fn of_session(session: &Session, trace: impl Into<String>) -> Trace {
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
    fn the_tables_are_sound() {
        let names: Vec<&str> = SIGNALS
            .iter()
            .map(|signal| signal.name)
            .chain(SESSION_SIGNALS.iter().map(|signal| signal.name))
            .collect();
        for (at, name) in names.iter().enumerate() {
            assert!(!names[..at].contains(name), "{name} twice");
        }
        for signal in SIGNALS {
            let against = matches!(signal.kind, Contradicting);
            assert_eq!(signal.weight <= 0.0, against, "{}", signal.name);
            assert!(!fill(signal.wording, "PT X", "y").contains(['{', '}']));
        }
        assert_eq!(
            fill("a {bidder} b {trace}", "{trace}", "t"),
            "a {trace} b t"
        );
    }
}

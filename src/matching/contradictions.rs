//! What sends a mail to a person however much speaks for a place: signs of two bidders never average out. Each is a small
//! pure question to a [`Case`]; the answer says in words what is wrong.

use std::collections::BTreeSet;

use super::{
    Reason,
    decision::{Case, contradiction},
    sessions,
    signals::{Family, Key, Kind},
};
use crate::tender::BidderId;

/// Addresses that speak for somebody, from the clearest to the faintest.
const ADDRESSES: [&str; 4] = [
    "registered-address",
    "reply-address",
    "enclosed-sender",
    "company-domain",
];
/// What names a firm by itself.
const NAMES: [&str; 6] = [
    "company-name",
    "mistyped-name",
    "formless-name",
    "npwp",
    "nib",
    "member-name",
];

impl Case<'_> {
    /// The writer, whom he wants answered, whose mail he encloses, where he works: each may name several firms of one
    /// clerk, but this one must be among them.
    pub fn other_address(&self, own: &BTreeSet<BidderId>) -> Option<Reason> {
        let other = ADDRESSES
            .iter()
            .any(|signal| self.names_others_only(signal, own));
        other.then(|| contradiction("alamat dalam surat ini milik peserta lain"))
    }

    /// Another firm is named, and this one is not.
    pub fn other_firm(&self, own: &BTreeSet<BidderId>) -> Option<Reason> {
        let named: BTreeSet<BidderId> =
            NAMES.iter().flat_map(|signal| self.named(signal)).collect();
        let own_named = named.iter().any(|&id| self.is_firm_of(id, own));
        (!named.is_empty() && !own_named)
            .then(|| contradiction("isi surat menyebut perusahaan lain"))
    }

    /// The address is registered for several firms, and the mail names more than one of them: whose papers are these?
    pub fn several_of_one_clerk(&self) -> Option<Reason> {
        let clerk = self.registered();
        let named: Vec<BidderId> = ["company-name", "npwp", "nib"]
            .iter()
            .flat_map(|signal| self.named(signal))
            .filter(|id| clerk.contains(id))
            .collect();
        let several = named
            .iter()
            .any(|&a| named.iter().any(|&b| !self.same_firm(a, b)));
        several.then(|| contradiction("surat ini menyebut lebih dari satu peserta"))
    }

    /// A rival in the same tender is named, and this bidder is not: also where its own key and address agree.
    pub fn rival(&self, own: &BTreeSet<BidderId>) -> Option<Reason> {
        let tenders: BTreeSet<_> = own.iter().filter_map(|&id| self.tender_of(id)).collect();
        let rivals_only = |signals: &[&str]| {
            let named: BTreeSet<BidderId> = signals
                .iter()
                .flat_map(|signal| self.named(signal))
                .collect();
            let rival = |&id: &BidderId| {
                let tender = self.tender_of(id);
                tender.is_some_and(|tender| tenders.contains(&tender)) && !self.is_firm_of(id, own)
            };
            named.iter().any(rival) && !named.iter().any(|&id| self.is_firm_of(id, own))
        };
        if rivals_only(&["company-name", "npwp", "nib"]) {
            return Some(contradiction(
                "isi surat menyebut peserta lain dalam tender ini",
            ));
        }
        if rivals_only(&["own-papers"]) {
            return Some(contradiction(
                "NPWP atau NIB dalam berkas milik peserta lain dalam tender ini",
            ));
        }
        rivals_only(&["quoted-name"])
            .then(|| contradiction("kutipan dalam surat ini ditujukan kepada peserta lain"))
    }

    /// A person of exactly one other firm, where the key was only quoted by somebody whom nobody knows.
    pub fn other_person(&self, own: &BTreeSet<BidderId>) -> Option<Reason> {
        let only_quoted =
            !self.any(|kind| matches!(kind, Kind::Conclusive(Key::Direct | Key::Written)));
        let other = ["director", "expert"].iter().any(|signal| {
            let named = self.named(signal);
            let one_firm = named
                .first()
                .is_some_and(|&first| named.iter().all(|&id| self.same_firm(first, id)));
            one_firm && self.names_others_only(signal, own)
        });
        (other && only_quoted).then(|| contradiction("surat ini menyebut orang dari peserta lain"))
    }

    /// Another tender in which this firm takes part, as long as anything happens there: which of them is meant?
    pub fn second_tender(&self, own: &BTreeSet<BidderId>) -> Option<Reason> {
        let registered = self.registered();
        let here: BTreeSet<_> = own.iter().filter_map(|&id| self.tender_of(id)).collect();
        let takes_part = |id: BidderId| registered.contains(&id) || self.is_firm_of(id, own);
        let alive = |id: BidderId| self.is_alive(id);
        let elsewhere = |id: BidderId| {
            self.tender_of(id)
                .is_some_and(|tender| !here.contains(&tender))
        };
        let by_code = self.named("tender-code");
        let by_package = self.named("package-name");
        let twin_of_named = |id: BidderId| {
            let twins = |own: BidderId| match (self.tender_of(own), self.tender_of(id)) {
                (Some(a), Some(b)) => self.facts.index.packages.are_twins(a, b),
                _ => false,
            };
            by_package
                .iter()
                .any(|other| own.contains(other) && twins(*other))
        };
        let coded = by_code
            .iter()
            .any(|&id| elsewhere(id) && takes_part(id) && alive(id));
        let packaged = by_package
            .iter()
            .any(|&id| elsewhere(id) && takes_part(id) && alive(id) && !twin_of_named(id));
        let mut firm = own.iter().flat_map(|&id| self.facts.index.firm_of(id));
        let several = self.speaks_of_several() && firm.any(|id| elsewhere(id) && alive(id));
        (coded || packaged || several)
            .then(|| contradiction("surat ini menyebut lebih dari satu tender"))
    }

    /// Whether anything still happens for a bidder.
    pub fn is_alive(&self, id: BidderId) -> bool {
        let at = self.facts.received_at;
        let mut sessions = self.facts.registry.sessions_of(id);
        sessions.any(|session| {
            !session.withdrawn && (session.due >= at || sessions::has_just_ended(session, at))
        })
    }

    /// "sekalian untuk 2 paket ya pak"
    pub fn speaks_of_several(&self) -> bool {
        const SEVERAL: &[&str] = &["2", "DUA", "KEDUA", "3", "TIGA", "KETIGA", "BEBERAPA"];
        const WORKS: &[&str] = &["PAKET", "TENDER", "LELANG", "SELEKSI"];
        let mut pairs = self.reading.fresh().flat_map(|told| told.words.windows(2));
        pairs.any(|pair| {
            SEVERAL.contains(&pair[0].upper.as_str()) && WORKS.contains(&pair[1].upper.as_str())
        })
    }

    /// A name without its form is all there is of a name, and it may be short for another bidder's of the same tender.
    fn is_short_for_another(&self, own: &BTreeSet<BidderId>) -> bool {
        let of = |signal: &str| !self.named(signal).is_disjoint(own);
        let tenders: BTreeSet<_> = own.iter().filter_map(|&id| self.tender_of(id)).collect();
        let shortened = self.named("shortened-name");
        let mut rivals = shortened.iter().filter(|&&id| !self.is_firm_of(id, own));
        !of("company-name")
            && of("formless-name")
            && rivals.any(|&id| {
                self.tender_of(id)
                    .is_some_and(|tender| tenders.contains(&tender))
            })
    }

    /// For identifiers alone everything that is unlike counts.
    pub fn against_identifiers(&self, own: &BTreeSet<BidderId>) -> Option<Reason> {
        let unlike = self.evidence.iter().find(|evidence| {
            evidence.signal.kind == Kind::Contradicting
                && evidence.bidder.is_none_or(|id| self.is_firm_of(id, own))
        });
        if let Some(evidence) = unlike {
            return Some(contradiction(&evidence.reason.detail));
        }
        if self.is_short_for_another(own) {
            return Some(contradiction(
                "nama yang ditulis mungkin singkatan nama peserta lain dalam tender ini",
            ));
        }
        let faint = [
            "mentioned-address",
            "part-of-name",
            "phone",
            "package-name",
            "quoted-name",
            "own-papers",
            "in-papers",
        ];
        let other = faint
            .iter()
            .any(|signal| self.names_others_only(signal, own));
        other.then(|| contradiction("sebagian isi surat menunjuk ke peserta atau paket lain"))
    }

    /// Within one family two firms are named, or two tenders.
    pub fn two_in_family(&self, family: Family) -> bool {
        let found = self.of_family(family);
        match family {
            Family::Code => {
                let tenders: BTreeSet<_> =
                    found.iter().filter_map(|&id| self.tender_of(id)).collect();
                tenders.len() > 1
            }
            _ => found
                .iter()
                .any(|&a| found.iter().any(|&b| !self.same_firm(a, b))),
        }
    }

    /// The work of a tender in which the writer takes no part is named, and none of his.
    pub fn other_package(&self, own: &BTreeSet<BidderId>) -> Option<Reason> {
        let other = self.names_others_only("package-name", own);
        other.then(|| contradiction("paket yang disebut tidak diikuti oleh pengirim"))
    }

    /// A tender's code is named that is none of ours, and none that is: the mail may be meant for another office.
    pub fn foreign_code(&self) -> Option<Reason> {
        let foreign = self
            .evidence
            .iter()
            .find(|evidence| evidence.signal.name == "foreign-code")?;
        self.of_family(Family::Code)
            .is_empty()
            .then(|| contradiction(&foreign.reason.detail))
    }

    fn names_others_only(&self, signal: &str, own: &BTreeSet<BidderId>) -> bool {
        let named = self.named(signal);
        let by_tender = signal == "package-name";
        let ours = |&id: &BidderId| match by_tender {
            true => own.contains(&id),
            false => self.is_firm_of(id, own),
        };
        !named.is_empty() && !named.iter().any(ours)
    }

    pub fn is_firm_of(&self, id: BidderId, own: &BTreeSet<BidderId>) -> bool {
        own.iter().any(|&own| self.same_firm(own, id))
    }

    pub fn same_firm(&self, a: BidderId, b: BidderId) -> bool {
        self.facts.index.same_firm(a, b)
    }
}

//! What decides where no key does: the registered sender, or two identifiers of one bidder.

use std::collections::BTreeSet;

use super::{Case, Ruling, contradiction, reason};
use crate::{
    matching::{sessions, signals::Family},
    tender::{BidderId, TenderId},
};

impl<'a> Case<'a> {
    /// The registered sender with one session that is clearly meant, and open for it.
    pub(super) fn by_sender(&self) -> Ruling<'a> {
        let sender = self.registered();
        if let Some(why) = self
            .other_address(&sender)
            .or_else(|| self.other_firm(&sender))
            .or_else(|| self.rival(&sender))
            .or_else(|| self.several_of_one_clerk())
            .or_else(|| self.other_package(&sender))
            .or_else(|| self.foreign_code())
        {
            return Ruling::Ask(why);
        }
        // One address may stand for several bidders: one firm in two tenders, or a clerk of several firms. What he names
        // narrows them; naming none of them speaks against all.
        let mut pool = sender.clone();
        let names: BTreeSet<BidderId> = ["company-name", "mistyped-name", "member-name"]
            .iter()
            .flat_map(|signal| self.named(signal))
            .collect();
        for named in [
            self.of_family(Family::Code),
            names,
            self.named("npwp"),
            self.named("nib"),
        ] {
            if named.is_empty() {
                continue;
            }
            pool.retain(|bidder| named.contains(bidder));
            if pool.is_empty() {
                return Ruling::Ask(contradiction(
                    "isi surat menyebut tender atau perusahaan lain",
                ));
            }
        }
        let tenders = |bidders: &BTreeSet<BidderId>| -> BTreeSet<TenderId> {
            bidders
                .iter()
                .filter_map(|&id| self.tender_of(id))
                .collect()
        };
        let coded = self.of_family(Family::Code);
        let in_two = !coded.is_empty() && tenders(&pool).len() > 1;
        if in_two || (self.speaks_of_several() && tenders(&sender).len() > 1) {
            return Ruling::Ask(contradiction("surat ini menyebut lebih dari satu tender"));
        }
        // The work by its whole name, written for this mail, is as good as its code.
        let works = self.reading.fresh_packages(self.facts.index);
        let of_works = |id: &BidderId| self.tender_of(*id).is_some_and(|of| works.contains(&of));
        let working: BTreeSet<BidderId> = sender.iter().copied().filter(of_works).collect();
        if !working.is_empty() {
            pool.retain(|bidder| working.contains(bidder));
        }
        if pool.is_empty() {
            return Ruling::Ask(contradiction("surat ini menyebut lebih dari satu tender"));
        }
        let at = self.facts.received_at;
        let any_open = |bidders: &BTreeSet<BidderId>| {
            let mut sessions = bidders
                .iter()
                .flat_map(|&id| self.facts.registry.sessions_of(id));
            sessions.any(|session| sessions::is_open(session, at))
        };
        // "Old tender in the subject" is a usual fault: papers may well be meant for what is open elsewhere.
        if !any_open(&pool) && any_open(&sender) {
            return Ruling::Ask(contradiction(
                "tender yang disebut sudah lewat, sedangkan tender lain peserta ini masih menerima berkas",
            ));
        }
        self.settle(&pool)
    }

    /// Two independent identifiers of exactly one bidder, and nothing that speaks against it.
    pub(super) fn by_identifiers(&self) -> Ruling<'a> {
        let unclear = || {
            Ruling::Ask(reason(
                "unregistered",
                "alamat pengirim tidak terdaftar dan petunjuk lain belum cukup",
            ))
        };
        let mut named: Option<BTreeSet<BidderId>> = None;
        let mut families = 0;
        for family in [Family::Code, Family::Name, Family::Npwp, Family::Nib] {
            let found = self.of_family(family);
            if found.is_empty() {
                continue;
            }
            // Two codes, or two firms: which one is meant?
            if self.two_in_family(family) {
                return unclear();
            }
            families += 1;
            named = Some(match named {
                None => found,
                Some(before) => before.intersection(&found).copied().collect(),
            });
        }
        let own = named.unwrap_or_default();
        if own.len() != 1 || families < 2 {
            return unclear();
        }
        let against = self
            .other_address(&own)
            .or_else(|| self.against_identifiers(&own))
            .or_else(|| self.second_tender(&own))
            .or_else(|| self.tells_of_wrong())
            .or_else(|| self.writes_of_another(&own));
        match against {
            Some(why) => Ruling::Ask(why),
            None => self.settle(&own),
        }
    }
}

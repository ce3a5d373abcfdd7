//! What a key decides: the secret address, a thread, a reference; and when an old thread was answered for a new matter.

use std::collections::BTreeSet;

use super::{Case, Ruling, contradiction, reason, several_sessions};
use crate::{
    matching::{
        sessions,
        signals::{Key, Kind},
    },
    tender::{BidderId, DocumentWord, Reference, Session, SessionId, SessionKind, TenderId},
};

impl<'a> Case<'a> {
    /// Secret address, thread or reference: enough alone, whoever writes, unless somebody else is in it.
    pub(super) fn by_keys(&mut self) -> Ruling<'a> {
        let keys = self.bidders(|evidence| matches!(evidence.signal.kind, Kind::Conclusive(_)));
        let Some(&bidder) = keys.first() else {
            return Ruling::Ask(contradiction(
                "tanda pengenal dalam surat ini tidak dikenali",
            ));
        };
        if keys.iter().any(|&other| !self.same_firm(other, bidder)) {
            return Ruling::Ask(contradiction(
                "alamat, nomor rujukan, atau surat yang dibalas menunjuk ke peserta yang berbeda",
            ));
        }
        if let Some(why) = self.other_address(&keys) {
            return Ruling::Ask(why);
        }
        if let Some(why) = self.rival(&keys).or_else(|| self.several_of_one_clerk()) {
            return Ruling::Ask(why);
        }
        if self.registered().is_empty()
            && let Some(why) = self.other_firm(&keys).or_else(|| self.other_person(&keys))
        {
            return Ruling::Ask(why);
        }
        if let Some(ruling) = self.by_new_matter() {
            self.moved_on = matches!(ruling, Ruling::Place(..));
            return ruling;
        }
        if keys.len() > 1 {
            return Ruling::Ask(contradiction(
                "alamat, nomor rujukan, atau surat yang dibalas menunjuk ke tender yang berbeda",
            ));
        }
        if let Some(why) = self.second_tender(&keys) {
            return Ruling::Ask(why);
        }
        self.key_session(bidder)
    }

    /// The session that the keys of one bidder name.
    ///
    /// The address written to and the mail answered settle it; a typed reference among others is then only a mention,
    /// but one that names another session alone contradicts them. Without them a typed reference settles it, without
    /// that a quoted one. Two of the same rank that differ go to a person.
    fn key_session(&self, bidder: BidderId) -> Ruling<'a> {
        let ranks = [Key::Direct, Key::Written, Key::Quoted].map(|rank| self.keyed_sessions(rank));
        let Some(named) = ranks.iter().find(|named| !named.is_empty()) else {
            return self.settle(&BTreeSet::from([bidder]));
        };
        let only = (named.len() == 1).then(|| named.first()).flatten();
        let Some(session) = only.and_then(|&id| self.facts.registry.session(id)) else {
            return Ruling::Ask(contradiction(
                "alamat, nomor rujukan, atau surat yang dibalas menunjuk ke jadwal yang berbeda",
            ));
        };
        if !ranks[1].is_empty() && !ranks[1].contains(&session.id) {
            return Ruling::Ask(contradiction(
                "nomor rujukan yang ditulis bukan milik jadwal yang dibalas",
            ));
        }
        let open_negotiation = || {
            let mut others = self.facts.registry.sessions_of(bidder);
            others.any(|other| {
                other.kind == SessionKind::Negotiation
                    && sessions::is_open(other, self.facts.received_at)
            })
        };
        let negotiates = self.reading.documents.contains(&DocumentWord::Negosiasi);
        if negotiates && session.kind != SessionKind::Negotiation && open_negotiation() {
            return Ruling::Ask(contradiction(
                "berkas negosiasi dikirim sebagai balasan atas jadwal lain",
            ));
        }
        self.place(session, None)
    }

    fn keyed_sessions(&self, rank: Key) -> BTreeSet<SessionId> {
        let of_rank = self
            .evidence
            .iter()
            .filter(|evidence| evidence.signal.kind == Kind::Conclusive(rank));
        of_rank.filter_map(|evidence| evidence.session).collect()
    }

    /// An old thread answered for a new matter: its session is over, and reference, code or papers clearly belong to
    /// another session of the firm that is open.
    fn by_new_matter(&self) -> Option<Ruling<'a>> {
        let at = self.facts.received_at;
        let registry = self.facts.registry;
        let ranks = [Key::Direct, Key::Written, Key::Quoted].map(|rank| self.keyed_sessions(rank));
        let answered = ranks.iter().find(|named| !named.is_empty())?;
        let old = match answered.len() {
            1 => registry.session(*answered.first()?)?,
            _ => return None,
        };
        if !sessions::is_over(old, at) {
            return None;
        }
        let firm = self.facts.index.firm_of(old.bidder).into_iter();
        let open: Vec<&Session> = firm
            .flat_map(|bidder| registry.sessions_of(bidder))
            .filter(|session| sessions::is_open(session, at))
            .collect();
        let moved = |session| {
            self.place(
                session,
                Some(reason(
                    "new-matter",
                    "surat lama dibalas, tetapi isinya untuk jadwal yang sedang menerima berkas",
                )),
            )
        };

        let typed: BTreeSet<SessionId> = self
            .reading
            .fresh()
            .flat_map(|told| Reference::find_all(told.text))
            .filter_map(|reference| {
                registry
                    .session_by_reference(&reference)
                    .map(|session| session.id)
            })
            .collect();
        if let (1, Some(session)) = (
            typed.len(),
            open.iter().find(|session| typed.contains(&session.id)),
        ) {
            return Some(moved(session));
        }
        let fresh_packages = self.reading.fresh_packages(self.facts.index);
        let named_anew = |tender: TenderId| {
            let code = registry.tender(tender).map(|tender| &tender.code);
            code.is_some_and(|code| self.reading.fresh_numbers.contains(code))
                || fresh_packages.contains(&tender)
        };
        let coded: BTreeSet<BidderId> = open
            .iter()
            .filter(|session| session.tender != old.tender && named_anew(session.tender))
            .map(|session| session.bidder)
            .collect();
        if !coded.is_empty() {
            if named_anew(old.tender) {
                return Some(Ruling::Ask(contradiction(
                    "surat ini menyebut lebih dari satu tender",
                )));
            }
            return match self.settle(&coded) {
                Ruling::Place(session, _) => Some(moved(session)),
                other => Some(other),
            };
        }
        let own = open
            .iter()
            .filter(|session| session.bidder == old.bidder && session.id != old.id);
        let fitting: Vec<&&Session> = own.filter(|new| self.belongs_to(new, old)).collect();
        match fitting[..] {
            [] => None,
            [session] => Some(moved(session)),
            _ => Some(several_sessions()),
        }
    }

    /// Whether papers, or without any the words, are of the new session and not of the old one.
    fn belongs_to(&self, new: &Session, old: &Session) -> bool {
        let documents = &self.reading.documents;
        let kinds = &self.reading.fresh_kinds;
        if kinds.contains(&old.kind) {
            return false;
        }
        if documents.is_empty() {
            return *kinds == [new.kind];
        }
        let none_in =
            |list: &[DocumentWord]| !documents.iter().any(|document| list.contains(document));
        let negotiates =
            *documents == [DocumentWord::Negosiasi] && new.kind == SessionKind::Negotiation;
        let asked_only_there =
            sessions::all_within(documents, &new.documents) && none_in(&old.documents);
        let owed_only_there = sessions::all_within(documents, self.facts.missing(new))
            && none_in(self.facts.missing(old));
        negotiates || asked_only_there || owed_only_there
    }
}

//! The changes in words, one line each, for `--dry-run` and for the person who imported.

use std::{collections::HashMap, fmt::Display};

use jiff::{Timestamp, tz::TimeZone};

use super::Change;
use crate::tender::{
    Bidder, BidderId, DocumentWord, Registry, Session, SessionFile, Tender, TenderId,
};

/// One line for each change, in Indonesian, times in the office's zone. `registry` is the one before the changes.
/// Numbers of persons and passcodes are never shown.
pub fn describe(changes: &[Change], registry: &Registry, timezone: &TimeZone) -> Vec<String> {
    let mut teller = Teller {
        tenders: registry
            .tenders()
            .iter()
            .map(|t| (t.id, t.code.clone()))
            .collect(),
        bidders: registry
            .bidders()
            .iter()
            .map(|b| (b.id, b.name.clone()))
            .collect(),
        timezone,
    };
    for change in changes {
        match change {
            Change::AddTender(tender) => {
                teller.tenders.insert(tender.id, tender.code.clone());
            }
            Change::AddBidder(bidder) | Change::UpdateBidder { after: bidder, .. } => {
                teller.bidders.insert(bidder.id, bidder.name.clone());
            }
            _ => {}
        }
    }
    changes.iter().map(|change| teller.line(change)).collect()
}

struct Teller<'a> {
    tenders: HashMap<TenderId, String>,
    bidders: HashMap<BidderId, String>,
    timezone: &'a TimeZone,
}

impl Teller<'_> {
    fn line(&self, change: &Change) -> String {
        match change {
            Change::AddTender(tender) => {
                let Tender {
                    code,
                    name,
                    mailbox,
                    ..
                } = tender;
                format!("tambah tender {code} {name} (kotak surat {mailbox})")
            }
            Change::UpdateTender { before, after } => {
                let code = &after.code;
                format!(
                    "ubah tender {code}: {}",
                    joined(tender_changes(before, after))
                )
            }
            Change::AddBidder(bidder) => format!("tambah peserta {}", self.bidder(bidder)),
            Change::UpdateBidder { before, after } => {
                let verb = verb(before.withdrawn, "ubah peserta", "masukkan kembali peserta");
                let changes = joined(bidder_changes(before, after));
                format!("{verb} {}{}{changes}", self.bidder(after), colon(&changes))
            }
            Change::WithdrawBidder(bidder) => format!("keluarkan peserta {}", self.bidder(bidder)),
            Change::AddSession(session) => {
                let (starts, ends) = (self.time(session.starts), self.hour(session.ends));
                let zone = self.zone(session.ends);
                let session = self.session(session);
                format!("tambah sesi {session}: {starts}–{ends} {zone}")
            }
            Change::UpdateSession { before, after } => {
                let verb = verb(before.withdrawn, "ubah sesi", "adakan kembali sesi");
                let changes = joined(self.session_changes(before, after));
                format!("{verb} {}{}{changes}", self.session(after), colon(&changes))
            }
            Change::WithdrawSession(session) => format!("batalkan sesi {}", self.session(session)),
        }
    }

    fn tender(&self, id: TenderId) -> &str {
        self.tenders.get(&id).map_or("?", String::as_str)
    }

    fn bidder(&self, bidder: &Bidder) -> String {
        format!("{} (tender {})", bidder.name, self.tender(bidder.tender))
    }

    fn session(&self, session: &Session) -> String {
        let bidder = self
            .bidders
            .get(&session.bidder)
            .map_or("?", String::as_str);
        let (kind, tender) = (session.kind.label(), self.tender(session.tender));
        format!("{kind} {bidder} (tender {tender})")
    }

    fn session_changes(&self, before: &Session, after: &Session) -> Vec<String> {
        let time = |name, before, after| self.moved(name, Some(before), Some(after), "");
        let at_once = "segera";
        let given =
            |file: &Option<SessionFile>| file.as_ref().map(|f| f.name.clone()).unwrap_or_else(none);
        let file = match (&before.file, &after.file) {
            (Some(old), Some(new)) if old.name == new.name && old != new => {
                Some(format!("isi berkas {} diganti", new.name))
            }
            (old, new) => changed("berkas", given(old), given(new)),
        };
        [
            time("mulai", before.starts, after.starts),
            time("selesai", before.ends, after.ends),
            time("batas waktu", before.due, after.due),
            self.moved("undangan", before.invite, after.invite, at_once),
            changed(
                "dokumen",
                documents(&before.documents),
                documents(&after.documents),
            ),
            (before.meeting != after.meeting).then(|| "data rapat daring diubah".into()),
            (before.letter != after.letter).then(|| "nomor atau tanggal surat diubah".into()),
            file,
            self.moved(
                "berkas dikirim",
                before.file_at,
                after.file_at,
                "bersama undangan",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Of two times on the same day only the hours are told.
    fn moved(
        &self,
        name: &str,
        before: Option<Timestamp>,
        after: Option<Timestamp>,
        without: &str,
    ) -> Option<String> {
        let day =
            |time: Option<Timestamp>| time.map(|time| time.to_zoned(self.timezone.clone()).date());
        let same_day = before.is_some() && day(before) == day(after);
        let told = |time: Option<Timestamp>| match time {
            None => without.to_owned(),
            Some(time) if same_day => format!("{} {}", self.hour(time), self.zone(time)),
            Some(time) => format!("{} {}", self.time(time), self.zone(time)),
        };
        (before != after).then(|| format!("{name} {} → {}", told(before), told(after)))
    }

    fn time(&self, time: Timestamp) -> String {
        let local = time.to_zoned(self.timezone.clone());
        local.strftime("%d-%m-%Y %H.%M").to_string()
    }

    /// "WITA": no hour that people read stands without it.
    fn zone(&self, time: Timestamp) -> String {
        let local = time.to_zoned(self.timezone.clone());
        local.strftime("%Z").to_string()
    }

    fn hour(&self, time: Timestamp) -> String {
        time.to_zoned(self.timezone.clone())
            .strftime("%H.%M")
            .to_string()
    }
}

fn tender_changes(before: &Tender, after: &Tender) -> Vec<String> {
    [
        changed("nama", &before.name, &after.name),
        changed("kotak surat", &before.mailbox, &after.mailbox),
        changed("jenis", before.kind.word(), after.kind.word()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn bidder_changes(before: &Bidder, after: &Bidder) -> Vec<String> {
    let emails = |bidder: &Bidder| list(bidder.emails.iter().map(ToString::to_string));
    let experts = |bidder: &Bidder| list(bidder.experts.iter().cloned());
    let director = |bidder: &Bidder| bidder.director.clone().unwrap_or_else(none);
    let quietly = |what: &str, differs: bool| differs.then(|| format!("{what} diubah"));
    [
        changed("nama", &before.name, &after.name),
        changed("surel", emails(before), emails(after)),
        changed("tenaga ahli", experts(before), experts(after)),
        changed("direktur", director(before), director(after)),
        quietly("NPWP", before.npwp != after.npwp),
        quietly("NIB", before.nib != after.nib),
        quietly("telepon", before.phone != after.phone),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn changed<T: Display + PartialEq>(what: &str, before: T, after: T) -> Option<String> {
    (before != after).then(|| format!("{what} {before} → {after}"))
}

fn documents(words: &[DocumentWord]) -> String {
    list(words.iter().map(|document| document.word().to_owned()))
}

fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() {
        none()
    } else {
        items.join(", ")
    }
}

fn none() -> String {
    "(kosong)".into()
}

fn verb(came_back: bool, usual: &'static str, back: &'static str) -> &'static str {
    if came_back { back } else { usual }
}

fn joined(changes: Vec<String>) -> String {
    changes.join("; ")
}

fn colon(changes: &str) -> &'static str {
    if changes.is_empty() { "" } else { ": " }
}

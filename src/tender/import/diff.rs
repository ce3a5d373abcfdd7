//! Files against the registry: the changes that make the registry say what the files say.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::PathBuf,
};

use jiff::{Timestamp, tz::TimeZone};

use super::{Change, ImportError, ImportFile, ImportedBidder, ImportedSession, parse::same_name};
use crate::{
    form::nearest,
    tender::{
        Bidder, BidderId, Keys, Reference, Registry, Session, SessionFile, SessionId, SessionKind,
        Tender, TenderId,
        safe_name::{case_blind, safe_part},
    },
};

/// Short enough that a whole path stays below the 260 characters of old Windows programs.
const TENDER_FOLDER_BYTES: usize = 70;
const BIDDER_FOLDER_BYTES: usize = 50;

/// What beside the files decides how a row looks.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    pub keys: &'a Keys,
    /// Names of the mailboxes in the settings.
    pub mailboxes: &'a [&'a str],
    pub timezone: &'a TimeZone,
    /// The year of a tender that has no session yet.
    pub now: Timestamp,
    /// The negotiation files that could be read, under the paths of [`ImportFile::given_files`].
    pub given: &'a BTreeMap<PathBuf, SessionFile>,
}

/// The changes, in the order in which they are to be applied; empty when the registry says the same already. A bidder
/// or session that is no longer in its tender's file is withdrawn, and comes back with its old folder, reference and
/// token. Tenders that no file names stay as they are.
pub fn diff(
    registry: &Registry,
    files: &[ImportFile],
    context: &Context<'_>,
) -> Result<Vec<Change>, Vec<ImportError>> {
    let mistakes = mistakes(files, context);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let mut differ = Differ {
        registry,
        context,
        references: registry
            .sessions()
            .iter()
            .map(|session| session.reference.clone())
            .collect(),
        new_tenders: 0,
        new_bidders: 0,
        new_sessions: 0,
        changes: Vec::new(),
    };
    for file in files {
        differ.take(file);
    }
    Ok(differ.changes)
}

/// What only shows beside the settings, the other files and the disk.
fn mistakes(files: &[ImportFile], context: &Context<'_>) -> Vec<ImportError> {
    let mut mistakes = Vec::new();
    let mut earlier: HashMap<&str, &str> = HashMap::new();
    for file in files {
        let tender = &file.tender;
        if let Some(other) = earlier.insert(&tender.code, &file.name) {
            mistakes.push(file.places.mistake(
                "tender.code",
                format!("tender {} juga ada di {other}", tender.code),
                "Satu tender ditulis dalam satu berkas saja.",
            ));
        }
        if !context.mailboxes.contains(&tender.mailbox.as_str()) {
            let known = context.mailboxes.iter().copied();
            let remedy = match nearest(&tender.mailbox, known) {
                Some(near) => format!("Mungkin maksudnya `{near}`?"),
                None => format!("Yang ada di loket.toml: {}.", context.mailboxes.join(", ")),
            };
            let what = "kotak surat tidak dikenal";
            mistakes.push(file.places.mistake("tender.mailbox", what, remedy));
        }
        for (number, session) in file.sessions.iter().enumerate() {
            let path = session.file.as_deref().map(|name| file.beside(name));
            if let Some(path) = path.filter(|path| !context.given.contains_key(path)) {
                mistakes.push(file.places.mistake(
                    &format!("session[{number}].file"),
                    format!("berkas {} tidak dapat dibaca", path.display()),
                    "Letakkan berkas itu di samping berkas tender ini dan periksa namanya.",
                ));
            }
        }
    }
    mistakes
}

struct Differ<'a> {
    registry: &'a Registry,
    context: &'a Context<'a>,
    references: HashSet<Reference>,
    new_tenders: i64,
    new_bidders: i64,
    new_sessions: i64,
    changes: Vec<Change>,
}

impl Differ<'_> {
    fn take(&mut self, file: &ImportFile) {
        let tender = self.tender(file);
        let mut folders = self.folders_of(tender.id);
        let mut bidders: Vec<Bidder> = Vec::new();
        for imported in &file.bidders {
            let before = self.standing(tender.id, file, imported).cloned();
            // One row is one bidder, also where two numbers in the file are equal by mistake.
            let before = before.filter(|before| bidders.iter().all(|taken| taken.id != before.id));
            bidders.push(self.bidder(&tender, imported, before, &mut folders));
        }
        let mut kept = HashSet::new();
        for session in &file.sessions {
            for bidder in session.bidders.iter().filter_map(|&at| bidders.get(at)) {
                kept.insert((bidder.id, session.kind));
                self.session(file, &tender, bidder, session);
            }
        }
        self.withdraw(&tender, &bidders, &kept);
    }

    fn tender(&mut self, file: &ImportFile) -> Tender {
        let imported = &file.tender;
        let before = self.registry.tender_by_code(&imported.code).cloned();
        let after = Tender {
            id: match &before {
                Some(before) => before.id,
                None => TenderId(next(&mut self.new_tenders)),
            },
            code: imported.code.clone(),
            name: imported.name.clone(),
            mailbox: imported.mailbox.clone(),
            kind: imported.kind,
            folder: match &before {
                Some(before) => before.folder.clone(),
                None => self.tender_folder(file),
            },
        };
        match before {
            None => self.changes.push(Change::AddTender(after.clone())),
            Some(before) if before != after => self.changes.push(Change::UpdateTender {
                before,
                after: after.clone(),
            }),
            Some(_) => {}
        }
        after
    }

    /// `YEAR/CODE NAME`, the year of its first session.
    fn tender_folder(&self, file: &ImportFile) -> String {
        let first = file.sessions.iter().map(|session| session.starts).min();
        let year = first
            .unwrap_or(self.context.now)
            .to_zoned(self.context.timezone.clone())
            .year();
        let name = format!("{} {}", file.tender.code, file.tender.name);
        format!("{year}/{}", safe_part(&name, TENDER_FOLDER_BYTES))
    }

    /// The folders that bidders of a tender have already, blind to case; those of withdrawn ones, too.
    fn folders_of(&self, tender: TenderId) -> HashSet<String> {
        self.registry
            .bidders_of(tender)
            .map(|bidder| case_blind(&bidder.folder))
            .collect()
    }

    fn bidder(
        &mut self,
        tender: &Tender,
        imported: &ImportedBidder,
        before: Option<Bidder>,
        folders: &mut HashSet<String>,
    ) -> Bidder {
        let after = Bidder {
            id: match &before {
                Some(before) => before.id,
                None => BidderId(next(&mut self.new_bidders)),
            },
            tender: tender.id,
            name: imported.name.clone(),
            npwp: imported.npwp.clone(),
            nib: imported.nib.clone(),
            director: imported.director.clone(),
            phone: imported.phone.clone(),
            emails: imported.emails.clone(),
            experts: imported.experts.clone(),
            folder: match &before {
                Some(before) => before.folder.clone(),
                None => unique_folder(&imported.name, folders),
            },
            withdrawn: false,
        };
        match before {
            None => self.changes.push(Change::AddBidder(after.clone())),
            Some(before) if before != after => self.changes.push(Change::UpdateBidder {
                before,
                after: after.clone(),
            }),
            Some(_) => {}
        }
        after
    }

    /// The bidder as he stands: by name; else a name that was corrected ("PT." to "PT", a mistyped letter), told by NPWP or
    /// NIB. A correction must not look like one firm that left and another that came.
    fn standing(
        &self,
        tender: TenderId,
        file: &ImportFile,
        imported: &ImportedBidder,
    ) -> Option<&Bidder> {
        let name = same_name(&imported.name);
        let mut bidders = self.registry.bidders_of(tender);
        if let Some(same) = bidders.find(|bidder| same_name(&bidder.name) == name) {
            return Some(same);
        }
        let still_named = |bidder: &Bidder| {
            let standing = same_name(&bidder.name);
            let mut named = file.bidders.iter();
            named.any(|other| same_name(&other.name) == standing)
        };
        let equal = |ours: &Option<String>, theirs: &Option<String>| {
            let plain = |number: &Option<String>| number.as_deref().map(letters_and_digits);
            ours.is_some() && plain(ours) == plain(theirs)
        };
        let corrected = |bidder: &&Bidder| {
            letters_and_digits(&bidder.name) == letters_and_digits(&imported.name)
                || equal(&bidder.npwp, &imported.npwp)
                || equal(&bidder.nib, &imported.nib)
        };
        let bidders = self.registry.bidders_of(tender);
        let mut found = bidders
            .filter(|bidder| !still_named(bidder))
            .filter(corrected);
        // Two that could be meant are nobody's to guess.
        found.next().filter(|_| found.next().is_none())
    }

    fn session(
        &mut self,
        file: &ImportFile,
        tender: &Tender,
        bidder: &Bidder,
        imported: &ImportedSession,
    ) {
        let before = self.registry.session_of(bidder.id, imported.kind).cloned();
        let path = imported.file.as_deref().map(|name| file.beside(name));
        let after = Session {
            id: match &before {
                Some(before) => before.id,
                None => SessionId(next(&mut self.new_sessions)),
            },
            tender: tender.id,
            bidder: bidder.id,
            kind: imported.kind,
            starts: imported.starts,
            ends: imported.ends,
            invite: imported.invite,
            due: imported.due,
            meeting: imported.meeting.clone(),
            letter: imported
                .letter
                .clone()
                .or_else(|| file.tender.letter.clone())
                .unwrap_or_default(),
            documents: imported.documents.clone(),
            file: path.and_then(|path| self.context.given.get(&path).cloned()),
            file_at: imported.file_at,
            reference: match &before {
                Some(before) => before.reference.clone(),
                None => self.reference(tender, bidder, imported.kind),
            },
            token: match &before {
                Some(before) => before.token.clone(),
                None => {
                    let keys = self.context.keys;
                    keys.reply_token(&tender.code, &bidder.name, imported.kind)
                }
            },
            withdrawn: false,
        };
        match before {
            None => self.changes.push(Change::AddSession(after)),
            Some(before) if before != after => self.changes.push(Change::UpdateSession {
                before: Box::new(before),
                after: Box::new(after),
            }),
            Some(_) => {}
        }
    }

    /// The first reference of this session that no other session has.
    fn reference(&mut self, tender: &Tender, bidder: &Bidder, kind: SessionKind) -> Reference {
        let keys = self.context.keys;
        let mut counter = 0;
        loop {
            let reference = keys.reference(&tender.code, &bidder.name, kind, counter);
            if self.references.insert(reference.clone()) {
                return reference;
            }
            counter += 1;
        }
    }

    fn withdraw(
        &mut self,
        tender: &Tender,
        bidders: &[Bidder],
        kept: &HashSet<(BidderId, SessionKind)>,
    ) {
        let registry = self.registry;
        for before in registry.bidders_of(tender.id) {
            let sessions = registry.sessions_of(before.id);
            let gone = sessions
                .filter(|session| !session.withdrawn && !kept.contains(&(before.id, session.kind)));
            self.changes
                .extend(gone.cloned().map(Change::WithdrawSession));
            if !before.withdrawn && !bidders.iter().any(|bidder| bidder.id == before.id) {
                self.changes.push(Change::WithdrawBidder(before.clone()));
            }
        }
    }
}

/// Placeholders for rows that do not exist yet: -1, -2, ….
fn next(counter: &mut i64) -> i64 {
    *counter -= 1;
    *counter
}

fn unique_folder(name: &str, folders: &mut HashSet<String>) -> String {
    let mut folder = safe_part(name, BIDDER_FOLDER_BYTES);
    let mut number = 2;
    while !folders.insert(case_blind(&folder)) {
        let end = format!(" ({number})");
        folder = safe_part(name, BIDDER_FOLDER_BYTES - end.len()) + &end;
        number += 1;
    }
    folder
}

fn letters_and_digits(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

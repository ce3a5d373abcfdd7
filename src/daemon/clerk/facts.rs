//! What the desk needs to know of one letter, loaded from the database.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::{
    daemon::office::Office,
    database::{self, messages::MessageRow},
    desk::{
        self, Asked, FiledPaper, Look, OurMail, ReceiveFacts, message::Negotiation,
        reports::session_of_uid,
    },
    digest::Digest,
    inspection::Examination,
    letter::{self, Letter, Nature},
    matching::{self, Placement},
    tender::{DocumentWord, Registry, SessionId},
};

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// What comes so soon after a letter of ours may be a machine's answer to it.
const SOON: SignedDuration = SignedDuration::from_mins(10);

fn look(paper: &FiledPaper) -> Option<Look> {
    let look = &paper.attachment.examined.look;
    (!look.is_empty()).then(|| Look {
        message: paper.message,
        sha256: paper.attachment.sha256,
        look: look.clone(),
    })
}

/// What the desk needs to know of one letter, loaded.
pub struct Facts {
    row: MessageRow,
    mailboxes: Vec<matching::MailboxIdentity>,
    members: Vec<crate::address::EmailAddress>,
    loop_header: String,
    already_answered: bool,
    last_stranger_reply: Option<jiff::Timestamp>,
    asked: Option<Asked>,
    negotiation: Option<Negotiation>,
    repeats: bool,
    bare_receipts: usize,
    told: Vec<String>,
    ours: Vec<OurMail>,
    missing: Vec<DocumentWord>,
    filed: BTreeMap<Digest, Option<DocumentWord>>,
    looks: Vec<Look>,
    settled: BTreeMap<Digest, DocumentWord>,
}

/// The texts of the letters that a bidder can have before him when he answers.
async fn told(office: &Office, sessions: &[SessionId]) -> database::Result<Vec<String>> {
    let letters = database::outbox::told(&office.database, sessions).await?;
    let texts = letters.into_iter().filter_map(|raw| {
        let ours = letter::read(&raw.into()).ok()?;
        Some([ours.text, ours.quoted, ours.signature].join("\n"))
    });
    Ok(texts.collect())
}

/// Whether the same words came from the same address within a day, and these within minutes of a letter of ours: what a
/// program does that answers everything.
async fn repeats(
    office: &Office,
    letter: &Letter,
    row: &MessageRow,
    sessions: &[SessionId],
) -> database::Result<bool> {
    let database = &office.database;
    let Some(writer) = letter.writer() else {
        return Ok(false);
    };
    let last = database::dues::last_letter(database, sessions, row.received_at).await?;
    if last.is_none_or(|last| row.received_at.duration_since(last) > SOON) {
        return Ok(false);
    }
    let day_ago = row.received_at.checked_sub(DAY).unwrap_or(Timestamp::MIN);
    let time = (day_ago, row.received_at);
    let before = database::dues::wrote_before(database, &writer.address, row.id, time).await?;
    for sha256 in before {
        // What cannot be read now is no reason to be silent.
        let Ok(raw) = office.storage.original(&sha256).await else {
            continue;
        };
        let same = super::read(raw)
            .await
            .is_ok_and(|other| desk::same_words(&other.text, &letter.text));
        if same {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Facts {
    /// `placement`: where matching or a person put the letter.
    pub async fn gather(
        office: &Office,
        registry: &Registry,
        letter: &Letter,
        row: &MessageRow,
        placement: Option<Placement>,
    ) -> database::Result<Facts> {
        let mailboxes = office.identities();
        let mut ours = Vec::new();
        let keys = desk::bounce_keys(letter, &mailboxes);
        let mut found = Vec::new();
        for detail in &keys.details {
            let prefix = detail.trim_start_matches("b-");
            found
                .extend(database::outbox::outbox_by_bounce_prefix(&office.database, prefix).await?);
        }
        if let Some(message_id) = &keys.message_id {
            found.extend(
                database::outbox::outbox_by_message_id(&office.database, message_id).await?,
            );
        }
        let prefix = keys.envelope_id.as_deref().and_then(|id| id.get(..16));
        if let Some(prefix) = prefix {
            found
                .extend(database::outbox::outbox_by_bounce_prefix(&office.database, prefix).await?);
        }
        for row in found {
            let mail = OurMail {
                outbox: row.id,
                message_id: row.mail.message_id,
                to: row.mail.to,
            };
            if !ours.contains(&mail) {
                ours.push(mail);
            }
        }
        // The constant text for strangers, or a receipt for another place, is no receipt for the place decided now.
        let session = placement.map(|placement| placement.session);
        let already_answered = row
            .replies
            .iter()
            .any(|reply| session.is_none() || reply.session == session);
        let (mut missing, mut filed, mut looks) = (Vec::new(), BTreeMap::new(), Vec::new());
        if let Some(session) = placement.and_then(|placement| registry.session(placement.session)) {
            let papers =
                database::papers::attachments_of_session(&office.database, session.id).await?;
            let others: Vec<FiledPaper> = papers
                .into_iter()
                .filter(|paper| paper.message != row.id)
                .map(FiledPaper::from)
                .collect();
            missing = desk::guessable_documents(session, &others);
            // Only what lies in the tree: what was refused under one name may come again under another.
            let lying = others
                .iter()
                .filter(|paper| paper.attachment.path.is_some());
            filed = lying
                .map(|paper| (paper.attachment.sha256, paper.attachment.document))
                .collect();
            looks = others.iter().filter_map(look).collect();
        }
        let by_calendar = letter.calendar_reply.as_ref();
        let answered = match by_calendar {
            Some(reply) => session_of_uid(&reply.uid, registry).map(|session| session.id),
            None => session,
        };
        let asked = match answered {
            Some(session) => Some(database::dues::asked(&office.database, session).await?),
            None => None,
        };
        let (mut told, mut negotiation) = (Vec::new(), None);
        let (mut repeats, mut bare_receipts) = (false, 0);
        if let Some(placement) = placement.filter(|_| letter.automation.nature == Nature::Person) {
            let sessions = registry.sessions_of(placement.bidder);
            let sessions: Vec<_> = sessions.map(|session| session.id).collect();
            if !letter.text.is_empty() {
                told = self::told(office, &sessions).await?;
            }
            let answers = database::dues::answers(&office.database, &[placement.session]).await?;
            negotiation = answers
                .get(&placement.session)
                .and_then(|(_, negotiation)| *negotiation);
            let day_ago = office
                .clock
                .now()
                .checked_sub(DAY)
                .unwrap_or(Timestamp::MIN);
            bare_receipts =
                database::dues::bare_receipts(&office.database, placement.bidder, day_ago).await?;
            repeats = self::repeats(office, letter, row, &sessions).await?;
        }
        let last_stranger_reply = match letter.writer() {
            Some(writer) => database::owed::last_note(&office.database, &writer.address).await?,
            None => None,
        };
        Ok(Facts {
            row: row.clone(),
            mailboxes,
            members: office.members(),
            loop_header: office.keys.instance(),
            already_answered,
            last_stranger_reply,
            asked,
            negotiation,
            repeats,
            bare_receipts,
            told,
            ours,
            missing,
            filed,
            looks,
            settled: row
                .attachments
                .iter()
                .filter_map(|file| Some((file.sha256, file.examined.settled?)))
                .collect(),
        })
    }

    pub fn for_desk<'a>(
        &'a self,
        office: &Office,
        registry: &'a Registry,
        examined: &'a [Examination],
    ) -> ReceiveFacts<'a> {
        ReceiveFacts {
            registry,
            mailboxes: &self.mailboxes,
            members: &self.members,
            loop_header: &self.loop_header,
            since: office.since(&self.row.mailbox),
            received_at: self.row.received_at,
            now: office.clock.now(),
            held: false,
            already_answered: self.already_answered,
            last_stranger_reply: self.last_stranger_reply,
            asked: self.asked.as_ref(),
            negotiation: self.negotiation,
            repeats: self.repeats,
            bare_receipts: self.bare_receipts,
            told: &self.told,
            ours: &self.ours,
            missing: &self.missing,
            filed: &self.filed,
            looks: &self.looks,
            settled: &self.settled,
            examined,
            parts: &[],
        }
    }
}

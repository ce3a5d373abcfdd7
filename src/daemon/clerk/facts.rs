//! What the desk needs to know of one letter, loaded from the database.

use std::collections::BTreeMap;

use crate::{
    daemon::office::Office,
    database::{self, messages::MessageRow},
    desk::{self, FiledPaper, Look, OurMail, ReceiveFacts},
    digest::Digest,
    inspection::Examination,
    letter::Letter,
    matching::{self, Placement},
    tender::{DocumentWord, Registry},
};

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
    ours: Vec<OurMail>,
    missing: Vec<DocumentWord>,
    filed: BTreeMap<Digest, Option<DocumentWord>>,
    looks: Vec<Look>,
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
            missing = desk::missing_documents(session, &others);
            // Only what lies in the tree: what was refused under one name may come again under another.
            let lying = others
                .iter()
                .filter(|paper| paper.attachment.path.is_some());
            filed = lying
                .map(|paper| (paper.attachment.sha256, paper.attachment.document))
                .collect();
            looks = others.iter().filter_map(look).collect();
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
            ours,
            missing,
            filed,
            looks,
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
            ours: &self.ours,
            missing: &self.missing,
            filed: &self.filed,
            looks: &self.looks,
            examined,
        }
    }
}

//! What a digest shows, loaded and computed; `loket digest` prints the same.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp, civil::Time};

use crate::{
    correspondence::{
        OutboxRow, OutboxState,
        facts::{Books, ChainHead, DigestFacts, FolderLine, TroubleLine},
    },
    daemon::{connections::Source, office::Office},
    database::{self, messages::MessageRow},
    desk::{
        self, DayFacts, FiledAttachment, FiledPaper, Wanted,
        digest::{Lost, Mail, Standing, UNCONFIRMED_FOR, sessions_shown},
        message::{Answers, MessageState},
    },
    settings::MailboxSettings,
    tender::{DocumentWord, MessageId, Registry, SessionId, Tender},
};

/// Letters that were lost longer ago are told of no more.
const LOST_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A folder that was not read for so long is behind.
const BEHIND: SignedDuration = SignedDuration::from_hours(1);

/// The digest of a mailbox as it is true now.
pub async fn digest_facts(
    office: &Office,
    registry: &Registry,
    mailbox: &MailboxSettings,
    now: Timestamp,
) -> database::Result<DigestFacts> {
    let database = &office.database;
    let calendar = &office.settings.office.calendar;
    let today = calendar.at(calendar.day(now), Time::midnight());
    let since = database::dues::last_digest(database, &mailbox.name, today).await?;
    let long_ago = now.checked_sub(LOST_FOR).unwrap_or(Timestamp::MIN);
    let looks_back_to = since.unwrap_or(long_ago);

    let shown: Vec<SessionId> = sessions_shown(&mailbox.name, registry, calendar, since, now)
        .map(|session| session.id)
        .collect();
    let papers = database::papers::attachments_of_sessions(database, &shown).await?;
    let papers: Vec<FiledPaper> = papers.into_iter().map(FiledPaper::from).collect();
    let open_since = now.checked_sub(UNCONFIRMED_FOR).unwrap_or(Timestamp::MIN);
    let mails =
        database::messages::for_digest(database, &mailbox.name, looks_back_to, open_since).await?;
    let numbers: Vec<MessageId> = mails.iter().map(|mail| mail.id).collect();
    let answers = database::confirmations::answers(database, &numbers).await?;
    let confirmed = database::confirmations::confirmed(database, &numbers).await?;
    let mail = |row: MessageRow| Mail {
        answers: answers
            .get(&row.id)
            .map(|(_, said)| *said)
            .unwrap_or_default(),
        confirmed: confirmed.contains(&row.id),
        ..mail(row)
    };
    let lost = database::outbox::lost(database, &mailbox.name, long_ago).await?;
    let head = database::events::head(database).await?;
    let facts = DayFacts {
        mailbox: &mailbox.name,
        registry,
        calendar,
        since,
        answered_from: office.since(&mailbox.name),
        mails: &mails.into_iter().map(mail).collect::<Vec<_>>(),
        standings: &standings(office).await?,
        announced: &database::dues::announcements(database).await?,
        papers: &papers,
        lost: &lost.into_iter().map(lost_mail).collect::<Vec<_>>(),
        books: &books(office, mailbox, now).await?,
        troubles: &troubles(office, mailbox, looks_back_to).await?,
        storage_free: office.storage.free_space(),
        head: &ChainHead {
            seq: head.seq,
            hash: head.hash,
        },
    };
    Ok(desk::digest(&facts, now))
}

fn mail(row: MessageRow) -> Mail {
    let documents = documents(&row);
    Mail {
        documents,
        message: row.id,
        received_at: row.received_at,
        taken_in_at: row.taken_in_at,
        from: row.heading.from_address,
        subject: row.heading.subject,
        kind: row.kind,
        state: row.state,
        unanswered: row.unanswered,
        tender: row.tender,
        bidder: row.bidder,
        session: row.session,
        late: row.late,
        attention: row.attention,
        reasons: row.reasons,
        candidates: row.candidates,
        failure: row.failure,
        answers: Answers::default(),
        confirmed: false,
    }
}

/// Of a filed mail what is a paper: links, programs and opened archives are not unknown papers. Where it brought nothing else
/// they are counted all the same.
fn documents(row: &MessageRow) -> Vec<Option<DocumentWord>> {
    let filed = row.state == MessageState::Filed;
    let is_paper = |file: &&FiledAttachment| {
        let unnamed = matches!(desk::wanted(file), Some(Wanted::Name | Wanted::Choice));
        !filed || file.document.is_some() || unnamed
    };
    let papers: Vec<_> = row.attachments.iter().filter(is_paper).collect();
    let told = match papers.is_empty() {
        true => row.attachments.iter().collect(),
        false => papers,
    };
    told.into_iter().map(|file| file.document).collect()
}

fn lost_mail(row: OutboxRow) -> Lost {
    Lost {
        outbox: row.id,
        kind: row.mail.kind,
        to: row.mail.to.to_string(),
        subject: row.mail.subject,
        detail: row.last_error.unwrap_or_default(),
        session: row.mail.session,
        ended_at: row.next_attempt_at,
        too_late: row.state == OutboxState::Cancelled,
    }
}

async fn standings(office: &Office) -> database::Result<HashMap<SessionId, Standing>> {
    let rows = database::sessions::list_sessions(&office.database, None).await?;
    let other_day = database::dues::asked_for_another_day(&office.database).await?;
    let confirmed = database::confirmations::confirmed_words(&office.database).await?;
    let is_confirmed = |row: &database::sessions::SessionRow| {
        let words = confirmed.get(&row.session);
        row.negotiation
            .is_some_and(|word| words.is_some_and(|words| words.contains(&word)))
    };
    let standing = |row: database::sessions::SessionRow| {
        let standing = Standing {
            invitation: row.invitation,
            file_letter: row.file_letter,
            attendance: row.attendance,
            recording_consent: row.recording_consent,
            asks_for_another_day: other_day.contains(&row.session),
            negotiation_confirmed: is_confirmed(&row),
            negotiation: row.negotiation,
        };
        (row.session, standing)
    };
    Ok(rows.into_iter().map(standing).collect())
}

async fn books(
    office: &Office,
    mailbox: &MailboxSettings,
    now: Timestamp,
) -> database::Result<Books> {
    let balance = database::ledger::balance(&office.database, &mailbox.name).await?;
    Ok(Books {
        listed: balance.listed,
        stored: balance.stored,
        vanished: balance.vanished,
        refused: balance.refused,
        folders: folders(office, mailbox, now).await?,
    })
}

/// The folders that are watched, with what is wrong with them.
pub async fn folders(
    office: &Office,
    mailbox: &MailboxSettings,
    now: Timestamp,
) -> database::Result<Vec<FolderLine>> {
    let rows = database::ledger::folders(&office.database).await?;
    let line = |folder: String| {
        let row = rows
            .iter()
            .find(|row| row.mailbox == mailbox.name && row.folder == folder);
        let last_read_at = row.and_then(|row| row.last_sweep_at);
        let behind = match last_read_at {
            None => Some("belum pernah terbaca"),
            Some(at) if now.duration_since(at) >= BEHIND => {
                Some("tidak terbaca lebih dari satu jam")
            }
            Some(_) => None,
        };
        // The cause says more than that it is so.
        let cause = row.and_then(|row| row.health.clone());
        let cause = cause.filter(|cause| !cause.is_empty());
        let trouble = behind.map(|behind| cause.unwrap_or_else(|| behind.to_owned()));
        FolderLine {
            folder,
            last_read_at,
            mails: row.and_then(|row| row.exists),
            trouble,
        }
    };
    let folders = Source::of(mailbox).folders();
    let mut lines: Vec<FolderLine> = folders.into_iter().map(line).collect();
    let registry = office.registry().await?;
    lines.extend(office.orphans(&registry, now).into_iter().map(orphaned));
    Ok(lines)
}

/// A tender for which nobody reads and writes.
fn orphaned(tender: &Tender) -> FolderLine {
    FolderLine {
        folder: tender.mailbox.clone(),
        last_read_at: None,
        mails: None,
        trouble: Some(format!(
            "kotak surat ini tidak ada dalam pengaturan; tender {} tidak dilayani",
            tender.code
        )),
    }
}

async fn troubles(
    office: &Office,
    mailbox: &MailboxSettings,
    since: Timestamp,
) -> database::Result<Vec<TroubleLine>> {
    let rows = database::ledger::troubles(&office.database, &mailbox.name, since).await?;
    Ok(rows
        .into_iter()
        .map(|row| TroubleLine {
            folder: row.folder.folder,
            refused: row.state == "refused",
            arrived_at: row.arrived_at,
            bytes: row.size,
            note: row.note,
        })
        .collect())
}

//! What the desk needs to know to say what is due, loaded.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use crate::{
    address::EmailAddress,
    daemon::{connections::Source, office::Office},
    database,
    desk::{
        self, DueFacts, FiledPaper,
        due::{
            Announcement, Owing, Pokja, Progress, Reading, Recent, Refusal, Reminded, Stranger,
            Undecided, Undelivered,
        },
    },
    settings::MailboxSettings,
    tender::{Registry, SessionId},
};

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Failures older than this are no news (they stand in the list of the outbox), and a stranger may be answered again.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Digests and notices older than this are not due again whatever their key.
const LONG_AGO: SignedDuration = SignedDuration::from_hours(60 * 24);

pub struct Facts {
    pokjas: Vec<Pokja>,
    known: HashSet<String>,
    taken_back: HashSet<String>,
    owing: Vec<Owing>,
    undecided: Vec<Undecided>,
    strangers: Vec<Stranger>,
    undelivered: Vec<Undelivered>,
    recent: Vec<Recent>,
    announced: HashMap<SessionId, Announcement>,
    imported: HashMap<SessionId, Timestamp>,
    progress: HashMap<SessionId, Progress>,
    reminded: Vec<Reminded>,
    refusals: Vec<Refusal>,
    refusing: HashSet<SessionId>,
    readings: Vec<Reading>,
    orphans: Vec<String>,
    storage_free: Option<u64>,
}

impl Facts {
    pub async fn gather(
        office: &Office,
        registry: &Registry,
        at_once: bool,
        now: Timestamp,
    ) -> database::Result<Facts> {
        let database = &office.database;
        let ago = |span: SignedDuration| now.checked_sub(span).unwrap_or(Timestamp::MIN);
        let owing = database::messages::owing_receipts(database).await?;
        let mut refusals = database::dues::refusals(database, ago(WEEK)).await?;
        // What was filed when the mailbox was read for the first time is history.
        refusals.retain(|refusal| refusal.received_at >= office.since(&refusal.mailbox));
        let mut facts = Facts {
            pokjas: office.settings.mailboxes.iter().map(pokja).collect(),
            known: database::dues::known_keys(database, ago(LONG_AGO)).await?,
            taken_back: database::dues::taken_back_keys(database, ago(LONG_AGO)).await?,
            owing: owing
                .into_iter()
                .map(|row| owing_of(row, &office.members()))
                .collect(),
            undecided: database::owed::undecided(database).await?,
            strangers: database::owed::strangers(database).await?,
            undelivered: database::owed::undelivered(database, ago(WEEK)).await?,
            recent: database::owed::recent(database, ago(DAY), ago(WEEK)).await?,
            announced: database::dues::announcements(database).await?,
            imported: database::dues::imported(database, ago(LONG_AGO)).await?,
            progress: HashMap::new(),
            reminded: database::dues::reminded(database).await?,
            refusals,
            refusing: database::dues::refusing(database).await?,
            readings: readings(office).await?,
            orphans: office
                .orphans(registry, now)
                .into_iter()
                .map(|tender| tender.mailbox.clone())
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            storage_free: office.storage.free_space(),
        };
        // Papers are loaded only of those sessions for which it makes a difference.
        let asked = desk::due::sessions_to_remind(&facts.for_desk(office, registry, at_once), now);
        if !asked.is_empty() {
            facts.progress = progress(office, registry, &asked).await?;
        }
        Ok(facts)
    }

    pub fn for_desk<'a>(
        &'a self,
        office: &'a Office,
        registry: &'a Registry,
        at_once: bool,
    ) -> DueFacts<'a> {
        DueFacts {
            registry,
            pokjas: &self.pokjas,
            known: &self.known,
            taken_back: &self.taken_back,
            owing: &self.owing,
            strangers: &self.strangers,
            undelivered: &self.undelivered,
            announced: &self.announced,
            imported: &self.imported,
            progress: &self.progress,
            reminded: &self.reminded,
            refusals: &self.refusals,
            refusing: &self.refusing,
            readings: &self.readings,
            orphans: &self.orphans,
            storage_free: self.storage_free,
            calendar: &office.settings.office.calendar,
            reminders: &office.settings.reminder,
            recent: &self.recent,
            quiet: SignedDuration::try_from(office.settings.receipt.quiet)
                .unwrap_or(SignedDuration::MAX),
            watching_since: office.started,
            undecided: &self.undecided,
            at_once,
            held: false,
        }
    }
}

/// How far the bidders of these sessions are.
pub async fn progress(
    office: &Office,
    registry: &Registry,
    of: &[SessionId],
) -> database::Result<HashMap<SessionId, Progress>> {
    let database = &office.database;
    let papers = database::papers::attachments_of_sessions(database, of).await?;
    let papers: Vec<FiledPaper> = papers.into_iter().map(FiledPaper::from).collect();
    let answers = database::dues::answers(database, of).await?;
    let other_day = database::dues::asked_for_another_day(database).await?;
    let mut all = HashMap::new();
    for session in of.iter().filter_map(|id| registry.session(*id)) {
        let (attendance, negotiation) = answers.get(&session.id).copied().unwrap_or_default();
        let progress = Progress {
            attendance,
            asks_for_another_day: other_day.contains(&session.id),
            negotiation,
            missing: desk::missing_documents(session, &papers),
            poor: desk::poor_documents(session, &papers),
            contested: desk::contested_documents(session, &papers),
        };
        all.insert(session.id, progress);
    }
    Ok(all)
}

fn pokja(mailbox: &MailboxSettings) -> Pokja {
    Pokja {
        mailbox: mailbox.name.clone(),
        members: mailbox
            .members
            .iter()
            .map(|member| member.email.clone())
            .collect(),
        digest: mailbox.digest,
    }
}

fn owing_of(row: database::messages::Owing, members: &[EmailAddress]) -> Owing {
    let from: Option<EmailAddress> = row.heading.from_address.and_then(|from| from.parse().ok());
    // The bidder does not know the mail by which a member forwards his.
    let forwarded = from.as_ref().is_some_and(|from| members.contains(from));
    Owing {
        message: row.message,
        session: row.session,
        from,
        message_id: row.heading.message_id.filter(|_| !forwarded),
        taken_in_at: row.taken_in_at,
    }
}

async fn readings(office: &Office) -> database::Result<Vec<Reading>> {
    let rows = database::ledger::folders(&office.database).await?;
    let unsettled = database::dues::unsettled(&office.database).await?;
    let reading = |mailbox: &MailboxSettings| Reading {
        mailbox: mailbox.name.clone(),
        read_at: Source::of(mailbox).last_read_whole(&rows),
        settled: !unsettled.contains(&mailbox.name),
        tried_since: office.tried_since(&mailbox.name),
    };
    Ok(office.settings.mailboxes.iter().map(reading).collect())
}

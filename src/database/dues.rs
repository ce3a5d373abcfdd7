//! Facts of the walk of time: what was told to bidders, of what they were reminded, how far the mail is known.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sqlx::query;

use super::{
    Database, Result, Transaction,
    row::{Row, json as to_json, list, ms},
    sessions::{self, Negotiation},
};
use crate::{
    address::EmailAddress,
    desk::{
        Announced, Asked, OurLetter,
        due::{Announcement, Fate, Refusal, Reminded},
        facts::{SessionTimes, Step},
        outbox::{OutboxKind, OutboxState},
    },
    digest::Digest,
    letter::CalendarAnswer,
    tender::{BidderId, MessageId, OutboxId, SessionId},
};

/// Natural keys that may still matter: every letter about a session, and of what goes to members those queued since then.
pub async fn known_keys(database: &Database, since: Timestamp) -> Result<HashSet<String>> {
    let rows = database
        .all(
            "outbox",
            query(
                "SELECT natural_key FROM outbox WHERE kind IN ('invitation', 'negotiation', 'reminder')
                 OR (kind IN ('notice', 'digest') AND created_at >= $1)",
            )
            .bind(ms(since)),
        )
        .await?;
    rows.iter().map(|row| row.text("natural_key")).collect()
}

/// Natural keys of what was cancelled before it was sent: the same letter may be made anew.
pub async fn taken_back_keys(database: &Database, since: Timestamp) -> Result<HashSet<String>> {
    let rows = database
        .all(
            "outbox",
            query("SELECT natural_key FROM outbox WHERE state = 'cancelled' AND created_at >= $1")
                .bind(ms(since)),
        )
        .await?;
    rows.iter().map(|row| row.text("natural_key")).collect()
}

/// The last announcement of every session that has one.
pub async fn announcements(database: &Database) -> Result<HashMap<SessionId, Announcement>> {
    announcements_of(database, None).await
}

/// The last announcement of one session.
pub async fn announcement(database: &Database, session: SessionId) -> Result<Option<Announcement>> {
    let mut found = announcements_of(database, Some(session)).await?;
    Ok(found.remove(&session))
}

async fn announcements_of(
    database: &Database,
    session: Option<SessionId>,
) -> Result<HashMap<SessionId, Announcement>> {
    let rows = database
        .all(
            "announcement",
            query(
                "SELECT announcement.session AS session, sequence, outbox, cancelled, announcement.starts AS starts,
                 announcement.ends AS ends, announcement.due AS due, announcement.meeting AS meeting,
                 COALESCE(announcement.documents, session.documents) AS documents, recipient, created_at, state,
                 outbox.kind AS kind FROM announcement JOIN outbox ON outbox.id = announcement.outbox
                 JOIN session ON session.id = announcement.session
                 WHERE $1 IS NULL OR announcement.session = $1 ORDER BY announcement.session, sequence",
            )
            .bind(session.map(|id| id.0)),
        )
        .await?;
    let mut last: HashMap<SessionId, Announcement> = rows
        .iter()
        .map(|row| {
            // Of equal sessions the last one stays.
            Ok((SessionId(row.number("session")?), told(row)?))
        })
        .collect::<Result<_>>()?;
    for (id, lost) in lost_addresses(database, session).await? {
        if let Some(announcement) = last.get_mut(&id) {
            lost.tell(announcement);
        }
    }
    Ok(last)
}

fn told(row: &Row) -> Result<Announcement> {
    Ok(Announcement {
        outbox: OutboxId(row.number("outbox")?),
        sequence: row.number("sequence")?,
        kind: row.word("kind", OutboxKind::from_word)?,
        cancelled: row.flag("cancelled")?,
        times: SessionTimes {
            starts: row.time("starts")?,
            ends: row.time("ends")?,
            due: row.time("due")?,
            meeting: row.json("meeting")?,
            documents: row.json("documents")?,
        },
        to: row.parsed("recipient")?,
        at: row.time("created_at")?,
        fate: match row.word("state", OutboxState::from_word)? {
            OutboxState::Queued => Fate::Waiting,
            OutboxState::Sent => Fate::Going,
            OutboxState::Failed | OutboxState::Bounced => Fate::Lost,
            OutboxState::Cancelled => Fate::Cancelled,
        },
        lost: Vec::new(),
    })
}

/// Addresses from which letters about one session came back, and from where its bidder wrote since then.
#[derive(Debug, Default)]
struct LostAddresses {
    lost: Vec<EmailAddress>,
    heard_at: Option<EmailAddress>,
}

impl LostAddresses {
    /// Who writes is there: a full mailbox was emptied, or he reads another one.
    fn tell(self, announcement: &mut Announcement) {
        match (self.heard_at, announcement.fate) {
            (None, _) => announcement.lost = self.lost,
            (Some(at), Fate::Lost) => {
                (announcement.to, announcement.fate) = (at, Fate::Going);
            }
            (Some(_), _) => {}
        }
    }
}

async fn lost_addresses(
    database: &Database,
    session: Option<SessionId>,
) -> Result<HashMap<SessionId, LostAddresses>> {
    // Of a row that ended, `next_attempt_at` says when. Only mail from an address that is registered counts.
    let rows = database
        .all(
            "outbox",
            query(
                "SELECT session, recipient,
                 (SELECT from_address FROM message JOIN bidder_email
                  ON bidder_email.bidder = message.bidder AND address = from_address
                  WHERE message.bidder = outbox.bidder AND state = 'filed' AND received_at > outbox.next_attempt_at
                  ORDER BY received_at DESC LIMIT 1) AS heard_at
                 FROM outbox WHERE state IN ('failed', 'bounced') AND session IS NOT NULL AND natural_key NOT LIKE '%!gagal'
                 AND kind IN ('invitation', 'negotiation', 'reminder', 'notice')
                 AND ($1 IS NULL OR session = $1) ORDER BY id",
            )
            .bind(session.map(|id| id.0)),
        )
        .await?;
    let mut all: HashMap<SessionId, LostAddresses> = HashMap::new();
    for row in &rows {
        let of_session = all.entry(SessionId(row.number("session")?)).or_default();
        let heard: Option<EmailAddress> = row.maybe_parsed("heard_at")?;
        if heard.is_none() {
            of_session.lost.push(row.parsed("recipient")?);
        }
        // Of several letters the last decides.
        of_session.heard_at = heard;
    }
    Ok(all)
}

/// Forgets what a letter would have told: it was taken back before it was sent.
pub async fn retract(tx: &mut Transaction, outbox: OutboxId) -> Result<()> {
    tx.execute(query("DELETE FROM announcement WHERE outbox = $1").bind(outbox.0))
        .await?;
    Ok(())
}

/// Whether the letter of this sequence says of the hours what the one before it said: to another address.
pub async fn repeats(tx: &mut Transaction, session: SessionId, sequence: u32) -> Result<bool> {
    let row = tx
        .optional(
            "announcement",
            query(
                "SELECT count(*) AS same FROM announcement AS told JOIN announcement AS before
                 ON before.session = told.session AND before.starts = told.starts AND before.ends = told.ends
                 AND before.cancelled = 0 AND told.cancelled = 0
                 WHERE told.session = $1 AND told.sequence = $2 AND before.sequence =
                 (SELECT max(sequence) FROM announcement WHERE session = $1 AND sequence < $2)",
            )
            .bind(session.0)
            .bind(i64::from(sequence)),
        )
        .await?;
    row.map_or(Ok(false), |row| Ok(row.number::<i64>("same")? > 0))
}

/// Remembers what a letter told, in the transaction that queues it.
pub async fn announced(
    tx: &mut Transaction,
    session: SessionId,
    sequence: u32,
    outbox: OutboxId,
    cancelled: bool,
    times: &SessionTimes,
) -> Result<()> {
    tx.execute(
        query(
            "INSERT INTO announcement (session, sequence, outbox, cancelled, starts, ends, due, meeting, documents)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        )
        .bind(session.0)
        .bind(i64::from(sequence))
        .bind(outbox.0)
        .bind(i64::from(cancelled))
        .bind(ms(times.starts))
        .bind(ms(times.ends))
        .bind(ms(times.due))
        .bind(to_json(&times.meeting))
        .bind(to_json(&times.documents)),
    )
    .await?;
    Ok(())
}

/// Every reminder of a session that was ever queued and not taken back.
pub async fn reminded(database: &Database) -> Result<Vec<Reminded>> {
    let rows = database
        .all(
            "outbox",
            query(
                "SELECT id, session, natural_key, created_at FROM outbox
                 WHERE kind = 'reminder' AND session IS NOT NULL AND state <> 'cancelled'
                 AND natural_key NOT LIKE '%!gagal' ORDER BY id",
            ),
        )
        .await?;
    rows.iter()
        .filter_map(|row| {
            let reminded = || -> Result<Option<Reminded>> {
                // reminder/SESSION/STEP/…
                let key = row.text("natural_key")?;
                let Some(step) = key.split('/').nth(2).and_then(Step::from_word) else {
                    return Ok(None);
                };
                Ok(Some(Reminded {
                    session: SessionId(row.number("session")?),
                    step,
                    at: row.time("created_at")?,
                }))
            };
            reminded().transpose()
        })
        .collect()
}

/// When the sessions that ended after then were first imported, where it is known.
pub async fn imported(
    database: &Database,
    since: Timestamp,
) -> Result<HashMap<SessionId, Timestamp>> {
    let rows = database
        .all(
            "session",
            query(
                "SELECT id, imported_at FROM session
                 WHERE withdrawn = 0 AND ends >= $1 AND imported_at IS NOT NULL",
            )
            .bind(ms(since)),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((SessionId(row.number("id")?), row.time("imported_at")?)))
        .collect()
}

/// Sessions whose bidder asked for another time, after he was told the one that holds.
pub async fn asked_for_another_day(database: &Database) -> Result<HashSet<SessionId>> {
    let rows = database
        .all(
            "message",
            query(
                "SELECT DISTINCT message.session AS session FROM message JOIN session ON session.id = message.session
                 WHERE attention = 'reschedule' AND state = 'filed' AND session.withdrawn = 0 AND received_at >=
                    (SELECT min(outbox.created_at) FROM announcement JOIN outbox ON outbox.id = announcement.outbox
                     WHERE announcement.session = session.id AND announcement.cancelled = 0
                     AND announcement.starts = session.starts AND announcement.ends = session.ends)",
            ),
        )
        .await?;
    rows.iter()
        .map(|row| Ok(SessionId(row.number("session")?)))
        .collect()
}

/// What the bidders of these sessions answered.
pub async fn answers(
    database: &Database,
    of: &[SessionId],
) -> Result<HashMap<SessionId, (Option<CalendarAnswer>, Option<Negotiation>)>> {
    let rows = database
        .all(
            "session",
            query(
                "SELECT id, attendance, negotiation FROM session
                 WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($1))",
            )
            .bind(list(of)),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let answers = (
                row.maybe_word("attendance", sessions::attendance_from)?,
                row.maybe_word("negotiation", Negotiation::from_word)?,
            );
            Ok((SessionId(row.number("id")?), answers))
        })
        .collect()
}

/// Messages that refuse or offer something else, come since then, with the mailbox of their tender: those that were filed, and
/// the calendars' answers that the bidder does not come, as long as he does not say otherwise.
pub async fn refusals(database: &Database, since: Timestamp) -> Result<Vec<Refusal>> {
    let rows = database
        .all(
            "message",
            query(
                "SELECT message.id AS id, message.session AS session, tender.mailbox AS mailbox, received_at
                 FROM message JOIN tender ON tender.id = message.tender
                 WHERE attention = 'refused' AND state = 'filed' AND received_at >= $1
                 UNION
                 SELECT message.id AS id, session.id AS session, tender.mailbox AS mailbox, received_at
                 FROM answer JOIN message ON message.id = answer.message JOIN session ON session.id = answer.session
                 JOIN tender ON tender.id = session.tender
                 WHERE answer.attendance = 'declined' AND message.kind = 'calendar-reply'
                 AND session.attendance = 'declined' AND session.withdrawn = 0 AND received_at >= $1 ORDER BY id",
            )
            .bind(ms(since)),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Refusal {
                message: MessageId(row.number("id")?),
                session: SessionId(row.number("session")?),
                mailbox: row.text("mailbox")?,
                received_at: row.time("received_at")?,
            })
        })
        .collect()
}

/// Sessions whose bidder refuses the negotiation.
pub async fn refusing(database: &Database) -> Result<HashSet<SessionId>> {
    let rows = database
        .all(
            "session",
            query("SELECT id FROM session WHERE negotiation = 'refused' AND withdrawn = 0"),
        )
        .await?;
    rows.iter()
        .map(|row| row.number("id").map(SessionId))
        .collect()
}

/// Our letters about a session, in the order in which they were queued.
pub async fn asked(database: &Database, session: SessionId) -> Result<Asked> {
    let rows = database
        .all(
            "outbox",
            query(
                "SELECT outbox.id AS id, message_id, sent_at, sequence, cancelled, starts, ends
                 FROM outbox LEFT JOIN announcement ON announcement.outbox = outbox.id
                 WHERE outbox.session = $1 ORDER BY outbox.id",
            )
            .bind(session.0),
        )
        .await?;
    let letters = rows.iter().map(|row| {
        let announced = match row.maybe_number("sequence")? {
            Some(sequence) => Some(Announced {
                sequence,
                starts: row.time("starts")?,
                ends: row.time("ends")?,
                cancelled: row.flag("cancelled")?,
            }),
            None => None,
        };
        Ok(OurLetter {
            message_id: row.text("message_id")?,
            sent_at: row.maybe_time("sent_at")?,
            announced,
        })
    });
    Ok(Asked {
        session,
        letters: letters.collect::<Result<_>>()?,
    })
}

/// When a letter about one of these sessions last left before that time.
pub async fn last_letter(
    database: &Database,
    sessions: &[SessionId],
    before: Timestamp,
) -> Result<Option<Timestamp>> {
    let row = database
        .optional(
            "outbox",
            query(
                "SELECT max(sent_at) AS at FROM outbox
                 WHERE session IN (SELECT CAST(value AS BIGINT) FROM json_each($1)) AND sent_at <= $2",
            )
            .bind(list(sessions))
            .bind(ms(before)),
        )
        .await?;
    row.map_or(Ok(None), |row| row.maybe_time("at"))
}

/// Receipts that a bidder had since then for mails that brought no paper.
pub async fn bare_receipts(
    database: &Database,
    bidder: BidderId,
    since: Timestamp,
) -> Result<usize> {
    let row = database
        .optional(
            "outbox",
            query(
                "SELECT count(*) AS rows FROM outbox
                 WHERE kind = 'acknowledgement' AND bidder = $1 AND created_at >= $2
                 AND NOT EXISTS (SELECT 1 FROM message_reply
                    JOIN attachment ON attachment.message = message_reply.message
                    WHERE message_reply.outbox = outbox.id AND attachment.path IS NOT NULL)",
            )
            .bind(bidder.0)
            .bind(ms(since)),
        )
        .await?;
    row.map_or(Ok(0), |row| row.number("rows"))
}

/// Originals of what an address wrote in that time before a message, the newest first.
pub async fn wrote_before(
    database: &Database,
    address: &EmailAddress,
    message: MessageId,
    (since, until): (Timestamp, Timestamp),
) -> Result<Vec<Digest>> {
    let rows = database
        .all(
            "message",
            query(
                "SELECT id, sha256 FROM message WHERE from_address = $1 AND state = 'filed' AND id < $2
                 AND received_at >= $3 AND received_at <= $4 ORDER BY id DESC LIMIT 3",
            )
            .bind(address.as_str())
            .bind(message.0)
            .bind(ms(since))
            .bind(ms(until)),
        )
        .await?;
    rows.iter().map(|row| row.digest("sha256")).collect()
}

/// Mailboxes of which some mail is listed and not yet stored, or stored and not yet decided.
pub async fn unsettled(database: &Database) -> Result<HashSet<String>> {
    let rows = database
        .all(
            "ledger",
            query(
                "SELECT mailbox FROM ledger WHERE state = 'listed'
                 UNION SELECT mailbox FROM message WHERE state = 'received'",
            ),
        )
        .await?;
    rows.iter().map(|row| row.text("mailbox")).collect()
}

/// When the digest before the one of this day was written; what reached nobody told nothing.
pub async fn last_digest(
    database: &Database,
    mailbox: &str,
    before: Timestamp,
) -> Result<Option<Timestamp>> {
    let row = database
        .optional(
            "outbox",
            query(
                "SELECT max(created_at) AS at FROM outbox WHERE kind = 'digest' AND mailbox = $1 AND due_at < $2
                 AND state NOT IN ('cancelled', 'failed')",
            )
            .bind(mailbox)
            .bind(ms(before)),
        )
        .await?;
    row.map_or(Ok(None), |row| row.maybe_time("at"))
}

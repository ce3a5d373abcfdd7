//! Events: the hash-chained record, appended in the transaction whose change it tells.

use serde_json::Value;
use sqlx::query;

use super::{
    Database, Result, Transaction,
    row::{Row, clean, ms},
};
use crate::journal::{self, Chained, Event};

/// The end of the chain: what each digest carries to its witnesses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// 0 before the first event.
    pub seq: i64,
    pub hash: String,
}

/// Appends an event; it gets its place in the chain when the transaction commits. For what happens outside the rows
/// (`dossier.exported`, `loket.started`); the functions of this room append their own. `data` holds strings and integers.
pub fn append(
    tx: &mut Transaction,
    action: &str,
    subject: (&str, &str),
    tender: Option<&str>,
    data: Value,
) {
    tx.tell(action, subject, tender, data);
}

/// Chains what a transaction has to tell, as its last step. The head's row is locked until the commit returned.
pub(super) async fn chain(tx: &mut Transaction, events: Vec<Event>) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let locked = query("UPDATE head SET seq = seq WHERE id = 1 RETURNING id, seq, hash");
    let mut head = match tx.optional("head", locked).await? {
        Some(row) => read_head(&row)?,
        None => Head {
            seq: 0,
            hash: journal::BEGINNING.to_owned(),
        },
    };
    for event in events {
        let chained = journal::chain(head.seq, &head.hash, &storable(event));
        insert(tx, &chained).await?;
        head = Head {
            seq: chained.seq,
            hash: chained.hash,
        };
    }
    tx.execute(
        query(
            "INSERT INTO head (id, seq, hash) VALUES (1, $1, $2)
             ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
        )
        .bind(head.seq)
        .bind(head.hash),
    )
    .await?;
    Ok(())
}

/// What is hashed must be what is stored: no NUL anywhere (PostgreSQL refuses it in columns).
fn storable(event: Event) -> Event {
    Event {
        actor: clean(&event.actor),
        action: clean(&event.action),
        subject: (clean(&event.subject.0), clean(&event.subject.1)),
        tender: event.tender.as_deref().map(clean),
        ..event
    }
}

async fn insert(tx: &mut Transaction, chained: &Chained) -> Result<()> {
    let event = &chained.event;
    tx.execute(
        query(
            "INSERT INTO event (seq, time, actor, action, subject_kind, subject_id, tender, data, prev, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(chained.seq)
        .bind(ms(event.time))
        .bind(event.actor.as_str())
        .bind(event.action.as_str())
        .bind(event.subject.0.as_str())
        .bind(event.subject.1.as_str())
        .bind(event.tender.as_deref())
        .bind(journal::canonical(&event.data))
        .bind(chained.prev.as_str())
        .bind(chained.hash.as_str()),
    )
    .await?;
    Ok(())
}

/// Events after a number, in order; with a tender's code, those that concern it.
pub async fn events_after(
    database: &Database,
    tender: Option<&str>,
    after: i64,
    limit: u32,
) -> Result<Vec<Chained>> {
    let rows = database
        .all(
            "event",
            query(
                "SELECT seq, time, actor, action, subject_kind, subject_id, tender, data, prev, hash FROM event
                 WHERE seq > $1 AND ($2 IS NULL OR tender = $2) ORDER BY seq LIMIT $3",
            )
            .bind(after)
            .bind(tender)
            .bind(i64::from(limit)),
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Codes of the tenders whose papers, places, sessions or bidders changed after an event: letters alone change no page.
pub async fn tenders_changed_after(database: &Database, after: i64) -> Result<Vec<String>> {
    let rows = database
        .all(
            "event",
            query(
                "SELECT DISTINCT tender FROM event WHERE seq > $1 AND tender IS NOT NULL
                 AND (action = 'message.filed' OR action LIKE 'paper.%' OR action LIKE 'tender.%'
                      OR action LIKE 'bidder.%' OR action LIKE 'session.%') ORDER BY tender",
            )
            .bind(after),
        )
        .await?;
    rows.iter().map(|row| row.text("tender")).collect()
}

fn read(row: &Row) -> Result<Chained> {
    Ok(Chained {
        seq: row.number("seq")?,
        event: Event {
            time: row.time("time")?,
            actor: row.text("actor")?,
            action: row.text("action")?,
            subject: (row.text("subject_kind")?, row.text("subject_id")?),
            tender: row.maybe_text("tender")?,
            data: row.json("data")?,
        },
        prev: row.text("prev")?,
        hash: row.text("hash")?,
    })
}

/// The head of the chain as the database keeps it.
pub async fn head(database: &Database) -> Result<Head> {
    let row = database
        .optional("head", query("SELECT id, seq, hash FROM head WHERE id = 1"))
        .await?;
    row.map_or_else(
        || {
            Ok(Head {
                seq: 0,
                hash: journal::BEGINNING.to_owned(),
            })
        },
        |row| read_head(&row),
    )
}

fn read_head(row: &Row) -> Result<Head> {
    Ok(Head {
        seq: row.number("seq")?,
        hash: row.text("hash")?,
    })
}

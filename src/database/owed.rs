//! What is owed to strangers and members, and what was sent lately: the facts of the walk of time (P21, P23).

use jiff::Timestamp;
use sqlx::query;

use super::{
    Database, Result, Transaction, messages,
    row::{list, ms},
};
use crate::{
    address::EmailAddress,
    correspondence::OutboxKind,
    desk::due::{Recent, Stranger, Undecided, Undelivered},
    tender::{MessageId, OutboxId, SessionId},
};

/// Messages whose writer is owed the constant text.
pub async fn strangers(database: &Database) -> Result<Vec<Stranger>> {
    let rows = database
        .all(
            "message",
            query(
                "SELECT id, mailbox, from_address, message_id, taken_in_at FROM message WHERE owes_note = 1 ORDER BY id",
            ),
        )
        .await?;
    rows.iter()
        .filter_map(|row| {
            let stranger = || -> Result<Option<Stranger>> {
                let Ok(address) = row.parsed::<EmailAddress>("from_address") else {
                    return Ok(None);
                };
                Ok(Some(Stranger {
                    message: MessageId(row.number("id")?),
                    mailbox: row.text("mailbox")?,
                    address,
                    message_id: row.maybe_text("message_id")?,
                    taken_in_at: row.time("taken_in_at")?,
                }))
            };
            stranger().transpose()
        })
        .collect()
}

/// What was taken in and not decided yet: mails that were taken in together are one entry.
pub async fn undecided(database: &Database) -> Result<Vec<Undecided>> {
    let rows = database
        .all(
            "message",
            query("SELECT DISTINCT mailbox, taken_in_at FROM message WHERE state = 'received'"),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Undecided {
                mailbox: row.text("mailbox")?,
                taken_in_at: row.time("taken_in_at")?,
            })
        })
        .collect()
}

/// The constant text for these messages is queued: nothing more is owed to their writer.
pub async fn mark_noted(tx: &mut Transaction, noted: &[MessageId], reply: OutboxId) -> Result<()> {
    settle(tx, noted).await?;
    for &message in noted {
        messages::add_reply(tx, message, reply).await?;
    }
    Ok(())
}

/// The writer had the constant text lately and gets none for these messages.
pub async fn spare(tx: &mut Transaction, spared: &[(MessageId, String)]) -> Result<()> {
    let ids: Vec<MessageId> = spared.iter().map(|(message, _)| *message).collect();
    settle(tx, &ids).await?;
    for (message, why) in spared {
        messages::explain_silence(tx, *message, why).await?;
    }
    Ok(())
}

async fn settle(tx: &mut Transaction, settled: &[MessageId]) -> Result<()> {
    tx.execute(
        query(
            "UPDATE message SET owes_note = 0 WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each($1))",
        )
        .bind(list(settled)),
    )
    .await?;
    Ok(())
}

/// What was queued since `day` and not taken back, and replies to strangers since `week`: what the limits are counted by.
pub async fn recent(database: &Database, day: Timestamp, week: Timestamp) -> Result<Vec<Recent>> {
    let rows = database
        .all(
            "outbox",
            query(
                "SELECT id, kind, recipient, session, created_at FROM outbox
                 WHERE (created_at >= $1 OR (kind = 'unknown-sender-reply' AND created_at >= $2))
                 AND natural_key NOT LIKE '%!gagal' AND state <> 'cancelled' ORDER BY id",
            )
            .bind(ms(day))
            .bind(ms(week)),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Recent {
                kind: row.word("kind", OutboxKind::from_word)?,
                to: row.parsed("recipient")?,
                session: row.maybe_number("session")?.map(SessionId),
                created_at: row.time("created_at")?,
            })
        })
        .collect()
}

/// Our mails that failed or came back, queued since then.
pub async fn undelivered(database: &Database, since: Timestamp) -> Result<Vec<Undelivered>> {
    let rows = database
        .all(
            "outbox",
            query(
                "SELECT id, kind, mailbox, created_at,
                 CASE WHEN natural_key LIKE 'change/%' OR natural_key LIKE 'cancellation/%' OR
                    kind NOT IN ('notice', 'digest', 'member-reply') THEN 1 ELSE 0 END AS to_bidder FROM outbox
                 WHERE state IN ('failed', 'bounced') AND created_at >= $1 ORDER BY id",
            )
            .bind(ms(since)),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Undelivered {
                outbox: OutboxId(row.number("id")?),
                kind: row.word("kind", OutboxKind::from_word)?,
                mailbox: row.text("mailbox")?,
                to_bidder: row.flag("to_bidder")?,
                since: row.time("created_at")?,
            })
        })
        .collect()
}

/// When the constant text last went to an address.
pub async fn last_note(database: &Database, address: &EmailAddress) -> Result<Option<Timestamp>> {
    let row = database
        .optional(
            "outbox",
            query(
                "SELECT id, created_at FROM outbox WHERE kind = 'unknown-sender-reply' AND recipient = $1
                 ORDER BY created_at DESC LIMIT 1",
            )
            .bind(address.as_str()),
        )
        .await?;
    row.map(|row| row.time("created_at")).transpose()
}

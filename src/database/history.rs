//! What happened before a letter came, as far as it helps to find its place.

use jiff::Timestamp;
use sqlx::query;

use super::{Database, Result, row::ms};
use crate::{
    address::EmailAddress,
    matching::Seen,
    tender::{BidderId, MessageId, SessionId},
};

/// The bidders with whom earlier mails of an address were filed, by a person or by their keys. Such an address is seen,
/// never registered: nothing is sent to it.
pub async fn seen_sender(
    database: &Database,
    address: &EmailAddress,
    before: MessageId,
) -> Result<Vec<Seen>> {
    let rows = database
        .all(
            "message",
            query(
                "SELECT bidder AS id, bidder, count(*) AS mails FROM message
                 WHERE from_address = $1 AND state = 'filed' AND id < $2 GROUP BY bidder ORDER BY bidder",
            )
            .bind(address.as_str())
            .bind(before.0),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Seen {
                bidder: BidderId(row.number("bidder")?),
                mails: row.number("mails")?,
            })
        })
        .collect()
}

/// The session of our last mail to a bidder before then.
pub async fn asked_last(
    database: &Database,
    bidder: BidderId,
    before: Timestamp,
) -> Result<Option<SessionId>> {
    let row = database
        .optional(
            "outbox",
            query(
                "SELECT id, session FROM outbox WHERE bidder = $1 AND session IS NOT NULL AND created_at <= $2
                 AND kind IN ('invitation', 'acknowledgement', 'reminder', 'negotiation')
                 AND tender = (SELECT tender FROM bidder WHERE bidder.id = $1) ORDER BY created_at DESC, id DESC LIMIT 1",
            )
            .bind(bidder.0)
            .bind(ms(before)),
        )
        .await?;
    Ok(match row {
        Some(row) => row.maybe_number("session")?.map(SessionId),
        None => None,
    })
}

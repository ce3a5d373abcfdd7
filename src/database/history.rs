//! What happened before a letter came, or before one goes out, as far as it helps to find its place or its words.

use jiff::Timestamp;
use sqlx::query;

use super::{Database, Result, row::ms, sessions};
use crate::{
    address::EmailAddress,
    correspondence::receipt::{Said, Standing},
    letter::CalendarAnswer,
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

/// How a session stands, and which of it was said in mails that came at these times.
pub async fn standing(
    database: &Database,
    session: SessionId,
    came: &[Timestamp],
) -> Result<Standing> {
    let row = database
        .optional(
            "session",
            query(
                "SELECT id, attendance, attendance_stamp, recording_consent, recording_consent_stamp, negotiation,
                 CASE WHEN EXISTS (SELECT 1 FROM announcement WHERE announcement.session = session.id) THEN 1 ELSE 0 END
                    AS announced
                 FROM session WHERE id = $1",
            )
            .bind(session.0),
        )
        .await?;
    let Some(row) = row else {
        return Ok(Standing::default());
    };
    let now =
        |stamp: Option<i64>| stamp.is_some_and(|stamp| came.iter().any(|&at| ms(at) == stamp));
    let attendance: Option<CalendarAnswer> =
        row.maybe_word("attendance", sessions::attendance_from)?;
    let consent = row.maybe_word("recording_consent", sessions::RecordingConsent::from_word)?;
    let (attended, consented) = (
        now(row.maybe_number("attendance_stamp")?),
        now(row.maybe_number("recording_consent_stamp")?),
    );
    Ok(Standing {
        announced: row.flag("announced")?,
        attendance,
        negotiation: row.maybe_word("negotiation", sessions::Negotiation::from_word)?,
        said: Said {
            attendance: attendance.filter(|_| attended),
            consent: consent.filter(|_| consented),
        },
    })
}

/// When the letter with another negotiation file went to the bidder of a session; `key` is that of the letter with the
/// present one.
pub async fn other_file_sent(
    database: &Database,
    session: SessionId,
    key: &str,
) -> Result<Option<Timestamp>> {
    let row = database
        .optional(
            "outbox",
            query(
                "SELECT id, COALESCE(sent_at, created_at) AS at FROM outbox
                 WHERE kind = 'negotiation' AND session = $1 AND natural_key <> $2 AND state IN ('sent', 'queued')
                 ORDER BY created_at DESC, id DESC LIMIT 1",
            )
            .bind(session.0)
            .bind(key),
        )
        .await?;
    row.map(|row| row.time("at")).transpose()
}

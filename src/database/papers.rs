//! Papers: attachments as filed, and originals, for lists of received documents, `export` and `verify`.

use jiff::Timestamp;

use serde_json::json;
use sqlx::query;

use super::{
    Database, Result, Transaction,
    row::{Row, list},
    transaction::Statement,
};
use crate::{
    desk::{FiledAttachment, FiledPaper},
    digest::Digest,
    inspection::Finding,
    tender::{BidderId, DocumentWord, MessageId, SessionId, TenderId},
};

macro_rules! select_papers {
    ($rest:literal) => {
        concat!(
            "SELECT attachment.message AS message, position, name, media_type, attachment.bytes AS bytes, ",
            "attachment.sha256 AS sha256, container, path, document, expert, findings, examined, tender, bidder, session, ",
            "received_at, late, message.sha256 AS original FROM attachment JOIN message ON message.id = attachment.message ",
            "WHERE message.state = 'filed' ",
            $rest
        )
    };
}

/// An attachment of a filed message.
#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    pub message: MessageId,
    /// Its place among the attachments of the message, from 1.
    pub position: u32,
    pub tender: TenderId,
    pub bidder: BidderId,
    pub session: SessionId,
    pub received_at: Timestamp,
    pub late: bool,
    /// The raw mail that brought it.
    pub original: Digest,
    pub attachment: FiledAttachment,
}

impl From<Paper> for FiledPaper {
    fn from(paper: Paper) -> FiledPaper {
        FiledPaper {
            session: paper.session,
            message: paper.message,
            late: paper.late,
            attachment: paper.attachment,
        }
    }
}

/// A raw mail in storage.
#[derive(Clone, Debug, PartialEq)]
pub struct Original {
    pub sha256: Digest,
    pub message: MessageId,
    pub bytes: u64,
    pub stored_at: Timestamp,
}

/// What a bidder sent for one session, in order of arrival.
pub async fn attachments_of_session(database: &Database, session: SessionId) -> Result<Vec<Paper>> {
    papers(
        database,
        query(select_papers!(
            "AND session = $1 ORDER BY received_at, message.id, position"
        ))
        .bind(session.0),
    )
    .await
}

/// What was sent for these sessions, in order of arrival.
pub async fn attachments_of_sessions(
    database: &Database,
    sessions: &[SessionId],
) -> Result<Vec<Paper>> {
    papers(
        database,
        query(select_papers!(
            "AND session IN (SELECT CAST(value AS BIGINT) FROM json_each($1))
             ORDER BY received_at, message.id, position"
        ))
        .bind(list(sessions)),
    )
    .await
}

/// What all bidders of a tender sent, in order of arrival.
pub async fn attachments_of_tender(database: &Database, tender: TenderId) -> Result<Vec<Paper>> {
    papers(
        database,
        query(select_papers!(
            "AND tender = $1 ORDER BY received_at, message.id, position"
        ))
        .bind(tender.0),
    )
    .await
}

/// Papers put into the tree, after a (message, position), in order: all of storage in chunks, for `verify` and rebuilding.
pub async fn papers_after(
    database: &Database,
    after: (MessageId, u32),
    limit: u32,
) -> Result<Vec<Paper>> {
    papers(
        database,
        query(select_papers!(
            "AND path IS NOT NULL AND (attachment.message > $1 OR (attachment.message = $1 AND position > $2))
             ORDER BY attachment.message, position LIMIT $3"
        ))
        .bind(after.0.0)
        .bind(i64::from(after.1))
        .bind(i64::from(limit)),
    )
    .await
}

/// Originals after a (message, digest), in order; with a tender, those of messages filed there.
pub async fn originals_after(
    database: &Database,
    tender: Option<TenderId>,
    after: Option<&Original>,
    limit: u32,
) -> Result<Vec<Original>> {
    let rows = database
        .all(
            "original",
            query(
                "SELECT original.sha256 AS sha256, original.message AS message, original.bytes AS bytes, stored_at
                 FROM original JOIN message ON message.id = original.message
                 WHERE (original.message > $1 OR (original.message = $1 AND original.sha256 > $2)) AND ($3 IS NULL OR tender = $3)
                 ORDER BY original.message, original.sha256 LIMIT $4",
            )
            .bind(after.map_or(0, |original| original.message.0))
            .bind(after.map_or_else(String::new, |original| original.sha256.hex()))
            .bind(tender.map(|id| id.0))
            .bind(i64::from(limit)),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Original {
                sha256: row.digest("sha256")?,
                message: MessageId(row.number("message")?),
                bytes: row.number("bytes")?,
                stored_at: row.time("stored_at")?,
            })
        })
        .collect()
}

/// A copy in the tree that no row names any more, because a person moved its message.
#[derive(Clone, Debug, PartialEq)]
pub struct Misplaced {
    pub path: String,
    /// What was filed under that name.
    pub sha256: Digest,
    pub message: MessageId,
    /// Where it had been filed.
    pub session: SessionId,
}

/// Remembers the place of one paper before it goes to a share.
pub(super) async fn misplace_one(
    tx: &mut Transaction,
    message: MessageId,
    session: SessionId,
    position: u32,
) -> Result<()> {
    tx.execute(
        query(
            "INSERT INTO misplaced (path, sha256, message, session)
             SELECT path, sha256, message, CAST($2 AS BIGINT) FROM attachment
             WHERE message = $1 AND position = $3 AND path IS NOT NULL
             ON CONFLICT (path) DO NOTHING",
        )
        .bind(message.0)
        .bind(session.0)
        .bind(i64::from(position)),
    )
    .await?;
    Ok(())
}

/// Remembers the papers of a message before its attachments are written anew.
pub(super) async fn misplace(
    tx: &mut Transaction,
    message: MessageId,
    session: SessionId,
) -> Result<()> {
    tx.execute(
        query(
            "INSERT INTO misplaced (path, sha256, message, session)
             SELECT path, sha256, message, CAST($2 AS BIGINT) FROM attachment WHERE message = $1 AND path IS NOT NULL
             ON CONFLICT (path) DO NOTHING",
        )
        .bind(message.0)
        .bind(session.0),
    )
    .await?;
    Ok(())
}

/// What the message's attachments name now is not misplaced, whichever share of its mail they stood with before.
pub(super) async fn keep_named(tx: &mut Transaction, message: MessageId) -> Result<()> {
    tx.execute(
        query(
            "DELETE FROM misplaced
             WHERE path IN (SELECT path FROM attachment WHERE message = $1 AND path IS NOT NULL)",
        )
        .bind(message.0),
    )
    .await?;
    Ok(())
}

/// Papers that must leave the tree; where a message is still to be decided, its next walk says whether.
pub async fn misplaced(database: &Database, limit: u32) -> Result<Vec<Misplaced>> {
    let rows = database
        .all(
            "misplaced",
            query(
                "SELECT path, misplaced.sha256 AS sha256, message, misplaced.session AS session
                 FROM misplaced JOIN message ON message.id = misplaced.message
                 WHERE message.state <> 'received' ORDER BY message, path LIMIT $1",
            )
            .bind(i64::from(limit)),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Misplaced {
                path: row.text("path")?,
                sha256: row.digest("sha256")?,
                message: MessageId(row.number("message")?),
                session: SessionId(row.number("session")?),
            })
        })
        .collect()
}

/// Remembers where the papers of a message are about to be placed, so that a process killed before it can record them
/// leaves none that nobody names. `false`: it is no longer to be decided, and nothing may be placed.
pub async fn intend(
    tx: &mut Transaction,
    message: MessageId,
    session: SessionId,
    papers: &[(&str, Digest)],
) -> Result<bool> {
    let waits = tx
        .execute(
            query("UPDATE message SET tries = tries WHERE id = $1 AND state = 'received'")
                .bind(message.0),
        )
        .await?;
    if waits == 0 {
        return Ok(false);
    }
    for (path, sha256) in papers {
        tx.execute(
            query(
                "INSERT INTO misplaced (path, sha256, message, session) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (path) DO NOTHING",
            )
            .bind(*path)
            .bind(sha256.hex())
            .bind(message.0)
            .bind(session.0),
        )
        .await?;
    }
    Ok(true)
}

/// Takes a paper from the list of those that must leave the tree; until the transaction ends nobody else does. `false`: it
/// is not on the list any more.
pub async fn forget_misplaced(tx: &mut Transaction, paper: &Misplaced) -> Result<bool> {
    let forgotten = tx
        .execute(query("DELETE FROM misplaced WHERE path = $1").bind(paper.path.as_str()))
        .await?;
    Ok(forgotten > 0)
}

/// A paper left the tree, or what lies there now is not what was filed (event `paper.withdrawn`).
pub async fn tell_withdrawn(
    tx: &mut Transaction,
    paper: &Misplaced,
    outcome: &'static str,
) -> Result<()> {
    let code = code_of_session(tx, paper.session).await?;
    tx.tell(
        "paper.withdrawn",
        ("message", &paper.message.to_string()),
        code.as_deref(),
        json!({"path": paper.path, "sha256": paper.sha256.hex(), "outcome": outcome}),
    );
    Ok(())
}

/// A paper that was kept out of the tree as the duplicate of another goes into it, since the other was moved away (event
/// `paper.filed`). Doing it again changes nothing.
pub async fn put_into_tree(
    tx: &mut Transaction,
    paper: &Paper,
    path: &str,
    findings: &[Finding],
) -> Result<()> {
    let put = tx
        .execute(
            query(
                "UPDATE attachment SET path = $3, findings = $4
                 WHERE message = $1 AND position = $2 AND path IS NULL",
            )
            .bind(paper.message.0)
            .bind(i64::from(paper.position))
            .bind(path)
            .bind(list(findings)),
        )
        .await?;
    if put == 0 {
        return Ok(());
    }
    let code = code_of_session(tx, paper.session).await?;
    tx.tell(
        "paper.filed",
        ("message", &paper.message.to_string()),
        code.as_deref(),
        json!({"path": path, "sha256": paper.attachment.sha256.hex()}),
    );
    Ok(())
}

async fn code_of_session(tx: &mut Transaction, session: SessionId) -> Result<Option<String>> {
    let row = tx
        .optional(
            "tender",
            query(
                "SELECT code FROM tender JOIN session ON session.tender = tender.id WHERE session.id = $1",
            )
            .bind(session.0),
        )
        .await?;
    row.map(|row| row.text("code")).transpose()
}

async fn papers(database: &Database, statement: Statement<'_>) -> Result<Vec<Paper>> {
    let rows = database.all("attachment", statement).await?;
    rows.iter()
        .map(|row| {
            Ok(Paper {
                message: MessageId(row.number("message")?),
                position: row.number("position")?,
                tender: TenderId(row.number("tender")?),
                bidder: BidderId(row.number("bidder")?),
                session: SessionId(row.number("session")?),
                received_at: row.time("received_at")?,
                late: row.flag("late")?,
                original: row.digest("original")?,
                attachment: read_attachment(row)?,
            })
        })
        .collect()
}

pub(super) fn read_attachment(row: &Row) -> Result<FiledAttachment> {
    Ok(FiledAttachment {
        part: row.number("position")?,
        name: row.maybe_text("name")?,
        media_type: row.text("media_type")?,
        bytes: row.number("bytes")?,
        sha256: row.digest("sha256")?,
        container: row.maybe_parsed("container")?,
        path: row.maybe_text("path")?,
        document: row.maybe_word("document", DocumentWord::from_word)?,
        expert: row.maybe_text("expert")?,
        findings: row.json("findings")?,
        examined: row.json("examined")?,
    })
}

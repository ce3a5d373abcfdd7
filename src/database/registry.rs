//! Tenders, bidders and sessions as imported.

use std::collections::HashMap;

use serde_json::{Value, json};
use sqlx::query;

use super::{
    Database, DatabaseError, Result, Transaction,
    meta::raise_registry_version,
    row::{Row, json as to_json, ms},
};
use crate::{
    address::EmailAddress,
    tender::{
        Bidder, BidderId, DocumentWord, ProcurementKind, Reference, Registry, Session, SessionId,
        SessionKind, Tender, TenderId,
    },
};

/// Everything that was imported, withdrawn rows included, as it stood at one moment.
pub async fn load_registry(database: &Database) -> Result<Registry> {
    let mut moment = database.snapshot().await?;
    let tenders = moment
        .all(
            "tender",
            query("SELECT id, code, name, mailbox, kind, folder FROM tender ORDER BY id"),
        )
        .await?;
    let emails = moment
        .all(
            "bidder_email",
            query("SELECT bidder, address AS value FROM bidder_email ORDER BY bidder, position"),
        )
        .await?;
    let experts = moment
        .all(
            "bidder_expert",
            query("SELECT bidder, name AS value FROM bidder_expert ORDER BY bidder, position"),
        )
        .await?;
    let bidders = moment
        .all(
            "bidder",
            query(
                "SELECT id, tender, name, npwp, nib, director, phone, folder, withdrawn FROM bidder ORDER BY id",
            ),
        )
        .await?;
    let sessions = moment
        .all(
            "session",
            query(
                "SELECT id, tender, bidder, kind, starts, ends, invite, due, meeting, letter, documents, file, file_at,
                 reference, token, withdrawn FROM session ORDER BY id",
            ),
        )
        .await?;
    moment.end().await?;
    let mut emails_of = lists::<EmailAddress>(&emails, |row| row.parsed("value"))?;
    let mut experts_of = lists::<String>(&experts, |row| row.text("value"))?;
    Ok(Registry::new(
        tenders.iter().map(read_tender).collect::<Result<_>>()?,
        bidders
            .iter()
            .map(|row| {
                let id = row.number("id")?;
                read_bidder(
                    row,
                    emails_of.remove(&id).unwrap_or_default(),
                    experts_of.remove(&id).unwrap_or_default(),
                )
            })
            .collect::<Result<_>>()?,
        sessions.iter().map(read_session).collect::<Result<_>>()?,
    ))
}

fn lists<T>(rows: &[Row], value: impl Fn(&Row) -> Result<T>) -> Result<HashMap<i64, Vec<T>>> {
    let mut of: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        of.entry(row.number("bidder")?)
            .or_default()
            .push(value(row)?);
    }
    Ok(of)
}

fn read_tender(row: &Row) -> Result<Tender> {
    Ok(Tender {
        id: TenderId(row.number("id")?),
        code: row.text("code")?,
        name: row.text("name")?,
        mailbox: row.text("mailbox")?,
        kind: row.word("kind", ProcurementKind::from_word)?,
        folder: row.text("folder")?,
    })
}

fn read_bidder(row: &Row, emails: Vec<EmailAddress>, experts: Vec<String>) -> Result<Bidder> {
    Ok(Bidder {
        id: BidderId(row.number("id")?),
        tender: TenderId(row.number("tender")?),
        name: row.text("name")?,
        npwp: row.maybe_text("npwp")?,
        nib: row.maybe_text("nib")?,
        director: row.maybe_text("director")?,
        phone: row.maybe_text("phone")?,
        emails,
        experts,
        folder: row.text("folder")?,
        withdrawn: row.flag("withdrawn")?,
    })
}

fn read_session(row: &Row) -> Result<Session> {
    Ok(Session {
        id: SessionId(row.number("id")?),
        tender: TenderId(row.number("tender")?),
        bidder: BidderId(row.number("bidder")?),
        kind: row.word("kind", SessionKind::from_word)?,
        starts: row.time("starts")?,
        ends: row.time("ends")?,
        invite: row.maybe_time("invite")?,
        due: row.time("due")?,
        meeting: row.json("meeting")?,
        letter: row.json("letter")?,
        documents: row.json("documents")?,
        file: row.maybe_json("file")?,
        file_at: row.maybe_time("file_at")?,
        // The whole reference, or a text that only resembles one would be read as another.
        reference: row.word("reference", |text| {
            Reference::parse(text).filter(|reference| reference.as_str() == text)
        })?,
        token: row.text("token")?,
        withdrawn: row.flag("withdrawn")?,
    })
}

/// Inserts a tender (id 0) or updates the row with its id. An equal row changes nothing and has no event.
/// Events `tender.imported`, `tender.changed`.
pub async fn upsert_tender(tx: &mut Transaction, tender: &Tender) -> Result<TenderId> {
    let stands = match tender.id {
        TenderId(0) => None,
        id => tx
            .optional(
                "tender",
                query("SELECT id, code, name, mailbox, kind, folder FROM tender WHERE id = $1")
                    .bind(id.0),
            )
            .await?
            .map(|row| read_tender(&row))
            .transpose()?,
    };
    if stands.as_ref() == Some(tender) {
        return Ok(tender.id);
    }
    let changed = stands.as_ref().map(|old| {
        changed(&[
            ("code", old.code != tender.code),
            ("name", old.name != tender.name),
            ("mailbox", old.mailbox != tender.mailbox),
            ("kind", old.kind != tender.kind),
            ("folder", old.folder != tender.folder),
        ])
    });
    let statement = match stands {
        None => query(
            "INSERT INTO tender (code, name, mailbox, kind, folder) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        ),
        Some(_) => query(
            "UPDATE tender SET code = $1, name = $2, mailbox = $3, kind = $4, folder = $5 WHERE id = $6 RETURNING id",
        ),
    };
    let mut statement = statement
        .bind(tender.code.as_str())
        .bind(tender.name.as_str())
        .bind(tender.mailbox.as_str())
        .bind(tender.kind.word())
        .bind(tender.folder.as_str());
    if changed.is_some() {
        statement = statement.bind(tender.id.0);
    }
    let id = TenderId(written(tx, "tender", statement).await?);
    raise_registry_version(tx).await?;
    tx.tell(
        if changed.is_some() { "tender.changed" } else { "tender.imported" },
        ("tender", &id.to_string()),
        Some(&tender.code),
        json!({"name": tender.name, "mailbox": tender.mailbox, "kind": tender.kind.word(), "changed": changed}),
    );
    Ok(id)
}

/// The same for a bidder with its addresses and experts; a withdrawn one comes back. Events `bidder.imported`, `bidder.changed`.
pub async fn upsert_bidder(tx: &mut Transaction, bidder: &Bidder) -> Result<BidderId> {
    let stands = match bidder.id {
        BidderId(0) => None,
        id => stored_bidder(tx, id).await?,
    };
    if stands.as_ref() == Some(bidder) {
        return Ok(bidder.id);
    }
    let changed = stands.as_ref().map(|old| {
        changed(&[
            ("name", old.name != bidder.name),
            ("npwp", old.npwp != bidder.npwp),
            ("nib", old.nib != bidder.nib),
            ("director", old.director != bidder.director),
            ("phone", old.phone != bidder.phone),
            ("emails", old.emails != bidder.emails),
            ("experts", old.experts != bidder.experts),
            ("folder", old.folder != bidder.folder),
            ("withdrawn", old.withdrawn != bidder.withdrawn),
        ])
    });
    let statement = match stands {
        None => query(
            "INSERT INTO bidder (tender, name, npwp, nib, director, phone, folder, withdrawn)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        ),
        Some(_) => query(
            "UPDATE bidder SET tender = $1, name = $2, npwp = $3, nib = $4, director = $5, phone = $6, folder = $7,
             withdrawn = $8 WHERE id = $9 RETURNING id",
        ),
    };
    let mut statement = statement
        .bind(bidder.tender.0)
        .bind(bidder.name.as_str())
        .bind(bidder.npwp.as_deref())
        .bind(bidder.nib.as_deref())
        .bind(bidder.director.as_deref())
        .bind(bidder.phone.as_deref())
        .bind(bidder.folder.as_str())
        .bind(i64::from(bidder.withdrawn));
    if changed.is_some() {
        statement = statement.bind(bidder.id.0);
    }
    let id = BidderId(written(tx, "bidder", statement).await?);
    write_lists(tx, id, bidder).await?;
    let (code, _) = names(tx, Some(bidder.tender), None).await?;
    raise_registry_version(tx).await?;
    tx.tell(
        if changed.is_some() { "bidder.changed" } else { "bidder.imported" },
        ("bidder", &id.to_string()),
        code.as_deref(),
        json!({"name": bidder.name, "emails": bidder.emails.iter().map(EmailAddress::as_str).collect::<Vec<_>>(),
               "changed": changed}),
    );
    Ok(id)
}

async fn stored_bidder(tx: &mut Transaction, id: BidderId) -> Result<Option<Bidder>> {
    let row = tx
        .optional(
            "bidder",
            query(
                "SELECT id, tender, name, npwp, nib, director, phone, folder, withdrawn FROM bidder WHERE id = $1",
            )
            .bind(id.0),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let emails = tx
        .all(
            "bidder_email",
            query("SELECT bidder, address FROM bidder_email WHERE bidder = $1 ORDER BY position")
                .bind(id.0),
        )
        .await?;
    let experts = tx
        .all(
            "bidder_expert",
            query("SELECT bidder, name FROM bidder_expert WHERE bidder = $1 ORDER BY position")
                .bind(id.0),
        )
        .await?;
    read_bidder(
        &row,
        emails
            .iter()
            .map(|row| row.parsed("address"))
            .collect::<Result<_>>()?,
        experts
            .iter()
            .map(|row| row.text("name"))
            .collect::<Result<_>>()?,
    )
    .map(Some)
}

async fn write_lists(tx: &mut Transaction, id: BidderId, bidder: &Bidder) -> Result<()> {
    tx.execute(query("DELETE FROM bidder_email WHERE bidder = $1").bind(id.0))
        .await?;
    tx.execute(query("DELETE FROM bidder_expert WHERE bidder = $1").bind(id.0))
        .await?;
    for (position, address) in (1i64..).zip(&bidder.emails) {
        tx.execute(
            query("INSERT INTO bidder_email (bidder, position, address) VALUES ($1, $2, $3)")
                .bind(id.0)
                .bind(position)
                .bind(address.as_str()),
        )
        .await?;
    }
    for (position, name) in (1i64..).zip(&bidder.experts) {
        tx.execute(
            query("INSERT INTO bidder_expert (bidder, position, name) VALUES ($1, $2, $3)")
                .bind(id.0)
                .bind(position)
                .bind(name.as_str()),
        )
        .await?;
    }
    Ok(())
}

/// The same for a session; a withdrawn one comes back. Events `session.imported`, `session.changed`.
pub async fn upsert_session(tx: &mut Transaction, session: &Session) -> Result<SessionId> {
    let stands = match session.id {
        SessionId(0) => None,
        id => tx
            .optional(
                "session",
                query(
                    "SELECT id, tender, bidder, kind, starts, ends, invite, due, meeting, letter, documents, file,
                     file_at, reference, token, withdrawn FROM session WHERE id = $1",
                )
                .bind(id.0),
            )
            .await?
            .map(|row| read_session(&row))
            .transpose()?,
    };
    if stands.as_ref() == Some(session) {
        return Ok(session.id);
    }
    let changed = stands.as_ref().map(|old| session_changes(old, session));
    let statement = match stands {
        None => query(
            "INSERT INTO session (tender, bidder, kind, starts, ends, invite, due, meeting, letter, documents, file, file_at,
             reference, token, withdrawn, imported_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) RETURNING id",
        ),
        Some(_) => query(
            "UPDATE session SET tender = $1, bidder = $2, kind = $3, starts = $4, ends = $5, invite = $6, due = $7,
             meeting = $8, letter = $9, documents = $10, file = $11, file_at = $12, reference = $13, token = $14,
             withdrawn = $15 WHERE id = $16 RETURNING id",
        ),
    };
    let mut statement = statement
        .bind(session.tender.0)
        .bind(session.bidder.0)
        .bind(session.kind.word())
        .bind(ms(session.starts))
        .bind(ms(session.ends))
        .bind(session.invite.map(ms))
        .bind(ms(session.due))
        .bind(to_json(&session.meeting))
        .bind(to_json(&session.letter))
        .bind(to_json(&session.documents))
        .bind(session.file.as_ref().map(to_json))
        .bind(session.file_at.map(ms))
        .bind(session.reference.as_str())
        .bind(session.token.as_str())
        .bind(i64::from(session.withdrawn));
    statement = statement.bind(match changed {
        Some(_) => session.id.0,
        // When it was imported first.
        None => tx.now_ms(),
    });
    let id = SessionId(written(tx, "session", statement).await?);
    let (code, bidder) = names(tx, Some(session.tender), Some(session.bidder)).await?;
    raise_registry_version(tx).await?;
    tx.tell(
        if changed.is_some() { "session.changed" } else { "session.imported" },
        ("session", &id.to_string()),
        code.as_deref(),
        json!({
            "bidder": bidder,
            "session": session.kind.word(),
            "starts": session.starts.to_string(),
            "ends": session.ends.to_string(),
            "due": session.due.to_string(),
            "documents": session.documents.iter().map(|document| DocumentWord::word(*document)).collect::<Vec<_>>(),
            "file": session.file.as_ref().map(|file| &file.sha256),
            "changed": changed,
        }),
    );
    Ok(id)
}

fn session_changes(old: &Session, new: &Session) -> Value {
    changed(&[
        ("bidder", old.bidder != new.bidder),
        ("kind", old.kind != new.kind),
        ("starts", old.starts != new.starts),
        ("ends", old.ends != new.ends),
        ("invite", old.invite != new.invite),
        ("due", old.due != new.due),
        ("meeting", old.meeting != new.meeting),
        ("letter", old.letter != new.letter),
        ("documents", old.documents != new.documents),
        ("file", old.file != new.file),
        ("file_at", old.file_at != new.file_at),
        ("reference", old.reference != new.reference),
        ("token", old.token != new.token),
        ("withdrawn", old.withdrawn != new.withdrawn),
    ])
}

fn changed(fields: &[(&str, bool)]) -> Value {
    let named = fields.iter().filter(|(_, differs)| *differs);
    json!(named.map(|(name, _)| *name).collect::<Vec<_>>())
}

/// The bidder is no longer in the imported file; its papers stay. Event `bidder.withdrawn`.
pub async fn withdraw_bidder(tx: &mut Transaction, bidder: BidderId) -> Result<()> {
    let row = tx
        .optional(
            "bidder",
            query("UPDATE bidder SET withdrawn = 1 WHERE id = $1 AND withdrawn = 0 RETURNING id, tender")
                .bind(bidder.0),
        )
        .await?;
    if let Some(row) = row {
        let (code, name) = names(tx, Some(TenderId(row.number("tender")?)), Some(bidder)).await?;
        raise_registry_version(tx).await?;
        tx.tell(
            "bidder.withdrawn",
            ("bidder", &bidder.to_string()),
            code.as_deref(),
            json!({"name": name}),
        );
    }
    Ok(())
}

/// The session is no longer in the imported file. Event `session.withdrawn`.
pub async fn withdraw_session(tx: &mut Transaction, session: SessionId) -> Result<()> {
    let row = tx
        .optional(
            "session",
            query(
                "UPDATE session SET withdrawn = 1 WHERE id = $1 AND withdrawn = 0 RETURNING id, tender, bidder, kind",
            )
            .bind(session.0),
        )
        .await?;
    if let Some(row) = row {
        let tender = TenderId(row.number("tender")?);
        let bidder = BidderId(row.number("bidder")?);
        let (code, name) = names(tx, Some(tender), Some(bidder)).await?;
        raise_registry_version(tx).await?;
        tx.tell(
            "session.withdrawn",
            ("session", &session.to_string()),
            code.as_deref(),
            json!({"bidder": name, "session": row.text("kind")?}),
        );
    }
    Ok(())
}

/// The id that an INSERT or UPDATE … RETURNING gave.
async fn written(
    tx: &mut Transaction,
    table: &'static str,
    statement: super::transaction::Statement<'_>,
) -> Result<i64> {
    match tx.optional(table, statement).await? {
        Some(row) => row.number("id"),
        None => Err(DatabaseError::Forbidden(format!(
            "the row of table {table} that was to be changed is not there"
        ))),
    }
}

/// Code and bidder's name as they stand in events: an auditor reads those, not our row numbers.
pub(super) async fn names(
    tx: &mut Transaction,
    tender: Option<TenderId>,
    bidder: Option<BidderId>,
) -> Result<(Option<String>, Option<String>)> {
    if tender.is_none() && bidder.is_none() {
        return Ok((None, None));
    }
    let row = tx
        .optional(
            "tender",
            query(
                "SELECT (SELECT code FROM tender WHERE id = $1) AS code, (SELECT name FROM bidder WHERE id = $2) AS name",
            )
            .bind(tender.map(|id| id.0))
            .bind(bidder.map(|id| id.0)),
        )
        .await?;
    match row {
        Some(row) => Ok((row.maybe_text("code")?, row.maybe_text("name")?)),
        None => Ok((None, None)),
    }
}

//! The ledger: a row for every mail that a folder ever listed (P1), and what is known of the folders themselves.

use jiff::Timestamp;
use serde_json::json;
use sqlx::query;

use super::{
    Database, Result, Transaction,
    row::{Row, big, clean, clean_maybe, list, ms},
};
use crate::{digest::Digest, tender::MessageId};

/// Missing for so long in complete enumerations is gone (P1).
const GONE_AFTER_MS: i64 = 60_000;

/// A folder in one UIDVALIDITY epoch (0 for a Maildir).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    pub mailbox: String,
    pub folder: String,
    pub uid_validity: u32,
}

/// What names a mail in its folder: a UID (IMAP, `file` empty) or a file name (Maildir, `uid` 0).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub uid: u32,
    pub file: String,
}

impl Key {
    fn read(row: &Row) -> Result<Key> {
        Ok(Key {
            uid: row.number("uid")?,
            file: row.text("file")?,
        })
    }
}

impl Folder {
    /// How events name a mail.
    fn mail(&self, key: &Key) -> String {
        let within = match key.uid {
            0 => key.file.clone(),
            uid => uid.to_string(),
        };
        format!(
            "{}/{}/{}/{within}",
            self.mailbox, self.folder, self.uid_validity
        )
    }
}

/// A mail made durable.
#[derive(Clone, Debug)]
pub struct Stored {
    pub key: Key,
    pub size: u64,
    pub arrived_at: Timestamp,
    pub sha256: Digest,
    pub message: MessageId,
    /// "server announced 812 octets", or anything else worth telling.
    pub note: Option<String>,
}

/// A mail that the server lists and does not give.
#[derive(Clone, Debug, Default)]
pub struct Refused {
    pub arrived_at: Option<Timestamp>,
    pub size: Option<u64>,
    pub header: Option<Vec<u8>>,
    pub why: String,
}

/// Rows of a mailbox by state; `listed` ones are still to be fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    pub listed: u64,
    pub stored: u64,
    pub vanished: u64,
    pub refused: u64,
}

/// A folder as last seen, over all epochs.
#[derive(Clone, Debug, PartialEq)]
pub struct FolderRow {
    pub mailbox: String,
    pub folder: String,
    pub uid_validity: Option<u32>,
    /// The last complete enumeration, and what EXAMINE said then.
    pub last_sweep_at: Option<Timestamp>,
    pub exists: Option<u64>,
    /// The state shown to people (R26) and since when.
    pub health: Option<String>,
    pub health_since: Option<Timestamp>,
}

/// A row of the ledger that a person should know of: refused or vanished.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    pub folder: Folder,
    pub key: Key,
    /// `refused` or `vanished`.
    pub state: String,
    pub arrived_at: Option<Timestamp>,
    pub size: Option<u64>,
    pub note: Option<String>,
}

/// Mails that need no fetching any more: stored or refused. A vanished one is left out on purpose: should the server
/// list it again (F13), it must be fetched.
pub async fn settled(database: &Database, folder: &Folder) -> Result<Vec<Key>> {
    let rows = database
        .all(
            "ledger",
            query(
                "SELECT uid, file FROM ledger WHERE mailbox = $1 AND folder = $2 AND uid_validity = $3
                 AND state IN ('stored', 'refused') ORDER BY uid, file",
            )
            .bind(folder.mailbox.as_str())
            .bind(folder.folder.as_str())
            .bind(i64::from(folder.uid_validity)),
        )
        .await?;
    rows.iter().map(Key::read).collect()
}

/// Mails listed but not yet settled, with the tries so far.
pub async fn open(database: &Database, folder: &Folder) -> Result<Vec<(Key, u32)>> {
    let rows = database
        .all(
            "ledger",
            query(
                "SELECT uid, file, tries FROM ledger WHERE mailbox = $1 AND folder = $2 AND uid_validity = $3
                 AND state = 'listed' ORDER BY uid, file",
            )
            .bind(folder.mailbox.as_str())
            .bind(folder.folder.as_str())
            .bind(i64::from(folder.uid_validity)),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((Key::read(row)?, row.number("tries")?)))
        .collect()
}

/// Rows `listed` for new mails; known ones are left as they are, vanished ones live again. Returns how many rows are to
/// be fetched now that were not before.
pub async fn listed(tx: &mut Transaction, folder: &Folder, keys: &[Key]) -> Result<u64> {
    let (uids, files) = apart(keys);
    let (now, mut new) = (tx.now_ms(), 0);
    // One statement each, whatever the number: a first enumeration may list 100 000 mails.
    for (statement, names) in [
        (
            "INSERT INTO ledger (mailbox, folder, uid_validity, uid, file, state, listed_at)
             SELECT DISTINCT $1, $2, $3, CAST(value AS BIGINT), '', 'listed', $4 FROM json_each($5) WHERE 1 = 1
             ON CONFLICT (mailbox, folder, uid_validity, uid, file) DO UPDATE
             SET state = 'listed', settled_at = NULL, missing_since = NULL WHERE ledger.state = 'vanished'",
            (!uids.is_empty()).then(|| list(&uids)),
        ),
        (
            "INSERT INTO ledger (mailbox, folder, uid_validity, uid, file, state, listed_at)
             SELECT DISTINCT $1, $2, $3, 0, value, 'listed', $4 FROM json_each($5) WHERE 1 = 1
             ON CONFLICT (mailbox, folder, uid_validity, uid, file) DO UPDATE
             SET state = 'listed', settled_at = NULL, missing_since = NULL WHERE ledger.state = 'vanished'",
            (!files.is_empty()).then(|| list(&files)),
        ),
    ] {
        let Some(names) = names else { continue };
        new += tx
            .execute(
                query(statement)
                    .bind(folder.mailbox.as_str())
                    .bind(folder.folder.as_str())
                    .bind(i64::from(folder.uid_validity))
                    .bind(now)
                    .bind(names),
            )
            .await?;
    }
    Ok(new)
}

/// UIDs and file names of a list.
fn apart(keys: &[Key]) -> (Vec<u32>, Vec<&str>) {
    let uids = keys.iter().filter(|key| key.uid != 0).map(|key| key.uid);
    let files = keys.iter().filter(|key| key.uid == 0);
    (uids.collect(), files.map(|key| key.file.as_str()).collect())
}

/// The mails are durable: their rows become `stored`, whatever they were.
pub async fn mark_stored(tx: &mut Transaction, folder: &Folder, mails: &[Stored]) -> Result<()> {
    for mail in mails {
        let now = tx.now_ms();
        tx.execute(
            query(
                "INSERT INTO ledger (mailbox, folder, uid_validity, uid, file, state, size, arrived_at, sha256, message,
                 listed_at, settled_at, note)
                 VALUES ($1, $2, $3, $4, $5, 'stored', $6, $7, $8, $9, $10, $10, $11)
                 ON CONFLICT (mailbox, folder, uid_validity, uid, file) DO UPDATE
                 SET state = 'stored', size = excluded.size, arrived_at = excluded.arrived_at,
                     sha256 = excluded.sha256, message = excluded.message, settled_at = excluded.settled_at,
                     missing_since = NULL, note = excluded.note
                 WHERE ledger.state <> 'stored'",
            )
            .bind(folder.mailbox.as_str())
            .bind(folder.folder.as_str())
            .bind(i64::from(folder.uid_validity))
            .bind(i64::from(mail.key.uid))
            .bind(mail.key.file.as_str())
            .bind(big(mail.size))
            .bind(ms(mail.arrived_at))
            .bind(mail.sha256.hex())
            .bind(mail.message.0)
            .bind(now)
            .bind(clean_maybe(mail.note.as_deref())),
        )
        .await?;
    }
    Ok(())
}

/// All mails of the folder that are known, not stored, and missing in a complete enumeration. Those missing for 60 s or
/// more become `vanished` (event `mail.vanished`); those not named are no longer missing. Returns how many vanished.
pub async fn missing(tx: &mut Transaction, folder: &Folder, keys: &[Key]) -> Result<u64> {
    let (uids, files) = apart(keys);
    let (uids, files) = (list(&uids), list(&files));
    // In this order: a row that was seen in between starts anew, one that is old enough goes, the rest waits.
    let back = query(
        "UPDATE ledger SET missing_since = NULL
         WHERE mailbox = $1 AND folder = $2 AND uid_validity = $3 AND state = 'listed' AND missing_since IS NOT NULL
           AND NOT (uid IN (SELECT CAST(value AS BIGINT) FROM json_each($4))
                    OR file IN (SELECT value FROM json_each($5)))",
    );
    let gone = query(
        "UPDATE ledger SET state = 'vanished', settled_at = $6
         WHERE mailbox = $1 AND folder = $2 AND uid_validity = $3 AND state = 'listed' AND missing_since <= $7
           AND (uid IN (SELECT CAST(value AS BIGINT) FROM json_each($4))
                OR file IN (SELECT value FROM json_each($5)))
         RETURNING uid, file",
    );
    let waiting = query(
        "UPDATE ledger SET missing_since = $6
         WHERE mailbox = $1 AND folder = $2 AND uid_validity = $3 AND state = 'listed' AND missing_since IS NULL
           AND (uid IN (SELECT CAST(value AS BIGINT) FROM json_each($4))
                OR file IN (SELECT value FROM json_each($5)))",
    );
    let named = |statement: super::transaction::Statement<'static>| {
        statement
            .bind(folder.mailbox.clone())
            .bind(folder.folder.clone())
            .bind(i64::from(folder.uid_validity))
            .bind(uids.clone())
            .bind(files.clone())
    };
    let now = tx.now_ms();
    tx.execute(named(back)).await?;
    let vanished = tx
        .all("ledger", named(gone).bind(now).bind(now - GONE_AFTER_MS))
        .await?;
    tx.execute(named(waiting).bind(now)).await?;
    for row in &vanished {
        let mail = folder.mail(&Key::read(row)?);
        tx.tell("mail.vanished", ("mail", &mail), None, json!({}));
    }
    Ok(vanished.len() as u64)
}

/// One more failed try; `last`: refused for good (event `mail.refused`). A stored row stays stored.
pub async fn refused(
    tx: &mut Transaction,
    folder: &Folder,
    key: &Key,
    refused: &Refused,
    last: bool,
) -> Result<()> {
    let now = tx.now_ms();
    let (state, settled_at) = match last {
        true => ("refused", Some(now)),
        false => ("listed", None),
    };
    let touched = tx
        .execute(
            query(
                "INSERT INTO ledger (mailbox, folder, uid_validity, uid, file, state, size, arrived_at, listed_at,
                 settled_at, tries, note, header)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12)
                 ON CONFLICT (mailbox, folder, uid_validity, uid, file) DO UPDATE
                 SET state = excluded.state, size = excluded.size, arrived_at = excluded.arrived_at,
                     settled_at = excluded.settled_at, tries = ledger.tries + 1, note = excluded.note,
                     header = excluded.header
                 WHERE ledger.state IN ('listed', 'vanished')",
            )
            .bind(folder.mailbox.as_str())
            .bind(folder.folder.as_str())
            .bind(i64::from(folder.uid_validity))
            .bind(i64::from(key.uid))
            .bind(key.file.as_str())
            .bind(state)
            .bind(refused.size.map(big))
            .bind(refused.arrived_at.map(ms))
            .bind(now)
            .bind(settled_at)
            .bind(clean(&refused.why))
            .bind(refused.header.clone()),
        )
        .await?;
    if last && touched > 0 {
        tx.tell(
            "mail.refused",
            ("mail", &folder.mail(key)),
            None,
            json!({"why": refused.why, "size": refused.size}),
        );
    }
    Ok(())
}

/// A complete enumeration ended well. A changed UIDVALIDITY has the event `folder.renumbered`.
pub async fn swept(tx: &mut Transaction, folder: &Folder, exists: u64) -> Result<()> {
    let before = tx
        .optional(
            "folder",
            query("SELECT mailbox, uid_validity FROM folder WHERE mailbox = $1 AND folder = $2")
                .bind(folder.mailbox.as_str())
                .bind(folder.folder.as_str()),
        )
        .await?
        .map(|row| row.maybe_number::<u32>("uid_validity"))
        .transpose()?
        .flatten();
    let now = tx.now_ms();
    tx.execute(
        query(
            "INSERT INTO folder (mailbox, folder, uid_validity, last_sweep_at, exists_count)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (mailbox, folder) DO UPDATE SET uid_validity = excluded.uid_validity,
                 last_sweep_at = excluded.last_sweep_at, exists_count = excluded.exists_count",
        )
        .bind(folder.mailbox.as_str())
        .bind(folder.folder.as_str())
        .bind(i64::from(folder.uid_validity))
        .bind(now)
        .bind(big(exists)),
    )
    .await?;
    if let Some(before) = before
        && before != folder.uid_validity
    {
        let name = format!("{}/{}", folder.mailbox, folder.folder);
        tx.tell(
            "folder.renumbered",
            ("folder", &name),
            None,
            json!({"from": before, "to": folder.uid_validity}),
        );
    }
    Ok(())
}

/// The last epoch in which a folder was completely enumerated.
pub async fn last_epoch(database: &Database, mailbox: &str, folder: &str) -> Result<Option<u32>> {
    let row = database
        .optional(
            "folder",
            query("SELECT mailbox, uid_validity FROM folder WHERE mailbox = $1 AND folder = $2")
                .bind(mailbox)
                .bind(folder),
        )
        .await?;
    row.map_or(Ok(None), |row| row.maybe_number("uid_validity"))
}

/// The state shown to people changed; the time it began is kept while it stays the same.
pub async fn set_health(
    tx: &mut Transaction,
    mailbox: &str,
    folder: &str,
    health: &str,
) -> Result<()> {
    let now = tx.now_ms();
    tx.execute(
        query(
            "INSERT INTO folder (mailbox, folder, health, health_since) VALUES ($1, $2, $3, $4)
             ON CONFLICT (mailbox, folder) DO UPDATE SET
                 health_since = CASE WHEN folder.health = excluded.health THEN folder.health_since
                                     ELSE excluded.health_since END,
                 health = excluded.health",
        )
        .bind(mailbox)
        .bind(folder)
        .bind(clean(health))
        .bind(now),
    )
    .await?;
    Ok(())
}

/// All folders ever watched, for the digest and `loket check`.
pub async fn folders(database: &Database) -> Result<Vec<FolderRow>> {
    let rows = database
        .all(
            "folder",
            query(
                "SELECT mailbox, folder, uid_validity, last_sweep_at, exists_count, health, health_since FROM folder
                 ORDER BY mailbox, folder",
            ),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(FolderRow {
                mailbox: row.text("mailbox")?,
                folder: row.text("folder")?,
                uid_validity: row.maybe_number("uid_validity")?,
                last_sweep_at: row.maybe_time("last_sweep_at")?,
                exists: row.maybe_number("exists_count")?,
                health: row.maybe_text("health")?,
                health_since: row.maybe_time("health_since")?,
            })
        })
        .collect()
}

/// How many rows a mailbox has in each state, over all folders and epochs.
pub async fn balance(database: &Database, mailbox: &str) -> Result<Balance> {
    let rows = database
        .all(
            "ledger",
            query("SELECT state, count(*) AS rows FROM ledger WHERE mailbox = $1 GROUP BY state")
                .bind(mailbox),
        )
        .await?;
    let mut balance = Balance::default();
    for row in &rows {
        let count = row.number("rows")?;
        match row.text("state")?.as_str() {
            "listed" => balance.listed = count,
            "stored" => balance.stored = count,
            "vanished" => balance.vanished = count,
            _ => balance.refused = count,
        }
    }
    Ok(balance)
}

/// Refused and vanished mails of a mailbox that came to be known since then.
pub async fn troubles(
    database: &Database,
    mailbox: &str,
    since: Timestamp,
) -> Result<Vec<Trouble>> {
    let rows = database
        .all(
            "ledger",
            query(
                "SELECT mailbox, folder, uid_validity, uid, file, state, arrived_at, size, note FROM ledger
                 WHERE mailbox = $1 AND state IN ('refused', 'vanished') AND settled_at >= $2
                 ORDER BY settled_at, folder, uid, file",
            )
            .bind(mailbox)
            .bind(ms(since)),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Trouble {
                folder: Folder {
                    mailbox: row.text("mailbox")?,
                    folder: row.text("folder")?,
                    uid_validity: row.number("uid_validity")?,
                },
                key: Key::read(row)?,
                state: row.text("state")?,
                arrived_at: row.maybe_time("arrived_at")?,
                size: row.maybe_number("size")?,
                note: row.maybe_text("note")?,
            })
        })
        .collect()
}

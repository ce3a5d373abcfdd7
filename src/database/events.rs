//! Events: the hash-chained record, appended in the transaction whose change it tells.

use super::{Database, Result, Transaction};
use crate::journal::Chained;

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
    data: serde_json::Value,
) {
    let _ = (tx, action, subject, tender, data);
}

/// Events after a number, in order; with a tender's code, those that concern it.
pub async fn events_after(
    database: &Database,
    tender: Option<&str>,
    after: i64,
    limit: u32,
) -> Result<Vec<Chained>> {
    let _ = (database, tender, after, limit);
    todo!()
}

/// The head of the chain as the database keeps it.
pub async fn head(database: &Database) -> Result<Head> {
    let _ = database;
    todo!()
}

//! Tenders, bidders and sessions as imported.

use super::{Database, Result, Transaction};
use crate::tender::{Bidder, BidderId, Registry, Session, SessionId, Tender, TenderId};

/// Everything that was imported, withdrawn rows included.
pub async fn load_registry(database: &Database) -> Result<Registry> {
    let _ = database;
    todo!()
}

/// Inserts a tender (id 0) or updates the row with its id. An equal row changes nothing and has no event.
/// Events `tender.imported`, `tender.changed`.
pub async fn upsert_tender(tx: &mut Transaction, tender: &Tender) -> Result<TenderId> {
    let _ = (tx, tender);
    todo!()
}

/// The same for a bidder with its addresses and experts; a withdrawn one comes back. Events `bidder.imported`, `bidder.changed`.
pub async fn upsert_bidder(tx: &mut Transaction, bidder: &Bidder) -> Result<BidderId> {
    let _ = (tx, bidder);
    todo!()
}

/// The same for a session; a withdrawn one comes back. Events `session.imported`, `session.changed`.
pub async fn upsert_session(tx: &mut Transaction, session: &Session) -> Result<SessionId> {
    let _ = (tx, session);
    todo!()
}

/// The bidder is no longer in the imported file; its papers stay. Event `bidder.withdrawn`.
pub async fn withdraw_bidder(tx: &mut Transaction, bidder: BidderId) -> Result<()> {
    let _ = (tx, bidder);
    todo!()
}

/// The session is no longer in the imported file. Event `session.withdrawn`.
pub async fn withdraw_session(tx: &mut Transaction, session: SessionId) -> Result<()> {
    let _ = (tx, session);
    todo!()
}

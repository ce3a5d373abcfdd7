//! Papers: attachments as filed, and originals, for lists of received documents, `export` and `verify`.

use jiff::Timestamp;

use super::{Database, Result};
use crate::{
    desk::FiledAttachment,
    digest::Digest,
    tender::{BidderId, MessageId, SessionId, TenderId},
};

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
    pub attachment: FiledAttachment,
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
    let _ = (database, session);
    todo!()
}

/// What all bidders of a tender sent, in order of arrival.
pub async fn attachments_of_tender(database: &Database, tender: TenderId) -> Result<Vec<Paper>> {
    let _ = (database, tender);
    todo!()
}

/// Papers put into the tree, after a (message, position), in order: all of storage in chunks, for `verify` and rebuilding.
pub async fn papers_after(
    database: &Database,
    after: (MessageId, u32),
    limit: u32,
) -> Result<Vec<Paper>> {
    let _ = (database, after, limit);
    todo!()
}

/// Originals after a message number, in order; with a tender, those of messages filed there.
pub async fn originals_after(
    database: &Database,
    tender: Option<TenderId>,
    after: MessageId,
    limit: u32,
) -> Result<Vec<Original>> {
    let _ = (database, tender, after, limit);
    todo!()
}

//! Facts about this instance: its secret, and when each mailbox was first watched.

use jiff::Timestamp;

use super::{Result, Transaction};

/// The instance secret: `fresh` is kept when none stands yet; what stands is returned.
pub async fn instance_secret(tx: &mut Transaction, fresh: [u8; 32]) -> Result<[u8; 32]> {
    let _ = (tx, fresh);
    todo!()
}

/// When this mailbox was first watched: the transaction's time if it never was. Mail from before is never answered.
pub async fn first_start(tx: &mut Transaction, mailbox: &str) -> Result<Timestamp> {
    let _ = (tx, mailbox);
    todo!()
}

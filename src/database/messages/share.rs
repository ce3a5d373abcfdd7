//! Shares: the rows that a mail has beside its own for every further place to which some of its files belong. Ledger and
//! originals name the mail's own row, and a share is no mail: it is made decided and never waits to be read.

use serde_json::json;
use sqlx::query;

use super::{
    Recorded,
    decide::{lock, record_plan},
};
use crate::{
    database::{DatabaseError, Result, Transaction, papers},
    desk::{FiledAttachment, Plan, message::MessageState},
    digest::Digest,
    tender::MessageId,
};

/// Adds a share to a mail and applies its plan (events `message.divided` and `message.filed`). In the transaction that
/// decides the rest of the mail, so that no kill leaves half of it.
pub async fn record_share(
    tx: &mut Transaction,
    mail: MessageId,
    plan: &Plan,
    attachments: &[FiledAttachment],
) -> Result<MessageId> {
    let share = insert(tx, mail).await?;
    let files: Vec<_> = attachments
        .iter()
        .map(|file| json!({"part": file.part, "sha256": file.sha256.hex()}))
        .collect();
    // Of no tender: in the dossier of one it must not tell of the other.
    tx.tell(
        "message.divided",
        ("message", &mail.to_string()),
        None,
        json!({"share": share, "files": files}),
    );
    match record_plan(tx, share, plan, attachments).await? {
        Recorded::Now => Ok(share),
        Recorded::Already => Err(DatabaseError::Forbidden(format!(
            "a share of message {mail} must have a place"
        ))),
    }
}

/// The heading and the times are the mail's; what is unique about a mail belongs to its first row.
async fn insert(tx: &mut Transaction, mail: MessageId) -> Result<MessageId> {
    lock(tx, mail).await?;
    let row = tx
        .optional(
            "message",
            query(
                "SELECT identity, (SELECT count(*) FROM message AS share WHERE share.part_of = message.id) AS shares
                 FROM message WHERE id = $1 AND part_of IS NULL",
            )
            .bind(mail.0),
        )
        .await?
        .ok_or_else(|| DatabaseError::Forbidden(format!("message {mail} is a share itself")))?;
    let identity: Digest = row.digest("identity")?;
    let number: i64 = row.number("shares")?;
    let identity = Digest::of(format!("{}#{}", identity.hex(), number + 2).as_bytes());
    let new = tx
        .optional(
            "message",
            query(
                "INSERT INTO message (part_of, mailbox, folder, identity, sha256, bytes, message_id, from_address,
                 from_name, subject, received_at, taken_in_at)
                 SELECT id, mailbox, folder, $2, sha256, bytes, message_id, from_address, from_name, subject,
                 received_at, taken_in_at FROM message WHERE id = $1 RETURNING id",
            )
            .bind(mail.0)
            .bind(identity.hex()),
        )
        .await?
        .ok_or_else(|| DatabaseError::Forbidden(format!("there is no message {mail}")))?;
    Ok(MessageId(new.number("id")?))
}

/// A person moves some files of a message to a place of their own; the rest stays as it is. `None`: they are no longer
/// where he saw them, and the transaction must be rolled back.
pub async fn divide(
    tx: &mut Transaction,
    (mail, from): (MessageId, MessageId),
    plan: &Plan,
    attachments: &[FiledAttachment],
) -> Result<Option<MessageId>> {
    // The mail first, so that two who divide it wait for each other.
    lock(tx, mail).await?;
    let standing = lock(tx, from).await?;
    if matches!(
        standing.state,
        MessageState::Received | MessageState::Failed
    ) {
        return Ok(None);
    }
    for file in attachments {
        if let Some(session) = standing.session {
            papers::misplace_one(tx, from, session, file.part).await?;
        }
        let taken = tx
            .execute(
                query(
                    "DELETE FROM attachment WHERE message = $1 AND position = $2 AND sha256 = $3",
                )
                .bind(from.0)
                .bind(i64::from(file.part))
                .bind(file.sha256.hex()),
            )
            .await?;
        if taken == 0 {
            return Ok(None);
        }
    }
    record_share(tx, mail, plan, attachments).await.map(Some)
}

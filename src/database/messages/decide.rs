//! What becomes of a message: the states and who may change which (see `desk::message`).

use serde_json::json;
use sqlx::query;

use super::{MessageState, Recorded, code_of};
use crate::{
    database::{
        DatabaseError, Result, Transaction, confirmations,
        outbox::{self, Next},
        papers,
        registry::names,
        row::{big, clean, clean_maybe, json as to_json, list},
        sessions,
    },
    desk::{Answer, Effect, Examined, FiledAttachment, Plan},
    digest::Digest,
    inspection::Finding,
    matching::Candidate,
    tender::{DocumentWord, MessageId, SessionId},
};

/// What stands of a message before it changes; the row is locked until the transaction ends.
pub(super) struct Standing {
    /// Of the raw mail.
    sha256: Digest,
    pub state: MessageState,
    pub session: Option<SessionId>,
}

pub(super) async fn lock(tx: &mut Transaction, message: MessageId) -> Result<Standing> {
    let row = tx
        .optional(
            "message",
            query("UPDATE message SET tries = tries WHERE id = $1 RETURNING id, sha256, state, session")
                .bind(message.0),
        )
        .await?
        .ok_or_else(|| DatabaseError::Forbidden(format!("there is no message {message}")))?;
    Ok(Standing {
        sha256: row.digest("sha256")?,
        state: row.word("state", MessageState::from_word)?,
        session: row.maybe_number("session")?.map(SessionId),
    })
}

/// Whether a plan may still be applied. The program decides once; a person may also decide what was left to people, and
/// move what is filed to another session. Doing the same again does nothing, so that no second receipt is owed.
fn may_apply(standing: &Standing, plan: &Plan, by_person: bool) -> bool {
    match standing.state {
        MessageState::Received => true,
        _ if !by_person => false,
        MessageState::Filed => {
            plan.state == MessageState::Filed
                && plan.placement.map(|place| place.session) != standing.session
        }
        MessageState::SetAside => plan.state == MessageState::Filed,
        MessageState::NeedsDecision | MessageState::Failed => {
            matches!(plan.state, MessageState::Filed | MessageState::SetAside)
        }
    }
}

/// Applies a plan: message, attachments, what it is owed, and its effects (bounces, attendance); not its shares, which
/// [`super::record_share`] adds in the same transaction. A plan of the program
/// applies to a received message only, a person's (any other actor) to every message. Events `message.filed`,
/// `message.needs-decision`, `message.set-aside`, `message.failed`.
pub async fn record_plan(
    tx: &mut Transaction,
    message: MessageId,
    plan: &Plan,
    attachments: &[FiledAttachment],
) -> Result<Recorded> {
    let standing = lock(tx, message).await?;
    if plan.state == MessageState::Received || !may_apply(&standing, plan, tx.by_person()) {
        return Ok(Recorded::Already);
    }
    write_message(tx, message, plan).await?;
    if standing.state != MessageState::Received {
        if let Some(session) = standing.session {
            papers::misplace(tx, message, session).await?;
        }
        tx.execute(query("DELETE FROM attachment WHERE message = $1").bind(message.0))
            .await?;
    }
    for attachment in attachments {
        insert_attachment(tx, message, attachment).await?;
    }
    papers::keep_named(tx, message).await?;
    tell(tx, message, standing.sha256, plan, attachments).await?;
    confirmations::keep_answers(tx, message, &plan.effects).await?;
    for effect in &plan.effects {
        apply(tx, effect).await?;
    }
    Ok(Recorded::Now)
}

async fn write_message(tx: &mut Transaction, message: MessageId, plan: &Plan) -> Result<()> {
    let unanswered = match &plan.answer {
        Answer::None(why) => Some(clean(why)),
        Answer::Acknowledge | Answer::UnknownSender => None,
    };
    let owes = plan.state == MessageState::Filed && plan.answer == Answer::Acknowledge;
    let owes_note = plan.answer == Answer::UnknownSender || plan.note_to_stranger;
    let decided_by = tx.by_person().then(|| tx.actor().to_owned());
    tx.execute(
        query(
            "UPDATE message SET kind = $2, state = $3, unanswered = $4, tender = $5, bidder = $6, session = $7,
             late = $8, confidence = $9, reasons = $10, candidates = $11, attention = $12, sender_registered = $13,
             failure = NULL, owes_receipt = $14, decided_by = $15, owes_note = $16 WHERE id = $1",
        )
        .bind(message.0)
        .bind(plan.kind.word())
        .bind(plan.state.word())
        .bind(unanswered)
        .bind(plan.placement.map(|place| place.tender.0))
        .bind(plan.placement.map(|place| place.bidder.0))
        .bind(plan.placement.map(|place| place.session.0))
        .bind(i64::from(plan.late))
        .bind(plan.confidence)
        .bind(to_json(&plan.reasons))
        .bind(candidates(&plan.candidates))
        .bind(plan.attention.map(|attention| attention.word()))
        .bind(i64::from(plan.sender_registered))
        .bind(i64::from(owes))
        .bind(decided_by)
        .bind(i64::from(owes_note)),
    )
    .await?;
    Ok(())
}

/// As read back by `read`.
fn candidates(candidates: &[Candidate]) -> String {
    to_json(&json!(
        candidates
            .iter()
            .map(|candidate| json!({
                "tender": candidate.tender,
                "bidder": candidate.bidder,
                "session": candidate.session,
                "confidence": candidate.confidence,
                "reasons": candidate.reasons,
                "against": candidate.against,
            }))
            .collect::<Vec<_>>()
    ))
}

/// A person says which document a paper is (event `paper.classified`). `paths`: its place in the tree and the new one; the
/// copy under the old name is misplaced from then on. `false`: it is no longer as the person saw it.
pub async fn classify(
    tx: &mut Transaction,
    message: MessageId,
    position: u32,
    document: DocumentWord,
    paths: Option<(&str, &str)>,
) -> Result<bool> {
    let standing = lock(tx, message).await?;
    let (MessageState::Filed, Some(session)) = (standing.state, standing.session) else {
        return Ok(false);
    };
    let (old, path) = paths.unzip();
    papers::misplace(tx, message, session).await?;
    let examined = tx
        .optional(
            "attachment",
            query("SELECT examined FROM attachment WHERE message = $1 AND position = $2")
                .bind(message.0)
                .bind(i64::from(position)),
        )
        .await?
        .map(|row| row.json::<Examined>("examined"))
        .transpose()?;
    let examined = Examined {
        settled: Some(document),
        // A person has chosen.
        contested: None,
        ..examined.unwrap_or_default()
    };
    let changed = tx
        .execute(
            query(
                "UPDATE attachment SET document = $3, path = $4, examined = $6 WHERE message = $1 AND position = $2
                 AND COALESCE(path, '') = $5",
            )
            .bind(message.0)
            .bind(i64::from(position))
            .bind(document.word())
            .bind(path)
            .bind(old.unwrap_or_default())
            .bind(clean(&to_json(&examined))),
        )
        .await?;
    papers::keep_named(tx, message).await?;
    if changed == 1 {
        let code = tx
            .optional(
                "message",
                query("SELECT code FROM message JOIN tender ON tender.id = message.tender WHERE message.id = $1")
                    .bind(message.0),
            )
            .await?
            .map(|row| row.text("code"))
            .transpose()?;
        tx.tell(
            "paper.classified",
            ("message", &message.to_string()),
            code.as_deref(),
            json!({"part": position, "document": document.word(), "path": path}),
        );
    }
    Ok(changed == 1)
}

async fn insert_attachment(
    tx: &mut Transaction,
    message: MessageId,
    attachment: &FiledAttachment,
) -> Result<()> {
    tx.execute(
        query(
            "INSERT INTO attachment (message, position, name, media_type, bytes, sha256, container, path, document,
             expert, findings, examined) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(message.0)
        .bind(i64::from(attachment.part))
        .bind(clean_maybe(attachment.name.as_deref()))
        .bind(clean(&attachment.media_type))
        .bind(big(attachment.bytes))
        .bind(attachment.sha256.hex())
        .bind(attachment.container.map(|container| container.hex()))
        .bind(attachment.path.as_deref())
        .bind(attachment.document.map(|document| document.word()))
        .bind(clean_maybe(attachment.expert.as_deref()))
        .bind(list(&attachment.findings))
        .bind(clean(&to_json(&attachment.examined))),
    )
    .await?;
    Ok(())
}

/// Digests, paths and words; no subject and no text of the sender.
async fn tell(
    tx: &mut Transaction,
    message: MessageId,
    sha256: Digest,
    plan: &Plan,
    attachments: &[FiledAttachment],
) -> Result<()> {
    let place = plan.placement;
    let (code, bidder) = match place {
        Some(place) => names(tx, Some(place.tender), Some(place.bidder)).await?,
        None => (None, None),
    };
    let files: Vec<_> = attachments
        .iter()
        .map(|file| {
            json!({
                "sha256": file.sha256.hex(),
                "path": file.path,
                "document": file.document.map(|document| document.word()),
                "findings": file.findings.iter().map(|finding| Finding::word(*finding)).collect::<Vec<_>>(),
            })
        })
        .collect();
    let signals: Vec<_> = plan
        .reasons
        .iter()
        .map(|reason| reason.signal.as_str())
        .collect();
    let action = format!("message.{}", plan.state.word());
    tx.tell(
        &action,
        ("message", &message.to_string()),
        code.as_deref(),
        json!({
            // The event that took it in concerns no tender: a dossier proves its mails by this one.
            "sha256": sha256.hex(),
            "kind": plan.kind.word(),
            "bidder": bidder,
            "session": place.map(|place| place.session.0),
            "late": i64::from(plan.late),
            "confidence_percent": (plan.confidence * 100.0).round() as i64,
            "signals": signals,
            "candidates": plan.candidates.len(),
            "attention": plan.attention.map(|attention| attention.word()),
            "files": files,
        }),
    );
    Ok(())
}

async fn apply(tx: &mut Transaction, effect: &Effect) -> Result<()> {
    match effect {
        Effect::Bounced {
            outbox,
            address,
            detail,
        } => {
            let detail = format!("{address}: {detail}");
            outbox::record_outcome(tx, *outbox, &Next::Bounced { detail }).await?;
        }
        Effect::Attendance {
            session,
            answer,
            sequence,
            stamped_at,
        } => {
            sessions::record_attendance(tx, *session, *answer, *sequence, *stamped_at).await?;
        }
        Effect::RecordingConsent {
            session,
            consent,
            said_at,
        } => {
            sessions::record_consent(tx, *session, *consent, *said_at).await?;
        }
        Effect::Negotiation {
            session,
            negotiation,
            said_at,
        } => {
            sessions::record_brought(tx, *session, *negotiation, *said_at).await?;
        }
    }
    Ok(())
}

/// Two tries ended badly, or it cannot be read: state `failed`, kind `unreadable` (event `message.failed`). Only of a
/// received message.
pub async fn fail(tx: &mut Transaction, message: MessageId, why: &str) -> Result<Recorded> {
    let why: String = clean(why).chars().take(300).collect();
    let failed = tx
        .execute(
            query(
                "UPDATE message SET state = 'failed', kind = 'unreadable', failure = $2
                 WHERE id = $1 AND state = 'received'",
            )
            .bind(message.0)
            .bind(why.as_str()),
        )
        .await?;
    if failed == 0 {
        return Ok(Recorded::Already);
    }
    tx.tell(
        "message.failed",
        ("message", &message.to_string()),
        None,
        json!({"why": why}),
    );
    Ok(Recorded::Now)
}

/// A person decided that it needs nothing (event `message.set-aside`). A filed one stays filed.
pub async fn set_aside(tx: &mut Transaction, message: MessageId) -> Result<Recorded> {
    let decided_by = tx.by_person().then(|| tx.actor().to_owned());
    let done = tx
        .execute(
            query(
                "UPDATE message SET state = 'set-aside', decided_by = $2, owes_note = 0
                 WHERE id = $1 AND state IN ('received', 'needs-decision', 'failed')",
            )
            .bind(message.0)
            .bind(decided_by),
        )
        .await?;
    if done == 0 {
        return Ok(Recorded::Already);
    }
    let tender = code_of(tx, message).await?;
    tx.tell(
        "message.set-aside",
        ("message", &message.to_string()),
        tender.as_deref(),
        json!({}),
    );
    Ok(Recorded::Now)
}

/// Why an answer that was owed will not go out after all (event `message.unanswered`). A receipt stays owed.
pub async fn explain_silence(tx: &mut Transaction, message: MessageId, why: &str) -> Result<()> {
    let why = clean(why);
    tx.execute(
        query("UPDATE message SET unanswered = $2 WHERE id = $1 AND state <> 'filed'")
            .bind(message.0)
            .bind(why.as_str()),
    )
    .await?;
    let tender = code_of(tx, message).await?;
    tx.tell(
        "message.unanswered",
        ("message", &message.to_string()),
        tender.as_deref(),
        json!({"why": why}),
    );
    Ok(())
}

/// No answer will go out, and why; no receipt is owed any more (event `message.unanswered`).
pub async fn leave_unanswered(tx: &mut Transaction, message: MessageId, why: &str) -> Result<()> {
    let why = clean(why);
    tx.execute(
        query("UPDATE message SET unanswered = $2, owes_receipt = 0 WHERE id = $1")
            .bind(message.0)
            .bind(why.as_str()),
    )
    .await?;
    let tender = code_of(tx, message).await?;
    tx.tell(
        "message.unanswered",
        ("message", &message.to_string()),
        tender.as_deref(),
        json!({"why": why}),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        desk::message::MessageKind,
        matching::Placement,
        tender::{BidderId, TenderId},
    };

    fn plan(state: MessageState, session: i64) -> Plan {
        Plan {
            kind: MessageKind::Bidder,
            state,
            placement: Some(Placement {
                tender: TenderId(1),
                bidder: BidderId(1),
                session: SessionId(session),
            }),
            candidates: Vec::new(),
            confidence: 1.0,
            reasons: Vec::new(),
            sender_registered: true,
            late: false,
            attention: None,
            files: Vec::new(),
            answer: Answer::Acknowledge,
            note_to_stranger: false,
            effects: Vec::new(),
            shares: Vec::new(),
        }
    }

    #[test]
    fn the_program_decides_once_and_people_decide_the_rest() {
        use MessageState::{Failed, Filed, NeedsDecision, Received, SetAside};
        let (program, person) = (false, true);
        for (standing, planned, session, who, expected) in [
            (Received, Filed, 1, program, true),
            (Received, NeedsDecision, 1, program, true),
            (Filed, Filed, 2, program, false),
            (NeedsDecision, Filed, 1, program, false),
            (NeedsDecision, Filed, 1, person, true),
            (NeedsDecision, NeedsDecision, 1, person, false),
            (Failed, Filed, 1, person, true),
            (SetAside, Filed, 1, person, true),
            (SetAside, SetAside, 1, person, false),
            (Filed, Filed, 1, person, false), // the same once more
            (Filed, Filed, 2, person, true),  // moved
            (Filed, SetAside, 1, person, false),
        ] {
            let standing = Standing {
                sha256: Digest::of(b""),
                state: standing,
                session: (standing == Filed).then_some(SessionId(1)),
            };
            assert_eq!(
                may_apply(&standing, &plan(planned, session), who),
                expected,
                "{:?} to {planned:?} in {session}, person: {who}",
                standing.state
            );
        }
    }
}

//! `loket replay`: decides every kept mail again with today's rules against today's registry, and lists what would differ.
//! It changes nothing; it is how rules are improved.

use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Done,
    list::{Names, Page, local, utc},
    open_office, read_time,
};
use crate::{
    daemon::{
        clerk::{self, Facts},
        examination::{PATIENCE, examine, unpack},
        office::Office,
    },
    database::{self, messages::MessageRow},
    desk::{
        self, Plan,
        message::{MessageKind, MessageState},
    },
    inspection::Examination,
    letter::{Attachment, Letter},
    matching::{Placement, Verdict},
    tender::MessageId,
};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only mails that arrived since then
    #[arg(long, value_name = "TIME", value_parser = read_time)]
    since: Option<Timestamp>,
    /// JSON Lines on standard output: one object for each mail that would differ
    #[arg(long)]
    json: bool,
}

/// Messages read from the database at a time.
const CHUNK: u32 = 200;

/// What is compared: where a mail stands and goes, not how certain it is.
#[derive(Clone, Debug, PartialEq)]
struct Standing {
    kind: Option<MessageKind>,
    state: MessageState,
    placement: Option<Placement>,
    late: bool,
}

pub async fn execute(config: Option<PathBuf>, arguments: Arguments) -> Done {
    let office = open_office(config).await?;
    let registry = office.registry().await?;
    let names = Names {
        registry: &registry,
    };
    let mut page = Page::new(arguments.json, office.settings.office.timezone.clone());
    page.head(&[
        "NO",
        "RECEIVED",
        "FROM",
        "WAS",
        "NOW",
        "BECAUSE",
        "DECIDED BY",
    ]);
    let (mut decided, mut different) = (0_u64, 0_u64);
    let mut after = MessageId(0);
    loop {
        let rows = database::messages::list_messages(&office.database, None, after, CHUNK).await?;
        let Some(last) = rows.last() else {
            break;
        };
        after = last.id;
        for row in &rows {
            let too_old = arguments.since.is_some_and(|since| row.received_at < since);
            if too_old || row.state == MessageState::Received {
                continue;
            }
            decided += 1;
            let (now, plan) = decide_again(&office, row).await?;
            let was = standing(row);
            if now == was {
                continue;
            }
            different += 1;
            page.entry(
                || object(row, &was, &now, plan.as_ref(), &names),
                |zone| {
                    let because = plan.as_ref().and_then(|plan| plan.reasons.first());
                    vec![
                        row.id.to_string(),
                        local(row.received_at, zone),
                        row.heading
                            .from_address
                            .clone()
                            .unwrap_or_else(|| "-".into()),
                        words(&was, &names),
                        words(&now, &names),
                        because.map_or_else(String::new, |reason| reason.detail.clone()),
                        row.decided_by.clone().unwrap_or_else(|| "-".into()),
                    ]
                },
            )?;
        }
    }
    page.end()?;
    if !arguments.json {
        say!("{decided} surat diputuskan ulang, {different} akan berbeda; tidak ada yang diubah.");
    }
    Ok(())
}

fn standing(row: &MessageRow) -> Standing {
    let placement = match (row.tender, row.bidder, row.session) {
        (Some(tender), Some(bidder), Some(session)) => Some(Placement {
            tender,
            bidder,
            session,
        }),
        _ => None,
    };
    Standing {
        kind: row.kind,
        state: row.state,
        placement,
        late: row.late,
    }
}

/// As the clerk decides, without writing anything.
async fn decide_again(
    office: &Office,
    row: &MessageRow,
) -> Result<(Standing, Option<Plan>), super::Failure> {
    let raw = office.storage.original(&row.sha256).await?;
    let Ok(mut letter) = clerk::read(raw).await else {
        let failed = Standing {
            kind: row.kind,
            state: MessageState::Failed,
            placement: None,
            late: false,
        };
        return Ok((failed, None));
    };
    let registry = office.registry().await?;
    let examined = remembered(office, &mut letter, row).await;
    let matched = clerk::find_place(office, &registry, &letter, &examined, row).await?;
    let placement = match matched.verdict {
        Verdict::Placed(placement) => Some(placement),
        _ => None,
    };
    let facts = Facts::gather(office, &registry, &letter, row, placement).await?;
    let plan = desk::receive(
        row.id,
        &letter,
        &matched,
        &facts.for_desk(office, &registry, &examined),
    );
    let now = Standing {
        kind: Some(plan.kind),
        state: plan.state,
        placement: plan.placement,
        late: plan.late,
    };
    Ok((now, Some(plan)))
}

/// What was read in the letter's papers when they came; only where nobody looked at them then they are read now. What a
/// file is for signing does not move its mail, so that it is not compared again.
async fn remembered(office: &Office, letter: &mut Letter, row: &MessageRow) -> Vec<Examination> {
    if row.attachments.is_empty() {
        return examine(office, letter, PATIENCE, &|| ()).await;
    }
    if let Err(why) = unpack(office, letter).await {
        tracing::warn!(number = row.id.0, %why, "replay.archive-not-opened");
    }
    let kept = |file: &Attachment| {
        let row = row
            .attachments
            .iter()
            .find(|row| row.sha256 == file.sha256)?;
        Some(Examination {
            kind: row.examined.kind,
            text: row.examined.text.clone(),
            ..Examination::default()
        })
    };
    letter
        .attachments
        .iter()
        .map(|file| kept(file).unwrap_or_default())
        .collect()
}

fn object(
    row: &MessageRow,
    was: &Standing,
    now: &Standing,
    plan: Option<&Plan>,
    names: &Names,
) -> Value {
    json!({
        "id": row.id,
        "received_at": utc(row.received_at),
        "from": row.heading.from_address,
        "subject": row.heading.subject,
        "decided_by": row.decided_by,
        "was": place(was, row.confidence, names),
        "now": place(now, plan.map_or(0.0, |plan| plan.confidence), names),
        "reasons": plan.map(|plan| &plan.reasons),
    })
}

fn place(standing: &Standing, confidence: f64, names: &Names) -> Value {
    let at = standing.placement;
    json!({
        "kind": standing.kind.map(|kind| kind.word()),
        "state": standing.state.word(),
        "tender": names.tender(at.map(|at| at.tender)),
        "bidder": names.bidder(at.map(|at| at.bidder)),
        "session": names.session(at.map(|at| at.session)),
        "late": standing.late,
        "confidence": confidence,
    })
}

fn words(standing: &Standing, names: &Names) -> String {
    let state = standing.state.word();
    let Some(at) = standing.placement else {
        let kind = standing.kind.map_or("-", |kind| kind.word());
        return format!("{state} ({kind})");
    };
    let bidder = names.bidder(Some(at.bidder)).unwrap_or("-");
    let session = names.session(Some(at.session)).unwrap_or("-");
    let late = if standing.late { ", late" } else { "" };
    format!("{state}: {bidder}, {session}{late}")
}

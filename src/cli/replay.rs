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
        clerk,
        examination::{PATIENCE, examine, unpack},
        office::Office,
    },
    database::{self, messages::MessageRow},
    desk::{
        FiledAttachment, Plan,
        message::{MessageKind, MessageState},
    },
    inspection::Examination,
    letter::{Attachment, Letter},
    matching::Placement,
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
    /// Of a mail for two tenders: the further places, and which of its files are there.
    shares: Vec<(Option<Placement>, Vec<u32>)>,
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
            // A share is decided with its mail.
            if too_old || row.state == MessageState::Received || row.part_of.is_some() {
                continue;
            }
            decided += 1;
            let mail = database::messages::of_mail(&office.database, row.id).await?;
            let (now, plan) = decide_again(&office, row, &mail).await?;
            let was = standing(row, &mail);
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

fn standing(row: &MessageRow, mail: &[MessageRow]) -> Standing {
    let shares = mail.iter().filter(|share| share.id != row.id).map(|share| {
        let parts = share.attachments.iter().map(|file| file.part);
        (placed(share), parts.collect())
    });
    Standing {
        kind: row.kind,
        state: row.state,
        placement: placed(row),
        late: row.late,
        shares: sorted(shares.collect()),
    }
}

/// In whatever order people made them.
fn sorted(mut shares: Vec<(Option<Placement>, Vec<u32>)>) -> Vec<(Option<Placement>, Vec<u32>)> {
    shares.sort_by(|(_, a), (_, b)| a.cmp(b));
    shares
}

fn placed(row: &MessageRow) -> Option<Placement> {
    match (row.tender, row.bidder, row.session) {
        (Some(tender), Some(bidder), Some(session)) => Some(Placement {
            tender,
            bidder,
            session,
        }),
        _ => None,
    }
}

/// As the clerk decides, without writing anything.
async fn decide_again(
    office: &Office,
    row: &MessageRow,
    mail: &[MessageRow],
) -> Result<(Standing, Option<Plan>), super::Failure> {
    let raw = office.storage.original(&row.sha256).await?;
    let Ok(mut letter) = clerk::read(raw).await else {
        let failed = Standing {
            kind: row.kind,
            state: MessageState::Failed,
            placement: None,
            late: false,
            shares: Vec::new(),
        };
        return Ok((failed, None));
    };
    let registry = office.registry().await?;
    let examined = remembered(office, &mut letter, mail).await;
    let matched = clerk::find_place(office, &registry, &letter, &examined, row).await?;
    let plan = clerk::plan(office, &registry, row, &letter, &matched, &examined).await?;
    let shares = plan.shares.iter().map(|share| {
        let parts = share.files.iter().map(|file| file.part);
        (share.placement, parts.collect())
    });
    let now = Standing {
        kind: Some(plan.kind),
        state: plan.state,
        placement: plan.placement,
        late: plan.late,
        shares: sorted(shares.collect()),
    };
    Ok((now, Some(plan)))
}

/// What was read in the letter's papers when they came; only where nobody looked at them then they are read now. What a
/// file is for signing does not move its mail, so that it is not compared again.
async fn remembered(office: &Office, letter: &mut Letter, mail: &[MessageRow]) -> Vec<Examination> {
    let rows: Vec<&FiledAttachment> = mail.iter().flat_map(|row| &row.attachments).collect();
    if rows.is_empty() {
        return examine(office, letter, PATIENCE, &|| ()).await;
    }
    if let Err(why) = unpack(office, letter).await {
        let number = mail.first().map_or(0, |row| row.id.0);
        tracing::warn!(number, %why, "replay.archive-not-opened");
    }
    let kept = |file: &Attachment| {
        let row = rows.iter().find(|row| row.sha256 == file.sha256)?;
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
        "shares": standing.shares.iter().map(|(at, files)| json!({
            "tender": names.tender(at.map(|at| at.tender)),
            "bidder": names.bidder(at.map(|at| at.bidder)),
            "session": names.session(at.map(|at| at.session)),
            "files": files,
        })).collect::<Vec<_>>(),
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
    let shares = match standing.shares.len() {
        0 => String::new(),
        further => format!(", +{further}"),
    };
    format!("{state}: {bidder}, {session}{late}{shares}")
}

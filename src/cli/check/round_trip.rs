//! `loket check --send`: one mail out by SMTP and back in by the mailbox, by way of a sub-address where there are some.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use jiff::fmt::rfc2822;

use crate::{
    clock::Clock,
    correspondence::{OutboxKind, OutgoingMail},
    daemon::connections::{Source, transport},
    desk::Outcome,
    mailbox::{Limits, imap::Lookout, maildir::Maildir},
    settings::MailboxSettings,
    tender::OutboxId,
};

/// So long the mail may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// Sends the mail and waits for it; how that went, in words.
pub async fn prove(mailbox: &MailboxSettings) -> Result<String, String> {
    let mail = proof(mailbox)?;
    let source = Source::of(mailbox);
    let lookout = match &source {
        Source::Imap(account) => Some(
            Lookout::open(account, &Limits::default())
                .await
                .map_err(|error| error.to_string())?,
        ),
        Source::Maildir(_) => None,
    };
    let transport = transport(mailbox).map_err(|error| error.to_string())?;
    let mut connection = transport.open().await.map_err(|error| error.to_string())?;
    let sent = Instant::now();
    match connection.deliver(OutboxId(0), &mail).await {
        Outcome::Accepted(_) => {}
        outcome => {
            return Err(format!(
                "the mail to {} was not taken: {}",
                mail.to,
                outcome.words()
            ));
        }
    }
    connection.close().await;
    let arrived = match (lookout, source) {
        (Some(lookout), _) => lookout
            .wait_for(&mail.message_id, PATIENCE)
            .await
            .map_err(|error| error.to_string())?,
        (None, Source::Maildir(maildir)) => wait_in(&maildir, &mail.message_id).await?,
        (None, Source::Imap(_)) => false,
    };
    match arrived {
        true => Ok(format!(
            "a mail to {} came back after {:.0} s",
            mail.to,
            sent.elapsed().as_secs_f64()
        )),
        false => Err(format!(
            "a mail to {} did not come back within {} s: does the server deliver sub-addresses (`subaddress`), and to a watched folder?",
            mail.to,
            PATIENCE.as_secs()
        )),
    }
}

fn proof(mailbox: &MailboxSettings) -> Result<OutgoingMail, String> {
    let mut random = [0_u8; 8];
    getrandom::fill(&mut random)
        .map_err(|error| format!("the system gives no random numbers: {error}"))?;
    let mark = data_encoding::HEXLOWER.encode(&random);
    let to = match mailbox.subaddress.as_str() {
        "" => mailbox.address.clone(),
        delimiter => mailbox.address.with_detail(delimiter, "check"),
    };
    let message_id = format!("<check-{mark}@{}>", mailbox.address.domain());
    let now = Clock::System.now();
    let date = rfc2822::to_string(&now.to_zoned(jiff::tz::TimeZone::UTC))
        .map_err(|error| error.to_string())?;
    // An answer of a machine to this one is none of ours to make: Auto-Submitted and X-Loop keep all responders quiet.
    let raw = format!(
        "From: {from}\r\nTo: {to}\r\nSubject: loket check\r\nDate: {date}\r\nMessage-ID: {message_id}\r\n\
         Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\nX-Loop: loket-check\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n\
         Surat ini dikirim oleh `loket check --send` untuk memeriksa kotak surat.\r\n",
        from = mailbox.address,
    );
    Ok(OutgoingMail {
        kind: OutboxKind::Notice,
        natural_key: String::new(),
        mailbox: mailbox.name.clone(),
        envelope_from: Some(mailbox.address.clone()),
        to,
        subject: "loket check".to_owned(),
        message_id,
        in_reply_to: None,
        tender: None,
        bidder: None,
        session: None,
        due_at: now,
        raw: raw.into_bytes(),
    })
}

async fn wait_in(maildir: &Maildir, message_id: &str) -> Result<bool, String> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        for folder in ["new", "cur"] {
            if lies_in(&maildir.path.join(folder), message_id).map_err(|error| error.to_string())? {
                return Ok(true);
            }
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    Ok(false)
}

/// The proof is small: larger files are not looked into.
fn lies_in(folder: &Path, message_id: &str) -> std::io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let small = path
            .metadata()
            .is_ok_and(|metadata| metadata.len() < 16_384);
        if small
            && fs::read(&path).is_ok_and(|raw| {
                raw.windows(message_id.len())
                    .any(|at| at == message_id.as_bytes())
            })
        {
            return Ok(true);
        }
    }
    Ok(false)
}

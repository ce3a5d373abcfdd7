//! Sets the stage of the demo: settings, tenders and mails as files; what is there already is left as it is.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use jiff::{civil::Date, tz::TimeZone};

use super::material::{BESIDE_TENDERS, MAILBOX, MAILS, TENDERS, file, fill, on_day};
use crate::{
    cli::Failure,
    daemon::office::Office,
    settings::Settings,
    tender::{Session, SessionKind, keys::bounce_detail},
};

const ADDRESS: &str = "pokja3@berau.test";
const MEMBER: &str = "sri@berau.test";

/// Makes the folder; `false`: a demo was here before and stays.
pub fn build(dir: &Path, day: Date) -> Result<bool, Failure> {
    for folder in ["tender", "maildir/cur", "maildir/new", "maildir/tmp"] {
        fs::create_dir_all(dir.join(folder))?;
    }
    let new = create(&dir.join("loket.toml"), settings(day).as_bytes())?;
    let day = match new {
        true => day,
        false => self::day(
            &Settings::load(&dir.join("loket.toml"))
                .map_err(|errors| Failure::Usage(errors.to_string()))?,
        )?,
    };
    let zone = zone()?;
    for (name, template) in TENDERS {
        let text = fill(template, &|key| on_day(key, day, &zone))
            .map_err(|error| Failure::Work(error.to_string()))?;
        create(&dir.join("tender").join(name), text.as_bytes())?;
    }
    for name in BESIDE_TENDERS {
        create(
            &dir.join("tender").join(name),
            file(name).unwrap_or_default(),
        )?;
    }
    Ok(new)
}

fn settings(day: Date) -> String {
    format!(
        r#"# Made by `loket demo`: everything in this folder is invented.
[office]
name     = "UKPBJ Kabupaten Berau"
timezone = "Asia/Makassar"

[database]
url = "sqlite:loket.db"

[storage]
url = "file:berkas"

[[mailbox]]
name       = "{MAILBOX}"
title      = "Pokja Pemilihan III"
address    = "{ADDRESS}"
subaddress = "+"
since      = {day}T00:00:00+08:00
members    = [ {{ name = "Sri Rahayu", email = "{MEMBER}" }} ]

[mailbox.receive]
url = "maildir:maildir"

[mailbox.send]
url = "file:surat-keluar"
"#
    )
}

/// The day that this demo plays on: it stands in its settings.
pub fn day(settings: &Settings) -> Result<Date, Failure> {
    let since = settings.mailboxes.first().and_then(|mailbox| mailbox.since);
    let since = since.ok_or_else(|| {
        Failure::Work("the demo's settings were changed: `since` is gone".to_owned())
    })?;
    Ok(since.to_zoned(settings.office.timezone.clone()).date())
}

pub fn tenders(dir: &Path) -> Vec<PathBuf> {
    TENDERS
        .iter()
        .map(|(name, _)| dir.join("tender").join(name))
        .collect()
}

/// Puts the sample mails into the Maildir, each with its time of arrival; gives back how many there are.
pub async fn deliver(dir: &Path, office: &Office, day: Date) -> Result<usize, Failure> {
    let registry = office.registry().await?;
    let zone = zone()?;
    let lookup = |key: &str| {
        if let Some(text) = on_day(key, day, &zone) {
            return Some(text);
        }
        match key.split(':').collect::<Vec<_>>()[..] {
            ["mailbox"] => Some(ADDRESS.to_owned()),
            ["member"] => Some(MEMBER.to_owned()),
            [word, code, bidder, kind] => {
                let tender = registry.tender_by_code(code)?;
                let bidder = registry
                    .bidders_of(tender.id)
                    .find(|known| known.name == bidder)?;
                let session = registry.session_of(bidder.id, SessionKind::from_word(kind)?)?;
                about(office, word, session)
            }
            _ => None,
        }
    };
    for mail in MAILS {
        let text = fill(mail.template, &lookup)
            .map_err(|error| Failure::Work(format!("{}: {error}", mail.name)))?;
        let path = dir.join("maildir/new").join(mail.name);
        if create(&path, text.as_bytes())? {
            let midnight = day
                .to_zoned(zone.clone())
                .map_err(|error| Failure::Work(error.to_string()))?
                .timestamp();
            let arrives = midnight.as_second().unsigned_abs() + u64::from(mail.arrives) * 60;
            let arrives = SystemTime::UNIX_EPOCH + Duration::from_secs(arrives);
            fs::File::options()
                .write(true)
                .open(&path)?
                .set_modified(arrives)?;
        }
    }
    Ok(MAILS.len())
}

/// What only the running instance knows: its keys made it.
fn about(office: &Office, word: &str, session: &Session) -> Option<String> {
    let mailbox = office.mailbox(MAILBOX)?;
    let invitation = || {
        let key = crate::desk::due::invitation_key(session.id);
        office.keys.message_id(&key, mailbox.address.domain())
    };
    let detail = |detail: &str| {
        mailbox
            .address
            .with_detail(&mailbox.subaddress, detail)
            .to_string()
    };
    match word {
        "reply" => Some(detail(&session.token)),
        "bounce" => Some(detail(&bounce_detail(&invitation()))),
        "reference" => Some(session.reference.to_string()),
        "invitation" => Some(invitation()),
        _ => None,
    }
}

fn zone() -> Result<TimeZone, Failure> {
    super::zone()
}

/// Writes a file that is not there yet.
fn create(path: &Path, content: &[u8]) -> std::io::Result<bool> {
    match fs::File::create_new(path) {
        Ok(mut file) => file.write_all(content).map(|()| true),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

//! `loket preview`: any letter with real or sample data, as it would be sent.

use std::path::PathBuf;

use jiff::Timestamp;

use super::{Done, Failure, load_settings, open_office};
use crate::{
    correspondence::{
        Sender, Templates,
        samples::{Cast, Known, Sample, fields, samples},
        templates::EMBEDDED,
    },
    daemon::{connections::Source, office::Office, secretary},
    database::{self, messages::Reply},
    desk::{self, Alarm, FiledPaper},
    settings::{self, MailboxSettings, Settings},
    tender::{Bidder, MessageId, OutboxId, Registry, Session, SessionKind},
};

/// Messages looked at in one query.
const PAGE: u32 = 500;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Name of the letter, such as undangan; left out: all names
    #[arg(value_name = "NAME")]
    letter: Option<String>,
    /// Which of its variants, where it has several
    #[arg(long, value_name = "WORDS", requires = "letter")]
    variant: Option<String>,
    /// Print the program's own text of the letter, to begin one of your own with, and the fields that it may use
    #[arg(long, requires = "letter", conflicts_with_all = ["tender", "html"])]
    source: bool,
    /// With the data of this tender
    #[arg(long, value_name = "CODE")]
    tender: Option<String>,
    /// … and of this bidder; left out: the tender's first
    #[arg(long, value_name = "NAME", requires = "tender")]
    bidder: Option<String>,
    /// … and of this session; left out: the bidder's first
    #[arg(long, value_name = "KIND", requires = "tender")]
    session: Option<String>,
    /// Write the HTML part into this file
    #[arg(long, value_name = "FILE", requires = "letter")]
    html: Option<PathBuf>,
}

pub async fn execute(config: Option<PathBuf>, arguments: Arguments) -> Done {
    if let (true, Some(name)) = (arguments.source, &arguments.letter) {
        return print_source(name);
    }
    let (templates, cast) = match &arguments.tender {
        Some(code) => registered(config, code, &arguments).await?,
        None => invented(config)?,
    };
    let samples = samples(&cast);
    let Some(name) = &arguments.letter else {
        name_all(&samples);
        return Ok(());
    };
    let sample = chosen(&samples, name, arguments.variant.as_deref())?;
    let known = &cast.known;
    if arguments.tender.is_some()
        && ((name == "tanda-terima" && known.receipt.is_none())
            || (name == "pengingat" && known.missing.is_none()))
    {
        eprintln!("nothing of this is known of the session: shown with invented papers");
    }
    let letter = sample
        .render(&templates)
        .map_err(|error| Failure::Work(error.to_string()))?;
    say!("Subjek: {}\n\n{}", letter.subject, letter.text.trim_end());
    if let Some(file) = &arguments.html {
        std::fs::write(file, &letter.html)
            .map_err(|error| Failure::Work(format!("{}: {error}", file.display())))?;
    }
    Ok(())
}

/// The texts of a letter (`undangan`) or of one part of it (`undangan.txt`), as they are built in.
fn print_source(name: &str) -> Done {
    let of_letter = |known: &str| {
        known
            .rsplit_once('.')
            .is_some_and(|(letter, _)| letter == name)
    };
    let mut sources = EMBEDDED
        .iter()
        .filter(|(known, _)| *known == name || of_letter(known))
        .peekable();
    if sources.peek().is_none() {
        let names: Vec<&str> = EMBEDDED.iter().map(|(known, _)| *known).collect();
        let what = format!(
            "no text is called {name:?}; there are: {}",
            names.join(", ")
        );
        return Err(Failure::Usage(what));
    }
    for (known, source) in sources {
        match *known == name {
            // To be written into a file as it stands.
            true => say!("{}", source.trim_end_matches('\n')),
            false => say!("----- {known} -----\n{}", source.trim_end_matches('\n')),
        }
    }
    let letter = name.rsplit_once('.').map_or(name, |(letter, _)| letter);
    let fields = fields(&samples(&Cast::invented()), letter);
    if !fields.is_empty() {
        eprintln!("fields: {}", fields.join(", "));
    }
    Ok(())
}

fn name_all(samples: &[Sample]) {
    for sample in samples {
        match sample.variant {
            "" => say!("{}", sample.letter),
            variant => say!("{} --variant {variant:?}", sample.letter),
        }
    }
}

fn chosen<'s>(
    samples: &'s [Sample],
    name: &str,
    variant: Option<&str>,
) -> Result<&'s Sample, Failure> {
    let mut of_letter = samples
        .iter()
        .filter(|sample| sample.letter == name)
        .peekable();
    if of_letter.peek().is_none() {
        let mut names: Vec<&str> = samples.iter().map(|sample| sample.letter).collect();
        names.dedup();
        let what = format!(
            "no letter is called {name:?}; there are: {}",
            names.join(", ")
        );
        return Err(Failure::Usage(what));
    }
    let variants: Vec<&Sample> = of_letter.collect();
    let wanted = |sample: &&&Sample| variant.is_none_or(|variant| sample.variant == variant);
    variants.iter().find(wanted).copied().ok_or_else(|| {
        let known: Vec<String> = variants
            .iter()
            .map(|sample| format!("{:?}", sample.variant))
            .collect();
        Failure::Usage(format!(
            "{name} has no such variant; there are: {}",
            known.join(", ")
        ))
    })
}

/// Sample data; office and mailbox from the settings where there are any.
fn invented(config: Option<PathBuf>) -> Result<(Templates, Cast), Failure> {
    let mut cast = Cast::invented();
    if config.is_none() && !settings::find(None).exists() {
        return Ok((templates(Vec::new())?, cast));
    }
    let settings = load_settings(config)?;
    let templates = templates(settings.letters.own.clone())?;
    if let Some(mailbox) = settings.mailboxes.first() {
        cast.sender = Sender {
            office_name: settings.office.name.clone(),
            mailbox_name: mailbox.name.clone(),
            mailbox_title: mailbox.title.clone(),
            address: mailbox.address.clone(),
            subaddress: mailbox.subaddress.clone(),
            zone: settings.office.timezone.clone(),
            megabytes: settings.letters.megabytes,
            instance: cast.sender.instance,
        };
        cast.member = mailbox.members.first().cloned().unwrap_or(cast.member);
    }
    Ok((templates, cast))
}

/// The registered data of one session.
async fn registered(
    config: Option<PathBuf>,
    code: &str,
    arguments: &Arguments,
) -> Result<(Templates, Cast), Failure> {
    let office = open_office(config).await?;
    let registry = office.registry().await?;
    let missing = |what: String| Failure::Work(what);
    let tender = registry.tender_by_code(code).ok_or_else(|| {
        missing(format!(
            "no tender has the code {code:?}; `loket list tenders` shows all"
        ))
    })?;
    let called = |name: &str| {
        arguments
            .bidder
            .as_deref()
            .is_none_or(|wanted| same(wanted, name))
    };
    let bidder = registry
        .bidders_of(tender.id)
        .find(|bidder| called(&bidder.name))
        .ok_or_else(|| {
            missing(format!(
                "tender {code} has no such bidder; `loket list sessions --tender {code}` shows all"
            ))
        })?;
    let kind = match &arguments.session {
        None => None,
        Some(word) => Some(SessionKind::from_word(word).ok_or_else(|| {
            let words = SessionKind::ALL.map(SessionKind::word).join(", ");
            Failure::Usage(format!(
                "{word:?} is no kind of session; there are: {words}"
            ))
        })?),
    };
    let session = registry
        .sessions_of(bidder.id)
        .find(|session| kind.is_none_or(|kind| session.kind == kind))
        .ok_or_else(|| missing(format!("{} has no such session", bidder.name)))?;
    let settings: &Settings = &office.settings;
    let mailbox = office.mailbox(&tender.mailbox).ok_or_else(|| {
        missing(format!(
            "the mailbox {} is not in the settings",
            tender.mailbox
        ))
    })?;
    let templates = templates(settings.letters.own.clone())?;
    let cast = Cast {
        sender: office.sender(mailbox),
        member: mailbox
            .members
            .first()
            .cloned()
            .unwrap_or(Cast::invented().member),
        tender: tender.clone(),
        bidder: bidder.clone(),
        session: session.clone(),
        now: office.clock.now(),
        known: known(&office, &registry, mailbox, bidder, session).await?,
    };
    Ok((templates, cast))
}

/// What the database knows of a session, its mailbox, and the storage; nothing is changed.
async fn known(
    office: &Office,
    registry: &Registry,
    mailbox: &MailboxSettings,
    bidder: &Bidder,
    session: &Session,
) -> Result<Known, Failure> {
    let (database, now) = (&office.database, office.clock.now());
    let burst = newest_burst(office, session).await?;
    let receipt = match burst.is_empty() {
        true => None,
        false => Some(secretary::receipt_facts(office, bidder, session, &burst).await?),
    };
    let papers = database::papers::attachments_of_session(database, session.id).await?;
    let papers: Vec<FiledPaper> = papers.into_iter().map(FiledPaper::from).collect();
    let missing = desk::missing_documents(session, &papers);

    let unread = Alarm::MailboxUnread {
        mailbox: mailbox.name.clone(),
        since: Source::of(mailbox).last_read_whole(&database::ledger::folders(database).await?),
    };
    let mut alarms = vec![unread];
    let free = office.storage.free_space();
    alarms.extend(free.map(|free| Alarm::StorageNearlyFull { free }));
    for refusal in database::dues::refusals(database, Timestamp::MIN).await? {
        let row = database::messages::message(database, refusal.message).await?;
        if row.is_some_and(|row| row.session == Some(session.id)) {
            let message = refusal.message;
            alarms.push(Alarm::RefusalOrCounterOffer { message });
        }
    }
    let mut told = Vec::new();
    for alarm in &alarms {
        told.extend(secretary::alarm_facts(office, registry, mailbox, alarm, now).await?);
    }
    Ok(Known {
        receipt,
        // Who has sent everything is not reminded: then the letter is shown with invented papers.
        missing: (!missing.is_empty()).then(|| (missing, desk::poor_documents(session, &papers))),
        digest: Some(secretary::digest_facts(office, registry, mailbox, now).await?),
        alarms: told,
    })
}

/// The messages of the session's newest receipt, or those that wait for one.
async fn newest_burst(office: &Office, session: &Session) -> Result<Vec<MessageId>, Failure> {
    let owing = database::messages::owing_receipts(&office.database).await?;
    let owing = owing.iter().filter(|owing| owing.session == session.id);
    let owing: Vec<MessageId> = owing.map(|owing| owing.message).collect();
    if !owing.is_empty() {
        return Ok(owing);
    }
    let (mut newest, mut burst, mut after) = (OutboxId(0), Vec::new(), MessageId(0));
    loop {
        let tender = Some(session.tender);
        let rows = database::messages::list_messages(&office.database, tender, after, PAGE).await?;
        let Some(last) = rows.last().map(|row| row.id) else {
            return Ok(burst);
        };
        after = last;
        for row in rows.iter().filter(|row| row.session == Some(session.id)) {
            let of_session = |reply: &&Reply| reply.session == Some(session.id);
            for reply in row
                .replies
                .iter()
                .filter(of_session)
                .map(|reply| reply.outbox)
            {
                if reply > newest {
                    (newest, burst) = (reply, Vec::new());
                }
                if reply == newest {
                    burst.push(row.id);
                }
            }
        }
    }
}

fn templates(
    own: Vec<crate::correspondence::templates::OwnTemplate>,
) -> Result<Templates, Failure> {
    Templates::with_own(own).map_err(|error| Failure::Usage(error.to_string()))
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.to_lowercase()
}

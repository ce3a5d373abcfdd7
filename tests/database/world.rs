//! A fresh database for each test, and plain sample data.

use std::{
    future::Future,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};
use loket::{
    correspondence::{OutboxKind, OutgoingMail},
    database::{Database, DatabaseError, PROGRAM, events, messages, registry},
    desk::{
        Answer, Examined, FiledAttachment, Plan,
        message::{MessageKind, MessageState},
    },
    digest::Digest,
    inspection::Finding,
    journal::{Chained, Difference, Line, verify},
    matching::{Placement, Reason},
    settings::{DatabaseUrl, Secret},
    tender::{
        Bidder, BidderId, DocumentWord, Meeting, MessageId, OfficialLetter, ProcurementKind,
        Reference, Session, SessionId, SessionKind, Tender, TenderId,
    },
};
use sqlx::{AnyConnection, Connection, Executor};

/// Runs each named test on both databases.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { $crate::world::on_sqlite(super::$name); })+
        }
        mod postgres {
            $(#[test] fn $name() { $crate::world::on_postgres(super::$name); })+
        }
    };
}

#[derive(Clone)]
pub struct World {
    pub url: DatabaseUrl,
    pub dir: Arc<tempfile::TempDir>,
}

pub fn on_sqlite<Test: Future<Output = ()>>(test: impl FnOnce(World) -> Test) {
    let dir = Arc::new(tempfile::tempdir().unwrap());
    let url = DatabaseUrl::Sqlite(dir.path().join("data/loket.db"));
    runtime().block_on(test(World { url, dir }));
}

pub fn on_postgres<Test: Future<Output = ()> + Send + 'static>(
    test: impl FnOnce(World) -> Test + Send + 'static,
) {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var("LOKET_TEST_POSTGRES") else {
        eprintln!(
            "SKIPPED on PostgreSQL: LOKET_TEST_POSTGRES is not set, nothing was tested there"
        );
        return;
    };
    sqlx::any::install_default_drivers();
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("loket_test_{}_{number}", std::process::id());
    let (before, _) = server.rsplit_once('/').expect("a URL with a database");
    let url = DatabaseUrl::Postgres(Secret(format!("{before}/{name}")));
    let dir = Arc::new(tempfile::tempdir().unwrap());
    runtime().block_on(async move {
        admin(&server, format!("CREATE DATABASE {name}")).await;
        let outcome = tokio::spawn(async move { test(World { url, dir }).await }).await;
        admin(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        outcome.unwrap();
    });
}

async fn admin(server: &str, statement: String) {
    let mut connection = AnyConnection::connect(server).await.unwrap();
    connection
        .execute(sqlx::AssertSqlSafe(statement))
        .await
        .unwrap();
    connection.close().await.unwrap();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

impl World {
    pub async fn open(&self) -> Database {
        Database::open(&self.url).await.unwrap()
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.url, DatabaseUrl::Postgres(_))
    }

    /// Past all our rules, as the owner of the database can.
    pub async fn raw(&self, statement: &'static str) -> Result<u64, sqlx::Error> {
        let url = match &self.url {
            DatabaseUrl::Sqlite(file) => format!("sqlite:{}", file.display()),
            DatabaseUrl::Postgres(url) => url.0.clone(),
        };
        let mut connection = AnyConnection::connect(&url).await?;
        let done = connection.execute(statement).await?;
        connection.close().await?;
        Ok(done.rows_affected())
    }
}

pub fn noon() -> Timestamp {
    Timestamp::from_str("2026-11-25T04:00:00Z").unwrap()
}

pub fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// Begins, does, commits.
macro_rules! write {
    ($database:expr, |$tx:ident| $work:expr) => {
        write!($database, $crate::world::noon(), |$tx| $work)
    };
    ($database:expr, $at:expr, |$tx:ident| $work:expr) => {{
        let mut $tx = $database
            .begin(loket::database::PROGRAM, $at)
            .await
            .unwrap();
        let done = $work.await.unwrap();
        $tx.commit().await.unwrap();
        done
    }};
}

pub fn tender(code: &str) -> Tender {
    Tender {
        id: TenderId(0),
        code: code.to_owned(),
        name: "Pembangunan Jembatan Sei Lanuk".to_owned(),
        mailbox: "pokja-3".to_owned(),
        kind: ProcurementKind::Konstruksi,
        folder: format!("2026/{code} Pembangunan Jembatan Sei Lanuk"),
    }
}

pub fn bidder(tender: TenderId, name: &str) -> Bidder {
    Bidder {
        id: BidderId(0),
        tender,
        name: name.to_owned(),
        npwp: Some("01.234.567.8-901.000".to_owned()),
        nib: None,
        director: Some("Budi Contoh".to_owned()),
        phone: None,
        emails: vec![
            "direktur@contohkarya.test".parse().unwrap(),
            "admin@contohkarya.test".parse().unwrap(),
        ],
        experts: vec!["Sri Contoh".to_owned(), "Andi Contoh".to_owned()],
        folder: name.to_owned(),
        withdrawn: false,
    }
}

pub fn session(tender: TenderId, bidder: BidderId, kind: SessionKind) -> Session {
    let seed = (bidder.0 * 7 + kind as i64) as u64;
    Session {
        id: SessionId(0),
        tender,
        bidder,
        kind,
        starts: noon(),
        ends: noon() + minutes(120),
        invite: None,
        due: noon() + minutes(240),
        meeting: Meeting {
            url: Some("https://zoom.test/j/1".to_owned()),
            id: None,
            passcode: Some("contoh".to_owned()),
        },
        letter: OfficialLetter {
            number: Some("000.3.3/12/UKPBJ/2026".to_owned()),
            date: Some(jiff::civil::date(2026, 11, 20)),
        },
        documents: vec![DocumentWord::Ktp, DocumentWord::Nib],
        file: None,
        file_at: None,
        reference: Reference::from_bits(seed * 977),
        token: format!("token{seed}"),
        withdrawn: false,
    }
}

/// Two bidders of one tender with a session each.
pub struct Sample {
    pub tender: TenderId,
    pub first: Placement,
    pub second: Placement,
}

pub async fn sample(database: &Database) -> Sample {
    let mut tx = database.begin(PROGRAM, noon()).await.unwrap();
    let tender = registry::upsert_tender(&mut tx, &tender("8231345"))
        .await
        .unwrap();
    let mut places = Vec::new();
    for name in ["PT Contoh Karya Abadi", "CV Maju Contoh"] {
        let bidder = registry::upsert_bidder(&mut tx, &bidder(tender, name))
            .await
            .unwrap();
        let session = session(tender, bidder, SessionKind::Qualification);
        let session = registry::upsert_session(&mut tx, &session).await.unwrap();
        places.push(Placement {
            tender,
            bidder,
            session,
        });
    }
    tx.commit().await.unwrap();
    Sample {
        tender,
        first: places[0],
        second: places[1],
    }
}

pub fn mail(number: u32) -> messages::NewMessage {
    messages::NewMessage {
        mailbox: "pokja-3".to_owned(),
        folder: "INBOX".to_owned(),
        identity: Digest::of(format!("identity {number}").as_bytes()),
        sha256: Digest::of(format!("raw {number}").as_bytes()),
        bytes: 1000 + u64::from(number),
        received_at: noon(),
        heading: messages::Heading {
            message_id: Some(format!("<{number}@contohkarya.test>")),
            from_address: Some("direktur@contohkarya.test".to_owned()),
            from_name: Some("Budi Contoh".to_owned()),
            subject: format!("Dokumen {number}"),
        },
    }
}

pub async fn take_in(database: &Database, number: u32) -> MessageId {
    write!(database, |tx| messages::take_in(&mut tx, &mail(number))).id()
}

pub fn filed(place: Placement) -> Plan {
    Plan {
        kind: MessageKind::Bidder,
        state: MessageState::Filed,
        placement: Some(place),
        candidates: Vec::new(),
        confidence: 0.97,
        reasons: vec![Reason {
            signal: "sub-address".to_owned(),
            detail: "alamat balasan khusus".to_owned(),
        }],
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

pub fn paper(number: u32, path: &str) -> FiledAttachment {
    FiledAttachment {
        part: number,
        name: Some(format!("scan {number}.jpg")),
        media_type: "image/jpeg".to_owned(),
        bytes: 42,
        sha256: Digest::of(format!("paper {number}").as_bytes()),
        container: Some(Digest::of(b"container")),
        path: Some(path.to_owned()),
        document: Some(DocumentWord::Ktp),
        expert: None,
        findings: vec![Finding::Blurred, Finding::Dark],
        examined: Examined {
            notes: vec!["kamera contoh".to_owned()],
            ..Examined::default()
        },
    }
}

pub fn outgoing(key: &str, kind: OutboxKind) -> OutgoingMail {
    let digest = Digest::of(key.as_bytes()).hex();
    OutgoingMail {
        kind,
        natural_key: key.to_owned(),
        mailbox: "pokja-3".to_owned(),
        envelope_from: None,
        to: "direktur@contohkarya.test".parse().unwrap(),
        subject: format!("Tanda terima {key}"),
        message_id: format!("<{}@berau.test>", &digest[..32]),
        in_reply_to: Some("<1@contohkarya.test>".to_owned()),
        tender: None,
        bidder: None,
        session: None,
        due_at: noon(),
        raw: format!("Subject: {key}\r\n\r\nIsi\r\n").into_bytes(),
    }
}

pub async fn all_events(database: &Database) -> Vec<Chained> {
    let mut all: Vec<Chained> = Vec::new();
    loop {
        let after = all.last().map_or(0, |event| event.seq);
        let some = events::events_after(database, None, after, 37)
            .await
            .unwrap();
        if some.is_empty() {
            return all;
        }
        all.extend(some);
    }
}

pub async fn actions(database: &Database) -> Vec<String> {
    let events = all_events(database).await;
    events.into_iter().map(|event| event.event.action).collect()
}

/// What is wrong with the chain as stored, its head included.
pub async fn differences(database: &Database) -> Vec<Difference> {
    let events = all_events(database).await;
    let head = events::head(database).await.unwrap();
    let last = events.last().map_or(0, |event| event.seq);
    assert_eq!(head.seq, last, "the head names the last event");
    verify(events.into_iter().map(Line::Full), &[])
}

pub fn is_forbidden<T: std::fmt::Debug>(outcome: &Result<T, DatabaseError>) -> bool {
    matches!(outcome, Err(DatabaseError::Forbidden(_)))
}

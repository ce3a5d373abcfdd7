//! Any sequence of what bidders, servers, people and clocks do: after each pass the promises of taking in and answering
//! hold (P1, P5, P16-P21; T5). In-process, on a real SQLite, a real Maildir and letters as files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::{Arc, LazyLock},
};

use jiff::{SignedDuration, Timestamp};
use loket::{
    clock::Clock,
    correspondence::{OutboxKind, OutboxRow, OutboxState},
    daemon::{
        lock,
        office::{Office, PROGRAM},
        once,
    },
    database::{self, messages::MessageRow},
    desk::message::{MessageKind, MessageState},
    digest::Digest,
    letter,
    settings::Settings,
    tender::{MessageId, OutboxId},
};
use proptest::prelude::*;
use tokio_util::sync::CancellationToken;

use super::ground::{
    BOTH, FIRM, Ground, MORNING, NOON, RIVAL, STRANGER, bounce, exhaustive, mail, ok,
};

#[derive(Clone, Debug)]
enum Action {
    /// A new mail of somebody.
    Deliver(Who),
    /// An earlier mail comes again by another way: other trace fields, other file.
    Again(usize),
    /// A mail with the Message-ID of an earlier one and other content.
    SameId(usize),
    /// A person opens a mail: `new/` to `cur/`, with a flag.
    Open(usize),
    /// A person removes a mail.
    Remove(usize),
    /// One of our own letters comes back, from somebody else's machine.
    Echo(usize),
    /// A new process does one pass.
    Pass,
    Tick(i64),
}

#[derive(Clone, Copy, Debug)]
enum Who {
    Firm,
    Rival,
    Both,
    Stranger,
    /// A report about our first invitation.
    Bounce,
    Machine,
}

fn action() -> impl Strategy<Value = Action> {
    let who = prop_oneof![
        4 => Just(Who::Firm),
        2 => Just(Who::Rival),
        1 => Just(Who::Both),
        2 => Just(Who::Stranger),
        1 => Just(Who::Bounce),
        1 => Just(Who::Machine),
    ];
    prop_oneof![
        6 => who.prop_map(Action::Deliver),
        2 => any::<usize>().prop_map(Action::Again),
        1 => any::<usize>().prop_map(Action::SameId),
        1 => any::<usize>().prop_map(Action::Open),
        1 => any::<usize>().prop_map(Action::Remove),
        1 => any::<usize>().prop_map(Action::Echo),
        5 => Just(Action::Pass),
        2 => prop_oneof![1..30_i64, 30..3_000_i64, -120..0_i64].prop_map(Action::Tick),
    ]
}

/// The office, and what must be true of it.
struct World {
    ground: Ground,
    now: Timestamp,
    count: usize,
    /// Everything ever delivered: octets, and the file's name without flags.
    delivered: Vec<(String, Vec<u8>)>,
    /// Names and identities that were there at a pass.
    listed: BTreeSet<String>,
    identities: BTreeSet<Digest>,
    /// Letters as first written (P18), and times of arrival as first recorded (P14).
    letters: BTreeMap<String, Digest>,
    received: BTreeMap<MessageId, Timestamp>,
    /// The clock was put back: then what is counted by its time is not told apart by it.
    straight: bool,
}

/// The invitations are out; made once, copied for each case.
static BASE: LazyLock<Ground> = LazyLock::new(|| {
    let ground = Ground::new();
    ok(&ground.once(MORNING));
    ground
});

impl World {
    fn new() -> World {
        World {
            ground: BASE.copy(),
            now: NOON.parse().expect("a time"),
            count: 0,
            delivered: Vec::new(),
            listed: BTreeSet::new(),
            identities: BTreeSet::new(),
            letters: BTreeMap::new(),
            received: BTreeMap::new(),
            straight: true,
        }
    }

    fn put(&mut self, raw: Vec<u8>) {
        let name = format!("{:03}", self.delivered.len());
        self.ground.deliver(&name, &raw);
        self.delivered.push((name, raw));
    }

    fn earlier(&self, which: usize) -> Option<(String, Vec<u8>)> {
        let count = self.delivered.len();
        (count > 0).then(|| self.delivered[which % count].clone())
    }

    async fn act(&mut self, action: &Action) {
        match action {
            Action::Deliver(who) => {
                self.count += 1;
                let key = format!("m{}", self.count);
                let raw = match who {
                    Who::Firm => mail(FIRM, "Dokumen 8231345", &key, &["ktp.jpg"]),
                    Who::Rival => mail(RIVAL, "Dokumen 8231345", &key, &["nib.pdf", "npwp.jpg"]),
                    Who::Both => mail(BOTH, "Dokumen", &key, &["scan.pdf"]),
                    Who::Stranger => mail(STRANGER, "Tanya", &key, &[]),
                    Who::Bounce => {
                        let letters = self.ground.letters("surat-keluar");
                        let id = letters.first().cloned().unwrap_or_default();
                        let text = String::from_utf8(bounce(&id)).expect("ASCII");
                        text.replace("bounce@mx", &format!("{key}@mx")).into_bytes()
                    }
                    Who::Machine => with_field(
                        &mail(FIRM, "Sedang cuti", &key, &[]),
                        "Auto-Submitted: auto-replied",
                    ),
                };
                self.put(raw);
            }
            Action::Again(which) => {
                if let Some((_, raw)) = self.earlier(*which) {
                    self.count += 1;
                    let text = String::from_utf8(raw).expect("ASCII");
                    let again = text.replace(
                        "with ESMTPS id ",
                        &format!("with LMTP id again{}", self.count),
                    );
                    self.put(again.into_bytes());
                }
            }
            Action::SameId(which) => {
                if let Some((_, raw)) = self.earlier(*which) {
                    self.count += 1;
                    let text = String::from_utf8(raw).expect("ASCII");
                    self.put(
                        text.replace("Subject: ", &format!("Subject: {} ", self.count))
                            .into_bytes(),
                    );
                }
            }
            Action::Open(which) => {
                if let Some((name, _)) = self.earlier(*which) {
                    let (new, cur) = (
                        format!("maildir/new/{name}"),
                        format!("maildir/cur/{name}:2,S"),
                    );
                    // Opened or removed before.
                    let _ = fs::rename(self.ground.path(&new), self.ground.path(&cur));
                }
            }
            Action::Remove(which) => {
                if let Some((name, _)) = self.earlier(*which) {
                    for place in [
                        format!("maildir/new/{name}"),
                        format!("maildir/cur/{name}:2,S"),
                    ] {
                        let _ = fs::remove_file(self.ground.path(&place));
                    }
                }
            }
            Action::Echo(which) => {
                let folder = self.ground.path("surat-keluar");
                let mut names: Vec<_> = fs::read_dir(folder)
                    .expect("letters")
                    .map(|entry| entry.expect("a letter").path())
                    .collect();
                names.sort();
                let raw = fs::read(&names[which % names.len()]).expect("a letter");
                let trace = format!(
                    "Return-Path: <{FIRM}>\r\nReceived: from mx by mail; Wed, 25 Nov 2026 11:00:00 +0800\r\n"
                );
                self.put([trace.into_bytes(), raw].concat());
            }
            Action::Pass => self.pass().await,
            Action::Tick(minutes) => {
                self.straight &= *minutes >= 0;
                self.now += SignedDuration::from_mins(*minutes);
            }
        }
    }

    /// What is in the Maildir now will have been seen.
    fn look(&mut self) {
        for (name, raw) in &self.delivered {
            let there = [
                format!("maildir/new/{name}"),
                format!("maildir/cur/{name}:2,S"),
            ]
            .iter()
            .any(|place| self.ground.path(place).exists());
            if there {
                self.listed.insert(name.clone());
                self.identities.insert(letter::identity(raw));
            }
        }
    }

    async fn pass(&mut self) {
        self.look();
        let settings = Settings::load(&self.ground.path("loket.toml")).expect("settings");
        let mut office = Office::open(settings, Clock::Standing(self.now), PROGRAM)
            .await
            .expect("an office");
        let (held, database) = lock::take(
            &office.settings.database,
            &office.database,
            Timestamp::now(),
        )
        .await
        .expect("nobody else is at work");
        office.database = database;
        office.start().await.expect("a start");
        let office = Arc::new(office);
        let (_, unread) = once::run(office.clone(), &held, CancellationToken::new())
            .await
            .expect("a pass");
        held.release(&office.database).await;
        assert_eq!(unread, [""; 0]);
        self.check(&office).await;
        office.database.close().await.unwrap();
    }

    async fn check(&mut self, office: &Office) {
        let database = &office.database;
        let balance = database::ledger::balance(database, "pokja-3")
            .await
            .expect("a balance");
        assert_eq!(
            (balance.listed, balance.stored),
            (0, self.listed.len() as u64),
            "P1"
        );
        let messages = database::messages::list_messages(database, None, MessageId(0), 1000)
            .await
            .expect("messages");
        let outbox = database::outbox::list_outbox(database, None, OutboxId(0), 1000)
            .await
            .expect("letters");
        assert_eq!(messages.len(), self.identities.len(), "P5");
        for message in &messages {
            assert_ne!(message.state, MessageState::Received);
            assert!(self.identities.contains(&message.identity));
            let first = *self
                .received
                .entry(message.id)
                .or_insert(message.received_at);
            assert_eq!(message.received_at, first, "P14");
            check_replies(message, &outbox);
        }
        for mail in &outbox {
            // A reminder that fell due while nothing ran may be too old to help when its turn comes.
            let stale =
                mail.mail.kind == OutboxKind::Reminder && mail.state == OutboxState::Cancelled;
            assert!(
                stale || matches!(mail.state, OutboxState::Sent | OutboxState::Bounced),
                "P16: {mail:?}"
            );
        }
        let keys: BTreeSet<_> = outbox.iter().map(|row| &row.mail.natural_key).collect();
        assert_eq!(keys.len(), outbox.len(), "P17");
        self.check_letters(&outbox);
        if self.straight {
            check_limits(&outbox);
        }
    }

    fn check_letters(&mut self, outbox: &[OutboxRow]) {
        let ids = self.ground.letters("surat-keluar");
        let expected: BTreeSet<_> = outbox
            .iter()
            .filter(|row| row.state != OutboxState::Cancelled)
            .map(|row| row.mail.message_id.clone())
            .collect();
        assert_eq!(
            ids.iter().cloned().collect::<BTreeSet<_>>(),
            expected,
            "P16"
        );
        assert_eq!(ids.len(), expected.len(), "P19: a letter was written twice");
        for entry in fs::read_dir(self.ground.path("surat-keluar")).expect("letters") {
            let path = entry.expect("a letter").path();
            let digest = Digest::of(&fs::read(&path).expect("a letter"));
            let name = path.display().to_string();
            let first = *self.letters.entry(name).or_insert(digest);
            assert_eq!(first, digest, "P18: {}", path.display());
        }
    }

    /// Limits hold back, and lose nothing: two days on each filed mail is named in one receipt.
    async fn end(&mut self) {
        for _ in 0..2 {
            self.now += SignedDuration::from_hours(25);
            self.pass().await;
        }
        let settings = Settings::load(&self.ground.path("loket.toml")).expect("settings");
        let office = Office::open(settings, Clock::Standing(self.now), PROGRAM)
            .await
            .expect("an office");
        let owing = database::messages::owing_receipts(&office.database)
            .await
            .expect("receipts");
        assert_eq!(owing, [], "P17");
        let messages =
            database::messages::list_messages(&office.database, None, MessageId(0), 1000).await;
        for message in messages.expect("messages") {
            if message.state == MessageState::Filed && message.unanswered.is_none() {
                assert_eq!(message.replies.len(), 1, "P17: {message:?}");
            }
        }
        office.database.close().await.unwrap();
        self.ground.verify().expect("all is sound");
    }
}

/// P17, P20: one receipt at most, and nothing to machines.
fn check_replies(message: &MessageRow, outbox: &[OutboxRow]) {
    let answerable = matches!(
        message.kind,
        Some(MessageKind::Bidder | MessageKind::UnknownSender)
    );
    assert!(answerable || message.replies.is_empty(), "P20: {message:?}");
    let receipts = message.replies.iter().filter(|reply| {
        outbox
            .iter()
            .any(|row| row.id == reply.outbox && row.mail.kind == OutboxKind::Acknowledgement)
    });
    assert!(receipts.count() <= 1, "P17: {message:?}");
}

/// P21.
fn check_limits(outbox: &[OutboxRow]) {
    let answers: Vec<&OutboxRow> = outbox
        .iter()
        .filter(|row| {
            matches!(
                row.mail.kind,
                OutboxKind::Acknowledgement | OutboxKind::UnknownSenderReply
            )
        })
        .collect();
    for answer in &answers {
        let within = |span: SignedDuration, of: &dyn Fn(&OutboxRow) -> bool| {
            answers
                .iter()
                .filter(|other| {
                    let age = answer.created_at.duration_since(other.created_at);
                    (SignedDuration::ZERO..span).contains(&age) && of(other)
                })
                .count()
        };
        let same_address = |other: &OutboxRow| other.mail.to == answer.mail.to;
        assert!(
            within(SignedDuration::from_hours(1), &same_address) <= 5,
            "P21: {answer:?}"
        );
        assert!(
            within(SignedDuration::from_hours(24), &same_address) <= 20,
            "P21"
        );
        if answer.mail.kind == OutboxKind::UnknownSenderReply {
            assert_eq!(
                within(SignedDuration::from_hours(7 * 24), &same_address),
                1,
                "P21: {answer:?}"
            );
        }
    }
}

fn with_field(raw: &[u8], field: &str) -> Vec<u8> {
    let text = String::from_utf8(raw.to_vec()).expect("ASCII");
    text.replacen("Subject: ", &format!("{field}\r\nSubject: "), 1)
        .into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if exhaustive() { 1024 } else { 64 },
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_happens_the_promises_of_taking_in_and_answering_hold(
        actions in prop::collection::vec(action(), 1..14)
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let mut world = World::new();
            for action in &actions {
                world.act(action).await;
            }
            world.pass().await;
            world.end().await;
        });
    }
}

//! Loket, the counter where bidders hand in their papers by email: the map of the house.
//!
//! The rooms stand here in the order in which a mail walks through them. Decisions are pure functions over plain data;
//! reading and writing happen at the edges (`mailbox`, `storage`, `examiner`, `database`, `delivery`), which know the vocabulary
//! but not each other. Only `daemon` and `cli` know everything. Time, chance and Message-IDs are parameters.
//!
//! 1. [`mailbox`] hands over raw bytes with the server's time of arrival, and never changes anything at the server.
//! 2. [`storage`] writes the original under its SHA-256 and syncs it; one transaction of [`database`] records message,
//!    ledger row and event ([`journal`]). From here on the server may burn.
//! 3. [`letter`] reads it: who wrote, what is new, which papers came, machine or person.
//! 4. [`examiner`] has each attachment decoded behind the walls of [`sandbox`], one level of archives included;
//!    [`inspection`] says what it is and whether it is good.
//! 5. [`matching`] weighs the letter and what stands in its papers against the registry of [`tender`]: a place with
//!    reasons, or candidates for a person.
//! 6. [`desk::receive`] makes a plan of it, which is data; the papers are placed, one transaction applies the plan.
//! 7. [`desk::due`] computes from the facts what is to be sent now; [`correspondence`] writes it, the outbox keeps it.
//! 8. [`delivery`] sends it; what became of it is recorded.

// The vocabulary.

/// A mail address, parsed once.
pub mod address;

/// The time, always passed in.
pub mod clock;

/// SHA-256, the name of every kept thing.
pub mod digest;

/// A TOML file as a form: every mistake in it, each with its line.
pub mod form;

/// `loket.toml`, typed and checked once at the start.
pub mod settings;

/// Tender, bidder, session, document words; their import and the keys made for them.
pub mod tender;

mod words;

// The walk of a mail.

/// Where mail comes from: IMAP, Maildir (edge).
pub mod mailbox;

/// Originals by digest, and the tree that people open (edge).
pub mod storage;

/// Raw bytes -> a mail understood.
pub mod letter;

/// The child process that decodes what strangers sent, and optional helper programs (edge).
pub mod examiner;

/// Walls around that child: no network, no files, little memory (edge).
pub mod sandbox;

/// An attachment -> which document it is, and whether it is good.
pub mod inspection;

/// Letter and registry -> which tender, bidder, session; with reasons.
pub mod matching;

/// The pure hearts: what to do with a letter, and what is due at a time.
pub mod desk;

/// What we write: invitations, receipts, notices.
pub mod correspondence;

/// The hash-chained record of events, and its proof.
pub mod journal;

/// The repository: all SQL, transactions, migrations (edge).
pub mod database;

/// How a mail leaves: SMTP, files (edge).
pub mod delivery;

/// TLS for the edges that talk to servers.
pub mod tls;

// What wires the rooms together.

/// The tasks of the daemon, their supervision, a clean stop.
pub mod daemon;

/// The command line: one file a command.
pub mod cli;

//! Loket, the counter where bidders hand in their papers by email: the map of the house.
//!
//! The rooms stand in the order in which a mail walks through them. Decisions are pure functions over plain data
//! (`tender` to `correspondence`, and `journal`); reading and writing happen in the edges (`mailbox`, `storage`,
//! `database`, `delivery`), which know the vocabulary but not each other. Only `daemon` and `cli` know everything.

pub mod address; //        a mail address, parsed once
pub mod cli;
pub mod clock; //          the time, always passed in
pub mod correspondence; // what we write: invitations, receipts, notices
pub mod daemon; //         wires the rooms together, supervises, stops cleanly
pub mod database; //       the repository: sqlx, transactions, migrations               (edge)
pub mod delivery; //       how a mail leaves: smtp, file                                (edge)
pub mod desk; //           the pure hearts: what to do with a letter, and what is due at a time
pub mod digest; //         SHA-256, the name of every kept thing
pub mod form; //         a TOML file as a form: every mistake in it, each with its line
pub mod inspection; //     an attachment -> which document it is
pub mod journal; //        the hash-chained record of events, and its proof
pub mod letter; //         raw bytes -> a mail understood
pub mod mailbox; //        where mail comes from: imap, maildir                         (edge)
pub mod matching; //       letter + registry -> which tender, bidder, session; with reasons
pub mod settings; //       loket.toml, typed and checked once at the start
pub mod storage; //        originals by digest, and the tree that people open           (edge)
pub mod tender; //         the vocabulary: tender, bidder, session, document words; import //            one file a command
pub mod tls; //            TLS for both edges that talk to servers

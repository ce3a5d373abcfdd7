//! `loket demo`: a rehearsal without any server, on invented tenders and mails.

pub mod material;

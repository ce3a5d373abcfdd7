//! How much of a mail is opened; all from reliability.md section 5, "MIME bomb". Above: [`Unreadable::Limit`], the original is kept.

use super::Unreadable;

/// Parts of the mail and of all mails inside it together.
pub const PARTS: usize = 1_000;
/// Multiparts and attached mails inside one another.
pub const DEPTH: usize = 20;
/// Octets of one header.
pub const HEADER_BYTES: usize = 256 * 1024;
/// Fields of one header.
pub const HEADER_FIELDS: usize = 1_000;
/// Attached mails inside one another that are opened; a deeper one stays a file.
pub const ATTACHED_MAILS: usize = 3;
/// Characters of one text that is read; a longer one is an attachment as well. A person writes less, and every later step searches it.
pub const TEXT_CHARS: usize = 1_000_000;

/// `Err` when `found` is above `limit`.
pub fn hold(what: &'static str, found: usize, limit: usize) -> Result<(), Unreadable> {
    if found > limit {
        return Err(Unreadable::Limit { what, found, limit });
    }
    Ok(())
}

//! A large mail, piece by piece (R11).

use jiff::Timestamp;

use super::answer::{Told, Wanted, told};
use crate::mailbox::{
    Limits,
    imap::{command::Command, error::ImapError, session::Session, stream::Caps},
};

/// A large mail under way; outlives its connection, the octets of a UID never change (RFC 3501 section 2.3.1.1).
#[derive(Debug)]
pub struct Partial {
    pub uid: u32,
    pub size: Option<u64>,
    pub arrived_at: Option<Timestamp>,
    pub octets: Vec<u8>,
}

pub enum End {
    Complete,
    TooLarge,
    LeftOut,
}

pub async fn next_piece(
    session: &mut Session,
    partial: &mut Partial,
    limits: &Limits,
    bare: bool,
) -> Result<Option<End>, ImapError> {
    let offset = partial.octets.len() as u64;
    let command = Command::FetchPiece {
        uid: partial.uid,
        offset,
        octets: limits.piece,
        bare,
    };
    let wanted = Wanted::Piece(offset);
    let mut answer: Option<Told> = None;
    let asking = session.run(&command, Caps::body(u64::from(limits.piece)), |response| {
        if let Some((uid, told)) = told(response, &wanted)
            && uid == partial.uid
        {
            let known = answer.get_or_insert_default();
            known.size = known.size.or(told.size);
            known.arrived_at = known.arrived_at.or(told.arrived_at);
            known.body = known.body.take().or(told.body);
        }
    });
    asking.await?;
    // People's flag changes come as FETCH without a body: that is no answer.
    let Some(answer) = answer.filter(|answer| answer.body.is_some() || answer.size.is_some())
    else {
        return Ok(Some(End::LeftOut));
    };
    partial.size = partial.size.or(answer.size);
    partial.arrived_at = partial.arrived_at.or(answer.arrived_at);
    if partial.size.is_some_and(|size| size > limits.largest) {
        return Ok(Some(End::TooLarge));
    }
    let piece = answer.body.unwrap_or_default();
    if piece.is_empty() {
        return Ok(Some(End::Complete));
    }
    if partial.octets.is_empty() {
        // Growing by doubling would hold a large mail three times over.
        let size = partial.size.and_then(|size| usize::try_from(size).ok());
        partial.octets.reserve_exact(size.unwrap_or(piece.len()));
    }
    partial.octets.extend_from_slice(&piece);
    let length = partial.octets.len() as u64;
    if length > limits.largest {
        return Ok(Some(End::TooLarge));
    }
    // A full piece may be followed by more than was announced, a short one before the announced end by the rest.
    let short = piece.len() < usize::try_from(limits.piece).unwrap_or(usize::MAX);
    let complete = short && partial.size.is_none_or(|size| length >= size);
    Ok(complete.then_some(End::Complete))
}

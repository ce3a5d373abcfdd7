//! Machine or person: judged from the mail alone, before anybody thinks of answering it (reliability.md section 4).

use mail_parser::Message;

use super::{Automation, Bounce, CalendarReply};

/// What the form of one mail says of who wrote it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    pub automation: Automation,
    pub bounce: Option<Bounce>,
    pub calendar_reply: Option<CalendarReply>,
}

/// Judges a mail. Never panics; the same octets give the same judgement.
pub fn judge(_raw: &[u8], _parsed: &Message<'_>) -> Judgement {
    Judgement::default()
}

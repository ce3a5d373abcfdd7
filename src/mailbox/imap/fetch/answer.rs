//! What a FETCH response says of one mail.

use async_imap::imap_proto::{AttributeValue, MessageSection, Response, SectionPath};
use bytes::Bytes;
use jiff::Timestamp;

/// What a server says of one mail.
#[derive(Clone, Debug, Default)]
pub struct Told {
    pub size: Option<u64>,
    pub arrived_at: Option<Timestamp>,
    pub body: Option<Bytes>,
}

/// Which body an answer may hold to be ours.
pub enum Wanted {
    Nothing,
    /// The whole mail from this octet on.
    Piece(u64),
    Header,
    Text,
}

/// What a response says of a mail; `None` for other responses and for those without a UID.
pub fn told(response: &Response<'_>, wanted: &Wanted) -> Option<(u32, Told)> {
    let Response::Fetch(_, attributes) = response else {
        return None;
    };
    let mut uid = None;
    let mut told = Told::default();
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(value) => uid = Some(*value),
            AttributeValue::Rfc822Size(size) => told.size = Some(u64::from(*size)),
            AttributeValue::InternalDate(text) => told.arrived_at = internal_date(text),
            AttributeValue::BodySection {
                section,
                index,
                data: Some(data),
            } => {
                let ours = match (wanted, section) {
                    (Wanted::Piece(offset), None) => {
                        index.map_or(*offset == 0, |index| u64::from(index) == *offset)
                    }
                    (Wanted::Header, Some(SectionPath::Full(MessageSection::Header)))
                    | (Wanted::Text, Some(SectionPath::Full(MessageSection::Text))) => true,
                    _ => false,
                };
                if ours {
                    told.body = Some(Bytes::copy_from_slice(data));
                }
            }
            _ => {}
        }
    }
    Some((uid.filter(|&uid| uid != 0)?, told))
}

/// `17-Jul-1996 02:44:25 -0700`, the day with a blank before it where it has one digit.
fn internal_date(text: &str) -> Option<Timestamp> {
    Timestamp::strptime("%d-%b-%Y %H:%M:%S %z", text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_arrival_is_read_with_its_zone() {
        let table = [
            ("17-Jul-1996 02:44:25 -0700", Some("1996-07-17T09:44:25Z")),
            (" 1-Nov-2026 07:00:00 +0800", Some("2026-10-31T23:00:00Z")),
            ("01-nov-2026 07:00:00 +0000", Some("2026-11-01T07:00:00Z")),
            ("31-Feb-2026 07:00:00 +0000", None),
            ("yesterday", None),
            ("", None),
        ];
        for (text, expected) in table {
            let expected = expected.map(|text| text.parse().expect("a time"));
            assert_eq!(internal_date(text), expected, "{text:?}");
        }
    }
}

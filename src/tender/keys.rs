//! What is derived from the instance's secret: reply tokens, references and Message-IDs that nobody can make up. Pure.

use std::fmt;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Reference, SessionKind};

/// Digits of a Message-ID that stand in a bounce address.
const BOUNCE_DIGITS: usize = 16;

/// The instance's secret, made at the first start. Equal input gives equal output for as long as it lives, so nothing
/// derived needs to be remembered before it is used.
#[derive(Clone)]
pub struct Keys {
    secret: [u8; 32],
}

impl Keys {
    pub fn new(secret: [u8; 32]) -> Keys {
        Keys { secret }
    }

    /// Detail of the secret sub-address of one bidder's session: 80 bits, base32, lowercase, 16 characters.
    pub fn reply_token(&self, code: &str, bidder: &str, kind: SessionKind) -> String {
        let hash = self.hash(&["reply", code, bidder, kind.word()]);
        BASE32_NOPAD.encode(&hash[..10]).to_ascii_lowercase()
    }

    /// The session's reference. `counter` is 0; where that reference is taken already, 1, 2, ….
    pub fn reference(
        &self,
        code: &str,
        bidder: &str,
        kind: SessionKind,
        counter: u32,
    ) -> Reference {
        let counter = counter.to_string();
        let mut parts = vec!["reference", code, bidder, kind.word()];
        if counter != "0" {
            parts.push(&counter);
        }
        let hash = self.hash(&parts);
        let first = hash.first_chunk::<8>().copied().unwrap_or_default();
        Reference::from_bits(u64::from_be_bytes(first))
    }

    /// The Message-ID, with its brackets, of the mail that `natural_key` names: a repeat carries the same one (P18).
    pub fn message_id(&self, natural_key: &str, domain: &str) -> String {
        let hash = self.hash(&["message-id", natural_key]);
        format!("<{}@{domain}>", HEXLOWER.encode(&hash[..16]))
    }

    /// Value of the X-Loop header: by it this installation knows its own mails when they come back.
    pub fn instance(&self) -> String {
        format!("loket-{}", HEXLOWER.encode(&self.hash(&["instance"])[..8]))
    }

    fn hash(&self, parts: &[&str]) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.secret).expect("HMAC takes a key of any length");
        mac.update(parts.join("\0").as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// Detail of the address that bounces of this mail come back to: `b-` and the first 16 digits of its Message-ID.
/// A reply token never looks like it, since base32 has no hyphen.
pub fn bounce_detail(message_id: &str) -> String {
    let local = message_id.trim_start_matches('<');
    let digits: String = local
        .chars()
        .take_while(char::is_ascii_hexdigit)
        .take(BOUNCE_DIGITS)
        .collect();
    format!("b-{digits}")
}

/// The ENVID of this mail (RFC 3461 section 4.4): the keyed half of its Message-ID, so that nobody can make one up.
pub fn envelope_id(message_id: &str) -> &str {
    let local = message_id.trim_start_matches('<');
    let digits = local.bytes().take_while(u8::is_ascii_hexdigit).count();
    local.get(..digits).unwrap_or_default()
}

/// The first 16 digits of the Message-ID that a bounce address names, lowercase; `None` when it is no such detail.
pub fn parse_bounce_detail(detail: &str) -> Option<String> {
    let (prefix, digits) = detail.split_at_checked(2)?;
    let known = prefix.eq_ignore_ascii_case("b-")
        && digits.len() == BOUNCE_DIGITS
        && digits.bytes().all(|b| b.is_ascii_hexdigit());
    known.then(|| digits.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "8231345";
    const BIDDER: &str = "PT Contoh Karya Abadi";

    fn keys() -> Keys {
        Keys::new(*b"0123456789abcdef0123456789abcdef")
    }

    #[test]
    fn equal_input_gives_the_same_name_for_ever() {
        let keys = keys();
        let kind = SessionKind::Qualification;
        assert_eq!(keys.reply_token(CODE, BIDDER, kind), "ikzwrwukoy74kix7");
        assert_eq!(
            keys.reference(CODE, BIDDER, kind, 0).as_str(),
            "LKT-A6X-E3E1"
        );
        assert_eq!(
            keys.reference(CODE, BIDDER, kind, 1).as_str(),
            "LKT-5C3-5YY9"
        );
        assert_eq!(
            keys.message_id("invitation/12", "berau.test"),
            "<5ed06e38a5c0707c70a7098c8f17363a@berau.test>"
        );
    }

    #[test]
    fn another_secret_bidder_kind_or_tender_gives_another_token() {
        let keys = keys();
        let kind = SessionKind::Qualification;
        let tokens = [
            keys.reply_token(CODE, BIDDER, kind),
            keys.reply_token(CODE, BIDDER, SessionKind::Negotiation),
            keys.reply_token(CODE, "PT Contoh Karya", kind),
            keys.reply_token("8231346", BIDDER, kind),
            Keys::new([7; 32]).reply_token(CODE, BIDDER, kind),
        ];
        let different: std::collections::HashSet<_> = tokens.iter().collect();
        assert_eq!(different.len(), tokens.len());
    }

    #[test]
    fn a_bounce_address_leads_back_to_its_mail() {
        let message_id = keys().message_id("invitation/12", "berau.test");
        let detail = bounce_detail(&message_id);
        let digits = parse_bounce_detail(&detail.to_uppercase()).unwrap();
        assert!(message_id.starts_with(&format!("<{digits}")), "{digits}");
        for other in [
            "",
            "b-",
            "b-0123",
            "é0123456789abcdef",
            "b-0123456789abcdeg",
            "k7qabcdefghijklm",
        ] {
            assert_eq!(parse_bounce_detail(other), None, "{other}");
        }
    }

    #[test]
    fn the_secret_is_never_shown() {
        assert_eq!(format!("{:?}", keys()), "Keys(…)");
    }
}

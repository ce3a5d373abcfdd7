//! Who wrote, to whom, and where the servers brought it. Broken fields are read as far as they are certain; nothing is made up.

use mail_parser::{Addr, Header, HeaderName, HeaderValue};

use super::{Correspondent, ReturnPath, header::Field, names, words};
use crate::address::EmailAddress;

/// Characters of a display name.
const NAME_CHARS: usize = 200;
/// Addresses of one field that are read.
const ADDRESSES: usize = 500;

/// The mailboxes of every field of that name.
pub fn correspondents(
    headers: &[Header<'_>],
    fields: &[Field<'_>],
    name: HeaderName<'static>,
) -> Vec<Correspondent> {
    let mut found = Vec::new();
    for header in headers.iter().filter(|header| header.name == name) {
        if let HeaderValue::Address(address) = &header.value {
            found.extend(address.iter().take(ADDRESSES).filter_map(correspondent));
        }
    }
    if found.is_empty() {
        // What no grammar explains may still hold one plain address.
        let texts = fields.iter().filter(|field| field.is(name.as_str()));
        found.extend(texts.filter_map(|field| from_text(&words::decode(field.body))));
    }
    found
}

fn correspondent(addr: &Addr<'_>) -> Option<Correspondent> {
    let address = parse(addr.address.as_deref()?)?;
    Some(Correspondent {
        name: display_name(addr.name.as_deref().unwrap_or_default(), &address),
        address,
    })
}

fn display_name(name: &str, address: &EmailAddress) -> Option<String> {
    let name = names::one_line(&words::decode_text(name), NAME_CHARS);
    let name = name.trim_matches(['"', '\'', ' ']).to_owned();
    (!name.is_empty() && !name.eq_ignore_ascii_case(address.as_str())).then_some(name)
}

/// An address as it stands in a header: brackets, quotes and `mailto:` around it are not part of it.
fn parse(text: &str) -> Option<EmailAddress> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "<>[]()\"',;".contains(c));
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    text.parse().ok()
}

/// The only address in a line such as `Budi Contoh <budi@contoh.test>` or `Budi [mailto:budi@contoh.test]`; several are none.
pub fn from_text(text: &str) -> Option<Correspondent> {
    let mut found: Option<(usize, EmailAddress)> = None;
    let mut at = 0;
    for token in text.split(|c: char| c.is_whitespace() || "<>[](),;\"".contains(c)) {
        if token.contains('@')
            && let Some(address) = parse(token)
        {
            match &found {
                Some((_, other)) if *other != address => return None,
                Some(_) => {}
                None => found = Some((at, address)),
            }
        }
        at += token.len() + 1;
    }
    let (at, address) = found?;
    let name = text
        .get(..at)
        .unwrap_or_default()
        .trim_matches(|c: char| c.is_whitespace() || "<[(\"'*".contains(c));
    Some(Correspondent {
        name: display_name(name, &address),
        address,
    })
}

/// The addresses of several fields, each once, in order.
pub fn addresses(
    headers: &[Header<'_>],
    fields: &[Field<'_>],
    names: &[HeaderName<'static>],
) -> Vec<EmailAddress> {
    let mut found = Vec::new();
    for name in names {
        for correspondent in correspondents(headers, fields, name.clone()) {
            add(&mut found, correspondent.address);
        }
    }
    found
}

fn add(found: &mut Vec<EmailAddress>, address: EmailAddress) {
    if found.len() < ADDRESSES && !found.contains(&address) {
        found.push(address);
    }
}

/// Fields in which servers write the address they delivered to.
const DELIVERY: [&str; 6] = [
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Delivered-To",
    "Apparently-To",
];

/// Where the servers brought the mail: their own fields and the `for` of each Received.
pub fn delivered_to(fields: &[Field<'_>]) -> Vec<EmailAddress> {
    let mut found = Vec::new();
    for field in fields {
        if DELIVERY.iter().any(|name| field.is(name)) {
            let text = words::unfold(field.body);
            text.split(',')
                .filter_map(parse)
                .for_each(|address| add(&mut found, address));
        } else if field.is("Received")
            && let Some(address) = received_for(&words::unfold(field.body))
        {
            add(&mut found, address);
        }
    }
    found
}

fn received_for(text: &str) -> Option<EmailAddress> {
    let mut words = text.split(|c: char| c.is_whitespace() || c == ';');
    words.find(|word| word.eq_ignore_ascii_case("for"))?;
    parse(words.find(|word| !word.is_empty())?)
}

/// The envelope sender as the own server wrote it: only above its own Received (RFC 5321 section 4.4). `<>` counts wherever
/// it stands: a false one only keeps its own writer from an answer.
pub fn return_path(fields: &[Field<'_>]) -> ReturnPath {
    let paths = |fields: &[Field<'_>]| -> Vec<String> {
        fields
            .iter()
            .filter(|field| field.is("Return-Path"))
            .map(|field| words::unfold(field.body))
            .collect()
    };
    if paths(fields)
        .iter()
        .any(|path| path.replace(' ', "").starts_with("<>"))
    {
        return ReturnPath::Null;
    }
    let own = fields
        .iter()
        .position(ends_delivery)
        .unwrap_or(fields.len());
    let mut found: Option<EmailAddress> = None;
    for path in paths(fields.get(..own).unwrap_or_default()) {
        match (parse(&path), &found) {
            (None, _) => return ReturnPath::Malformed,
            (Some(address), Some(other)) if address != *other => return ReturnPath::Malformed,
            (Some(address), _) => found = Some(address),
        }
    }
    found.map_or(ReturnPath::Missing, ReturnPath::Address)
}

/// The Received of the hop that brought the mail in. Google writes one without `from` for the way inside above it, and its
/// Return-Path between the two.
fn ends_delivery(field: &Field<'_>) -> bool {
    field.is("Received")
        && words::unfold(field.body)
            .to_ascii_lowercase()
            .starts_with("from ")
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;
    use crate::letter::header;

    fn fields(raw: &str) -> Vec<Field<'_>> {
        let block = header::scan(raw.as_bytes(), 0, true, b'\n', &|_| false).unwrap();
        header::fields(raw.as_bytes(), block, b'\n')
    }

    fn from(raw: &str) -> Vec<(String, String)> {
        let parsed = MessageParser::default().parse_headers(raw).unwrap();
        let found = correspondents(parsed.headers(), &fields(raw), HeaderName::From);
        found
            .into_iter()
            .map(|who| (who.name.unwrap_or_default(), who.address.to_string()))
            .collect()
    }

    #[test]
    fn senders_are_read_however_they_are_written() {
        let table: [(&str, &[(&str, &str)]); 11] = [
            (
                "From: Budi Contoh <Budi@Contoh.Test>\n\n",
                &[("Budi Contoh", "budi@contoh.test")],
            ),
            ("From: budi@contoh.test\n\n", &[("", "budi@contoh.test")]),
            (
                "From: \"Contoh, PT\" <a@b.test>, c@d.test\n\n",
                &[("Contoh, PT", "a@b.test"), ("", "c@d.test")],
            ),
            (
                "From: =?utf-8?B?QW5kcsOp?= <a@b.test>\n\n",
                &[("André", "a@b.test")],
            ),
            ("From: a@b.test (Budi)\n\n", &[("Budi", "a@b.test")]),
            (
                "From: a@b.test\nFrom: c@d.test\n\n",
                &[("", "a@b.test"), ("", "c@d.test")],
            ),
            ("From: Budi [mailto:a@b.test]\n\n", &[("", "a@b.test")]),
            ("From: MAILER-DAEMON (Mail Delivery System)\n\n", &[]),
            ("From: \n\n", &[]),
            ("From: undisclosed-recipients:;\n\n", &[]),
            ("From: 'a@b.test' <a@b.test>\n\n", &[("", "a@b.test")]),
        ];
        for (raw, expected) in table {
            let found = from(raw);
            let found: Vec<(&str, &str)> = found
                .iter()
                .map(|(name, address)| (name.as_str(), address.as_str()))
                .collect();
            assert_eq!(found, expected, "{raw}");
        }
    }

    #[test]
    fn only_the_own_servers_return_path_counts() {
        let own: EmailAddress = "a@b.test".parse().unwrap();
        let table = [
            (
                "Return-Path: <a@b.test>\nReceived: from x by y\n\n",
                ReturnPath::Address(own.clone()),
            ),
            (
                "Received: from x by y\nReturn-Path: <a@b.test>\n\n",
                ReturnPath::Missing,
            ),
            (
                "Received: by 2002:a05:1 with SMTP id x\nX-Received: z\nReturn-Path: <a@b.test>\nReceived: from x by mx.google.com\n\n",
                ReturnPath::Address(own.clone()),
            ),
            (
                "Return-Path: <a@b.test>\nReturn-Path: <c@b.test>\nReceived: from x\n\n",
                ReturnPath::Malformed,
            ),
            (
                "Return-Path: <a@b.test>\nReturn-Path: a@b.test\nReceived: from x\n\n",
                ReturnPath::Address(own),
            ),
            ("Return-Path: <>\nReceived: from x\n\n", ReturnPath::Null),
            ("Received: from x\nReturn-Path: <>\n\n", ReturnPath::Null),
            (
                "Return-Path: bukan alamat\nReceived: from x\n\n",
                ReturnPath::Malformed,
            ),
            ("Received: from x\nFrom: a@b.test\n\n", ReturnPath::Missing),
        ];
        for (raw, expected) in table {
            assert_eq!(return_path(&fields(raw)), expected, "{raw}");
        }
    }

    #[test]
    fn the_servers_tell_where_they_brought_it() {
        let raw = "Delivered-To: pokja3+abc@berau.test\nReceived: from x by y\n\tfor <pokja3+abc@berau.test>; Mon\n\
            Received: from z by x for direktur@contoh.test; Mon\nEnvelope-To: pokja3@berau.test\n\n";
        let found: Vec<String> = delivered_to(&fields(raw))
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            found,
            [
                "pokja3+abc@berau.test",
                "direktur@contoh.test",
                "pokja3@berau.test"
            ]
        );
    }
}

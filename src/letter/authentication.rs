//! Which verdicts of a server on who wrote (Authentication-Results) are our own server's: those of others say nothing about
//! how the mail came to us (RFC 8601 section 5).
//!
//! No setting names our server. It is known by its place and by its name: above the Received of the hop that brought the mail in
//! nobody outside writes; below it, as Google and many filters write, a field counts that bears the name of the server of a hop of
//! ours, which must have taken out what others wrote in that name (RFC 8601 section 5, the first paragraph).

use super::form::{Form, strip_comments};

/// Names under which whole organisations register, so that the last two labels tell no organisation: "go.id", "co.uk".
const SHARED: &[&str] = &[
    "ac", "biz", "co", "com", "desa", "edu", "go", "gob", "gov", "mil", "my", "ne", "net", "or",
    "org", "ponpes", "sch", "web",
];

/// The fields that our own server wrote, without comments, from the top.
pub(super) fn own_results(form: &Form<'_>) -> Vec<String> {
    let fields: Vec<(&str, &str)> = form.fields().collect();
    let brought = fields
        .iter()
        .position(|(name, value)| *name == "received" && brings_in(value));
    let ours: Vec<String> = fields
        .iter()
        .take(brought.map_or(fields.len(), |at| at + 1))
        .filter(|(name, _)| *name == "received")
        .filter_map(|(_, value)| host_after("by", value))
        .collect();
    let results = fields
        .iter()
        .enumerate()
        .filter(|(_, (name, _))| *name == "authentication-results");
    let mut own = Vec::new();
    for (place, (at, (_, value))) in results.enumerate() {
        let value = strip_comments(value);
        let above = brought.is_none_or(|brought| at < brought);
        let is_ours = match server(&value) {
            Some(server) => ours.iter().any(|host| same_organisation(host, &server)),
            // Exchange Online names no server, and writes below hops of several of its domains.
            None => place == 0,
        };
        if above || is_ours {
            own.push(value.trim().to_owned());
        }
    }
    own
}

/// The Received of a hop from outside; what goes from one of our own programs to another brings nothing in.
fn brings_in(value: &str) -> bool {
    let Some(from) = host_after("from", value) else {
        return false;
    };
    let inside = from == "localhost" || value.to_ascii_lowercase().contains(" with lmtp");
    !inside && host_after("by", value).is_none_or(|by| !same_organisation(&from, &by))
}

fn host_after(word: &str, value: &str) -> Option<String> {
    let value = strip_comments(value);
    let mut words = value.split(|c: char| c.is_whitespace() || c == ';');
    if word == "from" {
        // Only where the field begins so.
        return words
            .next()
            .filter(|first| first.eq_ignore_ascii_case(word))
            .and_then(|_| words.find(|next| !next.is_empty()))
            .map(host);
    }
    words.find(|next| next.eq_ignore_ascii_case(word))?;
    words.find(|next| !next.is_empty()).map(host)
}

fn host(word: &str) -> String {
    word.trim_end_matches('.').to_ascii_lowercase()
}

/// The authserv-id; `None` where the field begins with a result.
fn server(value: &str) -> Option<String> {
    let first = value.split(';').next()?.split_whitespace().next()?;
    (!first.contains('=')).then(|| host(first))
}

fn same_organisation(one: &str, other: &str) -> bool {
    one == other || organisation(one).is_some_and(|of| Some(of) == organisation(other))
}

/// The name that was registered: "mail.berau.go.id" is of "berau.go.id".
fn organisation(host: &str) -> Option<&str> {
    let mut labels = host.rsplit('.');
    let (top, second) = (labels.next()?, labels.next()?);
    let is_shared = top.len() == 2 && SHARED.contains(&second);
    let third = match is_shared {
        true => labels.next()?.len() + 1,
        false => 0,
    };
    // An address of numbers is no name.
    let is_name = top.bytes().all(|octet| octet.is_ascii_alphabetic());
    let length = top.len() + 1 + second.len() + third;
    host.get(host.len().checked_sub(length)?..)
        .filter(|_| is_name && !second.is_empty())
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    fn own(fields: &str) -> Vec<String> {
        let raw = format!("{fields}From: a@contoh.test\nSubject: x\n\nteks\n");
        let parsed = MessageParser::default().parse(raw.as_bytes()).unwrap();
        own_results(&Form::read(&parsed))
    }

    const OUR_HOP: &str = "Received: from mx.contoh.co.id (mx.contoh.co.id [192.0.2.9])\n\tby mail.berau.go.id (Postfix) with ESMTPS id 1;\n";

    #[test]
    fn the_verdict_of_our_own_server_counts_wherever_it_writes() {
        for (what, fields) in [
            (
                "nothing was passed on",
                "Authentication-Results: mx; dmarc=fail\n".to_owned(),
            ),
            (
                "above its hop",
                format!("Authentication-Results: anything; dmarc=fail\n{OUR_HOP}"),
            ),
            (
                "between the delivery into the mailbox and its hop",
                format!(
                    "Received: from mx.berau.go.id ([127.0.0.1]) by imap.berau.go.id with LMTP id 2;\n\
                     Authentication-Results: OpenDMARC; dmarc=fail\n{OUR_HOP}"
                ),
            ),
            (
                "below its hop, in its name",
                format!("{OUR_HOP}Authentication-Results: (x) mail.berau.go.id 1; dmarc=fail\n"),
            ),
            (
                "below its hop, in another name of its house",
                format!("{OUR_HOP}Authentication-Results: mx1.berau.go.id; dmarc=fail\n"),
            ),
            (
                "Google",
                "Received: by 2002:a05:6a11 with SMTP id x;\nReturn-Path: <a@contoh.test>\n\
                 Received: from mx.contoh.test (mx.contoh.test. [192.0.2.9]) by mx.google.com with ESMTPS id y;\n\
                 Authentication-Results: mx.google.com; dmarc=fail\n"
                    .to_owned(),
            ),
            (
                "Exchange Online",
                "Received: from A.apcprd01.prod.exchangelabs.com by B.prod.outlook.com with HTTPS;\n\
                 Authentication-Results: spf=none; dmarc=fail action=none\n\
                 Received: from mx.contoh.test by C.mail.protection.outlook.com;\n"
                    .to_owned(),
            ),
        ] {
            let found = own(&fields);
            assert_eq!(found.len(), 1, "{what}");
            assert!(found[0].contains("dmarc=fail"), "{what}: {found:?}");
        }
    }

    #[test]
    fn what_another_server_wrote_on_the_way_says_nothing() {
        let ours = "Authentication-Results: mail.berau.go.id; dmarc=pass (p=none)\n";
        for below in [
            // A list or a forwarder, whose verdict was true when the mail came to it.
            "Authentication-Results: milis.contoh.co.id; dmarc=fail\n",
            "Authentication-Results: mx.contoh.go.id; dmarc=fail\n",
            "Received: from x by milis.contoh.co.id;\nAuthentication-Results: milis.contoh.co.id; dmarc=fail\n",
            "ARC-Authentication-Results: i=1; mail.berau.go.id; dmarc=fail\n",
            "Authentication-Results: ; dmarc=fail\n",
        ] {
            let found = own(&format!("{ours}{OUR_HOP}{below}"));
            assert_eq!(found, ["mail.berau.go.id; dmarc=pass"], "{below}");
            if !below.contains(": ;") {
                assert!(own(&format!("{OUR_HOP}{below}")).is_empty(), "{below}");
            }
        }
    }

    #[test]
    fn a_house_is_known_by_the_name_that_it_registered() {
        for (host, of) in [
            ("mail.berau.go.id", Some("berau.go.id")),
            ("berau.go.id", Some("berau.go.id")),
            ("go.id", None),
            ("mail.berau.id", Some("berau.id")),
            ("mx03.posteo.de", Some("posteo.de")),
            ("localhost", None),
            ("192.0.2.9", None),
            ("", None),
            (".", None),
        ] {
            assert_eq!(organisation(host), of, "{host:?}");
        }
    }
}

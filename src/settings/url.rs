//! The URLs of the settings. A message about one never repeats it: somebody may have put a password in.

use std::path::Path;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    Secret,
    server_url::{ServerUrl, server},
};
use crate::form::nearest;

/// What is wrong, and what to do.
#[derive(Debug, PartialEq)]
pub struct Wrong {
    pub what: String,
    pub remedy: String,
}

pub fn wrong<T>(what: impl Into<String>, remedy: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong {
        what: what.into(),
        remedy: remedy.into(),
    })
}

#[derive(Debug, PartialEq)]
pub enum ReceiveUrl {
    Imap(ServerUrl),
    Maildir(String),
}

#[derive(Debug, PartialEq)]
pub enum SendUrl {
    Smtp(ServerUrl),
    File(String),
}

#[derive(Debug, PartialEq)]
pub enum DatabaseUrl {
    Sqlite(String),
    Postgres,
}

pub fn receive(url: &str) -> Result<ReceiveUrl, Wrong> {
    match scheme(
        url,
        &["imaps", "imap", "maildir"],
        "imaps://user@host/INBOX",
    )? {
        ("maildir", rest) => path(rest, "maildir").map(ReceiveUrl::Maildir),
        ("imaps", rest) => server(rest, true, [993, 143, 143]).map(ReceiveUrl::Imap),
        (_, rest) => server(rest, false, [993, 143, 143]).map(ReceiveUrl::Imap),
    }
}

pub fn send(url: &str) -> Result<SendUrl, Wrong> {
    let (scheme, rest) = scheme(url, &["smtps", "smtp", "file"], "smtps://user@host")?;
    let server = match scheme {
        "file" => return path(rest, "file").map(SendUrl::File),
        "smtps" => server(rest, true, [465, 587, 25])?,
        _ => server(rest, false, [465, 587, 25])?,
    };
    if !server.folder.is_empty() {
        return wrong(
            "has a path behind the host",
            "End the URL after the host and port.",
        );
    }
    Ok(SendUrl::Smtp(server))
}

pub fn database(url: &str) -> Result<DatabaseUrl, Wrong> {
    let example = "sqlite:/var/lib/loket/loket.db";
    let (scheme, rest) = scheme(url, &["sqlite", "postgres", "postgresql"], example)?;
    if scheme != "sqlite" {
        return match rest.strip_prefix("//") {
            Some(rest) if !rest.is_empty() => Ok(DatabaseUrl::Postgres),
            _ => wrong("names no host", "Write postgres://user@host/name."),
        };
    }
    if rest.contains('?') {
        let remedy = "Leave out what stands behind the `?`; loket sets what SQLite needs.";
        return wrong("has parameters", remedy);
    }
    if rest == ":memory:" {
        let remedy = format!("Name a file, such as {example}.");
        return wrong("would forget everything at the end", remedy);
    }
    path(rest, "sqlite").map(DatabaseUrl::Sqlite)
}

pub fn storage(url: &str) -> Result<String, Wrong> {
    match scheme(url, &["file", "s3"], "file:/var/lib/loket/berkas")? {
        ("file", rest) => path(rest, "file"),
        _ => wrong(
            "S3 is not built in yet",
            "Use a folder for now, such as file:/var/lib/loket/berkas.",
        ),
    }
}

/// A PostgreSQL URL with the password and the certificate authority put in, as its driver wants them.
pub fn postgres(
    url: &str,
    password: Option<&Secret>,
    ca_file: Option<&Path>,
) -> Result<String, Wrong> {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let mut whole = url.to_owned();
    if let Some(Secret(password)) = password {
        let start = url.find("//").map_or(0, |at| at + 2);
        let end = url[start..]
            .find(['/', '?'])
            .map_or(url.len(), |at| start + at);
        let authority = &url[start..end];
        match authority.rsplit_once('@') {
            None | Some(("", _)) => {
                return wrong(
                    "names no user for the password",
                    "Write postgres://user@host/name.",
                );
            }
            Some((user, _)) if user.contains(':') => {
                let remedy = "Take the password out of the URL.";
                return wrong(
                    "holds a password, and another one is given beside it",
                    remedy,
                );
            }
            Some((user, _)) => {
                whole.insert_str(start + user.len(), &format!(":{}", encode(password)))
            }
        }
    }
    if let Some(ca_file) = ca_file {
        let separator = if whole.contains('?') { '&' } else { '?' };
        let mode = if whole.contains("sslmode=") {
            ""
        } else {
            "sslmode=verify-full&"
        };
        let path = encode(&ca_file.to_string_lossy());
        whole.push_str(&format!("{separator}{mode}sslrootcert={path}"));
    }
    Ok(whole)
}

fn scheme<'a>(
    url: &'a str,
    known: &[&'static str],
    example: &str,
) -> Result<(&'static str, &'a str), Wrong> {
    let choices: Vec<String> = known.iter().map(|scheme| format!("{scheme}:")).collect();
    let remedy = format!(
        "Begin it with {}; for example {example}.",
        choices.join(" or ")
    );
    if url.trim() != url || url.chars().any(char::is_control) {
        return wrong(
            "has blanks or control characters at an end or inside",
            "Remove them.",
        );
    }
    let Some((scheme, rest)) = url.split_once(':') else {
        return wrong("is no URL", remedy);
    };
    let typed = scheme.to_ascii_lowercase();
    match known.iter().find(|known| **known == typed) {
        Some(known) => Ok((known, rest)),
        None => match nearest(&typed, known.iter().copied()) {
            Some(near) => wrong(
                "begins with an unknown word",
                format!("Did you mean `{near}:`?"),
            ),
            None => wrong("begins with an unknown word", remedy),
        },
    }
}

/// A path behind `file:` and the like; as it stands, nothing in it is decoded.
fn path(rest: &str, scheme: &str) -> Result<String, Wrong> {
    let path = match rest.strip_prefix("//") {
        None => rest,
        Some(absolute) if absolute.starts_with('/') => absolute,
        Some(_) => {
            let remedy = format!("Write {scheme}:/absolute/path or {scheme}:relative/path.");
            return wrong("names a host where a path belongs", remedy);
        }
    };
    if path.is_empty() {
        return wrong("names no path", format!("Write {scheme}:/some/path."));
    }
    Ok(path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{super::Tls, *};

    fn parts(url: &ServerUrl) -> (Option<&str>, &str, u16, Tls, &str) {
        let user = url.user.as_deref();
        (
            user,
            url.host.as_str(),
            url.port,
            url.tls,
            url.folder.as_str(),
        )
    }

    #[test]
    fn server_urls_are_read_with_the_user_before_the_last_at() {
        let user = Some("pokja3@berau.test");
        for (url, expected) in [
            (
                "imaps://pokja3@berau.test@mail.berau.test:993/INBOX",
                (user, "mail.berau.test", 993, Tls::Implicit, "INBOX"),
            ),
            (
                "imaps://pokja3%40berau.test@Mail.Berau.test",
                (user, "mail.berau.test", 993, Tls::Implicit, ""),
            ),
            (
                "imap://a%25b%3Ac@h/Kotak%20Masuk/x@y?tls=starttls",
                (Some("a%b:c"), "h", 143, Tls::StartTls, "Kotak Masuk/x@y"),
            ),
            (
                "imap://a@127.0.0.1:1143?tls=none",
                (Some("a"), "127.0.0.1", 1143, Tls::None, ""),
            ),
            ("imap://a@h/", (Some("a"), "h", 143, Tls::StartTls, "")),
            (
                "imaps://100%@[::1]:99",
                (Some("100%"), "::1", 99, Tls::Implicit, ""),
            ),
        ] {
            match receive(url) {
                Ok(ReceiveUrl::Imap(server)) => assert_eq!(parts(&server), expected, "{url}"),
                other => panic!("{url}: {other:?}"),
            }
        }
        for (url, expected) in [
            ("smtps://a@h", (Some("a"), "h", 465, Tls::Implicit, "")),
            (
                "smtp://a@h?tls=starttls",
                (Some("a"), "h", 587, Tls::StartTls, ""),
            ),
            (
                "smtp://localhost?tls=none",
                (None, "localhost", 25, Tls::None, ""),
            ),
        ] {
            match send(url) {
                Ok(SendUrl::Smtp(server)) => assert_eq!(parts(&server), expected, "{url}"),
                other => panic!("{url}: {other:?}"),
            }
        }
    }

    #[test]
    fn paths_are_taken_as_they_stand() {
        assert_eq!(
            receive("maildir:mail/in%20box"),
            Ok(ReceiveUrl::Maildir("mail/in%20box".into()))
        );
        assert_eq!(
            send("file:///srv/out"),
            Ok(SendUrl::File("/srv/out".into()))
        );
        assert_eq!(
            database("sqlite:a b.db"),
            Ok(DatabaseUrl::Sqlite("a b.db".into()))
        );
        assert_eq!(database("postgres://u@h/n"), Ok(DatabaseUrl::Postgres));
        assert_eq!(storage("file:/var/x"), Ok("/var/x".into()));
    }

    #[test]
    fn a_wrong_url_is_told_without_repeating_it() {
        let all = [
            receive("imaps://u:hunter2@h").err(),
            receive("imaps:u@hunter2").err(),
            receive("hunter2").err(),
            receive("hunter2://x").err(),
            receive("imap://u@h:hunter2").err(),
            receive("imap://u@h?hunter2").err(),
            receive("imap://u@h?tls=hunter2").err(),
            receive("imap://u@hunter2/ü@ h%ff").err(),
            receive("imaps://u@h?tls=none").err(),
            receive("imap://u@h:0").err(),
            receive("imap://@h").err(),
            receive("imap://u@").err(),
            receive("imap://u@ü").err(),
            receive("imap://u@[::1").err(),
            receive("imap://u@[hunter2]").err(),
            receive("maildir:").err(),
            receive(" imaps://u@h").err(),
            receive("imap://u%0d%0aA@h").err(),
            send("smtp://u@h/hunter2").err(),
            send("file://hunter2/x").err(),
            database("sqlite::memory:").err(),
            database("sqlite:x?mode=rwc").err(),
            database("postgres:hunter2").err(),
            storage("s3://hunter2/x").err(),
        ];
        for (index, wrong) in all.into_iter().enumerate() {
            let wrong = wrong.unwrap_or_else(|| panic!("number {index} was accepted"));
            assert!(!format!("{wrong:?}").contains("hunter2"), "{wrong:?}");
        }
    }

    #[test]
    fn a_postgres_url_gets_its_password_and_authority() {
        let password = Secret("a b@/:ü".into());
        let ca_file = Path::new("/etc/ca.pem");
        for (url, whole) in [
            (
                "postgres://u@h/n",
                "postgres://u:a%20b%40%2F%3A%C3%BC@h/n?sslmode=verify-full&sslrootcert=%2Fetc%2Fca%2Epem",
            ),
            (
                "postgres://u@h?sslmode=require",
                "postgres://u:a%20b%40%2F%3A%C3%BC@h?sslmode=require&sslrootcert=%2Fetc%2Fca%2Epem",
            ),
        ] {
            assert_eq!(
                postgres(url, Some(&password), Some(ca_file)).as_deref(),
                Ok(whole)
            );
        }
        assert_eq!(
            postgres("postgres://u:p@h/n", None, None).as_deref(),
            Ok("postgres://u:p@h/n")
        );
        for url in ["postgres://u:p@h/n", "postgres://h/n", "postgres:///n"] {
            assert!(postgres(url, Some(&password), None).is_err(), "{url}");
        }
    }
}

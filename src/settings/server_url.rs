//! URLs of mail servers: who signs in where, and how the line is protected.

use std::net::{IpAddr, Ipv6Addr};

use percent_encoding::percent_decode_str;

use super::{
    Tls,
    url::{Wrong, wrong},
};

/// `imap`, `imaps`, `smtp` or `smtps`.
#[derive(Debug, PartialEq)]
pub struct ServerUrl {
    pub user: Option<String>,
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    /// Percent-decoded; empty where the URL names none.
    pub folder: String,
}

/// Whether a host is this machine itself.
pub fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// `ports` for TLS from the start, for STARTTLS, for none.
pub fn server(rest: &str, implicit: bool, ports: [u16; 3]) -> Result<ServerUrl, Wrong> {
    let Some(rest) = rest.strip_prefix("//") else {
        return wrong(
            "lacks `//`",
            "Write scheme://user@host, two slashes behind the colon.",
        );
    };
    let (rest, query) = match rest.rsplit_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let (authority, folder) = match rest.split_once('/') {
        Some((authority, folder)) => (authority, folder),
        None => (rest, ""),
    };
    let (user, host_port) = match authority.rsplit_once('@') {
        Some((user, host_port)) => (Some(user), host_port),
        None => (None, authority),
    };
    let tls = tls(query, implicit)?;
    let [implicit_port, starttls_port, clear_port] = ports;
    let default_port = match tls {
        Tls::Implicit => implicit_port,
        Tls::StartTls => starttls_port,
        Tls::None => clear_port,
    };
    let (host, port) = host_and_port(host_port)?;
    Ok(ServerUrl {
        user: user.map(user_name).transpose()?,
        host,
        port: port.unwrap_or(default_port),
        tls,
        folder: decoded(folder, "the folder")?,
    })
}

fn tls(query: Option<&str>, implicit: bool) -> Result<Tls, Wrong> {
    let choices = "Write ?tls=starttls or ?tls=none.";
    let Some(query) = query else {
        // Never in clear text because somebody left something out.
        return Ok(if implicit {
            Tls::Implicit
        } else {
            Tls::StartTls
        });
    };
    match (query, implicit) {
        ("tls=implicit", true) => Ok(Tls::Implicit),
        ("tls=starttls", false) => Ok(Tls::StartTls),
        ("tls=none", false) => Ok(Tls::None),
        ("tls=starttls" | "tls=none", true) => wrong(
            "wants TLS from the start by its first word and something else by tls=",
            "With tls=starttls or tls=none begin it with imap: or smtp:, without the s.",
        ),
        (query, _) if query.starts_with("tls=") => wrong("tls= has an unknown value", choices),
        _ => wrong("has an unknown parameter behind the `?`", choices),
    }
}

/// What stands before the last `@`, percent-encoded or plain.
fn user_name(typed: &str) -> Result<String, Wrong> {
    if typed.contains(':') {
        return wrong(
            "holds a password, or a colon in the user",
            "Take the password out and put it into a file named by password_file; a colon of the user is written %3A.",
        );
    }
    if typed.is_empty() {
        return wrong("names no user before the @", "Write scheme://user@host.");
    }
    decoded(typed, "the user")
}

fn decoded(typed: &str, what: &str) -> Result<String, Wrong> {
    match percent_decode_str(typed).decode_utf8() {
        Ok(text) if !text.chars().any(char::is_control) => Ok(text.into_owned()),
        _ => wrong(
            format!("{what} is not readable text once percent-decoded"),
            "Write it plain, or percent-encode its UTF-8; a percent sign itself is %25.",
        ),
    }
}

fn host_and_port(typed: &str) -> Result<(String, Option<u16>), Wrong> {
    let (host, port) = match typed.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((host, "")) => (host, None),
            Some((host, port)) if port.starts_with(':') => (host, Some(&port[1..])),
            _ => return wrong("has a bracket that is not closed", "Write [::1]:993."),
        },
        None => match typed.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (typed, None),
        },
    };
    let is_v6 = typed.starts_with('[');
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let good = match is_v6 {
        true => host.parse::<Ipv6Addr>().is_ok(),
        false => host.len() <= 253 && host.split('.').all(label),
    };
    if host.is_empty() {
        return wrong("names no host", "Write scheme://user@host.");
    }
    if !good {
        return wrong(
            "has a host that is no name and no address",
            "Write a name like mail.berau.test (umlauts and the like as xn--…), an address, or [::1]; a slash in the user is written %2F.",
        );
    }
    let port = match port.map(str::parse::<u16>) {
        None => None,
        Some(Ok(port)) if port > 0 => Some(port),
        Some(_) => {
            let remedy = "Write it as in mail.berau.test:993, or leave it out.";
            return wrong("the port is not a number from 1 to 65535", remedy);
        }
    };
    Ok((host.to_ascii_lowercase(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_name_and_address() {
        for (host, loopback) in [
            ("localhost", true),
            ("127.0.0.5", true),
            ("::1", true),
            ("mail.localhost", true),
            ("127.0.0.1.evil.test", false),
            ("mail.berau.test", false),
            ("10.0.0.1", false),
        ] {
            assert_eq!(is_loopback(host), loopback, "{host}");
        }
    }
}

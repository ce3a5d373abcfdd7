//! One `[[mailbox]]`: where its mail comes from and how it leaves.

use jiff::{Timestamp, civil::DateTime, civil::Time};

use super::{
    Login, MailboxSettings, Member, Receive, Send, Server, Tls,
    load::{SECRETS, Surroundings, accept, refuse_keys, secret},
    server_url::{ServerUrl, is_loopback},
    url::{self, ReceiveUrl, SendUrl},
};
use crate::{address::EmailAddress, form::Form};

/// Keys that only a server needs.
const SERVER_KEYS: [&str; 5] = [
    "ca_file",
    "allow_cleartext",
    SECRETS[0],
    SECRETS[1],
    SECRETS[2],
];

/// `None` only where a mistake was noted.
pub(super) fn mailboxes(form: &Form<'_>, around: &Surroundings) -> Option<Vec<MailboxSettings>> {
    let forms = form.tables("mailbox");
    if forms.is_empty() && (!form.has("mailbox") || form.is_list("mailbox")) {
        form.missing(
            "mailbox",
            "Add a line [[mailbox]] and its keys for each mailbox.",
        );
    }
    let (mut names, mut addresses) = (Vec::new(), Vec::new());
    let mut mailboxes = Vec::new();
    for form in forms {
        let name = name(&form).inspect(|name| {
            once(&form, "name", name.clone(), &mut names);
        });
        let address = address(&form, "address").inspect(|address| {
            once(&form, "address", address.clone(), &mut addresses);
        });
        mailboxes.push(mailbox(form, around, name, address));
    }
    (!mailboxes.is_empty())
        .then(|| mailboxes.into_iter().collect::<Option<Vec<_>>>())
        .flatten()
}

fn mailbox(
    form: Form<'_>,
    around: &Surroundings,
    name: Option<String>,
    address: Option<EmailAddress>,
) -> Option<MailboxSettings> {
    let title = form.filled_text(
        "title",
        "Write it as it stands in letters, or leave it out.",
    );
    let subaddress = subaddress(&form);
    let digest = digest(&form);
    let since = since(&form);
    let members = members(&form, address.as_ref());
    let table = |key, example: &str| {
        let table = form.table(key);
        if table.is_none() && !form.has(key) {
            let remedy =
                format!("Add a line [mailbox.{key}] and url = \"{example}\" below this mailbox.");
            form.missing(key, &remedy);
        }
        table
    };
    let receive = table("receive", "imaps://user@host/INBOX").map(|form| receive(form, around));
    let send = table("send", "smtps://user@host").map(|form| send(form, around));
    form.finish();
    let name = name?;
    Some(MailboxSettings {
        title: title.unwrap_or_else(|| name.clone()),
        name,
        address: address?,
        subaddress: subaddress?,
        digest,
        since,
        members,
        receive: receive??,
        send: send??,
    })
}

fn name(form: &Form<'_>) -> Option<String> {
    let remedy = "Write a short name of a-z, 0-9 and hyphens, such as pokja-3.";
    let name = form.required_text("name", remedy)?;
    let good = name.len() <= 40
        && !name.starts_with('-')
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !good {
        form.wrong("name", "is no short name", remedy);
    }
    good.then_some(name)
}

/// Notes a value that an earlier mailbox has too.
fn once<T: PartialEq>(form: &Form<'_>, key: &str, value: T, earlier: &mut Vec<T>) {
    if let Some(index) = earlier.iter().position(|other| *other == value) {
        let what = format!("is the same as in another mailbox (number {})", index + 1);
        form.wrong(key, what, "Each mailbox needs its own.");
    }
    earlier.push(value);
}

fn address(form: &Form<'_>, key: &'static str) -> Option<EmailAddress> {
    let remedy = "Write it as nama@contoh.test.";
    let text = form.required_text(key, remedy)?;
    let address = text.parse();
    if address.is_err() {
        form.wrong(key, "is no mail address", remedy);
    }
    address.ok()
}

/// Left out means none: mail to an address that the server does not know would be lost.
fn subaddress(form: &Form<'_>) -> Option<String> {
    let Some(delimiter) = form.text("subaddress") else {
        return (!form.has("subaddress")).then(String::new);
    };
    let good = delimiter.len() <= 1
        && delimiter
            .chars()
            .all(|c| c.is_ascii_punctuation() && c != '.')
        && format!("a{delimiter}b@c.test")
            .parse::<EmailAddress>()
            .is_ok();
    if !good {
        let remedy = "Write \"+\" or what your server has between name and detail; \"\" where it has no sub-addressing.";
        form.wrong("subaddress", "is no delimiter", remedy);
    }
    good.then_some(delimiter)
}

fn digest(form: &Form<'_>) -> Option<Time> {
    let text = form.text("digest")?;
    let time = text.trim().parse::<Time>().ok();
    // jiff would also take the time out of a date.
    let good = time.filter(|time| {
        (5..=8).contains(&text.trim().len()) && time.second() == 0 && time.subsec_nanosecond() == 0
    });
    if good.is_none() {
        let remedy = "Write hour and minute, as \"07:30\", or leave it out for no digest.";
        form.wrong("digest", "is no time of day", remedy);
    }
    good
}

fn since(form: &Form<'_>) -> Option<Timestamp> {
    let text = form.text("since")?;
    let text = text.trim();
    let remedy = "Write 2026-11-23T00:00:00+08:00, with the offset from UTC, or leave it out for the moment of the first start.";
    match text.parse::<Timestamp>() {
        Ok(time) => Some(time),
        Err(_) => {
            let what = match text.parse::<DateTime>() {
                Ok(_) => "lacks an offset from UTC",
                Err(_) => "is no time",
            };
            form.wrong("since", what, remedy);
            None
        }
    }
}

fn members(form: &Form<'_>, own: Option<&EmailAddress>) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    for form in form.tables("members") {
        let name = form.required_text("name", "Write the member's name.");
        let email = address(&form, "email");
        if let Some(email) = &email {
            if members.iter().any(|member| member.email == *email) {
                form.wrong(
                    "email",
                    "is the address of another member too",
                    "Each member needs an own one.",
                );
            }
            if Some(email) == own {
                let remedy =
                    "Write the member's own address; what loket sends would come back to it.";
                form.wrong("email", "is the mailbox itself", remedy);
            }
        }
        form.finish();
        if let (Some(name), Some(email)) = (name, email) {
            let name = name.trim().to_owned();
            members.push(Member { name, email });
        }
    }
    members
}

fn receive(form: Form<'_>, around: &Surroundings) -> Option<Receive> {
    let remedy =
        "Write imaps://user@host/INBOX, imap://user@host/INBOX?tls=starttls or maildir:PATH.";
    let url = form.required_text("url", remedy);
    let also = also(&form);
    let keys = ServerKeys::read(&form, around);
    let receive = match url.and_then(|url| accept(&form, url::receive(&url))) {
        None => None,
        Some(ReceiveUrl::Maildir(path)) => {
            refuse_keys(&form, &SERVER_KEYS, "a Maildir");
            Some(Receive::Maildir {
                path: around.path(&path),
                also,
            })
        }
        Some(ReceiveUrl::Imap(url)) => {
            let first = match url.folder.as_str() {
                "" => "INBOX".to_owned(),
                folder => folder.to_owned(),
            };
            if let Some(index) = also.iter().position(|folder| same_folder(folder, &first)) {
                let remedy = "Name only further folders here.";
                form.wrong(
                    &format!("also[{index}]"),
                    "is the folder of the URL",
                    remedy,
                );
            }
            if url.user.is_none() && !SECRETS.iter().any(|key| form.has(key)) {
                let remedy = "Write imaps://user@host/INBOX.";
                form.wrong("url", "names no user", remedy);
            }
            let folders = std::iter::once(first).chain(also).collect();
            server(&form, url, keys).map(|server| Receive::Imap { server, folders })
        }
    };
    form.finish();
    receive
}

fn send(form: Form<'_>, around: &Surroundings) -> Option<Send> {
    let remedy = "Write smtps://user@host, smtp://user@host?tls=starttls or file:DIR.";
    let url = form.required_text("url", remedy);
    let keys = ServerKeys::read(&form, around);
    let send = match url.and_then(|url| accept(&form, url::send(&url))) {
        None => None,
        Some(SendUrl::File(dir)) => {
            refuse_keys(&form, &SERVER_KEYS, "a folder");
            Some(Send::File {
                dir: around.path(&dir),
            })
        }
        Some(SendUrl::Smtp(url)) => server(&form, url, keys).map(|server| Send::Smtp { server }),
    };
    form.finish();
    send
}

/// INBOX is the same in any case (RFC 9051 section 5.1).
fn same_folder(a: &str, b: &str) -> bool {
    a == b || (a.eq_ignore_ascii_case("INBOX") && b.eq_ignore_ascii_case("INBOX"))
}

fn also(form: &Form<'_>) -> Vec<String> {
    let mut folders: Vec<String> = Vec::new();
    for (key, folder) in form.texts("also").unwrap_or_default() {
        if folder.trim().is_empty() || folder.chars().any(char::is_control) {
            form.wrong(
                &key,
                "is no folder's name",
                "Write the names as the mail program shows them.",
            );
        } else if folders.iter().any(|other| same_folder(other, &folder)) {
            form.wrong(&key, "stands here twice", "Remove one.");
        } else {
            folders.push(folder);
        }
    }
    folders
}

/// What stands beside the `url` of a server.
struct ServerKeys {
    ca_file: Option<std::path::PathBuf>,
    allow_cleartext: bool,
    secret: Option<super::SecretSource>,
}

impl ServerKeys {
    fn read(form: &Form<'_>, around: &Surroundings) -> ServerKeys {
        let remedy = "Put it alone into a file that only loket's user can read, and name that by password_file.";
        for key in ["password", "passwd", "token"] {
            form.refuse(key, "does not belong into this file", remedy);
        }
        ServerKeys {
            ca_file: form
                .filled_text("ca_file", "Name a PEM file, or leave it out.")
                .map(|path| around.path(&path)),
            allow_cleartext: form.truth("allow_cleartext").unwrap_or(false),
            secret: secret(form, around, &SECRETS),
        }
    }
}

fn server(form: &Form<'_>, url: ServerUrl, keys: ServerKeys) -> Option<Server> {
    if url.tls == Tls::None && !is_loopback(&url.host) && !keys.allow_cleartext {
        let remedy = "Use ?tls=starttls, or imaps: and smtps:. Only on a network where nobody else listens: allow_cleartext = true.";
        form.wrong(
            "url",
            "would send password and mails in clear text over the network",
            remedy,
        );
    }
    let given = SECRETS.iter().any(|key| form.has(key));
    if url.user.is_some() && !given {
        let remedy = "Put the password alone into a file and name it here; or password_env, or token_command for XOAUTH2.";
        form.missing("password_file", remedy);
    }
    if url.user.is_none() && given {
        form.wrong(
            "url",
            "names no user for the password",
            "Write the user before the host: scheme://user@host.",
        );
    }
    let login = match (url.user, keys.secret) {
        (Some(user), Some(secret)) => Some(Login { user, secret }),
        (None, None) => None,
        _ => return None,
    };
    Some(Server {
        host: url.host,
        port: url.port,
        tls: url.tls,
        ca_file: keys.ca_file,
        login,
    })
}

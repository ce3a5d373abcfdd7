//! The private Dovecot, Postfix and PostgreSQL that `tests/run` (or `tests/servers/up`) started.

use std::{
    collections::HashMap,
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command},
    sync::atomic::{AtomicU32, Ordering},
};

use super::{imap::Mailbox, smtp};

/// Where they listen, on loopback.
#[derive(Clone, Debug)]
pub struct Servers {
    /// Name in the certificate.
    pub host: String,
    /// The authority to trust, PEM.
    pub ca: PathBuf,
    /// Every user's password.
    pub password: String,
    /// A file that holds it, for `password_file`.
    pub password_file: PathBuf,
    pub imaps_port: u16,
    /// STARTTLS, or none at all.
    pub imap_port: u16,
    pub lmtp_port: u16,
    /// Where mail from elsewhere comes in: no sign-in, STARTTLS if wanted.
    pub smtp_port: u16,
    /// Implicit TLS, sign-in required.
    pub smtps_port: u16,
    /// STARTTLS and sign-in required.
    pub submission_port: u16,
    /// A superuser's URL.
    pub postgres: String,
    dir: PathBuf,
}

impl Servers {
    /// `None`, said loudly, where no servers were started.
    pub fn get() -> Option<Servers> {
        let file: HashMap<String, String> = match env::var_os("LOKET_TEST_SERVERS") {
            Some(path) => fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("LOKET_TEST_SERVERS={path:?}: {error}"))
                .lines()
                .filter_map(|line| line.split_once('='))
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
            None => HashMap::new(),
        };
        let value = |key: &str| {
            let key = format!("LOKET_TEST_{key}");
            file.get(&key).cloned().or_else(|| env::var(&key).ok())
        };
        if value("DIR").is_none() {
            eprintln!("SKIPPED: no test servers; run tests/run, or see tests/servers/up");
            return None;
        }
        let must = |key: &str| value(key).unwrap_or_else(|| panic!("LOKET_TEST_{key} is not set"));
        let port = |key: &str| must(key).parse().expect("a port number");
        Some(Servers {
            host: must("HOST"),
            ca: must("CA").into(),
            password: must("PASSWORD"),
            password_file: must("PASSWORD_FILE").into(),
            imaps_port: port("IMAPS_PORT"),
            imap_port: port("IMAP_PORT"),
            lmtp_port: port("LMTP_PORT"),
            smtp_port: port("SMTP_PORT"),
            smtps_port: port("SMTPS_PORT"),
            submission_port: port("SUBMISSION_PORT"),
            postgres: must("POSTGRES"),
            dir: must("DIR").into(),
        })
    }

    /// An address that no other test has: `pokja-3-4711@berau.test`. A name that begins with `tidak-ada` bounces,
    /// with `ditolak` is refused by 550, with `tertunda` by 451.
    pub fn address(name: &str) -> String {
        Servers::address_at(name, "berau.test")
    }

    /// The same in a domain of your choice; any that ends in `.test` or `.example` is delivered.
    pub fn address_at(name: &str, domain: &str) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        format!("{name}-{count:03}-{}@{domain}", process::id())
    }

    pub fn imaps_url(&self, address: &str) -> String {
        format!("imaps://{address}@{}:{}/INBOX", self.host, self.imaps_port)
    }

    pub fn imap_starttls_url(&self, address: &str) -> String {
        let (host, port) = (&self.host, self.imap_port);
        format!("imap://{address}@{host}:{port}/INBOX?tls=starttls")
    }

    pub fn imap_plain_url(&self, address: &str) -> String {
        format!(
            "imap://{address}@127.0.0.1:{}/INBOX?tls=none",
            self.imap_port
        )
    }

    pub fn smtps_url(&self, address: &str) -> String {
        format!("smtps://{address}@{}:{}", self.host, self.smtps_port)
    }

    pub fn submission_url(&self, address: &str) -> String {
        let (host, port) = (&self.host, self.submission_port);
        format!("smtp://{address}@{host}:{port}?tls=starttls")
    }

    /// Without sign-in.
    pub fn smtp_plain_url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.smtp_port)
    }

    /// Delivers a mail as from elsewhere, through Postfix. Returns when Postfix took it; `wait_for` tells when it is there.
    pub fn deliver(&self, from: &str, to: &[&str], mail: &[u8]) {
        self.try_deliver(from, to, mail)
            .expect("Postfix takes the mail");
    }

    /// The same; `Err` holds the refusal.
    pub fn try_deliver(&self, from: &str, to: &[&str], mail: &[u8]) -> Result<(), String> {
        smtp::send(self.smtp_port, "EHLO", from, to, mail)
    }

    /// Delivers straight to Dovecot: when it returns, the mail is in the mailbox.
    pub fn deliver_now(&self, from: &str, to: &[&str], mail: &[u8]) {
        smtp::send(self.lmtp_port, "LHLO", from, to, mail).expect("Dovecot takes the mail");
    }

    /// Signs in as the owner of an address.
    pub fn mailbox(&self, address: &str) -> Mailbox {
        Mailbox::sign_in(self.imap_port, address, &self.password)
    }

    /// The folder's Maildir on disk.
    pub fn maildir(&self, address: &str, folder: &str) -> PathBuf {
        let inbox = self
            .dir
            .join("mail")
            .join(address.to_lowercase())
            .join("Maildir");
        match folder {
            "INBOX" => inbox,
            other => inbox.join(format!(".{other}")),
        }
    }

    /// Gives a folder a new UIDVALIDITY and all its mails new UIDs, as a server restored from its backup has them.
    pub fn renumber(&self, address: &str, folder: &str) {
        let maildir = self.maildir(address, folder);
        let list = maildir.join("dovecot-uidlist");
        assert!(list.exists(), "no such folder yet: {}", maildir.display());
        for entry in fs::read_dir(&maildir).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == "dovecot-uidlist" || name.starts_with("dovecot.index") {
                remove(&entry.path());
            }
        }
    }

    /// Ends every IMAP connection of an address, as a restart of the server does.
    pub fn kick(&self, address: &str) {
        let output = Command::new("doveadm")
            .arg("-c")
            .arg(self.dir.join("dovecot/dovecot.conf"))
            .args(["kick", address])
            .output()
            .expect("doveadm");
        assert!(output.status.success(), "{output:?}");
    }

    /// A new, empty PostgreSQL database: its URL.
    pub fn fresh_database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{count}", process::id());
        let output = Command::new("psql")
            .args([&self.postgres, "-q", "-c"])
            .arg(format!("CREATE DATABASE {name}"))
            .output()
            .expect("psql");
        assert!(output.status.success(), "{output:?}");
        let (server, _) = self.postgres.rsplit_once('/').expect("a URL");
        format!("{server}/{name}")
    }

    /// What a database's owner does by hand; gives back what it printed.
    pub fn sql(url: &str, statement: &str) -> String {
        let output = Command::new("psql")
            .args([url, "-Atq", "-v", "ON_ERROR_STOP=1", "-c", statement])
            .output()
            .expect("psql");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

/// Dovecot may have been quicker.
fn remove(file: &Path) {
    if let Err(error) = fs::remove_file(file) {
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}");
    }
}

//! `loket.toml` to [`Settings`]: the whole file is read before anything is said.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    DatabaseUrl, LettersSettings, ReceiptSettings, Secret, SecretSource, Settings, SettingsErrors,
    StorageUrl,
    letters::letters,
    mailbox::mailboxes,
    office::{HOURS, Reminding, office, reminder},
    secret,
    url::{self, Wrong},
};
use crate::form::{Form, Language, Mistake, Sheet};

const QUIET: i64 = 120;
const LEAVE_OUT: &str = "Fill it in, or leave it out.";

pub(super) const SECRETS: [&str; 3] = ["password_file", "password_env", "token_command"];
const DATABASE_SECRETS: [&str; 2] = ["password_file", "password_env"];

pub fn load(path: &Path) -> Result<Settings, SettingsErrors> {
    let told = |what: String, remedy: &str| {
        SettingsErrors(vec![Mistake {
            file: path.display().to_string(),
            place: None,
            key: String::new(),
            what,
            remedy: remedy.to_owned(),
        }])
    };
    let bytes = std::fs::read(path).map_err(|error| {
        let remedy = "Name the settings file with --config FILE or $LOKET_CONFIG, or begin with a copy of config/loket.toml.";
        told(format!("cannot be read: {error}"), remedy)
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| told("is not UTF-8 text".into(), "Save it as UTF-8."))?;
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    // A process that changes its folder later must still find everything.
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let base = absolute.parent().unwrap_or(Path::new("/")).to_owned();
    let around = Surroundings { base, credentials };
    from_text(&text, &path.display().to_string(), &absolute, &around).0
}

/// Beside the settings, every key that was asked for. `name` is the file as the person called it.
pub(super) fn from_text(
    text: &str,
    name: &str,
    file: &Path,
    around: &Surroundings,
) -> (Result<Settings, SettingsErrors>, BTreeSet<String>) {
    let sheet = match Sheet::read(name, text, Language::English) {
        Ok(sheet) => sheet,
        Err(mistakes) => return (Err(SettingsErrors(mistakes)), BTreeSet::new()),
    };
    let settings = settings(&sheet, file, around);
    let asked = sheet.asked().clone();
    let settings = match (sheet.into_mistakes().0, settings) {
        (mistakes, Some(settings)) if mistakes.is_empty() => Ok(settings),
        (mistakes, _) => Err(SettingsErrors(mistakes)),
    };
    (settings, asked)
}

/// Where relative paths begin.
pub(super) struct Surroundings {
    base: PathBuf,
    credentials: Option<PathBuf>,
}

impl Surroundings {
    #[cfg(test)]
    pub(super) fn new(base: PathBuf, credentials: Option<PathBuf>) -> Surroundings {
        Surroundings { base, credentials }
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.base.join(path)
    }

    /// systemd lays credentials under their own names into a folder of their own.
    pub(super) fn password_file(&self, name: &str) -> PathBuf {
        self.credentials
            .as_ref()
            .map(|folder| folder.join(name))
            .filter(|path| Path::new(name).is_relative() && path.exists())
            .unwrap_or_else(|| self.path(name))
    }
}

/// `None` only where a mistake was noted.
fn settings(sheet: &Sheet, file: &Path, around: &Surroundings) -> Option<Settings> {
    let form = sheet.form();
    let section = |key, remedy| {
        let table = form.table(key);
        if table.is_none() && !form.has(key) {
            form.missing(key, remedy);
        }
        table
    };
    let reminder = match form.table("reminder") {
        Some(form) => reminder(form),
        None => Some(Reminding::default()),
    };
    let hours = reminder.as_ref().map(|reminder| reminder.hours);
    let office = section("office", "Add a line [office], below it name and timezone.")
        .map(|form| office(form, around, hours.unwrap_or(HOURS)));
    let database = section("database", "Add [database] and url = \"sqlite:loket.db\".")
        .map(|form| database(form, around));
    let storage = section("storage", "Add [storage] and url = \"file:berkas\".")
        .map(|form| storage(form, around));
    let receipt = form.table("receipt").map_or(Some(QUIET), receipt);
    let letters = match form.table("letters") {
        Some(form) => letters(form, around),
        None => Some(LettersSettings::default()),
    };
    let mailboxes = mailboxes(&form, around);
    form.finish();
    Some(Settings {
        file: file.to_owned(),
        office: office??,
        database: database??,
        storage: storage??,
        mailboxes: mailboxes?,
        receipt: ReceiptSettings {
            quiet: Duration::from_secs(u64::try_from(receipt?).ok()?),
        },
        reminder: reminder?.settings,
        letters: letters?,
    })
}

fn database(form: Form<'_>, around: &Surroundings) -> Option<DatabaseUrl> {
    let remedy = "Write url = \"sqlite:loket.db\" or \"postgres://user@host/name\".";
    let url = form.required_text("url", remedy);
    let password = secret(&form, around, &DATABASE_SECRETS);
    let ca_file = form.text("ca_file").map(|path| around.path(&path));
    let database = match url.and_then(|url| Some((accept(&form, url::database(&url))?, url))) {
        None => None,
        Some((url::DatabaseUrl::Sqlite(path), _)) => {
            let keys = DATABASE_SECRETS.iter().chain(&["ca_file"]);
            refuse_keys(&form, keys, "a SQLite file");
            Some(DatabaseUrl::Sqlite(around.path(&path)))
        }
        Some((url::DatabaseUrl::Postgres, url)) => {
            let password = password.and_then(|source| match secret::read_now(&source) {
                Ok(password) => Some(password),
                Err(error) => {
                    form.wrong("url", "its password cannot be read", error.to_string());
                    None
                }
            });
            accept(
                &form,
                url::postgres(&url, password.as_ref(), ca_file.as_deref()),
            )
            .map(|url| DatabaseUrl::Postgres(Secret(url)))
        }
    };
    form.finish();
    database
}

fn storage(form: Form<'_>, around: &Surroundings) -> Option<StorageUrl> {
    let url = form.required_text("url", "Write url = \"file:berkas\".");
    let path = url.and_then(|url| accept(&form, url::storage(&url)));
    form.finish();
    Some(StorageUrl::File(around.path(&path?)))
}

fn receipt(form: Form<'_>) -> Option<i64> {
    let quiet = match form.whole_number("quiet") {
        Some(seconds) if (0..=86_400).contains(&seconds) => Some(seconds),
        Some(_) => {
            let remedy = "Write seconds; 120 is a good pause.";
            form.wrong("quiet", "is not a number from 0 to 86400", remedy);
            None
        }
        None if form.has("quiet") => None,
        None => Some(QUIET),
    };
    form.finish();
    quiet
}

/// The value of `url`, or its mistake noted.
pub(super) fn accept<T>(form: &Form<'_>, read: Result<T, Wrong>) -> Option<T> {
    read.map_err(|wrong| form.wrong("url", wrong.what, wrong.remedy))
        .ok()
}

/// Keys that mean nothing beside the `url` that stands there.
pub(super) fn refuse_keys<'k>(
    form: &Form<'_>,
    keys: impl IntoIterator<Item = &'k &'k str>,
    beside: &str,
) {
    for key in keys.into_iter().filter(|key| form.has(key)) {
        form.wrong(key, format!("means nothing beside {beside}"), "Remove it.");
    }
}

/// Where the secret comes from; at most one of `keys` may say it.
pub(super) fn secret(
    form: &Form<'_>,
    around: &Surroundings,
    keys: &[&'static str],
) -> Option<SecretSource> {
    let mut sources: Vec<SecretSource> = Vec::new();
    for key in keys {
        let source = match *key {
            "password_file" => form
                .filled_text(key, LEAVE_OUT)
                .map(|name| SecretSource::File(around.password_file(&name))),
            "password_env" => form
                .filled_text(key, LEAVE_OUT)
                .and_then(|name| env_name(form, name)),
            _ => token_command(form, key, around),
        };
        sources.extend(source);
    }
    let given: Vec<&str> = keys.iter().copied().filter(|key| form.has(key)).collect();
    if let [_, second, ..] = given[..] {
        let what = format!("only one of {} can hold", given.join(" and "));
        form.wrong(second, what, "Keep one of them.");
    }
    sources.into_iter().next()
}

fn env_name(form: &Form<'_>, name: String) -> Option<SecretSource> {
    let good = !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !good {
        let remedy =
            "Write the variable's name here, such as POKJA3_PASSWORD, never the password itself.";
        form.wrong(
            "password_env",
            "is no name of an environment variable",
            remedy,
        );
    }
    good.then_some(SecretSource::Env(name))
}

/// A list of program and arguments, or a line without quotes, which is split at its blanks.
fn token_command(
    form: &Form<'_>,
    key: &'static str,
    around: &Surroundings,
) -> Option<SecretSource> {
    let remedy = "Write it as a list: [\"/usr/local/bin/token\", \"pokja3\"].";
    let mut command: Vec<String> = if form.is_list(key) {
        form.texts(key)?.into_iter().map(|(_, word)| word).collect()
    } else {
        let line = form.text(key)?;
        if line.contains(['"', '\'', '`', '$', '|', '&', ';', '<', '>', '\\']) {
            form.wrong(key, "needs a shell, and none is used", remedy);
            return None;
        }
        line.split_whitespace().map(str::to_owned).collect()
    };
    match command.first_mut().filter(|program| !program.is_empty()) {
        None => {
            form.wrong(key, "is empty", remedy);
            None
        }
        Some(program) => {
            if program.contains('/') {
                *program = around.path(program).to_string_lossy().into_owned();
            }
            Some(SecretSource::TokenCommand(command))
        }
    }
}

//! Opening: the file or server is looked over before anything is written, and every connection is made durable (F8, F9).

use std::{
    fs, io::ErrorKind, os::unix::fs::DirBuilderExt, os::unix::fs::OpenOptionsExt, path::Path,
    time::Duration,
};

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::{
    Any, AnyConnection, AnyPool, Connection, Executor, Row as _,
    any::{AnyConnectOptions, AnyPoolOptions},
    pool::PoolConnection,
};

use super::{
    DatabaseError, Result, Transaction, lease::Lease, migrations, row::Row, transaction::Statement,
};
use crate::settings::DatabaseUrl;

/// Which of the two databases it is; only this room asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A handle on the database, cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    backend: Backend,
    /// SQLite: the one connection that writes (F8). PostgreSQL: the same pool as `readers`.
    writer: AnyPool,
    readers: AnyPool,
    lease: Option<Lease>,
}

/// The first version without the WAL-reset race (F8).
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 8;

/// How long a statement waits for a free connection before the transaction is called busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two tries to open a file that others open or close.
const BREATH: Duration = Duration::from_millis(100);

/// Each statement, and the query that proves it took.
const SQLITE_SETTINGS: &[(&str, &str, &str)] = &[
    ("PRAGMA busy_timeout = 5000", "PRAGMA busy_timeout", "5000"),
    ("PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal"),
    // FULL syncs the log at every commit; NORMAL may lose the last ones with the power.
    ("PRAGMA synchronous = FULL", "PRAGMA synchronous", "2"),
    ("PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", "1"),
    ("PRAGMA trusted_schema = OFF", "PRAGMA trusted_schema", "0"),
    // So that one large transaction does not leave a large log behind for ever.
    (
        "PRAGMA journal_size_limit = 67108864",
        "PRAGMA journal_size_limit",
        "67108864",
    ),
];

const SQLITE_READS_ONLY: &[(&str, &str, &str)] =
    &[("PRAGMA query_only = ON", "PRAGMA query_only", "1")];

const POSTGRES_SETTINGS: &[(&str, &str, &str)] = &[
    (
        "SET application_name = 'loket'",
        "SELECT current_setting('application_name')",
        "loket",
    ),
    (
        "SET synchronous_commit = on",
        "SELECT current_setting('synchronous_commit')",
        "on",
    ),
    (
        "SET statement_timeout = '30s'",
        "SELECT current_setting('statement_timeout')",
        "30s",
    ),
    (
        "SET lock_timeout = '5s'",
        "SELECT current_setting('lock_timeout')",
        "5s",
    ),
    // A holder that was paused inside a transaction must not keep the next one from the lease (P29).
    (
        "SET idle_in_transaction_session_timeout = '30s'",
        "SELECT current_setting('idle_in_transaction_session_timeout')",
        "30s",
    ),
];

impl Database {
    /// Opens the database, checks that it is safe to keep evidence in, and brings its schema up to date.
    pub async fn open(url: &DatabaseUrl) -> Result<Database> {
        sqlx::any::install_default_drivers();
        match url {
            DatabaseUrl::Sqlite(file) => Database::open_sqlite(file).await,
            DatabaseUrl::Postgres(url) => Database::open_postgres(&url.0).await,
        }
    }

    async fn open_sqlite(file: &Path) -> Result<Database> {
        create(file)?;
        let options = sqlite_options(file)?;
        // Going over to WAL, and another that closes at this moment, lock the file past the busy timeout.
        let mut tries = 0;
        while let Err(error) = look_over(&options).await {
            tries += 1;
            match error {
                DatabaseError::Busy(_) if tries < 20 => tokio::time::sleep(BREATH).await,
                DatabaseError::Damaged(found) => {
                    let found = format!("{}: {found}", file.display());
                    return Err(DatabaseError::Damaged(found));
                }
                other => return Err(other),
            }
        }
        Ok(Database {
            backend: Backend::Sqlite,
            writer: pool(1, &[SQLITE_SETTINGS]).connect_lazy_with(options.clone()),
            readers: pool(SQLITE_READERS, &[SQLITE_SETTINGS, SQLITE_READS_ONLY])
                .connect_lazy_with(options),
            lease: None,
        })
    }

    async fn open_postgres(url: &str) -> Result<Database> {
        let options: AnyConnectOptions = url.parse().map_err(|_| {
            DatabaseError::Open(
                "the url of [database] is no PostgreSQL URL, expected postgres://user@host/name"
                    .to_owned(),
            )
        })?;
        let mut first = AnyConnection::connect_with(&options).await?;
        inspect_postgres(&mut first).await?;
        first.close().await?;
        let pool = pool(POSTGRES_CONNECTIONS, &[POSTGRES_SETTINGS]).connect_lazy_with(options);
        Ok(Database {
            backend: Backend::Postgres,
            writer: pool.clone(),
            readers: pool,
            lease: None,
        })
    }

    /// Begins a transaction that writes; `actor` ([`PROGRAM`](super::PROGRAM) or a person's login name) and `now` go into
    /// every event it appends. On SQLite writers wait for one another. Under a lease ([`Database::under`]) the epoch is
    /// checked inside (P29).
    pub async fn begin(&self, actor: &str, now: Timestamp) -> Result<Transaction> {
        Transaction::begin(self, actor, now).await
    }

    /// The same database for work that only the holder of this lease may do.
    pub fn under(&self, lease: &Lease) -> Database {
        Database {
            lease: Some(lease.clone()),
            ..self.clone()
        }
    }

    /// The same database for work on the leases themselves.
    pub(super) fn free(&self) -> Database {
        Database {
            lease: None,
            ..self.clone()
        }
    }

    pub fn backend(&self) -> Backend {
        self.backend
    }

    pub(super) fn writer(&self) -> &AnyPool {
        &self.writer
    }

    pub(super) fn lease(&self) -> Option<&Lease> {
        self.lease.as_ref()
    }

    pub(super) async fn all(
        &self,
        table: &'static str,
        statement: Statement<'_>,
    ) -> Result<Vec<Row>> {
        let rows = statement.fetch_all(&self.readers).await?;
        Ok(rows.into_iter().map(|row| Row::new(table, row)).collect())
    }

    pub(super) async fn optional(
        &self,
        table: &'static str,
        statement: Statement<'_>,
    ) -> Result<Option<Row>> {
        let row = statement.fetch_optional(&self.readers).await?;
        Ok(row.map(|row| Row::new(table, row)))
    }

    /// Several queries that see the same moment.
    pub(super) async fn snapshot(&self) -> Result<Snapshot> {
        let mut snapshot = Snapshot {
            connection: self.readers.acquire().await?,
            ended: false,
        };
        let begin = match self.backend {
            Backend::Sqlite => "BEGIN",
            Backend::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        snapshot.connection.execute(begin).await?;
        Ok(snapshot)
    }

    /// One line for `loket check`: "SQLite 3.51.3, journal wal, synchronous 2".
    pub async fn describe(&self) -> Result<String> {
        let ask = match self.backend {
            Backend::Sqlite => {
                "SELECT 'SQLite ' || sqlite_version() || ', journal ' || (SELECT journal_mode FROM pragma_journal_mode)
                 || ', synchronous ' || (SELECT synchronous FROM pragma_synchronous)"
            }
            Backend::Postgres => {
                "SELECT 'PostgreSQL ' || current_setting('server_version') || ', fsync '
                 || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit')"
            }
        };
        let row = sqlx::query(ask).fetch_one(&self.readers).await?;
        Ok(row.try_get(0)?)
    }

    /// Ends all connections; on SQLite the write-ahead log is folded into the file first, by a command of our own: what
    /// `sqlite3_close` meets on the way it tells nobody (P8).
    pub async fn close(&self) -> Result<()> {
        self.readers.close().await;
        if self.backend == Backend::Sqlite
            && let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .fetch_all(&self.writer)
                .await
        {
            // Closing would sync the same descriptor again (F10): the connection ends with the process.
            std::mem::forget(self.writer.clone());
            return Err(error.into());
        }
        self.writer.close().await;
        Ok(())
    }
}

/// One moment of the database.
pub(super) struct Snapshot {
    connection: PoolConnection<Any>,
    ended: bool,
}

impl Snapshot {
    pub(super) async fn all(
        &mut self,
        table: &'static str,
        statement: Statement<'_>,
    ) -> Result<Vec<Row>> {
        let rows = statement.fetch_all(&mut *self.connection).await?;
        Ok(rows.into_iter().map(|row| Row::new(table, row)).collect())
    }

    pub(super) async fn end(mut self) -> Result<()> {
        self.connection.execute("COMMIT").await?;
        self.ended = true;
        Ok(())
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        if !self.ended {
            self.connection.close_on_drop();
        }
    }
}

/// The file and its folders, readable by us only: names and addresses of bidders stand in it.
fn create(file: &Path) -> Result<()> {
    let cannot = |error: std::io::Error| {
        DatabaseError::Open(format!(
            "{}: {error}; make the folder and let the user that runs loket write there",
            file.display()
        ))
    };
    if let Some(parent) = file
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(parent)
            .map_err(cannot)?;
    }
    let created = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file);
    match created {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(cannot(error)),
    }
}

fn sqlite_options(file: &Path) -> Result<AnyConnectOptions> {
    // sqlx takes a URL only; whatever is special in one is escaped, and unescaped by the driver.
    const PATH: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'.')
        .remove(b'-')
        .remove(b'_');
    let path = file.to_str().ok_or_else(|| {
        DatabaseError::Open(format!(
            "{}: the name of the database file must be UTF-8",
            file.display()
        ))
    })?;
    let url = format!("sqlite:{}?mode=rw", utf8_percent_encode(path, PATH));
    url.parse().map_err(DatabaseError::from)
}

fn pool(
    connections: u32,
    settings: &'static [&'static [(&'static str, &'static str, &'static str)]],
) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                for settings in settings {
                    set(connection, settings).await?;
                }
                Ok(())
            })
        })
}

/// Sets and reads back (F9): a setting that silently did not take is an error.
async fn set(
    connection: &mut AnyConnection,
    settings: &'static [(&'static str, &'static str, &'static str)],
) -> Result<(), sqlx::Error> {
    for &(statement, ask, expected) in settings {
        connection.execute(statement).await?;
        let found = told(connection, ask).await?;
        if found != expected {
            return Err(sqlx::Error::Configuration(
                format!("`{statement}` did not take: it is {found:?}").into(),
            ));
        }
    }
    Ok(())
}

/// The first column of the first row, text or number.
async fn told(connection: &mut AnyConnection, ask: &'static str) -> Result<String, sqlx::Error> {
    let row = connection.fetch_one(ask).await?;
    row.try_get::<String, _>(0)
        .or_else(|_| row.try_get::<i64, _>(0).map(|number| number.to_string()))
}

/// On a connection of its own: inside a pool a setting that did not take only looks like a timeout.
async fn look_over(options: &AnyConnectOptions) -> Result<()> {
    let mut connection = AnyConnection::connect_with(options).await?;
    inspect_sqlite(&mut connection).await?;
    Ok(connection.close().await?)
}

async fn inspect_sqlite(connection: &mut AnyConnection) -> Result<()> {
    let version = told(connection, "SELECT sqlite_version()").await?;
    if !new_enough(&version) {
        let (major, minor, patch) = OLDEST_SQLITE;
        return Err(DatabaseError::Unsuitable(format!(
            "SQLite {version} may lose committed pages (WAL-reset race); {major}.{minor}.{patch} or newer is needed"
        )));
    }
    set(connection, SQLITE_SETTINGS).await.map_err(unsuitable)?;
    let found = told(connection, "PRAGMA quick_check(1)").await?;
    if found != "ok" {
        return Err(DatabaseError::Damaged(found));
    }
    migrations::run(connection, Backend::Sqlite).await
}

fn new_enough(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    (next(), next(), next()) >= OLDEST_SQLITE
}

/// A setting that did not take.
fn unsuitable(error: sqlx::Error) -> DatabaseError {
    match error {
        sqlx::Error::Configuration(told) => DatabaseError::Unsuitable(told.to_string()),
        other => other.into(),
    }
}

async fn inspect_postgres(connection: &mut AnyConnection) -> Result<()> {
    for ask in [
        "SELECT CASE WHEN current_setting('fsync') = 'on' THEN 'ok' ELSE 'fsync = off' END",
        "SELECT CASE WHEN current_setting('full_page_writes') = 'on' THEN 'ok' ELSE 'full_page_writes = off' END",
        "SELECT CASE WHEN current_setting('server_encoding') = 'UTF8' THEN 'ok' ELSE 'the encoding of the database' END",
    ] {
        let found = told(connection, ask).await?;
        if found != "ok" {
            return Err(DatabaseError::Unsuitable(format!(
                "PostgreSQL runs with a setting that may lose or damage evidence: {found}; it must be fsync = on, \
                 full_page_writes = on, encoding UTF8"
            )));
        }
    }
    set(connection, POSTGRES_SETTINGS)
        .await
        .map_err(unsuitable)?;
    migrations::run(connection, Backend::Postgres).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_a_sqlite_with_the_race_from_one_without() {
        for (version, expected) in [
            ("3.51.3", true),
            ("3.52.0", true),
            ("4.0", true),
            ("3.51.2", false),
            ("3.40.1", false),
            ("3", false),
            ("rubbish", false),
        ] {
            assert_eq!(new_enough(version), expected, "{version}");
        }
    }
}

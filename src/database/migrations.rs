//! The schema, step by step; forward only, and never a change to originals or events (P30).

use sqlx::{
    AnyConnection, Connection, SqlSafeStr,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::{Backend, DatabaseError, Result};

/// The same steps for both: version, description, SQLite's text, PostgreSQL's.
const STEPS: &[(i64, &str, &str, &str)] = &[
    (
        1,
        "registry",
        include_str!("../../migrations/sqlite/0001_registry.sql"),
        include_str!("../../migrations/postgres/0001_registry.sql"),
    ),
    (
        2,
        "messages",
        include_str!("../../migrations/sqlite/0002_messages.sql"),
        include_str!("../../migrations/postgres/0002_messages.sql"),
    ),
    (
        3,
        "outbox",
        include_str!("../../migrations/sqlite/0003_outbox.sql"),
        include_str!("../../migrations/postgres/0003_outbox.sql"),
    ),
    (
        4,
        "journal",
        include_str!("../../migrations/sqlite/0004_journal.sql"),
        include_str!("../../migrations/postgres/0004_journal.sql"),
    ),
    (
        5,
        "misplaced",
        include_str!("../../migrations/sqlite/0005_misplaced.sql"),
        include_str!("../../migrations/postgres/0005_misplaced.sql"),
    ),
    (
        6,
        "official letter",
        include_str!("../../migrations/sqlite/0006_official_letter.sql"),
        include_str!("../../migrations/postgres/0006_official_letter.sql"),
    ),
    (
        7,
        "announcements",
        include_str!("../../migrations/sqlite/0007_announcements.sql"),
        include_str!("../../migrations/postgres/0007_announcements.sql"),
    ),
    (
        10,
        "seen senders",
        include_str!("../../migrations/sqlite/0010_seen_senders.sql"),
        include_str!("../../migrations/postgres/0010_seen_senders.sql"),
    ),
    (
        11,
        "examined",
        include_str!("../../migrations/sqlite/0011_examined.sql"),
        include_str!("../../migrations/postgres/0011_examined.sql"),
    ),
    (
        12,
        "shares",
        include_str!("../../migrations/sqlite/0012_shares.sql"),
        include_str!("../../migrations/postgres/0012_shares.sql"),
    ),
    (
        13,
        "confirmations",
        include_str!("../../migrations/sqlite/0013_confirmations.sql"),
        include_str!("../../migrations/postgres/0013_confirmations.sql"),
    ),
    (
        14,
        "made of",
        include_str!("../../migrations/sqlite/0014_made_of.sql"),
        include_str!("../../migrations/postgres/0014_made_of.sql"),
    ),
];

/// Runs what is missing. Two processes that start at once wait for each other.
pub(super) async fn run(connection: &mut AnyConnection, backend: Backend) -> Result<()> {
    let migrator = Migrator::with_migrations(
        STEPS
            .iter()
            .map(|&(version, description, sqlite, postgres)| {
                let sql = match backend {
                    Backend::Sqlite => sqlite,
                    Backend::Postgres => postgres,
                };
                Migration::new(
                    version,
                    description.into(),
                    MigrationType::Simple,
                    sql.into_sql_str(),
                    false,
                )
            })
            .collect(),
    );
    let ran = match backend {
        // sqlx locks nothing on SQLite; inside one transaction all steps happen or none.
        Backend::Sqlite => {
            let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
            match migrator.run_direct(None, &mut *tx, false).await {
                Ok(()) => Ok(tx.commit().await?),
                Err(error) => {
                    tx.rollback().await?;
                    Err(error)
                }
            }
        }
        Backend::Postgres => migrator.run_direct(None, connection, false).await,
    };
    ran.map_err(|error| match error {
        MigrateError::VersionMissing(found) => DatabaseError::NewerSchema {
            found,
            known: STEPS.last().map_or(0, |step| step.0),
        },
        MigrateError::VersionMismatch(version) => DatabaseError::Unsuitable(format!(
            "step {version} of its schema is not the one of this program; was it made by a development version?"
        )),
        MigrateError::Execute(error) => error.into(),
        other => DatabaseError::Other(other.to_string()),
    })
}

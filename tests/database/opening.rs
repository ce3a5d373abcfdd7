use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt};

use loket::{
    database::{Backend, Database, DatabaseError, meta},
    settings::DatabaseUrl,
};
use sqlx::{AnyConnection, Connection, Executor, Row};

use crate::world::{World, all_events, noon, sample, take_in};

on_both!(
    a_reopened_database_keeps_everything,
    a_newer_schema_is_refused_and_left_alone,
    a_changed_migration_is_refused,
    four_that_open_at_once_all_succeed,
    tells_what_it_is_and_how_durable,
);

async fn a_reopened_database_keeps_everything(world: World) {
    let database = world.open().await;
    let sample = sample(&database).await;
    let message = take_in(&database, 1).await;
    let secret = write!(database, |tx| meta::instance_secret(&mut tx, [7; 32]));
    let events = all_events(&database).await;
    database.close().await.unwrap();

    let database = world.open().await;
    let row = loket::database::messages::message(&database, message)
        .await
        .unwrap();
    assert_eq!(row.unwrap().heading.subject, "Dokumen 1");
    assert_eq!(all_events(&database).await, events);
    let registry = loket::database::registry::load_registry(&database)
        .await
        .unwrap();
    assert!(registry.session(sample.first.session).is_some());
    let again = write!(database, |tx| meta::instance_secret(&mut tx, [9; 32]));
    assert_eq!((secret, again), ([7; 32], [7; 32]));
}

async fn a_newer_schema_is_refused_and_left_alone(world: World) {
    world.open().await.close().await.unwrap();
    let insert = if world.is_postgres() {
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9000, 'from the future', true, '\\x00', 0)"
    } else {
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9000, 'from the future', 1, x'00', 0)"
    };
    world.raw(insert).await.unwrap();
    let refused = Database::open(&world.url).await;
    assert!(
        matches!(refused, Err(DatabaseError::NewerSchema { found: 9000, known }) if known < 9000),
        "{refused:?}"
    );
}

async fn a_changed_migration_is_refused(world: World) {
    world.open().await.close().await.unwrap();
    let change = if world.is_postgres() {
        "UPDATE _sqlx_migrations SET checksum = '\\x00' WHERE version = 1"
    } else {
        "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1"
    };
    world.raw(change).await.unwrap();
    let refused = Database::open(&world.url).await;
    assert!(
        matches!(refused, Err(DatabaseError::Unsuitable(_))),
        "{refused:?}"
    );
}

async fn four_that_open_at_once_all_succeed(world: World) {
    let opening: Vec<_> = (0..4)
        .map(|_| {
            let url = world.url.clone();
            tokio::spawn(async move { Database::open(&url).await })
        })
        .collect();
    for opened in opening {
        let database = opened.await.unwrap().unwrap();
        assert_eq!(all_events(&database).await, []);
    }
}

async fn tells_what_it_is_and_how_durable(world: World) {
    let database = world.open().await;
    let told = database.describe().await.unwrap();
    match database.backend() {
        Backend::Sqlite => assert!(
            told.starts_with("SQLite 3.") && told.ends_with("journal wal, synchronous 2"),
            "{told}"
        ),
        Backend::Postgres => assert!(
            told.starts_with("PostgreSQL ") && told.ends_with("fsync on, synchronous_commit on"),
            "{told}"
        ),
    }
}

#[test]
fn a_sqlite_file_is_made_with_its_folders_and_for_us_alone() {
    crate::world::on_sqlite(|world| async move {
        let file = world.dir.path().join("a b/100% #1?/loket.db");
        let database = Database::open(&DatabaseUrl::Sqlite(file.clone()))
            .await
            .unwrap();
        take_in(&database, 1).await;
        for (path, mode) in [
            (file.clone(), 0o600),
            (file.with_file_name("loket.db-wal"), 0o600),
            (file.parent().unwrap().to_owned(), 0o700),
        ] {
            let found = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(found, mode, "{}", path.display());
        }
    });
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    crate::world::on_sqlite(|world| async move {
        let file = world.dir.path().join("loket.db");
        fs::write(
            &file,
            "not a database at all, but quite long enough. ".repeat(100),
        )
        .unwrap();
        let before = fs::read(&file).unwrap();
        let refused = Database::open(&DatabaseUrl::Sqlite(file.clone())).await;
        assert!(
            matches!(refused, Err(DatabaseError::Damaged(_))),
            "{refused:?}"
        );
        assert_eq!(fs::read(&file).unwrap(), before);
    });
}

#[test]
fn a_damaged_page_is_found_at_the_start() {
    crate::world::on_sqlite(|world| async move {
        let database = world.open().await;
        sample(&database).await;
        for number in 0..200 {
            take_in(&database, number).await;
        }
        database.close().await.unwrap();
        let DatabaseUrl::Sqlite(file) = &world.url else {
            unreachable!()
        };
        let mut bytes = fs::read(file).unwrap();
        let page = 4096;
        // The last pages hold the newest rows: nothing that opening itself reads.
        for at in (bytes.len() - page * 8..bytes.len()).step_by(page) {
            bytes[at..at + page].fill(0xa5);
        }
        fs::write(file, bytes).unwrap();
        let refused = Database::open(&world.url).await;
        assert!(
            matches!(refused, Err(DatabaseError::Damaged(_))),
            "{refused:?}"
        );
        assert!(refused.is_err_and(|error| error.is_fatal()));
    });
}

#[test]
fn an_unreachable_server_is_told_without_its_password() {
    crate::world::on_sqlite(|_| async {
        let url = "postgres://loket:kata-sandi@127.0.0.1:1/loket".to_owned();
        let refused = Database::open(&DatabaseUrl::Postgres(loket::settings::Secret(url))).await;
        let told = refused.unwrap_err();
        assert!(told.is_passing(), "{told:?}");
        assert!(!format!("{told} {told:?}").contains("kata-sandi"));
    });
}

/// (table, column, may be null, kind) of everything that is ours.
async fn catalogue(connection: &mut AnyConnection, ask: &'static str) -> BTreeSet<String> {
    let rows = connection.fetch_all(ask).await.unwrap();
    rows.iter()
        .map(|row| row.try_get::<String, _>(0).unwrap())
        .collect()
}

#[test]
fn both_schemas_have_the_same_tables_columns_and_indexes() {
    crate::world::on_postgres(|world| async move {
        world.open().await.close().await.unwrap();
        let file = world.dir.path().join("loket.db");
        Database::open(&DatabaseUrl::Sqlite(file.clone()))
            .await
            .unwrap()
            .close()
            .await
            .unwrap();
        let DatabaseUrl::Postgres(url) = &world.url else {
            unreachable!()
        };
        let mut postgres = AnyConnection::connect(&url.0).await.unwrap();
        let mut sqlite = AnyConnection::connect(&format!("sqlite:{}", file.display()))
            .await
            .unwrap();
        let columns = (
            catalogue(
                &mut sqlite,
                "SELECT tables.name || '.' || columns.name || ' ' || columns.type
                     || CASE WHEN columns.\"notnull\" = 1 OR columns.pk > 0 THEN ' not null' ELSE '' END
                 FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
                 WHERE tables.type = 'table' AND tables.name <> '_sqlx_migrations'",
            )
            .await,
            catalogue(
                &mut postgres,
                "SELECT table_name || '.' || column_name || ' '
                     || CASE data_type WHEN 'bigint' THEN 'INTEGER' WHEN 'text' THEN 'TEXT' WHEN 'bytea' THEN 'BLOB'
                                       WHEN 'double precision' THEN 'REAL' ELSE data_type END
                     || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
                 FROM information_schema.columns
                 WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'",
            )
            .await,
        );
        assert!(columns.0.len() > 100, "{:?}", columns.0);
        assert_eq!(columns.0, columns.1);
        let indexes = (
            catalogue(
                &mut sqlite,
                "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
            )
            .await,
            catalogue(
                &mut postgres,
                "SELECT indexname::text FROM pg_indexes
                 WHERE schemaname = 'public' AND indexname !~ '_(pkey|key)$' AND tablename <> '_sqlx_migrations'",
            )
            .await,
        );
        assert_eq!(indexes.0, indexes.1);
    });
}

#[test]
fn first_start_is_kept_for_each_mailbox() {
    crate::world::on_sqlite(|world| async move {
        let database = world.open().await;
        let later = noon() + crate::world::minutes(60);
        let first = write!(database, |tx| meta::first_start(&mut tx, "pokja-3"));
        let again = write!(database, later, |tx| meta::first_start(&mut tx, "pokja-3"));
        let other = write!(database, later, |tx| meta::first_start(&mut tx, "pokja-4"));
        assert_eq!((first, again, other), (noon(), noon(), later));
        assert_eq!(
            crate::world::actions(&database).await,
            ["mailbox.first-started"; 2]
        );
    });
}

#[test]
fn a_mailbox_is_tried_since_the_first_start_after_it_was_last_read() {
    crate::world::on_sqlite(|world| async move {
        let database = world.open().await;
        let after = |minute| noon() + crate::world::minutes(minute);
        let mut started = Vec::new();
        for (minute, read) in [
            // Never read: the first start counts, however many follow.
            (0, None),
            (10, None),
            (50, None),
            // Read since: a new count.
            (60, Some(55)),
            (70, Some(55)),
            // The clock was put back.
            (20, Some(5)),
        ] {
            let read_at = read.map(after);
            let since = write!(database, after(minute), |tx| meta::tried_since(
                &mut tx, "pokja-3", read_at
            ));
            started.push(since);
        }
        assert_eq!(started, [0, 0, 0, 60, 60, 20].map(after));
        let other = write!(database, after(90), |tx| meta::tried_since(
            &mut tx, "pokja-4", None
        ));
        assert_eq!(other, after(90));
    });
}

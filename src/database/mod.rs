//! The repository: all SQL, migrations and transactions, on SQLite and PostgreSQL alike.

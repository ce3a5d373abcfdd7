//! Reads tenders from a `.toml` file: every mistake listed with its line, nothing half taken. Pure.

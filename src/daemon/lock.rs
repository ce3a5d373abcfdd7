//! One process at a time does the work (reliability.md P29): a lock on the SQLite file's neighbour, a lease on PostgreSQL.

use std::{fs::File, time::Duration};

use anyhow::{Context as _, Result, bail};
use jiff::Timestamp;
use rustix::fs::{FlockOperation, flock};

use crate::{
    database::{
        self, Database,
        lease::{self, Lease},
    },
    settings::DatabaseUrl,
};

/// A holder that does not renew for so long is taken for dead.
pub const LEASE_TIME: Duration = Duration::from_secs(60);
/// The work there is one lease for: taking in, deciding and sending.
const WORK: &str = "work";

/// The right to do the work, while it lives.
pub struct Held {
    /// Who holds it, unique among processes.
    pub holder: String,
    lease: Option<Lease>,
    /// Locked until it is dropped.
    _lock: Option<File>,
}

/// Takes the right to do the work, or says who has it. The database it gives back writes only while the right is held.
pub async fn take(
    url: &DatabaseUrl,
    database: &Database,
    now: Timestamp,
) -> Result<(Held, Database)> {
    let holder = format!("{}-{}", std::process::id(), now.as_millisecond());
    match url {
        DatabaseUrl::Sqlite(path) => {
            let mut name = path.clone().into_os_string();
            name.push(".lock");
            let lock = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&name)
                .with_context(|| {
                    format!("{}: the lock file cannot be opened", name.to_string_lossy())
                })?;
            if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
                bail!(
                    "another loket is running on {}: stop it first (systemctl stop loket)",
                    path.display()
                );
            }
            Ok((
                Held {
                    holder,
                    lease: None,
                    _lock: Some(lock),
                },
                database.clone(),
            ))
        }
        DatabaseUrl::Postgres(_) => {
            match lease::acquire(database, WORK, &holder, now, LEASE_TIME).await? {
                Some(lease) => {
                    let under = database.under(&lease);
                    Ok((
                        Held {
                            holder,
                            lease: Some(lease),
                            _lock: None,
                        },
                        under,
                    ))
                }
                None => bail!(
                    "another loket is running on this database: stop it first, or wait a minute if it died"
                ),
            }
        }
    }
}

impl Held {
    /// To be called well within [`LEASE_TIME`]; an error means that another process has the work now.
    pub async fn renew(&self, database: &Database, now: Timestamp) -> database::Result<()> {
        match &self.lease {
            Some(lease) => lease::renew(database, lease, now, LEASE_TIME).await,
            None => Ok(()),
        }
    }

    pub async fn release(&self, database: &Database) {
        if let Some(lease) = &self.lease
            && let Err(error) = lease::release(database, lease).await
        {
            tracing::warn!(%error, "lease.not-released");
        }
    }
}

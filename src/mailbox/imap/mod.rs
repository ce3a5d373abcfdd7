//! IMAP folders, only ever read: the loop of each folder is in [`folder`], what the server may be asked in [`command`].

mod account;
mod command;
mod connection;
mod enumerate;
mod error;
mod fetch;
mod folder;
mod lookout;
mod pace;
mod probe;
mod session;
mod stream;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tracing::Instrument;

pub use account::Account;
pub use connection::{Dial, tcp};
pub use error::{Class, ImapError, Status};
pub use lookout::Lookout;
pub use probe::{FolderReport, ProbeReport, probe};
pub use stream::Octets;

use super::{Intake, IntakeError, Limits, MailboxError, Sweep};
use folder::Folder;

/// Takes in everything that comes into one folder, over one connection at a time, until `stop`.
///
/// Ends only so, or when the intake says that the process must end. A mail is handed over again and again until the
/// intake has it, so being cut off anywhere loses nothing.
pub async fn watch<I: Intake>(
    account: Account,
    folder: String,
    intake: Arc<I>,
    limits: Limits,
    stop: CancellationToken,
) -> Result<(), IntakeError> {
    let span = tracing::info_span!("watch", mailbox = %account.mailbox, folder = %folder);
    Folder::new(account, folder, intake, limits, stop)
        .watch()
        .instrument(span)
        .await
}

/// One complete pass: the whole folder against the ledger, and every mail that is not settled.
pub async fn take_in_once<I: Intake>(
    account: Account,
    folder: String,
    intake: Arc<I>,
    limits: Limits,
    stop: CancellationToken,
) -> Result<Sweep, MailboxError> {
    let span = tracing::info_span!("take in", mailbox = %account.mailbox, folder = %folder);
    Folder::new(account, folder, intake, limits, stop)
        .take_in_once()
        .instrument(span)
        .await
}

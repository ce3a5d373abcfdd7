//! `loket ignore`: a person decides that a message needs nothing.

use std::path::PathBuf;

use super::{Done, Failure, open_office};
use crate::{
    daemon::office::Office,
    database::{
        self,
        messages::{MessageRow, Recorded},
    },
    desk::message::MessageState,
    tender::MessageId,
};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Number of the message
    #[arg(value_name = "N")]
    message: i64,
}

pub async fn execute(config: Option<PathBuf>, arguments: Arguments) -> Done {
    let office = open_office(config).await?;
    let row = find(&office, arguments.message).await?;
    if row.state == MessageState::Filed {
        return Err(Failure::Work(format!(
            "message {} is filed; what is filed stays filed",
            row.id
        )));
    }
    let mut tx = office.begin().await?;
    let recorded = database::messages::set_aside(&mut tx, row.id).await?;
    tx.commit().await?;
    match recorded {
        Recorded::Now => say!("Pesan {}: tidak perlu tindakan.", row.id),
        Recorded::Already => say!("Pesan {}: sudah demikian.", row.id),
    }
    Ok(())
}

/// The message with this number, or an error that says where to look.
pub async fn find(office: &Office, number: i64) -> Result<MessageRow, Failure> {
    database::messages::message(&office.database, MessageId(number))
        .await?
        .ok_or_else(|| {
            Failure::Work(format!(
                "no message has the number {number}; `loket list messages` shows them all"
            ))
        })
}

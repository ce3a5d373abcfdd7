//! `loket confirm`: a person has read a message that the digest shows until then.

use std::path::PathBuf;

use super::{Done, ignore::find, open_office};
use crate::{
    database::{self, messages::Recorded},
    desk::message::Negotiation,
};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Number of the message
    #[arg(value_name = "N")]
    message: i64,
    /// What came of the negotiation, where the program took the mail for something else: returned-signed,
    /// returned-unsigned, differs, refused, counter-offer or waiting
    #[arg(long, value_name = "WORD", value_parser = read_word)]
    negotiation: Option<Negotiation>,
}

pub async fn execute(config: Option<PathBuf>, arguments: Arguments) -> Done {
    let office = open_office(config).await?;
    let row = find(&office, arguments.message).await?;
    let mut tx = office.begin().await?;
    let recorded = database::confirmations::confirm(&mut tx, row.id, arguments.negotiation).await?;
    tx.commit().await?;
    match recorded {
        Recorded::Now => say!("Pesan {}: telah dibaca dan dipastikan.", row.id),
        Recorded::Already => say!("Pesan {}: sudah demikian.", row.id),
    }
    Ok(())
}

fn read_word(word: &str) -> Result<Negotiation, String> {
    Negotiation::from_word(word).ok_or_else(|| {
        let words: Vec<&str> = Negotiation::ALL.iter().map(|word| word.word()).collect();
        format!(
            "{word:?} is no result of a negotiation; write one of: {}",
            words.join(", ")
        )
    })
}

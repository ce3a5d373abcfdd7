//! draft
use super::Done;
use std::path::PathBuf;
#[derive(Debug, clap::Args)]
pub struct Arguments {}
pub async fn execute(_config: Option<PathBuf>, _arguments: Arguments) -> Done {
    Ok(())
}

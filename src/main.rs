//! The door: parse the command line, load settings, call one command.

use std::process::ExitCode;

use clap::Parser;
use loket::cli::{Arguments, execute};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    execute(arguments)
}

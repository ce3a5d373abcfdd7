//! The door: parse the command line, load settings, call one command.

fn main() {}

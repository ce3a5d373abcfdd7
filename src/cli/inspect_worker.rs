//! The hidden ends of this program that run behind walls: `inspect-worker` decodes, `inspect-helper` becomes another program.
//!
//! Both run before any thread is started: walls stand around the calling thread and all that it starts later.

use std::{ffi::OsString, os::unix::process::CommandExt as _, path::PathBuf, process::ExitCode};

use crate::{
    examiner::{
        OF_THIS_MACHINE,
        worker::{self, Task},
    },
    sandbox::{self, Rights},
};

#[derive(Debug, clap::Args)]
pub struct WorkerArguments {
    task: String,
}

#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub struct HelperArguments {
    scratch: PathBuf,
    program: PathBuf,
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

pub fn work(arguments: WorkerArguments) -> ExitCode {
    end(Task::from_argument(&arguments.task).and_then(worker::work))
}

pub fn help(arguments: HelperArguments) -> ExitCode {
    let confined = sandbox::confine(Rights::Program {
        scratch: &arguments.scratch,
    });
    end(confined.and_then(|_walls| {
        let error = std::process::Command::new(&arguments.program)
            .args(&arguments.arguments)
            .env("TMPDIR", &arguments.scratch)
            .exec();
        Err(format!("{}: {error}", arguments.program.display()))
    }))
}

fn end(done: Result<(), String>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(OF_THIS_MACHINE)
        }
    }
}

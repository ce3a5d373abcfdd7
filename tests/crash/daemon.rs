//! `loket run` as a child that is listened to: waited for by its own words, never by time.

use std::{
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    process::{Child, ChildStderr, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::ground::Ground;

/// Nothing takes so long; whoever waits longer has found a hang.
const DEADLINE: Duration = Duration::from_secs(120);

pub struct Daemon {
    child: Child,
    words: BufReader<ChildStderr>,
    /// Everything it said so far.
    pub said: Vec<String>,
    /// Ends the watch over a hang.
    _watch: mpsc::Sender<()>,
}

impl Daemon {
    /// Starts it, and returns when it is ready.
    pub fn start(ground: &Ground) -> Daemon {
        let mut daemon = Daemon::spawn(ground);
        daemon.wait_for("loket.ready");
        daemon
    }

    pub fn spawn(ground: &Ground) -> Daemon {
        Daemon::of(ground.loket(&["run"]))
    }

    /// The program alone, or behind strace.
    pub fn of(mut command: Command) -> Daemon {
        let mut child = command
            .env_remove("LOKET_LOG")
            .process_group(0)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let words = BufReader::new(child.stderr.take().expect("standard error"));
        let (watch, over) = mpsc::channel::<()>();
        let pid = pid(&child);
        thread::spawn(move || {
            if over.recv_timeout(DEADLINE) == Err(mpsc::RecvTimeoutError::Timeout) {
                // The readers below then meet the end, and fail.
                let _gone_already = kill_process_group(pid, Signal::KILL);
            }
        });
        Daemon {
            child,
            words,
            said: Vec::new(),
            _watch: watch,
        }
    }

    /// The next line of its log; `None` at its end.
    pub fn hear(&mut self) -> Option<&str> {
        let mut line = String::new();
        match self.words.read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => {
                self.said.push(line.trim_end().to_owned());
                self.said.last().map(String::as_str)
            }
        }
    }

    pub fn wait_for(&mut self, words: &str) {
        loop {
            match self.hear() {
                Some(line) if line.contains(words) => return,
                Some(_) => {}
                None => panic!(
                    "it ended before it said {words:?}:\n{}",
                    self.said.join("\n")
                ),
            }
        }
    }

    /// SIGKILL; it may be dead already, and not yet waited for.
    pub fn kill(mut self) {
        // The group: strace alone would let the program live on.
        kill_process_group(pid(&self.child), Signal::KILL).expect("a child not waited for");
        self.child.wait().expect("it ends");
    }

    /// SIGTERM; how it ended, and after how long.
    pub fn terminate(mut self) -> (ExitStatus, Duration) {
        let asked = Instant::now();
        kill_process(pid(&self.child), Signal::TERM).expect("it lives");
        while self.hear().is_some() {}
        let status = self.child.wait().expect("it ends");
        (status, asked.elapsed())
    }
}

fn pid(child: &Child) -> Pid {
    Pid::from_child(child)
}

//! `loket run` as a child that is listened to: waited for by its own words, never by time.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStderr, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

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
        let mut child = ground
            .loket(&["run"])
            .env_remove("LOKET_LOG")
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
                let _gone_already = kill_process(pid, Signal::KILL);
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

    pub fn kill(mut self) -> Vec<String> {
        kill_process(pid(&self.child), Signal::KILL).expect("it lives");
        self.child.wait().expect("it ends");
        let mut rest = String::new();
        // The last line may be cut anywhere, also inside a character.
        let _cut = self.words.read_to_string(&mut rest);
        self.said.extend(rest.lines().map(str::to_owned));
        self.said
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

//! Secrets, read when they are needed: from a file, the environment, or a program that prints a token.

use std::{
    io::Read,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{io::AsyncReadExt, process::Command};

use super::{Secret, SecretSource};

/// No password or token is longer.
const LONGEST: u64 = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);

/// Why there is no secret. Never holds a part of it.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("cannot read the password file {path}: {cause}. Write the password into it, readable by the user that runs loket.", path = path.display())]
    File {
        path: PathBuf,
        cause: std::io::Error,
    },
    #[error(
        "the environment variable {0} of password_env is not set. Set it, or use password_file."
    )]
    Env(String),
    #[error("{from} holds {what}. It must hold the password only, on one line.")]
    Content { from: String, what: &'static str },
    #[error(
        "token_command {program} {what}. Run it by hand as the user that runs loket: it must print the token and nothing else within 30 s."
    )]
    Command { program: String, what: String },
}

/// Reads a secret. A line break at its end is not part of it.
pub async fn read(source: &SecretSource) -> Result<Secret, SecretError> {
    let SecretSource::TokenCommand(command) = source else {
        return read_now(source);
    };
    let program = command.first().cloned().unwrap_or_default();
    let output = from_command(command, PATIENCE).await?;
    checked(format!("the output of token_command {program}"), output)
}

/// The same where nothing has to be waited for.
pub(super) fn read_now(source: &SecretSource) -> Result<Secret, SecretError> {
    match source {
        SecretSource::File(path) => checked(path.display().to_string(), from_file(path)?),
        SecretSource::Env(name) => {
            let value = std::env::var_os(name).ok_or_else(|| SecretError::Env(name.clone()))?;
            let from = format!("the environment variable {name}");
            checked(from, value.into_encoded_bytes())
        }
        SecretSource::TokenCommand(command) => Err(SecretError::Command {
            program: command.first().cloned().unwrap_or_default(),
            what: "is not possible here".into(),
        }),
    }
}

/// What is unwise about a source though it can be read: a password file that every user can read.
pub fn note(source: &SecretSource) -> Option<String> {
    let SecretSource::File(path) = source else {
        return None;
    };
    let mode = std::fs::metadata(path).ok()?.permissions().mode();
    (mode & 0o007 != 0).then(|| {
        format!(
            "{} can be read by every user of this machine; run: chmod o= {0}",
            path.display()
        )
    })
}

fn from_file(path: &Path) -> Result<Vec<u8>, SecretError> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes))
        .map(|_| bytes)
        .map_err(|cause| SecretError::File {
            path: path.to_owned(),
            cause,
        })
}

/// Runs the command without a shell and with nothing of our environment but PATH and HOME.
async fn from_command(command: &[String], patience: Duration) -> Result<Vec<u8>, SecretError> {
    let [program, arguments @ ..] = command else {
        return Err(SecretError::Command {
            program: String::new(),
            what: "is empty".into(),
        });
    };
    let wrong = |what: String| SecretError::Command {
        program: program.clone(),
        what,
    };
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(
            ["PATH", "HOME"]
                .iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?))),
        )
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // What it complains about may hold the secret (P33).
        .stderr(Stdio::null())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| wrong(format!("cannot be started: {error}")))?;
    let group = child.id();

    let run = async {
        let mut bytes = Vec::new();
        if let Some(output) = child.stdout.take() {
            output.take(LONGEST + 1).read_to_end(&mut bytes).await?;
        }
        if bytes.len() as u64 > LONGEST {
            return Ok((bytes, None));
        }
        let status = child.wait().await?;
        Ok::<_, std::io::Error>((bytes, Some(status)))
    };
    let ended = tokio::time::timeout(patience, run).await;
    match ended {
        Ok(Ok((bytes, Some(status)))) if status.success() => Ok(bytes),
        Ok(Ok((_, Some(status)))) => Err(wrong(format!("failed ({status})"))),
        other => {
            end_group(group);
            Err(wrong(match other {
                Ok(Ok(_)) => "printed more than 16 KiB".into(),
                Ok(Err(error)) => format!("could not be read: {error}"),
                Err(_) => format!("took longer than {} s", patience.as_secs()),
            }))
        }
    }
}

/// Ends the command and what it started.
fn end_group(group: Option<u32>) {
    let group = group
        .and_then(|id| i32::try_from(id).ok())
        .and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        let _already_gone =
            rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

fn checked(from: String, bytes: Vec<u8>) -> Result<Secret, SecretError> {
    let wrong = |what| {
        Err(SecretError::Content {
            from: from.clone(),
            what,
        })
    };
    if bytes.len() as u64 > LONGEST {
        return wrong("more than 16 KiB");
    }
    let Ok(text) = String::from_utf8(bytes) else {
        return wrong("something that is not UTF-8 text");
    };
    // Notepad puts a byte order mark in front.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return wrong("nothing");
    }
    if text.chars().any(char::is_control) {
        return wrong("several lines or control characters");
    }
    Ok(Secret(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(content: &[u8]) -> (tempfile::TempDir, SecretSource) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, content).unwrap();
        (folder, SecretSource::File(path))
    }

    fn shell(script: &str) -> Vec<String> {
        ["/bin/sh", "-c", script].map(String::from).to_vec()
    }

    #[tokio::test]
    async fn a_password_file_holds_the_password_alone() {
        let long = vec![b'x'; 16 * 1024 + 1];
        for (content, read) in [
            (&b"hunter2\n"[..], Some("hunter2")),
            (b"hunter2\r\n", Some("hunter2")),
            (b"hunter2", Some("hunter2")),
            (b"\xef\xbb\xbfhunter2", Some("hunter2")),
            (b" hunter 2 \n", Some(" hunter 2 ")),
            (b"hunter2\n\n", None),
            (b"user\nhunter2\n", None),
            (b"", None),
            (b"\n", None),
            (b"hunter2\xff", None),
            (&long, None),
        ] {
            let (_folder, source) = file(content);
            match (super::read(&source).await, read) {
                (Ok(secret), Some(expected)) => assert_eq!(secret.0, expected),
                (Err(error), None) => assert!(!error.to_string().contains("hunter2"), "{error}"),
                (other, expected) => panic!("{other:?}, not {expected:?}"),
            }
        }
        let missing = SecretSource::File("/nowhere/secret".into());
        let error = super::read(&missing).await.unwrap_err();
        assert!(error.to_string().contains("/nowhere/secret"), "{error}");
    }

    #[tokio::test]
    async fn a_variable_that_is_not_set_is_told_by_name() {
        let error = super::read(&SecretSource::Env("LOKET_NOT_SET".into())).await;
        assert!(error.unwrap_err().to_string().contains("LOKET_NOT_SET"));
        let path = super::read(&SecretSource::Env("PATH".into())).await;
        assert_eq!(path.unwrap().0, std::env::var("PATH").unwrap());
    }

    #[tokio::test]
    async fn a_token_command_sees_path_and_home_only() {
        let command =
            shell("env | sed 's/=.*//' | grep -v -e ^PWD -e ^SHLVL -e ^_ | sort | tr '\\n' ' '");
        let output = from_command(&command, PATIENCE).await.unwrap();
        assert_eq!(String::from_utf8(output).unwrap(), "HOME PATH ");
        let token = super::read(&SecretSource::TokenCommand(shell("echo ya29.token"))).await;
        assert_eq!(token.unwrap().0, "ya29.token");
    }

    #[tokio::test]
    async fn a_token_command_that_fails_hangs_or_floods_gives_no_token_and_ends() {
        let short = Duration::from_millis(50);
        for (script, patience, told) in [
            (
                "echo hunter2; echo hunter2 >&2; exit 3",
                PATIENCE,
                "failed (exit status: 3)",
            ),
            ("tail -f /dev/null & wait", short, "took longer than"),
            ("yes hunter2", PATIENCE, "more than 16 KiB"),
        ] {
            let error = from_command(&shell(script), patience)
                .await
                .unwrap_err()
                .to_string();
            assert!(
                error.contains(told) && !error.contains("hunter2"),
                "{error}"
            );
        }
        let missing = from_command(&["/nowhere/token".into()], PATIENCE).await;
        assert!(
            missing
                .unwrap_err()
                .to_string()
                .contains("cannot be started")
        );
        assert!(from_command(&[], PATIENCE).await.is_err());
    }

    #[test]
    fn a_password_file_for_everybody_is_noted() {
        let (_folder, source) = file(b"x");
        let SecretSource::File(path) = &source else {
            unreachable!("it was made as a file")
        };
        for (mode, noted) in [(0o600, false), (0o640, false), (0o644, true)] {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(note(&source).is_some(), noted, "{mode:o}");
        }
    }
}

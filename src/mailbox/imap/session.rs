//! A signed-in connection: one command in flight, and success is the tagged OK of its tag and nothing else (R1, F1, F2).

use std::{collections::BTreeSet, panic::AssertUnwindSafe, time::Duration};

use async_imap::{
    Client,
    imap_proto::{self, MailboxDatum, Response, ResponseCode},
};
use futures::FutureExt;
use tokio::{
    io::AsyncWriteExt,
    time::{Instant, timeout, timeout_at},
};
use tokio_util::sync::CancellationToken;

use super::{
    command::{Command, Mechanism},
    connection::{self, Dial},
    error::{ImapError, Status, shorten},
    stream::{Caps, Guarded},
};
use crate::{
    mailbox::{Credentials, Limits},
    settings::Server,
};

/// A connection after its sign-in. Any error but a tagged NO or BAD leaves it out of step: then it refuses every
/// further command.
pub(super) struct Session {
    client: Client<Guarded>,
    limits: Limits,
    stop: CancellationToken,
    tags: u32,
    known: Known,
    pub born: Instant,
}

/// What the server told so far.
#[derive(Default)]
struct Known {
    /// Command that began and has not had its tagged answer.
    unfinished: Option<&'static str>,
    capabilities: BTreeSet<String>,
    /// The folder under examination.
    uid_validity: Option<u32>,
    exists: u32,
    /// Something came unasked that can mean new or lost mail (R7).
    news: bool,
}

/// The tagged answer, once it came.
type Answer = Option<Result<(), ImapError>>;

/// What EXAMINE told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Examined {
    pub uid_validity: u32,
    pub uid_next: Option<u32>,
    pub exists: u32,
}

/// Why a wait in IDLE ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Woken {
    News,
    Silence,
    Due,
    Stopped,
    /// The machine slept meanwhile (R18).
    Suspended,
}

impl Session {
    /// Connects and signs in. `credentials` are asked for by the caller just before, so that they are fresh.
    pub async fn sign_in(
        server: &Server,
        dial: &Dial,
        credentials: &Credentials,
        limits: &Limits,
        stop: &CancellationToken,
    ) -> Result<Session, ImapError> {
        let signing_in = async {
            let opened = connection::open(server, dial, limits).await?;
            let mut session = Session {
                client: Client::new(opened.stream),
                limits: limits.clone(),
                stop: stop.clone(),
                tags: 0,
                known: Known::default(),
                born: Instant::now(),
            };
            if !opened.greeted {
                session.greeting().await?;
            }
            session.client.get_mut().be_patient(limits.silence);
            session.ask_capabilities().await?;
            session.authenticate(credentials).await?;
            if session.known.capabilities.is_empty() {
                session.ask_capabilities().await?;
            }
            if session.can("ID") {
                // Some providers (163.com, Yahoo) serve only clients that name themselves; a refusal means nothing.
                session
                    .run(&Command::Id, Caps::SMALL, |_| ())
                    .await
                    .or_else(ignore_denial)?;
            }
            Ok(session)
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => Err(ImapError::Stopped),
            result = signing_in => result,
        }
    }

    pub fn exists(&self) -> u32 {
        self.known.exists
    }

    /// Something came unasked since this was last asked (R7).
    pub fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.known.news)
    }

    pub fn can(&self, capability: &str) -> bool {
        self.known.capabilities.contains(capability)
    }

    pub fn capabilities(&self) -> impl Iterator<Item = &str> {
        self.known.capabilities.iter().map(String::as_str)
    }

    async fn greeting(&mut self) -> Result<(), ImapError> {
        const COMMAND: &str = "greeting";
        let unusable = |why: String| ImapError::Unusable {
            command: COMMAND,
            why,
        };
        read(&mut self.client, COMMAND, |response| match response {
            Response::Data { status, outcome } => match status {
                imap_proto::Status::Ok => Ok(()),
                imap_proto::Status::PreAuth => Err(unusable(
                    "PREAUTH: signed in as nobody knows whom".to_owned(),
                )),
                imap_proto::Status::Bye => Err(ImapError::Lost {
                    command: COMMAND,
                    why: format!("BYE {}", words(outcome)),
                }),
                _ => Err(unusable(words(outcome))),
            },
            _ => Err(unusable("this is no IMAP greeting".to_owned())),
        })
        .await?
    }

    async fn ask_capabilities(&mut self) -> Result<(), ImapError> {
        self.known.capabilities.clear();
        // `command` keeps what CAPABILITY responses say.
        self.run(&Command::Capability, Caps::SMALL, |_| ()).await
    }

    /// LOGIN, or AUTHENTICATE where LOGIN cannot do: a bearer token, octets beyond ASCII, LOGINDISABLED.
    async fn authenticate(&mut self, credentials: &Credentials) -> Result<(), ImapError> {
        let (mechanism, initial) = match credentials {
            Credentials::Password { user, secret } => {
                let ascii = user.is_ascii() && secret.0.is_ascii();
                if ascii && !self.can("LOGINDISABLED") || !self.can("AUTH=PLAIN") {
                    let login = Command::Login {
                        user,
                        password: &secret.0,
                    };
                    // What was said before the sign-in is forgotten (R2).
                    self.known.capabilities.clear();
                    return self.run(&login, Caps::SMALL, |_| ()).await;
                }
                if [user, &secret.0].iter().any(|text| text.contains('\0')) {
                    return Err(ImapError::Unsendable {
                        what: "the password",
                    });
                }
                (Mechanism::Plain, format!("\0{user}\0{}", secret.0))
            }
            Credentials::Bearer { user, token } => (
                Mechanism::Xoauth2,
                format!("user={user}\x01auth=Bearer {}\x01\x01", token.0),
            ),
        };
        let at_once = self.can("SASL-IR");
        self.known.capabilities.clear();
        let command = Command::Authenticate {
            mechanism,
            initial: at_once.then_some(initial.as_str()),
        };
        let mut answers = if at_once { None } else { Some(initial.clone()) };
        let limit = self.limits.command;
        let dialogue = async {
            let tag = self.send(&command, Caps::SMALL).await?;
            loop {
                let step = self.next(&tag, &command, |_| ()).await?;
                if let Step::Continue = step {
                    // After the refusal of a token comes one more challenge with the reason; an empty line brings the NO.
                    let line = match answers.take() {
                        Some(initial) => data_encoding::BASE64.encode(initial.as_bytes()),
                        None => String::new(),
                    };
                    self.write(command.name(), format!("{line}\r\n").as_bytes())
                        .await?;
                } else if let Step::Done(result) = step {
                    return result;
                }
            }
        };
        within(limit, "AUTHENTICATE", dialogue).await
    }

    pub async fn examine(&mut self, folder: &str) -> Result<Examined, ImapError> {
        let command = Command::Examine(folder);
        self.known.uid_validity = None;
        let mut uid_validity = None;
        let mut uid_next = None;
        self.run(&command, Caps::SMALL, |response| {
            let outcome = match response {
                Response::Data { outcome, .. } | Response::Done { outcome, .. } => outcome,
                _ => return,
            };
            match outcome.code {
                Some(ResponseCode::UidValidity(value)) => uid_validity = Some(value),
                Some(ResponseCode::UidNext(value)) => uid_next = Some(value),
                _ => {}
            }
        })
        .await?;
        let uid_validity =
            uid_validity
                .filter(|&value| value != 0)
                .ok_or_else(|| ImapError::Unusable {
                    command: command.name(),
                    why: "no UIDVALIDITY in the answer: mails of this folder cannot be told apart"
                        .to_owned(),
                })?;
        self.known.uid_validity = Some(uid_validity);
        self.known.news = false;
        Ok(Examined {
            uid_validity,
            uid_next,
            exists: self.known.exists,
        })
    }

    /// How full the fullest resource of the mailbox is, in percent (RFC 9208); `None` where the server does not say.
    pub async fn fullest_quota(&mut self, folder: &str) -> Result<Option<u64>, ImapError> {
        let mut fullest = None;
        let command = Command::GetQuotaRoot(folder);
        let asking = self.run(&command, Caps::SMALL, |response| {
            if let Response::Quota(quota) = response {
                let percents = quota.resources.iter().filter_map(|resource| {
                    resource
                        .usage
                        .saturating_mul(100)
                        .checked_div(resource.limit)
                });
                fullest = fullest.max(percents.max());
            }
        });
        asking.await.or_else(ignore_denial)?;
        Ok(fullest)
    }

    /// Runs one command to its tagged answer. `each` sees every response, those that came unasked too.
    pub async fn run(
        &mut self,
        command: &Command<'_>,
        caps: Caps,
        each: impl FnMut(&Response<'_>) + Send,
    ) -> Result<(), ImapError> {
        let limit = self.limits.command;
        self.run_within(limit, command, caps, each).await
    }

    pub async fn run_within(
        &mut self,
        limit: Duration,
        command: &Command<'_>,
        caps: Caps,
        mut each: impl FnMut(&Response<'_>) + Send,
    ) -> Result<(), ImapError> {
        let stop = self.stop.clone();
        let exchange = async {
            let tag = self.send(command, caps).await?;
            loop {
                if let Step::Done(result) = self.next(&tag, command, &mut each).await? {
                    return result;
                }
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => Err(ImapError::Stopped),
            result = within(limit, command.name(), exchange) => result,
        }
    }

    /// IDLE until something happens (R15, R16): `most` at the longest, `silence` without any word from the server.
    pub async fn idle(&mut self, most: Duration, silence: Duration) -> Result<Woken, ImapError> {
        let name = Command::Idle.name();
        let limits = self.limits.clone();
        let stop = self.stop.clone();
        let begin = async {
            let tag = self.send(&Command::Idle, Caps::SMALL).await?;
            loop {
                match self.next(&tag, &Command::Idle, |_| ()).await? {
                    Step::Continue => return Ok(tag),
                    Step::Data => {}
                    Step::Done(Err(denied)) => return Err(denied),
                    Step::Done(Ok(())) => {
                        return Err(ImapError::Unusable {
                            command: name,
                            why: "ended before it began".to_owned(),
                        });
                    }
                }
            }
        };
        let tag = tokio::select! {
            biased;
            () = stop.cancelled() => return Err(ImapError::Stopped),
            tag = within(limits.idle_begin, name, begin) => tag?,
        };
        // Silence is ours to judge here, the stream's own deadline would end a quiet IDLE.
        self.client.get_mut().be_patient(most + silence);
        let woken = self.listen(&tag, most, silence).await;
        self.client.get_mut().be_patient(limits.silence);
        let woken = woken?;
        let ending = async {
            self.write(name, b"DONE\r\n").await?;
            loop {
                if let Step::Done(result) = self.next(&tag, &Command::Idle, |_| ()).await? {
                    return result;
                }
            }
        };
        let limit = match woken {
            Woken::Stopped => Duration::from_secs(1),
            _ => limits.idle_end,
        };
        within(limit, name, ending).await?;
        Ok(woken)
    }

    async fn listen(
        &mut self,
        tag: &str,
        most: Duration,
        silence: Duration,
    ) -> Result<Woken, ImapError> {
        const SLICE: Duration = Duration::from_secs(30);
        let end = Instant::now() + most;
        let mut heard = Instant::now();
        let asleep = super::pace::asleep_so_far();
        // What came while IDLE was being agreed on counts.
        while !self.known.news {
            let now = Instant::now();
            if super::pace::asleep_so_far().saturating_sub(asleep) > Duration::from_secs(60) {
                return Ok(Woken::Suspended);
            }
            if now >= end {
                return Ok(Woken::Due);
            }
            if now >= heard + silence {
                return Ok(Woken::Silence);
            }
            let until = end.min(heard + silence).min(now + SLICE);
            let stop = self.stop.clone();
            // Flags that people set end the wait too: cheap, and a lost EXISTS may hide behind them (R7).
            let mut flags = false;
            let step = tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(Woken::Stopped),
                step = timeout_at(until, self.next(tag, &Command::Idle, |response| {
                    flags |= matches!(response, Response::Fetch(..));
                })) => step,
            };
            let Ok(step) = step else { continue };
            heard = Instant::now();
            self.known.news |= flags;
            if let Step::Done(result) = step? {
                result?;
                return Err(ImapError::Lost {
                    command: "IDLE",
                    why: "the server ended it".to_owned(),
                });
            }
        }
        Ok(Woken::News)
    }

    /// Goodbye, within a second; nothing depends on it.
    pub async fn log_out(mut self) {
        self.stop = CancellationToken::new();
        let _ = self
            .run_within(
                Duration::from_secs(1),
                &Command::Logout,
                Caps::SMALL,
                |_| (),
            )
            .await;
    }

    async fn send(&mut self, command: &Command<'_>, caps: Caps) -> Result<String, ImapError> {
        if let Some(unfinished) = self.known.unfinished {
            return Err(ImapError::Lost {
                command: command.name(),
                why: format!("{unfinished} before it was left without an answer"),
            });
        }
        let text = command.text()?;
        self.tags += 1;
        let tag = format!("L{:04}", self.tags);
        self.known.unfinished = Some(command.name());
        self.client.get_mut().allow(caps);
        self.write(command.name(), format!("{tag} {text}\r\n").as_bytes())
            .await?;
        Ok(tag)
    }

    async fn write(&mut self, command: &'static str, octets: &[u8]) -> Result<(), ImapError> {
        // Straight to the stream: async-imap's own writer would trace the password (F5).
        let stream = self.client.get_mut();
        let writing = async {
            stream.write_all(octets).await?;
            stream.flush().await
        };
        match timeout(self.limits.silence, writing).await {
            Ok(result) => result.map_err(|error| ImapError::from_io(command, &error)),
            Err(_) => Err(ImapError::Late {
                command,
                why: "it could not be written".to_owned(),
            }),
        }
    }

    /// The next response, looked at by `each` first.
    async fn next(
        &mut self,
        tag: &str,
        command: &Command<'_>,
        each: impl FnOnce(&Response<'_>) + Send,
    ) -> Result<Step, ImapError> {
        let known = &mut self.known;
        read(&mut self.client, command.name(), |response| {
            each(response);
            if let Response::Continue(_) = response {
                return Ok(Step::Continue);
            }
            Ok(known
                .take(tag, command, response)?
                .map_or(Step::Data, Step::Done))
        })
        .await?
    }
}

/// One response in the course of a command.
enum Step {
    Data,
    Continue,
    Done(Result<(), ImapError>),
}

impl Known {
    /// Looks at one response; the tagged answer to `tag` ends the command.
    fn take(
        &mut self,
        tag: &str,
        command: &Command<'_>,
        response: &Response<'_>,
    ) -> Result<Answer, ImapError> {
        let name = command.name();
        match response {
            // The tag of another time: not our answer, whatever it says.
            Response::Done { tag: other, .. } if other.0 != tag => {
                tracing::debug!(command = name, "a tagged answer that nobody awaits");
            }
            Response::Done {
                status, outcome, ..
            } => {
                self.learn(outcome.code.as_ref())?;
                self.unfinished = None;
                let status = match status {
                    imap_proto::Status::Ok => return Ok(Some(Ok(()))),
                    imap_proto::Status::No => Status::No,
                    imap_proto::Status::Bad => Status::Bad,
                    _ => {
                        return Err(ImapError::Unusable {
                            command: name,
                            why: "a tagged answer that is neither OK, NO nor BAD".to_owned(),
                        });
                    }
                };
                return Ok(Some(Err(ImapError::Denied {
                    command: name,
                    status,
                    code: code(outcome),
                    text: words(outcome),
                })));
            }
            Response::Data {
                status: imap_proto::Status::Bye,
                outcome,
            } if !matches!(command, Command::Logout) => {
                return Err(ImapError::Lost {
                    command: name,
                    why: format!("BYE {}", words(outcome)),
                });
            }
            Response::Data { outcome, .. } => self.learn(outcome.code.as_ref())?,
            Response::Capabilities(list) => self.keep_capabilities(list),
            Response::MailboxData(MailboxDatum::Exists(exists)) => {
                self.exists = *exists;
                self.news = true;
            }
            Response::MailboxData(MailboxDatum::Recent(_))
            | Response::Expunge(_)
            | Response::Vanished { .. } => self.news = true,
            _ => {}
        }
        Ok(None)
    }

    fn learn(&mut self, code: Option<&ResponseCode<'_>>) -> Result<(), ImapError> {
        match code {
            Some(ResponseCode::Capabilities(list)) => self.keep_capabilities(list),
            Some(ResponseCode::UidNext(_)) => self.news = true,
            Some(ResponseCode::UidValidity(is)) => {
                if let Some(was) = self.uid_validity.filter(|was| was != is) {
                    return Err(ImapError::Renumbered { was, is: *is });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn keep_capabilities(&mut self, list: &[imap_proto::Capability<'_>]) {
        self.capabilities = list
            .iter()
            .map(|capability| match capability {
                imap_proto::Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
                imap_proto::Capability::Auth(name) => format!("AUTH={name}").to_ascii_uppercase(),
                imap_proto::Capability::Atom(name) => name.to_ascii_uppercase(),
            })
            .collect();
    }
}

fn ignore_denial(error: ImapError) -> Result<(), ImapError> {
    if error.is_denial() {
        Ok(())
    } else {
        Err(error)
    }
}

async fn within<T>(
    limit: Duration,
    command: &'static str,
    step: impl Future<Output = Result<T, ImapError>>,
) -> Result<T, ImapError> {
    match timeout(limit, step).await {
        Ok(result) => result,
        Err(_) => Err(ImapError::Late {
            command,
            why: format!("not done in {} s", limit.as_secs()),
        }),
    }
}

/// Reads one response. async-imap does not name its type, so it is looked at in here.
async fn read<T>(
    client: &mut Client<Guarded>,
    command: &'static str,
    look: impl FnOnce(&Response<'_>) -> T + Send,
) -> Result<T, ImapError> {
    // imap-proto 0.17 panics on `INTERNALDATE NIL` and on an 8-bit octet right after a response code: a server's
    // mistake may end its session, never the program.
    match AssertUnwindSafe(client.read_response())
        .catch_unwind()
        .await
    {
        Ok(Ok(Some(response))) => Ok(look(response.parsed())),
        // A clean end of the stream is not an answer (F2).
        Ok(Ok(None)) => Err(ImapError::Lost {
            command,
            why: "the server closed it".to_owned(),
        }),
        Ok(Err(error)) => Err(ImapError::from_io(command, &error)),
        Err(_) => Err(ImapError::Unusable {
            command,
            why: "the answer cannot be parsed".to_owned(),
        }),
    }
}

fn words(outcome: &imap_proto::Outcome<'_>) -> String {
    shorten(outcome.information.as_deref().unwrap_or("(no text)"))
}

/// The response code; imap-proto leaves those that it does not know (all of RFC 5530) in the text.
fn code(outcome: &imap_proto::Outcome<'_>) -> Option<String> {
    if let Some(ResponseCode::Alert) = outcome.code {
        return Some("ALERT".to_owned());
    }
    let text = outcome.information.as_deref()?.strip_prefix('[')?;
    let (inside, _) = text.split_once(']')?;
    let word = inside.split(' ').next()?;
    (!word.is_empty()).then(|| word.to_ascii_uppercase())
}

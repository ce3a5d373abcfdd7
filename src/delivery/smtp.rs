//! One SMTP session: EHLO, STARTTLS where asked for, AUTH, and one transaction for each mail with one recipient.

use std::time::Duration;

use data_encoding::BASE64;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::{
    COURTESY, OpenError, Outcome,
    wire::{self, COMMAND, DATA, Reply, Stream, Wire, WireError},
};
use crate::{
    address::EmailAddress,
    correspondence::{OutboxKind, OutgoingMail},
    settings::Secret,
    tender::keys::envelope_id,
};

/// A server that asks on and on is not signing anybody in.
const MOST_CHALLENGES: usize = 10;

/// What signs in.
#[derive(Clone, Debug)]
pub struct Login {
    pub user: String,
    pub secret: Secret,
    /// The secret is an access token: XOAUTH2.
    pub token: bool,
}

/// An open session.
pub struct Smtp {
    wire: Wire<Box<dyn Stream>>,
    greeting: String,
    capabilities: Vec<String>,
    signed_in: Option<&'static str>,
    broken: bool,
}

impl Smtp {
    /// Reads the greeting and introduces us, over a stream that is as safe as it will get.
    pub async fn start(stream: impl Stream + 'static, hello: &str) -> Result<Smtp, OpenError> {
        let mut wire = Wire::new(Box::new(stream) as Box<dyn Stream>);
        let greeting = ready(&mut wire).await?;
        Smtp::introduce(wire, greeting, hello).await
    }

    /// The same over a plain stream that is encrypted before anything else is said; there is no way back to plain
    /// text, and what was heard before TLS is forgotten (RFC 3207 section 4.2).
    pub async fn start_tls(
        stream: impl Stream + 'static,
        hello: &str,
        connector: &TlsConnector,
        host: &str,
    ) -> Result<Smtp, OpenError> {
        let mut wire = Wire::new(stream);
        let greeting = ready(&mut wire).await?;
        expect(&mut wire, "EHLO", &format!("EHLO {hello}"), 250).await?;
        expect(&mut wire, "STARTTLS", "STARTTLS", 220).await?;
        let stream = wire.into_stream().ok_or_else(|| {
            OpenError::Unreachable("the server spoke on before TLS: not trusted".to_owned())
        })?;
        let stream = wire::encrypt(stream, connector, host)
            .await
            .map_err(OpenError::Unreachable)?;
        Smtp::introduce(Wire::new(Box::new(stream)), greeting, hello).await
    }

    async fn introduce(
        mut wire: Wire<Box<dyn Stream>>,
        greeting: String,
        hello: &str,
    ) -> Result<Smtp, OpenError> {
        let reply = expect(&mut wire, "EHLO", &format!("EHLO {hello}"), 250).await?;
        Ok(Smtp {
            wire,
            greeting,
            capabilities: reply.lines,
            signed_in: None,
            broken: false,
        })
    }

    pub fn greeting(&self) -> &str {
        &self.greeting
    }

    pub fn capabilities(&self) -> &[String] {
        &self.capabilities
    }

    pub fn signed_in(&self) -> Option<&'static str> {
        self.signed_in
    }

    /// Nothing more can be said on this connection.
    pub fn broken(&self) -> bool {
        self.broken
    }

    /// The parameters of an EHLO keyword, `None` when it is not offered.
    fn offers(&self, keyword: &str) -> Option<Vec<&str>> {
        // The first line is the server's name. `AUTH=LOGIN` is how some old servers say `AUTH LOGIN`.
        self.capabilities.iter().skip(1).find_map(|line| {
            let mut words = line.split([' ', '=']);
            words
                .next()?
                .eq_ignore_ascii_case(keyword)
                .then(|| words.collect())
        })
    }

    /// Signs in with the best mechanism that the server offers.
    pub async fn sign_in(&mut self, login: &Login) -> Result<(), OpenError> {
        let offered = self.offers("AUTH").unwrap_or_default();
        let known: &[&'static str] = match login.token {
            true => &["XOAUTH2"],
            false => &["PLAIN", "LOGIN"],
        };
        let mechanism = known
            .iter()
            .copied()
            .find(|name| offered.iter().any(|word| word.eq_ignore_ascii_case(name)))
            .ok_or_else(|| {
                OpenError::Refused(format!(
                    "the server offers no sign-in that fits ({}); it offers: {}",
                    known.join(", "),
                    if offered.is_empty() {
                        "none".to_owned()
                    } else {
                        offered.join(" ")
                    },
                ))
            })?;
        let Login { user, secret, .. } = login;
        let mut answers = match mechanism {
            "PLAIN" => vec![format!("\0{user}\0{}", secret.0)],
            "XOAUTH2" => vec![format!("user={user}\x01auth=Bearer {}\x01\x01", secret.0)],
            _ => vec![user.clone(), secret.0.clone()],
        }
        .into_iter()
        .map(|answer| BASE64.encode(answer.as_bytes()));
        let mut line = match mechanism {
            "LOGIN" => "AUTH LOGIN".to_owned(),
            _ => format!("AUTH {mechanism} {}", answers.next().unwrap_or_default()),
        };
        for _ in 0..=MOST_CHALLENGES {
            let reply = self
                .wire
                .command("AUTH", &line, COMMAND)
                .await
                .map_err(lost)?;
            match reply.code {
                235 => {
                    self.signed_in = Some(mechanism);
                    return Ok(());
                }
                // XOAUTH2 tells its error in a challenge and waits for an empty line.
                334 => line = answers.next().unwrap_or_default(),
                500..600 => {
                    return Err(OpenError::Refused(format!(
                        "sign-in of {user} was refused: {}",
                        reply.words()
                    )));
                }
                _ => return Err(OpenError::Unreachable(format!("AUTH: {}", reply.words()))),
            }
        }
        Err(OpenError::Refused(format!(
            "sign-in of {user}: more than {MOST_CHALLENGES} challenges"
        )))
    }

    /// Hands over one mail. `own` replaces the null sender where the server refuses it.
    pub async fn transact(&mut self, mail: &OutgoingMail, own: &EmailAddress) -> Outcome {
        let from = mail.envelope_from.as_ref();
        for address in from.into_iter().chain([own, &mail.to]) {
            if !address.as_str().is_ascii() {
                return Outcome::Permanent(format!(
                    "the address {address} has letters outside ASCII, which SMTP servers refuse"
                ));
            }
        }
        if !mail.raw.is_ascii() {
            return Outcome::Permanent("the mail is not pure ASCII".to_owned());
        }
        match self.hand_over(mail, own).await {
            Ok(outcome) => outcome,
            Err(error) => {
                self.broken = true;
                Outcome::Temporary(error.to_string())
            }
        }
    }

    /// An error means that the connection was lost before the final dot.
    async fn hand_over(
        &mut self,
        mail: &OutgoingMail,
        own: &EmailAddress,
    ) -> Result<Outcome, WireError> {
        let from = mail.envelope_from.as_ref().map_or("", EmailAddress::as_str);
        let mut reply = self.mail_from(from, mail).await?;
        if from.is_empty() && (500..600).contains(&reply.code) && !is_about_sign_in(reply.code) {
            self.reset().await?;
            reply = self.mail_from(own.as_str(), mail).await?;
        }
        if reply.code != 250 {
            return self.refused("MAIL", &reply).await;
        }
        let notify = match self.offers("DSN") {
            None => "",
            Some(_) if never_reported(mail.kind) => " NOTIFY=NEVER",
            Some(_) => " NOTIFY=FAILURE,DELAY",
        };
        let line = format!("RCPT TO:<{}>{notify}", mail.to);
        let reply = self.wire.command("RCPT", &line, COMMAND).await?;
        if !matches!(reply.code, 250 | 251) {
            return self.refused("RCPT", &reply).await;
        }
        let reply = self.wire.command("DATA", "DATA", DATA).await?;
        if reply.code != 354 {
            return self.refused("DATA", &reply).await;
        }
        let sent = self.wire.body(&mail.raw).await;
        // A server that has had enough says why before it leaves.
        if let Some(spoken) = self.wire.interruption().await {
            self.broken = true;
            return self.refused("DATA", &spoken?).await;
        }
        sent?;
        self.wire.dot().await?;
        Ok(match self.wire.verdict().await {
            Ok(reply) => {
                self.broken = matches!(reply.code, 300..400 | 421);
                match reply.code {
                    200..300 => Outcome::Accepted(reply.words()),
                    400..500 => Outcome::Temporary(reply.words()),
                    500..600 => Outcome::Permanent(reply.words()),
                    _ => Outcome::Unknown(format!(
                        "strange answer to the final dot: {}",
                        reply.words()
                    )),
                }
            }
            // From here on the server may have the whole mail (RFC 1047): never "temporary".
            Err(error) => {
                self.broken = true;
                Outcome::Unknown(format!("after the final dot: {error}"))
            }
        })
    }

    async fn mail_from(&mut self, from: &str, mail: &OutgoingMail) -> Result<Reply, WireError> {
        let mut line = format!("MAIL FROM:<{from}>");
        if self.offers("SIZE").is_some() {
            line += &format!(" SIZE={}", mail.raw.len());
        }
        if self.offers("DSN").is_some() && !never_reported(mail.kind) {
            line += " RET=HDRS";
            let envelope = envelope_id(&mail.message_id);
            if !envelope.is_empty() {
                line += &format!(" ENVID={envelope}");
            }
        }
        self.wire.command("MAIL", &line, COMMAND).await
    }

    /// A refused transaction: what it means for the mail, and a clean start for the next one.
    async fn refused(&mut self, phase: &str, reply: &Reply) -> Result<Outcome, WireError> {
        let words = format!("{phase}: {}", reply.words());
        if !self.broken && (reply.code == 421 || self.reset().await.is_err()) {
            self.broken = true;
        }
        Ok(match reply.code {
            // The settings are wrong, not the mail.
            code if is_about_sign_in(code) => Outcome::Temporary(words),
            500..600 => Outcome::Permanent(words),
            400..500 => Outcome::Temporary(words),
            // Neither yes nor no: out of step, so no more on this connection.
            _ => {
                self.broken = true;
                Outcome::Temporary(words)
            }
        })
    }

    async fn reset(&mut self) -> Result<(), WireError> {
        let reply = self.wire.command("RSET", "RSET", COMMAND).await?;
        match reply.is_positive() {
            true => Ok(()),
            false => Err(WireError::Nonsense(reply.words())),
        }
    }

    /// Whether the server still listens, before another mail is begun.
    pub async fn still_there(&mut self) -> bool {
        let reply = self.wire.command("NOOP", "NOOP", COURTESY).await;
        matches!(reply, Ok(reply) if reply.code == 250)
    }

    pub async fn quit(mut self) {
        let patience: Duration = COURTESY;
        // The mails are delivered: whether the goodbye is heard changes nothing.
        let _ = timeout(patience, self.wire.command("QUIT", "QUIT", patience)).await;
    }
}

/// Answers that nobody waits for: a report of their failure would only go to the null sender.
fn never_reported(kind: OutboxKind) -> bool {
    matches!(
        kind,
        OutboxKind::Acknowledgement | OutboxKind::UnknownSenderReply
    )
}

/// 530 authentication required, 534 and 538 a stronger one, 535 failed.
fn is_about_sign_in(code: u16) -> bool {
    matches!(code, 530 | 534 | 535 | 538)
}

async fn ready<S: Stream>(wire: &mut Wire<S>) -> Result<String, OpenError> {
    let reply = wire.greeting().await.map_err(lost)?;
    match reply.code {
        220 => Ok(reply.lines.join(" ")),
        _ => Err(OpenError::Unreachable(format!(
            "the server is not ready: {}",
            reply.words()
        ))),
    }
}

async fn expect<S: Stream>(
    wire: &mut Wire<S>,
    phase: &'static str,
    line: &str,
    code: u16,
) -> Result<Reply, OpenError> {
    let reply = wire.command(phase, line, COMMAND).await.map_err(lost)?;
    match reply.code == code {
        true => Ok(reply),
        false => Err(OpenError::Unreachable(format!(
            "{phase} was refused: {}",
            reply.words()
        ))),
    }
}

fn lost(error: WireError) -> OpenError {
    OpenError::Unreachable(error.to_string())
}

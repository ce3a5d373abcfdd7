//! Who signs in where, and how often that may be tried: refused credentials count for all folders of an account (P28).

use std::{fmt, sync::Arc};

use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    connection::{Dial, tcp},
    error::{Class, ImapError},
    pace::Refusals,
    session::Session,
};
use crate::{
    mailbox::{CredentialSource, Credentials, Limits},
    settings::Server,
};

/// One mailbox on an IMAP server. Clones share what they know about refused sign-ins.
#[derive(Clone)]
pub struct Account {
    /// Name of the mailbox in the settings.
    pub mailbox: String,
    pub server: Server,
    pub folders: Vec<String>,
    credentials: CredentialSource,
    dial: Dial,
    gate: Arc<Mutex<Gate>>,
}

#[derive(Default)]
struct Gate {
    refusals: Refusals,
    rests_until: Option<Instant>,
    /// What the server said last.
    why: String,
}

impl Account {
    pub fn new(
        mailbox: String,
        server: Server,
        folders: Vec<String>,
        credentials: CredentialSource,
    ) -> Account {
        Account {
            mailbox,
            server,
            folders,
            credentials,
            dial: tcp(),
            gate: Arc::default(),
        }
    }

    /// Over another kind of connection than TCP.
    pub fn dialing(mut self, dial: Dial) -> Account {
        self.dial = dial;
        self
    }

    /// Signs in when it is this account's turn: one folder after the other, and after a refusal only when it rested.
    /// Who cannot wait (`patient` false) gets the refusal again.
    pub(super) async fn sign_in(
        &self,
        limits: &Limits,
        stop: &CancellationToken,
        patient: bool,
    ) -> Result<Session, ImapError> {
        let mut gate = tokio::select! {
            biased;
            () = stop.cancelled() => return Err(ImapError::Stopped),
            gate = self.gate.lock() => gate,
        };
        if let Some(until) = gate.rests_until {
            if !patient && until > Instant::now() {
                return Err(ImapError::Refused(gate.why.clone()));
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => return Err(ImapError::Stopped),
                () = sleep_until(until) => gate.rests_until = None,
            }
        }
        let error = match self.try_twice(limits, stop).await {
            Ok(session) => {
                gate.refusals.signed_in();
                return Ok(session);
            }
            Err(error) => error,
        };
        let Some(rest) = gate.refusals.failed(error.class()) else {
            return Err(error);
        };
        gate.rests_until = Some(Instant::now() + rest);
        gate.why = error.to_string();
        Err(ImapError::Refused(gate.why.clone()))
    }

    /// A refused token is fetched anew once: it may have run out between our asking and the server's (R22).
    async fn try_twice(
        &self,
        limits: &Limits,
        stop: &CancellationToken,
    ) -> Result<Session, ImapError> {
        let mut renewed = false;
        loop {
            let credentials = tokio::select! {
                biased;
                () = stop.cancelled() => return Err(ImapError::Stopped),
                credentials = self.credentials.ask() => {
                    credentials.map_err(ImapError::NoCredentials)?
                }
            };
            let result =
                Session::sign_in(&self.server, &self.dial, &credentials, limits, stop).await;
            match &result {
                Err(error)
                    if !renewed
                        && matches!(credentials, Credentials::Bearer { .. })
                        && matches!(error.class(), Class::Refused | Class::PerhapsRefused) =>
                {
                    renewed = true;
                }
                _ => return result,
            }
        }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("mailbox", &self.mailbox)
            .field("server", &self.server)
            .field("folders", &self.folders)
            .finish_non_exhaustive()
    }
}

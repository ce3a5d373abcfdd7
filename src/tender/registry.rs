//! The registry: every tender, bidder and session at one moment, as plain data that decisions are made against.

use std::collections::HashMap;

use super::{Bidder, BidderId, Reference, Session, SessionId, SessionKind, Tender, TenderId};
use crate::address::EmailAddress;

/// A snapshot of all that was imported.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    tenders: Vec<Tender>,
    bidders: Vec<Bidder>,
    sessions: Vec<Session>,
    tender_at: HashMap<TenderId, usize>,
    bidder_at: HashMap<BidderId, usize>,
    session_at: HashMap<SessionId, usize>,
    by_token: HashMap<String, usize>,
    by_reference: HashMap<Reference, usize>,
    by_address: HashMap<EmailAddress, Vec<usize>>,
    of_tender: HashMap<TenderId, Vec<usize>>,
    of_bidder: HashMap<BidderId, Vec<usize>>,
}

impl Registry {
    pub fn new(tenders: Vec<Tender>, bidders: Vec<Bidder>, sessions: Vec<Session>) -> Registry {
        let mut registry = Registry {
            tender_at: tenders
                .iter()
                .enumerate()
                .map(|(at, tender)| (tender.id, at))
                .collect(),
            bidder_at: bidders
                .iter()
                .enumerate()
                .map(|(at, bidder)| (bidder.id, at))
                .collect(),
            session_at: sessions
                .iter()
                .enumerate()
                .map(|(at, session)| (session.id, at))
                .collect(),
            by_token: sessions
                .iter()
                .enumerate()
                .map(|(at, s)| (s.token.clone(), at))
                .collect(),
            by_reference: sessions
                .iter()
                .enumerate()
                .map(|(at, s)| (s.reference.clone(), at))
                .collect(),
            ..Registry::default()
        };
        for (at, bidder) in bidders.iter().enumerate() {
            registry
                .of_tender
                .entry(bidder.tender)
                .or_default()
                .push(at);
            for address in &bidder.emails {
                registry
                    .by_address
                    .entry(address.clone())
                    .or_default()
                    .push(at);
            }
        }
        for (at, session) in sessions.iter().enumerate() {
            registry
                .of_bidder
                .entry(session.bidder)
                .or_default()
                .push(at);
        }
        (registry.tenders, registry.bidders, registry.sessions) = (tenders, bidders, sessions);
        registry
    }

    pub fn tenders(&self) -> &[Tender] {
        &self.tenders
    }

    pub fn bidders(&self) -> &[Bidder] {
        &self.bidders
    }

    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    pub fn tender(&self, id: TenderId) -> Option<&Tender> {
        self.tender_at.get(&id).map(|&at| &self.tenders[at])
    }

    pub fn bidder(&self, id: BidderId) -> Option<&Bidder> {
        self.bidder_at.get(&id).map(|&at| &self.bidders[at])
    }

    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.session_at.get(&id).map(|&at| &self.sessions[at])
    }

    pub fn tender_by_code(&self, code: &str) -> Option<&Tender> {
        self.tenders.iter().find(|tender| tender.code == code)
    }

    pub fn session_by_token(&self, token: &str) -> Option<&Session> {
        self.by_token
            .get(&token.to_ascii_lowercase())
            .map(|&at| &self.sessions[at])
    }

    pub fn session_by_reference(&self, reference: &Reference) -> Option<&Session> {
        self.by_reference
            .get(reference)
            .map(|&at| &self.sessions[at])
    }

    /// The bidders who registered an address; one address may belong to several.
    pub fn bidders_at(&self, address: &EmailAddress) -> impl Iterator<Item = &Bidder> {
        self.by_address
            .get(address)
            .into_iter()
            .flatten()
            .map(|&at| &self.bidders[at])
    }

    pub fn bidders_of(&self, tender: TenderId) -> impl Iterator<Item = &Bidder> {
        self.of_tender
            .get(&tender)
            .into_iter()
            .flatten()
            .map(|&at| &self.bidders[at])
    }

    pub fn sessions_of(&self, bidder: BidderId) -> impl Iterator<Item = &Session> {
        self.of_bidder
            .get(&bidder)
            .into_iter()
            .flatten()
            .map(|&at| &self.sessions[at])
    }

    pub fn session_of(&self, bidder: BidderId, kind: SessionKind) -> Option<&Session> {
        self.sessions_of(bidder)
            .find(|session| session.kind == kind)
    }
}

//! Who wrote: the whole address, never the domain (a clerk of three firms writes from one free-mail account).

use super::{Facts, Letter, Trace};
use crate::address::EmailAddress;

/// From. Several From mailboxes are unproven, but each counts: if they belong to two firms, a person is asked.
pub fn registered(letter: &Letter, facts: &Facts) -> Vec<Trace> {
    at(letter.from.iter().map(|from| &from.address), facts)
}

/// Reply-To, where it is not the writer's own address: weaker, since anybody can set it and a service does.
pub fn reply_to(letter: &Letter, facts: &Facts) -> Vec<Trace> {
    let from = |address: &EmailAddress| letter.from.iter().any(|from| from.address == *address);
    let answers = letter.reply_to.iter().map(|reply| &reply.address);
    at(answers.filter(|address| !from(address)), facts)
}

/// The writer of a mail inside this one.
pub fn enclosed(letter: &Letter, facts: &Facts) -> Vec<Trace> {
    let writers = letter.enclosed.iter().filter_map(|mail| mail.from.as_ref());
    at(writers.map(|from| &from.address), facts)
}

/// The receiving server took it for spam.
pub fn spam_verdict(letter: &Letter, _: &Facts) -> Vec<Trace> {
    let against = Trace {
        bidder: None,
        session: None,
        trace: String::new(),
    };
    Vec::from_iter(letter.automation.spam_verdict.then_some(against))
}

fn at<'a>(addresses: impl Iterator<Item = &'a EmailAddress>, facts: &Facts) -> Vec<Trace> {
    addresses
        .flat_map(|address| facts.registry.bidders_at(address))
        .map(|bidder| Trace::of_bidder(bidder.id, ""))
        .collect()
}

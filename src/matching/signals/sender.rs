//! Who wrote: the whole address; the domain only where it is one company's own (a clerk of three firms writes from one
//! free-mail account).

use super::{Facts, Reading, Trace};
use crate::{address::EmailAddress, matching::reading::Told};

/// From. Several From mailboxes are unproven, but each counts: if they belong to two firms, a person is asked.
pub fn registered(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    at(writers(reading), facts, |_| String::new())
}

/// Reply-To, where it is not the writer's own address: weaker, since anybody can set it and a service does.
pub fn reply_to(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let from = |address: &EmailAddress| writers(reading).any(|from| from == address);
    let answers = reading.letter.reply_to.iter().map(|reply| &reply.address);
    at(answers.filter(|address| !from(address)), facts, |_| {
        String::new()
    })
}

/// The writer of a mail inside this one.
pub fn enclosed(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let enclosed = reading.letter.enclosed.iter();
    let writers = enclosed.filter_map(|mail| mail.from.as_ref());
    at(writers.map(|from| &from.address), facts, |_| String::new())
}

/// In To or Cc, or in his own text ("email kantor: …").
pub fn mentioned(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let mut traces = at(reading.letter.visible_recipients.iter(), facts, |_| {
        "tembusan".to_owned()
    });
    for Told { place, text, .. } in reading.own.iter().filter(|told| told.text.contains('@')) {
        let parts = text.split(|c: char| c.is_whitespace() || "<>()[],;:\"'".contains(c));
        let addresses: Vec<EmailAddress> = parts
            .filter(|part| part.contains('@'))
            .filter_map(|part| part.trim_end_matches('.').parse().ok())
            .collect();
        traces.extend(at(addresses.iter(), facts, |_| place.words().to_owned()));
    }
    let own = registered(reading, facts);
    traces.retain(|trace| own.iter().all(|own| own.bidder != trace.bidder));
    traces
}

/// The domain of an address that nobody registered.
pub fn domain(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    let strangers =
        writers(reading).filter(|from| facts.registry.bidders_at(from).next().is_none());
    let bidders =
        strangers.flat_map(|from| facts.index.domains.get(from.domain()).into_iter().flatten());
    bidders
        .map(|&bidder| Trace::of_bidder(bidder, ""))
        .collect()
}

/// Earlier mails from this address that were filed there: seen, never registered. Of a registered address they say
/// nothing: a firm in two tenders writes to both.
pub fn seen(reading: &Reading, facts: &Facts) -> Vec<Trace> {
    if !registered(reading, facts).is_empty() {
        return Vec::new();
    }
    let seen = facts.history.seen.iter();
    let known = seen.filter(|seen| facts.registry.bidder(seen.bidder).is_some());
    known
        .map(|seen| Trace::of_bidder(seen.bidder, format!("{} surat", seen.mails)))
        .collect()
}

/// The receiving server took it for spam.
pub fn spam_verdict(reading: &Reading, _: &Facts) -> Vec<Trace> {
    let against = Trace {
        bidder: None,
        session: None,
        trace: String::new(),
    };
    Vec::from_iter(reading.letter.automation.spam_verdict.then_some(against))
}

fn writers<'a>(reading: &'a Reading) -> impl Iterator<Item = &'a EmailAddress> {
    reading.letter.from.iter().map(|from| &from.address)
}

fn at<'a>(
    addresses: impl Iterator<Item = &'a EmailAddress>,
    facts: &Facts,
    trace: impl Fn(&EmailAddress) -> String,
) -> Vec<Trace> {
    let mut traces = Vec::new();
    for address in addresses {
        let bidders = facts.registry.bidders_at(address);
        traces.extend(bidders.map(|bidder| Trace::of_bidder(bidder.id, trace(address))));
    }
    traces
}

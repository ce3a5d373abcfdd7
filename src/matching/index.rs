//! The registry made ready to be recognised in letters: names by their rarest word, right and mistyped, numbers and
//! domains by themselves. Made once for a registry; looking a mail up costs by the length of the mail.
//!
//! Mistyped words are found by deletion neighbourhoods: two words one slip apart share what is left of them when a letter
//! is taken away. (`fst`'s automata find the same and cost some 30 µs a word; a long mail has a thousand.)

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{
    names::{self, CompanyName},
    packages::Packages,
    text,
};
use crate::tender::{BidderId, Registry, TenderId};

/// Shorter words have too many neighbours to be taken for mistyped.
const NEAR_LETTERS: usize = 5;

/// What a phrase names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Naming {
    /// The bidder itself, with its legal form.
    Company(Option<&'static str>),
    /// One company of the bidder's joint operation.
    Member(Option<&'static str>),
    Director,
    Expert,
}

/// Words that name some bidders: one firm in five tenders is five of them.
#[derive(Debug)]
pub struct Phrase {
    pub naming: Naming,
    pub words: Vec<String>,
    /// The words without blanks.
    pub joined: String,
    pub owners: Vec<BidderId>,
    /// No company of another legal form has the same words.
    pub alone: bool,
    /// Phrases of companies whose longer names contain these words.
    pub within: Vec<usize>,
}

/// By what a firm is known in several tenders.
#[derive(Debug)]
struct Firm {
    name: CompanyName,
    /// Of a joint operation.
    members: Vec<CompanyName>,
    npwp: Option<String>,
}

#[derive(Debug, Default)]
pub struct Index {
    pub phrases: Vec<Phrase>,
    /// The phrases of a joint operation's members.
    members: HashMap<BidderId, Vec<usize>>,
    firms: HashMap<BidderId, Firm>,
    /// The bidders of a name, and the joint operations of which it is a member.
    by_name: HashMap<CompanyName, Vec<BidderId>>,
    /// Words under which phrases are looked for, and the phrases of each.
    anchors: HashMap<String, Vec<usize>>,
    /// What is left of an anchor without one of its letters, and the anchors that leave it.
    remains: HashMap<String, Vec<String>>,
    /// Every word of every name.
    vocabulary: HashSet<String>,
    pub codes: HashMap<String, TenderId>,
    pub npwps: HashMap<String, Vec<BidderId>>,
    pub nibs: HashMap<String, Vec<BidderId>>,
    pub phones: HashMap<String, Vec<BidderId>>,
    /// Domains that are one firm's own.
    pub domains: HashMap<String, Vec<BidderId>>,
    pub packages: Packages,
}

impl Index {
    pub fn of(registry: &Registry) -> Index {
        let mut index = Index {
            packages: Packages::of(registry),
            ..Index::default()
        };
        for tender in registry.tenders() {
            index.codes.insert(tender.code.clone(), tender.id);
        }
        index.add_firms(registry);
        index.add_phrases(registry);
        index.add_numbers(registry);
        index.add_domains(registry);
        index
    }

    fn add_firms(&mut self, registry: &Registry) {
        for bidder in registry.bidders() {
            let firm = Firm {
                name: CompanyName::read(&bidder.name),
                members: names::members(&bidder.name),
                npwp: bidder.npwp.as_deref().and_then(npwp),
            };
            for name in firm.members.iter().chain([&firm.name]) {
                self.by_name
                    .entry(name.clone())
                    .or_default()
                    .push(bidder.id);
            }
            self.firms.insert(bidder.id, firm);
        }
    }

    /// One firm in two tenders is two bidders: equal name with equal legal form, or equal NPWP. A joint operation is one
    /// firm with each of its members: what a member signs may be meant for it.
    pub fn same_firm(&self, a: BidderId, b: BidderId) -> bool {
        let (Some(first), Some(second)) = (self.firms.get(&a), self.firms.get(&b)) else {
            return a == b;
        };
        a == b
            || first.name == second.name
            || (first.npwp.is_some() && first.npwp == second.npwp)
            || first.members.contains(&second.name)
            || second.members.contains(&first.name)
    }

    /// The bidders that are one firm with this one, itself among them.
    pub fn firm_of(&self, bidder: BidderId) -> BTreeSet<BidderId> {
        let mut all = BTreeSet::from([bidder]);
        if let Some(firm) = self.firms.get(&bidder) {
            let names = firm.members.iter().chain([&firm.name]);
            let named = names.filter_map(|name| self.by_name.get(name)).flatten();
            let npwps = firm.npwp.iter().filter_map(|npwp| self.npwps.get(npwp));
            all.extend(named.chain(npwps.flatten()));
            all.retain(|&other| self.same_firm(bidder, other));
        }
        all
    }

    fn add_phrases(&mut self, registry: &Registry) {
        let mut known: HashMap<(Naming, Vec<String>), usize> = HashMap::new();
        let mut add = |naming: Naming, words: Vec<String>, owner: BidderId| {
            let at = *known.entry((naming, words.clone())).or_insert_with(|| {
                self.phrases.push(Phrase {
                    naming,
                    joined: words.concat(),
                    words,
                    owners: Vec::new(),
                    alone: true,
                    within: Vec::new(),
                });
                self.phrases.len() - 1
            });
            // Bidders come one by one: the same again is the last.
            if self.phrases[at].owners.last() != Some(&owner) {
                self.phrases[at].owners.push(owner);
            }
            at
        };
        for bidder in registry.bidders() {
            let Some(Firm { name, members, .. }) = self.firms.get(&bidder.id) else {
                continue;
            };
            if members.is_empty() && !name.words.is_empty() {
                add(Naming::Company(name.form), name.words.clone(), bidder.id);
            }
            for member in members {
                let at = add(Naming::Member(member.form), member.words.clone(), bidder.id);
                self.members.entry(bidder.id).or_default().push(at);
            }
            let people = bidder.director.iter().map(|name| (Naming::Director, name));
            let people = people.chain(bidder.experts.iter().map(|name| (Naming::Expert, name)));
            for (naming, name) in people {
                let words = person(name);
                // A single name is anybody's.
                if words.len() > 1 {
                    add(naming, words, bidder.id);
                }
            }
        }
        self.relate();
        self.anchor();
    }

    /// Which companies share all their words, and which names are parts of longer ones.
    fn relate(&mut self) {
        let companies = || {
            let all = self.phrases.iter().enumerate();
            all.filter(|(_, phrase)| matches!(phrase.naming, Naming::Company(_)))
        };
        let mut of_words: HashMap<&[String], Vec<usize>> = HashMap::new();
        for (at, phrase) in companies() {
            of_words.entry(&phrase.words).or_default().push(at);
        }
        let mut within: Vec<(usize, usize)> = Vec::new();
        for (longer, phrase) in companies() {
            for length in 2..phrase.words.len() {
                let parts = phrase.words.windows(length);
                let named = parts.filter_map(|part| of_words.get(part)).flatten();
                within.extend(named.map(|&shorter| (shorter, longer)));
            }
        }
        let same = of_words.values().filter(|same| same.len() > 1);
        let shared: Vec<usize> = same.flatten().copied().collect();
        for at in shared {
            self.phrases[at].alone = false;
        }
        for (shorter, longer) in within {
            self.phrases[shorter].within.push(longer);
        }
    }

    /// Puts each phrase under its rarest word, under all of it written as one, and under two neighbours written as one.
    fn anchor(&mut self) {
        let mut frequency: HashMap<&str, usize> = HashMap::new();
        for word in self.phrases.iter().flat_map(|phrase| &phrase.words) {
            *frequency.entry(word).or_default() += 1;
        }
        let mut anchors: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, phrase) in self.phrases.iter().enumerate() {
            let rarest = phrase
                .words
                .iter()
                .min_by_key(|word| (frequency[word.as_str()], usize::MAX - word.len()));
            let pairs = phrase.words.windows(2).map(|pair| pair.concat());
            let form = match phrase.naming {
                Naming::Company(Some(form)) => Some(format!("{form}{}", phrase.joined)),
                _ => None,
            };
            let keys: HashSet<String> = rarest
                .cloned()
                .into_iter()
                .chain(pairs)
                .chain([phrase.joined.clone()])
                .chain(form)
                .collect();
            for key in keys {
                anchors.entry(key).or_default().push(at);
            }
        }
        self.vocabulary = frequency.into_keys().map(str::to_owned).collect();
        for anchor in anchors.keys() {
            for rest in remains_of(anchor) {
                self.remains.entry(rest).or_default().push(anchor.clone());
            }
        }
        self.anchors = anchors;
    }

    fn add_numbers(&mut self, registry: &Registry) {
        for bidder in registry.bidders() {
            if let Some(npwp) = bidder.npwp.as_deref().and_then(npwp) {
                self.npwps.entry(npwp).or_default().push(bidder.id);
            }
            let nib = bidder.nib.as_deref().map(digits);
            if let Some(nib) = nib.filter(|nib| nib.len() >= 10) {
                self.nibs.entry(nib).or_default().push(bidder.id);
            }
            if let Some(phone) = bidder.phone.as_deref().and_then(phone) {
                self.phones.entry(phone).or_default().push(bidder.id);
            }
        }
    }

    fn add_domains(&mut self, registry: &Registry) {
        let free: HashSet<&str> = include_str!("free_mail.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        for bidder in registry.bidders() {
            for address in &bidder.emails {
                let of_domain = self.domains.entry(address.domain().to_owned()).or_default();
                if !free.contains(address.domain()) && !of_domain.contains(&bidder.id) {
                    of_domain.push(bidder.id);
                }
            }
        }
        // A provider that the list does not know is the domain of several firms, or has nothing of the firm's name.
        let firms = &self.firms;
        self.domains.retain(|domain, of_domain| {
            let mut names = of_domain.iter().filter_map(|id| Some(&firms.get(id)?.name));
            let first = names.next();
            first.is_some_and(|first| resembles(domain, first) && names.all(|other| other == first))
        });
    }

    /// The phrases that a word of a letter may belong to, and those that it may belong to when mistyped.
    pub fn phrases_at<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.anchors.get(word).into_iter().flatten().copied()
    }

    /// What of [`Index::phrases_at`] a mistyped word stands for; nothing where the word itself is a name's.
    pub fn phrases_near(&self, word: &str) -> Vec<usize> {
        let mut near: Vec<usize> = Vec::new();
        if word.chars().count() < NEAR_LETTERS || self.is_name_word(word) {
            return near;
        }
        for rest in remains_of(word) {
            for anchor in self.remains.get(&rest).into_iter().flatten() {
                if strsim::osa_distance(anchor, word) == 1 {
                    near.extend(self.phrases_at(anchor));
                }
            }
        }
        near.sort_unstable();
        near.dedup();
        near
    }

    /// The phrases that name the members of a joint operation; none for a single company.
    pub fn members_of(&self, bidder: BidderId) -> &[usize] {
        self.members.get(&bidder).map_or(&[], Vec::as_slice)
    }

    /// Whether a word is part of some company's name: then it was meant as it stands.
    pub fn is_name_word(&self, word: &str) -> bool {
        self.vocabulary.contains(word) || names::is_company_word(word)
    }
}

/// `contohkarya.test`, `rekavara.example`, `bcm.test` for Banuratama Cipta Mandau.
fn resembles(domain: &str, name: &CompanyName) -> bool {
    let label = domain.split('.').next().unwrap_or_default();
    let label: String = label.chars().filter(|c| c.is_alphanumeric()).collect();
    let label = label.to_uppercase();
    let initials = name.words.iter().filter_map(|word| word.chars().next());
    let word = |word: &String| {
        word.chars().count() >= 4 && !names::is_company_word(word) && label.contains(word.as_str())
    };
    name.words.iter().any(word)
        || (label.len() >= 6 && name.words.concat().contains(&label))
        || (label.len() >= 3 && initials.collect::<String>() == label)
}

/// A word, and each that is left of it without one letter.
fn remains_of(word: &str) -> HashSet<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut remains = HashSet::from([word.to_owned()]);
    if !(NEAR_LETTERS - 1..=40).contains(&letters.len()) {
        return remains;
    }
    for left_out in 0..letters.len() {
        let rest = letters.iter().enumerate().filter(|(at, _)| *at != left_out);
        remains.insert(rest.map(|(_, letter)| letter).collect());
    }
    remains
}

/// A person's name without titles: "Ir. Budi Contoh, S.T., M.T." is BUDI CONTOH.
fn person(name: &str) -> Vec<String> {
    const TITLES: &[&str] = &[
        "IR", "DR", "DRS", "DRA", "PROF", "H", "HJ", "SDR", "SDRI", "BAPAK", "IBU",
    ];
    let bare = name.split(',').next().unwrap_or(name);
    let words = text::words(bare).into_iter().map(|word| word.upper);
    words
        .skip_while(|word| TITLES.contains(&word.as_str()))
        .collect()
}

/// 15 digits, or 16 with a zero before them; compared without zeros in front (domain.md 2.1).
pub fn npwp(text: &str) -> Option<String> {
    let digits = digits(text);
    let bare = without_zeros(&digits);
    (digits.len() >= 14 && bare.len() >= 12).then(|| bare.to_owned())
}

pub fn without_zeros(digits: &str) -> &str {
    digits.trim_start_matches('0')
}

/// As dialled within the country, without the zero.
pub fn phone(text: &str) -> Option<String> {
    let digits = digits(text);
    let bare = digits
        .strip_prefix("62")
        .or_else(|| digits.strip_prefix('0'))
        .unwrap_or(&digits);
    (bare.len() >= 8).then(|| bare.to_owned())
}

pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

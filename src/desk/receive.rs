//! What to do with a letter: the first of the two hearts. Kinds and states are those of CONTRACT.md.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Answer, Asked, Effect, FilePlan, Plan,
    answers::{self, Answers, Opinion, own_text},
    attention,
    files::{self, Look, Place},
    gate,
    message::{Attention, MessageKind, MessageState, Negotiation},
    reports::{self, OurMail},
};
use crate::{
    address::EmailAddress,
    digest::Digest,
    inspection::{Examination, Finding},
    letter::{Attachment, CalendarAnswer, Letter, Nature, ReturnPath},
    matching::{
        Candidate, MailboxIdentity, Match, Placement, Reason, Verdict, decided,
        rests_on_firm_signal,
    },
    tender::{Bidder, DocumentWord, MessageId, Registry, Session},
};

const STANDS: &str = "sebelumnya telah kembali berkas yang tampak ditandatangani; keadaan negosiasi tidak diubah, mohon dipastikan";
/// Whoever answers an entry of ours had our invitation before him; for whom he answers a person decides.
const BY_CALENDAR: f64 = 0.8;

/// What the decision is made against.
#[derive(Clone, Copy, Debug)]
pub struct ReceiveFacts<'a> {
    pub registry: &'a Registry,
    /// Every mailbox of the office.
    pub mailboxes: &'a [MailboxIdentity],
    /// Members of every Pokja.
    pub members: &'a [EmailAddress],
    /// Value of our own loop header (X-Loop); empty: none.
    pub loop_header: &'a str,
    /// Mail that arrived before is never answered.
    pub since: Timestamp,
    pub received_at: Timestamp,
    /// Pauses are counted up to now, not to the arrival: a mail may be read long after it came.
    pub now: Timestamp,
    /// Sending is held for the whole program.
    pub held: bool,
    /// An answer to this message exists already (P17).
    pub already_answered: bool,
    /// When the constant text last went to the writer's address.
    pub last_stranger_reply: Option<Timestamp>,
    /// Our letters about the session that is answered: by a calendar its own, in words that of the place.
    pub asked: Option<&'a Asked>,
    /// What stands of the negotiation in that session.
    pub negotiation: Option<Negotiation>,
    /// The same words came from the same address within a day, and these soon after a letter of ours.
    pub repeats: bool,
    /// Receipts that the bidder had within a day for mails without a new file.
    pub bare_receipts: usize,
    /// Texts of our letters to the bidder: what of them stands in his mail he did not write.
    pub told: &'a [String],
    /// Found by [`reports::bounce_keys`].
    pub ours: &'a [OurMail],
    /// Of the session that matching placed the letter in: the papers that have not come.
    pub missing: &'a [DocumentWord],
    /// Of the same session: digests of the files of *other* messages, so that deciding again gives the same plan.
    pub filed: &'a BTreeMap<Digest, Option<DocumentWord>>,
    /// Pictures among them, by what is seen on them.
    pub looks: &'a [Look],
    /// What a person said that files of this mail are, by their digests.
    pub settled: &'a BTreeMap<Digest, DocumentWord>,
    /// What the examination of the letter's attachments told, in their order; empty: they were not examined.
    pub examined: &'a [Examination],
    /// The numbers that these attachments have in the mail, where others of it belong elsewhere; empty: from 1 on.
    pub parts: &'a [u32],
}

/// What a mail is and where it stands, before files and answer.
struct Judgement {
    kind: MessageKind,
    state: MessageState,
    placement: Option<Placement>,
    candidates: Vec<Candidate>,
}

/// The plan for one message. What matching would divide is asked here: [`super::receive_divided`] knows each place.
pub fn receive(number: MessageId, letter: &Letter, matched: &Match, facts: &ReceiveFacts) -> Plan {
    plan(
        number,
        letter,
        matched,
        facts,
        judge(letter, matched, facts),
    )
}

/// A person decided where the message belongs: filed and acknowledged as if matched. What a machine wrote is not
/// answered even so; a member's forward is, since the papers are the bidder's.
pub fn assign(
    number: MessageId,
    letter: &Letter,
    placement: Placement,
    facts: &ReceiveFacts,
) -> Plan {
    let writers = letter.from.iter().map(|from| &from.address);
    let registered = writers
        .clone()
        .any(|at| facts.registry.bidders_at(at).next().is_some());
    let judged = judge(letter, &decided(placement, registered), facts);
    let judgement = Judgement {
        state: MessageState::Filed,
        placement: Some(placement),
        candidates: Vec::new(),
        ..judged
    };
    plan(
        number,
        letter,
        &decided(placement, registered),
        facts,
        judgement,
    )
}

fn plan(
    number: MessageId,
    letter: &Letter,
    matched: &Match,
    facts: &ReceiveFacts,
    judgement: Judgement,
) -> Plan {
    let Judgement {
        kind,
        mut state,
        mut placement,
        candidates,
    } = judgement;
    let rows = placement.and_then(|placement| {
        Some((
            facts.registry.tender(placement.tender)?,
            facts.registry.bidder(placement.bidder)?,
            facts.registry.session(placement.session)?,
        ))
    });
    if rows.is_none() && state == MessageState::Filed {
        // The registry changed under way: never file without a place.
        (state, placement) = (MessageState::NeedsDecision, None);
    }
    let filed = state == MessageState::Filed;
    let own = own_text(letter, facts.told);
    let attention = if filed {
        attention::attention(letter, &own)
    } else {
        None
    };
    // Who objects or asks for another day sends a letter, not the last paper owed.
    let guesses = matches!(
        attention,
        None | Some(Attention::Question | Attention::Link)
    );
    let place = rows.map(|(tender, bidder, session)| Place {
        tender,
        bidder,
        session,
        missing: if guesses { facts.missing } else { &[] },
        filed: facts.filed,
        looks: facts.looks,
        settled: facts.settled,
    });
    let mut effects = reports::bounced(letter, facts);
    effects.extend(reports::attendance(letter, facts));
    let mut files = files::plan(
        number,
        letter,
        facts.parts,
        place.as_ref().filter(|_| filed),
        facts.examined,
    );
    if kind == MessageKind::Member {
        keep_to_ourselves(letter, &mut files);
    }
    let brings = letter.attachments.iter().zip(&files).any(|(sent, file)| {
        file.path.is_some() || (!sent.inline && !facts.filed.contains_key(&sent.sha256))
    });
    let (answer, note_to_stranger) = answer(letter, matched, facts, (kind, state), brings);
    let mut attention = attention;
    if let Some((_, bidder, session)) = rows.filter(|_| filed) {
        let answers = answers::understand(letter, &own).beside(attention);
        if letter.automation.nature == Nature::Person {
            attention = graver(attention, answers.attention(session.kind));
        }
        let said = said(letter, answers, (bidder, session), &files, facts);
        let returns = |effect: &Effect| {
            matches!(
                effect,
                Effect::Negotiation {
                    negotiation: Negotiation::Waiting,
                    ..
                }
            )
        };
        // A confirmation of a time that no longer holds, a change of mind: a person should know.
        let outdated = answers.attendance.is_some() && is_outdated(letter, session, facts);
        if outdated || said.iter().any(returns) {
            attention = graver(attention, Some(Attention::Question));
        }
        let objects = |effect: &Effect| {
            use Negotiation::{CounterOffer, Refused};
            matches!(
                effect,
                Effect::Negotiation {
                    negotiation: Refused | CounterOffer,
                    ..
                }
            )
        };
        // The members hear it at once; an objection is graver still.
        if is_doubtful(letter) {
            attention = attention.or(Some(Attention::Question));
        }
        if said.iter().any(objects) && attention != Some(Attention::Objection) {
            attention = Some(Attention::Refused);
        }
        let comes = said.iter().any(|effect| {
            let accepted = CalendarAnswer::Accepted;
            matches!(effect, Effect::Attendance { answer, .. } if *answer == accepted)
        });
        let unremarked = matches!(attention, None | Some(Attention::Link));
        if comes && unremarked && answers::names_another_hour(letter, session) {
            attention = Some(Attention::Question);
        }
        keep_the_better(&said, facts, &mut files);
        effects.extend(said);
    }
    Plan {
        kind,
        state,
        placement,
        candidates,
        confidence: matched.confidence,
        reasons: matched.reasons.clone(),
        sender_registered: matched.sender_registered,
        late: filed && rows.is_some_and(|(_, _, session)| facts.received_at > session.due),
        attention,
        files,
        answer,
        note_to_stranger,
        effects,
        shares: Vec::new(),
    }
}

/// Tells the person who confirms that the file before it stands.
fn keep_the_better(said: &[Effect], facts: &ReceiveFacts, files: &mut [FilePlan]) {
    let kept = said.iter().any(|effect| match effect {
        Effect::Negotiation { negotiation, .. } => {
            let stands = negotiation.stands_against();
            stands.is_some() && stands == facts.negotiation
        }
        _ => false,
    });
    let is_worse = |file: &&mut FilePlan| {
        let worse = [Finding::Unsigned, Finding::DiffersFromSent];
        file.document == Some(DocumentWord::Negosiasi)
            || worse.iter().any(|finding| file.findings.contains(finding))
    };
    for file in files.iter_mut().filter(|_| kept).filter(is_worse) {
        file.examined.notes.insert(0, STANDS.to_owned());
    }
}

/// What the words call for and what the answers in them call for; an objection is the gravest, a request for another day
/// explains a refusal.
fn graver(words: Option<Attention>, answers: Option<Attention>) -> Option<Attention> {
    use Attention::{Link, Question, Refused};
    match (words, answers) {
        (None | Some(Link | Question), Some(Refused)) => Some(Refused),
        (None | Some(Link), Some(answers)) => Some(answers),
        (words, _) => words,
    }
}

/// Of a mail that a member forwards whole, the papers are in the mail he encloses: what he attaches beside it, and the links he
/// writes, are the office's own. They stay in the original.
fn keep_to_ourselves(letter: &Letter, files: &mut [FilePlan]) {
    let mails: Vec<Digest> = letter
        .attachments
        .iter()
        .filter(|file| file.container.is_none() && is_mail(file))
        .map(|file| file.sha256)
        .collect();
    // Forwarded within the text, a bidder's files are attached beside it.
    if mails.is_empty() {
        return;
    }
    let within = |file: &Attachment| {
        let mut container = file.container;
        for _ in 0..letter.attachments.len() {
            match container {
                Some(digest) if mails.contains(&digest) => return true,
                Some(digest) => {
                    let outer = letter.attachments.iter().find(|file| file.sha256 == digest);
                    container = outer.and_then(|outer| outer.container);
                }
                None => return false,
            }
        }
        false
    };
    for (file, plan) in letter.attachments.iter().zip(files) {
        if !within(file) {
            (plan.path, plan.document, plan.expert) = (None, None, None);
            plan.findings.clear();
        }
    }
}

fn is_mail(file: &Attachment) -> bool {
    file.media_type == "message/rfc822" || file.media_type == "message/global"
}

/// Our own server, or the spam filter before it, says that somebody else wrote in this name: its words change nothing, a
/// person reads them.
pub(super) fn is_doubtful(letter: &Letter) -> bool {
    let fails = |results: &String| {
        let squeezed: String = results.to_lowercase().split_whitespace().collect();
        squeezed.contains("dmarc=fail")
    };
    let foreign = || match (&letter.return_path, letter.writer()) {
        (ReturnPath::Address(at), Some(writer)) => at.domain() != writer.address.domain(),
        _ => false,
    };
    let automation = &letter.automation;
    automation.authentication_results.iter().any(fails) || (automation.spam_verdict && foreign())
}

/// What the bidder says of his session: in words only from an address that is registered with him, and from a person. What
/// a file is that came back, held against the one that was sent, does not hang on who mailed it.
fn said(
    letter: &Letter,
    answers: Answers,
    (bidder, session): (&Bidder, &Session),
    files: &[FilePlan],
    facts: &ReceiveFacts,
) -> Vec<Effect> {
    let received_at = facts.received_at;
    let negotiated = |negotiation| Effect::Negotiation {
        session: session.id,
        negotiation,
        said_at: received_at,
    };
    let compared = answers::compared(facts.examined);
    let registered =
        matches!(letter.from.as_slice(), [writer] if bidder.emails.contains(&writer.address));
    let by_person = letter.automation.nature == Nature::Person && letter.automation.hit.is_none();
    if !registered || !by_person || is_doubtful(letter) {
        return compared.map(negotiated).into_iter().collect();
    }
    let documents: Vec<_> = files.iter().map(|file| file.document).collect();
    let coming = answers
        .attendance
        .filter(|_| !is_outdated(letter, session, facts));
    let attendance = coming.map(|answer| Effect::Attendance {
        session: session.id,
        answer,
        sequence: None,
        stamped_at: Some(received_at),
    });
    let consent = answers.consent.map(|consent| Effect::RecordingConsent {
        session: session.id,
        consent,
        said_at: received_at,
    });
    let opinion = answers.opinion;
    let stands = facts.negotiation;
    let refused = matches!(
        stands,
        Some(Negotiation::Refused | Negotiation::CounterOffer)
    );
    let negotiation = answers::negotiation(letter, opinion, session, &documents, compared)
        // He thought better of it; the signed file is still to come.
        .or((refused && opinion == Some(Opinion::Agrees)).then_some(Negotiation::Waiting))
        .map(negotiated);
    [attendance, consent, negotiation]
        .into_iter()
        .flatten()
        .collect()
}

/// In words he answers a letter of ours that told another time.
fn is_outdated(letter: &Letter, session: &Session, facts: &ReceiveFacts) -> bool {
    let asked = facts.asked.filter(|asked| asked.session == session.id);
    asked.is_some_and(|asked| asked.was_answered_before(letter, facts.received_at))
}

fn judge(letter: &Letter, matched: &Match, facts: &ReceiveFacts) -> Judgement {
    let is_from =
        |of: &dyn Fn(&EmailAddress) -> bool| letter.from.iter().any(|from| of(&from.address));
    let nature = letter.automation.nature;
    let personal = matches!(nature, Nature::Person | Nature::Bulk);
    if personal && (facts.is_our_loop(letter) || is_from(&|at| facts.is_own(at))) {
        let by_hand = nature == Nature::Person && !facts.is_our_loop(letter);
        let kind = if by_hand {
            MessageKind::Member
        } else {
            MessageKind::Bulk
        };
        return set_aside(kind);
    }
    if personal && is_from(&|at| facts.is_member(at)) {
        return judge_member(letter, matched, facts);
    }
    let kind = match nature {
        Nature::Person => return judge_person(letter, matched),
        Nature::Bounce => MessageKind::Bounce,
        Nature::AutoReply => MessageKind::AutoReply,
        Nature::CalendarReply => MessageKind::CalendarReply,
        Nature::Report => MessageKind::Report,
        Nature::Bulk => MessageKind::Bulk,
    };
    judge_machine(letter, matched, facts, kind)
}

fn judge_person(letter: &Letter, matched: &Match) -> Judgement {
    let kind = match matched.sender_registered {
        true => MessageKind::Bidder,
        false => MessageKind::UnknownSender,
    };
    match &matched.verdict {
        Verdict::Placed(placement) => Judgement {
            kind: MessageKind::Bidder,
            state: MessageState::Filed,
            placement: Some(*placement),
            candidates: Vec::new(),
        },
        Verdict::Ask(_) | Verdict::Divided { .. } => needs_decision(kind, as_candidates(matched)),
        // Nothing ties it to a bidder: a person looks, unless the server has taken it for spam already.
        Verdict::Nothing if letter.automation.spam_verdict => set_aside(kind),
        Verdict::Nothing => needs_decision(kind, Vec::new()),
    }
}

/// A member's own mail needs nothing; a bidder's mail that he forwards needs a decision.
fn judge_member(letter: &Letter, matched: &Match, facts: &ReceiveFacts) -> Judgement {
    let has_papers = letter
        .attachments
        .iter()
        .any(|file| !file.link && file.container.is_some());
    let forwards = letter.enclosed.iter().any(|mail| match &mail.from {
        Some(from) => !facts.is_member(&from.address) && !facts.is_own(&from.address),
        None => has_papers,
    });
    if !forwards {
        return set_aside(MessageKind::Member);
    }
    needs_decision(MessageKind::Member, as_candidates(matched))
}

/// A machine's mail is set aside, but papers of a bidder are never: scanners, hosts and mail programs of small firms
/// put all kinds of headers.
fn judge_machine(
    letter: &Letter,
    matched: &Match,
    facts: &ReceiveFacts,
    kind: MessageKind,
) -> Judgement {
    let papers = letter.attachments.iter().any(files::is_paper);
    let links = letter.attachments.iter().any(|file| file.link);
    let reports_ours = !reports::bounced(letter, facts).is_empty();
    if matched.sender_registered && papers && !reports_ours && kind != MessageKind::Report {
        return judge_person(letter, matched);
    }
    if kind == MessageKind::CalendarReply
        && matched.sender_registered
        && reports::says_more(letter, facts)
    {
        return needs_decision(kind, as_candidates(matched));
    }
    // Anybody can count: what only numbers one of our mails proves nothing, and may be true.
    if kind == MessageKind::Bounce && !reports_ours && reports::names_a_number(letter) {
        return needs_decision(kind, as_candidates(matched));
    }
    // A transfer service or a scanner that writes in a bidder's name: a person looks.
    if kind == MessageKind::Bulk && (papers || links) && rests_on_firm_signal(matched) {
        return needs_decision(kind, as_candidates(matched));
    }
    // An answer to an invitation of ours from somebody who was not invited: perhaps the director's own calendar.
    if kind == MessageKind::CalendarReply
        && !matched.sender_registered
        && !is_from_office(letter, facts)
        && let Some(reply) = &letter.calendar_reply
        && let Some(session) = reports::session_of_uid(&reply.uid, facts.registry)
        && !session.withdrawn
    {
        let mut candidates = as_candidates(matched);
        if candidates.is_empty() {
            candidates.push(Candidate {
                tender: session.tender,
                bidder: session.bidder,
                session: Some(session.id),
                confidence: BY_CALENDAR,
                reasons: vec![Reason {
                    signal: "calendar".into(),
                    detail:
                        "jawaban kalender atas undangan sesi ini, dari alamat yang tidak terdaftar"
                            .into(),
                }],
                against: Vec::new(),
            });
        }
        return needs_decision(kind, candidates);
    }
    set_aside(kind)
}

fn is_from_office(letter: &Letter, facts: &ReceiveFacts) -> bool {
    let mut from = letter.from.iter().map(|from| &from.address);
    from.any(|at| facts.is_member(at) || facts.is_own(at))
}

fn as_candidates(matched: &Match) -> Vec<Candidate> {
    match &matched.verdict {
        Verdict::Placed(placement) => vec![Candidate {
            tender: placement.tender,
            bidder: placement.bidder,
            session: Some(placement.session),
            confidence: matched.confidence,
            reasons: matched.reasons.clone(),
            against: Vec::new(),
        }],
        Verdict::Ask(candidates) | Verdict::Divided { candidates, .. } => candidates.clone(),
        Verdict::Nothing => Vec::new(),
    }
}

/// The answer, and whether the constant text goes to the writer besides.
///
/// P23: an address that nobody registered hears the same whether its token, code or name was right or wrong, so a mail
/// that was filed by its key brings it that text too; the receipt goes to the registered address.
fn answer(
    letter: &Letter,
    matched: &Match,
    facts: &ReceiveFacts,
    (kind, state): (MessageKind, MessageState),
    brings: bool,
) -> (Answer, bool) {
    let silent = gate::silence(letter, facts).or_else(|| gate::repetition(facts, brings));
    let stranger = !matched.sender_registered && kind != MessageKind::Member;
    let to_stranger = || {
        silent
            .clone()
            .or_else(|| gate::stranger_silence(letter, facts))
    };
    match (state, &silent) {
        (MessageState::Filed, None) => (Answer::Acknowledge, stranger && to_stranger().is_none()),
        (MessageState::NeedsDecision, _) if stranger && kind == MessageKind::UnknownSender => {
            match to_stranger() {
                None => (Answer::UnknownSender, false),
                Some(why) => (Answer::None(why), false),
            }
        }
        (_, Some(why)) => (Answer::None(why.clone()), false),
        (_, None) if kind == MessageKind::Member => {
            (Answer::None("surat anggota Pokja".into()), false)
        }
        (MessageState::NeedsDecision, None) => {
            (Answer::None("menunggu keputusan Pokja".into()), false)
        }
        _ => (
            Answer::None("surat ini tidak memerlukan jawaban".into()),
            false,
        ),
    }
}

fn set_aside(kind: MessageKind) -> Judgement {
    Judgement {
        kind,
        state: MessageState::SetAside,
        placement: None,
        candidates: Vec::new(),
    }
}

fn needs_decision(kind: MessageKind, candidates: Vec<Candidate>) -> Judgement {
    Judgement {
        kind,
        state: MessageState::NeedsDecision,
        placement: None,
        candidates,
    }
}

#[cfg(test)]
mod tests;

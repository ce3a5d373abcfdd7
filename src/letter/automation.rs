//! Machine or person: judged from the mail alone, before anybody thinks of answering it (reliability.md section 4).
//!
//! Two questions, kept apart: which rule of the reply gate forbids an answer ([`Automation::hit`]), and what the mail is
//! ([`Nature`]). Whatever is not a person's has a hit; a person's mail may have one too (a hundred hops).

use std::borrow::Cow;

use mail_parser::{Message, MessageParser};

use super::{
    Automation, Bounce, CalendarReply, GateHit, GateRule, Nature, absence, authentication,
    bounce::{self, Delivery},
    calendar::{self, CalendarMail},
    declaration,
    form::Form,
    gate,
};

/// What the form of one mail says of who wrote it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    pub automation: Automation,
    pub bounce: Option<Bounce>,
    pub calendar_reply: Option<CalendarReply>,
}

/// Judges a mail. Never panics; the same octets give the same judgement.
pub fn judge(raw: &[u8], parsed: &Message<'_>) -> Judgement {
    // Old Macs and broken gateways end lines with CR alone: mail-parser then sees one endless field.
    if has_bare_returns_only(raw) {
        let mended: Vec<u8> = raw
            .iter()
            .map(|&octet| if octet == b'\r' { b'\n' } else { octet })
            .collect();
        if let Some(parsed) = MessageParser::default().parse(&mended)
            && !parsed.parts.is_empty()
        {
            return judge_form(&Form::read(&parsed));
        }
    }
    if parsed.parts.is_empty() {
        return Judgement::default();
    }
    judge_form(&Form::read(parsed))
}

fn has_bare_returns_only(raw: &[u8]) -> bool {
    let head = raw.get(..raw.len().min(4096)).unwrap_or_default();
    head.contains(&b'\r') && !head.contains(&b'\n')
}

fn judge_form(form: &Form<'_>) -> Judgement {
    let header_hit = gate::header_hit(form);
    let kind = kind(form, header_hit.as_ref());
    let words = match &kind {
        Kind::AutoReply(words) => words
            .as_deref()
            .map(|words| gate::hit(GateRule::AbsenceWords, words)),
        Kind::Delivery(_) => Some(gate::hit(
            GateRule::Report,
            &format!("wording: {}", form.subject),
        )),
        Kind::Calendar(mail) => Some(gate::hit(GateRule::Report, &calendar_detail(mail))),
        Kind::Complaint | Kind::Receipt => Some(gate::hit(
            GateRule::Report,
            &format!("Subject: {}", form.subject),
        )),
        _ => None,
    };
    let hit = header_hit.or(words).or_else(|| gate::late_hit(form));
    let mut judgement = Judgement::default();
    let nature = match kind {
        Kind::Delivery(Delivery::Failed(bounce)) => {
            judgement.bounce = Some(bounce);
            Nature::Bounce
        }
        Kind::Delivery(Delivery::Delayed | Delivery::Delivered)
        | Kind::Receipt
        | Kind::Complaint => Nature::Report,
        Kind::Calendar(CalendarMail::Answer { reply, .. }) => {
            judgement.calendar_reply = reply;
            Nature::CalendarReply
        }
        Kind::AutoReply(_) => Nature::AutoReply,
        Kind::Calendar(CalendarMail::Other { .. }) => Nature::Bulk,
        Kind::Other => match &hit {
            None => Nature::Person,
            // The parts of a report in a mail that somebody forwarded.
            Some(hit) if hit.rule == GateRule::Report && form.media_type != "multipart/report" => {
                Nature::Person
            }
            Some(hit) => nature_by_rule(hit.rule),
        },
    };
    judgement.automation = Automation {
        hit,
        nature,
        loop_header: loop_header(form),
        authentication_results: authentication::own_results(form),
        spam_verdict: spam_verdict(form),
    };
    judgement
}

/// What a mail was recognised as, beyond the single rules of the gate.
enum Kind {
    Delivery(Delivery),
    /// A disposition notification (RFC 8098).
    Receipt,
    /// A feedback report (RFC 5965), or the older complaint mails.
    Complaint,
    Calendar(CalendarMail),
    /// With the words that gave it away, where they did.
    AutoReply(Option<String>),
    Other,
}

fn kind(form: &Form<'_>, hit: Option<&GateHit>) -> Kind {
    if let Some(delivery) = bounce::refusal(form) {
        return Kind::Delivery(delivery);
    }
    if is_receipt(form) {
        return Kind::Receipt;
    }
    if is_complaint(form) {
        return Kind::Complaint;
    }
    if let Some(delivery) = bounce::standard(form) {
        return Kind::Delivery(delivery);
    }
    // Before the free texts: an answer to an invitation quotes its subject, whatever that says.
    if let Some(mail) = calendar::read(form) {
        return Kind::Calendar(mail);
    }
    if bounce::is_from_daemon(form)
        && let Some(delivery) = bounce::free_text(form)
    {
        return Kind::Delivery(delivery);
    }
    if let Some(words) = absence::words(form, form.has_null_return_path()) {
        return Kind::AutoReply(Some(words));
    }
    if let Some(delivery) = bounce::free_text(form) {
        return Kind::Delivery(delivery);
    }
    if hit.is_some() && is_marked_auto_reply(form) {
        return Kind::AutoReply(None);
    }
    Kind::Other
}

fn is_receipt(form: &Form<'_>) -> bool {
    is_marked_receipt(form)
        || !form.has_papers() && declaration::is_read_receipt(form, || absence::own_text(form))
}

fn is_marked_receipt(form: &Form<'_>) -> bool {
    form.report_type.contains("disposition-notification")
        || (has_part(form, "message/disposition-notification")
            || has_part(form, "message/global-disposition-notification"))
            && !bounce::is_forwarded(form)
}

/// RFC 5965, and what Hotmail and others sent before it.
fn is_complaint(form: &Form<'_>) -> bool {
    let subject = form.subject.to_lowercase();
    form.report_type.contains("feedback-report")
        || has_part(form, "message/feedback-report")
        || !form.enclosed.is_empty()
            && [
                "complaint about message from",
                "abuse report",
                "email abuse report",
                "email feedback report",
            ]
            .iter()
            .any(|words| subject.starts_with(words))
}

fn has_part(form: &Form<'_>, media_type: &str) -> bool {
    form.parts.iter().any(|part| part.media_type == media_type)
}

/// Headers of responders. What is only `auto-generated` or has no envelope sender may be a tracker's or a scanner's mail:
/// there it must answer something, or its words must agree.
fn is_marked_auto_reply(form: &Form<'_>) -> bool {
    let says = |word: &str| {
        form.values("auto-submitted")
            .any(|value| gate::auto_submitted_keyword(value).starts_with(word))
    };
    if is_list_or_tracker(form) {
        return false;
    }
    if says("auto-replied") || gate::is_marked_by_responder(form) {
        return true;
    }
    let suppresses = form.has("x-auto-response-suppress");
    let subject = form.subject.to_lowercase();
    let answers =
        form.has("in-reply-to") || form.has("references") || absence::without_prefixes(&subject).1;
    let is_automatic = says("auto-generated") || form.has_null_return_path();
    is_automatic && answers && !form.has_papers()
        || suppresses && form.has("x-ms-exchange-inbox-rules-loop")
        || (is_automatic || suppresses || form.has("precedence"))
            && absence::subject_speaks(form)
            && absence::text_speaks(form)
        || is_automatic && !form.has_papers() && declaration::gives_thanks(&absence::own_text(form))
}

/// Trackers answer under `In-Reply-To` whenever somebody else wrote something.
fn is_list_or_tracker(form: &Form<'_>) -> bool {
    const TRACKERS: [&str; 10] = [
        "list-",
        "x-bugzilla-",
        "x-github-",
        "x-gitlab-",
        "x-jira-",
        "x-redmine-",
        "x-trac-",
        "x-launchpad-",
        "x-servicenow-",
        "x-gerrit-",
    ];
    form.fields()
        .any(|(name, _)| TRACKERS.iter().any(|start| name.starts_with(start)))
}

fn nature_by_rule(rule: GateRule) -> Nature {
    match rule {
        // A mail that went round a hundred times was still written by somebody.
        GateRule::TooManyHops | GateRule::Loop => Nature::Person,
        GateRule::AbsenceWords | GateRule::AutoReplyHeader => Nature::AutoReply,
        GateRule::Report => Nature::Report,
        GateRule::NullReturnPath
        | GateRule::AutoSubmitted
        | GateRule::List
        | GateRule::Precedence
        | GateRule::ResponseSuppress
        | GateRule::SystemSender
        | GateRule::SystemMail => Nature::Bulk,
    }
}

fn calendar_detail(mail: &CalendarMail) -> String {
    let (CalendarMail::Answer { method, .. } | CalendarMail::Other { method }) = mail;
    format!("text/calendar; method={method}")
}

/// Every loop mark, several joined by ", ": the caller knows which one is ours.
fn loop_header(form: &Form<'_>) -> Option<String> {
    let marks: Vec<Cow<'_, str>> = form
        .fields()
        .filter(|(name, _)| *name == "x-loop" || name.starts_with("x-loket-"))
        .map(|(_, value)| Cow::Borrowed(value))
        .collect();
    (!marks.is_empty()).then(|| marks.join(", "))
}

/// The verdict of a filter in front of us; only read for unknown senders (P25), so a forged one does no harm.
fn spam_verdict(form: &Form<'_>) -> bool {
    let starts = |name: &str, words: &[&str]| {
        form.values(name)
            .map(str::to_lowercase)
            .any(|value| words.iter().any(|word| value.starts_with(word)))
    };
    let level = |name: &str| {
        form.values(name)
            .filter_map(|value| value.trim().parse::<i32>().ok())
            .any(|level| level >= 5)
    };
    starts("x-spam-flag", &["yes"])
        || starts("x-spam-status", &["yes"])
        || starts("x-spam", &["yes"])
        || starts("x-spampanel-class", &["spam"])
        || starts(
            "x-rspamd-action",
            &["reject", "add header", "rewrite subject"],
        )
        || level("x-ms-exchange-organization-scl")
        || form
            .values("x-forefront-antispam-report")
            .any(|value| value.contains("SFV:SPM"))
}

#[cfg(test)]
mod tests;

//! Delivery reports, standard ones and free text: what failed for good, what is only late, what arrived.
//!
//! Standard forms first (RFC 3464 in RFC 6522); what has none is judged by who wrote it and by the words of [`phrases`].

mod notice;
mod phrases;

use super::{
    Bounce, FailedRecipient,
    absence::without_prefixes,
    delivery_status::{self, Action, DeliveryStatus, RecipientStatus},
    form::{Form, addresses_in, cut},
    gate,
};
use crate::address::EmailAddress;
use mail_parser::Message;
use notice::{Notice, quotes_refusal, squeeze, status_in};

const DIAGNOSTIC_LIMIT: usize = 300;
/// A mail of ours has one recipient; a report that names more than this is an attack.
const RECIPIENT_LIMIT: usize = 200;

/// What a delivery report says.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery {
    Failed(Bounce),
    Delayed,
    /// Delivered, relayed or expanded.
    Delivered,
}

/// Who seems to have written, by header alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Writer {
    Anybody,
    Machine,
    NullSender,
    Daemon,
}

/// A report in one of the marked forms: a delivery-status part, its report-type, or Gmail's and Exim's X-Failed-Recipients.
pub(super) fn standard(form: &Form<'_>) -> Option<Delivery> {
    let status = status_parts(form);
    let is_marked = form.report_type.contains("delivery-status")
        || form.has("x-failed-recipients")
        || form
            .parts
            .iter()
            .any(|part| is_status_part(&part.media_type));
    // Apple Mail forwards the parts of a report inline: that is its user's mail.
    if !is_marked || form.media_type != "multipart/report" && is_forwarded(form) {
        return None;
    }
    Some(judge(form, &Notice::read(form), status))
}

/// A mailbox whose rules refuse a mail (RFC 5429 section 2.1) may say so in a disposition notification: Dovecot does, for
/// a full mailbox too. Outlook's "deleted without being read" has the same form; only the words tell them apart.
pub(super) fn refusal(form: &Form<'_>) -> Option<Delivery> {
    const REFUSED: &[&str] = &[
        "automatically rejected",
        "was rejected",
        "has been rejected",
        "was refused",
        "has been refused",
        "ditolak",
    ];
    if !form.report_type.contains("disposition-notification") {
        return None;
    }
    let part = form
        .parts
        .iter()
        .find(|part| part.media_type.ends_with("/disposition-notification"))?;
    let is_deleted = part.text.lines().any(|line| {
        let line = line.to_lowercase();
        line.starts_with("disposition:") && (line.contains("deleted") || line.contains("denied"))
    });
    let notice = Notice::read(form);
    let told = notice.squeezed();
    let refused = says(&told, REFUSED) || quotes_refusal(&notice.told);
    (is_deleted && refused).then(|| {
        let status = delivery_status::read(&part.text);
        Delivery::Failed(bounce(form, &notice, status))
    })
}

/// Somebody passes on what a machine wrote to him.
pub(super) fn is_forwarded(form: &Form<'_>) -> bool {
    let subject = form.subject.to_lowercase();
    writer(form) == Writer::Anybody && (without_prefixes(&subject).1 || form.has("in-reply-to"))
}

/// Gateways wrap a report into another that names nobody: then the inner one tells who failed.
fn inner_report(form: &Form<'_>) -> Option<Vec<FailedRecipient>> {
    let mail = form.enclosed.first()?;
    let form = Form::read(mail);
    if !form.report_type.contains("delivery-status") {
        return None;
    }
    let status = status_parts(&form);
    let notice = Notice::read(&form);
    let failed: Vec<FailedRecipient> = status
        .recipients
        .iter()
        .take(RECIPIENT_LIMIT)
        .filter(|group| group.outcome() == Some(Action::Failed))
        .filter_map(|group| Some(failed_recipient(group.address()?, group, &notice)))
        .collect();
    (!failed.is_empty()).then_some(failed)
}

/// A report that only its words and its writer give away.
pub(super) fn free_text(form: &Form<'_>) -> Option<Delivery> {
    let writer = writer(form);
    let subject = squeeze(&form.subject);
    let (subject, is_reply) = without_prefixes(&subject);
    if is_reply && writer < Writer::Daemon {
        return None;
    }
    let by_subject = says(subject, phrases::SUBJECT_FAILED);
    // Nearly every mail ends here: its text need not be read.
    let is_list = || form.fields().any(|(name, _)| name.starts_with("list-"));
    let by_opening = opens_like_a_server(form);
    if writer == Writer::Anybody
        && (!by_subject && !by_opening || form.has("in-reply-to") || is_list())
    {
        return None;
    }
    let notice = Notice::read(form);
    let told = notice.squeezed();
    let by_text = says(&told, phrases::FAILED);
    let late_subject = says(subject, phrases::DELAYED);
    let late = late_subject || says(&told, phrases::DELAYED);
    let arrived = says(subject, phrases::DELIVERED) || says(&told, phrases::DELIVERED);
    let refusal = quotes_refusal(&notice.told);
    let returned = !notice.returned.trim().is_empty() || !form.enclosed.is_empty();
    let status = in_words(&notice.told);
    // A parcel "could not be delivered" too: a machine that may be anybody's has to name an address or show the mail.
    let concrete =
        || refusal || returned || !notice.failed(&header_addresses(form), None).is_empty();
    let is_report = match writer {
        Writer::Daemon => by_subject || by_text || late || arrived || refusal || status.is_some(),
        Writer::NullSender => by_subject || by_text && (refusal || returned) || status.is_some(),
        Writer::Machine => {
            (by_subject || late_subject) && (by_text || late) && concrete()
                || by_text && refusal && returned
                || says(&told, phrases::DECISIVE)
        }
        Writer::Anybody => {
            let pasted = !notice.returned.trim().is_empty();
            by_text && (refusal || pasted)
        }
    };
    is_report.then(|| judge(form, &notice, status.unwrap_or_default()))
}

/// Whether the text begins with the first words of a known server's notice, whoever is named as its writer.
fn opens_like_a_server(form: &Form<'_>) -> bool {
    let Some(text) = form.texts().first() else {
        return false;
    };
    let opening: String = text.chars().take(300).collect();
    says(&squeeze(&opening), phrases::NOTICE_OPENINGS)
}

/// Whether the header says that a mail server wrote.
pub(super) fn is_from_daemon(form: &Form<'_>) -> bool {
    writer(form) == Writer::Daemon
}

fn judge(form: &Form<'_>, notice: &Notice, status: DeliveryStatus) -> Delivery {
    let outcomes: Vec<Action> = status
        .recipients
        .iter()
        .filter_map(RecipientStatus::outcome)
        .collect();
    let outcome = [Action::Failed, Action::Delayed, Action::Delivered]
        .into_iter()
        .find(|action| outcomes.contains(action))
        .unwrap_or_else(|| outcome_by_words(form, notice));
    match outcome {
        Action::Failed => Delivery::Failed(bounce(form, notice, status)),
        Action::Delayed => Delivery::Delayed,
        Action::Delivered => Delivery::Delivered,
    }
}

/// A report whose words say nothing else is one of failure: it is what servers write most, and must not be missed.
fn outcome_by_words(form: &Form<'_>, notice: &Notice) -> Action {
    let subject = squeeze(&form.subject);
    let told = notice.squeezed();
    let late = says(&subject, phrases::DELAYED) || says(&told, phrases::DELAYED);
    let for_good = says(&subject, phrases::SUBJECT_FOR_GOOD) || says(&told, phrases::FOR_GOOD);
    let arrived = says(&subject, phrases::DELIVERED) || says(&told, phrases::DELIVERED);
    let failed = says(&told, phrases::FAILED) || quotes_refusal(&notice.told);
    if late && !for_good {
        Action::Delayed
    } else if arrived && !failed && !for_good {
        Action::Delivered
    } else {
        Action::Failed
    }
}

fn bounce(form: &Form<'_>, notice: &Notice, status: DeliveryStatus) -> Bounce {
    let mut recipients: Vec<FailedRecipient> = Vec::new();
    for group in status.recipients.iter().take(RECIPIENT_LIMIT) {
        if !matches!(group.outcome(), Some(Action::Failed) | None) {
            continue;
        }
        let Some(address) = group.address() else {
            continue;
        };
        if recipients.iter().all(|known| known.address != *address) {
            recipients.push(failed_recipient(address, group, notice));
        }
    }
    for address in form
        .values("x-failed-recipients")
        .flat_map(addresses_in)
        .take(RECIPIENT_LIMIT)
    {
        if status.recipients.is_empty() && recipients.iter().all(|known| known.address != address) {
            recipients.push(failed_recipient(
                &address,
                &RecipientStatus::default(),
                notice,
            ));
        }
    }
    if recipients.is_empty() {
        recipients = notice.failed(&header_addresses(form), reporter_domain(form));
    }
    if recipients.is_empty() {
        recipients = inner_report(form).unwrap_or_default();
    }
    if recipients.is_empty()
        && let Some(address) = returned_recipient(form, notice)
    {
        recipients.push(failed_recipient(
            &address,
            &RecipientStatus::default(),
            notice,
        ));
    }
    Bounce {
        recipients,
        original_message_id: original_message_id(form, notice, &status),
        envelope_id: status.envelope_id,
    }
}

/// The group's own words, filled up from the notice where they say nothing (`5.0.0`, RFC 3463 section 3.1).
fn failed_recipient(
    address: &EmailAddress,
    group: &RecipientStatus,
    notice: &Notice,
) -> FailedRecipient {
    let (told_status, told) = notice.about(address);
    let coded = group.diagnostic.as_deref().and_then(status_in);
    let specific = group
        .status
        .clone()
        .filter(|status| !status.ends_with(".0.0"));
    FailedRecipient {
        address: address.clone(),
        status: specific
            .or(coded)
            .or_else(|| {
                told_status.filter(|status| group.status.is_none() || !status.ends_with(".0.0"))
            })
            .or_else(|| group.status.clone()),
        diagnostic: group
            .diagnostic
            .as_deref()
            .map(|text| cut(text, DIAGNOSTIC_LIMIT))
            .filter(|text| !text.is_empty())
            .or(told),
    }
}

fn status_parts(form: &Form<'_>) -> DeliveryStatus {
    let mut whole = DeliveryStatus::default();
    for part in form
        .parts
        .iter()
        .filter(|part| is_status_part(&part.media_type))
    {
        let one = delivery_status::read(&part.text);
        whole.envelope_id = whole.envelope_id.or(one.envelope_id);
        whole.original_message_id = whole.original_message_id.or(one.original_message_id);
        whole.recipients.extend(one.recipients);
    }
    if whole.recipients.is_empty() {
        // The part lost its boundary or its type, or never had one (Amazon WorkMail puts the fields into the text).
        for text in form.texts() {
            if let Some(one) = in_words(text) {
                whole.envelope_id = whole.envelope_id.or(one.envelope_id);
                whole.recipients.extend(one.recipients);
            }
        }
    }
    whole
}

/// Fields of a delivery status inside a text; a recipient alone is no report.
fn in_words(text: &str) -> Option<DeliveryStatus> {
    let mut found = delivery_status::read(text);
    found
        .recipients
        .retain(|group| group.action.is_some() && group.address().is_some());
    (!found.recipients.is_empty()).then_some(found)
}

fn is_status_part(media_type: &str) -> bool {
    matches!(
        media_type,
        "message/delivery-status" | "message/global-delivery-status" | "text/delivery-status"
    )
}

fn original_message_id(
    form: &Form<'_>,
    notice: &Notice,
    status: &DeliveryStatus,
) -> Option<String> {
    let bracketed = |id: &str| format!("<{}>", id.trim_matches(['<', '>']));
    enclosed_mails(form)
        .find_map(|mail| mail.message_id())
        .map(bracketed)
        .or_else(|| notice.message_id())
        .or_else(|| status.original_message_id.as_deref().map(bracketed))
        .or_else(|| {
            // Gmail and Exchange thread their reports with the mail they concern.
            ["in-reply-to", "references"].iter().find_map(|name| {
                let value = form.value(name)?;
                let end = value.rfind('>')?;
                let start = value.get(..end)?.rfind('<')?;
                value.get(start..=end).map(str::to_owned)
            })
        })
}

/// The mails that came back; where a gateway wrapped a whole report, those inside it.
fn enclosed_mails<'m>(form: &Form<'m>) -> impl Iterator<Item = &'m Message<'m>> {
    form.enclosed.iter().flat_map(|mail| {
        let inner = Form::read(mail);
        let is_report = inner.report_type.contains("delivery-status") && !inner.enclosed.is_empty();
        if is_report {
            inner.enclosed
        } else {
            vec![*mail]
        }
    })
}

fn returned_recipient(form: &Form<'_>, notice: &Notice) -> Option<EmailAddress> {
    let enclosed = enclosed_mails(form).find_map(|mail| {
        let to = mail.to()?;
        let mut all = to.iter().filter_map(|entry| entry.address.as_deref());
        let only = all.next()?.parse().ok()?;
        all.next().is_none().then_some(only)
    });
    enclosed.or_else(|| notice.only_returned_recipient())
}

fn header_addresses(form: &Form<'_>) -> Vec<EmailAddress> {
    const FIELDS: [&str; 8] = [
        "to",
        "cc",
        "from",
        "sender",
        "reply-to",
        "delivered-to",
        "x-original-to",
        "return-path",
    ];
    FIELDS
        .iter()
        .flat_map(|name| form.values(name))
        .flat_map(addresses_in)
        .collect()
}

fn reporter_domain<'f>(form: &'f Form<'_>) -> Option<&'f str> {
    form.from
        .iter()
        .find_map(|mailbox| mailbox.address.rsplit_once('@'))
        .map(|(_, domain)| domain)
}

fn writer(form: &Form<'_>) -> Writer {
    let is_daemon = form.from.iter().any(|mailbox| {
        let name = squeeze(&mailbox.name);
        let local = mailbox.address.split('@').next().unwrap_or_default();
        gate::is_daemon_local(local)
            || is_one_of(local, phrases::DAEMON_LOCALS)
            || mailbox.address.is_empty() && gate::is_daemon_local(&name)
            || says(&name, phrases::DAEMON_NAMES)
    });
    let returned_by_daemon = form.values("return-path").any(|value| {
        let value = value.to_lowercase();
        gate::is_daemon_local(
            value
                .trim_start_matches('<')
                .split('@')
                .next()
                .unwrap_or_default(),
        )
    });
    if is_daemon || returned_by_daemon {
        return Writer::Daemon;
    }
    if form.has_null_return_path() {
        return Writer::NullSender;
    }
    let is_role = form.from.iter().any(|mailbox| {
        let local = mailbox.address.split('@').next().unwrap_or_default();
        says(&squeeze(&mailbox.name), phrases::ROLE_NAMES)
            || is_one_of(local, phrases::ROLE_LOCALS)
            || phrases::LIST_LOCAL_ENDS
                .iter()
                .any(|end| local.ends_with(end))
    });
    let says_automatic = form
        .values("auto-submitted")
        .any(|value| !matches!(gate::auto_submitted_keyword(value).as_str(), "" | "no"));
    if is_role || says_automatic || form.media_type == "multipart/report" {
        Writer::Machine
    } else {
        Writer::Anybody
    }
}

fn is_one_of(local: &str, words: &[&str]) -> bool {
    let squeezed: String = local
        .split('+')
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    words.iter().any(|word| match word.strip_suffix('*') {
        Some(start) => squeezed.starts_with(start),
        None => squeezed == *word,
    })
}

fn says(squeezed: &str, words: &[&str]) -> bool {
    words.iter().any(|word| squeezed.contains(word))
}

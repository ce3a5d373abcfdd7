//! The reply gate: the rules that depend on the mail alone, in the order of reliability.md section 4, first hit.

use super::{
    GateHit, GateRule,
    form::{Form, cut, strip_comments},
};

const DETAIL_LIMIT: usize = 120;
const HOP_LIMIT: usize = 100;

/// First rule of the gate that a header field hits. Words ([`super::absence`]) come after, from the caller.
pub(super) fn header_hit(form: &Form<'_>) -> Option<GateHit> {
    const RULES: [fn(&Form<'_>) -> Option<GateHit>; 8] = [
        null_return_path,
        auto_submitted,
        report,
        list,
        precedence,
        response_suppress,
        auto_reply_header,
        system_sender,
    ];
    RULES.iter().find_map(|rule| rule(form))
}

/// Rules that come after the words.
pub(super) fn late_hit(form: &Form<'_>) -> Option<GateHit> {
    system_mail(form).or_else(|| too_many_hops(form))
}

pub(super) fn hit(rule: GateRule, detail: &str) -> GateHit {
    GateHit {
        rule,
        detail: cut(detail, DETAIL_LIMIT),
    }
}

fn field_hit(rule: GateRule, name: &str, value: &str) -> GateHit {
    hit(rule, &format!("{name}: {value}"))
}

fn null_return_path(form: &Form<'_>) -> Option<GateHit> {
    let value = form.value("return-path").unwrap_or_default();
    form.has_null_return_path()
        .then(|| field_hit(GateRule::NullReturnPath, "Return-Path", value))
}

/// RFC 3834 section 5: a keyword, then parameters; RFC 5436 section 2.7.1 adds `auto-notified`, so anything but `no` counts.
fn auto_submitted(form: &Form<'_>) -> Option<GateHit> {
    form.values("auto-submitted")
        .find(|value| {
            let keyword = auto_submitted_keyword(value);
            !keyword.is_empty() && keyword != "no"
        })
        .map(|value| field_hit(GateRule::AutoSubmitted, "Auto-Submitted", value))
}

pub(super) fn auto_submitted_keyword(value: &str) -> String {
    strip_comments(value)
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_lowercase()
}

fn report(form: &Form<'_>) -> Option<GateHit> {
    const REPORTS: [&str; 7] = [
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/global-disposition-notification",
        "message/feedback-report",
        "message/tracking-status",
        "multipart/report",
    ];
    std::iter::once(form.media_type.as_str())
        .chain(form.parts.iter().map(|part| part.media_type.as_str()))
        .find(|media_type| REPORTS.contains(media_type))
        .map(|media_type| field_hit(GateRule::Report, "Content-Type", media_type))
}

/// RFC 2369 and 2919, and what list managers wrote before them.
fn list(form: &Form<'_>) -> Option<GateHit> {
    const OLD_MARKS: [&str; 7] = [
        "x-mailing-list",
        "x-mailinglist",
        "x-mailman-version",
        "x-beenthere",
        "x-ml-name",
        "x-listserver",
        "x-list-id",
    ];
    form.fields()
        .find(|(name, _)| name.starts_with("list-") || OLD_MARKS.contains(name))
        .map(|(name, value)| field_hit(GateRule::List, name, value))
}

fn precedence(form: &Form<'_>) -> Option<GateHit> {
    form.values("precedence")
        .chain(form.values("x-precedence"))
        .find(|value| {
            let word = strip_comments(value).trim().to_lowercase();
            matches!(word.as_str(), "bulk" | "junk" | "list") || is_auto_reply_precedence(&word)
        })
        .map(|value| field_hit(GateRule::Precedence, "Precedence", value))
}

pub(super) fn is_auto_reply_precedence(word: &str) -> bool {
    matches!(
        word.trim().to_lowercase().as_str(),
        "auto_reply" | "auto-reply" | "autoreply"
    )
}

/// [MS-OXCMAIL] 2.2.3.2.14: a comma-separated list; DR, NDR, RN and NRN alone say nothing of answers like ours.
fn response_suppress(form: &Form<'_>) -> Option<GateHit> {
    form.values("x-auto-response-suppress")
        .find(|value| {
            value
                .split([',', ';', ' '])
                .map(|word| word.trim().to_lowercase())
                .any(|word| matches!(word.as_str(), "all" | "oof" | "autoreply"))
        })
        .map(|value| {
            field_hit(
                GateRule::ResponseSuppress,
                "X-Auto-Response-Suppress",
                value,
            )
        })
}

/// Marks that responders set which do not know RFC 3834: name of the field and the start of its value ("" is any).
const RESPONDER_MARKS: [(&str, &str); 8] = [
    ("x-apple-action", "vacation"),
    ("x-fc-machinegenerated", "true"), // FirstClass
    ("x-post-messageclass", "9; autoresponder"),
    ("x-mailer", "vacation"),
    ("x-mailer", "autoresponder"),
    ("delivered-to", "autoresponder"),
    ("x-rt-loop-prevention", ""), // Request Tracker
    ("x-otrs-loop", ""),
];

/// Every responder invents its own field, and nearly all call it by one of these words: "X-Autoreply", "X-Mail-Autoreply",
/// "X-Auto-Generated", "X-Vacation-Message".
const RESPONDER_WORDS: [&str; 5] = [
    "autoreply",
    "autorespon",
    "autogenerat",
    "vacation",
    "outofoffice",
];

fn auto_reply_header(form: &Form<'_>) -> Option<GateHit> {
    let is_set = |value: &str| {
        let value = value.trim().to_lowercase();
        !matches!(value.as_str(), "" | "no" | "false" | "0" | "none" | "never")
    };
    let marked = RESPONDER_MARKS.iter().find_map(|(name, start)| {
        form.values(name)
            .find(|value| value.trim().to_lowercase().starts_with(start) && is_set(value))
            .map(|value| field_hit(GateRule::AutoReplyHeader, name, value))
    });
    marked.or_else(|| {
        form.fields()
            .find(|(name, value)| is_responders_name(name) && is_set(value))
            .map(|(name, value)| field_hit(GateRule::AutoReplyHeader, name, value))
    })
}

/// Not those by which a person's program asks for none (`X-Auto-Response-Suppress: DR`, `X-No-Auto-Reply`).
fn is_responders_name(name: &str) -> bool {
    if !name.starts_with("x-") {
        return false;
    }
    let squeezed: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    RESPONDER_WORDS.iter().any(|word| squeezed.contains(word))
        && ["suppress", "no", "exclude", "loop", "disable"]
            .iter()
            .all(|word| !name.split('-').any(|part| part.starts_with(word)))
}

/// Whether the header has a mark of a responder, or the precedence that some of them write.
pub(super) fn is_marked_by_responder(form: &Form<'_>) -> bool {
    auto_reply_header(form).is_some()
        || form
            .values("precedence")
            .chain(form.values("x-precedence"))
            .any(is_auto_reply_precedence)
}

/// RFC 5230 section 4.6 and RFC 3834 section 2 name these; `postmaster` besides, because nobody bids from it.
fn system_sender(form: &Form<'_>) -> Option<GateHit> {
    let from = form.from.iter().map(|mailbox| mailbox.address.as_str());
    if let Some(address) = from
        .filter(|address| !address.is_empty())
        .find(|address| is_system_local(local_part(address)))
    {
        return Some(field_hit(GateRule::SystemSender, "From", address));
    }
    if let Some(mailbox) = form
        .from
        .iter()
        .find(|mailbox| mailbox.address.is_empty() && is_daemon_local(&mailbox.name.to_lowercase()))
    {
        return Some(field_hit(GateRule::SystemSender, "From", &mailbox.name));
    }
    // The list or daemon that sent it on; `bounce*` is left out here, because mailing services write it for people too.
    ["sender", "return-path"].iter().find_map(|name| {
        form.values(name)
            .find(|value| {
                let value = value.to_lowercase();
                let address = super::form::addresses_in(&value).next();
                address.is_some_and(|address| {
                    is_daemon_local(address.local()) || is_list_local(address.local())
                })
            })
            .map(|value| field_hit(GateRule::SystemSender, name, value))
    })
}

fn local_part(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(local, _)| local)
}

fn is_system_local(local: &str) -> bool {
    // Programs write under the first ones, and nobody bids from the others. `root` and `daemon` are people's names here and there.
    const NOBODYS: [&str; 17] = [
        "postmaster",
        "cron",
        "nobody",
        "apache",
        "www-data",
        "wwwrun",
        "newsletter",
        "newsletters",
        "notification",
        "notifications",
        "notifikasi",
        "alert",
        "alerts",
        "autoreply",
        "auto-reply",
        "autoresponder",
        "mailbot",
    ];
    NOBODYS.contains(&local)
        || is_daemon_local(local)
        || is_list_local(local)
        || local.starts_with("bounce")
        || is_no_reply_local(local)
}

/// `MAILER-DAEMON` in the spellings met.
pub(super) fn is_daemon_local(local: &str) -> bool {
    let squeezed: String = local
        .trim_matches(|c: char| !c.is_alphanumeric())
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    matches!(
        squeezed.as_str(),
        "mailerdaemon"
            | "mailerdeamon"
            | "mailerdemon"
            | "maildaemon"
            | "mdaemon"
            | "maildeliverysystem"
            | "maildeliverysubsystem"
    )
}

fn is_list_local(local: &str) -> bool {
    matches!(local, "listserv" | "majordomo" | "mailman" | "listproc")
        || local.starts_with("owner-")
        || ["-request", "-owner", "-bounces"]
            .iter()
            .any(|end| local.ends_with(end))
        || local.contains("-bounces+")
}

fn is_no_reply_local(local: &str) -> bool {
    let squeezed: String = local.chars().filter(|c| c.is_alphanumeric()).collect();
    ["noreply", "donotreply", "dontreply", "noresponse"]
        .iter()
        .any(|word| squeezed.starts_with(word) || squeezed.ends_with(word))
}

/// SPSE writes "(LPSE) …" to everybody who has an account there (domain.md section 1.3); cron tells of every job so.
fn system_mail(form: &Form<'_>) -> Option<GateHit> {
    let subject = form.subject.to_lowercase();
    ["(lpse)", "cron <"]
        .iter()
        .any(|start| subject.starts_with(start))
        .then(|| field_hit(GateRule::SystemMail, "Subject", &form.subject))
}

/// RFC 5321 section 6.3: loops are found by counting.
fn too_many_hops(form: &Form<'_>) -> Option<GateHit> {
    let hops = form.values("received").count();
    (hops > HOP_LIMIT).then(|| hit(GateRule::TooManyHops, &format!("{hops} Received fields")))
}

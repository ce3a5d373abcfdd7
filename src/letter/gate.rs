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

fn list(form: &Form<'_>) -> Option<GateHit> {
    form.fields()
        .find(|(name, _)| name.starts_with("list-"))
        .map(|(name, value)| field_hit(GateRule::List, name, value))
}

fn precedence(form: &Form<'_>) -> Option<GateHit> {
    form.values("precedence")
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
const RESPONDER_MARKS: [(&str, &str); 16] = [
    ("x-autoreply", ""),
    ("x-autoreply-from", ""),
    ("x-autoreply-domain", ""),
    ("x-autorespond", ""),
    ("x-autoresponder", ""),
    ("x-auto-reply", ""),
    ("x-auto-respond", ""),
    ("x-mail-autoreply", ""),
    ("x-vacation", ""),
    ("x-vacation-message", ""),
    ("x-apple-action", "vacation"),
    ("x-fc-machinegenerated", "true"), // FirstClass
    ("x-post-messageclass", "9; autoresponder"),
    ("x-mailer", "vacation"),
    ("x-mailer", "autoresponder"),
    ("delivered-to", "autoresponder"),
];

fn auto_reply_header(form: &Form<'_>) -> Option<GateHit> {
    RESPONDER_MARKS.iter().find_map(|(name, start)| {
        form.values(name)
            .find(|value| {
                let value = value.trim().to_lowercase();
                value.starts_with(start) && !matches!(value.as_str(), "" | "no" | "false" | "0")
            })
            .map(|value| field_hit(GateRule::AutoReplyHeader, name, value))
    })
}

/// Whether the header has a mark of a responder, or the precedence that some of them write.
pub(super) fn is_marked_by_responder(form: &Form<'_>) -> bool {
    auto_reply_header(form).is_some() || form.values("precedence").any(is_auto_reply_precedence)
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
    local == "postmaster"
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

/// SPSE writes "(LPSE) …" to everybody who has an account there (domain.md section 1.3).
fn system_mail(form: &Form<'_>) -> Option<GateHit> {
    form.subject
        .to_lowercase()
        .starts_with("(lpse)")
        .then(|| field_hit(GateRule::SystemMail, "Subject", &form.subject))
}

/// RFC 5321 section 6.3: loops are found by counting.
fn too_many_hops(form: &Form<'_>) -> Option<GateHit> {
    let hops = form.values("received").count();
    (hops > HOP_LIMIT).then(|| hit(GateRule::TooManyHops, &format!("{hops} Received fields")))
}

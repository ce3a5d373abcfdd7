//! Calendar parts (RFC 6047): an answer to an invitation of ours (RFC 5546 REPLY), or anything else that a calendar sent.

use std::str::FromStr;

use calcard::{
    Entry, Parser,
    common::PartialDateTime,
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarParameterName, ICalendarParameterValue,
        ICalendarParticipationStatus, ICalendarProperty, ICalendarValue,
    },
};
use jiff::{Timestamp, civil, tz::TimeZone};

use super::{
    CalendarAnswer, CalendarReply,
    form::{Form, Part, cut},
};
use crate::address::EmailAddress;

/// reliability.md section 4, RFC 5546: nothing larger is an answer to one invitation. The size is limited by [`Part`].
const COMPONENT_LIMIT: usize = 50;
const COMMENT_LIMIT: usize = 500;
const NOTE: &str = "X-RESPONSE-COMMENT";

/// What the calendar part of a mail is for.
#[derive(Clone, Debug, PartialEq)]
pub enum CalendarMail {
    /// An attendee answers. `None`: REPLY without a usable answer (delegated, no attendee), COUNTER, REFRESH; a person reads it.
    Answer {
        method: String,
        reply: Option<CalendarReply>,
    },
    /// REQUEST, CANCEL, PUBLISH, ADD, DECLINECOUNTER from outside: they change nothing here (reliability.md section 4).
    Other { method: String },
}

/// Looks at the calendar parts of a mail, not at those of a mail enclosed in it.
pub(super) fn read(form: &Form<'_>) -> Option<CalendarMail> {
    let mut other = None;
    for part in form.parts.iter().filter(|part| is_calendar(part)) {
        let method = method(part);
        match method.as_str() {
            "REPLY" => {
                let whole = (!part.cut).then_some(&part.text);
                let reply = whole
                    .and_then(|text| parse(text))
                    .and_then(|calendar| reply(&calendar));
                return Some(CalendarMail::Answer { method, reply });
            }
            "COUNTER" | "REFRESH" => {
                return Some(CalendarMail::Answer {
                    method,
                    reply: None,
                });
            }
            // A bidder who forwards our invitation sends it on as a file: that is still his own mail.
            "" => {}
            _ if part.attached || part.media_type != "text/calendar" => {}
            _ => other = other.or(Some(CalendarMail::Other { method })),
        }
    }
    other
}

fn is_calendar(part: &Part<'_>) -> bool {
    matches!(
        part.media_type.as_str(),
        "text/calendar" | "application/ics" | "text/x-vcalendar"
    )
}

/// METHOD of the object; the parameter of Content-Type must be equal (RFC 6047 section 2.4) and stands in where it is missing.
fn method(part: &Part<'_>) -> String {
    let inside = part.text.lines().take(200).find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim()
            .eq_ignore_ascii_case("method")
            .then(|| value.trim().to_uppercase())
    });
    inside.or_else(|| part.method.clone()).unwrap_or_default()
}

/// Parses one object, mended where a gateway cut its end off. RRULEs are parsed, never expanded.
fn parse(text: &str) -> Option<ICalendar> {
    let start = text.to_ascii_uppercase().find("BEGIN:VCALENDAR")?;
    let mut mended = text.get(start..)?.replace("\r\n", "\n").replace('\r', "\n");
    let mut open: Vec<String> = Vec::new();
    let mut components = 0;
    for line in mended.lines() {
        let line = line.trim().to_ascii_uppercase();
        if let Some(name) = line.strip_prefix("BEGIN:") {
            components += 1;
            open.push(name.to_owned());
        } else if line.starts_with("END:") {
            open.pop();
        }
    }
    if components > COMPONENT_LIMIT {
        return None;
    }
    for name in open.iter().rev() {
        mended.push_str("\nEND:");
        mended.push_str(name);
    }
    mended.push('\n');
    match Parser::new(&mended).entry() {
        Entry::ICalendar(calendar) => Some(calendar),
        _ => None,
    }
}

fn reply(calendar: &ICalendar) -> Option<CalendarReply> {
    calendar
        .components
        .iter()
        .filter(|component| component.uid().is_some())
        .find_map(component_reply)
}

fn component_reply(component: &ICalendarComponent) -> Option<CalendarReply> {
    let uid = component.uid()?.trim().to_owned();
    // RFC 5546 section 3.2.3: exactly one attendee, the one who answers.
    let (attendee, answer) = component
        .properties(&ICalendarProperty::Attendee)
        .find_map(|entry| {
            let answer = entry
                .parameters(&ICalendarParameterName::Partstat)
                .find_map(answer)?;
            let address = entry.values.first().and_then(ICalendarValue::as_text);
            Some((address.and_then(mail_address), answer))
        })?;
    Some(CalendarReply {
        uid,
        attendee,
        answer,
        sequence: component
            .property(&ICalendarProperty::Sequence)
            .and_then(|entry| entry.values.first())
            .and_then(ICalendarValue::as_integer)
            .unwrap_or(0),
        stamped_at: component
            .property(&ICalendarProperty::Dtstamp)
            .and_then(|entry| entry.values.first())
            .and_then(ICalendarValue::as_partial_date_time)
            .and_then(timestamp),
        comment: comment(component),
    })
}

/// COMMENT, or the note that Google's calendar puts beside the answer.
fn comment(component: &ICalendarComponent) -> Option<String> {
    let property = component
        .property(&ICalendarProperty::Comment)
        .and_then(|entry| entry.values.first())
        .and_then(ICalendarValue::as_text);
    let notes = component
        .properties(&ICalendarProperty::Attendee)
        .flat_map(|entry| &entry.params)
        .filter(|param| param.name.as_str().eq_ignore_ascii_case(NOTE))
        .filter_map(|param| param.value.as_text());
    property
        .into_iter()
        .chain(notes)
        .map(|comment| cut(comment.trim(), COMMENT_LIMIT))
        .find(|comment| !comment.is_empty())
}

fn answer(value: &ICalendarParameterValue) -> Option<CalendarAnswer> {
    match value {
        ICalendarParameterValue::Partstat(ICalendarParticipationStatus::Accepted) => {
            Some(CalendarAnswer::Accepted)
        }
        ICalendarParameterValue::Partstat(ICalendarParticipationStatus::Declined) => {
            Some(CalendarAnswer::Declined)
        }
        ICalendarParameterValue::Partstat(ICalendarParticipationStatus::Tentative) => {
            Some(CalendarAnswer::Tentative)
        }
        _ => None,
    }
}

/// `mailto:` in any case, or a bare address; Exchange also writes `invalid:nomail`.
fn mail_address(value: &str) -> Option<EmailAddress> {
    let value = value.trim();
    let bare = match value.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => value.get(7..)?,
        _ => value,
    };
    EmailAddress::from_str(bare).ok()
}

/// DTSTAMP is in UTC (RFC 5545 section 3.8.7.2); one without Z is read as such.
fn timestamp(at: &PartialDateTime) -> Option<Timestamp> {
    let moment = civil::DateTime::new(
        i16::try_from(at.year?).ok()?,
        i8::try_from(at.month?).ok()?,
        i8::try_from(at.day?).ok()?,
        i8::try_from(at.hour.unwrap_or(0)).ok()?,
        i8::try_from(at.minute.unwrap_or(0)).ok()?,
        // 60 is a leap second.
        i8::try_from(at.second.unwrap_or(0).min(59)).ok()?,
        0,
    )
    .ok()?;
    moment
        .to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

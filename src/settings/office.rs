//! `[office]` and `[reminder]`: who the office is, when it works, and when it reminds.

use std::path::PathBuf;

use jiff::{
    SignedDuration,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};

use super::{Office, load::Surroundings};
use crate::{
    desk::{due::ReminderRules, facts::Step},
    form::{Form, nearest},
    tender::calendar::{self, WORKING_WEEK, WorkingCalendar},
};

/// Hours in which bidders are reminded.
pub(super) const HOURS: (Time, Time) = (Time::constant(7, 0, 0, 0), Time::constant(20, 0, 0, 0));

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// What `[reminder]` says: the rules, and the hours that are part of the office's calendar.
#[derive(Clone, Debug)]
pub(super) struct Reminding {
    pub settings: ReminderRules,
    pub hours: (Time, Time),
}

impl Default for Reminding {
    fn default() -> Reminding {
        Reminding {
            settings: ReminderRules::default(),
            hours: HOURS,
        }
    }
}

pub(super) fn office(form: Form<'_>, around: &Surroundings, hours: (Time, Time)) -> Option<Office> {
    let name = form.required_text("name", "Write the office's name as it stands in letters.");
    let timezone = timezone(&form);
    let weekdays = weekdays(&form);
    let mut holidays = file_of_holidays(&form, around);
    for (key, text) in form.texts("holidays").unwrap_or_default() {
        match calendar::read_day(&text) {
            Some(day) => holidays.push(day),
            None => form.wrong(&key, "is no date", "Write it as 2026-12-25."),
        }
    }
    form.finish();
    let timezone = timezone?;
    Some(Office {
        name: name?.trim().to_owned(),
        calendar: WorkingCalendar::new(timezone.clone(), weekdays, holidays, hours),
        timezone,
    })
}

fn timezone(form: &Form<'_>) -> Option<TimeZone> {
    let remedy = "WIB is Asia/Jakarta, WITA is Asia/Makassar, WIT is Asia/Jayapura.";
    let name = form.required_text("timezone", remedy)?;
    match TimeZone::get(name.trim()) {
        Ok(timezone) => Some(timezone),
        Err(_) => {
            let known: Vec<String> = jiff::tz::db()
                .available()
                .map(|name| name.to_string())
                .collect();
            let remedy = match nearest(&name, known.iter().map(String::as_str)) {
                Some(near) => format!("Did you mean `{near}`? {remedy}"),
                None => remedy.to_owned(),
            };
            form.wrong("timezone", "is no time zone of the IANA database", remedy);
            None
        }
    }
}

fn weekdays(form: &Form<'_>) -> Vec<Weekday> {
    let remedy =
        "Write weekdays = [\"monday\", \"tuesday\", …], or leave it out for Monday to Friday.";
    let Some(texts) = form.texts("weekdays") else {
        return WORKING_WEEK.to_vec();
    };
    if texts.is_empty() {
        form.wrong(
            "weekdays",
            "is empty: no day would be a working day",
            remedy,
        );
    }
    let mut weekdays = Vec::new();
    for (key, text) in texts {
        let text = text.trim().to_lowercase();
        match WEEKDAYS.iter().find(|(word, _)| *word == text) {
            Some((_, weekday)) => weekdays.push(*weekday),
            None => form.wrong(&key, "is no day of the week", remedy),
        }
    }
    weekdays
}

/// The days of the file that is named, else of the one that is built in.
fn file_of_holidays(form: &Form<'_>, around: &Surroundings) -> Vec<Date> {
    let days =
        |holidays: &[calendar::Holiday]| holidays.iter().map(|holiday| holiday.day).collect();
    let Some(name) = form.filled_text("holidays_file", "Name the file, or leave it out.") else {
        return days(calendar::built_in());
    };
    let path: PathBuf = around.path(&name);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            let remedy = "Begin with a copy of config/libur.toml, or leave it out.";
            form.wrong("holidays_file", format!("cannot be read: {error}"), remedy);
            return Vec::new();
        }
    };
    match calendar::holidays(&name, &text) {
        Ok(holidays) => days(&holidays),
        Err(mistakes) => {
            for mistake in mistakes {
                form.wrong(
                    "holidays_file",
                    mistake.to_string(),
                    "Correct it in that file.",
                );
            }
            Vec::new()
        }
    }
}

pub(super) fn reminder(form: Form<'_>) -> Option<Reminding> {
    let default = Reminding::default();
    let steps = steps(&form);
    let mut good = true;
    let mut time = |key, otherwise| match form.text(key) {
        None => {
            good &= !form.has(key);
            otherwise
        }
        Some(text) => match text.trim().parse::<Time>() {
            Ok(time) if text.trim().len() >= 5 && text.trim().len() <= 8 => time,
            _ => {
                form.wrong(key, "is no time of day", "Write it as \"09:00\".");
                good = false;
                otherwise
            }
        },
    };
    let day_before = time("day_before", default.settings.day_before);
    let hours = (time("from", HOURS.0), time("until", HOURS.1));
    if good && hours.0 >= hours.1 {
        form.wrong(
            "until",
            "is not later than `from`",
            "Write until = \"20:00\".",
        );
        good = false;
    }
    let ahead = number(&form, "minutes_before", 120, 15..=24 * 60);
    let most = number(&form, "most", 5, 0..=20);
    form.finish();
    good.then_some(())?;
    Some(Reminding {
        settings: ReminderRules {
            steps: steps?,
            day_before,
            ahead: SignedDuration::from_mins(ahead?),
            most: usize::try_from(most?).ok()?,
        },
        hours,
    })
}

fn steps(form: &Form<'_>) -> Option<Vec<Step>> {
    let Some(texts) = form.texts("steps") else {
        return (!form.has("steps")).then(|| Step::ALL.to_vec());
    };
    let known: Vec<&str> = Step::ALL.iter().map(|step| step.word()).collect();
    let mut steps = Vec::new();
    let mut good = true;
    for (key, text) in texts {
        match Step::from_word(text.trim()) {
            Some(step) => steps.push(step),
            None => {
                form.wrong(
                    &key,
                    "is no step",
                    format!("Known here: {}.", known.join(", ")),
                );
                good = false;
            }
        }
    }
    good.then_some(steps)
}

fn number(
    form: &Form<'_>,
    key: &'static str,
    otherwise: i64,
    range: std::ops::RangeInclusive<i64>,
) -> Option<i64> {
    match form.whole_number(key) {
        Some(number) if range.contains(&number) => Some(number),
        Some(_) => {
            let what = format!("is not a number from {} to {}", range.start(), range.end());
            form.wrong(key, what, format!("{otherwise} is a good number."));
            None
        }
        None if form.has(key) => None,
        None => Some(otherwise),
    }
}

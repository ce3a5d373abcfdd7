//! The working calendar: on which days and at which hours the office writes to people by itself.
//!
//! Holidays come from a file that people edit (`config/libur.toml` is built in), since their dates are decided late and
//! changed once more by the sighting of the moon.

use std::{collections::BTreeSet, fmt, sync::LazyLock};

use jiff::{
    SignedDuration, Timestamp, ToSpan as _,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};

use crate::form::{Form, Language, Mistake, Sheet};

/// Further than this nobody looks for a working day: a calendar without any must not hang the program.
const FARTHEST: i32 = 60;
/// What must go out before a night begins goes so long before it.
const BEFORE_CLOSING: SignedDuration = SignedDuration::from_hours(1);

/// Days and hours of one office.
#[derive(Clone)]
pub struct WorkingCalendar {
    zone: TimeZone,
    weekdays: Vec<Weekday>,
    holidays: BTreeSet<Date>,
    /// Mail that nobody asked for goes from here …
    opens: Time,
    /// … until here.
    closes: Time,
}

/// Without the long list of days.
impl fmt::Debug for WorkingCalendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkingCalendar")
            .field("zone", &self.zone)
            .field("weekdays", &self.weekdays)
            .field("holidays", &self.holidays.len())
            .field("hours", &(self.opens..self.closes))
            .finish()
    }
}

/// Monday to Friday.
pub const WORKING_WEEK: [Weekday; 5] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
];

impl WorkingCalendar {
    /// `hours`: from and until.
    pub fn new(
        zone: TimeZone,
        weekdays: Vec<Weekday>,
        holidays: impl IntoIterator<Item = Date>,
        hours: (Time, Time),
    ) -> WorkingCalendar {
        WorkingCalendar {
            zone,
            weekdays,
            holidays: holidays.into_iter().collect(),
            opens: hours.0,
            closes: hours.1,
        }
    }

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    pub fn is_working_day(&self, day: Date) -> bool {
        self.weekdays.contains(&day.weekday()) && !self.holidays.contains(&day)
    }

    /// The local day of a time.
    pub fn day(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// The time of a local clock. One that is skipped or comes twice is taken as clocks are turned (RFC 5545 section 3.3.5).
    pub fn at(&self, day: Date, time: Time) -> Timestamp {
        self.zone
            .to_ambiguous_zoned(day.to_datetime(time))
            .compatible()
            .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }

    /// A working day, not at night.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let local = at.to_zoned(self.zone.clone());
        self.is_working_day(local.date()) && (self.opens..self.closes).contains(&local.time())
    }

    /// The first open moment from then on.
    pub fn next_open(&self, at: Timestamp) -> Timestamp {
        if self.is_open(at) {
            return at;
        }
        let opening = self.at(self.day(at), self.opens);
        if opening > at && self.is_working_day(self.day(at)) {
            return opening;
        }
        match self.working_day_after(self.day(at)) {
            Some(day) => self.at(day, self.opens),
            None => Timestamp::MAX,
        }
    }

    /// The last hour before the office closed for that night or those days off.
    pub fn last_hour_before(&self, at: Timestamp) -> Timestamp {
        let last_hour = |day| {
            let closing = self.at(day, self.closes);
            closing.checked_sub(BEFORE_CLOSING).unwrap_or(closing)
        };
        let today = self.day(at);
        if self.is_working_day(today) && self.at(today, self.closes) <= at {
            return last_hour(today);
        }
        self.working_day_before(today)
            .map_or(Timestamp::MIN, last_hour)
    }

    pub fn working_day_before(&self, day: Date) -> Option<Date> {
        (1..=FARTHEST)
            .filter_map(|back| day.checked_sub(back.days()).ok())
            .find(|day| self.is_working_day(*day))
    }

    pub fn working_day_after(&self, day: Date) -> Option<Date> {
        (1..=FARTHEST)
            .filter_map(|ahead| day.checked_add(ahead.days()).ok())
            .find(|day| self.is_working_day(*day))
    }
}

/// A day on which the office is closed.
#[derive(Clone, Debug, PartialEq)]
pub struct Holiday {
    pub day: Date,
    pub name: String,
}

/// The file that is built in.
pub const BUILT_IN: &str = include_str!("../../config/libur.toml");

/// The days of the file that is built in.
pub fn built_in() -> &'static [Holiday] {
    static HOLIDAYS: LazyLock<Vec<Holiday>> =
        LazyLock::new(|| holidays("libur.toml", BUILT_IN).expect("our own file"));
    &HOLIDAYS
}

/// Reads a file of holidays; every mistake in it is told with its line.
pub fn holidays(file: &str, text: &str) -> Result<Vec<Holiday>, Vec<Mistake>> {
    let sheet = Sheet::read(file, text, Language::Indonesian)?;
    let form = sheet.form();
    let mut holidays = Vec::new();
    for list in ["libur_nasional", "cuti_bersama"] {
        for entry in form.tables(list) {
            holidays.extend(holiday(&entry));
            entry.finish();
        }
    }
    form.finish();
    match sheet.into_mistakes().0 {
        mistakes if mistakes.is_empty() => Ok(holidays),
        mistakes => Err(mistakes),
    }
}

fn holiday(form: &Form<'_>) -> Option<Holiday> {
    let remedy = "Tulis seperti tanggal = 2026-12-25.";
    let name = form.text("hari").unwrap_or_default();
    let day = form.required_text("tanggal", remedy)?;
    match read_day(&day) {
        Some(day) => Some(Holiday { day, name }),
        None => {
            form.wrong("tanggal", "bukan tanggal yang benar", remedy);
            None
        }
    }
}

/// `2026-12-25` and nothing else: jiff would also take the date out of a time.
pub fn read_day(text: &str) -> Option<Date> {
    let text = text.trim();
    text.parse().ok().filter(|_| text.len() == 10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn office() -> WorkingCalendar {
        WorkingCalendar::new(
            TimeZone::get("Asia/Makassar").expect("a zone"),
            WORKING_WEEK.to_vec(),
            built_in().iter().map(|holiday| holiday.day),
            (Time::constant(7, 0, 0, 0), Time::constant(20, 0, 0, 0)),
        )
    }

    fn at(text: &str) -> Timestamp {
        format!("{text}+08:00").parse().expect("a time")
    }

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    /// domain.md 1.6: 17 holidays and 8 days of joint leave in 2026; 18 and 8 in 2027.
    #[test]
    fn the_built_in_file_holds_two_whole_years_and_no_day_twice() {
        let days: Vec<Date> = built_in().iter().map(|holiday| holiday.day).collect();
        let of_year = |year| days.iter().filter(|day| day.year() == year).count();
        assert_eq!((of_year(2026), of_year(2027)), (25, 26));
        let once: BTreeSet<Date> = days.iter().copied().collect();
        assert_eq!(once.len(), days.len());
        assert!(built_in().iter().all(|holiday| !holiday.name.is_empty()));
    }

    #[test]
    fn office_days_are_those_that_people_know() {
        let office = office();
        for (text, working) in [
            ("2026-11-25", true),
            ("2026-11-28", false), // Saturday
            ("2026-12-24", false), // joint leave
            ("2026-12-25", false),
            ("2026-12-28", true),
            ("2027-03-08", false),
            ("2027-03-15", false),
            ("2027-03-16", true),
        ] {
            assert_eq!(office.is_working_day(day(text)), working, "{text}");
        }
        assert_eq!(
            office.working_day_before(day("2026-12-28")),
            Some(day("2026-12-23"))
        );
        assert_eq!(
            office.working_day_after(day("2027-03-05")),
            Some(day("2027-03-16")),
            "Nyepi and Idulfitri in one week"
        );
    }

    #[test]
    fn nights_and_days_off_are_bridged_both_ways() {
        let office = office();
        for (moment, next, before) in [
            ("2026-11-25T06:59", "2026-11-25T07:00", "2026-11-24T19:00"),
            ("2026-11-25T07:00", "2026-11-25T07:00", "2026-11-24T19:00"),
            ("2026-11-25T19:59", "2026-11-25T19:59", "2026-11-24T19:00"),
            ("2026-11-25T20:00", "2026-11-26T07:00", "2026-11-25T19:00"),
            ("2026-11-27T23:00", "2026-11-30T07:00", "2026-11-27T19:00"),
            ("2026-11-29T12:00", "2026-11-30T07:00", "2026-11-27T19:00"),
            ("2026-12-24T06:00", "2026-12-28T07:00", "2026-12-23T19:00"),
        ] {
            assert_eq!(office.next_open(at(moment)), at(next), "{moment}");
            assert_eq!(office.last_hour_before(at(moment)), at(before), "{moment}");
        }
    }

    #[test]
    fn an_office_that_never_works_does_not_hang() {
        let never = WorkingCalendar {
            weekdays: Vec::new(),
            ..office()
        };
        assert_eq!(never.next_open(at("2026-11-25T09:00")), Timestamp::MAX);
        assert_eq!(
            never.last_hour_before(at("2026-11-25T09:00")),
            Timestamp::MIN
        );
    }

    #[test]
    fn a_wrong_day_is_told_with_its_line() {
        let told = |text: &str| {
            let mistakes = holidays("libur.toml", text).expect_err("a mistake");
            let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            lines.join("\n")
        };
        let text = "libur_nasional = [\n  { tanggal = \"25-12-2026\", hari = \"Natal\" },\n  { hari = \"x\" },\n]\nlibur = 1\n";
        let told = told(text);
        for part in [
            "libur.toml:2:",
            "bukan tanggal",
            "libur.toml:3:",
            "belum diisi",
            "libur.toml:5:",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
    }

    proptest! {
        #[test]
        fn the_next_open_moment_is_open_and_not_before(minute in 0i64..60 * 24 * 400) {
            let office = office();
            let moment = at("2026-01-01T00:00") + SignedDuration::from_mins(minute);
            let next = office.next_open(moment);
            prop_assert!(next >= moment && office.is_open(next));
            prop_assert!(office.last_hour_before(moment) < moment);
            prop_assert!(office.is_open(office.last_hour_before(moment)));
        }
    }
}

//! When to try what again: pure decisions over the time passed in (R6, R15 to R21).

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use super::error::Class;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

/// R20: full jitter over 2 s doubled up to 80 s, after ten minutes up to 15 min; a complete enumeration ends it, a
/// connection that merely comes about does not.
#[derive(Clone, Debug, Default)]
pub struct Backoff {
    failures: u32,
    since: Option<Instant>,
}

impl Backoff {
    /// How long to wait after one more failure; `dice` from 0 to 1.
    pub fn failed(&mut self, now: Instant, dice: f64) -> Duration {
        let since = *self.since.get_or_insert(now);
        let doubled = Duration::from_secs(2) * 2u32.saturating_pow(self.failures.min(20));
        let most = if now.saturating_duration_since(since) < 10 * MINUTE {
            Duration::from_secs(80)
        } else {
            15 * MINUTE
        };
        self.failures = self.failures.saturating_add(1);
        doubled.min(most).mul_f64(dice.clamp(0.0, 1.0))
    }

    pub fn succeeded(&mut self) {
        *self = Backoff::default();
    }
}

/// R19: one sign-in a minute, two at once, even when each succeeds.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// When the bucket would be full again.
    full_at: Option<Instant>,
}

impl Bucket {
    const BURST: u32 = 2;

    pub fn new() -> Bucket {
        Bucket { full_at: None }
    }

    /// Takes a sign-in and says when it may happen.
    pub fn take(&mut self, now: Instant) -> Instant {
        let full_at = self.full_at.unwrap_or(now).max(now);
        let behind = full_at - now;
        let room = MINUTE * (Self::BURST - 1);
        let at = now + behind.saturating_sub(room);
        self.full_at = Some(full_at + MINUTE);
        at
    }
}

impl Default for Bucket {
    fn default() -> Self {
        Bucket::new()
    }
}

/// R21: what the last failed sign-ins of one account mean for the next.
#[derive(Clone, Debug, Default)]
pub struct Refusals {
    sure: u32,
    perhaps: u32,
}

impl Refusals {
    /// How long the account rests after a failure of this class; `None`: the folder's own back-off decides.
    pub fn failed(&mut self, class: Class) -> Option<Duration> {
        match class {
            Class::Refused => self.sure += 1,
            Class::PerhapsRefused => {
                self.perhaps += 1;
                // Many servers say a bare NO also when their user database is away.
                if self.perhaps < 3 {
                    return None;
                }
                self.sure += 1;
            }
            _ => return None,
        }
        Some(match self.sure {
            0 | 1 => 20 * MINUTE,
            2 => 40 * MINUTE,
            _ => HOUR,
        })
    }

    pub fn signed_in(&mut self) {
        *self = Refusals::default();
    }
}

/// R17: IDLE is given up for six hours after three failures in an hour.
#[derive(Clone, Debug, Default)]
pub struct IdleTrust {
    failures: VecDeque<Instant>,
    given_up: Option<Instant>,
}

impl IdleTrust {
    pub fn failed(&mut self, now: Instant) {
        self.failures.push_back(now);
        while self
            .failures
            .front()
            .is_some_and(|&first| now.saturating_duration_since(first) > HOUR)
        {
            self.failures.pop_front();
        }
        if self.failures.len() >= 3 {
            self.failures.clear();
            self.given_up = Some(now);
        }
    }

    pub fn may_idle(&self, now: Instant) -> bool {
        self.given_up
            .is_none_or(|at| now.saturating_duration_since(at) >= 6 * HOUR)
    }
}

/// R8: more than three changes of UIDVALIDITY in a day.
#[derive(Clone, Debug, Default)]
pub struct Renumberings {
    times: VecDeque<Instant>,
}

impl Renumberings {
    pub fn happened(&mut self, now: Instant) {
        self.times.push_back(now);
        if self.times.len() > 4 {
            self.times.pop_front();
        }
    }

    pub fn too_many(&self, now: Instant) -> bool {
        self.times
            .iter()
            .filter(|&&at| now.saturating_duration_since(at) < DAY)
            .count()
            > 3
    }
}

/// How much of a folder an enumeration looks at (R6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Above the highest known UID.
    Above,
    /// And the last 30 days.
    Month,
    Whole,
}

/// Remembers when a folder was last looked at how far.
#[derive(Clone, Debug, Default)]
pub struct Looks {
    whole: Option<Instant>,
    month: Option<Instant>,
}

impl Looks {
    pub fn reach(&self, now: Instant, reconnected: bool) -> Reach {
        let older = |at: Option<Instant>, age: Duration| {
            at.is_none_or(|at| now.saturating_duration_since(at) >= age)
        };
        if older(self.whole, DAY) {
            Reach::Whole
        } else if reconnected || older(self.month, HOUR) {
            Reach::Month
        } else {
            Reach::Above
        }
    }

    pub fn looked(&mut self, now: Instant, reach: Reach) {
        match reach {
            Reach::Whole => (self.whole, self.month) = (Some(now), Some(now)),
            Reach::Month => self.month = Some(now),
            Reach::Above => {}
        }
    }

    /// The next look is at the whole folder.
    pub fn forget(&mut self) {
        *self = Looks::default();
    }
}

/// Tries at one mail that the server will not give: five over a day, then it is refused (section 2).
pub fn next_try(tries: u32, connection_broke: bool) -> Duration {
    match tries {
        1 if connection_broke => MINUTE,
        0 => Duration::ZERO,
        1 => 10 * MINUTE,
        2 => HOUR,
        3 => 5 * HOUR,
        _ => 17 * HOUR,
    }
}

/// Whether these many failed tries end in `refused`. A connection that breaks is rarely the mail's fault: longer.
pub fn last_try(tries: u32, connection_broke: bool) -> bool {
    tries >= if connection_broke { 20 } else { 5 }
}

/// Time that this machine has spent suspended since it started: monotonic time stands still meanwhile, boot time does not.
pub fn asleep_so_far() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let read = |id| {
        let time = clock_gettime(id);
        Duration::new(
            u64::try_from(time.tv_sec).unwrap_or_default(),
            u32::try_from(time.tv_nsec).unwrap_or_default(),
        )
    };
    read(ClockId::Boottime).saturating_sub(read(ClockId::Monotonic))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn the_pause_doubles_to_80_seconds_and_after_ten_minutes_to_15_minutes() {
        let start = Instant::now();
        let mut backoff = Backoff::default();
        let first: Vec<u64> = (0..7)
            .map(|_| backoff.failed(start, 1.0).as_secs())
            .collect();
        assert_eq!(first, [2, 4, 8, 16, 32, 64, 80]);
        assert_eq!(backoff.failed(start + seconds(599), 1.0), seconds(80));
        assert_eq!(backoff.failed(start + seconds(600), 1.0), seconds(512));
        assert_eq!(backoff.failed(start + seconds(600), 1.0), seconds(900));
        assert_eq!(backoff.failed(start + seconds(600), 0.5), seconds(450));
        assert_eq!(backoff.failed(start + seconds(600), 0.0), seconds(0));
        backoff.succeeded();
        assert_eq!(backoff.failed(start + seconds(900), 1.0), seconds(2));
    }

    #[test]
    fn two_sign_ins_at_once_then_one_a_minute() {
        let start = Instant::now();
        let mut bucket = Bucket::new();
        let waits: Vec<u64> = (0..5)
            .map(|_| (bucket.take(start) - start).as_secs())
            .collect();
        assert_eq!(waits, [0, 0, 60, 120, 180]);
        let later = start + seconds(3600);
        let waits: Vec<u64> = (0..3)
            .map(|_| (bucket.take(later) - later).as_secs())
            .collect();
        assert_eq!(waits, [0, 0, 60]);
    }

    #[test]
    fn sign_ins_never_exceed_one_a_minute_and_a_burst_of_two() {
        let start = Instant::now();
        let mut bucket = Bucket::new();
        let mut now = start;
        for n in 0..100u32 {
            now = bucket.take(now).max(now) + seconds(u64::from(n % 7));
            assert!(now >= start + MINUTE * n.saturating_sub(1));
        }
    }

    #[test]
    fn refused_credentials_are_tried_three_times_an_hour_at_most() {
        let mut refusals = Refusals::default();
        let rests: Vec<_> = (0..4).map(|_| refusals.failed(Class::Refused)).collect();
        assert_eq!(
            rests,
            [Some(20 * MINUTE), Some(40 * MINUTE), Some(HOUR), Some(HOUR)]
        );
        let mut refusals = Refusals::default();
        let rests: Vec<_> = (0..4)
            .map(|_| refusals.failed(Class::PerhapsRefused))
            .collect();
        assert_eq!(rests, [None, None, Some(20 * MINUTE), Some(40 * MINUTE)]);
        refusals.signed_in();
        assert_eq!(refusals.failed(Class::PerhapsRefused), None);
        for class in [Class::Network, Class::Trust, Class::Setup] {
            assert_eq!(Refusals::default().failed(class), None);
        }
    }

    #[test]
    fn idle_is_given_up_after_three_failures_in_an_hour_and_tried_again_after_six() {
        let start = Instant::now();
        let mut trust = IdleTrust::default();
        trust.failed(start);
        trust.failed(start + seconds(1800));
        trust.failed(start + seconds(3700));
        assert!(
            trust.may_idle(start + seconds(3700)),
            "the first is too old"
        );
        trust.failed(start + seconds(3800));
        assert!(!trust.may_idle(start + seconds(3800)));
        assert!(!trust.may_idle(start + seconds(3800) + 6 * HOUR - seconds(1)));
        assert!(trust.may_idle(start + seconds(3800) + 6 * HOUR));
    }

    #[test]
    fn the_folder_is_looked_at_far_enough_and_often_enough() {
        let start = Instant::now();
        let mut looks = Looks::default();
        assert_eq!(looks.reach(start, false), Reach::Whole);
        looks.looked(start, Reach::Whole);
        assert_eq!(looks.reach(start + seconds(60), false), Reach::Above);
        assert_eq!(looks.reach(start + seconds(60), true), Reach::Month);
        assert_eq!(looks.reach(start + HOUR, false), Reach::Month);
        looks.looked(start + HOUR, Reach::Month);
        assert_eq!(looks.reach(start + HOUR + MINUTE, false), Reach::Above);
        assert_eq!(looks.reach(start + DAY, false), Reach::Whole);
        looks.looked(start + DAY, Reach::Whole);
        looks.forget();
        assert_eq!(looks.reach(start + DAY, false), Reach::Whole);
    }

    #[test]
    fn five_tries_fill_about_a_day() {
        let waits: Duration = (1..5).map(|tries| next_try(tries, false)).sum();
        assert!((20 * HOUR..28 * HOUR).contains(&waits), "{waits:?}");
        assert!(!last_try(4, false) && last_try(5, false));
        assert!(!last_try(5, true) && last_try(20, true));
    }

    #[test]
    fn four_renumberings_in_a_day_are_too_many() {
        let start = Instant::now();
        let mut renumberings = Renumberings::default();
        for n in 0..3 {
            renumberings.happened(start + HOUR * n);
        }
        assert!(!renumberings.too_many(start + HOUR * 3));
        renumberings.happened(start + HOUR * 3);
        assert!(renumberings.too_many(start + HOUR * 3));
        assert!(!renumberings.too_many(start + DAY));
    }
}

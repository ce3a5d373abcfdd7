//! The time, passed into every decision: the system's clock, or one that stands still for a rehearsal (`--at`).

use jiff::Timestamp;

/// Where the present time comes from. Only this module reads the system's clock.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    System,
    /// `run --once --at TIME`: all that is due, first starts, limits and pauses follow this time.
    Standing(Timestamp),
}

impl Clock {
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => Timestamp::now(),
            Clock::Standing(at) => *at,
        }
    }

    pub fn stands(&self) -> bool {
        matches!(self, Clock::Standing(_))
    }
}

//! How a mail leaves: over SMTP phase by phase with deadlines, or as a file. Knows nothing of the outbox.

/// What one attempt came to; the desk decides what follows.
pub use crate::desk::retry::Outcome;

//! How a mail leaves: over SMTP phase by phase with deadlines, or as a file. Knows nothing of the outbox.

/// What one attempt came to; the desk decides what follows.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The server took responsibility; its words.
    Accepted(String),
    /// 4xx, or the network failed before the final dot: nothing was delivered.
    Temporary(String),
    /// 5xx.
    Permanent(String),
    /// The final dot was sent and no answer came (P19).
    Unknown(String),
}

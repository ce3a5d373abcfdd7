//! The findings of the contract.

use crate::words::words;

words! {
    /// What is wrong with a file; a finding never rejects a paper, people judge.
    Finding {
        Blurred = "blurred",
        Dark = "dark",
        LowResolution = "low-resolution",
        Unreadable = "unreadable",
        Encrypted = "encrypted",
        NotAllowed = "not-allowed",
        Infected = "infected",
        Duplicate = "duplicate",
        Unsigned = "unsigned",
        DiffersFromSent = "differs-from-sent",
        LinkOnly = "link-only",
    }
}

words! {
    /// What may be wrong with a photo: no finding, and told to the bidder only where it is plain.
    Hint {
        Reflection = "reflection",
        CutOff = "cut-off",
    }
}

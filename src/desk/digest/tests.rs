//! What stands in a digest, and what does not.

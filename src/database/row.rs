//! Reading columns into our types.

//! The invented office of domain.md 4.2, for the tests of `matching` and `desk`.

//! The URLs of the settings.

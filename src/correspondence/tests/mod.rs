//! Every text that is sent, as a person would read it; and what must hold for any text at all.

mod calendar;
mod digest;
mod guards;
mod letters;
mod samples;
mod templates;

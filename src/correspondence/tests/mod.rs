//! Every text that is sent, as a person would read it; and what must hold for any text at all.

mod guards;
mod letters;
mod samples;

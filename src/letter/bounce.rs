//! Which deliveries failed, and of which mail: standard reports and free text.

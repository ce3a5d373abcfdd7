//! `loket.toml` to [`Settings`].

use std::path::Path;

use super::{Settings, SettingsErrors};

pub fn load(path: &Path) -> Result<Settings, SettingsErrors> {
    let _ = path;
    Err(SettingsErrors(Vec::new()))
}

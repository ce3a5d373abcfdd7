//! `[letters]`: the office's own texts, and what letters say about sizes. The folder is read here, once; what stands in
//! the texts is proved by [`crate::correspondence::samples::check`].

use std::{fs, path::Path};

use super::{LettersSettings, load::Surroundings};
use crate::{
    correspondence::templates::{EMBEDDED, OwnTemplate},
    form::{Form, nearest},
};

/// 25 MB is what most servers take; base64 makes a third more of a file.
const MEGABYTES: u32 = 18;
/// A template is a page or two.
const LARGEST_TEMPLATE: u64 = 256 * 1024;

impl Default for LettersSettings {
    fn default() -> LettersSettings {
        LettersSettings {
            own: Vec::new(),
            megabytes: MEGABYTES,
        }
    }
}

pub(super) fn letters(form: Form<'_>, around: &Surroundings) -> Option<LettersSettings> {
    let megabytes = match form.whole_number("megabytes") {
        Some(number) => match u32::try_from(number)
            .ok()
            .filter(|number| (1..=1000).contains(number))
        {
            Some(number) => Some(number),
            None => {
                let remedy = "Write the largest mail that bidders may send, in megabytes.";
                form.wrong("megabytes", "is not a number from 1 to 1000", remedy);
                None
            }
        },
        None if form.has("megabytes") => None,
        None => Some(MEGABYTES),
    };
    let folder = form.filled_text("folder", "Name the folder, or leave it out.");
    let own = folder.map_or_else(Vec::new, |folder| {
        own_templates(&form, &around.path(&folder))
    });
    form.finish();
    Some(LettersSettings {
        own,
        megabytes: megabytes?,
    })
}

/// Every template in the folder, by name; a file that is none there is most likely a misspelt one, which nobody would miss.
fn own_templates(form: &Form<'_>, folder: &Path) -> Vec<OwnTemplate> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            let what = format!("{} cannot be read: {error}", folder.display());
            form.wrong("folder", what, "Make the folder, or leave the key out.");
            return Vec::new();
        }
    };
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut own = Vec::new();
    for file in files {
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with('.') || file.is_dir() {
            continue;
        }
        if !EMBEDDED.iter().any(|(known, _)| *known == name) {
            let known = EMBEDDED.iter().map(|(known, _)| *known);
            let remedy = match nearest(&name, known) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => "`loket preview` names all letters.".to_owned(),
            };
            form.wrong(
                "folder",
                format!("{}: no letter has such a text", file.display()),
                remedy,
            );
            continue;
        }
        match read(&file) {
            Ok(source) => own.push(OwnTemplate { name, source, file }),
            Err(why) => form.wrong(
                "folder",
                format!("{}: {why}", file.display()),
                "Save it as UTF-8 text.",
            ),
        }
    }
    own
}

fn read(file: &Path) -> Result<String, String> {
    let told = |error: std::io::Error| error.to_string();
    if fs::metadata(file).map_err(told)?.len() > LARGEST_TEMPLATE {
        return Err("larger than any letter".to_owned());
    }
    let text = fs::read_to_string(file).map_err(told)?;
    // Notepad puts a byte order mark in front, and carriage returns at the ends of lines.
    Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
}

//! The texts of every letter, embedded in the binary; an office may put its own in their place.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, syntax::SyntaxConfig, value::Serde};
use serde::Serialize;

use super::wording::header_line;

/// Instructions that one letter may run: a template of the office's own cannot hang the program.
const FUEL: u64 = 2_000_000;

macro_rules! embedded {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("templates/", $name)))),+]
    };
}

/// Name and source of every template: a letter is `NAME.subject`, `NAME.txt` and `NAME.html`.
pub const EMBEDDED: &[(&str, &str)] = embedded![
    "kop.txt",
    "kop.html",
    "undangan.subject",
    "undangan.txt",
    "undangan.html",
    "tanda-terima.subject",
    "tanda-terima.txt",
    "tanda-terima.html",
    "pengirim-tidak-dikenal.subject",
    "pengirim-tidak-dikenal.txt",
    "pengirim-tidak-dikenal.html",
    "pemberitahuan.subject",
    "pemberitahuan.txt",
    "pemberitahuan.html",
    "undangan-terlewat.subject",
    "undangan-terlewat.txt",
    "undangan-terlewat.html",
    "jawaban-ditahan.subject",
    "jawaban-ditahan.txt",
    "jawaban-ditahan.html",
];

/// A template that cannot be read, or that asks for what its letter does not have.
#[derive(Debug, thiserror::Error)]
#[error("template {name}: {why}")]
pub struct TemplateError {
    pub name: String,
    pub why: String,
}

/// All templates, read and ready.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
}

/// A letter as its template made it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Templates {
    pub fn embedded() -> Result<Templates, TemplateError> {
        Templates::with_own(std::iter::empty())
    }

    /// The embedded templates with some put aside for the office's own, by name (`undangan.txt`).
    pub fn with_own(
        own: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Templates, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|name| match name.ends_with(".html") {
            true => AutoEscape::Html,
            false => AutoEscape::None,
        });
        // Lines that hold only a tag leave no line behind, so that the text parts can be read as they stand.
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .map_err(|error| wrong("syntax", &error))?;
        environment.set_syntax(syntax);
        environment.set_fuel(Some(FUEL));
        let embedded = EMBEDDED
            .iter()
            .map(|&(name, source)| (name.to_owned(), source.to_owned()));
        for (name, source) in embedded.chain(own) {
            environment
                .add_template_owned(name.clone(), source)
                .map_err(|error| wrong(&name, &error))?;
        }
        Ok(Templates { environment })
    }

    pub(super) fn render<V: Serialize>(
        &self,
        letter: &str,
        view: &V,
    ) -> Result<Rendered, TemplateError> {
        let part = |suffix: &str| {
            let name = format!("{letter}.{suffix}");
            self.environment
                .get_template(&name)
                .and_then(|template| template.render(Serde(view)))
                .map_err(|error| wrong(&name, &error))
        };
        Ok(Rendered {
            subject: header_line(&part("subject")?),
            text: part("txt")?,
            html: part("html")?,
        })
    }
}

fn wrong(name: &str, error: &minijinja::Error) -> TemplateError {
    TemplateError {
        name: name.to_owned(),
        why: match error.line() {
            Some(line) => format!("line {line}: {error}"),
            None => error.to_string(),
        },
    }
}

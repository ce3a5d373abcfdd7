//! The texts of every letter, embedded in the binary; an office may put its own in their place.

use std::{
    collections::BTreeSet,
    fmt,
    path::{Path, PathBuf},
};

use minijinja::{
    AutoEscape, Environment, UndefinedBehavior, Value,
    syntax::SyntaxConfig,
    value::{Serde, ValueKind},
};
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
    "surat.txt",
    "surat.html",
    "bagian.txt",
    "bagian.html",
    "undangan.subject",
    "undangan.txt",
    "undangan.html",
    "perubahan.subject",
    "perubahan.txt",
    "perubahan.html",
    "pembatalan.subject",
    "pembatalan.txt",
    "pembatalan.html",
    "pengingat.subject",
    "pengingat.txt",
    "pengingat.html",
    "negosiasi.subject",
    "negosiasi.txt",
    "negosiasi.html",
    "tanda-terima.subject",
    "tanda-terima.txt",
    "tanda-terima.html",
    "pengirim-tidak-dikenal.subject",
    "pengirim-tidak-dikenal.txt",
    "pengirim-tidak-dikenal.html",
    "rekap.subject",
    "rekap.txt",
    "rekap.html",
    "peringatan.subject",
    "peringatan.txt",
    "peringatan.html",
    "pemberitahuan.subject",
    "pemberitahuan.txt",
    "pemberitahuan.html",
    "terlewat.subject",
    "terlewat.txt",
    "terlewat.html",
    "jawaban-ditahan.subject",
    "jawaban-ditahan.txt",
    "jawaban-ditahan.html",
];

/// A template of the office's own, in the place of the embedded one of the same name.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnTemplate {
    /// Such as `undangan.txt`.
    pub name: String,
    pub source: String,
    /// Where it stands, for messages.
    pub file: PathBuf,
}

/// A template that cannot be read, or that asks for what its letter does not have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub struct TemplateError {
    pub name: String,
    /// Of the office's own.
    pub file: Option<PathBuf>,
    pub line: Option<usize>,
    pub why: String,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{}:{line}: {}", file.display(), self.why),
            (Some(file), None) => write!(f, "{}: {}", file.display(), self.why),
            (None, Some(line)) => write!(f, "template {}: line {line}: {}", self.name, self.why),
            (None, None) => write!(f, "template {}: {}", self.name, self.why),
        }
    }
}

/// All templates, read and ready.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    own: Vec<OwnTemplate>,
}

/// A letter as its template made it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Templates {
    pub fn embedded() -> Result<Templates, TemplateError> {
        Templates::with_own(Vec::new())
    }

    /// The embedded templates with some put aside for the office's own.
    pub fn with_own(own: Vec<OwnTemplate>) -> Result<Templates, TemplateError> {
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
            .map_err(|error| located(&own, "syntax", &error))?;
        environment.set_syntax(syntax);
        environment.set_fuel(Some(FUEL));
        let embedded = EMBEDDED
            .iter()
            .map(|&(name, source)| (name.to_owned(), source.to_owned()));
        let replaced = own.iter().map(|own| (own.name.clone(), own.source.clone()));
        for (name, source) in embedded.chain(replaced) {
            environment
                .add_template_owned(name.clone(), source)
                .map_err(|error| located(&own, &name, &error))?;
        }
        Ok(Templates { environment, own })
    }

    /// Names of the office's own.
    pub fn own(&self) -> impl Iterator<Item = &Path> {
        self.own.iter().map(|own| own.file.as_path())
    }

    pub(super) fn render<V: Serialize>(
        &self,
        letter: &str,
        view: &V,
    ) -> Result<Rendered, TemplateError> {
        self.render_value(letter, &Serde(view).into())
    }

    pub(super) fn render_value(
        &self,
        letter: &str,
        view: &Value,
    ) -> Result<Rendered, TemplateError> {
        let part = |suffix: &str| {
            let name = format!("{letter}.{suffix}");
            self.environment
                .get_template(&name)
                .and_then(|template| template.render(view))
                .map_err(|error| located(&self.own, &name, &error))
        };
        Ok(Rendered {
            subject: header_line(&part("subject")?),
            text: part("txt")?,
            html: part("html")?,
        })
    }

    /// Names in a template that no view of `views` has, whichever way its conditions go.
    pub(super) fn unknown_fields(&self, name: &str, views: &[&Value]) -> Vec<TemplateError> {
        let Ok(template) = self.environment.get_template(name) else {
            return Vec::new();
        };
        let globals: BTreeSet<&str> = self.environment.globals().map(|(name, _)| name).collect();
        let mut unknown: Vec<String> = template
            .undeclared_variables(true)
            .into_iter()
            .filter(|path| {
                let root = path.split('.').next().unwrap_or_default();
                // `self.block()` and what `call` and `loop` bring are no fields.
                let inner = ["self", "caller", "loop", "super"].contains(&root);
                !inner && !globals.contains(root) && !views.iter().any(|view| knows(view, path))
            })
            .collect();
        unknown.sort();
        unknown
            .into_iter()
            .map(|field| {
                self.wrong(
                    name,
                    Some(&field),
                    format!("no field `{field}` exists here"),
                )
            })
            .collect()
    }

    /// An error that shows in a letter of the program, told of the office's own part that brings it there.
    pub(super) fn blame(&self, error: TemplateError, letter: &str, view: &Value) -> TemplateError {
        if error.file.is_some() {
            return error;
        }
        let why = format!("{} (in {})", error.why, error.name);
        let breaks = |templates: &Templates| templates.render_value(letter, view).is_err();
        match self.guilty(&breaks) {
            Some(own) => at_the_end(own, why),
            None => error,
        }
    }

    /// A mistake of a letter, at the end of the office's own text that makes it: its own, or a part that it shares.
    pub(super) fn at_the_end_of_own(
        &self,
        name: &str,
        why: String,
        shows: &dyn Fn(&Templates) -> bool,
    ) -> TemplateError {
        let own = self.own.iter().find(|own| own.name == name);
        match own.or_else(|| self.guilty(shows)) {
            Some(own) if own.name == name => at_the_end(own, why),
            Some(own) => at_the_end(own, format!("{why} (in {name})")),
            None => self.wrong(name, None, why),
        }
    }

    /// The own text that alone shows the mistake.
    fn guilty(&self, shows: &dyn Fn(&Templates) -> bool) -> Option<&OwnTemplate> {
        self.own.iter().find(|own| {
            let alone = Templates::with_own(vec![(*own).clone()]);
            alone.is_ok_and(|templates| shows(&templates))
        })
    }

    /// A mistake of a template, at the line that holds `word`.
    pub(super) fn wrong(&self, name: &str, word: Option<&str>, why: String) -> TemplateError {
        let source = self.environment.get_template(name);
        let line = source.ok().zip(word).and_then(|(template, word)| {
            let holds = |line: &str| line.contains(word);
            template.source().lines().position(holds).map(|at| at + 1)
        });
        TemplateError {
            file: file_of(&self.own, name),
            name: name.to_owned(),
            line,
            why,
        }
    }
}

/// Whether a view has a field, and what is inside it where that is a group of fields.
fn knows(view: &Value, path: &str) -> bool {
    let mut value = view.clone();
    for part in path.split('.') {
        if value.kind() != ValueKind::Map {
            return true;
        }
        value = match value.get_attr(part) {
            Ok(inner) if !inner.is_undefined() => inner,
            _ => return false,
        };
    }
    true
}

fn at_the_end(own: &OwnTemplate, why: String) -> TemplateError {
    TemplateError {
        name: own.name.clone(),
        file: Some(own.file.clone()),
        line: Some(own.source.lines().count().max(1)),
        why,
    }
}

fn file_of(own: &[OwnTemplate], name: &str) -> Option<PathBuf> {
    let own = own.iter().find(|own| own.name == name)?;
    Some(own.file.clone())
}

/// The innermost template is the one with the mistake: a letter may fail in what it extends.
fn located(own: &[OwnTemplate], name: &str, error: &minijinja::Error) -> TemplateError {
    let mut inner: &minijinja::Error = error;
    while let Some(source) = std::error::Error::source(inner) {
        match source.downcast_ref::<minijinja::Error>() {
            Some(source) => inner = source,
            None => break,
        }
    }
    let name = inner.name().unwrap_or(name);
    let why = match inner.detail() {
        Some(detail) => format!("{}: {detail}", inner.kind()),
        None => inner.kind().to_string(),
    };
    TemplateError {
        file: file_of(own, name),
        name: name.to_owned(),
        line: inner.line(),
        why,
    }
}

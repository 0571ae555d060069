//! The JSON documents that commands are given. Errors name the file, the line and the column.

mod place;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;
use std::fmt::Display;
use std::io::Read;
use std::path::Path;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::spec::Trace;

/// A document as text, and what it is called.
pub struct Document {
    name: String,
    text: String,
    /// The text with what an option adds; errors are told by the places of the text that was given.
    completed: Option<String>,
}

impl Document {
    /// Reads a file, or standard input for `-`; `what` says what it should hold.
    ///
    /// # Errors
    /// It cannot be read, or is not UTF-8.
    pub fn read(path: &Path, what: &str) -> Result<Self> {
        let (name, bytes) = if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            std::io::stdin()
                .read_to_end(&mut bytes)
                .with_context(|| format!("cannot read {what} from standard input"))?;
            ("standard input".to_owned(), bytes)
        } else {
            let name = path.display().to_string();
            let bytes =
                std::fs::read(path).with_context(|| format!("cannot read {what} from {name}"))?;
            (name, bytes)
        };
        let text = match utf8(&bytes) {
            Ok(text) => text.to_owned(),
            Err(reason) => bail!("{name}: {reason}"),
        };
        if text.trim().is_empty() {
            bail!("{name} is empty; {what} is a JSON document");
        }
        Ok(Self {
            name,
            text,
            completed: None,
        })
    }

    /// Its text.
    pub fn text(&self) -> &str {
        self.completed.as_ref().unwrap_or(&self.text)
    }

    /// The same with another classes' images allowed. What is no object, or has no data, is left to whoever reads it.
    pub fn allowing_other_classes(self) -> Self {
        self.with("/data", "allow_other_classes", true.into())
    }

    /// The same with or without a trace.
    pub fn with_trace(self, trace: Trace) -> Self {
        self.with("", "trace", serde_json::json!(trace))
    }

    /// The same with another value in the object at `pointer`, if there is one.
    pub fn with(mut self, pointer: &str, key: &str, value: Value) -> Self {
        if let Ok(mut document) = serde_json::from_str::<Value>(self.text())
            && let Some(object) = document.pointer_mut(pointer).and_then(Value::as_object_mut)
        {
            object.insert(key.to_owned(), value);
            self.completed = Some(document.to_string());
        }
        self
    }

    /// A problem with the document, as a message that names every place in it.
    pub fn explain(&self, problem: &Problem) -> anyhow::Error {
        if problem.errors.is_empty() {
            return self.unreadable(&problem.detail);
        }
        let lines: Vec<String> = problem
            .errors
            .iter()
            .map(|error| {
                let at = self.at(place::of(&self.text, &error.path));
                match error.path.as_str() {
                    "" => format!("{at}: {}", error.message),
                    path => format!("{at}: {path}: {}", error.message),
                }
            })
            .collect();
        anyhow!("{}", lines.join("\n"))
    }

    /// A reader's message that ends in ` at line 3 column 5`, with the place where compilers put it.
    pub fn unreadable(&self, message: &str) -> anyhow::Error {
        let Some((words, line, column)) = split_place(message) else {
            return anyhow!("{}: {message}", self.name);
        };
        anyhow!("{}:{line}:{column}: {words}", self.name)
    }

    fn at(&self, offset: usize) -> impl Display {
        let before = &self.text[..offset];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!("{}:{line}:{column}", self.name)
    }
}

/// The text without its byte-order mark, which editors on Windows write.
fn utf8(bytes: &[u8]) -> Result<&str, String> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("this is UTF-16; save it as UTF-8".to_owned());
    }
    match str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let good = &bytes[..error.valid_up_to()];
            let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
            Err(format!(
                "line {line} holds bytes that are not UTF-8; save it as UTF-8"
            ))
        }
    }
}

/// `expected value at line 1 column 5` in its parts.
fn split_place(message: &str) -> Option<(&str, usize, usize)> {
    let (words, place) = message.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    Some((words, line.parse().ok()?, column.parse().ok()?))
}

#[cfg(test)]
mod tests;

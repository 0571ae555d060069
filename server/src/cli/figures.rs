//! The figures of a run as files, from the command line.

use super::output::Folder;
use crate::chart::Form;
use crate::export::Record;
use crate::look::Look;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::{Path, PathBuf};
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::chart::export::Paper;
use valleyscope_shared::chart::{self, Chart, Figure, Source, computed};
use valleyscope_shared::route::ViewState;
use valleyscope_shared::run::RunState;

/// Which figures, in which forms, and how they look.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Figures")]
pub struct Figures {
    /// A figure by its id, once for each; all when left out
    #[arg(long = "figure", value_name = "ID", value_parser = known)]
    ids: Vec<String>,
    /// The formats, separated by commas [default: svg]
    #[arg(
        long = "figure-format",
        value_name = "FORMATS",
        value_enum,
        value_delimiter = ','
    )]
    forms: Vec<Form>,
    #[command(flatten)]
    look: Look,
}

fn known(id: &str) -> Result<String, String> {
    let ids: Vec<&str> = wanted().map(Chart::id).collect();
    match ids.contains(&id) {
        true => Ok(id.to_owned()),
        false => Err(format!("there are {}", ids.join(", "))),
    }
}

/// Figures that are wanted, and the folder for them.
pub struct Wanted {
    folder: Folder,
    figures: Figures,
    paper: Paper,
    view: ViewState,
}

/// The figures of the run page that are about all examples.
fn wanted() -> impl Iterator<Item = &'static dyn Chart> {
    let all = chart::all().iter().copied();
    all.filter(|kind| is_about_all(*kind))
}

/// Neither about one example nor a second copy of the main figure for a measure chosen on the page.
fn is_about_all(kind: &dyn Chart) -> bool {
    !matches!(kind.id(), "example" | "measure")
}

impl Figures {
    /// Looks at the folder, which `option` names, and at what is asked for, before anything is computed.
    ///
    /// # Errors
    /// The folder takes no files, or something is asked for that says nothing.
    pub fn checked(&self, option: &str, folder: Option<&PathBuf>) -> Result<Option<Wanted>> {
        let look = || -> Result<(Paper, ViewState)> {
            let told = |wrong: chart::BadOption| {
                anyhow::anyhow!("--{}: {}", wrong.field.replace('_', "-"), wrong.message)
            };
            let query = self.look.view.as_deref().unwrap_or_default();
            let (view, notices) = ViewState::from_query(query.trim_start_matches('?'));
            if let Some(notice) = notices.first() {
                bail!("--view: {notice}");
            }
            let paper = self.look.paper().map_err(told)?;
            // What is wrong with the size is wrong for every figure, and is said before anything is computed.
            paper.sheet(&Figure::blank("")).map_err(told)?;
            Ok((paper, view))
        };
        let (paper, view) = look()?;
        let wanted = |folder: &PathBuf| {
            Ok(Wanted {
                folder: Folder::check(option, Path::new(folder))?,
                figures: self.clone(),
                paper: paper.clone(),
                view: view.clone(),
            })
        };
        folder.map(wanted).transpose()
    }

    /// Their files: each with its name.
    fn files(&self) -> impl Iterator<Item = (&'static dyn Chart, Form, String)> {
        let forms = match self.forms.is_empty() {
            true => vec![Form::Svg],
            false => self.forms.clone(),
        };
        let ids = self.ids.clone();
        let kinds =
            wanted().filter(move |kind| ids.is_empty() || ids.iter().any(|id| id == kind.id()));
        kinds.flat_map(move |kind| {
            let file = move |form: Form| (kind, form, format!("{}.{}", kind.id(), form.ending()));
            forms.clone().into_iter().map(file)
        })
    }
}

impl Wanted {
    /// Looks whether this machine can draw them without a server: what is on the disk alone says nothing of other runs and single images.
    ///
    /// # Errors
    /// It cannot.
    pub fn can_be_drawn_here(&self) -> Result<()> {
        let view = &self.view;
        let single = view.example.is_some() || !view.curves.is_empty();
        if single || view.common || !view.compare.is_empty() || !view.only.is_all() {
            bail!(
                "--view: a server draws single or chosen images and runs laid over each other; name it with --server URL"
            );
        }
        Ok(())
    }

    /// Has a server draw them: `download` fetches a file by its name and the pairs of its query.
    ///
    /// # Errors
    /// One cannot be fetched or written.
    pub fn fetch(
        &self,
        download: impl Fn(&str, &[(&str, String)]) -> Result<Vec<u8>>,
    ) -> Result<()> {
        let query = self.figures.look.query();
        let query: Vec<(&str, String)> = (query.iter())
            .map(|(key, value)| (key.as_str(), value.clone()))
            .collect();
        for (_, _, name) in self.figures.files() {
            let file = download(&name, &query)?;
            self.folder.write(&name, &|to| to.write_all(&file))?;
        }
        Ok(())
    }

    /// Draws them.
    ///
    /// # Errors
    /// One cannot be drawn as it is asked for, or not be written.
    pub fn draw(&self, record: &Record, state: &RunState, catalog: &Catalog) -> Result<()> {
        let view = &self.view;
        let model = catalog.model(&record.spec.model);
        let classes = model.map_or(&[][..], |model| &model.classes);
        let (curves, lines) = computed(&record.started, view, &record.passes);
        let name = record.spec.attack.summary();
        let source = Source {
            classes,
            aligned: &lines,
            curves: &curves,
            ..Source::new(&name, 0, state)
        };
        let label = serde_json::json!({
            "spec": record.spec,
            "made_by": record.started.made_by,
            "origin": record.started.origin,
            "device": record.started.device,
        })
        .to_string();
        let mut absent = Vec::new();
        for (kind, form, name) in self.figures.files() {
            if kind.needs_trace() && record.started.axis.ends_only {
                absent.push(name);
                continue;
            }
            let figure = chart::figure(kind, &[source], view);
            let drawn = self.paper.sheet(&figure).map_err(anyhow::Error::from);
            let drawn = drawn.and_then(|sheet| Ok(form.write(&figure, &sheet, &label)?));
            let bytes = drawn.with_context(|| name.clone())?;
            self.folder.write(&name, &|to| to.write_all(&bytes))?;
        }
        if !absent.is_empty() {
            tracing::warn!("not drawn, as the run has no trace: {}", absent.join(", "));
        }
        Ok(())
    }
}

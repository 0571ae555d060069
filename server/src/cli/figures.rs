//! The figures of a run as files, from the command line.

use super::recorder::Recorder;
use crate::chart::in_svg;
use anyhow::{Context, Result};
use std::path::Path;
use valleyscope_shared::chart::{self, Chart, Options, Source, export};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::route::ViewState;
use valleyscope_shared::spec::RunSpec;
use valleyscope_shared::valley::{Population, aligned};

/// Writes every figure of the run page that is about all examples, as `FOLDER/<figure>.svg`; makes the folder.
pub fn write(recorder: &Recorder, spec: &RunSpec, classes: &[String], folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let lines: Vec<_> = recorder
        .passes
        .iter()
        .map(|readings| aligned(readings, Measure::KappaTr, Population::Right))
        .collect();
    let name = spec.attack.summary();
    let source = Source {
        classes,
        aligned: &lines,
        ..Source::new(&name, 0, &recorder.state)
    };
    let started = recorder.state.started.as_ref();
    let label = serde_json::json!({
        "spec": spec,
        "made_by": started.map(|started| &started.made_by),
        "origin": started.map(|started| &started.origin),
        "device": started.map(|started| &started.device),
    })
    .to_string();
    for kind in chart::all().iter().filter(|kind| is_about_all(**kind)) {
        let figure = chart::figure(*kind, &[source], &ViewState::default());
        let svg = export::svg(&figure, &Options::default())?;
        let path = folder.join(format!("{}.svg", kind.id()));
        std::fs::write(&path, in_svg(&svg, &label))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Neither about one example nor a second copy of the main figure for a measure chosen on the page.
fn is_about_all(kind: &dyn Chart) -> bool {
    !matches!(kind.id(), "example" | "measure")
}

//! The figures of a run as files, from the command line.

use super::output::Folder;
use crate::chart::in_svg;
use crate::export::Record;
use anyhow::Result;
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::chart::{self, Chart, Options, Source, aligned_needed, export};
use valleyscope_shared::route::ViewState;
use valleyscope_shared::run::RunState;
use valleyscope_shared::valley::aligned;

/// The figures of the run page that are about all examples.
pub fn wanted() -> impl Iterator<Item = &'static dyn Chart> {
    let all = chart::all().iter().copied();
    all.filter(|kind| is_about_all(*kind))
}

/// Writes every one of them as `<figure>.svg` into the folder.
pub fn draw(record: &Record, state: &RunState, catalog: &Catalog, folder: &Folder) -> Result<()> {
    let model = catalog.model(&record.spec.model);
    let classes = model.map_or(&[][..], |model| &model.classes);
    let view = ViewState::default();
    let lines: Vec<_> = aligned_needed(&record.started, &view)
        .into_iter()
        .filter_map(|pass| {
            let readings = record.passes.get(pass)?;
            Some(aligned(readings, pass, view.measure, view.population))
        })
        .collect();
    let name = record.spec.attack.summary();
    let source = Source {
        classes,
        aligned: &lines,
        ..Source::new(&name, 0, state)
    };
    let label = serde_json::json!({
        "spec": record.spec,
        "made_by": record.started.made_by,
        "origin": record.started.origin,
        "device": record.started.device,
    })
    .to_string();
    for kind in wanted() {
        let figure = chart::figure(kind, &[source], &view);
        let svg = export::svg(&figure, &Options::default())?;
        let svg = in_svg(&svg, &label);
        folder.write(&file(kind), &|to| to.write_all(svg.as_bytes()))?;
    }
    Ok(())
}

/// What the file of a figure is called.
pub fn file(kind: &dyn Chart) -> String {
    format!("{}.svg", kind.id())
}

/// Neither about one example nor a second copy of the main figure for a measure chosen on the page.
fn is_about_all(kind: &dyn Chart) -> bool {
    !matches!(kind.id(), "example" | "measure")
}

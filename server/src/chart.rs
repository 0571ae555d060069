//! Figures as files: the same figures as on the page, from the same view, with what is needed to make them again.

mod label;

pub use label::in_svg;

use crate::api::detail;
use crate::failure::{Answer, Failure};
use crate::state::State;
use crate::store::RunRow;
use crate::subset::Chosen;
use std::str::FromStr;
use valleyscope_shared::api::{BandCurve, ExampleDetail};
use valleyscope_shared::chart::{
    Chart, Figure, Options, Source, aligned_needed, bands_needed, export, figure,
};
use valleyscope_shared::names::names;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::route::ViewState;
use valleyscope_shared::run::{Pass, RunState};
use valleyscope_shared::valley::{Aligned, aligned, bands};

/// The file formats of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Lines and text.
    Svg,
    /// Pixels.
    Png,
    /// The numbers.
    Csv,
}

impl FromStr for Form {
    type Err = ();

    fn from_str(ending: &str) -> Result<Self, ()> {
        [Self::Svg, Self::Png, Self::Csv]
            .into_iter()
            .find(|form| form.ending() == ending)
            .ok_or(())
    }
}

impl Form {
    /// How the file's name ends.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Csv => "csv",
        }
    }

    /// The content type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// One run with all that its figures may show.
struct Subject {
    row: RunRow,
    state: RunState,
    classes: Vec<String>,
    curves: Vec<BandCurve>,
    aligned: Vec<Aligned>,
    examples: Vec<ExampleDetail>,
}

/// The figure `kind` of a run, and of those laid over it, as `view` shows it.
///
/// # Errors
/// Status 404 for a run that is not there, 422 for a view that says something wrong.
pub fn draw(
    state: &State,
    row: RunRow,
    kind: &dyn Chart,
    view: &str,
    options: &Options,
    form: Form,
) -> Answer<Vec<u8>> {
    let (view, notices) = ViewState::from_query(view.trim_start_matches('?'));
    if let Some(notice) = notices.first() {
        return Err(Failure::field("view", notice.clone()));
    }
    let mut rows = vec![row];
    for id in &view.compare {
        rows.push(state.sound_run(id)?);
    }
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let subjects = rows.into_iter().map(|row| {
        let others = ids.iter().filter(|id| view.common && **id != row.id);
        let others: Vec<String> = others.cloned().collect();
        Subject::of(state, row, &view, &others)
    });
    let subjects = subjects.collect::<Answer<Vec<_>>>()?;
    // Alone, a run needs no name beside its curve; among others it goes by what differs, as on the page.
    let names: Vec<String> = match subjects.as_slice() {
        [one] => vec![one.row.id.clone()],
        several => names(
            &several
                .iter()
                .map(|subject| &subject.row.spec)
                .collect::<Vec<_>>(),
        ),
    };
    let sources: Vec<Source<'_>> = subjects
        .iter()
        .zip(&names)
        .enumerate()
        .map(|(slot, (subject, name))| subject.source(name, slot))
        .collect();
    let figure = figure(kind, &sources, &view);
    let label = label::label(
        subjects
            .iter()
            .map(|subject| (&subject.row, &subject.state)),
    );
    write(&figure, options, form, &label)
}

fn write(figure: &Figure, options: &Options, form: Form, label: &str) -> Answer<Vec<u8>> {
    let failed = |error: export::ExportError| Failure(Problem::internal(error.to_string()));
    Ok(match form {
        Form::Svg => {
            label::in_svg(&export::svg(figure, options).map_err(failed)?, label).into_bytes()
        }
        Form::Png => label::in_png(export::png(figure, options).map_err(failed)?, label),
        Form::Csv => figure.table().csv().into_bytes(),
    })
}

impl Subject {
    /// The run as `view` shows it, over the images that these others have too.
    fn of(state: &State, row: RunRow, view: &ViewState, others: &[String]) -> Answer<Self> {
        let mut run = state.run_state(&row)?;
        let chosen = Chosen::of(state, &row, view.only.clone(), others, view.population)?;
        let classes = state
            .catalog()?
            .model(&row.spec.model)
            .map(|model| model.classes.clone())
            .unwrap_or_default();
        let (mut curves, mut lines) = (Vec::new(), Vec::new());
        let (bands_of, aligned_of) = match &run.started {
            Some(started) => (bands_needed(started, view), aligned_needed(started, view)),
            None => Default::default(),
        };
        let known = run.clone();
        state
            .shelf
            .look(&state.store, row.number, &known, |passes| {
                let of = |pass: usize| passes.passes.get(pass).map(|all| chosen.narrow(all));
                if let Some(started) = known.started.as_ref().filter(|_| !chosen.is_all()) {
                    for (pass, seed) in started.seeds.iter().enumerate() {
                        if let (Some(readings), Some(place)) = (of(pass), run.passes.get_mut(pass))
                        {
                            *place = Pass::of(&readings, pass, *seed, view.population);
                        }
                    }
                }
                for pass in aligned_of {
                    let readings = of(pass).into_iter();
                    lines.extend(
                        readings.map(|readings| {
                            aligned(&readings, pass, view.measure, view.population)
                        }),
                    );
                }
                for (measure, pass) in bands_of {
                    let Some(readings) = of(pass) else { continue };
                    let axis = readings.axis();
                    curves.push(BandCurve {
                        pass,
                        measure,
                        population: view.population,
                        labels: (0..axis.points()).map(|point| axis.label(point)).collect(),
                        points: bands(&readings, measure, view.population),
                    });
                }
            })?;
        let rows = view.example.into_iter().chain(view.curves.iter().copied());
        let examples = rows
            .map(|example| detail(state, &row.id, view.pass, view.measure, example))
            .collect::<Answer<_>>()?;
        Ok(Self {
            row,
            state: run,
            classes,
            curves,
            aligned: lines,
            examples,
        })
    }

    fn source<'a>(&'a self, name: &'a str, slot: usize) -> Source<'a> {
        Source {
            classes: &self.classes,
            curves: &self.curves,
            aligned: &self.aligned,
            examples: &self.examples,
            ..Source::new(name, slot, &self.state)
        }
    }
}

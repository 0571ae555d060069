//! Figures as files: the same figures as on the page, from the same view, with what is needed to make them again.

mod label;

pub use label::in_svg;

use crate::api::detail;
use crate::failure::{Answer, Failure};
use crate::state::State;
use crate::store::RunRow;
use crate::subset::{Chosen, common};
use std::borrow::Cow;
use std::str::FromStr;
use valleyscope_shared::api::{BandCurve, ExampleDetail};
use valleyscope_shared::chart::{
    Chart, Figure, Options, Source, aligned_needed, bands_needed, export, figure,
};
use valleyscope_shared::names::names;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::route::ViewState;
use valleyscope_shared::run::{Pass, RunState};
use valleyscope_shared::valley::{Aligned, aligned};

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

/// The figure `kind` of a run, and of those laid over it, as `view` shows it;
/// many panels above each other make it as high as they need.
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
    let all: Vec<&RunRow> = rows.iter().collect();
    let images = match view.common && all.len() > 1 {
        true => Some(common(state, &all, view.population)?),
        false => None,
    };
    let subjects = rows.into_iter().map(|row| {
        let chosen = Chosen::new(view.only.clone(), images.clone());
        Subject::of(state, row, &view, &chosen)
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
    let mut options = options.clone();
    if figure.panels.len() > 2 {
        options.height = options.height.max(figure.height(&options));
    }
    write(&figure, &options, form, &label)
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
    /// The run as `view` shows it, over these examples.
    fn of(state: &State, row: RunRow, view: &ViewState, chosen: &Chosen) -> Answer<Self> {
        let mut run = state.run_state(&row)?;
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
        let passes = state.shelf.look(&state.store, row.number, &run, |passes| {
            let narrowed = passes.passes.iter().map(|all| chosen.narrow(all));
            let narrowed: Vec<Cow<'_, Readings>> = narrowed.collect();
            for pass in aligned_of {
                let readings = narrowed.get(pass).into_iter();
                lines.extend(
                    readings.map(|readings| aligned(readings, pass, view.measure, view.population)),
                );
            }
            for (measure, pass) in bands_of {
                if let Some(readings) = narrowed.get(pass) {
                    curves.push(BandCurve::of(readings, pass, measure, view.population));
                }
            }
            let started = run.started.as_ref().filter(|_| !chosen.is_all())?;
            let seeds = started.seeds.iter().zip(&narrowed).enumerate();
            let of = |(pass, (seed, readings)): (usize, (&u64, &Cow<'_, Readings>))| {
                Pass::of(readings, pass, *seed, view.population)
            };
            Some(seeds.map(of).collect::<Vec<Pass>>())
        })?;
        if let Some(passes) = passes {
            run.passes = passes;
        }
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

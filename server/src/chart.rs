//! Figures as files: the same figures as on the page, from the same view, with what is needed to make them again.

mod label;

use crate::api::{Whom, detail, not_kept, of_run};
use crate::curvature::view;
use crate::failure::{Answer, Failure};
use crate::state::State;
use crate::store::RunRow;
use crate::subset::{Chosen, common};
use clap::ValueEnum;
use std::borrow::Cow;
use std::str::FromStr;
use valleyscope_shared::api::{BandCurve, ExampleDetail};
use valleyscope_shared::chart::curvature::CurvatureChart;
use valleyscope_shared::chart::export::{self, ExportError, Paper, Sheet};
use valleyscope_shared::chart::theory::{self, TheoryChart};
use valleyscope_shared::chart::{Chart, Figure, Source, computed, figure, landscape};
use valleyscope_shared::curvature::CurvatureMeasure;
use valleyscope_shared::names::names;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::route::{PointName, ViewState};
use valleyscope_shared::run::{Pass, RunState};
use valleyscope_shared::valley::Aligned;

/// The file formats of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Lines and text.
    Svg,
    /// Pixels.
    Png,
    /// A page with its fonts.
    Pdf,
    /// Code for LaTeX's pgfplots.
    Tex,
    /// The numbers.
    Csv,
}

impl FromStr for Form {
    type Err = ();

    fn from_str(ending: &str) -> Result<Self, ()> {
        [Self::Svg, Self::Png, Self::Pdf, Self::Tex, Self::Csv]
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
            Self::Pdf => "pdf",
            Self::Tex => "tex",
            Self::Csv => "csv",
        }
    }

    /// The content type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
            Self::Tex => "application/x-tex",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// The figure in this form, with what its file says of its origin.
    ///
    /// # Errors
    /// It cannot be drawn.
    pub fn write(
        self,
        figure: &Figure,
        sheet: &Sheet,
        label: &str,
    ) -> Result<Vec<u8>, ExportError> {
        Ok(match self {
            Self::Svg => label::in_svg(&export::svg(figure, sheet)?, label).into_bytes(),
            Self::Png => label::in_png(export::png(figure, sheet)?, label),
            Self::Pdf => export::pdf(figure, sheet, label)?,
            Self::Tex => export::pgf(figure, sheet, label).into_bytes(),
            Self::Csv => figure.table().csv().into_bytes(),
        })
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
    paper: &Paper,
    form: Form,
) -> Answer<Vec<u8>> {
    let view = view_of(view)?;
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
    let sheet = paper.sheet(&figure).map_err(Failure::option)?;
    form.write(&figure, &sheet, &label)
        .map_err(|error| Failure(Problem::internal(error.to_string())))
}

/// A figure of the theory panel of a run, as `view` shows it.
///
/// # Errors
/// Status 409 where there is no path, 422 for a view that says something wrong.
pub fn draw_theory(
    state: &State,
    row: &RunRow,
    kind: &TheoryChart,
    view: &str,
    paper: &Paper,
    form: Form,
) -> Answer<Vec<u8>> {
    let view = view_of(view)?;
    let theory = of_run(state, row, &Whom::of(&view))?;
    let run = state.run_state(row)?;
    let source = Source {
        pass: Some(theory.pass),
        ..Source::new(&row.id, 0, &run)
    };
    let subject = theory::Subject {
        source,
        theory: &theory,
    };
    let figure = kind.figure(&subject, &view);
    let label = label::label(std::iter::once((row, &run)));
    let sheet = paper.sheet(&figure).map_err(Failure::option)?;
    form.write(&figure, &sheet, &label)
        .map_err(|error| Failure(Problem::internal(error.to_string())))
}

/// The loss of one example over a plane of the last layer's weights, as `view` shows it.
///
/// # Errors
/// Status 404 for an example that is not there, 409 for one whose logits were not kept.
pub fn draw_landscape(
    state: &State,
    row: &RunRow,
    view: &str,
    paper: &Paper,
    form: Form,
) -> Answer<Vec<u8>> {
    let view = view_of(view)?;
    let example = view.example.unwrap_or(0);
    let detail = detail(state, &row.id, view.pass, view.measure, example)?;
    if !detail.kept {
        return Err(Failure(not_kept(&row.id, example)));
    }
    let run = state.run_state(row)?;
    let axis = run.started.as_ref().map(|started| &started.axis);
    let axis =
        axis.ok_or_else(|| Problem::internal("a kept example of a run that has not started"))?;
    let is = |point: &usize| match view.step {
        Some(PointName::Start) => axis.step_at(*point).is_none(),
        Some(PointName::Step(step)) => axis.step_at(*point) == Some(step),
        None => *point == 0,
    };
    let Some(point) = (0..axis.points()).find(is) else {
        return Err(Failure::field(
            "view",
            "its step is not recorded".to_owned(),
        ));
    };
    let planes = landscape::planes(&detail, view.plane);
    let scale = landscape::scale(planes.iter().flatten(), view.y);
    let plane = planes.get(point).and_then(Option::as_ref);
    let figure = landscape::figure(&detail, axis, point, plane, scale, &view);
    let label = label::label(std::iter::once((row, &run)));
    let sheet = paper.sheet(&figure).map_err(Failure::option)?;
    form.write(&figure, &sheet, &label)
        .map_err(|error| Failure(Problem::internal(error.to_string())))
}

/// A figure of a job of measures on demand, of one of its measures.
///
/// # Errors
/// Status 404 for a job that is not there.
pub fn draw_curvature(
    state: &State,
    row: &RunRow,
    kind: &CurvatureChart,
    (job, measure): (u32, CurvatureMeasure),
    paper: &Paper,
    form: Form,
) -> Answer<Vec<u8>> {
    let job = state.store.job(row.number, job)?.ok_or_else(|| {
        Failure(Problem::not_found(format!(
            "the run has no job {job} of measures on demand"
        )))
    })?;
    let view = view(&state.store, None, row, job, true)?;
    let run = state.run_state(row)?;
    let figure = kind.figure(&view, measure);
    let label = label::label(std::iter::once((row, &run)));
    let sheet = paper.sheet(&figure).map_err(Failure::option)?;
    form.write(&figure, &sheet, &label)
        .map_err(|error| Failure(Problem::internal(error.to_string())))
}

/// What a query says is shown.
fn view_of(query: &str) -> Answer<ViewState> {
    let (view, notices) = ViewState::from_query(query.trim_start_matches('?'));
    match notices.first() {
        Some(notice) => Err(Failure::field("view", notice.clone())),
        None => Ok(view),
    }
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
        let passes = state.shelf.look(&state.store, row.number, &run, |passes| {
            let narrowed = passes.passes.iter().map(|all| chosen.narrow(all));
            let narrowed: Vec<Cow<'_, Readings>> = narrowed.collect();
            let started = run.started.as_ref()?;
            (curves, lines) = computed(started, view, &narrowed);
            if chosen.is_all() {
                return None;
            }
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

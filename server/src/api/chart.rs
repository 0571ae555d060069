//! `GET /api/v1/runs/{id}/charts/{file}`: the figures of the page as files, drawn by the same code.

use super::document::Bytes;
use super::query::Query;
use crate::chart::{Form, draw, draw_curvature, draw_landscape, draw_theory};
use crate::failure::{Answer, Failure};
use crate::look::Look;
use crate::state::State;
use axum::extract::{Path, State as Shared};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use valleyscope_shared::chart::curvature::{self, CurvatureChart};
use valleyscope_shared::chart::theory::{self, TheoryChart};
use valleyscope_shared::chart::{self, Chart, landscape};
use valleyscope_shared::curvature::CurvatureMeasure;
use valleyscope_shared::problem::Problem;

/// Which figure.
#[derive(Clone, Copy)]
enum Kind {
    OfRun(&'static dyn Chart),
    OfTheory(&'static TheoryChart),
    Landscape,
    /// A figure of a job of measures on demand, and of which measure.
    OfCurvature(&'static CurvatureChart, u32, CurvatureMeasure),
}

impl Kind {
    fn find(name: &str) -> Option<Self> {
        let of_run = chart::find(name).map(Self::OfRun);
        of_run
            .or_else(|| theory::find(name).map(Self::OfTheory))
            .or_else(|| (name == landscape::ID).then_some(Self::Landscape))
            .or_else(|| Self::of_curvature(name))
    }

    /// `curvature-layers-2-trace`: the figure, the job, the measure.
    fn of_curvature(name: &str) -> Option<Self> {
        let mut parts = name.rsplitn(3, '-');
        let (measure, job, id) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self::OfCurvature(
            curvature::find(id)?,
            job.parse().ok()?,
            CurvatureMeasure::from_id(measure)?,
        ))
    }

    fn id(self) -> &'static str {
        match self {
            Self::OfRun(kind) => kind.id(),
            Self::OfTheory(kind) => kind.id,
            Self::Landscape => landscape::ID,
            Self::OfCurvature(kind, ..) => kind.id,
        }
    }
}

/// A figure: `sharpness.svg`, `.png`, `.pdf` with its fonts, `.tex` as code for pgfplots, or its table as `.csv`.
#[utoipa::path(get, path = "/api/v1/runs/{id}/charts/{file}", tag = "exports",
    params(("id" = String, Path, description = "The run's id"), ("file" = String, Path, description = "A figure's id with .svg, .png, .pdf, .tex or .csv"), Look),
    responses((status = 200, description = "The figure", content((String = "image/svg+xml"), (Bytes = "image/png"), (Bytes = "application/pdf"), (String = "application/x-tex"), (String = "text/csv"))), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn chart(
    Shared(state): Shared<State>,
    Path((id, file)): Path<(String, String)>,
    Query(look): Query<Look>,
) -> Answer<Response> {
    let unknown = || {
        let ids = chart::all().iter().map(|chart| chart.id());
        let theory = theory::ALL.iter().map(|chart| chart.id);
        let jobs = curvature::ALL.iter().map(|chart| chart.id);
        let ids: Vec<_> = ids.chain(theory).chain([landscape::ID]).collect();
        let jobs: Vec<_> = jobs.map(|id| format!("{id}-JOB-MEASURE")).collect();
        Failure(Problem::not_found(format!(
            "there is no such figure; there are {} and, of measures on demand, {}, each with .svg, .png, .pdf, .tex or .csv",
            ids.join(", "),
            jobs.join(", ")
        )))
    };
    let (name, ending) = file.split_once('.').ok_or_else(unknown)?;
    let form: Form = ending.parse().map_err(|()| unknown())?;
    let kind = Kind::find(name).ok_or_else(unknown)?;
    let paper = look.paper().map_err(Failure::option)?;
    let view = look.view.unwrap_or_default();
    state
        .blocking(move |state| {
            let row = state.sound_run(&id)?;
            let bytes = match kind {
                Kind::OfRun(kind) => draw(state, row.clone(), kind, &view, &paper, form)?,
                Kind::OfTheory(kind) => draw_theory(state, &row, kind, &view, &paper, form)?,
                Kind::Landscape => draw_landscape(state, &row, &view, &paper, form)?,
                Kind::OfCurvature(kind, job, measure) => {
                    draw_curvature(state, &row, kind, (job, measure), &paper, form)?
                }
            };
            let file = format!(
                "inline; filename=\"{}-{}.{}\"",
                kind.id(),
                row.id,
                form.ending()
            );
            Ok((
                [
                    (header::CONTENT_TYPE, form.content_type().to_owned()),
                    (header::CONTENT_DISPOSITION, file),
                ],
                bytes,
            )
                .into_response())
        })
        .await
}

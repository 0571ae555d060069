//! The figures of the job that is looked at.

use super::Page;
use crate::view::figure::{Chart as FigureView, saving_of};
use leptos::prelude::*;
use valleyscope_shared::chart::Figure;
use valleyscope_shared::chart::curvature::{ALL, CurvatureChart};
use valleyscope_shared::curvature::{CurvatureMeasure, Subject};
use valleyscope_shared::route::ViewState;

/// All figures, of the measure that is chosen among the job's.
#[component]
pub fn Figures(page: Page) -> impl IntoView {
    let measures = Memo::new(move |_| {
        let own = page.job.ready(|job| {
            let by_layer = job.spec.measures.iter().copied();
            by_layer
                .filter(|measure| measure.subject() == Subject::Layer)
                .collect::<Vec<_>>()
        });
        own.unwrap_or_default()
    });
    let wish = RwSignal::new(None::<CurvatureMeasure>);
    let measure = Memo::new(move |_| {
        let known = measures.get();
        wish.get()
            .filter(|wish| known.contains(wish))
            .or(known.first().copied())
            .unwrap_or(CurvatureMeasure::Trace)
    });
    let has_densities = Memo::new(move |_| {
        page.job
            .ready(|job| !job.densities.is_empty())
            .unwrap_or(false)
    });
    let there = Memo::new(move |_| page.job.ready(|_| ()).is_some());
    let option = move |known: CurvatureMeasure| {
        view! {
            <option value=known.id() prop:selected=move || measure.get() == known>
                {known.title()}
            </option>
        }
    };
    let one = move |chart: &'static CurvatureChart| {
        let is_density = chart.id == "curvature-density";
        let shown = move || {
            if is_density {
                has_densities.get()
            } else {
                measures.with(|known| !known.is_empty())
            }
        };
        view! {
            <Show when=shown>
                <One page chart measure />
            </Show>
        }
    };
    view! {
        <Show when=move || there.get()>
            <div class="row">
                <label class="inline">
                    "Measure"
                    <select
                        data-setting="measure"
                        on:change:target=move |event| wish.set(CurvatureMeasure::from_id(&event.target().value()))
                    >
                        {move || measures.get().into_iter().map(option).collect_view()}
                    </select>
                </label>
            </div>
            <section class="theory" aria-label="Figures">
                {ALL.iter().map(one).collect_view()}
            </section>
        </Show>
    }
}

#[component]
fn One(
    page: Page,
    chart: &'static CurvatureChart,
    measure: Memo<CurvatureMeasure>,
) -> impl IntoView {
    let figure = Memo::new(move |_| {
        let measure = measure.get();
        let figure = page.job.ready(|job| chart.figure(job, measure));
        figure.unwrap_or_else(|| Figure::blank(chart.id))
    });
    let saved = Some(Callback::new(move |title| {
        let job = page.job.ready(|job| job.job).unwrap_or_default();
        let file = format!("{}-{job}-{}", chart.id, measure.get_untracked().id());
        page.id.with_value(|id| {
            let mut saving = saving_of(id, chart.id, &ViewState::default(), title);
            saving.file = saving.file.replace(chart.id, &file);
            saving
        })
    }));
    let class = if chart.id == "curvature-layers" {
        "two"
    } else {
        ""
    };
    view! {
        <div class="stack">
            <FigureView kind=chart.id figure saved class />
            <p class="small">{chart.help}</p>
        </div>
    }
}

//! Medians over the examples, a row for each layer and a column for each point, with the standard errors of single values.

use crate::cli::columns::aligned;
use valleyscope_shared::curvature::CurvatureView;
use valleyscope_shared::text::plain;
use valleyscope_shared::words::number;

/// A table for each measure.
pub fn of(view: &CurvatureView) -> String {
    let mut lines = vec![format!(
        "job {} of run {}: {}, {} of {} places",
        view.job,
        view.run,
        view.phase.id(),
        view.done,
        view.total
    )];
    let mut measures: Vec<_> = view.columns.iter().map(|column| column.measure).collect();
    measures.sort_unstable();
    measures.dedup();
    for measure in measures {
        lines.push(String::new());
        lines.push(format!(
            "{}, median over examples{}",
            measure.title(),
            if measure.has_error() {
                " ± standard error of one"
            } else {
                ""
            }
        ));
        let head = std::iter::once("layer".to_owned()).chain(view.stops.iter().cloned());
        let mut rows: Vec<Vec<String>> = vec![head.collect()];
        for column in view
            .columns
            .iter()
            .filter(|column| column.measure == measure)
        {
            let cell = |stop: usize| {
                let found = view.aggregates.iter().find(|one| {
                    one.stop == stop && one.layer == column.layer && one.measure == measure
                });
                found.map_or_else(String::new, |one| {
                    let median = number(one.band.median.0);
                    match one.error {
                        Some(error) => format!("{median} ± {}", number(error.0)),
                        None => median,
                    }
                })
            };
            let name = plain(&column.layer).into_owned();
            let cells = (0..view.stops.len()).map(cell);
            rows.push(std::iter::once(name).chain(cells).collect());
        }
        let numbers: Vec<usize> = (1..=view.stops.len()).collect();
        lines.extend(aligned(&rows, &numbers));
    }
    if !view.densities.is_empty() {
        let count = view.densities.len();
        lines.push(String::new());
        lines.push(format!(
            "{count} spectral densities; --json and the exports have them"
        ));
    }
    lines.join("\n")
}

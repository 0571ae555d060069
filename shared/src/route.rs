//! Addresses: the paths of the API, and what a page shows as a query string.
//!
//! An id is put in as it is, so that `run("{id}")` is also the pattern of a router.

mod choice;
mod plane;
mod query;
mod view_state;

pub use choice::{Cursor, ExampleSort, Facets, PointName, Smoothing, Sort, Statistic, YScale};
pub use plane::{Direction, PlaneView};
pub use view_state::{DEFAULT_FLOOR, MOST_COMPARED, MOST_CURVES, MOST_QUERY, ViewState};

/// The prefix of every path of the API.
pub const API: &str = "/api/v1";

/// Whether the server answers.
pub fn health() -> String {
    format!("{API}/health")
}

/// Models, data sets, attacks, measures, presets, devices.
pub fn catalog() -> String {
    format!("{API}/catalog")
}

/// One model, and its layers.
pub fn model(id: &str) -> String {
    format!("{API}/models/{id}")
}

/// The layers of a model whose curvature can be asked for.
pub fn layers(id: &str) -> String {
    format!("{}/layers", model(id))
}

/// Which measures can be asked for on demand, and the fields of what asks.
pub fn curvature_fields() -> String {
    format!("{API}/curvature")
}

/// The measures on demand of a run, and where they are asked for.
pub fn curvature(id: &str) -> String {
    format!("{}/curvature", run(id))
}

/// What measures on demand of a run would take.
pub fn curvature_estimate(id: &str) -> String {
    format!("{}/estimate", curvature(id))
}

/// One job of measures on demand.
pub fn curvature_job(id: &str, job: &str) -> String {
    format!("{}/{job}", curvature(id))
}

/// Where files that are to become models are sent.
pub fn models() -> String {
    format!("{API}/models")
}

/// One data set, with pictures to show.
pub fn data_set(id: &str) -> String {
    format!("{API}/data/{id}")
}

/// What looking at every picture of a data set shows.
pub fn data_checks(id: &str) -> String {
    format!("{}/checks", data_set(id))
}

/// A picture of a data set.
pub fn data_image(id: &str, index: u64) -> String {
    format!("{}/images/{index}", data_set(id))
}

/// A file on its way to becoming a model.
pub fn addition(id: &str) -> String {
    format!("{API}/additions/{id}")
}

/// Makes a candidate of a file a model.
pub fn choose(id: &str) -> String {
    format!("{}/choose", addition(id))
}

/// The list of the pages of definitions.
pub fn definitions() -> String {
    format!("{API}/definitions")
}

/// One page of definitions, as Markdown, or as HTML with `Accept: text/html`.
pub fn definition(id: &str) -> String {
    format!("{API}/definitions/{id}")
}

/// The OpenAPI document.
pub fn openapi() -> String {
    "/api/openapi.json".to_owned()
}

/// The list of runs, and where a run is created.
pub fn runs() -> String {
    format!("{API}/runs")
}

/// How long a run would take and what it would need; takes a run's JSON.
pub fn estimate() -> String {
    format!("{API}/runs/estimate")
}

/// One run as a resource.
pub fn run(id: &str) -> String {
    format!("{API}/runs/{id}")
}

/// A run with its folded state and the cursor to continue from.
pub fn snapshot(id: &str) -> String {
    format!("{}/snapshot", run(id))
}

/// Stops a run.
pub fn cancel(id: &str) -> String {
    format!("{}/cancel", run(id))
}

/// Starts the same run again.
pub fn repeat(id: &str) -> String {
    format!("{}/repeat", run(id))
}

/// Goes on with a stopped run.
pub fn resume(id: &str) -> String {
    format!("{}/resume", run(id))
}

/// The list of batches, and where a batch is created.
pub fn batches() -> String {
    format!("{API}/batches")
}

/// How long a batch would take and what it would need; takes a batch's JSON.
pub fn estimate_batch() -> String {
    format!("{API}/batches/estimate")
}

/// One batch as a resource, with its runs.
pub fn batch(id: &str) -> String {
    format!("{API}/batches/{id}")
}

/// Stops all runs of a batch.
pub fn cancel_batch(id: &str) -> String {
    format!("{}/cancel", batch(id))
}

/// Goes on with all stopped runs of a batch.
pub fn resume_batch(id: &str) -> String {
    format!("{}/resume", batch(id))
}

/// The table of a batch as a file, `ending` being `csv`, `md` or `tex`.
pub fn batch_table(id: &str, ending: &str) -> String {
    format!("{}/table.{ending}", batch(id))
}

/// The events of a run: websocket, server-sent events or a poll; takes `?after=epoch:seq`.
pub fn events(id: &str) -> String {
    format!("{}/events", run(id))
}

/// The table of examples; takes `?sort=`, `?pass=`, `?cursor=`, `?limit=`.
pub fn examples(id: &str) -> String {
    format!("{}/examples", run(id))
}

/// Everything about one example; takes `?pass=`.
pub fn example(id: &str, row: &str) -> String {
    format!("{}/examples/{row}", run(id))
}

/// Computes and keeps the iterates of one example that its run did not keep; takes `?pass=`.
pub fn keep(id: &str, row: &str) -> String {
    format!("{}/keep", example(id, row))
}

/// A picture of one example at one recorded point, `file` being `clean.png`, `difference.png` or `adversarial.png`; takes `?pass=`, `?scale=`.
pub fn image(id: &str, row: &str, point: &str, file: &str) -> String {
    format!("{}/images/{row}/{point}/{file}", run(id))
}

/// The state of one pass over some of its examples; takes `?only=`, `?with=`, `?population=`, `?pass=`.
pub fn subset(id: &str) -> String {
    format!("{}/subset", run(id))
}

/// The distribution of a measure at every point for any population; takes `?measure=`, `?population=`, `?pass=`.
pub fn curve(id: &str) -> String {
    format!("{}/bands", run(id))
}

/// What theory promises along one pass; takes `?pass=`, `?population=`, `?row=`.
pub fn theory(id: &str) -> String {
    format!("{}/theory", run(id))
}

/// The flip-aligned curve of a measure; takes `?measure=`, `?population=`, `?pass=`.
pub fn aligned(id: &str) -> String {
    format!("{}/aligned", run(id))
}

/// The valley statistics of one pass; takes `?measure=`, `?population=`, `?pass=`.
pub fn summary(id: &str) -> String {
    format!("{}/summary", run(id))
}

/// A figure, `file` being a figure's id with `.svg`, `.png` or `.csv`; takes `?view=` and the options of an export.
pub fn chart(id: &str, file: &str) -> String {
    format!("{}/charts/{file}", run(id))
}

/// The results as a file, `ending` being `json`, `csv` or `npz`.
pub fn export(id: &str, ending: &str) -> String {
    format!("{}/export.{ending}", run(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_placeholder_is_a_routers_pattern() {
        assert_eq!(
            image("{id}", "{row}", "{point}", "{file}"),
            "/api/v1/runs/{id}/images/{row}/{point}/{file}"
        );
        assert_eq!(
            chart("7", "sharpness.svg"),
            "/api/v1/runs/7/charts/sharpness.svg"
        );
    }
}

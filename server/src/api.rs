//! The REST API, one resource a file. Whatever the page can do, a script can.

mod additions;
mod aligned;
mod bands;
mod batch_table;
mod batches;
mod cancel;
mod catalog;
mod change;
mod change_model;
mod chart;
mod create;
mod curvature;
mod data;
mod definition;
mod delete;
mod document;
mod estimate;
mod events;
mod example;
mod examples;
mod export;
mod health;
mod image;
mod keep;
mod list;
mod mark;
mod model;
mod pick;
mod plane;
mod query;
mod read;
mod repeat;
mod resume;
mod snapshot;
mod subset;
mod summary;
mod theory;

pub use estimate::estimate;
pub use example::detail;
pub use pick::{awaited, look_at};
pub use plane::not_kept;
pub use theory::{Whom, of_run};

use crate::app::in_time;
use crate::prefix::Prefix;
use crate::state::State;
use axum::Router;
use utoipa::OpenApi;
use utoipa::openapi::Server;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the document says of the API as a whole.
#[derive(OpenApi)]
#[openapi(info(
    title = "Valleyscope",
    description = "Adversarial attacks and the flatness of the loss surface along them. \
        A run is asked for with POST /api/v1/runs and followed with GET /api/v1/runs/{id}/events. \
        Errors are problem documents (RFC 9457) that name the fields at fault. \
        Numbers that may be fractions are written 0.0314 or \"8/255\"; readings that are not finite are written \"nan\", \"inf\" or \"-inf\".",
    license(name = "MIT OR Apache-2.0")
))]
struct Document;

/// Every route of the API, and its description.
pub fn described(prefix: &Prefix) -> (Router<State>, utoipa::openapi::OpenApi) {
    let (router, mut document) = routes().split_for_parts();
    document::complete(&mut document);
    if !prefix.is_empty() {
        document.servers = Some(vec![Server::new(prefix.as_str())]);
    }
    (router, document)
}

fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(health::health))
        .routes(routes!(catalog::catalog))
        .routes(routes!(model::model, change_model::change, model::delete))
        .routes(routes!(curvature::layers))
        .routes(routes!(curvature::fields))
        .routes(routes!(data::data_set))
        .routes(routes!(data::checks))
        .routes(routes!(data::image))
        .routes(routes!(additions::list))
        .routes(routes!(additions::read, additions::give_up))
        .routes(routes!(additions::events))
        .routes(routes!(additions::choose))
        .routes(routes!(definition::definitions))
        .routes(routes!(definition::definition))
        .routes(routes!(list::list, create::create))
        .routes(routes!(batches::list, batches::create))
        .routes(routes!(estimate::ask_batch))
        .routes(routes!(batches::read, batches::delete))
        .routes(routes!(batches::cancel))
        .routes(routes!(batches::resume))
        .routes(routes!(estimate::ask))
        .routes(routes!(read::read, change::change, delete::delete))
        .routes(routes!(snapshot::snapshot))
        .routes(routes!(cancel::cancel))
        .routes(routes!(repeat::repeat))
        .routes(routes!(resume::resume))
        .routes(routes!(curvature::list, curvature::ask))
        .routes(routes!(curvature::estimate))
        .routes(routes!(curvature::read))
        .routes(routes!(curvature::values))
        .routes(routes!(curvature::values_as_csv))
        .routes(routes!(curvature::cancel))
        .routes(routes!(curvature::resume))
        .routes(routes!(events::events))
        .routes(routes!(subset::subset))
        .routes(routes!(summary::summary))
        .routes(routes!(theory::theory))
        .routes(routes!(theory::csv))
        .routes(routes!(bands::bands))
        .routes(routes!(aligned::aligned))
        .routes(routes!(examples::examples))
        .routes(routes!(example::example))
        .routes(routes!(plane::plane))
        .routes(routes!(plane::npz))
        .routes(routes!(keep::keep))
        .routes(routes!(image::image))
        .routes(routes!(batch_table::csv))
        .routes(routes!(batch_table::markdown))
        .routes(routes!(batch_table::latex))
        .routes(routes!(export::json))
        .routes(routes!(export::csv))
        .routes(routes!(export::npz))
        .routes(routes!(chart::chart))
        .layer(in_time())
        // A file may take as long as it comes: what stalls is the body's to tell.
        .routes(routes!(additions::add))
}

//! `GET /api/v1/health`

use crate::auth::Access;
use crate::failure::Answer;
use crate::state::State;
use axum::extract::State as Shared;
use axum::{Extension, Json};
use serde::Serialize;

/// Whether the server lives; the rest only for those who may know.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Health {
    /// `ok`.
    status: &'static str,
    #[serde(flatten)]
    details: Option<Details>,
}

#[derive(Serialize, utoipa::ToSchema)]
struct Details {
    /// The program's version.
    version: String,
    /// The device that `auto` stands for.
    device: String,
    /// How many runs wait.
    waiting: usize,
    /// How many runs compute.
    running: usize,
    /// How long the server has been up, in seconds.
    up_seconds: u64,
    /// What is wrong now, each in a sentence; empty when nothing is.
    problems: Vec<String>,
}

/// Whether the server lives.
#[utoipa::path(get, path = "/api/v1/health", tag = "server", responses((status = 200, body = Health)))]
pub async fn health(
    Shared(state): Shared<State>,
    Extension(access): Extension<Access>,
) -> Answer<Json<Health>> {
    if access == Access::Open {
        return Ok(Json(Health {
            status: "ok",
            details: None,
        }));
    }
    state
        .blocking(|state| {
            let load = state.queue.load();
            let mut problems: Vec<String> = state.log.notice().into_iter().collect();
            problems.extend(state.store.repair_note().ok().flatten());
            // A catalogue that cannot be read is told here, and is no reason to say nothing else.
            let device = match state.catalog() {
                Ok(catalog) => catalog.auto_device,
                Err(problem) => {
                    problems.push(problem.detail);
                    String::new()
                }
            };
            let details = Details {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                device,
                waiting: load.waiting,
                running: load.running,
                up_seconds: state.since.elapsed().as_secs(),
                problems,
            };
            Ok(Json(Health {
                status: "ok",
                details: Some(details),
            }))
        })
        .await
}

//! `GET /api/v1/health`

use crate::auth::Access;
use crate::failure::Answer;
use crate::state::State;
use axum::extract::State as Shared;
use axum::{Extension, Json};
use serde::Serialize;

/// Whether the server lives; the rest only for those who may know.
#[derive(Default, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// `ok`.
    status: &'static str,
    /// The program's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
    /// The device that `auto` stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    /// How many runs wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting: Option<usize>,
    /// How many runs compute.
    #[serde(skip_serializing_if = "Option::is_none")]
    running: Option<usize>,
    /// How long the server has been up, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    up_seconds: Option<u64>,
    /// What is wrong now, each in a sentence; empty when nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    problems: Option<Vec<String>>,
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
            ..Health::default()
        }));
    }
    state
        .blocking(|state| {
            let load = state.queue.load();
            let mut problems: Vec<String> = state.log.notice().into_iter().collect();
            problems.extend(state.store.repair_note().ok().flatten());
            // A catalogue that cannot be read is told here, and is no reason to say nothing else.
            let device = match state.catalog() {
                Ok(catalog) => Some(catalog.auto_device.clone()),
                Err(problem) => {
                    problems.push(problem.detail);
                    None
                }
            };
            Ok(Json(Health {
                status: "ok",
                version: Some(env!("CARGO_PKG_VERSION")),
                device,
                waiting: Some(load.waiting),
                running: Some(load.running),
                up_seconds: Some(state.since.elapsed().as_secs()),
                problems: Some(problems),
            }))
        })
        .await
}

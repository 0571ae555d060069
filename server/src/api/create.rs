//! `POST /api/v1/runs`

use crate::auth::digest_bytes;
use crate::failure::{Answer, Failure};
use crate::order::{Order, order};
use crate::state::State;
use crate::store::Replay;
use crate::{clock, ids};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use valleyscope_shared::api::RunView;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::spec::RunSpec;

/// The longest idempotency key.
const LONGEST_KEY: usize = 200;

/// Asks for a run.
///
/// With an `Idempotency-Key`, the same request sent again within 24 hours gives the same run, as long as the model and the
/// data set of these names are what they were; else a new run, which says in `repeat_of` which one it stands for.
#[utoipa::path(post, path = "/api/v1/runs", operation_id = "create_run", tag = "runs", request_body = RunSpec,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$", description = "Any text of up to 200 characters that is new for every run")),
    responses(
        (status = 202, body = RunView, headers(("Location" = String, description = "The run's address"))),
        (status = 415, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem), (status = 507, body = Problem)))]
pub async fn create(
    Shared(state): Shared<State>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Response> {
    let text = json_text(&headers, &body)?;
    let spec = RunSpec::from_json(text)?;
    let key = idempotency_key(&headers)?;
    let digest = digest_bytes(&body);
    state
        .blocking(move |state| {
            // One at a time, so that of two requests with one key that come together the second sees the first.
            let _turn = key.as_ref().map(|_| state.taking_turns());
            let mut repeat_of = None;
            if let Some(key) = &key
                && let Some(replay) = state.store.replay(key, &digest, clock::now_ms())?
            {
                match replay {
                    Replay::Same(id) => match still_the_same(state, &id)? {
                        true => return accepted(state, &id),
                        false => repeat_of = Some(id),
                    },
                    Replay::Other => return Err(Failure(Problem::new(
                        "key-reused",
                        422,
                        "The idempotency key was used before",
                        "this Idempotency-Key came with another body within the last 24 hours; use a new key for a new run",
                    ))),
                }
            }
            let id = order(state, Order { id: ids::run_id().map_err(Problem::from)?, spec, repeat_of, resumes: None, key: key.as_deref().map(|key| (key, &digest)) })?;
            accepted(state, &id)
        })
        .await
}

/// Whether the run of an earlier request is a result of what lies there now. A deleted one is answered as such.
fn still_the_same(state: &State, id: &str) -> Answer<bool> {
    let Some(row) = state.store.run(id)? else {
        return Ok(true);
    };
    let changed = state.changed(&row);
    if !changed.is_empty() {
        tracing::info!(
            run = id,
            "run {id} was asked for again with its key and is computed anew: {}",
            changed.join(", ")
        );
    }
    Ok(changed.is_empty())
}

/// 202, where the run is, and what it is.
pub fn accepted(state: &State, id: &str) -> Answer<Response> {
    let view = state.view(state.run(id)?);
    Ok((
        StatusCode::ACCEPTED,
        [(header::LOCATION, format!("/api/v1/runs/{id}"))],
        Json(view),
    )
        .into_response())
}

/// The text of a body that says it is JSON. Forms of other sites cannot say so.
pub fn json_text<'a>(headers: &HeaderMap, body: &'a [u8]) -> Answer<&'a str> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let shown: String = kind.chars().take(80).collect();
        let problem = Problem::new(
            "not-json",
            415,
            "The request is not JSON",
            format!("the content type is \"{shown}\"; send application/json"),
        );
        return Err(problem.into());
    }
    let text = std::str::from_utf8(body).map_err(|error| {
        Problem::new(
            "not-json",
            400,
            "The request is not JSON",
            error.to_string(),
        )
    })?;
    // Files that Windows wrote begin with a byte-order mark, which is no part of the document.
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

pub fn idempotency_key(headers: &HeaderMap) -> Answer<Option<String>> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    match value.to_str() {
        Ok(key) if (1..=LONGEST_KEY).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(Failure::field(
            "Idempotency-Key",
            format!("give 1 to {LONGEST_KEY} plain characters"),
        )),
    }
}
